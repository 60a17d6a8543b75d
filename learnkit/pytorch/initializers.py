"""Initializers: where weights start, so that signals neither fade nor grow on their way through many layers.

Each one is a function (shape, *, rng) -> tensor, drawn by torch.nn.init; `initialize` gives the weights of a network values by one of
them. A weight has the shape (D_out, D_in, ...) as layers keep it: what one output sums over is its fan-in, what one input goes to its
fan-out.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import init as torch_init

from learnkit.training.fans import calculate_gain, fan_in_out


def zeros(shape: Sequence[int], *, rng: torch.Generator | None = None, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Return zeros.

    w = 0

    Parameters
    ----------
    shape : of the result
    rng : torch.Generator, optional
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Notes
    -----
    rng is taken and not used, so that all initializers are called alike. Units that start alike stay alike: for biases only.

    See Also
    --------
    learnkit.reference.zeros, torch.nn.init.zeros_
    """
    return torch_init.zeros_(_empty(shape, rng, dtype))


def normal(shape: Sequence[int], *, std: float = 1.0, rng: torch.Generator, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Draw from a normal distribution around 0.

    w ~ N(0, std²)

    Parameters
    ----------
    shape : of the result
    std : float
        The standard deviation, at least 0.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If std is below 0.

    See Also
    --------
    learnkit.reference.normal, torch.nn.init.normal_
    """
    return torch_init.normal_(_empty(shape, rng, dtype), 0.0, _checked("std", std), generator=rng)


def uniform(shape: Sequence[int], *, bound: float = 1.0, rng: torch.Generator, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Draw evenly between -bound and bound.

    w ~ U(-bound, bound), whose standard deviation is bound/√3

    Parameters
    ----------
    shape : of the result
    bound : float
        At least 0.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If bound is below 0.

    See Also
    --------
    learnkit.reference.uniform, torch.nn.init.uniform_
    """
    return torch_init.uniform_(_empty(shape, rng, dtype), -_checked("bound", bound), bound, generator=rng)


def xavier_uniform(shape: Sequence[int], *, gain: float = 1.0, rng: torch.Generator, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Draw evenly, so wide that forward and backward signals keep their size between them.

    w ~ U(-a, a), a = gain √(6 / (fan_in + fan_out))

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose fans include the window
    gain : float
        `calculate_gain` of the activation that follows.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes, or an option is unknown.

    Notes
    -----
    The variance is a²/3 = 2 gain²/(fan_in + fan_out).

    See Also
    --------
    learnkit.reference.xavier_uniform, torch.nn.init.xavier_uniform_
    """
    return torch_init.xavier_uniform_(_weight(shape, rng, dtype), gain, generator=rng)


def xavier_normal(shape: Sequence[int], *, gain: float = 1.0, rng: torch.Generator, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Draw from a normal distribution, so wide that forward and backward signals keep their size between them.

    w ~ N(0, gain² · 2 / (fan_in + fan_out))

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose fans include the window
    gain : float
        `calculate_gain` of the activation that follows.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes, or an option is unknown.

    See Also
    --------
    learnkit.reference.xavier_normal, torch.nn.init.xavier_normal_
    """
    return torch_init.xavier_normal_(_weight(shape, rng, dtype), gain, generator=rng)


def he_uniform(
    shape: Sequence[int], *, mode: str = "fan_in", nonlinearity: str = "relu", rng: torch.Generator, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """Draw evenly, so wide that a layer with its activation keeps the size of the signal.

    w ~ U(-a, a), a = gain √(3 / fan)

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose fans include the window
    mode : "fan_in" or "fan_out"
        Keeps the size of the forward or of the backward signal.
    nonlinearity : str
        Whose `calculate_gain` it is; √2 for ReLU, which halves the mean square.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes, or an option is unknown.

    See Also
    --------
    learnkit.reference.he_uniform, torch.nn.init.kaiming_uniform_
    """
    return torch_init.kaiming_uniform_(_weight(shape, rng, dtype), 0.01, _mode(mode), _known(nonlinearity), generator=rng)


def he_normal(
    shape: Sequence[int], *, mode: str = "fan_in", nonlinearity: str = "relu", rng: torch.Generator, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """Draw from a normal distribution, so wide that a layer with its activation keeps the size of the signal.

    w ~ N(0, gain² / fan)

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose fans include the window
    mode : "fan_in" or "fan_out"
        Keeps the size of the forward or of the backward signal.
    nonlinearity : str
        Whose `calculate_gain` it is; √2 for ReLU, which halves the mean square.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes, or an option is unknown.

    See Also
    --------
    learnkit.reference.he_normal, torch.nn.init.kaiming_normal_
    """
    return torch_init.kaiming_normal_(_weight(shape, rng, dtype), 0.01, _mode(mode), _known(nonlinearity), generator=rng)


def orthogonal(shape: Sequence[int], *, gain: float = 1.0, rng: torch.Generator, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Draw a matrix with orthonormal rows or columns, whichever are fewer, times gain.

    W Wᵀ = gain² I if D_out ≤ D_in, else Wᵀ W = gain² I: lengths are kept, for every input and not on average.

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose rows are flattened
    gain : float
        `calculate_gain` of the activation that follows.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes.

    See Also
    --------
    learnkit.reference.orthogonal, torch.nn.init.orthogonal_
    """
    return torch_init.orthogonal_(_weight(shape, rng, dtype), gain, generator=rng)


def initialize(
    net: torch.nn.Module, weight: Callable[..., Any], *, rng: torch.Generator, bias: Callable[..., Any] | None = None
) -> torch.nn.Module:
    """Give every weight and bias of a network a new value, in place; return the network.

    Parameters
    ----------
    net : Module
    weight : (shape, *, rng, dtype) -> tensor
        For the parameters with two axes or more: `he_normal`, or ``partial(normal, std=0.01)``.
    rng : torch.Generator
        Draws on its own device; the values are copied to the network's.
    bias : (shape, *, rng, dtype) -> tensor
        For the parameters called bias; `zeros` if None.

    Notes
    -----
    Other parameters, the scales of normalization, stay as they are.

    Examples
    --------
    >>> from learnkit.pytorch.layers import Linear
    >>> layer = initialize(Linear(3, 2), orthogonal, rng=torch.Generator().manual_seed(0))
    >>> torch.allclose(layer.weight @ layer.weight.T, torch.eye(2), atol=1e-6)
    True

    See Also
    --------
    learnkit.reference.initialize, torch.nn.Module.apply
    """
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            draw = weight if parameter.ndim >= 2 else (bias or zeros) if name.rpartition(".")[2] == "bias" else None
            if draw is not None:
                parameter.copy_(draw(tuple(parameter.shape), rng=rng, dtype=parameter.dtype))
    return net


def _weight(shape: Sequence[int], rng: torch.Generator, dtype: torch.dtype | None) -> torch.Tensor:
    fan_in_out(shape)  # says what is wrong with a shape before PyTorch does
    return _empty(shape, rng, dtype)


def _empty(shape: Sequence[int], rng: torch.Generator | None, dtype: torch.dtype | None) -> torch.Tensor:
    return torch.empty(tuple(shape), dtype=dtype, device=None if rng is None else rng.device)


def _checked(name: str, value: float) -> float:
    if not value >= 0:
        raise ValueError(f"{name} must be at least 0; got {value}.")
    return value


def _mode(mode: str) -> Any:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f'mode must be "fan_in" or "fan_out"; got {mode!r}.')
    return mode


def _known(nonlinearity: str) -> Any:
    calculate_gain(nonlinearity)  # says which there are
    return nonlinearity
