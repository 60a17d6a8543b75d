"""The declarations of parity stay on the device of their inputs: what would fail on a GPU fails here too, without one.

On PyTorch's "meta" device tensors have shapes and no values. A declaration that puts a tensor elsewhere than its inputs mixes two
devices, and PyTorch refuses. One that reads values cannot go on; that is no fault, and ends it here.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from learnkit import pytorch
from learnkit.parity import CONCEPTS, Concept, Ran
from learnkit.parity.comparison import inputs_of
from learnkit.parity.concepts import AS_GIVEN, given, is_float

ELSEWHERE = "While copying the parameter"  # a state without values, for a layer that has some
NEEDS_VALUES = ("meta tensors", "Cannot copy out of meta tensor", "meta tensor; no data", "data-independent", "Meta tensors")


def mixes_devices(function: Callable[..., Any], concept: Concept, case: str) -> str | None:
    """Run a function on inputs without values, back too; return what PyTorch says of two devices, or None."""
    dtype = AS_GIVEN if concept.dtypes_of(case) == (AS_GIVEN,) else "float64"
    inputs = [
        torch.tensor(value, device="meta", requires_grad=name in concept.differentiable and is_float(value))
        if isinstance(value, np.ndarray)
        else value
        for name, value in zip(concept.inputs, inputs_of(concept, case, dtype), strict=True)
    ]
    try:
        with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
            warnings.simplefilter("ignore")  # copying into a parameter without values does nothing, and says so
            ran = function(*inputs, **concept.all_cases[case].options)
            outputs = ran.outputs if isinstance(ran, Ran) else ran
            for output in outputs.values() if isinstance(outputs, dict) else [outputs]:
                if inputs and getattr(output, "requires_grad", False):
                    output.backward(torch.ones_like(output), retain_graph=True)
    except NotImplementedError:
        return None  # it needs values, or PyTorch has no such operation without them
    except Exception as error:
        said = str(error)
        return said if ELSEWHERE in said or ("device" in said and not any(words in said for words in NEEDS_VALUES)) else None
    return None


def both_sides(concept: Concept) -> dict[str, Callable[..., Any]]:
    """Return what runs on PyTorch: our twin and the official call."""
    run, call = concept.run, concept.call
    ours = (lambda *inputs, **options: run(pytorch, *inputs, **options)) if run else getattr(pytorch, concept.name)
    return {"pytorch": ours} | ({concept.official: lambda *inputs, **options: call(torch, *inputs, **options)} if call else {})


@pytest.mark.parametrize("name", CONCEPTS)
def test_a_declaration_stays_on_the_device_of_its_inputs(name: str) -> None:
    concept = CONCEPTS[name]
    found = {
        f"{side}, {case}": mixes_devices(function, concept, case)
        for side, function in both_sides(concept).items()
        for case in concept.all_cases
    }
    assert {where: said for where, said in found.items() if said is not None} == {}


def test_a_tensor_that_is_put_elsewhere_is_noticed() -> None:
    from learnkit.parity import Case

    concept = Concept(name="sum", official="torch.add", inputs=("x",), cases={"three": Case(inputs=given([1.0, 2.0, 3.0]))})
    assert mixes_devices(lambda x: x + torch.ones(3, device=x.device), concept, "three") is None
    assert "device" in str(mixes_devices(lambda x: x + torch.ones(3), concept, "three"))
    assert mixes_devices(lambda x: float(x.sum()), concept, "three") is None
