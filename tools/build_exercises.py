"""Make an exercise notebook from a notebook with solutions: the same text, each solution replaced by the stub of its problem, no outputs.

In ``solutions/src/NN_topic.py`` the tag ``solution`` marks what a learner does not get: a code cell with it defines the name that one
problem of the lesson asks for, and becomes that problem's stub; a text cell with it is left out. `tools/build_notebooks.py` calls this.
"""

import ast
import copy
import re
from typing import Any

from learnkit import problems
from learnkit.problems.starters import Form, forms_of, starter

TAG = "solution"
FOR_LINTERS = re.compile(r"  # noqa\b.*$", re.MULTILINE)


class Unfit(Exception):
    """A source that no exercise notebook can be made from; the message is for the person who edits it."""


def exercise_of(solved: Any, lesson: str, form: Form = "blank") -> Any:
    """Return the exercise notebook of a lesson, "04".

    Parameters
    ----------
    solved : the notebook with solutions, as its source has it; it stays as it was
    form : what each exercise starts from; "blank" where a problem has no such form

    Raises
    ------
    Unfit
        If a cell tagged ``solution`` solves no problem of the lesson or not in the words of `Problem.solution`, or a problem has no cell.
    """
    notebook = copy.deepcopy(solved)
    waiting = {problem.name: problem for problem in problems_of(lesson)}
    notebook.cells = []
    for index, cell in enumerate(solved.cells, start=1):
        cell = copy.deepcopy(cell)
        if TAG in cell.metadata.get("tags", []):
            if cell.cell_type != "code":
                continue
            names = [name for name in defined(cell.source) if name in waiting]
            if len(names) != 1:
                known = ", ".join(waiting) or "none is left"
                raise Unfit(f"cell {index} is tagged {TAG!r} and must define one name that lesson {lesson} asks for ({known})")
            problem = waiting.pop(names[0])
            if cell.source.strip() != problem.solution.strip():
                raise Unfit(f"cell {index} is not the solution of {problem.id}, word for word: the problem's text is\n{problem.solution}")
            cell.source = stub_of(problem, form)
            cell.metadata["tags"].remove(TAG)
            if not cell.metadata["tags"]:
                del cell.metadata["tags"]
        if cell.cell_type == "code":
            cell.source = FOR_LINTERS.sub("", cell.source)
            cell.outputs, cell.execution_count = [], None
        notebook.cells.append(cell)
    if waiting:
        raise Unfit(f"no cell tagged {TAG!r} defines {', '.join(waiting)}, which lesson {lesson} asks for")
    notebook.metadata["learnkit"] = {"lesson": lesson}
    return notebook


def stub_of(exercise: problems.Exercise, form: Form) -> str:
    """Return what the cell of an exercise starts from; the stub where an exercise has no such form."""
    if isinstance(exercise, problems.Problem) and form in forms_of(exercise):
        return starter(exercise, form)
    return exercise.stub.strip()


def problems_of(lesson: str) -> tuple[problems.Exercise, ...]:
    """Return what a lesson asks for; nothing if it has no exercises."""
    return problems.exercises_of(lesson) if lesson in problems.lessons() else ()


def defined(source: str) -> list[str]:
    """Return the names of the functions, classes and variables that a cell defines; none if it is no Python."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    assigned = [target.id for node in body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)]
    return [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)] + assigned
