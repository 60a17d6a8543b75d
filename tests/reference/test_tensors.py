"""The tape: order, accumulation, memory of its own, values changed in place, and what a Tensor is beside NumPy."""

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal, assert_own_memory

from learnkit import reference as lk


def leaf(values: Any) -> lk.Tensor:
    """A float64 tensor with a gradient."""
    return lk.Tensor(np.array(values, dtype=np.float64), requires_grad=True)


# --- the walk back -----------------------------------------------------------------------------------------------------------------------


def test_x_times_x_has_the_slope_six_at_three() -> None:
    x = leaf(3.0)
    (x * x).backward()
    assert_equal(x.grad, 6.0)


def test_a_chain_of_twenty_thousand_operations_needs_no_recursion() -> None:
    # 20,000 times + 1, so the slope stays 1
    x = leaf(0.0)
    y = x
    for _ in range(20_000):
        y = y + 1.0
    y.backward()
    assert y.item() == 20_000
    assert_equal(x.grad, 1.0)


def test_a_long_chain_is_freed_without_recursion() -> None:
    x = leaf(0.0)
    y = x
    for _ in range(20_000):
        y = y * 1.0
    end = weakref.ref(y.grad_fn.inputs[0])
    del y
    gc.collect()
    assert end() is None


def test_two_to_the_forty_paths_are_one_visit_per_node() -> None:
    # y ← y + y doubles the number of paths 40 times; each path adds slope 1
    x = leaf(1.0)
    y = x
    for _ in range(40):
        y = y + y
    y.backward()
    assert_equal(x.grad, 2.0**40)


def test_a_diamond_sends_each_gradient_back_once() -> None:
    # L = (2x)·(3x) = 6x², slope 12x = 24 at 2
    x = leaf(2.0)
    ((2.0 * x) * (3.0 * x)).backward()
    assert_equal(x.grad, 24.0)


def test_a_skip_connection_adds_its_path() -> None:
    # h = x², L = h·x + x = x³ + x, slope 3x² + 1 = 13 at 2
    x = leaf(2.0)
    h = x * x
    (h * x + x).backward()
    assert_equal(x.grad, 13.0)


def test_a_long_and_a_short_path_meet_after_both_are_whole() -> None:
    # L = 10·(x + x), one x through a chain of 100: slope 20
    x = leaf(1.0)
    shared = x * 1.0
    long = shared
    for _ in range(100):
        long = long * 1.0
    ((long + shared) * 10.0).backward()
    assert_equal(x.grad, 20.0)


def test_a_gradient_that_two_values_wait_for_grows_for_one_of_them_only() -> None:
    # y = a + b hands one array to both; then z = 3a adds 3 to the gradient of a, while that of b still waits
    x, w = leaf([1.0, 1.0]), leaf([1.0, 1.0])
    a, b = x * 1.0, w * 1.0
    z = a * 3.0
    y = a + b
    (z + y).backward(np.ones(2))
    assert_equal(x.grad, [4.0, 4.0])
    assert_equal(w.grad, [1.0, 1.0])


def test_a_subgraph_is_visited_once_whatever_is_built_on_it() -> None:
    visits = []

    @lk.op
    def counted(x: Any) -> tuple[Any, Any]:
        return x * 2, None

    @counted.backward_rule
    def counted_backward(grad_output: Any, saved: Any) -> Any:
        visits.append(grad_output)
        return grad_output * 2

    x = leaf(1.0)
    shared = counted(x)
    (shared + shared * 3.0 + shared * shared).backward()
    # d/ds (s + 3s + s²) = 4 + 2s = 8 at s = 2
    assert visits == [8.0]
    assert_equal(x.grad, 16.0)


def test_two_losses_on_a_shared_subgraph_refuse_the_second_backward() -> None:
    x = leaf(2.0)
    shared = x * x
    first, second = shared * 3.0, shared * 5.0
    first.backward()
    with pytest.raises(RuntimeError, match=r"already run through this graph \(at mul\)"):
        second.backward()


def test_two_losses_on_a_shared_subgraph_add_with_retain_graph() -> None:
    # (3 + 5)·2x = 32 at 2
    x = leaf(2.0)
    shared = x * x
    first, second = shared * 3.0, shared * 5.0
    first.backward(retain_graph=True)
    second.backward()
    assert_equal(x.grad, 32.0)


