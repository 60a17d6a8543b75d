"""Every test has a learner of its own: a fresh folder for the record, and a person who answers."""

from pathlib import Path

import pytest

from learnkit.study import records


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "learner"
    monkeypatch.setenv("LEARNKIT_HOME", str(folder))
    monkeypatch.delenv("LEARNKIT_ANSWERS", raising=False)
    new_process(monkeypatch)
    return folder


def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the process knows, as a restarted kernel does."""
    monkeypatch.setattr(records, "_open", {})
    monkeypatch.setattr(records, "_memory", records.MemoryRecord())


@pytest.fixture
def restarted(monkeypatch: pytest.MonkeyPatch) -> object:
    return lambda: new_process(monkeypatch)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNKIT_ANSWERS", "default")
