"""Parity of the tensor itself: the dtype rules of `tensor`, the operators and methods, gradients that add up."""

import importlib
from typing import Any

import numpy as np

from learnkit.parity.concepts import AS_GIVEN, Case, Concept, Ran, given, normal, positive


def _made(lk: Any, *, data: Any, dtype: str | None = None, requires_grad: bool = False) -> dict[str, Any]:
    """Make a tensor in a tree, or in PyTorch itself."""
    library = importlib.import_module("numpy" if lk.__name__ == "learnkit.reference" else "torch")
    data = data.copy() if isinstance(data, np.ndarray) else data
    made = lk.tensor(data, dtype=None if dtype is None else getattr(library, dtype), requires_grad=requires_grad)
    if isinstance(data, np.ndarray):
        data[...] = 1 - data[...].astype("int8")  # the tensor has a copy, and does not follow
    return {"values": made, "requires_grad": made.requires_grad, "is_leaf": made.is_leaf}


def _from(data: Any, **options: Any) -> Case:
    return Case(options={"data": data, **options})


KINDS = ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool")


def _expressed(lk: Any, a: Any, b: Any, *, expression: Any) -> Any:
    return expression(a, b)


def _of(expression: Any, *shapes: tuple[int, ...]) -> Case:
    a, b = shapes or ((2, 3), (2, 3))
    return Case(inputs=positive(a, b), options={"expression": expression})


def _parameter(kind: Any, start: Any) -> Ran:
    parameter = kind(start * 1)  # a leaf of its own: PyTorch's Parameter shares the memory of what it is given
    y = parameter * parameter
    facts = {"requires_grad": parameter.requires_grad, "is_leaf": parameter.is_leaf, "y requires_grad": y.requires_grad}
    return Ran(outputs={"y": y, **facts}, leaves={"parameter": parameter})


def _twice(a: Any, b: Any) -> Any:
    (a * b).sum().backward()
    return a * a + b


CONCEPTS = (
    Concept(
        name="tensor",
        official="torch.tensor",
        run=_made,
        call=_made,
        dtypes=(AS_GIVEN,),
        cases={
            "a float": _from(1.5),
            "an integer": _from(3),
            "a boolean": _from(True),
            "floats": _from([1.5, -2.0]),
            "integers": _from([[1, 2, 3], [4, 5, 6]]),
            "booleans": _from([True, False]),
            "integers and floats": _from([1, 2.5]),
            "booleans and integers": _from([True, 2]),
            "a tuple of lists": _from(([1.0, 2.0], [3.0, 4.0])),
            "requires_grad": _from([1.0, 2.0], requires_grad=True),
            **{f"array of {kind}": _from(np.array([[0, 1, 2], [1, 0, 1]], dtype=kind)) for kind in KINDS},
        },
        edges={
            "nothing": _from([]),
            "rows of nothing": _from([[], []]),
            "infinities and NaN": _from([float("inf"), -float("inf"), float("nan")]),
            "large integers": _from([2**40, -(2**40)]),
            "array without axes": _from(np.array(1.5)),
            "array with reversed strides": _from(np.arange(6.0).reshape(2, 3).T),
            **{f"NumPy's own {kind}": _from(np.dtype(kind).type(1)) for kind in ("float32", "float64", "int64", "int32", "bool")},
            "list of NumPy's own float64": _from([np.float64(1.5), np.float64(2.5)]),
            "list of NumPy's own float32": _from([np.float32(1.5), np.float32(2.5)]),
            **{f"floats to {kind}": _from([0.0, 1.0, 2.7], dtype=kind) for kind in KINDS},
            **{f"array of float64 to {kind}": _from(np.array([0.0, 1.0, 2.7]), dtype=kind) for kind in KINDS},
        },
    ),
    Concept(
        name="Tensor",
        official="torch.Tensor",
        run=_expressed,
        call=_expressed,
        inputs=("a", "b"),
        differentiable=("a", "b"),
        cases={
            "a + b": _of(lambda a, b: a + b, (2, 3), (3,)),
            "2 + a": _of(lambda a, b: 2 + a),
            "a - b": _of(lambda a, b: a - b, (2, 1), (1, 3)),
            "2.5 - a": _of(lambda a, b: 2.5 - a),
            "a * b": _of(lambda a, b: a * b, (2, 3), ()),
            "2.5 * a": _of(lambda a, b: 2.5 * a),
            "a / b": _of(lambda a, b: a / b, (3,), (2, 3)),
            "2 / a": _of(lambda a, b: 2 / a),
            "a ** 3": _of(lambda a, b: a**3),
            "-a": _of(lambda a, b: -a),
            "a @ b": _of(lambda a, b: a @ b, (2, 3), (3, 4)),
            "a[1:, [0, 0]]": _of(lambda a, b: a[1:, [0, 0]]),
            "a.T": _of(lambda a, b: a.T @ b),
            "a.exp()": _of(lambda a, b: a.exp()),
            "a.log()": _of(lambda a, b: a.log()),
            "a.sum()": _of(lambda a, b: a.sum()),
            "a.sum(0)": _of(lambda a, b: a.sum(0)),
            "a.sum(dim=(0, 1), keepdim=True)": _of(lambda a, b: a.sum(dim=(0, 1), keepdim=True)),
            "a.mean()": _of(lambda a, b: a.mean()),
            "a.mean(-1, keepdim=True)": _of(lambda a, b: a.mean(-1, keepdim=True)),
            "a.reshape(3, -1)": _of(lambda a, b: a.reshape(3, -1)),
            "a.reshape((6,))": _of(lambda a, b: a.reshape((6,))),
            "a.transpose(0, -1)": _of(lambda a, b: a.transpose(0, -1), (2, 3, 4), ()),
            "a tensor used three times": _of(lambda a, b: a * a + a * b),
            "two paths": _of(lambda a, b: (lambda s: s.exp() * (s + b))(a * b)),
            "two outputs": _of(lambda a, b: {"product": a * b, "sum": a + b}),
        },
        edges={
            "a.detach()": _of(lambda a, b: a * a.detach() + b, (2, 3), (2, 3)),
            "two backward passes": _of(_twice),
            "shape, ndim, len": _of(lambda a, b: {"shape": tuple(a.shape), "ndim": a.ndim, "length": len(a)}, (2, 3, 4), ()),
            "item, tolist, float": _of(
                lambda a, b: {"item": a.sum().item(), "tolist": b.tolist()[0], "float": float(a.detach().sum())}, (2, 3), (2,)
            ),
        },
    ),
    Concept(
        name="Parameter",
        official="torch.nn.Parameter",
        run=lambda lk, start: _parameter(lk.Parameter, start),
        call=lambda torch, start: _parameter(torch.nn.Parameter, start),
        inputs=("start",),
        cases={"a matrix": Case(inputs=normal((3, 2))), "a number": Case(inputs=normal(()))},
        edges={"zeros": Case(inputs=given([0.0, 0.0]))},
    ),
)
