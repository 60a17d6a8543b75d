"""The confusion matrix of ten classes and the exact area under the ROC curve, of a million examples, over scikit-learn."""

import numpy as np
from sklearn.metrics import confusion_matrix, roc_auc_score
from timing import Row, interleaved_medians, row

from learnkit import reference as lk


def metric_rows() -> list[Row]:
    """Return the lines over scikit-learn."""
    rng = lk.rng(0)
    targets, guesses = rng.integers(10, size=(2, 1_000_000))
    predictions = np.where(rng.random(len(targets)) < 0.7, targets, guesses)
    positive = rng.integers(2, size=len(targets))
    scores = (rng.standard_normal(len(targets)) + positive).round(3).astype(np.float32)  # some 9,000 distinct ones: almost all tie
    matrices = interleaved_medians(
        lambda: lk.confusion_matrix(predictions, targets, num_classes=10),
        lambda: confusion_matrix(targets, predictions),
        rounds=30,
        warm_up=3,
    )
    areas = interleaved_medians(
        lambda: lk.roc_auc(scores, positive),
        lambda: roc_auc_score(positive, scores),
        rounds=15,
        warm_up=2,
    )
    return [
        row("confusion matrix, 1e6 samples, over scikit-learn", *matrices, at_most=0.04),
        row("exact AUC with ties, 1e6 samples, over scikit-learn", *areas, at_most=0.35),
    ]
