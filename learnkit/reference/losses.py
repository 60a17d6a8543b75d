"""Losses of a classification: how wrong scores are about classes, as one number that goes down.

`cross_entropy` for one of C classes, `bce_with_logits` for yes or no: both take raw scores and do softmax or sigmoid themselves,
as together the pair is stable where each step alone overflows. `hinge` asks the right class to lead by a margin.

Sources: Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2 (losses from the likelihood of the labels); Bishop
2006, Pattern Recognition and Machine Learning, equations 4.108-4.109 (cross-entropy and its gradient p - y); Szegedy et al. 2016,
Rethinking the Inception architecture, section 7 (label smoothing); Crammer & Singer 2001, On the algorithmic implementation of
multiclass kernel-based vector machines.
"""

from typing import Any

import numpy as np

from learnkit.reference.activations import sigmoid
from learnkit.reference.operations import Array, op
from learnkit.reference.reductions import reduced, share_of_each
from learnkit.reference.regression_losses import mse as mse


def _require_classes(name: str, scores: Array, targets: Array, ignore_index: int | None = None) -> Array | None:
    """Refuse what is not (N, C) scores and (N,) classes; return which targets count, or None if all do."""
    if scores.ndim != 2 or targets.shape != scores.shape[:1]:
        hint = " Use targets.squeeze(1)." if targets.shape == (*scores.shape[:1], 1) else ""
        hint = (
            " Use targets.argmax(axis=1): integer classes are asked, not one-hot rows."
            if targets.shape == scores.shape and scores.shape[1] > 1
            else hint
        )
        raise ValueError(f"{name} must be (N, C) and targets (N,); got {scores.shape} and {targets.shape}.{hint}")
    if targets.dtype.kind not in "iu":
        raise TypeError(f"targets must be integer classes; got dtype {targets.dtype}. Use targets.astype(int) if they are whole numbers.")
    count, classes = scores.shape
    if count == 0:
        raise ValueError(f"a loss needs at least one example; got {name} of shape {scores.shape}.")
    lowest, highest = int(targets.min()), int(targets.max())
    counts = None
    if ignore_index is not None and lowest <= ignore_index <= highest:
        counts = targets != ignore_index
        counted = targets[counts]
        lowest, highest = (int(counted.min()), int(counted.max())) if counted.size else (0, 0)
    if not 0 <= lowest <= highest < classes:
        raise ValueError(
            f"targets must be classes from 0 to {classes - 1}, as {name} has {classes} columns; got values from {lowest} to {highest}."
        )
    return counts


@op
def cross_entropy(
    logits: Array,
    targets: Array,
    *,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> tuple[Any, Any]:
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
        If the shapes do not match, the batch is empty, a class is not among 0 to C - 1, or label_smoothing is not among 0 to 1.
    TypeError
        If the targets are not integers.

    Notes
    -----
    If no example counts, the mean is 0/0, NaN, as in PyTorch, and the sum is 0.

    Examples
    --------
    A model that gives ten classes the same score loses log 10, whatever the answer.

    >>> cross_entropy(np.zeros((1, 10)), np.array([3])).round(4)
    np.float64(2.3026)
    >>> cross_entropy(np.array([[2.0, 1.0, 0.0], [2.0, 1.0, 0.0]]), np.array([0, 2]), reduction="none").round(4)
    array([0.4076, 2.4076])

    See Also
    --------
    learnkit.pytorch.cross_entropy, torch.nn.functional.cross_entropy
    """
    targets = np.asarray(targets)
    counts = _require_classes("logits", logits, targets, ignore_index)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must be between 0 and 1; got {label_smoothing}.")
    count, classes = logits.shape
    if weight is not None and np.shape(weight) != (classes,):
        raise ValueError(f"weight must have one value a class, ({classes},); got {np.shape(weight)}.")
    rows = np.arange(count)
    # -log(softmax(z)[y]) is inf for a score 800 below the largest, and log(p + 1e-12) stops at 27.6; this is exact
    with np.errstate(invalid="ignore"):  # a row with inf, or of -inf alone, has no softmax: NaN, as in PyTorch
        shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    if weight is None and not label_smoothing and counts is None:
        return reduced(-log_p[rows, targets], reduction), (log_p, targets, None, None, count, 0.0, reduction)
    counts = np.ones(count, dtype=bool) if counts is None else counts
    weights = np.ones(classes, dtype=logits.dtype) if weight is None else np.asarray(weight, dtype=logits.dtype)
    right = np.where(counts, targets, 0).astype(np.intp)
    losses = -weights[right] * log_p[rows, right]
    if label_smoothing:
        losses = (1 - label_smoothing) * losses - label_smoothing / classes * (log_p * weights).sum(axis=1)
    losses = np.where(counts, losses, losses.dtype.type(0))
    total = weights[right][counts].sum()  # N without weights
    saved = (log_p, right, counts, weights, total, label_smoothing, reduction)
    with np.errstate(invalid="ignore"):  # 0/0 if no example counts
        return (losses.sum() / total if reduction == "mean" else reduced(losses, reduction)), saved


@cross_entropy.backward_rule
def cross_entropy_backward(grad_output: Any, saved: Any) -> tuple[Array, None]:
    """Return the gradient of the logits: p - onehot(y), times 1/N for the mean, if there are no weights and no smoothing.

    L = -Σ_c w_c q_c log p_c and d log p_c/dz_k = 1[c = k] - p_k, so dL/dz_k = p_k Σ_c w_c q_c - w_k q_k.
    """
    log_p, right, counts, weights, total, smoothing, reduction = saved
    rows, classes = np.arange(len(right)), log_p.shape[1]
    if weights is None:
        grad = np.exp(log_p)  # p
        grad[rows, right] -= 1
        each = share_of_each(grad_output, total, reduction)
        return grad * (np.reshape(each, (-1, 1)) if reduction == "none" else each), None
    shares = np.broadcast_to(weights * (smoothing / classes), log_p.shape).copy()  # w q
    shares[rows, right] += (1 - smoothing) * weights[right]
    grad = np.exp(log_p) * shares.sum(axis=1, keepdims=True) - shares
    with np.errstate(invalid="ignore", divide="ignore"):  # no example counts: 0/0, as the loss
        each = np.where(counts, share_of_each(np.asarray(grad_output, dtype=grad.dtype), total, reduction), grad.dtype.type(0))
    return grad * each[:, None], None


@op
def bce_with_logits(logits: Array, targets: Array, *, reduction: str = "mean", pos_weight: Any = None) -> tuple[Any, Any]:
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
        If the shapes differ, the batch is empty, pos_weight does not fit, or a target is outside 0 to 1 (labels -1 and 1 are
        another convention).

    Examples
    --------
    >>> bce_with_logits(np.array([0.0, -800.0]), np.array([1.0, 1.0]), reduction="none")
    array([6.93147181e-01, 8.00000000e+02])

    See Also
    --------
    learnkit.pytorch.bce_with_logits, torch.nn.functional.binary_cross_entropy_with_logits
    """
    targets = np.asarray(targets)
    if logits.shape != targets.shape:
        raise ValueError(
            f"logits and targets must have the same shape; got {logits.shape} and {targets.shape}. Use logits.squeeze(1) if that is (N, 1)."
        )
    if targets.size and not 0 <= targets.min() <= targets.max() <= 1:
        raise ValueError(
            f"targets must be between 0 and 1; got values from {targets.min()} to {targets.max()}. "
            "Use (targets + 1) / 2 if they are -1 and 1."
        )
    targets = targets.astype(logits.dtype, copy=False)
    # log(σ(-800)) is log 0 = -inf; log(1 + e^-|z|) never leaves 0 to log 2
    losses = np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
    if pos_weight is not None:
        pos_weight = np.asarray(pos_weight, dtype=logits.dtype)
        if pos_weight.shape not in ((), logits.shape[-1:]):
            raise ValueError(
                f"pos_weight must be a number or one for each entry of the last axis of {logits.shape}; got {pos_weight.shape}."
            )
        losses = losses + (pos_weight - 1) * targets * _softplus(-logits)  # -log σ(z) = log(1 + e^-z)
    return reduced(losses, reduction), (logits, targets, pos_weight, reduction)


def _softplus(z: Array) -> Array:
    """Return log(1 + e^z); e^800 overflows, e^-|z| does not."""
    return np.asarray(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))


