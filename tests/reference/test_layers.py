"""Layers: how a Linear starts, and that each layer is its operation with its own parameters."""

import math
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

# each layer, and what it computes
LAYERS: dict[str, tuple[Any, Any]] = {
    "Sigmoid": (lambda: lk.Sigmoid(), lambda x: lk.sigmoid(x)),
    "Tanh": (lambda: lk.Tanh(), lambda x: lk.tanh(x)),
    "ReLU": (lambda: lk.ReLU(), lambda x: lk.relu(x)),
    "LeakyReLU": (lambda: lk.LeakyReLU(), lambda x: lk.leaky_relu(x)),
    "LeakyReLU steep": (lambda: lk.LeakyReLU(0.3), lambda x: lk.leaky_relu(x, negative_slope=0.3)),
    "GELU": (lambda: lk.GELU(), lambda x: lk.gelu(x)),
    "GELU tanh": (lambda: lk.GELU("tanh"), lambda x: lk.gelu(x, approximate="tanh")),
}
X = np.random.default_rng(0).standard_normal((4, 3))


@pytest.mark.parametrize("name", list(LAYERS))
def test_a_layer_computes_its_operation(name: str) -> None:
    make, function = LAYERS[name]
    assert_equal(make().forward(X), function(X))
    assert_equal(make()(lk.Tensor(X)).data, function(X))


@pytest.mark.parametrize("name", list(LAYERS))
def test_a_layer_goes_back_as_the_tape_does(name: str) -> None:
    make, function = LAYERS[name]
    layer, x = make(), lk.Tensor(X, requires_grad=True)
    layer.forward(X)
    function(x).backward(np.full_like(X, 3.0))
    assert_equal(layer.backward(np.full_like(X, 3.0)), x.grad)


@pytest.mark.parametrize("name", list(LAYERS))
def test_an_activation_has_no_parameters(name: str) -> None:
    assert list(LAYERS[name][0]().parameters()) == []


# e^(-log 3) = 1/3, so σ(log 3) = 3/4 with the slope 3/4 · 1/4 = 3/16; tanh(log 3) = (3 - 1/3) / (3 + 1/3) = 4/5, slope 1 - 16/25 = 9/25;
# max(log 3, 0) with slope 1, and 1/4 of -log 3 with slope 1/4
AT_LOG_3 = {
    "Sigmoid": (lk.Sigmoid(), 3 / 4, 3 / 16),
    "Tanh": (lk.Tanh(), 4 / 5, 9 / 25),
    "ReLU": (lk.ReLU(), math.log(3), 1.0),
}


@pytest.mark.worked_example("Sigmoid", "Tanh", "ReLU")
@pytest.mark.parametrize("name", ["Sigmoid", "Tanh", "ReLU"])
def test_an_activation_layer_at_the_logarithm_of_3(name: str) -> None:
    # times grad_output 16: 3, 144/25 and 16
    layer, value, slope = AT_LOG_3[name]
    assert_close(layer.forward(np.array([[math.log(3)]])), [[value]])
    assert_close(layer.backward(np.array([[16.0]])), [[16 * slope]])


@pytest.mark.worked_example("LeakyReLU", "GELU")
def test_leaky_and_smooth_activation_layers_by_hand() -> None:
    # 0.25 · (-2) = -0.5, with slope 0.25
    leaky = lk.LeakyReLU(0.25)
    assert_equal(leaky.forward(np.array([[-2.0, 3.0]])), [[-0.5, 3.0]])
    assert_equal(leaky.backward(np.array([[4.0, 4.0]])), [[1.0, 4.0]])
    # x Φ(x) at 0 is 0 · 1/2 with slope Φ(0) = 1/2, and at 1 it is Φ(1) = 0.841344746 with slope Φ(1) + φ(1) = 1.083315471
    smooth = lk.GELU()
    assert_close(smooth.forward(np.array([[0.0, 1.0]])), [[0.0, 0.841344746]], tolerance=1e-9)
    assert_close(smooth.backward(np.array([[1.0, 1.0]])), [[0.5, 1.083315471]], tolerance=1e-9)


def test_linear_computes_its_operation_with_its_own_parameters() -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0), dtype=np.float64)
    assert_close(layer.forward(X), X @ layer.weight.data.T + layer.bias.data)


