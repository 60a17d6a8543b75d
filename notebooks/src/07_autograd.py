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
# # 07 · Build an engine that finds the gradient of whatever you compute
#
# **You will be able to**
#
# - draw the graph of a computation, and send gradients back through it by hand;
# - say why the gradients of several uses add up, and in which order the values take their turns;
# - build an engine that records and goes back, and show that it computes what the library computes;
# - say what `backward()` keeps and what it forgets, and use `zero_grad`, `no_grad` and `detach`;
# - say what a gradient costs.
#
# **You need** the network of lesson 05, and from lesson 06 the chain rule, the gradients of a linear layer, and the gradient by small steps.
#
# **Time** about 88 minutes. The lesson takes 50: recall and the question 5, by hand 6, used twice 5, the order and the explorer 10,
# called twice 5, arrays and the library 7, the experiments 6, broken things 4, PyTorch 2. The four core exercises take 38.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("07.r1", answer=...)

# %%
recall("07.r2", answer=...)

# %%
recall("07.r3", answer=...)

# %% [markdown]
# ## 1 · The question

# %%
import time

import numpy as np

from learnkit import reference as lk
from learnkit.datasets import digits, spirals
from learnkit.visual import (
    draw_areas,
    draw_backward,
    draw_graph,
    draw_learning_curves,
    draw_lines,
    explore_backward,
    plane_grid,
    show,
)

# %% [markdown]
# Three spirals, wound into each other. Lesson 05 told them apart with random hidden units; since lesson 06 a network can learn its
# units, because you derived the gradient of every layer by hand.

# %%
points, classes = spirals(300, rng=lk.rng(0))
points = points.astype(np.float64)  # the comparisons below look at small differences
show(draw_areas(points, classes, title="Which spiral does a point belong to?"))

# %% [markdown]
# Now somebody has an idea: units that are not bent like ReLU, but *bumps*, $e^{-z^2}$, high near $z = 0$ and low elsewhere. Is that
# better? To try it, gradient descent needs the gradient of the loss along every weight. Nobody has derived it for bumps, and after the
# next idea it would have to be derived again.
#
# **Can a program find the gradient of whatever it has computed, without being told a formula for it? And what does that cost?**
# By the end you have tried five kinds of units on the spirals and derived none of them.

# %% [markdown]
# ## 2 · The smallest example, by hand
#
# Take $z = x \cdot y + x$ at $x = 3$, $y = -2$. A computer does it in two operations: $a = x \cdot y = -6$, then $z = a + x = -3$. Each value is a
# *node*; what it was made of are its *inputs*. Nodes and inputs make a *graph*. A node without inputs is a *leaf*.
#
# How does $z$ move when $x$ moves? Write $\bar v$ for the gradient $\partial z / \partial v$ of a node $v$, and go from $z$ back to the leaves. Fill the
# table yourself first.
#
# | node | value | its slopes | gradient |
# |---|---|---|---|
# | $z = a + x$ | −3 | 1 along $a$, 1 along $x$ | $\bar z = 1$ |
# | $a = x \cdot y$ | −6 | $y = -2$ along $x$, $x = 3$ along $y$ | $\bar a = \bar z \cdot 1 = 1$ |
# | $y$ | −2 | | $\bar y = \bar a \cdot 3 = 3$ |
# | $x$ | 3 | | $\bar x = \bar z \cdot 1 + \bar a \cdot (-2) = -1$ |
#
# The last line has two terms, since $x$ is used twice: once by $z$, once by $a$. Small steps confirm it:

# %%
by_hand = np.array([-1.0, 3.0])
by_steps = lk.numeric_grad(lambda v: v[0] * v[1] + v[0], np.array([3.0, -2.0]))
print("by hand", by_hand, "  by small steps", by_steps.round(6))
assert lk.rel_error(by_hand, by_steps) < 1e-8

# %% [markdown]
# The rule behind the table holds for every graph. Let $v$ be used by the nodes $u_1, \dots, u_m$.
#
# 1. Move $v$ by a small $h$. By the definition of a slope each $u_k$ moves by $\frac{\partial u_k}{\partial v} h$.
# 2. When several values move a little, their effects on $z$ add up: $z$ moves by $\sum_k \bar u_k \frac{\partial u_k}{\partial v} h$. That is the
#    chain rule for several variables.
# 3. Divide by $h$:
#
# $$\bar v = \sum_{k=1}^m \bar u_k \, \frac{\partial u_k}{\partial v}$$
#
# *Along* a path slopes are multiplied; *where paths meet* they are added. Note what the rule needs: the gradients of the nodes that *use* $v$.
# So it goes from the end to the beginning. And each factor $\partial u_k / \partial v$ is about one operation only, which somebody has to
# know once: this is why a program can do it.
#
# The first piece of the engine is a value that remembers what it was made of.


