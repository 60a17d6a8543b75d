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
# # 03 · Fit a line by walking downhill: how far to step, and why units decide
#
# **You will be able to**
#
# - measure how wrong a line is by one number, and say why it is a mean of squares;
# - derive the gradient of that number, and check the derivation;
# - say what a learning rate does along one direction, and which is the largest that works;
# - read a loss surface, and explain why features in different units make descent crawl;
# - recognize by its curve a rate that is too large, one that is too small, a saddle, and a loss that compares the wrong numbers.
#
# **You need** arrays and broadcasting (lesson 01), a training and a test part, and scaling by mean and deviation (lesson 02). From
# school: the derivative of $x^2$, and the chain rule.
#
# **Time** about 88 minutes. The lesson takes 55: recall and the question 6, by hand and the loss 7, the gradient 9, one direction 7,
# many directions and the explorer 9, the question answered 6, other losses 3, what goes wrong and the broken run 6, PyTorch 2. The four
# core exercises take 33.

# %% [markdown]
# ## Recall
#
# Three questions on earlier lessons. Put your answer in place of the three dots and run the cell.

# %%
from learnkit.study import broken_run, predict, recall, show_after

recall("03.r1", answer=...)

# %%
recall("03.r2", answer=...)

# %%
recall("03.r3", answer=...)

# %% [markdown]
# ## 1 · The question
#
# First the tools: NumPy, the course's NumPy library as `lk`, the data, and the figures.

# %%
import numpy as np

from learnkit import reference as lk
from learnkit.datasets import diabetes, linear_data
from learnkit.visual import (
    draw_fit,
    draw_learning_curves,
    draw_lines,
    draw_steps,
    draw_surface,
    explore_descent,
    show,
)

# %% [markdown]
# 442 patients with diabetes were measured: age, sex, body mass index, blood pressure and six blood values. A year later a doctor
# noted how far the disease had gone, on a scale from 25 to 346. A quarter of the patients is set aside for testing.

# %%
measured, progression = (part.astype(np.float64) for part in diabetes())
train_rows, test_rows = lk.split_indices(len(measured), (0.75, 0.25), rng=lk.rng(0))
features, targets = measured[train_rows], progression[train_rows]
print("features", features.shape, " targets", targets.shape, " set aside", len(test_rows))

bmi = features[:, 2]  # body mass index, kg/m²
# the best line, by a formula that section 8 compares
weight, bias = lk.normal_equation(bmi[:, None], targets)
lines = {"best line": (weight[0], bias), "always the mean": (0, targets.mean())}
axes = {"x_label": "body mass index (kg/m²)", "y_label": "progression (scale of the study)"}
show(draw_fit(bmi, targets, lines, **axes))

# %% [markdown]
# Each dot is a patient. The line says more than the mean does, and still much is left. With all ten measurements the prediction is
# a sum, ten weights and a *bias*: `features @ weight + bias`. That is *linear regression*.
#
# Finding the weights by trying and correcting is called *gradient descent*, and the rest of the course rests on it. Here is a race. The same
# patients, the same model, the same rule for a step, each with 0.9 of the largest learning rate at which it works. One
# descent gets the numbers as they are in the file, the other gets them scaled as in lesson 02.

# %%
scaled = lk.Standardizer().fit(features).transform(features)
race = {}
for name, x in {"in the units of the file": features, "scaled": scaled}.items():
    _, _, race[name] = lk.fit_gd(x, targets, lr=0.9 * lk.max_stable_lr(x), steps=200)
best_weight, best_bias = lk.normal_equation(features, targets)
best_loss = lk.mse(features @ best_weight + best_bias, targets)
known = {"always the mean": targets.var(), "the best there is": best_loss}
axes = {"y_label": "loss (squared units of the scale)", "x_label": "step", "start": 0, "log_y": True}
show(draw_learning_curves(race, reference_lines=known, **axes))
assert race["scaled"][-1] < 1.01 * best_loss and race["in the units of the file"][-1] > 1.3 * best_loss

# %% [markdown]
# The scaled descent arrives within a few steps. The other one is still far above the best line after 200. **Nothing about the patients
# differs, only the units. Why does that decide, and by how much?** You will be able to compute it before you run it.

# %% [markdown]
# ## 2 · Predict
#
# First a question about the loss itself. Section 5 comes back to it.

# %%
predict("03.double-n", answer=...)

