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
# # 09 · Exercises: write the optimizers of lesson 09 yourself
#
# You write the rules that lesson 09 raced, and then train on the digits with them. The four core exercises take about
# 38 minutes, what is for practice 40 more. They belong to [lesson 09](../notebooks/09_optimizers.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It lets your rule take several steps, at rates that change, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("09.momentum")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps, and
#    last the solution. Or begin with an easier form: `start("09.momentum", "order")` brings the lines of the solution, with others among
#    them, to put in order; `"fill"` instead of `"order"` leaves out one line, and `"worked"` none, for reading.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.
#
# Every rule has the same form: `(param, grad, state, lr, …)` comes in, `(param, state)` goes out. The state is a dict of yours, empty before the
# first step: `state.get("velocity", 0.0)` is 0.0 while there is no such entry. Write with NumPy, and return a new array for the parameter.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/09_optimizers.ipynb).*

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
# ## 1 · `momentum`: a step that remembers the ones before
#
# *Core · level 1 of 3 · about 8 minutes · read again: section 5 of [the lesson](../notebooks/09_optimizers.ipynb)*
#
# The new velocity is `beta` times the old one plus the gradient; the parameter moves against it by `lr` times the velocity. The rate may change
# from step to step, and multiplies the velocity as a whole.
#
# *Example.* A weight of 1, gradients 2 and 2, lr 0.1, beta 0.9: it moves to 0.8, and then to 0.42.


# %% tags=["solution"]
def momentum(param, grad, state, lr, beta):
    velocity = beta * state.get("velocity", 0.0) + grad
    param = param - lr * velocity
    return param, {"velocity": velocity}


# %% [markdown] tags=["solution"]
# The rate stands outside the velocity: when it falls, the whole velocity counts less at once. With the rate inside, old gradients would keep the
# rates of their own time. `param - …` makes a new array; `param -= …` would write into the caller's.

# %%
check(momentum)


# %%
def two_steps(rule, *settings):
    """Where a weight of 1 is after one and two steps with gradient 2 and lr 0.1."""
    one, state = rule(np.array([1.0]), np.array([2.0]), {}, 0.1, *settings)
    two, _ = rule(one, np.array([2.0]), state, 0.1, *settings)
    return np.round([one[0], two[0]], 3) + 0.0  # + 0.0: no -0.0


# %%
momentum_ok = use("09.momentum", momentum)
print(two_steps(momentum_ok, 0.9))

# %% [markdown]
# ## 2 · `rmsprop`: a scale for each value
#
# *Core · level 2 of 3 · about 8 minutes · read again: section 6 of [the lesson](../notebooks/09_optimizers.ipynb)*
#
# Each value keeps a running mean of its squared gradients, which starts from 0: the share `alpha` of the old mean, and the rest from the new square. The step
# is `lr` times the gradient over the root of that mean, with `eps` added to the root.
#
# *Example.* A weight of 1, gradients 2 and 2, lr 0.1, alpha 0.99: it moves to 0, and then to −0.709.


# %% tags=["solution"]
def rmsprop(param, grad, state, lr, alpha, eps):
    square = alpha * state.get("square", 0.0) + (1 - alpha) * grad**2
    param = param - lr * grad / (np.sqrt(square) + eps)
    return param, {"square": square}


# %% [markdown] tags=["solution"]
# Everything is value by value, so the lines need no loop and no axis. The first steps are long, 1 / √(1 − alpha) = 10 times lr, because the mean starts from
# 0 and nobody corrects it. Added inside the root, 1e-8 would count as 1e-4 and swallow small gradients.

# %%
check(rmsprop)

# %%
rmsprop_ok = use("09.rmsprop", rmsprop)
print(two_steps(rmsprop_ok, 0.99, 1e-8))

# %% [markdown]
# ## 3 · `adam`: two means, both corrected
#
# *Core · level 3 of 3 · about 14 minutes · read again: section 7 of [the lesson](../notebooks/09_optimizers.ipynb)*
#
# Keep a running mean of the gradients and one of their squares, both from 0, and count the steps from 1. For the step divide each mean by
# $1 - \beta^t$; keep the means as they are. Then take `lr` times the one over the root of the other, with `eps` added to the root.
#
# *Example.* A weight of 1, gradients 2 and 2, lr 0.1: it moves to 0.9, and then to 0.8, and would do so for gradients of 2000 too.


