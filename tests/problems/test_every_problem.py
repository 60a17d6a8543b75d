"""Every problem is tested as hard as it tests an answer: right answers pass, worthless ones earn nothing, mistakes are "
"called by their names."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch  # noqa: F401  the answers of PyTorch and its library calls are tested where it is loaded

from learnkit import pytorch  # noqa: F401
from learnkit.checking import verdict
from learnkit.checking.comparing import Tolerance, alike
from learnkit.checking.expecting import changes
from learnkit.checking.matrix import FRESH_SEEDS, ProblemMatrix, compiled, matrix_of, worthless_answers
from learnkit.checking.observing import observe
from learnkit.checking.reading import functions_used, objects_used
from learnkit.checking.verdicts import MOST_LINES, Verdict
from learnkit.problems import all_problems
from learnkit.problems.problem import THE_EXERCISE, Call, Mistake, Problem

sys.path.insert(0, str(Path(__file__).parent))
from kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
LESSONS = all_problems()
# Of every kind one at least is examined, whatever the lessons have.
PROBLEMS = (*LESSONS, *(problem for problem in KINDS if problem.id not in {known.id for known in LESSONS}))
every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=[problem.id for problem in PROBLEMS])
every_mistake = pytest.mark.parametrize(
    ("problem", "mistake"),
    [pytest.param(problem, mistake, id=f"{problem.id}-{mistake.id}") for problem in PROBLEMS for mistake in problem.mistakes],
)


@cache
def matrix(problem: Problem) -> ProblemMatrix:
    return matrix_of(problem, FRESH_SEEDS if problem in LESSONS else FRESH_SEEDS[:3])  # test_kinds.py draws more


def is_plain(problem: Problem) -> bool:
    """Whether a problem asks for a function of arrays and numbers, called once a probe, that is not random."""
    scripts = [probe.steps(0) for probe in problem.probes]
    steps = [step for script in scripts for step in script]
    given = [value for step in steps if isinstance(step, Call) for value in (*step.args, *step.options.values())]
    once = all(len(script) == 1 for script in scripts) and all(isinstance(step, Call) and step.drain is None for step in steps)
    return once and all(isinstance(value, (np.ndarray, bool, int, float, str)) for value in given)


def with_results(problem: Problem, change: Callable[[Any, tuple[Any, ...]], Any]) -> Any:
    """A right answer whose results are changed, (result, inputs) -> another one; of a class every method."""
    right = problem.alternatives[0]

    def changed(method: Callable[..., Any], skipped: int) -> Callable[..., Any]:
        return lambda *inputs, **options: change(method(*inputs, **options), inputs[skipped:])

    if not problem.is_class:
        return changed(right, 0)
    methods = {name for name, _ in inspect.getmembers(right, inspect.isfunction) if not name.startswith("__") or name == "__call__"}
    return type(problem.name, (right,), {name: changed(getattr(right, name), 1) for name in methods})


def tree(function: Callable[..., Any]) -> ast.FunctionDef | ast.ClassDef:
    found = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(found, (ast.FunctionDef, ast.ClassDef))
    return found


def form(function: Callable[..., Any]) -> str:
    """The syntax tree of a body without its docstring and with every name alike: two functions that differ in names only have one form."""
    body = tree(function).body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
        body = body[1:]
    text = ast.dump(ast.Module(body, []))
    return re.sub(r"(id|arg)='\w+'", r"\1='_'", text)


def has_loop(function: Callable[..., Any]) -> bool:
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp)
    return any(isinstance(node, loops) for used in functions_used(function) for node in ast.walk(tree(used)))


def core_lines(source: str) -> Iterator[str]:
    """Yield the lines of a solution that give it away, without blanks."""
    for line in source.strip().splitlines()[1:]:
        line = re.sub(r"\s+", "", line)
        if len(line) >= 12 and not line.startswith(("return", "rows=")):
            yield line


def sections(lesson: str) -> set[str] | None:
    """The headings of a lesson; None while it is not written."""
    sources = list((ROOT / "notebooks" / "src").glob(f"{lesson}_*.py"))
    return set(re.findall(r"^# #{2,4} (.+?)\s*$", sources[0].read_text(encoding="utf-8"), re.MULTILINE)) if sources else None


# What a problem must have


@every_problem
def test_it_has_three_mistakes_three_alternatives_and_a_loop_among_them(problem: Problem) -> None:
    assert len(problem.mistakes) >= 3
    assert len({mistake.id for mistake in problem.mistakes}) == len(problem.mistakes)
    assert len(problem.alternatives) >= 3
    assert len({form(answer) for answer in (*problem.alternatives, problem.reference)}) == len(problem.alternatives) + 1
    assert any(has_loop(answer) for answer in problem.alternatives)


@every_problem
def test_no_alternative_uses_the_library(problem: Problem) -> None:
    for answer in (*problem.alternatives, *problem.torch_alternatives):
        homes = {getattr(thing, "__module__", None) or getattr(thing, "__name__", "") for thing in objects_used(answer)}
        assert not {home for home in homes if str(home).startswith(("learnkit.reference", "learnkit.pytorch"))}


@every_mistake
def test_the_two_implementations_of_a_mistake_are_written_differently(problem: Problem, mistake: Mistake) -> None:
    made = ["<locals>" in one.__qualname__ for one in (mistake.wrong, mistake.other)]
    if any(made) and not all(made):  # one is made by a function of what is wrong, and the other is not
        return
    assert form(mistake.wrong) != form(mistake.other)


@every_mistake
def test_a_mistake_is_worded_in_two_sentences_and_refers_to_a_section_that_exists(problem: Problem, mistake: Mistake) -> None:
    assert 1 <= len(re.findall(r"[.!?](?:\s|$)", mistake.says)) <= 2
    assert len(mistake.says) <= 200
    if mistake.section == THE_EXERCISE:
        return
    assert mistake.section.strip()
    headings = sections(problem.lesson)
    if headings is None:
        pytest.skip("the lesson is not written yet: what its sections are called is not known")
    assert mistake.section in headings


@every_problem
def test_the_stub_states_its_parameters_and_is_not_attempted(problem: Problem) -> None:
    stub = compiled(problem.stub, problem.name)
    assert inspect.getdoc(stub)
    found = verdict(problem, stub)
    assert (found.kind, found.points, found.passed) == ("not attempted", 0, False)
    assert tuple(inspect.signature(stub).parameters) == tuple(inspect.signature(compiled(problem.solution, problem.name)).parameters)


@every_problem
def test_every_probe_catches_a_mistake_or_is_an_edge_case(problem: Problem) -> None:
    assert matrix(problem).idle == ()


@every_problem
def test_every_probe_adds_to_those_before_it_or_is_an_edge_case(problem: Problem) -> None:
    assert matrix(problem).questioned == ()


@every_problem
def test_probes_are_drawn_from_their_seed(problem: Problem) -> None:
    for probe in problem.probes:
        one, again, other = (str(probe.steps(seed)) for seed in (0, 0, 1))
        assert one == again
        assert one != other or probe.is_edge or "all scores 0" in probe.name


# Right answers


@every_problem
def test_right_answers_pass(problem: Problem) -> None:
    solution = compiled(problem.solution, problem.name)
    for answer in (*problem.alternatives, solution):
        found = verdict(problem, answer)
        assert found.passed, f"{answer.__name__}: {found}"
        assert found.points == problem.points
    assert matrix(problem).refused == ()


@every_problem
def test_right_answers_in_pytorch_pass_with_their_gradients(problem: Problem) -> None:
    if "torch" not in problem.backends:
        pytest.skip("posed in NumPy only")
    assert problem.torch_alternatives
    for answer in problem.torch_alternatives:
        found = verdict(problem, answer)
        assert found.passed, f"{answer.__name__}: {found}"


@every_problem
def test_the_reference_is_the_solution_and_changes_nothing(problem: Problem) -> None:
    if not is_plain(problem):
        pytest.skip("objects, iterators and random values are compared by the verdict on the solution")
    solution = compiled(problem.solution, problem.name)
    for probe in problem.probes:
        for step in probe.steps(5):
            assert isinstance(step, Call)
            given = [np.copy(value) if isinstance(value, np.ndarray) else value for value in step.args]
            kept = [np.copy(value) for value in step.args]
            one, other = problem.reference(*given, **step.options), solution(*given, **step.options)
            for part, twin in zip(one, other, strict=True) if problem.returns else [(one, other)]:
                np.testing.assert_allclose(part, twin, rtol=1e-12, atol=1e-13)
            for value, before in zip(given, kept, strict=True):
                np.testing.assert_array_equal(value, before)


@every_problem
def test_the_reference_changes_no_input_and_does_the_same_twice(problem: Problem) -> None:
    for probe in problem.probes:
        one, other = (observe(problem.reference, probe.steps(5)) for _ in range(2))
        assert one.raised is None or probe.is_edge, one.raised
        assert changes(one) == set()
        assert alike(one, other, Tolerance(0.0, 0.0))
        assert one.draws in ("", "its rng") or (one.draws == "nothing" and probe.is_edge) or not probe.statistics


# Worthless answers


@every_problem
def test_worthless_answers_earn_nothing(problem: Problem) -> None:
    assert matrix(problem).paid == ()
    for name, answer in worthless_answers(problem).items():
        found = verdict(problem, answer)
        assert not found.passed, name
        assert found.points == 0, name
        if name.startswith("calls "):
            assert found.kind == "library", (name, found)


def filled(value: Any, number: float) -> Any:
    """A value with one number in the place of all numbers in it."""
    if isinstance(value, (tuple, list)):
        return type(value)(filled(part, number) for part in value)
    if hasattr(value, "__next__"):
        return iter([filled(part, number) for part in value])
    return np.full(np.shape(value), number)


@every_problem
def test_a_constant_is_called_a_constant(problem: Problem) -> None:
    for number in (0.0, 1.0, 0.37):
        found = verdict(problem, with_results(problem, lambda result, _, number=number: filled(result, number)))
        assert not found.passed
        assert found.points == 0
        assert found.kind in ("constant", "mistake") or not is_plain(problem), found


@every_problem
def test_nothing_returned_and_printed_instead_are_told_apart(problem: Problem) -> None:
    quiet = verdict(problem, with_results(problem, lambda result, _: None))
    loud = verdict(problem, with_results(problem, lambda result, _: print(result)))
    assert (quiet.kind, loud.kind) == ("nothing", "printed")


def array_parameters(problem: Problem) -> list[int]:
    """The places of the parameters that are arrays on every probe of a function that is called once."""
    scripts = [probe.steps(0) for probe in problem.probes]
    if problem.is_class or not all(len(script) == 1 and isinstance(script[0], Call) and script[0].drain is None for script in scripts):
        return []
    calls = [step.args for (step,) in scripts if isinstance(step, Call)]
    return [place for place in range(len(calls[0])) if all(isinstance(args[place], np.ndarray) for args in calls)]


@every_problem
def test_its_input_returned_is_said(problem: Problem) -> None:
    places = array_parameters(problem)
    if not places:
        pytest.skip("no array comes in on every probe of a single call")
    found = verdict(problem, with_results(problem, lambda _, inputs: inputs[places[0]]))
    assert found.kind == "input returned" or (found.kind == "mistake" and not is_plain(problem)), found
    if found.kind == "input returned":
        assert problem.parameters[places[0]] in found.message


@every_problem
def test_the_librarys_function_is_recognized_under_another_name(problem: Problem) -> None:
    from learnkit import reference as lk

    theirs = getattr(lk, problem.name, None)
    if theirs is None:
        pytest.skip("the library has no function of this name")
    assert verdict(problem, theirs).kind == "library"
    if problem.is_class:
        assert verdict(problem, type(problem.name, (theirs,), {})).kind == "library"
        return
    assert verdict(problem, lambda *inputs: theirs(*inputs)).kind == "library"
    assert verdict(problem, lambda *inputs: getattr(lk, problem.name)(*inputs)).kind == "library"
    if hasattr(theirs, "forward"):
        assert verdict(problem, lambda *inputs: theirs.forward(*inputs)[0]).kind == "library"


# Mistakes


@every_mistake
def test_a_mistake_is_rejected_and_named_as_itself_on_fresh_seeds(problem: Problem, mistake: Mistake) -> None:
    (row,) = (row for row in matrix(problem).rows if row.mistake_id == mistake.id)
    assert any(row.caught)
    assert row.rejected == row.seeds
    assert row.named == row.seeds, dict(row.called)
    assert row.seeds >= 20 or problem not in LESSONS


@every_mistake
def test_every_variant_of_a_mistake_is_named_as_itself(problem: Problem, mistake: Mistake) -> None:
    for wrong in (mistake.wrong, *mistake.variants):
        found = verdict(problem, wrong)
        assert (found.kind, found.mistake_id, found.also) == ("mistake", mistake.id, ()), found


# What is said


def all_verdicts(problem: Problem) -> list[Verdict]:
    answers = [wrong for mistake in problem.mistakes for wrong in (mistake.wrong, mistake.other, *mistake.variants)]
    return [verdict(problem, answer) for answer in (*answers, *worthless_answers(problem).values(), problem.alternatives[0])]


@every_problem
def test_a_message_is_short_and_calm(problem: Problem) -> None:
    for found in all_verdicts(problem):
        text = found.message
        assert len(found.finding) <= MOST_LINES
        assert sum(len(line) > 160 for line in text.splitlines()) == 0, text
        assert len(text.splitlines()) <= MOST_LINES + 8
        assert not re.search(r"AssertionError|Traceback|you failed|obviously|simply", text)
        assert text.startswith(f"{problem.id} · ")
        if not found.passed:
            assert text.splitlines()[-1] == f'hint("{problem.id}") opens the next hint (1 of 4).'


@every_problem
def test_nothing_said_before_the_last_hint_contains_the_solution(problem: Problem) -> None:
    lines = list(core_lines(problem.solution))
    assert lines
    said = [mistake.says for mistake in problem.mistakes] + list(problem.hints) + [found.message for found in all_verdicts(problem)]
    for text in said:
        bare = re.sub(r"\s+", "", text)
        assert not [line for line in lines if line in bare], text


@every_problem
def test_hints_are_three_texts_that_grow(problem: Problem) -> None:
    assert len(problem.hints) == 3
    assert all(len(text) > 40 for text in problem.hints)
    assert "\n" in problem.hints[2]
