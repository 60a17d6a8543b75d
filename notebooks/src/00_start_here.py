# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Start here
#
# A *model* in this course is a function with numbers inside, the *weights*, that turns an input into an answer: a picture of a digit into
# one of the ten digits. Nobody types the weights in. They are *trained*: moved again and again, a little at a time, so that the answers on
# known examples become less wrong.
#
# This course opens every step of that. You meet each step first in NumPy, where nothing is hidden, and then under the same name in
# PyTorch, which is what people use in practice.

# %% [markdown]
# ## Run your first cell
#
# A notebook is a page of *cells*. This one is text; the next one is Python code. Click into it, then press **Shift+Enter**: the code runs,
# its result appears below it, and the next cell is selected.

# %%
2 + 3

# %% [markdown]
# The number in brackets, `[1]`, says that this cell ran first. A star, `[*]`, means that it is still running.
#
# Change `2 + 3` to a sum of your own and press Shift+Enter again. Nothing can break: this is your own copy. Three habits help in all
# lessons:
#
# * Run the cells from top to bottom. A cell can use only what cells before it have made.
# * When results stop making sense, begin afresh: menu **Kernel**, **Restart Kernel and Run All Cells…**
# * Press **Ctrl+S** (on a Mac, **Cmd+S**) to save.

# %% [markdown]
# ## Is everything here?
#
# The next cell looks for what the lessons use. It takes a few seconds, because it loads PyTorch once to see that it works. The cell after
# it says in one line whether all of it can be used.

# %% tags=["nbval-ignore-output"]
# not compared: versions and devices differ between machines
from learnkit.course import doctor

needed = ("NumPy", "PyTorch", "matplotlib", "scikit-learn")
checks = {check.name: check for check in doctor.examine()}
for name in (*needed, "accelerator"):
    print(f"{name:<14}{checks[name].found}")

# %%
missing = [name for name in needed if checks[name].status != "ok"]
print(
    f"Not usable yet: {', '.join(missing)}. Run learnkit doctor in a terminal."
    if missing
    else "Everything is here."
)

# %% [markdown]
# If something is missing, type `learnkit doctor` in a *terminal*, a window for typed commands; JupyterLab has one under **File**, **New**,
# **Terminal**. It looks at more than these cells do, and prints the command that puts each thing right.

# %% [markdown]
# ## A taste: which digit is this?
#
# To a computer a picture is a table of numbers. The next cell prints one: eight rows of eight values, from 0 (paper) to 16 (full
# ink), as a person once wrote them. **Before you run the cell after it, decide: which digit do these numbers draw?** Say it aloud or
# write it down.

# %%
from learnkit import datasets

images, labels = datasets.digits()  # values from 0 (paper) to 1 (ink)
picture = images[900]
for row in (picture.reshape(8, 8) * 16).astype(int):
    print(" ".join(f"{value:2d}" for value in row))

# %% [markdown]
# Now let us look at it as a picture. The number below it is its *label*: what the person meant to write.

# %%
from learnkit import visual

visual.show(visual.draw_digits(images[900:901], labels[900:901]))

# %% [markdown]
# Were you sure? You have read digits for years, and still 64 numbers in a table are hard to read. A computer has nothing but these
# numbers. How it can learn to tell a 4 from a 9 all the same, from examples alone, is the subject of this course.
#
# Here are twelve more from the same collection of 1,797. Some are hard even as pictures.

# %%
visual.show(visual.draw_digits(images[901:913], labels[901:913]))

# %% [markdown]
# ## How a lesson works
#
# 1. **Read.** Each lesson begins with a question that you cannot answer yet, and with the smallest example, worked by hand.
# 2. **Predict.** Before an important result you are asked what you expect. Commit to an answer before you run the cell: where it was
#    wrong is where there is something to learn.
# 3. **Run.** Run each cell, look at its result, change a number, and run it again.
# 4. **Answer.** The exercises are notebooks of their own, in the folder `exercises`. You write a function, `check` runs it, and a wrong
#    answer is told what it got wrong and where to read. `hint` opens one hint at a time.
#
# Where a lesson has sliders and shows "model not found" after it was closed and opened again, run that cell once more.
#
# Plan 45 to 90 minutes for a lesson.
#
# **What you need:** Python with functions, loops and lists, and a little calculus: what a derivative is, and the chain rule. NumPy and
# PyTorch are explained when they come up. A graphics card is not needed.

# %% [markdown]
# ## The lessons
#
# Not sure whether you know enough to begin? [Are you ready?](../exercises/00_ready.ipynb) asks twelve questions, and two refreshers of thirty minutes
# help where something is missing: [calculus](00_calculus.ipynb) and [linear algebra](00_linear_algebra.ipynb).
#
# The lessons in bold are ready. The others are in preparation; where a ready one builds on one that is not, it says what it takes as known.
#
# | | Lesson | | Lesson |
# |---|---|---|---|
# | 01 | **[Arrays, shapes, broadcasting](01_arrays.ipynb)** | 14 | Data augmentation and class imbalance |
# | 02 | Preparing data without leakage | 15 | Hyperparameter tuning |
# | 03 | **[Linear regression and gradient descent](03_regression.ipynb)** | 16 | Convolutional networks |
# | 04 | **[Classification: softmax, cross-entropy](04_classification.ipynb)** | 17 | Recurrent networks and sequences |
# | 05 | **[Multi-layer networks and activations](05_networks.ipynb)** | 18 | Attention and a tiny Transformer |
# | 06 | **[Backpropagation by hand, gradient checking](06_backpropagation.ipynb)** | 19 | Autoencoders, VAE, GAN |
# | 07 | **[A tiny autograd engine](07_autograd.ipynb)** | 20 | Transfer learning |
# | 08 | **[Initialization, vanishing and exploding signals](08_initialization.ipynb)** | 21 | Saving, exporting and serving a model |
# | 09 | **[Optimizers: SGD to AdamW](09_optimizers.ipynb)** | 22 | Drift and continual learning |
# | 10 | **[Learning-rate schedules, batch size, clipping](10_schedules.ipynb)** | 23 | Fast training on a GPU |
# | 11 | The training loop, metrics, honest evaluation | 24 | Distributed training |
# | 12 | **[Regularization and dropout](12_regularization.ipynb)** | 25 | Capstone: training clinic and a project |
# | 13 | **[Batch, layer and RMS normalization](13_normalization.ipynb)** |  |  |

# %% [markdown]
# ## Where your work is, and where help is
#
# `learnkit lab` opened this page as your own copy, in the folder `my-course`. What you write there is yours: it is never overwritten. When
# a lesson changes in the course after you have edited it, `learnkit lab` says so, and `learnkit lab --fresh 01` puts the new lesson beside
# yours.
#
# | You want to | Type in a terminal |
# |---|---|
# | open this page again | `learnkit lab` |
# | open lesson 01 | `learnkit lab 01` |
# | see what you have done | `learnkit status` |
# | be asked again what you have learned | `learnkit review` |
# | write down what you can show | `learnkit report` |
# | know what is missing, and how to get it | `learnkit doctor` |
# | see all commands | `learnkit --help` |
#
# Ready? Go to **[01 Arrays](01_arrays.ipynb)**.
