"""The IDX reader: what it reads, what it refuses, and that it takes no memory for what a header only claims."""

import gzip
import math
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from learnkit.datasets import IDXError, parse_idx, read_idx

CODES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def header(code: int, *shape: int) -> bytes:
    return bytes([0, 0, code, len(shape)]) + b"".join(struct.pack(">i", length) for length in shape)


# --- what it reads ------------------------------------------------------------------------------------------------------------------------


def test_bytes_are_read_row_by_row() -> None:
    # 2 rows of 3: 1 2 3 / 4 5 250
    array = parse_idx(header(0x08, 2, 3) + bytes([1, 2, 3, 4, 5, 250]))
    assert array.dtype == np.uint8
    np.testing.assert_array_equal(array, [[1, 2, 3], [4, 5, 250]])


def test_numbers_of_several_bytes_begin_with_the_largest() -> None:
    # 0x01 0x02 is 258; 0xFF 0xFE is -2
    array = parse_idx(header(0x0B, 2) + b"\x01\x02\xff\xfe")
    np.testing.assert_array_equal(array, [258, -2])
    assert array.dtype == np.int16
    assert array.dtype.isnative


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("wrap", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_every_type_comes_back_as_it_was(code: int, wrap: Any, tmp_path: Path) -> None:
    values = np.arange(24).reshape(2, 3, 4).astype(CODES[code])
    (tmp_path / "file").write_bytes(wrap(header(code, 2, 3, 4) + values.tobytes()))
    array = read_idx(tmp_path / "file")
    np.testing.assert_array_equal(array, values)
    assert array.dtype == np.dtype(CODES[code]).newbyteorder("=")


@pytest.mark.parametrize("shape", [(0,), (0, 28, 28), (3, 0), (1,), (1, 1, 1, 1)])
def test_empty_and_single_arrays_are_arrays(shape: tuple[int, ...]) -> None:
    assert parse_idx(header(0x08, *shape) + bytes(math.prod(shape))).shape == shape


@pytest.mark.parametrize("code", [0x08, 0x0D])
def test_who_writes_into_the_array_changes_nobody_elses_bytes(code: int) -> None:
    data = bytearray(header(code, 2) + bytes(2 * np.dtype(CODES[code]).itemsize))
    array = parse_idx(data)
    array[:] = 7
    assert data[8:] == bytes(len(data) - 8)


def test_a_file_that_is_not_there_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "none")


# --- what it refuses ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"^an IDX file begins with two zero bytes, a type and a number of dimensions; this one with nothing\.$"),
        (b"\0\0\x08", "this one with 00 00 08"),
        (b"\0\1\x08\1\0\0\0\0", "this one with 00 01 08 01"),
        (b"<html>", "this one with 3c 68 74 6d"),
        (header(0x0A, 1) + b"\0", r"^the type must be one of 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e; got 0x0a\.$"),
        (b"\0\0\x08\0\5", r"^there must be 1 to 32 dimensions; got 0\.$"),
        (header(0x08, *[1] * 33) + b"\5", r"^there must be 1 to 32 dimensions; got 33\.$"),
        (b"\0\0\x08\xff", r"^there must be 1 to 32 dimensions; got 255\.$"),
        (header(0x08, 2, 3)[:-1], r"^the header claims 2 dimensions, and the file ends within them\.$"),
        (header(0x08, 2, -3) + bytes(6), r"^dimensions must not be negative; got 2 × -3\.$"),
        (header(0x08, 0, -1), r"^dimensions must not be negative; got 0 × -1\.$"),
        (header(0x08, 2, 3) + bytes(5), r"^the header claims 2 × 3, 6 bytes, and the file ends after 5 of them\.$"),
        (header(0x0E, 2) + bytes(15), r"^the header claims 2, 16 bytes, and the file ends after 15 of them\.$"),
        (header(0x08, 2, 3) + bytes(7), r"^the header claims 2 × 3, 6 bytes, and the file goes on after them\.$"),
        (header(0x08, 0) + bytes(1), r"^the header claims 0, 0 bytes, and the file goes on after them\.$"),
        (header(0x08, 2**20, 2**20), r"^the header claims 1048576 × 1048576, 1,099,511,627,776 bytes; at most max_bytes=2,147,483,648 are"),
        (header(0x08, *[2**31 - 1] * 32), "at most max_bytes=2,147,483,648 are read"),
        (header(0x08, 0, *[2**31 - 1] * 31), "at most max_bytes=2,147,483,648 are read"),
    ],
)
def test_a_malformed_file_is_refused_with_its_reason(data: bytes, message: str) -> None:
    with pytest.raises(IDXError, match=message):
        parse_idx(data)


