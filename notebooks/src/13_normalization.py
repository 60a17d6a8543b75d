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
# # 13 · Keep the signal in range: batch, layer and RMS normalization
#
# **You will be able to**
#
# - write batch normalization, forward and backward, and derive its gradient;
# - say what its two modes do, and what is remembered between them;
# - choose between batch and layer normalization for a batch size and a use;
# - recognize what goes wrong with small and ragged batches, and fold a normalization away.
#
# **You need** initialization and signals through depth (lesson 08), backpropagation by hand (lesson 06), and the two modes of a network (lesson 12).
#
# **Time** about 90 minutes. The lesson takes 49: recall and the question 7, by hand 4, forward 6, large steps 6, two modes 6, backward 6, small batches 4, layer
# normalization 4, folded away 2, the broken run 3, PyTorch 1. The four core exercises take 41.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("13.r1", answer=...)

# %%
recall("13.r2", answer=...)

# %%
recall("13.r3", answer=...)

# %% [markdown]
# ## 1 · The question

# %%
import numpy as np

from learnkit import reference as lk
from learnkit.datasets import digits
from learnkit.visual import draw_learning_curves, explore_neighbors, show

# %% [markdown]
# Lesson 08 chose the first weights so that a signal keeps its size through many layers. But weights move. After a hundred steps, who keeps the signal in range? The bolder the
# steps, the more it matters. Six hidden layers of 64 units, He initialization, three learning rates, three seeds each:

# %%
images, labels = digits()
images = images.astype(np.float64)  # long training repeats exactly in 64 bits on any machine


# %%
def parts_of(seed):
    """Standardized training and test digits."""
    train, test = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(seed))
    scaler = lk.Standardizer().fit(images[train])
    return scaler.transform(images[train]), labels[train], scaler.transform(images[test]), labels[test]


# %%
def make_network(normalization, rng, depth=6):
    """Hidden layers of 64 units: linear, perhaps a normalization, ReLU; normalization is a class or None."""
    layers = []
    for _ in range(depth):
        linear = lk.Linear(64, 64, rng=rng, dtype=np.float64)
        linear.weight.data = rng.normal(0, np.sqrt(2 / 64), (64, 64))  # lesson 08
        linear.bias.data = np.zeros(64)
        layers += [linear, *([normalization(64, dtype=np.float64)] if normalization else []), lk.ReLU()]
    return lk.Sequential(*layers, lk.Linear(64, 10, rng=rng, dtype=np.float64))


# %%
def accuracy_of(net, x, y):
    """In evaluation mode; 0 for a network that has run away."""
    net.eval()
    scores = net.forward(x)
    return lk.accuracy(scores, y) if np.isfinite(scores).all() else 0.0


def one_epoch(net, optimizer, x, y, rng, batch, drop_last):
    net.train()
    for inputs, targets in lk.minibatches(x, y, batch_size=batch, rng=rng, drop_last=drop_last):
        scores = np.nan_to_num(net.forward(inputs))
        _, saved = lk.cross_entropy.forward(scores, targets)
        optimizer.zero_grad()
        net.backward(lk.cross_entropy.backward(1.0, saved)[0], needs_input_grad=False)
        optimizer.step()


# %%
def train(normalization, seed, lr, *, epochs=15, batch=64, depth=6, drop_last=True, count=None):
    """The test accuracy after each epoch, and the network."""
    x, y, x_test, y_test = parts_of(seed)
    rng = lk.rng(seed + 10)
    net = make_network(normalization, rng, depth)
    optimizer, accuracies = lk.SGD(net.parameters(), lr=lr), []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # some of these runs diverge
        for _ in range(epochs):
            one_epoch(net, optimizer, x[:count], y[:count], rng, batch, drop_last)
            accuracies.append(accuracy_of(net, x_test, y_test))
    return np.array(accuracies), net


# %%
plain = {lr: np.array([train(None, seed, lr)[0] for seed in range(3)]) for lr in (0.1, 1.0)}
for lr, curves in plain.items():
    print(
        f"learning rate {lr}: test accuracy at the end from {curves[:, -1].min():.1f} to {curves[:, -1].max():.1f}"
    )
assert plain[0.1][:, -1].min() > 0.9 and plain[1.0][:, -1].max() < 0.5

