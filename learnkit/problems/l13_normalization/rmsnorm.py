"""RMS normalization: divided by the root of the mean square, and nothing taken away."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def rmsnorm(x, weight, eps=1e-6):
    """RMS normalization: each row divided by the root of (the mean of its squares + eps), then scaled.

    x : (N, D)
    weight : (D,)
    Returns (N, D).
    """
    ...
'''

SOLUTION = """
def rmsnorm(x, weight, eps=1e-6):
    mean_square = (x**2).mean(axis=1, keepdims=True)
    return weight * x / np.sqrt(mean_square + eps)
"""


def right(x: Any, weight: Any, eps: float = 1e-6) -> Any:
    mean_square = (x**2).mean(axis=1, keepdims=True)
    return weight * x / np.sqrt(mean_square + eps)


# Right answers written in other ways


def by_norm(x: Any, weight: Any, eps: float = 1e-6) -> Any:
    lengths = np.linalg.norm(x, axis=1)
    return weight * (x.T / (lengths**2 / x.shape[1] + eps) ** 0.5).T


def row_by_row(x: Any, weight: Any, eps: float = 1e-6) -> Any:
    rows = []
    for row in x:
        root = (sum(value * value for value in row) / len(row) + eps) ** 0.5
        rows.append([w * value / root for w, value in zip(weight, row, strict=True)])
    return np.array(rows)


def by_einsum(x: Any, weight: Any, eps: float = 1e-6) -> Any:
    squares = np.einsum("nd,nd->n", x, x)
    return np.einsum("nd,d,n->nd", x, weight, 1 / np.sqrt(squares / x.shape[1] + eps))


# Mistakes: two ways to write it, each with one thing wrong


def arrays(**wrong: Any) -> Any:
    def answer(x: Any, weight: Any, eps: float = 1e-6) -> Any:
        axis = wrong.get("axis", 1)
        values = x - x.mean(axis=1, keepdims=True) if wrong.get("centered") else x
        total = (values**2).sum(axis=axis, keepdims=True) if wrong.get("sum") else (values**2).mean(axis=axis, keepdims=True)
        root = total + eps if wrong.get("no_root") else np.sqrt(total + eps)
        root = np.sqrt(total) + eps if wrong.get("outside") else root
        return values / root if wrong.get("plain") else values / root * weight

    return answer


def loops(**wrong: Any) -> Any:
    def answer(x: Any, weight: Any, eps: float = 1e-6) -> Any:
        rows = [row - sum(row) / len(row) for row in x] if wrong.get("centered") else list(x)
        table = np.array(rows)
        made = np.zeros(x.shape)
        for place in np.ndindex(*x.shape):
            source = table[:, place[1]] if wrong.get("axis") == 0 else table[place[0]]
            total = sum(value * value for value in source) / (1 if wrong.get("sum") else len(source))
            root = total + eps if wrong.get("no_root") else (total + eps) ** 0.5
            root = total**0.5 + eps if wrong.get("outside") else root
            made[place] = table[place] / root * (1.0 if wrong.get("plain") else weight[place[1]])
        return made

    return answer


def less_its_mean(x: Any, weight: Any, eps: float = 1e-6) -> Any:
    deviations = (x.T - np.mean(x, axis=1)).T
    return deviations * weight * ((np.mean(deviations**2, axis=1) + eps) ** -0.5)[:, None]


def _case(n: int, d: int, *, scale: float = 1.0, eps: float = 1e-6) -> Any:
    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        x = scale * (rng.integers(-30, 31, size=(n, d)) / 10 + rng.normal(size=(n, d)) / 100 + rng.integers(1, 3, size=(n, 1)))
        return x, rng.uniform(0.5, 2, d).round(2), eps

    return make


LAYER = "8 · Normalize by the example"

PROBLEM = Problem(
    id="13.rmsnorm",
    title="Without a mean",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"x": "ND", "weight": "D"},
    library_calls=("torch.nn.functional.rms_norm",),
    probes=(
        Probe("2 rows of 3", "small enough to read", _case(2, 3)),
        Probe("4 rows of 3", "more rows than columns", _case(4, 3)),
        Probe("small values and eps = 0.01", "the place of eps matters where values are small", _case(3, 4, scale=0.05, eps=0.01)),
    ),
    mistakes=(
        Mistake("centered", arrays(centered=True), less_its_mean, "The mean is taken away first: that is layer normalization.", LAYER),
        Mistake(
            "by-the-batch",
            arrays(axis=0),
            loops(axis=0),
            "It takes the mean square of each column. Each row is normalized by itself.",
            LAYER,
        ),
        Mistake(
            "sum-of-squares",
            arrays(sum=True),
            loops(sum=True),
            "It divides by the length of the row: the squares are added and not averaged.",
            LAYER,
            line=("mean_square = (x**2).mean(axis=1, keepdims=True)", "mean_square = (x**2).sum(axis=1, keepdims=True)"),
        ),
        Mistake(
            "no-root",
            arrays(no_root=True),
            loops(no_root=True),
            "It divides by the mean square. Its root has the unit of the values.",
            LAYER,
        ),
        Mistake(
            "eps-outside",
            arrays(outside=True),
            loops(outside=True),
            "eps is added outside the root. It belongs to the mean square.",
            LAYER,
            line=(
                "return weight * x / np.sqrt(mean_square + eps)",
                "return weight * x / (np.sqrt(mean_square) + eps)",
            ),
        ),
        Mistake("no-scale", arrays(plain=True), loops(plain=True), "The scale, weight, is left out.", LAYER),
    ),
    alternatives=(by_norm, row_by_row, by_einsum),
    hints=(
        "What is the mean of the squares of one row, and which shape has the column of all of them?",
        "Root, mean, square, from the inside out: square each value, average over the row, take the root. Nothing is taken away.",
        "mean square <- the mean of the squares of each row, as a column\nresult <- weight times x over the root of (mean square + eps)",
    ),
    solution=SOLUTION,
    level=1,
    minutes=5,
    is_core=False,
)
