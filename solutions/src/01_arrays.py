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
# # 01 · Exercises: whole arrays, shapes, broadcasting
#
# You write six functions, four of them core, and read digits with those four. The four core exercises take about
# 30 minutes, what is for practice 24 more. They belong to [lesson 01](../notebooks/01_arrays.ipynb).
#
# **How to work**
#
# 1. Put your code in place of the three dots, and run the cell.
# 2. Run the cell with `check`. It tries your function on several inputs, and says what is right or what the answer gets wrong.
# 3. Stuck? Run `hint("01.row_normalize")` in a cell of its own (the **+** above adds one): a nudge first, then the concept, then the steps,
#    and last the solution. Or begin with an easier form: `start("01.row_normalize", "fill")`.
# 4. Go on when you like. If a function passes, the cells below it use yours; if not, they use the course's and say so.
#
# Write with NumPy, without loops where you can, and return new arrays: the ones you are given stay as they were.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/01_arrays.ipynb).*

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
# ## 1 · `row_normalize`: rows that add up to 1
#
# *Core · level 1 of 3 · about 8 minutes · read again: [no error, and wrong](../notebooks/01_arrays.ipynb#6-·-No-error,-and-wrong)*
#
# Divide each row by its own sum, so that it adds up to 1. A row of zeros has nothing to share out: it stays a row of zeros.
#
# *Example.* The rows (1, 3) and (0, 0) become (0.25, 0.75) and (0, 0).


# %% tags=["solution"]
def row_normalize(x):
    totals = x.sum(axis=1, keepdims=True)
    return x / np.where(totals == 0, 1, totals)


# %% [markdown] tags=["solution"]
# `keepdims` leaves the totals as a column, (N, 1), so that row n meets its own total. `np.where` puts a 1 in place of a total of 0, and zeros
# divided by 1 are zeros.

# %%
check(row_normalize)

# %%
row_normalize_ok = use("01.row_normalize", row_normalize)
print(row_normalize_ok(np.array([[1.0, 3.0], [0.0, 0.0]])))

# %% [markdown]
# ## 2 · `affine`: a matrix product and a bias
#
# *Core · level 1 of 3 · about 5 minutes · read again: [all distances at once](../notebooks/01_arrays.ipynb#8-·-All-distances-at-once)*
#
# Every model of this course begins with this: send each row of `x` through the same matrix, and add the same bias to each result.
#
# *Example.* The row (1, 2), the matrix with rows (1, 0, 1) and (0, 1, 1), and the bias (10, 20, 30) give (1, 2, 3) + (10, 20, 30) = (11, 22, 33).


# %% tags=["solution"]
def affine(x, weight, bias):
    product = x @ weight
    return product + bias


# %% [markdown] tags=["solution"]
# The product has shape (N, D_out), the bias (D_out,). From the right D_out meets D_out, and the missing length is repeated: the bias is added to each
# row. Nothing has to be said for that.

# %%
check(affine)

# %%
affine_ok = use("01.affine", affine)
x, weight, bias = (
    np.array([[1.0, 2.0]]),
    np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]),
    np.array([10.0, 20.0, 30.0]),
)
print(affine_ok(x, weight, bias))

# %% [markdown]
# ## 3 · `one_hot`: classes as rows of 0 and 1
#
# *Core · level 1 of 3 · about 7 minutes · read again: [broadcasting](../notebooks/01_arrays.ipynb#4-·-Broadcasting)*
#
# Give each class number a row: 1 in the column of its class, 0 in all others. `num_classes` says how many columns there are. The result
# holds integers.
#
# *Example.* The classes 2 and 0 of four become (0, 0, 1, 0) and (1, 0, 0, 0).


# %% tags=["solution"]
def one_hot(targets, num_classes):
    columns = np.arange(num_classes)
    return (targets[:, None] == columns).astype(int)


# %% [markdown] tags=["solution"]
# A column of targets, (N, 1), is compared with the row of all classes, (K,): a table (N, K) of True and False. `astype(int)` makes numbers of
# them. As many columns as `num_classes` says, also where the last class does not occur.

# %%
check(one_hot)

# %%
one_hot_ok = use("01.one_hot", one_hot)
print(one_hot_ok(np.array([2, 0]), 4))

