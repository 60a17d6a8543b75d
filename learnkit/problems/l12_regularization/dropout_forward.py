"""Dropout, forward: random code, whose outputs are compared by their statistics, and whose generator is looked at."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem, Rng, Statistic

STUB = '''
def dropout_forward(x, p, rng, training):
    """Dropout, inverted: in training each value becomes 0 with probability p, and what stays is divided by 1 - p.

    x : array of any shape
    p : the probability that a value is dropped, from 0 to 1 (with 1 all become 0)
    rng : np.random.Generator, that all random numbers come from
    training : in evaluation, False, x comes back as it is
    Returns an array of x's shape. x stays as it was.
    """
    ...
'''

SOLUTION = """
def dropout_forward(x, p, rng, training):
    if not training:
        return x.copy()
    if p == 1:
        return np.zeros_like(x)
    keep = rng.random(x.shape) >= p
    return np.where(keep, x / (1 - p), 0.0)
"""


def right(x: Any, p: float, rng: Any, training: bool) -> Any:
    if not training:
        return x.copy()
    if p == 1:
        return np.zeros_like(x)
    keep = rng.random(x.shape) >= p
    return np.where(keep, x / (1 - p), 0.0)


def by_factors(x: Any, p: float, rng: Any, training: bool) -> Any:
    factor = 1 / (1 - p) if p < 1 else 0.0
    return x * rng.choice([0.0, factor], p=[p, 1 - p], size=x.shape) if training else 1 * x


def one_by_one(x: Any, p: float, rng: Any, training: bool) -> Any:
    result = np.array(x, dtype=float)
    if training:
        for place in np.ndindex(*x.shape):
            dropped = rng.uniform() < p
            result[place] = 0.0 if dropped else x[place] / (1 - p)
    return result


def by_binomial(x: Any, p: float, rng: Any, training: bool) -> Any:
    if not training or p == 0:
        return x + 0.0
    return x * rng.binomial(1, 1 - p, size=x.shape) / max(1 - p, 1e-300)


def keep_probability(x: Any, p: float, rng: Any, training: bool) -> Any:
    if not training:
        return x.copy()
    return np.where(rng.random(x.shape) < p, x / max(p, 1e-300), 0.0)


def keep_probability_by_binomial(x: Any, p: float, rng: Any, training: bool) -> Any:
    return x * rng.binomial(1, p, size=x.shape) / max(p, 1e-300) if training else x * 1.0


def not_scaled(x: Any, p: float, rng: Any, training: bool) -> Any:
    return np.where(rng.random(x.shape) >= p, x, 0.0) if training else x.copy()


def not_scaled_by_choice(x: Any, p: float, rng: Any, training: bool) -> Any:
    return x * rng.choice([0.0, 1.0], p=[p, 1 - p], size=x.shape) if training else x + 0


def always_active(x: Any, p: float, rng: Any, training: bool) -> Any:
    return right(x, p, rng, True)


def always_active_by_factors(x: Any, p: float, rng: Any, training: bool) -> Any:
    factor = 1 / (1 - p) if p < 1 else 0.0
    return x * (rng.uniform(size=x.shape) >= p) * factor


def scaled_at_evaluation(x: Any, p: float, rng: Any, training: bool) -> Any:
    return np.where(rng.random(x.shape) >= p, x, 0.0) if training else x * (1 - p)


def scaled_at_evaluation_by_choice(x: Any, p: float, rng: Any, training: bool) -> Any:
    if training:
        return x * (rng.uniform(size=x.shape) > p)
    return x - p * x


def one_coin_a_row(x: Any, p: float, rng: Any, training: bool) -> Any:
    if not training or p == 1:
        return right(x, p, rng, training)
    return np.where(rng.random((len(x), *[1] * (x.ndim - 1))) >= p, x / (1 - p), 0.0)


def one_coin_a_row_in_a_loop(x: Any, p: float, rng: Any, training: bool) -> Any:
    result = x.astype(float)
    if training:
        for n in range(len(x)):
            result[n] = 0.0 if rng.random() < p else x[n] / (1 - p)
    return result


def _share(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    return float((values[0] == 0).mean())


def _factor(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    kept = values[0] != 0
    return float(np.median(values[0][kept] / arguments[0][kept])) if kept.any() else 0.0


def _neighbors(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    dropped = values[0] == 0
    return float((dropped[:, 1:] == dropped[:, :-1]).mean())


STATISTICS = (
    Statistic("the share of zeros", _share, lambda a: a[1], lambda a: np.sqrt(a[1] * (1 - a[1]) / a[0].size)),
    Statistic("the factor of what is kept", _factor, lambda a: 1 / (1 - a[1]), 0.0),
    Statistic(
        "the share of neighbors with one fate", _neighbors, lambda a: a[1] ** 2 + (1 - a[1]) ** 2, lambda a: 0.6 / np.sqrt(a[0].size)
    ),
)


def _many(p: float) -> Any:
    return lambda rng: (1 + rng.random((500, 8)), p, Rng(int(rng.integers(10**6))), True)


def _calm(p: float, training: bool) -> Any:
    return lambda rng: (rng.normal(size=(3, 4)), p, Rng(int(rng.integers(10**6))), training)


MASK = "4 · Dropout, by hand"
MODES = "5 · Two modes"

PROBLEM = Problem(
    id="12.dropout_forward",
    title="Drop at random, in training only",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"x": "ND"},
    probes=(
        Probe("4,000 numbers at p = 0.3", "with p = 0.5 what is dropped and what is kept look alike", _many(0.3), statistics=STATISTICS),
        Probe("4,000 numbers at p = 0.8", "few are kept, and each counts five times", _many(0.8), is_edge=True, statistics=STATISTICS),
        Probe("in evaluation", "nothing is dropped and nothing scaled", _calm(0.3, training=False)),
        Probe("p = 0", "nothing to drop", _calm(0.0, training=True), is_edge=True),
        Probe("p = 1", "1/(1 - p) is a division by 0", _calm(1.0, training=True), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "keep-probability",
            keep_probability,
            keep_probability_by_binomial,
            "p is taken as the probability to keep. In PyTorch, and here, it is that to drop.",
            MASK,
        ),
        Mistake(
            "not-scaled",
            not_scaled,
            not_scaled_by_choice,
            "What stays is not made larger, so that the sums that follow shrink in training and not in evaluation.",
            MASK,
            line=("return np.where(keep, x / (1 - p), 0.0)", "return np.where(keep, x, 0.0)"),
        ),
        Mistake(
            "always-active",
            always_active,
            always_active_by_factors,
            "It drops in evaluation too: the same input gets another answer every time.",
            MODES,
        ),
        Mistake(
            "scaled-at-evaluation",
            scaled_at_evaluation,
            scaled_at_evaluation_by_choice,
            "It scales in evaluation, as the first paper did. Inverted dropout scales in training.",
            MODES,
        ),
        Mistake(
            "one-coin-a-row", one_coin_a_row, one_coin_a_row_in_a_loop, "One coin decides for a whole row. Each value has its own.", MASK
        ),
    ),
    alternatives=(by_factors, one_by_one, by_binomial),
    hints=(
        "How large is the mean of many outputs to be, compared with the inputs?",
        "Draw one number between 0 and 1 for each value, and compare it with p. What stays makes up for what is gone.",
        "in evaluation: the input\n"
        "mask <- for each value, a draw is at least p\n"
        "result <- where the mask holds, the value over the share that is kept; else 0",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
    library_calls=("torch.nn.functional.dropout", "torch.dropout"),
)
