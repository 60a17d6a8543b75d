"""Arithmetic: worked examples, broadcasting, powers at 0, every kind of matrix product, indexing."""

from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
INF = np.inf


def backward(operation: Any, grad_output: Any, *inputs: Any, **options: Any) -> Any:
    return operation.backward(np.asarray(grad_output), operation.forward(*inputs, **options)[1])


# --- worked examples ---------------------------------------------------------------------------------------------------------------------


def test_add_passes_its_gradient_to_both_terms() -> None:
    grad_a, grad_b = backward(lk.add, [1.0, 10.0], np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert_equal(grad_a, [1.0, 10.0])
    assert_equal(grad_b, [1.0, 10.0])


@pytest.mark.worked_example("add", "sub")
def test_a_sum_and_a_difference_by_hand() -> None:
    # (1, 2) + (3, 5) = (4, 7), (1, 2) - (3, 5) = (-2, -3); the slopes are 1 and 1, 1 and -1, times grad_output (1, 10)
    a, b = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    assert_equal(lk.add(a, b), [4.0, 7.0])
    assert_equal(lk.sub(a, b), [-2.0, -3.0])
    assert_equal(backward(lk.add, [1.0, 10.0], a, b), [[1.0, 10.0], [1.0, 10.0]])
    assert_equal(backward(lk.sub, [1.0, 10.0], a, b), [[1.0, 10.0], [-1.0, -10.0]])


def test_sub_turns_the_sign_for_the_second_term() -> None:
    grad_a, grad_b = backward(lk.sub, [1.0, 10.0], np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert_equal(grad_a, [1.0, 10.0])
    assert_equal(grad_b, [-1.0, -10.0])


@pytest.mark.worked_example("mul")
def test_mul_gives_each_factor_the_other_one() -> None:
    # y = a b, with a = [1, 2] and b = [3, 4]: dy/da = b, dy/db = a; grad_output [1, 10]
    grad_a, grad_b = backward(lk.mul, [1.0, 10.0], np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert_equal(grad_a, [3.0, 40.0])
    assert_equal(grad_b, [1.0, 20.0])


@pytest.mark.worked_example("div")
def test_div_by_hand() -> None:
    # y = a / b at a = 3, b = 2: y = 1.5, dy/da = 1/2, dy/db = -3/4; grad_output 8
    assert_equal(lk.div(np.array([3.0]), np.array([2.0])), [1.5])
    grad_a, grad_b = backward(lk.div, [8.0], np.array([3.0]), np.array([2.0]))
    assert_equal(grad_a, [4.0])
    assert_equal(grad_b, [-6.0])


@pytest.mark.worked_example("neg")
def test_neg_by_hand() -> None:
    # -(1, -2) = (-1, 2), with slope -1 everywhere
    assert_equal(lk.neg(np.array([1.0, -2.0])), [-1.0, 2.0])
    assert_equal(backward(lk.neg, [3.0, 4.0], np.array([1.0, -2.0])), [-3.0, -4.0])


@pytest.mark.worked_example("pow")
def test_pow_by_hand() -> None:
    # y = x³ at -2: -8, slope 3 · 4 = 12; at 3: 27, slope 27
    assert_equal(lk.pow(np.array([-2.0, 3.0]), exponent=3), [-8.0, 27.0])
    assert_equal(backward(lk.pow, [1.0, 10.0], np.array([-2.0, 3.0]), exponent=3), [12.0, 270.0])


def test_a_square_root_is_a_power_of_one_half() -> None:
    # √4 = 2, slope 1 / (2 · 2) = 1/4
    assert_equal(lk.pow(np.array([4.0]), exponent=0.5), [2.0])
    assert_equal(backward(lk.pow, [1.0], np.array([4.0]), exponent=0.5), [0.25])


@pytest.mark.worked_example("exp")
def test_exp_is_its_own_slope() -> None:
    # e^(ln 3) = 3
    assert_close(lk.exp(np.array([0.0, np.log(3)])), [1.0, 3.0])
    assert_close(backward(lk.exp, [1.0, 10.0], np.array([0.0, np.log(3)])), [1.0, 30.0])


@pytest.mark.worked_example("log")
def test_log_by_hand() -> None:
    # log e² = 2, and the slope of log at x is 1/x: at 4 a quarter, at 1/2 two
    assert_close(lk.log(np.array([1.0, np.e**2])), [0.0, 2.0])
    assert_close(backward(lk.log, [1.0, 10.0], np.array([4.0, 0.5])), [0.25, 20.0])


def test_log_has_the_slope_one_over_x() -> None:
    assert_close(lk.log(np.array([1.0, np.e])), [0.0, 1.0])
    assert_close(backward(lk.log, [3.0, 1.0], np.array([0.5, 4.0])), [6.0, 0.25])


@pytest.mark.worked_example("matmul")
def test_matmul_by_hand() -> None:
    # A = [[1, 2], [3, 4]], B = [[5], [6]]: AB = [[17], [39]]
    # with G = [[1], [10]]: dA = G Bᵀ = [[5, 6], [50, 60]], dB = Aᵀ G = [[1 + 30], [2 + 40]]
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0], [6.0]])
    assert_equal(lk.matmul(a, b), [[17.0], [39.0]])
    grad_a, grad_b = backward(lk.matmul, [[1.0], [10.0]], a, b)
    assert_equal(grad_a, [[5.0, 6.0], [50.0, 60.0]])
    assert_equal(grad_b, [[31.0], [42.0]])


