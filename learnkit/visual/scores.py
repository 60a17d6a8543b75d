"""The scores of one example, and what softmax makes of them.

`draw_scores` draws bars; `draw_softmax` draws scores, probabilities and gradient side by side: what softmax sees and what it
does not. Both are computed in float64 by `learnkit.reference`, so scores of ±1000 are no trouble.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrow
from numpy.typing import ArrayLike

from learnkit.reference.losses import cross_entropy
from learnkit.reference.softmaxes import softmax
from learnkit.visual.canvas import SMALL, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import Floats, as_class, as_vector, number, numbers, table_of, wrapped
from learnkit.visual.palettes import INK, LOOKS, SOFT_INK, Look

MOST_CLASSES = 20  # more bars than that cannot carry their values


def _bars(axes: Axes, values: Floats, looks: Sequence[Look], texts: Sequence[str], *, upright: bool = False) -> None:
    """Draw bars from a zero line, each with its value beyond its end."""
    for position, (value, look, text) in enumerate(zip(values, looks, texts, strict=True)):
        axes.bar(position, value, width=0.72, color=look.color, hatch=look.hatch, edgecolor=INK, linewidth=0.8)
        _value_label(axes, position, value, text, upright=upright)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.set_xlim(-0.6, len(values) - 0.4)


def _value_label(axes: Axes, position: float, value: float, text: str, *, upright: bool) -> None:
    below = value < 0
    axes.annotate(
        text, xy=(position, value), xytext=(0, -4 if below else 4), textcoords="offset points",
        ha="center", va="top" if below else "bottom", fontsize=SMALL, rotation=90 if upright else 0,
    )  # fmt: skip


def _beyond(texts: Sequence[str], *, upright: bool) -> float:
    """Return how many inches the longest of these labels takes beyond the end of its bar."""
    return (8 + (0.66 * SMALL * max(map(len, texts), default=0) if upright else 1.2 * SMALL)) / 72


def _limits(values: Floats, texts: Sequence[str], inches: float, *, upright: bool) -> tuple[float, float]:
    """Return limits that hold the zero line, every bar and its label, in panels so many inches high."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    if low == high:
        return -1.0, 1.0
    below = _beyond([text for text, value in zip(texts, values, strict=True) if value < 0], upright=upright) if low < 0 else 0.0
    above = _beyond([text for text, value in zip(texts, values, strict=True) if value >= 0], upright=upright) if values.max() >= 0 else 0.0
    an_inch = (high - low) / (inches - below - above)
    return low - below * an_inch, high + above * an_inch


def _is_crowded(texts: Sequence[str], inches: float) -> bool:
    """Say whether labels side by side in so many inches would touch."""
    return 0.74 * SMALL * max(map(len, texts)) > 72 * inches / len(texts)


def _class_looks(scores: Floats, target: int | None) -> tuple[list[Look], list[int]]:
    """Return a look for each class and the classes with the largest score (none if all are equal)."""
    largest = [int(k) for k in np.flatnonzero(scores == scores.max())]
    if len(largest) == len(scores) > 1:
        largest = []
    top = "answer" if target is None else "wrong answer"
    looks = [LOOKS["right class" if k == target else top if k in largest else "other classes"] for k in range(len(scores))]
    return looks, largest


def _class_ticks(axes: Axes, names: Sequence[str], target: int | None, largest: Sequence[int] = (), *, upright: bool = False) -> None:
    texts = [", ".join([name] + ["largest"] * (k in largest) + ["right"] * (k == target)) for k, name in enumerate(names)]
    if upright:
        axes.set_xticks(range(len(names)), [wrapped(text, 1.6, SMALL) for text in texts], rotation=90)
    else:
        axes.set_xticks(range(len(names)), [text.replace(", ", "\n") for text in texts])
    axes.tick_params(axis="x", length=0)
    for k, label in enumerate(axes.get_xticklabels()):
        if k == target or k in largest:
            label.set_fontweight("bold")


def _names(names: Sequence[str] | None, count: int) -> list[str]:
    if names is None:
        return [str(k) for k in range(count)]
    if isinstance(names, str) or len(names) != count:
        raise ValueError(f"names must be one string for each of the {count} scores; got {names!r}.")
    return [str(name) for name in names]


