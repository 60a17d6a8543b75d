"""linear: y = x Wᵀ + b and its three gradients by hand, linearity, axes, and what it refuses."""

import re
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

# two examples of two features, three outputs
X = np.array([[1.0, 2.0], [3.0, -1.0]])
WEIGHT = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, -3.0]])
BIAS = np.array([0.0, 10.0, 100.0])


def drawn(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape) for shape in shapes]


def backward(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None, grad_output: np.ndarray, **options: Any) -> Any:
    return lk.linear.backward(grad_output, lk.linear.forward(x, weight, bias)[1], **options)


# --- values ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("linear")
def test_every_row_of_weight_is_an_output() -> None:
    # first output x_0, second x_1 + 10, third 2 x_0 - 3 x_1 + 100
    assert_equal(lk.linear(X, WEIGHT, BIAS), [[1.0, 12.0, 96.0], [3.0, 9.0, 109.0]])


def test_without_a_bias_nothing_is_added() -> None:
    assert_equal(lk.linear(X, WEIGHT), [[1.0, 2.0, -4.0], [3.0, -1.0, 9.0]])


def test_a_bias_of_none_is_no_bias() -> None:
    assert_equal(lk.linear(X, WEIGHT, None), lk.linear(X, WEIGHT))


def test_the_identity_changes_nothing() -> None:
    assert_equal(lk.linear(X, np.eye(2), np.zeros(2)), X)


def test_inputs_of_0_give_the_bias() -> None:
    assert_equal(lk.linear(np.zeros((2, 2)), WEIGHT, BIAS), [BIAS, BIAS])


def test_the_map_of_a_sum_is_the_sum_of_the_maps() -> None:
    one, other, weight = drawn((5, 3), (5, 3), (2, 3))
    assert_close(lk.linear(2 * one - 7 * other, weight), 2 * lk.linear(one, weight) - 7 * lk.linear(other, weight))


def test_it_is_linear_in_its_weight_too() -> None:
    x, one, other = drawn((5, 3), (2, 3), (2, 3))
    assert_close(lk.linear(x, 2 * one - 7 * other), 2 * lk.linear(x, one) - 7 * lk.linear(x, other))


def test_one_map_after_another_is_one_map() -> None:
    x, first, second = drawn((5, 3), (4, 3), (2, 4))
    assert_close(lk.linear(lk.linear(x, first), second), lk.linear(x, second @ first))


def test_one_example_needs_no_batch() -> None:
    assert_equal(lk.linear(X[0], WEIGHT, BIAS), [1.0, 12.0, 96.0])


def test_leading_axes_are_kept_and_each_row_is_mapped_alone() -> None:
    x, weight, bias = drawn((4, 5, 3), (2, 3), (2,))
    rows = [[[sum(weight[j, i] * x[a, b, i] for i in range(3)) + bias[j] for j in range(2)] for b in range(5)] for a in range(4)]
    assert_close(lk.linear(x, weight, bias), rows)


def test_no_examples_give_no_outputs() -> None:
    assert lk.linear(np.zeros((0, 2)), WEIGHT, BIAS).shape == (0, 3)


def test_one_feature_and_one_output() -> None:
    assert_equal(lk.linear(np.array([[3.0]]), np.array([[4.0]]), np.array([0.5])), [[12.5]])


# --- gradients ---------------------------------------------------------------------------------------------------------------------------

# g = dL/dy for the two examples and three outputs
G = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]])


def test_the_gradient_of_x_goes_back_through_the_weight() -> None:
    # row 0: 1·(1, 0) + 2·(2, -3) = (5, -6); row 1: 1·(0, 1) - 1·(2, -3) = (-2, 4)
    assert_equal(backward(X, WEIGHT, BIAS, G)[0], [[5.0, -6.0], [-2.0, 4.0]])