@pytest.mark.worked_example("sum")
def test_sum_gives_every_term_its_gradient() -> None:
    # columns: 1 + 4, 2 + 5, 3 + 6
    assert_equal(lk.sum(X, dim=0), [5.0, 7.0, 9.0])
    assert_equal(backward(lk.sum, [1.0, 2.0, 3.0], X, dim=0), [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])


@pytest.mark.worked_example("mean")
def test_mean_gives_every_term_its_share() -> None:
    # rows of three: (1 + 2 + 3)/3 = 2 and (4 + 5 + 6)/3 = 5; a third of the gradient to each
    assert_equal(lk.mean(X, dim=1), [2.0, 5.0])
    assert_equal(backward(lk.mean, [3.0, 30.0], X, dim=1), [[1.0, 1.0, 1.0], [10.0, 10.0, 10.0]])


def test_mean_over_everything_divides_by_the_number_of_values() -> None:
    assert_equal(lk.mean(X), 3.5)
    assert_equal(backward(lk.mean, 6.0, X), np.ones((2, 3)))


@pytest.mark.worked_example("reshape")
def test_reshape_keeps_the_order_and_its_gradient_comes_back() -> None:
    # 1, 2, 3 and 4, 5, 6 are read in a row: 1, 2 and 3, 4 and 5, 6
    assert_equal(lk.reshape(X, shape=(3, 2)), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert_equal(backward(lk.reshape, [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], X, shape=(3, 2)), X)


@pytest.mark.worked_example("transpose")
def test_transpose_swaps_and_its_gradient_is_swapped_back() -> None:
    # entry (i, j) goes to (j, i): the columns 1, 4 and 2, 5 and 3, 6 become rows
    assert_equal(lk.transpose(X, dim0=0, dim1=1), [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]])
    assert_equal(backward(lk.transpose, [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]], X, dim0=0, dim1=1), X)


@pytest.mark.worked_example("getitem")
def test_an_entry_that_is_picked_twice_receives_both_gradients() -> None:
    # 10 was picked twice: 1 + 2 = 3; 20 never: 0; 30 once: 4
    x = np.array([10.0, 20.0, 30.0])
    assert_equal(lk.getitem(x, key=[0, 0, 2]), [10.0, 10.0, 30.0])
    assert_equal(backward(lk.getitem, [1.0, 2.0, 4.0], x, key=[0, 0, 2]), [3.0, 0.0, 4.0])


