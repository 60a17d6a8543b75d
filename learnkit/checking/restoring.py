"""The session around a check: what an answer changes in it is put back, and what would wait for a person is answered at once.

`session_kept` is for a whole check. It puts back the working directory, the search path and the global random states; ``input()``,
``exit()``, ``breakpoint()`` and ``plt.show()`` neither wait nor end anything inside it. NumPy's own functions and Python's stand in
their places, so that the verdict is right although a cell has replaced one; `put_back` does the same after each call of the answer.
"""

import builtins
import contextlib
import io
import math
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from learnkit.checking.interrupting import WATCH

NOBODY_ANSWERS = "input() waits for somebody to type, and nobody does"
# What a shell replaces for its own ends, or we do.
_MAY_CHANGE = frozenset({"input", "print", "open", "exit", "quit", "help", "display", "get_ipython", "copyright", "credits", "license"})

_of_this_thread = threading.local()


@dataclass
class Originals:
    """The public functions and numbers of a module or a class, as they were when they were taken.

    ``all_names`` is there for a class: what is new in it hides what it inherits. A module may load more of itself at any time.
    """

    owner: Any
    name: str
    values: dict[str, Any]
    all_names: frozenset[str] | None = None

    def put_back(self, replaced: list[str]) -> None:
        """Put back what was replaced, and write its name down. Calls nothing of Python's own, which may be what was replaced."""
        now = self.owner.__dict__
        for name, value in self.values.items():
            if now.get(name) is not value:
                setattr(self.owner, name, value)
                replaced.append(self.name + name)
        if self.all_names is not None:
            for name in now.copy():
                if name not in self.all_names:
                    delattr(self.owner, name)
                    replaced.append(self.name + name)


def _taken(owner: Any, name: str) -> Originals:
    values = {
        key: value
        for key, value in vars(owner).items()
        if key[0] != "_" and key not in _MAY_CHANGE and (callable(value) or type(value) is float)
    }
    return Originals(owner, name, values, frozenset(vars(owner)) if isinstance(owner, type) else None)


_OWNERS: tuple[tuple[Any, str], ...] = (
    (np, "np."),
    (np.linalg, "np.linalg."),
    (np.random, "np.random."),
    (math, "math."),
    (builtins, ""),
)
_AT_IMPORT = tuple(_taken(owner, name) for owner, name in _OWNERS)
_LATER = (("numpy.testing", "np.testing."), ("torch", "torch."), ("torch.nn.functional", "torch.nn.functional."))


@dataclass
class Session:
    """What was noticed about the session: names that a cell had replaced before, that the answer replaced, and threads it left."""

    before: list[str] = field(default_factory=list)
    meanwhile: list[str] = field(default_factory=list)
    threads: int = 0

    def notes(self) -> list[str]:
        """Say it, in sentences that cost nothing."""
        notes = []
        if self.before:
            text = f"Note: {_named(self.before)} in this session; the check used the original."
            notes.append(f"{text} Restart the kernel to have it back.")
        if self.meanwhile:
            notes.append(f"Note: while it ran {_named(self.meanwhile)}; that is undone.")
        if self.threads:
            notes.append("Note: it started a thread that still runs.")
        return notes


def _named(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - 1} more" if len(unique) > 1 else ""
    return f"{unique[0]}{more} {'were' if more else 'was'} replaced"


@contextlib.contextmanager
def session_kept() -> Iterator[Session]:
    """Keep the session as it is over a check; inside another check that one keeps it."""
    outer: Session | None = getattr(_of_this_thread, "session", None)
    if outer is not None:
        yield outer
        return
    session = _of_this_thread.session = Session()
    threads = _threads()
    with contextlib.ExitStack() as undo:
        undo.callback(_forget)
        for keep in (_folder, _search_path, _random_states, _originals, _questions, _windows):
            undo.enter_context(keep(session))
        yield session
        session.threads = max(_threads() - threads, 0)


def _threads() -> int:
    return sum(thread.name != WATCH for thread in threading.enumerate())


def _forget() -> None:
    _of_this_thread.session = None


@contextlib.contextmanager
def originals_watched() -> Iterator[None]:
    """Let `put_back` find what is replaced inside this block."""
    owners = list(_OWNERS)
    owners += [(sys.modules[module], name) for module, name in _LATER if module in sys.modules]
    if "torch" in sys.modules:
        owners.append((sys.modules["torch"].Tensor, "torch.Tensor."))
    _of_this_thread.watched = [_taken(*owner) for owner in owners]
    try:
        yield
    finally:
        put_back()
        _of_this_thread.watched = ()


