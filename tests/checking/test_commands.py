"""What learners call: check, hint, use; in a terminal and in a notebook, with and without a study record."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import learnkit.checking.commands as commands
from learnkit.checking import check, hint, start, use


def softmax(logits: Any) -> Any:
    e = np.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def wrong(logits: Any) -> Any:
    return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)


@pytest.fixture(autouse=True)
def no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes a record, whether the study part is there or not."""
    monkeypatch.setitem(sys.modules, "learnkit.study", None)
    monkeypatch.setattr(commands, "_opened", {})


def test_check_finds_the_problem_by_the_name_of_the_function(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(softmax) is None
    assert capsys.readouterr().out == "04.softmax · passed (9 of 9 probes)\n"


def test_check_takes_an_id_for_another_name(capsys: pytest.CaptureFixture[str]) -> None:
    check(wrong, "04.softmax")
    assert "nan" in capsys.readouterr().out


def test_check_says_what_to_write_where_no_problem_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    check(wrong)
    assert capsys.readouterr().out == 'No exercise asks for wrong. Say which one is meant: check(wrong, "04.softmax"), for example.\n'
    check(3)
    assert capsys.readouterr().out.startswith("check takes the function you wrote")
    check(softmax, "99.softmax")
    assert "no exercises for lesson 99" in capsys.readouterr().out


def test_hints_open_one_at_a_time_and_check_counts_them(capsys: pytest.CaptureFixture[str]) -> None:
    titles = []
    for _ in range(5):
        hint("04.softmax")
        titles.append(capsys.readouterr().out.splitlines()[0])
    assert titles == [
        "04.softmax · hint 1 of 4: a nudge",
        "04.softmax · hint 2 of 4: the concept",
        "04.softmax · hint 3 of 4: the steps",
        "04.softmax · hint 4 of 4: the solution",
        "04.softmax · hint 4 of 4: the solution",
    ]
    check(wrong, "04.softmax")
    assert "All hints are open" in capsys.readouterr().out


def test_check_names_the_next_hint(capsys: pytest.CaptureFixture[str]) -> None:
    hint("04.softmax")
    check(wrong, "04.softmax")
    assert capsys.readouterr().out.splitlines()[-1] == 'hint("04.softmax") opens the next hint (2 of 4).'


def test_use_returns_the_learners_function_if_it_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert use("04.softmax", softmax) is softmax
    assert capsys.readouterr().out == ""


def test_use_returns_the_reference_with_a_notice_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = use("04.softmax", wrong)
    assert chosen is not wrong
    assert np.allclose(chosen(np.array([[1000.0, 1000.0]])), 0.5)
    assert "your softmax is not right yet; what follows uses the course's." in capsys.readouterr().out


def test_use_gives_tensors_to_an_answer_in_torch(capsys: pytest.CaptureFixture[str]) -> None:
    import torch

    chosen = use("04.softmax", lambda z: torch.exp(z))
    assert torch.allclose(chosen(torch.zeros(1, 2)), torch.full((1, 2), 0.5))
    assert "what follows uses the course's" in capsys.readouterr().out


def test_use_lets_a_right_answer_in_torch_take_arrays(capsys: pytest.CaptureFixture[str]) -> None:
    import torch

    def by_hand(logits: Any) -> Any:
        exponentials = torch.exp(logits - logits.amax(dim=-1, keepdim=True))
        return exponentials / exponentials.sum(dim=-1, keepdim=True)

    chosen = use("04.softmax", by_hand)
    assert capsys.readouterr().out == ""
    assert isinstance(chosen(np.zeros((1, 2))), np.ndarray)
    assert np.array_equal(chosen(np.zeros((1, 2))), [[0.5, 0.5]])
    assert isinstance(chosen(torch.zeros(1, 2)), torch.Tensor)


def test_a_stub_left_as_it_is_is_no_attempt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    attempts: list[Any] = []
    study: Any = ModuleType("learnkit.study")
    study.record_attempt = lambda problem_id, found: attempts.append(problem_id)
    monkeypatch.setitem(sys.modules, "learnkit.study", study)

    def softmax(logits: Any) -> Any: ...

    check(softmax)
    assert "not attempted" in capsys.readouterr().out
    assert attempts == []


def test_attempts_and_hints_are_recorded_where_the_study_part_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[Any] = []
    study: Any = ModuleType("learnkit.study")
    study.record_attempt = lambda problem_id, found: attempts.append((problem_id, found["passed"], found["mistake"]))
    study.next_hint = lambda problem_id, total: 3
    study.hints_opened = lambda problem_id: 3
    monkeypatch.setitem(sys.modules, "learnkit.study", study)
    check(softmax)
    check(wrong, "04.softmax")
    assert attempts == [("04.softmax", True, None), ("04.softmax", False, "no-shift")]


def test_a_notebook_gets_one_display_with_text_and_html(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import IPython
    import IPython.display

    shown: list[Any] = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr(IPython.display, "display", shown.append)
    check(wrong, "04.softmax")
    (one,) = shown
    assert "04.softmax · not yet" in repr(one)
    assert "04.softmax · not yet" in one._repr_html_()
    assert capsys.readouterr().out == ""


def test_a_terminal_with_ipython_is_printed_to(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import IPython

    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace())
    check(softmax)
    assert "passed" in capsys.readouterr().out


def test_start_prints_an_easier_form_outside_a_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    start("04.softmax", "fill")
    source = capsys.readouterr().out
    assert source.startswith("def softmax(logits):")
    assert source.count("# <- this line") == 1


@pytest.mark.parametrize(
    ("exercise", "form", "said"),
    [
        ("04.softmax", "easy", "An exercise has the forms blank, order, fill, worked; got 'easy'."),
        ("04.nothing", "order", "Lesson 04 has no exercise 'nothing'; it has softmax, "),
        ("04.lowest_loss", "order", "04.lowest_loss is a question: its answer is a number in nats, and no code."),
    ],
)
def test_start_says_calmly_what_there_is_not(exercise: str, form: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    start(exercise, form)
    assert capsys.readouterr().out.startswith(said)


def test_check_takes_the_answer_to_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    check(1.4612, "04.lowest_loss")
    said = capsys.readouterr().out
    assert said.startswith("04.lowest_loss · not yet")
    assert "floor of ten classes" in said
    check(0.5514, "04.lowest_loss")
    assert capsys.readouterr().out.startswith("04.lowest_loss · passed")


def test_hints_of_a_question_end_with_its_solution(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(4):
        hint("04.broken_run")
    assert 'broken_run = "c 2"' in capsys.readouterr().out