def test_the_limit_is_the_largest_that_is_read() -> None:
    data = header(0x08, 10) + bytes(10)
    assert parse_idx(data, max_bytes=10).size == 10
    with pytest.raises(IDXError, match="at most max_bytes=9 are read"):
        parse_idx(data, max_bytes=9)


@pytest.mark.parametrize("cut", [3, 12, 20, -8, -1])
def test_a_truncated_wrapper_is_refused(cut: int) -> None:
    with pytest.raises(IDXError, match="the gzip wrapper is damaged"):
        parse_idx(gzip.compress(header(0x08, 200) + bytes(range(200)))[:cut])


def test_a_wrapper_with_a_wrong_checksum_is_refused() -> None:
    data = bytearray(gzip.compress(header(0x08, 3) + b"abc"))
    data[-8] ^= 1
    with pytest.raises(IDXError, match="the gzip wrapper is damaged"):
        parse_idx(data)


# --- memory -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_claim_of_a_terabyte_takes_no_memory(wrap: Any) -> None:
    # 2^40 elements claimed, and 1,000 there
    data = wrap(header(0x08, 2**20, 2**20) + bytes(1000))
    tracemalloc.start()
    try:
        with pytest.raises(IDXError, match=r"1,099,511,627,776 bytes, and the file ends after 1,000 of them"):
            parse_idx(data, max_bytes=2**60)
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20  # four of the pieces that it reads
    finally:
        tracemalloc.stop()


LIMITED = """
import resource, sys
import numpy
from learnkit.datasets import IDXError, read_idx
import gzip, tempfile
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 64 * 2**20, used + 64 * 2**20))
try:
    read_idx(sys.argv[1], max_bytes=2**60)
except IDXError as error:
    print(error)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="address space is limited this way on Linux only")
@pytest.mark.parametrize("wrap", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_claim_of_a_terabyte_is_refused_where_64_megabytes_are_left(wrap: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(wrap(header(0x0E, 2**20, 2**20) + bytes(1000)))
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path / "file")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "the header claims 1048576 × 1048576, 8,796,093,022,208 bytes, and the file ends after 1,000 of them.\n"


def test_a_wrapper_that_swells_beyond_the_header_is_left_unread() -> None:
    # 64 MB of zeros in 64 kB behind a header that claims six bytes
    data = gzip.compress(header(0x08, 2, 3) + bytes(64 * 2**20))
    tracemalloc.start()
    try:
        with pytest.raises(IDXError, match="the file goes on after them"):
            parse_idx(data)
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()


# --- any bytes ----------------------------------------------------------------------------------------------------------------------------

dimensions = st.lists(st.integers(-2, 5) | st.sampled_from([2**16, 2**31 - 1, -(2**31)]), max_size=5)
likely = st.builds(lambda code, shape, rest: header(code, *shape) + rest, st.integers(0, 255), dimensions, st.binary(max_size=300))
cut = st.builds(lambda data, at: gzip.compress(data, mtime=0)[:at], likely, st.integers(0, 400))
damaged = st.builds(
    lambda data, at, value: (
        (whole := bytearray(gzip.compress(data, mtime=0)))
        and bytes(whole[: at % len(whole)] + bytes([value]) + whole[at % len(whole) + 1 :])
    ),
    likely,
    st.integers(0, 10**6),
    st.integers(0, 255),
)


@given(st.binary(max_size=200) | likely | cut | damaged)
@example(b"\x1f\x8b")
@example(b"\x1f\x8b\x08\x04")
@example(header(0x0E, 0, 2**31 - 1, 2**31 - 1))
def test_any_bytes_give_an_array_or_the_one_error(data: bytes) -> None:
    try:
        array = parse_idx(data, max_bytes=1 << 16)
    except IDXError:
        return
    assert array.nbytes <= max(len(data) * 1032, 1)  # deflate makes nothing smaller than a thousandth


@given(
    st.sampled_from(sorted(CODES)),
    st.lists(st.integers(0, 4), min_size=1, max_size=4),
    st.integers(0, 2**32 - 1),
)
def test_any_array_comes_back_as_it_was(code: int, shape: list[int], seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 100, shape).astype(CODES[code])
    array = parse_idx(header(code, *shape) + values.tobytes())
    assert array.shape == tuple(shape)
    np.testing.assert_array_equal(array, values)
