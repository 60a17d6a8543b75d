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
# # 03 · Exercises: write gradient descent yourself
#
# You write the loss, its gradient, the step and the loop of lesson 03, and then fit the patients with them. The four core exercises take about
# 33 minutes, what is for practice 44 more. They belong to [lesson 03](../notebooks/03_regression.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("03.mse")` in a cell of its own: a nudge first, then the concept, then the steps, and last the solution. Or begin with an easier
#    form: `start("03.mse", "order")` brings the lines of the solution, with others among them, to put in order; `"fill"` instead of `"order"` leaves
#    out one line, and `"worked"` none, for reading.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.
#
# Write with NumPy, as in the lesson, and return new arrays: the ones you are given stay as they were.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/03_regression.ipynb).*

# %%
# On Google Colab this installs the course's package; elsewhere it does nothing.
import importlib.util
import sys

if "google.colab" in sys.modules and importlib.util.find_spec("learnkit") is None:
    from IPython import get_ipython

    get_ipython().run_line_magic("pip", "install --quiet git+https://github.com/learnkit-course/learnkit")

# %%
import numpy as np

from learnkit import reference as lk
from learnkit.checking import check, hint, start, use  # noqa: F401
from learnkit.datasets import diabetes, linear_data

# %% [markdown]
# ## 1 · `mse`: how wrong, as one number
#
# *Core · level 1 of 3 · about 6 minutes · read again: [the loss](../notebooks/03_regression.ipynb#4-·-The-loss,-and-two-ways-to-get-it-wrong)*
#
# Return the mean of the squared differences of N predictions and N targets. Either may come as a column, (N, 1): it means the same N numbers.
#
# *Example.* Predictions (1, 2) and targets (1, 5) cost (0 + 9) / 2 = 4.5, and so does the column of 1 and 2 against the row (1, 5).


# %% tags=["solution"]
def mse(predictions, targets):
    difference = predictions.reshape(-1) - targets.reshape(-1)
    return (difference**2).mean()


# %% [markdown] tags=["solution"]
# `reshape(-1)` makes N numbers in a row of both. Without it a column less a row is a table of N · N differences, and nothing complains.

# %%
check(mse)

# %%
mse_ok = use("03.mse", mse)
print(
    mse_ok(np.array([1.0, 2.0]), np.array([1.0, 5.0])), mse_ok(np.array([[1.0], [2.0]]), np.array([1.0, 5.0]))
)

# %% [markdown]
# ## 2 · `linreg_loss_grad`: the gradient
#
# *Core · level 2 of 3 · about 12 minutes · read again: [the gradient](../notebooks/03_regression.ipynb#5-·-The-gradient)*
#
# The model predicts `x @ weight + bias`. Return the mean squared error and its gradients along weight and bias: a number, an array (D,), and a number.
#
# *Example.* One example, $x = 3$, $y = 5$, with weight 2 and bias 1: the difference is 2, the loss 4, the gradients are 2 · 2 · 3 = 12 and 2 · 2 = 4.


# %% tags=["solution"]
def linreg_loss_grad(x, y, weight, bias):
    difference = x @ weight + bias - y
    loss = (difference**2).mean()
    grad_weight = 2 / len(x) * x.T @ difference
    grad_bias = 2 * difference.mean()
    return loss, grad_weight, grad_bias


# %% [markdown] tags=["solution"]
# The square gives the factor 2, the mean 1/N. A weight moves the prediction by its input, so its gradient is the difference times that input, added up over the
# examples: `x.T @ difference`, (D, N) times (N,). The bias moves every prediction by 1.

# %%
check(linreg_loss_grad)

# %%
linreg_loss_grad_ok = use("03.linreg_loss_grad", linreg_loss_grad)
loss, grad_weight, grad_bias = linreg_loss_grad_ok(np.array([[3.0]]), np.array([5.0]), np.array([2.0]), 1.0)
print(f"the example: loss {loss:.1f}, gradients {grad_weight[0]:.1f} and {grad_bias:.1f}")

# %% [markdown]
# Does the gradient fit the loss? The cell nudges each weight by $10^{-5}$ and compares.

