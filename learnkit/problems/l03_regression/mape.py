"""The mean absolute percentage error: divided by what, in which unit, and what a target of 0 does to it."""

from typing import Any

import numpy as np

from learnkit.problems.problem import THE_EXERCISE, Call, Mistake, Probe, Problem

STUB = '''
def mape(predictions, targets):
    """By what share of the target a prediction is off, on average.

    predictions : (N,) array
    targets : (N,) array; may be negative
    Returns one number, a fraction and not percent: 0.1 means 10 % off.
    Raises ValueError if a target is 0: no share of 0 can be told.
    """
    ...
'''

SOLUTION = """
def mape(predictions, targets):
    if (targets == 0).any():
        raise ValueError("targets must not be 0")
    shares = np.abs(predictions - targets) / np.abs(targets)
    return shares.mean()
"""


def right_answer(predictions: Any, targets: Any) -> Any:
    if (targets == 0).any():
        raise ValueError("targets must not be 0")
    return (np.abs(predictions - targets) / np.abs(targets)).mean()


# Right answers written in other ways


def pair_by_pair(predictions: Any, targets: Any) -> Any:
    total = 0.0
    for prediction, target in zip(predictions, targets, strict=True):
        if target == 0:
            raise ValueError("a target is 0")
        total += abs((prediction - target) / target)
    return total / len(targets)


def of_the_ratio(predictions: Any, targets: Any) -> Any:
    if not np.all(targets):
        raise ValueError("0 has no share")
    return np.abs(predictions / targets - 1).mean()


def by_sum(predictions: Any, targets: Any) -> Any:
    if np.count_nonzero(targets) < targets.size:
        raise ValueError("a target is 0")
    weights = 1 / np.abs(targets)
    return (weights * np.abs(targets - predictions)).sum() / targets.size


def by_torch_operations(predictions: Any, targets: Any) -> Any:
    import torch

    if torch.any(targets == 0):
        raise ValueError("targets must not be 0")
    return ((predictions - targets).abs() / targets.abs()).mean()


def by_torch_ratio(predictions: Any, targets: Any) -> Any:
    import torch

    if torch.count_nonzero(targets) != targets.numel():
        raise ValueError("0 has no share")
    return torch.mean(torch.abs(1 - predictions / targets))


# Mistakes


def refuse(targets: Any) -> None:
    if (targets == 0).any():
        raise ValueError("targets must not be 0")


