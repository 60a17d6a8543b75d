"""What holds for every operation of the reference: one table of inputs (`operation_cases`), one test for each fact."""

import doctest
import importlib
import inspect
import pydoc
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_backward_is_the_slope, assert_close, assert_equal, assert_own_memory, leaves
from operation_cases import CASES, GRADIENTS, OperationCase, ids, is_float

from learnkit import reference as lk

OPERATIONS = sorted(name for name in lk.__all__ if hasattr(getattr(lk, name), "backward_rule") and name != "Operation")

every_case = pytest.mark.parametrize("case", CASES, ids=str)
every_gradient = pytest.mark.parametrize(("case", "position"), GRADIENTS, ids=ids)
every_operation = pytest.mark.parametrize("name", OPERATIONS)
every_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])


def as_tuple(gradients: Any) -> tuple[Any, ...]:
    return gradients if isinstance(gradients, tuple) else (gradients,)


def a_grad_output(output: Any) -> Any:
    """A gradient of the output's shape and dtype; for a loss it is 1."""
    if np.shape(output) == ():
        return np.ones_like(output)
    return np.random.default_rng(1).standard_normal(np.shape(output)).astype(np.asarray(output).dtype)


def as_tensors(case: OperationCase) -> list[Any]:
    return [lk.Tensor(value, requires_grad=True) if is_float(value) else value for value in case.inputs()]


def test_the_table_has_every_operation() -> None:
    assert {case.name for case in CASES} == set(OPERATIONS)


def test_there_are_operations_in_every_chapter() -> None:
    assert {"linear", "cross_entropy", "softmax", "gelu", "matmul", "getitem"} <= set(OPERATIONS)


# --- gradients ---------------------------------------------------------------------------------------------------------------------------


@every_gradient
def test_backward_on_arrays_is_the_slope_of_forward(case: OperationCase, position: int) -> None:
    assert_backward_is_the_slope(case.operation, case.inputs(), position, case.options)


@every_case
def test_gradcheck_passes_on_the_tape(case: OperationCase) -> None:
    assert lk.gradcheck(lambda *tensors: case.operation(*tensors, **case.options), as_tensors(case))


@every_case
def test_the_tape_gives_the_gradients_that_backward_gives(case: OperationCase) -> None:
    tensors = as_tensors(case)
    output = case.operation(*tensors, **case.options)
    grad_output = a_grad_output(output.data)
    output.backward(grad_output)
    plain, saved = case.operation.forward(*case.inputs(), **case.options)
    assert_equal(output.data, plain)
    for tensor, gradient in zip(tensors, as_tuple(case.operation.backward(grad_output, saved)), strict=True):
        if isinstance(tensor, lk.Tensor):
            assert_equal(tensor.grad, gradient)


@every_case
def test_there_is_one_gradient_per_input_and_none_for_integers(case: OperationCase) -> None:
    inputs = case.inputs()
    output, saved = case.operation.forward(*inputs, **case.options)
    gradients = as_tuple(case.operation.backward(a_grad_output(output), saved))
    assert [gradient is not None for gradient in gradients] == [is_float(value) for value in inputs]


@every_case
def test_every_gradient_has_the_shape_of_its_input(case: OperationCase) -> None:
    inputs = case.inputs()
    output, saved = case.operation.forward(*inputs, **case.options)
    gradients = as_tuple(case.operation.backward(a_grad_output(output), saved))
    shapes = {position: np.shape(gradients[position]) for position in case.differentiable()}
    assert shapes == {position: np.shape(inputs[position]) for position in case.differentiable()}


@every_case
def test_backward_is_linear_in_grad_output(case: OperationCase) -> None:
    # times 4 is exact in binary, so not even the last digit may differ
    output, saved = case.operation.forward(*case.inputs(), **case.options)
    grad_output = a_grad_output(output)
    once, four_times = (as_tuple(case.operation.backward(factor * grad_output, saved)) for factor in (1.0, 4.0))
    for position in case.differentiable():
        assert_equal(four_times[position], 4 * once[position])


@every_case
def test_backward_runs_twice_on_one_saved_with_the_same_result(case: OperationCase) -> None:
    output, saved = case.operation.forward(*case.inputs(), **case.options)
    first, second = (as_tuple(case.operation.backward(a_grad_output(output), saved)) for _ in range(2))
    for position in case.differentiable():
        assert_equal(second[position], first[position])


