"""What a declaration of parity says: a concept, its cases, and how exactly its implementations must agree.

A `Concept` is one public name of `learnkit.reference`. It declares its inputs, the official call and the tolerances once; the
tests, the tables in lessons and the finite differences all read the same declaration. `normal`, `given` and `drawn` make inputs.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Draw = Callable[[np.random.Generator], tuple[Any, ...]]

AS_GIVEN = "as given"
"""In place of a dtype: the inputs have dtypes of their own, and are not cast."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Inputs that all implementations get, and what is particular about them.

    Attributes
    ----------
    inputs : rng -> tuple
        One value for each of the concept's inputs. Arrays of floats are cast to the dtype under test; whatever else is passed on.
    options : keyword arguments of the call
    why : str
        What only this case would notice, where its name does not say it.
    relative : bool
        Differences count relative to the value itself, however small: for values whose smallness is the point. Else relative to
        max(1, |value|).
    numpy_warns : bool
        NumPy warns where PyTorch silently returns inf or NaN (1/0, log 0). The values are compared all the same.
    """

    inputs: Draw = lambda rng: ()
    options: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    relative: bool = False
    numpy_warns: bool = False


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One public name, its cases, and the official call it is compared with.

    Attributes
    ----------
    name : str
        As in ``learnkit.reference.__all__``.
    official : str
        The dotted name of the official call, "torch.softmax". It is called with the same inputs and options, unless ``call`` says
        how. Anything else, "brute force", needs ``call`` and ``oracle_reason``.
    inputs : names of the inputs, in order
    differentiable : those of them that have a gradient
    cases : by name
        The ordinary ones. In float64, a differentiable concept is smooth here: gradients are also checked by finite differences.
    edges : by name
        What is compared between the implementations alone: kinks, ties, infinities, dtypes.
    run : (lk, *inputs, **options) -> outputs
        The same lines for both trees; ``lk.<name>(*inputs, **options)`` if None. Outputs are one value, a dict of named ones, or `Ran`.
    call : (torch, *inputs, **options) -> outputs
        The same with PyTorch, or another library, alone; at most 15 lines if it is an oracle.
    oracle_reason : str
        Why no official call exists.
    by_hand : (reference, arrays, options, grad_outputs) -> (outputs, gradients)
        The way without a tape. Found by itself for an operation without ``run``.
    arrays : bool
        The reference takes plain arrays here, and no Tensors.
    dtypes : the dtypes under test; ("as given",) where the inputs have their own
    bfloat16 : bool
        Also compared in bfloat16, where the reference computes in float32 from the same rounded inputs.
    forward_tolerance, gradient_tolerance, finite_difference_tolerance, float32_tolerance : float
    tolerance_reason : str
        Why they are looser than the defaults.
    """

    name: str
    official: str
    cases: Mapping[str, Case]
    edges: Mapping[str, Case] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    differentiable: tuple[str, ...] = ()
    run: Callable[..., Any] | None = None
    call: Callable[..., Any] | None = None
    oracle_reason: str = ""
    by_hand: Callable[..., Any] | None = None
    arrays: bool = False
    dtypes: tuple[str, ...] = ("float64", "float32")
    bfloat16: bool = False
    forward_tolerance: float = 1e-12
    gradient_tolerance: float = 1e-10
    finite_difference_tolerance: float = 1e-6
    float32_tolerance: float = 1e-5
    tolerance_reason: str = ""

    def __post_init__(self) -> None:
        if not self.official.startswith(("torch.", "sklearn.")) and not (self.call and self.oracle_reason):
            raise ValueError(f"{self.name}: {self.official!r} is no official call; give an oracle as call, and oracle_reason.")
        loose = self.forward_tolerance > 1e-12 or self.gradient_tolerance > 1e-10
        loose = loose or self.finite_difference_tolerance > 1e-6 or self.float32_tolerance > 1e-5
        if loose and not self.tolerance_reason:
            raise ValueError(f"{self.name}: a tolerance looser than the default needs tolerance_reason.")
        if unknown := set(self.differentiable) - set(self.inputs):
            raise ValueError(f"{self.name}: differentiable names {sorted(unknown)}, which are not among the inputs {self.inputs}.")
        if doubled := set(self.cases) & set(self.edges):
            raise ValueError(f"{self.name}: {sorted(doubled)} are cases and edges at once.")

    @property
    def all_cases(self) -> dict[str, Case]:
        """Cases and edges together."""
        return {**self.cases, **self.edges}

    def dtypes_of(self, case_name: str) -> tuple[str, ...]:
        """Return the dtypes under test: one where no input is to be cast, and no bfloat16 for edges, where it shows only its coarseness."""
        inputs = self.all_cases[case_name].inputs(np.random.default_rng(0))
        if inputs and not any(is_float(value) for value in inputs):
            return (AS_GIVEN,)
        return (*self.dtypes, "bfloat16") if self.bfloat16 and case_name in self.cases else self.dtypes

    def allowed(self, kind: str, dtype: str) -> float:
        """Return the tolerance for "output" or "gradient"."""
        if dtype == "bfloat16":
            return 2e-2  # 8 bits: one rounding is 4e-3, and an output has been through a few
        if dtype == "float32":
            return self.float32_tolerance
        return self.gradient_tolerance if kind == "gradient" else self.forward_tolerance


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one run left: named outputs, and tensors besides the inputs whose gradients are compared too.

    An output is a tensor, an array, a number, or anything else that must be equal (names, sizes, None).
    """

    outputs: Mapping[str, Any]
    leaves: Mapping[str, Any] = field(default_factory=dict)


def is_float(value: Any) -> bool:
    """Whether a value is an array of floats: what is cast to the dtype under test, and may have a gradient."""
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def normal(*shapes: tuple[int, ...], scale: float = 1.0) -> Draw:
    """Return a draw of one normal array a shape."""
    return lambda rng: tuple(np.asarray(scale * rng.standard_normal(shape)) for shape in shapes)


def positive(*shapes: tuple[int, ...]) -> Draw:
    """Return a draw of one array a shape with values from 0.5 to 3: away from 0, where 1/x, log x and √x are steep."""
    return lambda rng: tuple(np.asarray(rng.uniform(0.5, 3.0, shape)) for shape in shapes)


def given(*values: Any) -> Draw:
    """Return a draw of the same values every time; lists become arrays."""
    return lambda rng: tuple(np.array(value) if isinstance(value, list) else value for value in values)


def drawn(name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return normal numbers that depend on the name and the shape alone: the same parameters for every implementation."""
    return np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape)
