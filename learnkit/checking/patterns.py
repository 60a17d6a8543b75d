"""What two arrays of numbers have to do with each other: sign, order, a function applied, rounding, the rows that are right.

Each pattern is a function of cases, one a probe, that returns sentences or None. It must hold on every probe that fails.
`diagnosed` tries them from the most telling to the least.
"""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from learnkit.checking.ratios import Case, offset_lines, ratio_lines
from learnkit.checking.terms import term_lines
from learnkit.checking.writing import listed, number, position, short

Array = NDArray[np.float64]
_Relation = Callable[..., Any]


def same(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-7, atol=1e-10, equal_nan=True))


def _all(cases: Sequence[Case], relation: _Relation, *options: Any) -> bool:
    """Whether a relation turns what was expected into what came on all probes, and tells something on one that fails."""
    with np.errstate(all="ignore"):
        return any(not case.agrees for case in cases) and all(
            same(relation(case.expected.astype(float), *options), case.received.astype(float)) for case in cases
        )


def order_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """Transposed, axes permuted, reversed, moved by one, rows or columns in another order."""
    failing = [case for case in cases if not case.agrees]
    axes = {case.expected.ndim for case in cases}
    if len(axes) != 1 or (ndim := axes.pop()) == 0 or max(case.expected.size for case in failing) < 2:
        return None
    for order in list(permutations(range(ndim)))[1:]:
        if _all(failing, np.transpose, order):
            words = "the transpose of the expected one" if ndim == 2 else f"the expected one with its axes in the order {order}"
            return [f"{subject} is {words}."]
    name = ("entries",) if ndim == 1 else ("rows", "columns") if ndim == 2 else tuple(f"entries along axis {axis}" for axis in range(ndim))
    for axis in range(ndim):
        if _all(failing, np.flip, axis):
            return [f"The numbers are right, and the {name[axis]} stand in reverse order."]
        for step in (1, -1):
            if _all(failing, np.roll, step, axis):
                return [f"The numbers are right, and the {name[axis]} are moved by one place."]
    for axis in range(ndim):
        if _all_sorted(failing, axis):
            return [f"The numbers are right, and the {name[axis]} stand in another order."]
    return None


def _all_sorted(cases: Sequence[Case], axis: int) -> bool:
    """Whether on all probes the slices along an axis are the expected ones in another order."""
    for case in cases:
        if case.expected.size < 2:
            return False
        one, other = (np.moveaxis(a.astype(float), axis, 0).reshape(a.shape[axis], -1).round(9) for a in (case.expected, case.received))
        if not same(one[np.lexsort(one.T[::-1])], other[np.lexsort(other.T[::-1])]):
            return False
    return True


_FUNCTIONS: tuple[tuple[_Relation, str], ...] = (
    (np.abs, "the absolute value of the expected one: a sign is lost"),
    (np.log, "the logarithm of the expected one"),
    (lambda e: -np.log(e), "minus the logarithm of the expected one"),
    (np.exp, "e to the power of the expected one: a logarithm is missing"),
    (lambda e: np.exp(-e), "e to the power of minus the expected one: a logarithm is missing"),
    (np.square, "the square of the expected one"),
    (np.sqrt, "the square root of the expected one"),
    (lambda e: 1 - e, "1 minus the expected one"),
    (lambda e: 1 / e, "1 divided by the expected one"),
    (lambda e: np.maximum(e, 0), "the expected one with every negative number replaced by 0"),
    (np.floor, "the expected one rounded down to whole numbers"),
)


def function_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """A known function of what was expected, or its sizes with other signs."""
    for function, words in _FUNCTIONS:
        if _all(cases, function):
            return [f"{subject} is {words}."]
    if any(not case.agrees for case in cases) and all(
        same(np.abs(case.expected.astype(float)), np.abs(case.received.astype(float))) for case in cases
    ):
        return ["The sizes of the numbers are right; some of their signs are wrong."]
    return None


def rounding_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """What was expected, rounded."""
    for decimals in range(8):
        if _all(cases, np.round, decimals):
            digits = "whole numbers" if not decimals else f"{decimals} decimal{'s' if decimals > 1 else ''}"
            return [f"{subject} is the expected one rounded to {digits}: return the full number, and round when you print."]
    return None


