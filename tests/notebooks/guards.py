"""What a built lesson must be, as functions that return findings: one sentence for each thing that is wrong.

nbval compares outputs, but it passes a notebook that was never run, and it does not look at prose. These guards need no kernel. Each takes
a notebook as a dictionary, or the path of its file where the file's surroundings matter, so a test can hand it a bad one.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jupytext

from learnkit.problems import Exercise, Question

Notebook = dict[str, Any]

LONGEST_CELL = 15
SHORTEST_ALT_TEXT = 30
TIMING_KEYS = ("execution", "ExecuteTime", "start_time", "end_time")
LOCAL_PATH = re.compile(r"(?<![\w.:/~-])(?:/(?:home|Users|root|tmp|var|private|mnt|usr|opt|srv|media)/[\w.+-]+|[A-Za-z]:\\[\w.+-]+\\)")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|TBD)\b")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"(`+).+?\1", re.DOTALL)
HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$", re.MULTILINE)
LINK = re.compile(r"\]\(\s*<?([^)<>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)|(?:href|src)=\"([^\"]+)\"")


def load(path: Path) -> Notebook:
    notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def where(index: int, cell: dict[str, Any]) -> str:
    first = next((line.strip() for line in cell["source"].splitlines() if line.strip()), "empty")
    return f"cell {index + 1} ({first[:50]})"


def code_cells(notebook: Notebook) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((where(i, cell), cell) for i, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code")


def prose(notebook: Notebook) -> Iterator[tuple[str, str]]:
    """Yield each markdown cell's place and text, without its code."""
    for i, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "markdown":
            yield where(i, cell), CODE_SPAN.sub("", FENCE.sub("", cell["source"]))


def tags(cell: dict[str, Any]) -> list[str]:
    return list(cell.get("metadata", {}).get("tags", []))


def output_texts(cell: dict[str, Any]) -> Iterator[str]:
    for output in cell["outputs"]:
        yield "".join(output.get("text", ""))
        yield "\n".join(output.get("traceback", []))
        for kind, value in output.get("data", {}).items():
            if not kind.startswith("image/"):
                yield value if isinstance(value, str) else "".join(value) if isinstance(value, list) else json.dumps(value)


# What the run left


def counts_are_complete(notebook: Notebook) -> list[str]:
    """Every code cell was run once, in order, from a fresh start."""
    cells = list(code_cells(notebook))
    return [
        f"{place} has execution count {cell.get('execution_count')}, not {wanted}"
        for wanted, (place, cell) in enumerate(cells, start=1)
        if cell.get("execution_count") != wanted
    ]


def is_not_stripped(notebook: Notebook) -> list[str]:
    cells = list(code_cells(notebook))
    if cells and not any(cell["outputs"] for _, cell in cells):
        return ["no code cell has any output: the notebook was stripped or never run"]
    return []


def errors_are_tagged(notebook: Notebook) -> list[str]:
    findings = []
    for place, cell in code_cells(notebook):
        raised = any(output["output_type"] == "error" for output in cell["outputs"])
        if raised and "raises-exception" not in tags(cell):
            findings.append(f"{place} holds an error and has no tag raises-exception")
        if not raised and "raises-exception" in tags(cell):
            findings.append(f"{place} has the tag raises-exception and raised nothing")
    return findings


def has_no_timing(notebook: Notebook) -> list[str]:
    return [
        f"{where(i, cell)} holds timing metadata ({key})"
        for i, cell in enumerate(notebook["cells"])
        for key in TIMING_KEYS
        if key in cell.get("metadata", {})
    ]


def ignored_outputs_have_reasons(notebook: Notebook) -> list[str]:
    """A cell that nbval does not compare says why in its first line: ``# not compared: the versions differ between machines``."""
    return [
        f"{place} has the tag nbval-ignore-output and no first line '# not compared: …' with the reason"
        for place, cell in code_cells(notebook)
        if "nbval-ignore-output" in tags(cell) and not re.match(r"# not compared: \S.{9,}", cell["source"])
    ]


def images_have_alt_text(notebook: Notebook) -> list[str]:
    findings = []
    for place, cell in code_cells(notebook):
        for output in cell["outputs"]:
            data = output.get("data", {})
            if not any(kind.startswith("image/") for kind in data):
                continue
            text = "".join(data.get("text/plain", "")).strip()
            if len(text) < SHORTEST_ALT_TEXT or " " not in text or text.startswith("<"):
                findings.append(f"{place} shows an image whose alt text is {text[:60]!r}: show it with learnkit.visual.show(figure)")
    return findings


def outputs_belong_to_no_machine(notebook: Notebook) -> list[str]:
    findings = []
    for i, cell in enumerate(notebook["cells"]):
        parts = [("text", cell["source"])]
        parts += [("output", text) for text in output_texts(cell)] if cell["cell_type"] == "code" else []
        for part, text in parts:
            if found := LOCAL_PATH.search(text) or (ADDRESS.search(text) if part == "output" else None):
                findings.append(f"{where(i, cell)}: its {part} holds {found.group()!r}, which belongs to one machine or one run")
    return findings


