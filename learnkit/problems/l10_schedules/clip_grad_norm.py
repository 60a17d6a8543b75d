"""Clipping: one length for all gradients together, and what is handed back."""

import math
from typing import Any

import numpy as np

from learnkit.problems.problem import Call, Mistake, Probe, Problem, Step

STUB = '''
def clip_grad_norm(grads, max_norm):
    """Shorten the gradients of one model, all by the same factor, so that together they are at most max_norm long.

    grads : list of arrays of any shapes, one for each parameter
    max_norm : the longest that they may be together, above 0
    Returns (clipped, norm): a list of arrays like grads, and the norm that all gradients had together, before clipping. Gradients that
    are short enough stay as they are. A norm that is infinite or NaN is a ValueError. The arrays that came in stay as they were.
    (PyTorch divides by norm + 1e-6; with or without it, both count.)
    """
    ...
'''

SOLUTION = """
def clip_grad_norm(grads, max_norm):
    norm = sum((grad**2).sum() for grad in grads) ** 0.5
    if not np.isfinite(norm):
        raise ValueError("the gradients are not finite")
    factor = max_norm / norm if norm > max_norm else 1.0
    return [grad * factor for grad in grads], norm
"""


def finite(norm: Any) -> Any:
    if not math.isfinite(float(norm)):
        raise ValueError(f"the norm of the gradients is {float(norm)}")
    return norm


def right_answer(grads: Any, max_norm: Any) -> Any:
    norm = finite(sum((grad**2).sum() for grad in grads) ** 0.5)
    factor = max_norm / norm if norm > max_norm else 1.0
    return [grad * factor for grad in grads], norm


# Right answers written in other ways


def value_by_value(grads: Any, max_norm: Any) -> Any:
    squares = [float(value) * float(value) for grad in grads for value in np.ravel(grad)]
    norm = math.sqrt(math.fsum(squares))
    if norm - norm != 0:
        raise ValueError("no finite norm")
    clipped = []
    for grad in grads:
        clipped.append(grad / max(1.0, norm / max_norm))
    return clipped, norm


def of_one_long_vector(grads: Any, max_norm: Any) -> Any:
    long = np.concatenate([grad.reshape(-1) for grad in grads])
    norm = np.linalg.norm(long)
    if np.isnan(norm) or np.isinf(norm):
        raise ValueError(norm)
    if norm > max_norm:
        long = long * (max_norm / (norm + 1e-6))
    ends = np.cumsum([grad.size for grad in grads])[:-1]
    return [part.reshape(grad.shape) for part, grad in zip(np.split(long, ends), grads, strict=True)], norm


def norm_of_norms(grads: Any, max_norm: Any) -> Any:
    norm = np.sqrt(np.sum([np.vdot(grad, grad) for grad in grads]))
    if not norm < np.inf:
        raise FloatingPointError("infinite or NaN")
    return tuple(np.minimum(1, max_norm / (norm + 1e-6)) * grad for grad in grads), norm


def torch_by_squares(grads: Any, max_norm: Any) -> Any:
    import torch

    norm = torch.stack([grad.square().sum() for grad in grads]).sum().sqrt()
    if not torch.isfinite(norm):
        raise ValueError("not finite")
    return [grad * (max_norm / norm).clamp(max=1.0) for grad in grads], norm


def torch_in_a_loop(grads: Any, max_norm: Any) -> Any:
    import torch

    total = torch.zeros(())
    for grad in grads:
        total = total + (grad * grad).sum()
    norm = torch.sqrt(total)
    if not math.isfinite(norm):
        raise ValueError("not finite")
    return ([grad / norm * max_norm for grad in grads] if norm > max_norm else list(grads)), norm


# Mistakes


def each_by_itself(grads: Any, max_norm: Any) -> Any:
    norm = finite(sum((grad**2).sum() for grad in grads) ** 0.5)
    lengths = [(grad**2).sum() ** 0.5 for grad in grads]
    return [grad * min(1.0, max_norm / length) for grad, length in zip(grads, lengths, strict=True)], norm


def each_by_itself_in_a_loop(grads: Any, max_norm: Any) -> Any:
    clipped, squares = [], 0.0
    for grad in grads:
        length = float(np.linalg.norm(grad))
        squares += length**2
        clipped.append(grad / length * max_norm if length > max_norm else grad)
    return clipped, finite(np.sqrt(squares))


