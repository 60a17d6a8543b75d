"""What is added to a loss so that weights stay small: half the squared L2 norm, and the L1 norm with its proximal step.

`l2_penalty` and `l1_penalty` are functions of one weight array; which arrays are penalized (weights, usually not biases) is the
caller's choice. `soft_threshold` is what the L1 norm does to a weight in one step, exact zeros included.

Sources: Hoerl & Kennard 1970, Ridge regression; Tibshirani 1996, Regression shrinkage and selection via the lasso; Parikh & Boyd 2014,
Proximal algorithms, section 6.5.2.
"""

from typing import Any

import numpy as np

from learnkit.reference.operations import Array, op


@op
def l2_penalty(weight: Array, *, weight_decay: float) -> tuple[Any, Any]:
    """Return half of weight_decay times the sum of the squared weights.

    R(w) = (λ/2) Σ wᵢ², with λ = weight_decay

    Parameters
    ----------
    weight : any shape
    weight_decay : float, at least 0
        λ, in the loss' unit per squared unit of the weight.

    Returns
    -------
    a number in the loss' unit

    Raises
    ------
    ValueError
        If weight_decay is below 0.

    Notes
    -----
    With the ½ the gradient is λw, what an optimizer's ``weight_decay=λ`` adds. Texts without it have twice that gradient.

    Examples
    --------
    >>> l2_penalty(np.array([3.0, -4.0]), weight_decay=0.1)
    np.float64(1.25)

    See Also
    --------
    learnkit.pytorch.l2_penalty, SGD (weight_decay)
    """
    _require_strength("weight_decay", weight_decay)
    return 0.5 * weight_decay * np.sum(weight * weight), (weight, weight_decay)


@l2_penalty.backward_rule
def l2_penalty_backward(grad_output: Any, saved: Any) -> Array:
    """d/dw (λ/2) w² = λ w."""
    weight, weight_decay = saved
    return np.asarray(grad_output * weight_decay * weight)


@op
def l1_penalty(weight: Array, *, strength: float) -> tuple[Any, Any]:
    """Return strength times the sum of the absolute weights.

    R(w) = λ Σ |wᵢ|, with λ = strength

    Parameters
    ----------
    weight : any shape
    strength : float, at least 0
        λ, in the loss' unit per unit of the weight.

    Returns
    -------
    a number in the loss' unit

    Raises
    ------
    ValueError
        If strength is below 0.

    Notes
    -----
    The slope at 0 is taken as 0, as in PyTorch. Gradient descent on it makes weights small and hardly ever exactly 0, for it steps over
    0 and back; `soft_threshold` stops there.

    Examples
    --------
    >>> l1_penalty(np.array([3.0, -4.0]), strength=0.1).round(4)
    np.float64(0.7)

    See Also
    --------
    learnkit.pytorch.l1_penalty, soft_threshold
    """
    _require_strength("strength", strength)
    return strength * np.sum(np.abs(weight)), (weight, strength)


@l1_penalty.backward_rule
def l1_penalty_backward(grad_output: Any, saved: Any) -> Array:
    """d/dw λ|w| = λ sign(w), and 0 at 0."""
    weight, strength = saved
    return np.asarray(grad_output * strength * np.sign(weight))


def soft_threshold(weight: Any, threshold: float) -> Array:
    """Move every weight towards 0 by threshold, and to 0 if it is nearer than that.

    S(w) = sign(w) max(|w| - threshold, 0) = argmin over v of ½ (v - w)² + threshold |v|

    Parameters
    ----------
    weight : any shape
    threshold : float, at least 0
        The learning rate times the strength of the L1 penalty, in the weight's unit.

    Returns
    -------
    array of weight's shape

    Raises
    ------
    ValueError
        If threshold is below 0.

    Notes
    -----
    After a gradient step on the loss alone it gives proximal gradient descent (ISTA), whose weights are exactly 0 where the loss gains
    less than λ from them.

    Examples
    --------
    >>> soft_threshold(np.array([3.0, -0.5, -2.0]), 1.0)
    array([ 2., -0., -1.])

    See Also
    --------
    learnkit.pytorch.soft_threshold, torch.nn.functional.softshrink, l1_penalty
    """
    _require_strength("threshold", threshold)
    weight = np.asarray(weight)
    return np.asarray(np.sign(weight) * np.maximum(np.abs(weight) - threshold, 0))


def _require_strength(name: str, value: float) -> None:
    if not value >= 0:
        raise ValueError(f"{name} must be at least 0; got {value}. A negative one would reward large weights.")
