"""RMSE, MAPE and R²: by hand, with their units, as scikit-learn has them, and what each refuses."""

import math
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal
from sklearn import metrics as sklearn_metrics

from learnkit import reference as lk

EVERY = ("rmse", "mape", "r2_score")
every_metric = pytest.mark.parametrize("name", EVERY)

PREDICTIONS = np.array([3.0, 5.0, 2.0, 8.0])
TARGETS = np.array([2.0, 5.0, 4.0, 9.0])  # errors 1, 0, -2, -1; mean 5, distances from it -3, 0, -1, 4


def test_rmse_is_the_root_of_the_mean_square() -> None:
    assert_close(lk.rmse(PREDICTIONS, TARGETS), math.sqrt((1 + 0 + 4 + 1) / 4))


def test_rmse_has_the_unit_of_the_targets() -> None:
    assert_close(lk.rmse(100 * PREDICTIONS, 100 * TARGETS), 100 * lk.rmse(PREDICTIONS, TARGETS))


@pytest.mark.worked_example("rmse")
def test_rmse_is_one_root_over_all_values() -> None:
    # squares 0, 0, 16, 0 over four values: 2; a root for each column would give (√8 + 0) / 2
    assert_close(lk.rmse(np.array([[0.0, 0.0], [4.0, 0.0]]), np.zeros((2, 2))), 2.0)


@pytest.mark.worked_example("mape")
def test_mape_divides_each_error_by_its_target() -> None:
    # 1/2, 0/5, 2/4, 1/9
    assert_close(lk.mape(PREDICTIONS, TARGETS), (1 / 2 + 0 + 1 / 2 + 1 / 9) / 4)


def test_mape_does_not_divide_by_the_prediction() -> None:
    assert_close(lk.mape(np.array([50.0]), np.array([100.0])), 0.5)
    assert_close(lk.mape(np.array([100.0]), np.array([50.0])), 1.0)


def test_mape_has_no_unit() -> None:
    assert_close(lk.mape(100 * PREDICTIONS, 100 * TARGETS), lk.mape(PREDICTIONS, TARGETS))


def test_mape_of_targets_below_0_is_not_below_0() -> None:
    assert_close(lk.mape(-PREDICTIONS, -TARGETS), lk.mape(PREDICTIONS, TARGETS))


def test_a_prediction_that_is_too_low_costs_at_most_1() -> None:
    assert_equal(lk.mape(np.array([0.0]), np.array([7.0])), 1.0)
    assert_equal(lk.mape(np.array([70.0]), np.array([7.0])), 9.0)


@pytest.mark.worked_example("r2_score")
def test_r2_compares_with_always_answering_the_mean() -> None:
    # Σ error² = 6, Σ distance² = 9 + 0 + 1 + 16 = 26
    assert_close(lk.r2_score(PREDICTIONS, TARGETS), 1 - 6 / 26)


def test_r2_of_the_mean_is_0_and_of_no_error_1() -> None:
    assert_equal(lk.r2_score(np.full(4, 5.0), TARGETS), 0.0)
    assert_equal(lk.r2_score(TARGETS, TARGETS), 1.0)


def test_r2_may_be_below_0() -> None:
    # the targets upside down about their mean: every error twice the distance, 1 - 4
    assert_close(lk.r2_score(10 - TARGETS, TARGETS), -3.0)


def test_r2_does_not_change_with_unit_and_origin() -> None:
    assert_close(lk.r2_score(7 * PREDICTIONS - 3, 7 * TARGETS - 3), lk.r2_score(PREDICTIONS, TARGETS))


def test_r2_holds_far_from_0() -> None:
    # Σ t² - N mean², at 1e8, would be off by as much as it is
    assert_close(lk.r2_score(1e8 + PREDICTIONS, 1e8 + TARGETS), 1 - 6 / 26)


@every_metric
def test_float32_is_averaged_in_float64(name: str) -> None:
    found = getattr(lk, name)(PREDICTIONS.astype(np.float32), TARGETS.astype(np.float32))
    assert found.dtype == np.float64
    assert_close(found, getattr(lk, name)(PREDICTIONS, TARGETS))


@every_metric
def test_whole_numbers_and_tensors_are_taken(name: str) -> None:
    found = getattr(lk, name)(lk.tensor(PREDICTIONS), TARGETS.astype(np.uint8))  # 3 - 5 in 8 bits without a sign is 254
    assert_close(found, getattr(lk, name)(PREDICTIONS, TARGETS))


@every_metric
def test_the_order_of_examples_does_not_count(name: str) -> None:
    assert_close(getattr(lk, name)(PREDICTIONS[::-1], TARGETS[::-1]), getattr(lk, name)(PREDICTIONS, TARGETS))


@pytest.mark.parametrize("seed", range(20))
def test_all_agree_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    targets = rng.standard_normal(rng.integers(2, 50)) * 10 ** rng.uniform(-3, 3)
    predictions = targets + rng.standard_normal(len(targets))
    assert_close(lk.rmse(predictions, targets), sklearn_metrics.root_mean_squared_error(targets, predictions))
    assert_close(lk.mape(predictions, targets), sklearn_metrics.mean_absolute_percentage_error(targets, predictions))
    assert_close(lk.r2_score(predictions, targets), sklearn_metrics.r2_score(targets, predictions))


# --- what is refused ---------------------------------------------------------------------------------------------------------------------


def refused(name: str, predictions: Any, targets: Any) -> str:
    with pytest.raises(ValueError, match=r"\.") as caught:
        getattr(lk, name)(np.asarray(predictions), np.asarray(targets))
    return str(caught.value)


@every_metric
def test_a_column_against_a_row_is_refused(name: str) -> None:
    assert refused(name, np.zeros((3, 1)), np.zeros(3)) == (
        "predictions and targets must have the same shape, with at least one value; got (3, 1) and (3,). Use predictions.squeeze(1)."
    )


@every_metric
def test_no_values_are_refused(name: str) -> None:
    assert refused(name, [], []) == "predictions and targets must have the same shape, with at least one value; got (0,) and (0,)."


@every_metric
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite_are_refused(name: str, value: float) -> None:
    words = f"must be finite; got {value}. Look at the loss: the model diverged."
    assert refused(name, [1.0, value], [1.0, 2.0]) == f"predictions {words}"
    assert refused(name, [1.0, 2.0], [value, 2.0]) == f"targets {words}"


def test_mape_refuses_a_target_of_0() -> None:
    message = "targets must not be 0, as errors are divided by them; got 1 zeros of 2. Use mae."
    assert refused("mape", [1.0, 2.0], [-0.0, 2.0]) == message


@pytest.mark.parametrize("count", [1, 7])
def test_r2_refuses_targets_that_are_all_equal(count: int) -> None:
    # seven times 0.1: the mean is off in the last digit, and the variance is not 0
    message = f"R² needs at least two different targets; got {count}, all 0.1. Use rmse."
    assert refused("r2_score", np.arange(count), np.full(count, 0.1)) == message


def test_r2_refuses_several_columns() -> None:
    message = "predictions and targets must be (N,); got (2, 3). Use one column at a time, as predictions[:, 0]."
    assert refused("r2_score", np.zeros((2, 3)), np.zeros((2, 3))) == message
