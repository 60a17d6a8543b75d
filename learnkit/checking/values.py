"""What an answer returned, as plain data: arrays, containers of them, None, text; anything else by the name of its type.

An answer may return any object. Here it is turned into data that can be compared, sent and stored without calling a method of that
object: no strange ``__eq__`` is asked, no generator is run, no view of an input is kept.
"""

import sys
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Path = tuple[int | str, ...]

MOST_ITEMS = 10_000
DEEPEST = 6
NUMERIC = "biufc"


@dataclass(frozen=True)
class Opaque:
    """A value that cannot be compared: only what it is called."""

    type_name: str


@dataclass(frozen=True)
class Named:
    """The object that a script keeps under a name, returned once more: "return self"."""

    name: str


def plain(value: Any) -> Any:
    """Return a value as plain data: a copy, with numbers as arrays without axes and tensors as arrays."""
    return plain_with_types(value)[0]


def plain_with_types(value: Any) -> tuple[Any, tuple[str, ...]]:
    """Return a value as plain data, and the type name of each leaf in it."""
    names: list[str] = []
    return _plain(value, 0, names), tuple(names)


def _plain(value: Any, depth: int, names: list[str]) -> Any:
    kind = type(value)
    if kind in (tuple, list) or (isinstance(value, tuple) and hasattr(kind, "_fields")):
        if depth < DEEPEST and len(value) + len(names) <= MOST_ITEMS:
            items = [_plain(item, depth + 1, names) for item in value]
            return items if kind is list else tuple(items)
    elif kind in (dict, OrderedDict):
        if depth < DEEPEST and len(value) + len(names) <= MOST_ITEMS and all(type(key) in (str, int) for key in value):
            return {str(key): _plain(value[key], depth + 1, names) for key in sorted(value, key=str)}
    else:
        names.append(kind.__name__)
        return _leaf(value)
    names.append(kind.__name__)
    return Opaque(kind.__name__)


def _leaf(value: Any) -> Any:
    torch = sys.modules.get("torch")
    if value is None or type(value) in (str, Opaque, Named):
        return value
    if torch is not None and isinstance(value, torch.Tensor):
        return _from_tensor(value)
    if isinstance(value, (bool, int, float, complex, np.generic, np.ndarray)):
        try:
            array = np.array(value, copy=True, subok=False)
        except Exception:
            return Opaque(type(value).__name__)
        return array if array.dtype.kind in NUMERIC else Opaque(f"{type(value).__name__} of {array.dtype.name}")
    return Opaque(type(value).__name__)


def _from_tensor(tensor: Any) -> Any:
    try:
        array = tensor.detach().cpu().resolve_conj()
        return np.array(array.double().numpy() if str(array.dtype) == "torch.bfloat16" else array.numpy(), copy=True)
    except Exception:
        return Opaque(type(tensor).__name__)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield each value inside tuples, lists and dictionaries with the way to it."""
    if isinstance(value, (tuple, list)):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from leaves(value[key], (*path, key))
    else:
        yield path, value


def describe(value: Any) -> str:
    """Say what a plain value is, in words: "an array of shape (2, 3)"."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a single number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Named):
        return f"the object {value.name} itself"
    if isinstance(value, (tuple, list)):
        word = "tuple" if isinstance(value, tuple) else "list"
        return f"a {word} of {len(value)} value{'' if len(value) == 1 else 's'}" if value else f"an empty {word}"
    if isinstance(value, dict):
        return f"a dictionary of {len(value)} entries"
    name = value.type_name if isinstance(value, Opaque) else type(value).__name__
    return f"an object of type {name}"
