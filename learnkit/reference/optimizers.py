"""Optimizers: from a gradient to a better parameter.

The rule is a pure function of one array, `sgd_update`. The class `SGD` applies it to every parameter of a model and keeps
the state between steps.

Sources: Robbins & Monro 1951, A stochastic approximation method (SGD); Sutskever et al. 2013, On the importance of
initialization and momentum in deep learning, equations 1-4 (momentum and Nesterov's form; PyTorch keeps lr out of the velocity).
"""

from collections.abc import Iterable
from typing import Any

from learnkit.reference.operations import Array
from learnkit.reference.tensors import Parameter

State = dict[str, Any]


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


class SGD:
    """Stochastic gradient descent, with momentum if asked.

    Parameters
    ----------
    params : the parameters to move, as from ``net.parameters()``
    lr, momentum, dampening, weight_decay, nesterov
        As in `sgd_update`. The default of lr is PyTorch's; it is seldom the right one.

    Attributes
    ----------
    lr : float
        May be changed between steps.

    Examples
    --------
    >>> import numpy as np
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
        params: Iterable[Parameter],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        self.params = list(params)
        if not self.params:
            raise ValueError("SGD got no parameters. An iterator is empty after its first use: pass net.parameters() itself.")
        for index, parameter in enumerate(self.params):
            if not isinstance(parameter, Parameter):
                raise TypeError(f"SGD moves parameters; item {index} is a {type(parameter).__name__}. Pass net.parameters().")
        for name, value in {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}.items():
            if not value >= 0:
                raise ValueError(f"{name} must be at least 0; got {value}.")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("nesterov=True needs momentum above 0 and dampening 0.")
        self.lr, self.momentum, self.dampening = lr, momentum, dampening
        self.weight_decay, self.nesterov = weight_decay, nesterov
        self.state: list[State] = [{} for _ in self.params]

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.params:
            parameter.grad = None

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        for index, parameter in enumerate(self.params):
            if parameter.grad is None:
                continue
            parameter.data, self.state[index] = sgd_update(
                parameter.data,
                parameter.grad,
                self.state[index],
                lr=float(self.lr),  # a NumPy number, as a schedule may set it, would make a float32 parameter float64
                momentum=float(self.momentum),
                dampening=float(self.dampening),
                weight_decay=float(self.weight_decay),
                nesterov=self.nesterov,
            )
