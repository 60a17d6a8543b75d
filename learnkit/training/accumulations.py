"""Accumulating gradients: a batch that does not fit into memory, in pieces.

Gradients add up over backward passes. So that they add up to those of the whole batch's mean loss, each piece's mean counts by its
share of the rows. The lines are the same for both trees.
"""

from collections.abc import Callable, Iterable
from typing import Any


def accumulate_grads(loss_function: Callable[[Any, Any], Any], micro_batches: Iterable[tuple[Any, Any]]) -> Any:
    """Add the gradient of the mean loss over all rows of all micro-batches, one micro-batch at a time; return that loss.

    L = Σ nᵢ Lᵢ / Σ nᵢ over micro-batches of nᵢ rows. The mean of the means Lᵢ is another number where sizes differ: with pieces of 4, 4
    and 1 the last row would count as much as four others.

    Parameters
    ----------
    loss_function : (inputs, targets) -> loss
        The mean over its rows, as ``lambda x, y: lk.cross_entropy(net(x), y)``.
    micro_batches : pairs of inputs and targets, as from `minibatches`

    Returns
    -------
    loss : a tensor without a graph

    Raises
    ------
    ValueError
        If there are no rows.

    Notes
    -----
    Call the optimizer's zero_grad before and step after. A layer that looks at the whole batch, as batch normalization, sees the pieces.

    Examples
    --------
    The slope of mean (w·x)² at w = 1 is 2 · mean x² = 2 (1 + 4 + 9)/3, in pieces of two rows and one:

    >>> import numpy as np
    >>> from learnkit import reference as lk
    >>> weight = lk.Parameter(np.array([1.0]))
    >>> pieces = [(np.array([1.0, 2.0]), np.zeros(2)), (np.array([3.0]), np.zeros(1))]
    >>> round(accumulate_grads(lambda x, y: lk.mse(weight * x, y), pieces).item(), 4)
    4.6667
    >>> weight.grad.round(4)
    array([9.3333])
    """
    pieces = [(inputs, targets, len(targets)) for inputs, targets in micro_batches]
    rows = sum(size for *_, size in pieces)
    if rows == 0:
        raise ValueError("accumulate_grads needs at least one row. An iterator is empty after its first use: make the batches anew.")
    total: Any = None
    for inputs, targets, size in pieces:
        if size == 0:
            continue
        loss = loss_function(inputs, targets) * (size / rows)
        loss.backward()
        total = loss.detach() if total is None else total + loss.detach()
    return total
