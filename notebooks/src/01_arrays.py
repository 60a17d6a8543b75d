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
# # 01 · Compute with whole arrays: find the digit that looks most like another
#
# **You will be able to**
#
# - read the shape of an array, and say what a sum, a slice or a product makes of it;
# - broadcast on purpose: make two arrays meet in the axes that you mean, and see when they meet in others;
# - replace loops over numbers by one expression, and say what that gains and what it costs;
# - work with this course: `predict`, `check`, `hint`, `use` and `start`.
#
# **You need** Python with functions, loops and lists, and the distance of two points from school. NumPy is explained here.
#
# **Time** about 86 minutes. The lesson takes 56: recall and the question 6, shapes and the example by hand 10, broadcasting 10, errors 8,
# how the course checks you 6, distances and their time 9, the nearest digits and the broken result 5, PyTorch 2. The four core exercises take 30.

# %% [markdown]
# ## Recall
#
# Three questions on Python and school mathematics. Put your answer in place of the three dots and run the cell. A text goes in
# quotes, a number does not; for a choice its letter in quotes is enough.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("01.r1", answer=...)

# %%
recall("01.r2", answer=...)

# %%
recall("01.r3", answer=...)

# %% [markdown]
# ## 1 · The question
#
# First the tools: NumPy, the course's NumPy library as `lk`, the data, and the figures.

# %%
import time

import numpy as np

from learnkit import reference as lk
from learnkit.datasets import digits
from learnkit.visual import (
    draw_broadcast,
    draw_digits,
    draw_learning_curves,
    draw_shapes,
    draw_timings,
    explore_shapes,
    show,
)

# %% [markdown]
# There are 1,797 digits that people wrote by hand, 8 by 8 gray values each. We keep 1,348 of them as a *collection* and set 449 aside.
# The first picture is one of those set aside. The others are eleven of the collection.

# %%
images, labels = digits()
images = images.astype(np.float64)  # 64-bit numbers, as in all comparisons below
kept, aside = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
collection, queries = images[kept], images[aside]
wanted = queries[3]
show(draw_digits(np.vstack([wanted, collection[:11]]), ["wanted"] + ["this one?"] * 11))

# %% [markdown]
# **Which of the 1,348 looks most like the wanted one?** And then: which for each of the 449 that were set aside? To answer, a computer
# compares 449 · 1,348 pairs of pictures, 64 values each: 38,736,128 differences. By the end of this lesson you do that in one line, in
# a fraction of a second, and know why the obvious line needs 310 megabytes for it.

# %% [markdown]
# ## 2 · Shapes and axes
#
# An *array* is a block of numbers of one kind. Its *shape* says how long it is in each direction; a direction is called an *axis*, and
# axes are counted from 0. The kind of number is its *dtype*.

# %%
print("images    ", images.shape, images.dtype)
print("collection", collection.shape, collection.dtype)
print("wanted    ", wanted.shape, wanted.dtype)
print("labels    ", labels.shape, labels.dtype)

# %% [markdown]
# `collection` has two axes: axis 0 counts digits, axis 1 counts pixels. `wanted` has one. A shape with one axis is written with a comma,
# `(64,)`, since that is how Python writes a tuple of one.
#
# An index takes an axis away, a slice keeps it. A small table shows it:

# %%
table = np.array([[1, 2, 3, 4], [10, 20, 30, 40], [100, 200, 300, 400]])
parts = {"table": table, "table[0]": table[0], "table[:, 1]": table[:, 1], "table[1:]": table[1:]}
parts |= {"table[1:2]": table[1:2], "table[2, 3]": table[2, 3]}
for text, part in parts.items():
    print(f"{text:<12} {part.shape!s:<8}", part.tolist())

# %% [markdown]
# Two lines deserve a second look. `table[1:2]` is a table of one row; `table[1]` would be a row. The numbers are the same, the shapes are not,
# and the shape decides what happens next.
#
# A sum is told along which axis to run. Commit to an answer before you see one:

# %%
predict("01.sum-axis-0", answer=...)


# %%
def sum_along_axes():
    print("the table      ", table.shape)
    print("sum(axis=0)    ", table.sum(axis=0).shape, table.sum(axis=0))
    print("sum(axis=1)    ", table.sum(axis=1).shape, table.sum(axis=1))
    print("sum()          ", table.sum().shape, table.sum())
    assert table.sum(axis=0).shape == (4,) and table.sum(axis=1).shape == (3,)


