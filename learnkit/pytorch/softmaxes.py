"""Softmax and its relatives: from scores to probabilities, without overflow.

`logsumexp`, `softmax`, `log_softmax`: PyTorch's own, which subtract the largest score first, so that no exponential is larger than 1.
"""

import torch
from torch import Tensor


def _check(name: str, logits: Tensor, dim: int) -> None:
    if not -logits.ndim <= dim < logits.ndim or logits.shape[dim] == 0:
        raise ValueError(
            f"{name} needs scores along dim={dim}; got logits of shape {tuple(logits.shape)}. Name an axis that has at least one."
        )


def logsumexp(logits: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
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
        If there is no such axis, or no score along it. (PyTorch itself gives -inf for no score, and asks for ``dim``.)

    Examples
    --------
    >>> logsumexp(torch.tensor([[0.0, 0.0], [1000.0, 1000.0]]))
    tensor([6.9315e-01, 1.0007e+03])

    See Also
    --------
    learnkit.reference.logsumexp, torch.logsumexp
    """
    _check("logsumexp", logits, dim)
    return torch.logsumexp(logits, dim=dim, keepdim=keepdim)


def softmax(logits: Tensor, *, dim: int = -1) -> Tensor:
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
    >>> softmax(torch.tensor([2.0, 1.0, 0.0]))
    tensor([0.6652, 0.2447, 0.0900])

    See Also
    --------
    learnkit.reference.softmax, torch.softmax
    """
    _check("softmax", logits, dim)
    return torch.softmax(logits, dim=dim)


def log_softmax(logits: Tensor, *, dim: int = -1) -> Tensor:
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

    >>> log_softmax(torch.tensor([100.0, 0.0]))
    tensor([   0., -100.])

    See Also
    --------
    learnkit.reference.log_softmax, torch.log_softmax
    """
    _check("log_softmax", logits, dim)
    return torch.log_softmax(logits, dim=dim)
