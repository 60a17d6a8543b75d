"""The doctor: each thing that can be wrong is found, and its remedy is said."""

import json
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from learnkit.course import doctor, workspace
from learnkit.course.doctor import Finding

ROOT = Path(__file__).resolve().parents[2]
HEALTHY: dict[str, Any] = {
    "numpy": "2.4.6",
    "torch": "2.13.0",
    "threads": 2,
    "built_for": None,
    "cuda": False,
    "mps": False,
    "device": None,
}
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(scope="module")
def findings() -> dict[str, Finding]:
    return {finding.name: finding for finding in doctor.examine()}


def test_this_environment_has_no_problem_with_its_packages(findings: dict[str, Finding]) -> None:
    names = ("Python", "learnkit", "NumPy", "PyTorch", "matplotlib", "scikit-learn", "jupyterlab", "ipywidgets", "kernel python3")
    assert {name: findings[name].status for name in names} == dict.fromkeys(names, "ok")


def test_versions_are_those_of_the_packages(findings: dict[str, Finding]) -> None:
    asked = [sys.executable, "-c", "import numpy, torch; print(numpy.__version__, torch.__version__)"]
    numpy, torch = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    assert (findings["NumPy"].found, findings["PyTorch"].found) == (numpy, torch)


def test_names_are_unique_and_every_finding_that_is_not_ok_has_a_fix(findings: dict[str, Finding]) -> None:
    assert len(findings) == 16
    assert all(finding.fix for finding in findings.values() if finding.status != "ok")


def test_examining_loads_neither_numpy_nor_torch() -> None:
    code = "import sys; from learnkit.course import doctor; doctor.examine(); print([m for m in ('numpy', 'torch') if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert run.stdout.strip() == "[]"


def test_old_python_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (99, 0))
    finding = doctor._python()
    assert finding.status == "problem"
    assert "install Python 99.0 or newer" in finding.fix


def test_missing_package_is_a_problem() -> None:
    assert doctor._package("no-such-package") == Finding("no-such-package", "problem", "not installed", doctor.REPAIR)


def test_broken_numpy_is_told_from_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = doctor._loaded("numpy", "NumPy", {"numpy_error": "ImportError: libopenblas"})
    assert broken.status == "problem"
    assert "is installed and does not load (ImportError: libopenblas)" in broken.found
    monkeypatch.setattr(doctor, "_version", lambda package: None)
    assert doctor._loaded("numpy", "NumPy", {"numpy_error": "ModuleNotFoundError"}).found == "not installed"


def test_missing_torch_is_a_warning_since_numpy_lessons_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda package: None)
    finding = doctor._torch({"torch_error": "ModuleNotFoundError"})
    assert (finding.status, finding.fix) == ("warning", doctor.REPAIR)


def test_probe_says_why_python_could_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PROBE", "import os; os._exit(3)")
    assert doctor._probe()["torch_error"].startswith("Python ended with status 3")


def test_probe_reports_an_import_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PROBE", doctor.PROBE.replace("import torch", "import no_such_torch"))
    found = doctor._probe()
    assert "numpy" in found
    assert found["torch_error"] == "ModuleNotFoundError: No module named 'no_such_torch'"


def test_accelerators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    assert doctor._accelerator(HEALTHY).found == "none; every lesson runs on the CPU"
    assert doctor._accelerator({**HEALTHY, "cuda": True, "device": "A card"}).found == "CUDA, A card"
    assert doctor._accelerator({**HEALTHY, "mps": True}).status == "ok"


def test_cpu_torch_beside_an_nvidia_driver_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: f"/usr/bin/{name}")
    finding = doctor._accelerator(HEALTHY)
    assert finding.status == "warning"
    assert "LEARNKIT_TORCH=cuda" in finding.fix


def test_kernel_of_another_python_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    other = tmp_path / "other" / "bin" / "python"
    argv = [str(other), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    finding = doctor._kernel()
    assert finding.status == "warning"
    assert str(other) in finding.found
    assert str(spec) in finding.fix


@pytest.mark.parametrize(("free", "status"), [(50.0, "ok"), (0.5, "warning"), (0.1, "problem")])
def test_disk(free: float, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: Usage(100e9, 0, free * 1e9))
    assert doctor._disk(tmp_path / "not" / "there").status == status


def test_little_memory_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LITTLE_MEMORY", 1e9)
    assert doctor._memory().status == "warning"


def test_missing_course_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNKIT_COURSE", str(tmp_path))
    assert doctor._course_files().status == "problem"
    (tmp_path / "notebooks").mkdir()
    assert doctor._course_files().fix == "in the clone, run: git restore notebooks"


def test_copies_are_counted_and_a_changed_lesson_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original, folder = tmp_path / "notebooks" / "04_topic.ipynb", tmp_path / "my-course"
    original.parent.mkdir()
    monkeypatch.setenv("LEARNKIT_COURSE", str(tmp_path))

    def put(path: Path, text: str) -> None:
        path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": text}]}), encoding="utf-8")

    put(original, "1")
    assert doctor._copies(None).found.startswith("none yet")
    workspace.update(tmp_path, folder)
    put(folder / "notebooks" / "04_topic.ipynb", "mine")
    assert doctor._copies(None) == Finding("your copies", "ok", f"1 in {folder}, 1 edited by you")
    put(original, "2")
    finding = doctor._copies(folder)
    assert finding.status == "warning"
    assert finding.fix == "to get the new beside yours: learnkit lab --fresh 04"


def test_json_says_whether_all_is_well() -> None:
    fine, bad = Finding("a", "warning", "x", "y"), Finding("b", "problem", "x", "y")
    assert json.loads(doctor.as_json([fine]))["ok"] is True
    assert json.loads(doctor.as_json([fine, bad])) == {
        "ok": False,
        "checks": [
            {"name": "a", "status": "warning", "found": "x", "fix": "y"},
            {"name": "b", "status": "problem", "found": "x", "fix": "y"},
        ],
    }
