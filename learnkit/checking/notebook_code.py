"""The code of a notebook or a Python file as cells, and the part of it that an answer needs.

Answers are found by the names that are defined, not by cell metadata: cells may be copied, moved, renamed and deleted. Nothing
is run here, and only the standard library is needed.
"""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST = 50_000_000
_CELL_MARK = re.compile(r"^# ?%%.*$", re.MULTILINE)
_RUNS_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun", "%%debug", "%%python3")
_MAGIC = re.compile(r"^(\s*)(?:[%!?]|.*\?{1,2}\s*$)")
_ASSIGNED_MAGIC = re.compile(r"^(\s*[\w, ]+=\s*)[!%].*$")


class FileProblem(Exception):
    """A file that cannot be checked, and why, in one line."""


@dataclass(frozen=True)
class Code:
    """The code of a file.

    Parameters
    ----------
    cells : the source of each code cell, without magics and shell lines
    lesson : the lesson that the notebook's metadata or the file's name states, "04", or None
    broken : the name of each function that stands in a cell with a syntax error, and what the error is
    """

    cells: tuple[str, ...]
    lesson: str | None
    broken: dict[str, str]

    @property
    def names(self) -> frozenset[str]:
        """The names that are defined at the top level of any cell."""
        return frozenset(name for statement in statements(self.cells) for name in statement.defines)


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell, with the names that it defines and uses."""

    cell: int
    node: ast.stmt
    defines: frozenset[str]
    uses: frozenset[str]


def read_code(path: Path) -> Code:
    """Read the code of a notebook or a Python file.

    Raises
    ------
    FileProblem
        If there is no such file, it is neither of the two, or it is damaged.
    """
    try:
        if path.is_dir():
            raise FileProblem(f"{path.name} is a folder; name a notebook or a Python file in it.")
        if path.stat().st_size > LARGEST:
            raise FileProblem(f"{path.name} is larger than {LARGEST // 1_000_000} MB; clear its outputs and save it again.")
        data = path.read_bytes()
    except OSError as error:
        raise FileProblem(f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    if not data.strip():
        raise FileProblem(f"{path.name} is empty.")
    if path.suffix == ".ipynb":
        sources, stated = _notebook_cells(path.name, data)
    elif path.suffix == ".py":
        sources, stated = _CELL_MARK.split(_decoded(path.name, data)), None
    else:
        raise FileProblem(f"{path.name} is neither a notebook (.ipynb) nor a Python file (.py).")
    cells: list[str] = []
    broken: dict[str, str] = {}
    for source in sources:
        cell = without_magics(source)
        try:
            ast.parse(cell)
            cells.append(cell)
        except (SyntaxError, ValueError) as error:
            text = f"line {error.lineno} is no Python: {error.msg}" if isinstance(error, SyntaxError) else str(error)
            broken |= dict.fromkeys(re.findall(r"^(?:def|class)\s+(\w+)", cell, re.MULTILINE), text)
    by_name = re.match(r"(\d\d)(?!\d)", path.name)
    return Code(tuple(cells), stated or (by_name[1] if by_name else None), broken)


def _notebook_cells(name: str, data: bytes) -> tuple[list[str], str | None]:
    try:
        notebook = json.loads(data.decode("utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else data)
    except UnicodeDecodeError:
        raise FileProblem(f"{name} is no notebook: it is not text in UTF-8.") from None
    except ValueError as error:
        at_end = isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc.rstrip()) - 1
        unfinished = at_end or "Unterminated" in str(error)
        is_text = data.lstrip()[:1] == b"{"
        what = (
            "is damaged: it ends in the middle; was it copied completely?" if unfinished and is_text else "is no notebook: it is not JSON."
        )
        raise FileProblem(f"{name} {what}") from None
    except RecursionError:
        raise FileProblem(f"{name} is no notebook: it is nested too deeply.") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise FileProblem(f"{name} is no notebook: it has no cells.")
    sources = [_source(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    return sources, _stated_lesson(notebook)


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return (
        "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source if isinstance(source, str) else ""
    )


def _stated_lesson(notebook: dict[str, Any]) -> str | None:
    metadata = notebook.get("metadata")
    ours = metadata.get("learnkit") if isinstance(metadata, dict) else None
    lesson = ours.get("lesson") if isinstance(ours, dict) else None
    return f"{lesson:02d}" if isinstance(lesson, int) else lesson if isinstance(lesson, str) and re.fullmatch(r"\d\d", lesson) else None


def _decoded(name: str, data: bytes) -> str:
    """Decode a Python file as Python does: a byte-order mark, a coding comment, else UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding, newline=None).read()
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise FileProblem(f"{name} is not text in UTF-8, and states no other encoding.") from None


def without_magics(source: str) -> str:
    """Return a cell without what only IPython understands; lines keep their numbers."""
    first = source.lstrip().split(maxsplit=1)[0] if source.strip() else ""
    if first.startswith("%%"):
        if first not in _RUNS_PYTHON:
            return ""
        source = source.replace(source.lstrip().split("\n", 1)[0], "", 1)
    try:
        ast.parse(source)
        return source
    except (SyntaxError, ValueError):
        pass
    kept = []
    for line in source.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        kept.append(f"{match[1]}None" if (match := _ASSIGNED_MAGIC.match(line)) else f"{indent}pass" if _MAGIC.match(line) else line)
    return "\n".join(kept)


def statements(cells: Iterable[str]) -> list[Statement]:
    """Return the top-level statements of all cells, in order."""
    return [
        Statement(place, node, frozenset(_defined(node)), frozenset(_used(node)))
        for place, cell in enumerate(cells)
        for node in ast.parse(cell).body
    ]


def _defined(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement makes: functions, classes, imports, variables, those inside if, for, with and try too."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
        return
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield from _defined(child)
        elif isinstance(child, ast.ExceptHandler):
            yield from (name for part in child.body for name in _defined(part))
        else:
            yield from (part.id for part in ast.walk(child) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store))


def _used(node: ast.stmt) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load))


def needed_for(name: str, cells: Iterable[str]) -> list[Statement]:
    """Return the last definition of a name and the imports, functions and constants that it refers to, in the order of the file."""
    everything = statements(cells)
    last = {defined: place for place, statement in enumerate(everything) for defined in statement.defines}
    wanted: set[int] = set()
    waiting = [name]
    while waiting:
        place = last.get(waiting.pop())
        if place is None or place in wanted:
            continue
        wanted.add(place)
        statement = everything[place]
        waiting += sorted(statement.uses)
        if isinstance(statement.node, ast.AugAssign):  # total += 1 needs the total before it
            waiting += sorted(statement.defines)
            last |= {
                defined: earlier for earlier in range(place) for defined in everything[earlier].defines if defined in statement.defines
            }
    return [everything[place] for place in sorted(wanted)]
