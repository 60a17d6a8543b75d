"""Mini-batches: the data in small pieces, in a new order each epoch.

`minibatches` goes through the data once. `Batches` can do so again and again, and begin in the middle: its order follows from a seed
and the number of the epoch alone.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from learnkit.training.batch_orders import check_start, count_batches, epoch_seed
from learnkit.training.requirements import require_count


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
    n = _count_rows(inputs, targets, batch_size)
    if shuffle and rng is None:
        raise ValueError("shuffle=True draws an order: pass rng=lk.rng(seed), or shuffle=False.")
    if shuffle and rng is not None:
        order = torch.randperm(n, generator=rng, device=rng.device)
    else:
        order = torch.arange(n, device=inputs.device)
    return _cut(inputs, targets, order, batch_size, range(count_batches(n, batch_size, drop_last)))


class Batches:
    """The data in mini-batches, epoch after epoch, in orders that follow from a seed and the number of the epoch.

    Parameters
    ----------
    inputs, targets, batch_size, shuffle, drop_last
        As in `minibatches`.
    seed : int, at least 0
        With the number of an epoch it determines its order. Needed to shuffle.

    Attributes
    ----------
    settings : dict
        What the orders follow from, with the number of rows: a checkpoint notes it, and a run with other batches does not go on from it.

    Raises
    ------
    ValueError, TypeError
        As `minibatches`; if shuffle has no seed; and if drop_last leaves no batch at all.

    Notes
    -----
    An order is drawn on the CPU and moved to the data once an epoch, so that it is the same on every device. It is another order than
    that of the reference.

    Examples
    --------
    >>> batches = Batches(torch.arange(5) * 10, torch.arange(5), batch_size=2, seed=0)
    >>> len(batches)
    3
    >>> [targets.tolist() for _, targets in batches.epoch(0)]
    [[0, 2], [1, 4], [3]]
    >>> [targets.tolist() for _, targets in batches.epoch(0, start=1)]
    [[1, 4], [3]]

    See Also
    --------
    minibatches, learnkit.reference.Batches, torch.utils.data.DataLoader
    """

    def __init__(
        self, inputs: Tensor, targets: Tensor, *, batch_size: int, seed: int | None = None, shuffle: bool = True, drop_last: bool = False
    ) -> None:
        n = _count_rows(inputs, targets, batch_size)
        require_count("batch_size", batch_size)
        if seed is not None:
            require_count("seed", seed, least=0)
        elif shuffle:
            raise ValueError("shuffle=True draws an order: pass seed=…, or shuffle=False.")
        self._inputs, self._targets = inputs, targets
        self._batches = count_batches(n, batch_size, drop_last)
        if self._batches == 0:
            raise ValueError(f"drop_last leaves nothing of {n} rows in batches of {batch_size}. Use smaller batches.")
        self.settings: dict[str, Any] = {"rows": n, "batch_size": batch_size, "seed": seed, "shuffle": shuffle, "drop_last": drop_last}

    def __len__(self) -> int:
        return self._batches

    def epoch(self, number: int, start: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the (inputs, targets) of an epoch from batch ``start`` on; at the number of batches none is left."""
        check_start(start, len(self))
        n, batch_size, seed = self.settings["rows"], self.settings["batch_size"], self.settings["seed"]
        require_count("epoch", number, least=0)
        if self.settings["shuffle"]:
            order = torch.randperm(n, generator=torch.Generator().manual_seed(epoch_seed(seed, number)))
        else:
            order = torch.arange(n, device=self._inputs.device)
        return _cut(self._inputs, self._targets, order, batch_size, range(start, len(self)))


def _count_rows(inputs: Tensor, targets: Tensor, batch_size: int) -> int:
    for name, values in {"inputs": inputs, "targets": targets}.items():
        if not isinstance(values, Tensor):
            raise TypeError(f"{name} must be a tensor; got {type(values).__name__}. Use lk.tensor({name}).")
    n = len(inputs)
    if n == 0 or len(targets) != n:
        raise ValueError(f"inputs and targets must have the same number of rows, at least 1; got {n} and {len(targets)}.")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1; got {batch_size}.")
    return n


def _cut(inputs: Tensor, targets: Tensor, order: Tensor, batch_size: int, numbers: range) -> Iterator[tuple[Tensor, Tensor]]:
    """Return the batches of these numbers. A generator inside, so that what is wrong is said at the call and not at the first batch."""
    # without waiting: PyTorch copies what it needs of the order before it returns
    of_inputs, of_targets = (order.to(values.device, non_blocking=True) for values in (inputs, targets))
    pieces = (slice(number * batch_size, (number + 1) * batch_size) for number in numbers)
    return ((inputs[of_inputs[rows]], targets[of_targets[rows]]) for rows in pieces)
