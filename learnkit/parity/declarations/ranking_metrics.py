"""Parity of the metrics of scores: ties of every kind, few positives, and scores that are not probabilities."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given


def _ranked(count: int, *, decimals: int = 9, share: float = 0.5) -> Draw:
    """Return a draw of scores that tell something, rounded to make ties, and targets of both classes."""

    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        targets = (np.arange(count) < max(1, round(share * count))).astype(np.int64)
        rng.shuffle(targets)
        return (rng.standard_normal(count) + targets).round(decimals), targets

    return draw


CASES = {
    "a batch": Case(inputs=_ranked(50)),
    "ties": Case(inputs=_ranked(200, decimals=0), why="most scores are those of others, of both classes"),
    "few positives": Case(inputs=_ranked(101, decimals=1, share=0.03)),
    "few negatives": Case(inputs=_ranked(101, decimals=1, share=0.96)),
    "perfect": Case(inputs=given([0.1, 0.9, 0.2, 0.8], [0, 1, 0, 1])),
    "upside down": Case(inputs=given([0.9, 0.1, 0.8, 0.2], [0, 1, 0, 1])),
}
EDGES = {
    "all equal": Case(inputs=given([0.5, 0.5, 0.5], [1, 0, 0])),
    "two examples": Case(inputs=given([0.3, 0.7], [1, 0])),
    "decided classes": Case(inputs=given([1, 0, 1, 1, 0], [1, 0, 0, 1, 1]), why="whole numbers, two thresholds"),
    "zeros of both signs": Case(inputs=given([0.0, -0.0, 1.0, -1.0], [1, 0, 1, 0])),
    "huge": Case(inputs=given([1e30, -1e30, 3e30, 0.0], [0, 0, 1, 1])),
    "truth values": Case(inputs=given([0.9, 0.6, 0.6, 0.1], [True, True, False, False])),
    "targets as floats": Case(inputs=given([0.9, 0.6, 0.6, 0.1], [1.0, 1.0, 0.0, 0.0])),
}
ALL_POSITIVE = {"all positive": Case(inputs=given([0.3, 0.7, 0.7], [1, 1, 1]))}


def _arrays(scores: Any, targets: Any) -> tuple[Any, Any]:
    return targets.cpu().numpy(), scores.cpu().numpy()  # in the order of scikit-learn


def _curve(names: tuple[str, ...], values: tuple[Any, ...], scores: Any) -> dict[str, Any]:
    """Name the parts of a curve; scikit-learn's may come in the dtype of the scores, and their thresholds as whole numbers."""
    kinds = (np.float64, np.float64, scores.dtype if scores.dtype.kind == "f" else np.float64)
    return {name: np.asarray(value).astype(kind) for name, value, kind in zip(names, values, kinds, strict=True)}


ROC = ("fpr", "tpr", "thresholds")
PRECISION_RECALL = ("precision", "recall", "thresholds")


def _roc_curve(torch: Any, scores: Any, targets: Any) -> Any:
    from sklearn.metrics import roc_curve

    right, values = _arrays(scores, targets)
    return _curve(ROC, roc_curve(right, values, drop_intermediate=False), values)


def _roc_auc(torch: Any, scores: Any, targets: Any) -> Any:
    from sklearn.metrics import roc_auc_score

    return roc_auc_score(*_arrays(scores, targets))


def _precision_recall_curve(torch: Any, scores: Any, targets: Any) -> Any:
    from sklearn.metrics import precision_recall_curve

    right, values = _arrays(scores, targets)
    return _curve(PRECISION_RECALL, precision_recall_curve(right, values), values)


def _average_precision(torch: Any, scores: Any, targets: Any) -> Any:
    from sklearn.metrics import average_precision_score

    return average_precision_score(*_arrays(scores, targets))


CONCEPTS = (
    Concept(
        name="roc_curve",
        official="sklearn.metrics.roc_curve",
        call=_roc_curve,
        run=lambda lk, scores, targets: dict(zip(ROC, lk.roc_curve(scores, targets), strict=True)),
        inputs=("scores", "targets"),
        cases=CASES,
        edges=EDGES,
    ),
    Concept(
        name="roc_auc",
        official="sklearn.metrics.roc_auc_score",
        call=_roc_auc,
        inputs=("scores", "targets"),
        cases=CASES,
        edges=EDGES,
    ),
    Concept(
        name="precision_recall_curve",
        official="sklearn.metrics.precision_recall_curve",
        call=_precision_recall_curve,
        run=lambda lk, scores, targets: dict(zip(PRECISION_RECALL, lk.precision_recall_curve(scores, targets), strict=True)),
        inputs=("scores", "targets"),
        cases=CASES,
        edges=EDGES | ALL_POSITIVE,
    ),
    Concept(
        name="average_precision",
        official="sklearn.metrics.average_precision_score",
        call=_average_precision,
        inputs=("scores", "targets"),
        cases=CASES,
        edges=EDGES | ALL_POSITIVE,
    ),
)
