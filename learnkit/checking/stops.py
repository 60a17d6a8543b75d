"""What is said of an answer that a limit stopped: how long it ran or what it asked for, on which probe, and where it was."""

import re

from learnkit.checking.observing import Observation, Raised
from learnkit.checking.verdicts import Kind

_LONGEST = 80


def stopped_by(run: Observation) -> Kind | None:
    """Return the limit that stopped a run, None if none did."""
    raised = run.raised
    if raised is None:
        return None
    if raised.type_name == "OutOfTime":
        return "time limit"
    is_memory = raised.type_name in ("MemoryError", "_ArrayMemoryError", "OutOfMemoryError")
    return "memory" if is_memory or re.search(r"can't allocate memory|Cannot allocate memory|not enough memory", raised.text) else None


def time_lines(raised: Raised, where: str) -> list[str]:
    """Say that it took too long."""
    lines = [f"It did not end within {raised.text} {where}, so it was stopped.", *_place_lines(raised, "It was")]
    if raised.loop_source.startswith("while"):
        lines.append("What makes the condition of this loop false?")
    elif raised.loop_source:
        lines.append("How many rounds does this loop make, and what does one of them cost?")
    else:
        lines.append("Is there a loop without end, or a call that waits for something?")
    return lines


def memory_lines(raised: Raised, where: str, allowed: int | None) -> list[str]:
    """Say that it took too much memory, and how much the array was that no longer fitted."""
    limit = "there is" if allowed is None else f"a check may take ({allowed / 2**30:.1f} GiB)"
    lines = [f"It asked for more memory than {limit} {where}.", *_place_lines(raised, "That was")]
    array = re.search(r"allocate ([\d.]+ \w+) for an array with shape (\([\d, ]*\))", raised.text)
    if array and re.search("Gi|Ti|Pi|Ei", array[1]):
        lines.append(f"An array of shape {array[2]} takes {array[1]}. Which axes should it have?")
    elif raised.loop_source:
        lines.append("What grows with each round of this loop?")
    else:
        lines.append("What are the shapes of the arrays that it makes?")
    return lines


def _place_lines(raised: Raised, word: str) -> list[str]:
    if not raised.source:
        return []
    lines = [f"{word} in line {raised.line}:  {_cut(raised.source)}"]
    if raised.loop_line is not None and raised.loop_line != raised.line:
        lines.append(f"in the loop of line {raised.loop_line}:  {_cut(raised.loop_source)}")
    return lines


def _cut(source: str) -> str:
    return source if len(source) <= _LONGEST else source[:_LONGEST] + "…"
