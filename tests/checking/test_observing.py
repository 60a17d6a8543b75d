"""What an answer did is written down as data, and nothing of it is left behind."""

import math
import sys
import warnings
from typing import Any

import numpy as np
import pytest
import torch

from learnkit.checking.capturing import MOST_PRINTED
from learnkit.checking.observing import observe
from learnkit.checking.values import MOST_ITEMS, Opaque, describe, leaves, plain, plain_with_types
from learnkit.problems.problem import Call, Get, New, Step

X = np.array([[1.0, 2.0], [3.0, 4.0]])


def run(answer: Any, *args: Any, **keywords: Any) -> Any:
    return observe(answer, [Call(args or (X,))], **keywords).outcomes[0]


# Values


def test_numbers_arrays_and_containers_become_plain_data() -> None:
    assert plain(2.5).shape == ()
    assert plain([1, (np.float32(2.0), None)]) == [np.asarray(1), (np.float32(2.0), None)]
    assert plain({"b": 1, "a": X})["a"].tolist() == X.tolist()
    assert plain(torch.tensor([1.0])).tolist() == [1.0]
    assert plain_with_types((1.0, X, torch.tensor(1)))[1] == ("float", "ndarray", "Tensor")


def test_what_cannot_be_compared_is_kept_by_the_name_of_its_type() -> None:
    assert plain(iter([1])) == Opaque("list_iterator")
    assert plain(np.array(["a"])) == Opaque("ndarray of str32")
    assert plain(np.array([1, None])) == Opaque("ndarray of object")
    assert plain(object()) == Opaque("object")
    assert plain(list(range(MOST_ITEMS + 1))) == Opaque("list")


def test_a_list_that_holds_itself_ends() -> None:
    endless: list[Any] = [1.0]
    endless += [endless] * 8
    assert any(leaf == Opaque("list") for _, leaf in leaves(plain(endless)))


def test_a_strange_equality_is_never_asked() -> None:
    class Strange:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError("asked")

        __hash__ = None  # type: ignore[assignment]

    assert run(lambda x: Strange()).value == Opaque("Strange")


def test_kinds_of_values_are_described_in_words() -> None:
    assert describe(plain(X)) == "an array of shape (2, 2)"
    assert describe(plain(1.0)) == "a single number"
    assert describe(None) == "nothing (None)"
    assert describe(plain((1, 2))) == "a tuple of 2 values"
    assert describe(plain(x for x in [1])) == "an object of type generator"


# Effects


def test_every_answer_gets_copies_and_a_changed_input_is_seen() -> None:
    before = X.copy()

    def answer(x: Any) -> Any:
        x *= 2
        return x

    outcome = run(answer)
    assert outcome.changed == (0,)
    assert outcome.value.tolist() == (2 * before).tolist()
    np.testing.assert_array_equal(X, before)
    assert run(lambda x: x + 0).changed == ()


def test_a_view_of_the_input_is_copied_when_it_is_returned() -> None:
    kept: list[Any] = []

    def answer(x: Any) -> Any:
        kept.append(x)
        return x[:1]

    value = run(answer).value
    kept[0][:] = 99
    assert value.tolist() == [[1.0, 2.0]]


def test_changed_options_are_seen_by_name() -> None:
    def answer(x: Any, out: Any) -> Any:
        out[:] = x
        return out

    outcome = observe(answer, [Call((X,), {"out": np.zeros((2, 2))})]).outcomes[0]
    assert outcome.changed == ("out",)


def test_printed_text_is_caught_and_cut(capsys: pytest.CaptureFixture[str]) -> None:
    def answer(x: Any) -> Any:
        for _ in range(2000):
            print("x" * 1000)
        print("to stderr", file=sys.stderr)
        return x

    outcome = run(answer)
    assert len(outcome.printed) == MOST_PRINTED + 1
    assert capsys.readouterr() == ("", "")


