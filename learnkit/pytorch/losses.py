"""Losses of a classification: how wrong scores are about classes, as one number that goes down.

`cross_entropy` for one of C classes, `bce_with_logits` for yes or no, `hinge` for a lead by a margin: PyTorch's fused losses where
they compile, behind checks of shapes and dtypes.
Values are not checked: to look at them the processor would have to wait for the GPU, at every step.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from learnkit.pytorch.reductions import require_reduction
from learnkit.pytorch.regression_losses import mse as mse


def _require_classes(name: str, scores: Tensor, targets: Tensor) -> None:
    """Refuse what is not (N, C) scores and (N,) classes."""
    if scores.ndim != 2 or targets.shape != scores.shape[:1]:
        hint = " Use targets.squeeze(1)." if targets.shape == (*scores.shape[:1], 1) else ""
        hint = (
            " Use targets.argmax(dim=1): integer classes are asked, not one-hot rows."
            if targets.shape == scores.shape and scores.shape[1] > 1
            else hint
        )
        raise ValueError(f"{name} must be (N, C) and targets (N,); got {tuple(scores.shape)} and {tuple(targets.shape)}.{hint}")
    if targets.is_floating_point() or targets.is_complex() or targets.dtype == torch.bool:
        raise TypeError(f"targets must be integer classes; got dtype {targets.dtype}. Use targets.long() if they are whole numbers.")
    if len(targets) == 0:
        raise ValueError(f"a loss needs at least one example; got {name} of shape {tuple(scores.shape)}.")


def cross_entropy(
    logits: Tensor,
    targets: Tensor,
    *,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return -log p_y of the right class y, where p is the softmax of the logits, averaged over the batch, in nats.

    For each example the loss is log Σ_k exp(z_k) - z_y. With weights and smoothing ε it is -Σ_c w_c q_c log p_c, where
    q = (1 - ε) onehot(y) + ε/C.

    Parameters
    ----------
    logits : (N, C)
        Unnormalized scores z, not probabilities.
    targets : (N,)
        The right class of each example, an integer from 0 to C - 1, or ignore_index.
    weight : (C,), optional
        How much each class counts; 1 if None.
    ignore_index : int
        Examples with this target count for nothing: not in the loss, not in the mean, not in the gradient.
    reduction : "mean", "sum" or "none"
        The mean is the sum divided by Σ w_y over the examples that count: their number, if there is no weight.
    label_smoothing : float from 0 to 1
        The share ε of the target that is spread over all C classes, the right one included.

    Returns
    -------
    a number in nats; with "none" (N,), 0 for an example that does not count

    Raises
    ------
    ValueError
        If the shapes do not match, the batch is empty (PyTorch itself gives NaN), or label_smoothing is not among 0 to 1.
    TypeError
        If the targets are not integers.
    IndexError
        On a CPU, if a class is not among 0 to C - 1. On a GPU PyTorch stops the whole process's use of the GPU instead; the
        range is not checked before, as that would make the processor wait for the GPU at every step.

    Notes
    -----
    If no example counts, the mean is 0/0, NaN, and the sum is 0. PyTorch itself also takes probabilities (N, C) as targets, and more
    axes; of integers it takes int64 and uint8 alone, and this takes every type.

    Examples
    --------
    A model that gives ten classes the same score loses log 10, whatever the answer.

    >>> cross_entropy(torch.zeros(1, 10), torch.tensor([3]))
    tensor(2.3026)
    >>> cross_entropy(torch.tensor([[2.0, 1.0, 0.0], [2.0, 1.0, 0.0]]), torch.tensor([0, 2]), reduction="none")
    tensor([0.4076, 2.4076])

    See Also
    --------
    learnkit.reference.cross_entropy, torch.nn.functional.cross_entropy
    """
    _require_classes("logits", logits, targets)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must be between 0 and 1; got {label_smoothing}.")
    if weight is not None:
        weight = torch.as_tensor(weight, dtype=logits.dtype, device=logits.device)
        if weight.shape != logits.shape[1:]:
            raise ValueError(f"weight must have one value a class, {tuple(logits.shape[1:])}; got {tuple(weight.shape)}.")
    require_reduction(reduction, targets.shape)
    return functional.cross_entropy(
        logits, targets.long(), weight=weight, ignore_index=ignore_index, reduction=reduction, label_smoothing=label_smoothing
    )


