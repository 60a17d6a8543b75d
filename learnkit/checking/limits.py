"""A limit on the time and the memory of a check, around every piece of the learner's code.

`limited` opens the limits of one check, and `under_limits` runs one piece of the learner's code below them: a call, or a look at what
it returned. What takes too long is stopped by `Stopped`, which is raised in it again and again, since ``except:`` swallows it once; when it
has ended, `OutOfTime` says so. Without a check under way `under_limits` only calls. This is for one's own work: it is no jail.
"""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, TypeVar

from learnkit.checking.interrupting import (
    Alarm,
    Clock,
    NoClock,
    SignalClock,
    ThreadClock,
    has_alarm,
    has_signal_of_ctrl_c,
    has_threads,
    is_main_thread,
)
from learnkit.checking.locating import Place, frames_below, is_below, is_learners, place_on_stack
from learnkit.checking.memory_limits import has_memory_limit, limited_memory

Result = TypeVar("Result")

SECONDS = 5.0  # for one call; a problem may declare its own
CALLS = 3  # a whole check may take so many times as long
_LINES_TO_TRY = 8

_of_this_thread = threading.local()


class Stopped(BaseException):
    """Stops the learner's code; not an `Exception`, so that fewer handlers swallow it."""


class OutOfTime(Exception):
    """A piece of the learner's code took too long and was stopped.

    Parameters
    ----------
    seconds : the limit that was reached
    place : the learner's line that ran then
    """

    def __init__(self, seconds: float = 0.0, place: Place | None = None) -> None:
        super().__init__(f"{seconds:g} s")
        self.seconds = seconds
        self.place = place or Place()


class Limit:
    """The limits of one check. One is open in a thread at a time; what runs inside it is watched by its outermost call.

    Parameters
    ----------
    seconds : for one call
    memory : the bytes that the check may take on top of what is in use, None if nothing limits them
    """

    def __init__(self, seconds: float, memory: int | None) -> None:
        self.seconds = seconds
        self.memory = memory
        self.was_interrupted = False  # by Ctrl-C
        self._until = time.monotonic() + CALLS * seconds
        self._granted = seconds
        self._guard: FrameType | None = None
        self._stopped_at: Place | None = None
        self._firings = 0
        self._thread = threading.get_ident()
        self._tracer = sys.gettrace()
        self._ctrl_c = _CtrlC(self) if is_main_thread() else None
        self._clock = self._a_clock()

    def _a_clock(self) -> Clock:
        if has_alarm():
            return Alarm(self._interrupt)
        if self._ctrl_c and self._ctrl_c.is_ours and has_signal_of_ctrl_c():
            return self._ctrl_c.clock
        return ThreadClock(self._interrupt, Stopped) if has_threads() else NoClock()

    def close(self) -> None:
        self._clock.close()
        if self._ctrl_c:
            self._ctrl_c.close()

    @property
    def tells_interrupts(self) -> bool:
        """Whether a Ctrl-C is told from a KeyboardInterrupt that the learner's code raises itself."""
        return self._ctrl_c is not None and self._ctrl_c.is_known

    def run(self, what: Callable[[], Result]) -> Result:
        """Run a piece of the learner's code.

        Raises
        ------
        OutOfTime
            If it took too long, even if it then went on to return something.
        KeyboardInterrupt
            If Ctrl-C was pressed, even if the code swallowed it.
        """
        if self._guard is not None:
            return what()
        left = self._until - time.monotonic()
        self._granted = min(self.seconds, left)
        if left <= 0:
            raise OutOfTime(CALLS * self.seconds)
        self._stopped_at, self._firings = None, 0
        self._guard = sys._getframe()  # the clock interrupts what runs below this frame, never the frame itself
        try:
            self._clock.start(self._granted)
            return what()
        finally:
            self._guard = None
            self._clock.stop()
            if self._firings > 1:
                sys.settrace(self._tracer)
            if self.was_interrupted:
                raise KeyboardInterrupt from None
            if self._stopped_at is not None:
                seconds = self.seconds if self._granted == self.seconds else CALLS * self.seconds
                raise OutOfTime(seconds, self._stopped_at) from None

    # What the clock calls

    def _interrupt(self, frame: FrameType | None) -> None:
        guard = self._guard
        if guard is None or not is_below(frame, guard):
            return
        self._firings += 1
        if self._stopped_at is None:
            self._stopped_at = Place()  # counts as stopped even if the line is not found
            self._stopped_at = place_on_stack(frames_below(frame, guard))
        self._raise(frame)

    def press(self, frame: FrameType | None) -> None:
        """Note a Ctrl-C, and go on pressing it where the learner's code swallows it."""
        self.was_interrupted = True
        if self._guard is not None:
            self._clock.start(0.2)

    def _raise(self, frame: FrameType | None) -> None:
        """Interrupt a frame; from the second time on its n-th line from here as well.

        Code that waits inside ``try`` swallows every exception that reaches it there. A tracer interrupts a line that is not the
        one that waits: sooner or later one outside every ``try`` of the loop.
        """
        if self._firings > 1 and threading.get_ident() == self._thread and self._guard is not None:
            trace = self._counting()
            for below in frames_below(frame, self._guard):
                if is_learners(below):
                    below.f_trace = trace
            sys.settrace(lambda *_: None)
        raise Stopped

    def _counting(self) -> Callable[..., Any]:
        left = (self._firings - 2) % _LINES_TO_TRY

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal left
            if event == "line":
                if left == 0:
                    raise Stopped
                left -= 1
            return trace

        return trace


