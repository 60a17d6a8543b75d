"""Initializers: where weights start, so that signals neither fade nor grow on their way through many layers.

Each one is a function (shape, *, rng) -> tensor, drawn by torch.nn.init; `initialize` gives the weights of a network values by one of
them. A weight has the shape (D_out, D_in, ...) as layers keep it: what one output sums over is its fan-in, what one input goes to its
fan-out.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import init as torch_init

from learnkit.pytorch.plain_initializers import empty, zeros
from learnkit.training.fans import calculate_gain, fan_in_out
from learnkit.training.parameter_kinds import weights_of
from learnkit.training.requirements import require_at_least_0


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
        If the shape has fewer than two axes, or gain is below 0.

    Notes
    -----
    The variance is a²/3 = 2 gain²/(fan_in + fan_out).

    See Also
    --------
    learnkit.reference.xavier_uniform, torch.nn.init.xavier_uniform_
    """
    return torch_init.xavier_uniform_(_weight(shape, rng, dtype), require_at_least_0("gain", gain), generator=rng)


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
        If the shape has fewer than two axes, or gain is below 0.

    See Also
    --------
    learnkit.reference.xavier_normal, torch.nn.init.xavier_normal_
    """
    return torch_init.xavier_normal_(_weight(shape, rng, dtype), require_at_least_0("gain", gain), generator=rng)


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
        For the weights, parameters with two axes or more: `he_normal`, or ``partial(normal, std=0.01)``.
    rng : torch.Generator
        Draws on its own device; the values are copied to the network's.
    bias : (shape, *, rng, dtype) -> tensor
        For the parameters called bias; `zeros` if None.

    Raises
    ------
    ValueError
        If what an initializer returns has another shape than the parameter.

    Notes
    -----
    Other parameters, the scales of normalization, stay as they are. What is frozen gets new values too.

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
    weights = weights_of(net)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            draw = weight if id(parameter) in weights else (bias or zeros) if name.rpartition(".")[2] == "bias" else None
            if draw is not None:
                shape = tuple(parameter.shape)
                drawn = draw(shape, rng=rng, dtype=parameter.dtype)
                if tuple(drawn.shape) != shape:
                    got = tuple(drawn.shape)
                    raise ValueError(f"{name} has shape {shape}; its initializer returned {got}. Return the shape it is given.")
                parameter.copy_(drawn)
    return net


def _weight(shape: Sequence[int], rng: torch.Generator, dtype: torch.dtype | None) -> torch.Tensor:
    fan_in_out(shape)  # says what is wrong with a shape before PyTorch does
    return empty(shape, rng, dtype)


def _mode(mode: str) -> Any:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f'mode must be "fan_in" or "fan_out"; got {mode!r}.')
    return mode


def _known(nonlinearity: str) -> Any:
    calculate_gain(nonlinearity)  # says which there are
    return nonlinearity
