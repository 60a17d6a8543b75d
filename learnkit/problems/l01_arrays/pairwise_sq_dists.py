"""The squared distance of every row to every row, in one expression."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.drawing import scores
from learnkit.problems.l01_arrays.tables import uneven
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def pairwise_sq_dists(a, b):
    """The squared distance of every row of a to every row of b.

    a : (M, D) array
    b : (N, D) array
    Returns an array (M, N): entry [m, n] is the sum over d of (a[m, d] - b[n, d])². The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def pairwise_sq_dists(a, b):
    squares_a = (a**2).sum(axis=1)[:, None]
    squares_b = (b**2).sum(axis=1)
    return squares_a - 2 * a @ b.T + squares_b
"""


def right_answer(a: Any, b: Any) -> Any:
    return lk.pairwise_sq_dists(a, b)


def right_answer_on_torch(a: Any, b: Any) -> Any:
    return ((a[:, None] - b[None]) ** 2).sum(dim=2)


# Right answers written in other ways


def pair_by_pair(a: Any, b: Any) -> Any:
    result = np.zeros((len(a), len(b)))
    for m, one in enumerate(a):
        for n, other in enumerate(b):
            result[m, n] = sum((one - other) ** 2)
    return result


def by_differences(a: Any, b: Any) -> Any:
    differences = a[:, np.newaxis, :] - b[np.newaxis, :, :]
    return np.sum(differences * differences, axis=-1)


def row_of_a_by_row(a: Any, b: Any) -> Any:
    return np.stack([np.square(b - one).sum(axis=1) for one in a])


def by_einsum(a: Any, b: Any) -> Any:
    gaps = np.expand_dims(a, 1) - b
    return np.einsum("mnd,mnd->mn", gaps, gaps)


def torch_by_differences(a: Any, b: Any) -> Any:
    import torch

    return torch.square(a.unsqueeze(1) - b.unsqueeze(0)).sum(-1)


def torch_by_products(a: Any, b: Any) -> Any:
    import torch

    return (a * a).sum(dim=1, keepdim=True) + (b * b).sum(dim=1) - 2 * torch.matmul(a, b.T)


# Mistakes


def cross_term_once(a: Any, b: Any) -> Any:
    return (a * a).sum(axis=1)[:, None] - a @ b.T + (b * b).sum(axis=1)


def cross_term_once_in_loop(a: Any, b: Any) -> Any:
    return np.array([[sum(one**2) - sum(one * other) + sum(other**2) for other in b] for one in a])


def cross_term_added(a: Any, b: Any) -> Any:
    return (a * a).sum(axis=1)[:, None] + 2 * a @ b.T + (b * b).sum(axis=1)


def cross_term_added_in_loop(a: Any, b: Any) -> Any:
    return np.array([[sum((one + other) ** 2) for other in b] for one in a])


def rooted(a: Any, b: Any) -> Any:
    return np.sqrt(((a[:, None] - b) ** 2).sum(axis=2))


def rooted_in_loop(a: Any, b: Any) -> Any:
    return np.array([[np.linalg.norm(one - other) for other in b] for one in a])


def other_way_round(a: Any, b: Any) -> Any:
    return ((b[:, None] - a) ** 2).sum(axis=2)


def other_way_round_in_loop(a: Any, b: Any) -> Any:
    return np.array([[sum((one - other) ** 2) for one in a] for other in b])


def row_with_row(a: Any, b: Any) -> Any:
    return ((a - b) ** 2).sum(axis=1)


def row_with_row_in_loop(a: Any, b: Any) -> Any:
    return np.array([sum((one - other) ** 2) for one, other in zip(a, b, strict=True)])


def norms_along_one_axis(a: Any, b: Any) -> Any:
    return (a * a).sum(axis=1) - 2 * a @ b.T + (b * b).sum(axis=1)


def norms_along_one_axis_in_loop(a: Any, b: Any) -> Any:
    both = np.array([sum(row**2) for row in a]) + np.array([sum(row**2) for row in b])
    return np.stack([both - 2 * b @ one for one in a])


def norms_crossed(a: Any, b: Any) -> Any:
    return (a * a).sum(axis=1) - 2 * a @ b.T + (b * b).sum(axis=1)[:, None]


def without_square(a: Any, b: Any) -> Any:
    return (a[:, None] - b).sum(axis=2)


def without_square_in_loop(a: Any, b: Any) -> Any:
    return np.array([[sum(one) - sum(other) for other in b] for one in a])


def absolute(a: Any, b: Any) -> Any:
    return np.abs(a[:, None] - b).sum(axis=2)


def absolute_in_loop(a: Any, b: Any) -> Any:
    return np.array([[sum(abs(x - y) for x, y in zip(one, other, strict=True)) for other in b] for one in a])


def squared_last(a: Any, b: Any) -> Any:
    return (a[:, None] - b).sum(axis=2) ** 2


def squared_last_in_loop(a: Any, b: Any) -> Any:
    return np.array([[(sum(one) - sum(other)) ** 2 for other in b] for one in a])


def mean_of_features(a: Any, b: Any) -> Any:
    return ((a[:, None] - b) ** 2).mean(axis=2)


def mean_of_features_in_loop(a: Any, b: Any) -> Any:
    return np.array([[sum((one - other) ** 2) / len(one) for other in b] for one in a])


def over_the_wrong_axis(a: Any, b: Any) -> Any:
    return ((a[:, None] - b) ** 2).sum(axis=1)


def over_the_wrong_axis_in_loop(a: Any, b: Any) -> Any:
    rows = []
    for one in a:
        total = np.zeros(len(one))
        for other in b:
            total = total + (one - other) ** 2
        rows.append(total)
    return np.array(rows)


def products_only(a: Any, b: Any) -> Any:
    return a @ b.T


def products_only_in_loop(a: Any, b: Any) -> Any:
    return np.array([[sum(one * other) for other in b] for one in a])


def differences_only(a: Any, b: Any) -> Any:
    return (a[:, None] - b) ** 2


def differences_only_in_loop(a: Any, b: Any) -> Any:
    return np.stack([np.square(b - one) for one in a])


def inputs(rng: np.random.Generator, rows: int, others: int, features: int) -> tuple[Any, ...]:
    return uneven(rng, rows, features), uneven(rng, others, features)


def with_an_equal_row(rng: np.random.Generator) -> tuple[Any, ...]:
    a, b = inputs(rng, 2, 3, 4)
    b[int(rng.integers(3))] = a[int(rng.integers(2))]
    return a, b


ALL = "8 · All distances at once"
HAND = "3 · The smallest example, by hand"
SILENT = "6 · No error, and wrong"
BROADCAST = "4 · Broadcasting"

PROBLEM = Problem(
    id="01.pairwise_sq_dists",
    title="Every row to every row",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"a": "MD", "b": "ND"},
    library_calls=(
        "scipy.spatial.distance.cdist",
        "scipy.spatial.distance_matrix",
        "sklearn.metrics.euclidean_distances",
        "sklearn.metrics.pairwise_distances",
        "sklearn.metrics.pairwise.euclidean_distances",
        "torch.cdist",
    ),
    probes=(
        Probe("two rows and three rows of 2", "small enough to read, and M is not N", lambda rng: inputs(rng, 2, 3, 2)),
        Probe("all sizes 3", "here mistakes of axes run, and are known by their numbers", lambda rng: inputs(rng, 3, 3, 3)),
        Probe("three rows and three rows of 5", "as many rows in a as in b, of another length", lambda rng: inputs(rng, 3, 3, 5)),
        Probe("four rows and two rows of 6", "more rows in a than in b", lambda rng: (scores(rng, 4, 6), scores(rng, 2, 6))),
        Probe("a row that is in both", "its distance to itself is 0", with_an_equal_row),
        Probe("one row and one row", "a table of one entry is a table", lambda rng: inputs(rng, 1, 1, 3), is_edge=True),
        Probe("one feature", "rows of a single number", lambda rng: inputs(rng, 3, 2, 1), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "cross-term-once",
            cross_term_once,
            cross_term_once_in_loop,
            "The product of the two rows is taken away once. Multiply (p - q)² out: it comes twice.",
            ALL,
            line=("return squares_a - 2 * a @ b.T + squares_b", "return squares_a - a @ b.T + squares_b"),
        ),
        Mistake(
            "cross-term-added",
            cross_term_added,
            cross_term_added_in_loop,
            "It adds the product of the two rows, which gives the square of the sum. A distance is about the difference.",
            ALL,
        ),
        Mistake(
            "root",
            rooted,
            rooted_in_loop,
            "It takes the square root. Asked is the squared distance, which has the same order and costs less.",
            HAND,
        ),
        Mistake(
            "other-way-round",
            other_way_round,
            other_way_round_in_loop,
            "Its rows belong to b and its columns to a. Row m of the result is to hold the distances of row m of a.",
            BROADCAST,
        ),
        Mistake(
            "row-with-row",
            row_with_row,
            row_with_row_in_loop,
            "It compares row 0 with row 0, row 1 with row 1, and so on. Asked is every row of a with every row of b.",
            BROADCAST,
        ),
        Mistake(
            "sums-along-one-axis",
            norms_along_one_axis,
            norms_along_one_axis_in_loop,
            "The squares of a lie along the columns, beside those of b. Row m wants the square of row m of a: as a column, (M, 1).",
            SILENT,
            variants=(norms_crossed,),
            line=("squares_a = (a**2).sum(axis=1)[:, None]", "squares_a = (a**2).sum(axis=1)"),
        ),
        Mistake(
            "no-square",
            without_square,
            without_square_in_loop,
            "It adds up the differences themselves, and those of both signs cancel. Each one is squared first.",
            HAND,
        ),
        Mistake(
            "absolute",
            absolute,
            absolute_in_loop,
            "It adds up the sizes of the differences, another distance. Here each difference is squared.",
            HAND,
        ),
        Mistake(
            "square-last",
            squared_last,
            squared_last_in_loop,
            "It squares the sum of the differences. Differences of both signs then cancel: square first, then add.",
            HAND,
        ),
        Mistake(
            "mean",
            mean_of_features,
            mean_of_features_in_loop,
            "It takes the mean over the features where the sum is asked.",
            HAND,
        ),
        Mistake(
            "wrong-axis",
            over_the_wrong_axis,
            over_the_wrong_axis_in_loop,
            "It adds up over the rows of b, so the features are left. Asked is one number for each pair: the features go away.",
            "2 · Shapes and axes",
        ),
        Mistake(
            "products-only",
            products_only,
            products_only_in_loop,
            "It returns the products of the rows, one of three parts. The squares of both rows are missing.",
            ALL,
        ),
        Mistake(
            "not-added-up",
            differences_only,
            differences_only_in_loop,
            "It keeps one squared difference for each feature. They add up to one number for each pair.",
            "2 · Shapes and axes",
        ),
    ),
    alternatives=(pair_by_pair, by_differences, row_of_a_by_row, by_einsum),
    torch_alternatives=(torch_by_differences, torch_by_products),
    hints=(
        "Write (p - q)² without brackets. Which of the three parts depends on the row of a alone, which on that of b alone, which on both?",
        "Either give a an axis of length 1, so that the difference has shape (M, N, D), and add up the squares along the last one. Or add "
        "three parts: squares of a as a column, squares of b as a row, and a matrix product that holds every row with every row.",
        "one  <- for each row of a the sum of its squares, as a column (M, 1)\n"
        "two  <- for each row of b the sum of its squares, (N,)\n"
        "both <- the matrix product of a and the transpose of b, (M, N)\n"
        "result <- one, less twice both, plus two",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
)