def part_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """Right in the first row only, in all rows but one, or everywhere but at the target's column."""
    failing = [case for case in cases if not case.agrees and case.expected.ndim]
    if not failing or len(failing) < sum(not case.agrees for case in cases):
        return None
    wrong = [~np.isclose(case.expected.astype(float), case.received.astype(float), rtol=1e-7, atol=1e-10) for case in failing]
    if at_target := _at_targets(failing, wrong):
        return [at_target]
    if all(mask.ndim == 2 for mask in wrong):
        for axis, name in ((1, "row"), (0, "column")):
            if line := _which_are_right([mask.any(axis=axis) for mask in wrong], name):
                return [line]
    if all(mask.ndim == 3 for mask in wrong):  # (N, T, D)
        for axes, name in (((0, 2), "step" if "T" in failing[0].sizes else "place along axis 1"), ((1, 2), "example")):
            if line := _which_are_right([mask.any(axis=axes) for mask in wrong], name):
                return [line]
    return [line] if all(mask.ndim == 1 for mask in wrong) and (line := _which_are_right(wrong, "entry")) else None


def _which_are_right(wrong: Sequence[NDArray[np.bool_]], name: str) -> str | None:
    if any(len(mask) < 2 for mask in wrong):
        return None
    plural = "entries" if name == "entry" else "places along axis 1" if name.startswith("place ") else f"{name}s"
    if all(not mask[0] and mask[1:].all() for mask in wrong):
        return f"The first {name} is right, and all others are wrong."
    if all(mask[-1] and not mask[:-1].any() for mask in wrong):
        return f"All {plural} are right but the last."
    if all(mask[0] and not mask[1:].any() for mask in wrong):
        return f"All {plural} are right but the first."
    if all(not mask[-1] and mask[:-1].all() for mask in wrong):
        return f"The last {name} is right, and all others are wrong."
    return None


def _at_targets(cases: Sequence[Case], wrong: Sequence[NDArray[np.bool_]]) -> str | None:
    """Whether the wrong entries are those of each row's integer target, or all but those."""
    at, beside = True, True
    for case, mask in zip(cases, wrong, strict=True):
        labels = next((a for a in case.arguments if isinstance(a, np.ndarray) and a.dtype.kind in "iu" and a.ndim == 1), None)
        if mask.ndim != 2 or labels is None or labels.shape != mask.shape[:1] or labels.max(initial=0) >= mask.shape[1]:
            return None
        own = np.zeros_like(mask)
        own[np.arange(len(labels)), labels] = True
        at, beside = at and bool(np.array_equal(mask, own)), beside and bool(mask.any() and not mask[own].any())
    if at:
        return "Every entry is right but those of the right class, the column that targets names in each row."
    return "Only the entries of the right class are right, the column that targets names in each row." if beside else None


def precision_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """Right to the precision of a 32-bit number."""
    worst = 0.0
    for case in cases:
        scale = np.maximum(np.abs(case.expected), float(np.abs(case.expected).max(initial=0)) * 1e-3 + 1e-30)
        worst = max(worst, float((np.abs(case.received.astype(float) - case.expected) / scale).max(initial=0)))
    if worst > 3e-4:
        return None
    if any(case.received.dtype in (np.float32, np.float16) for case in cases) or all(map(_fits_32_bits, cases)):
        return ["It is right to about 7 digits only: somewhere the 64-bit numbers become 32-bit ones."]
    if worst < 3e-6:
        return [f"It is nearly right, to a share of {number(worst)}: a small number is added somewhere, or digits are lost on the way."]
    return None


def _fits_32_bits(case: Case) -> bool:
    """Whether the numbers were 32-bit ones once, which those that were expected are not."""
    received = case.received.astype(float)
    if case.agrees:
        return True
    return bool((received == received.astype(np.float32)).all()) and bool((case.expected != case.expected.astype(np.float32)).any())


def not_finite_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """NaN or inf where a finite number was expected, with the first input that makes it."""
    for case in cases:
        places = np.argwhere(~np.isfinite(case.received.astype(float)) & np.isfinite(case.expected.astype(float)))
        if len(places):
            place = tuple(int(i) for i in places[0])
            where = f", first at {position(place)}" if place else ""
            return [f'{subject} is {number(case.received[place])} on "{case.name}"{where}{_input_at(case, place)}.']
    return None


