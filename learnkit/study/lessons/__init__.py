"""The questions of each lesson, one module a lesson, ``l04_classification``, loaded when the lesson asks something."""

import difflib
import importlib
import pkgutil

from learnkit.study.questions import LessonQuestions, Question


def known_lessons() -> dict[str, str]:
    """Return the lessons that ask something, and the modules with their questions: ``{"04": "l04_classification"}``."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name[1:3]: name for name in names if name[0] == "l" and name[1:3].isdigit()}


def questions_of(lesson: str) -> LessonQuestions | None:
    """Return what a lesson, "04", asks; None if it asks nothing."""
    name = known_lessons().get(lesson)
    if name is None:
        return None
    questions: LessonQuestions = importlib.import_module(f"{__name__}.{name}").QUESTIONS
    return questions


def find(question_id: object) -> Question | None:
    """Return the question of an id; None if there is none."""
    if not isinstance(question_id, str):
        return None
    asked = questions_of(question_id.split(".", 1)[0])
    return next((question for question in every(asked) if question.id == question_id), None) if asked else None


def every(asked: LessonQuestions) -> tuple[Question, ...]:
    """Return all questions of a lesson."""
    return (*asked.predictions, *asked.recalls)


def nearest(question_id: object, kind: type[Question]) -> str:
    """Return a sentence that says which id may have been meant."""
    ids: list[str] = []
    for lesson in known_lessons():
        if asked := questions_of(lesson):
            ids += [question.id for question in every(asked) if isinstance(question, kind)]
    close = difflib.get_close_matches(question_id, ids, n=1, cutoff=0.4) if isinstance(question_id, str) else []
    return f'Did you mean "{close[0]}"?' if close else f"There are: {', '.join(ids)}."