def test_what_the_loss_does_not_use_gets_no_gradient() -> None:
    x, unused = leaf(1.0), leaf(1.0)
    unused * 2.0
    (x * 2.0).backward()
    assert unused.grad is None


def test_backward_twice_through_a_retained_graph_adds_twice() -> None:
    x = leaf(3.0)
    y = x * x
    y.backward(retain_graph=True)
    y.backward()
    assert_equal(x.grad, 12.0)


def test_a_second_backward_says_what_to_do() -> None:
    y = leaf(3.0) ** 2
    y.backward()
    with pytest.raises(RuntimeError, match=r"\(at pow\), and what it saved is gone\. Run the forward pass again, or .*retain_graph=True"):
        y.backward()


def test_the_last_pass_without_retain_graph_uses_the_graph_up() -> None:
    y = leaf(3.0) ** 2
    y.backward(retain_graph=True)
    y.backward()
    with pytest.raises(RuntimeError, match="already run through"):
        y.backward()


# --- grad --------------------------------------------------------------------------------------------------------------------------------


def test_grad_is_none_at_the_start() -> None:
    assert leaf(1.0).grad is None


def test_zero_grad_sets_none() -> None:
    x = leaf(1.0)
    (x * 2.0).backward()
    x.zero_grad()
    assert x.grad is None


def test_gradients_of_two_passes_add() -> None:
    # slopes 2 and 5
    x = leaf(1.0)
    (x * 2.0).backward()
    (x * 5.0).backward()
    assert_equal(x.grad, 7.0)


def test_accumulation_leaves_an_old_reference_to_grad_unchanged() -> None:
    x = leaf([1.0, 1.0])
    (x * 2.0).sum().backward()
    old = x.grad
    (x * 5.0).sum().backward()
    assert_equal(old, [2.0, 2.0])
    assert_equal(x.grad, [7.0, 7.0])


def test_a_tensor_in_the_middle_has_no_grad() -> None:
    x = leaf(1.0)
    y = x * 2.0
    (y * 3.0).backward()
    assert y.grad is None


def test_retain_grad_keeps_the_gradient_in_the_middle() -> None:
    # L = y·y with y = 2x = 6: dL/dy = 12
    x = leaf(3.0)
    y = x * 2.0
    y.retain_grad()
    (y * y).backward()
    assert_equal(y.grad, 12.0)


def test_retain_grad_of_the_root_is_the_gradient_it_starts_from() -> None:
    y = leaf(3.0) * 2.0
    y.retain_grad()
    y.backward(7.0)
    assert_equal(y.grad, 7.0)


def test_retained_gradients_of_two_passes_add() -> None:
    y = leaf(3.0) * 2.0
    y.retain_grad()
    y.backward(7.0, retain_graph=True)
    y.backward(7.0)
    assert_equal(y.grad, 14.0)


def test_a_root_that_is_a_leaf_receives_its_own_grad_output() -> None:
    x = leaf([1.0, 2.0])
    x.backward(np.array([3.0, 4.0]))
    assert_equal(x.grad, [3.0, 4.0])


def test_an_input_without_requires_grad_stays_without_grad() -> None:
    x, fixed = leaf(2.0), lk.Tensor(np.array(5.0))
    (x * fixed).backward()
    assert fixed.grad is None
    assert_equal(x.grad, 5.0)


# --- no two gradients share memory -------------------------------------------------------------------------------------------------------


def retained(tensor: Any) -> Any:
    tensor.retain_grad()
    return tensor


SHARING: dict[str, Callable[[lk.Tensor, lk.Tensor], list[Any]]] = {
    # each builds a sum of views and returns the tensors whose gradients are looked at; the last one is the root
    "sum-of-two": lambda a, b: [a, b, retained(a + b)],
    "reshape": lambda a, b: [a, b, retained(a.reshape(-1) + b.reshape(-1))],
    "transpose": lambda a, b: [a, b, retained(a.T + b.T)],
    "views-retained": lambda a, b: [a, b, va := retained(a.T), vb := retained(b.T), retained(va + vb)],
    "broadcast-view-of-sum": lambda a, b: [a, b, sa := retained(a.sum()), sb := retained(b.sum()), retained(sa + sb)],
    "sum-with-keepdim": lambda a, b: [a, b, retained(a.sum(dim=0, keepdim=True) + b.sum(dim=0, keepdim=True))],
    "slices": lambda a, b: [a, b, retained(a[:1] + b[:1])],
    "a-difference": lambda a, b: [a, b, retained(a - b)],
    "same-tensor-twice": lambda a, b: [a, b, retained(a + b + a)],
}


