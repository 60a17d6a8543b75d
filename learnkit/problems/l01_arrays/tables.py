"""Small tables for the probes of lesson 01: short numbers, all different, so that no sum of a row is that of a column."""

import numpy as np

from learnkit.problems.drawing import Floats, few_scores


def uneven(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw a table, numbers of both signs with one decimal, in which no two of the sums of its rows and columns are alike."""
    while True:
        drawn = few_scores(rng, *shape)
        if _is_uneven(drawn):
            return drawn


def amounts(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw a table of positive numbers with one decimal, in which no two of the sums of its rows and columns are alike."""
    while True:
        drawn = rng.choice(np.arange(1, 60), size=shape, replace=False) / 10
        if _is_uneven(drawn):
            return drawn


def _is_uneven(table: Floats) -> bool:
    sums = np.concatenate([table.sum(axis=0), table.sum(axis=1)]).round(6)
    return 1 in table.shape or len(set(sums.tolist())) == len(sums)
