"""Finding reads back to the host: a value of a tensor that Python wants to see makes the processor wait for the GPU.

Three ways, as each sees what another cannot: `scan` reads the source; `Watch` runs code and listens to Python's calls and to
PyTorch's own; on the "meta" device, whose tensors have shapes and no values, a read raises.
"""

import ast
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Self

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

# in source: methods, and Python's functions that ask a tensor for its value
METHODS = ("item", "tolist", "numpy", "cpu", "nonzero", "is_nonzero", "masked_select", "unique")
FUNCTIONS = ("float", "int", "bool", "complex")

# calls from Python
_CALLS = {
    torch.Tensor.item, torch.Tensor.tolist, torch.Tensor.numpy, torch.Tensor.cpu, torch.Tensor.__array__, torch.Tensor.__bool__,
    torch.Tensor.__float__, torch.Tensor.__int__, torch.Tensor.__index__, torch.Tensor.__complex__, torch.Tensor.__contains__,
    torch.Tensor.is_nonzero, torch.is_nonzero, torch.equal, torch.Tensor.equal, torch.allclose, torch.Tensor.allclose,
}  # fmt: skip
# what PyTorch itself does, also inside its own functions and in backward
_OPERATIONS = {"_local_scalar_dense", "is_nonzero", "equal", "nonzero", "masked_select", "_unique2", "unique_dim", "unique_consecutive"}


class _Calls(TorchFunctionMode):
    def __init__(self, found: list[str]) -> None:
        super().__init__()
        self.found = found

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None) -> Any:
        kwargs = kwargs or {}
        if func in _CALLS:
            self.found.append(func.__name__)
        # the word itself: a device that is handed over, as in order.to(inputs.device), is judged on "meta"
        if func is torch.Tensor.to and any(isinstance(value, str) and value == "cpu" for value in (*args[1:], *kwargs.values())):
            self.found.append('to("cpu")')
        return func(*args, **kwargs)


class _Operations(TorchDispatchMode):
    def __init__(self, found: list[str]) -> None:
        super().__init__()
        self.found = found

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None) -> Any:
        name = func.overloadpacket.__name__
        by_mask = name in ("index", "index_put_") and any(value is not None and value.dtype == torch.bool for value in args[1])
        if name in _OPERATIONS or by_mask:
            self.found.append(f"aten.{name}")
        return func(*args, **(kwargs or {}))


class Watch:
    """Listen while the block runs; ``found`` names the reads."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._stack.enter_context(_Operations(self.found))
        self._stack.enter_context(_Calls(self.found))
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.close()


def scan(source: str) -> dict[str, list[str]]:
    """Return, for each top-level name of a source, the reads that its lines may make."""
    found: dict[str, list[str]] = {}
    for top in ast.parse(source).body:
        name = getattr(top, "name", "<module>")
        for node in ast.walk(top):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                found.setdefault(name, []).append(f"{node.func.id}()")
            elif isinstance(node.func, ast.Attribute):
                to_cpu = node.func.attr == "to" and any(
                    isinstance(leaf, ast.Constant) and leaf.value == "cpu"
                    for value in (*node.args, *node.keywords)
                    for leaf in ast.walk(value)
                )
                if node.func.attr in METHODS or to_cpu:
                    found.setdefault(name, []).append(f".{node.func.attr}()")
    return found
