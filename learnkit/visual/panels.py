"""What an explorer looks like in a running notebook: sliders, the figure, its summary, its numbers as a table, the tasks.

Only widgets that every notebook program knows are used, and they are loaded when the first panel is made. Everything can be
reached by keyboard: each slider has a number field beside it that carries its name, since a slider's own handle has none.
Nothing here decides anything: settings, figure and tasks are the explorer's.
"""

import base64
import html
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from learnkit.visual.canvas import LessonFigure, png
from learnkit.visual.inputs import number

if TYPE_CHECKING:
    from learnkit.visual.explorers import Attempt, Choice, Explorer, Slider

SHOW_TABLE, HIDE_TABLE = "Show the numbers as a table", "Hide the table"
CHOOSE = "choose an answer"
MOST_ROWS = 50  # a longer table helps nobody
CELL = "padding: 0.15em 0.9em 0.15em 0; border-bottom: 1px solid rgba(128, 128, 128, 0.45)"


def panels_work() -> bool:
    """Say whether widgets can be shown: a kernel runs, and ipywidgets is installed."""
    if "IPython" not in sys.modules:  # no session of IPython runs without it
        return False
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel") and importlib.util.find_spec("ipywidgets") is not None


def figure_as_html(figure: LessonFigure) -> str:
    """Return the picture with its alternative text; it shrinks with the window, and its place is kept while it loads.

    Examples
    --------
    >>> from learnkit.visual.scores import draw_scores
    >>> figure_as_html(draw_scores([2.0, 1.0]))[:37]
    '<img src="data:image/png;base64,iVBOR'
    """
    width, height = (round(100 * float(inches)) for inches in figure.get_size_inches())
    source = base64.b64encode(png(figure)).decode()
    return (
        f'<img src="data:image/png;base64,{source}" alt="{html.escape(figure.alt_text)}" width="{width}" height="{height}" '
        f'style="max-width: 100%; height: auto; aspect-ratio: {width} / {height}">'
    )


def table_as_html(table: Mapping[str, Any], row: str) -> str:
    """Return a figure's numbers as HTML tables: one for the single values, one for the columns of each length, one for each grid.

    Parameters
    ----------
    table : mapping of name to number, text, list or array
        A figure's `data_table`.
    row : str
        What a row stands for.

    Returns
    -------
    str
    """
    singles: list[list[str]] = []
    columns: dict[int, dict[str, np.ndarray[Any, Any]]] = {}
    grids: list[tuple[str, np.ndarray[Any, Any]]] = []
    for name, values in _flat(table):
        array = np.asarray(values)
        if array.ndim == 0:
            singles.append([name, _written(array.item())])
        elif array.ndim == 1:
            columns.setdefault(len(array), {})[name] = array
        else:
            grids.append((name, array.reshape(len(array), -1)))
    parts = []
    for length, named in columns.items():
        lines = [[str(k), *(_written(array[k]) for array in named.values())] for k in range(min(length, MOST_ROWS))]
        parts.append(_table([row, *named], lines, length))
    for name, grid in grids:
        lines = [[str(k), *map(_written, grid[k])] for k in range(min(len(grid), MOST_ROWS))]
        parts.append(_table([f"{name}: {row}", *map(str, range(grid.shape[1]))], lines, len(grid)))
    if singles:
        parts.append(_table(["quantity", "value"], singles, len(singles)))
    return "".join(parts)


