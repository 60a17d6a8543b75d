"""Parity of the tape's switch, `no_grad`."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, normal


def _without_recording(lk: Any, x: Any) -> dict[str, Any]:
    with lk.no_grad():
        inside = x * 2
        with lk.no_grad():
            nested = x * 3
        after_nested = x * 4
    after = x * 5
    values = {"inside": inside, "nested": nested, "after nested": after_nested, "after": after}
    return values | {f"{name}: requires_grad": value.requires_grad for name, value in values.items()}


CONCEPTS = (
    Concept(
        name="no_grad",
        official="torch.no_grad",
        run=_without_recording,
        call=_without_recording,
        inputs=("x",),
        differentiable=("x",),
        cases={"nested": Case(inputs=normal((3, 2)))},
    ),
)
