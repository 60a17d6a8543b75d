"""Metrics of probabilities: of what a model is 90 % sure, is it right 9 times in 10?

`calibration_bins` sorts examples by their confidence, the largest probability, and compares it with the accuracy; `ece` is the mean
gap. Both can be perfect for a model that knows nothing but how often each class occurs. `brier` and `cross_entropy` (the log loss)
fall only for probabilities that are calibrated and tell the examples apart.

Sources: Guo, Pleiss, Sun & Weinberger 2017, On calibration of modern neural networks, equations 2-3; Brier 1950, Verification of
forecasts expressed in terms of probability, equation 2.
"""

from typing import Any

import numpy as np

from learnkit.reference.metric_inputs import class_probabilities
from learnkit.reference.operations import Array


def calibration_bins(probabilities: Any, targets: Any, *, num_bins: int = 15) -> tuple[Array, Array, Array]:
    """Return, for each of M bins of confidence, how many examples it holds, their mean confidence and their accuracy.

    The confidence of an example is its largest probability. Bin m, from 1 to M, holds the confidences in ((m - 1)/M, m/M].

    Parameters
    ----------
    probabilities : (N, C) array or Tensor
        Rows add up to 1: softmax(logits), not logits.
    targets : (N,) integer array or Tensor
    num_bins : int
        M.

    Returns
    -------
    counts : (M,) int64
    confidence, accuracy : (M,) fractions, NaN for a bin that is empty

    Raises
    ------
    ValueError
        If the shapes do not match, there are no examples, a probability is NaN or outside 0 to 1, a row does not add up to 1, a
        class is out of range, or num_bins is below 1.
    TypeError
        If the targets are not integers.

    Examples
    --------
    Two examples are 60 % sure, one of them right; one is 90 % sure, and right.

    >>> p = np.array([[0.6, 0.4], [0.4, 0.6], [0.9, 0.1]])
    >>> calibration_bins(p, np.array([0, 0, 0]), num_bins=4)
    (array([0, 0, 2, 1]), array([nan, nan, 0.6, 0.9]), array([nan, nan, 0.5, 1. ]))

    See Also
    --------
    learnkit.pytorch.calibration_bins, sklearn.calibration.calibration_curve
    """
    if isinstance(num_bins, bool) or not isinstance(num_bins, (int, np.integer)) or num_bins < 1:
        raise ValueError(f"num_bins must be a whole number, at least 1; got {num_bins!r}.")
    p, right = class_probabilities(probabilities, targets)
    confidences = p.max(axis=1)
    is_right = p.argmax(axis=1) == right
    # compared with the edges: ceil(0.07 · 100) is 8, as the product is 7.000000000000001, where 0.07 is the upper edge of bin 7
    edges = np.arange(1, num_bins) / num_bins
    bins = np.searchsorted(edges, confidences, side="left")
    counts = np.bincount(bins, minlength=num_bins)
    sums = (np.bincount(bins, weights=each, minlength=num_bins) for each in (confidences, is_right))
    confidence, accuracy = (np.divide(each, counts, out=np.full(num_bins, np.nan), where=counts > 0) for each in sums)
    return counts, confidence, accuracy


def ece(probabilities: Any, targets: Any, *, num_bins: int = 15) -> np.floating[Any]:
    """Return the expected calibration error, Σ_m (n_m / N) |accuracy_m - confidence_m|, over bins of equal width.

    Parameters
    ----------
    probabilities : (N, C) array or Tensor
        Rows add up to 1: softmax(logits), not logits.
    targets : (N,) integer array or Tensor
    num_bins : int
        M, the bins of `calibration_bins`; an empty bin adds nothing.

    Returns
    -------
    a fraction from 0 to 1, not percent

    Raises
    ------
    ValueError, TypeError
        As `calibration_bins`.

    Notes
    -----
    Of the largest probability, not of that of class 1: for two classes both conventions exist. Noise in small bins adds up, as gaps
    are counted without their sign: a perfect model has an ECE of about 0.2 to 0.3 · √(M/N), and more bins give a larger one.

    Examples
    --------
    Two of three are 60 % sure and half right, one is 90 % sure and right: 2/3 · 0.1 + 1/3 · 0.1.

    >>> ece(np.array([[0.6, 0.4], [0.4, 0.6], [0.9, 0.1]]), np.array([0, 0, 0])).round(4)
    np.float64(0.1)

    See Also
    --------
    learnkit.pytorch.ece
    """
    counts, confidence, accuracy = calibration_bins(probabilities, targets, num_bins=num_bins)
    return np.float64(np.nansum(counts * np.abs(accuracy - confidence)) / counts.sum())


def brier(probabilities: Any, targets: Any) -> np.floating[Any]:
    """Return the Brier score, the mean over examples of Σ_k (p_k - [y = k])².

    Parameters
    ----------
    probabilities : (N, C) array or Tensor
        Rows add up to 1: softmax(logits), not logits.
    targets : (N,) integer array or Tensor

    Returns
    -------
    a number from 0 to 2, and down is better: 0 for what is sure and right, 2 for what is sure and wrong

    Raises
    ------
    ValueError, TypeError
        As `calibration_bins`.

    Notes
    -----
    Brier's own sum over all classes. For two classes many, scikit-learn among them, count class 1 alone: half of this.

    Examples
    --------
    (0.6 - 1)² + 0.4² = 0.32 for the first, 0.9² + (0.1 - 1)² = 1.62 for the second.

    >>> brier(np.array([[0.6, 0.4], [0.9, 0.1]]), np.array([0, 1])).round(4)
    np.float64(0.97)

    See Also
    --------
    learnkit.pytorch.brier, sklearn.metrics.brier_score_loss
    """
    p, right = class_probabilities(probabilities, targets)
    error = p.copy()
    error[np.arange(len(p)), right] -= 1
    return np.float64((error * error).sum() / len(p))
