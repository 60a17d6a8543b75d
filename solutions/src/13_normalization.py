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
# # 13 · Exercises: normalization
#
# You write five functions, four of them core, and train a network by hand with them. The core exercises take about 41 minutes, what is for practice 17 more. They belong to
# [lesson 13](../notebooks/13_normalization.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("13.batchnorm_forward")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps,
#    and last the solution. Or begin with an easier form: `start("13.batchnorm_forward", "fill")`.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/13_normalization.ipynb).*

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
# ## 1 · `batchnorm_forward`: normalized by the batch
#
# *Core · level 2 of 3 · about 12 minutes · read again: [normalize by the batch](../notebooks/13_normalization.ipynb#3-·-Normalize-by-the-batch)*
#
# Batch normalization with its two modes. In training the batch normalizes (variance divided by N), and the running statistics move (variance divided by N − 1); in evaluation the running ones normalize, and stay.
#
# *Example.* The column 1, 3, 5, 7 in training, with scale 1 and shift 0: −1.34, −0.45, 0.45, 1.34; a running mean of 0 becomes 0.4.


# %% tags=["solution"]
def batchnorm_forward(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(axis=0, ddof=1)
    y = weight * (x - mean) / np.sqrt(var + eps) + bias
    return y, running_mean, running_var


# %% [markdown] tags=["solution"]
# Two variances of the same batch: divided by N to normalize it, divided by N − 1 to be remembered.

# %%
check(batchnorm_forward)

# %%
batchnorm_forward_ok = use("13.batchnorm_forward", batchnorm_forward)
column = np.array([[1.0], [3.0], [5.0], [7.0]])
result = batchnorm_forward_ok(column, np.ones(1), np.zeros(1), np.zeros(1), np.ones(1), True)
print(*(part.round(2).ravel() for part in result))

# %% [markdown]
# ## 2 · `batchnorm_backward`: back through the batch
#
# *Core · level 3 of 3 · about 15 minutes · read again: [backward: three ways to each input](../notebooks/13_normalization.ipynb#6-·-Backward:-three-ways-to-each-input)*
#
# The gradients along x, the scale and the shift, in training.
#
# *Check.* The gradients along each column of x add up to 0: adding one number to the whole column changes nothing.


# %% tags=["solution"]
def batchnorm_backward(grad_y, x, weight, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    normalized = (x - x.mean(axis=0)) / std
    g = grad_y * weight
    through_mean = g.mean(axis=0)
    through_std = normalized * (g * normalized).mean(axis=0)
    grad_x = (g - through_mean - through_std) / std
    return grad_x, (grad_y * normalized).sum(axis=0), grad_y.sum(axis=0)


# %% [markdown] tags=["solution"]
# Three ways lead to each input: directly, through the mean, and through the standard deviation.

# %%
check(batchnorm_backward)

# %%
batchnorm_backward_ok = use("13.batchnorm_backward", batchnorm_backward)
rng = np.random.default_rng(0)
grad_x, _, _ = batchnorm_backward_ok(rng.normal(size=(5, 2)), rng.normal(size=(5, 2)), np.ones(2))
print("columns add up to 0:", np.allclose(grad_x.sum(axis=0), 0))

# %% [markdown]
# ## 3 · `layernorm_forward`: normalized by the example
#
# *Core · level 1 of 3 · about 6 minutes · read again: [normalize by the example](../notebooks/13_normalization.ipynb#8-·-Normalize-by-the-example)*
#
# Each row normalized by its own mean and variance (divided by D), then scaled and shifted.
#
# *Example.* The row 1, 3, 5, 7 becomes −1.34, −0.45, 0.45, 1.34.


# %% tags=["solution"]
def layernorm_forward(x, weight, bias, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    return weight * (x - mean) / np.sqrt(var + eps) + bias


# %% [markdown] tags=["solution"]
# Batch normalization with the other axis; `keepdims` keeps the statistics as columns.

# %%
check(layernorm_forward)

# %%
layernorm_forward_ok = use("13.layernorm_forward", layernorm_forward)
print(layernorm_forward_ok(np.array([[1.0, 3.0, 5.0, 7.0]]), np.ones(4), np.zeros(4)).round(2))

# %% [markdown]
# ## 4 · `fold_batchnorm`: a layer that disappears
#
# *Core · level 2 of 3 · about 8 minutes · read again: [folded away](../notebooks/13_normalization.ipynb#9-·-Folded-away)*
#
# In evaluation a batch normalization is a scale and a shift. Put it into the linear layer before it.
#
# *Check.* The new layer alone gives what both gave.


# %% tags=["solution"]
def fold_batchnorm(linear_weight, linear_bias, running_mean, running_var, weight, bias, eps=1e-5):
    scale = weight / np.sqrt(running_var + eps)
    new_bias = (linear_bias - running_mean) * scale + bias
    return linear_weight * scale[:, None], new_bias


# %% [markdown] tags=["solution"]
# Row c of the weight belongs to output c, and is scaled as a whole.

# %%
check(fold_batchnorm)

# %%
fold_batchnorm_ok = use("13.fold_batchnorm", fold_batchnorm)
new_weight, new_bias = fold_batchnorm_ok(
    np.array([[2.0, 1.0]]), np.ones(1), np.array([3.0]), np.array([4.0]), np.ones(1), np.zeros(1)
)
print(new_weight.round(3), new_bias.round(3))

# %% [markdown]
# ## Put together: train with your layer, then make it disappear
#
# One hidden layer with your batch normalization, at a rate of 1.0; every gradient by hand. Then your `fold_batchnorm` puts the layer away, and the answers stay.

# %%
images, labels = digits()
images = images.astype(np.float64)
train, test = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
rng = lk.rng(1)
w1, b1 = rng.normal(0, 0.2, (32, 64)), np.zeros(32)
w2, b2 = rng.normal(0, 0.2, (10, 32)), np.zeros(10)
scale, shift, running = np.ones(32), np.zeros(32), (np.zeros(32), np.ones(32))


# %%
def one_step(x, y, lr=1.0):
    global w1, w2, b2, scale, shift, running
    z = x @ w1.T + b1
    h, *running = batchnorm_forward_ok(z, scale, shift, *running, True)
    active = np.maximum(h, 0)
    grad_scores = (lk.softmax(active @ w2.T + b2) - np.eye(10)[y]) / len(y)
    grad_h = grad_scores @ w2 * (h > 0)
    grad_z, grad_scale, grad_shift = batchnorm_backward_ok(grad_h, z, scale)
    w2, b2 = w2 - lr * grad_scores.T @ active, b2 - lr * grad_scores.sum(axis=0)
    scale, shift = scale - lr * grad_scale, shift - lr * grad_shift
    w1 = w1 - lr * grad_z.T @ x


# %%
for _ in range(10):
    for x, y in lk.minibatches(images[train], labels[train], batch_size=64, rng=rng, drop_last=True):
        one_step(x, y)
hidden = batchnorm_forward_ok(images[test] @ w1.T + b1, scale, shift, *running, False)[0]
said = (np.maximum(hidden, 0) @ w2.T + b2).argmax(axis=1)
print("test accuracy above 0.93:", (said == labels[test]).mean() > 0.93)

# %%
folded_weight, folded_bias = fold_batchnorm_ok(w1, b1, *running, scale, shift)
without = np.maximum(images[test] @ folded_weight.T + folded_bias, 0) @ w2.T + b2
print("the same answers without the layer:", np.array_equal(without.argmax(axis=1), said))

# %% [markdown]
# The core ends here. One more function and four questions follow for practice.

# %% [markdown]
# ## 5 · `rmsnorm`: without a mean
#
# *Practice · level 1 of 3 · about 5 minutes · read again: [normalize by the example](../notebooks/13_normalization.ipynb#8-·-Normalize-by-the-example)*
#
# Each row divided by the root of the mean of its squares, then scaled. Nothing is taken away.
#
# *Example.* The row 3, 4 has the mean square 12.5, and becomes 0.85, 1.13.


# %% tags=["solution"]
def rmsnorm(x, weight, eps=1e-6):
    mean_square = (x**2).mean(axis=1, keepdims=True)
    return weight * x / np.sqrt(mean_square + eps)


# %% [markdown] tags=["solution"]
# From the inside out: square, mean, root.

# %%
check(rmsnorm)

# %%
rmsnorm_ok = use("13.rmsnorm", rmsnorm)
print(rmsnorm_ok(np.array([[3.0, 4.0]]), np.ones(2)).round(2))

# %% [markdown]
# ## 6 · `running_mean`: what is remembered
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [two modes, two sets of statistics](../notebooks/13_normalization.ipynb#5-·-Two-modes,-two-sets-of-statistics)*
#
# The running mean of a feature is 2. Two training batches follow, with means 4 and 0. Momentum is 0.1, as PyTorch's default. What is the running mean after both, to two digits after the point?


# %% tags=["solution"]
running_mean = 0.9 * (0.9 * 2 + 0.1 * 4) + 0.1 * 0
# 2 becomes 2.2, and that 0.9 of itself.


# %%
check(running_mean, "13.running_mean")

# %% [markdown]
# ## 7 · `what_holds`: which statements hold?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [normalize by the example](../notebooks/13_normalization.ipynb#8-·-Normalize-by-the-example)*
#
# Which statements hold for the layers as PyTorch has them? There is more than one.
#
# - **a** In training, batch normalization makes the scores of an image depend on the other images of its batch.
# - **b** In evaluation, batch normalization does so too.
# - **c** Layer normalization has no running statistics.
# - **d** Layer normalization needs a batch of two at least.
# - **e** A linear layer right before batch normalization needs no bias.
# - **f** Batch normalization in evaluation can be put into the linear layer before it.
# - **g** A momentum of 0.1 keeps a tenth of the old running mean at each batch.


# %% tags=["solution"]
what_holds = "a c e f"
# The mean takes a bias away again; with fixed statistics the layer is a scale and a shift.


# %%
check(what_holds, "13.what_holds")

# %% [markdown]
# ## 8 · `batch_of_two`: a batch of two
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [small batches](../notebooks/13_normalization.ipynb#7-·-Small-batches)*
#
# Batch normalization without scale and shift, in training, on a batch of two images whose features all differ by much more than the root of eps. What are the normalized features of the first image?
#
# - **a** each is close to 1 or to -1
# - **b** each is close to 0
# - **c** they are spread like a normal distribution
# - **d** they are those of evaluation


# %% tags=["solution"]
batch_of_two = "a"
# Of 3 and 7 the mean is 5 and the standard deviation 2: -1 and 1. All that is left is which one is larger.


# %%
check(batch_of_two, "13.batch_of_two")

# %% [markdown]
# ## 9 · `which_run`: which run is broken, and why?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [a broken run](../notebooks/13_normalization.ipynb#11-·-A-broken-run)*
#
# Three networks with batch normalization, trained on 1,347 images at a rate of 0.5. The test accuracy after the last five epochs, in evaluation mode:
#
# | run | test accuracy |
# |---|---|
# | a | 0.98, 0.98, 0.98, 0.98, 0.98 |
# | b | 0.56, 0.76, 0.53, 0.66, 0.42 |
# | c | 0.97, 0.97, 0.98, 0.97, 0.98 |
#
# The training loss of all three is low. Which one is broken, and what is the cause?
#
# - **1** the learning rate is too large
# - **2** the test images were normalized by their own batch
# - **3** the last batch of each epoch has three images, and ruins the running statistics
# - **4** it has learned its training images by heart


# %% tags=["solution"]
which_run = "b 3"
# 1,347 = 21 · 64 + 3: a tenth of the running statistics comes from three images. drop_last=True cures it.


# %%
check(which_run, "13.which_run")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts, and `learnkit status` shows where you stand in the course.
