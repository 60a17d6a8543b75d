"""Plain initializers: constants, and draws whose spread is given, whatever the shape.

Each one is a function (shape, *, rng) -> tensor, as are those of `initializers`, which find the spread from the shape.

Source: torch.nn.init, whose distributions these are.
"""

from collections.abc import Sequence

import torch
from torch.nn import init as torch_init

from learnkit.training.requirements import require_at_least_0
from learnkit.training.truncations import kept_share


def zeros(shape: Sequence[int], *, rng: torch.Generator | None = None, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Return zeros.

    w = 0

    Parameters
    ----------
    shape : of the result
    rng : torch.Generator, optional
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Notes
    -----
    rng is taken and not used, so that all initializers are called alike. Units that start alike stay alike: for biases only.

    See Also
    --------
    learnkit.reference.zeros, torch.nn.init.zeros_
    """
    return torch_init.zeros_(empty(shape, rng, dtype))


def ones(shape: Sequence[int], *, rng: torch.Generator | None = None, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Return ones.

    w = 1

    Parameters
    ----------
    shape : of the result
    rng : torch.Generator, optional
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Notes
    -----
    rng is taken and not used, so that all initializers are called alike. The scale of a normalization starts so.

    See Also
    --------
    learnkit.reference.ones, torch.nn.init.ones_
    """
    return torch_init.ones_(empty(shape, rng, dtype))


def constant(shape: Sequence[int], *, value: float, rng: torch.Generator | None = None, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Return one value everywhere.

    w = value

    Parameters
    ----------
    shape : of the result
    value : float
    rng : torch.Generator, optional
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Notes
    -----
    rng is taken and not used, so that all initializers are called alike. Weights that start alike get the same
    gradient and stay alike: such a layer is no more than one unit. A bias may start so.

    See Also
    --------
    learnkit.reference.constant, torch.nn.init.constant_
    """
    return torch_init.constant_(empty(shape, rng, dtype), value)


def normal(shape: Sequence[int], *, std: float = 1.0, rng: torch.Generator, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Draw from a normal distribution around 0.

    w ~ N(0, std²)

    Parameters
    ----------
    shape : of the result
    std : float
        The standard deviation, at least 0.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If std is below 0.

    See Also
    --------
    learnkit.reference.normal, torch.nn.init.normal_
    """
    return torch_init.normal_(empty(shape, rng, dtype), 0.0, require_at_least_0("std", std), generator=rng)


def uniform(shape: Sequence[int], *, bound: float = 1.0, rng: torch.Generator, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Draw evenly between -bound and bound.

    w ~ U(-bound, bound), whose standard deviation is bound/√3

    Parameters
    ----------
    shape : of the result
    bound : float
        At least 0.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If bound is below 0.

    See Also
    --------
    learnkit.reference.uniform, torch.nn.init.uniform_
    """
    return torch_init.uniform_(empty(shape, rng, dtype), -require_at_least_0("bound", bound), bound, generator=rng)


def trunc_normal(
    shape: Sequence[int],
    *,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    rng: torch.Generator,
    dtype: torch.dtype | None = None,
) -> torch.Tensor:
    """Draw from a normal distribution of which only the part between a and b is left.

    w ~ N(mean, std²), given that a ≤ w ≤ b

    Parameters
    ----------
    shape : of the result
    mean, std : float
        Of the distribution before it is cut; std above 0.
    a, b : float
        The bounds: values, and not numbers of standard deviations.
    rng : torch.Generator
        The tensor is on its device.
    dtype : optional
        PyTorch's default, float32, if None.

    Returns
    -------
    tensor of that shape

    Raises
    ------
    ValueError
        If std is not above 0, a is not below b, or less than 5 % of the distribution lies between them.

    Notes
    -----
    Cut at two standard deviations the variance is 0.774 std². With std = 0.02 and the bounds of ±2 that are the default nothing is cut.
    How it is drawn differs between versions of PyTorch, and so do the numbers that a seed gives. It may wait for the GPU.

    See Also
    --------
    learnkit.reference.trunc_normal, torch.nn.init.trunc_normal_
    """
    kept_share(mean, std, a, b)
    return torch_init.trunc_normal_(empty(shape, rng, dtype), mean, std, a, b, generator=rng)


def empty(shape: Sequence[int], rng: torch.Generator | None, dtype: torch.dtype | None) -> torch.Tensor:
    """Return an unfilled tensor on the device of the generator."""
    return torch.empty(tuple(shape), dtype=dtype, device=None if rng is None else rng.device)
