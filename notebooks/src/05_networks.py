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
# # 05 · Fold the plane: separate a spiral with straight lines
#
# **You will be able to**
#
# - say what an activation between two layers buys, and prove that nothing is gained without one;
# - trace the shapes through a multilayer perceptron and write its forward pass;
# - count the numbers that a network learns;
# - say what more units buy and what more layers could buy, and recognize a hidden layer that does nothing.
#
# **You need** matrix products and broadcasting (lesson 01), scaling by the statistics of the training part (lesson 02), the largest safe
# learning rate (lesson 03), softmax and cross-entropy with the gradient $p - y$ (lesson 04).
#
# **Time** about 88 minutes. The lesson takes 56: recall and the question 7, XOR by hand 7, two layers without a bend 4, the bend 6,
# shapes and counting 10, fold the plane 7, the two experiments 7, what goes wrong and the broken run 6, PyTorch 2. The five core exercises take 32.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("05.r1", answer=...)

# %%
recall("05.r2", answer=...)

# %%
recall("05.r3", answer=...)

# %% [markdown]
# ## 1 · The question
#
# First the tools: NumPy, the course's NumPy library as `lk`, the data, and the figures.

# %%
from itertools import pairwise

import numpy as np

from learnkit import reference as lk
from learnkit.datasets import digits, spirals
from learnkit.visual import (
    draw_areas,
    draw_folds,
    draw_learning_curves,
    draw_lines,
    explore_folds,
    plane_grid,
    show,
)

# %% [markdown]
# Three classes lie in the plane, each on an arm that winds around the middle. Every draw has 300 points to learn from, and 1,000 new ones
# to test on.


# %%
def draw_spirals(seed):
    """300 points to learn from and 1,000 new ones, as (points, labels, new points, new labels)."""
    rng = lk.rng(seed)
    (points, labels), (new_points, new_labels) = spirals(300, rng=rng), spirals(1000, rng=rng)
    return points.astype(np.float64), labels, new_points.astype(np.float64), new_labels


points, labels, new_points, new_labels = draw_spirals(seed=0)
print("points", points.shape, " labels", labels.shape, " new points", new_points.shape)

# %% [markdown]
# The classifier is that of lesson 04: scores $z = x W^\top + b$, softmax, cross-entropy, and the gradient $p - y$. Its learning rate comes from lesson 03:
# half of what is safe. (The curvature of cross-entropy along the scores is at most ½, a quarter of that of the squared error, so that four times
# `max_stable_lr` would be the limit.)


# %%
def train_scores(features, labels, *, seed):
    """Softmax regression by mini-batch gradient descent, 200 epochs; returns the weight and the bias."""
    rng, lr = lk.rng(seed), 2 * lk.max_stable_lr(features)
    weight, bias = np.zeros((3, features.shape[1])), np.zeros(3)
    for _ in range(200):
        for x, y in lk.minibatches(features, labels, batch_size=30, rng=rng):
            grad = lk.softmax(x @ weight.T + bias)
            grad[np.arange(len(y)), y] -= 1
            weight = weight - lr * grad.T @ x / len(y)
            bias = bias - lr * grad.sum(axis=0) / len(y)
    return weight, bias


# %% [markdown]
# The second part of the classifier is a function that makes features of points. At first it does nothing: the features are the two coordinates. They are scaled as
# in lesson 02.


# %%
def classifier(features, points, labels, *, seed=0):
    """Scale the features of the points, train scores on them, and return a function from points to classes."""
    scaler = lk.Standardizer().fit(features(points))
    weight, bias = train_scores(scaler.transform(features(points)), labels, seed=seed)
    return lambda places: (scaler.transform(features(places)) @ weight.T + bias).argmax(axis=1)


def as_they_are(points):
    return points


linear = classifier(as_they_are, points, labels)
share = np.mean(linear(new_points) == new_labels)
show(draw_areas(points, labels, linear(plane_grid()), title="A linear classifier on a spiral"))
print(f"right for {share:.2f} of the new points; chance is {1 / 3:.2f}")

# %% [markdown]
# Three straight borders meet in the middle; the ringed points lie on the wrong side. **How can
# a classifier that knows only sums and straight lines follow an arm that winds?** The answer of this lesson is a fold: put
# a layer in front that bends the plane, and let the straight borders be drawn behind it.

