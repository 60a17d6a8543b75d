"""Imputing: missing values become the median of their feature in the training part."""

from typing import Self

import numpy as np

from learnkit.reference.operations import Array


class Imputer:
    """Fill what is missing, NaN, with the median of its feature, taken from the data given to ``fit``.

    Parameters
    ----------
    add_indicator : bool
        Whether transform adds a column of 0 and 1 for each feature that had missing values in fit: that a value is missing may say
        something by itself, and the median hides it.

    Attributes
    ----------
    median : (D,)
        Of the numbers that are there; between the two middle ones their mean.
    indicated : (K,)
        The features that had missing values in fit, in order.

    Raises
    ------
    ValueError
        By fit, if a feature has no value at all, or one is infinite.
    TypeError
        By fit, if x holds no floating-point numbers: integers have no NaN.

    Examples
    --------
    >>> imputer = Imputer().fit(np.array([[1.0, 5.0], [np.nan, 7.0], [3.0, np.nan]]))
    >>> imputer.transform(np.array([[np.nan, np.nan]]))
    array([[2., 6.]])
    >>> Imputer(add_indicator=True).fit(np.array([[1.0, 5.0], [np.nan, 7.0]])).transform(np.array([[np.nan, 4.0]]))
    array([[1., 4., 1.]])

    See Also
    --------
    learnkit.pytorch.Imputer, sklearn.impute.SimpleImputer (strategy="median")
    """

    def __init__(self, *, add_indicator: bool = False) -> None:
        self.add_indicator = add_indicator
        self.median: Array | None = None
        self.indicated: Array | None = None

    def fit(self, x: Array) -> Self:
        """Take the medians from x, (N, D); return the imputer."""
        if x.ndim != 2 or len(x) == 0:
            raise ValueError(f"x must be (N, D) with at least one row; got {x.shape}.")
        if x.dtype.kind != "f":
            raise TypeError(f"x must hold floating-point numbers, NaN where one is missing; got dtype {x.dtype}.")
        if np.isinf(x).any():
            row, column = np.argwhere(np.isinf(x))[0]
            raise ValueError(f"x must be finite, or NaN where a value is missing; got {x[row, column]} in row {row}, feature {column}.")
        empty = np.flatnonzero(np.isnan(x).all(axis=0))
        if len(empty):
            raise ValueError(f"feature {empty[0]} has no value at all, so that it has no median. Leave it out.")
        self.median = np.nanmedian(x, axis=0)
        self.indicated = np.flatnonzero(np.isnan(x).any(axis=0))
        return self

    def transform(self, x: Array) -> Array:
        """Return x with the medians that fit took in the place of NaN; with add_indicator (M, D + K)."""
        if self.median is None or self.indicated is None:
            raise RuntimeError("this Imputer has seen no data. Call fit(x_train) first.")
        if x.shape[-1:] != self.median.shape:
            raise ValueError(f"x must have the {len(self.median)} features that fit saw; got shape {x.shape}.")
        missing = np.isnan(x)
        filled = np.where(missing, self.median, x)
        if not self.add_indicator:
            return filled
        return np.concatenate([filled, missing[..., self.indicated].astype(filled.dtype)], axis=-1)  # (M, D) -> (M, D + K)


def impute_median(train: Array, *others: Array) -> tuple[Array, ...]:
    """Fill what is missing in several parts with the medians of the first, the training part; return them in order.

    Parameters
    ----------
    train : (N, D)
        NaN where a value is missing.
    others : arrays (M, D)

    Returns
    -------
    a tuple of arrays, as many as were given

    Raises
    ------
    ValueError
        If a feature has no value in train, or the numbers of features differ.

    Examples
    --------
    The median of 1 and 3 fills the test part too, whatever its own is:

    >>> impute_median(np.array([[1.0], [3.0], [np.nan]]), np.array([[np.nan], [100.0]]))
    (array([[1.],
           [3.],
           [2.]]), array([[  2.],
           [100.]]))

    See Also
    --------
    learnkit.pytorch.impute_median, Imputer
    """
    imputer = Imputer().fit(train)
    return tuple(imputer.transform(part) for part in (train, *others))
