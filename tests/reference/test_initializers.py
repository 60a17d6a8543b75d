"""Initializers of both trees: what is drawn has the spread that the formula asks for, and orthogonal matrices are orthogonal.

A sample of n draws is compared with 5 standard errors: one false alarm in 1.7 million for each statement. The variance of n normal draws
is off by a share of √(2/n), that of uniform ones by √(0.8/n).
"""

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal
from scipy import stats

from learnkit import pytorch, reference
from learnkit.training.fans import calculate_gain, fan_in_out

both = pytest.mark.parametrize("lk", [reference, pytorch], ids=["reference", "pytorch"])
NOT_SQUARE = (64, 1024)


def drawn(lk: Any, name: str, shape: tuple[int, ...], **options: Any) -> np.ndarray:
    return np.asarray(getattr(lk, name)(shape, rng=lk.rng(0), **options))


def test_fans_count_what_is_summed_and_where_it_goes() -> None:
    assert fan_in_out((32, 64)) == (64, 32)
    assert fan_in_out((8, 3, 5, 7)) == (3 * 35, 8 * 35)


@pytest.mark.worked_example("calculate_gain")
def test_the_gain_of_relu_makes_up_for_the_half_it_takes() -> None:
    # the mean square of relu(z) for a symmetric z is half of z's: √2 · √2 · ½ = 1
    assert_close(calculate_gain("relu") ** 2 / 2, 1.0)
    assert calculate_gain("leaky_relu", 0.0) == calculate_gain("relu")
    assert calculate_gain("leaky_relu", 1.0) == 1.0
    assert (calculate_gain("linear"), calculate_gain("tanh")) == (1.0, 5 / 3)


@pytest.mark.worked_example("fan_in_out")
def test_a_weight_is_fed_by_its_columns_and_feeds_its_rows() -> None:
    # (5, 3): 3 numbers come in, and 5 go out; (4, 2, 3, 3): a window of 3 · 3 = 9 of 2 channels, 18 in, and 4 · 9 = 36 out
    assert fan_in_out((5, 3)) == (3, 5)
    assert fan_in_out((4, 2, 3, 3)) == (18, 36)


@pytest.mark.worked_example("normal", "uniform", "xavier_uniform", "xavier_normal", "he_normal", "he_uniform")
@both
@pytest.mark.parametrize(
    ("name", "options", "variance", "is_uniform"),
    [
        ("normal", {"std": 0.1}, 0.01, False),
        ("uniform", {"bound": 0.3}, 0.03, True),  # 0.09 / 3
        ("xavier_uniform", {}, 2 / (1024 + 64), True),
        ("xavier_normal", {}, 2 / (1024 + 64), False),
        ("xavier_normal", {"gain": 3.0}, 18 / (1024 + 64), False),
        ("he_normal", {}, 2 / 1024, False),
        ("he_normal", {"mode": "fan_out"}, 2 / 64, False),
        ("he_normal", {"nonlinearity": "linear"}, 1 / 1024, False),
        ("he_uniform", {}, 2 / 1024, True),
    ],
)
def test_the_variance_is_that_of_the_formula(lk: Any, name: str, options: dict[str, Any], variance: float, is_uniform: bool) -> None:
    values = drawn(lk, name, NOT_SQUARE, **options).astype(np.float64)
    assert abs(values.var() / variance - 1) <= 5 * math.sqrt((0.8 if is_uniform else 2) / values.size)
    assert abs(values.mean()) <= 5 * math.sqrt(variance / values.size)
    if is_uniform:
        assert np.abs(values).max() <= math.sqrt(3 * variance) * (1 + 1e-6)
    else:
        assert np.abs(values).max() > 3.5 * math.sqrt(variance)  # of 65,536 normal draws one is surely so far out


@both
def test_the_window_of_a_convolution_counts(lk: Any) -> None:
    # fan-in 32 · 9 = 288
    values = drawn(lk, "he_normal", (64, 32, 3, 3)).astype(np.float64)
    assert abs(values.var() / (2 / 288) - 1) <= 5 * math.sqrt(2 / values.size)


