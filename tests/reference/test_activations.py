"""Activations: worked values, symmetries, and what they do at 0 and far out."""

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

GRID = np.linspace(-8, 8, 161)
INF = np.inf


def slope(operation: Any, x: Any, **options: Any) -> Any:
    x = np.asarray(x, dtype=np.float64)
    return operation.backward(np.ones_like(x), operation.forward(x, **options)[1])


# --- worked examples ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("sigmoid")
def test_sigmoid_by_hand() -> None:
    # e^(-ln 3) = 1/3, so σ(ln 3) = 1 / (1 + 1/3) = 3/4, with the slope 3/4 · 1/4 = 3/16
    assert_close(lk.sigmoid(np.array([0.0, math.log(3), -math.log(3)])), [1 / 2, 3 / 4, 1 / 4])
    assert_close(slope(lk.sigmoid, [0.0, math.log(3), -math.log(3)]), [1 / 4, 3 / 16, 3 / 16])


@pytest.mark.worked_example("tanh")
def test_tanh_by_hand() -> None:
    # tanh(ln 2) = (2 - 1/2) / (2 + 1/2) = 3/5, with the slope 1 - 9/25 = 16/25
    assert_close(lk.tanh(np.array([0.0, math.log(2)])), [0, 3 / 5])
    assert_close(slope(lk.tanh, [0.0, math.log(2)]), [1, 16 / 25])


@pytest.mark.worked_example("relu")
def test_relu_by_hand() -> None:
    # max(-2, 0) = 0 with slope 0; max(3, 0) = 3 with slope 1
    assert_equal(lk.relu(np.array([-2.0, 3.0])), [0.0, 3.0])
    assert_equal(slope(lk.relu, [-2.0, 3.0]), [0.0, 1.0])


@pytest.mark.worked_example("leaky_relu")
def test_leaky_relu_by_hand() -> None:
    # -2 · 0.25 = -0.5 with slope 0.25; 3 stays, with slope 1
    assert_equal(lk.leaky_relu(np.array([-2.0, 3.0]), negative_slope=0.25), [-0.5, 3.0])
    assert_equal(slope(lk.leaky_relu, [-2.0, 3.0], negative_slope=0.25), [0.25, 1.0])


def test_leaky_relu_has_the_slope_one_hundredth_unless_told() -> None:
    assert_equal(slope(lk.leaky_relu, [-1.0]), [0.01])


@pytest.mark.worked_example("gelu")
def test_gelu_by_the_table_of_the_normal_distribution() -> None:
    # Φ(1) = 0.841344746 and φ(1) = 0.241970725 (any table of the normal distribution); x = -1 has Φ(-1) = 1 - Φ(1)
    # gelu'(x) = Φ(x) + x φ(x): at 1 it is 1.083315471, at -1 it is 0.158655254 - 0.241970725 = -0.083315471
    assert_close(lk.gelu(np.array([0.0, 1.0, -1.0])), [0.0, 0.841344746, -0.158655254], tolerance=1e-9)
    assert_close(slope(lk.gelu, [0.0, 1.0, -1.0]), [0.5, 1.083315471, -0.083315471], tolerance=1e-9)


def test_gelu_by_tanh_is_x_times_a_sigmoid() -> None:
    # ½ (1 + tanh u) = σ(2u): at x = 2, u = √(2/π) (2 + 0.044715 · 8) = √(2/π) · 2.35772
    u = math.sqrt(2 / math.pi) * 2.35772
    assert_close(lk.gelu(np.array([2.0]), approximate="tanh"), [2 / (1 + math.exp(-2 * u))])


# --- symmetries --------------------------------------------------------------------------------------------------------------------------


def test_sigmoid_of_minus_x_is_one_minus_sigmoid() -> None:
    assert_close(lk.sigmoid(-GRID), 1 - lk.sigmoid(GRID))


def test_tanh_is_odd() -> None:
    assert_equal(lk.tanh(-GRID), -lk.tanh(GRID))


