"""What lesson 08 says about itself, and the figures in its prose and its questions."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.datasets import digits
from learnkit.problems import problems_of, questions_of
from learnkit.problems.questions import NumberQuestion
from learnkit.study import broken_run
from learnkit.study.lessons import find
from learnkit.study.questions import Prediction

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "notebooks/08_initialization.ipynb").read_text(encoding="utf-8"))
SOURCES = ["".join(cell["source"]) for cell in NOTEBOOK["cells"]]
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
PROSE = " ".join(" ".join("".join(cell["source"]).split()) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")


def printed(words: str) -> str:
    """Return what the cell that holds some words printed."""
    (cell,) = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code" and words in "".join(cell["source"])]
    return "".join("".join(output.get("text", "")) for output in cell["outputs"])


def test_the_pytorch_cell_differs_from_the_numpy_one_in_its_import_only() -> None:
    by_numpy, by_torch = (cell.splitlines() for cell in CODE if 'lk.device("auto")' in cell)
    different = [pair for pair in zip(by_numpy, by_torch, strict=True) if pair[0] != pair[1]]
    assert different == [("from learnkit import reference as lk", "from learnkit import pytorch as lk")]


def test_the_lesson_says_how_long_it_takes() -> None:
    said = re.search(r"\*\*Time\*\* about (\d+) minutes\. The lesson takes (\d+): (.+?)\. The four core exercises take (\d+)\.", PROSE)
    assert said is not None
    whole, lesson, parts, exercises = said.groups()
    assert sum(map(int, re.findall(r" (\d+)(?:,|$)", parts))) == int(lesson)
    assert int(exercises) == sum(problem.minutes for problem in problems_of("08") if problem.is_core)
    assert int(whole) == int(lesson) + int(exercises) <= 90


def test_the_table_of_exercises_is_that_of_the_problems_and_questions() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d) \| (\d+) \| (core|practice) \|$", SOURCES[-1], re.MULTILINE)
    exercises = (*problems_of("08"), *questions_of("08"))
    assert rows == [(one.name, str(one.level), str(one.minutes), "core" if one.is_core else "practice") for one in exercises]


def test_every_exercise_that_serves_an_objective_exists() -> None:
    (summary,) = [source for source in SOURCES if source.startswith("## 12")]
    names = set(re.findall(r"`(\w+)`", summary))
    assert names == {one.name for one in (*problems_of("08"), *questions_of("08"))}


def test_the_solutions_say_how_long_the_exercises_take() -> None:
    source = (ROOT / "solutions/src/08_initialization.py").read_text(encoding="utf-8")
    text = " ".join(line.removeprefix("# ") for line in source.splitlines())
    said = re.search(r"The four core exercises take about (\d+) minutes, what is for practice (\d+) more\.", text)
    assert said is not None
    practice = [one.minutes for one in (*problems_of("08"), *questions_of("08")) if not one.is_core]
    assert tuple(map(int, said.groups())) == (sum(p.minutes for p in problems_of("08") if p.is_core), sum(practice))


# Figures in the prose


def test_the_coins_have_the_mean_square_of_the_table() -> None:
    # 1·4 + 4·1 + 6·0 + 4·1 + 1·4 = 16, and 16 cases
    assert (4 + 4 + 0 + 4 + 4) / 16 == 1
    assert "(4 + 4 + 0 + 4 + 4)/16 = 1" in PROSE
    assert printed("coins.sum") == "weights 0.5: mean square of the sums 1\nweights 1.0: mean square of the sums 4\n"


def test_the_default_of_pytorch_is_as_narrow_as_the_text_says() -> None:
    factor = 1 / np.sqrt(3) / np.sqrt(2)
    assert round(factor, 2) == 0.41
    assert round(factor**9, 4) == 0.0003
    assert "0.41 a layer, 0.0003 after nine" in printed('"forward by default"')
    assert "1/\\sqrt{3} = 0.577" in PROSE


def test_the_symptoms_are_printed_by_their_cells() -> None:
    assert re.search(r"no finite number from layer 4\d on; the loss is nan", printed("first_infinite = "))
    assert "weights whose gradient is exactly 0: 51 of 51" in printed("silent = ")
    dead = printed("gradient of the first weight")
    assert re.search(r"bias  0\.0  dead units by layer 0\.00 .* zeros in the last 0\.5", dead)
    assert re.search(r"bias -3\.0  dead units by layer .* 1\.00  zeros in the last 1\.0\n +gradient of the first weight exactly 0", dead)


# Numbers in predictions, recall questions and questions, computed here


def test_the_right_answers_of_the_recall_questions_are_what_the_formulas_give() -> None:
    computed = {"08.r1": 100 * 50 + 50, "08.r3": 5 * 0, "08.r4": 1 / np.sqrt(400), "08.r5": 2 / 400, "08.r6": 0.5**10}
    for name, value in computed.items():
        question = find(name)
        assert question is not None
        assert question.is_right(question.read(float(value))), name


def test_fifty_tanh_layers_of_small_weights_leave_1e_50_and_in_float32_nothing() -> None:
    rng = lk.rng(0)
    x = rng.normal(size=(50, 100))
    short = x.astype(np.float32)
    for _ in range(50):
        weight = rng.normal(0.0, 0.01, size=(100, 100))
        x, short = np.tanh(x @ weight.T), np.tanh(short @ weight.T.astype(np.float32))
    assert -51 < np.log10(x.std()) < -49
    assert not short.any()
    question = find("08.fifty-tanh")
    assert isinstance(question, Prediction)
    assert question.right == "about 1e-50"


def test_what_is_left_after_eight_layers_is_the_answer_and_the_slips_are_their_mistakes() -> None:
    question = next(one for one in questions_of("08") if one.name == "signal_left")
    assert isinstance(question, NumberQuestion)
    mean_square = 200 * 0.05**2 / 2
    assert question.right == pytest.approx(mean_square ** (8 / 2), rel=1e-9)
    mistakes = [(2 * mean_square) ** 4, mean_square**8, (np.sqrt(2 * mean_square) / 2) ** 8, mean_square**3.5, mean_square**0.5]
    assert [slip.answer for slip in question.slips] == pytest.approx(mistakes, rel=1e-3)
    rng, sizes = lk.rng(0), []
    for _ in range(20):
        x = rng.normal(size=(50, 200))
        for _ in range(8):
            x = np.maximum(x @ rng.normal(0.0, 0.05, size=(200, 200)).T, 0)
        sizes.append((x**2).mean())
    assert np.sqrt(np.mean(sizes)) == pytest.approx(question.right, rel=0.1)


def test_the_starts_of_the_question_have_the_factors_that_its_slips_name() -> None:
    assert (1 / np.sqrt(6)) ** 14 == pytest.approx(4e-6, rel=0.15)
    assert 0.01 * np.sqrt(128 / 2) == pytest.approx(0.08, rel=0.01)
    assert np.sqrt(128 / 2) == 8


def _six_layers(start: Any, bias: Any) -> tuple[list[float], list[float], float]:
    """Loss, spread and dead share of the fifth layer, before and after ten epochs, and the length of the first weight's gradient."""
    images, labels = digits()
    rows, _ = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
    x = lk.Standardizer().fit(images[rows].astype(np.float64)).transform(images[rows].astype(np.float64)).astype(np.float32)
    y, rng, layers, inputs = labels[rows], lk.rng(0), [], 64
    for _ in range(5):
        layers += [lk.Linear(inputs, 100, rng=rng), lk.ReLU()]
        inputs = 100
    net = lk.Sequential(*layers, lk.Linear(100, 10, rng=rng))
    if start:
        lk.initialize(net, start, rng=lk.rng(0), bias=bias)

    def look() -> list[float]:
        signal = lk.tensor(x)
        with lk.no_grad():
            loss = lk.cross_entropy(net(signal), y).item()
            for layer in list(net)[:10]:
                signal = layer(signal)
        return [loss, float(signal.data.std()), float(lk.dead_fraction(signal))]

    before, order, optimizer = look(), lk.rng(0), lk.SGD(net.parameters(), lr=0.1)
    for _ in range(10):
        for xs, ys in lk.minibatches(x, y, batch_size=64, rng=order):
            loss = lk.cross_entropy(net(lk.tensor(xs)), ys)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    optimizer.zero_grad()
    lk.cross_entropy(net(lk.tensor(x)), y).backward()
    return before, look(), float(lk.grad_norms(net)["0.weight"])


