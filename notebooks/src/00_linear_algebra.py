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
# # Refresher: vectors and matrices
#
# A picture is a row of numbers, a layer of a network is a table of them, and what a network does is mostly to multiply the one by the other.
# This page holds what that takes, in about thirty minutes. Read it whole, or only the section that a question of
# [Are you ready?](../exercises/00_ready.ipynb) named.

# %%
import numpy as np

from learnkit.visual import draw_lines, show

# %% [markdown]
# ## 1 · Vectors and slices
#
# *4 minutes.* A *vector* is a list of numbers in a fixed order. Its places are counted **from 0**. A *slice* `v[a:b]` takes the places
# from a on and stops **before** b, so it has b − a entries.

# %%
v = np.array([3, 1, 4, 1, 5, 9])
print("place    ", list(range(len(v))))
print("v        ", v)
print("v[0]     ", v[0], "   v[-1]", v[-1], "(from the end)")
print("v[2:5]   ", v[2:5])
assert len(v[2:5]) == 5 - 2

# %% [markdown]
# Two vectors of the same length are added entry by entry, and a number multiplies each entry:

# %%
a, b = np.array([1.0, 2.0]), np.array([3.0, -1.0])
print("a + b =", a + b, "   2 a =", 2 * a, "   a - b =", a - b)

# %% [markdown]
# ## 2 · Mean and variance
#
# *5 minutes.* The *mean* shares the whole out evenly: the sum divided by how many there are. The *variance* says how far the numbers lie from
# it: the mean of the squared distances. Its root, the *standard deviation*, has the unit of the numbers.
#
# $$\mu = \frac{1}{N} \sum_n x_n \qquad \sigma^2 = \frac{1}{N} \sum_n (x_n - \mu)^2$$
#
# For 2, 4, 9: the mean is $15 / 3 = 5$; the distances are $-3, -1, 4$; their squares are $9, 1, 16$; the variance is $26 / 3 = 8.67$.

# %%
x = np.array([2.0, 4.0, 9.0])
distances = x - x.mean()
print("mean", x.mean(), "  distances", distances, "  variance", (distances**2).mean().round(2))
assert distances.sum() == 0  # above and below balance
assert np.isclose((distances**2).mean(), x.var()) and np.isclose(x.std() ** 2, x.var())

# %% [markdown]
# The distances themselves always add up to 0, which is why they are squared first. Some books divide by $N - 1$: that is the better guess at
# the variance of a whole population from a sample of it. NumPy's `var` divides by $N$, and so does this course where it says nothing else.

# %% [markdown]
# ## 3 · Dot product and length
#
# *6 minutes.* The *dot product* of two vectors multiplies entry by entry and adds up:
#
# $$a \cdot b = \sum_k a_k b_k$$
#
# For $(1, 2)$ and $(3, -1)$: $1 \cdot 3 + 2 \cdot (-1) = 1$. With itself, a vector gives the sum of its squares; the root of that is its
# *length*, by Pythagoras. A dot product is positive where two vectors point the same way, 0 where they are at right angles, and negative
# where they point against each other.

# %%
a, b = np.array([1.0, 2.0]), np.array([3.0, -1.0])
print("a · b =", a @ b, "   length of (3, 4) =", np.sqrt(np.array([3, 4]) @ np.array([3, 4])))
angles = np.linspace(0, 180, 37)
turned = np.array([[np.cos(t), np.sin(t)] for t in np.radians(angles)])
show(
    draw_lines(
        angles,
        {"dot product": turned @ np.array([1.0, 0.0])},
        x_label="angle (degrees)",
        y_label="dot product",
    )
)

# %% [markdown]
# Two vectors of length 1: at 0 degrees their dot product is 1, at 90 degrees 0, at 180 degrees −1. A model that asks *how much does this
# picture look like a 3?* computes a dot product of the picture with a vector of weights.

# %%
assert (
    np.isclose(turned[0] @ [1, 0], 1)
    and abs(turned[18] @ [1, 0]) < 1e-12
    and np.isclose(turned[36] @ [1, 0], -1)
)

