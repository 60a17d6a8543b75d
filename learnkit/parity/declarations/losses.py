"""Parity of the losses: every reduction, scores that overflow, targets of every kind."""

import math
from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given

INF = math.inf
REDUCTIONS = ("mean", "sum", "none")


def reduced(name: str, inputs: Draw, *, why: str = "", **options: Any) -> dict[str, Case]:
    """Return one case a reduction."""
    return {f"{name}, {reduction}": Case(inputs=inputs, options={"reduction": reduction, **options}, why=why) for reduction in REDUCTIONS}


def _classified(count: int, classes: int) -> Draw:
    return lambda rng: (3 * rng.standard_normal((count, classes)), rng.integers(classes, size=count))


def _ignored(count: int, classes: int) -> Draw:
    """Return a draw in which the first and the last target are -100."""
    targets = np.array([-100, *[n % classes for n in range(count - 2)], -100])
    return lambda rng: (3 * rng.standard_normal((count, classes)), targets.copy())


def _answered(*shape: int) -> Draw:
    return lambda rng: (np.asarray(3 * rng.standard_normal(shape)), rng.integers(2, size=shape).astype(np.float64))


def _probable(*shape: int) -> Draw:
    """Return a draw of targets between 0 and 1: finite differences move them, and outside they are refused."""
    return lambda rng: (np.asarray(3 * rng.standard_normal(shape)), np.asarray(rng.uniform(0.1, 0.9, shape)))


def _as_tensors(torch: Any, like: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with weights, declared as tuples, as tensors beside the scores."""
    return {key: torch.tensor(value, dtype=like.dtype, device=like.device) if "weight" in key else value for key, value in options.items()}


def _cross_entropy(torch: Any, logits: Any, targets: Any, **options: Any) -> Any:
    # PyTorch's own takes int64 alone
    return torch.nn.functional.cross_entropy(logits, targets.long(), **_as_tensors(torch, logits, options))


def _bce_with_logits(torch: Any, logits: Any, targets: Any, **options: Any) -> Any:
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, targets.to(logits.dtype), **_as_tensors(torch, logits, options))


CONCEPTS = (
    Concept(
        name="cross_entropy",
        official="torch.nn.functional.cross_entropy",
        call=_cross_entropy,
        inputs=("logits", "targets"),
        differentiable=("logits",),
        bfloat16=True,
        cases={
            **reduced("a batch", _classified(5, 3)),
            "default": Case(inputs=_classified(4, 7)),
            "one example": Case(inputs=_classified(1, 4)),
            "every target the same": Case(inputs=lambda rng: (rng.standard_normal((4, 3)), np.array([2, 2, 2, 2]))),
            "ties": Case(inputs=given(np.zeros((2, 10)), [3, 9]), why="log 10, whatever the answer"),
            **reduced("weighted", _classified(5, 3), weight=(0.5, 2.0, 3.0)),
            **reduced("smoothed", _classified(5, 3), label_smoothing=0.1),
            **reduced("some ignored", _ignored(6, 4)),
            **reduced("all three", _ignored(6, 4), weight=(0.5, 2.0, 3.0, 0.25), label_smoothing=0.3),
            "another index ignored": Case(inputs=_classified(7, 3), options={"ignore_index": 1}),
            "smoothed to the uniform": Case(inputs=_classified(2, 3), options={"label_smoothing": 1.0}),
            "one example, weighted": Case(inputs=_classified(1, 3), options={"weight": (0.5, 2.0, 3.0)}, why="its own weight cancels"),
        },
        edges={
            **reduced("rows far apart", given([[0.0, 800.0, -800.0], [1e4, -1e4, 0.0], [-800.0, -801.0, -802.0]], [2, 1, 0])),
            **reduced("all ignored", given([[0.5, 1.5], [0.0, 2.0]], [-100, -100]), why="0/0, NaN, if the mean is taken"),
            "the weights of all are 0": Case(
                inputs=given([[0.5, 1.5], [0.0, 2.0]], [1, 1]), options={"weight": (1.0, 0.0)}, numpy_warns=True, why="0/0, NaN"
            ),
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
            **reduced("a batch", _probable(5)),
            **reduced("two axes", _probable(4, 3)),
            "default": Case(inputs=_probable(2, 1, 3)),
            "one example": Case(inputs=_probable(1)),
            "numbers": Case(inputs=_probable()),
            **reduced("weighted", _probable(4, 3), pos_weight=(0.5, 2.0, 3.0)),
            "one weight for all": Case(inputs=_probable(5), options={"pos_weight": 4.0}),
        },
        edges={
            **reduced("yes or no", _answered(7)),
            **reduced("huge", given([-1e4, -800.0, 800.0, 1e4, -800.0, 800.0], [1.0, 1.0, 1.0, 1.0, 0.0, 0.0])),
            "weighted and huge": Case(
                inputs=given([-1e4, -800.0, 800.0, 1e4], [1.0, 0.0, 1.0, 0.0]), options={"reduction": "none", "pos_weight": 3.0}
            ),
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
    Concept(
        name="hinge",
        official="torch.nn.functional.multi_margin_loss",
        call=lambda torch, scores, targets, **options: torch.nn.functional.multi_margin_loss(scores, targets.long(), **options),
        inputs=("scores", "targets"),
        differentiable=("scores",),
        cases={
            **reduced("a batch", _classified(5, 3)),
            "default": Case(inputs=_classified(4, 7)),
            "a wider margin": Case(inputs=_classified(4, 3), options={"margin": 2.5}),
            "one example": Case(inputs=_classified(1, 4)),
        },
        edges={
            "exactly the margin": Case(inputs=given([[2.0, 1.0, 0.0], [1.0, 1.0, 3.0]], [0, 1]), why="the kink: a cost of 0 has slope 0"),
            "one class": Case(inputs=given([[2.0], [-1.0]], [0, 0])),
            "no margin": Case(inputs=given([[2.0, 1.0], [1.0, 1.0]], [0, 1]), options={"margin": 0.0}),
            "huge": Case(inputs=given([[1e30, -1e30]], [1])),
        },
    ),
)
