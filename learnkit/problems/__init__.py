"""What the exercises ask. A problem is found by its id or by the name that the learner defines, and is loaded when it is asked for.

A lesson is a package ``lNN_topic`` whose ``EXERCISES`` names its problems in the order of the lesson; each is ``PROBLEM`` in a
module of that name. Exercises whose answer is no code are ``QUESTIONS`` in its module ``questions``, where there is one.
"""

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Sequence
from functools import cache
from types import ModuleType

from learnkit.problems.problem import Actor, Call, Get, Make, Mistake, New, Probe, Problem, Ref, Rng, Statistic, Step
from learnkit.problems.questions import Question

Exercise = Problem | Question

__all__ = [
    "Actor",
    "Call",
    "Exercise",
    "Get",
    "Make",
    "Mistake",
    "New",
    "Probe",
    "Problem",
    "Question",
    "Ref",
    "Rng",
    "Statistic",
    "Step",
    "all_problems",
    "all_questions",
    "exercises_of",
    "find_by_name",
    "get_exercise",
    "get_problem",
    "lessons",
    "newest_used",
    "problems_of",
    "questions_of",
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
        known = (*package.EXERCISES, *_questions(number))
        raise LookupError(f"Lesson {number} has no exercise {name!r}; it has {', '.join(known)}.")
    problem = importlib.import_module(f"{package.__name__}.{module_of(name)}").PROBLEM
    if not isinstance(problem, Problem) or problem.id != f"{number}.{name}":
        raise TypeError(f"{package.__name__}.{module_of(name)} must hold PROBLEM, a Problem with the id {number}.{name}.")
    return problem


@cache
def _questions(number: str) -> dict[str, Question]:
    package = _lesson(number).__name__
    if importlib.util.find_spec(f"{package}.questions") is None:
        return {}
    found: tuple[Question, ...] = importlib.import_module(f"{package}.questions").QUESTIONS
    wrong = [question.id for question in found if question.lesson != number]
    if wrong:
        raise TypeError(f"{package}.questions must hold questions of lesson {number}; got {', '.join(wrong)}.")
    return {question.name: question for question in found}


def module_of(name: str) -> str:
    """Return the module of an exercise: its name, small, with underscores: Standardizer in standardizer."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def lessons() -> tuple[str, ...]:
    """Return the numbers of the lessons that have exercises."""
    return tuple(_packages())


def get_exercise(exercise_id: str) -> Exercise:
    """Return a problem or a question by its id, "04.softmax".

    Raises
    ------
    LookupError
        If there is none; the message says which there are.
    """
    number, dot, name = exercise_id.partition(".")
    if not dot:
        raise LookupError(f'The id of an exercise is its lesson and its name, such as "04.softmax"; got "{exercise_id}".')
    is_code = name in _lesson(number).EXERCISES
    exercise = _load(number, name) if is_code else _questions(number).get(name) or _load(number, name)
    _used.add(number)
    return exercise


def get_problem(problem_id: str) -> Problem:
    """Return a problem, an exercise whose answer is code, by its id, "04.softmax".

    Raises
    ------
    LookupError
        If there is none; the message says which there are.
    """
    exercise = get_exercise(problem_id)
    if not isinstance(exercise, Problem):
        raise LookupError(f"{problem_id} is a question: its answer is {exercise.asks_for}, and no code.")
    return exercise


def problems_of(lesson: str) -> tuple[Problem, ...]:
    """Return the problems of a lesson, in its order."""
    return tuple(_load(lesson, name) for name in _lesson(lesson).EXERCISES)


def questions_of(lesson: str) -> tuple[Question, ...]:
    """Return the questions of a lesson, in its order."""
    return tuple(_questions(lesson).values())


def exercises_of(lesson: str) -> tuple[Exercise, ...]:
    """Return the problems and then the questions of a lesson."""
    return (*problems_of(lesson), *questions_of(lesson))


def all_problems() -> tuple[Problem, ...]:
    """Return every problem, in the order of the lessons."""
    return tuple(problem for lesson in lessons() for problem in problems_of(lesson))


def all_questions() -> tuple[Question, ...]:
    """Return every question, in the order of the lessons."""
    return tuple(question for lesson in lessons() for question in questions_of(lesson))


def find_by_name(name: str) -> tuple[Exercise, ...]:
    """Return the exercises that ask for a name; more than one lesson may."""
    problems = (_load(lesson, name) for lesson in lessons() if name in _lesson(lesson).EXERCISES)
    return (*problems, *(question for question in all_questions() if question.name == name))


def newest_used(exercises: Sequence[Exercise]) -> Exercise | None:
    """Return that of some exercises whose lesson is the highest one that was asked for by id in this session; None if none was."""
    return max((found for found in exercises if found.lesson in _used), key=lambda found: found.lesson, default=None)
