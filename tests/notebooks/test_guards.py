"""Every lesson passes every guard, and every guard refuses what it is there to refuse."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import guards
import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(
    {
        ROOT / folder / f"{path.stem}.ipynb"
        for folder in ("notebooks", "solutions")
        for path in [*(ROOT / folder).glob("[0-9][0-9]*_*.ipynb"), *(ROOT / folder / "src").glob("[0-9][0-9]*_*.py")]
    }
)
by_name = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: f"{path.parent.name}/{path.stem}")


def test_there_are_lessons_to_guard() -> None:
    assert ROOT / "notebooks" / "00_start_here.ipynb" in LESSONS


@by_name
@pytest.mark.parametrize("guard", guards.OF_A_NOTEBOOK, ids=lambda guard: guard.__name__)
def test_lesson_passes(lesson: Path, guard: Callable[[guards.Notebook], list[str]]) -> None:
    assert guard(guards.load(lesson)) == []


@by_name
@pytest.mark.parametrize("guard", guards.OF_A_FILE, ids=lambda guard: guard.__name__)
def test_lesson_file_passes(lesson: Path, guard: Callable[[Path], list[str]]) -> None:
    assert guard(lesson) == []


# The guards themselves: a good notebook passes all of them; each test spoils one thing.

ALT = "Two bars of different height, one for each class."


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(text: str, count: int | None = 1, outputs: list[dict[str, Any]] | None = None, tags: list[str] | None = None) -> dict[str, Any]:
    metadata = {"tags": tags} if tags else {}
    return {"cell_type": "code", "metadata": metadata, "source": text, "execution_count": count, "outputs": outputs or []}


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def image(alt: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo=", "text/plain": alt}}


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["ValueError: no"]}

GOOD: guards.Notebook = {
    "cells": [
        markdown("# A title\n\nSee [the end](#The-end) and `[no](link.md)`."),
        markdown("## Numbers\n\n```python\n# not a heading\n```"),
        code("print(1)", 1, [printed("1\n")]),
        code("# not compared: the version differs between machines\nprint(v)", 2, [printed("3.11\n")], ["nbval-ignore-output"]),
        code("raise ValueError('no')", 3, [ERROR], ["raises-exception"]),
        code("visual.show(bars())", 4, [image(ALT)]),
        markdown("### Deeper\n\ntext\n\n## The end\n\nDone."),
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def spoiled(position: int, **changes: Any) -> guards.Notebook:
    notebook = copy.deepcopy(GOOD)
    notebook["cells"][position].update(changes)
    return notebook


def with_cells(*cells: dict[str, Any]) -> guards.Notebook:
    return {**copy.deepcopy(GOOD), "cells": [markdown("# A title"), *cells]}


@pytest.mark.parametrize("guard", guards.OF_A_NOTEBOOK, ids=lambda guard: guard.__name__)
def test_guard_accepts_a_good_notebook(guard: Callable[[guards.Notebook], list[str]]) -> None:
    assert guard(copy.deepcopy(GOOD)) == []


LONG = "\n".join(f"x{i} = {i}" for i in range(16))
BAD: list[tuple[str, Callable[[guards.Notebook], list[str]], guards.Notebook]] = [
    ("a cell was run twice", guards.counts_are_complete, spoiled(2, execution_count=5)),
    ("a cell was not run", guards.counts_are_complete, spoiled(5, execution_count=None)),
    ("the outputs were stripped", guards.is_not_stripped, with_cells(code("print(1)"), code("print(2)", 2))),
    ("an error has no tag", guards.errors_are_tagged, spoiled(4, metadata={})),
    ("a tag has no error", guards.errors_are_tagged, spoiled(4, outputs=[])),
    (
        "JupyterLab recorded the time",
        guards.has_no_timing,
        spoiled(2, metadata={"execution": {"iopub.status.busy": "2024-01-01T00:00:00Z"}}),
    ),
    ("no reason", guards.ignored_outputs_have_reasons, spoiled(3, source="print(v)")),
    ("an empty reason", guards.ignored_outputs_have_reasons, spoiled(3, source="# not compared:\nprint(v)")),
    ("the reason comes late", guards.ignored_outputs_have_reasons, spoiled(3, source="print(v)\n# not compared: versions differ")),
    ("matplotlib's own text", guards.images_have_alt_text, spoiled(5, outputs=[image("<Figure size 640x480 with 1 Axes>")])),
    ("a short alt text", guards.images_have_alt_text, spoiled(5, outputs=[image("two bars")])),
    ("no alt text", guards.images_have_alt_text, spoiled(5, outputs=[{**image(ALT), "data": {"image/png": "iVBORw0KGgo="}}])),
    ("a home folder is printed", guards.outputs_belong_to_no_machine, spoiled(2, outputs=[printed("saved to /home/ada/run.json")])),
    ("a Windows path is printed", guards.outputs_belong_to_no_machine, spoiled(2, outputs=[printed(r"saved to C:\Users\ada")])),
    (
        "a path is in a traceback",
        guards.outputs_belong_to_no_machine,
        spoiled(4, outputs=[{**ERROR, "traceback": ["File /usr/lib/python3/x.py"]}]),
    ),
    ("a path is in the text", guards.outputs_belong_to_no_machine, spoiled(0, source="# A title\n\nOpen /Users/ada/course.")),
    ("an address is printed", guards.outputs_belong_to_no_machine, spoiled(2, outputs=[printed("<object at 0x7f49a89a7390>")])),
    ("sixteen lines", guards.cells_are_short, spoiled(2, source=LONG)),
    ("a long cell gives no reason", guards.cells_are_short, spoiled(2, source=LONG, metadata={"tags": ["long-cell"]})),
    ("two titles", guards.headings_are_in_order, spoiled(6, source="# Another title")),
    ("no title", guards.headings_are_in_order, spoiled(0, source="## A section")),
    ("code before the title", guards.headings_are_in_order, {**GOOD, "cells": [code("1"), markdown("# A title")]}),
    ("a level is skipped", guards.headings_are_in_order, spoiled(1, source="### Too deep")),
    ("another kernel", guards.kernel_is_python3, {**GOOD, "metadata": {"kernelspec": {"name": "ir", "display_name": "R"}}}),
    ("no kernel", guards.kernel_is_python3, {**GOOD, "metadata": {}}),
    ("unfinished prose", guards.is_finished, spoiled(6, source="## The end\n\nTODO: the rest")),
]


@pytest.mark.parametrize(("guard", "notebook"), [row[1:] for row in BAD], ids=[f"{row[1].__name__}: {row[0]}" for row in BAD])
def test_guard_refuses(guard: Callable[[guards.Notebook], list[str]], notebook: guards.Notebook) -> None:
    assert guard(notebook) != []


def test_every_guard_of_a_notebook_has_a_bad_example() -> None:
    assert {row[1] for row in BAD} == set(guards.OF_A_NOTEBOOK)


def test_fifteen_lines_with_comments_and_blanks_are_accepted() -> None:
    body = "\n".join([*(f"x{i} = {i}" for i in range(15)), "", "# a comment", "   # another"])
    assert guards.cells_are_short(spoiled(2, source=body)) == []


def test_a_long_cell_with_a_reason_is_accepted() -> None:
    cell = code("# long: one class, read as a whole\n" + LONG, tags=["long-cell"])
    assert guards.cells_are_short(with_cells(cell)) == []


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A good lesson on disk, with its source beside it."""
    folder = tmp_path / "notebooks"
    (folder / "src").mkdir(parents=True)
    path = folder / "01_good.ipynb"
    write(path, GOOD)
    return path


