"""logsumexp, softmax and log_softmax: values and gradients by hand, invariances, masks, and scores without measure."""

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

INF, NAN = np.inf, np.nan
NAMES = ("logsumexp", "softmax", "log_softmax")

every_function = pytest.mark.parametrize("name", NAMES)

# The example of these tests, z = (2, 1, 0): e² = 7.38905609893065, e = 2.718281828459045, e⁰ = 1, together 11.107337927389695.
# P is each over the sum, and LSE the logarithm of the sum.
Z = np.array([2.0, 1.0, 0.0])
P = np.array([0.6652409557748219, 0.24472847105479764, 0.09003057317038046])
LSE = 2.40760596444438


def scores(*shape: int) -> np.ndarray:
    return 3 * np.random.default_rng(0).standard_normal(shape)


def backward(name: str, logits: np.ndarray, grad_output: Any, **options: Any) -> Any:
    operation = getattr(lk, name)
    return operation.backward(np.asarray(grad_output), operation.forward(logits, **options)[1])


# --- values by hand ----------------------------------------------------------------------------------------------------------------------


def test_logsumexp_of_2_1_0() -> None:
    assert_close(lk.logsumexp(Z), LSE)


def test_softmax_of_2_1_0() -> None:
    assert_close(lk.softmax(Z), P)


def test_log_softmax_of_2_1_0() -> None:
    # z - log Σ e^z
    assert_close(lk.log_softmax(Z), [2 - LSE, 1 - LSE, -LSE])


@pytest.mark.worked_example("logsumexp")
def test_logsumexp_adds_what_the_logarithms_stand_for() -> None:
    # log(1 + 2 + 5) = log 8
    assert_close(lk.logsumexp(np.log([1.0, 2.0, 5.0])), math.log(8))


def test_softmax_of_logarithms_is_their_numbers_shares() -> None:
    assert_close(lk.softmax(np.log([1.0, 2.0, 5.0])), [1 / 8, 2 / 8, 5 / 8])


def test_log_softmax_is_the_logarithm_of_softmax() -> None:
    assert_close(lk.log_softmax(scores(4, 5)), np.log(lk.softmax(scores(4, 5))))


def test_log_softmax_is_each_score_less_logsumexp() -> None:
    assert_close(lk.log_softmax(scores(4, 5)), scores(4, 5) - lk.logsumexp(scores(4, 5), keepdim=True))


def test_softmax_of_two_scores_is_sigmoid_of_their_difference() -> None:
    z = scores(6, 2)
    assert_close(lk.softmax(z)[:, 0], 1 / (1 + np.exp(z[:, 1] - z[:, 0])))


# --- invariances -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [-1e4, -3.0, 0.7, 1e4])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_adding_a_constant_to_every_score_changes_nothing(name: str, shift: float) -> None:
    # scores near 10,000 are themselves rounded to 1e-12, and log_softmax to as much
    assert_close(getattr(lk, name)(scores(4, 5) + shift), getattr(lk, name)(scores(4, 5)), tolerance=1e-11)


@pytest.mark.parametrize("shift", [-1e4, -3.0, 0.7, 1e4])
def test_adding_a_constant_to_every_score_adds_it_to_logsumexp(shift: float) -> None:
    assert_close(lk.logsumexp(scores(4, 5) + shift), lk.logsumexp(scores(4, 5)) + shift)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_another_order_of_classes_gives_the_same_in_that_order(name: str) -> None:
    order = [3, 0, 4, 1, 2]
    assert_close(getattr(lk, name)(scores(4, 5)[:, order]), getattr(lk, name)(scores(4, 5))[:, order])


def test_logsumexp_does_not_depend_on_the_order_of_classes() -> None:
    assert_close(lk.logsumexp(scores(4, 5)[:, [3, 0, 4, 1, 2]]), lk.logsumexp(scores(4, 5)))


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_row_at_0_and_a_row_at_2000_in_one_batch_do_not_touch(name: str) -> None:
    # 2000 subtracted from all would leave e⁻²⁰⁰⁰ = 0 in the row at 0
    alone = getattr(lk, name)(Z)
    assert_close(getattr(lk, name)(np.stack([Z, Z + 2000])), np.stack([alone, alone]))


