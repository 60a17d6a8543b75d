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
# # 07 · Exercises: write the engine of lesson 07 yourself
#
# You write the parts of an engine that finds gradients, and then train a network with it. The four core exercises take about 38 minutes, what is for
# practice 32 more. They belong to [lesson 07](../notebooks/07_autograd.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("07.unbroadcast")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps, and
#    last the solution. Or begin with an easier form: `start("07.unbroadcast", "order")` brings the lines of the solution, with others among
#    them, to put in order; `"fill"` instead of `"order"` leaves out one line, and `"worked"` none, for reading.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.
#
# Write with NumPy, as in the lesson, and return new arrays: the ones you are given stay as they were.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/07_autograd.ipynb).*

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
# The value that remembers what it was made of is given, as in the lesson, with a sum and a product:


# %%
class Node:
    """A value that remembers what it was made of, and how a gradient goes back to that."""

    def __init__(self, data, inputs=(), rule=None, requires_grad=True):
        self.data = np.asarray(data)
        self.inputs = inputs  # the nodes it was made of
        self.rule = rule  # its own gradient -> one gradient for each input
        self.requires_grad = any(one.requires_grad for one in inputs) if inputs else requires_grad
        self.grad = None  # what has arrived so far


def add(a, b):
    return Node(a.data + b.data, (a, b), lambda grad: (grad, grad))


def mul(a, b):
    return Node(a.data * b.data, (a, b), lambda grad: (grad * b.data, grad * a.data))


# %% [markdown]
# ## 1 · `unbroadcast`: back to the shape it had
#
# *Core · level 1 of 3 · about 8 minutes · read again: [arrays](../notebooks/07_autograd.ipynb#6-·-Arrays:-a-copy's-gradient-is-a-sum)*
#
# An array of shape `shape` was broadcast, and a gradient of the larger shape comes back. Each number of the array was used in several places: its gradient is the
# sum over them. Return an array of exactly the shape `shape`.
#
# *Example.* A gradient ((1, 2, 3), (10, 20, 30)) goes back to shape (3,) as (11, 22, 33), and to shape (2, 1) as ((6), (60)).


# %% tags=["solution"]
def unbroadcast(grad, shape):
    leading = grad.ndim - len(shape)
    grad = grad.sum(axis=tuple(range(leading)))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return grad.sum(axis=stretched, keepdims=True)


# %% [markdown] tags=["solution"]
# Two kinds of axes were repeated. Those in front were put there by broadcasting: they are summed and go away. Those of length 1 were stretched: they are summed and stay. A sum over no
# axis at all, an empty tuple, changes nothing.

# %%
check(unbroadcast)

# %%
unbroadcast_ok = use("07.unbroadcast", unbroadcast)
sent_back = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
print(unbroadcast_ok(sent_back, (3,)), unbroadcast_ok(sent_back, (2, 1)).tolist())

# %% [markdown]
# ## 2 · `topo_order`: everything after what it was made of
#
# *Core · level 2 of 3 · about 10 minutes · read again: [the order](../notebooks/07_autograd.ipynb#4-·-In-which-order?)*
#
# Return the nodes that lead to `root` in a list: each of them once, each after all of its inputs, and `root` last. A node may be an input of several others, and twice of one. There may be more paths
# than your computer could ever walk, and no path is longer than 300.
#
# *Example.* For $x \cdot x + x$ the order is $x$, $x \cdot x$, and then the sum.


# %% tags=["solution"]
def topo_order(root):
    order, visited = [], set()

    def visit(node):
        if node not in visited:
            visited.add(node)
            for value in node.inputs:
                visit(value)
            order.append(node)

    visit(root)
    return order


# %% [markdown] tags=["solution"]
# A node goes to the list when all of its inputs are there, so the list is in order whatever the graph looks like. The set is asked *before* the walk goes on: that is what makes it one visit
# for each node, and not one for each path.

