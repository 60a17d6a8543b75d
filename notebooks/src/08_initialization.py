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
# # 08 · Start a deep network so that its signals arrive
#
# **You will be able to**
#
# - predict how large a signal, and a gradient, is after many layers, from the spread of the weights;
# - choose a start for an activation and a depth, and say what the default of PyTorch does;
# - recognize signals that vanish or explode, and dead units, from plots and a few numbers;
# - write the starts of Xavier and He and the orthogonal one, and check random code by its statistics.
#
# **You need** the forward pass and the activations of lesson 05, the backward pass of lesson 06, and `loss.backward()`, whose inside lesson 07
# built. Standardizing is from lesson 02, cross-entropy from lesson 04.
#
# **Time** about 88 minutes. The lesson takes 56: recall and the question 8, the example by hand and one layer 11, fifty layers 9,
# the chain 7, three rules 8, which start learns 5, what goes wrong and the broken run 6, PyTorch 2. The four core exercises take 32.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("08.r1", answer=...)

# %%
recall("08.r2", answer=...)

# %%
recall("08.r3", answer=...)

# %% [markdown]
# ## 1 · The question
#
# First the tools: NumPy, the course's NumPy library as `lk`, the data, and the figures.

# %%
from functools import partial

import numpy as np

from learnkit import reference as lk
from learnkit.datasets import digits
from learnkit.visual import (
    draw_chain,
    draw_layer_histograms,
    draw_learning_curves,
    draw_lines,
    draw_signal_sizes,
    explore_chain,
    show,
)

# %% [markdown]
# The digits of lesson 04, each pixel standardized by the training part:

# %%
images, labels = digits()
train_rows, test_rows = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
pixels = images.astype(np.float64)
scaler = lk.Standardizer().fit(pixels[train_rows])
x_all = scaler.transform(pixels).astype(np.float32)
parts = x_all[train_rows], labels[train_rows], x_all[test_rows], labels[test_rows]
x_train, y_train, x_test, y_test = parts
print(f"{len(x_train)} digits to learn from, {len(x_test)} to test on")

# %% [markdown]
# A network with as many linear layers as we like, 100 units wide, and a loop that trains it. Both are put together from parts you know.


# %%
def deep(depth, activation, seed, start=None, bias=None):
    """A network of `depth` linear layers; its weights as the layers draw them, or drawn anew by `start`."""
    rng, inputs, layers = lk.rng(seed), 64, []
    for _ in range(depth - 1):
        layers += [lk.Linear(inputs, 100, rng=rng), activation()]
        inputs = 100
    net = lk.Sequential(*layers, lk.Linear(inputs, 10, rng=rng))
    return lk.initialize(net, start, rng=lk.rng(seed), bias=bias) if start else net


