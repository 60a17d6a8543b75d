"""From observations to a verdict: what is said first, and what only if nothing better is known.

The order is: a known mistake that fits exactly; a form that is wrong (an exception, nothing returned, another type or shape, a
changed input); a known mistake that fits in part; what the numbers have to do with each other; last the smallest probe that
fails. Nothing here runs the answer.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from learnkit.checking.comparing import Difference, close, dtype_pair, first_difference
from learnkit.checking.distributions import statistics_lines
from learnkit.checking.expecting import GRADIENT_TOLERANCE, Expectation, changes
from learnkit.checking.forms import (
    cause_lines,
    changed_lines,
    cut_lines,
    draws_lines,
    dtype_lines,
    is_same_data,
    no_exception_lines,
    raised_lines,
    shape_lines,
    type_lines,
)
from learnkit.checking.matching import Match, fitting
from learnkit.checking.observing import Observation
from learnkit.checking.patterns import diagnosed, not_finite_lines
from learnkit.checking.ratios import Case, ratio_lines
from learnkit.checking.scripts import steps_lines
from learnkit.checking.showing import detail_lines, size_of
from learnkit.checking.values import Path, leaves
from learnkit.checking.verdicts import Kind, Verdict
from learnkit.checking.writing import listed, short


class Judge:
    """Compares the observations of one answer with what a problem expects, and words the finding.

    Parameters
    ----------
    expectation : the problem and its runs
    received : one observation a probe
    names : the names in the code of the answer, to say which of them cut the graph
    """

    def __init__(self, expectation: Expectation, received: Sequence[Observation], names: Iterable[str] = ()) -> None:
        self.problem = expectation.problem
        self.expectation = expectation
        self.received = received
        self.names = frozenset(names)
        self.differences = [self._difference(place, run) for place, run in enumerate(received)]
        self.shown: int | None = None  # the probe whose detail the verdict shows

    def _difference(self, place: int, run: Observation) -> Difference | None:
        seen = self.expectation.seen(place, run)
        # a random answer of the wrong form is compared with the reference itself, which says what form is asked
        wanted = (self.expectation.reference if seen is run else self.expectation.expected)[place]
        tolerance = self.expectation.tolerance_at(place, self.expectation.tolerance)
        return first_difference(wanted, seen, tolerance, GRADIENT_TOLERANCE, dtype_matters=self.problem.dtype_matters and seen is run)

    def verdict(self) -> Verdict:
        """Return the verdict."""
        if not any(self.differences):
            return self._made("passed", [], notes=self._notes(), passed=True)
        matches = fitting(self.expectation, self.received)
        if matches and matches[0].is_exact:
            return self._mistake(matches)
        if found := self._returned_without_looking():
            return found
        form = self._form()
        if form and form.kind in ("raised", "nothing", "printed", "type", "shape", "dtype", "draws"):
            return form
        if matches:
            return self._mistake(matches)
        return form or self._numbers()

    # The pieces of a verdict

    def _made(
        self,
        kind: Kind,
        lines: Sequence[str],
        place: int | None = None,
        *,
        notes: Sequence[str] = (),
        passed: bool = False,
        mistakes: Sequence[str] = (),
    ) -> Verdict:
        self.shown = place
        detail = detail_lines(self.expectation, self.received, place, self.differences[place]) if place is not None else ()
        return Verdict(
            self.problem.id,
            passed,
            self.problem.points if passed else 0,
            kind,
            tuple(lines),
            tuple(detail),
            tuple(notes),
            mistakes[0] if mistakes else None,
            tuple(mistakes[1:]),
            self.problem.points,
            sum(difference is None for difference in self.differences),
            len(self.differences),
        )

    def _smallest(self, places: Iterable[int]) -> int | None:
        """Return the probe with the smallest inputs among some, those of them that fail first."""
        found = list(places)
        failing = [place for place in found if self.differences[place]] or found
        edge = [self.problem.probes[place].is_edge for place in range(len(self.differences))]
        return min(failing, key=lambda place: (edge[place], size_of(self.expectation, place), place), default=None)

    def _failing(self, *kinds: str) -> list[int]:
        return [place for place, found in enumerate(self.differences) if found and (not kinds or found.kind in kinds)]

    def _name(self, place: int) -> str:
        return self.problem.probes[place].name

    def _parameter(self, position: int | str) -> str:
        names = self.problem.parameters
        return position if isinstance(position, str) else names[position] if position < len(names) else f"argument {position + 1}"

    def _notes(self) -> list[str]:
        notes = []
        for one, other in zip(self.expectation.reference, self.received, strict=True):
            if pair := dtype_pair(one.outcomes[-1].value, other.outcomes[-1].value):
                if not {pair[0], pair[1]} <= {"int64", "int32", "intp"}:
                    notes.append(f"Note: it returns {pair[1]}, where {pair[0]} is usual.")
                break
        if any(outcome.printed.strip() for run in self.received for outcome in run.outcomes):
            notes.append("Note: it also prints. That does no harm here.")
        warned = [line for run in self.received for outcome in run.outcomes for line in outcome.warnings]
        if warned:
            notes.append(f"Note: on the way Python warned, {warned[0][:100]}.")
        return notes

    # Findings, in the order in which they are tried

    def _mistake(self, matches: Sequence[Match]) -> Verdict:
        best = matches[0]
        place = self._smallest(best.probes)
        lines = self._symptom()
        shown = matches[:2]
        for match in shown:
            section = match.mistake.section.replace("$", "")
            again = f'Read "{section}" in lesson {self.problem.lesson}.' if section else "Read the text above the exercise again."
            lines.append(f"{'Or: ' if match is not best else ''}{match.mistake.says} {again}")
        if not best.is_exact:
            lines.append(self._something_else(best))
        notes = [] if best.is_exact else self._notes()[:1]
        return self._made("mistake", lines, place, notes=notes, mistakes=[match.mistake.id for match in matches])

    def _something_else(self, match: Match) -> str:
        if changed := self._changed_names():
            return f"And something else: it changes its input {listed(changed)}."
        others = [self._name(place) for place in self._failing() if place not in match.probes]
        return f'And something else: it is also wrong on "{others[0]}".' if others else "And something else is different too."

    def _symptom(self) -> list[str]:
        """Return the one sentence of numbers that goes before a misconception: a factor, a nan, an exception."""
        raising = self._failing("raised")
        if raising:
            raised = self.received[raising[0]].raised
            return [f'It raised {raised.type_name} on "{self._name(raising[0])}".'] if raised else []
        first = self._first_value()
        cases = self._cases(first[2], first[1]) if first is not None else []
        subject = self._subject(first[2] if first else ())
        finite = [case for case in cases if case.is_finite]
        found = ratio_lines(finite, subject) if cases else None
        if found is None and cases and all(case.agrees for case in finite):
            found = not_finite_lines(cases, subject)
        return list(found or [])

    def _returned_without_looking(self) -> Verdict | None:
        """Nothing, the input itself, or the same value whatever comes in."""
        steps = [self.expectation.first_call(place) for place in range(len(self.received))]
        values = [run.outcomes[step].value for run, step in zip(self.received, steps, strict=True) if returned(run, step)]
        wanted = [run.outcomes[step].value for run, step in zip(self.expectation.reference, steps, strict=True) if returned(run, step)]
        if len(values) < len(self.received) or all(value is None for value in wanted):
            return None
        place = self._smallest(self._failing())
        if all(value is None for value in values):
            if any(outcome.printed.strip() for run in self.received for outcome in run.outcomes):
                text = "It prints its result and returns nothing. What is printed is gone for the program; return hands it on."
                return self._made("printed", [text], place)
            return self._made("nothing", ["It returns nothing (None). Is the last line a return?"], place)
        for position in range(len(self.expectation.arguments(0))):
            inputs = [self.expectation.arguments(i)[position] for i in range(len(values))]
            if all(is_same_data(given, value) for given, value in zip(inputs, values, strict=True)):
                return self._made("input returned", [f"It returns its input {self._parameter(position)} as it came."], place)
        found = [[leaf for _, leaf in leaves(value)] for value in values]
        flat = [
            np.concatenate([leaf.ravel() for leaf in row]) if row else np.zeros(0)
            for row in found
            if all(isinstance(leaf, np.ndarray) for leaf in row)
        ]
        if len(flat) == len(values) and len(flat) > 1 and all(row.size for row in flat):
            first = flat[0][0]
            if all(np.array_equal(row, np.full(row.shape, first), equal_nan=row.dtype.kind == "f") for row in flat):
                text = f"Whatever comes in, it returns {short(first)}: the result does not depend on the input."
                return self._made("constant", [text], place)
        return None

    def _form(self) -> Verdict | None:
        """An exception, another type, shape or dtype, a changed input, a broken graph."""
        found = {difference.kind for difference in self.differences if difference}
        for kind in ("raised", "no-raise", "type", "length", "shape", "dtype"):
            place = self._smallest(self._failing(kind))
            difference = None if place is None else self.differences[place]
            if place is None or difference is None:
                continue
            run, wanted = self.received[place], self.expectation.reference[place]
            where = "on every probe" if len(self._failing(kind)) == len(self.received) else f'on "{self._name(place)}"'
            if kind == "raised" and run.raised:
                verdict, lines = raised_lines(run.raised, where)
            elif kind in ("raised", "no-raise"):
                verdict, lines = no_exception_lines(wanted.raised, where)
            elif kind in ("type", "length"):
                verdict, lines = type_lines(self.problem, difference, run)
            elif kind == "shape":
                verdict, lines = shape_lines(self.problem, difference, self.expectation.sizes(place), self.expectation.tolerance)
            else:
                verdict, lines = dtype_lines(difference)
            return self._made(verdict, lines, place)
        if "draws" in found and "value" not in found:
            return self._made(*draws_lines(next(d for d in self.differences if d and d.kind == "draws")))
        if found & {"value", "gradient"} or not found:
            return None  # numbers that are wrong say more
        kind = "changed" if "changed" in found else "cut"
        if kind == "cut":
            return self._made(*cut_lines(self.names))
        return self._made(*changed_lines(self._changed_names()), self._smallest(self._failing(kind)))

    def _changed_names(self) -> list[str]:
        return sorted({str(self._parameter(where)) for run in self.received for _, where in changes(run)})

    def _numbers(self) -> Verdict:
        found = self._first_value()
        if found is None:
            return self._gradient()
        place, step, path = found
        if self.problem.probes[place].statistics:
            return self._made("distribution", statistics_lines(self.expectation, place, self.received[place]))
        cases = self._cases(path, step)
        lines = diagnosed(cases, self._subject(path)) if cases else ["The values differ."]
        lines = [*self._steps_lines(), *lines]
        if self.problem.returns and path:
            right = [name for i, name in enumerate(self.problem.returns) if (i,) != path and self._is_right((i,), step)]
            if right:
                lines = [f"{listed(right).capitalize()} is right; {self.problem.returns[int(path[0])]} is not.", *lines]
        smallest = self._smallest(self._failing("value", "changed"))
        wild = [case.place for case in cases if not case.is_finite and not case.agrees]
        if wild and all(case.agrees for case in cases if case.is_finite):
            smallest = wild[0]
        return self._made("numbers", lines, smallest, notes=[note for note in self._notes() if "warned" in note])

    def _steps_lines(self) -> list[str]:
        """Say from which step on an object with a state is wrong, if it is right before in every script that fails."""
        places = [place for place in self._failing("value") if len(self.expectation.scripts[place]) > 1]
        found = [self.differences[place] for place in places]
        return steps_lines(self.expectation, [(place, one.step) for place, one in zip(places, found, strict=True) if one])

    def _gradient(self) -> Verdict:
        failing = self._failing("gradient")
        cases = []
        for place, found in enumerate(self.differences):
            step = found.step if found else self.expectation.first_call(place)
            outcome = self.received[place].outcomes[step] if len(self.received[place].outcomes) > step else None
            wanted = self.expectation.reference[place].outcomes[step].gradients
            if outcome is None or not outcome.gradients or not wanted or outcome.gradients[0] is None or wanted[0] is None:
                continue
            case = self._case(place, wanted[0], outcome.gradients[0], found is None)
            cases += [case] if case else []
        lines = ["The values are right; the gradient through them is not.", *diagnosed(cases, "The gradient")[:1], *cause_lines(self.names)]
        return self._made("gradient", lines, self._smallest(failing))

    # Numbers of one leaf on all probes

    def _first_value(self) -> tuple[int, int, Path] | None:
        """Return the probe, the step and the way to the first number that is wrong; statistics come after values."""
        found = [(place, one.step, one.path) for place, one in enumerate(self.differences) if one and one.kind == "value"]
        return min(found, key=lambda one: bool(self.problem.probes[one[0]].statistics), default=None)

    def _is_right(self, path: Path, step: int) -> bool:
        cases = self._cases(path, step)
        return bool(cases) and all(case.agrees for case in cases)

    def _subject(self, path: Path) -> str:
        if path and self.problem.returns:
            return f"Your {self.problem.returns[int(path[0])]}"
        scalar = all(np.ndim(leaf) == 0 for run in self.expectation.reference for o in run.outcomes for _, leaf in leaves(o.value))
        return "Your value" if scalar else "Your result"

    def _cases(self, path: Path, step: int) -> list[Case]:
        """Return the arrays that stand at a path of the value of a step, on every probe where both are arrays of one shape."""
        cases = []
        for place, (one, other) in enumerate(zip(self.expectation.reference, self.received, strict=True)):
            if min(len(one.outcomes), len(other.outcomes)) <= step or self.problem.probes[place].statistics:
                continue
            wanted, got = dict(leaves(one.outcomes[step].value)).get(path), dict(leaves(other.outcomes[step].value)).get(path)
            if isinstance(wanted, np.ndarray) and isinstance(got, np.ndarray):
                agrees = wanted.shape == got.shape and bool(np.all(close(wanted, got, self.expectation.tolerance)))
                case = self._case(place, wanted, got, agrees)
                cases += [case] if case else []
        return cases

    def _case(self, place: int, expected: Any, received: Any, agrees: bool) -> Case | None:
        if expected.shape != received.shape or expected.dtype.kind == "c" or received.dtype.kind == "c":
            return None
        arguments = self.expectation.arguments(place)
        sizes, names = self.expectation.sizes(place), self._names_at(place)
        return Case(place, self._name(place), sizes, arguments, expected, received, agrees, names)

    def _names_at(self, place: int) -> tuple[str, ...]:
        step = self.expectation.scripts[place][self.expectation.first_call(place)]
        return self.problem.parameters_of(getattr(step, "method", None))


def returned(run: Observation, step: int) -> bool:
    """Whether a step came to an end. One that raises after it, where an exception is asked, is no reason not to look at this one."""
    return step < len(run.outcomes) and run.outcomes[step].raised is None
