"""Functions and objects that probes hand to an answer: something to differentiate, a model to train, a layer that counts its calls.

A probe names an actor and does not hold it, so that a probe stays data: the process that runs the answer makes the actor for the
backend of the answer. Nothing here tells what an exercise asks.
"""

from collections.abc import Callable
from typing import Any

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
