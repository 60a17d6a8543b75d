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
# # 12 · Learn, and do not memorize: regularization
#
# **You will be able to**
#
# - tell from curves whether a network learns or memorizes, and stop it in time;
# - write weight decay and the L1 penalty, with their gradients, and say what each does to the weights;
# - write dropout, forward and backward, and say what differs between training and evaluation;
# - smooth labels, and say what that is good for and what not;
# - say when regularization helps, and when it does not.
#
# **You need** the training loop, validation and test sets (lesson 11), AdamW (lesson 09), and backpropagation by hand (lesson 06).
#
# **Time** about 84 minutes. The lesson takes 55: recall and the question 7, weight decay 7, dropout by hand 8, two modes and backward 8, L1 6, softer
# targets 5, the comparison 8, the broken run 4, PyTorch 2. The four core exercises take 29.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("12.r1", answer=...)

# %%
recall("12.r2", answer=...)

# %%
recall("12.r3", answer=...)

# %% [markdown]
# ## 1 · The question

# %%
import numpy as np

from learnkit import reference as lk
from learnkit.datasets import digits
from learnkit.visual import (
    draw_digits,
    draw_learning_curves,
    draw_lines,
    draw_memorizing,
    explore_memorizing,
    show,
)

# %% [markdown]
# 300 digits to learn from, and somebody was careless: 120 of them carry a wrong label, drawn at random. So do 80 of 200 more, which we use for
# validation. Only the 1,297 digits of the test set are labeled rightly.

# %%
images, labels = digits()
images = images.astype(np.float64)  # long training repeats exactly in 64 bits on any machine


