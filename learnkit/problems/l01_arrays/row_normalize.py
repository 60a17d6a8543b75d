"""Rows that add up to 1: the sum that keeps its axis, and the row that has nothing to share out."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l01_arrays.tables import amounts
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def row_normalize(x):
    """Divide each row by its sum, so that it adds up to 1.

    x : (N, D) array of numbers that are 0 or more
    Returns an array (N, D). A row of zeros stays a row of zeros. The input stays as it was.
    """
    ...
'''

SOLUTION = """
def row_normalize(x):
    totals = x.sum(axis=1, keepdims=True)
    return x / np.where(totals == 0, 1, totals)
"""


def right_answer(x: Any) -> Any:
    return lk.row_normalize(x)


# Right answers written in other ways


def row_by_row(x: Any) -> Any:
    rows = []
    for row in x:
        total = sum(row)
        rows.append(row / total if total > 0 else row * 0)
    return np.array(rows)


def with_new_axis(x: Any) -> Any:
    totals = np.sum(x, axis=-1)
    totals = np.where(totals > 0, totals, 1.0)
    return x / totals[:, np.newaxis]


def on_columns(x: Any) -> Any:
    totals = x.T.sum(0)
    return (x.T / (totals + (totals == 0))).T


def by_diagonal(x: Any) -> Any:
    totals = x @ np.ones(x.shape[1])
    factors = np.divide(1.0, totals, out=np.zeros(len(x)), where=totals != 0)
    return np.diag(factors) @ x


def torch_with_keepdim(x: Any) -> Any:
    import torch

    totals = x.sum(dim=1, keepdim=True)
    return x / torch.where(totals == 0, torch.ones_like(totals), totals)


def torch_with_new_axis(x: Any) -> Any:
    import torch

    return torch.nan_to_num(x / torch.sum(x, 1)[:, None], nan=0.0)


# Mistakes. Those that are not about rows of zeros leave such a row at zero.


def safe(totals: Any) -> Any:
    return np.where(totals == 0, 1, totals)


def without_keepdims(x: Any) -> Any:
    totals = x.sum(axis=1)
    return x / np.where(totals == 0, 1, totals)


def without_keepdims_in_loop(x: Any) -> Any:
    totals = np.array([max(sum(row), 0.0) or 1.0 for row in x])
    return np.stack([row / totals for row in x])


def without_keepdims_zero_too(x: Any) -> Any:
    return x / x.sum(axis=1)


def columns(x: Any) -> Any:
    return x / safe(x.sum(axis=0))


def columns_in_loop(x: Any) -> Any:
    parts = [column / (column.sum() or 1.0) for column in x.T]
    return np.stack(parts, axis=1)


def columns_zero_too(x: Any) -> Any:
    return x / x.sum(axis=0, keepdims=True)


def whole_table(x: Any) -> Any:
    return x / safe(x.sum())


def whole_table_in_loop(x: Any) -> Any:
    total = sum(float(value) for row in x for value in row)
    return np.array([[value / (total or 1.0) for value in row] for row in x])


def zero_row_is_nan(x: Any) -> Any:
    return x / x.sum(axis=1, keepdims=True)


def zero_row_is_nan_in_loop(x: Any) -> Any:
    return np.array([row / row.sum() for row in x])


def zero_row_is_shared(x: Any) -> Any:
    totals = x.sum(axis=1, keepdims=True)
    return np.where(totals == 0, 1 / x.shape[1], x / safe(totals))


def zero_row_is_shared_in_loop(x: Any) -> Any:
    return np.array([row / row.sum() if row.any() else np.full(len(row), 1 / len(row)) for row in x])


def zero_row_is_dropped(x: Any) -> Any:
    totals = x.sum(axis=1, keepdims=True)
    return (x / safe(totals))[totals[:, 0] != 0]


def zero_row_is_dropped_in_loop(x: Any) -> Any:
    return np.array([row / row.sum() for row in x if row.sum() != 0]).reshape(-1, x.shape[1])


def with_small_number(small: float) -> Any:
    def small_number_added(x: Any) -> Any:
        return x / (x.sum(axis=1, keepdims=True) + small)

    return small_number_added


def small_number_in_loop(x: Any) -> Any:
    return np.array([row / (sum(row) + 1e-8) for row in x])


def by_largest(x: Any) -> Any:
    return x / safe(x.max(axis=1, keepdims=True))


def by_largest_in_loop(x: Any) -> Any:
    return np.array([row / (max(row) or 1.0) for row in x])


def by_mean(x: Any) -> Any:
    return x / safe(x.mean(axis=1, keepdims=True))


def by_mean_in_loop(x: Any) -> Any:
    return np.array([row * len(row) / (sum(row) or 1.0) for row in x])


def by_length(x: Any) -> Any:
    return x / safe(np.linalg.norm(x, axis=1, keepdims=True))


def by_length_in_loop(x: Any) -> Any:
    return np.array([row / (np.sqrt(sum(row * row)) or 1.0) for row in x])


def subtracted(x: Any) -> Any:
    return x - x.mean(axis=1, keepdims=True)


def subtracted_in_loop(x: Any) -> Any:
    return np.array([row - sum(row) / len(row) for row in x])


def writes_into_input(x: Any) -> Any:
    x /= safe(x.sum(axis=1, keepdims=True))
    return x


def writes_into_rows(x: Any) -> Any:
    for row in x:
        if row.any():
            row[:] = row / row.sum()
    return x


def with_empty_row(rng: np.random.Generator) -> tuple[Any, ...]:
    table = amounts(rng, 3, 4)
    table[rng.integers(3)] = 0
    return (table,)


SILENT = "6 · No error, and wrong"
SHAPES = "2 · Shapes and axes"

PROBLEM = Problem(
    id="01.row_normalize",
    title="Rows that add up to 1",
    stub=STUB,
    reference=right_answer,
    axes={"x": "ND"},
    library_calls=(
        "sklearn.preprocessing.normalize",
        "torch.nn.functional.normalize",
    ),
    probes=(
        Probe("two rows of three numbers", "small enough to read", lambda rng: (amounts(rng, 2, 3),)),
        Probe(
            "a square table, 3 rows of 3",
            "a sum without its axis runs here, and divides column d by the sum of row d",
            lambda rng: (amounts(rng, 3, 3),),
        ),
        Probe("a table of 5 rows of 4", "a sum without its axis raises here", lambda rng: (amounts(rng, 5, 4),)),
        Probe("a table with a row of zeros", "0 / 0 is not a number", with_empty_row),
        Probe(
            "rows of tiny numbers",
            "a small number added to the sum is not small beside these",
            lambda rng: (amounts(rng, 2, 3) * 1e-9,),
        ),
        Probe("a single row", "a table of one row is a table", lambda rng: (amounts(rng, 1, 4),), is_edge=True),
        Probe("a single column", "each row is all of its sum", lambda rng: (amounts(rng, 3, 1),), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "no-keepdims",
            without_keepdims,
            without_keepdims_in_loop,
            "The sums of the rows have lost their axis, so they lie along the columns: entry d is divided by the sum of row d.",
            SILENT,
            variants=(without_keepdims_zero_too,),
            line=("totals = x.sum(axis=1, keepdims=True)", "totals = x.sum(axis=1)"),
        ),
        Mistake(
            "columns",
            columns,
            columns_in_loop,
            "It makes each column add up to 1. The axis of a sum is the one that it runs along and that goes away.",
            SHAPES,
            variants=(columns_zero_too,),
        ),
        Mistake(
            "whole-table",
            whole_table,
            whole_table_in_loop,
            "It divides by the sum of the whole table, so only all rows together add up to 1. Each row has a sum of its own.",
            SHAPES,
        ),
        Mistake(
            "zero-row-is-nan",
            zero_row_is_nan,
            zero_row_is_nan_in_loop,
            "A row of zeros is divided by 0, and 0 / 0 is not a number. Such a row is to stay as it is.",
            SILENT,
            line=("return x / np.where(totals == 0, 1, totals)", "return x / totals"),
        ),
        Mistake(
            "zero-row-shared",
            zero_row_is_shared,
            zero_row_is_shared_in_loop,
            "It gives every entry of a row of zeros an equal share. The exercise asks for zeros there.",
            "",
        ),
        Mistake(
            "zero-row-dropped",
            zero_row_is_dropped,
            zero_row_is_dropped_in_loop,
            "It leaves rows of zeros out, so row n of the result is no longer row n of the input. Such a row is to stay.",
            "",
        ),
        Mistake(
            "small-number-added",
            with_small_number(1e-8),
            small_number_in_loop,
            "A small number added to the sum avoids 0 / 0, and every row then adds up to a little less than 1. Beside tiny entries it is "
            "not small at all.",
            SILENT,
            variants=tuple(with_small_number(10.0**power) for power in (-5, -6, -7, -9, -10, -12, -15, -16)),
        ),
        Mistake(
            "largest",
            by_largest,
            by_largest_in_loop,
            "It divides by the largest entry of the row, which then becomes 1. Here the sum of the row is to be 1.",
            "",
        ),
        Mistake(
            "mean",
            by_mean,
            by_mean_in_loop,
            "It divides by the mean of the row, so a row adds up to its number of entries. Asked is a sum of 1.",
            "",
        ),
        Mistake(
            "length",
            by_length,
            by_length_in_loop,
            "It divides by the length of the row as a vector, the root of its sum of squares. Then the squares add up to 1.",
            "",
        ),
        Mistake(
            "subtracts-mean",
            subtracted,
            subtracted_in_loop,
            "It subtracts the mean, so each row adds up to 0. To add up to 1 a row is divided.",
            "",
        ),
        Mistake(
            "changes-input",
            writes_into_input,
            writes_into_rows,
            "The result is right, but the caller's table is overwritten: an operator such as /= works on the array that came in.",
            SILENT,
        ),
    ),
    alternatives=(row_by_row, with_new_axis, on_columns, by_diagonal),
    torch_alternatives=(torch_with_keepdim, torch_with_new_axis),
    hints=(
        "What shape have the sums of the rows, and what shape should they have so that row n is divided by its own sum? What comes out "
        "for a row of zeros?",
        "A sum along an axis drops that axis, unless it is asked to keep it with length 1. A column (N, 1) meets a table (N, D) row by "
        "row. For a row of zeros divide by something harmless: np.where picks between two values, entry by entry.",
        "totals <- the sum of each row, as a column (N, 1)\nsafe   <- 1 where the total is 0, else the total\nresult <- x divided by safe",
    ),
    solution=SOLUTION,
    minutes=8,
)
