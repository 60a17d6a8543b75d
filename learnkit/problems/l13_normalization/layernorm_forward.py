"""Layer normalization: each row by its own statistics, in both modes alike."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def layernorm_forward(x, weight, bias, eps=1e-5):
    """Layer normalization: each row is normalized by its own mean and variance (divided by D); then scaled and shifted.

    x : (N, D)
    weight, bias : (D,)
    Returns weight · (x - mean) / sqrt(var + eps) + bias, (N, D).
    """
    ...
'''

SOLUTION = """
def layernorm_forward(x, weight, bias, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    return weight * (x - mean) / np.sqrt(var + eps) + bias
"""


def right(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    mean = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    return weight * (x - mean) / np.sqrt(var + eps) + bias


# Right answers written in other ways


def on_columns(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    turned = x.T - np.mean(x, axis=1)
    turned = turned / (np.mean(turned**2, axis=0) + eps) ** 0.5
    return turned.T * weight + bias


def row_by_row(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    rows = []
    for row in x:
        mean = sum(row) / len(row)
        var = sum((value - mean) ** 2 for value in row) / len(row)
        rows.append([w * (value - mean) / (var + eps) ** 0.5 + b for value, w, b in zip(row, weight, bias, strict=True)])
    return np.array(rows)


def with_new_axis(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    size = x.shape[1]
    centered = x - (x.sum(1) / size)[:, None]
    inverse = 1 / np.sqrt(np.einsum("nd,nd->n", centered, centered) / size + eps)
    return centered * inverse[:, None] * weight + bias


# Mistakes: two ways to write it, each with one thing wrong


def arrays(**wrong: Any) -> Any:
    def answer(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
        axis = wrong.get("axis", 1)
        mean = 0.0 if wrong.get("no_mean") else x.mean(axis=axis, keepdims=True)
        var = x.var(axis=axis, keepdims=True, ddof=wrong.get("ddof", 0))
        if wrong.get("no_mean"):
            var = (x**2).mean(axis=axis, keepdims=True)
        scale = np.sqrt(var) + eps if wrong.get("outside") else np.sqrt(var + eps)
        normalized = (x - mean) / scale
        if wrong.get("plain"):
            return normalized
        return (normalized + bias) * weight if wrong.get("shift_first") else normalized * weight + bias

    return answer


def loops(**wrong: Any) -> Any:
    def answer(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
        table = x if wrong.get("axis", 1) == 1 else np.full(x.shape, x.mean()) if wrong.get("axis", 1) is None else x.T
        made = []
        for row in table:
            source = x.ravel() if wrong.get("axis", 1) is None else row
            mean = 0.0 if wrong.get("no_mean") else sum(source) / len(source)
            var = sum((value - mean) ** 2 for value in source) / (len(source) - wrong.get("ddof", 0))
            scale = var**0.5 + eps if wrong.get("outside") else (var + eps) ** 0.5
            made.append((mean, scale))
        pairs = np.array(made)
        if wrong.get("axis", 1) == 0:
            normalized = (x - pairs[:, 0]) / pairs[:, 1]
        else:
            normalized = np.stack([(row - mean) / scale for row, (mean, scale) in zip(x, made, strict=True)])
        if wrong.get("plain"):
            return normalized
        return weight * normalized + weight * bias if wrong.get("shift_first") else bias + weight * normalized

    return answer


def columns_for_rows(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    centered = x - sum(x) / len(x)
    return bias + weight * centered / (np.mean(centered**2, axis=0) + eps) ** 0.5


def _case(n: int, d: int, *, scale: float = 1.0, eps: float = 1e-5) -> Any:
    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        x = scale * (rng.integers(-30, 31, size=(n, d)) / 10 + rng.normal(size=(n, d)) / 100) + rng.integers(1, 4, size=(n, 1))
        return x, rng.uniform(0.5, 2, d).round(2), rng.uniform(-2, 2, d).round(2), eps

    return make


LAYER = "8 · Normalize by the example"

PROBLEM = Problem(
    id="13.layernorm_forward",
    title="Normalized by the example",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"x": "ND", "weight": "D", "bias": "D"},
    library_calls=("torch.nn.functional.layer_norm",),
    probes=(
        Probe("2 rows of 3", "small enough to read", _case(2, 3)),
        Probe("3 rows of 3", "statistics along the wrong axis run here as well", _case(3, 3)),
        Probe("5 rows of 4", "more rows than columns", _case(5, 4)),
        Probe("a small variance and eps = 0.01", "the place of eps matters where the variance is small", _case(2, 6, scale=0.05, eps=0.01)),
        Probe("a single row", "a batch of one is fine here", _case(1, 4), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "by-the-batch",
            arrays(axis=0),
            columns_for_rows,
            "It takes the statistics of each column: that is batch normalization. Here each row has its own.",
            LAYER,
        ),
        Mistake(
            "whole-table",
            arrays(axis=None),
            loops(axis=None),
            "One mean and one variance for the whole batch. Each row has its own, whatever its neighbors are.",
            LAYER,
        ),
        Mistake(
            "divided-by-d-minus-1",
            arrays(ddof=1),
            loops(ddof=1),
            "The variance is divided by D - 1. Layer normalization divides by D.",
            LAYER,
            line=("var = x.var(axis=1, keepdims=True)", "var = x.var(axis=1, keepdims=True, ddof=1)"),
        ),
        Mistake(
            "eps-outside",
            arrays(outside=True),
            loops(outside=True),
            "eps is added to the standard deviation. It belongs to the variance, under the root.",
            LAYER,
            line=(
                "return weight * (x - mean) / np.sqrt(var + eps) + bias",
                "return weight * (x - mean) / (np.sqrt(var) + eps) + bias",
            ),
        ),
        Mistake(
            "no-scale-and-shift",
            arrays(plain=True),
            loops(plain=True),
            "The scale and the shift are missing: what is normalized is multiplied by weight, and bias is added.",
            LAYER,
        ),
        Mistake(
            "no-mean",
            arrays(no_mean=True),
            loops(no_mean=True),
            "The mean is not taken away: that is RMS normalization.",
            LAYER,
        ),
        Mistake(
            "shift-first",
            arrays(shift_first=True),
            loops(shift_first=True),
            "The bias is added before the scale. It comes last, and is not scaled.",
            LAYER,
        ),
    ),
    alternatives=(on_columns, row_by_row, with_new_axis),
    hints=(
        "Which numbers does the mean of one row use, and which shape has the column of all these means?",
        "Everything as in batch normalization, with the other axis: each example is normalized by itself, and nothing is remembered.",
        "mean, var <- of each row, as columns (N, 1)\nresult <- weight times (x - mean) over the root of (var + eps), plus bias",
    ),
    solution=SOLUTION,
    level=1,
    minutes=6,
)
