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
# # 04 · Classify digits: turn scores into probabilities and learn from being wrong
#
# **You will be able to**
#
# - turn any scores into probabilities, and compute them without overflow;
# - write the cross-entropy loss and say why it fits classification;
# - derive its gradient, $p - y$, and check the derivation by numbers;
# - say why squared error gets stuck where cross-entropy learns;
# - train a classifier on real digits, in NumPy and in PyTorch, and know what its loss is before the first step.
#
# **You need** NumPy arrays and broadcasting, the mean squared error, and a step of gradient descent
# $w \leftarrow w - \text{lr} \cdot \partial L / \partial w$ (lessons 01 to 03).
#
# **Time** about 85 minutes. The lesson takes 50: recall and the question 6, by hand 4, softmax and the overflow 10, cross-entropy and its gradient 12,
# the two experiments 8, the broken run 6, PyTorch 4. The four core exercises take 35.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, reveal, show_after

recall("04.r1", answer=...)

# %%
recall("04.r2", answer=...)

# %%
recall("04.r3", answer=...)

# %% [markdown]
# ## 1 · The question
#
# First the tools: NumPy, the course's NumPy library as `lk`, the data, and the figures.

# %%
import numpy as np

from learnkit import reference as lk
from learnkit.datasets import digits
from learnkit.visual import (
    draw_digits,
    draw_gradient_sizes,
    draw_learning_curves,
    draw_log_probability,
    draw_scores,
    draw_softmax,
    explore_softmax,
    show,
)

# %% [markdown]
# Here are twelve digits that people wrote by hand, 8 by 8 gray values each. A quarter of all 1,797 is kept aside to test what
# is learned from the rest.

# %%
images, labels = digits()
images = images.astype(np.float64)  # the experiments compare small numbers
train_rows, test_rows = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
print(f"{len(train_rows)} digits to learn from, {len(test_rows)} to test on")
twelve = train_rows[84:96]
show(draw_digits(images[twelve], labels[twelve]))

# %% [markdown]
# A *linear classifier* gives each image ten *scores*, one a class: `scores = image @ weight.T + bias`. It answers with the class of
# the largest score. The next cell defines a small training loop. By the end of the lesson you will have derived the one line in it
# that is new, `gradient(scores, y)`.


# %%
def train(weight, bias, targets, gradient, *, seed, epochs=20, lr=0.5):
    """Mini-batch gradient descent; returns the weight, the bias and the test accuracy after each epoch."""
    rng, accuracies = lk.rng(seed), []
    for _ in range(epochs):
        for x, y in lk.minibatches(images[train_rows], targets[train_rows], batch_size=64, rng=rng):
            grad_scores = gradient(x @ weight.T + bias, y)  # (64, 10)
            weight = weight - lr * grad_scores.T @ x  # (10, 64)
            bias = bias - lr * grad_scores.sum(axis=0)  # (10,)
        accuracies.append(lk.accuracy(images[test_rows] @ weight.T + bias, labels[test_rows]))
    return weight, bias, accuracies


def cross_entropy_gradient(scores, y):
    _, saved = lk.cross_entropy.forward(scores, y)
    return lk.cross_entropy.backward(1.0, saved)[0]


# %% [markdown]
# Now a model that was *badly taught*. In its training data every digit carries the label of the next one: each 8 was called a 9,
# each 9 a 0. It learned that well. Then its weights were doubled, which makes it twice as sure.


# %%
zeros = np.zeros((10, 64)), np.zeros(10)


def badly_taught(seed):
    shifted = (labels + 1) % 10
    weight, bias, _ = train(*zeros, shifted, cross_entropy_gradient, seed=seed)
    return 2 * weight, 2 * bias


wrong_weight, wrong_bias = badly_taught(seed=0)
eight = test_rows[labels[test_rows] == 8][0]
eight_scores = images[eight] @ wrong_weight.T + wrong_bias
show(draw_scores(eight_scores, target=8, title="An 8, and the ten scores of the badly taught model"))

