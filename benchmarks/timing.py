"""How the benchmarks measure: in turn, by medians, against a floor; and what a line of their table is."""

import json
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

Step = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """One line of the table: two times in microseconds, their ratio, and the ratio that is wanted (None: shown for comparison)."""

    work: str
    ours: float
    theirs: float
    ratio: float
    at_most: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the wanted ratio is kept, in a word."""
        if self.at_most is None:
            return ""
        return "holds" if self.ratio <= self.at_most else "missed"


def row(work: str, ours: float, theirs: float, at_most: float | None = None) -> Row:
    """Return a line with its ratio."""
    return Row(work, ours, theirs, ours / theirs, at_most)


def interleaved_medians(
    *steps: Step, rounds: int = 1500, warm_up: int = 100, repeats: int = 1, clock: Callable[[], float] = time.process_time
) -> list[float]:
    """Run the steps in turn and return the median time of each in microseconds.

    The clock is the processor time of this process, which runs on one thread: what other programs take does not count. Who waits for
    another process, or for a device, passes ``time.perf_counter``.

    Each round begins with another step: whatever runs behind PyTorch finds the processor's caches full of PyTorch. With ``repeats``
    each turn runs its step so often, as training does, and finds the caches as it left them. The rounds of the warm-up do not count.
    """
    times: list[list[float]] = [[] for _ in steps]
    for round_number in range(warm_up + rounds):
        for place in range(len(steps)):
            turn = (round_number + place) % len(steps)
            step = steps[turn]
            start = clock()
            for _ in range(repeats):
                step()
            elapsed = clock() - start
            if round_number >= warm_up:
                times[turn].append(elapsed / repeats * 1e6)
    return [statistics.median(so_far) for so_far in times]


def mlp_step_operations(sizes: Sequence[int], batch: int) -> int:
    """Return the multiplications and additions in the matrix products of one training step of a multilayer perceptron.

    A layer of D_in × D_out weights takes 2 N D_in D_out forward and as many for the gradient of its weights; so does the gradient of
    its inputs, which the first layer does without.
    """
    layers = [2 * batch * inputs * outputs for inputs, outputs in pairwise(sizes)]
    return 2 * sum(layers) + sum(layers[1:])


def product_rate(size: int, microseconds: float) -> float:
    """Return the operations a microsecond of a product of two (size, size) matrices that took so long."""
    return 2 * size**3 / microseconds


def print_table(title: str, rows: Sequence[Row], notes: Sequence[str] = (), columns: Sequence[str] = ("ours (µs)", "theirs (µs)")) -> None:
    """Print the lines; a figure that is missed is marked in words."""
    table = Table(title=title)
    for column in ("work", *columns, "ratio", "at most", ""):
        table.add_column(column, justify="left" if column in ("work", "") else "right")
    for each in rows:
        wanted = "–" if each.at_most is None else f"{each.at_most:.2f}"
        table.add_row(each.work, f"{each.ours:.0f}", f"{each.theirs:.0f}", f"{each.ratio:.2f}", wanted, each.verdict)
    Console(width=max(Console().width, 130)).print(table)
    for note in notes:
        print(note)


def store(path: Path, machine: dict[str, Any], rows: Sequence[Row], notes: Sequence[str] = ()) -> None:
    """Write the lines and the machine they were measured on as JSON."""
    path.write_text(json.dumps({"machine": machine, "rows": [asdict(each) for each in rows], "notes": list(notes)}, indent=2) + "\n")
    print(f"stored in {path.parent.name}/{path.name}")


def processor() -> str:
    """Return the name of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
