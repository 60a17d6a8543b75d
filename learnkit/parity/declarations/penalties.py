"""Parity of what keeps weights small: against PyTorch's weight decay, the L1 norm and softshrink."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, given, normal


def _half_squares(torch: Any, weight: Any, *, weight_decay: float) -> Any:
    return weight_decay * torch.nn.functional.mse_loss(weight, torch.zeros_like(weight), reduction="sum") / 2


def _sizes(torch: Any, weight: Any, *, strength: float) -> Any:
    return strength * torch.nn.functional.l1_loss(weight, torch.zeros_like(weight), reduction="sum")


CONCEPTS = (
    Concept(
        name="l2_penalty",
        official="torch.nn.functional.mse_loss",
        call=_half_squares,
        inputs=("weight",),
        differentiable=("weight",),
        cases={
            "a matrix": Case(inputs=normal((4, 3)), options={"weight_decay": 0.3}),
            "one number": Case(inputs=normal(()), options={"weight_decay": 0.3}),
        },
        edges={
            "no penalty": Case(inputs=normal((4, 3)), options={"weight_decay": 0.0}),
            "no weights": Case(inputs=normal((0,)), options={"weight_decay": 0.3}),
        },
    ),
    Concept(
        name="l1_penalty",
        official="torch.nn.functional.l1_loss",
        call=_sizes,
        inputs=("weight",),
        differentiable=("weight",),
        cases={
            "a matrix": Case(inputs=normal((4, 3)), options={"strength": 0.3}),
            "one number": Case(inputs=normal(()), options={"strength": 0.3}),
        },
        edges={
            "at 0": Case(inputs=given([0.0, -0.0, 2.0]), options={"strength": 0.3}, why="the slope at 0 is 0"),
            "no penalty": Case(inputs=normal((4, 3)), options={"strength": 0.0}),
        },
    ),
    Concept(
        name="soft_threshold",
        official="torch.nn.functional.softshrink",
        call=lambda torch, weight, threshold: torch.nn.functional.softshrink(weight, threshold),
        inputs=("weight", "threshold"),
        arrays=True,
        cases={
            "a matrix": Case(inputs=lambda rng: (rng.standard_normal((4, 3)), 0.4)),
            "one number": Case(inputs=lambda rng: (rng.standard_normal(()), 0.4)),
        },
        edges={
            "at the threshold": Case(inputs=given([0.5, -0.5, 0.75], 0.5)),
            "no threshold": Case(inputs=given([0.5, -0.5, 0.0], 0.0)),
            "NaN": Case(inputs=given([float("nan"), 1.0], 0.5)),
        },
    ),
)