show_after("01.sum-axis-0", sum_along_axes)

# %% [markdown]
# **The axis that is named goes away.** Of (3, 4), `axis=0` leaves (4,) and `axis=1` leaves (3,). The same holds for `mean`, `max` and `argmax`,
# which returns the place of the largest entry.
#
# Three tools change a shape and leave the numbers alone. `keepdims=True` keeps the axis of a sum with length 1. `None` inside the brackets
# puts in a new axis of length 1. `reshape` lays the same numbers out anew: 64 pixels become 8 rows of 8.

# %%
totals = table.sum(axis=1)
print("totals                       ", totals.shape)
print("totals[:, None]              ", totals[:, None].shape)
print("totals[None, :]              ", totals[None, :].shape)
print("sum(axis=1, keepdims=True)   ", table.sum(axis=1, keepdims=True).shape)
print("wanted.reshape(8, 8)         ", wanted.reshape(8, 8).shape)
assert np.array_equal(totals[:, None], table.sum(axis=1, keepdims=True))

# %% [markdown]
# ## 3 · The smallest example, by hand
#
# How alike are two pictures? Take their values as the coordinates of two points and measure how far apart the points are. We leave the
# root out: the *squared distance* has the same order, and costs less.
#
# $$d(a, b) = \sum_k (a_k - b_k)^2$$
#
# Two points $a_0 = (0, 0)$ and $a_1 = (3, 4)$, three points $b_0 = (0, 0)$, $b_1 = (3, 0)$, $b_2 = (0, 4)$. Fill the table yourself first.
#
# | | $b_0 = (0, 0)$ | $b_1 = (3, 0)$ | $b_2 = (0, 4)$ |
# |---|---|---|---|
# | $a_0 = (0, 0)$ | 0 | 9 | 16 |
# | $a_1 = (3, 4)$ | 9 + 16 = 25 | 0 + 16 = 16 | 9 + 0 = 9 |
#
# In Python that is three loops: over the points $a$, over the points $b$, over the coordinates.


# %%
def loop_dists(a, b):
    """The squared distance of each row of a to each row of b, number by number."""
    rows = []
    for one in a:
        row = []
        for other in b:
            total = 0.0
            for p, q in zip(one, other, strict=True):
                total += (p - q) ** 2
            row.append(total)
        rows.append(row)
    return np.array(rows)


a = np.array([[0.0, 0.0], [3.0, 4.0]])
b = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
print(loop_dists(a, b))

# %% [markdown]
# The result has shape (2, 3): row $m$ belongs to point $a_m$, column $n$ to point $b_n$. It is right, and for our 38 million differences it is
# far too slow. The rest of the lesson gets rid of the loops.

# %% [markdown]
# ## 4 · Broadcasting
#
# `table + 1` adds 1 to every entry: the single number is used again and again. *Broadcasting* is that, as a rule for any two shapes:
#
# 1. Write the shapes under each other, **from the right**.
# 2. Where the shorter one has no length, put a 1.
# 3. At each place the lengths must be equal, or one of them must be 1. If not: an error.
# 4. A length of 1 is repeated until it is as long as the other.
#
# A column of shape (3, 1) and a row of shape (4,) meet as a table:

# %%
column, row = np.array([[10], [20], [30]]), np.array([1, 2, 3, 4])
assert (column + row).shape == (3, 4)
show(draw_broadcast(column, row))

# %% [markdown]
# Dark entries are there; the hatched ones are the same numbers, used again. Nothing is copied. Each sum of a number of the column with a
# number of the row appears once: that is how *all pairs* come about without a loop.
#
# Now a harder one, before you see it:

# %%
predict("01.shape", answer=...)

# %%
assert (np.zeros((5, 1, 3)) + np.zeros((4, 1))).shape == (5, 4, 3)
show_after("01.shape", draw_shapes, (5, 1, 3), (4, 1))

# %% [markdown]
# A dashed box is a length of 1 that was put in front; a hatched box is repeated. Now pick shapes yourself. Two tasks stand below
# the figure, each with a question.

