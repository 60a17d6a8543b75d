"""Optimizers whose step adapts to each value: where gradients have been large, steps are small.

Each rule is a pure function of one array, `adagrad_update` and `rmsprop_update`; the classes `Adagrad` and `RMSprop` apply it to
every parameter and keep the state. Adam, which adds a mean of the gradient itself, is in `adam_optimizers`.

Sources: Duchi, Hazan & Singer 2011, Adaptive subgradient methods (Adagrad); Hinton 2012, Neural networks for machine learning,
lecture 6e (RMSprop); Graves 2013, Generating sequences with recurrent neural networks, equations 38-45 (its centered form).
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from learnkit.reference.operations import Array
from learnkit.reference.parameter_groups import Optimizer, State


def adagrad_update(
    param: Array,
    grad: Array,
    state: State,
    *,
    lr: float,
    lr_decay: float = 0.0,
    weight_decay: float = 0.0,
    initial_accumulator_value: float = 0.0,
    eps: float = 1e-10,
) -> tuple[Array, State]:
    """Return the parameter after one step of Adagrad, and the state for the next.

    g ← grad + weight_decay · param; s ← s + g², starting from initial_accumulator_value;
    param - lr / (1 + (t - 1) · lr_decay) · g / (√s + eps) at step t = 1, 2, …

    Parameters
    ----------
    param, grad : same shape
    state : dict
        Empty before the first step; then {"step": t, "sum": s}.
    lr, lr_decay : float
        The learning rate, and how fast it falls with the number of steps t.
    weight_decay : float
        L2: adds weight_decay · param to the gradient.
    initial_accumulator_value : float
        What the sum of squares starts from.
    eps : float

    Returns
    -------
    (param, state), both new

    Notes
    -----
    The sum never shrinks: every value's steps fall like 1/√t, until learning stops. RMSprop forgets instead.

    Examples
    --------
    The first step is lr in every value, whatever the gradient; then √(g² + g²) makes it lr/√2.

    >>> param, state = adagrad_update(np.array([1.0, 1.0]), np.array([0.01, 100.0]), {}, lr=0.1)
    >>> param.round(4), state
    (array([0.9, 0.9]), {'step': 1, 'sum': array([1.e-04, 1.e+04])})
    >>> adagrad_update(param, np.array([0.01, 100.0]), state, lr=0.1)[0].round(4)
    array([0.8293, 0.8293])

    See Also
    --------
    learnkit.pytorch.adagrad_update, torch.optim.Adagrad
    """
    step = state.get("step", 0) + 1
    total = state.get("sum")
    if weight_decay:
        grad = grad + weight_decay * param
    total = (np.full_like(param, initial_accumulator_value) if total is None else total) + grad * grad
    rate = lr / (1 + (step - 1) * lr_decay)
    # eps stands outside the root. Inside, a gradient of 1e-7 would take a step of 0.01 lr and not of lr: √(1e-14 + 1e-10) is 1e-5.
    return param - rate * (grad / (np.sqrt(total) + eps)), {"step": step, "sum": total}


class Adagrad(Optimizer):
    """Adagrad: steps divided by the root of the sum of all squared gradients so far, value by value.

    Parameters
    ----------
    params : the parameters to move, as from ``net.parameters()``, or groups of them
    lr, lr_decay, weight_decay, initial_accumulator_value, eps
        As in `adagrad_update`.

    Attributes
    ----------
    lr, param_groups, state
        As in `SGD`.

    Examples
    --------
    >>> from learnkit.reference.tensors import Parameter
    >>> weight = Parameter(np.array([1.0, 100.0]))
    >>> optimizer = Adagrad([weight], lr=0.1)
    >>> (weight * weight).sum().backward()
    >>> optimizer.step()
    >>> weight.data
    array([ 0.9, 99.9])

    See Also
    --------
    learnkit.pytorch.Adagrad, torch.optim.Adagrad
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "eps": eps,
        }
        super().__init__(params, defaults)

    def _update(self, param: Array, grad: Array, state: State, settings: dict[str, Any]) -> tuple[Array, State]:
        return adagrad_update(param, grad, state, **settings)