# %%
x, y = linear_data(20, weight=(2.0, -1.0, 0.5), rng=lk.rng(0))
x, y, weight = x.astype(np.float64), y.astype(np.float64), np.array([0.5, 0.5, 0.5])
nudged = lk.numeric_grad(lambda weight: linreg_loss_grad_ok(x, y, weight, 0.3)[0], weight)
assert lk.rel_error(linreg_loss_grad_ok(x, y, weight, 0.3)[1], nudged) < 1e-7
print("nudging each weight gives the same")

# %% [markdown]
# ## 3 · `gd_step`: one step downhill
#
# *Core · level 1 of 3 · about 6 minutes · read again: [the step](../notebooks/03_regression.ipynb#6-·-The-step,-along-one-direction)*
#
# Take both gradients where you stand, then move against them. Return the new weight and the new bias.
#
# *Example.* For the example above and a rate of 0.01 the weight becomes 2 − 0.01 · 12 = 1.88, the bias 1 − 0.01 · 4 = 0.96.


# %% tags=["solution"]
def gd_step(x, y, weight, bias, lr):
    difference = x @ weight + bias - y
    new_weight = weight - lr * 2 / len(x) * x.T @ difference
    new_bias = bias - lr * 2 * difference.mean()
    return new_weight, new_bias


# %% [markdown] tags=["solution"]
# `difference` is computed once, before anything moves, and serves both gradients. `weight - ...` makes a new array; `weight -= ...` would write into the caller's.

# %%
check(gd_step)

# %%
gd_step_ok = use("03.gd_step", gd_step)
weight, bias = gd_step_ok(np.array([[3.0]]), np.array([5.0]), np.array([2.0]), 1.0, 0.01)
print(f"weight {weight[0]:.2f}, bias {bias:.2f}")

# %% [markdown]
# ## 4 · `fit_gd`: the loop
#
# *Core · level 2 of 3 · about 9 minutes · read again: [what goes wrong](../notebooks/03_regression.ipynb#10-·-What-goes-wrong,-and-what-it-looks-like)*
#
# Start at weight 0 and bias 0, and make `steps` steps. Return weight, bias, and the loss *before* each step, an array of `steps` numbers.
#
# *Example.* The points (−1, −2) and (1, 2), a rate of 0.25 and three steps: the losses are 4, 1 and 0.25, and the weight ends at 1.75.


# %% tags=["solution"]
def fit_gd(x, y, lr, steps):
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, np.empty(steps)
    for step in range(steps):
        difference = x @ weight + bias - y
        losses[step] = (difference**2).mean()
        weight = weight - lr * 2 / len(x) * x.T @ difference
        bias = bias - lr * 2 * difference.mean()
    return weight, bias, losses


# %% [markdown] tags=["solution"]
# In every step: the differences where it stands now, the loss of that place, then the move. A gradient taken before the loop would belong to the start for ever.

# %%
check(fit_gd)

# %%
fit_gd_ok = use("03.fit_gd", fit_gd)
weight, bias, losses = fit_gd_ok(np.array([[-1.0], [1.0]]), np.array([-2.0, 2.0]), 0.25, 3)
print("weight", weight, "losses", losses)

# %% [markdown]
# ## Put together: the patients of the lesson
#
# Ten measurements, scaled by the training part, and 200 steps. Loop and loss are those of your functions, as far as they pass.

# %%
measured, progression = (part.astype(np.float64) for part in diabetes())
train_rows, test_rows = lk.split_indices(len(measured), (0.75, 0.25), rng=lk.rng(0))
scaler = lk.Standardizer().fit(measured[train_rows])
x_train, x_test = scaler.transform(measured[train_rows]), scaler.transform(measured[test_rows])
y_train, y_test = progression[train_rows], progression[test_rows]
weight, bias, losses = fit_gd_ok(x_train, y_train, 0.2, 200)
on_test, always_the_mean = (
    mse_ok(x_test @ weight + bias, y_test),
    mse_ok(np.full(len(y_test), y_train.mean()), y_test),
)
assert losses[-1] < 2800 and 0.4 < on_test / always_the_mean < 0.7
print(f"loss before the first step {losses[0]:.0f}, before the last {losses[-1]:.0f}")
print("on patients set aside: between 0.4 and 0.7 of the loss of always predicting the mean")

# %% [markdown]
# The core ends here: four short functions, and a model that says more about a patient than the mean does. Four more follow for practice.