# %%
shapes_explorer = explore_shapes()
shapes_explorer

# %% [markdown]
# Back to the distances. We want all pairs of a point of `a` and a point of `b`, and for each pair the differences of their coordinates:
# shape (2, 3, 2). `a` is given an axis where `b` has its points, `a[:, None]` of shape (2, 1, 2), and meets `b` of shape (3, 2).

# %%
differences = a[:, None] - b
print("differences", differences.shape)
print((differences**2).sum(axis=2))
assert np.array_equal((differences**2).sum(axis=2), loop_dists(a, b))

# %% [markdown]
# The table from above, in one expression. The sum runs along axis 2, the coordinates, and that axis goes away.
#
# Comparisons broadcast as sums do. A column of labels against the row of all ten classes asks each label ten questions:

# %%
three = labels[aside][:3]
asked = three[:, None] == np.arange(10)  # (3, 1) against (10,)
print(three, asked.shape, asked.dtype)
print(asked.astype(int))
print("how often each class occurs:", asked.astype(int).sum(axis=0))
print("True + True:", np.array([True]) + np.array([True]), "  1 + 1:", np.array([1]) + np.array([1]))

# %% [markdown]
# Each row has a single 1, at the place of its class. Such a row is called *one-hot*, and an exercise asks you for it. `astype(int)` makes
# numbers of True and False, which can be added up.

# %% [markdown]
# ## 5 · Errors, and what they say
#
# Sooner or later shapes do not meet. The message then holds both shapes, and reading them is half of the cure. The cells
# below provoke six errors. Before you read the cure, find it yourself.


# %%
def show_error(wrong, cure):
    """Show the error that one function raises, and the shape that another gives."""
    try:
        wrong()
    except (ValueError, IndexError) as error:
        print(f"{type(error).__name__}: {error}")
    print("   cured:", cure().shape)


small, four, three = np.ones((4, 3)), np.ones(4), np.ones(3)
show_error(lambda: small + four, lambda: small + four[:, None])  # one number for each row
show_error(lambda: small @ np.ones((2, 3)), lambda: small @ np.ones((2, 3)).T)  # a matrix product
show_error(lambda: wanted.reshape(8, 7), lambda: wanted.reshape(8, -1))  # -1: whatever fits

# %% [markdown]
# - The first: from the right 3 meets 4. There is one number for each of four *rows*, so it has to be a column.
# - The second: a *matrix product* `@` multiplies each row of the left by each column of the right and adds up. The inner lengths have to be
#   equal, (4, 3) with (3, 2); here the right one stands on its side. `.T` turns it.
# - The third: 64 numbers are not 8 · 7. A length of −1 asks NumPy to work it out.

# %%
show_error(lambda: small.sum(axis=2), lambda: small.sum(axis=1))  # two axes: 0 and 1
show_error(lambda: np.array([[1, 2, 3], [4, 5]]), lambda: np.array([[1, 2, 3], [4, 5, 0]]))
show_error(lambda: np.add(three, small, out=three), lambda: three + small)  # what three += small does

# %% [markdown]
# - The fourth: two axes are numbered 0 and 1.
# - The fifth: rows of different lengths are no block. They have to be filled up first.
# - The sixth: `+=` writes into the array on its left, and twelve results do not fit into three places. `three + small` makes a new array.

# %% [markdown]
# ## 6 · No error, and wrong
#
# An error is the good case. Worse is an operation that works and means something else. The most expensive one of all:

# %%
predict("01.column-minus-row", answer=...)

# %%
predicted, measured = np.array([[3.0], [5.0], [9.0]]), np.array([3.0, 5.0, 9.0])
assert (np.zeros((100, 1)) - np.zeros(100)).shape == (100, 100)


def column_minus_row():
    show(draw_broadcast(predicted, measured, operation="−"))
    print("mean squared error, column and row:", round(((predicted - measured) ** 2).mean(), 2))
    print("mean squared error, two rows      :", ((predicted[:, 0] - measured) ** 2).mean())


show_after("01.column-minus-row", column_minus_row)

# %% [markdown]
# Here with three numbers. The predictions are perfect, and the error should be 0. It is 12.44, because every prediction was compared with every measurement;
# only the diagonal was meant. Nothing warns. With a model in the place of the numbers this looks like "it does not learn".
#
# **The cure is a habit:** state the shape that you expect. It costs one line, and it turns the silent case into a loud one.