def each_by_itself_norms(grads: Any, max_norm: Any) -> Any:
    lengths = [finite(np.linalg.norm(grad)) for grad in grads]
    return [grad * min(1.0, max_norm / length) for grad, length in zip(grads, lengths, strict=True)], lengths


def each_by_itself_sum(grads: Any, max_norm: Any) -> Any:
    clipped, lengths = each_by_itself_norms(grads, max_norm)
    return clipped, sum(lengths)


def each_by_itself_last(grads: Any, max_norm: Any) -> Any:
    clipped, lengths = each_by_itself_norms(grads, max_norm)
    return clipped, lengths[-1]


def sum_of_norms(grads: Any, max_norm: Any) -> Any:
    norm = finite(sum((grad**2).sum() ** 0.5 for grad in grads))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [grad * factor for grad in grads], norm


def sum_of_norms_in_a_loop(grads: Any, max_norm: Any) -> Any:
    total = 0.0
    for grad in grads:
        total += float(np.linalg.norm(grad))
    finite(total)
    return [grad / max(1.0, total / max_norm) for grad in grads], total


def mean_of_norms(grads: Any, max_norm: Any) -> Any:
    norm = finite(np.mean([np.linalg.norm(grad) for grad in grads]))
    return [grad * min(1.0, max_norm / norm) for grad in grads], norm


def norm_after(grads: Any, max_norm: Any) -> Any:
    clipped, norm = right_answer(grads, max_norm)
    return clipped, min(norm, max_norm)


def norm_after_measured(grads: Any, max_norm: Any) -> Any:
    clipped, _ = value_by_value(grads, max_norm)
    return clipped, np.sqrt(sum(np.sum(grad * grad) for grad in clipped))


def lets_nan_pass(grads: Any, max_norm: Any) -> Any:
    norm = sum((grad**2).sum() for grad in grads) ** 0.5
    if norm > max_norm:
        grads = [grad * (max_norm / norm) for grad in grads]
    return grads, norm


def lets_nan_pass_by_minimum(grads: Any, max_norm: Any) -> Any:
    norm = np.sqrt(np.sum([np.sum(grad * grad) for grad in grads]))
    return [grad / max(norm / max_norm, 1.0) if norm > max_norm else grad for grad in grads], norm


def nan_to_zero(grads: Any, max_norm: Any) -> Any:
    """Values that are no numbers are set to 0."""
    clean = [np.nan_to_num(grad) for grad in grads]
    norm = sum((grad**2).sum() for grad in clean) ** 0.5
    return [grad * min(1.0, max_norm / norm) for grad in clean], norm


def nan_times_factor(grads: Any, max_norm: Any) -> Any:
    norm = np.sqrt(sum(np.sum(grad * grad) for grad in grads))
    return [grad * np.minimum(1.0, max_norm / norm) for grad in grads], norm


def checks_nan_only(grads: Any, max_norm: Any) -> Any:
    norm = sum((grad**2).sum() for grad in grads) ** 0.5
    if np.isnan(norm):
        raise ValueError("NaN")
    factor = max_norm / norm if norm > max_norm else 1.0
    with np.errstate(invalid="ignore"):
        return [grad * factor for grad in grads], norm


def checks_nan_only_at_the_end(grads: Any, max_norm: Any) -> Any:
    norm = np.linalg.norm(np.concatenate([np.ravel(grad) for grad in grads]))
    if norm != norm:
        raise ValueError("not a number")
    with np.errstate(invalid="ignore"):
        return [grad / max(1.0, norm / max_norm) for grad in grads], norm


def always_scales(grads: Any, max_norm: Any) -> Any:
    norm = finite(sum((grad**2).sum() for grad in grads) ** 0.5)
    return [grad * (max_norm / norm) for grad in grads], norm


def always_scales_in_a_loop(grads: Any, max_norm: Any) -> Any:
    squares = 0.0
    for grad in grads:
        squares += np.vdot(grad, grad)
    length = finite(math.sqrt(squares))
    return [max_norm * grad / length for grad in grads], length


def to_length_one(grads: Any, max_norm: Any) -> Any:
    norm = finite(sum((grad**2).sum() for grad in grads) ** 0.5)
    return [grad / norm if norm > max_norm else grad for grad in grads], norm


