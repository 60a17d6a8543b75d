"""Run an answer on the script of a probe, and write down what it did.

`observe` knows no right answer and gives no verdict: it returns data, `Observation`, that can be compared anywhere. Every answer
gets its own copies of the inputs. On PyTorch floating-point arrays come in as tensors that require a gradient, and the gradient
of a fixed random weighting of the returned values is part of what is written down; integers stay int64.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np

from learnkit.checking.capturing import Heard, captured
from learnkit.checking.giving import Giver, global_seeds, holds_rng, was_changed
from learnkit.checking.limits import OutOfTime, passes_through, under_limits
from learnkit.checking.locating import Place, place_in_traceback
from learnkit.checking.restoring import put_back
from learnkit.checking.values import Named, Opaque, leaves, plain, plain_with_types
from learnkit.problems.problem import Backend, Call, Get, Make, New, Step

WEIGHTING_SEED = 20_240_229


@dataclass(frozen=True)
class Raised:
    """An exception, or the end by a limit: its type and text, and the line of the learner that it came from, in which loop."""

    type_name: str
    text: str
    line: int | None = None
    source: str = ""
    in_gradient: bool = False
    loop_line: int | None = None
    loop_source: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one step did.

    Parameters
    ----------
    value : what was returned, as plain data
    type_names : the type of each value inside it
    raised : the exception, if there was one; then there is no value
    changed : the positions of the inputs that were changed, and the names of the changed options
    gradients : one for each floating-point input, None where no gradient arrives; only if asked for
    is_cut : a gradient was asked for, and the value is not connected to the inputs
    """

    value: Any = None
    type_names: tuple[str, ...] = ()
    raised: Raised | None = None
    printed: str = ""
    warnings: tuple[str, ...] = ()
    changed: tuple[int | str, ...] = ()
    gradients: tuple[Any, ...] | None = None
    is_cut: bool = False


Draws = Literal["its rng", "elsewhere", "nothing", ""]


@dataclass(frozen=True)
class Observation:
    """What the steps of one probe did, as far as they were reached.

    Parameters
    ----------
    outcomes : one for each step
    draws : where the answer's random numbers come from, if a generator was among its arguments: with the same generator and other
        global seeds it did the same and with another generator something else, "its rng"; with other global seeds it did something
        else, "elsewhere"; it always did the same, "nothing"
    """

    outcomes: tuple[Outcome, ...]
    draws: Draws = ""

    @property
    def raised(self) -> Raised | None:
        return next((outcome.raised for outcome in self.outcomes if outcome.raised), None)

    @property
    def values(self) -> tuple[Any, ...]:
        return tuple(outcome.value for outcome in self.outcomes)


def observe(answer: Any, steps: Sequence[Step], *, backend: Backend = "numpy", gradients: bool = False) -> Observation:
    """Run a script on an answer; Ctrl-C passes through, everything else that it raises is written down.

    A script with a generator among its arguments is run three times, to see where the random numbers come from.
    """
    if not any(holds_rng([getattr(step, "args", ()), getattr(step, "options", {})]) for step in steps):
        return Observation(_run(answer, steps, backend, gradients))
    with global_seeds(1):
        outcomes = _run(answer, steps, backend, gradients)
    with global_seeds(2):
        again = _run(answer, steps, backend, gradients=False)
    with global_seeds(1):
        other = _run(answer, steps, backend, gradients=False, rng_shift=1)
    if not _same(outcomes, again):
        return Observation(outcomes, "elsewhere")
    return Observation(outcomes, "nothing" if _same(outcomes, other) else "its rng")


def _run(answer: Any, steps: Sequence[Step], backend: Backend, gradients: bool, rng_shift: int = 0) -> tuple[Outcome, ...]:
    giver = Giver(backend, rng_shift)
    giver.objects["answer"] = answer
    outcomes: list[Outcome] = []
    for step in steps:
        outcomes.append(_limited(partial(_run_step, step, giver, gradients)))
        if outcomes[-1].raised:
            break
    end = _limited(partial(_let_go, giver)) if len(giver.objects) > 1 else None
    return (*outcomes[:-1], end) if end and end.raised else tuple(outcomes)


def _same(one: Sequence[Outcome], other: Sequence[Outcome]) -> bool:
    return len(one) == len(other) and not any(
        was_changed(left.value, right.value) or bool(left.raised) != bool(right.raised) for left, right in zip(one, other, strict=True)
    )


def _limited(run: Callable[[], Outcome]) -> Outcome:
    """Run a step, and look at what it returned, under the limits of the check: strange objects run the learner's code once more."""
    with captured():  # what a step that is stopped leaves half undone
        try:
            return under_limits(run)
        except OutOfTime as stopped:
            return Outcome(raised=_told("OutOfTime", str(stopped), stopped.place))
        except Exception as error:
            raised = _raised(error)
            if raised.line is None and not isinstance(error, MemoryError):
                raise  # ours
            return Outcome(raised=raised)