# %% tags=["solution"]
def adam(param, grad, state, lr, betas, eps):
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    mean = beta1 * state.get("mean", 0.0) + (1 - beta1) * grad
    square = beta2 * state.get("square", 0.0) + (1 - beta2) * grad**2
    corrected_mean = mean / (1 - beta1**t)
    corrected_square = square / (1 - beta2**t)
    param = param - lr * corrected_mean / (np.sqrt(corrected_square) + eps)
    return param, {"t": t, "mean": mean, "square": square}


# %% [markdown] tags=["solution"]
# The weights of a running mean that starts from 0 add up to $1 - \beta^t$; divided by that they add up to 1. The corrected means have names of
# their own: kept for the next step, they would be corrected twice.

# %%
check(adam)

# %%
adam_ok = use("09.adam", adam)
print(two_steps(adam_ok, (0.9, 0.999), 1e-8))

# %% [markdown]
# ## 4 · `adamw`: decay that the gradient does not see
#
# *Core · level 2 of 3 · about 8 minutes · read again: section 8 of [the lesson](../notebooks/09_optimizers.ipynb)*
#
# First take the share `lr * weight_decay` of each value away, then the step of Adam, from the gradient as it came. You may copy your lines from exercise
# 3, or call `lk.adam_update(param, grad, state, lr=lr, betas=betas, eps=eps)`, which returns `(param, state)`.
#
# *Example.* A weight of 10, a gradient of 5, lr 0.1, weight_decay 0.1: it shrinks to 9.9, and the step of 0.1 takes it to 9.8.


# %% tags=["solution"]
def adamw(param, grad, state, lr, betas, eps, weight_decay):
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    mean = beta1 * state.get("mean", 0.0) + (1 - beta1) * grad
    square = beta2 * state.get("square", 0.0) + (1 - beta2) * grad**2
    step = mean / (1 - beta1**t) / (np.sqrt(square / (1 - beta2**t)) + eps)
    param = param - lr * weight_decay * param
    param = param - lr * step
    return param, {"t": t, "mean": mean, "square": square}


# %% [markdown] tags=["solution"]
# The gradient enters both means untouched. With the library's function it is one line: `lk.adam_update(param - lr * weight_decay * param, grad, …)`.

# %%
check(adamw)

# %%
adamw_ok = use("09.adamw", adamw)
moved, _ = adamw_ok(np.array([10.0]), np.array([5.0]), {}, 0.1, (0.9, 0.999), 1e-8, 0.1)
print(np.round(moved, 4))

# %% [markdown]
# ## Put together: train on digits
#
# A small network, 64-32-10, ten epochs, each rule at the rate that the lesson chose for it. The rules are yours, as far as they pass; the gradients are the library's.

# %%
images, labels = digits()
train_rows, test_rows = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
rules = {
    "momentum": (momentum_ok, 0.3, (0.9,)),
    "rmsprop": (rmsprop_ok, 0.01, (0.99, 1e-8)),
    "adam": (adam_ok, 0.03, ((0.9, 0.999), 1e-8)),
    "adamw": (adamw_ok, 0.03, ((0.9, 0.999), 1e-8, 0.01)),
}


def network():
    rng = lk.rng(0)
    return lk.Sequential(lk.Linear(64, 32, rng=rng), lk.ReLU(), lk.Linear(32, 10, rng=rng))


# %%
def train(rule, lr, settings, epochs=10):
    """The test accuracy of a network that a rule has trained."""
    net, order = network(), lk.rng(1)
    states = [{} for _ in net.parameters()]
    for _ in range(epochs):
        for x, y in lk.minibatches(images[train_rows], labels[train_rows], batch_size=64, rng=order):
            net.zero_grad()
            lk.cross_entropy(net(x), y).backward()
            for i, part in enumerate(net.parameters()):
                part.data, states[i] = rule(part.data, part.grad, states[i], lr, *settings)
    with lk.no_grad():
        return lk.accuracy(net(images[test_rows]), labels[test_rows])