@pytest.fixture(params=SHARING, ids=str)
def sharing(request: pytest.FixtureRequest) -> tuple[list[Any], np.ndarray]:
    tensors = SHARING[request.param](leaf(np.ones((2, 3))), leaf(np.ones((2, 3))))
    grad_output = np.arange(1.0, tensors[-1].data.size + 1).reshape(tensors[-1].shape)
    tensors[-1].backward(grad_output)
    return tensors, grad_output


def test_no_two_gradients_share_memory(sharing: Any) -> None:
    tensors, grad_output = sharing
    assert_own_memory({**{f"gradient {i}": tensor.grad for i, tensor in enumerate(tensors)}, "grad_output": grad_output})


def test_every_gradient_can_be_written_to(sharing: Any) -> None:
    tensors, _ = sharing
    assert all(tensor.grad.flags.writeable for tensor in tensors)


def test_clipping_one_gradient_in_place_leaves_the_others(sharing: Any) -> None:
    tensors, grad_output = sharing
    before = [tensor.grad.copy() for tensor in tensors[1:]] + [grad_output.copy()]
    tensors[0].grad *= 0.0
    for now, then in zip([tensor.grad for tensor in tensors[1:]] + [grad_output], before, strict=True):
        assert_equal(now, then)


def test_the_gradient_of_a_leaf_root_is_a_copy_of_grad_output() -> None:
    x, grad_output = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    x.backward(grad_output)
    assert_own_memory({"grad": x.grad, "grad_output": grad_output})


def test_the_gradient_shares_no_memory_with_the_other_factor() -> None:
    # d(a·1)/da = b itself, if grad_output is 1
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (a * b).sum().backward()
    assert_own_memory({"a": a.data, "b": b.data, "grad of a": a.grad, "grad of b": b.grad})


def test_the_gradients_of_a_linear_layer_share_no_memory() -> None:
    x, weight, bias = leaf(np.ones((1, 3))), leaf(np.ones((2, 3))), leaf(np.ones(2))
    lk.linear(x, weight, bias).sum().backward()
    assert_own_memory({"x": x.grad, "weight": weight.grad, "bias": bias.grad})


# --- changed in place before backward ----------------------------------------------------------------------------------------------------


def test_a_step_in_place_before_backward_is_refused() -> None:
    weight = lk.Parameter(np.array([2.0]))
    loss = (weight * weight).sum()
    weight.data -= 0.5
    with pytest.raises(RuntimeError, match=r"mul saved a value of shape \(1,\).*changed in place since.*before the optimizer's step\(\)"):
        loss.backward()


def test_a_new_array_in_place_of_the_old_keeps_the_gradient_right() -> None:
    # the tape still holds the old value: slope 2·2 = 4
    weight = lk.Parameter(np.array([2.0]))
    loss = (weight * weight).sum()
    weight.data = weight.data - 0.5
    loss.backward()
    assert_equal(weight.grad, [4.0])


def test_a_loss_from_before_the_optimizers_step_is_refused() -> None:
    # the step moves the parameter in place, so what the older loss saved is gone
    weight = lk.Parameter(np.array([2.0]))
    optimizer = lk.SGD([weight], lr=0.1)
    loss, later = (weight * weight).sum(), (weight * weight).sum()
    loss.backward()
    optimizer.step()
    with pytest.raises(RuntimeError, match=r"Call backward\(\) before the optimizer's step\(\)"):
        later.backward()


def test_a_value_that_was_not_saved_may_change_in_place() -> None:
    # the slope of a + b needs neither a nor b
    a = lk.Parameter(np.array([2.0]))
    loss = (a + 1.0).sum()
    a.data -= 0.5
    loss.backward()
    assert_equal(a.grad, [1.0])


def test_a_change_of_an_input_without_a_gradient_is_refused_too() -> None:
    weight, x = lk.Parameter(np.array([2.0])), lk.Tensor(np.array([3.0]))
    loss = (weight * x).sum()
    x.data += 1.0
    with pytest.raises(RuntimeError, match="changed in place since"):
        loss.backward()


def test_a_change_in_place_after_backward_is_allowed() -> None:
    weight = lk.Parameter(np.array([2.0]))
    (weight * weight).sum().backward()
    weight.data -= 0.5
    assert_equal(weight.data, [1.5])


