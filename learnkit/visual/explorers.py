"""A figure whose settings the learner moves, with tasks that ask what was seen: `Explorer`, made by `explore`.

An explorer is a figure function plus controls. It holds the settings, the figure drawn from them, the sentence that sums it up
and the state of its tasks; none of that needs a notebook, so lessons and tests read it, and move it with `Explorer.set`. As the
last line of a cell it shows itself: in a running notebook as sliders around the figure, everywhere else as the figure alone.

A task is never done by the sliders alone. They reach its goal; then its question wants an answer.

The explorers of the lessons stand at the end: `explore_softmax`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from learnkit.visual.canvas import LessonFigure, notebook_output
from learnkit.visual.inputs import number, numbers
from learnkit.visual.panels import make_panel, panels_work
from learnkit.visual.scores import draw_softmax


@dataclass(frozen=True)
class Slider:
    """A number between two ends.

    Parameters
    ----------
    label : str
        What is moved, with its unit if it has one: "learning rate (no unit)".
    start, low, high, step : numbers
        Whole numbers, all four, make a slider of whole numbers. A value typed in may lie between two steps.

    Examples
    --------
    >>> Slider("shift", 0, low=-100, high=100, step=10).read(30)
    30
    """

    label: str
    start: float
    low: float
    high: float
    step: float

    def __post_init__(self) -> None:
        if not (self.low < self.high and self.step > 0):
            raise ValueError(f"slider {self.label!r} needs low < high and step > 0; got {self.low}, {self.high} and {self.step}.")
        self.read(self.start)

    @property
    def is_whole(self) -> bool:
        return all(isinstance(value, int) for value in (self.start, self.low, self.high, self.step))

    def read(self, value: Any) -> float:
        """Return a setting as the figure function gets it, without the noise of adding steps; raise ValueError if there is no such one."""
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise ValueError(f"{self.label!r} must be a number; got {value!r}.")
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.label!r} goes from {number(self.low)} to {number(self.high)}; got {value}.")
        return int(value) if self.is_whole else round(float(value), 10)


@dataclass(frozen=True)
class Choice:
    """One of a few things.

    Parameters
    ----------
    label : str
        What is chosen: "right class".
    start : object
        One of the options.
    options : mapping of str to object
        What the learner reads, and what the figure function gets.

    Examples
    --------
    >>> Choice("activation", "relu", {"ReLU": "relu", "none": "identity"}).read("identity")
    'identity'
    """

    label: str
    start: Any
    options: Mapping[str, Any]

    def __post_init__(self) -> None:
        self.read(self.start)

    def read(self, value: Any) -> Any:
        """Return the option; raise ValueError if there is no such one."""
        for option in self.options.values():
            if option == value:
                return option
        raise ValueError(f"{self.label!r} must be one of {', '.join(map(repr, self.options.values()))}; got {value!r}.")


@dataclass(frozen=True)
class Task:
    """A goal for the sliders, and a question about what the learner saw on the way.

    Parameters
    ----------
    goal : str
        An order: "Make the loss smaller than 0.01."
    is_reached : function of a data table
        Says whether the figure with this `data_table` shows the goal.
    question : str
        It cannot be answered by the goal alone: "Which slider cannot change the loss?"
    replies : mapping of str to str
        To each choice, what is said to whoever takes it: one or two sentences.
    right : str
        The right choice.
    """

    goal: str
    is_reached: Callable[[Mapping[str, Any]], bool]
    question: str
    replies: Mapping[str, str]
    right: str

    def __post_init__(self) -> None:
        if self.right not in self.replies or len(self.replies) < 2:
            raise ValueError(f"a task needs two or more choices with {self.right!r} among them; got {list(self.replies)}.")


@dataclass
class Attempt:
    """A task and how far the learner is with it."""

    task: Task
    reached: bool = False  # stays, so that the sliders are free for looking the answer up
    said: str = field(default="", init=False)
    done: bool = field(default=False, init=False)

    def see(self, table: Mapping[str, Any]) -> None:
        """Look at what a figure shows; an empty table shows nothing."""
        if table and not self.reached:
            self.reached = bool(self.task.is_reached(table))

    def answer(self, choice: str | None) -> str:
        """Check an answer and return what is said to it.

        Parameters
        ----------
        choice : str or None
            One of the task's choices; None if none was taken.

        Raises
        ------
        ValueError
            If there is no such choice.
        """
        if choice is not None and choice not in self.task.replies:
            raise ValueError(f"the choices are {', '.join(map(repr, self.task.replies))}; got {choice!r}.")
        if not self.reached:
            self.said = "Reach the goal first; then answer."
        elif choice is None:
            self.said = "Choose an answer first."
        elif choice == self.task.right:
            self.said, self.done = f"Right. {self.task.replies[choice]}", True
        else:
            self.said = f"Not yet. {self.task.replies[choice]}"
        return self.said

    @property
    def state(self) -> str:
        """Where the task stands, in words."""
        if self.done:
            return "Done."
        return "Goal reached. Now answer the question." if self.reached else "Goal not reached yet."


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
        Each with `reached`, `done`, `state` and `answer`.
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
        self._panel: Any = None
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
            self._panel = make_panel(self)
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
        "target": Choice("right class", 0, {"class 0": 0, "class 1": 1, "class 2": 2}),
    }
    return explore(
        _softmax_of_three, controls, title="What softmax cannot see", tasks=(_SURE, _EVEN), summarize=_softmax_in_words, row="class"
    )


def _softmax_of_three(
    score_0: float, score_1: float, score_2: float, shift: float, temperature: float, target: int
) -> LessonFigure:
    return draw_softmax([score_0, score_1, score_2], target, shift=shift, temperature=temperature)


def _softmax_in_words(table: Mapping[str, Any]) -> str:
    right, p = table["target"], table["probabilities"][table["target"]]
    sure = "above 0.999" if p > 0.999 else number(p)  # what is not 1 is not written as 1
    return f"Right class {right}: probability {sure}, loss {number(table['loss'])} nats. Gradient of the scores: {numbers(table['gradient'])}."


def _wrong_gradients_are_equal(table: Mapping[str, Any]) -> bool:
    one, other = np.delete(table["gradient"], table["target"])
    return bool(np.isclose(one, other, rtol=1e-9, atol=0))  # relative: two tiny gradients are not equal for being tiny


_SURE = Task(
    goal="Make the loss smaller than 0.01.",
    is_reached=lambda table: bool(table["loss"] < 0.01),
    question="Which of the five sliders cannot change the loss, wherever the others stand?",
    replies={
        "score of class 0": "A score on its own changes its distance to the other two. Move it and read the loss.",
        "score of class 1": "A score on its own changes its distance to the other two. Move it and read the loss.",
        "score of class 2": "A score on its own changes its distance to the other two. Move it and read the loss.",
        "shift": "It adds the same number to every score. Their differences stay, and softmax sees nothing else.",
        "temperature": "It divides the scores, so their differences shrink or grow too. Move it and read the loss.",
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
        "the probabilities of the right class and of a wrong one": "Those two have different gradients: p − 1 and p.",
        "the shift and the temperature": "The shift changes no gradient. The temperature changes both, yet never makes unequal ones equal.",
    },
    right="the scores of the two wrong classes",
)
