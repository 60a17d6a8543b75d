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
# # 09 · Take better steps: write six optimizers, and compare them fairly
#
# **You will be able to**
#
# - write momentum, RMSprop, Adam and AdamW from their formulas, and say what each keeps from step to step;
# - say why momentum is fast along a valley, and what stops it from going wild;
# - explain bias correction, and why `eps` stands where it stands;
# - say what decoupled weight decay is, and when it differs from the other kind;
# - tune learning rates fairly, and tell a better rule from a better rate.
#
# **You need** the valley and the largest stable learning rate of lesson 03, the network of lesson 05, `loss.backward()` and
# `zero_grad` of lesson 07.
#
# **Time** about 88 minutes. The lesson takes 50: recall and the question 6, by hand and the valley 6, momentum 8, RMSprop 5, Adam 8,
# weight decay 4, the race 4, the fair comparison 5, the broken run 2, PyTorch 2. The four core exercises take 38.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("09.r1", answer=...)

# %%
recall("09.r2", answer=...)

# %%
recall("09.r3", answer=...)

# %% [markdown]
# ## 1 · The question
#
# First the tools: NumPy, the data, and the figures. The course's library as `lk` follows with the training loop.

# %%
import numpy as np

from learnkit.datasets import breast_cancer, digits
from learnkit.visual import (
    draw_learning_curves,
    draw_lines,
    draw_race,
    draw_rate_sweep,
    explore_race,
    show,
)

# %% [markdown]
# The data are the digits, and the network is small: 64 inputs, 32 hidden ReLU units, 10 scores. An *optimizer* is the rule that turns gradients into
# steps. `RULES` names six of them, by their class in the library and their settings; the rest of the lesson explains what they do.


# %%
RULES = {
    "SGD": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "RMSprop": ("RMSprop", {}),
    "Adam": ("Adam", {}),
    "AdamW": ("AdamW", {}),
}


def network(lk, seed):
    rng = lk.rng(seed)
    return lk.Sequential(lk.Linear(64, 32, rng=rng), lk.ReLU(), lk.Linear(32, 10, rng=rng))


# %% [markdown]
# The training loop is the one you know. It notes three numbers after each epoch: the loss on the training digits, the loss on the validation digits, and
# the accuracy on the test digits. There are 1,078 digits to learn from, 360 to choose by, and 359 to test on.

# %%
from learnkit import reference as lk

images, labels = digits()
rows = lk.split_indices(len(images), (0.6, 0.2, 0.2), rng=lk.rng(0))
parts = [part[some] for some in rows for part in (images, labels)]
assert [len(some) for some in rows] == [1078, 360, 359]


def measure(net, lk, data):
    with lk.no_grad():
        losses = [lk.cross_entropy(net(data[i]), data[i + 1]).item() for i in (0, 2)]
        return [*losses, float(lk.accuracy(net(data[4]), data[5]))]


# %%
from learnkit import reference as lk

device = lk.device("auto")
data = [lk.tensor(part, device=device) for part in parts]