# %% [markdown]
# The score of 9 stands far above that of 8, the right class: the model is very sure, and wrong. **How wrong is that, as one number
# that gradient descent can lower?** There are two candidates. One is the squared error you know, after the scores have been
# turned into probabilities. The other is what this lesson builds. Only one of them can teach this model better; section 8 shows
# which.

# %% [markdown]
# ## 2 · Predict
#
# Before the loss is built, commit to a number. Section 6 comes back to it.

# %%
predict("04.untrained-loss", answer=...)

# %% [markdown]
# ## 3 · The smallest example, by hand
#
# Three classes with scores 2, 1 and 0. Exponentials make them positive; dividing by their sum makes them add up to 1. The loss is
# the negative logarithm of the probability of the right class. Take a pocket calculator and fill the table yourself first.
#
# | class | score $z$ | $e^z$ | probability $p$ | loss $-\ln p$ if this class is right |
# |---|---|---|---|---|
# | 0 | 2 | 7.3891 | 7.3891 / 11.1073 = 0.6652 | 0.4076 |
# | 1 | 1 | 2.7183 | 2.7183 / 11.1073 = 0.2447 | 1.4076 |
# | 2 | 0 | 1.0000 | 1.0000 / 11.1073 = 0.0900 | 2.4076 |
#
# If class 0 is right, the gradient of the loss along the three scores will turn out to be $p$ less 1 at the right class:
# (−0.3348, 0.2447, 0.0900). It says: raise the first score, lower the other two. Its entries add up to zero.

# %%
scores = np.array([2.0, 1.0, 0.0])
p = np.exp(scores) / np.exp(scores).sum()
print("probabilities", p.round(4))
print("losses       ", (-np.log(p)).round(4))
print("gradient     ", (p - [1, 0, 0]).round(4), "which adds up to", abs((p - [1, 0, 0]).sum().round(12)))

# %% [markdown]
# ## 4 · Softmax, and what it cannot see
#
# What the table did to the scores is called *softmax*:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$
#
# The scores $z$ that go in are called *logits*. Add the same number $c$ to every logit, and nothing changes, since $e^c$ cancels:
#
# $$\frac{e^{z_k + c}}{\sum_j e^{z_j + c}} = \frac{e^c \, e^{z_k}}{e^c \sum_j e^{z_j}} = p_k$$
#
# Softmax sees only the *differences* between scores. The cell adds 100 to all three.

# %%
assert np.allclose(lk.softmax(scores), p, rtol=0, atol=1e-15)
assert np.allclose(lk.softmax(scores + 100), p, rtol=0, atol=1e-14)
show(draw_softmax(scores, 0, shift=100))

# %% [markdown]
# The scores moved up to about 100; the probabilities and the gradient are those of the table. Multiplying the scores does change
# something. Dividing them by a *temperature* below 1 makes the model surer, above 1 less sure.

# %%
show(draw_softmax(scores, 0, temperature=0.25))

# %% [markdown]
# The first class now has nearly all of the probability, and the arrows of the gradient are short: there is little left to
# correct. Now move the scores yourself: by mouse, or by Tab and the arrow keys. Two tasks stand below the figure, each with a question.

# %%
softmax_explorer = explore_softmax()
softmax_explorer

# %% [markdown]
# ## 5 · The overflow
#
# Softmax of (1000, 999, 998) should be that of (2, 1, 0): the differences are the same. What does the computer make of it?

# %%
predict("04.overflow", answer=...)


# %%
def divide_exponentials():
    with np.errstate(over="ignore", invalid="ignore"):  # NumPy would warn; we want to see the value
        print("exp(1000)            ", np.exp(1000.0))
        print("exp(1000) / exp(1000)", np.exp(1000.0) / np.exp(1000.0))
        assert np.isfinite(np.exp(709.7)) and np.isinf(np.exp(709.8))


