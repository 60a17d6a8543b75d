"""Losses: how wrong a prediction is, as one number that goes down.

`mse` for numbers, `cross_entropy` for one of C classes, `bce_with_logits` for yes or no: PyTorch's fused losses, behind checks of
shapes and dtypes. Values are not checked: to look at them the processor would have to wait for the GPU, at every step.
"""

import torch
from torch import Tensor
from torch.nn import functional

# a class that no target can have: PyTorch leaves out targets of -100 if nothing is said, and here no example is left out
_NO_CLASS = torch.iinfo(torch.int64).min


def _check_reduction(reduction: str, losses: torch.Size) -> None:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction must be "mean", "sum" or "none"; got {reduction!r}.')
    if losses.numel() == 0:
        raise ValueError(f"a loss needs at least one example; got an empty batch of shape {tuple(losses)}.")


def mse(predictions: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """Return the mean squared error, (1/n) Σ (prediction - target)², over all n values.

    Parameters
    ----------
    predictions, targets : same shape
    reduction : "mean", "sum" or "none"

    Returns
    -------
    a number in the square of the targets' unit; with "none" one for each value

    Raises
    ------
    ValueError
        If the shapes differ: (N, 1) less (N,) would be an N × N table.

    Notes
    -----
    Without the factor ½ that some texts add. PyTorch itself broadcasts different shapes with a warning, and gives NaN for an empty
    batch; both are refused.

    Examples
    --------
    >>> mse(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 5.0]))
    tensor(4.5000)

    See Also
    --------
    learnkit.reference.mse, torch.nn.functional.mse_loss
    """
    if predictions.shape != targets.shape:
        raise ValueError(
            f"predictions and targets must have the same shape; got {tuple(predictions.shape)} and {tuple(targets.shape)}. "
            "Use predictions.squeeze(1) if that is (N, 1)."
        )
    _check_reduction(reduction, predictions.shape)
    return functional.mse_loss(predictions, targets, reduction=reduction)


def cross_entropy(logits: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """Return -log p_y of the right class y, where p is the softmax of the logits, averaged over the batch, in nats.

    For each example the loss is log Σ_k exp(z_k) - z_y.

    Parameters
    ----------
    logits : (N, C)
        Unnormalized scores z, not probabilities.
    targets : (N,)
        The right class of each example, an integer from 0 to C - 1.
    reduction : "mean", "sum" or "none"

    Returns
    -------
    a number in nats; with "none" (N,)

    Raises
    ------
    ValueError
        If the shapes do not match, or the batch is empty (PyTorch itself gives NaN).
    TypeError
        If the targets are not integers.
    IndexError
        On a CPU, if a class is not among 0 to C - 1. On a GPU PyTorch stops the whole process's use of the GPU instead; the
        range is not checked before, as that would make the processor wait for the GPU at every step.

    Notes
    -----
    PyTorch itself also takes probabilities (N, C) as targets, and more axes; of integers it takes int64 and uint8 alone, and it leaves
    out targets of -100. This takes every type of integer, and leaves nothing out.

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
    if logits.ndim != 2 or targets.shape != logits.shape[:1]:
        hint = " Use targets.squeeze(1)." if targets.shape == (*logits.shape[:1], 1) else ""
        hint = (
            " Use targets.argmax(dim=1): integer classes are asked, not one-hot rows."
            if targets.shape == logits.shape and logits.shape[1] > 1
            else hint
        )
        raise ValueError(f"logits must be (N, C) and targets (N,); got {tuple(logits.shape)} and {tuple(targets.shape)}.{hint}")
    if targets.is_floating_point() or targets.is_complex() or targets.dtype == torch.bool:
        raise TypeError(f"targets must be integer classes; got dtype {targets.dtype}. Use targets.long() if they are whole numbers.")
    if len(targets) == 0:
        raise ValueError(f"a loss needs at least one example; got logits of shape {tuple(logits.shape)}.")
    _check_reduction(reduction, targets.shape)
    return functional.cross_entropy(logits, targets.long(), ignore_index=_NO_CLASS, reduction=reduction)


def bce_with_logits(logits: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """Return -[t log σ(z) + (1 - t) log(1 - σ(z))], averaged over all values, in nats.

    Parameters
    ----------
    logits : any shape
        Unnormalized scores z of "yes".
    targets : same shape
        1 for yes and 0 for no, or a probability between.
    reduction : "mean", "sum" or "none"

    Returns
    -------
    a number in nats; with "none" one for each value

    Raises
    ------
    ValueError
        If the shapes differ, or the batch is empty (PyTorch itself gives NaN).

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
    _check_reduction(reduction, logits.shape)
    return functional.binary_cross_entropy_with_logits(logits, targets.to(logits.dtype), reduction=reduction)
