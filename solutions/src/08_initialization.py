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
# # 08 · Exercises: draw the first weights of lesson 08 yourself
#
# You write three ways to draw first weights and two ways to look into a network, and then start ten layers with them. The four core exercises take about
# 32 minutes, what is for practice 17 more. They belong to [lesson 08](../notebooks/08_initialization.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("08.he_normal")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps, and
#    last the solution. Or begin with an easier form: `start("08.he_normal", "order")` brings the lines of the solution, with others among
#    them, to put in order; `"fill"` instead of `"order"` leaves out one line, and `"worked"` none, for reading.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.
#
# The first three are random: `check` compares how the numbers are spread, and not the numbers. Take every random number from the `rng` that
# comes in.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/08_initialization.ipynb).*

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
from learnkit.datasets import digits

# %% [markdown]
# ## 1 · `he_normal`: weights for a layer with ReLU
#
# *Core · level 2 of 3 · about 8 minutes · read again: [three rules](../notebooks/08_initialization.ipynb#7-·-Three-rules-for-a-start)*
#
# Draw the first weights of a layer that is followed by ReLU: normal, with mean 0 and variance 2 over the fan-in. The shape is (D_out, D_in), or for a
# convolution (C_out, C_in, height, width): there one output sums over a window of height times width numbers in each of C_in channels.
#
# *Example.* The shape (64, 1024) has the fan-in 1024, so a standard deviation of √(2/1024) = 0.0442. The shape (32, 24, 3, 5) has the fan-in 24 · 3 · 5 = 360.


# %% tags=["solution"]
def he_normal(shape, rng):
    fan_in = np.prod(shape[1:])
    return rng.normal(0.0, np.sqrt(2 / fan_in), size=shape)


# %% [markdown] tags=["solution"]
# All axes but the first belong to the inputs of one output, in a matrix and in a convolution. The generator wants a standard deviation, the root of the variance.

# %%
check(he_normal)

# %%
he_normal_ok = use("08.he_normal", he_normal)
for shape in ((64, 1024), (32, 24, 3, 5)):
    weights = he_normal_ok(shape, rng=lk.rng(0))
    print(f"{shape!s:<15} std {weights.std():.3f}")

# %% [markdown]
# ## 2 · `xavier_uniform`: weights for a layer with tanh
#
# *Core · level 2 of 3 · about 6 minutes · read again: [three rules](../notebooks/08_initialization.ipynb#7-·-Three-rules-for-a-start)*
#
# Draw weights of shape (D_out, D_in) *evenly* between −bound and bound, such that their variance is 2 / (fan_in + fan_out).
#
# *Example.* The shape (40, 60) has the variance 2/100 = 0.02. The bound is larger than its root 0.1414; which one is it?


# %% tags=["solution"]
def xavier_uniform(shape, rng):
    variance = 2 / (shape[0] + shape[1])
    bound = np.sqrt(3 * variance)
    return rng.uniform(-bound, bound, size=shape)


# %% [markdown] tags=["solution"]
# Numbers drawn evenly up to a bound have a third of the squared bound as their variance. So the bound is √3 times the standard deviation, √(6/100) = 0.2449 in the example.

# %%
check(xavier_uniform)

# %%
xavier_uniform_ok = use("08.xavier_uniform", xavier_uniform)
weights = xavier_uniform_ok((400, 600), rng=lk.rng(0))
print(f"largest {np.abs(weights).max():.3f}, std {weights.std():.3f}")

# %% [markdown]
# ## 3 · `orthogonal`: weights that keep lengths
#
# *Core · level 3 of 3 · about 10 minutes · read again: [three rules](../notebooks/08_initialization.ipynb#7-·-Three-rules-for-a-start)*
#
# Rows that stand at right angles and all have the length `gain`: that is a matrix which keeps lengths, up to the gain. In a space of three dimensions there are only three
# directions at right angles. So a matrix with more rows than columns cannot have such rows; there it is the *columns*.
#
# `np.linalg.qr(a)` takes a matrix `a` with at least as many rows as columns apart into two factors. The first, of the shape of `a`, has columns at right angles, of length 1.


# %% tags=["solution"]
def orthogonal(shape, gain, rng):
    longer, shorter = max(shape), min(shape)
    q, _ = np.linalg.qr(rng.normal(size=(longer, shorter)))
    if q.shape != shape:
        q = q.T
    return gain * q


# %% [markdown] tags=["solution"]
# A tall matrix is drawn in either case, since only there does the decomposition give as many directions as are needed; a wide one is a tall one laid on its side. `reshape`
# would keep the shape right and tear the columns apart.

# %%
check(orthogonal)

# %%
orthogonal_ok = use("08.orthogonal", orthogonal)
wide, tall = orthogonal_ok((3, 5), 2.0, lk.rng(0)), orthogonal_ok((5, 3), 2.0, lk.rng(0))
print("wide: the rows against each other\n", np.round(wide @ wide.T, 6) + 0)
print("tall: the columns against each other\n", np.round(tall.T @ tall, 6) + 0)

