"""Initializers: where weights start, so that signals neither fade nor grow on their way through many layers.

Each one is a function (shape, *, rng) -> array; `initialize` gives the weights of a network values by one of them. A weight has the shape
(D_out, D_in, ...) as layers keep it: what one output sums over is its fan-in, what one input goes to its fan-out.

Sources: Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, equation 16 (Xavier); He et al.
2015, Delving deep into rectifiers, equation 10 (He); Saxe et al. 2014, Exact solutions to the nonlinear dynamics of learning, section 3
(orthogonal); Mezzadri 2007, How to generate random matrices from the classical compact groups, section 5 (the signs).
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from learnkit.reference.modules import Module
from learnkit.reference.operations import Array
from learnkit.reference.plain_initializers import draw_normal, draw_uniform, kind_of, zeros
from learnkit.training.fans import calculate_gain, fan_in_out
from learnkit.training.parameter_kinds import weights_of
from learnkit.training.requirements import require_at_least_0


def xavier_uniform(shape: Sequence[int], *, gain: float = 1.0, rng: "np.random.Generator", dtype: DTypeLike | None = None) -> Array:
    """Draw evenly, so wide that forward and backward signals keep their size between them.

    w ~ U(-a, a), a = gain √(6 / (fan_in + fan_out))

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose fans include the window
    gain : float
        `calculate_gain` of the activation that follows.
    rng : np.random.Generator
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes, or gain is below 0.

    Notes
    -----
    The variance is a²/3 = 2 gain²/(fan_in + fan_out).

    See Also
    --------
    learnkit.pytorch.xavier_uniform, torch.nn.init.xavier_uniform_
    """
    return draw_uniform(shape, require_at_least_0("gain", gain) * math.sqrt(6 / sum(fan_in_out(shape))), rng, dtype)


def xavier_normal(shape: Sequence[int], *, gain: float = 1.0, rng: "np.random.Generator", dtype: DTypeLike | None = None) -> Array:
    """Draw from a normal distribution, so wide that forward and backward signals keep their size between them.

    w ~ N(0, gain² · 2 / (fan_in + fan_out))

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose fans include the window
    gain : float
        `calculate_gain` of the activation that follows.
    rng : np.random.Generator
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes, or gain is below 0.

    See Also
    --------
    learnkit.pytorch.xavier_normal, torch.nn.init.xavier_normal_
    """
    return draw_normal(shape, require_at_least_0("gain", gain) * math.sqrt(2 / sum(fan_in_out(shape))), rng, dtype)


def he_uniform(
    shape: Sequence[int], *, mode: str = "fan_in", nonlinearity: str = "relu", rng: "np.random.Generator", dtype: DTypeLike | None = None
) -> Array:
    """Draw evenly, so wide that a layer with its activation keeps the size of the signal.

    w ~ U(-a, a), a = gain √(3 / fan)

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose fans include the window
    mode : "fan_in" or "fan_out"
        Keeps the size of the forward or of the backward signal.
    nonlinearity : str
        Whose `calculate_gain` it is; √2 for ReLU, which halves the mean square.
    rng : np.random.Generator
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes, or an option is unknown.

    See Also
    --------
    learnkit.pytorch.he_uniform, torch.nn.init.kaiming_uniform_
    """
    return draw_uniform(shape, _he_std(shape, mode, nonlinearity) * math.sqrt(3), rng, dtype)


def he_normal(
    shape: Sequence[int], *, mode: str = "fan_in", nonlinearity: str = "relu", rng: "np.random.Generator", dtype: DTypeLike | None = None
) -> Array:
    """Draw from a normal distribution, so wide that a layer with its activation keeps the size of the signal.

    w ~ N(0, gain² / fan)

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose fans include the window
    mode : "fan_in" or "fan_out"
        Keeps the size of the forward or of the backward signal.
    nonlinearity : str
        Whose `calculate_gain` it is; √2 for ReLU, which halves the mean square.
    rng : np.random.Generator
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes, or an option is unknown.

    See Also
    --------
    learnkit.pytorch.he_normal, torch.nn.init.kaiming_normal_
    """
    return draw_normal(shape, _he_std(shape, mode, nonlinearity), rng, dtype)


def orthogonal(shape: Sequence[int], *, gain: float = 1.0, rng: "np.random.Generator", dtype: DTypeLike | None = None) -> Array:
    """Draw a matrix with orthonormal rows or columns, whichever are fewer, times gain.

    W Wᵀ = gain² I if D_out ≤ D_in, else Wᵀ W = gain² I: lengths are kept, for every input and not on average.

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width), whose rows are flattened
    gain : float
        `calculate_gain` of the activation that follows.
    rng : np.random.Generator
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the shape has fewer than two axes.

    Notes
    -----
    The Q of a normal matrix, each column with the sign that makes R's diagonal positive: without it not all matrices are equally likely.

    See Also
    --------
    learnkit.pytorch.orthogonal, torch.nn.init.orthogonal_
    """
    fan_in_out(shape)
    rows, columns = shape[0], math.prod(shape[1:])
    drawn = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(drawn)
    q = q * np.sign(np.diag(r))
    return np.asarray(gain * (q if rows >= columns else q.T)).reshape(shape).astype(kind_of(dtype))


def initialize(net: Module, weight: Callable[..., Any], *, rng: "np.random.Generator", bias: Callable[..., Any] | None = None) -> Module:
    """Give every weight and bias of a network a new value, in place; return the network.

    Parameters
    ----------
    net : Module
    weight : (shape, *, rng, dtype) -> array
        For the weights, parameters with two axes or more: `he_normal`, or ``partial(normal, std=0.01)``.
    rng : np.random.Generator
    bias : (shape, *, rng, dtype) -> array
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
    >>> from learnkit.reference.layers import Linear
    >>> layer = initialize(Linear(3, 2), orthogonal, rng=np.random.default_rng(0))
    >>> np.allclose(layer.weight.data @ layer.weight.data.T, np.eye(2), atol=1e-6), layer.bias.data
    (True, array([0., 0.], dtype=float32))

    See Also
    --------
    learnkit.pytorch.initialize, torch.nn.Module.apply
    """
    weights = weights_of(net)
    for name, parameter in net.named_parameters():
        draw = weight if id(parameter) in weights else (bias or zeros) if name.rpartition(".")[2] == "bias" else None
        if draw is not None:
            drawn = np.array(draw(parameter.shape, rng=rng, dtype=parameter.dtype), dtype=parameter.dtype)
            if drawn.shape != parameter.shape:
                raise ValueError(
                    f"{name} has shape {parameter.shape}; its initializer returned {drawn.shape}. Return the shape it is given."
                )
            parameter.data = drawn
    return net


def _he_std(shape: Sequence[int], mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f'mode must be "fan_in" or "fan_out"; got {mode!r}.')
    return calculate_gain(nonlinearity) / math.sqrt(fan_in_out(shape)[mode == "fan_out"])
