"""A case that fails is cut down to a few rows and columns that still fail, and only where the inputs stay what the exercise is about."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from learnkit.checking import verdict
from learnkit.checking.expecting import Expectation
from learnkit.checking.judging import Judge
from learnkit.checking.observing import Observation, observe
from learnkit.checking.shrinking import MOST_RUNS, shrunk_detail
from learnkit.problems.problem import Call, Probe, Problem, Step

STUB = 'def total(x, labels, weights):\n    """Sum."""\n    ...\n'


def problem_of(reference: Callable[..., Any], *inputs: tuple[Any, ...], axes: dict[str, str] | None = None) -> Problem:
    probes = [Probe(f"probe {i}", "", lambda rng, given=given: given) for i, given in enumerate(inputs)]
    axes = {"x": "NC", "labels": "N", "weights": "NC"} if axes is None else axes
    return Problem("99.total", "", STUB, reference, probes, (), (), ("", "", ""), "def total(x, labels, weights):\n    return x", axes=axes)


def small_probe() -> tuple[Any, ...]:
    return (np.ones((1, 2)),)


def shrunk(problem: Problem, answer: Callable[..., Any], place: int) -> tuple[tuple[str, ...] | None, list[Sequence[Step]]]:
    expected, tried = Expectation(problem, 0, "numpy"), []
    judge = Judge(expected, [observe(answer, script) for script in expected.scripts])
    difference = judge.differences[place]
    assert difference is not None

    def run(script: Sequence[Step]) -> Observation:
        tried.append(script)
        return observe(answer, script)

    return shrunk_detail(expected, place, difference, run), tried


def inputs_of(script: Sequence[Step]) -> tuple[Any, ...]:
    (call,) = script
    assert isinstance(call, Call)
    return call.args


def test_one_row_is_left_of_seven_where_one_is_enough() -> None:
    x = np.arange(28.0).reshape(7, 4)
    detail, tried = shrunk(problem_of(lambda x: x * 2, (x,), small_probe()), lambda x: np.where(x > 20, 0, x * 2), 0)
    assert detail is not None
    assert "x [[24, 25]]" in detail[0]
    assert "expected [[48, 50]]   received [[0, 0]]" in detail[1]
    assert "first difference at row 0, column 0" in detail[2]
    assert len(tried) <= MOST_RUNS


def test_two_rows_are_left_where_one_is_right() -> None:
    x = np.arange(1.0, 29).reshape(7, 4)
    detail, _ = shrunk(problem_of(lambda x: x / len(x), (x,), small_probe()), lambda x: x, 0)
    assert detail is not None
    assert "x [[1, 2], [5, 6]]" in detail[0]


def test_nothing_is_cut_below_the_sizes_of_the_probes() -> None:
    x, least = np.arange(1.0, 29).reshape(7, 4), np.zeros((3, 4))
    _, tried = shrunk(problem_of(lambda x: x * 2, (x,), (least,)), lambda x: x + 0, 0)
    assert {inputs_of(script)[0].shape for script in tried} == {(3, 4)}


def test_labels_follow_their_columns() -> None:
    x, labels = np.arange(20.0).reshape(4, 5), np.array([4, 1, 4, 1])

    def right(x: Any, labels: Any) -> Any:
        return x[np.arange(len(x)), labels]

    detail, tried = shrunk(problem_of(right, (x, labels), (np.ones((1, 2)), np.array([0]))), lambda x, labels: right(x, labels) + 7, 0)
    assert detail is not None
    assert "x [[0, 4]]   labels [1]" in detail[0]
    assert "expected [4]   received [11]" in detail[1]
    for script in tried:
        rows, found = inputs_of(script)
        assert found.max() < rows.shape[1]


def test_shares_that_add_up_to_one_everywhere_are_not_cut_along_their_axis() -> None:
    x = np.full((3, 4), 0.25)
    _, tried = shrunk(problem_of(lambda x: x * 2, (x,), (np.array([[0.5, 0.5]]),)), lambda x: x + 0, 0)
    assert {inputs_of(script)[0].shape[1] for script in tried} == {4}


@pytest.mark.parametrize(
    ("given", "axes"),
    [
        ((np.ones((3, 4)), 2), {"x": "NC"}),  # a number that may have to fit the sizes
        ((np.ones((3, 4)), np.ones(3)), {"x": "NC"}),  # an array of which nothing is declared
        ((np.ones((3, 4)), np.ones(3)), {"x": "N", "labels": "N"}),  # one with other axes than declared
    ],
)
def test_nothing_is_cut_where_another_exercise_may_come_of_it(given: tuple[Any, ...], axes: dict[str, str]) -> None:
    detail, tried = shrunk(problem_of(lambda x, other: x * 2, given, small_probe() + given[1:], axes=axes), lambda x, other: x + 7, 0)
    assert (detail, tried) == (None, [])


def test_a_case_that_fails_in_another_way_when_it_is_cut_is_not_shown() -> None:
    def raises_on_few(x: Any) -> Any:
        if len(x) < 3:
            raise ValueError("too few")
        return x

    x = np.arange(1.0, 17).reshape(4, 4)
    detail, _ = shrunk(problem_of(lambda x: x * 2, (x,), small_probe()), raises_on_few, 0)
    assert detail is not None
    assert "x [[1, 2], [5, 6], [9, 10]]" in detail[0]


def test_a_part_on_which_the_right_answer_is_not_finite_is_not_shown() -> None:
    def right(x: Any) -> Any:
        with np.errstate(all="ignore"):
            return x / (len(x) - 1)

    x = np.arange(1.0, 13).reshape(3, 4)
    detail, _ = shrunk(problem_of(right, (x,), (np.zeros((1, 2)),)), lambda x: right(x) * 2 if len(x) > 1 else x, 0)
    assert detail is not None
    assert "x [[1, 2], [5, 6]]" in detail[0]


def test_a_verdict_shows_the_part_and_a_right_answer_is_run_no_further() -> None:
    x = np.arange(1.0, 9).reshape(4, 2)
    problem = replace(problem_of(lambda x: x * 2, (x,), small_probe()), backends=("numpy",))
    calls = []

    def wrong(x: Any) -> Any:
        calls.append(x.shape)
        return np.where(x > 6, x - 1, x * 2)

    found = verdict(problem, wrong)
    assert found.kind == "numbers"
    assert "smallest case   x [[7, 8]]" in found.message
    assert len(calls) > 2
    calls.clear()
    assert verdict(problem, lambda x: (calls.append(x.shape), x * 2)[1]).passed
    assert len(calls) == 2


def test_a_slow_answer_is_not_run_twenty_times_more(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(1000))
    monkeypatch.setattr("learnkit.checking.shrinking.time.perf_counter", lambda: float(next(now)))
    x = np.arange(28.0).reshape(7, 4)
    assert shrunk(problem_of(lambda x: x * 2, (x,), small_probe()), lambda x: x + 5, 0) == (None, [])


def test_of_two_values_the_one_that_was_wrong_stays_the_one_that_is_shown() -> None:
    x = np.arange(1.0, 13).reshape(3, 4)
    problem = replace(problem_of(lambda x: (x.sum(), x.max()), (x,), small_probe()), returns=("total", "largest"))

    def wrong(x: Any) -> Any:
        return (x.sum() + 1, x.max()) if len(x) == 3 else (x.sum(), x.max() + 1)

    detail, _ = shrunk(problem, wrong, 0)
    assert detail is None or "(value total)" in "".join(detail)
