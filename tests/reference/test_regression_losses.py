"""mae and huber: values and gradients by hand, where they bend, and what they refuse. (mse is in test_losses.)"""

import re
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

PREDICTIONS = np.array([[1.0, 2.0], [3.0, 4.0]])
TARGETS = np.array([[1.0, 5.0], [2.0, 2.0]])  # errors 0, -3, 1, 2

every_loss = pytest.mark.parametrize("name", ["mae", "huber"])


def gradient(name: str, predictions: Any, targets: Any, **options: Any) -> Any:
    operation = getattr(lk, name)
    return operation.backward(1.0, operation.forward(predictions, targets, **options)[1])


@pytest.mark.worked_example("mae")
def test_mae_is_the_mean_size_of_the_errors() -> None:
    assert_equal(lk.mae(PREDICTIONS, TARGETS), 1.5)  # (0 + 3 + 1 + 2) / 4


def test_the_gradient_of_mae_is_the_sign_over_their_number_and_0_at_no_error() -> None:
    grad_predictions, grad_targets = gradient("mae", PREDICTIONS, TARGETS)
    assert_equal(grad_predictions, [[0.0, -0.25], [0.25, 0.25]])
    assert_equal(grad_targets, [[0.0, 0.25], [-0.25, -0.25]])


def test_mae_grows_with_the_unit() -> None:
    assert_equal(lk.mae(8 * PREDICTIONS, 8 * TARGETS), 8 * lk.mae(PREDICTIONS, TARGETS))


@pytest.mark.worked_example("huber")
def test_huber_is_half_the_square_within_delta_and_a_line_beyond() -> None:
    # delta 2: 0; 2 (3 - 1) = 4; 1/2; 2, where both forms meet
    assert_equal(lk.huber(PREDICTIONS, TARGETS, delta=2.0, reduction="none"), [[0.0, 4.0], [0.5, 2.0]])


def test_the_gradient_of_huber_is_the_error_clipped_at_delta() -> None:
    assert_equal(gradient("huber", PREDICTIONS, TARGETS, delta=2.0, reduction="sum")[0], [[0.0, -2.0], [1.0, 2.0]])


@pytest.mark.parametrize("delta", [0.3, 1.0, 5.0])
def test_the_slope_of_huber_does_not_jump_at_delta(delta: float) -> None:
    below, above = gradient("huber", np.array([delta - 1e-9, delta + 1e-9]), np.zeros(2), delta=delta, reduction="sum")[0]
    assert_close(above, below, tolerance=1e-8)
    assert_close(below, delta, tolerance=1e-8)


def test_huber_with_a_wide_delta_is_half_of_mse() -> None:
    assert_close(lk.huber(PREDICTIONS, TARGETS, delta=100.0), lk.mse(PREDICTIONS, TARGETS) / 2)


def test_huber_with_a_narrow_delta_is_delta_times_mae() -> None:
    assert_close(lk.huber(PREDICTIONS, TARGETS, delta=1e-9) / 1e-9, lk.mae(PREDICTIONS, TARGETS), tolerance=1e-8)


def test_huber_of_an_error_whose_square_overflows_is_finite() -> None:
    assert_close(lk.huber(np.array([1e200]), np.array([0.0])), 1e200)


@every_loss
def test_it_does_not_tell_predictions_from_targets(name: str) -> None:
    assert_equal(getattr(lk, name)(TARGETS, PREDICTIONS), getattr(lk, name)(PREDICTIONS, TARGETS))


@every_loss
def test_it_does_not_change_when_both_are_shifted(name: str) -> None:
    assert_close(getattr(lk, name)(PREDICTIONS + 7, TARGETS + 7), getattr(lk, name)(PREDICTIONS, TARGETS))


@every_loss
def test_nan_comes_out_as_nan(name: str) -> None:
    assert np.isnan(getattr(lk, name)(np.array([np.nan, 1.0]), np.zeros(2)))


@every_loss
def test_two_shapes_are_refused(name: str) -> None:
    message = "predictions and targets must have the same shape; got (3, 1) and (3,). Use predictions.squeeze(1) if that is (N, 1)."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        getattr(lk, name)(np.zeros((3, 1)), np.zeros(3))


@every_loss
def test_an_empty_batch_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="at least one example"):
        getattr(lk, name)(np.zeros(0), np.zeros(0))


@pytest.mark.parametrize("delta", [0.0, -1.0, np.nan])
def test_a_delta_that_is_not_above_0_is_refused(delta: float) -> None:
    with pytest.raises(ValueError, match=f"^delta must be above 0; got {delta}. Use mae for a loss without a parabola.$"):
        lk.huber(PREDICTIONS, TARGETS, delta=delta)
