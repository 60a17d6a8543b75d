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
# # 06 · Send the gradient back: teach a hidden layer, and check every slope
#
# **You will be able to**
#
# - apply the chain rule to a network, layer by layer, and write its back pass;
# - check any gradient by small steps, and find the place where a wrong one goes wrong;
# - say how long such a step should be, and where the check itself fails;
# - say what a hidden layer gains when it is learned.
#
# **You need** a step of gradient descent (lesson 03), softmax and cross-entropy with the gradient $p - y$ (lesson 04), the forward pass of an MLP and ReLU
# (lesson 05), and the chain rule of school: $(f(g(x)))' = f'(g(x)) \cdot g'(x)$.
#
# **Time** about 88 minutes. The lesson takes 56: recall and the question 6, asking every number 3, by hand 7, forward and back 5, one layer at a time 7,
# the whole network 5, the check 7, kinks and cost 4, learned features 4, what goes wrong and the broken run 6, PyTorch 2. The five core exercises take 32.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("06.r1", answer=...)

# %%
recall("06.r2", answer=...)

# %%
recall("06.r3", answer=...)

# %% [markdown]
# ## 1 · The question
#
# First the tools: NumPy, the course's NumPy library as `lk`, the data, and the figures.

# %%
import time

import numpy as np

from learnkit import reference as lk
from learnkit.datasets import digits, spirals
from learnkit.visual import (
    draw_back_pass,
    draw_folds,
    draw_learning_curves,
    draw_lines,
    draw_weights,
    explore_back_pass,
    show,
)

# %% [markdown]
# The digits of lesson 04, and a network as in lesson 05: 64 pixels, 16 hidden units with ReLU, 10 scores. `forward` keeps what the way back will need.

# %%
images, labels = digits()
images = images.astype(np.float64)
train_rows, test_rows = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))


def network(seed, width=16):
    """Random weights, as [(weight, bias), (weight, bias)] in 64-bit numbers."""
    layers = lk.mlp_init((64, width, 10), rng=lk.rng(seed))
    return [(weight.astype(np.float64), bias.astype(np.float64)) for weight, bias in layers]


def forward(x, params):
    """The scores, and what was computed on the way: the inputs, the hidden layer before the bend and after it."""
    (weight_1, bias_1), (weight_2, bias_2) = params
    z = x @ weight_1.T + bias_1  # (N, 16)
    h = np.maximum(z, 0)
    return h @ weight_2.T + bias_2, (x, z, h)  # (N, 10)


# %% [markdown]
# Training is that of lesson 04. What is open is `back`: a function that turns the gradient along the scores into a gradient for each weight and
# bias.


# %%
def scores_gradient(scores, y):
    """The gradient of the mean cross-entropy along the scores: (p - y) / N."""
    grad = lk.softmax(scores)
    grad[np.arange(len(y)), y] -= 1
    return grad / len(y)


# %%
def train(back, *, seed, width=16, epochs=30, lr=0.2):
    """Mini-batch gradient descent; returns the parameters and the test accuracy after each epoch."""
    params, rng, accuracies = network(seed, width), lk.rng(100 + seed), []
    for _ in range(epochs):
        for x, y in lk.minibatches(images[train_rows], labels[train_rows], batch_size=64, rng=rng):
            scores, kept = forward(x, params)
            grads = back(scores_gradient(scores, y), kept, params)
            pairs = zip(params, grads, strict=True)
            params = [(w - lr * grad_w, b - lr * grad_b) for (w, b), (grad_w, grad_b) in pairs]
        scores, _ = forward(images[test_rows], params)
        accuracies.append(lk.accuracy(scores, labels[test_rows]))
    return params, accuracies


# %% [markdown]
# In lesson 05 the hidden layer stayed as chance had made it, and only the scores behind it learned. On digits that gives:


# %%
def scores_only(grad_scores, kept, params):
    """Gradients for the second layer, as in lesson 04. The hidden layer stays."""
    _, _, h = kept
    return [(0.0, 0.0), (grad_scores.T @ h, grad_scores.sum(axis=0))]


random_hidden = [train(scores_only, seed=seed)[1][-1] for seed in range(5)]
assert min(random_hidden) > 0.5 and max(random_hidden) < 0.7
show(draw_weights(network(seed=3)[0][0], title="What sixteen random units look at"))
print(f"right for {min(random_hidden):.2f} to {max(random_hidden):.2f} of the test digits")

# %% [markdown]
# Each picture shows the 64 weights of one hidden unit, laid out like the image: a light square is a positive weight, a dark one a negative, and its size
# says how large. It is noise, and the scores have to make do with it.
#
# The hidden layer has 16 · 64 + 16 = 1,040 numbers. **Which way should each of them move, and how would you know that you are right?** None of them
# touches the loss: between a hidden weight and the loss stand a bend, ten scores and a softmax.

# %% [markdown]
# ## 2 · Ask every number
#
# The slope along one number can be asked for. Move it up a little, compute the loss; move it down a little, compute the loss. The difference over the distance is
# how fast the loss moves with it:
#
# $$\frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{2h}$$

# %%
params = network(seed=0)
x, y = images[train_rows[:64]], labels[train_rows[:64]]


def loss_with(value, layer, part):
    """The loss of the batch when one weight (part 0) or bias (part 1) of a layer is replaced."""
    changed = [list(pair) for pair in params]
    changed[layer][part] = value
    return lk.cross_entropy(forward(x, changed)[0], y)


