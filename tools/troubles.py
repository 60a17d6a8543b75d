"""What can be missing on a machine, each with the exact fix: looked for before the set-up, and recognized in what a failed command said."""

import importlib.util
import os
import platform
import re
import shutil
import sys
from pathlib import Path

DISK_FULL = r"Errno 28|No space left on device|WinError 112|Errno 122|Disk quota exceeded"
LEFT_BEHIND = {"setup.log", "tmp", "unfinished"}  # in a .venv that was only begun


class CannotSetUp(Exception):
    """What is missing and the exact fix, in words for the person at the terminal."""


def check_before(root: Path, needed_gb: float, makes: bool) -> None:
    """Stop with the exact fix where the set-up would fail, and before it has changed anything."""
    venv = root / ".venv"
    if sys.maxsize < 2**32:
        raise CannotSetUp(f"{sys.executable} is a 32-bit Python. PyTorch needs the 64-bit one: https://www.python.org/downloads/")
    if venv.is_symlink() and not venv.exists():
        raise CannotSetUp(f"{venv} is a link to a folder that is gone. Delete the link and run this again.")
    if venv.exists() and not venv.is_dir():
        raise CannotSetUp(f"{venv} is a file and not an environment. Move it away and run this again.")
    if venv.exists() and not os.access(venv, os.W_OK):
        raise CannotSetUp(f'{venv} belongs to {owner(venv)} and cannot be changed. Delete it (sudo rm -rf "{venv}") and run this again.')
    if venv.exists() and not (venv / "pyvenv.cfg").exists() and {path.name for path in venv.iterdir()} - LEFT_BEHIND:
        raise CannotSetUp(f"{venv} is not a Python environment. Move it away and run this again.")
    if not venv.exists() and not os.access(root, os.W_OK):
        raise CannotSetUp(f"{root} belongs to {owner(root)} and cannot be written to. Copy it to a folder of your own and run this there.")
    missing = [name for name in ("venv", "ensurepip") if makes and importlib.util.find_spec(name) is None]
    if missing:
        raise CannotSetUp(
            f"{sys.executable} cannot make environments, it lacks {' and '.join(missing)}. Install that and run this again.\n"
            f"  Debian, Ubuntu:  sudo apt install python3-venv      (or python{sys.version_info[0]}.{sys.version_info[1]}-venv)\n"
            "  Fedora:          sudo dnf install python3           (venv is part of it)\n"
            "  elsewhere:       the Python from https://www.python.org/downloads/ has it"
        )
    free = free_gb(root)
    if free < needed_gb:
        raise CannotSetUp(
            f"The disk has {free:.1f} GB free at {root}; the set-up needs about {needed_gb:.1f} GB. Free some and run this again."
        )


def free_gb(folder: Path) -> float:
    return shutil.disk_usage(folder).free / 1e9


def owner(path: Path) -> str:
    if os.name == "nt":
        return "another user"
    import pwd  # not on Windows

    try:
        return pwd.getpwuid(path.stat().st_uid).pw_name
    except KeyError:  # a container often has no name for the user outside
        return f"user {path.stat().st_uid}"


def diagnose(output: str, root: Path) -> str | None:
    """What a failed command's output means, where that is known, and the fix. PyTorch's own index may fail: pip goes on without it."""
    text = "\n".join(line for line in output.splitlines() if "/whl/c" not in line and "download.pytorch.org" not in line)
    for pattern, meaning in TROUBLES.items():
        if re.search(pattern, text):
            return meaning.format(
                root=root, free=free_gb(root), python=platform.python_version(), machine=f"{platform.system()} {platform.machine()}"
            )
    return None


TROUBLES = {
    DISK_FULL: (
        "The disk is full: {free:.1f} GB free at {root}. Free some and run this again.\n"
        "(If that is enough, the disk of pip's download cache is full: PIP_NO_CACHE_DIR=1 does without it.)"
    ),
    r"CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError": (
        "pip does not trust the certificate it was shown. Behind a company's proxy, name the company's certificate and run this again:\n"
        "  PIP_CERT=/path/to/company.pem"
    ),
    r"ProxyError|NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|[Rr]ead timed out|ConnectionReset|IncompleteRead"
    r"|Failed to establish a new connection|Connection refused|Connection aborted|name resolution|Network is unreachable": (
        "pip cannot reach its package index: is this machine online? Behind a proxy, say where it is and run this again:\n"
        "  HTTPS_PROXY=http://proxy.example:3128"
    ),
    r"No matching distribution found for torch|Cannot install torch==": (
        "This PyTorch does not exist for Python {python} on {machine}. Choose another Python, 3.11 to 3.13:\n"
        "  make clean course PYTHON=python3.12"
    ),
    r"WinError 126|WinError 127|WinError 1114": (
        "PyTorch needs Microsoft's Visual C++ Redistributable (x64). Install it and run this again: https://aka.ms/vs/17/release/vc_redist.x64.exe"
    ),
}