# %% [markdown]
# ## 3 · The smallest example, by hand
#
# Three points, one feature: $x = 0, 1, 2$ and $y = 1, 3, 5$. The model says $wx + b$, and we start at $w = 0$, $b = 0$. Fill the table on
# paper. A difference is what the model says less what is right.
#
# | $x$ | $y$ | says | difference $d$ | $d^2$ | $d \cdot x$ |
# |---|---|---|---|---|---|
# | 0 | 1 | 0 | −1 | 1 | 0 |
# | 1 | 3 | 0 | −3 | 9 | −3 |
# | 2 | 5 | 0 | −5 | 25 | −10 |
# | | | | sum −9 | sum 35 | sum −13 |
#
# The loss is the mean of the squares, 35 / 3 = 11.6667. The *gradient*, the slopes of the loss along $w$ and along $b$, will turn out to
# be $\frac{2}{3} \cdot (-13) = -8.6667$ and $\frac{2}{3} \cdot (-9) = -6$. Both are negative: the loss falls if $w$ and $b$ grow. One step with
# learning rate 0.1 leads to $w = 0.8667$ and $b = 0.6$, and the loss is then 3.2074.

# %%
x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0])
w, b = 0.0, 0.0
for _ in range(2):
    d = w * x + b - y
    slope_w, slope_b = 2 * (d * x).mean(), 2 * d.mean()
    print(f"w {w:.4f}  b {b:.4f}  loss {(d**2).mean():.4f}  gradient {slope_w:.4f} {slope_b:.4f}")
    w, b = w - 0.1 * slope_w, b - 0.1 * slope_b

# %% [markdown]
# ## 4 · The loss, and two ways to get it wrong
#
# $$L = \frac{1}{N} \sum_{n=1}^{N} (p_n - y_n)^2, \qquad p_n = x_n \cdot w + b$$
#
# This is the *mean squared error*. Why squares? Differences of both signs must not cancel; an error twice as large should cost more
# than twice as much; and a square has a slope everywhere, which shrinks as the error does. Some texts put ½ before the sum. Then the 2 of
# the slope disappears, and every learning rate means something else. This course, like PyTorch, has no ½.
#
# **The first way to get it wrong** you know from lesson 01: predictions in a column, targets in a row.

# %%
column = y[:, None]  # perfect predictions, as a model with one output returns them: (3, 1)
print("differences", (column - y).shape, " loss", round(((column - y) ** 2).mean(), 4))
print("differences", (column[:, 0] - y).shape, "   loss", ((column[:, 0] - y) ** 2).mean())

# %% [markdown]
# A perfect prediction, and a loss of 5.3333: every prediction was compared with every target. Nothing warns. The library refuses:

# %%
try:
    lk.mse(column, y)
except ValueError as error:
    print(error)

# %% [markdown]
# **The second way** is to forget the mean. A sum works too, in principle; section 5 shows what it does to the step.

# %% [markdown]
# ## 5 · The gradient
#
# How does $L$ change with one weight $w_k$? Write $d_n = x_n \cdot w + b - y_n$ for the difference of example $n$.
#
# 1. The derivative of a mean is the mean of the derivatives: $\displaystyle \frac{\partial L}{\partial w_k} = \frac{1}{N} \sum_n \frac{\partial}{\partial w_k} d_n^2$.
# 2. By the chain rule the square gives $\displaystyle 2\, d_n \, \frac{\partial d_n}{\partial w_k}$.
# 3. Of $d_n = x_{n1} w_1 + \dots + x_{nD} w_D + b - y_n$ only one term holds $w_k$: $\displaystyle \frac{\partial d_n}{\partial w_k} = x_{nk}$. Along the bias the same
#    step gives 1.
#
# $$\frac{\partial L}{\partial w_k} = \frac{2}{N} \sum_n d_n \, x_{nk}, \qquad \frac{\partial L}{\partial b} = \frac{2}{N} \sum_n d_n$$
#
# In words: each example pulls at a weight with its difference times its input. For all weights at once, with $d$ of shape (N,) and $X$ of shape (N, D):
# $\frac{2}{N} X^\top d$, of shape (D,), one slope a weight. The bias has one slope, a number.


# %%
def loss_grad(x, y, weight, bias):
    """The mean squared error and its gradients. x (N, D), y (N,), weight (D,), bias a number."""
    d = x @ weight + bias - y  # (N,)
    return (d**2).mean(), 2 / len(x) * x.T @ d, 2 * d.mean()


loss, grad_weight, grad_bias = loss_grad(x[:, None], y, np.zeros(1), 0.0)
print("as in section 3:", round(loss, 4), grad_weight.round(4), grad_bias)

# %% [markdown]
# A derivation is a claim. Nudge each weight up and down by $10^{-5}$, and see whether the loss moves as claimed.

# %%
rng = lk.rng(1)
some_weight, some_bias = rng.standard_normal(10), 150.0
claimed = loss_grad(scaled, targets, some_weight, some_bias)[1]
nudged = []
for unit in 1e-5 * np.eye(10):
    above = loss_grad(scaled, targets, some_weight + unit, some_bias)[0]
    below = loss_grad(scaled, targets, some_weight - unit, some_bias)[0]
    nudged.append((above - below) / 2e-5)
