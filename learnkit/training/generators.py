"""The random generators of a run: found, saved once each however many layers draw from one, and put back where they were."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from learnkit.training.modes import library_of

GLOBAL = "torch."
"""How the names of PyTorch's own generators begin, which a layer without an ``rng`` draws from."""


def generators_of(net: Any, given: Sequence[Any] = ()) -> dict[str, Any]:
    """Return every generator that a network's modules have as an attribute, under a name of its place, and those given beside.

    A generator that two layers share is under two names. A network of PyTorch also draws from the generators that PyTorch keeps for
    each device; those of the CPU and of its parameters' devices are among the result.

    Examples
    --------
    >>> from learnkit import reference as lk
    >>> rng = lk.rng(0)
    >>> found = generators_of(lk.Sequential(lk.Dropout(0.5, rng=rng), lk.Dropout(0.1, rng=rng)))
    >>> list(found)
    ['1.Dropout._rng', '2.Dropout._rng']
    """
    found = {
        f"{place}.{type(module).__name__}.{name}": value
        for place, module in enumerate(net.modules())
        for name, value in vars(module).items()
        if _is_generator(value)
    }
    for index, generator in enumerate(given):
        if not _is_generator(generator):
            raise TypeError(f"generators must be of NumPy or PyTorch, as from lk.rng(seed); item {index} is a {type(generator).__name__}.")
        found[f"given.{index}"] = generator
    library = library_of(net)
    if library is not None and library.__name__ == "torch":
        found[f"{GLOBAL}cpu"] = library.default_generator
        for device in sorted({parameter.device.index for parameter in net.parameters() if parameter.device.type == "cuda"}):
            found[f"{GLOBAL}cuda:{device}"] = library.cuda.default_generators[device]
    return found


def states_of(generators: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the state of each generator once, with all its names."""
    groups = _groups(generators)
    return [{"names": names, "state": _state(generators[names[0]])} for names in groups]


def restore_states(generators: Mapping[str, Any], states: Sequence[Mapping[str, Any]]) -> None:
    """Put generators into states that `states_of` gave, in place: who holds one keeps it.

    Raises
    ------
    ValueError
        If others share a generator than when the states were taken, or one is of another kind. PyTorch's own for a device that is
        not among both are left out.
    """
    saved, here = ([names for names in groups if not _is_global(names)] for groups in ([s["names"] for s in states], _groups(generators)))
    if saved != here:
        raise ValueError(
            f"the generators are others than those that were saved: {here or 'none'} here, {saved or 'none'} in the checkpoint; names in "
            "one list share a generator. Make the network as it was made then."
        )
    for entry in states:
        name = next((name for name in entry["names"] if name in generators), None)
        if name is not None:
            try:
                _set_state(generators[name], entry["state"])
            except (RuntimeError, ValueError, TypeError) as error:
                raise ValueError(f"generator {name} cannot take the saved state, which is of another kind or device: {error}") from error


def _groups(generators: Mapping[str, Any]) -> list[list[str]]:
    groups: dict[int, list[str]] = {}
    for name, generator in generators.items():
        # two of NumPy's generators may draw from one source of bits
        groups.setdefault(id(getattr(generator, "bit_generator", generator)), []).append(name)
    return list(groups.values())


def _is_global(names: Sequence[str]) -> bool:
    return all(name.startswith(GLOBAL) for name in names)


def _is_generator(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return hasattr(value, "bit_generator") or (torch is not None and isinstance(value, torch.Generator))


def _state(generator: Any) -> Any:
    return _as_lists(generator.bit_generator.state) if hasattr(generator, "bit_generator") else generator.get_state()


def _set_state(generator: Any, state: Any) -> None:
    if hasattr(generator, "bit_generator"):
        generator.bit_generator.state = _as_arrays(state, generator.bit_generator.state)
    else:
        generator.set_state(state)


def _as_lists(state: Any) -> Any:
    """Return a state of NumPy's with lists of whole numbers in place of arrays, whose unsigned types not every reader has."""
    if isinstance(state, Mapping):
        return {name: _as_lists(value) for name, value in state.items()}
    return state.tolist() if hasattr(state, "tolist") else state


def _as_arrays(state: Any, like: Any) -> Any:
    if isinstance(like, Mapping):
        if not isinstance(state, Mapping) or set(state) != set(like):
            raise ValueError(f"it has {sorted(state) if isinstance(state, Mapping) else state} and not {sorted(like)}")
        return {name: _as_arrays(state[name], value) for name, value in like.items()}
    if hasattr(like, "tolist") and hasattr(like, "__setitem__"):
        import numpy as np

        return np.array(state, dtype=like.dtype)
    return state
