"""mse, cross_entropy and bce_with_logits: values and gradients by hand, reductions, huge scores, and what each refuses."""

import math
import re
from functools import partial
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

INF, NAN = np.inf, np.nan
LOSSES = ("mse", "cross_entropy", "bce_with_logits")
REDUCTIONS = ("mean", "sum", "none")

every_loss = pytest.mark.parametrize("name", LOSSES)
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)

# z = (2, 1, 0): log Σ e^z = log(e² + e + 1) = 2.40760596444438, and softmax is
P = np.array([0.6652409557748219, 0.24472847105479764, 0.09003057317038046])
Z = np.array([[2.0, 1.0, 0.0], [2.0, 1.0, 0.0]])
FIRST_AND_LAST = np.array([0, 2])


def example(name: str, n: int = 4, dtype: Any = np.float64) -> tuple[np.ndarray, np.ndarray]:
    """Return predictions or logits (n, 3), and targets that suit the loss."""
    rng = np.random.default_rng(0)
    scores = (3 * rng.standard_normal((n, 3))).astype(dtype)
    targets = {"mse": rng.standard_normal((n, 3)), "cross_entropy": rng.integers(3, size=n), "bce_with_logits": rng.uniform(size=(n, 3))}[
        name
    ]
    return scores, targets if name == "cross_entropy" else targets.astype(dtype)


def gradients(name: str, scores: np.ndarray, targets: np.ndarray, *, reduction: str = "mean", grad_output: Any = 1.0) -> Any:
    operation = getattr(lk, name)
    return operation.backward(grad_output, operation.forward(scores, targets, reduction=reduction)[1])


# --- mse ---------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("mse")
def test_mse_is_the_mean_of_the_squared_differences() -> None:
    # differences 0, -3, 1, 2: squares 0 + 9 + 1 + 4 = 14, over 4
    assert_close(lk.mse(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 5.0], [2.0, 2.0]])), 3.5)


def test_mse_has_no_factor_one_half() -> None:
    assert_equal(lk.mse(np.array([3.0]), np.array([0.0])), 9.0)


def test_mse_of_a_right_prediction_is_0() -> None:
    assert_equal(lk.mse(*[example("mse")[0]] * 2), 0.0)


def test_mse_does_not_tell_predictions_from_targets() -> None:
    predictions, targets = example("mse")
    assert_equal(lk.mse(targets, predictions), lk.mse(predictions, targets))


def test_mse_does_not_change_when_both_are_shifted() -> None:
    predictions, targets = example("mse")
    assert_close(lk.mse(predictions + 7, targets + 7), lk.mse(predictions, targets))


def test_mse_grows_with_the_square_of_the_unit() -> None:
    predictions, targets = example("mse")
    assert_equal(lk.mse(8 * predictions, 8 * targets), 64 * lk.mse(predictions, targets))


def test_the_gradient_of_mse_is_twice_the_difference_over_their_number() -> None:
    # (2/n) (prediction - target), with n = 4 values, not 2 rows
    grad, _ = gradients("mse", np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 5.0], [2.0, 2.0]]))
    assert_close(grad, [[0.0, -1.5], [0.5, 1.0]])


def test_the_gradient_of_mse_for_the_targets_has_the_other_sign() -> None:
    for_predictions, for_targets = gradients("mse", *example("mse"))
    assert_equal(for_targets, -for_predictions)


# --- cross-entropy -----------------------------------------------------------------------------------------------------------------------


def test_cross_entropy_of_2_1_0() -> None:
    # log Σ e^z - z_y: 2.4076 - 2 where the first class is right, 2.4076 - 0 where the last is
    assert_close(lk.cross_entropy(Z, FIRST_AND_LAST, reduction="none"), [0.40760596444438, 2.40760596444438])


def test_cross_entropy_is_their_mean() -> None:
    assert_close(lk.cross_entropy(Z, FIRST_AND_LAST), 1.40760596444438)


