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
# # 10 · Exercises: a schedule, a clip, a batch in pieces
#
# You write five functions, four of them core, and train the digits with what you wrote. The four core exercises take about
# 40 minutes, what is for practice 27 more. They belong to [lesson 10](../notebooks/10_schedules.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("10.cosine_warmup")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps,
#    and last the solution. Or begin with an easier form: `start("10.cosine_warmup", "fill")` leaves out one line, `"order"` gives the lines
#    to put in order.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.
#
# Write with NumPy, and return new arrays: the ones you are given stay as they were.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/10_schedules.ipynb).*

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
# ## 1 · `cosine_warmup`: the rate of each step
#
# *Core · level 2 of 3 · about 10 minutes · read again:
# [schedules](../notebooks/10_schedules.ipynb#5-·-Schedules,-drawn-and-written)*
#
#
# The rate rises in a line to its highest value and falls to 0 along half a cosine. Rise and run are given in *epochs*; the step counts steps of the
# optimizer. With $w$ steps of rise, step 0 has $1/(w + 1)$ of the rate, and step $w$ is the first that has all of it.
#
# *Example.* 3 epochs of 4 steps, one of them for the rise, the rate 0.5: the steps 0 to 4 have 0.1, 0.2, 0.3, 0.4 and 0.5, step 8 has 0.25, and from
# step 12 on it is 0.


# %% tags=["solution"]
def cosine_warmup(step, epochs, warmup_epochs, steps_per_epoch, lr):
    warmup_steps = warmup_epochs * steps_per_epoch
    total_steps = epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * (step + 1) / (warmup_steps + 1)
    progress = min(1, (step - warmup_steps) / (total_steps - warmup_steps))
    return lr * (1 + np.cos(np.pi * progress)) / 2


# %% [markdown] tags=["solution"]
# Both lengths are turned into steps first. The progress of the fall is 0 where the rise ends and 1 at the end of the run; `min` keeps it
# there, since a cosine rises again. With no rise at all nothing is divided by its length.

# %%
check(cosine_warmup)

# %%
cosine_warmup_ok = use("10.cosine_warmup", cosine_warmup)
rates = [
    cosine_warmup_ok(step, epochs=3, warmup_epochs=1, steps_per_epoch=4, lr=0.5)
    for step in (0, 1, 2, 3, 4, 8, 12, 20)
]
print(np.round(rates, 4))

# %% [markdown]
# ## 2 · `clip_grad_norm`: one length for all
#
# *Core · level 2 of 3 · about 9 minutes · read again:
# [clipping](../notebooks/10_schedules.ipynb#10-·-Clipping)*
#
#
# The gradients of a model come in a list, one array for each parameter. If together they are longer than the limit, all are made shorter by the
# same factor. Return the list *and* the norm that they had before.
#
# *Example.* (3, 4) and (0.1, 0) have the norm 5.001. With the limit 1 they become (0.6, 0.8) and (0.02, 0).


# %% tags=["solution"]
def clip_grad_norm(grads, max_norm):
    norm = sum((grad**2).sum() for grad in grads) ** 0.5
    if not np.isfinite(norm):
        raise ValueError("the gradients are not finite")
    factor = max_norm / norm if norm > max_norm else 1.0
    return [grad * factor for grad in grads], norm


# %% [markdown] tags=["solution"]
# The squares of all values are added up over all arrays, and one root is taken at the end. The check comes before the comparison: NaN is never
# larger than a limit, so without it the NaN would go on into every weight.

# %%
check(clip_grad_norm)

# %%
clip_grad_norm_ok = use("10.clip_grad_norm", clip_grad_norm)
clipped, norm = clip_grad_norm_ok([np.array([3.0, 4.0]), np.array([0.1, 0.0])], 1.0)
print(f"norm {norm:.3f}, clipped to", *[grad.round(3) for grad in clipped])

