"""What an exercise asks, as data: the problem, its probes, the mistakes it knows, its hints.

A `Problem` holds everything that the exercise notebook, `check`, grading and the reports need; nothing about an exercise stands
anywhere else. The engine that runs it is `learnkit.checking`.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

Backend = Literal["numpy", "torch"]
THE_EXERCISE = ""  # as a mistake's section: the lesson says nothing of it, the text above the exercise does


@dataclass(frozen=True)
class Rng:
    """Among the arguments of a step: a fresh generator of the backend, NumPy's or PyTorch's, that starts from a seed."""

    seed: int


@dataclass(frozen=True)
class Actor:
    """Among the arguments of a step: a function or an object that `learnkit.problems.actors` makes for the backend, by its name there."""

    name: str
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ref:
    """Among the arguments of a step: the object that an earlier step keeps under a name."""

    name: str


@dataclass(frozen=True)
class New:
    """A step of a script: make an object by calling the answer, a class, and keep it under a name."""

    into: str
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Make:
    """A step of a script: make an actor and keep it under a name, for the steps that follow to share."""

    into: str
    actor: Actor


@dataclass(frozen=True)
class Call:
    """A step of a script: call the answer, or a method of a named object; what it returns is one value of the probe.

    Parameters
    ----------
    args, options : what it is called with
    on, method : "answer", or a named object; and which of its methods, None to call it
    into : a name under which what it returns is kept
    drain : what it returns is an iterator, and the value of the step is the list of its items; at most so many are taken
    """

    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    on: str = "answer"
    method: str | None = None
    into: str | None = None
    drain: int | None = None


@dataclass(frozen=True)
class Get:
    """A step of a script: read an attribute of a named object; its value is one value of the probe."""

    on: str
    attribute: str


Step = New | Make | Call | Get


@dataclass(frozen=True)
class Statistic:
    """A number that random code gets right in the long run: its values are compared through it, and not one by one.

    Parameters
    ----------
    name : what the learner may read, "the share of zeros"
    of : (values, arguments) -> the number, from the values of the steps and the arguments of the first call
        For a scale take the logarithm: its standard error does not depend on the scale, so that a mistake is recognized by it too.
    expected : the number by theory, or (arguments) -> it
    standard_error : its standard deviation over many draws by theory, or (arguments) -> it; 0 if it is exact, "each entry is 0 or 2"
    """

    name: str
    of: Callable[[tuple[Any, ...], tuple[Any, ...]], float]
    expected: float | Callable[[tuple[Any, ...]], float]
    standard_error: float | Callable[[tuple[Any, ...]], float]


@dataclass(frozen=True)
class Probe:
    """One thing that is tried on an answer.

    Parameters
    ----------
    name : what the learner may read, "rows 0 and 2000 in one batch"
    why : the reason it is there, "a global maximum underflows the first row"
    make : (rng) -> tuple of arguments, or a list of steps
        Draws the inputs. Floating-point inputs are float64 arrays. The visible probe is the one of seed 0; grading draws seeds.
    is_edge : bool
        An edge case is kept although no mistake needs it.
    statistics : of Statistic
        What is compared where the answer is random; without any, the values themselves are.
    """

    name: str
    why: str
    make: Callable[[np.random.Generator], tuple[Any, ...] | list[Step]]
    is_edge: bool = False
    statistics: tuple[Statistic, ...] = ()

    def steps(self, seed: int) -> list[Step]:
        """Return the script that this probe runs for a seed."""
        made = self.make(np.random.default_rng(seed))
        return [Call(made)] if isinstance(made, tuple) else list(made)


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, and the misconception behind it.

    Parameters
    ----------
    id : "no-shift"
    wrong : the implementation that answers are compared with
    other : the same mistake, written differently; the checker is scored on it
    says : the misconception in at most two sentences, in the learner's terms; never the solution
    section : the heading of the lesson to read again, or THE_EXERCISE
    variants : the same misconception with other numbers, 1e-8 in the place of 1e-12; answers are compared with them too
    line : (a line of the solution, how this mistake writes it), where it is one line: the easier forms of the exercise use it
    """

    id: str
    wrong: Callable[..., Any]
    other: Callable[..., Any]
    says: str
    section: str
    variants: Sequence[Callable[..., Any]] = ()
    line: tuple[str, str] | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """An exercise. Two problems are equal only if they are the same object.

    Parameters
    ----------
    id : "04.softmax"; what follows the dot is the name that the learner defines
    title : one line
    stub : the source that the exercise notebook starts from: signature, docstring with the convention, and a body of ``...``
    reference : the right answer, on NumPy arrays
    torch_reference : the right answer on tensors, whose gradients are the expected ones; None where only values are compared
    probes : at least one of them tiny, for "smallest case"
    mistakes : at least three
    alternatives : at least three right answers that differ from the reference and each other in how they are written
    hints : nudge, concept, pseudo-code, in this order; the solution is the fourth
    solution : source code, shown as the last hint and in the solutions notebook
    library_calls : dotted names of functions that do the whole exercise, "scipy.special.softmax"; calling one is no answer
    uses : names of the library that an answer may build on
    axes : the axis letters of each parameter, {"logits": "NC", "targets": "N"}: with them a wrong factor is named after the size it equals
    returns : a name for each value, where the answer is a tuple: ("loss", "grad")
    torch_alternatives : right answers in PyTorch's own operations
    dtype_matters : whether another dtype is wrong; else it is a note
    rtol, atol : the tolerance in float64; the reason stands beside it where it is not the default
    seconds : how long one call may take, where the usual limit is too short
    points, level, minutes : weight, difficulty from 1 to 3, and how long it takes
    is_core : core, or practice
    """

    id: str
    title: str
    stub: str
    reference: Callable[..., Any]
    probes: Sequence[Probe]
    mistakes: Sequence[Mistake]
    alternatives: Sequence[Callable[..., Any]]
    hints: tuple[str, str, str]
    solution: str
    library_calls: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    backends: tuple[Backend, ...] = ("numpy", "torch")
    rtol: float = 1e-9
    atol: float = 1e-12
    seconds: float | None = None
    points: int = 1
    level: Literal[1, 2, 3] = 1
    minutes: int = 5
    is_core: bool = True
    version: int = 1
    torch_reference: Callable[..., Any] | None = None
    torch_alternatives: Sequence[Callable[..., Any]] = ()
    axes: Mapping[str, str] = field(default_factory=dict)
    returns: tuple[str, ...] = ()
    dtype_matters: bool = False

    @property
    def lesson(self) -> str:
        """The number of the lesson, "04"."""
        return self.id.split(".", 1)[0]

    @property
    def name(self) -> str:
        """The name that the learner defines, "softmax"."""
        return self.id.split(".", 1)[1]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, as the stub has them; those of ``__init__`` for a class."""
        return self.parameters_of("__init__" if self.is_class else None)

    @property
    def is_class(self) -> bool:
        """Whether a class is asked."""
        return bool(self._methods)

    def parameters_of(self, method: str | None) -> tuple[str, ...]:
        """Return the names of the parameters of the function that is asked, or of a method of the class, without self."""
        return self._methods.get(method or "__call__", ()) if self.is_class else self._function

    @cached_property
    def _function(self) -> tuple[str, ...]:
        functions = [node for node in ast.parse(self.stub).body if isinstance(node, ast.FunctionDef)]
        return _argument_names(functions[0]) if functions else ()

    @cached_property
    def _methods(self) -> dict[str, tuple[str, ...]]:
        classes = [node for node in ast.parse(self.stub).body if isinstance(node, ast.ClassDef)]
        body = classes[0].body if classes else []
        return {node.name: _argument_names(node)[1:] for node in body if isinstance(node, ast.FunctionDef)}


def _argument_names(function: ast.FunctionDef) -> tuple[str, ...]:
    return tuple(argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs))
