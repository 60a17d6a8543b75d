"""A figure whose settings the learner moves, with tasks that ask what was seen: `Explorer`, made by `explore`.

An explorer is a figure function plus controls. It holds the settings, the figure drawn from them, the sentence that sums it up
and the state of its tasks; none of that needs a notebook, so lessons and tests read it, and move it with `Explorer.set`. As the
last line of a cell it shows itself: in a running notebook as sliders around the figure, everywhere else as the figure alone.

A task is never done by the sliders alone. They reach its goal; then its question wants an answer.

The explorers of the lessons stand at the end: `explore_softmax`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from learnkit.visual.canvas import LessonFigure, notebook_output
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.inputs import number, numbers
from learnkit.visual.panels import Panel, panels_work
from learnkit.visual.scores import draw_softmax
from learnkit.visual.tasks import Attempt, Task


class Explorer:
    """A figure with settings that can be moved, and tasks. Made by `explore`.

    Attributes
    ----------
    values : dict of name to setting
    figure : LessonFigure or None
        Drawn from the settings; None where they cannot be drawn.
    summary : str
        What the figure shows, in a sentence or two; or why it cannot be drawn.
    tasks : tuple of Attempt
        Each with `reached`, `done`, `verdict` and `answer`.
    """

    def __init__(
        self,
        draw: Callable[..., LessonFigure],
        controls: Mapping[str, Slider | Choice],
        *,
        title: str,
        tasks: Sequence[Task],
        summarize: Callable[[Mapping[str, Any]], str] | None,
        row: str,
    ) -> None:
        if not controls:
            raise ValueError("an explorer needs at least one control; got none.")
        self.title, self.row = title, row
        self.controls = dict(controls)
        self.values: dict[str, Any] = {name: control.read(control.start) for name, control in controls.items()}
        self.tasks = tuple(Attempt(task) for task in tasks)
        self.summary = ""
        self._draw, self._summarize = draw, summarize
        self._watchers: list[Callable[[], None]] = []
        self._panel: Panel | None = None
        self.figure: LessonFigure | None = draw(**self.values)  # an error here is the author's, and is raised
        self._sum_up(self.figure)

    def _sum_up(self, figure: LessonFigure) -> None:
        self.summary = self._summarize(figure.data_table) if self._summarize else figure.alt_text
        for attempt in self.tasks:
            attempt.see(figure.data_table)

    @property
    def data_table(self) -> dict[str, Any]:
        """The numbers of the figure; empty where there is none."""
        return {} if self.figure is None else self.figure.data_table

    def set(self, **values: Any) -> None:
        """Move controls by name and draw again.

        Parameters
        ----------
        **values : settings by the name of their control

        Raises
        ------
        ValueError
            If a setting is not one that its control has; nothing moves then.
        TypeError
            If there is no such control.
        """
        if unknown := sorted(set(values) - set(self.controls)):
            raise TypeError(f"there is no control {unknown[0]!r}; there are {', '.join(self.controls)}.")
        wanted = {name: self.controls[name].read(value) for name, value in values.items()}
        if all(self.values[name] == value for name, value in wanted.items()):
            return
        self.values |= wanted
        try:
            figure = self._draw(**self.values)
            self._sum_up(figure)
            self.figure = figure
        except Exception as error:  # whatever a setting does to a figure function: the learner reads a sentence
            self.figure = None
            reason = next(iter(str(error).splitlines()), "") or type(error).__name__
            self.summary = f"These settings cannot be drawn: {reason.rstrip('.')}. Move a slider back."
        for changed in self._watchers:
            changed()

    def reset(self) -> None:
        """Move every control to its start; what was reached and answered stays."""
        self.set(**{name: control.start for name, control in self.controls.items()})

    def on_change(self, changed: Callable[[], None]) -> None:
        """Call a function after every change of the settings."""
        self._watchers.append(changed)

    def __repr__(self) -> str:
        return self.summary if self.figure is None else self.figure.alt_text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """IPython's hook: the picture and its words, which a stored notebook keeps; where a kernel runs, the sliders too."""
        data, metadata = ({"text/plain": repr(self)}, {}) if self.figure is None else notebook_output(self.figure)
        if self._panel is None and panels_work():
            self._panel = Panel(self)
        if self._panel is not None:
            data = {**self._panel.view(), **data}
        return data, metadata


