"""A schedule, and what it does to a run: `draw_schedule`, and `explore_schedule` with two tasks.

The run is gradient descent on a bowl with noisy slopes, whose expected loss is computed exactly, with no random number: what is left of
the start and what the noise adds, step by step. Two directions, one steep and one flat, are enough for what schedules are for.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from learnkit.training.schedules import constant_rate, cosine_warmup, one_cycle, step_decay
from learnkit.visual.canvas import LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import Floats, number
from learnkit.visual.palettes import INK, looks_for
from learnkit.visual.tasks import Task

STEPS = 200
CURVATURES = np.array([1.0, 0.05])  # a steep direction and a flat one
START = 10.0  # the distance from the minimum in each direction
NOISE = 1.0  # the standard deviation of each slope
SHAPES = ("constant", "steps", "cosine", "one cycle")


def _schedule(shape: str, warmup: float) -> Callable[[int], float]:
    rise = round(warmup * STEPS)
    fall = STEPS - rise
    if shape == "one cycle":
        return partial(one_cycle, total_steps=STEPS)
    after: dict[str, Callable[[int], float]] = {
        "constant": constant_rate,
        "steps": partial(step_decay, step_size=-(-fall // 3), gamma=0.1),
        "cosine": partial(cosine_warmup, total_steps=fall),
    }
    if shape not in after:
        raise ValueError(f"shape must be one of {', '.join(SHAPES)}; got {shape!r}.")
    return lambda step: (step + 1) / (rise + 1) if step < rise else after[shape](step - rise)


def expected_losses(rates: Floats) -> tuple[Floats, Floats]:
    """Return what is left of the start, and what the noise adds, before each step and after the last one.

    With curvature c a step multiplies the distance m by 1 - lr c; a variance v becomes (1 - lr c)² v + lr² σ². The loss is ½ c (m² + v).

    Examples
    --------
    >>> left, noise = expected_losses(np.array([0.5]))
    >>> left.round(4), noise
    (array([52.5   , 14.8766]), array([0.     , 0.13125]))
    """
    distance, variance = np.full(len(CURVATURES), START), np.zeros(len(CURVATURES))
    left, noise = [], []
    for rate in (*rates, None):
        left.append(0.5 * (CURVATURES * distance**2).sum())
        noise.append(0.5 * (CURVATURES * variance).sum())
        if rate is not None:
            distance = (1 - rate * CURVATURES) * distance
            variance = (1 - rate * CURVATURES) ** 2 * variance + (rate * NOISE) ** 2
    return np.array(left), np.array(noise)


def draw_schedule(shape: str, *, lr: float, warmup: float = 0.0) -> LessonFigure:
    """Draw the rates of a schedule, and the expected loss of a run with them on a bowl with noisy slopes.

    Parameters
    ----------
    shape : "constant", "steps" (two cuts to a tenth), "cosine" or "one cycle"
    lr : float
        The highest rate, above 0 and below 2, where the steep direction would diverge.
    warmup : float
        The share of the steps in which the rate rises in a line first, from 0 to 0.5; one cycle has its own rise.

    Returns
    -------
    LessonFigure
        Its `data_table` has "shape", "highest rate", "warm-up", the "rate" of each step, the losses before each step and after the last,
        "left of the start" and "added by noise", and at the end of the run "final loss", "final left" and "final noise", and
        "final loss of a constant rate".

    Raises
    ------
    ValueError
        If there is no such shape, or the rate or the share is out of its range.

    Examples
    --------
    >>> draw_schedule("constant", lr=0.1).alt_text[-116:]
    'The loss ends at 0.385: 0.337 is left of the start, 0.048 is noise. A constant rate of this size would end at 0.385.'
    """
    if not 0 < lr < 2:
        raise ValueError(f"lr must be above 0 and below 2, where the steep direction diverges; got {lr}.")
    if not 0 <= warmup <= 0.5:
        raise ValueError(f"warmup must be a share from 0 to 0.5; got {warmup}.")
    schedule = _schedule(shape, warmup)
    rates = lr * np.array([schedule(step) for step in range(STEPS)])
    left, noise = expected_losses(rates)
    constant = float(sum(part[-1] for part in expected_losses(np.full(STEPS, lr))))
    final = float(left[-1] + noise[-1])
    # where it is steep the start is forgotten after some steps: below this nothing can be seen
    floor = 1e-3
    lines = {"loss": left + noise, "left of the start": left, "noise": noise}
    with course_style():
        figure = new_figure(3.6)
        rate_axes, loss_axes = figure.subplots(1, 2)
        rate_axes.plot(np.arange(STEPS), rates, color=INK)
        rate_axes.set(xlabel="step", ylabel="learning rate", xlim=(0, STEPS), ylim=(0, 1.08 * lr), title="the rate of each step")
        for (name, line), look in zip(lines.items(), looks_for(lines), strict=True):
            shown = np.where(line >= floor, line, np.nan)
            loss_axes.plot(np.arange(STEPS + 1), shown, color=look.color, linestyle=look.linestyle, label=name)
        loss_axes.set(xlabel="step", ylabel="expected loss", yscale="log", xlim=(0, STEPS), ylim=(floor, 200), title="the run with it")
        loss_axes.legend(loc="upper right", frameon=False, fontsize=9)
        rise = f", warm-up {number(warmup)}" if warmup and shape != "one cycle" else ""
        add_title(figure, f"{shape}, highest rate {number(lr)}{rise}: the loss ends at {number(final)}")
        text = (
            f"Two panels over {STEPS} steps. Left: the rates of the schedule {shape}{rise}, from {number(rates[0])} to at most "
            f"{number(rates.max())} and {number(rates[-1])} at the end. Right: the expected loss, from {number(left[0])}. "
            f"The loss ends at {number(final)}: {number(left[-1])} is left of the start, {number(noise[-1])} is noise. "
            f"A constant rate of this size would end at {number(constant)}."
        )
        table = {
            "shape": shape, "highest rate": float(lr), "warm-up": float(warmup), "final loss": final, "final left": float(left[-1]),
            "final noise": float(noise[-1]), "final loss of a constant rate": constant,
            "rate": rates, "left of the start": left, "added by noise": noise,
        }  # fmt: skip
        return finish(figure, alt_text=text, data_table=table)


# The explorer of lesson 10

GOAL = 0.14  # the best constant rate ends at 0.146


def explore_schedule() -> Explorer:
    """Explore what a schedule does to a run: its shape, its highest rate, a warm-up, with two tasks.

    Returns
    -------
    Explorer
        Of `draw_schedule`, with the settings shape, lr and warmup.

    Examples
    --------
    >>> explorer = explore_schedule()
    >>> explorer.set(shape="cosine", lr=0.6)
    >>> explorer.summary
    'cosine, highest rate 0.6: the loss ends at 0.0768, of which 0.00561 is left of the start and 0.0712 is noise. A constant 0.6: 0.367.'
    """
    controls: dict[str, Slider | Choice] = {
        "shape": Choice("schedule", "constant", {shape: shape for shape in SHAPES}),
        "lr": Slider("highest rate", 0.1, low=0.02, high=1.5, step=0.02),
        "warmup": Slider("warm-up (share of steps)", 0.0, low=0.0, high=0.5, step=0.05),
    }
    return explore(
        draw_schedule, controls, title="Draw a schedule, watch its run", tasks=(_BELOW, _DECAY_HURTS), summarize=_in_words, row="step"
    )


def _in_words(table: Mapping[str, Any]) -> str:
    lr = number(table["highest rate"])
    return (
        f"{table['shape']}, highest rate {lr}: the loss ends at {number(table['final loss'])}, of which {number(table['final left'])} is "
        f"left of the start and {number(table['final noise'])} is noise. A constant {lr}: "
        f"{number(table['final loss of a constant rate'])}."
    )


def _decay_hurts(table: Mapping[str, Any]) -> bool:
    return bool(table["shape"] == "cosine" and table["final loss"] > 1.1 * table["final loss of a constant rate"])


_BELOW = Task(
    goal=f"Make the loss end below {number(GOAL)}.",
    is_reached=lambda table: bool(table["final loss"] < GOAL),
    question="Which schedule cannot reach it, at any rate?",
    replies={
        "constant": "A low rate leaves much of the start, a high one keeps the noise. The best in between ends just above the goal.",
        "steps": "Try it with a highest rate between 0.6 and 0.8.",
        "cosine": "Try it with a highest rate of 0.5.",
        "one cycle": "Try it with a highest rate of 0.5.",
    },
    right="constant",
)
_DECAY_HURTS = Task(
    goal="With a cosine, find a highest rate at which the loss ends more than a tenth above that of the constant rate.",
    is_reached=_decay_hurts,
    question="What is it, mostly, that is left at the end there?",
    replies={
        "noise": "Read the two parts of the loss at the end. The cosine has less noise there than the constant rate.",
        "what is left of the start": "The rates add up to half of what a constant rate has: from a low peak the way is too long.",
        "a step that was too long": "At low rates no step is too long; the loss never rises there.",
        "the warm-up": "It is there without any warm-up too: move that slider to 0.",
    },
    right="what is left of the start",
)
