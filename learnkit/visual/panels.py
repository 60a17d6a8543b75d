"""What an explorer looks like in a running notebook: sliders, the figure, its summary, its numbers as a table, the tasks.

Only widgets that every notebook program knows are used, and they are loaded when the first panel is made. Nothing here decides
anything: settings, figure and tasks are the explorer's.

Everything can be done by keyboard. Each slider has a number field beside it that carries its name, since the handle of a slider
has none. Choices are buttons: in a list, or among radio buttons, JupyterLab takes the arrow keys and letters for commands of its
own, and "a" would insert a cell.
"""

import base64
import html
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from learnkit.visual.canvas import LessonFigure, png
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.inputs import number
from learnkit.visual.tasks import Attempt

if TYPE_CHECKING:
    from learnkit.visual.explorers import Explorer

SHOW_TABLE, HIDE_TABLE = "Show the numbers as a table", "Hide the table"
CHOSEN = "✓ "
MOST_ROWS = 50  # a longer table helps nobody
CELL = "padding: 0.15em 0.9em 0.15em 0; border-bottom: 1px solid rgba(128, 128, 128, 0.45)"


def panels_work() -> bool:
    """Say whether widgets can be shown: a kernel runs, and ipywidgets is installed."""
    if "IPython" not in sys.modules:  # no session of IPython runs without it
        return False
    from IPython.core.getipython import get_ipython

    if not hasattr(get_ipython(), "kernel"):  # IPython in a terminal
        return False
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        return False
    return True


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
    """The widgets of one explorer, tied to it in both directions.

    Attributes
    ----------
    root : ipywidgets.VBox
    fields, sliders : dict of name to widget
        The number field of each slider, and the slider beside it.
    options : dict of name to list of ipywidgets.Button
        The buttons of each choice, in the order of its options.
    figure, summary, table : ipywidgets.HTML
    reset : ipywidgets.Button
    show_table : ipywidgets.ToggleButton
    answers : list of dict of choice to ipywidgets.Button, one for each task
    verdicts : list of ipywidgets.HTML, one for each task
    """

    def __init__(self, explorer: "Explorer") -> None:
        import ipywidgets as widgets

        self.explorer = explorer
        self._widgets = widgets
        self._quiet = False
        self._shape = "8 / 3.6"  # of the last figure, so that a sentence in its place moves nothing
        self.fields: dict[str, Any] = {}
        self.sliders: dict[str, Any] = {}
        self.options: dict[str, list[Any]] = {}
        self.answers: list[dict[str, Any]] = []
        self.verdicts: list[Any] = []
        self.figure, self.summary, self.table = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.reset = self._button("Reset the sliders", explorer.reset)
        self.show_table = widgets.ToggleButton(value=False, description=SHOW_TABLE, layout=widgets.Layout(width="auto"))
        self.show_table.observe(lambda _: self._tell_numbers(), names="value")
        rows = [self._control(name, control) for name, control in explorer.controls.items()]
        half = (len(rows) + 1) // 2
        tasks = [self._task(position, attempt) for position, attempt in enumerate(explorer.tasks, start=1)]
        self.root = widgets.VBox(
            [
                widgets.HTML(self._head()),
                self._side_by_side([widgets.VBox(part) for part in (rows[:half], rows[half:]) if part]),
                self.figure,
                self.summary,
                widgets.HBox([self.reset, self.show_table]),
                self.table,
                self._side_by_side(tasks),
            ],
            layout=widgets.Layout(max_width="800px", padding="0.4em 0", grid_gap="0.4em"),
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
            for name, value in explorer.values.items():
                for widget in (self.fields.get(name), self.sliders.get(name)):
                    if widget is not None:
                        widget.value = value
                self._mark(name, value)
        if explorer.figure is None:
            self.figure.value = f'<div style="aspect-ratio: {self._shape}; max-width: 800px">{html.escape(explorer.summary)}</div>'
        else:
            width, height = explorer.figure.get_size_inches()
            self._shape = f"{width} / {height}"
            self.figure.value = figure_as_html(explorer.figure)
        self.summary.value = _spoken(explorer.summary, height="3em")
        self._tell_numbers()
        self._judge()

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        """Let a widget that follows the explorer not move the explorer in turn."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before

    def _move(self, name: str, value: Any) -> None:
        if not self._quiet:
            self.explorer.set(**{name: value})

    def _mark(self, name: str, value: Any) -> None:
        control = self.explorer.controls[name]
        if isinstance(control, Choice):
            for button, (text, option) in zip(self.options[name], control.options.items(), strict=True):
                button.description = f"{CHOSEN}{text}" if option == value else text

    def _tell_numbers(self) -> None:
        shown = self.show_table.value
        self.show_table.description = HIDE_TABLE if shown else SHOW_TABLE
        self.table.value = table_as_html(self.explorer.data_table, self.explorer.row) if shown else ""

    def _judge(self) -> None:
        for attempt, verdict in zip(self.explorer.tasks, self.verdicts, strict=True):
            verdict.value = _spoken(attempt.verdict, height="4.5em")

    def _head(self) -> str:
        how = "Tab goes from control to control. Arrow keys move a slider or its number; Enter presses a button."
        return (
            f'<div role="heading" aria-level="3" style="font-weight: bold; font-size: 1.15em; line-height: 1.7">'
            f'Explorer: {html.escape(self.explorer.title)}</div><div style="line-height: 1.5">{how}</div>'
        )

    def _button(self, text: str, pressed: Callable[[], object], **layout: str) -> Any:
        button = self._widgets.Button(description=text, layout=self._widgets.Layout(**{"width": "auto", **layout}))
        button.on_click(lambda _: pressed())
        return button

    def _side_by_side(self, parts: list[Any]) -> Any:
        """Return a box of two columns, or one where the window is narrow."""
        columns = "repeat(auto-fit, minmax(min(100%, 26em), 1fr))"
        return self._widgets.GridBox(parts, layout=self._widgets.Layout(grid_template_columns=columns, grid_gap="0.2em 2.5em"))

    def _control(self, name: str, control: Slider | Choice) -> Any:
        widest = max(len(each.label) for each in self.explorer.controls.values())
        label = f"{0.6 * widest + 0.5:.1f}em"
        return self._choice(name, control, label) if isinstance(control, Choice) else self._slider(name, control, label)

    def _choice(self, name: str, control: Choice, label: str) -> Any:
        layout = self._widgets.Layout
        width = f"{0.6 * max(map(len, control.options)) + 3:.1f}em"  # holds the mark too
        self.options[name] = []
        for text, value in control.options.items():
            button = self._button(text, partial(self._move, name, value), width=width)
            button.tooltip = f"{control.label}: {text}"
            self.options[name].append(button)
        text = self._widgets.Label(
            control.label, layout=layout(width=label, display="flex", justify_content="flex-end", margin="2px 6px 2px 2px")
        )
        return self._widgets.HBox([text, *self.options[name]], layout=layout(flex_flow="row wrap"))

    def _slider(self, name: str, control: Slider, label: str) -> Any:
        widgets, layout = self._widgets, self._widgets.Layout
        bounds = {"value": control.start, "min": control.low, "max": control.high, "step": control.step}
        kinds = (widgets.BoundedIntText, widgets.IntSlider) if control.is_whole else (widgets.BoundedFloatText, widgets.FloatSlider)
        field = kinds[0](
            **bounds, description=control.label, tooltip=f"from {number(control.low)} to {number(control.high)}",
            style={"description_width": label}, layout=layout(width=f"calc({label} + 6em)"),
        )  # fmt: skip
        slider = kinds[1](**bounds, readout=False, continuous_update=False, layout=layout(flex="1 1 6em", width="auto"))
        for widget in (field, slider):
            widget.observe(lambda change: self._move(name, change["new"]), names="value")
        self.fields[name], self.sliders[name] = field, slider
        return widgets.HBox([field, slider])

    def _task(self, position: int, attempt: Attempt) -> Any:
        widgets, task = self._widgets, attempt.task
        text = (
            f'<div style="line-height: 1.5"><b>Task {position}.</b> {html.escape(task.goal)}<br>'
            f"<b>Then answer:</b> {html.escape(task.question)}</div>"
        )
        answers = {choice: self._button(choice, partial(self._answer, attempt, choice)) for choice in task.replies}
        verdict = widgets.HTML()
        self.answers.append(answers)
        self.verdicts.append(verdict)
        row = widgets.HBox(list(answers.values()), layout=widgets.Layout(flex_flow="row wrap"))
        return widgets.VBox([widgets.HTML(text), row, verdict])

    def _answer(self, attempt: Attempt, choice: str) -> None:
        attempt.answer(choice)
        self._judge()