def put_back() -> None:
    """Put back the functions that the learner's code has replaced since the watch began, if there is one."""
    session = getattr(_of_this_thread, "session", None)
    if session is not None:
        for each in getattr(_of_this_thread, "watched", ()):
            each.put_back(session.meanwhile)


# What is kept, one thing each


@contextlib.contextmanager
def _folder(_: Session) -> Iterator[None]:
    try:
        before = os.getcwd()
    except OSError:  # a folder that is gone cannot be gone back to
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.chdir(before)


@contextlib.contextmanager
def _search_path(_: Session) -> Iterator[None]:
    path, entries = sys.path, list(sys.path)
    try:
        yield
    finally:
        sys.path = path
        sys.path[:] = entries


@contextlib.contextmanager
def _random_states(_: Session) -> Iterator[None]:
    torch = sys.modules.get("torch")
    ours, theirs = random.getstate(), np.random.get_state()  # noqa: NPY002  what answers use that ignore their rng
    tensors = torch.get_rng_state() if torch else None
    try:
        yield
    finally:
        random.setstate(ours)
        np.random.set_state(theirs)  # noqa: NPY002
        if torch and tensors is not None:
            torch.set_rng_state(tensors)


@contextlib.contextmanager
def _originals(session: Session) -> Iterator[None]:
    """Use NumPy's and Python's own functions; what a cell of the learner had put in their places is there again afterwards."""
    learners = []
    for each in _AT_IMPORT:
        replaced: list[str] = []
        now = dict(each.owner.__dict__)
        each.put_back(replaced)
        learners += [(each.owner, name.removeprefix(each.name), now) for name in replaced]
        session.before += replaced
    try:
        yield
    finally:
        for owner, name, now in learners:
            if name in now:
                setattr(owner, name, now[name])
            else:
                delattr(owner, name)


class _Nobody(io.TextIOBase):
    """A standard input at which nobody sits."""

    def readable(self) -> bool:
        return True

    def readline(self, *_: Any) -> str:  # type: ignore[override]
        raise EOFError(NOBODY_ANSWERS)

    read = __next__ = readline  # type: ignore[assignment]


def _nobody(*_: Any, **__: Any) -> str:
    raise EOFError(NOBODY_ANSWERS)


def _exit(*_: Any, **__: Any) -> None:
    raise SystemExit


def _nothing(*_: Any, **__: Any) -> None:
    return None


@contextlib.contextmanager
def _questions(_: Session) -> Iterator[None]:
    """Nobody types, nothing ends the kernel, no debugger opens."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    with contextlib.ExitStack() as undo:
        undo.enter_context(_replaced(builtins, "input", _nobody))
        undo.enter_context(_replaced(sys, "stdin", _Nobody()))
        undo.enter_context(_replaced(sys, "breakpointhook", _nothing))
        undo.enter_context(_replaced(sys, "setrecursionlimit", _capped(sys.setrecursionlimit)))
        if shell is not None:
            undo.enter_context(_replaced(shell, "ask_exit", _exit))  # what exit() does in a notebook
        yield


# Before Python 3.12 calls that go through C count as others do, and some overflow the stack: sorted with a key ends the process at 5,000.
DEEPEST = 100_000 if sys.version_info >= (3, 12) else 3_000


def _capped(setting: Callable[[int], None]) -> Callable[[int], None]:
    most = max(DEEPEST, sys.getrecursionlimit())

    def setrecursionlimit(limit: int) -> None:
        setting(min(limit, most))

    return setrecursionlimit


@contextlib.contextmanager
def _windows(_: Session) -> Iterator[None]:
    """Figures of the answer are neither shown, which would wait in a terminal, nor kept, which would show them below the cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        yield
        return
    open_before = set(pyplot.get_fignums())
    with _replaced(pyplot, "show", _nothing):
        try:
            yield
        finally:
            for number in set(pyplot.get_fignums()) - open_before:
                pyplot.close(number)


_MISSING = object()


@contextlib.contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = vars(owner).get(name, _MISSING)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if before is _MISSING:
            delattr(owner, name)
        else:
            setattr(owner, name, before)
