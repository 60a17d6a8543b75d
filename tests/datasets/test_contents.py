"""Content that arrives in pieces: what it is, when it is over, and when it cannot be right any more."""

import gzip
import tracemalloc
import zlib
from pathlib import Path

import pytest
from data_files import CONTENT, remote, wrapped

from learnkit.datasets.contents import Content, WrongContent, content_of, problem_of

FILE = remote(CONTENT)


def fed(data: bytes, *, pieces: int = 1000) -> Content:
    content = Content(FILE, keep=True)
    for begin in range(0, len(data), pieces):
        content.feed(data[begin : begin + pieces])
    return content


@pytest.mark.parametrize("pieces", [1, 2, 3, 999, 10**6])
@pytest.mark.parametrize("wrap", [False, True])
def test_the_size_of_the_pieces_changes_nothing(pieces: int, wrap: bool) -> None:
    content = fed(wrapped(CONTENT) if wrap else CONTENT, pieces=pieces)
    assert content.right
    assert content.problem() == ""
    assert (content.wrapped, content.kept) == (wrap, CONTENT)


def test_content_that_swells_arrives_whole() -> None:
    # one megabyte of zeros in a kilobyte: more comes out of zlib than one call gives
    file = remote(bytes(1_000_000))
    content = Content(file, keep=True)
    content.feed(wrapped(bytes(1_000_000)))
    assert content.right
    assert content.kept == bytes(1_000_000)


def test_too_little_is_said_in_bytes() -> None:
    assert fed(CONTENT[:1234]).problem() == "ends after 1,234 of 192,000 bytes"
    assert fed(b"").problem() == "ends after 0 of 192,000 bytes"


def test_other_bytes_have_the_wrong_digest() -> None:
    content = fed(CONTENT[:-1] + b"?")
    assert content.ended
    assert not content.right
    assert content.problem().startswith("has the wrong digest: sha256 ")


def test_one_byte_too_many_is_noticed_as_it_comes() -> None:
    with pytest.raises(WrongContent, match="holds more than the 192,000 bytes expected"):
        fed(CONTENT + b"?")


def test_a_wrapper_without_its_end_is_not_complete() -> None:
    assert fed(wrapped(CONTENT)[:-1]).problem() == "ends within its gzip wrapper"


def test_a_wrapper_whose_checksum_is_wrong_is_damaged() -> None:
    data = bytearray(wrapped(CONTENT))
    data[-8] ^= 1
    with pytest.raises(WrongContent, match="has a damaged gzip wrapper"):
        fed(bytes(data))


def test_a_wrapper_with_nonsense_inside_is_damaged() -> None:
    with pytest.raises(WrongContent, match="has a damaged gzip wrapper"):
        fed(b"\x1f\x8b" + b"\xff" * 50)


def test_nothing_may_follow_a_wrapper() -> None:
    with pytest.raises(WrongContent, match="goes on after the end of its gzip wrapper"):
        fed(wrapped(CONTENT) + b"?")
    with pytest.raises(WrongContent, match="goes on after the end of its gzip wrapper"):
        fed(wrapped(CONTENT) + b"?", pieces=10**6)


def test_a_wrapper_that_takes_bytes_and_gives_none_is_given_up() -> None:
    # empty stored blocks: 5 bytes each, without end
    empty = gzip.compress(b"", mtime=0)[:10] + b"\x00\x00\x00\xff\xff" * 100_000
    with pytest.raises(WrongContent, match="is longer than the 192,000 bytes expected"):
        fed(empty)


def test_a_gzip_bomb_takes_no_memory() -> None:
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(200)) + squeeze.flush()  # 200 MB in 200 kB
    tracemalloc.start()
    try:
        with pytest.raises(WrongContent, match="holds more than the 192,000 bytes expected"):
            Content(FILE, keep=True).feed(bomb[:190_000])
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_file_on_the_disk_is_judged_alike(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    assert content_of(path, FILE).right
    assert problem_of(path, FILE) == ""
    path.write_bytes(CONTENT + b"?")
    assert problem_of(path, FILE) == "holds more than the 192,000 bytes expected"
    assert problem_of(tmp_path / "none", FILE) == "cannot be read (No such file or directory)"
