"""Mini-batches: the data in small pieces, in a new order each epoch.

`minibatches` goes through the data once. `Batches` can do so again and again, and begin in the middle: its order follows from a seed
and the number of the epoch alone.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from learnkit.reference.tensors import Tensor
from learnkit.training.batch_orders import check_start, count_batches, epoch_seed
from learnkit.training.requirements import require_count


def minibatches(
    inputs: Any,
    targets: Any,
    *,
    batch_size: int,
    shuffle: bool = True,
    drop_last: bool = False,
    rng: "np.random.Generator | None" = None,
) -> Iterator[tuple[Any, Any]]:
    """Yield (inputs, targets) for one pass over the data, an epoch.

    Parameters
    ----------
    inputs, targets : arrays or Tensors with N rows each
        Row i of the one belongs to row i of the other.
    batch_size : int
        Rows a batch; the last has what is left.
    shuffle : bool
        Whether the order is drawn anew. Needs rng.
    drop_last : bool
        Leave out a last batch that is smaller than the others.
    rng : np.random.Generator

    Raises
    ------
    ValueError
        If the lengths differ, batch_size is below 1, or shuffle has no rng.

    Examples
    --------
    >>> x, y = np.arange(5) * 10, np.arange(5)
    >>> for batch in minibatches(x, y, batch_size=2, rng=np.random.default_rng(0)):
    ...     print(*batch)
    [20 40] [2 4]
    [30  0] [3 0]
    [10] [1]

    See Also
    --------
    learnkit.pytorch.minibatches, torch.utils.data.DataLoader
    """
    n = _count_rows(inputs, targets, batch_size)
    if shuffle and rng is None:
        raise ValueError("shuffle=True draws an order: pass rng=lk.rng(seed), or shuffle=False.")
    order = rng.permutation(n) if shuffle and rng is not None else np.arange(n)
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

    Examples
    --------
    >>> batches = Batches(np.arange(5) * 10, np.arange(5), batch_size=2, seed=0)
    >>> len(batches)
    3
    >>> [targets.tolist() for _, targets in batches.epoch(0)]
    [[1, 0], [2, 3], [4]]
    >>> [targets.tolist() for _, targets in batches.epoch(0, start=1)]
    [[2, 3], [4]]

    See Also
    --------
    minibatches, learnkit.pytorch.Batches, torch.utils.data.DataLoader
    """

    def __init__(
        self, inputs: Any, targets: Any, *, batch_size: int, seed: int | None = None, shuffle: bool = True, drop_last: bool = False
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

    def epoch(self, number: int, start: int = 0) -> Iterator[tuple[Any, Any]]:
        """Yield the (inputs, targets) of an epoch from batch ``start`` on; at the number of batches none is left."""
        check_start(start, len(self))
        n, batch_size, seed = self.settings["rows"], self.settings["batch_size"], self.settings["seed"]
        require_count("epoch", number, least=0)
        order = np.random.default_rng(epoch_seed(seed, number)).permutation(n) if self.settings["shuffle"] else np.arange(n)
        return _cut(self._inputs, self._targets, order, batch_size, range(start, len(self)))


def _count_rows(inputs: Any, targets: Any, batch_size: int) -> int:
    n = len(inputs)
    if n == 0 or len(targets) != n:
        raise ValueError(f"inputs and targets must have the same number of rows, at least 1; got {n} and {len(targets)}.")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1; got {batch_size}.")
    return n


def _cut(inputs: Any, targets: Any, order: Any, batch_size: int, numbers: range) -> Iterator[tuple[Any, Any]]:
    """Return the batches of these numbers. A generator inside, so that what is wrong is said at the call and not at the first batch."""
    pieces = (order[number * batch_size : (number + 1) * batch_size] for number in numbers)
    return ((_rows(inputs, rows), _rows(targets, rows)) for rows in pieces)


def _rows(values: Any, rows: Any) -> Any:
    return Tensor(values.data[rows]) if isinstance(values, Tensor) else values[rows]