def bce_with_logits(logits: Tensor, targets: Tensor, *, reduction: str = "mean", pos_weight: Any = None) -> Tensor:
    """Return -[w t log σ(z) + (1 - t) log(1 - σ(z))], averaged over all values, in nats.

    Parameters
    ----------
    logits : any shape
        Unnormalized scores z of "yes".
    targets : same shape
        1 for yes and 0 for no, or a probability between.
    reduction : "mean", "sum" or "none"
        The mean is over the number of values, whatever pos_weight is.
    pos_weight : (C,) or a number, optional
        The factor w on what "yes" costs, above 1 where yes is rare; one for each entry of the last axis.

    Returns
    -------
    a number in nats; with "none" one for each value

    Raises
    ------
    ValueError
        If the shapes differ, the batch is empty (PyTorch itself gives NaN), or pos_weight does not fit.

    Notes
    -----
    The reference refuses targets outside 0 to 1. Here nobody does, on a CPU or a GPU: labels -1 and 1 give a loss without a lower
    end. Write them as (targets + 1) / 2. PyTorch itself also wants floating-point targets; this converts them.

    Examples
    --------
    >>> bce_with_logits(torch.tensor([0.0, -800.0]), torch.tensor([1.0, 1.0]), reduction="none")
    tensor([6.9315e-01, 8.0000e+02])

    See Also
    --------
    learnkit.reference.bce_with_logits, torch.nn.functional.binary_cross_entropy_with_logits
    """
    if logits.shape != targets.shape:
        raise ValueError(
            f"logits and targets must have the same shape; got {tuple(logits.shape)} and {tuple(targets.shape)}. "
            "Use logits.squeeze(1) if that is (N, 1)."
        )
    require_reduction(reduction, logits.shape)
    if pos_weight is not None:
        pos_weight = torch.as_tensor(pos_weight, dtype=logits.dtype, device=logits.device)
        if pos_weight.shape not in ((), logits.shape[-1:]):
            raise ValueError(
                f"pos_weight must be a number or one for each entry of the last axis of {tuple(logits.shape)}; "
                f"got {tuple(pos_weight.shape)}."
            )
    return functional.binary_cross_entropy_with_logits(logits, targets.to(logits.dtype), pos_weight=pos_weight, reduction=reduction)


def hinge(scores: Tensor, targets: Tensor, *, margin: float = 1.0, reduction: str = "mean") -> Tensor:
    """Return (1/C) Σ_{j ≠ y} max(0, margin - s_y + s_j) for the right class y, averaged over the batch.

    Parameters
    ----------
    scores : (N, C)
    targets : (N,)
        The right class of each example, an integer from 0 to C - 1.
    margin : float
        By how much the right class is to lead each wrong one, in the scores' unit.
    reduction : "mean", "sum" or "none"

    Returns
    -------
    a number in the scores' unit; with "none" (N,). 0 where the right class leads by the margin.

    Raises
    ------
    ValueError
        If the shapes do not match, the batch is empty.
    TypeError
        If the targets are not integers.
    RuntimeError
        On a CPU, if a class is not among 0 to C - 1; on a GPU as in `cross_entropy`.

    Notes
    -----
    The sum is divided by C, not C - 1, as in PyTorch; many texts do not divide. The slope of a cost of exactly 0 is 0 (PyTorch's
    too: the lead must be smaller than the margin). PyTorch's own multi_margin_loss has the same values; its backward cannot be compiled,
    so this is written in operations that can.

    Examples
    --------
    Class 0 leads class 1 by 0.5, half a margin short, and class 2 by 2: (0.5 + 0) / 3.

    >>> hinge(torch.tensor([[2.0, 1.5, 0.0]]), torch.tensor([0]))
    tensor(0.1667)

    See Also
    --------
    learnkit.reference.hinge, torch.nn.functional.multi_margin_loss
    """
    _require_classes("scores", scores, targets)
    require_reduction(reduction, targets.shape)
    right = targets.long()[:, None]
    # relu has slope 0 at 0, clamp(min=0) has 1; and the right class is no rival of itself
    costs = functional.relu(margin - scores.gather(1, right) + scores).scatter(1, right, 0)
    losses = costs.mean(dim=1)
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()
