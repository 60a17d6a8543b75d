"""No module has the name of a public object inside it or beside it, or of something that it imports.

``from learnkit.reference import linear`` would give the function once and the module later; a module called ``types`` would be
taken for Python's own. The functions are plain, and return what is wrong as sentences.
"""

import ast
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "learnkit"


def public_objects(source: str) -> set[str]:
    """Return the public names that a module defines or imports from elsewhere, at its top level."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {leaf.id for target in targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def imported_packages(source: str) -> set[str]:
    """Return the top-level packages that a module imports anywhere, but for learnkit itself."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names - {"learnkit"}


def modules_imported_from(source: str, package: str) -> set[str]:
    """Return what an import statement names that is itself a module of the package: ``from learnkit.reference import arithmetic``."""
    return {
        alias.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.module == package
        for alias in node.names
        if alias.asname in (None, alias.name)
    }


def name_problems(files: Mapping[str, str]) -> list[str]:
    """Check the sources of a package, given by dotted module name: {"learnkit.reference.losses": source, …}; packages end in __init__."""
    everything_imported = set().union(*map(imported_packages, files.values())) | set(sys.stdlib_module_names) | {"numpy", "torch"}
    problems = []
    for dotted, source in files.items():
        parts = dotted.split(".")
        if parts[-1] == "__init__":
            parts.pop()
        name, package = parts[-1], ".".join(parts[:-1])
        if not package or name == "__main__":
            continue
        inside = public_objects(source)
        beside = files.get(f"{package}.__init__", "")
        if name in inside:
            problems.append(f"{dotted} has the name of an object inside it")
        if name in public_objects(beside) - modules_imported_from(beside, package):
            problems.append(f"{dotted} has the name of an object of {package}")
        if name in everything_imported:
            problems.append(f"{dotted} has the name of a module that Python or learnkit imports")
    return problems


def read_package(root: Path) -> dict[str, str]:
    """Return the sources below a folder by dotted name."""
    return {
        ".".join(path.relative_to(root.parent).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*.py"))
    }


def test_no_module_is_named_like_an_object_or_an_import() -> None:
    files = read_package(ROOT)
    assert "learnkit.reference.losses" in files
    assert name_problems(files) == []


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (
            {"learnkit.reference.linear": "@op\ndef linear(x): pass"},
            "learnkit.reference.linear has the name of an object inside it",
        ),
        (
            {"learnkit.reference.linear": "class Linear: pass\nlinear = Linear()"},
            "learnkit.reference.linear has the name of an object inside it",
        ),
        (
            {"learnkit.training.splits": "splits: int = 3"},
            "learnkit.training.splits has the name of an object inside it",
        ),
        (
            {
                "learnkit.reference.__init__": "from learnkit.reference.losses import mse",
                "learnkit.reference.mse": "",
                "learnkit.reference.losses": "def mse(): pass",
            },
            "learnkit.reference.mse has the name of an object of learnkit.reference",
        ),
        (
            {"learnkit.__init__": "def visual(): pass", "learnkit.visual.__init__": ""},
            "learnkit.visual.__init__ has the name of an object of learnkit",
        ),
        (
            {"learnkit.reference.types": "import numpy as np"},
            "learnkit.reference.types has the name of a module that Python or learnkit imports",
        ),
        (
            {"learnkit.torch": ""},
            "learnkit.torch has the name of a module that Python or learnkit imports",
        ),
        (
            {"learnkit.visual.matplotlib": "", "learnkit.visual.figures": "def f():\n    import matplotlib.pyplot"},
            "learnkit.visual.matplotlib has the name of a module that Python or learnkit imports",
        ),
    ],
)
def test_a_bad_name_is_found(files: dict[str, str], problem: str) -> None:
    assert name_problems(files) == [problem]


def test_a_module_that_its_package_imports_as_a_module_is_no_conflict() -> None:
    files = {"learnkit.reference.__init__": "from learnkit.reference import losses", "learnkit.reference.losses": "def mse(): pass"}
    assert name_problems(files) == []
