"""Looking into a network: how large its signals and gradients are, layer by layer, and which of its units are dead."""

import torch


def signal_stats(net: torch.nn.Sequential, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """Send a batch through a chain and return what comes out of each layer, in four numbers.

    Parameters
    ----------
    net : Sequential
        It stays as it is: its mode, its gradients, its running statistics. (In training mode a Dropout draws from its generator.)
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
    ValueError
        If net has no layers, or x no entries.

    Notes
    -----
    For networks that are no chain, ``register_forward_hook`` shows the output of any module. Where an entry is infinite or NaN, "mean"
    and "std" are infinite or NaN too.

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
    if not len(net) or not x.numel():
        raise ValueError(f"signal_stats takes at least one layer and one example; got {len(net)} layers and x of shape {tuple(x.shape)}.")
    found: dict[str, list[torch.Tensor]] = {"mean": [], "std": [], "largest": [], "zeros": []}
    with torch.no_grad():
        for layer in net:
            # on copies of its buffers, so that looking does not move running statistics
            x = torch.func.functional_call(layer, {name: buffer.clone() for name, buffer in layer.named_buffers()}, (x,))
            unit = _unit(x)
            found["mean"].append(unit * (x / unit).mean())
            found["std"].append(unit * (x / unit).std(correction=0))
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
    dict of 0-d tensors; parameters without a gradient are left out. What is infinite or NaN in a gradient shows in its norm.

    Raises
    ------
    ValueError
        If no parameter has a gradient.

    See Also
    --------
    learnkit.reference.grad_norms, clip_grad_norm, torch.nn.utils.get_total_norm
    """
    found = {name: _norm(p.grad) for name, p in net.named_parameters() if p.grad is not None}
    if not found:
        raise ValueError("no parameter has a gradient. Call loss.backward() first, and zero_grad() after looking.")
    return found


def dead_fraction(activations: torch.Tensor) -> torch.Tensor:
    """Return the share of units that are 0 for every example of a batch.

    Parameters
    ----------
    activations : (N, D) or (N, ..., D)
        The output of a ReLU, floating-point; units stand along the last axis.

    Returns
    -------
    0-d tensor, from 0 to 1

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

    >>> dead_fraction(torch.tensor([[0.0, 0.0], [2.0, 0.0]]))
    tensor(0.5000)

    See Also
    --------
    learnkit.reference.dead_fraction, signal_stats
    """
    if activations.ndim < 2 or activations.numel() == 0:
        raise ValueError(f"activations must be (N, D) with at least one example; got shape {tuple(activations.shape)}.")
    if not activations.is_floating_point():
        kind = str(activations.dtype).removeprefix("torch.")
        raise TypeError(f"activations must be floating-point; got {kind}. Pass what the activation returned.")
    silent = (activations == 0).flatten(0, -2).all(dim=0)
    return silent.to(activations.dtype).mean()


def _unit(values: torch.Tensor) -> torch.Tensor:
    """Return what to measure entries in, so that their squares can be represented: the largest of them, if it is a size.

    In float32 the square of 1e-23 is 0 and that of 1e20 is infinite, far inside the range that signals of deep networks take.
    """
    largest = values.abs().max()
    return torch.where((largest > 0) & largest.isfinite(), largest, torch.ones_like(largest))


def _norm(values: torch.Tensor) -> torch.Tensor:
    unit = _unit(values)
    norm: torch.Tensor = torch.linalg.vector_norm(values / unit)
    return unit * norm
