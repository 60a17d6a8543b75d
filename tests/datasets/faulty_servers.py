"""A real HTTP server on this machine that keeps to the rules of ranges, or breaks them as a test asks."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Answer = Callable[["Handler", bytes], None]


@dataclass
class Asked:
    """What came in."""

    path: str
    range: str | None
    if_range: str | None


@dataclass
class Server:
    """Files by path; ``faults`` are used up first, one a request."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    faults: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    date: str = ""

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"


class Handler(BaseHTTPRequestHandler):
    """GET with Range and If-Range, as RFC 9110 has them."""

    server: "Listening"
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        state = self.server.state
        path = self.path.lstrip("/")
        state.asked.append(Asked(path, self.headers.get("Range"), self.headers.get("If-Range")))
        body = state.files.get(path)
        if body is None:
            status(404)(self, b"")
        elif state.faults:
            state.faults.pop(0)(self, body)
        else:
            as_asked(self, body)

    def begin(self, code: int, length: int | None, **headers: str) -> None:
        state = self.server.state
        self.send_response(code)
        if length is not None:
            self.send_header("Content-Length", str(length))
        tag = state.etags.get(self.path.lstrip("/"))
        if tag:
            self.send_header("ETag", tag)
        if state.date:
            self.send_header("Last-Modified", state.date)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def rest(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Return the status, what is to be sent, and the headers for it."""
        state = self.server.state
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        condition = self.headers.get("If-Range")
        fits = condition is None or condition in (state.etags.get(self.path.lstrip("/")), state.date or None)
        if wanted is None or not fits:
            return 200, body, {}
        first = int(wanted[1])
        if first >= len(body):
            return 416, b"", {"Content_Range": f"bytes */{len(body)}"}
        return 206, body[first:], {"Content_Range": f"bytes {first}-{len(body) - 1}/{len(body)}"}

    def hang_up(self) -> None:
        """End the connection here and now."""
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True


class Listening(ThreadingHTTPServer):
    daemon_threads = True
    state: Server

    def handle_error(self, *arguments: object) -> None:
        """A client that went away is what some tests are about."""


def as_asked(handler: Handler, body: bytes) -> None:
    code, part, headers = handler.rest(body)
    handler.begin(code, len(part), **headers)
    handler.wfile.write(part)


def drop_after(count: int) -> Answer:
    """Promise everything, send count bytes of it, and hang up."""

    def answer(handler: Handler, body: bytes) -> None:
        code, part, headers = handler.rest(body)
        handler.begin(code, len(part), **headers)
        handler.wfile.write(part[:count])
        handler.hang_up()

    return answer


def status(code: int) -> Answer:
    def answer(handler: Handler, body: bytes) -> None:
        handler.begin(code, 0)

    return answer


def ignoring_ranges(handler: Handler, body: bytes) -> None:
    handler.begin(200, len(body))
    handler.wfile.write(body)


def other(content: bytes) -> Answer:
    """Answer as if this were the file."""
    return lambda handler, body: as_asked(handler, content)


def another_range(handler: Handler, body: bytes) -> None:
    """Send a part that was not asked for."""
    handler.begin(206, 10, Content_Range=f"bytes 3-12/{len(body)}")
    handler.wfile.write(body[3:13])


def hang_up_at_once(handler: Handler, body: bytes) -> None:
    handler.hang_up()


def without_length(count: int | None = None) -> Answer:
    """Say no length, as HTTP/1.0 does: the end of the line is the end of the file, or so it seems."""

    def answer(handler: Handler, body: bytes) -> None:
        code, part, headers = handler.rest(body)
        handler.begin(code, None, Connection="close", **headers)
        handler.wfile.write(part[:count])
        handler.close_connection = True

    return answer


def in_chunks(handler: Handler, body: bytes) -> None:
    handler.begin(200, None, Transfer_Encoding="chunked")
    for begin in range(0, len(body), 5000):
        part = body[begin : begin + 5000]
        handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")


def slowly(pieces: int, seconds: float) -> Answer:
    """Send in equal pieces with a pause after each."""

    def answer(handler: Handler, body: bytes) -> None:
        code, part, headers = handler.rest(body)
        handler.begin(code, len(part), **headers)
        step = -(-len(part) // pieces)
        for begin in range(0, len(part), step):
            handler.wfile.write(part[begin : begin + step])
            handler.wfile.flush()
            time.sleep(seconds)

    return answer


@contextmanager
def listening() -> Iterator[Server]:
    """Serve on a free port of this machine while the block runs."""
    with Listening(("127.0.0.1", 0), Handler) as server:
        server.state = Server(f"http://127.0.0.1:{server.server_address[1]}")
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.state
        finally:
            server.shutdown()
            thread.join()