@both
@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (4, 2, 3)])
def test_an_orthogonal_matrix_keeps_lengths_whether_wide_or_tall(lk: Any, shape: tuple[int, ...]) -> None:
    matrix = drawn(lk, "orthogonal", shape, gain=2.0).astype(np.float64).reshape(shape[0], -1)
    smaller = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    assert_close(smaller, 4 * np.eye(len(smaller)), tolerance=1e-5)


@pytest.mark.worked_example("orthogonal")
@both
def test_orthogonal_matrices_are_drawn_evenly_signs_included(lk: Any) -> None:
    # the trace of an even random orthogonal matrix has mean 0 and variance 1; without the signs of R its mean is -0.5 for 3 by 3 (and 0
    # for 2 by 2, where all are reflections)
    generator = lk.rng(0)
    traces = [float(np.trace(np.asarray(lk.orthogonal((3, 3), rng=generator)))) for _ in range(2000)]
    assert abs(np.mean(traces)) <= 5 / math.sqrt(2000)


@both
def test_orthogonal_matrices_turn_by_every_angle_alike(lk: Any) -> None:
    # of an even random matrix of the plane the first row stands at an angle that is even on (-π, π); one false alarm in a million
    generator = lk.rng(0)
    rows = [np.asarray(lk.orthogonal((2, 2), rng=generator))[0].astype(np.float64) for _ in range(2000)]
    angles = [math.atan2(row[1], row[0]) for row in rows]
    assert stats.kstest(angles, stats.uniform(-math.pi, 2 * math.pi).cdf).pvalue > 1e-6


@both
def test_a_signal_keeps_its_size_through_ten_relu_layers_of_he_and_loses_it_with_less(lk: Any) -> None:
    def last_std(init: Any) -> float:
        layers = [layer for _ in range(10) for layer in (lk.Linear(256, 256, rng=lk.rng(1)), lk.ReLU())]
        net = lk.initialize(lk.Sequential(*layers), init, rng=lk.rng(0))
        x = lk.tensor(np.random.default_rng(0).standard_normal((64, 256)).astype(np.float32))
        return float(lk.signal_stats(net, x)["std"][-1])

    assert 0.4 < last_std(lk.he_normal) < 1.6
    assert last_std(lk.xavier_normal) < 0.1  # each ReLU layer takes a factor √½: 2^-5 = 0.03 after ten


@both
def test_zeros_are_zeros_and_dtypes_are_kept(lk: Any) -> None:
    assert_equal(np.asarray(lk.zeros((2, 3))), np.zeros((2, 3)))
    assert drawn(lk, "he_normal", (3, 2)).dtype == np.float32
    double = lk.tensor(np.zeros(1)).dtype
    for name in ("zeros", "normal", "orthogonal", "xavier_uniform"):
        assert drawn(lk, name, (3, 2), dtype=double).dtype == np.float64


@pytest.mark.worked_example("initialize", "zeros")
@both
def test_a_network_of_zeros_answers_with_its_biases(lk: Any) -> None:
    # W = 0 gives 0 · x + b = 0 for biases that initialize leaves at 0, and 1 for biases of 1
    x = lk.tensor(np.ones((2, 3), dtype=np.float32))
    layer = lk.initialize(lk.Linear(3, 4, rng=lk.rng(0)), lambda shape, **options: lk.zeros(shape), rng=lk.rng(0))
    assert_equal(np.asarray(layer(x).detach()), np.zeros((2, 4)))
    ones = lk.initialize(
        layer, lambda shape, **options: lk.zeros(shape), rng=lk.rng(0), bias=lambda shape, **options: lk.zeros(shape) + 1.0
    )
    assert_equal(np.asarray(ones(x).detach()), np.ones((2, 4)))


@both
def test_initialize_gives_weights_and_biases_new_values_and_leaves_scales(lk: Any) -> None:
    net = lk.Sequential(lk.Linear(3, 4, rng=lk.rng(0)), lk.LayerNorm(4), lk.Linear(4, 2, rng=lk.rng(0)))
    before = {name: np.asarray(value).copy() for name, value in net.state_dict().items()}
    assert lk.initialize(net, partial(lk.normal, std=0.01), rng=lk.rng(3)) is net
    after = {name: np.asarray(value) for name, value in net.state_dict().items()}
    assert_equal(after["1.weight"], np.ones(4))
    assert_equal(after["0.bias"], np.zeros(4))
    assert np.abs(after["0.weight"]).max() < 0.06
    assert not np.array_equal(after["2.weight"], before["2.weight"])
    assert all(parameter.requires_grad for parameter in net.parameters())