# %%
difference = predicted[:, 0] - measured
assert difference.shape == measured.shape, f"{difference.shape} is not {measured.shape}"
print("as expected:", difference.shape)

# %% [markdown]
# The second silent case needs a *square* table. Each row is to be divided by its sum; somebody forgot to keep the axis.

# %%
square = np.array([[1.0, 1.0, 2.0], [0.0, 1.0, 1.0], [1.0, 3.0, 4.0]])
wrong = square / square.sum(axis=1)  # (3, 3) / (3,)
right = square / square.sum(axis=1, keepdims=True)  # (3, 3) / (3, 1)
print("sums of the rows, axis lost:", wrong.sum(axis=1))
print("sums of the rows, axis kept:", right.sum(axis=1))

# %% [markdown]
# On (4, 3) the same line would have raised the first error of section 5. On (3, 3) the row of sums fits, along the wrong axis. That is why
# every exercise of this course tries your function on a square table *and* on one that is not.
#
# Third: dividing by a sum that is 0. NumPy warns and goes on with *nan*, "not a number", and every sum that meets a nan becomes nan.

# %%
amounts = np.array([[1.0, 3.0], [0.0, 0.0]])
sums = amounts.sum(axis=1, keepdims=True)
with np.errstate(invalid="ignore"):  # NumPy would warn; we want to see the value
    print((amounts / sums).tolist())
print((amounts / np.where(sums == 0, 1, sums)).tolist())

# %% [markdown]
# `np.where(question, x, y)` takes, entry by entry, x where the question is true and y elsewhere. Divided by 1, a row of zeros stays.
#
# Fourth: a row of an array is no copy. It is a *view*, a second name for the same numbers, and `-=` writes into them:

# %%
owner = np.array([[1.0, 2.0], [3.0, 4.0]])
view = owner[0]
view -= 10  # writes into owner too
print("owner after view -= 10:", owner.tolist())
owner = np.array([[1.0, 2.0], [3.0, 4.0]])
view = owner[0] - 10  # a new array
print("owner after view - 10 :", owner.tolist())

# %% [markdown]
# A function that changes what it was given surprises whoever called it. In this course functions return new arrays.

# %% [markdown]
# ## 7 · How this course checks you
#
# The exercises stand in a notebook of their own, and each answers back. Here is one of them, answered wrongly. The task: *subtract from
# each row its own mean, so that the row adds up to 0.* Read the answer and find the mistake; section 6 showed it.

# %%
from learnkit.checking import check, hint, use


def center_rows(x):
    return x - x.mean(axis=1)


check(center_rows)

# %% [markdown]
# `check` has tried the function on several inputs, its *probes*. From top to bottom it says
#
# - how many probes agree: the table with one row did, since one mean fits wherever it lies;
# - what happened: an error on a table that is not square. On a square one there was none, only wrong numbers;
# - **which misconception it recognizes**, and the section to read again. It knows this mistake, and has compared what it does with what
#   your function does;
# - the smallest input that fails, with what was expected and what came.
#
# It never shows the solution. Stuck? `hint` opens one hint at a time: a nudge, the concept, the steps, and last the solution.

# %%
hint("01.center_rows")

# %% [markdown]
# The means have shape (N,) and lie along the columns. Kept as a column, they meet the rows:


# %%
def center_rows(x):
    return x - x.mean(axis=1, keepdims=True)


check(center_rows)

# %% [markdown]
# `use` hands your function to the cells that follow if it is right; if it is not, it hands over the course's and says so. You can
# always go on.

# %%
center_rows_ok = use("01.center_rows", center_rows)
print(np.abs(center_rows_ok(collection).sum(axis=1)).max() < 1e-12)

# %% [markdown]
# `start` puts an exercise into a new cell in an easier form. `start("01.center_rows", "fill")` gives the solution with one line to write:
#
# ```python
# def center_rows(x):
#     """Subtract from each row its own mean, so that the row adds up to 0.
#
#     x : (N, D) array
#     Returns an array (N, D). The input stays as it was.
#     """
#     means = ...  # <- this line
#     return x - means
# ```
#
# The form `"order"` gives its lines in another order, with one or two that do not belong, and `"blank"` the empty exercise. All forms are
# checked alike. `predict` you know already: it notes your answer, and the result waits for it. None of this is an examination; what you answer
# stays on your machine.