def test_ten_equal_scores_lose_log_10_whatever_the_answer() -> None:
    assert_close(lk.cross_entropy(np.full((10, 10), 3.0), np.arange(10), reduction="none"), np.full(10, math.log(10)))


@pytest.mark.worked_example("cross_entropy")
def test_cross_entropy_is_minus_the_log_probability_of_the_right_class() -> None:
    # scores log 1, log 2, log 5 have the probabilities 1/8, 2/8, 5/8
    losses = lk.cross_entropy(np.log([[1.0, 2.0, 5.0]] * 3), np.arange(3), reduction="none")
    assert_close(losses, [math.log(8), math.log(4), math.log(8 / 5)])


def test_a_gap_of_100_loses_100() -> None:
    # 100 + log(1 + e⁻¹⁰⁰); the logarithm of p + 1e-12 would stop at 27.6
    assert_close(lk.cross_entropy(np.array([[100.0, 0.0]]), np.array([1])), 100.0)


@pytest.mark.parametrize("gap", [800.0, 1e4])
def test_cross_entropy_of_huge_scores_is_the_gap(gap: float) -> None:
    assert_equal(lk.cross_entropy(np.array([[gap, 0.0], [-gap, 0.0], [gap, 0.0]]), np.array([1, 0, 0]), reduction="none"), [gap, gap, 0.0])


def test_cross_entropy_of_one_class_is_0() -> None:
    assert_equal(lk.cross_entropy(np.array([[-3.0], [1e4]]), np.array([0, 0])), 0.0)


def test_cross_entropy_does_not_change_when_a_constant_is_added_to_a_row() -> None:
    logits, targets = example("cross_entropy")
    assert_close(lk.cross_entropy(logits + np.array([[0.0], [5.0], [-300.0], [2000.0]]), targets), lk.cross_entropy(logits, targets))


def test_cross_entropy_does_not_change_when_classes_are_renamed() -> None:
    logits, targets = example("cross_entropy")
    order = np.array([2, 0, 1])  # column k is now what column order[k] was
    assert_close(lk.cross_entropy(logits[:, order], np.argsort(order)[targets]), lk.cross_entropy(logits, targets))


def test_cross_entropy_falls_when_the_right_score_rises() -> None:
    rising = np.array([[score, 0.0, 0.0] for score in (-2.0, -1.0, 0.0, 1.0, 2.0)])
    assert (np.diff(lk.cross_entropy(rising, np.zeros(5, dtype=int), reduction="none")) < 0).all()


def test_a_class_masked_by_minus_infinity_counts_as_absent() -> None:
    assert_close(lk.cross_entropy(np.array([[0.0, -INF, math.log(3)]]), np.array([2])), math.log(4 / 3))


def test_a_right_class_masked_by_minus_infinity_loses_infinity() -> None:
    assert_equal(lk.cross_entropy(np.array([[0.0, -INF], [0.0, 0.0]]), np.array([1, 1]), reduction="none")[0], INF)


@pytest.mark.parametrize("row", [[NAN, 0.0], [INF, 0.0], [-INF, -INF]], ids=str)
def test_a_row_without_a_softmax_loses_nan_and_its_neighbor_does_not(row: list[float]) -> None:
    losses = lk.cross_entropy(np.array([row, [0.0, 0.0]]), np.array([1, 1]), reduction="none")
    assert_close(losses, [NAN, math.log(2)])


def test_the_gradient_of_cross_entropy_at_2_1_0_is_p_less_one_hot() -> None:
    grad, _ = gradients("cross_entropy", Z, FIRST_AND_LAST, reduction="sum")
    assert_close(grad, [[P[0] - 1, P[1], P[2]], [P[0], P[1], P[2] - 1]])


def test_the_mean_divides_the_gradient_by_the_examples_and_not_by_the_scores() -> None:
    mean, _ = gradients("cross_entropy", Z, FIRST_AND_LAST)
    assert_close(mean, [[(P[0] - 1) / 2, P[1] / 2, P[2] / 2], [P[0] / 2, P[1] / 2, (P[2] - 1) / 2]])


