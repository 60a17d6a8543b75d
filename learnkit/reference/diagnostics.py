"""Looking into a network: how large its signals and gradients are, layer by layer, and which of its units are dead.

Source: Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, figures 2, 3 and 7.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from learnkit.reference.modules import Module, Sequential
from learnkit.reference.operations import Array
from learnkit.reference.tapes import no_grad
from learnkit.reference.tensors import Tensor


def signal_stats(net: Sequential, x: Any) -> dict[str, Array]:
    """Send a batch through a chain and return what comes out of each layer, in four numbers.

    Parameters
    ----------
    net : Sequential
        It stays as it is: its mode, its gradients, its running statistics. (In training mode a Dropout draws from its generator.)
    x : (N, ...)

    Returns
    -------
    dict of arrays (L,), one entry a layer
        "mean" and "std" over all entries of the output, units and examples alike (dividing by their number); "largest", the largest
        absolute value; "zeros", the share of entries that are exactly 0.

    Raises
    ------
    TypeError
        If net is no Sequential.
    ValueError
        If net has no layers, or x no entries.

    Notes
    -----
    In float32 a signal smaller than 1e-45 is exactly 0: "zeros" is 1 and "std" is 0 from there on. Where an entry is infinite or NaN,
    "mean" and "std" are infinite or NaN too.

    Examples
    --------
    >>> from learnkit.reference.layers import ReLU
    >>> signal_stats(Sequential(ReLU()), np.array([[-1.0, 3.0]]))["zeros"]
    array([0.5])

    See Also
    --------
    learnkit.pytorch.signal_stats, torch.nn.Module.register_forward_hook
    """
    if not isinstance(net, Sequential):
        raise TypeError(f"signal_stats takes a Sequential, whose layers it looks between; got {type(net).__name__}.")
    value = x if isinstance(x, Tensor) else Tensor(x)
    if not len(net) or not value.data.size:
        raise ValueError(f"signal_stats takes at least one layer and one example; got {len(net)} layers and x of shape {value.shape}.")
    found: dict[str, list[Any]] = {"mean": [], "std": [], "largest": [], "zeros": []}
    with no_grad(), _keeping_buffers(net):
        for layer in net:
            value = layer(value)
            data = value.data
            largest = np.abs(data).max()
            unit = _unit(largest)
            with np.errstate(invalid="ignore"):  # infinity minus infinity, in a signal that has exploded
                mean, std = unit * (data / unit).mean(), unit * (data / unit).std()
            for name, number in (("mean", mean), ("std", std), ("largest", largest), ("zeros", (data == 0).mean(dtype=data.dtype))):
                found[name].append(number)
    return {name: np.array(numbers) for name, numbers in found.items()}


def grad_norms(net: Module) -> dict[str, Array]:
    """Return the L2 norm of the gradient of each parameter, by its name.

    ‖∂L/∂w‖ = √ Σ (∂L/∂wᵢ)²

    Parameters
    ----------
    net : Module, after a backward

    Returns
    -------
    dict of 0-d arrays; parameters without a gradient are left out. What is infinite or NaN in a gradient shows in its norm.

    Raises
    ------
    ValueError
        If no parameter has a gradient.

    See Also
    --------
    learnkit.pytorch.grad_norms, clip_grad_norm
    """
    found = {name: np.asarray(_norm(p.grad)) for name, p in net.named_parameters() if p.grad is not None}
    if not found:
        raise ValueError("no parameter has a gradient. Call loss.backward() first, and zero_grad() after looking.")
    return found


def dead_fraction(activations: Any) -> Array:
    """Return the share of units that are 0 for every example of a batch.

    Parameters
    ----------
    activations : (N, D) or (N, ..., D)
        The output of a ReLU, floating-point; units stand along the last axis.

    Returns
    -------
    0-d array, from 0 to 1

    Raises
    ------
    ValueError
        If there are fewer than two axes, or no examples.
    TypeError
        If they are not floating-point.

    Notes
    -----
    A single 0 is no sign: ReLU sets half of all entries to 0. A unit that is 0 for all examples gets no gradient from any of them.

    Examples
    --------
    The first unit answers to the second example, the second to none:

    >>> dead_fraction(np.array([[0.0, 0.0], [2.0, 0.0]]))
    array(0.5)

    See Also
    --------
    learnkit.pytorch.dead_fraction, signal_stats
    """
    values = np.asarray(activations.data if isinstance(activations, Tensor) else activations)
    if values.ndim < 2 or values.size == 0:
        raise ValueError(f"activations must be (N, D) with at least one example; got shape {values.shape}.")
    if values.dtype.kind != "f":
        raise TypeError(f"activations must be floating-point; got {values.dtype}. Pass what the activation returned.")
    return np.asarray((values == 0).all(axis=tuple(range(values.ndim - 1))).mean(dtype=values.dtype))


def _unit(largest: Any) -> Any:
    """Return what to measure entries in, so that their squares can be represented: the largest of them, if it is a size.

    In float32 the square of 1e-23 is 0 and that of 1e20 is infinite, far inside the range that signals of deep networks take.
    """
    return largest if 0 < largest < np.inf else type(largest)(1)


def _norm(values: Array) -> Any:
    largest = np.abs(values).max(initial=0)
    if not 0 < largest < np.inf:
        return largest
    with np.errstate(over="ignore"):  # a norm that no number of this dtype holds is infinite
        return largest * np.linalg.norm(values / largest)


@contextmanager
def _keeping_buffers(net: Module) -> Iterator[None]:
    """Put running statistics back after this block: looking must not train."""
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in net._state() if name in owner._buffer_names]
    try:
        yield
    finally:
        for owner, name, value in kept:
            setattr(owner, name, value)