# %%
def train(net, seed, lr=0.05, epochs=10):
    """Train; return the test accuracy after each epoch, and NaN from the epoch on in which a score is no number any more."""
    order, optimizer, accuracies = lk.rng(seed), lk.SGD(net.parameters(), lr=lr), []
    for _ in range(epochs):
        for inputs, targets in lk.minibatches(x_train, y_train, batch_size=64, rng=order):
            loss = lk.cross_entropy(net(lk.tensor(inputs)), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with lk.no_grad():
            scores = net(lk.tensor(x_test)).data
        if not np.isfinite(scores).all():
            return accuracies + [np.nan] * (epochs - len(accuracies))
        accuracies.append(lk.accuracy(scores, y_test))
    return accuracies


# %% [markdown]
# Five networks of four layers, and five of ten, all with ReLU. The weights start as `lk.Linear` draws them, which is what PyTorch's `nn.Linear` does.

# %%
curves = {
    f"{depth} layers": np.array([train(deep(depth, lk.ReLU, seed), seed) for seed in range(5)])
    for depth in (4, 10)
}
axes = {"y_label": "test accuracy (share of digits)", "reference_lines": {"chance": 0.1}}
show(draw_learning_curves(curves, **axes))
assert curves["4 layers"][:, -1].min() > 0.7 and curves["10 layers"].max() < 0.2

# %% [markdown]
# The deeper network can do all that the shallow one can, and more. Yet in five runs of five it does not get away from chance. No message, no warning, no nan.
# **Why does it not learn, and which single number has to change?** The code is right, and so are the data. By the end of the lesson the same ten layers are above 0.9.

# %% [markdown]
# ## 2 · Predict, then look inside
#
# What would you try first?

# %%
predict("08.repair", answer=...)


# %%
def try_repairs():
    repairs = {"lr 0.5": {"lr": 0.5}, "lr 0.005": {"lr": 0.005}, "40 epochs": {"epochs": 40}}
    for name, options in repairs.items():
        best = max(max(train(deep(10, lk.ReLU, seed), seed, **options)) for seed in range(3))
        assert best < 0.2, (name, best)
        print(f"{name:<10} below 0.2 in every epoch of three runs")


show_after("08.repair", try_repairs)

# %% [markdown]
# So we look inside instead. What does the last layer get to see? For each layer two numbers: the standard deviation of *all* its outputs, and how much
# the outputs of one unit differ *from digit to digit*.

# %%
net, signal, everything, between_digits = deep(10, lk.ReLU, seed=0), lk.tensor(x_train), [], []
with lk.no_grad():
    for layer in list(net)[:-1]:
        signal = layer(signal)
        if isinstance(layer, lk.ReLU):
            everything.append(signal.data.std())
            between_digits.append(signal.data.std(axis=0).mean())
lines = {"all outputs": everything, "from digit to digit": between_digits}
spread_label = "standard deviation (no unit)"
show(draw_lines(np.arange(1, 10), lines, x_label="layer", y_label=spread_label, log_y=True))
assert between_digits[-1] < 2e-4 and everything[-1] > 0.02

# %% [markdown]
# The upper line levels off, since biases add a constant to every layer. The lower line is what can be learned from, and it falls along a straight line: each layer
# keeps less than half. After nine layers the digits differ in the fourth decimal. To the last layer they are all the same digit.
#
# A straight line on a logarithmic axis is *a factor at each layer*. Where does the factor come from?

# %% [markdown]
# ## 3 · The smallest example, by hand
#
# One unit, four inputs. Each input is +1 or −1, by the throw of a coin; each weight is ½. What is the sum? Write the sixteen cases in a table:
#
# | inputs that are +1 | cases | sum | sum² |
# |---|---|---|---|
# | 0 | 1 | −2 | 4 |
# | 1 | 4 | −1 | 1 |
# | 2 | 6 | 0 | 0 |
# | 3 | 4 | 1 | 1 |
# | 4 | 1 | 2 | 4 |
#
# The mean of sum² is (4 + 4 + 0 + 4 + 4)/16 = 1. The inputs have the mean square 1, and so has the sum. With weights of 1 each sum doubles, and the mean square is 4.

# %%
coins = np.array([[1 - 2 * (case >> place & 1) for place in range(4)] for case in range(16)])
for weight in (0.5, 1.0):
    sums = weight * coins.sum(axis=1)
    print(f"weights {weight}: mean square of the sums {(sums**2).mean():.0f}")

# %% [markdown]
# Four terms of weight ½: 4 · (½)² = 1. Four terms of weight 1: 4 · 1² = 4. And now in a chain, where each layer's sums are the inputs of the next. A layer
# that doubles the size makes $2^{10} = 1024$ of it in ten layers; one that halves it, a thousandth.

# %% [markdown]
# ## 4 · One layer: what a sum does to a signal
#
# The same for any number of inputs. A unit computes $z = \sum_{i=1}^{n} w_i x_i$. The weights are drawn independently of each other and of the inputs, with mean 0 and
# standard deviation $\sigma$. Then the mean of $z^2$ over all draws, written $E[z^2]$, is
#
# $$E[z^2] = E\Big[\sum_i \sum_j w_i w_j x_i x_j\Big] = \sum_i \sum_j E[w_i w_j]\, E[x_i x_j] = \sum_i E[w_i^2]\, E[x_i^2] = n \, \sigma^2 \, E[x^2]$$
#
# 1. The square of a sum is the sum of all products.
# 2. The mean of a sum is the sum of the means; the mean of a product of independent numbers is the product of their means.
# 3. For $i \ne j$, $E[w_i w_j] = E[w_i] E[w_j] = 0 \cdot 0$: those terms go away. This is where the mean 0 of the weights is used.
# 4. $E[w_i^2] = \sigma^2$ for each of $n$ terms, and $E[x^2]$ is the mean square of the inputs.
#
# The *size* of a signal is the root of its mean square. (For numbers of mean 0 it is the standard deviation.) So **a layer multiplies the size by $\sqrt{n}\,\sigma$**. The number $n$ of terms
# that one output sums over is called *fan-in*.

# %%
rng = lk.rng(1)
signal = rng.normal(size=(1000, 100))
for std in (0.01, 0.1, 1.0):
    sums = signal @ rng.normal(0.0, std, size=(100, 100)).T
    ratio = np.sqrt((sums**2).mean() / (signal**2).mean())
    assert abs(ratio / (np.sqrt(100) * std) - 1) < 0.05
    print(f"weights of std {std:<4}  size times {ratio:.1f}, by the formula {np.sqrt(100) * std:.1f}")

# %% [markdown]
# **The way back.** Lesson 06: the gradient along a layer's inputs is $g_x = g_z W$. Entry $i$ is a sum too, $\sum_k g_k W_{ki}$, and it runs over the *outputs* of the layer,
# to which input $i$ goes: the *fan-out*. If the gradients are independent of the weights, which holds roughly, the same four steps give
#
# $$E[g_x^2] = n_\text{out} \, \sigma^2 \, E[g_z^2]$$
#
# Signal and gradient are multiplied by the same kind of factor. Where all layers are equally wide, it is the same factor.

# %% [markdown]
# ## 5 · Fifty layers: what a product does
#
# Factors of layers multiply. Commit to a number before you see one:

# %%
predict("08.fifty-tanh", answer=...)


# %% [markdown]
# The next cell sends 200 rows of normal numbers through fifty layers of 100 units, and a gradient of normal numbers back. A `bend` is an activation, a `slope` its derivative.


# %%
def send(std, bend, slope, depth=50, width=100, seed=0):
    """The outputs of each layer, and the gradient along the outputs of each layer; weights of standard deviation std."""
    rng = lk.rng(seed)
    weights = [rng.normal(0.0, std, size=(width, width)) for _ in range(depth)]
    outputs, sums = [rng.normal(size=(200, width))], []
    for weight in weights:
        sums.append(outputs[-1] @ weight.T)
        outputs.append(bend(sums[-1]))
    gradients = [rng.normal(size=(200, width))]
    for weight, z in zip(weights[:0:-1], sums[:0:-1], strict=True):
        gradients.append((gradients[-1] * slope(z)) @ weight)
    return outputs[1:], gradients[::-1]


tanh = np.tanh, lambda z: 1 - np.tanh(z) ** 2
relu = lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)
linear = lambda z: z, np.ones_like

