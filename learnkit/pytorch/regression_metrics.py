"""Metrics of predicted numbers: how far off they are, in the targets' unit, as a fraction, or against knowing nothing.

The mean absolute error and the mean squared error are the losses `mae` and `mse`. These compute in float64, have no gradient, do not
wait for a GPU, and are NaN where the reference refuses values.

Sources: Hyndman & Koehler 2006, Another look at measures of forecast accuracy, section 2 (what each is and is not good for);
Kvålseth 1985, Cautionary note about R², equation 1.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from learnkit.pytorch.metric_inputs import number_pairs


def rmse(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return √((1/n) Σ (prediction - target)²), the root of the mean squared error, over all n values.

    Parameters
    ----------
    predictions, targets : same shape

    Returns
    -------
    a number in the targets' unit, a tensor of one value; never below the mean absolute error, and above it the more, the more a few
    errors dominate. NaN if a value is not finite.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no values.

    Notes
    -----
    One root over all values; scikit-learn takes a root for each column and averages the roots.

    Examples
    --------
    >>> f"{rmse(torch.tensor([1.0, 6.0]), torch.tensor([1.0, 2.0])):.4f}"
    '2.8284'

    See Also
    --------
    learnkit.reference.rmse, sklearn.metrics.root_mean_squared_error
    """
    predicted, right, valid = number_pairs(predictions, targets)
    return torch.where(valid, functional.mse_loss(predicted, right).sqrt(), math.nan)


def mape(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return the mean absolute percentage error as a fraction, (1/n) Σ |prediction - target| / |target|.

    Parameters
    ----------
    predictions, targets : same shape
        No target may be 0.

    Returns
    -------
    a fraction, not percent, a tensor of one value: 0.1 is "10 % off"; without an upper limit. NaN if a target is 0, or a value is not
    finite.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no values.

    Notes
    -----
    Divided by the target, never by the prediction. Too low a prediction of a positive target costs at most 1, too high a one any
    amount, so the metric favors models that predict too little. scikit-learn divides by 2e-16 for a target of 0.

    Examples
    --------
    >>> f"{mape(torch.tensor([90.0, 30.0]), torch.tensor([100.0, 20.0])):.4f}"
    '0.3000'

    See Also
    --------
    learnkit.reference.mape, sklearn.metrics.mean_absolute_percentage_error
    """
    predicted, right, valid = number_pairs(predictions, targets)
    return torch.where(valid & (right != 0).all(), ((predicted - right) / right).abs().mean(), math.nan)


def r2_score(predictions: Tensor, targets: Tensor) -> Tensor:
    """Return R² = 1 - Σ (target - prediction)² / Σ (target - mean of the targets)², the share of the variance that is explained.

    Parameters
    ----------
    predictions, targets : (N,)

    Returns
    -------
    a fraction up to 1, for no error, a tensor of one value; 0 for always answering the mean of these targets, below 0 for worse. NaN
    if a value is not finite, or all targets are equal: then there is no variance to explain.

    Raises
    ------
    ValueError
        If the shapes are not (N,).

    Notes
    -----
    The general R²: below 0 is possible, and the squared correlation is another quantity. For targets that are all equal, 0/0,
    scikit-learn answers 1 or 0.

    Examples
    --------
    Errors 0, 0, 1 against distances from the mean of -1, 0, 1: 1 - 1/2.

    >>> f"{r2_score(torch.tensor([1.0, 2.0, 4.0]), torch.tensor([1.0, 2.0, 3.0])):.2f}"
    '0.50'

    See Also
    --------
    learnkit.reference.r2_score, sklearn.metrics.r2_score
    """
    predicted, right, valid = number_pairs(predictions, targets)
    if right.ndim != 1:
        raise ValueError(f"predictions and targets must be (N,); got {tuple(right.shape)}. Use one column at a time, as predictions[:, 0].")
    score = 1 - ((predicted - right) ** 2).sum() / ((right - right.mean()) ** 2).sum()
    return torch.where(valid & (right != right[0]).any(), score, math.nan)
