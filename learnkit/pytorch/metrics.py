"""Metrics: how good a model is, in a number that people understand. Metrics have no gradient."""

import math

import torch
from torch import Tensor


def accuracy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the share of examples whose largest score is that of the right class.

    Parameters
    ----------
    logits : (N, C)
    targets : (N,) integers, on the same device

    Returns
    -------
    a fraction from 0 to 1, not percent, as a tensor of one value on that device; of equal scores the first counts as the largest.
    NaN if a score is NaN: the reference raises then, but to raise, the processor would have to wait for the GPU.

    Raises
    ------
    ValueError
        If the shapes do not match, or the batch is empty.

    Examples
    --------
    >>> share = accuracy(torch.tensor([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]]), torch.tensor([0, 1, 1]))
    >>> f"{share:.2f}"
    '0.67'

    See Also
    --------
    learnkit.reference.accuracy, sklearn.metrics.accuracy_score
    """
    if logits.ndim != 2 or targets.shape != logits.shape[:1] or len(targets) == 0:
        raise ValueError(f"logits must be (N, C) and targets (N,) with N at least 1; got {tuple(logits.shape)} and {tuple(targets.shape)}.")
    if targets.is_floating_point():
        raise TypeError(f"targets must be integer classes; got dtype {targets.dtype}. Use targets.long() if they are whole numbers.")
    kind = torch.float32 if logits.device.type == "mps" else torch.float64  # Apple's GPU has no float64
    share = (logits.argmax(dim=1) == targets).to(kind).mean()
    return torch.where(logits.isnan().any(), math.nan, share)
