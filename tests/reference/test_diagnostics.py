"""signal_stats, grad_norms, dead_fraction: small networks whose numbers are computed by hand."""

from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import pytorch, reference
from learnkit import reference as lk

both = pytest.mark.parametrize("tree", [reference, pytorch], ids=["reference", "pytorch"])


def doubling() -> lk.Sequential:
    net = lk.Sequential(lk.Linear(2, 2, rng=lk.rng(0), dtype=np.float64), lk.ReLU())
    net.load_state_dict({"0.weight": 2 * np.eye(2), "0.bias": np.zeros(2)})
    return net


@pytest.mark.worked_example("signal_stats")
def test_statistics_are_those_of_the_outputs_of_each_layer_over_all_entries() -> None:
    # doubled: (2, -4), (6, 0): mean 1, variance (1 + 25 + 25 + 1)/4 = 13.
    # After relu: (2, 0), (6, 0): mean 2, variance (0 + 4 + 16 + 4)/4 = 6
    found = lk.signal_stats(doubling(), np.array([[1.0, -2.0], [3.0, 0.0]]))
    assert_close(found["mean"], [1.0, 2.0])
    assert_close(found["std"], np.sqrt([13.0, 6.0]))
    assert_close(found["largest"], [6.0, 6.0])
    assert_close(found["zeros"], [0.25, 0.5])


def test_looking_changes_nothing() -> None:
    net = doubling()
    before = net.state_dict()
    lk.signal_stats(net, lk.tensor(np.ones((3, 2)), requires_grad=True))
    assert net.training
    assert all(parameter.grad is None for parameter in net.parameters())
    for name, value in net.state_dict().items():
        assert_equal(value, before[name])


def test_a_deep_chain_of_small_weights_underflows_in_float32_and_not_in_float64() -> None:
    # each of 50 layers of width 100 with weights of 0.01 multiplies the size by 0.01 · √100 = 0.1: about 1e-50 at the end
    for dtype, is_gone in ((np.float32, True), (np.float64, False)):
        layers = [part for _ in range(50) for part in (lk.Linear(100, 100, rng=lk.rng(0), dtype=dtype), lk.Tanh())]
        net = lk.initialize(
            lk.Sequential(*layers), lambda shape, *, rng, dtype: lk.normal(shape, std=0.01, rng=rng, dtype=dtype), rng=lk.rng(1)
        )
        found = lk.signal_stats(net, np.random.default_rng(0).standard_normal((32, 100)).astype(dtype))
        assert (found["std"][-1] == 0) == is_gone
        assert (found["zeros"][-1] == 1) == is_gone
    assert 1e-53 < found["std"][-1] < 1e-47


@pytest.mark.worked_example("grad_norms")
def test_gradient_norms_are_those_of_each_parameter() -> None:
    # √(3² + 0² + 0² + 4²) = 5
    net = doubling()
    net[0].weight.grad = np.array([[3.0, 0.0], [0.0, 4.0]])
    assert {name: float(norm) for name, norm in lk.grad_norms(net).items()} == {"0.weight": 5.0}


def test_gradient_norms_agree_with_the_norm_that_clipping_measures() -> None:
    net = doubling()
    net(lk.tensor(np.array([[1.0, -2.0], [3.0, 1.0]]))).sum().backward()
    total = np.sqrt(sum(norm**2 for norm in lk.grad_norms(net).values()))
    assert_close(total, lk.clip_grad_norm(net.parameters(), 1e9))


@pytest.mark.worked_example("dead_fraction")
def test_a_unit_is_dead_only_if_no_example_wakes_it() -> None:
    # units 0 and 3 are on once; unit 1 and 2 never: 2 of 4, though 6 of 8 entries are 0
    assert_close(lk.dead_fraction(np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 2.0]])), 0.5)


def test_units_stand_along_the_last_axis() -> None:
    values = np.zeros((2, 3, 4))
    values[1, 2, 0] = 1.0
    assert_close(lk.dead_fraction(values), 0.75)


SIZES = [1e-42, 1e-30, 1e-20, 1.0, 1e25, 1e37]


@both
@pytest.mark.parametrize("size", SIZES)
def test_statistics_of_float32_signals_are_right_where_their_squares_are_not_numbers(tree: Any, size: float) -> None:
    x = (np.random.default_rng(0).standard_normal((16, 5)) * size).astype(np.float32)
    exact = x.astype(np.float64)
    found = {name: float(value[0]) for name, value in tree.signal_stats(tree.Sequential(tree.LeakyReLU(1.0)), tree.tensor(x)).items()}
    close = 2e-3 if size < 1e-38 else 1e-5  # 1e-42 has three digits in float32
    assert abs(found["std"] / exact.std() - 1) < close
    assert abs(found["mean"] - exact.mean()) < close * exact.std()
    assert found["largest"] == np.abs(exact).max()
    assert found["zeros"] == 0.0


