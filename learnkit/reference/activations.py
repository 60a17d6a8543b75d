"""Activations: the functions between linear maps that make a network more than one linear map.

`sigmoid`, `tanh`, `relu`, `leaky_relu`, `gelu`, each forward and backward, value by value.

Sources: Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.3; Maas, Hannun & Ng 2013, Rectifier nonlinearities
(leaky ReLU); Hendrycks & Gimpel 2016, Gaussian error linear units.
"""

import math
from typing import Any

import numpy as np

from learnkit.reference.operations import Array, op


@op
def sigmoid(x: Array) -> tuple[Any, Any]:
    """Return σ(x) = 1 / (1 + e⁻ˣ), a number between 0 and 1.

    Parameters
    ----------
    x : any shape

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])

    See Also
    --------
    learnkit.pytorch.sigmoid, torch.sigmoid
    """
    # e^(-x) overflows at x = -1000; e^(-|x|) never does, and σ(x) = e^x / (1 + e^x) for negative x
    decay = np.exp(-np.abs(x))
    output = np.where(x >= 0, 1 / (1 + decay), decay / (1 + decay))
    return output, output


@sigmoid.backward_rule
def sigmoid_backward(grad_output: Array, saved: Any) -> Array:
    """dσ/dx = σ (1 - σ), written with the output."""
    return np.asarray(grad_output * saved * (1 - saved))


@op
def tanh(x: Array) -> tuple[Any, Any]:
    """Return tanh(x) = (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ), a number between -1 and 1.

    Parameters
    ----------
    x : any shape

    Examples
    --------
    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])

    See Also
    --------
    learnkit.pytorch.tanh, torch.tanh
    """
    output = np.tanh(x)
    return output, output


@tanh.backward_rule
def tanh_backward(grad_output: Array, saved: Any) -> Array:
    """d tanh/dx = 1 - tanh², written with the output."""
    return np.asarray(grad_output * (1 - saved * saved))


@op
def relu(x: Array) -> tuple[Any, Any]:
    """Return max(x, 0).

    Parameters
    ----------
    x : any shape

    Notes
    -----
    At 0 there is no derivative; it is taken as 0, as in PyTorch.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])

    See Also
    --------
    learnkit.pytorch.relu, torch.relu
    """
    output = np.maximum(x, 0)
    return output, output


@relu.backward_rule
def relu_backward(grad_output: Array, saved: Any) -> Array:
    """The gradient passes where the output is not 0: where it is positive, and where it is NaN, as in PyTorch."""
    return np.asarray(grad_output * (saved != 0))


@op
def leaky_relu(x: Array, *, negative_slope: float = 0.01) -> tuple[Any, Any]:
    """Return x where x > 0, and negative_slope · x elsewhere.

    Parameters
    ----------
    x : any shape
    negative_slope : float
        The slope left of 0.

    Notes
    -----
    At 0 the derivative is taken as negative_slope, as in PyTorch.

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]), negative_slope=0.1)
    array([-0.2,  0. ,  3. ])

    See Also
    --------
    learnkit.pytorch.leaky_relu, torch.nn.functional.leaky_relu
    """
    return np.where(x > 0, x, negative_slope * x), (x, negative_slope)


@leaky_relu.backward_rule
def leaky_relu_backward(grad_output: Array, saved: Any) -> Array:
    """The slope is 1 where x > 0, and negative_slope elsewhere."""
    x, negative_slope = saved
    return np.where(x > 0, grad_output, negative_slope * grad_output)


@op
def gelu(x: Array, *, approximate: str = "none") -> tuple[Any, Any]:
    """Return x Φ(x), where Φ(x) = ½ (1 + erf(x/√2)) is the probability that a standard normal number is below x.

    Parameters
    ----------
    x : any shape
    approximate : "none" or "tanh"
        "tanh" replaces Φ(x) by ½ (1 + tanh(√(2/π) (x + 0.044715 x³))); the two differ by at most 4.8e-4.

    Notes
    -----
    "none" is PyTorch's default; GPT-2 was trained with "tanh". NumPy has no erf, so the exact form calls Python's for one
    number after another: right to the last digits, and slow.

    Examples
    --------
    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])

    See Also
    --------
    learnkit.pytorch.gelu, torch.nn.functional.gelu
    """
    if approximate == "none":
        cumulative = 0.5 * (1 + _erf(x / math.sqrt(2)))
        density = np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    elif approximate == "tanh":
        bend = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
        cumulative = 0.5 * (1 + bend)
        density = 0.5 * (1 - bend * bend) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)
    else:
        raise ValueError(f'approximate must be "none" or "tanh"; got {approximate!r}.')
    return x * cumulative, (x, cumulative, density)


@gelu.backward_rule
def gelu_backward(grad_output: Array, saved: Any) -> Array:
    """d(x Φ)/dx = Φ + x Φ', the product rule."""
    x, cumulative, density = saved
    return np.asarray(grad_output * (cumulative + x * density))


def _erf(x: Array) -> Array:
    values = np.asarray(x)
    return np.array([math.erf(value) for value in values.ravel()], dtype=values.dtype).reshape(values.shape)