# %%
small = send(0.01, *tanh)[0]
sizes = [layer.std() for layer in small]
assert 1e-51 < sizes[-1] < 1e-49
fading = {"tanh, weights of std 0.01": sizes}
fifty = {"x_label": "layer", "y_label": "standard deviation (no unit)", "log_y": True}
show_after("08.fifty-tanh", draw_lines, np.arange(1, 51), fading, **fifty)

# %% [markdown]
# A straight line down to $10^{-50}$: a factor of $\sqrt{100} \cdot 0.01 = 0.1$ a layer. There is nothing wrong with a weight of 0.01, and nothing wrong with
# one layer of them.
#
# Five starts, with all their values. A column is a layer; dark is where many values lie.

# %%
starts = {
    "std 0.01": 0.01,
    "PyTorch's default": 1 / np.sqrt(3 * 100),
    "Xavier": np.sqrt(2 / (100 + 100)),
    "He": np.sqrt(2 / 100),
    "std 0.3": 0.3,
}
outputs = {name: np.stack([layer.ravel() for layer in send(std, *tanh)[0]]) for name, std in starts.items()}
show(draw_layer_histograms(outputs, y_label="output of a tanh unit"))
assert (np.abs(outputs["std 0.3"][-1]) > 0.9).mean() > 0.5 > 0.1 > (np.abs(outputs["He"][-1]) > 0.9).mean()
assert np.abs(outputs["std 0.01"][1:]).max() < 0.1

# %% [markdown]
# From left to right the weights are wider. At std 0.01 all values are within 0.1 of 0 from the second layer on. At std 0.3 more than half of them stand
# near −1 and 1: the units are *saturated*. The names in between are explained in section 7.
#
# The same starts by size only, with the gradient beside the signal:


# %%
def all_starts(activation):
    sent = {name: send(std, *activation) for name, std in starts.items()}
    forward = {name: [layer.std() for layer in outputs] for name, (outputs, _) in sent.items()}
    backward = {name: [layer.std() for layer in gradients] for name, (_, gradients) in sent.items()}
    return forward, backward