assert np.allclose(nudged, claimed, rtol=1e-6)
print("claimed", claimed[:4].round(2), "…\nnudged ", np.round(nudged[:4], 2), "…")

# %% [markdown]
# The two agree in all ten slopes. Now your prediction of section 2, with the patients entered twice, and then with more and more different patients.


# %%
twice = np.vstack([scaled, scaled]), np.concatenate([targets, targets])
once_grad, twice_grad = (loss_grad(*rows, np.zeros(10), 0.0)[1] for rows in ((scaled, targets), twice))
assert np.allclose(once_grad, twice_grad, rtol=1e-12)
counts = np.array([20, 40, 80, 160, 320])
of_mean = np.array([np.linalg.norm(loss_grad(scaled[:n], targets[:n], np.zeros(10), 0.0)[1]) for n in counts])
sizes = {"of the mean": of_mean, "of the sum": counts * of_mean}
axes = {"x_label": "patients", "y_label": "length of the gradient", "log_x": True, "log_y": True}
show_after("03.double-n", draw_lines, counts, sizes, **axes)
assert sizes["of the sum"][-1] > 10 * sizes["of the sum"][0] and max(of_mean) < 2 * min(of_mean)

# %% [markdown]
# Entered twice, the gradient is the same to twelve digits. With 16 times as many patients the gradient of the sum is more than ten times as long, while that of
# the mean stays within a factor of 2. A learning rate that was right for 20 patients stays right for 320 only under a mean.

# %% [markdown]
# ## 6 · The step, along one direction
#
# Gradient descent repeats one line, with the *learning rate* lr:
#
# $$w \leftarrow w - \text{lr} \cdot \frac{\partial L}{\partial w}$$
#
# How far may it go? Take the simplest loss that has a bottom, a bowl over one weight: $L = \frac{c}{2} w^2$. Its slope is $c\,w$, and the slope of the slope, the
# *curvature*, is $c$ everywhere. A step does
#
# $$w \leftarrow w - \text{lr} \cdot c\,w = (1 - \text{lr} \cdot c)\, w .$$
#
# **Each step multiplies the distance to the bottom by $1 - \text{lr} \cdot c$.** That one factor tells all. Before you look:

# %%
predict("03.overshoot", answer=...)


# %%
def descend_on_a_bowl():
    curvature, places = 4.0, np.linspace(-1.6, 1.6, 81)  # L = 2 w² has curvature 4
    paths = {f"lr {lr}": (1 - lr * curvature) ** np.arange(9.0) for lr in (0.05, 0.25, 0.4, 0.55)}
    show(draw_steps(places, 2 * places**2, paths, x_label="weight w", y_label="loss"))
    print("factors:", "  ".join(f"{name}: {path[1]:.1f}" for name, path in paths.items()))


show_after("03.overshoot", descend_on_a_bowl)

# %% [markdown]
# | learning rate | factor $1 - \text{lr} \cdot c$ | what one sees |
# |---|---|---|
# | below $1/c$ | between 0 and 1 | comes nearer from one side; near 1 it crawls |
# | $1/c$ | 0 | the bottom in one step |
# | between $1/c$ and $2/c$ | between −1 and 0 | other side each time, and nearer |
# | above $2/c$ | below −1 | other side each time, and farther: it diverges |
#
# **The largest rate that works is $2/c$.** For one feature without a bias the mean squared error is such a bowl. Its slope is $\frac{2}{N}\sum (x_n w - y_n) x_n$;
# differentiating once more gives the curvature, $c = \frac{2}{N} \sum x_n^2$.

# %%
for name, feature in {"body mass index, kg/m²": bmi, "body mass index, scaled": scaled[:, 2]}.items():
    curvature = 2 * (feature**2).mean()
    limit = lk.max_stable_lr(feature[:, None], use_bias=False)
    assert np.isclose(limit, 2 / curvature)
    print(f"{name}: curvature {curvature:.4g}, largest rate {limit:.4g}")

# %% [markdown]
# The targets do not appear in the curvature: how steep the bowl is depends on the inputs alone. And it depends on their *unit*: in g/m² the
# numbers were a thousand times larger, and the curvature a million times.

# %% [markdown]
# ## 7 · Many directions: the valley
#
# With a weight and a bias the loss is a surface over a plane. Here it is for the body mass index as in the file, with the path of 200
# steps. The lines join places of equal loss; from line to line the loss changes by the same amount.


# %%
def surface(feature, weights, biases):
    """The loss at every pair of a weight and a bias, (len(biases), len(weights))."""
    d = weights[None, :, None] * feature + biases[:, None, None] - targets  # by broadcasting
    return (d**2).mean(axis=2)


def walk(feature, lr, steps):
    """The places (weight, bias) that descent visits, from (0, 0)."""
    weight, bias, places = np.zeros(1), 0.0, [(0.0, 0.0)]
    for _ in range(steps):
        weight, bias = lk.gd_step(feature[:, None], targets, weight, bias, lr=lr)
        places.append((weight[0], bias))
    return np.array(places)


