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
# # 12 · Exercises: regularization
#
# You write five functions, four of them core, and train a network by hand with those four. The core exercises take about 29 minutes, what is for practice 18 more. They belong to
# [lesson 12](../notebooks/12_regularization.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("12.dropout_forward")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps,
#    and last the solution. Or begin with an easier form: `start("12.dropout_forward", "fill")`.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/12_regularization.ipynb).*

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
# ## 1 · `dropout_forward`: drop at random, in training only
#
# *Core · level 2 of 3 · about 10 minutes · read again: [dropout, by hand](../notebooks/12_regularization.ipynb#4-·-Dropout,-by-hand)*
#
# In training each value becomes 0 with probability `p`; what stays is divided by `1 - p`. In evaluation the input comes back.
#
# *Example.* With p = 0.2, a 1 that is kept becomes 1.25.


# %% tags=["solution"]
def dropout_forward(x, p, rng, training):
    if not training:
        return x.copy()
    if p == 1:
        return np.zeros_like(x)
    keep = rng.random(x.shape) >= p
    return np.where(keep, x / (1 - p), 0.0)


# %% [markdown] tags=["solution"]
# One draw for each value, compared with p. With p = 1 nothing is kept, and 1/(1 - p) must not be computed.

# %%
check(dropout_forward)

# %%
dropout_forward_ok = use("12.dropout_forward", dropout_forward)
ones = np.ones(100_000)
dropped = dropout_forward_ok(ones, 0.25, np.random.default_rng(0), True)
print(np.unique(dropped.round(4)), "mean near 1:", abs(dropped.mean() - 1) < 0.02)

# %% [markdown]
# ## 2 · `dropout_backward`: the gradient takes the same way
#
# *Core · level 1 of 3 · about 6 minutes · read again: [backward: the same mask](../notebooks/12_regularization.ipynb#6-·-Backward:-the-same-mask)*
#
# The gradient along the input of dropout, from that along its output and the mask of the forward pass.
#
# *Example.* With p = 0.2, a gradient of 10 becomes 12.5 where the value was kept, and 0 where it was dropped.


# %% tags=["solution"]
def dropout_backward(grad_output, keep, p):
    if p == 1:
        return np.zeros_like(grad_output)
    factor = 1 / (1 - p)
    return np.where(keep, factor * grad_output, 0.0)


# %% [markdown] tags=["solution"]
# Each output was a factor times its input, so the gradient gets the same factor.

# %%
check(dropout_backward)

# %%
dropout_backward_ok = use("12.dropout_backward", dropout_backward)
print(dropout_backward_ok(np.array([10.0, 10.0]), np.array([True, False]), 0.2))

# %% [markdown]
# ## 3 · `l2_loss_grad`: weight decay, in the loss and in the gradient
#
# *Core · level 1 of 3 · about 7 minutes · read again: [keep the weights small](../notebooks/12_regularization.ipynb#3-·-Keep-the-weights-small)*
#
# Put weight decay into a loss and its gradients. The bias is left alone.
#
# *Example.* A loss of 1, the weights (3, −4) and λ = 0.1: the loss becomes 1 + 1.25, and (0.3, −0.4) is added to the gradient.


# %% tags=["solution"]
def l2_loss_grad(loss, grad_weight, grad_bias, weight, bias, weight_decay):
    penalty = weight_decay / 2 * (weight**2).sum()
    grad_penalty = weight_decay * weight
    return loss + penalty, grad_weight + grad_penalty, grad_bias


# %% [markdown] tags=["solution"]
# The ½ cancels the 2 of the square, and the sum of the squares runs over all weights.

# %%
check(l2_loss_grad)

# %%
l2_loss_grad_ok = use("12.l2_loss_grad", l2_loss_grad)
w, b = np.array([[3.0, -4.0]]), np.array([7.0])
print(l2_loss_grad_ok(1.0, np.zeros((1, 2)), np.zeros(1), w, b, 0.1))

