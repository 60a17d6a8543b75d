"""Dropout, backward: the gradient goes through the places that were kept, and by the factor that they had."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem, Statistic

STUB = '''
def dropout_backward(grad_output, keep, p):
    """The gradient of the loss along the input of dropout, in training.

    grad_output : array, the gradient along the output
    keep : array of True and False of the same shape: what the forward pass kept
    p : the probability with which it dropped, from 0 to 1 (with 1 nothing was kept, and all gradients are 0)
    Returns an array of grad_output's shape. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def dropout_backward(grad_output, keep, p):
    if p == 1:
        return np.zeros_like(grad_output)
    factor = 1 / (1 - p)
    return np.where(keep, factor * grad_output, 0.0)
"""


def right(grad_output: Any, keep: Any, p: float) -> Any:
    if p == 1:
        return np.zeros_like(grad_output)
    factor = 1 / (1 - p)
    return np.where(keep, factor * grad_output, 0.0)


# Right answers written in other ways


def by_product(grad_output: Any, keep: Any, p: float) -> Any:
    kept_share = 1 - p
    return keep * grad_output / kept_share if kept_share else 0 * grad_output


def one_by_one(grad_output: Any, keep: Any, p: float) -> Any:
    grad = np.zeros(grad_output.shape)
    for place in np.ndindex(*grad_output.shape):
        if keep[place]:
            grad[place] = grad_output[place] / (1 - p)
    return grad


def by_places(grad_output: Any, keep: Any, p: float) -> Any:
    grad = grad_output.copy()
    grad[~keep] = 0
    grad[keep] /= 1 - p
    return grad


# Mistakes


def new_draw(grad_output: Any, keep: Any, p: float) -> Any:
    fresh = np.random.default_rng().random(keep.shape) >= p
    return np.where(fresh, grad_output / max(1 - p, 1e-300), 0.0)


def new_draw_by_choice(grad_output: Any, keep: Any, p: float) -> Any:
    return grad_output * np.random.default_rng().choice([0.0, 1 / max(1 - p, 1e-300)], p=[p, 1 - p], size=keep.shape)


def from_the_gradient(grad_output: Any, keep: Any, p: float) -> Any:
    return np.where(grad_output != 0, grad_output / max(1 - p, 1e-300), 0.0)


def from_the_gradient_in_a_loop(grad_output: Any, keep: Any, p: float) -> Any:
    flat = [value / max(1 - p, 1e-300) if value else 0.0 for value in grad_output.ravel()]
    return np.array(flat).reshape(grad_output.shape)


def not_scaled(grad_output: Any, keep: Any, p: float) -> Any:
    return grad_output * keep


def not_scaled_in_a_loop(grad_output: Any, keep: Any, p: float) -> Any:
    return np.array([g if k else 0.0 for g, k in zip(grad_output.ravel(), keep.ravel(), strict=True)]).reshape(keep.shape)


def other_half(grad_output: Any, keep: Any, p: float) -> Any:
    return np.where(keep, 0.0, grad_output / max(1 - p, 1e-300))


def other_half_by_product(grad_output: Any, keep: Any, p: float) -> Any:
    return (1 - keep) * grad_output / max(1 - p, 1e-300)


def divided_by_p(grad_output: Any, keep: Any, p: float) -> Any:
    return np.where(keep, grad_output / max(p, 1e-300), 0.0)


def divided_by_p_by_product(grad_output: Any, keep: Any, p: float) -> Any:
    return keep * grad_output * (1 / max(p, 1e-300))


def times_share(grad_output: Any, keep: Any, p: float) -> Any:
    return np.where(keep, grad_output * (1 - p), 0.0)


def times_share_by_difference(grad_output: Any, keep: Any, p: float) -> Any:
    kept = keep * grad_output
    return kept - p * kept


def _agreement(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    return float(((values[0] != 0) == arguments[1]).mean())


def _factor(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    passed = values[0] != 0
    return float(np.median(values[0][passed] / arguments[0][passed])) if passed.any() else 0.0


def _spread(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    passed = values[0] != 0
    return float(np.ptp(values[0][passed] / arguments[0][passed])) if passed.any() else 0.0


# A mask that is drawn anew gives other values every time: what passes is compared by its share, and by its factor, which is exact.
STATISTICS = (
    Statistic("the share of places that follow the mask", _agreement, 1.0, lambda a: 0.6 / np.sqrt(a[1].size)),
    Statistic("the factor of what passes", _factor, lambda a: 1 / (1 - a[2]), 1e-9),
    Statistic("how far the factors of two places differ", _spread, 0.0, 0.0),
)


def _not_zero(rng: np.random.Generator, *shape: int) -> Any:
    return rng.choice([-1, 1], size=shape) * rng.integers(1, 30, size=shape) / 10


def _case(p: float, *shape: int) -> Any:
    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        keep = np.zeros(shape, dtype=bool)
        keep.flat[rng.permutation(keep.size)[: max(1, round((1 - p) * keep.size))]] = True
        return _not_zero(rng, *shape), keep if p < 1 else np.zeros(shape, dtype=bool), p

    return make


def _many(rng: np.random.Generator) -> tuple[Any, ...]:
    return 1 + rng.random((500, 8)), rng.random((500, 8)) >= 0.3, 0.3


HAND = "4 · Dropout, by hand"
BACK = "6 · Backward: the same mask"

PROBLEM = Problem(
    id="12.dropout_backward",
    title="The gradient takes the same way",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"grad_output": "ND", "keep": "ND"},
    probes=(
        Probe("3 rows of 4 at p = 0.3", "small enough to read", _case(0.3, 3, 4), statistics=STATISTICS),
        Probe("9 rows of 10 at p = 0.8", "few are kept, by a factor of five", _case(0.8, 9, 10), statistics=STATISTICS, is_edge=True),
        Probe(
            "4,000 gradients at p = 0.3",
            "a mask that is drawn anew agrees with the old one in 58 of 100 places",
            _many,
            statistics=STATISTICS,
        ),
        Probe("p = 0", "everything was kept", _case(0.0, 2, 3), is_edge=True),
        Probe("p = 1", "nothing was kept, and 1/(1 - p) is a division by 0", _case(1.0, 2, 3), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "new-draw",
            new_draw,
            new_draw_by_choice,
            "It draws a new mask. The gradient has to go through the places that the forward pass kept, and through no others.",
            BACK,
        ),
        Mistake(
            "mask-from-gradient",
            from_the_gradient,
            from_the_gradient_in_a_loop,
            "It takes the mask from the gradient that comes in. That gradient is seldom 0, also where the value was dropped.",
            BACK,
        ),
        Mistake(
            "not-scaled",
            not_scaled,
            not_scaled_in_a_loop,
            "What was kept had been made larger by 1/(1 - p), and a factor of the forward pass is a factor of its gradient.",
            BACK,
            line=("return np.where(keep, factor * grad_output, 0.0)", "return np.where(keep, grad_output, 0.0)"),
        ),
        Mistake(
            "other-half",
            other_half,
            other_half_by_product,
            "It lets the gradient through where the value was dropped. True in the mask means kept.",
            HAND,
        ),
        Mistake(
            "divided-by-p",
            divided_by_p,
            divided_by_p_by_product,
            "It divides by the share that is dropped. What is kept makes up for it, by one over the share that is kept.",
            HAND,
        ),
        Mistake(
            "times-share",
            times_share,
            times_share_by_difference,
            "It makes the gradient smaller by the share that is kept, where the forward pass made the value larger.",
            BACK,
            line=("factor = 1 / (1 - p)", "factor = 1 - p"),
        ),
    ),
    alternatives=(by_product, one_by_one, by_places),
    hints=(
        "In the forward pass each output is its input times a number. Which numbers are these?",
        "The output is a factor times the input: 1/(1 - p) where it was kept, 0 where it was not. The derivative is that factor.",
        "if p is 1: all zeros\nfactor <- one over the share that is kept\nresult <- factor times grad_output where keep, else 0",
    ),
    solution=SOLUTION,
    level=1,
    minutes=6,
)
