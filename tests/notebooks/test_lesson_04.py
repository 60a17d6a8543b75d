"""What lesson 04 and the README say about themselves."""

import json
import re
from pathlib import Path

from learnkit.problems import problems_of

ROOT = Path(__file__).resolve().parents[2]


def code_cells() -> list[str]:
    notebook = json.loads((ROOT / "notebooks/04_classification.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_the_pytorch_training_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    training = [cell for cell in code_cells() if "optimizer.step()" in cell]
    assert len(training) == 2
    by_hand, by_torch = (cell.splitlines() for cell in training)
    different = [pair for pair in zip(by_hand, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_readme_counts_the_mistakes_of_lesson_04() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    said = re.search(r"each of the (\d+) known mistakes of lesson 04", readme)
    assert said is not None
    assert int(said.group(1)) == sum(len(problem.mistakes) for problem in problems_of("04"))


def test_the_lesson_says_how_long_it_takes() -> None:
    source = (ROOT / "notebooks/src/04_classification.py").read_text(encoding="utf-8")
    text = " ".join(line.removeprefix("# ") for line in source.splitlines())
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The four core exercises take (\d+)\.", text)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r"(\d+)(?:,|$)", parts))) == int(lesson)
    assert int(exercises) == sum(problem.minutes for problem in problems_of("04") if problem.is_core)
    assert int(whole) == int(lesson) + int(exercises) <= 90
