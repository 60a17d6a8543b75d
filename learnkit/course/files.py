"""Files that are written whole or not at all, so that a stopped program never leaves half of one."""

import os
import tempfile
from pathlib import Path

TEMPORARY = ".learnkit-tmp-"
"""How the names of files begin that exist only while another is being written."""


def _write_temporary(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp lets nobody else read
    except BaseException:
        os.unlink(name)
        raise
    return Path(name)


def write_atomically(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    temporary = _write_temporary(path, text)
    try:
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_new(path: Path, text: str) -> None:
    """Write a file whole or not at all, and never over one that is there.

    Raises
    ------
    FileExistsError
        If the file appeared in the meantime.
    """
    temporary = _write_temporary(path, text)
    try:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if path.exists():
                raise FileExistsError(f"{path} is already there") from None
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
