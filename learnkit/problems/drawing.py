"""Inputs for probes, drawn so that mistakes cannot hide: no two rows alike, nothing symmetric, short numbers where a person reads them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def few_scores(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw scores with one decimal, all different, so that they are read at a glance and none is largest twice."""
    count = int(np.prod(shape))
    steps = rng.choice(np.arange(-25, 26), size=count, replace=False)
    return (steps / 10).reshape(shape)


def scores(rng: np.random.Generator, *shape: int, scale: float = 2.0) -> Floats:
    """Draw normal scores."""
    return scale * rng.standard_normal(shape)


def classes(rng: np.random.Generator, count: int, among: int) -> Integers:
    """Draw a class for each example; where there are two examples or more, not all the same, and never just 0, 1, 2, … in order."""
    while True:
        drawn = rng.integers(among, size=count)
        if count == 1 or among == 1 or (len(set(drawn.tolist())) > 1 and not np.array_equal(drawn, np.arange(count))):
            return drawn.astype(np.int64)
