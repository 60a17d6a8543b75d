"""Metrics of probabilities: of what a model is 90 % sure, is it right 9 times in 10?

PyTorch has none of these; they are written in tensor operations that do not wait for a GPU, and are NaN where the reference refuses
values: logits in the place of probabilities, above all.

Sources: Guo, Pleiss, Sun & Weinberger 2017, On calibration of modern neural networks, equations 2-3; Brier 1950, Verification of
forecasts expressed in terms of probability, equation 2.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from learnkit.pytorch.metric_inputs import class_probabilities


def calibration_bins(probabilities: Tensor, targets: Tensor, *, num_bins: int = 15) -> tuple[Tensor, Tensor, Tensor]:
    """Return, for each of M bins of confidence, how many examples it holds, their mean confidence and their accuracy.

    The confidence of an example is its largest probability. Bin m, from 1 to M, holds the confidences in ((m - 1)/M, m/M].

    Parameters
    ----------
    probabilities : (N, C)
        Rows add up to 1: softmax(logits), not logits.
    targets : (N,) integers
    num_bins : int
        M.

    Returns
    -------
    counts : (M,) int64
    confidence, accuracy : (M,) fractions, NaN for a bin that is empty
        All of them NaN, and all counts -1, if a probability is NaN or outside 0 to 1, a row does not add up to 1, or a class is out
        of range.

    Raises
    ------
    ValueError
        If the shapes do not match, there are no examples, or num_bins is below 1.
    TypeError
        If the targets are not integers.

    Examples
    --------
    Two examples are 60 % sure, one of them right; one is 90 % sure, and right.

    >>> p = torch.tensor([[0.6, 0.4], [0.4, 0.6], [0.9, 0.1]], dtype=torch.float64)
    >>> counts, confidence, accuracy = calibration_bins(p, torch.tensor([0, 0, 0]), num_bins=4)
    >>> counts.tolist(), confidence.tolist(), accuracy.tolist()
    ([0, 0, 2, 1], [nan, nan, 0.6, 0.9], [nan, nan, 0.5, 1.0])

    See Also
    --------
    learnkit.reference.calibration_bins, sklearn.calibration.calibration_curve
    """
    if isinstance(num_bins, bool) or not isinstance(num_bins, int) or num_bins < 1:
        raise ValueError(f"num_bins must be a whole number, at least 1; got {num_bins!r}.")
    p, right, valid = class_probabilities(probabilities, targets)
    confidences, predicted = p.max(dim=1)
    is_right = (predicted == right).to(p.dtype)
    edges = torch.arange(1, num_bins, dtype=p.dtype, device=p.device) / num_bins
    bins = torch.bucketize(confidences, edges)
    ones = torch.ones_like(bins)
    counts, sure, true = (each.new_zeros(num_bins).index_add(0, bins, each) for each in (ones, confidences, is_right))
    return torch.where(valid, counts, -1), torch.where(valid, sure / counts, math.nan), torch.where(valid, true / counts, math.nan)


def ece(probabilities: Tensor, targets: Tensor, *, num_bins: int = 15) -> Tensor:
    """Return the expected calibration error, Σ_m (n_m / N) |accuracy_m - confidence_m|, over bins of equal width.

    Parameters
    ----------
    probabilities : (N, C)
        Rows add up to 1: softmax(logits), not logits.
    targets : (N,) integers
    num_bins : int
        M, the bins of `calibration_bins`; an empty bin adds nothing.

    Returns
    -------
    a fraction from 0 to 1, not percent, a tensor of one value; NaN where `calibration_bins` gives NaN alone

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

    >>> f"{ece(torch.tensor([[0.6, 0.4], [0.4, 0.6], [0.9, 0.1]]), torch.tensor([0, 0, 0])):.4f}"
    '0.1000'

    See Also
    --------
    learnkit.reference.ece
    """
    counts, confidence, accuracy = calibration_bins(probabilities, targets, num_bins=num_bins)
    error = (counts * (accuracy - confidence).abs()).nansum() / counts.sum()
    return torch.where(counts[0] >= 0, error, math.nan)


def brier(probabilities: Tensor, targets: Tensor) -> Tensor:
    """Return the Brier score, the mean over examples of Σ_k (p_k - [y = k])².

    Parameters
    ----------
    probabilities : (N, C)
        Rows add up to 1: softmax(logits), not logits.
    targets : (N,) integers

    Returns
    -------
    a number from 0 to 2, a tensor of one value, and down is better: 0 for what is sure and right, 2 for what is sure and wrong. NaN
    where the reference refuses values.

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

    >>> f"{brier(torch.tensor([[0.6, 0.4], [0.9, 0.1]]), torch.tensor([0, 1])):.4f}"
    '0.9700'

    See Also
    --------
    learnkit.reference.brier, sklearn.metrics.brier_score_loss
    """
    p, right, valid = class_probabilities(probabilities, targets)
    is_class = right.unsqueeze(1) == torch.arange(p.shape[1], device=p.device)  # one-hot; a class out of range is in no column
    return torch.where(valid, functional.mse_loss(p, is_class.to(p.dtype), reduction="sum") / len(p), math.nan)
