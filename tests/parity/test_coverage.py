"""Nothing public goes uncompared, and a declaration is where its name says."""

import importlib.util
from typing import Any

import pytest

from learnkit import reference
from learnkit.parity import CONCEPTS, NOT_COMPARED, measure
from learnkit.parity.declarations import MODULES


def missing(public: list[str], declared: Any, not_compared: dict[str, str]) -> list[str]:
    """Return the names that are neither declared nor listed with a reason."""
    return sorted(set(public) - set(declared) - {name for name, reason in not_compared.items() if reason})


def test_every_public_name_is_compared_or_says_why_not() -> None:
    assert missing(reference.__all__, CONCEPTS, NOT_COMPARED) == []


def test_a_name_that_is_not_declared_is_noticed() -> None:
    assert missing(["softmax", "op", "new"], ["softmax"], {"op": "a reason"}) == ["new"]
    assert missing(["op"], [], {"op": ""}) == ["op"]


def test_no_declaration_outlives_its_name() -> None:
    assert sorted(set(CONCEPTS) - set(reference.__all__)) == []
    assert sorted(set(NOT_COMPARED) - set(reference.__all__)) == []


def test_no_name_is_declared_and_excused_at_once() -> None:
    assert sorted(set(CONCEPTS) & set(NOT_COMPARED)) == []


def test_no_name_is_declared_twice() -> None:
    names = [concept.name for module in MODULES for concept in module.CONCEPTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_declaration_is_in_the_module_of_its_reference(module: Any) -> None:
    short = module.__name__.rpartition(".")[2]
    package = "reference" if importlib.util.find_spec(f"learnkit.reference.{short}") else "training"  # what touches no array
    beside = importlib.import_module(f"learnkit.{package}.{short}")
    for concept in module.CONCEPTS:
        assert hasattr(beside, concept.name), f"{concept.name} is not in learnkit/{package}/{short}.py"


def test_every_operation_with_a_gradient_declares_it() -> None:
    operations = {name: getattr(reference, name) for name in reference.__all__ if hasattr(getattr(reference, name), "backward_rule")}
    with_rule = [name for name, operation in operations.items() if operation.backward.__name__ != "backward"]
    assert len(with_rule) == 38
    assert [name for name in with_rule if not CONCEPTS[name].differentiable] == []


@pytest.mark.parametrize("name", [name for name, concept in CONCEPTS.items() if concept.differentiable])
def test_every_differentiable_input_has_a_gradient_in_some_case(name: str) -> None:
    """Two gradients that are both missing count as equal, so that one case of each must have had them."""
    concept = CONCEPTS[name]
    found = [difference for case in concept.cases for difference in measure(concept, case)]
    pairs = {(difference.what, difference.between) for difference in found if difference.kind == "gradient"}
    for input_name in concept.differentiable:
        assert (f"gradient of {input_name}", ("reference", concept.official)) in pairs
        assert (f"gradient of {input_name}", ("pytorch", "reference")) in pairs


def test_the_numbers_of_declarations_do_not_shrink_unseen() -> None:
    assert len(CONCEPTS) >= 45
    assert sum(len(concept.all_cases) for concept in CONCEPTS.values()) >= 450


def test_every_concept_has_a_case_and_almost_all_an_edge() -> None:
    assert [name for name, concept in CONCEPTS.items() if not concept.cases] == []
    assert [name for name, concept in CONCEPTS.items() if not concept.edges] == ["gradcheck", "no_grad"]