def test_tanh_is_a_stretched_sigmoid() -> None:
    assert_close(lk.tanh(GRID), 2 * lk.sigmoid(2 * GRID) - 1)


def test_relu_of_x_less_relu_of_minus_x_is_x() -> None:
    assert_equal(lk.relu(GRID) - lk.relu(-GRID), GRID)


def test_relu_scales_with_its_input() -> None:
    assert_equal(lk.relu(4 * GRID), 4 * lk.relu(GRID))


def test_leaky_relu_with_slope_zero_is_relu_and_with_slope_one_the_identity() -> None:
    assert_equal(lk.leaky_relu(GRID, negative_slope=0.0), lk.relu(GRID))
    assert_equal(lk.leaky_relu(GRID, negative_slope=1.0), GRID)


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_of_x_less_gelu_of_minus_x_is_x(approximate: str) -> None:
    # x Φ(x) + x Φ(-x) = x
    assert_close(lk.gelu(GRID, approximate=approximate) - lk.gelu(-GRID, approximate=approximate), GRID)


def test_the_two_forms_of_gelu_differ_by_at_most_what_the_docstring_says() -> None:
    largest = np.abs(lk.gelu(GRID) - lk.gelu(GRID, approximate="tanh")).max()
    assert 4.7e-4 < largest < 4.8e-4


# --- edges -------------------------------------------------------------------------------------------------------------------------------


def test_relu_has_slope_zero_at_zero() -> None:
    assert_equal(slope(lk.relu, [0.0, -0.0]), [0.0, 0.0])


def test_leaky_relu_has_the_negative_slope_at_zero() -> None:
    assert_equal(slope(lk.leaky_relu, [0.0], negative_slope=0.25), [0.25])


def test_relu_lets_the_gradient_pass_where_its_input_is_nan() -> None:
    assert_equal(slope(lk.relu, [np.nan]), [1.0])


@pytest.mark.parametrize("far", [800.0, 1e4, INF])
def test_sigmoid_saturates_without_overflow(far: float) -> None:
    # 1 / (1 + e^800) overflows in float64; warnings are errors here
    assert_equal(lk.sigmoid(np.array([far, -far])), [1.0, 0.0])
    assert_equal(slope(lk.sigmoid, [far, -far]), [0.0, 0.0])


def test_sigmoid_keeps_small_probabilities() -> None:
    # σ(-700) = e^-700 / (1 + e^-700), and the 1 does not swallow it
    assert_close(lk.sigmoid(np.array([-700.0])) / math.exp(-700), [1.0])


@pytest.mark.parametrize("far", [800.0, 1e4, INF])
def test_tanh_saturates(far: float) -> None:
    assert_equal(lk.tanh(np.array([far, -far])), [1.0, -1.0])
    assert_equal(slope(lk.tanh, [far, -far]), [0.0, 0.0])


@pytest.mark.parametrize("approximate", ["none", "tanh"])
@pytest.mark.parametrize("far", [800.0, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gelu_is_relu_far_out(far: float, approximate: str, dtype: Any) -> None:
    x = np.array([far, -far], dtype=dtype)
    output, saved = lk.gelu.forward(x, approximate=approximate)
    assert_equal(output, [far, 0.0])
    assert_equal(lk.gelu.backward(np.ones_like(x), saved), [1.0, 0.0])


@pytest.mark.parametrize("operation", [lk.sigmoid, lk.tanh, lk.relu, lk.leaky_relu, lk.gelu])
@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 3, 4)])
def test_any_shape_is_kept(operation: Any, shape: tuple[int, ...]) -> None:
    x = np.full(shape, 0.5)
    output, saved = operation.forward(x)
    assert np.shape(output) == shape
    assert np.shape(operation.backward(np.ones(shape), saved)) == shape


def test_gelu_names_the_two_forms_it_has() -> None:
    with pytest.raises(ValueError, match='approximate must be "none" or "tanh"; got True'):
        lk.gelu(GRID, approximate=True)  # type: ignore[arg-type]


