"""The bootstrap: what is drawn, by its distribution; the interval over given draws, by hand; how often it holds the truth."""

import math
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

X = np.array([0.0, 1.0])
ALL_DRAWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # of two examples: means 0, ½, ½, 1


def mean(x: np.ndarray) -> Any:
    return x.mean()


# --- drawing -----------------------------------------------------------------------------------------------------------------------------


def test_draws_are_rows_of_the_examples() -> None:
    draws = lk.sample_bootstrap_indices(7, num_resamples=30, rng=lk.rng(0))
    assert draws.shape == (30, 7)
    assert draws.dtype == np.int64
    assert set(draws.ravel().tolist()) == set(range(7))  # 210 values miss one of 7 with a chance of 7 · (6/7)²¹⁰ = 6e-14


def test_a_thousand_are_drawn_by_default() -> None:
    assert lk.sample_bootstrap_indices(2, rng=lk.rng(0)).shape == (1000, 2)


def test_every_row_is_as_likely() -> None:
    # 200,000 values among 20: 10,000 of each, standard deviation √(200,000 · 1/20 · 19/20) = 97.5. The largest of 20 is beyond
    # five of them in 1e-5 of cases
    counts = np.bincount(lk.sample_bootstrap_indices(20, num_resamples=10_000, rng=lk.rng(0)).ravel(), minlength=20)
    assert np.abs(counts - 10_000).max() < 5 * 97.5


@pytest.mark.worked_example("sample_bootstrap_indices")
def test_a_draw_leaves_out_37_percent() -> None:
    # of 100: (1 - 1/100)^100 = 0.3660; the share in one draw spreads by 0.031, the mean of 1000 draws by 0.001; five of them
    draws = lk.sample_bootstrap_indices(100, rng=lk.rng(0))
    left_out = np.mean([1 - len(set(rows)) / 100 for rows in draws.tolist()])
    assert abs(left_out - 0.99**100) < 0.005


def test_draws_follow_the_generator() -> None:
    draw = lk.sample_bootstrap_indices
    assert_equal(draw(9, num_resamples=4, rng=lk.rng(3)), draw(9, num_resamples=4, rng=lk.rng(3)))
    assert draw(9, num_resamples=4, rng=lk.rng(3)).tolist() != draw(9, num_resamples=4, rng=lk.rng(4)).tolist()


@pytest.mark.parametrize(("n", "resamples"), [(0, 10), (10, 0), (-1, 10)])
def test_nothing_to_draw_is_refused(n: int, resamples: int) -> None:
    with pytest.raises(ValueError, match=f"^n and num_resamples must be at least 1; got {n} and {resamples}\\.$"):
        lk.sample_bootstrap_indices(n, num_resamples=resamples, rng=lk.rng(0))


# --- the interval ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("bootstrap_ci")
def test_the_ends_are_quantiles_of_the_metric_over_the_draws() -> None:
    # sorted 0, ½, ½, 1 at shares 0, 1/3, 2/3, 1. The share 1/4 is 3/4 of the way from 0 to ½
    assert_close(lk.bootstrap_ci(mean, (X,), ALL_DRAWS, confidence=0.5), (0.375, 0.625))
    # the share 0.025 is 0.075 of that way: 0.0375
    assert_close(lk.bootstrap_ci(mean, (X,), ALL_DRAWS), (0.0375, 0.9625))


def test_inputs_are_drawn_together() -> None:
    rng = np.random.default_rng(0)
    x, draws = rng.standard_normal(30), lk.sample_bootstrap_indices(30, num_resamples=50, rng=rng)
    assert_equal(lk.bootstrap_ci(lambda a, b: np.abs(a - b).max(), (x, x.copy()), draws), (0.0, 0.0))


def test_metrics_of_the_library_are_taken_as_they_are() -> None:
    rng = np.random.default_rng(0)
    logits, targets = rng.standard_normal((50, 3)), rng.integers(3, size=50)
    draws = lk.sample_bootstrap_indices(50, num_resamples=200, rng=rng)
    low, high = lk.bootstrap_ci(lk.accuracy, (lk.tensor(logits), targets), draws)
    assert 0 <= low < lk.accuracy(logits, targets) < high <= 1


def test_more_confidence_makes_a_wider_interval() -> None:
    rng = np.random.default_rng(0)
    x, draws = rng.standard_normal(30), lk.sample_bootstrap_indices(30, num_resamples=200, rng=rng)
    ends = [lk.bootstrap_ci(mean, (x,), draws, confidence=each) for each in (0.5, 0.8, 0.95)]
    lows, highs = zip(*ends, strict=True)
    assert list(lows) == sorted(lows, reverse=True)
    assert list(highs) == sorted(highs)


def test_an_interval_moves_and_stretches_with_the_metric() -> None:
    rng = np.random.default_rng(0)
    x, draws = rng.standard_normal(30), lk.sample_bootstrap_indices(30, num_resamples=100, rng=rng)
    low, high = lk.bootstrap_ci(mean, (x,), draws)
    assert_close(lk.bootstrap_ci(mean, (-2 * x + 5,), draws), (-2 * high + 5, -2 * low + 5))


