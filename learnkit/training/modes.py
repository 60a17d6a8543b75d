"""Training and evaluation as blocks: `training` and `evaluating` set a network's mode, and put back what was."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any


@contextmanager
def training(net: Any) -> Iterator[None]:
    """Put a network into training mode inside this block; then every module has the mode again that it had."""
    before = [(module, module.training) for module in net.modules()]
    net.train()
    try:
        yield
    finally:
        for module, mode in before:
            module.training = mode


@contextmanager
def evaluating(net: Any) -> Iterator[None]:
    """Put a network into evaluation mode inside this block and record nothing; then every module has the mode again that it had."""
    before = [(module, module.training) for module in net.modules()]
    library = library_of(net)
    net.eval()
    try:
        with library.no_grad() if library else nullcontext():
            yield
    finally:
        for module, mode in before:
            module.training = mode


def library_of(net: Any) -> Any:
    """Return the library that a network's parameters are made by: ``torch`` or ``learnkit.reference``; None if it has no parameters.

    The loop must not know the two trees, which know it. It asks the class of a parameter instead, torch.nn.parameter.Parameter or
    learnkit.reference.tensors.Parameter: its library is the first package around it that has a ``no_grad``.

    Raises
    ------
    TypeError
        If there is none: the network is of neither tree.
    """
    parameter = next(iter(net.parameters()), None)
    if parameter is None:
        return None
    for made in reversed(type(parameter).__mro__):  # the basis first: a class of one's own may lie beside a no_grad that was imported
        package = made.__module__
        while package:
            library = sys.modules.get(package)
            if hasattr(library, "no_grad"):
                return library
            package = package.rpartition(".")[0]
    raise TypeError(f"a network of learnkit or PyTorch is needed; the parameters of this one are {type(parameter).__name__}.")
