"""The comparison rejects what is wrong: each test puts one fault into one implementation."""

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from learnkit import reference
from learnkit.parity import CONCEPTS, Case, Concept, Mismatch, Ran, check, measure
from learnkit.parity.comparison import Plain, _difference, plain
from learnkit.parity.concepts import drawn, given, normal


def is_reference(lk: Any) -> bool:
    return lk.__name__ == "learnkit.reference"


def squares(fault: Callable[[Any, Any], Any], *, in_reference: bool = True, **more: Any) -> Concept:
    """Declare x² with a fault, a function of (x, x²), in one of the trees."""

    def run(lk: Any, x: Any) -> Any:
        return fault(x, x * x) if is_reference(lk) == in_reference else x * x

    declared = {
        "name": "square",
        "official": "torch.square",
        "inputs": ("x",),
        "differentiable": ("x",),
        "run": run,
        "cases": {"a batch": Case(inputs=normal((3, 2)), why="the reason of this case")},
    }
    return Concept(**{**declared, **more})


def numbers(concept: Concept) -> list[float]:
    """Return the two values of the first message line of a mismatch."""
    with pytest.raises(Mismatch) as caught:
        check(concept, "a batch")
    return [float(number) for number in re.findall(r"\]: (\S+) and (\S+),", str(caught.value))[0]]


IN_BOTH = pytest.mark.parametrize("in_reference", [True, False], ids=["reference", "pytorch"])


def changed(x: Any, y: Any, value: float) -> Any:
    """Return y with ``value`` added to entry [1, 0], on the tape."""
    step = np.zeros((3, 2))
    step[1, 0] = value
    return y + (reference.tensor(step) if isinstance(x, reference.Tensor) else __import__("torch").tensor(step))


def test_what_is_right_passes() -> None:
    check(squares(lambda x, y: y), "a batch")


@IN_BOTH
def test_a_forward_wrong_by_1e_11_in_one_entry_fails_there(in_reference: bool) -> None:
    with pytest.raises(Mismatch, match=r"square · a batch · float64 · cpu \(the reason of this case\):\n.*output: .* most at \[1, 0\]: "):
        check(squares(lambda x, y: changed(x, y, 1e-11), in_reference=in_reference), "a batch")


def test_a_mismatch_names_both_values() -> None:
    mine, official = numbers(squares(lambda x, y: changed(x, y, 1e-3)))
    x = inputs(squares(lambda x, y: y))
    assert official == x[1, 0] ** 2
    assert abs(mine - official - 1e-3) < 1e-15


def inputs(concept: Concept) -> Any:
    from learnkit.parity.comparison import inputs_of

    return inputs_of(concept, "a batch", "float64")[0]


@IN_BOTH
def test_a_gradient_wrong_by_a_percent_fails_though_the_output_is_right(in_reference: bool) -> None:
    with pytest.raises(Mismatch, match="gradient of x: ") as caught:
        check(squares(lambda x, y: y * 0.99 + y.detach() * 0.01, in_reference=in_reference), "a batch")
    assert "\n  output: " not in str(caught.value)


@IN_BOTH
def test_a_gradient_of_the_wrong_sign_fails(in_reference: bool) -> None:
    with pytest.raises(Mismatch, match="gradient of x: "):
        check(squares(lambda x, y: y.detach() * 2 - y, in_reference=in_reference), "a batch")


@IN_BOTH
def test_a_missing_gradient_fails(in_reference: bool) -> None:
    with pytest.raises(Mismatch, match=r"gradient of x: .*one is missing or no number: .*None"):
        check(squares(lambda x, y: y.detach(), in_reference=in_reference), "a batch")


def test_a_wrong_dtype_fails_though_the_values_are_right() -> None:
    whole = {"cases": {"a batch": Case(inputs=given([[1.0, 2.0]]))}, "differentiable": ()}
    with pytest.raises(Mismatch, match="in dtype: float32 and float64"):
        check(squares(lambda x, y: reference.tensor(y.data, dtype=np.float32), **whole), "a batch")


@IN_BOTH
@pytest.mark.parametrize("shape", [(2, 3), (1, 3, 2), (6,)])
def test_a_wrong_shape_fails(in_reference: bool, shape: tuple[int, ...]) -> None:
    with pytest.raises(Mismatch, match=r"in shape: \("):
        check(squares(lambda x, y: y.reshape(*shape), in_reference=in_reference), "a batch")


@IN_BOTH
def test_nan_against_a_number_fails(in_reference: bool) -> None:
    with pytest.raises(Mismatch, match=r"most at \[1, 0\]: .*nan"):
        check(squares(lambda x, y: changed(x, y, float("nan")), in_reference=in_reference), "a batch")


def test_nan_in_the_same_entries_passes_and_in_others_fails() -> None:
    nan = float("nan")
    check(squares(lambda x, y: y, cases={"a batch": Case(inputs=given([nan, 1.0, -float("inf"), nan]))}), "a batch")
    one, other = np.array([nan, 1.0]), np.array([1.0, nan])
    assert compare(one, one) == 0
    assert compare(one, other) == np.inf


