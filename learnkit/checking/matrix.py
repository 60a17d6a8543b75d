"""The kill matrix: problem × mistake × probe, and how often each mistake is called by its name.

A checker is tested as hard as what it tests. Every mistake must be rejected, and its second implementation, which the checker
never compares with, must be named as itself over fresh seeds; every right answer must pass; answers that are worth nothing must
earn nothing.
"""

import builtins
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from learnkit.checking.engine import verdict
from learnkit.checking.expecting import WrongRuns, expectation
from learnkit.checking.values import leaves
from learnkit.checking.verdicts import Verdict
from learnkit.checking.watching import watched_names
from learnkit.problems import all_problems, problems_of
from learnkit.problems.problem import Mistake, Probe, Problem

FRESH_SEEDS = tuple(range(101, 121))


@dataclass(frozen=True)
class Row:
    """One mistake: on which probes it is caught, and what its second implementation was called.

    Parameters
    ----------
    mistake_id : the mistake
    caught : for each probe, whether any implementation of the mistake differs from the reference there
    rejected : in how many of the seeds every implementation failed
    called : what the second implementation was called, with counts
    seeds : how many seeds were tried
    """

    mistake_id: str
    caught: tuple[bool, ...]
    rejected: int
    called: Counter[str]
    seeds: int

    @property
    def named(self) -> int:
        return self.called[self.mistake_id]


