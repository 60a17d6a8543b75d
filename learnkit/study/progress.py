"""How far a learner is: what checking tells the record about exercises, and what ``learnkit status`` reads from it.

A problem keeps the number of its attempts, the first pass, and the latest verdicts, but never the code that was tried.
"""

import math
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from learnkit.study import records
from learnkit.study.lessons import find, questions_of
from learnkit.study.questions import Prediction, Recall, Unreadable
from learnkit.study.recalls import due

KEPT = 10  # verdicts of one problem that the record keeps, besides the first pass
LONGEST = 300  # characters of a text in a verdict


def record_attempt(problem_id: str, verdict: Mapping[str, Any]) -> None:
    """Record one attempt at a problem.

    Parameters
    ----------
    problem_id : "04.softmax"
    verdict : as checking forms it; ``"passed"`` decides, and of the rest plain values are kept: texts, numbers, True and False
    """
    at = records.now()
    attempt = {**_plain_part(verdict), "passed": bool(verdict.get("passed")), "at": records.stamp(at)}

    def change(record: records.Record) -> None:
        records.open_lesson(record, problem_id, at)
        entry = record["problems"].setdefault(problem_id, {"attempts": 0, "first_pass": None, "latest": []})
        entry["attempts"] += 1
        entry["latest"] = [*entry["latest"], attempt][-KEPT:]
        if attempt["passed"] and not entry.get("first_pass"):
            hints = record["hints"].get(problem_id, {"opened": 0})["opened"]
            entry["first_pass"] = {**attempt, "attempt": entry["attempts"], "hints": hints}

    records.update(change)


def _plain_part(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that JSON can hold as they are; long texts are cut."""
    kept: dict[str, Any] = {}
    for name, value in verdict.items():
        if isinstance(value, str):
            kept[str(name)] = value if len(value) <= LONGEST else value[: LONGEST - 3] + "..."
        elif value is None or isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
            kept[str(name)] = value
    return kept


def next_hint(problem_id: str, total: int) -> int:
    """Open the next hint of a problem and return its number, from 1; when all are open, the last.

    Parameters
    ----------
    problem_id : "04.softmax"
    total : how many hints the problem has
    """
    at = records.now()

    def change(record: records.Record) -> int:
        records.open_lesson(record, problem_id, at)
        opened: int = record["hints"].get(problem_id, {"opened": 0})["opened"]
        if opened >= total:
            return total
        record["hints"][problem_id] = {"opened": opened + 1, "at": records.stamp(at)}
        return opened + 1

    return records.update(change)


def hints_opened(problem_id: str) -> int:
    """Return how many hints of a problem have been opened."""
    opened: int = records.read()["hints"].get(problem_id, {"opened": 0})["opened"]
    return opened


def summary(now: datetime | None = None) -> dict[str, Any]:
    """Return how far the learner is, lesson by lesson, as plain values.

    Returns
    -------
    dict
        ``lessons``: a list with, for each lesson opened, its number, title, when it was opened, and counts of predictions (asked,
        answered, right_first), recall (asked, answered, right_last) and problems (tried, passed, attempts, hints).
        ``recall_due``: how many recall questions wait to be asked.
    """
    record = records.read()
    return {"lessons": [_lesson(record, lesson) for lesson in sorted(record["lessons"])], "recall_due": len(due(None, now))}


def _lesson(record: records.Record, lesson: str) -> dict[str, Any]:
    asked = questions_of(lesson)
    of_lesson = {
        section: {name: entry for name, entry in record[section].items() if name.startswith(f"{lesson}.")}
        for section in ("predictions", "recall", "problems", "hints")
    }
    recalled: Counter[str] = Counter()
    for name, entry in of_lesson["recall"].items():
        recalled["answered"] += isinstance(find(name), Recall)
        recalled["right_last"] += bool(entry["answers"] and entry["answers"][-1]["right"])
    return {
        "lesson": lesson,
        "title": asked.title if asked else "",
        "opened": record["lessons"][lesson]["opened"],
        "predictions": {
            "asked": len(asked.predictions) if asked else 0,
            "answered": sum(isinstance(find(name), Prediction) for name in of_lesson["predictions"]),
            "right_first": sum(_right_first(name, entry) for name, entry in of_lesson["predictions"].items()),
        },
        "recall": {"asked": len(asked.recalls) if asked else 0, **{name: recalled[name] for name in ("answered", "right_last")}},
        "problems": {
            "tried": len(of_lesson["problems"]),
            "passed": sum(bool(entry.get("first_pass")) for entry in of_lesson["problems"].values()),
            "attempts": sum(entry["attempts"] for entry in of_lesson["problems"].values()),
            "hints": sum(entry["opened"] for entry in of_lesson["hints"].values()),
        },
    }


def _right_first(name: str, entry: Mapping[str, Any]) -> bool:
    prediction = find(name)
    try:
        return isinstance(prediction, Prediction) and prediction.is_right(prediction.read(entry["first"]["answer"]))
    except Unreadable:  # the question has changed since
        return False