def test_logsumexp_of_a_row_at_0_and_a_row_at_2000_in_one_batch() -> None:
    assert_close(lk.logsumexp(np.stack([Z, Z + 2000])), [LSE, LSE + 2000])


def test_softmax_adds_up_to_1() -> None:
    assert_close(lk.softmax(scores(7, 5)).sum(axis=1), np.ones(7))


def test_softmax_is_above_0() -> None:
    assert (lk.softmax(scores(7, 5)) > 0).all()


def test_log_softmax_is_below_0() -> None:
    assert (lk.log_softmax(scores(7, 5)) < 0).all()


def test_softmax_ranks_as_the_scores_do() -> None:
    assert_equal(lk.softmax(scores(7, 5)).argsort(axis=1), scores(7, 5).argsort(axis=1))


def test_logsumexp_lies_between_the_largest_score_and_log_c_above_it() -> None:
    z = scores(50, 5)
    above = lk.logsumexp(z) - z.max(axis=1)
    assert (above > 0).all()
    assert (above <= math.log(5)).all()


def test_logsumexp_reaches_log_c_above_the_largest_where_all_scores_tie() -> None:
    assert_close(lk.logsumexp(np.full((1, 5), 7.0)), [7 + math.log(5)])


def test_logsumexp_of_parts_is_that_of_the_whole() -> None:
    z = scores(4, 6)
    parts = np.stack([lk.logsumexp(z[:, :2]), lk.logsumexp(z[:, 2:])], axis=1)
    assert_close(lk.logsumexp(parts), lk.logsumexp(z))


# --- edge values -------------------------------------------------------------------------------------------------------------------------


def test_one_class_has_probability_1_whatever_its_score() -> None:
    assert_equal(lk.softmax(np.array([[-3.0], [0.0], [1e4]])), [[1.0], [1.0], [1.0]])


def test_one_class_has_log_probability_0() -> None:
    assert_equal(lk.log_softmax(np.array([[-3.0], [0.0], [1e4]])), [[0.0], [0.0], [0.0]])


def test_logsumexp_of_one_score_is_that_score() -> None:
    assert_equal(lk.logsumexp(np.array([[-3.0], [0.0], [1e4]])), [-3.0, 0.0, 1e4])


@every_function
def test_a_single_element_without_a_batch(name: str) -> None:
    assert_equal(getattr(lk, name)(np.array([5.0])), {"logsumexp": 5.0, "softmax": [1.0], "log_softmax": [0.0]}[name])


@every_function
def test_no_rows_give_no_rows(name: str) -> None:
    assert getattr(lk, name)(np.zeros((0, 3))).shape == ((0,) if name == "logsumexp" else (0, 3))


def test_ties_share_equally() -> None:
    assert_close(lk.softmax(np.array([4.0, 4.0, 4.0, 4.0])), [0.25, 0.25, 0.25, 0.25])


def test_the_two_largest_of_three_share_what_there_is() -> None:
    assert_equal(lk.softmax(np.array([1e4, 0.0, 1e4])), [0.5, 0.0, 0.5])


def test_softmax_of_scores_of_ten_thousand_does_not_overflow() -> None:
    assert_equal(lk.softmax(np.array([1e4, -1e4])), [1.0, 0.0])


def test_log_softmax_of_scores_of_ten_thousand_is_exact() -> None:
    assert_equal(lk.log_softmax(np.array([1e4, -1e4])), [0.0, -2e4])


def test_logsumexp_of_scores_of_ten_thousand_is_the_largest() -> None:
    assert_equal(lk.logsumexp(np.array([[1e4, -1e4], [-1e4, -3e4]])), [1e4, -1e4])


@every_function
def test_float32_scores_of_ten_thousand_do_not_overflow(name: str) -> None:
    assert np.isfinite(getattr(lk, name)(np.array([1e4, -1e4], dtype=np.float32))).all()


def test_a_score_of_minus_infinity_has_probability_0() -> None:
    assert_close(lk.softmax(np.array([0.0, -INF, math.log(3)])), [0.25, 0.0, 0.75])


def test_a_score_of_minus_infinity_has_log_probability_minus_infinity() -> None:
    assert_close(lk.log_softmax(np.array([0.0, -INF, math.log(3)])), [math.log(0.25), -INF, math.log(0.75)])


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_masking_by_minus_infinity_equals_leaving_out(name: str) -> None:
    z, kept = scores(4, 5), [0, 2, 3]
    masked = z.copy()
    masked[:, [1, 4]] = -INF
    assert_close(getattr(lk, name)(masked)[:, kept], getattr(lk, name)(z[:, kept]))


