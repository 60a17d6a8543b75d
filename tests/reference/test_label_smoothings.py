"""smooth_labels: the rows that label smoothing asks for."""

import numpy as np
import pytest
from comparing_arrays import assert_close

from learnkit import reference as lk


@pytest.mark.worked_example("smooth_labels")
def test_every_class_gets_its_share_and_the_right_one_the_rest() -> None:
    # ε/C = 0.2/4 = 0.05 for each of four classes, and 1 - 0.2 more for the right one: 0.85
    assert_close(lk.smooth_labels(np.array([1]), 4, label_smoothing=0.2), [[0.05, 0.85, 0.05, 0.05]])


def test_rows_add_up_to_1() -> None:
    assert_close(lk.smooth_labels(np.arange(7) % 5, 5, label_smoothing=0.3).sum(axis=1), np.ones(7))


def test_none_is_one_hot_and_all_is_even() -> None:
    assert_close(lk.smooth_labels(np.array([2]), 3, label_smoothing=0.0), [[0, 0, 1]])
    assert_close(lk.smooth_labels(np.array([2]), 3, label_smoothing=1.0), [[1 / 3, 1 / 3, 1 / 3]])


def test_the_smoothed_cross_entropy_is_that_of_these_rows() -> None:
    scores, targets = np.random.default_rng(0).standard_normal((6, 4)), np.array([0, 3, 1, 1, 2, 0])
    rows = lk.smooth_labels(targets, 4, label_smoothing=0.1)
    by_rows = -(rows * lk.log_softmax(scores, dim=1)).sum(axis=1).mean()
    assert_close(lk.cross_entropy(scores, targets, label_smoothing=0.1), by_rows)


@pytest.mark.parametrize("amount", [-0.1, 1.1, float("nan")])
def test_an_amount_outside_0_to_1_is_refused(amount: float) -> None:
    with pytest.raises(ValueError, match="label_smoothing must be from 0 to 1; got"):
        lk.smooth_labels(np.array([0]), 3, label_smoothing=amount)


def test_a_class_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="targets must be from 0 to 2; got 3 to 3"):
        lk.smooth_labels(np.array([3]), 3, label_smoothing=0.1)