nudge = np.zeros((16, 64))
nudge[3, 20] = 1e-5  # how much unit 3 looks at pixel 20
weight_1 = params[0][0]
slope = (loss_with(weight_1 + nudge, 0, 0) - loss_with(weight_1 - nudge, 0, 0)) / 2e-5
print(f"slope along weight (3, 20): {slope:.6f}")

# %% [markdown]
# That works for any function, without a derivation. `lk.numeric_grad` does it for every entry of an array, one after the other. And that is
# its price: the network has 1,210 parameters, each is asked twice, and a training of 30 epochs takes 22 steps an epoch.

# %%
asked = lk.numeric_grad(lambda weight: loss_with(weight, 0, 0), weight_1)
assert np.isclose(asked[3, 20], slope, rtol=1e-6)
count, steps = lk.count_params(params), 30 * -(-len(train_rows) // 64)
print(f"{count:,} parameters, {2 * count:,} times the loss a step, {2 * count * steps:,} times in a training")
assert (count, steps) == (1210, 660)

# %% [markdown]
# 1.6 million times the loss, for a network that fits into a few lines. This lesson finds all 1,210 slopes for about the price of two more forward passes, and then
# uses the slow way to check the fast one.

# %% [markdown]
# ## 3 · The smallest network, by hand
#
# One input $x$, two hidden units, one score, and squared error: $h_1 = \max(w_1 x, 0)$, $h_2 = \max(w_2 x, 0)$, $s = v_1 h_1 + v_2 h_2$, $L = (s - y)^2$. With
# $x = 2$, $w_1 = 1$, $w_2 = \tfrac12$, $v_1 = 1$, $v_2 = -3$ and $y = 1$, forward: $h_1 = 2$, $h_2 = 1$, $s = -1$, $L = 4$.
#
# Now back, from the loss to the input. Each line multiplies what is known *behind* a value by one slope *at* it, and that is the chain rule. Fill the last column yourself
# first.
#
# | gradient along | rule | number |
# |---|---|---|
# | $s$ | slope of the square: $2(s - y)$ | $2 \cdot (-2) = -4$ |
# | $v_1$ | chain: along $s$, times the slope of $s$ along $v_1$, which is $h_1$ | $-4 \cdot 2 = -8$ |
# | $v_2$ | the same with $h_2$ | $-4 \cdot 1 = -4$ |
# | $h_1$ | chain: along $s$, times $v_1$ | $-4 \cdot 1 = -4$ |
# | $h_2$ | the same with $v_2$ | $-4 \cdot (-3) = 12$ |
# | $z_1 = w_1 x$, $z_2 = w_2 x$ | chain: times the slope of ReLU, 1 where the unit is on | $-4$ and $12$ |
# | $w_1$, $w_2$ | chain: times $x$ | $-8$ and $24$ |
# | $x$ | **sum over both uses**: $w_1 \cdot (-4) + w_2 \cdot 12$ | $-4 + 6 = 2$ |
#
# The last line uses a second rule. A small change of $x$ moves the loss through the first unit *and* through the second, so both amounts count: **what is used more than once
# gets the sum of the gradients of its uses.**

# %%
show(draw_back_pass(2.0, [1.0, 0.5], [1.0, -3.0], 1.0))


def small_loss(numbers):
    x, w1, w2, v1, v2 = numbers
    return (v1 * max(w1 * x, 0) + v2 * max(w2 * x, 0) - 1) ** 2


by_steps = lk.numeric_grad(small_loss, np.array([2.0, 1.0, 0.5, 1.0, -3.0]))
assert np.allclose(by_steps, [2, -8, 24, -8, -4], atol=1e-6)
print("x, w1, w2, v1, v2 by small steps:", by_steps.round(4).tolist())

# %% [markdown]
# Values go from left to right, gradients from right to left. Small steps give the same five numbers. Note what the way back needed: $h_1$ and $h_2$ for the gradients of $v$, $x$ for those
# of $w$, and whether each unit was on. It is all known from the way forward, if it was kept.

# %% [markdown]
# ## 4 · Forward, and back
#
# The same network with sliders. The last slider sends the gradient back, stage by stage. Two tasks stand below the figure, each with a question. By keyboard:
# Tab and the arrow keys.

# %%
back_explorer = explore_back_pass()
back_explorer

# %% [markdown]
# Two things to take along. A unit that is *off* passes nothing: its own gradient and that of its weight are 0, for this input. And a gradient of 0 does not mean that nothing
# arrives; two paths can cancel.
#
# This way of ordering the chain rule, from the loss backward, each value once, is **backpropagation**.

# %% [markdown]
# ## 5 · One layer at a time
#
# A back pass is put together from parts. Each part gets the gradient $g$ along what its layer gave, and returns the gradients along what the layer was given.
#
# **Linear layer.** $y_{nj} = \sum_i x_{ni} W_{ji} + b_j$, with $g_{nj} = \partial L / \partial y_{nj}$. Ask of each value which $y$ it has a part in, and sum over those.
#
# - $x_{ni}$ is used in every output $j$ of example $n$, with slope $W_{ji}$ (slope of a product along one factor is the other factor). Chain rule, then sum over uses:
#   $\dfrac{\partial L}{\partial x_{ni}} = \sum_j g_{nj} W_{ji}$, the matrix product $g W$.
# - $W_{ji}$ is used in output $j$ of every example $n$, with slope $x_{ni}$: $\dfrac{\partial L}{\partial W_{ji}} = \sum_n g_{nj} x_{ni}$, the product $g^\top x$.
# - $b_j$ is used in output $j$ of every example, with slope 1: $\dfrac{\partial L}{\partial b_j} = \sum_n g_{nj}$.
#
# The shapes say the same: (N, K)(K, D) gives (N, D), the shape of $x$; (K, N)(N, D) gives (K, D), the shape of $W$. The $\tfrac1N$ of the mean loss is in $g$ already; nothing is divided
# again.


# %%
def linear_backward(grad_output, x, weight):
    """The gradients along x, weight and bias of y = x @ weight.T + bias."""
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=0)


