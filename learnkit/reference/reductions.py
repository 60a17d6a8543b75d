"""Reductions: from one loss for each example to the number that goes down.

Every loss ends with `reduced` and its gradient starts with `share_of_each`, so that "mean", "sum" and "none" mean the same everywhere.

Source: PyTorch's documentation of torch.nn.functional, the argument ``reduction``.
"""

from typing import Any

import numpy as np

from learnkit.reference.operations import Array


def reduced(losses: Array, reduction: str) -> Any:
    """Return the mean or the sum of all losses, or with "none" the losses themselves.

    Examples
    --------
    >>> reduced(np.array([1.0, 5.0]), "mean")
    np.float64(3.0)
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction must be "mean", "sum" or "none"; got {reduction!r}.')
    if losses.size == 0:
        raise ValueError(f"a loss needs at least one example; got an empty batch of shape {losses.shape}.")
    return losses if reduction == "none" else losses.sum() / losses.size if reduction == "mean" else losses.sum()


def share_of_each(grad_output: Any, count: int, reduction: str) -> Any:
    """Return the gradient of each single loss: what came, and 1/count of it if the mean was taken."""
    return grad_output / count if reduction == "mean" else grad_output


def require_same_shape(predictions: Any, targets: Any) -> None:
    """Refuse targets of another shape, which NumPy would broadcast: (N, 1) less (N,) is an N × N table."""
    if np.shape(predictions) != np.shape(targets):
        raise ValueError(
            f"predictions and targets must have the same shape; got {np.shape(predictions)} and {np.shape(targets)}. "
            "Use predictions.squeeze(1) if that is (N, 1)."
        )