def _input_at(case: Case, place: tuple[int, ...]) -> str:
    """Say what went into the row or the entry of a result, if the inputs have as many."""
    names = case.names or tuple(f"argument {i + 1}" for i in range(len(case.arguments)))
    for name, value in zip(names, case.arguments, strict=False):
        if place and isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.shape[:1] == case.received.shape[:1]:
            part = value[place] if value.shape == case.received.shape and value.ndim == 1 else value[place[0]]
            return f", where {name} is {short(part)}" if np.size(part) <= 6 else ""
    return ""


def when_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """What the probes that fail have in common and those that pass do not."""
    passing, failing = [case for case in cases if case.agrees], [case for case in cases if not case.agrees]
    if not passing or not failing:
        return None
    facts: list[tuple[Callable[[Case], bool], str, str]] = [
        (lambda c: c.sizes.get("N", 2) == 1, "with a single example", "with more than one example"),
        (lambda c: len(c.sizes) > 1 and len(set(c.sizes.values())) == 1, "where all sizes are equal", "where the sizes differ"),
        (lambda c: _largest(c) <= 50, "with small numbers", "with large numbers (hundreds and more)"),
    ]
    by_chance: list[tuple[Callable[[Case], bool], str, str]] = [  # draws of one probe may be so by accident
        (lambda c: _smallest(c) >= 0, "where no input is negative", "where some inputs are negative"),
        (_has_ties, "where some inputs are equal", "where all inputs differ"),
    ]
    for holds, here, there in [*facts, *(by_chance if min(len(passing), len(failing)) > 1 else [])]:
        if all(holds(c) for c in passing) and not any(holds(c) for c in failing):
            return [f"It is right {here}, and wrong {there}."]
        if all(holds(c) for c in failing) and not any(holds(c) for c in passing):
            return [f"It is right {there}, and wrong {here}."]
    # Not all that is of a kind fails; still, all that fails is of one kind. The kind that leaves the fewest out says most.
    found = [
        (sum(holds(c) is not side for c in passing), f"It is right {right}; every probe that it fails is one {wrong}.")
        for holds, here, there in facts
        for side, right, wrong in ((False, here, there), (True, there, here))
        if all(holds(c) is side for c in failing)
    ]
    best = max(found, key=lambda one: one[0], default=(0, ""))
    return [best[1]] if best[0] else None


def _floats(case: Case) -> list[Array]:
    return [a for a in case.arguments if isinstance(a, np.ndarray) and a.dtype.kind == "f" and a.size]


def _has_ties(case: Case) -> bool:
    return any(np.unique(a).size < a.size for a in _floats(case))


def _largest(case: Case) -> float:
    return max((float(np.abs(a).max()) for a in _floats(case)), default=0.0)


def _smallest(case: Case) -> float:
    return min((float(a.min()) for a in _floats(case)), default=0.0)


def diagnosed(cases: Sequence[Case], subject: str) -> list[str]:
    """Return what can be said of numbers that are wrong, the most telling first; at least which probes fail."""
    finite = [case for case in cases if case.is_finite]
    wild = not_finite_lines(cases, subject)
    if any(not case.agrees for case in finite):
        for pattern in (rounding_lines, precision_lines, ratio_lines, order_lines, offset_lines, function_lines, part_lines, term_lines):
            if lines := pattern(finite, subject):
                return lines
        failing = [case for case in finite if not case.agrees]
        if 1 < len(failing) < len(finite) and sum(int(np.count_nonzero(case.expected)) for case in failing) > 3:
            for pattern in (ratio_lines, order_lines, offset_lines, function_lines):
                if lines := pattern(failing, subject):
                    return [f"Where it is wrong, {lines[0][0].lower()}{lines[0][1:]}", *lines[1:]]
    if wild and all(case.agrees for case in finite):
        return wild + (when_lines(cases, subject) or [])
    if lines := when_lines(finite, subject):
        return lines + (wild or [])
    right = [f'"{case.name}"' for case in cases if case.agrees][:2]
    failed = [f'"{case.name}"' for case in cases if not case.agrees][:2]
    return (wild or []) + [f"It is right on {listed(right)}, and wrong on {listed(failed)}." if right else "It is wrong on every probe."]
