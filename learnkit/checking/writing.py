"""Numbers and arrays as a person would write them: short, and cut around the place that matters."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.checking.values import Named, Opaque, describe
from learnkit.problems.problem import Actor, Ref, Rng

MOST_ENTRIES = 12
WINDOW = 6
LONGEST = 96


def number(value: Any, digits: int = 4) -> str:
    """Write a number: four decimals where that is enough, scientific where it is not."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value)) if abs(int(value)) < 10**9 else f"{int(value):.{digits}g}"
    if isinstance(value, (complex, np.complexfloating)):
        return f"{number(value.real, digits)} + {number(value.imag, digits)}j"
    value = float(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    size = abs(value)
    if value == 0 or (value == int(value) and size < 10**6):
        return str(int(value))
    if size >= 10**6 or size < 10 ** -(digits - 1):
        return _trim(f"{value:.{digits - 1}e}")
    decimals = digits if size < 100 else max(digits - 2, 1)
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".")


def _trim(text: str) -> str:
    mantissa, exponent = text.split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def array(value: Any, digits: int = 4) -> str:
    """Write an array in nested brackets; all of it."""
    value = np.asarray(value)
    if value.ndim == 0:
        return number(value[()], digits)
    return "[" + ", ".join(array(item, digits) for item in value) + "]"


def short(value: Any, digits: int = 4) -> str:
    """Write any plain value on one line; a large array as its shape and its beginning."""
    if isinstance(value, np.ndarray):
        if value.size <= MOST_ENTRIES:
            return array(value, digits)
        first = value.reshape(-1)[:3]
        return f"{value.shape} array beginning {array(first, digits)[1:-1]}, …"
    if isinstance(value, (tuple, list)) and len(value) <= 4:
        inside = ", ".join(short(item, digits) for item in value)
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, (bool, int, float, np.generic)):
        return number(value, digits)
    if isinstance(value, Rng):
        return f"rng({value.seed})"
    if isinstance(value, (Actor, Ref)):
        return value.name
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "…")
    return describe(value) if value is None or isinstance(value, (Named, Opaque, tuple, list, dict)) else type(value).__name__


def digits_to_tell_apart(one: Any, other: Any) -> int:
    """Return how many digits are needed before two values, written, differ."""
    for digits in (4, 6, 9, 12, 16):
        if short(one, digits) != short(other, digits):
            return digits
    return 4


def around(value: Any, place: Sequence[int], digits: int = 4) -> str:
    """Write the row of an array that holds a place, cut to a few entries around it."""
    row = np.asarray(value)[tuple(place[:-1])] if len(place) else np.asarray(value)
    if row.ndim == 0:
        return number(row[()], digits)
    if len(row) <= 2 * WINDOW:
        return array(row, digits)
    begin = max(0, min(place[-1] - WINDOW // 2, len(row) - WINDOW))
    inside = ", ".join(number(item, digits) for item in row[begin : begin + WINDOW])
    return f"[{'… ' if begin else ''}{inside}{' …' if begin + WINDOW < len(row) else ''}]"


def position(place: Sequence[int]) -> str:
    """Say where an entry of an array stands."""
    if len(place) == 0:
        return ""
    if len(place) == 1:
        return f"entry {place[0]}"
    if len(place) == 2:
        return f"row {place[0]}, column {place[1]}"
    return "index [" + ", ".join(map(str, place)) + "]"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: "a, b and c"."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def counted(count: int, word: str, plural: str | None = None) -> str:
    """Say how many: "1 example", "4 examples"."""
    return f"{count} {word if count == 1 else plural or word + 's'}"