# %% [markdown]
# ## 2 · Predict
#
# The smallest thing that no straight line can do has four points: the corners (0, 0), (0, 1), (1, 0), (1, 1), of which the two with
# exactly one 1 belong together. It is called *XOR*, "either the one or the other". First commit to an answer:

# %%
predict("05.two-linear", answer=...)

# %% [markdown]
# ## 3 · XOR, by hand
#
# One line cannot do it. A score $s = w_1 x_1 + w_2 x_2 + b$ gives
#
# $$s(0, 0) + s(1, 1) = w_1 + w_2 + 2b = s(0, 1) + s(1, 0)$$
#
# On the left both scores should be below 0, on the right both above 0. Two equal sums cannot have different signs.
#
# Now cut two sums off at 0 first. The first *unit* is $h_1 = \max(x_1 - x_2, 0)$, the second $h_2 = \max(x_2 - x_1, 0)$; the score
# is $s = h_1 + h_2 - \tfrac12$. Fill the table yourself first.
#
# | corner | $x_1 - x_2$ | $h_1$ | $h_2$ | score | wanted |
# |---|---|---|---|---|---|
# | (0, 0) | 0 | 0 | 0 | −½ | below 0 |
# | (0, 1) | −1 | 0 | 1 | ½ | above 0 |
# | (1, 0) | 1 | 1 | 0 | ½ | above 0 |
# | (1, 1) | 0 | 0 | 0 | −½ | below 0 |
#
# All four are right. The units see a new plane, in which (0, 0) and (1, 1) have become the same point.


# %%
def xor_scores(places):
    """The two units and the score of the table, for any points of the plane."""
    h = np.maximum(places @ np.array([[1.0, -1.0], [-1.0, 1.0]]).T, 0)
    return h @ np.array([[1.0, 1.0]]).T - 0.5  # (N, 1)


corners, is_xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
print("scores", xor_scores(corners)[:, 0])
areas = (xor_scores(plane_grid((-0.5, 1.5)))[:, 0] > 0).astype(int)
show(draw_areas(corners, is_xor, areas, limits=(-0.5, 1.5), title="XOR with two units"))

# %% [markdown]
# The border is no single straight line any more: it is two of them. Without the ½ the scores would be 0, 1, 1, 0, and two corners would lie
# exactly *on* the border. A score of 0 is on neither side; the last bias moves all scores down.

# %% [markdown]
# ## 4 · Two layers without a bend are one
#
# What if the cut at 0 is left out? Put one layer into the other and multiply out:
#
# $$(x A^\top + a) \, B^\top + b = x \underbrace{A^\top B^\top}_{(B A)^\top} + \underbrace{a B^\top + b}_{\text{a constant}}$$
#
# - The first step multiplies each part of the sum by $B^\top$: a matrix product distributes over a sum.
# - The second uses $A^\top B^\top = (B A)^\top$: the transpose of a product is the product of the transposes, in the other order.
#
# What is left is *one* layer, with weight $B A$ and bias $a B^\top + b$, whatever the width in between. The same step again does it for any
# number of layers. The cell checks it with 50 units in between.


# %%
def compare_two_layers_with_one():
    rng = lk.rng(0)
    first, second = (
        (rng.normal(size=(50, 2)), rng.normal(size=50)),
        (rng.normal(size=(3, 50)), rng.normal(size=3)),
    )
    two = (points @ first[0].T + first[1]) @ second[0].T + second[1]
    one = points @ (second[0] @ first[0]).T + (second[0] @ first[1] + second[1])
    assert np.allclose(two, one, rtol=0, atol=1e-11)
    print("numbers in the two layers:", 2 * 50 + 50 + 50 * 3 + 3)
    print("numbers in the one layer :", 2 * 3 + 3)
    print("the scores are the same")


show_after("05.two-linear", compare_two_layers_with_one)

# %% [markdown]
# So 303 numbers do the work of 9. A network *needs* something between its layers that is not a sum. That something is called the *activation*.

