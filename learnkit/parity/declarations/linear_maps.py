"""Parity of the linear map: with and without a bias, for one example, a batch, and more axes."""

from learnkit.parity.concepts import Case, Concept, Draw, normal


def _without_bias(x: tuple[int, ...], weight: tuple[int, ...]) -> Draw:
    return lambda rng: (rng.standard_normal(x), rng.standard_normal(weight), None)


CONCEPTS = (
    Concept(
        name="linear",
        official="torch.nn.functional.linear",
        inputs=("x", "weight", "bias"),
        differentiable=("x", "weight", "bias"),
        bfloat16=True,
        cases={
            "a batch": Case(inputs=normal((5, 3), (2, 3), (2,))),
            "more outputs than inputs": Case(inputs=normal((5, 2), (7, 2), (7,))),
            "no bias": Case(inputs=_without_bias((5, 3), (2, 3))),
            "a batch of one": Case(inputs=normal((1, 3), (2, 3), (2,))),
            "three axes": Case(inputs=normal((2, 4, 3), (5, 3), (5,))),
            "four axes, no bias": Case(inputs=_without_bias((2, 1, 4, 3), (5, 3))),
            "one example without a batch": Case(inputs=normal((3,), (2, 3), (2,))),
            "one input, one output": Case(inputs=normal((4, 1), (1, 1), (1,))),
        },
        edges={
            "no examples": Case(inputs=normal((0, 3), (2, 3), (2,)), why="the gradients of the parameters are 0, not missing"),
            "integers": Case(
                inputs=lambda rng: (rng.integers(9, size=(4, 3)), rng.integers(9, size=(2, 3)), rng.integers(9, size=2)), why="dtype"
            ),
        },
    ),
)
