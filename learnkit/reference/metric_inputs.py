"""What metrics take: the checks that they share. A metric is where numbers are believed, so NaN and impossible values end here.

`class_pairs` for decided classes, `binary_scores` for the scores of "yes", `class_probabilities` for rows of a softmax,
`number_pairs` for predicted numbers. Each takes arrays or Tensors, refuses what cannot be judged, and returns arrays.
"""

from typing import Any

import numpy as np

from learnkit.reference.operations import Array
from learnkit.reference.tensors import Tensor


def as_array(values: Any) -> Array:
    """Return the array inside a Tensor, or the values as an array."""
    return values.data if isinstance(values, Tensor) else np.asarray(values)


def class_pairs(predictions: Any, targets: Any, num_classes: int) -> tuple[Array, Array]:
    """Return predicted and right classes as integers, (N,) each."""
    predicted, right = as_array(predictions), as_array(targets)
    if isinstance(num_classes, bool) or not isinstance(num_classes, (int, np.integer)) or num_classes < 1:
        raise ValueError(f"num_classes must be a whole number, at least 1; got {num_classes!r}.")
    if predicted.ndim != 1 or predicted.shape != right.shape or len(right) == 0:
        hint = " Use logits.argmax(axis=1)." if predicted.ndim == 2 else ""
        raise ValueError(f"predictions and targets must be (N,) with N at least 1; got {predicted.shape} and {right.shape}.{hint}")
    return _classes("predictions", predicted, num_classes), _classes("targets", right, num_classes)


def binary_scores(scores: Any, targets: Any) -> tuple[Array, Array]:
    """Return scores, and as truth values which examples are positive, (N,) each."""
    values, right = as_array(scores), as_array(targets)
    if values.ndim != 1 or values.shape != right.shape or len(right) == 0:
        hint = " Use scores[:, 1], the scores of the positive class." if values.ndim == 2 else ""
        raise ValueError(f"scores and targets must be (N,) with N at least 1; got {values.shape} and {right.shape}.{hint}")
    if np.isnan(values).any():
        raise ValueError("scores hold NaN, and NaN has no rank. Look at the loss: the model diverged.")
    positive = right == 1
    if not (positive | (right == 0)).all():
        raise ValueError(
            f"targets must be 0 or 1; got values from {right.min()} to {right.max()}. Use targets == k for class k against the rest."
        )
    return values, positive


def class_probabilities(probabilities: Any, targets: Any) -> tuple[Array, Array]:
    """Return probabilities (N, C) in float64, and right classes (N,)."""
    given, right = as_array(probabilities), as_array(targets)
    if given.ndim != 2 or right.shape != given.shape[:1] or given.size == 0:
        hint = " Use np.stack([1 - p, p], axis=1) for yes or no." if given.ndim == 1 else ""
        raise ValueError(
            f"probabilities must be (N, C) and targets (N,), with N and C at least 1; got {given.shape} and {right.shape}.{hint}"
        )
    right = _classes("targets", right, given.shape[1])
    p = given.astype(np.float64, copy=False)
    if not (p.min() >= 0 and p.max() <= 1 + 1e-6):  # NaN is in no order, so that it ends here too
        raise ValueError(f"probabilities must be between 0 and 1; got values from {p.min()} to {p.max()}. Use softmax(logits).")
    totals = p.sum(axis=1)
    if np.abs(totals - 1).max() > 1e-2:  # a row rounded to 8 bits is off by 0.4 %
        worst = np.abs(totals - 1).argmax()
        raise ValueError(f"each row of probabilities must add up to 1; row {worst} adds up to {totals[worst]:.4g}. Use softmax(logits).")
    return p, right


def number_pairs(predictions: Any, targets: Any) -> tuple[Array, Array]:
    """Return predicted and right numbers in float64, of the same shape."""
    predicted, right = as_array(predictions), as_array(targets)
    if predicted.shape != right.shape or right.size == 0:
        hint = " Use predictions.squeeze(1)." if predicted.shape == (*right.shape, 1) else ""
        raise ValueError(
            f"predictions and targets must have the same shape, with at least one value; got {predicted.shape} and {right.shape}.{hint}"
        )
    for name, values in {"predictions": predicted, "targets": right}.items():
        if not np.isfinite(values).all():
            raise ValueError(f"{name} must be finite; got {values[~np.isfinite(values)][0]}. Look at the loss: the model diverged.")
    return predicted.astype(np.float64, copy=False), right.astype(np.float64, copy=False)


def _classes(name: str, classes: Array, num_classes: int) -> Array:
    if classes.dtype.kind not in "iub":
        raise TypeError(f"{name} must be integer classes; got dtype {classes.dtype}. Use {name}.astype(int) if they are whole numbers.")
    if classes.min() < 0 or classes.max() >= num_classes:
        raise ValueError(
            f"{name} must be classes from 0 to {num_classes - 1}, as there are {num_classes}; "
            f"got values from {classes.min()} to {classes.max()}."
        )
    return classes.astype(np.int64, copy=False)  # in 8 bits, cell 20 · 20 of a table of 20 classes would be another one
