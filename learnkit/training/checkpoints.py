"""Checkpoints: a run in one file, from which it goes on as if it had not been stopped.

`save_checkpoint` and `load_checkpoint` take the parts of a run by name. `fit` loads one with ``resume=``, and the callback `Checkpoint`
saves them as it trains. In the file, which `state_files` writes and reads, the network's arrays have the names of its ``state_dict()``
after "net.": every reader of safetensors finds them.
"""

import copy
from collections.abc import Mapping, Sequence
from contextlib import suppress
from os import PathLike, fspath
from typing import Any

from learnkit.training.generators import restore_states, states_of
from learnkit.training.modes import library_of
from learnkit.training.state_files import read_state, write_state

VERSION = 1

LIKE_PARAMETERS = ("momentum_buffer", "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "square_avg", "grad_avg", "sum")
"""What optimizers keep that has the shape of its parameter."""


def save_checkpoint(
    path: str | PathLike[str],
    *,
    net: Any,
    optimizer: Any = None,
    scheduler: Any = None,
    callbacks: Sequence[Any] = (),
    generators: Mapping[str, Any] | None = None,
    progress: Any = None,
) -> None:
    """Write the state of a run to a file, whole or not at all.

    Parameters
    ----------
    path : of the file; its folder is made if need be
    net : with ``state_dict()``: parameters and buffers
    optimizer, scheduler, progress : with ``state_dict()``, optional
        progress is the `Run` of a call of `fit`, or whatever else says how far a loop is.
    callbacks : list
        The states of those that have a ``state_dict()``.
    generators : by name, optional
        As from `generators_of`. One that stands under several names is saved once.

    Raises
    ------
    TypeError
        If a state holds something else than numbers, strings, None, lists, tuples, dicts, arrays and tensors.
    OSError
        If the file cannot be written, as on a full disk. A file that was there before is unchanged, also if the program is killed.

    Notes
    -----
    In a callback ``save_checkpoint(path, **run.parts())`` saves all of a run.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from learnkit import reference as lk
    >>> net, other = (lk.Sequential(lk.Linear(2, 1, rng=lk.rng(seed))) for seed in (0, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "net.safetensors"
    ...     save_checkpoint(path, net=net)
    ...     load_checkpoint(path, net=other)
    >>> bool((net[0].weight.data == other[0].weight.data).all())
    True

    See Also
    --------
    load_checkpoint, Checkpoint
    """
    content: dict[str, Any] = {"version": VERSION, "library": _library_name(net), "net": net.state_dict()}
    for name, part in {"optimizer": optimizer, "scheduler": scheduler, "progress": progress}.items():
        if part is not None:
            content[name] = _saved(part)
    content["callbacks"] = [_saved(callback) for callback in _with_state(callbacks)]
    if generators is not None:
        content["generators"] = states_of(generators)
    write_state(fspath(path), content)


def load_checkpoint(
    path: str | PathLike[str],
    *,
    net: Any,
    optimizer: Any = None,
    scheduler: Any = None,
    callbacks: Sequence[Any] | None = None,
    generators: Mapping[str, Any] | None = None,
    progress: Any = None,
) -> None:
    """Put the state of a file into the parts that are given, which were made as those that were saved: all of them, or none.

    Parameters
    ----------
    path : of a file that `save_checkpoint` wrote
    net, optimizer, scheduler, callbacks, generators, progress
        As in `save_checkpoint`. What is not given is not loaded: ``load_checkpoint(path, net=net)`` takes the weights alone.

    Raises
    ------
    FileNotFoundError
    ValueError
        If the file is no checkpoint, not whole or of a later version; if it lacks a part that is given; or if a part does not fit, as
        by names, shapes or class. Nothing was loaded then.

    Notes
    -----
    Nothing that is in the file is executed. Weights go from one tree to the other; the state of optimizers and generators does not.

    See Also
    --------
    save_checkpoint
    """
    path, library = fspath(path), _library_name(net)
    content = _checked(path, read_state(path, as_tensors=library == "torch"))
    parts = [("the network", net, content["net"])]
    for name, part in {"optimizer": optimizer, "scheduler": scheduler, "progress": progress}.items():
        if part is not None:
            parts.append((name, part, _state_for(path, name, part, content.get(name))))
    if callbacks is not None:
        parts += _callback_parts(path, callbacks, content["callbacks"])
    if generators is not None and "generators" not in content:
        raise ValueError(f"{path} holds no generators: it was saved without them.")
    if library != content["library"] and (len(parts) > 1 or generators is not None):
        raise ValueError(
            f"{path} is of a network of {content['library']}, and this one is of {library}: weights may go from one to the other, the "
            "rest of a run may not. Use load_checkpoint(path, net=net)."
        )
    if problems := [*_misfits(net, content["net"]), *(_state_misfits(optimizer, content["optimizer"]["state"]) if optimizer else [])]:
        raise ValueError(f"{path} does not fit: {'; '.join(problems)}. Nothing was loaded.")

    before = [(part, copy.deepcopy(part.state_dict())) for _, part, _ in parts]
    drawn = None if generators is None else states_of(generators)
    loading = "generators"
    try:
        if generators is not None:
            restore_states(generators, content["generators"])
        for loading, part, state in parts:  # noqa: B007  # the message names it
            part.load_state_dict(state)
    except Exception as error:  # whatever a part makes of a state that is not its own
        for part, state in before:
            with suppress(Exception):
                part.load_state_dict(state)
        if generators is not None and drawn is not None:
            restore_states(generators, drawn)
        raise ValueError(f"{path} does not fit: {loading}: {error} Nothing was loaded.") from error


def _saved(part: Any) -> dict[str, Any]:
    return {"class": type(part).__name__, "state": part.state_dict()}


def _with_state(callbacks: Sequence[Any]) -> list[Any]:
    return [callback for callback in callbacks if hasattr(callback, "state_dict")]


def _library_name(net: Any) -> str:
    library = library_of(net)
    return "torch" if library is not None and library.__name__ == "torch" else "numpy"


def _checked(path: str, content: Any) -> dict[str, Any]:
    """Return the content of a file if it is built as `save_checkpoint` builds it."""
    damaged = f"{path} is no checkpoint as learnkit writes it: "
    version = content.get("version") if isinstance(content, dict) else None
    if not isinstance(version, int) or version < 1:
        raise ValueError(f"{damaged}it has no version.")
    if version > VERSION:
        raise ValueError(f"{path} has version {version}, and this learnkit reads version {VERSION}. Install a later learnkit.")
    kinds = {"library": str, "net": dict, "callbacks": list}
    if wrong := [name for name, kind in kinds.items() if not isinstance(content.get(name), kind)]:
        raise ValueError(f"{damaged}{', '.join(wrong)} missing or of another kind.")
    entries = [*content["callbacks"], *(content[name] for name in ("optimizer", "scheduler", "progress") if name in content)]
    if not all(isinstance(entry, dict) and isinstance(entry.get("class"), str) and "state" in entry for entry in entries):
        raise ValueError(f"{damaged}a part has no class or no state.")
    return content  # type: ignore[no-any-return]  # a dict, as was just seen


def _state_for(path: str, name: str, part: Any, entry: Any) -> Any:
    if entry is None:
        raise ValueError(f"{path} holds no {name}: it was saved without one.")
    if entry["class"] != type(part).__name__:
        raise ValueError(f"{path} holds the {name} {entry['class']}, and here is {type(part).__name__}. Make the same one.")
    return entry["state"]


def _callback_parts(path: str, callbacks: Sequence[Any], entries: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    own = _with_state(callbacks)
    names, found = [type(callback).__name__ for callback in own], [entry["class"] for entry in entries]
    if names != found:
        raise ValueError(
            f"{path} holds the states of the callbacks {found or 'none'}, and here are {names or 'none'}. Pass the same in the same order."
        )
    return [(name, callback, entry["state"]) for name, callback, entry in zip(names, own, entries, strict=True)]


def _misfits(net: Any, state: Mapping[str, Any]) -> list[str]:
    """Compare names and shapes before anything is loaded: PyTorch loads what fits, and raises then."""
    own = net.state_dict()
    problems = [f"missing {name}" for name in own if name not in state] + [f"unexpected {name}" for name in state if name not in own]
    for name in own:
        if name in state and tuple(getattr(state[name], "shape", ())) != tuple(own[name].shape):
            problems.append(f"{name} has shape {tuple(state[name].shape)} where {tuple(own[name].shape)} is required")
    return problems


def _state_misfits(optimizer: Any, state: Any) -> list[str]:
    """Compare the shapes that PyTorch's optimizers do not look at before the next step."""
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    of_parameters = state.get("state", {}) if isinstance(state, Mapping) else {}
    if wrong := [place for place in of_parameters if not isinstance(place, int) or not 0 <= place < len(parameters)]:
        return [f"the optimizer's state is of parameters {wrong}, and it has {len(parameters)}"]
    return [
        f"{name} of parameter {place} has shape {tuple(value.shape)} where {tuple(parameters[place].shape)} is required"
        for place, values in of_parameters.items()
        for name, value in values.items()
        if name in LIKE_PARAMETERS and hasattr(value, "shape") and tuple(value.shape) != tuple(parameters[place].shape)
    ]
