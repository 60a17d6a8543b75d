"""What an L1 penalty does to a weight: a step of fixed size towards 0, that stops there."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def soft_threshold(weight, threshold):
    """Move each value towards 0 by the threshold, and no further than 0.

    weight : array of any shape
    threshold : a number, at least 0
    Returns an array of weight's shape. weight stays as it was.
    """
    ...
'''

SOLUTION = """
def soft_threshold(weight, threshold):
    size = np.maximum(np.abs(weight) - threshold, 0)
    return np.sign(weight) * size
"""


def right(weight: Any, threshold: float) -> Any:
    size = np.maximum(np.abs(weight) - threshold, 0)
    return np.sign(weight) * size


# Right answers written in other ways


def by_clipping(weight: Any, threshold: float) -> Any:
    return weight - np.clip(weight, -threshold, threshold)


def one_by_one(weight: Any, threshold: float) -> Any:
    moved = np.zeros(weight.shape)
    for place in np.ndindex(*weight.shape):
        value = weight[place]
        if value > threshold:
            moved[place] = value - threshold
        elif value < -threshold:
            moved[place] = value + threshold
    return moved


def by_two_parts(weight: Any, threshold: float) -> Any:
    return np.maximum(weight - threshold, 0) - np.maximum(-weight - threshold, 0)


# Mistakes


def through_zero(weight: Any, threshold: float) -> Any:
    return weight - threshold * np.sign(weight)


def through_zero_in_a_loop(weight: Any, threshold: float) -> Any:
    return np.array([w - threshold if w > 0 else w + threshold if w < 0 else 0.0 for w in weight.ravel()]).reshape(weight.shape)


def sign_lost(weight: Any, threshold: float) -> Any:
    return np.maximum(np.abs(weight) - threshold, 0)


def sign_lost_by_where(weight: Any, threshold: float) -> Any:
    size = np.sqrt(weight**2)
    return np.where(size > threshold, size - threshold, 0.0)


def hard_threshold(weight: Any, threshold: float) -> Any:
    return np.where(np.abs(weight) > threshold, weight, 0.0)


def hard_threshold_by_product(weight: Any, threshold: float) -> Any:
    return weight * ((weight > threshold) | (weight < -threshold))


def clipped(weight: Any, threshold: float) -> Any:
    return np.clip(weight, -threshold, threshold)


def clipped_by_minimum(weight: Any, threshold: float) -> Any:
    return np.sign(weight) * np.minimum(np.abs(weight), threshold)


def positive_only(weight: Any, threshold: float) -> Any:
    return np.maximum(weight - threshold, 0)


def positive_only_by_where(weight: Any, threshold: float) -> Any:
    return np.where(weight > threshold, weight - threshold, 0.0)


def shrunk(weight: Any, threshold: float) -> Any:
    return (1 - threshold) * weight


def shrunk_by_difference(weight: Any, threshold: float) -> Any:
    return weight - threshold * weight


def _mixed(threshold: float, *shape: int) -> Any:
    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        weight = few_scores(rng, *shape)
        weight.flat[:2] = threshold * np.array([0.4, -0.6])  # some below the threshold, of both signs
        return weight, threshold

    return make


L1 = "7 · L1: exact zeros"

PROBLEM = Problem(
    id="12.soft_threshold",
    title="A step towards zero that stops there",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"weight": "CD"},
    library_calls=("torch.nn.functional.softshrink",),
    probes=(
        Probe("4 weights of both signs", "small enough to read", _mixed(0.5, 4)),
        Probe("3 rows of 4", "any shape", _mixed(0.3, 3, 4)),
        Probe("a threshold of 0", "nothing moves", _mixed(0.0, 2, 3), is_edge=True),
        Probe("exactly at the threshold", "the border belongs to 0", lambda rng: (np.array([0.25, -0.25, 0.0, 0.5]), 0.25), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "through-zero",
            through_zero,
            through_zero_in_a_loop,
            "Weights smaller than the threshold shoot past 0 to the other side. They have to stop at 0.",
            L1,
        ),
        Mistake(
            "sign-lost",
            sign_lost,
            sign_lost_by_where,
            "The size is right and the sign is lost: negative weights come out positive.",
            L1,
            line=("return np.sign(weight) * size", "return size"),
        ),
        Mistake(
            "hard-threshold",
            hard_threshold,
            hard_threshold_by_product,
            "It sets small weights to 0 and leaves the others as they are. The others move too, by the threshold.",
            L1,
        ),
        Mistake(
            "clipped",
            clipped,
            clipped_by_minimum,
            "It cuts large weights off at the threshold and keeps the small ones: the other way round.",
            L1,
        ),
        Mistake(
            "positive-only",
            positive_only,
            positive_only_by_where,
            "Negative weights all become 0. They move towards 0 from their own side.",
            L1,
        ),
        Mistake(
            "shrunk",
            shrunk,
            shrunk_by_difference,
            "It takes a share of each weight away, as L2 does. L1 takes the same amount from each, large or small.",
            L1,
        ),
    ),
    alternatives=(by_clipping, one_by_one, by_two_parts),
    hints=(
        "What should become of 0.2, and what of -0.8, at a threshold of 0.5?",
        "The size of each value loses the threshold, and is 0 where it would become negative; the sign stays.",
        "size   <- the absolute value less the threshold, at least 0\nresult <- the size with the sign of the weight",
    ),
    solution=SOLUTION,
    level=2,
    minutes=6,
    is_core=False,
)
