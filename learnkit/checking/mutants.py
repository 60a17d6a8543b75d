"""Small changes of a right answer, each of which a problem has to notice: an operator, a constant, an axis, a reduction, a line left out.

A problem that lets such a mutant pass has probes that do not look there. A mutant is let off only if it is equivalent: if it agrees
with the reference on a thousand random inputs that are none of the probes'.

Source: DeMillo, Lipton & Sayward 1978, Hints on test data selection: help for the practicing programmer.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from learnkit.checking.comparing import alike
from learnkit.checking.engine import verdict
from learnkit.checking.expecting import changes, expectation
from learnkit.checking.limits import limited
from learnkit.checking.matrix import compiled
from learnkit.checking.observing import observe
from learnkit.problems import all_problems, problems_of
from learnkit.problems.problem import Call, New, Problem, Step

MOST_INPUTS = 1000
LEAST_RATE = 0.95  # of the mutants that are not equivalent, how many a problem has to reject
OUTSIDE = 50_000  # seeds of inputs from here on: neither the visible one nor those that grading draws

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
_NAMES = {
    "sum": "mean", "mean": "sum", "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "maximum": "minimum",
    "minimum": "maximum", "exp": "expm1", "log1p": "log", "log": "log1p", "std": "var", "var": "std", "zeros_like": "ones_like",
    "ones_like": "zeros_like", "zeros": "ones", "ones": "zeros", "floor": "ceil", "ceil": "floor", "cumsum": "cumprod",
}  # fmt: skip
_LEFT_OUT = ("exp", "log", "abs", "sqrt", "copy", "astype", "maximum", "log1p", "square")


@dataclass(frozen=True)
class Mutant:
    """A changed answer: the line, what became of it, and the whole source."""

    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.before}  ->  {self.after}"


@dataclass(frozen=True)
class MutationReport:
    """What became of the mutants of one problem."""

    problem_id: str
    mutants: int
    equivalent: tuple[Mutant, ...]
    survivors: tuple[Mutant, ...]

    @property
    def rejected(self) -> int:
        return self.mutants - len(self.equivalent) - len(self.survivors)

    @property
    def rate(self) -> float:
        """Rejected among those that are not equivalent."""
        return self.rejected / max(self.mutants - len(self.equivalent), 1)

    def __str__(self) -> str:
        lines = [f"{self.problem_id}: {self.mutants} mutants, {self.rejected} rejected, {len(self.equivalent)} equivalent, {self.rate:.1%}"]
        lines += [f"  survives   {mutant}" for mutant in self.survivors]
        return "\n".join([*lines, *(f"  equivalent {mutant}" for mutant in self.equivalent)])


@dataclass(frozen=True)
class MutationReports:
    """The reports of some problems; ``str`` gives the list and the sums, ``ok`` whether every problem rejects enough."""

    problems: tuple[MutationReport, ...]

    @property
    def ok(self) -> bool:
        return bool(self.problems) and all(report.rate >= LEAST_RATE for report in self.problems)

    def __str__(self) -> str:
        made, equal = sum(report.mutants for report in self.problems), sum(len(report.equivalent) for report in self.problems)
        rejected = sum(report.rejected for report in self.problems)
        share = rejected / max(made - equal, 1)
        sums = f"{len(self.problems)} problems, {made} mutants: {rejected} rejected, {equal} equivalent, {share:.1%} of the others rejected"
        return "\n".join([*map(str, self.problems), "", sums])


def run_mutants(lesson: str | None = None) -> MutationReports:
    """Return the reports on one lesson, "04", or on all of them."""
    return MutationReports(tuple(map(mutation_report, all_problems() if lesson is None else problems_of(lesson))))


def mutants_of(source: str) -> list[Mutant]:
    """Return every mutant of a source that compiles, each text once."""
    tree = ast.parse(source)
    original = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for place, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[place]
            made = _Replace(target, change).visit(changed)
            try:
                text = ast.unparse(ast.fix_missing_locations(made))
                compile(text, "<mutant>", "exec")
            except (SyntaxError, ValueError, AttributeError):
                continue
            if text != original and text not in found:
                found[text] = _described(original, text)
    return list(found.values())


def mutation_report(problem: Problem) -> MutationReport:
    """Run every mutant of a problem's solution against the problem."""
    mutants = mutants_of(problem.solution.strip())
    surviving = [mutant for mutant in mutants if verdict(problem, compiled(mutant.source, problem.name), backend="numpy").passed]
    equivalent = tuple(mutant for mutant in surviving if is_equivalent(problem, compiled(mutant.source, problem.name)))
    return MutationReport(problem.id, len(mutants), equivalent, tuple(mutant for mutant in surviving if mutant not in equivalent))


def is_equivalent(problem: Problem, answer: Callable[..., Any], most: int = MOST_INPUTS) -> bool:
    """Whether an answer does what the reference does on random inputs outside the probes."""
    tolerance = expectation(problem).tolerance
    for script in outside_scripts(problem, most):
        expected = observe(problem.reference, script)
        with limited(problem.seconds):  # some mutants loop without end, and not on every input
            received = observe(answer, script)
        if not alike(expected, received, tolerance) or changes(expected) != changes(received):
            return False
    return True