def _let_go(giver: Giver) -> Outcome:
    giver.objects.clear()  # an object of the learner's may run code when it is deleted, too
    return Outcome()


def _run_step(step: Step, giver: Giver, gradients: bool) -> Outcome:
    objects = giver.objects
    if isinstance(step, Make):
        objects[step.into] = giver.given(step.actor, False)
        return Outcome()
    if isinstance(step, Get):
        result, raised, heard = _attempt(lambda: getattr(objects[step.on], step.attribute))
        return _outcome(result, raised, heard)
    wanted = gradients and giver.backend == "torch" and isinstance(step, Call)
    giver.sources.clear()
    arguments = [giver.given(value, wanted) for value in step.args]
    options = {name: giver.given(value, wanted) for name, value in step.options.items()}

    def run() -> Any:
        if isinstance(step, New):
            return objects["answer"](*arguments, **options)
        target = objects[step.on] if step.method is None else getattr(objects[step.on], step.method)
        result = target(*arguments, **options)
        return result if step.drain is None else _drained(result, step.drain)

    result, raised, heard = _attempt(run)
    changed: tuple[int | str, ...] = (
        *(place for place, value in enumerate(step.args) if was_changed(value, arguments[place])),
        *(name for name, value in step.options.items() if was_changed(value, options[name])),
    )
    if isinstance(step, New):
        objects[step.into] = result
        return _outcome(None, raised, heard, changed)
    kept = next((name for name, known in objects.items() if known is result and name != "answer"), None)
    if step.into is not None:
        objects[step.into] = result
    if kept is not None:
        return _outcome(Named(kept), raised, heard, changed)
    if raised or not wanted:
        return _outcome(result, raised, heard, changed)
    found, is_cut, raised = _gradients(result, list(giver.sources))
    return _outcome(result, raised, heard, changed, found, is_cut)


def _drained(result: Any, most: int) -> Any:
    """Return the items of an iterator, each as it was when it came; what is no iterator is returned as it is."""
    if not hasattr(type(result), "__next__") and type(result) not in (list, tuple):
        return result
    items: list[Any] = []
    for item in result:
        if len(items) == most:
            return [*items, Opaque(f"more than {most} items")]
        items.append(plain(item))
    return items


def _outcome(
    result: Any,
    raised: Raised | None,
    heard: Heard,
    changed: tuple[int | str, ...] = (),
    gradients: tuple[Any, ...] | None = None,
    is_cut: bool = False,
) -> Outcome:
    value, names = (None, ()) if raised else plain_with_types(result)
    return Outcome(value, names, raised, heard.printed, tuple(heard.warnings), changed, gradients, is_cut)


def _attempt(run: Callable[[], Any]) -> tuple[Any, Raised | None, Heard]:
    with captured() as heard:
        try:
            result = run()
        except BaseException as error:  # SystemExit too: an answer must not end the kernel
            put_back()
            if passes_through(error):
                raise
            return None, _raised(error), heard
        put_back()
        return result, None, heard


def _raised(error: BaseException, in_gradient: bool = False) -> Raised:
    """Describe an exception, with the innermost line that belongs to neither us nor a library."""
    try:
        text = str.__getitem__(str(error), slice(400))  # a text of the learner's own kind may be strange as well
    except BaseException as strange:
        if passes_through(strange):
            raise
        text = ""
    place = place_in_traceback(_TRACEBACK.__get__(error))
    _TRACEBACK.__set__(error, None)  # its frames would keep the arrays of the answer alive
    return _told(type(error).__name__, text, place, in_gradient)


# The attribute itself, whatever the class of an exception says of it.
_TRACEBACK: Any = BaseException.__dict__["__traceback__"]


def _told(type_name: str, text: str, place: Place, in_gradient: bool = False) -> Raised:
    return Raised(type_name, text, place.line, place.source, in_gradient, place.loop_line, place.loop_source)


def _gradients(result: Any, sources: list[Any]) -> tuple[tuple[Any, ...] | None, bool, Raised | None]:
    """Differentiate a fixed random weighting of the returned values along the inputs."""
    if any(isinstance(leaf, Opaque) for _, leaf in leaves(plain(result))):
        return None, False, None
    torch = sys.modules["torch"]
    rng = np.random.default_rng(WEIGHTING_SEED)
    total: Any = None
    for _, leaf in leaves(result):
        if not issubclass(type(leaf), torch.Tensor):
            continue
        with torch._C.DisableTorchFunctionSubclass():  # a subclass may answer for what is done with it
            leaf = torch.Tensor.as_subclass(leaf, torch.Tensor)
        if leaf.is_floating_point():
            weights = torch.tensor(rng.standard_normal(tuple(leaf.shape)), dtype=leaf.dtype)
            if leaf.requires_grad:
                term = (weights * leaf).sum()
                total = term if total is None else total + term
    if total is None:
        return None, True, None
    found, raised, _ = _attempt(lambda: torch.autograd.grad(total, sources, allow_unused=True))
    if raised:
        return None, False, replace(raised, in_gradient=True)
    return tuple(plain(gradient) for gradient in found), False, None
