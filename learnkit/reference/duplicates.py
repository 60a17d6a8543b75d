"""Duplicates: the same example twice in the data, or once in training and once in the test.

Source: Barz & Denzler 2020, Do we train on test data? Purging CIFAR of near-duplicates.
"""

import math
from collections.abc import Iterator
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
        If there are no rows, or not one label each.
    TypeError
        If the rows hold objects.

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
    if x.ndim == 0 or len(x) == 0 or (targets is not None and np.shape(targets) != x.shape[:1]):
        shapes = f"{x.shape} and {None if targets is None else np.shape(targets)}"
        raise ValueError(f"x must have at least one row, (N, ...), and targets one label each, (N,); got {shapes}.")
    first: dict[bytes, int] = {}
    kept, pairs = [], []
    for index, key in enumerate(_keys(x)):
        found = index if key is None else first.setdefault(key, index)
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
        If the examples have other shapes, or nothing in them, or tolerance is below 0.
    TypeError
        If the rows hold objects, or text with a tolerance.

    Notes
    -----
    Values are compared and not row numbers; rows that hold NaN equal no other. Without a tolerance equal rows are looked up, and time grows
    with N + M. With one, rows of train are compared in blocks, so that memory grows with M and not with N·M; the time of N·M is spent on
    the feature that varies most, and on few pairs in the others.

    Examples
    --------
    >>> find_leaks(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[3.0, 4.0000001], [9.0, 9.0]]), tolerance=1e-6)
    array([[1, 0]])

    See Also
    --------
    learnkit.pytorch.find_leaks, drop_duplicates
    """
    train, test = np.asarray(train), np.asarray(test)
    if min(train.ndim, test.ndim) == 0 or train.shape[1:] != test.shape[1:] or math.prod(train.shape[1:]) == 0:
        shapes = f"{train.shape} and {test.shape}"
        raise ValueError(f"examples of train and test must have one shape, with at least one number; got {shapes}.")
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be at least 0; got {tolerance}.")
    return _equal_pairs(train, test) if tolerance == 0 else _near_pairs(train, test, tolerance)


def _equal_pairs(train: Array, test: Array) -> Array:
    """Look each training row up in a table of the test rows: N + M steps, where comparing all pairs takes N·M."""
    kind = np.result_type(train, test)
    places: dict[bytes | None, list[int]] = {}
    for place, key in enumerate(_keys(test.astype(kind, copy=False))):
        places.setdefault(key, []).append(place)
    places.pop(None, None)
    pairs = [(row, place) for row, key in enumerate(_keys(train.astype(kind, copy=False))) for place in places.get(key, ())]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _near_pairs(train: Array, test: Array, tolerance: float) -> Array:
    """Compare feature by feature, those that vary most first: a pair is out at the first number that is too far."""
    if not {train.dtype.kind, test.dtype.kind} <= set("biuf"):
        raise TypeError(f"a tolerance above 0 is for real numbers; got dtypes {train.dtype} and {test.dtype}. Use tolerance=0.")
    found = [np.zeros((0, 2), dtype=np.int64)]
    if min(len(train), len(test)) == 0:
        return found[0]
    left, right = (_flat(part).astype(np.float64) for part in (train, test))
    widest, *others = np.argsort(-np.ptp(np.where(np.isfinite(left), left, 0), axis=0), kind="stable")
    for begin in range(0, len(left), BLOCK):
        block = left[begin : begin + BLOCK]
        rows, places = np.nonzero(_near(block[:, widest, None], right[:, widest], tolerance))  # (B, M) at a time, not (N, M)
        for feature in others:
            near = _near(block[rows, feature], right[places, feature], tolerance)
            rows, places = rows[near], places[near]
            if len(rows) == 0:
                break
        found.append(np.stack([begin + rows, places], axis=1))
    return np.concatenate(found)


def _near(a: Array, b: Array, tolerance: float) -> Array:
    with np.errstate(invalid="ignore"):
        return np.asarray((a == b) | (np.abs(a - b) <= tolerance))  # inf - inf is NaN


def _flat(x: Array) -> Array:
    return x.reshape(len(x), math.prod(x.shape[1:]))  # -1 would not do for no rows


def _keys(x: Array) -> Iterator[bytes | None]:
    """Return for each row bytes that are equal where all of its values are; None for a row with NaN, which equals no row."""
    if x.dtype.kind == "O":
        raise TypeError("examples must be numbers or text of one kind; got an array of objects. Compare its columns one by one.")
    rows = _flat(x)
    rows = rows + 0 if x.dtype.kind in "fc" else rows  # -0.0 + 0 is 0.0: equal numbers get equal bytes
    missing = (rows != rows).any(axis=1)
    return (None if is_missing else row.tobytes() for row, is_missing in zip(rows, missing, strict=True))