# %% [markdown]
# ## 5 · `max_stable_lr`: how large may the learning rate be?
#
# *Practice · level 3 of 3 · about 10 minutes · read again: [many directions](../notebooks/03_regression.ipynb#7-·-Many-directions:-the-valley)*
#
# Return the learning rate above which gradient descent on the mean squared error diverges, for weight *and* bias.
#
# *Example.* For $x = -2$ and $x = 2$ the curvatures are 8 along the weight and 2 along the bias: the rate is 0.25.


# %% tags=["solution"]
def max_stable_lr(x):
    ones = np.column_stack([x, np.ones(len(x))])
    curvatures = np.linalg.eigvalsh(2 / len(x) * ones.T @ ones)
    return 2 / curvatures.max()


# %% [markdown] tags=["solution"]
# The bias is the weight of a feature that is always 1. The curvatures are the eigenvalues of $\frac{2}{N} A^\top A$; the steepest one decides, and 2 over it is the border.

# %%
check(max_stable_lr)

# %%
max_stable_lr_ok = use("03.max_stable_lr", max_stable_lr)
limit = float(max_stable_lr_ok(x_train))
below, above = (fit_gd_ok(x_train, y_train, factor * limit, 300)[2] for factor in (0.98, 1.02))
assert below[-1] < below[0] and above[-1] > above[0]
print(f"the patients: {limit:.4f}; two percent below it the loss falls, two percent above it grows")

# %% [markdown]
# ## 6 · `mae`: a loss that few can drag along
#
# *Practice · level 1 of 3 · about 6 minutes · read again: [other losses](../notebooks/03_regression.ipynb#9-·-Other-losses-for-numbers)*
#
# Return the mean of the sizes of the differences, *and* its gradient along the predictions. Where a prediction is exactly right the slope is 0.
#
# *Example.* Predictions (1, 2, 3), targets (1, 5, 1): the loss is (0 + 3 + 2) / 3 = 1.6667, the gradient (0, −0.3333, 0.3333).


# %% tags=["solution"]
def mae(predictions, targets):
    difference = predictions - targets
    loss = np.abs(difference).mean()
    grad = np.sign(difference) / len(difference)
    return loss, grad


# %% [markdown] tags=["solution"]
# The size has slope 1 on the right and −1 on the left: `np.sign`, which is 0 at 0. The mean divides by N.

# %%
check(mae)

# %%
mae_ok = use("03.mae", mae)
loss, grad = mae_ok(np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, 1.0]))
print(f"loss {loss:.4f}, gradient", np.round(grad, 4))

# %% [markdown]
# ## 7 · `huber`: squared when small, straight when large
#
# *Practice · level 2 of 3 · about 10 minutes · read again: [other losses](../notebooks/03_regression.ipynb#9-·-Other-losses-for-numbers)*
#
# An error $d$ costs $\frac12 d^2$ where $|d| \leq \delta$, and $\delta\,(|d| - \frac12 \delta)$ beyond. Return the mean cost *and* its gradient along the predictions.
#
# *Example.* Errors 0.5 and 3 with $\delta = 1$ cost 0.125 and 2.5: the loss is 1.3125, the gradient (0.25, 0.5).


# %% tags=["solution"]
def huber(predictions, targets, delta):
    difference = predictions - targets
    size = np.abs(difference)
    costs = np.where(size <= delta, 0.5 * difference**2, delta * (size - 0.5 * delta))
    slopes = np.clip(difference, -delta, delta)
    return costs.mean(), slopes / len(slopes)


# %% [markdown] tags=["solution"]
# Both pieces meet at $\delta$ with value $\frac12 \delta^2$ and slope $\delta$. The slope is the error itself, held between $-\delta$ and $\delta$.

# %%
check(huber)

# %%
huber_ok = use("03.huber", huber)
loss, grad = huber_ok(np.array([0.5, 3.0]), np.zeros(2), 1.0)
print(f"loss {loss:.4f}, gradient", np.round(grad, 4))

# %% [markdown]
# ## 8 · `mape`: off by what share?
#
# *Practice · level 1 of 3 · about 6 minutes · new here; the cell below says all you need*
#
# By what share of the target is a prediction off, on average? Return a fraction, not percent. It is a number to report and no loss to descend: raise a
# `ValueError` if a target is 0, since no share of 0 can be told.
#
# *Example.* Predictions 90 and 30 for targets 100 and 20 are off by 0.1 and 0.5: the answer is 0.3.