# What a reader meets


def cells_are_short(notebook: Notebook) -> list[str]:
    """A code cell has at most 15 lines, not counting blank ones and comments; the tag long-cell asks for a line ``# long: reason``."""
    findings = []
    for place, cell in code_cells(notebook):
        lines = [line.strip() for line in cell["source"].splitlines()]
        count = sum(1 for line in lines if line and not line.startswith("#"))
        if "long-cell" in tags(cell):
            if not any(re.match(r"# long: \S.{9,}", line) for line in lines):
                findings.append(f"{place} has the tag long-cell and no line '# long: …' with the reason")
        elif count > LONGEST_CELL:
            findings.append(f"{place} has {count} lines; {LONGEST_CELL} is the most")
    return findings


def headings_are_in_order(notebook: Notebook) -> list[str]:
    """One title, in the first cell, and no level skipped on the way down."""
    headings = [(place, len(marks), text) for place, words in prose(notebook) for marks, text in HEADING.findall(words)]
    findings = []
    titles = [text for _, level, text in headings if level == 1]
    if len(titles) != 1:
        findings.append(f"a lesson has one title (# …); this one has {len(titles)}")
    first = notebook["cells"][0] if notebook["cells"] else {"cell_type": "none", "source": ""}
    if first["cell_type"] != "markdown" or not first["source"].lstrip().startswith("# "):
        findings.append("the first cell is not the title (markdown that begins with '# ')")
    previous = 0
    for place, level, text in headings:
        if level > previous + 1:
            findings.append(f"{place}: heading {text!r} has level {level} under level {previous}")
        previous = level
    return findings


def kernel_is_python3(notebook: Notebook) -> list[str]:
    kernel = notebook.get("metadata", {}).get("kernelspec", {})
    if kernel.get("name") == "python3" and kernel.get("display_name") == "Python 3 (ipykernel)":
        return []
    return [f"the kernel is {kernel.get('name')!r} ({kernel.get('display_name')!r}), not 'python3' ('Python 3 (ipykernel)')"]


def is_finished(notebook: Notebook) -> list[str]:
    return [
        f"{where(i, cell)} says {found.group()}" for i, cell in enumerate(notebook["cells"]) if (found := UNFINISHED.search(cell["source"]))
    ]


# What lies around it


def matches_its_source(path: Path) -> list[str]:
    """The notebook and ``src/`` hold the same cells: type, text and tags."""
    source = path.parent / "src" / f"{path.stem}.py"
    missing = [f"{file.name} is missing" for file in (path, source) if not file.exists()]
    if missing:
        return missing
    wanted = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent").cells
    built = load(path)["cells"]
    findings = [
        f"{where(i, cell)} is not the same in {source.name} and {path.name}"
        for i, (cell, other) in enumerate(zip(wanted, built, strict=False))
        if (cell["cell_type"], cell["source"], tags(cell)) != (other["cell_type"], other["source"], tags(other))
    ]
    if len(wanted) != len(built):
        findings.append(f"{source.name} has {len(wanted)} cells and {path.name} {len(built)}")
    return findings


