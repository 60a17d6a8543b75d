"""Normalizations: values are shifted and scaled to mean 0 and variance 1, then by a learned weight and bias.

`batch_norm`, `layer_norm` and `rms_norm` are PyTorch's fused calls; `update_running` and `fold_batch_norm` are tensor operations
that PyTorch has only inside others.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional


def _require_channels(x: Tensor, training: bool) -> tuple[int, ...]:
    """Return the axes that are averaged: all but the channels."""
    if x.ndim < 2:
        raise ValueError(f"x must be (N, C) or (N, C, T, …); got {tuple(x.shape)}.")
    if training and x.numel() // max(x.shape[1], 1) < 2:
        raise ValueError(
            f"the statistics of a batch need more than one value a channel; got x of shape {tuple(x.shape)}. "
            "Use a larger batch, or eval() for one example."
        )
    return (0, *range(2, x.ndim))


def _last_sizes(x: Tensor, normalized_shape: int | Sequence[int] | None, *parameters: Tensor | None) -> tuple[int, ...]:
    """Return the sizes of the axes that are averaged: of the last one, or those of normalized_shape."""
    if normalized_shape is None:
        wanted = tuple(x.shape[-1:])
    else:
        wanted = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not wanted or 0 in wanted:
        raise ValueError(f"x must be (..., D) with at least one feature; got {tuple(x.shape) if normalized_shape is None else wanted}.")
    if x.shape[-len(wanted) :] != wanted:
        raise ValueError(f"the last axes of x must be those of normalized_shape, {wanted}; got {tuple(x.shape)}.")
    for parameter in parameters:
        if parameter is not None and parameter.shape != wanted:
            raise ValueError(f"weight and bias must have the shape that is normalized, {wanted}; got {tuple(parameter.shape)}.")
    return wanted


def batch_norm(
    x: Tensor, weight: Tensor | None, bias: Tensor | None, mean: Tensor | None = None, var: Tensor | None = None, *, eps: float = 1e-5
) -> Tensor:
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
    tensor of x's shape

    Raises
    ------
    ValueError
        If x has fewer than two axes, only one of mean and var is given, or the batch has one value a channel: its variance is 0,
        and the output would be b whatever x is.

    Notes
    -----
    For the statistics of a batch PyTorch wants eps above 0, and raises ValueError; the reference also takes 0.

    Examples
    --------
    >>> batch_norm(torch.tensor([[1.0], [3.0]]), None, None).round(decimals=3)
    tensor([[-1.],
            [ 1.]])

    See Also
    --------
    learnkit.reference.batch_norm, torch.nn.functional.batch_norm
    """
    if (mean is None) != (var is None):
        raise ValueError("mean and var belong together; got only one of them. Pass both, or neither for those of the batch.")
    _require_channels(x, mean is None)
    return functional.batch_norm(x, mean, var, weight, bias, training=mean is None, eps=eps)


def update_running(mean: Tensor, var: Tensor, x: Tensor, *, momentum: float = 0.1) -> tuple[Tensor, Tensor]:
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

    >>> update_running(torch.tensor([0.0]), torch.tensor([1.0]), torch.tensor([[1.0], [3.0]]), momentum=0.5)
    (tensor([1.]), tensor([1.5000]))

    See Also
    --------
    learnkit.reference.update_running, torch.nn.functional.batch_norm
    """
    if not 0 <= momentum <= 1:
        raise ValueError(f"momentum is the share of the new batch, from 0 to 1; got {momentum}.")
    batch_var, batch_mean = torch.var_mean(x, dim=_require_channels(x, True), correction=1)
    return (1 - momentum) * mean + momentum * batch_mean, (1 - momentum) * var + momentum * batch_var


def layer_norm(
    x: Tensor, weight: Tensor | None, bias: Tensor | None, *, normalized_shape: int | Sequence[int] | None = None, eps: float = 1e-5
) -> Tensor:
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
    tensor of x's shape

    Raises
    ------
    ValueError
        If x has no axis or no feature, or does not end in normalized_shape, or weight or bias has another shape than that.

    Notes
    -----
    σ² is divided by D, not D - 1. In PyTorch normalized_shape is the second argument, and has to be given.

    Examples
    --------
    >>> layer_norm(torch.tensor([[1.0, 3.0], [10.0, 30.0]]), None, None, eps=0.0)
    tensor([[-1.,  1.],
            [-1.,  1.]])

    See Also
    --------
    learnkit.reference.layer_norm, torch.nn.functional.layer_norm
    """
    return functional.layer_norm(x, _last_sizes(x, normalized_shape, weight, bias), weight, bias, eps)


def rms_norm(x: Tensor, weight: Tensor | None, *, normalized_shape: int | Sequence[int] | None = None, eps: float | None = None) -> Tensor:
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
    tensor of x's shape

    Raises
    ------
    ValueError
        If x has no axis or no feature, or does not end in normalized_shape, or weight has another shape than that.

    Examples
    --------
    >>> rms_norm(torch.tensor([3.0, 3.0]), None, eps=0.0)
    tensor([1., 1.])

    See Also
    --------
    learnkit.reference.rms_norm, torch.nn.functional.rms_norm
    """
    return functional.rms_norm(x, _last_sizes(x, normalized_shape, weight), weight, eps)


def fold_batch_norm(
    weight: Tensor,
    bias: Tensor | None,
    mean: Tensor,
    var: Tensor,
    norm_weight: Tensor | None,
    norm_bias: Tensor | None,
    *,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
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
    >>> fold_batch_norm(torch.tensor([[2.0]]), torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([4.0]), None, None, eps=0.0)
    (tensor([[1.]]), tensor([-1.]))

    See Also
    --------
    learnkit.reference.fold_batch_norm, torch.nn.utils.fusion.fuse_linear_bn_weights
    """
    if weight.ndim != 2 or mean.shape != weight.shape[:1] or var.shape != weight.shape[:1]:
        raise ValueError(
            f"weight must be (C, D), mean and var (C,); got {tuple(weight.shape)}, {tuple(mean.shape)} and {tuple(var.shape)}."
        )
    scale = torch.rsqrt(var + eps)
    scale = scale if norm_weight is None else scale * norm_weight
    shifted = -mean if bias is None else bias - mean
    return weight * scale[:, None], shifted * scale if norm_bias is None else shifted * scale + norm_bias
