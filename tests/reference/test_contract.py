"""The contract of an operation: forward, backward, saved; and that the gradient check would notice a wrong rule of every operation.

What holds for each operation of the reference by itself (purity, dtypes, own memory, NaN) is in `test_every_operation`.
"""

import inspect
import pydoc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_equal, assert_own_memory
from operation_cases import CASES, GRADIENTS, OperationCase, ids, is_float

from learnkit import reference as lk


@pytest.fixture
def scaled() -> Any:
    """y = a·x - b, with two inputs after x and one option: dy/dx = a, dy/da = x, dy/db = -1."""

    @lk.op
    def scaled(x: Any, a: Any, b: Any = 0.0, *, twice: bool = False) -> tuple[Any, Any]:
        """Return a·x - b, or 2·(a·x - b)."""
        factor = 2.0 if twice else 1.0
        return factor * (a * x - b), (x, a, factor)

    @scaled.backward_rule
    def scaled_backward(grad_output: Any, saved: Any) -> Any:
        x, a, factor = saved
        return factor * grad_output * a, factor * grad_output * x, -factor * grad_output

    return scaled


X, A, B, G = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([10.0, 20.0]), np.array([1.0, 100.0])


# --- forward, backward, saved ------------------------------------------------------------------------------------------------------------


def test_forward_returns_the_output_and_what_it_saved(scaled: Any) -> None:
    # 3·1 - 10 = -7, 4·2 - 20 = -12
    output, saved = scaled.forward(X, A, B)
    assert_equal(output, [-7.0, -12.0])
    assert saved[0] is X
    assert saved[1] is A


def test_backward_returns_one_gradient_per_input_in_input_order(scaled: Any) -> None:
    # times grad_output [1, 100]: dx = a, da = x, db = -1
    _, saved = scaled.forward(X, A, B)
    grad_x, grad_a, grad_b = scaled.backward(G, saved)
    assert_equal(grad_x, [3.0, 400.0])
    assert_equal(grad_a, [1.0, 200.0])
    assert_equal(grad_b, [-1.0, -100.0])


@pytest.mark.worked_example("op")
def test_op_makes_an_operation_of_two_functions() -> None:
    # y = x²: 3² = 9, and the slope 2 · 3 = 6, times grad_output 10
    @lk.op
    def square(x: Any) -> tuple[Any, Any]:
        return x * x, x

    square.backward_rule(lambda grad_output, saved: grad_output * 2 * saved)
    output, saved = square.forward(np.array([3.0]))
    assert_equal(output, [9.0])
    assert_equal(square.backward(np.array([10.0]), saved), [60.0])


def test_a_call_on_arrays_returns_the_output_alone(scaled: Any) -> None:
    assert_equal(scaled(X, A, B), [-7.0, -12.0])


def test_a_call_on_arrays_returns_an_array_and_no_tensor(scaled: Any) -> None:
    assert isinstance(scaled(X, A, B), np.ndarray)


def test_one_tensor_among_the_inputs_makes_the_output_a_tensor(scaled: Any) -> None:
    assert isinstance(scaled(X, lk.Tensor(A), B), lk.Tensor)


def test_the_tape_takes_the_gradients_from_the_rule(scaled: Any) -> None:
    x, a, b = (lk.Tensor(value, requires_grad=True) for value in (X, A, B))
    scaled(x, a, b).backward(G)
    assert_equal(x.grad, [3.0, 400.0])
    assert_equal(a.grad, [1.0, 200.0])
    assert_equal(b.grad, [-1.0, -100.0])


def test_a_rule_for_one_input_returns_the_gradient_without_a_tuple() -> None:
    _, saved = lk.tanh.forward(np.zeros(2))
    assert isinstance(lk.tanh.backward(np.ones(2), saved), np.ndarray)


def test_a_rule_for_one_input_may_also_return_a_tuple_of_one() -> None:
    @lk.op
    def double(x: Any) -> tuple[Any, Any]:
        return 2 * x, None

    double.backward_rule(lambda grad_output, saved: (2 * grad_output,))
    x = lk.Tensor(X, requires_grad=True)
    double(x).backward(G)
    assert_equal(x.grad, [2.0, 200.0])


def test_none_in_place_of_a_gradient_leaves_the_input_without_one(scaled: Any) -> None:
    scaled.backward_rule(lambda grad_output, saved: (grad_output, None, None))
    x, a = lk.Tensor(X, requires_grad=True), lk.Tensor(A, requires_grad=True)
    scaled(x, a).backward(G)
    assert_equal(x.grad, G)
    assert a.grad is None


def test_backward_rule_returns_the_rule_so_that_its_name_is_the_function(scaled: Any) -> None:
    def rule(grad_output: Any, saved: Any) -> Any:
        return grad_output, None, None

    assert scaled.backward_rule(rule) is rule
    assert scaled.backward is rule


