"""Find the learner's own line: in the traceback of an exception, and on the stack of code that was stopped.

A line belongs to the learner if it is neither ours nor a library's. What is found is data: the number and the text of the line, and of
the loop around it, if there is one.
"""

import linecache
import re
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType

import numpy as np

_FOLDERS = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
_FOLDERS += [Path(np.__file__).parent.parent, Path(__file__).parent.parent]
_LIBRARIES = ("<__array_function__", "<frozen", *{str(place) for path in _FOLDERS for place in (path, path.resolve())})


@dataclass(frozen=True)
class Place:
    """A line of the learner, and the first line of the loop that it stands in; without a number none was found."""

    line: int | None = None
    source: str = ""
    loop_line: int | None = None
    loop_source: str = ""


def is_learners(frame: FrameType) -> bool:
    """Whether a frame runs code that is neither ours nor a library's."""
    return not frame.f_code.co_filename.startswith(_LIBRARIES)


def place_in_traceback(trace: TracebackType | None) -> Place:
    """Return the innermost line of the learner that an exception came through."""
    found: tuple[FrameType, int] | None = None
    while trace is not None:
        if is_learners(trace.tb_frame):
            found = trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
    return _place(*found) if found else Place()


def place_on_stack(frames: Iterable[FrameType]) -> Place:
    """Return the line of the learner that runs, of frames from the innermost on."""
    own = next((frame for frame in frames if is_learners(frame)), None)
    return Place() if own is None else _place(own, own.f_lineno)


def frames_below(frame: FrameType | None, guard: FrameType) -> Iterator[FrameType]:
    """Yield the frames from the innermost one up to a guard, the guard left out; all of them if it is not on the stack."""
    while frame is not None and frame is not guard:
        yield frame
        frame = frame.f_back


def is_below(frame: FrameType | None, guard: FrameType) -> bool:
    """Whether a frame was called by a guard, directly or through others; the guard itself was not."""
    if frame is guard:
        return False
    while frame is not None and frame is not guard:
        frame = frame.f_back
    return frame is guard


def _place(frame: FrameType, number: int | None) -> Place:
    if number is None:  # a frame that is just being entered or left
        return Place()
    name = frame.f_code.co_filename
    source = linecache.getline(name, number, frame.f_globals)
    loop = _loop_around(name, number, frame) if source else None
    return Place(number, source.strip(), *(loop or (None, "")))


def _loop_around(name: str, number: int, frame: FrameType) -> tuple[int, str] | None:
    """Return the nearest loop that a line stands in, by the indentation of the lines above it."""
    lines = linecache.getlines(name, frame.f_globals)
    line = lines[number - 1]
    if re.match(r"\s*(while|for)\b", line):
        return number, line.strip()
    depth = len(line) - len(line.lstrip())
    for above in range(number - 2, max(frame.f_code.co_firstlineno - 2, -1), -1):
        text = lines[above]
        indent = len(text) - len(text.lstrip())
        if text.strip() and indent < depth:
            if re.match(r"\s*(while|for)\b", text):
                return above + 1, text.strip()
            depth = indent
    return None
