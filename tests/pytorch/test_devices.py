"""Devices, generators, batches and splits: where things are, and that they stay there."""

from typing import Any
from unittest import mock

import pytest
import torch

from learnkit import pytorch as lk


@pytest.mark.parametrize(("has_cuda", "expected"), [(True, "cuda"), (False, "cpu")])
def test_auto_is_cuda_where_there_is_one(has_cuda: bool, expected: str) -> None:
    with mock.patch.object(torch.cuda, "is_available", return_value=has_cuda):
        assert lk.device("auto") == torch.device(expected)


def test_auto_is_never_an_apple_gpu() -> None:
    with (
        mock.patch.object(torch.backends.mps, "is_available", return_value=True),
        mock.patch.object(torch.cuda, "is_available", return_value=False),
    ):
        assert lk.device() == torch.device("cpu")
        assert lk.device("mps") == torch.device("mps")


def test_a_gpu_that_is_there_may_be_asked_for_by_number() -> None:
    with mock.patch.object(torch.cuda, "is_available", return_value=True), mock.patch.object(torch.cuda, "device_count", return_value=2):
        assert lk.device("cuda:1") == torch.device("cuda", 1)
        with pytest.raises(ValueError, match="finds 2 CUDA devices"):
            lk.device("cuda:2")


def test_a_device_is_taken_as_well_as_its_name() -> None:
    assert lk.device(torch.device("cpu")) == torch.device("cpu")


def test_a_seed_gives_the_same_numbers_and_leaves_the_global_generator_alone() -> None:
    before = torch.get_rng_state()
    first, second, other = (torch.rand(4, generator=lk.rng(seed, "cpu")) for seed in (5, 5, 6))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), before)


def batches(n: int, **options: Any) -> list[tuple[torch.Tensor, torch.Tensor]]:
    return list(lk.minibatches(torch.arange(n) * 10, torch.arange(n), **options))


def test_an_epoch_has_every_row_once_and_rows_stay_together() -> None:
    made = batches(7, batch_size=3, rng=lk.rng(0))
    assert [len(x) for x, _ in made] == [3, 3, 1]
    targets = torch.cat([y for _, y in made])
    assert sorted(targets.tolist()) == list(range(7))
    assert targets.tolist() != list(range(7))
    assert torch.equal(torch.cat([x for x, _ in made]), targets * 10)


def test_the_last_small_batch_can_be_dropped() -> None:
    assert [len(x) for x, _ in batches(7, batch_size=3, shuffle=False, drop_last=True)] == [3, 3]
    assert [len(x) for x, _ in batches(6, batch_size=3, shuffle=False, drop_last=True)] == [3, 3]
    assert batches(2, batch_size=3, shuffle=False, drop_last=True) == []


def test_each_epoch_draws_another_order() -> None:
    generator = lk.rng(0)
    first, second = (torch.cat([y for _, y in batches(20, batch_size=6, rng=generator)]) for _ in range(2))
    assert not torch.equal(first, second)


def test_a_batch_does_not_share_memory_with_the_data() -> None:
    data = torch.ones(4, 2)
    for x, _ in lk.minibatches(data, torch.arange(4), batch_size=2, shuffle=False):
        x.zero_()
    assert data.sum() == 8


def test_inputs_and_targets_may_be_on_two_devices_and_stay_there() -> None:
    data = torch.ones(4, 2, device="meta"), torch.arange(4)
    made = list(lk.minibatches(*data, batch_size=2, rng=lk.rng(0)))
    assert all(x.is_meta for x, _ in made)
    assert sorted(torch.cat([y for _, y in made]).tolist()) == [0, 1, 2, 3]


def test_parts_have_every_index_once_and_no_part_shares_one() -> None:
    parts = lk.split_indices(10, (0.7, 0.2, 0.1), rng=lk.rng(0))
    assert [len(part) for part in parts] == [7, 2, 1]
    assert sorted(torch.cat(parts).tolist()) == list(range(10))
    assert {part.dtype for part in parts} == {torch.int64}


@pytest.mark.gpu
def test_auto_is_the_gpu(cuda: torch.device) -> None:
    assert lk.device("auto").type == "cuda"
    assert lk.rng(0, "auto").device.type == "cuda"
    assert lk.tensor([1.0], device="auto").is_cuda


@pytest.mark.gpu
def test_a_step_of_training_never_waits_for_the_gpu(cuda: torch.device) -> None:
    generator = lk.rng(0, cuda)
    net = lk.Sequential(lk.Linear(8, 4, rng=generator), lk.ReLU(), lk.Linear(4, 3, rng=generator))
    optimizer = lk.SGD(net.parameters(), lr=0.1, momentum=0.9)
    data = torch.randn(32, 8, device=cuda, generator=generator), torch.randint(3, (32,), device=cuda, generator=generator)

    def epoch() -> torch.Tensor:
        for x, y in lk.minibatches(*data, batch_size=8, rng=generator):
            assert x.is_cuda
            assert y.is_cuda
            optimizer.zero_grad()
            lk.cross_entropy(net(x), y).backward()
            optimizer.step()
        return lk.accuracy(net(data[0]), data[1])

    epoch()  # the first may wait, to load what it runs
    torch.cuda.set_sync_debug_mode("error")
    try:
        share = epoch()
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert share.is_cuda
    assert 0 <= share.item() <= 1


@pytest.mark.gpu
def test_waiting_for_the_gpu_is_noticed(cuda: torch.device) -> None:
    torch.cuda.set_sync_debug_mode("error")
    try:
        with pytest.raises(RuntimeError, match="synchroniz"):
            torch.ones(2, device=cuda).sum().item()
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.mark.gpu
def test_batches_stay_on_the_gpu_though_their_order_comes_from_the_cpu(cuda: torch.device) -> None:
    for x, y in lk.minibatches(torch.ones(4, 2, device=cuda), torch.arange(4, device=cuda), batch_size=2, rng=lk.rng(0)):
        assert x.is_cuda
        assert y.is_cuda


@pytest.mark.gpu
def test_accuracy_on_the_gpu_is_that_on_the_cpu(cuda: torch.device) -> None:
    logits, targets = torch.randn(1000, 5, generator=lk.rng(0)), torch.arange(1000) % 5
    assert lk.accuracy(logits.to(cuda), targets.to(cuda)).item() == lk.accuracy(logits, targets).item()
