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
# # 10 · Plan the learning rate: fast at first, quiet at last
#
# **You will be able to**
#
# - design a schedule: pick its shape, its highest rate and its length, and say what each does to a run;
# - explain warm-up, clipping and accumulation, and say when each of them does nothing;
# - find the range of useful rates with one short test;
# - relate batch size and learning rate, and say where the relation ends;
# - tell a schedule that counts epochs from one that counts steps by looking at the loss.
#
# **You need** the MLP of lesson 05, `loss.backward()` and what it adds up (lesson 07), and SGD with momentum (lesson 09).
#
# **Time** about 88 minutes. The lesson takes 48: recall and the question 6, by hand and why a rate must fall 9, schedules 5, the digits 7,
# range test and batch size 7, pieces and clipping 7, the broken run 4, PyTorch 3. The four core exercises take 40.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("10.r1", answer=...)

# %%
recall("10.r2", answer=...)

# %%
recall("10.r3", answer=...)

# %% [markdown]
# ## 1 · The question
#
# **Which learning rate should a run have?** So far every lesson picked one and kept it to the end. This one asks what happens if it does not stay.
#
# The data are the digits, made harder: a fifth of the training labels is drawn anew, so that about 18 in 100 are wrong. The test labels are right.

# %%
from functools import partial
from itertools import pairwise

import numpy as np

from learnkit import reference as lk
from learnkit.datasets import digits
from learnkit.visual import draw_learning_curves, draw_lines, draw_rate_sweep, explore_schedule, show

images, labels = digits()
images = images.astype(np.float32)


def parts(seed, redrawn):
    """Split the digits anew, and draw a share of the training labels anew."""
    train_rows, test_rows = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(seed))
    y, rng = labels.copy(), lk.rng(100 + seed)
    wrong = rng.random(len(y)) < redrawn
    y[wrong] = rng.integers(10, size=wrong.sum())
    return images[train_rows], y[train_rows], images[test_rows], labels[test_rows]


# %%
noisy, right = parts(0, 0.2)[1], parts(0, 0.0)[1]
wrong_share = np.mean(noisy != right)
print(f"{len(noisy)} training labels, {wrong_share:.2f} of them wrong")


# %% [markdown]
# The network is the MLP of lesson 05 with 32 hidden units. The training step is that of lesson 09, with momentum 0.9 and batches of 16, and one line
# more: after each step `scheduler.step()` sets the rate of the next. The rate of step $t$ is `lr * schedule(t)`.


# %%
def network(widths, seed):
    layers = []
    for inputs, outputs in pairwise(widths):
        layers += [lk.Linear(inputs, outputs, rng=lk.rng(10 * seed + len(layers))), lk.ReLU()]
    return lk.Sequential(*layers[:-1])  # no activation after the last layer