# %%
check(topo_order)

# %%
topo_order_ok = use("07.topo_order", topo_order)
three = Node(3.0)
print([float(one.data) for one in topo_order_ok(add(mul(three, three), three))])

# %% [markdown]
# ## 3 · `accumulate`: one more gradient
#
# *Core · level 1 of 3 · about 5 minutes · read again: [used twice](../notebooks/07_autograd.ipynb#3-·-Used-twice:-gradients-add-up)*
#
# A value is used several times, and the gradients of its uses arrive one after the other. `so_far` is what has arrived before, `None` if this is the first. Return what there is now, in memory of
# its own.
#
# *Example.* First (1, 2), then (10, 20): the results are (1, 2) and (11, 22).


# %% tags=["solution"]
def accumulate(so_far, grad):
    if so_far is None:
        return grad.copy()
    return so_far + grad


# %% [markdown] tags=["solution"]
# The copy matters. The rule of a sum hands the same array to both of its terms; without the copy two values would share one gradient. `so_far + grad` makes a new array by itself.

# %%
check(accumulate)

# %%
accumulate_ok = use("07.accumulate", accumulate)
after_one = accumulate_ok(None, np.array([1.0, 2.0]))
print(after_one, accumulate_ok(after_one, np.array([10.0, 20.0])))

# %% [markdown]
# ## 4 · `backward`: the walk back
#
# *Core · level 3 of 3 · about 15 minutes · read again: [called twice](../notebooks/07_autograd.ipynb#5-·-Called-twice:-what-is-kept,-and-what-is-not)*
#
# `order` is a list as `topo_order` makes it; its last node is the loss. Go back through it, run each rule once, and *add* the gradient of the loss to the `grad` of every leaf that requires one.
# A constant keeps `None`. A second call adds the same again, no more. Return the list of the leaves that require a gradient, in the order in which they stand.
#
# *Example.* For $x \cdot x$ at $x = 3$ the first call leaves 6 in `x.grad` and the second 12; both return a list with $x$ alone.


# %% tags=["solution"]
def backward(order):
    arrived = {order[-1]: np.ones_like(order[-1].data)}
    for node in reversed(order):
        if node.requires_grad and node.inputs:
            for value, grad in zip(node.inputs, node.rule(arrived[node]), strict=True):
                arrived[value] = arrived[value] + grad if value in arrived else grad
    leaves = [node for node in order if node.requires_grad and not node.inputs]
    for node in leaves:
        node.grad = arrived[node].copy() if node.grad is None else node.grad + arrived[node]
    return leaves


# %% [markdown] tags=["solution"]
# Two things are kept apart. The dictionary holds gradients of *this* call, of nodes in between as well; it is gone at the end, so a second call starts anew. The leaves' `grad` outlives the call and adds up. What arrives at a constant
# is never looked at.

# %%
check(backward)

# %%
backward_ok = use("07.backward", backward)
three = Node(np.array(3.0))
of_square = topo_order_ok(mul(three, three))
print([(len(backward_ok(of_square)), float(three.grad)) for _ in range(2)])

# %% [markdown]
# ## Put together: train on the spirals
#
# An operation of the library becomes a node by the `record` of the lesson; the rest is yours. Sixteen bumps $e^{-z^2}$, whose gradient nobody has derived, learn
# three spirals in 400 steps.


# %%
def record(operation, *inputs, **options):
    """Run an operation of the library on nodes, and remember how to go back through it."""
    inputs = tuple(one if isinstance(one, Node) else Node(one, requires_grad=False) for one in inputs)
    output, saved = operation.forward(*(one.data for one in inputs), **options)

    def rule(grad):
        parts = operation.backward(grad, saved)
        return parts if isinstance(parts, tuple) else (parts,)

    return Node(output, inputs, rule)