# --- inputs by name, defaults, wrong arguments -------------------------------------------------------------------------------------------


def test_inputs_given_by_name_come_to_their_places_in_any_order(scaled: Any) -> None:
    assert_equal(scaled(X, b=B, a=A), [-7.0, -12.0])
    assert_equal(scaled(b=B, a=A, x=X), [-7.0, -12.0])


def test_forward_takes_inputs_by_name_too(scaled: Any) -> None:
    assert_equal(scaled.forward(b=B, a=A, x=X)[0], [-7.0, -12.0])


def test_a_left_out_input_has_its_default(scaled: Any) -> None:
    assert_equal(scaled(X, A), [3.0, 8.0])


def test_gradients_keep_the_input_order_when_inputs_come_by_name(scaled: Any) -> None:
    b, a = lk.Tensor(B, requires_grad=True), lk.Tensor(A, requires_grad=True)
    scaled(b=b, x=X, a=a).backward(G)
    assert_equal(a.grad, [1.0, 200.0])
    assert_equal(b.grad, [-1.0, -100.0])


def test_options_reach_the_function_on_arrays_and_on_tensors(scaled: Any) -> None:
    assert_equal(scaled(X, A, B, twice=True), [-14.0, -24.0])
    assert_equal(scaled(lk.Tensor(X), A, b=B, twice=True).data, [-14.0, -24.0])


@pytest.mark.parametrize(
    ("inputs", "options", "complaint"),
    [
        ((X,), {}, "missing a required argument: 'a'"),
        ((), {"a": A}, "missing a required argument: 'x'"),
        ((X, A, B, B), {}, "too many positional arguments"),
        ((X, A), {"x": X}, "multiple values for argument 'x'"),
        ((X, A), {"axis": 0}, "unexpected keyword argument 'axis'"),
        ((X, A, B), {"axis": 0}, "unexpected keyword argument 'axis'"),
        ((X, A, B), {"b": B}, "multiple values for argument 'b'"),
    ],
    ids=["missing", "missing-first", "too-many", "doubled", "unknown", "unknown-beside-all-inputs", "doubled-beside-all-inputs"],
)
@pytest.mark.parametrize("way", ["call", "forward", "tape"])
def test_wrong_arguments_give_the_type_error_of_a_plain_function(
    scaled: Any, way: str, inputs: tuple[Any, ...], options: dict[str, Any], complaint: str
) -> None:
    call = scaled.forward if way == "forward" else scaled
    inputs = tuple(lk.Tensor(value) for value in inputs) if way == "tape" else inputs
    with pytest.raises(TypeError, match=complaint):
        call(*inputs, **options)


def test_an_option_is_not_taken_by_position(scaled: Any) -> None:
    with pytest.raises(TypeError, match="too many positional arguments"):
        scaled(X, A, B, True)


# --- it still looks like the function ----------------------------------------------------------------------------------------------------


def test_help_shows_signature_and_docstring(scaled: Any) -> None:
    text = pydoc.render_doc(scaled, renderer=pydoc.plaintext)
    assert "scaled(x: Any, a: Any, b: Any = 0.0, *, twice: bool = False)" in text
    assert "Return a·x - b, or 2·(a·x - b)." in text


def test_the_signature_is_that_of_the_function(scaled: Any) -> None:
    assert list(inspect.signature(scaled).parameters) == ["x", "a", "b", "twice"]


def test_the_name_is_that_of_the_function(scaled: Any) -> None:
    assert scaled.__name__ == "scaled"


# --- two outputs -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def powers() -> Any:
    """x² and x³ in one operation; ``powers.seen`` is the last grad_output that the rule was given."""

    @lk.op
    def powers(x: Any) -> tuple[Any, Any]:
        return (x**2, x**3), x

    @powers.backward_rule
    def powers_backward(grad_output: Any, saved: Any) -> Any:
        powers.seen = grad_output  # type: ignore[attr-defined]
        square, cube = grad_output
        return (0 if square is None else 2 * saved * square) + (0 if cube is None else 3 * saved**2 * cube)

    return powers


def test_a_call_with_two_outputs_returns_a_tuple_of_arrays(powers: Any) -> None:
    square, cube = powers(np.array([2.0]))
    assert_equal(square, [4.0])
    assert_equal(cube, [8.0])


def test_two_outputs_on_the_tape_are_two_tensors_of_one_node(powers: Any) -> None:
    square, cube = powers(lk.Tensor([2.0], requires_grad=True))
    assert square.grad_fn is cube.grad_fn
    assert (square.output_index, cube.output_index) == (0, 1)


def test_both_outputs_send_their_gradients_back_in_one_visit(powers: Any) -> None:
    # L = x² + 10·x³ at 2: 4 + 10·12 = 124
    x = lk.Tensor([2.0], requires_grad=True)
    square, cube = powers(x)
    (square + 10.0 * cube).sum().backward()
    assert_equal(x.grad, [124.0])


