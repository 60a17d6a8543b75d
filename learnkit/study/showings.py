"""What a learner can show: for each lesson its objectives, the exercises passed, and the hints that they took."""

from datetime import datetime
from typing import Any

from learnkit.problems import exercises_of, lessons
from learnkit.study import records
from learnkit.study.lessons import questions_of
from learnkit.study.outlines import outline_of

TITLE = "# What I can show"


def report_of(record: records.Record, at: datetime) -> str:
    """Return the report as Markdown: what a record says, and nothing that it does not."""
    opened = [lesson for lesson in lessons() if lesson in record["lessons"] or _passed_of(record, lesson)]
    parts = [TITLE, "", f"Written by `learnkit report` on {at:%Y-%m-%d} from the learning record on this machine.", ""]
    if not opened:
        parts += ["Nothing is recorded yet. Begin with `learnkit lab`.", ""]
    for lesson in opened:
        parts += _lesson(record, lesson)
    return "\n".join(parts)


def _passed_of(record: records.Record, lesson: str) -> dict[str, dict[str, Any]]:
    entries = record["problems"]
    return {name: entry["first_pass"] for name, entry in entries.items() if name.startswith(f"{lesson}.") and entry.get("first_pass")}


def _lesson(record: records.Record, lesson: str) -> list[str]:
    asked, outline, passed = questions_of(lesson), outline_of(lesson), _passed_of(record, lesson)
    exercises = exercises_of(lesson)
    lines = [f"## {lesson} {asked.title if asked else ''}".rstrip(), ""]
    done = sum(exercise.id in passed for exercise in exercises)
    lines += [f"{done} of {len(exercises)} exercises passed.", ""]
    if outline:
        lines += ["| I can | shown by |", "| --- | --- |"]
        for objective in outline.objectives:
            shown = [name for name in objective.exercises if name in passed]
            missing = len(objective.exercises) - len(shown)
            by = ", ".join(f"`{name.split('.', 1)[1]}`" for name in shown) or "nothing yet"
            lines.append(f"| {objective.text} | {by}{f', {missing} to go' if shown and missing else ''} |")
        lines.append("")
    if passed:
        lines += ["| exercise passed | on | attempts | hints |", "| --- | --- | --- | --- |"]
        for exercise in exercises:
            if first := passed.get(exercise.id):
                cells = (
                    f"`{exercise.name}`: {exercise.title}",
                    str(first.get("at", ""))[:10],
                    first.get("attempt", ""),
                    first.get("hints", 0),
                )
                lines.append(f"| {' | '.join(map(str, cells))} |")
        lines.append("")
    return lines
