"""Four forms of one exercise: all start from nothing, end in the solution, and their wrong lines are known mistakes."""

import os
import re
import subprocess
import sys

import pytest

from learnkit.checking import verdict
from learnkit.checking.matrix import compiled
from learnkit.problems import all_problems, get_problem
from learnkit.problems.problem import Problem
from learnkit.problems.starters import FORMS, HERE, NoForm, forms_of, slip_lines, starter, with_slip

PROBLEMS = all_problems()
every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=[problem.id for problem in PROBLEMS])
in_four_forms = [problem for problem in PROBLEMS if len(forms_of(problem)) == 4]
every_laddered = pytest.mark.parametrize("problem", in_four_forms, ids=[problem.id for problem in in_four_forms])
slips = [(problem, mistake) for problem in PROBLEMS for mistake in problem.mistakes if mistake.line]


def comments(source: str) -> list[str]:
    """The lines that are offered, without what says so."""
    return [line.removeprefix("    # ") for line in source.splitlines() if line.startswith("    # ")][2:]


@every_problem
def test_every_core_function_has_all_forms(problem: Problem) -> None:
    assert forms_of(problem) == FORMS or problem.is_class or not problem.is_core


@pytest.mark.parametrize(("problem", "mistake"), slips, ids=[f"{problem.id}-{mistake.id}" for problem, mistake in slips])
def test_a_line_of_a_mistake_makes_the_solution_that_mistake(problem: Problem, mistake: object) -> None:
    line = getattr(mistake, "line", None)
    assert line is not None
    changed = with_slip(problem, line)
    assert changed != problem.solution.strip()
    assert verdict(problem, compiled(changed, problem.name)).mistake_id == getattr(mistake, "id", None)


@every_problem
@pytest.mark.parametrize("form", ["blank", "order", "fill"])
def test_no_form_earns_anything_untouched(problem: Problem, form: str) -> None:
    if form not in forms_of(problem):
        with pytest.raises(NoForm, match="has the forms blank, worked"):
            starter(problem, form)  # type: ignore[arg-type]
        return
    found = verdict(problem, compiled(starter(problem, form), problem.name))  # type: ignore[arg-type]
    assert (found.kind, found.points) == ("not attempted", 0)


@every_problem
def test_the_worked_form_passes(problem: Problem) -> None:
    assert verdict(problem, compiled(starter(problem, "worked"), problem.name)).passed


@every_problem
def test_the_blank_form_is_the_stub(problem: Problem) -> None:
    assert starter(problem) == problem.stub.strip()


@every_laddered
def test_filling_the_open_line_passes_and_the_line_is_not_shown(problem: Problem) -> None:
    source, right = starter(problem, "fill"), slip_lines(problem)[0][0]
    (open_line,) = [line for line in source.splitlines() if HERE in line]
    assert right not in source
    indent = open_line[: len(open_line) - len(open_line.lstrip())]
    filled = source.replace(open_line, indent + right)
    assert verdict(problem, compiled(filled, problem.name)).passed


@every_laddered
def test_the_lines_to_order_are_those_of_the_solution_and_one_or_two_more(problem: Problem) -> None:
    offered = comments(starter(problem, "order"))
    body = [line.removeprefix("    ") for line in problem.solution.strip().splitlines()[1:]]
    extra = sorted(offered)
    for line in body:
        extra.remove(line)
    assert 1 <= len(extra) <= 2
    assert {line.strip() for line in extra} <= {wrong for _, wrong in slip_lines(problem)}
    assert [line for line in offered if line in body] != body
    ordered = re.sub(r"(?s)    # Put these.*", "\n".join(f"    {line}" for line in body), starter(problem, "order"))
    assert verdict(problem, compiled(ordered, problem.name)).passed


@every_laddered
def test_a_distractor_left_in_its_place_is_told_its_misconception(problem: Problem) -> None:
    right, wrong = slip_lines(problem)[0]
    body = [line.replace(right, wrong) for line in problem.solution.strip().splitlines()[1:]]
    ordered = re.sub(r"(?s)    # Put these.*", lambda _: "\n".join(body), starter(problem, "order"))
    assert verdict(problem, compiled(ordered, problem.name)).kind == "mistake"


def test_everybody_gets_the_lines_in_the_same_order() -> None:
    code = "from learnkit.problems import get_problem; from learnkit.problems.starters import starter\n"
    code += "print(starter(get_problem('04.softmax'), 'order'))"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        there = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
        assert there.strip() == starter(get_problem("04.softmax"), "order")


def test_a_form_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NoForm, match="An exercise has the forms blank, order, fill, worked; got 'easy'"):
        starter(get_problem("04.softmax"), "easy")  # type: ignore[arg-type]