def one_step(net, optimizer, scheduler, inputs, targets, max_norm):
    loss = lk.cross_entropy(net(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    norm = lk.clip_grad_norm(net.parameters(), max_norm)  # section 10; with inf it only measures
    optimizer.step()
    scheduler.step()
    return loss.item(), float(norm)


# %%
def train(schedule, lr, seed, epochs=5, batch=16, widths=(64, 32, 10), redrawn=0.2, max_norm=np.inf):
    """Train; return the test accuracy and the training loss after each epoch, and the network."""
    x, y, x_test, y_test = parts(seed, redrawn)
    net, order = network(widths, seed), lk.rng(50 + seed)
    optimizer = lk.SGD(net.parameters(), lr=lr, momentum=0.9)
    scheduler, accuracies, losses = lk.Scheduler(optimizer, schedule), [], []
    for _ in range(epochs):
        for inputs, targets in lk.minibatches(x, y, batch_size=batch, rng=order):
            one_step(net, optimizer, scheduler, inputs, targets, max_norm)
        with lk.no_grad():
            accuracies.append(float(lk.accuracy(net(x_test), y_test)))
            losses.append(lk.cross_entropy(net(x), y).item())
    return accuracies, losses, net


# %% [markdown]
# Five epochs at three constant rates, each over five *seeds*: every seed has its own split, wrong labels, weights and order.


# %%
def accuracies_of(schedule, lr, epochs=5, seeds=range(5)):
    return np.array([train(schedule, lr, seed, epochs)[0] for seed in seeds])


constant = {f"constant {lr}": accuracies_of(lk.constant_rate, lr) for lr in (0.1, 0.01, 0.001)}
axes = {"y_label": "test accuracy (share of digits)"}
show(draw_learning_curves(constant, **axes))
high, middle, low = constant.values()
assert high[:, 0].mean() > middle[:, 0].mean() + 0.1 and high[:, -1].mean() < middle[:, -1].mean()
assert low[:, -1].max() < middle[:, -1].min()

# %% [markdown]
# The high rate is ahead after one epoch, and then it gets stuck in a wide band, below the middle rate. The low rate is far behind all the time.
# **Can one run have both, the fast start of a high rate and the quiet end of a low one?** If so, how is the rate to change, how high may it
# begin, and what has the batch to do with it?

# %% [markdown]
# ## 2 · Predict
#
# Commit to an answer. Section 6 shows the runs.

# %%
predict("10.decay", answer=...)

# %% [markdown]
# ## 3 · The smallest example, by hand
#
# One weight $w$, the loss $\frac12 w^2$, and so the slope $w$. A batch does not know the slope exactly: let it be off by $+1$ and $-1$ in turn. Begin
# at $w = 4$ and fill the table with a pencil, first with the constant rate 0.5, then with the rates $1, \frac12, \frac13, \frac14$.
#
# | step | slope at rate 0.5 | $w$ after it | slope at rate $1/(t+1)$ | $w$ after it |
# |---|---|---|---|---|
# | 0 | 4 + 1 = 5 | 4 − 2.5 = 1.5 | 4 + 1 = 5 | 4 − 5 = −1 |
# | 1 | 1.5 − 1 = 0.5 | 1.5 − 0.25 = 1.25 | −1 − 1 = −2 | −1 + 1 = 0 |
# | 2 | 1.25 + 1 = 2.25 | 1.25 − 1.125 = 0.125 | 0 + 1 = 1 | 0 − 0.333 = −0.333 |
# | 3 | 0.125 − 1 = −0.875 | 0.125 + 0.438 = 0.563 | −0.333 − 1 = −1.333 | −0.333 + 0.333 = 0 |


# %%
def walk(rates, w=4.0):
    """Return w before each step and after the last; the slope is off by +1 and -1 in turn."""
    places = [w]
    for t, rate in enumerate(rates):
        places.append(places[-1] - rate * (places[-1] + (-1) ** t))
    return np.array(places)


thirty = {name: np.full(30, a) for name, a in (("rate 0.5", 0.5), ("rate 0.1", 0.1))}
thirty["rate 1 / (t + 1)"] = 1 / np.arange(1, 31)
walks = {name: walk(rates) for name, rates in thirty.items()}
print("rate 0.5        ", walks["rate 0.5"][1:5].round(3))
print("rate 1 / (t + 1)", walks["rate 1 / (t + 1)"][1:5].round(3))
show(draw_lines(np.arange(31), walks, x_label="step", y_label="weight w"))
assert np.allclose(np.abs(walks["rate 0.5"][-2:]), 1 / 3, atol=1e-6)

# %% [markdown]
# At rate 0.5 the weight comes close at once, and then jumps between $-\frac13$ and $\frac13$ for ever. At rate 0.1 it jumps less, and takes
# thirty steps to arrive. The falling rate arrives and calms down.

# %% [markdown]
# ## 4 · Why a rate must fall
#
# Now let the slope be off by random numbers of mean 0 and variance $\sigma^2$, new ones in each step, and let the rate be $a$. A step is
# $w \leftarrow w - a (w + n) = (1 - a) w - a n$. How does the variance $v$ of $w$ change?
#
# 1. The noise $n$ is new, so it is independent of $w$. Variances of independent terms add up, and a factor counts squared: $v \leftarrow (1 - a)^2 v + a^2 \sigma^2$.
# 2. It comes to rest where both sides are equal: $v = (1 - a)^2 v + a^2 \sigma^2$.
# 3. Since $1 - (1 - a)^2 = 2a - a^2 = a (2 - a)$, divide by $a$:
#
# $$v = \frac{a \, \sigma^2}{2 - a}$$
#
# *The rate sets the floor.* For small rates it is about $a \sigma^2 / 2$: half the rate, half the variance, and twice as many steps to get there.
# More steps at the same rate do not lower it.
#
# With the rate $1/(t+1)$ the step is $w \leftarrow \frac{t \, w - n}{t + 1}$, so $(t + 1) w$ grows by $-n$ each time: after $T$ steps $w = -\frac1T
# \sum n$, the start is forgotten, and $w$ is a *mean* of all noise. A mean of $T$ terms has the variance $\sigma^2 / T$. There is no floor.


# %%
def variances(rates, runs=4000):
    """Return the variance over many runs of w after each step; w starts at 0."""
    rng, w, found = lk.rng(3), np.zeros(runs), []
    for rate in rates:
        w = w - rate * (w + rng.standard_normal(runs))
        found.append(w.var())
    return np.array(found)


falling_rates = 1 / np.arange(1, 101)
measured = {name: variances(np.full(100, a)) for name, a in (("rate 0.5", 0.5), ("rate 0.1", 0.1))}
measured["rate 1 / (t + 1)"] = variances(falling_rates)
log_log = {"log_x": True, "log_y": True}
show(draw_lines(np.arange(1, 101), measured, x_label="step", y_label="variance of w", **log_log))
for name, a in (("rate 0.5", 0.5), ("rate 0.1", 0.1)):
    assert np.isclose(measured[name][50:].mean(), a / (2 - a), rtol=0.03)
assert np.isclose(measured["rate 1 / (t + 1)"][-1], 1 / 100, rtol=0.1)

# %% [markdown]
# Both axes are logarithmic. The constant rates come to rest at $0.5 / 1.5 = 0.333$ and $0.1 / 1.9 = 0.053$, as derived; the line of the falling
# rate goes on down, to $1/100$ after 100 steps.
#
# A network has steep directions and flat ones. A rate that falls as $1/(t+1)$ is soon too low for the flat ones: they have not arrived. So a
# schedule has two tasks, to *get there* and to *calm down*, and both compete for the same steps. The explorer's run has a steep direction and a
# flat one, of a twentieth of the curvature, and noise; the two broken lines are what is left
# of each task, and the full one is their sum.

# %%
schedule_explorer = explore_schedule()
schedule_explorer

# %% [markdown]
# ## 5 · Schedules, drawn and written
#
# A *schedule* gives each step $t$ of $T$ its rate, as a share of the highest one:
#
# - **steps**: cut to a tenth every so many steps, $0.1^{\lfloor t / s \rfloor}$;
# - **cosine**: $\frac12 \left(1 + \cos \pi \frac{t}{T}\right)$, slow, fast, and slow again, down to 0 at $t = T$, where it must stay;
# - **warm-up and cosine**: a rise in a line over $w$ steps first, $\frac{t + 1}{w + 1}$, then the cosine over the rest, its progress $\frac{t - w}{T - w}$;
# - **one cycle**: from a 25th up along half a cosine, and down to next to nothing.
#
# The $+1$ in the rise is there for the first step: with $\frac{t}{w}$ it would have the rate 0 and be wasted.
#
# $T$ counts *steps of the optimizer*. Our 1,348 digits make 84 batches of 16 and one of 4, so an epoch has 85 steps, and five have 425.


# %%
def schedules(total):
    return {
        "steps": partial(lk.step_decay, step_size=-(-total // 3), gamma=0.1),
        "cosine": partial(lk.cosine_warmup, total_steps=total),
        "warm-up and cosine": partial(lk.cosine_warmup, total_steps=total, warmup_steps=total // 10),
        "one cycle": partial(lk.one_cycle, total_steps=total),
    }


T = 5 * 85
t = np.arange(T)
shapes = {name: [schedule(step) for step in range(T)] for name, schedule in schedules(T).items()}
show(draw_lines(t, shapes, x_label="step", y_label="share of the highest rate"))
assert np.allclose(shapes["cosine"], (1 + np.cos(np.pi * t / T)) / 2, rtol=0, atol=1e-15)
assert np.isclose(np.mean(shapes["cosine"]), 0.5, atol=0.002)
print("share of the rate that is spent:", {name: f"{np.mean(shape):.2f}" for name, shape in shapes.items()})

# %% [markdown]
# Four shapes with the same end, near 0. The line below the figure says what each spends: the cosine has half of what a constant rate has, three
# steps have 0.37. That is the price of calming down.

# %% [markdown]
# ## 6 · On the digits
#
# Three of the schedules from the highest rate 0.1, over the five seeds of section 1, beside the constant rate 0.1. (The warm-up has its own
# question below.)

# %%
falling = {name: accuracies_of(schedules(T)[name], 0.1) for name in ("steps", "cosine", "one cycle")}


def draw_runs():
    seeds_won = np.sum(falling["cosine"][:, -1] > high[:, -1])
    print(f"the cosine ends above the constant rate 0.1 in {seeds_won} of 5 seeds")
    print("in the mean at least 0.05 above the constant rate 0.1 and 0.01 above 0.01")
    return draw_learning_curves({"constant 0.1": high, **falling}, **axes)


show_after("10.decay", draw_runs)
ends = falling["cosine"][:, -1]
assert ends.mean() > high[:, -1].mean() + 0.05 and ends.mean() > middle[:, -1].mean() + 0.01
assert (ends > high[:, -1]).all() and np.ptp(ends) < np.ptp(high[:, -1])
assert min(runs[:, -1].mean() for runs in falling.values()) > middle[:, -1].mean()

# %% [markdown]
# So it can have both. All three schedules end together, above the constant rate, and each of the cosine's runs ends above the constant run of the
# same seed. Its band, from the best to the worst run, is narrower at the end: the noise is gone. It had the same digits, the same steps, and half
# of the rate. The mean is also above that of the *lower* constant rates of section 1, which were quiet and had not arrived.
#
# Is a fall always better, then? The highest rate is now varied, and the run is three times as long, 15 epochs. It is a *sweep*: each point is a run.

# %%
T15, rates = 15 * 85, [0.002, 0.005, 0.01, 0.02, 0.05, 0.1]
cosine15 = schedules(T15)["cosine"]
sweep = {
    name: np.array([accuracies_of(schedule, lr, 15, range(3))[:, -1] for lr in rates])
    for name, schedule in {"constant": lk.constant_rate, "cosine to 0": cosine15}.items()
}
show(draw_rate_sweep(rates, sweep, x_label="highest rate", y_label="test accuracy after 15 epochs (share)"))
gain = (sweep["cosine to 0"] - sweep["constant"]).mean(axis=1)
means = {name: runs.mean(axis=1) for name, runs in sweep.items()}
assert gain[0] < -0.04 and gain[-1] > 0.01 and np.ptp(means["cosine to 0"][2:]) < 0.03
assert -0.03 < means["constant"].max() - means["cosine to 0"].max() < 0
assert rates[means["cosine to 0"].argmax()] >= 0.05
print(f"cosine less constant: below -0.04 at {rates[0]}, above +0.01 at {rates[-1]}")

# %% [markdown]
# The lines cross. At high rates the fall wins: it takes the noise away. At low rates it *loses*, since the run had too far to go and now has half
# of the way. And be fair to the constant rate: with 15 epochs, and the best rate for it, it comes within three points of the best cosine. What a
# schedule buys is the short run of the figure before, and *width*: from 0.01 to 0.1 the means of the cosine lie within three points.
#
# A schedule also knows where the run ends. That is its weak point: one cannot train on when it is over. If the end is not known, the rate is cut
# when the loss has stopped to improve, a *plateau*; that is the practice exercise `reduce_on_plateau`.

# %%
predict("10.warm-up", answer=...)


# %%
def compare_warm_up():
    for lr in (0.03, 0.05, 0.1):
        ends = [accuracies_of(schedules(T)[name], lr)[:, -1] for name in ("cosine", "warm-up and cosine")]
        difference = ends[1].mean() - ends[0].mean()
        assert abs(difference) < 0.01 < np.ptp(ends[0]), (lr, ends)
        print(f"highest rate {lr}: the means differ by less than 0.01, the runs by more than that")


show_after("10.warm-up", compare_warm_up)

# %% [markdown]
# Here a warm-up does nothing that shows. It was made for other cases: batches of thousands of rows, with rates to match (Goyal et al. 2017), and
# networks whose first steps can ruin them, such as deep ones with attention (lesson 18). If you see a warm-up in a program, ask which of these it
# is for.

# %% [markdown]
# ## 7 · How high may the rate be?
#
# The highest rate need not be guessed. The *range test* trains a new network for a few hundred steps, each at a higher rate than the one before, by
# the same factor, and writes the losses down. It ends when the loss explodes. (Equal *distances* would be of no use: from 0.0001 to 10, all but one
# in a thousand would lie above 0.01.)


# %%
def range_test(seed):
    x, y, _, _ = parts(seed, 0.2)
    net, order = network((64, 32, 10), seed), lk.rng(seed)
    batches = (pair for _ in range(4) for pair in lk.minibatches(x, y, batch_size=16, rng=order))
    optimizer = lk.SGD(net.parameters(), lr=1.0, momentum=0.9)

    def train_step(lr):
        optimizer.param_groups[0]["lr"] = lr
        return one_step(net, optimizer, lk.Scheduler(optimizer, lk.constant_rate), *next(batches), np.inf)[0]

    return lk.lr_range_test(train_step, total_steps=4 * 85, min_lr=1e-4, max_lr=10.0)


# %%
def smoothed(losses):
    return np.convolve(losses, np.ones(61) / 61, mode="valid")  # the mean of 61 neighbors


tests = [range_test(seed) for seed in range(3)]
lrs = max((lrs for lrs, _ in tests), key=len)[30:-30]
curves = {f"seed {k}": smoothed(losses[:-1]) for k, (_, losses) in enumerate(tests)}
curves = {name: np.append(line, [np.nan] * (len(lrs) - len(line))) for name, line in curves.items()}
names = {"x_label": "learning rate of the step", "y_label": "loss, mean of 61 steps (nats)"}
show(draw_lines(lrs, curves, **names, log_x=True))

# %% [markdown]
# The losses of single batches jump about, so the lines are means of 61 neighbors. They fall, level out or rise, and end where a loss explodes.
# Which rate to take? Not that of the *lowest* loss: all steps before have made it so low, and soon after it the test ends. Take one near the
# *steepest* fall.

# %%
steepest = [lk.steepest_rate(*test, window=61) for test in tests]
lowest = [lrs[np.nanargmin(line)] for line in curves.values()]
assert all(0.015 < rate < 0.15 for rate in steepest)
assert all(low > rate for low, rate in zip(lowest, steepest, strict=True))
print("steepest fall: between 0.015 and 0.15 in each test, below the rate of the lowest loss")

# %% [markdown]
# In section 6 the cosine is at its best at 0.05 or 0.1. The test finds that *size* of rate, no more; and it took 340 steps in place of a sweep of
# 36 runs.

# %% [markdown]
# ## 8 · How large a batch?
#
# A gradient of $B$ rows is a mean of $B$ gradients. If the rows are drawn independently, its error has the variance $\sigma^2 / B$: the length of
# the error goes with $1 / \sqrt B$. Measure it on the network before training.


# %%
def gradient_of(net, x, y):
    net.zero_grad()
    lk.cross_entropy(net(x), y).backward()
    return np.concatenate([parameter.grad.ravel() for parameter in net.parameters()])


# %%
x, y, _, _ = parts(0, 0.0)
net, draw = network((64, 32, 10), 0), lk.rng(0)
exact = gradient_of(net, x, y)
sizes, error = np.array([4, 16, 64, 256]), []
for B in sizes:
    drawn = draw.integers(len(y), size=(100, B))
    squares = [np.sum((gradient_of(net, x[rows], y[rows]) - exact) ** 2) for rows in drawn]
    error.append(np.sqrt(np.mean(squares)))
law = {"measured": error, "first times √(4 / B)": error[0] * np.sqrt(4 / sizes)}
show(draw_lines(sizes, law, x_label="rows of the batch B", y_label="length of the error", **log_log))
print(f"exact gradient {np.linalg.norm(exact):.2f} long, error of 16 rows {error[1]:.2f}")
assert np.allclose(error * np.sqrt(sizes), error[0] * 2, rtol=0.1)

# %% [markdown]
# The measured line lies on the law. Note how *slow* it is: four times the work halves the error. The error of 16 rows is longer than the exact
# gradient itself.

# %%
predict("10.batch", answer=...)

# %% [markdown]
# The *linear rule* (Goyal et al. 2017): a batch that is $k$ times as large gets a rate that is $k$ times as high. While the weights hardly move,
# $k$ small steps add up to
#
# $$a \, g_1 + a \, g_2 + \dots + a \, g_k = k a \cdot \frac{g_1 + \dots + g_k}{k},$$
#
# and that is one step at the rate $k a$ along the mean gradient of all their rows. The digits with their right labels, 15 epochs, three seeds:


# %%
def last_loss(lr, batch):
    return [train(lk.constant_rate, lr, seed, 15, batch, redrawn=0.0)[1][-1] for seed in range(3)]


batches = [8, 64, 512, 1348]
by_batch = {
    "rate 0.01 for all": np.array([last_loss(0.01, B) for B in batches]),
    "rate 0.01 · B / 8": np.array([last_loss(0.01 * B / 8, B) for B in batches]),
}
labels_of = {"x_label": "rows of the batch", "y_label": "training loss after 15 epochs (nats)"}
show_after("10.batch", draw_rate_sweep, batches, by_batch, **labels_of, log_y=True)
same, scaled = by_batch.values()
assert same[1].min() > 0.2 and same[2:].min() > 1.5
assert scaled[:3].max() < 0.15 and scaled[3].min() > 1

# %% [markdown]
# The loss axis is logarithmic. At the same rate the loss rises with the batch: the same epochs are fewer steps. With the rule it stays below 0.15
# from 8 rows to 512, which makes 64 times fewer steps. With all 1,348 digits in one batch the rule asks for a rate of 1.7, and every run fails: a
# step can be too long for the steepest direction (lesson 03), and no batch helps against that. There the rule ends.

# %% [markdown]
# ## 9 · A batch in pieces
#
# A batch that does not fit into the memory is cut into *micro-batches*. Since `backward()` adds to the gradients that are there, one goes back once
# for each piece, and steps once: *gradient accumulation*. But each piece's loss is the mean of *its* rows. So that every row of the batch counts
# the same, it is multiplied by its share of the rows:
#
# $$L = \frac{1}{N} \sum_{\text{pieces } i} n_i \, L_i, \qquad N = \sum_i n_i$$
#
# Nine rows in pieces of 4, 4 and 1, with these shares, and with what people write instead:

# %%
pieces = [(x[:4], y[:4]), (x[4:8], y[4:8]), (x[8:9], y[8:9])]
whole = gradient_of(net, x[:9], y[:9])


def off_by(shares):
    """How far the gradient in pieces is from that of the whole batch, as a share of its length."""
    net.zero_grad()
    for (inputs, targets), share in zip(pieces, shares, strict=True):
        (lk.cross_entropy(net(inputs), targets) * share).backward()
    collected = np.concatenate([parameter.grad.ravel() for parameter in net.parameters()])
    return np.linalg.norm(collected - whole) / np.linalg.norm(whole)


# %%
assert off_by([4 / 9, 4 / 9, 1 / 9]) < 1e-5
print("shares of the rows, 4/9, 4/9, 1/9: off by less than 0.00001")
print(f"a third each:                      off by {off_by([1 / 3, 1 / 3, 1 / 3]):.2f}")
print(f"no shares, 1, 1, 1:                off by {off_by([1, 1, 1]):.2f}")
print(f"zero_grad inside, 0, 0, 1/9:       off by {off_by([0, 0, 1 / 9]):.2f}")

# %% [markdown]
# With the shares it is the gradient of the whole batch, apart from rounding. With a third each, the ninth row counts as much as four others. That
# is the mistake one meets most, because it shows only where the last piece is smaller. Without shares the step is about three times too long, once
# for each piece; with `zero_grad` inside the loop only the last piece is left. The library's `accumulate_grads` does it right:

# %%
net.zero_grad()
loss = lk.accumulate_grads(lambda inputs, targets: lk.cross_entropy(net(inputs), targets), pieces)
collected = np.concatenate([parameter.grad.ravel() for parameter in net.parameters()])
assert np.allclose(collected, whole, atol=1e-6)
print("accumulate_grads agrees with the whole batch")

# %% [markdown]
# ## 10 · Clipping
#
# Some steps meet a slope that is far steeper than all before. *Clipping* limits their length: if all gradients of the model together are longer
# than a limit $c$, they are made shorter, all by the same factor (Pascanu et al. 2013, algorithm 1):
#
# $$g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert}\right), \qquad \lVert g \rVert = \sqrt{\textstyle\sum \text{all values}^2}$$

# %%
predict("10.clip", answer=...)


# %%
def clip_by_hand():
    weight, bias = lk.Parameter(np.zeros(2)), lk.Parameter(np.zeros(2))
    weight.grad, bias.grad = np.array([3.0, 4.0]), np.array([0.1, 0.0])
    norm = lk.clip_grad_norm([weight, bias], 1.0)
    assert np.isclose(norm, np.sqrt(9 + 16 + 0.01))
    assert np.allclose(np.concatenate([weight.grad, bias.grad]), np.array([3, 4, 0.1, 0]) / norm, atol=1e-6)
    print(f"norm {norm:.3f}, clipped to", weight.grad.round(3), bias.grad.round(3))


show_after("10.clip", clip_by_hand)

# %% [markdown]
# One factor for all: the step keeps its *direction* and loses length. Clipping each parameter by itself would turn it.
#
# Where does it help? A narrow network with three layers of 64, at the rate 0.2, which is too high for it. Right labels, 10 epochs, five seeds, and
# three limits.

# %%
deep = {"widths": (64, 64, 64, 10), "redrawn": 0.0}
limits = {"no clipping": np.inf, "limit 1": 1.0, "limit 0.25": 0.25}
runs_of = {
    name: [train(lk.constant_rate, 0.2, seed, 10, max_norm=limit, **deep) for seed in range(5)]
    for name, limit in limits.items()
}
clipped = {name: np.array([accuracies for accuracies, _, _ in runs]) for name, runs in runs_of.items()}
show(draw_learning_curves(clipped, **axes, reference_lines={"chance": 0.1}))
assert clipped["no clipping"][:, -1].max() < 0.6
assert clipped["limit 1"][:, -1].min() > 0.75 and clipped["limit 0.25"][:, -1].min() > 0.88
assert clipped["limit 0.25"][:, -1].mean() > clipped["limit 1"][:, -1].mean()

# %% [markdown]
# Without clipping no run ends above 0.6; with a limit all do, and the lower limit is the better one. What happened to the networks? Lesson 08 has
# the number for it: the share of units that answer to no image at all.


# %%
def dead_share(name):
    """The share of dead units in the second hidden layer at the end, for each of five seeds."""
    found = []
    for seed, (_, _, net) in enumerate(runs_of[name]):
        activations = parts(seed, 0.0)[0]
        with lk.no_grad():
            for layer in list(net)[:4]:
                activations = layer(activations)
        found.append(float(lk.dead_fraction(activations)))
    return found


without, with_limit = dead_share("no clipping"), dead_share("limit 0.25")
assert min(without) > 0.5 and max(with_limit) < 0.25
print("dead units of the second layer: without clipping above 0.5, with the limit 0.25 below 0.25")

# %% [markdown]
# A few long steps push the units to where no image reaches them, and the gradient of a dead unit is 0 for good. Is a limit the only cure? The same
# network with a quarter of the rate, and how often the limit of 1 cuts at the rate 0.2:

# %%
slow = [train(lk.constant_rate, 0.05, seed, 10, **deep)[0][-1] for seed in range(5)]
x, y, _, _ = parts(0, 0.0)
net, order = network(deep["widths"], 0), lk.rng(50)
optimizer = lk.SGD(net.parameters(), lr=0.2, momentum=0.9)
scheduler = lk.Scheduler(optimizer, lk.constant_rate)
first_epoch = lk.minibatches(x, y, batch_size=16, rng=order)
norms = np.array([one_step(net, optimizer, scheduler, *pair, 1.0)[1] for pair in first_epoch])
assert min(slow) > 0.88 and np.mean(norms > 1) > 0.5
print("rate 0.05, no clipping: every run above 0.88")
print("rate 0.2, limit 1: more than half of the steps of the first epoch are clipped")

# %% [markdown]
# It is not. A lower rate does as well here, and that is the honest reading: a limit that cuts more than half of all steps is a lower rate in
# disguise. Clipping is meant for the *rare* long step, as in recurrent networks (lesson 17). So log the norm that `clip_grad_norm` returns, the one
# *before* clipping. If it is nearly always above the limit, look at the rate first.
#
# And one NaN in a gradient is not above any limit:

# %%
weight, bias = lk.Parameter(np.zeros(2)), lk.Parameter(np.zeros(2))
weight.grad, bias.grad = np.array([3.0, np.nan]), np.array([0.1, 0.0])
norm = lk.clip_grad_norm([weight, bias], 1.0)
print(f"norm {norm}, above 1: {norm > 1}; gradients", weight.grad, bias.grad)
try:
    lk.clip_grad_norm([weight, bias], 1.0, error_if_nonfinite=True)
except RuntimeError as error:
    print("with error_if_nonfinite:", error)

# %% [markdown]
# One step with these gradients, and every weight is NaN. So look at the norm before the step; `error_if_nonfinite` does.

# %% [markdown]
# ## 11 · A broken run
#
# Somebody plans a cosine from 0.1 to 0 over 15 epochs, on the digits with their right labels. Nothing crashed, nothing warned.

# %%
run = broken_run("10.broken-run")
loss_curve = {"train loss": run.curves["train loss"]}
know_nothing = {"knows nothing: ln 10": np.log(10)}
show(draw_learning_curves(loss_curve, y_label="train loss (nats)", reference_lines=know_nothing))

# %% [markdown]
# The loss is a little below $\ln 10$ after the first epoch, and does not move from there, to the last digit. Four causes are on the table: the
# highest rate is too low; the schedule was given epochs, and counts steps; all hidden units are dead; the labels are shuffled. You may ask for
# three numbers.

# %%
run.ask(...)

# %%
predict("10.broken-run", answer=...)


# %% [markdown]
# Reproduce it, with the rate beside the loss:


# %%
def reproduce():
    whole_run = partial(lk.cosine_warmup, total_steps=T15)
    for name, schedule in {
        "15 steps": partial(lk.cosine_warmup, total_steps=15),
        "15 * 85 steps": whole_run,
        "15 * 85 steps, one an epoch": lambda step: whole_run(step // 85),
    }.items():
        losses = train(schedule, 0.1, 0, 15, redrawn=0.0)[1]
        rates = ", ".join(f"{0.1 * schedule(step):.3f}" for step in (0, 15, T15 - 1))
        assert (losses[0] != losses[-1]) == (name != "15 steps")
        print(f"{name:28s} rate at step 0, 15, {T15 - 1}: {rates}   moves: {losses[0] != losses[-1]}")


show_after("10.broken-run", reproduce)

# %% [markdown]
# The schedule was over after 15 *steps*, and a rate of 0 moves nothing. The third line is the opposite slip, `scheduler.step()` once an *epoch*
# with a length in steps: the rate is still 0.100 at the last step. That run learns, as at a constant rate, and so this slip lives longer. The
# number to print is the same for both: the rate at the first and at the last step.

# %% [markdown]
# ## 12 · The same in PyTorch
#
# One run with all parts, in the course's NumPy library; and below it the same cell with another import.

# %%
data = parts(0, 0.0)

# %%
from learnkit import reference as lk

device, order = lk.device("auto"), lk.rng(0)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in data)
net = lk.Sequential(lk.Linear(64, 32, rng=lk.rng(1)), lk.ReLU(), lk.Linear(32, 10, rng=lk.rng(2))).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.1, momentum=0.9)
scheduler = lk.Scheduler(optimizer, partial(lk.cosine_warmup, total_steps=T, warmup_steps=40))
for _ in range(5):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=16, rng=order):
        optimizer.zero_grad()
        loss = lk.cross_entropy(net(inputs), targets)
        loss.backward()
        lk.clip_grad_norm(net.parameters(), 5.0)
        optimizer.step()
        scheduler.step()

# %%
with lk.no_grad():
    in_numpy = float(lk.accuracy(net(x_test), y_test))
assert in_numpy > 0.93
print("test accuracy: above 0.93; the rate at the end:", optimizer.param_groups[0]["lr"])

# %%
from learnkit import pytorch as lk

device, order = lk.device("auto"), lk.rng(0)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in data)
net = lk.Sequential(lk.Linear(64, 32, rng=lk.rng(1)), lk.ReLU(), lk.Linear(32, 10, rng=lk.rng(2))).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.1, momentum=0.9)
scheduler = lk.Scheduler(optimizer, partial(lk.cosine_warmup, total_steps=T, warmup_steps=40))
for _ in range(5):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=16, rng=order):
        optimizer.zero_grad()
        loss = lk.cross_entropy(net(inputs), targets)
        loss.backward()
        lk.clip_grad_norm(net.parameters(), 5.0)
        optimizer.step()
        scheduler.step()

