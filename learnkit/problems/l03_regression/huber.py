"""The Huber loss and its gradient: a parabola near 0, a line far away, and where the two meet."""

from typing import Any

import numpy as np

from learnkit.problems.l03_regression.tables import short
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def huber(predictions, targets, delta):
    """The Huber loss and its gradient along the predictions: squared for small errors, straight for large ones.

    An error d = prediction - target costs ½ d² where |d| ≤ delta, and delta (|d| - ½ delta) beyond. (Here the ½ belongs to it.)

    predictions : (N,) array
    targets : (N,) array
    delta : a number above 0
    Returns (loss, grad): the mean of the costs, one number, and an array (N,).
    """
    ...
'''

SOLUTION = """
def huber(predictions, targets, delta):
    difference = predictions - targets
    size = np.abs(difference)
    costs = np.where(size <= delta, 0.5 * difference**2, delta * (size - 0.5 * delta))
    slopes = np.clip(difference, -delta, delta)
    return costs.mean(), slopes / len(slopes)
"""


def right_answer(predictions: Any, targets: Any, delta: float) -> Any:
    difference = predictions - targets
    size = np.abs(difference)
    costs = np.where(size <= delta, 0.5 * difference**2, delta * (size - 0.5 * delta))
    return costs.mean(), np.clip(difference, -delta, delta) / len(difference)


# Right answers written in other ways


def pair_by_pair(predictions: Any, targets: Any, delta: float) -> Any:
    loss, grad = 0.0, []
    for p, t in zip(predictions, targets, strict=True):
        d = p - t
        if abs(d) <= delta:
            loss, slope = loss + d * d / 2, d
        else:
            loss, slope = loss + delta * abs(d) - delta**2 / 2, delta if d > 0 else -delta
        grad.append(slope / len(targets))
    return loss / len(targets), np.array(grad)


def by_the_part_within(predictions: Any, targets: Any, delta: float) -> Any:
    gap = targets - predictions
    within = np.minimum(np.abs(gap), delta)
    costs = within * within / 2 + delta * (np.abs(gap) - within)
    return np.sum(costs) / gap.size, -np.sign(gap) * within / gap.size


def by_masks(predictions: Any, targets: Any, delta: float) -> Any:
    d = predictions - targets
    is_far = np.abs(d) > delta
    slopes = d.copy()
    slopes[is_far] = delta * np.sign(d[is_far])
    return np.mean(slopes * d - slopes**2 / 2), slopes / d.size


def by_torch_clamp(predictions: Any, targets: Any, delta: float) -> Any:
    import torch

    difference = predictions - targets
    slopes = torch.clamp(difference, -delta, delta)
    return (slopes * difference - slopes**2 / 2).mean(), slopes / len(slopes)


def by_torch_where(predictions: Any, targets: Any, delta: float) -> Any:
    import torch

    d = predictions - targets
    costs = torch.where(d.abs() <= delta, d.square() / 2, delta * d.abs() - delta**2 / 2)
    return costs.mean(), torch.where(d.abs() <= delta, d, delta * torch.sign(d)) / d.numel()


# What mistakes are made of


def gaps(predictions: Any, targets: Any) -> list[float]:
    return [float(p - t) for p, t in zip(predictions, targets, strict=True)]


def averaged(costs: Any, slopes: Any) -> Any:
    return float(np.sum(costs)) / len(costs), np.array(slopes) / len(costs)


def right_parts(predictions: Any, targets: Any, delta: float) -> tuple[Any, Any]:
    d = predictions - targets
    slopes = np.clip(d, -delta, delta)
    return slopes * d - slopes**2 / 2, slopes


# Mistakes


def slope_one(predictions: Any, targets: Any, delta: float) -> Any:
    d = predictions - targets
    near = np.abs(d) <= delta
    return np.where(near, d**2 / 2, np.abs(d) - delta / 2).mean(), np.where(near, d, np.sign(d)) / len(d)


def slope_one_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [0.5 * d * d if abs(d) <= delta else abs(d) - 0.5 * delta for d in found]
    return averaged(costs, [d if abs(d) <= delta else (1.0 if d > 0 else -1.0) for d in found])


def slope_one_less_half(predictions: Any, targets: Any, delta: float) -> Any:
    d = predictions - targets
    near = np.abs(d) <= delta
    return np.where(near, d**2 / 2, np.abs(d) - 0.5).mean(), np.where(near, d, np.sign(d)) / len(d)


def jumps(predictions: Any, targets: Any, delta: float) -> Any:
    d = predictions - targets
    return np.where(np.abs(d) <= delta, d**2 / 2, delta * np.abs(d)).mean(), np.clip(d, -delta, delta) / len(d)


def jumps_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [d * d / 2 if abs(d) <= delta else delta * abs(d) for d in found]
    return averaged(costs, [max(-delta, min(delta, d)) for d in found])


def border_on_the_square(predictions: Any, targets: Any, delta: float) -> Any:
    d = predictions - targets
    near = d**2 <= delta
    return np.where(near, d**2 / 2, delta * (np.abs(d) - delta / 2)).mean(), np.where(near, d, delta * np.sign(d)) / len(d)


def border_on_the_square_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [d * d / 2 if d * d <= delta else delta * abs(d) - delta * delta / 2 for d in found]
    return averaged(costs, [d if d * d <= delta else np.copysign(delta, d) for d in found])


def half_missing(predictions: Any, targets: Any, delta: float) -> Any:
    costs, slopes = right_parts(predictions, targets, delta)
    return 2 * costs.mean(), 2 * slopes / len(slopes)


def half_missing_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [d * d if abs(d) <= delta else 2 * delta * abs(d) - delta * delta for d in found]
    return averaged(costs, [2 * max(-delta, min(delta, d)) for d in found])


def slope_not_halved(predictions: Any, targets: Any, delta: float) -> Any:
    costs, _ = right_parts(predictions, targets, delta)
    d = predictions - targets
    return costs.mean(), np.where(np.abs(d) <= delta, 2 * d, delta * np.sign(d)) / len(d)


def slope_not_halved_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [d * d / 2 if abs(d) <= delta else delta * abs(d) - delta * delta / 2 for d in found]
    return averaged(costs, [2 * d if abs(d) <= delta else np.copysign(delta, d) for d in found])


def divided_by_delta(predictions: Any, targets: Any, delta: float) -> Any:
    costs, slopes = right_parts(predictions, targets, delta)
    return costs.mean() / delta, slopes / delta / len(slopes)


def divided_by_delta_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [d * d / (2 * delta) if abs(d) <= delta else abs(d) - delta / 2 for d in found]
    return averaged(costs, [max(-1.0, min(1.0, d / delta)) for d in found])


def slope_not_cut(predictions: Any, targets: Any, delta: float) -> Any:
    costs, slopes = right_parts(predictions, targets, delta)
    return costs.mean(), (predictions - targets) / len(slopes)


def slope_not_cut_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [d * d / 2 if abs(d) <= delta else delta * abs(d) - delta * delta / 2 for d in found]
    return averaged(costs, found)


def sign_lost(predictions: Any, targets: Any, delta: float) -> Any:
    costs, slopes = right_parts(predictions, targets, delta)
    d = predictions - targets
    return costs.mean(), np.where(np.abs(d) <= delta, d, delta) / len(slopes)


def sign_lost_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [d * d / 2 if abs(d) <= delta else delta * (abs(d) - delta / 2) for d in found]
    return averaged(costs, [d if abs(d) <= delta else delta for d in found])


def other_side(predictions: Any, targets: Any, delta: float) -> Any:
    costs, slopes = right_parts(predictions, targets, delta)
    return costs.mean(), -slopes / len(slopes)


def other_side_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [d * d / 2 if abs(d) <= delta else delta * (abs(d) - delta / 2) for d in found]
    return averaged(costs, [-max(-delta, min(delta, d)) for d in found])


def totals(predictions: Any, targets: Any, delta: float) -> Any:
    costs, slopes = right_parts(predictions, targets, delta)
    return costs.sum(), slopes


def totals_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = gaps(predictions, targets)
    costs = [d * d / 2 if abs(d) <= delta else delta * (abs(d) - delta / 2) for d in found]
    return sum(costs), np.array([max(-delta, min(delta, d)) for d in found])


def grad_not_divided(predictions: Any, targets: Any, delta: float) -> Any:
    costs, slopes = right_parts(predictions, targets, delta)
    return costs.mean(), slopes


def grad_not_divided_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    total, slopes = totals_in_loop(predictions, targets, delta)
    return total / len(slopes), slopes


def far_ones_only_count_to_delta(predictions: Any, targets: Any, delta: float) -> Any:
    d = np.clip(predictions - targets, -delta, delta)
    return (d**2 / 2).mean(), d / len(d)


def far_ones_only_count_to_delta_in_loop(predictions: Any, targets: Any, delta: float) -> Any:
    found = [max(-delta, min(delta, d)) for d in gaps(predictions, targets)]
    return averaged([d * d / 2 for d in found], found)


def near_and_far(rng: np.random.Generator, delta: float, near: int, far: int) -> tuple[Any, ...]:
    """Draw differences within delta and beyond it, of both signs; none at a border of a mistake, |d| = delta or d² = delta."""
    while True:
        small = rng.choice([-1, 1], near) * rng.uniform(0.15, 0.9, near) * delta
        large = rng.choice([-1, 1], far) * rng.uniform(1.4, 3.0, far) * delta
        gap = rng.permutation(np.concatenate([small, large])).round(1)
        targets = short(rng, near + far)
        inside = np.abs(gap) <= delta
        between = (gap**2 <= delta) != inside
        if inside.sum() == near and np.abs(gap).min() > 0.05 and between.any() and large.min() < 0 < large.max() and abs(gap.mean()) > 0.05:
            return targets + gap, targets, delta


OTHERS = "9 · Other losses for numbers"

PROBLEM = Problem(
    id="03.huber",
    title="Squared when small, straight when large",
    stub=STUB,
    reference=right_answer,
    axes={"predictions": "N", "targets": "N"},
    returns=("loss", "grad"),
    library_calls=("torch.nn.functional.huber_loss", "torch.nn.functional.smooth_l1_loss", "scipy.special.huber"),
    probes=(
        Probe("three near, two far, delta 2", "errors on both sides of the border", lambda rng: near_and_far(rng, 2.0, 3, 2)),
        Probe("two near, four far, delta 0.5", "a border below 1 and another number", lambda rng: near_and_far(rng, 0.5, 2, 4)),
        Probe(
            "an error of exactly delta",
            "both formulas agree there",
            lambda rng: (np.array([1.5, -1.5]), np.array([0.0, float(rng.integers(1, 4))]), 1.5),
            is_edge=True,
        ),
        Probe("an exact prediction", "the slope is 0", lambda rng: ((t := short(rng, 2)).copy(), t, 1.0), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "slope-breaks",
            slope_one,
            slope_one_in_loop,
            "Beyond delta the line has slope 1, and the parabola arrives there with slope delta: the two do not fit together.",
            OTHERS,
            variants=(slope_one_less_half,),
        ),
        Mistake(
            "value-jumps",
            jumps,
            jumps_in_loop,
            "At the border the loss jumps: the line is not lowered to where the parabola ends.",
            OTHERS,
            line=(
                "costs = np.where(size <= delta, 0.5 * difference**2, delta * (size - 0.5 * delta))",
                "costs = np.where(size <= delta, 0.5 * difference**2, delta * size)",
            ),
        ),
        Mistake(
            "border-on-the-square",
            border_on_the_square,
            border_on_the_square_in_loop,
            "It compares the squared error with delta. The border belongs to the error itself, in the targets' unit.",
            OTHERS,
        ),
        Mistake(
            "half-missing",
            half_missing,
            half_missing_in_loop,
            "Loss and gradient are both twice as large: the factor ½, which belongs to this loss, is missing.",
            OTHERS,
        ),
        Mistake(
            "slope-not-halved",
            slope_not_halved,
            slope_not_halved_in_loop,
            "Near 0 the slope is that of the square without ½, while the loss has the ½.",
            OTHERS,
        ),
        Mistake(
            "divided-by-delta",
            divided_by_delta,
            divided_by_delta_in_loop,
            "All is divided by delta. That is PyTorch's smooth_l1_loss, whose line has slope 1; Huber's has slope delta.",
            OTHERS,
        ),
        Mistake(
            "slope-not-cut",
            slope_not_cut,
            slope_not_cut_in_loop,
            "The slope grows with the error beyond delta too. There the loss is a line, and a line has one slope.",
            OTHERS,
            line=("slopes = np.clip(difference, -delta, delta)", "slopes = difference"),
        ),
        Mistake(
            "sign-lost",
            sign_lost,
            sign_lost_in_loop,
            "Far predictions that are too low are pushed down even further: the slope beyond delta has lost its sign.",
            OTHERS,
        ),
        Mistake(
            "other-side",
            other_side,
            other_side_in_loop,
            "The gradient has the other sign. A prediction that is too high makes the loss larger when it grows.",
            OTHERS,
        ),
        Mistake("sum", totals, totals_in_loop, "Loss and gradient are sums over the predictions. Asked is the mean.", OTHERS),
        Mistake(
            "gradient-not-divided",
            grad_not_divided,
            grad_not_divided_in_loop,
            "The loss is a mean, and the gradient is that of the sum.",
            "5 · The gradient",
        ),
        Mistake(
            "flat-beyond",
            far_ones_only_count_to_delta,
            far_ones_only_count_to_delta_in_loop,
            "Errors beyond delta cost as much as delta and no more: the loss is flat there. It should go on along a line.",
            OTHERS,
        ),
    ),
    alternatives=(pair_by_pair, by_the_part_within, by_masks),
    torch_alternatives=(by_torch_clamp, by_torch_where),
    hints=(
        "What are value and slope of both formulas at an error of exactly delta? Do they agree?",
        "Near 0 the slope is the error itself, beyond delta it stays at plus or minus delta: the error, clipped. np.where chooses between "
        "two formulas, entry by entry.",
        "difference <- predictions less targets\n"
        "costs      <- where its size is at most delta: half its square; else: the line\n"
        "slopes     <- the difference, held between minus delta and delta\n"
        "result     <- the mean of the costs; the slopes divided by N",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
    is_core=False,
)
