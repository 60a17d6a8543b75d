"""row_normalize, one_hot, affine, pairwise_sq_dists, batched_outer: small cases by hand, and what they refuse."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


@pytest.mark.worked_example("row_normalize")
def test_rows_are_divided_by_their_own_sums() -> None:
    # row sums 4 and 10: 1/4, 3/4 and 4/10, 6/10
    assert_close(lk.row_normalize(np.array([[1.0, 3.0], [4.0, 6.0]])), [[0.25, 0.75], [0.4, 0.6]])


def test_a_row_of_zeros_stays_zero() -> None:
    assert_equal(lk.row_normalize(np.array([[0.0, 0.0], [2.0, 2.0]])), [[0.0, 0.0], [0.5, 0.5]])


def test_normalized_rows_do_not_change_when_normalized_again_or_scaled_before() -> None:
    x = np.random.default_rng(0).uniform(0.1, 2, (5, 3))
    assert_close(lk.row_normalize(lk.row_normalize(x)), lk.row_normalize(x))
    assert_close(lk.row_normalize(x * np.arange(1, 6)[:, None]), lk.row_normalize(x))


def test_integers_are_divided_as_numbers() -> None:
    assert_close(lk.row_normalize(np.array([[1, 3]])), [[0.25, 0.75]])


@pytest.mark.worked_example("one_hot")
def test_classes_become_rows_of_0_and_1() -> None:
    # class 2 of 0, 1, 2, 3 has its 1 in the third place, class 0 in the first
    made = lk.one_hot(np.array([2, 0]), 4)
    assert_equal(made, [[0, 0, 1, 0], [1, 0, 0, 0]])
    assert made.dtype == np.int64


def test_the_number_of_classes_does_not_come_from_the_batch() -> None:
    assert lk.one_hot(np.array([0, 1]), 10).shape == (2, 10)


@pytest.mark.worked_example("affine")
def test_affine_sends_every_row_through_the_matrix() -> None:
    # (1, 2) @ [[1, 0, 1], [0, 1, 1]] = (1, 2, 3); plus (10, 20, 30)
    assert_equal(
        lk.affine(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), np.array([10.0, 20.0, 30.0])), [[11, 22, 33]]
    )


def test_affine_is_linear_with_the_weight_transposed() -> None:
    rng = np.random.default_rng(0)
    x, weight, bias = rng.standard_normal((5, 3)), rng.standard_normal((3, 4)), rng.standard_normal(4)
    assert_close(lk.affine(x, weight, bias), lk.linear(x, weight.T, bias))


@pytest.mark.worked_example("pairwise_sq_dists")
def test_distances_are_squared_and_stand_row_against_row() -> None:
    # (0, 0) to (3, 4): 9 + 16; to (0, 1): 1. (1, 1) to (3, 4): 4 + 9; to (0, 1): 1
    assert_close(lk.pairwise_sq_dists([[0.0, 0.0], [1.0, 1.0]], [[3.0, 4.0], [0.0, 1.0]]), [[25.0, 1.0], [13.0, 1.0]])


def test_distances_are_symmetric_and_zero_to_oneself_and_never_negative() -> None:
    x = np.random.default_rng(0).standard_normal((20, 3))
    found = lk.pairwise_sq_dists(x, x)
    assert_close(found, found.T)
    assert (found >= 0).all()
    assert_close(np.diag(found), np.zeros(20))


def test_distances_do_not_change_when_all_points_move() -> None:
    x, y = np.random.default_rng(0).standard_normal((2, 6, 3))
    assert_close(lk.pairwise_sq_dists(x + 1e4, y + 1e4), lk.pairwise_sq_dists(x, y), tolerance=1e-6)


def test_float32_points_far_from_0_keep_their_distances() -> None:
    # near 10,000 the terms of the formula are 2e8, and neighbors of float32 there are 16 apart: unmoved points would lose a distance of 1
    x = np.float32([[10_000, 10_000]])
    assert_close(lk.pairwise_sq_dists(x, np.float32([[10_001, 10_000], [10_000, 10_002]])), [[1.0, 4.0]], tolerance=1e-6)


@pytest.mark.worked_example("batched_outer")
def test_each_row_makes_its_own_outer_product() -> None:
    # (1, 2) by (10, 20, 30): 1 times and 2 times the row; (0, 1) by (1, 2, 3): 0 times and 1 times
    assert_equal(
        lk.batched_outer(np.array([[1, 2], [0, 1]]), np.array([[10, 20, 30], [1, 2, 3]])),
        [[[10, 20, 30], [20, 40, 60]], [[0, 0, 0], [1, 2, 3]]],
    )


def test_an_outer_product_of_every_row_sums_to_the_product_of_the_matrices() -> None:
    a, b = np.random.default_rng(0).standard_normal((6, 3)), np.random.default_rng(1).standard_normal((6, 2))
    assert_close(lk.batched_outer(a, b).sum(axis=0), a.T @ b)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: lk.row_normalize(np.ones(3)), ValueError, r"x must have two axes; got shape \(3,\)"),
        (lambda: lk.row_normalize(np.array([[1.0, -1.0]])), ValueError, "adds up to 0 and is not all 0"),
        (lambda: lk.one_hot(np.array([0, 3]), 3), ValueError, "targets must be from 0 to 2; got 0 to 3"),
        (lambda: lk.one_hot(np.array([-1]), 3), ValueError, "targets must be from 0 to 2; got -1 to -1"),
        (lambda: lk.one_hot(np.array([0.0]), 3), TypeError, "targets must be integers"),
        (lambda: lk.one_hot(np.array([True]), 3), TypeError, "targets must be integers"),
        (lambda: lk.one_hot(np.array([0]), 0), ValueError, "num_classes must be at least 1; got 0"),
        (lambda: lk.affine(np.ones((2, 3)), np.ones((4, 3)), np.ones(3)), ValueError, r"got \(2, 3\), \(4, 3\) and \(3,\)"),
        (lambda: lk.affine(np.ones((2, 3)), np.ones((3, 4)), np.ones(2)), ValueError, r"bias \(D_out,\); got"),
        (lambda: lk.pairwise_sq_dists(np.ones((2, 3)), np.ones((2, 4))), ValueError, "the same number of features"),
        (lambda: lk.batched_outer(np.ones((2, 3)), np.ones((3, 3))), ValueError, "the same number of rows"),
    ],
)
def test_what_does_not_fit_is_refused(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()
