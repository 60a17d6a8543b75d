"""The tape as a whole: the order of its visits, what it guards, the dtypes that come out. The parts of a Tensor are in `test_tensors`."""

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


def leaf(*values: float, dtype: Any = np.float64) -> lk.Tensor:
    return lk.Tensor(np.array(values, dtype=dtype), requires_grad=True)


def number(value: float) -> lk.Tensor:
    return lk.Tensor(np.array(float(value)), requires_grad=True)


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


# --- graphs ------------------------------------------------------------------------------------------------------------------------------


def test_a_worked_example() -> None:
    # L = (a b + c)², a = 2, b = 3, c = -5: a b + c = 1, L = 1; dL/da = 2 · 1 · b = 6, dL/db = 4, dL/dc = 2
    a, b, c = number(2), number(3), number(-5)
    loss = (a * b + c) ** 2
    loss.backward()
    assert (loss.item(), a.grad.item(), b.grad.item(), c.grad.item()) == (1.0, 6.0, 4.0, 2.0)


@pytest.mark.worked_example("Tensor", "tensor")
def test_a_dot_product_by_hand() -> None:
    # L = 2·5 + 3·7 = 31 with the slopes 5 and 7 along (2, 3), and 2 and 3 along (5, 7)
    x, y = lk.Tensor(np.array([2.0, 3.0]), requires_grad=True), lk.tensor([5.0, 7.0], requires_grad=True)
    loss = (x * y).sum()
    loss.backward()
    assert loss.item() == 31.0
    assert x.grad.tolist() == [5.0, 7.0]
    assert y.grad.tolist() == [2.0, 3.0]


def test_a_diamond_of_two_to_the_forty_paths_is_one_visit_a_node() -> None:
    # 40 doublings y = y + y: 2^40 paths, each of gradient 1; walking them all would take hours
    x = number(1.0)
    y = x
    for _ in range(40):
        y = y + y
    began = time.monotonic()
    y.backward()
    assert x.grad.item() == 2.0**40
    assert time.monotonic() - began < 1


def test_a_node_waits_for_the_gradients_of_all_its_users() -> None:
    # h is used by the oldest and by the youngest node: h³ · (h + 1) at x = 1, h = 2: 3 h² (h + 1) + h³ = 36 + 8 = 44, times dh/dx = 2
    x = number(1.0)
    h = x * 2.0
    cube = h**3
    (cube * (h + 1.0)).backward()
    assert x.grad.item() == 88.0


def test_nodes_are_visited_from_the_youngest_to_the_oldest() -> None:
    visited = []

    @lk.op
    def named(x: Any, *, name: str) -> tuple[Any, Any]:
        return np.array(x), name

    @named.backward_rule
    def named_backward(grad_output: Any, saved: Any) -> Any:
        visited.append(saved)
        return grad_output

    x = number(1.0)
    first = named(x, name="first")
    second = named(first, name="second")
    third = named(x, name="third")
    fourth = named(first + second, name="fourth")
    (third * fourth * second).backward()
    assert visited == ["fourth", "third", "second", "first"]


def test_a_constant_between_two_tensors_stays_without_a_gradient() -> None:
    x, constant = number(2.0), lk.Tensor(np.array(3.0))
    (x * constant).backward()
    assert constant.grad is None
    assert x.grad.item() == 3.0


def test_grad_output_weighs_the_outputs() -> None:
    x = leaf(1.0, 2.0)
    (x * x).backward(np.array([1.0, 10.0]))
    assert_equal(x.grad, [2.0, 40.0])


def test_two_threads_run_backward_at_once_without_mixing_their_graphs() -> None:
    results: dict[int, float] = {}

    def work(seed: int) -> None:
        x = number(float(seed))
        y = x
        for _ in range(300):
            y = y * 1.0 + x
        y.backward()
        results[seed] = x.grad.item()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == dict.fromkeys(range(4), 301.0)


# --- what was saved is guarded -----------------------------------------------------------------------------------------------------------


def test_a_step_in_place_before_backward_is_refused_by_a_layer() -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0))
    layer.forward(np.ones((5, 3), dtype=np.float32))
    layer.weight.data -= 0.1 * np.ones((2, 3), dtype=np.float32)
    with pytest.raises(RuntimeError, match=r"linear saved a value of shape \(2, 3\).*changed in place since.*run the forward pass again"):
        layer.backward(np.ones((5, 2), dtype=np.float32))


def test_a_new_array_before_backward_is_fine_and_gives_the_gradient_of_the_old_value_in_a_layer() -> None:
    layer = lk.Linear(2, 1, rng=lk.rng(0), dtype=np.float64)
    layer.weight.data = np.array([[3.0, 4.0]])
    layer.forward(np.ones((1, 2)))
    layer.weight.data = layer.weight.data - 1.0
    assert_equal(layer.backward(np.ones((1, 1))), [[3.0, 4.0]])


