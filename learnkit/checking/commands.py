"""What a learner calls: ``check`` an answer, open a ``hint``, ``use`` one's own function if it is right.

In a notebook they show one display, readable as text and as HTML; elsewhere they print. What is recorded goes to
``learnkit.study``, where that part of the course is there; hints are counted in memory where it is not.
"""

import functools
import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from learnkit.checking.engine import verdict
from learnkit.checking.limits import unavailable
from learnkit.checking.reading import uses_torch
from learnkit.checking.verdicts import _BOX, _PRE, Verdict
from learnkit.problems import Exercise, find_by_name, get_exercise, get_problem, newest_used
from learnkit.problems.starters import Form, NoForm, starter

HINT_NAMES = ("a nudge", "the concept", "the steps", "the solution")
_opened: dict[str, int] = {}
_said: set[str] = set()


@dataclass(frozen=True, repr=False)
class Note:
    """A title and some text, shown as a verdict is."""

    title: str
    text: str = ""
    is_code: bool = False

    def __str__(self) -> str:
        return f"{self.title}\n{self.text}" if self.text else self.title

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from html import escape

        body = f"<pre style='{_PRE}'>{escape(self.text)}</pre>" if self.is_code else f"<div>{escape(self.text)}</div>"
        return f"<div role='status' style='{_BOX}'><div style='font-weight:600'>{escape(self.title)}</div>{body if self.text else ''}</div>"


def check(answer: Any, problem_id: str | None = None) -> None:
    """Check an answer and show the verdict.

    Parameters
    ----------
    answer : the function or class you wrote, or for a question the number or text
    problem_id : "04.softmax"; None: the exercise that asks for a function of this name

    Examples
    --------
    ``check(softmax)`` in the exercise notebook, after the cell that defines ``softmax`` was run.
    """
    try:
        problem = _asked(answer, problem_id)
    except LookupError as error:
        _show(Note(_sentence(error)))
        return
    found = verdict(problem, answer)
    found = replace(found, next_hint=_hints_opened(problem.id) + 1, notes=(*found.notes, *_limits_missing()))
    _show(found)
    if found.kind != "not attempted":
        _study("record_attempt", problem.id, found.to_json())


def _limits_missing() -> tuple[str, ...]:
    """Say once in a session which limits a check does not have here; the machine that builds and tests notebooks is not told."""
    if os.environ.get("LEARNKIT_ANSWERS"):
        return ()
    new = [text for text in unavailable() if text not in _said]
    _said.update(new)
    return tuple(f"Note: {text[0].lower()}{text[1:]}" for text in new)


def hint(problem_id: str) -> None:
    """Open the next hint of an exercise: a nudge, the concept, the steps, and last the solution."""
    try:
        problem = get_exercise(problem_id) if "." in problem_id else _asked(None, problem_id)
    except LookupError as error:
        _show(Note(_sentence(error)))
        return
    ladder = (*problem.hints, problem.solution.strip())
    number = _study("next_hint", problem.id, len(ladder))
    if not isinstance(number, int):
        number = min(_opened.get(problem.id, 0) + 1, len(ladder))
    _opened[problem.id] = number
    title = f"{problem.id} · hint {number} of {len(ladder)}: {HINT_NAMES[number - 1]}"
    _show(Note(title, ladder[number - 1].strip(), is_code=number >= 3))


def start(problem_id: str, form: str = "order") -> None:
    """Put an exercise in another form into a new cell below: easier ones to begin with, "blank" to prove it.

    Parameters
    ----------
    problem_id : "04.softmax"
    form : "order", the lines of the solution with others among them, in another order; "fill", all but one line; "worked", all of it,
        to read; "blank", the signature alone

    Notes
    -----
    Outside a notebook the source is printed. ``check`` checks all forms alike.
    """
    try:
        source = starter(get_problem(problem_id), cast(Form, form))
    except (LookupError, NoForm) as error:
        _show(Note(_sentence(error)))
        return
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and getattr(shell, "kernel", None) is not None:
        shell.set_next_input(source)
    else:
        print(source)


def use(problem_id: str, answer: Callable[..., Any]) -> Callable[..., Any]:
    """Return your function if it passes, else the course's with a notice: the cells that follow work either way.

    Your own name stays what you made it: ``softmax_ok = use("04.softmax", softmax)``.
    """
    problem = get_problem(problem_id)
    found = verdict(problem, answer)
    if found.passed:
        return _taking_arrays(answer) if uses_torch(answer) else answer
    state = "is not written yet" if found.kind == "not attempted" else "is not right yet"
    title = f"{problem.id} · your {problem.name} {state}; what follows uses the course's."
    _show(Note(title, f"check({problem.name}) says what is missing; run this cell again once it passes."))
    torch_reference = problem.torch_reference
    return _taking_arrays(torch_reference) if torch_reference is not None and uses_torch(answer) else problem.reference


def _taking_arrays(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Let an answer that was written in PyTorch take arrays, and give arrays back for them; tensors pass as they are."""
    import numpy as np
    import torch

    def as_tensor(value: Any) -> Any:
        return torch.from_numpy(np.array(value)) if isinstance(value, np.ndarray) else value

    def as_array(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(as_array(part) for part in value)
        return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value

    @functools.wraps(answer)
    def on_arrays(*inputs: Any, **options: Any) -> Any:
        if not any(isinstance(value, np.ndarray) for value in (*inputs, *options.values())):
            return answer(*inputs, **options)
        return as_array(answer(*map(as_tensor, inputs), **{name: as_tensor(value) for name, value in options.items()}))

    return on_arrays


def _asked(answer: Any, problem_id: str | None) -> Exercise:
    """Return the problem that is meant, by its id or by the name of the function."""
    if problem_id is not None and "." in problem_id:
        return get_exercise(problem_id)
    try:
        name = problem_id or getattr(answer, "__name__", None)
    except Exception:  # an object that answers for its attributes, and raises
        name = None
    if not isinstance(name, str):
        raise LookupError('check takes the function you wrote: check(softmax), or check(my_softmax, "04.softmax").')
    found = find_by_name(name)
    if not found:
        raise LookupError(f'No exercise asks for {name}. Say which one is meant: check({name}, "04.softmax"), for example.')
    if len(found) > 1:
        chosen = newest_used(found)
        if chosen is None:
            lessons = " and ".join(problem.lesson for problem in found)
            raise LookupError(f'Lessons {lessons} ask for {name}. Say which one is meant: check({name}, "{found[-1].id}").')
        return chosen
    return found[0]


def _sentence(error: Exception) -> str:
    return str(error.args[0]) if error.args else str(error)


def _study(name: str, *arguments: Any) -> Any:
    """Call a function of the study record, if that part is there; None if not."""
    try:
        study = importlib.import_module("learnkit.study")
    except ImportError:
        return None
    function = getattr(study, name, None)
    return function(*arguments) if callable(function) else None


def _hints_opened(problem_id: str) -> int:
    count = _study("hints_opened", problem_id)
    return count if isinstance(count, int) else _opened.get(problem_id, 0)


def _show(thing: Verdict | Note) -> None:
    """Show in a notebook as one display, with text and HTML; print elsewhere."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and getattr(shell, "kernel", None) is not None:
        from IPython.display import display

        display(thing)  # type: ignore[no-untyped-call]
    else:
        print(thing)
