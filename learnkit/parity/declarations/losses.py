"""Parity of the losses: every reduction, scores that overflow, targets of every kind."""

import math
from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given, normal

INF = math.inf
REDUCTIONS = ("mean", "sum", "none")


def _reduced(name: str, inputs: Draw) -> dict[str, Case]:
    return {f"{name}, {reduction}": Case(inputs=inputs, options={"reduction": reduction}) for reduction in REDUCTIONS}


def _classified(count: int, classes: int) -> Draw:
    return lambda rng: (3 * rng.standard_normal((count, classes)), rng.integers(classes, size=count))


def _answered(*shape: int) -> Draw:
    return lambda rng: (np.asarray(3 * rng.standard_normal(shape)), rng.integers(2, size=shape).astype(np.float64))


def _probable(*shape: int) -> Draw:
    """Return a draw of targets between 0 and 1: finite differences move them, and outside they are refused."""
    return lambda rng: (np.asarray(3 * rng.standard_normal(shape)), np.asarray(rng.uniform(0.1, 0.9, shape)))


def _cross_entropy(torch: Any, logits: Any, targets: Any, **options: Any) -> Any:
    return torch.nn.functional.cross_entropy(logits, targets.long(), **options)  # PyTorch's own takes int64 alone


def _bce_with_logits(torch: Any, logits: Any, targets: Any, **options: Any) -> Any:
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, targets.to(logits.dtype), **options)


CONCEPTS = (
    Concept(
        name="mse",
        official="torch.nn.functional.mse_loss",
        inputs=("predictions", "targets"),
        differentiable=("predictions", "targets"),
        bfloat16=True,
        cases={
            **_reduced("a batch", normal((5,), (5,))),
            **_reduced("two axes", normal((4, 3), (4, 3))),
            "default": Case(inputs=normal((4, 3), (4, 3))),
            "one example": Case(inputs=normal((1,), (1,))),
            "numbers": Case(inputs=normal((), ())),
        },
        edges={
            "no error": Case(inputs=given([1.0, 2.0], [1.0, 2.0])),
            "huge": Case(inputs=given([1e4, -1e4], [-1e4, 2.0])),
            "NaN, none": Case(inputs=given([float("nan"), 1.0], [0.0, 0.0]), options={"reduction": "none"}),
        },
    ),
    Concept(
        name="cross_entropy",
        official="torch.nn.functional.cross_entropy",
        call=_cross_entropy,
        inputs=("logits", "targets"),
        differentiable=("logits",),
        bfloat16=True,
        cases={
            **_reduced("a batch", _classified(5, 3)),
            "default": Case(inputs=_classified(4, 7)),
            "one example": Case(inputs=_classified(1, 4)),
            "every target the same": Case(inputs=lambda rng: (rng.standard_normal((4, 3)), np.array([2, 2, 2, 2]))),
            "ties": Case(inputs=given(np.zeros((2, 10)), [3, 9]), why="log 10, whatever the answer"),
        },
        edges={
            **_reduced("rows far apart", given([[0.0, 800.0, -800.0], [1e4, -1e4, 0.0], [-800.0, -801.0, -802.0]], [2, 1, 0])),
            "one class": Case(inputs=lambda rng: (rng.standard_normal((3, 1)), np.zeros(3, dtype=np.int64))),
            "masked": Case(inputs=given([[0.5, -INF, 1.5], [-INF, 2.0, -INF]], [2, 1]), why="classes that cannot be, and are not right"),
            "masked target": Case(inputs=given([[0.5, -INF, 1.5], [0.0, 2.0, 1.0]], [1, 1]), why="the impossible happened: inf"),
            "NaN, none": Case(inputs=given([[float("nan"), 0.0], [0.0, 1.0]], [1, 1]), options={"reduction": "none"}),
            "targets in 8 bits": Case(inputs=given([[0.0, 1.0, 3.0], [2.0, 1.0, 3.0]], np.array([2, 0], dtype=np.uint8))),
            "targets in 32 bits": Case(inputs=given([[0.0, 1.0, 3.0], [2.0, 1.0, 3.0]], np.array([2, 0], dtype=np.int32))),
        },
    ),
    Concept(
        name="bce_with_logits",
        official="torch.nn.functional.binary_cross_entropy_with_logits",
        call=_bce_with_logits,
        inputs=("logits", "targets"),
        differentiable=("logits", "targets"),
        bfloat16=True,
        cases={
            **_reduced("a batch", _probable(5)),
            **_reduced("two axes", _probable(4, 3)),
            "default": Case(inputs=_probable(2, 1, 3)),
            "one example": Case(inputs=_probable(1)),
            "numbers": Case(inputs=_probable()),
        },
        edges={
            **_reduced("yes or no", _answered(7)),
            **_reduced("huge", given([-1e4, -800.0, 800.0, 1e4, -800.0, 800.0], [1.0, 1.0, 1.0, 1.0, 0.0, 0.0])),
            "at 0": Case(inputs=given([0.0, -0.0], [0.0, 1.0])),
            "small losses": Case(
                inputs=given([18.0, 25.0, 80.0], [1.0, 1.0, 1.0]),
                options={"reduction": "none"},
                relative=True,
                why="log(1 + e⁻²⁵), where 1 + e⁻²⁵ has lost half its digits; only for yes, as PyTorch rounds the same no to 0",
            ),
            "integer targets": Case(inputs=given([0.5, -2.0, 1.0], [1, 0, 1])),
            "boolean targets": Case(inputs=given([0.5, -2.0, 1.0], [True, False, True])),
        },
    ),
)
