"""Run answers that may hang, hog or break things in a process of their own, and hand back what ``check`` said of them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import dataclasses, json, linecache, sys, time
import numpy as np
from learnkit.checking import verdict
from learnkit.problems import get_problem

def defined(source, name, number):
    cell = f"<cell {number}>"
    linecache.cache[cell] = (len(source), None, source.splitlines(True), cell)
    space = {"np": np, "__name__": "__main__"}
    exec(compile(source, cell, "exec"), space)
    return space[name]

def checked(source, seconds, number):
    problem = dataclasses.replace(get_problem("04.softmax"), seconds=seconds)
    found = verdict(problem, defined(source, "softmax", number))
    return {"kind": found.kind, "message": found.message, "notes": list(found.notes), "finding": list(found.finding)}

def main(job):
    for number, (name, source) in enumerate(job["answers"].items()):
        try:
            found = checked(source, job["seconds"], number)
        except BaseException as error:
            found = {"kind": "escaped", "message": repr(error)}
        found["after"] = checked(RIGHT, 5, number + 1000)["kind"]
        with open(job["results"], "a", encoding="utf-8") as file:
            file.write(json.dumps([name, found]) + chr(10))

RIGHT = '''
def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
'''
"""


def child(source: str, *arguments: str, seconds: float = 120, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a script after the definitions above."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", CHILD + source, *arguments]
    given: dict[str, Any] = {"capture_output": True, "text": True, "check": False, "stdin": subprocess.DEVNULL, "cwd": ROOT}
    return subprocess.run(command, env=environment, timeout=seconds, **(given | options))


def verdicts(answers: Mapping[str, str], folder: Path, *, seconds: float) -> dict[str, dict[str, Any]]:
    """Check answers to 04.softmax one after the other in one process, each followed by a right one, whose verdict is ``after``.

    What the process had not reached when it ended is missing.
    """
    results = folder / "results.jsonl"
    results.touch()
    job = json.dumps({"answers": dict(answers), "seconds": seconds, "results": str(results)})
    done = child("main(json.loads(sys.argv[1]))", job)
    found = dict(json.loads(line) for line in results.read_text(encoding="utf-8").splitlines())
    assert done.returncode == 0, f"the process ended with {done.returncode} after {list(found)[-1:]}\n{done.stderr[-2000:]}"
    return found
