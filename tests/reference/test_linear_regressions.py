"""Linear regression: gradients by hand and by small steps, descent, the solution, and the largest stable rate."""

import re
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

# two rows, two features: predictions with w = (1, 2) and b = 0.5 are 1·1 + 2·0 + 0.5 = 1.5 and 3 + 8 + 0.5 = 11.5
X, Y, WEIGHT, BIAS = np.array([[1.0, 0.0], [3.0, 4.0]]), np.array([1.0, 10.0]), np.array([1.0, 2.0]), 0.5


def regression(n: int = 9, d: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)), rng.standard_normal(n)


# --- the loss and its gradient -----------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("linreg_loss_grad")
def test_the_loss_is_the_mean_of_the_squares() -> None:
    # differences 0.5 and 1.5: (0.25 + 2.25)/2
    assert_close(lk.linreg_loss_grad(X, Y, WEIGHT, BIAS)[0], 1.25)


@pytest.mark.worked_example("linreg_loss_grad")
def test_the_gradients_by_hand() -> None:
    _, grad_weight, grad_bias = lk.linreg_loss_grad(X, Y, WEIGHT, BIAS)
    # 2/2·(0.5·(1, 0) + 1.5·(3, 4)) = (5, 6), and 2/2·(0.5 + 1.5)
    assert_close(grad_weight, [5.0, 6.0])
    assert_close(grad_bias, 2.0)


@pytest.mark.gradient_check("linreg_loss_grad")
@pytest.mark.parametrize("shape", [(9, 3), (3, 3), (1, 2), (4, 1)])
def test_the_gradients_are_the_slopes_of_the_loss(shape: tuple[int, int]) -> None:
    x, y = regression(*shape)
    rng = np.random.default_rng(1)
    weight, bias, direction = rng.standard_normal(shape[1]), rng.standard_normal(), rng.standard_normal(shape[1] + 1)
    _, grad_weight, grad_bias = lk.linreg_loss_grad(x, y, weight, bias)
    above, below = (lk.linreg_loss_grad(x, y, weight + h * direction[:-1], bias + h * direction[-1])[0] for h in (1e-6, -1e-6))
    assert_close(grad_weight @ direction[:-1] + grad_bias * direction[-1], (above - below) / 2e-6, tolerance=1e-6)


def test_the_loss_is_that_of_mse() -> None:
    assert_close(lk.linreg_loss_grad(X, Y, WEIGHT, BIAS)[0], lk.mse(X @ WEIGHT + BIAS, Y))


def test_rows_given_twice_change_neither_loss_nor_gradient() -> None:
    once, twice = (lk.linreg_loss_grad(np.tile(X, (k, 1)), np.tile(Y, k), WEIGHT, BIAS) for k in (1, 2))
    for one, two in zip(once, twice, strict=True):
        assert_close(two, one)


def test_float32_stays_float32() -> None:
    x, y = (value.astype(np.float32) for value in regression())
    weight, bias, losses = lk.fit_gd(x, y, lr=0.1, steps=3)
    found = [*lk.linreg_loss_grad(x, y, weight, bias), *lk.gd_step(x, y, weight, bias, lr=0.1), *lk.normal_equation(x, y), losses]
    assert {value.dtype for value in (*found, weight, bias, lk.max_stable_lr(x))} == {np.dtype(np.float32)}


# --- descent -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("gd_step")
def test_a_step_goes_down_both_gradients_at_once() -> None:
    weight, bias = lk.gd_step(X, Y, WEIGHT, BIAS, lr=0.1)
    # (1, 2) - 0.1·(5, 6), 0.5 - 0.1·2: the bias is not moved by the new weight's gradient
    assert_close(weight, [0.5, 1.4])
    assert_close(bias, 0.3)
    assert_equal(WEIGHT, [1.0, 2.0])


def test_fit_gd_is_one_step_after_the_other() -> None:
    x, y = regression()
    weight, bias, losses = np.zeros(3), 0.0, []
    for _ in range(5):
        losses.append(lk.linreg_loss_grad(x, y, weight, bias)[0])
        weight, bias = lk.gd_step(x, y, weight, bias, lr=0.1)
    fitted = lk.fit_gd(x, y, lr=0.1, steps=5)
    for one, other in zip(fitted, (weight, bias, losses), strict=True):
        assert_close(one, other)


@pytest.mark.worked_example("fit_gd")
def test_two_steps_of_descent_by_hand() -> None:
    # x = 1, y = 2 from (0, 0): loss (0 - 2)² = 4, slopes 2 · (-2) = -4 each, lr 0.1: w = b = 0.4
    # then the prediction 0.8: loss 1.2² = 1.44, slopes -2.4 each: w = b = 0.64
    weight, bias, losses = lk.fit_gd(np.array([[1.0]]), np.array([2.0]), lr=0.1, steps=2)
    assert_close(weight, [0.64])
    assert_close(bias, 0.64)
    assert_close(losses, [4.0, 1.44])


def test_the_first_loss_is_that_of_the_start() -> None:
    x, y = regression()
    assert_close(lk.fit_gd(x, y, lr=0.1, steps=1)[2], [(y**2).mean()])