def carelessly(rows, rng):
    """The labels of some rows, two fifths of them replaced by another class; and which."""
    wrong = rng.permutation(len(rows))[: len(rows) * 2 // 5]
    noisy = labels[rows].copy()
    noisy[wrong] = (noisy[wrong] + rng.integers(1, 10, size=len(wrong))) % 10
    return noisy, wrong


# %%
def parts_of(seed):
    """Train, validation and test: (rows, labels, places of the wrong labels)."""
    rng = lk.rng(seed)
    train, validation, test = np.split(rng.permutation(len(images)), [300, 500])
    return (
        (train, *carelessly(train, rng)),
        (validation, *carelessly(validation, rng)),
        (test, labels[test], []),
    )


(train, given, wrong), _, _ = parts_of(0)
some = wrong[:12]
captions = [f"called a {given[place]}" for place in some]
show(draw_digits(images[train[some]], labels[train[some]], captions=captions))

# %% [markdown]
# **Can a network learn to read from such labels? And what will it make of the wrong ones?** It is a network with two hidden layers of 128 units:
# 26,122 weights and biases, 87 for each label. Commit to an answer:

# %%
predict("12.memory", answer=...)

# %% [markdown]
# The loop is that of lesson 11, with places for all that this lesson adds: `weight_decay` goes to AdamW; `penalty` is a function that may change the gradients;
# `dropout` and `smoothing` come later. After each epoch the network is measured in *evaluation mode*, which section 5 explains.


# %%
def make_network(rng, dropout=0.0):
    layers = []
    for size_in, size_out in ((64, 128), (128, 128)):
        layers += [lk.Linear(size_in, size_out, rng=rng, dtype=np.float64), lk.ReLU()]
        layers += [lk.Dropout(dropout, rng=rng)] if dropout else []
    return lk.Sequential(*layers, lk.Linear(128, 10, rng=rng, dtype=np.float64))


def one_epoch(net, optimizer, x, y, rng, penalty, smoothing):
    for inputs, targets in lk.minibatches(x, y, batch_size=32, rng=rng):
        _, saved = lk.cross_entropy.forward(net.forward(inputs), targets, label_smoothing=smoothing)
        optimizer.zero_grad()
        net.backward(lk.cross_entropy.backward(1.0, saved)[0], needs_input_grad=False)
        if penalty:
            penalty(net)
        optimizer.step()


# %%
def run(seed, *, epochs=100, clean=False, weight_decay=0.0, penalty=None, dropout=0.0, smoothing=0.0):
    """Train one network; returns for each epoch three accuracies, and what it says of the mislabeled digits."""
    parts, rng = parts_of(seed), lk.rng(100 + seed)
    sets = [(images[rows], labels[rows] if clean else seen) for rows, seen, _ in parts]
    net = make_network(rng, dropout)
    optimizer = lk.AdamW(net.parameters(), lr=2e-3, weight_decay=weight_decay)
    accuracies, said = [], []
    for _ in range(epochs):
        net.train()
        one_epoch(net, optimizer, *sets[0], rng, penalty, smoothing)
        net.eval()
        scores = [net.forward(x) for x, _ in sets]
        accuracies.append([lk.accuracy(z, y) for z, (_, y) in zip(scores, sets, strict=True)])
        said.append(scores[0].argmax(axis=1)[parts[0][2]])
    return np.array(accuracies), np.array(said)


# %%
plain = [run(seed) for seed in range(3)]
curves = np.array([accuracies for accuracies, _ in plain]).transpose(2, 0, 1)  # (3 sets, 3 runs, 100 epochs)
names = ("the 300 noisy labels", "200 other noisy labels", "1,297 right labels")
wide = {"y_label": "accuracy (share)"}
show_after("12.memory", draw_learning_curves, dict(zip(names, curves, strict=True)), **wide)
assert curves[0, :, -1].min() > 0.97
assert (curves[2].max(axis=1) > 0.8).all() and (curves[2, :, -1] < 0.7).all()

# %% [markdown]
# Three runs; the line is their mean, the band goes from the smallest to the largest. In the end nearly every label is reproduced, the wrong ones too, and the
# accuracy on right labels is below 0.7. But look at the beginning: within about fifteen epochs it was above 0.8 in every run. **The network first learns, and
# then memorizes.** The curve of the *other* noisy labels tells when, and it needs no right label: it rises, and falls.

# %% [markdown]
# ## 2 · Learn, then memorize
#
# What does the network make of the mislabeled digits themselves?

# %%
predict("12.recovered", answer=...)

# %%
recovered = []
for seed, (accuracies, said) in enumerate(plain):
    (rows, given, wrong), _, _ = parts_of(seed)
    stop = accuracies[:, 1].argmax()
    recovered.append((said[stop] == labels[rows[wrong]]).sum())
    assert (said[-1] == given[wrong]).mean() > 0.95
assert min(recovered) > 80


def count_them():
    print("stopped where validation is best: more than 80 of 120 are called by their true class, in each run")
    print("at the end                      : more than 95 of 100 are called by their wrong label")


show_after("12.recovered", count_them)

# %% [markdown]
# It was trained on the sentence "this is a 7", and says 3, rightly. What many digits of a class share is learned first, since all of their gradients pull the same way;
# an exception has to be learned alone, against the others. To stop at the best validation accuracy is *early stopping*, and it is the first and cheapest
# *regularization*: something that keeps a model from fitting what does not carry over to new data. When a model fits its training data and new data ever less, it
# *overfits*.
#
# Scrub through the epochs yourself. Two tasks stand below the figure, each with a question. (The other networks are built in the sections that follow.)

# %%
l2, drop = run(0, weight_decay=1.5), run(0, dropout=0.5)
(rows, given, wrong), _, _ = parts_of(0)
recorded = {
    name: {"said": said, "validation": accuracies[:, 1], "test": accuracies[:, 2]}
    for name, (accuracies, said) in {"none": plain[0], "weight decay 1.5": l2, "dropout 0.5": drop}.items()
}
memory_explorer = explore_memorizing(recorded, images[rows[wrong]], labels[rows[wrong]], given[wrong])
memory_explorer

# %%
stop = int(plain[0][0][:, 1].argmax()) + 1
at_stop = draw_memorizing(
    recorded["none"], images[rows[wrong]], labels[rows[wrong]], given[wrong], epoch=stop
)
assert at_stop.data_table["its true class"] > 0.6 and memory_explorer.data_table["its wrong label"] > 0.95

# %% [markdown]
# ## 3 · Keep the weights small
#
# To bend its answer around one wrong label, a network needs large weights: a small change of the input must make a large change of the output. So let large weights
# cost something. *Weight decay*, or the *L2 penalty*, adds half of $\lambda$ times their squares to the loss:
#
# $$L_\lambda = L + \frac{\lambda}{2} \sum_i w_i^2 \qquad \frac{\partial L_\lambda}{\partial w_i} = \frac{\partial L}{\partial w_i} + \lambda w_i$$
#
# The second is the power rule; the ½ cancels the 2 that it brings. For $w = (3, -4)$ and $\lambda = 0.1$: the penalty is $0.05 \cdot 25 = 1.25$, its gradient
# $(0.3, -0.4)$. A step of gradient descent makes each weight smaller by the *share* $\text{lr} \cdot \lambda$, which gave the method its name. Biases are left out:
# they shift an output and bend nothing.

# %%
w = np.array([3.0, -4.0])
value, saved = lk.l2_penalty.forward(w, weight_decay=0.1)
grad = lk.l2_penalty.backward(1.0, saved)
print("penalty", value, "  gradient", grad)
assert np.allclose(grad, lk.numeric_grad(lambda w: lk.l2_penalty(w, weight_decay=0.1), w), rtol=0, atol=1e-9)

# %% [markdown]
# AdamW, as lesson 09 showed, subtracts $\text{lr} \cdot \lambda \cdot w$ from the weight itself. How large must $\lambda$ be? There is no way around trying:

# %%
decays = {0.0: plain, 0.5: [run(seed, weight_decay=0.5) for seed in range(3)]}
decays[1.5] = [l2, *(run(seed, weight_decay=1.5) for seed in (1, 2))]
right = {f"λ = {decay:g}": np.array([a[:, 2] for a, _ in runs]) for decay, runs in decays.items()}
show(draw_learning_curves(right, y_label="accuracy on right labels"))
ends = [curve[:, -1] for curve in right.values()]
assert (ends[1] > ends[0]).all() and (ends[2] > ends[1]).all()
assert ends[2].min() > 0.7 and (ends[2] - ends[0]).min() > 0.1

# %% [markdown]
# At $\lambda = 0.5$ the fall is slower, at $\lambda = 1.5$ it has nearly gone: all three runs end above 0.7, and more than 0.1 above
# their start without decay. With small weights the network cannot afford 120 exceptions.

# %% [markdown]
# ## 4 · Dropout, by hand
#
# The second idea is stranger: during training, switch units off at random. *Dropout* sets each value to 0 with probability $p$, anew at every step, so that no unit can rely
# on a particular other one. What is kept is divided by $1 - p$, so that the mean stays what it was:
#
# $$y_i = \frac{m_i}{1 - p} \, x_i, \qquad m_i = 1 \text{ with probability } 1 - p, \text{ else } 0 \qquad \mathbb{E}[y_i] = \frac{1 - p}{1 - p} \, x_i = x_i$$
#
# By hand, with $p = 0.2$ and the draws 0.9, 0.1, 0.5, 0.7, of which those below 0.2 are dropped:
#
# | $x$ | draw | kept? | $y$ |
# |---|---|---|---|
# | 1 | 0.9 | yes | 1 / 0.8 = 1.25 |
# | 2 | 0.1 | no | 0 |
# | 3 | 0.5 | yes | 3.75 |
# | 4 | 0.7 | yes | 5 |

# %%
x, draws, p = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.9, 0.1, 0.5, 0.7]), 0.2
keep = draws >= p
y = np.where(keep, x / (1 - p), 0.0)
print(y)
assert np.array_equal(y, lk.dropout(x, keep, p=p))

