"""What is in a file as it arrives: unwrapped from gzip if it is wrapped, counted, and digested, one piece after the other.

Nothing is kept that is too long, and a wrapper that swells beyond the size that is expected is given up at once, so that a gzip bomb
fills neither the memory nor the disk.
"""

import hashlib
import zlib
from pathlib import Path

from learnkit.datasets.remote_files import RemoteFile

GZIP = b"\x1f\x8b"
PIECE = 1 << 16


class DataError(Exception):
    """Something a person can put right; the message says what is wrong and how."""


class WrongContent(Exception):
    """These bytes cannot be the file, whatever follows."""


class Content:
    """The content of one file, fed piece by piece.

    Attributes
    ----------
    fed : int
        The bytes that came in, as they are on the disk.
    size : int
        The bytes of content that they held.
    wrapped : bool or None
        Whether they are in gzip; None until two bytes have come.
    kept : bytearray
        The content itself, if ``keep``.
    """

    def __init__(self, file: RemoteFile, *, keep: bool = False) -> None:
        self.file = file
        self.fed = 0
        self.size = 0
        self.wrapped: bool | None = None
        self.kept = bytearray()
        self._keep = keep
        self._digest = hashlib.sha256()
        self._begin = b""
        self._gzip = zlib.decompressobj(wbits=31)

    def feed(self, piece: bytes) -> None:
        """Take the next bytes.

        Raises
        ------
        WrongContent
            As soon as they cannot be the file: too long, or a damaged wrapper.
        """
        self.fed += len(piece)
        # an empty block of gzip takes bytes and gives none: a wrapper is never much longer than its content
        if self.fed > self.file.size + self.file.size // 64 + 4096:
            raise WrongContent(f"is longer than the {self.file.size:,} bytes expected")
        if self.wrapped is None:
            self._begin += piece
            if len(self._begin) < 2:
                return
            self.wrapped = self._begin[:2] == GZIP
            piece = self._begin
        if self.wrapped:
            self._unwrap(piece)
        else:
            self._take(piece)

    def _unwrap(self, piece: bytes) -> None:
        while piece:
            if self._gzip.eof:
                raise WrongContent("goes on after the end of its gzip wrapper")
            try:
                out = self._gzip.decompress(piece, PIECE)  # at most so much at once: a bomb is counted before it is unpacked
            except zlib.error as error:
                raise WrongContent(f"has a damaged gzip wrapper ({error})") from None
            self._take(out)
            piece = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail

    def _take(self, out: bytes) -> None:
        self.size += len(out)
        if self.size > self.file.size:
            raise WrongContent(f"holds more than the {self.file.size:,} bytes expected")
        self._digest.update(out)
        if self._keep:
            self.kept += out

    @property
    def ended(self) -> bool:
        """Whether all of the content is there, and the end of the wrapper too if there is one."""
        return self.size == self.file.size and (not self.wrapped or self._gzip.eof)

    @property
    def right(self) -> bool:
        """Whether all of it is there and has the right digest."""
        return self.ended and self._digest.hexdigest() == self.file.sha256

    def problem(self) -> str:
        """Return what is wrong with content after which nothing follows, or an empty text."""
        if not self.ended:
            if self.size == self.file.size:
                return "ends within its gzip wrapper"
            return f"ends after {self.size:,} of {self.file.size:,} bytes"
        return "" if self.right else f"has the wrong digest: sha256 {self._digest.hexdigest()[:12]}…, expected {self.file.sha256[:12]}…"


def content_of(path: Path, file: RemoteFile, *, keep: bool = False) -> Content:
    """Return the content of a file on the disk.

    Raises
    ------
    WrongContent
        If it cannot be the file.
    OSError
        If it cannot be read.
    """
    content = Content(file, keep=keep)
    with open(path, "rb") as source:
        while piece := source.read(PIECE):
            content.feed(piece)
    return content


def problem_of(path: Path, file: RemoteFile) -> str:
    """Return what is wrong with a file on the disk, as words that follow its name, or an empty text."""
    try:
        return content_of(path, file).problem()
    except WrongContent as error:
        return str(error)
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
