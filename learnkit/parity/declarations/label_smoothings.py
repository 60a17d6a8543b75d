"""Parity of label smoothing, against what PyTorch's cross-entropy does inside."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, given


def _from_cross_entropy(torch: Any, targets: Any, num_classes: int, *, label_smoothing: float) -> Any:
    """Return the rows whose cross-entropy has the gradient that PyTorch's smoothed one has: p - q, at p = 1/C."""
    scores = torch.zeros(len(targets), num_classes, dtype=torch.float64, device=targets.device, requires_grad=True)
    torch.nn.functional.cross_entropy(scores, targets, reduction="sum", label_smoothing=label_smoothing).backward()
    return 1 / num_classes - scores.grad


CONCEPTS = (
    Concept(
        name="smooth_labels",
        official="torch.nn.functional.cross_entropy",
        call=_from_cross_entropy,
        inputs=("targets", "num_classes"),
        arrays=True,
        cases={
            "some classes": Case(inputs=given(np.array([2, 0, 3, 0]), 5), options={"label_smoothing": 0.1}),
            "three classes": Case(inputs=given(np.array([1, 2]), 3), options={"label_smoothing": 0.3}),
        },
        edges={
            "none": Case(inputs=given(np.array([1, 0]), 3), options={"label_smoothing": 0.0}),
            "all": Case(inputs=given(np.array([1, 0]), 3), options={"label_smoothing": 1.0}),
            "one class": Case(inputs=given(np.array([0]), 1), options={"label_smoothing": 0.2}),
        },
    ),
)