def test_a_view_that_was_saved_counts_as_the_value_itself() -> None:
    weight = lk.Parameter(np.ones((2, 3)))

    @lk.op
    def with_view(x: Any) -> tuple[Any, Any]:
        return x.T * 2, ("a label", [x.T])

    with_view.backward_rule(lambda grad_output, saved: 2 * grad_output.T)
    loss = with_view(weight).sum()
    weight.data *= 2.0
    with pytest.raises(RuntimeError, match="with_view saved a value"):
        loss.backward()


# --- a Tensor beside NumPy ---------------------------------------------------------------------------------------------------------------

ARRAY = np.array([[8.0, 6.0]])
OPERATORS: dict[str, tuple[Callable[[Any, Any], Any], Any]] = {
    # with the tensor [[2, 3]], or [[2], [3]] for the matrix product: 8·2 + 6·3 = 34
    "array + tensor": (lambda a, t: a + t, [[10.0, 9.0]]),
    "array - tensor": (lambda a, t: a - t, [[6.0, 3.0]]),
    "array * tensor": (lambda a, t: a * t, [[16.0, 18.0]]),
    "array / tensor": (lambda a, t: a / t, [[4.0, 2.0]]),
    "array @ tensor": (lambda a, t: a @ t.T, [[34.0]]),
    "tensor + array": (lambda a, t: t + a, [[10.0, 9.0]]),
    "tensor - array": (lambda a, t: t - a, [[-6.0, -3.0]]),
    "tensor * array": (lambda a, t: t * a, [[16.0, 18.0]]),
    "tensor / array": (lambda a, t: t / a, [[0.25, 0.5]]),
    "tensor @ array": (lambda a, t: t @ a.T, [[34.0]]),
    "number + tensor": (lambda a, t: 1 + t, [[3.0, 4.0]]),
    "number - tensor": (lambda a, t: 1 - t, [[-1.0, -2.0]]),
    "number * tensor": (lambda a, t: 2 * t, [[4.0, 6.0]]),
    "number / tensor": (lambda a, t: 6 / t, [[3.0, 2.0]]),
    "numpy number * tensor": (lambda a, t: np.float64(2) * t, [[4.0, 6.0]]),
    "tensor ** number": (lambda a, t: t**2, [[4.0, 9.0]]),
    "- tensor": (lambda a, t: -t, [[-2.0, -3.0]]),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_with_a_tensor_gives_a_recorded_tensor(name: str) -> None:
    compute, expected = OPERATORS[name]
    output = compute(ARRAY, leaf([[2.0, 3.0]]))
    assert isinstance(output, lk.Tensor)
    assert output.requires_grad
    assert_equal(output.data, expected)


@pytest.mark.parametrize(
    ("compute", "slope"),
    [
        (lambda a, t: a - t, [[-1.0, -1.0]]),
        (lambda a, t: t - a, [[1.0, 1.0]]),
        (lambda a, t: a / t, [[-2.0, -2.0 / 3.0]]),  # -8/4, -6/9
        (lambda a, t: t / a, [[1 / 8, 1 / 6]]),
        (lambda a, t: a @ t.T, [[8.0, 6.0]]),
        (lambda a, t: t @ a.T, [[8.0, 6.0]]),
    ],
    ids=["array-minus", "minus-array", "array-over", "over-array", "array-matmul", "matmul-array"],
)
def test_the_tensor_on_either_side_receives_its_own_gradient(compute: Callable[[Any, Any], Any], slope: Any) -> None:
    t = leaf([[2.0, 3.0]])
    compute(ARRAY, t).sum().backward()
    assert_close(t.grad, slope)


def test_adding_in_place_to_an_array_is_refused() -> None:
    array = np.ones(2)
    with pytest.raises(TypeError, match="__array_ufunc__=None"):
        array += leaf([1.0, 2.0])
    assert_equal(array, [1.0, 1.0])


def test_a_numpy_function_of_a_tensor_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="__array_ufunc__"):
        np.exp(leaf([1.0]))


def test_an_array_cannot_be_made_of_a_tensor_that_requires_a_gradient() -> None:
    with pytest.raises(RuntimeError, match=r"requires a gradient, which an array cannot carry\. Use tensor\.detach\(\)\.numpy\(\)"):
        np.asarray(leaf([1.0]))