@dataclass(frozen=True)
class ProblemMatrix:
    """What is known about the checking of one problem."""

    problem_id: str
    probes: tuple[str, ...]
    rows: tuple[Row, ...]
    refused: tuple[str, ...] = ()
    paid: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    questioned: tuple[str, ...] = ()
    right_answers: int = 0
    worthless_answers: int = 0

    @property
    def ok(self) -> bool:
        full = all(row.rejected == row.seeds == row.named and any(row.caught) for row in self.rows)
        return full and not (self.refused or self.paid or self.idle)

    def __str__(self) -> str:
        width = max(len(row.mistake_id) for row in self.rows)
        numbers = " ".join(f"{i:>2}" for i in range(1, len(self.probes) + 1))
        lines = [self.problem_id, f"  {'':<{width}}  {numbers}   rejected   named"]
        for row in self.rows:
            marks = " ".join(f"{'x' if hit else '·':>2}" for hit in row.caught)
            others = ", ".join(f"{name} {count}" for name, count in row.called.items() if name != row.mistake_id)
            line = f"  {row.mistake_id:<{width}}  {marks}   {row.rejected:>2} of {row.seeds}   {row.named:>2} of {row.seeds}"
            lines.append(line + (f"   else: {others}" if others else ""))
        lines += [f"  {i:>2} {name}" for i, name in enumerate(self.probes, 1)]
        lines.append(f"  right answers refused: {_share(self.refused, self.right_answers)}")
        lines.append(f"  worthless answers paid: {_share(self.paid, self.worthless_answers)}")
        if self.idle:
            lines.append(f"  probes that catch no mistake: {', '.join(self.idle)}")
        if self.questioned:
            lines.append(f"  probes that add nothing to those before them: {', '.join(self.questioned)}")
        twice = sorted({name for row in self.rows for name in row.called if " + " in name})
        if twice:
            lines.append(f"  mistakes that two names fit: {', '.join(twice)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class MatrixReport:
    """The matrices of some problems; ``str`` gives the table, ``ok`` whether all is as it must be."""

    problems: tuple[ProblemMatrix, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return bool(self.problems) and all(problem.ok for problem in self.problems)

    def __str__(self) -> str:
        rows = [row for problem in self.problems for row in problem.rows]
        tried = sum(row.seeds for row in rows)
        right, wrong = (sum(getattr(problem, name) for problem in self.problems) for name in ("right_answers", "worthless_answers"))
        refused, paid = (sum(len(getattr(problem, name)) for problem in self.problems) for name in ("refused", "paid"))
        parts = [
            f"{len(self.problems)} problems, {len(rows)} mistakes, {sum(len(problem.probes) for problem in self.problems)} probes",
            f"rejected {sum(row.rejected for row in rows)} of {tried}, named as themselves {sum(row.named for row in rows)} of {tried}",
            f"right answers refused {refused} of {right}, worthless answers paid {paid} of {wrong}",
        ]
        return "\n\n".join([*map(str, self.problems), "\n".join(parts)])


def run_matrix(lesson: str | None = None, seeds: Sequence[int] = FRESH_SEEDS) -> MatrixReport:
    """Return the report on one lesson, "04", or on all of them."""
    return MatrixReport(tuple(kill_matrix(lesson, seeds)))


def kill_matrix(lesson: str | None = None, seeds: Sequence[int] = FRESH_SEEDS) -> list[ProblemMatrix]:
    """Return one matrix for each problem of a lesson; of all lessons without a number."""
    return [matrix_of(problem, seeds) for problem in (all_problems() if lesson is None else problems_of(lesson))]


def matrix_of(problem: Problem, seeds: Sequence[int] = FRESH_SEEDS) -> ProblemMatrix:
    """Return the matrix of one problem."""
    right = [*problem.alternatives, compiled(problem.solution, problem.name)]
    if "torch" in problem.backends and "torch" in sys.modules:
        right += problem.torch_alternatives
    worthless = worthless_answers(problem)
    return ProblemMatrix(
        problem.id,
        tuple(probe.name for probe in problem.probes),
        tuple(_row(problem, mistake, seeds) for mistake in problem.mistakes),
        tuple(answer.__name__ for answer in right for seed in (0, *seeds) if not verdict(problem, answer, seed=seed).passed),
        tuple(name for name, answer in worthless.items() if (found := verdict(problem, answer)).passed or found.points),
        idle_probes(problem),
        questioned_probes(problem),
        len(right) * (len(seeds) + 1),
        len(worthless),
    )


def called(found: Verdict) -> str:
    """Return what a verdict calls an answer: the mistake, several of them, or another kind of finding."""
    return " + ".join(filter(None, (found.mistake_id, *found.also))) or found.kind


def _row(problem: Problem, mistake: Mistake, seeds: Sequence[int]) -> Row:
    caught = frozenset[int]().union(*(runs.separating for runs in _runs(problem, mistake, 0)))
    verdicts = [verdict(problem, mistake.other, seed=seed) for seed in seeds]
    rejected = sum(
        not found.passed and all(runs.separating for runs in _runs(problem, mistake, seed))
        for seed, found in zip(seeds, verdicts, strict=True)
    )
    marks = tuple(place in caught for place in range(len(problem.probes)))
    return Row(mistake.id, marks, rejected, Counter(map(called, verdicts)), len(seeds))


def _runs(problem: Problem, mistake: Mistake, seed: int) -> tuple[WrongRuns, ...]:
    """Return what the first implementation of a mistake and its variants do on the probes of a seed."""
    return next(runs for known, runs in expectation(problem, seed).mistakes if known is mistake)


def idle_probes(problem: Problem) -> tuple[str, ...]:
    """Return the probes that catch no mistake at all, edge cases aside."""
    caught = {place for _, implementations in expectation(problem).mistakes for runs in implementations for place in runs.separating}
    return tuple(probe.name for place, probe in enumerate(problem.probes) if place not in caught and not probe.is_edge)


def questioned_probes(problem: Problem) -> tuple[str, ...]:
    """Return the probes that add nothing to those before them, edge cases aside: no mistake is rejected, or called by its
    name, that was not already.

    Not questioned is a probe with other shapes than those before it, or whose sizes are all alike: other sizes tell a factor from
    a size, and where all are alike a mixed-up axis runs and does not raise.
    """
    told: set[tuple[str, int, str]] = set()
    shapes: set[tuple[Any, ...]] = set()
    tried: list[Probe] = []
    questioned = []
    for place, probe in enumerate(problem.probes):
        if probe.is_edge:
            continue
        tried.append(probe)
        now, shape, sizes = _told(replace(problem, probes=tuple(tried))), _shapes(problem, place), expectation(problem).sizes(place)
        is_square = len(sizes) > 1 and len(set(sizes.values())) == 1
        if now <= told and shape in shapes and not is_square:
            questioned.append(probe.name)
        told |= now
        shapes.add(shape)
    return tuple(questioned)


def _shapes(problem: Problem, place: int) -> tuple[Any, ...]:
    """Return the shapes of the arrays that a probe hands over."""
    steps = expectation(problem).scripts[place]
    return tuple(np.shape(leaf) for step in steps for _, leaf in leaves(getattr(step, "args", ())) if isinstance(leaf, np.ndarray))


def _told(problem: Problem) -> set[tuple[str, int, str]]:
    """Return which mistakes are rejected and which are called by their names, with the number of the implementation."""
    told = set()
    for mistake in problem.mistakes:
        for place, answer in enumerate((mistake.other, mistake.wrong, *mistake.variants)):
            found = verdict(problem, answer, backend="numpy")
            told |= {(mistake.id, place, word) for word in ("rejected", called(found)) if not found.passed}
    return {found for found in told if found[2] in ("rejected", found[0])}


def compiled(source: str, name: str) -> Callable[..., Any]:
    """Return the function of a source text, in a namespace of its own with NumPy."""
    spaces: dict[str, Any] = {"np": np, "__builtins__": builtins}
    exec(compile(source, f"<{name}>", "exec"), spaces)
    function: Callable[..., Any] = spaces[name]
    return function


def worthless_answers(problem: Problem) -> dict[str, Callable[..., Any]]:
    """Return answers that deserve nothing: the stub, nothing, the input, constants, and every loaded library function that "
    "does the exercise."""
    answers: dict[str, Callable[..., Any]] = {
        "the stub": compiled(problem.stub, problem.name),
        "returns None": _spoiled(problem, lambda result, inputs: None),
        "returns its input": _spoiled(problem, lambda result, inputs: inputs[0] if inputs else None),
        "prints": _spoiled(problem, lambda result, inputs: print(result)),
    }
    for name, fill in (("zeros", 0.0), ("ones", 1.0)):
        answers[f"returns {name}"] = _spoiled(problem, lambda result, inputs, fill=fill: _filled(result, fill))
    for name in watched_names(problem):
        module, _, attribute = name.rpartition(".")
        home = sys.modules.get(module)
        if isinstance(home, ModuleType) and callable(vars(home).get(attribute)):
            theirs = vars(home)[attribute]
            is_class = problem.is_class and isinstance(theirs, type)
            answers[f"calls {name}"] = type(problem.name, (theirs,), {}) if is_class else _caller(home, attribute)
    return answers


def _spoiled(problem: Problem, change: Callable[..., Any]) -> Callable[..., Any]:
    """Return the reference with other results, (result, inputs) -> another one; of a class those of every method."""

    def spoiled(method: Callable[..., Any], first: int) -> Callable[..., Any]:
        return lambda *inputs, **options: change(method(*inputs, **options), inputs[first:])

    if not problem.is_class:
        return spoiled(problem.reference, 0)
    methods = {name: getattr(problem.reference, name) for name in dir(problem.reference) if name == "__call__" or not name.startswith("__")}
    changed = {name: spoiled(method, 1) for name, method in methods.items() if isinstance(method, FunctionType)}
    return type(problem.name, (problem.reference,), changed)  # type: ignore[arg-type]


def _filled(value: Any, fill: float) -> Any:
    if isinstance(value, Iterator):
        return iter([_filled(part, fill) for part in value])
    return type(value)(_filled(part, fill) for part in value) if isinstance(value, (tuple, list)) else np.full(np.shape(value), fill)


def _caller(home: ModuleType, attribute: str) -> Callable[..., Any]:
    """Return an answer that hands its inputs to a function of a library, and gives back its value, a loss's gradient included."""

    def calls_library(*inputs: Any, **options: Any) -> Any:
        return getattr(home, attribute)(*inputs, **options)

    return calls_library


def _share(names: Sequence[str], total: int) -> str:
    return f"{len(names)} of {total}" + (f" ({', '.join(names)})" if names else "")
