"""What a problem expects: the runs of its reference and of its known mistakes on its probes, computed once for a seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from learnkit.checking.comparing import Tolerance, alike, value_difference
from learnkit.checking.observing import Observation, Outcome, observe
from learnkit.problems.problem import Backend, Call, Mistake, Problem, Step

# Formulas of one gradient differ by more rounding than formulas of one value: sums of large terms that cancel.
GRADIENT_TOLERANCE = Tolerance(1e-6, 1e-9)
# Two ways to write one mistake may differ by more rounding than two right answers: mistakes are often unstable.
MISTAKE_TOLERANCE = Tolerance(1e-7, 1e-10)


@dataclass(frozen=True, eq=False)
class WrongRuns:
    """What one implementation of a mistake does, and the places of the probes on which that differs from the reference."""

    observations: tuple[Observation, ...]
    separating: frozenset[int]


@dataclass(frozen=True, eq=False)
class Expectation:
    """A problem with inputs drawn from a seed, and the runs to compare an answer with."""

    problem: Problem
    seed: int
    backend: Backend

    @cached_property
    def scripts(self) -> tuple[list[Step], ...]:
        return tuple(probe.steps(self.seed) for probe in self.problem.probes)

    @cached_property
    def reference(self) -> tuple[Observation, ...]:
        runs = tuple(observe(self.problem.reference, script) for script in self.scripts)
        twin = self.problem.torch_reference
        if self.backend == "numpy" or twin is None:
            return runs
        on_torch = (observe(twin, script, backend="torch", gradients=True) for script in self.scripts)
        return tuple(_with_gradients(run, other, self) for run, other in zip(runs, on_torch, strict=True))

    @cached_property
    def mistakes(self) -> tuple[tuple[Mistake, tuple[WrongRuns, ...]], ...]:
        """Each mistake with the runs of its implementations, ``wrong`` first."""
        return tuple((mistake, tuple(map(self._wrong_runs, (mistake.wrong, *mistake.variants)))) for mistake in self.problem.mistakes)

    def _wrong_runs(self, wrong: Callable[..., Any]) -> WrongRuns:
        runs = tuple(observe(wrong, script) for script in self.scripts)
        return WrongRuns(runs, frozenset(self.separating(runs)))

    @property
    def tolerance(self) -> Tolerance:
        return Tolerance(self.problem.rtol, self.problem.atol)

    def separating(self, runs: Sequence[Observation]) -> list[int]:
        """Return the places of the probes on which some runs differ from the reference, in values or in what they change."""
        return [
            place
            for place, (expected, run) in enumerate(zip(self.reference, runs, strict=True))
            if not alike(expected, run, self.tolerance) or changes(expected) != changes(run)
        ]

    def arguments(self, place: int, step: int = 0) -> tuple[Any, ...]:
        """Return the arguments of a call of a probe."""
        found = self.scripts[place][step]
        return found.args if isinstance(found, Call) else getattr(found, "args", ())

    def sizes(self, place: int) -> dict[str, int]:
        """Return the length of each axis letter on a probe, {"N": 4, "C": 3}."""
        sizes: dict[str, int] = {}
        for name, value in zip(self.problem.parameters, self.arguments(place), strict=False):
            if isinstance(value, np.ndarray):
                letters = self.problem.axes.get(name, "")
                sizes |= dict(zip(letters, value.shape, strict=False)) if len(letters) == value.ndim else {}
        return sizes


def changes(run: Observation) -> set[tuple[int, int | str]]:
    """Return the inputs that a run changed, with their steps."""
    return {(step, place) for step, outcome in enumerate(run.outcomes) for place in outcome.changed}


def _with_gradients(run: Observation, on_torch: Observation, expectation: Expectation) -> Observation:
    outcomes = []
    for one, other in zip(run.outcomes, on_torch.outcomes, strict=True):
        if value_difference(one.value, other.value, Tolerance(1e-7, 1e-9)) or other.raised:
            raise AssertionError(f"{expectation.problem.id}: the two references differ, {one.value} and {other.raised or other.value}")
        outcomes.append(Outcome(one.value, one.type_names, one.raised, gradients=other.gradients))
    return Observation(tuple(outcomes))


@lru_cache(maxsize=256)
def expectation(problem: Problem, seed: int = 0, backend: Backend = "numpy") -> Expectation:
    """Return what a problem expects, from memory if it was asked for before."""
    return Expectation(problem, seed, backend)
