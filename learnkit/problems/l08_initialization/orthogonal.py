"""Weights whose rows, or columns, stand at right angles and have one length: tall and wide matrices, and a gain."""

import math
from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem, Rng, Statistic

STUB = '''
def orthogonal(shape, gain, rng):
    """Draw weights that keep lengths: rows or columns, whichever are fewer, stand at right angles and have the length gain.

    shape : (D_out, D_in), wide, tall or square
    gain : a number above 0
    rng : np.random.Generator, that all random numbers come from
    Returns W of that shape: W @ W.T is gain² times the identity if D_out <= D_in, else W.T @ W is. (np.linalg.qr may help.)
    """
    ...
'''

SOLUTION = """
def orthogonal(shape, gain, rng):
    longer, shorter = max(shape), min(shape)
    q, _ = np.linalg.qr(rng.normal(size=(longer, shorter)))
    if q.shape != shape:
        q = q.T
    return gain * q
"""


def right_answer(shape: Any, gain: float, rng: Any) -> Any:
    q, _ = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    return gain * (q if shape[0] >= shape[1] else q.T)


# Right answers written in other ways


def by_gram_and_schmidt(shape: Any, gain: float, rng: Any) -> Any:
    """One direction after the other; what it has in common with those before it is taken away, twice, for the rounding."""
    directions: list[Any] = []
    while len(directions) < min(shape):
        new = rng.standard_normal(max(shape))
        for _ in range(2):
            for one in directions:
                new = new - (new @ one) * one
        directions.append(new / np.linalg.norm(new))
    table = np.array(directions)
    return gain * (table if shape[0] <= shape[1] else table.T)


def by_singular_vectors(shape: Any, gain: float, rng: Any) -> Any:
    left, _, right = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    return gain * (left @ right)


def corner_of_a_square(shape: Any, gain: float, rng: Any) -> Any:
    size = max(shape)
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    return (gain * q * np.sign(np.diag(r)))[: shape[0], : shape[1]]


def torch_by_qr(shape: Any, gain: float, rng: Any) -> Any:
    import torch

    q, r = torch.linalg.qr(torch.randn(max(shape), min(shape), generator=rng))
    q = q * torch.sign(torch.diagonal(r))
    return gain * (q.T if shape[0] < shape[1] else q)


def torch_by_svd(shape: Any, gain: float, rng: Any) -> Any:
    import torch

    left, _, right = torch.linalg.svd(torch.randn(shape, generator=rng), full_matrices=False)
    return gain * left @ right


# Mistakes


def gain_forgotten(shape: Any, gain: float, rng: Any) -> Any:
    q, _ = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    return q if shape[0] >= shape[1] else q.T


def gain_forgotten_by_svd(shape: Any, gain: float, rng: Any) -> Any:
    left, _, right = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    return left @ right


def gain_inside(shape: Any, gain: float, rng: Any) -> Any:
    q, _ = np.linalg.qr(gain * rng.normal(size=(max(shape), min(shape))))
    return q.T if shape[0] < shape[1] else q


def gain_as_variance(shape: Any, gain: float, rng: Any) -> Any:
    q, _ = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    return np.sqrt(gain) * (q if shape[0] >= shape[1] else q.T)


def gain_as_variance_by_svd(shape: Any, gain: float, rng: Any) -> Any:
    left, _, right = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    return left @ right * gain**0.5


def gain_squared(shape: Any, gain: float, rng: Any) -> Any:
    q, _ = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    return gain**2 * (q if shape[0] >= shape[1] else q.T)


def gain_squared_by_svd(shape: Any, gain: float, rng: Any) -> Any:
    left, _, right = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    return gain * (gain * left @ right)


def tall_only(shape: Any, gain: float, rng: Any) -> Any:
    q, _ = np.linalg.qr(rng.normal(size=shape))
    return gain * q


def tall_only_by_factor(shape: Any, gain: float, rng: Any) -> Any:
    return np.linalg.qr(rng.standard_normal(shape))[0] * gain


def wide_only(shape: Any, gain: float, rng: Any) -> Any:
    q, _ = np.linalg.qr(rng.normal(size=shape[::-1]))
    return gain * q.T


def wide_only_by_factor(shape: Any, gain: float, rng: Any) -> Any:
    rows, columns = shape
    return np.transpose(np.linalg.qr(rng.standard_normal((columns, rows)))[0]) * gain


