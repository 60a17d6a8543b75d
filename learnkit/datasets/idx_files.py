"""IDX files, the format of MNIST and its relatives: a header of a few bytes, then the numbers of one array, row by row.

Bytes 0 and 1 are 0, byte 2 is the type, byte 3 the number of dimensions; then each dimension as a 32-bit number, and everything is
big-endian. A file may lie in a gzip wrapper. What the header claims is believed only as far as the file goes.

Source: LeCun, Cortes & Burges, The MNIST database of handwritten digits, section "File formats".
"""

import gzip
import io
import math
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
GZIP = b"\x1f\x8b"
PIECE = 1 << 20
MOST_DIMENSIONS = 32


class IDXError(ValueError):
    """The bytes are no IDX file, or not a whole one; the message says where they stop making sense."""


def read_idx(path: str | Path, *, max_bytes: int = 1 << 31) -> NDArray[Any]:
    """Return the array in an IDX file, plain or in gzip.

    Parameters
    ----------
    path : str or Path
    max_bytes : int
        The largest array that is read, in bytes: a gzip file of 2 MB can hold 2 GB of zeros.

    Returns
    -------
    array of uint8, int8, int16, int32, float32 or float64, in this machine's byte order; nobody else holds its memory

    Raises
    ------
    IDXError
        If the file is malformed: magic bytes, type, dimensions; too short; too long; or larger than max_bytes.
    OSError
        If the file cannot be read.

    See Also
    --------
    parse_idx
    """
    with open(path, "rb") as file:
        return _read(file, max_bytes)


def parse_idx(data: bytes | bytearray, *, max_bytes: int = 1 << 31) -> NDArray[Any]:
    """Return the array in the bytes of an IDX file, plain or in gzip.

    Raises
    ------
    IDXError
        As in `read_idx`.

    Examples
    --------
    Type 8 (bytes), 2 dimensions, 1 and 3:

    >>> parse_idx(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 5, 6, 7]))
    array([[5, 6, 7]], dtype=uint8)
    """
    return _read(io.BytesIO(data), max_bytes)


def _read(file: BinaryIO, max_bytes: int) -> NDArray[Any]:
    begin = file.read(2)
    file.seek(0)
    if begin != GZIP:
        return _array(file, max_bytes)
    try:
        with gzip.open(file) as unwrapped:
            return _array(unwrapped, max_bytes)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise IDXError(f"the gzip wrapper is damaged: {error}.") from None


def _array(file: Any, max_bytes: int) -> NDArray[Any]:
    kind, shape = _header(file)
    size = kind.itemsize * math.prod(shape)  # Python's whole numbers: a product of four dimensions overflows 64 bits
    if max(kind.itemsize, 1) * math.prod(length for length in shape if length) > max_bytes:
        raise IDXError(f"the header claims {_words(shape)}, {size:,} bytes; at most max_bytes={max_bytes:,} are read.")
    content = bytearray()
    while len(content) <= size:
        # grows with what arrives: an array made from the header's claim would take the claimed memory from an empty file
        piece = file.read(min(PIECE, size + 1 - len(content)))
        if not piece:
            break
        content += piece
    if len(content) < size:
        raise IDXError(f"the header claims {_words(shape)}, {size:,} bytes, and the file ends after {len(content):,} of them.")
    if len(content) > size:
        raise IDXError(f"the header claims {_words(shape)}, {size:,} bytes, and the file goes on after them.")
    array = np.frombuffer(content, kind).reshape(shape)
    return array.astype(kind.newbyteorder("="), copy=False)


def _header(file: Any) -> tuple[np.dtype[Any], tuple[int, ...]]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise IDXError(
            f"an IDX file begins with two zero bytes, a type and a number of dimensions; this one with {magic.hex(' ') or 'nothing'}."
        )
    code, count = magic[2], magic[3]
    if code not in TYPES:
        raise IDXError(f"the type must be one of {', '.join(f'0x{code:02x}' for code in TYPES)}; got 0x{code:02x}.")
    if not 1 <= count <= MOST_DIMENSIONS:
        raise IDXError(f"there must be 1 to {MOST_DIMENSIONS} dimensions; got {count}.")
    lengths = file.read(4 * count)
    if len(lengths) < 4 * count:
        raise IDXError(f"the header claims {count} dimensions, and the file ends within them.")
    shape = tuple(int.from_bytes(lengths[4 * axis : 4 * axis + 4], "big", signed=True) for axis in range(count))
    if min(shape) < 0:
        raise IDXError(f"dimensions must not be negative; got {_words(shape)}.")
    return np.dtype(TYPES[code]), shape


def _words(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{length}" for length in shape)
