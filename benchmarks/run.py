"""Figures against plain PyTorch, as ratios measured in one run: ``make bench``.

Each line runs our form and plain PyTorch's in turn, many rounds, on one thread, and compares the medians: what else the machine
does meets both alike. The table is printed and stored as benchmarks/results.json with the machine's processor. It is no test: a
figure may be missed, and then the table says so.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"  # before NumPy and PyTorch are loaded, or they do not see it

import json
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from learnkit import reference as lk
from learnkit.datasets import digits

RESULTS = Path(__file__).with_name("results.json")
Step = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """One line of the table: times in microseconds, and the ratio that is wanted."""

    work: str
    ours: float
    plain: float
    ratio: float
    at_most: float


def interleaved_medians(*steps: Step, rounds: int = 1500, warm_up: int = 100) -> list[float]:
    """Run the steps in turn and return the median time of each in microseconds.

    Each round begins with another step: whatever runs behind PyTorch finds the processor's caches full of PyTorch.
    """
    times: list[list[float]] = [[] for _ in steps]
    for round_number in range(warm_up + rounds):
        for place in range(len(steps)):
            turn = (round_number + place) % len(steps)
            start = time.perf_counter()
            steps[turn]()
            elapsed = time.perf_counter() - start
            if round_number >= warm_up:
                times[turn].append(elapsed * 1e6)
    return [statistics.median(so_far) for so_far in times]


def mlp_rows() -> list[Row]:
    """One training step of an MLP 64-128-64-10 on 64 digits: forward, loss, backward, SGD; by layers and by the tape."""
    images, labels = digits()
    x, y = images[:64], labels[:64]

    def ours() -> tuple[Any, Any]:
        rng = lk.rng(0)
        net = lk.Sequential(lk.Linear(64, 128, rng=rng), lk.ReLU(), lk.Linear(128, 64, rng=rng), lk.ReLU(), lk.Linear(64, 10, rng=rng))
        return net, lk.SGD(net.parameters(), lr=0.01)

    layered, layered_optimizer = ours()
    taped, taped_optimizer = ours()
    inputs, targets = lk.tensor(x), lk.tensor(y)

    def layers() -> None:
        _, saved = lk.cross_entropy.forward(layered.forward(x), y)
        layered_optimizer.zero_grad()
        layered.backward(lk.cross_entropy.backward(1.0, saved)[0], needs_input_grad=False)
        layered_optimizer.step()

    def tape() -> None:
        loss = lk.cross_entropy(taped(inputs), targets)
        taped_optimizer.zero_grad()
        loss.backward()
        taped_optimizer.step()

    plain = torch.nn.Sequential(
        torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10)
    )
    plain_optimizer = torch.optim.SGD(plain.parameters(), lr=0.01)
    torch_x, torch_y = torch.from_numpy(x.copy()), torch.from_numpy(y.copy())

    def pytorch() -> None:
        loss = torch.nn.functional.cross_entropy(plain(torch_x), torch_y)
        plain_optimizer.zero_grad()
        loss.backward()
        plain_optimizer.step()

    by_layers, by_tape, by_pytorch = interleaved_medians(layers, tape, pytorch)
    work = "MLP 64-128-64-10 step on digits, batch 64"
    return [
        Row(f"{work}: layers", by_layers, by_pytorch, by_layers / by_pytorch, at_most=0.50),
        Row(f"{work}: tape", by_tape, by_pytorch, by_tape / by_pytorch, at_most=0.60),
    ]


def adam_rows() -> list[Row]:
    """One step of Adam on a million parameters with given gradients: in one tensor, and in a hundred."""
    rows = []
    for tensors, at_most in ((1, 1.15), (100, 0.80)):
        rng, size = lk.rng(0), 1_000_000 // tensors
        values = [rng.standard_normal((2, size), dtype=np.float32) for _ in range(tensors)]
        parameters = [lk.Parameter(value.copy()) for value, _ in values]
        plain = [torch.nn.Parameter(torch.from_numpy(value.copy())) for value, _ in values]
        for parameter, other, (_, grad) in zip(parameters, plain, values, strict=True):
            parameter.grad, other.grad = grad.copy(), torch.from_numpy(grad.copy())
        ours, pytorch = interleaved_medians(lk.Adam(parameters).step, torch.optim.Adam(plain).step, rounds=300, warm_up=30)
        rows.append(Row(f"Adam, 1M parameters in {tensors} tensor{'s' * (tensors > 1)}", ours, pytorch, ours / pytorch, at_most))
    return rows


def metric_rows() -> list[Row]:
    """The confusion matrix of ten classes and the exact area under the ROC curve, of a million examples, against scikit-learn."""
    from sklearn.metrics import confusion_matrix, roc_auc_score

    rng = lk.rng(0)
    targets, guesses = rng.integers(10, size=(2, 1_000_000))
    predictions = np.where(rng.random(len(targets)) < 0.7, targets, guesses)
    positive = rng.integers(2, size=len(targets))
    scores = (rng.standard_normal(len(targets)) + positive).round(3).astype(np.float32)  # some 9,000 distinct ones: almost all tie

    def our_matrix() -> Any:
        return lk.confusion_matrix(predictions, targets, num_classes=10)

    def our_area() -> Any:
        return lk.roc_auc(scores, positive)

    matrices = interleaved_medians(our_matrix, lambda: confusion_matrix(targets, predictions), rounds=30, warm_up=3)
    areas = interleaved_medians(our_area, lambda: roc_auc_score(positive, scores), rounds=15, warm_up=2)
    return [
        Row("confusion matrix, 1e6 samples, over scikit-learn", *matrices, matrices[0] / matrices[1], at_most=0.04),
        Row("exact AUC with ties, 1e6 samples, over scikit-learn", *areas, areas[0] / areas[1], at_most=0.35),
    ]


def print_table(rows: list[Row]) -> None:
    """Print the rows; a figure that is missed is marked in words."""
    table = Table(title="Ratio to plain PyTorch, or to what the line names: float32, one thread, medians, interleaved")
    for column in ("work", "ours (µs)", "theirs (µs)", "ratio", "at most", ""):
        table.add_column(column, justify="left" if column in ("work", "") else "right")
    for row in rows:
        verdict = "holds" if row.ratio <= row.at_most else "missed"
        table.add_row(row.work, f"{row.ours:.0f}", f"{row.plain:.0f}", f"{row.ratio:.2f}", f"{row.at_most:.2f}", verdict)
    Console(width=max(Console().width, 110)).print(table)


def main() -> None:
    """Measure, print, and store."""
    torch.set_num_threads(1)
    rows = mlp_rows() + adam_rows() + metric_rows()
    print_table(rows)
    machine = {"processor": _processor(), "python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__}
    RESULTS.write_text(json.dumps({"machine": machine, "rows": [asdict(row) for row in rows]}, indent=2) + "\n")
    print(f"stored in {RESULTS.parent.name}/{RESULTS.name}")


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