@pytest.mark.parametrize(("used", "slope"), [(0, 4.0), (1, 12.0)])
def test_an_output_that_the_loss_does_not_use_has_the_gradient_none(powers: Any, used: int, slope: float) -> None:
    x = lk.Tensor([2.0], requires_grad=True)
    powers(x)[used].sum().backward()
    assert [grad is None for grad in powers.seen] == [used == 1, used == 0]
    assert_equal(x.grad, [slope])


def test_an_output_that_is_used_twice_receives_the_sum(powers: Any) -> None:
    # L = x²·x² at 3: 4·27 = 108
    x = lk.Tensor([3.0], requires_grad=True)
    square, _ = powers(x)
    (square * square).sum().backward()
    assert_equal(x.grad, [108.0])


def test_backward_can_start_at_one_of_two_outputs(powers: Any) -> None:
    x = lk.Tensor([2.0], requires_grad=True)
    powers(x)[1].backward()
    assert_equal(x.grad, [12.0])


def test_each_of_two_outputs_can_retain_its_own_gradient(powers: Any) -> None:
    square, cube = powers(lk.Tensor([2.0], requires_grad=True))
    square.retain_grad()
    cube.retain_grad()
    (5.0 * square + 7.0 * cube).sum().backward()
    assert_equal(square.grad, [5.0])
    assert_equal(cube.grad, [7.0])


def test_a_tuple_of_one_output_stays_a_tuple_both_ways() -> None:
    @lk.op
    def one(x: Any) -> tuple[Any, Any]:
        return (3 * x,), None

    one.backward_rule(lambda grad_output, saved: 3 * grad_output[0])
    x = lk.Tensor(X, requires_grad=True)
    (output,) = one(x)
    output.backward(G)
    assert_equal(x.grad, [3.0, 300.0])


# --- rules that are wrong in form --------------------------------------------------------------------------------------------------------


@lk.op
def ruleless(x: Any, y: Any) -> tuple[Any, Any]:
    return x + y, None


def test_backward_of_an_operation_without_a_rule_says_how_to_write_one() -> None:
    with pytest.raises(TypeError, match=r"ruleless has no backward rule\. Write one under it: @ruleless\.backward_rule"):
        ruleless.backward(G, None)


def test_the_tape_says_it_too() -> None:
    output = ruleless(lk.Tensor(X, requires_grad=True), X)
    with pytest.raises(TypeError, match="ruleless has no backward rule"):
        output.backward(G)


def test_an_operation_without_a_rule_computes() -> None:
    assert_equal(ruleless(X, X), [2.0, 4.0])


def two_inputs(rule: Callable[..., Any]) -> Any:
    made = lk.op(ruleless.__wrapped__)
    made.backward_rule(rule)
    return made(lk.Tensor(X, requires_grad=True), lk.Tensor(X, requires_grad=True))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_rule_with_the_wrong_number_of_gradients_is_refused(count: int) -> None:
    output = two_inputs(lambda grad_output, saved: (grad_output,) * count)
    with pytest.raises(ValueError, match=f"ruleless.backward must return one gradient per input: 2; got {count}"):
        output.backward(G)


# rows of (2, 2) have the inputs' own shape (2,): nothing later would notice
@pytest.mark.parametrize("alone", [None, np.float64(1.0), np.ones(3), np.ones((2, 2))], ids=["none", "number", "array", "array-of-2-rows"])
def test_one_gradient_alone_is_not_taken_apart_as_two(alone: Any) -> None:
    output = two_inputs(lambda grad_output, saved: alone)
    with pytest.raises(ValueError, match=r"ruleless\.backward must return one gradient per input: 2; got 1"):
        output.backward(G)


@pytest.mark.parametrize("wrong", [np.ones((2, 1)), np.ones(1), np.float64(1.0)], ids=["column", "one", "number"])
def test_a_gradient_of_another_shape_is_refused_even_if_it_would_broadcast(wrong: Any) -> None:
    output = two_inputs(lambda grad_output, saved: (grad_output, wrong))
    with pytest.raises(ValueError, match=r"ruleless.backward returned a gradient of shape \(.*\) for input 1 of shape \(2,\)"):
        output.backward(G)


def test_one_array_handed_to_two_inputs_becomes_two_gradients() -> None:
    made = lk.op(ruleless.__wrapped__)
    made.backward_rule(lambda grad_output, saved: (grad_output, grad_output))
    x, y = lk.Tensor(X, requires_grad=True), lk.Tensor(X, requires_grad=True)
    made(x, y).backward(G)
    assert_own_memory({"x": x.grad, "y": y.grad, "grad_output": G})


