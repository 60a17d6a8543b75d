"""Formulas for a log-probability, compared: where one of them leaves the true line.

`draw_log_probability` draws log p of a class against how far its score lies below the largest. The values come from the
caller, so a formula that overflows is drawn as it is.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from learnkit.visual.canvas import LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import Floats, as_vector, number, some_of, span, table_of
from learnkit.visual.line_ends import End, label_ends
from learnkit.visual.palettes import dark_enough, looks_for


def draw_log_probability(gaps: ArrayLike, values: Mapping[str, ArrayLike]) -> LessonFigure:
    """Draw the log-probability of the losing class against the gap of its score to the largest, for several formulas.

    Where a formula gives no number (-inf, inf or NaN), its marks are crosses at the bottom edge.

    Parameters
    ----------
    gaps : (N,)
        Largest score less the score of the class.
    values : dict of formula name to (N,)
        log p in nats, by that formula.

    Returns
    -------
    LessonFigure
        Its `data_table` has "gap" and each formula by its name.

    Raises
    ------
    ValueError
        If there is no gap or no formula, or their lengths differ.

    Examples
    --------
    >>> figure = draw_log_probability([0.0, 800.0], {"stable": [-0.693, -800.0], "naive": [-0.693, -np.inf]})
    >>> for sentence in figure.alt_text.split(". "):
    ...     print(sentence)
    Log-probability of the losing class for score gaps from 0 to 800
    At the largest gap: stable −800, naive −inf
    naive gives no number at 1 of 2 gaps, from 800 on.
    """
    x = as_vector("gaps", gaps)
    some_of("values", values, '{"stable": log_p}')
    order = np.argsort(x, kind="stable")
    lines = {name: as_vector(name, line, finite=False) for name, line in values.items()}
    for name, line in lines.items():
        if line.shape != x.shape:
            raise ValueError(f"{name} must have one value for each of the {len(x)} gaps; got {len(line)}.")
    table = table_of([("gap", x), *lines.items()])
    finite = np.concatenate([line[np.isfinite(line)] for line in lines.values()])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 0.0)
    height = (high - low) or 1.0
    lost_lines = sum(not np.isfinite(line).all() for line in lines.values())
    row = 0.055 * height  # the crosses of each formula have a row of their own
    edge = low - row * (lost_lines + 0.6)
    with course_style():
        figure = new_figure(3.4)
        axes = figure.subplots()
        ends: list[End] = []
        sentences: list[str] = []
        for (name, line), look in zip(lines.items(), looks_for(lines), strict=True):
            ordered, at = line[order], x[order]
            known = np.isfinite(ordered)
            below = look.linestyle == "-"  # a broad line: the dashes of another that runs along stay visible on it
            axes.plot(
                at, np.where(known, ordered, np.nan), color=look.color, linestyle=look.linestyle, linewidth=4.5 if below else 2,
                marker=look.marker if len(x) <= 40 else "", zorder=2 if below else 2.2, clip_on=False,
            )  # fmt: skip
            y = float(ordered[-1])
            if not known.all():
                cross_at = edge + row * len(sentences)
                few = _apart(at[~known], (x.max() - x.min()) / 25)
                axes.plot(
                    few, np.full(len(few), cross_at), "x", color=dark_enough(look.color),
                    markersize=8, markeredgewidth=2, clip_on=False, zorder=5,
                )  # fmt: skip
                sentences.append(f"{name} gives no number at {(~known).sum()} of {len(x)} gaps, from {number(at[~known][0])} on.")
                y = y if known[-1] else cross_at
            ends.append(End(float(at[-1]), y, name, look.color))
        axes.set_ylim(edge, high + 0.06 * height)
        margin = 0.0 if x.min() < x.max() else 0.5
        axes.set_xlim(x.min() - margin, x.max() + margin)
        axes.set(xlabel="gap to the largest score (no unit)", ylabel="log p of the losing class (nats)")
        note = "× at the bottom edge: no number (−inf or NaN)" if sentences else None
        add_title(figure, "Log-probability of the losing class, by formula", note)
        label_ends(axes, ends)
        at_last = ", ".join(f"{name} {number(line[order][-1])}" for name, line in lines.items())
        text = f"Log-probability of the losing class for score gaps {span(x.min(), x.max())}."
        text += f" At the largest gap: {at_last}."
        return finish(figure, alt_text=" ".join([text, *sentences]), data_table=table)


def _apart(places: Floats, distance: float) -> Floats:
    """Return those of the rising places that are at least a distance apart, the first one included."""
    kept = [float(places[0])]
    for place in places[1:]:
        if place - kept[-1] >= distance:
            kept.append(float(place))
    return np.array(kept)
