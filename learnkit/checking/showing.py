"""The smallest case: the inputs of a probe, what was expected and what came, side by side, cut around the first entry that differs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.checking.comparing import Difference, Tolerance, close
from learnkit.checking.distributions import statistics_detail
from learnkit.checking.expecting import GRADIENT_TOLERANCE, Expectation
from learnkit.checking.observing import Observation
from learnkit.checking.scripts import script_lines
from learnkit.checking.values import Path, leaves
from learnkit.checking.writing import LONGEST, around, digits_to_tell_apart, position, short
from learnkit.problems.problem import Call, Problem


def size_of(expectation: Expectation, place: int) -> int:
    """Return how many numbers a probe puts in."""
    given = [getattr(step, "args", ()) for step in expectation.scripts[place]]
    return sum(int(np.size(value)) for _, value in leaves(given) if isinstance(value, (np.ndarray, int, float)))


def where_in_value(problem: Problem, path: Path) -> str:
    """Name a part of what was returned: "grad, the second of the two values"."""
    if not path:
        return ""
    first = path[0]
    if isinstance(first, int) and first < len(problem.returns):
        return f"The value {problem.returns[first]}"
    return "The value at " + "".join(f"[{part!r}]" for part in path)


def detail_lines(expectation: Expectation, received: Sequence[Observation], place: int, difference: Difference | None) -> list[str]:
    """Return two to four indented lines about one probe."""
    step = difference.step if difference else expectation.first_call(place)
    if expectation.problem.probes[place].statistics and difference and difference.kind == "value":
        return statistics_detail(expectation, place, received[place])
    lines = _inputs(expectation, place, step)
    one, other = _outcome(expectation.reference[place], step), _outcome(received[place], step)
    if difference and difference.kind == "gradient":
        return [*lines, *_arrays(difference.expected, difference.received, GRADIENT_TOLERANCE, "gradient expected")]
    if difference and difference.kind == "changed":
        return lines
    wanted = "an exception" if one is not None and one.raised else one.value if one else None
    if other is not None and other.raised:
        return [*lines, f"  expected {short(wanted)}   received {other.raised.type_name}"]
    got = other.value if other else None
    if difference and difference.kind in ("value", "shape", "type") and difference.path:
        wanted, got = difference.expected, difference.received
        lines[-1] += f"   ({where_in_value(expectation.problem, difference.path).removeprefix('The ')})"
    if isinstance(wanted, np.ndarray) and isinstance(got, np.ndarray) and wanted.shape == got.shape:
        return [*lines, *_arrays(wanted, got, expectation.tolerance)]
    return [*lines, *_side_by_side(short(wanted), short(got))]


def _outcome(run: Observation, step: int) -> Any:
    return run.outcomes[step] if step < len(run.outcomes) else run.outcomes[-1] if run.outcomes else None


def _inputs(expectation: Expectation, place: int, step: int) -> list[str]:
    """Write the arguments of a probe under their names; the name of the probe goes with what is too large to write."""
    script = expectation.scripts[place]
    if len(script) > 1:
        first, *others = script_lines(expectation.problem, script, step)
        return [f"  smallest case   {first}", *(f"                  {line}" for line in others)]
    steps = [found for found in script if isinstance(found, Call)]
    names = expectation.problem.parameters
    given = [(names[i] if i < len(names) else f"[{i}]", value) for i, value in enumerate(steps[0].args)]
    given += list(steps[0].options.items())
    text = "   ".join(f"{name} {short(value)}" for name, value in given)
    if any(isinstance(value, np.ndarray) and value.size > 12 for _, value in given):
        return [f'  smallest case   "{expectation.problem.probes[place].name}"', f"    {text}"]
    if len(text) > LONGEST:
        return ["  smallest case   " + f"{given[0][0]} {short(given[0][1])}", *(f"                  {n} {short(v)}" for n, v in given[1:])]
    return [f"  smallest case   {text}"]


def _arrays(expected: Any, received: Any, tolerance: Tolerance, word: str = "expected") -> list[str]:
    """Write two arrays of one shape: whole if they are small, else the row of the first difference."""
    digits = digits_to_tell_apart(expected, received)
    if expected.ndim == 0:
        return [f"  {word} {short(expected, digits)}   received {short(received, digits)}"]
    places = np.argwhere(~close(expected, received, tolerance))
    place = tuple(int(i) for i in places[0]) if len(places) else (0,) * expected.ndim
    if expected.size <= 12:
        digits = max(digits, digits_to_tell_apart(expected[place], received[place]))
        lines = _side_by_side(short(expected, digits), short(received, digits), word)
        return [*lines, f"  first difference at {position(place)}"] if expected.size > 1 else lines
    digits = digits_to_tell_apart(expected[place], received[place])
    one, other = around(expected, place, digits), around(received, place, digits)
    return [*_side_by_side(one, other, word), f"  first difference at {position(place)}, shown with its neighbors"]


def _side_by_side(expected: str, received: str, word: str = "expected") -> list[str]:
    if len(expected) + len(received) <= 64:
        return [f"  {word} {expected}   received {received}"]
    return [f"  {word} {expected}", f"  {'received':>{len(word)}} {received}"]
