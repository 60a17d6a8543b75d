"""The report of what a learner can show claims what the record holds, and nothing else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from learnkit.cli import app
from learnkit.study import records
from learnkit.study.progress import next_hint, record_attempt
from learnkit.study.showings import TITLE, report_of

AT = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEARNKIT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LEARNKIT_ANSWERS", raising=False)
    return tmp_path


def test_an_empty_record_claims_nothing() -> None:
    assert report_of(records.empty(), AT).splitlines() == [
        TITLE,
        "",
        "Written by `learnkit report` on 2025-03-01 from the learning record on this machine.",
        "",
        "Nothing is recorded yet. Begin with `learnkit lab`.",
    ]


def test_an_exercise_that_is_passed_stands_under_its_objectives_with_its_attempts_and_hints(home: Path) -> None:
    record_attempt("04.softmax", {"passed": False})
    next_hint("04.softmax", 4)
    record_attempt("04.softmax", {"passed": True})
    record_attempt("04.predict", {"passed": False})
    text = report_of(records.read(), AT)
    assert "1 of 10 exercises passed." in text
    assert "| turn any scores into probabilities, and compute them without overflow | `softmax`, 1 to go |" in text
    assert "| say why squared error gets stuck where cross-entropy learns | nothing yet |" in text
    line = next(line for line in text.splitlines() if line.startswith("| `softmax`:"))
    assert line.endswith(" | 2 | 1 |")
    assert "| `predict`:" not in text
    assert "## 01" not in text


def test_the_command_writes_the_page_and_writes_it_again(home: Path) -> None:
    page = home / "mine.md"
    for _ in range(2):
        result = CliRunner().invoke(app, ["report", "-o", str(page)])
        assert result.exit_code == 0
        assert page.read_text(encoding="utf-8").startswith(TITLE)


def test_a_file_that_is_no_report_is_left_alone(home: Path) -> None:
    page = home / "mine.md"
    page.write_text("my notes")
    result = CliRunner().invoke(app, ["report", "-o", str(page)])
    assert result.exit_code == 1
    assert page.read_text() == "my notes"


def test_a_place_that_cannot_be_written_is_named(home: Path) -> None:
    (home / "file").write_text("")
    result = CliRunner().invoke(app, ["report", "-o", str(home / "file" / "mine.md")])
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_the_command_of_coverage_names_lessons_and_ends_by_what_it_finds() -> None:
    result = CliRunner().invoke(app, ["coverage", "4"])
    assert result.exit_code == 0
    assert "all 5 are served" in result.stdout
    assert "04.softmax (no-shift, global-max)" in result.stdout
    assert CliRunner().invoke(app, ["coverage", "77"]).exit_code == 2
