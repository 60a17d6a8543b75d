"""The process that runs the answers of one file: ``python -m learnkit.checking.file_runner JOB RESULTS``.

For each answer the imports, functions and constants that it refers to are run, not all cells; only if a name is missing then
are all cells run, each error tolerated. ``check``, ``predict``, ``hint``, ``use`` and ``show_after`` do nothing here.
"""

import ast
import contextlib
import dataclasses
import importlib
import json
import linecache
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import learnkit.checking
from learnkit.checking.capturing import captured
from learnkit.checking.engine import verdict
from learnkit.checking.notebook_code import needed_for
from learnkit.checking.observing import Raised
from learnkit.checking.slips import told
from learnkit.checking.verdicts import Verdict
from learnkit.problems import get_exercise

_SILENT = ("check", "hint", "start", "predict", "show_after", "recall", "reveal")


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    silence()
    with Path(sys.argv[2]).open("a", encoding="utf-8") as results:
        for problem_id in job["problems"]:
            _tell(results, {"begin": problem_id})
            _tell(results, {"verdict": dataclasses.asdict(answer_verdict(problem_id, job["cells"]))})


def _tell(results: Any, event: dict[str, Any]) -> None:
    results.write(json.dumps(event) + "\n")
    results.flush()


def silence() -> None:
    """Replace what talks to the learner, wherever it is imported from, by functions that do nothing."""
    modules: list[Any] = [learnkit.checking]
    with contextlib.suppress(ImportError):
        modules.append(importlib.import_module("learnkit.study"))
    for module in modules:
        for name in _SILENT:
            setattr(module, name, _nothing)
    modules[0].use = _own


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _own(_: str, answer: Any) -> Any:
    return answer


def answer_verdict(problem_id: str, cells: Iterable[str]) -> Verdict:
    """Return the verdict on one answer of a file."""
    problem, cells = get_exercise(problem_id), list(cells)
    space, error = _namespace(), None
    with captured():
        try:
            for statement in needed_for(problem.name, cells):
                _run(statement.node, cells, statement.cell, space)
        except KeyboardInterrupt:
            raise
        except BaseException as raised:
            error = raised
    found = verdict(problem, space[problem.name]) if error is None and problem.name in space else None
    if found is None or (found.kind == "raised" and any("NameError" in line for line in found.lines)):
        everything = _namespace()
        with captured():
            for place, cell in enumerate(cells):
                _run_tolerantly(cell, cells, place, everything)
        if problem.name in everything:
            return verdict(problem, everything[problem.name])
    return found or _not_made(problem_id, error)


def _not_made(problem_id: str, error: BaseException | None) -> Verdict:
    problem = get_exercise(problem_id)
    lines = told(Raised(type(error).__name__, str(error))) if error else [f"Nothing named {problem.name} is left at the end of the file."]
    lines[0] = f"What {problem.name} needs does not run. {lines[0]}"
    return Verdict(problem.id, False, 0, "raised", tuple(lines), points_total=problem.points)


def _namespace() -> dict[str, Any]:
    return {"__name__": "__main__", "__builtins__": __builtins__}


def _run(node: ast.stmt, cells: list[str], place: int, space: dict[str, Any]) -> None:
    """Run a statement of a cell, so that an exception can show the learner's line."""
    name = f"<cell {place + 1}>"
    linecache.cache[name] = (len(cells[place]), None, cells[place].splitlines(keepends=True), name)
    exec(compile(ast.Module([node], []), name, "exec", dont_inherit=True), space)


def _run_tolerantly(cell: str, cells: list[str], place: int, space: dict[str, Any]) -> None:
    for node in ast.parse(cell).body:
        try:
            _run(node, cells, place, space)
        except KeyboardInterrupt:
            raise
        except BaseException:
            break  # as in a notebook: the rest of this cell does not run, the next cell does


if __name__ == "__main__":
    main()
