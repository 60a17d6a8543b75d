"""Dropout: in training every value is set to 0 with probability p, so that no unit can rely on another.

`sample_dropout` draws which values stay, `dropout` applies the draw; the layer `Dropout` is PyTorch's own unless it is given a generator.
"""

from collections.abc import Sequence

import torch
from torch.nn import functional


def _require_probability(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"p is the probability that a value is dropped, from 0 to 1; got {p}.")


def sample_dropout(shape: int | Sequence[int], p: float, *, rng: torch.Generator) -> torch.Tensor:
    """Draw which values stay: True with probability 1 - p, each independently.

    Parameters
    ----------
    shape : of the values
    p : float from 0 to 1
        The probability that a value is dropped.
    rng : torch.Generator
        The draw is on its device.

    Returns
    -------
    tensor of booleans

    Raises
    ------
    ValueError
        If p is not among 0 to 1.

    Examples
    --------
    >>> sample_dropout(3, 1.0, rng=torch.Generator().manual_seed(0))
    tensor([False, False, False])

    See Also
    --------
    learnkit.reference.sample_dropout
    """
    _require_probability(p)
    return torch.rand(shape, generator=rng, device=rng.device) >= p


def dropout(x: torch.Tensor, mask: torch.Tensor, *, p: float) -> torch.Tensor:
    """Return x / (1 - p) where the mask is True, and 0 elsewhere.

    Parameters
    ----------
    x : any shape
    mask : same shape
        From `sample_dropout` with the same p.
    p : float from 0 to 1
        The probability that a value was dropped. With p = 1 everything is 0.

    Returns
    -------
    tensor of x's shape

    Raises
    ------
    ValueError
        If the shapes differ, or p is not among 0 to 1.

    Notes
    -----
    PyTorch itself has no call that takes the draw: its dropout draws from the global generator alone.

    Examples
    --------
    >>> dropout(torch.tensor([3.0, 3.0]), torch.tensor([True, False]), p=0.25)
    tensor([4., 0.])

    See Also
    --------
    learnkit.reference.dropout, torch.nn.functional.dropout
    """
    _require_probability(p)
    if x.shape != mask.shape:
        raise ValueError(f"x and mask must have the same shape; got {tuple(x.shape)} and {tuple(mask.shape)}.")
    return x * (mask.to(x.dtype) * (1 / (1 - p) if p < 1 else 0.0))


class Dropout(torch.nn.Dropout):
    """`dropout` as a layer: a new draw at every call in training, the identity in evaluation.

    Parameters
    ----------
    p : float from 0 to 1
        The probability that a value is dropped.
    rng : torch.Generator, optional
        Draws the masks. None draws from PyTorch's global generator, in its fused and compiled form.

    Raises
    ------
    ValueError
        If p is not among 0 to 1.

    Examples
    --------
    >>> Dropout(0.5).eval()(torch.ones(3))
    tensor([1., 1., 1.])

    See Also
    --------
    learnkit.reference.Dropout, torch.nn.Dropout
    """

    def __init__(self, p: float = 0.5, *, rng: torch.Generator | None = None) -> None:
        _require_probability(p)
        super().__init__(p)
        self._rng = rng

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the output."""
        if self._rng is None or not self.training:
            return functional.dropout(x, self.p, self.training)
        return dropout(x, sample_dropout(x.shape, self.p, rng=self._rng).to(x.device), p=self.p)
