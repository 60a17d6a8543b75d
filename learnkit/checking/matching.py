"""Recognize a known mistake by what an answer returns.

A mistake fits if on every probe where it differs from the reference the answer does what the mistake does, raising included,
and on all others the answer is right or does what the mistake does. It fits in part if only the first half holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from learnkit.checking.comparing import alike, dtypes_differ
from learnkit.checking.expecting import Expectation, WrongRuns, changes
from learnkit.checking.observing import Observation
from learnkit.checking.values import leaves
from learnkit.problems.problem import Mistake


@dataclass(frozen=True)
class Match:
    """A mistake that fits.

    Parameters
    ----------
    mistake : the mistake
    probes : the places of the probes where it differs from the reference
    is_exact : whether the answer is right, or the same mistake, everywhere else
    rank : 0 if the values are the same to the digit, 1 if nan stands for inf somewhere
    """

    mistake: Mistake
    probes: tuple[int, ...]
    is_exact: bool
    rank: int


def fitting(expectation: Expectation, received: Sequence[Observation]) -> list[Match]:
    """Return the mistakes that fit an answer: the exact ones, or if there are none those that fit in part; only the best rank of them.

    Of two that fit, one that separates on every probe of the other and on more is the better explanation.
    """
    found: list[Match] = []
    for mistake, implementations in expectation.mistakes:
        matches = [match for runs in implementations if (match := _fit(mistake, runs, expectation, received))]
        if matches:
            found.append(min(matches, key=lambda match: (not match.is_exact, match.rank)))
    for is_exact in (True, False):
        these = [match for match in found if match.is_exact is is_exact]
        if these:
            best = min(match.rank for match in these)
            these = [match for match in these if match.rank == best]
            return [one for one in these if not any(set(one.probes) < set(other.probes) for other in these)]
    return []


def _fit(mistake: Mistake, runs: WrongRuns, expectation: Expectation, received: Sequence[Observation]) -> Match | None:
    if not runs.separating:
        return None
    rank = 0
    by_value = False
    is_exact = True
    for place, expected in enumerate(expectation.expected):
        wrong, answer = (expectation.seen(place, found[place]) for found in (runs.observations, received))
        as_wrong = expectation.mistake_tolerance_at(place)
        if place in runs.separating:
            if wrong.draws != answer.draws or (expectation.problem.dtype_matters and dtypes_differ(wrong, answer)):
                return None
            if not alike(wrong, answer, as_wrong):
                if not alike(wrong, answer, as_wrong, loosely=True):
                    return None
                rank = 1
            if changes(wrong) != changes(answer):
                if changes(wrong) and not changes(wrong) & changes(answer):
                    return None
                is_exact = False
            by_value = by_value or _tells(wrong)
        else:
            as_right = expectation.tolerance_at(place, expectation.tolerance)
            fits = alike(expected, answer, as_right) or alike(wrong, answer, as_wrong)
            more = changes(answer) - changes(wrong) or (expected.draws and answer.draws not in (expected.draws, wrong.draws))
            is_exact = is_exact and fits and not more
    # An exception alone fits too much: everything that raises somewhere. It explains an answer that is right elsewhere.
    return Match(mistake, tuple(sorted(runs.separating)), is_exact, rank) if by_value or is_exact else None


def _tells(run: Observation) -> bool:
    """Whether a run holds a finite number or changes an input: something that few other mistakes share."""
    if changes(run):
        return True
    return any(
        isinstance(leaf, np.ndarray) and bool(np.isfinite(leaf).any()) for outcome in run.outcomes for _, leaf in leaves(outcome.value)
    )