of_tanh, of_relu, of_linear = all_starts(tanh), all_starts(relu), all_starts(linear)
show(draw_signal_sizes(*of_linear, title="No activation"))

# %% [markdown]
# Without an activation the formula holds line by line: left and right are mirror images, and the only flat lines are those of a factor
# $\sqrt{100}\,\sigma = 1$, the start called Xavier.

# %%
show(draw_signal_sizes(*of_relu, title="ReLU"))
assert 0.02 < of_relu[0]["He"][-1] / of_relu[0]["He"][0] < 50
assert of_relu[0]["Xavier"][-1] < 1e-6 and of_relu[0]["PyTorch's default"][-1] < 1e-18

# %% [markdown]
# With ReLU every line loses a further factor at each layer. Xavier fades now, and it is He that stays, within a factor of 50 over fifty layers.

# %%
show(draw_signal_sizes(*of_tanh, title="tanh"))
forward, backward = of_tanh
assert 0.5 < forward["std 0.3"][-1] / forward["std 0.3"][0] < 2 and backward["std 0.3"][0] > 1e5
assert 0.5 < forward["He"][-1] / forward["He"][0] < 2

# %% [markdown]
# With tanh look at std 0.3: the signal is flat, as flat as one could wish, and the gradient of the first layer is more than a hundred thousand times larger than that of the last.
# **A flat signal promises nothing about the gradient.** Signals that fade are called *vanishing*, those that grow *exploding*.

# %% [markdown]
# ## 6 · Tune the chain yourself
#
# The *gain* is the factor by which the weights are wider than $1/\sqrt{n}$: $\sigma = \text{gain}/\sqrt{n}$. Find the gain that keeps a chain alive. Two tasks stand below the figure,
# each with a question. The last control shows where PyTorch's default stands.

# %%
chain_explorer = explore_chain()
chain_explorer

# %% [markdown]
# PyTorch's linear layer draws its weights evenly between $-1/\sqrt{n}$ and $1/\sqrt{n}$. Numbers drawn evenly up to a bound $a$ have the variance
# $\frac{1}{2a}\int_{-a}^{a} w^2\,dw = a^2/3$, so that its gain is $1/\sqrt{3} = 0.577$.

# %%
figure = draw_chain(1.0, 10, "ReLU", default=True)
show(figure)
by_default = figure.data_table["forward by default"]
per_layer = (by_default[-1] / by_default[0]) ** (1 / 9)
assert abs(per_layer - 0.41) < 0.02 and abs(1 / np.sqrt(6) - 0.41) < 0.005
assert 1.5e-4 < per_layer**9 < 5e-4 and round((1 / np.sqrt(6)) ** 9, 4) == 0.0003
print(f"by the formula: {1 / np.sqrt(6):.2f} a layer, {(1 / np.sqrt(6)) ** 9:.4f} after nine")

# %% [markdown]
# With ReLU, PyTorch's default multiplies the size by 0.41 at each layer. Nine such layers leave 0.0003. That is the lower line of section 2, and the
# answer to half of the question.

# %% [markdown]
# ## 7 · Three rules for a start
#
# **Xavier** (Glorot & Bengio 2010). The signal wants $n_\text{in}\,\sigma^2 = 1$, the gradient $n_\text{out}\,\sigma^2 = 1$. If the two fans differ, both cannot hold. The compromise takes their mean:
#
# $$\sigma^2 = \frac{2}{n_\text{in} + n_\text{out}}$$
#
# Drawn evenly up to a bound $a$ the variance is $a^2/3$, so $a = \sqrt{3}\,\sigma = \sqrt{6/(n_\text{in} + n_\text{out})}$. It suits activations that are near the identity around 0: tanh.
#
# **He** (He et al. 2015). ReLU sets negative sums to 0. The sums are distributed evenly around 0, since the weights are; so the negative half holds half of the
# squares:
#
# $$E[\max(z, 0)^2] = \tfrac{1}{2} E[z^2] = \tfrac{1}{2}\, n_\text{in}\,\sigma^2\, E[x^2] \quad\Rightarrow\quad \sigma^2 = \frac{2}{n_\text{in}}$$
#
# The gain is $\sqrt{2}$. Backward ReLU passes the gradient of half of the units, so the same 2 serves there.

