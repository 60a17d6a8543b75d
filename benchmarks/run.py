"""Figures against plain PyTorch, as ratios measured in one run: ``make bench``.

Each line runs our form and the other in turn, many rounds, on one thread, and compares the medians of the processor time. The table
is printed and stored as benchmarks/results.json with the machine's processor. It is no test: a figure may be missed, and then the
table says so. Lines without a figure are there for comparison. A machine that has other work to do shares its caches with it, and
that costs PyTorch more than us: for figures to keep, let it rest.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"  # before NumPy and PyTorch are loaded, or they do not see it

import platform
from pathlib import Path

import numpy as np
import torch
from import_rows import import_rows
from loop_rows import loop_rows
from metric_rows import metric_rows
from network_rows import network_rows
from optimizer_rows import optimizer_rows
from timing import print_table, processor, store

RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Measure, print, and store."""
    torch.set_num_threads(1)
    rows, notes = network_rows()
    rows = [*rows, *optimizer_rows(), *metric_rows(), *loop_rows(), *import_rows()]
    print_table("Ratio to plain PyTorch, or to what the line names: float32, one thread, medians, in turn", rows, notes)
    versions = {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__}
    store(RESULTS, {"processor": processor(), **versions}, rows, notes)


if __name__ == "__main__":
    main()