show_after("04.overflow", divide_exponentials)

# %% [markdown]
# The largest 64-bit number is about $1.8 \cdot 10^{308}$, which is $e^{709.8}$. A score above that has no exponential, and one such score turns
# the loss, and with it every weight, into *nan*, "not a number".
#
# The cure is what softmax cannot see: subtract the largest score first. No exponential is then larger than $e^0 = 1$.
#
# $$p_k = \frac{e^{z_k - m}}{\sum_j e^{z_j - m}}, \qquad m = \max_j z_j$$

# %%
rows = np.array([[1000.0, 999.0, 998.0], [2.0, 1.0, 0.0]])
exponentials = np.exp(rows - rows.max(axis=1, keepdims=True))  # each row has its own largest score
stable = exponentials / exponentials.sum(axis=1, keepdims=True)
assert np.array_equal(stable, lk.softmax(rows))
print(stable.round(4))

# %% [markdown]
# The loss needs the *logarithm* of a probability, and there the next trap waits. With scores 100 and 0 the second class has
# probability $e^{-100}$, so its loss is 100. Three ways to compute the logarithm:
#
# - softmax, then log: fine until the probability is too small for the computer and becomes 0;
# - softmax, then log of $p + 10^{-12}$, a repair that many programs carry;
# - $\ln p_k = z_k - \ln \sum_j e^{z_j}$, with the largest score taken out of the sum. This *log-sum-exp* form never leaves the logarithms:
#
# $$\ln \sum_j e^{z_j} = m + \ln \sum_j e^{z_j - m}$$

# %%
gaps = np.arange(0.0, 1001.0, 5.0)
pairs = np.stack([gaps, np.zeros_like(gaps)], axis=1)  # scores (gap, 0); the second class is the right one
tiny = lk.softmax(pairs)[:, 1]
with np.errstate(divide="ignore"):
    values = {"log(p)": np.log(tiny), "log(p + 1e-12)": np.log(tiny + 1e-12)}
values["log-sum-exp"] = -lk.logsumexp(pairs)
show(draw_log_probability(gaps, values))
at_100 = {name: f"{line[gaps == 100][0]:.1f}" for name, line in values.items()}
print("at a gap of 100:", at_100)
assert tiny[gaps == 745] > 0 and tiny[gaps == 750] == 0
assert np.allclose(values["log-sum-exp"], lk.log_softmax(pairs)[:, 1])
assert np.allclose(values["log-sum-exp"][1:], -gaps[1:], rtol=0.002)

# %% [markdown]
# The repair stops at $\ln 10^{-12} = -27.6$: at a gap of 100 it is wrong by 72. It is flat there too, so its gradient is zero: the
# model that is most wrong learns nothing. Taking the logarithm of softmax works up to a gap of about 745; beyond it the
# probability is 0 and the loss is infinite. Log-sum-exp is right everywhere.

# %% [markdown]
# ## 6 · Cross-entropy: the loss that the labels ask for
#
# Why the logarithm of the right class's probability? It follows from asking the model to make the labels likely.
#
# 1. The model says that example $n$ has class $y_n$ with probability $p_{n, y_n}$.
# 2. If examples are independent, the probability of all labels together, the *likelihood*, is the product $\prod_n p_{n, y_n}$.
# 3. A product of a thousand small numbers underflows, and sums are easier to differentiate; the logarithm turns it into $\sum_n \ln p_{n, y_n}$.
# 4. We want it large, and gradient descent makes things small: put a minus before it, and divide by $N$.
#
# $$L = -\frac{1}{N} \sum_{n=1}^N \ln p_{n, y_n} = \frac{1}{N} \sum_{n=1}^N \Big( \ln \sum_j e^{z_{nj}} - z_{n, y_n} \Big)$$
#
# This is the *cross-entropy*, in *nats*, the unit of natural logarithms. The mean rather than the sum keeps the size of the
# gradient, and with it the right learning rate, independent of the batch size.