def anchors(notebook: Notebook) -> set[str]:
    """Return the anchors that JupyterLab gives the headings: their text, with hyphens for spaces."""
    plain = (FENCE.sub("", cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    return {re.sub(r"[`*$]", "", text).replace(" ", "-") for words in plain for _, text in HEADING.findall(words)}


def links_resolve(path: Path) -> list[str]:
    """Every relative link leads to a file, and every anchor to a heading.

    A lesson links to other lessons and to exercises only: these are what a learner's own copy has beside it.
    """
    notebook = load(path)
    course = path.resolve().parents[1]
    findings = []
    for place, words in prose(notebook):
        for match in LINK.finditer(words):
            target = unquote(match.group(1) or match.group(2))
            if re.match(r"(https?|mailto|data):", target):
                continue
            name, _, anchor = target.partition("#")
            file = (path.parent / name).resolve() if name else path.resolve()
            if not file.is_file():
                findings.append(f"{place} links to {target}, which does not exist")
            elif name and (file.suffix != ".ipynb" or file.parent not in {course / "notebooks", course / "exercises"}):
                findings.append(f"{place} links to {target}, which a learner's copy does not have beside it")
            elif anchor and anchor not in anchors(load(file)):
                findings.append(f"{place} links to {target}, and there is no heading {anchor.replace('-', ' ')!r}")
    return findings


OF_A_NOTEBOOK: tuple[Callable[[Notebook], list[str]], ...] = (
    counts_are_complete,
    is_not_stripped,
    errors_are_tagged,
    has_no_timing,
    ignored_outputs_have_reasons,
    images_have_alt_text,
    outputs_belong_to_no_machine,
    cells_are_short,
    headings_are_in_order,
    kernel_is_python3,
    is_finished,
)
OF_A_FILE: tuple[Callable[[Path], list[str]], ...] = (matches_its_source, links_resolve)


def findings(path: Path) -> list[str]:
    """Return everything that all guards find in one built lesson."""
    first = matches_its_source(path)
    if not path.exists():
        return first
    return first + [found for guard in OF_A_NOTEBOOK for found in guard(load(path))] + links_resolve(path)


# What an exercise notebook must be. Each takes the notebook and the problems of its lesson.


def has_not_been_run(notebook: Notebook, problems: Sequence[Exercise]) -> list[str]:
    return [f"{place} was run" for place, cell in code_cells(notebook) if cell["outputs"] or cell.get("execution_count") is not None]


def needs_no_metadata(notebook: Notebook, problems: Sequence[Exercise]) -> list[str]:
    """The notebook states its lesson; cells carry nothing, so they may be copied from tool to tool."""
    lesson = problems[0].lesson
    stated = notebook["metadata"].get("learnkit")
    findings = [] if stated == {"lesson": lesson} else [f"its metadata states {stated}, not lesson {lesson}"]
    return findings + [f"{where(i, cell)} has metadata" for i, cell in enumerate(notebook["cells"]) if cell.get("metadata")]


def asks_with_stubs(notebook: Notebook, problems: Sequence[Exercise]) -> list[str]:
    """Each exercise is its problem's stub, once, and then its ``check`` and its ``use``, in this order."""
    findings = []
    sources = [cell["source"].strip() for _, cell in code_cells(notebook)]
    for problem in problems:
        places = [i for i, source in enumerate(sources) if source == problem.stub.strip()]
        if len(places) != 1:
            findings.append(f"{problem.id}: its stub is there {len(places)} times")
            continue
        after = "\n".join(sources[places[0] + 1 :])
        calls = [f"check({problem.name})", f'{problem.name}_ok = use("{problem.id}", {problem.name})']
        if isinstance(problem, Question):
            calls = [f'check({problem.name}, "{problem.id}")']
        missing = [call for call in calls if call not in after]
        findings += [f"{problem.id}: no {call} after its stub" for call in missing]
        if not missing and after.index(calls[0]) > after.index(calls[-1]):
            findings.append(f"{problem.id}: it is used before it is checked")
        compile(sources[places[0]], problem.name, "exec")
    return findings


def announces_each_exercise(notebook: Notebook, problems: Sequence[Exercise]) -> list[str]:
    """Above each stub stand its name, whether it is core, its level and its minutes; the first cell adds the minutes up."""
    cells, findings = notebook["cells"], []
    for problem in problems:
        place = next((i for i, cell in enumerate(cells) if cell["source"].strip() == problem.stub.strip()), 0)
        above = cells[place - 1]["source"] if place else ""
        facts = f"*{'Core' if problem.is_core else 'Practice'} · level {problem.level} of 3 · about {problem.minutes} minutes ·"
        if not re.match(rf"## .*`{problem.name}`", above) or facts not in above:
            findings.append(f"{problem.id}: the cell above its stub has no heading with `{problem.name}`, or not the words {facts!r}")
        if isinstance(problem, Question) and problem.as_markdown() not in above:
            findings.append(f"{problem.id}: the cell above its stub is not the question, word for word:\n{problem.as_markdown()}")
    core, practice = (sum(problem.minutes for problem in problems if problem.is_core is wanted) for wanted in (True, False))
    opening = " ".join(cells[0]["source"].split())
    more = f"for practice {practice} more" if core else f"about {practice} minutes"
    times = [*([f"about {core} minutes"] if core else []), *([more] if practice else [])]
    return findings + [f"the first cell does not say {words!r}" for words in times if words not in opening]


def holds_no_solution(notebook: Notebook, problems: Sequence[Exercise]) -> list[str]:
    """No line of a solution stands anywhere in the notebook, however it is spaced."""
    findings = []
    for problem in problems:
        allowed = {squeezed(line) for line in problem.stub.splitlines()}
        lines = {squeezed(line) for line in problem.solution.splitlines()} - allowed
        for i, cell in enumerate(notebook["cells"]):
            text = squeezed(cell["source"]) + "".join(map(squeezed, output_texts(cell) if cell["cell_type"] == "code" else ()))
            findings += [f"{where(i, cell)} holds {line!r} of the solution of {problem.id}" for line in sorted(lines) if line in text]
    return findings


def squeezed(text: str) -> str:
    return "".join(text.split())


OF_AN_EXERCISE: tuple[Callable[[Notebook, Sequence[Exercise]], list[str]], ...] = (
    has_not_been_run,
    needs_no_metadata,
    asks_with_stubs,
    announces_each_exercise,
    holds_no_solution,
)
SHARED_BY_EXERCISES = (
    has_no_timing,
    outputs_belong_to_no_machine,
    cells_are_short,
    headings_are_in_order,
    kernel_is_python3,
    is_finished,
)
