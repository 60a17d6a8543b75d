"""Metrics of decided classes: how often a classifier is right, and what it takes for what. Metrics have no gradient.

`accuracy` is one number for all; `confusion_matrix` counts every pair of a right and a predicted class, and the others are ratios
of its cells: `precision` of a column, `recall` of a row, `f1_score` of both. Scores are judged before a class is decided by
`roc_auc`, probabilities by `ece`, `brier` and `cross_entropy`.

Source: van Rijsbergen 1979, Information Retrieval, chapter 7 (precision, recall and the measure of both).
"""

from typing import Any, cast

import numpy as np

from learnkit.reference.metric_inputs import as_array, class_pairs
from learnkit.reference.operations import Array

_AVERAGES = ("macro", "micro", "weighted", "binary", "none")


def accuracy(logits: Any, targets: Any) -> np.floating[Any]:
    """Return the share of examples whose largest score is that of the right class.

    Parameters
    ----------
    logits : (N, C) array or Tensor
    targets : (N,) integer array or Tensor

    Returns
    -------
    a fraction from 0 to 1, not percent; of equal scores the first counts as the largest, and a target that is no class of the scores
    counts as wrong

    Raises
    ------
    ValueError
        If the shapes do not match, the batch is empty, or a score is NaN.
    TypeError
        If the targets are not integers.

    Examples
    --------
    >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]]), np.array([0, 1, 1])).round(4)
    np.float64(0.6667)

    See Also
    --------
    learnkit.pytorch.accuracy, sklearn.metrics.accuracy_score
    """
    scores, classes = as_array(logits), as_array(targets)
    if scores.ndim != 2 or classes.shape != scores.shape[:1] or len(classes) == 0:
        raise ValueError(f"logits must be (N, C) and targets (N,) with N at least 1; got {scores.shape} and {classes.shape}.")
    if classes.dtype.kind not in "iu":
        raise TypeError(f"targets must be integer classes; got dtype {classes.dtype}. Use targets.astype(int) if they are whole numbers.")
    if np.isnan(scores).any():
        raise ValueError("logits hold NaN, and NaN has no rank. Look at the loss: the model diverged.")
    return np.float64((scores.argmax(axis=1) == classes).mean())