# %%
def cross_entropy(logits, targets):
    """Mean over the batch of log-sum-exp less the right score. logits (N, C), targets (N,)."""
    largest = logits.max(axis=1)
    log_sum_exp = largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))
    return (log_sum_exp - logits[np.arange(len(targets)), targets]).mean()


random_logits, some_targets = 3 * lk.rng(1).standard_normal((7, 10)), lk.rng(2).integers(10, size=7)
ours, library = cross_entropy(random_logits, some_targets), lk.cross_entropy(random_logits, some_targets)
assert np.isclose(ours, library, rtol=0, atol=1e-14)
print("sure and right  ", f"{cross_entropy(np.array([[20.0, 0.0, 0.0]]), np.array([0])):.4f}")
print("knows nothing   ", f"{cross_entropy(np.zeros((1, 10)), np.array([3])):.4f}", "= ln 10")
print("the 8 called a 9", f"{cross_entropy(eight_scores[None], np.array([8])):.1f}")

# %% [markdown]
# Back to your prediction of section 2:

# %%
reveal("04.untrained-loss")

# %% [markdown]
# Keep $\ln 10 = 2.3026$ in mind: the first loss of a ten-class model should be close to it. If it is not, something is wrong before training
# has begun.

# %% [markdown]
# ## 7 · The gradient is $p - y$
#
# Take one example with right class $y$ and loss $L = \ln \sum_j e^{z_j} - z_y$, and differentiate it along score $z_k$.
#
# - The first term, by the chain rule for the logarithm: $\dfrac{1}{\sum_j e^{z_j}} \cdot e^{z_k} = p_k$. Of the sum, only the term $j = k$ depends on $z_k$.
# - The second term: $z_y$ has slope 1 along itself and 0 along every other score; write $\mathbb{1}[k = y]$ for that.
#
# $$\frac{\partial L}{\partial z_k} = p_k - \mathbb{1}[k = y]$$
#
# In words: *what the model said, less what was right*. With $y$ written as a row of zeros with a 1 at the right class, a *one-hot* row,
# this is $p - y$. For the mean over a batch every row is divided by $N$. The shape is that of the logits, (N, C). By the chain rule through
# `scores = x @ weight.T + bias` the gradient of the weight is `grad_scores.T @ x`, of shape (C, D), and that of the bias is the sum of
# `grad_scores` over the batch, of shape (C,).
#
# A derivation is a claim. Nudge one score at a time by $10^{-5}$ and see whether the loss moves as claimed.


# %%
def cross_entropy_grad(logits, targets):
    """The gradient of the mean cross-entropy: (p - onehot) / N, of shape (N, C)."""
    grad = lk.softmax(logits)
    grad[np.arange(len(targets)), targets] -= 1
    return grad / len(targets)


claimed = cross_entropy_grad(random_logits, some_targets)
nudged = lk.numeric_grad(lambda logits: cross_entropy(logits, some_targets), random_logits)
assert lk.rel_error(claimed, nudged) < 1e-8
assert np.allclose(claimed, cross_entropy_gradient(random_logits, some_targets), rtol=0, atol=1e-15)
assert np.abs(claimed.sum(axis=1)).max() < 1e-15
print("as in section 3:", cross_entropy_grad(scores[None], np.array([0])).round(4))

# %% [markdown]
# The nudges agree with the formula, the library agrees with both, and each row adds up to zero. No entry of $p - y$ is larger than 1 in size,
# however wrong the model is; and when the model is wrong and sure, two of them are close to 1. That last fact decides the next section.

