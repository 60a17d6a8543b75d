"""A rate that rises in a line and falls along half a cosine: steps or epochs, where each part begins, and what comes after the end."""

import math
from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def cosine_warmup(step, epochs, warmup_epochs, steps_per_epoch, lr):
    """The learning rate of one step: a rise in a line to lr, then a fall to 0 along half a cosine.

    step : which step of the optimizer, counted from 0; it goes on counting through all epochs
    epochs, warmup_epochs : how long the run is, and how long the rise; 0 epochs of rise begin with lr itself
    steps_per_epoch : how many steps one epoch has
    lr : the highest rate. With w steps of rise, step 0 has lr / (w + 1), and step w is the first that has lr.
    Returns a number. The rate is 0 from the end of the last epoch on, however far the steps go on.
    """
    ...
'''

SOLUTION = """
def cosine_warmup(step, epochs, warmup_epochs, steps_per_epoch, lr):
    warmup_steps = warmup_epochs * steps_per_epoch
    total_steps = epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * (step + 1) / (warmup_steps + 1)
    progress = min(1, (step - warmup_steps) / (total_steps - warmup_steps))
    return lr * (1 + np.cos(np.pi * progress)) / 2
"""


def right_answer(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    warmup_steps = warmup_epochs * steps_per_epoch
    total_steps = epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * (step + 1) / (warmup_steps + 1)
    progress = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return lr * (1 + math.cos(math.pi * progress)) / 2


# Right answers written in other ways


def in_epochs(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    """Time is measured in epochs, and fractions of them."""
    now = step / steps_per_epoch
    if now >= epochs:
        return 0.0
    if now >= warmup_epochs:
        return lr * np.cos(np.pi / 2 * (now - warmup_epochs) / (epochs - warmup_epochs)) ** 2
    return lr * (now + 1 / steps_per_epoch) / (warmup_epochs + 1 / steps_per_epoch)


def by_table(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    """All rates of the run are written down first."""
    rise, fall = warmup_epochs * steps_per_epoch, (epochs - warmup_epochs) * steps_per_epoch
    rates = [lr * k / (rise + 1) for k in range(1, rise + 1)]
    rates += [lr / 2 + lr / 2 * math.cos(math.pi * k / fall) for k in range(fall)]
    return rates[step] if step < len(rates) else 0.0


def by_interpolation(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    peak, end = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    angle = np.interp(step, [peak, end], [0, np.pi])
    factor = np.interp(step, [-1, peak], [0, 1])
    return factor * lr * (1 + np.cos(angle)) / 2


# Mistakes


def not_clamped(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    warmup_steps, total_steps = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * (step + 1) / (warmup_steps + 1)
    return lr * (1 + math.cos(math.pi * (step - warmup_steps) / (total_steps - warmup_steps))) / 2


def not_clamped_in_epochs(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    start = warmup_epochs * steps_per_epoch
    if step >= start:
        return lr * np.cos(np.pi / 2 * (step / steps_per_epoch - warmup_epochs) / (epochs - warmup_epochs)) ** 2
    return (1 + step) * (lr / (1 + start))


def starts_at_zero(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    warmup_steps = warmup_epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * step / warmup_steps
    return right_answer(step, epochs, warmup_epochs, steps_per_epoch, lr)


def starts_at_zero_by_interpolation(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    peak, end = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    fall = lr * (1 + np.cos(np.interp(step, [peak, end], [0, np.pi]))) / 2
    return np.interp(step, [0, peak], [0, lr]) if step < peak else fall


def too_early(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    warmup_steps = warmup_epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * (step + 1) / warmup_steps
    return right_answer(step, epochs, warmup_epochs, steps_per_epoch, lr)


def too_early_by_table(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    rise = [lr * (k + 1) / (warmup_epochs * steps_per_epoch) for k in range(warmup_epochs * steps_per_epoch)]
    return rise[step] if step < len(rise) else by_table(step, epochs, warmup_epochs, steps_per_epoch, lr)


def never_full(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    warmup_steps = warmup_epochs * steps_per_epoch
    if step <= warmup_steps:
        return lr * step / (warmup_steps + 1)
    return right_answer(step, epochs, warmup_epochs, steps_per_epoch, lr)


def never_full_by_count(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    count = warmup_epochs * steps_per_epoch + 1
    return step * (lr / count) if step < count else in_epochs(step, epochs, warmup_epochs, steps_per_epoch, lr)


def never_full_below(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    """As above, but the fall begins one step earlier, as it should."""
    count = warmup_epochs * steps_per_epoch + 1
    return step * (lr / count) if step < count - 1 else in_epochs(step, epochs, warmup_epochs, steps_per_epoch, lr)


def no_rise_divides(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    """The rise is a line from the first rate to the highest one, in so many equal parts; without a rise there are none."""
    warmup_steps = warmup_epochs * steps_per_epoch
    first = lr / (warmup_steps + 1)
    part = (lr - first) / warmup_steps
    if step < warmup_steps:
        return first + part * step
    return right_answer(step, epochs, warmup_epochs, steps_per_epoch, lr)


def no_rise_divides_by_share(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    count = warmup_epochs * steps_per_epoch
    share = step / count
    if share >= 1:
        return by_table(step, epochs, warmup_epochs, steps_per_epoch, lr)
    return lr * (share * count + 1) / (count + 1)


def lengths_in_epochs(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    return right_answer(step, epochs, warmup_epochs, 1, lr)


def lengths_in_epochs_by_hand(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    if step < warmup_epochs:
        return (step + 1) * lr / (warmup_epochs + 1)
    if step > epochs:
        return 0.0
    return lr * np.cos(np.pi / 2 * (step - warmup_epochs) / (epochs - warmup_epochs)) ** 2


def lengths_in_epochs_not_clamped(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    return not_clamped(step, epochs, warmup_epochs, 1, lr)


def stairs(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    return right_answer(step // steps_per_epoch, epochs, warmup_epochs, 1, lr)


def stairs_by_hand(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    epoch = int(step / steps_per_epoch)
    if epoch < warmup_epochs:
        return lr / (warmup_epochs + 1) * (epoch + 1)
    done = (epoch - warmup_epochs) / (epochs - warmup_epochs)
    return lr * np.cos(np.pi / 2 * done) ** 2 if done < 1 else 0.0


def fall_of_the_whole_run(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    warmup_steps, total_steps = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * (step + 1) / (warmup_steps + 1)
    return lr * (1 + math.cos(math.pi * min(1.0, step / total_steps))) / 2


def fall_of_the_whole_run_in_epochs(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    if step >= warmup_epochs * steps_per_epoch:
        angle = np.interp(step / steps_per_epoch, [0, epochs], [0, np.pi / 2])
        return lr * np.cos(angle) ** 2
    return lr / (warmup_epochs * steps_per_epoch + 1) * (step + 1)


def fall_over_its_own_length(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    """The warm-up is taken off the steps, and not off the length."""
    start, total_steps = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    if step < start:
        return lr * (step + 1) / (start + 1)
    return lr * (1 + math.cos(math.pi * min(1.0, (step - start) / total_steps))) / 2


def below_zero(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    warmup_steps, total_steps = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * (step + 1) / (warmup_steps + 1)
    return lr * math.cos(math.pi * min(1.0, (step - warmup_steps) / (total_steps - warmup_steps)))


def below_zero_from_right(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    rate = by_interpolation(step, epochs, warmup_epochs, steps_per_epoch, lr)
    return rate if step < warmup_epochs * steps_per_epoch else 2 * rate - lr


def quarter(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    warmup_steps, total_steps = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * (step + 1) / (warmup_steps + 1)
    return lr * math.cos(math.pi / 2 * min(1.0, (step - warmup_steps) / (total_steps - warmup_steps)))


def straight(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    warmup_steps, total_steps = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    if step < warmup_steps:
        return lr * (step + 1) / (warmup_steps + 1)
    return lr * max(0.0, (total_steps - step) / (total_steps - warmup_steps))


def straight_by_interpolation(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    peak, end = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    return np.interp(step, [-1, peak, end], [0, lr, 0])


def quarter_by_interpolation(step: Any, epochs: Any, warmup_epochs: Any, steps_per_epoch: Any, lr: Any) -> Any:
    peak, end = warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    return np.interp(step, [-1, peak], [0, lr]) * np.sin(np.interp(step, [peak, end], [np.pi / 2, 0]))


# Probes


def run_at(where: str, warmup_epochs: int | None = None) -> Any:
    """Return what draws a run, and a step of it: "first", "rise", "full" (the first after the rise), "fall", "last", "end" or "after"."""

    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        warm = int(rng.integers(2, 4)) if warmup_epochs is None else warmup_epochs
        epochs, per_epoch = warm + int(rng.integers(3, 6)), int(rng.integers(4, 8))
        rise, total = warm * per_epoch, epochs * per_epoch
        step = {
            "first": 0,
            "rise": rise - 2,
            "full": rise,
            "fall": total - per_epoch - 2,
            "last": total - 1,
            "end": total,
            "after": total + 2 + int(rng.integers(3)),
        }[where]
        return step, epochs, warm, per_epoch, int(rng.integers(1, 10)) / 10

    return make


WARMUP = "5 · Schedules, drawn and written"
STEPS = "11 · A broken run"
LIMIT = "min(1, (step - warmup_steps) / (total_steps - warmup_steps))"

PROBLEM = Problem(
    id="10.cosine_warmup",
    title="A rise in a line, a fall along a cosine",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    atol=1e-10,  # at the end of the fall two ways to write the cosine leave 1e-17 and 0
    library_calls=(
        "learnkit.training.cosine_warmup",
        "learnkit.training.schedules.cosine_warmup",
        "torch.optim.lr_scheduler.CosineAnnealingLR",
        "torch.optim.lr_scheduler.LinearLR",
    ),
    probes=(
        Probe("the first step", "a rate of 0 would waste it", run_at("first")),
        Probe("a step of the rise", "it is still below lr", run_at("rise")),
        Probe("the first step after the rise", "here the rate is lr itself", run_at("full")),
        Probe("a step of the fall", "the fall has its own beginning and length", run_at("fall")),
        Probe("the last step", "next to nothing, and above 0", run_at("last"), is_edge=True),
        Probe("the step after the last", "the fall is over", run_at("end"), is_edge=True),
        Probe("far past the end", "a cosine rises again", run_at("after")),
        Probe("no rise, the first step", "nothing is divided by 0", run_at("first", 0)),
        Probe("no rise, a step of the fall", "all of the run is the fall", run_at("fall", 0), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "not-clamped",
            not_clamped,
            not_clamped_in_epochs,
            "Past the end of the run the cosine goes on, and the rate rises again. From there on it should stay where it ended.",
            WARMUP,
            line=(f"progress = {LIMIT}", "progress = (step - warmup_steps) / (total_steps - warmup_steps)"),
        ),
        Mistake(
            "starts-at-zero",
            starts_at_zero,
            starts_at_zero_by_interpolation,
            "The first step has a rate of 0 and moves nothing. Counting from 0 leaves each step of the rise one behind.",
            WARMUP,
            line=("return lr * (step + 1) / (warmup_steps + 1)", "return lr * step / warmup_steps"),
        ),
        Mistake(
            "full-too-early",
            too_early,
            too_early_by_table,
            "The last step of the rise has the full rate already. Step w is the first that has it, with w steps of rise before it.",
            WARMUP,
        ),
        Mistake(
            "never-full",
            never_full,
            never_full_by_count,
            "Each step of the rise is one behind: it begins at 0 and ends below the highest rate.",
            WARMUP,
            variants=(never_full_below,),
        ),
        Mistake(
            "no-rise-divides-by-0",
            no_rise_divides,
            no_rise_divides_by_share,
            "It divides by the length of the rise, also where there is none. A run without a rise begins with lr itself.",
            WARMUP,
        ),
        Mistake(
            "epochs-for-steps",
            lengths_in_epochs,
            lengths_in_epochs_by_hand,
            "The step is compared with numbers of epochs, so the whole schedule is over after a few steps.",
            STEPS,
            variants=(lengths_in_epochs_not_clamped,),
        ),
        Mistake(
            "stairs",
            stairs,
            stairs_by_hand,
            "The rate changes once an epoch. Here each step has its own rate.",
            STEPS,
        ),
        Mistake(
            "fall-of-the-whole-run",
            fall_of_the_whole_run,
            fall_of_the_whole_run_in_epochs,
            "The fall is counted as if it had begun with the run. It begins at lr where the rise ends, and has the rest of the run.",
            WARMUP,
            variants=(fall_over_its_own_length,),
        ),
        Mistake(
            "below-zero",
            below_zero,
            below_zero_from_right,
            "A cosine goes from 1 down to −1, so in the second half the rate is negative and the steps lead uphill.",
            WARMUP,
            line=("return lr * (1 + np.cos(np.pi * progress)) / 2", "return lr * np.cos(np.pi * progress)"),
        ),
        Mistake(
            "quarter-cosine",
            quarter,
            quarter_by_interpolation,
            "It is a quarter of a cosine, steepest at its end. Asked is half of one: level at both ends, and steepest in the middle.",
            WARMUP,
        ),
        Mistake(
            "straight-fall",
            straight,
            straight_by_interpolation,
            "The rate falls in a line. Asked is the fall of half a cosine: slow, fast, and slow again.",
            WARMUP,
        ),
    ),
    alternatives=(in_epochs, by_table, by_interpolation),
    hints=(
        "At which step, counted from 0 through all epochs, does the rise end, and at which one does the run end?",
        "There are three parts: a line that has lr at step w, a fall whose progress goes from 0 at step w to 1 at the end of the run, and "
        "what comes after it. Half a cosine goes from 1 to −1 while its angle goes from 0 to π: shift it and halve it.",
        "w, total <- the lengths of rise and run in steps\n"
        "below w:  lr, times which step of the rise this is, counted from 1, over one more than w\n"
        "else:     progress <- steps since w over all steps since w, at most 1\n"
        "          lr times (1 + cosine of π progress), halved",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
)