# %% [markdown]
# ## 4 · `signal_stats`: the size of the signal after each layer
#
# *Core · level 2 of 3 · about 8 minutes · read again:
# [fifty layers](../notebooks/08_initialization.ipynb#5-·-Fifty-layers:-what-a-product-does)*
#
# Send a batch through layers with ReLU and no biases. For each layer return the mean and the standard deviation of *all* entries that come out of it, examples and units alike:
# two arrays with one number a layer.
#
# *Example.* x = ((1, 2), (3, −1)) and one weight ((1, 0), (1, 1)). The sums are (1, 3) and (3, 2), ReLU leaves them, their mean is 2.25 and their standard
# deviation 0.8292.


# %% tags=["solution"]
def signal_stats(x, weights):
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean())
        stds.append(x.std())
    return np.array(means), np.array(stds)


# %% [markdown] tags=["solution"]
# The name `x` is given a new array at each layer: what came out of the one is what the next is given. The caller's array is not written into. Without an axis, `mean` and `std` run over all
# entries.

# %%
check(signal_stats)

# %%
signal_stats_ok = use("08.signal_stats", signal_stats)
means, stds = signal_stats_ok(np.array([[1.0, 2.0], [3.0, -1.0]]), [np.array([[1.0, 0.0], [1.0, 1.0]])])
print("the example", means.round(4), stds.round(4))

# %% [markdown]
# ## Put together: start ten layers
#
# Your functions measure your functions. Nine layers of 100 units with ReLU, on the digits; each start by the size that is left after the ninth, in parts of the first.

# %%
images, labels = digits()
train_rows, test_rows = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
pixels = images.astype(np.float64)
x_all = lk.Standardizer().fit(pixels[train_rows]).transform(pixels)

# %%
shapes = [(100, 64)] + [(100, 100)] * 8
starts = {
    "std 0.01": lambda shape, rng: rng.normal(0.0, 0.01, size=shape),
    "Xavier": xavier_uniform_ok,
    "orthogonal, gain √2": lambda shape, rng: orthogonal_ok(shape, np.sqrt(2), rng),
    "He": he_normal_ok,
}

# %%
left, lines = {}, []
for name, draw in starts.items():
    rng = lk.rng(0)
    _, stds = signal_stats_ok(x_all[train_rows], [draw(shape, rng=rng) for shape in shapes])
    left[name] = stds[-1] / stds[0]
    lines.append(f"{name:<20} {left[name]:.0e}" if left[name] < 0.1 else f"{name:<20} between 0.2 and 5")
print(*lines, sep="\n")
assert left["std 0.01"] < 1e-8 and left["Xavier"] < 0.1
assert all(0.2 < left[name] < 5 for name in ("orthogonal, gain √2", "He"))

# %% [markdown]
# And does it learn? Ten layers, ten epochs, with the weights that your `he_normal` draws.

# %%
x_train, y_train = x_all[train_rows].astype(np.float32), labels[train_rows]
x_test, y_test = x_all[test_rows].astype(np.float32), labels[test_rows]


def ten_layers(draw, seed):
    """Ten layers with ReLU whose weights are drawn by draw(shape, rng)."""
    rng, layers = lk.rng(seed), [lk.Linear(64, 100), lk.ReLU()]
    for _ in range(8):
        layers += [lk.Linear(100, 100), lk.ReLU()]
    net = lk.Sequential(*layers, lk.Linear(100, 10))
    return lk.initialize(net, lambda shape, *, rng, dtype: draw(shape, rng=rng), rng=rng)