def scores_of(weights, inputs):
    w1, b1, w2, b2 = weights
    z = record(lk.linear, inputs, w1, b1)
    return record(lk.linear, record(lk.exp, record(lk.neg, mul(z, z))), w2, b2)


# %%
points, classes = spirals(300, rng=lk.rng(0))
new_points, new_classes = spirals(600, rng=lk.rng(1000))
weights = [Node(part.astype(float)) for layer in lk.mlp_init((2, 16, 3), rng=lk.rng(0)) for part in layer]
losses = []
for _ in range(400):
    mean_loss = record(lk.cross_entropy, scores_of(weights, points), classes)
    moved = backward_ok(topo_order_ok(mean_loss))
    for weight in moved:
        weight.data, weight.grad = weight.data - weight.grad, None
    losses.append(float(mean_loss.data))
accuracy = lk.accuracy(scores_of(weights, new_points).data, new_classes)
assert len(moved) == 4 and losses[0] > 1 and losses[-1] < 0.2 and accuracy > 0.93
print("loss: from above 1 to below 0.2;  accuracy on new points: above 0.93")

# %% [markdown]
# The core ends here: your engine finds the gradient of whatever is recorded. Two more follow for practice.

# %% [markdown]
# ## 5 · `matmul_backward`: the matrix product
#
# *Practice · level 3 of 3 · about 12 minutes · read again: [arrays](../notebooks/07_autograd.ipynb#6-·-Arrays:-a-copy's-gradient-is-a-sum)*
#
# The gradients of `a @ b` along `a` and `b`, from that of the result. `a` may be a vector (D,), a table (N, D), or a batch of tables (B, N, D); `b` a matrix (D, M), or a vector (D,). One `b` serves all
# rows and all tables.
#
# *Example.* For $a = (1, 2)$, $b = (3, 4)$, two vectors, and a gradient of 10, the results are (30, 40) and (10, 20).


# %% tags=["solution"]
def matmul_backward(grad_output, a, b):
    matrix = b.reshape(len(b), -1)
    grad = grad_output.reshape(*a.shape[:-1], matrix.shape[1])
    grad_a = grad @ matrix.T
    rows = a.reshape(-1, len(b))
    grad_b = rows.T @ grad.reshape(len(rows), -1)
    return grad_a, grad_b.reshape(b.shape)


# %% [markdown] tags=["solution"]
# A vector is a table with one column, and a batch of tables is one long table for $b$, which treats every row alike. So there is one formula, that of two matrices, between two changes of
# shape. The sum over the batch is inside the matrix product.

# %%
check(matmul_backward)

# %%
matmul_backward_ok = use("07.matmul_backward", matmul_backward)
print(*matmul_backward_ok(np.array(10.0), np.array([1.0, 2.0]), np.array([3.0, 4.0])))

# %% [markdown]
# ## 6 · `zero_grad`: forget
#
# *Practice · level 2 of 3 · about 8 minutes · read again: [called twice](../notebooks/07_autograd.ipynb#5-·-Called-twice:-what-is-kept,-and-what-is-not)*
#
# Some engines leave gradients in the nodes between as well. Set the `grad` of `root` and of everything that leads to it to `None`, and return how many of them were not `None`. Again there may be
# more paths than one can walk.
#
# *Example.* In $x \cdot x$, with gradients in both nodes, two are forgotten; a second call forgets none.


# %% tags=["solution"]
def zero_grad(root):
    found, forgotten = [root], 0
    for node in found:
        for value in node.inputs:
            if value not in found:
                found.append(value)
        if node.grad is not None:
            forgotten += 1
            node.grad = None
    return forgotten


# %% [markdown] tags=["solution"]
# The list grows while the loop goes through it, and each node is put there once. No order is needed here; forgetting does not depend on anything.

# %%
check(zero_grad)

# %%
zero_grad_ok = use("07.zero_grad", zero_grad)
three = Node(3.0)
square = mul(three, three)
three.grad, square.grad = np.array(6.0), np.array(1.0)
print(zero_grad_ok(square), zero_grad_ok(square))