def test_a_model_without_mistakes_has_an_interval_without_width() -> None:
    draws = lk.sample_bootstrap_indices(20, num_resamples=100, rng=lk.rng(0))
    assert_equal(lk.bootstrap_ci(mean, (np.ones(20),), draws), (1.0, 1.0))


def test_the_interval_is_as_wide_as_the_standard_error_says() -> None:
    # the mean of 400: ± 1.96 · std / √400. 2000 draws give each end to about 5 % of its distance; five of that
    rng = np.random.default_rng(0)
    x = rng.standard_normal(400)
    low, high = lk.bootstrap_ci(mean, (x,), lk.sample_bootstrap_indices(400, num_resamples=2000, rng=rng))
    half = 1.96 * x.std() / 20
    assert abs((high - low) / (2 * half) - 1) < 0.15
    assert abs((high + low) / 2 - x.mean()) < 0.25 * half


def test_of_twenty_normal_values_the_interval_holds_the_mean_in_93_percent_of_cases() -> None:
    # the interval is about ± 1.96 · std / √20, and |t| with 19 degrees of freedom is below 1.96 · √(19/20) in 92.9 %. Of 1000 cases
    # the share spreads by 0.008, and 0.033 is four of that: a false alarm in 1e-4
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(1000):
        x = rng.standard_normal(20)
        low, high = lk.bootstrap_ci(mean, (x,), lk.sample_bootstrap_indices(20, num_resamples=200, rng=rng))
        held += low <= 0 <= high
    assert abs(held / 1000 - 0.929) < 0.033


def test_inputs_and_draws_stay_as_they_are() -> None:
    x, draws = X.copy(), ALL_DRAWS.copy()
    lk.bootstrap_ci(mean, (x,), draws)
    assert_equal(x, X)
    assert_equal(draws, ALL_DRAWS)


# --- what is refused ---------------------------------------------------------------------------------------------------------------------


def refused(metric: Any = mean, inputs: Any = (X,), indices: Any = ALL_DRAWS, **options: Any) -> str:
    with pytest.raises((ValueError, TypeError)) as caught:
        lk.bootstrap_ci(metric, inputs, np.asarray(indices), **options)
    return f"{caught.type.__name__}: {caught.value}"


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.1, math.nan])
def test_a_confidence_that_is_none_is_refused(confidence: float) -> None:
    assert refused(confidence=confidence) == f"ValueError: confidence must be between 0 and 1; got {confidence!r}. Use 0.95 for 95 %."


def test_inputs_of_different_length_are_refused() -> None:
    message = "ValueError: inputs must be a tuple of arrays with the same number of rows; got [2, 3] rows. Use (x,) for a single one."
    assert refused(inputs=(X, np.ones(3))) == message


def test_no_inputs_are_refused() -> None:
    assert "got [] rows" in refused(inputs=())


@pytest.mark.parametrize("indices", [[0, 1], np.zeros((0, 2), dtype=int), [[0, 1, 0]], [[0]]], ids=["one draw", "none", "more", "fewer"])
def test_draws_that_do_not_fit_are_refused(indices: Any) -> None:
    assert refused(indices=indices) == (
        f"ValueError: indices must be (B, n), with B at least 1 and n the 2 rows of the inputs; got {np.shape(indices)}. "
        "Use sample_bootstrap_indices(2, rng=rng)."
    )


@pytest.mark.parametrize(("indices", "spread"), [([[0, 2]], "0 to 2"), ([[-1, 1]], "-1 to 1")])
def test_rows_that_are_not_there_are_refused(indices: Any, spread: str) -> None:
    assert refused(indices=indices) == f"ValueError: indices must be from 0 to 1; got values from {spread}."


@pytest.mark.parametrize("kind", [np.float64, np.bool_])
def test_draws_that_are_no_integers_are_refused(kind: Any) -> None:
    words = f"TypeError: indices must be integers; got dtype {np.dtype(kind)}."
    assert refused(indices=ALL_DRAWS.astype(kind)) == f"{words} Use sample_bootstrap_indices(2, rng=rng)."


def test_a_metric_with_several_numbers_is_refused() -> None:
    assert refused(metric=lambda x: x) == "ValueError: metric must return one number; got shape (2,)."


def test_a_metric_that_is_nan_is_refused() -> None:
    found = refused(metric=lambda x: math.nan if x.sum() == 0 else 1.0)
    assert found == "ValueError: metric is NaN for 1 of 4 draws, and NaN has no rank."


def test_what_the_metric_refuses_is_passed_on() -> None:
    scores, targets = np.array([0.2, 0.9]), np.array([0, 1])
    assert refused(lk.roc_auc, (scores, targets)).startswith("ValueError: the area under a ROC curve needs positives and negatives")
