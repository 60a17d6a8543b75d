"""Clipping: gradients that are too large are made smaller before the optimizer sees them.

`clip_grad_norm` keeps the direction of the whole gradient and limits its length, `clip_grad_value` limits every value by itself.
Both change the gradients of the parameters that they are given.

Source: Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks, algorithm 1.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from learnkit.training.requirements import require_at_least_0


def clip_grad_norm(parameters: Iterable[Tensor] | Tensor, max_norm: float, *, error_if_nonfinite: bool = False) -> Tensor:
    """Scale all gradients together so that their norm is at most max_norm; return the norm that they had.

    norm = √(Σ g² over all values of all parameters); each g ← g · min(1, max_norm / (norm + 1e-6)).

    Parameters
    ----------
    parameters : as from ``net.parameters()``
        Those without a gradient are left alone.
    max_norm : float
    error_if_nonfinite : bool
        Raise where the norm is infinite or NaN, and change nothing.

    Returns
    -------
    norm : a number, before clipping

    Raises
    ------
    ValueError
        If max_norm is below 0 or NaN.
    RuntimeError
        If asked for, where the norm is not finite.

    Notes
    -----
    One norm for all parameters: clipping each by its own would turn the gradient. As in PyTorch, one NaN makes all gradients NaN; one
    infinity makes it NaN and all others 0. In float32 the squares of gradients of 2e19 overflow, the norm is infinite, and all gradients
    become 0; the reference adds the squares in float64. With error_if_nonfinite the norm is read back to the host.

    Examples
    --------
    Norm √(9 + 16 + 0.01) = 5.001; clipped to 1, everything is divided by it.

    >>> from torch.nn import Parameter
    >>> weight, bias = Parameter(torch.zeros(2)), Parameter(torch.zeros(2))
    >>> weight.grad, bias.grad = torch.tensor([3.0, 4.0]), torch.tensor([0.1, 0.0])
    >>> clip_grad_norm([weight, bias], 1.0)
    tensor(5.0010)
    >>> weight.grad, bias.grad
    (tensor([0.5999, 0.7998]), tensor([0.0200, 0.0000]))

    See Also
    --------
    learnkit.reference.clip_grad_norm, torch.nn.utils.clip_grad_norm_
    """
    require_at_least_0("max_norm", max_norm)
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm, error_if_nonfinite=error_if_nonfinite)


def clip_grad_value(parameters: Iterable[Tensor] | Tensor, clip_value: float) -> None:
    """Limit every value of every gradient to the range from -clip_value to clip_value. NaN stays NaN.

    Parameters
    ----------
    parameters : as from ``net.parameters()``
    clip_value : float

    Raises
    ------
    ValueError
        If clip_value is below 0 or NaN.

    Notes
    -----
    It turns the gradient: (3, 0.1) becomes (1, 0.1). `clip_grad_norm` keeps its direction.

    Examples
    --------
    >>> weight = torch.nn.Parameter(torch.zeros(3))
    >>> weight.grad = torch.tensor([-3.0, 0.1, 2.0])
    >>> clip_grad_value([weight], 1.0)
    >>> weight.grad
    tensor([-1.0000,  0.1000,  1.0000])

    See Also
    --------
    learnkit.reference.clip_grad_value, torch.nn.utils.clip_grad_value_
    """
    require_at_least_0("clip_value", clip_value)
    torch.nn.utils.clip_grad_value_(parameters, clip_value)
