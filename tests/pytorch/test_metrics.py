"""Metrics on tensors: one value on the device, no gradient, NaN where the reference raises, and the reference's numbers on random data."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from learnkit import pytorch as lk
from learnkit import reference

# --- the numbers of the reference, on random data -----------------------------------------------------------------------------------------


def classes_of(seed: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Draw predictions and targets of up to five classes, some of which are absent from the one, the other, or both."""
    rng = np.random.default_rng(seed)
    classes, count = int(rng.integers(1, 6)), int(rng.integers(1, 30))
    present = [rng.choice(classes, size=rng.integers(1, classes + 1), replace=False) for _ in range(2)]
    return rng.choice(present[0], size=count), rng.choice(present[1], size=count), classes


def scores_of(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw scores with ties, and targets of both classes."""
    rng = np.random.default_rng(seed)
    targets = (rng.random(int(rng.integers(2, 60))) < rng.uniform(0.05, 0.95)).astype(int)
    targets[:2] = 1, 0
    return (rng.standard_normal(len(targets)) + targets).round(2 - seed % 3), targets


def assert_same(theirs: Any, ours: Any) -> None:
    for one, other in zip(*(each if isinstance(each, tuple) else (each,) for each in (theirs, ours)), strict=True):
        assert isinstance(one, torch.Tensor)
        assert str(one.dtype) == f"torch.{other.dtype}"
        np.testing.assert_allclose(one.numpy(), other, rtol=1e-12, atol=1e-12)
        assert tuple(one.shape) == np.shape(other)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("average", ["macro", "micro", "weighted", "none"])
@pytest.mark.parametrize("zero_division", [0.0, 1.0, math.nan])
def test_ratios_are_those_of_the_reference_whatever_classes_are_absent(seed: int, average: str, zero_division: float) -> None:
    predictions, targets, classes = classes_of(seed)
    options = {"num_classes": classes, "average": average, "zero_division": zero_division}
    theirs = lk.precision_recall_f1(torch.tensor(predictions), torch.tensor(targets), **options)
    assert_same(theirs, reference.precision_recall_f1(predictions, targets, **options))


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("name", ["confusion_matrix", "balanced_accuracy"])
def test_counts_are_those_of_the_reference(name: str, seed: int) -> None:
    predictions, targets, classes = classes_of(seed)
    theirs = getattr(lk, name)(torch.tensor(predictions), torch.tensor(targets), num_classes=classes)
    assert_same(theirs, getattr(reference, name)(predictions, targets, num_classes=classes))


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("name", ["roc_auc", "average_precision", "roc_curve", "precision_recall_curve"])
def test_rankings_are_those_of_the_reference_with_ties(name: str, seed: int) -> None:
    scores, targets = scores_of(seed)
    assert_same(getattr(lk, name)(torch.tensor(scores), torch.tensor(targets)), getattr(reference, name)(scores, targets))


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16])
def test_scores_in_16_bits_tie_where_they_are_equal(kind: torch.dtype) -> None:
    scores, targets = scores_of(1)
    short = torch.tensor(scores).to(kind)
    for name in ("roc_auc", "average_precision"):
        ours = getattr(reference, name)(short.float().numpy(), targets)
        assert getattr(lk, name)(short, torch.tensor(targets)).item() == pytest.approx(ours, abs=1e-12)


def test_probabilities_in_16_bits_are_accepted() -> None:
    p = torch.randn(50, 1000, generator=lk.rng(0)).softmax(dim=1).bfloat16()
    assert lk.ece(p, torch.zeros(50, dtype=torch.long)).isfinite()


# --- one value, without a gradient --------------------------------------------------------------------------------------------------------

Metric = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

PREDICTED = torch.tensor([0.2, 0.7, 0.4], requires_grad=True)
YES = torch.tensor([0, 1, 1])
SOFT = torch.tensor([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]], requires_grad=True)

RANKED: dict[str, Metric] = {"roc_auc": lk.roc_auc, "average_precision": lk.average_precision}
CURVES: dict[str, Any] = {"roc_curve": lk.roc_curve, "precision_recall_curve": lk.precision_recall_curve}
CALIBRATED: dict[str, Metric] = {"ece": lk.ece, "brier": lk.brier}
REGRESSION: dict[str, Metric] = {"rmse": lk.rmse, "mape": lk.mape, "r2_score": lk.r2_score}
DECIDED: dict[str, Metric] = {
    name: lambda predictions, targets, name=name: getattr(lk, name)(predictions, targets, num_classes=2)  # type: ignore[misc]
    for name in ("precision", "recall", "f1_score", "balanced_accuracy")
}
ALL: dict[str, Callable[[], torch.Tensor]] = {
    **{name: lambda metric=metric: metric(PREDICTED, YES) for name, metric in RANKED.items()},  # type: ignore[misc]
    **{name: lambda metric=metric: metric(SOFT, YES) for name, metric in CALIBRATED.items()},  # type: ignore[misc]
    **{name: lambda metric=metric: metric(PREDICTED, YES + 1) for name, metric in REGRESSION.items()},  # type: ignore[misc]
    **{name: lambda metric=metric: metric(SOFT.argmax(dim=1), YES) for name, metric in DECIDED.items()},  # type: ignore[misc]
}


@pytest.mark.parametrize("name", ALL)
def test_a_metric_is_one_value_in_float64_without_a_gradient(name: str) -> None:
    value = ALL[name]()
    assert value.shape == ()
    assert value.dtype == torch.float64  # though scores are float32
    assert value.isfinite()
    assert not value.requires_grad
    assert f"{value:.2f}"


@pytest.mark.parametrize("name", CURVES)
def test_curves_have_no_gradient(name: str) -> None:
    assert not any(part.requires_grad for part in CURVES[name](PREDICTED, YES))


# --- where the reference raises -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("prediction", "target"), [(3, 0), (-1, 0), (0, 3), (0, -1), (2**40, 0), (5, -1)])
def test_a_class_out_of_range_makes_every_count_minus_1_and_every_ratio_nan(prediction: int, target: int) -> None:
    predictions, targets = torch.tensor([0, 1, prediction]), torch.tensor([0, 1, target])
    assert lk.confusion_matrix(predictions, targets, num_classes=3).tolist() == [[-1] * 3] * 3
    for average in ("macro", "micro", "weighted", "none"):
        for zero_division in (0.0, math.nan):
            for value in lk.precision_recall_f1(predictions, targets, num_classes=3, average=average, zero_division=zero_division):
                assert value.isnan().all()
    assert lk.balanced_accuracy(predictions, targets, num_classes=3).isnan()


@pytest.mark.parametrize("name", RANKED)
@pytest.mark.parametrize(
    ("scores", "targets"),
    [([0.1, math.nan, 0.3], [0, 1, 1]), ([0.1, 0.2, 0.3], [-1, 1, 0]), ([0.1, 0.2, 0.3], [0.0, 0.5, 1.0]), ([0.1, 0.2, 0.3], [0, 0, 0])],
    ids=["NaN", "-1", "a half", "no positives"],
)
def test_a_ranking_that_cannot_be_judged_is_nan(name: str, scores: list[float], targets: list[float]) -> None:
    assert RANKED[name](torch.tensor(scores), torch.tensor(targets)).isnan()


def test_all_positive_has_no_area_under_the_roc_curve_but_a_precision() -> None:
    scores, targets = torch.tensor([0.1, 0.2]), torch.tensor([1, 1])
    assert lk.roc_auc(scores, targets).isnan()
    assert lk.average_precision(scores, targets) == 1.0


@pytest.mark.parametrize("name", CALIBRATED)
@pytest.mark.parametrize(
    ("rows", "targets"),
    [
        ([[2.0, -1.0], [0.5, 0.5]], [0, 1]),
        ([[math.nan, 0.5], [0.5, 0.5]], [0, 1]),
        ([[0.3, 0.3], [0.5, 0.5]], [0, 1]),
        ([[0.3, 0.7], [0.5, 0.5]], [0, 2]),
        ([[0.3, 0.7], [0.5, 0.5]], [-1, 1]),
    ],
    ids=["logits", "NaN", "a sum of 0.6", "class 2", "class -1"],
)
def test_what_is_no_probability_or_no_class_is_nan(name: str, rows: list[list[float]], targets: list[int]) -> None:
    assert CALIBRATED[name](torch.tensor(rows), torch.tensor(targets)).isnan()
    counts, confidence, accuracy = lk.calibration_bins(torch.tensor(rows), torch.tensor(targets), num_bins=3)
    assert counts.tolist() == [-1, -1, -1]
    assert confidence.isnan().all()
    assert accuracy.isnan().all()


@pytest.mark.parametrize("name", REGRESSION)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_give_nan(name: str, value: float) -> None:
    good, bad = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([1.0, value, 3.0])
    assert REGRESSION[name](bad, good).isnan()
    assert REGRESSION[name](good, bad).isnan()


def test_mape_of_a_target_of_0_is_nan() -> None:
    assert lk.mape(torch.tensor([1.0, 2.0]), torch.tensor([0.0, 2.0])).isnan()


@pytest.mark.parametrize("count", [1, 7])
def test_r2_of_targets_that_are_all_equal_is_nan(count: int) -> None:
    # seven times 0.1: the mean is off in the last digit, and the variance is not 0
    assert lk.r2_score(torch.arange(count) * 1.0, torch.full((count,), 0.1, dtype=torch.float64)).isnan()


# --- the bootstrap ------------------------------------------------------------------------------------------------------------------------


def test_draws_are_rows_of_the_examples_as_likely_as_others() -> None:
    # 200,000 values among 20: 10,000 of each, standard deviation 97.5; the largest of 20 is beyond five of them in 1e-5 of cases
    draws = lk.sample_bootstrap_indices(20, num_resamples=10_000, rng=lk.rng(0))
    assert draws.shape == (10_000, 20)
    assert draws.dtype == torch.int64
    assert (draws.flatten().bincount(minlength=20) - 10_000).abs().max() < 5 * 97.5


def test_an_interval_is_that_of_the_reference() -> None:
    rng = np.random.default_rng(0)
    logits, targets, draws = rng.standard_normal((40, 3)), rng.integers(3, size=40), rng.integers(40, size=(100, 40))
    theirs = lk.bootstrap_ci(lk.accuracy, (torch.tensor(logits), torch.tensor(targets)), torch.tensor(draws), confidence=0.9)
    assert_same(theirs, reference.bootstrap_ci(reference.accuracy, (logits, targets), draws, confidence=0.9))


def test_an_interval_of_a_differentiable_metric_has_no_gradient() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    low, high = lk.bootstrap_ci(torch.mean, (x,), torch.tensor([[0, 1], [1, 1]]))
    assert (low.requires_grad, high.requires_grad, low.shape) == (False, False, ())


def test_a_metric_that_is_nan_in_one_draw_makes_the_interval_nan() -> None:
    scores, targets = torch.tensor([0.1, 0.9]), torch.tensor([0, 1])
    low, high = lk.bootstrap_ci(lk.roc_auc, (scores, targets), torch.tensor([[0, 1], [1, 1]]))
    assert low.isnan()
    assert high.isnan()


def test_a_row_that_is_not_there_is_an_index_error_on_a_cpu() -> None:
    with pytest.raises(IndexError, match="out of bounds"):
        lk.bootstrap_ci(torch.mean, (torch.tensor([1.0, 2.0]),), torch.tensor([[0, 2]]))
