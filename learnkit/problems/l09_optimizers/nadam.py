"""A step of NAdam: Adam whose mean looks one step ahead, with a momentum that grows."""

import math
from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l09_optimizers.walks import changing_rate, one_step, sizes_apart, tiny, two_steps
from learnkit.problems.problem import THE_EXERCISE, Mistake, Probe, Problem

STUB = '''
def nadam(param, grad, state, lr, betas, eps, momentum_decay):
    """Take one step of NAdam, in PyTorch's form.

    param, grad, lr, betas, eps : as for adam
    state : dict, empty before the first step; what you return as the state of one step comes in at the next
    momentum_decay : psi, 4e-3; how fast the momentum grows

    The means m and v are those of Adam, not corrected. The momentum of step t = 1, 2, … is mu_t = beta1 * (1 - 0.5 * 0.96 ** (t * psi)).
    P_t is the product of mu_1 to mu_t. In the place of Adam's corrected mean stands one that looks ahead to the next step:
        mu_(t+1) * m / (1 - P_(t+1))  +  (1 - mu_t) * grad / (1 - P_t)
    It is divided by the root of v / (1 - beta2 ** t), to which eps is added, as in Adam.
    Returns (param, state), a new array and a dict. param stays as it was.
    """
    ...
'''

SOLUTION = """
def nadam(param, grad, state, lr, betas, eps, momentum_decay):
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    mean = beta1 * state.get("mean", 0.0) + (1 - beta1) * grad
    square = beta2 * state.get("square", 0.0) + (1 - beta2) * grad**2
    now = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    following = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    product = state.get("product", 1.0) * now
    ahead = following * mean / (1 - product * following) + (1 - now) * grad / (1 - product)
    param = param - lr * ahead / (np.sqrt(square / (1 - beta2**t)) + eps)
    return param, {"t": t, "mean": mean, "square": square, "product": product}
"""


