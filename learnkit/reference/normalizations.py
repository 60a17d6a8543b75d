"""Normalizations: values are shifted and scaled to mean 0 and variance 1, then by a learned weight and bias.

`batch_norm` takes the mean and variance of each channel over the batch, `layer_norm` those of each example over its features,
`rms_norm` leaves the mean where it is. `update_running` follows the batch's statistics for evaluation; `fold_batch_norm` puts a
trained batch norm into the linear map before it.

Sources: Ioffe & Szegedy 2015, Batch normalization, algorithm 1; Ba, Kiros & Hinton 2016, Layer normalization, equation 3; Zhang &
Sennrich 2019, Root mean square layer normalization, equation 4.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.reference.operations import Array, op


def _require_channels(x: Array, training: bool) -> tuple[int, ...]:
    """Return the axes that are averaged: all but the channels."""
    if x.ndim < 2:
        raise ValueError(f"x must be (N, C) or (N, C, T, …); got {x.shape}.")
    if training and x.size // max(x.shape[1], 1) < 2:
        raise ValueError(
            f"the statistics of a batch need more than one value a channel; got x of shape {x.shape}. "
            "Use a larger batch, or eval() for one example."
        )
    return (0, *range(2, x.ndim))


def _last_axes(x: Array, normalized_shape: int | Sequence[int] | None, *parameters: Array | None) -> tuple[int, ...]:
    """Return the axes that are averaged: the last one, or those of normalized_shape."""
    if normalized_shape is None:
        wanted = x.shape[-1:]
    else:
        wanted = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not wanted or 0 in wanted:
        raise ValueError(f"x must be (..., D) with at least one feature; got {x.shape if normalized_shape is None else wanted}.")
    if x.shape[-len(wanted) :] != wanted:
        raise ValueError(f"the last axes of x must be those of normalized_shape, {wanted}; got {x.shape}.")
    for parameter in parameters:
        if parameter is not None and np.shape(parameter) != wanted:
            raise ValueError(f"weight and bias must have the shape that is normalized, {wanted}; got {np.shape(parameter)}.")
    return tuple(range(-len(wanted), 0))


def _beside(values: Any, x: Array) -> Any:
    """Return values (C,) in the shape that broadcasts along the channels of x."""
    return None if values is None else np.reshape(values, (1, -1, *[1] * (x.ndim - 2)))


def _scaled(normalized: Array, weight: Array | None, bias: Array | None) -> Array:
    output = normalized if weight is None else normalized * weight
    return output if bias is None else output + bias


@op
def batch_norm(x: Array, weight: Any, bias: Any, mean: Any = None, var: Any = None, *, eps: float = 1e-5) -> tuple[Any, Any]:
    """Return w (x - μ) / √(σ² + ε) + b, with μ and σ² of each channel.

    Parameters
    ----------
    x : (N, C) or (N, C, ...)
    weight, bias : (C,) or None
    mean, var : (C,), both or neither
        The statistics to normalize with, constants. If None, those of the batch, over all axes but the channels, with σ² divided
        by their number n (not n - 1).
    eps : float

    Returns
    -------
    array of x's shape

    Raises
    ------
    ValueError
        If x has fewer than two axes, only one of mean and var is given, or the batch has one value a channel: its variance is 0,
        and the output would be b whatever x is.

    Examples
    --------
    >>> batch_norm(np.array([[1.0], [3.0]]), None, None, eps=0.0)
    array([[-1.],
           [ 1.]])

    See Also
    --------
    learnkit.pytorch.batch_norm, torch.nn.functional.batch_norm
    """
    if (mean is None) != (var is None):
        raise ValueError("mean and var belong together; got only one of them. Pass both, or neither for those of the batch.")
    axes = _require_channels(x, mean is None)
    of_batch = mean is None
    if of_batch:
        # E[x²] - E[x]² of values near 1e8 has lost all 16 digits; x.var() squares the differences from the mean
        mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    inverse = 1 / np.sqrt(_beside(var, x) + eps)
    normalized = (x - _beside(mean, x)) * inverse
    weight_beside = _beside(weight, x)
    saved = (normalized, inverse, weight_beside, weight, bias, of_batch, axes)
    return _scaled(normalized, weight_beside, _beside(bias, x)), saved


@batch_norm.backward_rule
def batch_norm_backward(grad_output: Array, saved: Any) -> tuple[Any, ...]:
    """Return the gradients of x, weight and bias; none for mean and var, which are constants.

    With x̂ = (x - μ)/s and g = w dL/dy, the direct way to x is g/s. Through μ each x gets -mean(g)/s more. Through s, as
    dx̂/ds = -x̂/s and ds/dx = x̂/n, it gets -x̂ mean(g x̂)/s.
    """
    normalized, inverse, weight_beside, weight, bias, of_batch, axes = saved
    grad = grad_output if weight_beside is None else grad_output * weight_beside
    if of_batch:
        through_mean = grad.mean(axis=axes, keepdims=True)
        through_var = normalized * (grad * normalized).mean(axis=axes, keepdims=True)
        grad = grad - through_mean - through_var
    grad_weight = None if weight is None else (grad_output * normalized).sum(axis=axes)
    grad_bias = None if bias is None else grad_output.sum(axis=axes)
    return grad * inverse, grad_weight, grad_bias, None, None


def update_running(mean: Array, var: Array, x: Array, *, momentum: float = 0.1) -> tuple[Array, Array]:
    """Return (1 - m) mean + m μ and (1 - m) var + m σ², with the mean μ and the unbiased variance σ² of the batch.

    Parameters
    ----------
    mean, var : (C,)
        The running statistics so far; not changed.
    x : (N, C) or (N, C, ...)
    momentum : float from 0 to 1
        The share m of the new batch: in optimizers the word means the share of the old.

    Returns
    -------
    mean, var : (C,)

    Raises
    ------
    ValueError
        If the batch has one value a channel, or momentum is not among 0 to 1.

    Notes
    -----
    σ² is divided by n - 1 here, and by n in `batch_norm`: as in PyTorch.

    Examples
    --------
    The batch 1, 3 has mean 2 and unbiased variance 2.

    >>> update_running(np.array([0.0]), np.array([1.0]), np.array([[1.0], [3.0]]), momentum=0.5)
    (array([1.]), array([1.5]))

    See Also
    --------
    learnkit.pytorch.update_running, torch.nn.functional.batch_norm
    """
    if not 0 <= momentum <= 1:
        raise ValueError(f"momentum is the share of the new batch, from 0 to 1; got {momentum}.")
    axes = _require_channels(x, True)
    batch_mean, batch_var = x.mean(axis=axes), x.var(axis=axes, ddof=1)
    return (1 - momentum) * mean + momentum * batch_mean, (1 - momentum) * var + momentum * batch_var


@op
def layer_norm(
    x: Array, weight: Any, bias: Any, *, normalized_shape: int | Sequence[int] | None = None, eps: float = 1e-5
) -> tuple[Any, Any]:
    """Return w (x - μ) / √(σ² + ε) + b, with μ and σ² of each example over its last axes.

    Parameters
    ----------
    x : (..., D), or (..., *normalized_shape)
    weight, bias : (D,), or normalized_shape, or None
    normalized_shape : int or several, optional
        The sizes of the axes that are normalized together, the last ones of x. If None the last axis alone.
    eps : float

    Returns
    -------
    array of x's shape

    Raises
    ------
    ValueError
        If x has no axis or no feature, or does not end in normalized_shape, or weight or bias has another shape than that.

    Notes
    -----
    σ² is divided by D, not D - 1. In PyTorch normalized_shape is the second argument, and has to be given.

    Examples
    --------
    >>> layer_norm(np.array([[1.0, 3.0], [10.0, 30.0]]), None, None, eps=0.0)
    array([[-1.,  1.],
           [-1.,  1.]])

    See Also
    --------
    learnkit.pytorch.layer_norm, torch.nn.functional.layer_norm
    """
    axes = _last_axes(x, normalized_shape, weight, bias)
    inverse = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    normalized = (x - x.mean(axis=axes, keepdims=True)) * inverse
    return _scaled(normalized, weight, bias), (normalized, inverse, weight, bias, axes)


@layer_norm.backward_rule
def layer_norm_backward(grad_output: Array, saved: Any) -> tuple[Any, ...]:
    """Return the gradients of x, weight and bias: as in batch_norm_backward, with the means over the last axes."""
    normalized, inverse, weight, bias, axes = saved
    grad = grad_output if weight is None else grad_output * weight
    grad = grad - grad.mean(axis=axes, keepdims=True) - normalized * (grad * normalized).mean(axis=axes, keepdims=True)
    before = tuple(range(grad_output.ndim - len(axes)))
    grad_weight = None if weight is None else np.asarray((grad_output * normalized).sum(axis=before))
    return grad * inverse, grad_weight, None if bias is None else np.array(grad_output.sum(axis=before))


@op
def rms_norm(x: Array, weight: Any, *, normalized_shape: int | Sequence[int] | None = None, eps: float | None = None) -> tuple[Any, Any]:
    """Return w x / √(mean(x²) + ε), with the mean of each example over its last axes.

    Parameters
    ----------
    x : (..., D), or (..., *normalized_shape)
    weight : (D,), or normalized_shape, or None
    normalized_shape : int or several, optional
        The sizes of the axes that are normalized together, the last ones of x. If None the last axis alone.
    eps : float, optional
        If None the machine epsilon of x's dtype, as in PyTorch.

    Returns
    -------
    array of x's shape

    Raises
    ------
    ValueError
        If x has no axis or no feature, or does not end in normalized_shape, or weight has another shape than that.
    TypeError
        If x has no floating-point numbers and eps is None.

    Examples
    --------
    >>> rms_norm(np.array([3.0, 3.0]), None, eps=0.0)
    array([1., 1.])

    See Also
    --------
    learnkit.pytorch.rms_norm, torch.nn.functional.rms_norm
    """
    axes = _last_axes(x, normalized_shape, weight)
    if eps is None:
        if x.dtype.kind != "f":
            raise TypeError(f"x must have floating-point numbers; got {x.dtype}. Use x.astype(float).")
        eps = float(np.finfo(x.dtype).eps)
    inverse = 1 / np.sqrt((x * x).mean(axis=axes, keepdims=True) + eps)
    normalized = x * inverse
    return _scaled(normalized, weight, None), (normalized, inverse, weight, axes)


@rms_norm.backward_rule
def rms_norm_backward(grad_output: Array, saved: Any) -> tuple[Any, ...]:
    """Return the gradients of x and weight: as in batch_norm_backward, without the way through the mean."""
    normalized, inverse, weight, axes = saved
    grad = grad_output if weight is None else grad_output * weight
    grad = grad - normalized * (grad * normalized).mean(axis=axes, keepdims=True)
    before = tuple(range(grad_output.ndim - len(axes)))
    return grad * inverse, None if weight is None else np.asarray((grad_output * normalized).sum(axis=before))


def fold_batch_norm(
    weight: Array, bias: Any, mean: Array, var: Array, norm_weight: Any, norm_bias: Any, *, eps: float = 1e-5
) -> tuple[Array, Array]:
    """Return weight and bias of the one linear map that does what a linear map and a batch norm in evaluation do.

    With s = w / √(var + ε) it is y = s W x + s (b - mean) + β.

    Parameters
    ----------
    weight : (C, D)
    bias : (C,) or None
    mean, var : (C,)
        The running statistics, not those of a batch.
    norm_weight, norm_bias : (C,) or None
        w and β.
    eps : float

    Returns
    -------
    weight : (C, D)
    bias : (C,)

    Examples
    --------
    >>> fold_batch_norm(np.array([[2.0]]), np.array([1.0]), np.array([3.0]), np.array([4.0]), None, None, eps=0.0)
    (array([[1.]]), array([-1.]))

    See Also
    --------
    learnkit.pytorch.fold_batch_norm, torch.nn.utils.fusion.fuse_linear_bn_weights
    """
    if weight.ndim != 2 or mean.shape != weight.shape[:1] or var.shape != weight.shape[:1]:
        raise ValueError(f"weight must be (C, D), mean and var (C,); got {weight.shape}, {mean.shape} and {var.shape}.")
    scale = 1 / np.sqrt(var + eps)
    scale = scale if norm_weight is None else scale * norm_weight
    shifted = -mean if bias is None else bias - mean
    return weight * scale[:, None], shifted * scale if norm_bias is None else shifted * scale + norm_bias
