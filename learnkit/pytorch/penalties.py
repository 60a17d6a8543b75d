"""What is added to a loss so that weights stay small: half the squared L2 norm, and the L1 norm with its proximal step.

`l2_penalty` and `l1_penalty` are functions of one weight tensor; which tensors are penalized (weights, usually not biases) is the
caller's choice. An optimizer's ``weight_decay`` adds the gradient of the first to all it is given, biases too.
"""

import torch
from torch.nn import functional


def l2_penalty(weight: torch.Tensor, *, weight_decay: float) -> torch.Tensor:
    """Return half of weight_decay times the sum of the squared weights.

    R(w) = (λ/2) Σ wᵢ², with λ = weight_decay

    Parameters
    ----------
    weight : any shape
    weight_decay : float, at least 0
        λ, in the loss' unit per squared unit of the weight.

    Returns
    -------
    0-d tensor in the loss' unit

    Raises
    ------
    ValueError
        If weight_decay is below 0.

    Notes
    -----
    With the ½ the gradient is λw, what an optimizer's ``weight_decay=λ`` adds. Texts without it have twice that gradient.

    Examples
    --------
    >>> l2_penalty(torch.tensor([3.0, -4.0]), weight_decay=0.1)
    tensor(1.2500)

    See Also
    --------
    learnkit.reference.l2_penalty, SGD (weight_decay)
    """
    _require_strength("weight_decay", weight_decay)
    return 0.5 * weight_decay * weight.square().sum()


def l1_penalty(weight: torch.Tensor, *, strength: float) -> torch.Tensor:
    """Return strength times the sum of the absolute weights.

    R(w) = λ Σ |wᵢ|, with λ = strength

    Parameters
    ----------
    weight : any shape
    strength : float, at least 0
        λ, in the loss' unit per unit of the weight.

    Returns
    -------
    0-d tensor in the loss' unit

    Raises
    ------
    ValueError
        If strength is below 0.

    Notes
    -----
    The slope at 0 is taken as 0. Gradient descent on it makes weights small and hardly ever exactly 0, for it steps over 0 and back;
    `soft_threshold` stops there.

    Examples
    --------
    >>> l1_penalty(torch.tensor([3.0, -4.0]), strength=0.1)
    tensor(0.7000)

    See Also
    --------
    learnkit.reference.l1_penalty, soft_threshold
    """
    _require_strength("strength", strength)
    return strength * weight.abs().sum()


def soft_threshold(weight: torch.Tensor, threshold: float) -> torch.Tensor:
    """Move every weight towards 0 by threshold, and to 0 if it is nearer than that.

    S(w) = sign(w) max(|w| - threshold, 0) = argmin over v of ½ (v - w)² + threshold |v|

    Parameters
    ----------
    weight : any shape
    threshold : float, at least 0
        The learning rate times the strength of the L1 penalty, in the weight's unit.

    Returns
    -------
    tensor of weight's shape

    Raises
    ------
    ValueError
        If threshold is below 0.

    Notes
    -----
    PyTorch calls it softshrink. Used between steps, under ``torch.no_grad()``, it gives proximal gradient descent.

    Examples
    --------
    >>> soft_threshold(torch.tensor([3.0, -0.5, -2.0]), 1.0)
    tensor([ 2., -0., -1.])

    See Also
    --------
    learnkit.reference.soft_threshold, torch.nn.functional.softshrink
    """
    _require_strength("threshold", threshold)
    return functional.softshrink(weight, threshold)


def _require_strength(name: str, value: float) -> None:
    if not value >= 0:
        raise ValueError(f"{name} must be at least 0; got {value}. A negative one would reward large weights.")