# %% [markdown]
# ## 5 · The bend
#
# The one used most is the cut at 0, the *rectified linear unit*, **ReLU**: $\max(x, 0)$. It works on each number by itself, and leaves the shape
# as it is. Four relatives are in use:
#
# - *leaky ReLU* lets a small part of the negative numbers through: $x$ for $x > 0$, else $0.1\,x$ here;
# - *tanh*, older, squeezes everything into the range from −1 to 1: $(e^x - e^{-x}) / (e^x + e^{-x})$;
# - *GELU* multiplies $x$ by the probability that a standard normal number is below $x$: $\tfrac{x}{2}\big(1 + \operatorname{erf}(x / \sqrt 2)\big)$.
#   *erf* is a known function that goes from −1 to 1;
# - the *sigmoid* of lesson 04, $(1 + \tanh(x / 2)) / 2$: a tanh that has been moved.

# %%
x = np.linspace(-3, 3, 121)
lines = {"ReLU": lk.relu(x), "leaky ReLU, slope 0.1": lk.leaky_relu(x, negative_slope=0.1)}
lines |= {"tanh": lk.tanh(x), "GELU": lk.gelu(x)}
assert np.array_equal(lines["ReLU"], np.maximum(x, 0))
assert np.allclose(lk.sigmoid(x), (1 + lk.tanh(x / 2)) / 2, rtol=0, atol=1e-15)
show(draw_lines(x, lines, x_label="what goes in (no unit)", y_label="what comes out (no unit)"))

# %% [markdown]
# ReLU and leaky ReLU have one sharp bend, at 0. GELU is ReLU with the bend rounded off, and goes a little below 0. Tanh is flat on both sides.
#
# Does it matter which one? Take 100 units with random weights, each of the activations in turn, and train the scores behind them, on five draws.
# Each unit is $\max(w \cdot x + b, 0)$; its direction $w$ has length 1, and $b$ lies between −1 and 1.


# %%
def random_layer(width, rng):
    """A weight (width, 2) with rows of length 1 in random directions, and a bias (width,) between -1 and 1."""
    angles = rng.uniform(0, 2 * np.pi, width)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1), rng.uniform(-1, 1, width)


def share_right(features, seed):
    """Train scores on features of the points of a draw; return the share of its new points that are right."""
    points, labels, new_points, new_labels = draw_spirals(seed)
    return np.mean(classifier(features, points, labels, seed=seed)(new_points) == new_labels)


def hidden(activation, weight, bias, scale=1.0):
    return lambda places: activation(scale * (places @ weight.T + bias))


# %%
layers = [random_layer(100, lk.rng(seed)) for seed in range(5)]
activations = {"ReLU": lk.relu, "leaky ReLU": lk.leaky_relu, "GELU": lk.gelu, "tanh": lk.tanh}
shares = {
    (name, scale): [share_right(hidden(activation, *layers[seed], scale), seed) for seed in range(5)]
    for name, activation in activations.items()
    for scale in (1, 3)
}
for (name, scale), found in shares.items():
    print(f"{name:<11} inputs times {scale}:  mean {np.mean(found):.2f}  smallest {min(found):.2f}")
    assert min(found) > (0.9 if scale == 3 or "ReLU" in name else 0.7)
assert np.mean(shares["tanh", 1]) < 0.85 and np.mean(shares["GELU", 1]) < np.mean(shares["GELU", 3]) - 0.03

# %% [markdown]
# With ReLU the scale of the inputs makes no difference, since $\max(3a, 0) = 3 \max(a, 0)$ and the features are scaled afterwards. Tanh and GELU
# are nearly straight close to 0: with small inputs they hardly bend, and the scores have little to work with. Given larger inputs, all four are above 0.9
# in every draw. Which activation one takes matters less than that it bends *where the data lie*.

# %% [markdown]
# ## 6 · Shapes through a network
#
# A *multilayer perceptron* (MLP) is linear layers with an activation between them. Widths 64, 32, 10 mean: 64 numbers go in, a *hidden layer* of 32
# units, 10 scores come out. With $h^{(0)} = x$ and layers $1, \dots, L$,
#
# $$z^{(l)} = h^{(l-1)} W^{(l)\top} + b^{(l)}, \qquad h^{(l)} = \max(z^{(l)}, 0) \text{ for } l < L, \qquad \text{scores} = z^{(L)}$$
#
# The last layer has no activation: scores may be negative. As in PyTorch a weight has shape (outputs, inputs): one row for each unit. Real digits, step
# by step, with random weights:

