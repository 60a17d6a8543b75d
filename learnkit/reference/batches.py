"""Mini-batches: the data in small pieces, in a new order each epoch."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from learnkit.reference.tensors import Tensor


def minibatches(
    inputs: Any,
    targets: Any,
    *,
    batch_size: int,
    shuffle: bool = True,
    drop_last: bool = False,
    rng: np.random.Generator | None = None,
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
    n = len(inputs)
    if n == 0 or len(targets) != n:
        raise ValueError(f"inputs and targets must have the same number of rows, at least 1; got {n} and {len(targets)}.")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1; got {batch_size}.")
    if shuffle and rng is None:
        raise ValueError("shuffle=True draws an order: pass rng=lk.rng(seed), or shuffle=False.")
    order = rng.permutation(n) if shuffle and rng is not None else np.arange(n)
    stop = n - n % batch_size if drop_last else n
    # a generator inside, so that what is wrong is said at the call and not at the first batch
    return ((_rows(inputs, rows), _rows(targets, rows)) for rows in (order[i : i + batch_size] for i in range(0, stop, batch_size)))


def _rows(values: Any, rows: Any) -> Any:
    return Tensor(values.data[rows]) if isinstance(values, Tensor) else values[rows]
