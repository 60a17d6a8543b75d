"""Splitting: which examples train a model, and which judge it."""

from collections.abc import Sequence

import numpy as np

from learnkit.reference.operations import Array
from learnkit.training.splits import split_sizes


def split_indices(n: int, fractions: Sequence[float], *, rng: np.random.Generator) -> tuple[Array, ...]:
    """Return the indices 0 to n - 1, shuffled and cut into parts.

    Parameters
    ----------
    n : int
        The number of examples.
    fractions : positive numbers that add up to 1
        One for each part; sizes are rounded so that no example is lost.
    rng : np.random.Generator

    Returns
    -------
    one integer array a part; together every index once

    Raises
    ------
    ValueError
        If the fractions do not add up to 1, or a part would be empty.

    Examples
    --------
    >>> train, test = split_indices(8, (0.75, 0.25), rng=np.random.default_rng(0))
    >>> train, test
    (array([2, 4, 3, 6, 5, 0]), array([1, 7]))

    See Also
    --------
    learnkit.pytorch.split_indices, torch.utils.data.random_split
    """
    sizes = split_sizes(n, fractions)
    return tuple(np.split(rng.permutation(n), np.cumsum(sizes)[:-1]))
