"""What the units of a layer look at: the weights of each as a small picture, of squares that are light or dark.

`draw_weights` draws Hinton diagrams: a light square is a positive weight, a dark one a negative weight, and its area says how large.
The sign can be read without color.

Source: Rumelhart, McClelland et al. 1986, Parallel Distributed Processing, volume 1, chapter 8 (diagrams of hidden units).
"""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from learnkit.visual.canvas import SMALL, WIDTH, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import Floats, as_floats, number, table_of, wrapped
from learnkit.visual.palettes import INK, PAPER

GROUND = "#A8A8A8"
MOST_UNITS = 64


def draw_weights(weights: ArrayLike, *, captions: Sequence[str] | None = None, columns: int = 8, title: str | None = None) -> LessonFigure:
    """Draw the weights of units that see square images, one picture a unit: light squares are positive weights, dark ones negative.

    The area of a square is the size of the weight, relative to the largest weight of the same unit.

    Parameters
    ----------
    weights : (units, side²)
        1 to 64 units; each row is laid out as a square image, row by row.
    captions : one string a unit, or None
        Written below; the number of the unit if None.
    columns : int
        Units in a row, 1 to 8.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has "weights" (units, side²), "largest" (units,), and "captions" if given.

    Raises
    ------
    ValueError
        If the rows are no squares, a weight is not finite, or the captions are not one a unit.

    Examples
    --------
    >>> draw_weights([[1.0, -2.0, 0.0, 0.5]]).alt_text
    'Weights of 1 unit, each as a picture of 2 by 2. Largest weight of each unit: 2. Positive weights are light, negative ones dark.'
    """
    rows = as_floats("weights", weights)
    side = math.isqrt(rows.shape[1]) if rows.ndim == 2 else 0
    if rows.ndim != 2 or not 1 <= len(rows) <= MOST_UNITS or side == 0 or side * side != rows.shape[1]:
        raise ValueError(f"weights must be (units, side²), 1 to {MOST_UNITS} units; got shape {rows.shape}.")
    if not np.isfinite(rows).all():
        raise ValueError("weights must be finite; got NaN or an infinity. Use np.isfinite(weights).all(axis=1) to find the units.")
    if captions is not None and (isinstance(captions, str) or len(captions) != len(rows)):
        raise ValueError(f"captions must be one string for each of the {len(rows)} units; got {captions!r}.")
    if not 1 <= columns <= 8:
        raise ValueError(f"columns must be 1 to 8; got {columns}.")
    columns = min(columns, len(rows))
    lines = -(-len(rows) // columns)
    cell = min(1.25, (WIDTH - 0.3) / columns, 7.0 / lines - 0.35)
    texts = [wrapped(text, max(cell - 0.05, 0.5), SMALL) for text in (captions or [f"unit {k}" for k in range(len(rows))])]
    most = max(text.count("\n") + 1 for text in texts)
    largest = np.abs(rows).max(axis=1)
    with course_style():
        figure = new_figure(lines * (cell + 0.12 + 0.16 * most) + 0.15, width=max(4.0, columns * cell + 0.3))
        for k, axes in enumerate(figure.subplots(lines, columns, squeeze=False).flat):
            if k >= len(rows):
                axes.remove()
                continue
            _draw_unit(axes, rows[k].reshape(side, side), largest[k])
            axes.set_xlabel(texts[k], fontsize=SMALL, linespacing=1.15)
        add_title(figure, title)
        shown = ", ".join(number(value, 2) for value in largest[:16]) + (", …" if len(rows) > 16 else "")
        text = (
            f"Weights of {len(rows)} {'unit' if len(rows) == 1 else 'units'}, each as a picture of {side} by {side}"
            f"{'' if captions is None else ', with the captions ' + '; '.join(captions)}. "
            f"Largest weight of each unit: {shown}. Positive weights are light, negative ones dark."
        )
        pairs = [("weights", rows), ("largest", largest), ("captions", None if captions is None else list(captions))]
        return finish(figure, alt_text=text, data_table=table_of((name, value) for name, value in pairs if value is not None))


def _draw_unit(axes: Axes, square: Floats, largest: float) -> None:
    axes.set_facecolor(GROUND)
    sizes = np.sqrt(np.abs(square) / (largest or 1.0))
    for color, chosen in ((PAPER, square > 0), (INK, square < 0)):
        squares = [
            Rectangle((column - size / 2, row - size / 2), size, size)
            for (row, column), size in np.ndenumerate(sizes)
            if chosen[row, column] and size > 0
        ]
        if squares:
            axes.add_collection(PatchCollection(squares, facecolor=color, edgecolor="none", linewidth=0))
    side = len(square)
    axes.set(xlim=(-0.5, side - 0.5), ylim=(side - 0.5, -0.5), aspect="equal")
    axes.grid(False)
    axes.set_xticks([])
    axes.yaxis.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
