"""Normalizations as layers: PyTorch's own, with the parameters of the reference's."""

from collections.abc import Sequence

import torch


def _sizes(normalized_shape: int | Sequence[int]) -> list[int]:
    sizes = [normalized_shape] if isinstance(normalized_shape, int) else list(normalized_shape)
    if not sizes or min(sizes) < 1:
        raise ValueError(f"a normalization needs at least one feature; got {normalized_shape}.")
    return sizes


class BatchNorm1d(torch.nn.BatchNorm1d):
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
    device, dtype : optional
        PyTorch's defaults, the CPU and float32, if None.

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
    >>> layer(torch.tensor([[1.0], [3.0]])).detach().round(decimals=3)
    tensor([[-1.],
            [ 1.]])
    >>> layer.running_mean  # 0.9 · 0 + 0.1 · 2
    tensor([0.2000])

    See Also
    --------
    learnkit.reference.BatchNorm1d, torch.nn.BatchNorm1d
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        device: str | torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        _sizes(num_features)
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device=device, dtype=dtype)


class LayerNorm(torch.nn.LayerNorm):
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
    device, dtype : optional
        PyTorch's defaults, the CPU and float32, if None.

    Attributes
    ----------
    weight, bias : (D,), or normalized_shape, or None

    Examples
    --------
    >>> LayerNorm(2, eps=0.0)(torch.tensor([[10.0, 30.0]]))
    tensor([[-1.,  1.]], grad_fn=<NativeLayerNormBackward0>)

    See Also
    --------
    learnkit.reference.LayerNorm, torch.nn.LayerNorm
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        device: str | torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(_sizes(normalized_shape), eps, elementwise_affine, bias, device=device, dtype=dtype)


class RMSNorm(torch.nn.RMSNorm):
    """`rms_norm` as a layer.

    Parameters
    ----------
    normalized_shape : int or several
        The number of features D, the size of the last axis; or the sizes of all last axes that are normalized together.
    eps : float, optional
        If None the machine epsilon of x's dtype.
    elementwise_affine : bool
        Whether there is a weight.
    device, dtype : optional
        PyTorch's defaults, the CPU and float32, if None.

    Attributes
    ----------
    weight : (D,), or normalized_shape, or None

    Examples
    --------
    >>> RMSNorm(2, eps=0.0)(torch.tensor([[3.0, 3.0]])).detach()
    tensor([[1., 1.]])

    See Also
    --------
    learnkit.reference.RMSNorm, torch.nn.RMSNorm
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        device: str | torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(_sizes(normalized_shape), eps, elementwise_affine, device=device, dtype=dtype)
