"""Dropout: in training every value is set to 0 with probability p, so that no unit can rely on another.

`sample_dropout` draws which values stay, `dropout` applies the draw, the layer `Dropout` does both in training and nothing in
evaluation. What stays is divided by 1 - p, so that the expected value is that of evaluation.

Source: Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting, sections 4 and 10.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.reference.modules import Module
from learnkit.reference.operations import Array, op
from learnkit.reference.tensors import Tensor


def _require_probability(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"p is the probability that a value is dropped, from 0 to 1; got {p}.")


def sample_dropout(shape: int | Sequence[int], p: float, *, rng: "np.random.Generator") -> Array:
    """Draw which values stay: True with probability 1 - p, each independently.

    Parameters
    ----------
    shape : of the values
    p : float from 0 to 1
        The probability that a value is dropped.
    rng : np.random.Generator

    Returns
    -------
    array of booleans

    Raises
    ------
    ValueError
        If p is not among 0 to 1.

    Examples
    --------
    >>> sample_dropout(3, 1.0, rng=np.random.default_rng(0))
    array([False, False, False])

    See Also
    --------
    learnkit.pytorch.sample_dropout
    """
    _require_probability(p)
    return np.asarray(rng.random(shape) >= p)  # random() is never 1, so that p = 1 drops all, and p = 0 none


@op
def dropout(x: Array, mask: Array, *, p: float) -> tuple[Any, Any]:
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
    array of x's shape

    Raises
    ------
    ValueError
        If the shapes differ, or p is not among 0 to 1.

    Notes
    -----
    "Inverted" dropout, as in PyTorch: the paper scales at evaluation instead. NaN stays NaN even if it is dropped.

    Examples
    --------
    >>> dropout(np.array([3.0, 3.0]), np.array([True, False]), p=0.25)
    array([4., 0.])

    See Also
    --------
    learnkit.pytorch.dropout, torch.nn.functional.dropout
    """
    _require_probability(p)
    if x.shape != np.shape(mask):
        raise ValueError(f"x and mask must have the same shape; got {x.shape} and {np.shape(mask)}.")
    factors = np.asarray(mask, dtype=x.dtype) * (1 / (1 - p) if p < 1 else 0.0)  # 1/0 of p = 1 would make 0 · inf = NaN
    return x * factors, factors


@dropout.backward_rule
def dropout_backward(grad_output: Array, saved: Any) -> tuple[Array, None]:
    """dy/dx is the factor that x was multiplied by: 1/(1 - p) or 0, of the same draw."""
    return grad_output * saved, None


class Dropout(Module):
    """`dropout` as a layer: a new draw at every call in training, the identity in evaluation.

    Parameters
    ----------
    p : float from 0 to 1
        The probability that a value is dropped.
    rng : np.random.Generator, optional
        Draws the masks; None takes an unpredictable seed, so that each run differs.

    Raises
    ------
    ValueError
        If p is not among 0 to 1.

    Examples
    --------
    >>> layer = Dropout(0.5, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones(6))
    array([2., 0., 0., 0., 2., 2.])
    >>> layer.backward(np.ones(6))
    array([2., 0., 0., 0., 2., 2.])
    >>> layer.eval().forward(np.ones(3))
    array([1., 1., 1.])

    See Also
    --------
    learnkit.pytorch.Dropout, torch.nn.Dropout
    """

    def __init__(self, p: float = 0.5, *, rng: "np.random.Generator | None" = None) -> None:
        super().__init__()
        _require_probability(p)
        self.p = p
        self._rng = np.random.default_rng() if rng is None else rng
        self._saved: Any = None
        self.description = f"p={p}"

    def __call__(self, x: Any) -> Any:
        return dropout(x, self._mask(x.shape), p=self._rate())

    def _rate(self) -> float:
        return self.p if self.training else 0.0

    def _mask(self, shape: tuple[int, ...]) -> Array:
        rate = self._rate()
        return sample_dropout(shape, rate, rng=self._rng) if rate > 0 else np.ones(shape, dtype=bool)

    def forward(self, x: Array) -> Array:
        """Return the output for an array, and keep the draw for backward."""
        if isinstance(x, Tensor):
            raise TypeError("Dropout.forward takes an array and got a Tensor. Call the layer itself: layer(x).")
        output, self._saved = dropout.forward(x, self._mask(x.shape), p=self._rate())
        return np.asarray(output)

    def backward(self, grad_output: Array, *, needs_input_grad: bool = True) -> Array | None:
        """Return the gradient of x, through the draw of the last forward, which it uses up."""
        if self._saved is None:
            raise RuntimeError("Dropout.backward has nothing to go back through: each backward uses up one forward. Call forward(x) first.")
        saved, self._saved = self._saved, None
        return np.asarray(dropout.backward(grad_output, saved)[0]) if needs_input_grad else None
