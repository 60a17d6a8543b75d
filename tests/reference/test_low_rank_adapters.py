"""lora_linear and LoRALinear: nothing changes at the start, only the correction learns, and it can be merged."""

from typing import Any

import numpy as np
import pytest
import torch
from comparing_arrays import assert_close, assert_equal

from learnkit import pytorch, reference

both = pytest.mark.parametrize("lk", [reference, pytorch], ids=["reference", "pytorch"])


@pytest.mark.worked_example("lora_linear")
def test_a_correction_of_rank_1_by_hand() -> None:
    # x W = 3; the way through A and B: 2 · 5 = 10, times alpha / r = 0.5: 5
    one = np.ones((1, 1))
    assert_close(reference.lora_linear(one, 3 * one, None, 2 * one, 5 * one, alpha=0.5), [[8.0]])


def test_the_correction_counts_alpha_over_r() -> None:
    # with A and B of ones and rank 2 the correction is 2, times 3 / 2
    ones = np.ones((2, 1))
    assert_close(reference.lora_linear(np.ones((1, 1)), np.zeros((1, 1)), None, ones, ones.T, alpha=3.0), [[3.0]])


def test_gradients_by_hand() -> None:
    # y = 3x + 0.5 · 2 · 5 · x: dy/dx = 8; dy/dA = 0.5 · 5 · x = 2.5 x; dy/dB = 0.5 · 2 · x = x
    one = np.ones((1, 1))
    _, saved = reference.lora_linear.forward(4 * one, 3 * one, None, 2 * one, 5 * one, alpha=0.5)
    grads = reference.lora_linear.backward(one, saved)
    assert [None if grad is None else float(grad.sum()) for grad in grads] == [8.0, 4.0, None, 10.0, 4.0]


@pytest.mark.worked_example("LoRALinear")
def test_a_layer_of_rank_1_by_hand() -> None:
    # base 3x + 1; A = 2, B = 5, alpha 1 over rank 1: at x = 4 it is 13 + 2 · 5 · 4 = 53, and merged a map of weight 3 + 10
    base = reference.Linear(1, 1, rng=reference.rng(0), dtype=np.float64)
    base.weight.data, base.bias.data = np.array([[3.0]]), np.array([1.0])
    layer = reference.LoRALinear(base, 1, alpha=1.0, rng=reference.rng(0))
    layer.lora_a.data, layer.lora_b.data = np.array([[2.0]]), np.array([[5.0]])
    assert_close(layer(np.array([[4.0]])).data, [[53.0]])
    assert_close(layer.merged().weight.data, [[13.0]])


def test_gradients_agree_with_finite_differences() -> None:
    rng = np.random.default_rng(0)
    inputs = [reference.tensor(rng.standard_normal(shape), requires_grad=True) for shape in ((5, 3), (4, 3), (4,), (2, 3), (4, 2))]
    assert reference.gradcheck(lambda *given: reference.lora_linear(*given, alpha=0.7), inputs)


@both
def test_it_starts_as_the_map_that_it_corrects(lk: Any) -> None:
    base = lk.Linear(3, 2, rng=lk.rng(0))
    x = lk.tensor(np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32))
    expected = np.asarray(base(x).detach())
    assert_equal(np.asarray(lk.LoRALinear(base, 2, rng=lk.rng(1))(x).detach()), expected)


@both
def test_only_the_correction_learns(lk: Any) -> None:
    base = lk.Linear(3, 2, rng=lk.rng(0))
    layer = lk.LoRALinear(base, 2, rng=lk.rng(1))
    before = {name: np.asarray(value).copy() for name, value in layer.state_dict().items()}
    optimizer = lk.AdamW(layer.parameters(), lr=0.1, weight_decay=0.1)
    x = lk.tensor(np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32))
    for _ in range(3):
        optimizer.zero_grad()
        (layer(x) * layer(x)).sum().backward()
        optimizer.step()
    changed = {name for name, value in layer.state_dict().items() if not np.array_equal(np.asarray(value), before[name])}
    assert changed == {"lora_a", "lora_b"}
    merged = layer.merged()
    assert_close(np.asarray(merged(x).detach()), np.asarray(layer(x).detach()), tolerance=1e-5)
    assert_close(np.asarray(layer.merged()(x).detach()), np.asarray(merged(x).detach()))  # merging changes nothing here, so twice is once


@both
def test_a_has_the_spread_that_is_stated(lk: Any) -> None:
    # 2 · 5000 normal draws of variance 1/2: 5 standard errors √(2/n), one false alarm in 1.7 million
    layer = lk.LoRALinear(lk.Linear(5000, 1, rng=lk.rng(0)), 2, rng=lk.rng(1))
    drawn = np.asarray(layer.state_dict()["lora_a"]).astype(np.float64)
    assert abs(drawn.var() * 2 - 1) <= 5 * np.sqrt(2 / drawn.size)


@both
def test_it_works_without_a_bias(lk: Any) -> None:
    layer = lk.LoRALinear(lk.Linear(3, 2, bias=False, rng=lk.rng(0)), 1, rng=lk.rng(1))
    assert layer.bias is None
    assert layer.merged().bias is None


@both
def test_what_does_not_fit_is_refused(lk: Any) -> None:
    base = lk.Linear(3, 2, rng=lk.rng(0))
    with pytest.raises(TypeError, match="LoRALinear corrects a Linear; got ReLU"):
        lk.LoRALinear(lk.ReLU(), 1)
    with pytest.raises(ValueError, match="r, the rank of the correction, must be at least 1; got 0"):
        lk.LoRALinear(base, 0)
    given = [lk.tensor(np.ones(shape)) for shape in ((4, 3), (2, 3), (2,), (1, 4), (2, 1))]
    with pytest.raises(ValueError, match=r"lora_a \(r, D_in\) and lora_b \(D_out, r\); got"):
        lk.lora_linear(*given, alpha=1.0)
    given = [lk.tensor(np.ones(shape)) for shape in ((4, 3), (2, 3), (2,), (0, 3), (2, 0))]
    with pytest.raises(ValueError, match=r"got \(4, 3\), \(2, 3\), \(0, 3\) and \(2, 0\)"):
        lk.lora_linear(*given, alpha=1.0)


@both
def test_a_number_of_numpy_as_alpha_keeps_float32(lk: Any) -> None:
    layer = lk.LoRALinear(lk.Linear(3, 2, rng=lk.rng(0)), 2, alpha=np.float64(0.7), rng=lk.rng(1))
    x = lk.tensor(np.ones((4, 3), dtype=np.float32))
    assert np.asarray(layer(x).detach()).dtype == np.float32
    assert np.asarray(layer.merged().state_dict()["weight"]).dtype == np.float32


def test_merging_leaves_the_global_generator_of_pytorch_where_it_was() -> None:
    layer = pytorch.LoRALinear(pytorch.Linear(3, 2, rng=pytorch.rng(0)), 1, rng=pytorch.rng(1))
    before = torch.get_rng_state()
    layer.merged()
    assert torch.equal(torch.get_rng_state(), before)