# %% [markdown]
# ## 8 · All distances at once
#
# `((a[:, None] - b) ** 2).sum(axis=2)` is right for any two tables. What does it need for all pairs of our digits?

# %%
count = len(queries) * len(collection)
print(f"pairs       {count:>11,}")
print(f"differences {count * 64:>11,}")
print(f"as 64-bit numbers, 8 bytes each: {count * 64 * 8 / 1e6:.0f} MB")
print(f"the distances alone            : {count * 8 / 1e6:.0f} MB")

# %% [markdown]
# The result is small, the way there is large: the differences take 64 times the memory of the distances. With ten times the digits on both sides
# they would need 31 GB. School algebra avoids them. Multiply the square out, and add up over the coordinates $k$:
#
# $$\sum_k (a_k - b_k)^2 = \sum_k a_k^2 - 2 \sum_k a_k b_k + \sum_k b_k^2$$
#
# - The first part depends on the row of $a$ alone: a column, (M, 1).
# - The last depends on the row of $b$ alone: a row, (N,).
# - The middle one is every row of $a$ times every row of $b$, added up: the matrix product `a @ b.T` of (M, D) and (D, N), of shape (M, N).

# %%
print("a @ b.T =", (a @ b.T).tolist())  # a[1] @ b[2] = 3 * 0 + 4 * 4 = 16


# %%
def sq_dists(a, b):
    """The squared distance of each row of a to each row of b, in three parts."""
    return (a**2).sum(axis=1)[:, None] - 2 * a @ b.T + (b**2).sum(axis=1)


assert np.array_equal(sq_dists(a, b), loop_dists(a, b))
assert np.allclose(
    sq_dists(queries, collection), lk.pairwise_sq_dists(queries, collection), rtol=0, atol=1e-12
)
print(sq_dists(a, b))

# %% [markdown]
# The table of section 3 a third time. The matrix product is what computers do best, and every model of this course begins with one:
# each row of inputs times a matrix, and the same row of numbers, the *bias*, added to each result.

# %%
x, weight, bias = (
    np.arange(6.0).reshape(2, 3),
    np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
    np.array([10.0, 20.0]),
)
print("(2, 3) @ (3, 2)  is (2, 2):", (x @ weight).tolist())
print("(2, 2) + (2,)    is (2, 2):", (x @ weight + bias).tolist())
assert np.array_equal(x @ weight + bias, lk.affine(x, weight, bias))

# %% [markdown]
# From the right the bias lines up with the columns, the outputs; its missing length is repeated for the rows, the examples.
#
# Nothing is free. Far from the origin the three parts are huge, and their difference small:

# %%
far = np.array([[10000, 10000]], dtype=np.float32), np.array([[10000, 10001]], dtype=np.float32)
print("differences first:", ((far[0][:, None] - far[1]) ** 2).sum(axis=2))
print("three parts      :", sq_dists(*far))
print("the library      :", lk.pairwise_sq_dists(*far))

# %% [markdown]
# Two points at distance 1, and the three parts say 0. Those are near $2 \cdot 10^8$, where 32-bit numbers go in steps of 16. The library moves
# both tables to the middle of the second one first: no distance changes, and the parts stay small.

# %% [markdown]
# ## 9 · How much faster?

# %%
predict("01.speed", answer=...)

# %% [markdown]
# Four ways to the same distances, each timed on five draws of digits, and as the time for one digit against the collection.