def right_answer(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    return lk.nadam_update(param, grad, state, lr=lr, betas=betas, eps=eps, momentum_decay=momentum_decay)


# Right answers written in other ways


def momenta(count: int, beta1: float, decay: float) -> Any:
    """Return mu_1 to mu_count."""
    return beta1 * (1 - 0.5 * 0.96 ** (decay * np.arange(1, count + 1)))


def means(param: Any, grad: Any, state: Any, betas: Any) -> tuple[int, Any, Any]:
    """Return the number of this step and both means, not corrected."""
    t, m, v = state.get("kept", (0, np.zeros(param.shape), np.zeros(param.shape)))
    return t + 1, betas[0] * m + (1 - betas[0]) * grad, betas[1] * v + (1 - betas[1]) * grad**2


def from_all_momenta(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    mu = momenta(t + 1, betas[0], momentum_decay)
    ahead = mu[t] * m / (1 - np.prod(mu)) + (1 - mu[t - 1]) * grad / (1 - np.prod(mu[:t]))
    return param - lr * ahead / (eps + (v / (1 - betas[1] ** t)) ** 0.5), {"kept": (t, m, v)}


def value_by_value(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t = 1 + state.get("t", 0)
    mu = [betas[0] * (1 - 0.5 * 0.96 ** (step * momentum_decay)) for step in range(1, t + 2)]
    before, after = 1 - math.prod(mu[:-1]), 1 - math.prod(mu)
    first, second = state.get("first", [0.0] * param.size), state.get("second", [0.0] * param.size)
    moved, firsts, seconds = [], [], []
    for p, g, m, s in zip(param.ravel(), grad.ravel(), first, second, strict=True):
        firsts.append(m + (1 - betas[0]) * (g - m))
        seconds.append(s + (1 - betas[1]) * (g * g - s))
        ahead = mu[-1] * firsts[-1] / after + (1 - mu[-2]) * g / before
        moved.append(p - lr * ahead / (math.sqrt(seconds[-1] / (1 - betas[1] ** t)) + eps))
    return np.array(moved).reshape(param.shape), {"t": t, "first": firsts, "second": seconds}


def in_two_moves(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    b1, b2 = betas
    t, m, v, product = state["kept"] if state else (1, 0.0 * grad, 0.0 * grad, 1.0)
    m, v = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * grad * grad
    mu, mu_next = (b1 - b1 / 2 * 0.96 ** (step * momentum_decay) for step in (t, t + 1))
    scale = np.sqrt(v / (1 - b2**t)) + eps
    product = product * mu
    half = param - lr * (1 - mu) / (1 - product) * grad / scale
    return half - lr * mu_next / (1 - product * mu_next) * m / scale, {"kept": (t + 1, m, v, product)}


def torch_in_formulas(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    import torch

    t, m, v, product = state.get("kept", (0, torch.zeros_like(param), torch.zeros_like(param), 1.0))
    t, m, v = t + 1, betas[0] * m + (1 - betas[0]) * grad, betas[1] * v + (1 - betas[1]) * grad**2
    mu, after = (betas[0] * (1 - 0.5 * 0.96 ** (step * momentum_decay)) for step in (t, t + 1))
    product = product * mu
    ahead = after * m / (1 - product * after) + (1 - mu) * grad / (1 - product)
    return param - lr * ahead / (torch.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v, product)}


def torch_with_addcdiv(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    import torch

    t = state.get("t", 0) + 1
    m = state.get("m", torch.zeros_like(param)).lerp(grad, 1 - betas[0])
    v = state.get("v", torch.zeros_like(param)).mul(betas[1]).addcmul(grad, grad, value=1 - betas[1])
    mu = betas[0] * (1 - 0.5 * 0.96 ** (torch.arange(1, t + 2, dtype=torch.float64) * momentum_decay))
    scale = v.div(1 - betas[1] ** t).sqrt().add(eps)
    now, later = float((1 - mu[-2]) / (1 - mu[:-1].prod())), float(mu[-1] / (1 - mu.prod()))
    return param.addcdiv(grad, scale, value=-lr * now).addcdiv(m, scale, value=-lr * later), {"t": t, "m": m, "v": v}


# Mistakes


def no_look_ahead(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v)}


def no_look_ahead_in_full(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    return np.subtract(param, lr * m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)) ** 0.5 + eps)), {"t": t, "m": m, "v": v}


def momentum_of_this_step(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    mu = momenta(t, betas[0], momentum_decay)
    ahead = (mu[-1] * m + (1 - mu[-1]) * grad) / (1 - np.prod(mu))
    return param - lr * ahead / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v)}


def momentum_of_this_step_by_product(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    mu = betas[0] * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    product = mu * state.get("product", 1.0)
    above = mu * m / (1 - product) + (1 - mu) * grad / (1 - product)
    new = {"t": t, "m": m, "v": v, "product": product}
    return np.subtract(param, np.divide(lr * above, (v / (1 - betas[1] ** t)) ** 0.5 + eps)), new


def constant_momentum(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    ahead = betas[0] * m / (1 - betas[0] ** (t + 1)) + (1 - betas[0]) * grad / (1 - betas[0] ** t)
    return param - lr * ahead / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v)}


def constant_momentum_by_product(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    b1, b2 = betas
    t, product = state.get("t", 0) + 1, state.get("product", 1.0) * b1
    m, v = b1 * state.get("m", 0.0) + (1 - b1) * grad, b2 * state.get("v", 0.0) + (1 - b2) * grad * grad
    above = b1 / (1 - product * b1) * m + (1 - b1) / (1 - product) * grad
    return np.subtract(param, np.divide(lr * above, (v / (1 - b2**t)) ** 0.5 + eps)), {"t": t, "m": m, "v": v, "product": product}


def power_for_product(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    mu = momenta(t + 1, betas[0], momentum_decay)
    ahead = mu[-1] * m / (1 - mu[-1] ** (t + 1)) + (1 - mu[-2]) * grad / (1 - mu[-2] ** t)
    return param - lr * ahead / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v)}


def power_for_product_in_full(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    b1, b2 = betas
    t = state.get("t", 0) + 1
    m, v = b1 * state.get("m", 0.0) + (1 - b1) * grad, b2 * state.get("v", 0.0) + (1 - b2) * grad * grad
    now, following = (b1 * (1 - 0.5 * 0.96 ** (step * momentum_decay)) for step in (t, t + 1))
    above = following / (1 - following ** (t + 1)) * m + (1 - now) / (1 - now**t) * grad
    return np.subtract(param, np.divide(lr * above, (v / (1 - b2**t)) ** 0.5 + eps)), {"t": t, "m": m, "v": v}


def powers_of_beta(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    mu = momenta(t + 1, betas[0], momentum_decay)
    ahead = mu[-1] * m / (1 - betas[0] ** (t + 1)) + (1 - mu[-2]) * grad / (1 - betas[0] ** t)
    return param - lr * ahead / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v)}


def product_not_kept(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    mu = momenta(t + 1, betas[0], momentum_decay)[-2:]
    ahead = mu[1] * m / (1 - mu[0] * mu[1]) + (1 - mu[0]) * grad / (1 - mu[0])
    return param - lr * ahead / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v)}


