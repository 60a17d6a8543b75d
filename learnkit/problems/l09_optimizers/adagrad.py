"""A step of Adagrad: each value divides its gradient by the root of the sum of all its squares so far."""

import math
from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l09_optimizers.walks import changing_rate, one_step, sizes_apart, tiny, two_steps
from learnkit.problems.problem import THE_EXERCISE, Mistake, Probe, Problem

STUB = '''
def adagrad(param, grad, state, lr, eps):
    """Take one step of Adagrad.

    param, grad : arrays of one shape
    state : dict, empty before the first step; what you return as the state of one step comes in at the next
    lr : the learning rate, another one at each step if the caller likes
    eps : a small number, 1e-10, added to the root (PyTorch's form)
    Each value adds up the squares of its own gradients, from 0 on, that of this step among them. The step is lr times the gradient over
    (root of the sum + eps).
    Returns (param, state), a new array and a dict. param stays as it was.
    """
    ...
'''

SOLUTION = """
def adagrad(param, grad, state, lr, eps):
    total = state.get("total", 0.0) + grad**2
    param = param - lr * grad / (np.sqrt(total) + eps)
    return param, {"total": total}
"""


def right_answer(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    return lk.adagrad_update(param, grad, state, lr=lr, eps=eps)


# Right answers written in other ways


def value_by_value(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    totals = [s + g * g for s, g in zip(state.get("totals", [0.0] * grad.size), grad.ravel(), strict=True)]
    moved = [p - lr * g / (math.sqrt(s) + eps) for p, g, s in zip(param.ravel(), grad.ravel(), totals, strict=True)]
    return np.array(moved).reshape(param.shape), {"totals": totals}


def by_norm(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    seen = [*state.get("seen", []), grad]
    return param - lr * (grad / (np.linalg.norm(np.stack(seen), axis=0) + eps)), {"seen": seen}


def by_hypot(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    """What is kept is the root itself: the long side of a right-angled triangle."""
    root = np.hypot(state["root"], grad) if "root" in state else abs(grad)
    return np.subtract(param, np.divide(lr * grad, eps + root)), {"root": root}


def torch_with_addcdiv(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    import torch

    total = state.get("s", torch.zeros_like(param)).addcmul(grad, grad)
    return torch.addcdiv(param, grad, total.sqrt().add(eps), value=-lr), {"s": total}


def torch_in_formulas(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    import torch

    new = grad**2 + state["total"] if state else grad**2
    return param - lr * grad / (torch.sqrt(new) + eps), {"total": new}


# Mistakes


def fades(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    total = 0.9 * state.get("s", 0.0) + grad**2
    return param - lr * grad / (np.sqrt(total) + eps), {"s": total}


def fades_from_last(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    new = grad * grad
    if state:
        new += state["total"] - 0.1 * state["total"]
    return np.subtract(param, np.divide(lr * grad, new**0.5 + eps)), {"total": new}


def running_mean(alpha: float) -> Any:
    def as_rmsprop(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
        square = alpha * state.get("s", 0.0) + (1 - alpha) * grad**2
        return param - lr * grad / (np.sqrt(square) + eps), {"s": square}

    return as_rmsprop


def mean_of_all(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    t, total = state.get("kept", (0, 0.0))
    t, total = t + 1, total + grad**2
    return param - lr * grad / (np.sqrt(total / t) + eps), {"kept": (t, total)}


def mean_of_all_by_list(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    seen = [*state.get("seen", []), grad * grad]
    return np.subtract(param, np.divide(lr * grad, np.mean(seen, axis=0) ** 0.5 + eps)), {"seen": seen}


def eps_inside(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    total = state.get("s", 0.0) + grad**2
    return param - lr * grad / np.sqrt(total + eps), {"s": total}


def eps_inside_by_power(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    new = grad * grad + (state["total"] if state else 0.0)
    return np.subtract(param, lr * grad * (eps + new) ** -0.5), {"total": new}


def eps_inside_kept(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    total = state.get("s", eps) + grad**2
    return param - lr * grad / np.sqrt(total), {"s": total}


def no_root(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    total = state.get("s", 0.0) + grad**2
    return param - lr * grad / (total + eps), {"s": total}


def no_root_by_factor(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    new = grad * grad
    if state:
        new = new + state["total"]
    factor = lr / (eps + new)
    return param - factor * grad, {"total": new}


def without_this_one(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    total = state.get("s", np.zeros_like(param))
    return param - lr * grad / (np.sqrt(total) + eps), {"s": total + grad**2}


def without_this_one_by_case(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    before = state["before"] if state else 0 * grad
    moved = np.subtract(param, np.divide(lr * grad, before**0.5 + eps))
    return moved, {"before": before + grad * grad}


def forgets(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    total = grad**2
    return param - lr * grad / (np.sqrt(total) + eps), {"s": total}


def forgets_by_size(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    return np.subtract(param, lr * grad / (abs(grad) + eps)), {}


def sizes_added(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    total = state.get("s", 0.0) + np.abs(grad)
    return param - lr * grad / (total + eps), {"s": total}


def sizes_added_in_a_list(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    seen = [*state.get("seen", []), grad]
    return np.subtract(param, np.divide(lr * grad, sum(abs(g) for g in seen) + eps)), {"seen": seen}


def one_scale(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    total = state.get("s", 0.0) + np.sum(grad**2)
    return param - lr * grad / (np.sqrt(total) + eps), {"s": total}


def one_scale_by_norm(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    root = math.hypot(state.get("root", 0.0), float((grad * grad).sum()) ** 0.5)
    return np.subtract(param, lr * grad / (root + eps)), {"root": root}


def in_place(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    total = state.get("s", 0.0) + grad**2
    param -= lr * grad / (np.sqrt(total) + eps)
    return param, {"s": total}


def in_place_by_slice(param: Any, grad: Any, state: Any, lr: Any, eps: Any) -> Any:
    new = grad * grad + (state["total"] if state else 0.0)
    param[...] = param - lr * grad / (new**0.5 + eps)
    return param, {"total": new}


RMSPROP = "6 · RMSprop: a scale for each value"

PROBLEM = Problem(
    id="09.adagrad",
    title="Steps that only shrink",
    stub=STUB,
    reference=right_answer,
    library_calls=(
        "learnkit.reference.adagrad_update",
        "learnkit.pytorch.adagrad_update",
        "learnkit.reference.Adagrad",
        "learnkit.pytorch.Adagrad",
        "torch.optim.Adagrad",
        "torch.optim.adagrad.adagrad",
    ),
    probes=(
        Probe("one step", "the first step is lr in every value", lambda rng: one_step(rng, eps=1e-12)),
        Probe("two steps", "from the second step on there is a past", lambda rng: two_steps(rng, eps=1e-12)),
        Probe(
            "five steps, whose rate changes at the third",
            "the sum never fades",
            lambda rng: changing_rate(rng, eps=1e-12),
            is_edge=True,
        ),
        Probe(
            "gradients that differ by factors of a hundred",
            "each value has a scale of its own",
            lambda rng: sizes_apart(rng, eps=1e-12),
            is_edge=True,
        ),
        Probe("gradients of 1e-7", "eps inside the root is far larger than these squares", lambda rng: tiny(rng, eps=1e-10)),
    ),
    mistakes=(
        Mistake(
            "fades",
            fades,
            fades_from_last,
            "The sum fades from step to step. Adagrad forgets nothing: its sum only grows, and its steps only shrink.",
            RMSPROP,
            variants=(running_mean(0.99), running_mean(0.9)),
        ),
        Mistake(
            "mean-of-all",
            mean_of_all,
            mean_of_all_by_list,
            "It takes the mean of all squares. Here they are added up, and that is what makes the steps shrink.",
            THE_EXERCISE,
        ),
        Mistake(
            "eps-inside",
            eps_inside,
            eps_inside_by_power,
            "It adds eps inside the root. There 1e-10 counts as 1e-5, and gradients far below that hardly move anything.",
            RMSPROP,
            variants=(eps_inside_kept,),
            line=("param = param - lr * grad / (np.sqrt(total) + eps)", "param = param - lr * grad / np.sqrt(total + eps)"),
        ),
        Mistake(
            "no-root",
            no_root,
            no_root_by_factor,
            "It divides by the sum of squares and not by its root: a gradient over a square has the wrong unit.",
            THE_EXERCISE,
        ),
        Mistake(
            "without-this-one",
            without_this_one,
            without_this_one_by_case,
            "The square of this step is added after the step, so the first step divides by eps alone and leaps.",
            THE_EXERCISE,
        ),
        Mistake(
            "forgets",
            forgets,
            forgets_by_size,
            "The sum starts anew in each step, so every step is lr in each value, whatever came before.",
            THE_EXERCISE,
            line=('total = state.get("total", 0.0) + grad**2', "total = grad**2"),
        ),
        Mistake(
            "sizes-added",
            sizes_added,
            sizes_added_in_a_list,
            "It adds up the sizes of the gradients. What is added up is their squares, and the root is taken of the sum.",
            THE_EXERCISE,
        ),
        Mistake(
            "one-scale",
            one_scale,
            one_scale_by_norm,
            "All values share one sum. Each value adds up the squares of its own gradients.",
            THE_EXERCISE,
        ),
        Mistake(
            "changes-param",
            in_place,
            in_place_by_slice,
            "The numbers are right, and the parameter that came in is overwritten: an operator such as -= works on the caller's array.",
            THE_EXERCISE,
        ),
    ),
    alternatives=(value_by_value, by_norm, by_hypot),
    torch_alternatives=(torch_with_addcdiv, torch_in_formulas),
    hints=(
        "A value has had gradients 3 and 4. By what does Adagrad divide the second one?",
        "It is RMSprop with another memory: a sum that never forgets in the place of a running mean. The sum holds the square "
        "of this step too.",
        "total <- the sum in the state, 0 if there is none, and the squared gradient\n"
        "scale <- the root of total, then eps on top\n"
        "param <- param less lr times gradient over scale, as a new array\n"
        "return param, and a dict that holds total",
    ),
    solution=SOLUTION,
    is_core=False,
    minutes=6,
)
