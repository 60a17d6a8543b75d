"""Parity of the first functions of arrays."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, given, normal, positive


def _rows(torch: Any, x: Any) -> Any:
    return torch.nn.functional.normalize(x, p=1.0, dim=1)


def _affine(torch: Any, x: Any, weight: Any, bias: Any) -> Any:
    return torch.nn.functional.linear(x, weight.T, bias)


def _sq_dists(torch: Any, a: Any, b: Any) -> Any:
    return ((a[:, None, :] - b[None, :, :]) ** 2).sum(dim=2)


def _far(rng: np.random.Generator) -> tuple[Any, ...]:
    return 1000 + rng.standard_normal((4, 3)), 1000 + rng.standard_normal((5, 3))


CONCEPTS = (
    Concept(
        name="row_normalize",
        official="torch.nn.functional.normalize",
        inputs=("x",),
        arrays=True,
        call=_rows,
        cases={"not square": Case(inputs=positive((4, 3))), "square": Case(inputs=positive((3, 3)))},
        edges={
            "one row": Case(inputs=positive((1, 5))),
            "a row of zeros": Case(inputs=given([[0.0, 0.0], [1.0, 3.0]])),
            "one column": Case(inputs=positive((4, 1))),
        },
    ),
    Concept(
        name="one_hot",
        official="torch.nn.functional.one_hot",
        inputs=("targets", "num_classes"),
        arrays=True,
        cases={
            "some classes": Case(inputs=given(np.array([2, 0, 3, 0]), 5), why="the highest class is absent"),
            "two axes": Case(inputs=given(np.array([[2, 0], [1, 1], [0, 2]]), 3)),
        },
        edges={"one class": Case(inputs=given(np.array([0, 0]), 1)), "none": Case(inputs=given(np.zeros(0, dtype=np.int64), 3))},
    ),
    Concept(
        name="affine",
        official="torch.nn.functional.linear",
        inputs=("x", "weight", "bias"),
        arrays=True,
        call=_affine,
        cases={
            "not square": Case(inputs=normal((5, 3), (3, 4), (4,))),
            "square": Case(inputs=normal((3, 3), (3, 3), (3,)), why="a transposed weight shows in the values alone"),
        },
        edges={"one row": Case(inputs=normal((1, 3), (3, 2), (2,))), "no rows": Case(inputs=normal((0, 3), (3, 2), (2,)))},
    ),
    Concept(
        name="pairwise_sq_dists",
        official="brute force",
        oracle_reason="torch.cdist takes the square root, and squares lose digits with it",
        inputs=("a", "b"),
        arrays=True,
        call=_sq_dists,
        cases={"not square": Case(inputs=normal((4, 3), (5, 3))), "as many as features": Case(inputs=normal((3, 3), (3, 3)))},
        edges={
            "one each": Case(inputs=normal((1, 4), (1, 4))),
            "equal rows": Case(inputs=given([[1.0, 2.0], [0.0, 1.0]], [[1.0, 2.0], [0.0, 1.0]])),
            "far from 0": Case(inputs=_far, why="the three terms of the formula are a million times the distance"),
            "none in a": Case(inputs=normal((0, 3), (5, 3))),
        },
    ),
    Concept(
        name="batched_outer",
        official="torch.einsum",
        inputs=("a", "b"),
        arrays=True,
        call=lambda torch, a, b: torch.einsum("ni,nj->nij", a, b),
        cases={"not square": Case(inputs=normal((4, 3), (4, 2))), "square": Case(inputs=normal((3, 3), (3, 3)))},
        edges={"one row": Case(inputs=normal((1, 3), (1, 2)))},
    ),
)