# %%
rng = lk.rng(2)
weight = lk.he_normal((2000, 1024), rng=rng, dtype=np.float64)
sums = np.maximum(rng.normal(size=(100, 1024)), 0) @ weight.T  # the inputs come out of a ReLU themselves
share = (np.maximum(sums, 0) ** 2).mean() / (sums**2).mean()
print(f"fan-in 1024: std {weight.std():.4f}, by the rule {np.sqrt(2 / 1024):.4f}")
print(f"ReLU leaves {share:.1f} of the mean square")
assert abs(share - 0.5) < 0.05 and abs(weight.std() / np.sqrt(2 / 1024) - 1) < 0.02
xavier = lk.xavier_uniform((64, 1024), rng=rng, dtype=np.float64)
assert np.sqrt(6 / 1088) * 0.99 < np.abs(xavier).max() < np.sqrt(6 / 1088)

# %% [markdown]
# Weights are random, so one number of them proves nothing; *how many of them are how large* does. The exercises are checked in that way: by the spread of
# thousands of weights, with a stated error.
#
# In a convolution (lesson 16) an output sums over a window in each channel. Its fan-in is channels times window, and the rule is the same:

# %%
print("fans of a matrix (32, 64):           ", lk.fan_in_out((32, 64)))
print("fans of a convolution (8, 3, 5, 5):  ", lk.fan_in_out((8, 3, 5, 5)))

# %% [markdown]
# **Orthogonal** (Saxe et al. 2014). The rules above keep sizes *on average*. A matrix whose rows stand at right angles and have length 1 keeps the length of each input *exactly*:
# $|Wx|^2 = x^T W^T W x = x^T x$, where $W^T W$ is the identity. Fifty linear layers of 100 units, five times each:

# %%
rng = lk.rng(3)
x, lines = rng.normal(size=(200, 100)), []
for name, draw in {"normal": partial(lk.normal, std=0.1), "orthogonal": lk.orthogonal}.items():
    ends = []
    for _ in range(5):
        out = x
        for _ in range(50):
            out = out @ draw((100, 100), rng=rng, dtype=np.float64).T
        ends.append(np.linalg.norm(out) / np.linalg.norm(x))
    lines.append(f"{name:<11} the length is multiplied by " + " ".join(f"{end:.2f}" for end in ends))
print(*lines, sep="\n")
assert np.allclose(ends, 1, rtol=0, atol=1e-12)

# %% [markdown]
# Normal weights of the right width drift with the luck of the draw, orthogonal ones do not. With ReLU an orthogonal matrix needs the gain $\sqrt{2}$ as well.

# %% [markdown]
# ## 8 · Which start learns?
#
# Now with training. One start deserves a prediction of its own:

# %%
predict("08.zeros", answer=...)

# %% [markdown]
# Ten layers, both activations, six starts, three fresh seeds each; learning rate, epochs and order of the batches are the same for all.

# %%
rules = {
    "zeros": lk.zeros,
    "std 0.01": partial(lk.normal, std=0.01),
    "PyTorch's default": None,
    "Xavier": lk.xavier_uniform,
    "He": lk.he_normal,
    "std 0.3": partial(lk.normal, std=0.3),
}


# %%
def compare(kind):
    """The test accuracy after each epoch, (3 seeds, 10 epochs), for each start."""
    with np.errstate(all="ignore"):  # NumPy would warn of what explodes; section 9 looks at it
        seeds = (11, 12, 13)
        return {
            name: np.array([train(deep(10, kind, s, rule), s) for s in seeds]) for name, rule in rules.items()
        }


of_relu, of_tanh = compare(lk.ReLU), compare(lk.Tanh)

# %%
learned = {name: runs for name, runs in of_relu.items() if np.isfinite(runs).all()}
assert set(rules) - set(learned) == {"std 0.3"}  # its scores overflow in the first epoch
show_after("08.zeros", draw_learning_curves, learned, title="ReLU, ten layers", **axes)
last = {name: runs[:, -1] for name, runs in of_relu.items()}
assert last["He"].min() > 0.9 > last["Xavier"].max() and of_relu["He"][:, 5:7].min() < 0.7
assert max(last[name].max() for name in ("zeros", "std 0.01", "PyTorch's default")) < 0.2

# %% [markdown]
# With ReLU, He's start brings every run above 0.9: **the ten layers of section 1, with one line changed.** On the way one run stumbles, at epochs 6 and 7, and gets up again. Zeros, std 0.01 and
# PyTorch's default do not leave chance. Xavier learns later. Std 0.3 is not in the figure: its scores overflow in the first epoch.

