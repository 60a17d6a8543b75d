"""learnkit data: what it says, with which status it ends, and that it never shows a traceback."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from data_files import CONTENT, remote, wrapped
from faulty_servers import Server, drop_after, slowly, status
from typer.testing import CliRunner

from learnkit import cli
from learnkit.datasets import commands
from learnkit.datasets.partial_files import PartialFile
from learnkit.datasets.remote_files import REMOTE_FILES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def small(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The three sets, of one small file each (the clothes of two), on a server of the test's own; and a wide terminal."""
    for console in ("out", "err"):
        monkeypatch.setattr(commands, console, commands.Console(highlight=False, width=200, stderr=console == "err"))
    server.files = {"images.gz": wrapped(b"pictures"), "labels.gz": wrapped(b"kinds"), "names": b"ann\nbob", "text": CONTENT}
    images = remote(b"pictures", server.url("images.gz"), path="fashion-mnist/images")
    labels = remote(b"kinds", server.url("labels.gz"), path="fashion-mnist/labels")
    monkeypatch.setitem(REMOTE_FILES, "fashion_mnist", (images, labels))
    monkeypatch.setitem(REMOTE_FILES, "names", (remote(b"ann\nbob", server.url("names"), path="names.txt"),))
    monkeypatch.setitem(REMOTE_FILES, "tiny_shakespeare", (remote(CONTENT, server.url("text"), path="text.txt"),))
    return server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that LEARNKIT_DATA names; it does not exist yet."""
    return tmp_path / "data"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["data", *map(str, arguments)], prog_name="learnkit")


def state(name: str) -> str:
    """Return what list says about one set."""
    (line,) = [line for line in run("list").output.splitlines() if line.startswith(name)]
    license_and_state = re.search(r"(CC BY \S+|MIT|public domain|not stated) +(.*)", line)
    assert license_and_state is not None
    return license_and_state[2].strip()


# --- list ---------------------------------------------------------------------------------------------------------------------------------


def test_list_names_every_set_with_its_license_and_the_folder(folder: Path) -> None:
    result = run("list")
    assert result.exit_code == 0
    for name in ("digits", "iris", "wine", "breast_cancer", "diabetes", "photograph", "fashion_mnist", "names", "tiny_shakespeare"):
        assert re.search(rf"^{name} .*(CC BY|MIT|public domain|not stated)", result.output, re.MULTILINE)
    assert f"Downloaded data are in {folder}. To get what is not here yet: learnkit data get NAME" in result.output
    assert not folder.exists()


def test_list_says_what_is_here_what_is_not_and_what_is_here_in_part(folder: Path, small: Server) -> None:
    assert state("digits") == "with scikit-learn"
    assert (state("names"), state("tiny_shakespeare")) == ("not yet, 0 kB", "not yet, 0.2 MB")
    run("get", "names", "fashion_mnist")
    (folder / "fashion-mnist" / "labels.gz").unlink()
    small.faults = [drop_after(100_000)] + [status(500)] * 9
    assert run("get", "tiny_shakespeare").exit_code == 1
    assert state("names") == "here"
    assert state("fashion_mnist") == "in part: 1 of 2 files"
    assert state("tiny_shakespeare") == "in part: 0.1 MB of a file"


def test_list_reads_no_file(folder: Path) -> None:
    folder.mkdir()
    (folder / "names.txt").write_bytes(b"wrong")
    assert state("names") == "here"


# --- get ----------------------------------------------------------------------------------------------------------------------------------


def test_get_says_where_each_file_is_now(folder: Path) -> None:
    result = run("get", "names", "fashion_mnist")
    assert result.exit_code == 0
    expected = [folder / "names.txt", folder / "fashion-mnist" / "images.gz", folder / "fashion-mnist" / "labels.gz"]
    assert result.stdout == "".join(f"got       {path}\n" for path in expected)
    assert result.stderr == ""


def test_get_of_what_is_here_says_so_and_asks_nobody(folder: Path, small: Server) -> None:
    run("get", "names")
    small.asked.clear()
    assert run("get", "names").stdout == f"was here  {folder / 'names.txt'}\n"
    assert small.asked == []


@pytest.mark.parametrize("name", ["tiny-shakespeare", "tinyshakespeare", "Tiny_Shakespeare"])
def test_names_may_be_written_as_people_write_them(name: str, folder: Path) -> None:
    assert run("get", name).exit_code == 0
    assert (folder / "text.txt").read_bytes() == CONTENT


def test_get_all_gets_all(folder: Path) -> None:
    assert run("get", "--all").exit_code == 0
    assert sorted(path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock") == [
        "images.gz",
        "labels.gz",
        "names.txt",
        "text.txt",
    ]


def test_get_to_another_folder_says_how_to_use_it_there(folder: Path, tmp_path: Path) -> None:
    result = run("get", "names", "--to", tmp_path / "stick")
    assert result.exit_code == 0
    assert f"To use it there: set LEARNKIT_DATA to {tmp_path / 'stick'}" in result.stdout
    assert (tmp_path / "stick" / "names.txt").read_bytes() == b"ann\nbob"
    assert not folder.exists()


def test_get_of_a_bundled_set_says_that_it_is_there(folder: Path) -> None:
    result = run("get", "digits")
    assert (result.exit_code, result.stdout) == (0, "digits comes with scikit-learn: there is nothing to download.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "learnkit: say which: fashion_mnist, names, tiny_shakespeare, or --all.\n"),
        (["nmes"], "learnkit: there is no data set 'nmes'. To be downloaded there are fashion_mnist, names, tiny_shakespeare.\n"),
        (["names", "nmes"], "learnkit: there is no data set 'nmes'. To be downloaded there are fashion_mnist, names, tiny_shakespeare.\n"),
        (["names", "--all"], "learnkit: --all gets everything, so give no names with it.\n"),
        (["[bold]"], "learnkit: there is no data set '[bold]'. To be downloaded there are fashion_mnist, names, tiny_shakespeare.\n"),
    ],
)
def test_a_request_that_makes_no_sense_ends_with_status_2_and_gets_nothing(arguments: list[str], message: str, folder: Path) -> None:
    result = run("get", *arguments)
    assert (result.exit_code, result.stderr, result.stdout) == (2, message, "")
    assert not folder.exists()


def test_a_set_that_cannot_be_had_ends_with_status_1_and_the_others_are_still_got(folder: Path, small: Server) -> None:
    del small.files["names"]
    result = run("get", "names", "tiny_shakespeare")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert re.match(r"learnkit: names\.txt cannot be downloaded: http://\S+ says 404 Not Found\. Run the same again later", result.stderr)
    assert result.stdout == f"got       {folder / 'text.txt'}\n"


def test_a_file_in_the_way_is_one_line_and_status_1(folder: Path) -> None:
    folder.write_text("mine")
    result = run("get", "names")
    assert result.exit_code == 1
    assert re.fullmatch(r"learnkit: \S+ must be a folder to put names\.txt there, and a file is in the way\..*\n", result.stderr)


# --- verify and where ---------------------------------------------------------------------------------------------------------------------


def test_verify_of_nothing_is_no_error(folder: Path) -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert result.stdout == f"Nothing is downloaded to {folder} yet. learnkit data list shows what there is.\n"


def test_verify_reads_every_file_that_is_here(folder: Path) -> None:
    run("get", "names", "fashion_mnist")
    result = run("verify")
    assert result.exit_code == 0
    parts = ["fashion-mnist/images.gz", "fashion-mnist/labels.gz", "names.txt"]
    assert result.stdout == "".join(f"right  {folder / part}\n" for part in parts)


def test_verify_says_which_file_is_wrong_and_changes_nothing(folder: Path) -> None:
    run("get", "--all")
    (folder / "names.txt").write_bytes(b"ann\nbab")
    result = run("verify")
    assert result.exit_code == 1
    assert re.search(rf"^wrong  {folder}/names\.txt has the wrong digest: sha256 \w+…, expected \w+…$", result.stdout, re.MULTILINE)
    assert result.stdout.endswith("1 of 4 is wrong and not used. Delete what is wrong, then: learnkit data get NAME\n")
    assert (folder / "names.txt").read_bytes() == b"ann\nbab"


def test_get_does_not_touch_a_wrong_file_and_says_what_to_do(folder: Path) -> None:
    folder.mkdir()
    (folder / "names.txt").write_bytes(b"mine")
    result = run("get", "names")
    assert result.exit_code == 1
    assert "names.txt ends after 4 of 7 bytes. It is not used. Delete it, and run the same again" in result.stderr
    assert (folder / "names.txt").read_bytes() == b"mine"


def test_where_prints_the_folder_and_nothing_else(folder: Path) -> None:
    assert run("where").stdout == f"{folder}\n"


# --- help ---------------------------------------------------------------------------------------------------------------------------------


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    more = {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1", **environment}
    return subprocess.run(
        [sys.executable, "-m", "learnkit", *arguments], capture_output=True, text=True, env={**os.environ, **more}, check=False
    )


def test_data_alone_prints_its_help() -> None:
    alone, asked = command("data"), command("data", "--help")
    assert (alone.returncode, asked.returncode) == (0, 0)
    for text in (alone.stdout, asked.stdout):
        assert "Usage: learnkit data" in text
        assert "learnkit data get names" in text


@pytest.mark.parametrize("name", ["list", "get", "verify", "where"])
def test_help_of_every_command_has_two_examples(name: str) -> None:
    text = command("data", name, "--help").stdout
    examples = text.partition("Examples")[2]
    assert len(re.findall(rf"^ *.*learnkit data {name}\b", examples, re.MULTILINE)) >= 2


# --- in a process of its own, and in a terminal -------------------------------------------------------------------------------------------

PROGRAM = """
import sys
from learnkit.cli import app
from learnkit.datasets.remote_files import REMOTE_FILES, RemoteFile
url, size, digest = sys.argv[1:4]
REMOTE_FILES["tiny_shakespeare"] = (RemoteFile("text.txt", (url,), int(size), digest, int(size)),)
app(sys.argv[4:], prog_name="learnkit")
"""


def arguments_for(*arguments: str) -> list[str]:
    (file,) = REMOTE_FILES["tiny_shakespeare"]
    return [sys.executable, "-c", PROGRAM, file.urls[0], str(file.size), file.sha256, "data", *arguments]


def environment() -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if key != "NO_COLOR"},
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "COLUMNS": "100",
    }


def wait_until_something_arrived(folder: Path) -> None:
    (file,) = REMOTE_FILES["tiny_shakespeare"]
    end = time.monotonic() + 30
    while PartialFile(folder / file.path).size < 1000:
        assert time.monotonic() < end
        time.sleep(0.01)


def in_a_terminal(*arguments: str, until: Path | None = None) -> tuple[int, str]:
    """Run a command in a terminal, with Ctrl+C typed when something has arrived in the folder; return its status and all it wrote."""
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, arguments_for(*arguments), environment())
    if until is not None:
        wait_until_something_arrived(until)
        os.write(terminal, b"\x03")
    written = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        written += piece
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), written.decode()


def test_elsewhere_than_in_a_terminal_no_bar_is_shown(folder: Path) -> None:
    done = subprocess.run(arguments_for("get", "tiny_shakespeare"), capture_output=True, text=True, env=environment(), check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"got       {folder / 'text.txt'}\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_terminal_shows_how_far_the_download_is_and_then_where_the_file_is(folder: Path, small: Server) -> None:
    small.faults = [slowly(10, 0.1)]
    code, written = in_a_terminal("get", "tiny_shakespeare")
    assert code == 0
    assert re.search(r"text\.txt .*\d+\.\d/192\.0 kB", written)
    # the bar is wiped away before the last line
    assert written.rstrip().endswith(f"got       {folder / 'text.txt'}")
    assert "\x1b[2K" in written


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_control_c_says_what_is_kept_and_the_same_command_goes_on(folder: Path, small: Server) -> None:
    small.faults = [slowly(40, 0.2)]
    code, written = in_a_terminal("get", "tiny_shakespeare", until=folder)
    assert code == 130
    assert "Stopped. What has arrived is kept, and the same command goes on from there." in written
    assert "Traceback" not in written
    arrived = PartialFile(folder / "text.txt").size
    assert 0 < arrived < len(CONTENT)
    assert run("get", "tiny_shakespeare").exit_code == 0
    assert small.asked[-1].range == f"bytes={arrived}-"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_an_interrupt_without_a_terminal_says_the_same(folder: Path, small: Server) -> None:
    small.faults = [slowly(40, 0.2)]
    process = subprocess.Popen(
        arguments_for("get", "tiny_shakespeare"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    wait_until_something_arrived(folder)
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "")
    assert printed.strip() == "Stopped. What has arrived is kept, and the same command goes on from there."


def test_without_a_network_each_set_is_one_line_and_status_1(tmp_path: Path) -> None:
    # a proxy that nobody is: whatever network this machine has is out of reach
    nobody = "http://127.0.0.1:1"
    done = command("data", "get", "names", LEARNKIT_DATA=str(tmp_path), https_proxy=nobody, http_proxy=nobody, no_proxy="")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "names.txt cannot be downloaded: raw.githubusercontent.com cannot be reached (" in done.stderr
    assert "Is there a network?" in done.stderr
