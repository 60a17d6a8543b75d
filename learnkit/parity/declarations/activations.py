"""Parity of the activations: kinks, saturation, and what becomes of infinities and NaN."""

from learnkit.parity.concepts import Case, Concept, given, normal

CASES = {
    "a batch": Case(inputs=normal((5, 3), scale=3)),
    "three axes": Case(inputs=normal((2, 3, 4))),
    "one value": Case(inputs=normal((1,))),
    "a number": Case(inputs=normal(())),
}
EDGES = {
    "at 0": Case(inputs=given([[-0.0, 0.0, 1.0]]), why="the derivative at a kink is a convention, and PyTorch's counts"),
    "huge": Case(inputs=given([-1e4, -800.0, 800.0, 1e4]), why="e^800 overflows"),
    "no values": Case(inputs=normal((0, 3))),
}
INFINITE = {"infinities and NaN": Case(inputs=given([-float("inf"), float("inf"), float("nan")]))}

CONCEPTS = (
    Concept(
        name="sigmoid",
        official="torch.sigmoid",
        inputs=("x",),
        differentiable=("x",),
        bfloat16=True,
        cases=CASES,
        edges={
            **EDGES,
            **INFINITE,
            "far left": Case(inputs=given([-20.0, -50.0, -80.0]), relative=True, why="the small values are right too, not only near 0"),
        },
    ),
    Concept(
        name="tanh",
        official="torch.tanh",
        inputs=("x",),
        differentiable=("x",),
        bfloat16=True,
        cases=CASES,
        edges={**EDGES, **INFINITE, "near 0": Case(inputs=given([-1e-8, 1e-12, 1e-20]), relative=True)},
    ),
    Concept(
        name="relu",
        official="torch.relu",
        inputs=("x",),
        differentiable=("x",),
        bfloat16=True,
        cases=CASES,
        edges={**EDGES, **INFINITE},
    ),
    Concept(
        name="leaky_relu",
        official="torch.nn.functional.leaky_relu",
        inputs=("x",),
        differentiable=("x",),
        bfloat16=True,
        cases={**CASES, "steep": Case(inputs=normal((5, 3)), options={"negative_slope": 0.3})},
        edges={
            **EDGES,
            **INFINITE,
            "at 0, steep": Case(inputs=given([[-0.0, 0.0, -1.0]]), options={"negative_slope": 0.5}),
            "slope 0": Case(inputs=normal((2, 3)), options={"negative_slope": 0.0}, why="this is relu"),
        },
    ),
    Concept(
        name="gelu",
        official="torch.nn.functional.gelu",
        inputs=("x",),
        differentiable=("x",),
        bfloat16=True,
        cases={
            **CASES,
            "tanh form": Case(inputs=normal((5, 3), scale=3), options={"approximate": "tanh"}),
        },
        edges={
            **EDGES,
            "at 0, tanh form": Case(inputs=given([[-0.0, 0.0, 1.0]]), options={"approximate": "tanh"}),
            "huge, tanh form": Case(inputs=given([-1e4, -800.0, 800.0, 1e4]), options={"approximate": "tanh"}, why="x³ is 1e12"),
            "NaN": Case(inputs=given([float("nan"), 1.0])),
        },
    ),
)
