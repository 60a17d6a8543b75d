"""Rows that add up to 0: the exercise that the lesson itself checks, to show how the course answers."""

from typing import Any

import numpy as np

from learnkit.problems.l01_arrays.tables import uneven
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def center_rows(x):
    """Subtract from each row its own mean, so that the row adds up to 0.

    x : (N, D) array
    Returns an array (N, D). The input stays as it was.
    """
    ...
'''

SOLUTION = """
def center_rows(x):
    means = x.mean(axis=1, keepdims=True)
    return x - means
"""


def right_answer(x: Any) -> Any:
    return x - x.mean(axis=1, keepdims=True)


def right_answer_on_torch(x: Any) -> Any:
    return x - x.mean(dim=1, keepdim=True)


# Right answers written in other ways


def row_by_row(x: Any) -> Any:
    rows = []
    for row in x:
        rows.append(row - sum(row) / len(row))
    return np.array(rows)


def on_columns(x: Any) -> Any:
    return (x.T - np.mean(x, axis=1)).T


def with_new_axis(x: Any) -> Any:
    means = np.sum(x, axis=1) / x.shape[1]
    return x - means[:, None]


def torch_on_columns(x: Any) -> Any:
    import torch

    return (x.T - torch.mean(x, 1)).T


def torch_with_new_axis(x: Any) -> Any:
    import torch

    means = torch.sum(x, dim=1) / x.shape[1]
    return x - means.unsqueeze(1)


# Mistakes


def without_keepdims(x: Any) -> Any:
    return x - x.mean(axis=1)


def without_keepdims_in_loop(x: Any) -> Any:
    means = np.array([sum(row) / len(row) for row in x])
    return np.stack([row - means for row in x])


def columns(x: Any) -> Any:
    return x - x.mean(axis=0)


def columns_in_loop(x: Any) -> Any:
    parts = [column - sum(column) / len(column) for column in x.T]
    return np.stack(parts, axis=1)


def whole_table(x: Any) -> Any:
    return x - x.mean()


def whole_table_in_loop(x: Any) -> Any:
    mean = sum(float(value) for row in x for value in row) / x.size
    return np.array([[value - mean for value in row] for row in x])


def sum_for_mean(x: Any) -> Any:
    return x - x.sum(axis=1, keepdims=True)


def sum_for_mean_in_loop(x: Any) -> Any:
    return np.array([row - sum(row) for row in x])


def means_alone(x: Any) -> Any:
    return x.mean(axis=1, keepdims=True)


def means_alone_in_loop(x: Any) -> Any:
    return np.array([[sum(row) / len(row)] for row in x])


def divided(x: Any) -> Any:
    return x / x.mean(axis=1, keepdims=True)


def divided_in_loop(x: Any) -> Any:
    return np.array([row / (sum(row) / len(row)) for row in x])


def scaled_too(x: Any) -> Any:
    return (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)


def scaled_too_in_loop(x: Any) -> Any:
    return np.array([(row - sum(row) / len(row)) / np.std(row) for row in x])


def writes_into_input(x: Any) -> Any:
    x -= x.mean(axis=1, keepdims=True)
    return x


def writes_into_rows(x: Any) -> Any:
    for row in x:
        row[:] = row - sum(row) / len(row)
    return x


CHECKS = "7 · How this course checks you"
SHAPES = "2 · Shapes and axes"
SILENT = "6 · No error, and wrong"

PROBLEM = Problem(
    id="01.center_rows",
    title="Rows that add up to 0",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND"},
    library_calls=("sklearn.preprocessing.scale",),
    probes=(
        Probe("two rows of three numbers", "small enough to read", lambda rng: (uneven(rng, 2, 3),)),
        Probe(
            "a square table, 3 rows of 3",
            "a mean without its axis runs here, and takes the mean of row d from column d",
            lambda rng: (uneven(rng, 3, 3),),
        ),
        Probe("a table of 5 rows of 4", "a mean without its axis raises here", lambda rng: (uneven(rng, 5, 4),)),
        Probe("a single row", "a table of one row is a table", lambda rng: (uneven(rng, 1, 4),), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "no-keepdims",
            without_keepdims,
            without_keepdims_in_loop,
            "The means of the rows have lost their axis, so they lie along the columns: column d loses the mean of row d.",
            SILENT,
            line=("means = x.mean(axis=1, keepdims=True)", "means = x.mean(axis=1)"),
        ),
        Mistake(
            "columns",
            columns,
            columns_in_loop,
            "It makes each column add up to 0. The axis of a mean is the one that it runs along and that goes away.",
            SHAPES,
            line=("means = x.mean(axis=1, keepdims=True)", "means = x.mean(axis=0, keepdims=True)"),
        ),
        Mistake(
            "whole-table",
            whole_table,
            whole_table_in_loop,
            "It takes one mean of the whole table. Each row has a mean of its own.",
            SHAPES,
        ),
        Mistake(
            "sum",
            sum_for_mean,
            sum_for_mean_in_loop,
            "It subtracts the sum of the row where its mean is asked.",
            "",
        ),
        Mistake(
            "means-alone",
            means_alone,
            means_alone_in_loop,
            "It returns the means and does not subtract them.",
            "",
            line=("return x - means", "return means"),
        ),
        Mistake(
            "divides",
            divided,
            divided_in_loop,
            "It divides by the mean. To bring a sum to 0, something is taken away.",
            "",
        ),
        Mistake(
            "scales-too",
            scaled_too,
            scaled_too_in_loop,
            "It also divides by the spread of the row. Only the mean is to be taken away.",
            "",
        ),
        Mistake(
            "changes-input",
            writes_into_input,
            writes_into_rows,
            "The result is right, but the caller's table is overwritten: an operator such as -= works on the array that came in.",
            SILENT,
        ),
    ),
    alternatives=(row_by_row, on_columns, with_new_axis),
    torch_alternatives=(torch_on_columns, torch_with_new_axis),
    hints=(
        "What shape have the means of the rows? Write it below the shape of the table, with the last lengths under each other.",
        "A mean along an axis drops that axis. Kept with length 1 it is a column, (N, 1), and a column meets a table row by row.",
        "means  <- the mean of each row, as a column (N, 1)\nresult <- x less means",
    ),
    solution=SOLUTION,
    minutes=4,
    is_core=False,
)
