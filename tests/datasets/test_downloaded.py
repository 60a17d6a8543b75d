"""The downloaded sets: the facts that their publishers state, on the real files; and every way to them on files of the tests' own."""

import hashlib
import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from data_files import remote, wrapped
from faulty_servers import Server

from learnkit.datasets import DataError, describe, downloaded, fashion_mnist, fetch, names, read_idx, tiny_shakespeare
from learnkit.datasets.remote_files import REMOTE_FILES

# --- the published files ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("train", "count"), [(True, 60_000), (False, 10_000)])
def test_pictures_of_clothes_are_bytes_and_equally_many_of_each_kind(train: bool, count: int, real_data: Path) -> None:
    images, labels = fashion_mnist(train)
    assert (images.shape, images.dtype) == ((count, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((count,), np.int64)
    assert (images.min(), images.max()) == (0, 255)
    assert np.bincount(labels).tolist() == [count // 10] * 10


def test_the_first_picture_is_an_ankle_boot(real_data: Path) -> None:
    # as the publisher's page shows it: high, open at the top left, a sole along the bottom
    images, labels = fashion_mnist()
    assert describe("fashion_mnist").classes[labels[0]] == "Ankle boot"
    assert images[0, :3].sum() == 0
    assert (images[0, 20:25] > 100).mean() > 0.7


def test_mean_and_spread_of_the_clothes_are_the_known_ones(real_data: Path) -> None:
    # 0.2860 and 0.3530 of 255, the constants that programs for this set normalize with
    images, _ = fashion_mnist()
    histogram = np.bincount(images.reshape(-1), minlength=256) / images.size
    mean = histogram @ np.arange(256)
    assert mean / 255 == pytest.approx(0.2860, abs=5e-5)
    assert (histogram @ (np.arange(256) - mean) ** 2) ** 0.5 / 255 == pytest.approx(0.3530, abs=5e-5)


def test_the_clothes_belong_to_the_caller(real_data: Path) -> None:
    images, labels = fashion_mnist(train=False)
    images[:] = 0
    labels[:] = 0
    assert fashion_mnist(train=False)[0].any()
    assert fashion_mnist(train=False)[1].any()


def test_there_are_32033_names_in_small_letters(real_data: Path) -> None:
    found = names()
    assert len(found) == 32_033
    assert found[:3] == ["emma", "olivia", "ava"]
    assert found[-1] == "zzyzx"
    assert set("".join(found)) == set("abcdefghijklmnopqrstuvwxyz")
    assert (min(map(len, found)), max(map(len, found))) == (2, 15)
    assert len(set(found)) == 29_494


def test_some_2500_names_are_given_to_girls_and_boys_and_none_comes_three_times(real_data: Path) -> None:
    counts = Counter(Counter(names()).values())
    assert set(counts) == {1, 2}
    assert counts[2] == 32_033 - 29_494


def test_shakespeare_has_1115394_characters_65_of_them_different(real_data: Path) -> None:
    text = tiny_shakespeare()
    assert len(text) == 1_115_394
    assert len(set(text)) == 65
    assert text.startswith("First Citizen:\nBefore we proceed any further, hear me speak.\n")


def test_the_registered_sizes_are_those_of_the_files(real_data: Path) -> None:
    for name, files in REMOTE_FILES.items():
        for file, path in zip(files, fetch(name), strict=True):
            size = read_idx(path).nbytes + 8 + 8 * ("images" in path.name) if "idx" in path.name else path.stat().st_size
            assert file.size == size


def test_no_server_is_asked_where_the_files_are(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *arguments: pytest.fail("a server was asked"))
    names()
    tiny_shakespeare()
    fashion_mnist(train=False)


# --- files of the tests' own --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """All three sets, small, on a server of the test's own."""
    pictures = {
        "train-images": struct.pack(">4i", 0x803, 3, 28, 28) + bytes(range(256)) * 9 + bytes(48),
        "train-labels": struct.pack(">2i", 0x801, 3) + bytes([9, 0, 3]),
        "t10k-images": struct.pack(">4i", 0x803, 1, 28, 28) + bytes(784),
        "t10k-labels": struct.pack(">2i", 0x801, 1) + bytes([5]),
    }
    for name, content in pictures.items():
        server.files[f"{name}.gz"] = wrapped(content)
    files = tuple(remote(content, server.url(f"{name}.gz"), path=f"fashion-mnist/{name}") for name, content in pictures.items())
    monkeypatch.setitem(REMOTE_FILES, "fashion_mnist", files)
    for name, content in {"names": b"ann\nbob", "tiny_shakespeare": b"A:\nO!\n"}.items():
        server.files[name] = content
        monkeypatch.setitem(REMOTE_FILES, name, (remote(content, server.url(name), path=f"{name}.txt"),))
    return server


def test_a_loader_downloads_what_it_needs_and_no_more(small: Server) -> None:
    images, labels = fashion_mnist()
    # 256 · 9 + 48 = 3 · 784; the second row of the first picture begins with 28
    assert images.shape == (3, 28, 28)
    assert images[0, 1, 0] == 28
    assert labels.tolist() == [9, 0, 3]
    assert [asked.path for asked in small.asked] == ["train-images.gz", "train-labels.gz"]
    assert fashion_mnist(train=False)[1].tolist() == [5]


def test_lines_become_names_and_text_stays_text(small: Server) -> None:
    assert names() == ["ann", "bob"]
    assert tiny_shakespeare() == "A:\nO!\n"


def test_what_is_there_is_read_and_not_downloaded(small: Server) -> None:
    names()
    small.asked.clear()
    assert names() == ["ann", "bob"]
    assert small.asked == []


def test_a_damaged_file_is_never_returned(small: Server) -> None:
    names()
    (path,) = fetch("names")
    path.write_bytes(b"ann\nbab")
    digest = hashlib.sha256(b"ann\nbab").hexdigest()[:12]
    with pytest.raises(
        DataError, match=rf"names\.txt has the wrong digest: sha256 {digest}…, expected \w{{12}}…\. It is not used\. Delete it"
    ):
        names()


def test_a_file_that_changes_between_the_check_and_the_reading_is_not_returned(small: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = fetch("names")
    path.write_bytes(b"ann\nbab")
    monkeypatch.setattr(downloaded, "obtain", lambda file, folder: path)
    with pytest.raises(DataError, match=r"names\.txt changed while it was read: it has the wrong digest: .*\. Run the same again\.$"):
        names()
    path.write_bytes(b"ann\nbob and more")
    with pytest.raises(
        DataError, match=r"names\.txt changed while it was read: it holds more than the 7 bytes expected\. Run the same again\.$"
    ):
        names()