class _CtrlC:
    """Notes the signal of Ctrl-C and hands it on to the handler that was there."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._before = signal.getsignal(signal.SIGINT)
        self.clock = SignalClock()
        self.is_ours = callable(self._before)
        # Ignored, as in a job in the background, or ending the process: no KeyboardInterrupt is one of Ctrl-C then. None: not Python's.
        self.is_known = self._before is not None
        if self.is_ours:
            signal.signal(signal.SIGINT, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.clock.is_due:
            self.clock.is_due = False
            self._limit._interrupt(frame)
            return
        self._limit.press(frame)
        if callable(self._before):
            self._before(number, frame)

    def close(self) -> None:
        self.clock.close()
        if self.is_ours:
            signal.signal(signal.SIGINT, self._before)


@contextlib.contextmanager
def limited(seconds: float | None = None) -> Iterator[Limit]:
    """Open the limits of a check; inside another check its limits go on to hold."""
    outer: Limit | None = getattr(_of_this_thread, "limit", None)
    if outer is not None:
        yield outer
        return
    with limited_memory() as memory:
        limit = _of_this_thread.limit = Limit(seconds or SECONDS, memory)
        try:
            yield limit
        finally:
            _of_this_thread.limit = None
            limit.close()


def under_limits(what: Callable[[], Result]) -> Result:
    """Run a piece of the learner's code under the limits of the check that is under way."""
    limit: Limit | None = getattr(_of_this_thread, "limit", None)
    return what() if limit is None else limit.run(what)


def passes_through(error: BaseException) -> bool:
    """Whether an exception is none of the learner's code: its end by a limit, or Ctrl-C."""
    if issubclass(type(error), (Stopped, OutOfTime)):
        return True
    limit: Limit | None = getattr(_of_this_thread, "limit", None)
    return issubclass(type(error), KeyboardInterrupt) and (limit is None or not limit.tells_interrupts or limit.was_interrupted)


def unavailable() -> tuple[str, ...]:
    """Say which limits a check does not have here, in sentences; nothing if it has all of them."""
    said = []
    if not has_threads():
        said.append("The time of a check is not limited here: a loop without end is stopped by restarting the kernel.")
    elif not has_alarm() and not has_signal_of_ctrl_c():
        said.append("Here the time limit of a check stops a loop, and a call that waits only once it returns.")
    if not has_memory_limit():
        said.append("The memory of a check is not limited here: a very large array may end the kernel.")
    return tuple(said)
