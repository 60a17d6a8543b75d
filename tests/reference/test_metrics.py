"""accuracy: a share by hand, ties, what does not change it, and what has no rank."""

import re

import numpy as np
import pytest
from comparing_arrays import assert_equal

from learnkit import reference as lk

NAN, INF = np.nan, np.inf

# the largest scores are those of the classes 0, 1, 0, 2
LOGITS = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, -1.0], [5.0, 4.0, 4.5], [-3.0, -2.0, -1.0]])


@pytest.mark.parametrize(("targets", "share"), [([0, 1, 0, 2], 1.0), ([0, 1, 0, 0], 0.75), ([0, 2, 1, 0], 0.25), ([1, 0, 2, 0], 0.0)])
def test_accuracy_is_the_share_of_right_classes(targets: list[int], share: float) -> None:
    assert_equal(lk.accuracy(LOGITS, np.array(targets)), share)


def test_accuracy_is_a_fraction_and_not_a_percentage() -> None:
    assert_equal(lk.accuracy(LOGITS[:1], np.array([0])), 1.0)


def test_of_equal_scores_the_first_counts_as_the_largest() -> None:
    assert_equal(lk.accuracy(np.array([[1.0, 1.0, 0.0], [0.0, 7.0, 7.0], [4.0, 4.0, 4.0]]), np.array([0, 1, 0])), 1.0)


def test_of_equal_scores_no_other_than_the_first_counts() -> None:
    assert_equal(lk.accuracy(np.array([[1.0, 1.0, 0.0], [0.0, 7.0, 7.0], [4.0, 4.0, 4.0]]), np.array([1, 2, 2])), 0.0)


def test_a_model_that_gives_every_class_the_same_score_answers_0() -> None:
    assert_equal(lk.accuracy(np.full((5, 3), 7.0), np.array([0, 0, 1, 2, 2])), 0.4)


def test_accuracy_does_not_depend_on_the_order_of_examples() -> None:
    targets = np.array([0, 1, 0, 0])
    assert_equal(lk.accuracy(LOGITS[[3, 1, 0, 2]], targets[[3, 1, 0, 2]]), lk.accuracy(LOGITS, targets))


def test_accuracy_sees_only_the_ranks_of_scores() -> None:
    targets = np.array([0, 1, 0, 0])
    assert_equal(lk.accuracy(lk.softmax(LOGITS), targets), lk.accuracy(LOGITS, targets))


def test_one_class_is_always_right() -> None:
    assert_equal(lk.accuracy(np.array([[-3.0], [8.0]]), np.array([0, 0])), 1.0)


def test_infinite_scores_have_a_rank() -> None:
    assert_equal(lk.accuracy(np.array([[-INF, 0.0], [0.0, INF]]), np.array([1, 1])), 1.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_share_is_a_float64_whatever_the_scores_are(dtype: type) -> None:
    assert isinstance(lk.accuracy(LOGITS.astype(dtype), np.array([0, 1, 0, 0])), np.float64)


@pytest.mark.parametrize("requires_grad", [False, True])
def test_tensors_are_taken_and_a_plain_number_comes_out(requires_grad: bool) -> None:
    share = lk.accuracy(lk.Tensor(LOGITS, requires_grad=requires_grad), lk.Tensor(np.array([0, 1, 0, 0])))
    assert isinstance(share, np.float64)
    assert share == 0.75


def test_a_tensor_may_go_with_an_array() -> None:
    assert_equal(lk.accuracy(lk.Tensor(LOGITS), np.array([0, 1, 0, 0])), 0.75)


@pytest.mark.parametrize("position", [(0, 0), (3, 2)], ids=str)
def test_nan_is_refused(position: tuple[int, int]) -> None:
    logits = LOGITS.copy()
    logits[position] = NAN
    with pytest.raises(ValueError, match=r"^logits hold NaN, and NaN has no rank. Look at the loss: the model diverged.$"):
        lk.accuracy(logits, np.array([0, 1, 0, 2]))


@pytest.mark.parametrize(
    ("logits", "targets"), [((8, 10), (8, 1)), ((8, 10), (7,)), ((10,), ()), ((0, 10), (0,)), ((8, 10), (8, 10)), ((8,), (8,))], ids=str
)
def test_shapes_that_do_not_match_are_refused(logits: tuple[int, ...], targets: tuple[int, ...]) -> None:
    message = f"logits must be (N, C) and targets (N,) with N at least 1; got {logits} and {targets}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.accuracy(np.zeros(logits), np.zeros(targets, dtype=int))


def test_accuracy_refuses_targets_that_are_not_classes() -> None:
    with pytest.raises(TypeError, match=r"integer classes; got dtype float64\. Use targets\.astype\(int\)"):
        lk.accuracy(np.zeros((2, 3)), np.array([0.0, 1.0]))
