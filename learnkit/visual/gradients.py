"""How large the gradients of single examples are: the size of the step that each of them asks for.

`draw_gradient_sizes` puts one histogram below the other on a common logarithmic axis, since sizes of interest differ by
factors of a thousand, and writes the median of each.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from learnkit.visual.canvas import TEXT, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import Floats, as_vector, number, some_of, span, table_of
from learnkit.visual.palettes import INK, looks_for

BINS = 40


def _as_sizes(name: str, values: ArrayLike) -> Floats:
    sizes = as_vector(name, values)
    if sizes.min() < 0:
        raise ValueError(f"{name} must be sizes, 0 or more; got {number(sizes.min())}. Use np.linalg.norm(gradients, axis=1).")
    return sizes


def draw_gradient_sizes(sizes: Mapping[str, ArrayLike], *, x_label: str, title: str | None = None) -> LessonFigure:
    """Draw how many examples have a gradient of which size, one row for each loss, with the median marked and written.

    Gradients of exactly 0 have no place on a logarithmic axis: they are one bar at its left, under the tick "0".

    Parameters
    ----------
    sizes : dict of loss name to (N,)
        The norm of the gradient of each example, 0 or more; at most eight losses.
    x_label : str
        What was measured, with its unit: "gradient norm of the scores (nats per unit of score)".
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has the sizes of each loss by its name, and its median as "... median".

    Raises
    ------
    ValueError
        If there is no loss, or no size, or one is negative or not finite.

    Examples
    --------
    >>> figure = draw_gradient_sizes({"cross-entropy": [1.0, 1.2, 1.4], "squared error": [0.0, 1e-4, 2e-4]}, x_label="norm (nats)")
    >>> for sentence in figure.alt_text.split(". "):
    ...     print(sentence)
    Histograms on a common logarithmic axis of norm (nats)
    cross-entropy: median 1.2, from 1 to 1.4, 3 examples
    squared error: median 0.0001, from 0 to 0.0002, 3 examples, 1 of them exactly 0.
    """
    some_of("sizes", sizes, '{"cross-entropy": norms}')
    rows = {name: _as_sizes(name, values) for name, values in sizes.items()}
    medians = {name: float(np.median(values)) for name, values in rows.items()}
    table = table_of([*rows.items(), *((f"{name} median", median) for name, median in medians.items())])
    positive = np.concatenate([values[values > 0] for values in rows.values()])
    exponents = np.log10(positive) if positive.size else np.zeros(1)
    low, high = float(np.floor(exponents.min())), float(np.ceil(exponents.max()))
    high = max(high, low + 1)
    edges = np.linspace(low, high, BINS + 1)
    bar = edges[1] - edges[0]
    zero_at = low - 2.5 * bar  # the place of exact zeros, left of the smallest power of ten
    any_zero = any((values == 0).any() for values in rows.values())
    with course_style():
        figure = new_figure(0.9 + 1.25 * len(rows))
        panels = figure.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (name, values), look in zip(panels, rows.items(), looks_for(rows), strict=True):
            heights = np.histogram(np.log10(values[values > 0]), bins=edges)[0]
            style = {"color": look.color, "hatch": look.hatch, "edgecolor": INK, "linewidth": 0.4}
            axes.bar(edges[:-1], heights, width=bar, align="edge", **style)
            zeros = int((values == 0).sum())
            if zeros:
                axes.bar(zero_at, zeros, width=1.6 * bar, **style)
            tallest = max(int(heights.max()), zeros)
            axes.set_ylim(0, tallest * 1.15)
            axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True, min_n_ticks=1))
            axes.set(ylabel="examples\n(count)")
            median = medians[name]
            _mark_median(axes, np.log10(median) if median > 0 else zero_at, f"{name}: median {number(median)}", (low, high))
        panels[-1].set_xlabel(x_label)
        for axes in panels[:-1]:
            axes.set_xlabel(x_label, visible=False)
        _log_ticks(panels[-1], low, high, zero_at if any_zero else None)
        panels[-1].set_xlim(zero_at - 1.5 * bar if any_zero else low - 0.5 * bar, high + 0.5 * bar)
        add_title(figure, title)
        return finish(figure, alt_text=_sizes_text(rows, medians, x_label), data_table=table)


def _mark_median(axes: Axes, at: float, text: str, limits: tuple[float, float]) -> None:
    """Draw a line at the median and write it above the panel's left edge."""
    axes.axvline(at, color=INK, linewidth=1.6, linestyle=(0, (4, 2)))
    axes.plot([at], [0.97], marker="v", color=INK, markersize=7, transform=axes.get_xaxis_transform(), clip_on=False)
    axes.set_title(text, loc="left", fontsize=TEXT)


def _log_ticks(axes: Axes, low: float, high: float, zero_at: float | None) -> None:
    step = max(1, int(np.ceil((high - low) / 8)))
    powers = [int(k) for k in np.arange(low, high + 1, step)]
    places = [float(k) for k in powers]
    texts = [f"$10^{{{k}}}$" for k in powers]
    if zero_at is not None:
        places, texts = [zero_at, *places], ["0", *texts]
    axes.set_xticks(places, texts)


def _sizes_text(rows: Mapping[str, Floats], medians: Mapping[str, float], x_label: str) -> str:
    sentences = [f"Histograms on a common logarithmic axis of {x_label}."]
    for name, values in rows.items():
        zeros = int((values == 0).sum())
        examples = "1 example" if len(values) == 1 else f"{len(values)} examples"
        exact = f", {zeros} of them exactly 0" if zeros else ""
        sentences.append(f"{name}: median {number(medians[name])}, {span(values.min(), values.max())}, {examples}{exact}.")
    return " ".join(sentences)
