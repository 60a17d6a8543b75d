"""signal_stats, grad_norms, dead_fraction: small networks whose numbers are computed by hand."""

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


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


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError, match="signal_stats takes a Sequential, whose layers it looks between; got Linear"):
        lk.signal_stats(lk.Linear(2, 2, rng=lk.rng(0)), np.ones((1, 2)))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no parameter has a gradient"):
        lk.grad_norms(doubling())
    for empty in (np.ones(3), np.ones((0, 3))):
        with pytest.raises(ValueError, match="at least one example"):
            lk.dead_fraction(empty)