# %% tags=["nbval-ignore-output"]
# not compared: the device depends on the machine
print("ran on", device)

# %%
with lk.no_grad():
    in_torch = float(lk.accuracy(net(x_test), y_test))
assert in_torch > 0.93
print("test accuracy: above 0.93; the rate at the end:", optimizer.param_groups[0]["lr"])

# %% [markdown]
# That both libraries give the same rates, norms and gradients is compared now, on this machine, with each other and with PyTorch's own schedulers:

# %%
from learnkit.parity import parity_table

parity_table(
    "step_decay", "cosine_warmup", "one_cycle", "clip_grad_norm", "accumulate_grads", "ReduceOnPlateau"
)

# %% [markdown]
# PyTorch's own schedulers are classes that count by themselves: each call of `step()` is one more. One trap is in `CosineAnnealingLR`. It is the
# formula without the end:

# %%
import torch

weight = torch.nn.Parameter(torch.zeros(1))
theirs = torch.optim.SGD([weight], lr=1.0)
cosine = torch.optim.lr_scheduler.CosineAnnealingLR(theirs, T_max=10)
found = []
for _ in range(20):
    found.append(theirs.param_groups[0]["lr"])
    theirs.step()
    cosine.step()
print("rate at step 0, 5, 10, 15:", np.round([found[step] for step in (0, 5, 10, 15)], 3))
assert found[15] > 0.4 and lk.cosine_warmup(15, total_steps=10) == 0

