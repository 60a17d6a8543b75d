"""Looking into a network: how large its signals and gradients are, layer by layer, and which of its units are dead."""

import torch


def signal_stats(net: torch.nn.Sequential, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """Send a batch through a chain and return what comes out of each layer, in four numbers.

    Parameters
    ----------
    net : Sequential
        It stays as it is, in its mode: no gradient, no change. (Dropout draws, and batch normalization averages, as in any call.)
    x : (N, ...)

    Returns
    -------
    dict of tensors (L,), one entry a layer
        "mean" and "std" over all entries of the output, units and examples alike (dividing by their number); "largest", the largest
        absolute value; "zeros", the share of entries that are exactly 0.

    Raises
    ------
    TypeError
        If net is no Sequential.

    Notes
    -----
    For networks that are no chain, ``register_forward_hook`` shows the output of any module.

    Examples
    --------
    >>> signal_stats(torch.nn.Sequential(torch.nn.ReLU()), torch.tensor([[-1.0, 3.0]]))["zeros"]
    tensor([0.5000])

    See Also
    --------
    learnkit.reference.signal_stats, torch.nn.Module.register_forward_hook
    """
    if not isinstance(net, torch.nn.Sequential):
        raise TypeError(f"signal_stats takes a Sequential, whose layers it looks between; got {type(net).__name__}.")
    found: dict[str, list[torch.Tensor]] = {"mean": [], "std": [], "largest": [], "zeros": []}
    with torch.no_grad():
        for layer in net:
            x = layer(x)
            found["mean"].append(x.mean())
            found["std"].append(x.std(correction=0))
            found["largest"].append(x.abs().max())
            found["zeros"].append((x == 0).to(x.dtype).mean())
    return {name: torch.stack(numbers) for name, numbers in found.items()}


def grad_norms(net: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return the L2 norm of the gradient of each parameter, by its name.

    ‖∂L/∂w‖ = √ Σ (∂L/∂wᵢ)²

    Parameters
    ----------
    net : Module, after a backward

    Returns
    -------
    dict of 0-d tensors; parameters without a gradient are left out

    Raises
    ------
    ValueError
        If no parameter has a gradient.

    See Also
    --------
    learnkit.reference.grad_norms, clip_grad_norm, torch.nn.utils.get_total_norm
    """
    found = {name: torch.linalg.vector_norm(p.grad) for name, p in net.named_parameters() if p.grad is not None}
    if not found:
        raise ValueError("no parameter has a gradient. Call loss.backward() first, and zero_grad() after looking.")
    return found


def dead_fraction(activations: torch.Tensor) -> torch.Tensor:
    """Return the share of units that are 0 for every example of a batch.

    Parameters
    ----------
    activations : (N, D) or (N, ..., D)
        The output of a ReLU; units stand along the last axis.

    Returns
    -------
    0-d tensor, from 0 to 1

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

    >>> dead_fraction(torch.tensor([[0.0, 0.0], [2.0, 0.0]]))
    tensor(0.5000)

    See Also
    --------
    learnkit.reference.dead_fraction, signal_stats
    """
    if activations.ndim < 2 or activations.numel() == 0:
        raise ValueError(f"activations must be (N, D) with at least one example; got shape {tuple(activations.shape)}.")
    silent = (activations == 0).flatten(0, -2).all(dim=0)
    return silent.to(activations.dtype).mean()
