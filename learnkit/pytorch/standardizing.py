"""Standardizing: every feature with mean 0 and standard deviation 1, by the numbers of the training part alone."""

from typing import Self

import torch
from torch import Tensor


class Standardizer:
    """Subtract each feature's mean and divide by its standard deviation, both taken from the data given to ``fit``.

    Attributes
    ----------
    mean, std : (D,) on the device of the data
        The population's form of std (divided by N; PyTorch's default divides by N - 1). A feature that never varies gets std 1: it
        becomes 0, and new values of it keep their distance.

    Raises
    ------
    ValueError
        By fit, if x is not finite, or spreads so far that its squares are not.

    Notes
    -----
    ``fit`` waits for the GPU, to refuse data that are not finite: once, before the training.

    Examples
    --------
    >>> train = torch.tensor([[0.0, 5.0], [10.0, 5.0]])
    >>> scaler = Standardizer().fit(train)
    >>> scaler.transform(torch.tensor([[10.0, 7.0]]))
    tensor([[1., 2.]])

    See Also
    --------
    learnkit.reference.Standardizer, sklearn.preprocessing.StandardScaler
    """

    def __init__(self) -> None:
        self.mean: Tensor | None = None
        self.std: Tensor | None = None

    def fit(self, x: Tensor) -> Self:
        """Take mean and standard deviation from x, (N, D); return the standardizer."""
        if x.ndim != 2 or len(x) == 0:
            raise ValueError(f"x must be (N, D) with at least one row; got {tuple(x.shape)}.")
        if not bool(x.isfinite().all()):
            row, column = x.isfinite().logical_not().nonzero()[0].tolist()
            raise ValueError(f"x must hold finite numbers; got {x[row, column].item()} in row {row}, feature {column}. Impute it first.")
        mean, std = x.mean(dim=0), x.std(dim=0, correction=0)
        if not bool(std.isfinite().all()):
            feature = int(std.isfinite().logical_not().nonzero()[0])
            raise ValueError(f"feature {feature} spreads too far for {str(x.dtype).removeprefix('torch.')}. Give it in a larger unit.")
        self.mean = mean
        constant = (x == x[0]).all(dim=0)  # its computed std is rounding noise, not always 0
        self.std = torch.where(constant | (std == 0), 1, std)
        return self

    def transform(self, x: Tensor) -> Tensor:
        """Return (x - mean) / std, with the numbers that fit took."""
        mean, std = self._fitted(x)
        return (x - mean) / std

    def inverse_transform(self, x: Tensor) -> Tensor:
        """Return x · std + mean: what was there before transform."""
        mean, std = self._fitted(x)
        return x * std + mean

    def _fitted(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if self.mean is None or self.std is None:
            raise RuntimeError("this Standardizer has seen no data. Call fit(x_train) first.")
        if x.shape[-1:] != self.mean.shape:
            raise ValueError(f"x must have the {len(self.mean)} features that fit saw; got shape {tuple(x.shape)}.")
        return self.mean, self.std
