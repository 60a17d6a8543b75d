"""The names of lines, written where the lines end, so that no legend is needed.

`label_ends` puts them right of the axes and moves them apart where lines end close to each other; `spread` finds the places.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import offset_copy

from learnkit.visual.canvas import TEXT
from learnkit.visual.inputs import Floats, wrapped
from learnkit.visual.palettes import SOFT_INK, dark_enough


class End(NamedTuple):
    """Where a line ends, in data coordinates, and what is written there."""

    x: float
    y: float
    text: str
    color: str


def spread(wanted: Sequence[float], sizes: Sequence[float]) -> Floats:
    """Return centers as near as possible to the wanted ones, in squares, such that neighbors do not overlap; within 0 to 1 if they fit.

    With o the least distance from the first label, c = y + o, where y rises and is nearest to wanted - o: isotonic regression,
    by pooling neighbors that fall.
    """
    order = np.argsort(wanted, kind="stable")
    size = np.asarray(sizes, dtype=np.float64)[order]
    offset = np.concatenate([[0.0], np.cumsum((size[1:] + size[:-1]) / 2)])
    pools: list[list[float]] = []
    for value in np.asarray(wanted, dtype=np.float64)[order] - offset:
        pools.append([float(value), 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, count = pools.pop()
            before, others = pools[-1]
            pools[-1] = [(mean * count + before * others) / (count + others), count + others]
    rising = np.concatenate([np.full(int(count), mean) for mean, count in pools])
    # A common shift of y keeps the distances; clipping y to where the first and the last label fit does too.
    lowest, highest = size[0] / 2, 1 - size[-1] / 2 - offset[-1]
    rising = np.clip(rising, lowest, highest) if lowest <= highest else np.full_like(rising, (lowest + highest) / 2)
    centers = np.empty_like(rising)
    centers[order] = rising + offset
    return centers


def label_ends(axes: Axes, ends: Sequence[End], *, inches: float = 1.9) -> None:
    """Write the name of each line at its end, right of the axes, moved up or down where two would overlap.

    Call it last: the limits of the axes are frozen here.

    Parameters
    ----------
    axes : Axes
        Of a figure from `new_figure`.
    ends : sequence of End
    inches : float
        How wide a label may be before it is wrapped.

    Examples
    --------
    >>> from learnkit.visual.canvas import course_style, new_figure
    >>> with course_style():
    ...     axes = new_figure(3.0).subplots()
    ...     _ = axes.plot([0, 1], [0, 1])
    ...     label_ends(axes, [End(1, 1, "train", "#56B4E9"), End(1, 0.99, "test", "#222222")])
    >>> [text.get_text() for text in axes.texts]
    ['train', 'test']
    """
    if not ends:
        return
    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())
    figure = axes.get_figure(root=True)
    assert figure is not None
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)  # the layout is made now, so that heights in dots are known
    texts = [wrapped(end.text, inches, TEXT) for end in ends]
    dots = axes.transData.transform([(end.x, end.y) for end in ends])
    wanted = (dots[:, 1] - axes.bbox.y0) / axes.bbox.height
    sizes = [(1.25 * TEXT * (text.count("\n") + 1) + 2) * figure.dpi / 72 / axes.bbox.height for text in texts]
    right = axes.bbox.x1
    beside = offset_copy(axes.transAxes, figure, x=12, units="points")
    for end, text, center, dot in zip(ends, texts, spread(list(wanted), sizes), dots, strict=True):
        at_edge = dot[0] > right - 2  # a line that ends earlier gets a faint leader, which nobody takes for more of the line
        arrow = {"arrowstyle": "-", "color": end.color if at_edge else SOFT_INK, "linewidth": 0.9 if at_edge else 0.7}
        arrow |= {"linestyle": "-" if at_edge else ":", "shrinkA": 1, "shrinkB": 2 if at_edge else 5, "relpos": (0, 0.5)}
        axes.annotate(
            text, xy=(end.x, end.y), xytext=(1, float(center)), textcoords=beside, va="center", linespacing=1.1,
            color=dark_enough(end.color), annotation_clip=False, arrowprops=arrow,
        )  # fmt: skip