def test_linear_without_a_bias_is_the_product_alone() -> None:
    layer = lk.Linear(3, 2, bias=False, rng=lk.rng(0), dtype=np.float64)
    assert layer.bias is None
    assert_close(layer.forward(X), X @ layer.weight.data.T)
    layer.backward(np.ones((4, 2)))
    assert_close(layer.weight.grad, np.ones((2, 4)) @ X)


def test_linear_has_pytorchs_shapes_and_starts_in_float32() -> None:
    layer = lk.Linear(3, 2)
    assert (layer.weight.shape, layer.bias.shape) == ((2, 3), (2,))
    assert (layer.weight.dtype, layer.bias.dtype) == (np.float32, np.float32)


def test_linear_takes_the_dtype_it_is_told() -> None:
    layer = lk.Linear(3, 2, dtype=np.float64)
    assert (layer.weight.dtype, layer.bias.dtype) == (np.float64, np.float64)


def test_the_same_seed_gives_the_same_parameters() -> None:
    one, same, other = (lk.Linear(3, 2, rng=lk.rng(seed)).weight.data for seed in (0, 0, 1))
    assert_equal(one, same)
    assert not np.array_equal(one, other)


def test_one_generator_gives_every_layer_other_parameters() -> None:
    rng = lk.rng(0)
    assert not np.array_equal(lk.Linear(3, 2, rng=rng).weight.data, lk.Linear(3, 2, rng=rng).weight.data)


def test_without_a_generator_every_layer_differs() -> None:
    assert not np.array_equal(lk.Linear(30, 20).weight.data, lk.Linear(30, 20).weight.data)


def test_numpys_global_generator_is_neither_read_nor_moved() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002  # the old global state is what must not move
    lk.Linear(30, 20)
    lk.Linear(30, 20, rng=lk.rng(0))
    assert_equal(np.random.get_state()[1], before)  # noqa: NPY002


# 400 inputs: the bound is 1/√400 = 1/20. Over 100,000 weights, each check below fails for a right layer with a probability of
# less than 1e-6, if the seed were drawn anew.
MANY = lk.Linear(400, 250, rng=lk.rng(0), dtype=np.float64)


def test_weights_start_between_plus_and_minus_one_over_root_fan_in_and_fill_it() -> None:
    # the largest of 100,000 falls below 0.9998 of the bound with probability 0.9998^100000 = 2e-9, and so does the smallest
    assert np.abs(MANY.weight.data).max() <= 1 / 20
    assert MANY.weight.data.max() > 0.9998 / 20
    assert MANY.weight.data.min() < -0.9998 / 20


def test_weights_start_with_the_variance_of_a_uniform_distribution() -> None:
    # bound²/3 = 1/1200; the sample variance has the relative standard deviation √(0.8/n) = 0.0028, 5 of them are 0.0141: 6e-7
    assert abs(MANY.weight.data.var() * 1200 - 1) < 0.0141


def test_weights_start_around_zero() -> None:
    # the mean has the standard deviation √(1/1200/100000) = 9.1e-5, and 5 of them are 4.6e-4: 6e-7
    assert abs(MANY.weight.data.mean()) < 4.6e-4


def test_weights_start_evenly_spread() -> None:
    # ten equal bins of 10,000 each, with the standard deviation √(1e5 · 0.1 · 0.9) = 95; 5.5 of them are 522: 10 · 4e-8
    counts, _ = np.histogram(MANY.weight.data, bins=10, range=(-1 / 20, 1 / 20))
    assert np.abs(counts - 10_000).max() < 522


def test_the_bias_starts_within_the_same_bound_as_the_weights() -> None:
    # by the number of inputs, and not of outputs: the largest of 250 falls below 0.9 of it with probability 0.9^250 = 4e-12
    bias = lk.Linear(4, 250, rng=lk.rng(0)).bias.data
    assert 0.9 / 2 < np.abs(bias).max() <= 1 / math.sqrt(4)


@pytest.mark.parametrize(("sizes", "came"), [((0, 2), "0 and 2"), ((3, 0), "3 and 0"), ((-1, 2), "-1 and 2")])
def test_linear_needs_at_least_one_input_and_one_output(sizes: tuple[int, int], came: str) -> None:
    with pytest.raises(ValueError, match=f"in_features and out_features must be at least 1; got {came}"):
        lk.Linear(*sizes)


def test_linear_of_integers_is_refused() -> None:
    with pytest.raises(TypeError, match="only floating-point tensors have gradients; got dtype int64"):
        lk.Linear(3, 2, dtype=np.int64)
