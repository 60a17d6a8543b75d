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
# # 04 · Exercises: write the classifier of lesson 04 yourself
#
# You write the functions that lesson 04 used, and then train on the digits with them. The four core exercises take about
# 35 minutes, what is for practice 39 more. They belong to [lesson 04](../notebooks/04_classification.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("04.softmax")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps, and
#    last the solution. Or begin with an easier form: `start("04.softmax", "order")` brings the lines of the solution, with others among
#    them, to put in order; `"fill"` instead of `"order"` leaves out one line, and `"worked"` none, for reading.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.
#
# Write with NumPy, as in the lesson, and return new arrays: the ones you are given stay as they were.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/04_classification.ipynb).*

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
# ## 1 · `softmax`: scores to probabilities
#
# *Core · level 1 of 3 · about 8 minutes · read again: [the overflow](../notebooks/04_classification.ipynb#5-·-The-overflow)*
#
# Turn each row of scores into probabilities: the exponential of each score, divided by the sum of the exponentials of its row.
# Scores may be as large as 1000 or as small as −1000, and very different in the rows of one batch.
#
# *Example.* The row (2, 1, 0) becomes (0.6652, 0.2447, 0.0900), and so does (1002, 1001, 1000).


# %% tags=["solution"]
def softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


# %% [markdown] tags=["solution"]
# Each row has its own largest score, so the maximum goes along `axis=1`. `keepdims` leaves it as a column, (N, 1), which is then
# subtracted from every score of its row. A subtraction with `-` makes a new array; `-=` would write into the caller's.

# %%
check(softmax)

# %%
softmax_ok = use("04.softmax", softmax)
print(np.round(softmax_ok(np.array([[2.0, 1.0, 0.0], [1002.0, 1001.0, 1000.0]])), 4))

# %% [markdown]
# ## 2 · `cross_entropy`: the loss, from raw scores
#
# *Core · level 2 of 3 · about 12 minutes · read again:
# [cross-entropy](../notebooks/04_classification.ipynb#6-·-Cross-entropy:-the-loss-that-the-labels-ask-for)*
#
# The loss of one example is minus the logarithm of the probability of its right class. Return the *mean* over the batch, in nats.
# The scores are raw, `targets` holds the numbers of the right classes, and a loss of 100 or of 3000 must come out as such.
#
# *Example.* The rows (2, 1, 0) and (0, 0, 0) with right classes 0 and 1 cost 0.4076 and ln 3 = 1.0986. Their mean is 0.7531.


# %% tags=["solution"]
def cross_entropy(logits, targets):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sum_exp = np.log(np.exp(shifted).sum(axis=1))
    right_scores = shifted[np.arange(len(targets)), targets]
    return (log_sum_exp - right_scores).mean()


# %% [markdown] tags=["solution"]
# The logarithm is taken of a sum that holds a 1, the exponential of the shifted largest score, so it never meets a zero. The loss does not
# change when a row is shifted; both of its terms therefore use the shifted scores.

# %%
check(cross_entropy)

# %%
cross_entropy_ok = use("04.cross_entropy", cross_entropy)
two_rows, two_targets = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), np.array([0, 1])
print(f"the example             {cross_entropy_ok(two_rows, two_targets):.4f}")
print(f"ten classes, no idea    {cross_entropy_ok(np.zeros((1, 10)), np.array([3])):.4f}")
print(f"wrong by 3000           {cross_entropy_ok(np.array([[3000.0, 0.0, 0.0]]), np.array([1])):.1f}")

# %% [markdown]
# ## 3 · `softmax_ce_grad`: the gradient, by hand
#
# *Core · level 2 of 3 · about 10 minutes · read again: section 7 of [the lesson](../notebooks/04_classification.ipynb)*
#
# How does the mean loss of exercise 2 move with each score? Return an array of the shape of `logits`, one slope for each score.
#
# *Example.* For the two rows above it is (−0.1674, 0.1224, 0.0450) and (0.1667, −0.3333, 0.1667). Each row adds up to zero.


