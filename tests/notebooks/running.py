"""Run a notebook as a person's Run All does, and write answers into an exercise notebook, for the tests of the four states."""

import ast
import asyncio
import inspect
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import build_notebooks
import guards
import nbformat
from nbclient import NotebookClient

from learnkit.problems import Exercise

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """A notebook after Run All.

    Parameters
    ----------
    path : the saved notebook, outputs included
    notebook : its cells
    home : the folder of the learner whose record it wrote
    """

    path: Path
    notebook: guards.Notebook
    home: Path

    @property
    def code(self) -> list[dict[str, Any]]:
        return [cell for cell in self.notebook["cells"] if cell["cell_type"] == "code"]

    def cell(self, begins: str) -> dict[str, Any]:
        """Return the one code cell that begins so."""
        found = [cell for cell in self.code if cell["source"].startswith(begins)]
        assert len(found) == 1, f"{len(found)} cells begin with {begins!r}"
        return found[0]


def run_all(notebook: guards.Notebook, folder: Path, name: str) -> Ran:
    """Save a notebook in a folder, run every cell in a fresh kernel as a learner who is new would, and save it again.

    A cell that raises stops nothing, so that a test sees all of them. No machine mode: ``LEARNKIT_ANSWERS`` is not set.
    """
    path, home = folder / name, folder / "home"
    working = nbformat.from_dict({**notebook, "nbformat": 4, "nbformat_minor": 5})
    environment = build_notebooks.kernel_environment(ROOT, folder) | {"LEARNKIT_HOME": str(home)}
    del environment["LEARNKIT_ANSWERS"]
    client = NotebookClient(
        working,
        kernel_name="python3",
        kernel_manager_class=build_notebooks.Kernel,
        timeout=120,
        allow_errors=True,
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    asyncio.run(client.async_execute(env=environment))
    path.write_text(nbformat.writes(working), encoding="utf-8")
    return Ran(path, guards.load(path), home)


def answered(exercise: guards.Notebook, answers: Mapping[str, str], problems: Sequence[Exercise]) -> guards.Notebook:
    """Return an exercise notebook with answers, by name, in the place of their stubs."""
    stubs = {problem.stub.strip(): problem.name for problem in problems}
    cells = []
    for cell in exercise["cells"]:
        name = stubs.get(cell["source"].strip())
        cells.append({**cell, "source": answers[name]} if name in answers else cell)
    return {**exercise, "cells": cells}


def shown(cell: Mapping[str, Any]) -> str:
    """Return everything a code cell shows as text, in one line: displays are wrapped, and words are what matters."""
    return " ".join(" ".join(guards.output_texts(dict(cell))).split())


def streams(cell: Mapping[str, Any]) -> str:
    return "".join("".join(output["text"]) for output in cell["outputs"] if output["output_type"] == "stream")


def errors(ran: Ran) -> list[str]:
    return [
        f"{cell['source'][:40]}: {output['ename']}: {output['evalue']}"
        for cell in ran.code
        for output in cell["outputs"]
        if output["output_type"] == "error"
    ]


class WithoutAnnotations(ast.NodeTransformer):
    """Types are for us; an answer has none, and needs no imports for them."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign:
        assert node.value is not None
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def names_in(code: CodeType) -> set[str]:
    """Return the global names and the attributes in the code of a function and of those inside it."""
    return set(code.co_names).union(*(names_in(part) for part in code.co_consts if isinstance(part, CodeType)))


def as_cell(function: Any, name: str) -> str:
    """Return a cell that defines a function under another name, with the helpers of its module and the imports that it needs.

    Nothing in it refers to the module, so it could have been typed by a learner.
    """
    home = vars(sys.modules[function.__module__])
    imports, parts, waiting = set(), [], [(function, name)]
    done = {function.__name__}
    while waiting:
        current, called = waiting.pop(0)
        tree = WithoutAnnotations().visit(ast.parse(textwrap.dedent(inspect.getsource(current))))
        assert isinstance(tree.body[0], ast.FunctionDef), f"{current.__name__} is not made by def; its source says too little"
        tree.body[0].name = called
        parts.append(ast.unparse(tree))
        for used in sorted(names_in(current.__code__) & set(home) - done):
            value = home[used]
            if isinstance(value, ModuleType):
                imports.add(f"import {value.__name__} as {used}")
            elif isinstance(value, FunctionType):
                waiting.append((value, used))
                done.add(used)
            else:
                raise AssertionError(f"{current.__name__} needs {used}, which a cell cannot import")
    return "\n".join([*sorted(imports), "", "\n\n\n".join(parts)])
