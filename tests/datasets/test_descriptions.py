"""What is said about the data sets: all of them are described, and the package offers what it lists, without loading it first."""

import inspect
import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from learnkit import datasets
from learnkit.datasets import describe
from learnkit.datasets.descriptions import DESCRIPTIONS, DOWNLOADED, Description
from learnkit.datasets.remote_files import REMOTE_FILES, RemoteFile

ROOT = Path(__file__).resolve().parents[2]
NAMES = [description.name for description in DESCRIPTIONS]


@pytest.mark.parametrize("name", NAMES)
def test_every_set_is_a_function_and_is_fully_described(name: str) -> None:
    assert inspect.isfunction(getattr(datasets, name))
    description = describe(name)
    empty = [field.name for field in fields(Description) if not getattr(description, field.name)]
    assert set(empty) <= {"features", "classes"}


def test_what_is_downloaded_is_what_is_registered() -> None:
    assert {description.name for description in DESCRIPTIONS if description.origin == DOWNLOADED} == set(REMOTE_FILES)


def test_no_name_comes_twice() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_an_unknown_set_is_answered_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"^name must be one of digits, iris, .*; got 'mnist'\.$"):
        describe("mnist")


@pytest.mark.parametrize("files", REMOTE_FILES.values(), ids=REMOTE_FILES)
def test_every_file_has_a_digest_a_size_and_more_than_one_address(files: tuple[RemoteFile, ...]) -> None:
    for file in files:
        assert len(bytes.fromhex(file.sha256)) == 32
        assert 0 < file.download <= file.size
        assert len(set(file.urls)) >= 2
        assert all(url.startswith(("https://", "http://fashion-mnist.s3-website")) for url in file.urls)
        assert not Path(file.path).is_absolute()
        assert file.path.rpartition("/")[2] == file.name


def test_no_two_files_have_one_place() -> None:
    paths = [file.path for files in REMOTE_FILES.values() for file in files]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize("name", datasets.__all__)
def test_every_listed_name_exists_and_is_documented(name: str) -> None:
    assert getattr(datasets, name).__doc__
    assert name in dir(datasets)


def test_no_listed_name_comes_twice() -> None:
    assert len(set(datasets.__all__)) == len(datasets.__all__)


def test_an_unknown_attribute_is_answered_with_the_names() -> None:
    with pytest.raises(AttributeError, match=r"^module 'learnkit\.datasets' has no attribute 'mnist'; it has digits, iris, "):
        datasets.mnist  # noqa: B018


@pytest.mark.parametrize(
    ("code", "kept_out"),
    [
        ("import learnkit.datasets", ["numpy", "sklearn", "requests", "rich"]),
        ("from learnkit.datasets import commands", ["numpy", "sklearn", "requests"]),
        ("from learnkit.datasets import moons, describe, read_idx", ["sklearn", "requests", "rich"]),
        ("from learnkit.datasets import digits; digits()", ["requests", "learnkit.reference"]),
    ],
)
def test_nothing_is_loaded_before_it_is_used(code: str, kept_out: list[str]) -> None:
    script = f"{code}\nimport json, sys\nprint(json.dumps([name for name in {kept_out!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert json.loads(done.stdout) == []
