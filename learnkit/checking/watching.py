"""Notice when an answer calls the function that it was asked to write.

Watched names stand for functions of libraries that do the whole exercise. While an answer runs, those of them that are already loaded are
replaced where they live by twins that write the call down; nothing is imported for that. A function that the answer took into
its own namespace before is found by reading the names that the answer uses.
"""

import contextlib
import functools
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from learnkit.checking.reading import objects_used
from learnkit.problems.problem import Problem

_MISSING = object()


def watched_names(problem: Problem) -> tuple[str, ...]:
    """Return the dotted names that count as the library's answer to a problem."""
    ours = (f"learnkit.{tree}.{problem.name}" for tree in ("reference", "pytorch"))
    return tuple(dict.fromkeys((*ours, *problem.library_calls)))


def find(dotted: str) -> tuple[Any, str, Any] | None:
    """Return the owner, the attribute and the object of a dotted name, if its module is loaded."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        owner: Any = sys.modules.get(".".join(parts[:cut]))
        if owner is None:
            continue
        for part in parts[cut:-1]:
            owner = _loaded(owner, part)
        found = _loaded(owner, parts[-1])
        return None if found is _MISSING else (owner, parts[-1], found)
    return None


def _loaded(owner: Any, name: str) -> Any:
    """Return an attribute without waking a module that imports its parts when they are asked for."""
    return vars(owner).get(name, _MISSING) if isinstance(owner, types.ModuleType) else getattr(owner, name, _MISSING)


def _twin(original: Callable[..., Any], name: str, called: list[str]) -> Callable[..., Any]:
    @functools.wraps(original)
    def twin(*inputs: Any, **options: Any) -> Any:
        called.append(name)
        return original(*inputs, **options)

    for part in ("forward", "backward"):  # an operation of the library is called by these names too
        method = getattr(original, part, None)
        if callable(method):
            setattr(twin, part, _twin(method, name, called))
    return twin


@contextlib.contextmanager
def watched(names: Sequence[str]) -> Iterator[list[str]]:
    """Write down which of the named functions are called inside the block; put the originals back at its end."""
    called: list[str] = []
    undo: list[tuple[Any, str, Any]] = []
    try:
        for name in names:
            place = find(name)
            if place is None or not callable(place[2]):
                continue
            owner, attribute, original = place
            if isinstance(original, type):
                undo.append((original, "__init__", vars(original).get("__init__", _MISSING)))
                original.__init__ = _twin(original.__init__, name, called)  # type: ignore[misc]
                continue
            home = sys.modules.get(getattr(original, "__module__", None) or "")
            twin = _twin(original, name, called)
            for where in {id(owner): owner, id(home): home}.values():
                if where is not None and getattr(where, attribute, None) is original:
                    undo.append((where, attribute, vars(where).get(attribute, _MISSING)))
                    setattr(where, attribute, twin)
        yield called
    finally:
        for where, attribute, before in reversed(undo):
            if before is _MISSING:
                delattr(where, attribute)
            else:
                setattr(where, attribute, before)


def library_names_used(answer: Any, names: Sequence[str]) -> tuple[str, ...]:
    """Return the watched functions that an answer is, or names directly in its code."""
    originals = {id(place[2]): name for name in names if (place := find(name))}
    own = getattr(answer, "__mro__", (answer,))  # a class that builds on the library's is the library's
    return tuple(originals[id(thing)] for thing in (*own, *objects_used(answer)) if id(thing) in originals)