# %%
show_after("08.zeros", draw_learning_curves, of_tanh, title="tanh, ten layers", **axes)
last = {name: runs[:, -1] for name, runs in of_tanh.items()}
assert min(last[name].min() for name in ("Xavier", "He")) > 0.85
assert max(last[name].max() for name in ("zeros", "std 0.01")) < 0.2
assert last["PyTorch's default"].max() < 0.5 and 0.7 < last["std 0.3"].min() < last["std 0.3"].max() < 0.9

# %% [markdown]
# With tanh Xavier and He bring every run above 0.85, and three runs do not tell which of the two is better. Std 0.3, whose units are saturated, learns and lags behind.
# PyTorch's default stays below 0.5.
#
# What this shows, and what not: in ten layers, with plain steps at one rate, the start decides. With four layers (section 1) the default learns too. Another rate would move the
# curves of those that learn. Lesson 13 has layers that bring each signal back to size 1 at every step, and looks at the start again.

# %% [markdown]
# ## 9 · What goes wrong
#
# **Exploding.** Std 1 multiplies by $\sqrt{100/2} = 7.1$ at each ReLU layer. The largest 32-bit number is about $3 \cdot 10^{38}$, which is not many layers away:

# %%
fast = deep(51, lk.ReLU, seed=0, start=partial(lk.normal, std=1.0))
with np.errstate(over="ignore", invalid="ignore"):
    stats = lk.signal_stats(fast, lk.tensor(x_train[:200]))
    loss = lk.cross_entropy(fast(lk.tensor(x_train[:200])), y_train[:200]).item()
largest = stats["largest"][1::2]  # after each ReLU
first_infinite = int(np.argmax(~np.isfinite(largest))) + 1
print("the largest output after 10, 20, 30 layers:", *(f"{value:.0e}" for value in largest[[9, 19, 29]]))
print(f"no finite number from layer {first_infinite} on; the loss is {loss}")
assert 40 <= first_infinite <= 50 and np.isnan(loss)

# %% [markdown]
# Once a number is infinite, infinity less infinity makes nan, and the loss is nan *before the first step*. **Symptom:** a first loss that is huge or nan. For ten classes it should be near ln 10.
#
# **Vanishing.** The smallest 32-bit number is about $10^{-45}$. Below it is nothing:

# %%
slow = deep(51, lk.Tanh, seed=0, start=partial(lk.normal, std=0.01))
stats = lk.signal_stats(slow, lk.tensor(x_train[:200]))
silent = int(np.argmax(stats["zeros"][1::2] == 1)) + 1
lk.cross_entropy(slow(lk.tensor(x_train[:200])), y_train[:200]).backward()
norms = [float(norm) for name, norm in lk.grad_norms(slow).items() if name.endswith("weight")]
print(f"every output is exactly 0 from layer {silent} on")
print(f"weights whose gradient is exactly 0: {sum(norm == 0 for norm in norms)} of {len(norms)}")
assert 40 <= silent <= 50 and sum(norm == 0 for norm in norms) == 51

# %% [markdown]
# **Symptom:** a loss that stands at ln 10, and gradients that are 0 or next to it. Printing the largest and smallest of `grad_norms` takes one line.
#
# **Dead units.** A ReLU unit whose sum is negative for every example answers 0 to all of them. Its slope is 0 there, so no gradient reaches its weights: it is *dead*. We make some, by
# biases that start below 0.


# %%
def dead_by_layer(net):
    """The share of dead units after each ReLU, and the share of zeros after the last."""
    signal, dead = lk.tensor(x_train), []
    with lk.no_grad():
        for layer in list(net)[:-1]:
            signal = layer(signal)
            if isinstance(layer, lk.ReLU):
                dead.append(f"{lk.dead_fraction(signal):.2f}")
    return dead, (signal.data == 0).mean()


# %%
lines = []
for bias in (0.0, -1.0, -3.0):
    net = deep(6, lk.ReLU, 0, lk.he_normal, partial(lk.constant, value=bias))
    dead, zeros = dead_by_layer(net)
    loss = lk.cross_entropy(net(lk.tensor(x_train)), y_train)
    loss.backward()
    first = float(lk.grad_norms(net)["0.weight"])
    accuracy = train(net, seed=0)[-1]
    found = "exactly 0" if first == 0 else "above 0", "above 0.9" if accuracy > 0.9 else "below 0.3"
    lines.append(f"bias {bias:4.1f}  dead units by layer {' '.join(dead)}  zeros in the last {zeros:.1f}")
    lines.append(f"           gradient of the first weight {found[0]}, accuracy {found[1]}")
    assert (accuracy > 0.9, accuracy < 0.3, first == 0) == (bias == 0, bias < 0, bias == -3)
