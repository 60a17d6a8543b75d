"""``learnkit check`` and ``learnkit matrix``: what they print, and with which status they end."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from learnkit import cli
from learnkit.course.workspace import update
from learnkit.problems import exercises_of

ROOT = Path(__file__).resolve().parents[2]
EXERCISE = ROOT / "exercises" / "04_classification.ipynb"
PROBLEMS = exercises_of("04")
NAMES = [problem.name for problem in PROBLEMS]
SOLUTIONS = {problem.name: problem.solution for problem in PROBLEMS}
WRONG = "def cross_entropy(logits, targets):\n    return 0.0\n"


def run(*arguments: str | os.PathLike[str]) -> Any:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments], prog_name="learnkit")


def notebook(answers: dict[str, str], without: str = "") -> dict[str, Any]:
    """Return the exercise notebook with answers in the place of stubs, and without the cell of one exercise."""
    stubs = {problem.stub.strip(): problem.name for problem in PROBLEMS}
    found: dict[str, Any] = json.loads(EXERCISE.read_text(encoding="utf-8"))
    cells = []
    for cell in found["cells"]:
        name = stubs.get("".join(cell["source"]).strip(), "")
        if not name or name != without:
            cells.append({**cell, "source": answers[name]} if name in answers else cell)
    return {**found, "cells": cells}


def write(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def titles(text: str) -> list[str]:
    return [line.split(" (")[0] for line in text.splitlines() if line.startswith("04.")]


def test_a_half_done_copy_gets_a_verdict_for_each_exercise(tmp_path: Path) -> None:
    half = {"softmax": SOLUTIONS["softmax"], "predict": SOLUTIONS["predict"], "cross_entropy": WRONG}
    result = run("check", write(tmp_path / "04_half.ipynb", notebook(half)))
    assert result.exit_code == 1
    assert titles(result.output) == [
        "04.softmax · passed",
        "04.cross_entropy · not yet",
        "04.softmax_ce_grad · not attempted",
        "04.predict · passed",
        "04.bce_with_logits · not attempted",
        "04.hinge · not attempted",
        "04.lowest_loss · not attempted",
        "04.what_holds · not attempted",
        "04.one_step · not attempted",
        "04.broken_run · not attempted",
    ]
    assert 'hint("04.cross_entropy") opens the next hint (1 of 4).' in result.output
    assert result.output.endswith("2 of 10 passed, 2 of 10 points.\n")


def test_a_finished_copy_ends_with_0(tmp_path: Path) -> None:
    result = run("check", write(tmp_path / "04_done.ipynb", notebook(SOLUTIONS)))
    assert result.exit_code == 0
    assert result.output.endswith("10 of 10 passed, 10 of 10 points.\n")


def test_answers_are_found_by_their_names_alone(tmp_path: Path) -> None:
    """No metadata, no ids, cells twice, an early draft before the answer, a name that says nothing: the verdicts are the same."""
    found = notebook(SOLUTIONS)
    code = [{"cell_type": "code", "source": cell["source"]} for cell in found["cells"] if cell["cell_type"] == "code"]
    draft = {"cell_type": "code", "source": WRONG}
    bare = {"cells": [draft, *(cell for cell in code for _ in range(2))], "nbformat": 4}
    result = run("check", write(tmp_path / "homework.ipynb", bare))
    assert result.exit_code == 0
    assert titles(result.output) == [f"04.{name} · passed" for name in NAMES]


def test_json_is_one_object_an_exercise(tmp_path: Path) -> None:
    result = run("check", write(tmp_path / "04_half.ipynb", notebook({**SOLUTIONS, "cross_entropy": WRONG})), "--json")
    assert result.exit_code == 1
    verdicts = json.loads(result.output)
    assert [verdict["id"] for verdict in verdicts] == [problem.id for problem in PROBLEMS]
    assert {"id", "passed", "points", "kind", "mistake", "message"} <= set(verdicts[0])
    assert [verdict["passed"] for verdict in verdicts] == [name != "cross_entropy" for name in NAMES]


def test_a_missing_function_is_said_in_one_line(tmp_path: Path) -> None:
    result = run("check", write(tmp_path / "04_copy.ipynb", notebook(SOLUTIONS, without="hinge")))
    assert result.exit_code == 1
    assert [line for line in result.output.splitlines() if "hinge" in line] == ["04.hinge · missing: The file defines no hinge."]
    assert "9 of 10 passed" in result.output


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"softmax", "neither a notebook (.ipynb) nor a Python file (.py)"),
        ("04_picture.ipynb", b"\x89PNG\r\n\x1a\n", "is no notebook"),
        ("04_list.ipynb", b"[1, 2]", "is no notebook: it has no cells"),
        ("04_cut.ipynb", EXERCISE.read_bytes()[:3000], "it ends in the middle"),
        ("04_empty.ipynb", b"", "is empty"),
        ("other.ipynb", b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}', "answers no exercise"),
        ("absent.ipynb", None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_checked_is_said_in_one_line(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    for more in ([], ["--json"]):
        result = run("check", tmp_path / name, *more)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith(f"learnkit: {name}")
        assert words in result.stderr
        assert result.stderr.count("\n") == 1


def test_checking_a_file_is_no_attempt(tmp_path: Path) -> None:
    run("check", EXERCISE)
    assert json.loads(run("status", "--json").output)["lessons"] == []


def test_a_learner_s_copies_include_the_exercises(tmp_path: Path) -> None:
    assert f"exercises/{EXERCISE.name}" in update(ROOT, tmp_path).copied
    result = run("check", tmp_path / "exercises" / EXERCISE.name)
    assert result.exit_code == 1
    assert result.output.endswith("0 of 10 passed, 0 of 10 points.\n")


@dataclass
class Report:
    ok: bool

    def __str__(self) -> str:
        return "04.softmax [rows]"


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_matrix_is_printed_and_ends_with_1_if_it_is_not_full(ok: bool, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def run_matrix(lesson: str | None) -> Report:
        asked.append(lesson)
        return Report(ok)

    monkeypatch.setattr("learnkit.checking.matrix.run_matrix", run_matrix)
    for arguments in (["4"], ["04"], []):
        result = run("matrix", *arguments)
        assert (result.exit_code, result.output) == (code, "04.softmax [rows]\n")
    assert asked == ["04", "04", None]


def test_matrix_of_a_lesson_without_exercises_is_refused() -> None:
    result = run("matrix", "99")
    assert result.exit_code == 2
    assert "There are no exercises for lesson 99" in result.stderr