def test_warnings_are_written_down_once_each() -> None:
    def answer(x: Any) -> Any:
        for _ in range(100):
            warnings.warn("careful", stacklevel=1)
        return np.exp(x * 1000)

    outcome = run(answer)
    assert outcome.warnings == ("UserWarning: careful", "RuntimeWarning: overflow encountered in exp")


def test_nothing_is_left_behind() -> None:
    def answer(x: Any) -> Any:
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        warnings.simplefilter("ignore")
        sys.stdout = None
        sys.setrecursionlimit(5000)
        return x

    state = np.geterr(), np.get_printoptions(), list(warnings.filters), sys.stdout, sys.stderr, sys.getrecursionlimit()
    run(answer)
    assert (np.geterr(), np.get_printoptions(), list(warnings.filters), sys.stdout, sys.stderr, sys.getrecursionlimit()) == state


# Exceptions


def test_an_exception_is_written_down_with_the_learners_line() -> None:
    def answer(x: Any) -> Any:
        return np.linalg.inv(x @ np.zeros((2, 2)))

    raised = run(answer).raised
    assert raised.type_name == "LinAlgError"
    assert raised.source == "return np.linalg.inv(x @ np.zeros((2, 2)))"


def test_exit_and_endless_recursion_are_caught() -> None:
    def endless(x: Any) -> Any:
        return endless(x)

    assert run(lambda x: sys.exit(3)).raised.type_name == "SystemExit"
    assert run(endless).raised.type_name == "RecursionError"


def test_ctrl_c_passes_through_and_everything_is_put_back() -> None:
    def answer(x: Any) -> Any:
        np.seterr(all="raise")
        raise KeyboardInterrupt  # outside a check nothing tells it from Ctrl-C

    state = np.geterr(), sys.stdout
    with pytest.raises(KeyboardInterrupt):
        run(answer)
    assert (np.geterr(), sys.stdout) == state


def test_an_exception_whose_text_raises_has_no_text() -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise ValueError

    def answer(x: Any) -> Any:
        raise Broken

    assert run(answer).raised.text == ""


# Scripts


def test_a_script_makes_objects_calls_methods_and_reads_attributes() -> None:
    class Counter:
        def __init__(self, start: int) -> None:
            self.total = start

        def add(self, x: Any) -> Any:
            self.total += x.sum()
            return self.total

    script: list[Step] = [New("counter", (5,)), Call((X,), on="counter", method="add"), Get("counter", "total"), Get("counter", "missing")]
    outcomes = observe(Counter, script).outcomes
    assert [float(outcome.value) for outcome in outcomes[1:3]] == [15.0, 15.0]
    assert outcomes[3].raised is not None
    assert outcomes[3].raised.type_name == "AttributeError"


def test_a_script_stops_at_an_exception() -> None:
    assert len(observe(lambda x: 1 / 0, [Call((X,)), Call((X,))]).outcomes) == 1


# PyTorch


def test_arrays_become_tensors_and_gradients_are_written_down() -> None:
    seen: list[Any] = []

    def answer(x: Any, y: Any, scale: float) -> Any:
        seen.extend([x.dtype, y.dtype, scale])
        return (scale * x**2).sum()

    outcome = observe(answer, [Call((X, np.array([1, 0]), 3.0))], backend="torch", gradients=True).outcomes[0]
    assert seen == [torch.float64, torch.int64, 3.0]
    (gradient,) = outcome.gradients or ()
    assert np.allclose(gradient / gradient[0, 0], X / X[0, 0])  # 6 x, times the weight of the one value


def test_a_graph_that_is_cut_is_seen() -> None:
    assert run(lambda x: x.detach() * 2, backend="torch", gradients=True).is_cut
    assert run(lambda x: math.sqrt(x.sum().item()), backend="torch", gradients=True).is_cut
    assert not run(lambda x: x * 2, backend="torch", gradients=True).is_cut


def test_a_tensor_changed_in_place_is_seen() -> None:
    def answer(x: Any) -> Any:
        x += 1
        return x

    outcome = run(answer, backend="torch", gradients=True)
    assert outcome.changed == (0,)
    assert outcome.gradients is not None
