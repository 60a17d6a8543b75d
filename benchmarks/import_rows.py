"""Loading the reference over loading NumPy, each in a process of its own."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from timing import Row, Step, interleaved_medians, row

ROOT = Path(__file__).resolve().parents[1]


def in_a_fresh_process(code: str, compiled: str) -> Step:
    """Return a step that runs code in a new process, with compiled modules kept in a folder, as Python does where they are installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": compiled}
    return lambda: subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True)


def import_rows() -> list[Row]:
    """Return the line; both processes start Python, which is in both times."""
    with tempfile.TemporaryDirectory(prefix="learnkit-bench-") as compiled:
        steps = [in_a_fresh_process(code, compiled) for code in ("import learnkit.reference", "import numpy")]
        ours, theirs = interleaved_medians(*steps, rounds=31, warm_up=3, clock=time.perf_counter)
    return [row("import learnkit.reference, a whole process, over import numpy", ours, theirs, at_most=1.30)]