@pytest.mark.parametrize("case", [case for case in CASES if case.operation.is_selective], ids=str)
def test_a_selective_rule_gives_what_was_asked_and_the_same_as_the_whole(case: OperationCase) -> None:
    inputs = case.inputs()
    output, saved = case.operation.forward(*inputs, **case.options)
    whole = case.operation.backward(a_grad_output(output), saved)
    for asked in case.differentiable():
        needs = [position == asked for position in range(len(inputs))]
        gradients = case.operation.backward(a_grad_output(output), saved, needs_input_grad=needs)
        assert_equal(gradients[asked], whole[asked])
        assert [gradient is not None for gradient in gradients] == needs


# --- purity ------------------------------------------------------------------------------------------------------------------------------


@every_case
def test_inputs_are_never_changed(case: OperationCase) -> None:
    inputs = case.inputs()
    for array in leaves(inputs):
        array.setflags(write=False)  # a write would raise
    output, saved = case.operation.forward(*inputs, **case.options)
    grad_output = np.array(a_grad_output(output))
    grad_output.setflags(write=False)
    for array in leaves(saved):
        array.setflags(write=False)
    case.operation.backward(grad_output, saved)
    for given, drawn in zip(leaves(inputs), leaves(case.inputs()), strict=True):
        assert_equal(given, drawn)


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in ("reshape", "transpose", "getitem")], ids=str)
def test_the_output_has_memory_of_its_own(case: OperationCase) -> None:
    # reshape, transpose and getitem are views of their input, as in NumPy and PyTorch
    inputs = case.inputs()
    output = case.operation(*inputs, **case.options)
    assert [np.shares_memory(output, array) for array in leaves(inputs)] == [False] * len(list(leaves(inputs)))


@every_case
def test_no_gradient_on_the_tape_shares_memory_with_anything(case: OperationCase) -> None:
    tensors = as_tensors(case)
    output = case.operation(*tensors, **case.options)
    grad_output = np.array(a_grad_output(output.data))
    output.backward(grad_output)
    arrays = {f"grad of input {i}": t.grad for i, t in enumerate(tensors) if isinstance(t, lk.Tensor)}
    arrays |= {f"input {i}": t.data for i, t in enumerate(tensors) if isinstance(t, lk.Tensor)}
    assert_own_memory({**arrays, "grad_output": grad_output})


# --- dtype and NaN -----------------------------------------------------------------------------------------------------------------------


@every_dtype
@every_case
def test_dtype_in_is_dtype_out_forward(case: OperationCase, dtype: Any) -> None:
    assert np.asarray(case.operation(*case.inputs(dtype), **case.options)).dtype == dtype


@every_dtype
@every_case
def test_dtype_in_is_dtype_out_backward(case: OperationCase, dtype: Any) -> None:
    output, saved = case.operation.forward(*case.inputs(dtype), **case.options)
    gradients = as_tuple(case.operation.backward(a_grad_output(output), saved))
    kinds = {position: gradients[position].dtype for position in case.differentiable()}
    assert kinds == dict.fromkeys(case.differentiable(), np.dtype(dtype))


@pytest.mark.parametrize("case", [case for case in CASES if case.note in ("mean", "sum") and case.name not in ("sum", "mean")], ids=str)
def test_a_float32_loss_keeps_float32_gradients_when_grad_output_is_a_python_number(case: OperationCase) -> None:
    _, saved = case.operation.forward(*case.inputs(np.float32), **case.options)
    gradients = as_tuple(case.operation.backward(1.0, saved))
    assert {gradients[position].dtype for position in case.differentiable()} == {np.dtype(np.float32)}


@every_case
def test_float32_agrees_with_float64_to_float32_precision(case: OperationCase) -> None:
    coarse, fine = (case.operation(*case.inputs(dtype), **case.options) for dtype in (np.float32, np.float64))
    assert_close(np.float64(coarse), np.asarray(fine), tolerance=1e-5)


# a target is data, and data must not be NaN
NAN_IS_REFUSED = {("bce_with_logits", 1)}


