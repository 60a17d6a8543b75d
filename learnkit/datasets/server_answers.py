"""One question to a server, and what its answer means: the file or its rest, come back later, not here, or nobody there.

requests brings certificates and the proxies' settings. Its many errors become three: `Broken`, `Refused` and `Unreachable`, whose texts
follow the address in a sentence.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests

CONNECT, SILENCE = 10.0, 30.0
"""Seconds until a server must have answered the call, and seconds that it may say nothing."""

PIECE = 1 << 14
AGAIN = (408, 429, 500, 502, 503, 504)
"""The states of a server that pass."""


class Refused(Exception):
    """This address will not give the file; another may."""


class Unreachable(Refused):
    """Nobody answers at this address."""


class Broken(Exception):
    """The line broke or the server failed: the same address may do better in a moment."""


def answer_of(session: "requests.Session", url: str, headers: dict[str, str]) -> "requests.Response":
    """Return an answer that holds the file or its rest; anything else is raised."""
    import requests

    try:
        response = session.get(url, headers=headers, stream=True, timeout=(CONNECT, SILENCE))
    except (requests.exceptions.SSLError, requests.exceptions.ProxyError, requests.exceptions.ConnectTimeout) as error:
        raise Unreachable(f"cannot be reached ({_cause(error)})") from None
    except requests.exceptions.ConnectionError as error:
        from urllib3.exceptions import ProtocolError

        if error.args and isinstance(error.args[0], ProtocolError):  # there was a connection
            raise Broken("the line broke") from None
        raise Unreachable(f"cannot be reached ({_cause(error)})") from None
    except requests.exceptions.Timeout:
        raise Broken(f"no answer within {SILENCE:.0f} s") from None
    except requests.exceptions.RequestException as error:
        raise Refused(f"cannot be used ({_cause(error)})") from None
    status = response.status_code
    if status in (200, 206) or (status == 416 and "Range" in headers):
        return response
    response.close()
    said = f"{status} {response.reason or ''}".strip()
    if status in AGAIN:
        raise Broken(f"the server says {said}")
    raise Refused(f"says {said}")


def pieces_of(response: "requests.Response") -> Iterator[bytes]:
    """Yield the body as it was sent."""
    from urllib3.exceptions import HTTPError

    try:
        yield from response.raw.stream(PIECE, decode_content=False)
    except HTTPError:
        raise Broken("the line broke") from None


def continues(response: "requests.Response", arrived: int) -> bool:
    """Return whether the answer is the rest from this byte on; a server may also send the whole, and does if the file has changed."""
    return response.status_code == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {arrived}-")


def mark_of(response: "requests.Response") -> str:
    """Return what If-Range may hold for this version of the file: a strong ETag or a date."""
    tag = str(response.headers.get("ETag", ""))
    return tag if tag.startswith('"') else str(response.headers.get("Last-Modified", ""))


def _cause(error: BaseException) -> str:
    """Return in a few words what is at the bottom of an error of requests, which wraps those of urllib3, which wrap the system's."""
    cause: Any = error
    for _ in range(8):
        inner = getattr(cause, "reason", None) or cause.__cause__ or (cause.args[0] if cause.args else None)
        if not isinstance(inner, BaseException):
            break
        cause = inner
    while cause is not None and not getattr(cause, "strerror", None):
        cause = cause.__cause__ or cause.__context__
    return str(getattr(cause, "strerror", None) or type(error).__name__)
