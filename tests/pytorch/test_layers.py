"""Layers: where their parameters come from, where they are, and what they are called."""

import copy
import math
import os
import subprocess
import sys

import pytest
import torch

from learnkit import pytorch as lk


@pytest.fixture(autouse=True)
def _keep_the_global_generator() -> object:
    with torch.random.fork_rng(devices=[]):
        yield


def test_an_explicit_rng_leaves_the_global_generator_unmoved() -> None:
    before = torch.get_rng_state()
    lk.Linear(3, 2, rng=lk.rng(0))
    assert torch.equal(torch.get_rng_state(), before)


def test_without_rng_the_global_generator_is_moved() -> None:
    before = torch.get_rng_state()
    lk.Linear(3, 2)
    assert not torch.equal(torch.get_rng_state(), before)


def test_without_rng_manual_seed_gives_pytorchs_own_layer() -> None:
    torch.manual_seed(3)
    ours = lk.Linear(3, 2)
    torch.manual_seed(3)
    theirs = torch.nn.Linear(3, 2)
    assert torch.equal(ours.weight, theirs.weight)
    assert torch.equal(ours.bias, theirs.bias)


def test_an_explicit_rng_draws_what_the_global_one_would_from_the_same_seed() -> None:
    torch.manual_seed(3)
    theirs = torch.nn.Linear(5, 4)
    ours = lk.Linear(5, 4, rng=lk.rng(3))
    torch.testing.assert_close(ours.weight, theirs.weight, rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(ours.bias, theirs.bias, rtol=1e-6, atol=1e-7)


def test_two_layers_of_one_rng_differ_and_two_of_one_seed_do_not() -> None:
    generator = lk.rng(0)
    first, second, again = lk.Linear(3, 2, rng=generator), lk.Linear(3, 2, rng=generator), lk.Linear(3, 2, rng=lk.rng(0))
    assert not torch.equal(first.weight, second.weight)
    assert torch.equal(first.weight, again.weight)


def test_parameters_are_uniform_within_one_over_the_root_of_the_inputs() -> None:
    layer = lk.Linear(100, 2000, rng=lk.rng(0))
    assert layer.weight.abs().max().item() <= 0.1
    # of 200,000 uniform numbers on [-0.1, 0.1] the std is 0.1/√3, within 0.2 % at five standard errors (0.45/√n · 5 = 0.5 %)
    assert layer.weight.std().item() == pytest.approx(0.1 / math.sqrt(3), rel=0.005)
    assert layer.bias.std().item() == pytest.approx(0.1 / math.sqrt(3), rel=0.05)


@pytest.mark.parametrize("with_rng", [True, False])
def test_dtype_and_device_are_taken(with_rng: bool) -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0) if with_rng else None, dtype=torch.float64, device="cpu")
    assert {p.dtype for p in layer.parameters()} == {torch.float64}
    assert {p.device.type for p in layer.parameters()} == {"cpu"}
    assert all(p.requires_grad and isinstance(p, lk.Parameter) for p in layer.parameters())


def test_a_layer_may_be_made_on_meta_without_drawing() -> None:
    before = torch.get_rng_state()
    assert lk.Linear(3, 2, device="meta").weight.is_meta
    assert torch.equal(torch.get_rng_state(), before)


def test_a_layer_goes_to_its_device_from_that_of_its_rng() -> None:
    assert lk.Linear(3, 2, rng=lk.rng(0), device="meta").weight.is_meta


def test_a_layer_may_have_no_bias() -> None:
    layer = lk.Linear(3, 2, False, rng=lk.rng(0))
    assert layer.bias is None
    assert list(layer.state_dict()) == ["weight"]


def test_state_keys_and_shapes_are_those_of_torch_nn() -> None:
    ours = lk.Sequential(lk.Linear(4, 3, rng=lk.rng(0)), lk.ReLU(), lk.Linear(3, 2, rng=lk.rng(1)))
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
    assert list(ours.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(5, 4)
    assert torch.equal(ours(x), theirs(x))


def test_a_network_can_be_deep_copied() -> None:
    net = lk.Sequential(lk.Linear(4, 3, rng=lk.rng(0)), lk.GELU(), lk.LeakyReLU())
    twin = copy.deepcopy(net)
    with torch.no_grad():
        twin[0].weight.zero_()
    assert net[0].weight.abs().sum() > 0
    assert repr(net) == repr(twin)


def test_a_slice_of_a_network_is_a_network() -> None:
    net = lk.Sequential(lk.Linear(4, 3, rng=lk.rng(0)), lk.ReLU(), lk.Tanh())
    assert isinstance(net[:2], lk.Sequential)
    assert [type(layer).__name__ for layer in net[:2]] == ["Linear", "ReLU"]


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (lk.Sigmoid(), lk.sigmoid),
        (lk.Tanh(), lk.tanh),
        (lk.ReLU(), lk.relu),
        (lk.LeakyReLU(0.2), lambda x: lk.leaky_relu(x, negative_slope=0.2)),
        (lk.GELU("tanh"), lambda x: lk.gelu(x, approximate="tanh")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_activation_layer_is_its_function(layer: torch.nn.Module, function: object) -> None:
    x = torch.linspace(-3, 3, 7)
    assert torch.equal(layer(x), function(x))  # type: ignore[operator]


def test_importing_sets_no_global_state_of_torch() -> None:
    code = """
import torch
def state():
    return (torch.get_rng_state().sum().item(), torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_num_threads(),
            torch.are_deterministic_algorithms_enabled(), torch.get_float32_matmul_precision(), torch.get_default_device(),
            torch.is_anomaly_enabled(), str(torch.cuda.is_initialized()))
before = state()
import learnkit.pytorch
assert state() == before, (before, state())
import sys
assert "learnkit.reference" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, env={**os.environ, "OMP_NUM_THREADS": "1"}, timeout=60)


@pytest.mark.gpu
def test_a_generator_on_the_gpu_makes_layers_on_the_gpu(cuda: torch.device) -> None:
    before = torch.cuda.get_rng_state()
    assert lk.Linear(3, 2, rng=lk.rng(0, cuda)).weight.is_cuda
    assert torch.equal(torch.cuda.get_rng_state(), before)


@pytest.mark.gpu
def test_a_generator_on_the_cpu_makes_the_same_layer_everywhere(cuda: torch.device) -> None:
    there, here = lk.Linear(3, 2, rng=lk.rng(0), device=cuda), lk.Linear(3, 2, rng=lk.rng(0))
    assert there.weight.is_cuda
    assert torch.equal(there.weight.cpu(), here.weight)
