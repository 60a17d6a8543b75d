"""Optimizers: from a gradient to a better parameter.

The rule is a pure function of one array, `sgd_update`: that is the one to read. The class `SGD` applies it to every parameter of
a model, in the parameter's own memory, and keeps the state between steps. Rules that adapt the step to each value follow in
`adaptive_optimizers`. Every rule takes its settings as they are, so that lr below 0 climbs; the classes refuse it.

Sources: Robbins & Monro 1951, A stochastic approximation method (SGD); Sutskever et al. 2013, On the importance of
initialization and momentum in deep learning, equations 1-4 (momentum and Nesterov's form; PyTorch keeps lr out of the velocity).
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from learnkit.reference.operations import Array
from learnkit.reference.parameter_groups import Optimizer, State

STRETCH = 32768
"""Values that a step takes at a time: five arrays of so many float32 fit into the 1 MB that a processor core has at hand."""


def sgd_update(
    param: Array,
    grad: Array,
    state: State,
    *,
    lr: float,
    momentum: float = 0.0,
    dampening: float = 0.0,
    weight_decay: float = 0.0,
    nesterov: bool = False,
) -> tuple[Array, State]:
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

    Examples
    --------
    >>> import numpy as np
    >>> param, state = sgd_update(np.array([1.0]), np.array([2.0]), {}, lr=0.1, momentum=0.9)
    >>> param, state
    (array([0.8]), {'momentum_buffer': array([2.])})
    >>> sgd_update(param, np.array([2.0]), state, lr=0.1, momentum=0.9)[0].round(4)
    array([0.42])

    See Also
    --------
    learnkit.pytorch.sgd_update, torch.optim.SGD
    """
    if weight_decay:
        grad = grad + weight_decay * param
    if not momentum:
        return param - lr * grad, dict(state)
    velocity = state.get("momentum_buffer")
    velocity = grad.copy() if velocity is None else momentum * velocity + (1 - dampening) * grad
    step = grad + momentum * velocity if nesterov else velocity
    return param - lr * step, {"momentum_buffer": velocity}


def _sgd_in_place(
    param: Array, grad: Array, state: State, *, lr: float, momentum: float, dampening: float, weight_decay: float, nesterov: bool
) -> tuple[Array, State]:
    """Do what `sgd_update` does in the memory of the parameter and its velocity: no new array of their size, the same numbers."""
    enters = 1 - dampening
    if momentum and "momentum_buffer" not in state:
        state["momentum_buffer"], enters = np.zeros(param.shape, param.dtype), 1  # the first velocity is the gradient
    velocity = state["momentum_buffer"] if momentum else param
    for p, g, v in stretches(param, grad, velocity):
        if weight_decay:
            g = g + weight_decay * p
        if momentum:
            v *= momentum
            v += enters * g
            g = g + momentum * v if nesterov else v
        p -= lr * g
    return param, state


def stretches(*arrays: Array) -> Iterable[tuple[Array, ...]]:
    """Return the arrays in stretches of `STRETCH` values each, as views: what is written into them is in the arrays.

    A step reads and writes every value several times. In stretches all but the first of these find it in the processor's cache.
    """
    size = arrays[0].size
    if size <= STRETCH or not all(array.flags.c_contiguous for array in arrays):
        return (arrays,)
    flat = [array.reshape(-1) for array in arrays]
    return (tuple(array[start : start + STRETCH] for array in flat) for start in range(0, size, STRETCH))


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if asked.

    Parameters
    ----------
    params : the parameters to move, as from ``net.parameters()``
        Or groups of them, each a dict with settings of its own: ``[{"params": head.parameters(), "lr": 0.1}, …]``.
    lr, momentum, dampening, weight_decay, nesterov
        As in `sgd_update`. The default of lr is PyTorch's; it is seldom the right one.

    Attributes
    ----------
    lr : float
        May be changed between steps. It is that of the first of the ``param_groups``; changing it changes all.
    param_groups : list of dict
    state : dict
        By parameter, from its first gradient on.

    Raises
    ------
    ValueError, TypeError
        For no parameters, for something else than parameters, for one that is given twice, and for settings that make no sense.

    Notes
    -----
    `step` moves the arrays in place, as PyTorch does: copy what you want to keep.

    Examples
    --------
    >>> from learnkit.reference.tensors import Parameter
    >>> weight = Parameter(np.array([1.0]))
    >>> optimizer = SGD([weight], lr=0.1)
    >>> (weight * weight).sum().backward()
    >>> optimizer.step()
    >>> weight.data
    array([0.8])

    See Also
    --------
    learnkit.pytorch.SGD, torch.optim.SGD
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov}
        super().__init__(params, defaults)

    def _update(self, param: Array, grad: Array, state: State, settings: dict[str, Any]) -> tuple[Array, State]:
        """Return the parameter and the state, moved in place by the rule of `sgd_update`."""
        return _sgd_in_place(param, grad, state, **settings)
