"""Softmax and its relatives: from scores to probabilities, without overflow.

`logsumexp`, `softmax`, `log_softmax`. All three see only the differences between scores, so each subtracts the largest
score first: then no exponential is larger than 1.

Sources: Bridle 1990, Probabilistic interpretation of feedforward classification network outputs (softmax); Blanchard, Higham
& Higham 2021, Accurately computing the log-sum-exp and softmax functions (the shift).
"""

from typing import Any

import numpy as np

from learnkit.reference.operations import Array, op


def _largest(name: str, logits: Array, dim: int) -> Array:
    if not -logits.ndim <= dim < logits.ndim or logits.shape[dim] == 0:
        raise ValueError(f"{name} needs scores along dim={dim}; got logits of shape {logits.shape}. Name an axis that has at least one.")
    return np.asarray(logits.max(axis=dim, keepdims=True))


@op
def logsumexp(logits: Array, *, dim: int = -1, keepdim: bool = False) -> tuple[Any, Any]:
    """Return log Σ_k exp(z_k), a smooth maximum of the scores, in nats.

    Parameters
    ----------
    logits : (..., C)
        Unnormalized scores z.
    dim : int
        The axis of the classes.
    keepdim : bool
        Keep that axis, with size 1.

    Returns
    -------
    (...), or (..., 1) with keepdim

    Raises
    ------
    ValueError
        If there is no such axis, or no score along it.

    Examples
    --------
    >>> logsumexp(np.array([[0.0, 0.0], [1000.0, 1000.0]])) - [0, 1000]
    array([0.69314718, 0.69314718])

    See Also
    --------
    learnkit.pytorch.logsumexp, torch.logsumexp
    """
    # exp(1000) overflows to inf; exp(1000 - 1000) = 1
    largest = _largest("logsumexp", logits, dim)
    largest = np.where(np.isfinite(largest), largest, 0)  # the answer for inf is inf, and inf - inf would be NaN
    with np.errstate(divide="ignore"):  # where every score is -inf, log 0 = -inf is the answer
        output = largest + np.log(np.exp(logits - largest).sum(axis=dim, keepdims=True))
    return output if keepdim else np.squeeze(output, axis=dim), (logits, output, dim, keepdim)


@logsumexp.backward_rule
def logsumexp_backward(grad_output: Array, saved: Any) -> Array:
    """The slope along score k is exp(z_k) / Σ_j exp(z_j): the softmax."""
    logits, output, dim, keepdim = saved
    grad = grad_output if keepdim else np.expand_dims(grad_output, dim)
    with np.errstate(invalid="ignore"):  # inf - inf: no slope, NaN, as in PyTorch
        return np.asarray(grad * np.exp(logits - output))


@op
def softmax(logits: Array, *, dim: int = -1) -> tuple[Any, Any]:
    """Return p_k = exp(z_k) / Σ_j exp(z_j): positive numbers that add up to 1 along ``dim``.

    Parameters
    ----------
    logits : (..., C)
        Unnormalized scores z.
    dim : int
        The axis of the classes.

    Returns
    -------
    (..., C)

    Raises
    ------
    ValueError
        If there is no such axis, or no score along it.

    Examples
    --------
    >>> softmax(np.array([2.0, 1.0, 0.0])).round(4)
    array([0.6652, 0.2447, 0.09  ])

    See Also
    --------
    learnkit.pytorch.softmax, torch.softmax
    """
    # exp(1000) / exp(1000) is inf / inf = NaN; exp(0) / exp(0) = 1
    with np.errstate(invalid="ignore"):  # a row with inf, or of -inf alone, has no softmax: NaN, as in PyTorch
        exponentials = np.exp(logits - _largest("softmax", logits, dim))
    output = exponentials / exponentials.sum(axis=dim, keepdims=True)
    return output, (output, dim)


@softmax.backward_rule
def softmax_backward(grad_output: Array, saved: Any) -> Array:
    """Return the gradient of the scores.

    dp_j/dz_k = p_j (1[j = k] - p_k), so dL/dz_k = Σ_j g_j p_j (1[j = k] - p_k) = p_k (g_k - Σ_j g_j p_j).
    """
    p, dim = saved
    return np.asarray(p * (grad_output - (grad_output * p).sum(axis=dim, keepdims=True)))


@op
def log_softmax(logits: Array, *, dim: int = -1) -> tuple[Any, Any]:
    """Return log p_k = z_k - log Σ_j exp(z_j), in nats.

    Parameters
    ----------
    logits : (..., C)
        Unnormalized scores z.
    dim : int
        The axis of the classes.

    Returns
    -------
    (..., C)

    Raises
    ------
    ValueError
        If there is no such axis, or no score along it.

    Examples
    --------
    The second class is e⁻¹⁰⁰ times less probable: too little for 1 + p to feel it, no matter for its logarithm.

    >>> log_softmax(np.array([100.0, 0.0]))
    array([   0., -100.])

    See Also
    --------
    learnkit.pytorch.log_softmax, torch.log_softmax
    """
    # log(softmax(z)) is log 0 = -inf for a score 800 below the largest; the difference z - logsumexp(z) is exact
    with np.errstate(invalid="ignore"):  # as in softmax
        shifted = logits - _largest("log_softmax", logits, dim)
    output = shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))
    return output, (output, dim)


@log_softmax.backward_rule
def log_softmax_backward(grad_output: Array, saved: Any) -> Array:
    """d log p_j/dz_k = 1[j = k] - p_k, so dL/dz_k = g_k - p_k Σ_j g_j."""
    log_p, dim = saved
    return np.asarray(grad_output - np.exp(log_p) * grad_output.sum(axis=dim, keepdims=True))
