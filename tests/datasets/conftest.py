"""Folders, files and servers of the tests' own: no test asks a network, and none looks into the person's data."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = str(Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

from data_files import REAL  # noqa: E402
from faulty_servers import Server, listening  # noqa: E402

from learnkit.datasets import downloads  # noqa: E402


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(downloads, "PAUSES", (0.001, 0.001, 0.001, 0.001))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with listening() as state:
        yield state


@pytest.fixture
def real_data(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The published files, where a machine has them."""
    folder = Path(REAL)
    if not REAL or not (folder / "names.txt").exists():
        pytest.skip("the published files are not on this machine: LEARNKIT_DATA names no folder that holds them")
    monkeypatch.setenv("LEARNKIT_DATA", REAL)
    return folder
