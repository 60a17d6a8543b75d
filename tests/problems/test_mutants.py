"""Small changes of every solution are noticed by its problem, and the changes are those that they are said to be."""

import ast
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from kinds import KINDS, standardizer, training_step

from learnkit.checking.matrix import matrix_of, questioned_probes
from learnkit.checking.mutants import LEAST_RATE, MutationReports, is_equivalent, mutants_of, mutation_report, outside_scripts
from learnkit.problems import all_problems
from learnkit.problems.l12_regularization import dropout_forward
from learnkit.problems.problem import Call, Mistake, Probe, Problem

PROBLEMS = (*all_problems(), *KINDS)


@pytest.mark.parametrize("problem", PROBLEMS, ids=[problem.id for problem in PROBLEMS])
def test_a_problem_rejects_what_is_not_right_any_more(problem: Problem) -> None:
    report = mutation_report(problem)
    assert report.mutants >= 2
    assert report.rate >= LEAST_RATE, str(report)
    assert report.survivors == (), str(report)


def afters(source: str) -> set[str]:
    return {mutant.after for mutant in mutants_of(source)}


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("y = a + b", {"y = a - b", "pass"}),
        ("y = a / 2", {"y = a * 2", "y = a / 3", "y = a / 1", "pass"}),
        ("y = a > 0", {"y = a >= 0", "y = a < 0", "y = a > 1", "y = a > -1", "pass"}),
        ("y = a % b", {"y = a // b", "pass"}),
        ("y = a @ b.T", {"y = a * b.T", "y = a @ b", "pass"}),
        ("y = -a", {"y = a", "pass"}),
        ("y = a.sum(axis=1, keepdims=True)", {
            "y = a.mean(axis=1, keepdims=True)", "y = a.sum(axis=2, keepdims=True)", "y = a.sum(axis=0, keepdims=True)",
            "y = a.sum(axis=1, keepdims=False)", "y = a.sum(keepdims=True)", "y = a.sum(axis=1)", "pass",
        }),
        ("y = np.exp(a)", {"y = np.expm1(a)", "y = a", "pass"}),
        ("y = a.copy()", {"y = a", "pass"}),
        ("y = np.where(a, b, c)", {"y = np.where(a, c, b)", "pass"}),
        ("y = np.dot(a, b)", {"y = np.dot(b, a)", "pass"}),
        ("y = a[:k]", {"y = a[:k - 1]", "pass"}),
        ("y = a and b", {"y = a or b", "pass"}),
        ("y = b if a else c", {"y = c if a else b", "pass"}),
        ("y -= a", {"y += a", "pass"}),
        ("a.step()", {"pass"}),
    ],
)  # fmt: skip
def test_a_line_is_changed_in_these_ways_and_no_others(line: str, changed: set[str]) -> None:
    assert afters(f"def f(a, b, c, k, y):\n    {line}\n    return y") == changed


def test_a_branch_is_turned_around_and_left_out() -> None:
    source = "def f(a):\n    if a:\n        return 1.5\n    return 2.5"
    assert {mutant.source for mutant in mutants_of(source) if "a" in mutant.after or mutant.line == 2} >= {
        "def f(a):\n    if not a:\n        return 1.5\n    return 2.5",
        "def f(a):\n    return 1.5\n    return 2.5",
    }


def test_every_mutant_compiles_is_new_and_says_its_line() -> None:
    for problem in PROBLEMS:
        mutants = mutants_of(problem.solution.strip())
        assert len({mutant.source for mutant in mutants}) == len(mutants)
        lines = [line.strip() for line in ast.unparse(ast.parse(problem.solution)).splitlines()]
        for mutant in mutants:
            compile(mutant.source, "m", "exec")
            assert mutant.before != mutant.after
            assert mutant.before == lines[mutant.line - 1]


DOUBLE = Problem(
    id="99.double",
    title="",
    stub='def double(x):\n    """Twice."""\n    ...\n',
    reference=lambda x: 2 * x,
    probes=(Probe("zeros", "", lambda rng: (np.zeros(3),)),),
    mistakes=(),
    alternatives=(),
    hints=("", "", ""),
    solution="def double(x):\n    y = 2 * x\n    return y",
    backends=("numpy",),
)


def test_a_problem_that_looks_nowhere_is_found_out() -> None:
    report = mutation_report(DOUBLE)
    assert {mutant.after for mutant in report.survivors} == {"y = 3 * x", "y = 1 * x"}
    assert report.equivalent == ()
    assert report.rate < LEAST_RATE
    assert not MutationReports((report,)).ok
    assert "survives   line 2: y = 2 * x  ->  y = 3 * x" in str(report)


def with_more_probes() -> Problem:
    probes = (Probe("numbers", "", lambda rng: (rng.normal(size=4),)), Probe("a row", "", lambda rng: (rng.normal(size=(1, 3)),)))
    return replace(DOUBLE, probes=probes)


