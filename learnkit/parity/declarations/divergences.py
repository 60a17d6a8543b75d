"""Parity of the divergences: every reduction, targets with zeros, targets as logarithms."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given

REDUCTIONS = ("mean", "batchmean", "sum", "none")


def _distributions(*shape: int, log_target: bool = False) -> Draw:
    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        log_p, log_t = (np.log(rng.dirichlet(np.ones(shape[-1]), shape[:-1])) for _ in range(2))
        return log_p, log_t if log_target else np.exp(log_t)

    return draw


def _kl_div(torch: Any, log_probs: Any, targets: Any, *, reduction: str = "mean", log_target: bool = False) -> Any:
    # PyTorch's own "mean" is right and warns of itself
    losses = torch.nn.functional.kl_div(log_probs, targets.to(log_probs.dtype), reduction="none", log_target=log_target)
    if reduction == "mean":
        return losses.mean()
    return torch.nn.functional.kl_div(log_probs, targets.to(log_probs.dtype), reduction=reduction, log_target=log_target)


CONCEPTS = (
    Concept(
        name="kl_divergence",
        official="torch.nn.functional.kl_div",
        call=_kl_div,
        inputs=("log_probs", "targets"),
        differentiable=("log_probs", "targets"),
        bfloat16=True,
        cases={
            **{f"a batch, {name}": Case(inputs=_distributions(5, 3), options={"reduction": name}) for name in REDUCTIONS},
            **{
                f"logarithms, {name}": Case(inputs=_distributions(4, 3, log_target=True), options={"reduction": name, "log_target": True})
                for name in REDUCTIONS
            },
            "default": Case(inputs=_distributions(2, 5)),
            "three axes": Case(inputs=_distributions(2, 3, 4), options={"reduction": "batchmean"}),
            "one example": Case(inputs=_distributions(1, 4)),
        },
        edges={
            "a sure answer": Case(inputs=given([[-0.5, -2.0, -1.0]], [[0, 1, 0]]), why="0 log 0 is 0"),
            "zeros": Case(inputs=given([[-0.5, -2.0, -1.0]], [[0.0, 0.75, 0.25]]), why="the slope along a target of 0 is NaN"),
            "the same": Case(inputs=given([[-0.5, -2.0]], [[-0.5, -2.0]]), options={"log_target": True}),
        },
    ),
)
