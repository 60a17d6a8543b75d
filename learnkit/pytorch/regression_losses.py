"""Losses of a regression: how far predicted numbers are from the right ones.

`mse`, `mae` and `huber`: PyTorch's fused losses, behind checks of shapes.
"""

import torch
from torch.nn import functional

from learnkit.pytorch.reductions import require_reduction, require_same_shape


def mse(predictions: torch.Tensor, targets: torch.Tensor, *, reduction: str = "mean") -> torch.Tensor:
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
    require_same_shape(predictions, targets)
    require_reduction(reduction, predictions.shape)
    return functional.mse_loss(predictions, targets, reduction=reduction)


def mae(predictions: torch.Tensor, targets: torch.Tensor, *, reduction: str = "mean") -> torch.Tensor:
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

    Examples
    --------
    >>> mae(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 5.0]))
    tensor(1.5000)

    See Also
    --------
    learnkit.reference.mae, torch.nn.functional.l1_loss
    """
    require_same_shape(predictions, targets)
    require_reduction(reduction, predictions.shape)
    return functional.l1_loss(predictions, targets, reduction=reduction)


def huber(predictions: torch.Tensor, targets: torch.Tensor, *, reduction: str = "mean", delta: float = 1.0) -> torch.Tensor:
    """Return the Huber loss, averaged over all values: ½ d² for an error |d| ≤ δ, and δ (|d| - ½ δ) beyond.

    Parameters
    ----------
    predictions, targets : same shape
        d = prediction - target.
    reduction : "mean", "sum" or "none"
    delta : float above 0
        Where the parabola ends and the line begins, in the targets' unit.

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
    >>> huber(torch.tensor([0.5, 3.0]), torch.tensor([0.0, 0.0]), reduction="none")
    tensor([0.1250, 2.5000])

    See Also
    --------
    learnkit.reference.huber, torch.nn.functional.huber_loss
    """
    require_same_shape(predictions, targets)
    if not delta > 0:
        raise ValueError(f"delta must be above 0; got {delta}. Use mae for a loss without a parabola.")
    require_reduction(reduction, predictions.shape)
    return functional.huber_loss(predictions, targets, reduction=reduction, delta=delta)
