"""The command line: what each command says and with which status it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import learnkit
from learnkit import cli
from learnkit.course import doctor
from learnkit.course.doctor import Finding

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"}


def learnkit_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "learnkit", *arguments], capture_output=True, text=True, env=ENVIRONMENT, check=False)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "notebooks").mkdir()
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# Title"}]
    for name in ("00_start_here", "04_topic"):
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}}), encoding="utf-8")
    monkeypatch.setenv("LEARNKIT_COURSE", str(tmp_path))
    return tmp_path


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Record what would be served, and start nothing."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(cli, "serve", lambda *arguments: calls.append(arguments))
    return calls


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments), prog_name="learnkit")


def test_learnkit_alone_prints_its_help() -> None:
    alone, asked = learnkit_command(), learnkit_command("--help")
    assert (alone.returncode, asked.returncode) == (0, 0)
    for text in (alone.stdout, asked.stdout):
        assert "Usage: learnkit" in text
        assert "learnkit lab 04" in text
        assert "opens lesson 04" in text


@pytest.mark.parametrize("command", ["lab", "check", "status", "review", "data", "doctor", "matrix", "build"])
def test_help_of_every_command_has_examples(command: str) -> None:
    text = learnkit_command(command, "--help").stdout
    assert "Examples" in text
    assert text.count(f"learnkit {command} ") >= 2


def test_version() -> None:
    assert learnkit_command("--version").stdout == f"learnkit {learnkit.__version__}\n"


def loaded(code: str, modules: tuple[str, ...]) -> str:
    tail = f"\nimport sys; sys.stderr.write(repr([name for name in {modules!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    return done.stderr.strip()


COMMAND = """
import runpy, sys
sys.argv = ["learnkit", *{arguments}]
try:
    runpy.run_module("learnkit", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""


def test_importing_learnkit_loads_nothing_heavy() -> None:
    assert loaded("import learnkit", ("numpy", "torch", "typer", "rich", "matplotlib")) == "[]"


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], ["--version"], ["lab", "--help"], ["check", "--help"], ["status"], ["review"], ["data", "list"]]
)
def test_command_line_loads_neither_numpy_nor_torch(arguments: list[str]) -> None:
    assert loaded(COMMAND.format(arguments=arguments), ("numpy", "torch", "matplotlib", "jupyterlab")) == "[]"


def test_the_loading_test_can_fail() -> None:
    assert loaded("import json", ("json", "torch")) == "['json']"


def test_unknown_command_is_refused() -> None:
    done = learnkit_command("labb")
    assert done.returncode == 2
    assert "lab" in done.stderr


def test_lab_copies_and_opens_the_start_page(course: Path, served: list[tuple[Any, ...]]) -> None:
    result = run("lab")
    assert result.exit_code == 0
    assert result.output == f"2 notebooks copied to {course / 'my-course'}\n"
    assert served == [(course, course / "my-course", "notebooks/00_start_here.ipynb", None, True)]


def test_lab_opens_the_lesson_that_was_asked_for(course: Path, served: list[tuple[Any, ...]]) -> None:
    folder = course / "elsewhere"
    assert run("lab", "4", "--port", "8899", "--no-browser", "--folder", str(folder)).exit_code == 0
    assert served == [(course, folder, "notebooks/04_topic.ipynb", 8899, False)]


def test_lab_says_which_lessons_there_are(course: Path, served: list[tuple[Any, ...]]) -> None:
    result = run("lab", "17")
    assert result.exit_code == 1
    assert "There are: 00_start_here, 04_topic." in result.output
    assert served == []


def test_lab_fresh_writes_beside_and_starts_nothing(course: Path, served: list[tuple[Any, ...]]) -> None:
    run("lab")
    served.clear()
    mine = course / "my-course" / "notebooks" / "04_topic.ipynb"
    mine.write_text(mine.read_text(encoding="utf-8").replace("Title", "Mine"), encoding="utf-8")
    result = run("lab", "--fresh", "04")
    assert result.exit_code == 0
    assert "04_topic (new).ipynb" in result.output
    assert "Mine" in mine.read_text(encoding="utf-8")
    assert served == []


def test_lab_outside_a_clone_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNKIT_COURSE", str(tmp_path))
    result = run("lab")
    assert result.exit_code == 1
    assert "Set it to a clone of the course, or unset it" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("status", "code"), [("ok", 0), ("warning", 0), ("problem", 1)])
def test_doctor_ends_with_1_for_a_problem_only(status: doctor.Status, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "examine", lambda folder: [Finding("thing", status, "found [so]", "the remedy")])
    plain, as_json = run("doctor"), run("doctor", "--json")
    assert (plain.exit_code, as_json.exit_code) == (code, code)
    assert "thing" in plain.output
    assert status in plain.output  # in words, not in color only
    assert "found [so]" in plain.output
    assert "thing: the remedy" in plain.output
    assert json.loads(as_json.output)["ok"] is (code == 0)


def test_build_check_is_the_tools_own(course: Path) -> None:
    assert run("build").exit_code == 1
    assert "notebooks are built in a clone" in run("build").output
    (course / "tools").mkdir()
    (course / "tools" / "build_notebooks.py").write_text(
        "import sys\nsys.exit(7 if sys.argv[1:] == ['04', '--check', '--jobs=2'] else 8)\n"
    )
    assert run("build", "04", "--check", "--jobs", "2").exit_code == 7