# %%
predict("12.expected", answer=...)


# %%
def look_at_ones():
    layer, ones = lk.Dropout(0.3, rng=lk.rng(0)), np.ones(1_000_000)
    in_training = layer.forward(ones)
    layer.eval()
    in_evaluation = layer.forward(ones)
    print("values in training:", np.unique(in_training.round(4)))
    print("mean in training  :", in_training.mean().round(2), "  in evaluation:", in_evaluation.mean())
    assert abs(in_training.mean() - 1) < 0.005 and np.array_equal(in_evaluation, ones)


show_after("12.expected", look_at_ones)

# %% [markdown]
# ## 5 · Two modes
#
# Noise is for learning. In use the network must give one answer, and so a layer like dropout has two *modes*: in *training mode*, `net.train()`, it drops; in *evaluation
# mode*, `net.eval()`, it passes its input on. The mode is a switch on the network, and forgetting it is one of the most common slips there is. `eval()` switches neither gradients off nor
# weights fast; it only tells the layers.

# %%
net = make_network(lk.rng(3), dropout=0.5)
picture = images[:1]
net.train()
twice = [net.forward(picture).round(2)[0, :3] for _ in range(2)]
net.eval()
then = [net.forward(picture).round(2)[0, :3] for _ in range(2)]
print("training mode, twice  :", *twice)
print("evaluation mode, twice:", *then)
assert not np.array_equal(*twice) and np.array_equal(*then)

