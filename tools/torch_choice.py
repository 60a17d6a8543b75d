"""Which PyTorch the set-up takes on which machine, and why.

`torch_install` is the whole decision. On Linux the ordinary index's PyTorch is the CUDA build, several GB that most machines have no use
for; the CPU build for Linux is only on PyTorch's own index. On macOS and Windows the ordinary build is the CPU one.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.troubles import CannotSetUp

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
WINDOWS_CUDA = "cu130"  # PyTorch has one index for each CUDA version; this one is taken on Windows for "cuda"
CUDA_GB = 7.0


def torch_install(system: str, machine: str, has_nvidia: bool, choice: str, version: str) -> tuple[list[str], str]:
    """Decide what pip is asked for: its arguments (none where there is no wheel), and the reason in a sentence.

    `system` and `machine` are as in `platform`; `choice` is empty, cpu, cuda, or one of PyTorch's CUDA indexes such as cu126.
    """
    if choice not in ("", "cpu", "cuda") and not re.fullmatch(r"cu\d{3}", choice):
        raise CannotSetUp(f"LEARNKIT_TORCH is {choice!r}. It may be cpu, cuda, or a CUDA version of PyTorch's such as {WINDOWS_CUDA}.")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine.lower(), machine.lower())
    if system == "Darwin" and machine == "x86_64":
        return [], (
            "PyTorch has no current release for Intel Macs. The lessons in NumPy work; those in PyTorch do not. "
            "(If this Mac has an Apple chip, its Python is the Intel one: install the arm64 Python and delete .venv.)"
        )
    if system == "Windows" and machine == "aarch64":
        return [], (
            "Windows on ARM: use the 64-bit Intel/AMD Python from https://www.python.org/downloads/windows/, which Windows runs as well. "
            "Without PyTorch only the lessons in NumPy work."
        )
    if (system, machine) not in {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "aarch64"), ("Windows", "x86_64")}:
        return [], f"PyTorch has no release for {system} on {machine}. The lessons in NumPy work; those in PyTorch do not."
    ordinary = [f"torch=={version}"]
    if system == "Darwin":
        return ordinary, "the ordinary build" + (": there is no CUDA on macOS" if choice.startswith("cu") else "")
    if choice.startswith("cu") and (system == "Windows" or choice != "cuda"):
        tag = WINDOWS_CUDA if choice == "cuda" else choice
        index = CPU_INDEX.removesuffix("cpu") + tag
        return [f"torch=={version}+{tag}", "--extra-index-url", index], f"the CUDA build from {index}, several GB"
    if choice == "cuda":
        return ordinary, "the CUDA build, several GB"
    hint = "; this machine has an NVIDIA driver: LEARNKIT_TORCH=cuda takes the GPU build" if has_nvidia and not choice else ""
    if system == "Windows":
        return ordinary, "the CPU build" + hint
    return [*ordinary, "--extra-index-url", CPU_INDEX], "the CPU build from PyTorch's own index" + hint


def has_nvidia() -> bool:
    if Path("/proc/driver/nvidia/version").exists():
        return True
    if not shutil.which("nvidia-smi"):
        return False
    try:
        return subprocess.run(["nvidia-smi", "-L"], capture_output=True, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def chosen_torch() -> str:
    return os.environ.get("LEARNKIT_TORCH", "").strip().lower()


def choose_torch(before: str, ask: bool) -> tuple[str, bool]:
    """The choice (empty where nobody made one) and whether a driver was found: the variable, the choice made before, or a question."""
    if chosen_torch() or before:
        return chosen_torch() or before, False
    nvidia = has_nvidia()
    if nvidia and ask and sys.stdin is not None and sys.stdin.isatty() and not os.environ.get("CI"):
        answer = input(f"There is an NVIDIA driver. Install PyTorch for the GPU ({CUDA_GB:.0f} GB more)? The course needs no GPU. [y/N] ")
        return ("cuda" if answer.strip().lower().startswith("y") else "cpu"), nvidia
    return "", nvidia
