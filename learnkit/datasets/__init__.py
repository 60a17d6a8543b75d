"""Data for the lessons: bundled with a library the course needs anyway, generated, or downloaded and verified.

`describe` says what a set is. Every loader gives NumPy arrays that belong to the caller; both trees make tensors from them.

Nothing is loaded before it is used, so that ``learnkit data`` answers at once.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learnkit.datasets.bundled import breast_cancer, diabetes, digits, iris, photograph, wine
    from learnkit.datasets.canvases import canvas_digits
    from learnkit.datasets.contents import DataError
    from learnkit.datasets.descriptions import Description, describe
    from learnkit.datasets.downloaded import fashion_mnist, names, tiny_shakespeare
    from learnkit.datasets.downloads import fetch
    from learnkit.datasets.generated import blobs, moons, noisy_labels, rings, spirals, xor
    from learnkit.datasets.generated_regressions import linear_data, ravine
    from learnkit.datasets.idx_files import IDXError, parse_idx, read_idx
    from learnkit.datasets.remote_files import data_folder

__all__ = [
    # bundled
    "digits",
    "iris",
    "wine",
    "breast_cancer",
    "diabetes",
    "photograph",
    # generated
    "linear_data",
    "ravine",
    "blobs",
    "xor",
    "moons",
    "spirals",
    "rings",
    "noisy_labels",
    "canvas_digits",
    # downloaded
    "fashion_mnist",
    "names",
    "tiny_shakespeare",
    "fetch",
    "data_folder",
    "DataError",
    "read_idx",
    "parse_idx",
    "IDXError",
    # about all of them
    "describe",
    "Description",
]

_MODULES = {
    "bundled": ("digits", "iris", "wine", "breast_cancer", "diabetes", "photograph"),
    "generated_regressions": ("linear_data", "ravine"),
    "generated": ("blobs", "xor", "moons", "spirals", "rings", "noisy_labels"),
    "canvases": ("canvas_digits",),
    "downloaded": ("fashion_mnist", "names", "tiny_shakespeare"),
    "downloads": ("fetch",),
    "remote_files": ("data_folder",),
    "contents": ("DataError",),
    "idx_files": ("read_idx", "parse_idx", "IDXError"),
    "descriptions": ("describe", "Description"),
}
_PLACES = {name: module for module, held in _MODULES.items() for name in held}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        value = getattr(importlib.import_module(f"learnkit.datasets.{_PLACES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'learnkit.datasets' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