# %% [markdown]
# Past its end the rate rises again, and a run that goes on for a few epochs "to be sure" undoes its calm end. The course's function stays at 0.

# %% [markdown]
# ## 13 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | design a schedule | sections 4 to 6: the floor, the shapes, the lines that cross | exercise `cosine_warmup`, and the explorer |
# | explain warm-up, clipping, accumulation | sections 6, 9 and 10: one does nothing here, one saves a run, one changes nothing | exercises `clip_grad_norm`, `accumulate_grads`, `step_in_order` |
# | find the range of useful rates | section 7: the steepest fall, in 340 steps | exercise `lr_range_test` |
# | relate batch size and rate | section 8: the linear rule, and its end at one batch of all digits | exercises `which_hold`, `broken_pieces` |
# | tell epochs from steps | section 11: a loss that stands still | exercise `steps_of_a_run`, and the broken run |
#
# **What is still missing.** Each experiment of this lesson wrote its own loop, looked at the test digits after every epoch, and picked rates by
# them. That is not honest, and lesson 11 says what to do instead.

# %% [markdown]
# ## 14 · Exercises
#
# They are in [their own notebook](../exercises/10_schedules.ipynb), and each answers back: `check` says which misconception a wrong answer shows.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `cosine_warmup` | 2 | 10 | core |
# | `clip_grad_norm` | 2 | 9 | core |
# | `accumulate_grads` | 2 | 9 | core |
# | `lr_range_test` | 3 | 12 | core |
# | `reduce_on_plateau` | 3 | 15 | practice |
#
# Four questions without code follow them, three minutes each.
#
# ## References
#
# - Robbins & Monro 1951, *A stochastic approximation method*: rates that fall as $1/t$, and what they must add up to.
# - Loshchilov & Hutter 2017, *SGDR: Stochastic gradient descent with warm restarts*, equation 5: the cosine.
# - Goyal et al. 2017, *Accurate, large minibatch SGD: training ImageNet in 1 hour*, sections 2.1 and 2.2: the linear rule and the warm-up.
# - Smith 2017, *Cyclical learning rates for training neural networks*, section 3.3: the range test.
# - Smith & Topin 2019, *Super-convergence: very fast training of neural networks using large learning rates*: one cycle.
# - Pascanu, Mikolov & Bengio 2013, *On the difficulty of training recurrent neural networks*, algorithm 1: clipping.
# - Alpaydin & Kaynak 1998, *Optical recognition of handwritten digits*: the data.
