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
# # 06 · Exercises: write the back pass of lesson 06 yourself
#
# You write how a gradient goes back through each kind of layer, and the check that tells whether it is right; then you train a network on digits with them.
# The five core exercises take about 32 minutes, what is for practice 42 more. They belong to [lesson 06](../notebooks/06_backpropagation.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("06.linear_backward")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps, and
#    last the solution. Or begin with an easier form: `start("06.linear_backward", "order")` brings the lines of the solution, with others among
#    them, to put in order; `"fill"` instead of `"order"` leaves out one line, and `"worked"` none, for reading.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.
#
# Write with NumPy, as in the lesson, and return new arrays: the ones you are given stay as they were.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/06_backpropagation.ipynb).*

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
# ## 1 · `linear_backward`: back through a linear layer
#
# *Core · level 2 of 3 · about 10 minutes · read again: section 5 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# The layer computed `y = x @ weight.T + bias`. You are given the gradient of the loss along $y$, what the layer was given, and its weight. Return three gradients: along $x$, along the weight,
# along the bias. Each has the shape of what it belongs to.
#
# *Example.* One example $x = (1, 2)$, weight $(3, 4)$ with one output, gradient $10$ along it: $(30, 40)$ along $x$, $(10, 20)$ along the weight, $10$ along the bias.


# %% tags=["solution"]
def linear_backward(grad_output, x, weight):
    grad_x = grad_output @ weight
    grad_weight = grad_output.T @ x
    grad_bias = grad_output.sum(axis=0)
    return grad_x, grad_weight, grad_bias


# %% [markdown] tags=["solution"]
# Each value is used in several outputs, and its gradient is the sum over them: $x_{ni}$ over the outputs $j$, the weight and the bias over the examples $n$. The first two sums are matrix products;
# the shapes leave only one order. Nothing is divided by $N$: the mean of the loss is in `grad_output` already.

# %%
check(linear_backward)

# %%
linear_backward_ok = use("06.linear_backward", linear_backward)
for grad in linear_backward_ok(np.array([[10.0]]), np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])):
    print(grad.shape, grad.tolist())

# %% [markdown]
# ## 2 · `relu_backward`: through the units that were on
#
# *Core · level 1 of 3 · about 4 minutes · read again: section 5 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# ReLU works on each number by itself: 1 is its slope right of 0, 0 its slope left of it, and at exactly 0 it is taken as 0. You are given the gradient along what came out, and what went in.
#
# *Example.* Gradients (5, −7, 9) and inputs (2, 3, −1) give (5, −7, 0).


# %% tags=["solution"]
def relu_backward(grad_output, x):
    let_through = x > 0
    return grad_output * let_through


# %% [markdown] tags=["solution"]
# The slope is 1 or 0, so the product keeps the gradient or clears it. Its sign does not matter: a negative gradient goes through as well.

# %%
check(relu_backward)

# %%
relu_backward_ok = use("06.relu_backward", relu_backward)
print(relu_backward_ok(np.array([5.0, -7.0, 9.0]), np.array([2.0, 3.0, -1.0])))

# %% [markdown]
# ## 3 · `tanh_backward`: through tanh, from its input
#
# *Core · level 1 of 3 · about 4 minutes · read again: section 5 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# You are given the gradient along $y = \tanh x$ and the *input* $x$, not $y$. Inputs of 800 must work.
#
# *Example.* At $x = 0$ the slope is 1, at $x = 1$ it is 0.4200: gradients (2, 2) become (2, 0.8399).


# %% tags=["solution"]
def tanh_backward(grad_output, x):
    y = np.tanh(x)
    return grad_output * (1 - y**2)


# %% [markdown] tags=["solution"]
# $1 - y^2$ is written with what tanh gave, so that is computed first. `np.tanh` stays within −1 and 1 for any input; quotients of exponentials do not.

# %%
check(tanh_backward)

# %%
tanh_backward_ok = use("06.tanh_backward", tanh_backward)
print(tanh_backward_ok(np.array([2.0, 2.0]), np.array([0.0, 1.0])).round(4))

# %% [markdown]
# ## 4 · `sigmoid_backward`: through the sigmoid
#
# *Core · level 1 of 3 · about 4 minutes · read again: section 5 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# The same for $y = 1 / (1 + e^{-x})$, from its input $x$. Inputs of 800 and of −800 must work; `np.exp(800)` is infinite.
#
# *Example.* At $x = 0$ the slope is a quarter, and at $x = 800$ it is 0: gradients (8, 8) become (2, 0).


