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
# # 00 · Are you ready?
#
# Twelve questions on what the course takes as known: a little Python, vectors and matrices, and a little calculus. They take
# about 24 minutes, with paper and pencil or in your head. Nobody but you sees the answers.
#
# 1. Put your answer in place of the three dots and run the cell: a number, or the letter of a choice in quotes.
# 2. Run the cell with `check`. A wrong answer is told what may have happened, and **where to read**: in one of two refreshers of
#    thirty minutes each, [linear algebra](../notebooks/00_linear_algebra.ipynb) and [calculus](../notebooks/00_calculus.ipynb).
#
# Ten of twelve at the first try: go to [lesson 01](../notebooks/01_arrays.ipynb). Fewer: read the sections that are named, and try again.

# %% [markdown] tags=["solution"]
# *This is the notebook with solutions. Yours, without them, is [here](../exercises/00_ready.ipynb).*

# %%
# On Google Colab this installs the course's package; elsewhere it does nothing.
import importlib.util
import sys

if "google.colab" in sys.modules and importlib.util.find_spec("learnkit") is None:
    from IPython import get_ipython

    get_ipython().run_line_magic("pip", "install --quiet git+https://github.com/learnkit-course/learnkit")

# %%
import numpy as np

from learnkit.checking import check, hint, start, use  # noqa: F401

# %% [markdown]
# ## 1 · `slice_sum`: a slice
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [linear algebra, section 1](../notebooks/00_linear_algebra.ipynb#1-·-Vectors-and-slices)*
#
# `v = [10, 20, 30, 40, 50]`. What is `sum(v[1:4])`?

# %% tags=["solution"]
slice_sum = sum([10, 20, 30, 40, 50][1:4])
# Places 1, 2 and 3: the end of a slice is left out.

# %%
check(slice_sum, "00.slice_sum")

# %% [markdown]
# ## 2 · `mean_of`: a mean
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [linear algebra, section 2](../notebooks/00_linear_algebra.ipynb#2-·-Mean-and-variance)*
#
# What is the mean of 2, 4, 4, 10?

# %% tags=["solution"]
mean_of = (2 + 4 + 4 + 10) / 4
# The sum, shared out among four.

# %%
check(mean_of, "00.mean_of")

# %% [markdown]
# ## 3 · `variance_of`: a variance
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [linear algebra, section 2](../notebooks/00_linear_algebra.ipynb#2-·-Mean-and-variance)*
#
# What is the variance of 1, 4, 4, 7, the mean squared distance from their mean?

# %% tags=["solution"]
variance_of = np.var([1, 4, 4, 7])
# The distances from 4 are -3, 0, 0, 3, and their squares 9, 0, 0, 9.

# %%
check(variance_of, "00.variance_of")

# %% [markdown]
# ## 4 · `dot_product`: a dot product
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [linear algebra, section 3](../notebooks/00_linear_algebra.ipynb#3-·-Dot-product-and-length)*
#
# What is the dot product of (2, 1, 3) and (4, 0, -1)?

# %% tags=["solution"]
dot_product = np.dot([2, 1, 3], [4, 0, -1])
# 8 + 0 - 3.

# %%
check(dot_product, "00.dot_product")

# %% [markdown]
# ## 5 · `length_of`: a length
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [linear algebra, section 3](../notebooks/00_linear_algebra.ipynb#3-·-Dot-product-and-length)*
#
# How long is the vector (6, -8), by Pythagoras?

# %% tags=["solution"]
length_of = np.hypot(6, -8)
# The root of 36 + 64.

# %%
check(length_of, "00.length_of")

# %% [markdown]
# ## 6 · `shape_of_product`: the shape of a product
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [linear algebra, section 5](../notebooks/00_linear_algebra.ipynb#5-·-Products)*
#
# A matrix of 5 rows and 3 columns times a matrix of 3 rows and 2 columns: what is the shape of the product?
#
# - **a** 5 rows, 2 columns
# - **b** 3 rows, 3 columns
# - **c** 5 rows, 3 columns
# - **d** it does not exist

# %% tags=["solution"]
shape_of_product = "a"
# (5, 3) times (3, 2): the inner 3 is added up, the outer lengths stay.

# %%
check(shape_of_product, "00.shape_of_product")

# %% [markdown]
# ## 7 · `product_entry`: an entry of a product
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [linear algebra, section 5](../notebooks/00_linear_algebra.ipynb#5-·-Products)*
#
# $A$ has the rows (1, 2) and (3, 4), $B$ has the rows (5, 6) and (7, 8). Which number stands in row 2, column 1 of the matrix product $AB$?

# %% tags=["solution"]
product_entry = np.dot([3, 4], [5, 7])
# Row 2 of A with column 1 of B: 15 + 28.

# %%
check(product_entry, "00.product_entry")

# %% [markdown]
# ## 8 · `slope_at`: a slope
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [calculus, section 2](../notebooks/00_calculus.ipynb#2-·-Rules)*
#
# What is the slope of $f(x) = x^3 - 2x$ at $x = 2$?

# %% tags=["solution"]
slope_at = 3 * 2**2 - 2
# The derivative is 3x² - 2.

# %%
check(slope_at, "00.slope_at")

# %% [markdown]
# ## 9 · `chain_rule`: a function inside a function
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [calculus, section 3](../notebooks/00_calculus.ipynb#3-·-The-chain-rule)*
#
# What is the derivative of $(3x + 1)^2$ at $x = 1$?

# %% tags=["solution"]
chain_rule = 2 * (3 * 1 + 1) * 3
# Outer derivative 2 · 4, inner derivative 3.

# %%
check(chain_rule, "00.chain_rule")

# %% [markdown]
# ## 10 · `partial`: one variable at a time
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [calculus, section 4](../notebooks/00_calculus.ipynb#4-·-Several-variables)*
#
# $f(w, b) = (2w + b - 5)^2$. What is its partial derivative along $w$ at $w = 1, b = 1$?

# %% tags=["solution"]
partial = 2 * (2 * 1 + 1 - 5) * 2
# Inside stands -2; times 2 from the square, times 2 from 2w.

# %%
check(partial, "00.partial")

# %% [markdown]
# ## 11 · `downhill`: which way is down?
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [calculus, section 5](../notebooks/00_calculus.ipynb#5-·-Downhill)*
#
# At some point the gradient of a loss is (3, -1): its partial derivatives along $w_1$ and $w_2$. Which small step makes the loss smaller the fastest?
#
# - **a** more $w_1$, less $w_2$
# - **b** less $w_1$, more $w_2$
# - **c** less of both
# - **d** more of both

# %% tags=["solution"]
downhill = "b"
# Against the gradient: minus 3 along the first, plus 1 along the second.

# %%
check(downhill, "00.downhill")

# %% [markdown]
# ## 12 · `log_of_product`: a logarithm
#
# *Practice · level 1 of 3 · about 2 minutes · read again: [calculus, section 6](../notebooks/00_calculus.ipynb#6-·-Exponentials-and-logarithms)*
#
# $\ln a = 2$ and $\ln b = 3$. What is $\ln(a^2 b)$?

# %% tags=["solution"]
log_of_product = 2 * 2 + 3
# The power becomes a factor, the product a sum.

# %%
check(log_of_product, "00.log_of_product")

# %% [markdown]
# ## Done?
#
# In a terminal, `learnkit check` with the name of this notebook lists the twelve verdicts. `hint("00.chain_rule")` opens a hint for a
# question that does not come.
