"""Functions and objects that probes hand to an answer: something to differentiate, a model to train, a layer that counts its calls.

A probe names an actor and does not hold it, so that a probe stays data: the process that runs the answer makes the actor for the
backend of the answer. Nothing here tells what an exercise asks.
"""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from learnkit.problems.problem import Actor, Backend

Maker = Callable[..., Any]
_MAKERS: dict[str, Maker] = {}


def actor(make: Maker) -> Maker:
    """Register a function (backend, *args, **options) -> object as the actor of its own name."""
    _MAKERS[make.__name__] = make
    return make


def made(found: Actor, backend: Backend) -> Any:
    """Return a new object for an actor.

    Raises
    ------
    LookupError
        If there is no actor of that name.
    """
    if found.name not in _MAKERS:
        raise LookupError(f"there is no actor {found.name!r}; there are {', '.join(sorted(_MAKERS)) or 'none'}.")
    return _MAKERS[found.name](backend, *found.args, **found.options)


@actor
def cubic(backend: Backend) -> Callable[[Any], Any]:
    """The sum of x³ over all entries, whose gradient is 3 x²; on a step to one side it errs by 3 x h."""

    def cubic(x: Any) -> Any:
        return (x**3).sum()

    return cubic


def _tree(backend: Backend) -> Any:
    """Return the library of the backend."""
    return importlib.import_module("learnkit.reference" if backend == "numpy" else "learnkit.pytorch")


@actor
def linear_net(backend: Backend, seed: int, inputs: int = 3, classes: int = 4) -> Any:
    """A network of one linear layer, with the same float64 weights in both trees."""
    lk, rng = _tree(backend), np.random.default_rng(seed)
    dtype = lk.tensor(np.zeros(1)).dtype
    net = lk.Sequential(lk.Linear(inputs, classes, rng=lk.rng(0), dtype=dtype))
    values = {"0.weight": rng.normal(size=(classes, inputs)), "0.bias": rng.normal(size=classes)}
    net.load_state_dict({name: lk.tensor(value) if backend == "torch" else value for name, value in values.items()})
    return net


@actor
def sgd(backend: Backend, net: Any, **settings: Any) -> Any:
    """Gradient descent on the parameters of a network that an earlier step made."""
    return _tree(backend).SGD(net.parameters(), **settings)


@actor
def cross_entropy(backend: Backend) -> Any:
    """The loss function (logits, targets) -> loss of the tree."""
    return _tree(backend).cross_entropy


@actor
def product_of_neighbors(backend: Backend) -> Callable[[Any], Any]:
    """The sum of the products of neighbors, so that the slope of an entry is the sum of its two neighbors."""

    def product_of_neighbors(x: Any) -> Any:
        return (x[1:] * x[:-1]).sum()

    return product_of_neighbors


@actor
def steep_product(backend: Backend) -> Callable[[Any], Any]:
    """The square of the sum, 10,000 times: whatever happened to one entry shows in the slopes of all others."""

    def steep_product(x: Any) -> Any:
        return 1e4 * x.sum() ** 2

    return steep_product
