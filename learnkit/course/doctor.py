"""Checks of an installation: what was found, whether it is enough, and what exactly puts it right.

Versions are read from the packages' metadata. PyTorch and NumPy are loaded in a process of their own, so a broken wheel is a finding here
and not a crash.
"""

import importlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import learnkit
from learnkit.course import CourseError, course_root, lesson_names
from learnkit.course.workspace import survey

Status = Literal["ok", "warning", "problem"]

OLDEST_PYTHON = (3, 11)
REPAIR = "in the clone of the course, run: python tools/make.py course"
LITTLE_DISK, NO_DISK = 1.0, 0.2  # GB
LITTLE_MEMORY = 1.5  # GB
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

PROBE = """
import json, os
found = {}
try:
    import numpy
    found["numpy"] = numpy.__version__
except Exception as error:
    found["numpy_error"] = f"{type(error).__name__}: {error}"
try:
    import torch
    cuda = torch.cuda.is_available()
    mps = getattr(torch.backends, "mps", None)
    found.update(torch=torch.__version__, threads=torch.get_num_threads(), built_for=torch.version.cuda, cuda=cuda)
    found.update(mps=bool(mps and mps.is_available()), device=torch.cuda.get_device_name(0) if cuda else None)
except Exception as error:
    found["torch_error"] = f"{type(error).__name__}: {error}"
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report; `fix` is empty where nothing is to be done."""

    name: str
    status: Status
    found: str
    fix: str = ""


def examine(folder: Path | None = None) -> list[Finding]:
    """Run all checks, quick ones first.

    Parameters
    ----------
    folder : the learner's folder; ``my-course`` in the clone by default
    """
    probe = _probe()
    checks: list[Callable[[], Finding]] = [
        _python,
        _learnkit,
        lambda: _loaded("numpy", "NumPy", probe),
        lambda: _torch(probe),
        lambda: _accelerator(probe),
        lambda: _threads(probe),
        lambda: _package("matplotlib"),
        lambda: _package("scikit-learn"),
        lambda: _package("jupyterlab"),
        lambda: _package("ipywidgets"),
        _kernel,
        lambda: _disk(folder),
        _memory,
        _browser,
        _course_files,
        lambda: _copies(folder),
    ]
    return [check() for check in checks]


def as_json(findings: list[Finding]) -> str:
    sound = all(finding.status != "problem" for finding in findings)
    return json.dumps({"ok": sound, "checks": [asdict(finding) for finding in findings]}, indent=1)


def _probe() -> dict[str, Any]:
    """Load NumPy and PyTorch in another process and return what they say, or why they could not."""
    try:
        run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=120, check=False)
        found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        return dict.fromkeys(("numpy_error", "torch_error"), "loading took more than 120 s")
    except (IndexError, ValueError):
        ended = f"Python ended with status {run.returncode}: {run.stderr.strip()[-200:]}"
        return dict.fromkeys(("numpy_error", "torch_error"), ended)
    return found


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _python() -> Finding:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}"
    if sys.version_info < OLDEST_PYTHON:
        return Finding("Python", "problem", found, f"install Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer, then {REPAIR}")
    return Finding("Python", "ok", found)


def _learnkit() -> Finding:
    return Finding("learnkit", "ok", f"{learnkit.__version__}, {Path(learnkit.__file__).parent}")


def _package(package: str) -> Finding:
    version = _version(package)
    return Finding(package, "ok", version) if version else Finding(package, "problem", "not installed", REPAIR)


def _loaded(package: str, name: str, probe: dict[str, Any]) -> Finding:
    if package in probe:
        return Finding(name, "ok", str(probe[package]))
    if _version(package) is None:
        return Finding(name, "problem", "not installed", REPAIR)
    return Finding(name, "problem", f"{_version(package)} is installed and does not load ({probe[f'{package}_error']})", REPAIR)


def _torch(probe: dict[str, Any]) -> Finding:
    finding = _loaded("torch", "PyTorch", probe)
    if finding.status == "problem" and finding.found == "not installed":
        return Finding("PyTorch", "warning", "not installed: the NumPy parts work, the PyTorch cells do not", REPAIR)
    return finding


def _accelerator(probe: dict[str, Any]) -> Finding:
    if probe.get("cuda"):
        return Finding("accelerator", "ok", f"CUDA, {probe['device']}")
    if probe.get("mps"):
        return Finding("accelerator", "ok", "Apple MPS, not used unless asked for: it has no float64; the course runs on the CPU")
    if shutil.which("nvidia-smi") and "torch" in probe and not probe.get("built_for"):
        again = "LEARNKIT_TORCH=cuda python tools/make.py course"
        return Finding("accelerator", "warning", "an NVIDIA driver is here, and this PyTorch is the CPU build", f"to use the GPU: {again}")
    return Finding("accelerator", "ok", "none; every lesson runs on the CPU")


