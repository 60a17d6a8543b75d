"""Regression data that are drawn, so that the right answer is known: a plane with noise, and a loss that is a narrow valley.

Features and targets are float32, and every number comes from the generator that is given.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from learnkit.datasets.generated import checked_count, scaled_normal


def linear_data(
    n: int, *, weight: Sequence[float] = (2.0,), bias: float = 1.0, noise: float = 0.5, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw regression data whose answer is known: targets = features · weight + bias + N(0, noise²), features uniform in [-1, 1].

    Parameters
    ----------
    n : int
    weight : (D,)
    bias : float
    noise : float
        The standard deviation of the targets around the plane; noise² is the smallest mean squared error to be hoped for.
    rng : np.random.Generator

    Returns
    -------
    features : (n, D) float32
    targets : (n,) float32

    Raises
    ------
    ValueError
        If n is below 1, the noise below 0, or weight is no list.

    Examples
    --------
    >>> features, targets = linear_data(3, noise=0.0, rng=np.random.default_rng(0))
    >>> np.allclose(targets, 2 * features[:, 0] + 1)
    True
    """
    slopes = np.asarray(weight, dtype=np.float64)
    if slopes.ndim != 1 or slopes.size == 0:
        raise ValueError(f"weight must be (D,), one number for each feature; got shape {slopes.shape}.")
    features = rng.uniform(-1, 1, (checked_count(n), slopes.size)).astype(np.float32)
    return features, (features @ slopes + bias + scaled_normal(n, noise, "noise", rng)).astype(np.float32)


def ravine(
    n: int,
    *,
    condition: float = 100.0,
    degrees: float = 30.0,
    weight: Sequence[float] = (1.0, 1.0),
    noise: float = 0.0,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw regression data in the plane whose squared loss is a long, narrow valley of exactly this shape.

    The mean of x xᵀ is R diag(1, 1 / condition) Rᵀ, so the Hessian of the mean squared error, twice that, has the condition number
    that is asked for. Targets are features · weight + N(0, noise²).

    Parameters
    ----------
    n : int, at least 3
    condition : float, at least 1
        The steepest curvature over the flattest.
    degrees : float
        The angle from the first axis to the steep direction. At 0 the valley lies along an axis, and methods with one step size for
        each coordinate look like magic.
    weight : (2,)
        Where the valley's lowest point is, without noise.
    noise : float
    rng : np.random.Generator

    Returns
    -------
    features : (n, 2) float32
    targets : (n,) float32

    Raises
    ------
    ValueError
        If n is below 3, the condition below 1, the noise below 0, or weight is not two numbers.

    Examples
    --------
    >>> features, _ = ravine(50, condition=4.0, degrees=0.0, rng=np.random.default_rng(0))
    >>> np.allclose(features.T @ features / 50, [[1, 0], [0, 0.25]], atol=1e-6)
    True
    """
    slopes = np.asarray(weight, dtype=np.float64)
    if slopes.shape != (2,):
        raise ValueError(f"weight must be two numbers; got shape {slopes.shape}.")
    if not condition >= 1 or not np.isfinite(condition):
        raise ValueError(f"condition must be at least 1, the steepest curvature over the flattest; got {condition}.")
    if checked_count(n) < 3:
        raise ValueError(f"n must be at least 3, to span the plane around a mean; got {n}.")
    drawn = rng.normal(size=(n, 2))
    # columns of mean 0, of length 1 and at right angles: what was drawn only decides where each point lies
    even, _ = np.linalg.qr(drawn - drawn.mean(axis=0))
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    features = (np.sqrt(n) * even * [1, condition**-0.5] @ turn.T).astype(np.float32)
    return features, (features @ slopes + scaled_normal(n, noise, "noise", rng)).astype(np.float32)