def test_numpy_refuses_where_a_gradient_would_be_lost() -> None:
    with pytest.raises(RuntimeError, match=r"Use tensor\.detach\(\)\.numpy\(\)"):
        leaf([1.0]).numpy()


def test_an_array_can_be_made_of_a_tensor_without_a_gradient() -> None:
    assert_equal(np.asarray(lk.tensor([1.0, 2.0])), [1.0, 2.0])


def test_a_tensor_keeps_the_array_it_was_given() -> None:
    array = np.ones(2)
    assert lk.Tensor(array).data is array


def test_a_tensor_of_a_tensor_has_its_array() -> None:
    x = leaf([1.0])
    assert lk.Tensor(x).data is x.data


# --- no_grad -----------------------------------------------------------------------------------------------------------------------------


def records() -> bool:
    return bool((leaf(1.0) * 2.0).requires_grad)


def test_nothing_is_recorded_inside_no_grad() -> None:
    with lk.no_grad():
        assert not records()
    assert records()


def test_the_end_of_an_inner_no_grad_does_not_end_the_outer_one() -> None:
    with lk.no_grad():
        with lk.no_grad():
            pass
        assert not records()


def test_no_grad_ends_with_an_exception() -> None:
    with pytest.raises(KeyError), lk.no_grad():
        raise KeyError("inside")
    assert records()


def test_other_threads_record_while_one_is_inside_no_grad() -> None:
    seen = []
    with lk.no_grad():
        thread = threading.Thread(target=lambda: seen.append(records()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_no_grad_in_another_thread_does_not_reach_this_one() -> None:
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lk.no_grad():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    here = records()
    done.set()
    thread.join()
    assert here


def test_a_leaf_made_inside_no_grad_still_requires_a_gradient() -> None:
    with lk.no_grad():
        x = leaf(1.0)
    assert x.requires_grad


# --- types -------------------------------------------------------------------------------------------------------------------------------


def test_float32_stays_float32_through_python_numbers() -> None:
    x = lk.tensor([1.0, 2.0], requires_grad=True)
    y = ((2 * x + 1.0 - 0.5) / 3) ** 2.0
    y.mean().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)


def test_float32_stays_float32_through_the_optimizer() -> None:
    weight = lk.Parameter(np.ones(2, dtype=np.float32))
    optimizer = lk.SGD([weight], lr=0.1, momentum=0.9, weight_decay=1e-4, nesterov=True)
    for _ in range(2):
        optimizer.zero_grad()
        (weight * 3.0).mean().backward()
        optimizer.step()
    assert weight.dtype == np.float32


@pytest.mark.parametrize("make", [lambda: lk.tensor([1, 2], requires_grad=True), lambda: lk.Parameter(np.array([True]))])
def test_only_floating_point_tensors_may_require_a_gradient(make: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"only floating-point tensors have gradients; got dtype (int64|bool)\. Use data\.astype"):
        make()


def test_grad_output_takes_the_dtype_of_the_tensor() -> None:
    x = lk.tensor([1.0], requires_grad=True)
    (x * 2.0).backward(np.array([1.0]))
    assert x.grad.dtype == np.float32


# --- what is kept, and for how long ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("retain_graph", "alive"), [(False, False), (True, True)])
def test_backward_releases_what_was_saved_unless_told_not_to(retain_graph: bool, alive: bool) -> None:
    holder: list[Any] = []

    @lk.op
    def saving(x: Any) -> tuple[Any, Any]:
        big = x.copy()
        holder.append(weakref.ref(big))
        return x * 1.0, big

    saving.backward_rule(lambda grad_output, saved: grad_output)
    loss = saving(leaf([1.0])).sum()
    assert holder[0]() is not None
    loss.backward(retain_graph=retain_graph)
    gc.collect()
    assert (holder[0]() is not None) == alive


def test_a_graph_is_freed_with_its_root_without_the_garbage_collector() -> None:
    # no reference cycles: memory comes back at once
    x = leaf(np.ones(3))
    loss = (x * 2.0).exp().sum()
    middle = weakref.ref(loss.grad_fn.inputs[0])
    gc.disable()
    try:
        del loss
        assert middle() is None
    finally:
        gc.enable()


def test_no_grad_keeps_no_inputs_alive() -> None:
    x = leaf([1.0])
    with lk.no_grad():
        y = x * 2.0
    assert y.grad_fn is None


# --- errors of backward ------------------------------------------------------------------------------------------------------------------


def test_backward_of_many_values_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match=r"has shape \(2,\)\. Take \.mean\(\) or \.sum\(\) of it first, or pass grad_output"):
        (leaf([1.0, 2.0]) * 2.0).backward()


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_one_value_of_any_shape_starts_from_one(shape: tuple[int, ...]) -> None:
    x = leaf(np.full(shape, 3.0))
    (x * x).backward()
    assert_equal(x.grad, np.full(shape, 6.0))