@pytest.mark.parametrize(
    ("key", "picked", "grad"),
    [
        ((1, 2), 6.0, [[0, 0, 0], [0, 0, 1]]),
        (-1, [4.0, 5.0, 6.0], [[0, 0, 0], [1, 1, 1]]),
        ((slice(None), slice(0, 3, 2)), [[1.0, 3.0], [4.0, 6.0]], [[1, 0, 1], [1, 0, 1]]),
        ((Ellipsis, 0), [1.0, 4.0], [[1, 0, 0], [1, 0, 0]]),
        ((None, 0), [[1.0, 2.0, 3.0]], [[1, 1, 1], [0, 0, 0]]),
        (X > 4, [5.0, 6.0], [[0, 0, 0], [0, 1, 1]]),
        ((np.array([0, 1]), np.array([2, 0])), [3.0, 4.0], [[0, 0, 1], [1, 0, 0]]),
        (slice(2, 2), np.zeros((0, 3)), np.zeros((2, 3))),
    ],
    ids=["entry", "row-from-the-end", "steps", "ellipsis", "new-axis", "mask", "pairs", "nothing"],
)
def test_getitem_for_every_kind_of_key(key: Any, picked: Any, grad: Any) -> None:
    assert_equal(lk.getitem(X, key=key), picked)
    assert_equal(backward(lk.getitem, np.ones(np.shape(picked)), X, key=key), grad)


def test_a_tensor_may_be_the_index() -> None:
    assert_equal(lk.Tensor(np.array([10.0, 20.0, 30.0]))[lk.tensor([2, 0])].data, [30.0, 10.0])


# --- broadcasting ------------------------------------------------------------------------------------------------------------------------


def test_a_row_that_was_added_to_each_row_receives_the_sum_over_rows() -> None:
    _, grad_b = backward(lk.add, X, np.zeros((2, 3)), np.zeros(3))
    assert_equal(grad_b, [5.0, 7.0, 9.0])


def test_a_column_that_was_added_to_each_column_receives_the_sum_over_columns() -> None:
    grad_a, _ = backward(lk.add, X, np.zeros((2, 1)), np.zeros((2, 3)))
    assert_equal(grad_a, [[6.0], [15.0]])


def test_a_number_that_was_added_everywhere_receives_the_sum_of_everything() -> None:
    _, grad_b = backward(lk.add, X, np.zeros((2, 3)), np.array(0.0))
    assert_equal(grad_b, 21.0)


@pytest.mark.parametrize("operation", [lk.add, lk.sub, lk.mul, lk.div, lk.matmul])
def test_shapes_that_do_not_fit_are_refused(operation: Any) -> None:
    with pytest.raises(ValueError, match=r"broadcast|mismatch"):
        operation(np.ones((2, 3)), np.ones((2, 4)))


# --- invariances -------------------------------------------------------------------------------------------------------------------------


def test_exp_undoes_log() -> None:
    x = np.array([0.5, 1.0, 20.0])
    assert_close(lk.exp(lk.log(x)), x)


def test_a_product_transposed_is_the_product_of_the_transposes_in_reverse() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 3)), rng.standard_normal((3, 4))
    assert_close(lk.matmul(a, b).T, lk.matmul(b.T, a.T))


def test_the_mean_is_the_sum_divided_by_the_count() -> None:
    x = np.random.default_rng(0).standard_normal((3, 4, 5))
    assert_close(lk.mean(x, dim=(0, 2)), lk.sum(x, dim=(0, 2)) / 15)


def test_a_batch_of_products_is_each_product() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((5, 2, 3)), rng.standard_normal((5, 3, 4))
    assert_close(lk.matmul(a, b), np.stack([one @ other for one, other in zip(a, b, strict=True)]))


# --- edges -------------------------------------------------------------------------------------------------------------------------------


