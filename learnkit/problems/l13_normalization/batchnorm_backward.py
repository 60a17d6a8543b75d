"""Batch normalization, backward: three ways from the output to each input."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def batchnorm_backward(grad_y, x, weight, eps=1e-5):
    """The gradients of y = weight · (x - mean) / sqrt(var + eps) + bias, in training: mean and var are those of the batch, divided by N.

    grad_y : (N, D), the gradient along y
    x : (N, D); weight : (D,)
    Returns (grad_x, grad_weight, grad_bias), of shapes (N, D), (D,) and (D,).
    """
    ...
'''

SOLUTION = """
def batchnorm_backward(grad_y, x, weight, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    normalized = (x - x.mean(axis=0)) / std
    g = grad_y * weight
    through_mean = g.mean(axis=0)
    through_std = normalized * (g * normalized).mean(axis=0)
    grad_x = (g - through_mean - through_std) / std
    return grad_x, (grad_y * normalized).sum(axis=0), grad_y.sum(axis=0)
"""


def right(grad_y: Any, x: Any, weight: Any, eps: float = 1e-5) -> Any:
    std = np.sqrt(x.var(axis=0) + eps)
    normalized = (x - x.mean(axis=0)) / std
    g = grad_y * weight
    through_mean = g.mean(axis=0)
    through_std = normalized * (g * normalized).mean(axis=0)
    grad_x = (g - through_mean - through_std) / std
    return grad_x, (grad_y * normalized).sum(axis=0), grad_y.sum(axis=0)


# Right answers written in other ways


def step_by_step(grad_y: Any, x: Any, weight: Any, eps: float = 1e-5) -> Any:
    n = len(x)
    centered = x - x.sum(axis=0) / n
    variance = (centered**2).sum(axis=0) / n
    inverse = (variance + eps) ** -0.5
    grad_normalized = weight * grad_y
    grad_inverse = (grad_normalized * centered).sum(axis=0)
    grad_variance = -0.5 * inverse**3 * grad_inverse
    grad_centered = grad_normalized * inverse + 2 / n * centered * grad_variance
    grad_x = grad_centered - grad_centered.sum(axis=0) / n
    return grad_x, (grad_y * centered * inverse).sum(axis=0), np.sum(grad_y, axis=0)


def column_by_column(grad_y: Any, x: Any, weight: Any, eps: float = 1e-5) -> Any:
    grads, grad_weight, grad_bias = np.zeros(x.shape), np.zeros(len(weight)), np.zeros(len(weight))
    for d in range(len(weight)):
        mean = sum(x[:, d]) / len(x)
        std = (sum((value - mean) ** 2 for value in x[:, d]) / len(x) + eps) ** 0.5
        hats = [(value - mean) / std for value in x[:, d]]
        grad_bias[d] = sum(grad_y[:, d])
        grad_weight[d] = sum(g * hat for g, hat in zip(grad_y[:, d], hats, strict=True))
        for n in range(len(x)):
            grads[n, d] = weight[d] / std * (grad_y[n, d] - grad_bias[d] / len(x) - hats[n] * grad_weight[d] / len(x))
    return grads, grad_weight, grad_bias


def by_matrix(grad_y: Any, x: Any, weight: Any, eps: float = 1e-5) -> Any:
    n = x.shape[0]
    centering = np.eye(n) - np.ones((n, n)) / n
    centered = centering @ x
    std = np.sqrt(np.mean(centered * centered, axis=0) + eps)
    hat = centered / std
    direct = (weight / std) * grad_y
    grad_x = centering @ (direct - hat * np.mean(direct * hat, axis=0))
    return grad_x, np.einsum("nd,nd->d", grad_y, hat), np.einsum("nd->d", grad_y)


# Mistakes: two ways to write it, each with one thing wrong


def arrays(**wrong: Any) -> Any:
    def answer(grad_y: Any, x: Any, weight: Any, eps: float = 1e-5) -> Any:
        std = np.sqrt(x.var(axis=0, ddof=wrong.get("ddof", 0)) + eps)
        normalized = (x - x.mean(axis=0)) / std
        g = grad_y if wrong.get("no_weight") else grad_y * weight
        inner = g
        if not wrong.get("mean_constant"):
            inner = inner - g.mean(axis=0)
        if not wrong.get("var_constant"):
            inner = inner - normalized * (g * normalized).mean(axis=0)
        grad_x = inner if wrong.get("no_std") else inner / std
        grad_weight = grad_y * (x if wrong.get("raw") else normalized)
        if wrong.get("averages"):
            return grad_x, grad_weight.mean(axis=0), grad_y.mean(axis=0)
        return grad_x, grad_weight.sum(axis=0), grad_y.sum(axis=0)

    return answer


def loops(**wrong: Any) -> Any:
    def answer(grad_y: Any, x: Any, weight: Any, eps: float = 1e-5) -> Any:
        n, grads, grad_weight, grad_bias = len(x), np.zeros(x.shape), [], []
        for d in range(len(weight)):
            mean = np.sum(x[:, d]) / n
            std = (np.sum((x[:, d] - mean) ** 2) / (n - wrong.get("ddof", 0)) + eps) ** 0.5
            hats = (x[:, d] - mean) / std
            factor = 1.0 if wrong.get("no_weight") else weight[d]
            first = 0.0 if wrong.get("mean_constant") else np.sum(grad_y[:, d]) / n
            second = 0.0 if wrong.get("var_constant") else np.dot(grad_y[:, d], hats) / n
            for row in range(n):
                value = factor * (grad_y[row, d] - first - hats[row] * second)
                grads[row, d] = value if wrong.get("no_std") else value / std
            share = 1 / n if wrong.get("averages") else 1.0
            grad_weight.append(share * np.dot(grad_y[:, d], x[:, d] if wrong.get("raw") else hats))
            grad_bias.append(share * np.sum(grad_y[:, d]))
        return grads, np.array(grad_weight), np.array(grad_bias)

    return answer


def mean_held_still(grad_y: Any, x: Any, weight: Any, eps: float = 1e-5) -> Any:
    centered = x - x.mean(axis=0)
    inverse = (np.mean(centered**2, axis=0) + eps) ** -0.5
    hat = centered * inverse
    direct = grad_y * weight * inverse
    return direct - hat * np.mean(direct * hat, axis=0), np.sum(grad_y * hat, axis=0), np.sum(grad_y, axis=0)


def _case(n: int, d: int) -> Any:
    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        x = rng.integers(-30, 31, size=(n, d)) / 10 + rng.normal(size=(n, d)) / 100 + rng.integers(1, 4, size=d)
        return rng.integers(-20, 21, size=(n, d)) / 10 + rng.normal(size=(n, d)) / 100, x, rng.uniform(0.5, 2, d).round(2)

    return make


BACK = "6 · Backward: three ways to each input"

PROBLEM = Problem(
    id="13.batchnorm_backward",
    title="Back through the batch",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    rtol=1e-7,  # with two rows nearly everything cancels
    atol=1e-9,
    axes={"grad_y": "ND", "x": "ND", "weight": "D"},
    returns=("grad_x", "grad_weight", "grad_bias"),
    library_calls=("torch.nn.functional.batch_norm",),
    probes=(
        Probe("3 rows of 2", "small enough to read, and a gradient that is not the same for all", _case(3, 2)),
        Probe("6 rows of 4", "more rows than columns", _case(6, 4)),
        Probe("2 rows of 3", "with two rows nearly nothing is left of grad_x", _case(2, 3), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "mean-constant",
            arrays(mean_constant=True),
            mean_held_still,
            "It treats the mean as a constant. Each input moves the mean, and through it all outputs.",
            BACK,
            line=("grad_x = (g - through_mean - through_std) / std", "grad_x = (g - through_std) / std"),
        ),
        Mistake(
            "variance-constant",
            arrays(var_constant=True),
            loops(var_constant=True),
            "It treats the standard deviation as a constant. Each input moves it, and through it all outputs.",
            BACK,
            line=("grad_x = (g - through_mean - through_std) / std", "grad_x = (g - through_mean) / std"),
        ),
        Mistake(
            "statistics-constant",
            arrays(mean_constant=True, var_constant=True),
            loops(mean_constant=True, var_constant=True),
            "Mean and standard deviation are taken as constants: that is the gradient in evaluation.",
            BACK,
            line=("grad_x = (g - through_mean - through_std) / std", "grad_x = g / std"),
        ),
        Mistake(
            "weight-gradient-by-x",
            arrays(raw=True),
            loops(raw=True),
            "The gradient of weight is taken with x. What weight multiplies is the normalized x.",
            BACK,
        ),
        Mistake(
            "no-weight",
            arrays(no_weight=True),
            loops(no_weight=True),
            "The scale is left out on the way to x: y is weight times the normalized x, and so is its gradient.",
            BACK,
            line=("g = grad_y * weight", "g = grad_y"),
        ),
        Mistake(
            "not-divided",
            arrays(no_std=True),
            loops(no_std=True),
            "The division by the standard deviation is missing on the way to x.",
            BACK,
        ),
        Mistake(
            "averages",
            arrays(averages=True),
            loops(averages=True),
            "The gradients of weight and bias are means over the batch. Each example uses them once, so the parts are added.",
            BACK,
        ),
        Mistake(
            "divided-by-n-minus-1",
            arrays(ddof=1),
            loops(ddof=1),
            "The variance is divided by N - 1. The forward pass normalizes with the one divided by N.",
            BACK,
        ),
    ),
    alternatives=(step_by_step, column_by_column, by_matrix),
    hints=(
        "If one input grows, which outputs change: only its own?",
        (
            "Three ways lead from y back to x: the direct one, one through the mean, and one through the "
            "standard deviation. Their gradients add up."
        ),
        "g       <- grad_y times weight\ndirect  <- g\nmean    <- the mean of g over the batch\nstd     <- "
        "normalized x times the mean of g times normalized x\n"
        "grad_x  <- (direct - mean - std) over the standard deviation",
    ),
    solution=SOLUTION,
    level=3,
    minutes=15,
)
