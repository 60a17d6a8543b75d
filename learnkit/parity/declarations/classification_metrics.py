"""Parity of the metrics of decided classes: every average, classes that are absent, and every meaning of 0/0."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from learnkit.parity.concepts import AS_GIVEN, Case, Concept, Draw, given, normal


def _accuracy(torch: Any, logits: Any, targets: Any) -> Any:
    from sklearn.metrics import accuracy_score

    return accuracy_score(targets.cpu().numpy(), logits.float().cpu().numpy().argmax(axis=1) if len(targets) else [])


def _classified(count: int, classes: int) -> Draw:
    return lambda rng: (*normal((count, classes))(rng), rng.integers(classes, size=count))


def _decided(count: int, classes: int) -> Draw:
    """Return a draw of predictions that are right two times in three."""

    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        targets = rng.integers(classes, size=count)
        return np.where(rng.random(count) < 2 / 3, targets, rng.integers(classes, size=count)), targets

    return draw


# of four classes: 0 is predicted and never occurs, 1 occurs and is never predicted, 3 is absent from both
ABSENT = given([0, 2, 2, 0, 2], [2, 2, 1, 1, 2])
NAMES = ("precision", "recall", "f1")


def _confusion_matrix(torch: Any, predictions: Any, targets: Any, *, num_classes: int) -> Any:
    from sklearn.metrics import confusion_matrix

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "A single label was found")
        return confusion_matrix(targets.cpu().numpy(), predictions.cpu().numpy(), labels=range(num_classes))


def _ratios(torch: Any, predictions: Any, targets: Any, *, num_classes: int, average: str = "macro", zero_division: float = 0.0) -> Any:
    from sklearn.metrics import precision_recall_fscore_support

    found = precision_recall_fscore_support(
        targets.cpu().numpy(),
        predictions.cpu().numpy(),
        labels=None if average == "binary" else range(num_classes),
        average=None if average == "none" else average,
        zero_division=zero_division,
    )
    return dict(zip(NAMES, found[:3], strict=True))


def _one_ratio(name: str) -> Callable[..., Any]:
    return lambda *inputs, **options: _ratios(*inputs, **options)[name]


def _balanced_accuracy(torch: Any, predictions: Any, targets: Any, *, num_classes: int) -> Any:
    from sklearn.metrics import balanced_accuracy_score

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "y_pred contains classes not in y_true")
        return balanced_accuracy_score(targets.cpu().numpy(), predictions.cpu().numpy())


def _averaged(name: str, inputs: Draw, classes: int, **options: Any) -> dict[str, Case]:
    averages = ("macro", "micro", "weighted", "none", *(("binary",) if classes == 2 else ()))
    return {f"{name}, {each}": Case(inputs=inputs, options={"num_classes": classes, "average": each, **options}) for each in averages}


RATIO_CASES = {
    **_averaged("four classes", _decided(30, 4), 4),
    **_averaged("yes or no", _decided(11, 2), 2),
    "default": Case(inputs=_decided(30, 3), options={"num_classes": 3}),
}
RATIO_EDGES = {
    **_averaged("absent classes, 0", ABSENT, 4, zero_division=0.0),
    **_averaged("absent classes, 1", ABSENT, 4, zero_division=1.0),
    **_averaged("absent classes, NaN", ABSENT, 4, zero_division=math.nan),
    **_averaged("nothing predicted that occurs, NaN", given([1, 1], [0, 0]), 2, zero_division=math.nan),
    **_averaged("one class of two", given([0, 0], [0, 0]), 2, zero_division=math.nan),
    **_averaged("one example", given([2], [1]), 3),
    **_averaged("one class", given([0, 0], [0, 0]), 1),
    **_averaged("in 8 bits", lambda rng: tuple(each.astype(np.uint8) for each in _decided(99, 40)(rng)), 40),
}


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
    Concept(
        name="confusion_matrix",
        official="sklearn.metrics.confusion_matrix",
        call=_confusion_matrix,
        inputs=("predictions", "targets"),
        dtypes=(AS_GIVEN,),
        cases={
            "four classes": Case(inputs=_decided(30, 4), options={"num_classes": 4}),
            "yes or no": Case(inputs=_decided(11, 2), options={"num_classes": 2}),
        },
        edges={
            "absent classes": Case(inputs=ABSENT, options={"num_classes": 4}),
            "the highest class absent": Case(inputs=given([0, 1], [1, 1]), options={"num_classes": 5}),
            "one example": Case(inputs=given([2], [1]), options={"num_classes": 3}),
            "one class": Case(inputs=given([0, 0], [0, 0]), options={"num_classes": 1}),
            "truth values": Case(inputs=given([True, False, True], [True, True, False]), options={"num_classes": 2}),
            "other dtypes": Case(
                inputs=given(np.array([19, 0], dtype=np.int8), np.array([19, 18], dtype=np.uint8)),
                options={"num_classes": 20},
                why="in 8 bits the cell 19 · 20 + 19 would be another one",
            ),
        },
    ),
    Concept(
        name="precision_recall_f1",
        official="sklearn.metrics.precision_recall_fscore_support",
        call=_ratios,
        run=lambda lk, *inputs, **options: dict(zip(NAMES, lk.precision_recall_f1(*inputs, **options), strict=True)),
        inputs=("predictions", "targets"),
        dtypes=(AS_GIVEN,),
        cases=RATIO_CASES,
        edges=RATIO_EDGES,
    ),
    *(
        Concept(
            name=name,
            official=f"sklearn.metrics.{name.removesuffix('_score')}_score",
            call=_one_ratio(name.removesuffix("_score")),
            inputs=("predictions", "targets"),
            dtypes=(AS_GIVEN,),
            cases=RATIO_CASES,
            edges=RATIO_EDGES,
        )
        for name in ("precision", "recall", "f1_score")
    ),
    Concept(
        name="balanced_accuracy",
        official="sklearn.metrics.balanced_accuracy_score",
        call=_balanced_accuracy,
        inputs=("predictions", "targets"),
        dtypes=(AS_GIVEN,),
        cases={
            "four classes": Case(inputs=_decided(30, 4), options={"num_classes": 4}),
            "99 to 1": Case(inputs=lambda rng: (np.zeros(100, dtype=np.int64), np.arange(100) == 7), options={"num_classes": 2}),
        },
        edges={
            "absent classes": Case(inputs=ABSENT, options={"num_classes": 4}, why="only classes that occur count"),
            "one class": Case(inputs=given([0, 1], [0, 0]), options={"num_classes": 2}),
            "one example": Case(inputs=given([2], [1]), options={"num_classes": 3}),
        },
    ),
)
