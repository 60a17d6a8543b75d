"""What a browser would ask of a running JupyterLab, asked without one: its page, its contents, and a kernel that computes."""

import json
import time
import urllib.request
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from learnkit.course import CourseError

if TYPE_CHECKING:
    from learnkit.course.server import Server

QUESTION = "import learnkit; print(1 + 1)"
ANSWER = "2"

# This machine's own server is never reached through a proxy.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _request(server: "Server", path: str, method: str = "GET", body: dict[str, Any] | None = None, timeout: float = 30.0) -> bytes:
    headers = {"Authorization": f"token {server.token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.address + path, data=data, headers=headers, method=method)
    with _opener.open(request, timeout=timeout) as response:
        return bytes(response.read())


def get_json(server: "Server", path: str, timeout: float = 30.0) -> Any:
    return json.loads(_request(server, path, timeout=timeout))


def answers(server: "Server", notebook: str, timeout: float = 60.0) -> Iterator[str]:
    """Ask for the page, the notebook and a kernel in turn, and yield what came, with seconds, as it comes.

    Raises
    ------
    CourseError
        At the first thing that does not answer as it must.
    """
    for what, ask in (("the page", _page), ("its notebook", _contents), ("a kernel", _kernel)):
        start = time.perf_counter()
        try:
            seen = ask(server, notebook, timeout)
        except (OSError, ValueError, KeyError) as error:
            raise CourseError(f"{what} did not answer: {error}\nJupyterLab's last lines:\n{server.log_tail()}") from error
        yield f"{seen}  {time.perf_counter() - start:.1f} s"


def _page(server: "Server", notebook: str, timeout: float) -> str:
    text = _request(server, f"/lab/tree/{notebook}").decode()
    if "jupyter-config-data" not in text:
        raise ValueError("it is not JupyterLab's page")
    return f"page      /lab/tree/{notebook}"


def _contents(server: "Server", notebook: str, timeout: float) -> str:
    cells = get_json(server, f"/api/contents/{notebook}")["content"]["cells"]
    title = "".join(cells[0]["source"]).splitlines()[0].lstrip("# ")
    return f"contents  {len(cells)} cells, {title!r}"


def _kernel(server: "Server", notebook: str, timeout: float) -> str:
    kernel = json.loads(_request(server, "/api/kernels", "POST", {"name": "python3"}))["id"]
    try:
        printed = _run(server, kernel, QUESTION, timeout)
    finally:
        _request(server, f"/api/kernels/{kernel}", "DELETE")
    if printed.strip() != ANSWER:
        raise ValueError(f"{QUESTION} printed {printed.strip()[-500:]!r}, not {ANSWER!r}")
    return f"kernel    {QUESTION}  ->  {printed.strip()}"


def _run(server: "Server", kernel: str, code: str, timeout: float) -> str:
    """Execute code over the same web socket a browser uses, and return what it printed or raised."""
    import websocket  # comes with JupyterLab's server

    address = f"{server.address.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
    deadline = time.monotonic() + timeout
    connection = websocket.create_connection(
        address, timeout=timeout, header=[f"Authorization: token {server.token}"], http_no_proxy=["127.0.0.1"]
    )
    try:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "session": uuid.uuid4().hex, "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}
        connection.send(json.dumps(message))
        printed = ""
        while time.monotonic() < deadline:
            reply = json.loads(connection.recv())
            if reply["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            kind, said = reply["msg_type"], reply["content"]
            if kind == "stream":
                printed += said["text"]
            elif kind == "error":
                printed += f"{said['ename']}: {said['evalue']}"
            elif kind == "status" and said["execution_state"] == "idle":
                return printed
    except websocket.WebSocketException as error:
        raise OSError(str(error) or type(error).__name__) from error
    finally:
        connection.close()
    raise OSError(f"no answer within {timeout:.0f} s")
