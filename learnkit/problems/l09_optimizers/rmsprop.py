"""A step of RMSprop: each value divides its gradient by the root of a running mean of its squares."""

import math
from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l09_optimizers.walks import changing_rate, one_step, sizes_apart, tiny
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def rmsprop(param, grad, state, lr, alpha, eps):
    """Take one step of RMSprop.

    param, grad : arrays of one shape
    state : dict, empty before the first step; what you return as the state of one step comes in at the next
    lr : the learning rate, another one at each step if the caller likes
    alpha : the share of the mean of squares that is kept, 0.99; the squared gradient enters with the rest, 1 - alpha
    eps : a small number, 1e-8, added to the root (PyTorch's form)
    The mean of squares starts from 0, and each value has its own. The step is lr times the gradient over (root + eps).
    Returns (param, state), a new array and a dict. param stays as it was.
    """
    ...
'''

SOLUTION = """
def rmsprop(param, grad, state, lr, alpha, eps):
    square = alpha * state.get("square", 0.0) + (1 - alpha) * grad**2
    param = param - lr * grad / (np.sqrt(square) + eps)
    return param, {"square": square}
"""


def right_answer(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    return lk.rmsprop_update(param, grad, state, lr=lr, alpha=alpha, eps=eps)


# Right answers written in other ways


def value_by_value(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    old = state["s"] if state else [0.0] * param.size
    new, moved = [], []
    for p, g, s in zip(param.ravel(), grad.ravel(), old, strict=True):
        new.append(alpha * s + (1 - alpha) * g * g)
        moved.append(p - lr * g / (math.sqrt(new[-1]) + eps))
    return np.array(moved).reshape(param.shape), {"s": new}


def from_all_gradients(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    gradients = np.stack([*state.get("gradients", []), grad])
    ages = np.arange(len(gradients))[::-1]
    root = np.sqrt(np.tensordot((1 - alpha) * alpha**ages, gradients**2, axes=1))
    return param - lr * (grad / (root + eps)), {"gradients": list(gradients)}


def toward_the_square(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = state.setdefault("square", np.zeros_like(grad))
    square += (1 - alpha) * (grad * grad - square)
    return np.subtract(param, np.divide(lr * grad, eps + square**0.5)), state


def torch_with_addcdiv(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    import torch

    square = state.get("s", torch.zeros_like(param)).mul(alpha).addcmul(grad, grad, value=1 - alpha)
    return param.addcdiv(grad, square.sqrt().add(eps), value=-lr), {"s": square}


def torch_by_lerp(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    import torch

    old = state["s"] if state else torch.zeros_like(param)
    new = torch.lerp(old, grad.square(), 1 - alpha)
    return param - lr * grad / (torch.sqrt(new) + eps), {"s": new}


# Mistakes


def eps_inside(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = alpha * state.get("s", 0.0) + (1 - alpha) * grad**2
    return param - lr * grad / np.sqrt(square + eps), {"s": square}


def eps_inside_by_power(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    old = state["mean"] if state else np.zeros_like(param)
    new = old + (1 - alpha) * (grad * grad - old)
    return np.subtract(param, lr * grad * (new + eps) ** -0.5), {"mean": new}


def no_root(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = alpha * state.get("s", 0.0) + (1 - alpha) * grad**2
    return param - lr * grad / (square + eps), {"s": square}


def no_root_by_factor(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    old = state["mean"] if state else np.zeros_like(param)
    new = old + (1 - alpha) * (grad * grad - old)
    factor = lr / (eps + new)
    return param - factor * grad, {"mean": new}


def sums_up(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    total = state.get("s", 0.0) + grad**2
    return param - lr * grad / (np.sqrt(total) + eps), {"s": total}


def sums_up_a_list(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    seen = [*state.get("seen", []), grad * grad]
    return np.subtract(param, np.divide(lr * grad, np.sqrt(np.sum(seen, axis=0)) + eps)), {"seen": seen}


def shares_swapped(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = (1 - alpha) * state.get("s", 0.0) + alpha * grad**2
    return param - lr * grad / (np.sqrt(square) + eps), {"s": square}


def shares_swapped_by_difference(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    old = state["mean"] if state else np.zeros_like(param)
    new = old + alpha * (grad * grad - old)
    return np.subtract(param, lr * grad / (new**0.5 + eps)), {"mean": new}


def undamped(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = alpha * state.get("s", 0.0) + grad**2
    return param - lr * grad / (np.sqrt(square) + eps), {"s": square}


def undamped_in_two_lines(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    new = grad * grad
    if state:
        new = new + alpha * state["mean"]
    return np.subtract(param, lr * grad / (new**0.5 + eps)), {"mean": new}


def corrected(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    step = state.get("t", 0) + 1
    square = alpha * state.get("s", 0.0) + (1 - alpha) * grad**2
    return param - lr * grad / (np.sqrt(square / (1 - alpha**step)) + eps), {"s": square, "t": step}


def corrected_by_weights(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    seen = [*state.get("seen", []), grad * grad]
    weights = alpha ** np.arange(len(seen))[::-1]
    mean = sum(w * g for w, g in zip(weights, seen, strict=True)) / weights.sum()
    return np.subtract(param, lr * grad / (mean**0.5 + eps)), {"seen": seen}


def starts_from_the_square(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = alpha * state.get("s", grad**2) + (1 - alpha) * grad**2
    return param - lr * grad / (np.sqrt(square) + eps), {"s": square}


def starts_from_the_square_by_case(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    new = grad * grad
    if state:
        new = state["mean"] + (1 - alpha) * (new - state["mean"])
    return np.subtract(param, lr * grad / (new**0.5 + eps)), {"mean": new}


def forgets(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = (1 - alpha) * grad**2
    return param - lr * grad / (np.sqrt(square) + eps), {"s": square}


def forgets_by_empty_state(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    old = state["mean"] if state else np.zeros_like(param)
    new = alpha * old + (1 - alpha) * (grad * grad)
    return np.subtract(param, lr * grad / (new**0.5 + eps)), {}


def one_scale(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = alpha * state.get("s", 0.0) + (1 - alpha) * np.mean(grad**2)
    return param - lr * grad / (np.sqrt(square) + eps), {"s": square}


def one_scale_by_norm(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    size = float((grad * grad).sum()) / grad.size
    new = alpha * (state["mean"] if state else 0.0) + (1 - alpha) * size
    return np.subtract(param, lr * grad / (math.sqrt(new) + eps)), {"mean": new}


def one_scale_by_sum(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = alpha * state.get("s", 0.0) + (1 - alpha) * np.sum(grad**2)
    return param - lr * grad / (np.sqrt(square) + eps), {"s": square}


def square_of_mean(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    mean = alpha * state.get("m", 0.0) + (1 - alpha) * grad
    return param - lr * grad / (np.sqrt(mean**2) + eps), {"m": mean}


def size_of_mean(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    old = state["old"] if state else np.zeros_like(param)
    new = old + (1 - alpha) * (grad - old)
    return np.subtract(param, np.divide(lr * grad, abs(new) + eps)), {"old": new}


def in_place(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    square = alpha * state.get("s", 0.0) + (1 - alpha) * grad**2
    param -= lr * grad / (np.sqrt(square) + eps)
    return param, {"s": square}


def in_place_by_slice(param: Any, grad: Any, state: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    old = state["mean"] if state else np.zeros_like(param)
    new = old + (1 - alpha) * (grad * grad - old)
    param[...] = param - lr * grad / (new**0.5 + eps)
    return param, {"mean": new}


RMSPROP = "6 · RMSprop: a scale for each value"

PROBLEM = Problem(
    id="09.rmsprop",
    title="A scale for each value",
    stub=STUB,
    reference=right_answer,
    library_calls=(
        "learnkit.reference.rmsprop_update",
        "learnkit.pytorch.rmsprop_update",
        "learnkit.reference.RMSprop",
        "learnkit.pytorch.RMSprop",
        "torch.optim.RMSprop",
        "torch.optim.rmsprop.rmsprop",
    ),
    probes=(
        Probe("one step", "the mean of squares has seen one gradient", lambda rng: one_step(rng, alpha=0.99, eps=1e-12)),
        Probe(
            "five steps, whose rate changes at the third",
            "from the second step on there is a past",
            lambda rng: changing_rate(rng, alpha=0.9, eps=1e-12),
        ),
        Probe(
            "gradients that differ by factors of a hundred",
            "each value has a scale of its own",
            lambda rng: sizes_apart(rng, alpha=0.99, eps=1e-12),
            is_edge=True,
        ),
        Probe("gradients of 1e-7", "eps inside the root is far larger than these squares", lambda rng: tiny(rng, alpha=0.99, eps=1e-8)),
    ),
    mistakes=(
        Mistake(
            "eps-inside",
            eps_inside,
            eps_inside_by_power,
            "It adds eps inside the root. There 1e-8 counts as 1e-4, and gradients far below that hardly move anything.",
            RMSPROP,
            line=("param = param - lr * grad / (np.sqrt(square) + eps)", "param = param - lr * grad / np.sqrt(square + eps)"),
        ),
        Mistake(
            "no-root",
            no_root,
            no_root_by_factor,
            "It divides by the mean of squares and not by its root. A gradient over a square has the wrong unit: small gradients take huge "
            "steps.",
            RMSPROP,
        ),
        Mistake(
            "sums-up",
            sums_up,
            sums_up_a_list,
            "It adds up all squares, so the steps shrink for ever: that is Adagrad. A running mean forgets what is long ago.",
            RMSPROP,
            line=(
                'square = alpha * state.get("square", 0.0) + (1 - alpha) * grad**2',
                'square = state.get("square", 0.0) + grad**2',
            ),
        ),
        Mistake(
            "shares-swapped",
            shares_swapped,
            shares_swapped_by_difference,
            "The two shares are swapped: with alpha 0.99 the mean is to keep nearly all of the past, not of the newest square.",
            RMSPROP,
        ),
        Mistake(
            "undamped",
            undamped,
            undamped_in_two_lines,
            "The new square enters in full, so this is no mean: it grows to 1 / (1 − alpha) times the squares.",
            RMSPROP,
        ),
        Mistake(
            "corrected",
            corrected,
            corrected_by_weights,
            "It corrects the mean for its start from 0, as Adam does. RMSprop does not: its first steps are long.",
            RMSPROP,
        ),
        Mistake(
            "starts-elsewhere",
            starts_from_the_square,
            starts_from_the_square_by_case,
            "The mean starts from the first square. Here it starts from 0, and the first square enters with share 1 − alpha.",
            RMSPROP,
        ),
        Mistake(
            "forgets",
            forgets,
            forgets_by_empty_state,
            "The mean starts anew in each step: every step is as long as the first, whatever came before.",
            RMSPROP,
        ),
        Mistake(
            "one-scale",
            one_scale,
            one_scale_by_norm,
            "All values share one scale, that of the whole gradient. Each value has its own mean of squares.",
            RMSPROP,
            variants=(one_scale_by_sum,),
        ),
        Mistake(
            "square-of-mean",
            square_of_mean,
            size_of_mean,
            "It squares the mean of the gradients. Gradients of both signs cancel in it; the mean is to be taken of their squares.",
            RMSPROP,
        ),
        Mistake(
            "changes-param",
            in_place,
            in_place_by_slice,
            "The numbers are right, and the parameter that came in is overwritten: an operator such as -= works on the caller's array.",
            RMSPROP,
        ),
    ),
    alternatives=(value_by_value, from_all_gradients, toward_the_square),
    torch_alternatives=(torch_with_addcdiv, torch_by_lerp),
    hints=(
        "Take gradients 2 and 2, alpha 0.99 and lr 0.1. What is the mean of squares after the first step, and how long is that step?",
        "First the new mean of squares, of which each value has its own: most of the old mean, and a little of the new square. "
        "Then the step: "
        "a gradient divided by something of its own size. The small number only prevents a division by 0.",
        "old    <- the mean in the state; 0 if there is none\n"
        "square <- alpha times old, and 1 - alpha times the squared gradient\n"
        "scale  <- the root of square, then eps on top\n"
        "param  <- param less lr times gradient over scale, as a new array\n"
        "return param, and a dict that holds square",
    ),
    solution=SOLUTION,
    level=2,
    minutes=8,
)
