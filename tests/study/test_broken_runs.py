"""A broken run shows what may be asked, answers three questions, and its numbers tell the causes apart."""

import math

import pytest

from learnkit.study import broken_run
from learnkit.study.broken_runs import BrokenRun
from learnkit.study.lessons import find
from learnkit.study.questions import Prediction


def small_run() -> BrokenRun:
    return BrokenRun("00.run", {"loss": [2.0, 1.0]}, {"first": "1", "second": "2", "third": "3", "fourth": "4"})


def test_three_dots_list_what_may_be_asked_and_cost_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run = small_run()
    run.ask(...)
    assert "  b  second" in capsys.readouterr().out
    assert run.asked == []


def test_a_letter_or_a_name_shows_the_number(capsys: pytest.CaptureFixture[str]) -> None:
    run = small_run()
    run.ask("b")
    assert capsys.readouterr().out == "Broken run 00.run\nsecond: 2\n2 of 3 questions left.\n"
    run.ask("third")
    assert "third: 3\n1 of 3" in capsys.readouterr().out


def test_the_same_number_again_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run = small_run()
    for _ in range(5):
        run.ask("a")
    assert capsys.readouterr().out.splitlines()[-1] == "2 of 3 questions left."


def test_a_fourth_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    run = small_run()
    for letter in "abcd":
        run.ask(letter)
    assert "You have asked for 3 numbers: first; second; third. Name the cause now." in capsys.readouterr().out
    assert run.asked == ["first", "second", "third"]


def test_a_slip_is_a_sentence_and_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run = small_run()
    run.ask("z")
    assert '"z" is not among the choices' in capsys.readouterr().out
    assert run.asked == []


def test_an_unknown_run_names_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"this lesson has 04\.broken-run"):
        broken_run("04.nothing")
    with pytest.raises(KeyError, match="this lesson has none"):
        broken_run("99.nothing")


def test_the_run_of_lesson_04_is_visibly_broken() -> None:
    run = broken_run("04.broken-run")
    loss, accuracy = run.curves["train loss"], run.curves["train accuracy"]
    assert 1.6 < loss[-1] < 1.75, "flat, far above the 0.2 of a sound run"
    assert loss[-1] > math.log(math.e + 9) - 1, "the floor of scores between 0 and 1"
    assert accuracy[-1] > 0.8


def test_the_numbers_of_lesson_04_tell_the_causes_apart() -> None:
    run = broken_run("04.broken-run")
    assert run.numbers["the smallest and the largest number that the loss is given"] == "0.00 and 1.00"
    ratio = float(run.numbers["the gradient of 128 digits over that of 64"].split()[0])
    assert ratio < 1.2, "a missing 1/N would double it"
    faster = float(run.numbers["the loss at ten times the learning rate"].split()[0])
    assert faster > 1.46, "a larger rate would bring a sound run far below"


def test_the_cause_is_asked_as_a_prediction_of_the_same_id() -> None:
    question = find("04.broken-run")
    assert isinstance(question, Prediction)
    assert question.right == "softmax is applied twice"