def test_a_grad_output_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"grad_output must have the tensor's shape \(2,\); got \(2, 1\)"):
        (leaf([1.0, 2.0]) * 2.0).backward(np.ones((2, 1)))


def test_a_grad_output_may_be_a_tensor() -> None:
    x = leaf([1.0, 2.0])
    (x * 2.0).backward(lk.Tensor(np.array([1.0, 10.0])))
    assert_equal(x.grad, [2.0, 20.0])


def test_backward_without_a_gradient_anywhere_is_refused() -> None:
    with pytest.raises(RuntimeError, match="depends on one with requires_grad=True; this one does not"):
        lk.tensor([1.0]).backward()


# --- the other methods -------------------------------------------------------------------------------------------------------------------


def test_detach_cuts_the_graph() -> None:
    # L = x·(x as a constant): slope 3, not 6
    x = leaf(3.0)
    (x * x.detach()).backward()
    assert_equal(x.grad, 3.0)


def test_detach_gives_a_leaf_without_gradient_on_the_same_array() -> None:
    y = leaf([1.0]) * 2.0
    assert (y.detach().requires_grad, y.detach().is_leaf) == (False, True)
    assert y.detach().data is y.data


def test_item_is_a_python_number() -> None:
    assert type(lk.tensor([2.5]).item()) is float
    assert type(lk.tensor(2).item()) is int


def test_item_of_many_values_is_refused() -> None:
    with pytest.raises(ValueError, match=r"item\(\) needs a tensor with one value; this one has shape \(2,\)"):
        lk.tensor([1.0, 2.0]).item()


def test_tolist_is_nested_lists_of_python_numbers() -> None:
    assert lk.tensor([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]


def test_a_single_number_takes_a_format() -> None:
    assert f"{lk.tensor(2.0):.3f}" == "2.000"


def test_without_a_format_a_tensor_shows_as_str() -> None:
    assert f"{lk.tensor([1.0])}" == "tensor([1.])"


def test_many_values_take_no_number_format() -> None:
    with pytest.raises(ValueError, match="Unknown format code 'f'"):
        f"{lk.tensor([1.0, 2.0]):.3f}"


def test_a_tensor_of_one_value_is_true_or_false() -> None:
    assert bool(lk.tensor([2.0]))
    assert not bool(lk.tensor(0.0))


def test_the_truth_of_many_values_is_refused() -> None:
    with pytest.raises(ValueError, match="one value"):
        bool(lk.tensor([1.0, 2.0]))


def test_float_and_int_of_one_value() -> None:
    assert float(lk.tensor(2.5)) == 2.5
    assert int(lk.tensor(2.5)) == 2


def test_len_is_the_first_axis() -> None:
    assert len(lk.tensor([[1.0, 2.0, 3.0]])) == 1


def test_iterating_gives_the_rows_as_tensors() -> None:
    assert [row.tolist() for row in lk.tensor([[1, 2], [3, 4]])] == [[1, 2], [3, 4]]


def test_shape_ndim_and_dtype_are_those_of_the_data() -> None:
    x = lk.tensor([[1, 2, 3]])
    assert (x.shape, x.ndim, x.dtype) == ((1, 3), 2, np.int64)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: lk.tensor([1.0, 2.0]), "tensor([1., 2.])"),
        (lambda: lk.tensor([1.0], requires_grad=True), "tensor([1.], requires_grad=True)"),
        (lambda: leaf([1.0]) * 2.0, "tensor([2.], grad_fn=mul)"),
        (lambda: lk.tensor(3), "tensor(3)"),
        (lambda: lk.Parameter(np.array([1.0])), "Parameter containing:\ntensor([1.], requires_grad=True)"),
    ],
    ids=["plain", "leaf", "made", "number", "parameter"],
)
def test_repr(make: Callable[[], Any], text: str) -> None:
    assert repr(make()) == text


