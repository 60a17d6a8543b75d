"""Run one case on every implementation, and measure how far apart they are.

The implementations are ``reference`` (on its tape), ``reference by hand`` (forward and backward on arrays), ``pytorch``, and
the official call. Outputs, gradients, dtypes, shapes, names and the inputs' own values afterwards are compared. `measure`
returns every difference; `check` raises a `Mismatch` that says where the worst one is.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from learnkit.parity.concepts import AS_GIVEN, Case, Concept, Ran, drawn, is_float

Array = NDArray[Any]


class Mismatch(AssertionError):
    """Two implementations of one concept differ by more than it allows."""


@dataclass(frozen=True)
class Difference:
    """How far apart two implementations are in one output or gradient.

    Attributes
    ----------
    between : the names of the two
    kind : "output", "gradient" or "input"
    what : str
        "output", "gradient of logits", …
    size : float
        The largest |a - b| / max(1, |b|), or inf if they cannot be subtracted: another shape, dtype, NaN, nothing at all.
    allowed : float
    detail : str
        The worst entry with both values, or what cannot be compared.
    """

    between: tuple[str, str]
    kind: str
    what: str
    size: float
    allowed: float
    detail: str

    @property
    def agrees(self) -> bool:
        """Whether it is within what is allowed."""
        return self.size <= self.allowed

    def __str__(self) -> str:
        return f"{self.what}: {self.between[0]} and {self.between[1]} differ, {self.detail}"


class Plain(NamedTuple):
    """A value outside its library. Python's own numbers have no dtype to compare."""

    dtype: str | None
    values: Array


@dataclass
class Outcome:
    """What one implementation computed; an output that is no number or array stays as it is."""

    outputs: dict[str, Any]
    gradients: dict[str, Plain | None]


def measure(concept: Concept, case_name: str, *, dtype: str = "float64", device: str = "cpu") -> list[Difference]:
    """Run one case on every implementation and return all differences, also those of size 0.

    Parameters
    ----------
    concept, case_name
        One of the concept's cases or edges.
    dtype : "float64", "float32", "bfloat16" or "as given"
    device : "cpu" or "cuda"
        For PyTorch's sides; NumPy computes on the CPU.

    Raises
    ------
    Mismatch
        If one implementation raises, with what it raised as the cause.
    """
    # PyTorch and both trees are loaded here, so that reading a declaration costs nothing
    import torch

    case = concept.all_cases[case_name]
    arrays = inputs_of(concept, case_name, dtype)
    label = f"{concept.name} · {case_name} · {dtype} · {device}"
    outcomes: dict[str, Outcome] = {}
    differences: list[Difference] = []
    quiet = np.errstate(divide="ignore", invalid="ignore") if case.numpy_warns else contextlib.nullcontext()
    # a layer's first parameters come from PyTorch's global generator, which belongs to whoever asks for the table
    with torch.random.fork_rng(devices=[]), quiet:
        for name, implementation in _implementations(concept, dtype, device).items():
            copies = [value.copy() if isinstance(value, np.ndarray) else value for value in arrays]
            try:
                outcomes[name], after = implementation(copies, case)
            except Exception as error:
                raise Mismatch(f"{label}: {name} raised {type(error).__name__}: {error}") from error
            for input_name, before, now in zip(concept.inputs, arrays, after, strict=True):
                if isinstance(before, np.ndarray):
                    pair = (name, "what it was given")
                    given, left = Plain(None, before), Plain(None, np.asarray(plain(now).values))
                    differences.append(_difference(pair, "input", f"input {input_name}", left, given, 0.0, False))
    official = list(outcomes)[-1]
    pairs = [("reference", official), ("pytorch", official), ("pytorch", "reference")]
    if "reference by hand" in outcomes:
        pairs.append(("reference by hand", "reference"))
    for one, other in pairs:
        own_dtypes = dtype != "bfloat16" or not (one.startswith("reference") or other.startswith("reference"))  # NumPy has no bfloat16
        differences += _compare(concept, case, dtype, (one, other), outcomes[one], outcomes[other], own_dtypes)
    return differences


def check(concept: Concept, case_name: str, *, dtype: str = "float64", device: str = "cpu") -> None:
    """Raise a `Mismatch` that names concept, case, the worst entry and both values, if any two implementations differ."""
    wrong = [difference for difference in measure(concept, case_name, dtype=dtype, device=device) if not difference.agrees]
    if wrong:
        lines = "\n  ".join(str(difference) for difference in wrong)
        why = concept.all_cases[case_name].why
        raise Mismatch(f"{concept.name} · {case_name} · {dtype} · {device}{f' ({why})' if why else ''}:\n  {lines}")


