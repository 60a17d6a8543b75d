"""The comparators reject what is wrong."""

import comparing_arrays
import numpy as np
import pytest
from comparing_arrays import assert_backward_is_the_slope, assert_close, assert_equal, assert_own_memory

from learnkit import reference as lk


def test_assert_close_rejects_a_difference_above_the_tolerance() -> None:
    assert_close(np.array([1.0]), np.array([1.0 + 1e-13]))
    with pytest.raises(AssertionError, match="Mismatched elements"):
        assert_close(np.array([1.0]), np.array([1.0 + 1e-11]))


@pytest.mark.parametrize("compare", [assert_close, assert_equal])
def test_a_shape_that_would_broadcast_is_rejected(compare: object) -> None:
    with pytest.raises(AssertionError, match=r"shape \(2,\), expected \(\)"):
        compare(np.ones(2), 1.0)  # type: ignore[operator]


@pytest.mark.parametrize("compare", [assert_close, assert_equal])
def test_nan_in_place_of_a_number_is_rejected(compare: object) -> None:
    with pytest.raises(AssertionError, match="nan"):
        compare(np.array([np.nan]), np.array([1.0]))  # type: ignore[operator]


def test_assert_equal_rejects_the_smallest_difference() -> None:
    with pytest.raises(AssertionError, match="Mismatched elements"):
        assert_equal(np.array([1.0]), np.array([np.nextafter(1.0, 2.0)]))


def test_shared_memory_is_rejected() -> None:
    array = np.ones(4)
    assert_own_memory({"a": array, "b": array.copy()})
    with pytest.raises(AssertionError, match="a and b share memory"):
        assert_own_memory({"a": array, "b": array[1:]})


def test_a_backward_that_is_one_percent_off_is_rejected() -> None:
    @lk.op
    def square(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return x * x, x

    x = (np.array([1.0, -2.0, 3.0]),)
    square.backward_rule(lambda grad_output, saved: grad_output * 2 * saved)
    assert_backward_is_the_slope(square, x, 0, {})
    square.backward_rule(lambda grad_output, saved: grad_output * 2.02 * saved)
    with pytest.raises(AssertionError, match="small steps give"):
        assert_backward_is_the_slope(square, x, 0, {})


def test_leaves_finds_the_arrays_inside_nested_tuples() -> None:
    one, two = np.ones(1), np.ones(2)
    assert [id(leaf) for leaf in comparing_arrays.leaves((one, None, ("mean", [two], 3)))] == [id(one), id(two)]