# %% [markdown]
# At 0.1 all three learn; at 1.0 none does. (0.0 stands for a network whose numbers have run away.) **Is there a layer that keeps the signal in range by itself, whatever the weights
# do?** Commit to an answer:

# %%
predict("13.large-steps", answer=...)

# %% [markdown]
# ## 2 · The smallest example, by hand
#
# One feature, a batch of four: 1, 3, 5, 7. Take the mean away and divide by the standard deviation.
#
# | $x$ | $x - \mu$ | $(x - \mu)^2$ | $\hat x = (x - \mu) / \sigma$ |
# |---|---|---|---|
# | 1 | −3 | 9 | −1.34 |
# | 3 | −1 | 1 | −0.45 |
# | 5 | 1 | 1 | 0.45 |
# | 7 | 3 | 9 | 1.34 |
#
# The mean is 4, the variance $20 / 4 = 5$, and $\sigma = 2.236$. Multiply all four by 100, or add 1,000 to them: the last column stays the same.

# %%
x = np.array([[1.0], [3.0], [5.0], [7.0]])
by_hand = (x - x.mean(axis=0)) / x.std(axis=0)
print(by_hand[:, 0].round(2))
moved = 100 * x + 1000
assert np.allclose((moved - moved.mean(axis=0)) / moved.std(axis=0), by_hand)
assert np.allclose(lk.batch_norm(x, None, None, eps=0.0), by_hand)

# %% [markdown]
# ## 3 · Normalize by the batch
#
# *Batch normalization* does that inside the network, after each linear layer, for every feature, by the mean and the variance **of the batch** that is just passing:
#
# $$y = w \, \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + b, \qquad \mu = \frac{1}{N} \sum_n x_n, \quad \sigma^2 = \frac{1}{N} \sum_n (x_n - \mu)^2$$
#
# The small $\varepsilon$ keeps a feature that is constant in the batch from dividing by 0. The scale $w$ and the shift $b$, one each for a feature, are learned, and start at 1 and 0: should the next
# layer need other numbers, it can have them. A bias in the linear layer before is useless: $\mu$ takes it away again.


