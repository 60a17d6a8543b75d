"""Optimizers: from a gradient to a better parameter.

The rule is a pure function of one tensor, `sgd_update`: that is the one to read. The class `SGD` is PyTorch's own: it applies the
rule to every parameter of a model, in few calls for all of them together, and keeps the state between steps. Rules that adapt the
step to each value follow in `adaptive_optimizers`. Every rule takes its settings as they are, so that lr below 0 climbs; the classes
refuse it.

Sources: Robbins & Monro 1951, A stochastic approximation method (SGD); Sutskever et al. 2013, On the importance of
initialization and momentum in deep learning, equations 1-4 (momentum and Nesterov's form; PyTorch keeps lr out of the velocity).
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from learnkit.pytorch.parameter_groups import SharedRate, State, checked


def sgd_update(
    param: Tensor,
    grad: Tensor,
    state: State,
    *,
    lr: float,
    momentum: float = 0.0,
    dampening: float = 0.0,
    weight_decay: float = 0.0,
    nesterov: bool = False,
) -> tuple[Tensor, State]:
    """Return the parameter after one step of SGD, and the state for the next.

    g ← grad + weight_decay · param; without momentum, param - lr · g. With momentum, v ← momentum · v + (1 - dampening) · g,
    starting from v = g, and param - lr · v; with Nesterov's form, param - lr · (g + momentum · v).

    Parameters
    ----------
    param, grad : same shape
    state : dict
        Empty before the first step; then {"momentum_buffer": v}.
    lr : float
        The learning rate.
    momentum : float
        The share of the last velocity that is kept.
    dampening : float
        The share of the gradient that does not enter the velocity, from the second step on.
    weight_decay : float
        L2: adds weight_decay · param to the gradient.
    nesterov : bool

    Returns
    -------
    (param, state), both new

    Notes
    -----
    PyTorch's own functional form, ``torch.optim.sgd.sgd``, changes lists of parameters in place; this one changes nothing.

    Examples
    --------
    >>> param, state = sgd_update(torch.tensor([1.0]), torch.tensor([2.0]), {}, lr=0.1, momentum=0.9)
    >>> param, state
    (tensor([0.8000]), {'momentum_buffer': tensor([2.])})
    >>> sgd_update(param, torch.tensor([2.0]), state, lr=0.1, momentum=0.9)[0]
    tensor([0.4200])

    See Also
    --------
    learnkit.reference.sgd_update, torch.optim.SGD
    """
    if weight_decay:
        grad = grad + weight_decay * param
    if not momentum:
        return param - lr * grad, state
    velocity = state.get("momentum_buffer")
    velocity = grad.clone() if velocity is None else momentum * velocity + (1 - dampening) * grad
    step = grad + momentum * velocity if nesterov else velocity
    return param - lr * step, {"momentum_buffer": velocity}


class SGD(SharedRate, torch.optim.SGD):
    """Stochastic gradient descent, with momentum if asked.

    Parameters
    ----------
    params : the parameters to move, as from ``net.parameters()``
        Or groups of them, each a dict with settings of its own: ``[{"params": head.parameters(), "lr": 0.1}, …]``.
    lr, momentum, dampening, weight_decay, nesterov
        As in `sgd_update`. The default of lr is PyTorch's; it is seldom the right one.
    foreach, fused : bool, optional
        PyTorch's faster forms of the same step, for all parameters in few kernels or in one; None leaves the choice to it.

    Attributes
    ----------
    lr : float
        May be changed between steps. It is that of the first of the ``param_groups``; changing it changes all.

    Examples
    --------
    >>> weight = torch.nn.Parameter(torch.tensor([1.0]))
    >>> optimizer = SGD([weight], lr=0.1)
    >>> (weight * weight).sum().backward()
    >>> optimizer.step()
    >>> weight.data
    tensor([0.8000])

    See Also
    --------
    learnkit.reference.SGD, torch.optim.SGD
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        foreach: bool | None = None,
        fused: bool | None = None,
    ) -> None:
        settings: dict[str, Any] = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
        }
        super().__init__(checked("SGD", params, settings), **settings, foreach=foreach, fused=fused)
