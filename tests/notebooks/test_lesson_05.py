"""What lesson 05 says about itself, and the figures in its prose."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.problems import exercises_of, problems_of, questions_of
from learnkit.study.lessons.l05_networks import BROKEN_RUNS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/05_networks.ipynb").read_text(encoding="utf-8"))
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
    core = [problem for problem in problems_of("05") if problem.is_core]
    assert (len(core), int(exercises)) == (5, sum(problem.minutes for problem in core))
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_table_of_exercises_is_that_of_the_problems() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    assert rows == [(p.name, str(p.level), str(p.minutes), "core" if p.is_core else "practice") for p in problems_of("05")]
    assert [question.minutes for question in questions_of("05")] == [3] * 4


def test_every_exercise_and_question_that_serves_an_objective_exists() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 14")]
    named = re.findall(r"exercises? ([^|]+)\|", summary)
    names = {name for cell in named for name in re.findall(r"`(\w+)`", cell)}
    assert len(named) == 4
    assert names <= {exercise.name for exercise in exercises_of("05")}
    assert names >= {question.name for question in questions_of("05")}


def test_the_solutions_say_how_long_they_take() -> None:
    text = " ".join(line.removeprefix("# ") for line in (ROOT / "solutions/src/05_networks.py").read_text(encoding="utf-8").splitlines())
    said = re.search(r"five core exercises take about (\d+) minutes, what is for practice (\d+) more", text)
    assert said is not None
    exercises = exercises_of("05")
    assert [int(part) for part in said.groups()] == [sum(e.minutes for e in exercises if e.is_core is core) for core in (True, False)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("def compare_two_layers_with_one", ("303", "numbers in the one layer : 9")),
        ("lk.count_params", ("650", "2,410", "4,810", "3,466")),
        ("def show_the_folds", ("[2, 4, 8, 16, 32, 64, 128, 256]",)),
        ("losses.append", ("loss before 1.0986, after 50 steps 1.0986",)),
        ("xor_scores(corners)", ("[-0.5  0.5  0.5 -0.5]",)),
    ],
)
def test_a_cell_prints_what_the_text_around_it_says(words: str, said: tuple[str, ...]) -> None:
    assert all(part in printed(words) for part in said)


def test_the_counts_of_the_text_are_right() -> None:
    # 2 · 50 + 50 + 50 · 3 + 3 = 303; 2 · 3 + 3 = 9; 64 · 32 + 32 = 2080; 32 · 10 + 10 = 330; 32 · 32 + 32 = 1056
    assert "303 numbers do the work of 9" in PROSE
    assert "2080 + 330 = 2410" in PROSE
    assert "32 · 32 + 32 = 1,056" in PROSE
    assert 3466 - 2410 == 1056


def test_the_table_of_xor_is_that_of_the_formula() -> None:
    rows = re.findall(r"^\| \((\d), (\d)\) \| (\S+) \| (\d) \| (\d) \| (\S+) \| (\w+) 0 \|$", "\n".join(SOURCES), re.MULTILINE)
    assert len(rows) == 4
    for x1, x2, difference, h1, h2, score, side in rows:
        a, b = int(x1), int(x2)
        assert int(difference.replace("−", "-")) == a - b
        assert (int(h1), int(h2)) == (max(a - b, 0), max(b - a, 0))
        assert {"−½": -0.5, "½": 0.5}[score] == max(a - b, 0) + max(b - a, 0) - 0.5
        assert (side == "above") == (a != b)


def test_the_numbers_of_the_broken_run_are_those_that_the_replies_speak_of() -> None:
    curves, numbers = BROKEN_RUNS["05.broken-run"]()
    none, wider, zeros, at_origin, independent = numbers.values()
    assert abs(curves["train accuracy"][-1] - 0.6) < 0.06
    assert abs(float(none) - float(wider)) < 0.06  # "with 300 of them it is no better"
    assert zeros == "0.50"
    assert at_origin == "0.00 and 0.00"
    assert int(independent) > 20


def test_biases_of_0_make_a_point_and_its_double_alike() -> None:
    weight = lk.rng(0).normal(size=(50, 2))
    x = lk.rng(1).normal(size=(7, 2))
    assert np.allclose(lk.relu(2 * x @ weight.T), 2 * lk.relu(x @ weight.T), rtol=1e-14, atol=0)


def test_the_table_of_the_question_about_folds_is_that_of_runs() -> None:
    from learnkit.datasets import spirals

    def share(seed: int, width: int, bend: bool, low: float, high: float) -> tuple[float, float]:
        rng = lk.rng(seed)
        (x, y), (x_new, y_new) = spirals(300, rng=rng), spirals(1000, rng=rng)
        angles, bias = rng.uniform(0, 2 * np.pi, width), rng.uniform(low, high, width)
        weight = np.stack([np.cos(angles), np.sin(angles)])

        def hidden(places: Any) -> Any:
            values = places.astype(float) @ weight + bias
            return np.maximum(values, 0) if bend else values

        scaler = lk.Standardizer().fit(hidden(x))
        h, order = scaler.transform(hidden(x)), lk.rng(seed)
        w, b, lr = np.zeros((3, width)), np.zeros(3), 2 * lk.max_stable_lr(h)
        for _ in range(200):
            for xs, ys in lk.minibatches(h, y, batch_size=30, rng=order):
                grad = (lk.softmax(xs @ w.T + b) - np.eye(3)[ys]) / len(ys)
                w, b = w - lr * grad.T @ xs, b - lr * grad.sum(axis=0)
        right = (scaler.transform(hidden(x_new)) @ w.T + b).argmax(axis=1) == y_new
        return float(right.mean()), float((hidden(x) == 0).mean())

    (text,) = [question.text for question in questions_of("05") if question.name == "broken_folds"]
    rows = re.findall(r"^\| ([abc]) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    assert [row[0] for row in rows] == ["a", "b", "c"]
    for (_, *said), (bend, low, high) in zip(rows, ((True, -1.0, 1.0), (False, -1.0, 1.0), (True, -1.5, -0.5)), strict=True):
        found = np.array([[share(seed, width, bend, low, high) for width in (10, 100, 300)] for seed in range(5)]).mean(axis=0)
        assert np.allclose(found[:, 0], [float(part) for part in said[:3]], rtol=0, atol=0.03)
        assert abs(found[:, 1].mean() - float(said[3])) < 0.03
