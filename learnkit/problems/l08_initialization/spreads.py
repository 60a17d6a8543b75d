"""What is asked of weights that are drawn at random: how wide they are, where their middle is, what shape their histogram has.

All but the width are measured in units of the width that was drawn, so that a width that is wrong leaves them alone.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from learnkit.problems.problem import Rng, Statistic

Values = tuple[Any, ...]
Arguments = tuple[Any, ...]


def log_width(values: Values, arguments: Arguments) -> float:
    return math.log(max(float(np.std(values[0])), 1e-300))


def middle(values: Values, arguments: Arguments) -> float:
    return float(np.mean(values[0]) / _width(values[0]))


def share_beyond(widths: float) -> Callable[[Values, Arguments], float]:
    def share(values: Values, arguments: Arguments) -> float:
        return float((np.abs(values[0]) > widths * _width(values[0])).mean())

    return share


def along_rows(values: Values, arguments: Arguments) -> float:
    rows = values[0].reshape(len(values[0]), -1) / _width(values[0])
    return float((rows[:, 1:] * rows[:, :-1]).mean())


def down_columns(values: Values, arguments: Arguments) -> float:
    rows = values[0].reshape(len(values[0]), -1) / _width(values[0])
    return float((rows[1:] * rows[:-1]).mean())


def statistics(log_width_of: Callable[[Any], float], excess: float, beyond: float, share: float) -> tuple[Statistic, ...]:
    """Return what is compared of a draw.

    Parameters
    ----------
    log_width_of : shape -> the logarithm of the standard deviation that is asked
    excess : the fourth moment over the squared variance: 3 for a normal distribution, 1.8 for an even one
    beyond, share : so many standard deviations, and the share of the weights beyond them
    """

    def count(arguments: Arguments) -> int:
        return math.prod(arguments[0])

    return (
        Statistic(
            "the logarithm of the standard deviation",
            log_width,
            lambda arguments: log_width_of(arguments[0]),
            lambda arguments: math.sqrt((excess - 1) / (4 * count(arguments))),
        ),
        Statistic("the mean, in standard deviations", middle, 0.0, lambda arguments: 1 / math.sqrt(count(arguments))),
        Statistic(
            f"the share of weights more than {beyond:g} standard deviations from 0",
            share_beyond(beyond),
            share,
            lambda arguments: math.sqrt(share * (1 - share) / count(arguments)),
        ),
        Statistic("how alike neighbors in a row are", along_rows, 0.0, lambda arguments: 1 / math.sqrt(count(arguments) * 0.9)),
        Statistic("how alike neighbors in a column are", down_columns, 0.0, lambda arguments: 1 / math.sqrt(count(arguments) * 0.9)),
    )


def draw(*shape: int) -> Callable[[np.random.Generator], tuple[Any, ...]]:
    """Return what makes the arguments (shape, rng) of a probe."""
    return lambda rng: (shape, Rng(int(rng.integers(10**6))))


def _width(weights: Any) -> float:
    return max(float(np.std(weights)), 1e-300)
