"""Lines: how a number changes over epochs, or along anything else.

`draw_learning_curves` draws several runs as their mean, with a band from the smallest to the largest; `draw_lines` draws any
lines over a common x. Both write the name of a line where it ends.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator
from numpy.typing import ArrayLike

from learnkit.visual.canvas import LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import Floats, as_rows, as_vector, number, some_of, span, table_of
from learnkit.visual.line_ends import End, label_ends
from learnkit.visual.palettes import SOFT_INK, Look, looks_for


def _over_runs(rows: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, smallest and largest over the runs that have a finite number; NaN where none has."""
    known = np.isfinite(rows)
    count = known.sum(axis=0)
    some = count > 0
    total = np.where(known, rows / np.maximum(count, 1), 0).sum(axis=0)  # divided first: a sum of huge values would overflow
    mean = np.where(some, total, np.nan)
    low = np.where(some, np.where(known, rows, np.inf).min(axis=0), np.nan)
    high = np.where(some, np.where(known, rows, -np.inf).max(axis=0), np.nan)
    return mean, low, high


def _line(axes: Axes, x: Floats, y: Floats, look: Look) -> None:
    every = max(1, len(x) // 12)
    over = 2 if look.linestyle == "-" else 2.2  # dashes stay visible where a full line runs along
    axes.plot(x, y, color=look.color, linestyle=look.linestyle, marker=look.marker, markevery=every, zorder=over, clip_on=False)


def _fit_log(axis: Axis, values: Floats) -> None:
    """Write the ticks of a logarithmic axis as plain numbers: 1, 2, 5 where there are few powers of ten."""
    if not values.size:
        return
    low, high = float(values.min()), float(values.max())
    if high / low < 4:
        axis.set_major_locator(MaxNLocator(nbins=6))
        axis.set_minor_locator(NullLocator())
    elif high / low < 1e4:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 200 else (1,)))
    if high / low < 1e4:
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 5)))
        axis.set_minor_formatter(NullFormatter())


def _refuse_below_zero(name: str, values: Floats, option: str) -> None:
    finite = values[np.isfinite(values)]
    if finite.size and finite.min() <= 0:
        raise ValueError(f"{option}=True needs values above 0; {name} has {number(finite.min())}. Use {option}=False, or leave those out.")


def draw_learning_curves(
    curves: Mapping[str, ArrayLike],
    *,
    y_label: str,
    x_label: str = "epoch",
    reference_lines: Mapping[str, float] | None = None,
    title: str | None = None,
    log_y: bool = False,
    start: int = 1,
) -> LessonFigure:
    """Draw learning curves: the mean over runs, with a band from the smallest to the largest run.

    Parameters
    ----------
    curves : dict of name to (runs, epochs) or (epochs,)
        At most eight. A NaN or an infinity is left out of the mean and the band, and the figure says so.
    y_label : str
        With the unit: "loss (nats)", "accuracy (fraction)".
    x_label : str
    reference_lines : dict of label to height, or None
        Dashed lines: what a model that knows nothing would reach, the best one can do.
    title : str or None
    log_y : bool
        A logarithmic scale; every value must be above 0.
    start : int
        The epoch of the first value; 0 if the curves begin before training.

    Returns
    -------
    LessonFigure
        Its `data_table` has the epochs (under `x_label`), each curve as (runs, epochs), and each reference line.

    Raises
    ------
    ValueError
        If there is no curve, a curve is empty, or a value is not above 0 with `log_y`.

    Examples
    --------
    >>> figure = draw_learning_curves({"train": [[2.0, 1.0], [2.2, 1.2]]}, y_label="loss (nats)", reference_lines={"ln 10": 2.3026})
    >>> figure.alt_text
    'Lines of loss (nats) over epoch from 1 to 2. train goes from 2.1 to 1.1 (2 runs, at the end 1 to 1.2). Dashed: ln 10 at 2.3.'
    """
    some_of("curves", curves, '{"train": losses}')
    rows = {name: as_rows(name, values) for name, values in curves.items()}
    heights = {label: float(as_vector(f"reference line {label}", [height])[0]) for label, height in (reference_lines or {}).items()}
    if log_y:
        for name, values in {**rows, **{label: np.array([height]) for label, height in heights.items()}}.items():
            _refuse_below_zero(name, values, "log_y")
    longest = max(values.shape[1] for values in rows.values())
    epochs = start + np.arange(longest, dtype=np.float64)
    table = table_of([(x_label, epochs), *rows.items(), *heights.items()])
    with course_style():
        figure = new_figure(3.4)
        axes = figure.subplots()
        axes.set(xlabel=x_label, ylabel=y_label, yscale="log" if log_y else "linear")
        ends: list[End] = []
        for (name, values), look in zip(rows.items(), looks_for(rows), strict=True):
            mean, low, high = _over_runs(values)
            x = epochs[: len(mean)]
            if len(values) > 1:
                axes.fill_between(x, low, high, color=look.color, alpha=0.22, linewidth=0)
                if len(x) == 1:
                    axes.vlines(x, low, high, color=look.color, linewidth=6, alpha=0.4)
            _line(axes, x, mean, look)
            known = np.flatnonzero(np.isfinite(mean))
            if known.size:
                ends.append(End(float(x[known[-1]]), float(mean[known[-1]]), name, look.color))
        for label, height in heights.items():
            axes.axhline(height, color=SOFT_INK, linestyle=(0, (6, 4)), linewidth=1.2, zorder=1.5)
            ends.append(End(float(epochs[-1]) + (0.5 if longest == 1 else 0), height, label, SOFT_INK))
        axes.set_xlim((epochs[0] - 0.5, epochs[-1] + 0.5) if longest == 1 else (epochs[0], epochs[-1]))
        if log_y:
            known_values = np.concatenate([values[np.isfinite(values)] for values in rows.values()] + [np.array(list(heights.values()))])
            _fit_log(axes.yaxis, known_values)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=11, integer=True, min_n_ticks=1))
        add_title(figure, title, _band_note(rows))
        label_ends(axes, ends)
        return finish(figure, alt_text=_curves_text(rows, epochs, heights, x_label, y_label), data_table=table)


