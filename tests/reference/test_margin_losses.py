"""binary_hinge: nothing is paid from the margin on, and what is missing before it."""

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


@pytest.mark.worked_example("binary_hinge")
def test_what_is_missing_from_the_margin_is_paid() -> None:
    # yes with 0.25: 0.75 is missing; yes with 3: nothing; no with 0.5: 1 + 0.5. The mean is 2.25 / 3
    scores, targets = np.array([0.25, 3.0, 0.5]), np.array([1, 1, 0])
    assert_close(lk.binary_hinge(scores, targets, reduction="none"), [0.75, 0.0, 1.5])
    assert_close(lk.binary_hinge(scores, targets), 0.75)
    assert_close(lk.binary_hinge(scores, targets, reduction="sum"), 2.25)


def test_the_gradient_pulls_each_score_that_pays_to_its_side() -> None:
    _, saved = lk.binary_hinge.forward(np.array([0.25, 3.0, 0.5]), np.array([1, 1, 0]))
    assert_close(lk.binary_hinge.backward(1.0, saved)[0], [-1 / 3, 0.0, 1 / 3])


def test_the_slope_at_the_margin_is_0() -> None:
    _, saved = lk.binary_hinge.forward(np.array([1.0, -1.0]), np.array([1, 0]))
    assert_equal(lk.binary_hinge.backward(1.0, saved)[0], [0.0, 0.0])


def test_gradients_agree_with_finite_differences() -> None:
    rng = np.random.default_rng(0)
    targets = rng.integers(2, size=(5, 3))
    assert lk.gradcheck(
        lambda scores: lk.binary_hinge(scores, targets, margin=0.7), [lk.tensor(3 * rng.standard_normal((5, 3)), requires_grad=True)]
    )


def test_scikit_learn_gives_the_same_number() -> None:
    from sklearn.metrics import hinge_loss

    rng = np.random.default_rng(1)
    scores, targets = rng.standard_normal(50), rng.integers(2, size=50)
    assert_close(lk.binary_hinge(scores, targets), hinge_loss(targets, scores))


def test_yes_and_no_are_mirrored() -> None:
    rng = np.random.default_rng(2)
    scores, targets = rng.standard_normal(9), rng.integers(2, size=9)
    assert_close(lk.binary_hinge(-scores, 1 - targets), lk.binary_hinge(scores, targets))


@pytest.mark.parametrize(
    ("scores", "targets", "text"),
    [
        (np.ones(3), np.array([1, -1, 1]), r"targets must be 0 or 1; got \[-1  1\]\. Of labels -1 and 1 take"),
        (np.ones((3, 1)), np.array([1, 0, 1]), "must have the same shape"),
        (np.zeros(0), np.zeros(0), "empty batch"),
    ],
)
def test_what_does_not_fit_is_refused(scores: np.ndarray, targets: np.ndarray, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        lk.binary_hinge(scores, targets)
