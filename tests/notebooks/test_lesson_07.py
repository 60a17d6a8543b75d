"""What lesson 07 says about itself, and the figures in its prose."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.datasets import spirals
from learnkit.problems import problems_of, questions_of

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/07_autograd.ipynb").read_text(encoding="utf-8"))
SOURCES = ["".join(cell["source"]) for cell in NOTEBOOK["cells"]]
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
PROSE = " ".join(" ".join("".join(cell["source"]).split()) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")


def printed(words: str) -> str:
    """Return what the cell that holds some words printed or showed."""
    (cell,) = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code" and words in "".join(cell["source"])]
    parts = [output.get("text") or output["data"]["text/plain"] for output in cell["outputs"]]
    return "".join("".join(part) for part in parts)


@pytest.fixture(scope="module")
def engine() -> dict[str, Any]:
    """The engine as the cells of the lesson build it."""
    space: dict[str, Any] = {"np": np, "lk": lk, "classes": None}
    beginnings = (
        "class Node",
        "def add",
        "def accumulate",
        "def topo_order",
        "def backward(",
        "def record(",
        "Node.__add__",
        "def parameters",
    )
    for beginning in beginnings:
        (cell,) = [cell for cell in CODE if cell.startswith(beginning)]
        exec(compile(cell, beginning, "exec"), space)
    points, classes = spirals(300, rng=lk.rng(0))
    return space | {"points": points.astype(float), "classes": classes}


def test_the_pytorch_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    by_numpy, by_torch = (cell.splitlines() for cell in CODE if "with lk.no_grad():\n        for tensor" in cell)
    different = [pair for pair in zip(by_numpy, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_lesson_says_how_long_it_takes() -> None:
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The four core exercises take (\d+)\.", PROSE)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r" (\d+)(?:,|$)", parts))) == int(lesson)
    assert int(exercises) == sum(problem.minutes for problem in problems_of("07") if problem.is_core)
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_table_of_exercises_is_that_of_the_problems() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    known = [(p.name, str(p.level), str(p.minutes), "core" if p.is_core else "practice") for p in problems_of("07")]
    assert rows == known
    assert all(question.minutes == 3 for question in questions_of("07"))
    assert len(questions_of("07")) == 4


def test_every_exercise_and_question_that_serves_an_objective_exists() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 13")]
    names = {name for cell in re.findall(r"exercises? ([^|]+)\|", summary) for name in re.findall(r"`(\w+)`", cell)}
    assert names
    assert names <= {problem.name for problem in problems_of("07")} | {question.name for question in questions_of("07")}


def test_the_engine_has_about_60_lines() -> None:
    beginnings = ("class Node", "def add(", "def accumulate", "def topo_order", "def backward(", "def record(", "Node.__add__")
    count = 0
    for beginning in beginnings:
        (cell,) = [cell for cell in CODE if cell.startswith(beginning)]
        part = re.split(r"\n\n\n(?!def )", cell)[0]  # what follows tries it out
        count += sum(bool(line.strip()) for line in part.splitlines())
    assert 50 <= count <= 65, count


def test_sending_on_at_once_takes_one_rule_for_each_path() -> None:
    said = printed("send(doubled(x, times)")
    assert "16 operations: 65,535 rules ran, gradient 65,536" in said
    assert "16 operations took 65,535 rules" in PROSE
    assert "40 operations:     40 rules ran" in printed("def backward_once")
    assert 10**12 < 2**40 < 2 * 10**12  # "a million million"


def test_the_wrong_order_gives_a_wrong_number_and_no_error() -> None:
    # y = m + h with h = x w, k = h w, m = k x: y = x² w² + x w, and at x = 3, w = -2 its slope is 2 · 3 · 4 - 2 = 22
    assert printed("def by_distance") == ""
    said = printed("by distance")
    assert "topological order 22.0" in said
    assert "by distance       10.0" in said


def test_our_first_engine_has_12_after_two_calls_and_the_library_4() -> None:
    said = printed("call_it_twice")
    assert "our engine after call 2: 12\n" in said
    assert "the library after call 2: 4\n" in said
    assert "has 12 in place of 4" in PROSE


def test_the_five_units_end_as_the_text_says() -> None:
    said = printed("after_200, after_600")
    assert "5 runs" in said
    assert "every run with bumps above 0.9, and above every run with another unit" in said
    assert "the worst of their runs is better than the best of all others" in PROSE


def test_99_weights_need_10_nodes_with_squares_and_12_with_bumps(engine: dict[str, Any]) -> None:
    weights = [engine["Node"](part) for part in engine["parameters"](0)]
    assert sum(node.data.size for node in weights) == 99
    counts = []
    for unit in (lambda z: z * z, engine["bump"]):
        loss = engine["loss_of"](weights, unit, engine["points"], engine["classes"])
        counts.append((len(engine["topo_order"](loss)), engine["backward"](loss)))
    assert counts == [(10, 4), (12, 6)]


def test_the_table_of_the_broken_runs_is_measured(engine: dict[str, Any]) -> None:
    (question,) = [question for question in questions_of("07") if question.name == "broken_run"]
    rows = {
        name: [float(number) for number in numbers.split("|")]
        for name, numbers in re.findall(r"\| ([abc]) \| ([\d. |]+\d) \|", question.text)
    }
    for name, lr, is_recorded in (("a", 1.0, False), ("b", 1.0, True), ("c", 0.5, False)):
        weights = [engine["Node"](part) for part in engine["parameters"](0)]
        losses, nodes = [], []
        for step in range(1, 101):
            loss = engine["loss_of"](weights, engine["bump"], engine["points"], engine["classes"])
            if step in (1, 50, 100):
                losses.append(round(float(loss.data), 2))
                nodes.append(len(engine["topo_order"](loss)))
            engine["backward"](loss)
            if is_recorded:
                weights = [node + engine["Node"](-lr * node.grad, requires_grad=False) for node in weights]
                continue
            for node in weights:
                node.data, node.grad = node.data - lr * node.grad, None
        assert rows[name] == [*losses, *nodes]
    assert str(question.right_answer).startswith("b")
    assert rows["b"][-1] > 800


def test_never_forgetting_falls_and_climbs_for_other_draws_too() -> None:
    from learnkit.study.broken_runs import broken_run

    curve = broken_run("07.broken-run").curves["train loss"]
    assert int(np.argmin(curve)) == 2  # "accuracy … after three epochs"
    assert curve[2] < 0.6
    assert max(curve[3:]) > 2