# %% tags=["solution"]
def softmax_ce_grad(logits, targets):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad = exponentials / exponentials.sum(axis=1, keepdims=True)
    grad[np.arange(len(targets)), targets] -= 1
    return grad / len(targets)


# %% [markdown] tags=["solution"]
# Probability less one-hot row, divided by the number of examples, because the loss is a mean over them. The pair of index arrays picks one
# entry of each row: `grad[:, targets]` would pick whole columns. Here `-=` is safe: `grad` is a new array.

# %%
check(softmax_ce_grad)

# %% [markdown]
# Does it fit the loss? The cell nudges each score by $10^{-5}$ and compares, as the lesson did.

# %%
softmax_ce_grad_ok = use("04.softmax_ce_grad", softmax_ce_grad)
print(np.round(softmax_ce_grad_ok(two_rows, two_targets), 4))
nudged = lk.numeric_grad(lambda logits: cross_entropy_ok(logits, two_targets), two_rows)
assert lk.rel_error(softmax_ce_grad_ok(two_rows, two_targets), nudged) < 1e-8
print("nudging each score gives the same")

# %% [markdown]
# ## 4 · `predict`: the answer
#
# *Core · level 1 of 3 · about 5 minutes · read again: [two classes](../notebooks/04_classification.ipynb#10-·-Two-classes)*
#
# Given raw scores, which class does the model answer with? With a row of scores for each example, (N, C), it is the class of the
# largest one. With one score for each example, (N,), there are two classes, and the answer is 1 where the *probability* of class 1 is
# above one half, else 0.
#
# *Example.* The rows (2, 1, 0) and (0, 3, 1) give 0 and 1. The single scores −0.2 and 0.3 give 0 and 1 too.


# %% tags=["solution"]
def predict(logits):
    if logits.ndim == 1:
        return (logits > 0).astype(int)
    return logits.argmax(axis=1)


# %% [markdown] tags=["solution"]
# Softmax keeps the order of the scores, so nobody needs probabilities to find the largest one. The sigmoid is above one half exactly where its
# score is above 0: the threshold of one half on the probability is a threshold of 0 on the score.

# %%
check(predict)

# %%
predict_ok = use("04.predict", predict)
print(predict_ok(np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]])), predict_ok(np.array([-0.2, 0.3])))

# %% [markdown]
# ## Put together: train on digits
#
# Ten passes over the training digits in mini-batches of 64. The gradient, the loss and the answers are those of your functions, as far as they
# pass. A model that knows nothing starts at ln 10 = 2.3026.

# %%
images, labels = digits()
train_rows, test_rows = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
x_train, y_train = images[train_rows].astype(np.float64), labels[train_rows]
x_test, y_test = images[test_rows].astype(np.float64), labels[test_rows]


def train(gradient, epochs=10, lr=0.5):
    """Mini-batch gradient descent from zero weights, with gradient(scores, targets) for the slope of the loss."""
    rng, weight, bias = lk.rng(0), np.zeros((10, 64)), np.zeros(10)
    for _ in range(epochs):
        for x, y in lk.minibatches(x_train, y_train, batch_size=64, rng=rng):
            grad_scores = gradient(x @ weight.T + bias, y)  # (64, 10)
            weight = weight - lr * grad_scores.T @ x  # (10, 64)
            bias = bias - lr * grad_scores.sum(axis=0)  # (10,)
    return x_train @ weight.T + bias, x_test @ weight.T + bias


# %%
before = cross_entropy_ok(np.zeros((len(x_train), 10)), y_train)
train_scores, test_scores = train(softmax_ce_grad_ok)
final, accuracy = cross_entropy_ok(train_scores, y_train), np.mean(predict_ok(test_scores) == y_test)
assert before > 2.3 and 0.1 < final < 0.4 and 0.90 < accuracy < 0.98
print(f"loss before training    {before:.4f}")
print("loss after 10 epochs    between 0.1 and 0.4")
print("accuracy on new digits  between 0.90 and 0.98")
print("first ten answers      ", predict_ok(test_scores[:10]), "right:", y_test[:10])

