"""Parity of the hinge loss of two classes."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given


def _by_formula(torch: Any, scores: Any, targets: Any, *, margin: float = 1.0, reduction: str = "mean") -> Any:
    costs = torch.relu(torch.where(targets == 1, margin - scores, margin + scores))
    return {"mean": costs.mean(), "sum": costs.sum(), "none": costs}[reduction]


def _scored(*shape: int) -> Draw:
    return lambda rng: (np.asarray(2 * rng.standard_normal(shape)), np.asarray(rng.integers(2, size=shape)))


CONCEPTS = (
    Concept(
        name="binary_hinge",
        official="brute force",
        oracle_reason="PyTorch has no hinge loss of two classes with targets 0 and 1",
        call=_by_formula,
        inputs=("scores", "targets"),
        differentiable=("scores",),
        bfloat16=True,
        cases={
            "a batch": Case(inputs=_scored(7)),
            "two axes": Case(inputs=_scored(4, 3)),
            "another margin": Case(inputs=_scored(7), options={"margin": 0.3}),
            "the sum": Case(inputs=_scored(7), options={"reduction": "sum"}),
            "each one": Case(inputs=_scored(7), options={"reduction": "none"}),
            "a batch of one": Case(inputs=_scored(1)),
        },
        edges={
            "exactly at the margin": Case(inputs=given([1.0, -1.0, 1.0], np.array([1, 0, 0]))),
            "huge scores": Case(inputs=given([1e30, -1e30], np.array([0, 0]))),
            "NaN": Case(inputs=given([float("nan"), 0.5], np.array([1, 1])), options={"reduction": "none"}),
        },
    ),
)
