"""Check a notebook or a Python file: what ``learnkit check FILE`` does.

The code runs in a process of its own with a time limit, so a loop without end in one answer costs that answer only. This is for
one's own work: the process is no jail.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import learnkit
from learnkit.checking.engine import missing
from learnkit.checking.notebook_code import Code, FileProblem, read_code
from learnkit.checking.verdicts import Verdict
from learnkit.problems import Exercise, exercises_of, lessons

__all__ = ["FileProblem", "as_json", "check_file"]

SECONDS = 20.0  # for one answer, with the cells that it needs
STARTING = 30.0  # to start Python and import what the file imports


def check_file(path: str | Path, *, seconds: float = SECONDS) -> list[Verdict]:
    """Return one verdict for each exercise that a file answers or should answer, in the order of the lesson.

    Parameters
    ----------
    path : a notebook (.ipynb) or a Python file (.py)
    seconds : the time limit for one answer

    Raises
    ------
    FileProblem
        If the file cannot be read, or answers no exercise.
    """
    path = Path(path)
    code = read_code(path)
    problems = _asked(path, code)
    found: dict[str, Verdict] = {}
    waiting = []
    for problem in problems:
        if problem.name in code.names:
            waiting.append(problem)
        elif problem.name in code.broken:
            text = f"The cell that defines {problem.name} does not run: {code.broken[problem.name]}."
            found[problem.id] = _plain_verdict(problem, "raised", text)
        else:
            found[problem.id] = missing(problem, f"The file defines no {problem.name}.")
    while waiting:
        done = _run(code, waiting, path.resolve().parent, seconds)
        found |= done
        waiting = [problem for problem in waiting if problem.id not in found]
    return [found[problem.id] for problem in problems]


def as_json(verdicts: list[Verdict]) -> str:
    """Return verdicts as a JSON array with one object a problem."""
    return json.dumps([verdict.to_json() for verdict in verdicts], ensure_ascii=False, indent=2)


def _asked(path: Path, code: Code) -> tuple[Exercise, ...]:
    """Return the problems of the lesson that a file states, else of the lesson most of whose names it defines (of two, the newer)."""
    if code.lesson is not None and code.lesson in lessons():
        return exercises_of(code.lesson)
    known = code.names | code.broken.keys()
    named = {lesson: tuple(problem for problem in exercises_of(lesson) if problem.name in known) for lesson in lessons()}
    asked = max(named, key=lambda lesson: (len(named[lesson]), lesson))
    if not named[asked]:
        raise FileProblem(f"{path.name} answers no exercise: it defines none of the names that an exercise asks for.")
    return named[asked]


def _run(code: Code, problems: list[Exercise], folder: Path, seconds: float) -> dict[str, Verdict]:
    """Run some answers in one process; what hangs or dies gets its verdict, and what comes after it is left for the next process."""
    job = {"cells": code.cells, "problems": [problem.id for problem in problems]}
    with tempfile.TemporaryDirectory(prefix="learnkit-check-", ignore_cleanup_errors=True) as scratch:
        private = {"MPLBACKEND": "Agg", "PYTHONPATH": _python_path(), "LEARNKIT_HOME": scratch}  # nothing is shown or recorded
        environment = {**os.environ, **private}
        job_file, result_file = Path(scratch) / "job.json", Path(scratch) / "results.jsonl"
        job_file.write_text(json.dumps(job), encoding="utf-8")
        result_file.touch()
        process = subprocess.Popen(
            [sys.executable, "-m", "learnkit.checking.file_runner", str(job_file), str(result_file)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )
        try:
            ran_out = _wait(process, result_file, seconds)
        finally:
            _end(process)
        return _verdicts(problems, _events(result_file), ran_out, seconds)


def _wait(process: subprocess.Popen[bytes], result_file: Path, seconds: float) -> bool:
    """Wait until the process ends, or says nothing new for too long; return whether it ran out of time."""
    seen, since, limit = -1, time.monotonic(), STARTING
    while process.poll() is None:
        size = result_file.stat().st_size
        if size != seen:
            limit = STARTING if size == 0 else seconds
            seen, since = size, time.monotonic()
        if time.monotonic() - since > limit:
            return True
        time.sleep(0.02)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


def _events(result_file: Path) -> list[dict[str, Any]]:
    events = []
    for line in result_file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            break  # the process was ended in the middle of a line
    return events


def _verdicts(problems: list[Exercise], events: list[dict[str, Any]], ran_out: bool, seconds: float) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    begun = None
    for event in events:
        if "begin" in event:
            begun = event["begin"]
        else:
            fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in event["verdict"].items()}
            found[event["verdict"]["id"]] = Verdict(**fields)
            begun = None
    unfinished = [problem for problem in problems if problem.id not in found]
    if unfinished:
        lost = next((problem for problem in unfinished if problem.id == begun), unfinished[0])
        if ran_out:
            text = f"It did not end within {seconds:g} s. Is there a loop that never stops?"
            found[lost.id] = _plain_verdict(lost, "time limit", text)
        else:
            found[lost.id] = _plain_verdict(
                lost, "raised", "The Python process ended while it ran: it asked for too much memory, or ended itself."
            )
    return found


def _plain_verdict(problem: Exercise, kind: Any, text: str) -> Verdict:
    return Verdict(problem.id, False, 0, kind, (text,), points_total=problem.points)


def _python_path() -> str:
    """Return a search path on which the child finds the same learnkit."""
    root = str(Path(learnkit.__file__).resolve().parent.parent)
    return os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