def draw_scores(
    scores: ArrayLike, *, target: int | None = None, names: Sequence[str] | None = None, title: str | None = None
) -> LessonFigure:
    """Draw the scores of one example as bars, and mark the largest and the right class.

    Parameters
    ----------
    scores : (C,)
        1 to 20 finite numbers.
    target : int or None
        The right class.
    names : C strings or None
        What the classes are called; their numbers if None.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has "names", "scores" and, if given, "target".

    Raises
    ------
    ValueError
        If the scores are not such, there is no class `target`, or the names are not one for each score.

    Examples
    --------
    >>> figure = draw_scores([2.0, 5.0, -1.0], target=0)
    >>> figure.alt_text
    'Bars of the scores of 3 classes: 2, 5, −1. The largest is 5, for class 1; the right class 0 has 2.'
    """
    values = as_vector("scores", scores)
    if len(values) > MOST_CLASSES:
        raise ValueError(f"scores must be 1 to {MOST_CLASSES} numbers; got {len(values)}. Draw the largest ones: np.sort(scores)[-10:].")
    right = None if target is None else as_class("target", target, len(values))
    labels = _names(names, len(values))
    looks, largest = _class_looks(values, right)
    with course_style():
        texts = [number(value) for value in values]
        upright, turned = _is_crowded(texts, 7.0), _is_crowded([*labels, "largest"], 7.0)
        figure = new_figure(4.2 if turned else 3.1)
        axes = figure.subplots()
        _bars(axes, values, looks, texts, upright=upright)
        axes.set_ylim(_limits(values, texts, 2.2, upright=upright))
        _class_ticks(axes, labels, right, largest, upright=turned)
        axes.set(xlabel="class", ylabel="score (no unit)")
        add_title(figure, title)
        pairs: list[tuple[str, Any]] = [("names", labels), ("scores", values)] + ([] if right is None else [("target", right)])
        return finish(figure, alt_text=_scores_text(values, labels, right, largest), data_table=table_of(pairs))


def _scores_text(values: Floats, labels: list[str], right: int | None, largest: list[int]) -> str:
    classes = "1 class" if len(values) == 1 else f"{len(values)} classes"
    text = f"Bars of the scores of {classes}: {numbers(values)}."
    if not largest:
        return text + " All are equal" + (f"; the right class is {labels[right]}." if right is not None else ".")
    text += f" The largest is {number(values.max())}, for class {' and '.join(labels[k] for k in largest)}"
    if right is None:
        return text + "."
    if largest == [right]:
        return text + ", which is the right class."
    return text + f"; the right class {labels[right]} has {number(values[right])}."


