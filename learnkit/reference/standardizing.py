"""Standardizing: every feature with mean 0 and standard deviation 1, by the numbers of the training part alone."""

from typing import Self

import numpy as np

from learnkit.reference.operations import Array


class Standardizer:
    """Subtract each feature's mean and divide by its standard deviation, both taken from the data given to ``fit``.

    Attributes
    ----------
    mean, std : (D,)
        The population's form of std (divided by N). A feature that never varies gets std 1: it becomes 0, and new values of
        it keep their distance.

    Raises
    ------
    ValueError
        By fit, if x is not finite, or spreads so far that its squares are not.
    TypeError
        By fit, if x holds no floating-point numbers.

    Examples
    --------
    >>> train = np.array([[0.0, 5.0], [10.0, 5.0]])
    >>> scaler = Standardizer().fit(train)
    >>> scaler.transform(np.array([[10.0, 7.0]]))
    array([[1., 2.]])

    See Also
    --------
    learnkit.pytorch.Standardizer, sklearn.preprocessing.StandardScaler
    """

    def __init__(self) -> None:
        self.mean: Array | None = None
        self.std: Array | None = None

    def fit(self, x: Array) -> Self:
        """Take mean and standard deviation from x, (N, D); return the standardizer."""
        if x.ndim != 2 or len(x) == 0:
            raise ValueError(f"x must be (N, D) with at least one row; got {x.shape}.")
        if x.dtype.kind != "f":
            raise TypeError(f"x must hold floating-point numbers; got dtype {x.dtype}. Use x.astype(np.float32).")
        if not np.isfinite(x).all():
            row, column = np.argwhere(~np.isfinite(x))[0]
            raise ValueError(f"x must hold finite numbers; got {x[row, column]} in row {row}, feature {column}. Impute it first.")
        # a sum in float32 stands still where a value is below half its last digit: of a million rows around 1000 the mean was off by 9
        with np.errstate(over="ignore", invalid="ignore"):
            mean, std = (found.astype(x.dtype) for found in (x.mean(axis=0, dtype=np.float64), x.std(axis=0, dtype=np.float64)))
        if not np.isfinite(std).all():
            raise ValueError(f"feature {np.flatnonzero(~np.isfinite(std))[0]} spreads too far for {x.dtype}. Give it in a larger unit.")
        self.mean = mean
        constant = (x == x[0]).all(axis=0)  # its computed std is rounding noise, not always 0
        self.std = np.where(constant | (std == 0), 1, std).astype(x.dtype, copy=False)
        return self

    def transform(self, x: Array) -> Array:
        """Return (x - mean) / std, with the numbers that fit took."""
        mean, std = self._fitted(x)
        return np.asarray((x - mean) / std)

    def inverse_transform(self, x: Array) -> Array:
        """Return x · std + mean: what was there before transform."""
        mean, std = self._fitted(x)
        return np.asarray(x * std + mean)

    def _fitted(self, x: Array) -> tuple[Array, Array]:
        if self.mean is None or self.std is None:
            raise RuntimeError("this Standardizer has seen no data. Call fit(x_train) first.")
        if x.shape[-1:] != self.mean.shape:
            raise ValueError(f"x must have the {len(self.mean)} features that fit saw; got shape {x.shape}.")
        return self.mean, self.std
