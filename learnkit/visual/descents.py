"""Descents: the steps of gradient descent on a curve, and its path over a surface.

`draw_steps` puts paths of one weight on the curve of their loss, a panel each; `draw_surface` draws paths of two weights over the
contour lines of theirs. Both take the paths as they were walked, so that one that diverges is drawn as far as it stays in the picture.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from learnkit.visual.canvas import SMALL, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import Floats, as_floats, as_vector, number, some_of, span, table_of, wrapped
from learnkit.visual.palettes import INK, PAPER, SOFT_INK, Look, dark_enough, looks_for

MOST_PANELS = 4
SHADES = LinearSegmentedColormap.from_list("shades", ["#C9D9E6", "#F3F7FA", PAPER])  # deep is dark, readable in gray


def _inside(values: Floats, low: float, high: float) -> int:
    """Return how many of the first values stay between the ends."""
    out = np.flatnonzero(~((values >= low) & (values <= high)))
    return int(out[0]) if out.size else len(values)


def draw_steps(
    x: ArrayLike, heights: ArrayLike, paths: Mapping[str, ArrayLike], *, x_label: str, y_label: str, title: str | None = None
) -> LessonFigure:
    """Draw paths on a curve, one panel each: a dot for every place that was visited, joined in their order.

    Parameters
    ----------
    x : (N,)
        Where the curve is known, rising.
    heights : (N,)
        The curve there.
    paths : dict of name to (K,)
        1 to 4: the places that were visited, the first one the start. What leaves the curve is not drawn, and the panel says so.
    x_label, y_label : str
        With units.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has x and the heights (under their labels), and each path by its name.

    Raises
    ------
    ValueError
        If x does not rise, lengths differ, there are not 1 to 4 paths, or a path starts off the curve.

    Examples
    --------
    >>> w = np.linspace(-2, 2, 41)
    >>> figure = draw_steps(w, w**2, {"lr 0.25": [2, 1, 0.5]}, x_label="weight (no unit)", y_label="loss (no unit)")
    >>> figure.alt_text
    'Paths on the curve of loss (no unit), from 0 to 4, over weight (no unit) from −2 to 2. lr 0.25: from 2 to 0.5 in 2 steps.'
    """
    at, curve = as_vector("x", x), as_vector("heights", heights)
    if at.shape != curve.shape or len(at) < 2 or (np.diff(at) <= 0).any():
        raise ValueError(f"x must rise and have one height each, two or more; got {len(at)} places and {len(curve)} heights.")
    some_of("paths", paths, '{"lr 0.1": weights}')
    walked = {name: as_vector(name, path, finite=False) for name, path in paths.items()}
    if len(walked) > MOST_PANELS:
        raise ValueError(f"draw_steps draws at most {MOST_PANELS} paths, a panel each; got {len(walked)}. Draw two figures.")
    for name, path in walked.items():
        if not at[0] <= path[0] <= at[-1]:
            raise ValueError(f"{name} must start between {number(at[0])} and {number(at[-1])}, on the curve; got {number(path[0])}.")
    sentences = [f"Paths on the curve of {y_label}, {span(curve.min(), curve.max())}, over {x_label} {span(at[0], at[-1])}."]
    with course_style():
        figure = new_figure(2.9)
        panels = figure.subplots(1, len(walked), sharey=True, squeeze=False)[0]
        for axes, (name, path), look in zip(panels, walked.items(), looks_for(walked), strict=True):
            kept = _inside(path, float(at[0]), float(at[-1]))
            seen = path[:kept]
            on_curve = np.interp(seen, at, curve)
            axes.plot(at, curve, color=SOFT_INK, linewidth=1.2)
            axes.plot(seen, on_curve, color=look.color, linewidth=1.2, linestyle="-", marker="o", markersize=4, zorder=3)
            axes.plot(seen[:1], on_curve[:1], marker="s", color=INK, markersize=7, zorder=4)
            told = _ending(path, kept)
            axes.set_title(wrapped(f"{name}\n{told}", 7.2 / len(walked), SMALL), fontsize=SMALL, color=dark_enough(look.color))
            axes.set(xlabel=x_label, ylabel=y_label if axes is panels[0] else "")
            axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
            if axes is not panels[0]:
                axes.yaxis.set_visible(False)
            steps = len(path) - 1
            ends = f"to {number(path[-1])} in {steps} step{'s' if steps != 1 else ''}" if kept == len(path) else f"and {told}"
            sentences.append(f"{name}: from {number(path[0])} {ends}.")
        panels[0].set_xlim(at[0], at[-1])
        for axes in panels[1:]:
            axes.set_xlim(at[0], at[-1])
        add_title(figure, title)
        pairs: list[tuple[str, Any]] = [(x_label, at), (y_label, curve), *walked.items()]
        return finish(figure, alt_text=" ".join(sentences), data_table=table_of(pairs))


def _ending(path: Floats, kept: int) -> str:
    if kept < len(path):
        return f"leaves the picture at step {kept}"
    return f"after {len(path) - 1} steps at {number(path[-1])}"


def draw_surface(
    x: ArrayLike,
    y: ArrayLike,
    heights: ArrayLike,
    paths: Mapping[str, ArrayLike] | None = None,
    *,
    x_label: str,
    y_label: str,
    height_label: str,
    title: str | None = None,
) -> LessonFigure:
    """Draw a surface as contour lines, low places darker, and paths over it: a square where each starts, a diamond where it ends.

    Parameters
    ----------
    x : (M,)
    y : (N,)
        Both rising.
    heights : (N, M)
        The height at (x[m], y[n]) in row n, column m; finite.
    paths : dict of name to (K, 2), or None
        At most eight, each as (x, y) pairs in the order of the steps.
    x_label, y_label, height_label : str
        With units.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has x and y (under their labels), the heights (under theirs) and each path by its name.

    Raises
    ------
    ValueError
        If a shape does not fit, or x or y does not rise.

    Examples
    --------
    >>> w = np.linspace(-1, 1, 21)
    >>> bowl = w[:, None] ** 2 + w**2
    >>> labels = {"x_label": "u (no unit)", "y_label": "v (no unit)", "height_label": "loss (no unit)"}
    >>> figure = draw_surface(w, w, bowl, {"lr 0.25": [[1, 1], [0.5, 0.5]]}, **labels)
    >>> figure.alt_text[-57:]
    'lr 0.25: from (1, 1) to (0.5, 0.5) in 1 step, inside all.'
    """
    across, up, surface = as_vector("x", x), as_vector("y", y), as_floats("heights", heights)
    for name, values in (("x", across), ("y", up)):
        if len(values) < 2 or (np.diff(values) <= 0).any():
            raise ValueError(f"{name} must be two or more rising numbers; got {len(values)}.")
    if surface.shape != (len(up), len(across)) or not np.isfinite(surface).all():
        raise ValueError(f"heights must be finite, of shape {(len(up), len(across))}: a row for each y; got shape {surface.shape}.")
    walked = {name: _as_path(name, path) for name, path in (paths or {}).items()}
    low = np.unravel_index(int(surface.argmin()), surface.shape)
    sentences = [
        f"Contour lines of {height_label} {span(float(surface.min()), float(surface.max()))} over {x_label} {span(across[0], across[-1])} "
        f"and {y_label} {span(up[0], up[-1])}; lowest in the picture at ({number(across[low[1]])}, {number(up[low[0]])})."
    ]
    with course_style():
        figure = new_figure(4.0)
        axes = figure.subplots()
        contours(axes, across, up, surface)
        for (name, path), look in zip(walked.items(), looks_for(walked), strict=True):
            trace_path(axes, path, look)
            steps = len(path) - 1
            box = (path[:, 0] >= across[0]) & (path[:, 0] <= across[-1]) & (path[:, 1] >= up[0]) & (path[:, 1] <= up[-1])
            where = "inside all" if box.all() else f"outside from step {int(np.flatnonzero(~box)[0])}"
            sentences.append(f"{name}: from {_pair(path[0])} to {_pair(path[-1])} in {steps} step{'s' if steps != 1 else ''}, {where}.")
        axes.set(xlabel=x_label, ylabel=y_label, xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
        if walked:
            for name, look in zip(walked, looks_for(walked), strict=True):
                axes.plot([], [], color=look.color, linestyle=look.linestyle, marker=look.marker, label=wrapped(name, 1.9, SMALL))
            axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=SMALL)
        note = f"lines of equal {height_label}; darker is lower" + ("; square: start; diamond: end" if walked else "")
        add_title(figure, title, note)
        table = table_of([(x_label, across), (y_label, up), (height_label, surface), *walked.items()])
        return finish(figure, alt_text=" ".join(sentences), data_table=table)


def _pair(place: Floats) -> str:
    return f"({number(place[0])}, {number(place[1])})"


def _as_path(name: str, path: ArrayLike) -> Floats:
    places = as_floats(name, path)
    if places.ndim != 2 or places.shape[1] != 2 or len(places) == 0:
        raise ValueError(f"{name} must be (x, y) pairs, shape (K, 2); got shape {places.shape}.")
    return places


def contours(axes: Axes, x: Floats, y: Floats, surface: Floats, *, levels: int = 10) -> None:
    """Draw lines of equal height, from line to line the same rise, and the ground darker where it is low."""
    axes.grid(False)
    if surface.min() == surface.max():  # a plain has no lines
        return
    axes.contourf(x, y, surface, levels=levels, cmap=SHADES, antialiased=False)
    axes.contour(x, y, surface, levels=levels, colors=[SOFT_INK], linewidths=0.6, negative_linestyles="solid")


def trace_path(axes: Axes, path: Floats, look: Look) -> None:
    """Draw a path on the axes: its dots joined, a square at its start, a diamond at its end; not finite ones end it."""
    known = path[: _inside(np.abs(path).max(axis=1), 0.0, 1e30)]
    every = max(1, len(known) // 40)
    axes.plot(*known.T, color=look.color, linestyle="-", linewidth=1.5, marker=look.marker, markersize=3.5, markevery=every, zorder=3)
    if len(known):
        axes.plot(*known[0], marker="s", color=INK, markersize=8, zorder=4)
        axes.plot(*known[-1], marker="D", color=look.color, markeredgecolor=INK, markersize=7, zorder=5)