@every_reduction
def test_every_row_of_the_gradient_of_cross_entropy_adds_up_to_0(reduction: str) -> None:
    grad_output = np.array([1.0, -2.0, 0.5, 3.0]) if reduction == "none" else 1.0
    grad, _ = gradients("cross_entropy", *example("cross_entropy"), reduction=reduction, grad_output=grad_output)
    assert_close(grad.sum(axis=1), np.zeros(4))


def test_without_reduction_every_row_is_weighed_by_its_own_grad_output() -> None:
    grad, _ = gradients("cross_entropy", Z, FIRST_AND_LAST, reduction="none", grad_output=np.array([10.0, -1.0]))
    assert_close(grad, [[10 * (P[0] - 1), 10 * P[1], 10 * P[2]], [-P[0], -P[1], 1 - P[2]]])


def test_classes_have_no_gradient() -> None:
    assert gradients("cross_entropy", Z, FIRST_AND_LAST)[1] is None


def test_a_wrong_answer_by_800_has_a_gradient_of_1_and_a_right_one_of_0() -> None:
    grad, _ = gradients("cross_entropy", np.array([[800.0, 0.0], [800.0, 0.0]]), np.array([1, 0]), reduction="sum")
    assert_equal(grad, [[1.0, -1.0], [0.0, 0.0]])


# --- binary cross-entropy ----------------------------------------------------------------------------------------------------------------


def test_bce_of_a_score_of_0_is_log_2_whatever_the_answer() -> None:
    assert_close(lk.bce_with_logits(np.zeros(3), np.array([0.0, 0.3, 1.0]), reduction="none"), np.full(3, math.log(2)))


@pytest.mark.worked_example("bce_with_logits")
def test_bce_of_log_3() -> None:
    # σ(log 3) = 3/4: -log(3/4) for yes, -log(1/4) for no, and half of each between
    losses = lk.bce_with_logits(np.full(3, math.log(3)), np.array([1.0, 0.0, 0.5]), reduction="none")
    assert_close(losses, [math.log(4 / 3), math.log(4), (math.log(4 / 3) + math.log(4)) / 2])


def test_bce_is_the_mean_over_all_values() -> None:
    # log 2 and log(4/3) and log 4 and log 2
    logits, targets = np.array([[0.0, math.log(3)], [math.log(3), 0.0]]), np.array([[1.0, 1.0], [0.0, 0.0]])
    assert_close(lk.bce_with_logits(logits, targets), math.log(4 * 4 / 3 * 4) / 4)


@pytest.mark.parametrize("size", [100.0, 800.0, 1e4])
def test_bce_of_huge_scores_is_the_score_where_it_is_wrong_and_0_where_it_is_right(size: float) -> None:
    losses = lk.bce_with_logits(np.array([-size, size, size, -size]), np.array([1.0, 0.0, 1.0, 0.0]), reduction="none")
    assert_close(losses, [size, size, 0.0, 0.0])


def test_bce_of_a_sure_and_right_score_keeps_its_digits() -> None:
    # log(1 + e⁻⁴⁰) is e⁻⁴⁰ to the last digit, where the logarithm of 1 + e⁻⁴⁰ = 1 is 0
    np.testing.assert_allclose(lk.bce_with_logits(np.array([40.0]), np.array([1.0])), math.exp(-40), rtol=1e-12, atol=0)


def test_bce_does_not_change_when_yes_and_no_are_exchanged() -> None:
    logits, targets = example("bce_with_logits")
    assert_close(lk.bce_with_logits(-logits, 1 - targets), lk.bce_with_logits(logits, targets))


def test_bce_is_cross_entropy_of_two_classes() -> None:
    # no has the score 0, yes has z
    z, yes = np.array([-3.0, -0.5, 0.0, 2.0, 800.0]), np.array([1, 0, 1, 1, 0])
    two = np.stack([np.zeros(5), z], axis=1)
    assert_close(lk.bce_with_logits(z, yes.astype(float), reduction="none"), lk.cross_entropy(two, yes, reduction="none"))


