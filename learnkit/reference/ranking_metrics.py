"""Metrics of scores for yes or no, before a threshold decides: does what is positive score higher than what is not?

A threshold calls "positive" every score at or above it. `roc_curve` and `precision_recall_curve` go through all thresholds that
change anything, one for each distinct score; `roc_auc` and `average_precision` are one number for the whole ranking. Only the
order of the scores counts: logits and probabilities give the same. Equal scores are passed together, whatever their order.

Sources: Fawcett 2006, An introduction to ROC analysis (algorithms 1 and 2); Hanley & McNeil 1982, The meaning and use of the area
under a ROC curve (the area is a probability).
"""

from typing import Any

import numpy as np

from learnkit.reference.metric_inputs import binary_scores
from learnkit.reference.operations import Array


def roc_curve(scores: Any, targets: Any) -> tuple[Array, Array, Array]:
    """Return the false positive rate, the true positive rate and the threshold of every point of the ROC curve.

    FPR = FP / (FP + TN), of what is negative the share called positive; TPR = TP / (TP + FN), of what is positive, the recall.

    Parameters
    ----------
    scores : (N,) array or Tensor
        Higher means "more likely positive". Scores, not decided classes: those have a single threshold.
    targets : (N,) array or Tensor
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
    scikit-learn leaves out points on a straight line between others; with ``drop_intermediate=False`` it gives these.

    Examples
    --------
    >>> fpr, tpr, thresholds = roc_curve(np.array([0.9, 0.6, 0.6, 0.1]), np.array([1, 1, 0, 0]))
    >>> fpr, tpr, thresholds
    (array([0. , 0. , 0.5, 1. ]), array([0. , 0.5, 1. , 1. ]), array([inf, 0.9, 0.6, 0.1]))

    See Also
    --------
    learnkit.pytorch.roc_curve, sklearn.metrics.roc_curve
    """
    values, positive = binary_scores(scores, targets)
    _require(positive, "a ROC curve", negatives=True)
    thresholds, true_positives, called = _counts_at_thresholds(values, positive)
    true_positives, called = (np.concatenate([[0], counts]) for counts in (true_positives, called))  # at threshold inf
    false_positives = called - true_positives
    infinity = np.array([np.inf], dtype=thresholds.dtype)
    return false_positives / false_positives[-1], true_positives / true_positives[-1], np.concatenate([infinity, thresholds])


def roc_auc(scores: Any, targets: Any) -> np.floating[Any]:
    """Return the area under the ROC curve: the chance that a positive scores higher than a negative, where a tie counts half.

    AUC = (pairs in which the positive is higher + ½ pairs that tie) / (number of positives × number of negatives)

    Parameters
    ----------
    scores : (N,) array or Tensor
        Higher means "more likely positive". Scores, not decided classes: those would make ties of most pairs.
    targets : (N,) array or Tensor
        1 for positive and 0 for negative.

    Returns
    -------
    a fraction from 0 to 1: ½ for scores that say nothing, 1 for a perfect ranking, 0 for one upside down; exact, ties included

    Raises
    ------
    ValueError
        As `roc_curve`.

    Examples
    --------
    Four pairs: 0.9 is above 0.6 and 0.1; 0.6 ties with 0.6 and is above 0.1. So 3½ of 4.

    >>> roc_auc(np.array([0.9, 0.6, 0.6, 0.1]), np.array([1, 1, 0, 0]))
    np.float64(0.875)

    See Also
    --------
    learnkit.pytorch.roc_auc, sklearn.metrics.roc_auc_score
    """
    values, positive = binary_scores(scores, targets)
    _require(positive, "the area under a ROC curve", negatives=True)
    positives, negatives = np.sort(values[positive]), np.sort(values[~positive])
    # for every positive, how many negatives are below it, and how many are not above it: half the sum of both counts a tie as ½.
    # Comparing all pairs, 250 thousand million for a million examples, says the same; sorted, each search is 20 steps
    below = np.searchsorted(negatives, positives, side="left").sum()
    not_above = np.searchsorted(negatives, positives, side="right").sum()
    return np.float64((below + not_above) / (2 * len(positives) * len(negatives)))