def outside_scripts(problem: Problem, most: int = MOST_INPUTS) -> Iterator[list[Step]]:
    """Yield scripts with inputs that no probe draws: those of the probes with other seeds, and every other one made wilder.

    Wilder means scaled by up to a hundred or a hundredth, rounded so that values tie, all alike, drawn anew, or without its first row.
    Integers, which are classes and sizes, stay in their range, and so do numbers from 0 to 1.
    """
    for round_number in range(most):
        probe = problem.probes[round_number % len(problem.probes)]
        script = probe.steps(OUTSIDE + round_number)
        yield script if round_number % 2 else _wilder(script, np.random.default_rng(round_number))


def _wilder(script: list[Step], rng: np.random.Generator) -> list[Step]:
    way = int(rng.integers(5))
    scale = float(10 ** rng.uniform(-2, 2))

    def wild(value: Any) -> Any:
        if not isinstance(value, np.ndarray) or value.ndim == 0:
            return value
        if way == 4 and len(value) > 1:
            return value[1:]  # every array of the step loses a row, so that they still fit
        is_share = value.dtype.kind == "f" and value.size > 0 and value.min() >= 0 and 0 < value.max() <= 1
        if value.dtype.kind != "f" or value.size == 0 or is_share or way == 4:
            return value  # shares and probabilities stay what they are
        return (value * scale, np.round(value), np.full_like(value, value.flat[0]), scale * rng.standard_normal(value.shape))[way]

    steps: list[Step] = []
    for step in script:
        same_rows = isinstance(step, (Call, New)) and len({len(v) for v in step.args if isinstance(v, np.ndarray) and v.ndim}) <= 1
        if isinstance(step, Call) and same_rows:
            steps.append(Call(tuple(map(wild, step.args)), step.options, step.on, step.method, step.into, step.drain))
        else:
            steps.append(step)
    return steps


class _Replace(ast.NodeTransformer):
    """Puts the changed node in the place of one node of a tree."""

    def __init__(self, target: ast.AST, change: Callable[[Any], Any]) -> None:
        self.target, self.change = target, change

    def visit(self, node: ast.AST) -> Any:
        return self.change(node) if node is self.target else super().generic_visit(node)


def _changes(node: ast.AST) -> Iterator[Callable[[Any], Any]]:
    """Yield the changes of a node: functions that return another node in its place, or None to leave it out."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        yield from (_with(op=other()) for other in _OPERATORS.get(type(node.op), ()))
    elif isinstance(node, ast.Compare):
        yield from (_with(ops=[other(), *node.ops[1:]]) for other in _COMPARISONS.get(type(node.ops[0]), ()))
    elif isinstance(node, ast.BoolOp):
        yield _with(op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp):
        yield lambda found: found.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        values = (not node.value,) if isinstance(node.value, bool) else (node.value + 1, node.value - 1)
        yield from (_with(value=value) for value in values)
    elif isinstance(node, ast.Attribute) and node.attr in _NAMES:
        yield _with(attr=_NAMES[node.attr])
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield lambda found: found.value
    elif isinstance(node, ast.IfExp):
        yield lambda found: ast.IfExp(found.test, found.orelse, found.body)
    elif isinstance(node, ast.If):
        yield lambda found: ast.If(ast.UnaryOp(ast.Not(), found.test), found.body, found.orelse)
        yield lambda found: found.body
    elif isinstance(node, ast.Slice) and node.upper is not None:
        yield lambda found: ast.Slice(found.lower, ast.BinOp(found.upper, ast.Sub(), ast.Constant(1)), found.step)
    elif isinstance(node, ast.Assign):
        yield lambda found: ast.Pass()
    if isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield lambda found: ast.Pass()
    if isinstance(node, ast.Call):
        yield from _changed_calls(node)


def _changed_calls(node: ast.Call) -> Iterator[Callable[[Any], Any]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    if len(node.args) == 2:
        yield lambda found: ast.Call(found.func, found.args[::-1], found.keywords)
    if name == "where" and len(node.args) == 3:
        yield lambda found: ast.Call(found.func, [found.args[0], found.args[2], found.args[1]], found.keywords)
    if name == "range":
        yield lambda found: ast.Call(found.func, [*found.args[:-1], ast.BinOp(found.args[-1], ast.Sub(), ast.Constant(1))], [])
    if name in _LEFT_OUT:
        on_value = isinstance(node.func, ast.Attribute) and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "np")
        yield lambda found: found.func.value if on_value else found.args[-1]
    for keyword in node.keywords:
        yield _without(keyword.arg)


def _without(keyword: str | None) -> Callable[[Any], Any]:
    return lambda found: ast.Call(found.func, found.args, [one for one in found.keywords if one.arg != keyword])


def _with(**fields: Any) -> Callable[[Any], Any]:
    def change(node: Any) -> Any:
        for name, value in fields.items():
            setattr(node, name, value)
        return node

    return change


def _described(before: str, after: str) -> Mutant:
    """Return a mutant with the first line that is another one."""
    one, other = before.splitlines(), after.splitlines()
    place = next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)) - 1)
    return Mutant(place + 1, one[place].strip(), other[place].strip(), after)