# %% tags=["solution"]
def mape(predictions, targets):
    if (targets == 0).any():
        raise ValueError("targets must not be 0")
    shares = np.abs(predictions - targets) / np.abs(targets)
    return shares.mean()


# %% [markdown] tags=["solution"]
# Each error is divided by the size of its own target, since a negative one would make the share negative. Without the first two lines a target of 0 gives inf,
# and the mean with it, under a mere warning.

# %%
check(mape)

# %%
mape_ok = use("03.mape", mape)
print(f"{mape_ok(np.array([90.0, 30.0]), np.array([100.0, 20.0])):.2f}")

# %% [markdown]
# ## 9 · `read_the_surface`: read a loss surface
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 7 of [the lesson](../notebooks/03_regression.ipynb)*
#
# The last four have no code for an answer. Put it in place of the three dots.
#
# A linear regression has two weights. Its loss is drawn over them as contour lines: each line joins places of equal loss, and from line to line the loss changes by the same amount. They are long, narrow ellipses around one point. Which statements hold? There is more than one.
#
# - **a** Where the lines lie close together, the gradient is long.
# - **b** From anywhere, the direction of steepest descent points at the middle of the ellipses.
# - **c** At every place the gradient stands at a right angle to the contour line.
# - **d** Starting in another corner, gradient descent may end in another minimum.
# - **e** Along the flat direction, the long axis, the curvature is 0.
# - **f** The narrower the ellipses, the larger the condition number.

# %% tags=["solution"]
read_the_surface = "a c f"
# Close lines are a steep slope; along a line nothing changes; the lengths of the axes are 1 over the roots of the curvatures.

# %%
check(read_the_surface, "03.read_the_surface")

# %% [markdown]
# ## 10 · `largest_rate`: the largest learning rate
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 7 of [the lesson](../notebooks/03_regression.ipynb)*
#
# A loss has curvature 8 along one direction and 0.5 along the other, at right angles. Up to which learning rate does gradient descent converge?

# %% tags=["solution"]
largest_rate = 2 / 8
# The steepest direction decides: 1 - 8 lr must stay above -1.

# %%
check(largest_rate, "03.largest_rate")

# %% [markdown]
# ## 11 · `one_descent`: fit a line, in order
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 5 of [the lesson](../notebooks/03_regression.ipynb)*
#
# Put the steps of a fit by gradient descent in order, from the data to the first move. Two of them do not belong.
#
# - **A** subtract the learning rate times its gradient from weight and bias
# - **B** multiply the differences by the inputs and take the mean: the gradient
# - **C** scale the features by mean and deviation of the training part
# - **D** scale the targets of the test part by their own mean
# - **E** start with weight 0 and bias 0
# - **F** predictions less targets: the differences
# - **G** predict with the weight and bias of now
# - **H** choose the weight whose training loss was largest

# %% tags=["solution"]
one_descent = "C E G F B A"
# Scaled inputs and a start; forward to the differences; the gradient from them; then the step.

# %%
check(one_descent, "03.one_descent")

# %% [markdown]
# ## 12 · `broken_descent`: which run is broken, and why?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 10 of [the lesson](../notebooks/03_regression.ipynb)*
#
# Three runs fit the patients of the lesson by gradient descent, 200 steps each. Always predicting the mean has a loss of 6,207, the best line 2,782. Their training loss:
#
# | run | before step 1 | 2 | 10 | 100 | after 200 steps |
# |---|---|---|---|---|---|
# | a | 29,579 | 12,588 | 2,791 | 2,784 | 2,783 |
# | b | 29,579 | 28,920 | 24,392 | 6,180 | 3,238 |
# | c | 29,579 | 26,859 | 13,881 | 6,207 | 6,207 |
#
# One of them will not get better however long it runs. Which one, and what is the cause?
#
# - **1** the learning rate is too small
# - **2** predictions are a column and targets a row: every prediction is compared with every target
# - **3** the learning rate is too large
# - **4** the features are not scaled

# %% tags=["solution"]
broken_descent = "c 2"
# Compared with all targets at once, every prediction is best at their mean: the model learns the mean and stops.

# %%
check(broken_descent, "03.broken_descent")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts of all twelve, and `learnkit status` shows where you stand in the
# course. In lesson 04 the answer is a class, and the loss another one.
