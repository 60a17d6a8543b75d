"""The environment `.venv`: found, made, repaired or added to, in four steps that say what they do.

A stamp in it says what it holds, so that a second run takes a moment. Only the standard library is used: nothing else exists yet.
"""

import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.torch_choice import CUDA_GB, choose_torch, chosen_torch, torch_install
from tools.troubles import DISK_FULL, CannotSetUp, check_before, diagnose

NEEDED_GB = {"course": 3.0, "dev": 3.5}  # installed, downloaded and unpacked at once
CHECKED = {"notebooks": "learnkit, jupyterlab", "course": "learnkit, jupyterlab, torch", "dev": "learnkit, jupyterlab, torch, pytest, mypy"}


@dataclass(frozen=True)
class Stamp:
    """What `.venv` holds."""

    root: str  # scripts in a moved or copied folder point to the old one
    python: str
    packages: str  # digest of what pyproject.toml and constraints.txt ask for
    extra: str
    torch: str


@dataclass(frozen=True)
class Step:
    heading: str
    command: list[str]  # empty: nothing to do
    hurried: bool = False  # asks an index that may be out of reach, so not for long


def venv_python(root: Path) -> Path:
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pinned(root: Path, name: str) -> str:
    found = re.search(rf"^{re.escape(name)}==(\S+)$", (root / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise CannotSetUp(f"constraints.txt has no line {name}==...; take the file again: git checkout constraints.txt")
    return found[1]


def packages_digest(root: Path) -> str:
    """Only what decides the installation: another line length for the linter is no reason to install again."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    asked = json.dumps([project["build-system"], project["project"]], sort_keys=True)
    return hashlib.sha256(asked.encode() + (root / "constraints.txt").read_bytes()).hexdigest()


def read_stamp(root: Path) -> Stamp | None:
    try:
        return Stamp(**json.loads((root / ".venv" / "stamp.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # none, cut short, or of another version of this file
        return None


def python_version(python: Path) -> str | None:
    """The version a Python says it has; None if it does not run: its base is gone, or it comes from another machine."""
    code = "import platform; print(platform.python_version())"
    try:
        ended = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout.strip() if ended.returncode == 0 else None


def ready(root: Path, stamp: Stamp | None, extra: str, choice: str) -> bool:
    return (
        stamp is not None
        and stamp.root == str(root)
        and stamp.packages == packages_digest(root)
        and stamp.extra in (extra, "dev")  # dev holds course
        and choice in ("", stamp.torch)
        and not (root / ".venv" / "unfinished").exists()
        and python_version(venv_python(root)) == stamp.python
    )


def why_anew(root: Path, stamp: Stamp | None) -> str | None:
    """Why `.venv` has to be made; None if the one that is there can be kept."""
    if not (root / ".venv").exists():
        return "there is none yet"
    if stamp and stamp.root != str(root):
        return "it was made in another folder"
    if (root / ".venv" / "unfinished").exists():
        return "its set-up was interrupted"
    version = python_version(venv_python(root))
    if not version:
        return "its Python does not run"
    if tuple(map(int, version.split(".")[:2])) < (3, 11):
        return f"its Python is {version}"
    if subprocess.run([venv_python(root), "-I", "-c", "import pip"], capture_output=True).returncode:
        return "it has no pip"
    return None


def plan(root: Path, extra: str, kept: Stamp | None, anew: str | None, torch: list[str], reason: str) -> list[Step]:
    """The four steps. `kept` is what is there already, `anew` why `.venv` is made, `torch` pip's arguments and `reason` their sentence."""
    python = str(venv_python(root))
    pip = [python, "-m", "pip", "install", "--progress-bar", "off", "--no-input"]
    if anew:
        base = getattr(sys, "_base_executable", sys.executable)  # this may run in the very .venv that is made anew
        first = Step(
            f"making the environment .venv with Python {platform.python_version()} ({anew})", [base, "-m", "venv", str(root / ".venv")]
        )
    else:
        first = Step(f"keeping the environment .venv with Python {python_version(venv_python(root))}", [])
    if not torch:
        second = Step(f"without PyTorch. {reason}", [])
    elif kept and kept.packages == packages_digest(root):
        second = Step("PyTorch is there", [])
    else:
        # Alone, and without what it needs: an index out of reach costs seconds for every package that it is asked for.
        second = Step(f"installing PyTorch: {reason}", [*pip, "--no-deps", *torch], hurried="--extra-index-url" in torch)
    asked = extra if torch else "notebooks"
    third = Step(f"installing learnkit[{asked}] and what it needs", [*pip, "-c", "constraints.txt", "-e", f".[{asked}]"])
    # Isolated, so that what was installed is loaded and not the folder this runs in.
    fourth = Step("checking that it loads", [python, "-I", "-c", f"import {CHECKED[asked]}"])
    return [first, second, third, fourth]


def set_up(root: Path, extra: str, dry_run: bool = False) -> Path:
    """Make `.venv` hold `extra` ("course" or "dev"), and return its Python."""
    stamp = read_stamp(root)
    if not dry_run and ready(root, stamp, extra, chosen_torch()):
        return venv_python(root)
    anew = why_anew(root, stamp)
    kept = stamp if anew is None else None
    choice, nvidia = choose_torch(stamp.torch if stamp else "", ask=not dry_run)
    torch, reason = torch_install(platform.system(), platform.machine(), nvidia, choice, pinned(root, "torch"))
    if not torch and extra == "dev":
        raise CannotSetUp(f"The checks need PyTorch. {reason}")
    check_before(root, 1.0 if kept else NEEDED_GB[extra] + (CUDA_GB if choice.startswith("cu") else 0), makes=anew is not None)
    if kept and kept.extra == "dev":
        extra = "dev"  # what is there is kept up to date, not forgotten
    if kept and kept.torch != (choice or "cpu"):
        kept = None  # another PyTorch: pip would take the one that is there for the one that is asked
        torch = [*torch, "--force-reinstall"] if torch else []
    steps = plan(root, extra, kept, anew, torch, reason)
    if dry_run:
        for number, step in enumerate(steps, 1):
            print(f"{number}/{len(steps)} {step.heading}")
            if step.command:
                print("    " + shlex.join(step.command))
        return venv_python(root)
    install(root, steps, anew is not None, is_cpu=choice in ("", "cpu"))
    new = Stamp(str(root), python_version(venv_python(root)) or "", packages_digest(root), extra, choice or "cpu")
    (root / ".venv" / "stamp.json").write_text(json.dumps(asdict(new), indent=1), encoding="utf-8")
    return venv_python(root)


def install(root: Path, steps: Sequence[Step], anew: bool, is_cpu: bool) -> None:
    """Carry the steps out. An interruption or a full disk leaves half a package: the file `unfinished` says so to the next set-up."""
    venv = root / ".venv"
    began = time.monotonic()
    if anew and venv.exists():
        try:
            shutil.rmtree(venv)
        except OSError as error:
            raise CannotSetUp(f"{venv} cannot be deleted ({error}). Close what runs in it, delete it and run this again.") from error
    (venv / "tmp").mkdir(parents=True, exist_ok=True)
    (venv / "unfinished").touch()
    print(f"Setting up. The log is {venv / 'setup.log'}", flush=True)
    for number, step in enumerate(steps, 1):
        print(f"{number}/{len(steps)} {step.heading}", flush=True)
        if not step.command:
            continue
        code, output = logged(step.command, root, {"PIP_RETRIES": "1", "PIP_DEFAULT_TIMEOUT": "10"} if step.hurried else {})
        if code and step.hurried and not re.search(DISK_FULL, output):
            print("    trying again, with more patience", flush=True)
            code, output = logged(step.command, root, {})
        if code:
            if not re.search(DISK_FULL, output):
                (venv / "unfinished").unlink()  # pip stopped by itself, and what was installed before is whole
            meaning = diagnose(output, root)
            tail = "\n".join("    " + line for line in output.splitlines()[-4 if meaning else -15 :])
            meaning = meaning or "The last lines above, or the log before them, say why. Running the same command again goes on from here."
            raise CannotSetUp(f"{tail}\nStep {number} failed. The whole log: {venv / 'setup.log'}\n{meaning}")
        if number == 2:
            say_torch(root, is_cpu)
    shutil.rmtree(venv / "tmp", ignore_errors=True)
    (venv / "unfinished").unlink()
    print(f"Set up in {time.monotonic() - began:.0f} s.", flush=True)


def say_torch(root: Path, is_cpu: bool) -> None:
    code = "from importlib.metadata import version; print(version('torch'))"
    found = subprocess.run([venv_python(root), "-I", "-c", code], capture_output=True, text=True).stdout.strip()
    print(f"    this is torch {found}", flush=True)
    if is_cpu and platform.system() == "Linux" and "+cpu" not in found:
        print(
            f"    PyTorch's own index could not be reached: this is the ordinary build, and brings up to {CUDA_GB:.0f} GB of CUDA",
            flush=True,
        )
        check_before(root, CUDA_GB, makes=False)


def logged(command: Sequence[str], root: Path, extra_environment: dict[str, str]) -> tuple[int, str]:
    """Run quietly, the output to the log; return the exit status and the output. A terminal sees the seconds pass."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX")
    }
    if "-c" in command:
        # The build backend is pinned too; older pips look for that in the second. Relative: pip splits these values at spaces.
        environment |= {"PIP_BUILD_CONSTRAINT": "constraints.txt", "PIP_CONSTRAINT": "constraints.txt"}
    environment |= {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_USER": "0",  # a user's own setting that no environment can follow
        "PYTHONIOENCODING": "utf-8",
        "TMPDIR": str(root / ".venv" / "tmp"),  # /tmp may be small, and only this disk was looked at
    } | extra_environment
    began = time.monotonic()
    with open(root / ".venv" / "setup.log", "a+b") as log:
        log.write(f"\n$ {shlex.join(command)}\n".encode())
        log.flush()
        start = log.tell()
        process = subprocess.Popen(command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        while True:
            try:
                process.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                if sys.stdout.isatty():
                    print(f"\r    {time.monotonic() - began:.0f} s", end="", flush=True)
            except BaseException:  # Ctrl-C: leave nothing running behind
                process.kill()
                process.wait()
                raise
        log.seek(start)
        output = log.read().decode("utf-8", errors="replace")
    print(f"{chr(13) if sys.stdout.isatty() else ''}    {time.monotonic() - began:.1f} s", flush=True)
    return process.returncode, output
