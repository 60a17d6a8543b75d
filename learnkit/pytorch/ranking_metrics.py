"""Metrics of scores for yes or no, before a threshold decides: does what is positive score higher than what is not?

PyTorch has none of these. `roc_auc` and `average_precision` are written so that no shape depends on the values: they do not wait for
a GPU, and are NaN where the reference refuses values. A curve has a point for each distinct score, and waits to know how many.

Sources: Fawcett 2006, An introduction to ROC analysis (algorithms 1 and 2); Mann & Whitney 1947, On a test of whether one of two
random variables is stochastically larger than the other (the area from a sum of ranks).
"""

import math

import torch
from torch import Tensor

from learnkit.pytorch.metric_inputs import binary_scores, float_kind


def roc_curve(scores: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the false positive rate, the true positive rate and the threshold of every point of the ROC curve.

    FPR = FP / (FP + TN), of what is negative the share called positive; TPR = TP / (TP + FN), of what is positive, the recall.

    Parameters
    ----------
    scores : (N,)
        Higher means "more likely positive". Scores, not decided classes: those have a single threshold.
    targets : (N,)
        1 for positive and 0 for negative.

    Returns
    -------
    fpr, tpr, thresholds : (K + 1,) each for K distinct scores, thresholds downward; the first point is (0, 0), at threshold inf

    Raises
    ------
    ValueError
        If the shapes differ, a score is NaN, a target is not 0 or 1, or one of the two classes is absent.

    Notes
    -----
    Waits for the GPU: the number of points depends on the scores. scikit-learn leaves out points on a straight line between others;
    with ``drop_intermediate=False`` it gives these.

    Examples
    --------
    >>> fpr, tpr, thresholds = roc_curve(torch.tensor([0.9, 0.6, 0.6, 0.1]), torch.tensor([1, 1, 0, 0]))
    >>> fpr.tolist(), tpr.tolist(), thresholds
    ([0.0, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 1.0], tensor([   inf, 0.9000, 0.6000, 0.1000]))

    See Also
    --------
    learnkit.reference.roc_curve, sklearn.metrics.roc_curve
    """
    thresholds, true_positives, called = _counts_at_thresholds(scores, targets, "a ROC curve", negatives=True)
    true_positives, called = (torch.cat([counts.new_zeros(1), counts]) for counts in (true_positives, called))  # at threshold inf
    rates = [counts.to(float_kind(scores)) / counts[-1] for counts in (called - true_positives, true_positives)]
    return rates[0], rates[1], torch.cat([thresholds.new_full((1,), math.inf), thresholds])


def roc_auc(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the area under the ROC curve: the chance that a positive scores higher than a negative, where a tie counts half.

    AUC = (pairs in which the positive is higher + ½ pairs that tie) / (number of positives × number of negatives)

    Parameters
    ----------
    scores : (N,)
        Higher means "more likely positive". Scores, not decided classes: those would make ties of most pairs.
    targets : (N,)
        1 for positive and 0 for negative.

    Returns
    -------
    a fraction from 0 to 1, a tensor of one value: ½ for scores that say nothing, 1 for a perfect ranking, 0 for one upside down;
    exact, ties included. NaN if a score is NaN, a target is not 0 or 1, or one of the two classes is absent.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no examples.

    Examples
    --------
    Four pairs: 0.9 is above 0.6 and 0.1; 0.6 ties with 0.6 and is above 0.1. So 3½ of 4.

    >>> f"{roc_auc(torch.tensor([0.9, 0.6, 0.6, 0.1]), torch.tensor([1, 1, 0, 0])):.3f}"
    '0.875'

    See Also
    --------
    learnkit.reference.roc_auc, sklearn.metrics.roc_auc_score
    """
    values, positive, valid = binary_scores(scores, targets)
    values, order = values.sort()
    positive = positive[order]
    # Ranks, from 1; equal scores share the mean of theirs. The positives' ranks add up to P (P + 1) / 2, as among themselves, and
    # one more for each negative below: the reference counts the same pairs, but the number of positives would be a shape.
    twice_rank = torch.searchsorted(values, values) + torch.searchsorted(values, values, right=True) + 1
    positives = positive.sum()
    twice_pairs_won = (twice_rank * positive).sum() - positives * (positives + 1)  # in whole numbers, so exact
    kind = float_kind(scores)
    area = twice_pairs_won.to(kind) / (2 * positives * (len(positive) - positives)).to(kind)  # 0/0 is NaN, without one of the classes
    return torch.where(valid, area, math.nan)


def precision_recall_curve(scores: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return precision and recall at every threshold, and the thresholds.

    Precision = TP / (TP + FP), of what is called positive the share that is; recall = TP / (TP + FN), of what is positive the
    share that is called so.

    Parameters
    ----------
    scores : (N,)
        Higher means "more likely positive".
    targets : (N,)
        1 for positive and 0 for negative.

    Returns
    -------
    precision, recall : (K + 1,) each for K distinct scores
        By thresholds upward, so that recall falls. The last is precision 1 and recall 0, a point without a threshold.
    thresholds : (K,)

    Raises
    ------
    ValueError
        If the shapes differ, a score is NaN, a target is not 0 or 1, or there are no positives.

    Notes
    -----
    Waits for the GPU: the number of points depends on the scores.

    Examples
    --------
    >>> precision, recall, thresholds = precision_recall_curve(torch.tensor([0.9, 0.6, 0.6, 0.1]), torch.tensor([1, 1, 0, 0]))
    >>> [f"{value:.3f}" for value in precision], recall.tolist(), thresholds
    (['0.500', '0.667', '1.000', '1.000'], [1.0, 1.0, 0.5, 0.0], tensor([0.1000, 0.6000, 0.9000]))

    See Also
    --------
    learnkit.reference.precision_recall_curve, sklearn.metrics.precision_recall_curve
    """
    downward = _counts_at_thresholds(scores, targets, "a precision-recall curve", negatives=False)
    thresholds, true_positives, called = (counts.flip(0) for counts in downward)
    found = true_positives.to(float_kind(scores))
    return torch.cat([found / called, found.new_ones(1)]), torch.cat([found / found[0], found.new_zeros(1)]), thresholds


def average_precision(scores: Tensor, targets: Tensor) -> Tensor:
    """Return Σ_k (R_k - R_{k-1}) P_k over thresholds k downward: the mean of the precision, each weighted by the recall it gains.

    Parameters
    ----------
    scores : (N,)
        Higher means "more likely positive".
    targets : (N,)
        1 for positive and 0 for negative.

    Returns
    -------
    a fraction from 0 to 1, a tensor of one value; scores that say nothing get about the share of positives, not ½. NaN if a score
    is NaN, a target is not 0 or 1, or there are no positives.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no examples.

    Notes
    -----
    The area under steps, not under straight lines: between two points of a precision-recall curve precision does not run straight,
    and trapezoids promise too much (Davis & Goadrich 2006, section 4).

    Examples
    --------
    Recall ½ is gained at precision 1, the other half at precision 2/3: ½ · 1 + ½ · 2/3.

    >>> f"{average_precision(torch.tensor([0.9, 0.6, 0.6, 0.1]), torch.tensor([1, 1, 0, 0])):.4f}"
    '0.8333'

    See Also
    --------
    learnkit.reference.average_precision, sklearn.metrics.average_precision_score
    """
    values, positive, valid = binary_scores(scores, targets)
    values, order = values.sort()
    positive = positive[order]
    # Every positive gains recall 1/P at the precision of its own threshold: the mean over positives is the sum over thresholds,
    # and has no shape that depends on the scores.
    below = torch.searchsorted(values, values)  # for each score, how many are less
    positives_below = torch.cat([positive.new_zeros(1), positive.cumsum(0)])[below]
    kind = float_kind(scores)
    precision_at = (positive.sum() - positives_below).to(kind) / (len(positive) - below).to(kind)
    return torch.where(valid, (precision_at * positive).sum() / positive.sum(), math.nan)  # 0/0 is NaN, without positives


def _counts_at_thresholds(scores: Tensor, targets: Tensor, what: str, *, negatives: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Return the distinct scores downward, and how many true positives and how many examples are at or above each."""
    values, positive, valid = binary_scores(scores, targets)
    if not bool(valid):
        if bool(values.isnan().any()):
            raise ValueError("scores hold NaN, and NaN has no rank. Look at the loss: the model diverged.")
        lowest, highest = targets.min().item(), targets.max().item()
        raise ValueError(f"targets must be 0 or 1; got values from {lowest} to {highest}. Use targets == k for class k against the rest.")
    count, examples = int(positive.sum()), len(positive)
    if count == 0 or (negatives and count == examples):
        needed = "positives and negatives" if negatives else "positives"
        raise ValueError(f"{what} needs {needed} among the targets; got {count} positives and {examples - count} negatives.")
    ordered, downward = values.sort(descending=True)
    # the last of each run of equal scores: a point inside a run would depend on how ties happen to be sorted
    ends = torch.cat([(ordered[1:] != ordered[:-1]).nonzero().squeeze(1), torch.tensor([examples - 1], device=ordered.device)])
    thresholds = ordered[ends]
    floating = thresholds if thresholds.is_floating_point() else thresholds.to(float_kind(thresholds))
    return floating, positive[downward].cumsum(0)[ends], ends + 1