def train(rule, lr, seed, epochs=10):
    name, settings = RULES[rule]
    net, order, history = network(lk, seed).to(device), lk.rng(100 + seed), []
    optimizer = getattr(lk, name)(net.parameters(), lr=lr, **settings)
    for _ in range(epochs):
        for inputs, targets in lk.minibatches(data[0], data[1], batch_size=64, rng=order):
            loss = lk.cross_entropy(net(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        history.append(measure(net, lk, data))
    return np.array(history)  # (epochs, 3)


# %% [markdown]
# Five seeds for each of four rules, all at the same learning rate, 0.01.

# %%
four = ("SGD", "momentum", "RMSprop", "Adam")
same_rate = {rule: np.array([train(rule, 0.01, seed) for seed in range(5)]) for rule in four}
losses = {rule: runs[:, :, 0] for rule, runs in same_rate.items()}
show(draw_learning_curves(losses, y_label="train loss (nats)"))
accuracies = {rule: runs[:, -1, 2].mean() for rule, runs in same_rate.items()}
assert accuracies["SGD"] < 0.5 and 0.88 < accuracies["momentum"] < 0.94
assert min(accuracies["RMSprop"], accuracies["Adam"]) > 0.95
print("mean test accuracy after 10 epochs")
print("SGD: below 0.5   momentum: 0.88 to 0.94   RMSprop and Adam: above 0.95")

# %% [markdown]
# Adam and RMSprop are nearly done when plain gradient descent, called *SGD* when its gradients come from mini-batches, has hardly begun. Figures like this one are
# in many texts. **Which rule is the best one, and does this figure show it?** To answer you have to know what the rules do, so you write them first.
# Section 10 returns to the question.

# %% [markdown]
# ## 2 · Predict

# %%
predict("09.fair", answer=...)

# %% [markdown]
# ## 3 · The smallest example, by hand
#
# One weight, at 1. Its gradient is 2 in both of two steps, and the learning rate is 0.1. Four rules; fill the table yourself first.
#
# | rule | keeps | first step | weight | second step | weight |
# |---|---|---|---|---|---|
# | SGD | nothing | 0.1 · 2 = 0.2 | 0.8 | 0.2 | 0.6 |
# | momentum 0.9 | $v ← 0.9 v + g$: 2, then 3.8 | 0.1 · 2 = 0.2 | 0.8 | 0.1 · 3.8 = 0.38 | 0.42 |
# | RMSprop 0.99 | $s ← 0.99 s + 0.01 g^2$: 0.04, then 0.0796 | 0.1 · 2 / √0.04 = 1 | 0 | 0.1 · 2 / √0.0796 = 0.709 | −0.709 |
# | Adam | means of $g$ and $g^2$, corrected: 2 and 4, twice | 0.1 · 2 / √4 = 0.1 | 0.9 | 0.1 | 0.8 |
#
# In the library every rule is a plain function: parameter, gradient and state in, parameter and state out. The *state* is what the rule remembers, under
# PyTorch's names.

# %%
updates = {
    "SGD": lambda w, g, state, lr: lk.sgd_update(w, g, state, lr=lr),
    "momentum": lambda w, g, state, lr: lk.sgd_update(w, g, state, lr=lr, momentum=0.9),
    "RMSprop": lambda w, g, state, lr: lk.rmsprop_update(w, g, state, lr=lr),
    "Adam": lambda w, g, state, lr: lk.adam_update(w, g, state, lr=lr),
}
for name, update in updates.items():
    one, state = update(np.array([1.0]), np.array([2.0]), {}, 0.1)
    two, state = update(one, np.array([2.0]), state, 0.1)
    print(f"{name:<9} {one[0] + 0.0:6.3f} {two[0]:7.3f}   keeps {sorted(state)}")

# %% [markdown]
# ## 4 · A long valley
#
# Why not plain descent? Lesson 03 has the reason: one learning rate serves all directions. In a valley that is steep across, with curvature 2, and
# nearly flat along its floor, with curvature 0.02, a step multiplies what is left across by $1 - 2\,\text{lr}$ and along the floor by
# $1 - 0.02\,\text{lr}$. The first forbids rates above 1; the second wants a rate of 50.

# %%
show(draw_race({"SGD": 0.9}))
assert sum(part.data.size for part in network(lk, 0).parameters()) == 2410
left_along = (1 - 0.02 * 0.9) ** 80
print(f"at rate 0.9, after 80 steps: {left_along:.2f} of the way along the floor is left")

# %% [markdown]
# The path (left) swings from wall to wall at first, and then creeps along the floor: the curve of the loss (right) falls steeply, and then at one slow pace.
# The loss of our network has 2,410 directions, one for each weight, and one rate has to serve them all.

# %% [markdown]
# ## 5 · Momentum: remember the way
#
# Across the valley the gradient changes its sign from step to step; along the floor it keeps it. A sum of gradients tells the two apart: the first cancels,
# the second grows. *Momentum* steps along such a sum, the *velocity* $v$, in which older gradients fade by a factor $\beta$ a step:
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \text{lr} \cdot v$$
#
# The learning rate stays outside $v$, as in PyTorch: when it changes, it changes for the whole velocity at once.


# %%
def momentum_step(w, g, state, lr, beta=0.9):
    v = beta * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}


w, ours, state, theirs = np.array([1.0, -2.0]), {}, {}, np.array([1.0, -2.0])
for step, lr in enumerate([0.1, 0.1, 0.02, 0.02]):
    g = lk.rng(step).standard_normal(2)
    w, ours = momentum_step(w, g, ours, lr)
    theirs, state = lk.sgd_update(theirs, g, state, lr=lr, momentum=0.9)
assert np.allclose(w, theirs, rtol=0, atol=1e-15)
print("four steps, two rates: as the library")

# %% [markdown]
# How long do the steps get along the floor, where the gradient stays what it is?

# %%
predict("09.constant-slope", answer=...)


# %%
def constant_slope():
    v, lengths = 0.0, []
    for _ in range(60):
        v = 0.9 * v + 1.0
        lengths.append(v)
    steps = np.arange(1, 61)
    assert np.allclose(lengths, (1 - 0.9**steps) / (1 - 0.9)) and lengths[20] < 9 < lengths[21]
    labels = {"x_label": "step", "y_label": "step (steps of plain descent)"}
    show(draw_lines(steps, {"momentum 0.9": lengths, "plain descent": np.ones(60)}, **labels))


show_after("09.constant-slope", constant_slope)

# %% [markdown]
# After $t$ steps with a constant gradient $g$ the velocity is $v_t = g\,(1 + \beta + \dots + \beta^{t-1})$. Multiply by $1 - \beta$: all powers but the first
# and the last cancel, so
#
# $$v_t = g \, \frac{1 - \beta^t}{1 - \beta} \;\longrightarrow\; \frac{g}{1 - \beta} = 10\,g \quad \text{for } \beta = 0.9.$$
#
# The curve is within a tenth of its end after 22 steps. **Momentum 0.9 is, on a straight way, a learning rate ten times as large.** That is
# why a rate tuned for plain descent is often too large with momentum, and why a comparison at one rate is none; section 10 has both.
#
# *Nesterov's* form looks one step ahead. It steps as if the velocity had faded once more and met the same gradient again:
#
# $$w \leftarrow w - \text{lr} \cdot (g + \beta v).$$

# %%
race = draw_race({"SGD": 0.9, "momentum": 0.2, "Nesterov": 0.2})
show(race)
ends = {rule: race.data_table[rule][-1] for rule in ("SGD", "momentum", "Nesterov")}
assert ends["Nesterov"] < ends["momentum"] < ends["SGD"] / 10
assert (np.diff(race.data_table["momentum"]) > 0).any()

# %% [markdown]
# Both leave plain descent behind by a factor of more than ten. Momentum overshoots: its loss goes up again and again on its way down, which is no reason to
# stop. In this valley Nesterov's form brakes the swings earlier. On digits the two are close together; section 10 shows how close.

# %% [markdown]
# ## 6 · RMSprop: a scale for each value
#
# The other idea: if one direction is steep and the other flat, give each its own rate. *RMSprop* keeps, for each value of the parameter by itself, a running mean
# $s$ of its squared gradients, and divides by the root:
#
# $$s \leftarrow \alpha s + (1 - \alpha)\, g^2, \qquad w \leftarrow w - \text{lr} \cdot \frac{g}{\sqrt{s} + \varepsilon}$$
#
# Why a root? $g / \sqrt{g^2}$ has no unit: the step is about lr, whether gradients are of size $10^{-3}$ or $10^3$. And $\varepsilon = 10^{-8}$ keeps
# a value whose gradients are all 0 from dividing by 0.


# %%
def rmsprop_step(w, g, state, lr, alpha=0.99, eps=1e-8):
    s = alpha * state.get("s", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(s) + eps), {"s": s}


sizes = np.array([1e-3, 1.0, 1e3])
moved, _ = rmsprop_step(np.zeros(3), sizes, {}, lr=0.01)
assert np.allclose(moved, lk.rmsprop_update(np.zeros(3), sizes, {}, lr=0.01)[0], rtol=1e-12, atol=0)
print("gradients  ", sizes)
print("first steps", -moved.round(4))

# %% [markdown]
# All three move by the same 0.1. That is ten times the rate of 0.01: $s$ starts from 0, so after one step it holds a hundredth of $g^2$, and its root a tenth of $g$. The first
# steps of RMSprop are long. Keep that in mind for section 7.
#
# Where $\varepsilon$ stands matters when gradients are small. Inside the root, $10^{-8}$ counts as $10^{-4}$:

# %%
g, s = 1e-7, 1e-14  # a steady gradient of 1e-7, and the mean of its squares
print(f"eps outside the root: {g / (np.sqrt(s) + 1e-8):.4f} lr")
print(f"eps inside the root:  {g / np.sqrt(s + 1e-8):.4f} lr")

# %% [markdown]
# Outside, the step is nearly the full rate; inside it is about a thousandth of it, and a weight with such gradients stands still. TensorFlow's RMSprop has it inside, PyTorch's
# outside: the same name, the same settings, other steps.
#
# In the valley that lies along the axes, a scale for each weight is all that was missing:

# %%
along = draw_race({"SGD": 0.9, "RMSprop": 0.03}, surface="valley along the axes")
turned = draw_race({"SGD": 0.9, "RMSprop": 0.03}, surface="valley turned by 45°")
show(along)
assert along.data_table["RMSprop"][-1] < 1e-4 < 1e-3 < turned.data_table["RMSprop"][-1]
assert np.allclose(along.data_table["SGD"], turned.data_table["SGD"])
print(f"left of the loss, valley along the axes: {along.data_table['RMSprop'][-1]:.1e}")
print(f"left of the loss, valley turned by 45°:  {turned.data_table['RMSprop'][-1]:.1e}")

# %% [markdown]
# It walks nearly straight to the bottom. But turn the valley by 45°, and most of that is gone: each weight is now steep and flat at once, and one scale
# cannot be both. Plain descent does not notice the turn at all. Valleys along the axes make such rules look better than they are.
#
# An older relative, *Adagrad*, adds the squares up instead of averaging them. Its steps therefore only ever shrink; an exercise asks for it.

# %% [markdown]
# ## 7 · Adam: both, and a correction
#
# *Adam* takes a running mean of the gradients above the line, which is momentum in another dress, and RMSprop's root below it. Both means start from 0:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2, \qquad \beta_1 = 0.9, \; \beta_2 = 0.999$$
#
# **The correction.** Unroll the mean after $t$ steps: $m_t = (1 - \beta_1) \sum_{k=1}^{t} \beta_1^{t-k} g_k$. Its weights add up to
# $(1 - \beta_1)(1 + \beta_1 + \dots + \beta_1^{t-1}) = 1 - \beta_1^t$, by the sum of section 5, and not to 1: the missing share $\beta_1^t$ belongs to the 0 it started from. A constant gradient $g$ gives
# $m_t = (1 - \beta_1^t)\, g$. Divide by $1 - \beta_1^t$, and the weights add up to 1:
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat s = \frac{s}{1 - \beta_2^t}, \qquad w \leftarrow w - \text{lr} \cdot \frac{\hat m}{\sqrt{\hat s} + \varepsilon}$$

# %%
predict("09.first-step", answer=...)


# %%
def adam_step(w, g, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1  # the first step is step 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    s = beta2 * state.get("s", 0.0) + (1 - beta2) * g**2
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(s_hat) + eps), {"t": t, "m": m, "s": s}


w, ours, theirs, state = np.zeros(3), {}, np.zeros(3), {}
for step in range(10):
    g = sizes * lk.rng(step).standard_normal(3)
    w, ours = adam_step(w, g, ours, lr=0.01)
    theirs, state = lk.adam_update(theirs, g, state, lr=0.01)
assert np.allclose(w, theirs, rtol=0, atol=1e-15)
print("ten steps: as the library")


# %%
def first_step():
    start, gradients = np.zeros(2), np.array([1e-3, 1e3])
    moved, _ = adam_step(start, gradients, {}, lr=0.1)
    print("gradients             0.001  1000")
    print("first step of Adam   ", *(f"{step:6.4f}" for step in -moved))
    print("of plain descent     ", *(f"{0.1 * g:6.4f}" for g in gradients))
    assert np.allclose(moved, -0.1, rtol=1e-4)


show_after("09.first-step", first_step)

# %% [markdown]
# At $t = 1$ both corrected means hold one gradient, and $g / \sqrt{g^2}$ is 1 in size. So **lr says how far Adam moves a weight in a step**, whatever the scale of the
# loss. What would happen without the correction? For a constant gradient the step would be $(1 - \beta_1^t) / \sqrt{1 - \beta_2^t}$ times lr:

# %%
t = np.arange(1, 201)
uncorrected = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
labels_of = {"x_label": "step", "y_label": "length of a step (in lr)"}
show(draw_lines(t, {"corrected": np.ones(200), "not corrected": uncorrected}, **labels_of))
assert round(1 - 0.999**10, 2) == 0.01
print(
    f"first step {uncorrected[0]:.2f} lr, longest {uncorrected.max():.1f} lr at step {t[uncorrected.argmax()]}"
)

# %% [markdown]
# The first steps, from weights that know nothing, would be the longest of all: more than three times lr at once, and then six times. The mean of squares is the slower of the two: after ten
# steps it has seen 1 % of what it averages over, and a root of something too small is too small.

# %% [markdown]
# ## 8 · Weight decay, and why AdamW
#
# *Weight decay* takes a small share of every weight away in each step, $w \leftarrow w - \text{lr} \cdot \lambda\, w$: weights that the data do not hold up shrink. (What that
# is good for is the subject of lesson 12.) In plain descent it is the same to add $\lambda w$ to the gradient, since the gradient is multiplied by lr and subtracted.
#
# In Adam it is not. What enters through the gradient is divided by $\sqrt{\hat s}$: a weight with gradients of size 100 loses a ten-thousandth of what one with 0.01
# loses. *AdamW* keeps the decay out of the gradient: first the share is taken away, then comes the step of Adam.

# %%
w_adam, w_adamw, one, two = np.ones(2), np.ones(2), {}, {}
for step in range(400):
    g = np.array([100.0, 0.5]) * (-1) ** step  # large and small gradients, which cancel
    w_adam, one = lk.adam_update(w_adam, g, one, lr=0.01, weight_decay=0.1)
    w_adamw, two = lk.adamw_update(w_adamw, g, two, lr=0.01, weight_decay=0.1)
print("gradients of size        100    0.5")
print("left with Adam's decay ", *(f"{value:6.2f}" for value in w_adam))
print("left with AdamW        ", *(f"{value:6.2f}" for value in w_adamw))
print(f"(1 - 0.01 * 0.1) ** 400 = {(1 - 0.01 * 0.1) ** 400:.2f}")
assert np.ptp(w_adamw) < 0.02 and w_adam[0] - w_adam[1] > 0.1

# %% [markdown]
# With AdamW both weights keep the same share, about $0.999^{400}$. With the decay in the gradient the first keeps nearly everything. The same setting, 0.1, does two different
# things to two weights, so it cannot be tuned. PyTorch's `Adam(weight_decay=…)` is the one form, `AdamW` the other, with a default of 0.01.

# %% [markdown]
# ## 9 · A race
#
# Four rules, three surfaces, and a learning rate for each rule. By mouse, or by Tab and the arrow keys. Two tasks stand below the figure, each with a question.

# %%
race_explorer = explore_race()
race_explorer

# %% [markdown]
# ## 10 · A fair comparison
#
# Back to the first figure: all four rules ran at 0.01. You have seen that a step of 0.01 means something else to each of them. Adam moves every weight by about 0.01;
# momentum takes steps ten times those of plain descent. So every rule gets the same eight rates, the same three seeds and the same ten
# epochs, and is judged on digits that it was not trained on. The rates go on until every rule gets worse again: a best rate at the end of its list proves nothing.

# %%
rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
sweep = {rule: np.array([[train(rule, lr, seed)[-1] for seed in range(3)] for lr in rates]) for rule in RULES}
validation = {rule: runs[:, :, 1] for rule, runs in sweep.items()}  # (rates, seeds)
shown = {rule: np.minimum(validation[rule], 2.5) for rule in four}
show(draw_rate_sweep(rates, shown, y_label="validation loss (nats; above 2.5 cut)"))
best = {rule: rates[int(runs.mean(axis=1).argmin())] for rule, runs in validation.items()}
print("best rates:", best)
assert best["SGD"] >= 30 * best["Adam"] and best["SGD"] >= 30 * best["RMSprop"]
assert min(best.values()) > 0.001 and max(best.values()) < 3.0
assert validation["momentum"][rates.index(best["SGD"])].mean() > 3 * validation["momentum"].mean(axis=1).min()

# %% [markdown]
# Every rule has its hollow, and they lie in different places: the best rate of SGD is more than thirty times that of Adam, and momentum at the best rate of SGD is more than three times as bad as at its own. At 0.01, the rate of the first figure, RMSprop stands
# at the bottom of its hollow and SGD high on the wall.
#
# The best of 24 runs flatters. So the chosen rates run once more, with ten new seeds, and are judged on the test digits, which took no part in the choice either.

# %%
tuned = {rule: np.array([train(rule, lr, seed) for seed in range(10, 20)]) for rule, lr in best.items()}


def compare():
    curves = {rule: tuned[rule][:, :, 2] for rule in four}
    show(draw_learning_curves(curves, y_label="test accuracy (share)"))
    means = {rule: runs[:, -1, 2].mean() for rule, runs in tuned.items()}
    spread = max(means.values()) - min(means.values())
    assert spread < 0.03 and min(means.values()) > 0.94
    assert accuracies["Adam"] - accuracies["SGD"] > 0.5
    print("all six rules, each at its best rate: mean test accuracy between 0.94 and 0.99")
    print("best less worst: at rate 0.01 more than 0.5, each at its best rate less than 0.03")


show_after("09.fair", compare)

# %% [markdown]
# That is the answer to the question of section 1: **the first figure compared learning rates.** With a rate of its own every rule ends within three points of every other.
# A share measured on 359 digits is itself uncertain by about 0.9 points, so the order of the six at the right end means little. Is nothing left of the difference? Look at the left end:

# %%
early = {rule: runs[:, 2, 0] for rule, runs in tuned.items()}  # train loss after three epochs
assert early["SGD"].mean() > 1.7 * max(early[rule].mean() for rule in RULES if rule != "SGD")
assert round(100 * np.sqrt(0.97 * 0.03 / 359), 1) == 0.9  # the standard error of a share of 0.97
apart = abs(tuned["Adam"][:, -1, 2].mean() - tuned["AdamW"][:, -1, 2].mean())
assert apart < 0.01 and round(1 - (1 - best["AdamW"] * 0.01) ** 170, 2) == 0.05  # 17 batches an epoch
print("train loss after 3 epochs, SGD against any other rule: more than 1.7 times as high")
print("Adam against AdamW, mean test accuracy: less than 0.01 apart")

# %% [markdown]
# Plain SGD at its best rate is behind all others in the first epochs. If you can afford three epochs only, the rule matters; after ten it hardly does. And what many texts promise does *not* show here: AdamW is no better
# than Adam; at this rate its decay takes 5 % of a weight away in ten epochs. What did win is eight tries instead of one.
#
# **Where the rule does decide.** Thirty measurements of tumors, in units from thousandths to hundreds, and a linear model for two classes. Features in such units make a very long valley (lesson 03). All of the training set in each of 300 steps; the best of 15 rates for each rule; three
# splits; and the same again with every feature *standardized* (lesson 02).

# %%
features, malignant = breast_cancer()
features = np.column_stack([features, np.ones(len(features))]).astype(np.float64)


def lowest_loss(x, y, update):
    """The lowest train loss (nats) that any of 15 rates reaches in 300 steps."""
    reached = []
    for lr in 10.0 ** np.arange(-6, 1.1, 0.5):
        w, state = np.zeros(x.shape[1]), {}
        for _ in range(300):
            w, state = update(w, x.T @ (lk.sigmoid(x @ w) - y) / len(y), state, lr)
        reached.append(float(lk.bce_with_logits(x @ w, y)))
    return min(reached)


# %%
table = {rule: {"raw": [], "standardized": []} for rule in ("SGD", "momentum", "Adam")}
for split in range(3):
    some, _ = lk.split_indices(len(features), (0.75, 0.25), rng=lk.rng(split))
    x, y = features[some], malignant[some].astype(np.float64)
    scaled = np.column_stack([(x[:, :-1] - x[:, :-1].mean(axis=0)) / x[:, :-1].std(axis=0), x[:, -1]])
    for rule, row in table.items():
        row["raw"].append(lowest_loss(x, y, updates[rule]))
        row["standardized"].append(lowest_loss(scaled, y, updates[rule]))
for rule, row in table.items():
    print(f"{rule:<9}", *(f"{kind}: {min(v):.2f} to {max(v):.2f}  " for kind, v in row.items()))
assert min(table["SGD"]["raw"]) > 2 * max(table["Adam"]["raw"])
assert max(table["SGD"]["standardized"]) < min(table["Adam"]["raw"])

# %% [markdown]
# On raw features Adam's loss is less than half that of SGD, at the best rate of each, in every split: a scale for each weight undoes bad units. And the last
# line is worth as much: **plain SGD on standardized features beats Adam on raw ones.** Scale your inputs first. What is steep and flat *inside* a network, between its layers, you
# cannot standardize by hand; there the rules have their place.

# %% [markdown]
# ## 11 · A broken run
#
# Somebody trained the network of section 1 with plain SGD at a rate of 0.03. It began so well.

# %%
run = broken_run("09.broken-run")
loss_curve, accuracy_curve = ({name: run.curves[name]} for name in ("train loss", "train accuracy"))
show(draw_learning_curves(loss_curve, y_label="train loss (nats)"))
show(draw_learning_curves(accuracy_curve, y_label="train accuracy (share)"))
assert min(run.curves["train loss"][:3]) < 0.5 and run.curves["train loss"][-1] > 2
assert min(run.curves["train accuracy"][4:]) > 0.9

# %% [markdown]
# The loss falls below 0.5 within three epochs and climbs above 2 in the end, on the very digits it is trained on; the accuracy stays above 0.9 from the fifth epoch on. Four causes are on the table: old gradients are never forgotten; the learning rate is too large; the
# labels are shuffled; the optimizer is made anew in every step. You may ask for three numbers.

# %%
run.ask(...)

# %%
predict("09.broken-run", answer=...)

# %% [markdown]
# Now reproduce it, with three seeds, and beside it the same training with the missing line.


# %%
def train_sgd(forget, seed, epochs=20):
    net, order, history = network(lk, seed), lk.rng(100 + seed), []
    optimizer = lk.SGD(net.parameters(), lr=0.03)
    for _ in range(epochs):
        for inputs, targets in lk.minibatches(parts[0], parts[1], batch_size=64, rng=order):
            if forget:
                optimizer.zero_grad()
            lk.cross_entropy(net(inputs), targets).backward()
            optimizer.step()
        history.append(measure(net, lk, parts)[0])
    return history


# %%
broken = np.array([train_sgd(False, seed) for seed in range(3)])
whole = np.array([train_sgd(True, seed) for seed in range(3)])
assert np.allclose(broken[0], run.curves["train loss"])
assert (broken.min(axis=1) < 0.45).all() and (broken[:, -1] > 1.5 * broken.min(axis=1)).all()
assert (np.diff(whole) < 0).all()
lines = {"without zero_grad": broken, "with zero_grad": whole}
show_after("09.broken-run", draw_learning_curves, lines, y_label="train loss (nats)")

# %% [markdown]
# `backward` adds to the gradients that are there. Without `zero_grad` each step is made from the sum of all gradients since the start: the velocity of momentum with $\beta = 1$, which never brakes. At first that is *faster*
# than the right run, while gradients point the same way; then it overshoots, further and further. In each of the three runs the loss ends more than half above its lowest value. **The first number to print is the gradient right before `backward`: it must be none.**
#
# Two more symptoms that you can now read. A loss that never gets going, with Adam at a rate of 1: every weight leaps by about 1 in every step. And momentum that is no faster than plain descent: the optimizer, and with it
# the velocity, is made anew in the loop.

# %%
too_large = np.array([train("Adam", 1.0, seed, epochs=3)[:, 0] for seed in range(3)])
assert too_large.min() > 1.8
print("Adam at rate 1: the train loss stays above 1.8; a model that knows nothing has 2.30")
kept = fresh = np.array([0.0])
remembers = {}
for _ in range(50):
    kept, remembers = momentum_step(kept, np.array([1.0]), remembers, lr=0.1)
    fresh, _ = momentum_step(fresh, np.array([1.0]), {}, lr=0.1)  # a new optimizer in every step
print(f"50 steps down a slope of 1: {-kept[0]:.1f} with a velocity that is kept, {-fresh[0]:.1f} without")

# %% [markdown]
# ## 12 · The same in PyTorch
#
# The next cell is the training cell of section 1. One line differs: the import. Every rule runs at the rate that was chosen for it.

# %%
from learnkit import pytorch as lk

device = lk.device("auto")
data = [lk.tensor(part, device=device) for part in parts]


def train(rule, lr, seed, epochs=10):
    name, settings = RULES[rule]
    net, order, history = network(lk, seed).to(device), lk.rng(100 + seed), []
    optimizer = getattr(lk, name)(net.parameters(), lr=lr, **settings)
    for _ in range(epochs):
        for inputs, targets in lk.minibatches(data[0], data[1], batch_size=64, rng=order):
            loss = lk.cross_entropy(net(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        history.append(measure(net, lk, data))
    return np.array(history)  # (epochs, 3)


# %%
on_torch = {rule: train(rule, best[rule], seed=10)[-1, 2] for rule in RULES}
assert min(on_torch.values()) > 0.9
print("six rules at the rates chosen above: test accuracy above 0.9 for each")

# %%
# not compared: the device depends on the machine
print("ran on", device)

# %% [markdown]
# Is a step the same step? Ten of them, with gradients of sizes from $10^{-3}$ to $10^3$ and a rate that changes on the way, by the library's NumPy classes and by `torch.optim`:

# %%
import torch

from learnkit import reference as lk

grads = [sizes * lk.rng(step).standard_normal(3) for step in range(10)]
for rule, (name, settings) in RULES.items():
    ours, theirs = lk.Parameter(np.ones(3)), torch.ones(3, dtype=torch.float64, requires_grad=True)
    one = getattr(lk, name)([ours], lr=0.01, **settings)
    other = getattr(torch.optim, name)([theirs], lr=0.01, **settings)
    for step, grad in enumerate(grads):
        one.lr = other.param_groups[0]["lr"] = 0.01 if step < 5 else 0.002
        ours.grad, theirs.grad = grad.copy(), torch.tensor(grad)
        one.step()
        other.step()
    assert np.allclose(ours.data, theirs.detach().numpy(), rtol=1e-12, atol=1e-12), rule
print("six rules, ten steps: equal to 12 digits")

# %%
from learnkit.parity import parity_table

parity_table("sgd_update", "rmsprop_update", "adam_update", "adamw_update", "adagrad_update", "nadam_update")

# %% [markdown]
# ## 13 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | write momentum, RMSprop, Adam, AdamW | sections 5 to 8: each equals the library | exercises `momentum`, `rmsprop`, `adam`, `adamw` |
# | say why momentum is fast and what it costs | section 5: ten times as long along the floor | your prediction there, question `reach` |
# | explain bias correction and the place of eps | sections 6 and 7: 6 lr without, a thousandth of lr inside | exercise `adam` |
# | say what decoupled decay is | section 8: two weights, one share | exercise `adamw` |
# | tune fairly | section 10: more than 50 points become less than 3 | questions `fair` and `comparison`, the broken run |
#
# **What is still missing.** Every run here kept one learning rate from the first step to the last. A large one is fast and never settles; a small one settles and is slow. Lesson 10 changes the rate on the way.

# %% [markdown]
# ## 14 · Exercises
#
# They are in [their own notebook](../exercises/09_optimizers.ipynb), and each answers back: `check` says which misconception a wrong answer shows.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `momentum` | 1 | 8 | core |
# | `rmsprop` | 2 | 8 | core |
# | `adam` | 3 | 14 | core |
# | `adamw` | 2 | 8 | core |
# | `training_step` | 1 | 5 | practice |
# | `adagrad` | 1 | 6 | practice |
# | `nadam` | 3 | 15 | practice |
# | `reach` | 1 | 3 | practice |
# | `fair` | 2 | 4 | practice |
# | `comparison` | 1 | 3 | practice |
# | `broken_step` | 2 | 4 | practice |
#
# ## References
#
# - Polyak 1964, *Some methods of speeding up the convergence of iteration methods*, equation 9: momentum.
# - Sutskever, Martens, Dahl & Hinton 2013, *On the importance of initialization and momentum in deep learning*, equations 1 to 4: momentum and Nesterov's form. There the rate is inside the velocity.
# - Tieleman & Hinton 2012, *Lecture 6.5, RMSprop*: the running mean of squares.
# - Duchi, Hazan & Singer 2011, *Adaptive subgradient methods*: Adagrad.
# - Kingma & Ba 2015, *Adam*, algorithm 1 and section 3: the rule, and its bias correction.
# - Loshchilov & Hutter 2019, *Decoupled weight decay regularization*, algorithm 2: AdamW.
# - Dozat 2016, *Incorporating Nesterov momentum into Adam*: NAdam.
# - Choi et al. 2019, *On empirical comparisons of optimizers for deep learning*: how tuning decides who wins.
