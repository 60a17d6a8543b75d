"""Compare what an answer did with what was expected: the first difference, of the most telling kind.

Works on observations alone, so the answer may have run anywhere. NaN equals NaN, an infinity the same infinity, a tuple a list;
a number is an array without axes. Another dtype is no difference unless the problem says so.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from learnkit.checking.observing import Observation, Outcome, Raised
from learnkit.checking.values import Path, leaves

Kind = Literal["raised", "no-raise", "type", "length", "shape", "dtype", "changed", "draws", "cut", "gradient", "value"]
GRADIENT_KINDS: tuple[Kind, ...] = ("cut", "gradient")
ORDER: tuple[Kind, ...] = ("raised", "no-raise", "type", "length", "shape", "dtype", "changed", "value", "draws", *GRADIENT_KINDS)

# Exceptions that are slips of typing; they are no sign of the misconception that raises elsewhere.
_SLIPS = {
    "NameError", "UnboundLocalError", "AttributeError", "SyntaxError", "ImportError", "ModuleNotFoundError", "NotImplementedError",
    "RecursionError", "SystemExit", "KeyError", "MemoryError", "StopIteration",
}  # fmt: skip
_NUMERIC = {"OverflowError", "ZeroDivisionError", "FloatingPointError"}


@dataclass(frozen=True)
class Tolerance:
    """How close two numbers must be: |received - expected| <= atol + rtol |expected|."""

    rtol: float
    atol: float


@dataclass(frozen=True)
class Difference:
    """One way in which an outcome is not the expected one.

    Parameters
    ----------
    kind : what is different
    step : the step of the script
    path : the way to the value inside the tuple or list that was returned
    expected, received : the two values there
    """

    kind: Kind
    step: int
    path: Path = ()
    expected: Any = None
    received: Any = None


def close(expected: Any, received: Any, tolerance: Tolerance) -> Any:
    """Return where two arrays of one shape agree."""
    with np.errstate(all="ignore"):
        expected, received = np.asarray(expected), np.asarray(received)
        if expected.dtype.kind not in "fc" and received.dtype.kind not in "fc":
            return expected == received
        near = np.abs(received - expected) <= tolerance.atol + tolerance.rtol * np.abs(expected)
        return np.where(
            np.isfinite(expected) & np.isfinite(received), near, (expected == received) | (np.isnan(expected) & np.isnan(received))
        )


def value_difference(expected: Any, received: Any, tolerance: Tolerance, step: int = 0, path: Path = ()) -> Difference | None:
    """Return the first difference between two plain values: type, then length, then shape, then numbers."""
    if isinstance(expected, (tuple, list)):
        if not isinstance(received, (tuple, list)):
            return Difference("type", step, path, expected, received)
        if len(expected) != len(received):
            return Difference("length", step, path, expected, received)
        parts = [
            value_difference(one, other, tolerance, step, (*path, i)) for i, (one, other) in enumerate(zip(expected, received, strict=True))
        ]
        return min((part for part in parts if part), key=lambda part: ORDER.index(part.kind), default=None)
    if isinstance(expected, dict):
        if not isinstance(received, dict):
            return Difference("type", step, path, expected, received)
        if expected.keys() != received.keys():
            return Difference("length", step, path, expected, received)
        parts = [value_difference(expected[key], received[key], tolerance, step, (*path, key)) for key in expected]
        return min((part for part in parts if part), key=lambda part: ORDER.index(part.kind), default=None)
    if isinstance(expected, np.ndarray):
        if not isinstance(received, np.ndarray):
            return Difference("type", step, path, expected, received)
        if expected.shape != received.shape:
            return Difference("shape", step, path, expected, received)
        return None if bool(np.all(close(expected, received, tolerance))) else Difference("value", step, path, expected, received)
    same = type(expected) is type(received) and expected == received  # None, text, Opaque: ours, whose == is known
    return None if same else Difference("type" if type(expected) is not type(received) else "value", step, path, expected, received)


def outcome_difference(expected: Outcome, received: Outcome, tolerance: Tolerance, step: int = 0) -> Difference | None:
    """Return how the values of one step differ, effects and gradients left aside."""
    if expected.raised or received.raised:
        if expected.raised and received.raised:
            return None if same_exception(expected.raised, received.raised) else Difference("raised", step, (), None, received.raised)
        return Difference("raised" if received.raised else "no-raise", step, (), expected.raised, received.raised)
    return value_difference(expected.value, received.value, tolerance, step)


def first_difference(
    expected: Observation, received: Observation, tolerance: Tolerance, gradient_tolerance: Tolerance, *, dtype_matters: bool = False
) -> Difference | None:
    """Return the first difference of the most telling kind between the expected run of a probe and the one of an answer."""
    found: list[Difference] = []
    if expected.draws == "its rng" and received.draws != expected.draws:
        found.append(Difference("draws", 0, (), expected.draws, received.draws))
    for step, (one, other) in enumerate(zip(expected.outcomes, received.outcomes, strict=False)):
        difference = outcome_difference(one, other, tolerance, step)
        if difference:
            found.append(difference)
            continue
        if set(other.changed) - set(one.changed):
            found.append(Difference("changed", step, (), one.changed, other.changed))
        if dtype_matters and (pair := dtype_pair(one.value, other.value)):
            found.append(Difference("dtype", step, (), *pair))
        if one.gradients is not None and not one.raised:
            found += _gradient_differences(one, other, gradient_tolerance, step)
    return min(found, key=lambda difference: ORDER.index(difference.kind), default=None)


def _gradient_differences(expected: Outcome, received: Outcome, tolerance: Tolerance, step: int) -> list[Difference]:
    if received.is_cut or received.gradients is None:
        return [Difference("cut", step)]
    for place, (one, other) in enumerate(zip(expected.gradients or (), received.gradients, strict=True)):
        if one is not None and other is None:
            return [Difference("cut", step, (place,))]
        if one is not None and value_difference(one, other, tolerance):
            return [Difference("gradient", step, (place,), one, other)]
    return []


def dtype_pair(expected: Any, received: Any) -> tuple[str, str] | None:
    """Return the first two dtypes that differ inside two values of one form."""
    for (_, one), (_, other) in zip(leaves(expected), leaves(received), strict=False):
        if isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and one.dtype != other.dtype:
            return one.dtype.name, other.dtype.name
    return None


def dtypes_differ(one: Observation, other: Observation) -> bool:
    """Whether two runs of a probe return arrays of other dtypes."""
    return any(dtype_pair(first.value, second.value) for first, second in zip(one.outcomes, other.outcomes, strict=False))


def same_exception(one: Raised, other: Raised) -> bool:
    """Whether two exceptions can come from the same misconception: "it raises" counts, a slip of typing does not."""
    return one.type_name == other.type_name or not ({one.type_name, other.type_name} & _SLIPS)


def alike(one: Observation, other: Observation, tolerance: Tolerance, *, loosely: bool = False) -> bool:
    """Whether two runs of a probe show the same values or exceptions.

    Loosely, a number that is not finite equals any other that is not, and an OverflowError equals both: one formula gives nan or inf
    or raises, by the way it is written.
    """
    for first, second in zip(one.outcomes, other.outcomes, strict=False):
        if outcome_difference(first, second, tolerance) is None:
            continue
        if not loosely or not _both_not_finite(first, second, tolerance):
            return False
    return True


def _both_not_finite(one: Outcome, other: Outcome, tolerance: Tolerance) -> bool:
    if one.raised and other.raised:
        return same_exception(one.raised, other.raised)
    if one.raised or other.raised:
        raised, value = (one.raised, other.value) if one.raised else (other.raised, one.value)
        by_number = raised is not None and (raised.type_name in _NUMERIC or "math domain" in raised.text)
        return by_number and any(isinstance(leaf, np.ndarray) and not np.isfinite(leaf).all() for _, leaf in leaves(value))
    pairs = list(zip(leaves(one.value), leaves(other.value), strict=False))
    for (path, first), (other_path, second) in pairs:
        if path != other_path or not (isinstance(first, np.ndarray) and isinstance(second, np.ndarray) and first.shape == second.shape):
            return False
        wild = ~np.isfinite(first)
        if not np.array_equal(wild, ~np.isfinite(second)) or not np.all(close(first[~wild], second[~wild], tolerance)):
            return False
    return len(list(leaves(one.value))) == len(list(leaves(other.value)))