# %% [markdown]
# ## 6 · Backward: the same mask
#
# Each output is its input times a fixed number, $m_i / (1 - p)$. The derivative of a product with a constant is the constant, so the gradient takes the same way back:
#
# $$\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i} \cdot \frac{m_i}{1 - p}$$
#
# It must be **the mask of the forward pass**. A new draw would send gradients to units that took no part.

# %%
grad_y = np.array([10.0, 10.0, 10.0, 10.0])
_, saved = lk.dropout.forward(x, keep, p=p)
grad_x = lk.dropout.backward(grad_y, saved)[0]
numeric = lk.numeric_grad(lambda x: (lk.dropout(x, keep, p=p) * grad_y).sum(), x)
print(grad_x)
assert np.array_equal(grad_x, np.where(keep, grad_y / (1 - p), 0)) and np.allclose(grad_x, numeric)

# %% [markdown]
# What does it do for the careless labels?

# %%
dropped = [drop, *(run(seed, dropout=0.5) for seed in (1, 2))]
right = {"none": curves[2], "dropout 0.5": np.array([accuracies[:, 2] for accuracies, _ in dropped])}
show(draw_learning_curves(right, y_label="accuracy on right labels"))
assert (right["dropout 0.5"][:, -1] > right["none"][:, -1] + 0.05).all()

# %% [markdown]
# In each of the three runs dropout ends more than 0.05 higher than the same start without it. It slows memorizing down and does not stop it: early stopping is still worth
# having.

# %% [markdown]
# ## 7 · L1: exact zeros
#
# The *L1 penalty* adds $\lambda \sum_i |w_i|$. Its gradient is $\lambda \, \text{sign}(w_i)$: the same pull for each weight, large or small. L2 takes a share of a weight, which never makes
# it 0; L1 takes a fixed amount, which does, if one stops there. *Soft thresholding* is that step:
#
# $$S(w, t) = \text{sign}(w) \max(|w| - t, 0)$$

# %%
w = np.linspace(-1.5, 1.5, 61)
lines = {"L1, t = 0.5": lk.soft_threshold(w, 0.5), "L2, a share of 0.5": 0.5 * w}
show(draw_lines(w, lines, x_label="weight before", y_label="weight after"))
assert (lk.soft_threshold(w, 0.5)[np.abs(w) <= 0.5] == 0).all()