# %%
class Node:
    """A value that remembers what it was made of, and how a gradient goes back to that."""

    def __init__(self, data, inputs=(), rule=None, requires_grad=True):
        self.data = np.asarray(data)
        self.inputs = inputs  # the nodes it was made of
        self.rule = rule  # its own gradient -> one gradient for each input
        self.requires_grad = any(one.requires_grad for one in inputs) if inputs else requires_grad
        self.grad = None  # what has arrived so far


# %% [markdown]
# An operation computes its value, *and* hands over the rule that goes back: the forward and the backward of lesson 06, with the node as the one
# who keeps what was saved.


# %%
def add(a, b):
    return Node(a.data + b.data, (a, b), lambda grad: (grad, grad))


def mul(a, b):
    return Node(a.data * b.data, (a, b), lambda grad: (grad * b.data, grad * a.data))


x, y = Node(3.0), Node(-2.0)
z = add(mul(x, y), x)
print("z =", z.data, "  made of", [float(one.data) for one in z.inputs])
print("the rule of z sends", z.rule(1.0), "  that of a sends", tuple(map(float, z.inputs[0].rule(1.0))))

# %% [markdown]
# Nothing but the values was computed, and the graph is there, with the rules in it. It has been *recorded*; the record is called a *tape*. Here it is
# with all gradients:

# %%
show(draw_backward("x*y + x", x=3, y=-2))

# %% [markdown]
# Each node shows its value and its gradient. (The figure calls $z$ by the next free letter, b.) The thick arrows are the last rule that ran, the one of
# the product, with what it sent: −2 to $x$. The rule of the sum had brought the other part, 1, along the arrow above.

# %% [markdown]
# ## 3 · Used twice: gradients add up
#
# The simplest value that is used twice is $x \cdot x$. Before you see it:

# %%
predict("07.x-times-x", answer=...)


# %%
def both_ways_to_arrive():
    x = Node(3.0)
    y = mul(x, x)
    first, second = y.rule(1.0)
    print("the rule sends", first, "and", second, "to x")
    print("the second replaces the first:", second)
    print("the second is added          :", first + second)
    slope = lk.numeric_grad(lambda v: v[0] * v[0], np.array([3.0]))[0]
    print(f"by small steps               : {slope:.6f}")
    assert abs(slope - (first + second)) < 1e-8


show_after("07.x-times-x", both_ways_to_arrive)

# %% [markdown]
# To *accumulate* is to add what arrives to what is there. It has a trap. The rule of a sum sends one gradient to both inputs, and in Python that is one array
# with two names. Whoever writes into one of them changes the other:

# %%
a, b = Node(np.array([1.0, 2.0])), Node(np.array([5.0, 7.0]))
a.grad, b.grad = add(a, b).rule(np.ones(2))  # kept as they came
a.grad *= 0.1  # somebody makes the gradient of a shorter
print("gradient of a", a.grad, "  gradient of b", b.grad)


# %%
def accumulate(node, grad):
    """Add a gradient to what a node has received, always in new memory."""
    node.grad = np.array(grad) if node.grad is None else node.grad + grad


a, b = Node(np.array([1.0, 2.0])), Node(np.array([5.0, 7.0]))
for value, grad in zip((a, b), add(a, b).rule(np.ones(2)), strict=True):
    accumulate(value, grad)
a.grad *= 0.1
print("gradient of a", a.grad, "  gradient of b", b.grad)

# %% [markdown]
# The gradient of $b$ is 1, as it should be, and stays 1.

# %% [markdown]
# ## 4 · In which order?
#
# Who runs the rules? The first idea: whoever receives something sends it on at once.


# %%
def send(node, grad):
    """Take a gradient, and send its parts on at once. Returns how many rules ran."""
    if not node.inputs:
        accumulate(node, grad)
        return 0
    return 1 + sum(send(value, part) for value, part in zip(node.inputs, node.rule(grad), strict=True))


# %%
def doubled(x, times):
    """x + x, and that to itself, so many times."""
    for _ in range(times):
        x = add(x, x)
    return x


lines = []
for times in (1, 2, 4, 8, 16):
    x = Node(1.0)
    rules = send(doubled(x, times), np.array(1.0))
    lines.append(f"{times:>2} operations: {rules:>6,} rules ran, gradient {x.grad:,.0f}")
print("\n".join(lines))

# %% [markdown]
# The gradients are right, $2^{16} = 65{,}536$ at the end. But 16 operations took 65,535 rules: one for each way to walk, and the number of ways doubles
# with each operation. At 40 operations it would be a million million.
#
# The cure follows from the rule of section 2. $\bar v$ is a sum over *all* nodes that use $v$. If $v$ waits until all of them have had their turn, its
# gradient is whole, and **one** run of its rule is enough. So we need an order in which each node comes after everything it was made of, and walk it
# from the back. Such an order is called *topological*. A function that calls itself finds it: first the inputs, then the node.


