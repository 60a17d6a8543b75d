"""Every exercise notebook is what its solutions give, every guard of exercises can fail, and the generator refuses what does not fit."""

import copy
import json
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import build_notebooks
import guards
import pytest

from learnkit.problems import Exercise, Problem, exercises_of, lessons
from learnkit.problems.problem import Probe
from tools import build_exercises

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = sorted(
    {ROOT / "exercises" / f"{path.stem}.ipynb" for path in (ROOT / "solutions" / "src").glob("[0-9][0-9]*_*.py")}
    | set((ROOT / "exercises").glob("*.ipynb"))
)
by_name = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda path: path.stem)


def test_every_lesson_with_problems_has_exercises() -> None:
    assert sorted(path.stem[:2] for path in EXERCISES) == sorted(lessons())


@by_name
@pytest.mark.parametrize("guard", guards.OF_AN_EXERCISE, ids=lambda guard: guard.__name__)
def test_exercise_passes(exercise: Path, guard: Callable[[guards.Notebook, Sequence[Exercise]], list[str]]) -> None:
    assert guard(guards.load(exercise), exercises_of(exercise.stem[:2])) == []


@by_name
@pytest.mark.parametrize("guard", guards.SHARED_BY_EXERCISES, ids=lambda guard: guard.__name__)
def test_exercise_passes_the_guards_of_lessons(exercise: Path, guard: Callable[[guards.Notebook], list[str]]) -> None:
    assert guard(guards.load(exercise)) == []


@by_name
def test_links_of_an_exercise_resolve(exercise: Path) -> None:
    assert guards.links_resolve(exercise) == []


@by_name
def test_exercise_is_what_its_solutions_give(exercise: Path) -> None:
    assert build_notebooks.stale_exercise(ROOT / "solutions" / "src" / f"{exercise.stem}.py") is None


@by_name
def test_both_notebooks_have_the_same_cells_apart_from_solutions(exercise: Path) -> None:
    """The text and the other code of an exercise are those of the solved notebook that was run, without the marks for linters."""
    solved = guards.load(ROOT / "solutions" / exercise.name)["cells"]
    kept = [cell["source"].replace("  # noqa: F401", "") for cell in solved if "solution" not in guards.tags(cell)]
    stubs = {problem.stub.strip() for problem in exercises_of(exercise.stem[:2])}
    assert [cell["source"] for cell in guards.load(exercise)["cells"] if cell["source"] not in stubs] == kept


@by_name
@pytest.mark.parametrize(("on_colab", "is_there", "installs"), [(True, False, True), (True, True, False), (False, False, False)])
def test_the_first_cell_installs_the_course_on_colab_only(
    exercise: Path, on_colab: bool, is_there: bool, installs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, str]] = []
    shell = SimpleNamespace(run_line_magic=lambda name, line: calls.append((name, line)))
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if is_there else None)
    if on_colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    _, first = next(guards.code_cells(guards.load(exercise)))
    exec(first["source"], {})
    repository = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]
    assert calls == ([("pip", f"install --quiet git+{repository}")] if installs else [])


# The guards themselves, on a small lesson of one problem


STUB = 'def double(x):\n    """Return twice x."""\n    ...\n'
SOLUTION = "def double(x):\n    twice = x + x\n    return twice\n"
DOUBLE = Problem(
    id="04.double",
    title="Twice",
    stub=STUB,
    reference=lambda x: 2 * x,
    probes=(Probe("one", "small", lambda rng: (1.0,)),),
    mistakes=(),
    alternatives=(),
    hints=("", "", ""),
    solution=SOLUTION,
    minutes=3,
)


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": text, "execution_count": None, "outputs": []}


GOOD: guards.Notebook = {
    "cells": [
        markdown("# Exercises\n\nThey take about 3 minutes."),
        markdown("## 1 · `double`: twice\n\n*Core · level 1 of 3 · about 3 minutes · read again: nothing*"),
        code(STUB.strip()),
        code("check(double)"),
        code('double_ok = use("04.double", double)\nprint(double_ok(2))'),
    ],
    "metadata": {"learnkit": {"lesson": "04"}},
}


def spoiled(position: int, **changes: Any) -> guards.Notebook:
    notebook = copy.deepcopy(GOOD)
    notebook["cells"][position].update(changes)
    return notebook


def in_order(*positions: int) -> guards.Notebook:
    return {**GOOD, "cells": [GOOD["cells"][position] for position in positions]}


PRINTED = {"output_type": "stream", "name": "stdout", "text": "twice  =  x + x"}
BAD: list[tuple[str, Callable[[guards.Notebook, Sequence[Exercise]], list[str]], guards.Notebook]] = [
    ("an output", guards.has_not_been_run, spoiled(4, outputs=[PRINTED])),
    ("a count", guards.has_not_been_run, spoiled(3, execution_count=1)),
    ("a tag", guards.needs_no_metadata, spoiled(2, metadata={"tags": ["solution"]})),
    ("another lesson", guards.needs_no_metadata, {**GOOD, "metadata": {"learnkit": {"lesson": "05"}}}),
    ("no lesson", guards.needs_no_metadata, {**GOOD, "metadata": {}}),
    ("no stub", guards.asks_with_stubs, in_order(0, 1, 3, 4)),
    ("two stubs", guards.asks_with_stubs, in_order(0, 1, 2, 2, 3, 4)),
    ("another stub", guards.asks_with_stubs, spoiled(2, source=STUB.strip().replace("twice", "2 times"))),
    ("no check", guards.asks_with_stubs, in_order(0, 1, 2, 4)),
    ("no use", guards.asks_with_stubs, in_order(0, 1, 2, 3)),
    ("use before check", guards.asks_with_stubs, in_order(0, 1, 2, 4, 3)),
    ("another time", guards.announces_each_exercise, spoiled(1, source=GOOD["cells"][1]["source"].replace("3 minutes", "9 minutes"))),
    ("another level", guards.announces_each_exercise, spoiled(1, source=GOOD["cells"][1]["source"].replace("level 1", "level 2"))),
    ("no heading", guards.announces_each_exercise, in_order(0, 2, 3, 4)),
    ("another sum", guards.announces_each_exercise, spoiled(0, source="# Exercises\n\nThey take about 30 minutes.")),
    ("a solution in a cell", guards.holds_no_solution, spoiled(2, source=SOLUTION)),
    ("a line of it, spaced otherwise", guards.holds_no_solution, spoiled(4, source="twice=x+x")),
    ("a line of it in the text", guards.holds_no_solution, spoiled(1, source="Write `return twice`.")),
    ("a line of it in an output", guards.holds_no_solution, spoiled(4, outputs=[PRINTED])),
]