# %% [markdown]
# Between −0.5 and 0.5 the L1 line lies flat on 0: those weights are gone. The gradient alone does not achieve this, since it jumps to and fro across 0. The linear classifier of lesson
# 04, trained both ways on rightly labeled digits:


# %%
def linear_with_l1(strength, step, seed=0, lr=0.5):
    """Softmax regression, 40 epochs; the weight, and the accuracy on the 449 digits set aside."""
    rows, aside = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(seed))
    weight, bias, rng = np.zeros((10, 64)), np.zeros(10), lk.rng(1)
    for _ in range(40):
        for x, y in lk.minibatches(images[rows], labels[rows], batch_size=64, rng=rng):
            _, saved = lk.cross_entropy.forward(x @ weight.T + bias, y)
            grad = lk.cross_entropy.backward(1.0, saved)[0]
            weight = step(weight, grad.T @ x, lr, strength)
            bias = bias - lr * grad.sum(axis=0)
    return weight, lk.accuracy(images[aside] @ weight.T + bias, labels[aside])


# %%
ways = {
    "by its gradient": lambda w, grad, lr, strength: w - lr * (grad + strength * np.sign(w)),
    "by soft thresholding": lambda w, grad, lr, strength: lk.soft_threshold(w - lr * grad, lr * strength),
}
for name, step in ways.items():
    weight, accuracy = linear_with_l1(0.001, step)
    zeros = (weight == 0).mean()
    print(f"{name:<21} share of weights that are exactly 0: {zeros:.2f}   accuracy: {accuracy:.2f}")
    assert accuracy > 0.95 and (zeros > 0.3) == (name == "by soft thresholding")

# %% [markdown]
# The same accuracy, and a third of the weights are exactly 0 with soft thresholding. (The few zeros of the first line belong to pixels that are paper in every digit.) Zeros can be left out
# of a computation, and a model that uses fewer pixels is easier to explain.

# %% [markdown]
# ## 8 · Softer targets
#
# Cross-entropy is never content: for a target of exactly 1 the score of the right class should be infinitely far ahead. *Label smoothing* asks for less: $1 - \varepsilon$ for the right
# class, and $\varepsilon$ spread evenly over all $K$ classes.
#
# $$q_k = (1 - \varepsilon) \, \mathbb{1}[k = y] + \frac{\varepsilon}{K}$$
#
# With $\varepsilon = 0.1$ and ten classes the right one gets 0.91, the others 0.01 each. The loss is smallest where the model says exactly that, at a lead of $\ln 91 = 4.5$.

# %%
q = lk.smooth_labels(np.array([3]), 10, label_smoothing=0.1)
leads = np.linspace(0, 12, 49)
scores = np.zeros((49, 10))
scores[:, 3] = leads
threes = np.full(49, 3)
lines = {
    "ε = 0": lk.cross_entropy(scores, threes, reduction="none"),
    "ε = 0.1": lk.cross_entropy(scores, threes, reduction="none", label_smoothing=0.1),
}
show(draw_lines(leads, lines, x_label="lead of the right class", y_label="loss (nats)"))
print("targets", q.round(3), "  smallest loss at a lead of", leads[lines["ε = 0.1"].argmin()])
assert leads[lines["ε = 0.1"].argmin()] == 4.5 and abs(np.log(91) - 4.5) < 0.02
assert (np.diff(lines["ε = 0"]) < 0).all()

# %% [markdown]
# Without smoothing the loss falls for ever; with it, being surer than the data allow costs something. Does it help against our careless labels?

# %%
smooth = [run(seed, smoothing=0.1)[0] for seed in range(3)]
ends = np.array([accuracies[-1, 2] for accuracies in smooth])
print("with smoothing, at the end:", "accuracy on right labels within 0.06 of that without, in each run")
assert np.abs(ends - curves[2, :, -1]).max() < 0.06

# %% [markdown]
# No: the three differences are smaller than 0.06, where weight decay brought more than 0.1. Smoothing keeps the *probabilities* modest, which is worth having where somebody relies on them; it does not keep a network
# from memorizing.

