"""What lesson 09 says about itself, and the figures in its prose and its questions."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.datasets import digits
from learnkit.problems import Exercise, get_exercise, problems_of, questions_of
from learnkit.problems.questions import BrokenRunQuestion, NumberQuestion
from learnkit.study.lessons.l09_optimizers import BROKEN_RUNS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/09_optimizers.ipynb").read_text(encoding="utf-8"))
SOURCES = ["".join(cell["source"]) for cell in NOTEBOOK["cells"]]
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
PROSE = " ".join(" ".join("".join(cell["source"]).split()) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")


def printed(words: str) -> str:
    """Return what the cell that holds some words printed."""
    (cell,) = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code" and words in "".join(cell["source"])]
    return "".join("".join(output.get("text", "")) for output in cell["outputs"])


def test_the_pytorch_training_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    by_numpy, by_torch = (cell.splitlines() for cell in CODE if "def train(" in cell)
    different = [pair for pair in zip(by_numpy, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_lesson_says_how_long_it_takes() -> None:
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The four core exercises take (\d+)\.", PROSE)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r" (\d+)(?:,|$)", parts))) == int(lesson)
    assert int(exercises) == sum(problem.minutes for problem in problems_of("09") if problem.is_core)
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_table_of_exercises_is_that_of_the_problems_and_questions() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    asked: tuple[Exercise, ...] = (*problems_of("09"), *questions_of("09"))
    assert rows == [(one.name, str(one.level), str(one.minutes), "core" if one.is_core else "practice") for one in asked]


def test_the_exercise_notebook_says_how_long_it_takes() -> None:
    text = " ".join((ROOT / "solutions/src/09_optimizers.py").read_text(encoding="utf-8").replace("\n# ", " ").split())
    said = re.search(r"The four core exercises take about (\d+) minutes, what is for practice (\d+) more", text)
    assert said is not None
    asked: tuple[Exercise, ...] = (*problems_of("09"), *questions_of("09"))
    assert [int(found) for found in said.groups()] == [sum(one.minutes for one in asked if one.is_core is core) for core in (True, False)]


def test_every_exercise_and_question_that_serves_an_objective_exists() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 13")]
    names = {name for cell in re.findall(r"(?:exercises?|questions?) ([^|]+)\|", summary) for name in re.findall(r"`(\w+)`", cell)}
    assert names >= {problem.name for problem in problems_of("09") if problem.is_core}
    known: tuple[Exercise, ...] = (*problems_of("09"), *questions_of("09"))
    assert names <= {one.name for one in known}


def test_the_table_by_hand_is_what_the_cell_prints() -> None:
    (table,) = [source for source in SOURCES if source.startswith("## 3")]
    rows = re.findall(r"^\| (\w+)[^|]*\|[^|]*\|[^|]*\| ([−\d.]+) \|[^|]*\| ([−\d.]+) \|$", table, re.MULTILINE)
    by_hand = {name: [float(value.replace("−", "-")) for value in values] for name, *values in rows}
    shown = {line.split()[0]: [float(value) for value in line.split()[1:3]] for line in printed("updates = {").splitlines()}
    assert by_hand == shown
    assert len(by_hand) == 4


def test_the_figures_of_the_uncorrected_steps_are_those_printed() -> None:
    assert printed("uncorrected = ") == "first step 3.16 lr, longest 6.6 lr at step 12\n"
    assert "more than three times lr at once, and then six times" in PROSE


def test_the_two_places_of_eps_are_those_the_text_compares() -> None:
    outside, inside = (float(line.split()[-2]) for line in printed("eps outside the root").splitlines())
    assert (outside, inside) == (0.9091, 0.001)
    assert "inside it is about a thousandth of it" in PROSE


def test_only_the_decay_of_adamw_takes_the_same_share_of_both_weights() -> None:
    _, adam, adamw, power = (re.findall(r"\d+\.\d+", line)[-2:] for line in printed("w_adamw, two").splitlines())
    assert adam == ["0.98", "0.44"]
    assert abs(float(adamw[0]) - float(adamw[1])) <= 0.011
    assert abs(float(adamw[0]) - float(power[-1])) <= 0.02


def test_the_first_figure_is_not_used_to_rank_the_rules() -> None:
    assert "the first figure compared learning rates" in PROSE
    assert "less than 0.03" in printed("tuned = {")


# The broken run


def test_the_broken_run_is_visible_and_its_numbers_tell_the_causes_apart() -> None:
    curves, numbers = BROKEN_RUNS["09.broken-run"]()
    loss, accuracy = np.array(curves["train loss"]), np.array(curves["train accuracy"])
    assert loss[:3].min() < 0.5
    assert loss[-1] > 2
    assert accuracy[-1] > 0.9  # no shuffled labels
    best, end = map(float, re.findall(r"\d\.\d+", numbers["the loss at a third of the learning rate"]))
    assert end > 1.3 * best  # a smaller rate does not cure it
    before, after = (float(numbers[f"the length of the gradient right {when} backward, in the last step"]) for when in ("before", "after"))
    assert before > 5  # where nothing should be
    assert abs(before - after) < 0.2 * before


# What the questions state


def test_the_reach_is_where_the_steps_end() -> None:
    asked = get_exercise("09.reach")
    assert isinstance(asked, NumberQuestion)
    velocity, steps = 0.0, []
    for _ in range(200):
        velocity = 0.8 * velocity + 3
        steps.append(0.02 * velocity)
    assert steps[-1] == pytest.approx(asked.right, rel=1e-9)
    slips = [float(slip.answer) for slip in asked.slips]
    assert slips[:2] == pytest.approx(steps[:2])
    assert slips[3] == pytest.approx(velocity)


class Anew:
    """SGD with momentum that is made anew for every batch."""

    def __init__(self, params: list[Any], lr: float) -> None:
        self.params, self.lr = params, lr

    def zero_grad(self) -> None:
        for parameter in self.params:
            parameter.grad = None

    def step(self) -> None:
        lk.SGD(self.params, lr=self.lr, momentum=0.9).step()


@pytest.mark.parametrize(
    ("run", "make"),
    [
        ("a", lambda params: lk.SGD(params, lr=0.03)),
        ("b", lambda params: Anew(params, lr=0.03)),
        ("c", lambda params: lk.Adam(params, lr=0.01)),
    ],
    ids=["a", "b", "c"],
)
def test_the_three_runs_do_what_their_table_says(run: str, make: Any) -> None:
    asked = get_exercise("09.broken_step")
    assert isinstance(asked, BrokenRunQuestion)
    row = re.search(rf"^\| {run} \| [^|]+ \| (\S+) \| (\S+) \| (\S+) \|", asked.text, re.MULTILINE)
    assert row is not None
    images, labels = digits()
    rows, _, _ = lk.split_indices(len(images), (0.6, 0.2, 0.2), rng=lk.rng(0))
    losses = []
    for seed in range(5):
        rng, order = lk.rng(seed), lk.rng(100 + seed)
        net = lk.Sequential(lk.Linear(64, 32, rng=rng), lk.ReLU(), lk.Linear(32, 10, rng=rng))
        optimizer, history = make(list(net.parameters())), []
        for _ in range(10):
            for x, y in lk.minibatches(images[rows], labels[rows], batch_size=64, rng=order):
                loss = lk.cross_entropy(net(x), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            with lk.no_grad():
                history.append(lk.cross_entropy(net(images[rows]), labels[rows]).item())
        losses.append([history[epoch] for epoch in (0, 4, 9)])
    assert np.mean(losses, axis=0) == pytest.approx([float(value) for value in row.groups()], abs=0.011)
