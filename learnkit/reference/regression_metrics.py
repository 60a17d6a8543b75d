"""Metrics of predicted numbers: how far off they are, in the targets' unit, as a fraction, or against knowing nothing.

The mean absolute error and the mean squared error are the losses `mae` and `mse`. `rmse` brings the latter back to the targets' unit,
`mape` is for targets above 0 whose size varies, and `r2_score` compares with always answering the mean. Metrics have no gradient.

Sources: Hyndman & Koehler 2006, Another look at measures of forecast accuracy, section 2 (what each is and is not good for);
Kvålseth 1985, Cautionary note about R², equation 1.
"""

from typing import Any

import numpy as np

from learnkit.reference.metric_inputs import number_pairs


def rmse(predictions: Any, targets: Any) -> np.floating[Any]:
    """Return √((1/n) Σ (prediction - target)²), the root of the mean squared error, over all n values.

    Parameters
    ----------
    predictions, targets : arrays or Tensors of the same shape

    Returns
    -------
    a number in the targets' unit; never below the mean absolute error, and above it the more, the more a few errors dominate

    Raises
    ------
    ValueError
        If the shapes differ, there are no values, or one is not finite.

    Notes
    -----
    One root over all values; scikit-learn takes a root for each column and averages the roots.

    Examples
    --------
    >>> rmse(np.array([1.0, 6.0]), np.array([1.0, 2.0])).round(4)
    np.float64(2.8284)

    See Also
    --------
    learnkit.pytorch.rmse, sklearn.metrics.root_mean_squared_error
    """
    predicted, right = number_pairs(predictions, targets)
    return np.float64(np.sqrt(np.mean((predicted - right) ** 2)))


def mape(predictions: Any, targets: Any) -> np.floating[Any]:
    """Return the mean absolute percentage error as a fraction, (1/n) Σ |prediction - target| / |target|.

    Parameters
    ----------
    predictions, targets : arrays or Tensors of the same shape
        No target may be 0.

    Returns
    -------
    a fraction, not percent: 0.1 is "10 % off"; without an upper limit

    Raises
    ------
    ValueError
        If the shapes differ, there are no values, one is not finite, or a target is 0.

    Notes
    -----
    Divided by the target, never by the prediction. Too low a prediction of a positive target costs at most 1, too high a one any
    amount, so the metric favors models that predict too little. scikit-learn divides by 2e-16 for a target of 0.

    Examples
    --------
    >>> mape(np.array([90.0, 30.0]), np.array([100.0, 20.0])).round(4)
    np.float64(0.3)

    See Also
    --------
    learnkit.pytorch.mape, sklearn.metrics.mean_absolute_percentage_error
    """
    predicted, right = number_pairs(predictions, targets)
    if (right == 0).any():
        raise ValueError(
            f"targets must not be 0, as errors are divided by them; got {np.count_nonzero(right == 0)} zeros of {right.size}. Use mae."
        )
    return np.float64(np.mean(np.abs(predicted - right) / np.abs(right)))


def r2_score(predictions: Any, targets: Any) -> np.floating[Any]:
    """Return R² = 1 - Σ (target - prediction)² / Σ (target - mean of the targets)², the share of the variance that is explained.

    Parameters
    ----------
    predictions, targets : (N,) arrays or Tensors

    Returns
    -------
    a fraction up to 1, for no error; 0 for always answering the mean of these targets, below 0 for worse

    Raises
    ------
    ValueError
        If the shapes are not (N,), a value is not finite, or all targets are equal: then there is no variance to explain.

    Notes
    -----
    The general R²: below 0 is possible, and the squared correlation is another quantity. For targets that are all equal, 0/0,
    scikit-learn answers 1 or 0.

    Examples
    --------
    Errors 0, 0, 1 against distances from the mean of -1, 0, 1: 1 - 1/2.

    >>> r2_score(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0]))
    np.float64(0.5)

    See Also
    --------
    learnkit.pytorch.r2_score, sklearn.metrics.r2_score
    """
    predicted, right = number_pairs(predictions, targets)
    if right.ndim != 1:
        raise ValueError(f"predictions and targets must be (N,); got {right.shape}. Use one column at a time, as predictions[:, 0].")
    if (right == right[0]).all():
        raise ValueError(f"R² needs at least two different targets; got {right.size}, all {right[0]}. Use rmse.")
    # Σ t² - N mean² is 4 instead of 2 for the targets 1e8 + (0, 1, 2): it subtracts two numbers of 3e16
    spread = right - right.mean()
    return np.float64(1 - ((predicted - right) ** 2).sum() / (spread**2).sum())
