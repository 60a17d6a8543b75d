"""Duplicates: the same example twice in the data, or once in training and once in the test.

Source: Barz & Denzler 2020, Do we train on test data? Purging CIFAR of near-duplicates.
"""

import math
from typing import Any

import numpy as np

from learnkit.reference.operations import Array

BLOCK = 256


def drop_duplicates(x: Any, targets: Any = None) -> tuple[Array, Array]:
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
    >>> kept, conflicts = drop_duplicates(np.array([[1.0], [2.0], [1.0]]), np.array([0, 1, 1]))
    >>> kept, conflicts
    (array([0, 1]), array([[0, 2]]))

    See Also
    --------
    learnkit.pytorch.drop_duplicates, find_leaks, pandas.DataFrame.drop_duplicates
    """
    x = np.asarray(x)
    if x.ndim == 0 or len(x) == 0 or (targets is not None and len(targets) != len(x)):
        raise ValueError(f"x must have at least one row, and targets as many; got {len(np.atleast_1d(x))} and {np.shape(targets)}.")
    rows = x.reshape(len(x), -1) + 0  # -0.0 + 0 is 0.0: equal numbers get equal bytes
    first: dict[bytes, int] = {}
    kept, pairs = [], []
    for index, row in enumerate(rows):
        found = first.setdefault(row.tobytes(), index) if not (row != row).any() else index
        if found == index:
            kept.append(index)
        elif targets is not None and targets[found] != targets[index]:
            pairs.append((found, index))
    return np.array(kept), np.array(pairs, dtype=np.int64).reshape(-1, 2)


def find_leaks(train: Any, test: Any, *, tolerance: float = 0.0) -> Array:
    """Return the pairs of a training and a test example that are the same, or nearly.

    Parameters
    ----------
    train : (N, ...)
    test : (M, ...)
    tolerance : float, at least 0
        The largest difference of any number, in the unit of the data. Rounding and saving as text move numbers by a little.

    Returns
    -------
    array (P, 2) of integers
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
    >>> find_leaks(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[3.0, 4.0000001], [9.0, 9.0]]), tolerance=1e-6)
    array([[1, 0]])

    See Also
    --------
    learnkit.pytorch.find_leaks, drop_duplicates
    """
    train, test = np.asarray(train), np.asarray(test)
    if train.shape[1:] != test.shape[1:]:
        raise ValueError(f"examples of train and test must have one shape; got {train.shape[1:]} and {test.shape[1:]}.")
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be at least 0; got {tolerance}.")
    left, right = (part.reshape(len(part), math.prod(part.shape[1:])).astype(np.float64) for part in (train, test))
    found = [np.zeros((0, 2), dtype=np.int64)]
    for begin in range(0, len(left), BLOCK):
        same = np.ones((len(left[begin : begin + BLOCK]), len(right)), dtype=bool)
        for feature in range(left.shape[1]):  # (B, M) at a time and not (B, M, D)
            same &= np.abs(left[begin : begin + BLOCK, feature, None] - right[:, feature]) <= tolerance
        found.append(np.argwhere(same) + np.array([begin, 0]))
    return np.concatenate(found)
