"""Plain initializers: constants, and draws whose spread is given, whatever the shape.

Each one is a function (shape, *, rng) -> array, as are those of `initializers`, which find the spread from the shape.

Source: torch.nn.init, whose distributions these are.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from learnkit.reference.operations import Array
from learnkit.training.requirements import require_at_least_0
from learnkit.training.truncations import kept_share


def zeros(shape: Sequence[int], *, rng: "np.random.Generator | None" = None, dtype: DTypeLike | None = None) -> Array:
    """Return zeros.

    w = 0

    Parameters
    ----------
    shape : of the result
    rng : np.random.Generator, optional
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Notes
    -----
    rng is taken and not used, so that all initializers are called alike. Units that start alike stay alike: for biases only.

    See Also
    --------
    learnkit.pytorch.zeros, torch.nn.init.zeros_
    """
    return np.zeros(shape, dtype=kind_of(dtype))


def ones(shape: Sequence[int], *, rng: "np.random.Generator | None" = None, dtype: DTypeLike | None = None) -> Array:
    """Return ones.

    w = 1

    Parameters
    ----------
    shape : of the result
    rng : np.random.Generator, optional
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Notes
    -----
    rng is taken and not used, so that all initializers are called alike. The scale of a normalization starts so.

    See Also
    --------
    learnkit.pytorch.ones, torch.nn.init.ones_
    """
    return np.ones(shape, dtype=kind_of(dtype))


def constant(shape: Sequence[int], *, value: float, rng: "np.random.Generator | None" = None, dtype: DTypeLike | None = None) -> Array:
    """Return one value everywhere.

    w = value

    Parameters
    ----------
    shape : of the result
    value : float
    rng : np.random.Generator, optional
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Notes
    -----
    rng is taken and not used, so that all initializers are called alike. Weights that start alike get the same
    gradient and stay alike: such a layer is no more than one unit. A bias may start so.

    See Also
    --------
    learnkit.pytorch.constant, torch.nn.init.constant_
    """
    return np.full(shape, value, dtype=kind_of(dtype))


def normal(shape: Sequence[int], *, std: float = 1.0, rng: "np.random.Generator", dtype: DTypeLike | None = None) -> Array:
    """Draw from a normal distribution around 0.

    w ~ N(0, std²)

    Parameters
    ----------
    shape : of the result
    std : float
        The standard deviation, at least 0.
    rng : np.random.Generator
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If std is below 0.

    See Also
    --------
    learnkit.pytorch.normal, torch.nn.init.normal_
    """
    return draw_normal(shape, std, rng, dtype)


def uniform(shape: Sequence[int], *, bound: float = 1.0, rng: "np.random.Generator", dtype: DTypeLike | None = None) -> Array:
    """Draw evenly between -bound and bound.

    w ~ U(-bound, bound), whose standard deviation is bound/√3

    Parameters
    ----------
    shape : of the result
    bound : float
        At least 0.
    rng : np.random.Generator
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If bound is below 0.

    See Also
    --------
    learnkit.pytorch.uniform, torch.nn.init.uniform_
    """
    return draw_uniform(shape, bound, rng, dtype)


def trunc_normal(
    shape: Sequence[int],
    *,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    rng: "np.random.Generator",
    dtype: DTypeLike | None = None,
) -> Array:
    """Draw from a normal distribution of which only the part between a and b is left.

    w ~ N(mean, std²), given that a ≤ w ≤ b

    Parameters
    ----------
    shape : of the result
    mean, std : float
        Of the distribution before it is cut; std above 0.
    a, b : float
        The bounds: values, and not numbers of standard deviations.
    rng : np.random.Generator
    dtype : optional
        float32 if None.

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If std is not above 0, a is not below b, or less than 5 % of the distribution lies between them.

    Notes
    -----
    Cut at two standard deviations the variance is 0.774 std². With std = 0.02 and the bounds of ±2 that are the default nothing is cut.
    What falls outside is drawn again.

    See Also
    --------
    learnkit.pytorch.trunc_normal, torch.nn.init.trunc_normal_
    """
    kept_share(mean, std, a, b)
    drawn = np.asarray(mean + std * rng.standard_normal(tuple(shape)))
    while (outside := (drawn < a) | (drawn > b)).any():
        drawn[outside] = mean + std * rng.standard_normal(int(outside.sum()))
    return drawn.astype(kind_of(dtype))


def draw_normal(shape: Sequence[int], std: float, rng: "np.random.Generator", dtype: DTypeLike | None) -> Array:
    """Draw N(0, std²) in float64, and round once."""
    require_at_least_0("std", std)
    return np.asarray(std * rng.standard_normal(shape)).astype(kind_of(dtype))


def draw_uniform(shape: Sequence[int], bound: float, rng: "np.random.Generator", dtype: DTypeLike | None) -> Array:
    """Draw U(-bound, bound) in float64, and round once."""
    require_at_least_0("bound", bound)
    return np.asarray(rng.uniform(-bound, bound, shape)).astype(kind_of(dtype))


def kind_of(dtype: DTypeLike | None) -> Any:
    """Return the dtype of what is drawn: float32 if none is asked for."""
    return np.float32 if dtype is None else dtype