rng = lk.rng(1)
g, some_x, some_weight = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), rng.normal(size=(3, 4))
grad_x, grad_weight, grad_bias = linear_backward(g, some_x, some_weight)
print("gradients", grad_x.shape, grad_weight.shape, grad_bias.shape)
moved = lk.numeric_grad(lambda weight: (g * (some_x @ weight.T)).sum(), some_weight)
assert lk.rel_error(grad_weight, moved) < 1e-8

# %% [markdown]
# To check a layer alone, the cell takes $\sum g \cdot y$ for the loss: its gradient along $y$ is $g$.
#
# **Activations** work on each number by itself, so their part is a product, place by place, with the slope at that place.
#
# - ReLU: slope 1 for $x > 0$, 0 for $x < 0$. At 0 there is none, and 0 is agreed on.
# - $y = \tanh x = \dfrac{e^x - e^{-x}}{e^x + e^{-x}}$. An exponential is its own slope, so above and below the line are each other's slopes. Quotient rule:
#   $y' = \dfrac{(e^x + e^{-x})^2 - (e^x - e^{-x})^2}{(e^x + e^{-x})^2} = 1 - y^2$.
# - $y = \sigma(x) = (1 + e^{-x})^{-1}$. Power rule, then chain rule with the slope $-e^{-x}$ of the bracket: $y' = -(1 + e^{-x})^{-2} \cdot (-e^{-x})$. With
#   $\dfrac{1}{1 + e^{-x}} = y$ and $\dfrac{e^{-x}}{1 + e^{-x}} = 1 - y$ that is $y (1 - y)$.
#
# The last two are written with the *output* $y$. Putting the input in its place is a mistake that many make once.


# %%
def relu_backward(grad_output, x):
    return grad_output * (x > 0)


def tanh_backward(grad_output, x):
    return grad_output * (1 - np.tanh(x) ** 2)


def sigmoid_backward(grad_output, x):
    y = lk.sigmoid(x)
    return grad_output * y * (1 - y)


# %%
z = rng.normal(size=(5, 3))
for forward_rule, rule in (
    (lk.relu, relu_backward),
    (lk.tanh, tanh_backward),
    (lk.sigmoid, sigmoid_backward),
):
    moved = lk.numeric_grad(lambda z, y=forward_rule: (g * y(z)).sum(), z)
    assert lk.rel_error(rule(g, z), moved) < 1e-8
    print(f"{rule.__name__:<16} agrees with small steps to 8 digits")

# %% [markdown]
# ## 6 · The whole network
#
# The forward pass was: linear, ReLU, linear. The back pass is the same list from behind, each part handing its result to the next.


# %%
def backward(grad_scores, kept, params):
    """The gradients of both layers, in the form of params."""
    (x, z, h), (_, (weight_2, _)) = kept, params
    grad_h, grad_weight_2, grad_bias_2 = linear_backward(grad_scores, h, weight_2)
    grad_z = relu_backward(grad_h, z)
    _, grad_weight_1, grad_bias_1 = linear_backward(grad_z, x, params[0][0])
    return [(grad_weight_1, grad_bias_1), (grad_weight_2, grad_bias_2)]


scores, kept = forward(x, params)
grads = backward(scores_gradient(scores, y), kept, params)
assert np.isclose(grads[0][0][3, 20], slope, rtol=1e-6)
assert lk.rel_error(grads[0][0], asked) < 1e-7
print("the gradient of the first weight:", grads[0][0].shape, "as in section 2, in one go")

# %% [markdown]
# Seven lines, and all 1,210 slopes. Compare with PyTorch, and not only the ends: *every* value between, forward and back. When two programs differ, the first
# difference tells where.

# %%
import torch

w1, b1, w2, b2 = (torch.tensor(part, requires_grad=True) for layer in params for part in layer)
z_t = torch.tensor(x) @ w1.T + b1
h_t = torch.relu(z_t)
scores_t = h_t @ w2.T + b2
for between in (z_t, h_t, scores_t):
    between.retain_grad()  # PyTorch forgets these unless it is asked
torch.nn.functional.cross_entropy(scores_t, torch.tensor(y)).backward()
grad_scores = scores_gradient(scores, y)
grad_h = grad_scores @ params[1][0]
ours = {"scores": grad_scores, "h": grad_h, "z": grad_h * (kept[1] > 0)}
ours |= {"weight 2": grads[1][0], "bias 2": grads[1][1], "weight 1": grads[0][0], "bias 1": grads[0][1]}
for (name, grad), theirs in zip(ours.items(), (scores_t, h_t, z_t, w2, b2, w1, b1), strict=True):
    assert lk.rel_error(grad, theirs.grad.numpy()) < 1e-13
    print(f"gradient along {name:<9} agrees to 13 digits")