# %% [markdown]
# ## 4 · `pairwise_sq_dists`: every row to every row
#
# *Core · level 2 of 3 · about 10 minutes · read again: [all distances at once](../notebooks/01_arrays.ipynb#8-·-All-distances-at-once)*
#
# Return a table: the squared distance of row m of `a` to row n of `b` stands in row m, column n.
#
# *Example.* The points (0, 0) and (3, 4) against (0, 0), (3, 0) and (0, 4) give the rows (0, 9, 16) and (25, 16, 9).


# %% tags=["solution"]
def pairwise_sq_dists(a, b):
    squares_a = (a**2).sum(axis=1)[:, None]
    squares_b = (b**2).sum(axis=1)
    return squares_a - 2 * a @ b.T + squares_b


# %% [markdown] tags=["solution"]
# The first part is a column, (M, 1), the last a row, (N,), the product in the middle a table, (M, N). `((a[:, None] - b) ** 2).sum(axis=2)` is as right,
# and needs D times the memory.

# %%
check(pairwise_sq_dists)

# %%
pairwise_sq_dists_ok = use("01.pairwise_sq_dists", pairwise_sq_dists)
a, b = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
print(pairwise_sq_dists_ok(a, b))

# %% [markdown]
# ## Put together: read digits
#
# Your four functions make a small reader of digits. First the mean picture of each class: with one-hot rows the sum over each class is a matrix
# product, (10, N) with (N, 64).

# %%
images, labels = digits()
images = images.astype(np.float64)
kept, aside = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
rows = one_hot_ok(labels[kept], 10)  # (1348, 10)
means = rows.T @ images[kept] / rows.sum(axis=0)[:, None]  # (10, 64)
distances = pairwise_sq_dists_ok(images[aside], means)  # (449, 10)
said = distances.argmin(axis=1)
print(distances.shape, "right: between 0.85 and 0.95", 0.85 < (said == labels[aside]).mean() < 0.95)

# %% [markdown]
# Of $|x|^2 - 2\, x \cdot m + |m|^2$ the first part is the same for all ten classes, so it cannot change which is smallest. What is left, with its
# sign turned, is `affine` with a suitable weight and bias: the nearest mean is a *linear* model. Lesson 04 finds better weights than these.

# %%
scores = affine_ok(images[aside], 2 * means.T, -(means**2).sum(axis=1))
print("the same answers:", np.array_equal(scores.argmax(axis=1), said))

# %% [markdown]
# Which digits are taken for which? One-hot rows count that too, and rows that add up to 1 make shares of the counts.

# %%
counts = one_hot_ok(labels[aside], 10).T @ one_hot_ok(said, 10)  # (10, 10): row is, column said
shares = row_normalize_ok(counts.astype(float))
assert np.allclose(shares.sum(axis=1), 1) and shares.diagonal().min() > 0.6
print("each digit is read rightly in more than 0.6 of its cases; the ones that are hardest:")
print("digit", shares.diagonal().argmin(), "and the easiest: digit", shares.diagonal().argmax())

# %% [markdown]
# The core ends here. Two more functions and four questions follow for practice.

# %% [markdown]
# ## 5 · `center_rows`: rows that add up to 0
#
# *Practice · level 1 of 3 · about 4 minutes · read again: [how this course checks you](../notebooks/01_arrays.ipynb#7-·-How-this-course-checks-you)*
#
# The exercise of section 7, now from memory: subtract from each row its own mean.
#
# *Example.* The row (1, 2, 6) has the mean 3 and becomes (−2, −1, 3).


# %% tags=["solution"]
def center_rows(x):
    means = x.mean(axis=1, keepdims=True)
    return x - means


# %% [markdown] tags=["solution"]
# The means as a column, (N, 1), meet the table row by row. Without `keepdims` they lie along the columns: an error, or wrong numbers on a square table.

# %%
check(center_rows)

# %%
center_rows_ok = use("01.center_rows", center_rows)
print(center_rows_ok(np.array([[1.0, 2.0, 6.0]])))

# %% [markdown]
# ## 6 · `batched_outer`: two new axes, crosswise
#
# *Practice · level 2 of 3 · about 8 minutes · read again: [broadcasting](../notebooks/01_arrays.ipynb#4-·-Broadcasting)*
#
# The *outer product* of two rows is the table of all products of an entry of one with an entry of the other. Return one such table for each
# example of a batch: entry [n, i, j] is `a[n, i] * b[n, j]`.
#
# *Example.* The rows (1, 2) and (10, 20, 30) give the table (10, 20, 30), (20, 40, 60).