def test_logsumexp_masked_by_minus_infinity_equals_leaving_out() -> None:
    z = scores(4, 5)
    masked = z.copy()
    masked[:, [1, 4]] = -INF
    assert_close(lk.logsumexp(masked), lk.logsumexp(z[:, [0, 2, 3]]))


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_row_of_minus_infinity_alone_is_nan_and_its_neighbor_is_not(name: str) -> None:
    assert_close(getattr(lk, name)(np.stack([np.full(3, -INF), Z])), np.stack([np.full(3, NAN), getattr(lk, name)(Z)]))


def test_logsumexp_of_minus_infinity_alone_is_minus_infinity() -> None:
    assert_close(lk.logsumexp(np.stack([np.full(3, -INF), Z])), [-INF, LSE])


@pytest.mark.parametrize("row", [[INF, 0.0, 0.0], [INF, INF, 0.0], [INF, -INF, 0.0]], ids=str)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_row_with_infinity_is_nan_and_its_neighbor_is_not(name: str, row: list[float]) -> None:
    assert_close(getattr(lk, name)(np.stack([row, Z])), np.stack([np.full(3, NAN), getattr(lk, name)(Z)]))


@pytest.mark.parametrize("row", [[INF, 0.0, 0.0], [INF, INF, 0.0], [INF, -INF, 0.0]], ids=str)
def test_logsumexp_of_infinity_is_infinity(row: list[float]) -> None:
    assert_close(lk.logsumexp(np.stack([row, Z])), [INF, LSE])


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_nan_stays_in_its_row(name: str) -> None:
    assert_close(getattr(lk, name)(np.array([[NAN, 0.0, 1.0], Z])), np.stack([np.full(3, NAN), getattr(lk, name)(Z)]))


def test_logsumexp_of_nan_is_nan_in_its_row_alone() -> None:
    assert_close(lk.logsumexp(np.array([[NAN, 0.0, 1.0], Z])), [NAN, LSE])


# --- axes --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -2, -3])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_along_another_axis_it_is_the_same_as_along_the_last(name: str, dim: int) -> None:
    z = scores(2, 3, 4)
    assert_close(getattr(lk, name)(z, dim=dim), np.moveaxis(getattr(lk, name)(np.moveaxis(z, dim, -1)), -1, dim))


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -2, -3])
def test_logsumexp_along_another_axis_is_the_same_as_along_the_last(dim: int) -> None:
    z = scores(2, 3, 4)
    assert_close(lk.logsumexp(z, dim=dim), lk.logsumexp(np.moveaxis(z, dim, -1)))


@pytest.mark.parametrize(("dim", "shape"), [(0, (1, 3, 4)), (1, (2, 1, 4)), (-1, (2, 3, 1))])
def test_keepdim_keeps_the_axis_with_size_1(dim: int, shape: tuple[int, ...]) -> None:
    assert lk.logsumexp(scores(2, 3, 4), dim=dim, keepdim=True).shape == shape


def test_keepdim_does_not_change_the_values() -> None:
    assert_equal(lk.logsumexp(scores(2, 3, 4), dim=1, keepdim=True)[:, 0], lk.logsumexp(scores(2, 3, 4), dim=1))


def test_only_the_axis_of_the_classes_is_dropped() -> None:
    # and no other that happens to have size 1
    assert lk.logsumexp(scores(1, 3, 1), dim=1).shape == (1, 1)


# --- gradients ---------------------------------------------------------------------------------------------------------------------------


def test_the_gradient_of_logsumexp_at_2_1_0_is_softmax() -> None:
    assert_close(backward("logsumexp", Z, 1.0), P)


def test_the_gradient_of_the_first_probability_at_2_1_0() -> None:
    # dp_0/dz_k = p_0 (1[k = 0] - p_k)
    assert_close(backward("softmax", Z, [1.0, 0.0, 0.0]), [P[0] * (1 - P[0]), -P[0] * P[1], -P[0] * P[2]])