@both
@pytest.mark.parametrize("name", ["LayerNorm", "RMSNorm"])
def test_initialize_leaves_the_scale_of_a_normalization_over_two_axes(lk: Any, name: str) -> None:
    norm = lk.initialize(getattr(lk, name)((2, 3)), partial(lk.normal, std=0.01), rng=lk.rng(0))
    assert_equal(np.asarray(norm.state_dict()["weight"]), np.ones((2, 3)))
    if name == "LayerNorm":
        assert_equal(np.asarray(norm.state_dict()["bias"]), np.zeros((2, 3)))


@both
def test_a_bias_is_a_bias_whatever_its_axes(lk: Any) -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0))
    layer.bias = lk.Parameter(lk.tensor(np.ones((1, 2), dtype=np.float32)))
    lk.initialize(layer, partial(lk.normal, std=1.0), rng=lk.rng(0))
    assert_equal(np.asarray(layer.state_dict()["bias"]), np.zeros((1, 2)))


@both
def test_initialize_keeps_the_dtype_of_a_parameter_and_shares_no_memory_with_what_was_drawn(lk: Any) -> None:
    drawn = lk.zeros((2, 3), dtype=lk.tensor(np.zeros(1)).dtype)  # float64, always the same one
    layers = [lk.initialize(lk.Linear(3, 2, rng=lk.rng(0)), lambda shape, **options: drawn, rng=lk.rng(0)) for _ in range(2)]
    assert all(np.asarray(layer.state_dict()["weight"]).dtype == np.float32 for layer in layers)
    with lk.no_grad():
        layers[0].weight += 1.0
    assert not np.asarray(layers[1].state_dict()["weight"]).any()
    assert not np.asarray(drawn).any()


@both
def test_initialize_takes_a_function_for_biases_too(lk: Any) -> None:
    layer = lk.initialize(lk.Linear(3, 4, rng=lk.rng(0)), lk.he_normal, rng=lk.rng(0), bias=partial(lk.uniform, bound=0.5))
    assert np.asarray(layer.state_dict()["bias"]).any()


@both
@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda lk: lk.he_normal((3,), rng=lk.rng(0)), r"a weight has at least two axes, \(D_out, D_in\); got shape \(3,\)"),
        (lambda lk: lk.orthogonal((3,), rng=lk.rng(0)), "at least two axes"),
        (lambda lk: lk.xavier_uniform((), rng=lk.rng(0)), "at least two axes"),
        (lambda lk: lk.he_normal((3, 2), mode="fan", rng=lk.rng(0)), 'mode must be "fan_in" or "fan_out"; got \'fan\''),
        (lambda lk: lk.he_uniform((3, 2), nonlinearity="swish", rng=lk.rng(0)), "nonlinearity must be .*; got 'swish'"),
        (lambda lk: lk.xavier_uniform((3, 2), gain=-1.0, rng=lk.rng(0)), "gain must be at least 0; got -1.0"),
        (lambda lk: lk.xavier_normal((3, 2), gain=-1.0, rng=lk.rng(0)), "gain must be at least 0; got -1.0"),
        (lambda lk: lk.he_normal((3, 0), rng=lk.rng(0)), r"each axis of a weight must be at least 1; got shape \(3, 0\)"),
        (lambda lk: lk.orthogonal((0, 3), rng=lk.rng(0)), "each axis of a weight must be at least 1"),
        (
            lambda lk: lk.initialize(lk.Linear(3, 2, rng=lk.rng(0)), lambda shape, **options: lk.zeros((1, 1)), rng=lk.rng(0)),
            r"weight has shape \(2, 3\); its initializer returned \(1, 1\)",
        ),
        (lambda lk: lk.normal((3, 2), std=-1.0, rng=lk.rng(0)), "std must be at least 0; got -1.0"),
        (lambda lk: lk.uniform((3, 2), bound=-1.0, rng=lk.rng(0)), "bound must be at least 0; got -1.0"),
    ],
)
def test_what_does_not_fit_is_refused(lk: Any, call: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call(lk)
