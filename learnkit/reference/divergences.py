"""Divergences: how far one distribution over classes is from another.

`kl_divergence` is the loss for a target that is a whole distribution: a teacher's answer, or a belief that a label is not sure.

Source: Kullback & Leibler 1951, On information and sufficiency, equation 2.4.
"""

from typing import Any

import numpy as np

from learnkit.reference.operations import Array, op
from learnkit.reference.reductions import reduced, share_of_each


@op
def kl_divergence(log_probs: Array, targets: Array, *, reduction: str = "mean", log_target: bool = False) -> tuple[Any, Any]:
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
    Where t = 0 the entry is 0, the limit of t log t. Its slope along t does not exist there: NaN, as in PyTorch.

    Examples
    --------
    A sure answer, against a coin: log 2.

    >>> kl_divergence(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]]), reduction="batchmean").round(4)
    np.float64(0.6931)

    See Also
    --------
    learnkit.pytorch.kl_divergence, torch.nn.functional.kl_div
    """
    targets = np.asarray(targets)
    if log_probs.shape != targets.shape:
        raise ValueError(f"log_probs and targets must have the same shape; got {log_probs.shape} and {targets.shape}.")
    targets = targets.astype(log_probs.dtype, copy=False)
    if log_target:
        probs, log_t = np.exp(targets), targets
    else:
        with np.errstate(divide="ignore", invalid="ignore"):  # log 0, which its factor 0 silences; log of less is NaN
            probs, log_t = targets, np.log(targets)
    # 0 · log 0 is 0 · -inf = NaN in floating point, and 0 in the limit
    log_safe = log_t if log_target else np.where(probs == 0, 0, log_t).astype(log_probs.dtype)
    count = len(log_probs) if reduction == "batchmean" and log_probs.ndim else log_probs.size
    losses = probs * log_safe - probs * log_probs
    saved = (log_probs, probs, log_t, log_target, count, reduction)
    if reduction == "batchmean":
        return reduced(losses, "sum") / count, saved
    return reduced(losses, reduction), saved


@kl_divergence.backward_rule
def kl_divergence_backward(grad_output: Any, saved: Any) -> tuple[Array, Array]:
    """dL/d log p = -t and dL/dt = log t + 1 - log p; along log t it is t times that, as dt/d log t = t."""
    log_probs, probs, log_t, log_target, count, reduction = saved
    each = share_of_each(grad_output, count, "mean" if reduction == "batchmean" else reduction)
    grad_targets = log_t + 1 - log_probs
    grad_targets = probs * grad_targets if log_target else np.where(probs == 0, np.nan, grad_targets).astype(probs.dtype)
    return -probs * each, grad_targets * each
