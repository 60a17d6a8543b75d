"""Run an answer on a problem's probes and form the verdict. Nothing is recorded and nothing of the learner's is changed.

Watching and observing meet the learner's code; judging meets only what they wrote down. Grading runs the first half in another
process and the second here.
"""

from typing import Any

from learnkit.checking.answering import question_verdict
from learnkit.checking.capturing import namespace_kept
from learnkit.checking.expecting import expectation
from learnkit.checking.judging import Judge
from learnkit.checking.observing import Observation, observe
from learnkit.checking.reading import is_untouched, names_used, uses_torch
from learnkit.checking.verdicts import Kind, Verdict
from learnkit.checking.watching import library_names_used, watched, watched_names
from learnkit.problems import Exercise, Question, get_exercise
from learnkit.problems.problem import Backend
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
    if isinstance(problem, Question):
        return question_verdict(problem, answer)
    if not callable(answer):
        text = f"{problem.name} is {_called(answer)}, and a {'class' if problem.is_class else 'function'} is asked."
        return _without_probes(problem, "type", [text])
    if problem.is_class and not isinstance(answer, type):
        return _without_probes(problem, "type", [f"{problem.name} is a {type(answer).__name__}, and a class is asked."])
    if is_untouched(answer, unsolved_starters(problem)):
        thing = "class" if problem.is_class else "function"
        text = f"The {thing} still does nothing. Write its body, run its cell, and check again."
        return _without_probes(problem, "not attempted", [text])
    backend = backend or ("torch" if "torch" in problem.backends and uses_torch(answer) else "numpy")
    expected = expectation(problem, seed, backend)
    library = watched_names(problem)
    used = library_names_used(answer, library)
    wants_gradients = backend == "torch" and problem.torch_reference is not None
    with namespace_kept(answer):
        observations: list[Observation] = []
        with watched(library) as called:
            for script in expected.scripts:
                observations.append(observe(answer, script, backend=backend, gradients=wants_gradients))
    if used or called:
        name = (*used, *called)[0]
        text = f"It calls {name}, which is what this exercise asks you to write. Use it to compare your own result with."
        return _without_probes(problem, "library", [text])
    return Judge(expected, observations, names_used(answer)).verdict()


def missing(problem: Exercise, text: str = "") -> Verdict:
    """Return the verdict on an answer that is not there."""
    return _without_probes(problem, "missing", [text or f"Nothing named {problem.name} is defined."])


def _without_probes(problem: Exercise, kind: Kind, lines: list[str]) -> Verdict:
    return Verdict(problem.id, False, 0, kind, tuple(lines), points_total=problem.points)


def _called(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