# %%
labels = {"x_label": "weight", "y_label": "bias", "height_label": "loss"}
raw_path = walk(bmi, 0.9 * lk.max_stable_lr(bmi[:, None]), steps=200)
weights, biases = np.linspace(-5, 20, 61), np.linspace(-250, 100, 61)
paths = {"200 steps of descent": raw_path, "the best line": [lines["best line"]]}
show(
    draw_surface(
        weights, biases, surface(bmi, weights, biases), paths, title="In the unit of the file", **labels
    )
)
assert 0 < raw_path[-1, 1] / lines["best line"][1] < 1 / 50

# %% [markdown]
# The lines are straight and parallel: the surface is a trough. A little more weight is made up for by a little less bias, and along the floor the loss hardly
# changes. The first steps jump to and fro across the floor and settle on it; then the path hardly moves. The best line lies at a bias of −132, and after 200 steps the bias
# has gone less than a fiftieth of the way. The same surface over the scaled feature, 10 steps:

# %%
path = walk(scaled[:, 2], 0.3, steps=10)
weights, biases = np.linspace(-155, 255, 61), np.linspace(-20, 260, 61)
paths = {"10 steps of descent": path}
show(draw_surface(weights, biases, surface(scaled[:, 2], weights, biases), paths, title="Scaled", **labels))
assert lk.mse(scaled[:, 2] * path[-1, 0] + path[-1, 1], targets) < 1.001 * lk.mse(
    bmi * weight[0] + bias, targets
)

# %% [markdown]
# Round lines: from everywhere the steepest way leads to the middle. How to say *narrow* in numbers? By the curvature along a direction.
#
# **A refresher.** All second derivatives together form a square table $H$, the *Hessian*. Along a direction $v$ of length 1 the curvature is $v^\top H v$. There are
# directions that $H$ only stretches, $Hv = \lambda v$: the *eigenvectors*, at right angles to each other, with their *eigenvalues* $\lambda$. Along an eigenvector the
# curvature is its $\lambda$, and no direction has more than the largest or less than the smallest.

# %%
hessian = np.array([[5.0, 3.0], [3.0, 5.0]])
for direction in (np.array([1.0, 1.0]), np.array([1.0, -1.0]), np.array([1.0, 0.0])):
    v = direction / np.linalg.norm(direction)
    print("H v =", hessian @ direction, " for v along", direction, " curvature", round(v @ hessian @ v, 4))
print("eigenvalues", np.linalg.eigvalsh(hessian))

# %% [markdown]
# (1, 1) is stretched by 8 and (1, −1) by 2; (1, 0) is turned, and its curvature lies between them.
#
# For linear regression, put the bias in as the weight of a column of ones: $A = [X\; 1]$, $\theta = (w, b)$. The gradient is $\frac{2}{N} A^\top (A\theta - y)$. Differentiate
# once more: $H = \frac{2}{N} A^\top A$. At the best $\theta^*$ the gradient is 0, so elsewhere it is $H(\theta - \theta^*)$, and a step does
#
# $$\theta - \theta^* \;\leftarrow\; (\theta - \theta^*) - \text{lr} \cdot H (\theta - \theta^*).$$
#
# Split $\theta - \theta^*$ into its parts along the eigenvectors: each part is multiplied by its own $1 - \text{lr} \cdot \lambda$. **Every eigenvector is a bowl of section 6, and one
# learning rate serves them all.**
#
# - The steepest decides how large the rate may be: $\text{lr} < 2 / \lambda_{\max}$.
# - The flattest decides how long it takes: at that rate its factor is $1 - 2 \lambda_{\min} / \lambda_{\max}$.
# - Their ratio $\kappa = \lambda_{\max} / \lambda_{\min}$ is the *condition number*. The flattest part needs about $\kappa / 2$ steps to shrink by a factor of $e$.

# %%
a = np.column_stack([bmi, np.ones(len(bmi))])
# eigenvalues, the smallest first, and the eigenvectors as columns
curvatures, directions = np.linalg.eigh(2 / len(a) * a.T @ a)
factors = 1 - 0.9 * 2 / curvatures[1] * curvatures  # the rate of the path above
for k, name in enumerate(("flat ", "steep")):
    part = (raw_path - lines["best line"]) @ directions[:, k]
    assert np.allclose(part, part[0] * factors[k] ** np.arange(201), rtol=0, atol=1e-8)
    print(
        f"{name}  curvature {curvatures[k]:.3f}  factor {factors[k]:.5f}  left after 200 steps {abs(part[-1] / part[0]):.3f}"
    )
print(f"condition number {curvatures[1] / curvatures[0]:.0f}")

