"""Imputing: missing values become the median of their feature in the training part."""

from typing import Self

import numpy as np

from learnkit.reference.operations import Array


class Imputer:
    """Fill what is missing, NaN, with the median of its feature, taken from the data given to ``fit``.

    Attributes
    ----------
    median : (D,)
        Of the numbers that are there; between the two middle ones their mean.

    Examples
    --------
    >>> imputer = Imputer().fit(np.array([[1.0, 5.0], [np.nan, 7.0], [3.0, np.nan]]))
    >>> imputer.transform(np.array([[np.nan, np.nan]]))
    array([[2., 6.]])

    See Also
    --------
    learnkit.pytorch.Imputer, sklearn.impute.SimpleImputer (strategy="median")
    """

    def __init__(self) -> None:
        self.median: Array | None = None

    def fit(self, x: Array) -> Self:
        """Take the medians from x, (N, D); return the imputer."""
        if x.ndim != 2 or len(x) == 0:
            raise ValueError(f"x must be (N, D) with at least one row; got {x.shape}.")
        if x.dtype.kind != "f":
            raise TypeError(f"x must hold floating-point numbers, NaN where one is missing; got dtype {x.dtype}.")
        empty = np.flatnonzero(np.isnan(x).all(axis=0))
        if len(empty):
            raise ValueError(f"feature {empty[0]} has no value at all, so that it has no median. Leave it out.")
        self.median = np.nanmedian(x, axis=0)
        return self

    def transform(self, x: Array) -> Array:
        """Return x with the medians that fit took in the place of NaN."""
        if self.median is None:
            raise RuntimeError("this Imputer has seen no data. Call fit(x_train) first.")
        if x.shape[-1:] != self.median.shape:
            raise ValueError(f"x must have the {len(self.median)} features that fit saw; got shape {x.shape}.")
        return np.where(np.isnan(x), self.median, x)


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
