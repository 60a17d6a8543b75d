"""Everything that has a gradient is held against small steps along random directions, and the guard notices what is not.

What a declaration of parity calls differentiable is checked by tests/parity/test_finite_differences.py. A gradient that is written
out beside the operations, as a function of its own, claims its check: ``@pytest.mark.gradient_check("mlp_backward")``.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from claims import GRADIENT_CHECK, claim_problems, read_tests, shown, still_due

from learnkit import reference
from learnkit.parity import CONCEPTS, Case, Concept, Ran
from learnkit.parity.comparison import inputs_of
from learnkit.parity.concepts import is_float, normal

FILES = read_tests(Path(__file__).resolve().parents[1])
PUBLIC = {name: getattr(reference, name) for name in reference.__all__}
CHECKED = {name for name, concept in CONCEPTS.items() if concept.differentiable and concept.cases} | shown(FILES, GRADIENT_CHECK)

# what looks due and is not, each with a reason
NO_CHECK = {
    "Module": "abstract: every layer that it stands behind is checked",
    "OperationLayer": "abstract: every layer that it stands behind is checked",
    "numeric_grad": "the small steps themselves, compared with PyTorch's gradients",
    "accumulate_grads": "adds up gradients that backward gives; parity compares their sum with that of the whole batch",
}
CONSTANT_INPUTS = {
    "Parameter.start": "a leaf: nothing is computed from it",
    "batch_norm.mean": "given statistics are constants to the gradient, as in PyTorch",
    "batch_norm.var": "given statistics are constants to the gradient, as in PyTorch",
}


def names_due(public: Mapping[str, Any]) -> set[str]:
    """Return the names that must have a check: operations with a rule, layers, and functions that say that they return a gradient."""
    rules = {name for name, value in public.items() if hasattr(value, "backward_rule") and value.backward.__name__ != "backward"}
    layers = {name for name, value in public.items() if isinstance(value, type) and issubclass(value, reference.Module)}
    return rules | layers | {name for name in public if re.search(r"_(grads?|backward)$", name)}


def inputs_due(concept: Concept, function: Callable[..., Any]) -> set[str]:
    """Return the inputs from which a gradient flows to an output, as "name.input": tried with a Tensor in the place of each."""
    found = set()
    for case_name, case in concept.cases.items():
        values = inputs_of(concept, case_name, "float64")
        for at in [at for at, value in enumerate(values) if is_float(value)]:
            tensors = [reference.tensor(v, requires_grad=i == at) if isinstance(v, np.ndarray) else v for i, v in enumerate(values)]
            ran = function(*tensors, **case.options)
            outputs = ran.outputs if isinstance(ran, Ran) else ran
            each = outputs.values() if isinstance(outputs, dict) else outputs if isinstance(outputs, tuple) else [outputs]
            if any(getattr(output, "requires_grad", False) for output in each):
                found.add(f"{concept.name}.{concept.inputs[at]}")
    return found


def function_of(concept: Concept) -> Callable[..., Any]:
    """Return what the reference runs for a concept, as a function of its inputs and options."""
    run = concept.run
    return (lambda *inputs, **options: run(reference, *inputs, **options)) if run else getattr(reference, concept.name)


def test_everything_with_a_gradient_is_checked() -> None:
    assert still_due(names_due(PUBLIC), CHECKED, NO_CHECK) == []


@pytest.mark.parametrize("name", [name for name, concept in CONCEPTS.items() if not concept.arrays])
def test_every_input_that_a_gradient_reaches_is_declared(name: str) -> None:
    concept = CONCEPTS[name]
    declared = {f"{name}.{declared}" for declared in concept.differentiable}
    assert still_due(inputs_due(concept, function_of(concept)), declared, CONSTANT_INPUTS) == []


def test_every_claim_holds() -> None:
    assert claim_problems(FILES, PUBLIC, GRADIENT_CHECK) == []


def test_no_excuse_outlives_its_name_or_its_need() -> None:
    assert sorted(set(NO_CHECK) - set(still_due(names_due(PUBLIC), CHECKED, {}))) == []
    due = {
        item
        for item in CONSTANT_INPUTS
        for name in [item.partition(".")[0]]
        if item in inputs_due(CONCEPTS[name], function_of(CONCEPTS[name]))
    }
    assert sorted(set(CONSTANT_INPUTS) - due) == []


def test_the_marker_is_the_one_that_pytest_knows(pytestconfig: pytest.Config) -> None:
    assert [line for line in pytestconfig.getini("markers") if line.startswith(f"{GRADIENT_CHECK}(")]


# --- the guard itself --------------------------------------------------------------------------------------------------------------------


@reference.op
def square(x: Any) -> tuple[Any, Any]:
    """Return x²."""
    return x * x, x


class Doubled(reference.Module):
    """A layer."""


def test_an_operation_with_a_rule_a_layer_and_a_gradient_by_name_are_due() -> None:
    assert names_due({"square": square, "softmax": reference.softmax, "Doubled": Doubled, "rng": reference.rng}) == {"softmax", "Doubled"}
    assert names_due({"loss_grad": len, "net_backward": len, "gradual": len, "backwards": len}) == {"loss_grad", "net_backward"}


def test_an_input_that_a_gradient_reaches_is_found() -> None:
    concept = Concept(name="scaled", official="torch.mul", inputs=("x", "factor"), cases={"a batch": Case(inputs=normal((3, 2), (2,)))})
    assert inputs_due(concept, lambda x, factor: x * 2.0) == {"scaled.x"}
    assert inputs_due(concept, lambda x, factor: {"product": x * factor}) == {"scaled.x", "scaled.factor"}
    assert inputs_due(concept, lambda x, factor: np.ones(3)) == set()


def test_what_is_due_and_not_checked_is_noticed() -> None:
    assert still_due({"softmax", "relu", "Module"}, {"relu"}, {"Module": "abstract"}) == ["softmax"]


CLAIM = """
@pytest.mark.gradient_check("double_backward")
def test_double() -> None:
    assert_close(lk.double_backward(1.0), lk.numeric_grad(lk.double, 3.0))
"""


def test_a_claim_needs_no_derivation_and_must_be_able_to_fail() -> None:
    assert shown({"test_a.py": CLAIM}, GRADIENT_CHECK) == {"double_backward"}
    assert shown({"test_a.py": CLAIM.replace("assert_close", "print")}, GRADIENT_CHECK) == set()
    assert shown({"test_a.py": CLAIM.replace("lk.double_backward", "lk.double")}, GRADIENT_CHECK) == set()