def test_forward_refuses_a_tensor_with_a_remedy(scaled: Any) -> None:
    with pytest.raises(TypeError, match=r"scaled.forward takes arrays and got a Tensor. Call scaled\(…\) on Tensors, or pass its .data."):
        scaled.forward(X, lk.Tensor(A))


# --- what nobody asked for ---------------------------------------------------------------------------------------------------------------


def test_the_tape_tells_a_selective_rule_which_gradients_are_needed() -> None:
    asked = []
    watched = lk.op(lk.linear.__wrapped__)

    @watched.backward_rule
    def watched_backward(grad_output: Any, saved: Any, needs_input_grad: Any = (True, True, True)) -> Any:
        asked.append(list(needs_input_grad))
        return lk.linear.backward(grad_output, saved, needs_input_grad=needs_input_grad)

    x, weight, bias = np.ones((4, 3)), lk.Tensor(np.ones((2, 3)), requires_grad=True), lk.Tensor(np.ones(2), requires_grad=True)
    watched(x, weight, bias).sum().backward()
    watched(lk.Tensor(x), weight).sum().backward()
    watched(lk.Tensor(x, requires_grad=True), lk.Tensor(weight.data), bias).sum().backward()
    assert asked == [[False, True, True], [False, True, False], [True, False, True]]


def test_linear_leaves_out_the_gradient_of_the_data() -> None:
    _, saved = lk.linear.forward(np.ones((4, 3)), np.ones((2, 3)), np.ones(2))
    grad_x, grad_weight, grad_bias = lk.linear.backward(np.ones((4, 2)), saved, needs_input_grad=(False, True, True))
    assert grad_x is None
    assert_equal(grad_weight, np.full((2, 3), 4.0))
    assert_equal(grad_bias, [4.0, 4.0])


def test_a_rule_that_is_not_selective_is_not_asked() -> None:
    assert not lk.mul.is_selective
    assert lk.linear.is_selective


# --- the gradient check notices a wrong rule, of every operation -------------------------------------------------------------------------


def with_rule(case: OperationCase, position: int, change: Callable[[Any], Any]) -> tuple[Callable[..., Any], list[Any]]:
    """The operation with the gradient of one input changed, and its inputs as tensors."""
    made = lk.op(case.operation.__wrapped__)

    def rule(grad_output: Any, saved: Any) -> Any:
        gradients = case.operation.backward(grad_output, saved)
        if not isinstance(gradients, tuple):
            return change(gradients)
        return tuple(change(gradient) if index == position else gradient for index, gradient in enumerate(gradients))

    made.backward_rule(rule)
    tensors = [lk.Tensor(value, requires_grad=True) if is_float(value) else value for value in case.inputs()]
    return lambda *inputs: made(*inputs, **case.options), tensors


def test_the_table_checks_a_gradient_of_every_operation() -> None:
    operations = {name for name in lk.__all__ if name != "Operation" and hasattr(getattr(lk, name), "backward_rule")}
    assert {case.name for case in CASES if case.differentiable()} == operations


@pytest.mark.parametrize(("case", "position"), GRADIENTS, ids=ids)
def test_gradcheck_accepts_the_rule_as_it_is(case: OperationCase, position: int) -> None:
    function, tensors = with_rule(case, position, lambda gradient: gradient)
    assert lk.gradcheck(function, tensors)


@pytest.mark.parametrize(("case", "position"), GRADIENTS, ids=ids)
@pytest.mark.parametrize(
    "change",
    [lambda gradient: 1.01 * gradient, np.zeros_like, lambda gradient: None, np.negative],
    ids=["one-percent-off", "zero", "none", "wrong-sign"],
)
def test_gradcheck_rejects_a_wrong_gradient(case: OperationCase, position: int, change: Callable[[Any], Any]) -> None:
    function, tensors = with_rule(case, position, change)
    with pytest.raises(ValueError, match=f"the gradient of input {position}, .* is wrong"):
        lk.gradcheck(function, tensors)


SQUARE = [(case, position) for case, position in GRADIENTS if case.inputs()[position].shape == (3, 3)]


@pytest.mark.parametrize(("case", "position"), SQUARE, ids=[f"{case}-input{position}" for case, position in SQUARE])
def test_gradcheck_rejects_a_transposed_gradient_of_a_square_input(case: OperationCase, position: int) -> None:
    # inputs are drawn from seed 0: with weights u equal to x, uᵀx would be its own transpose, and the mistake would pass
    function, tensors = with_rule(case, position, np.transpose)
    with pytest.raises(ValueError, match=f"the gradient of input {position}, .* is wrong"):
        lk.gradcheck(function, tensors)


def test_the_table_has_square_inputs_to_transpose() -> None:
    assert {case.name for case, _ in SQUARE} >= {"linear", "softmax", "log_softmax", "matmul", "transpose"}