def compare(one: Any, other: Any, *, relative: bool = False) -> float:
    return _difference(("one", "other"), "output", "output", plain(one), plain(other), 0.0, relative).size


@pytest.mark.parametrize(
    ("one", "other", "size"),
    [
        (np.inf, np.inf, 0),
        (np.inf, -np.inf, np.inf),
        (np.inf, 1e300, np.inf),
        (1.0, np.inf, np.inf),
        (np.nan, np.inf, np.inf),
        (1.5, 1.0, 0.5),
        (-1e4, -1e4 + 1, 1e-4),
        (2**53 + 2, 2**53, 2.0**-52),
        (True, False, np.inf),
        ("a", "b", np.inf),
        (None, None, 0),
        (None, 0.0, np.inf),
        ([1, 2], [1, 2], 0),
        ([1, 2], [2, 1], np.inf),
    ],
)
def test_sizes_of_differences(one: Any, other: Any, size: float) -> None:
    assert compare(one, other) == pytest.approx(size, rel=1e-3)


def test_booleans_and_integers_are_compared_exactly() -> None:
    assert compare(np.array([True, False]), np.array([True, True])) == 1
    assert compare(np.array([3, 4]), np.array([3, 5])) == 0.2


def test_small_values_count_where_a_case_says_so() -> None:
    assert compare(np.array([1e-20]), np.array([2e-20])) < 1e-12
    assert compare(np.array([1e-20]), np.array([2e-20]), relative=True) == 0.5
    assert compare(np.array([1e-20]), np.array([0.0]), relative=True) == np.inf
    tiny = Case(inputs=given([1e-10]), relative=True)
    with pytest.raises(Mismatch, match=r"2e-20|2\.0"):
        check(squares(lambda x, y: y * 2, cases={"a batch": tiny}), "a batch")


def test_an_input_that_is_changed_fails() -> None:
    def change(x: Any, y: Any) -> Any:
        x[0, 0] += 1
        return y

    concept = squares(change, arrays=True, differentiable=())
    with pytest.raises(Mismatch, match=r"input x: reference and what it was given differ, most at \[0, 0\]"):
        check(concept, "a batch")


def test_an_implementation_that_raises_is_named() -> None:
    def fail(x: Any, y: Any) -> Any:
        raise ZeroDivisionError("no")

    with pytest.raises(Mismatch, match="square · a batch · float64 · cpu: pytorch raised ZeroDivisionError: no"):
        check(squares(fail, in_reference=False), "a batch")


def test_outputs_of_other_names_fail() -> None:
    with pytest.raises(Mismatch, match=r"other names: .*extra"):
        check(squares(lambda x, y: {"output": y, "extra": y}), "a batch")


def test_a_wrong_official_call_fails_against_both_trees() -> None:
    with pytest.raises(Mismatch) as caught:
        check(squares(lambda x, y: y, call=lambda torch, x: x * x + 1e-11), "a batch")
    assert "reference and torch.square" in str(caught.value)
    assert "pytorch and torch.square" in str(caught.value)


def leaf_concept(gradient_factor: float) -> Concept:
    def run(lk: Any, x: Any) -> Ran:
        factor = gradient_factor if getattr(lk, "__name__", "") == "learnkit.pytorch" else 1.0
        weight = lk.tensor(drawn("weight", (2,)), requires_grad=True)
        return Ran(outputs={"output": x * (weight * factor + weight.detach() * (1 - factor))}, leaves={"weight": weight})

    declared = {"inputs": ("x",), "differentiable": ("x",), "cases": {"a batch": Case(inputs=normal((3, 2)))}}
    return Concept(name="leaf", official="torch.mul", run=run, call=run, **declared)  # type: ignore[arg-type]


def test_a_wrong_gradient_of_a_parameter_fails() -> None:
    check(leaf_concept(1.0), "a batch")
    with pytest.raises(Mismatch, match="gradient of weight: "):
        check(leaf_concept(0.99), "a batch")


def test_a_wrong_backward_by_hand_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    right = reference.tanh.forward
    monkeypatch.setattr(reference.tanh, "forward", lambda x: (right(x)[0], right(x)[1] * 0.999))
    with pytest.raises(Mismatch, match="gradient of x: reference by hand and reference differ"):
        check(CONCEPTS["tanh"], "a batch")


