"""Classes that are drawn: small sets in the plane, each of a shape that makes one point, and wrong labels.

Every function draws from the generator that it is given, and mixes the order of the classes. Features are float32, classes int64, as
equal in number as they can be.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = tuple[NDArray[np.float32], NDArray[np.int64]]


def blobs(
    n: int, *, centers: Sequence[Sequence[float]] = ((-2.0, 0.0), (2.0, 0.0), (0.0, 3.0)), spread: float = 1.0, rng: np.random.Generator
) -> Points:
    """Draw points around centers, one class a center: N(center, spread² I). Linear classifiers are right for these.

    Parameters
    ----------
    n : int
        How many points in all.
    centers : (C, D)
    spread : float
        The standard deviation along each axis.
    rng : np.random.Generator

    Returns
    -------
    features : (n, D) float32
    labels : (n,) int64

    Raises
    ------
    ValueError
        If n is below 1, the spread below 0, or the centers are no table.

    Examples
    --------
    >>> features, labels = blobs(4, centers=[(0.0, 0.0), (5.0, 5.0)], spread=0.0, rng=np.random.default_rng(0))
    >>> sorted(features[:, 0].tolist())
    [0.0, 0.0, 5.0, 5.0]

    See Also
    --------
    sklearn.datasets.make_blobs
    """
    table = np.asarray(centers, dtype=np.float64)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(f"centers must be (C, D), one row for each class; got shape {table.shape}.")
    labels = _labels(n, len(table), rng)
    return _noisy(table[labels], spread, "spread", rng), labels


def moons(n: int, *, noise: float = 0.1, rng: np.random.Generator) -> Points:
    """Draw two half circles that reach into each other: no line separates them, and a curve does.

    Class 0 is (cos t, sin t) and class 1 is (1 - cos t, ½ - sin t), t uniform in [0, π], plus N(0, noise² I).

    Parameters
    ----------
    n : int
    noise : float
        The standard deviation along each axis; the half circles have radius 1 and come within ½ of each other.
    rng : np.random.Generator

    Returns
    -------
    features : (n, 2) float32
    labels : (n,) int64

    Raises
    ------
    ValueError
        If n is below 1 or the noise below 0.

    Notes
    -----
    `sklearn.datasets.make_moons` places the points at equal distances; here they are drawn.

    Examples
    --------
    >>> features, labels = moons(100, noise=0.0, rng=np.random.default_rng(0))
    >>> np.allclose(np.hypot(*features[labels == 0].T), 1, atol=1e-6)
    True
    """
    labels = _labels(n, 2, rng)
    t = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(t), np.sin(t)], axis=1)  # (n, 2)
    lower = np.stack([1 - np.cos(t), 0.5 - np.sin(t)], axis=1)
    return _noisy(np.where(labels[:, None] == 0, upper, lower), noise, "noise", rng), labels


def spirals(n: int, *, num_classes: int = 3, turns: float = 0.65, noise: float = 0.2, rng: np.random.Generator) -> Points:
    """Draw arms that wind around the origin, one class an arm: every straight line cuts all of them.

    At radius r, uniform in [0, 1], arm c stands at the angle 2π (c / C + turns · r), plus noise in the angle.

    Parameters
    ----------
    n : int
    num_classes : int, at least 1
    turns : float
        How often an arm goes around.
    noise : float
        The standard deviation of the angle in radians. The arms are 2π / C apart: 2.09 for three.
    rng : np.random.Generator

    Returns
    -------
    features : (n, 2) float32
    labels : (n,) int64

    Raises
    ------
    ValueError
        If n or num_classes is below 1, or the noise below 0.

    References
    ----------
    Karpathy 2015, CS231n, Putting it together: minimal neural network case study. There radii are at equal distances and the arms
    make about 0.64 turns.

    Examples
    --------
    >>> features, labels = spirals(300, rng=np.random.default_rng(0))
    >>> bool(np.hypot(*features.T).max() <= 1), np.bincount(labels)
    (True, array([100, 100, 100]))
    """
    labels = _labels(n, num_classes, rng)
    radius = rng.uniform(0, 1, n)
    angle = 2 * np.pi * (labels / num_classes + turns * radius) + scaled_normal(n, noise, "noise", rng)
    return (radius * np.stack([np.cos(angle), np.sin(angle)])).T.astype(np.float32), labels


def rings(n: int, *, num_classes: int = 2, noise: float = 0.1, rng: np.random.Generator) -> Points:
    """Draw circles around the origin, class c with radius c + 1: the radius separates what no line does.

    Parameters
    ----------
    n : int
    num_classes : int, at least 1
    noise : float
        The standard deviation of the radius.
    rng : np.random.Generator

    Returns
    -------
    features : (n, 2) float32
    labels : (n,) int64

    Raises
    ------
    ValueError
        If n or num_classes is below 1, or the noise below 0.

    Examples
    --------
    >>> features, labels = rings(50, noise=0.0, rng=np.random.default_rng(0))
    >>> np.allclose(np.hypot(*features.T), labels + 1)
    True

    See Also
    --------
    sklearn.datasets.make_circles
    """
    labels = _labels(n, num_classes, rng)
    angle = rng.uniform(0, 2 * np.pi, n)
    radius = labels + 1 + scaled_normal(n, noise, "noise", rng)
    return (radius * np.stack([np.cos(angle), np.sin(angle)])).T.astype(np.float32), labels


def xor(n: int, *, noise: float = 0.2, rng: np.random.Generator) -> Points:
    """Draw points around the corners (±1, ±1), class 1 where the signs differ: four clouds of which no line separates two classes.

    Parameters
    ----------
    n : int
        Of the two corners of a class each point takes one at random.
    noise : float
        The standard deviation along each axis; 0 gives the four corners themselves.
    rng : np.random.Generator

    Returns
    -------
    features : (n, 2) float32
    labels : (n,) int64

    Raises
    ------
    ValueError
        If n is below 1 or the noise below 0.

    Examples
    --------
    >>> features, labels = xor(20, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(((features[:, 0] * features[:, 1] < 0) == labels).all())
    True
    """
    labels = _labels(n, 2, rng)
    first = rng.choice([-1.0, 1.0], n)
    second = np.where(labels == 1, -first, first)
    return _noisy(np.stack([first, second], axis=1), noise, "noise", rng), labels


def noisy_labels(labels: Any, *, p: float, num_classes: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return labels of which each was drawn anew with probability p, every class as likely as any other.

    A label that is drawn anew may come out as it was: a share of p (C - 1) / C is wrong, 0.36 for p = 0.4 and 10 classes.

    Parameters
    ----------
    labels : (N,) integers
    p : float, from 0 to 1
    num_classes : int
    rng : np.random.Generator

    Returns
    -------
    array (N,) int64
        New; ``noisy != labels`` says which are wrong.

    Raises
    ------
    ValueError
        If p is no probability, or a label is not in 0, …, num_classes - 1.
    TypeError
        If the labels are no integers.

    References
    ----------
    Zhang, Bengio, Hardt, Recht & Vinyals 2017, Understanding deep learning requires rethinking generalization, section 2 (partially
    corrupted labels).

    Examples
    --------
    >>> noisy_labels([0, 1, 2], p=0.0, num_classes=3, rng=np.random.default_rng(0))
    array([0, 1, 2])
    """
    old = np.asarray(labels)
    if old.dtype.kind not in "iu":
        raise TypeError(f"labels must be integers; got {old.dtype}. Use labels.astype(int) if they are whole.")
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a probability, from 0 to 1; got {p}.")
    if old.ndim != 1 or (old.size and not 0 <= old.min() <= old.max() < num_classes):
        raise ValueError(f"labels must be (N,), each from 0 to {num_classes - 1}; got shape {old.shape} and values {_range(old)}.")
    anew = rng.random(old.shape) < p
    return np.where(anew, rng.integers(num_classes, size=old.shape), old).astype(np.int64)


def _range(values: NDArray[Any]) -> str:
    return f"from {values.min()} to {values.max()}" if values.size else "none"


def checked_count(n: int) -> int:
    """Return n, if that many points can be drawn."""
    if n < 1:
        raise ValueError(f"n must be at least 1; got {n}.")
    return n


def _labels(n: int, num_classes: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return 0, 1, …, as equal in number as they can be, in a drawn order."""
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1; got {num_classes}.")
    return rng.permutation(np.arange(checked_count(n), dtype=np.int64) % num_classes)


def scaled_normal(shape: int | tuple[int, ...], std: float, name: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return N(0, std²), the standard deviation checked under its name."""
    if not std >= 0:
        raise ValueError(f"{name} must be at least 0; got {std}.")
    return std * rng.normal(size=shape)


def _noisy(points: NDArray[np.float64], std: float, name: str, rng: np.random.Generator) -> NDArray[np.float32]:
    return (points + scaled_normal(points.shape, std, name, rng)).astype(np.float32)
