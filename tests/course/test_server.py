"""A real JupyterLab: it starts, answers, and leaves nothing behind."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from learnkit.course import CourseError, connections, server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings and temporary files of this test only, so that what is left behind is seen."""
    names = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython", "TMPDIR": "tmp"}
    places = {name: str(tmp_path / part) for name, part in names.items()}
    Path(places["TMPDIR"]).mkdir()
    return {**os.environ, **places, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"}


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((server.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def descendants() -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True)}


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run; one that has ended and was not yet waited for does not."""
    running = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                running.append(process)
    return running


def addresses_and_arguments(processes: list[psutil.Process], port: int) -> tuple[list[str], list[str]]:
    """Return where a port is listened on, and all arguments, of those processes that have not ended meanwhile."""
    addresses, arguments = [], []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            open_ports = [c.laddr for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
            addresses += [address.ip for address in open_ports if address.port == port]
            arguments += process.cmdline()
    return addresses, arguments


def test_check_sees_the_page_the_notebook_and_a_kernel_and_leaves_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    before = descendants()
    done = subprocess.run(
        [sys.executable, "-m", "learnkit", "lab", "--check"], capture_output=True, text=True, env=environment, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split()[0] for line in done.stdout.splitlines()]
    assert lines == ["copies", "server", "page", "contents", "kernel", "All"]
    assert "/lab/tree/notebooks/00_start_here.ipynb" in done.stdout
    assert "import learnkit; print(1 + 1)  ->  2" in done.stdout
    assert done.stderr == ""
    assert descendants() == before
    assert list((tmp_path / "tmp").iterdir()) == []


def test_lab_runs_until_it_is_told_to_stop(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "learnkit", "lab", "--no-browser", "--folder", str(tmp_path / "mine")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as lab:
        try:
            said = ""
            while "Ctrl+C" not in said:
                line = lab.stdout.readline()  # type: ignore[union-attr]
                assert line, f"it ended: {said}"
                said += line
            found = re.search(r"http://127\.0\.0\.1:(\d+)/lab/tree/notebooks/00_start_here\.ipynb\?token=(\w+)", said)
            assert found is not None, said
            port = int(found.group(1))
            processes = alive(psutil.Process(lab.pid).children(recursive=True))
            assert processes
            addresses, arguments = addresses_and_arguments(processes, port)
            assert addresses == ["127.0.0.1"]
            assert "jupyterlab" in arguments
            assert not any(found.group(2) in argument for argument in arguments)  # the token is not for ps to show
            with pytest.raises(
                CourseError, match=rf"port {port} is taken by .*python.* \(process \d+\)\. Use a free one: learnkit lab --port \d+"
            ):
                server.chosen_port(port)
        finally:
            lab.send_signal(signal.SIGTERM)
            said += lab.communicate(timeout=30)[0]
    assert lab.returncode == 0
    assert "Stopped. Your notebooks are in" in said
    assert alive(processes) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert (tmp_path / "mine" / "notebooks" / "00_start_here.ipynb").exists()


def test_port_that_is_taken_is_refused_with_the_exact_remedy(taken: int) -> None:
    with pytest.raises(
        CourseError, match=rf"^port {taken} is taken by .* \(process {os.getpid()}\)\. Use a free one: learnkit lab --port (\d+)$"
    ) as caught:
        server.chosen_port(taken)
    assert server.is_free(int(str(caught.value).rsplit(" ", 1)[1]))


def test_without_a_wish_the_next_free_port_is_taken(taken: int) -> None:
    assert server.next_free_port(taken) > taken
    assert server.is_free(server.chosen_port(None))


def test_port_out_of_range_is_refused() -> None:
    with pytest.raises(CourseError, match="a port is a number from 1 to 65535; got 70000"):
        server.chosen_port(70000)


def test_missing_jupyterlab_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CourseError, match=r"JupyterLab is not installed in this environment\. In the clone of the course, run: "):
        server.require_jupyterlab()


def test_server_that_ends_at_once_shows_its_last_lines(tmp_path: Path, taken: int) -> None:
    ended = r"(?s)JupyterLab ended instead of starting\. Its last lines:\n.*port"
    with pytest.raises(CourseError, match=ended), server.running(ROOT, tmp_path, "notebooks/x.ipynb", taken):
        pytest.fail("it must not start on a port that is taken")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """One running JupyterLab with one notebook, x.ipynb."""
    folder = tmp_path_factory.mktemp("lab")
    cell = {"cell_type": "markdown", "metadata": {}, "source": "# X"}
    (folder / "x.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), encoding="utf-8")
    with server.running(ROOT, folder, "x.ipynb", server.any_free_port()) as running:
        yield running
    assert running.process.poll() is not None


def test_missing_notebook_is_refused(lab: server.Server) -> None:
    with pytest.raises(CourseError, match="its notebook did not answer: HTTP Error 404"):
        list(connections.answers(lab, "absent.ipynb"))


def test_kernel_that_cannot_import_is_refused(lab: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "QUESTION", "import no_such_module")
    with pytest.raises(CourseError, match=r"a kernel did not answer: .* printed .*ModuleNotFoundError"):
        list(connections.answers(lab, "x.ipynb"))


def test_kernel_that_is_silent_is_refused(lab: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "QUESTION", "import time; time.sleep(60)")
    with pytest.raises(CourseError, match="a kernel did not answer"):
        list(connections.answers(lab, "x.ipynb", timeout=2.0))


def test_token_is_asked_for(lab: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "token", "wrong")
    with pytest.raises(CourseError, match="the page did not answer"):
        list(connections.answers(lab, "x.ipynb"))


def test_news_and_update_checks_are_off(lab: server.Server) -> None:
    setting = connections.get_json(lab, "/lab/api/settings/@jupyterlab/apputils-extension:notification")
    defaults = {name: setting["schema"]["properties"][name]["default"] for name in ("fetchNews", "checkForUpdates")}
    assert defaults == {"fetchNews": "false", "checkForUpdates": False}


def test_kernels_compute_on_one_thread_with_this_clone_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("PYTHONPATH", "before")
    env = server.environment(ROOT)
    assert {env[name] for name in server.THREADS} == {"1"}
    assert env["PYTHONPATH"].split(os.pathsep) == [str(ROOT), "before"]
    monkeypatch.setenv("OMP_NUM_THREADS", "4")  # a person who sets it means it
    assert server.environment(ROOT)["OMP_NUM_THREADS"] == "4"
