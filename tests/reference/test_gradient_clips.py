"""Clipping: one norm for all, the value before, what is not finite, and memory of its own."""

import re
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


def with_gradients(*grads: Any, dtype: Any = np.float64) -> list[lk.Parameter]:
    parameters = [lk.Parameter(np.zeros(np.shape(grad), dtype)) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = np.array(grad, dtype)
    return parameters


@pytest.mark.worked_example("clip_grad_norm")
def test_all_gradients_are_scaled_by_one_norm() -> None:
    # √(9 + 16 + 0.01) = 5.0010; each by its own norm would make (0.6, 0.8) and (0.1, 0)
    weight, bias = with_gradients([3.0, 4.0], [0.1, 0.0])
    norm = lk.clip_grad_norm([weight, bias], 1.0)
    assert_close(norm, np.sqrt(25.01))
    assert_close(weight.grad, np.array([3.0, 4.0]) / (np.sqrt(25.01) + 1e-6))
    assert_close(bias.grad, np.array([0.1, 0.0]) / (np.sqrt(25.01) + 1e-6))


@pytest.mark.worked_example("clip_grad_value")
def test_each_value_is_moved_to_the_nearest_end_of_the_range() -> None:
    # from -0.5 to 0.5: 3 becomes 0.5, -4 becomes -0.5, 0.1 is inside
    weight, bias = with_gradients([3.0, -4.0], [0.1])
    lk.clip_grad_value([weight, bias], 0.5)
    assert_equal(weight.grad, [0.5, -0.5])
    assert_equal(bias.grad, [0.1])


def test_a_norm_below_the_limit_changes_nothing() -> None:
    weight, bias = with_gradients([3.0, 4.0], [0.1, 0.0])
    lk.clip_grad_norm([weight, bias], 5.1)
    assert_equal(weight.grad, [3.0, 4.0])
    assert_equal(bias.grad, [0.1, 0.0])


def test_the_clipped_norm_is_the_limit_and_the_direction_stays() -> None:
    parameters = with_gradients(np.random.default_rng(0).standard_normal((4, 3)), np.random.default_rng(1).standard_normal(5))
    before = np.concatenate([parameter.grad.ravel() for parameter in parameters])
    lk.clip_grad_norm(parameters, 0.7)
    after = np.concatenate([parameter.grad.ravel() for parameter in parameters])
    assert_close(np.linalg.norm(after), 0.7, tolerance=1e-6)
    assert_close(after / np.linalg.norm(after), before / np.linalg.norm(before))


def test_parameters_without_a_gradient_are_left_alone() -> None:
    weight, bias = *with_gradients([3.0, 4.0]), lk.Parameter(np.ones(2))
    assert_close(lk.clip_grad_norm([weight, bias], 1.0), 5.0)
    lk.clip_grad_value([weight, bias], 0.1)
    assert bias.grad is None


def test_without_any_gradient_the_norm_is_0() -> None:
    assert_equal(lk.clip_grad_norm([lk.Parameter(np.ones(2))], 1.0), 0.0)
    assert_equal(lk.clip_grad_norm([], 1.0), 0.0)


def test_one_parameter_needs_no_list() -> None:
    (weight,) = with_gradients([3.0, 4.0])
    assert_close(lk.clip_grad_norm(weight, 1.0), 5.0)
    lk.clip_grad_value(weight, 0.5)
    assert_equal(weight.grad, [0.5, 0.5])


def test_a_generator_is_read_once_and_all_are_clipped() -> None:
    parameters = with_gradients([3.0], [4.0])
    lk.clip_grad_norm((parameter for parameter in parameters), 1.0)
    assert_close([parameter.grad[0] for parameter in parameters], [0.6, 0.8], tolerance=1e-6)


def test_a_limit_of_0_leaves_nothing() -> None:
    (weight,) = with_gradients([3.0, 4.0])
    lk.clip_grad_norm([weight], 0.0)
    assert_equal(weight.grad, [0.0, 0.0])


def test_clipping_one_gradient_does_not_reach_another_that_shared_its_memory() -> None:
    grad = np.array([3.0, 4.0])
    one, other = lk.Parameter(np.zeros(2)), lk.Parameter(np.zeros(2))
    one.grad = other.grad = grad
    lk.clip_grad_norm([one], 1.0)
    lk.clip_grad_value([one], 0.1)
    assert_equal(other.grad, [3.0, 4.0])


def test_float32_stays_float32() -> None:
    (weight,) = with_gradients([3.0, 4.0], dtype=np.float32)
    norm = lk.clip_grad_norm([weight], 1.0)
    assert (weight.grad.dtype, norm.dtype) == (np.float32, np.float32)
    lk.clip_grad_value([weight], 0.1)
    assert weight.grad.dtype == np.float32


def test_squares_that_would_overflow_in_float32_do_not() -> None:
    (weight,) = with_gradients([3e30, 4e30], dtype=np.float32)
    assert_close(lk.clip_grad_norm([weight], 1.0), np.float32(5e30), tolerance=1e-6)
    assert_close(weight.grad, [0.6, 0.8], tolerance=1e-6)


# --- what is not finite ------------------------------------------------------------------------------------------------------------------


def test_one_nan_makes_all_gradients_nan() -> None:
    weight, bias = with_gradients([1.0, np.nan], [2.0])
    assert_equal(lk.clip_grad_norm([weight, bias], 1.0), np.nan)
    assert_equal(weight.grad, [np.nan, np.nan])
    assert_equal(bias.grad, [np.nan])


def test_one_infinity_becomes_nan_and_the_others_0() -> None:
    weight, bias = with_gradients([1.0, -np.inf], [2.0])
    assert_equal(lk.clip_grad_norm([weight, bias], 1.0), np.inf)
    assert_equal(weight.grad, [0.0, np.nan])
    assert_equal(bias.grad, [0.0])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_where_asked_a_norm_that_is_not_finite_raises_and_changes_nothing(bad: float) -> None:
    (weight,) = with_gradients([1.0, bad])
    with pytest.raises(RuntimeError, match=rf"the norm of the gradients is {bad}, which cannot be clipped"):
        lk.clip_grad_norm([weight], 1.0, error_if_nonfinite=True)
    assert_equal(weight.grad, [1.0, bad])


# --- by value ----------------------------------------------------------------------------------------------------------------------------


def test_each_value_is_limited_by_itself() -> None:
    weight, bias = with_gradients([-3.0, 0.1, 2.0], [[0.5]])
    assert lk.clip_grad_value([weight, bias], 0.5) is None
    assert_equal(weight.grad, [-0.5, 0.1, 0.5])
    assert_equal(bias.grad, [[0.5]])


def test_nan_stays_and_infinity_is_limited() -> None:
    (weight,) = with_gradients([np.nan, np.inf, -np.inf])
    lk.clip_grad_value([weight], 0.5)
    assert_equal(weight.grad, [np.nan, 0.5, -0.5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lk.clip_grad_norm([], -1.0), "max_norm must be at least 0; got -1.0."),
        (lambda: lk.clip_grad_norm([], float("nan")), "max_norm must be at least 0; got nan."),
        (lambda: lk.clip_grad_value([], -0.5), "clip_value must be at least 0; got -0.5."),
    ],
)
def test_a_limit_below_0_is_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