def test_the_zeroth_power_has_slope_zero_also_at_zero() -> None:
    # n xⁿ⁻¹ would be 0 · 0⁻¹ = 0 · inf
    assert_equal(lk.pow(np.array([0.0, 2.0]), exponent=0), [1.0, 1.0])
    assert_equal(backward(lk.pow, [1.0, 1.0], np.array([0.0, 2.0]), exponent=0), [0.0, 0.0])


def test_the_first_power_has_slope_one_also_at_zero() -> None:
    assert_equal(backward(lk.pow, [1.0], np.array([0.0]), exponent=1), [1.0])


def test_the_square_has_slope_zero_at_zero() -> None:
    assert_equal(backward(lk.pow, [1.0], np.array([0.0]), exponent=2), [0.0])


def test_an_exponent_that_is_an_array_or_a_tensor_is_refused_with_another_way() -> None:
    with pytest.raises(TypeError, match=r"the exponent must be a Python number; got ndarray. For a tensor use exp\(b \* log\(a\)\)"):
        lk.pow(np.ones(2), exponent=np.ones(2))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the exponent must be a Python number; got Tensor"):
        lk.tensor([1.0]) ** lk.tensor([2.0])  # type: ignore[operator]


def test_exp_of_minus_infinity_is_zero_without_a_slope() -> None:
    assert_equal(lk.exp(np.array([-INF, -800.0])), [0.0, 0.0])
    assert_equal(backward(lk.exp, [1.0, 1.0], np.array([-INF, -800.0])), [0.0, 0.0])


def test_the_sum_of_nothing_is_zero() -> None:
    assert_equal(lk.sum(np.zeros((0, 3)), dim=0), [0.0, 0.0, 0.0])
    assert_equal(backward(lk.sum, [1.0, 1.0, 1.0], np.zeros((0, 3)), dim=0), np.zeros((0, 3)))


def test_a_matrix_product_over_no_terms_is_zero() -> None:
    assert_equal(lk.matmul(np.zeros((2, 0)), np.zeros((0, 3))), np.zeros((2, 3)))


@pytest.mark.parametrize("dim", [0, 1, -1, (0, 1), (1, 0), (-1, -2), None])
@pytest.mark.parametrize("keepdim", [False, True])
def test_sum_and_mean_over_every_choice_of_axes(dim: Any, keepdim: bool) -> None:
    # the brute-force oracle adds entry by entry into its place
    axes = {0, 1} if dim is None else {axis % 2 for axis in np.atleast_1d(dim).tolist()}
    total = np.zeros([1 if axis in axes else size for axis, size in enumerate(X.shape)])
    for index, value in np.ndenumerate(X):
        total[tuple(0 if axis in axes else at for axis, at in enumerate(index))] += value
    expected = total if keepdim else total.reshape([size for axis, size in enumerate(X.shape) if axis not in axes])
    assert_equal(lk.sum(X, dim=dim, keepdim=keepdim), expected)
    assert_close(lk.mean(X, dim=dim, keepdim=keepdim), expected * expected.size / 6)


# --- integers become what PyTorch makes of them ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", [lk.add, lk.sub, lk.mul, lk.div])
def test_integers_beside_float32_stay_float32(operation: Any) -> None:
    # NumPy alone would make float64 of int64 and float32
    assert operation(np.float32([[1, 2]]), np.array([3, 4])).dtype == np.float32
    assert operation(np.array([3, 4]), np.float32([[1, 2]])).dtype == np.float32


@pytest.mark.parametrize("operation", [lk.exp, lk.log])
def test_a_function_of_integers_is_float32(operation: Any) -> None:
    assert operation(np.array([1, 2])).dtype == np.float32


def test_integers_divided_by_integers_are_float32() -> None:
    assert_equal(lk.div(np.array([1, 3]), np.array([2, 2])), np.float32([0.5, 1.5]))
    assert lk.div(np.array([1]), np.array([2])).dtype == np.float32


@pytest.mark.parametrize("operation", [lk.add, lk.sub, lk.mul])
def test_integers_among_themselves_stay_integers(operation: Any) -> None:
    assert operation(np.array([3]), np.array([4])).dtype == np.int64