@bce_with_logits.backward_rule
def bce_with_logits_backward(grad_output: Any, saved: Any) -> tuple[Array, Array]:
    """dL/dz = σ(z) - t and dL/dt = -z, each times 1/n for the mean.

    A weight adds (w - 1) t log(1 + e^-z), with the slopes -(w - 1) t σ(-z) and (w - 1) log(1 + e^-z).
    """
    logits, targets, pos_weight, reduction = saved
    each = share_of_each(grad_output, logits.size, reduction)
    grad_logits, grad_targets = sigmoid(logits) - targets, -logits
    if pos_weight is not None:
        grad_logits = grad_logits - (pos_weight - 1) * targets * sigmoid(-logits)
        grad_targets = grad_targets + (pos_weight - 1) * _softplus(-logits)
    return grad_logits * each, grad_targets * each


@op
def hinge(scores: Array, targets: Array, *, margin: float = 1.0, reduction: str = "mean") -> tuple[Any, Any]:
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
        If the shapes do not match, the batch is empty, or a class is not among 0 to C - 1.
    TypeError
        If the targets are not integers.

    Notes
    -----
    The sum is divided by C, not C - 1, as in PyTorch; many texts do not divide. The slope of a cost of exactly 0 is 0 (PyTorch's
    too: the lead must be smaller than the margin).

    Examples
    --------
    Class 0 leads class 1 by 0.5, half a margin short, and class 2 by 2: (0.5 + 0) / 3.

    >>> hinge(np.array([[2.0, 1.5, 0.0]]), np.array([0])).round(4)
    np.float64(0.1667)

    See Also
    --------
    learnkit.pytorch.hinge, torch.nn.functional.multi_margin_loss
    """
    targets = np.asarray(targets)
    _require_classes("scores", scores, targets)
    rows = np.arange(len(targets))
    costs = np.maximum(margin - scores[rows, targets][:, None] + scores, 0)
    costs[rows, targets] = 0  # the right class is no rival of itself: it would add the margin to every loss
    return reduced(costs.sum(axis=1) / scores.shape[1], reduction), (costs, targets, reduction)


@hinge.backward_rule
def hinge_backward(grad_output: Any, saved: Any) -> tuple[Array, None]:
    """Return the gradient of the scores: 1/C at each wrong class that costs, and less their sum at the right class."""
    costs, targets, reduction = saved
    count, classes = costs.shape
    grad = (costs > 0).astype(costs.dtype)
    grad[np.arange(count), targets] = -grad.sum(axis=1)
    each = share_of_each(grad_output, count, reduction)
    return grad / classes * (np.reshape(each, (-1, 1)) if reduction == "none" else each), None
