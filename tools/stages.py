"""The checks: what `make test` runs, stage by stage, and how it adds them up."""

import glob
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

AT_ONCE = 2  # stages that run beside each other: each takes one core
ELSEWHERE = [
    "tests/problems",
    "tests/parity",
    "tests/notebooks",
    "tests/guards",
    "tests/browser",
    "tests/sabotage",
]  # folders with a stage of their own
Call = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Stage:
    name: str
    about: str
    modules: Sequence[Sequence[str]]  # one `python -m` after the other
    looks_at: Sequence[str] = ()  # files and folders, as patterns; pytest is given those that are there


@dataclass(frozen=True)
class Result:
    name: str
    outcome: str  # "passed", "failed" or "nothing there yet"
    seconds: float


# Stored outputs are compared to the last digit only where they were made: another processor rounds training differently.
COMPARE = "--nbval" if (platform.system(), platform.machine()) == ("Linux", "x86_64") else "--nbval-lax"
STAGES = [
    Stage("format", "ruff: layout and lint", [["ruff", "format", "--check", "."], ["ruff", "check", "."]]),
    Stage("types", "mypy, strict", [["mypy"]]),
    Stage(
        "unit",
        "unit tests and the examples in docstrings",
        [["pytest", "--doctest-modules", *(f"--ignore={folder}" for folder in ELSEWHERE)]],
        ["learnkit", "tests"],
    ),
    Stage("problems", "every exercise: right answers, mistakes, and small changes of the solution", [["pytest"]], ["tests/problems"]),
    Stage("parity", "NumPy, PyTorch and the official call agree", [["pytest"]], ["tests/parity"]),
    Stage("guards", "the tree and the notebooks are as they must be", [["pytest"]], ["tests/notebooks", "tests/guards"]),
    Stage(
        "nbval",
        "every notebook runs, and prints what is stored",
        # The kernel of this environment, whatever a person's own Jupyter calls python3. A dead kernel is waited for as long as the limit.
        [["pytest", COMPARE, "--nbval-current-env", "--nbval-cell-timeout", "120"]],
        ["notebooks/*.ipynb", "solutions/*.ipynb"],
    ),
    # A process of its own: the browser's driver keeps an event loop running, and notebooks cannot be run beside it.
    Stage("browser", "the lessons in JupyterLab, in a real browser", [["pytest"]], ["tests/browser"]),
    Stage("sabotage", "broken code is caught", [["pytest"]], ["tests/sabotage"]),
]


def run_stage(stage: Stage, root: Path, pytest_args: Sequence[str], call: Call) -> Result:
    """Run every command of a stage, also after one failed: both may have something to say."""
    began = time.monotonic()
    there = [path for pattern in stage.looks_at for path in sorted(glob.glob(pattern, root_dir=root))]
    if stage.looks_at and not there:
        return Result(stage.name, "nothing there yet", 0.0)
    codes = [call(["-m", *module, *(pytest_args if module[0] == "pytest" else []), *there]) for module in stage.modules]
    return Result(stage.name, "failed" if any(codes) else "passed", time.monotonic() - began)


def run_stages(stages: Sequence[Stage], root: Path, python: Path, environment: Mapping[str, str], pytest_args: Sequence[str]) -> int:
    """Run the stages, two at a time, and print what each says when it has ended; a single one is shown as it goes."""
    printing = Lock()

    def run(stage: Stage) -> Result:
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:

            def call(arguments: Sequence[str]) -> int:
                said = None if len(stages) == 1 else log
                return subprocess.call([str(python), *arguments], cwd=root, env=environment, stdout=said, stderr=said)

            result = run_stage(stage, root, pytest_args, call)
            log.seek(0)
            with printing:
                print(f"\n=== {stage.name}: {stage.about} ===\n{log.read()}{result.outcome}, {result.seconds:.0f} s", flush=True)
        return result

    if len(stages) > 1:
        print(f"{len(stages)} stages, {AT_ONCE} at a time; what a stage says is shown when it has ended.", flush=True)
    with ThreadPoolExecutor(AT_ONCE) as workers:
        return report(list(workers.map(run, stages)))


def report(results: Sequence[Result]) -> int:
    """Print the table; the last line counts the stages. The exit status is 0 only if something ran and nothing failed."""
    print("\n=== summary ===")
    for result in results:
        print(f"{result.name:10} {result.outcome:18} {result.seconds:7.1f} s")
    passed, failed = (sum(result.outcome == outcome for result in results) for outcome in ("passed", "failed"))
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1