def inputs_of(concept: Concept, case_name: str, dtype: str) -> list[Any]:
    """Return the inputs of a case: arrays of floats in the dtype under test, and whatever else as declared."""
    # drawn from a name, so that a case keeps its numbers when another is added
    seed = int.from_bytes(f"{concept.name}·{case_name}".encode(), "big")
    values = list(concept.all_cases[case_name].inputs(np.random.default_rng(seed)))
    if dtype == AS_GIVEN:
        return values
    return [_cast(value, dtype) if is_float(value) else value for value in values]


def grad_output_of(name: str, output: Array) -> Array:
    """Return the gradient that a case sends back into an output: never ones, which would hide a transpose or a missing factor."""
    return np.asarray(drawn(f"grad_output of {name}", output.shape), dtype=output.dtype)


def plain(value: Any) -> Any:
    """Return arrays, tensors of either tree and numbers as `Plain`, and anything else as it is."""
    import torch

    from learnkit import reference

    if isinstance(value, torch.Tensor):
        inside = value.detach().cpu()
        values = (inside.float() if inside.dtype == torch.bfloat16 else inside).numpy().copy()
        return Plain(str(value.dtype).removeprefix("torch."), values)
    if isinstance(value, reference.Tensor):
        value = value.data
    if isinstance(value, (np.ndarray, np.generic)):
        return Plain(value.dtype.name, np.array(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Plain(None, np.array(value))
    return value


def _cast(value: Array, dtype: str) -> Array:
    if dtype != "bfloat16":
        return value.astype(dtype)
    import torch

    return np.asarray(torch.tensor(value).to(torch.bfloat16).float().numpy())


Implementation = Callable[[list[Any], Case], tuple[Outcome, list[Any]]]


def _implementations(concept: Concept, dtype: str, device: str) -> dict[str, Implementation]:
    """Return every implementation by name, the official call last."""
    import torch

    from learnkit import pytorch, reference

    def torch_tensor(value: Array, requires_grad: bool) -> Any:
        kind = torch.bfloat16 if dtype == "bfloat16" and is_float(value) else None
        return torch.tensor(value, dtype=kind, device=device, requires_grad=requires_grad)

    def pytorch_tensor(value: Array, requires_grad: bool) -> Any:
        kind = torch.bfloat16 if dtype == "bfloat16" and is_float(value) else None
        return pytorch.tensor(value, dtype=kind, device=device, requires_grad=requires_grad)

    def reference_tensor(value: Array, requires_grad: bool) -> Any:
        return value if concept.arrays else reference.tensor(value, requires_grad=requires_grad)

    def run_tree(lk: Any, inputs: list[Any], options: Mapping[str, Any]) -> Any:
        return concept.run(lk, *inputs, **options) if concept.run else getattr(lk, concept.name)(*inputs, **options)

    def run_official(lk: Any, inputs: list[Any], options: Mapping[str, Any]) -> Any:
        if concept.call is not None:
            return concept.call(torch, *inputs, **options)
        function: Any = torch
        for part in concept.official.split(".")[1:]:
            function = getattr(function, part)
        return function(*inputs, **options)

    def on_tape(lk: Any, make: Callable[[Array, bool], Any], run: Callable[..., Any]) -> Implementation:
        def execute(arrays: list[Any], case: Case) -> tuple[Outcome, list[Any]]:
            wants = _wants_gradient(concept, arrays)
            inputs = [
                make(value, name in wants) if isinstance(value, np.ndarray) else value
                for name, value in zip(concept.inputs, arrays, strict=True)
            ]
            ran = _as_ran(run(lk, inputs, case.options))
            leaves = {name: value for name, value in zip(concept.inputs, inputs, strict=True) if name in wants} | dict(ran.leaves)
            outputs = {name: plain(value) for name, value in ran.outputs.items()}
            roots = [(name, value) for name, value in ran.outputs.items() if getattr(value, "requires_grad", False)] if leaves else []
            for name, root in roots:
                root.backward(make(grad_output_of(name, outputs[name].values), False), retain_graph=len(roots) > 1)
            gradients = {name: None if leaf.grad is None else plain(leaf.grad) for name, leaf in leaves.items()}
            return Outcome(outputs, gradients), inputs

        return execute

    def by_hand(arrays: list[Any], case: Case) -> tuple[Outcome, list[Any]]:
        if concept.by_hand is not None:
            outputs, gradients = concept.by_hand(reference, arrays, case.options, grad_output_of)
        else:
            operation = getattr(reference, concept.name)
            output, saved = operation.forward(*arrays, **case.options)
            outputs, gradients = {"output": output}, {}
            if wants := _wants_gradient(concept, arrays):
                all_gradients = operation.backward(grad_output_of("output", np.asarray(output)), saved)
                all_gradients = all_gradients if isinstance(all_gradients, tuple) else (all_gradients,)
                gradients = {name: grad for name, grad in zip(concept.inputs, all_gradients, strict=True) if name in wants}
        return Outcome({name: plain(v) for name, v in outputs.items()}, {name: plain(v) for name, v in gradients.items()}), arrays

    found: dict[str, Implementation] = {"reference": on_tape(reference, reference_tensor, run_tree)}
    is_operation = concept.run is None and hasattr(getattr(reference, concept.name, None), "backward_rule")
    if concept.by_hand is not None or is_operation:
        found["reference by hand"] = by_hand
    found["pytorch"] = on_tape(pytorch, pytorch_tensor, run_tree)
    found[concept.official] = on_tape(torch, torch_tensor, run_official)
    return found


def _wants_gradient(concept: Concept, arrays: list[Any]) -> set[str]:
    return {name for name, value in zip(concept.inputs, arrays, strict=True) if name in concept.differentiable and is_float(value)}


def _as_ran(returned: Any) -> Ran:
    if isinstance(returned, Ran):
        return returned
    return Ran(outputs=returned) if isinstance(returned, dict) else Ran(outputs={"output": returned})


def _compare(
    concept: Concept, case: Case, dtype: str, pair: tuple[str, str], one: Outcome, other: Outcome, own_dtypes: bool
) -> list[Difference]:
    """Compare two outcomes, name by name."""
    found = []
    for kind, mine, theirs in (("output", one.outputs, other.outputs), ("gradient", one.gradients, other.gradients)):
        if set(mine) != set(theirs):
            names = f"they have other names: {list(mine)} and {list(theirs)}"
            found.append(Difference(pair, kind, f"{kind}s", float("inf"), concept.allowed(kind, dtype), names))
        for name in mine:
            if name in theirs and not (kind == "gradient" and mine[name] is theirs[name] is None):
                what = f"gradient of {name}" if kind == "gradient" else name
                # integers give float32 in any run, and no more of it can be asked than float32 holds
                coarse = dtype != "bfloat16" and getattr(theirs[name], "dtype", None) == "float32"
                allowed = concept.allowed(kind, "float32" if coarse else dtype)
                found.append(_difference(pair, kind, what, mine[name], theirs[name], allowed, case.relative, own_dtypes))
    return found


def _difference(
    pair: tuple[str, str], kind: str, what: str, one: Any, other: Any, allowed: float, relative: bool, own_dtypes: bool = True
) -> Difference:
    """Compare two values: exactly if one of them is no number or array."""

    def differ(detail: str, size: float = float("inf")) -> Difference:
        return Difference(pair, kind, what, size, allowed, detail)

    if not isinstance(one, Plain) or not isinstance(other, Plain):
        if isinstance(one, Plain) or isinstance(other, Plain):
            return differ(f"one is missing or no number: {_short(one)} and {_short(other)}")
        return differ("", 0.0) if one == other else differ(f"{one!r} and {other!r}")
    if one.values.shape != other.values.shape:
        return differ(f"in shape: {one.values.shape} and {other.values.shape}")
    if own_dtypes and one.dtype is not None and other.dtype is not None and one.dtype != other.dtype:
        return differ(f"in dtype: {one.dtype} and {other.dtype}")
    if one.values.size == 0:
        return differ("", 0.0)
    a, b = one.values.astype(np.float64), other.values.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.abs(a - b) / (np.abs(b) if relative else np.maximum(1, np.abs(b)))
    # inf - inf and NaN - NaN are NaN where the two agree; any other NaN is as far apart as can be
    distance = np.where((one.values == other.values) | (np.isnan(a) & np.isnan(b)), 0, np.nan_to_num(distance, nan=np.inf, posinf=np.inf))
    worst = np.unravel_index(np.argmax(distance), distance.shape)
    size = float(distance[worst])
    entry = f" at {[int(i) for i in worst]}" if distance.ndim else ""
    return differ(f"most{entry}: {a[worst]:.17g} and {b[worst]:.17g}, by {size:.1e} where {allowed:.0e} is allowed", size)


def _short(value: Any) -> str:
    return f"an array of shape {value.values.shape}" if isinstance(value, Plain) else repr(value)
