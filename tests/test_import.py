"""What an import loads, that every module can come first, and that every public name is there.

Imports are tried in processes of their own: in this one everything is loaded already.
"""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import learnkit

ROOT = Path(__file__).resolve().parents[1]
PARTS = sorted(file.parent.name for file in (ROOT / "learnkit").glob("*/__init__.py"))

# Compiled code leaves entries that were never imported, cython_runtime for one: they have no spec.
LOADED = """
import json, sys
before = set(sys.modules)
exec(sys.argv[1])
print(json.dumps([name for name, module in sys.modules.items() if name not in before and getattr(module, "__spec__", None)]))
"""

# The package is forgotten between two imports, and what it needs from elsewhere is not: a circle can only be inside the package.
EACH_FIRST = """
import importlib, json, sys
package, *names = sys.argv[1:]
errors = {}
for name in names:
    for loaded in [loaded for loaded in sys.modules if loaded.partition(".")[0] == package]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
        errors[name] = None
    except Exception as error:
        errors[name] = f"{type(error).__name__}: {error}"
print(json.dumps(errors))
"""


def run(script: str, *arguments: str, root: Path = ROOT) -> Any:
    """Run a script in a fresh interpreter that finds the packages in root; return what it prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": str(root)},
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def loaded_by(code: str) -> set[str]:
    """Return the packages that a piece of code loads, without those that come with Python."""
    return {name.partition(".")[0] for name in run(LOADED, code)} - set(sys.stdlib_module_names)


def modules_of(package: str, root: Path = ROOT) -> list[str]:
    """Return the dotted names of all modules of a package."""
    files = [path.relative_to(root).with_suffix("").parts for path in (root / package).rglob("*.py")]
    return sorted(".".join(parts[:-1] if parts[-1] == "__init__" else parts) for parts in files)


def errors_when_first(package: str, root: Path = ROOT) -> dict[str, str | None]:
    """Return for every module of a package the error when it is imported before all others, or None."""
    return run(EACH_FIRST, package, *modules_of(package, root), root=root)


# --- what an import loads ----------------------------------------------------------------------------------------------------------------


def test_what_a_piece_of_code_loads_is_seen() -> None:
    assert {"numpy", "learnkit"} <= loaded_by("import numpy, learnkit")


def test_import_learnkit_loads_nothing_else() -> None:
    assert loaded_by("import learnkit") == {"learnkit"}


def test_the_reference_loads_numpy_and_nothing_else() -> None:
    assert loaded_by("from learnkit import reference") == {"learnkit", "numpy"}


def test_the_reference_leaves_to_their_first_use_what_takes_long_to_load() -> None:
    # numpy.random alone is a fifth of `import numpy`: annotations that name its Generator are in quotes
    extra = set(run(LOADED, "from learnkit import reference")) - set(run(LOADED, "import numpy"))
    assert "learnkit.reference.losses" in extra
    assert extra & {"numpy.random", "pathlib", "csv", "hashlib", "threading", "inspect", "dataclasses", "tempfile", "urllib"} == set()


def test_the_course_loads_neither_numpy_nor_pytorch() -> None:
    assert loaded_by("from learnkit import course, cli").isdisjoint({"numpy", "torch"})


# --- every module first ------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def errors() -> dict[str, str | None]:
    return errors_when_first("learnkit")


@pytest.mark.parametrize("module", modules_of("learnkit"))
def test_a_module_can_be_imported_first(module: str, errors: dict[str, str | None]) -> None:
    assert errors[module] is None


def test_a_circle_of_imports_is_noticed(tmp_path: Path) -> None:
    # a needs b while b is half loaded: b first fails, a first does not
    for name, source in {"__init__": "", "a": "import ring.b\none = 1", "b": "from ring.a import one"}.items():
        (tmp_path / "ring").mkdir(exist_ok=True)
        (tmp_path / "ring" / f"{name}.py").write_text(source, encoding="utf-8")
    errors = errors_when_first("ring", tmp_path)
    assert errors["ring"] is None
    assert "cannot import name 'one'" in str(errors["ring.a"])
    assert errors["ring.b"] is None


def test_all_modules_are_found() -> None:
    assert {"learnkit", "learnkit.cli", "learnkit.reference", "learnkit.reference.losses"} <= set(modules_of("learnkit"))


# --- names -------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["reference", "pytorch"])
def tree(request: pytest.FixtureRequest) -> Any:
    return importlib.import_module(f"learnkit.{request.param}")


def test_every_name_in_all_exists(tree: Any) -> None:
    assert [name for name in tree.__all__ if not hasattr(tree, name)] == []


def test_no_name_in_all_comes_twice(tree: Any) -> None:
    assert [name for name in tree.__all__ if tree.__all__.count(name) > 1] == []


def test_the_parts_are_found() -> None:
    assert {"reference", "pytorch", "training", "datasets"} <= set(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_an_attribute_without_an_import_of_its_own(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(learnkit, part, raising=False)  # an import of its own, in this process, has set it
    assert getattr(learnkit, part).__name__ == f"learnkit.{part}"


def test_the_parts_are_listed() -> None:
    assert set(PARTS) <= set(dir(learnkit))


def test_an_unknown_attribute_is_answered_with_the_parts() -> None:
    with pytest.raises(AttributeError, match=r"^module 'learnkit' has no attribute 'refrence'; its parts are ") as caught:
        learnkit.refrence  # noqa: B018
    assert sorted(str(caught.value).partition("; its parts are ")[2].split(", ")) == PARTS