def confusion_matrix(predictions: Any, targets: Any, *, num_classes: int) -> Array:
    """Count, for each right class (row) and each predicted class (column), the examples.

    Parameters
    ----------
    predictions, targets : (N,) integer arrays or Tensors
        Predicted and right classes from 0 to num_classes - 1; False and True are 0 and 1.
    num_classes : int
        C, given and not read from the data: a class that is absent keeps its row and column.

    Returns
    -------
    (C, C) int64; the diagonal counts what is right, a row adds up to the number of examples of its class

    Raises
    ------
    ValueError
        If the shapes differ, there are no examples, or a class is not among 0 to num_classes - 1.
    TypeError
        If the classes are not integers.

    Notes
    -----
    Predictions come first, as in every function here; scikit-learn takes the targets first, and arguments in its order give the
    transposed table.

    Examples
    --------
    Of two examples of class 1 one is taken for class 2.

    >>> confusion_matrix(np.array([0, 1, 2]), np.array([0, 1, 1]), num_classes=3)
    array([[1, 0, 0],
           [0, 1, 1],
           [0, 0, 0]])

    See Also
    --------
    learnkit.pytorch.confusion_matrix, sklearn.metrics.confusion_matrix
    """
    predicted, right = class_pairs(predictions, targets, num_classes)
    # counts[right, predicted] += 1 for every example, without a loop over them: number the cells row by row, and count the numbers.
    # In blocks, whose numbers fit into the processor's cache: a million at once take a fifth longer
    counts = np.zeros(num_classes**2, dtype=np.int64)
    block = max(32_768, num_classes**2)
    for start in range(0, len(right), block):
        rows = slice(start, start + block)
        counts += np.bincount(right[rows] * num_classes + predicted[rows], minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


def precision_recall_f1(
    predictions: Any, targets: Any, *, num_classes: int, average: str = "macro", zero_division: float = 0.0
) -> tuple[Any, Any, Any]:
    """Return precision, recall and F1.

    For class k, precision = TP / (TP + FP): of what was called k, the share that is; recall = TP / (TP + FN): of what is k, the
    share that was called so; F1 = 2 TP / (2 TP + FP + FN), their harmonic mean.

    Parameters
    ----------
    predictions, targets : (N,) integer arrays or Tensors
        Predicted and right classes from 0 to num_classes - 1; False and True are 0 and 1.
    num_classes : int
    average : "macro", "micro", "weighted", "binary" or "none"
        The mean over classes; the ratio of all classes' counts; the mean weighted by each class's number of examples; class 1 of
        two; or every class by itself.
    zero_division : 0.0, 1.0 or NaN
        What stands for 0/0: the precision of a class that was never predicted, the recall of one that never occurs, the F1 of
        one of which both is true. NaN leaves such a class out of the mean.

    Returns
    -------
    three fractions from 0 to 1; with "none" three arrays (C,)

    Raises
    ------
    ValueError
        As `confusion_matrix`; if average or zero_division is none of the above, or "binary" is asked of more than two classes.
    TypeError
        If the classes are not integers.

    Notes
    -----
    The macro F1 is the mean of the classes' F1, not the F1 of mean precision and mean recall. With one class an example, every
    mistake is one FP and one FN, so that all three micro averages are the accuracy. scikit-learn's default average is "binary",
    its "none" is None, and without ``labels`` it averages over the classes it finds in the data, not over all.

    Examples
    --------
    Class 1: two were called so, one of them is (precision 1/2); one is, and was called so (recall 1).

    >>> called, right = np.array([0, 1, 1, 0]), np.array([0, 0, 1, 0])
    >>> [float(value.round(3)) for value in precision_recall_f1(called, right, num_classes=2, average="binary")]
    [0.5, 1.0, 0.667]

    See Also
    --------
    learnkit.pytorch.precision_recall_f1, sklearn.metrics.precision_recall_fscore_support
    """
    _check_options(num_classes, average, zero_division)
    counts = confusion_matrix(predictions, targets, num_classes=num_classes)
    true_positives, predicted, actual = counts.diagonal(), counts.sum(axis=0), counts.sum(axis=1)
    if average == "micro":
        true_positives, predicted, actual = (each.sum(keepdims=True) for each in (true_positives, predicted, actual))
    ratios = (
        _ratio(true_positives, predicted, zero_division),
        _ratio(true_positives, actual, zero_division),
        # 2PR / (P + R) would be 0/0 for every class that is never right, though only one that is absent has no F1
        _ratio(2 * true_positives, predicted + actual, zero_division),
    )
    return cast(tuple[Any, Any, Any], tuple(_averaged(values, actual, average) for values in ratios))


def precision(predictions: Any, targets: Any, *, num_classes: int, average: str = "macro", zero_division: float = 0.0) -> Any:
    """Return TP / (TP + FP): of what was called a class, the share that is of it. See `precision_recall_f1`.

    Examples
    --------
    >>> precision(np.array([0, 1, 1, 0]), np.array([0, 0, 1, 0]), num_classes=2, average="none")
    array([1. , 0.5])

    See Also
    --------
    learnkit.pytorch.precision, sklearn.metrics.precision_score
    """
    return precision_recall_f1(predictions, targets, num_classes=num_classes, average=average, zero_division=zero_division)[0]


def recall(predictions: Any, targets: Any, *, num_classes: int, average: str = "macro", zero_division: float = 0.0) -> Any:
    """Return TP / (TP + FN): of what is of a class, the share that was called so. See `precision_recall_f1`.

    Examples
    --------
    Always "no" is right for 99 of 100, and finds nothing.

    >>> recall(np.zeros(100, dtype=int), np.arange(100) == 7, num_classes=2, average="binary")
    np.float64(0.0)

    See Also
    --------
    learnkit.pytorch.recall, sklearn.metrics.recall_score
    """
    return precision_recall_f1(predictions, targets, num_classes=num_classes, average=average, zero_division=zero_division)[1]


def f1_score(predictions: Any, targets: Any, *, num_classes: int, average: str = "macro", zero_division: float = 0.0) -> Any:
    """Return 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall. See `precision_recall_f1`.

    Examples
    --------
    >>> f1_score(np.array([0, 1, 1, 0]), np.array([0, 0, 1, 0]), num_classes=2, average="none").round(3)
    array([0.8  , 0.667])

    See Also
    --------
    learnkit.pytorch.f1_score, sklearn.metrics.f1_score
    """
    return precision_recall_f1(predictions, targets, num_classes=num_classes, average=average, zero_division=zero_division)[2]


def balanced_accuracy(predictions: Any, targets: Any, *, num_classes: int) -> np.floating[Any]:
    """Return the mean recall of the classes that occur: the accuracy if every class had as many examples.

    Parameters
    ----------
    predictions, targets : (N,) integer arrays or Tensors
    num_classes : int

    Returns
    -------
    a fraction from 0 to 1; 1/C for a model that always answers the same, however rare the other classes are

    Raises
    ------
    ValueError, TypeError
        As `confusion_matrix`.

    Examples
    --------
    >>> balanced_accuracy(np.zeros(100, dtype=int), np.arange(100) == 7, num_classes=2)
    np.float64(0.5)

    See Also
    --------
    learnkit.pytorch.balanced_accuracy, sklearn.metrics.balanced_accuracy_score
    """
    return cast(np.floating[Any], recall(predictions, targets, num_classes=num_classes, zero_division=np.nan))


def _check_options(num_classes: int, average: str, zero_division: float) -> None:
    if average not in _AVERAGES:
        raise ValueError(f'average must be "macro", "micro", "weighted", "binary" or "none"; got {average!r}.')
    if average == "binary" and num_classes != 2:
        raise ValueError(f'average="binary" is for num_classes=2; got {num_classes!r}. Use average="macro", or "none" for every class.')
    if not (zero_division in (0, 1) or zero_division != zero_division):
        raise ValueError(f"zero_division must be 0, 1 or NaN; got {zero_division!r}.")


def _ratio(part: Array, whole: Array, zero_division: float) -> Array:
    """Return part / whole, and zero_division for 0/0."""
    return np.divide(part, whole, out=np.full(part.shape, zero_division, dtype=np.float64), where=whole > 0)


def _averaged(values: Array, actual: Array, average: str) -> Any:
    if average == "none":
        return values
    if average in ("micro", "binary"):
        return values[-1]  # the only one, or class 1 of two
    counted = ~np.isnan(values)
    if not counted.any():
        return np.float64(np.nan)
    weights = actual * counted if average == "weighted" else counted
    if weights.sum() == 0:
        weights = counted  # what is defined has no examples: a plain mean, as in scikit-learn
    return np.average(np.where(counted, values, 0), weights=weights)