# %%
def batch_norm(x, weight, bias, eps=1e-5):
    """Normalize each column by the batch; x is (N, D), weight and bias are (D,)."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    return weight * (x - mean) / np.sqrt(var + eps) + bias


rng = lk.rng(0)
x, weight, bias = rng.normal(3, 5, (6, 4)), rng.uniform(0.5, 2, 4), rng.normal(size=4)
y = batch_norm(x, weight, bias)
assert np.allclose(y, lk.batch_norm(x, weight, bias), rtol=0, atol=1e-12)
assert np.allclose(batch_norm(x + 1000, weight, bias), y)  # whatever the bias before it
print("mean of each feature:", y.mean(axis=0).round(2), "  which is the shift", bias.round(2))

# %% [markdown]
# ## 4 · Large steps
#
# The same six layers with a batch normalization after each linear layer. Section 7 explains why the last, incomplete batch of each epoch is left out.

# %%
batch = {lr: np.array([train(lk.BatchNorm1d, seed, lr)[0] for seed in range(3)]) for lr in (0.01, 0.1, 1.0)}
both = {"without, lr 1.0": plain[1.0], "with, lr 1.0": batch[1.0], "without, lr 0.1": plain[0.1]}
show_after("13.large-steps", draw_learning_curves, both, y_label="test accuracy (share)")
assert batch[1.0][:, -1].min() > 0.95 and plain[1.0][:, -1].max() < 0.5
assert (batch[1.0][:, -1] > plain[0.1][:, -1]).all()

# %% [markdown]
# At ten times the learning rate every run with batch normalization reads more than 0.95 of the test digits, more than the same network without it at the rate that suits *it*. Twice as large weights give twice as
# large features, and those are divided by twice the standard deviation: the layer cannot run away.
#
# It is no cure for everything. At a small rate it is slower here:

# %%
slow = np.array([train(None, seed, 0.01)[0][-1] for seed in range(3)])
print("lr 0.01, after 15 epochs:  without", slow.round(2), "  with", batch[0.01][:, -1].round(2))
assert (slow > batch[0.01][:, -1]).all()

# %% [markdown]
# ## 5 · Two modes, two sets of statistics
#
# In use there may be no batch, and an answer must not depend on who else is asked. So the layer has two modes. In training mode it normalizes by the batch, and *remembers*: running statistics move a little
# towards those of each batch.
#
# $$\mu_{\text{run}} \leftarrow (1 - m) \, \mu_{\text{run}} + m \, \mu \qquad \sigma^2_{\text{run}} \leftarrow (1 - m) \, \sigma^2_{\text{run}} + m \, \frac{N}{N - 1} \sigma^2$$
#
# In evaluation mode the *running statistics* normalize, and nothing moves. Mind two things: $m$, the *momentum* of this layer, is the share of the **new**, 0.1 by default; and what is remembered is the variance divided
# by $N - 1$, the better guess at that of all data, while the batch itself is normalized with $N$.

# %%
layer = lk.BatchNorm1d(1, dtype=np.float64)
layer.forward(np.array([[1.0], [3.0], [5.0], [7.0]]))
print("running mean", layer.running_mean, "= 0.9 · 0 + 0.1 · 4")
print("running var ", layer.running_var.round(4), "= 0.9 · 1 + 0.1 · 20/3")
assert np.allclose(layer.running_mean, 0.4) and np.allclose(layer.running_var, 0.9 + 0.1 * 20 / 3)

# %% [markdown]
# How large is the difference between the modes? One digit, in batches of different company:

# %%
_, net = train(lk.BatchNorm1d, 0, 0.1, epochs=3, depth=3)
_, layer_net = train(lk.LayerNorm, 0, 0.1, epochs=3, depth=3)
x, y, x_test, y_test = parts_of(0)
undecided = np.sort(net.forward(x_test), axis=1)  # nets come back in evaluation mode
ours = int((undecided[:, -1] - undecided[:, -2]).argmin())


def scores_of(kind, mode, size, draw):
    """The ten scores of our digit, among size - 1 others drawn from the test set."""
    chosen = net if kind == "batch normalization" else layer_net
    others = lk.rng(draw).permutation(np.delete(np.arange(len(x_test)), ours))[: size - 1]
    chosen.train(mode == "training")
    remembered = chosen.state_dict()
    scores = chosen.forward(x_test[[ours, *others]])[0]
    chosen.load_state_dict(remembered)  # looking must not change the running statistics
    return scores


# %%
neighbors_explorer = explore_neighbors(scores_of, target=int(y_test[ours]))
neighbors_explorer

# %% [markdown]
# Move the neighbors: the image stays the same, and its scores move. In evaluation mode they freeze. Two tasks stand below the figure, each with a question.

# %%
answers = {}
for size in (2, 64):
    in_training = [scores_of("batch normalization", "training", size, draw).argmax() for draw in range(20)]
    answers[size] = len(set(map(int, in_training)))
    print(f"batches of {size:>2}: {answers[size]} different answers for one image, in 20 companies")
frozen = [scores_of("batch normalization", "evaluation", 2, draw) for draw in range(20)]
by_layer = [scores_of("layer normalization", "training", 2, draw) for draw in range(20)]
assert np.allclose(frozen, frozen[0]) and np.allclose(by_layer, by_layer[0])
assert answers[2] >= 3 and answers[2] >= answers[64]

# %% [markdown]
# ## 6 · Backward: three ways to each input
#
# An input has a part in its own output, and through $\mu$ and $\sigma$ in all outputs of its feature. Write $s = \sqrt{\sigma^2 + \varepsilon}$, $\hat x = (x - \mu)/s$, and $g = w \, \partial L / \partial y$, which is
# $\partial L / \partial \hat x$ by the chain rule. The gradient of $x_i$ is the sum over the three ways:
#
# - **directly**: $\partial \hat x_i / \partial x_i = 1/s$, so $g_i / s$;
# - **through the mean**: each $\hat x_n$ has slope $-1/s$ along $\mu$, and $\partial \mu / \partial x_i = 1/N$, so $-\frac{1}{s} \cdot \frac{1}{N} \sum_n g_n$;
# - **through the standard deviation**: each $\hat x_n$ has slope $-\hat x_n / s$ along $s$ (quotient), and $\partial s / \partial x_i = \hat x_i / N$ (chain rule through the root and the squares), so
#   $-\frac{\hat x_i}{s} \cdot \frac{1}{N} \sum_n g_n \hat x_n$.
#
# $$\frac{\partial L}{\partial x_i} = \frac{1}{s} \Big( g_i - \overline{g} - \hat x_i \, \overline{g \hat x} \Big)$$
#
# The bars are means over the batch. The scale and the shift are used once by each example: $\partial L / \partial w = \sum_n \frac{\partial L}{\partial y_n} \hat x_n$, and $\partial L / \partial b = \sum_n \frac{\partial L}{\partial y_n}$.


# %%
def batch_norm_backward(grad_y, x, weight, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    hat = (x - x.mean(axis=0)) / std
    g = grad_y * weight
    grad_x = (g - g.mean(axis=0) - hat * (g * hat).mean(axis=0)) / std
    return grad_x, (grad_y * hat).sum(axis=0), grad_y.sum(axis=0)


# %%
rng = lk.rng(1)
x, weight, bias, grad_y = (
    rng.normal(size=(5, 3)),
    rng.uniform(0.5, 2, 3),
    rng.normal(size=3),
    rng.normal(size=(5, 3)),
)
grad_x, grad_weight, grad_bias = batch_norm_backward(grad_y, x, weight)
numeric = lk.numeric_grad(lambda x: (batch_norm(x, weight, bias) * grad_y).sum(), x)
assert lk.rel_error(grad_x, numeric) < 1e-7
print("each feature's gradients add up to", np.abs(grad_x.sum(axis=0)).max().round(12))

# %% [markdown]
# They add up to 0, and must: adding the same number to a whole column changes nothing. Who treats $\mu$ and $\sigma$ as constants keeps the direct way alone, and is wrong by this much:

# %%
constants = grad_y * weight / np.sqrt(x.var(axis=0) + 1e-5)
print(f"relative error without the two other ways: {lk.rel_error(constants, numeric):.1f}")
assert lk.rel_error(constants, numeric) > 0.1

# %% [markdown]
# ## 7 · Small batches
#
# The statistics are only as good as the batch is large. Begin with the extreme:

# %%
predict("13.batch-of-one", answer=...)


# %%
def one_and_two():
    pictures = x_test[:2] + np.array([[0.0], [1e-3]])
    alone = batch_norm(pictures[:1], np.ones(64), np.full(64, 7.0))
    print("a batch of one, bias 7:", np.unique(alone))
    pair = batch_norm(lk.rng(2).normal(size=(2, 64)), np.ones(64), np.zeros(64))
    print("a batch of two        :", np.unique(np.abs(pair).round(1)), "apart from the sign, nearly always")
    try:
        lk.BatchNorm1d(64, dtype=np.float64).forward(pictures[:1])
    except ValueError as error:
        print("the library           :", str(error).split(":")[0])
    assert (alone == 7).all() and np.median(np.abs(pair)) > 0.99


show_after("13.batch-of-one", one_and_two)

# %%
predict("13.small-batch", answer=...)

# %%
small = {"lr": 0.05, "epochs": 3, "depth": 4, "count": 600}
sizes = (2, 4, 16)
rows = {"batch normalization": lk.BatchNorm1d, "layer normalization": lk.LayerNorm}
ends = {
    name: [[train(kind, s, batch=n, **small)[0][-1] for s in range(3)] for n in sizes]
    for name, kind in rows.items()
}
curves = {name: np.array(values).T for name, values in ends.items()}  # (3 runs, 3 sizes)
axes = {"x_label": "batch size (0: 2, 1: 4, 2: 16)", "y_label": "test accuracy (share)", "start": 0}
show_after("13.small-batch", draw_learning_curves, curves, **axes)
assert curves["batch normalization"][:, 0].max() < 0.6 < 0.8 < curves["layer normalization"][:, 0].min()

# %% [markdown]
# In batches of 2 batch normalization fails, and in batches of 16 it is as good as the other. (600 digits and three epochs, so that small batches do not take long; larger batches take fewer steps.) The other layer is next.

# %% [markdown]
# ## 8 · Normalize by the example
#
# *Layer normalization* takes mean and variance along the **features of one example**, $\mu_n = \frac{1}{D} \sum_d x_{nd}$, and is the same in both modes. No neighbor matters, nothing is remembered, and a batch of one is fine. *RMS
# normalization* goes one step further and leaves the mean where it is:
#
# $$\text{RMS}(x)_n = \sqrt{\frac{1}{D} \sum_d x_{nd}^2 + \varepsilon} \qquad y_{nd} = w_d \, \frac{x_{nd}}{\text{RMS}(x)_n}$$

# %%
x, weight, bias = lk.rng(3).normal(2, 3, (4, 6)), np.ones(6), np.zeros(6)
by_layer, by_rms = lk.layer_norm(x, weight, bias), lk.rms_norm(x, weight)
centered = x - x.mean(axis=1, keepdims=True)
assert np.allclose(by_layer, centered / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5))
for name, y in (("layer", by_layer), ("rms", by_rms)):
    print(f"{name:<6} means", y.mean(axis=1).round(1) + 0.0, "  mean squares", (y**2).mean(axis=1).round(2))

# %%
alone = lk.layer_norm(x[:1], weight, bias)
assert np.allclose(alone, by_layer[:1]) and np.allclose((by_rms**2).mean(axis=1), 1)

# %% [markdown]
# When which? Batch normalization where batches are large and steps are to be bold: convolutional networks on images, lesson 16. Layer or RMS normalization where batches are small or examples are sequences of different length:
# recurrent networks and Transformers, lessons 17 and 18.

# %% [markdown]
# ## 9 · Folded away
#
# In evaluation mode the statistics are constants, so batch normalization is a scale and a shift of each output of the linear layer before it. Put into that layer, it costs nothing any more:
#
# $$W' = \text{diag}(a) \, W, \quad b' = a \, (b - \mu_{\text{run}}) + b_{\text{norm}}, \qquad a = \frac{w_{\text{norm}}}{\sqrt{\sigma^2_{\text{run}} + \varepsilon}}$$

# %%
net.eval()
linear, norm = net[0], net[1]
parts = (
    linear.weight.data,
    linear.bias.data,
    norm.running_mean,
    norm.running_var,
    norm.weight.data,
    norm.bias.data,
)
folded_weight, folded_bias = lk.fold_batch_norm(*parts)
two_layers = norm.forward(linear.forward(x_test))
one_layer = x_test @ folded_weight.T + folded_bias
print("two layers and one agree:", np.allclose(two_layers, one_layer, rtol=0, atol=1e-12))
assert np.allclose(two_layers, one_layer, rtol=0, atol=1e-12)

# %% [markdown]
# ## 10 · What goes wrong
#
# The typical slips, each with what one sees. The momentum taken the other way round:

# %%
flipped, usual = (
    lk.BatchNorm1d(64, momentum=0.9, dtype=np.float64),
    lk.BatchNorm1d(64, momentum=0.1, dtype=np.float64),
)
x, y, x_test, y_test = parts_of(0)
for inputs, _ in lk.minibatches(x, y, batch_size=16, rng=lk.rng(0), drop_last=True):
    for layer in (flipped, usual):
        layer.forward(inputs)
off = [np.abs(layer.running_mean - x.mean(axis=0)).mean() for layer in (usual, flipped)]
print("mean distance of the running mean from the true one:", np.round(off, 2))
assert off[1] > 2 * off[0]

# %% [markdown]
# With 0.9 the running mean is little more than the mean of the last batch. In evaluation the network then sees other numbers than in training, and nobody warns. The second slip, evaluation in training mode, is the
# broken run of lesson 12; the third one is next.

# %% [markdown]
# ## 11 · A broken run
#
# Batch normalization at a rate of 0.5, on 1,347 digits in batches of 64. The training loss falls as it should.

# %%
run = broken_run("13.broken-run")
show(draw_learning_curves({"test accuracy": run.curves["test accuracy"]}, y_label="test accuracy (share)"))
show(draw_learning_curves({"train loss": run.curves["train loss"]}, y_label="train loss (nats)"))

# %% [markdown]
# Four causes are on the table: the rate is too large; it memorizes; the last batch is tiny; the test digits are from elsewhere. You may ask for three numbers. Choose those that tell the causes apart.

# %%
run.ask(...)

# %%
predict("13.broken-run", answer=...)


# %% [markdown]
# Reproduce it, with and without the last batch:


# %%
def with_and_without():
    ragged = np.array([train(lk.BatchNorm1d, seed, 0.5, drop_last=False)[0] for seed in range(3)])
    even = np.array([train(lk.BatchNorm1d, seed, 0.5)[0] for seed in range(3)])
    both = {"a last batch of 4 or 3": ragged, "left out": even}
    show(draw_learning_curves(both, y_label="test accuracy (share)"))
    assert np.ptp(even[:, -5:], axis=1).max() < 0.03 < 0.2 < np.ptp(ragged[:, -5:], axis=1).min()


show_after("13.broken-run", with_and_without)

# %% [markdown]
# A tenth of the running statistics comes from a handful of images, and evaluation rests on them. With `drop_last=True` the accuracy is steady; the images that were left out come in another order in the next epoch. Nothing in the
# training loss gives it away.

# %% [markdown]
# ## 12 · The same in PyTorch
#
# One line differs: the import.

# %%
x, y, x_test, y_test = parts_of(0)
data = x.astype(np.float32), y, x_test.astype(np.float32), y_test

# %%
from learnkit import reference as lk

device, order = lk.device("auto"), lk.rng(0)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in data)
first, last = lk.Linear(64, 64, rng=lk.rng(1)), lk.Linear(64, 10, rng=lk.rng(2))
net = lk.Sequential(first, lk.BatchNorm1d(64), lk.ReLU(), last).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.5)
for _ in range(5):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=64, rng=order, drop_last=True):
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
net.eval()
accuracy = float(lk.accuracy(net(x_test), y_test))

# %%
assert 0.94 < accuracy <= 1
print("test accuracy: above 0.94")

# %%
from learnkit import pytorch as lk

device, order = lk.device("auto"), lk.rng(0)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in data)
first, last = lk.Linear(64, 64, rng=lk.rng(1)), lk.Linear(64, 10, rng=lk.rng(2))
net = lk.Sequential(first, lk.BatchNorm1d(64), lk.ReLU(), last).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.5)
for _ in range(5):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=64, rng=order, drop_last=True):
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
net.eval()
accuracy = float(lk.accuracy(net(x_test), y_test))

# %% tags=["nbval-ignore-output"]
# not compared: the device depends on the machine
print("ran on", device)

# %%
assert 0.94 < accuracy <= 1
print("test accuracy: above 0.94")

# %%
from learnkit.parity import parity_table

parity_table("batch_norm", "layer_norm", "rms_norm", "update_running", "fold_batch_norm")

# %% [markdown]
# In PyTorch itself: `torch.nn.BatchNorm1d(features)`, `torch.nn.LayerNorm(features)`, `torch.nn.RMSNorm(features)`; its running statistics are *buffers*, saved with the parameters and moved by no optimizer.

# %% [markdown]
# ## 13 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | write batch normalization, forward and backward | sections 3 and 6: three ways to each input | exercises `batchnorm_forward`, `batchnorm_backward` |
# | say what the two modes do | section 5: one image in twenty companies | questions `running_mean`, `what_holds` |
# | choose between batch and layer | sections 4, 7 and 8: bold steps, small batches | exercises `layernorm_forward`, `rmsnorm`; question `batch_of_two` |
# | recognize small and ragged batches, and fold a layer away | sections 9 to 11 | exercise `fold_batchnorm`; question `which_run` |
#
# **What is still missing.** The network sees pixels as 64 separate numbers. That neighbors in an image belong together is what lesson 16 builds in; before that, lesson 14 asks what to do when one class is rare.

# %% [markdown]
# ## 14 · Exercises
#
# They are in [their own notebook](../exercises/13_normalization.ipynb), and each answers back.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `batchnorm_forward` | 2 | 12 | core |
# | `batchnorm_backward` | 3 | 15 | core |
# | `layernorm_forward` | 1 | 6 | core |
# | `fold_batchnorm` | 2 | 8 | core |
# | `rmsnorm` | 1 | 5 | practice |
#
# Four questions without code follow them, three minutes each.
#
# ## References
#
# - Ioffe & Szegedy 2015, *Batch normalization: accelerating deep network training by reducing internal covariate shift*: algorithm 1, and the gradients of section 3.
# - Santurkar et al. 2018, *How does batch normalization help optimization?*: smoother losses rather than steadier inputs.
# - Ba, Kiros & Hinton 2016, *Layer normalization*.
# - Zhang & Sennrich 2019, *Root mean square layer normalization*.
# - Wu & Johnson 2021, *Rethinking "batch" in BatchNorm*: small batches, and what is remembered.