@pytest.mark.parametrize("operation", [lk.exp, lk.sigmoid, lk.tanh, lk.relu, lk.softmax, lk.log_softmax], ids=lambda op: op.__name__)
def test_an_output_that_its_own_operation_saved_is_guarded_too(operation: Any) -> None:
    x = leaf(1.0, 2.0)
    y = operation(x)
    loss = y.sum()
    y.data -= 1.0
    with pytest.raises(RuntimeError, match=rf"{operation.__name__} saved a value of shape \(2,\).*changed in place since"):
        loss.backward()


def test_an_output_that_its_operation_did_not_save_may_change_in_place() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3.0
    loss = y.sum()
    y.data -= 1.0
    loss.backward()
    assert_equal(x.grad, [3.0, 3.0])


# --- dtype -------------------------------------------------------------------------------------------------------------------------------


def test_float32_stays_float32_through_the_tape_and_a_step() -> None:
    net = lk.Sequential(lk.Linear(4, 3, rng=lk.rng(0)), lk.GELU(), lk.Linear(3, 2, rng=lk.rng(1)))
    optimizer = lk.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True)
    x = np.ones((5, 4), dtype=np.float32)
    for _ in range(2):
        optimizer.zero_grad()
        loss = 0.5 * lk.cross_entropy(net(x), np.zeros(5, dtype=int)) + 1e-4 * (net[0].weight ** 2).sum() / 2
        assert loss.dtype == np.float32
        loss.backward()
        optimizer.step()
    assert {p.grad.dtype for p in net.parameters()} == {np.dtype(np.float32)}
    assert {p.dtype for p in net.parameters()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("scale", [lambda w: w * np.array([2.0, 3.0]), lambda w: np.array([2.0, 3.0]) @ w], ids=["mul", "matmul"])
def test_a_gradient_has_the_dtype_of_its_tensor_also_where_float64_came_in(scale: Any) -> None:
    # the product with a float64 array is float64; its gradient must not turn the float32 parameter into float64 at the next step
    weight = lk.Parameter(np.ones(2, dtype=np.float32))
    scale(weight).sum().backward()
    scale(weight).sum().backward()
    assert weight.grad.dtype == np.float32
    lk.SGD([weight], lr=0.1).step()
    assert weight.dtype == np.float32


def test_a_layer_gives_its_parameters_gradients_of_their_dtype_also_for_float64_data() -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0))
    layer.forward(np.ones((5, 3)))
    layer.backward(np.ones((5, 2)))
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}


def test_a_numpy_number_does_not_make_float64_of_a_float32_tensor() -> None:
    # np.sqrt of a Python number is an np.float64, which NumPy lets win over float32 arrays, and PyTorch does not
    x = leaf(1.0, 2.0, dtype=np.float32)
    results = [x * np.sqrt(2.0), np.sqrt(2.0) * x, x / np.float64(3), x + np.int64(1), 1.0 - x, x ** np.float64(2)]
    assert {result.dtype for result in results} == {np.dtype(np.float32)}
    assert_close(results[1].data, np.float32([1.41421356, 2.82842712]), tolerance=1e-7)


@pytest.mark.parametrize("sign", list(OPERATORS))
@pytest.mark.parametrize("scalar", [2, 2.0, np.float32(2), np.array(2, dtype=np.float32)], ids=["int", "float", "np.float32", "0-d"])
def test_an_operator_with_a_number_on_either_side(sign: str, scalar: Any) -> None:
    x = leaf(1.0, 4.0, dtype=np.float32)
    left, right = OPERATORS[sign](scalar, x), OPERATORS[sign](x, scalar)
    assert_equal(left.data, OPERATORS[sign](2.0, np.array([1.0, 4.0])))
    assert_equal(right.data, OPERATORS[sign](np.array([1.0, 4.0]), 2.0))
    assert (left.dtype, right.dtype) == (np.float32, np.float32)


# --- a Tensor is no array in disguise ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [np.exp, np.log, np.sqrt, np.abs, np.tanh])
def test_a_numpy_function_on_a_tensor_is_refused(function: Any) -> None:
    with pytest.raises(TypeError, match="operand 'Tensor' does not support ufuncs"):
        function(leaf(1.0))


@pytest.mark.parametrize("convert", [np.asarray, np.array, lambda t: t.numpy(), lambda t: np.float64(0) + np.asarray(t)])
def test_a_tensor_with_a_gradient_is_no_array_unseen(convert: Any) -> None:
    with pytest.raises(RuntimeError, match=r"requires a gradient, which an array cannot carry. Use tensor.detach\(\).numpy\(\)"):
        convert(leaf(1.0))


def test_a_tensor_is_a_key_by_its_identity() -> None:
    x, same_values = leaf(1.0), leaf(1.0)
    assert {x: "x", same_values: "other"}[x] == "x"