def test_what_agrees_everywhere_is_equivalent_and_what_differs_somewhere_is_not() -> None:
    problem = with_more_probes()
    assert is_equivalent(problem, lambda x: x + x)
    assert not is_equivalent(problem, lambda x: np.where(np.abs(x) > 20, 0, 2 * x))  # only large inputs show it
    assert not is_equivalent(problem, lambda x: 2 * x if x.ndim < 2 else 2 * x + 1e-6)

    def in_place(x: Any) -> Any:
        x *= 2
        return x

    assert not is_equivalent(problem, in_place)

    def endless(x: Any) -> Any:
        while np.abs(x).max() > 20:
            pass
        return 2 * x

    assert not is_equivalent(replace(problem, seconds=0.2), endless)


def test_inputs_outside_are_not_those_of_the_probes_and_vary_in_size_ties_and_rows() -> None:
    problem = with_more_probes()
    seen = [step.args[0] for script in outside_scripts(problem, 200) for step in script if isinstance(step, Call)]
    probes = [step.args[0] for probe in problem.probes for seed in range(130) for step in probe.steps(seed) if isinstance(step, Call)]
    assert not any(np.array_equal(one, other) for one in seen for other in probes)
    assert max(np.abs(value).max() for value in seen if value.size) > 50
    assert any(len(np.unique(value)) == 1 for value in seen if value.size > 2)
    assert {value.shape for value in seen} >= {(4,), (3,), (1, 3)}


def test_a_probe_that_no_mistake_needs_is_questioned_and_one_that_is_needed_is_not() -> None:
    def first_only(x: Any) -> Any:
        return np.where(np.arange(len(x)) == 0, 2 * x, x)

    def first_only_in_place(x: Any) -> Any:
        y = x.copy()
        y[:1] *= 2
        return y

    def absolute(x: Any) -> Any:
        return 2 * abs(x)

    probes = (
        Probe("one number", "", lambda rng: (-rng.random(1),)),
        Probe("three numbers", "", lambda rng: (1 + rng.random(3),)),
        Probe("three others", "", lambda rng: (2 + rng.random(3),)),
        Probe("five numbers", "", lambda rng: (1 + rng.random(5),)),
        Probe("nothing", "", lambda rng: (np.zeros(0),), is_edge=True),
    )
    mistakes = (
        Mistake("first", first_only, first_only_in_place, "", ""),
        Mistake("absolute", absolute, lambda x: abs(2 * x), "", ""),
    )
    made = replace(DOUBLE, probes=probes, mistakes=mistakes)
    assert questioned_probes(made) == ("three others",)  # five numbers are another size
    assert questioned_probes(replace(made, probes=(probes[0], probes[2], probes[3]))) == ()
    assert "probes that add nothing to those before them: three others" in str(matrix_of(made, seeds=(1,)))


def test_a_probe_that_rejects_or_names_what_those_before_it_do_not_is_needed() -> None:
    def small_only(x: Any) -> Any:
        return np.where(x < 5, 2 * x, 0)

    probes = (
        Probe("small", "", lambda rng: (rng.random(3),)),
        Probe("large", "", lambda rng: (9 + rng.random(3),)),
        Probe("larger", "", lambda rng: (90 + rng.random(3),)),
    )
    large = Mistake("zero", small_only, lambda x: 2 * x * (x < 5), "", "")
    also = Mistake(
        "zero-above-50", lambda x: np.where(x < 5, 2 * x, np.where(x < 50, 0, 7)), lambda x: 2 * x * (x < 5) + 7 * (x > 50), "", ""
    )
    assert questioned_probes(replace(DOUBLE, probes=probes, mistakes=(large,))) == ("larger",)
    assert questioned_probes(replace(DOUBLE, probes=probes, mistakes=(large, also))) == ()  # it tells the two apart


def test_a_square_probe_is_not_questioned() -> None:
    probes = tuple(Probe(f"{n} by {c}", "", lambda rng, n=n, c=c: (rng.random((n, c)),)) for n, c in ((2, 3), (3, 3), (3, 3), (2, 3)))
    mistake = Mistake("three", lambda x: 3 * x, lambda x: x + x + x, "", "")
    assert questioned_probes(replace(DOUBLE, probes=probes, mistakes=(mistake,), axes={"x": "NC"})) == ("2 by 3",)


@pytest.mark.parametrize(
    ("problem", "after"),
    [
        (training_step.PROBLEM, "pass"),
        (standardizer.PROBLEM, "self.std = np.where(deviation != 0, 1.0, deviation)"),
        (dropout_forward.PROBLEM, "keep = rng.random(x.shape) <= p"),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_classes_steps_and_random_code_have_mutants_too(problem: Problem, after: str) -> None:
    assert after in afters(problem.solution.strip())