# %%
def seconds(way, *inputs):
    """The shortest of three runs: what the machine does besides only ever makes a run longer."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        way(*inputs)
        times.append(time.perf_counter() - start)
    return min(times)


def digit_by_digit(a, b):
    return np.array([((b - one) ** 2).sum(axis=1) for one in a])


def all_differences(a, b):
    return ((a[:, None] - b) ** 2).sum(axis=2)


# %%
ways = {"loops over numbers": loop_dists, "arrays, digit by digit": digit_by_digit}
ways |= {"all differences at once": all_differences, "three parts": sq_dists}
milliseconds = {name: [] for name in ways}
for seed in range(5):
    drawn = queries[lk.rng(seed).permutation(len(queries))[:50]]
    for name, way in ways.items():
        some = drawn[:1] if way is loop_dists else drawn
        assert np.allclose(way(some, collection), sq_dists(some, collection))
        milliseconds[name].append(1000 * seconds(way, some, collection) / len(some))


# %% tags=["nbval-ignore-output"]
# not compared: times differ between machines and from run to run
def compare_the_times():
    show(draw_timings(milliseconds, unit="ms for one digit"))
    loops, one_by_one, at_once, parts = (np.median(times) for times in milliseconds.values())
    assert loops > 20 * one_by_one and loops > 100 * parts
    assert at_once > one_by_one / 2 and at_once > 5 * parts


show_after("01.speed", compare_the_times)

# %% [markdown]
# Each dot is one draw. The scale is logarithmic: every line to the right is ten times slower. Your numbers differ from those that are stored
# here; the cell asserts what holds on any machine. From loops over numbers to arrays it is more than a factor of 20, to the three parts
# more than 100.
#
# *All differences at once* has no loop left, and still it is not twice as fast as going digit by digit: it writes millions of numbers to
# memory and reads them back. The three parts, which avoid them, are more than 5 times faster than that. A loop over *large pieces* costs
# little. What costs is a loop over single numbers, and memory.

# %% [markdown]
# ## 10 · The nearest digits
#
# Now the question of section 1. One row of distances, and the places of its five smallest entries; `argsort` sorts places by value.

# %%
distances = sq_dists(queries, collection)  # (449, 1348)
nearest = distances[3].argsort()[:5]
captions = ["wanted"] + [f"d = {distances[3, place]:.2f}" for place in nearest]
show(draw_digits(np.vstack([wanted, collection[nearest]]), captions))
assert distances[3].argmin() == nearest[0] and distances[3, nearest[0]] == distances[3].min()

# %% [markdown]
# The nearest one is an answer that one can see. For all 449 at once it is one call, along the axis of the collection. Does the nearest
# digit also *mean* the same? And how many must there be to choose from?

# %%
sizes = 10 * 2 ** np.arange(8)  # 10, 20, 40, … 1,280 digits to choose from


def share_of_same_meaning(seed):
    """For each size: of the digits set aside, the share whose nearest one shows the same digit."""
    kept, aside = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(seed))
    distances = sq_dists(images[aside], images[kept])
    return [(labels[kept][distances[:, :n].argmin(axis=1)] == labels[aside]).mean() for n in sizes]


shares = np.array([share_of_same_meaning(seed) for seed in range(5)])
axes = {"x_label": "doublings of the collection (0: 10 digits, 7: 1,280)", "start": 0}
show(draw_learning_curves({"same digit": shares}, y_label="share of the digits set aside", **axes))
assert shares[:, 0].max() < 0.6 and shares[:, 3].min() > 0.8 and shares[:, -1].min() > 0.96
print("with 10 digits to choose from: below 0.6; with 80: above 0.8; with 1,280: above 0.96")

# %% [markdown]
# The line is the mean of five draws, the band goes from the smallest to the largest. With 1,280 digits to choose from, more than 96 of 100
# nearest ones show the same digit, and nobody has told the computer what a digit is. It is a first model that reads. Whether such
# a number can be trusted is the subject of lesson 02.

# %% [markdown]
# ## 11 · A broken result
#
# Somebody wants strong and faint handwriting to count alike, and divides each of 64 digits by the sum of its own 64 values: each row should then
# add up to 1. There was no error and no warning. These are the sums, one for each digit, joined by a line:

# %%
run = broken_run("01.broken-result")
axes = {"y_label": "sum of the row", "x_label": "digit", "start": 0}
show(draw_learning_curves(run.curves, reference_lines={"what it should be": 1.0}, **axes))

# %% [markdown]
# Four causes are on the table: rounding; sums along the wrong axis; sums that have lost their axis; a blank digit. You may ask for three
# numbers. Choose those that tell the causes apart.

# %%
run.ask(...)

# %%
predict("01.broken-result", answer=...)


# %% [markdown]
# Reproduce it, and try the cure:


# %%
def reproduce():
    digits_64 = digits()[0][:64]
    broken = (digits_64 / digits_64.sum(axis=1)).sum(axis=1)
    cured = (digits_64 / digits_64.sum(axis=1, keepdims=True)).sum(axis=1)
    assert np.allclose(broken, run.curves["sum of the row"])
    print(f"axis lost: sums from {broken.min():.2f} to {broken.max():.2f}")
    print(f"axis kept: sums from {cured.min():.2f} to {cured.max():.2f}")


show_after("01.broken-result", reproduce)

# %% [markdown]
# It is the square table of section 6, in real data: 64 digits of 64 pixels. One digit more, and NumPy would have refused. Many such
# mistakes are found late, because somebody tried the program on a batch of 64 first.

# %% [markdown]
# ## 12 · The same in PyTorch
#
# PyTorch has arrays too and calls them *tensors*. Its rule of broadcasting is the one of section 4, word for word. The cell finds the nearest
# digit for all 449 in NumPy; the next one does it in PyTorch. One line differs: the import.

# %%
from learnkit import reference as lk

device = lk.device("auto")
a, b = lk.tensor(queries, device=device), lk.tensor(collection, device=device)
places = lk.pairwise_sq_dists(a, b).argmin(1).tolist()

# %%
in_numpy = places
same = np.mean(labels[kept][places] == labels[aside])
assert 0.97 < same < 1
print("places of the nearest:", places[:8], "…")

# %%
from learnkit import pytorch as lk

device = lk.device("auto")
a, b = lk.tensor(queries, device=device), lk.tensor(collection, device=device)
places = lk.pairwise_sq_dists(a, b).argmin(1).tolist()

# %% tags=["nbval-ignore-output"]
# not compared: the device depends on the machine
print("ran on", device)

# %%
agreeing = np.mean(np.array(places) == np.array(in_numpy))
assert agreeing > 0.99  # two collected digits may be equally near up to rounding
print("the same digits in both: more than 99 of 100")

# %% [markdown]
# `lk.device("auto")` finds a GPU where there is one, and the tensors go there. That the two libraries compute the same is compared now,
# on this machine, operation by operation, and with PyTorch's own call:

# %%
from learnkit.parity import parity_table

parity_table("row_normalize", "one_hot", "affine", "pairwise_sq_dists", "batched_outer")

# %% [markdown]
# PyTorch says `dim` and `keepdim` where NumPy says `axis` and `keepdims`. The course's functions take `dim` and `keepdim` in both.

# %% [markdown]
# ## 13 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | read shapes, and say what a sum makes of them | section 2: the axis that is named goes away | exercises `row_normalize`, `what_meets` |
# | broadcast on purpose, and see when it was not | sections 4 to 6: the rule, six errors, four silent cases | exercises `one_hot`, `affine`, `broken_error` |
# | replace loops, and say what it costs | sections 8 and 9: three parts, more than 100 times faster | exercises `pairwise_sq_dists`, `differences_in_mb` |
# | work with `predict`, `check`, `hint`, `use`, `start` | section 7: a wrong answer, explained | the notebook of exercises |
#
# **What is still missing.** The nearest digit is right in more than 96 of 100 cases *on these digits*. In section 10 every digit was either
# collected or set aside, never both. What happens to the number when that goes wrong, and how often it does, is lesson 02.

# %% [markdown]
# ## 14 · Exercises
#
# They are in [their own notebook](../exercises/01_arrays.ipynb), and each answers back.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `row_normalize` | 1 | 8 | core |
# | `affine` | 1 | 5 | core |
# | `one_hot` | 1 | 7 | core |
# | `pairwise_sq_dists` | 2 | 10 | core |
# | `center_rows` | 1 | 4 | practice |
# | `batched_outer` | 2 | 8 | practice |
#
# Four questions without code follow them, three minutes each.
#
# ## References
#
# - Harris et al. 2020, *Array programming with NumPy*: arrays, views, and broadcasting (figure 1).
# - van der Walt, Colbert & Varoquaux 2011, *The NumPy array: a structure for efficient numerical computation*: why it is fast.
# - Cover & Hart 1967, *Nearest neighbor pattern classification*: the model of section 10.
# - Alpaydin & Kaynak 1998, *Optical recognition of handwritten digits*: the data.
