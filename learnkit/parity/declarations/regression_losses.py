"""Parity of the losses of a regression: every reduction, kinks, huge errors."""

from learnkit.parity.concepts import Case, Concept, given, normal
from learnkit.parity.declarations.losses import reduced

CONCEPTS = (
    Concept(
        name="mse",
        official="torch.nn.functional.mse_loss",
        inputs=("predictions", "targets"),
        differentiable=("predictions", "targets"),
        bfloat16=True,
        cases={
            **reduced("a batch", normal((5,), (5,))),
            **reduced("two axes", normal((4, 3), (4, 3))),
            "default": Case(inputs=normal((4, 3), (4, 3))),
            "one example": Case(inputs=normal((1,), (1,))),
            "numbers": Case(inputs=normal((), ())),
        },
        edges={
            "no error": Case(inputs=given([1.0, 2.0], [1.0, 2.0])),
            "huge": Case(inputs=given([1e4, -1e4], [-1e4, 2.0])),
            "NaN, none": Case(inputs=given([float("nan"), 1.0], [0.0, 0.0]), options={"reduction": "none"}),
        },
    ),
    Concept(
        name="mae",
        official="torch.nn.functional.l1_loss",
        inputs=("predictions", "targets"),
        differentiable=("predictions", "targets"),
        bfloat16=True,
        cases={
            **reduced("a batch", normal((5,), (5,))),
            **reduced("two axes", normal((4, 3), (4, 3))),
            "one example": Case(inputs=normal((1,), (1,))),
            "numbers": Case(inputs=normal((), ())),
        },
        edges={
            "no error": Case(inputs=given([1.0, 2.0], [1.0, 2.0]), why="the kink: slope 0"),
            "NaN, none": Case(inputs=given([float("nan"), 1.0], [0.0, 0.0]), options={"reduction": "none"}),
        },
    ),
    Concept(
        name="huber",
        official="torch.nn.functional.huber_loss",
        inputs=("predictions", "targets"),
        differentiable=("predictions", "targets"),
        bfloat16=True,
        cases={
            **reduced("a batch", normal((5,), (5,))),
            **reduced("two axes", normal((4, 3), (4, 3), scale=3.0)),
            **reduced("an early bend", normal((6,), (6,)), delta=0.3),
            "a late bend": Case(inputs=normal((4, 3), (4, 3)), options={"delta": 20.0}),
            "one example": Case(inputs=normal((1,), (1,))),
            "numbers": Case(inputs=normal((), ())),
        },
        edges={
            "at the bend": Case(inputs=given([1.0, -1.0, 0.0], [0.0, 0.0, 0.0])),
            "huge": Case(inputs=given([1e18, -1e18], [0.0, 0.0]), why="the square is not taken where it does not count"),
            "NaN, none": Case(inputs=given([float("nan"), 1.0], [0.0, 0.0]), options={"reduction": "none"}),
        },
    ),
)
