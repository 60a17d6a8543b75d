"""Folders that cannot take a download: full, closed, or not folders at all."""

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from data_files import CONTENT, remote
from faulty_servers import Server

from learnkit.datasets import DataError, data_folder, downloads
from learnkit.datasets.downloads import obtain
from learnkit.datasets.partial_files import PartialFile

ROOT = Path(__file__).resolve().parents[2]

# Prints the error as JSON, or null. The interpreter may be out of sight for another user: everything is loaded before the user changes.
TRY = """
import json, os, sys
from pathlib import Path
import filelock, requests, idna, encodings.idna
from learnkit.datasets import DataError
from learnkit.datasets.downloads import obtain
from learnkit.datasets.remote_files import RemoteFile
path, url, size, digest, folder, user = sys.argv[1:]
if user:
    os.setgid(int(user)), os.setuid(int(user))
try:
    obtain(RemoteFile(path, (url,), int(size), digest, int(size)), Path(folder))
    print("null")
except DataError as error:
    print(json.dumps(str(error)))
"""


def error_in_a_process(url: str, folder: Path, *, user: str = "", before: str = "") -> str:
    """Download in a process of its own, after a shell command in a namespace of its own or as another user; return the error."""
    file = remote(CONTENT, url, path="words.txt")
    command = [sys.executable, "-c", TRY, file.path, url, str(file.size), file.sha256, str(folder), user]
    if before:
        command = ["unshare", "--map-root-user", "--mount", "sh", "-c", f'{before} && exec "$@"', "sh", *command]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout))


def can_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    command = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def url(server: Server) -> str:
    server.files["words.txt"] = CONTENT
    return server.url("words.txt")


@pytest.mark.skipif(not can_mount(), reason="this machine lets nobody mount a small disk")
def test_a_full_disk_is_said_with_what_is_needed_and_what_is_free(url: str, tmp_path: Path) -> None:
    # a disk of 64 kB for 192 kB
    message = error_in_a_process(url, tmp_path, before=f"mount -t tmpfs -o size=64k none {tmp_path}")
    assert message.startswith(f"the disk of {tmp_path} is full: words.txt needs 0.2 MB, 0.0 MB are free. Free some and run the same again")
    assert "set LEARNKIT_DATA to a folder of yours on another disk" in message


@pytest.mark.skipif(not can_mount(), reason="this machine lets nobody mount a small disk")
def test_a_disk_that_only_reads_is_no_place_for_a_download(url: str, tmp_path: Path) -> None:
    message = error_in_a_process(url, tmp_path, before=f"mount -t tmpfs -o ro none {tmp_path}")
    assert message == (
        f"{tmp_path} must be writable to put words.txt there, and is not (Read-only file system). "
        "Change that, or set LEARNKIT_DATA to a folder of yours."
    )


@pytest.fixture
def shut() -> Iterator[Path]:
    """A folder of this user that another user can reach: the tests' own folders are out of others' sight."""
    folder = Path(tempfile.mkdtemp(prefix="learnkit-test-"))
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
@pytest.mark.parametrize("mode", [0o555, 0o444], ids=["may be read", "may not be searched"])
def test_a_folder_that_may_not_be_written_is_said(mode: int, url: str, shut: Path) -> None:
    shut.chmod(mode)
    message = error_in_a_process(url, shut, user="65534" if os.geteuid() == 0 else "")  # nothing is closed to root
    assert message.startswith(f"{shut} must be writable to put words.txt there, and is not (Permission denied). Change that, or set LEARN")


def test_a_file_where_the_folder_should_be_is_said(url: str, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    with pytest.raises(DataError, match=r"data must be a folder to put words\.txt there, and a file is in the way\. Move the file, or set"):
        obtain(remote(CONTENT, url, path="words.txt"), tmp_path / "data")
    with pytest.raises(DataError, match=r"data must be a folder to put words\.txt there, and a file is in the way"):
        obtain(remote(CONTENT, url, path="more/words.txt"), tmp_path / "data")
    assert (tmp_path / "data").read_text() == "mine"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EACCES, "must be writable"),
        (errno.EPERM, "must be writable"),
        (errno.EROFS, "must be writable"),
        (errno.EIO, r"words\.txt could not be written to .* \(Input/output error\)\. Run the same again"),
    ],
)
def test_what_the_system_says_becomes_what_to_do(
    number: int, words: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(PartialFile, "begin", fail)
    with pytest.raises(DataError, match=words):
        obtain(remote(CONTENT, url), tmp_path)


def test_what_had_arrived_when_the_disk_was_full_is_continued(
    server: Server, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = remote(CONTENT, url)
    feed = downloads.Content.feed

    def full_after_a_while(content: downloads.Content, piece: bytes) -> None:
        feed(content, piece)
        if content.fed > 50_000:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(downloads.Content, "feed", full_after_a_while)
        with pytest.raises(DataError, match="is full"):
            obtain(file, tmp_path)
    arrived = PartialFile(tmp_path / file.path).size
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert arrived > 50_000
    assert server.asked[-1].range == f"bytes={arrived}-"


def test_the_folder_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEARNKIT_DATA", str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"
    monkeypatch.setenv("LEARNKIT_DATA", "~/mine")
    assert data_folder() == Path.home() / "mine"


def test_without_a_name_the_folder_is_the_platforms_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    monkeypatch.delenv("LEARNKIT_DATA")
    assert data_folder() == platformdirs.user_cache_path("learnkit", appauthor=False) / "data"