# %% [markdown]
# ## 3 · `accumulate_grads`: a batch in pieces
#
# *Core · level 2 of 3 · about 9 minutes · read again:
# [a batch in pieces](../notebooks/10_schedules.ipynb#9-·-A-batch-in-pieces)*
#
#
# Train *one* step on a batch that comes as a list of pieces, as if it had come whole. The network and the optimizer are objects of the library, with
# `zero_grad`, `backward` and `step` as in the lesson. Return the mean loss over all rows before the step.
#
# *Example.* Pieces of 4, 4 and 1 rows with the mean losses 1, 2 and 3 have the mean loss (4 · 1 + 4 · 2 + 1 · 3) / 9 = 1.6667, and not 2.


# %% tags=["solution"]
def accumulate_grads(net, loss_fn, optimizer, micro_batches):
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        part = loss_fn(net(inputs), targets) * (len(targets) / rows)
        part.backward()
        total += part.item()
    optimizer.step()
    return total


# %% [markdown] tags=["solution"]
# The gradients are forgotten once, then each piece adds its share, then the weights move once. The loss of a piece is scaled *before* `backward`, so
# that its gradient is scaled with it.

# %%
check(accumulate_grads)

# %% [markdown]
# The cell compares a step on nine digits in pieces of 4, 4 and 1 with a step on all nine at once.

# %%
accumulate_grads_ok = use("10.accumulate_grads", accumulate_grads)
images, labels = digits()
images = images.astype(np.float64)
found = []
for cuts in ([], [4, 8]):
    net = lk.Linear(64, 10, rng=lk.rng(0), dtype=np.float64)
    batch = [(images[rows], labels[rows]) for rows in np.split(np.arange(9), cuts)]
    loss = accumulate_grads_ok(net, lk.cross_entropy, lk.SGD(net.parameters(), lr=0.5), batch)
    found.append((loss, net.weight.data))
assert np.isclose(found[0][0], found[1][0]) and np.allclose(found[0][1], found[1][1], atol=1e-12)
print("in pieces and at once: the same loss, the same weights")

# %% [markdown]
# ## 4 · `lr_range_test`: which rate?
#
# *Core · level 3 of 3 · about 12 minutes · read again:
# [the range test](../notebooks/10_schedules.ipynb#7-·-How-high-may-the-rate-be?)*
#
#
# `train_step(lr)` takes one training step at a rate, and returns the loss *before* it. Call it at rates that rise by the same factor from `min_lr` to
# `max_lr`. Stop at a loss that is NaN, or above 4 times the smallest so far; that loss does not count. Return the losses, and the rate of the step
# after which the loss fell most.
#
# *Example.* Rates 0.001, 0.01, 0.1, 1 and losses 2.3, 2.2, 1.0, 9.0: the last one ends the test. The loss fell most, by 1.2, after the step at 0.01.


# %% tags=["solution"]
def lr_range_test(train_step, min_lr, max_lr, total_steps):
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = []
    for lr in lrs:
        loss = train_step(lr)
        if not loss <= 4 * min([loss, *losses]):
            break
        losses.append(loss)
    falls = -np.diff(losses)
    return losses, lrs[falls.argmax()]


# %% [markdown] tags=["solution"]
# The comparison is written so that NaN ends the test too: `not loss <= …` is true for it. Loss `k` less loss `k + 1` is what the step at rate `k`
# brought, so the place of the largest fall is the place of its rate.

# %%
check(lr_range_test)

# %%
lr_range_test_ok = use("10.lr_range_test", lr_range_test)
told = iter([2.3, 2.2, 1.0, 9.0])
losses, best_lr = lr_range_test_ok(lambda lr: next(told), 0.001, 1.0, 4)
print("losses", losses, "  best rate", round(float(best_lr), 4))

# %% [markdown]
# ## Put together: a run that is planned
#
# The network is that of the lesson, on the digits. The range test takes its steps on all training digits at once, so that the losses do not jump.
# The run then takes batches of 16 at a tenth of the rate that was found (its slopes are noisy, and a momentum of 0.9 makes its steps ten times as
# long), with your schedule and your clipping.

