"""A step of AdamW: weights shrink by a share of themselves, and the gradient hears nothing of it."""

import math
from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l09_optimizers.walks import changing_rate, one_step, sizes_apart, tiny, two_steps
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def adamw(param, grad, state, lr, betas, eps, weight_decay):
    """Take one step of AdamW: Adam with a weight decay that does not pass through the gradient.

    param, grad, state, lr, betas, eps : as for adam; lk.adam_update(param, grad, state, lr=lr, betas=betas, eps=eps) may be called
    weight_decay : first the share lr * weight_decay of each value is taken away, then comes the step of Adam (PyTorch's form)
    Returns (param, state), a new array and a dict. param stays as it was.
    """
    ...
'''

SOLUTION = """
def adamw(param, grad, state, lr, betas, eps, weight_decay):
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    mean = beta1 * state.get("mean", 0.0) + (1 - beta1) * grad
    square = beta2 * state.get("square", 0.0) + (1 - beta2) * grad**2
    step = mean / (1 - beta1**t) / (np.sqrt(square / (1 - beta2**t)) + eps)
    param = param - lr * weight_decay * param
    param = param - lr * step
    return param, {"t": t, "mean": mean, "square": square}
"""


def right_answer(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    return lk.adamw_update(param, grad, state, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)


def adam_step(grad: Any, state: Any, betas: Any, eps: Any) -> tuple[Any, Any]:
    """Return the step of Adam at a rate of 1, and the state."""
    t, m, v = state.get("kept", (1, 0.0, 0.0))
    m, v = betas[0] * m + (1 - betas[0]) * grad, betas[1] * v + (1 - betas[1]) * grad**2
    return m / (1 - betas[0] ** t) / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t + 1, m, v)}


# Right answers written in other ways


def value_by_value(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    t = 1 + state.get("t", 0)
    first, second = state.get("first", [0.0] * param.size), state.get("second", [0.0] * param.size)
    moved, means, squares = [], [], []
    for p, g, m, s in zip(param.ravel(), grad.ravel(), first, second, strict=True):
        means.append(betas[0] * m + (1 - betas[0]) * g)
        squares.append(betas[1] * s + (1 - betas[1]) * g * g)
        root = math.sqrt(squares[-1] / (1 - betas[1] ** t))
        moved.append(p * (1 - lr * weight_decay) - lr * means[-1] / (1 - betas[0] ** t) / (root + eps))
    return np.array(moved).reshape(param.shape), {"t": t, "first": means, "second": squares}


def in_one_bracket(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, state = adam_step(grad, state, betas, eps)
    return param - lr * (step + weight_decay * param), state


def by_weights(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    seen = np.stack([*state.get("seen", []), grad])
    averages = []
    for beta, values in zip(betas, (seen, seen**2), strict=True):
        weights = beta ** np.arange(len(seen))[::-1]
        averages.append(np.tensordot(weights / weights.sum(), values, axes=1))
    kept = np.multiply(param, 1 - lr * weight_decay)
    return np.subtract(kept, lr * averages[0] / (averages[1] ** 0.5 + eps)), {"seen": list(seen)}


def torch_with_tensors(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    import torch

    t = state.get("t", 0) + 1
    m = state.get("m", torch.zeros_like(param)).lerp(grad, 1 - betas[0])
    v = state.get("v", torch.zeros_like(param)).mul(betas[1]).addcmul(grad, grad, value=1 - betas[1])
    root = torch.sqrt(v / (1 - betas[1] ** t)) + eps
    shrunk = param.mul(1 - lr * weight_decay)
    return torch.addcdiv(shrunk, m, root, value=-lr / (1 - betas[0] ** t)), {"t": t, "m": m, "v": v}


def torch_in_formulas(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    import torch

    beta1, beta2 = betas
    t, m, v = state["kept"] if state else (0, torch.zeros_like(param), torch.zeros_like(param))
    t, m, v = t + 1, beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    step = (m / (1 - beta1**t)) / (torch.sqrt(v / (1 - beta2**t)) + eps)
    return param - lr * weight_decay * param - lr * step, {"kept": (t, m, v)}


# Mistakes


def through_the_gradient(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, state = adam_step(grad + weight_decay * param, state, betas, eps)
    return param - lr * step, state


def through_the_gradient_in_full(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    t, g = state.get("t", 0) + 1, np.add(grad, np.multiply(param, weight_decay))
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * g * g
    return param - lr * m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)) ** 0.5 + eps), {"t": t, "m": m, "v": v}


def after_the_step(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, state = adam_step(grad, state, betas, eps)
    param = param - lr * step
    return param - lr * weight_decay * param, state


def after_the_step_by_factor(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    moved = np.subtract(param, lr * m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)) ** 0.5 + eps))
    return (1 - lr * weight_decay) * moved, {"t": t, "m": m, "v": v}


def without_rate(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, state = adam_step(grad, state, betas, eps)
    return param - weight_decay * param - lr * step, state


def without_rate_by_factor(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    shrunk = (1 - weight_decay) * param
    return np.subtract(shrunk, lr * m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)) ** 0.5 + eps)), {"t": t, "m": m, "v": v}


def no_decay(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, state = adam_step(grad, state, betas, eps)
    return param - lr * step, state


def no_decay_in_full(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    return np.subtract(param, lr * m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)) ** 0.5 + eps)), {"t": t, "m": m, "v": v}


def scaled_too(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    t, m, v = state.get("kept", (1, 0.0, 0.0))
    m, v = betas[0] * m + (1 - betas[0]) * grad, betas[1] * v + (1 - betas[1]) * grad**2
    above = m / (1 - betas[0] ** t) + weight_decay * param
    return param - lr * above / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t + 1, m, v)}


def scaled_too_in_two_steps(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, new = adam_step(grad, state, betas, eps)
    t, _, v = new["kept"]
    scale = (v / (1 - betas[1] ** (t - 1))) ** 0.5 + eps
    return np.subtract(param, lr * step) - lr * weight_decay * param / scale, new


def grows(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, state = adam_step(grad, state, betas, eps)
    return param + lr * weight_decay * param - lr * step, state


def grows_by_factor(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, kept = adam_step(grad, state, betas, eps)
    return np.subtract(np.multiply(param, 1 + lr * weight_decay), lr * step), kept


def twice(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, state = adam_step(grad + weight_decay * param, state, betas, eps)
    return param - lr * weight_decay * param - lr * step, state


def twice_by_factor(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    pulled = np.add(grad, np.multiply(param, weight_decay))
    step, kept = adam_step(pulled, state, betas, eps)
    return np.subtract((1 - lr * weight_decay) * param, lr * step), kept


def in_place(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, state = adam_step(grad, state, betas, eps)
    param *= 1 - lr * weight_decay
    return param - lr * step, state


def in_place_by_slice(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any, weight_decay: Any) -> Any:
    step, kept = adam_step(grad, state, betas, eps)
    param[...] = param - lr * weight_decay * param - lr * step
    return param, kept


DECAY = "8 · Weight decay, and why AdamW"
USUAL: dict[str, Any] = {"betas": (0.9, 0.999), "eps": 1e-12}

PROBLEM = Problem(
    id="09.adamw",
    title="Decay that the gradient does not see",
    stub=STUB,
    reference=right_answer,
    uses=("adam_update",),
    library_calls=(
        "learnkit.reference.adamw_update",
        "learnkit.pytorch.adamw_update",
        "learnkit.reference.AdamW",
        "learnkit.pytorch.AdamW",
        "torch.optim.AdamW",
        "torch.optim.adamw.adamw",
    ),
    probes=(
        Probe(
            "one step, where lr times weight_decay is 0.01",
            "decay before and after the step differ by 0.01 times the step",
            lambda rng: one_step(rng, **USUAL, weight_decay=0.1),
        ),
        Probe(
            "two steps",
            "the means know nothing of the decay",
            lambda rng: two_steps(rng, **USUAL, weight_decay=0.2),
            is_edge=True,
        ),
        Probe(
            "five steps, whose rate changes at the third",
            "the decay follows the rate",
            lambda rng: changing_rate(rng, betas=(0.8, 0.95), eps=1e-12, weight_decay=0.3),
            is_edge=True,
        ),
        Probe(
            "gradients that differ by factors of a hundred",
            "every value shrinks by the same share",
            lambda rng: sizes_apart(rng, **USUAL, weight_decay=0.1),
            is_edge=True,
        ),
        Probe(
            "gradients of 1e-7",
            "eps counts here, and the decay does not care",
            lambda rng: tiny(rng, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1),
            is_edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            "through-the-gradient",
            through_the_gradient,
            through_the_gradient_in_full,
            "The decay is added to the gradient, and Adam divides it by the size of the gradient. That is Adam's own weight "
            "decay, not AdamW's.",
            DECAY,
        ),
        Mistake(
            "after-the-step",
            after_the_step,
            after_the_step_by_factor,
            "It takes the step first, and then shrinks what the step has made. The share is to be taken of the value before the step.",
            DECAY,
        ),
        Mistake(
            "without-rate",
            without_rate,
            without_rate_by_factor,
            "The share that is taken away is weight_decay itself. It is to follow the rate: lr times weight_decay.",
            DECAY,
            line=("param = param - lr * weight_decay * param", "param = param - weight_decay * param"),
        ),
        Mistake("no-decay", no_decay, no_decay_in_full, "Nothing decays: this is Adam. The values are to shrink in every step.", DECAY),
        Mistake(
            "scaled-too",
            scaled_too,
            scaled_too_in_two_steps,
            "The decay is divided by the root of the mean of squares, like the gradient. It is to be the same share for every value.",
            DECAY,
        ),
        Mistake("grows", grows, grows_by_factor, "The values grow by the share that is to be taken away from them.", DECAY),
        Mistake(
            "twice",
            twice,
            twice_by_factor,
            "It decays twice: once by the share of the value, and once more through the gradient. The gradient is to stay as it is.",
            DECAY,
        ),
        Mistake(
            "changes-param",
            in_place,
            in_place_by_slice,
            "The parameter that came in is overwritten: an operator such as *= works on the caller's array.",
            DECAY,
        ),
    ),
    alternatives=(value_by_value, in_one_bracket, by_weights),
    torch_alternatives=(torch_with_tensors, torch_in_formulas),
    hints=(
        "With a gradient of 0 in every step, what is left of the value 10 after one step with lr 0.1 and weight_decay 0.1? And in yours?",
        "Two things that do not meet. The value loses a share of itself, the same share whatever the gradient. And it takes the "
        "step of Adam, "
        "made from the gradient as it came. The share is taken of the value before the step.",
        "shrunk <- param less the share (lr times weight_decay) of it\n"
        "step   <- as in Adam, from grad and the state alone\n"
        "param  <- shrunk less the step\n"
        "return param, and the state of Adam",
    ),
    solution=SOLUTION,
    level=2,
    minutes=8,
)
