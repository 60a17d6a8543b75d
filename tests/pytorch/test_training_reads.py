"""The training loop reads numbers back from the device once an epoch, however many batches the epoch has."""

from typing import Any

import host_reads
import pytest
import torch

from learnkit import pytorch as lk


class Silent:
    def on_gradients(self, run: Any) -> None:
        """Read nothing."""

    def on_step_end(self, run: Any) -> None:
        """Read nothing."""


def train(batches: int, epochs: int, device: Any = "cpu") -> Any:
    x, y = torch.ones(4 * batches, 3, device=device), torch.zeros(4 * batches, dtype=torch.int64, device=device)
    net = lk.Linear(3, 2, device=device)
    optimizer = lk.SGD(net.parameters(), lr=0.1, momentum=0.9)
    data = lk.Batches(x, y, batch_size=4, seed=0)
    scheduler = lk.Scheduler(optimizer, lambda step: 0.9**step)
    metrics = {"accuracy": lk.accuracy}
    return lk.fit(
        net, lk.cross_entropy, optimizer, data, epochs=epochs, validation=data, metrics=metrics, scheduler=scheduler, callbacks=[Silent()]
    )


def reads(batches: int, epochs: int) -> int:
    with host_reads.Watch() as watch:
        train(batches, epochs)
    return len(watch.found)


def test_an_epoch_of_many_batches_reads_no_more_than_one_of_two() -> None:
    assert reads(20, 1) == reads(2, 1) > 0


def test_every_epoch_reads_the_same() -> None:
    assert reads(3, 4) == 4 * reads(3, 1)


@pytest.mark.gpu
def test_no_step_waits_for_the_gpu(cuda: torch.device) -> None:
    class Strict:
        def on_epoch_begin(self, run: Any) -> None:
            torch.cuda.set_sync_debug_mode("error")

        def on_step_end(self, run: Any) -> None:
            if run.batch + 1 == run.batches_per_epoch:
                torch.cuda.set_sync_debug_mode("default")  # the means are read now

    net = lk.Linear(3, 2, device=cuda)
    data = lk.Batches(torch.ones(40, 3, device=cuda), torch.zeros(40, dtype=torch.int64, device=cuda), batch_size=4, seed=0)
    optimizer = lk.Adam(net.parameters(), lr=0.1)
    lk.fit(net, lk.cross_entropy, optimizer, data, epochs=1)
    try:
        lk.fit(net, lk.cross_entropy, optimizer, data, epochs=3, metrics={"accuracy": lk.accuracy}, callbacks=[Strict()])
    finally:
        torch.cuda.set_sync_debug_mode("default")