# %%
def topo_order(root):
    """Every node that leads to root, once, each after all of its inputs."""
    order, visited = [], set()

    def visit(node):
        if node not in visited:
            visited.add(node)
            for value in node.inputs:
                visit(value)
            order.append(node)

    visit(root)
    return order


# %%
def backward_once(root):
    """Send the gradient of root back to everything it was made of; returns how many rules ran."""
    accumulate(root, np.ones_like(root.data))
    made = [node for node in topo_order(root) if node.inputs]
    for node in reversed(made):
        for value, part in zip(node.inputs, node.rule(node.grad), strict=True):
            accumulate(value, part)
    return len(made)


for times in (1, 2, 4, 8, 16, 40):
    x = Node(1.0)
    rules = backward_once(doubled(x, times))
    print(f"{times:>2} operations: {rules:>6,} rules ran, gradient {x.grad:,.0f}")
    assert rules == times and x.grad == 2.0**times

# %% [markdown]
# Forty rules for forty operations. Does the order have to be this one? A plausible other order sorts by the distance from the end: first the root, then its
# inputs, then theirs. In $m + h$ with $h = x w$, $k = h w$, $m = k x$ the value $h$ is close to the end, and used again far from it:


# %%
def by_distance(root):
    """The root, its inputs, the inputs of those, each when it is first met; turned around."""
    found = [root]
    for node in found:
        found += [value for value in node.inputs if value not in found]
    return found[::-1]


def gradient_of_x(order_of):
    x, w = Node(3.0), Node(-2.0)
    h = mul(x, w)
    y = add(mul(mul(h, w), x), h)
    accumulate(y, np.array(1.0))
    for node in reversed([one for one in order_of(y) if one.inputs]):
        for value, part in zip(node.inputs, node.rule(node.grad), strict=True):
            accumulate(value, part)
    return float(x.grad)


# %%
slope = lk.numeric_grad(lambda v: v[0] * -2.0 * -2.0 * v[0] + v[0] * -2.0, np.array([3.0]))[0]
print("topological order", gradient_of_x(topo_order))
print("by distance      ", gradient_of_x(by_distance))
print(f"by small steps    {slope:.4f}")
assert gradient_of_x(topo_order) == 22 and abs(slope - 22) < 1e-6 and gradient_of_x(by_distance) != 22

# %% [markdown]
# No error, and a wrong number: $h$ had its turn before the gradient from $k$ had arrived. Now watch an order at work: choose an expression, and let one
# rule run after the other. A dashed node waits; a filled one is whole. Two tasks stand below the figure.

# %%
backward_explorer = explore_backward()
backward_explorer

# %% [markdown]
# ## 5 · Called twice: what is kept, and what is not
#
# Training goes back again and again, and a graph may be used twice. What is in `x.grad` then?

# %%
predict("07.called-twice", answer=...)


# %%
def call_it_twice():
    x, w = Node(3.0), Node(-2.0)
    y = add(mul(x, w), x)
    loss = mul(y, w)  # (x w + x) w: the gradient of x is (w + 1) w = 2
    for call in (1, 2):
        backward_once(loss)
        print(f"our engine after call {call}: {x.grad:g}")
    x = lk.tensor(np.array(3.0), requires_grad=True)
    loss = (x * -2.0 + x) * -2.0
    for call in (1, 2):
        loss.backward(retain_graph=True)
        print(f"the library after call {call}: {x.grad:g}")
    assert x.grad == 4  # and ours was 12


show_after("07.called-twice", call_it_twice)

# %% [markdown]
# The library doubles, and our engine has 12 in place of 4. Two things were kept that should be told apart:
#
# - **Leaves** add up from call to call, on purpose: a gradient of two losses is the sum of their gradients.
# - **Nodes in between** must start anew in each call. Ours still held the gradients of the first call and sent them down once more.
#
# And a third point. Some leaves are *constants*: data, labels. Nobody will ask for their gradient. A node requires one if one of its inputs does;
# that is what `requires_grad` is for. Here is the whole way back:


# %%
def backward(root):
    """Add the gradient of root to the grad of every leaf that requires one; returns how many rules ran."""
    order = [node for node in topo_order(root) if node.requires_grad]
    made = [node for node in order if node.inputs]
    for node in made:
        node.grad = None  # what lies between starts anew
    accumulate(root, np.ones_like(root.data))
    for node in reversed(made):
        for value, part in zip(node.inputs, node.rule(node.grad), strict=True):
            if value.requires_grad:
                accumulate(value, part)
    return len(made)


# %%
x, w, c = Node(3.0), Node(-2.0), Node(10.0, requires_grad=False)
loss = mul(mul(add(mul(x, w), x), w), c)
print("after each call:", [(backward(loss), float(x.grad))[1] for _ in range(2)], " the constant:", c.grad)
assert x.grad == 2 * 20 and c.grad is None

