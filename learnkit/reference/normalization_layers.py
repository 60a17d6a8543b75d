"""Normalizations as layers: with their own weight and bias, and in `BatchNorm1d` the running statistics.

Source: Ioffe & Szegedy 2015, Batch normalization, algorithm 2 (training and inference).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from learnkit.reference.modules import Module, OperationLayer
from learnkit.reference.normalizations import batch_norm, layer_norm, rms_norm, update_running
from learnkit.reference.operations import Array
from learnkit.reference.tapes import refuse_changed
from learnkit.reference.tensors import Parameter, Tensor


def _sizes(normalized_shape: int | Sequence[int]) -> tuple[int, ...]:
    sizes = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not sizes or min(sizes) < 1:
        raise ValueError(f"a normalization needs at least one feature; got {normalized_shape}.")
    return sizes


def _parameter(make: Any, shape: tuple[int, ...], wanted: bool, dtype: DTypeLike | None) -> Parameter | None:
    return Parameter(make(shape, dtype=np.float32 if dtype is None else dtype)) if wanted else None


class BatchNorm1d(Module):
    """`batch_norm` as a layer: in training with the batch's statistics, in evaluation with the running ones.

    Parameters
    ----------
    num_features : int
        The number of channels C; x is (N, C) or (N, C, T).
    eps : float
    momentum : float or None
        The share of each new batch in the running statistics. None gives all batches the same share: their cumulative average.
    affine : bool
        Whether there are a weight and a bias.
    track_running_stats : bool
        Whether there are running statistics. Without them evaluation takes those of the batch too.
    dtype : optional
        float32 if None.

    Attributes
    ----------
    weight, bias : (C,) or None
    running_mean, running_var : (C,) buffers, or None
    num_batches_tracked : () buffer of int64, or None

    Raises
    ------
    ValueError
        With the statistics of a batch, if that has one value a channel.

    Examples
    --------
    >>> layer = BatchNorm1d(1)
    >>> layer.forward(np.array([[1.0], [3.0]])).round(3)
    array([[-1.],
           [ 1.]])
    >>> layer.running_mean  # 0.9 · 0 + 0.1 · 2
    array([0.2], dtype=float32)

    See Also
    --------
    learnkit.pytorch.BatchNorm1d, torch.nn.BatchNorm1d
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = _parameter(np.ones, _sizes(num_features), affine, dtype)
        self.bias = _parameter(np.zeros, _sizes(num_features), affine, dtype)
        self.running_mean: Any = None
        self.running_var: Any = None
        self.num_batches_tracked: Any = None
        if track_running_stats:
            kind = np.float32 if dtype is None else dtype
            self.register_buffer("running_mean", np.zeros(num_features, dtype=kind))
            self.register_buffer("running_var", np.ones(num_features, dtype=kind))
            self.register_buffer("num_batches_tracked", np.array(0))
        self._saved: Any = None
        self.description = f"{num_features}, eps={eps}, momentum={momentum}, affine={affine}, track_running_stats={track_running_stats}"

    def _statistics(self) -> tuple[Any, Any]:
        return (None, None) if self.training else (self.running_mean, self.running_var)

    def _track(self, x: Array) -> None:
        if self.training and self.running_mean is not None:
            number = self.num_batches_tracked + np.int64(1)
            share = 1 / int(number) if self.momentum is None else self.momentum
            new = update_running(self.running_mean, self.running_var, x, momentum=share)
            self.running_mean, self.running_var = (value.astype(self.running_mean.dtype, copy=False) for value in new)
            self.num_batches_tracked = number

    def _require_shape(self, x: Any) -> None:
        channels = self.num_features
        if x.ndim not in (2, 3) or x.shape[1] != channels:
            raise ValueError(f"x must be (N, {channels}) or (N, {channels}, T), as num_features is {channels}; got {tuple(x.shape)}.")

    def __call__(self, x: Any) -> Any:
        self._require_shape(x)
        output = batch_norm(x, self.weight, self.bias, *self._statistics(), eps=self.eps)
        self._track(x.data if isinstance(x, Tensor) else x)
        return output

    def forward(self, x: Array) -> Array:
        """Return the output for an array, and keep what backward needs."""
        if isinstance(x, Tensor):
            raise TypeError("BatchNorm1d.forward takes an array and got a Tensor. Call the layer itself: layer(x).")
        self._require_shape(x)
        own = [self.weight, self.bias]
        output, saved = batch_norm.forward(x, *[None if p is None else p.data for p in own], *self._statistics(), eps=self.eps)
        self._saved = (saved, own, [0 if p is None else p.version for p in own])
        self._track(x)
        return np.asarray(output)

    def backward(self, grad_output: Array, *, needs_input_grad: bool = True) -> Array | None:
        """Add to the parameters' gradients and return the gradient of x; uses up what the last forward kept."""
        if self._saved is None:
            raise RuntimeError(
                "BatchNorm1d.backward has nothing to go back through: each backward uses up one forward. Call forward(x) first."
            )
        (saved, own, versions), self._saved = self._saved, None
        refuse_changed("batch_norm", saved, own, versions)
        grad_x, *grads, _, _ = batch_norm.backward(grad_output, saved)
        for parameter, grad in zip(own, grads, strict=True):
            if parameter is not None and parameter.requires_grad:
                parameter.accumulate(grad)
        return np.asarray(grad_x) if needs_input_grad else None


class LayerNorm(OperationLayer):
    """`layer_norm` as a layer.

    Parameters
    ----------
    normalized_shape : int or several
        The number of features D, the size of the last axis; or the sizes of all last axes that are normalized together.
    eps : float
    elementwise_affine : bool
        Whether there is a weight.
    bias : bool
        Whether there is a bias beside the weight.
    dtype : optional
        float32 if None.

    Attributes
    ----------
    weight, bias : (D,), or normalized_shape, or None

    Examples
    --------
    >>> LayerNorm(2, eps=0.0).forward(np.array([[10.0, 30.0]]))
    array([[-1.,  1.]])

    See Also
    --------
    learnkit.pytorch.LayerNorm, torch.nn.LayerNorm
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        shape = _sizes(normalized_shape)
        super().__init__(layer_norm, "weight", "bias", normalized_shape=shape, eps=eps)
        self.normalized_shape = tuple(shape)
        self.weight = _parameter(np.ones, shape, elementwise_affine, dtype)
        self.bias = _parameter(np.zeros, shape, elementwise_affine and bias, dtype)
        self.description = f"{normalized_shape}, eps={eps}"


class RMSNorm(OperationLayer):
    """`rms_norm` as a layer.

    Parameters
    ----------
    normalized_shape : int or several
        The number of features D, the size of the last axis; or the sizes of all last axes that are normalized together.
    eps : float, optional
        If None the machine epsilon of x's dtype.
    elementwise_affine : bool
        Whether there is a weight.
    dtype : optional
        float32 if None.

    Attributes
    ----------
    weight : (D,), or normalized_shape, or None

    Examples
    --------
    >>> RMSNorm(2, eps=0.0).forward(np.array([[3.0, 3.0]]))
    array([[1., 1.]])

    See Also
    --------
    learnkit.pytorch.RMSNorm, torch.nn.RMSNorm
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        shape = _sizes(normalized_shape)
        super().__init__(rms_norm, "weight", normalized_shape=shape, eps=eps)
        self.normalized_shape = tuple(shape)
        self.weight = _parameter(np.ones, shape, elementwise_affine, dtype)
        self.description = f"{normalized_shape}, eps={eps}"