every_form = pytest.mark.parametrize(
    "function",
    [lk.sigmoid, lk.tanh, lk.relu, lk.leaky_relu, lk.gelu, partial(lk.gelu, approximate="tanh")],
    ids=["sigmoid", "tanh", "relu", "leaky_relu", "gelu", "gelu-tanh"],
)


def points() -> np.ndarray:
    """Numbers of either sign between 0.1 and 3 in size: away from the kink at 0, and where every slope is felt."""
    rng = np.random.default_rng(0)
    return rng.uniform(0.1, 3, (4, 5)) * rng.choice([-1.0, 1.0], (4, 5))


@every_form
def test_gradient_check(function: Any) -> None:
    assert lk.gradcheck(function, [lk.Tensor(points(), requires_grad=True)])


@pytest.mark.parametrize("negative_slope", [-0.5, 0.0, 0.3, 2.0])
def test_gradient_check_of_leaky_relu_with_slope(negative_slope: float) -> None:
    assert lk.gradcheck(partial(lk.leaky_relu, negative_slope=negative_slope), [lk.Tensor(points(), requires_grad=True)])


def test_leaky_relu_with_a_slope_above_1_is_not_the_larger_of_two_lines() -> None:
    assert_equal(lk.leaky_relu(np.array([-3.0, 3.0]), negative_slope=2.0), [-6.0, 3.0])


@pytest.mark.parametrize("x", [-6.0, -2.5, -0.3, 0.0, 1e-3, 0.7, 4.0])
def test_gelu_agrees_with_the_error_function(x: float) -> None:
    assert_close(lk.gelu(np.array([x])), [x * (1 + math.erf(x / math.sqrt(2))) / 2])


@pytest.mark.parametrize("x", [-2.5, -0.3, 0.0, 0.7, 4.0])
def test_gelu_by_tanh_has_the_slope_that_the_product_rule_gives(x: float) -> None:
    # y = x s with s = σ(2u), so dy/dx = s + x s (1 - s) 2u', with u' = √(2/π) (1 + 3 · 0.044715 x²)
    s = 1 / (1 + math.exp(-2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    expected = s + x * s * (1 - s) * 2 * math.sqrt(2 / math.pi) * (1 + 0.134145 * x * x)
    assert_close(slope(lk.gelu, [x], approximate="tanh"), [expected])


def test_tanh_near_0_keeps_its_digits() -> None:
    # tanh(x) = x - x³/3 + …; the difference of two exponentials near 1 would lose ten digits
    np.testing.assert_allclose(lk.tanh(np.array([1e-10, -1e-10])), [1e-10, -1e-10], rtol=1e-12, atol=0)


def test_relu_of_x_plus_relu_of_minus_x_is_the_absolute_value() -> None:
    assert_equal(lk.relu(GRID) + lk.relu(-GRID), np.abs(GRID))


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_leaky_relu_has_one_slope_at_zero_of_either_sign(zero: float) -> None:
    assert_equal(slope(lk.leaky_relu, [zero], negative_slope=0.25), [0.25])


def test_infinity_passes_through_relu_and_leaky_relu() -> None:
    assert_equal(lk.relu(np.array([-INF, INF])), [0.0, INF])
    assert_equal(lk.leaky_relu(np.array([-INF, INF])), [-INF, INF])


@every_form
def test_nan_gives_nan_and_leaves_its_neighbor_alone(function: Any) -> None:
    assert_equal(function(np.array([np.nan, 1.5])), [np.nan, function(np.array([1.5]))[0]])


@every_form
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_in_is_dtype_out(function: Any, dtype: Any) -> None:
    assert function(points().astype(dtype)).dtype == dtype


def test_the_slope_of_leaky_relu_must_be_named() -> None:
    with pytest.raises(TypeError, match="too many positional arguments"):
        lk.leaky_relu(GRID, 0.1)
