"""Points and the lines that are fitted to them: what a linear regression sees, and by how much it is off.

`draw_fit` draws measured points, any number of lines over them, and for one of the lines the differences that its loss squares.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from learnkit.visual.canvas import LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import as_vector, number, span, table_of
from learnkit.visual.line_ends import End, label_ends
from learnkit.visual.palettes import SOFT_INK, looks_for


def draw_fit(
    x: ArrayLike,
    y: ArrayLike,
    lines: Mapping[str, Sequence[float]],
    *,
    x_label: str,
    y_label: str,
    differences_of: str | None = None,
    title: str | None = None,
) -> LessonFigure:
    """Draw points and lines y = weight · x + bias, each with its name where it ends.

    Parameters
    ----------
    x, y : (N,)
        The points.
    lines : dict of name to (weight, bias)
        At most eight; may be empty.
    x_label, y_label : str
        With units.
    differences_of : str or None
        The name of a line: from each point a thin upright leads to it.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has x and y (under their labels), each line as (weight, bias), and, with `differences_of`, the differences
        prediction - y as "differences".

    Raises
    ------
    ValueError
        If there is no point, x and y differ in length, a line is not two finite numbers, or there is no line of the name.

    Examples
    --------
    >>> figure = draw_fit([0, 1, 2], [1, 3, 5], {"flat": (0, 3)}, x_label="x (no unit)", y_label="y (no unit)", differences_of="flat")
    >>> figure.alt_text[:51]
    '3 points: x (no unit) from 0 to 2, y (no unit) from'
    >>> figure.data_table["differences"]
    array([ 2.,  0., -2.])
    """
    at, heights = as_vector("x", x), as_vector("y", y)
    if at.shape != heights.shape:
        raise ValueError(f"y must have one value for each of the {len(at)} values of x; got {len(heights)}.")
    fits = {name: as_vector(f"line {name}", line) for name, line in lines.items()}
    for name, line in fits.items():
        if len(line) != 2:
            raise ValueError(f"line {name} must be two numbers, (weight, bias); got {len(line)}.")
    if differences_of is not None and differences_of not in fits:
        raise ValueError(f"differences_of must be the name of a line, of {', '.join(fits) or 'none'}; got {differences_of!r}.")
    low, high = float(at.min()), float(at.max())
    margin = 0.04 * (high - low) or 0.5
    ends_at = np.array([low - margin, high + margin])
    pairs = [(x_label, at), (y_label, heights), *fits.items()]
    sentences = [
        f"{len(at)} point{'s' if len(at) > 1 else ''}: {x_label} {span(low, high)}, {y_label} {span(heights.min(), heights.max())}."
    ]
    with course_style():
        figure = new_figure(3.4)
        axes = figure.subplots()
        axes.set(xlabel=x_label, ylabel=y_label)
        axes.plot(at, heights, "o", color=SOFT_INK, markersize=4 if len(at) > 60 else 6, alpha=0.55, markeredgewidth=0, zorder=2)
        ends: list[End] = []
        for (name, (weight, bias)), look in zip(fits.items(), looks_for(fits), strict=True):
            axes.plot(ends_at, weight * ends_at + bias, color=look.color, linestyle=look.linestyle, linewidth=2.4, zorder=3)
            ends.append(End(float(ends_at[1]), float(weight * ends_at[1] + bias), name, look.color))
            differences = weight * at + bias - heights
            sentences.append(
                f"The line {name}: {number(weight)} · x {'−' if bias < 0 else '+'} {number(abs(bias))}, "
                f"mean squared difference {number(float(np.mean(differences**2)))}."
            )
            if name == differences_of:
                axes.vlines(at, heights, weight * at + bias, color=look.color, linewidth=1.2, alpha=0.8, zorder=1.8)
                pairs.append(("differences", differences))
                sentences.append("Thin uprights lead to it from every point.")
        axes.set_xlim(*ends_at)
        note = f"thin uprights: how far {differences_of} is off at each point" if differences_of else None
        add_title(figure, title, note)
        label_ends(axes, ends)
        return finish(figure, alt_text=" ".join(sentences), data_table=table_of(pairs))
