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
class New:
    """A step of a script: make an object by calling the answer, a class, and keep it under a name."""

    into: str
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A step of a script: call the answer, or a method of a named object; what it returns is one value of the probe."""

    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    on: str = "answer"
    method: str | None = None


@dataclass(frozen=True)
class Get:
    """A step of a script: read an attribute of a named object; its value is one value of the probe."""

    on: str
    attribute: str


Step = New | Call | Get


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
    """

    name: str
    why: str
    make: Callable[[np.random.Generator], tuple[Any, ...] | list[Step]]
    is_edge: bool = False

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
    """

    id: str
    wrong: Callable[..., Any]
    other: Callable[..., Any]
    says: str
    section: str
    variants: Sequence[Callable[..., Any]] = ()


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

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, as the stub has them; none for a class."""
        body = ast.parse(self.stub).body
        function = next((node for node in body if isinstance(node, ast.FunctionDef)), None)
        if function is None:
            return ()
        return tuple(argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs))
