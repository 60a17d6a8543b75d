"""Adam and its kin: a running mean of the gradient, divided by the root of a running mean of its square.

Each rule is a pure function of one array, `adam_update`, `adamw_update` and `nadam_update`: those are the ones to read. The classes
apply them to every parameter and keep the state; `Adam` and `AdamW` do so in the parameters' own memory.

Sources: Kingma & Ba 2015, Adam, algorithm 1; Loshchilov & Hutter 2019, Decoupled weight decay regularization, algorithm 2 (AdamW);
Dozat 2016, Incorporating Nesterov momentum into Adam (NAdam).
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from learnkit.reference.operations import Array
from learnkit.reference.optimizers import stretches
from learnkit.reference.parameter_groups import Optimizer, State


def adam_update(
    param: Array,
    grad: Array,
    state: State,
    *,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> tuple[Array, State]:
    """Return the parameter after one step of Adam, and the state for the next.

    g ← grad + weight_decay · param; m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g², both from 0; m̂ = m / (1 - β₁ᵗ),
    v̂ = v / (1 - β₂ᵗ) at step t = 1, 2, …; param - lr · m̂ / (√v̂ + eps).

    Parameters
    ----------
    param, grad : same shape
    state : dict
        Empty before the first step; then {"step": t, "exp_avg": m, "exp_avg_sq": v}.
    lr : float
        The learning rate: about the largest step that a value takes.
    betas : (β₁, β₂)
        How much of each mean is kept: 0.9 remembers about 10 steps, 0.999 about 1000.
    eps : float
    weight_decay : float
        L2: adds weight_decay · param to the gradient, where the division evens it out again. AdamW's is the other form.

    Returns
    -------
    (param, state), both new

    Notes
    -----
    PyTorch's ``amsgrad``, which divides by the largest v so far, is left out.

    Examples
    --------
    The first step is lr in every value, whatever the size of its gradient:

    >>> param, state = adam_update(np.array([1.0, 1.0]), np.array([1e-3, 1e3]), {}, lr=0.1)
    >>> param.round(4)
    array([0.9, 0.9])
    >>> state["step"], state["exp_avg"]
    (1, array([1.e-04, 1.e+02]))

    See Also
    --------
    learnkit.pytorch.adam_update, torch.optim.Adam
    """
    beta1, beta2 = betas
    step = state.get("step", 0) + 1
    if weight_decay:
        grad = grad + weight_decay * param
    mean = beta1 * state.get("exp_avg", 0.0) + (1 - beta1) * grad
    square = beta2 * state.get("exp_avg_sq", 0.0) + (1 - beta2) * (grad * grad)
    # both means start from 0 and are too small at first; uncorrected, the first step would be 0.1/√0.001 = 3.2 lr
    corrected_mean = mean / (1 - beta1**step)
    corrected_square = square / (1 - beta2**step)
    # eps stands outside the root. Inside, a gradient of 1e-7 would take a step of 0.001 lr and not of 0.9 lr.
    param = param - lr * (corrected_mean / (np.sqrt(corrected_square) + eps))
    return param, {"step": step, "exp_avg": mean, "exp_avg_sq": square}


def adamw_update(
    param: Array,
    grad: Array,
    state: State,
    *,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> tuple[Array, State]:
    """Return the parameter after one step of AdamW, and the state for the next.

    param ← param - lr · weight_decay · param, then one step of Adam with the gradient as it is.

    Parameters
    ----------
    param, grad, state, lr, betas, eps
        As in `adam_update`.
    weight_decay : float
        The share lr · weight_decay of each value is taken away, before the step. It does not enter the gradient.

    Returns
    -------
    (param, state), both new

    Notes
    -----
    Decoupled decay: all values shrink at the same rate. In Adam's own form those with large gradients hardly shrink. The paper
    multiplies the decay by a schedule's factor alone; PyTorch, and so this, by lr.

    Examples
    --------
    With lr · weight_decay = 0.01, 10 becomes 9.9, and 9.8 after the step of lr:

    >>> param, _ = adamw_update(np.array([10.0]), np.array([5.0]), {}, lr=0.1, weight_decay=0.1)
    >>> param.round(4)
    array([9.8])

    See Also
    --------
    learnkit.pytorch.adamw_update, torch.optim.AdamW
    """
    return adam_update(param - lr * weight_decay * param, grad, state, lr=lr, betas=betas, eps=eps)


def _adam_in_place(
    param: Array,
    grad: Array,
    state: State,
    *,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    is_decoupled: bool,
) -> tuple[Array, State]:
    """Do what `adam_update` does, or `adamw_update`, in the memory of the parameter and its two means.

    Both corrections are one number here: lr · m/c₁ / (√(v/c₂) + eps) = lr·√c₂/c₁ · m / (√v + eps·√c₂).
    """
    if not state:
        state = {"step": 0, "exp_avg": np.zeros(param.shape, param.dtype), "exp_avg_sq": np.zeros(param.shape, param.dtype)}
    state["step"] += 1
    beta1, beta2 = betas
    root_correction = (1 - beta2 ** state["step"]) ** 0.5
    rate = lr * root_correction / (1 - beta1 ** state["step"])
    for p, g, m, v in stretches(param, grad, state["exp_avg"], state["exp_avg_sq"]):
        if is_decoupled:
            p *= 1 - lr * weight_decay
        elif weight_decay:
            g = g + weight_decay * p
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * (g * g)
        p -= rate * (m / (np.sqrt(v) + eps * root_correction))
    return param, state


class Adam(Optimizer):
    """Adam: the running mean of the gradient over the root of the running mean of its square, both corrected for their start.

    Parameters
    ----------
    params : the parameters to move, as from ``net.parameters()``, or groups of them
    lr, betas, eps, weight_decay
        As in `adam_update`.

    Attributes
    ----------
    lr, param_groups, state
        As in `SGD`.

    Examples
    --------
    >>> from learnkit.reference.tensors import Parameter
    >>> weight = Parameter(np.array([1.0, 100.0]))
    >>> optimizer = Adam([weight], lr=0.1)
    >>> (weight * weight).sum().backward()
    >>> optimizer.step()
    >>> weight.data.round(4)
    array([ 0.9, 99.9])

    See Also
    --------
    learnkit.pytorch.Adam, torch.optim.Adam
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def _update(self, param: Array, grad: Array, state: State, settings: dict[str, Any]) -> tuple[Array, State]:
        return _adam_in_place(param, grad, state, **settings, is_decoupled=False)