def write(path: Path, notebook: guards.Notebook) -> None:
    path.write_text(json.dumps(notebook), encoding="utf-8")
    parts = []
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags")
        kind = " [markdown]" if cell["cell_type"] == "markdown" else ""
        body = cell["source"] if not kind else "\n".join(f"# {line}".rstrip() for line in cell["source"].splitlines())
        parts.append(f"# %%{kind}{f' tags={json.dumps(tags)}' if tags else ''}\n{body}\n")
    (path.parent / "src" / f"{path.stem}.py").write_text("\n".join(parts), encoding="utf-8")


def test_good_lesson_has_no_findings(lesson: Path) -> None:
    assert guards.findings(lesson) == []


def source_of(lesson: Path) -> Path:
    return lesson.parent / "src" / f"{lesson.stem}.py"


@pytest.mark.parametrize(
    ("old", "new"),
    [("print(1)", "print(2)"), ('["raises-exception"]', '["other"]'), ("# %% [markdown]\n# ### Deeper", "# %%\n# ### Deeper")],
    ids=["text", "tags", "type"],
)
def test_source_that_differs_is_found(lesson: Path, old: str, new: str) -> None:
    text = source_of(lesson).read_text(encoding="utf-8")
    assert old in text
    source_of(lesson).write_text(text.replace(old, new), encoding="utf-8")
    assert guards.matches_its_source(lesson) != []


def test_cell_added_to_the_source_is_found(lesson: Path) -> None:
    with source_of(lesson).open("a", encoding="utf-8") as file:
        file.write("\n# %%\nprint('new')\n")
    assert guards.matches_its_source(lesson) == ["01_good.py has 8 cells and 01_good.ipynb 7"]


def test_missing_source_is_found(lesson: Path) -> None:
    source_of(lesson).unlink()
    assert guards.findings(lesson) == ["01_good.py is missing"]


def test_missing_notebook_is_found(lesson: Path) -> None:
    lesson.unlink()
    assert guards.findings(lesson) == ["01_good.ipynb is missing"]


@pytest.mark.parametrize(
    "link",
    [
        "[x](02_absent.ipynb)",
        "[x](#No-such-heading)",
        "[x](01_good.ipynb#No-such-heading)",
        "[x](../README.md)",
        "[x](src/01_good.py)",
        "![a picture](absent.png)",
        '<img src="absent.png">',
    ],
)
def test_link_is_refused(lesson: Path, link: str) -> None:
    (lesson.parents[1] / "README.md").write_text("here", encoding="utf-8")
    write(lesson, spoiled(0, source=f"# A title\n\n{link}"))
    assert guards.links_resolve(lesson) != []


@pytest.mark.parametrize(
    "link", ["[x](01_good.ipynb)", "[x](01_good.ipynb#The-end)", "[x](#A-title)", "[x](https://example.org/#a)", "`[x](no.md)`"]
)
def test_link_is_accepted(lesson: Path, link: str) -> None:
    write(lesson, spoiled(0, source=f"# A title\n\n{link}"))
    assert guards.links_resolve(lesson) == []