# %%
def train(net, seed, epochs=10):
    """Train a network; return its test accuracy."""
    order, optimizer = lk.rng(seed), lk.SGD(net.parameters(), lr=0.05)
    for _ in range(epochs):
        for x, y in lk.minibatches(x_train, y_train, batch_size=64, rng=order):
            loss = lk.cross_entropy(net(lk.tensor(x)), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with lk.no_grad():
        return lk.accuracy(net(lk.tensor(x_test)), y_test)


# %%
lines = []
for name, lowest, highest in (("std 0.01", 0.0, 0.2), ("He", 0.9, 1.0)):
    accuracies = [train(ten_layers(starts[name], seed), seed) for seed in range(3)]
    assert all(lowest <= float(accuracy) <= highest for accuracy in accuracies)
    lines.append(f"{name:<10} test accuracy between {lowest} and {highest} in three runs")
print(*lines, sep="\n")

# %% [markdown]
# The core ends here: one line per layer decides whether ten layers learn. The rest is for practice.

# %% [markdown]
# ## 5 · `dead_fraction`: units that answer to nothing
#
# *Practice · level 1 of 3 · about 5 minutes · read again: [what goes wrong](../notebooks/08_initialization.ipynb#9-·-What-goes-wrong)*
#
# A unit is dead if ReLU leaves 0 of it for *every* example of a batch. Return the share of such units, from the outputs of a layer, (N, D).
#
# *Example.* For the rows (0, 2, 0) and (0, 0, 1) the first unit is dead and the others are not: 1/3.


# %% tags=["solution"]
def dead_fraction(activations):
    dead = (activations == 0).all(axis=0)
    return dead.mean()


# %% [markdown] tags=["solution"]
# Examples stand along axis 0, so "for every example" is `all(axis=0)`, one answer a unit. The mean of True and False is the share of True.

# %%
check(dead_fraction)

# %%
dead_fraction_ok = use("08.dead_fraction", dead_fraction)
print(f"the example {dead_fraction_ok(np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 1.0]])):.4f}")

# %% [markdown]
# ## 6 · `signal_left`: what is left after eight layers?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: sections 4, 5 and 7 of [the lesson](../notebooks/08_initialization.ipynb)*
#
# The last four have no code for an answer. Put it in place of the three dots.
#
# Numbers of root mean square 1 go through eight layers of 200 units with ReLU. The weights are normal, with standard deviation 0.05. What is the root mean square of what comes out, on average over such networks?

# %% tags=["solution"]
signal_left = (200 * 0.05**2 / 2) ** (8 / 2)
# A layer multiplies the mean square by 0.25: the size by 0.5. Eight layers: 0.5 to the power of 8.

# %%
check(signal_left, "08.signal_left")

# %% [markdown]
# ## 7 · `what_the_plot_says`: reading the sizes of signals and gradients
#
# *Practice · level 1 of 3 · about 3 minutes · read again: sections 5, 6 and 9 of [the lesson](../notebooks/08_initialization.ipynb)*
#
# Somebody plots, for twenty layers of 300 units before training, the standard deviation of each layer's outputs and of the gradient along them. Which of these statements hold? There is more than one.
#
# - **a** tanh: outputs flat at 0.9, gradients a million times larger at the first layer than at the last: the weights are too wide.
# - **b** ReLU: both fall by 0.7 a layer on a logarithmic axis: Xavier was used where He belongs.
# - **c** Outputs that fall along a straight line on a logarithmic axis lose the same amount at each layer.
# - **d** If the outputs are flat, the gradients are flat too.
# - **e** ReLU: all outputs of layer 12 are 0, and so are the gradients of layers 1 to 11: the units of layer 12 are all dead.
# - **f** Outputs flat, gradients a million times smaller at the first layer than at the last: a larger learning rate makes up for that.

# %% tags=["solution"]
what_the_plot_says = "a b e"
# tanh bounds outputs and not gradients; ReLU at gain 1 multiplies by 0.71; nothing passes back through a layer of dead units.

# %%
check(what_the_plot_says, "08.what_the_plot_says")

# %% [markdown]
# ## 8 · `which_start`: which starts suit this network?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: sections 7 and 8 of [the lesson](../notebooks/08_initialization.ipynb)*
#
# A network has fifteen layers of 128 units with ReLU, and its inputs are standardized. Which starts of its weights keep the size of the signal? Biases start at 0. There is more than one.
#
# - **a** the default of PyTorch's linear layer
# - **b** normal, with variance 2 / fan_in
# - **c** normal, with standard deviation 0.01
# - **d** zero everywhere, so that no direction is preferred
# - **e** normal, with variance 1 / fan_in
# - **f** orthogonal, with gain √2
# - **g** normal, with standard deviation 1

# %% tags=["solution"]
which_start = "b f"
# 128 · 2/128 = 2, and ReLU leaves half of it: a factor of 1. √2 times a matrix that keeps lengths does the same.

# %%
check(which_start, "08.which_start")

# %% [markdown]
# ## 9 · `stuck_run`: which run cannot learn, and why?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 9 of [the lesson](../notebooks/08_initialization.ipynb)*
#
# Three networks of six layers with ReLU are trained on the digits. Measured on the training digits, before the first step and after ten epochs; the outputs are those of the fifth layer, the gradient that of the first weight:
#
# | run | loss | std of outputs | dead units | length of the gradient at the end |
# |---|---|---|---|---|
# | a | 3.03, then 0.01 | 1.0, then 1.9 | 0.03, then 0.05 | 0.01 |
# | b | 2.30, then 2.30 | 0, then 0 | 1.00, then 1.00 | 0 |
# | c | 2.31, then 1.95 | 0.04, then 0.69 | 0.20, then 0.11 | 0.63 |
#
# One of them will not get better however long it runs. Which one, and what is the cause?
#
# - **1** the weights start too small
# - **2** the weights start too large
# - **3** its biases start far below 0
# - **4** all units of a layer start alike

# %% tags=["solution"]
stuck_run = "b 3"
# A bias far below 0 makes the sums of a late layer negative for all digits: ReLU and its slope are 0 there.

# %%
check(stuck_run, "08.stuck_run")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts of all nine, and `learnkit status` shows where you stand in the
# course. Lesson 09 takes better steps from the start that you have made.
