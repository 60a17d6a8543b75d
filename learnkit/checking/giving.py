"""What a step hands to an answer: its own copy of each input, tensors on PyTorch, and generators, actors and earlier objects by name."""

import copy
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from learnkit.checking.values import leaves, plain
from learnkit.problems.actors import made
from learnkit.problems.problem import Actor, Backend, Ref, Rng

PLACEHOLDERS = (Rng, Actor, Ref)


class Giver:
    """Makes the arguments of the steps of one script.

    Parameters
    ----------
    backend : "numpy" or "torch"
    rng_shift : added to the seed of every generator that is handed over
    """

    def __init__(self, backend: Backend, rng_shift: int = 0) -> None:
        self.backend = backend
        self.rng_shift = rng_shift
        self.objects: dict[str, Any] = {}
        self.sources: list[Any] = []  # the tensors that gradients of the step under way are asked for

    def given(self, value: Any, wants_gradient: bool) -> Any:
        """Return what stands for a value of the script in the call."""
        if isinstance(value, Ref):
            return self.objects[value.name]
        if isinstance(value, Rng):
            return generator(value.seed + self.rng_shift, self.backend)
        if isinstance(value, Actor):
            args = tuple(self.given(item, False) for item in value.args)
            return made(Actor(value.name, args, {name: self.given(item, False) for name, item in value.options.items()}), self.backend)
        if type(value) in (list, tuple):
            return type(value)(self.given(item, wants_gradient) for item in value)
        if type(value) is dict:
            return {key: self.given(item, wants_gradient) for key, item in value.items()}
        if not isinstance(value, np.ndarray):
            return copy.deepcopy(value)
        return value.copy() if self.backend == "numpy" else self._tensor(value, wants_gradient)

    def _tensor(self, value: Any, wants_gradient: bool) -> Any:
        tensor = _torch().tensor(value)
        if not (wants_gradient and value.dtype.kind == "f"):
            return tensor
        tensor.requires_grad_()
        self.sources.append(tensor)
        return tensor.clone()  # a leaf could not be changed in place, and whether it is changed is part of what we look at


def generator(seed: int, backend: Backend) -> Any:
    """Return a fresh generator of the backend."""
    return np.random.default_rng(seed) if backend == "numpy" else _torch().Generator().manual_seed(seed)


def was_changed(before: Any, after: Any) -> bool:
    """Whether an array among the inputs is not what it was; what is handed over by name may change."""
    if isinstance(before, PLACEHOLDERS):
        return False
    kept, now = dict(leaves(plain(before))), dict(leaves(plain(after)))
    if kept.keys() != now.keys():
        return True
    for path, value in kept.items():
        if isinstance(value, np.ndarray):
            other = now[path]
            if not isinstance(other, np.ndarray) or value.shape != other.shape:
                return True
            if not np.array_equal(value, other, equal_nan=value.dtype.kind in "fc" and other.dtype.kind in "fc"):
                return True
    return False


def holds_rng(value: Any) -> bool:
    """Whether a generator is among some arguments."""
    if isinstance(value, (list, tuple)):
        return any(map(holds_rng, value))
    if isinstance(value, dict):
        return any(map(holds_rng, value.values()))
    return isinstance(value, Rng)


@contextmanager
def global_seeds(seed: int) -> Iterator[None]:
    """Seed the global generators of Python, NumPy and PyTorch inside the block, and put their states back at its end."""
    torch = sys.modules.get("torch")
    ours, theirs = random.getstate(), np.random.get_state()  # noqa: NPY002  what answers use that ignore their rng
    tensors = torch.get_rng_state() if torch else None
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    if torch:
        torch.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(ours)
        np.random.set_state(theirs)  # noqa: NPY002
        if torch and tensors is not None:
            torch.set_rng_state(tensors)


def _torch() -> Any:
    import torch

    return torch