# %%
images = digits()[0][:5]
weights = lk.mlp_init((64, 32, 10), rng=lk.rng(0))
(weight_1, bias_1), (weight_2, bias_2) = weights
z = images @ weight_1.T + bias_1
h = np.maximum(z, 0)
scores = h @ weight_2.T + bias_2
for name, array in {"images": images, "weight 1": weight_1, "z": z, "h": h, "weight 2": weight_2}.items():
    print(f"{name:<9}", array.shape)
print("scores   ", scores.shape, f" from {scores.min():.1f} to {scores.max():.1f}")

# %% [markdown]
# Read the shapes as a chain: (5, 64) meets the transposed (32, 64) and gives (5, 32); (5, 32) meets the transposed (10, 32) and gives (5, 10).
# **The batch stays in front, from the first layer to the last; what changes is the width.**
#
# As a loop, for any number of layers. It also keeps what each layer was given: lesson 06 needs that on the way back.


# %%
def forward(x, weights):
    """The scores of an MLP, and a list of what each layer was given."""
    inputs = []
    for weight, bias in weights[:-1]:
        inputs.append(x)
        x = np.maximum(x @ weight.T + bias, 0)
    inputs.append(x)
    weight, bias = weights[-1]
    return x @ weight.T + bias, inputs


assert np.allclose(forward(images, weights)[0], lk.mlp_forward(images, weights)[0], rtol=0, atol=1e-5)
print("given to each layer:", [kept.shape for kept in forward(images, weights)[1]])

# %% [markdown]
# And what PyTorch makes of the same weights:

# %%
import torch

net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
names = ["0.weight", "0.bias", "2.weight", "2.bias"]
parts = [torch.tensor(part) for layer in weights for part in layer]
net.load_state_dict(dict(zip(names, parts, strict=True)))
with torch.no_grad():
    by_torch = net(torch.tensor(images)).numpy()
assert np.allclose(by_torch, scores, rtol=0, atol=1e-5)
print("the same scores, to 5 decimals")

# %% [markdown]
# ## 7 · How many numbers are learned?
#
# A layer from $D$ to $K$ numbers learns a weight for each pair, $D \cdot K$, and a bias for each output, $K$. For widths 64, 32, 10:
#
# $$64 \cdot 32 + 32 + 32 \cdot 10 + 10 = 2080 + 330 = 2410$$
#
# The cell goes through the pairs of neighboring widths, which `pairwise` gives. Units are what flows through, 32 hidden ones here; what is learned stands between them. Activations learn nothing.

# %%
for sizes in ((64, 10), (64, 32, 10), (64, 64, 10), (64, 32, 32, 10)):
    by_hand = sum(entering * leaving + leaving for entering, leaving in pairwise(sizes))
    assert by_hand == lk.count_params(lk.mlp_init(sizes, rng=lk.rng(0)))
    print(f"{sizes!s:<18} {by_hand:>5,}")
assert sum(parameter.numel() for parameter in net.parameters()) == 2410

# %% [markdown]
# Most of the numbers stand where two wide layers meet. Doubling the only hidden layer doubles nearly everything; a second hidden layer of 32 adds
# 32 · 32 + 32 = 1,056.

# %% [markdown]
# ## 8 · Fold the plane
#
# Look at one ReLU unit over the plane. It is 0 on one side of the line $w \cdot x + b = 0$ and rises on the other: a sheet of paper with one *crease*.
# Five units are five creases. They cut the plane into *regions*. Inside a region every unit is either 0 or a plain sum, so the
# scores are linear there, and their borders straight; at a crease a border may change its direction.
#
# Five random creases on the left, the best scores on top of them on the right:

# %%
rng = lk.rng(4)
directions, distances = rng.uniform(0, 360, 5), rng.uniform(-1, 1, 5)
show(draw_folds(points, labels, directions, distances))

# %% [markdown]
# The darker a region, the more units are on in it; across a crease exactly one unit goes on or off. Follow one border on the right through
# several regions: it is a broken line, with its corners on the creases.
#
# Now fold yourself. Each crease has a direction, that of $w$, and a distance from the origin, which is $-b$ where $w$ has length 1; the scores are fitted anew at each move. Two tasks stand below the figure, each
# with a question. By keyboard: Tab and the arrow keys.