def test_no_steps_return_the_start() -> None:
    weight, bias, losses = lk.fit_gd(X, Y, lr=0.1, steps=0, weight=WEIGHT, bias=BIAS)
    assert_equal(weight, WEIGHT)
    assert (bias, losses.shape) == (BIAS, (0,))


def test_the_start_that_was_given_stays_as_it_was() -> None:
    start = WEIGHT.copy()
    lk.fit_gd(X, Y, lr=0.1, steps=3, weight=start)
    assert_equal(start, WEIGHT)


def test_descent_ends_at_the_solution() -> None:
    x, y = regression()
    weight, bias, _ = lk.fit_gd(x, y, lr=0.9 * lk.max_stable_lr(x), steps=3000)
    for one, other in zip((weight, bias), lk.normal_equation(x, y), strict=True):
        assert_close(one, other, tolerance=1e-10)


# --- the solution ------------------------------------------------------------------------------------------------------------------------


def test_the_solution_finds_the_line_that_made_the_data() -> None:
    x, _ = regression()
    weight, bias = lk.normal_equation(x, x @ np.array([1.0, -2.0, 0.5]) + 3)
    assert_close(weight, [1.0, -2.0, 0.5])
    assert_close(bias, 3.0)


def test_at_the_solution_the_gradient_is_0() -> None:
    x, y = regression()
    _, grad_weight, grad_bias = lk.linreg_loss_grad(x, y, *lk.normal_equation(x, y))
    assert_close(grad_weight, np.zeros(3))
    assert_close(grad_bias, 0.0)


@pytest.mark.worked_example("normal_equation")
def test_of_many_solutions_it_takes_the_smallest() -> None:
    # w₁ + w₂ + b = 3 with one feature given twice: all three are 1
    weight, bias = lk.normal_equation(np.array([[1.0, 1.0]]), np.array([3.0]))
    assert_close(weight, [1.0, 1.0])
    assert_close(bias, 1.0)


def test_the_solution_keeps_its_digits_where_the_normal_equations_lose_them() -> None:
    x = np.stack([np.ones(8), np.ones(8)], axis=1) + 1e-7 * np.random.default_rng(0).standard_normal((8, 2))
    x[:, 0] *= np.linspace(1, 2, 8)  # a condition number of 1e7
    y = x @ np.array([2.0, 3.0])
    weight, bias = lk.normal_equation(x, y)
    assert np.abs(x @ weight + bias - y).max() < 1e-12


# --- the largest stable rate -------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("max_stable_lr")
@pytest.mark.parametrize("use_bias", [True, False])
def test_the_largest_stable_rate_by_hand(use_bias: bool) -> None:
    # x = 1, 3: AᵀA/2 = [[5, 2], [2, 1]] with eigenvalues 3 ± √8; 5 alone without the ones
    expected = 2 / (2 * (3 + np.sqrt(8))) if use_bias else 2 / (2 * 5)
    assert_close(lk.max_stable_lr(np.array([[1.0], [3.0]]), use_bias=use_bias), expected)


@pytest.mark.parametrize(("factor", "falls"), [(0.98, True), (1.02, False)])
def test_below_it_descent_falls_and_above_it_grows(factor: float, falls: bool) -> None:
    x, y = regression()
    losses = lk.fit_gd(x, y, lr=factor * lk.max_stable_lr(x), steps=2000)[2]
    assert (losses[-1] < losses[0]) == falls


def test_features_that_are_all_0_without_a_bias_bear_any_rate() -> None:
    assert_equal(lk.max_stable_lr(np.zeros((3, 2)), use_bias=False), np.inf)


def test_far_too_large_a_rate_ends_in_infinity_and_nan_without_a_warning() -> None:
    x, y = regression()
    losses = lk.fit_gd(x, y, lr=1e3, steps=400)[2]
    assert np.isinf(losses).any()
    assert np.isnan(losses[-1])


# --- what is refused ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: lk.linreg_loss_grad(X, Y[:, None], WEIGHT, BIAS),
            "x must be (N, D) and y (N,); got (2, 2) and (2, 1). Use y.reshape(-1).",
        ),
        (lambda: lk.fit_gd(X, Y[:1], lr=0.1, steps=1), "x must be (N, D) and y (N,); got (2, 2) and (1,). Use y.reshape(-1)."),
        (
            lambda: lk.normal_equation(X[:, 0], Y),
            "x must be (N, D), with at least one row and one feature; got (2,). Use x.reshape(-1, 1).",
        ),
        (lambda: lk.max_stable_lr(X[:0]), "x must be (N, D), with at least one row and one feature; got (0, 2). Use x.reshape(-1, 1)."),
        (
            lambda: lk.gd_step(X, Y, WEIGHT[:, None], BIAS, lr=0.1),
            "weight must be (D,) = (2,) and bias a number; got (2, 1) and (). Use weight.reshape(-1).",
        ),
        (
            lambda: lk.linreg_loss_grad(X, Y, WEIGHT, np.zeros(1)),
            "weight must be (D,) = (2,) and bias a number; got (2,) and (1,). Use weight.reshape(-1).",
        ),
        (lambda: lk.gd_step(X, Y, WEIGHT, BIAS, lr=-0.1), "lr must be at least 0; got -0.1."),
        (lambda: lk.fit_gd(X, Y, lr=0.1, steps=-1), "steps must be at least 0; got -1."),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
