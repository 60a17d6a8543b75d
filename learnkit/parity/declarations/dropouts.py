"""Parity of dropout: the same draw in all; the layer where it draws nothing."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given, normal
from learnkit.parity.declarations.layers import layer_concept


def _masked(*shape: int, p: float = 0.4) -> Draw:
    return lambda rng: (np.asarray(rng.standard_normal(shape)), np.asarray(rng.random(shape) >= p))


def _by_definition(torch: Any, x: Any, mask: Any, *, p: float) -> Any:
    return torch.where(mask, x / (1 - p), 0 * x) if p < 1 else 0 * x


def _layer(lk: Any, dtype: Any, *, evaluates: bool = False, **options: Any) -> Any:
    return lk.Dropout(**options).train(not evaluates)


CONCEPTS = (
    Concept(
        name="dropout",
        official="brute force",
        oracle_reason="PyTorch's dropout draws by itself, and takes no mask",
        call=_by_definition,
        inputs=("x", "mask"),
        differentiable=("x",),
        bfloat16=True,
        cases={
            "two axes": Case(inputs=_masked(5, 3), options={"p": 0.4}),
            "p below a half": Case(inputs=_masked(7), options={"p": 0.1}, why="p is not the share that stays"),
            "one value": Case(inputs=_masked(1), options={"p": 0.4}),
            "nothing dropped": Case(inputs=_masked(2, 3, p=0.0), options={"p": 0.0}),
        },
        edges={
            "all dropped": Case(inputs=_masked(2, 3, p=1.0), options={"p": 1.0}),
            "NaN": Case(inputs=given([float("nan"), 1.0], np.array([False, True])), options={"p": 0.5}),
        },
    ),
    layer_concept(
        "Dropout",
        _layer,
        {
            "in evaluation": Case(inputs=normal((5, 3)), options={"evaluates": True}),
            "p is 0": Case(inputs=normal((5, 3)), options={"p": 0.0}),
        },
        {"p is 1": Case(inputs=normal((5, 3)), options={"p": 1.0})},
    ),
)