@pytest.mark.parametrize("guard", guards.OF_AN_EXERCISE, ids=lambda guard: guard.__name__)
def test_guard_accepts_a_good_exercise(guard: Callable[[guards.Notebook, Sequence[Exercise]], list[str]]) -> None:
    assert guard(copy.deepcopy(GOOD), [DOUBLE]) == []


@pytest.mark.parametrize(("guard", "notebook"), [row[1:] for row in BAD], ids=[f"{row[1].__name__}: {row[0]}" for row in BAD])
def test_guard_refuses(guard: Callable[[guards.Notebook, Sequence[Exercise]], list[str]], notebook: guards.Notebook) -> None:
    assert guard(notebook, [DOUBLE]) != []


def test_every_guard_of_an_exercise_has_a_bad_example() -> None:
    assert {row[1] for row in BAD} == set(guards.OF_AN_EXERCISE)


# The generator, on sources of its own

HEAD = "# %% [markdown]\n# # A title\n\n"
SOLVED = f'# %% tags=["solution"]\n{SOLUTION}\n'
COMMENT = '# %% [markdown] tags=["solution"]\n# Why it is right.\n\n'
REST = "# %%\nimport math  # noqa: F401\n\n# %%\nprint(double(2))\n"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "solutions" / "src").mkdir(parents=True)
    monkeypatch.setattr(build_exercises, "problems_of", lambda lesson: (DOUBLE,) if lesson == "04" else ())
    return tmp_path


def source(course: Path, text: str, name: str = "04_small") -> Path:
    path = course / "solutions" / "src" / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_solutions_become_stubs_and_their_comments_go(course: Path) -> None:
    notebook = json.loads(build_notebooks.exercise_text(source(course, HEAD + SOLVED + COMMENT + REST)))
    assert ["".join(cell["source"]) for cell in notebook["cells"]] == ["# A title", STUB.strip(), "import math", "print(double(2))"]
    assert all(cell["metadata"] == {} for cell in notebook["cells"])
    assert notebook["metadata"]["learnkit"] == {"lesson": "04"}
    assert len({cell["id"] for cell in notebook["cells"]}) == 4


def test_building_writes_both_notebooks_and_the_same_bytes_again(course: Path) -> None:
    path = source(course, HEAD + SOLVED + REST)
    exercise = course / "exercises" / "04_small.ipynb"
    assert build_notebooks.build(path, course)
    assert '"4\\n"' in (course / "solutions" / "04_small.ipynb").read_text(encoding="utf-8")
    first = exercise.read_bytes()
    assert not build_notebooks.build(path, course)  # nothing changed: no file is touched
    exercise.unlink()
    assert build_notebooks.build(path, course)
    assert exercise.read_bytes() == first
    assert build_notebooks.main(["--check", "--root", str(course)]) == 0


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (HEAD + SOLVED.replace("x + x", "2 * x") + REST, "cell 2 is not the solution of 04.double, word for word"),
        (HEAD + REST, "no cell tagged 'solution' defines double"),
        (HEAD + SOLVED.replace("double", "triple") + REST, "must define one name that lesson 04 asks for (double)"),
        (HEAD + SOLVED + SOLVED + REST, "must define one name that lesson 04 asks for (none is left)"),
        (HEAD + '# %% tags=["solution"]\ndef double(:\n', "must define one name"),
    ],
    ids=["other words", "no cell", "other name", "twice", "no Python"],
)
def test_solutions_that_do_not_fit_are_refused(course: Path, text: str, finding: str) -> None:
    with pytest.raises(build_notebooks.BuildError) as caught:
        build_notebooks.build(source(course, text), course)
    assert finding in str(caught.value)
    assert "04_small.py" in str(caught.value)
    assert not (course / "exercises").exists()


def test_check_finds_exercises_that_are_stale_missing_or_without_a_source(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = source(course, HEAD + SOLVED + REST)
    build_notebooks.build(path, course)
    exercise = course / "exercises" / "04_small.ipynb"
    text = exercise.read_text(encoding="utf-8")

    exercise.write_text(text.replace("twice x", "x twice"), encoding="utf-8")
    assert build_notebooks.main(["--check", "--root", str(course)]) == 1
    assert "04_small.ipynb is not what solutions/src/04_small.py gives" in capsys.readouterr().out

    exercise.unlink()
    assert build_notebooks.main(["--check", "--root", str(course)]) == 1
    assert "python tools/build_notebooks.py 04" in capsys.readouterr().out

    exercise.write_text(text, encoding="utf-8")
    exercise.with_name("07_orphan.ipynb").write_text(text, encoding="utf-8")
    assert build_notebooks.main(["--check", "--root", str(course)]) == 1
    assert "07_orphan.ipynb has no source in solutions/src" in capsys.readouterr().out
