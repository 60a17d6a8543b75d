"""Every question is tested as hard as it tests an answer, and what the questions of lesson 04 state is computed here."""

import re
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit.checking import verdict
from learnkit.checking.verdicts import MOST_LINES
from learnkit.datasets import digits
from learnkit.problems import Question, all_questions, exercises_of, find_by_name, get_exercise, get_problem, questions_of
from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Slip

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = all_questions()
every_question = pytest.mark.parametrize("question", QUESTIONS, ids=[question.id for question in QUESTIONS])
every_slip = pytest.mark.parametrize(
    ("question", "slip"),
    [pytest.param(question, slip, id=f"{question.id}-{slip.answer}") for question in QUESTIONS for slip in question.slips],
)


def question(name: str) -> Any:
    return get_exercise(f"04.{name}")


# What every question must have


@every_question
def test_a_right_answer_passes_and_earns_its_points(question: Question) -> None:
    found = verdict(question, question.right_answer)
    assert (found.passed, found.points, found.kind) == (True, question.points, "passed")
    assert found.message == f"{question.id} · passed"


@every_question
def test_the_solution_gives_a_right_answer(question: Question) -> None:
    space: dict[str, Any] = {"np": np}
    exec(question.solution, space)
    assert verdict(question, space[question.name]).passed


@every_question
def test_it_knows_three_wrong_answers_and_says_nothing_twice(question: Question) -> None:
    says = [slip.says for slip in question.slips]
    assert len(set(says)) == len(says) >= 3


@every_slip
def test_a_wrong_answer_is_told_its_own_misconception(question: Question, slip: Slip) -> None:
    found = verdict(question, question.answer_with(slip))
    assert (found.kind, found.mistake_id, found.passed, found.points) == ("mistake", str(slip.answer), False, 0)
    assert slip.says in " ".join(found.lines)


@every_slip
def test_a_misconception_is_two_sentences_at_most_and_its_section_exists(question: Question, slip: Slip) -> None:
    assert 1 <= len(re.findall(r"[.!?](?:\s|$)", slip.says)) <= 2
    assert len(slip.says) <= 200
    text = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "notebooks" / "src").glob(f"{question.read_in or question.lesson}*.py")
    )
    headings = re.findall(r"^# #{2,4} (.+?)\s*$", text, re.MULTILINE)
    assert slip.section in {"", *headings}


@every_question
def test_an_untouched_question_is_not_attempted(question: Question) -> None:
    space: dict[str, Any] = {}
    exec(question.stub, space)
    for answer in (space[question.name], None):
        found = verdict(question, answer)
        assert (found.kind, found.points) == ("not attempted", 0)


@every_question
@pytest.mark.parametrize("answer", [[], {}, b"a", True, np.zeros(3), object(), lambda: 1, "", "?", "zz", float("nan")], ids=repr)
def test_an_answer_of_the_wrong_kind_is_told_what_is_asked(question: Question, answer: Any) -> None:
    found = verdict(question, answer)
    assert not found.passed
    assert found.kind == "type" or (isinstance(question, NumberQuestion) and found.kind == "numbers")
    assert len(found.finding) <= MOST_LINES


@every_question
def test_nothing_before_the_last_hint_holds_the_right_answer(question: Question) -> None:
    right = str(question.right_answer)
    if isinstance(question, NumberQuestion):
        right = f"{question.right:.4g}"
    said = [question.text, *question.hints, *(slip.says for slip in question.slips)]
    said += [verdict(question, question.answer_with(slip)).message for slip in question.slips]
    spellings = {right, " ".join(right)} if len(right) > 1 else {f'"{right}"', f"**{right}**", f"({right})"}  # one letter is in every word
    for text in said:
        if isinstance(question, NumberQuestion):
            assert not re.search(rf"(?<![\d.]){re.escape(right)}(?!\d)", text), text
        else:
            assert not [spelling for spelling in spellings if spelling in text], text


@every_question
def test_hints_are_three_texts_that_grow(question: Question) -> None:
    assert all(len(text) > 40 for text in question.hints)
    assert "\n" in question.hints[2]


# Kinds


def test_a_number_may_come_from_any_library_and_within_its_tolerance() -> None:
    import torch

    asked = question("lowest_loss")
    for answer in (np.float32(0.5514), torch.tensor(0.5514), 0.552, np.array(0.5514)):
        assert verdict(asked, answer).passed, answer
    assert not verdict(asked, 0.556).passed


@pytest.mark.parametrize(
    ("factor", "words"),
    [(-1, "wrong sign"), (100, "percentage"), (0.01, "fraction"), (2, "factor 2"), (0.5, "factor 2 is missing"), (1 / np.log(2), "log2")],
)
def test_a_wrong_number_is_told_its_ratio(factor: float, words: str) -> None:
    found = verdict(question("lowest_loss"), 0.5514447 * factor)
    assert found.kind == "numbers"
    assert words in found.message


def test_a_number_that_is_nearly_right_asks_for_more_digits() -> None:
    assert "more digits" in verdict(question("lowest_loss"), 0.56).message


@pytest.mark.parametrize("answer", ["a b e", "abe", "E, B, A", "a and b and e", "(a) (b) (e)"])
def test_choices_are_read_as_people_write_them(answer: str) -> None:
    assert verdict(question("what_holds"), answer).passed