def precision_recall_curve(scores: Any, targets: Any) -> tuple[Array, Array, Array]:
    """Return precision and recall at every threshold, and the thresholds.

    Precision = TP / (TP + FP), of what is called positive the share that is; recall = TP / (TP + FN), of what is positive the
    share that is called so.

    Parameters
    ----------
    scores : (N,) array or Tensor
        Higher means "more likely positive".
    targets : (N,) array or Tensor
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

    Examples
    --------
    >>> precision, recall, thresholds = precision_recall_curve(np.array([0.9, 0.6, 0.6, 0.1]), np.array([1, 1, 0, 0]))
    >>> precision.round(3), recall, thresholds
    (array([0.5  , 0.667, 1.   , 1.   ]), array([1. , 1. , 0.5, 0. ]), array([0.1, 0.6, 0.9]))

    See Also
    --------
    learnkit.pytorch.precision_recall_curve, sklearn.metrics.precision_recall_curve
    """
    values, positive = binary_scores(scores, targets)
    _require(positive, "a precision-recall curve")
    thresholds, true_positives, called = (counts[::-1] for counts in _counts_at_thresholds(values, positive))
    precision, recall = np.append(true_positives / called, 1.0), np.append(true_positives / true_positives[0], 0.0)
    return precision, recall, thresholds


def average_precision(scores: Any, targets: Any) -> np.floating[Any]:
    """Return Σ_k (R_k - R_{k-1}) P_k over thresholds k downward: the mean of the precision, each weighted by the recall it gains.

    Parameters
    ----------
    scores : (N,) array or Tensor
        Higher means "more likely positive".
    targets : (N,) array or Tensor
        1 for positive and 0 for negative.

    Returns
    -------
    a fraction from 0 to 1; scores that say nothing get about the share of positives, not ½

    Raises
    ------
    ValueError
        As `precision_recall_curve`.

    Notes
    -----
    The area under steps, not under straight lines: between two points of a precision-recall curve precision does not run straight,
    and trapezoids promise too much (Davis & Goadrich 2006, section 4).

    Examples
    --------
    Recall ½ is gained at precision 1, the other half at precision 2/3: ½ · 1 + ½ · 2/3.

    >>> average_precision(np.array([0.9, 0.6, 0.6, 0.1]), np.array([1, 1, 0, 0])).round(4)
    np.float64(0.8333)

    See Also
    --------
    learnkit.pytorch.average_precision, sklearn.metrics.average_precision_score
    """
    values, positive = binary_scores(scores, targets)
    _require(positive, "average precision")
    _, true_positives, called = _counts_at_thresholds(values, positive)
    gained = np.diff(true_positives, prepend=0) / true_positives[-1]
    return np.float64((gained * (true_positives / called)).sum())


def _counts_at_thresholds(values: Array, positive: Array) -> tuple[Array, Array, Array]:
    """Return the distinct scores downward, and how many true positives and how many examples are at or above each."""
    downward = np.argsort(values)[::-1]
    ordered = values[downward]
    # the last of each run of equal scores: a point inside a run would depend on how ties happen to be sorted
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
    thresholds = ordered[ends] if ordered.dtype.kind == "f" else ordered[ends].astype(np.float64)  # infinity must fit in
    return thresholds, np.cumsum(positive[downward])[ends], ends + 1


def _require(positive: Array, what: str, *, negatives: bool = False) -> None:
    count = np.count_nonzero(positive)
    if count == 0 or (negatives and count == len(positive)):
        needed = "positives and negatives" if negatives else "positives"
        raise ValueError(f"{what} needs {needed} among the targets; got {count} positives and {len(positive) - count} negatives.")
