"""A network of two units as a graph: values on the way forward, gradients on the way back, one stage after the other.

The network is s = v1 max(w1 x, 0) + v2 max(w2 x, 0), its loss L = (s - y)². `draw_back_pass` draws it with its numbers;
`explore_back_pass` moves them, and goes back step by step.

Source: Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from numpy.typing import ArrayLike

from learnkit.visual.canvas import SMALL, TEXT, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import as_vector, number
from learnkit.visual.palettes import BLUE, FAINT, INK, PAPER, SOFT_INK, VERMILLION, dark_enough
from learnkit.visual.tasks import Task

STAGES = (
    "forward: values only",
    "back to the score",
    "back to the hidden values",
    "back through ReLU",
    "back to the input",
)
# where each gradient appears
_STAGE_OF = {"s": 1, "v1": 2, "v2": 2, "h1": 2, "h2": 2, "z1": 3, "z2": 3, "w1": 4, "w2": 4, "x": 4}
_PLACES = {"x": (0.0, 0.0), "z1": (1.0, 1.0), "z2": (1.0, -1.0), "h1": (2.0, 1.0), "h2": (2.0, -1.0), "s": (3.0, 0.0), "L": (4.0, 0.0)}
_COLUMNS = ("input", "before the bend", "after the bend", "score", "loss")


def two_units(x: float, weights: Sequence[float], outputs: Sequence[float], target: float) -> tuple[dict[str, float], dict[str, float]]:
    """Return the values of the network by name, and the gradient of the loss along each.

    Examples
    --------
    >>> values, gradients = two_units(2.0, (1.0, 0.5), (1.0, -3.0), 1.0)
    >>> values["s"], values["L"], gradients["w1"], gradients["x"]
    (-1.0, 4.0, -8.0, 2.0)
    """
    w1, w2 = weights
    v1, v2 = outputs
    z1, z2 = w1 * x, w2 * x
    h1, h2 = max(z1, 0.0), max(z2, 0.0)
    s = v1 * h1 + v2 * h2
    grad_s = 2 * (s - target)
    grad_h1, grad_h2 = v1 * grad_s, v2 * grad_s
    grad_z1, grad_z2 = grad_h1 * (z1 > 0), grad_h2 * (z2 > 0)
    values = {"x": x, "w1": w1, "w2": w2, "z1": z1, "z2": z2, "h1": h1, "h2": h2, "v1": v1, "v2": v2, "s": s, "L": (s - target) ** 2}
    gradients = {
        "s": grad_s, "v1": grad_s * h1, "v2": grad_s * h2, "h1": grad_h1, "h2": grad_h2, "z1": grad_z1, "z2": grad_z2,
        "w1": grad_z1 * x, "w2": grad_z2 * x, "x": w1 * grad_z1 + w2 * grad_z2,
    }  # fmt: skip
    plain = {name: float(value) + 0.0 for name, value in gradients.items()}  # -0.0 is 0
    return {name: float(value) + 0.0 for name, value in values.items()}, plain


def draw_back_pass(x: float, weights: ArrayLike, outputs: ArrayLike, target: float, *, stage: int = 4) -> LessonFigure:
    """Draw a network of two ReLU units with all its values, and the gradients that have arrived after so many stages of the way back.

    Parameters
    ----------
    x : float
        The input.
    weights, outputs : (2,)
        w1, w2 from the input to the units; v1, v2 from the units to the score.
    target : float
        y in the loss (s - y)².
    stage : from 0, values only, to 4, all gradients

    Returns
    -------
    LessonFigure
        Its `data_table` has "quantities", "values" and "gradients" (NaN for the loss itself), "loss", "units that are on" and "stage".

    Raises
    ------
    ValueError
        If there are not two of each, a number is not finite, or there is no such stage.

    Examples
    --------
    >>> figure = draw_back_pass(2.0, [1.0, 0.5], [1.0, -3.0], 1.0)
    >>> figure.data_table["loss"], figure.data_table["gradient of x"]
    (4.0, 2.0)
    """
    given, y = (float(as_vector(name, [value])[0]) for name, value in (("x", x), ("target", target)))
    pair_w, pair_v = as_vector("weights", weights), as_vector("outputs", outputs)
    if len(pair_w) != 2 or len(pair_v) != 2:
        raise ValueError(f"weights and outputs must be two numbers each; got {len(pair_w)} and {len(pair_v)}.")
    if isinstance(stage, bool) or stage not in range(5):
        raise ValueError(f"stage must be 0, 1, 2, 3 or 4; got {stage!r}.")
    values, gradients = two_units(given, pair_w.tolist(), pair_v.tolist(), y)
    shown = {name: value for name, value in gradients.items() if _STAGE_OF[name] <= stage}
    with course_style():
        figure = new_figure(3.9)
        axes = figure.subplots()
        _draw_edges(axes, values, shown)
        for name, place in _PLACES.items():
            if name == "L":
                _box(axes, place, f"L = {number(values['L'])}", f"(s − {_in_brackets(y)})²", INK)
            else:
                _box(axes, place, f"{name} = {number(values[name])}", _gradient_text(name, shown), dark_enough(VERMILLION))
        axes.set(xlim=(-0.45, 4.45), ylim=(-1.55, 1.55), xlabel="from the input to the loss", ylabel="unit")
        axes.set_xticks(range(5), _COLUMNS)
        axes.set_yticks([1, -1], ["1", "2"])
        axes.tick_params(length=0)
        axes.grid(False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        add_title(figure, f"Stage {stage} of 4: {STAGES[stage]}")
        names = list(gradients)
        table: dict[str, Any] = {
            "quantities": ["L", *names],
            "values": [values["L"], *(values[name] for name in names)],
            "gradients that have arrived": ["", *(number(shown[name]) if name in shown else "" for name in names)],
            "loss": values["L"],
            "target": y,
            "units that are on": int(values["z1"] > 0) + int(values["z2"] > 0),
            "stage": stage,
        }
        table |= {f"gradient of {name}": value for name, value in shown.items()}
        return finish(figure, alt_text=_in_words(values, shown, y, stage), data_table=table)


def _in_brackets(value: float) -> str:
    return number(value) if value >= 0 else f"({number(value)})"


def _gradient_text(name: str, shown: Mapping[str, float]) -> str:
    return f"gradient {number(shown[name])}" if name in shown else "gradient ?"


def _box(axes: Axes, place: tuple[float, float], value: str, below: str, color: str, *, is_parameter: bool = False) -> None:
    """Draw two lines in a box that is wide enough for any number: the value, and below it the gradient."""
    width, height = (0.72, 0.42) if is_parameter else (0.74, 0.48)
    (x, y), size = place, SMALL if is_parameter else TEXT
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.06", zorder=2,
            facecolor=FAINT if is_parameter else PAPER, edgecolor="none" if is_parameter else SOFT_INK, linewidth=0.9,
        )
    )  # fmt: skip
    axes.text(x, y + 0.22 * height, value, ha="center", va="center", fontsize=size, zorder=3)
    axes.text(x, y - 0.24 * height, below, ha="center", va="center", fontsize=SMALL, color=color, zorder=3)


def _draw_edges(axes: Axes, values: Mapping[str, float], shown: Mapping[str, float]) -> None:
    for unit in "12":
        is_on = values[f"z{unit}"] > 0
        _edge(axes, "x", f"z{unit}", f"w{unit}", values, shown, is_on=True)
        _edge(axes, f"z{unit}", f"h{unit}", "on" if is_on else "off", values, shown, is_on=is_on)
        _edge(axes, f"h{unit}", "s", f"v{unit}", values, shown, is_on=is_on)
    _edge(axes, "s", "L", "", values, shown, is_on=True)


def _edge(axes: Axes, tail: str, head: str, name: str, values: Mapping[str, float], shown: Mapping[str, float], *, is_on: bool) -> None:
    """Draw the line between two boxes, dashed where nothing passes, with the parameter on it and its gradient."""
    (x0, y0), (x1, y1) = _PLACES[tail], _PLACES[head]
    axes.plot([x0, x1], [y0, y1], color=BLUE if is_on else SOFT_INK, linestyle="-" if is_on else (0, (2, 3)), linewidth=1.6, zorder=1)
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    if name in ("on", "off"):
        paper = {"boxstyle": "round,pad=0.2", "facecolor": PAPER, "edgecolor": "none"}
        axes.text(*middle, name, ha="center", va="center", fontsize=SMALL, bbox=paper, zorder=2)
    elif name:
        color = dark_enough(VERMILLION)
        _box(axes, middle, f"{name} = {number(values[name])}", _gradient_text(name, shown), color, is_parameter=True)


def _in_words(values: Mapping[str, float], shown: Mapping[str, float], y: float, stage: int) -> str:
    units = " and ".join(
        f"unit {unit} is {'on' if values[f'z{unit}'] > 0 else 'off'} (z{unit} = {number(values[f'z{unit}'])})" for unit in "12"
    )
    text = (
        f"Two units see x = {number(values['x'])}: {units}. The score is {number(values['s'])}, the target {number(y)}, the loss "
        f"{number(values['L'])}. Stage {stage} of 4"
    )
    if not shown:
        return f"{text}: no gradient yet."
    return f"{text}, gradients: " + ", ".join(f"{name} {number(value)}" for name, value in shown.items()) + "."


def explore_back_pass() -> Explorer:
    """Explore how gradients go back through two ReLU units, stage by stage, with two tasks.

    Returns
    -------
    Explorer
        Of `draw_back_pass`, with the settings x, w1, w2, v1, v2, target and stage.

    Examples
    --------
    >>> explorer = explore_back_pass()
    >>> explorer.set(w2=-0.5, stage=4)
    >>> explorer.summary
    'Unit 1 is on, unit 2 is off. Score 2, loss 1. Gradients: w1 4, w2 0, v1 4, v2 0, x 2.'
    """
    controls: dict[str, Slider | Choice] = {
        "x": Slider("input x", 2.0, low=-3.0, high=3.0, step=0.5),
        "w1": Slider("weight w1", 1.0, low=-3.0, high=3.0, step=0.5),
        "w2": Slider("weight w2", 0.5, low=-3.0, high=3.0, step=0.5),
        "v1": Slider("weight v1", 1.0, low=-3.0, high=3.0, step=0.5),
        "v2": Slider("weight v2", -3.0, low=-3.0, high=3.0, step=0.5),
        "target": Slider("target y", 1.0, low=-5.0, high=5.0, step=0.5),
        "stage": Slider("stage of the way back", 0, low=0, high=4, step=1),
    }
    return explore(_of_sliders, controls, title="Forward, and back", tasks=(_OFF, _CANCEL), summarize=_summary, row="quantity")


def _of_sliders(x: float, w1: float, w2: float, v1: float, v2: float, target: float, stage: int) -> LessonFigure:
    return draw_back_pass(x, [w1, w2], [v1, v2], target, stage=stage)


def _summary(table: Mapping[str, Any]) -> str:
    value = dict(zip(table["quantities"], table["values"], strict=True))
    units = ", ".join(f"{'U' if unit == '1' else 'u'}nit {unit} is {'on' if value[f'z{unit}'] > 0 else 'off'}" for unit in "12")
    text = f"{units}. Score {number(value['s'])}, loss {number(table['loss'])}."
    arrived = [name for name in ("s", "h1", "h2", "z1", "z2", "w1", "w2", "v1", "v2", "x") if f"gradient of {name}" in table]
    if table["stage"] == 4:
        arrived = ["w1", "w2", "v1", "v2", "x"]
    if not arrived:
        return f"{text} No gradient yet."
    return f"{text} Gradients: {', '.join(name + ' ' + number(table[f'gradient of {name}']) for name in arrived)}."


def _unit_1_is_off_with_a_loss(table: Mapping[str, Any]) -> bool:
    value = dict(zip(table["quantities"], table["values"], strict=True))
    return bool(table["stage"] == 4 and value["z1"] < 0 and value["v1"] != 0 and table["loss"] > 1)


def _paths_cancel(table: Mapping[str, Any]) -> bool:
    is_shown = table["stage"] == 4 and table["units that are on"] == 2 and table["loss"] > 0
    return bool(is_shown and table["gradient of x"] == 0 and table["gradient of w1"] != 0)


_OFF = Task(
    goal="Switch unit 1 off while the loss stays above 1 and v1 is not 0. Go back to stage 4.",
    is_reached=_unit_1_is_off_with_a_loss,
    question="What can bring unit 1 back?",
    replies={
        "a step of gradient descent on w1": "Its gradient is 0, so the step does not move it.",
        "a step of gradient descent on v1": "Its gradient is the hidden value times what arrives: 0. And v1 stands behind the bend.",
        "a larger learning rate": "A step is rate times gradient. Whatever the rate, with a gradient of 0 it is 0.",
        "an example on whose input it is on": "For this input its gradient is 0. Another input, of the other sign, switches it on.",
    },
    right="an example on whose input it is on",
)
_CANCEL = Task(
    goal="Make the gradient of x exactly 0 with both units on and a loss that is not 0, at stage 4.",
    is_reached=_paths_cancel,
    question="Why is it 0?",
    replies={
        "no gradient comes through the units": "Look at z1 and z2: gradients arrive there. Follow each of them to x.",
        "the two paths carry opposite amounts": "x moves the loss through both units; what comes back on the two paths is added up.",
        "the loss cannot get smaller": "It can: w1 has a gradient that is not 0. It is only x that would not help.",
        "the bend has the slope 0": "Both units are on, so both bends have the slope 1.",
    },
    right="the two paths carry opposite amounts",
)