# %% [markdown]
# ## 7 · `gradient_by_hand`: back through a graph
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 2 of [the lesson](../notebooks/07_autograd.ipynb)*
#
# The last four have no code for an answer. Put it in place of the three dots.
#
# `a = x + x`, `b = a * a`, `c = b + a`, at x = 3. What is the gradient of c along x?

# %% tags=["solution"]
gradient_by_hand = 26
# a = 6 has the gradient 1 + 6 + 6 = 13, and it is made of x twice: 2 · 13. Or: c = 4 x² + 2 x has the slope 8 x + 2.

# %%
check(gradient_by_hand, "07.gradient_by_hand")

# %% [markdown]
# ## 8 · `what_holds`: what is kept, and what is not
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 5 of [the lesson](../notebooks/07_autograd.ipynb)*
#
# Which of these statements hold, in the library and in PyTorch? There is more than one.
#
# - **a** Two calls of backward on two losses, without zero_grad, leave the gradient of their sum in the leaves.
# - **b** zero_grad removes what a tensor was made of.
# - **c** Under no_grad nothing is recorded, and values come out as usual.
# - **d** detach gives a tensor with another value.
# - **e** A node runs its rule once in each call of backward, however many nodes use it.
# - **f** A constant receives a gradient that is 0.

# %% tags=["solution"]
what_holds = "a c e"
# Leaves add up from call to call; no_grad and detach concern what is recorded; a rule runs when its node's gradient is whole.

# %%
check(what_holds, "07.what_holds")

# %% [markdown]
# ## 9 · `one_backward`: one step with an engine
#
# *Practice · level 1 of 3 · about 3 minutes · read again: sections 4 and 5 of [the lesson](../notebooks/07_autograd.ipynb)*
#
# Put what happens in one step of training in order, from the weights to new weights. Two of the steps do not belong.
#
# - **A** run the rule of each node, from the last to the first, and add up what arrives
# - **B** change the weights, with nothing being recorded
# - **C** run the loss once more for each weight, with that weight moved a little
# - **D** compute the loss, and record each operation on the way
# - **E** derive a formula for the gradient of this loss
# - **F** sort the nodes so that each comes after its inputs
# - **G** give the loss the gradient 1
# - **H** forget the gradients of the weights, so that the next step starts clean

# %% tags=["solution"]
one_backward = "D F G A B H"
# Sorting and the start at the loss may come in either order. The rules need both, the step needs the rules.

# %%
check(one_backward, "07.one_backward")

# %% [markdown]
# ## 10 · `broken_run`: which run is broken?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 10 of [the lesson](../notebooks/07_autograd.ipynb)*
#
# Three runs train the network of 16 bumps on 300 points of the spirals. Noted are the loss, and how many nodes the graph of the loss has:
#
# | run | loss at step 1 | 50 | 100 | nodes at step 1 | 50 | 100 |
# |---|---|---|---|---|---|---|
# | a | 1.45 | 0.60 | 0.34 | 12 | 12 | 12 |
# | b | 1.45 | 0.60 | 0.34 | 12 | 404 | 804 |
# | c | 1.45 | 0.70 | 0.62 | 12 | 12 | 12 |
#
# One of them will come to an end for lack of memory. Which one, and what is the cause?
#
# - **1** old gradients are never forgotten
# - **2** the step itself is recorded, and becomes part of the next graph
# - **3** the rules run once for each path
# - **4** the learning rate is too small

# %% tags=["solution"]
broken_run = "b 2"
# The new weights hang on the old ones. Under no_grad, or on .data, the step stays outside and the weights stay leaves.

# %%
check(broken_run, "07.broken_run")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts of all ten, and `learnkit status` shows where you stand in the
# course. In lesson 08 the slopes that the engine multiplies decide whether a deep network can learn at all.
