"""Parity of arithmetic: broadcasting, powers at 0, every kind of matrix product, sums over every choice of axes, indexing."""

from collections.abc import Callable
from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given, normal, positive

NAN, INF = float("nan"), float("inf")


def _pairs(draw: Callable[..., Draw]) -> dict[str, Case]:
    """Return the ways in which two shapes broadcast."""
    return {
        "same shape": Case(inputs=draw((3, 4), (3, 4))),
        "numbers": Case(inputs=draw((), ())),
        "a missing axis": Case(inputs=draw((3, 4), (4,))),
        "a missing axis on the left": Case(inputs=draw((4,), (2, 3, 4))),
        "axes of size 1": Case(inputs=draw((3, 1), (1, 4))),
        "both at once": Case(inputs=draw((2, 1, 4), (3, 1))),
        "one of size 1 with one of size 1": Case(inputs=draw((3, 1), (1, 1))),
        "a tensor without axes": Case(inputs=draw((3, 2), ())),
        "a Python number on the right": Case(inputs=lambda rng: (*draw((3, 2))(rng), 2.5)),
        "a Python number on the left": Case(inputs=lambda rng: (2.5, *draw((3, 2))(rng))),
        "a Python integer": Case(inputs=lambda rng: (*draw((3, 2))(rng), 3)),
    }


def _integers(kind: str, *, low: int = 1) -> Draw:
    return lambda rng: (rng.integers(low, 9, (3, 2)).astype(kind), rng.integers(low, 9, (3, 2)).astype(kind))


INTEGERS = {
    "integers": Case(inputs=_integers("int64"), why="dtype"),
    "integers in 32 bits": Case(inputs=_integers("int32"), why="dtype"),
    "integers with a Python number": Case(inputs=lambda rng: (rng.integers(1, 9, (3, 2)), 2), why="dtype"),
}
MIXED = {
    "integers with a Python float": Case(inputs=lambda rng: (rng.integers(1, 9, (3, 2)), 2.5), why="dtype: PyTorch's default, float32"),
    "integers with floats": Case(inputs=lambda rng: (rng.integers(1, 9, (3, 2)), rng.uniform(1, 2, (3, 2))), why="dtype: the floats' own"),
}


def _named(name: str) -> Callable[..., Any]:
    """Return the official call, which wants a tensor first; a number on the left goes to the reflected operator."""

    def call(torch: Any, a: Any, b: Any) -> Any:
        return getattr(torch, name)(a, b) if torch.is_tensor(a) else getattr(b, f"__r{ {'div': 'truediv'}.get(name, name) }__")(a)

    return call


def _pair(name: str, draw: Callable[..., Draw], edges: dict[str, Case]) -> Concept:
    return Concept(
        name=name,
        official=f"torch.{name}",
        call=_named(name),
        inputs=("a", "b"),
        differentiable=("a", "b"),
        bfloat16=True,
        cases=_pairs(draw),
        edges={**edges, **MIXED, "no values": Case(inputs=normal((0, 3), (1, 3)))},
    )


def _single(name: str, draw: Draw, edges: dict[str, Case]) -> Concept:
    return Concept(
        name=name,
        official=f"torch.{name}",
        inputs=("x",),
        differentiable=("x",),
        bfloat16=True,
        cases={"a batch": Case(inputs=draw), "a number": Case(inputs=positive(())), "three axes": Case(inputs=positive((2, 3, 4)))},
        edges={**edges, "no values": Case(inputs=normal((0, 3)))},
    )


POSITIVE = positive((4, 3))
WITH_ZERO = given([0.0, -0.0, 2.0])
WITH_NEGATIVE = given([[-2.0, -0.5, 3.0]])


def _power(exponent: float, draw: Draw = POSITIVE, **more: Any) -> Case:
    return Case(inputs=draw, options={"exponent": exponent}, **more)


REDUCING = {
    "all": Case(inputs=normal((4, 3))),
    "all of one axis": Case(inputs=normal((4,))),
    "a number": Case(inputs=normal(())),
    "down the columns": Case(inputs=normal((4, 3)), options={"dim": 0}),
    "the last axis": Case(inputs=normal((2, 4, 3)), options={"dim": -1}),
    "the last axis, keepdim": Case(inputs=normal((2, 4, 3)), options={"dim": -1, "keepdim": True}),
    "all, keepdim": Case(inputs=normal((4, 3)), options={"keepdim": True}),
    "two axes": Case(inputs=normal((2, 4, 3)), options={"dim": (0, 2)}),
    "two axes, out of order": Case(inputs=normal((2, 4, 3)), options={"dim": (-1, 0)}),
    "two axes, keepdim": Case(inputs=normal((2, 4, 3)), options={"dim": (1, -3), "keepdim": True}),
    "an axis of size 1": Case(inputs=normal((4, 1)), options={"dim": 1}),
}