# %% [markdown]
# Both parts of the path in the narrow valley follow the two factors, step by step, to eight digits. Now move both numbers yourself. The left panel shows the path, the right one what is
# left of the loss and of the distance to the bottom. Two tasks stand below the figure, each with a question.

# %%
descent_explorer = explore_descent()
descent_explorer

# %% [markdown]
# ## 8 · The question, answered
#
# All ten features and the bias: eleven directions. How narrow is that valley?


# %%
def condition_number(x):
    a = np.column_stack([x, np.ones(len(x))])
    curvatures = np.linalg.eigvalsh(2 / len(a) * a.T @ a)
    return curvatures[-1] / curvatures[0]


print("typical size of each feature", np.abs(features).mean(axis=0).round(1))
print(f"condition number: file {condition_number(features):.2g}, scaled {condition_number(scaled):.2g}")

# %%
predict("03.raw-steps", answer=...)

# %% [markdown]
# Five fresh splits of the patients. Each is descended twice, as in section 1, for up to $2^{14} = 16{,}384$ steps.

# %%
powers = 2 ** np.arange(15)
loss_over_best = {"in the units of the file": [], "scaled": []}
for seed in range(1, 6):
    rows, _ = lk.split_indices(len(measured), (0.75, 0.25), rng=lk.rng(seed))
    x, y = measured[rows], progression[rows]
    best = lk.mse(x @ lk.normal_equation(x, y)[0] + lk.normal_equation(x, y)[1], y)
    for name, inputs in zip(loss_over_best, (x, lk.Standardizer().fit(x).transform(x)), strict=True):
        _, _, losses = lk.fit_gd(inputs, y, lr=0.9 * lk.max_stable_lr(inputs), steps=powers[-1] + 1)
        loss_over_best[name].append(losses[powers] / best)
    assert condition_number(x) > 1e7 and condition_number(inputs) < 1000

# %%
loss_over_best = {name: np.array(runs) for name, runs in loss_over_best.items()}
axes = {"x_label": "doublings of the number of steps (0: 1 step, 14: 16,384)", "start": 0, "log_y": True}
labels = {"y_label": "loss over that of the best line", "reference_lines": {"the best line": 1.0}}
show_after("03.raw-steps", draw_learning_curves, loss_over_best, **axes, **labels)
assert loss_over_best["scaled"][:, 6].max() < 1.01  # 64 steps
assert loss_over_best["in the units of the file"][:, -1].min() > 1.05  # 16,384 steps


# %% [markdown]
# The line is the mean of five splits, the band goes from the smallest to the largest. Scaled, every run is within 1 % of the best loss after 64 steps. In
# the units of the file every run is still more than 5 % above it after 16,384. The condition number told it before: above ten million there, below a thousand here.
#
# Is the best line itself worse in raw units? No. The best line can be found without walking: where the gradient is 0, $A^\top A\, \theta = A^\top y$, eleven linear equations,
# the *normal equations*. In both units they give the same predictions.

# %%
in_raw = features @ best_weight + best_bias
scaled_weight, scaled_bias = lk.normal_equation(scaled, targets)
assert np.allclose(in_raw, scaled @ scaled_weight + scaled_bias, rtol=0, atol=1e-8)
aside = measured[test_rows] @ best_weight + best_bias
ratio = lk.mse(aside, progression[test_rows]) / np.mean((targets.mean() - progression[test_rows]) ** 2)
assert 0.4 < ratio < 0.7
print("on patients set aside: between 0.4 and 0.7 of the loss of always predicting the mean")

# %% [markdown]
# Units decide how long the way is, and not where it ends. (Why walk at all? The next lessons have losses without such equations.)
#
# **A surprise.** The scaled valley has a condition number near 500, so its flattest part needs hundreds of steps. Yet the *loss* was there after 64. Look at
# the weights:

# %%
rate = 0.9 * lk.max_stable_lr(scaled)
for steps in (64, 1000):
    weight, bias, losses = lk.fit_gd(scaled, targets, lr=rate, steps=steps)
    above, off = (
        losses[-1] / best_loss - 1,
        np.linalg.norm(weight - scaled_weight) / np.linalg.norm(scaled_weight),
    )
    print(
        f"{steps:>5} steps: loss {100 * above:.2f} % above the best, weights off by {100 * off:.0f} % of their length"
    )
    assert above < 0.01 and (off > 0.3 if steps == 64 else off < 0.05)

# %% [markdown]
# After 64 steps the loss is that of the best line to within 1 %, and the weights are not those of the best line at all. Along a flat direction the loss hardly
# changes: that is what flat means. Several blood values rise and fall together here, and one of them can stand in for another. Whoever wants
# predictions may stop; whoever wants to *read* the weights may not.