def test_the_table_of_stuck_run_is_that_of_three_runs() -> None:
    (question,) = [one for one in questions_of("08") if one.name == "stuck_run"]
    starts = {"a": (lk.he_normal, None), "b": (lk.he_normal, partial(lk.constant, value=-3.0)), "c": (None, None)}
    for run, (start, bias) in starts.items():
        (row,) = re.findall(rf"^\| {run} \| (.+) \|$", question.text, re.MULTILINE)
        *pairs, last = row.split(" | ")
        said = np.array([[float(number) for number in pair.split(", then ")] for pair in pairs]).T
        before, after, gradient = _six_layers(start, bias)
        np.testing.assert_allclose(said, [before, after], rtol=0.06, atol=0.05)
        assert float(last) == pytest.approx(gradient, rel=0.1, abs=0.01)


def test_the_broken_run_is_visibly_broken_and_its_numbers_tell_the_causes_apart() -> None:
    run = broken_run("08.broken-run")
    loss, accuracy = run.curves["train loss"], run.curves["train accuracy"]
    assert loss[-1] < loss[0] - 0.3
    assert loss[-1] > 1.5
    assert 0.2 < max(accuracy) < 0.35, "more than chance: the labels are not shuffled; far below the 0.9 of a sound run"
    assert run.numbers["how many of the 100 units of the third layer differ from each other"] == "1"
    assert run.numbers["the share of units of the third layer that are 0 for all digits"] == "0.00"
    before, after = re.findall(r"\d\.\d", run.numbers["the spread of the outputs of the third layer"])
    assert float(before) >= 0.1
    assert float(after) > 0.3
    norms = re.findall(r"\d\.\d\d", run.numbers["the length of the gradient of the first weight and of the third"])
    assert all(float(norm) > 0.01 for norm in norms)
