"""Losses of a regression: how far predicted numbers are from the right ones.

`mse` squares the error, so that one large error counts more than many small ones; `mae` takes its size; `huber` is square near 0
and straight far away, which a few wild targets cannot drag along.

Sources: Huber 1964, Robust estimation of a location parameter, section 8; Hastie, Tibshirani & Friedman 2009, The Elements of
Statistical Learning, section 10.6.
"""

from typing import Any

import numpy as np

from learnkit.reference.operations import Array, op
from learnkit.reference.reductions import reduced, require_same_shape, share_of_each


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
    require_same_shape(predictions, targets)
    difference = np.asarray(predictions - targets)
    return reduced(difference * difference, reduction), (difference, reduction)


@mse.backward_rule
def mse_backward(grad_output: Any, saved: Any) -> tuple[Array, Array]:
    """dL/dprediction = (2/n) (prediction - target); for the target the same with the other sign."""
    difference, reduction = saved
    grad = 2 * difference * share_of_each(grad_output, difference.size, reduction)
    return grad, -grad


@op
def mae(predictions: Array, targets: Array, *, reduction: str = "mean") -> tuple[Any, Any]:
    """Return the mean absolute error, (1/n) Σ |prediction - target|, over all n values.

    Parameters
    ----------
    predictions, targets : same shape
    reduction : "mean", "sum" or "none"

    Returns
    -------
    a number in the targets' unit; with "none" one for each value

    Raises
    ------
    ValueError
        If the shapes differ, or the batch is empty.

    Notes
    -----
    The slope at an error of 0 is 0, as in PyTorch; anything from -1 to 1 would do.

    Examples
    --------
    >>> mae(np.array([1.0, 2.0]), np.array([1.0, 5.0]))
    np.float64(1.5)

    See Also
    --------
    learnkit.pytorch.mae, torch.nn.functional.l1_loss
    """
    require_same_shape(predictions, targets)
    difference = np.asarray(predictions - targets)
    return reduced(np.abs(difference), reduction), (difference, reduction)


@mae.backward_rule
def mae_backward(grad_output: Any, saved: Any) -> tuple[Array, Array]:
    """dL/dprediction = (1/n) sign(prediction - target); for the target the same with the other sign."""
    difference, reduction = saved
    sign = (difference > 0).astype(difference.dtype) - (difference < 0)  # np.sign(NaN) is NaN, PyTorch's slope there 0
    grad = sign * share_of_each(grad_output, difference.size, reduction)
    return grad, -grad


@op
def huber(predictions: Array, targets: Array, *, reduction: str = "mean", delta: float = 1.0) -> tuple[Any, Any]:
    """Return the Huber loss, averaged over all values: ½ d² for an error |d| ≤ δ, and δ (|d| - ½ δ) beyond.

    Parameters
    ----------
    predictions, targets : same shape
        d = prediction - target.
    reduction : "mean", "sum" or "none"
    delta : float above 0
        Where the parabola ends and the line begins, in the targets' unit. Both meet there with slope δ.

    Returns
    -------
    a number in the square of the targets' unit; with "none" one for each value

    Raises
    ------
    ValueError
        If the shapes differ, the batch is empty, or delta is not above 0.

    Notes
    -----
    With the factor ½, unlike `mse`. PyTorch's smooth_l1_loss is the same divided by δ.

    Examples
    --------
    ½ · 0.5² within δ = 1; 1 · (3 - ½) beyond.

    >>> huber(np.array([0.5, 3.0]), np.array([0.0, 0.0]), reduction="none")
    array([0.125, 2.5  ])

    See Also
    --------
    learnkit.pytorch.huber, torch.nn.functional.huber_loss
    """
    require_same_shape(predictions, targets)
    if not delta > 0:
        raise ValueError(f"delta must be above 0; got {delta}. Use mae for a loss without a parabola.")
    difference = np.asarray(predictions - targets)
    size = np.abs(difference)
    # the part within delta is squared, the rest counts along the line; ½ d² of an unused branch would overflow at |d| = 1e200
    within = np.minimum(size, delta)
    return reduced(0.5 * within * within + delta * (size - within), reduction), (difference, delta, reduction)


@huber.backward_rule
def huber_backward(grad_output: Any, saved: Any) -> tuple[Array, Array]:
    """dL/dprediction = (1/n) d within δ and (1/n) δ sign(d) beyond: d, clipped to ±δ."""
    difference, delta, reduction = saved
    grad = np.clip(difference, -delta, delta) * share_of_each(grad_output, difference.size, reduction)
    return grad, -grad
