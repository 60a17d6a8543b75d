"""What the exercises ask. A problem is found by its id or by the name that the learner defines, and is loaded when it is asked for.

A lesson is a package ``lNN_topic`` whose ``EXERCISES`` names its problems in the order of the lesson; each is ``PROBLEM`` in a
module of that name.
"""

import importlib
import pkgutil
import re
from collections.abc import Sequence
from functools import cache
from types import ModuleType

from learnkit.problems.problem import Actor, Call, Get, Make, Mistake, New, Probe, Problem, Ref, Rng, Statistic, Step

__all__ = [
    "Actor",
    "Call",
    "Get",
    "Make",
    "Mistake",
    "New",
    "Probe",
    "Problem",
    "Ref",
    "Rng",
    "Statistic",
    "Step",
    "all_problems",
    "find_by_name",
    "get_problem",
    "lessons",
    "newest_used",
    "problems_of",
]

_used: set[str] = set()  # the lessons whose problems were asked for by id


@cache
def _packages() -> dict[str, str]:
    """Return the packages of lessons by number, from the names of the folders alone."""
    found = (re.fullmatch(r"l(\d\d)_\w+", module.name) for module in pkgutil.iter_modules(__path__))
    return {match[1]: f"{__name__}.{match[0]}" for match in sorted((match for match in found if match), key=lambda match: match[1])}


@cache
def _lesson(number: str) -> ModuleType:
    package = _packages().get(number)
    if package is None:
        raise LookupError(f"There are no exercises for lesson {number}; there are for {', '.join(_packages()) or 'none'}.")
    return importlib.import_module(package)


@cache
def _load(number: str, name: str) -> Problem:
    package = _lesson(number)
    if name not in package.EXERCISES:
        raise LookupError(f"Lesson {number} has no exercise {name!r}; it has {', '.join(package.EXERCISES)}.")
    problem = importlib.import_module(f"{package.__name__}.{module_of(name)}").PROBLEM
    if not isinstance(problem, Problem) or problem.id != f"{number}.{name}":
        raise TypeError(f"{package.__name__}.{module_of(name)} must hold PROBLEM, a Problem with the id {number}.{name}.")
    return problem


def module_of(name: str) -> str:
    """Return the module of an exercise: its name, small, with underscores: Standardizer in standardizer."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def lessons() -> tuple[str, ...]:
    """Return the numbers of the lessons that have exercises."""
    return tuple(_packages())


def get_problem(problem_id: str) -> Problem:
    """Return a problem by its id, "04.softmax".

    Raises
    ------
    LookupError
        If there is none; the message says which there are.
    """
    number, dot, name = problem_id.partition(".")
    if not dot:
        raise LookupError(f'The id of an exercise is its lesson and its name, such as "04.softmax"; got "{problem_id}".')
    problem = _load(number, name)
    _used.add(number)
    return problem


def problems_of(lesson: str) -> tuple[Problem, ...]:
    """Return the problems of a lesson, in its order."""
    return tuple(_load(lesson, name) for name in _lesson(lesson).EXERCISES)


def all_problems() -> tuple[Problem, ...]:
    """Return every problem, in the order of the lessons."""
    return tuple(problem for lesson in lessons() for problem in problems_of(lesson))


def find_by_name(name: str) -> tuple[Problem, ...]:
    """Return the problems that ask for a name; more than one lesson may."""
    return tuple(_load(lesson, name) for lesson in lessons() if name in _lesson(lesson).EXERCISES)


def newest_used(problems: Sequence[Problem]) -> Problem | None:
    """Return that of some problems whose lesson is the highest one that was asked for by id in this session; None if none was."""
    return max((problem for problem in problems if problem.lesson in _used), key=lambda problem: problem.lesson, default=None)
