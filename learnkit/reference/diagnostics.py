"""Looking into a network: how large its signals and gradients are, layer by layer, and which of its units are dead.

Source: Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, figures 2, 3 and 7.
"""

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
        It stays as it is, in its mode: no gradient, no change. (Dropout draws, and batch normalization averages, as in any call.)
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

    Notes
    -----
    In float32 a signal smaller than 1e-45 is exactly 0: "zeros" is 1 and "std" is 0 from there on.

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
    found: dict[str, list[Any]] = {"mean": [], "std": [], "largest": [], "zeros": []}
    with no_grad():
        value = x if isinstance(x, Tensor) else Tensor(x)
        for layer in net:
            value = layer(value)
            data = value.data
            for name, number in (
                ("mean", data.mean()),
                ("std", data.std()),
                ("largest", np.abs(data).max()),
                ("zeros", (data == 0).mean(dtype=data.dtype)),
            ):
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
    dict of 0-d arrays; parameters without a gradient are left out

    Raises
    ------
    ValueError
        If no parameter has a gradient.

    See Also
    --------
    learnkit.pytorch.grad_norms, clip_grad_norm
    """
    found = {name: np.asarray(np.linalg.norm(p.grad)) for name, p in net.named_parameters() if p.grad is not None}
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
    return np.asarray((values == 0).all(axis=tuple(range(values.ndim - 1))).mean(dtype=values.dtype))