# %% [markdown]
# ## 4 · `label_smoothing`: targets that are not quite sure
#
# *Core · level 1 of 3 · about 6 minutes · read again: [softer targets](../notebooks/12_regularization.ipynb#8-·-Softer-targets)*
#
# Targets that ask for `1 - epsilon` at the right class, and spread `epsilon` evenly over all classes, the right one included.
#
# *Example.* Class 1 of four, ε = 0.2: (0.05, 0.85, 0.05, 0.05).


# %% tags=["solution"]
def label_smoothing(targets, num_classes, epsilon):
    hard = np.eye(num_classes)[targets]
    share = epsilon / num_classes
    return (1 - epsilon) * hard + share


# %% [markdown] tags=["solution"]
# All K classes get the same share; the right one keeps what is left. The row adds up to 1.

# %%
check(label_smoothing)

# %%
label_smoothing_ok = use("12.label_smoothing", label_smoothing)
print(label_smoothing_ok(np.array([1, 3]), 4, 0.2))

# %% [markdown]
# ## Put together: one hidden layer, trained with your functions
#
# 200 digits, two fifths of them mislabeled; one hidden layer of 64 units with your dropout, your weight decay and your soft targets, every gradient by hand. First without any of them,
# then with all.

# %%
images, labels = digits()
images = images.astype(np.float64)
rng = np.random.default_rng(0)
train, test = np.split(rng.permutation(len(images)), [200])
noisy = labels[train].copy()
noisy[:80] = (noisy[:80] + rng.integers(1, 10, size=80)) % 10


# %%
def gradients(x, targets, w1, w2, p, rng):
    """Forward and backward through one hidden layer with dropout; the gradients of both weights."""
    before = x @ w1.T
    hidden = np.maximum(before, 0)
    dropped = dropout_forward_ok(hidden, p, rng, True)
    keep = (dropped != 0) | (hidden == 0)
    grad_scores = (lk.softmax(dropped @ w2.T) - targets) / len(x)
    grad_hidden = dropout_backward_ok(grad_scores @ w2, keep, p) * (before > 0)
    return grad_hidden.T @ x, grad_scores.T @ dropped


# %%
def train_network(p, weight_decay, epsilon, steps=1500, lr=0.3):
    rng = np.random.default_rng(1)
    w1, w2 = rng.normal(0, 0.18, (64, 64)), rng.normal(0, 0.18, (10, 64))
    targets, none = label_smoothing_ok(noisy, 10, epsilon), np.zeros(1)
    for _ in range(steps):
        grad1, grad2 = gradients(images[train], targets, w1, w2, p, rng)
        _, grad1, _ = l2_loss_grad_ok(0.0, grad1, none, w1, none, weight_decay)
        _, grad2, _ = l2_loss_grad_ok(0.0, grad2, none, w2, none, weight_decay)
        w1, w2 = w1 - lr * grad1, w2 - lr * grad2
    scores = np.maximum(images @ w1.T, 0) @ w2.T
    return lk.accuracy(scores[train], noisy), lk.accuracy(scores[test], labels[test])


fit_alone, test_alone = train_network(0.0, 0.0, 0.0)
fit_all, test_all = train_network(0.3, 0.01, 0.1)
assert fit_alone > 0.9 and fit_all < 0.85 and test_all > test_alone + 0.1
print("with all of them it reproduces fewer of the noisy labels, and reads at least 0.1 better")

# %% [markdown]
# The core ends here. One more function and four questions follow for practice.

# %% [markdown]
# ## 5 · `soft_threshold`: a step towards zero that stops there
#
# *Practice · level 2 of 3 · about 6 minutes · read again: [l1: exact zeros](../notebooks/12_regularization.ipynb#7-·-L1:-exact-zeros)*
#
# Move each value towards 0 by the threshold, and no further than 0.
#
# *Example.* At a threshold of 0.5: 0.8 becomes 0.3, −0.8 becomes −0.3, and 0.2 becomes 0.