def explore(
    draw: Callable[..., LessonFigure],
    controls: Mapping[str, Slider | Choice],
    *,
    title: str,
    tasks: Sequence[Task] = (),
    summarize: Callable[[Mapping[str, Any]], str] | None = None,
    row: str = "row",
) -> Explorer:
    """Put controls on a figure function.

    Parameters
    ----------
    draw : function of keywords that returns a LessonFigure
        Called with one keyword for each control.
    controls : mapping of name to Slider or Choice
        In the order in which they are shown.
    title : str
        The explorer's name.
    tasks : sequence of Task
    summarize : function of a data table, or None
        Returns the figure in a sentence or two, read out after every move; the figure's `alt_text` if None.
    row : str
        What a row of the figure's numbers stands for, such as "class" or "epoch".

    Returns
    -------
    Explorer
        As the last line of a cell, it shows itself.

    Raises
    ------
    ValueError
        If there is no control. What `draw` raises at the start settings is raised too.

    Examples
    --------
    >>> from learnkit.visual.scores import draw_scores
    >>> def two(first: float, second: float) -> LessonFigure:
    ...     return draw_scores([first, second])
    >>> sliders = {name: Slider(f"{name} score", 0, low=-5, high=5, step=1) for name in ("first", "second")}
    >>> explorer = explore(two, sliders, title="Two scores")
    >>> explorer.set(second=3)
    >>> explorer.summary
    'Bars of the scores of 2 classes: 0, 3. The largest is 3, for class 1.'
    """
    return Explorer(draw, controls, title=title, tasks=tasks, summarize=summarize, row=row)


# Lesson 04


def explore_softmax() -> Explorer:
    """Explore what softmax cannot see: three scores, a shift, a temperature and the right class, with two tasks.

    Returns
    -------
    Explorer
        Of `draw_softmax`, with the settings score_0, score_1, score_2, shift, temperature and target.

    Examples
    --------
    >>> explorer = explore_softmax()
    >>> explorer.set(shift=100)
    >>> explorer.summary
    'Right class 0: probability 0.665, loss 0.408 nats. Gradient of the scores: −0.335, 0.245, 0.09.'
    """
    scores = {f"score_{k}": Slider(f"score of class {k}", start, low=-10.0, high=10.0, step=0.5) for k, start in enumerate((2.0, 1.0, 0.0))}
    controls: dict[str, Slider | Choice] = {
        **scores,
        "shift": Slider("shift", 0.0, low=-100.0, high=100.0, step=10.0),
        "temperature": Slider("temperature", 1.0, low=0.25, high=4.0, step=0.25),
        "target": Choice("right class", 0, {"0": 0, "1": 1, "2": 2}),
    }
    return explore(
        _softmax_of_three, controls, title="What softmax cannot see", tasks=(_SURE, _EVEN), summarize=_softmax_in_words, row="class"
    )


def _softmax_of_three(score_0: float, score_1: float, score_2: float, shift: float, temperature: float, target: int) -> LessonFigure:
    return draw_softmax([score_0, score_1, score_2], target, shift=shift, temperature=temperature)


def _softmax_in_words(table: Mapping[str, Any]) -> str:
    right, p = table["target"], table["probabilities"][table["target"]]
    sure = "above 0.999" if p > 0.999 else number(p)  # what is not 1 is not written as 1
    return (
        f"Right class {right}: probability {sure}, loss {number(table['loss'])} nats. Gradient of the scores: {numbers(table['gradient'])}."
    )


def _wrong_gradients_are_equal(table: Mapping[str, Any]) -> bool:
    one, other = np.delete(table["gradient"], table["target"])
    return bool(np.isclose(one, other, rtol=1e-9, atol=0))  # relative: two tiny gradients are not equal for being tiny


_SURE = Task(
    goal="Make the loss smaller than 0.01.",
    is_reached=lambda table: bool(table["loss"] < 0.01),
    question="Which of the five sliders cannot change the loss, wherever the others stand?",
    replies={
        "score of class 0": "One score on its own changes its distance to the other two. Move it and read the loss.",
        "score of class 1": "One score on its own changes its distance to the other two. Move it and read the loss.",
        "score of class 2": "One score on its own changes its distance to the other two. Move it and read the loss.",
        "shift": "It adds the same number to every score. Their differences stay, and softmax sees nothing else.",
        "temperature": "It divides the scores, so their differences shrink or grow with it. Move it and read the loss.",
    },
    right="shift",
)
_EVEN = Task(
    goal="Make the gradients of the two wrong classes equal.",
    is_reached=_wrong_gradients_are_equal,
    question="What has to be equal for that?",
    replies={
        "all three scores": "That is enough, but more than is needed. Move the score of the right class alone and watch both gradients.",
        "the scores of the two wrong classes": "The gradient of a wrong class is its probability: equal scores, equal probabilities.",
        "the scores of the right class and a wrong one": "Try it: their gradients are p − 1 and p, and those are never equal.",
        "the shift and the temperature": "The shift changes no gradient. The temperature changes all, and makes no unequal ones equal.",
    },
    right="the scores of the two wrong classes",
)
