"""Which methods of a callback the training loop calls, and the refusal of what is none."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any, Self

METHODS = ("on_fit_begin", "on_epoch_begin", "on_gradients", "on_step_end", "on_epoch_end", "on_fit_end")
"""In the order in which they are first called."""


def require_callbacks(callbacks: Iterable[Any]) -> tuple[Any, ...]:
    """Return the callbacks in the order of their calls: those that save or show the run (``is_last``) after all that change it.

    Raises
    ------
    TypeError
        For what has none of the methods, or has one whose name begins with ``on_`` and is not among them, a typing error.

    Examples
    --------
    >>> class Printer:
    ...     def on_epoch_ends(self, run): ...
    >>> require_callbacks([Printer()])
    Traceback (most recent call last):
    TypeError: Printer has on_epoch_ends, which nothing calls. The loop calls on_fit_begin, on_epoch_begin, on_gradients, on_step_end,
    on_epoch_end, on_fit_end.
    """
    if not isinstance(callbacks, (list, tuple)):
        raise TypeError(f"callbacks must be a list; got a {type(callbacks).__name__}. Use callbacks=[…], also for one.")
    for callback in callbacks:
        if isinstance(callback, type):
            raise TypeError(f"a callback is an object, and {callback.__name__} is a class. Use {callback.__name__}(…).")
        name = type(callback).__name__
        unknown = [method for method in dir(callback) if method.startswith("on_") and method not in METHODS]
        if unknown:
            raise TypeError(f"{name} has {', '.join(unknown)}, which nothing calls. The loop calls {', '.join(METHODS)}.")
        if not any(hasattr(callback, method) for method in METHODS):
            raise TypeError(f"{name} is no callback: it has none of the methods that the loop calls, {', '.join(METHODS)}.")
    return tuple(sorted(callbacks, key=lambda callback: bool(getattr(callback, "is_last", False))))


class Calls:
    """The calls of a run's callbacks, as a block: what has begun gets its ``on_fit_end``, whatever ends the block.

    Each method calls the one of the same name on every callback that has it, in their order.
    """

    def __init__(self, run: Any) -> None:
        self._run = run
        self._begun: list[Any] = []
        self.on_epoch_begin = self._caller("on_epoch_begin")
        self.on_gradients = self._caller("on_gradients")
        self.on_step_end = self._caller("on_step_end")
        self.on_epoch_end = self._caller("on_epoch_end")

    def _caller(self, name: str) -> Callable[[], None]:
        methods = [getattr(callback, name) for callback in self._run.callbacks if hasattr(callback, name)]

        def call() -> None:
            for method in methods:
                method(self._run)

        return call

    def on_fit_begin(self) -> None:
        """Call on_fit_begin, and note who has begun."""
        for callback in self._run.callbacks:
            self._begun.append(callback)  # before the call, which may have opened what must be closed when it fails
            if hasattr(callback, "on_fit_begin"):
                callback.on_fit_begin(self._run)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with ExitStack() as ends:  # which calls all of them, also if one raises, the last that was pushed first
            for callback in reversed(self._begun):
                if hasattr(callback, "on_fit_end"):
                    ends.callback(callback.on_fit_end, self._run)
