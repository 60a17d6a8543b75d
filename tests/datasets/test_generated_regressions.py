"""Drawn regression data: the known answer is found again, and the valley has exactly the shape that is asked for.

False alarms: five standard errors, at most 1e-6 over all seeds; with the seeds that are fixed here none.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from learnkit.datasets import linear_data, ravine


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("draw", "columns"), [(linear_data, 1), (ravine, 2)])
def test_features_and_targets_are_float32(draw: Callable[..., Any], columns: int) -> None:
    features, targets = draw(9, noise=0.1, rng=generator())
    assert (features.shape, features.dtype, targets.shape, targets.dtype) == ((9, columns), np.float32, (9,), np.float32)


@pytest.mark.parametrize("draw", [linear_data, ravine])
def test_the_generator_decides(draw: Callable[..., Any]) -> None:
    (one, _), (same, _), (other, _) = (draw(9, rng=generator(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


# --- a plane ------------------------------------------------------------------------------------------------------------------------------


def test_without_noise_the_targets_are_the_plane() -> None:
    features, targets = linear_data(50, weight=(2.0, -3.0, 0.5), bias=4.0, noise=0, rng=generator())
    np.testing.assert_allclose(targets, features @ np.array([2, -3, 0.5]) + 4, atol=1e-5)


def test_features_are_uniform_between_minus_one_and_one() -> None:
    features, _ = linear_data(10_000, rng=generator())
    assert abs(features).max() <= 1
    counts = np.histogram(features, 10, (-1, 1))[0]
    assert abs(counts - 1000).max() < 5 * (1000 * 0.9) ** 0.5


def test_the_noise_is_normal_around_the_plane() -> None:
    features, targets = linear_data(20_000, noise=0.5, rng=generator())
    off = targets - (2 * features[:, 0] + 1)
    assert abs(off.mean()) < 5 * 0.5 / 20_000**0.5
    assert abs(off.std() - 0.5) < 5 * 0.5 / 40_000**0.5
    assert abs(np.corrcoef(off, features[:, 0])[0, 1]) < 5 / 20_000**0.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, r"^n must be at least 1; got 0\.$"),
        ({"noise": -1.0}, r"^noise must be at least 0; got -1\.0\.$"),
        ({"weight": ()}, r"^weight must be \(D,\), one number for each feature; got shape \(0,\)\.$"),
        ({"weight": [[1.0]]}, r"got shape \(1, 1\)"),
    ],
)
def test_a_plane_that_is_none_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        linear_data(**({"n": 5} | options), rng=generator())


# --- a valley -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", [1.0, 10.0, 100.0, 10_000.0])
@pytest.mark.parametrize("n", [3, 50, 1001])
def test_the_loss_has_exactly_the_condition_number_that_is_asked_for(condition: float, n: int) -> None:
    features = ravine(n, condition=condition, rng=generator())[0].astype(np.float64)
    flat, steep = np.linalg.eigvalsh(features.T @ features / n)
    # float32 features carry 6e-8, and the small eigenvalue feels that of the large one
    np.testing.assert_allclose([steep, steep / flat], [1, condition], rtol=1e-6 * condition**0.5)


@pytest.mark.parametrize("degrees", [0.0, 30.0, 45.0, 120.0])
def test_the_steep_direction_stands_at_the_angle(degrees: float) -> None:
    features = ravine(40, condition=25.0, degrees=degrees, rng=generator())[0].astype(np.float64)
    steep = np.linalg.eigh(features.T @ features)[1][:, 1]
    # a direction has no sign
    wanted = [np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))]
    assert abs(steep @ wanted) > 1 - 1e-6


def test_features_have_mean_zero() -> None:
    np.testing.assert_allclose(ravine(40, rng=generator())[0].mean(axis=0), 0, atol=1e-6)


def test_the_lowest_point_is_the_weight() -> None:
    features, targets = ravine(40, condition=9.0, weight=(2.0, -1.0), rng=generator())
    np.testing.assert_allclose(np.linalg.lstsq(features, targets, rcond=None)[0], [2, -1], atol=1e-5)


def test_gradient_descent_diverges_just_above_two_over_the_largest_curvature() -> None:
    # the Hessian of the mean squared error is 2 · mean of x xᵀ, with largest eigenvalue 2: steps of 1 are the border
    features, targets = (part.astype(np.float64) for part in ravine(40, rng=generator()))
    ends = []
    for lr in (0.99, 1.01):
        weight = np.zeros(2)
        for _ in range(2000):
            weight -= lr * 2 * features.T @ (features @ weight - targets) / 40
        ends.append(np.mean((features @ weight - targets) ** 2))
    assert ends[0] < 1e-9
    assert ends[1] > 1e9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 2}, r"^n must be at least 3, to span the plane around a mean; got 2\.$"),
        ({"n": 0}, r"^n must be at least 1; got 0\.$"),
        ({"condition": 0.5}, r"^condition must be at least 1, the steepest curvature over the flattest; got 0\.5\.$"),
        ({"condition": float("inf")}, "got inf"),
        ({"condition": float("nan")}, "got nan"),
        ({"weight": (1.0,)}, r"^weight must be two numbers; got shape \(1,\)\.$"),
        ({"noise": -1.0}, r"^noise must be at least 0; got -1\.0\.$"),
    ],
)
def test_a_valley_that_is_none_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ravine(**({"n": 5} | options), rng=generator())