def rmsprop_update(
    param: Array,
    grad: Array,
    state: State,
    *,
    lr: float,
    alpha: float = 0.99,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    momentum: float = 0.0,
    centered: bool = False,
) -> tuple[Array, State]:
    """Return the parameter after one step of RMSprop, and the state for the next.

    g ← grad + weight_decay · param; s ← alpha · s + (1 - alpha) · g²; param - lr · g / (√s + eps). With momentum,
    b ← momentum · b + g / (√s + eps) and param - lr · b. Centered, the root is taken of the variance s - a², where
    a ← alpha · a + (1 - alpha) · g. All start from 0.

    Parameters
    ----------
    param, grad : same shape
    state : dict
        Empty before the first step; then {"square_avg": s}, and "grad_avg": a and "momentum_buffer": b where they are used.
    lr : float
        The learning rate.
    alpha : float
        How much of the mean of squares is kept: 0.99 remembers about 100 steps.
    eps : float
        Added outside the root, as in PyTorch. TensorFlow adds it inside.
    weight_decay : float
        L2: adds weight_decay · param to the gradient.
    momentum : float
        The share of the last step that is kept.
    centered : bool

    Returns
    -------
    (param, state), both new

    Notes
    -----
    The mean starts from 0 and is not corrected: the first step is lr/√(1 - alpha), 10 lr for 0.99. (Adam corrects it.)
    Centered, a gradient that hardly changes leaves a variance that may round to below 0: the step is then NaN, as in PyTorch.

    Examples
    --------
    >>> param, state = rmsprop_update(np.array([1.0, 1.0]), np.array([0.01, 100.0]), {}, lr=0.01)
    >>> param.round(4), state
    (array([0.9, 0.9]), {'square_avg': array([1.e-06, 1.e+02])})

    See Also
    --------
    learnkit.pytorch.rmsprop_update, torch.optim.RMSprop
    """
    if weight_decay:
        grad = grad + weight_decay * param
    new = {"square_avg": alpha * state.get("square_avg", 0.0) + (1 - alpha) * (grad * grad)}
    variance = new["square_avg"]
    if centered:
        new["grad_avg"] = alpha * state.get("grad_avg", 0.0) + (1 - alpha) * grad
        variance = variance - new["grad_avg"] * new["grad_avg"]
    # eps inside the root would be another rule: for steady gradients of 1e-7 it makes the step 900 times smaller
    step = grad / (np.sqrt(variance) + eps)
    if momentum:
        step = new["momentum_buffer"] = momentum * state.get("momentum_buffer", 0.0) + step
    return param - lr * step, new


class RMSprop(Optimizer):
    """RMSprop: steps divided by the root of a running mean of squared gradients, value by value.

    Parameters
    ----------
    params : the parameters to move, as from ``net.parameters()``, or groups of them
    lr, alpha, eps, weight_decay, momentum, centered
        As in `rmsprop_update`.

    Attributes
    ----------
    lr, param_groups, state
        As in `SGD`.

    Examples
    --------
    >>> from learnkit.reference.tensors import Parameter
    >>> weight = Parameter(np.array([1.0, 100.0]))
    >>> optimizer = RMSprop([weight], lr=0.01)
    >>> (weight * weight).sum().backward()
    >>> optimizer.step()
    >>> weight.data.round(4)
    array([ 0.9, 99.9])

    See Also
    --------
    learnkit.pytorch.RMSprop, torch.optim.RMSprop
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        defaults = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay, "momentum": momentum, "centered": centered}
        super().__init__(params, defaults)

    def _update(self, param: Array, grad: Array, state: State, settings: dict[str, Any]) -> tuple[Array, State]:
        return rmsprop_update(param, grad, state, **settings)
