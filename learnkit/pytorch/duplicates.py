"""Duplicates: the same example twice in the data, or once in training and once in the test."""

import math

import torch
from torch import Tensor

BLOCK = 256


def drop_duplicates(x: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Return which rows to keep so that none is there twice, and which of the others say something else.

    Parameters
    ----------
    x : (N, ...)
        Examples; equal means equal in every number. (0.0 equals -0.0.)
    targets : (N,), optional
        The label of each.

    Returns
    -------
    kept : (K,)
        Indices of the first of each, in the order in which they came: ``x[kept]``.
    conflicts : (P, 2)
        Pairs (kept, left out) whose labels differ. Nothing here decides which label is right.

    Raises
    ------
    ValueError
        If there are no rows, or the numbers of rows and labels differ.

    Notes
    -----
    Rows that hold NaN equal no other row: NaN is not equal to itself.

    Examples
    --------
    >>> kept, conflicts = drop_duplicates(torch.tensor([[1.0], [2.0], [1.0]]), torch.tensor([0, 1, 1]))
    >>> kept, conflicts
    (tensor([0, 1]), tensor([[0, 2]]))

    See Also
    --------
    learnkit.reference.drop_duplicates, find_leaks, pandas.DataFrame.drop_duplicates
    """
    if x.ndim == 0 or len(x) == 0 or (targets is not None and len(targets) != len(x)):
        shapes = f"{tuple(x.shape)} and {None if targets is None else tuple(targets.shape)}"
        raise ValueError(f"x must have at least one row, and targets as many; got {shapes}.")
    index = torch.arange(len(x), device=x.device)
    _, group = torch.unique(x.flatten(1) if x.ndim > 1 else x[:, None], dim=0, return_inverse=True)
    first = torch.full_like(index, len(x)).scatter_reduce(0, group, index, "amin")[group]  # the first row equal to this one
    kept = index[first == index]
    differ = (first != index) & (targets[first] != targets) if targets is not None else torch.zeros_like(index, dtype=torch.bool)
    return kept, torch.stack([first[differ], index[differ]], dim=1)


def find_leaks(train: Tensor, test: Tensor, *, tolerance: float = 0.0) -> Tensor:
    """Return the pairs of a training and a test example that are the same, or nearly.

    Parameters
    ----------
    train : (N, ...)
    test : (M, ...)
    tolerance : float, at least 0
        The largest difference of any number, in the unit of the data. Rounding and saving as text move numbers by a little.

    Returns
    -------
    tensor (P, 2) of integers
        (row of train, row of test), in the order of the training rows.

    Raises
    ------
    ValueError
        If the examples have other shapes, or tolerance is below 0.

    Notes
    -----
    Values are compared and not row numbers. The rows of train are compared in blocks, so that memory grows with M and not with N·M.

    Examples
    --------
    >>> train, test = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[3.0, 4.00001], [9.0, 9.0]])
    >>> find_leaks(train, test, tolerance=1e-4)
    tensor([[1, 0]])

    See Also
    --------
    learnkit.reference.find_leaks, drop_duplicates
    """
    if train.shape[1:] != test.shape[1:]:
        raise ValueError(f"examples of train and test must have one shape; got {tuple(train.shape[1:])} and {tuple(test.shape[1:])}.")
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be at least 0; got {tolerance}.")
    left, right = (part.reshape(len(part), math.prod(part.shape[1:])).double() for part in (train, test))
    found = [torch.zeros(0, 2, dtype=torch.int64, device=train.device)]
    for begin in range(0, len(left), BLOCK):
        distance = torch.cdist(left[begin : begin + BLOCK], right, p=float("inf"))
        pairs = (distance <= tolerance).nonzero()
        found.append(pairs + torch.tensor([begin, 0], device=train.device))
    return torch.cat(found)
