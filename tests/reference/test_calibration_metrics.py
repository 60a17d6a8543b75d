"""Bins of confidence, the expected calibration error and the Brier score: by hand, at the edges of bins, and what each refuses."""

import math
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal
from sklearn import metrics as sklearn_metrics
from sklearn.calibration import calibration_curve

from learnkit import reference as lk

EVERY = ("calibration_bins", "ece", "brier")
every_metric = pytest.mark.parametrize("name", EVERY)

# most sure of: 0 by .8 (right), 1 by .7 (wrong), 2 by .6 (right), 0 by .9 (right), 1 by .8 (wrong)
P = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6], [0.9, 0.1, 0.0], [0.1, 0.8, 0.1]])
TARGETS = np.array([0, 2, 2, 0, 0])


def random_model(seed: int, classes: int = 3, count: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Draw probabilities and targets that follow them, so that the model is calibrated."""
    rng = np.random.default_rng(seed)
    powers = np.exp(2 * rng.standard_normal((count, classes)))
    p = powers / powers.sum(axis=1, keepdims=True)
    return p, (rng.random((count, 1)) > p.cumsum(axis=1)[:, :-1]).sum(axis=1)


# --- bins --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("calibration_bins")
def test_each_example_is_in_the_bin_of_its_largest_probability() -> None:
    # bins of 1/4: (½, ¾] holds .7 and .6, one of two right; (¾, 1] holds .8, .9 and .8, two of three right
    counts, confidence, accuracy = lk.calibration_bins(P, TARGETS, num_bins=4)
    assert_equal(counts, [0, 0, 2, 3])
    assert_close(confidence, [math.nan, math.nan, 1.3 / 2, 2.5 / 3])
    assert_close(accuracy, [math.nan, math.nan, 1 / 2, 2 / 3])


@pytest.mark.parametrize("num_bins", [10, 15, 100])
def test_a_confidence_on_an_edge_is_in_the_bin_below(num_bins: int) -> None:
    edges = np.arange(1, num_bins + 1) / num_bins
    edges = edges[edges >= 0.5]  # the larger of two probabilities
    for place, edge in enumerate(edges):
        counts, _, _ = lk.calibration_bins(np.array([[edge, 1 - edge]]), np.array([0]), num_bins=num_bins)
        assert np.flatnonzero(counts).tolist() == [num_bins - len(edges) + place]


def test_sure_examples_are_in_the_last_bin() -> None:
    assert_equal(lk.calibration_bins(np.array([[1.0, 0.0]]), np.array([0]), num_bins=5)[0], [0, 0, 0, 0, 1])


def test_every_example_is_in_one_bin() -> None:
    assert lk.calibration_bins(*random_model(0), num_bins=7)[0].sum() == 40


@pytest.mark.parametrize("seed", range(10))
def test_bins_that_are_not_empty_agree_with_scikit_learn(seed: int) -> None:
    p, targets = random_model(seed)
    counts, confidence, accuracy = lk.calibration_bins(p, targets, num_bins=8)
    share, mean = calibration_curve(p.argmax(axis=1) == targets, p.max(axis=1), n_bins=8)
    assert_close(confidence[counts > 0], mean)
    assert_close(accuracy[counts > 0], share)


# --- the expected calibration error ------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("ece")
def test_ece_weighs_the_gap_of_a_bin_by_its_examples() -> None:
    # 2/5 · |1/2 - 1.3/2| + 3/5 · |2/3 - 2.5/3| = |1 - 1.3|/5 + |2 - 2.5|/5 = 0.8/5
    assert_close(lk.ece(P, TARGETS, num_bins=4), 0.16)


def test_ece_of_one_bin_is_accuracy_less_mean_confidence() -> None:
    # three of five are right; mean confidence 3.8/5
    assert_close(lk.ece(P, TARGETS, num_bins=1), 0.16)
    assert_close(lk.ece(P[:4], TARGETS[:4], num_bins=1), 0.0)  # three of four, and 3.0/4


def test_gaps_of_different_sign_do_not_cancel() -> None:
    # 60 % sure and always right, 90 % sure and right three times in five: gaps of .4 and -.3
    p = np.array([[0.6, 0.4]] * 5 + [[0.9, 0.1]] * 5)
    targets = np.array([0] * 5 + [0, 0, 0, 1, 1])
    assert_close(lk.ece(p, targets, num_bins=10), 0.35)


def test_ece_is_of_the_largest_probability_and_not_of_class_1() -> None:
    # sure of class 0 by .9 and always right: a gap of .1; the probability of class 1, .1, has none of class 1 in 5
    p = np.array([[0.9, 0.1]] * 5 + [[0.3, 0.7]] * 5)
    targets = np.array([0] * 5 + [1] * 5)
    assert_close(lk.ece(p, targets, num_bins=10), (0.1 + 0.3) / 2)


def test_ece_is_0_for_what_is_sure_and_right_and_1_for_what_is_sure_and_wrong() -> None:
    sure = np.eye(3)
    assert_equal(lk.ece(sure, np.array([0, 1, 2])), 0.0)
    assert_equal(lk.ece(sure, np.array([1, 2, 0])), 1.0)


def test_ece_is_0_for_a_model_that_knows_only_how_often_each_class_occurs() -> None:
    p, targets = np.full((10, 2), [0.7, 0.3]), np.array([0] * 7 + [1] * 3)
    assert_close(lk.ece(p, targets), 0.0)
    assert lk.brier(p, targets) > 0.4  # 0.7 · 2 · 0.3² + 0.3 · 2 · 0.7² = 0.42


@every_metric
def test_the_order_of_examples_does_not_count(name: str) -> None:
    p, targets = random_model(1)
    order = np.random.default_rng(0).permutation(len(p))
    for one, other in zip(
        np.atleast_2d(getattr(lk, name)(p[order], targets[order])), np.atleast_2d(getattr(lk, name)(p, targets)), strict=True
    ):
        assert_close(one, other)


@every_metric
def test_the_names_of_the_classes_do_not_count(name: str) -> None:
    p, targets = random_model(2)
    for one, other in zip(
        np.atleast_2d(getattr(lk, name)(p[:, ::-1], 2 - targets)), np.atleast_2d(getattr(lk, name)(p, targets)), strict=True
    ):
        assert_close(one, other)


def test_a_calibrated_model_of_ten_classes_has_an_ece_of_a_third_of_the_root_of_bins_over_examples() -> None:
    # mean of 40 draws of N = 1000, M = 15: 0.30 · √(15/1000) = 0.037; single draws spread by 0.007, the mean by 0.001,
    # and the allowed 0.25 to 0.35 of the root is six of that
    found = np.mean([lk.ece(*random_model(seed, classes=10, count=1000)) for seed in range(40)])
    assert 0.25 < found / math.sqrt(15 / 1000) < 0.35


# --- the Brier score ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("brier")
def test_brier_is_the_squared_distance_from_the_right_answer() -> None:
    # (.8 - 1)² + .1² + .1² = .06; .2² + .7² + (.1 - 1)² = 1.34; .1² + .3² + .4² = .26; .1² + .1² + 0 = .02; .9² + .8² + .1² = 1.46
    assert_close(lk.brier(P, TARGETS), (0.06 + 1.34 + 0.26 + 0.02 + 1.46) / 5)


def test_brier_is_from_0_to_2() -> None:
    assert_equal(lk.brier(np.eye(3), np.array([0, 1, 2])), 0.0)
    assert_equal(lk.brier(np.eye(3), np.array([1, 2, 0])), 2.0)


def test_brier_of_two_classes_is_twice_that_of_scikit_learn() -> None:
    p, targets = random_model(3, classes=2)
    assert_close(lk.brier(p, targets), 2 * sklearn_metrics.brier_score_loss(targets, p[:, 1]))


def test_brier_is_least_for_the_true_probabilities() -> None:
    # three of four are of class 0: 3/4 · 2 (1 - q)² + 1/4 · 2 q² is least at q = 3/4
    targets = np.array([0, 0, 0, 1])
    scores = {q: lk.brier(np.full((4, 2), [q, 1 - q]), targets) for q in (0.65, 0.75, 0.85, 1.0)}
    assert min(scores, key=lambda q: scores[q]) == 0.75


# --- what is refused ---------------------------------------------------------------------------------------------------------------------


def refused(name: str, p: Any, targets: Any, **options: Any) -> str:
    with pytest.raises((ValueError, TypeError)) as caught:
        getattr(lk, name)(np.asarray(p), np.asarray(targets), **options)
    return f"{caught.type.__name__}: {caught.value}"


@every_metric
@pytest.mark.parametrize(
    ("row", "spread"),
    [([3.0, -2.0], "-2.0 to 3.0"), ([1.5, -0.5], "-0.5 to 1.5"), ([1.2, 0.0], "0.0 to 1.2"), ([math.nan, 1.0], "nan to nan")],
    ids=["logits", "extrapolated", "above 1", "NaN"],
)
def test_what_is_no_probability_is_refused(name: str, row: list[float], spread: str) -> None:
    message = f"ValueError: probabilities must be between 0 and 1; got values from {spread}. Use softmax(logits)."
    assert refused(name, [[0.0, 1.0], row], [0, 1]) == message


@every_metric
def test_rows_that_do_not_add_up_to_1_are_refused(name: str) -> None:
    message = "ValueError: each row of probabilities must add up to 1; row 1 adds up to 0.7. Use softmax(logits)."
    assert refused(name, [[0.5, 0.5], [0.4, 0.3]], [0, 1]) == message


def test_rounded_probabilities_are_taken() -> None:
    assert_close(lk.brier(np.array([[0.333, 0.333, 0.333]]), np.array([0])), 0.667**2 + 2 * 0.333**2)
    assert lk.ece(np.array([[1.0 + 1e-7, 0.0]]), np.array([0])) < 1e-6


@every_metric
def test_probabilities_of_yes_alone_are_refused(name: str) -> None:
    assert refused(name, [0.3, 0.7], [0, 1]) == (
        "ValueError: probabilities must be (N, C) and targets (N,), with N and C at least 1; got (2,) and (2,). "
        "Use np.stack([1 - p, p], axis=1) for yes or no."
    )


@every_metric
@pytest.mark.parametrize(("shape", "targets"), [((0, 3), []), ((2, 0), [0, 0]), ((2, 3), [0])])
def test_empty_and_mismatched_inputs_are_refused(name: str, shape: tuple[int, int], targets: list[int]) -> None:
    assert f"with N and C at least 1; got {shape} and ({len(targets)},)." in refused(name, np.zeros(shape), targets)


@every_metric
def test_a_class_out_of_range_is_refused(name: str) -> None:
    message = "ValueError: targets must be classes from 0 to 2, as there are 3; got values from 0 to 3."
    assert refused(name, P, [0, 1, 2, 3, 0]) == message


@every_metric
def test_targets_that_are_no_integers_are_refused(name: str) -> None:
    assert refused(name, P, TARGETS + 0.0).startswith("TypeError: targets must be integer classes; got dtype float64.")


@pytest.mark.parametrize("name", ["calibration_bins", "ece"])
@pytest.mark.parametrize("num_bins", [0, -3, 2.5, True])
def test_a_number_of_bins_that_is_none_is_refused(name: str, num_bins: Any) -> None:
    assert refused(name, P, TARGETS, num_bins=num_bins) == f"ValueError: num_bins must be a whole number, at least 1; got {num_bins!r}."


@every_metric
def test_tensors_are_taken_and_stay_as_they_are(name: str) -> None:
    p = lk.tensor(P)
    expected = getattr(lk, name)(P, TARGETS)
    assert_equal(np.asarray(getattr(lk, name)(p, lk.tensor(TARGETS))), np.asarray(expected))
    assert_equal(p.data, P)
