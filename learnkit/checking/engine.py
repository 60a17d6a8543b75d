"""Run an answer on a problem's probes and form the verdict. Nothing is recorded and nothing of the learner's is changed.

Watching and observing meet the learner's code, under limits; judging meets only what they wrote down. Grading runs the first half in
another process and the second here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from learnkit.checking.answering import question_verdict
from learnkit.checking.capturing import namespace_kept
from learnkit.checking.expecting import expectation
from learnkit.checking.judging import Judge
from learnkit.checking.limits import OutOfTime, limited, passes_through, under_limits
from learnkit.checking.observing import Observation, Raised, observe
from learnkit.checking.reading import is_untouched, names_used, uses_torch
from learnkit.checking.restoring import originals_watched, session_kept
from learnkit.checking.shrinking import shrunk_detail
from learnkit.checking.stops import memory_lines, stopped_by, time_lines
from learnkit.checking.verdicts import Kind, Verdict
from learnkit.checking.watching import library_names_used, watched, watched_names
from learnkit.problems import Exercise, Question, get_exercise
from learnkit.problems.problem import Backend, Problem
from learnkit.problems.starters import unsolved_starters


def verdict(problem: str | Exercise, answer: Any, *, backend: Backend | None = None, seed: int = 0) -> Verdict:
    """Say whether an answer is right, and if not, what is wrong with it.

    Parameters
    ----------
    problem : "04.softmax", or an exercise
    answer : what the learner defined under that name
    backend : "numpy" or "torch"; None: torch if the code of the answer uses it
    seed : of the inputs; 0 is the one that learners see

    Raises
    ------
    LookupError
        If there is no such problem.
    """
    if isinstance(problem, str):
        problem = get_exercise(problem)
    with session_kept() as session, limited(getattr(problem, "seconds", None)) as limit:
        found = _found(problem, answer, backend, seed, limit.memory)
    notes = session.notes()
    return replace(found, notes=(*found.notes, *notes)) if notes else found


@dataclass(frozen=True)
class _Reading:
    """What an answer is found to be before it is run: why it is none, or what its code names."""

    refusal: Verdict | None = None
    is_torch: bool = False
    library: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


def _found(exercise: Exercise, answer: Any, backend: Backend | None, seed: int, memory: int | None) -> Verdict:
    try:
        if isinstance(exercise, Question):
            return under_limits(partial(question_verdict, exercise, answer))
        reading = under_limits(partial(_read, exercise, answer))
    except OutOfTime as stopped:
        place = stopped.place
        raised = Raised("OutOfTime", str(stopped), place.line, place.source, loop_line=place.loop_line, loop_source=place.loop_source)
        return _without_probes(exercise, "time limit", time_lines(raised, "when one looks at it"))
    except BaseException as error:
        if passes_through(error) or type(answer).__module__ == "builtins":
            raise
        text = f"{exercise.name} is {_called(answer)} that raises {type(error).__name__} when one looks at it."
        return _without_probes(exercise, "type", [text])
    if reading.refusal:
        return reading.refusal
    return _tried(exercise, answer, reading, backend or ("torch" if reading.is_torch else "numpy"), seed, memory)


def _read(problem: Problem, answer: Any) -> _Reading:
    thing = "class" if problem.is_class else "function"
    if not callable(answer):
        lines = [f"{problem.name} is {_called(answer)}, and a {thing} is asked."]
        if not problem.is_class and answer is not None:
            lines.append(f"Is it what your function returned? Hand over the function itself, without parentheses: check({problem.name}).")
        return _Reading(_without_probes(problem, "type", lines))
    if problem.is_class and not isinstance(answer, type):
        return _Reading(_without_probes(problem, "type", [f"{problem.name} is a {type(answer).__name__}, and a class is asked."]))
    if is_untouched(answer, unsolved_starters(problem)):
        text = f"The {thing} still does nothing. Write its body, run its cell, and check again."
        return _Reading(_without_probes(problem, "not attempted", [text]))
    is_torch = "torch" in problem.backends and uses_torch(answer)
    return _Reading(None, is_torch, library_names_used(answer, watched_names(problem)), frozenset(names_used(answer)))


def _tried(problem: Problem, answer: Any, reading: _Reading, backend: Backend, seed: int, memory: int | None) -> Verdict:
    """Run an answer on the probes, up to the first that a limit stops: the others would be stopped as well."""
    expected = expectation(problem, seed, backend)
    wants_gradients = backend == "torch" and problem.torch_reference is not None
    observations: list[Observation] = []
    with namespace_kept(answer), watched(watched_names(problem)) as called, originals_watched():
        for script in expected.scripts:
            observations.append(observe(answer, script, backend=backend, gradients=wants_gradients))
            if stopped_by(observations[-1]):
                break
    if reading.library or called:
        name = (*reading.library, *called)[0]
        text = f"It calls {name}, which is what this exercise asks you to write. Use it to compare your own result with."
        return _without_probes(problem, "library", [text])
    stop, raised = stopped_by(observations[-1]), observations[-1].raised
    if stop and raised:
        where = f'on "{problem.probes[len(observations) - 1].name}"'
        lines = time_lines(raised, where) if stop == "time limit" else memory_lines(raised, where, memory)
        return _without_probes(problem, stop, lines)
    judge = Judge(expected, observations, reading.names)
    found = judge.verdict()
    difference = None if judge.shown is None else judge.differences[judge.shown]
    if found.kind != "numbers" or judge.shown is None or difference is None:
        return found
    with namespace_kept(answer), originals_watched():
        detail = shrunk_detail(expected, judge.shown, difference, partial(observe, answer, backend=backend))
    return replace(found, detail=detail) if detail else found


def missing(problem: Exercise, text: str = "") -> Verdict:
    """Return the verdict on an answer that is not there."""
    return _without_probes(problem, "missing", [text or f"Nothing named {problem.name} is defined."])


def _without_probes(problem: Exercise, kind: Kind, lines: Sequence[str]) -> Verdict:
    return Verdict(problem.id, False, 0, kind, tuple(lines), points_total=problem.points)


def _called(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
