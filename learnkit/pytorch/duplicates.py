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
        If there are no rows, or not one label each.

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
    if x.ndim == 0 or len(x) == 0 or (targets is not None and targets.shape != x.shape[:1]):
        shapes = f"{tuple(x.shape)} and {None if targets is None else tuple(targets.shape)}"
        raise ValueError(f"x must have at least one row, (N, ...), and targets one label each, (N,); got {shapes}.")
    index, groups = torch.arange(len(x), device=x.device), _groups(x)
    first = torch.full((2 * len(x),), len(x), device=x.device).scatter_reduce(0, groups, index, "amin")[groups]  # the first equal row
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
        If the examples have other shapes, or nothing in them, or tolerance is below 0.

    Notes
    -----
    Values are compared and not row numbers; rows that hold NaN equal no other. Without a tolerance equal rows are looked up, and time grows
    with N + M. With one, rows of train are compared in blocks, so that memory grows with M and not with N·M; the time of N·M is spent on
    the feature that varies most, and on few pairs in the others.

    Examples
    --------
    >>> train, test = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[3.0, 4.00001], [9.0, 9.0]])
    >>> find_leaks(train, test, tolerance=1e-4)
    tensor([[1, 0]])

    See Also
    --------
    learnkit.reference.find_leaks, drop_duplicates
    """
    if min(train.ndim, test.ndim) == 0 or train.shape[1:] != test.shape[1:] or math.prod(train.shape[1:]) == 0:
        shapes = f"{tuple(train.shape)} and {tuple(test.shape)}"
        raise ValueError(f"examples of train and test must have one shape, with at least one number; got {shapes}.")
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be at least 0; got {tolerance}.")
    return _equal_pairs(train, test) if tolerance == 0 else _near_pairs(train, test, tolerance)


def _equal_pairs(train: Tensor, test: Tensor) -> Tensor:
    """Number the rows of both parts so that equal ones have one number, and look each training row up among the test rows."""
    kind = torch.promote_types(train.dtype, test.dtype)
    if kind.is_floating_point and train.dtype != test.dtype:
        kind = torch.float64  # PyTorch would make float32 of int64 and float32, where 16777217 is 16777216
    numbers = _groups(torch.cat([train.to(kind), test.to(kind)]))
    left, right = numbers[: len(train)], numbers[len(train) :]
    ordered, places = right.sort(stable=True)
    begin, end = torch.searchsorted(ordered, left), torch.searchsorted(ordered, left, right=True)
    rows = torch.arange(len(left), device=left.device).repeat_interleave(end - begin)
    past = torch.arange(len(rows), device=left.device) - ((end - begin).cumsum(0) - (end - begin))[rows]  # 0, 1, ... in each row
    return torch.stack([rows, places[begin[rows] + past]], dim=1)


def _near_pairs(train: Tensor, test: Tensor, tolerance: float) -> Tensor:
    """Compare feature by feature, those that vary most first: a pair is out at the first number that is too far."""
    # cdist would be one call, but takes NaN for a distance of 0
    found = [torch.zeros(0, 2, dtype=torch.int64, device=train.device)]
    if min(len(train), len(test)) == 0:
        return found[0]
    left, right = (_flat(part).double() for part in (train, test))
    finite = torch.where(left.isfinite(), left, 0)
    widest, *others = (finite.amax(dim=0) - finite.amin(dim=0)).argsort(descending=True, stable=True).tolist()
    for begin in range(0, len(left), BLOCK):
        block = left[begin : begin + BLOCK]
        rows, places = _near(block[:, widest, None], right[:, widest], tolerance).nonzero(as_tuple=True)  # (B, M), not (N, M)
        for feature in others:
            near = _near(block[rows, feature], right[places, feature], tolerance)
            rows, places = rows[near], places[near]
            if len(rows) == 0:
                break
        found.append(torch.stack([begin + rows, places], dim=1))
    return torch.cat(found)


def _near(a: Tensor, b: Tensor, tolerance: float) -> Tensor:
    return (a == b) | ((a - b).abs() <= tolerance)  # inf - inf is NaN


def _flat(x: Tensor) -> Tensor:
    return x.reshape(len(x), math.prod(x.shape[1:]))  # -1 would not do for no rows


def _groups(x: Tensor) -> Tensor:
    """Return a number for each row, the same for equal rows; a row with NaN, which equals no row, has one of its own."""
    rows = _flat(x)
    missing = (rows != rows).any(dim=1)
    groups = len(rows) + torch.arange(len(rows), device=x.device)
    # unique sorts, and loses equal rows between rows with NaN
    groups[~missing] = torch.unique(rows[~missing], dim=0, return_inverse=True)[1]
    return groups
