"""Plain initializers of both trees: constants are constant, and what is drawn has the distribution that is asked for.

Draws are compared with their distribution function by the test of Kolmogorov and Smirnov, which fails below p = 1e-6: one false alarm in
a million for each case.
"""

import math
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal
from scipy import stats

from learnkit import pytorch, reference
from learnkit.training.truncations import kept_share

both = pytest.mark.parametrize("lk", [reference, pytorch], ids=["reference", "pytorch"])


@pytest.mark.worked_example("ones", "constant")
@both
def test_constants_fill_the_shape(lk: Any) -> None:
    # 2 · 3 values of 1, and 2 · 1 of 0.25
    assert_equal(np.asarray(lk.ones((2, 3))), [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    assert_equal(np.asarray(lk.constant((2, 1), value=0.25)), [[0.25], [0.25]])


@both
def test_a_network_whose_units_start_alike_has_units_that_get_the_same_gradient(lk: Any) -> None:
    net = lk.Sequential(lk.Linear(3, 4, rng=lk.rng(0)), lk.Tanh(), lk.Linear(4, 2, rng=lk.rng(0)))
    lk.initialize(net, lambda shape, **options: lk.constant(shape, value=0.5), rng=lk.rng(0))
    x = lk.tensor(np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32))
    lk.cross_entropy(net(x), lk.tensor(np.array([0, 1, 0, 1, 1]))).backward()
    rows = np.asarray(net[0].weight.grad)
    assert_close(rows, np.tile(rows[:1], (4, 1)), tolerance=1e-6)


@both
@pytest.mark.parametrize(
    ("name", "options", "distribution"),
    [
        ("normal", {"std": 0.3}, stats.norm(0, 0.3)),
        ("uniform", {"bound": 0.3}, stats.uniform(-0.3, 0.6)),
        ("trunc_normal", {}, stats.truncnorm(-2, 2)),
        ("trunc_normal", {"mean": 1.0, "std": 2.0, "a": 0.0, "b": 2.0}, stats.truncnorm(-0.5, 0.5, 1, 2)),
        ("trunc_normal", {"mean": 0.0, "std": 1.0, "a": 1.0, "b": 9.0}, stats.truncnorm(1, 9)),
    ],
)
def test_what_is_drawn_has_its_distribution(lk: Any, name: str, options: dict[str, float], distribution: Any) -> None:
    drawn = np.asarray(getattr(lk, name)((100, 200), rng=lk.rng(0), **options)).astype(np.float64).ravel()
    assert stats.kstest(drawn, distribution.cdf).pvalue > 1e-6


@pytest.mark.worked_example("trunc_normal")
@both
def test_the_variance_of_a_normal_cut_at_two_standard_deviations(lk: Any) -> None:
    # 1 - 2 · 2 φ(2) / (Φ(2) - Φ(-2)) = 1 - 4 · 0.05399 / 0.95450 = 0.7737, times 0.5²; cut at ±1 = ±2 · 0.5.
    # The tails of a cut normal are lighter than a normal's: 5 standard errors √(2/n) are at least that
    drawn = np.asarray(lk.trunc_normal((100, 400), std=0.5, a=-1.0, b=1.0, rng=lk.rng(0))).astype(np.float64)
    assert abs(drawn.var() / (0.7737 * 0.25) - 1) <= 5 * math.sqrt(2 / drawn.size)
    assert np.abs(drawn).max() <= 1.0


@both
def test_bounds_are_values_so_that_a_small_std_is_not_cut(lk: Any) -> None:
    drawn = np.asarray(lk.trunc_normal((100, 400), std=0.02, rng=lk.rng(0)))
    assert 3.5 * 0.02 < np.abs(drawn).max() < 6 * 0.02  # of 40,000 normal draws one is surely so far out, and none further


@both
def test_the_same_generator_draws_the_same_and_dtypes_are_kept(lk: Any) -> None:
    double = lk.tensor(np.zeros(1)).dtype
    for name in ("normal", "uniform", "trunc_normal"):
        draw = getattr(lk, name)
        assert_equal(np.asarray(draw((3, 2), rng=lk.rng(5))), np.asarray(draw((3, 2), rng=lk.rng(5))))
        assert np.asarray(draw((3, 2), rng=lk.rng(5), dtype=double)).dtype == np.float64
    assert np.asarray(lk.constant((3,), value=1.0, dtype=double)).dtype == np.float64
    assert np.asarray(lk.ones((3,), dtype=double)).dtype == np.float64


def test_the_share_that_is_kept_by_hand() -> None:
    # one standard deviation on each side keeps 68.27 %, the upper half 50 %
    assert_close(kept_share(3.0, 2.0, 1.0, 5.0), 0.6827, tolerance=1e-4)
    assert_close(kept_share(0.0, 1.0, 0.0, 50.0), 0.5)


@both
@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"std": -1.0}, "std must be above 0; got -1.0"),
        ({"a": 1.0, "b": 1.0}, "a must be below b; got 1.0 and 1.0"),
        ({"a": 4.0, "b": 9.0}, r"at least 5% of the normal distribution must lie between a and b; got 0.00% with mean 0.0, std 1.0"),
        ({"std": 0.0}, "std must be above 0; got 0.0"),
        ({"std": math.nan}, "std must be above 0; got nan"),
    ],
)
def test_bounds_that_leave_nothing_to_draw_are_refused(lk: Any, options: dict[str, float], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        lk.trunc_normal((3, 2), rng=lk.rng(0), **options)
