"""Files that hold a state: arrays as safetensors, the rest as JSON in the same file, written whole or not at all.

Reading one runs no code that is in it, as reading a pickle would. A file is written beside the old one, forced to the disk, and put in
its place in one step: whoever is killed while writing leaves the old one as it was.

Source: the safetensors format, version 0.4 and later (a length, a JSON header with free text under ``__metadata__``, the arrays' bytes).
"""

import math
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

KEY = "learnkit"
"""Under which the JSON stands in the file's metadata."""

ABANDONED = 600.0
"""Seconds after which what a killed program left of a file is removed by the next one that writes it."""


def write_state(path: str, content: Mapping[str, Any]) -> None:
    """Write a state: nested dicts, lists and tuples of numbers, strings, None, and arrays or tensors.

    Raises
    ------
    TypeError
        For anything else, with its place.
    OSError
        If the file cannot be written; the one that was there is unchanged.
    """
    import json

    arrays: dict[str, Any] = {}
    text = json.dumps(_packed(content, "", arrays), allow_nan=False)
    data = _serialized(arrays, {KEY: text})
    try:
        _write_atomically(path, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(error.errno, f"{path} could not be written: {reason}. If there was one before, it is unchanged.") from error


def read_state(path: str, *, as_tensors: bool) -> Any:
    """Return what `write_state` wrote; arrays come back as NumPy's, or as PyTorch's tensors on the CPU.

    Raises
    ------
    FileNotFoundError, OSError
    ValueError
        If the file is not one, or not whole.
    """
    import json

    from safetensors import SafetensorError

    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no checkpoint {path}. Pass resume=None to begin a run from its start.") from None
    try:
        arrays = _deserialized(data, as_tensors)
    except SafetensorError as error:
        raise ValueError(f"{path} is no safetensors file, or not all of one ({len(data)} bytes): {error}.") from None
    except (KeyError, TypeError, AttributeError) as error:  # a type of numbers that NumPy has not
        raise ValueError(f"{path} holds a type of numbers that cannot be read here: {error}. bfloat16 needs PyTorch.") from None
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    text = header.get("__metadata__", {}).get(KEY)
    if text is None:
        raise ValueError(f"{path} is a safetensors file, and not one of learnkit's checkpoints.")
    try:
        return _unpacked(json.loads(text), arrays)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} is no checkpoint as learnkit writes it: {type(error).__name__}: {error}.") from None


def _packed(value: Any, place: str, arrays: dict[str, Any]) -> Any:
    """Return a value as JSON has it; arrays are put aside under the name of their place."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        # float() for NumPy's float64, which is one; JSON has no infinity and no NaN
        return float(value) if math.isfinite(value) else {"$float": str(float(value))}
    if isinstance(value, Mapping):
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: _packed(item, f"{place}.{key}", arrays) for key, item in value.items()}
        return {"$items": [[_packed(key, place, arrays), _packed(item, f"{place}.{key}", arrays)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        items = [_packed(item, f"{place}.{index}", arrays) for index, item in enumerate(value)]
        return items if isinstance(value, list) else {"$tuple": items}
    if hasattr(value, "shape") and getattr(getattr(value, "dtype", "none"), "kind", "f") in "biuf":  # numbers; PyTorch's have no kind
        if type(value).__module__ == "numpy" and not hasattr(value, "__setitem__"):
            return _packed(value.item(), place, arrays)  # one number: NumPy's float32, int64, bool
        name = place.lstrip(".")
        while name in arrays:  # {"a.b": …} beside {"a": {"b": …}}
            name += "~"
        arrays[name] = value
        return {"$array": name}
    raise TypeError(
        f"a checkpoint holds numbers, strings, None, lists, tuples, dicts, arrays and tensors; {place.lstrip('.')} is a "
        f"{type(value).__name__}. Leave it out of state_dict(), or save what it is made from."
    )


def _unpacked(value: Any, arrays: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_unpacked(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    if "$float" in value:
        return float(value["$float"])
    if "$tuple" in value:
        return tuple(_unpacked(item, arrays) for item in value["$tuple"])
    if "$items" in value:
        return {_unpacked(key, arrays): _unpacked(item, arrays) for key, item in value["$items"]}
    if "$array" in value:
        return arrays[value["$array"]]
    return {key: _unpacked(item, arrays) for key, item in value.items()}


def _serialized(arrays: Mapping[str, Any], metadata: dict[str, str]) -> bytes:
    torch = sys.modules.get("torch")
    if torch is not None and any(isinstance(array, torch.Tensor) for array in arrays.values()):
        from safetensors.torch import save as save_tensors

        # each in memory of its own: the format refuses two tensors that share it
        tensors = {name: array if isinstance(array, torch.Tensor) else torch.tensor(array) for name, array in arrays.items()}
        copies = {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in tensors.items()}
        return save_tensors(copies, metadata)
    import numpy as np
    from safetensors.numpy import save as save_arrays

    plain = {name: array.data if hasattr(array, "requires_grad") else array for name, array in arrays.items()}  # of the reference's tensors
    return save_arrays({name: np.array(array, order="C") for name, array in plain.items()}, metadata)  # the bytes are written as they lie


def _deserialized(data: bytes, as_tensors: bool) -> dict[str, Any]:
    if as_tensors:
        from safetensors.torch import load as load_tensors

        return dict(load_tensors(data))
    from safetensors.numpy import load as load_arrays

    return dict(load_arrays(data))


def _write_atomically(path: str, data: bytes) -> None:
    import tempfile

    folder, name = os.path.split(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    _remove_abandoned(folder, name)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # without it a loss of power may leave the new name with none of the bytes
        os.chmod(temporary, 0o644)  # mkstemp lets nobody else read
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    if os.name == "posix":  # and the name itself is on the disk only when its folder is
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _remove_abandoned(folder: str, name: str) -> None:
    for entry in os.scandir(folder):
        if entry.name.startswith(f".{name}.") and entry.name.endswith(".part"):
            with suppress(OSError):
                if time.time() - entry.stat().st_mtime > ABANDONED:  # else another program may be writing it now
                    os.unlink(entry.path)
