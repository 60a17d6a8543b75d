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
MOST_ENTRIES = 5_000_000  # of an array: more is asked nowhere, and would fill the memory
DEEPEST = 6
NUMERIC = "biufc"

# NumPy's own, whatever an answer puts in its place, and a class derived from its arrays says.
_array = np.array
_SIZE: Any = np.ndarray.__dict__["size"]


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
    if kind in (tuple, list) or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        own = value if kind is list else tuple.__getitem__(value, slice(None))  # not by the methods of a subclass
        if depth < DEEPEST and len(own) + len(names) <= MOST_ITEMS:
            items = [_plain(item, depth + 1, names) for item in own]
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
    kind = type(value)  # isinstance would believe an object that says what it is
    torch = sys.modules.get("torch")
    if value is None or kind in (str, Opaque, Named):
        return value
    if torch is not None and issubclass(kind, torch.Tensor):
        return _from_tensor(value, torch)
    for number in (int, float, complex):
        if issubclass(kind, number) and not issubclass(kind, (bool, np.generic)):
            value = number.__pos__(value)  # of Python's own kind
    if issubclass(kind, (int, float, complex, np.generic, np.ndarray)):
        try:
            if issubclass(kind, np.ndarray) and _SIZE.__get__(value) > MOST_ENTRIES:
                return _too_large(kind.__name__, _SIZE.__get__(value))
            array = _array(value, copy=True, subok=False)
        except Exception:
            return Opaque(kind.__name__)
        return array if array.dtype.kind in NUMERIC else Opaque(f"{kind.__name__} of {array.dtype.name}")
    return Opaque(kind.__name__)


def _from_tensor(tensor: Any, torch: Any) -> Any:
    kind = type(tensor)
    try:
        with torch._C.DisableTorchFunctionSubclass():  # a subclass may answer for what is done with it
            if torch.Tensor.numel(tensor) > MOST_ENTRIES:
                return _too_large(kind.__name__, torch.Tensor.numel(tensor))
            array = torch.Tensor.detach(tensor).as_subclass(torch.Tensor).cpu().resolve_conj()
            return _array(array.double().numpy() if str(array.dtype) == "torch.bfloat16" else array.numpy(), copy=True)
    except Exception:
        return Opaque(kind.__name__)


def _too_large(name: str, count: int) -> Opaque:
    return Opaque(f"{name} with {count:,} entries")


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
