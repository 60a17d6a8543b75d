"""What lesson 03 says about itself, and the figures in its prose, its predictions, its questions and its page for teachers."""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.datasets import diabetes
from learnkit.problems import get_exercise, problems_of, questions_of
from learnkit.study.lessons.l03_regression import BROKEN_RUNS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/03_regression.ipynb").read_text(encoding="utf-8"))
SOURCES = ["".join(cell["source"]) for cell in NOTEBOOK["cells"]]
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
PROSE = " ".join(" ".join("".join(cell["source"]).split()) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")


def printed(words: str) -> str:
    """Return what the cell that holds some words printed or showed."""
    (cell,) = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code" and words in "".join(cell["source"])]
    parts = [output.get("text") or output["data"]["text/plain"] for output in cell["outputs"]]
    return "".join("".join(part) for part in parts)


@cache
def patients(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The features of the training part in the units of the file, the same scaled, and the targets."""
    measured, progression = (part.astype(np.float64) for part in diabetes())
    rows, _ = lk.split_indices(len(measured), (0.75, 0.25), rng=lk.rng(seed))
    return measured[rows], lk.Standardizer().fit(measured[rows]).transform(measured[rows]), progression[rows]


def best_loss(seed: int = 0) -> float:
    features, _, targets = patients(seed)
    weight, bias = lk.normal_equation(features, targets)
    return float(lk.mse(features @ weight + bias, targets))


def test_the_pytorch_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    by_numpy, by_torch = (cell.splitlines() for cell in CODE if "lk.tensor(scaled" in cell)
    different = [pair for pair in zip(by_numpy, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_lesson_says_how_long_it_takes() -> None:
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The four core exercises take (\d+)\.", PROSE)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r" (\d+)(?:,|$)", parts))) == int(lesson)
    assert int(exercises) == sum(problem.minutes for problem in problems_of("03") if problem.is_core)
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_solutions_say_how_long_they_take() -> None:
    text = " ".join((ROOT / "solutions/src/03_regression.py").read_text(encoding="utf-8").replace("\n# ", " ").split())
    practice = sum(p.minutes for p in problems_of("03") if not p.is_core) + sum(question.minutes for question in questions_of("03"))
    assert f"take about 33 minutes, what is for practice {practice} more" in text


def test_the_table_of_exercises_is_that_of_the_problems() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    known = [(p.name, str(p.level), str(p.minutes), "core" if p.is_core else "practice") for p in problems_of("03")]
    assert rows == known
    assert [question.minutes for question in questions_of("03")] == [3, 3, 3, 3]


def test_every_exercise_serves_an_objective_and_every_objective_has_one() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 13")]
    rows = [line.split("|") for line in summary.splitlines() if line.startswith("| ") and "you can" not in line]
    assert len(rows) == len(re.findall(r"^- ", SOURCES[0], re.MULTILINE))
    named = [set(re.findall(r"`(\w+)`", row[3])) for row in rows]
    known = {exercise.name for exercise in (*problems_of("03"), *questions_of("03"))}
    assert all(named)
    assert set().union(*named) == known


def test_the_example_by_hand_is_what_the_cell_prints() -> None:
    assert "35 / 3 = 11.6667" in PROSE
    assert "the loss is then 3.2074" in PROSE
    assert printed("slope_w, slope_b = ").splitlines() == [
        "w 0.0000  b 0.0000  loss 11.6667  gradient -8.6667 -6.0000",
        "w 0.8667  b 0.6000  loss 3.2074  gradient -4.5778 -3.0667",
    ]
    assert "a loss of 5.3333" in PROSE
    assert "loss 5.3333" in printed("column = y")


def test_the_range_of_the_targets_and_the_number_of_patients_are_those_of_the_data() -> None:
    _, progression = diabetes()
    assert (len(progression), progression.min(), progression.max()) == (442, 25, 346)
    assert "442 patients" in PROSE
    assert "on a scale from 25 to 346" in PROSE
    assert len(patients()[2]) == 332  # the recall question and the broken run say it


def test_the_bias_of_the_best_line_is_the_one_in_the_text() -> None:
    features, _, targets = patients()
    assert round(float(lk.normal_equation(features[:, 2:3], targets)[1])) == -132
    assert "lies at a bias of −132" in PROSE


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_replies_about_raw_units_hold_on_every_split(seed: int) -> None:
    features, _, targets = patients(seed)
    best = best_loss(seed)
    _, _, losses = lk.fit_gd(features, targets, lr=0.9 * lk.max_stable_lr(features), steps=16_001)
    assert losses[2000] > 1.10 * best  # "after 2,000 steps it is still more than 10 % above"
    assert losses[8000] > losses[16_000] > 1.05 * best  # "even after 16,000 steps more than 5 %"


def test_the_scaled_valley_has_a_condition_number_near_500() -> None:
    _, scaled, _ = patients()
    a = np.column_stack([scaled, np.ones(len(scaled))])
    curvatures = np.linalg.eigvalsh(2 / len(a) * a.T @ a)
    assert 450 < curvatures[-1] / curvatures[0] < 550
    assert "a condition number near 500" in PROSE


def test_the_weights_are_off_by_a_third_when_the_loss_is_within_1_percent() -> None:
    shown = printed("for steps in (64, 1000)")
    assert 0.3 < float(re.findall(r"off by (\d+) %", shown)[0]) / 100 < 0.4  # the page for teachers says "a third"
    assert "off by a third of their length" in " ".join((ROOT / "docs/lessons/03_regression.md").read_text(encoding="utf-8").split())


def test_the_table_of_the_broken_descent_is_what_such_runs_give() -> None:
    question = get_exercise("03.broken_descent")
    rows = dict(re.findall(r"^\| ([abc]) \| (.+) \|$", question.as_markdown(), re.MULTILINE))  # type: ignore[union-attr]
    _, scaled, targets = patients()
    weight, bias, of_the_table = np.zeros((10, 1)), 0.0, []
    for _ in range(201):
        difference = scaled @ weight + bias - targets  # a column less a row
        of_the_table.append((difference**2).mean())
        pull = 2 / len(targets) * difference.mean(axis=1, keepdims=True)
        weight, bias = weight - 0.03 * scaled.T @ pull, bias - 0.03 * pull.sum()
    runs = {"c": of_the_table} | {name: lk.fit_gd(scaled, targets, lr=lr, steps=201)[2].tolist() for name, lr in (("a", 0.2), ("b", 0.005))}
    for name, losses in runs.items():
        assert rows[name] == " | ".join(f"{losses[place]:,.0f}" for place in (0, 1, 9, 99, 200)), name
    assert f"{targets.var():,.0f}" == "6,207"
    assert f"{best_loss():,.0f}" == "2,782"


def test_the_broken_run_ends_on_the_variance_of_the_targets_and_its_numbers_say_so() -> None:
    curves, numbers = BROKEN_RUNS["03.broken-run"]()
    assert curves["train loss"][-1] == pytest.approx(float(patients()[2].var()), rel=1e-9)
    assert list(numbers.values()) == ["6207", "153 and 153", "(332, 332)", "6207 before step 200", "0.0 and 1.0, for every one"]


@pytest.mark.parametrize("lr", [0.05, 0.25, 0.4, 0.55])
def test_the_factor_of_a_step_on_the_bowl_is_the_one_in_the_replies(lr: float) -> None:
    w = 1.0
    w = w - lr * 4 * w
    assert w == pytest.approx(1 - 4 * lr)
    assert f"lr {lr}: {w:.1f}" in printed("descend_on_a_bowl")
