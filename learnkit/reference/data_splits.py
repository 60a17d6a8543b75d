"""Splitting: which examples train a model, and which judge it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.reference.operations import Array
from learnkit.training.splits import assign_groups, class_sizes, split_sizes


def split_indices(n: int, fractions: Sequence[float], *, rng: "np.random.Generator") -> tuple[Array, ...]:
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


def stratified_indices(targets: Any, fractions: Sequence[float], *, rng: "np.random.Generator") -> tuple[Array, ...]:
    """Return the indices of examples, shuffled and cut into parts that have the same share of every class.

    Parameters
    ----------
    targets : (N,)
        The class of each example.
    fractions : positive numbers that add up to 1
        One for each part.
    rng : np.random.Generator

    Returns
    -------
    one integer array a part; together every index once

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
    >>> train, test = stratified_indices(np.array([0, 0, 0, 0, 1, 1]), (0.5, 0.5), rng=np.random.default_rng(0))
    >>> np.array([0, 0, 0, 0, 1, 1])[test].sum()
    np.int64(1)

    See Also
    --------
    learnkit.pytorch.stratified_indices, sklearn.model_selection.StratifiedShuffleSplit
    """
    targets = np.asarray(targets)
    if targets.ndim != 1 or len(targets) == 0:
        raise ValueError(f"targets must be (N,) with at least one example; got shape {targets.shape}.")
    if (targets != targets).any():
        raise ValueError("targets must hold a class for each example; got NaN.")
    parts: list[list[Array]] = [[] for _ in fractions]
    classes, counts = np.unique(targets, return_counts=True)
    for value, sizes in zip(classes, class_sizes(classes.astype(str).tolist(), counts.tolist(), fractions), strict=True):
        members = rng.permutation(np.flatnonzero(targets == value))
        for part, own in zip(parts, np.split(members, np.cumsum(sizes)[:-1]), strict=True):
            part.append(own)
    return tuple(rng.permutation(np.concatenate(part)) for part in parts)


def grouped_indices(groups: Any, fractions: Sequence[float], *, rng: "np.random.Generator") -> tuple[Array, ...]:
    """Return the indices of examples, cut into parts so that no group is in two of them.

    Parameters
    ----------
    groups : (N,)
        What each example belongs to: a patient, a writer, a day.
    fractions : positive numbers that add up to 1
        One for each part, of the examples and not of the groups.
    rng : np.random.Generator

    Returns
    -------
    one shuffled integer array a part; together every index once

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
    >>> groups = np.array([7, 7, 7, 5, 5, 6])
    >>> one, other = grouped_indices(groups, (0.5, 0.5), rng=np.random.default_rng(0))
    >>> set(groups[one].tolist()) & set(groups[other].tolist())
    set()

    See Also
    --------
    learnkit.pytorch.grouped_indices, sklearn.model_selection.GroupShuffleSplit
    """
    groups = np.asarray(groups)
    if groups.ndim != 1 or len(groups) == 0:
        raise ValueError(f"groups must be (N,) with at least one example; got shape {groups.shape}.")
    if (groups != groups).any():
        raise ValueError("groups must hold a group for each example; got NaN.")
    names, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    drawn = rng.permutation(len(names))
    part_of = np.empty(len(names), dtype=np.int64)
    part_of[drawn] = assign_groups(counts[drawn].tolist(), fractions)
    return tuple(rng.permutation(np.flatnonzero(part_of[inverse] == part)) for part in range(len(fractions)))
