"""Whether a lesson keeps what it promises: for every objective a prediction, an experiment and an exercise that serve it.

A mention is not enough. A prediction has to be asked by the lesson; an experiment is a section of it whose cells assert what they show;
an exercise serves an objective through mistakes whose misconception contradicts it.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from learnkit.problems import exercises_of
from learnkit.problems.problem import Problem
from learnkit.problems.questions import Question
from learnkit.study.lessons import questions_of
from learnkit.study.outlines import outline_of
from learnkit.study.outlines.outline import Objective

PROMISE = "You will be able to"
WHAT = ("prediction", "experiment", "exercise")


@dataclass(frozen=True)
class Section:
    """A section of a lesson: its title, its text, and whether a cell of it asserts something."""

    title: str
    text: str
    asserts: bool


@dataclass(frozen=True)
class Coverage:
    """What serves one objective, as text, and what is missing."""

    lesson: str
    objective: str
    predictions: tuple[str, ...]
    experiments: tuple[str, ...]
    exercises: tuple[str, ...]
    missing: tuple[str, ...]


def coverage_of(lesson: str, source: str) -> list[Coverage]:
    """Return what serves each objective of a lesson.

    Parameters
    ----------
    lesson : "04"
    source : the lesson's text, as in ``notebooks/src``
    """
    outline, promised = outline_of(lesson), promises(source)
    if outline is None:
        return [Coverage(lesson, text, (), (), (), ("the lesson has no outline in learnkit/study/outlines",)) for text in promised]
    sections, found = sections_of(source), []
    for objective in outline.objectives:
        found.append(_covered(lesson, objective, sections, objective.text in promised))
    told = {objective.text for objective in outline.objectives}
    found += [Coverage(lesson, text, (), (), (), ("the outline does not have it",)) for text in promised if text not in told]
    return found


def promises(source: str) -> list[str]:
    """Return the objectives that the first cell of a lesson lists, without their marks and ends."""
    text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in source.splitlines())
    part = text.partition(PROMISE)[2].partition("**You need**")[0]
    items = re.split(r"^- ", part, flags=re.MULTILINE)[1:]
    return [" ".join(item.split()).rstrip(";.") for item in items]


def sections_of(source: str) -> dict[str, Section]:
    """Return the numbered sections of a lesson: {"4": …} for a heading "4 · Softmax"."""
    found: dict[str, Section] = {}
    pieces = re.split(r"^# ## (\d+) · (.*)$", source, flags=re.MULTILINE)[1:]
    for number, title, text in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        found[number] = Section(title, text, re.search(r"^\s*assert |^\s*check\(", text, re.MULTILINE) is not None)
    return found


def _covered(lesson: str, objective: Objective, sections: dict[str, Section], is_promised: bool) -> Coverage:
    missing = [] if is_promised else ["the lesson's first cell does not promise it in these words"]
    missing += [f"no {what}" for what in ("predictions", "sections", "exercises") if not getattr(objective, what)]
    asked = questions_of(lesson)
    predictions = {prediction.id for prediction in asked.predictions} if asked else set()
    missing += [f"the lesson does not ask {name}" for name in objective.predictions if name not in predictions]
    for number in objective.sections:
        if number not in sections:
            missing.append(f"there is no section {number}")
        elif not sections[number].asserts:
            missing.append(f"no cell of section {number} asserts what it shows")
    exercises = {exercise.id: exercise for exercise in exercises_of(lesson)}
    for name, mistakes in objective.exercises.items():
        if name not in exercises:
            missing.append(f"there is no exercise {name}")
            continue
        known = _mistakes(exercises[name])
        missing += [f"{name} knows no mistake {mistake}" for mistake in mistakes if str(mistake) not in known]
        missing += [] if mistakes else [f"no mistake of {name} contradicts it"]
    return Coverage(
        lesson,
        objective.text,
        objective.predictions,
        tuple(f"{number} · {sections[number].title}" for number in objective.sections if number in sections),
        tuple(f"{name} ({', '.join(map(str, mistakes))})" for name, mistakes in objective.exercises.items()),
        tuple(missing),
    )


def _mistakes(exercise: Problem | Question) -> set[str]:
    if isinstance(exercise, Question):
        return {str(slip.answer) for slip in exercise.slips}
    return {mistake.id for mistake in exercise.mistakes}


def lesson_sources(course: Path) -> dict[str, str]:
    """Return the text of each lesson that has exercises, by number; a lesson of two notebooks is one text."""
    found: dict[str, str] = {}
    for path in sorted((course / "notebooks" / "src").glob("[0-9][0-9]*.py")):
        text = path.read_text(encoding="utf-8")
        if PROMISE in text:
            found[path.stem[:2]] = found.get(path.stem[:2], "") + text
    return found


def as_text(rows: list[Coverage]) -> str:
    """Return the rows as lines to read, and a last one that counts."""
    lines: list[str] = []
    for row in rows:
        lines.append(f"{row.lesson}  {row.objective}")
        lines += [
            f"    {what:<12}{each}"
            for what, many in zip(WHAT, (row.predictions, row.experiments, row.exercises), strict=True)
            for each in many
        ]
        lines += [f"    MISSING     {each}" for each in row.missing]
    unserved = sum(bool(row.missing) for row in rows)
    served = f"all {len(rows)} are served" if not unserved else f"{unserved} of {len(rows)} are not"
    return "\n".join([*lines, "", f"objectives with a prediction, an experiment and an exercise: {served}"])
