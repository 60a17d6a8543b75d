"""Residual: the input goes around, and so does the gradient."""

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


@pytest.mark.worked_example("Residual", "ReLU")
def test_the_input_is_added_to_what_the_module_makes() -> None:
    # relu(-1, 2) = (0, 2); plus (-1, 2)
    assert_equal(lk.Residual(lk.ReLU()).forward(np.array([[-1.0, 2.0]])), [[-1.0, 4.0]])


def test_the_gradient_that_goes_around_is_added() -> None:
    # through ReLU (0, 3) arrives, around it (3, 3)
    layer = lk.Residual(lk.ReLU())
    layer.forward(np.array([[-1.0, 2.0]]))
    assert_equal(layer.backward(np.array([[3.0, 3.0]])), [[3.0, 6.0]])


def test_a_module_that_makes_nothing_leaves_input_and_gradient_as_they_are() -> None:
    layer = lk.Residual(lk.Linear(3, 3, rng=lk.rng(0), dtype=np.float64))
    layer.load_state_dict({"module.weight": np.zeros((3, 3)), "module.bias": np.zeros(3)})
    x = np.random.default_rng(0).standard_normal((4, 3))
    assert_equal(layer.forward(x), x)
    assert_equal(layer.backward(x), x)


def chain() -> lk.Residual:
    generator = lk.rng(0)
    layers = (lk.Linear(3, 5, rng=generator, dtype=np.float64), lk.Tanh(), lk.Linear(5, 3, rng=generator, dtype=np.float64))
    return lk.Residual(lk.Sequential(*layers))


def test_by_hand_and_on_the_tape_give_the_same_gradients() -> None:
    x = np.random.default_rng(0).standard_normal((4, 3))
    by_hand, taped, given = chain(), chain(), lk.tensor(x, requires_grad=True)
    by_hand.forward(x)
    grad = by_hand.backward(np.ones((4, 3)))
    taped(given).sum().backward()
    assert_close(given.grad, grad)
    for one, other in zip(by_hand.parameters(), taped.parameters(), strict=True):
        assert_close(one.grad, other.grad)


def test_gradients_agree_with_finite_differences() -> None:
    layer = chain()
    assert lk.gradcheck(layer, [lk.tensor(np.random.default_rng(1).standard_normal((4, 3)), requires_grad=True)])


def test_without_an_input_gradient_the_parameters_still_get_theirs() -> None:
    layer, whole, x = chain(), chain(), np.ones((2, 3))
    layer.forward(x)
    whole.forward(x)
    assert layer.backward(np.ones((2, 3)), needs_input_grad=False) is None
    whole.backward(np.ones((2, 3)))
    for one, other in zip(layer.parameters(), whole.parameters(), strict=True):
        assert_equal(one.grad, other.grad)


def test_residuals_stack_in_a_chain() -> None:
    net = lk.Sequential(lk.Residual(lk.ReLU()), lk.Residual(lk.ReLU()))
    assert_equal(net.forward(np.array([[1.0, -1.0]])), [[4.0, -1.0]])
    assert_equal(net.backward(np.array([[1.0, 1.0]])), [[4.0, 1.0]])


def test_another_shape_is_refused() -> None:
    layer = lk.Residual(lk.Linear(3, 2, rng=lk.rng(0)))
    for call in (layer.forward, lambda x: layer(lk.tensor(x))):
        with pytest.raises(ValueError, match=r"got \(4, 3\) in and \(4, 2\) out"):
            call(np.ones((4, 3), dtype=np.float32))


def test_what_is_no_module_and_what_is_no_array_are_refused() -> None:
    with pytest.raises(TypeError, match="Residual takes a layer"):
        lk.Residual(lk.relu)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Call the layer itself"):
        lk.Residual(lk.ReLU()).forward(lk.tensor(np.ones(2)))


def test_a_module_that_only_calls_has_no_way_by_hand() -> None:
    class Twice(lk.Module):
        def __call__(self, x: object) -> object:
            return x

    with pytest.raises(TypeError, match="Twice has no forward and backward on arrays"):
        lk.Residual(Twice()).forward(np.ones(2))
