"""What holds for every test: one thread, and a learner's folder that is the test's own and not the person's who runs it."""

import os
import signal
import sys
from itertools import count
from pathlib import Path

import pytest

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

# Sums are added in another order on more threads, and small products run slower. NumPy and PyTorch read this when they are loaded.
_too_late = "numpy" in sys.modules and os.environ.get("OMP_NUM_THREADS") != "1"
for _name in THREADS:
    os.environ[_name] = "1"

# What a shell starts in the background ignores Ctrl-C, and so would every process that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_number = count()


def pytest_report_header() -> str:
    if _too_late:
        return "threads: NumPy was loaded before the tests could ask for one thread; set OMP_NUM_THREADS=1"
    return "threads: one"


@pytest.fixture(scope="session")
def _learners(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("learners")


@pytest.fixture(autouse=True)
def _own_learner(_learners: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has a LEARNKIT_HOME of its own, which does not exist before something is written."""
    monkeypatch.setenv("LEARNKIT_HOME", str(_learners / str(next(_number))))
    monkeypatch.delenv("LEARNKIT_ANSWERS", raising=False)