# %% tags=["solution"]
def soft_threshold(weight, threshold):
    size = np.maximum(np.abs(weight) - threshold, 0)
    return np.sign(weight) * size


# %% [markdown] tags=["solution"]
# The size loses the threshold, the sign stays. `weight - np.clip(weight, -threshold, threshold)` is as right.

# %%
check(soft_threshold)

# %%
soft_threshold_ok = use("12.soft_threshold", soft_threshold)
print(soft_threshold_ok(np.array([0.8, -0.8, 0.2]), 0.5))

# %% [markdown]
# ## 6 · `when_to_stop`: when to stop
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [learn, then memorize](../notebooks/12_regularization.ipynb#2-·-Learn,-then-memorize)*
#
# Two fifths of all training and validation labels are wrong. Accuracy on training labels: 0.35, 0.58, 0.80, 1.00 after 3, 15, 40 and 100 epochs; on validation labels: 0.33, 0.52, 0.43, 0.37. Which weights do you keep?
#
# - **a** those after 3 epochs
# - **b** those after 15 epochs
# - **c** those after 40 epochs
# - **d** those after 100 epochs


# %% tags=["solution"]
when_to_stop = "b"
# Validation is highest there, though two fifths of its labels are wrong too.


# %%
check(when_to_stop, "12.when_to_stop")

# %% [markdown]
# ## 7 · `kept_sum`: a sum under dropout
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [dropout, by hand](../notebooks/12_regularization.ipynb#4-·-Dropout,-by-hand)*
#
# A unit adds up 20 inputs that are all 1, each times the weight 0.5. Dropout with p = 0.2 acts on the inputs. In one training step exactly 14 of them are kept. What is the sum?


# %% tags=["solution"]
kept_sum = 14 * 0.5 / (1 - 0.2)
# The factor is that of p, not that of the 14 which happened to be kept.


# %%
check(kept_sum, "12.kept_sum")

# %% [markdown]
# ## 8 · `what_helps`: what did the runs show?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [when it helps, and when not](../notebooks/12_regularization.ipynb#9-·-When-it-helps,-and-when-not)*
#
# Which of these statements did the runs of the lesson bear out? There is more than one.
#
# - **a** With many wrong labels, stronger weight decay kept the accuracy on right labels higher.
# - **b** On 300 rightly labeled digits dropout was better than nothing by more than the runs differed.
# - **c** With many wrong labels, label smoothing kept the network from memorizing.
# - **d** Dropout slowed memorizing down.
# - **e** The gradient of an L1 penalty made a third of the weights exactly 0.
# - **f** Early on, the network called most mislabeled digits by their true class.


# %% tags=["solution"]
what_helps = "a d f"
# On clean digits nothing helped; smoothing changed no accuracy; zeros need soft thresholding.


# %%
check(what_helps, "12.what_helps")

# %% [markdown]
# ## 9 · `which_run`: which run is broken, and why?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [two modes](../notebooks/12_regularization.ipynb#5-·-Two-modes)*
#
# Three networks with dropout 0.5, trained alike on the same data. After training each is measured twice on the same test set:
#
# | run | train accuracy | test accuracy, first | test accuracy, again |
# |---|---|---|---|
# | a | 0.99 | 0.958 | 0.958 |
# | b | 0.88 | 0.862 | 0.871 |
# | c | 0.98 | 0.955 | 0.955 |
#
# Which one is broken, and what is the cause?
#
# - **1** it memorizes its training set
# - **2** it was measured in training mode
# - **3** its learning rate was too large
# - **4** its dropout was switched off in training


# %% tags=["solution"]
which_run = "b 2"
# Two accuracies from the same weights: dropout was still active. net.eval() was forgotten.


# %%
check(which_run, "12.which_run")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts, and `learnkit status` shows where you stand in the course.