# %%
folds_explorer = explore_folds()
folds_explorer

# %% [markdown]
# How few creases are enough when they are well placed? This is one arrangement of four. Can you find one of three?

# %%
four = draw_folds(points, labels, [150, 90, 195, 315], [-0.1, 0.3, 0.1, -0.8])
show(four)
assert four.data_table["accuracy"] > 0.98

# %% [markdown]
# Four well-placed units are right for more than 0.98 of the points. Nobody places creases by hand in 64 dimensions. So: what does chance do?

# %% [markdown]
# ## 9 · How many folds does a spiral need?

# %%
predict("05.random-hidden", answer=...)

# %% [markdown]
# Hidden layers of 2 to 256 units, drawn at random and left as they are; only the scores behind them are trained. Five draws of the spiral and of the
# weights. For comparison the same layers without the bend.

# %%
widths = 2 ** np.arange(1, 9)  # 2, 4, 8, … 256


def straight(x):
    return x


curves = {
    name: np.array(
        [
            [share_right(hidden(bend, *random_layer(n, lk.rng(seed))), seed) for n in widths]
            for seed in range(5)
        ]
    )
    for name, bend in {"ReLU": lk.relu, "without a bend": straight}.items()
}

# %%
axes = {"x_label": "doublings of the width (1: 2 units, 8: 256)", "y_label": "share of the new points"}
axes |= {"reference_lines": {"chance": 1 / 3}, "start": 1}
show_after("05.random-hidden", draw_learning_curves, curves, **axes)
folded, flat = curves["ReLU"], curves["without a bend"]
assert folded[:, 5].min() > 0.9 and folded[:, -1].min() > 0.95
assert flat.max() < 0.6 and np.ptp(flat[:, 2:], axis=1).max() < 0.05
assert folded[:, 0].mean() < flat[:, 0].mean() - 0.05

# %%
few = np.array([share_right(as_they_are, seed) for seed in range(5)])
print("units        0     4     8    16    64   256")
means = [few.mean(), *(folded[:, place].mean() for place in (1, 2, 3, 5, 7))]
print("mean      ", "  ".join(f"{mean:.2f}" for mean in means))
lows = [few.min(), *(folded[:, place].min() for place in (1, 2, 3, 5, 7))]
print("smallest  ", "  ".join(f"{low:.2f}" for low in lows))

# %% [markdown]
# The line is the mean of five draws, the band goes from the smallest to the largest. With 64 random units every draw is above 0.9, with 256 above 0.95.
# Without the bend 256 units are worth as much as none. The band is widest in the middle: with 8 units it depends on luck
# where the creases fall. And two units are worse than none: where both are 0, the scores see nothing of the point. *Learning* the hidden layer means moving the creases to where they are needed, as you did; that is lesson 06.
#
# What this does not show: that random layers are enough elsewhere. The plane has two dimensions, and 64 lines fill it well; with 64 inputs the
# lesson has not tried.

# %% [markdown]
# ## 10 · Deeper or wider?
#
# Sixteen units can stand in one layer, or in eight layers of two. Take one input and one output, and count the straight pieces of the line that comes out.

# %%
predict("05.pieces", answer=...)

# %% [markdown]
# Two units fold the interval from 0 to 1 in the middle: $t(x) = 2 \max(x, 0) - 4 \max(x - \tfrac12, 0)$ rises to 1 and falls back to 0. Two such layers fold
# what is folded already.

# %%
x = np.linspace(0, 1, 2**12 + 1)


def fold(x):
    return 2 * lk.relu(x) - 4 * lk.relu(x - 0.5)


def pieces(y):
    return 1 + int((np.abs(np.diff(np.diff(y))) > 1e-12).sum())  # a new slope begins a new piece


assert pieces(fold(x)) == 2


