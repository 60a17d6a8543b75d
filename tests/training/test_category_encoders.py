"""CategoryEncoder: codes are learned once, from the training part, and do not depend on its order."""

from typing import Any

import numpy as np
import pytest

from learnkit import pytorch, reference
from learnkit import reference as lk


@pytest.mark.worked_example("CategoryEncoder")
def test_codes_follow_the_alphabet_and_0_is_unknown() -> None:
    # blue 1, red 2, and 0 for green, which was not there: three codes
    encoder = lk.CategoryEncoder().fit(["red", "blue", "red"])
    assert encoder.categories == ["blue", "red"]
    assert encoder.transform(["red", "blue", "green"]) == [2, 1, 0]
    assert encoder.num_codes == 3


def test_the_order_of_the_rows_does_not_matter() -> None:
    values = ["b", "a", "c", "a"]
    assert lk.CategoryEncoder().fit(values).categories == lk.CategoryEncoder().fit(values[::-1]).categories


def test_the_test_part_does_not_change_the_codes() -> None:
    encoder = lk.CategoryEncoder().fit([3, 7])
    encoder.transform([1, 7, 9])
    assert encoder.transform([3, 7]) == [1, 2]


def test_codes_lead_back_to_categories() -> None:
    encoder = lk.CategoryEncoder().fit(["x", "y"])
    assert encoder.inverse_transform(encoder.transform(["y", "x", "z"])) == ["y", "x", None]


def test_codes_and_one_hot_fit_together() -> None:
    encoder = lk.CategoryEncoder().fit(["x", "y"])
    rows = lk.one_hot(np.array(encoder.transform(["y", "z"])), encoder.num_codes)
    assert rows.tolist() == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize("make", [list, np.array, reference.tensor, pytorch.tensor])
def test_a_column_may_be_a_list_an_array_or_a_tensor(make: Any) -> None:
    # no two tensors of one number are found to be equal in a dict: every value would be unknown
    encoder = lk.CategoryEncoder().fit(make([3, 7, 3]))
    assert encoder.categories == [3, 7]
    assert {type(category) for category in encoder.categories} == {int}
    assert encoder.transform(make([7, 9, 3])) == [2, 0, 1]


def test_a_missing_number_is_unknown() -> None:
    assert lk.CategoryEncoder().fit([1.0, 2.0]).transform([float("nan"), 2.0]) == [0, 2]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one category"):
        lk.CategoryEncoder().fit([])
    with pytest.raises(TypeError, match="values must be of one kind; got NoneType, str"):
        lk.CategoryEncoder().fit(["a", None])
    with pytest.raises(ValueError, match=r"NaN is not\. Write what is missing as a category of its own"):
        lk.CategoryEncoder().fit([1.0, float("nan")])
    for wrong in ("red", np.array([["a", "b"]]), [["a"], ["b"]], np.array(3)):
        with pytest.raises(TypeError, match="values must be one column"):
            lk.CategoryEncoder().fit(wrong)
    with pytest.raises(RuntimeError, match="has seen no data"):
        lk.CategoryEncoder().transform(["a"])
    with pytest.raises(RuntimeError, match="has seen no data"):
        _ = lk.CategoryEncoder().num_codes
    with pytest.raises(ValueError, match="codes must be from 0 to 1; got 2"):
        lk.CategoryEncoder().fit(["a"]).inverse_transform([2])
