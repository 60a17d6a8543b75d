"""Metrics: how good a model is, in a number that people understand. Metrics have no gradient."""

from typing import Any

import numpy as np

from learnkit.reference.tensors import Tensor


def accuracy(logits: Any, targets: Any) -> np.floating[Any]:
    """Return the share of examples whose largest score is that of the right class.

    Parameters
    ----------
    logits : (N, C) array or Tensor
    targets : (N,) integer array or Tensor

    Returns
    -------
    a fraction from 0 to 1, not percent; of equal scores the first counts as the largest

    Raises
    ------
    ValueError
        If the shapes do not match, the batch is empty, or a score is NaN.

    Examples
    --------
    >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]]), np.array([0, 1, 1])).round(4)
    np.float64(0.6667)

    See Also
    --------
    learnkit.pytorch.accuracy, sklearn.metrics.accuracy_score
    """
    scores = logits.data if isinstance(logits, Tensor) else np.asarray(logits)
    classes = targets.data if isinstance(targets, Tensor) else np.asarray(targets)
    if scores.ndim != 2 or classes.shape != scores.shape[:1] or len(classes) == 0:
        raise ValueError(f"logits must be (N, C) and targets (N,) with N at least 1; got {scores.shape} and {classes.shape}.")
    if classes.dtype.kind not in "iu":
        raise TypeError(f"targets must be integer classes; got dtype {classes.dtype}. Use targets.astype(int) if they are whole numbers.")
    if np.isnan(scores).any():
        raise ValueError("logits hold NaN, and NaN has no rank. Look at the loss: the model diverged.")
    return np.float64((scores.argmax(axis=1) == classes).mean())
