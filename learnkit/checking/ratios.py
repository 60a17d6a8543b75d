"""A constant factor or offset between what came and what was expected, named after the size in play that it equals.

"4 times the expected one on a batch of 4, and 7 times on a batch of 7" says more than eleven numbers: it grows with the batch,
so somewhere a mean was asked and a sum was taken.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from learnkit.checking.writing import number

RTOL = 1e-6
TINY = 1e-11

_CONSTANTS: tuple[tuple[float, str], ...] = (
    (1 / math.log(2), "which is log2(e): a logarithm to base 2 stands where the natural one is asked"),
    (math.log(2), "which is ln 2"),
    (1 / math.log(10), "which is log10(e): a logarithm to base 10 stands where the natural one is asked"),
    (math.log(10), "which is ln 10"),
    (math.e, "which is e"),
    (math.pi, "which is π"),
    (math.sqrt(2), "which is √2"),
    (1 / math.sqrt(2), "which is 1/√2"),
)
_WORDS = {
    "N": ("a batch of {}", "the batch"),
    "C": ("{} classes", "the number of classes"),
    "D": ("{} features", "the number of features"),
    "T": ("{} steps", "the number of steps"),
    "H": ("height {}", "the height"),
    "W": ("width {}", "the width"),
}


@dataclass(frozen=True)
class Case:
    """One probe as the diagnosis of numbers sees it: sizes, arguments, and two arrays of one shape."""

    place: int
    name: str
    sizes: dict[str, int]
    arguments: tuple[Any, ...]
    expected: NDArray[Any]
    received: NDArray[Any]
    agrees: bool
    names: tuple[str, ...] = ()  # of the arguments

    @property
    def is_finite(self) -> bool:
        return bool(np.isfinite(self.expected).all() and np.isfinite(self.received).all())


def constant_ratio(case: Case) -> float | None:
    """Return received / expected if it is the same for every entry; None if not, or if every expected entry is 0."""
    expected, received = case.expected.astype(float).ravel(), case.received.astype(float).ravel()
    told = np.abs(expected) > TINY
    if not told.any() or np.any(np.abs(received[~told]) > 1e-9):
        return None
    ratios = received[told] / expected[told]
    middle = float(np.median(ratios))
    return middle if np.all(np.abs(ratios - middle) <= RTOL * abs(middle)) else None


def constant_offset(case: Case) -> float | None:
    """Return received - expected if it is the same for every entry."""
    offsets = (case.received.astype(float) - case.expected.astype(float)).ravel()
    middle = float(np.median(offsets)) if offsets.size else 0.0
    scale = 1 + float(np.abs(case.expected).max(initial=0))
    return middle if offsets.size and np.all(np.abs(offsets - middle) <= 1e-9 * scale) else None


def is_informative(case: Case) -> bool:
    return bool((np.abs(case.expected.astype(float)) > TINY).any())


def ratio_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """Say by which factor every probe is wrong, if one factor or one size explains all of them."""
    cases = [case for case in cases if is_informative(case)]
    ratios = [constant_ratio(case) for case in cases]
    known = [ratio for ratio in ratios if ratio is not None]
    if not cases or len(known) < len(cases) or all(case.agrees for case in cases) or any(abs(ratio) < 1e-12 for ratio in known):
        return None
    if len(cases) == 1 and cases[0].expected.size < 2:
        return None  # any two numbers have a ratio
    if line := _by_size(cases, known, _factors, subject, "{value} the expected one"):
        return [line]
    first = known[0]
    if any(abs(ratio - first) > RTOL * abs(first) for ratio in known) or abs(first - 1) < 1e-5:
        return None  # what is nearly 1 is a matter of digits
    if abs(first + 1) < RTOL:
        return [f"{subject} has the right size and the wrong sign."]
    sign = ", and has the wrong sign" if first < 0 else ""
    for constant, words in _CONSTANTS:
        if abs(abs(first) - constant) < RTOL * constant:
            return [f"{subject} is always {number(abs(first))} times the expected one, {words}{sign}."]
    return [f"{subject} is always {times(abs(first))} the expected one{sign}."]


def offset_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """Say by what every probe is off, if one number or one size explains all of them."""
    offsets = [constant_offset(case) for case in cases]
    known = [offset for offset in offsets if offset is not None]
    if not cases or len(known) < len(cases) or all(case.agrees for case in cases) or (len(cases) < 2 and cases[0].expected.size < 2):
        return None
    if line := _by_size(cases, known, _terms, subject, "off by {value}"):
        return [line]
    first = known[0]
    if any(abs(offset - first) > 1e-9 * (1 + abs(first)) for offset in known):
        return None
    return [f"{subject} is always the expected one {'plus' if first > 0 else 'minus'} {number(abs(first))}."]


def times(ratio: float) -> str:
    """Write a factor: "4 times", "1/4 of", "0.37 times"."""
    if abs(ratio - 1) < RTOL:
        return "1 times"
    for whole in range(2, 10_001):
        if abs(ratio - whole) < RTOL * whole:
            return f"{whole} times"
        if abs(ratio * whole - 1) < RTOL:
            return f"1/{whole} of"
    return f"{number(ratio)} times"


_Formula = tuple[Callable[..., float], tuple[str, ...], str]

_ONE_SIZE: tuple[tuple[Callable[[int], float], str], ...] = (
    (lambda n: n, "it grows with {0}"),
    (lambda n: 1 / n, "it shrinks as {0} grows"),
)
_TWO_SIZES: tuple[tuple[Callable[[int, int], float], str], ...] = (
    (lambda n, m: n * m, "the factor is {a} · {b}"),
    (lambda n, m: 1 / (n * m), "it is divided by {a} · {b} too often"),
    (lambda n, m: n / m, "the factor is {a} / {b}"),
    (lambda n, m: m / n, "the factor is {b} / {a}"),
)
_ONE_SIZE_RARE: tuple[tuple[Callable[[int], float], str], ...] = (
    (lambda n: (n - 1) / n, "the factor is ({a} − 1) / {a}"),
    (lambda n: n / (n - 1) if n > 1 else 1, "the factor is {a} / ({a} − 1)"),
    (math.sqrt, "the factor is √{a}"),
    (lambda n: 1 / math.sqrt(n), "the factor is 1/√{a}"),
)
_TERMS: tuple[tuple[Callable[[int], float], str], ...] = (
    (math.log, "it is the expected one plus ln {a}"),
    (lambda n: -math.log(n), "it is the expected one minus ln {a}"),
    (lambda n: 1 / n, "it is the expected one plus 1/{a}"),
    (lambda n: -1 / n, "it is the expected one minus 1/{a}"),
    (lambda n: n, "it is the expected one plus {a}"),
    (lambda n: -n, "it is the expected one minus {a}"),
)


def _factors(letters: Sequence[str]) -> Iterator[_Formula]:
    yield from ((formula, (a,), words) for a in letters for formula, words in _ONE_SIZE)
    yield from ((formula, (a, b), words) for a, b in combinations(letters, 2) for formula, words in _TWO_SIZES)
    yield from ((formula, (a,), words) for a in letters for formula, words in _ONE_SIZE_RARE)


def _terms(letters: Sequence[str]) -> Iterator[_Formula]:
    yield from ((formula, (a,), words) for a in letters for formula, words in _TERMS)


def _by_size(
    cases: Sequence[Case], found: Sequence[float], formulas: Callable[[Sequence[str]], Iterator[_Formula]], subject: str, form: str
) -> str | None:
    """Return the sentence of the first formula of sizes that gives every number, if its values differ between the probes."""
    letters = sorted(set.intersection(*(set(case.sizes) for case in cases)), key="NCDTHW".find)
    for formula, used, meaning in formulas(letters):
        values = [formula(*(case.sizes[letter] for letter in used)) for case in cases]
        if any(abs(value - other) > RTOL * max(abs(value), 1e-3) for value, other in zip(values, found, strict=True)):
            continue
        shown = _two_of(cases, values)
        if len(shown) < 2:
            continue
        words = [form.format(value=times(value) if "the expected" in form else number(value)) for _, value in shown]
        second = words[1].removesuffix(" the expected one").removesuffix(" of")
        places = [_on(case, used) for case, _ in shown]
        names = dict(zip("ab", used, strict=False))
        meaning = meaning.format(*(_WORDS.get(letter, ("", letter))[1] for letter in used), **names)
        return f"{subject} is {words[0]} {places[0]}, and {second} {places[1]}: {meaning}."
    return None


def _two_of(cases: Sequence[Case], values: Sequence[float]) -> list[tuple[Case, float]]:
    """Return the two failing probes with the smallest sizes whose values differ."""
    pairs = [(case, value) for case, value in zip(cases, values, strict=True) if not case.agrees]
    ordered = sorted(pairs, key=lambda pair: sorted(pair[0].sizes.values()))
    different: list[tuple[Case, float]] = []
    for case, value in ordered:
        if all(abs(value - other) > RTOL * abs(other) for _, other in different):
            different.append((case, value))
    return different[:2]


def _on(case: Case, letters: Sequence[str]) -> str:
    words = [_WORDS.get(letter, (f"{letter} = {{}}", ""))[0].format(case.sizes[letter]) for letter in letters]
    return ("on " if letters[0] == "N" else "with ") + " and ".join(words)
