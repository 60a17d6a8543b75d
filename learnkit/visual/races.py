"""A race of update rules on a surface of two weights: their paths, and what is left of the loss after each step.

The valley is L = ½ (2 u² + 0.02 v²), a hundred times steeper in one direction than across it; it lies along the axes, or turned by
45° with the start turned too, so that a rule which sees no axes walks the same path. Beale's surface is a curved valley.
`draw_race` draws a race, `explore_race` puts sliders on its learning rates.

Source: Beale 1958, On an iterative method for finding a local minimum of a function of more than one variable.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from learnkit.reference.adam_optimizers import adam_update
from learnkit.reference.adaptive_optimizers import rmsprop_update
from learnkit.reference.optimizers import sgd_update
from learnkit.visual.canvas import LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.descents import contours, trace_path
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import Floats, number, some_of
from learnkit.visual.line_ends import End, label_ends
from learnkit.visual.palettes import SOFT_INK, looks_for
from learnkit.visual.tasks import Task

STEPS = 80
FLOOR, CEILING = 1e-6, 1e2  # of the panel of the loss
FAR = 1e6  # who gets so far has left for good


class Surface(NamedTuple):
    """A loss of two weights: its value and slopes at places (…, 2), where a race starts, and the window (left, right, low, high)."""

    value: Callable[[Floats], Floats]
    slopes: Callable[[Floats], Floats]
    start: tuple[float, float]
    window: tuple[float, float, float, float]


def _valley(degrees: float) -> Surface:
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.array([[cos, -sin], [sin, cos]])
    curvatures = np.array([2.0, 0.02])
    hessian = turn @ np.diag(curvatures) @ turn.T
    start = turn @ np.array([0.4, 1.2])
    return Surface(
        lambda w: 0.5 * ((w @ turn) ** 2 @ curvatures), lambda w: w @ hessian, (float(start[0]), float(start[1])), (-1.5, 1.5, -1.5, 1.5)
    )


def _beale_parts(w: Floats) -> tuple[Floats, Floats, list[tuple[Floats, int]]]:
    x, y = w[..., 0], w[..., 1]
    return x, y, [(a - x + x * y**k, k) for k, a in ((1, 1.5), (2, 2.25), (3, 2.625))]


def _beale(w: Floats) -> Floats:
    _, _, parts = _beale_parts(w)
    total: Floats = sum((part**2 for part, _ in parts), np.zeros(w.shape[:-1]))
    return total


def _beale_slopes(w: Floats) -> Floats:
    x, y, parts = _beale_parts(w)
    along_x = sum(2 * part * (y**k - 1) for part, k in parts)
    along_y = sum(2 * part * k * x * y ** (k - 1) for part, k in parts)
    return np.stack([along_x, along_y], axis=-1)


SURFACES: dict[str, Surface] = {
    "valley along the axes": _valley(0.0),
    "valley turned by 45°": _valley(45.0),
    "Beale's surface": Surface(_beale, _beale_slopes, (0.8, 1.6), (-0.5, 4.0, -2.0, 2.0)),
}


def _momentum(w: Floats, slopes: Floats, state: Any, lr: float) -> Any:
    return sgd_update(w, slopes, state, lr=lr, momentum=0.9)


def _nesterov(w: Floats, slopes: Floats, state: Any, lr: float) -> Any:
    return sgd_update(w, slopes, state, lr=lr, momentum=0.9, nesterov=True)


RULES: dict[str, Callable[..., Any]] = {
    "SGD": lambda w, slopes, state, lr: sgd_update(w, slopes, state, lr=lr),
    "momentum": _momentum,
    "Nesterov": _nesterov,
    "RMSprop": lambda w, slopes, state, lr: rmsprop_update(w, slopes, state, lr=lr),
    "Adam": lambda w, slopes, state, lr: adam_update(w, slopes, state, lr=lr),
}


def draw_race(
    rates: Mapping[str, float], *, surface: str = "valley turned by 45°", steps: int = STEPS, title: str | None = None
) -> LessonFigure:
    """Draw a race of update rules: their paths over the contour lines, and the share of the loss that is left after each step.

    Parameters
    ----------
    rates : dict of rule to learning rate
        Rules are "SGD", "momentum" and "Nesterov" (both with 0.9), "RMSprop" and "Adam", with PyTorch's other settings.
    surface : "valley along the axes", "valley turned by 45°" or "Beale's surface"
    steps : int
        1 to 1000.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has for each rule the loss after 0, 1, … steps as a share of the start, NaN once it has left for good;
        "surface"; and "rates", in the order of the rules.

    Raises
    ------
    ValueError
        If there is no such rule or surface, a rate is not above 0, or the number of steps is not such.

    Examples
    --------
    With lr 0.5 the steep part is gone in one step, 1 - 0.5 · 2 = 0. What is left is the flat part: 0.0141 of 0.1744 at the start.

    >>> figure = draw_race({"SGD": 0.5}, surface="valley along the axes", steps=1)
    >>> figure.data_table["SGD"].round(3)
    array([1.   , 0.081])
    """
    some_of("rates", rates, '{"SGD": 0.1}')
    if surface not in SURFACES:
        raise ValueError(f"surface must be one of {', '.join(SURFACES)}; got {surface!r}.")
    if not 1 <= steps <= 1000:
        raise ValueError(f"steps must be 1 to 1000; got {steps}.")
    for rule, lr in rates.items():
        if rule not in RULES:
            raise ValueError(f"a rule must be one of {', '.join(RULES)}; got {rule!r}.")
        if not (np.isfinite(lr) and lr > 0):
            raise ValueError(f"the rate of {rule} must be finite and above 0; got {lr}.")
    ground = SURFACES[surface]
    paths = {rule: _path(ground, RULES[rule], float(lr), steps) for rule, lr in rates.items()}
    start_loss = float(ground.value(np.array(ground.start)))
    shares = {rule: ground.value(path) / start_loss for rule, path in paths.items()}
    left, right, low, high = ground.window
    x, y = np.linspace(left, right, 91), np.linspace(low, high, 91)
    heights = ground.value(np.stack(np.meshgrid(x, y), axis=-1))
    with course_style():
        figure = new_figure(3.6)
        path_axes, loss_axes = figure.subplots(1, 2, width_ratios=[1, 1.05])
        contours(path_axes, x, y, np.log10(heights + 1e-3), levels=7)  # equal factors, not equal rises: both walls and floor are seen
        ends = []
        for (rule, path), look in zip(paths.items(), looks_for(paths), strict=True):
            trace_path(path_axes, _inside(path, ground.window), look)
            share = shares[rule]
            known = np.isfinite(share)
            loss_axes.plot(np.arange(steps + 1)[known], share[known], color=look.color, linestyle=look.linestyle, zorder=3)
            last = float(np.clip(share[known][-1], FLOOR * 1.5, CEILING / 1.5))
            ends.append(End(float(steps), last, f"{rule}, {number(rates[rule], 2)}", look.color))
        path_axes.set(xlabel="weight 1 (no unit)", ylabel="weight 2 (no unit)", xlim=(left, right), ylim=(low, high))
        loss_axes.axhline(1, color=SOFT_INK, linestyle=(0, (6, 4)), linewidth=1)
        loss_axes.set(
            xlabel="step",
            ylabel="loss (share of the start)",
            yscale="log",
            xlim=(0, steps),
            ylim=(FLOOR, CEILING),
            title="what is left (with the learning rate)",
        )
        loss_axes.set_yticks([1e-6, 1e-4, 1e-2, 1, 1e2], ["0.000001", "0.0001", "0.01", "1", "100"])
        loss_axes.minorticks_off()
        add_title(figure, title, "square: start; diamond: end")
        label_ends(loss_axes, ends, inches=1.3)
        table: dict[str, Any] = {**shares, "surface": surface, "rates": [float(lr) for lr in rates.values()]}
        return finish(figure, alt_text=_in_words(surface, rates, shares), data_table=table)


def _path(ground: Surface, rule: Callable[..., Any], lr: float, steps: int) -> Floats:
    """Return the places after 0, 1, … steps; NaN from where it has left for good."""
    place = np.array(ground.start)
    state: Any = {}
    places = np.full((steps + 1, 2), np.nan)
    places[0] = place
    for step in range(1, steps + 1):
        with np.errstate(all="ignore"):  # who leaves for good is stopped on the next line
            place, state = rule(place, ground.slopes(place), state, lr)
        if not (np.abs(place) < FAR).all():
            break
        places[step] = place
    return places


def _inside(path: Floats, window: tuple[float, float, float, float]) -> Floats:
    """Return a path up to its first place outside the window."""
    left, right, low, high = window
    x, y = path.T
    out = np.flatnonzero(~((left <= x) & (x <= right) & (low <= y) & (y <= high)))
    return path[: out[0] + 1] if out.size and np.isfinite(path[out[0]]).all() else path[: out[0]] if out.size else path


def _in_words(surface: str, rates: Mapping[str, float], shares: Mapping[str, Floats]) -> str:
    parts = []
    for rule, share in shares.items():
        known = np.isfinite(share)
        left = "less than 0.000001" if share[known][-1] < 1e-6 else number(share[known][-1], 2)
        what = f"{left} of the loss is left" if known.all() else f"it leaves for good at step {int(known.sum())}"
        parts.append(f"{rule} at rate {number(rates[rule], 2)}: {what}")
    steps = len(next(iter(shares.values()))) - 1
    return f"{surface[0].upper()}{surface[1:]}, {steps} {'step' if steps == 1 else 'steps'}. {'; '.join(parts)}."


# The explorer of lesson 09


def explore_race() -> Explorer:
    """Explore a race of four rules: their learning rates, as powers of ten, and the surface, with two tasks.

    Returns
    -------
    Explorer
        Of `draw_race`, with the settings surface, sgd, momentum, rmsprop and adam.

    Examples
    --------
    >>> explorer = explore_race()
    >>> explorer.set(momentum=-0.5)
    >>> bool(explorer.data_table["momentum"][-1] < 1e-3)
    True
    """
    starts = {"SGD": -1.0, "momentum": -2.0, "RMSprop": -2.0, "Adam": -1.0}
    controls: dict[str, Slider | Choice] = {"surface": Choice("surface", "valley turned by 45°", {name: name for name in SURFACES})}
    for rule, start in starts.items():
        controls[rule.lower()] = Slider(f"{rule}: learning rate 10 to the power of", start, low=-4.0, high=0.5, step=0.05)
    return explore(_race_of_four, controls, title="Race on a surface", tasks=(_TURN, _BORDER), summarize=_race_in_words, row="step")


def _race_of_four(surface: str, sgd: float, momentum: float, rmsprop: float, adam: float) -> LessonFigure:
    return draw_race({"SGD": 10**sgd, "momentum": 10**momentum, "RMSprop": 10**rmsprop, "Adam": 10**adam}, surface=surface)


def _race_in_words(table: Mapping[str, Any]) -> str:
    return _in_words(table["surface"], dict(zip(_FOUR, table["rates"], strict=True)), {rule: table[rule] for rule in _FOUR})


_FOUR = ("SGD", "momentum", "RMSprop", "Adam")


def _adam_is_down(table: Mapping[str, Any]) -> bool:
    return bool(table["surface"] == "valley along the axes" and table["Adam"][-1] < 1e-3)


def _momentum_is_down(table: Mapping[str, Any]) -> bool:
    return bool(table["surface"] == "valley turned by 45°" and table["momentum"][-1] < 1e-3)


_TURN = Task(
    goal="In the valley along the axes, bring the loss of Adam below 0.001 of the start.",
    is_reached=_adam_is_down,
    question="Now turn the valley by 45° and leave all rates. Which curves of the loss stay exactly as they were?",
    replies={
        "all four": "Switch between the two valleys and watch the curve of Adam: it changes.",
        "SGD and momentum": "They see the gradient as one arrow, and it turns with the valley. RMSprop and Adam scale each "
        "weight for itself.",
        "RMSprop and Adam": "They give each weight its own scale. In the turned valley both weights are steep and flat at once.",
        "none": "Switch between the two valleys, and read the first number of the summary each time: that of SGD does not move.",
    },
    right="SGD and momentum",
)
_BORDER = Task(
    goal="In the turned valley, bring the loss of momentum below 0.001 of the start.",
    is_reached=_momentum_is_down,
    question="Raise the rates of SGD and of momentum until each curve ends above 1. Which rule stands the larger rate?",
    replies={
        "SGD, since momentum takes steps ten times as long": "Along the floor it does. Across it the velocity turns around with "
        "every swing, "
        "and brakes.",
        "momentum, nearly twice that of SGD": "Its border is 2 · 1.9 / 2 = 1.9 against 1: across the valley the old velocity points back, "
        "and brakes the swing.",
        "momentum, ten times that of SGD": "Ten times as long are its steps along the floor. Look for the border itself, in small moves.",
        "both the same": "The powers of ten look alike. Move each in small steps around 0 and read the summary.",
    },
    right="momentum, nearly twice that of SGD",
)
