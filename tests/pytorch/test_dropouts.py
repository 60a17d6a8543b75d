"""Dropout with a generator of its own: how many values stay, independence, and when nothing is drawn."""

import math

import pytest
import torch

from learnkit import pytorch as lk

N = 200_000  # every bound below is 5 standard errors: one false alarm in 1.7 million draws


@pytest.mark.parametrize("p", [0.1, 0.3, 0.5, 0.9])
def test_the_layer_drops_a_share_of_p(p: float) -> None:
    output = lk.Dropout(p, rng=lk.rng(0))(torch.ones(N))
    assert abs((output == 0).double().mean().item() - p) <= 5 * math.sqrt(p * (1 - p) / N)


@pytest.mark.parametrize("p", [0.1, 0.3, 0.9])
def test_the_expected_output_is_the_input(p: float) -> None:
    # 1/(1 - p) with probability 1 - p, else 0: variance p/(1 - p)
    output = lk.Dropout(p, rng=lk.rng(0))(torch.ones(N, dtype=torch.float64))
    assert abs(output.mean().item() - 1) <= 5 * math.sqrt(p / (1 - p) / N)


def test_what_stays_is_divided_by_1_less_p() -> None:
    output = lk.Dropout(0.3, rng=lk.rng(0))(torch.full((1000,), 7.0))
    assert set(output.tolist()) == {0.0, 10.0}


def test_neighbors_are_drawn_independently() -> None:
    # the product of independent centered draws has mean 0 and deviation p(1 - p) = 0.21
    stays = (lk.Dropout(0.3, rng=lk.rng(0))(torch.ones(N + 1)) > 0).double() - 0.7
    assert abs((stays[1:] * stays[:-1]).mean().item()) <= 5 * 0.21 / math.sqrt(N)


def test_draws_of_two_calls_are_independent() -> None:
    layer = lk.Dropout(0.3, rng=lk.rng(0))
    first, second = ((layer(torch.ones(N)) > 0).double() - 0.7 for _ in range(2))
    assert abs((first * second).mean().item()) <= 5 * 0.21 / math.sqrt(N)


def test_the_same_seed_gives_the_same_draw() -> None:
    assert torch.equal(*(lk.Dropout(0.5, rng=lk.rng(3))(torch.ones(4, 5)) for _ in range(2)))


def test_the_gradient_takes_the_way_of_its_draw() -> None:
    x = torch.ones(1000, requires_grad=True)
    output = lk.Dropout(0.3, rng=lk.rng(0))(x)
    output.sum().backward()
    assert torch.equal(x.grad, output.detach())


def test_an_explicit_rng_leaves_the_global_generator_unmoved() -> None:
    before = torch.get_rng_state()
    lk.Dropout(0.5, rng=lk.rng(0))(torch.ones(3))
    assert torch.equal(torch.get_rng_state(), before)


def test_evaluation_draws_nothing() -> None:
    generator = lk.rng(0)
    before = generator.get_state()
    assert torch.equal(lk.Dropout(0.5, rng=generator).eval()(torch.ones(3)), torch.ones(3))
    assert torch.equal(generator.get_state(), before)


@pytest.mark.gpu
def test_a_generator_on_the_gpu_drops_the_same_share(cuda: torch.device) -> None:
    output = lk.Dropout(0.3, rng=lk.rng(0, cuda))(torch.ones(N, device=cuda))
    assert abs((output == 0).double().mean().item() - 0.3) <= 5 * math.sqrt(0.21 / N)