def _band_note(rows: Mapping[str, Floats]) -> str | None:
    notes = []
    counts = [len(values) for values in rows.values()]
    if max(counts) > 1:
        runs = str(max(counts)) if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"
        notes.append(f"line: mean of {runs} runs; band: smallest to largest run")
    lost = sum(int((~np.isfinite(values)).any(axis=1).sum()) for values in rows.values())
    if lost:
        notes.append(f"NaN and infinite values, in {lost} of {sum(counts)} runs, are left out")
    notes += [f"{name}: no finite value at all" for name, values in rows.items() if not np.isfinite(values).any()]
    return "\n".join(notes) or None


def _curves_text(rows: Mapping[str, Floats], epochs: Floats, heights: Mapping[str, float], x_label: str, y_label: str) -> str:
    sentences = [f"Lines of {y_label} over {x_label} {span(epochs[0], epochs[-1], 6)}."]
    for name, values in rows.items():
        mean, low, high = _over_runs(values)
        known = np.flatnonzero(np.isfinite(mean))
        if not known.size:
            sentences.append(f"{name} has no finite number.")
            continue
        first, last = known[0], known[-1]
        end = number(mean[last], 2)
        moves = f"{name} goes from {number(mean[first], 2)} to {end}" if first != last else f"{name} is {end}"
        detail = f"{len(values)} runs, at the end {number(low[last], 2)} to {number(high[last], 2)}" if len(values) > 1 else ""
        lost = int((~np.isfinite(values)).any(axis=1).sum())
        detail += ("; " if detail and lost else "") + (f"{lost} of {len(values)} runs not finite" if lost else "")
        sentences.append(moves + (f" ({detail})" if detail else "") + ".")
    if heights:
        sentences.append("Dashed: " + ", ".join(f"{label} at {number(height, 2)}" for label, height in heights.items()) + ".")
    return " ".join(sentences)


def draw_lines(
    x: ArrayLike,
    lines: Mapping[str, ArrayLike],
    *,
    x_label: str,
    y_label: str,
    title: str | None = None,
    log_x: bool = False,
    log_y: bool = False,
) -> LessonFigure:
    """Draw lines over a common x, each with its name where it ends.

    Parameters
    ----------
    x : (N,)
        Finite numbers; the lines are drawn in their order.
    lines : dict of name to (N,)
        At most eight. A NaN or an infinity is a gap.
    x_label, y_label : str
        With units.
    title : str or None
    log_x, log_y : bool
        Logarithmic scales; every value must be above 0.

    Returns
    -------
    LessonFigure
        Its `data_table` has x (under `x_label`) and each line by its name.

    Raises
    ------
    ValueError
        If there is no line, the lengths differ, or a value is not above 0 on a logarithmic scale.

    Examples
    --------
    >>> figure = draw_lines([0, 1, 2], {"x²": [0, 1, 4]}, x_label="x (no unit)", y_label="y (no unit)")
    >>> figure.alt_text
    'Lines of y (no unit) over x (no unit) from 0 to 2. x² goes from 0 to 4, between 0 and 4.'
    """
    at = as_vector("x", x)
    some_of("lines", lines, '{"x²": x**2}')
    heights = {name: as_vector(name, line, finite=False) for name, line in lines.items()}
    for name, line in heights.items():
        if line.shape != at.shape:
            raise ValueError(f"{name} must have one value for each of the {len(at)} values of x; got {len(line)}.")
        if log_y:
            _refuse_below_zero(name, line, "log_y")
    if log_x:
        _refuse_below_zero("x", at, "log_x")
    table = table_of([(x_label, at), *heights.items()])
    with course_style():
        figure = new_figure(3.4)
        axes = figure.subplots()
        axes.set(xlabel=x_label, ylabel=y_label, xscale="log" if log_x else "linear", yscale="log" if log_y else "linear")
        ends: list[End] = []
        sentences = [f"Lines of {y_label} over {x_label} {span(at.min(), at.max())}."]
        for (name, line), look in zip(heights.items(), looks_for(heights), strict=True):
            known = np.flatnonzero(np.isfinite(line))
            _line(axes, at, np.where(np.isfinite(line), line, np.nan), look)
            if not known.size:
                sentences.append(f"{name} has no finite number.")
                continue
            first, last = float(line[known[0]]), float(line[known[-1]])
            ends.append(End(float(at[known[-1]]), last, name, look.color))
            between = f"between {number(line[known].min())} and {number(line[known].max())}"
            gaps = f", with no number at {len(line) - len(known)} of {len(line)} places" if len(known) < len(line) else ""
            sentences.append(f"{name} goes from {number(first)} to {number(last)}, {between}{gaps}.")
        if at.min() < at.max():
            axes.set_xlim(at.min(), at.max())
        if log_x:
            _fit_log(axes.xaxis, at)
        if log_y:
            _fit_log(axes.yaxis, np.concatenate([line[np.isfinite(line)] for line in heights.values()]))
        add_title(figure, title)
        label_ends(axes, ends)
        return finish(figure, alt_text=" ".join(sentences), data_table=table)
