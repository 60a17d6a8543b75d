"""Imputing: missing values become the median of their feature in the training part."""

from typing import Self

import torch
from torch import Tensor


class Imputer:
    """Fill what is missing, NaN, with the median of its feature, taken from the data given to ``fit``.

    Attributes
    ----------
    median : (D,)
        Of the numbers that are there; between the two middle ones their mean.

    Examples
    --------
    >>> imputer = Imputer().fit(torch.tensor([[1.0, 5.0], [float("nan"), 7.0], [3.0, float("nan")]]))
    >>> imputer.transform(torch.full((1, 2), float("nan")))
    tensor([[2., 6.]])

    See Also
    --------
    learnkit.reference.Imputer, sklearn.impute.SimpleImputer (strategy="median")
    """

    def __init__(self) -> None:
        self.median: Tensor | None = None

    def fit(self, x: Tensor) -> Self:
        """Take the medians from x, (N, D); return the imputer."""
        if x.ndim != 2 or len(x) == 0:
            raise ValueError(f"x must be (N, D) with at least one row; got {tuple(x.shape)}.")
        if not x.is_floating_point():
            raise TypeError(f"x must hold floating-point numbers, NaN where one is missing; got dtype {x.dtype}.")
        missing = x.isnan().all(dim=0)
        if bool(missing.any()):
            raise ValueError(f"feature {int(missing.nonzero()[0])} has no value at all, so that it has no median. Leave it out.")
        self.median = x.nanquantile(0.5, dim=0)  # nanmedian would take the lower of two middle ones
        return self

    def transform(self, x: Tensor) -> Tensor:
        """Return x with the medians that fit took in the place of NaN."""
        if self.median is None:
            raise RuntimeError("this Imputer has seen no data. Call fit(x_train) first.")
        if x.shape[-1:] != self.median.shape:
            raise ValueError(f"x must have the {len(self.median)} features that fit saw; got shape {tuple(x.shape)}.")
        return torch.where(x.isnan(), self.median, x)


def impute_median(train: Tensor, *others: Tensor) -> tuple[Tensor, ...]:
    """Fill what is missing in several parts with the medians of the first, the training part; return them in order.

    Parameters
    ----------
    train : (N, D)
        NaN where a value is missing.
    others : tensors (M, D)

    Returns
    -------
    a tuple of tensors, as many as were given

    Raises
    ------
    ValueError
        If a feature has no value in train, or the numbers of features differ.

    Examples
    --------
    The median of 1 and 3 fills the test part too, whatever its own is:

    >>> impute_median(torch.tensor([[1.0], [3.0]]), torch.tensor([[float("nan")], [100.0]]))[1]
    tensor([[  2.],
            [100.]])

    See Also
    --------
    learnkit.reference.impute_median, Imputer
    """
    imputer = Imputer().fit(train)
    return tuple(imputer.transform(part) for part in (train, *others))