# %% tags=["solution"]
def sigmoid_backward(grad_output, x):
    y = (1 + np.tanh(x / 2)) / 2
    return grad_output * y * (1 - y)


# %% [markdown] tags=["solution"]
# The slope is $y (1 - y)$. The sigmoid is a tanh that has been moved, $(1 + \tanh(x / 2)) / 2$, and that never overflows; exponentials of $-|x|$ do as well.

# %%
check(sigmoid_backward)

# %%
sigmoid_backward_ok = use("06.sigmoid_backward", sigmoid_backward)
print(sigmoid_backward_ok(np.array([8.0, 8.0]), np.array([0.0, 800.0])))

# %% [markdown]
# ## 5 · `numeric_grad`: ask every entry
#
# *Core · level 2 of 3 · about 10 minutes · read again: sections 2 and 7 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# The gradient of any function, by central differences: each entry of $x$ is moved by `eps` to both sides, alone. `f` takes an array and returns one number. `x` may hold whole numbers, and it is afterwards as
# it was.
#
# *Example.* For the sum of $x^3$ at (1, 2) with steps of $10^{-5}$: (3, 12). With steps of 0.5 it is (3.25, 12.25), too large by $h^2$.


# %% tags=["solution"]
def numeric_grad(f, x, eps=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        before = x[place]
        x[place] = before + eps
        above = f(x)
        x[place] = before - eps
        below = f(x)
        x[place] = before
        grad[place] = (above - below) / (2 * eps)
    return grad


# %% [markdown] tags=["solution"]
# A copy of floats can hold a small step, and leaves the caller's array alone. Every entry gets its own value back before the next one is moved. The two points lie $2h$ apart. For the cubic the error is
# $h^2 f''' / 6 = h^2$, as the example shows.

# %%
check(numeric_grad)

# %%
numeric_grad_ok = use("06.numeric_grad", numeric_grad)
print(numeric_grad_ok(lambda x: (x**3).sum(), np.array([1.0, 2.0])).round(6))
print(numeric_grad_ok(lambda x: (x**3).sum(), np.array([1, 2]), eps=0.5))

# %% [markdown]
# ## Put together: check the network, then train it
#
# A network for digits with 16 hidden units. The first cell puts its back pass together from your functions, and checks all of its 1,210 slopes by your `numeric_grad`. The second one trains it.

# %%
images, labels = digits()
images = images.astype(np.float64)
train_rows, test_rows = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
start_params = [
    (w.astype(np.float64), b.astype(np.float64)) for w, b in lk.mlp_init((64, 16, 10), rng=lk.rng(0))
]


def forward(x, params):
    (weight_1, bias_1), (weight_2, bias_2) = params
    z = x @ weight_1.T + bias_1
    h = np.maximum(z, 0)
    return h @ weight_2.T + bias_2, z, h


# %%
def gradients(x, y, params):
    """The gradients of the mean cross-entropy, in the form of params."""
    scores, z, h = forward(x, params)
    grad_scores = (lk.softmax(scores) - np.eye(10)[y]) / len(y)
    grad_h, *second = linear_backward_ok(grad_scores, h, params[1][0])
    _, *first = linear_backward_ok(relu_backward_ok(grad_h, z), x, params[0][0])
    return [tuple(first), tuple(second)]


# %%
x, y = images[train_rows[:8]], labels[train_rows[:8]]
grads = gradients(x, y, start_params)


def loss_with(value, layer, part):
    changed = [list(pair) for pair in start_params]
    changed[layer][part] = value
    return lk.cross_entropy(forward(x, changed)[0], y)


for layer in (1, 0):
    for part, name in enumerate(("weight", "bias")):
        moved = numeric_grad_ok(
            lambda value, at=(layer, part): loss_with(value, *at), start_params[layer][part]
        )
        assert lk.rel_error(grads[layer][part], moved) < 1e-7
        print(f"{name} of layer {layer + 1}: error below 1e-7")

# %%
params, rng = start_params, lk.rng(100)
for _ in range(30):
    for x, y in lk.minibatches(images[train_rows], labels[train_rows], batch_size=64, rng=rng):
        pairs = zip(params, gradients(x, y, params), strict=True)
        params = [(w - 0.2 * grad_w, b - 0.2 * grad_b) for (w, b), (grad_w, grad_b) in pairs]
accuracy = lk.accuracy(forward(images[test_rows], params)[0], labels[test_rows])
assert 0.94 < accuracy < 0.99
print("accuracy on new digits: between 0.94 and 0.99")

# %% [markdown]
# The core ends here: with the rules of four layers and a check you can teach a hidden layer, and know that its slopes are right. Two more functions follow for practice.

# %% [markdown]
# ## 6 · `mlp_backward`: a whole network, and one step
#
# *Practice · level 3 of 3 · about 18 minutes · read again: sections 6 and 11 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# Any number of linear layers, with ReLU between them. Layers are named: `layers` lists the name of each one's weight and bias, `params` holds the arrays, and two layers with the same name *share* it. `inputs` is what the
# forward pass of lesson 05 kept: what each layer was given. Return the gradients, and the parameters after one step of gradient descent, both as dicts with the names of `params`.
#
# *Example.* One layer named ("w", "b") with weight ((3)), bias (0), input ((2)) and gradient ((1)): gradients w ((2)), b (1); with rate 0.5 the step leads to w ((2)), b (−0.5).


# %% tags=["solution"]
def mlp_backward(grad_scores, inputs, layers, params, lr):
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    grad = grad_scores
    for (weight, bias), x in zip(reversed(layers), reversed(inputs), strict=True):
        grads[weight] += grad.T @ x
        grads[bias] += grad.sum(axis=0)
        grad = (grad @ params[weight]) * (x > 0)
    stepped = {name: params[name] - lr * grads[name] for name in params}
    return grads, stepped


# %% [markdown] tags=["solution"]
# The gradients begin at zero and are *added to*: a weight that two layers share gets both. The input of a hidden layer is what ReLU gave, so it is above 0 exactly where the unit was on, and serves as the mask. (At the first layer
# the mask is of no use, and does no harm.) The step comes last, from the parameters that the loss was computed with.

# %%
check(mlp_backward)

# %%
mlp_backward_ok = use("06.mlp_backward", mlp_backward)
one = {"w": np.array([[3.0]]), "b": np.array([0.0])}
found, stepped = mlp_backward_ok(np.array([[1.0]]), [np.array([[2.0]])], [("w", "b")], one, 0.5)
print("gradients", {name: grad.tolist() for name, grad in found.items()})
print("stepped  ", {name: value.tolist() for name, value in stepped.items()})

# %% [markdown]
# ## 7 · `rel_error`: do two gradients agree?
#
# *Practice · level 1 of 3 · about 6 minutes · read again: section 7 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# One number: the largest difference, relative to the largest entry in either array, $\max |a - b| / \max(\max|a|, \max|b|)$. Where both hold zeros only it is 0.
#
# *Example.* (1, 100) and (1, 101) differ by 1/101 = 0.0099.


# %% tags=["solution"]
def rel_error(a, b):
    difference = np.abs(a - b).max()
    largest = max(np.abs(a).max(), np.abs(b).max())
    if largest == 0:
        return 0.0
    return difference / largest


# %% [markdown] tags=["solution"]
# Both maxima go over all entries, without signs. A small number added below the line would avoid 0/0 as well, and would make small gradients always agree; asking for the one case that has no value is better.

# %%
check(rel_error)

# %%
rel_error_ok = use("06.rel_error", rel_error)
print(f"{rel_error_ok(np.array([1.0, 100.0]), np.array([1.0, 101.0])):.4f}")
print(
    f"{rel_error_ok(np.array([1e-9, 2e-9]), np.array([1e-9, -2e-9])):.1f}",
    rel_error_ok(np.zeros(2), np.zeros(2)),
)

# %% [markdown]
# ## 8 · `by_hand`: a gradient on paper
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 3 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# The last six have no code for an answer. Put it in place of the three dots.
#
# Two units share one input: h1 = max(2 x, 0) and h2 = max(−x + 5, 0). The score is s = 3 h1 − h2, and the loss is s squared. How does the loss move with x at x = 1, in units of loss for one unit of x?

# %% tags=["solution"]
by_hand = 4 * (3 * 2 + (-1) * (-1))
# h1 = 2, h2 = 4, s = 2, so the slope along s is 2 s = 4. Both units are on; the two paths carry 24 and 4.

# %%
check(by_hand, "06.by_hand")

# %% [markdown]
# ## 9 · `how_often`: what does the check cost?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 2 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# A network has two layers, from 64 numbers to 32 units and from there to 10 scores, with biases. How many times does a gradient check of all its parameters by central differences compute the loss?

# %% tags=["solution"]
how_often = 2 * (64 * 32 + 32 + 32 * 10 + 10)
# Twice for each of 2,410 parameters. Going back once gives all of them.

# %%
check(how_often, "06.how_often")

# %% [markdown]
# ## 10 · `what_a_check_says`: what a gradient check can say
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 7 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# Which of these statements hold? There is more than one.
#
# - **a** In 64-bit numbers a central difference with a step of 1e-5 agrees with a right gradient to about eight digits or more on a smooth loss.
# - **b** The smaller the step, the better the check.
# - **c** At a kink of ReLU a central difference can disagree with a right gradient.
# - **d** If training lowers the loss, the gradient is right.
# - **e** In 32-bit numbers a step of 1e-5 is too small for a check.
# - **f** A network that passes the check learns well.

# %% tags=["solution"]
what_a_check_says = "a c e"
# Rounding limits small steps, kinks spoil single entries, 32-bit numbers need steps near 1e-2; and a check says nothing about learning.

# %%
check(what_a_check_says, "06.what_a_check_says")

# %% [markdown]
# ## 11 · `back_in_order`: the way back, in order
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 6 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# A network has one hidden layer with ReLU and is trained by cross-entropy. The forward pass is done and everything is kept. Put what follows in order. Two of the steps do not belong.
#
# - **A** multiply by the second weight: the gradient along the hidden values
# - **B** the gradient along the scores: probabilities less one-hot rows, divided by N
# - **C** take the step: all four parameters move
# - **D** multiply the transposed gradient along z by the inputs: the gradient of the first weight
# - **E** apply ReLU to the gradient
# - **F** set the gradient to 0 where the hidden unit was off: the gradient along z
# - **G** nudge every weight by 1e-5

# %% tags=["solution"]
back_in_order = "B A F D C"
# From the loss to the scores, to h, to z, to the first weight; the step comes when every gradient is there.

# %%
check(back_in_order, "06.back_in_order")

# %% [markdown]
# ## 12 · `what_is_learned`: what a hidden layer learns, and what it cannot
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 10 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# A network with one hidden layer of ReLU units is trained on digits. Which of these statements hold? There is more than one.
#
# - **a** A unit that is off for every training digit keeps its weights, at any learning rate.
# - **b** Sixteen random units are as good as sixteen learned ones, if only the scores are trained longer.
# - **c** The weights of neighboring pixels come to have the same sign, since the network is told which pixels are neighbors.
# - **d** A hidden weight can have a gradient although it appears in no score directly.
# - **e** A unit that is on for some of the digits can be off for all of them after training.
# - **f** The gradient of a hidden weight is 0 once all training digits are classified rightly.

# %% tags=["solution"]
what_is_learned = "a d e"
# Off means no gradient; a hidden weight moves the scores through its unit; and section 10 counts units that went off on the way.

# %%
check(what_is_learned, "06.what_is_learned")

# %% [markdown]
# ## 13 · `broken_gradient`: which back pass is broken, and where?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 11 of [the lesson](../notebooks/06_backpropagation.ipynb)*
#
# Three people wrote the back pass of a network with one hidden layer, and checked it. The relative error of each parameter's gradient against central differences in 64-bit numbers, with no unit near its kink:
#
# | run | second weight | second bias | first weight | first bias |
# |---|---|---|---|---|
# | a | 2e-10 | 8e-11 | 4e-10 | 1e-10 |
# | b | 2e-10 | 8e-11 | 0.71 | 0.64 |
# | c | 3e-8 | 2e-8 | 7e-8 | 4e-8 |
#
# One of them is wrong. Which one, and what is the cause?
#
# - **1** the gradient along the scores has the wrong sign
# - **2** the step of the check was larger
# - **3** the mask of ReLU is missing
# - **4** the gradient of the first bias is a mean and not a sum

# %% tags=["solution"]
broken_gradient = "b 3"
# Scores and second layer are right; both gradients of the first layer are wrong. They share the gradient along z, made by the mask.

# %%
check(broken_gradient, "06.broken_gradient")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts of all thirteen, and `learnkit status` shows where you stand in the
# course. In lesson 07 the program records what it computes, and finds the way back by itself.