# %% [markdown]
# ## 4 · Matrices and their shapes
#
# *4 minutes.* A *matrix* is a table. Its *shape* is (rows, columns), in this order. An entry is named by its row, then its column. The
# *transpose* $A^\top$ turns rows into columns.

# %%
A = np.array([[1, 2, 3], [4, 5, 6]])
print("shape", A.shape, "   A[1, 0] =", A[1, 0], "   shape of the transpose", A.T.shape)
assert A[1, 0] == A.T[0, 1] == 4

# %% [markdown]
# In this course a table of data has **one row for each example**, and one column for each thing that is known about it.

# %% [markdown]
# ## 5 · Products
#
# *8 minutes.* The *matrix product* $AB$ has in row $i$, column $j$ the dot product of **row $i$ of $A$ with column $j$ of $B$**.
#
# $$\begin{pmatrix} 1 & 2 \\ 0 & 3 \end{pmatrix} \begin{pmatrix} 4 & 5 \\ 6 & 7 \end{pmatrix} = \begin{pmatrix} 1 \cdot 4 + 2 \cdot 6 & 1 \cdot 5 + 2 \cdot 7 \\ 0 \cdot 4 + 3 \cdot 6 & 0 \cdot 5 + 3 \cdot 7 \end{pmatrix} = \begin{pmatrix} 16 & 19 \\ 18 & 21 \end{pmatrix}$$

# %%
A, B = np.array([[1, 2], [0, 3]]), np.array([[4, 5], [6, 7]])
print((A @ B).tolist(), "  the other way round:", (B @ A).tolist())
assert (A @ B).tolist() == [[16, 19], [18, 21]]
assert (A @ B).tolist() != (B @ A).tolist()

# %% [markdown]
# The order matters. And the shapes must fit: a row of $A$ has as many entries as a column of $B$. Of (M, **K**) times (**K**, N) the inner length is
# added up and goes away; (M, N) is left.

# %%
x, weight = np.ones((5, 3)), np.ones((3, 2))
print("(5, 3) @ (3, 2) has shape", (x @ weight).shape)
try:
    weight @ x
except ValueError:
    print("(3, 2) @ (5, 3) does not exist: 2 is not 5")
assert np.array_equal((x @ weight).T, weight.T @ x.T)

# %% [markdown]
# The last line is a rule that lessons use: a product is transposed by transposing both parts **and swapping them**, $(AB)^\top = B^\top A^\top$.

# %% [markdown]
# ## 6 · Stretching: eigenvalues
#
# *5 minutes, needed from lesson 03 on.* A matrix turns and stretches vectors. Some directions are only stretched: the product points the
# same way. These are the *eigenvectors*, and how much they are stretched is their *eigenvalue*.
#
# $\begin{pmatrix} 3 & 1 \\ 1 & 3 \end{pmatrix}$ stretches $(1, 1)$ to $(4, 4)$, by 4, and $(1, -1)$ to $(2, -2)$, by 2.

# %%
C = np.array([[3.0, 1.0], [1.0, 3.0]])
for direction in np.array([[1.0, 1.0], [1.0, -1.0], [1.0, 0.0]]):
    print(direction, "->", C @ direction)
assert np.allclose(np.linalg.eigvalsh(C), [2, 4])
stretch = np.array([np.linalg.norm(C @ u) for u in turned])
print("the smallest and largest stretch of any direction:", stretch.min().round(3), stretch.max().round(3))
assert stretch.min() >= 2 and stretch.max() <= 4 + 1e-12 and stretch.max() > 3.999

# %% [markdown]
# The third direction, $(1, 0)$, is turned as well. No direction is stretched by more than the largest eigenvalue or by less than the smallest.
# In lesson 03 such a matrix says how a loss curves, and its largest eigenvalue says how large a step may be.

# %% [markdown]
# ## Go on
#
# That is all the linear algebra of the first lessons. Back to [Are you ready?](../exercises/00_ready.ipynb), or on to
# [lesson 01](01_arrays.ipynb).