def test_the_gradient_of_bce_is_that_of_cross_entropy_of_two_classes() -> None:
    z, yes = np.array([-3.0, -0.5, 0.0, 2.0, 800.0]), np.array([1, 0, 1, 1, 0])
    two, _ = gradients("cross_entropy", np.stack([np.zeros(5), z], axis=1), yes)
    assert_close(gradients("bce_with_logits", z, yes.astype(float))[0], two[:, 1])


def test_the_gradient_of_bce_is_sigma_less_the_target() -> None:
    # σ(log 3) = 3/4; over the two values
    grad, _ = gradients("bce_with_logits", np.full(2, math.log(3)), np.array([1.0, 0.0]))
    assert_close(grad, [-1 / 8, 3 / 8])


def test_the_gradient_of_bce_for_the_target_is_minus_the_score() -> None:
    _, grad = gradients("bce_with_logits", np.array([3.0, -5.0]), np.array([0.25, 1.0]), reduction="sum")
    assert_close(grad, [-3.0, 5.0])


def test_bce_is_least_where_sigma_is_the_target() -> None:
    grad, _ = gradients("bce_with_logits", np.array([math.log(3)]), np.array([0.75]))
    assert_close(grad, [0.0])


def test_bce_has_a_gradient_of_1_in_size_where_it_is_wrong_by_800() -> None:
    grad, _ = gradients("bce_with_logits", np.array([-800.0, 800.0, 800.0]), np.array([1.0, 0.0, 1.0]), reduction="sum")
    assert_equal(grad, [-1.0, 1.0, 0.0])


def test_bce_takes_whole_numbers_and_truth_values_as_targets() -> None:
    z = np.array([-1.0, 2.0])
    expected = lk.bce_with_logits(z, np.array([0.0, 1.0]))
    assert_equal([lk.bce_with_logits(z, np.array(targets)) for targets in ([0, 1], [False, True])], [expected, expected])


# --- what holds for every loss -----------------------------------------------------------------------------------------------------------


@every_loss
def test_the_sum_adds_what_no_reduction_lists(name: str) -> None:
    scores, targets = example(name)
    listed = getattr(lk, name)(scores, targets, reduction="none")
    assert_close(getattr(lk, name)(scores, targets, reduction="sum"), math.fsum(listed.ravel()))


@every_loss
def test_the_mean_is_what_comes_without_a_word(name: str) -> None:
    assert_equal(getattr(lk, name)(*example(name)), getattr(lk, name)(*example(name), reduction="mean"))


@pytest.mark.parametrize(("name", "count"), [("mse", 12), ("cross_entropy", 4), ("bce_with_logits", 12)])
def test_the_mean_is_over(name: str, count: int) -> None:
    scores, targets = example(name)
    assert_close(getattr(lk, name)(scores, targets), getattr(lk, name)(scores, targets, reduction="sum") / count)


@pytest.mark.parametrize(("name", "shape"), [("mse", (4, 3)), ("cross_entropy", (4,)), ("bce_with_logits", (4, 3))])
def test_without_reduction_there_is_one_loss_for(name: str, shape: tuple[int, ...]) -> None:
    assert getattr(lk, name)(*example(name), reduction="none").shape == shape


@every_loss
def test_the_mean_does_not_change_when_every_example_comes_twice(name: str) -> None:
    scores, targets = example(name)
    assert_close(getattr(lk, name)(np.tile(scores, (2, 1)), np.concatenate([targets, targets])), getattr(lk, name)(scores, targets))


@every_loss
def test_an_example_that_comes_twice_pulls_as_hard_as_before(name: str) -> None:
    # the two copies share the gradient that one had
    scores, targets = example(name)
    twice = gradients(name, np.tile(scores, (2, 1)), np.concatenate([targets, targets]))[0]
    assert_close(twice[:4] + twice[4:], gradients(name, scores, targets)[0])


@every_loss
def test_the_gradient_of_the_sum_does_not_depend_on_the_rest_of_the_batch(name: str) -> None:
    scores, targets = example(name)
    assert_close(gradients(name, scores, targets, reduction="sum")[0][:1], gradients(name, scores[:1], targets[:1], reduction="sum")[0])