def _flat(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, values in table.items():
        if isinstance(values, Mapping):
            yield from ((f"{name}, {inner}", value) for inner, value in _flat(values))
        else:
            yield name, values


def _written(value: Any) -> str:
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return number(float(value), 4)
    return str(value)


def _table(heads: list[str], lines: list[list[str]], length: int) -> str:
    top = "".join(f'<th scope="col" style="text-align: left; {CELL}">{html.escape(head)}</th>' for head in heads)
    body = []
    for first, *rest in lines:
        cells = "".join(f'<td style="font-variant-numeric: tabular-nums; {CELL}">{html.escape(text)}</td>' for text in rest)
        body.append(f'<tr><th scope="row" style="text-align: left; font-weight: normal; {CELL}">{html.escape(first)}</th>{cells}</tr>')
    cut = f"<p>The first {len(lines)} of {length} rows.</p>" if len(lines) < length else ""
    style = "border-collapse: collapse; line-height: 1.5"
    # a wide table scrolls by itself; tabindex lets the keyboard reach it
    return (
        '<div role="region" aria-label="numbers of the figure" tabindex="0" style="overflow-x: auto; margin-bottom: 0.8em">'
        f'<table style="{style}"><thead><tr>{top}</tr></thead><tbody>{"".join(body)}</tbody></table></div>{cut}'
    )


def _spoken(text: str, *, height: str = "auto") -> str:
    """Return a sentence that a screen reader says when it changes."""
    return f'<div role="status" aria-live="polite" style="line-height: 1.5; min-height: {height}">{html.escape(text)}</div>'


class Panel:
    """The widgets of one explorer, tied to it in both directions. Made by `make_panel`.

    Attributes
    ----------
    root : ipywidgets.VBox
    fields, sliders : dict of name to widget
        The number field, or the list, of each control, and the slider beside it.
    figure, summary, table : ipywidgets.HTML
    show_table : ipywidgets.ToggleButton
    reset : ipywidgets.Button
    choices, checks, verdicts : lists of widgets, one a task
    """

    def __init__(self, explorer: "Explorer") -> None:
        import ipywidgets as widgets

        self.explorer = explorer
        self._widgets = widgets
        self._quiet = False
        self.fields: dict[str, Any] = {}
        self.sliders: dict[str, Any] = {}
        self.choices: list[Any] = []
        self.checks: list[Any] = []
        self.verdicts: list[Any] = []
        self.figure, self.summary, self.table = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.show_table = widgets.ToggleButton(value=False, description=SHOW_TABLE, layout=widgets.Layout(width="auto"))
        self.show_table.observe(self._show, names="value")
        self.reset = widgets.Button(description="Reset the sliders", layout=widgets.Layout(width="auto"))
        self.reset.on_click(lambda _: explorer.reset())
        self._size = "8 / 3.6"  # of the last figure, so that a sentence in its place moves nothing
        rows = [self._control(name, control) for name, control in explorer.controls.items()]
        wrap = widgets.Layout(flex_flow="row wrap", grid_gap="0.2em 2.5em", align_items="center", width="100%")
        tasks = [self._task(position, attempt) for position, attempt in enumerate(explorer.tasks, start=1)]
        self.root = widgets.VBox(
            [
                widgets.HTML(self._head()),
                widgets.Box([*rows, self.reset], layout=wrap),
                self.figure,
                self.summary,
                widgets.Box([self.show_table]),
                self.table,
                widgets.Box(tasks, layout=widgets.Layout(flex_flow="row wrap", grid_gap="1em 2.5em", width="100%")),
            ],
            layout=widgets.Layout(max_width="900px", padding="0.4em 0", grid_gap="0.4em"),
        )
        explorer.on_change(self.update)
        self.update()

    def view(self) -> dict[str, Any]:
        """Return what makes a running notebook show the panel."""
        return dict(self.root._repr_mimebundle_())

    def update(self) -> None:
        """Show the state of the explorer."""
        explorer = self.explorer
        with self._unheard():
            for name, field in self.fields.items():
                field.value = explorer.values[name]
                if name in self.sliders:
                    self.sliders[name].value = explorer.values[name]
        if explorer.figure is None:
            self.figure.value = f'<div style="aspect-ratio: {self._size}; max-width: 800px">{html.escape(explorer.summary)}</div>'
        else:
            width, height = explorer.figure.get_size_inches()
            self._size = f"{width} / {height}"
            self.figure.value = figure_as_html(explorer.figure)
        self.summary.value = _spoken(explorer.summary, height="3em")
        self._show()
        self._judge()

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        """Let nobody's move be the explorer's answer to a move."""
        self._quiet, before = True, self._quiet
        try:
            yield
        finally:
            self._quiet = before

    def _head(self) -> str:
        how = "Tab goes from control to control; the arrow keys move it. Beside each slider a number can be typed in."
        title = html.escape(self.explorer.title)
        return (
            f'<div role="heading" aria-level="3" style="font-weight: bold; font-size: 1.15em">Explorer: {title}</div>'
            f'<div style="line-height: 1.5">{how}</div>'
        )

    def _control(self, name: str, control: "Slider | Choice") -> Any:
        widgets = self._widgets
        style = {"description_width": f"{max(len(each.label) for each in self.explorer.controls.values()) * 0.58 + 0.5:.1f}em"}
        from learnkit.visual.explorers import Choice

        if isinstance(control, Choice):
            options = [(text, value) for text, value in control.options.items()]
            field = widgets.Dropdown(options=options, value=control.start, description=control.label, style=style)
            field.layout.width = "auto"
            self.fields[name] = field
            field.observe(lambda change: self._move(name, change["new"]), names="value")
            return field
        bounds = {"value": control.start, "min": control.low, "max": control.high, "step": control.step}
        number_field, slider_type = (
            (widgets.BoundedIntText, widgets.IntSlider) if control.is_whole else (widgets.BoundedFloatText, widgets.FloatSlider)
        )
        field = number_field(**bounds, description=control.label, style=style, layout=widgets.Layout(width="auto"))
        slider = slider_type(**bounds, readout=False, continuous_update=False, layout=widgets.Layout(width="12em"))
        for widget in (field, slider):
            widget.observe(lambda change: self._move(name, change["new"]), names="value")
        self.fields[name], self.sliders[name] = field, slider
        return widgets.HBox([field, slider])

    def _move(self, name: str, value: Any) -> None:
        if not self._quiet:
            self.explorer.set(**{name: value})

    def _show(self, change: Any = None) -> None:
        shown = self.show_table.value
        self.show_table.description = HIDE_TABLE if shown else SHOW_TABLE
        self.table.value = table_as_html(self.explorer.data_table, self.explorer.row) if shown else ""

    def _task(self, position: int, attempt: "Attempt") -> Any:
        widgets, task = self._widgets, attempt.task
        goal, question = html.escape(task.goal), html.escape(task.question)
        text = f'<div style="line-height: 1.5"><b>Task {position}.</b> {goal} <b>Then:</b> {question}</div>'
        choice = widgets.Dropdown(options=[(CHOOSE, None), *((each, each) for each in task.replies)], value=None)
        choice.layout = widgets.Layout(width="auto", flex="1 1 auto", margin="2px 6px 2px 0")
        check = widgets.Button(description="Check", tooltip=f"Check the answer to task {position}", layout=widgets.Layout(width="auto"))
        verdict = widgets.HTML()
        choice.observe(lambda _: self._unsaid(attempt), names="value")
        check.on_click(lambda _: self._answer(attempt, choice.value))
        self.choices.append(choice)
        self.checks.append(check)
        self.verdicts.append(verdict)
        return widgets.VBox([widgets.HTML(text), widgets.HBox([choice, check]), verdict], layout=widgets.Layout(flex="1 1 24em"))

    def _answer(self, attempt: "Attempt", choice: str | None) -> None:
        attempt.answer(choice)
        self._judge()

    def _unsaid(self, attempt: "Attempt") -> None:
        """Another choice: what was said to the last one no longer stands there."""
        attempt.said = ""
        self._judge()

    def _judge(self) -> None:
        for attempt, verdict in zip(self.explorer.tasks, self.verdicts, strict=True):
            verdict.value = _spoken(f"{attempt.state} {attempt.said}".strip(), height="4.5em")


def make_panel(explorer: "Explorer") -> Panel:
    """Return the widgets of an explorer.

    Parameters
    ----------
    explorer : Explorer

    Returns
    -------
    Panel
    """
    return Panel(explorer)
