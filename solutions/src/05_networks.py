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
# # 05 · Exercises: write the network of lesson 05 yourself
#
# You write the bends, the forward pass and the count that lesson 05 used, and then put a random hidden layer before the scores of a spiral. The five
# core exercises take about 32 minutes, what is for practice 22 more. They belong to [lesson 05](../notebooks/05_networks.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("05.relu")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps, and
#    last the solution. Or begin with an easier form: `start("05.mlp_forward", "order")` brings the lines of the solution, with others among
#    them, to put in order; `"fill"` instead of `"order"` leaves out one line, and `"worked"` none, for reading.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.
#
# Write with NumPy, as in the lesson, and return new arrays: the ones you are given stay as they were.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/05_networks.ipynb).*

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
from learnkit.datasets import spirals

# %% [markdown]
# ## 1 · `relu`: keep what is positive
#
# *Core · level 1 of 3 · about 3 minutes · read again: [the bend](../notebooks/05_networks.ipynb#5-·-The-bend)*
#
# Positive numbers stay as they are, everything else becomes 0. The shape stays, whatever it is.
#
# *Example.* (−2, 0, 3) becomes (0, 0, 3).


# %% tags=["solution"]
def relu(x):
    is_positive = x > 0
    return np.where(is_positive, x, 0)


# %% [markdown] tags=["solution"]
# The comparison gives True and False, place by place, and `np.where` chooses by it. `np.maximum(x, 0)`, with which the lesson writes it, is as good. `np.max` is another
# function: it looks for the largest entry of *one* array, and its second argument is the axis.

# %%
check(relu)

# %%
relu_ok = use("05.relu", relu)
print(relu_ok(np.array([-2.0, 0.0, 3.0])))

# %% [markdown]
# ## 2 · `leaky_relu`: let a little through
#
# *Core · level 1 of 3 · about 5 minutes · read again: [the bend](../notebooks/05_networks.ipynb#5-·-The-bend)*
#
# Positive numbers stay as they are, all others are multiplied by `negative_slope`, a number from 0 to 1.
#
# *Example.* With a slope of 0.1, (−2, 0, 3) becomes (−0.2, 0, 3).


# %% tags=["solution"]
def leaky_relu(x, negative_slope):
    small = negative_slope * x
    return np.where(x > 0, x, small)


# %% [markdown] tags=["solution"]
# `np.where` takes, place by place, the first where the question is true and the second elsewhere. For slopes up to 1 `np.maximum(x, negative_slope * x)` is the same:
# right of 0 the steeper line is on top, left of 0 the flatter one.

# %%
check(leaky_relu)

# %%
leaky_relu_ok = use("05.leaky_relu", leaky_relu)
print(leaky_relu_ok(np.array([-2.0, 0.0, 3.0]), 0.1))

# %% [markdown]
# ## 3 · `mlp_forward`: the forward pass
#
# *Core · level 2 of 3 · about 12 minutes · read again: [shapes through a network](../notebooks/05_networks.ipynb#6-·-Shapes-through-a-network)*
#
# Send a batch through a network with any number of layers. `weights` holds a pair for each layer: a weight of shape (outputs, inputs) and a bias of
# shape (outputs,). ReLU stands between two layers, and not behind the last. Return two things: the scores, and a list of what each
# layer was given, `x` first. Lesson 06 needs that list on the way back.
#
# *Example.* The network of section 3 of the lesson gives the four corners of XOR the scores −½, ½, ½, −½; its second layer is given (0, 0), (0, 1),
# (1, 0), (0, 0).


# %% tags=["solution"]
def mlp_forward(x, weights):
    inputs = []
    for place, (weight, bias) in enumerate(weights):
        inputs.append(x)
        x = x @ weight.T + bias
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
    return x, inputs


# %% [markdown] tags=["solution"]
# What a layer is given is kept *before* the name `x` gets a new array. The question about the place makes one bend fewer than layers. `x = …` makes the name stand for a
# new array; the caller's stays as it was.

# %%
check(mlp_forward)

# %%
mlp_forward_ok = use("05.mlp_forward", mlp_forward)
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
first = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([0.0, 0.0])
second = np.array([[1.0, 1.0]]), np.array([-0.5])
scores, inputs = mlp_forward_ok(corners, [first, second])
print("scores                 ", scores[:, 0].tolist())
print("given to the last layer", inputs[-1].tolist())