# %% [markdown]
# ## 9 · Other losses for numbers
#
# A squared error makes one wild target count as much as a hundred ordinary ones. Two losses that do not, for a difference $d$:
#
# - the *mean absolute error*, $|d|$: its slope is the side, +1 or −1, however large the error. At $d = 0$ it has a corner, and we take slope 0;
# - the *Huber loss*: $\frac12 d^2$ up to a border $\delta$, and beyond it the straight line $\delta\,(|d| - \frac12 \delta)$. Both pieces meet with slope $\delta$. Its slope is $d$, held between
#   $-\delta$ and $\delta$.
#
# Forty points around $y = 2x + 1$; the targets of the largest $x$ are written down 10 too low. Five draws, up to eight such slips.


# %%
def fit_line(x, y, slope, lr=0.05, steps=1500):
    """Gradient descent on a loss whose slope along the prediction is slope(d)."""
    w, b = 0.0, 0.0
    for _ in range(steps):
        pull = slope(w * x + b - y)
        w, b = w - lr * (pull * x).mean(), b - lr * pull.mean()
    return w, b


slopes = {
    "squared error": lambda d: 2 * d,
    "Huber, δ = 1": lambda d: np.clip(d, -1, 1),
    "absolute error": np.sign,
}


# %%
def with_slips(seed, count):
    x, y = linear_data(40, noise=0.3, rng=lk.rng(seed))
    x, y = x[:, 0].astype(np.float64), y.astype(np.float64)
    y[np.argsort(-x)[:count]] -= 10
    return x, y


errors = {
    name: np.array([[abs(fit_line(*with_slips(seed, n), f)[0] - 2) for n in range(9)] for seed in range(5)])
    for name, f in slopes.items()
}
show(draw_learning_curves(errors, y_label="error of the slope", x_label="wild targets of 40", start=0))
at_four = {name: runs[:, 4] for name, runs in errors.items()}
assert at_four["squared error"].min() > 2 and at_four["absolute error"].max() < 0.5
assert at_four["absolute error"].mean() < at_four["Huber, δ = 1"].mean() < at_four["squared error"].mean()
assert max(runs[:, 0].max() for runs in errors.values()) < 0.2

# %% [markdown]
# With four wild targets the squared error misses the slope of 2 by more than 2, so its line no longer rises; the absolute error is off by less than a half in every
# draw. Huber lies between. Without wild targets all three are off by less than 0.2. A robust loss is a decision about the data: the
# wild ones may be slips, and they may be the patients that matter.

# %% [markdown]
# ## 10 · What goes wrong, and what it looks like
#
# **The learning rate.** The patients, scaled, with four rates. The border is known before:

# %%
limit = lk.max_stable_lr(scaled)
rates = {"lr 0.001": 0.001, "lr 0.01": 0.01, "lr 0.2": 0.2, "lr 0.25": 0.25}
curves = {name: lk.fit_gd(scaled, targets, lr=lr, steps=40)[2] for name, lr in rates.items()}
axes = {"y_label": "loss", "x_label": "step", "start": 0, "log_y": True}
show(draw_learning_curves(curves, reference_lines={"the best line": best_loss}, **axes))
print(f"largest rate that works: {limit:.4f}")
assert 0.2 < limit < 0.25 and curves["lr 0.25"][5:].min() < curves["lr 0.25"][0] < curves["lr 0.25"][-1]

# %% [markdown]
# A rate of 0.001 looks like a model that cannot learn: ten times the rate would show that it can. At 0.25, a little above the border, the loss first falls, as the
# flatter directions do their part, and then the steepest one takes over and it grows without bound. Let it grow, and the numbers end:

# %%
_, _, losses = lk.fit_gd(scaled, targets, lr=0.3, steps=2500)
assert np.isfinite(losses[:100]).all() and np.isnan(losses[-1])
first_inf, first_nan = int(np.flatnonzero(np.isinf(losses))[0]), int(np.flatnonzero(np.isnan(losses))[0])
assert 100 < first_inf < first_nan
print("lr 0.3: first very large, then inf, then nan for ever; at step 100 it is", f"{losses[100]:.0e}")

# %% [markdown]
# **A saddle.** Not every surface is a bowl. $L = u^2 - v^2$ curves up along $u$ and down along $v$; its gradient is $(2u, -2v)$.

# %%
predict("03.saddle", answer=...)


# %%
def descend_on_a_saddle(noise, seed, steps=200, lr=0.05):
    """The places (u, v) from (1.5, 0), with normal noise on every gradient; it stops where |v| reaches 1.5."""
    rng, place, places = lk.rng(seed), np.array([1.5, 0.0]), [np.array([1.5, 0.0])]
    while len(places) <= steps and abs(place[1]) < 1.5:
        gradient = np.array([2.0, -2.0]) * place + noise * rng.standard_normal(2)
        place = place - lr * gradient
        places.append(place)
    return np.array(places)


