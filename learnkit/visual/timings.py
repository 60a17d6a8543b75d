"""How long several ways to compute the same thing take: one dot a run, on a logarithmic axis, since they differ by factors of a hundred."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import FuncFormatter, NullFormatter
from numpy.typing import ArrayLike

from learnkit.visual.canvas import SMALL, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import as_vector, number, some_of, span, wrapped
from learnkit.visual.palettes import INK, looks_for


def draw_timings(times: Mapping[str, ArrayLike], *, unit: str = "ms", title: str | None = None) -> LessonFigure:
    """Draw the time of each run of each way, one row for each way, with its median as a line and as a number.

    Parameters
    ----------
    times : dict of name to (runs,)
        Times above 0, at most eight ways.
    unit : str
        Of the times, and of what: "ms for one image".
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has the times of each way by its name, and "medians" in the order of the rows.

    Raises
    ------
    ValueError
        If there is no way, no time, or a time that is not above 0.

    Examples
    --------
    >>> draw_timings({"loop": [40.0, 50.0, 45.0], "arrays": [0.2, 0.25, 0.2]}).alt_text
    'Times in ms on a logarithmic axis. loop: median 45, from 40 to 50. arrays: median 0.2, from 0.2 to 0.25.'
    """
    some_of("times", times, '{"loop": [0.041, 0.043]}')
    rows = {name: as_vector(name, values) for name, values in times.items()}
    for name, values in rows.items():
        if values.min() <= 0:
            raise ValueError(f"{name} must be times above 0; got {number(values.min())}.")
    medians = [float(np.median(values)) for values in rows.values()]
    low, high = (float(pick(np.concatenate(list(rows.values())))) for pick in (np.min, np.max))
    with course_style():
        labels = [wrapped(name, 2.2, SMALL) for name in rows]
        figure = new_figure(0.8 + sum(0.3 + 0.17 * label.count("\n") + 0.12 for label in labels))
        axes = figure.subplots()
        axes.set_xscale("log")
        for place, (values, look, median) in enumerate(zip(rows.values(), looks_for(rows), medians, strict=True)):
            axes.plot(values, np.full(len(values), place), linestyle="none", marker=look.marker, color=look.color, markersize=7, alpha=0.8)
            axes.plot([median, median], [place - 0.3, place + 0.3], color=INK, linewidth=2)
            axes.annotate(
                number(median), xy=(max(values.max(), median), place), xytext=(9, 0), textcoords="offset points",
                ha="left", va="center", fontsize=SMALL,
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), labels)
        axes.set(xlabel=f"time ({unit}), logarithmic; the number is the median", ylabel="way")
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(low / 2, high * (high / low) ** 0.14 * 3)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        axes.tick_params(axis="y", length=0)
        add_title(figure, title)
        parts = [
            f"{name}: median {number(median)}, {span(values.min(), values.max())}."
            for (name, values), median in zip(rows.items(), medians, strict=True)
        ]
        text = f"Times in {unit} on a logarithmic axis. {' '.join(parts)}"
        return finish(figure, alt_text=text, data_table={**rows, "medians": medians})