# %% [markdown]
# One call gives 20, two give 40. That leaves add up is useful, and it is a trap: between two steps of training the old gradients have to be forgotten,
# with `zero_grad`. Section 11 shows what happens if not. Two more words belong here, now in the library, whose tensors are our nodes:

# %%
x = lk.tensor(np.array(3.0), requires_grad=True)
with lk.no_grad():  # inside nothing is recorded: for evaluation, and for the step itself
    y = x * x
cut = (x * x).detach()  # the value, without its past
print(
    "recorded?", (x * x).requires_grad, "  under no_grad?", y.requires_grad, "  detached?", cut.requires_grad
)
(x * cut).backward()
print("gradient of x · detach(x²):", x.grad, "= 9, not 3 x² = 27")
x.zero_grad()
print("after zero_grad:", x.grad)
assert (x * x).requires_grad and not y.requires_grad and not cut.requires_grad

# %% [markdown]
# ## 6 · Arrays: a copy's gradient is a sum
#
# With arrays one thing is new. A bias of shape (3,) that is added to (2, 3) is *broadcast*: each of its numbers is used in two rows. Used twice, added up: its gradient
# is the sum over the rows. In general, going back through broadcasting is a sum over every axis along which something was repeated, so that the gradient has the
# shape of the value again. The library calls it `unbroadcast`:

# %%
grad = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
for shape in ((3,), (2, 1), (1, 3), ()):
    print(f"(2, 3) back to {shape!s:<7}", lk.unbroadcast(grad, shape).tolist())

# %% [markdown]
# And the matrix product, $y_{nm} = \sum_d a_{nd} b_{dm}$. Entry $a_{nd}$ is used by $y_{n1}, \dots, y_{nM}$, with slope $b_{dm}$ each. The rule of section 2 adds up:
#
# $$\bar a_{nd} = \sum_m \bar y_{nm} \, b_{dm}, \quad \text{which is} \quad \bar a = \bar y \, b^\top
# \qquad \text{and likewise} \qquad \bar b_{dm} = \sum_n a_{nd} \, \bar y_{nm}, \quad \bar b = a^\top \bar y$$
#
# You know both from lesson 06. So here is the point at which we stop writing rules: the library has them. An operation of the library has `forward`, which returns its output
# and what it saved, and `backward`. Ten lines put any of them on our tape:


# %%
def record(operation, *inputs, **options):
    """Run an operation of the library on nodes, and remember how to go back through it."""
    inputs = tuple(one if isinstance(one, Node) else Node(one, requires_grad=False) for one in inputs)
    output, saved = operation.forward(*(one.data for one in inputs), **options)

    def rule(grad):
        parts = operation.backward(grad, saved)
        return parts if isinstance(parts, tuple) else (parts,)

    return Node(output, inputs, rule)


a, b = Node(lk.rng(0).standard_normal((4, 2, 3))), Node(lk.rng(1).standard_normal((3, 5)))
backward(record(lk.sum, record(lk.matmul, a, b)))
print("four tables times one matrix:", a.grad.shape, b.grad.shape)
assert np.allclose(b.grad, sum(table.T @ np.ones((2, 5)) for table in a.data), rtol=0, atol=1e-12)

# %% [markdown]
# One matrix served four tables: four gradients, added up. To write formulas as usual, we tell Python which operation belongs to which sign.

# %%
Node.__add__ = lambda a, b: record(lk.add, a, b)
Node.__radd__ = lambda a, b: record(lk.add, b, a)
Node.__mul__ = lambda a, b: record(lk.mul, a, b)
Node.__truediv__ = lambda a, b: record(lk.div, a, b)
Node.__neg__ = lambda a: record(lk.neg, a)
Node.exp = lambda a: record(lk.exp, a)


def bump(z):
    return (-(z * z)).exp()


z = Node(np.array([-1.0, 0.0, 0.5]))
backward(record(lk.sum, bump(z)))
print("slope of the bump", z.grad.round(4))
assert np.allclose(z.grad, -2 * z.data * np.exp(-(z.data**2)))

# %% [markdown]
# Nobody told the engine the slope of $e^{-z^2}$. It knows a product, a sign and an exponential, and the chain rule did the rest: $-2 z \, e^{-z^2}$.

# %% [markdown]
# ## 7 · It is the library's
#
# The network of lesson 05 with one hidden layer, on our engine. First the units are ReLU, whose gradient lesson 06 derived: there are three ways to
# the same numbers.


# %%
def parameters(seed, width=16):
    """Weights and biases of a network with 2 inputs, some hidden units and 3 scores, in one list."""
    return [part.astype(float) for layer in lk.mlp_init((2, width, 3), rng=lk.rng(seed)) for part in layer]


