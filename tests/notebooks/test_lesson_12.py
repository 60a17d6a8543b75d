"""What lesson 12 says about itself, and the figures in its prose."""

import json
import re
from pathlib import Path

import numpy as np

from learnkit import reference as lk
from learnkit.problems import problems_of, questions_of
from learnkit.study.lessons.l12_regularization import BROKEN_RUNS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/12_regularization.ipynb").read_text(encoding="utf-8"))
SOURCES = ["".join(cell["source"]) for cell in NOTEBOOK["cells"]]
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
PROSE = " ".join(" ".join("".join(cell["source"]).split()) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")


def printed(words: str) -> str:
    """Return what the cell that holds some words printed or showed."""
    (cell,) = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code" and words in "".join(cell["source"])]
    parts = [output.get("text") or output["data"]["text/plain"] for output in cell["outputs"]]
    return "".join("".join(part) for part in parts)


def test_the_pytorch_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    by_numpy, by_torch = (cell.splitlines() for cell in CODE if "lk.Dropout(0.2, rng=lk.rng(2))" in cell)
    different = [pair for pair in zip(by_numpy, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_lesson_says_how_long_it_takes() -> None:
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The four core exercises take (\d+)\.", PROSE)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r" (\d+)(?:,|$)", parts))) == int(lesson)
    assert int(exercises) == sum(problem.minutes for problem in problems_of("12") if problem.is_core)
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_table_of_exercises_is_that_of_the_problems() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    assert rows == [(p.name, str(p.level), str(p.minutes), "core" if p.is_core else "practice") for p in problems_of("12")]
    assert len(questions_of("12")) == 4
    assert all(question.minutes == 3 for question in questions_of("12"))


def test_every_exercise_and_question_that_serves_an_objective_exists() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 12")]
    names = {name for cell in re.findall(r"(?:exercises?|questions?) ([^|]+)\|", summary) for name in re.findall(r"`(\w+)`", cell)}
    assert names == {exercise.name for exercise in (*problems_of("12"), *questions_of("12"))}


def test_the_network_has_as_many_weights_as_the_text_says() -> None:
    rng = lk.rng(0)
    layers = [lk.Linear(a, b, rng=rng) for a, b in ((64, 128), (128, 128), (128, 10))]
    count = sum(parameter.data.size for parameter in lk.Sequential(*layers).parameters())
    assert f"{count:,} weights and biases, {count // 300} for each label" in PROSE


def test_the_numbers_worked_by_hand_are_right() -> None:
    assert lk.l2_penalty(np.array([3.0, -4.0]), weight_decay=0.1) == 1.25
    assert "penalty is $0.05 \\cdot 25 = 1.25$" in PROSE
    assert printed("y = np.where(keep").strip() == "[1.25 0.   3.75 5.  ]"
    assert lk.smooth_labels(np.array([3]), 10, label_smoothing=0.1).round(6)[0, 3] == 0.91


def test_regularization_on_right_labels_is_reported_as_it_came_out() -> None:
    rows = {
        line.split("  ")[0]: float(line.split()[-1]) for line in printed("def compare_on_right_labels").splitlines() if "   mean " in line
    }
    assert len(rows) == 4
    none = rows["none"]
    assert all(mean - none < 0.012 for mean in rows.values())
    assert rows["L1 0.001"] < none


def test_the_broken_run_gives_two_accuracies_for_the_same_weights() -> None:
    curves, numbers = BROKEN_RUNS["12.broken-run"]()
    once, again = numbers["the test accuracy of the last weights, measured twice"].split(" and ")
    assert once != again
    assert max(curves["train accuracy"]) < 0.93  # lower than a linear classifier