def not_turned(shape: Any, gain: float, rng: Any) -> Any:
    q, _ = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    return gain * q


def not_turned_by_sorting(shape: Any, gain: float, rng: Any) -> Any:
    shorter, longer = sorted(shape)
    return np.linalg.qr(rng.standard_normal((longer, shorter)))[0] * gain


def laid_out_anew(shape: Any, gain: float, rng: Any) -> Any:
    q, _ = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    return gain * q.reshape(shape)


def laid_out_anew_by_svd(shape: Any, gain: float, rng: Any) -> Any:
    left, _, _ = np.linalg.svd(rng.standard_normal((max(shape), min(shape))), full_matrices=False)
    return np.resize(gain * left, shape)


def lengths_only(shape: Any, gain: float, rng: Any) -> Any:
    w = rng.normal(size=shape)
    axis = 1 if shape[0] <= shape[1] else 0
    return gain * w / np.linalg.norm(w, axis=axis, keepdims=True)


def lengths_only_in_a_loop(shape: Any, gain: float, rng: Any) -> Any:
    w = rng.standard_normal((min(shape), max(shape)))
    rows = np.array([gain * row / math.sqrt(sum(row**2)) for row in w])
    return rows if shape[0] <= shape[1] else rows.T


def random_normal(shape: Any, gain: float, rng: Any) -> Any:
    return gain * rng.normal(size=shape) / np.sqrt(max(shape))


def random_normal_by_width(shape: Any, gain: float, rng: Any) -> Any:
    return rng.normal(0.0, gain / math.sqrt(max(shape)), size=shape)


def random_normal_of_width_gain(shape: Any, gain: float, rng: Any) -> Any:
    return rng.normal(0.0, gain, size=shape)


def identity(shape: Any, gain: float, rng: Any) -> Any:
    return gain * np.eye(*shape)


def identity_in_a_loop(shape: Any, gain: float, rng: Any) -> Any:
    return np.array([[gain * (i == j) for j in range(shape[1])] for i in range(shape[0])])


def exchanged(shape: Any, gain: float, rng: Any) -> Any:
    order = rng.permutation(max(shape))
    return gain * np.eye(max(shape))[order][: shape[0], : shape[1]]


def triangle(shape: Any, gain: float, rng: Any) -> Any:
    _, r = np.linalg.qr(rng.normal(size=shape), mode="complete")
    return gain * r


def triangle_of_zeros(shape: Any, gain: float, rng: Any) -> Any:
    return gain * np.triu(np.linalg.qr(rng.standard_normal(shape), "complete").R)


# What is compared: a length and an angle come out to the rounding, whatever was drawn. The errors are those of float32.


def _fewer(values: Any, arguments: Any) -> Any:
    """Return the rows, or the columns where those are fewer, in units of the length that is asked."""
    w = np.asarray(values[0], dtype=np.float64) / arguments[1]
    return w if w.shape[0] <= w.shape[1] else w.T


def typical_length(values: Any, arguments: Any) -> float:
    return float(np.log(max(np.sqrt((_fewer(values, arguments) ** 2).sum(axis=1).mean()), 1e-300)))


def other_lengths(values: Any, arguments: Any) -> float:
    return float((np.abs(np.linalg.norm(_fewer(values, arguments), axis=1) - 1) > 1e-5).mean())


def not_at_right_angles(values: Any, arguments: Any) -> float:
    rows = _fewer(values, arguments)
    units = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300)
    off = np.abs(units @ units.T)[~np.eye(len(units), dtype=bool)]
    return float((off > 1e-5).mean())


def zeros(values: Any, arguments: Any) -> float:
    return float((values[0] == 0).mean())


STATISTICS = (
    # coarse, so that a wrong gain is told from rows of no fixed length; the next one is fine
    Statistic("the logarithm of the typical length over gain", typical_length, 0.0, 0.1),
    Statistic("the share of rows (or columns) whose length is not gain", other_lengths, 0.0, 0.0),
    Statistic("the share of pairs that are not at right angles", not_at_right_angles, 0.0, 0.0),
    Statistic("the share of entries that are 0", zeros, 0.0, 0.0),
)


def _draw(rows: int, columns: int, *gains: float) -> Any:
    return lambda rng: ((rows, columns), float(rng.choice(gains)), Rng(int(rng.integers(10**6))))


