"""Mini-batches: the data in small pieces, in a new order each epoch."""

from collections.abc import Iterator

import torch
from torch import Tensor


def minibatches(
    inputs: Tensor,
    targets: Tensor,
    *,
    batch_size: int,
    shuffle: bool = True,
    drop_last: bool = False,
    rng: torch.Generator | None = None,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield (inputs, targets) for one pass over the data, an epoch.

    Parameters
    ----------
    inputs, targets : tensors with N rows each, on any device
        Row i of the one belongs to row i of the other. Batches stay on their tensor's device.
    batch_size : int
        Rows a batch; the last has what is left.
    shuffle : bool
        Whether the order is drawn anew. Needs rng.
    drop_last : bool
        Leave out a last batch that is smaller than the others.
    rng : torch.Generator
        Draws the order on its own device; the order is moved to the data once an epoch, and not at all if they share a device.

    Raises
    ------
    ValueError
        If the lengths differ, batch_size is below 1, or shuffle has no rng.
    TypeError
        If the data are not tensors (the reference also cuts arrays; a PyTorch model could not read them).

    Notes
    -----
    For data that are already in memory. PyTorch's DataLoader reads one example at a time, in other processes if asked.

    Examples
    --------
    >>> x, y = torch.arange(5) * 10, torch.arange(5)
    >>> for batch in minibatches(x, y, batch_size=2, shuffle=False):
    ...     print(*batch)
    tensor([ 0, 10]) tensor([0, 1])
    tensor([20, 30]) tensor([2, 3])
    tensor([40]) tensor([4])

    See Also
    --------
    learnkit.reference.minibatches, torch.utils.data.DataLoader
    """
    for name, values in {"inputs": inputs, "targets": targets}.items():
        if not isinstance(values, Tensor):
            raise TypeError(f"{name} must be a tensor; got {type(values).__name__}. Use lk.tensor({name}).")
    n = len(inputs)
    if n == 0 or len(targets) != n:
        raise ValueError(f"inputs and targets must have the same number of rows, at least 1; got {n} and {len(targets)}.")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1; got {batch_size}.")
    if shuffle and rng is None:
        raise ValueError("shuffle=True draws an order: pass rng=lk.rng(seed), or shuffle=False.")
    if shuffle and rng is not None:
        order = torch.randperm(n, generator=rng, device=rng.device)
    else:
        order = torch.arange(n, device=inputs.device)
    stop = n - n % batch_size if drop_last else n
    of_inputs, of_targets = order.to(inputs.device), order.to(targets.device)
    # a generator inside, so that what is wrong is said at the call and not at the first batch
    return ((inputs[of_inputs[i : i + batch_size]], targets[of_targets[i : i + batch_size]]) for i in range(0, stop, batch_size))