# %% [markdown]
# **A weight that two layers share** is used twice, and the rule of section 3 holds: its gradient is the sum of both. A program that stores the gradient by `=` keeps only the
# last one. Here the same square weight serves both layers:

# %%
shared, few = lk.rng(2).normal(size=(4, 4)), lk.rng(3).normal(size=(6, 4))
z = few @ shared.T
h = np.maximum(z, 0)
g = np.ones((6, 4))  # the loss is the sum of all outputs, h @ shared.T
from_second = g.T @ h
from_first = relu_backward(g @ shared, z).T @ few
true = lk.numeric_grad(lambda weight: (np.maximum(few @ weight.T, 0) @ weight.T).sum(), shared)
assert lk.rel_error(from_first + from_second, true) < 1e-8
print("the sum of both uses agrees with small steps to 8 digits")
print(f"the last one alone is wrong by {lk.rel_error(from_first, true):.1f} of the largest entry")

# %% [markdown]
# ## 7 · Check it: how small is a small step?
#
# A derivation can be wrong, and a program too. Small steps need neither, so they are the judge. Two things have to be settled: how far apart two gradients may be, and how long a step is.
#
# The difference alone says little: 0.001 is nothing beside 100 and everything beside 0.001. So it is measured by the size of the gradients, the *relative error*
#
# $$\frac{\max_i |a_i - b_i|}{\max_i \max(|a_i|, |b_i|)}$$

# %%
predict("06.best-step", answer=...)

# %% [markdown]
# Taylor's formula writes the function around $x$: $f(x \pm h) = f \pm h f' + \tfrac{h^2}{2} f'' \pm \tfrac{h^3}{6} f''' + \dots$ Put it into both differences:
#
# $$\frac{f(x + h) - f(x)}{h} = f' + \tfrac{h}{2} f'' + \dots \qquad\qquad \frac{f(x + h) - f(x - h)}{2h} = f' + \tfrac{h^2}{6} f''' + \dots$$
#
# In the *central* difference the terms with even powers cancel. The computer adds another error: it knows each value of $f$ only to $\varepsilon |f|$, with $\varepsilon \approx 10^{-16}$ in 64-bit numbers and
# $6 \cdot 10^{-8}$ in 32-bit ones. Two such errors, divided by $2h$, give up to $\varepsilon |f| / h$: it *grows* as the step shrinks. The sum of both errors is smallest where its slope along $h$ is
# 0. With $|f|$, $|f''|$, $|f'''|$ taken as equal:
#
# - central: $\tfrac{h^2}{6} + \tfrac{\varepsilon}{h}$ has the slope $\tfrac{h}{3} - \tfrac{\varepsilon}{h^2}$, which is 0 at $h = (3 \varepsilon)^{1/3}$;
# - one-sided: $\tfrac{h}{2} + \tfrac{2 \varepsilon}{h}$ has the slope $\tfrac12 - \tfrac{2 \varepsilon}{h^2}$, which is 0 at $h = 2 \sqrt{\varepsilon}$.

# %%
double, single = np.finfo(np.float64).eps / 2, np.finfo(np.float32).eps / 2
on_paper = {"one-sided, 64 bits": 2 * np.sqrt(double)}
on_paper |= {"central, 64 bits": (3 * double) ** (1 / 3), "central, 32 bits": (3 * single) ** (1 / 3)}

# %% [markdown]
# Is it so on a network? To leave kinks aside for a moment, this one has four hidden units with tanh. Its first weight is checked on eight digits in three ways.

# %%
small, x8, y8 = network(seed=0, width=4), images[train_rows[:8]], labels[train_rows[:8]]


def tanh_loss(weight_1, dtype=np.float64):
    (_, bias_1), (weight_2, bias_2) = [tuple(part.astype(dtype) for part in layer) for layer in small]
    h = np.tanh(x8.astype(dtype) @ weight_1.astype(dtype).T + bias_1)
    return lk.cross_entropy(h @ weight_2.T + bias_2, y8)


def one_sided(f, x, eps):
    """(f(x + eps) - f(x)) / eps for each entry of x."""
    here = f(x)
    moves = eps * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + move) - here) / eps for move in moves]).reshape(x.shape)


z = x8 @ small[0][0].T + small[0][1]
grad_8 = scores_gradient(np.tanh(z) @ small[1][0].T + small[1][1], y8)
right = tanh_backward(grad_8 @ small[1][0], z).T @ x8

# %%
steps = 10.0 ** np.arange(-13, 0)
ways = {
    "one-sided, 64 bits": lambda h: one_sided(tanh_loss, small[0][0], h),
    "central, 64 bits": lambda h: lk.numeric_grad(tanh_loss, small[0][0], eps=h),
    "central, 32 bits": lambda h: lk.numeric_grad(lambda w: tanh_loss(w, np.float32), small[0][0], eps=h),
}
errors = {name: np.array([lk.rel_error(way(h), right) for h in steps]) for name, way in ways.items()}
labeled = {"x_label": "step h (no unit)", "y_label": "relative error (no unit)", "log_x": True, "log_y": True}
best = {name: steps[line.argmin()] for name, line in errors.items()}


# %%
def u_curves():
    show(draw_lines(steps, errors, **labeled))
    for name, step in best.items():
        print(f"{name:<19} best step {step:.0e}, on paper {on_paper[name]:.0e}")


