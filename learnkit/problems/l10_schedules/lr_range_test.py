"""The range test: rising rates, one step at each, and which of them to take."""

import math
from itertools import pairwise
from typing import Any

import numpy as np

from learnkit.problems.problem import Actor, Mistake, Probe, Problem

STUB = '''
def lr_range_test(train_step, min_lr, max_lr, total_steps):
    """Train one step at each of total_steps rising rates, and find the rate whose step lowered the loss most.

    train_step : lr -> loss; takes one training step at this rate, and returns the loss before the step
    min_lr, max_lr, total_steps : the first rate, the last one, and how many; each rate is the one before times the same factor
    Returns (losses, best_lr): the list of losses, and the rate of the step after which the loss fell most, to the next loss of the list.
    The test ends early at a loss that is NaN, or above 4 times the smallest so far; that loss is not in the list.
    """
    ...
'''

SOLUTION = """
def lr_range_test(train_step, min_lr, max_lr, total_steps):
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = []
    for lr in lrs:
        loss = train_step(lr)
        if not loss <= 4 * min([loss, *losses]):
            break
        losses.append(loss)
    falls = -np.diff(losses)
    return losses, lrs[falls.argmax()]
"""


def right_answer(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses: list[Any] = []
    for lr in lrs:
        loss = train_step(lr)
        if not loss <= 4 * min([loss, *losses]):
            break
        losses.append(loss)
    falls = -np.diff(losses)
    return losses, lrs[falls.argmax()]


def swept(train_step: Any, lrs: Any) -> list[Any]:
    """Return the losses at some rates, up to the one that ends the test."""
    losses: list[Any] = []
    for lr in lrs:
        loss = train_step(lr)
        if math.isnan(loss) or (losses and loss > 4 * min(losses)):
            break
        losses.append(loss)
    return losses


# Right answers written in other ways


def by_multiplying(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    factor = (max_lr / min_lr) ** (1 / (total_steps - 1))
    lr, smallest = min_lr, math.inf
    losses: list[float] = []
    best_fall, best_lr = -math.inf, min_lr
    for _ in range(total_steps):
        loss = train_step(lr)
        smallest = min(smallest, loss)
        if loss != loss or loss > 4 * smallest:
            return losses, best_lr
        if losses and losses[-1] - loss > best_fall:
            best_fall, best_lr = losses[-1] - loss, lr / factor
        losses.append(loss)
        lr *= factor
    return losses, best_lr


def by_logarithms(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.exp(np.linspace(np.log(min_lr), np.log(max_lr), total_steps))
    seen: list[float] = []
    while len(seen) < total_steps:
        seen.append(train_step(lrs[len(seen)]))
        if np.isnan(seen[-1]) or seen[-1] > 4 * np.nanmin(seen):
            seen.pop()
            break
    changes = [after - before for before, after in pairwise(seen)]
    return seen, lrs[changes.index(min(changes))]


def by_powers(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    def rate(step: int) -> float:
        return float(min_lr * (max_lr / min_lr) ** (step / (total_steps - 1)))

    losses: list[float] = []
    for step in range(total_steps):
        loss = train_step(rate(step))
        bound = 4 * min(losses, default=math.inf)
        if math.isnan(loss) or loss > bound:
            break
        losses += [loss]
    best = max(range(len(losses) - 1), key=lambda k: losses[k] - losses[k + 1])
    return losses, rate(best)


# Mistakes


def equal_distances(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.linspace(min_lr, max_lr, total_steps)
    losses = swept(train_step, lrs)
    return losses, lrs[(-np.diff(losses)).argmax()] if len(losses) > 1 else lrs[0]


def equal_distances_by_adding(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    distance = (max_lr - min_lr) / (total_steps - 1)
    lrs = [min_lr + k * distance for k in range(total_steps)]
    losses = swept(train_step, lrs)
    falls = [losses[k] - losses[k + 1] for k in range(len(losses) - 1)]
    return losses, lrs[falls.index(max(falls))] if falls else lrs[0]


def lowest(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = swept(train_step, lrs)
    return losses, lrs[np.argmin(losses)]


def lowest_by_sorting(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = [float(lr) for lr in np.geomspace(min_lr, max_lr, total_steps)]
    losses = swept(train_step, lrs)
    return losses, min(zip(losses, lrs, strict=False))[1]


def tenth_of_lowest(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    losses, lr = lowest(train_step, min_lr, max_lr, total_steps)
    return losses, lr / 10


def step_to_lowest(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    """The rate of the step that led to the smallest loss."""
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = swept(train_step, lrs)
    return losses, lrs[np.argmin(losses) - 1]


def end_left_out(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = [min_lr * (max_lr / min_lr) ** (step / total_steps) for step in range(total_steps)]
    losses = swept(train_step, lrs)
    return losses, lrs[(-np.diff(losses)).argmax()]


def end_left_out_by_space(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps, endpoint=False)
    losses = swept(train_step, lrs)
    falls = [losses[k] - losses[k + 1] for k in range(len(losses) - 1)]
    return losses, lrs[falls.index(max(falls))]


def one_late(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = swept(train_step, lrs)
    return losses, lrs[(-np.diff(losses)).argmax() + 1]


def one_late_in_a_loop(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = swept(train_step, lrs)
    falls = {losses[k - 1] - losses[k]: lrs[k] for k in range(1, len(losses))}
    return losses, falls[max(falls)]


def largest_rise(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = swept(train_step, lrs)
    return losses, lrs[np.diff(losses).argmax()]


def largest_rise_in_a_loop(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = swept(train_step, lrs)
    return losses, lrs[max(range(len(losses) - 1), key=lambda k: losses[k + 1] - losses[k])]


def slope_per_rate(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = swept(train_step, lrs)
    return losses, lrs[(-np.diff(losses) / np.diff(lrs[: len(losses)])).argmax()]


def slope_per_rate_in_a_loop(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = swept(train_step, lrs)
    slopes = [(losses[k + 1] - losses[k]) / (lrs[k + 1] - lrs[k]) for k in range(len(losses) - 1)]
    return losses, lrs[slopes.index(min(slopes))]


def never_ends(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = [train_step(lr) for lr in lrs]
    return losses, lrs[np.nanargmax(-np.diff(losses))]


def never_ends_in_a_loop(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses, best, best_fall = [], lrs[0], -math.inf
    for step in range(total_steps):
        losses.append(train_step(lrs[step]))
        if step and losses[-2] - losses[-1] > best_fall:
            best_fall, best = losses[-2] - losses[-1], lrs[step - 1]
    return losses, best


def never_ends_at_nan(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = [train_step(lr) for lr in lrs]
    return losses, lrs[np.argmax(-np.diff(losses))]


def nan_goes_on(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses: list[Any] = []
    for lr in lrs:
        loss = train_step(lr)
        if losses and loss > 4 * min(losses):
            break
        losses.append(loss)
    return losses, lrs[np.nanargmax(-np.diff(losses))]


def nan_goes_on_by_smallest(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses, smallest = [], math.inf
    for lr in lrs:
        loss = train_step(lr)
        if loss > 4 * smallest:
            break
        smallest = min(smallest, loss)
        losses.append(loss)
    falls = [losses[k] - losses[k + 1] for k in range(len(losses) - 1)]
    return losses, lrs[falls.index(max(fall for fall in falls if fall == fall))]


def nan_goes_on_and_wins(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    losses, _ = nan_goes_on(train_step, min_lr, max_lr, total_steps)
    return losses, np.geomspace(min_lr, max_lr, total_steps)[np.argmax(-np.diff(losses))]


def ends_by_the_last(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses: list[Any] = []
    for lr in lrs:
        loss = train_step(lr)
        if math.isnan(loss) or (losses and loss > 4 * losses[-1]):
            break
        losses.append(loss)
    return losses, lrs[(-np.diff(losses)).argmax()]


def ends_by_the_first(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses: list[Any] = []
    for lr in lrs:
        loss = train_step(lr)
        if math.isnan(loss) or (losses and loss > 4 * losses[0]):
            break
        losses.append(loss)
    return losses, lrs[(-np.diff(losses)).argmax()]


def ends_by_the_last_in_a_loop(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses: list[Any] = []
    before = math.inf
    for step in range(total_steps):
        loss = train_step(lrs[step])
        if not loss <= 4 * before:
            break
        before = loss
        losses.append(loss)
    falls = [losses[k] - losses[k + 1] for k in range(len(losses) - 1)]
    return losses, lrs[falls.index(max(falls))]


def keeps_the_last(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses: list[Any] = []
    for lr in lrs:
        losses.append(train_step(lr))
        if not losses[-1] <= 4 * min(losses):
            break
    return losses, lrs[np.nanargmax(-np.diff(losses))]


def keeps_the_last_in_a_loop(train_step: Any, min_lr: Any, max_lr: Any, total_steps: Any) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses: list[Any] = []
    goes_on = True
    while goes_on and len(losses) < total_steps:
        loss = train_step(lrs[len(losses)])
        goes_on = loss <= 4 * min([*losses, loss])
        losses.append(loss)
    falls = [losses[k] - losses[k + 1] for k in range(len(losses) - 1)]
    return losses, lrs[falls.index(max(fall for fall in falls if fall == fall))]


# Probes


def bowl(total_steps: int, max_lr: float, *, breaks_at: float = math.inf) -> Any:
    """Return what draws a bowl to descend in so many steps; above breaks_at its losses are NaN."""

    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        steep = 20 + 5 * rng.random()
        curvatures, start = np.array([steep, steep / 12]), np.array([1.0, 3.0]) + 0.2 * rng.random(2)
        return Actor("bowl_to_descend", (curvatures, start, breaks_at)), 0.001, max_lr, total_steps

    return make


def around_the_limit(rng: np.random.Generator) -> tuple[Any, ...]:
    """The losses are told: the smallest, 3.8 times and 4.2 times that, and a fall afterwards that does not count."""
    smallest = round(1 + rng.random(), 2)
    losses = np.array([3.6, 3.2, 2.6, 1.0, 3.8, 3.7, 4.2, 0.5]) * smallest
    return Actor("losses_in_turn", (losses,)), 0.001, 0.1, len(losses)


RANGE = "7 · How high may the rate be?"

PROBLEM = Problem(
    id="10.lr_range_test",
    title="Which rate lowers the loss fastest?",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    returns=("losses", "best_lr"),
    rtol=1e-6,  # rates by powers, by multiplying and by logarithms differ in their last digits, and the steps carry them on
    library_calls=(
        "learnkit.training.lr_range_test",
        "learnkit.training.range_tests.lr_range_test",
        "learnkit.training.range_tests.steepest_rate",
        "learnkit.reference.steepest_rate",
        "learnkit.training.steepest_rate",
    ),
    probes=(
        Probe("six rates, from 0.001 to 0.02", "small enough to read; all rates are tried", bowl(6, 0.02)),
        Probe("40 rates, up to 0.5", "the loss falls, rises, and ends the test", bowl(40, 0.5)),
        Probe("losses just below 4 times the smallest, then above", "the limit is 4, and neither 3 nor 5", around_the_limit, is_edge=True),
        Probe("25 rates, NaN in the end", "NaN is above nothing", bowl(25, 0.2, breaks_at=0.09)),
    ),
    mistakes=(
        Mistake(
            "equal-distances",
            equal_distances,
            equal_distances_by_adding,
            "The rates rise by the same amount, so nearly all of them are of the size of the largest. "
            "Each should be the one before times the same factor.",
            RANGE,
            line=("lrs = np.geomspace(min_lr, max_lr, total_steps)", "lrs = np.linspace(min_lr, max_lr, total_steps)"),
        ),
        Mistake(
            "lowest-loss",
            lowest,
            lowest_by_sorting,
            "It takes the rate where the loss is smallest. All steps before have lowered that loss; "
            "the rate there no longer helps, and the next ones make it grow.",
            RANGE,
            variants=(step_to_lowest, tenth_of_lowest),
            line=("return losses, lrs[falls.argmax()]", "return losses, lrs[np.argmin(losses)]"),
        ),
        Mistake(
            "end-left-out",
            end_left_out,
            end_left_out_by_space,
            "The factor is the root of one more step than there are between the first rate and the last, so max_lr is never reached.",
            RANGE,
        ),
        Mistake(
            "one-late",
            one_late,
            one_late_in_a_loop,
            "It returns the rate of the next step. Each loss is measured before its step: the fall is due to the rate before it.",
            RANGE,
        ),
        Mistake(
            "largest-rise",
            largest_rise,
            largest_rise_in_a_loop,
            "It finds the step after which the loss rose most. A difference of neighbors in a list is the later one less the earlier one.",
            RANGE,
            line=("falls = -np.diff(losses)", "falls = np.diff(losses)"),
        ),
        Mistake(
            "slope-per-rate",
            slope_per_rate,
            slope_per_rate_in_a_loop,
            "It divides each fall by the distance of the rates. Those distances grow with the rate, so that the first rates always win.",
            RANGE,
        ),
        Mistake(
            "never-ends",
            never_ends,
            never_ends_in_a_loop,
            "It goes on after the loss has exploded. What happens there tells nothing, and the numbers may end in infinity.",
            RANGE,
            variants=(never_ends_at_nan,),
        ),
        Mistake(
            "nan-goes-on",
            nan_goes_on,
            nan_goes_on_by_smallest,
            "A loss that is NaN does not end the test: NaN is not above anything, so the comparison is false.",
            RANGE,
            variants=(nan_goes_on_and_wins,),
        ),
        Mistake(
            "not-the-smallest",
            ends_by_the_last,
            ends_by_the_last_in_a_loop,
            "A new loss is compared with the one before it, or with the first. The limit is 4 times the smallest so far.",
            RANGE,
            variants=(ends_by_the_first,),
        ),
        Mistake(
            "last-kept",
            keeps_the_last,
            keeps_the_last_in_a_loop,
            "The loss that ended the test is in the list. It is the sign to stop, and no part of the result.",
            RANGE,
        ),
    ),
    alternatives=(by_multiplying, by_logarithms, by_powers),
    hints=(
        "From 0.001 to 10 in five rates that rise by the same factor: which five? And which of the losses is due to which rate?",
        "Rates of the same factor have logarithms of the same distance. The loss that a step returns was measured before that step, so "
        "the effect of rate k is the difference between loss k and loss k + 1. Comparisons with NaN are always false.",
        "lrs <- total_steps rates with a common factor, both ends among them\n"
        "for each rate:\n"
        "    loss <- one training step at it\n"
        "    stop if it is NaN, or above 4 times the smallest so far; else keep it\n"
        "falls <- each loss less the next one\n"
        "the rate at the place of the largest fall",
    ),
    solution=SOLUTION,
    level=3,
    minutes=12,
)
