"""Small regressions for the probes of lesson 03: short numbers, nothing 0, no feature like another."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import Floats


def short(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw numbers with one decimal between -4 and 4, all different, none of them 0."""
    count = int(np.prod(shape))
    steps = rng.choice(np.setdiff1d(np.arange(-40, 41), [0]), size=count, replace=False)
    return (steps / 10).reshape(shape)


def regression(rng: np.random.Generator, count: int, features: int) -> tuple[Any, ...]:
    """Draw x, y, weight and bias whose differences are all of a size that shows, and do not add up to nearly 0."""
    while True:
        x, y, weight, bias = short(rng, count, features), short(rng, count), short(rng, features), float(short(rng, 1)[0])
        difference = x @ weight + bias - y
        if np.abs(difference).min() > 0.3 and abs(difference.mean()) > 0.3:
            return x, y, weight, bias


def steep_and_flat(rng: np.random.Generator, count: int, features: int) -> tuple[Any, Any, float]:
    """Draw x, y and a learning rate of a third of the largest one that is stable: what is left after some steps shows every step."""
    x, y, _, _ = regression(rng, count, features)
    ones = np.column_stack([x, np.ones(count)])
    return x, y, round(2 / 3 / float(np.linalg.eigvalsh(2 / count * ones.T @ ones)[-1]), 4)