def test_the_gradient_of_the_weight_is_the_sum_of_g_times_x() -> None:
    # output 0: 1·(1, 2); output 1: 1·(3, -1); output 2: 2·(1, 2) - 1·(3, -1) = (-1, 5)
    assert_equal(backward(X, WEIGHT, BIAS, G)[1], [[1.0, 2.0], [3.0, -1.0], [-1.0, 5.0]])


def test_the_gradient_of_the_bias_is_the_sum_of_g() -> None:
    assert_equal(backward(X, WEIGHT, BIAS, G)[2], [1.0, 1.0, 1.0])


def test_no_bias_has_no_gradient() -> None:
    assert backward(X, WEIGHT, None, G)[2] is None


def test_without_a_bias_the_other_gradients_are_the_same() -> None:
    for without, with_bias in zip(backward(X, WEIGHT, None, G)[:2], backward(X, WEIGHT, BIAS, G)[:2], strict=True):
        assert_equal(without, with_bias)


def test_all_leading_axes_count_examples() -> None:
    x, weight, bias, g = drawn((4, 5, 3), (2, 3), (2,), (4, 5, 2))
    flat = backward(x.reshape(20, 3), weight, bias, g.reshape(20, 2))
    deep = backward(x, weight, bias, g)
    for gradient, expected in zip(deep, (flat[0].reshape(4, 5, 3), *flat[1:]), strict=True):
        assert_close(gradient, expected)


def test_the_gradients_of_one_example_without_a_batch() -> None:
    grad_x, grad_weight, grad_bias = backward(X[0], WEIGHT, BIAS, G[0])
    assert_equal(grad_x, [5.0, -6.0])
    assert_equal(grad_weight, [[1.0, 2.0], [0.0, 0.0], [2.0, 4.0]])
    assert_equal(grad_bias, [1.0, 0.0, 2.0])


@pytest.mark.parametrize("needed", [0, 1, 2])
def test_what_nobody_asked_for_is_none(needed: int) -> None:
    asked = [position == needed for position in range(3)]
    assert [gradient is not None for gradient in backward(X, WEIGHT, BIAS, G, needs_input_grad=asked)] == asked


@pytest.mark.parametrize("shape", [(3,), (5, 3), (4, 5, 3)], ids=str)
def test_gradient_check(shape: tuple[int, ...]) -> None:
    assert lk.gradcheck(lk.linear, [lk.Tensor(value, requires_grad=True) for value in drawn(shape, (2, 3), (2,))])


def test_gradient_check_without_a_bias() -> None:
    assert lk.gradcheck(lk.linear, [lk.Tensor(value, requires_grad=True) for value in drawn((5, 3), (2, 3))])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_in_is_dtype_out(dtype: Any) -> None:
    x, weight, bias, g = (value.astype(dtype) for value in (X, WEIGHT, BIAS, G))
    assert {array.dtype for array in (lk.linear(x, weight, bias), *backward(x, weight, bias, g))} == {np.dtype(dtype)}


# --- errors ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "weight"), [((5, 3), (3, 2)), ((5, 3), (3,)), ((), (2, 3)), ((5,), (2, 3)), ((5, 3), (1, 2, 3)), ((3, 5), (2, 3))], ids=str
)
def test_features_that_do_not_match_are_refused_with_the_remedy(x: tuple[int, ...], weight: tuple[int, ...]) -> None:
    message = f"x must be (..., D_in) and weight (D_out, D_in); got {x} and {weight}. The rows of weight are outputs: try weight.T."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.linear(np.zeros(x), np.zeros(weight))


@pytest.mark.parametrize("bias", [(2, 1), (1, 2), (1,), (3,), ()], ids=str)
def test_a_bias_that_would_broadcast_is_refused_with_the_remedy(bias: tuple[int, ...]) -> None:
    message = f"bias must be (D_out,) = (2,); got {bias}. Use bias.reshape(-1)."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.linear(np.zeros((5, 3)), np.zeros((2, 3)), np.zeros(bias))
