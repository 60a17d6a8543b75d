"""A valley and a descent into it: what a learning rate and a condition number do to the path and to its curves.

The loss is L = ½ (c₁ u₁² + c₂ u₂²) along two directions at right angles, turned against the axes. The steep curvature c₁ is 2, that
of the mean squared error with a feature of variance 1; the flat one is 2 over the condition number. `draw_descent` draws a descent,
`explore_descent` puts sliders on it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from learnkit.visual.canvas import LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.descents import contours, trace_path
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import Floats, as_vector, number
from learnkit.visual.line_ends import End, label_ends
from learnkit.visual.palettes import SOFT_INK, looks_for
from learnkit.visual.tasks import Task

STEEP = 2.0
ANGLE = np.deg2rad(30.0)
EDGE = 1.5  # of the window, in both directions
FLOOR, CEILING = 1e-4, 1e2  # of the curves' panel
STEPS = 50


def draw_descent(*, lr: float, condition: float, steps: int = STEPS, start: ArrayLike = (0.9, 0.9)) -> LessonFigure:
    """Draw a descent into a valley: its path over the contour lines, and its loss and its distance to the bottom after each step.

    Parameters
    ----------
    lr : float
        0 or more. A step multiplies what is left along a direction of curvature c by 1 - lr · c.
    condition : float
        The steep curvature, 2, over the flat one; 1 or more.
    steps : int
        1 to 1000.
    start : (2,)
        How far it starts from the bottom along the steep and the flat direction; not (0, 0).

    Returns
    -------
    LessonFigure
        Its `data_table` has "loss" and "distance" after 0, 1, … steps, both as shares of their value at the start, "lr", "condition",
        and "steep factor" and "flat factor", by which a step multiplies what is left along each direction.

    Raises
    ------
    ValueError
        If a value is not such.

    Examples
    --------
    At a rate of 0.5 the steep part is gone after one step, 1 - 0.5 · 2 = 0; the flat one is halved, 1 - 0.5 · 1.

    >>> figure = draw_descent(lr=0.5, condition=2, steps=3)
    >>> figure.data_table["distance"].round(4)
    array([1.    , 0.3536, 0.1768, 0.0884])
    """
    if not (np.isfinite(lr) and lr >= 0):
        raise ValueError(f"lr must be finite and 0 or more; got {lr}.")
    if not (np.isfinite(condition) and condition >= 1):
        raise ValueError(f"condition must be finite and 1 or more, the steepest curvature over the flattest; got {condition}.")
    if not 1 <= steps <= 1000:
        raise ValueError(f"steps must be 1 to 1000; got {steps}.")
    begun = as_vector("start", start)
    if begun.shape != (2,) or not begun.any():
        raise ValueError(f"start must be two numbers, not both 0; got {begun}.")
    curvatures = np.array([STEEP, STEEP / condition])
    factors = 1 - lr * curvatures
    with np.errstate(over="ignore"):  # a rate far too large; said in words below
        places = begun * factors ** np.arange(steps + 1)[:, None]  # (steps + 1, 2), along the steep and the flat direction
        distance = np.sqrt((places**2).sum(axis=1))
        loss = (0.5 * curvatures * places**2).sum(axis=1)
    loss, distance = loss / loss[0], distance / distance[0]
    if not np.isfinite(loss).all():
        raise ValueError("the loss leaves the range of numbers. Use a smaller lr or fewer steps.")
    turn = np.array([[np.cos(ANGLE), -np.sin(ANGLE)], [np.sin(ANGLE), np.cos(ANGLE)]])
    grid = np.linspace(-EDGE, EDGE, 61)
    along = np.stack(np.meshgrid(grid, grid), axis=-1) @ turn  # (61, 61, 2), the same places along steep and flat
    curves = {"loss": loss, "distance to the bottom": distance}
    with course_style():
        figure = new_figure(3.6)
        path_axes, curve_axes = figure.subplots(1, 2, width_ratios=[1, 1.05])
        contours(path_axes, grid, grid, 0.5 * (curvatures * along**2).sum(axis=-1))
        walked = places @ turn.T
        out = np.flatnonzero((np.abs(walked) > EDGE).any(axis=1))
        trace_path(path_axes, walked[: out[0] + 1] if out.size else walked, looks_for(curves)[0])  # a path that leaves is not drawn on
        path_axes.set(
            xlabel="weight 1 (no unit)",
            ylabel="weight 2 (no unit)",
            xlim=(-EDGE, EDGE),
            ylim=(-EDGE, EDGE),
            title="the path, which leaves the picture" if out.size else "the path",
        )
        path_axes.set_xticks([-1, 0, 1])
        path_axes.set_yticks([-1, 0, 1])
        ends = []
        for (name, line), look in zip(curves.items(), looks_for(curves), strict=True):
            curve_axes.plot(np.arange(steps + 1), line, color=look.color, linestyle=look.linestyle, zorder=3)
            ends.append(End(float(steps), float(np.clip(line[-1], FLOOR * 1.3, CEILING / 1.3)), name, look.color))
        curve_axes.axhline(1, color=SOFT_INK, linestyle=(0, (6, 4)), linewidth=1)
        curve_axes.set(
            xlabel="step", ylabel="share of the start", yscale="log", xlim=(0, steps), ylim=(FLOOR, CEILING), title="what is left"
        )
        curve_axes.set_yticks([1e-4, 1e-2, 1, 1e2], ["0.0001", "0.01", "1", "100"])
        curve_axes.minorticks_off()
        add_title(figure, f"Learning rate {number(lr)}, condition number {number(condition)}")
        label_ends(curve_axes, ends, inches=0.9)
        return finish(figure, alt_text=_in_words(lr, condition, loss, distance, factors), data_table={
            "loss": loss, "distance": distance, "lr": float(lr), "condition": float(condition),
            "steep factor": float(factors[0]), "flat factor": float(factors[1]),
        })  # fmt: skip


def _in_words(lr: float, condition: float, loss: Floats, distance: Floats, factors: Floats) -> str:
    return (
        f"Learning rate {number(lr)}, condition number {number(condition)}. After {len(loss) - 1} steps {_share(loss[-1])} of the loss and "
        f"{_share(distance[-1])} of the distance are left. A step multiplies the steep part by {number(factors[0])}, the flat part by "
        f"{number(factors[1])}."
    )


def _share(value: float) -> str:
    return "less than 0.0001" if value < 1e-4 else number(value)


# The explorer of lesson 03


def explore_descent() -> Explorer:
    """Explore what a learning rate does in a valley: its path, its curves, with the condition number to move, and two tasks.

    Returns
    -------
    Explorer
        Of `draw_descent`, with the settings lr and condition.

    Examples
    --------
    >>> explorer = explore_descent()
    >>> explorer.set(lr=1.05)
    >>> explorer.data_table["loss"][-1] > 1
    np.True_
    """
    controls: dict[str, Slider | Choice] = {
        "lr": Slider("learning rate", 0.3, low=0.05, high=1.1, step=0.05),
        "condition": Slider("condition number", 10, low=1, high=100, step=1),
    }
    return explore(draw_descent, controls, title="Down a valley", tasks=(_GROW, _ARRIVE), row="step")


def _has_grown(table: Mapping[str, Any]) -> bool:
    return bool(table["loss"][-1] > 1.001)


def _has_arrived(table: Mapping[str, Any]) -> bool:
    return bool(table["condition"] >= 40 and table["distance"][-1] < 0.1)


_GROW = Task(
    goal="Make the loss larger after 50 steps than it was at the start.",
    is_reached=_has_grown,
    question="Now move the condition number. What does it do to the learning rate at which the loss begins to grow?",
    replies={
        "the larger it is, the smaller that rate": "Try 1 and 100 at a rate of 0.95, then at 1.05. Nothing changes about growing or not.",
        "the larger it is, the larger that rate": "Try 1 and 100 at a rate of 1.05: it grows with both.",
        "nothing: the steep direction decides alone": "Its curvature is 2 here, whatever the other one is, and the border is 2 / 2 = 1.",
        "it depends on where the descent starts": "The start decides how much there is to grow, and not by which factor it grows.",
    },
    right="nothing: the steep direction decides alone",
)
_ARRIVE = Task(
    goal="With a condition number of 40 or more, bring the distance to the bottom below 0.1 of the start.",
    is_reached=_has_arrived,
    question="The flat direction would go faster with a still larger rate. Why can you not give it one?",
    replies={
        "the flat direction would overshoot": "Its factor is 1 − lr times a small curvature. Far larger rates would do it good.",
        "the steep direction would grow": "One rate serves both. Above 1 the steep part changes sides and grows in every step.",
        "the gradient is too long along the valley": "Along the valley it is short; that is why the way is slow.",
        "the loss is flat at the bottom": "That is so for any bowl, and steps shrink with it. It is no border.",
    },
    right="the steep direction would grow",
)