# %% [markdown]
# The core ends here: with four short functions a linear model reads more than nine of ten digits that it has never seen. Two more follow for practice.

# %% [markdown]
# ## 5 · `bce_with_logits`: yes or no
#
# *Practice · level 3 of 3 · about 12 minutes · read again: [two classes](../notebooks/04_classification.ipynb#10-·-Two-classes)*
#
# For yes-or-no questions one score $z$ is enough, and $\sigma(z)$ is the probability of yes. With a target $t$ of 1 for yes and 0 for no the
# loss is $-[t \ln \sigma(z) + (1 - t) \ln(1 - \sigma(z))]$. Return the mean over all entries. Scores of 800 and −800 must work.
#
# *Example.* Scores 2 and −1 with targets 1 and 0 cost 0.1269 and 0.3133. Their mean is 0.2201.


# %% tags=["solution"]
def bce_with_logits(logits, targets):
    losses = np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
    return losses.mean()


# %% [markdown] tags=["solution"]
# The loss is $\ln(1 + e^z) - t z$. For a large positive $z$ the exponential overflows, so $z$ is taken out of the logarithm:
# $\ln(1 + e^z) = z + \ln(1 + e^{-z})$. Both cases together are $\max(z, 0) + \ln(1 + e^{-|z|})$, where the exponential is at most 1.

# %%
check(bce_with_logits)

# %%
bce_with_logits_ok = use("04.bce_with_logits", bce_with_logits)
print(f"the example          {bce_with_logits_ok(np.array([2.0, -1.0]), np.array([1.0, 0.0])):.4f}")
print(f"sure of no, and yes  {bce_with_logits_ok(np.array([-800.0]), np.array([1.0])):.1f}")

# %% [markdown]
# ## 6 · `hinge`: a loss that wants a margin
#
# *Practice · level 3 of 3 · about 15 minutes · new here; the cell below says all you need*
#
# Cross-entropy is never satisfied: it goes on raising the right score. The hinge loss stops when the right class leads every other one by a
# *margin*. Each wrong class costs what is missing from that lead, or nothing. Add up the costs of an example, divide by the number of
# classes $C$, and take the mean over the batch. Return that loss *and* its gradient along the scores.
#
# *Example.* Scores (2, 1.5, 0), right class 0, margin 1. The lead over class 1 is 0.5, so 0.5 is missing; the lead over class 2 is enough. The
# loss is 0.5 / 3 = 0.1667, its gradient (−0.3333, 0.3333, 0).


# %% tags=["solution"]
def hinge(scores, targets, margin=1.0):
    rows = np.arange(len(targets))
    costs = np.maximum(0, margin - scores[rows, targets][:, None] + scores)
    costs[rows, targets] = 0
    grad = (costs > 0).astype(float)
    grad[rows, targets] = -grad.sum(axis=1)
    return costs.sum() / scores.size, grad / scores.size


# %% [markdown] tags=["solution"]
# The right class would miss the whole margin from its lead over itself; it is taken out of the costs. Every class that still costs something
# has slope 1, and the right class is pulled up once for each of them. `scores.size` is $N C$: the mean over the batch and the division by $C$.

# %%
check(hinge)

# %% [markdown]
# The training above needs only a gradient. With that of the hinge loss it makes a model about as good.

# %%
hinge_ok = use("04.hinge", hinge)
loss, grad = hinge_ok(np.array([[2.0, 1.5, 0.0]]), np.array([0]))
print(f"the example: loss {loss:.4f}, gradient", np.round(grad, 4))
_, hinge_scores = train(lambda scores, targets: hinge_ok(scores, targets)[1])
assert 0.85 < np.mean(predict_ok(hinge_scores) == y_test) < 0.98
print("accuracy on new digits: between 0.85 and 0.98")