def draw_softmax(logits: ArrayLike, target: int, *, shift: float = 0.0, temperature: float = 1.0) -> LessonFigure:
    """Draw what softmax sees of scores and what it does not: scores z + shift, p = softmax((z + shift) / temperature), and p - y.

    The gradient p - y, with y = 1 for the right class and 0 for the others, is that of the loss along (z + shift) / temperature.

    Parameters
    ----------
    logits : (C,)
        The scores z of 2 to 10 classes.
    target : int
        The right class.
    shift : float
        Added to every score.
    temperature : float
        Divides every score; above 0.

    Returns
    -------
    LessonFigure
        Its `data_table` has "scores", "probabilities", "gradient", "loss" (nats), "target", "shift" and "temperature".

    Raises
    ------
    ValueError
        If there are not 2 to 10 finite scores, no class `target`, or the temperature is not above 0.

    Examples
    --------
    >>> figure = draw_softmax([2.0, 1.0, 0.0], target=0)
    >>> round(figure.data_table["loss"], 4), figure.data_table["gradient"].round(4)
    (0.4076, array([-0.3348,  0.2447,  0.09  ]))
    """
    z = as_vector("logits", logits)
    if not 2 <= len(z) <= 10:
        raise ValueError(f"logits must be the scores of 2 to 10 classes; got {len(z)}.")
    right = as_class("target", target, len(z))
    if not np.isfinite(shift):
        raise ValueError(f"shift must be finite; got {shift}.")
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature must be finite and above 0; got {temperature}.")
    shifted = z + shift
    with np.errstate(over="ignore"):  # said in words below
        scaled = shifted / temperature
    if not np.isfinite(scaled).all():
        raise ValueError(f"(logits + shift) / temperature must be finite; got {numbers(scaled)}. Use a larger temperature.")
    p: Floats = softmax(scaled)
    loss = float(cross_entropy(scaled[None], np.array([right])))
    gradient = p - (np.arange(len(z)) == right)

    texts = [[number(value) for value in shifted], [_fraction(value) for value in p], [_fraction(value) for value in gradient]]
    upright = _is_crowded([text for column in zip(*texts, strict=True) for text in column], 3 * 1.9)
    names = [str(k) for k in range(len(z))]
    looks = [LOOKS["right class" if k == right else "other classes"] for k in range(len(z))]
    with course_style():
        figure = new_figure(3.3)
        scores_axes, p_axes, gradient_axes = figure.subplots(1, 3)
        _bars(scores_axes, shifted, looks, texts[0], upright=upright)
        scores_axes.set_ylim(_limits(shifted, texts[0], 2.2, upright=upright))
        _bars(p_axes, p, looks, texts[1], upright=upright)
        p_axes.set_ylim(0, 1.35 if upright else 1.14)
        _arrows(gradient_axes, gradient, looks, texts[2], upright=upright)
        gradient_axes.set_ylim((-1.75, 1.75) if upright else (-1.25, 1.25))
        gradient_axes.set_yticks([-1, -0.5, 0, 0.5, 1])
        p_axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
        scores_axes.set(xlabel="class", ylabel="score (no unit)", title="scores z" + (_signed(shift) if shift else ""))
        p_axes.set(xlabel="class", ylabel="probability (fraction)", title="probabilities p")
        gradient_axes.set(xlabel="class", ylabel="p − y (nats per unit of score)", title="gradient p − y")
        for axes in (scores_axes, p_axes, gradient_axes):
            _class_ticks(axes, names, right)
            if _is_crowded([*names[1:], "right"], 2.0):  # the word would lie below the neighbors
                axes.set_xticklabels(names)
                axes.set_xlabel(f"class ({right} is right)")
        setting = f", shift {number(shift)}, temperature {number(temperature)}" if shift or temperature != 1 else ""
        add_title(figure, f"Right class {right}: the loss is {_nats(loss)} nats{setting}")
        text = (
            f"Three panels for {len(z)} classes, of which {right} is right, with shift {number(shift)} and temperature "
            f"{number(temperature)}: scores {numbers(shifted)}; probabilities {', '.join(texts[1])}; "
            f"gradient {', '.join(texts[2])}. The loss is {_nats(loss)} nats."
        )
        table = {
            "scores": shifted, "probabilities": p, "gradient": gradient, "loss": loss,
            "target": right, "shift": float(shift), "temperature": float(temperature),
        }  # fmt: skip
        return finish(figure, alt_text=text, data_table=table)


def _signed(value: float) -> str:
    return f" {'−' if value < 0 else '+'} {number(abs(value))}"


def _nats(loss: float) -> str:
    return f"{loss:.4f}" if loss == 0 or 0.001 <= loss < 1000 else number(loss, 6 if loss >= 1000 else 2)


def _fraction(value: float) -> str:
    """Return a value between -1 and 1 to three decimals; what is not 0 is not written as 0."""
    if value in (-1, 0, 1) or abs(value) < 0.0005:
        return number(value, 1)
    return f"{value:.3f}".replace("-", "−")


def _arrows(axes: Axes, values: Floats, looks: Sequence[Look], texts: Sequence[str], *, upright: bool) -> None:
    """Draw an arrow from the zero line to each value."""
    for position, (value, look, text) in enumerate(zip(values, looks, texts, strict=True)):
        color = SOFT_INK if look is LOOKS["other classes"] else look.color
        if abs(value) >= 0.01:
            stem, head = min(0.28, 0.04 * len(values)), min(0.75, 0.14 * len(values))  # in classes: the more there are, the thinner
            arrow = FancyArrow(
                position, 0, 0, value, length_includes_head=True, width=stem, head_width=head,
                head_length=min(0.16, 0.6 * abs(value)), color=color, linewidth=0,
            )  # fmt: skip
            axes.add_patch(arrow)
        else:  # too short for a head
            axes.plot([position], [value], marker="o", markersize=4, color=color)
        _value_label(axes, position, value, text, upright=upright)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.set_xlim(-0.6, len(values) - 0.4)