print(*lines, sep="\n")

# %% [markdown]
# With a bias of 0 about half of all entries are 0, and hardly a unit is dead: a 0 here and there is how ReLU works. With −3 a whole layer is dead, and the network is cut in two.
# **Symptom:** `dead_fraction` near 1, the gradient of the first weights exactly 0, and a loss at ln 10.

# %%
assert abs(loss.item() - np.log(10)) < 1e-3
print(f"the first loss with biases of -3: {loss.item():.2f}")

# %% [markdown]
# ## 10 · A broken run
#
# Somebody trained four layers with tanh, for fifteen epochs. Signals and gradients have ordinary sizes. And yet:

# %%
run = broken_run("08.broken-run")
loss_curve, accuracy_curve = ({name: run.curves[name]} for name in ("train loss", "train accuracy"))
start_line = {"knows nothing: ln 10": np.log(10)}
show(draw_learning_curves(loss_curve, y_label="train loss (nats)", reference_lines=start_line))
show(draw_learning_curves(accuracy_curve, y_label="train accuracy (share)"))

# %% [markdown]
# Four causes are on the table: the weights start too small; most units are dead; the labels are shuffled; all units of a layer start alike. You may ask for
# three numbers. Choose those that tell the causes apart.

# %%
run.ask(...)

# %%
predict("08.broken-run", answer=...)


# %% [markdown]
# Now make the symptom appear again:


# %%
def all_alike(shape, *, rng, dtype):
    return np.full(shape, 1 / shape[1], dtype=dtype)  # each unit starts as the mean of its inputs


def reproduce():
    for name, start in {"all alike": all_alike, "Xavier": lk.xavier_uniform}.items():
        net = deep(4, lk.Tanh, seed=0, start=start)
        accuracy = train(net, seed=0, lr=0.1, epochs=15)[-1]
        rows = net[2].weight.data  # the second weight, (100, 100)
        different = len(np.unique(rows.round(4), axis=0))
        print(
            f"{name:<10} different units in layer 2: {different:3d}   accuracy {'below 0.4' if accuracy < 0.4 else 'above 0.9'}"
        )
        assert (different, accuracy < 0.4) == (1, True) or (different, accuracy > 0.9) == (100, True)


show_after("08.broken-run", reproduce)

# %% [markdown]
# Units with the same weights compute the same, get the same gradient, and take the same step. They stay one unit, a hundred times, however long one trains. Nothing but chance can
# tell them apart: that is why weights start *random*, and not only small. Biases may start at 0, since the weights already differ.

# %% [markdown]
# ## 11 · The same in PyTorch
#
# The repaired network once more, whole, in NumPy. The line with `initialize` is the one that section 1 lacked.

# %%
from learnkit import reference as lk

device, order = lk.device("auto"), lk.rng(0)
x, y, x_new, y_new = (lk.tensor(part, device=device) for part in parts)
sizes = [64] + [100] * 9
layers = [part for n in sizes[:-1] for part in (lk.Linear(n, 100, rng=lk.rng(1)), lk.ReLU())]
net = lk.Sequential(*layers, lk.Linear(100, 10, rng=lk.rng(1)))
net = lk.initialize(net, lk.he_normal, rng=lk.rng(2)).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.05)
for _ in range(15):
    for inputs, targets in lk.minibatches(x, y, batch_size=64, rng=order):
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

# %%
with lk.no_grad():
    assert float(lk.accuracy(net(x_new), y_new)) > 0.9
print("ten layers, He's start, test accuracy: above 0.9")

# %% [markdown]
# And in PyTorch, on a GPU where there is one. One line differs: the import.

# %%
from learnkit import pytorch as lk

device, order = lk.device("auto"), lk.rng(0)
x, y, x_new, y_new = (lk.tensor(part, device=device) for part in parts)
sizes = [64] + [100] * 9
layers = [part for n in sizes[:-1] for part in (lk.Linear(n, 100, rng=lk.rng(1)), lk.ReLU())]
net = lk.Sequential(*layers, lk.Linear(100, 10, rng=lk.rng(1)))
net = lk.initialize(net, lk.he_normal, rng=lk.rng(2)).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.05)
for _ in range(15):
    for inputs, targets in lk.minibatches(x, y, batch_size=64, rng=order):
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

