"""Weights, ignored examples and smoothing in cross_entropy and bce_with_logits; hinge and kl_divergence: by hand, and what is refused."""

import math
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

# softmax(log 1, log 2, log 5) = 1/8, 2/8, 5/8
Z = np.log(np.array([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0]]))
LOG = [math.log(8), math.log(4), math.log(1.6)]


def gradient(name: str, scores: Any, targets: Any, **options: Any) -> Any:
    operation = getattr(lk, name)
    gradients = operation.backward(1.0, operation.forward(scores, targets, **options)[1])
    return gradients[0]


# --- cross_entropy -----------------------------------------------------------------------------------------------------------------------


def test_the_weighted_mean_divides_by_the_weights_of_the_targets() -> None:
    # (2 log 8 + 6 log 1.6) / (2 + 6), not / 2
    assert_close(lk.cross_entropy(Z, np.array([0, 2]), weight=[2.0, 4.0, 6.0]), (2 * LOG[0] + 6 * LOG[2]) / 8)


def test_the_sum_multiplies_each_loss_by_the_weight_of_its_class() -> None:
    assert_close(lk.cross_entropy(Z, np.array([0, 2]), weight=[2.0, 4.0, 6.0], reduction="sum"), 2 * LOG[0] + 6 * LOG[2])


def test_weights_that_are_all_alike_change_the_mean_not_at_all() -> None:
    assert_close(lk.cross_entropy(Z, np.array([0, 2]), weight=[7.0] * 3), lk.cross_entropy(Z, np.array([0, 2])))


def test_smoothing_by_hand() -> None:
    # q = 0.7 onehot(2) + 0.1: 0.1, 0.1, 0.8
    loss = lk.cross_entropy(Z[:1], np.array([2]), label_smoothing=0.3)
    assert_close(loss, 0.1 * LOG[0] + 0.1 * LOG[1] + 0.8 * LOG[2])


def test_the_gradient_with_smoothing_is_p_minus_the_smoothed_target() -> None:
    assert_close(gradient("cross_entropy", Z[:1], np.array([2]), label_smoothing=0.3), [[0.125 - 0.1, 0.25 - 0.1, 0.625 - 0.8]])


def test_an_ignored_example_is_as_good_as_absent() -> None:
    targets = np.array([0, -100])
    assert_close(lk.cross_entropy(Z, targets), LOG[0])
    assert_close(gradient("cross_entropy", Z, targets), [[0.125 - 1, 0.25, 0.625], [0.0, 0.0, 0.0]])
    assert_close(lk.cross_entropy(Z, targets, reduction="none"), [LOG[0], 0.0])


def test_an_ignored_example_may_hold_nan() -> None:
    assert_close(lk.cross_entropy(np.array([Z[0], [np.nan] * 3]), np.array([0, -100])), LOG[0])


def test_a_class_can_be_ignored() -> None:
    assert_close(lk.cross_entropy(Z, np.array([0, 2]), ignore_index=2), LOG[0])


@pytest.mark.parametrize(("reduction", "expected"), [("mean", np.nan), ("sum", 0.0), ("none", [0.0, 0.0])])
def test_if_all_are_ignored_the_sum_is_0_and_the_mean_is_no_number(reduction: str, expected: Any) -> None:
    assert_equal(lk.cross_entropy(Z, np.array([-100, -100]), reduction=reduction), expected)


def test_the_mean_of_all_ignored_pulls_at_no_score() -> None:
    assert_equal(gradient("cross_entropy", Z, np.array([-100, -100])), np.zeros((2, 3)))


@pytest.mark.parametrize("smoothing", [-0.1, 1.1, np.nan])
def test_smoothing_outside_0_to_1_is_refused(smoothing: float) -> None:
    with pytest.raises(ValueError, match=f"^label_smoothing must be between 0 and 1; got {smoothing}.$"):
        lk.cross_entropy(Z, np.array([0, 2]), label_smoothing=smoothing)


def test_weights_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^weight must have one value a class, \(3,\); got \(2,\)\.$"):
        lk.cross_entropy(Z, np.array([0, 2]), weight=[1.0, 2.0])


# --- bce_with_logits ---------------------------------------------------------------------------------------------------------------------


def test_pos_weight_multiplies_what_yes_costs_and_the_mean_stays_over_their_number() -> None:
    # σ(log 3) = 3/4: yes costs log(4/3), no costs log 4
    z = np.log(np.array([3.0, 3.0]))
    assert_close(lk.bce_with_logits(z, np.array([1.0, 0.0]), pos_weight=5.0), (5 * math.log(4 / 3) + math.log(4)) / 2)
    assert_close(gradient("bce_with_logits", z, np.array([1.0, 0.0]), pos_weight=5.0), [-5 * 0.25 / 2, 0.75 / 2])