def _reduction(name: str) -> Callable[..., Any]:
    return lambda torch, x, **options: getattr(torch, name)(x, **{"dim": None, **options})


def _key(shape: tuple[int, ...], key: Any, why: str = "") -> Case:
    return Case(inputs=normal(shape), options={"key": key}, why=why)


CONCEPTS = (
    _pair("add", normal, INTEGERS),
    _pair("sub", normal, INTEGERS),
    _pair("mul", normal, {**INTEGERS, "0 times infinity": Case(inputs=given([0.0, 1.0], [INF, -INF]), numpy_warns=True)}),
    _pair("div", positive, {**INTEGERS, "by 0": Case(inputs=given([1.0, -1.0, 0.0], [0.0, 0.0, 0.0]), numpy_warns=True)}),
    _single("neg", normal((4, 3)), {"integers": Case(inputs=given([1, -2])), "zeros": Case(inputs=given([0.0, -0.0]))}),
    Concept(
        name="pow",
        official="torch.pow",
        inputs=("x",),
        differentiable=("x",),
        cases={
            **{f"exponent {n}": _power(n) for n in (0, 1, 2, 3, 0.5, -1, -0.5, 2.7)},
            "negative numbers, exponent 2": _power(2, WITH_NEGATIVE),
            "negative numbers, exponent 3": _power(3, WITH_NEGATIVE),
            "negative numbers, exponent -1": _power(-1, WITH_NEGATIVE),
            "a number": _power(2, normal(())),
        },
        edges={
            **{f"at 0, exponent {n}": _power(n, WITH_ZERO, why="0⁰ is 1, and its slope 0") for n in (0, 1, 2, 3)},
            "at 0, exponent -1": _power(-1, WITH_ZERO, numpy_warns=True),
            "at 0, exponent 0.5": _power(0.5, given([0.0, 2.0]), why="the slope is infinite", numpy_warns=True),
            "root of a negative number": _power(0.5, WITH_NEGATIVE, numpy_warns=True),
            "exponent 2.0": _power(2.0, WITH_NEGATIVE),
            "integers, exponent 2": _power(2, given([1, -2, 3]), why="dtype"),
            "integers, exponent 0": _power(0, given([1, -2, 0]), why="dtype"),
            "integers, exponent 0.5": _power(0.5, given([1, 2, 3]), why="dtype: PyTorch's default, float32"),
        },
    ),
    _single(
        "exp",
        normal((4, 3)),
        {
            "overflow and underflow": Case(inputs=given([-1e4, -INF, INF, NAN]), why="0, 0, inf, NaN"),
            "small values": Case(inputs=given([-30.0, -80.0]), relative=True),
            "integers": Case(inputs=given([0, 1, -2]), why="dtype: PyTorch's default, float32"),
        },
    ),
    _single(
        "log",
        positive((4, 3)),
        {
            "at 0 and below": Case(inputs=given([0.0, -1.0, INF, NAN]), numpy_warns=True),
            "near 1": Case(inputs=given([1.0, 1 + 2.0**-20, 1 - 2.0**-20]), relative=True),
            "integers": Case(inputs=given([1, 2, 3]), why="dtype: PyTorch's default, float32"),
        },
    ),
    Concept(
        name="sum",
        official="torch.sum",
        call=_reduction("sum"),
        inputs=("x",),
        differentiable=("x",),
        bfloat16=True,
        cases=REDUCING,
        edges={
            "nothing": Case(inputs=normal((0, 3)), options={"dim": 0}),
            "integers": Case(inputs=given([[1, 2, 3], [4, 5, 6]]), options={"dim": 1}, why="dtype"),
            "integers in 32 bits": Case(inputs=given(np.array([1, 2, 3], dtype=np.int32)), why="dtype: int64"),
            "booleans": Case(inputs=given([True, True, False]), why="how many are true, an int64"),
            "NaN": Case(inputs=given([[1.0, NAN], [1.0, 2.0]]), options={"dim": 1}),
        },
    ),
    Concept(
        name="mean",
        official="torch.mean",
        call=_reduction("mean"),
        inputs=("x",),
        differentiable=("x",),
        bfloat16=True,
        cases=REDUCING,
        edges={"NaN": Case(inputs=given([[1.0, NAN], [1.0, 2.0]]), options={"dim": 1})},
    ),
    Concept(
        name="matmul",
        official="torch.matmul",
        inputs=("a", "b"),
        differentiable=("a", "b"),
        bfloat16=True,
        cases={
            "matrix and matrix": Case(inputs=normal((3, 4), (4, 2))),
            "vector and vector": Case(inputs=normal((4,), (4,))),
            "matrix and vector": Case(inputs=normal((3, 4), (4,))),
            "vector and matrix": Case(inputs=normal((4,), (4, 2))),
            "batch and batch": Case(inputs=normal((2, 3, 4), (2, 4, 5))),
            "batch and matrix": Case(inputs=normal((2, 3, 4), (4, 5))),
            "matrix and batch": Case(inputs=normal((3, 4), (2, 4, 5))),
            "batch and vector": Case(inputs=normal((2, 3, 4), (4,))),
            "vector and batch": Case(inputs=normal((4,), (2, 4, 3))),
            "batches that broadcast": Case(inputs=normal((2, 1, 3, 4), (5, 4, 2))),
            "batches of one": Case(inputs=normal((1, 3, 4), (6, 4, 2))),
            "row and column": Case(inputs=normal((1, 4), (4, 1))),
            "column and row": Case(inputs=normal((3, 1), (1, 2))),
        },
        edges={
            "an inner axis of nothing": Case(inputs=normal((3, 0), (0, 2)), why="sums of no terms are 0"),
            "no rows": Case(inputs=normal((0, 4), (4, 2))),
            "integers": Case(inputs=lambda rng: (rng.integers(9, size=(3, 4)), rng.integers(9, size=(4, 2))), why="dtype"),
        },
    ),
    Concept(
        name="reshape",
        official="torch.reshape",
        inputs=("x",),
        differentiable=("x",),
        cases={
            "a matrix from a vector": Case(inputs=normal((6,)), options={"shape": (2, 3)}),
            "a size left open": Case(inputs=normal((2, 3, 4)), options={"shape": (2, -1)}),
            "flat": Case(inputs=normal((2, 3, 4)), options={"shape": (-1,)}),
            "a number": Case(inputs=normal((1, 1)), options={"shape": ()}),
            "from a number": Case(inputs=normal(()), options={"shape": (1, 1)}),
        },
        edges={"no values": Case(inputs=normal((0, 3)), options={"shape": (3, 0)})},
    ),
    Concept(
        name="transpose",
        official="torch.transpose",
        inputs=("x",),
        differentiable=("x",),
        cases={
            "a matrix": Case(inputs=normal((2, 3)), options={"dim0": 0, "dim1": 1}),
            "outer axes of three": Case(inputs=normal((2, 3, 4)), options={"dim0": 0, "dim1": 2}),
            "negative axes": Case(inputs=normal((2, 3, 4)), options={"dim0": -1, "dim1": -2}),
        },
        edges={
            "an axis with itself": Case(inputs=normal((2, 3)), options={"dim0": 1, "dim1": 1}),
            "integers": Case(inputs=given([[1, 2, 3], [4, 5, 6]]), options={"dim0": 0, "dim1": 1}),
        },
    ),
    Concept(
        name="getitem",
        official="torch.Tensor.__getitem__",
        call=lambda torch, x, key: x[key],
        inputs=("x",),
        differentiable=("x",),
        cases={
            "an entry": _key((4, 3), (1, 2)),
            "a row": _key((4, 3), 1),
            "the last row": _key((4, 3), -1),
            "a column": _key((4, 3), (slice(None), 1)),
            "a slice": _key((5, 3), slice(1, 4)),
            "a slice with a step": _key((7, 3), slice(1, None, 2)),
            "the last axis": _key((2, 3, 4), (..., 0)),
            "a new axis": _key((4, 3), (slice(None), None)),
            "rows by a list": _key((4, 3), [2, 0]),
            "repeated rows": _key((4, 3), [1, 1, 1, 3], why="what was picked three times gets three gradients"),
            "repeated rows by an array": _key((4, 3), np.array([[0, 0], [3, 0]])),
            "one entry a row": _key((4, 3), (np.arange(4), np.array([2, 0, 0, 1])), why="the scores of the right classes"),
            "repeated entries": _key((4, 3), (np.array([0, 0, 2]), np.array([1, 1, 2]))),
            "a mask": _key((3, 2), np.array([[True, False], [False, False], [True, True]])),
            "rows by a mask": _key((3, 2), np.array([True, False, True])),
            "negative indices": _key((4, 3), np.array([-1, 3, 0]), why="-1 and 3 are the same row"),
        },
        edges={
            "nothing": _key((4, 3), slice(2, 2)),
            "nothing by an array": _key((4, 3), np.array([], dtype=np.int64)),
            "integers": Case(inputs=given([[1, 2, 3], [4, 5, 6]]), options={"key": (slice(None), 1)}),
        },
    ),
)