@pytest.mark.parametrize(
    ("case", "position"),
    [(case, position) for case, position in GRADIENTS if (case.name, position) not in NAN_IS_REFUSED],
    ids=[name for name, (case, position) in zip(ids, GRADIENTS, strict=True) if (case.name, position) not in NAN_IS_REFUSED],
)
def test_nan_propagates(case: OperationCase, position: int) -> None:
    inputs = list(case.inputs())
    inputs[position] = np.full_like(inputs[position], np.nan)
    assert np.isnan(case.operation(*inputs, **case.options)).all()


@pytest.mark.parametrize("case", [case for case in CASES if case.name != "getitem"], ids=str)
def test_nan_in_grad_output_reaches_every_gradient(case: OperationCase) -> None:
    # getitem gives 0 to what was not picked
    output, saved = case.operation.forward(*case.inputs(), **case.options)
    gradients = as_tuple(case.operation.backward(np.full_like(np.asarray(output), np.nan), saved))
    assert all(np.isnan(gradients[position]).all() for position in case.differentiable())


# --- the three ways to call it -----------------------------------------------------------------------------------------------------------


@every_case
def test_on_arrays_it_gives_the_plain_value(case: OperationCase) -> None:
    output = case.operation(*case.inputs(), **case.options)
    assert isinstance(output, (np.ndarray, np.floating))
    assert_equal(output, case.operation.forward(*case.inputs(), **case.options)[0])


@every_case
def test_on_tensors_it_records_itself(case: OperationCase) -> None:
    output = case.operation(*as_tensors(case), **case.options)
    assert output.requires_grad
    assert output.grad_fn.operation is case.operation


@every_case
def test_on_tensors_without_a_gradient_it_records_nothing(case: OperationCase) -> None:
    output = case.operation(*[lk.Tensor(value) if is_float(value) else value for value in case.inputs()], **case.options)
    assert isinstance(output, lk.Tensor)
    assert (output.grad_fn, output.requires_grad) == (None, False)


@every_case
def test_inside_no_grad_it_records_nothing(case: OperationCase) -> None:
    with lk.no_grad():
        output = case.operation(*as_tensors(case), **case.options)
    assert (output.grad_fn, output.requires_grad) == (None, False)


@every_operation
def test_forward_on_a_tensor_says_what_to_do(name: str) -> None:
    case = next(case for case in CASES if case.name == name)
    with pytest.raises(TypeError, match=rf"{name}.forward takes arrays and got a Tensor. Call {name}\(…\) on Tensors, or pass its .data."):
        case.operation.forward(*as_tensors(case), **case.options)


@every_operation
def test_a_missing_input_is_a_type_error(name: str) -> None:
    with pytest.raises(TypeError, match="missing"):
        getattr(lk, name)()


@every_operation
def test_an_unknown_option_is_a_type_error_that_names_it(name: str) -> None:
    case = next(case for case in CASES if case.name == name)
    with pytest.raises(TypeError, match="unexpected keyword argument 'axis'"):
        case.operation(*case.inputs(), **case.options, axis=0)


@every_operation
def test_every_input_may_be_given_by_name(name: str) -> None:
    case = next(case for case in CASES if case.name == name)
    names = [p.name for p in inspect.signature(case.operation).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    by_name = dict(zip(names, case.inputs(), strict=True))
    assert_equal(case.operation(**by_name, **case.options), case.operation(*case.inputs(), **case.options))


# --- documentation -----------------------------------------------------------------------------------------------------------------------


@every_operation
def test_options_are_keyword_only_and_inputs_are_not(name: str) -> None:
    kinds = {parameter.kind for parameter in inspect.signature(getattr(lk, name)).parameters.values()}
    assert kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}


@every_operation
def test_help_shows_the_signature_and_the_docstring(name: str) -> None:
    operation = getattr(lk, name)
    text = pydoc.render_doc(operation, renderer=pydoc.plaintext)
    first = next(iter(inspect.signature(operation).parameters))
    assert f"{name}({first}" in text
    assert operation.__doc__.splitlines()[0] in text
    assert "Examples" in text


@every_operation
def test_doctest_finds_the_examples(name: str) -> None:
    operation = getattr(lk, name)
    module = importlib.import_module(operation.__module__)
    found = {test.name: len(test.examples) for test in doctest.DocTestFinder().find(module)}
    assert found[f"{module.__name__}.{name}"] >= 1


@every_operation
def test_the_rule_of_its_gradient_is_documented(name: str) -> None:
    operation = getattr(lk, name)
    assert operation.backward.__name__ == f"{name}_backward"
    assert operation.backward.__doc__
