"""Run a stranger's code and leave no trace: what it prints, warns and sets is caught, and everything is put back."""

import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FunctionType, MethodType
from typing import Any

import numpy as np

MOST_PRINTED = 10_000
MOST_WARNINGS = 20


class Printed(io.TextIOBase):
    """A text stream that keeps its first characters and forgets the rest."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.count = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        room = MOST_PRINTED - self.count
        if room > 0 and text:
            self.kept.append(text[:room])
        self.count += len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self.kept) + ("…" if self.count > MOST_PRINTED else "")


@dataclass
class Heard:
    """What was caught: printed text, and one line for each different warning."""

    printed: str = ""
    warnings: list[str] = field(default_factory=list)


@contextlib.contextmanager
def captured() -> Iterator[Heard]:
    """Catch printed text and warnings, and put back streams, filters, NumPy's error state and print options at the end.

    An exception passes through; what was caught stands in the yielded object in every case.
    """
    heard, stream, recursion = Heard(), Printed(), sys.getrecursionlimit()
    try:
        with (
            contextlib.redirect_stdout(stream),
            contextlib.redirect_stderr(stream),
            warnings.catch_warnings(),
            np.errstate(divide="warn", over="warn", invalid="warn", under="ignore"),
            np.printoptions(),
        ):
            warnings.simplefilter("always")
            warnings.showwarning = _keeper(heard.warnings)
            yield heard
    finally:
        if sys.getrecursionlimit() != recursion:
            sys.setrecursionlimit(recursion)
        heard.printed = stream.text()


def _keeper(kept: list[str]) -> Callable[..., None]:
    def keep(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        try:
            line = f"{category.__name__}: {str(message)[:200]}"
        except Exception:
            line = category.__name__
        if len(kept) < MOST_WARNINGS and line not in kept:
            kept.append(line)

    return keep


@contextlib.contextmanager
def namespace_kept(function: Any) -> Iterator[None]:
    """Remove Python's own bookkeeping of warnings from the namespace of a function, if it was not there before."""
    namespace = function.__globals__ if type(function) in (FunctionType, MethodType) else None
    known = namespace is None or "__warningregistry__" in namespace
    try:
        yield
    finally:
        if not known and namespace is not None:
            namespace.pop("__warningregistry__", None)