# %% [markdown]
# ## 8 · Why not squared error?
#
# Back to the badly taught model. Candidate one was the squared error of the probabilities, $\sum_j (p_j - y_j)^2$. Its gradient must pass
# back through softmax, whose slopes are $\partial p_j / \partial z_k = p_j (\mathbb{1}[j = k] - p_k)$:
#
# $$\frac{\partial}{\partial z_k} \sum_j (p_j - y_j)^2 = p_k \Big( d_k - \sum_j d_j \, p_j \Big), \qquad d_j = 2 (p_j - y_j)$$
#
# Every part carries a factor $p$. The right class has $p \approx 0$, so its gradient is about 0. The class that the model is sure of has
# $p \approx 1$, and there the bracket is about $d_k - d_k = 0$. Sure and wrong: no gradient. How large is the difference on our digits?


# %%
def squared_error_gradient(scores, y):
    """The gradient of the mean over the batch of sum((softmax(scores) - onehot)²)."""
    p = lk.softmax(scores)
    d = 2 * (p - np.eye(10)[y]) / len(y)
    return p * (d - (d * p).sum(axis=1, keepdims=True))


def squared_error(scores):
    return ((lk.softmax(scores) - np.eye(10)[some_targets]) ** 2).sum() / len(some_targets)


numeric = lk.numeric_grad(squared_error, random_logits)
assert lk.rel_error(squared_error_gradient(random_logits, some_targets), numeric) < 1e-7

# %% [markdown]
# One gradient for each training digit, by both losses, all from the scores of the badly taught model:

# %%
wrong_scores, right = images[train_rows] @ wrong_weight.T + wrong_bias, labels[train_rows]
sizes = {
    "cross-entropy": np.linalg.norm(cross_entropy_gradient(wrong_scores, right), axis=1) * len(right),
    "squared error": np.linalg.norm(squared_error_gradient(wrong_scores, right), axis=1) * len(right),
}
show(draw_gradient_sizes(sizes, x_label="length of one example's gradient along its ten scores"))
gap = np.median(wrong_scores.max(axis=1) - wrong_scores[np.arange(len(right)), right])
ratio = np.median(sizes["cross-entropy"]) / np.median(sizes["squared error"])
assert ratio > 200 and 1.40 < np.median(sizes["cross-entropy"]) < 1.42
print(f"median lead of the wrong class: {gap:.0f}; the median gradients differ by a factor of more than 200")

# %% [markdown]
# Under cross-entropy nearly every digit pulls with the same strength, $\sqrt{2} = 1.41$: one entry −1, one entry +1. Under squared error the
# typical pull is hundreds of times weaker. Does it matter in training?

# %%
predict("04.squared-error", answer=...)

# %% [markdown]
# Five badly taught models, each taught the right labels by both losses at the same learning rate, 0.5.

# %%
losses = {"cross-entropy": cross_entropy_gradient, "squared error": squared_error_gradient}
curves = {
    name: np.array([train(*badly_taught(seed), labels, gradient, seed=seed)[2] for seed in range(5)])
    for name, gradient in losses.items()
}
axes = {"y_label": "test accuracy (share of digits)", "reference_lines": {"chance": 0.1}}
show_after("04.squared-error", draw_learning_curves, curves, **axes)
assert curves["cross-entropy"][:, -1].min() > 0.9 and curves["squared error"][:, -1].max() < 0.3

# %% [markdown]
# A fair question at this point: is it only the learning rate? The same with rates up to 40 times larger, and then both losses from a fresh start
# with all weights 0.


# %%
def check_rates_and_fresh_starts():
    for lr in (0.5, 2.0, 5.0, 20.0):
        runs = [
            train(*badly_taught(seed), labels, squared_error_gradient, seed=seed, lr=lr) for seed in range(3)
        ]
        ends = [accuracies[-1] for _, _, accuracies in runs]
        assert max(ends) < 0.5, (lr, ends)
    print("squared error, from the badly taught model, lr 0.5 to 20: below 0.5 in every run")
    for name, gradient in losses.items():
        fresh = [train(*zeros, labels, gradient, seed=seed)[2][-1] for seed in range(3)]
        assert min(fresh) > 0.92, (name, fresh)
    print("both losses, from zero weights, lr 0.5: above 0.92 in every run")