@every_loss
def test_the_order_of_the_examples_does_not_matter(name: str) -> None:
    scores, targets = example(name)
    assert_close(getattr(lk, name)(scores[::-1], targets[::-1]), getattr(lk, name)(scores, targets))


@every_loss
def test_the_loss_is_above_0(name: str) -> None:
    assert (getattr(lk, name)(*example(name, 50), reduction="none") > 0).all()


@every_loss
def test_one_example_is_enough(name: str) -> None:
    scores, targets = example(name)
    assert_close(getattr(lk, name)(scores[:1], targets[:1]), getattr(lk, name)(scores[:1], targets[:1], reduction="none").mean())


@every_reduction
@every_loss
def test_gradient_check(name: str, reduction: str) -> None:
    scores, targets = example(name)
    tensors = [lk.Tensor(scores, requires_grad=True), lk.Tensor(targets, requires_grad=name != "cross_entropy")]
    assert lk.gradcheck(partial(getattr(lk, name), reduction=reduction), tensors)


@every_reduction
@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_in_is_dtype_out(name: str, reduction: str, dtype: Any) -> None:
    assert getattr(lk, name)(*example(name, dtype=dtype), reduction=reduction).dtype == dtype


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_has_the_dtype_of_the_scores(name: str, dtype: Any) -> None:
    assert gradients(name, *example(name, dtype=dtype))[0].dtype == dtype


def test_float32_scores_keep_float32_with_float64_targets() -> None:
    assert lk.bce_with_logits(np.zeros(2, dtype=np.float32), np.array([0.0, 1.0])).dtype == np.float32


@every_loss
def test_targets_may_be_a_tensor(name: str) -> None:
    scores, targets = example(name)
    loss = getattr(lk, name)(lk.Tensor(scores, requires_grad=True), lk.Tensor(targets))
    assert_equal(loss.data, getattr(lk, name)(scores, targets))


@every_loss
def test_targets_may_be_an_array_beside_a_tensor(name: str) -> None:
    scores, targets = example(name)
    tensor = lk.Tensor(scores, requires_grad=True)
    getattr(lk, name)(tensor, targets).backward()
    assert_equal(tensor.grad, gradients(name, scores, targets)[0])


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8])
def test_classes_may_be_any_integers(dtype: Any) -> None:
    assert_close(lk.cross_entropy(Z, FIRST_AND_LAST.astype(dtype)), 1.40760596444438)


def test_classes_may_be_a_list() -> None:
    assert_close(lk.cross_entropy(Z, [0, 2]), 1.40760596444438)


# --- errors ------------------------------------------------------------------------------------------------------------------------------


@every_loss
def test_an_unknown_reduction_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r'^reduction must be "mean", "sum" or "none"; got \'average\'\.$'):
        getattr(lk, name)(*example(name), reduction="average")