RULES = "7 · Three rules for a start"
CHAIN = "6 · Tune the chain yourself"

PROBLEM = Problem(
    id="08.orthogonal",
    title="Weights that keep lengths",
    stub=STUB,
    reference=right_answer,
    probes=(
        Probe("3 outputs, 5 inputs", "wide: the rows are the fewer ones", _draw(3, 5, 8.0, 12.0), statistics=STATISTICS),
        Probe("5 outputs, 3 inputs", "tall: the columns are the fewer ones", _draw(5, 3, 8.0, 12.0), statistics=STATISTICS),
        Probe("4 outputs, 4 inputs", "square: rows and columns both", _draw(4, 4, 0.1, 0.05), True, STATISTICS),
        Probe("40 outputs, 100 inputs, gain 1", "a gain that is not noticed", _draw(40, 100, 1.0), True, STATISTICS),
    ),
    mistakes=(
        Mistake(
            "gain-forgotten",
            gain_forgotten,
            gain_forgotten_by_svd,
            "The length of each row is 1, whatever the gain. The factor has no effect.",
            RULES,
            variants=(gain_inside,),
            line=("return gain * q", "return q"),
        ),
        Mistake(
            "gain-as-variance",
            gain_as_variance,
            gain_as_variance_by_svd,
            "The length is the root of the gain. The gain is a length, and not the square of one.",
            RULES,
        ),
        Mistake(
            "gain-twice", gain_squared, gain_squared_by_svd, "The length is the square of the gain. The factor is applied once.", RULES
        ),
        Mistake(
            "tall-only",
            tall_only,
            tall_only_by_factor,
            "It works for tall and square matrices. From a wide one the decomposition takes only as many columns as there are rows.",
            RULES,
        ),
        Mistake(
            "wide-only",
            wide_only,
            wide_only_by_factor,
            "It works for wide and square matrices. A tall one has more rows than can stand at right angles: there the columns do.",
            RULES,
        ),
        Mistake(
            "not-turned",
            not_turned,
            not_turned_by_sorting,
            "The wide matrix comes out tall. What was drawn the long way has to be laid on its side.",
            RULES,
            line=("if q.shape != shape:", "if len(shape) != 2:"),
        ),
        Mistake(
            "laid-out-anew",
            laid_out_anew,
            laid_out_anew_by_svd,
            "The wide matrix has the right shape and not the right rows: reshape puts the numbers into other rows.",
            RULES,
            line=("q = q.T", "q = q.reshape(shape)"),
        ),
        Mistake(
            "lengths-only",
            lengths_only,
            lengths_only_in_a_loop,
            "The lengths are right, the angles are not. Random directions are near right angles, and not at them.",
            RULES,
        ),
        Mistake(
            "random-normal",
            random_normal,
            random_normal_by_width,
            "These are normal numbers of the right size on average. Lengths are then kept roughly, and not exactly.",
            CHAIN,
            variants=(random_normal_of_width_gain,),
        ),
        Mistake(
            "identity",
            identity,
            identity_in_a_loop,
            "It returns the identity, which keeps lengths and is not drawn. Each unit then only passes one input on.",
            RULES,
        ),
        Mistake(
            "triangle",
            triangle,
            triangle_of_zeros,
            "It returns the triangle of the decomposition. The other factor is the one with right angles.",
            RULES,
        ),
    ),
    alternatives=(by_gram_and_schmidt, by_singular_vectors, corner_of_a_square),
    torch_alternatives=(torch_by_qr, torch_by_svd),
    hints=(
        "How many directions at right angles to each other fit into three dimensions? So which of rows and columns can it be in a tall "
        "matrix, and which in a wide one?",
        "np.linalg.qr takes a tall matrix to one whose columns stand at right angles and have length 1. Draw a tall one in either case.",
        "longer, shorter <- the two lengths of the shape\n"
        "q <- the first factor of the qr decomposition of normal numbers, longer by shorter\n"
        "if the shape is wide: lay q on its side\n"
        "return q times the gain",
    ),
    solution=SOLUTION,
    library_calls=(
        "torch.nn.init.orthogonal_",
        "scipy.stats.ortho_group.rvs",
        "scipy.linalg.orth",
    ),
    level=3,
    minutes=10,
)