for name, (rule, lr, settings) in rules.items():
    assert train(rule, lr, settings) > 0.92, name
    print(f"{name:<9} lr {lr:<5} test accuracy above 0.92")

# %% [markdown]
# The core ends here: four rules that you wrote train a network, and at rates of their own they do it about equally well. Three more follow for practice.

# %% [markdown]
# ## 5 · `training_step`: one step of training
#
# *Practice · level 1 of 3 · about 5 minutes · read again: section 11 of [the lesson](../notebooks/09_optimizers.ipynb)*
#
# A network, a loss function, an optimizer and one mini-batch come in. Train on the batch, once, and return the loss *before* the step as a plain number.


# %% tags=["solution"]
def training_step(net, loss_fn, optimizer, inputs, targets):
    loss = loss_fn(net(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# %% [markdown] tags=["solution"]
# `zero_grad` may stand anywhere before `backward` and after the last `step`. The loss was computed before the step and does not change by it.

# %%
check(training_step)

# %%
training_step_ok = use("09.training_step", training_step)
net = network()
optimizer = lk.Adam(net.parameters(), lr=0.01)
x, y = images[train_rows[:64]], labels[train_rows[:64]]
first, *_, last = (training_step_ok(net, lk.cross_entropy, optimizer, x, y) for _ in range(50))
assert first > 2.1 and last < 0.2
print("64 digits, 50 steps: the loss falls from above 2.1 to below 0.2")

# %% [markdown]
# ## 6 · `adagrad`: steps that only shrink
#
# *Practice · level 1 of 3 · about 6 minutes · new here; the cell below says all you need*
#
# RMSprop with another memory: each value adds the squares of all its gradients up, that of this step among them, and nothing fades. The step is `lr` times the
# gradient over the root of the sum, with `eps` added to the root.
#
# *Example.* A weight of 1, gradients 2 and 2, lr 0.1: the sum is 4 and then 8, and it moves to 0.9, and then to 0.829.


# %% tags=["solution"]
def adagrad(param, grad, state, lr, eps):
    total = state.get("total", 0.0) + grad**2
    param = param - lr * grad / (np.sqrt(total) + eps)
    return param, {"total": total}


# %% [markdown] tags=["solution"]
# With steady gradients the sum grows like $t$, and the steps shrink like $1 / \sqrt{t}$. That is good for a value that is seldom moved, and the end of learning for the
# others; RMSprop was made to forget.

# %%
check(adagrad)

# %%
adagrad_ok = use("09.adagrad", adagrad)
print(two_steps(adagrad_ok, 1e-10))

# %% [markdown]
# ## 7 · `nadam`: Adam that looks ahead
#
# *Practice · level 3 of 3 · about 15 minutes · new here; the cell below says all you need*
#
# Adam with Nesterov's idea, in PyTorch's form. The means $m$ and $s$ are those of Adam, not corrected. The momentum grows from step to step,
# $\mu_t = \beta_1 (1 - \frac12 \, 0.96^{t \psi})$, where $\psi$ is `momentum_decay`; $P_t = \mu_1 \mu_2 \cdots \mu_t$. In the place of Adam's corrected mean stands
#
# $$\frac{\mu_{t+1} \, m}{1 - P_{t+1}} + \frac{(1 - \mu_t) \, g}{1 - P_t}$$
#
# Below it is the root of $s / (1 - \beta_2^t)$, with `eps` added, as in Adam.
#
# *Example.* A weight of 1, gradients 2 and 2, lr 0.1, momentum_decay 0.004: it moves to 0.894, and then to 0.781.


# %% tags=["solution"]
def nadam(param, grad, state, lr, betas, eps, momentum_decay):
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    mean = beta1 * state.get("mean", 0.0) + (1 - beta1) * grad
    square = beta2 * state.get("square", 0.0) + (1 - beta2) * grad**2
    now = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    following = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    product = state.get("product", 1.0) * now
    ahead = following * mean / (1 - product * following) + (1 - now) * grad / (1 - product)
    param = param - lr * ahead / (np.sqrt(square / (1 - beta2**t)) + eps)
    return param, {"t": t, "mean": mean, "square": square, "product": product}


# %% [markdown] tags=["solution"]
# What is kept is $P_t$. The product up to the next step is used in one place only, and the next step makes it again.

# %%
check(nadam)

# %%
nadam_ok = use("09.nadam", nadam)
print(two_steps(nadam_ok, (0.9, 0.999), 1e-8, 4e-3))

# %% [markdown]
# ## 8 · `reach`: how long do the steps get?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 5 of [the lesson](../notebooks/09_optimizers.ipynb)*
#
# The last four have no code for an answer. Put it in place of the three dots.
#
# A weight has the gradient 3 in every step. SGD runs with lr 0.02 and momentum 0.8. How long is a step after very many of them?

# %% tags=["solution"]
reach = 0.02 * 3 / (1 - 0.8)
# v = 0.8 v + 3 holds for v = 15: momentum 0.8 makes steps five times as long on a straight way.

# %%
check(reach, "09.reach")

# %% [markdown]
# ## 9 · `fair`: what is a fair comparison?
#
# *Practice · level 2 of 3 · about 4 minutes · read again: section 10 of [the lesson](../notebooks/09_optimizers.ipynb)*
#
# Two optimizers are compared on one problem. Which of these are fair to both? There is more than one.
#
# - **a** Both run at lr 0.001, the default of both.
# - **b** Each gets ten rates, spread over the same number of powers of ten; each range is widened if the best rate lies at its end.
# - **c** Rule A gets its best of twenty rates, rule B the rate that its paper recommends.
# - **d** Each gets eight rates; the rate is chosen by the accuracy on the test set.
# - **e** Each gets eight rates; the best single run of all seeds is reported for each.
# - **f** Each gets eight rates, the validation loss chooses one, and then come ten new seeds.

# %% tags=["solution"]
fair = "b f"
# Both give the same number of tries to each rule and choose without the test set; the others favor a rate, a rule, or luck.

# %%
check(fair, "09.fair")

# %% [markdown]
# ## 10 · `comparison`: a comparison, in order
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 10 of [the lesson](../notebooks/09_optimizers.ipynb)*
#
# Put the steps of a fair comparison of two optimizers in order. Two of them do not belong.
#
# - **A** train with each rate of the list, three seeds each, for both optimizers
# - **B** report mean and spread of the test accuracy
# - **C** write down the list of rates and the number of epochs, for both
# - **D** choose the rate whose test accuracy is best
# - **E** for each optimizer choose the rate with the lowest mean validation loss
# - **F** train with the chosen rates and ten new seeds
# - **G** leave out the seeds that did not converge

# %% tags=["solution"]
comparison = "C A E F B"
# Plan, run, choose by validation, run again with new seeds, and only then look at the test set.

# %%
check(comparison, "09.comparison")

# %% [markdown]
# ## 11 · `broken_step`: which run is broken, and why?
#
# *Practice · level 2 of 3 · about 4 minutes · read again: section 11 of [the lesson](../notebooks/09_optimizers.ipynb)*
#
# Three runs train the network of this lesson on the digits. All are right but one. Their train loss, the mean of five seeds, and what they keep:
#
# | run | optimizer | loss after epoch 1 | 5 | 10 | values kept in the state at the end of a step |
# |---|---|---|---|---|---|
# | a | SGD, lr 0.03 | 2.28 | 2.17 | 1.94 | none |
# | b | SGD, lr 0.03, momentum 0.9 | 2.28 | 2.17 | 1.94 | a velocity for each weight |
# | c | Adam, lr 0.01 | 1.34 | 0.20 | 0.10 | two means for each weight |
#
# Which run is not what it says, and what is the cause?
#
# - **1** the learning rate is too small
# - **2** the optimizer is made anew for every batch
# - **3** old gradients are never forgotten
# - **4** the labels do not belong to the images

# %% tags=["solution"]
broken_step = "b 2"
# A new optimizer has an empty state, so its velocity is the gradient: plain descent. There is a velocity, and it is thrown away.

# %%
check(broken_step, "09.broken_step")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts of all eleven, and `learnkit status` shows where you stand in the
# course. In lesson 10 the learning rate itself changes on the way.