show_after("04.squared-error", check_rates_and_fresh_starts)

# %% [markdown]
# In the figure cross-entropy brings every run above 0.9 and squared error leaves every run below 0.3. No learning rate that we tried rescues it. But
# from zero weights, where nothing is sure yet, *it learns as well as
# cross-entropy*. Squared error after softmax is no wrong loss; it is one that cannot correct confident mistakes. (On the raw scores, without
# softmax, its gradient $2(z - y)$ does not vanish either. It has another fault: it punishes a score of 5 for the right class.)

# %% [markdown]
# ## 9 · Train on digits
#
# All parts are there. First one step in full, to see that what you derived is what `loss.backward()` computes. (`net` holds a weight and a
# bias; how `backward` finds the gradient by itself is the subject of lesson 07. Until then it is an oracle, and we check it.)

# %%
net = lk.Linear(64, 10, rng=lk.rng(1), dtype=np.float64)
x, y = images[train_rows[:64]], labels[train_rows[:64]]
loss = lk.cross_entropy(net(x), y)
loss.backward()

grad_scores = cross_entropy_grad(x @ net.weight.data.T + net.bias.data, y)
assert np.allclose(net.weight.grad, grad_scores.T @ x, rtol=0, atol=1e-12)
assert np.allclose(net.bias.grad, grad_scores.sum(axis=0), rtol=0, atol=1e-12)
assert abs(loss.item() - np.log(10)) < 0.1
print("loss before the first step: within 0.1 of ln 10 = 2.3026")
pixels = images.astype(np.float32)
parts = pixels[train_rows], labels[train_rows], pixels[test_rows], labels[test_rows]

# %% [markdown]
# Now the whole training, in 32-bit numbers as is usual: twenty *epochs*, each one pass over the training digits in mini-batches of 64 in a new order.

# %%
from learnkit import reference as lk

device, order = lk.device("auto"), lk.rng(0)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in parts)
net = lk.Linear(64, 10, rng=lk.rng(1)).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.5)
history = []
for _ in range(20):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=64, rng=order):
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with lk.no_grad():
        train_loss = lk.cross_entropy(net(x_train), y_train).item()
        history.append((train_loss, float(lk.accuracy(net(x_test), y_test))))

# %%
train_loss, test_accuracy = np.array(history).T
start = {"knows nothing: ln 10": np.log(10)}
show(draw_learning_curves({"train loss": train_loss}, y_label="train loss (nats)", reference_lines=start))
show(draw_learning_curves({"test accuracy": test_accuracy}, **axes))
assert 0.93 < test_accuracy[-1] < 0.98 and train_loss[-1] < 0.25
print("test accuracy after 20 epochs: between 0.93 and 0.98")

# %% [markdown]
# The loss falls from the line of the model that knows nothing, steeply first. On digits it has never seen, the classifier is right more than
# 93 times in 100. With 449 test digits one digit is 0.2 points, so differences of a point mean little. More telling than the number is
# *which* digits it gets wrong. The ten mistakes it was surest of:

# %%
test_p = lk.softmax(images[test_rows] @ net.weight.data.T + net.bias.data)
said, truth = test_p.argmax(axis=1), labels[test_rows]
mistakes = np.flatnonzero(said != truth)
surest = mistakes[np.argsort(-test_p[mistakes, said[mistakes]])][:10]
show(draw_digits(images[test_rows][surest], truth[surest], predictions=said[surest], columns=5))

# %% [markdown]
# Several would make a person hesitate too. Looking at mistakes before changing anything is a habit worth having; lesson 11 makes a method of it.

