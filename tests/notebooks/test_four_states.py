"""The four states in which a learner meets the notebooks, each run in a real kernel, and what ``learnkit check`` says of the saved copy.

As shipped; a lesson that nobody has answered; exercises untouched; exercises with a wrong answer each. And the finished exercises.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import guards
import pytest
import running
from running import Ran
from typer.testing import CliRunner

from learnkit import cli
from learnkit.checking import verdict
from learnkit.problems import Exercise, Mistake, Problem, Question, all_problems, exercises_of
from tools.stages import STAGES

ROOT = Path(__file__).resolve().parents[2]
LESSONS = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if "show_after(" in path.read_text(encoding="utf-8")]
EXERCISES = sorted((ROOT / "exercises").glob("*.ipynb"))


def stem(path: Path) -> str:
    return path.stem


def check(ran: Ran) -> tuple[int, dict[str, dict[str, Any]]]:
    """Run ``learnkit check --json`` on a saved copy; return its status and the verdicts by name."""
    result = CliRunner().invoke(cli.app, ["check", str(ran.path), "--json"])
    return result.exit_code, {verdict["id"].split(".")[1]: verdict for verdict in json.loads(result.output)}


# As shipped


def test_every_lesson_and_every_solution_is_compared_by_nbval() -> None:
    (stage,) = [stage for stage in STAGES if stage.name == "nbval"]
    compared = {path for pattern in stage.looks_at for path in ROOT.glob(pattern)}
    assert compared == {path for folder in ("notebooks", "solutions") for path in (ROOT / folder).glob("*.ipynb")}


# A lesson that nobody has answered


@pytest.fixture(scope="module", params=LESSONS, ids=stem)
def lesson(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, guards.Notebook]:
    """A lesson after Run All by a person who has answered nothing, and the same lesson as shipped."""
    shipped = guards.load(request.param)
    return running.run_all(shipped, tmp_path_factory.mktemp("unanswered"), request.param.name), shipped


ASKS = re.compile(r'^(?:predict|recall)\(\s*"([\d\w.-]+)"', re.MULTILINE)
WAITS = re.compile(r'\b(?:show_after|reveal)\(\s*"([\d\w.-]+)"')
TALKS = re.compile(r"\b(?:predict|recall|show_after|reveal|broken_run|run\.ask)\(")


def test_a_lesson_without_answers_runs_to_its_end(lesson: tuple[Ran, guards.Notebook]) -> None:
    ran, _ = lesson
    assert running.errors(ran) == []
    assert all(cell["execution_count"] for cell in ran.code)


def test_every_question_is_asked(lesson: tuple[Ran, guards.Notebook]) -> None:
    ran, _ = lesson
    asked = [(cell, question) for cell in ran.code for question in ASKS.findall(cell["source"])]
    assert asked
    for cell, question in asked:
        assert f"{question} " in running.shown(cell), cell["source"]
        assert "in place of the three dots" in running.shown(cell), cell["source"]


def test_every_result_behind_a_prediction_waits_and_says_so(lesson: tuple[Ran, guards.Notebook]) -> None:
    ran, _ = lesson
    waiting = [(cell, question) for cell in ran.code for question in WAITS.findall(cell["source"])]
    assert waiting
    for cell, question in waiting:
        assert f"Prediction {question}" in running.shown(cell), cell["source"]
        assert "waits for your prediction" in running.shown(cell), cell["source"]
        assert f'predict("{question}", answer=...)' in running.shown(cell), cell["source"]
        assert not any("image/png" in output.get("data", {}) for output in cell["outputs"]), cell["source"]


def test_every_other_cell_shows_what_the_lesson_as_shipped_shows(lesson: tuple[Ran, guards.Notebook]) -> None:
    ran, shipped = lesson
    stored = [cell for cell in shipped["cells"] if cell["cell_type"] == "code"]
    for cell, other in zip(ran.code, stored, strict=True):
        if not TALKS.search(cell["source"]):
            assert kinds(cell) == kinds(other), cell["source"]


def kinds(cell: dict[str, Any]) -> list[list[str]]:
    """Return what a cell shows, by kind; the builder keeps the picture of an explorer and drops the sliders."""
    widget = "application/vnd.jupyter.widget-view+json"
    return [[output["output_type"], *sorted(set(output.get("data", ())) - {widget})] for output in cell["outputs"]]


def test_the_search_for_errors_can_fail() -> None:
    raised = {"output_type": "error", "ename": "NameError", "evalue": "no x", "traceback": []}
    notebook: guards.Notebook = {"cells": [{"cell_type": "code", "source": "x", "outputs": [raised]}]}
    assert running.errors(Ran(Path("x.ipynb"), notebook, Path("home"))) == ["x: NameError: no x"]


# The exercises: untouched, wrong, finished


def begun(request: pytest.FixtureRequest) -> tuple[guards.Notebook, Sequence[Exercise]]:
    exercise: Path = request.param
    return guards.load(exercise), exercises_of(exercise.stem[:2])


@pytest.fixture(scope="module", params=EXERCISES, ids=stem)
def untouched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Sequence[Exercise]]:
    exercise, problems = begun(request)
    return running.run_all(exercise, tmp_path_factory.mktemp("untouched"), request.param.name), problems


def a_mistake(problem: Problem) -> Mistake:
    """Return the first mistake of a problem whose second implementation, which no answer is compared with, can be typed into a cell."""
    return next(mistake for mistake in problem.mistakes if "<locals>" not in mistake.other.__qualname__)


def call(exercise: Exercise) -> str:
    """Return how the cell begins that checks an exercise."""
    return f"check({exercise.name}{',' if isinstance(exercise, Question) else ')'}"


def a_wrong_answer(exercise: Exercise) -> str:
    """Return a cell with a wrong answer that is known."""
    if isinstance(exercise, Question):
        return f"{exercise.name} = {exercise.answer_with(exercise.slips[0])!r}"
    return running.as_cell(a_mistake(exercise).other, exercise.name)


@pytest.mark.parametrize("problem", all_problems(), ids=lambda problem: problem.id)
def test_a_mistake_typed_into_a_cell_is_the_same_mistake(problem: Problem) -> None:
    space: dict[str, Any] = {}
    exec(running.as_cell(a_mistake(problem).other, problem.name), space)
    assert verdict(problem, space[problem.name]).mistake_id == a_mistake(problem).id


def test_what_a_cell_cannot_hold_is_refused() -> None:
    with pytest.raises(AssertionError, match="is not made by def"):
        running.as_cell(lambda x: x, "double")
    with pytest.raises(AssertionError, match="needs EXERCISES, which a cell cannot import"):
        running.as_cell(stops_at_a_constant, "double")


def stops_at_a_constant() -> int:
    return len(EXERCISES)


@pytest.fixture(scope="module", params=EXERCISES, ids=stem)
def wrong(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Sequence[Exercise]]:
    exercise, problems = begun(request)
    answers = {problem.name: a_wrong_answer(problem) for problem in problems}
    notebook = running.answered(exercise, answers, problems)
    return running.run_all(notebook, tmp_path_factory.mktemp("wrong"), request.param.name), problems


@pytest.fixture(scope="module", params=EXERCISES, ids=stem)
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Sequence[Exercise]]:
    exercise, problems = begun(request)
    notebook = running.answered(exercise, {problem.name: problem.solution for problem in problems}, problems)
    return running.run_all(notebook, tmp_path_factory.mktemp("finished"), request.param.name), problems


def assert_later_cells_go_on(ran: Ran) -> None:
    """Every cell was run without an error, and prints what the notebook with solutions prints."""
    assert running.errors(ran) == []
    solved = guards.load(ROOT / "solutions" / ran.path.name)["cells"]
    stored = [running.streams(cell) for cell in solved if cell["cell_type"] == "code"]
    assert [running.streams(cell) for cell in ran.code] == stored


def test_untouched_exercises_say_that_they_are_not_attempted(untouched: tuple[Ran, Sequence[Exercise]]) -> None:
    ran, problems = untouched
    for problem in problems:
        said = running.shown(ran.cell(call(problem)))
        assert f"{problem.id} · not attempted" in said
        assert f'hint("{problem.id}") opens the next hint (1 of 4).' in said
        assert "Traceback" not in said


def test_after_untouched_exercises_the_course_s_functions_are_used_and_it_is_said(untouched: tuple[Ran, Sequence[Exercise]]) -> None:
    ran, problems = untouched
    assert_later_cells_go_on(ran)
    for problem in problems:
        if isinstance(problem, Question):
            continue
        said = running.shown(ran.cell(f"{problem.name}_ok = use("))
        assert f"your {problem.name} is not written yet; what follows uses the course's." in said


def test_untouched_exercises_earn_nothing(untouched: tuple[Ran, Sequence[Exercise]]) -> None:
    ran, problems = untouched
    status, verdicts = check(ran)
    assert status == 1
    assert [verdicts[problem.name]["kind"] for problem in problems] == ["not attempted"] * len(problems)
    assert sum(verdict["points"] for verdict in verdicts.values()) == 0


def test_a_wrong_answer_is_told_its_misconception(wrong: tuple[Ran, Sequence[Exercise]]) -> None:
    ran, problems = wrong
    for problem in problems:
        said = running.shown(ran.cell(call(problem)))
        assert f"{problem.id} · not yet" in said
        assert "Traceback" not in said
        if isinstance(problem, Question):
            assert " ".join(problem.slips[0].says.split()) in said
            continue
        assert " ".join(a_mistake(problem).says.split()) in said
        section = a_mistake(problem).section.replace("$", "")
        again = f'Read "{section}" in lesson {problem.lesson}.' if section else "Read the text above the exercise again."
        assert again in said
        assert "expected" in said
        assert "received" in said
        assert "Traceback" not in said


def test_after_wrong_answers_the_course_s_functions_are_used_and_it_is_said(wrong: tuple[Ran, Sequence[Exercise]]) -> None:
    ran, problems = wrong
    assert_later_cells_go_on(ran)
    for problem in problems:
        if isinstance(problem, Question):
            continue
        said = running.shown(ran.cell(f"{problem.name}_ok = use("))
        assert f"your {problem.name} is not right yet; what follows uses the course's." in said


def test_the_saved_copy_with_wrong_answers_gets_the_same_verdicts(wrong: tuple[Ran, Sequence[Exercise]]) -> None:
    ran, problems = wrong
    status, verdicts = check(ran)
    assert status == 1
    found = {problem.name: (verdicts[problem.name]["kind"], verdicts[problem.name]["mistake"]) for problem in problems}
    ids = {one.name: str(one.slips[0].answer) if isinstance(one, Question) else a_mistake(one).id for one in problems}
    assert found == {name: ("mistake", mistake) for name, mistake in ids.items()}
    assert sum(verdict["points"] for verdict in verdicts.values()) == 0


def test_finished_exercises_pass_and_are_used(finished: tuple[Ran, Sequence[Exercise]]) -> None:
    ran, problems = finished
    assert_later_cells_go_on(ran)
    for problem in problems:
        assert f"{problem.id} · passed" in running.shown(ran.cell(call(problem)))
        if not isinstance(problem, Question):
            assert "uses the course's" not in running.shown(ran.cell(f"{problem.name}_ok = use("))


def test_the_finished_copy_is_worth_all_points(finished: tuple[Ran, Sequence[Exercise]]) -> None:
    ran, problems = finished
    status, verdicts = check(ran)
    assert status == 0
    assert all(verdicts[problem.name]["passed"] for problem in problems)
    assert sum(verdict["points"] for verdict in verdicts.values()) == sum(problem.points for problem in problems)


def test_the_learner_s_own_status_knows_what_was_passed(
    wrong: tuple[Ran, Sequence[Exercise]], finished: tuple[Ran, Sequence[Exercise]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for (ran, problems), passed in ((wrong, 0), (finished, len(finished[1]))):
        monkeypatch.setenv("LEARNKIT_HOME", str(ran.home))
        result = CliRunner().invoke(cli.app, ["status", "--json"])
        (lesson,) = json.loads(result.output)["lessons"]
        counts = {name: lesson["problems"][name] for name in ("tried", "passed", "attempts")}
        assert counts == {"tried": len(problems), "passed": passed, "attempts": len(problems)}