def loss_of(weights, unit, inputs, targets):
    """The mean cross-entropy, recorded on our engine."""
    w1, b1, w2, b2 = weights
    hidden = unit(record(lk.linear, inputs, w1, b1))
    return record(lk.cross_entropy, record(lk.linear, hidden, w2, b2), targets)


def relu(z):
    return record(lk.relu, z)


# %%
weights = [Node(part) for part in parameters(seed=0)]
loss = loss_of(weights, relu, points, classes)
backward(loss)
ours = [node.grad for node in weights]

w1, b1, w2, b2 = tensors = [lk.tensor(part, requires_grad=True) for part in parameters(seed=0)]
lk.cross_entropy(lk.linear(lk.relu(lk.linear(lk.tensor(points), w1, b1)), w2, b2), classes).backward()

scores, saved = lk.mlp_forward(points, [(w1.data, b1.data), (w2.data, b2.data)])
_, saved_loss = lk.cross_entropy.forward(scores, classes)
_, gradients = lk.mlp_backward(lk.cross_entropy.backward(1.0, saved_loss)[0], saved)
by_hand = [part for layer in gradients for part in layer]
for one, other, third in zip(ours, tensors, by_hand, strict=True):
    assert np.allclose(one, other.grad, rtol=0, atol=1e-12) and np.allclose(one, third, rtol=0, atol=1e-12)
print("our engine, the library's tensors, lesson 06: equal to 12 decimals for", len(ours), "arrays")

# %% [markdown]
# What differs is the bookkeeping. The library's tape numbers the nodes as they are born. A node is always younger than its inputs, so that *from the youngest to the oldest* is
# a walk from the back of a topological order as well: both are right. Ours searches by a function that calls itself, and Python limits how many
# calls may stand inside each other; the library's order needs no search:

# %%
x = lk.tensor(np.array(1.0), requires_grad=True)
y, ours = x, Node(1.0)
for _ in range(20_000):
    y, ours = y + 0.001, add(ours, Node(0.001))
y.backward()
try:
    backward(ours)
except RecursionError as error:
    print("20,000 operations deep: the library", x.grad, "  our engine", type(error).__name__)

# %% [markdown]
# Here is the graph that one step of training records, drawn from our nodes, for units that are squares: the product is made of `linear 1`
# twice. Only the names are added.


# %%
def recorded(unit):
    weights = [Node(part) for part in parameters(seed=0)]
    loss = loss_of(weights, unit, points, classes)
    return topo_order(loss), backward(loss)


order, rules = recorded(lambda z: z * z)
names = ("points", "W1", "b1", "linear 1", "product", "W2", "b2", "linear 2", "classes", "loss")
name_of = dict(zip(order, names, strict=True))
made_of = {name_of[node]: tuple(name_of[one] for one in node.inputs) for node in order}
shapes = {name_of[node]: str(node.data.shape) for node in order}
arrived = [name_of[node] for node in order if node.grad is not None]
show(draw_graph(made_of, values=shapes, whole=arrived, title="One step: filled nodes have a gradient"))

# %%
bump_order, bump_rules = recorded(bump)
print(f"squares: {len(order)} nodes and {rules} rules; bumps: {len(bump_order)} nodes and {bump_rules} rules")
assert (len(order), rules) == (10, 4) and (len(bump_order), bump_rules) == (12, 6)

# %% [markdown]
# Ten nodes and four rules for 99 weights and biases; two more of each for bumps. A network with a million weights has as many: the arrays are larger, the graph is not. Every
# node has a gradient but the data. Last, a check by small steps, for all five kinds of units that we want to try: bump, tanh, ReLU, $z / (1 + e^{-z})$, which is called *swish*,
# and a plain square.

# %%
units = {
    "bump": bump,
    "tanh": lambda z: record(lk.tanh, z),
    "ReLU": relu,
    "swish": lambda z: z / (1.0 + (-z).exp()),
    "square": lambda z: z * z,
}


# %%
def off_by(unit):
    """How far the gradient of the first weights is from small steps."""
    weights = [Node(part) for part in parameters(seed=3)]
    backward(loss_of(weights, unit, points, classes))
    others = [Node(node.data) for node in weights[1:]]
    steps = lk.numeric_grad(
        lambda w: loss_of([Node(w), *others], unit, points, classes).data, weights[0].data
    )
    return lk.rel_error(weights[0].grad, steps)


assert all(off_by(unit) < 1e-6 for unit in units.values())
print("relative error below 1e-6 for", ", ".join(units))

# %% [markdown]
# ## 8 · What a gradient costs
#
# Small steps need two forward passes for each weight. What does the way back need?

# %%
predict("07.cost", answer=...)

# %% [markdown]
# The cell takes networks of 27 to 387 weights and biases, and three draws of each. The way back is timed in units of one forward pass; for small steps the passes are
# counted.


