"""Parity of clipping: two parameters' gradients, and one parameter without a gradient."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, given, normal


def _clipped(kind: Any, clip: Any, *grads: Any, **options: Any) -> dict[str, Any]:
    parameters = [kind(grad * 0) for grad in (*grads, grads[0])]
    for parameter, grad in zip(parameters, grads, strict=False):
        parameter.grad = grad * 1
    norm = clip(parameters, **options)
    found = {f"gradient {index}": parameter.grad for index, parameter in enumerate(parameters)}
    return found if norm is None else {"norm": norm, **found}


def _concept(name: str, official: str, cases: dict[str, Case], edges: dict[str, Case]) -> Concept:
    return Concept(
        name=name,
        official=f"torch.nn.utils.{official}",
        inputs=("one", "other"),
        arrays=True,
        run=lambda lk, *grads, **options: _clipped(lk.Parameter, getattr(lk, name), *grads, **options),
        call=lambda torch, *grads, **options: _clipped(torch.nn.Parameter, getattr(torch.nn.utils, official), *grads, **options),
        cases=cases,
        edges=edges,
    )


CONCEPTS = (
    _concept(
        "clip_grad_norm",
        "clip_grad_norm_",
        {
            "above": Case(inputs=normal((3, 2), (4,)), options={"max_norm": 0.7}),
            "below": Case(inputs=normal((3, 2), (4,)), options={"max_norm": 50.0}),
            "3, 4 and 0.1": Case(inputs=given([3.0, 4.0], [0.1, 0.0]), options={"max_norm": 1.0}),
        },
        {
            "all 0": Case(inputs=given([0.0, 0.0], [0.0]), options={"max_norm": 1.0}),
            "a limit of 0": Case(inputs=normal((3,), (2,)), options={"max_norm": 0.0}),
            "tiny": Case(inputs=normal((3,), (2,), scale=1e-7), options={"max_norm": 1e-8}, relative=True, why="norm + 1e-6"),
            "NaN": Case(inputs=given([1.0, np.nan], [2.0]), options={"max_norm": 1.0}),
            "infinity": Case(inputs=given([1.0, np.inf], [2.0]), options={"max_norm": 1.0}, numpy_warns=True),
            "one value": Case(inputs=given([[-5.0]], [0.0]), options={"max_norm": 1.0}),
        },
    ),
    _concept(
        "clip_grad_value",
        "clip_grad_value_",
        {"values": Case(inputs=normal((3, 2), (4,)), options={"clip_value": 0.5})},
        {
            "a limit of 0": Case(inputs=normal((3,), (2,)), options={"clip_value": 0.0}),
            "NaN and infinity": Case(inputs=given([1.0, np.nan], [-np.inf]), options={"clip_value": 0.5}, numpy_warns=True),
        },
    ),
)
