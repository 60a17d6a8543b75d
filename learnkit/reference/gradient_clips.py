"""Clipping: gradients that are too large are made smaller before the optimizer sees them.

`clip_grad_norm` keeps the direction of the whole gradient and limits its length, `clip_grad_value` limits every value by itself.
Both change the gradients of the parameters that they are given.

Source: Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks, algorithm 1.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from learnkit.reference.tensors import Parameter, Tensor
from learnkit.training.requirements import require_at_least_0


def clip_grad_norm(parameters: Iterable[Parameter] | Parameter, max_norm: float, *, error_if_nonfinite: bool = False) -> Any:
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
    infinity makes it NaN and all others 0.

    Examples
    --------
    Norm √(9 + 16 + 0.01) = 5.001; clipped to 1, everything is divided by it.

    >>> weight, bias = Parameter(np.zeros(2)), Parameter(np.zeros(2))
    >>> weight.grad, bias.grad = np.array([3.0, 4.0]), np.array([0.1, 0.0])
    >>> clip_grad_norm([weight, bias], 1.0).round(3)
    np.float64(5.001)
    >>> weight.grad.round(3), bias.grad.round(3)
    (array([0.6, 0.8]), array([0.02, 0.  ]))

    See Also
    --------
    learnkit.pytorch.clip_grad_norm, torch.nn.utils.clip_grad_norm_
    """
    require_at_least_0("max_norm", max_norm)
    with_grad = _with_grad(parameters)
    if not with_grad:
        return np.float32(0.0)
    grads = [parameter.grad for parameter in with_grad]
    with np.errstate(over="ignore", invalid="ignore"):
        # squares in float64: in float32 those of 2e19 overflow, the norm is infinite, and PyTorch sets every gradient to 0
        squares = sum(np.square(grad, dtype=np.float64).sum() for grad in grads)
        norm = np.sqrt(squares).astype(np.result_type(*grads))
        if error_if_nonfinite and not np.isfinite(norm):
            raise RuntimeError(f"the norm of the gradients is {norm}, which cannot be clipped. Use a lower lr, or look for a 0/0.")
        factor = float(max_norm / (norm + 1e-6))
        if not factor >= 1:  # also where it is NaN
            for parameter, grad in zip(with_grad, grads, strict=True):
                parameter.grad = grad * factor
    return norm


def clip_grad_value(parameters: Iterable[Parameter] | Parameter, clip_value: float) -> None:
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
    >>> weight = Parameter(np.zeros(3))
    >>> weight.grad = np.array([-3.0, 0.1, 2.0])
    >>> clip_grad_value([weight], 1.0)
    >>> weight.grad
    array([-1. ,  0.1,  1. ])

    See Also
    --------
    learnkit.pytorch.clip_grad_value, torch.nn.utils.clip_grad_value_
    """
    require_at_least_0("clip_value", clip_value)
    for parameter in _with_grad(parameters):
        parameter.grad = np.clip(parameter.grad, -clip_value, clip_value)


def _with_grad(parameters: Iterable[Parameter] | Parameter) -> list[Any]:
    if isinstance(parameters, Tensor):
        parameters = [parameters]
    return [parameter for parameter in parameters if parameter.grad is not None]