show_after("06.best-step", u_curves)
assert np.isclose(best["central, 64 bits"], 1e-5) and np.isclose(best["central, 32 bits"], 1e-2)
assert best["one-sided, 64 bits"] < 2e-7 and errors["central, 64 bits"].min() < 1e-9
assert errors["central, 32 bits"].min() > 5e-5 and errors["central, 32 bits"][8] > 0.03
assert errors["one-sided, 64 bits"].min() > 1e-8
for name, slope_on_paper in (("one-sided, 64 bits", 1), ("central, 64 bits", 2)):
    assert abs(np.log10(errors[name][-2] / errors[name][-4]) / 2 - slope_on_paper) < 0.1
assert all(1 / 5 < best[name] / on_paper[name] < 5.5 for name in best)

# %% [markdown]
# Each line is a U, with its bottom within a factor of 5 of the step on paper. On its right arm the function bends over the step: slope 2 for the central difference, slope 1 for the one-sided one, as Taylor says. On its left arm rounding takes over. At the
# bottom of the central U, near $10^{-5}$, nine digits agree; the one-sided one never gets there. **In 32-bit numbers no step gives more than four digits**, and $10^{-5}$ leaves hardly one: gradients
# are checked in 64 bits.
#
# A rule of thumb for central differences at $10^{-5}$ in 64 bits: below $10^{-7}$ the gradient is right; above $10^{-3}$ it is wrong, or the check stands at a kink. In between: look closer.


# %%
def loss_of(value, layer, part, x, y, params):
    """The loss when one weight (part 0) or bias (part 1) of params is replaced by another value."""
    changed = [list(pair) for pair in params]
    changed[layer][part] = value
    return lk.cross_entropy(forward(x, changed)[0], y)


def errors_of(back, x, y, params):
    """The relative error of each gradient that a back pass gives, against small steps."""
    scores, kept = forward(x, params)
    grads, found = back(scores_gradient(scores, y), kept, params), {}
    for name, *at in (("weight 2", 1, 0), ("bias 2", 1, 1), ("weight 1", 0, 0), ("bias 1", 0, 1)):
        layer, part = at
        moved = lk.numeric_grad(lambda value, at=at: loss_of(value, *at, x, y, params), params[layer][part])
        found[name] = lk.rel_error(grads[layer][part], moved)
    return found


# %%
found = errors_of(backward, x8, y8, params)
print("our back pass, largest of four errors below 1e-7:", max(found.values()) < 1e-7)
assert max(found.values()) < 1e-7

# %% [markdown]
# ## 8 · Where the check itself is wrong: kinks

# %%
predict("06.at-a-kink", answer=...)


# %%
def relu_at_zero():
    at_zero = lk.numeric_grad(lambda x: lk.relu(x).sum(), np.array([0.0]))
    print("by small steps:", at_zero[0], "  by the back pass:", relu_backward(np.ones(1), np.zeros(1))[0])
    assert at_zero[0] == 0.5


show_after("06.at-a-kink", relu_at_zero)

# %% [markdown]
# Half of the way the slope is 0, half of the way 1. Neither side is wrong, and they disagree. That is no rarity. Biases are often set to 0 at the start, and an empty image, all pixels 0, then puts *every* unit exactly onto its kink:

# %%
no_bias = [(weight, 0 * bias) for weight, bias in params]
with_empty = np.vstack([x8, np.zeros((1, 64))])
lines = []
for name, batch, targets in (("eight digits", x8, y8), ("and an empty image", with_empty, np.append(y8, 0))):
    error = errors_of(backward, batch, targets, no_bias)["bias 1"]
    nearest = np.abs(forward(batch, no_bias)[1][1]).min()
    verdict = "below 1e-7" if error < 1e-7 else f"{error:.2f}"
    lines.append(f"{name:<19} nearest kink at a distance of {nearest:.4f}, error of bias 1 {verdict}")
    assert (error > 0.01) == (nearest == 0)
print("\n".join(lines))

# %% [markdown]
# The same right back pass, and with the empty image the check calls it wrong. **Before you doubt your gradient, print the smallest $|z|$**: if a unit stands closer to its kink than the step, the
# check is in doubt. The cure is a batch and biases at which no unit does. A longer step does not help: it reaches more kinks.

# %% [markdown]
# ## 9 · What it costs
#
# The check computes the loss twice for each parameter. The back pass multiplies each weight matrix twice more, whatever their number: about the price of two forward passes.
# The cell takes the best of three times for both.


