"""Activations: the functions between linear maps that make a network more than one linear map.

`sigmoid`, `tanh`, `relu`, `leaky_relu`, `gelu`, value by value: PyTorch's own.
"""

import torch
from torch import Tensor
from torch.nn import functional


def sigmoid(x: Tensor) -> Tensor:
    """Return σ(x) = 1 / (1 + e⁻ˣ), a number between 0 and 1.

    Parameters
    ----------
    x : any shape

    Examples
    --------
    >>> sigmoid(torch.tensor([-1000.0, 0.0, 1000.0]))
    tensor([0.0000, 0.5000, 1.0000])

    See Also
    --------
    learnkit.reference.sigmoid, torch.sigmoid
    """
    return torch.sigmoid(x)


def tanh(x: Tensor) -> Tensor:
    """Return tanh(x) = (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ), a number between -1 and 1.

    Parameters
    ----------
    x : any shape

    Examples
    --------
    >>> tanh(torch.tensor([-1000.0, 0.0, 1000.0]))
    tensor([-1.,  0.,  1.])

    See Also
    --------
    learnkit.reference.tanh, torch.tanh
    """
    return torch.tanh(x)


def relu(x: Tensor) -> Tensor:
    """Return max(x, 0).

    Parameters
    ----------
    x : any shape

    Notes
    -----
    At 0 there is no derivative; PyTorch takes it as 0.

    Examples
    --------
    >>> relu(torch.tensor([-2.0, 0.0, 3.0]))
    tensor([0., 0., 3.])

    See Also
    --------
    learnkit.reference.relu, torch.relu
    """
    return torch.relu(x)


def leaky_relu(x: Tensor, *, negative_slope: float = 0.01) -> Tensor:
    """Return x where x > 0, and negative_slope · x elsewhere.

    Parameters
    ----------
    x : any shape
    negative_slope : float
        The slope left of 0.

    Notes
    -----
    At 0 PyTorch takes the derivative as negative_slope.

    Examples
    --------
    >>> leaky_relu(torch.tensor([-2.0, 0.0, 3.0]), negative_slope=0.1)
    tensor([-0.2000,  0.0000,  3.0000])

    See Also
    --------
    learnkit.reference.leaky_relu, torch.nn.functional.leaky_relu
    """
    return functional.leaky_relu(x, negative_slope)


def gelu(x: Tensor, *, approximate: str = "none") -> Tensor:
    """Return x Φ(x), where Φ(x) = ½ (1 + erf(x/√2)) is the probability that a standard normal number is below x.

    Parameters
    ----------
    x : any shape
    approximate : "none" or "tanh"
        "tanh" replaces Φ(x) by ½ (1 + tanh(√(2/π) (x + 0.044715 x³))); the two differ by at most 4.8e-4.

    Notes
    -----
    "none" is PyTorch's default; GPT-2 was trained with "tanh".

    Examples
    --------
    >>> gelu(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.1587,  0.0000,  0.8413])

    See Also
    --------
    learnkit.reference.gelu, torch.nn.functional.gelu
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f'approximate must be "none" or "tanh"; got {approximate!r}.')
    return functional.gelu(x, approximate=approximate)
