"""Where a dtype matters, a mistake may be about it alone: right numbers of the wrong kind."""

from typing import Any

import numpy as np

from learnkit.checking import verdict
from learnkit.problems import get_problem

ONE_HOT = get_problem("01.one_hot")


def test_true_and_false_are_named_where_numbers_are_asked() -> None:
    def one_hot(targets: Any, num_classes: Any) -> Any:
        return np.equal.outer(targets, np.arange(num_classes))

    found = verdict(ONE_HOT, one_hot)
    assert (found.kind, found.mistake_id, found.also) == ("mistake", "true-and-false", ())


def test_floats_are_named_where_integers_are_asked() -> None:
    def one_hot(targets: Any, num_classes: Any) -> Any:
        return np.eye(num_classes).take(targets, axis=0)

    assert verdict(ONE_HOT, one_hot).mistake_id == "with-points"


def test_another_dtype_that_no_mistake_has_is_said_as_such() -> None:
    def one_hot(targets: Any, num_classes: Any) -> Any:
        return np.eye(num_classes, dtype=np.int8)[targets]

    found = verdict(ONE_HOT, one_hot)
    assert (found.kind, found.passed) == ("dtype", False)
    assert "int8" in found.message


def test_a_mistake_of_values_in_another_dtype_is_not_taken_for_one_in_the_right_dtype() -> None:
    def one_hot(targets: Any, num_classes: Any) -> Any:
        return np.eye(num_classes, dtype=np.int8)[:, targets]

    found = verdict(ONE_HOT, one_hot)
    assert not found.passed
    assert found.mistake_id != "with-points"
