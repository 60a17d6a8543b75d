"""One term that is missing, or stands there twice: what came differs from what was expected by something made of the inputs.

Tried are the inputs themselves, their squares and products, the score of the right class and the largest of each row, each of them as
it is, added up, or averaged; and the numbers among the arguments.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from learnkit.checking.ratios import Case

_FACTORS = ((1.0, ""), (-1.0, ""), (2.0, "2 times "), (-2.0, "2 times "), (0.5, "half of "), (-0.5, "half of "))
_NEAR = 1e-9

Array = NDArray[np.float64]


def term_lines(cases: Sequence[Case], subject: str) -> list[str] | None:
    """Say by which term made of the inputs every probe is wrong, if one explains all of them."""
    failing = [case for case in cases if not case.agrees]
    if len(failing) < 2:
        return None
    shared = [dict(_terms(case)) for case in cases]
    for words in shared[0]:
        if not all(words in terms for terms in shared) or all(_is_constant(terms[words]) for terms in shared):
            continue  # by a constant is said in other words
        for size, factor in _FACTORS:
            if all(_differs_by(case, size * terms[words]) for case, terms in zip(cases, shared, strict=True)):
                word = f"{'plus' if size > 0 else 'minus'} {factor}{words}"
                return [f"{subject} is the expected one {word}: a term is missing, or is one too many."]
    return None


def _differs_by(case: Case, term: Array) -> bool:
    scale = 1 + max(float(np.abs(a).max(initial=0)) for a in (case.expected, term))
    return bool(np.all(np.abs(case.received.astype(float) - case.expected.astype(float) - term) <= _NEAR * scale))


def _is_constant(term: Array) -> bool:
    return term.size < 2 or bool(np.ptp(term) == 0) if term.ndim else False


def _terms(case: Case) -> Iterator[tuple[str, Array]]:
    """Yield terms of the shape of the result, in words."""
    count = len(case.expected) if case.expected.ndim else 0
    for words, term in _parts(case):
        if term.ndim == 0 or term.shape == case.expected.shape:
            if term.ndim == case.expected.ndim:
                yield words, term
            if term.ndim and count:
                yield f"{words} / N", term / count
        if term.ndim and case.expected.ndim == 0:
            yield f"the mean of {words}", np.asarray(term.mean())
            yield f"the sum of {words}", np.asarray(term.sum())
        if term.ndim == 2 and case.expected.shape == term.shape[:1]:
            yield f"the sums of the rows of {words}", term.sum(axis=1)


def _parts(case: Case) -> Iterator[tuple[str, Array]]:
    named = [(case.names[i] if i < len(case.names) else f"argument {i + 1}", value) for i, value in enumerate(case.arguments)]
    arrays = [(name, value) for name, value in named if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size]
    labels = [(name, value) for name, value in named if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.ndim == 1]
    for name, value in named:
        if isinstance(value, float):
            yield name, np.asarray(value)
    for name, value in arrays:
        yield name, value
        yield f"{name}²", value**2
        if value.ndim == 2:
            yield f"the largest of each row of {name}", value.max(axis=1)
            yield from _of_labels(name, value, labels)
    for place, (name, value) in enumerate(arrays):
        for other, factor in arrays[place + 1 :]:
            if value.shape == factor.shape:
                yield f"{name} · {other}", value * factor


def _of_labels(name: str, value: Array, labels: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, Array]]:
    for other, places in labels:
        if len(places) == len(value) and 0 <= places.min(initial=0) <= places.max(initial=0) < value.shape[1]:
            rows = np.arange(len(places))
            yield f"{name} at {other}", value[rows, places]
            at = np.zeros(value.shape)
            at[rows, places] = 1
            yield f"1 at {other}", at
