"""How long a learner waits for ``check``: the first one in a fresh process, and later ones, for right and wrong answers to 04.softmax.

    python benchmarks/check.py

The first check is measured from before ``from learnkit.checking import check`` to its verdict, with NumPy imported before, as
the answer needs it. The course promises at most 0.5 s for the first and 50 ms for later ones.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_LIMIT, LATER_LIMIT = 0.5, 0.05

CHILD = """
import contextlib, io, json, sys, time
import numpy as np

def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1{keepdims})

begin = time.perf_counter()
from learnkit.checking import check
with contextlib.redirect_stdout(io.StringIO()):
    check(softmax, "04.softmax")
first = time.perf_counter() - begin
later = []
for _ in range(50):
    begin = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        check(softmax, "04.softmax")
    later.append(time.perf_counter() - begin)
print(json.dumps({{"first": first, "later": sorted(later)[len(later) // 2], "slowest": max(later), "torch": "torch" in sys.modules}}))
"""


def measure(keepdims: str) -> dict[str, float]:
    """Run the child once and return its seconds."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD.format(keepdims=keepdims)], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5, help="fresh processes for each answer")
    runs = parser.parse_args().runs
    print(f"{'answer':<22}{'first check':>14}{'later checks':>15}{'slowest later':>16}   (medians of {runs} processes)")
    kept = True
    for name, keepdims in (("right", ", keepdims=True"), ("wrong, a known mistake", "")):
        found = [measure(keepdims) for _ in range(runs)]
        first, later, slowest = (statistics.median(one[key] for one in found) for key in ("first", "later", "slowest"))
        kept = kept and first <= FIRST_LIMIT and slowest <= LATER_LIMIT and not any(one["torch"] for one in found)
        print(f"{name:<22}{first * 1000:>11.0f} ms{later * 1000:>12.1f} ms{slowest * 1000:>13.1f} ms")
    print(
        f"promised: first at most {FIRST_LIMIT * 1000:.0f} ms, later at most {LATER_LIMIT * 1000:.0f} ms: {'kept' if kept else 'NOT kept'}"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