@pytest.mark.parametrize(
    ("name", "case", "input_name"),
    [("linear", "a batch", "weight"), ("matmul", "batch and matrix", "b"), ("softmax", "rows", "logits"), ("mse", "default", "targets")],
)
def test_a_fault_in_a_rule_of_the_reference_is_found_where_it_is(
    name: str, case: str, input_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    concept, rule = CONCEPTS[name], getattr(reference, name).backward
    wrong = concept.inputs.index(input_name)

    def faulty(grad_output: Any, saved: Any) -> Any:
        grads = rule(grad_output, saved)
        if not isinstance(grads, tuple):
            return grads * 1.01
        return tuple(grad * 1.01 if index == wrong else grad for index, grad in enumerate(grads))

    monkeypatch.setattr(getattr(reference, name), "backward", faulty)
    monkeypatch.setattr(getattr(reference, name), "is_selective", False)
    found = {d.what for d in measure(concept, case) if not d.agrees}
    assert found == {f"gradient of {input_name}"}


@pytest.mark.parametrize(("name", "rule"), [("sgd_update", "sgd_update"), ("SGD", "_sgd_in_place")])
def test_a_wrong_state_of_an_optimizer_fails(name: str, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from learnkit.reference import optimizers

    right = getattr(optimizers, rule)

    def faulty(param: Any, grad: Any, state: Any, **options: Any) -> Any:
        new, kept = right(param, grad, state, **options)
        return new, {key: value * (1 + 1e-9) for key, value in kept.items()}

    monkeypatch.setattr(optimizers, rule, faulty)
    monkeypatch.setattr(reference, rule, faulty, raising=False)
    wrong = [d.what for d in measure(CONCEPTS[name], "momentum") if not d.agrees]
    assert "momentum_buffer of weight after step 1" in wrong
    assert "weight after step 1" not in wrong


def test_a_state_where_there_should_be_none_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    right = reference.sgd_update

    def faulty(param: Any, grad: Any, state: Any, **options: Any) -> Any:
        return right(param, grad, state, **options)[0], {"momentum_buffer": grad}

    monkeypatch.setattr(reference, "sgd_update", faulty)
    with pytest.raises(Mismatch, match=r"momentum_buffer of weight after step 1: .*one is missing"):
        check(CONCEPTS["sgd_update"], "plain")


@pytest.mark.parametrize(
    ("fault", "case"),
    [
        (lambda options: {**options, "weight_decay": 0.0}, "weight decay"),
        (lambda options: {**options, "dampening": 0.0}, "momentum, dampening"),
        (lambda options: {**options, "nesterov": False}, "nesterov"),
        (lambda options: {**options, "lr": 0.1}, "plain"),
    ],
    ids=["weight decay", "dampening", "nesterov", "a rate that never changes"],
)
def test_an_option_that_is_ignored_fails(fault: Any, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = reference.sgd_update
    monkeypatch.setattr(reference, "sgd_update", lambda param, grad, state, **options: right(param, grad, state, **fault(options)))
    with pytest.raises(Mismatch, match="sgd_update"):
        check(CONCEPTS["sgd_update"], case)


def test_bfloat16_compares_values_and_pytorch_alone_dtypes() -> None:
    found = measure(CONCEPTS["tanh"], "a batch", dtype="bfloat16")
    assert all(difference.agrees for difference in found)
    assert any(difference.size > 1e-4 for difference in found)  # it is coarse, and it was measured
    with pytest.raises(Mismatch, match="in dtype: float32 and bfloat16"):
        check(squares(lambda x, y: y.float(), in_reference=False), "a batch", dtype="bfloat16")


def test_float32_results_are_held_to_float32_also_in_other_runs() -> None:
    """Integers give float32 in a run of float64: a difference of 1e-7 passes there, and one of 1e-4 does not."""

    def run(factor: float) -> Concept:
        def third(lk: Any, x: Any) -> Any:
            return lk.tensor((x.data / 3 * factor).astype(np.float32)) if is_reference(lk) else x / 3

        whole = {"cases": {"a batch": Case(inputs=given([1, 2, 3]))}, "differentiable": ()}
        return squares(lambda x, y: y, run=third, call=lambda torch, x: x / 3, **whole)

    check(run(1.0 + 1e-7), "a batch")
    with pytest.raises(Mismatch, match="1e-05 is allowed"):
        check(run(1.0 + 1e-4), "a batch")


def test_pytorchs_global_generator_stays_where_it_was() -> None:
    import torch

    before = torch.random.get_rng_state()
    check(CONCEPTS["Linear"], "a batch")
    assert torch.equal(torch.random.get_rng_state(), before)


def test_inputs_differ_between_cases_and_not_between_calls() -> None:
    concept = squares(lambda x, y: y, cases={"a batch": Case(inputs=normal((3, 2))), "another": Case(inputs=normal((3, 2)))})
    from learnkit.parity.comparison import inputs_of

    first, again, other = (inputs_of(concept, case, "float64")[0] for case in ("a batch", "a batch", "another"))
    assert (first == again).all()
    assert (first != other).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"forward_tolerance": 1e-9}, "needs tolerance_reason"),
        ({"float32_tolerance": 1e-3}, "needs tolerance_reason"),
        ({"official": "brute force"}, "is no official call"),
        ({"differentiable": ("z",)}, "not among the inputs"),
        ({"edges": {"a batch": Case()}}, "cases and edges at once"),
    ],
)
def test_a_declaration_without_its_reason_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        squares(lambda x, y: y, **changes)


def test_python_numbers_have_no_dtype_and_arrays_have() -> None:
    assert plain(1.5) == Plain(None, np.array(1.5))
    assert plain(np.float32(1.5)).dtype == "float32"
    assert plain(True) is True


def test_declarations_are_read_without_loading_pytorch() -> None:
    code = "import sys, learnkit.parity; sys.exit(any(name in sys.modules for name in ('torch', 'sklearn')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