@pytest.mark.worked_example("softmax")
def test_the_gradient_of_softmax_weighs_all_probabilities() -> None:
    # p_k (g_k - Σ_j g_j p_j) at p = (1/8, 2/8, 5/8) and g = (8, 0, 16): Σ g p = 1 + 0 + 10 = 11
    assert_close(backward("softmax", np.log([1.0, 2.0, 5.0]), [8.0, 0.0, 16.0]), [-3 / 8, -22 / 8, 25 / 8])


def test_the_gradient_of_the_first_log_probability_at_2_1_0() -> None:
    # d log p_0/dz_k = 1[k = 0] - p_k
    assert_close(backward("log_softmax", Z, [1.0, 0.0, 0.0]), [1 - P[0], -P[1], -P[2]])


@pytest.mark.worked_example("log_softmax")
def test_the_gradient_of_log_softmax_weighs_all_log_probabilities() -> None:
    # g_k - p_k Σ_j g_j at p = (1/8, 2/8, 5/8) and g = (8, 0, 16): Σ g = 24
    assert_close(backward("log_softmax", np.log([1.0, 2.0, 5.0]), [8.0, 0.0, 16.0]), [5.0, -6.0, 1.0])


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_gradients_add_up_to_0_as_a_constant_shift_changes_nothing(name: str) -> None:
    grad_output = np.random.default_rng(1).standard_normal((4, 5))
    assert_close(backward(name, scores(4, 5), grad_output).sum(axis=1), np.zeros(4))


def test_the_gradient_of_logsumexp_adds_up_to_1_as_a_constant_shift_adds_itself() -> None:
    assert_close(backward("logsumexp", scores(4, 5), np.ones(4)).sum(axis=1), np.ones(4))


def test_rows_have_gradients_of_their_own() -> None:
    assert_close(backward("logsumexp", np.stack([Z, Z]), [1.0, -3.0]), np.stack([P, -3 * P]))


def test_a_masked_score_has_no_gradient() -> None:
    masked = np.array([0.0, -INF, math.log(3)])
    gradients = [
        backward("logsumexp", masked, 1.0),
        backward("softmax", masked, [1.0, 1.0, 0.0]),
        backward("log_softmax", masked, [1.0, 0, 0]),
    ]
    assert_equal([gradient[1] for gradient in gradients], [0.0, 0.0, 0.0])


@every_function
def test_gradients_of_scores_of_ten_thousand_are_finite(name: str) -> None:
    grad_output = 1.0 if name == "logsumexp" else [1.0, 0.0]
    assert np.isfinite(backward(name, np.array([1e4, -1e4]), grad_output)).all()


def test_logsumexp_of_minus_infinity_alone_has_no_slope() -> None:
    assert_equal(backward("logsumexp", np.full(2, -INF), 1.0), [NAN, NAN])


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
@every_function
def test_gradient_check(name: str, dim: int) -> None:
    assert lk.gradcheck(partial(getattr(lk, name), dim=dim), [lk.Tensor(scores(2, 3, 4), requires_grad=True)])


@pytest.mark.parametrize("dim", [0, 1, 2])
def test_gradient_check_of_logsumexp_with_keepdim(dim: int) -> None:
    assert lk.gradcheck(partial(lk.logsumexp, dim=dim, keepdim=True), [lk.Tensor(scores(2, 3, 4), requires_grad=True)])


@every_function
def test_gradient_check_of_one_class(name: str) -> None:
    assert lk.gradcheck(getattr(lk, name), [lk.Tensor(scores(3, 1), requires_grad=True)])


# --- dtype and errors --------------------------------------------------------------------------------------------------------------------


@every_function
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_in_is_dtype_out(name: str, dtype: Any) -> None:
    assert getattr(lk, name)(scores(4, 5).astype(dtype)).dtype == dtype


@pytest.mark.parametrize(("shape", "dim"), [((2, 3), 2), ((2, 3), -3), ((), -1), ((), 0), ((2, 0), -1), ((0, 2), 0)], ids=str)
@every_function
def test_an_axis_without_scores_is_refused(name: str, shape: tuple[int, ...], dim: int) -> None:
    with pytest.raises(ValueError, match="needs scores along") as caught:
        getattr(lk, name)(np.zeros(shape), dim=dim)
    assert str(caught.value) == f"{name} needs scores along dim={dim}; got logits of shape {shape}. Name an axis that has at least one."