def test_reshape_takes_a_shape_or_sizes() -> None:
    x = leaf(np.arange(6.0))
    assert (x.reshape(2, 3).shape, x.reshape((2, 3)).shape, x.reshape(-1, 2).shape, x.reshape(6).shape) == ((2, 3), (2, 3), (3, 2), (6,))


def test_T_swaps_the_axes_of_a_matrix() -> None:
    assert_equal(lk.tensor([[1, 2, 3]]).T.data, [[1], [2], [3]])


def test_T_of_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\.T is for matrices; this tensor has shape \(2,\)\. Use transpose\(dim0, dim1\)"):
        _ = lk.tensor([1.0, 2.0]).T


def test_methods_take_dim_and_keepdim() -> None:
    x = lk.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert_equal(x.sum(dim=0).data, np.float32([4.0, 6.0]))
    assert_equal(x.mean(dim=1, keepdim=True).data, np.float32([[1.5], [3.5]]))


def test_exp_and_log_are_methods_too() -> None:
    # log(exp(x)) is x, with slope 1
    x = leaf([0.5, 2.0])
    y = x.exp().log()
    y.sum().backward()
    assert_close(y.data, [0.5, 2.0])
    assert_close(x.grad, [1.0, 1.0])


def test_an_index_sends_its_gradient_to_what_it_picked() -> None:
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    x[1, 0].backward()
    assert_equal(x.grad, [[0.0, 0.0], [1.0, 0.0]])


def test_to_the_cpu_is_the_tensor_itself() -> None:
    x = lk.tensor([1.0])
    assert x.to("cpu") is x


def test_to_a_gpu_says_where_there_is_one() -> None:
    with pytest.raises(ValueError, match="NumPy computes on the CPU; got device 'cuda'"):
        lk.tensor([1.0]).to("cuda")


def test_requires_grad_can_be_switched_off_on_a_leaf() -> None:
    x = leaf(2.0)
    assert x.requires_grad_(False) is x
    assert not (x * x).requires_grad


def test_requires_grad_cannot_be_switched_on_what_an_operation_made() -> None:
    with pytest.raises(RuntimeError, match=r"leaves only; use detach\(\) to cut a tensor off from its graph"):
        (leaf(2.0) * 2.0).requires_grad_(False)


def test_integers_cannot_be_switched_on() -> None:
    with pytest.raises(TypeError, match="only floating-point tensors have gradients; got dtype int64"):
        lk.tensor([1, 2]).requires_grad_()


# --- tensor() ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1.5, np.float32),
        ([1.5, 2.0], np.float32),
        ([[1, 2.5]], np.float32),
        (1, np.int64),
        ([1, 2], np.int64),
        ([True, False], np.bool_),
        (np.array([1.5]), np.float64),
        (np.float64(1.5), np.float64),
        (np.array([1.5], dtype=np.float32), np.float32),
        (np.array([1], dtype=np.int32), np.int32),
        ([np.array([1.5]), np.array([2.5])], np.float64),
        ([], np.float32),
    ],
    ids=str,
)
def test_the_dtype_of_new_tensors(data: Any, dtype: Any) -> None:
    assert lk.tensor(data).dtype == dtype


def test_a_dtype_that_is_asked_for_is_given() -> None:
    assert lk.tensor([1.5], dtype=np.float64).dtype == np.float64
    assert lk.tensor([1], dtype=np.float32).dtype == np.float32


def test_tensor_copies_its_data() -> None:
    array = np.ones(2)
    x = lk.tensor(array)
    array[0] = 5.0
    assert_equal(x.data, [1.0, 1.0])


def test_tensor_of_a_tensor_copies_and_cuts_the_graph() -> None:
    x = leaf([1.0])
    y = lk.tensor(x)
    assert not y.requires_grad
    assert not np.shares_memory(x.data, y.data)


def test_tensor_of_words_is_refused() -> None:
    with pytest.raises(TypeError, match="tensor needs numbers in a rectangular shape"):
        lk.tensor(["a", "b"])


def test_tensor_of_objects_is_refused() -> None:
    with pytest.raises(TypeError, match="tensor needs numbers in a rectangular shape"):
        lk.tensor([1.0, None])


def test_tensor_of_lists_of_different_lengths_is_refused() -> None:
    with pytest.raises((TypeError, ValueError), match="tensor needs numbers in a rectangular shape"):
        lk.tensor([[1.0, 2.0], [3.0]])


