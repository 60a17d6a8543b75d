"""JupyterLab on a learner's copies: started on this machine's loopback address only, with its token on, and stopped cleanly.

The person's own Jupyter settings stay as they are, and so do their open tabs: this server keeps its own. News and update checks are off for
it, and its kernels compute on one thread, as the notebooks were built.
"""

import contextlib
import importlib
import importlib.util
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from learnkit.course import CourseError

HOST = "127.0.0.1"
FIRST_PORT = 8888
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
START_TIMEOUT = 90.0
# Defaults of this server alone: what the person has set for JupyterLab still wins, and nothing is written to it.
DEFAULT_SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


@dataclass
class Server:
    """A running JupyterLab."""

    process: subprocess.Popen[bytes]
    port: int
    token: str
    log: IO[bytes]
    page: str
    address: str = field(init=False)

    def __post_init__(self) -> None:
        self.address = f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.address}{self.page}?token={self.token}"

    def log_tail(self, lines: int = 12) -> str:
        self.log.seek(0)
        return "\n".join(self.log.read().decode(errors="replace").splitlines()[-lines:])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":  # a port that waits after its last connection is free; on Windows the option means something else
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def next_free_port(first: int = FIRST_PORT) -> int:
    for port in range(first, min(first + 100, 65536)):
        if is_free(port):
            return port
    raise CourseError(f"no port from {first} to {first + 99} is free. Name one that is: learnkit lab --port 9500")


def any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def who_listens(port: int) -> str:
    """Say which process holds a port, as far as this machine lets one see it."""
    try:
        psutil: Any = importlib.import_module("psutil")
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                process = psutil.Process(connection.pid)
                return f"{process.name()} (process {connection.pid})"
    except Exception:  # psutil is missing, or may not look at other people's processes
        pass
    return "another program"


def chosen_port(port: int | None) -> int:
    """Return the port that was asked for if it is free, or the next free one if none was asked for."""
    if port is None:
        return next_free_port()
    if not 1 <= port <= 65535:
        raise CourseError(f"a port is a number from 1 to 65535; got {port}. For example: learnkit lab --port 8890")
    if not is_free(port):
        free = next_free_port(port + 1 if port < 65000 else FIRST_PORT)
        raise CourseError(f"port {port} is taken by {who_listens(port)}. Use a free one: learnkit lab --port {free}")
    return port


def environment(course: Path) -> dict[str, str]:
    """Return the server's environment: one thread for each kernel, this Python's kernel first, and this clone's learnkit."""
    env = dict(os.environ)
    for name in THREADS:
        env.setdefault(name, "1")
    env["JUPYTER_PREFER_ENV_PATH"] = "1"  # a kernel python3 that the user registered elsewhere must not shadow this environment's
    # a terminal inside JupyterLab finds the learnkit command, also where this environment was never activated
    env["PATH"] = os.pathsep.join(dict.fromkeys([str(Path(sys.executable).parent), *env.get("PATH", os.defpath).split(os.pathsep)]))
    if (course / "learnkit").is_dir():
        env["PYTHONPATH"] = os.pathsep.join(part for part in (str(course), env.get("PYTHONPATH", "")) if part)
    return env


def require_jupyterlab() -> None:
    if importlib.util.find_spec("jupyterlab") is None:
        raise CourseError(
            "JupyterLab is not installed in this environment. In the clone of the course, run: python tools/make.py course\n"
            f"(or, into this environment: {sys.executable} -m pip install jupyterlab ipykernel ipywidgets)"
        )


@contextlib.contextmanager
def running(
    course: Path, folder: Path, page: str, port: int, open_browser: bool = False, more: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start JupyterLab on `folder`, yield it once it answers, and stop it with everything it started.

    Parameters
    ----------
    course : the clone, whose learnkit the kernels import
    folder : what JupyterLab shows as its root
    page : notebook to open, relative to `folder`, with forward slashes
    port : a free port on the loopback address
    open_browser : whether JupyterLab opens the page in a browser
    more : environment variables that only this server gets

    Raises
    ------
    CourseError
        If JupyterLab is missing, or ends or stays silent instead of answering.
    """
    require_jupyterlab()
    token = secrets.token_hex(24)
    page = f"/lab/tree/{page}"
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.ip={HOST}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url={page}", "--ServerApp.answer_yes=True"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None"]
    command += [] if open_browser else ["--ServerApp.open_browser=False"]
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    # a token among the arguments could be read by other users of this machine
    own = {"JUPYTER_TOKEN": token, "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".jupyterlab")}
    env = environment(course) | own | dict(more or {})
    with tempfile.TemporaryFile() as log, tempfile.TemporaryDirectory(prefix="learnkit-lab-") as settings:
        defaults = Path(settings) / "labconfig" / "default_setting_overrides.json"
        defaults.parent.mkdir()
        defaults.write_text(json.dumps(DEFAULT_SETTINGS), encoding="utf-8")
        env["JUPYTER_CONFIG_PATH"] = os.pathsep.join(part for part in (settings, env.get("JUPYTER_CONFIG_PATH", "")) if part)
        process = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        server = Server(process, port, token, log, page)
        try:
            _wait_until_it_answers(server)
            yield server
        finally:
            stop(process)


def _wait_until_it_answers(server: Server) -> None:
    from learnkit.course.connections import get_json

    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise CourseError(f"JupyterLab ended instead of starting. Its last lines:\n{server.log_tail()}")
        try:
            get_json(server, "/api/status", timeout=2.0)
            return
        except OSError:
            time.sleep(0.1)
    raise CourseError(f"JupyterLab did not answer within {START_TIMEOUT:.0f} s. Its last lines:\n{server.log_tail()}")


def stop(process: subprocess.Popen[bytes], patience: float = 10.0) -> None:
    """End a server and every process it started, first politely."""
    children = _descendants(process.pid)
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for child in children:  # kernels that outlived their server
        with contextlib.suppress(Exception):
            child.wait(1.0)
        with contextlib.suppress(Exception):
            child.kill()


def _descendants(pid: int) -> list[Any]:
    try:
        psutil: Any = importlib.import_module("psutil")
        return list(psutil.Process(pid).children(recursive=True))
    except Exception:  # psutil is missing, or the process has ended
        return []


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Turn a request to end (SIGTERM, SIGHUP) into KeyboardInterrupt, so that what was started is stopped."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
