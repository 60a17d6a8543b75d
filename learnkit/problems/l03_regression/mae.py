"""The mean absolute error and its gradient: only the side counts, not the distance."""

from typing import Any

import numpy as np

from learnkit.problems.l03_regression.tables import short
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def mae(predictions, targets):
    """The mean absolute error and its gradient along the predictions.

    predictions : (N,) array
    targets : (N,) array
    Returns (loss, grad): the mean of the sizes of the differences, one number, and an array (N,). Where a prediction is exactly
    right the loss has a corner; take the slope 0 there, as PyTorch does.
    """
    ...
'''

SOLUTION = """
def mae(predictions, targets):
    difference = predictions - targets
    loss = np.abs(difference).mean()
    grad = np.sign(difference) / len(difference)
    return loss, grad
"""


def right_answer(predictions: Any, targets: Any) -> Any:
    difference = predictions - targets
    return np.abs(difference).mean(), np.sign(difference) / len(difference)


# Right answers written in other ways


def pair_by_pair(predictions: Any, targets: Any) -> Any:
    loss, grad = 0.0, np.zeros(len(targets))
    for n in range(len(targets)):
        loss += abs(predictions[n] - targets[n]) / len(targets)
        if predictions[n] > targets[n]:
            grad[n] = 1 / len(targets)
        elif predictions[n] < targets[n]:
            grad[n] = -1 / len(targets)
    return loss, grad


def by_comparison(predictions: Any, targets: Any) -> Any:
    side = (predictions > targets).astype(float) - (predictions < targets)
    return np.mean(side * (predictions - targets)), side / targets.size


def by_where(predictions: Any, targets: Any) -> Any:
    gap = targets - predictions
    slopes = np.where(gap == 0, 0.0, np.where(gap > 0, -1.0, 1.0))
    return np.maximum(gap, -gap).sum() / gap.size, slopes * (1 / gap.size)


def by_torch_sign(predictions: Any, targets: Any) -> Any:
    import torch

    difference = predictions - targets
    return difference.abs().mean(), torch.sign(difference) / len(difference)


def by_torch_where(predictions: Any, targets: Any) -> Any:
    import torch

    above, below = predictions > targets, predictions < targets
    slopes = above.to(predictions.dtype) - below.to(predictions.dtype)
    return torch.mean(torch.abs(targets - predictions)), slopes / slopes.numel()


# Mistakes


def value(predictions: Any, targets: Any) -> Any:
    return np.abs(predictions - targets).mean()


def value_in_loop(predictions: Any, targets: Any) -> Any:
    return sum(abs(p - t) for p, t in zip(predictions, targets, strict=True)) / len(targets)


def sides(predictions: Any, targets: Any) -> Any:
    return np.sign(predictions - targets) / len(targets)


def sides_in_loop(predictions: Any, targets: Any) -> Any:
    return np.array([((p > t) * 1.0 - (p < t) * 1.0) / len(targets) for p, t in zip(predictions, targets, strict=True)])


def one_at_the_corner(predictions: Any, targets: Any) -> Any:
    return value(predictions, targets), np.where(predictions >= targets, 1.0, -1.0) / len(targets)


def one_at_the_corner_in_loop(predictions: Any, targets: Any) -> Any:
    slopes = [-1 / len(targets) if p < t else 1 / len(targets) for p, t in zip(predictions, targets, strict=True)]
    return value_in_loop(predictions, targets), np.array(slopes)


def minus_one_at_the_corner(predictions: Any, targets: Any) -> Any:
    return value(predictions, targets), np.where(predictions > targets, 1.0, -1.0) / len(targets)


def nan_at_the_corner(predictions: Any, targets: Any) -> Any:
    difference = predictions - targets
    return value(predictions, targets), difference / np.abs(difference) / len(targets)


def nan_at_the_corner_in_roots(predictions: Any, targets: Any) -> Any:
    gap = predictions - targets
    return value_in_loop(predictions, targets), gap / (len(targets) * np.sqrt(gap * gap))


def totals(predictions: Any, targets: Any) -> Any:
    return np.abs(predictions - targets).sum(), np.sign(predictions - targets)


def totals_in_loop(predictions: Any, targets: Any) -> Any:
    return value_in_loop(predictions, targets) * len(targets), sides_in_loop(predictions, targets) * len(targets)


def total_and_mean(predictions: Any, targets: Any) -> Any:
    return np.abs(predictions - targets).sum(), np.sign(predictions - targets) / len(targets)


def grad_not_divided(predictions: Any, targets: Any) -> Any:
    return value(predictions, targets), np.sign(predictions - targets)


def grad_not_divided_in_loop(predictions: Any, targets: Any) -> Any:
    return value_in_loop(predictions, targets), len(targets) * sides_in_loop(predictions, targets)


def other_side(predictions: Any, targets: Any) -> Any:
    return value(predictions, targets), np.sign(targets - predictions) / len(targets)


def other_side_in_loop(predictions: Any, targets: Any) -> Any:
    return value_in_loop(predictions, targets), -sides_in_loop(predictions, targets)


def of_the_square(predictions: Any, targets: Any) -> Any:
    return value(predictions, targets), 2 * (predictions - targets) / len(targets)


def of_the_square_in_loop(predictions: Any, targets: Any) -> Any:
    return value_in_loop(predictions, targets), np.array(
        [2 * (p - t) / len(predictions) for p, t in zip(predictions, targets, strict=True)]
    )


def difference_as_slope(predictions: Any, targets: Any) -> Any:
    return value(predictions, targets), (predictions - targets) / len(targets)


def size_as_slope(predictions: Any, targets: Any) -> Any:
    return value(predictions, targets), np.abs(predictions - targets) / len(targets)


def signs_kept(predictions: Any, targets: Any) -> Any:
    return (predictions - targets).mean(), np.sign(predictions - targets) / len(targets)


def signs_kept_in_loop(predictions: Any, targets: Any) -> Any:
    return sum(p - t for p, t in zip(predictions, targets, strict=True)) / len(targets), sides_in_loop(predictions, targets)


def always_up(predictions: Any, targets: Any) -> Any:
    return value(predictions, targets), np.full(len(targets), 1 / len(targets))


def always_up_in_loop(predictions: Any, targets: Any) -> Any:
    return value_in_loop(predictions, targets), np.array([1.0 / len(targets) for _ in predictions])


def both_sides(rng: np.random.Generator, count: int) -> tuple[Any, ...]:
    """Draw differences of both signs, none of them 0, whose mean is not 0."""
    while True:
        predictions, targets = short(rng, count), short(rng, count)
        gap = predictions - targets
        if gap.min() < -0.2 and gap.max() > 0.2 and np.abs(gap).min() > 0.2 and abs(gap.mean()) > 0.2:
            return predictions, targets


def one_right(rng: np.random.Generator) -> tuple[Any, ...]:
    predictions, targets = both_sides(rng, 4)
    place = int(rng.integers(4))
    predictions[place] = targets[place]
    return predictions, targets


OTHERS = "9 · Other losses for numbers"

PROBLEM = Problem(
    id="03.mae",
    title="A loss that a few wild targets cannot drag along",
    stub=STUB,
    reference=right_answer,
    axes={"predictions": "N", "targets": "N"},
    returns=("loss", "grad"),
    library_calls=("torch.nn.functional.l1_loss", "sklearn.metrics.mean_absolute_error"),
    probes=(
        Probe("three predictions", "small enough to read", lambda rng: both_sides(rng, 3)),
        Probe("five predictions", "another size tells a sum from a mean", lambda rng: both_sides(rng, 5)),
        Probe("one prediction is exactly right", "the corner of the loss: its slope is 0 there", one_right),
        Probe("a single prediction", "a mean over one", lambda rng: (short(rng, 1), short(rng, 1) + 5), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "slope-at-the-corner",
            one_at_the_corner,
            one_at_the_corner_in_loop,
            "A prediction that is exactly right is moved all the same. At the corner the exercise asks for slope 0.",
            OTHERS,
            variants=(minus_one_at_the_corner,),
        ),
        Mistake(
            "nan-at-the-corner",
            nan_at_the_corner,
            nan_at_the_corner_in_roots,
            "It divides the difference by its size. Where a prediction is exactly right that is 0/0, not a number.",
            OTHERS,
        ),
        Mistake(
            "sum",
            totals,
            totals_in_loop,
            "It adds up over the predictions and does not divide by their number. Asked is the mean.",
            OTHERS,
            variants=(total_and_mean,),
            line=("loss = np.abs(difference).mean()", "loss = np.abs(difference).sum()"),
        ),
        Mistake(
            "gradient-not-divided",
            grad_not_divided,
            grad_not_divided_in_loop,
            "The loss is a mean, and the gradient is that of the sum.",
            "5 · The gradient",
            line=("grad = np.sign(difference) / len(difference)", "grad = np.sign(difference)"),
        ),
        Mistake(
            "other-side",
            other_side,
            other_side_in_loop,
            "The gradient has the other sign. A prediction that is too high makes the loss larger when it grows.",
            OTHERS,
        ),
        Mistake(
            "slope-of-the-square",
            of_the_square,
            of_the_square_in_loop,
            "The gradient grows with the error, as that of the squared error does. Here every error pulls with the same strength.",
            OTHERS,
            variants=(difference_as_slope, size_as_slope),
        ),
        Mistake(
            "signs-kept",
            signs_kept,
            signs_kept_in_loop,
            "The loss is the mean of the differences with their signs, so that too high and too low cancel.",
            OTHERS,
        ),
        Mistake(
            "always-up",
            always_up,
            always_up_in_loop,
            "Every prediction gets the same slope. It depends on the side: too high or too low.",
            OTHERS,
        ),
    ),
    alternatives=(pair_by_pair, by_comparison, by_where),
    torch_alternatives=(by_torch_sign, by_torch_where),
    hints=(
        "Draw the size of a number over that number. What is the slope on the right and on the left, and which is asked in between?",
        "The slope of the size is 1 above 0 and −1 below; np.sign gives both, and 0 at 0. The mean divides every slope by N.",
        "difference <- predictions less targets\nloss       <- the mean of its sizes\ngrad       <- its signs, divided by N",
    ),
    solution=SOLUTION,
    minutes=6,
    is_core=False,
)
