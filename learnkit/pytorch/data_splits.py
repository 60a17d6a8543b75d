"""Splitting: which examples train a model, and which judge it."""

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor

from learnkit.training.splits import split_sizes


def split_indices(n: int, fractions: Sequence[float], *, rng: torch.Generator) -> tuple[Tensor, ...]:
    """Return the indices 0 to n - 1, shuffled and cut into parts.

    Parameters
    ----------
    n : int
        The number of examples.
    fractions : positive numbers that add up to 1
        One for each part; sizes are rounded so that no example is lost.
    rng : torch.Generator

    Returns
    -------
    one int64 tensor a part, on the device of rng; together every index once

    Raises
    ------
    ValueError
        If the fractions do not add up to 1, or a part would be empty.

    Examples
    --------
    >>> train, test = split_indices(8, (0.75, 0.25), rng=torch.Generator().manual_seed(0))
    >>> len(train), len(test), torch.cat([train, test]).sort().values
    (6, 2, tensor([0, 1, 2, 3, 4, 5, 6, 7]))

    See Also
    --------
    learnkit.reference.split_indices, torch.utils.data.random_split
    """
    sizes = split_sizes(n, fractions)
    ends = list(itertools.accumulate(sizes))[:-1]
    return torch.tensor_split(torch.randperm(n, generator=rng, device=rng.device), ends)
