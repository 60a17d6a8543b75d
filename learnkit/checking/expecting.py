"""What a problem expects: the runs of its reference and of its known mistakes on its probes, computed once for a seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from learnkit.checking.comparing import Tolerance, alike, dtypes_differ, outcome_difference, value_difference
from learnkit.checking.observing import Observation, Outcome, observe
from learnkit.problems.problem import Backend, Call, Mistake, New, Problem, Statistic, Step

# Formulas of one gradient differ by more rounding than formulas of one value: sums of large terms that cancel.
GRADIENT_TOLERANCE = Tolerance(1e-6, 1e-9)
# Two ways to write one mistake may differ by more rounding than two right answers: mistakes are often unstable.
MISTAKE_TOLERANCE = Tolerance(1e-7, 1e-10)
FALSE_ALARMS = 1e-6  # how often a right answer that is random may be refused, a check
EXACT = 1e-9  # how near a statistic without a standard error must be


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

    @cached_property
    def expected(self) -> tuple[Observation, ...]:
        """What each probe is to show: the reference's run, or for random code the statistics by theory."""
        return tuple(self._by_theory(place, run) for place, run in enumerate(self.reference))

    def seen(self, place: int, run: Observation) -> Observation:
        """Return what of a run is compared: all of it, or its statistics where the answer is random and the form is right."""
        statistics = self.problem.probes[place].statistics
        if not statistics or run.raised or not same_form(self.reference[place], run):
            return run
        scores = tuple(self._score(found, run, self.arguments(place)) for found in statistics)
        return Observation((Outcome(scores, changed=run.outcomes[-1].changed),), run.draws)

    def _by_theory(self, place: int, run: Observation) -> Observation:
        statistics = self.problem.probes[place].statistics
        return Observation((Outcome((np.zeros(()),) * len(statistics)),), run.draws) if statistics else run

    def _score(self, found: Statistic, run: Observation, arguments: tuple[Any, ...]) -> NDArray[np.float64]:
        """Return by how many standard errors a statistic is off; what is exact is off by more than any limit, or not at all."""
        value, expected, error = measured(found, run, arguments)
        if error == 0:
            return np.asarray(0.0 if abs(value - expected) <= EXACT * (1 + abs(expected)) else np.inf if value > expected else -np.inf)
        return np.asarray((value - expected) / error)

    def tolerance_at(self, place: int, tolerance: Tolerance) -> Tolerance:
        """Return a tolerance for what is seen of a probe: the limit in standard errors where statistics are compared."""
        return Tolerance(0.0, self.limit) if self.problem.probes[place].statistics else tolerance

    def mistake_tolerance_at(self, place: int) -> Tolerance:
        """Return how near an answer must come to a known mistake; of two random runs both are off."""
        return Tolerance(0.0, 1.5 * self.limit) if self.problem.probes[place].statistics else MISTAKE_TOLERANCE

    @cached_property
    def limit(self) -> float:
        """How many standard errors a statistic may be off: a right answer is refused at most once in a million checks."""
        count = sum(len(probe.statistics) for probe in self.problem.probes)
        return NormalDist().inv_cdf(1 - FALSE_ALARMS / (2 * max(count, 1)))

    @property
    def tolerance(self) -> Tolerance:
        return Tolerance(self.problem.rtol, self.problem.atol)

    def separating(self, runs: Sequence[Observation]) -> list[int]:
        """Return the places of the probes on which some runs differ from the reference, in values, in what they change, or in a dtype
        that matters."""
        return [
            place
            for place, (expected, run) in enumerate(zip(self.expected, runs, strict=True))
            if not alike(expected, self.seen(place, run), self.tolerance_at(place, self.tolerance))
            or changes(self.reference[place]) != changes(run)
            or (expected.draws and expected.draws != run.draws)
            or (self.problem.dtype_matters and dtypes_differ(self.reference[place], run))
        ]

    def first_call(self, place: int) -> int:
        """Return the step of a probe that first calls the answer for a value; 0 if none does."""
        return next((i for i, step in enumerate(self.scripts[place]) if isinstance(step, Call)), 0)

    def arguments(self, place: int, step: int | None = None) -> tuple[Any, ...]:
        """Return the arguments of a step of a probe; without a number those of its first call."""
        found = self.scripts[place][self.first_call(place) if step is None else step]
        return getattr(found, "args", ())

    def sizes(self, place: int) -> dict[str, int]:
        """Return the length of each axis letter on a probe, {"N": 4, "C": 3}."""
        sizes: dict[str, int] = {}
        for step in self.scripts[place]:
            if not isinstance(step, (Call, New)):
                continue
            names = self.problem.parameters_of("__init__" if isinstance(step, New) else step.method)
            for name, value in (*zip(names, step.args, strict=False), *step.options.items()):
                letters = self.problem.axes.get(name, "")
                if isinstance(value, np.ndarray) and len(letters) == value.ndim:
                    sizes = dict(zip(letters, value.shape, strict=True)) | sizes
        return sizes


def measured(found: Statistic, run: Observation, arguments: tuple[Any, ...]) -> tuple[float, float, float]:
    """Return a statistic of a run, what it is by theory, and its standard error."""
    expected, error = (value(arguments) if callable(value) else value for value in (found.expected, found.standard_error))
    with np.errstate(all="ignore"):
        return float(found.of(run.values, arguments)), float(expected), float(error)


def same_form(one: Observation, other: Observation) -> bool:
    """Whether two runs returned values of the same types and shapes."""
    kinds = ("raised", "no-raise", "type", "length", "shape")
    pairs = zip(one.outcomes, other.outcomes, strict=False)
    return not any((found := outcome_difference(*pair, Tolerance(0.0, 0.0))) and found.kind in kinds for pair in pairs)


def changes(run: Observation) -> set[tuple[int, int | str]]:
    """Return the inputs that a run changed, with their steps."""
    return {(step, place) for step, outcome in enumerate(run.outcomes) for place in outcome.changed}


def _with_gradients(run: Observation, on_torch: Observation, expectation: Expectation) -> Observation:
    outcomes = []
    for one, other in zip(run.outcomes, on_torch.outcomes, strict=True):
        differ = value_difference(one.value, other.value, Tolerance(1e-7, 1e-9)) or bool(one.raised) != bool(other.raised)
        if not run.draws and differ:
            raise AssertionError(f"{expectation.problem.id}: the two references differ, {one.value} and {other.raised or other.value}")
        # of random values the gradients are random too: nothing to compare with
        outcomes.append(Outcome(one.value, one.type_names, one.raised, gradients=None if run.draws else other.gradients))
    return Observation(tuple(outcomes), run.draws)


@lru_cache(maxsize=256)
def expectation(problem: Problem, seed: int = 0, backend: Backend = "numpy") -> Expectation:
    """Return what a problem expects, from memory if it was asked for before."""
    return Expectation(problem, seed, backend)
