"""Divergences: how far one distribution over classes is from another.

`kl_divergence` is the loss for a target that is a whole distribution: PyTorch's kl_div, behind a check of shapes.
"""

import torch
from torch.nn import functional

from learnkit.pytorch.reductions import require_reduction


def kl_divergence(log_probs: torch.Tensor, targets: torch.Tensor, *, reduction: str = "mean", log_target: bool = False) -> torch.Tensor:
    """Return t (log t - log p) for each entry, where t is the target's probability and p the model's, in nats.

    Summed over an example's classes this is the Kullback-Leibler divergence of the target from the model, KL(t ‖ p).

    Parameters
    ----------
    log_probs : (..., C)
        log p, from log_softmax: the logarithm comes first, and is already taken.
    targets : same shape
        t, or log t with ``log_target``.
    reduction : "mean", "batchmean", "sum" or "none"
        "batchmean" divides the sum by N, the length of the first axis: the mean divergence of an example. "mean", PyTorch's
        default, divides by all N·C entries, and is C times too small for that.
    log_target : bool

    Returns
    -------
    a number in nats; with "none" one for each entry

    Raises
    ------
    ValueError
        If the shapes differ, or the batch is empty.

    Notes
    -----
    That t is a distribution is not checked, as in PyTorch: if a row does not add up to 1 its sum is no divergence, and can be below 0.
    Where t = 0 the entry is 0, the limit of t log t. Its slope along t does not exist there: NaN.
    PyTorch itself warns of its own default, "mean".

    Examples
    --------
    A sure answer, against a coin: log 2.

    >>> kl_divergence(torch.log(torch.tensor([[0.5, 0.5]])), torch.tensor([[1.0, 0.0]]), reduction="batchmean")
    tensor(0.6931)

    See Also
    --------
    learnkit.reference.kl_divergence, torch.nn.functional.kl_div
    """
    if log_probs.shape != targets.shape:
        raise ValueError(f"log_probs and targets must have the same shape; got {tuple(log_probs.shape)} and {tuple(targets.shape)}.")
    require_reduction("sum" if reduction == "batchmean" else reduction, log_probs.shape)
    targets = targets.to(log_probs.dtype)
    if reduction == "none":
        return functional.kl_div(log_probs, targets, reduction="none", log_target=log_target)
    total = functional.kl_div(log_probs, targets, reduction="sum", log_target=log_target)
    count = {"sum": 1, "batchmean": len(log_probs) if log_probs.ndim else 1, "mean": log_probs.numel()}[reduction]
    return total / count
