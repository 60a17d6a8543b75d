"""Imputing: missing values become the median of their feature in the training part."""

from typing import Self

import torch
from torch import Tensor


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
    >>> imputer = Imputer().fit(torch.tensor([[1.0, 5.0], [float("nan"), 7.0], [3.0, float("nan")]]))
    >>> imputer.transform(torch.full((1, 2), float("nan")))
    tensor([[2., 6.]])
    >>> imputer = Imputer(add_indicator=True).fit(torch.tensor([[1.0, 5.0], [float("nan"), 7.0]]))
    >>> imputer.transform(torch.tensor([[float("nan"), 4.0]]))
    tensor([[1., 4., 1.]])

    See Also
    --------
    learnkit.reference.Imputer, sklearn.impute.SimpleImputer (strategy="median")
    """

    def __init__(self, *, add_indicator: bool = False) -> None:
        self.add_indicator = add_indicator
        self.median: Tensor | None = None
        self.indicated: Tensor | None = None

    def fit(self, x: Tensor) -> Self:
        """Take the medians from x, (N, D); return the imputer."""
        if x.ndim != 2 or len(x) == 0:
            raise ValueError(f"x must be (N, D) with at least one row; got {tuple(x.shape)}.")
        if not x.is_floating_point():
            raise TypeError(f"x must hold floating-point numbers, NaN where one is missing; got dtype {x.dtype}.")
        if bool(x.isinf().any()):
            row, column = x.isinf().nonzero()[0].tolist()
            value = x[row, column].item()
            raise ValueError(f"x must be finite, or NaN where a value is missing; got {value} in row {row}, feature {column}.")
        missing = x.isnan()
        empty = missing.all(dim=0)
        if bool(empty.any()):
            raise ValueError(f"feature {int(empty.nonzero()[0])} has no value at all, so that it has no median. Leave it out.")
        # nanmedian would take the lower of two middle ones, and nanquantile knows no float16
        ordered, count = x.sort(dim=0).values, (~missing).sum(dim=0, keepdim=True)  # NaN comes last
        self.median = ((ordered.gather(0, (count - 1) // 2) + ordered.gather(0, count // 2)) / 2).squeeze(0)
        self.indicated = missing.any(dim=0).nonzero().squeeze(1)
        return self

    def transform(self, x: Tensor) -> Tensor:
        """Return x with the medians that fit took in the place of NaN; with add_indicator (M, D + K)."""
        if self.median is None or self.indicated is None:
            raise RuntimeError("this Imputer has seen no data. Call fit(x_train) first.")
        if x.shape[-1:] != self.median.shape:
            raise ValueError(f"x must have the {len(self.median)} features that fit saw; got shape {tuple(x.shape)}.")
        missing = x.isnan()
        filled = torch.where(missing, self.median, x)
        if not self.add_indicator:
            return filled
        return torch.cat([filled, missing[..., self.indicated].to(filled.dtype)], dim=-1)  # (M, D) -> (M, D + K)


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
