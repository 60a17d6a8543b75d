"""Our training loop on a GPU over one that is written by hand with the same settings: ``make bench-gpu``.

Both read the same data, which lie on the device, in the same batches; both train the same network with the same compiled step in
bfloat16 (autocast) and the same fused optimizer, and track loss and accuracy without reading them before the epoch ends. The figure
is the throughput of ours over that of the other, of epochs in turn, by medians. It is stored as benchmarks/results-gpu.json with
the device's name. Without a GPU there is nothing to measure, and a line says so.
"""

import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from timing import Row, Step, interleaved_medians, print_table, processor, row, store

from learnkit import pytorch as lk

RESULTS = Path(__file__).with_name("results-gpu.json")
AT_LEAST = 0.97
COLUMNS = ("ours (1/s)", "by hand (1/s)")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What both loops train, and how."""

    device: str = "cuda"
    rows: int = 131_072
    features: int = 784
    hidden: int = 2048
    classes: int = 10
    batch_size: int = 2048
    backend: str = "inductor"
    rounds: int = 15
    warm_up: int = 3


def compiled_step(net: Any, setting: Setting) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Return the step of both loops: forward and loss in bfloat16, compiled as one."""

    def step(inputs: Any, targets: Any) -> tuple[Any, Any]:
        with torch.autocast(torch.device(setting.device).type, dtype=torch.bfloat16):
            outputs = net(inputs)
            return torch.nn.functional.cross_entropy(outputs, targets), outputs

    return torch.compile(step, backend=setting.backend)  # type: ignore[no-any-return]


def network(setting: Setting) -> Any:
    """Return the network, with the same values each time."""
    torch.manual_seed(0)
    sizes = (setting.features, setting.hidden, setting.hidden, setting.classes)
    layers = [torch.nn.Linear(*pair) for pair in pairwise(sizes)]
    return torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1], torch.nn.ReLU(), layers[2]).to(setting.device)


def optimizer_of(net: Any) -> Any:
    """Return the optimizer of both loops: one kernel moves all parameters."""
    return torch.optim.AdamW(net.parameters(), lr=1e-3, fused=True)


def data(setting: Setting) -> Any:
    """Return the batches that both loops read; the data are drawn on the device and stay there."""
    generator = torch.Generator(setting.device).manual_seed(0)
    inputs = torch.randn(setting.rows, setting.features, device=setting.device, generator=generator)
    targets = torch.randint(setting.classes, (setting.rows,), device=setting.device, generator=generator)
    return lk.Batches(inputs, targets, batch_size=setting.batch_size, seed=0, drop_last=True)


def wait(setting: Setting) -> None:
    """Wait for the device: what is under way belongs to the time of the epoch."""
    if setting.device.startswith("cuda"):
        torch.cuda.synchronize()


def our_epoch(setting: Setting, batches: Any) -> Step:
    """One epoch by `fit`."""
    net = network(setting)
    step, optimizer = compiled_step(net, setting), optimizer_of(net)

    def epoch() -> dict[str, float]:
        run = lk.fit(net, None, optimizer, batches, epochs=1, step=step, metrics={"accuracy": lk.accuracy})
        wait(setting)
        return run.logs

    return epoch


def epoch_by_hand(setting: Setting, batches: Any) -> Step:
    """One epoch as a person writes it who knows what makes a GPU wait."""
    net = network(setting)
    step, optimizer = compiled_step(net, setting), optimizer_of(net)

    def epoch() -> dict[str, float]:
        net.train()
        loss_sum = torch.zeros((), device=setting.device)
        right, rows = torch.zeros((), device=setting.device, dtype=torch.int64), 0
        for inputs, targets in batches.epoch(0):
            optimizer.zero_grad()
            loss, outputs = step(inputs, targets)
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(targets)
            right += (outputs.argmax(dim=1) == targets).sum()
            rows += len(targets)
        logs = {"loss": loss_sum.item() / rows, "accuracy": right.item() / rows}
        wait(setting)
        return logs

    return epoch


def measure(setting: Setting) -> Row:
    """Return the line: rows a second of both loops, and their ratio."""
    batches = data(setting)
    rows = len(batches) * setting.batch_size
    steps = our_epoch(setting, batches), epoch_by_hand(setting, batches)
    times = interleaved_medians(*steps, rounds=setting.rounds, warm_up=setting.warm_up, clock=time.perf_counter)
    ours, theirs = (rows / microseconds * 1e6 for microseconds in times)
    work = f"MLP {setting.features}-{setting.hidden}-{setting.hidden}-{setting.classes}, batch {setting.batch_size}, bf16, compiled, fused"
    return row(work, ours, theirs)


def main() -> None:
    """Measure, print, and store, if there is a GPU."""
    if not torch.cuda.is_available():
        print("make bench-gpu: PyTorch finds no CUDA device on this machine, so there is nothing to measure.")
        return
    setting = Setting()
    found = measure(setting)
    verdict = "holds" if found.ratio >= AT_LEAST else "missed"
    notes = [f"wanted: at least {AT_LEAST:.2f}: {verdict}"]
    print_table(
        "Our training loop over one by hand, the same settings: examples a second, medians, epochs in turn", [found], notes, COLUMNS
    )
    machine = {"device": torch.cuda.get_device_name(), "processor": processor(), "python": platform.python_version()}
    store(RESULTS, {**machine, "torch": torch.__version__, "setting": asdict(setting)}, [found], notes)


if __name__ == "__main__":
    main()