still, pushed = descend_on_a_saddle(0.0, 0), [descend_on_a_saddle(1e-3, seed) for seed in range(8)]
lengths, sides = [len(places) - 1 for places in pushed], [np.sign(places[-1, 1]) for places in pushed]
assert np.abs(still[-1]).max() < 1e-8 and min(lengths) > 80 and max(lengths) < 160
assert {-1, 1} == set(sides)

# %%
grid = np.linspace(-1.6, 1.6, 61)
paths = {"no noise, 200 steps": still}
paths |= {"noise 0.001": pushed[sides.index(1)], "noise 0.001, again": pushed[sides.index(-1)]}
labels = {"x_label": "u", "y_label": "v", "height_label": "loss"}


def on_the_saddle():
    show(draw_surface(grid, grid, grid**2 - grid[:, None] ** 2, paths, **labels))
    print("eight draws of noise: off the saddle after", sorted(lengths), "steps")


show_after("03.saddle", on_the_saddle)

# %% [markdown]
# Exactly on the line, the descent ends at the saddle and stays. With a push of a thousandth in the gradient it lingers, with a loss that seems to stand still, and
# after 80 to 160 steps it is gone. Which side it takes is chance. A flat stretch in a loss curve is not always the end.
#
# **Local minima.** $L = w^4 - 2 w^2 + 0.4\, w$ has two bottoms, one deeper than the other. Its slope is $4 w^3 - 4 w + 0.4$.

# %%
places = np.linspace(-1.6, 1.6, 161)
paths = {}
for start in (-1.5, 0.05, 0.2, 1.5):
    path = [start]
    for _ in range(40):
        path.append(path[-1] - 0.05 * (4 * path[-1] ** 3 - 4 * path[-1] + 0.4))
    paths[f"from {start}"] = path
show(draw_steps(places, places**4 - 2 * places**2 + 0.4 * places, paths, x_label="weight w", y_label="loss"))
ends = {name: round(path[-1], 2) for name, path in paths.items()}
assert ends["from -1.5"] == ends["from 0.05"] < -1 and ends["from 0.2"] == ends["from 1.5"] > 0.9

# %% [markdown]
# Where it starts decides where it ends: 0.05 and 0.2 lie on different sides of the hill. Linear regression has no such trouble: its curvature along any $v$ is
# $v^\top H v = \frac{2}{N} \lVert A v \rVert^2 \geq 0$, a sum of squares. A surface that is curved upwards everywhere has one bottom. Networks, from lesson 05 on, have neither comfort.
#
# | what you see | look first at | likely cause |
# |---|---|---|
# | the loss grows, then inf, then nan | the rate against $2/\lambda_{\max}$ | the rate is too large |
# | the loss falls in a straight, nearly level line | the loss at ten times the rate | the rate is too small |
# | fast at first, then it creeps for ever | mean and deviation of each feature | bad conditioning: scale the features |
# | it stands still, well above the best | the shape of predictions less targets | a column less a row |

# %% [markdown]
# ## 11 · A broken run
#
# Somebody fits the patients of section 1 with all ten features, and is puzzled: the loss falls quickly, and then it does not move any more. No error, no warning.

# %%
run = broken_run("03.broken-run")
axes = {"y_label": "train loss", "x_label": "step", "start": 0, "log_y": True}
show(draw_learning_curves(run.curves, reference_lines={"the best line": best_loss}, **axes))

# %% [markdown]
# Four causes are on the table: the learning rate is too small; the features are not scaled; every prediction is compared with every target; the gradient is
# not divided by the number of patients. You may ask for three numbers.

# %%
run.ask(...)

# %%
predict("03.broken-run", answer=...)

# %% [markdown]
# Reproduce it, and try the cure:


# %%
def last_loss(predictions_of):
    """The loss before step 200 of a descent on the mean of all squared differences, lr 0.1."""
    weight, bias = np.zeros((10, 1)), 0.0
    for _ in range(200):
        d = predictions_of(scaled @ weight + bias) - targets
        loss = (d**2).mean()
        pull = 2 / len(targets) * (d.mean(axis=1, keepdims=True) if d.ndim == 2 else d[:, None])
        weight, bias = weight - 0.1 * scaled.T @ pull, bias - 0.1 * pull.sum()
    return loss


def reproduce():
    broken, cured = last_loss(lambda p: p), last_loss(lambda p: p[:, 0])
    assert np.isclose(broken, run.curves["train loss"][-1]) and np.isclose(broken, targets.var())
    print(f"column less row: {broken:.0f}   row less row: {cured:.0f}   always the mean: {targets.var():.0f}")


show_after("03.broken-run", reproduce)

# %% [markdown]
# Compared with all targets at once, each prediction does best at their mean. All weights stay 0, the bias becomes the mean, and the loss ends exactly at the
# variance of the targets. One `assert d.shape == targets.shape` would have said so in the first second.

# %% [markdown]
# ## 12 · The same in PyTorch
#
# The cell fits the scaled patients in NumPy; the next one does it in PyTorch. One line differs: the import.

