"""What lesson 01 says about itself, and the figures in its prose."""

import json
import re
from pathlib import Path

import numpy as np

from learnkit.datasets import digits
from learnkit.problems import get_problem, problems_of, questions_of
from learnkit.problems.starters import starter

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/01_arrays.ipynb").read_text(encoding="utf-8"))
SOURCES = ["".join(cell["source"]) for cell in NOTEBOOK["cells"]]
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
PROSE = " ".join(" ".join("".join(cell["source"]).split()) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")


def printed(words: str) -> str:
    """Return what the cell that holds some words printed or showed."""
    (cell,) = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code" and words in "".join(cell["source"])]
    parts = [output.get("text") or output["data"]["text/plain"] for output in cell["outputs"]]
    return "".join("".join(part) for part in parts)


def test_the_pytorch_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    by_numpy, by_torch = (cell.splitlines() for cell in CODE if "lk.tensor(queries" in cell)
    different = [pair for pair in zip(by_numpy, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_lesson_says_how_long_it_takes() -> None:
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The four core exercises take (\d+)\.", PROSE)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r" (\d+)(?:,|$)", parts))) == int(lesson)
    assert int(exercises) == sum(problem.minutes for problem in problems_of("01") if problem.is_core)
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_table_of_exercises_is_that_of_the_problems() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    known = [(p.name, str(p.level), str(p.minutes), "core" if p.is_core else "practice") for p in problems_of("01")]
    assert rows == known
    assert all(question.minutes == 3 for question in questions_of("01"))
    assert len(questions_of("01")) == 4


def test_every_exercise_and_question_that_serves_an_objective_exists() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 13")]
    named = re.findall(r"exercises? ([^|]+)\|", summary)
    names = {name for cell in named for name in re.findall(r"`(\w+)`", cell)}
    known = {exercise.name for exercise in (*problems_of("01"), *questions_of("01"))}
    assert names
    assert names <= known


def test_the_form_shown_in_section_7_is_what_start_gives() -> None:
    (shown,) = [source for source in SOURCES if "```python" in source]
    text = shown.split("```python\n")[1].split("\n```")[0]
    assert text == starter(get_problem("01.center_rows"), "fill")


def test_the_number_of_differences_and_their_memory_are_those_of_the_data() -> None:
    count = 449 * 1348
    assert len(digits()[0]) == 449 + 1348
    assert f"{count * 64:,}" == "38,736,128"
    assert "38,736,128 differences" in PROSE
    assert f"{count * 64:,}" in printed("pairs       ")
    assert "310 megabytes" in PROSE
    assert "310 MB" in printed("pairs       ")
    assert "64 times the memory" in PROSE
    assert round(count * 100 * 64 * 8 / 1e9) == 31  # ten times the digits on both sides


def test_the_error_of_a_perfect_prediction_is_the_one_in_the_text() -> None:
    predicted, measured = np.array([[3.0], [5.0], [9.0]]), np.array([3.0, 5.0, 9.0])
    assert round(((predicted - measured) ** 2).mean(), 2) == 12.44
    assert "It is 12.44" in PROSE
    assert "12.44" in printed("column_minus_row")


def test_the_answer_of_check_in_section_7_is_read_as_the_text_says() -> None:
    said = printed("x.mean(axis=1)\n")
    assert said.startswith("01.center_rows · not yet (1 of 4 probes agrees)")
    assert "It raised ValueError" in said
    assert 'Read "6 · No error, and wrong" in lesson 01.' in said
    assert "smallest case" in said
    assert "01.center_rows · passed" in printed("return x - x.mean(axis=1, keepdims=True)")


def test_a_batch_of_64_is_the_broken_result_and_one_digit_more_is_an_error() -> None:
    table = digits()[0][:64]
    sums = (table / table.sum(axis=1)).sum(axis=1)
    assert f"{sums.min():.2f} to {sums.max():.2f}" == "0.83 to 1.28"  # "off by up to 28 percent", says a reply
    assert "axis lost: sums from 0.83 to 1.28" in printed("def reproduce")


def test_the_steps_of_32_bit_numbers_near_2e8_are_16() -> None:
    assert np.spacing(np.float32(2e8)) == 16
    assert "go in steps of 16" in PROSE