def to_length_one_by_factor(grads: Any, max_norm: Any) -> Any:
    norm = finite(np.sqrt(np.sum([np.vdot(grad, grad) for grad in grads])))
    factor = 1.0
    if norm > max_norm:
        factor = 1 / norm
    return [factor * grad for grad in grads], norm


def largest_value(grads: Any, max_norm: Any) -> Any:
    norm = finite(np.max([np.abs(grad).max() for grad in grads]))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [grad * factor for grad in grads], norm


def largest_value_in_a_loop(grads: Any, max_norm: Any) -> Any:
    largest = 0.0
    for grad in grads:
        for value in np.ravel(grad):
            finite(value)
            largest = max(largest, abs(float(value)))
    return [grad / max(1.0, largest / max_norm) for grad in grads], largest


def value_by_limit(grads: Any, max_norm: Any) -> Any:
    norm = finite(sum((grad**2).sum() for grad in grads) ** 0.5)
    return [np.clip(grad, -max_norm, max_norm) for grad in grads], norm


def value_by_limit_twice(grads: Any, max_norm: Any) -> Any:
    length = finite(np.sqrt(np.sum([np.vdot(grad, grad) for grad in grads])))
    return [np.maximum(np.minimum(grad, max_norm), -max_norm) for grad in grads], length


def squared_norm(grads: Any, max_norm: Any) -> Any:
    norm = finite(sum((grad**2).sum() for grad in grads))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [grad * factor for grad in grads], norm


def squared_norm_in_a_loop(grads: Any, max_norm: Any) -> Any:
    total = 0.0
    for grad in grads:
        total += np.vdot(grad, grad)
    return [grad / max(1.0, finite(total) / max_norm) for grad in grads], total


def in_place(grads: Any, max_norm: Any) -> Any:
    norm = finite(sum((grad**2).sum() for grad in grads) ** 0.5)
    if norm > max_norm:
        for grad in grads:
            grad *= max_norm / norm
    return grads, norm


def in_place_by_slice(grads: Any, max_norm: Any) -> Any:
    clipped, norm = value_by_value(grads, max_norm)
    for grad, short in zip(grads, clipped, strict=True):
        grad[...] = short
    return clipped, norm


# Probes


def long_and_short(rng: np.random.Generator) -> tuple[Any, ...]:
    """A gradient of some length, and a short one; both are read at a glance."""
    long = rng.integers(2, 6, size=2) * rng.choice([-1.0, 1.0], size=2)
    return [long, rng.choice([-0.2, -0.1, 0.1, 0.2], size=2)], int(rng.integers(1, 4)) / 2


def layers(scale: float, max_norm: float) -> Any:
    """Return what draws the gradients of two layers, weights and biases."""

    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        return [scale * rng.normal(size=shape) for shape in ((4, 3), (4,), (2, 4), (2,))], max_norm

    return make


def short(rng: np.random.Generator) -> tuple[Any, ...]:
    """Two short gradients, of one decimal."""
    return [rng.integers(1, 6, size=2) / 10, -rng.integers(1, 6, size=3) / 10], 1.5


def with_one(value: float) -> Any:
    """Return what draws a call that ends well, and one with a value among short gradients that is not finite."""

    def make(rng: np.random.Generator) -> list[Step]:
        first, then = short(rng), short(rng)
        then[0][1][rng.integers(3)] = value
        return [Call(first), Call(then)]

    return make


CLIP = "10 · Clipping"

