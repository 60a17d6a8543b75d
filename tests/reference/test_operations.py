"""Summing a gradient back to the shape before broadcasting. (The decorator itself is tested in `test_contract`.)"""

import numpy as np
import pytest
from comparing_arrays import assert_equal

from learnkit import reference as lk

# rows 1, 2, 3 and 10, 20, 30
GRAD = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])


@pytest.mark.worked_example("unbroadcast")
def test_a_leading_axis_that_was_added_is_summed() -> None:
    # 1 + 10, 2 + 20, 3 + 30
    assert_equal(lk.unbroadcast(GRAD, (3,)), [11.0, 22.0, 33.0])


def test_an_axis_of_size_one_is_summed_and_kept() -> None:
    assert_equal(lk.unbroadcast(GRAD, (2, 1)), [[6.0], [60.0]])
    assert_equal(lk.unbroadcast(GRAD, (1, 3)), [[11.0, 22.0, 33.0]])


def test_a_single_number_receives_the_sum_of_everything() -> None:
    assert_equal(lk.unbroadcast(GRAD, ()), 66.0)
    assert_equal(lk.unbroadcast(GRAD, (1,)), [66.0])
    assert_equal(lk.unbroadcast(GRAD, (1, 1)), [[66.0]])


def test_the_same_shape_is_returned_as_it_is() -> None:
    assert lk.unbroadcast(GRAD, (2, 3)) is GRAD


def test_an_axis_of_size_one_on_both_sides_is_left() -> None:
    grad = np.ones((2, 1, 3))
    assert_equal(lk.unbroadcast(grad, (1, 3)), [[2.0, 2.0, 2.0]])
    assert_equal(lk.unbroadcast(grad, (2, 1, 1)), [[[3.0]], [[3.0]]])


def test_leading_axes_and_axes_of_size_one_are_summed_together() -> None:
    # (5, 2, 3) -> (2, 1): 5·3 = 15 ones each
    assert_equal(lk.unbroadcast(np.ones((5, 2, 3)), (2, 1)), [[15.0], [15.0]])


def test_equal_sizes_do_not_hide_which_axis_was_added() -> None:
    # (2, 2) from (2,): the first axis was added, so the columns are summed: 1 + 3, 2 + 4
    assert_equal(lk.unbroadcast(np.array([[1.0, 2.0], [3.0, 4.0]]), (2,)), [4.0, 6.0])


def test_nothing_was_used_so_the_gradient_is_zero() -> None:
    assert_equal(lk.unbroadcast(np.ones((0, 3)), (3,)), [0.0, 0.0, 0.0])


def test_the_shape_may_be_a_list() -> None:
    assert_equal(lk.unbroadcast(GRAD, [3]), [11.0, 22.0, 33.0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_sum_keeps_the_dtype(dtype: type) -> None:
    assert lk.unbroadcast(GRAD.astype(dtype), (3,)).dtype == dtype


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 1), (1, 3)])
def test_the_result_is_an_array_that_may_be_written_to(shape: tuple[int, ...]) -> None:
    result = lk.unbroadcast(GRAD, shape)
    assert isinstance(result, np.ndarray)
    assert result.flags.writeable


def test_the_gradient_that_came_is_not_changed() -> None:
    grad = GRAD.copy()
    grad.setflags(write=False)
    lk.unbroadcast(grad, (3,))
    assert_equal(grad, GRAD)


@pytest.mark.parametrize(
    ("shape", "wide"), [((), (2, 3)), ((3,), (2, 3)), ((2, 1), (2, 3)), ((1, 4), (5, 3, 4)), ((2, 1, 4), (2, 3, 4)), ((1, 1), (2, 3))]
)
def test_it_is_the_transpose_of_broadcasting(shape: tuple[int, ...], wide: tuple[int, ...]) -> None:
    # ⟨broadcast(x), g⟩ = ⟨x, unbroadcast(g)⟩ for all x and g; small integers add up exactly
    rng = np.random.default_rng(0)
    x, grad = rng.integers(-9, 9, shape).astype(float), rng.integers(-9, 9, wide).astype(float)
    assert (np.broadcast_to(x, wide) * grad).sum() == (x * lk.unbroadcast(grad, shape)).sum()
