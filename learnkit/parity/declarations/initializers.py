"""Parity of which parameters of a network `initialize` gives which values."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, given


def _network(layers: Any, x: Any) -> Any:
    norms = (layers.LayerNorm(4, dtype=x.dtype), layers.LayerNorm((3, 4), dtype=x.dtype))
    net = layers.Sequential(layers.Linear(3, 4, dtype=x.dtype), *norms, layers.Linear(4, 2, dtype=x.dtype))
    return net.to(getattr(x, "device", "cpu"))


def _initialized(lk: Any, x: Any, *, value: float) -> dict[str, Any]:
    def constant(shape: Any, *, rng: Any, dtype: Any) -> Any:
        return lk.zeros(shape, dtype=dtype) + value

    net = lk.initialize(_network(lk, x), constant, rng=lk.rng(0))
    return dict(net.state_dict())


def _by_hand(torch: Any, x: Any, *, value: float) -> dict[str, Any]:
    def set_linear(module: Any) -> None:
        if isinstance(module, torch.nn.Linear):
            torch.nn.init.constant_(module.weight, value)
            torch.nn.init.zeros_(module.bias)

    return dict(_network(torch.nn, x).apply(set_linear).state_dict())


CONCEPTS = (
    Concept(
        name="initialize",
        official="torch.nn.init.constant_",
        call=_by_hand,
        run=_initialized,
        inputs=("x",),
        arrays=True,
        cases={"two layers and a scale": Case(inputs=given(np.zeros(1)), options={"value": 0.25})},
        edges={"all zero": Case(inputs=given(np.zeros(1)), options={"value": 0.0})},
    ),
)
