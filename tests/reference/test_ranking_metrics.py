"""ROC and precision-recall curves and their areas: by hand, with ties, as scikit-learn has them, and what each refuses."""

import math
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal
from sklearn import metrics as sklearn_metrics
from sklearn.exceptions import UndefinedMetricWarning

from learnkit import reference as lk

AREAS = ("roc_auc", "average_precision")
EVERY = ("roc_curve", "roc_auc", "precision_recall_curve", "average_precision")
every_metric = pytest.mark.parametrize("name", EVERY)

# downward: 0.9 is positive; 0.6 twice, one of each; 0.1 is negative
SCORES = np.array([0.1, 0.6, 0.9, 0.6])
TARGETS = np.array([0, 1, 1, 0])


def random_scores(seed: int, *, both: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Draw scores with more ties the larger the seed modulo 3, and targets with at least one positive."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 60))
    targets = (rng.random(count) < rng.uniform(0.05, 0.95)).astype(int)
    targets[0] = 1
    if both:
        targets[1] = 0
    return (rng.standard_normal(count) + targets).round(2 - seed % 3), targets


def parts(name: str, scores: Any, targets: Any) -> tuple[Any, ...]:
    """Return the parts of a curve, or the one number of an area."""
    found = getattr(lk, name)(scores, targets)
    return found if isinstance(found, tuple) else (found,)


# --- the ROC curve -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("roc_curve")
def test_a_roc_curve_has_a_point_for_each_distinct_score() -> None:
    fpr, tpr, thresholds = lk.roc_curve(SCORES, TARGETS)
    # nothing; the 0.9; both 0.6 at once; all
    assert_equal(thresholds, [math.inf, 0.9, 0.6, 0.1])
    assert_equal(tpr, [0, 1 / 2, 2 / 2, 2 / 2])
    assert_equal(fpr, [0, 0 / 2, 1 / 2, 2 / 2])


def test_a_roc_curve_goes_from_0_0_to_1_1_and_never_back() -> None:
    for seed in range(20):
        fpr, tpr, thresholds = lk.roc_curve(*random_scores(seed))
        assert (fpr[0], tpr[0], fpr[-1], tpr[-1]) == (0, 0, 1, 1)
        assert (np.diff(fpr) >= 0).all()
        assert (np.diff(tpr) >= 0).all()
        assert (np.diff(thresholds) < 0).all()


def test_each_point_is_what_its_threshold_gives() -> None:
    scores, targets = random_scores(5)
    for fpr, tpr, threshold in zip(*lk.roc_curve(scores, targets), strict=True):
        called = scores >= threshold
        assert_close(tpr, called[targets == 1].mean())
        assert_close(fpr, called[targets == 0].mean())


def test_thresholds_keep_the_dtype_of_the_scores() -> None:
    assert lk.roc_curve(SCORES.astype(np.float32), TARGETS)[2].dtype == np.float32
    assert lk.precision_recall_curve(SCORES.astype(np.float32), TARGETS)[2].dtype == np.float32
    assert lk.roc_curve(np.array([1, 0], dtype=np.int8), np.array([1, 0]))[2].dtype == np.float64


def test_infinite_scores_tie_with_each_other() -> None:
    fpr, tpr, _ = lk.roc_curve(np.array([-math.inf, -math.inf, 1.0]), np.array([0, 1, 1]))
    assert_equal(fpr, [0, 0, 1])
    assert_equal(tpr, [0, 1 / 2, 1])


# --- the area under it -------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("roc_auc")
def test_the_area_is_the_share_of_pairs_that_are_in_order() -> None:
    # (0.6, 0.1) in order, (0.6, 0.6) a tie, (0.9, 0.1) and (0.9, 0.6) in order: 3½ of 4
    assert_equal(lk.roc_auc(SCORES, TARGETS), 3.5 / 4)


@pytest.mark.parametrize("seed", range(30))
def test_counting_all_pairs_gives_the_same_area(seed: int) -> None:
    scores, targets = random_scores(seed)
    positives, negatives = scores[targets == 1][:, None], scores[targets == 0]
    assert_close(lk.roc_auc(scores, targets), ((positives > negatives) + 0.5 * (positives == negatives)).mean())


@pytest.mark.parametrize("seed", range(30))
def test_trapezoids_under_the_curve_give_the_same_area(seed: int) -> None:
    scores, targets = random_scores(seed)
    fpr, tpr, _ = lk.roc_curve(scores, targets)
    assert_close(lk.roc_auc(scores, targets), (np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2).sum())


def test_equal_scores_say_nothing() -> None:
    assert_equal(lk.roc_auc(np.full(7, 0.3), np.array([1, 0, 0, 1, 0, 0, 0])), 0.5)


@pytest.mark.parametrize(("targets", "area"), [([0, 0, 1, 1], 1.0), ([1, 1, 0, 0], 0.0)])
def test_a_perfect_ranking_has_area_1_and_one_upside_down_0(targets: list[int], area: float) -> None:
    assert_equal(lk.roc_auc(np.array([0.1, 0.2, 0.3, 0.4]), np.array(targets)), area)


def test_other_scores_turn_the_area_around() -> None:
    scores, targets = random_scores(1)
    assert_close(lk.roc_auc(-scores, targets), 1 - lk.roc_auc(scores, targets))
    assert_close(lk.roc_auc(scores, 1 - targets), 1 - lk.roc_auc(scores, targets))


@pytest.mark.parametrize("name", AREAS)
def test_only_the_order_of_scores_counts(name: str) -> None:
    area = getattr(lk, name)
    scores, targets = random_scores(2)
    assert_equal(area(1 / (1 + np.exp(-scores)), targets), area(scores, targets))  # logits or probabilities
    assert_equal(area(scores**3 - 7, targets), area(scores, targets))


@every_metric
def test_the_order_of_examples_does_not_count(name: str) -> None:
    scores, targets = random_scores(2)
    for order in (np.argsort(targets), np.argsort(-targets)):  # within a tie, negatives first and positives first
        for one, other in zip(parts(name, scores[order], targets[order]), parts(name, scores, targets), strict=True):
            assert_close(one, other)


def test_the_share_of_positives_moves_average_precision_and_not_the_area() -> None:
    scores, targets = random_scores(3)
    more = [np.concatenate([each] + [each[targets == 0]] * 9) for each in (scores, targets)]
    assert_close(lk.roc_auc(*more), lk.roc_auc(scores, targets))
    assert lk.average_precision(*more) < lk.average_precision(scores, targets) - 0.05


def test_the_area_is_exact_where_many_scores_tie() -> None:
    positives, negatives = np.repeat([1.0, 2.0, 3.0], 10_000), np.repeat([0.0, 1.0, 2.0], 10_000)
    # 1 is above 0 and ties with 1; 2 is above 0 and 1 and ties with 2; 3 is above all: of 9, 6 in order and 2 ties
    area = lk.roc_auc(np.concatenate([positives, negatives]), np.repeat([1, 0], 30_000))
    assert_equal(area, 7 / 9)


# --- precision and recall ----------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("precision_recall_curve")
def test_a_precision_recall_curve_goes_through_the_thresholds_upward() -> None:
    precision, recall, thresholds = lk.precision_recall_curve(SCORES, TARGETS)
    # all four; the three from 0.6; the one from 0.9; and the point without a threshold
    assert_equal(thresholds, [0.1, 0.6, 0.9])
    assert_equal(precision, [2 / 4, 2 / 3, 1 / 1, 1])
    assert_equal(recall, [2 / 2, 2 / 2, 1 / 2, 0])


@pytest.mark.worked_example("average_precision")
def test_average_precision_weighs_precision_with_the_recall_it_gains() -> None:
    # downward: at 0.9 recall gains ½ at precision 1, at 0.6 another ½ at precision 2/3, at 0.1 nothing
    assert_close(lk.average_precision(SCORES, TARGETS), 1 / 2 + 1 / 3)


def test_average_precision_is_the_area_under_the_steps_of_the_curve() -> None:
    for seed in range(20):
        precision, recall, _ = lk.precision_recall_curve(*random_scores(seed))
        assert_close(lk.average_precision(*random_scores(seed)), (-np.diff(recall) * precision[:-1]).sum())


def test_average_precision_of_scores_that_say_nothing_is_the_share_of_positives() -> None:
    assert_equal(lk.average_precision(np.zeros(8), np.array([1, 0, 0, 0, 0, 0, 1, 0])), 0.25)


def test_all_positive_has_precision_1_everywhere() -> None:
    scores, targets = np.array([0.3, 0.7]), np.array([1, 1])
    assert_equal(lk.average_precision(scores, targets), 1.0)
    assert_equal(lk.precision_recall_curve(scores, targets)[0], [1.0, 1.0, 1.0])


# --- as scikit-learn has them ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_areas_and_curves_agree_with_scikit_learn_on_random_ties(seed: int) -> None:
    scores, targets = random_scores(seed)
    assert_close(lk.roc_auc(scores, targets), sklearn_metrics.roc_auc_score(targets, scores))
    assert_close(lk.average_precision(scores, targets), sklearn_metrics.average_precision_score(targets, scores))
    for ours, theirs in zip(
        lk.roc_curve(scores, targets), sklearn_metrics.roc_curve(targets, scores, drop_intermediate=False), strict=True
    ):
        assert_close(ours, theirs)
    for ours, theirs in zip(
        lk.precision_recall_curve(scores, targets), sklearn_metrics.precision_recall_curve(targets, scores), strict=True
    ):
        assert_close(ours, theirs)


@pytest.mark.parametrize("seed", range(10))
def test_the_area_in_float32_agrees_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, targets = rng.random(5000).astype(np.float32), rng.integers(2, size=5000)
    assert_close(lk.roc_auc(scores, targets), sklearn_metrics.roc_auc_score(targets, scores))


@pytest.mark.parametrize("present", [0, 1])
def test_scikit_learn_has_no_area_either_for_one_class(present: int) -> None:
    scores, targets = np.array([0.2, 0.7]), np.full(2, present)
    with pytest.warns(UndefinedMetricWarning):
        assert math.isnan(sklearn_metrics.roc_auc_score(targets, scores))
    with pytest.raises(ValueError, match="needs positives and negatives"):
        lk.roc_auc(scores, targets)


# --- what is refused ---------------------------------------------------------------------------------------------------------------------


def refused(name: str, scores: Any, targets: Any) -> str:
    with pytest.raises(ValueError, match=r"\.") as caught:
        getattr(lk, name)(np.asarray(scores), np.asarray(targets))
    return str(caught.value)


@every_metric
def test_a_score_of_nan_is_refused(name: str) -> None:
    message = "scores hold NaN, and NaN has no rank. Look at the loss: the model diverged."
    assert refused(name, [0.1, math.nan, 0.3], [0, 1, 1]) == message


@every_metric
@pytest.mark.parametrize(("targets", "spread"), [([-1, 1, 1], "-1 to 1"), ([1, 2, 2], "1 to 2"), ([0.0, 0.5, 1.0], "0.0 to 1.0")])
def test_targets_besides_0_and_1_are_refused(name: str, targets: list[float], spread: str) -> None:
    message = f"targets must be 0 or 1; got values from {spread}. Use targets == k for class k against the rest."
    assert refused(name, [0.1, 0.2, 0.3], targets) == message


@every_metric
def test_scores_of_all_classes_are_refused(name: str) -> None:
    message = "scores and targets must be (N,) with N at least 1; got (3, 2) and (3,). Use scores[:, 1], the scores of the positive class."
    assert refused(name, np.zeros((3, 2)), [0, 1, 1]) == message


@every_metric
def test_no_examples_are_refused(name: str) -> None:
    assert refused(name, [], []) == "scores and targets must be (N,) with N at least 1; got (0,) and (0,)."


@pytest.mark.parametrize(
    ("name", "what"), [("roc_curve", "a ROC curve"), ("roc_auc", "the area under a ROC curve")], ids=["roc_curve", "roc_auc"]
)
@pytest.mark.parametrize(("targets", "got"), [([1, 1], "2 positives and 0 negatives"), ([0, 0], "0 positives and 2 negatives")])
def test_one_class_has_no_roc(name: str, what: str, targets: list[int], got: str) -> None:
    assert refused(name, [0.1, 0.2], targets) == f"{what} needs positives and negatives among the targets; got {got}."


@pytest.mark.parametrize(
    ("name", "what"), [("precision_recall_curve", "a precision-recall curve"), ("average_precision", "average precision")]
)
def test_no_positives_have_no_recall(name: str, what: str) -> None:
    assert refused(name, [0.1, 0.2], [0, 0]) == f"{what} needs positives among the targets; got 0 positives and 2 negatives."


@every_metric
def test_tensors_and_truth_values_are_taken(name: str) -> None:
    for one, other in zip(parts(name, lk.tensor(SCORES), lk.tensor(TARGETS == 1)), parts(name, SCORES, TARGETS), strict=True):
        assert_equal(one, other)
