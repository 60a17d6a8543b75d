"""Run an answer on the script of a probe, and write down what it did.

`observe` knows no right answer and gives no verdict: it returns data, `Observation`, that can be compared anywhere. Every answer
gets its own copies of the inputs. On PyTorch floating-point arrays come in as tensors that require a gradient, and the gradient
of a fixed random weighting of the returned values is part of what is written down; integers stay int64.
"""

import copy
import linecache
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from learnkit.checking.capturing import Heard, captured
from learnkit.checking.values import Opaque, leaves, plain, plain_with_types
from learnkit.problems.problem import Backend, Call, Get, New, Step

WEIGHTING_SEED = 20_240_229
_PLACES = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
_PLACES += [Path(np.__file__).parent.parent, Path(__file__).parent.parent]
_LIBRARIES = ("<__array_function__", "<frozen", *{str(place) for path in _PLACES for place in (path, path.resolve())})


@dataclass(frozen=True)
class Raised:
    """An exception: its type and text, and the line of the learner that it came from."""

    type_name: str
    text: str
    line: int | None = None
    source: str = ""
    in_gradient: bool = False


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


@dataclass(frozen=True)
class Observation:
    """What the steps of one probe did, as far as they were reached."""

    outcomes: tuple[Outcome, ...]

    @property
    def raised(self) -> Raised | None:
        return next((outcome.raised for outcome in self.outcomes if outcome.raised), None)

    @property
    def values(self) -> tuple[Any, ...]:
        return tuple(outcome.value for outcome in self.outcomes)


def observe(answer: Any, steps: Sequence[Step], *, backend: Backend = "numpy", gradients: bool = False) -> Observation:
    """Run a script on an answer; Ctrl-C passes through, everything else that it raises is written down."""
    objects: dict[str, Any] = {"answer": answer}
    outcomes: list[Outcome] = []
    for step in steps:
        outcomes.append(_run_step(step, objects, backend, gradients))
        if outcomes[-1].raised:
            break
    return Observation(tuple(outcomes))


def _run_step(step: Step, objects: dict[str, Any], backend: Backend, gradients: bool) -> Outcome:
    if isinstance(step, Get):
        result, raised, heard = _attempt(lambda: getattr(objects[step.on], step.attribute))
        return _outcome(result, raised, heard)
    wanted = gradients and backend == "torch" and isinstance(step, Call)
    sources: list[Any] = []
    arguments = [_given(value, backend, wanted, sources) for value in step.args]
    options = {name: _given(value, backend, wanted, sources) for name, value in step.options.items()}

    def run() -> Any:
        if isinstance(step, New):
            return objects["answer"](*arguments, **options)
        target = objects[step.on] if step.method is None else getattr(objects[step.on], step.method)
        return target(*arguments, **options)

    # One limit on time and memory belongs around this call, where it meets only the learner's code.
    result, raised, heard = _attempt(run)
    changed: tuple[int | str, ...] = (
        *(place for place, value in enumerate(step.args) if _was_changed(value, arguments[place])),
        *(name for name, value in step.options.items() if _was_changed(value, options[name])),
    )
    if isinstance(step, New):
        objects[step.into] = result
        return _outcome(None, raised, heard, changed)
    if raised or not wanted:
        return _outcome(result, raised, heard, changed)
    found, is_cut, raised = _gradients(result, sources)
    return _outcome(result, raised, heard, changed, found, is_cut)


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
            return run(), None, heard
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: an answer must not end the kernel
            return None, _raised(error), heard


def _raised(error: BaseException, in_gradient: bool = False) -> Raised:
    """Describe an exception, with the innermost line that belongs to neither us nor a library."""
    try:
        text = str(error)[:400]
    except Exception:
        text = ""
    line, source = None, ""
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith(_LIBRARIES):
            line, source = trace.tb_lineno, linecache.getline(name, trace.tb_lineno, trace.tb_frame.f_globals).strip()
        trace = trace.tb_next
    error.__traceback__ = None  # its frames would keep the arrays of the answer alive
    return Raised(type(error).__name__, text, line, source, in_gradient)


def _given(value: Any, backend: Backend, wants_gradient: bool, sources: list[Any]) -> Any:
    """Return a copy of an input for one call; on PyTorch arrays become tensors."""
    if backend == "numpy" or not isinstance(value, np.ndarray):
        return value.copy() if isinstance(value, np.ndarray) else copy.deepcopy(value)
    torch = sys.modules.get("torch")
    if torch is None:
        import torch as loaded

        torch = loaded
    tensor = torch.tensor(value)
    if not (wants_gradient and value.dtype.kind == "f"):
        return tensor
    tensor.requires_grad_()
    sources.append(tensor)
    return tensor.clone()  # a leaf could not be changed in place, and whether it is changed is part of what we look at


def _was_changed(before: Any, after: Any) -> bool:
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


def _gradients(result: Any, sources: list[Any]) -> tuple[tuple[Any, ...] | None, bool, Raised | None]:
    """Differentiate a fixed random weighting of the returned values along the inputs."""
    if any(isinstance(leaf, Opaque) for _, leaf in leaves(plain(result))):
        return None, False, None
    torch = sys.modules["torch"]
    rng = np.random.default_rng(WEIGHTING_SEED)
    total: Any = None
    for _, leaf in leaves(result):
        if isinstance(leaf, torch.Tensor) and leaf.is_floating_point():
            weights = torch.tensor(rng.standard_normal(tuple(leaf.shape)), dtype=leaf.dtype)
            if leaf.requires_grad:
                term = (weights * leaf).sum()
                total = term if total is None else total + term
    if total is None:
        return None, True, None
    found, raised, _ = _attempt(lambda: torch.autograd.grad(total, sources, allow_unused=True))
    if raised:
        return None, False, Raised(raised.type_name, raised.text, raised.line, raised.source, in_gradient=True)
    return tuple(plain(gradient) for gradient in found), False, None
