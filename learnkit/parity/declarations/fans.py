"""Parity of fans and gains with torch.nn.init."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, given


def _fans(torch: Any, shape: tuple[int, ...]) -> Any:
    return torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))


CONCEPTS = (
    Concept(
        name="fan_in_out",
        official="torch.nn.init._calculate_fan_in_and_fan_out",
        call=_fans,
        inputs=("shape",),
        cases={"a matrix": Case(inputs=given((32, 64))), "a convolution": Case(inputs=given((8, 3, 5, 7)), why="the window counts")},
        edges={"one by one": Case(inputs=given((1, 1)))},
    ),
    Concept(
        name="calculate_gain",
        official="torch.nn.init.calculate_gain",
        inputs=("nonlinearity",),
        cases={name: Case(inputs=given(name)) for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu")},
        edges={"a steep slope": Case(inputs=given("leaky_relu"), options={"param": 0.3})},
    ),
)