# %% [markdown]
# ## 7 · `lowest_loss`: how low can it go?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 11 of [the lesson](../notebooks/04_classification.ipynb)*
#
# The last four have no code for an answer. Put it in place of the three dots.
#
# A model of **three** classes applies softmax to its scores, and then hands the probabilities to a cross-entropy that applies softmax again. What is the smallest loss that it can reach, in nats, to three digits?

# %% tags=["solution"]
lowest_loss = np.log(np.e + 2) - 1
# The first softmax gives (1, 0, 0) at best; the log-sum-exp of that is ln(e + 1 + 1), and the right entry is 1.

# %%
check(lowest_loss, "04.lowest_loss")

# %% [markdown]
# ## 8 · `what_holds`: what a change of the scores leaves alone
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 4 of [the lesson](../notebooks/04_classification.ipynb)*
#
# Which of these statements hold, for any scores? There is more than one.
#
# - **a** Adding 5 to all scores of one row leaves the loss as it was.
# - **b** Multiplying all scores by 2 leaves every predicted class as it was.
# - **c** Multiplying all scores by 2 leaves the loss as it was.
# - **d** With finite scores the loss of an example can be exactly 0, apart from rounding.
# - **e** The gradient of an example's scores adds up to 0.
# - **f** Adding 5 to the scores of one class, in every row, leaves the loss as it was.

# %% tags=["solution"]
what_holds = "a b e"
# A shift keeps all differences; a factor keeps their order, and with it the largest; p and y both add up to 1.

# %%
check(what_holds, "04.what_holds")

# %% [markdown]
# ## 9 · `one_step`: one step of training, in order
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 7 of [the lesson](../notebooks/04_classification.ipynb)*
#
# Put what happens for one mini-batch in order. Two of the steps do not belong.
#
# - **A** move the weights against the gradient, by the learning rate
# - **B** divide each row of exponentials by its sum: the probabilities
# - **C** compute the scores of the batch
# - **D** round the probabilities to 0 or 1
# - **E** take 1 away at the right classes and divide by N: the gradient along the scores
# - **F** subtract each row's largest score, and take exponentials
# - **G** multiply by the inputs: the gradient along the weights
# - **H** compute the gradient of the whole training set

# %% tags=["solution"]
one_step = "C F B E G A"
# Forward to the probabilities, back through the scores to the weights, and then the step.

# %%
check(one_step, "04.one_step")

# %% [markdown]
# ## 10 · `broken_run`: which run is broken, and why?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: section 11 of [the lesson](../notebooks/04_classification.ipynb)*
#
# Three runs train a linear model on the digits for 20 epochs. Their training loss, and their accuracy on test digits:
#
# | run | loss after epoch 1 | 5 | 20 | accuracy after epoch 1 | 5 | 20 |
# |---|---|---|---|---|---|---|
# | a | 1.6 | 0.4 | 0.2 | 0.3-0.7 | 0.9 | 0.95 |
# | b | 2.30 | 2.28 | 2.22 | 0.0-0.2 | 0.1-0.3 | 0.6-0.7 |
# | c | 2.33 | 2.32 | 2.27 | 0.0-0.2 | 0.0-0.2 | 0.0-0.2 |
#
# One of them will not get better however long it runs. Which one, and what is the cause?
#
# - **1** the learning rate is too small
# - **2** the labels do not belong to the images
# - **3** softmax is applied twice
# - **4** the gradient is a sum and not a mean

# %% tags=["solution"]
broken_run = "c 2"
# With shuffled labels there is nothing to learn but noise: the training loss falls a little, and the accuracy stays at chance.

# %%
check(broken_run, "04.broken_run")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts of all ten, and `learnkit status` shows where you stand in the
# course. In lesson 05 the linear model gets a layer before it that bends the plane.