# %%
images = images.astype(np.float32)
train_rows, test_rows = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
x_train, y_train, x_test, y_test = (
    images[train_rows],
    labels[train_rows],
    images[test_rows],
    labels[test_rows],
)


def new_net():
    return lk.Sequential(lk.Linear(64, 32, rng=lk.rng(1)), lk.ReLU(), lk.Linear(32, 10, rng=lk.rng(2)))


# %%
net = new_net()


def train_step(lr):
    before = lk.cross_entropy(net(x_train), y_train)
    net.zero_grad()
    before.backward()
    lk.SGD(net.parameters(), lr=lr).step()
    return before.item()


losses, best_lr = lr_range_test_ok(train_step, 1e-3, 100.0, 60)
assert 0.3 < best_lr < 10
print(f"the loss goes from {losses[0]:.1f} to {min(losses):.1f}; the best rate is between 0.3 and 10")

# %%
net, order, step = new_net(), lk.rng(0), 0
sgd = lk.SGD(net.parameters(), lr=0.1, momentum=0.9)
for _ in range(5):
    for x, y in lk.minibatches(x_train, y_train, batch_size=16, rng=order):
        rate = cosine_warmup_ok(step, epochs=5, warmup_epochs=1, steps_per_epoch=85, lr=best_lr / 10)
        sgd.param_groups[0]["lr"] = float(rate)
        net.zero_grad()
        lk.cross_entropy(net(x), y).backward()
        clipped, _ = clip_grad_norm_ok([parameter.grad for parameter in net.parameters()], 5.0)
        for parameter, grad in zip(net.parameters(), clipped, strict=True):
            parameter.grad = grad
        sgd.step()
        step += 1
with lk.no_grad():
    accuracy = lk.accuracy(net(x_test), y_test)

# %%
assert step == 425 and 0.93 < accuracy < 1
print("425 steps; test accuracy between 0.93 and 1")

# %% [markdown]
# The core ends here: a run whose rate was found by a test, whose end is quiet, and which no single steep batch can throw off. One more function
# follows for practice, and four questions.

# %% [markdown]
# ## 5 · `reduce_on_plateau`: when the end is not known
#
# *Practice · level 3 of 3 · about 15 minutes · new here; the cell below says all you need*
#
#
# A schedule has to know where the run ends. Where nobody knows, one watches the loss: if it has not improved for some epochs, a *plateau*, the rate
# is cut. Then the run gets some epochs of rest, the *cooldown*, before counting begins anew.
#
# *Example.* Losses 1, 0.5, 0.6, 0.7, 0.8 with the rate 0.4, the factor 0.5, a patience of 1 and no cooldown: epochs 2 and 3, counted from 0, are
# bad. The second of them cuts, so the rates are 0.4, 0.4, 0.4, 0.2, 0.2.


# %% tags=["solution"]
def reduce_on_plateau(losses, lr, factor, patience, threshold, cooldown):
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad = bad + 1
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad > patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)


# %% [markdown] tags=["solution"]
# Four things are carried from epoch to epoch. The order matters: first the epoch is judged, then a rest empties the count, and only then is the
# count compared with the patience. A cut empties the count too, and begins the next rest.

# %%
check(reduce_on_plateau)

# %%
reduce_on_plateau_ok = use("10.reduce_on_plateau", reduce_on_plateau)
losses = np.array([1.0, 0.5, 0.6, 0.7, 0.8])
print(reduce_on_plateau_ok(losses, lr=0.4, factor=0.5, patience=1, threshold=0.01, cooldown=0))

# %% [markdown]
# The library has it as an object that looks at one loss after the other. Both agree on a loss that falls in jumps:

# %%
curve = np.repeat(np.array([2.0, 1.2, 0.9, 0.85]), 6) + 0.01 * lk.rng(0).random(24)
optimizer = lk.SGD([lk.Parameter(np.zeros(1))], lr=0.4)
plateau = lk.ReduceOnPlateau(optimizer, factor=0.5, patience=2, threshold=0.02, cooldown=1)
theirs = []
for loss in curve:
    plateau.step(loss)
    theirs.append(optimizer.param_groups[0]["lr"])
