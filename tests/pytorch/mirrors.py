"""Comparing the two trees: each function returns what is wrong, as sentences; an empty list is agreement."""

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

MAY_ADD = ("device", "dtype", "fused", "foreach")  # keyword-only, in PyTorch's tree


def file_problems(reference: Iterable[str], twin: Iterable[str]) -> list[str]:
    """Compare the file names of two packages."""
    reference, twin = set(reference), set(twin)
    return [f"{name} is missing" for name in sorted(reference - twin)] + [f"{name} has no twin" for name in sorted(twin - reference)]


def name_problems(reference: list[str], twin: list[str], one_sided: Mapping[str, str]) -> list[str]:
    """Compare public names and their order."""
    problems = [f"{name} is in the reference alone" for name in reference if name not in twin and name not in one_sided]
    problems += [f"{name} is in the twin alone" for name in twin if name not in reference and name not in one_sided]
    problems += [f"the exception for {name} is stale" for name in one_sided if (name in reference) == (name in twin)]
    problems += [f"{name} is listed twice" for names in (reference, twin) for name in sorted(set(names)) if names.count(name) > 1]
    both = [name for name in reference if name in twin]
    return problems or ([] if both == [name for name in twin if name in reference] else ["the order differs"])


def names_by_module(source: str) -> dict[str, list[str]]:
    """Read from an __init__ which name it takes from which of its modules."""
    found: dict[str, list[str]] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found.setdefault(node.module.rpartition(".")[2], []).extend(alias.name for alias in node.names)
    return found


def place_problems(reference: str, twin: str, one_sided: Mapping[str, str]) -> list[str]:
    """Compare, from the sources of two __init__, the modules that the names come from."""
    place = {name: module for module, names in names_by_module(reference).items() for name in names}
    other = {name: module for module, names in names_by_module(twin).items() for name in names}
    return [
        f"{name} comes from {place[name]} in the reference and from {other[name]} in the twin"
        for name in place
        if name in other and name not in one_sided and place[name] != other[name]
    ]


def lessons(source: str, one_sided: Mapping[str, str]) -> list[str]:
    """Return the lines of __all__, its comments among them, without the one-sided names."""
    block = re.search(r"# in the order of the lessons[^\n]*\n__all__ = \[\n(.*?)\n\]", source, re.DOTALL)
    assert block is not None, "there is no __all__ in the order of the lessons"
    lines = [line.strip().strip('",') for line in block[1].splitlines()]
    return [line for line in lines if line not in one_sided]


def signature_problems(name: str, reference: Callable[..., Any], twin: Callable[..., Any]) -> list[str]:
    """Compare the parameters of two callables: names, order, kinds and defaults."""
    ours, theirs = (list(inspect.signature(function).parameters.values()) for function in (reference, twin))
    known = {parameter.name for parameter in ours}
    theirs = [p for p in theirs if p.name in known or not (p.name in MAY_ADD and p.kind is p.KEYWORD_ONLY)]
    if [p.name for p in ours] != [p.name for p in theirs]:
        return [f"{name} has parameters {[p.name for p in ours]} in the reference and {[p.name for p in theirs]} in the twin"]
    problems = []
    for one, other in zip(ours, theirs, strict=True):
        if one.kind is not other.kind:
            problems.append(f"{name}: {one.name} is {one.kind.description} in the reference and {other.kind.description} in the twin")
        if type(one.default) is not type(other.default) or one.default != other.default:
            problems.append(f"{name}: {one.name} defaults to {one.default!r} in the reference and to {other.default!r} in the twin")
    return problems


def public_attributes(value: Any) -> set[str]:
    """Return the public attributes of an object: its class's, its own, and its slots."""
    return {name for name in dir(value) if not name.startswith("_")}


def _is_ours(made: type, name: str) -> bool:
    """Whether a class of learnkit has a public attribute of its own making. (PyTorch sets a wrapped step on its optimizers' classes.)"""
    value = vars(made)[name]
    return not name.startswith("_") and not (inspect.isfunction(value) and value.__module__.startswith("torch."))


def attribute_problems(name: str, reference: Any, twin: Any, one_sided: Mapping[str, str]) -> list[str]:
    """Compare two objects: PyTorch's has what the reference's has; what learnkit adds to PyTorch's, the reference has."""
    ours = public_attributes(reference)
    exceptions = {key.partition(".")[2] for key in one_sided if key.startswith(f"{name}.")}
    problems = [f"{name}.{one} is in the reference alone" for one in sorted(ours - exceptions) if not hasattr(twin, one)]
    problems += [f"the exception for {name}.{one} is stale" for one in sorted(exceptions) if one not in ours or hasattr(twin, one)]
    added = {one for made in type(twin).__mro__ if made.__module__.startswith("learnkit.") for one in vars(made) if _is_ours(made, one)}
    problems += [f"{name}.{one} is in the twin alone" for one in sorted(added - ours)]
    for one in sorted(ours & added):
        methods = getattr(type(reference), one, None), getattr(type(twin), one, None)
        if all(inspect.isfunction(method) for method in methods):
            problems += signature_problems(f"{name}.{one}", methods[0], methods[1])  # type: ignore[arg-type]
    return problems


def sources(folder: Path) -> list[str]:
    """Return the names of a package's files."""
    return sorted(path.name for path in folder.glob("*.py"))