def _threads(probe: dict[str, Any]) -> Finding:
    asked = os.environ.get("OMP_NUM_THREADS", "not set")
    used = f"PyTorch {probe['threads']}, " if "threads" in probe else ""
    found = f"{used}OMP_NUM_THREADS {asked}, {os.cpu_count()} processors; learnkit lab uses 1, as the notebooks were built"
    return Finding("threads", "ok", found)


def _kernel() -> Finding:
    """The kernel python3 must be this environment's: one registered for another Python would not find learnkit."""
    name = "kernel python3"
    if _version("ipykernel") is None:
        return Finding(name, "problem", "ipykernel is not installed", REPAIR)
    try:
        kernelspec = importlib.import_module("jupyter_client.kernelspec")
        spec = kernelspec.KernelSpecManager().get_kernel_spec("python3")
    except Exception as error:
        return Finding(name, "problem", f"cannot be found ({error})", f"{sys.executable} -m ipykernel install --sys-prefix")
    program = spec.argv[0]
    # Jupyter replaces a bare "python" by its own interpreter
    if program in ("python", "python3", f"python3.{sys.version_info[1]}") or _same_program(program):
        return Finding(name, "ok", "this environment's")
    shadowed = f"Jupyter started without learnkit runs {program}"
    fix = f"start with learnkit lab, which picks the right one, or remove the other: {spec.resource_dir}"
    return Finding(name, "warning", shadowed, fix)


def _same_program(program: str) -> bool:
    # compared by folder: environments made from one Python share the file behind the link
    return Path(program).parent.resolve() == Path(sys.executable).parent.resolve()


def _disk(folder: Path | None) -> Finding:
    try:
        place = folder or course_root()
    except CourseError:
        place = Path.home()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    found = f"{free:.1f} GB free"
    if free < LITTLE_DISK:
        status: Status = "problem" if free < NO_DISK else "warning"
        return Finding("disk", status, found, f"free at least {LITTLE_DISK:.0f} GB on the disk of {place}")
    return Finding("disk", "ok", found)


def _memory() -> Finding:
    try:
        memory = importlib.import_module("psutil").virtual_memory()
    except ImportError:
        return Finding("memory", "ok", "not known")
    free, total = memory.available / 1e9, memory.total / 1e9
    found = f"{free:.1f} of {total:.1f} GB available"
    if free < LITTLE_MEMORY:
        return Finding("memory", "warning", found, f"close other programs: a lesson needs up to {LITTLE_MEMORY} GB")
    return Finding("memory", "ok", found)


def _browser() -> Finding:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return Finding("Chromium", "ok", found or "not found; only the project's own browser tests use it")


def _course_files() -> Finding:
    try:
        root = course_root()
    except CourseError as error:
        return Finding("course files", "problem", "not found", " ".join(str(error).split()))
    names = lesson_names(root)
    if not names:
        return Finding("course files", "problem", f"{root / 'notebooks'} holds no notebooks", "in the clone, run: git restore notebooks")
    return Finding("course files", "ok", f"{len(names)} notebooks in {root / 'notebooks'}")


def _copies(folder: Path | None) -> Finding:
    name = "your copies"
    try:
        root = course_root()
        folder = folder or root / "my-course"
        if not folder.exists():
            return Finding(name, "ok", f"none yet; learnkit lab makes them in {folder}")
        copies = survey(root, folder)
    except CourseError as error:
        return Finding(name, "warning", str(error), "in the clone, run: git restore notebooks")
    except OSError as error:
        return Finding(name, "problem", f"cannot be read: {error}", "choose another place: learnkit lab --folder ~/my-course")
    present = [copy for copy in copies if copy.state not in ("missing", "withdrawn")]
    edited = sum(copy.state in ("edited", "diverged", "unknown") for copy in present)
    changed = [Path(copy.name).stem[:2] for copy in present if copy.state == "diverged" and not copy.announced]
    found = f"{len(present)} in {folder}, {edited} edited by you"
    if changed:
        which = " ".join(dict.fromkeys(changed))
        fix = f"to get the new beside yours: learnkit lab --fresh {which.split()[0]}"
        return Finding(name, "warning", f"{found}; changed in the course since: {which}", fix)
    return Finding(name, "ok", found)
