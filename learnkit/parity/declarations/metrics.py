"""Parity of the metrics, which have no gradient."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given, normal


def _accuracy(torch: Any, logits: Any, targets: Any) -> Any:
    from sklearn.metrics import accuracy_score

    return accuracy_score(targets.cpu().numpy(), logits.float().cpu().numpy().argmax(axis=1) if len(targets) else [])


def _classified(count: int, classes: int) -> Draw:
    return lambda rng: (*normal((count, classes))(rng), rng.integers(classes, size=count))


CONCEPTS = (
    Concept(
        name="accuracy",
        official="sklearn.metrics.accuracy_score",
        call=_accuracy,
        inputs=("logits", "targets"),
        cases={
            "a batch": Case(inputs=_classified(30, 4)),
            "two classes": Case(inputs=_classified(7, 2), why="sevenths: no float32 fraction passes for one in float64"),
            "all right": Case(inputs=given([[2.0, 1.0, 0.0], [0.0, 1.0, 0.0]], [0, 1])),
            "all wrong": Case(inputs=given([[2.0, 1.0, 0.0], [0.0, 1.0, 0.0]], [1, 2])),
        },
        edges={
            "ties": Case(inputs=given([[1.0, 1.0], [3.0, 3.0], [0.0, 0.0]], [0, 1, 0]), why="the first of equal scores counts"),
            "one example": Case(inputs=_classified(1, 3)),
            "one class": Case(inputs=given([[0.5], [1.5]], [0, 0])),
            "masked": Case(inputs=given([[-float("inf"), 1.0], [-float("inf"), -float("inf")]], np.array([1, 0], dtype=np.int32))),
        },
    ),
)