# %% [markdown]
# ## 4 · `count_params`: how many numbers are learned?
#
# *Core · level 1 of 3 · about 5 minutes · read again: section 7 of [the lesson](../notebooks/05_networks.ipynb)*
#
# Given the widths of a network, from the inputs to the outputs, how many numbers does it learn? (The library's function of this name is given the weights and
# adds them up; yours needs the widths alone.)
#
# *Example.* (64, 32, 10) learns 2,410 numbers, (64, 10) learns 650.


# %% tags=["solution"]
def count_params(sizes):
    total = 0
    for place in range(len(sizes) - 1):
        entering, leaving = sizes[place], sizes[place + 1]
        total += entering * leaving + leaving
    return total


# %% [markdown] tags=["solution"]
# Of $n$ widths there are $n - 1$ pairs of neighbors, one for each layer. The bias belongs to what leaves the layer.

# %%
check(count_params)

# %%
count_params_ok = use("05.count_params", count_params)
for sizes in ((64, 10), (64, 32, 10), (64, 32, 32, 10)):
    print(sizes, count_params_ok(sizes))

# %% [markdown]
# ## 5 · `gelu`: a smooth bend
#
# *Core · level 2 of 3 · about 7 minutes · read again: [the bend](../notebooks/05_networks.ipynb#5-·-The-bend)*
#
# Multiply each number of a table by the probability that a standard normal number is below it: $\tfrac{x}{2}\big(1 + \operatorname{erf}(x / \sqrt 2)\big)$. The exact form
# is asked, to 5 decimals. NumPy has no erf; Python's `math` has one that takes a single number, and `np.vectorize` makes a function of arrays of it.
#
# *Example.* (−1, 0, 1) becomes (−0.1587, 0, 0.8413).


