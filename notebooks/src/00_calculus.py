# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Refresher: the calculus that training needs
#
# Training a model is: see which way the loss goes down, and take a small step that way. This page holds what that takes, in about thirty
# minutes: slopes, four rules, the chain rule, several variables, and logarithms. Read it whole, or only the section that a question of
# [Are you ready?](../exercises/00_ready.ipynb) named.
#
# Every rule is tried out by numbers. Change them, and run the cell again.

# %%
import numpy as np

from learnkit.visual import draw_lines, show

# %% [markdown]
# ## 1 · Slopes
#
# *5 minutes.* How steep is $f(x) = x^2$ at $x = 1$? Go a small step $h$ to the right, and see how much the function has grown, for each unit
# of the step:
#
# $$\frac{f(x + h) - f(x)}{h}$$


# %%
def f(x):
    return x**2


for h in (1.0, 0.1, 0.01, 0.001):
    print(f"h = {h:<6} growth per step: {(f(1 + h) - f(1)) / h:.3f}")

# %% [markdown]
# The smaller the step, the nearer to 2. By algebra: $\frac{(1 + h)^2 - 1}{h} = \frac{2h + h^2}{h} = 2 + h$, and the $h$ that is left
# vanishes. The limit is the *derivative* of $f$ at 1, written $f'(1)$ or $\frac{df}{dx}$. The line through the point with this slope is the
# *tangent*; close to the point, the function and its tangent can hardly be told apart.

# %%
x = np.linspace(-0.5, 2.5, 61)
show(draw_lines(x, {"x²": f(x), "tangent at 1": 1 + 2 * (x - 1)}, x_label="x", y_label="f(x)"))
near = np.array([0.99, 1.01])
assert np.abs(f(near) - (1 + 2 * (near - 1))).max() < 1.1e-4

# %% [markdown]
# At a distance of 0.01 from the point, the tangent is off by 0.0001. A positive slope says that the function grows to the right, a
# negative one that it falls; at the bottom of the bowl, at $x = 0$, the slope is 0.

# %% [markdown]
# ## 2 · Rules
#
# *6 minutes.* Nobody computes limits each time. Four rules do:
#
# | rule | function | derivative |
# |---|---|---|
# | a number | $c$ | $0$ |
# | a power | $x^n$ | $n x^{n-1}$ |
# | a factor and a sum | $a f(x) + b g(x)$ | $a f'(x) + b g'(x)$ |
# | a product | $f(x) g(x)$ | $f'(x) g(x) + f(x) g'(x)$ |
#
# For $f(x) = x^4 - 5x$: the power gives $4x^3$, the factor gives $-5$, and the sum puts them together: $f'(x) = 4x^3 - 5$. At $x = 1$ that is $-1$.
# A numeric check takes a small step to both sides, which is far more exact than to one:


# %%
def slope(f, x, h=1e-5):
    """The slope of f at x, from a step to each side."""
    return (f(x + h) - f(x - h)) / (2 * h)


by_rule = 4 * 1.0**3 - 5
by_numbers = slope(lambda x: x**4 - 5 * x, 1.0)
print("by the rules:", by_rule, "  by numbers:", round(by_numbers, 6))
assert abs(by_rule - by_numbers) < 1e-8

# %% [markdown]
# Two slips that are made again and again: the derivative of $-5x$ is $-5$, and not $-5x$; and a number that stands alone, as the 7 in
# $x^2 + 7$, has the slope 0: it lifts the curve and leaves its steepness alone.

# %%
assert abs(slope(lambda x: x**2 + 7, 3.0) - slope(lambda x: x**2, 3.0)) < 1e-8
print("slope of x² at 3, and of x² + 7:", round(slope(f, 3.0), 6))

# %% [markdown]
# ## 3 · The chain rule
#
# *7 minutes.* A network is a function inside a function inside a function. How fast does the outside change when the inside does?
#
# Take $y = (2x)^2$ in two steps: $u = 2x$, then $y = u^2$. A small change of $x$ becomes twice as large in $u$. A small change of $u$
# becomes $2u$ times as large in $y$. One after the other, the factors multiply:
#
# $$\frac{dy}{dx} = \frac{dy}{du} \cdot \frac{du}{dx} = 2u \cdot 2 = 8x$$
#
# That is the *chain rule*: **the outer derivative, at the inner value, times the inner derivative.**

# %%
x = 1.5
inner = 2 * x
outer_slope, inner_slope = 2 * inner, 2
print("outer", outer_slope, "· inner", inner_slope, "=", outer_slope * inner_slope)
assert abs(outer_slope * inner_slope - slope(lambda x: (2 * x) ** 2, x)) < 1e-8