# %% [markdown]
# ## 10 · Two classes
#
# With two classes one score is enough: call it $z$ for "yes" and fix the score of "no" at 0. Softmax over $(z, 0)$ gives
#
# $$\frac{e^z}{e^z + 1} = \frac{1}{1 + e^{-z}} = \sigma(z),$$
#
# the *sigmoid*. Its cross-entropy, *binary cross-entropy*, needs the same care as before: $\ln \sigma(-800)$ computed in two steps is
# $\ln 0$. The library's `bce_with_logits` takes the raw score.

# %%
z = np.array([-800.0, -2.0, 0.3, 800.0])
yes = np.array([1.0, 1.0, 0.0, 1.0])
two_classes = np.stack([z, np.zeros_like(z)], axis=1)
assert np.allclose(lk.sigmoid(z), lk.softmax(two_classes)[:, 0], rtol=0, atol=1e-15)
assert np.isclose(lk.bce_with_logits(z, yes), lk.cross_entropy(two_classes, np.where(yes == 1, 0, 1)))
print("losses", lk.bce_with_logits(z, yes, reduction="none").round(4))
print("sigma(0.3) =", lk.sigmoid(np.array(0.3)).round(2))

# %% [markdown]
# At $z = -800$ with answer "yes" the loss is 800, not infinite. And note the third: $z = 0.3$ is a score, not a probability. It means "yes" with
# $\sigma(0.3) = 0.57$; a threshold of 0.5 belongs on the probability, and on the score it is 0.

# %% [markdown]
# ## 11 · A broken run
#
# Somebody trained the classifier of section 9 and is not happy: the loss flattens far from 0. Nothing crashed, nothing warned. The accuracy, meanwhile,
# keeps rising.

# %%
run = broken_run("04.broken-run")
loss_curve, accuracy_curve = ({name: run.curves[name]} for name in ("train loss", "train accuracy"))
show(draw_learning_curves(loss_curve, y_label="train loss (nats)", reference_lines=start))
show(draw_learning_curves(accuracy_curve, y_label="train accuracy (share)"))

# %% [markdown]
# Four causes are on the table: softmax is applied twice; the labels are shuffled; the learning rate is too small; the gradient is not divided by the
# batch size. You may ask for three numbers. Choose those that tell the causes apart.

# %%
run.ask(...)

# %%
predict("04.broken-run", answer=...)


# %% [markdown]
# Now reproduce it: a diagnosis that makes the symptom appear again is worth more than one that sounds right.


# %%
def softmax_twice_gradient(scores, y):
    p, saved = lk.softmax.forward(scores)
    grad_p = cross_entropy_grad(p, y)  # the probabilities, taken for scores
    return lk.softmax.backward(grad_p, saved)


twice_weight, twice_bias, _ = train(*zeros, labels, softmax_twice_gradient, seed=0)
p = lk.softmax(images[train_rows] @ twice_weight.T + twice_bias)
assert np.isclose(lk.cross_entropy(p, right), run.curves["train loss"][-1])

# %%
best = np.log(np.e + 9) - 1
floor = {"the best that scores from 0 to 1 allow": best}
show_after(
    "04.broken-run", draw_learning_curves, loss_curve, y_label="train loss (nats)", reference_lines=floor
)
print(f"the lowest loss possible is ln(e + 9) - 1 = {best:.4f}")

# %% [markdown]
# The reproduced run ends at the same loss. Once probabilities are taken for scores, the best the model can do is to give the right class the score 1 and all
# others 0: the loss is then $\ln(e + 9) - 1 = 1.4612$, and it approaches that line without ever crossing it. The order of the classes survives, and with it
# the accuracy. That is why this mistake lives long in real programs.

# %% [markdown]
# ## 12 · The same in PyTorch
#
# The next cell is the training cell of section 9. One line differs: the import. `learnkit.pytorch` has the names of `learnkit.reference`,
# on PyTorch tensors, and `lk.device("auto")` finds a GPU where there is one.

# %%
from learnkit import pytorch as lk

