"""Splitting: which examples train a model, and which judge it."""

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor

from learnkit.training.splits import assign_groups, class_sizes, split_sizes


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


def stratified_indices(targets: Tensor, fractions: Sequence[float], *, rng: torch.Generator) -> tuple[Tensor, ...]:
    """Return the indices of examples, shuffled and cut into parts that have the same share of every class.

    Parameters
    ----------
    targets : (N,)
        The class of each example.
    fractions : positive numbers that add up to 1
        One for each part.
    rng : torch.Generator

    Returns
    -------
    one int64 tensor a part; together every index once

    Raises
    ------
    ValueError
        If the fractions do not add up to 1, a class has too few examples for all parts (the message says which), or a target is NaN.

    Notes
    -----
    A part has of each class its exact share, rounded up or down, and at least one example. Rounding takes turns over the classes, so that
    the parts together have the sizes that `split_sizes` gives, or nearly so with more than two parts; where classes are so small that
    the share is below 1, being in every part comes first.

    Examples
    --------
    >>> targets = torch.tensor([0, 0, 0, 0, 1, 1])
    >>> train, test = stratified_indices(targets, (0.5, 0.5), rng=torch.Generator().manual_seed(0))
    >>> targets[test].sum()
    tensor(1)

    See Also
    --------
    learnkit.reference.stratified_indices, sklearn.model_selection.StratifiedShuffleSplit
    """
    if targets.ndim != 1 or len(targets) == 0:
        raise ValueError(f"targets must be (N,) with at least one example; got shape {tuple(targets.shape)}.")
    if bool((targets != targets).any()):
        raise ValueError("targets must hold a class for each example; got NaN.")
    targets = targets.to(rng.device)
    parts: list[list[Tensor]] = [[] for _ in fractions]
    classes, counts = torch.unique(targets, return_counts=True)
    for value, sizes in zip(classes, class_sizes([str(value) for value in classes.tolist()], counts.tolist(), fractions), strict=True):
        members = _shuffled((targets == value).nonzero().squeeze(1), rng)
        for part, own in zip(parts, torch.tensor_split(members, list(itertools.accumulate(sizes))[:-1]), strict=True):
            part.append(own)
    return tuple(_shuffled(torch.cat(part), rng) for part in parts)


def grouped_indices(groups: Tensor, fractions: Sequence[float], *, rng: torch.Generator) -> tuple[Tensor, ...]:
    """Return the indices of examples, cut into parts so that no group is in two of them.

    Parameters
    ----------
    groups : (N,)
        What each example belongs to: a patient, a writer, a day.
    fractions : positive numbers that add up to 1
        One for each part, of the examples and not of the groups.
    rng : torch.Generator

    Returns
    -------
    one shuffled int64 tensor a part; together every index once

    Raises
    ------
    ValueError
        If the fractions do not add up to 1, there are fewer groups than parts, or a group is NaN.

    Notes
    -----
    Groups are shuffled, and from the largest to the smallest each goes to the part that lacks most; a part is never left empty. Sizes are
    as near to the fractions as such groups allow by that rule, not the nearest of all. Only groups of equal size change places with the
    seed: if all sizes differ, every seed gives the same parts. scikit-learn's GroupShuffleSplit draws a fraction of the groups, however
    large they are.

    Examples
    --------
    >>> groups = torch.tensor([7, 7, 7, 5, 5, 6])
    >>> one, other = grouped_indices(groups, (0.5, 0.5), rng=torch.Generator().manual_seed(0))
    >>> set(groups[one].tolist()) & set(groups[other].tolist())
    set()

    See Also
    --------
    learnkit.reference.grouped_indices, sklearn.model_selection.GroupShuffleSplit
    """
    if groups.ndim != 1 or len(groups) == 0:
        raise ValueError(f"groups must be (N,) with at least one example; got shape {tuple(groups.shape)}.")
    if bool((groups != groups).any()):
        raise ValueError("groups must hold a group for each example; got NaN.")
    names, inverse, counts = torch.unique(groups.to(rng.device), return_inverse=True, return_counts=True)
    drawn = torch.randperm(len(names), generator=rng, device=rng.device)
    part_of = torch.empty_like(drawn)
    part_of[drawn] = torch.tensor(assign_groups(counts[drawn].tolist(), fractions), device=rng.device)
    return tuple(_shuffled((part_of[inverse] == part).nonzero().squeeze(1), rng) for part in range(len(fractions)))


def _shuffled(indices: Tensor, rng: torch.Generator) -> Tensor:
    return indices[torch.randperm(len(indices), generator=rng, device=rng.device)]