# %% [markdown]
# Two slips: to leave the inner derivative out, which gives 6 here and not 12; and to take the outer derivative at $x$ and not at the inner
# value, which gives $2 \cdot 1.5 \cdot 2 = 6$ as well. The check by numbers catches both.
#
# Longer chains work the same way, one factor for each link. With $u = 4x - 1$, $v = u^3$ and $y = 1 - v$:

# %%
x = 0.5
u = 4 * x - 1
v = u**3
slopes = {"dy/dv": -1, "dv/du": 3 * u**2, "du/dx": 4}
print(slopes, "product:", np.prod(list(slopes.values())))
assert abs(np.prod(list(slopes.values())) - slope(lambda x: 1 - (4 * x - 1) ** 3, x)) < 1e-6

# %% [markdown]
# Lesson 06 does this for a whole network, from the loss back to the first weight: that is all *backpropagation* is.

# %% [markdown]
# ## 4 · Several variables
#
# *6 minutes.* A loss depends on many weights. Change one of them and hold the others still: then it is a function of one variable again,
# and its slope is a *partial derivative*, written $\frac{\partial f}{\partial w}$.
#
# For $f(w, b) = (3w + b)^2$ at $w = 1, b = 2$:
#
# - along $w$, with $b$ held still: inside stands $3w + b = 5$; outer derivative $2 \cdot 5$, inner derivative $3$: $30$;
# - along $b$, with $w$ held still: outer derivative $2 \cdot 5$, inner derivative $1$: $10$.


# %%
def loss(w, b):
    return (3 * w + b) ** 2


along_w = slope(lambda w: loss(w, 2.0), 1.0)
along_b = slope(lambda b: loss(1.0, b), 2.0)
print("along w:", round(along_w, 6), "  along b:", round(along_b, 6))
assert abs(along_w - 30) < 1e-6 and abs(along_b - 10) < 1e-6

# %% [markdown]
# All partial derivatives together, as a vector, are the *gradient*: $\nabla f = (30, 10)$. It has one entry for each variable, and so the
# same shape as the weights.

# %% [markdown]
# ## 5 · Downhill
#
# *3 minutes.* A small step changes $f$ by about the sum of *slope times step* over the variables. For steps of one length that sum is largest
# along the gradient, and smallest against it. So: **the gradient points uphill; training steps the other way.** A positive slope says make
# this weight smaller, a negative one make it larger.

# %%
gradient = np.array([30.0, 10.0])
unit = gradient / np.hypot(*gradient)
angles = np.linspace(0, 2 * np.pi, 721)
steps = 0.01 * np.stack([np.cos(angles), np.sin(angles)])
changes = loss(1 + steps[0], 2 + steps[1]) - loss(1, 2)
best = steps[:, changes.argmin()] / 0.01
print("the best direction of 720:", best.round(2), "  against the gradient:", -unit.round(2))
assert np.abs(best + unit).max() < 0.02

# %% [markdown]
# Of 720 directions the one that lowers the loss most is the one against the gradient.

# %% [markdown]
# ## 6 · Exponentials and logarithms
#
# *5 minutes.* Two functions come up in every lesson on probabilities. $e^x$ is its own derivative. The *natural logarithm* $\ln$ undoes it,
# $\ln e^x = x$, and turns products into sums:
#
# $$\ln(ab) = \ln a + \ln b \qquad \ln(a^n) = n \ln a \qquad \ln \tfrac{1}{a} = -\ln a \qquad \frac{d}{dx} \ln x = \frac{1}{x}$$

# %%
a, b = 3.0, 7.0
assert np.isclose(np.log(a * b), np.log(a) + np.log(b))
assert np.isclose(np.log(a**4), 4 * np.log(a)) and np.isclose(np.log(1 / a), -np.log(a))
assert abs(slope(np.exp, 1.3) - np.exp(1.3)) < 1e-8 and abs(slope(np.log, 4.0) - 1 / 4) < 1e-8
x = np.linspace(0.05, 3, 60)
show(draw_lines(x, {"ln x": np.log(x), "x − 1": x - 1}, x_label="x", y_label="value"))

# %% [markdown]
# The logarithm is 0 at 1, negative below, and falls without end towards 0. The line is its tangent at 1: slope 1, since $\frac{1}{1} = 1$. Why
# losses use logarithms: the probability of many independent things is a product of many small numbers, which a computer soon rounds to 0. Its logarithm is a
# sum of moderate ones.

# %%
probabilities = np.full(500, 0.2)
print("product:", probabilities.prod(), "  sum of logarithms:", np.log(probabilities).sum().round(2))
assert probabilities.prod() == 0 and np.isclose(np.log(probabilities).sum(), -804.72, atol=0.01)

# %% [markdown]
# ## Go on
#
# That is all the calculus of the first lessons. Back to [Are you ready?](../exercises/00_ready.ipynb), or on to
# [lesson 01](01_arrays.ipynb).
