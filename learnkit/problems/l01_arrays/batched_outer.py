"""Outer products of a whole batch: two axes of length 1 that meet crosswise."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l01_arrays.tables import uneven
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def batched_outer(a, b):
    """The outer product of each row of a with the same row of b.

    a : (N, D) array
    b : (N, E) array
    Returns an array (N, D, E): entry [n, i, j] is a[n, i] * b[n, j]. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def batched_outer(a, b):
    columns = a[:, :, None]
    return columns * b[:, None, :]
"""


def right_answer(a: Any, b: Any) -> Any:
    return lk.batched_outer(a, b)


def right_answer_on_torch(a: Any, b: Any) -> Any:
    import torch

    return torch.einsum("ni,nj->nij", a, b)


# Right answers written in other ways


def row_by_row(a: Any, b: Any) -> Any:
    return np.array([np.outer(one, other) for one, other in zip(a, b, strict=True)])


def by_einsum(a: Any, b: Any) -> Any:
    return np.einsum("ni,nj->nij", a, b)


def by_matrix_product(a: Any, b: Any) -> Any:
    return np.expand_dims(a, 2) @ np.expand_dims(b, 1)


def entry_by_entry(a: Any, b: Any) -> Any:
    result = np.zeros((*a.shape, b.shape[1]))
    for n in range(len(a)):
        for i in range(a.shape[1]):
            for j in range(b.shape[1]):
                result[n, i, j] = a[n, i] * b[n, j]
    return result


def torch_by_axes(a: Any, b: Any) -> Any:
    import torch

    return torch.mul(a.unsqueeze(2), b.unsqueeze(1))


def torch_by_product(a: Any, b: Any) -> Any:
    import torch

    return torch.bmm(a[:, :, None], b[:, None, :])


# Mistakes


def axes_swapped(a: Any, b: Any) -> Any:
    return b[:, :, None] * a[:, None, :]


def axes_swapped_in_loop(a: Any, b: Any) -> Any:
    return np.array([np.outer(other, one) for one, other in zip(a, b, strict=True)])


def axis_at_the_same_place(a: Any, b: Any) -> Any:
    return a[:, None, :] * b[:, None, :]


def axis_at_the_same_place_in_loop(a: Any, b: Any) -> Any:
    return np.array([[one * other] for one, other in zip(a, b, strict=True)])


def one_axis_missing(a: Any, b: Any) -> Any:
    return a[:, :, None] * b


def one_axis_missing_in_loop(a: Any, b: Any) -> Any:
    return np.stack([one[:, None] * b for one in a])


def all_pairs(a: Any, b: Any) -> Any:
    return a[:, None, :, None] * b[None, :, None, :]


def all_pairs_in_loop(a: Any, b: Any) -> Any:
    return np.array([[np.outer(one, other) for other in b] for one in a])


def flat_outer(a: Any, b: Any) -> Any:
    return np.outer(a, b)


def flat_outer_in_loop(a: Any, b: Any) -> Any:
    return np.array([[x * y for row in b for y in row] for line in a for x in line])


def summed_over_batch(a: Any, b: Any) -> Any:
    return a.T @ b


def summed_over_batch_in_loop(a: Any, b: Any) -> Any:
    total = np.zeros((a.shape[1], b.shape[1]))
    for one, other in zip(a, b, strict=True):
        total = total + np.outer(one, other)
    return total


def rows_multiplied(a: Any, b: Any) -> Any:
    return a @ b.T


def rows_multiplied_in_loop(a: Any, b: Any) -> Any:
    return np.array([[np.dot(one, other) for other in b] for one in a])


def same_places(a: Any, b: Any) -> Any:
    return a * b


def same_places_in_loop(a: Any, b: Any) -> Any:
    return np.array([one * other for one, other in zip(a, b, strict=True)])


def added(a: Any, b: Any) -> Any:
    return a[:, :, None] + b[:, None, :]


def added_in_loop(a: Any, b: Any) -> Any:
    return np.array([np.add.outer(one, other) for one, other in zip(a, b, strict=True)])


def flattened_rows(a: Any, b: Any) -> Any:
    return (a[:, :, None] * b[:, None, :]).reshape(len(a), -1)


def flattened_rows_in_loop(a: Any, b: Any) -> Any:
    return np.array([np.kron(one, other) for one, other in zip(a, b, strict=True)])


def inputs(rng: np.random.Generator, rows: int, one: int, other: int) -> tuple[Any, ...]:
    return uneven(rng, rows, one), uneven(rng, rows, other)


BROADCAST = "4 · Broadcasting"

PROBLEM = Problem(
    id="01.batched_outer",
    title="Outer products of a batch",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"a": "ND", "b": "NE"},
    probes=(
        Probe("two rows of 2 and of 3", "small enough to read", lambda rng: inputs(rng, 2, 2, 3)),
        Probe("all sizes 3", "here mistakes of axes run, and are known by their numbers", lambda rng: inputs(rng, 3, 3, 3)),
        Probe("four rows of 3 and of 2", "all lengths differ", lambda rng: inputs(rng, 4, 3, 2)),
        Probe("a single row", "a batch of one is a batch", lambda rng: inputs(rng, 1, 2, 3), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "axes-swapped",
            axes_swapped,
            axes_swapped_in_loop,
            "Each product is transposed: its rows belong to b. The row of a runs down, that of b across.",
            BROADCAST,
        ),
        Mistake(
            "axis-at-the-same-place",
            axis_at_the_same_place,
            axis_at_the_same_place_in_loop,
            "Both arrays have got their new axis at the same place, so entry meets entry as without it. The new axes stand crosswise.",
            BROADCAST,
            line=("columns = a[:, :, None]", "columns = a[:, None, :]"),
        ),
        Mistake(
            "one-axis-missing",
            one_axis_missing,
            one_axis_missing_in_loop,
            "Only one of the two arrays has got a third axis. Counted from the right, the examples of b then meet the features of a.",
            BROADCAST,
            line=("return columns * b[:, None, :]", "return columns * b"),
        ),
        Mistake(
            "all-pairs",
            all_pairs,
            all_pairs_in_loop,
            "It multiplies every row of a with every row of b. Row n of a belongs with row n of b only.",
            BROADCAST,
        ),
        Mistake(
            "flat",
            flat_outer,
            flat_outer_in_loop,
            "It takes both tables for one long row each: all entries with all entries. The batch keeps an axis of its own.",
            "",
        ),
        Mistake(
            "sum-over-batch",
            summed_over_batch,
            summed_over_batch_in_loop,
            "It adds the products of all examples up. Each example keeps its own.",
            "",
        ),
        Mistake(
            "inner",
            rows_multiplied,
            rows_multiplied_in_loop,
            "It adds products up along the features, as a matrix product does. In an outer product nothing is added up.",
            "",
        ),
        Mistake(
            "same-places",
            same_places,
            same_places_in_loop,
            "It multiplies entries at the same place. Every entry of the row of a meets every entry of the row of b.",
            BROADCAST,
        ),
        Mistake(
            "added",
            added,
            added_in_loop,
            "It adds where a product is asked.",
            "",
        ),
        Mistake(
            "flattened",
            flattened_rows,
            flattened_rows_in_loop,
            "The numbers are right, in one long row for each example. Asked are two axes, (D, E).",
            "2 · Shapes and axes",
        ),
    ),
    alternatives=(row_by_row, by_einsum, by_matrix_product, entry_by_entry),
    torch_alternatives=(torch_by_axes, torch_by_product),
    hints=(
        "The result has three axes: example, place in a, place in b. Which of them has a, which has b, and which is missing in each?",
        "A missing axis is put in with length 1, by None at its place. Lengths of 1 are repeated, so two arrays that lack different axes "
        "meet in all of them.",
        "one    <- a with a last axis of length 1\nother  <- b with a middle axis of length 1\nresult <- one times other",
    ),
    solution=SOLUTION,
    level=2,
    minutes=8,
    is_core=False,
)