assert np.allclose(reduce_on_plateau_ok(curve, 0.4, 0.5, 2, 0.02, 1), theirs)
print("rates:", sorted(set(theirs), reverse=True))

# %% [markdown]
# ## 6 · `steps_of_a_run`: how long is the schedule?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 5 of [the lesson](../notebooks/10_schedules.ipynb)*
#
# The last four have no code for an answer. Put it in place of the three dots.
#
# A run goes 20 times through 1,348 digits, in batches of 16; the last batch of each pass is smaller. A schedule is to fall to 0 at the end of the run. How many steps long must it be?

# %% tags=["solution"]
steps_of_a_run = 85 * 20
# 1348 / 16 = 84.25: 84 full batches and one of 4 rows, 85 steps an epoch; 20 epochs.

# %%
check(steps_of_a_run, "10.steps_of_a_run")

# %% [markdown]
# ## 7 · `which_hold`: what a larger batch, a clip and a decay do
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 8 of [the lesson](../notebooks/10_schedules.ipynb)*
#
# Which of these statements hold? There is more than one.
#
# - **a** Clipping all gradients by their common norm keeps the direction of the step.
# - **b** Four times the batch, at the same rate and for the same epochs, goes about as far as before.
# - **c** The mean gradient of four times as many rows is off by half as much.
# - **d** A fall to 0 ends lower than a constant rate, whatever the rate.
# - **e** With noisy slopes and a constant rate, twice as many steps halve the distance that is left at the end.
# - **f** Of pieces of 4, 4 and 1 rows, the mean loss of the last counts a ninth in the loss of the whole batch.

# %% tags=["solution"]
which_hold = "a c f"
# One factor keeps the direction; an error of a mean goes with 1 / root of the rows; each row counts a ninth. In b the way is a quarter.

# %%
check(which_hold, "10.which_hold")

# %% [markdown]
# ## 8 · `step_in_order`: one step with everything, in order
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 10 of [the lesson](../notebooks/10_schedules.ipynb)*
#
# One step of training with a batch in pieces, clipping and a schedule. Put it in order. Two of the items do not belong.
#
# - **A** move the weights
# - **B** clip all gradients together by their norm
# - **C** set the rate of the next step: the schedule moves on
# - **D** forget the old gradients
# - **E** for each piece: forward, and backward from its share of the loss
# - **F** clip the gradient of each piece after its own backward
# - **G** forget the gradients before each further piece

# %% tags=["solution"]
step_in_order = "D E B A C"
# The last piece completes the gradient; it is clipped, then used, and the schedule moves last.

# %%
check(step_in_order, "10.step_in_order")

# %% [markdown]
# ## 9 · `broken_pieces`: which run is broken, and why?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 9 of [the lesson](../notebooks/10_schedules.ipynb)*
#
# Three runs train the same network on the digits, from the same weights, at the same rate. Run a takes batches of 128 whole. Runs b and c take the same batches in 8 pieces of 16, as for a small memory. Length of the gradient at the first step, and training loss:
#
# | run | gradient at the first step | loss after epoch 1 | 5 | 15 |
# |---|---|---|---|---|
# | a | 0.27 | 1.9 | 0.2 | 0.05 |
# | b | 2.14 | 1.3 | 1.0 | 0.6 |
# | c | 0.27 | 1.9 | 0.2 | 0.05 |
#
# Which run is broken, and what is the cause?
#
# - **1** the gradients are forgotten before each piece
# - **2** the losses of the pieces are added up, and not their shares
# - **3** the last piece is smaller than the others
# - **4** the gradient is clipped

# %% tags=["solution"]
broken_pieces = "b 2"
# Its gradient is 8 times as long, once for each piece: so is each step.

# %%
check(broken_pieces, "10.broken_pieces")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts of all nine, and `learnkit status` shows where you stand in the
# course. In lesson 11 the loop itself becomes a tool, and the test digits are looked at once.
