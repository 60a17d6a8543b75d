"""Parity of the layers, with the same parameters in all: outputs, the gradients of input and parameters, names and shapes of the state."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, Ran, drawn, given, normal


def _load(layer: Any, tensor: Any, dtype: Any) -> list[tuple[str, tuple[int, ...]]]:
    """Give a layer the parameters that depend on their names alone; return names and shapes of its state."""
    shapes = [(name, tuple(value.shape)) for name, value in layer.state_dict().items()]
    layer.load_state_dict({name: tensor(drawn(name, shape), dtype=dtype) for name, shape in shapes})
    return shapes


def _called(layers: Any, tensor: Any, make: Any, x: Any, options: dict[str, Any]) -> Ran:
    layer = make(layers, x.dtype, **options)
    layer.to(getattr(x, "device", "cpu"))
    state = _load(layer, tensor, x.dtype)
    return Ran(outputs={"output": layer(x), "state": state}, leaves=dict(layer.named_parameters()))


def layer_concept(name: str, make: Any, cases: dict[str, Case], edges: dict[str, Case], **more: Any) -> Concept:
    """Declare a layer by how it is made: ``make(lk or torch.nn, dtype, **options)``.

    It is called on tensors in both trees and in PyTorch; in the reference it also goes forward and backward by hand, on arrays.
    """

    def by_hand(reference: Any, arrays: Any, options: Any, grad_output_of: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        layer = make(reference, arrays[0].dtype, **options)
        state = _load(layer, reference.tensor, arrays[0].dtype)
        output = layer.forward(arrays[0])
        gradients = {"x": layer.backward(grad_output_of("output", output))}
        return {"output": output, "state": state}, gradients | {key: parameter.grad for key, parameter in layer.named_parameters()}

    return Concept(
        name=name,
        official=f"torch.nn.{name}",
        inputs=("x",),
        differentiable=("x",),
        run=lambda lk, x, **options: _called(lk, lk.tensor, make, x, options),
        call=lambda torch, x, **options: _called(torch.nn, torch.tensor, make, x, options),
        by_hand=by_hand,
        cases=cases,
        edges=edges,
        **more,
    )


def _activation(name: str, **cases: Case) -> Concept:
    return layer_concept(
        name,
        lambda lk, dtype, **options: getattr(lk, name)(**options),
        {"a batch": Case(inputs=normal((5, 3))), "three axes": Case(inputs=normal((2, 3, 4))), **cases},
        {"at 0": Case(inputs=given([[-0.0, 0.0, 1.0]]))},
    )


def _spread(*shape: int) -> Draw:
    return lambda rng: (np.float64(3) * rng.standard_normal(shape),)


CONCEPTS = (
    layer_concept(
        "Linear",
        lambda lk, dtype, **options: lk.Linear(**{"in_features": 3, "out_features": 2, "dtype": dtype, **options}),
        {
            "a batch": Case(inputs=normal((5, 3))),
            "no bias": Case(inputs=normal((5, 3)), options={"bias": False}),
            "more outputs": Case(inputs=_spread(4, 3), options={"out_features": 7}),
            "one input": Case(inputs=normal((4, 1)), options={"in_features": 1}),
            "three axes": Case(inputs=normal((2, 4, 3))),
            "one example without a batch": Case(inputs=normal((3,))),
            "a batch of one": Case(inputs=normal((1, 3))),
        },
        {"no examples": Case(inputs=normal((0, 3)))},
    ),
    _activation("Sigmoid"),
    _activation("Tanh"),
    _activation("ReLU"),
    _activation("LeakyReLU", steep=Case(inputs=normal((5, 3)), options={"negative_slope": 0.3})),
    _activation("GELU", tanh=Case(inputs=normal((5, 3)), options={"approximate": "tanh"})),
)