def test_pos_weight_of_1_changes_nothing() -> None:
    z, targets = np.array([-3.0, 0.5]), np.array([1.0, 0.25])
    assert_equal(lk.bce_with_logits(z, targets, pos_weight=[1.0, 1.0]), lk.bce_with_logits(z, targets))


def test_pos_weight_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"one for each entry of the last axis of \(2, 3\); got \(2,\)"):
        lk.bce_with_logits(np.zeros((2, 3)), np.zeros((2, 3)), pos_weight=[1.0, 2.0])


# --- hinge -------------------------------------------------------------------------------------------------------------------------------

SCORES = np.array([[2.0, 1.5, 0.0], [1.0, 3.0, 2.5]])


@pytest.mark.worked_example("hinge")
def test_hinge_by_hand() -> None:
    # class 0 leads by 0.5 and 2: (0.5 + 0) / 3; class 2 trails 1 by 0.5 and leads 0 by 1.5: (1.5 + 0) / 3
    assert_close(lk.hinge(SCORES, np.array([0, 2]), reduction="none"), [0.5 / 3, 1.5 / 3])


def test_the_gradient_of_hinge_counts_the_rivals_at_the_right_class() -> None:
    grad = gradient("hinge", SCORES, np.array([0, 0]), reduction="sum")
    assert_close(grad, np.array([[-1.0, 1.0, 0.0], [-2.0, 1.0, 1.0]]) / 3)


def test_hinge_is_0_with_the_whole_margin_and_so_is_its_slope() -> None:
    scores = np.array([[2.0, 1.0, 0.0]])
    assert_equal(lk.hinge(scores, np.array([0])), 0.0)
    assert_equal(gradient("hinge", scores, np.array([0])), np.zeros((1, 3)))


def test_hinge_does_not_change_when_a_row_is_shifted() -> None:
    assert_close(lk.hinge(SCORES + 7, np.array([0, 2])), lk.hinge(SCORES, np.array([0, 2])))


def test_hinge_scales_with_scores_and_margin() -> None:
    assert_close(lk.hinge(4 * SCORES, np.array([0, 2]), margin=4.0), 4 * lk.hinge(SCORES, np.array([0, 2])))


def test_hinge_refuses_a_class_without_a_column() -> None:
    with pytest.raises(ValueError, match="targets must be classes from 0 to 2, as scores has 3 columns; got values from -100 to 0"):
        lk.hinge(SCORES, np.array([-100, 0]))


# --- kl_divergence -----------------------------------------------------------------------------------------------------------------------

P, T = np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([[0.25, 0.75], [0.25, 0.75]])
KL = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)  # of the first row; the second is equal, 0


@pytest.mark.worked_example("kl_divergence")
@pytest.mark.parametrize(("reduction", "parts"), [("mean", 4), ("batchmean", 2), ("sum", 1)])
def test_kl_divergence_by_hand(reduction: str, parts: int) -> None:
    # Σ t log(t/p): the first row 1/4 log(1/2) + 3/4 log(3/2), the second, equal, 0; over 4 values, 2 rows, or 1
    assert_close(lk.kl_divergence(np.log(P), T, reduction=reduction), KL / parts)


def test_targets_may_be_logarithms() -> None:
    assert_close(lk.kl_divergence(np.log(P), np.log(T), log_target=True), lk.kl_divergence(np.log(P), T))


def test_kl_divergence_from_a_sure_answer_is_cross_entropy() -> None:
    log_p = lk.log_softmax(Z)
    assert_close(lk.kl_divergence(log_p, np.eye(3)[[0, 2]], reduction="batchmean"), lk.cross_entropy(Z, np.array([0, 2])))


def test_the_gradient_along_log_p_is_minus_the_target() -> None:
    assert_equal(gradient("kl_divergence", np.log(P), T, reduction="sum"), -T)


def test_kl_divergence_is_never_below_0() -> None:
    rng = np.random.default_rng(0)
    p, t = rng.dirichlet(np.ones(4), (2, 200))
    assert (lk.kl_divergence(np.log(p), t, reduction="none").sum(axis=1) > 0).all()


def test_kl_divergence_refuses_two_shapes() -> None:
    with pytest.raises(ValueError, match=r"^log_probs and targets must have the same shape; got \(2, 2\) and \(2,\)\.$"):
        lk.kl_divergence(np.log(P), T[0])


def test_kl_divergence_refuses_an_unknown_reduction() -> None:
    with pytest.raises(ValueError, match="reduction must be"):
        lk.kl_divergence(np.log(P), T, reduction="average")
