"""What checking records, and what status counts."""

import json
import math
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from learnkit.study import hints_opened, next_hint, predict, recall, record_attempt, records
from learnkit.study.progress import KEPT, LONGEST, summary

ID = "04.softmax"


def test_attempts_are_counted_and_the_latest_kept_with_the_first_pass() -> None:
    for number in range(30):
        record_attempt(ID, {"passed": number in (12, 20), "points": number})
    known = records.read()["problems"][ID]
    assert known["attempts"] == 30
    assert [attempt["points"] for attempt in known["latest"]] == list(range(30 - KEPT, 30))
    assert (known["first_pass"]["points"], known["first_pass"]["attempt"]) == (12, 13)


def test_the_first_pass_knows_how_many_hints_were_open() -> None:
    next_hint(ID, 4)
    next_hint(ID, 4)
    record_attempt(ID, {"passed": True})
    next_hint(ID, 4)
    assert records.read()["problems"][ID]["first_pass"]["hints"] == 2


def test_of_a_verdict_plain_values_are_kept_and_long_texts_cut(home: Path) -> None:
    verdict = {
        "passed": np.bool_(True),
        "mistake": None,
        "message": "x" * 5000,
        "points": 2,
        "share": 0.5,
        "ratio": math.nan,
        "values": np.zeros(5),
        "code": {"source": "secret"},
    }
    record_attempt(ID, verdict)
    (attempt,) = records.read()["problems"][ID]["latest"]
    assert attempt["passed"] is True
    assert len(attempt["message"]) == LONGEST
    assert set(attempt) == {"passed", "mistake", "message", "points", "share", "at"}
    json.loads((home / "record.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_a_verdict_is_not_changed_by_recording_it() -> None:
    verdict = {"passed": False, "message": "x" * 5000}
    record_attempt(ID, verdict)
    assert verdict == {"passed": False, "message": "x" * 5000}


def test_hints_open_one_by_one_up_to_the_last() -> None:
    assert hints_opened(ID) == 0
    assert [next_hint(ID, 3) for _ in range(5)] == [1, 2, 3, 3, 3]
    assert hints_opened(ID) == 3
    assert hints_opened("04.other") == 0


def test_a_problem_without_hints_opens_none() -> None:
    assert next_hint(ID, 0) == 0
    assert hints_opened(ID) == 0


def test_nothing_recorded_is_an_empty_summary() -> None:
    assert summary() == {"lessons": [], "recall_due": 0}


def test_the_summary_counts_predictions_recall_and_problems() -> None:
    predict("04.untrained-loss", answer=1)
    predict("04.untrained-loss", answer=2.3)  # right, but not at first
    predict("04.overflow", answer="nan")
    recall("04.r1", answer="(32, 10)")
    recall("04.r2", answer="a")
    record_attempt(ID, {"passed": False})
    record_attempt(ID, {"passed": True})
    record_attempt("04.hinge", {"passed": False})
    next_hint("04.hinge", 4)
    record_attempt("77.other", {"passed": True})
    found = summary(records.now() + timedelta(days=2))
    first, other = found["lessons"]
    assert (first["lesson"], first["title"]) == ("04", "Classification")
    assert first["predictions"] == {"asked": 4, "answered": 2, "right_first": 1}
    assert first["recall"] == {"asked": 8, "answered": 2, "right_last": 1}
    assert first["problems"] == {"tried": 2, "passed": 1, "attempts": 3, "hints": 1}
    assert (other["lesson"], other["problems"]["passed"]) == ("77", 1)
    assert found["recall_due"] == 7  # all but the one that was right: it waits for three days
    json.dumps(found, allow_nan=False)
