"""A smaller case that still fails: the inputs of a probe with most of their rows and columns left out.

Inputs are cut along the axes that the problem declares, never below the sizes of its own probes, so that they stay what the
exercise is about: integers that name a class follow their class, and shares that add up to 1 along an axis are not cut along it.
Where cutting might leave the exercise in another way, nothing is cut.

Source: Zeller & Hildebrandt 2002, Simplifying and isolating failure-inducing input.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from learnkit.checking.comparing import Difference
from learnkit.checking.expecting import Expectation
from learnkit.checking.judging import Judge
from learnkit.checking.observing import Observation
from learnkit.checking.showing import detail_lines
from learnkit.checking.values import leaves
from learnkit.problems.problem import Call, Probe, Step

MOST_RUNS = 20
MOST_SECONDS = 0.05  # a slow answer is not run twenty times more; ordinary ones take a few milliseconds for all of it
_POSITIONS = 4  # of the smallest windows that are tried along an axis

Run = Callable[[Sequence[Step]], Observation]


def shrunk_detail(expectation: Expectation, place: int, difference: Difference, run: Run) -> tuple[str, ...] | None:
    """Return the lines about the smallest part of a probe on which an answer is still wrong in the same place; None without one.

    Parameters
    ----------
    expectation, place, difference : the probe that fails, and how
    run : runs the answer on a script
    """
    call = _call_to_cut(expectation, place)
    if call is None or difference.kind != "value":
        return None
    until, left = time.perf_counter() + MOST_SECONDS, MOST_RUNS
    best: tuple[Expectation, Observation, Difference] | None = None
    for letter in dict.fromkeys("".join(expectation.problem.axes[name] for name in _array_names(expectation, call))):
        least = min(sizes[letter] for probe in range(len(expectation.scripts)) if letter in (sizes := expectation.sizes(probe)))
        least = max(least, 1 if letter == "N" else 2)  # one class shows little
        for kept in _choices(_size(expectation, call, letter), least):
            cut = _cut(expectation, call, letter, kept)
            if cut is None or _size(expectation, cut, letter) < least:
                continue
            if left == 0 or time.perf_counter() > until:
                return _detail(best)
            left -= 1
            found = _still_wrong(expectation, place, cut, run, difference)
            if found:
                best, call = found, cut
                break
    return _detail(best)


def _detail(best: tuple[Expectation, Observation, Difference] | None) -> tuple[str, ...] | None:
    return None if best is None else tuple(detail_lines(best[0], [best[1]], 0, best[2]))


def _call_to_cut(expectation: Expectation, place: int) -> Call | None:
    """Return the call of a probe if it is one whose inputs may be cut: arrays with declared axes, and no whole number beside them."""
    (step, *others) = expectation.scripts[place]
    if others or not isinstance(step, Call) or step.options or expectation.problem.probes[place].statistics:
        return None
    names = expectation.problem.parameters
    if len(step.args) > len(names):
        return None
    for name, value in zip(names, step.args, strict=False):
        if isinstance(value, np.ndarray):
            if len(expectation.problem.axes.get(name, "")) != value.ndim:
                return None
        elif type(value) is not float and type(value) is not bool:
            return None  # a number of classes or neighbors, a generator, an object: it may have to fit what is cut
    return step


def _array_names(expectation: Expectation, call: Call) -> list[str]:
    return [name for name, value in zip(expectation.problem.parameters, call.args, strict=False) if isinstance(value, np.ndarray)]


def _size(expectation: Expectation, call: Call, letter: str) -> int:
    for name, value in zip(expectation.problem.parameters, call.args, strict=False):
        letters = expectation.problem.axes.get(name, "")
        if isinstance(value, np.ndarray) and letter in letters:
            return int(value.shape[letters.index(letter)])
    return 0


def _choices(size: int, least: int) -> Iterator[tuple[int, ...]]:
    """Yield which entries of an axis to keep, the fewest first: short windows at some places, then longer beginnings.

    The first windows are one short of what is needed: with the class that a label names they are enough.
    """
    if size <= least:
        return
    yield from (tuple(range(start, start + least - 1)) for start in range(min(_POSITIONS, size - least)))
    starts = list(range(size - least + 1))
    for start in starts if len(starts) <= _POSITIONS else (*starts[: _POSITIONS - 1], starts[-1]):
        yield tuple(range(start, start + least))
    for length in range(least + 1, size):
        yield tuple(range(length))


def _cut(expectation: Expectation, call: Call, letter: str, kept: tuple[int, ...]) -> Call | None:
    """Return a call with some entries of an axis; None if nothing would be left out, or another kind of input would come of it."""
    names, axes = expectation.problem.parameters, expectation.problem.axes
    size = _size(expectation, call, letter)
    labels = [place for place, value in enumerate(call.args) if letter == "C" and _names_classes(value, axes.get(names[place], ""))]
    kept = tuple(sorted({*kept, *(int(label) for place in labels for label in np.unique(call.args[place]))}))
    if not kept or len(kept) >= size or kept[-1] >= size:
        return None
    args: list[Any] = []
    for place, value in enumerate(call.args):
        letters = axes.get(names[place], "") if isinstance(value, np.ndarray) else ""
        for axis in (axis for axis, found in enumerate(letters) if found == letter):
            if value.dtype.kind == "f" and _are_shares(expectation, place, axis):
                return None
            value = np.take(value, kept, axis=axis)
        args.append(np.searchsorted(kept, value).astype(value.dtype) if place in labels else value)
    return Call(tuple(args))


def _names_classes(value: Any, letters: str) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "iu" and "C" not in letters


def _are_shares(expectation: Expectation, place: int, axis: int) -> bool:
    """Whether the entries of an argument add up to 1 along an axis on every probe: no accident, then."""
    values = [given[place] for probe in range(len(expectation.scripts)) if len(given := expectation.arguments(probe)) > place]
    return all(value.ndim > axis and value.min(initial=0) >= 0 and np.allclose(value.sum(axis=axis), 1) for value in values)


def _still_wrong(
    expectation: Expectation, place: int, call: Call, run: Run, difference: Difference
) -> tuple[Expectation, Observation, Difference] | None:
    probe = expectation.problem.probes[place]
    part = Probe(f"part of: {probe.name}", probe.why, lambda rng: [call])
    smaller = Expectation(replace(expectation.problem, probes=(part,)), expectation.seed, "numpy")
    (wanted,) = smaller.reference
    numbers = [leaf for outcome in wanted.outcomes for _, leaf in leaves(outcome.value) if isinstance(leaf, np.ndarray)]
    if wanted.raised or not all(np.isfinite(leaf).all() for leaf in numbers):
        return None
    observed = run([call])
    (found,) = Judge(smaller, [observed]).differences
    return (smaller, observed, found) if found and found.kind == "value" and found.path == difference.path else None
