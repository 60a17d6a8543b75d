"""mlp_init, mlp_forward, mlp_backward, count_params: a perceptron of lists and functions."""

import math

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


@pytest.mark.worked_example("mlp_forward", "mlp_backward")
def test_a_network_of_two_layers_by_hand() -> None:
    # hidden: relu((1·1 + 2·1, 1·1 - 2·1)) = relu((3, -1)) = (3, 0); scores: (3 · 2 + 0 - 10, -3) = (-4, -3): no relu at the end
    weights = [(np.array([[1.0, 1.0], [1.0, -1.0]]), np.zeros(2)), (np.array([[2.0, 5.0], [-1.0, 7.0]]), np.array([-10.0, 0.0]))]
    scores, saved = lk.mlp_forward(np.array([[1.0, 2.0]]), weights)
    assert_equal(scores, [[-4.0, -3.0]])
    # back from (1, 0): the last layer sees inputs (3, 0); the hidden unit that is 0 passes nothing on: (2, 5) becomes (2, 0)
    grad_x, gradients = lk.mlp_backward(np.array([[1.0, 0.0]]), saved)
    assert_equal(gradients[1][0], [[3.0, 0.0], [0.0, 0.0]])
    assert_equal(gradients[1][1], [1.0, 0.0])
    assert_equal(gradients[0][0], [[2.0, 4.0], [0.0, 0.0]])
    assert_equal(gradients[0][1], [2.0, 0.0])
    assert_equal(grad_x, [[2.0, 2.0]])


def test_xor_is_what_two_layers_can_do() -> None:
    # hidden units (a + b, a + b - 1), relu; score = first - 2 · second: 0, 1, 1, 0
    weights = [(np.ones((2, 2)), np.array([0.0, -1.0])), (np.array([[1.0, -2.0]]), np.zeros(1))]
    scores, _ = lk.mlp_forward(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), weights)
    assert_equal(scores[:, 0], [0.0, 1.0, 1.0, 0.0])


@pytest.mark.gradient_check("mlp_backward")
def test_gradients_agree_with_finite_differences_along_every_weight() -> None:
    rng = np.random.default_rng(0)
    weights = [(rng.standard_normal((5, 3)), rng.standard_normal(5)), (rng.standard_normal((2, 5)), rng.standard_normal(2))]
    x, grad_output = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    grad_x, gradients = lk.mlp_backward(grad_output, lk.mlp_forward(x, weights)[1])
    for array, grad in [
        (x, grad_x),
        *((a, g) for layer, grads in zip(weights, gradients, strict=True) for a, g in zip(layer, grads, strict=True)),
    ]:

        def loss(value: np.ndarray, array: np.ndarray = array) -> float:
            replaced = [tuple(value if part is array else part for part in layer) for layer in weights]
            return float((lk.mlp_forward(value if array is x else x, replaced)[0] * grad_output).sum())  # type: ignore[arg-type]

        assert_close(grad, lk.numeric_grad(loss, array), tolerance=1e-6)


def test_it_is_the_sequential_of_the_same_weights() -> None:
    weights = lk.mlp_init((3, 5, 2), rng=np.random.default_rng(0))
    net = lk.Sequential(lk.Linear(3, 5, rng=lk.rng(0)), lk.ReLU(), lk.Linear(5, 2, rng=lk.rng(0)))
    names = ("0.weight", "0.bias", "2.weight", "2.bias")
    net.load_state_dict(dict(zip(names, (part for layer in weights for part in layer), strict=True)))
    x = np.random.default_rng(1).standard_normal((4, 3)).astype(np.float32)
    scores, saved = lk.mlp_forward(x, weights)
    assert_close(net.forward(x), scores, tolerance=1e-6)
    net.backward(np.ones_like(scores))
    own = [part for layer in lk.mlp_backward(np.ones_like(scores), saved)[1] for part in layer]
    for parameter, grad in zip(net.parameters(), own, strict=True):
        assert_close(parameter.grad, grad, tolerance=1e-6)


def test_one_layer_is_a_linear_model() -> None:
    x, weight, bias = np.eye(2), np.array([[1.0, -2.0]]), np.array([0.5])
    assert_equal(lk.mlp_forward(x, [(weight, bias)])[0], [[1.5], [-1.5]])


@pytest.mark.worked_example("mlp_init")
def test_weights_are_uniform_within_1_over_the_root_of_the_inputs() -> None:
    # variance bound²/3; the sample variance of a uniform is off by a share of √(0.8/n): 5 of them, one false alarm in 1.7 million
    weight, bias = lk.mlp_init((400, 500), rng=np.random.default_rng(0))[0]
    bound = 1 / math.sqrt(400)
    assert np.abs(weight).max() <= bound
    assert np.abs(bias).max() <= bound
    assert abs(weight.var() / (bound**2 / 3) - 1) <= 5 * math.sqrt(0.8 / weight.size)
    assert abs(weight.mean()) <= 5 * bound / math.sqrt(3 * weight.size)
    assert weight.dtype == bias.dtype == np.float32


@pytest.mark.worked_example("count_params")
def test_parameters_are_counted_with_biases_and_shared_ones_once() -> None:
    # 3·5 + 5 + 5·2 + 2 = 32
    assert lk.count_params(lk.mlp_init((3, 5, 2), rng=np.random.default_rng(0))) == 32
    net = lk.Sequential(lk.Linear(3, 3, rng=lk.rng(0)), lk.ReLU(), lk.Linear(3, 3, bias=False, rng=lk.rng(0)))
    assert lk.count_params(net) == 9 + 3 + 9
    assert lk.count_params(lk.Sequential(net[0], net[0])) == 12
    assert lk.count_params([(np.ones((2, 3)), None)]) == 6


@pytest.mark.parametrize("sizes", [(3,), (3, 0), ()])
def test_sizes_that_make_no_network_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="sizes must be at least two widths"):
        lk.mlp_init(sizes, rng=np.random.default_rng(0))


def test_no_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        lk.mlp_forward(np.ones((2, 3)), [])
