"""Losses: how wrong a prediction is, as one number that goes down.

`mse` for numbers, `cross_entropy` for one of C classes, `bce_with_logits` for yes or no. The two for classes take raw scores
and do softmax or sigmoid themselves: together the pair is stable where each step alone overflows.

Sources: Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2 (losses from the likelihood of the labels); Bishop
2006, Pattern Recognition and Machine Learning, equations 4.108-4.109 (cross-entropy and its gradient p - y).
"""

from typing import Any

import numpy as np

from learnkit.reference.activations import sigmoid
from learnkit.reference.operations import Array, op

_REDUCTIONS = ("mean", "sum", "none")


def _reduce(losses: Array, reduction: str) -> Any:
    if reduction not in _REDUCTIONS:
        raise ValueError(f'reduction must be "mean", "sum" or "none"; got {reduction!r}.')
    if losses.size == 0:
        raise ValueError(f"a loss needs at least one example; got an empty batch of shape {losses.shape}.")
    return losses if reduction == "none" else losses.sum() / losses.size if reduction == "mean" else losses.sum()


def _each(grad_output: Any, count: int, reduction: str) -> Any:
    """Return the gradient of each single loss: what came, and 1/N of it if the mean was taken."""
    return grad_output / count if reduction == "mean" else grad_output


@op
def mse(predictions: Array, targets: Array, *, reduction: str = "mean") -> tuple[Any, Any]:
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
    Without the factor ½ that some texts add. PyTorch broadcasts different shapes with a warning; this refuses.

    Examples
    --------
    >>> mse(np.array([1.0, 2.0]), np.array([1.0, 5.0]))
    np.float64(4.5)

    See Also
    --------
    learnkit.pytorch.mse, torch.nn.functional.mse_loss
    """
    if np.shape(predictions) != np.shape(targets):
        raise ValueError(
            f"predictions and targets must have the same shape; got {np.shape(predictions)} and {np.shape(targets)}. "
            "Use predictions.squeeze(1) if that is (N, 1)."
        )
    difference = np.asarray(predictions - targets)
    return _reduce(difference * difference, reduction), (difference, reduction)


@mse.backward_rule
def mse_backward(grad_output: Any, saved: Any) -> tuple[Array, Array]:
    """dL/dprediction = (2/n) (prediction - target); for the target the same with the other sign."""
    difference, reduction = saved
    grad = 2 * difference * _each(grad_output, difference.size, reduction)
    return grad, -grad


@op
def cross_entropy(logits: Array, targets: Array, *, reduction: str = "mean") -> tuple[Any, Any]:
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
        If the shapes do not match, the batch is empty, or a class is not among 0 to C - 1.
    TypeError
        If the targets are not integers.

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
    if logits.ndim != 2 or targets.shape != logits.shape[:1]:
        hint = " Use targets.squeeze(1)." if targets.shape == (*logits.shape[:1], 1) else ""
        hint = (
            " Use targets.argmax(axis=1): integer classes are asked, not one-hot rows."
            if targets.shape == logits.shape and logits.shape[1] > 1
            else hint
        )
        raise ValueError(f"logits must be (N, C) and targets (N,); got {logits.shape} and {targets.shape}.{hint}")
    if targets.dtype.kind not in "iu":
        raise TypeError(f"targets must be integer classes; got dtype {targets.dtype}. Use targets.astype(int) if they are whole numbers.")
    count, classes = logits.shape
    if count == 0:
        raise ValueError(f"a loss needs at least one example; got logits of shape {logits.shape}.")
    if not 0 <= targets.min() <= targets.max() < classes:
        raise ValueError(
            f"targets must be classes from 0 to {classes - 1}, as logits has {classes} columns; "
            f"got values from {targets.min()} to {targets.max()}."
        )
    # -log(softmax(z)[y]) is inf for a score 800 below the largest, and log(p + 1e-12) stops at 27.6; this is exact
    with np.errstate(invalid="ignore"):  # a row with inf, or of -inf alone, has no softmax: NaN, as in PyTorch
        shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return _reduce(-log_p[np.arange(count), targets], reduction), (log_p, targets, reduction)


@cross_entropy.backward_rule
def cross_entropy_backward(grad_output: Any, saved: Any) -> tuple[Array, None]:
    """Return the gradient of the logits, p - onehot(y), times 1/N for the mean.

    L = log Σ_j exp(z_j) - z_y; the first term's slope along z_k is p_k, the second's is 1 at k = y and 0 elsewhere.
    """
    log_p, targets, reduction = saved
    count = len(targets)
    grad = np.exp(log_p)  # p
    grad[np.arange(count), targets] -= 1
    each = _each(grad_output, count, reduction)
    return grad * (np.reshape(each, (-1, 1)) if reduction == "none" else each), None


@op
def bce_with_logits(logits: Array, targets: Array, *, reduction: str = "mean") -> tuple[Any, Any]:
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
        If the shapes differ, the batch is empty, or a target is outside 0 to 1 (labels -1 and 1 are another convention).

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
    return _reduce(losses, reduction), (logits, targets, reduction)


@bce_with_logits.backward_rule
def bce_with_logits_backward(grad_output: Any, saved: Any) -> tuple[Array, Array]:
    """dL/dz = σ(z) - t and dL/dt = -z, each times 1/n for the mean."""
    logits, targets, reduction = saved
    each = _each(grad_output, logits.size, reduction)
    return (sigmoid(logits) - targets) * each, -logits * each
