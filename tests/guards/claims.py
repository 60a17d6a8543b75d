"""What tests claim to show of public names, read from their sources.

A test claims it as data, with one name or several: ``@pytest.mark.worked_example("softmax")`` derives a value by hand, and
``@pytest.mark.gradient_check("mlp_backward")`` holds a gradient against small steps, where parity does not do it. A claim counts if
the test can fail and speaks of the name, and a worked example only with a derivation in numbers in its comments. The functions are
plain, and return what is wrong as sentences.
"""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

WORKED_EXAMPLE, GRADIENT_CHECK = "worked_example", "gradient_check"
NEVER_RUN = ("skip", "xfail")


@dataclass(frozen=True)
class Claim:
    """One test that claims something of ``names``, and what speaks against it."""

    test: str
    names: tuple[str, ...]
    problems: tuple[str, ...]


def read_tests(root: Path) -> dict[str, str]:
    """Return the sources of the test files below a folder."""
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in sorted(root.rglob("test_*.py"))}


def claims_of(file: str, source: str, marker: str) -> list[Claim]:
    """Return the claims of one test file under one marker, also those that do not hold."""
    if marker not in source:
        return []
    comments = [(token.start[0], token.string) for token in _tokens(source) if token.type == tokenize.COMMENT]
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            marks = [mark for mark in map(_mark, node.decorator_list) if mark is not None]
            if any(name == marker for name, _ in marks):
                found.append(_claim(file, source, node, marker, marks, comments))
    return found


def claim_problems(files: Mapping[str, str], public: Collection[str], marker: str) -> list[str]:
    """Return what is wrong with the claims of all files: sentences that begin with the test."""
    problems = []
    for file, source in files.items():
        for claim in claims_of(file, source, marker):
            problems += [f"{claim.test} {problem}" for problem in claim.problems]
            problems += [f"{claim.test} speaks of {name!r}, which is no public name" for name in claim.names if name not in public]
    return problems


def shown(files: Mapping[str, str], marker: str) -> set[str]:
    """Return the names for which a claim under the marker holds."""
    return {
        name for file, source in files.items() for claim in claims_of(file, source, marker) if not claim.problems for name in claim.names
    }


def still_due(due: Collection[str], done: Collection[str], excused: Mapping[str, str]) -> list[str]:
    """Return what is due and neither done nor excused with a reason."""
    return sorted(set(due) - set(done) - {name for name, reason in excused.items() if reason})


def _tokens(source: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(source).readline))


def _mark(decorator: ast.expr) -> tuple[str, list[ast.expr]] | None:
    """Return name and arguments of ``@pytest.mark.name(arguments)``."""
    call, arguments = (decorator.func, decorator.args) if isinstance(decorator, ast.Call) else (decorator, [])
    parts = ast.unparse(call).split(".")
    return (parts[2], arguments) if parts[:2] == ["pytest", "mark"] and len(parts) == 3 else None


def _claim(
    file: str,
    source: str,
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    marker: str,
    marks: list[tuple[str, list[ast.expr]]],
    comments: list[tuple[int, str]],
) -> Claim:
    arguments = [argument for name, given in marks if name == marker for argument in given]
    names = tuple(str(argument.value) for argument in arguments if isinstance(argument, ast.Constant) and isinstance(argument.value, str))
    first = min(node.lineno, *(decorator.lineno for decorator in node.decorator_list))
    lines = set(range(first, (node.end_lineno or node.lineno) + 1))
    by_line = dict(comments)
    above = first - 1
    while above in by_line and source.splitlines()[above - 1].lstrip().startswith("#"):  # the comment right above belongs to it
        lines.add(above)
        above -= 1
    derivation = " ".join([text for line, text in comments if line in lines] + [ast.get_docstring(node) or ""])
    others = [decorator for decorator in node.decorator_list if (mark := _mark(decorator)) is None or mark[0] != marker]
    body: list[ast.AST] = [*node.body, *others]
    words = {word for part in body for word in _words(part)}
    problems = []
    if isinstance(node, ast.ClassDef) or not node.name.startswith("test"):
        problems.append("is no test function")
    if len(names) < len(arguments) or not names:
        problems.append("does not say of what, as strings")
    if any(name.startswith(NEVER_RUN) for name, _ in marks):
        problems.append("may be skipped or may fail")
    if marker == WORKED_EXAMPLE and not re.search(r"\d", derivation):
        problems.append("has no comment that derives a number")
    if not any(_asserts(inner) for part in body for inner in ast.walk(part)):
        problems.append("asserts nothing")
    problems += [f"does not mention {name}" for name in names if name not in words]
    return Claim(f"{file}::{node.name}", names, tuple(problems))


def _words(tree: ast.AST) -> set[str]:
    """Return the names, attributes and words in strings of some code."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"\w+", node.value))
    return found


def _asserts(node: ast.AST) -> bool:
    """Whether this is an assert, or a call of a helper whose name says that it asserts."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).rpartition(".")[2].startswith("assert")
    return isinstance(node, ast.Assert)