class AdamW(Optimizer):
    """Adam with decoupled weight decay.

    Parameters
    ----------
    params : the parameters to move, as from ``net.parameters()``, or groups of them
        PyTorch's default decays all of them, biases too; a group with ``"weight_decay": 0.0`` spares its own.
    lr, betas, eps, weight_decay
        As in `adamw_update`.

    Attributes
    ----------
    lr, param_groups, state
        As in `SGD`.

    Examples
    --------
    >>> from learnkit.reference.tensors import Parameter
    >>> weight = Parameter(np.array([10.0]))
    >>> optimizer = AdamW([weight], lr=0.1, weight_decay=0.1)
    >>> (weight * weight).sum().backward()
    >>> optimizer.step()
    >>> weight.data.round(4)
    array([9.8])

    See Also
    --------
    learnkit.pytorch.AdamW, torch.optim.AdamW
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def _update(self, param: Array, grad: Array, state: State, settings: dict[str, Any]) -> tuple[Array, State]:
        return _adam_in_place(param, grad, state, **settings, is_decoupled=True)


def nadam_update(
    param: Array,
    grad: Array,
    state: State,
    *,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    momentum_decay: float = 4e-3,
    decoupled_weight_decay: bool = False,
) -> tuple[Array, State]:
    """Return the parameter after one step of NAdam, and the state for the next.

    m and v as in Adam. The momentum grows with the steps, μₜ = β₁ (1 - ½ · 0.96^(t · momentum_decay)), and the step looks ahead to
    the next one: m̂ = μₜ₊₁ m / (1 - Πμ up to t + 1) + (1 - μₜ) g / (1 - Πμ up to t); param - lr · m̂ / (√v̂ + eps).

    Parameters
    ----------
    param, grad, lr, betas, eps
        As in `adam_update`.
    state : dict
        Empty before the first step; then {"step": t, "mu_product": Πμ, "exp_avg": m, "exp_avg_sq": v}.
    weight_decay : float
        Adds weight_decay · param to the gradient; decoupled, takes lr · weight_decay · param away before the step, as AdamW.
    momentum_decay : float
        How fast the momentum grows from β₁/2 to β₁.
    decoupled_weight_decay : bool

    Returns
    -------
    (param, state), both new

    Notes
    -----
    PyTorch's ``NAdam`` keeps Πμ in float32, also for parameters in float64; here it is a Python number.

    Examples
    --------
    μ₁ and μ₂ are 0.4501 and 0.4502, and the first step is lr · (0.4502 · 0.1 / (1 - μ₁μ₂) + 1) = 1.056 lr:

    >>> param, state = nadam_update(np.array([1.0, 1.0]), np.array([1e-3, 1e3]), {}, lr=0.1)
    >>> param.round(3), round(state["mu_product"], 4)
    (array([0.894, 0.894]), 0.4501)

    See Also
    --------
    learnkit.pytorch.nadam_update, torch.optim.NAdam
    """
    beta1, beta2 = betas
    step = state.get("step", 0) + 1
    if weight_decay and decoupled_weight_decay:
        param = param - lr * weight_decay * param
    elif weight_decay:
        grad = grad + weight_decay * param
    momentum = beta1 * (1 - 0.5 * 0.96 ** (step * momentum_decay))
    next_momentum = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * momentum_decay))
    product = state.get("mu_product", 1.0) * momentum
    mean = beta1 * state.get("exp_avg", 0.0) + (1 - beta1) * grad
    square = beta2 * state.get("exp_avg_sq", 0.0) + (1 - beta2) * (grad * grad)
    ahead = next_momentum / (1 - product * next_momentum) * mean + (1 - momentum) / (1 - product) * grad
    param = param - lr * (ahead / (np.sqrt(square / (1 - beta2**step)) + eps))
    return param, {"step": step, "mu_product": product, "exp_avg": mean, "exp_avg_sq": square}


class NAdam(Optimizer):
    """Adam with Nesterov's look ahead.

    Parameters
    ----------
    params : the parameters to move, as from ``net.parameters()``, or groups of them
    lr, betas, eps, weight_decay, momentum_decay, decoupled_weight_decay
        As in `nadam_update`.

    Attributes
    ----------
    lr, param_groups, state
        As in `SGD`.

    Examples
    --------
    >>> from learnkit.reference.tensors import Parameter
    >>> weight = Parameter(np.array([1.0, 100.0]))
    >>> optimizer = NAdam([weight], lr=0.1)
    >>> (weight * weight).sum().backward()
    >>> optimizer.step()
    >>> weight.data.round(3)
    array([ 0.894, 99.894])

    See Also
    --------
    learnkit.pytorch.NAdam, torch.optim.NAdam
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def _update(self, param: Array, grad: Array, state: State, settings: dict[str, Any]) -> tuple[Array, State]:
        return nadam_update(param, grad, state, **settings)
