"""Break the project on purpose and see `make test` fail.

Each sabotage changes one thing in a copy of the checkout and runs the stage that must notice, narrowed to where it must be noticed.
The same run on the untouched copy passes: what fails, fails because of the sabotage.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = "notebooks/00_start_here.ipynb"


@dataclass(frozen=True)
class Sabotage:
    """What is broken, and the run that must fail: a stage, pytest's -k, and words that its report must hold."""

    what: str
    break_it: Callable[[Path], None]
    stage: str
    narrowed_to: str
    report_says: str


def replace(path: str, pattern: str, by: str) -> Callable[[Path], None]:
    """Change one place in a file; the place must be there, once."""

    def change(root: Path) -> None:
        file = root / path
        changed, places = re.subn(pattern, by, file.read_text(encoding="utf-8"))
        assert places == 1, f"{places} places in {path} match {pattern!r}; one is wanted"
        file.write_text(changed, encoding="utf-8")

    return change


def in_notebook(change_cells: Callable[[list[dict]], None]) -> Callable[[Path], None]:
    """Change the code cells of a stored notebook."""

    def change(root: Path) -> None:
        file = root / NOTEBOOK
        notebook = json.loads(file.read_text(encoding="utf-8"))
        change_cells([cell for cell in notebook["cells"] if cell["cell_type"] == "code"])
        file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    return change


def change_a_number(cells: list[dict]) -> None:
    outputs = [output for cell in cells for output in cell["outputs"] if output.get("data", {}).get("text/plain") == ["5"]]
    assert len(outputs) == 1, "the start page's first cell shows 5"
    outputs[0]["data"]["text/plain"] = ["6"]


def delete_an_execution_count(cells: list[dict]) -> None:
    cells[1]["execution_count"] = None


def strip(cells: list[dict]) -> None:
    for cell in cells:
        cell["outputs"], cell["execution_count"] = [], None


def copy_module_under_its_objects_name(root: Path) -> None:
    shutil.copy(root / "learnkit/reference/linear_maps.py", root / "learnkit/reference/linear.py")


SABOTAGES = [
    Sabotage("one number in a stored output", in_notebook(change_a_number), "nbval", "00_start_here", "mismatch"),
    Sabotage(
        "one default in one tree",
        replace("learnkit/pytorch/activations.py", r"negative_slope: float = 0\.01", "negative_slope: float = 0.1"),
        "unit",
        "test_mirror",
        "leaky_relu",
    ),
    Sabotage(
        "one gradient rule, 1 % off",
        replace(
            "learnkit/reference/activations.py",
            r"return np\.asarray\(grad_output \* \(1 - saved \* saved\)\)",
            "return 1.01 * grad_output * (1 - saved * saved)",
        ),
        "unit",
        "test_activations",
        "tanh",
    ),
    Sabotage("one deleted execution count", in_notebook(delete_an_execution_count), "guards", "00_start_here", "execution count"),
    Sabotage("a stripped notebook", in_notebook(strip), "guards", "00_start_here", "stripped"),
    Sabotage(
        "a figure function that ignores its input",
        replace("learnkit/visual/gradients.py", r"_as_sizes\(name, values\) for", "_as_sizes(name, [1.0, 2.0]) for"),
        "unit",
        "draw_gradient_sizes",
        "draw_gradient_sizes",
    ),
    Sabotage(
        "a module named like a public object", copy_module_under_its_objects_name, "guards", "test_names", "learnkit.reference.linear"
    ),
]


def run_stage(root: Path, stage: str, narrowed_to: str) -> subprocess.CompletedProcess[str]:
    """Run what `make test` runs, for one stage, in a copy of the checkout."""
    command = [sys.executable, "tools/make.py", "test", "--no-setup", "--stage", stage, "--", "-k", narrowed_to, "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=240, check=False)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files that the project consists of."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    copy = tmp_path_factory.mktemp("untouched")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy


@pytest.mark.parametrize(("stage", "narrowed_to"), sorted({(s.stage, s.narrowed_to) for s in SABOTAGES}))
def test_the_untouched_copy_passes(untouched: Path, stage: str, narrowed_to: str) -> None:
    done = run_stage(untouched, stage, narrowed_to)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout.split("=== summary ===")[0], "nothing was selected"


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.what)
def test_make_test_fails_after(sabotage: Sabotage, untouched: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(untouched, copy)
    sabotage.break_it(copy)
    done = run_stage(copy, sabotage.stage, sabotage.narrowed_to)
    assert done.returncode == 1, done.stdout + done.stderr
    assert sabotage.report_says in done.stdout
    assert re.search(rf"^{sabotage.stage} +failed", done.stdout, flags=re.MULTILINE)