# %% tags=["solution"]
def batched_outer(a, b):
    columns = a[:, :, None]
    return columns * b[:, None, :]


# %% [markdown] tags=["solution"]
# (N, D, 1) meets (N, 1, E): each has a length of 1 where the other has its entries, and the batch meets the batch. The gradient
# of a weight is a sum of such products; lesson 06 comes back to it.

# %%
check(batched_outer)

# %%
batched_outer_ok = use("01.batched_outer", batched_outer)
print(batched_outer_ok(np.array([[1, 2]]), np.array([[10, 20, 30]])))

# %% [markdown]
# ## 7 · `what_meets`: which shapes meet?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [broadcasting](../notebooks/01_arrays.ipynb#4-·-Broadcasting)*
#
# The last four have no code for an answer. Put it in place of the three dots.
#
# Which of these sums work, and have the shape that stands behind them? There is more than one.
#
# - **a** `(8, 1, 6, 1) + (7, 1, 5)` is `(8, 7, 6, 5)`
# - **b** `(4, 3) + (4,)` is `(4, 3)`
# - **c** `(4, 3) + (4, 1)` is `(4, 3)`
# - **d** `(5, 1) + (5,)` is `(5, 5)`
# - **e** `(2, 3) + (3, 2)` is `(2, 3)`
# - **f** `(3, 1) + (1, 4)` is `(3, 1)`

# %% tags=["solution"]
what_meets = "a c d"
# From the right: lengths are equal, or one of them is 1 or missing. In b 3 meets 4, in e 3 meets 2; f is (3, 4).

# %%
check(what_meets, "01.what_meets")

# %% [markdown]
# ## 8 · `differences_in_mb`: what do the differences weigh?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [all distances at once](../notebooks/01_arrays.ipynb#8-·-All-distances-at-once)*
#
# `a` has shape (500, 100) and `b` has shape (2000, 100), in 64-bit numbers, 8 bytes each. How large is the array `a[:, None] - b`, in megabytes of a million bytes?

# %% tags=["solution"]
differences_in_mb = 500 * 2000 * 100 * 8 / 1e6
# The shape is (500, 2000, 100): a hundred million numbers of 8 bytes. The distances themselves take a hundredth of it.

# %%
check(differences_in_mb, "01.differences_in_mb")

# %% [markdown]
# ## 9 · `rule_in_order`: the rule, in order
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [broadcasting](../notebooks/01_arrays.ipynb#4-·-Broadcasting)*
#
# How do two shapes meet? Put the steps in order. Two of them do not belong.
#
# - **A** repeat each axis of length 1 as often as the other array says
# - **B** write the two shapes under each other, the last axes in one column
# - **C** write the two shapes under each other, the first axes in one column
# - **D** compute entry by entry
# - **E** stop with an error where two lengths differ and neither is 1
# - **F** put lengths of 1 in front of the shorter shape
# - **G** transpose one of the arrays if that makes it fit

# %% tags=["solution"]
rule_in_order = "B F E A D"
# From the right; what is missing is 1; lengths that differ, none of them 1, are an error; a 1 is repeated.

# %%
check(rule_in_order, "01.rule_in_order")

# %% [markdown]
# ## 10 · `broken_error`: which program is broken, and why?
#
# *Practice · level 1 of 3 · about 3 minutes · read again: [no error, and wrong](../notebooks/01_arrays.ipynb#6-·-No-error,-and-wrong)*
#
# Three programs measure how far predictions are from measurements, both 1,000 numbers, by the mean of the squared differences. They are tried on a **perfect** prediction, where the answer is 0:
#
# | program | shape of the differences | their memory | mean squared difference |
# |---|---|---|---|
# | a | (1000,) | 8 kB | 0.0 |
# | b | (1000, 1000) | 8 MB | 2.0 |
# | c | (1000, 1) | 8 kB | 0.0 |
#
# No program raised an error. Which one is broken, and what is the cause?
#
# - **1** the sum runs over the wrong axis
# - **2** a column (1000, 1) met a row (1000,)
# - **3** the numbers are integers and were rounded
# - **4** the arrays are too large for the memory

# %% tags=["solution"]
broken_error = "b 2"
# (1000, 1) with (1000,) is (1000, 1000): each prediction is compared with every measurement. Nothing warns.

# %%
check(broken_error, "01.broken_error")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the verdicts of all ten, and `learnkit status` shows where you stand in the
# course. In lesson 02 the nearest digit becomes a model, and the question is how far its accuracy can be trusted.