def of_the_prediction(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return (np.abs(predictions - targets) / np.abs(predictions)).mean()


def of_the_prediction_in_loop(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return sum(abs((p - t) / p) for p, t in zip(predictions, targets, strict=True)) / len(targets)


def zeros_pass(predictions: Any, targets: Any) -> Any:
    return (np.abs(predictions - targets) / np.abs(targets)).mean()


def zeros_pass_in_loop(predictions: Any, targets: Any) -> Any:
    return np.mean([np.float64(abs(p - t)) / np.float64(abs(t)) for p, t in zip(predictions, targets, strict=True)])


def zeros_left_out(predictions: Any, targets: Any) -> Any:
    known = targets != 0
    return (np.abs(predictions - targets)[known] / np.abs(targets)[known]).mean()


def zeros_left_out_in_loop(predictions: Any, targets: Any) -> Any:
    shares = [abs(p / t - 1) for p, t in zip(predictions, targets, strict=True) if t != 0]
    return sum(shares) / len(shares)


def small_added(small: float) -> Any:
    def with_small_added(predictions: Any, targets: Any) -> Any:
        return (np.abs(predictions - targets) / np.maximum(np.abs(targets), small)).mean()

    return with_small_added


def small_added_in_loop(predictions: Any, targets: Any) -> Any:
    return np.mean([abs(p - t) / max(abs(t), 2.220446049250313e-16) for p, t in zip(predictions, targets, strict=True)])


def in_percent(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return 100 * (np.abs(predictions - targets) / np.abs(targets)).mean()


def in_percent_in_loop(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return sum(abs(100 * p / t - 100) for p, t in zip(predictions, targets, strict=True)) / len(targets)


def target_with_sign(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return (np.abs(predictions - targets) / targets).mean()


def target_with_sign_in_loop(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return sum(abs(p - t) / t for p, t in zip(predictions, targets, strict=True)) / len(targets)


def signs_cancel(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return ((predictions - targets) / targets).mean()


def signs_cancel_in_loop(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return sum(p / t - 1 for p, t in zip(predictions, targets, strict=True)) / len(targets)


def of_the_totals(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return np.abs(predictions - targets).sum() / np.abs(targets).sum()


def of_the_totals_as_means(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return np.mean([abs(p - t) for p, t in zip(predictions, targets, strict=True)]) / np.mean([abs(t) for t in targets])


def symmetric(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return (2 * np.abs(predictions - targets) / (np.abs(predictions) + np.abs(targets))).mean()


def symmetric_in_loop(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return np.mean([abs(p - t) / ((abs(p) + abs(t)) / 2) for p, t in zip(predictions, targets, strict=True)])


def summed(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return (np.abs(predictions - targets) / np.abs(targets)).sum()


def summed_in_loop(predictions: Any, targets: Any) -> Any:
    refuse(targets)
    return sum(abs(p / t - 1) for p, t in zip(predictions, targets, strict=True))


def pairs(rng: np.random.Generator, count: int) -> tuple[Any, Any]:
    """Draw targets of both signs and predictions of the same sign, too high and too low."""
    while True:
        targets = rng.choice([-1, 1], count) * rng.choice(np.arange(10, 90, 5), count, replace=False)
        shares = rng.choice([-0.4, -0.2, -0.1, 0.1, 0.2, 0.3, 0.5], count)
        mixed = targets.min() < 0 < targets.max() and shares.min() < 0 < shares.max()
        if mixed and abs(shares.mean()) > 0.02 and abs((np.sign(targets) * np.abs(shares)).mean()) > 0.02 and len(set(np.abs(shares))) > 1:
            return (targets * (1 + shares)).round(1), targets.astype(float)


def one_zero(rng: np.random.Generator) -> list[Any]:
    """The same question twice; the second time a target is 0."""
    predictions, targets = pairs(rng, 3)
    with_zero = targets.copy()
    with_zero[int(rng.integers(3))] = 0.0
    return [Call((predictions, targets)), Call((predictions, with_zero))]


PROBLEM = Problem(
    id="03.mape",
    title="Off by what share?",
    stub=STUB,
    reference=right_answer,
    axes={"predictions": "N", "targets": "N"},
    library_calls=("sklearn.metrics.mean_absolute_percentage_error",),
    probes=(
        Probe("three predictions", "small enough to read", lambda rng: pairs(rng, 3)),
        Probe("six predictions", "another size tells a sum from a mean", lambda rng: pairs(rng, 6)),
        Probe("a target of 0", "no share of 0 can be told", one_zero, is_edge=True),
    ),
    mistakes=(
        Mistake(
            "of-the-prediction",
            of_the_prediction,
            of_the_prediction_in_loop,
            "It divides by the prediction. The share is one of what was right, the target.",
            THE_EXERCISE,
            line=(
                "shares = np.abs(predictions - targets) / np.abs(targets)",
                "shares = np.abs(predictions - targets) / np.abs(predictions)",
            ),
        ),
        Mistake(
            "zero-passes",
            zeros_pass,
            zeros_pass_in_loop,
            "A target of 0 gives an infinite share, or 0/0, and the mean with it. The exercise asks for an error that says so.",
            THE_EXERCISE,
        ),
        Mistake(
            "zero-left-out",
            zeros_left_out,
            zeros_left_out_in_loop,
            "Targets of 0 are left out without a word, so that the mean is one of fewer pairs than it seems. Asked is an error.",
            THE_EXERCISE,
        ),
        Mistake(
            "zero-made-small",
            small_added(1e-8),
            small_added_in_loop,
            "A target of 0 is replaced by something tiny, and one pair then decides the whole mean. Asked is an error.",
            THE_EXERCISE,
            variants=(small_added(1e-12), small_added(2.220446049250313e-16)),
        ),
        Mistake("percent", in_percent, in_percent_in_loop, "It returns percent. Asked is a fraction: 0.1, and not 10.", THE_EXERCISE),
        Mistake(
            "sign-of-the-target",
            target_with_sign,
            target_with_sign_in_loop,
            "A negative target makes its share negative, and shares cancel. How large the target is counts, not its sign.",
            THE_EXERCISE,
        ),
        Mistake(
            "signs-cancel",
            signs_cancel,
            signs_cancel_in_loop,
            "Too high and too low cancel: the shares are averaged with their signs.",
            THE_EXERCISE,
        ),
        Mistake(
            "of-the-totals",
            of_the_totals,
            of_the_totals_as_means,
            "It divides the total error by the total of the targets, so that large targets count more. Every pair has its own share.",
            THE_EXERCISE,
        ),
        Mistake(
            "symmetric",
            symmetric,
            symmetric_in_loop,
            "It divides by the mean of prediction and target. That is the symmetric form, another measure.",
            THE_EXERCISE,
        ),
        Mistake(
            "sum",
            summed,
            summed_in_loop,
            "It adds the shares up. Asked is their mean.",
            THE_EXERCISE,
            line=("return shares.mean()", "return shares.sum()"),
        ),
    ),
    alternatives=(pair_by_pair, of_the_ratio, by_sum),
    torch_alternatives=(by_torch_operations, by_torch_ratio),
    hints=(
        "A prediction of 90 for a target of 100 is 10 % off. What was divided by what? And what would that be for a target of 0?",
        "Each error's size is divided by the size of its own target, and the mean is taken last. Before that, look whether a target is 0, "
        "and `raise ValueError(...)` if so.",
        "if any target is 0: raise an error\nshares <- size of each error over size of its target\nresult <- the mean of the shares",
    ),
    solution=SOLUTION,
    minutes=6,
    is_core=False,
)
