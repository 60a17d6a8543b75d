"""What lesson 06 says about itself, and the figures in its prose."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.problems import exercises_of, get_exercise, problems_of, questions_of
from learnkit.study.lessons.l06_backpropagation import BROKEN_RUNS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/06_backpropagation.ipynb").read_text(encoding="utf-8"))
SOURCES = ["".join(cell["source"]) for cell in NOTEBOOK["cells"]]
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
PROSE = " ".join(" ".join("".join(cell["source"]).split()) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")


def printed(words: str) -> str:
    """Return what the cell that holds some words printed or showed."""
    (cell,) = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code" and words in "".join(cell["source"])]
    parts = [output.get("text") or output["data"]["text/plain"] for output in cell["outputs"]]
    return "".join("".join(part) for part in parts)


def test_the_pytorch_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    by_numpy, by_torch = (cell.splitlines() for cell in CODE if "optimizer.step()" in cell)
    different = [pair for pair in zip(by_numpy, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_lesson_says_how_long_it_takes() -> None:
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The five core exercises take (\d+)\.", PROSE)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r" (\d+)(?:,|$)", parts))) == int(lesson)
    core = [problem for problem in problems_of("06") if problem.is_core]
    assert (len(core), int(exercises)) == (5, sum(problem.minutes for problem in core))
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_table_of_exercises_is_that_of_the_problems() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    assert rows == [(p.name, str(p.level), str(p.minutes), "core" if p.is_core else "practice") for p in problems_of("06")]
    assert [question.minutes for question in questions_of("06")] == [3] * 6
    assert "Six questions without code" in PROSE


def test_every_exercise_and_question_serves_an_objective_and_exists() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 14")]
    named = re.findall(r"exercises? ([^|]+)\|", summary)
    assert len(named) == 4
    assert {name for cell in named for name in re.findall(r"`(\w+)`", cell)} == {exercise.name for exercise in exercises_of("06")}


def test_the_solutions_say_how_long_they_take() -> None:
    source = (ROOT / "solutions/src/06_backpropagation.py").read_text(encoding="utf-8")
    text = " ".join(line.removeprefix("# ") for line in source.splitlines())
    said = re.search(r"five core exercises take about (\d+) minutes, what is for practice (\d+) more", text)
    assert said is not None
    assert [int(part) for part in said.groups()] == [
        sum(e.minutes for e in exercises_of("06") if e.is_core is core) for core in (True, False)
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-(-len(train_rows) // 64)", ("1,210 parameters", "2,420 times", "1,597,200 times")),
        ("def small_loss", ("[2.0, -8.0, 24.0, -8.0, -4.0]",)),
        ("def u_curves", ("central, 64 bits    best step 1e-05, on paper 7e-06", "one-sided, 64 bits  best step 1e-07, on paper 2e-08")),
        ("def relu_at_zero", ("by small steps: 0.5   by the back pass: 0.0",)),
        ("with_empty", ("eight digits        nearest kink at a distance of 0.0036, error of bias 1 below 1e-7",)),
        ("never_on", ("[0, 0, 0, 1, 1]",)),
        ("def reproduce", ("second layer right: True",)),
    ],
)
def test_a_cell_prints_what_the_text_around_it_says(words: str, said: tuple[str, ...]) -> None:
    assert all(part in printed(words) for part in said)


def test_the_text_counts_the_parameters_and_the_price_of_asking_them() -> None:
    layers = lk.mlp_init((64, 16, 10), rng=lk.rng(0))
    assert lk.count_params(layers) == 1210
    assert f"16 · 64 + 16 = {lk.count_params(layers[:1]):,} numbers" in PROSE
    assert -(-1348 // 64) == 22
    assert "22 steps an epoch" in PROSE
    assert round(2 * 1210 * 22 * 30 / 1e6, 1) == 1.6
    assert "1.6 million times the loss" in PROSE


def test_the_units_that_are_never_on_are_those_the_text_names() -> None:
    lines = dict(re.findall(r"^(before|after) +\[(.+)\]$", printed("never_on"), re.MULTILINE))
    before, after = ([int(count) for count in lines[name].split(", ")] for name in ("before", "after"))
    assert [unit for unit, count in enumerate(before) if count == 0] == [9]
    assert [unit for unit, count in enumerate(after) if count < 20] == [4, 8, 9]
    assert "Unit 9 was off for every digit" in PROSE
    assert "Units 4 and 8 were pushed" in PROSE
    assert "Three of sixteen units" in PROSE


def test_wrong_gradients_are_found_and_learn_all_the_same() -> None:
    rows = re.findall(
        r"^(.+?)  +(< 1e-7|\d\.\d\d) +(< 1e-7|\d\.\d\d) +(\d\.\d\d) to (\d\.\d\d)$", printed("def show_wrong_gradients"), re.MULTILINE
    )
    table = {name: (weight, bias, float(low)) for name, weight, bias, low, _ in rows}
    assert list(table) == ["right", "bias 1 forgotten", "weight 2 moved first", "times the value", "no mask"]
    assert table["right"][:2] == ("< 1e-7", "< 1e-7")
    assert all(bias != "< 1e-7" for name, (_, bias, _) in table.items() if name != "right")
    assert abs(table["bias 1 forgotten"][2] - table["right"][2]) < 0.015  # "as good as the right one"
    assert min(low for *_, low in table.values()) > 0.8
    assert printed("hidden_by(moved_by(0.5))").count("the model diverged") == 3


def test_the_broken_run_is_visibly_broken_and_its_numbers_tell_the_causes_apart() -> None:
    curves, numbers = BROKEN_RUNS["06.broken-run"]()
    assert np.diff(curves["train loss"])[-20:].mean() < 0  # it falls
    assert max(curves["test accuracy"]) < 0.5
    assert numbers["the relative error of the second layer's gradients"] == "below 1e-7"
    first = numbers["the relative error of the first weight's gradient, and of the first bias's"]
    assert all(float(part) > 0.5 for part in first.split(" and "))  # not the bias alone
    assert float(numbers["how far the first weight has moved"].split()[0]) > 1  # the hidden layer is trained
    assert float(numbers["the test accuracy at five times the learning rate"].split()[0]) < 0.9  # it is not the rate


def test_the_numbers_asked_for_are_computed_here() -> None:
    h1, h2 = max(2 * 1, 0), max(-1 + 5, 0)
    s = 3 * h1 - h2
    assert get_exercise("06.by_hand").right == 2 * s * (3 * 2 - 1 * -1)  # type: ignore[union-attr]
    assert get_exercise("06.how_often").right == 2 * lk.count_params(lk.mlp_init((64, 32, 10), rng=lk.rng(0)))  # type: ignore[union-attr]
