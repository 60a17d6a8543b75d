"""What lesson 10 says about itself, and the figures in its prose."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.datasets import digits
from learnkit.problems import problems_of, questions_of
from learnkit.problems.questions import BrokenRunQuestion, NumberQuestion
from learnkit.study.lessons import find
from learnkit.study.lessons.l10_schedules import BROKEN_RUNS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/10_schedules.ipynb").read_text(encoding="utf-8"))
SOURCES = ["".join(cell["source"]) for cell in NOTEBOOK["cells"]]
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
PROSE = " ".join(" ".join("".join(cell["source"]).split()) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")


def printed(words: str) -> str:
    """Return what the cell that holds some words printed or showed."""
    (cell,) = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code" and words in "".join(cell["source"])]
    parts = [output.get("text") or output["data"]["text/plain"] for output in cell["outputs"]]
    return "".join("".join(part) for part in parts)


def test_the_pytorch_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    by_numpy, by_torch = (cell.splitlines() for cell in CODE if "for part in data" in cell)
    different = [pair for pair in zip(by_numpy, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_lesson_says_how_long_it_takes() -> None:
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The four core exercises take (\d+)\.", PROSE)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r" (\d+)(?:,|$)", parts))) == int(lesson)
    assert int(exercises) == sum(problem.minutes for problem in problems_of("10") if problem.is_core)
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_table_of_exercises_is_that_of_the_problems() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    known = [(p.name, str(p.level), str(p.minutes), "core" if p.is_core else "practice") for p in problems_of("10")]
    assert rows == known
    assert all(question.minutes == 3 for question in questions_of("10"))
    assert len(questions_of("10")) == 4


def test_every_exercise_and_question_that_serves_an_objective_exists() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 13")]
    names = {name for cell in re.findall(r"exercises? ([^|]+)\|", summary) for name in re.findall(r"`(\w+)`", cell)}
    assert names
    assert names <= {exercise.name for exercise in (*problems_of("10"), *questions_of("10"))}


def test_the_steps_of_an_epoch_are_85_and_the_question_asks_for_twenty_of_them() -> None:
    train_rows, _ = lk.split_indices(len(digits()[0]), (0.75, 0.25), rng=lk.rng(0))
    assert len(train_rows) == 1348
    assert [len(y) for _, y in lk.minibatches(np.zeros((1348, 1)), np.zeros(1348), batch_size=16, rng=lk.rng(0))] == [16] * 84 + [4]
    assert "84 batches of 16 and one of 4, so an epoch has 85 steps, and five have 425" in PROSE
    (question,) = [question for question in questions_of("10") if question.name == "steps_of_a_run"]
    assert isinstance(question, NumberQuestion)
    assert question.right == 85 * 20


def test_a_fifth_drawn_anew_makes_about_18_in_100_wrong() -> None:
    assert "about 18 in 100 are wrong" in PROSE  # 0.2 times the nine of ten draws that are another digit
    assert "1348 training labels, 0.18 of them wrong" in printed("wrong_share = ")


@pytest.mark.parametrize(("rates", "row"), [((0.5,) * 4, 1), ((1, 1 / 2, 1 / 3, 1 / 4), 3)])
def test_the_table_by_hand_holds(rates: tuple[float, ...], row: int) -> None:
    (section,) = [source for source in SOURCES if source.startswith("## 3")]
    lines = re.findall(r"^\| \d \|(.+)\|$", section, re.MULTILINE)
    w = 4.0
    for step, (rate, line) in enumerate(zip(rates, lines, strict=True)):
        slope, place = (cell.replace("−", "-").split("=")[1] for cell in line.split("|")[row - 1 : row + 1])
        assert float(slope) == pytest.approx(w + (-1) ** step, abs=1e-3)
        w -= rate * (w + (-1) ** step)
        assert float(place) == pytest.approx(w, abs=1e-3)


def test_the_floors_are_those_of_the_formula() -> None:
    assert "$0.5 / 1.5 = 0.333$ and $0.1 / 1.9 = 0.053$" in PROSE
    assert (round(0.5 / 1.5, 3), round(0.1 / 1.9, 3)) == (0.333, 0.053)


def test_the_numbers_of_the_recall_questions_are_computed() -> None:
    computed = {
        "10.r1": 1 / (1 - 0.9),
        "10.r3": 64 * 32 + 32 + 32 * 10 + 10,
        "10.r4": 0.5 / (2 - 0.5),
        "10.r5": -(-1000 // 32) * 10,
        "10.r6": 12 * 1.3 / np.sqrt(3**2 + 4**2 + 12**2),
    }
    for name, value in computed.items():
        question = find(name)
        assert question is not None
        assert question.is_right(question.read(value)), name


def test_the_shares_that_the_schedules_spend_are_those_in_the_text() -> None:
    said = printed("share of the rate that is spent")
    assert "'steps': '0.37', 'cosine': '0.50'" in said
    assert "the cosine has half of what a constant rate has, three steps have 0.37" in PROSE


def test_what_pieces_are_off_by_is_what_the_text_says() -> None:
    said = printed("shares of the rows, 4/9")
    assert "off by less than 0.00001" in said
    assert float(re.findall(r"a third each: +off by ([\d.]+)", said)[0]) > 0.1
    # three times as long is off by about two
    assert 1.5 < float(re.findall(r"no shares, 1, 1, 1: +off by ([\d.]+)", said)[0]) < 2.5


def test_the_rule_of_batches_asks_for_a_rate_of_1_7_for_all_digits() -> None:
    assert round(0.01 * 1348 / 8, 1) == 1.7
    assert "a rate of 1.7" in PROSE
    assert 512 / 8 == 64
    assert "64 times fewer steps" in PROSE


def test_the_rates_of_the_broken_run_are_those_in_the_text() -> None:
    said = printed("def reproduce")
    assert "15 steps                     rate at step 0, 15, 1274: 0.100, 0.000, 0.000   moves: False" in said
    assert "15 * 85 steps, one an epoch  rate at step 0, 15, 1274: 0.100, 0.100, 0.100   moves: True" in said


def test_the_broken_run_stands_still_and_its_numbers_tell_the_causes_apart() -> None:
    curves, numbers = BROKEN_RUNS["10.broken-run"]()
    losses = curves["train loss"]
    assert len(set(losses)) == 1
    assert 1.5 < losses[0] < np.log(10)
    assert numbers["how far the weights moved in the last epoch"].startswith("0:")
    assert float(numbers["the gradient of the first layer at the end"].split()[0]) > 0.1  # no layer is dead
    assert numbers["the rate at the last step"] == "0"
    first, last = re.findall(r"(\d\.\d\d) after", numbers["the loss at ten times the highest rate"])
    assert first == last != f"{losses[0]:.2f}"


def in_pieces(how: str) -> tuple[float, list[float]]:
    """Train on batches of 128, whole or in pieces of 16; return the length of the first gradient and the losses after epochs 1, 5, 15."""
    images, labels = digits()
    rows, _ = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
    x, y, order = images[rows].astype(np.float32), labels[rows], lk.rng(50)
    net = lk.Sequential(lk.Linear(64, 32, rng=lk.rng(0)), lk.ReLU(), lk.Linear(32, 10, rng=lk.rng(1)))
    optimizer, lengths, losses = lk.SGD(net.parameters(), lr=0.16, momentum=0.9), [], []
    for _ in range(15):
        for inputs, targets in lk.minibatches(x, y, batch_size=128, rng=order):
            optimizer.zero_grad()
            for start in range(0, len(targets), 128 if how == "whole" else 16):
                piece = slice(start, start + (128 if how == "whole" else 16))
                share = len(targets[piece]) / len(targets) if how == "shares" else 1.0
                (lk.cross_entropy(net(inputs[piece]), targets[piece]) * share).backward()
            lengths.append(float(lk.clip_grad_norm(net.parameters(), np.inf)))
            optimizer.step()
        with lk.no_grad():
            losses.append(lk.cross_entropy(net(x), y).item())
    return lengths[0], [losses[0], losses[4], losses[14]]


def test_the_table_of_the_broken_pieces_is_that_of_three_runs() -> None:
    (question,) = [question for question in questions_of("10") if isinstance(question, BrokenRunQuestion)]
    table = re.findall(r"^\| ([abc]) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", question.text, re.MULTILINE)
    assert [row[0] for row in table] == ["a", "b", "c"]
    for row, how in zip(table, ("whole", "sums", "shares"), strict=True):
        length, losses = in_pieces(how)
        assert float(row[1]) == pytest.approx(length, rel=0.02)
        # long steps are chaotic: their losses differ a little between processors
        assert [float(text) for text in row[2:]] == pytest.approx(losses, rel=0.25 if how != "sums" else 0.5)
