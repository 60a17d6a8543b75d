"""The sheet that every figure of the course is drawn on, and how a figure is finished.

A function that draws begins with `with course_style():` and `new_figure`, and ends with `finish`, which asks for what a
reader who cannot see the picture needs (`alt_text`) and for the numbers that were drawn (`data_table`).
`png` turns a figure into the same bytes every time.

Nothing here uses pyplot or changes matplotlib's settings for anybody else: the style holds inside `course_style` only.
"""

import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import matplotlib.style
from matplotlib.figure import Figure

from learnkit.visual.inputs import wrapped
from learnkit.visual.palettes import FAINT, INK, PAPER, SOFT_INK

WIDTH = 8.0  # inches; at 100 dots an inch it fills a notebook's column
TEXT, SMALL, TITLE = 10.5, 9.5, 12.5  # points

STYLE: dict[str, Any] = {
    "figure.dpi": 100,
    "savefig.dpi": 100,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same letters on every machine
    "font.size": TEXT,
    "text.color": INK,
    "axes.titlesize": TEXT,
    "axes.titlelocation": "left",
    "axes.labelsize": TEXT,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT_INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.unicode_minus": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "xtick.color": SOFT_INK,
    "ytick.color": SOFT_INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.0,
    "hatch.linewidth": 0.8,
    "figure.titlesize": TITLE,
    "figure.titleweight": "bold",
}


class LessonFigure(Figure):
    """A matplotlib figure that also says in words what it shows, and holds the numbers it was drawn from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alt_text = ""
        self.data_table: dict[str, Any] = {}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """IPython's hook: as the last line of a cell, a figure shows itself as `show` would."""
        return notebook_output(self)


def course_style() -> AbstractContextManager[None]:
    """Return the context in which figures are drawn: matplotlib's defaults with the course's style, whatever was set before.

    Examples
    --------
    >>> with course_style():
    ...     figure = new_figure(3.0)
    """
    return matplotlib.style.context(["default", STYLE])


def new_figure(height: float, *, width: float = WIDTH) -> LessonFigure:
    """Return an empty figure whose parts arrange themselves so that no label is cut off.

    Parameters
    ----------
    height, width : float
        In inches; the course's figures are at most 8 wide.

    Returns
    -------
    LessonFigure

    Examples
    --------
    >>> new_figure(3.0).get_size_inches()
    array([8., 3.])
    """
    figure = LessonFigure(figsize=(width, height), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.07, wspace=0.04, hspace=0.04)  # type: ignore[union-attr, call-arg]
    return figure


def add_title(figure: LessonFigure, title: str | None, note: str | None = None) -> None:
    """Write the title at the top left, and a small note on how to read the figure above its first panel.

    The figure grows by the height of both, so that the panels keep theirs.

    Parameters
    ----------
    figure : LessonFigure
        With its panels.
    title, note : str or None

    Examples
    --------
    >>> with course_style():
    ...     figure = new_figure(3.0)
    ...     axes = figure.subplots()
    ...     add_title(figure, "Loss by epoch", "line: mean of 5 runs")
    >>> axes.get_title(loc="left")
    'line: mean of 5 runs'
    """
    width, height = (float(size) for size in figure.get_size_inches())
    if title:
        text = wrapped(title, (width - 0.4) * 0.92, TITLE)
        figure.suptitle(text, x=0.1 / width, ha="left")
        height += (text.count("\n") + 1) * 1.25 * TITLE / 72 + 0.1
    if note and figure.axes:
        text = wrapped(note, width - 1.2, SMALL)
        figure.axes[0].set_title(text, loc="left", fontsize=SMALL, color=SOFT_INK)
        height += (text.count("\n") + 1) * 1.25 * SMALL / 72 + 0.1
    figure.set_size_inches(width, height)


def finish(figure: LessonFigure, *, alt_text: str, data_table: Mapping[str, Any]) -> LessonFigure:
    """Return the figure with its words and its numbers: the last line of every function that draws.

    Parameters
    ----------
    figure : LessonFigure
    alt_text : str
        One or two sentences, made from the data: what there is to see, with numbers.
    data_table : mapping of name to list, array, number or text
        What was drawn.

    Returns
    -------
    the same figure

    Raises
    ------
    ValueError
        If the text says too little, a panel has an unlabeled axis, or there is no data.

    Examples
    --------
    >>> with course_style():
    ...     figure = new_figure(3.0)
    ...     axes = figure.subplots()
    ...     _ = axes.bar([0, 1], [2.0, 3.5])
    ...     _ = axes.set(xlabel="class", ylabel="score (no unit)")
    ...     figure = finish(figure, alt_text="Two bars: class 0 has 2, class 1 has 3.5.", data_table={"scores": [2.0, 3.5]})
    >>> figure.data_table
    {'scores': [2.0, 3.5]}
    """
    if len(alt_text) < 30:
        raise ValueError(f"alt_text must say in a sentence what there is to see; got {alt_text!r}.")
    if not data_table:
        raise ValueError("data_table must hold what was drawn; got nothing.")
    for number, axes in enumerate(figure.axes):
        if not axes.get_xlabel() or (axes.yaxis.get_visible() and not axes.get_ylabel()):
            raise ValueError(f"every axis needs a label with its unit; panel {number} has none. Use axes.set(xlabel=..., ylabel=...).")
    # The layout starts from where the parts stand: a second drawing would move them by a dot. Made once, it is the same for ever.
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)
        with course_style():  # None means: as the settings say, and ours say none
            figure.set_layout_engine(None)
    figure.alt_text = alt_text
    figure.data_table = dict(data_table)
    return figure


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG file: the same bytes for the same figure, without a date or a version in them.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    bytes

    Examples
    --------
    >>> png(new_figure(1.0))[1:4]
    b'PNG'
    """
    buffer = io.BytesIO()
    with course_style():
        figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    return buffer.getvalue()


def notebook_output(figure: LessonFigure) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a notebook stores for a figure, data and metadata: the picture, and in words what it shows."""
    return {"image/png": png(figure), "text/plain": figure.alt_text}, {"image/png": {"alt": figure.alt_text}}