PROBLEM = Problem(
    id="10.clip_grad_norm",
    title="One length for all gradients together",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer,
    returns=("clipped", "norm"),
    rtol=5e-6,  # the 1e-6 that PyTorch adds to the norm counts as right; the norms clipped here are above 0.3
    library_calls=(
        "learnkit.reference.gradient_clips.clip_grad_norm",
        "torch.nn.utils.clip_grad_norm_",
        "torch.nn.utils.get_total_norm",
        "torch.nn.utils.clip_grads_with_norm_",
    ),
    probes=(
        Probe("a long gradient and a short one", "the short one is shortened too", long_and_short),
        Probe("the gradients of two layers", "weights and biases are one vector together", layers(2.0, 2.5)),
        Probe(
            "each layer is short, all together are too long", "no parameter by itself is above the limit", layers(0.3, 1.2), is_edge=True
        ),
        Probe("short enough", "nothing is to be done, and nothing is made longer", short),
        Probe("one NaN among them", "NaN is not above any limit", with_one(np.nan), is_edge=True),
        Probe("one infinite value", "its factor is 0, and infinity times 0 is NaN", with_one(np.inf), is_edge=True),
        Probe("a single parameter", "a list of one is a list", lambda rng: ([5 + rng.random(3)], 0.5), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "each-by-itself",
            each_by_itself,
            each_by_itself_in_a_loop,
            "Each parameter is clipped by its own norm. That turns the gradient of the model: its long parts are shortened and its short "
            "ones are not.",
            CLIP,
            variants=(each_by_itself_norms, each_by_itself_sum, each_by_itself_last),
        ),
        Mistake(
            "sum-of-norms",
            sum_of_norms,
            sum_of_norms_in_a_loop,
            "The norms of the parameters do not make up the norm of all by adding or averaging: lengths at right angles do not add up. "
            "Their squares do.",
            CLIP,
            variants=(mean_of_norms,),
        ),
        Mistake(
            "norm-after",
            norm_after,
            norm_after_measured,
            "It returns the norm after clipping, which hardly ever tells anything. The one before shows how often and how hard it clips.",
            CLIP,
        ),
        Mistake(
            "nan-passes",
            lets_nan_pass,
            lets_nan_pass_by_minimum,
            "A gradient that is not finite passes: a comparison with NaN is never true. One step with it makes every weight NaN.",
            CLIP,
            variants=(nan_times_factor, nan_to_zero),
        ),
        Mistake(
            "infinity-passes",
            checks_nan_only,
            checks_nan_only_at_the_end,
            "It looks for NaN only. An infinite norm passes, and turns into NaN where infinity is multiplied by a factor of 0.",
            CLIP,
        ),
        Mistake(
            "always-scales",
            always_scales,
            always_scales_in_a_loop,
            "Short gradients are made longer. Clipping only shortens: near a minimum the gradient has to be allowed to become small.",
            CLIP,
            line=("factor = max_norm / norm if norm > max_norm else 1.0", "factor = max_norm / norm"),
        ),
        Mistake(
            "to-length-1",
            to_length_one,
            to_length_one_by_factor,
            "What is too long is cut to length 1, whatever the limit is.",
            CLIP,
            line=("factor = max_norm / norm if norm > max_norm else 1.0", "factor = 1 / norm if norm > max_norm else 1.0"),
        ),
        Mistake(
            "largest-value",
            largest_value,
            largest_value_in_a_loop,
            "It takes the largest value for the norm. The norm is the length of all values together.",
            CLIP,
        ),
        Mistake(
            "by-value",
            value_by_limit,
            value_by_limit_twice,
            "It limits every value by itself, which turns the gradient. All values are to shrink by the same factor.",
            CLIP,
        ),
        Mistake(
            "no-root",
            squared_norm,
            squared_norm_in_a_loop,
            "That is the square of the norm: the root is missing.",
            CLIP,
            line=(
                "norm = sum((grad**2).sum() for grad in grads) ** 0.5",
                "norm = sum((grad**2).sum() for grad in grads)",
            ),
        ),
        Mistake(
            "changes-input",
            in_place,
            in_place_by_slice,
            "The values are right, and the caller's gradients are overwritten: an operator such as *= works on the arrays that came in.",
            CLIP,
        ),
    ),
    alternatives=(value_by_value, of_one_long_vector, norm_of_norms),
    torch_alternatives=(torch_by_squares, torch_in_a_loop),
    hints=(
        "Lay all gradients end to end into one long vector. How long is it, and what may you do to it that keeps its direction?",
        "The square of the length of the long vector is the sum of all squared values, over all parameters. One factor then multiplies all "
        "gradients: the limit over the length, or 1 where that would make them longer. Look at the length before you use it.",
        "squares <- all values of all gradients, squared and added up\n"
        "norm    <- the root of that; an error if it is infinite or NaN\n"
        "factor  <- 1, or max_norm over norm where the norm is above max_norm\n"
        "result  <- every gradient times the factor, and the norm",
    ),
    solution=SOLUTION,
    level=2,
    minutes=9,
)
