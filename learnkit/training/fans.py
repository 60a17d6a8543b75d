"""Fans and gains: how many terms an output sums over, and what an activation takes from a signal. No array is touched.

Sources: Glorot & Bengio 2010, section 4.2.1; He et al. 2015, section 2.2; torch.nn.init, whose numbers these are.
"""

import math
from collections.abc import Sequence

_GAINS = {
    "linear": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 3 / 4,
}


def fan_in_out(shape: Sequence[int]) -> tuple[int, int]:
    """Return how many inputs one output sums over, and to how many outputs one input goes.

    fan_in = D_in · window, fan_out = D_out · window

    Parameters
    ----------
    shape : (D_out, D_in), or (C_out, C_in, height, width) of a convolution, whose window is height · width

    Raises
    ------
    ValueError
        If there are fewer than two axes, or one is empty.

    Examples
    --------
    >>> fan_in_out((32, 64)), fan_in_out((8, 3, 5, 5))
    ((64, 32), (75, 200))

    See Also
    --------
    torch.nn.init._calculate_fan_in_and_fan_out
    """
    if len(shape) < 2:
        raise ValueError(f"a weight has at least two axes, (D_out, D_in); got shape {tuple(shape)}. A bias has no fans.")
    if min(shape) < 1:
        raise ValueError(f"each axis of a weight must be at least 1; got shape {tuple(shape)}, of which no output or no input is left.")
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return the factor by which weights must be wider for an activation to keep the size of a signal.

    Parameters
    ----------
    nonlinearity : "linear", "sigmoid", "tanh", "relu", "leaky_relu" or "selu"
    param : float, optional
        The negative slope of "leaky_relu", 0.01 if None.

    Raises
    ------
    ValueError
        If the activation is not among them.

    Notes
    -----
    PyTorch's numbers. ReLU sets half of a symmetric signal to 0 and so halves its mean square: √2 makes up for that. Tanh's 5/3 is a rule
    of thumb.

    Examples
    --------
    >>> round(calculate_gain("relu"), 4), calculate_gain("linear")
    (1.4142, 1.0)

    See Also
    --------
    torch.nn.init.calculate_gain
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    if nonlinearity not in _GAINS:
        raise ValueError(f"nonlinearity must be leaky_relu, {', '.join(_GAINS)}; got {nonlinearity!r}.")
    return _GAINS[nonlinearity]
