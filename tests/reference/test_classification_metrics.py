"""Accuracy, the confusion matrix and its ratios: by hand, as scikit-learn counts, and what each refuses."""

import math
import re
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal
from sklearn import metrics as sklearn_metrics

from learnkit import reference as lk

AVERAGES = ("macro", "micro", "weighted", "none")
RATIOS = ("precision", "recall", "f1_score")

# Ten examples of three classes; rows are right, columns predicted:
#         0 1 2
#   0  [  3 1 0 ]   4 are 0
#   1  [  1 2 1 ]   4 are 1
#   2  [  0 0 2 ]   2 are 2
#         4 3 3     predicted
TARGETS = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
PREDICTIONS = np.array([0, 0, 0, 1, 0, 1, 1, 2, 2, 2])
COUNTS = [[3, 1, 0], [1, 2, 1], [0, 0, 2]]
PRECISION = [3 / 4, 2 / 3, 2 / 3]
RECALL = [3 / 4, 1 / 2, 1.0]
F1 = [6 / 8, 4 / 7, 4 / 5]  # 2 TP / (predicted + actual)


def ratios(average: str, **options: Any) -> tuple[Any, ...]:
    return lk.precision_recall_f1(PREDICTIONS, TARGETS, num_classes=3, average=average, **options)