# %% tags=["solution"]
def gelu(x):
    from math import erf

    probability = (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2
    return x * probability


# %% [markdown] tags=["solution"]
# erf goes from −1 to 1, so half of 1 + erf goes from 0 to 1, as a probability has to. The root of 2 is there because erf belongs to a bell curve that is narrower than
# the standard one.

# %%
check(gelu)

# %%
gelu_ok = use("05.gelu", gelu)
print(np.round(gelu_ok(np.array([[-1.0, 0.0, 1.0]])), 4))

# %% [markdown]
# ## Put together: fold a spiral at random
#
# A hidden layer of 100 random units, and scores on top that are trained as in lesson 04. The bend and the forward pass are those of your functions, as far as they
# pass. A linear classifier is right for about half of the points.

# %%
rng = lk.rng(1)
(points, labels), (new_points, new_labels) = spirals(300, rng=rng), spirals(1000, rng=rng)
angles = rng.uniform(0, 2 * np.pi, 100)
hidden = np.stack([np.cos(angles), np.sin(angles)], axis=1), rng.uniform(-1, 1, 100)


def train_scores(bend):
    """Train scores on the random units for 200 epochs; the scaling of the features is folded into the scores."""
    h = bend(points @ hidden[0].T + hidden[1])
    mean, std = h.mean(axis=0), np.where(h.std(axis=0) == 0, 1, h.std(axis=0))
    x, order, weight, bias = (h - mean) / std, lk.rng(0), np.zeros((3, 100)), np.zeros(3)
    lr = 2 * lk.max_stable_lr(x)
    for _ in range(200):
        for xs, ys in lk.minibatches(x, labels, batch_size=30, rng=order):
            grad = (lk.softmax(xs @ weight.T + bias) - np.eye(3)[ys]) / len(ys)
            weight, bias = weight - lr * grad.T @ xs, bias - lr * grad.sum(axis=0)
    return weight / std, bias - (weight / std) @ mean


# %%
scores, _ = mlp_forward_ok(new_points, [hidden, train_scores(relu_ok)])
share = np.mean(scores.argmax(axis=1) == new_labels)
assert 0.93 < share < 1
print(f"{count_params_ok((2, 100, 3))} numbers, of which the last {count_params_ok((100, 3))} were trained")
print("right for more than 0.93 of 1,000 new points")

# %% [markdown]
# The core ends here. One more follows for practice, and four questions.

# %% [markdown]
# ## 6 · `xor_weights`: a network for XOR
#
# *Practice · level 2 of 3 · about 10 minutes · read again: [XOR, by hand](../notebooks/05_networks.ipynb#3-·-XOR,-by-hand)*
#
# Find weights for a network with two inputs, two ReLU units and one score: above 0 for (0, 1) and (1, 0), below 0 for (0, 0) and (1, 1). A score of exactly
# 0 is on neither side. The lesson has one answer, with the *difference* of the inputs. There are many; can you find one in which both units look at
# their *sum*?
#
# Return `[(weight_1, bias_1), (weight_2, bias_2)]`, arrays of shapes (2, 2), (2,), (1, 2) and (1,).


# %% tags=["solution"]
def xor_weights():
    weight_1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    bias_1 = np.array([0.0, -1.0])
    weight_2 = np.array([[2.0, -4.0]])
    bias_2 = np.array([-1.0])
    return [(weight_1, bias_1), (weight_2, bias_2)]


# %% [markdown] tags=["solution"]
# The first unit is the sum: 0, 1, 1, 2. The second one is the sum above 1: 0, 0, 0, 1. Twice the first less four times the second is 0, 2, 2, 0; the last bias moves it
# to −1, 1, 1, −1.

# %%
check(xor_weights)

# %%
xor_weights_ok = use("05.xor_weights", xor_weights)
print(mlp_forward_ok(corners, xor_weights_ok())[0][:, 0])

# %% [markdown]
# ## 7 · `how_many`: how many numbers?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 7 of [the lesson](../notebooks/05_networks.ipynb)*
#
# The last four have no code for an answer. Put it in place of the three dots.
#
# Digits of 28 by 28 pixels go into a network with two hidden layers, of 128 and of 64 units, and ten scores come out. How many numbers does it learn?

# %% tags=["solution"]
how_many = 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10
# 109,386: nine of ten of them stand in the first layer, since its inputs are the most.

# %%
check(how_many, "05.how_many")

# %% [markdown]
# ## 8 · `same_scores`: what leaves the scores as they were?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 4 of [the lesson](../notebooks/05_networks.ipynb)*
#
# A network has one hidden layer with ReLU. Which of these changes leave its scores as they were, for every input? There is more than one.
#
# - **a** Two hidden units change places: their rows of the first weight, their biases, and their columns of the second weight.
# - **b** One hidden unit's weights and bias are doubled, and its column of the second weight is halved.
# - **c** One hidden unit's weights and bias change sign, and so does its column of the second weight.
# - **d** A hidden unit whose bias is so low that it is 0 for every input of the data is taken away, for these inputs.
# - **e** A second linear layer with weight and bias is put behind the last one, with random numbers.
# - **f** ReLU is put behind the scores.

# %% tags=["solution"]
same_scores = "a b d"
# Order does not matter, a positive factor passes through ReLU, and a unit that is always 0 adds nothing.

# %%
check(same_scores, "05.same_scores")

# %% [markdown]
# ## 9 · `forward_pass`: the forward pass, in order
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 6 of [the lesson](../notebooks/05_networks.ipynb)*
#
# A batch of digits goes through a network with one hidden layer, to a loss. Put the steps in order. Two of them do not belong.
#
# - **A** ReLU: what is negative becomes 0
# - **B** log-sum-exp of each row less its right score, and the mean: the loss
# - **C** multiply by the first weight, transposed, and add the first bias
# - **D** ReLU on the scores, so that none is negative
# - **E** multiply by the second weight, transposed, and add the second bias
# - **F** each 8 by 8 picture becomes a row of 64 numbers
# - **G** multiply the first weight by the second and keep the product

# %% tags=["solution"]
forward_pass = "F C A E B"
# Rows, linear, bend, linear, loss: the scores go into the loss as they are.

# %%
check(forward_pass, "05.forward_pass")

# %% [markdown]
# ## 10 · `broken_folds`: which run is broken, and why?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: sections 11 and 12 of [the lesson](../notebooks/05_networks.ipynb)*
#
# Three runs train the scores on top of a random hidden layer, on a spiral with three arms, for 10, 100 and 300 hidden units. Their accuracy on new points, and the share of all hidden values that are exactly 0:
#
# | run | 10 units | 100 units | 300 units | hidden values that are 0 |
# |---|---|---|---|---|
# | a | 0.82 | 0.97 | 0.98 | 0.50 |
# | b | 0.51 | 0.51 | 0.51 | 0.00 |
# | c | 0.44 | 0.60 | 0.63 | 0.97 |
#
# One of them will not get better however many units it gets. Which one, and what is the cause?
#
# - **1** the biases are 0, so that every crease goes through the origin
# - **2** there is no activation between the two layers
# - **3** the biases are so low that most units are off for every point
# - **4** the scores are cut off at 0

# %% tags=["solution"]
broken_folds = "b 2"
# Without a bend 300 units make the same straight borders as none. No hidden value is exactly 0: nothing has cut them.

# %%
check(broken_folds, "05.broken_folds")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts of all ten, and `learnkit status` shows where you stand in the
# course. In lesson 06 the hidden layer is learned too.
