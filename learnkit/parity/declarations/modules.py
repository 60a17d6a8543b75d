"""Parity of chains of layers: the names of the state, and gradients that go through all of them."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, normal
from learnkit.parity.declarations.layers import layer_concept


def _network(lk: Any, dtype: Any, *, activation: str = "ReLU", depth: int = 1) -> Any:
    inside = [layer for _ in range(depth - 1) for layer in (lk.Linear(5, 5, dtype=dtype), getattr(lk, activation)())]
    return lk.Sequential(lk.Linear(3, 5, dtype=dtype), getattr(lk, activation)(), *inside, lk.Linear(5, 2, bias=False, dtype=dtype))


CONCEPTS: tuple[Concept, ...] = (
    layer_concept(
        "Sequential",
        _network,
        {
            "two linear maps": Case(inputs=normal((4, 3)), options={"activation": "Tanh"}),
            "deep": Case(inputs=normal((4, 3), scale=0.1), options={"activation": "Sigmoid", "depth": 6}),
            "three axes": Case(inputs=normal((2, 4, 3)), options={"activation": "GELU"}),
            "a batch of one": Case(inputs=normal((1, 3)), options={"activation": "LeakyReLU"}),
        },
        {"no examples": Case(inputs=normal((0, 3)))},
    ),
)
