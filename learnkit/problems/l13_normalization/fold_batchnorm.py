"""A batch normalization in evaluation is a linear map, and can be put into the linear layer before it."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def fold_batchnorm(linear_weight, linear_bias, running_mean, running_var, weight, bias, eps=1e-5):
    """Put a batch normalization in evaluation into the linear layer before it.

    The layer gives z = x @ linear_weight.T + linear_bias, the normalization weight · (z - running_mean) / sqrt(running_var + eps) + bias.

    linear_weight : (C, D); all others : (C,)
    Returns (new_weight, new_bias): x @ new_weight.T + new_bias is the same as both.
    """
    ...
'''

SOLUTION = """
def fold_batchnorm(linear_weight, linear_bias, running_mean, running_var, weight, bias, eps=1e-5):
    scale = weight / np.sqrt(running_var + eps)
    new_bias = (linear_bias - running_mean) * scale + bias
    return linear_weight * scale[:, None], new_bias
"""


def right(linear_weight: Any, linear_bias: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    scale = weight / np.sqrt(running_var + eps)
    new_bias = (linear_bias - running_mean) * scale + bias
    return linear_weight * scale[:, None], new_bias


# Right answers written in other ways


def by_diagonal(
    linear_weight: Any, linear_bias: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, eps: float = 1e-5
) -> Any:
    diagonal = np.diag(weight * (running_var + eps) ** -0.5)
    return diagonal @ linear_weight, diagonal @ (linear_bias - running_mean) + bias


def row_by_row(linear_weight: Any, linear_bias: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    rows, shifts = [], []
    for c in range(len(weight)):
        factor = weight[c] / (running_var[c] + eps) ** 0.5
        rows.append([factor * value for value in linear_weight[c]])
        shifts.append(factor * linear_bias[c] - factor * running_mean[c] + bias[c])
    return np.array(rows), np.array(shifts)


def by_transposes(
    linear_weight: Any, linear_bias: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, eps: float = 1e-5
) -> Any:
    std = np.sqrt(running_var + eps)
    return (linear_weight.T * weight / std).T, bias + weight * (linear_bias - running_mean) / std


# Mistakes: two ways to write it, each with one thing wrong


def arrays(**wrong: Any) -> Any:
    def answer(linear_weight: Any, linear_bias: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
        std = running_var + eps if wrong.get("no_root") else np.sqrt(running_var + eps)
        scale = (1.0 if wrong.get("no_scale") else weight) / std
        old = 0.0 if wrong.get("forgotten") else linear_bias
        new_bias = (old - running_mean) * scale + bias
        if wrong.get("unscaled"):
            new_bias = linear_bias - running_mean * scale + bias
        if wrong.get("added"):
            new_bias = (linear_bias + running_mean) * scale + bias
        if wrong.get("shift_scaled"):
            new_bias = (linear_bias - running_mean + bias) * scale
        return linear_weight * (scale if wrong.get("columns") else scale[:, None]), new_bias

    return answer


def loops(**wrong: Any) -> Any:
    def answer(linear_weight: Any, linear_bias: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
        new, shifts = np.zeros(linear_weight.shape), np.zeros(len(weight))
        factors = [
            (1.0 if wrong.get("no_scale") else weight[c]) / ((running_var[c] + eps) ** (1.0 if wrong.get("no_root") else 0.5))
            for c in range(len(weight))
        ]
        for c, factor in enumerate(factors):
            for d in range(linear_weight.shape[1]):
                new[c, d] = linear_weight[c, d] * factor
            start = 0.0 if wrong.get("forgotten") else linear_bias[c]
            shifts[c] = factor * start - factor * running_mean[c] + bias[c]
            if wrong.get("unscaled"):
                shifts[c] = linear_bias[c] - factor * running_mean[c] + bias[c]
            if wrong.get("added"):
                shifts[c] = factor * linear_bias[c] + factor * running_mean[c] + bias[c]
            if wrong.get("shift_scaled"):
                shifts[c] = factor * (linear_bias[c] - running_mean[c] + bias[c])
        return new, shifts

    return answer


def scaled_columns(
    linear_weight: Any, linear_bias: Any, running_mean: Any, running_var: Any, weight: Any, bias: Any, eps: float = 1e-5
) -> Any:
    std = (running_var + eps) ** 0.5
    return np.stack([row * weight / std for row in linear_weight]), bias + weight * (linear_bias - running_mean) / std


def _drawn(rng: np.random.Generator, *shape: int) -> Any:
    return rng.integers(-30, 31, size=shape) / 10 + rng.normal(size=shape) / 100


def _case(c: int, d: int) -> Any:
    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        spread = rng.uniform(0.3, 4, c).round(2)
        return _drawn(rng, c, d), _drawn(rng, c), _drawn(rng, c), spread, rng.uniform(0.5, 2, c).round(2), _drawn(rng, c)

    return make


FOLD = "9 · Folded away"

PROBLEM = Problem(
    id="13.fold_batchnorm",
    title="A layer that disappears",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"linear_weight": "CD", "linear_bias": "C", "running_mean": "C", "running_var": "C", "weight": "C", "bias": "C"},
    returns=("new_weight", "new_bias"),
    probes=(
        Probe("1 output, 2 inputs", "small enough to read", _case(1, 2)),
        Probe("3 outputs, 4 inputs", "scaling columns raises here", _case(3, 4)),
        Probe("3 outputs, 3 inputs", "scaling columns runs here", _case(3, 3)),
    ),
    mistakes=(
        Mistake(
            "bias-forgotten",
            arrays(forgotten=True),
            loops(forgotten=True),
            "The bias of the linear layer is left out. It is normalized like everything else that the layer gives.",
            FOLD,
            line=("new_bias = (linear_bias - running_mean) * scale + bias", "new_bias = bias - running_mean * scale"),
        ),
        Mistake(
            "bias-not-scaled",
            arrays(unscaled=True),
            loops(unscaled=True),
            "The bias of the linear layer is not scaled, and the normalization divides it like the rest.",
            FOLD,
        ),
        Mistake(
            "mean-added",
            arrays(added=True),
            loops(added=True),
            "The running mean is added, where the normalization takes it away.",
            FOLD,
            line=(
                "new_bias = (linear_bias - running_mean) * scale + bias",
                "new_bias = (linear_bias + running_mean) * scale + bias",
            ),
        ),
        Mistake(
            "shift-scaled",
            arrays(shift_scaled=True),
            loops(shift_scaled=True),
            "The shift of the normalization is scaled too. It comes last, and stays as it is.",
            FOLD,
        ),
        Mistake(
            "columns",
            arrays(columns=True),
            scaled_columns,
            "It scales the columns of the weight. A row of it belongs to an output, and outputs are what is normalized.",
            FOLD,
            line=("return linear_weight * scale[:, None], new_bias", "return linear_weight * scale, new_bias"),
        ),
        Mistake(
            "divided-by-variance",
            arrays(no_root=True),
            loops(no_root=True),
            "It divides by the variance. The normalization divides by its root.",
            FOLD,
            line=("scale = weight / np.sqrt(running_var + eps)", "scale = weight / (running_var + eps)"),
        ),
        Mistake(
            "no-scale",
            arrays(no_scale=True),
            loops(no_scale=True),
            "The scale of the normalization, its weight, is left out.",
            FOLD,
        ),
    ),
    alternatives=(by_diagonal, row_by_row, by_transposes),
    hints=(
        "Write the normalization as a · z + c: what are a and c?",
        "In evaluation the statistics are constants, so each output is z times a number plus a number. Put z = x W + b into that and sort.",
        "scale      <- weight over the root of (running_var + eps)\nnew weight <- each row of the old one times its scale\n"
        "new bias   <- (old bias - running_mean) times scale, plus bias",
    ),
    solution=SOLUTION,
    level=2,
    minutes=8,
)