def product_not_kept_in_full(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    b1, b2 = betas
    t = state.get("t", 0) + 1
    m, v = b1 * state.get("m", 0.0) + (1 - b1) * grad, b2 * state.get("v", 0.0) + (1 - b2) * grad * grad
    now, following = (b1 * (1 - 0.5 * 0.96 ** (step * momentum_decay)) for step in (t, t + 1))
    above = grad + following / (1 - now * following) * m
    return np.subtract(param, np.divide(lr * above, (v / (1 - b2**t)) ** 0.5 + eps)), {"t": t, "m": m, "v": v}


def eps_inside(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    mu = momenta(t + 1, betas[0], momentum_decay)
    ahead = mu[t] * m / (1 - np.prod(mu)) + (1 - mu[t - 1]) * grad / (1 - np.prod(mu[:t]))
    return param - lr * ahead / np.sqrt(v / (1 - betas[1] ** t) + eps), {"kept": (t, m, v)}


def eps_inside_by_power(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    b1, b2 = betas
    t, m, v, product = state["kept"] if state else (1, 0.0 * grad, 0.0 * grad, 1.0)
    m, v = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * grad * grad
    now, following = (b1 * (1 - 0.5 * 0.96 ** (step * momentum_decay)) for step in (t, t + 1))
    product *= now
    above = following / (1 - product * following) * m + (1 - now) / (1 - product) * grad
    return np.subtract(param, lr * above * (v / (1 - b2**t) + eps) ** -0.5), {"kept": (t + 1, m, v, product)}


def square_not_corrected(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    mu = momenta(t + 1, betas[0], momentum_decay)
    ahead = mu[t] * m / (1 - np.prod(mu)) + (1 - mu[t - 1]) * grad / (1 - np.prod(mu[:t]))
    return param - lr * ahead / (np.sqrt(v) + eps), {"kept": (t, m, v)}


def square_not_corrected_in_full(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    b1, b2 = betas
    t, m, v, product = state["kept"] if state else (1, 0.0 * grad, 0.0 * grad, 1.0)
    m, v = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * grad * grad
    now, following = (b1 * (1 - 0.5 * 0.96 ** (step * momentum_decay)) for step in (t, t + 1))
    product *= now
    above = following / (1 - product * following) * m + (1 - now) / (1 - product) * grad
    return np.subtract(param, np.divide(lr * above, eps + v**0.5)), {"kept": (t + 1, m, v, product)}


def in_place(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    mu = momenta(t + 1, betas[0], momentum_decay)
    ahead = mu[t] * m / (1 - np.prod(mu)) + (1 - mu[t - 1]) * grad / (1 - np.prod(mu[:t]))
    param -= lr * ahead / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
    return param, {"kept": (t, m, v)}


def in_place_by_slice(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, momentum_decay: Any) -> Any:
    moved, new = in_two_moves(param, grad, state, lr, betas, eps, momentum_decay)
    param[...] = moved
    return param, new


ADAM = "7 · Adam: both, and a correction"
RMSPROP = "6 · RMSprop: a scale for each value"
USUAL: dict[str, Any] = {"betas": (0.9, 0.999), "eps": 1e-12, "momentum_decay": 4e-3}

PROBLEM = Problem(
    id="09.nadam",
    title="Adam that looks ahead",
    stub=STUB,
    reference=right_answer,
    library_calls=(
        "learnkit.reference.nadam_update",
        "learnkit.pytorch.nadam_update",
        "learnkit.reference.NAdam",
        "learnkit.pytorch.NAdam",
        "torch.optim.NAdam",
        "torch.optim.nadam.nadam",
    ),
    probes=(
        Probe("one step", "the look-ahead shows at once: 1.056 lr and not lr", lambda rng: one_step(rng, **USUAL)),
        Probe("two steps", "from the second step on the product has a past", lambda rng: two_steps(rng, **USUAL)),
        Probe(
            "five steps of a momentum that grows fast",
            "the momenta of the steps differ",
            lambda rng: changing_rate(rng, betas=(0.8, 0.95), eps=1e-12, momentum_decay=2.0),
            is_edge=True,
        ),
        Probe(
            "gradients that differ by factors of a hundred",
            "each value has a scale of its own",
            lambda rng: sizes_apart(rng, **USUAL),
            is_edge=True,
        ),
        Probe(
            "gradients of 1e-7",
            "eps inside the root is far larger than these squares",
            lambda rng: tiny(rng, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3),
        ),
    ),
    mistakes=(
        Mistake(
            "no-look-ahead",
            no_look_ahead,
            no_look_ahead_in_full,
            "It uses Adam's corrected mean, without looking ahead: the gradient of this step is to count once more by itself.",
            THE_EXERCISE,
        ),
        Mistake(
            "momentum-of-this-step",
            momentum_of_this_step,
            momentum_of_this_step_by_product,
            "Both parts use the momentum and the product of this step. The part with the mean belongs to the next one, t + 1.",
            THE_EXERCISE,
        ),
        Mistake(
            "constant-momentum",
            constant_momentum,
            constant_momentum_by_product,
            "The momentum is beta1 in every step. Here it begins at about half of it, and grows.",
            THE_EXERCISE,
        ),
        Mistake(
            "power-for-product",
            power_for_product,
            power_for_product_in_full,
            "The product of the momenta is written as a power. They differ from step to step, so their product has to be kept.",
            THE_EXERCISE,
            variants=(powers_of_beta,),
        ),
        Mistake(
            "product-not-kept",
            product_not_kept,
            product_not_kept_in_full,
            "The product starts anew in each step. It holds the momenta of all steps so far.",
            THE_EXERCISE,
            line=('product = state.get("product", 1.0) * now', "product = now"),
        ),
        Mistake(
            "eps-inside",
            eps_inside,
            eps_inside_by_power,
            "It adds eps inside the root. There 1e-8 counts as 1e-4, and gradients far below that hardly move anything.",
            RMSPROP,
        ),
        Mistake(
            "square-not-corrected",
            square_not_corrected,
            square_not_corrected_in_full,
            "The mean of squares is used as it is. It starts from 0, as in Adam, and needs the same correction.",
            ADAM,
        ),
        Mistake(
            "changes-param",
            in_place,
            in_place_by_slice,
            "The numbers are right, and the parameter that came in is overwritten: an operator such as -= works on the caller's array.",
            THE_EXERCISE,
        ),
    ),
    alternatives=(value_by_value, from_all_momenta, in_two_moves),
    torch_alternatives=(torch_in_formulas, torch_with_addcdiv),
    hints=(
        "How many momenta does the first step need, and how many factors does each of the two products in it have?",
        "Four things go from step to step: the count, both means, and the product of the momenta so far. The product up to the "
        "next step is "
        "that one times the momentum of the next step; it is used, and not kept.",
        "count, mean, square: as in Adam\n"
        "now, next  <- the momenta of this step and of the next\n"
        "product    <- the one kept so far, times now\n"
        "above      <- next times mean over (1 less product times next), and (1 less now) times gradient over (1 less product)\n"
        "below      <- the root of the corrected square, and eps added\n"
        "param      <- param less lr times above over below",
    ),
    solution=SOLUTION,
    is_core=False,
    level=3,
    minutes=15,
)