@pytest.mark.parametrize(
    ("name", "scores", "targets", "message"),
    [
        ("mse", (0, 2), (0, 2), "a loss needs at least one example; got an empty batch of shape (0, 2)."),
        ("cross_entropy", (0, 10), (0,), "a loss needs at least one example; got logits of shape (0, 10)."),
        ("bce_with_logits", (0,), (0,), "a loss needs at least one example; got an empty batch of shape (0,)."),
    ],
)
@every_reduction
def test_an_empty_batch_is_refused(name: str, scores: Any, targets: Any, message: str, reduction: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        getattr(lk, name)(np.zeros(scores), np.zeros(targets, dtype=int), reduction=reduction)


@pytest.mark.parametrize(("predictions", "targets"), [((3, 1), (3,)), ((3,), (3, 1)), ((3,), (1,)), ((2, 3), (3, 2))], ids=str)
def test_mse_refuses_two_shapes(predictions: tuple[int, ...], targets: tuple[int, ...]) -> None:
    message = (
        f"predictions and targets must have the same shape; got {predictions} and {targets}. Use predictions.squeeze(1) if that is (N, 1)."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.mse(np.zeros(predictions), np.zeros(targets))


@pytest.mark.parametrize(
    ("logits", "targets", "remedy"),
    [
        ((8, 10), (8, 1), " Use targets.squeeze(1)."),
        ((8, 10), (8, 10), " Use targets.argmax(axis=1): integer classes are asked, not one-hot rows."),
        ((8, 10), (7,), ""),
        ((10,), (), ""),
        ((2, 8, 10), (2, 8), ""),
    ],
    ids=str,
)
def test_cross_entropy_refuses_shapes_that_do_not_match(logits: Any, targets: Any, remedy: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(f'logits must be (N, C) and targets (N,); got {logits} and {targets}.{remedy}')}$"):
        lk.cross_entropy(np.zeros(logits), np.zeros(targets, dtype=int))


@pytest.mark.parametrize("dtype", ["float32", "float64", "bool"])
def test_cross_entropy_refuses_targets_that_are_not_integers(dtype: str) -> None:
    message = f"targets must be integer classes; got dtype {dtype}. Use targets.astype(int) if they are whole numbers."
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        lk.cross_entropy(Z, FIRST_AND_LAST.astype(dtype))


@pytest.mark.parametrize(("targets", "values"), [([0, 3], "0 to 3"), ([-1, 2], "-1 to 2"), ([-99, 1], "-99 to 1"), ([3, 3], "3 to 3")])
def test_cross_entropy_refuses_a_class_that_has_no_column(targets: list[int], values: str) -> None:
    message = f"targets must be classes from 0 to 2, as logits has 3 columns; got values from {values}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.cross_entropy(Z, np.array(targets))


@pytest.mark.parametrize(("logits", "targets"), [((3, 1), (3,)), ((3,), (3, 1)), ((3,), (1,))], ids=str)
def test_bce_refuses_two_shapes(logits: tuple[int, ...], targets: tuple[int, ...]) -> None:
    message = f"logits and targets must have the same shape; got {logits} and {targets}. Use logits.squeeze(1) if that is (N, 1)."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.bce_with_logits(np.zeros(logits), np.zeros(targets))


@pytest.mark.parametrize(("targets", "values"), [([-1.0, 1.0], "-1.0 to 1.0"), ([0.0, 2.0], "0.0 to 2.0"), ([NAN, 1.0], "nan to nan")])
def test_bce_refuses_a_target_outside_0_to_1(targets: list[float], values: str) -> None:
    message = f"targets must be between 0 and 1; got values from {values}. Use (targets + 1) / 2 if they are -1 and 1."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.bce_with_logits(np.zeros(2), np.array(targets))


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("mse", {"predictions": np.zeros((3, 1)), "targets": np.zeros(3)}),
        ("bce_with_logits", {"logits": np.zeros((3, 1)), "targets": np.zeros(3)}),
        ("cross_entropy", {"logits": np.zeros((3, 2)), "targets": np.zeros((3, 1), dtype=int)}),
    ],
)
def test_the_remedy_of_a_column_works_on_tensors_too(name: str, inputs: dict[str, Any]) -> None:
    # what a network computes is a Tensor; the message's own expression is evaluated on one
    tensors = {key: lk.Tensor(value) for key, value in inputs.items()}
    with pytest.raises(ValueError, match="Use ") as caught:
        getattr(lk, name)(**tensors)
    remedy = str(caught.value).partition("Use ")[2].partition(" if")[0].rstrip(".")
    remedied = {**tensors, remedy.partition(".")[0]: eval(remedy, dict(tensors))}
    assert np.isfinite(getattr(lk, name)(**remedied).item())


def test_a_column_of_targets_beside_one_column_of_logits_is_not_taken_for_one_hot_rows() -> None:
    with pytest.raises(ValueError, match=r"got \(8, 1\) and \(8, 1\)\. Use targets\.squeeze\(1\)\.$"):
        lk.cross_entropy(np.zeros((8, 1)), np.zeros((8, 1), dtype=int))
