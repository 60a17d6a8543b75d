"""learnkit status and learnkit review: what they say, what they ask, and what they do where nobody can type."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from learnkit.study import commands, predict, recall, record_attempt, records

ROOT = Path(__file__).resolve().parents[2]
Wait = Callable[[float], None]

app = typer.Typer()
app.command()(commands.status)
app.command()(commands.review)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"COLUMNS": "160", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(commands, "out", commands.Console(highlight=False, width=160))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "can_ask", lambda: True)


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    def days(number: float) -> None:
        later = records.now() + timedelta(days=number)
        monkeypatch.setattr(records, "now", lambda: later)

    return days


def run(*arguments: str, typed: str = "") -> Any:
    return CliRunner().invoke(app, list(arguments), input=typed)


def test_status_of_a_new_learner_says_how_to_begin() -> None:
    result = run("status")
    assert result.exit_code == 0
    assert "Nothing is recorded yet. Begin with: learnkit lab" in result.output
    assert "stays on this machine" in result.output


def test_status_tells_lessons_predictions_exercises_and_recall_in_words(wait: Wait) -> None:
    predict("04.overflow", answer="nan")
    recall("04.r2", answer="a")
    record_attempt("04.softmax", {"passed": True})
    record_attempt("04.hinge", {"passed": False})
    wait(2)
    text = " ".join(run("status").output.split())
    assert "04 Classification" in text
    assert "1 of 4 answered, 1 right at first" in text
    assert "1 passed of 2 tried, 0 hints" in text
    assert "1 of 8 answered, 0 right" in text
    assert "Due for review: 8 questions. Ask for them with: learnkit review" in text


def test_status_as_json_is_one_object(wait: Wait) -> None:
    predict("04.overflow", answer="nan")
    found = json.loads(run("status", "--json").stdout)
    assert found["lessons"][0]["predictions"]["answered"] == 1


def test_json_stays_json_when_the_record_is_damaged(home: Path) -> None:
    home.mkdir()
    (home / "record.json").write_text("no record", encoding="utf-8")
    result = run("status", "--json")
    assert json.loads(result.stdout) == {"lessons": [], "recall_due": 0}
    assert "was set aside" in result.stderr


def test_reset_without_a_record_says_so(terminal: None) -> None:
    result = run("status", "--reset")
    assert (result.exit_code, "nothing to delete" in result.output) == (0, True)


@pytest.mark.parametrize("typed", ["n\n", "\n", "no\n"])
def test_reset_asks_and_deletes_nothing_on_no(home: Path, terminal: None, typed: str) -> None:
    predict("04.overflow", answer="nan")
    before = (home / "record.json").read_bytes()
    result = run("status", "--reset", typed=typed)
    assert "Delete it?" in result.output
    assert "Nothing was deleted." in result.output
    assert (home / "record.json").read_bytes() == before


def test_reset_on_yes_keeps_a_copy_and_begins_anew(home: Path, terminal: None) -> None:
    predict("04.overflow", answer="nan")
    before = (home / "record.json").read_bytes()
    result = run("status", "--reset", typed="y\n")
    (backup,) = home.glob("record-backup-*.json")
    assert result.exit_code == 0
    assert backup.read_bytes() == before
    assert backup.name in result.output
    assert not (home / "record.json").exists()
    assert records.read() == records.empty()


def test_reset_without_a_terminal_deletes_nothing_and_says_so(home: Path) -> None:
    predict("04.overflow", answer="nan")
    result = run("status", "--reset", typed="y\n")
    assert result.exit_code == 1
    assert "nobody can type an answer. Nothing was deleted." in " ".join(result.output.split())
    assert (home / "record.json").exists()


def test_reset_that_fails_says_so_and_deletes_nothing(home: Path, terminal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    predict("04.overflow", answer="nan")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(records.RecordFile, "move_away", refuse)
    result = run("status", "--reset", typed="y\n")
    assert result.exit_code == 1
    assert "could not be moved (Permission denied). Nothing was deleted." in " ".join(result.output.split())


def test_review_with_nothing_due_says_so(terminal: None) -> None:
    assert "Nothing is due." in run("review").output


def test_review_asks_five_explains_and_schedules(terminal: None, wait: Wait) -> None:
    recall("04.r1")
    wait(2)
    result = run("review", typed="(32, 10)\na\n0.5\nlots\n4.6\nb\n")
    text = " ".join(result.output.split())
    assert "5 questions. Enter skips one, q stops." in text
    assert "Right: (32, 10). Shapes are compared from the right" in text
    assert 'Not yet: you said "it doubles", the answer is "it stays about as large".' in text
    assert "asks for a number, such as 3 or 0.25; it got lots." in text
    assert "(from lesson 01)" in text
    assert "4 right of 5 answers. Still due: 3 questions." in text
    boxes = {name: entry["box"] for name, entry in records.read()["recall"].items()}
    assert boxes == {"04.r1": 2, "04.r2": 1, "04.r3": 2, "04.r4": 2, "04.r5": 2}


@pytest.mark.parametrize("typed", ["(32, 10)\n\nq\n", "(32, 10)\n\n"], ids=["q", "end of input"])
def test_review_can_be_stopped_and_keeps_what_was_answered(terminal: None, wait: Wait, typed: str) -> None:
    recall("04.r1")
    wait(2)
    result = run("review", typed=typed)
    assert result.exit_code == 0
    assert "1 right of 1 answer. Still due: 7 questions." in " ".join(result.output.split())
    assert list(records.read()["recall"]) == ["04.r1"]


def test_review_of_two(terminal: None, wait: Wait) -> None:
    recall("04.r1")
    wait(2)
    assert "2 questions." in run("review", "--count", "2", typed="q\n").output


def test_review_where_nobody_can_type_lists_the_questions_and_says_so(home: Path) -> None:
    opened = records.stamp(records.now() - timedelta(days=2))
    records.update(lambda record: record["lessons"].update({"04": {"opened": opened}}))
    script = "from learnkit.study.commands import review; review(2)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL, check=True
    )
    assert "1. What is the shape of" in done.stdout
    assert "2. The loss is a mean" in done.stdout
    assert "Run learnkit review in a terminal." in done.stdout
    assert not records.read()["recall"]


def test_for_machines_status_says_that_the_record_is_not_read(machine: None) -> None:
    assert "your record is neither read nor written" in run("status").output


@pytest.mark.parametrize("command", ["status", "review"])
def test_help_has_examples(command: str) -> None:
    assert "Examples" in run(command, "--help").output