device, order = lk.device("auto"), lk.rng(0)
x_train, y_train, x_test, y_test = (lk.tensor(part, device=device) for part in parts)
net = lk.Linear(64, 10, rng=lk.rng(1)).to(device)
optimizer = lk.SGD(net.parameters(), lr=0.5)
history = []
for _ in range(20):
    for inputs, targets in lk.minibatches(x_train, y_train, batch_size=64, rng=order):
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with lk.no_grad():
        train_loss = lk.cross_entropy(net(x_train), y_train).item()
        history.append((train_loss, float(lk.accuracy(net(x_test), y_test))))

# %%
# not compared: the device depends on the machine
print("ran on", device)

# %%
assert 0.93 < history[-1][1] < 0.98 and history[-1][0] < 0.25
print("test accuracy after 20 epochs: between 0.93 and 0.98")

# %% [markdown]
# The random numbers differ, since PyTorch has its own generator; the result does not. That the two trees compute *the same* from the same
# numbers is not a matter of trust. The table compares each operation of this lesson with its twin and with PyTorch's own, now, on this machine:

# %%
from learnkit.parity import parity_table

parity_table("softmax", "log_softmax", "logsumexp", "cross_entropy", "bce_with_logits", "sigmoid", "linear")

# %% [markdown]
# PyTorch's own loss is `torch.nn.functional.cross_entropy`. It takes **scores**. People who know that a classifier ends in softmax often pass it
# probabilities, and nothing complains:

# %%
import torch

logits, target = torch.tensor([[8.0, 0.0, 0.0]]), torch.tensor([0])
print(f"scores passed:        {torch.nn.functional.cross_entropy(logits, target).item():.4f}")
print(f"probabilities passed: {torch.nn.functional.cross_entropy(logits.softmax(dim=1), target).item():.4f}")
print(f"ln(e + 2) - 1       = {np.log(np.e + 2) - 1:.4f}")

# %% [markdown]
# The model is sure and right, and the loss should be near 0. With softmax applied twice it cannot go below $\ln(e + 2) - 1$ for three classes, because
# the second softmax sees scores between 0 and 1 only. It is the broken run of section 11 in one line.

# %% [markdown]
# ## 13 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | turn scores into probabilities without overflow | section 5: scores of 1000 | exercise `softmax` |
# | write cross-entropy and say why | section 6: from the likelihood, in four steps | exercise `cross_entropy` |
# | derive $p - y$ and check it | section 7: nudges agree to 8 digits | exercise `softmax_ce_grad` |
# | say when squared error gets stuck | section 8: five models, and the start where it does not | your prediction there |
# | train a classifier and know its first loss | section 9: ln 10 before, above 0.93 after | exercise `predict`, and the broken run |
#
# **What is still missing.** A linear classifier draws straight borders. Two spirals wound into each other cannot be told apart by any straight line, with
# any loss. Lesson 05 puts a layer before it that bends the plane.

# %% [markdown]
# ## 14 · Exercises
#
# They are in [their own notebook](../exercises/04_classification.ipynb), and each answers back: `check` says which misconception a wrong answer shows.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `softmax` | 1 | 8 | core |
# | `cross_entropy` | 2 | 12 | core |
# | `softmax_ce_grad` | 2 | 10 | core |
# | `predict` | 1 | 5 | core |
# | `bce_with_logits` | 3 | 12 | practice |
# | `hinge` | 3 | 15 | practice |
#
# The last one is a loss that this lesson does not use; its text explains it.
#
# ## References
#
# - Bridle 1990, *Probabilistic interpretation of feedforward classification network outputs*: softmax.
# - Goodfellow, Bengio & Courville 2016, *Deep Learning*, sections 6.2.1 and 6.2.2: losses from likelihood, output units.
# - Blanchard, Higham & Higham 2021, *Accurately computing the log-sum-exp and softmax functions*: the shift, and its rounding error.
# - Alpaydin & Kaynak 1998, *Optical recognition of handwritten digits*: the data.
