"""learnkit: how deep-learning models are trained, from NumPy by hand to PyTorch.

Two trees hold the same names: ``learnkit.reference`` (NumPy, one concept a module, every gradient written out) and
``learnkit.pytorch`` (the same on PyTorch tensors, on a CPU or a GPU). One word in an import line swaps them::

    from learnkit import reference as lk
    from learnkit import pytorch as lk

Importing this package loads neither NumPy nor PyTorch; its parts are loaded when they are first used.
"""

import importlib
from types import ModuleType

__version__ = "0.1.0"

_PARTS = ("reference", "pytorch", "training", "datasets", "visual", "parity", "problems", "checking", "study", "course")

__all__ = ["__version__"]


def __getattr__(name: str) -> ModuleType:
    if name in _PARTS:
        return importlib.import_module(f"learnkit.{name}")
    raise AttributeError(f"module 'learnkit' has no attribute {name!r}; its parts are {', '.join(_PARTS)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PARTS])