def random_classes(seed: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Draw predictions and targets of up to five classes, some of which are absent from the one, the other, or both."""
    rng = np.random.default_rng(seed)
    classes, count = int(rng.integers(1, 6)), int(rng.integers(1, 30))
    present = [rng.choice(classes, size=rng.integers(1, classes + 1), replace=False) for _ in range(2)]
    return rng.choice(present[0], size=count), rng.choice(present[1], size=count), classes


# --- accuracy ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("accuracy")
def test_accuracy_is_the_share_of_right_answers() -> None:
    # rows say 0, 1, 0, 1; right are 0, 1, 1, 1
    assert_equal(lk.accuracy(np.array([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0], [0.0, 1.0]]), np.array([0, 1, 1, 1])), 0.75)


def test_accuracy_does_not_change_with_the_order_of_examples() -> None:
    rng = np.random.default_rng(0)
    logits, targets, order = rng.standard_normal((20, 3)), rng.integers(3, size=20), rng.permutation(20)
    assert_equal(lk.accuracy(logits[order], targets[order]), lk.accuracy(logits, targets))


def test_accuracy_takes_tensors() -> None:
    assert lk.accuracy(lk.tensor([[1.0, 2.0]]), lk.tensor([1])) == 1.0


@pytest.mark.parametrize(
    ("logits", "targets"), [(np.zeros((3, 2)), np.zeros((3, 1))), (np.zeros(3), np.zeros(3)), (np.zeros((0, 2)), np.zeros(0))]
)
def test_accuracy_refuses_shapes_that_do_not_match(logits: np.ndarray, targets: np.ndarray) -> None:
    message = f"logits must be (N, C) and targets (N,) with N at least 1; got {logits.shape} and {targets.shape}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.accuracy(logits, targets)


def test_accuracy_refuses_nan() -> None:
    with pytest.raises(ValueError, match="logits hold NaN, and NaN has no rank"):
        lk.accuracy(np.array([[1.0, math.nan]]), np.array([0]))


# --- the confusion matrix ----------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("confusion_matrix")
def test_rows_are_right_and_columns_predicted_classes() -> None:
    # of the ten pairs (right, predicted): (0, 0) three times, (0, 1) once, (1, 0) once, (1, 1) twice, (1, 2) once, (2, 2) twice
    assert_equal(lk.confusion_matrix(PREDICTIONS, TARGETS, num_classes=3), COUNTS)


def test_exchanging_predictions_and_targets_transposes_the_table() -> None:
    assert_equal(lk.confusion_matrix(TARGETS, PREDICTIONS, num_classes=3), np.transpose(COUNTS))


def test_an_absent_class_keeps_its_row_and_column() -> None:
    counts = lk.confusion_matrix(PREDICTIONS, TARGETS, num_classes=5)
    assert_equal(counts, np.pad(COUNTS, (0, 2)))


def test_the_plain_loop_counts_the_same() -> None:
    for seed in range(20):
        predictions, targets, classes = random_classes(seed)
        counts = np.zeros((classes, classes), dtype=int)
        np.add.at(counts, (targets, predictions), 1)
        assert_equal(lk.confusion_matrix(predictions, targets, num_classes=classes), counts)


@pytest.mark.parametrize("classes", [3, 300])
def test_many_examples_are_counted_in_blocks(classes: int) -> None:
    predictions, targets = np.random.default_rng(0).integers(classes, size=(2, 100_001))
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (targets, predictions), 1)
    assert_equal(lk.confusion_matrix(predictions, targets, num_classes=classes), counts)


def test_the_cells_add_up_to_the_number_of_examples() -> None:
    counts = lk.confusion_matrix(PREDICTIONS, TARGETS, num_classes=3)
    assert counts.sum() == len(TARGETS)
    assert_equal(counts.sum(axis=1), np.bincount(TARGETS))


def test_the_order_of_examples_does_not_count() -> None:
    order = np.random.default_rng(0).permutation(len(TARGETS))
    assert_equal(lk.confusion_matrix(PREDICTIONS[order], TARGETS[order], num_classes=3), COUNTS)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.int32, np.uint64])
def test_small_integers_do_not_overflow(kind: Any) -> None:
    # the cell 99 · 100 + 99 does not fit into 8 bits
    counts = lk.confusion_matrix(np.array([99, 0], dtype=kind), np.array([99, 98], dtype=kind), num_classes=100)
    assert counts.dtype == np.int64
    assert [counts[99, 99], counts[98, 0], counts.sum()] == [1, 1, 2]


def test_a_threshold_may_be_given_as_it_is() -> None:
    scores = np.array([0.2, 0.7, 0.9])
    assert_equal(lk.confusion_matrix(scores > 0.5, np.array([0, 0, 1]), num_classes=2), [[1, 1], [0, 1]])


def test_the_inputs_stay_as_they_are() -> None:
    predictions, targets = PREDICTIONS.copy(), TARGETS.copy()
    lk.confusion_matrix(predictions, targets, num_classes=3)
    assert_equal(predictions, PREDICTIONS)
    assert_equal(targets, TARGETS)


def test_tensors_and_lists_are_taken() -> None:
    assert_equal(lk.confusion_matrix(lk.tensor(PREDICTIONS), TARGETS.tolist(), num_classes=3), COUNTS)


# --- precision, recall, F1 ---------------------------------------------------------------------------------------------------------------


def test_precision_divides_by_what_was_predicted_and_recall_by_what_is() -> None:
    # right are 3, 2, 2; predicted were 4, 3, 3, and there are 4, 4, 2: 3/4, 2/3, 2/3 and 3/4, 2/4, 2/2; F1 is 2 · 3/(4 + 4) …
    for found, by_hand in zip(ratios("none"), (PRECISION, RECALL, F1), strict=True):
        assert_close(found, by_hand)


def test_macro_is_the_mean_over_classes() -> None:
    assert_close(ratios("macro"), (np.mean(PRECISION), np.mean(RECALL), np.mean(F1)))


def test_macro_f1_is_not_the_f1_of_the_mean_precision_and_recall() -> None:
    precision, recall, f1 = ratios("macro")
    assert abs(f1 - 2 * precision * recall / (precision + recall)) > 0.01


def test_weighted_counts_a_class_by_its_examples() -> None:
    # weights 4, 4, 2: precision (3 + 8/3 + 4/3) / 10 = 0.7
    precision, recall, f1 = ratios("weighted")
    assert_close(precision, 0.7)
    assert_close(recall, 0.7)  # (3 + 2 + 2) / 10, the accuracy
    assert_close(f1, (4 * F1[0] + 4 * F1[1] + 2 * F1[2]) / 10)


def test_all_micro_averages_are_the_accuracy() -> None:
    assert_close(ratios("micro"), (0.7, 0.7, 0.7))


@pytest.mark.worked_example("precision_recall_f1")
def test_binary_is_class_1_of_two() -> None:
    # called 1: three, two of them right; are 1: four
    found = lk.precision_recall_f1(np.array([1, 1, 1, 0, 0]), np.array([1, 1, 0, 1, 1]), num_classes=2, average="binary")
    assert_close(found, (2 / 3, 2 / 4, 4 / 7))


def test_f1_is_the_harmonic_mean() -> None:
    assert_close(F1, 2 / (1 / np.array(PRECISION) + 1 / np.array(RECALL)))
    assert_close(ratios("none")[2], F1)


@pytest.mark.parametrize("average", AVERAGES)
def test_each_alone_is_its_part_of_the_three(average: str) -> None:
    for name, part in zip(RATIOS, ratios(average), strict=True):
        assert_equal(getattr(lk, name)(PREDICTIONS, TARGETS, num_classes=3, average=average), part)


@pytest.mark.worked_example("precision", "recall", "f1_score")
def test_each_of_the_three_by_hand() -> None:
    # class 1: two of three predicted are right, and two of four are found: 2/3, 2/4, and 2 · 2 / (3 + 4) = 4/7
    found = [getattr(lk, name)(PREDICTIONS, TARGETS, num_classes=3, average="none")[1] for name in ("precision", "recall", "f1_score")]
    assert_close(found, [2 / 3, 2 / 4, 4 / 7])


def test_exchanging_predictions_and_targets_exchanges_precision_and_recall() -> None:
    precision, recall, f1 = ratios("none")
    for one, other in zip(
        lk.precision_recall_f1(TARGETS, PREDICTIONS, num_classes=3, average="none"), (recall, precision, f1), strict=True
    ):
        assert_equal(one, other)


@pytest.mark.parametrize("zero_division", [0.0, 1.0, math.nan])
def test_zero_division_stands_for_what_has_no_examples(zero_division: float) -> None:
    # class 0 occurs and is never predicted: no precision; class 1 is predicted and never occurs: no recall; class 2 is absent: neither
    found = lk.precision_recall_f1(np.array([1, 1]), np.array([0, 0]), num_classes=3, average="none", zero_division=zero_division)
    assert_equal(found[0], [zero_division, 0.0, zero_division])
    assert_equal(found[1], [0.0, zero_division, zero_division])
    assert_equal(found[2], [0.0, 0.0, zero_division])


@pytest.mark.worked_example("precision")
def test_nan_leaves_a_class_out_of_the_mean() -> None:
    predictions, targets = np.array([0, 0, 1]), np.array([0, 0, 0])  # precision 1 and 0 and none
    assert_equal(lk.precision(predictions, targets, num_classes=3, zero_division=math.nan), 0.5)
    assert_close(lk.precision(predictions, targets, num_classes=3), 1 / 3)
    assert_close(lk.precision(predictions, targets, num_classes=3, zero_division=1.0), 2 / 3)


def test_the_mean_of_nothing_is_nan() -> None:
    # class 0 was never predicted, and class 1 never occurs
    assert_equal(lk.recall(np.array([0]), np.array([0]), num_classes=2, average="binary", zero_division=math.nan), math.nan)


def test_always_no_is_accurate_and_finds_nothing() -> None:
    predictions, targets = np.zeros(100, dtype=int), np.arange(100) == 7
    assert lk.precision(predictions, targets, num_classes=2, average="micro") == 0.99
    assert lk.recall(predictions, targets, num_classes=2, average="binary") == 0.0
    assert lk.balanced_accuracy(predictions, targets, num_classes=2) == 0.5


@pytest.mark.worked_example("balanced_accuracy")
def test_balanced_accuracy_is_the_mean_recall() -> None:
    # (3/4 + 2/4 + 2/2) / 3 = 3/4
    assert_close(lk.balanced_accuracy(PREDICTIONS, TARGETS, num_classes=3), np.mean(RECALL))


def test_balanced_accuracy_does_not_change_when_a_class_gets_more_examples() -> None:
    more = [np.concatenate([each] + [each[TARGETS == 0]] * 5) for each in (PREDICTIONS, TARGETS)]
    assert_close(lk.balanced_accuracy(*more, num_classes=3), np.mean(RECALL))


def test_balanced_accuracy_leaves_out_classes_that_do_not_occur() -> None:
    assert_close(lk.balanced_accuracy(PREDICTIONS, TARGETS, num_classes=7), np.mean(RECALL))


# --- as scikit-learn counts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("zero_division", [0.0, 1.0, math.nan])
def test_ratios_agree_with_scikit_learn_whatever_classes_are_absent(seed: int, zero_division: float) -> None:
    predictions, targets, classes = random_classes(seed)
    for average in AVERAGES:
        found = lk.precision_recall_f1(predictions, targets, num_classes=classes, average=average, zero_division=zero_division)
        expected = sklearn_metrics.precision_recall_fscore_support(
            targets, predictions, labels=range(classes), average=None if average == "none" else average, zero_division=zero_division
        )
        for one, other in zip(found, expected[:3], strict=True):
            assert_close(one, other)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true", "ignore:A single label was found")
def test_balanced_accuracy_agrees_with_scikit_learn(seed: int) -> None:
    predictions, targets, classes = random_classes(seed)
    found = lk.balanced_accuracy(predictions, targets, num_classes=classes)
    assert_close(found, sklearn_metrics.balanced_accuracy_score(targets, predictions))


# --- what is refused ---------------------------------------------------------------------------------------------------------------------

EVERY = ("confusion_matrix", "precision_recall_f1", "precision", "recall", "f1_score", "balanced_accuracy")
every_metric = pytest.mark.parametrize("name", EVERY)


def refused(name: str, predictions: Any, targets: Any, num_classes: Any = 3) -> str:
    with pytest.raises((ValueError, TypeError)) as caught:
        getattr(lk, name)(np.asarray(predictions), np.asarray(targets), num_classes=num_classes)
    return f"{caught.type.__name__}: {caught.value}"


@every_metric
def test_logits_in_the_place_of_classes_are_refused(name: str) -> None:
    assert refused(name, np.zeros((4, 3)), np.zeros(4, dtype=int)) == (
        "ValueError: predictions and targets must be (N,) with N at least 1; got (4, 3) and (4,). Use logits.argmax(axis=1)."
    )


@every_metric
def test_other_lengths_are_refused(name: str) -> None:
    message = "ValueError: predictions and targets must be (N,) with N at least 1; got (2,) and (3,)."
    assert refused(name, [0, 1], [0, 1, 2]) == message


@every_metric
def test_no_examples_are_refused(name: str) -> None:
    assert "with N at least 1; got (0,) and (0,)." in refused(name, np.zeros(0, dtype=int), np.zeros(0, dtype=int))


@every_metric
def test_a_class_out_of_range_is_refused(name: str) -> None:
    words = "must be classes from 0 to 2, as there are 3; got values from"
    assert refused(name, [0, 3], [0, 1]) == f"ValueError: predictions {words} 0 to 3."
    assert refused(name, [0, 1], [0, -1]) == f"ValueError: targets {words} -1 to 0."


@every_metric
def test_classes_that_are_no_integers_are_refused(name: str) -> None:
    words = "must be integer classes; got dtype float64."
    assert refused(name, [0.0, 1.0], [0, 1]) == (f"TypeError: predictions {words} Use predictions.astype(int) if they are whole numbers.")
    assert refused(name, [0, 1], [0.0, math.nan]).startswith(f"TypeError: targets {words}")


@pytest.mark.parametrize("num_classes", [0, -1, 2.0, True, None, "3"])
def test_a_number_of_classes_that_is_none_is_refused(num_classes: Any) -> None:
    message = f"ValueError: num_classes must be a whole number, at least 1; got {num_classes!r}."
    assert refused("confusion_matrix", [0], [0], num_classes) == message


def test_an_unknown_average_is_refused() -> None:
    message = 'average must be "macro", "micro", "weighted", "binary" or "none"; got None.'
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.f1_score(PREDICTIONS, TARGETS, num_classes=3, average=None)  # type: ignore[arg-type]


def test_binary_is_refused_for_more_than_two_classes() -> None:
    with pytest.raises(ValueError, match=r'average="binary" is for num_classes=2; got 3\. Use average="macro"'):
        ratios("binary")


@pytest.mark.parametrize("zero_division", [0.5, -1, "warn", math.inf])
def test_another_zero_division_is_refused(zero_division: Any) -> None:
    message = f"zero_division must be 0, 1 or NaN; got {zero_division!r}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        ratios("macro", zero_division=zero_division)