# %%
def show_the_folds():
    lines, y = {}, x
    for layer in range(1, 9):
        y = fold(y)
        lines[f"{layer} layers of two units" if layer > 1 else "1 layer of two units"] = y
    shown = {name: lines[name] for name in list(lines)[:3]}
    show(draw_lines(x, shown, x_label="what goes in (no unit)", y_label="what comes out (no unit)"))
    counts = [pieces(y) for y in lines.values()]
    assert counts == [2, 4, 8, 16, 32, 64, 128, 256]
    print("pieces with 1 to 8 layers:", counts)


show_after("05.pieces", show_the_folds)

# %% [markdown]
# In the figure the second line goes up and down twice as often as the first, the third twice as often again. Each layer doubles the pieces: 256 with 16 units. In one
# layer each unit adds at most one bend: 17 pieces. *Units of one layer add pieces, layers multiply them.* This is what depth could buy. Does chance find it? About 60 random ReLU units on the spiral, in one layer or in several,
# five draws:


# %%
def random_stack(sizes, rng):
    """Random layers one behind the other: the first as before, the others with weights of spread √(2 / inputs)."""
    layers = [random_layer(sizes[0], rng)]
    for entering, leaving in pairwise(sizes):
        weight = rng.normal(scale=np.sqrt(2 / entering), size=(leaving, entering))
        layers.append((weight, rng.uniform(-1, 1, leaving)))
    return lambda places: lk.relu(lk.mlp_forward(places, layers)[0])


# %%
by_depth = {
    len(sizes): [share_right(random_stack(sizes, lk.rng(seed)), seed) for seed in range(5)]
    for sizes in ((60,), (30, 30), (20, 20, 20), (12,) * 5)
}
for depth, found in by_depth.items():
    layers = f"{depth} layers of" if depth > 1 else "1 layer of "
    print(f"{layers} {60 // depth}:  mean {np.mean(found):.2f}  smallest {min(found):.2f}")
assert min(by_depth[1]) > 0.9 > max(by_depth[5])

# %% [markdown]
# Chance does not find it: one layer is above 0.9 in every draw, five layers are below 0.9 in every draw. What a random layer cuts off, the layers behind it cannot bring
# back. Depth pays when the layers are *learned*, and when their weights start well: lessons 06 and 08.

# %% [markdown]
# ## 11 · What goes wrong
#
# Four mistakes, each with its symptom. First the shapes. Somebody stores the weight the other way round, (inputs, outputs):

# %%
weight, bias = random_layer(64, lk.rng(0))
try:
    lk.linear(points, weight.T, bias)
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# That one is loud, unless inputs and outputs are as many: then it runs, with wrong numbers. State the shapes that you expect.
#
# Second, *dead units*. A unit that is 0 for every point gives nothing, whatever weight follows. It happens when biases are low:


# %%
def dead_and_right(low, high, seed):
    """With biases from low to high: the share of dead units, and the share of new points that are right."""
    weight, _ = random_layer(100, lk.rng(seed))
    layer = hidden(lk.relu, weight, lk.rng(100 + seed).uniform(low, high, 100))
    return (layer(draw_spirals(seed)[0]) == 0).all(axis=0).mean(), share_right(layer, seed)


ranges = ((-1, 1), (-1.5, -0.5), (-3, -1.5))
means = [np.mean([dead_and_right(*between, seed) for seed in range(3)], axis=0) for between in ranges]
for (low, high), (dead, right) in zip(ranges, means, strict=True):
    print(f"biases {low:>4} to {high:<4}: dead {dead:.2f}, right {right:.2f}")
assert means[0][0] < 0.1 and 0.4 < means[1][0] < 0.7 and means[2][0] == 1
assert abs(means[2][1] - 1 / 3) < 0.01

# %% [markdown]
# With low biases the creases lie outside of the data. In the second row about half of the units never go on, and the others only at the rim; in the third all are
# dead, and the accuracy is that of chance. **The number to print is the share of units that are 0 for the whole batch.**
#
# Third, ReLU behind the scores. Scores that start at 0 are cut at 0, and where ReLU cuts, its slope is 0 too:

