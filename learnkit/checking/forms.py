"""What is wrong with the form of an answer, in words: an exception, another type or shape, a changed input, a broken graph.

Each function is given one difference and returns the kind of the verdict and its lines.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.checking.comparing import Difference, Tolerance, close
from learnkit.checking.observing import Observation, Raised
from learnkit.checking.showing import where_in_value
from learnkit.checking.slips import told
from learnkit.checking.values import Opaque, describe
from learnkit.checking.verdicts import Kind
from learnkit.checking.writing import listed
from learnkit.problems.problem import Problem

Finding = tuple[Kind, list[str]]

_CUTTERS = {"item": ".item", "detach": ".detach", "numpy": ".numpy", "tolist": ".tolist", "data": ".data", "no_grad": "no_grad"}


def raised_lines(raised: Raised, where: str) -> Finding:
    """An exception, on which probe, and what it means."""
    lines = told(raised)
    lines[0] = lines[0].replace(f"It raised {raised.type_name}", f"It raised {raised.type_name} {where}", 1)
    return ("graph broken" if "Can't call numpy" in raised.text else "raised"), lines


def type_lines(problem: Problem, found: Difference, run: Observation) -> Finding:
    """Another kind of thing than the one that is asked."""
    where = where_in_value(problem, found.path)
    verb = f"{where} is" if where else "It returned"
    lines = [f"{verb} {describe(found.received)}, where {describe(found.expected)} is asked."]
    if isinstance(found.received, Opaque) and found.received.type_name == "generator":
        lines.append("A function with yield hands out values one by one; return gives all of them at once.")
    elif isinstance(found.received, Opaque) and found.received.type_name == "coroutine":
        lines.append("A function that begins with async def returns a promise of its value; begin it with def.")
    elif found.received is None and any(outcome.printed.strip() for outcome in run.outcomes):
        lines.append("It also printed something: print shows a value, return hands it on.")
    elif isinstance(found.received, list) and isinstance(found.expected, np.ndarray):
        lines.append("A list of numbers does no arithmetic; make it an array.")
    return ("nothing" if found.received is None else "type"), lines


def shape_lines(problem: Problem, found: Difference, sizes: dict[str, int], tolerance: Tolerance) -> Finding:
    """Another shape, with what the numbers in it say."""
    got, asked = found.received.shape, found.expected.shape
    subject = where_in_value(problem, found.path) or "The result"
    lines = [f"{subject} has shape {got}, where {asked} is asked{_letters(asked, sizes)}."]
    if got == asked[::-1] and len(asked) > 1:
        is_transpose = bool(np.all(close(found.expected.T, found.received, tolerance)))
        lines.append("The numbers are right: it is the transpose." if is_transpose else "The axes are in the other order.")
    elif found.received.size == found.expected.size and np.all(close(found.expected.ravel(), found.received.ravel(), tolerance)):
        lines.append("The numbers are right; an axis of length 1 is too many or too few.")
    elif len(got) < len(asked):
        lines.append("An axis is gone: some reduction goes over too much.")
    elif not asked:
        lines.append("One number for the whole input is asked.")
    return "shape", lines


def _letters(shape: tuple[int, ...], sizes: dict[str, int]) -> str:
    """Return the axis letters of a shape, where the sizes tell them apart."""
    names = {size: letter for letter, size in sizes.items()}
    if not shape or len(names) < len(sizes) or not all(size in names for size in shape):
        return ""
    return f", that is ({', '.join(names[size] for size in shape)}{',' if len(shape) == 1 else ''})"


def changed_lines(names: Sequence[str]) -> Finding:
    """Right values, and an input that is not what it was."""
    return "input changed", [
        f"The values are right, but it changes its input {listed(names)}: whoever called it finds other numbers there afterwards.",
        "Operations such as -= or out= write into the array that came in. Make a new array instead.",
    ]


def cut_lines(names: frozenset[str]) -> Finding:
    """Right values on PyTorch that no gradient flows back from."""
    return "graph broken", [
        "The values are right, but no gradient flows back to the inputs: the result is cut from the graph.",
        *cause_lines(names),
        "Use PyTorch's own operations on tensors from the input to the result.",
    ]


def cause_lines(names: frozenset[str]) -> list[str]:
    """Name what in the code of an answer stops a gradient."""
    used = [word for name, word in _CUTTERS.items() if name in names]
    return [f"In your code {listed(used)} {'stops' if len(used) == 1 else 'stop'} it."] if used else []


def draws_lines(found: Difference) -> Finding:
    """Random numbers that come from somewhere else than the generator that was handed over."""
    if found.received == "elsewhere":
        text = "With the same rng it gives another result each time: it draws from somewhere else, perhaps from the global generator."
        return "draws", [text, "Take every random number from rng, and a run can be repeated."]
    return "draws", ["Whatever rng comes in, the result is the same: no random number of it is used."]


def no_exception_lines(wanted: Raised | None, where: str) -> Finding:
    """A value where the problem asks for an exception."""
    return "raised", [f"A {wanted.type_name if wanted else 'exception'} is asked {where}, and it returned a value."]


def dtype_lines(found: Difference) -> Finding:
    return "dtype", [f"It returns {found.received}, where {found.expected} is asked."]


def is_same_data(given: Any, value: Any) -> bool:
    """Whether two values are arrays with the same entries."""
    if not (isinstance(given, np.ndarray) and isinstance(value, np.ndarray)) or given.shape != value.shape:
        return False
    return bool(np.array_equal(given, value, equal_nan=given.dtype.kind == "f" and value.dtype.kind == "f"))