# %%
# not compared: the device depends on the machine
print("ran on", device)

# %%
with lk.no_grad():
    assert float(lk.accuracy(net(x_new), y_new)) > 0.9
print("ten layers, He's start, test accuracy: above 0.9")

# %% [markdown]
# The table compares the parts of this lesson with their twins and with PyTorch's own, now, on this machine:

# %%
from learnkit.parity import parity_table

parity_table("fan_in_out", "calculate_gain", "signal_stats", "grad_norms", "dead_fraction")

# %% [markdown]
# What draws random numbers is compared by its spread. In PyTorch's own words: `kaiming_normal_` is He's start, the underscore means that it writes into the tensor. A *hook* is a
# function that PyTorch calls with the output of a layer; with hooks any network can be measured, not only a chain.

# %%
import torch

generator = torch.Generator().manual_seed(0)
layer = torch.nn.utils.skip_init(torch.nn.Linear, 1024, 256)
draws = {"kaiming_normal_": (torch.nn.init.kaiming_normal_, {"nonlinearity": "relu"}, 2 / 1024)}
draws["xavier_uniform_"] = (torch.nn.init.xavier_uniform_, {}, 2 / (1024 + 256))
draws["the layer's default"] = (torch.nn.init.kaiming_uniform_, {"a": 5**0.5}, 1 / (3 * 1024))
for name, (draw, options, variance) in draws.items():
    draw(layer.weight, generator=generator, **options)
    print(f"{name:<20} std {layer.weight.std().item():.4f}   by the formula {variance**0.5:.4f}")
    assert abs(layer.weight.std().item() / variance**0.5 - 1) < 0.01

# %%
seen = []
handles = [
    part.register_forward_hook(lambda part, inputs, output: seen.append(output.std(correction=0).item()))
    for part in net
]
with torch.no_grad():
    net(x[:200])
for handle in handles:
    handle.remove()
assert np.allclose(seen, lk.signal_stats(net, x[:200])["std"].cpu(), rtol=1e-4)
print(f"{len(seen)} layers seen by their hooks, as signal_stats says")

# %% [markdown]
# The third line of the first output is what `torch.nn.Linear` does by itself: variance $1/(3n)$. It was enough for four layers in section 1, and not for ten.

# %% [markdown]
# ## 12 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | predict sizes through depth | sections 4 and 5: $\sqrt{n}\,\sigma$ a layer, fifty layers | exercise `signal_stats`, question `signal_left` |
# | choose a start | section 8: He above 0.9, the default at chance | exercises `he_normal`, `xavier_uniform`, `orthogonal`, question `which_start` |
# | recognize vanishing, exploding, dead | section 9, a symptom each | exercise `dead_fraction`, questions `what_the_plot_says` and `stuck_run` |
# | say why weights start random | section 10: a hundred units that are one | your diagnosis there |
#
# **What is still missing.** All networks here took the same plain steps at the same rate. With a good start the first layers do learn; how fast depends on how the steps are made. Lesson 09 makes
# better ones. Lesson 13 returns to this question and asks the signal for its size at every layer, at every step.

# %% [markdown]
# ## 13 · Exercises
#
# They are in [their own notebook](../exercises/08_initialization.ipynb), and each answers back: `check` says which misconception a wrong answer shows.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `he_normal` | 2 | 8 | core |
# | `xavier_uniform` | 2 | 6 | core |
# | `orthogonal` | 3 | 10 | core |
# | `signal_stats` | 2 | 8 | core |
# | `dead_fraction` | 1 | 5 | practice |
# | `signal_left` | 1 | 3 | practice |
# | `what_the_plot_says` | 1 | 3 | practice |
# | `which_start` | 1 | 3 | practice |
# | `stuck_run` | 1 | 3 | practice |
#
# ## References
#
# - Glorot & Bengio 2010, *Understanding the difficulty of training deep feedforward neural networks*, equations 12 and 16: the compromise of the two fans, and its bound.
# - He, Zhang, Ren & Sun 2015, *Delving deep into rectifiers*, equation 10: the half that ReLU takes, and the 2 that makes up for it.
# - Saxe, McClelland & Ganguli 2014, *Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*, section 3: orthogonal starts.
# - LeCun, Bottou, Orr & Müller 1998, *Efficient BackProp*, section 4.6: one over the fan-in.
# - Alpaydin & Kaynak 1998, *Optical recognition of handwritten digits*: the data.