def test_part_of_the_choices_is_told_that_something_is_missing() -> None:
    found = verdict(question("what_holds"), "a")
    assert (found.kind, found.passed) == ("numbers", False)
    assert "something else holds too" in found.message


def test_every_order_that_keeps_what_must_come_before_passes_and_no_other() -> None:
    made = OrderQuestion(
        id="04.made", title="", text="", slips=(), hints=("", "", ""), solution="", items=("x", "y", "z"), needed="abc", before=("ab", "ac")
    )
    passed = {"".join(order) for order in permutations("abc") if verdict(made, "".join(order)).passed}
    assert passed == {"abc", "acb"}
    assert not verdict(made, "ab").passed
    assert verdict(made, "aabc").kind == "type"


def test_the_right_run_with_a_wrong_cause_is_told_both() -> None:
    found = verdict(question("broken_run"), "C: 1")
    assert found.lines[0] == "That is the run. Its cause is another one."
    assert "A small rate is slow" in found.message


# Finding them


def test_questions_are_found_by_id_and_by_name_and_come_after_the_problems() -> None:
    assert find_by_name("lowest_loss") == (question("lowest_loss"),)
    assert [found.name for found in exercises_of("04")][-4:] == [found.name for found in questions_of("04")]
    with pytest.raises(LookupError, match=r"04\.lowest_loss is a question: its answer is a number in nats, and no code"):
        get_problem("04.lowest_loss")


# What they state


def test_the_lowest_loss_of_three_classes_after_two_softmaxes_is_what_a_search_finds() -> None:
    corners = np.concatenate([np.eye(3), np.random.default_rng(0).dirichlet([0.2] * 3, 20_000)])  # what a softmax can give
    losses = np.log(np.exp(corners).sum(axis=1)) - corners[:, 0]
    asked = question("lowest_loss")
    assert isinstance(asked, NumberQuestion)
    assert losses.min() == pytest.approx(asked.right, rel=1e-6)
    slips = {float(slip.answer) for slip in asked.slips}
    assert slips >= {round(np.log(np.e + 9) - 1, 4), round(np.log(3), 7), round(np.log(np.e + 1) - 1, 7), round(np.log(np.e + 2), 7)}


def test_the_statements_hold_as_marked_for_random_scores() -> None:
    asked = question("what_holds")
    assert isinstance(asked, ChoiceQuestion)
    rng = np.random.default_rng(1)
    scores, targets = rng.normal(size=(200, 4)), rng.integers(4, size=200)

    def losses(z: Any) -> Any:
        return np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), targets]

    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    holds = {
        "a": np.allclose(losses(scores + 5), losses(scores)),
        "b": np.array_equal((2 * scores).argmax(axis=1), scores.argmax(axis=1)),
        "c": np.allclose(losses(2 * scores), losses(scores)),
        "d": bool((losses(scores) == 0).any()),
        "f": np.allclose(losses(scores + 5 * np.eye(4)[2]), losses(scores)),
        "e": np.allclose((p - np.eye(4)[targets]).sum(axis=1), 0),
    }
    assert "".join(letter for letter, true in sorted(holds.items()) if true) == asked.right


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_three_runs_do_what_their_table_says(seed: int) -> None:
    asked = question("broken_run")
    assert isinstance(asked, BrokenRunQuestion)
    images, labels = digits()
    order = np.random.default_rng(0).permutation(len(images))
    x, y, test_x, test_y = images[order[:1347]], labels[order[:1347]], images[order[1347:]], labels[order[1347:]]
    for run, lr in (("a", 0.5), ("b", 0.001), ("c", 0.5)):
        rng = np.random.default_rng(seed)
        weight, bias = rng.normal(0, 0.01, (10, 64)), np.zeros(10)
        targets = rng.permutation(y) if run == "c" else y
        row = re.search(rf"^\| {run} \| (.+) \|$", asked.text, re.MULTILINE)
        assert row is not None
        cells = row[1].split(" | ")
        for epoch in range(1, 21):
            total, rows_of_epoch = 0.0, rng.permutation(len(x))
            for rows in np.split(rows_of_epoch, range(64, len(x), 64)):
                scores = x[rows] @ weight.T + bias
                p = np.exp(scores - scores.max(axis=1, keepdims=True))
                p /= p.sum(axis=1, keepdims=True)
                total -= np.log(p[np.arange(len(rows)), targets[rows]]).sum()
                p[np.arange(len(rows)), targets[rows]] -= 1
                weight, bias = weight - lr * p.T @ x[rows] / len(rows), bias - lr * p.mean(axis=0)
            if epoch in (1, 5, 20):
                place = (1, 5, 20).index(epoch)
                accuracy = float(((test_x @ weight.T + bias).argmax(axis=1) == test_y).mean())
                digits_shown = len(cells[place].partition(".")[2])
                assert total / len(x) == pytest.approx(float(cells[place]), abs=1.5 * 10**-digits_shown), (run, epoch)
                low, _, high = cells[3 + place].partition("-")
                spread = 0.04 if not high else 0.02
                assert float(low) - spread <= accuracy <= float(high or low) + spread, (run, epoch, accuracy)
