"""Parity of the initializers that do not draw."""

from learnkit.parity.concepts import Case, Concept, given

CONCEPTS = (
    Concept(
        name="zeros",
        official="torch.nn.init.zeros_",
        call=lambda torch, shape: torch.nn.init.zeros_(torch.empty(shape)),
        inputs=("shape",),
        cases={"a matrix": Case(inputs=given((3, 4)))},
        edges={"a bias": Case(inputs=given((3,))), "nothing": Case(inputs=given((0, 3)))},
    ),
    Concept(
        name="ones",
        official="torch.nn.init.ones_",
        call=lambda torch, shape: torch.nn.init.ones_(torch.empty(shape)),
        inputs=("shape",),
        cases={"a matrix": Case(inputs=given((3, 4)))},
        edges={"a scale": Case(inputs=given((3,))), "nothing": Case(inputs=given((0, 3)))},
    ),
    Concept(
        name="constant",
        official="torch.nn.init.constant_",
        call=lambda torch, shape, *, value: torch.nn.init.constant_(torch.empty(shape), value),
        inputs=("shape",),
        cases={"a matrix": Case(inputs=given((3, 4)), options={"value": 0.25})},
        edges={
            "a bias below 0": Case(inputs=given((3,)), options={"value": -3.0}),
            "nothing": Case(inputs=given((0, 3)), options={"value": 1.0}),
        },
    ),
)