def test_tensor_on_a_gpu_is_refused() -> None:
    with pytest.raises(ValueError, match="got device 'cuda'"):
        lk.tensor([1.0], device="cuda")


# --- parameters --------------------------------------------------------------------------------------------------------------------------


def test_a_parameter_is_a_tensor_that_requires_a_gradient() -> None:
    weight = lk.Parameter(np.ones(2))
    assert isinstance(weight, lk.Tensor)
    assert weight.requires_grad


def test_a_parameter_can_be_frozen() -> None:
    weight = lk.Parameter(np.ones(2), requires_grad=False)
    assert not (weight * 2.0).requires_grad


def test_an_operation_on_a_parameter_makes_no_parameter() -> None:
    assert type(lk.Parameter(np.ones(2)) * 2.0) is lk.Tensor


@pytest.mark.parametrize(
    ("shape", "dim", "squeezed"), [((3, 1), 1, (3,)), ((3, 1), -1, (3,)), ((1, 3), 0, (3,)), ((3, 2), 1, (3, 2)), ((3, 1, 2), -2, (3, 2))]
)
def test_squeeze_drops_an_axis_of_size_1_only(shape: tuple[int, ...], dim: int, squeezed: tuple[int, ...]) -> None:
    x = lk.Tensor(np.ones(shape), requires_grad=True)
    y = x.squeeze(dim)
    y.sum().backward()
    assert y.shape == squeezed
    assert x.grad is not None
    assert x.grad.shape == shape


def test_a_change_through_a_detached_tensor_is_noticed() -> None:
    w = lk.Tensor(np.array([2.0]), requires_grad=True)
    y = (w * w).sum()
    d = w.detach()
    d.data -= 1.0
    with pytest.raises(RuntimeError, match="changed in place since"):
        y.backward()


def test_a_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the shape of its tensor, \(2,\); got \(3,\)"):
        lk.Tensor(np.zeros(2), requires_grad=True).accumulate(np.zeros(3))


@pytest.mark.worked_example("Parameter", "no_grad")
def test_a_step_by_hand_under_no_grad_changes_the_parameter_itself() -> None:
    # 5 - 0.1 * 2 * 5 = 4
    w = lk.Parameter(np.array([5.0]))
    (w * w).sum().backward()
    same = w
    with lk.no_grad():
        w -= 0.1 * w.grad
    assert same is w
    assert isinstance(w, lk.Parameter)
    assert w.tolist() == [4.0]


@pytest.mark.parametrize(("change", "expected"), [("+=", 7.0), ("-=", 3.0), ("*=", 10.0), ("/=", 2.5)])
def test_changes_in_place_by_hand(change: str, expected: float) -> None:
    scope = {"t": lk.Tensor(np.array([5.0])), "two": lk.Tensor(np.array([2.0]))}
    exec(f"t {change} two", scope)
    assert scope["t"].tolist() == [expected]


def test_a_change_in_place_is_refused_while_operations_are_recorded() -> None:
    w = lk.Parameter(np.array([5.0]))
    with pytest.raises(RuntimeError, match=r"Do it under `with no_grad\(\):`"):
        w -= 1.0
    assert w.tolist() == [5.0]


def test_a_change_in_place_keeps_shape_and_dtype() -> None:
    t = lk.Tensor(np.ones(2, dtype=np.float32))
    t *= np.float64(3)
    assert t.dtype == np.float32
    with pytest.raises(ValueError, match=r"cannot change the shape \(2,\) to \(3, 2\)"):
        t += np.ones((3, 2))


def test_comparisons_are_value_by_value_and_have_no_gradient() -> None:
    a, b = lk.Tensor(np.array([1.0, 2.0, 3.0]), requires_grad=True), lk.Tensor(np.array([2.0, 2.0, 2.0]))
    results = {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= 2.0, ">": a > b, ">=": a >= 2.0}
    expected = {
        "==": [False, True, False],
        "!=": [True, False, True],
        "<": [True, False, False],
        "<=": [True, True, False],
        ">": [False, False, True],
        ">=": [False, True, True],
    }
    assert {sign: result.tolist() for sign, result in results.items()} == expected
    assert not any(result.requires_grad for result in results.values())


def test_a_tensor_is_a_key_by_identity() -> None:
    a, b = lk.Tensor(np.ones(2)), lk.Tensor(np.ones(2))
    assert len({a: 1, b: 2}) == 2