# %%
def seconds(work):
    """The shortest of three times."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def forward_and_back():
    scores, kept = forward(x8, params)
    return backward(scores_gradient(scores, y8), kept, params)


fast = seconds(lambda: [forward_and_back() for _ in range(20)]) / 20
slow = seconds(lambda: errors_of(backward, x8, y8, params))
print("all 1,210 slopes by small steps take more than 50 times as long:", slow / fast > 50)
assert slow / fast > 50

# %% [markdown]
# When a network is large, check one random *direction* $v$ instead of every entry: by the chain rule the loss moves along $\theta + t v$ with the slope $\sum_i v_i \, \partial L / \partial \theta_i$ at $t = 0$. Two losses, however
# many parameters, and a wrong entry anywhere changes the sum.

# %%
directions = [
    tuple(lk.rng(7 + k).normal(size=part.shape) for part in layer) for k, layer in enumerate(params)
]


def loss_along(t):
    pairs = zip(params, directions, strict=True)
    moved = [(w + t * v, b + t * u) for (w, b), (v, u) in pairs]
    return lk.cross_entropy(forward(x8, moved)[0], y8)


pairs = zip(forward_and_back(), directions, strict=True)
by_back_pass = sum((grad * v).sum() for layer, way in pairs for grad, v in zip(layer, way, strict=True))
by_two_losses = (loss_along(1e-5) - loss_along(-1e-5)) / 2e-5
print(f"by the back pass {by_back_pass:.6f}, by two losses {by_two_losses:.6f}")
assert np.isclose(by_back_pass, by_two_losses, rtol=1e-6)

# %% [markdown]
# ## 10 · Learned features
#
# Now the question of section 1. The same sixteen units, the same start, the same rate; but the hidden layer learns, too. Five starts each.

# %%
learned = [train(backward, seed=seed) for seed in range(5)]
curves = {
    "hidden layer learned": np.array([accuracies for _, accuracies in learned]),
    "hidden layer random": np.array([train(scores_only, seed=seed)[1] for seed in range(5)]),
}
axes = {"y_label": "test accuracy (share of digits)", "reference_lines": {"chance": 0.1}}
show(draw_learning_curves(curves, **axes))
ends = {name: lines[:, -1] for name, lines in curves.items()}
assert ends["hidden layer learned"].min() > 0.94 and ends["hidden layer random"].max() < 0.7

# %% [markdown]
# The line is the mean of five starts, the band goes from the smallest to the largest. Learned, every start is right for more than 0.94 of the test digits; random, none for 0.7. Is it only the rate? With rates up to 20
# times larger and three times as many epochs the random layer gets better, and stays far below:

# %%
for lr in (0.2, 1.0, 4.0):
    longer = [train(scores_only, seed=seed, lr=lr, epochs=90)[1][-1] for seed in range(3)]
    assert max(longer) < 0.85
print("random hidden layer, 90 epochs, rates 0.2 to 4: below 0.85 in every run")

# %% [markdown]
# What has changed? The same sixteen units as in section 1, after training:

# %%
start = network(seed=3)
trained, _ = learned[3]
still = [k for k in range(16) if np.array_equal(trained[0][0][k], start[0][0][k])]
captions = [f"unit {k}, still" if k in still else f"unit {k}" for k in range(16)]
show(draw_weights(trained[0][0], captions=captions, title="What the same units look at after training"))

# %% [markdown]
# The noise has turned into spots and strokes: neighboring pixels have the same sign, light here and dark there. Nobody told the network that pixels have neighbors; digits are made of strokes, and weights that
# look for them lower the loss. These are *learned features*.
#
# A few pictures are still noise. For how many of the 1,348 training digits is each unit on, before training and after?

# %%
for name, layers in {"before": start, "after": trained}.items():
    print(f"{name:<7}", (forward(images[train_rows], layers)[1][1] > 0).sum(axis=0).tolist())
never_on = [
    int((forward(images[train_rows], network(seed))[1][1] <= 0).all(axis=0).sum()) for seed in range(5)
]
assert still == [9] and never_on == [0, 0, 0, 1, 1]
print("units that are off for every digit before training, in five starts:", never_on)

# %% [markdown]
# Unit 9 was off for every digit. Its slope was 0 each time, no gradient came through, and no step moved it: it was *dead* from the start, and has not changed by a bit. Units 4 and 8 were pushed on
# the way to where hardly a digit switches them on, and stay there. Three of sixteen units are wasted, and the network is right for more than 0.94 without them; lesson 08 looks for better starts.
#
# On the spiral of lesson 05 one can see what moves: the creases. Eight of them, where chance put them and where training did.


# %%
def spiral_creases(seed, epochs, width=8, lr=1.0):
    """Train a network on a spiral; return the points, the labels, and the directions and distances of its creases."""
    rng = lk.rng(seed)
    points, classes = spirals(300, rng=rng)
    angles = rng.uniform(0, 2 * np.pi, width)
    params = [(np.stack([np.cos(angles), np.sin(angles)], axis=1), rng.uniform(-1, 1, width))]
    params.append((np.zeros((3, width)), np.zeros(3)))
    for _ in range(epochs):
        for x, y in lk.minibatches(points.astype(np.float64), classes, batch_size=30, rng=rng):
            scores, kept = forward(x, params)
            pairs = zip(params, backward(scores_gradient(scores, y), kept, params), strict=True)
            params = [(w - lr * grad_w, b - lr * grad_b) for (w, b), (grad_w, grad_b) in pairs]
    weight, bias = params[0]
    return points, classes, np.degrees(np.arctan2(*weight.T[::-1])), -bias / np.linalg.norm(weight, axis=1)


# %%
before = [draw_folds(*spiral_creases(seed, epochs=0), title="Eight creases by chance") for seed in range(5)]
after = [draw_folds(*spiral_creases(seed, epochs=200), title="The same eight, learned") for seed in range(5)]
show(before[3])
show(after[3])
chance, after_training = (
    [figure.data_table["accuracy"] for figure in figures] for figures in (before, after)
)
print("by chance", np.round(chance, 2), " learned", np.round(after_training, 2))
assert min(after_training) > 0.98 > max(chance)

# %% [markdown]
# Each pair of pictures shows the creases and the best scores on top of them, as in lesson 05, on the training points. By chance it depends on luck, and the start shown is the least lucky of five. Learned, the creases
# crowd where the arms come close to each other, and every start is right for more than 0.98. In lesson 05 you moved them by hand; the gradient does it for any number of them, and in 64 dimensions.

# %% [markdown]
# ## 11 · What goes wrong
#
# A loud mistake first. Weights here have shape (outputs, inputs). With the gradient the other way round, the step fails:

# %%
try:
    params[0][0] - 0.2 * (kept[0].T @ (kept[1] > 0))
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# In a layer with as many outputs as inputs it would run. The mistakes below all run. Four ways to write the hidden layer's part wrongly:


# %%
def forgotten_bias(g, kept, params):
    (grad_weight, grad_bias), second = backward(g, kept, params)
    return [(grad_weight, 0 * grad_bias), second]


def hidden_by(rule):
    """A back pass in which another rule makes the gradient along z, (g, z, second weight, its gradient) -> (N, 16)."""

    def back(g, kept, params):
        x, z, h = kept
        grad_z = rule(g, z, params[1][0], g.T @ h)
        return [(grad_z.T @ x, grad_z.sum(axis=0)), (g.T @ h, g.sum(axis=0))]

    return back


# %%
def no_mask(g, z, weight, grad_weight):
    return g @ weight


def times_value(g, z, weight, grad_weight):
    return (g @ weight) * np.maximum(z, 0)


def moved_by(lr):
    """The step of the second layer is taken first, and the gradient goes back through the weight that has moved."""
    return lambda g, z, weight, grad_weight: (g @ (weight - lr * grad_weight)) * (z > 0)


# %%
predict("06.no-mask", answer=...)


# %%
ways = {"right": backward, "bias 1 forgotten": forgotten_bias}
ways |= {"weight 2 moved first": hidden_by(moved_by(0.2)), "times the value": hidden_by(times_value)}
ways |= {"no mask": hidden_by(no_mask)}


def show_wrong_gradients():
    lines = ["                      error of weight 1   of bias 1   test accuracy of three starts"]
    for name, back in ways.items():
        error = errors_of(back, x8, y8, network(seed=0))
        assert max(error["weight 2"], error["bias 2"]) < 1e-7
        shares = [train(back, seed=seed)[1][-1] for seed in range(3)]
        assert min(shares) > (0.95 if name in ("right", "bias 1 forgotten") else 0.8)
        shown = [f"{error[part]:.2f}" if error[part] > 1e-7 else "< 1e-7" for part in ("weight 1", "bias 1")]
        lines.append(f"{name:<21} {shown[0]:<19} {shown[1]:<11} {min(shares):.2f} to {max(shares):.2f}")
    print("\n".join(lines))


show_after("06.no-mask", show_wrong_gradients)

# %% [markdown]
# An honest surprise: **all four learn.** Without the gradient of the first bias the network is as good as the right one. With the second weight moved too early, or values in the place of slopes, it comes
# close. Even without the mask every start ends above 0.8. Many directions lead downhill, so a falling loss proves nothing; it is the *check* that tells right from wrong, at once, and without training.
#
# It also says *where*. In every line the second layer is right, and the first wrong number stands in the first layer. A mistake spoils what comes after it on the way back, and nothing before: look at the
# last part whose result is right, and the next one is the culprit.
#
# What the figures do not show: that such mistakes are harmless. Another rate or a deeper network may not forgive. "Weight 2 moved first" at rate 0.5:

# %%
lines = []
for seed in range(3):
    assert train(backward, seed=seed, lr=0.5)[1][-1] > 0.95
    try:
        with np.errstate(all="ignore"):  # NumPy would warn; we want to see where it leads
            train(hidden_by(moved_by(0.5)), seed=seed, lr=0.5)
    except ValueError as error:
        lines.append(f"start {seed}: {error}")
print("\n".join(lines))
assert len(lines) == 3

# %% [markdown]
# The right one is above 0.95 at that rate, in all three starts.

# %% [markdown]
# ## 12 · A broken run
#
# Somebody wrote a back pass, did not check it, and trained the network of section 10. Nothing crashed, the loss falls.

# %%
run = broken_run("06.broken-run")
loss_curve, accuracy_curve = ({name: run.curves[name]} for name in ("train loss", "test accuracy"))
start = {"knows nothing: ln 10": np.log(10)}
show(draw_learning_curves(loss_curve, y_label="train loss (nats)", reference_lines=start))
show(draw_learning_curves(accuracy_curve, **axes))

# %% [markdown]
# After 30 epochs the accuracy is below 0.5; section 10 had 0.94 and more. Four causes are on the table: the mask of ReLU is turned around; the hidden layer is not trained; the gradient of the first bias is missing;
# the learning rate is too small. You may ask for three numbers. Choose those that tell the causes apart.

# %%
run.ask(...)

# %%
predict("06.broken-run", answer=...)

# %% [markdown]
# Reproduce it: the mask lets through what it should stop.


# %%
def turned_around(g, z, weight, grad_weight):
    return (g @ weight) * (z <= 0)


def reproduce():
    _, again = train(hidden_by(turned_around), seed=0)
    assert np.allclose(again, run.curves["test accuracy"], atol=0.01)
    assert again[-1] < random_hidden[0] - 0.1
    error = errors_of(hidden_by(turned_around), x8, y8, network(seed=0))
    print("second layer right:", max(error["weight 2"], error["bias 2"]) < 1e-7)
    print(f"weight 1 wrong by {error['weight 1']:.1f}, bias 1 by {error['bias 1']:.1f}")
    print(f"test accuracy {again[-1]:.2f}; with the hidden layer left alone {random_hidden[0]:.2f}")


show_after("06.broken-run", reproduce)

# %% [markdown]
# Worse than a hidden layer that stands still. The units that were on made the scores, and get no correction; those that were off had no part in them, and are pushed about. The check finds it in a
# second: both gradients of the first layer are wrong, and they share the mask.

# %% [markdown]
# ## 13 · The same in PyTorch
#
# First with the layers of the course's library. `loss.backward()` runs the rules of section 5 from behind, as you did; how it knows their order is lesson 07. Start
# and order of the mini-batches are those of the first run of section 10.

# %%
pixels = images.astype(np.float32)
parts = pixels[train_rows], labels[train_rows], pixels[test_rows], labels[test_rows]

# %%
from learnkit import reference as lk

device, init, order = lk.device("auto"), lk.rng(0), lk.rng(100)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in parts)
net = lk.Sequential(lk.Linear(64, 16, rng=init), lk.ReLU(), lk.Linear(16, 10, rng=init)).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.2)
for _ in range(30):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=64, rng=order):
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with lk.no_grad():
    test_accuracy = float(lk.accuracy(net(x_test), y_test))

# %%
assert 0.94 < test_accuracy < 1
print("right for more than 0.94 of the test digits")

# %% [markdown]
# The same cell with one changed line, the import:

# %%
from learnkit import pytorch as lk

device, init, order = lk.device("auto"), lk.rng(0), lk.rng(100)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in parts)
net = lk.Sequential(lk.Linear(64, 16, rng=init), lk.ReLU(), lk.Linear(16, 10, rng=init)).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.2)
for _ in range(30):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=64, rng=order):
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with lk.no_grad():
    test_accuracy = float(lk.accuracy(net(x_test), y_test))

# %% tags=["nbval-ignore-output"]
# not compared: the device depends on the machine
print("ran on", device)

# %%
assert 0.94 < test_accuracy < 1
print("right for more than 0.94 of the test digits")

# %% [markdown]
# `lk.device("auto")` finds a GPU where there is one. PyTorch has a check of its own, `torch.autograd.gradcheck`. It wants 64-bit numbers, and it stumbles over kinks as ours did:

# %%
smooth = torch.linspace(-1, 1, 4, dtype=torch.float64, requires_grad=True)  # no entry is 0
at_zero = torch.zeros(1, dtype=torch.float64, requires_grad=True)
print("tanh                ", torch.autograd.gradcheck(torch.tanh, smooth))
print("ReLU away from 0    ", torch.autograd.gradcheck(torch.relu, smooth))
print("ReLU at 0           ", torch.autograd.gradcheck(torch.relu, at_zero, raise_exception=False))

# %% [markdown]
# That both libraries compute the same, forward and back, is compared now, on this machine, and with PyTorch's own call:

# %%
from learnkit.parity import parity_table

parity_table("linear", "relu", "tanh", "sigmoid", "mlp_forward", "mlp_backward", "numeric_grad", "rel_error")

# %% [markdown]
# ## 14 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | apply the chain rule layer by layer and write a back pass | sections 3 to 6: by hand, index by index, every value as in PyTorch | exercises `linear_backward`, `relu_backward`, `tanh_backward`, `sigmoid_backward`, `mlp_backward`, `by_hand`, `back_in_order` |
# | check any gradient, and find where it goes wrong | sections 7 and 11: four wrong ones that learn | exercises `numeric_grad`, `rel_error`, `broken_gradient`, and the broken run |
# | choose the step, and say where the check fails | sections 7 to 9: three U-curves, an empty image, one direction | exercises `what_a_check_says`, `how_often` |
# | say what a learned hidden layer gains | section 10: 0.94 against 0.7, strokes in the place of noise | exercise `what_is_learned`, and your prediction in section 11 |
#
# **What is still missing.** The back pass was written for one network, line by line; another network needs another one. Lesson 07 lets the program record what it computes, and go back
# by itself. Why some units are dead at the start, and what happens to gradients in deep networks, is lesson 08.

# %% [markdown]
# ## 15 · Exercises
#
# They are in [their own notebook](../exercises/06_backpropagation.ipynb), and each answers back.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `linear_backward` | 2 | 10 | core |
# | `relu_backward` | 1 | 4 | core |
# | `tanh_backward` | 1 | 4 | core |
# | `sigmoid_backward` | 1 | 4 | core |
# | `numeric_grad` | 2 | 10 | core |
# | `mlp_backward` | 3 | 18 | practice |
# | `rel_error` | 1 | 6 | practice |
#
# Six questions without code follow them, three minutes each.
#
# ## References
#
# - Rumelhart, Hinton & Williams 1986, *Learning representations by back-propagating errors*, equations 4 to 7: the way back through a layer, and hidden units that learn.
# - Linnainmaa 1976, *Taylor expansion of the accumulated rounding error*: the chain rule from behind, before it had this use.
# - Griewank & Walther 2008, *Evaluating Derivatives*, sections 3.1 and 3.2: one direction, and why the way back costs a few forward passes.
# - Press et al. 2007, *Numerical Recipes*, section 5.7: the best step, equations 5.7.5 and 5.7.8.
# - Goodfellow, Bengio & Courville 2016, *Deep Learning*, section 6.5: backpropagation in matrices.