# %%
def shortest(run, times=7):
    """The shortest of several runs: what the machine does besides only ever makes a run longer."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def in_forward_passes(width, seed):
    weights = [Node(part) for part in parameters(seed, width)]
    count = sum(node.data.size for node in weights)
    forward = shortest(lambda: loss_of(weights, bump, points, classes))
    loss = loss_of(weights, bump, points, classes)
    return count, 2 * count, shortest(lambda: backward(loss)) / forward


measured = np.array([[in_forward_passes(width, seed) for width in (4, 8, 16, 32, 64)] for seed in range(3)])


# %% tags=["nbval-ignore-output"]
# not compared: times differ between machines and from run to run
def compare_the_costs():
    count, by_steps, back = measured.transpose(2, 0, 1)
    lines = {"small steps: two passes for each weight": by_steps[0]}
    lines |= {f"the way back, seed {seed}": back[seed] for seed in range(3)}
    axes = {"x_label": "weights and biases", "y_label": "cost (forward passes)", "log_x": True, "log_y": True}
    show(draw_lines(count[0], lines, **axes))
    assert back.max() < 10 and by_steps[0, -1] > 50 * back[:, -1].max()


show_after("07.cost", compare_the_costs)

# %% [markdown]
# At every size and for every draw the way back, the lower lines, costs less than ten forward passes; small steps, the upper line, take up to 774 and grow with every weight.
# The reason stands in section 4: one rule for each operation, and the rule of an operation costs a few times the operation. So it is for a million weights too, and
# that is why networks of that size can be trained at all. The price is memory: until the way back, the tape keeps what every operation saved.

# %% [markdown]
# ## 9 · Five kinds of units, none derived
#
# Now the question of section 1. Gradient descent on all 300 points, 600 steps at learning rate 1, five draws of points and weights for each kind of unit. New points test it.


# %%
def train(unit, seed, lr=1.0, steps=600):
    """Gradient descent on our engine; returns the weights, and the test accuracy after every 50 steps."""
    inputs, targets = spirals(300, rng=lk.rng(seed))
    test_inputs, test_targets = spirals(600, rng=lk.rng(1000 + seed))
    weights, accuracies = [Node(part) for part in parameters(seed)], []
    for step in range(steps):
        backward(loss_of(weights, unit, inputs, targets))
        for node in weights:
            node.data, node.grad = node.data - lr * node.grad, None
        if step % 50 == 49:
            accuracies.append(lk.accuracy(scores_of(weights, unit, test_inputs), test_targets))
    return weights, accuracies


def scores_of(weights, unit, inputs):
    w1, b1, w2, b2 = weights
    return record(lk.linear, unit(record(lk.linear, inputs, w1, b1)), w2, b2).data


# %%
curves = {name: np.array([train(unit, seed)[1] for seed in range(5)]) for name, unit in units.items()}
axes = {"y_label": "test accuracy (share of points)", "x_label": "steps, in fifties"}
show(draw_learning_curves(curves, reference_lines={"chance": 1 / 3}, **axes))
after_200, after_600 = ({name: runs[:, place] for name, runs in curves.items()} for place in (3, 11))
assert after_200["bump"].min() > max(after_200[name].max() for name in ("tanh", "ReLU", "swish", "square"))
assert after_200["bump"].min() > 0.9 and after_600["bump"].min() > 0.95
assert after_600["square"].max() < 0.75
print("after 200 steps: every run with bumps above 0.9, and above every run with another unit")
print("after 600 steps: bumps above 0.95, squares below 0.75")

# %% [markdown]
# The lines are means, the bands go from the worst to the best of five runs. At this learning rate the bumps are ahead: after 200 steps the worst of their runs is better than the best of all others. The squares learn
# at first and then stop. Their gradient is as right as the others', but three scores that are made of squares of linear functions have borders that are curves of second degree, and those do not wind.
#
# Are bumps better, then? One learning rate is one experiment. At twice the rate:

# %%
faster = {
    name: np.array([train(units[name], seed, lr=2.0)[1] for seed in range(5)])
    for name in ("bump", "tanh", "ReLU")
}
ends = {name: runs[:, -1] for name, runs in faster.items()}
assert all(runs.min() > 0.94 for runs in ends.values())
assert ends["ReLU"].mean() > ends["bump"].mean() - 0.01
print("learning rate 2, after 600 steps: every run of bump, tanh and ReLU above 0.94")

# %% [markdown]
# They end alike. So this is no verdict on units, and it is an answer to our question: **yes**, a program finds the gradient of whatever it has computed, for a
# few forward passes. Trying an idea has become a matter of one line. Here is what one network of bumps has learned:

# %%
weights, accuracies = train(bump, seed=0)
areas = scores_of(weights, bump, plane_grid()).argmax(axis=1)
show(draw_areas(points, classes, areas, title="16 bumps, after 600 steps"))

# %% [markdown]
# Each color is the area in which the network answers with that class. The areas wind with the spirals; the few points in a wrong area are ringed.

# %% [markdown]
# ## 10 · What goes wrong
#
# **The graph that never ends.** Somebody forgets that the step is no part of the model, and writes it with operations that are recorded:

# %%
w = Node(np.array(1.0))
for step in range(4):
    loss = (w + (-3.0)) * (w + (-3.0))
    backward(loss)
    print(f"step {step}: {len(topo_order(loss)):>3} nodes in the graph, gradient of w {w.grad}")
    w = w + Node(-0.1 * w.grad, requires_grad=False)  # recorded like everything else

# %% [markdown]
# Each step hangs on the one before it, so the graph grows, each step is slower than the last, and memory fills. The cure: the step is made under `no_grad`, or on
# `.data` as in section 9. The library refuses the most common form, a change in place while operations are recorded:

# %%
w = lk.tensor(np.array([1.0, 2.0]), requires_grad=True)


def show_error(wrong):
    try:
        wrong()
    except (RuntimeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}\n")


def step_that_is_recorded(weight):
    weight -= 0.1 * np.ones(2)


show_error(lambda: step_that_is_recorded(w))
show_error(lambda: (w * w).backward())  # two numbers, and no loss

# %% [markdown]
# The second message is for a `backward` that starts from more than one number: of which of them would the gradient be? Take a mean or a sum first.
#
# Two more. A value is changed between the way forward and the way back, so that the rule would compute with another number than the operation did. And a graph is used twice: the library throws
# away what was saved once the gradient is there, to free its memory.


# %%
def changed_in_between():
    loss = (w * w).sum()
    w.data *= 10
    loss.backward()


def used_twice():
    loss = (w * w).sum()
    loss.backward()
    loss.backward()


show_error(changed_in_between)
show_error(used_twice)

# %% [markdown]
# Our engine has no such check. Its rule for a product looks the factors up when it runs, and they are others by then:

# %%
w = Node(3.0)
loss = mul(w, w)
w.data = w.data * 10
backward(loss)
print("gradient", w.grad, "where 6 is right")
assert w.grad == 60

# %% [markdown]
# No error, and ten times too much. That is why the library counts how often a value was changed, and refuses.

# %% [markdown]
# ## 11 · A broken run
#
# A network with 32 hidden units is trained on the handwritten digits, at learning rate 0.03, for 15 epochs. The gradients are those of an engine like ours. It begins well:

# %%
run = broken_run("07.broken-run")
start = {"knows nothing: ln 10": np.log(10)}
show(draw_learning_curves(run.curves, y_label="train loss (nats)", reference_lines=start))

# %% [markdown]
# Four causes are on the table: the learning rate is too large; gradients are never forgotten; one of the rules is wrong; the labels are shuffled. You may ask for three numbers. Choose those that
# tell the causes apart.

# %%
run.ask(...)

# %%
predict("07.broken-run", answer=...)


# %% [markdown]
# Now reproduce it, and try the cure:


# %%
def train_digits(forgets, epochs=15, lr=0.03):
    """Mini-batch gradient descent on digits, on our engine; forgets says whether old gradients are."""
    images, labels = digits()
    rows, _ = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
    layers = lk.mlp_init((64, 32, 10), rng=lk.rng(0))
    weights, order, losses = [Node(part.astype(float)) for layer in layers for part in layer], lk.rng(0), []
    for _ in range(epochs):
        for x, y in lk.minibatches(images[rows].astype(float), labels[rows], batch_size=64, rng=order):
            loss = loss_of(weights, relu, x, y)
            backward(loss)
            for node in weights:
                node.data = node.data - lr * node.grad
                node.grad = None if forgets else node.grad
            losses.append(float(loss.data))
    return np.array(losses).reshape(epochs, -1).mean(axis=1)


# %%
def reproduce():
    broken, cured = train_digits(forgets=False), train_digits(forgets=True)
    assert np.allclose(broken, run.curves["train loss"])
    both = {"never forgotten": broken, "forgotten after each step": cured}
    show(draw_learning_curves(both, y_label="train loss (nats)", reference_lines=start))
    assert broken.min() < 0.7 and broken.max() > 1.5 and (np.diff(cured) < 0).all()


show_after("07.broken-run", reproduce)

# %% [markdown]
# With `zero_grad` the loss falls in every epoch, and slowly. Without it each step also takes all gradients before it. The weights behave like a ball without friction: it gathers speed, is fast at the bottom, and
# rolls up the other side. That is why the run looked *better* at first. Lesson 09 makes a method of it: with a little friction it is called momentum.

# %% [markdown]
# ## 12 · The same in PyTorch
#
# First the training of section 9 with the library's tensors. The bumps are the same function as before; `tensor.grad = None` is what `zero_grad` does.

# %%
first = parameters(seed=0)

# %%
from learnkit import reference as lk

device = lk.device("auto")
inputs, targets = lk.tensor(points, device=device), lk.tensor(classes, device=device)
w1, b1, w2, b2 = (lk.tensor(part, device=device, requires_grad=True) for part in first)
for _ in range(200):
    loss = lk.cross_entropy(lk.linear(bump(lk.linear(inputs, w1, b1)), w2, b2), targets)
    loss.backward()
    with lk.no_grad():
        for tensor in (w1, b1, w2, b2):
            tensor -= tensor.grad
            tensor.grad = None
trained = [tensor.tolist() for tensor in (w1, b1, w2, b2)]

# %% [markdown]
# The same cell on PyTorch; the import is another one, and nothing else:

# %%
by_numpy = trained

# %%
from learnkit import pytorch as lk

device = lk.device("auto")
inputs, targets = lk.tensor(points, device=device), lk.tensor(classes, device=device)
w1, b1, w2, b2 = (lk.tensor(part, device=device, requires_grad=True) for part in first)
for _ in range(200):
    loss = lk.cross_entropy(lk.linear(bump(lk.linear(inputs, w1, b1)), w2, b2), targets)
    loss.backward()
    with lk.no_grad():
        for tensor in (w1, b1, w2, b2):
            tensor -= tensor.grad
            tensor.grad = None
trained = [tensor.tolist() for tensor in (w1, b1, w2, b2)]

# %% tags=["nbval-ignore-output"]
# not compared: the device depends on the machine
print("ran on", device)

# %%
for one, other in zip(trained, by_numpy, strict=True):
    assert np.allclose(one, other, rtol=0, atol=1e-6)
print("after 200 steps the weights of both agree to 6 decimals")

# %% [markdown]
# The words mean the same there: a tensor with `requires_grad` is a *leaf* as long as no operation made it; leaves accumulate; `backward` frees the graph unless it is told `retain_graph=True`:

# %%
import torch

x = torch.tensor(3.0, requires_grad=True)
y = x * x
print("is_leaf:", x.is_leaf, y.is_leaf, "  grad_fn of y:", type(y.grad_fn).__name__)
y.backward(retain_graph=True)
print("after one call ", x.grad.item())
y.backward()
print("after two calls", x.grad.item())
try:
    y.backward()
except RuntimeError as error:
    print("the third call  ", str(error).split(" (")[0])

# %%
from learnkit.parity import parity_table

parity_table("add", "mul", "matmul", "sum", "exp", "log", "relu", "linear", "cross_entropy")

# %% [markdown]
# ## 13 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | draw a graph, and go back by hand | sections 2 and 3: a table, and small steps that agree | exercise `gradient_by_hand` |
# | say why uses add up, and in which order nodes take their turns | sections 3, 4 and 6: 65,535 rules or 16; a wrong order | exercises `accumulate`, `topo_order`, `unbroadcast` |
# | build an engine, and show that it is the library's | section 7: three ways, 12 decimals | exercises `backward`, `matmul_backward` |
# | say what `backward()` keeps, and use `zero_grad`, `no_grad`, `detach` | sections 5 and 10: 12 in place of 4, a graph that grows | exercises `zero_grad`, `what_holds`, `broken_run` |
# | say what a gradient costs | section 8: less than ten forward passes | your prediction there, exercise `one_backward` |
#
# **What is still missing.** The engine multiplies slopes along every path. In a network of fifty layers those are fifty factors: if they are a little below 1, nothing arrives at the first layer, and if they are a little
# above 1, too much. What one can do about it before the first step is lesson 08.

# %% [markdown]
# ## 14 · Exercises
#
# They are in [their own notebook](../exercises/07_autograd.ipynb), and each answers back: `check` says which misconception a wrong answer shows.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `unbroadcast` | 1 | 8 | core |
# | `topo_order` | 2 | 10 | core |
# | `accumulate` | 1 | 5 | core |
# | `backward` | 3 | 15 | core |
# | `matmul_backward` | 3 | 12 | practice |
# | `zero_grad` | 2 | 8 | practice |
#
# Four questions without code follow them, three minutes each.
#
# ## References
#
# - Wengert 1964, *A simple automatic derivative evaluation program*: the list of elementary operations, each with its own derivative.
# - Linnainmaa 1976, *Taylor expansion of the accumulated rounding error*: the way back through such a list, as used here.
# - Griewank & Walther 2008, *Evaluating Derivatives*, section 3.2 (the rule of section 2), and chapter 4 (a gradient for a few times the cost of the function).
# - Paszke et al. 2019, *PyTorch: an imperative style, high-performance deep learning library*, section 4.3: a graph recorded while the program runs, and what saved values are checked for.
# - Karpathy 2020, *micrograd*: the engine of this lesson for single numbers.