# %%
layer = hidden(lk.relu, *random_layer(100, lk.rng(0)))
x = lk.Standardizer().fit(layer(points)).transform(layer(points))
weight, bias = np.zeros((3, 100)), np.zeros(3)
losses = []
for _ in range(50):
    z = x @ weight.T + bias
    losses.append(lk.cross_entropy(lk.relu(z), labels))  # the mistake: scores that are cut off
    grad = (lk.softmax(lk.relu(z)) - np.eye(3)[labels]) / len(x)
    grad = grad * (z > 0)  # the slope of ReLU is 0 at 0 and below
    weight, bias = weight - 0.1 * grad.T @ x, bias - 0.1 * grad.sum(axis=0)
print(f"loss before {losses[0]:.4f}, after 50 steps {losses[-1]:.4f}; ln 3 = {np.log(3):.4f}")
assert losses[0] == losses[-1]

# %% [markdown]
# The loss stands still at ln 3, to the last digit. A loss that does not move *at all* means that no gradient arrives: look for a place where everything was cut
# off. The fourth mistake is the next section.

# %% [markdown]
# ## 12 · A broken run
#
# Somebody put 100 random ReLU units before the scores, as in section 9, and is not happy. Nothing crashed, and the loss fell at first.

# %%
run = broken_run("05.broken-run")
loss_curve, accuracy_curve = ({name: run.curves[name]} for name in ("train loss", "train accuracy"))
start = {"knows nothing: ln 3": np.log(3)}
show(draw_learning_curves(loss_curve, y_label="train loss (nats)", reference_lines=start))
chance = {"chance": 1 / 3}
show(draw_learning_curves(accuracy_curve, y_label="train accuracy (share)", reference_lines=chance))

# %% [markdown]
# Both curves go flat within a few epochs, and the accuracy stays near 0.6; section 9 came above 0.9 with fewer units. Four causes are on the table: no activation
# between the layers; too few hidden units; biases of 0 in the hidden layer; hidden units that are all alike. You may ask for three numbers. Choose those that tell
# the causes apart.

# %%
run.ask(...)

# %%
predict("05.broken-run", answer=...)

# %% [markdown]
# Reproduce it, and look at the creases:


# %%
def through_the_origin():
    show(draw_folds(points, labels, lk.rng(0).uniform(0, 360, 40), np.zeros(40)))
    shares = {
        width: [
            share_right(hidden(lk.relu, random_layer(width, lk.rng(seed))[0], 0.0), seed) for seed in range(3)
        ]
        for width in (100, 300)
    }
    for width, found in shares.items():
        assert max(found) < 0.65
        print(f"{width} units, biases 0: right for {np.mean(found):.2f} of the new points")


show_after("05.broken-run", through_the_origin)

# %% [markdown]
# All creases meet in one point, and the regions are slices of a cake. An arm that winds around the middle goes through most slices, and inside a slice
# inner and outer points cannot be told apart: with all biases 0, doubling a point doubles its hidden values, and its class hardly changes. More units make thinner slices.
# The bias is what moves a crease away from the origin.

# %% [markdown]
# ## 13 · The same in PyTorch
#
# The next cell trains scores on the 100 random units once more, with the layers of the library; the cell after it does the same in PyTorch. One line differs: the
# import.

# %%
weight, bias = random_layer(100, lk.rng(0))
scaler = lk.Standardizer().fit(lk.relu(points @ weight.T + bias))
rate = 2 * float(lk.max_stable_lr(scaler.transform(lk.relu(points @ weight.T + bias))))
floats = (points, new_points, weight, bias, scaler.mean, scaler.std)
floats = [part.astype(np.float32) for part in floats]

# %%
from learnkit import reference as lk

