"""Reductions: from one loss for each example to the number that goes down.

PyTorch's losses reduce by themselves; what they let pass (an unknown word, an empty batch, two shapes) is refused here, for all alike.
"""

import torch
from torch import Tensor


def require_reduction(reduction: str, losses: torch.Size) -> None:
    """Refuse an unknown reduction, and an empty batch, whose mean PyTorch makes NaN."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction must be "mean", "sum" or "none"; got {reduction!r}.')
    if losses.numel() == 0:
        raise ValueError(f"a loss needs at least one example; got an empty batch of shape {tuple(losses)}.")


def require_same_shape(predictions: Tensor, targets: Tensor) -> None:
    """Refuse targets of another shape, which PyTorch would broadcast with a warning: (N, 1) less (N,) is an N × N table."""
    if predictions.shape != targets.shape:
        raise ValueError(
            f"predictions and targets must have the same shape; got {tuple(predictions.shape)} and {tuple(targets.shape)}. "
            "Use predictions.squeeze(1) if that is (N, 1)."
        )
