"""What lesson 13 says about itself, and the figures in its prose."""

import json
import re
from pathlib import Path

import numpy as np

from learnkit import reference as lk
from learnkit.problems import problems_of, questions_of
from learnkit.study.lessons.l13_normalization import BROKEN_RUNS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/13_normalization.ipynb").read_text(encoding="utf-8"))
SOURCES = ["".join(cell["source"]) for cell in NOTEBOOK["cells"]]
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
PROSE = " ".join(" ".join("".join(cell["source"]).split()) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")


def test_the_pytorch_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    by_numpy, by_torch = (cell.splitlines() for cell in CODE if "lk.BatchNorm1d(64), lk.ReLU()" in cell)
    different = [pair for pair in zip(by_numpy, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_lesson_says_how_long_it_takes() -> None:
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The four core exercises take (\d+)\.", PROSE)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r" (\d+)(?:,|$)", parts))) == int(lesson)
    assert int(exercises) == sum(problem.minutes for problem in problems_of("13") if problem.is_core)
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_table_of_exercises_is_that_of_the_problems() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    assert rows == [(p.name, str(p.level), str(p.minutes), "core" if p.is_core else "practice") for p in problems_of("13")]
    assert len(questions_of("13")) == 4
    assert all(question.minutes == 3 for question in questions_of("13"))


def test_every_exercise_and_question_that_serves_an_objective_exists() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 13")]
    names = {name for cell in re.findall(r"(?:exercises?|questions?) ([^|]+)\|", summary) for name in re.findall(r"`(\w+)`", cell)}
    assert names == {exercise.name for exercise in (*problems_of("13"), *questions_of("13"))}


def test_the_table_by_hand_is_right() -> None:
    table = lk.batch_norm(np.array([[1.0], [3.0], [5.0], [7.0]]), None, None, eps=0.0)[:, 0]
    assert table.round(2).tolist() == [-1.34, -0.45, 0.45, 1.34]
    assert "| 1 | −3 | 9 | −1.34 |" in "\n".join(SOURCES)


def test_the_broken_run_trains_well_and_evaluates_badly() -> None:
    curves, numbers = BROKEN_RUNS["13.broken-run"]()
    assert max(curves["train loss"][-5:]) < 0.3
    assert np.ptp(curves["test accuracy"][-5:]) > 0.2
    assert numbers["the number of images in the smallest batch"] == "3"
    assert 1347 % 64 == 3