device, order = lk.device("auto"), lk.rng(0)
x, x_new, weight, bias, mean, std = (lk.tensor(part, device=device) for part in floats)
y, y_new = (lk.tensor(part, device=device) for part in (labels, new_labels))
h, h_new = ((lk.relu(lk.linear(places, weight, bias)) - mean) / std for places in (x, x_new))
scores = lk.Linear(100, 3, rng=lk.rng(1)).to(device)
optimizer = lk.SGD(scores.parameters(), lr=rate)
for _ in range(100):
    for inputs, targets in lk.minibatches(h, y, batch_size=30, rng=order):
        loss = lk.cross_entropy(scores(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with lk.no_grad():
    right = float(lk.accuracy(scores(h_new), y_new))

# %%
assert 0.93 < right < 1
print("right for more than 0.93 of the new points")

# %%
from learnkit import pytorch as lk

device, order = lk.device("auto"), lk.rng(0)
x, x_new, weight, bias, mean, std = (lk.tensor(part, device=device) for part in floats)
y, y_new = (lk.tensor(part, device=device) for part in (labels, new_labels))
h, h_new = ((lk.relu(lk.linear(places, weight, bias)) - mean) / std for places in (x, x_new))
scores = lk.Linear(100, 3, rng=lk.rng(1)).to(device)
optimizer = lk.SGD(scores.parameters(), lr=rate)
for _ in range(100):
    for inputs, targets in lk.minibatches(h, y, batch_size=30, rng=order):
        loss = lk.cross_entropy(scores(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with lk.no_grad():
    right = float(lk.accuracy(scores(h_new), y_new))

# %% tags=["nbval-ignore-output"]
# not compared: the device depends on the machine
print("ran on", device)

# %%
assert 0.93 < right < 1
print("right for more than 0.93 of the new points")

# %% [markdown]
# `lk.device("auto")` finds a GPU where there is one. That both libraries compute the same is compared now, on this machine, operation by operation, and with PyTorch's
# own call:

# %%
from learnkit.parity import parity_table

parity_table("relu", "leaky_relu", "tanh", "gelu", "sigmoid", "linear", "mlp_forward")

# %% [markdown]
# PyTorch's `gelu` has two forms. The default is exact; `approximate="tanh"` is a formula that was faster once, and models that were trained with it need it:

# %%
x = torch.linspace(-5, 5, 10_001, dtype=torch.float64)
exact, by_tanh = (torch.nn.functional.gelu(x, approximate=form) for form in ("none", "tanh"))
largest = (exact - by_tanh).abs().max().item()
place = abs(x[(exact - by_tanh).abs().argmax()].item())
print(f"the two forms differ by at most {largest:.1e}, at x = ±{place:.1f}")
assert 4.6e-4 < largest < 4.8e-4

# %% [markdown]
# ## 14 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | say what an activation buys | sections 3 and 4: XOR, and two layers that are one | exercises `relu`, `leaky_relu`, `xor_weights`, `same_scores` |
# | trace shapes and write the forward pass | section 6: digits, step by step, and PyTorch's scores | exercises `mlp_forward`, `forward_pass` |
# | count what is learned | section 7: 2,410 numbers | exercises `count_params`, `how_many` |
# | say what width and depth buy, and find a layer that does nothing | sections 8 to 12: creases, 256 pieces, dead units | exercise `broken_folds`, and the broken run |
#
# **What is still missing.** The creases were placed by hand or by chance. To *learn* them, one has to know how the loss moves with a weight that stands before the
# bend. That is backpropagation, lesson 06. Which random weights are a good start for many layers is lesson 08.

# %% [markdown]
# ## 15 · Exercises
#
# They are in [their own notebook](../exercises/05_networks.ipynb), and each answers back.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `relu` | 1 | 3 | core |
# | `leaky_relu` | 1 | 5 | core |
# | `mlp_forward` | 2 | 12 | core |
# | `count_params` | 1 | 5 | core |
# | `gelu` | 2 | 7 | core |
# | `xor_weights` | 2 | 10 | practice |
#
# Four questions without code follow them, three minutes each.
#
# ## References
#
# - Minsky & Papert 1969, *Perceptrons*: what one layer cannot do.
# - Rumelhart, Hinton & Williams 1986, *Learning representations by back-propagating errors*: hidden units.
# - Nair & Hinton 2010, *Rectified linear units improve restricted Boltzmann machines*: ReLU. Maas, Hannun & Ng 2013, *Rectifier nonlinearities improve neural network
#   acoustic models*: leaky ReLU. Hendrycks & Gimpel 2016, *Gaussian error linear units*: GELU, exact and by tanh (section 2).
# - Rahimi & Recht 2008, *Weighted sums of random kitchen sinks*: a random hidden layer with learned scores.
# - Montúfar, Pascanu, Cho & Bengio 2014, *On the number of linear regions of deep neural networks*; Telgarsky 2016, *Benefits of depth in neural networks*: the folds of
#   section 10. Hanin & Rolnick 2019, *Complexity of linear regions in deep networks*: why chance does not find them.
