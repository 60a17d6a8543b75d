"""Results by learning rate: every run a point, the mean of each rate on a line, so that width and spread are seen at once."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator
from numpy.typing import ArrayLike

from learnkit.visual.canvas import LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import as_rows, as_vector, number, some_of, span, table_of
from learnkit.visual.line_ends import End, label_ends
from learnkit.visual.palettes import looks_for


def draw_rate_sweep(
    lrs: ArrayLike,
    results: Mapping[str, ArrayLike],
    *,
    y_label: str,
    x_label: str = "learning rate",
    title: str | None = None,
    log_y: bool = False,
) -> LessonFigure:
    """Draw the results of several runs at each of some learning rates: a point for each run, a line through the means.

    Parameters
    ----------
    lrs : (rates,)
        Above 0 and rising; the axis is logarithmic.
    results : dict of name to (rates, runs)
        At most eight.
    y_label : str
        With the unit: "test accuracy (share)".
    x_label : str
    title : str or None
    log_y : bool
        A logarithmic scale; every value must be above 0.

    Returns
    -------
    LessonFigure
        Its `data_table` has the rates (under `x_label`), and each result as (rates, runs).

    Raises
    ------
    ValueError
        If the rates do not rise from above 0, there is no result, one has not a row for each rate, or a value is not finite; or not above
        0 with `log_y`.

    Examples
    --------
    >>> draw_rate_sweep([0.1, 1.0], {"constant": [[0.9, 0.8], [0.2, 0.1]]}, y_label="accuracy (share)").alt_text
    'Points and lines of accuracy (share) over learning rate from 0.1 to 1. constant: means 0.85, 0.15 (2 runs each, from 0.1 to 0.9).'
    """
    at = as_vector(x_label, lrs)
    if at[0] <= 0 or (np.diff(at) <= 0).any():
        raise ValueError(f"{x_label} must rise from above 0; got {[number(rate) for rate in at]}.")
    some_of("results", results, '{"constant": accuracies}')
    rows = {name: as_rows(name, values) for name, values in results.items()}
    for name, values in rows.items():
        if len(values) != len(at):
            raise ValueError(f"{name} must have one row for each of the {len(at)} rates; got {len(values)}. Is it transposed?")
        as_vector(name, values.ravel())
        if log_y and values.min() <= 0:
            raise ValueError(f"log_y=True needs values above 0; {name} has {number(values.min())}. Use log_y=False.")
    with course_style():
        figure = new_figure(3.6)
        axes = figure.subplots()
        axes.set(xlabel=x_label, ylabel=y_label, xscale="log", yscale="log" if log_y else "linear")
        ends: list[End] = []
        sentences = [f"Points and lines of {y_label} over {x_label} {span(at[0], at[-1])}."]
        for place, ((name, values), look) in enumerate(zip(rows.items(), looks_for(rows), strict=True)):
            means = values.mean(axis=1)
            beside = at * 1.03 ** (place - (len(rows) - 1) / 2)  # points of several results do not hide each other
            axes.plot(
                np.repeat(beside, values.shape[1]), values.ravel(), linestyle="", marker="o", markersize=3.5, color=look.color, alpha=0.5
            )
            axes.plot(at, means, color=look.color, linestyle=look.linestyle, marker=look.marker)
            ends.append(End(float(at[-1]), float(means[-1]), name, look.color))
            runs = f"{values.shape[1]} runs each, {span(values.min(), values.max())}" if values.shape[1] > 1 else "1 run each"
            sentences.append(f"{name}: means {', '.join(number(mean) for mean in means)} ({runs}).")
        axes.xaxis.set_major_locator(FixedLocator(list(at)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticks(at, [number(rate) for rate in at])
        axes.set_xlim(at[0] / 1.12, at[-1] * 1.06)
        several = max(values.shape[1] for values in rows.values()) > 1
        add_title(figure, title, "point: one run; line: the mean" if several else None)
        label_ends(axes, ends)
        return finish(figure, alt_text=" ".join(sentences), data_table=table_of([(x_label, at), *rows.items()]))