# %% [markdown]
# ## 9 · When it helps, and when not
#
# Now the same network on the same 300 digits with their right labels. Commit first:

# %%
predict("12.clean", answer=...)


# %%
def l1_gradient(net):
    """Add the gradient of 0.001 Σ|w| to those of the weights."""
    for parameter in net.parameters():
        if parameter.ndim == 2:
            parameter.grad = parameter.grad + 0.001 * np.sign(parameter.data)


changes = {"none": {}, "weight decay 0.5": {"weight_decay": 0.5}}
changes |= {"dropout 0.5": {"dropout": 0.5}, "L1 0.001": {"penalty": l1_gradient}}
clean = {
    name: np.array([run(seed, epochs=40, clean=True, **how)[0][-1, 2] for seed in range(3)])
    for name, how in changes.items()
}


# %%
def compare_on_right_labels():
    for name, ends in clean.items():
        print(f"{name:<17} {' '.join(f'{end:.3f}' for end in ends)}   mean {ends.mean():.3f}")


show_after("12.clean", compare_on_right_labels)
spread = np.ptp(clean["none"])
assert all(ends.mean() - clean["none"].mean() < spread for ends in clean.values())
assert clean["L1 0.001"].mean() < clean["none"].mean()

# %% [markdown]
# None of the three is better than doing nothing by more than the runs differ among themselves; L1 is worse. Many texts promise otherwise. **Regularization helps where there is something in the
# training data that must not be learned.** On small clean digits there is little of that. With two fifths of the labels wrong there is a lot, and there it was worth between 10 and 20
# points.

# %% [markdown]
# ## 10 · A broken run
#
# Somebody trains a small network with dropout on 1,000 rightly labeled digits. Both accuracies are measured after each epoch. They are lower than those of a linear classifier, and
# they jump.

# %%
run_to_mend = broken_run("12.broken-run")
show(draw_learning_curves(run_to_mend.curves, y_label="accuracy (share)"))

# %% [markdown]
# Four causes are on the table: the learning rate is too large; the network memorizes; dropout is active while the accuracy is measured; weight decay is too strong. You may ask for three
# numbers. Choose those that tell the causes apart.

# %%
run_to_mend.ask(...)

# %%
predict("12.broken-run", answer=...)


# %% [markdown]
# Reproduce it, with both modes side by side:


# %%
def measured_twice(epochs=10):
    """Train a network with dropout; its test accuracy after each epoch, in training mode and in evaluation mode."""
    rng = lk.rng(5)
    train, test = np.split(rng.permutation(len(images)), [1000])
    net = make_network(rng, dropout=0.5)
    optimizer, both = lk.AdamW(net.parameters(), lr=1e-3, weight_decay=0.0), []
    for _ in range(epochs):
        net.train()
        one_epoch(net, optimizer, images[train], labels[train], rng, None, 0.0)
        dropping = lk.accuracy(net.forward(images[test]), labels[test])
        net.eval()
        both.append([dropping, lk.accuracy(net.forward(images[test]), labels[test])])
    return np.array(both).T


# %%
dropping, passing = measured_twice()
modes = {"train()": dropping, "eval()": passing}
show_after("12.broken-run", draw_learning_curves, modes, y_label="test accuracy (share)")
assert (passing[2:] > dropping[2:]).all()

# %% [markdown]
# The same weights, two numbers: measured in training mode they look worse than they are, from the third epoch on in each one. The training suffers nothing; only the judgment on it does. And with that,
# every decision that rests on it.

# %% [markdown]
# ## 11 · The same in PyTorch
#
# One training run as a whole, on the noisy labels, with weight decay. First in NumPy, then with one line changed: the import.

# %%
(train, given, _), _, (test, truth, _) = parts_of(0)
pixels = images.astype(np.float32)
data = pixels[train], given, pixels[test], truth

