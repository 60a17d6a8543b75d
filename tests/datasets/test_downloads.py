"""Downloads against a real server on this machine that drops lines, lies, fails and recovers."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from data_files import CONTENT, remote, wrapped
from faulty_servers import (
    Server,
    another_range,
    drop_after,
    hang_up_at_once,
    ignoring_ranges,
    in_chunks,
    other,
    slowly,
    status,
    without_length,
)

from learnkit.datasets import DataError, downloads, fetch, server_answers
from learnkit.datasets.downloads import obtain
from learnkit.datasets.partial_files import Origin, PartialFile
from learnkit.datasets.remote_files import REMOTE_FILES, RemoteFile

ROOT = Path(__file__).resolve().parents[2]
HALF = len(CONTENT) // 2


@pytest.fixture
def file(server: Server) -> RemoteFile:
    server.files["words.txt"] = CONTENT
    server.etags["words.txt"] = '"one"'
    return remote(CONTENT, server.url("words.txt"))


def left_behind(folder: Path) -> list[str]:
    """The names in a folder and below, without the locks."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock"))


def ranges(server: Server) -> list[str | None]:
    return [asked.range for asked in server.asked]


# --- what works ---------------------------------------------------------------------------------------------------------------------------


def test_a_file_arrives_whole_and_nothing_else_is_left(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert left_behind(tmp_path) == ["words.txt"]


def test_a_file_that_is_there_is_not_asked_for_again(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    assert obtain(file, tmp_path) == obtain(file, tmp_path)
    assert len(server.asked) == 1


def test_a_wrapped_file_stays_wrapped_and_its_content_decides(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.files["words.txt"] = wrapped(CONTENT)
    path = obtain(file, tmp_path)
    assert path.name == "words.txt.gz"
    assert path.read_bytes() == wrapped(CONTENT)


@pytest.mark.parametrize("name", ["words.txt", "words.txt.gz"])
def test_a_file_that_somebody_put_there_needs_no_server(name: str, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / name).write_bytes(CONTENT if name.endswith("t") else wrapped(CONTENT))
    assert obtain(remote(CONTENT, "http://127.0.0.1:1/"), tmp_path).name == name


def test_a_plain_file_that_is_right_outweighs_a_wrapped_one_that_is_not(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(CONTENT)
    (tmp_path / "words.txt.gz").write_bytes(b"broken")
    assert obtain(remote(CONTENT, path="words.txt"), tmp_path).name == "words.txt"
    (tmp_path / "words.txt").write_bytes(b"broken")
    (tmp_path / "words.txt.gz").write_bytes(wrapped(CONTENT))
    assert obtain(remote(CONTENT, path="words.txt"), tmp_path).name == "words.txt.gz"


def test_a_body_in_chunks_arrives(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [in_chunks]
    assert obtain(file, tmp_path).read_bytes() == CONTENT


def test_a_body_without_a_length_arrives(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [without_length()]
    assert obtain(file, tmp_path).read_bytes() == CONTENT


def test_fetch_takes_the_folder_of_the_data(server: Server, file: RemoteFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(REMOTE_FILES, "names", (file,))
    assert fetch("names") == (tmp_path / "data" / "texts" / "words.txt",)
    assert fetch("names", folder=tmp_path / "elsewhere") == (tmp_path / "elsewhere" / "texts" / "words.txt",)


def test_fetch_of_an_unknown_set_lists_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"^name must be one of fashion_mnist, names, tiny_shakespeare; got 'mnist'\.$"):
        fetch("mnist")


# --- lines that break, and resuming -------------------------------------------------------------------------------------------------------


def test_a_dropped_line_is_continued_from_where_it_broke(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [drop_after(HALF)]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server) == [None, f"bytes={HALF}-"]
    assert server.asked[1].if_range == '"one"'


def test_a_dropped_line_is_continued_within_a_wrapper(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.files["words.txt"] = wrapped(CONTENT)
    server.faults = [drop_after(HALF)]
    assert obtain(file, tmp_path).read_bytes() == wrapped(CONTENT)
    assert len(server.asked) == 2


def test_many_drops_are_no_failure_as_long_as_something_arrives(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [drop_after(20_000)] * 9
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server)[-1] == "bytes=180000-"


def test_drops_without_progress_end_with_an_error_and_keep_what_came(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [drop_after(HALF)] + [drop_after(0)] * 20
    with pytest.raises(DataError, match=r"words\.txt failed 5 times, at last: the line broke\. Run the same again later"):
        obtain(file, tmp_path)
    assert PartialFile(tmp_path / file.path).size == HALF
    server.faults = []
    server.asked.clear()
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server) == [f"bytes={HALF}-"]


def test_a_server_that_hangs_up_at_once_is_asked_again(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [hang_up_at_once, hang_up_at_once]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert len(server.asked) == 3


def test_an_early_end_without_a_length_is_a_broken_line(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [without_length(HALF)]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server) == [None, f"bytes={HALF}-"]


def test_a_server_that_ignores_ranges_gives_the_whole_again(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [drop_after(HALF), ignoring_ranges]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server) == [None, f"bytes={HALF}-"]


def test_a_file_that_changed_on_the_server_is_begun_anew(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.files["words.txt"], server.etags["words.txt"] = b"x" * len(CONTENT), '"old"'
    server.faults = [drop_after(HALF)] + [drop_after(0)] * 4
    with pytest.raises(DataError):
        obtain(file, tmp_path)
    server.files["words.txt"], server.etags["words.txt"] = CONTENT, '"one"'
    server.asked.clear()
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    # If-Range names the old file, so the one answer holds all of the new
    assert [(asked.range, asked.if_range) for asked in server.asked] == [(f"bytes={HALF}-", '"old"')]


def test_a_changed_file_that_no_mark_tells_is_found_by_its_digest(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.etags.clear()
    server.faults = [lambda handler, body: drop_after(HALF)(handler, b"x" * len(body))]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert [(asked.range, asked.if_range) for asked in server.asked] == [(None, None), (f"bytes={HALF}-", None), (None, None)]


def test_a_weak_etag_is_no_mark_and_a_date_is(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.etags["words.txt"], server.date = 'W/"one"', "Mon, 06 Jan 2025 10:00:00 GMT"
    server.faults = [drop_after(HALF)]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert server.asked[1].if_range == "Mon, 06 Jan 2025 10:00:00 GMT"


def test_another_part_than_was_asked_for_is_not_joined(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [drop_after(HALF), another_range]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server) == [None, f"bytes={HALF}-", None]


def test_a_file_that_became_shorter_is_begun_anew(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    # what lies here is longer than the wrapped file there: 416
    server.etags.clear()
    half = PartialFile(tmp_path / file.path)
    half.path.parent.mkdir()
    half.begin(Origin(file.urls[0], ""))
    half.path.write_bytes(b"x" * (len(CONTENT) - 1))
    server.files["words.txt"] = CONTENT[:100]
    with pytest.raises(DataError, match=r"ends after 100 of 192,000 bytes"):
        obtain(file, tmp_path)
    assert ranges(server) == [f"bytes={len(CONTENT) - 1}-", None]


def test_bytes_whose_origin_nobody_noted_are_not_used(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    half = PartialFile(tmp_path / file.path)
    half.path.parent.mkdir()
    half.path.write_bytes(CONTENT[:HALF])
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server) == [None]


def test_bytes_of_one_address_are_not_continued_from_another(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    half = PartialFile(tmp_path / file.path)
    half.path.parent.mkdir()
    half.begin(Origin("http://elsewhere/words.txt", '"one"'))
    half.path.write_bytes(b"x" * HALF)
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server) == [None]


def test_the_address_that_gave_the_first_part_is_asked_first(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.files["second.txt"] = CONTENT
    both = remote(CONTENT, server.url("words.txt"), server.url("second.txt"))
    half = PartialFile(tmp_path / file.path)
    half.path.parent.mkdir()
    half.begin(Origin(server.url("second.txt"), ""))
    half.path.write_bytes(CONTENT[:HALF])
    obtain(both, tmp_path)
    assert [(asked.path, asked.range) for asked in server.asked] == [("second.txt", f"bytes={HALF}-")]


def test_all_bytes_that_had_arrived_before_a_stop_need_no_server(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    half = PartialFile(tmp_path / file.path)
    half.path.parent.mkdir()
    half.begin(Origin(file.urls[0], ""))
    half.path.write_bytes(CONTENT)
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert server.asked == []
    assert left_behind(tmp_path) == ["words.txt"]


@pytest.mark.parametrize("note", ["", "[]", '{"url": 3, "mark": ""}', "\0"])
def test_a_damaged_note_is_as_none(note: str, server: Server, file: RemoteFile, tmp_path: Path) -> None:
    half = PartialFile(tmp_path / file.path)
    half.path.parent.mkdir()
    half.begin(Origin(file.urls[0], ""))
    half.path.write_bytes(CONTENT[:HALF])
    half.path.with_name(f"{half.path.name}.json").write_text(note)
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server) == [None]


# --- servers that fail or give the wrong thing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [500, 503, 429])
def test_a_server_that_fails_in_passing_is_asked_again(code: int, server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [status(code), status(code)]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert len(server.asked) == 3


def test_a_server_that_keeps_failing_is_given_up_and_its_words_are_said(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [status(500)] * 20
    with pytest.raises(DataError, match=r"failed 5 times, at last: the server says 500 Internal Server Error"):
        obtain(file, tmp_path)
    assert len(server.asked) == 5


def test_the_pauses_between_tries_grow(server: Server, file: RemoteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(downloads, "PAUSES", (1.0, 2.0))
    monkeypatch.setattr(downloads.time, "sleep", waited.append)
    server.faults = [status(500)] * 20
    with pytest.raises(DataError):
        obtain(file, tmp_path)
    assert waited == [1.0, 2.0]


def test_a_file_that_is_not_there_is_not_asked_for_twice(server: Server, tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"^words\.txt cannot be downloaded: http://127\.0\.0\.1:\d+/none says 404 Not Found\. Run the same"
    ):
        obtain(remote(CONTENT, server.url("none")), tmp_path)
    assert len(server.asked) == 1


def test_the_next_address_is_asked_when_one_refuses(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    obtain(remote(CONTENT, server.url("none"), "http://127.0.0.1:1/", file.urls[0]), tmp_path)
    assert [asked.path for asked in server.asked] == ["none", "words.txt"]


def test_without_a_network_the_error_asks_for_one(tmp_path: Path) -> None:
    # nothing listens on port 1
    with pytest.raises(DataError) as caught:
        obtain(remote(CONTENT, "http://127.0.0.1:1/a", "http://127.0.0.1:1/b"), tmp_path)
    assert str(caught.value) == (
        "words.txt cannot be downloaded: 127.0.0.1:1 cannot be reached (Connection refused). Is there a network? "
        f"Run the same again, or put the file in {tmp_path / 'texts'}."
    )


def test_a_name_that_nobody_knows_is_said_in_the_systems_words(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"nobody\.invalid cannot be reached \(.*(not known|resolution|getaddrinfo).*\)\. Is there a network"
    ):
        obtain(remote(CONTENT, "http://nobody.invalid/words.txt"), tmp_path)


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ftp://here/words\.txt cannot be used"):
        obtain(remote(CONTENT, "ftp://here/words.txt"), tmp_path)


def test_a_server_that_says_nothing_is_given_up(server: Server, file: RemoteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_answers, "SILENCE", 0.05)
    monkeypatch.setattr(downloads, "PAUSES", (0.001,))
    server.faults = [lambda handler, body: time.sleep(0.4)] * 2
    with pytest.raises(DataError, match=r"failed 2 times, at last: no answer within 0 s"):
        obtain(file, tmp_path)


def test_a_server_that_stops_in_the_middle_is_given_up_and_continued(
    server: Server, file: RemoteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_answers, "SILENCE", 0.1)
    server.faults = [slowly(2, 0.6)]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server)[0] is None
    assert ranges(server)[1] not in (None, "bytes=0-")


def test_wrong_bytes_are_deleted_said_and_never_used(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.files["words.txt"] = b"x" * len(CONTENT)
    with pytest.raises(DataError, match=r"gave a file that has the wrong digest: sha256 \w{12}…, expected \w{12}…; it was deleted"):
        obtain(file, tmp_path)
    assert left_behind(tmp_path) == []
    assert len(server.asked) == 1


def test_after_wrong_bytes_the_next_address_is_asked(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.files["lie.txt"] = b"x" * len(CONTENT)
    assert obtain(remote(CONTENT, server.url("lie.txt"), file.urls[0]), tmp_path).read_bytes() == CONTENT


def test_a_page_instead_of_the_file_is_refused(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [other(b"<html>Please log in</html>")]
    with pytest.raises(DataError, match=r"gave a file that ends after 26 of 192,000 bytes; it was deleted"):
        obtain(file, tmp_path)


def test_a_truncated_wrapper_is_refused(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.files["words.txt"] = wrapped(CONTENT)[:-4]
    with pytest.raises(DataError, match=r"gave a file that ends within its gzip wrapper; it was deleted"):
        obtain(file, tmp_path)
    assert left_behind(tmp_path) == []


def test_a_gzip_bomb_is_given_up_early(server: Server, tmp_path: Path) -> None:
    bomb = wrapped(bytes(50_000_000))  # 49 kB
    server.files["words.txt"] = bomb
    with pytest.raises(DataError, match=r"gave a file that holds more than the 100,000 bytes expected; it was deleted"):
        obtain(remote(bytes(100_000), server.url("words.txt")), tmp_path)
    assert left_behind(tmp_path) == []


def test_a_file_without_end_is_given_up(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    sent: list[int] = []

    def endless(handler: object, body: bytes) -> None:
        handler.begin(200, None, Connection="close")  # type: ignore[attr-defined]
        for _ in range(10_000):
            handler.wfile.write(b"x" * 10_000)  # type: ignore[attr-defined]
            sent.append(1)

    server.faults = [endless]
    with pytest.raises(DataError, match=r"is longer than the 192,000 bytes expected|holds more than"):
        obtain(file, tmp_path)
    assert len(sent) < 9_000


def test_a_wrong_file_in_the_folder_is_neither_used_nor_changed(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    path = tmp_path / "texts" / "words.txt"
    path.write_bytes(b"mine")
    with pytest.raises(DataError, match=r"words\.txt ends after 4 of 192,000 bytes\. It is not used\. Delete it, and run the same again"):
        obtain(file, tmp_path)
    assert path.read_bytes() == b"mine"
    assert server.asked == []


# --- two processes, and processes that end ------------------------------------------------------------------------------------------------

OBTAIN = """
import sys
from pathlib import Path
from learnkit.datasets.downloads import obtain
from learnkit.datasets.remote_files import RemoteFile
path, url, size, digest, folder = sys.argv[1:]
print("begins", flush=True)
print(obtain(RemoteFile(path, (url,), int(size), digest, int(size)), Path(folder)))
"""


def process(file: RemoteFile, folder: Path) -> subprocess.Popen[str]:
    arguments = [file.path, file.urls[0], str(file.size), file.sha256, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", OBTAIN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def wait_until_something_arrived(partial: PartialFile) -> None:
    end = time.monotonic() + 30
    while partial.size < 1000:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_two_processes_download_a_file_once(server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [slowly(10, 0.1)]
    both = [process(file, tmp_path) for _ in range(2)]
    for one in both:
        printed, errors = one.communicate(timeout=60)
        assert (one.returncode, errors) == (0, "")
        assert Path(printed.split()[-1]).read_bytes() == CONTENT
    assert len(server.asked) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("ending", ["SIGKILL", "SIGINT"])
def test_a_process_that_is_ended_leaves_what_the_next_goes_on_with(ending: str, server: Server, file: RemoteFile, tmp_path: Path) -> None:
    server.faults = [slowly(40, 0.2)]
    first = process(file, tmp_path)
    partial = PartialFile(tmp_path / file.path)
    wait_until_something_arrived(partial)
    first.send_signal(getattr(signal, ending))
    first.communicate(timeout=30)
    arrived = partial.size
    assert 0 < arrived < len(CONTENT)
    assert left_behind(tmp_path) == [".words.txt.part", ".words.txt.part.json"]
    assert obtain(file, tmp_path).read_bytes() == CONTENT
    assert ranges(server) == [None, f"bytes={arrived}-"]
    assert left_behind(tmp_path) == ["words.txt"]