# %%
from learnkit import reference as lk

device = lk.device("auto")
x, y = lk.tensor(scaled, device=device), lk.tensor(targets, device=device)
weight, bias, losses = lk.fit_gd(x, y, lr=0.2, steps=200)
curve = losses.tolist()

# %%
in_numpy = curve
print("loss before the first and before the last step:", round(curve[0]), round(curve[-1]))

# %%
from learnkit import pytorch as lk

device = lk.device("auto")
x, y = lk.tensor(scaled, device=device), lk.tensor(targets, device=device)
weight, bias, losses = lk.fit_gd(x, y, lr=0.2, steps=200)
curve = losses.tolist()

# %% tags=["nbval-ignore-output"]
# not compared: the device depends on the machine
print("ran on", device)

# %%
assert np.allclose(curve, in_numpy, rtol=1e-9)
print("the two curves agree to nine digits, all 200 losses")

# %% [markdown]
# In PyTorch the gradient is not written by hand: `backward()` finds it, and how is the subject of lesson 07. Until then it is an oracle, and we check it against
# section 5.

# %%
import torch

weight, bias = torch.zeros(10, dtype=torch.float64, requires_grad=True), torch.zeros((), requires_grad=True)
loss = torch.nn.functional.mse_loss(torch.tensor(scaled) @ weight + bias, torch.tensor(targets))
loss.backward()
ours = loss_grad(scaled, targets, np.zeros(10), 0.0)
assert np.allclose(weight.grad, ours[1], rtol=1e-12) and np.isclose(bias.grad.item(), ours[2], rtol=1e-6)
print("loss and gradients as derived:", round(loss.item(), 4), round(ours[0], 4))

# %% [markdown]
# A column less a row is caught here, if one listens: `mse_loss` warns. Written as `((p - y) ** 2).mean()` it does not.

# %%
import warnings

with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    torch.nn.functional.mse_loss(torch.zeros(3, 1), torch.zeros(3))
print(str(heard[0].message).split(". ")[0] + ".")

# %% [markdown]
# That the two trees compute the same is compared now, on this machine, operation by operation, and with PyTorch's own call:

# %%
from learnkit.parity import parity_table

parity_table(
    "mse", "mae", "huber", "linreg_loss_grad", "gd_step", "fit_gd", "normal_equation", "max_stable_lr"
)

# %% [markdown]
# ## 13 · You can now
#
# | you can | you saw it in | you show it by |
# |---|---|---|
# | measure how wrong a line is | sections 3, 4 and 9: a mean of squares, and what else there is | exercises `mse`, `mae`, `huber`, `mape` |
# | derive the gradient and check it | section 5: ten nudges agree | exercise `linreg_loss_grad` |
# | say what a learning rate does, and how large it may be | section 6: one factor tells all | exercises `gd_step`, `fit_gd`, `largest_rate` |
# | read a loss surface, and explain the effect of units | sections 7 and 8: five splits, 64 steps against more than 16,384 | exercises `max_stable_lr`, `read_the_surface` |
# | recognize by its curve what goes wrong | sections 10 and 11 | exercises `one_descent`, `broken_descent` |
#
# **What is still missing.** The answer was a number. For "which digit is this?" a squared error is the wrong question, and sometimes gets stuck. Lesson 04 finds
# the loss that labels ask for.

# %% [markdown]
# ## 14 · Exercises
#
# They are in [their own notebook](../exercises/03_regression.ipynb), and each answers back.
#
# | exercise | level | minutes | |
# |---|---|---|---|
# | `mse` | 1 | 6 | core |
# | `linreg_loss_grad` | 2 | 12 | core |
# | `gd_step` | 1 | 6 | core |
# | `fit_gd` | 2 | 9 | core |
# | `max_stable_lr` | 3 | 10 | practice |
# | `mae` | 1 | 6 | practice |
# | `huber` | 2 | 10 | practice |
# | `mape` | 1 | 6 | practice |
#
# Four questions without code follow them, three minutes each.
#
# ## References
#
# - Legendre 1805, *Nouvelles méthodes pour la détermination des orbites des comètes*, appendix: least squares, and the normal equations of section 8.
# - Cauchy 1847, *Méthode générale pour la résolution des systèmes d'équations simultanées*: the step of section 6.
# - Goodfellow, Bengio & Courville 2016, *Deep Learning*, sections 4.3 and 4.3.1: curvature, and the rate (equation 4.10); 5.1.4: linear regression.
# - Huber 1964, *Robust estimation of a location parameter*: the loss of section 9.
# - Dauphin et al. 2014, *Identifying and attacking the saddle point problem in high-dimensional non-convex optimization*: why saddles matter.
# - Efron, Hastie, Johnstone & Tibshirani 2004, *Least angle regression*: the patients.
