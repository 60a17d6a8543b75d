"""The learning-rate range test: train for a few steps at rising rates, and see where the loss falls fastest.

`range_test_rate` is the schedule, `lr_range_test` runs it, `steepest_rate` reads the result. Nothing here touches an array: both trees
use the same.

Source: Smith 2017, Cyclical learning rates for training neural networks, section 3.3.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from learnkit.training.requirements import require_count


def range_test_rate(step: int, *, total_steps: int = 100, min_lr: float = 1e-5, max_lr: float = 10.0) -> float:
    """Return min_lr · (max_lr / min_lr)^(step / (total_steps - 1)): rates that rise by the same factor each step.

    Parameters
    ----------
    step : int
        From 0; from total_steps - 1 on the rate is max_lr.
    total_steps : int
    min_lr, max_lr : float

    Raises
    ------
    ValueError, TypeError
        If the step is below 0 or not whole, total_steps is below 1, or the rates do not rise from above 0.

    Notes
    -----
    Rates in equal distances would spend all but one of a thousand steps above 0.01, where most optimizers have long diverged.

    Examples
    --------
    >>> [round(range_test_rate(step, total_steps=4, min_lr=0.001, max_lr=1.0), 6) for step in range(5)]
    [0.001, 0.01, 0.1, 1.0, 1.0]
    """
    require_count("step", step, least=0)
    require_count("total_steps", total_steps)
    if not 0 < min_lr < max_lr < math.inf:
        raise ValueError(f"rates must rise from above 0; got min_lr {min_lr} and max_lr {max_lr}.")
    if step >= total_steps - 1:
        return max_lr if total_steps > 1 else min_lr
    return float(min_lr * (max_lr / min_lr) ** (step / (total_steps - 1)))


def lr_range_test(
    train_step: Callable[[float], Any],
    *,
    total_steps: int = 100,
    min_lr: float = 1e-5,
    max_lr: float = 10.0,
    stop_factor: float = 4.0,
) -> tuple[list[float], list[float]]:
    """Train one step at each of the rising rates; return the rates and the losses.

    Parameters
    ----------
    train_step : lr -> loss
        Takes one training step at the given rate, and returns the loss before it. It moves the network: make a new one afterwards.
    total_steps, min_lr, max_lr
        As in `range_test_rate`.
    stop_factor : float
        The test ends when a loss is above stop_factor times the smallest so far, or is not finite; that loss is the last one returned.

    Returns
    -------
    lrs, losses : lists of the same length

    Examples
    --------
    A single weight and the loss w², whose step is w - 2 lr · w: above lr = 1 the loss grows.

    >>> weight = [1.0]
    >>> def train_step(lr):
    ...     loss = weight[0] ** 2
    ...     weight[0] -= lr * 2 * weight[0]
    ...     return loss
    >>> lrs, losses = lr_range_test(train_step, min_lr=0.01, max_lr=10.0, total_steps=13)
    >>> round(steepest_rate(lrs, losses), 2)
    0.1

    See Also
    --------
    steepest_rate
    """
    if not stop_factor > 1:
        raise ValueError(f"stop_factor must be above 1; got {stop_factor}.")
    lrs: list[float] = []
    losses: list[float] = []
    for step in range(total_steps):
        lrs.append(range_test_rate(step, total_steps=total_steps, min_lr=min_lr, max_lr=max_lr))
        losses.append(float(train_step(lrs[-1])))
        if not losses[-1] <= stop_factor * abs(min(losses)):
            break
    return lrs, losses


def steepest_rate(lrs: Sequence[float], losses: Sequence[float], *, window: int = 5) -> float:
    """Return the rate at which the loss falls fastest, per factor of the rate.

    Parameters
    ----------
    lrs, losses : of the same length
        As from `lr_range_test`. What comes after the smallest loss does not count, and neither does what is not finite.
    window : int
        Losses are first averaged over so many neighbors, as those of single batches are noisy; an odd number.

    Raises
    ------
    ValueError
        If the lengths differ, a rate does not rise, there are too few losses, or the loss never falls.

    Notes
    -----
    Not the rate of the smallest loss: that is the last before the loss grows, and too large to train with. (Some take a tenth of it.)

    Examples
    --------
    >>> steepest_rate([0.001, 0.01, 0.1, 1.0, 10.0], [2.3, 2.2, 1.0, 0.9, 5.0], window=1)
    0.01
    """
    if len(lrs) != len(losses):
        raise ValueError(f"each rate needs its loss; got {len(lrs)} rates and {len(losses)} losses.")
    if any(not 0 < low < high for low, high in pairwise(lrs)):
        raise ValueError("rates must rise from above 0, as those of range_test_rate.")
    require_count("window", window)
    if window % 2 == 0:
        raise ValueError(f"window must be odd, so that an average belongs to its middle; got {window}.")
    finite = next((index for index, loss in enumerate(losses) if not math.isfinite(loss)), len(losses))
    smooth = [_mean(losses[max(0, i - window // 2) : min(finite, i + window // 2 + 1)]) for i in range(finite)]
    lowest = min(range(finite), key=smooth.__getitem__, default=0)
    slopes = [(smooth[i + 1] - smooth[i]) / math.log(lrs[i + 1] / lrs[i]) for i in range(lowest)]
    if not slopes or min(slopes) >= 0:
        raise ValueError("the loss never falls in this test: there is no rate to choose. Begin at a lower rate, or train more steps.")
    return lrs[slopes.index(min(slopes))]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
