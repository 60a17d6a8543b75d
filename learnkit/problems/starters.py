"""What an exercise starts from, in four forms: worked, one line to fill, lines to order, blank. All are checked by the same problem.

The forms are made from the solution and the mistakes of a problem: a mistake that says how it writes one line of the solution
gives a distractor, and that line may be the one to fill.
"""

import ast
import re
from functools import lru_cache
from typing import Literal, get_args

import numpy as np

from learnkit.problems.problem import Problem

Form = Literal["blank", "order", "fill", "worked"]
FORMS: tuple[Form, ...] = get_args(Form)
INDENT = "    "
HERE = "# <- this line"


class NoForm(ValueError):
    """A problem that cannot be posed in a form; the message says why."""


def forms_of(problem: Problem) -> tuple[Form, ...]:
    """Return the forms in which a problem can be posed, the hardest first."""
    has_lines = bool(slip_lines(problem)) and not problem.is_class and len(body_of(problem.solution)) > 1
    return FORMS if has_lines else ("blank", "worked")


def starter(problem: Problem, form: Form = "blank") -> str:
    """Return the source that an exercise cell starts from.

    Parameters
    ----------
    form : "blank", the signature and the docstring; "order", with the lines of the solution and one or two others, in another order;
        "fill", the solution without one line; "worked", the solution, to be read and run

    Raises
    ------
    NoForm
        If the problem has no such form.
    """
    if form not in FORMS:
        raise NoForm(f"An exercise has the forms {', '.join(FORMS)}; got {form!r}.")
    if form not in forms_of(problem):
        raise NoForm(f"{problem.id} has the forms {', '.join(forms_of(problem))}; it has no {form!r}.")
    if form == "blank":
        return problem.stub.strip()
    head, body = head_of(problem.stub), body_of(problem.solution)
    if form == "worked":
        return "\n".join([*head, *body])
    return "\n".join([*head, *(_to_fill(problem, body) if form == "fill" else _to_order(problem, body))])


@lru_cache(maxsize=256)
def unsolved_starters(problem: Problem) -> tuple[str, ...]:
    """Return the sources of an exercise on which nothing has been done yet."""
    return tuple(starter(problem, form) for form in forms_of(problem) if form != "worked")


def slip_lines(problem: Problem) -> tuple[tuple[str, str], ...]:
    """Return (a line of the solution, the same line as a mistake has it), without indentation, in the order of the mistakes."""
    return tuple(mistake.line for mistake in problem.mistakes if mistake.line is not None)


def with_slip(problem: Problem, slip: tuple[str, str]) -> str:
    """Return the solution with one line as a mistake has it."""
    right, wrong = slip
    lines = [line.replace(right, wrong) if line.strip() == right else line for line in problem.solution.strip().splitlines()]
    return "\n".join(lines)


def head_of(stub: str) -> list[str]:
    """Return the lines of a stub before its three dots: signature and docstring."""
    lines = stub.strip().splitlines()
    return lines[:-1] if lines[-1].strip() == "..." else lines


def body_of(solution: str) -> list[str]:
    """Return the lines of a solution below its signature."""
    return solution.strip().splitlines()[_first_body_line(solution.strip()) - 1 :]


@lru_cache(maxsize=256)
def _first_body_line(solution: str) -> int:
    return int(ast.parse(solution).body[0].body[0].lineno)  # type: ignore[attr-defined]


def _to_fill(problem: Problem, body: list[str]) -> list[str]:
    blank = slip_lines(problem)[0][0]
    return [_without(line) if line.strip() == blank else line for line in body]


def _without(line: str) -> str:
    """Return a line with three dots in the place of what is to be written."""
    indent = line[: len(line) - len(line.lstrip())]
    if line.strip().startswith("return "):
        return f"{indent}return ...  {HERE}"
    assigned = re.match(r"(\s*[\w\[\], .]+? )(=|-=|\+=|\*=) ", line)
    return f"{assigned[1]}{assigned[2]} ...  {HERE}" if assigned else f"{indent}...  {HERE}"


def _to_order(problem: Problem, body: list[str]) -> list[str]:
    """Return the lines as comments, shuffled by the name of the problem, so that everybody gets the same order."""
    wrong = dict(reversed(slip_lines(problem)))  # the first mistake of each line of the solution
    indented = [line.replace(line.strip(), wrong[line.strip()]) for line in body if line.strip() in wrong][:2]
    lines = [line.removeprefix(INDENT) for line in (*body, *indented)]
    rng = np.random.default_rng([ord(letter) for letter in problem.id])
    order = rng.permutation(len(lines))
    while [i for i in order if i < len(body)] == list(range(len(body))):
        order = rng.permutation(len(lines))
    count = "One of them does" if len(indented) == 1 else "Two of them do"
    told = [
        f"{INDENT}# Put these lines in order. {count} not belong.",
        f"{INDENT}# (In JupyterLab: Alt+Up and Alt+Down move a line, Ctrl+/ takes its # away.)",
    ]
    return [*told, *(f"{INDENT}# {lines[i]}" for i in order), f"{INDENT}..."]