@both
@pytest.mark.parametrize("size", SIZES)
def test_norms_of_float32_gradients_are_right_where_their_squares_are_not_numbers(tree: Any, size: float) -> None:
    grad = (np.random.default_rng(0).standard_normal((4, 3)) * size).astype(np.float32)
    layer = tree.Linear(3, 4, rng=tree.rng(0))
    layer.weight.grad = tree.tensor(grad) if tree is pytorch else grad
    found = float(tree.grad_norms(layer)["weight"])
    assert abs(found / np.linalg.norm(grad.astype(np.float64)) - 1) < (2e-3 if size < 1e-38 else 1e-5)


@both
def test_what_has_exploded_shows_and_does_not_warn(tree: Any) -> None:
    for bad in (np.inf, np.nan):
        x = np.array([[1.0, bad], [2.0, 1e30]], dtype=np.float32)
        found = tree.signal_stats(tree.Sequential(tree.LeakyReLU(1.0)), tree.tensor(x))
        assert not np.isfinite(float(found["mean"][0]))
        assert not np.isfinite(float(found["std"][0]))
        assert_equal(np.asarray(found["largest"]), [bad])
        layer = tree.Linear(2, 2, rng=tree.rng(0))
        layer.weight.grad = tree.tensor(x) if tree is pytorch else x
        assert_equal(np.asarray(tree.grad_norms(layer)["weight"]), np.float32(bad))


@both
def test_a_gradient_of_zeros_has_norm_0_and_a_constant_signal_std_0(tree: Any) -> None:
    layer = tree.Linear(3, 4, rng=tree.rng(0))
    zeros = np.zeros((4, 3), dtype=np.float32)
    layer.weight.grad = tree.tensor(zeros) if tree is pytorch else zeros
    assert float(tree.grad_norms(layer)["weight"]) == 0.0
    found = tree.signal_stats(tree.Sequential(tree.ReLU()), tree.tensor(np.zeros((2, 3), dtype=np.float32)))
    assert {name: float(value[0]) for name, value in found.items()} == {"mean": 0.0, "std": 0.0, "largest": 0.0, "zeros": 1.0}


@both
def test_looking_moves_no_running_statistics_though_it_uses_those_of_the_batch(tree: Any) -> None:
    net = tree.Sequential(tree.Sequential(tree.BatchNorm1d(3)), tree.ReLU())
    x = tree.tensor(np.random.default_rng(0).standard_normal((8, 3)).astype(np.float32) + 5)
    before = {name: np.asarray(value).tolist() for name, value in net.state_dict().items()}
    found = tree.signal_stats(net, x)
    assert abs(float(found["mean"][0])) < 1e-5  # normalized by the batch, as training does
    assert {name: np.asarray(value).tolist() for name, value in net.state_dict().items()} == before
    net(x)
    assert {name: np.asarray(value).tolist() for name, value in net.state_dict().items()} != before


@both
def test_running_statistics_are_put_back_when_a_later_layer_fails(tree: Any) -> None:
    net = tree.Sequential(tree.BatchNorm1d(3), tree.Linear(4, 2, rng=tree.rng(0)))
    before = {name: np.asarray(value).tolist() for name, value in net.state_dict().items()}
    with pytest.raises((ValueError, RuntimeError)):
        tree.signal_stats(net, tree.tensor(np.ones((8, 3), dtype=np.float32)))
    assert {name: np.asarray(value).tolist() for name, value in net.state_dict().items()} == before


@both
def test_looking_at_the_layers_between_a_forward_and_its_backward_disturbs_neither(tree: Any) -> None:
    net = tree.Sequential(tree.BatchNorm1d(3), tree.Linear(3, 2, rng=tree.rng(0))).eval()
    x = tree.tensor(np.random.default_rng(0).standard_normal((8, 3)).astype(np.float32))
    loss = net(x).sum()
    tree.signal_stats(net, x)
    loss.backward()
    assert all(parameter.grad is not None for parameter in net.parameters())


@both
def test_nothing_to_look_at_is_refused(tree: Any) -> None:
    with pytest.raises(ValueError, match=r"at least one layer and one example; got 1 layers and x of shape \(0, 3\)"):
        tree.signal_stats(tree.Sequential(tree.ReLU()), tree.tensor(np.zeros((0, 3))))
    with pytest.raises(ValueError, match="got 0 layers"):
        tree.signal_stats(tree.Sequential(), tree.tensor(np.zeros((2, 3))))


@both
@pytest.mark.parametrize("kind", [np.int64, np.bool_])
def test_dead_units_of_whole_numbers_are_refused_rather_than_rounded_to_none(tree: Any, kind: Any) -> None:
    with pytest.raises(TypeError, match=f"activations must be floating-point; got {np.dtype(kind).name}"):
        tree.dead_fraction(tree.tensor(np.array([[0, 0], [2, 0]]).astype(kind)))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError, match="signal_stats takes a Sequential, whose layers it looks between; got Linear"):
        lk.signal_stats(lk.Linear(2, 2, rng=lk.rng(0)), np.ones((1, 2)))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no parameter has a gradient"):
        lk.grad_norms(doubling())
    for empty in (np.ones(3), np.ones((0, 3))):
        with pytest.raises(ValueError, match="at least one example"):
            lk.dead_fraction(empty)
