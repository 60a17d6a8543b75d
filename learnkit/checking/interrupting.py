"""Clocks that interrupt running Python code, again and again until they are stopped: one exception alone may be swallowed.

Which of them a check can have depends on where it runs. None of them ends C code that never returns; it is interrupted as soon as it does.

============================  ==============================================  =================================
where                         how                                             what waits (time.sleep)
============================  ==============================================  =================================
main thread, POSIX            an interval timer and its signal                is interrupted
main thread, Windows          a thread that raises the signal of Ctrl-C       is interrupted
any other thread              a thread that sets an exception                 is interrupted once it returns
no threads (in a browser)     nothing                                         runs on
============================  ==============================================  =================================
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

AGAIN = 0.05  # seconds between two interruptions
WATCH = "learnkit-limit"  # the name of the threads here
# (the frame that runs) -> None, or it raises the exception that interrupts
Interrupt = Callable[[FrameType | None], None]


class Clock(Protocol):
    """Interrupts some seconds after it was started, and repeats that; ``close`` puts back what was there before."""

    def start(self, seconds: float) -> None: ...

    def stop(self) -> None: ...

    def close(self) -> None: ...


class Alarm:
    """The interval timer of POSIX; a timer and a handler that the learner had set are put back by ``close``."""

    def __init__(self, interrupt: Interrupt) -> None:
        self._interrupt = interrupt
        self._handler = signal.getsignal(signal.SIGALRM)
        self._before = signal.setitimer(signal.ITIMER_REAL, 0)
        self._begun = time.monotonic()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._interrupt(frame)

    def start(self, seconds: float) -> None:
        signal.signal(signal.SIGALRM, self._on_signal)  # each time: an answer may have set its own
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6), AGAIN)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def close(self) -> None:
        self.stop()
        signal.signal(signal.SIGALRM, self._handler)
        delay, interval = self._before
        if delay:
            signal.setitimer(signal.ITIMER_REAL, max(delay - (time.monotonic() - self._begun), 1e-6), interval)


class Watch:
    """A thread that waits and then calls a function until it is stopped."""

    def __init__(self, fire: Callable[[], None]) -> None:
        self._fire = fire
        self._stopped: threading.Event | None = None

    def start(self, seconds: float) -> None:
        stopped = self._stopped = threading.Event()
        threading.Thread(target=self._wait, args=(stopped, seconds), name=WATCH, daemon=True).start()

    def _wait(self, stopped: threading.Event, seconds: float) -> None:
        while not stopped.wait(seconds):
            self._fire()
            seconds = AGAIN

    def stop(self) -> None:
        if self._stopped is not None:
            self._stopped.set()

    def close(self) -> None:
        self.stop()


class ThreadClock:
    """Sets an exception in the thread that made it, where signals do not arrive."""

    def __init__(self, interrupt: Interrupt, exception: type[BaseException]) -> None:
        self._interrupt, self._exception = interrupt, exception
        self._thread = threading.get_ident()
        self._watch = Watch(self._fire)

    def _fire(self) -> None:
        try:
            self._interrupt(sys._current_frames().get(self._thread))
        except BaseException:
            self._set(ctypes.py_object(self._exception))

    def _set(self, exception: Any) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), exception)

    def start(self, seconds: float) -> None:
        self._watch.start(seconds)

    def stop(self) -> None:
        self._watch.stop()
        self._set(None)  # one that was set and has not arrived yet

    def close(self) -> None:
        self.stop()


class SignalClock:
    """Raises the signal of Ctrl-C, whose handler asks `is_due` whether it was the clock's."""

    def __init__(self) -> None:
        self.is_due = False
        self._watch = Watch(self._fire)

    def _fire(self) -> None:
        self.is_due = True
        signal.raise_signal(signal.SIGINT)

    def start(self, seconds: float) -> None:
        self.is_due = False
        self._watch.start(seconds)

    def stop(self) -> None:
        self._watch.stop()
        self.is_due = False

    def close(self) -> None:
        self.stop()


class NoClock:
    """Never interrupts."""

    def start(self, seconds: float) -> None: ...

    def stop(self) -> None: ...

    def close(self) -> None: ...


def is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def has_alarm() -> bool:
    """Whether an interval timer can be used here, and what was set before can be put back."""
    return os.name == "posix" and hasattr(signal, "setitimer") and is_main_thread() and signal.getsignal(signal.SIGALRM) is not None


def has_signal_of_ctrl_c() -> bool:
    """Whether the signal of Ctrl-C is the one that there is."""
    return os.name == "nt" and is_main_thread()


def has_threads() -> bool:
    """Whether threads can be started: not in a browser."""
    return sys.platform not in ("emscripten", "wasi")