# %%
from learnkit import reference as lk

device, order = lk.device("auto"), lk.rng(0)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in data)
first, second = lk.Linear(64, 256, rng=lk.rng(1)), lk.Linear(256, 10, rng=lk.rng(3))
net = lk.Sequential(first, lk.ReLU(), lk.Dropout(0.2, rng=lk.rng(2)), second).to(device)
optimizer = lk.AdamW(net.parameters(), lr=1e-3, weight_decay=3.0)
for _ in range(40):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=32, rng=order):
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
net.eval()
accuracy = float(lk.accuracy(net(x_test), y_test))

# %%
assert 0.7 < accuracy < 0.95
print("accuracy on right labels: between 0.7 and 0.95")

# %%
from learnkit import pytorch as lk

device, order = lk.device("auto"), lk.rng(0)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in data)
first, second = lk.Linear(64, 256, rng=lk.rng(1)), lk.Linear(256, 10, rng=lk.rng(3))
net = lk.Sequential(first, lk.ReLU(), lk.Dropout(0.2, rng=lk.rng(2)), second).to(device)
optimizer = lk.AdamW(net.parameters(), lr=1e-3, weight_decay=3.0)
for _ in range(40):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=32, rng=order):
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
assert 0.7 < accuracy < 0.95
print("accuracy on right labels: between 0.7 and 0.95")

# %% [markdown]
# The draws differ, since PyTorch has its own generator; what is claimed holds for both. From the same numbers both compute the same, which the table checks now:

# %%
from learnkit.parity import parity_table

parity_table("dropout", "l2_penalty", "l1_penalty", "soft_threshold", "smooth_labels", "cross_entropy")

# %% [markdown]
# In PyTorch itself: `torch.nn.Dropout(p)` with $p$ the probability to *drop*; `weight_decay=` of the optimizers, which decays the biases too unless they get a group of their own;
# `F.cross_entropy(…, label_smoothing=0.1)`.

# %% [markdown]
# ## 12 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | tell learning from memorizing, and stop in time | sections 1 and 2: 120 wrong labels, undone and then learned | question `when_to_stop` |
# | write weight decay and L1 | sections 3 and 7: a share, and a fixed amount | exercises `l2_loss_grad`, `soft_threshold` |
# | write dropout, and mind its two modes | sections 4, 5 and 6 | exercises `dropout_forward`, `dropout_backward`; question `kept_sum` |
# | smooth labels | section 8: modest probabilities, and no cure | exercise `label_smoothing` |
# | say when regularization helps | section 9: not on clean digits | questions `what_helps`, `which_run` |
#
# **What is still missing.** All of this fights the fit of the training data. Lesson 13 looks at a part that was meant for speed, and regularizes on the side: a layer that normalizes with the help of the other
# images in the batch.

# %% [markdown]
# ## 13 · Exercises
#
# They are in [their own notebook](../exercises/12_regularization.ipynb), and each answers back.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `dropout_forward` | 2 | 10 | core |
# | `dropout_backward` | 1 | 6 | core |
# | `l2_loss_grad` | 1 | 7 | core |
# | `label_smoothing` | 1 | 6 | core |
# | `soft_threshold` | 2 | 6 | practice |
#
# Four questions without code follow them, three minutes each.
#
# ## References
#
# - Srivastava et al. 2014, *Dropout: a simple way to prevent neural networks from overfitting*: sections 4 and 10 (the inverted form).
# - Zhang et al. 2017, *Understanding deep learning requires rethinking generalization*: networks reproduce random labels.
# - Arpit et al. 2017, *A closer look at memorization in deep networks*: patterns first, exceptions later.
# - Loshchilov & Hutter 2019, *Decoupled weight decay regularization*: AdamW.
# - Tibshirani 1996, *Regression shrinkage and selection via the lasso*: L1 and its zeros.
# - Szegedy et al. 2016, *Rethinking the Inception architecture*, section 7: label smoothing.
