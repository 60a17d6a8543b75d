"""Every backward of the reference against small steps, in float64, on the smooth cases: by gradcheck, and by five lines of our own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from learnkit import reference
from learnkit.parity import CONCEPTS, Concept, Ran
from learnkit.parity.comparison import inputs_of
from learnkit.parity.concepts import is_float

SMOOTH = [(name, case) for name, concept in CONCEPTS.items() if concept.differentiable for case in concept.cases]


def recorded(concept: Concept, case: str) -> tuple[dict[str, Callable[..., Any]], list[Any]]:
    """Return one function of the inputs for each output that has a gradient, and the inputs as tensors."""
    values = inputs_of(concept, case, "float64")
    options = concept.cases[case].options

    def outputs(*inputs: Any) -> dict[str, Any]:
        ran = concept.run(reference, *inputs, **options) if concept.run else getattr(reference, concept.name)(*inputs, **options)
        ran = ran.outputs if isinstance(ran, Ran) else ran
        return dict(ran) if isinstance(ran, dict) else {"output": ran}

    wants = [is_float(value) and name in concept.differentiable for name, value in zip(concept.inputs, values, strict=True)]
    tensors = [
        reference.Tensor(value, requires_grad=wanted) if isinstance(value, np.ndarray) else value
        for wanted, value in zip(wants, values, strict=True)
    ]
    names = [name for name, output in outputs(*tensors).items() if getattr(output, "requires_grad", False)]
    assert names
    return {name: lambda *inputs, name=name: outputs(*inputs)[name] for name in names}, tensors


def directional_error(function: Callable[..., Any], tensors: list[Any], at: int, rng: np.random.Generator, eps: float = 1e-6) -> float:
    """Return how far backward is from a central difference along a random direction, relative to max(1, |difference|)."""
    inputs = [reference.Tensor(t.data.copy(), requires_grad=t.requires_grad) if isinstance(t, reference.Tensor) else t for t in tensors]
    output = function(*inputs)
    weights, direction = rng.standard_normal(output.shape), rng.standard_normal(inputs[at].shape)
    output.backward(weights)
    analytic = 0.0 if inputs[at].grad is None else np.vdot(inputs[at].grad, direction)
    moved = [[*tensors[:at], reference.Tensor(tensors[at].data + step * direction), *tensors[at + 1 :]] for step in (eps, -eps)]
    above, below = (np.vdot(weights, function(*arguments).data) for arguments in moved)
    numeric = (above - below) / (2 * eps)
    return float(abs(analytic - numeric) / max(1.0, abs(numeric)))


@pytest.mark.parametrize(("name", "case"), SMOOTH, ids=["-".join(pair) for pair in SMOOTH])
def test_backward_is_the_slope_of_forward(name: str, case: str) -> None:
    concept = CONCEPTS[name]
    functions, tensors = recorded(concept, case)
    rng = np.random.default_rng(1)
    for function in functions.values():
        assert reference.gradcheck(function, tensors, rtol=concept.finite_difference_tolerance)
        for at, tensor in enumerate(tensors):
            if isinstance(tensor, reference.Tensor) and tensor.requires_grad:
                assert directional_error(function, tensors, at, rng) <= concept.finite_difference_tolerance


def test_our_own_five_lines_notice_a_wrong_gradient() -> None:
    x = reference.Tensor(np.array([1.0, 2.0, 3.0]), requires_grad=True)
    right, wrong = (lambda x: x * x), (lambda x: x * x * 0.99 + x.detach() * x.detach() * 0.01)
    assert directional_error(right, [x], 0, np.random.default_rng(0)) <= 1e-6
    assert directional_error(wrong, [x], 0, np.random.default_rng(0)) > 1e-4
