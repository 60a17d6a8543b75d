"""Metrics of decided classes: how often a classifier is right, and what it takes for what. Metrics have no gradient.

PyTorch has none of these; they are written in tensor operations that do not wait for a GPU. Where the reference refuses values (a
score of NaN, a class out of range), these return NaN: to raise, the processor would have to wait.
"""

import math
from typing import Any, cast

import torch
from torch import Tensor

from learnkit.pytorch.metric_inputs import class_pairs, float_kind

_AVERAGES = ("macro", "micro", "weighted", "binary", "none")


def accuracy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the share of examples whose largest score is that of the right class.

    Parameters
    ----------
    logits : (N, C)
    targets : (N,) integers, on the same device

    Returns
    -------
    a fraction from 0 to 1, not percent, as a tensor of one value on that device; of equal scores the first counts as the largest,
    and a target that is no class of the scores counts as wrong. NaN if a score is NaN: the reference raises then, but to raise, the
    processor would have to wait for the GPU.

    Raises
    ------
    ValueError
        If the shapes do not match, or the batch is empty.
    TypeError
        If the targets are not integers.

    Examples
    --------
    >>> share = accuracy(torch.tensor([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]]), torch.tensor([0, 1, 1]))
    >>> f"{share:.2f}"
    '0.67'

    See Also
    --------
    learnkit.reference.accuracy, sklearn.metrics.accuracy_score
    """
    if logits.ndim != 2 or targets.shape != logits.shape[:1] or len(targets) == 0:
        raise ValueError(f"logits must be (N, C) and targets (N,) with N at least 1; got {tuple(logits.shape)} and {tuple(targets.shape)}.")
    if targets.is_floating_point() or targets.is_complex() or targets.dtype == torch.bool:
        raise TypeError(f"targets must be integer classes; got dtype {targets.dtype}. Use targets.long() if they are whole numbers.")
    share = (logits.argmax(dim=1) == targets).mean(dtype=float_kind(logits))
    return share.masked_fill_(logits.isnan().any(), math.nan)  # each call more, as of torch.where, costs a small network 2 % of its step


def confusion_matrix(predictions: Tensor, targets: Tensor, *, num_classes: int) -> Tensor:
    """Count, for each right class (row) and each predicted class (column), the examples.

    Parameters
    ----------
    predictions, targets : (N,) integers
        Predicted and right classes from 0 to num_classes - 1; False and True are 0 and 1.
    num_classes : int
        C, given and not read from the data: a class that is absent keeps its row and column.

    Returns
    -------
    (C, C) int64; the diagonal counts what is right, a row adds up to the number of examples of its class. -1 in every cell if a
    class is not among 0 to num_classes - 1: the reference raises then. The ratios below are NaN.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no examples.
    TypeError
        If the classes are not integers.

    Notes
    -----
    Predictions come first, as in every function here; scikit-learn takes the targets first, and arguments in its order give the
    transposed table. Not by torch.bincount, which waits for the GPU to know the size of its result.

    Examples
    --------
    Of two examples of class 1 one is taken for class 2.

    >>> confusion_matrix(torch.tensor([0, 1, 2]), torch.tensor([0, 1, 1]), num_classes=3)
    tensor([[1, 0, 0],
            [0, 1, 1],
            [0, 0, 0]])

    See Also
    --------
    learnkit.reference.confusion_matrix, sklearn.metrics.confusion_matrix
    """
    predicted, right, valid = class_pairs(predictions, targets, num_classes)
    # a class out of range is counted somewhere, as an index beyond the table would end the work of the GPU; the result is -1 then
    cells = (right * num_classes + predicted).clamp(0, num_classes**2 - 1)
    counts = torch.zeros(num_classes**2, dtype=torch.int64, device=cells.device).index_add(0, cells, torch.ones_like(cells))
    return torch.where(valid, counts, -1).reshape(num_classes, num_classes)


def precision_recall_f1(
    predictions: Tensor, targets: Tensor, *, num_classes: int, average: str = "macro", zero_division: float = 0.0
) -> tuple[Tensor, Tensor, Tensor]:
    """Return precision, recall and F1.

    For class k, precision = TP / (TP + FP): of what was called k, the share that is; recall = TP / (TP + FN): of what is k, the
    share that was called so; F1 = 2 TP / (2 TP + FP + FN), their harmonic mean.

    Parameters
    ----------
    predictions, targets : (N,) integers
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
    three fractions from 0 to 1, tensors of one value on the device of the targets; with "none" three of (C,). NaN if a class is
    out of range.

    Raises
    ------
    ValueError
        If the shapes differ, there are no examples, average or zero_division is none of the above, or "binary" is asked of more
        than two classes.
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

    >>> called, right = torch.tensor([0, 1, 1, 0]), torch.tensor([0, 0, 1, 0])
    >>> [f"{value:.3f}" for value in precision_recall_f1(called, right, num_classes=2, average="binary")]
    ['0.500', '1.000', '0.667']

    See Also
    --------
    learnkit.reference.precision_recall_f1, sklearn.metrics.precision_recall_fscore_support
    """
    _check_options(num_classes, average, zero_division)
    counts = confusion_matrix(predictions, targets, num_classes=num_classes)
    true_positives, predicted, actual = counts.diagonal(), counts.sum(dim=0), counts.sum(dim=1)
    if average == "micro":
        true_positives, predicted, actual = (each.sum(dim=0, keepdim=True) for each in (true_positives, predicted, actual))
    ratios = (
        _ratio(true_positives, predicted, zero_division),
        _ratio(true_positives, actual, zero_division),
        _ratio(2 * true_positives, predicted + actual, zero_division),
    )
    is_valid = counts[0, 0] >= 0
    averaged = (torch.where(is_valid, _averaged(values, actual, average), math.nan) for values in ratios)
    return cast(tuple[Tensor, Tensor, Tensor], tuple(averaged))


def precision(predictions: Tensor, targets: Tensor, *, num_classes: int, average: str = "macro", zero_division: float = 0.0) -> Tensor:
    """Return TP / (TP + FP): of what was called a class, the share that is of it. See `precision_recall_f1`.

    Examples
    --------
    >>> precision(torch.tensor([0, 1, 1, 0]), torch.tensor([0, 0, 1, 0]), num_classes=2, average="none").tolist()
    [1.0, 0.5]

    See Also
    --------
    learnkit.reference.precision, sklearn.metrics.precision_score
    """
    return precision_recall_f1(predictions, targets, num_classes=num_classes, average=average, zero_division=zero_division)[0]


def recall(predictions: Tensor, targets: Tensor, *, num_classes: int, average: str = "macro", zero_division: float = 0.0) -> Tensor:
    """Return TP / (TP + FN): of what is of a class, the share that was called so. See `precision_recall_f1`.

    Examples
    --------
    Always "no" is right for 99 of 100, and finds nothing.

    >>> share = recall(torch.zeros(100, dtype=torch.long), torch.arange(100) == 7, num_classes=2, average="binary")
    >>> f"{share:.2f}"
    '0.00'

    See Also
    --------
    learnkit.reference.recall, sklearn.metrics.recall_score
    """
    return precision_recall_f1(predictions, targets, num_classes=num_classes, average=average, zero_division=zero_division)[1]


def f1_score(predictions: Tensor, targets: Tensor, *, num_classes: int, average: str = "macro", zero_division: float = 0.0) -> Tensor:
    """Return 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall. See `precision_recall_f1`.

    Examples
    --------
    >>> f1 = f1_score(torch.tensor([0, 1, 1, 0]), torch.tensor([0, 0, 1, 0]), num_classes=2, average="none")
    >>> [f"{value:.3f}" for value in f1]
    ['0.800', '0.667']

    See Also
    --------
    learnkit.reference.f1_score, sklearn.metrics.f1_score
    """
    return precision_recall_f1(predictions, targets, num_classes=num_classes, average=average, zero_division=zero_division)[2]


def balanced_accuracy(predictions: Tensor, targets: Tensor, *, num_classes: int) -> Tensor:
    """Return the mean recall of the classes that occur: the accuracy if every class had as many examples.

    Parameters
    ----------
    predictions, targets : (N,) integers
    num_classes : int

    Returns
    -------
    a fraction from 0 to 1; 1/C for a model that always answers the same, however rare the other classes are. NaN if a class is
    out of range.

    Raises
    ------
    ValueError, TypeError
        As `confusion_matrix`.

    Examples
    --------
    >>> share = balanced_accuracy(torch.zeros(100, dtype=torch.long), torch.arange(100) == 7, num_classes=2)
    >>> f"{share:.2f}"
    '0.50'

    See Also
    --------
    learnkit.reference.balanced_accuracy, sklearn.metrics.balanced_accuracy_score
    """
    return recall(predictions, targets, num_classes=num_classes, zero_division=math.nan)


def _check_options(num_classes: int, average: str, zero_division: float) -> None:
    if average not in _AVERAGES:
        raise ValueError(f'average must be "macro", "micro", "weighted", "binary" or "none"; got {average!r}.')
    if average == "binary" and num_classes != 2:
        raise ValueError(f'average="binary" is for num_classes=2; got {num_classes!r}. Use average="macro", or "none" for every class.')
    if not (zero_division in (0, 1) or zero_division != zero_division):
        raise ValueError(f"zero_division must be 0, 1 or NaN; got {zero_division!r}.")


def _ratio(part: Tensor, whole: Tensor, zero_division: float) -> Tensor:
    """Return part / whole, and zero_division for 0/0."""
    kind = float_kind(part)
    return torch.where(whole > 0, part.to(kind) / whole.to(kind), zero_division)


def _averaged(values: Tensor, actual: Tensor, average: str) -> Any:
    if average == "none":
        return values
    if average in ("micro", "binary"):
        return values[-1]  # the only one, or class 1 of two
    counted = ~values.isnan()
    weights = actual * counted if average == "weighted" else counted.long()
    weights = torch.where(weights.sum() > 0, weights, counted.long())  # no examples of what is defined: a plain mean
    return torch.where(counted, values * weights, 0).sum() / weights.sum()  # 0/0 is NaN, if nothing is defined
