"""Class numbers as rows of 0 and 1: a column of classes that meets a row of numbers."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.drawing import classes
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def one_hot(targets, num_classes):
    """Return a row for each class number: 1 at the column of its class, 0 elsewhere.

    targets : (N,) array of integers from 0 to num_classes - 1
    num_classes : how many classes there are; the largest one may be missing among the targets
    Returns an array (N, num_classes) of integers. The input stays as it was.
    """
    ...
'''

SOLUTION = """
def one_hot(targets, num_classes):
    columns = np.arange(num_classes)
    return (targets[:, None] == columns).astype(int)
"""


def right_answer(targets: Any, num_classes: Any) -> Any:
    return lk.one_hot(targets, int(num_classes))


# Right answers written in other ways


def row_by_row(targets: Any, num_classes: Any) -> Any:
    rows = []
    for target in targets:
        rows.append([1 if k == target else 0 for k in range(num_classes)])
    return np.array(rows)


def by_rows_of_the_identity(targets: Any, num_classes: Any) -> Any:
    return np.eye(num_classes, dtype=int)[targets]


def by_index_pairs(targets: Any, num_classes: Any) -> Any:
    rows = np.zeros((len(targets), num_classes), dtype=np.int64)
    rows[np.arange(len(targets)), targets] = 1
    return rows


def torch_by_comparison(targets: Any, num_classes: Any) -> Any:
    import torch

    return (targets.unsqueeze(1) == torch.arange(num_classes)).long()


def torch_by_identity(targets: Any, num_classes: Any) -> Any:
    import torch

    return torch.eye(num_classes, dtype=torch.int64)[targets]


# Mistakes


def as_many_as_seen(targets: Any, num_classes: Any) -> Any:
    return (targets[:, None] == np.arange(targets.max() + 1)).astype(np.int64)


def as_many_as_seen_by_identity(targets: Any, num_classes: Any) -> Any:
    return np.eye(max(targets.tolist()) + 1, dtype=np.int64)[targets]


def as_many_as_seen_with_points(targets: Any, num_classes: Any) -> Any:
    return np.eye(targets.max() + 1)[targets]


def classes_that_occur(targets: Any, num_classes: Any) -> Any:
    return (targets[:, None] == np.unique(targets)).astype(np.int64)


def classes_that_occur_in_loop(targets: Any, num_classes: Any) -> Any:
    kinds = sorted(set(targets.tolist()))
    return np.array([[int(kind == target) for kind in kinds] for target in targets.tolist()])


def as_many_as_examples(targets: Any, num_classes: Any) -> Any:
    return (targets[:, None] == np.arange(len(targets))).astype(np.int64)


def as_many_as_examples_in_loop(targets: Any, num_classes: Any) -> Any:
    return np.array([[int(k == target) for k in range(len(targets))] for target in targets.tolist()])


def in_columns(targets: Any, num_classes: Any) -> Any:
    return (np.arange(num_classes)[:, None] == targets).astype(np.int64)


def in_columns_by_identity(targets: Any, num_classes: Any) -> Any:
    return np.eye(num_classes, dtype=np.int64)[:, targets]


def true_and_false(targets: Any, num_classes: Any) -> Any:
    return targets[:, None] == np.arange(num_classes)


def true_and_false_in_loop(targets: Any, num_classes: Any) -> Any:
    return np.array([[k == target for k in range(num_classes)] for target in targets.tolist()])


def with_points(targets: Any, num_classes: Any) -> Any:
    return np.eye(num_classes)[targets]


def with_points_by_index(targets: Any, num_classes: Any) -> Any:
    rows = np.zeros((len(targets), num_classes))
    rows[np.arange(len(targets)), targets] = 1
    return rows


def whole_columns(targets: Any, num_classes: Any) -> Any:
    rows = np.zeros((len(targets), num_classes), dtype=np.int64)
    rows[:, targets] = 1
    return rows


def whole_columns_in_loop(targets: Any, num_classes: Any) -> Any:
    seen = set(targets.tolist())
    return np.array([[int(k in seen) for k in range(num_classes)] for _ in targets])


def counted_from_one(targets: Any, num_classes: Any) -> Any:
    return (targets[:, None] == np.arange(1, num_classes + 1)).astype(np.int64)


def counted_from_one_in_loop(targets: Any, num_classes: Any) -> Any:
    return np.array([[int(k + 1 == target) for k in range(num_classes)] for target in targets.tolist()])


def number_at_its_column(targets: Any, num_classes: Any) -> Any:
    return (targets[:, None] == np.arange(num_classes)) * targets[:, None]


def number_at_its_column_in_loop(targets: Any, num_classes: Any) -> Any:
    return np.array([[target if k == target else 0 for k in range(num_classes)] for target in targets.tolist()])


def zeros_and_ones_swapped(targets: Any, num_classes: Any) -> Any:
    return (targets[:, None] != np.arange(num_classes)).astype(np.int64)


def zeros_and_ones_swapped_by_identity(targets: Any, num_classes: Any) -> Any:
    return 1 - np.eye(num_classes, dtype=np.int64)[targets]


def ones_up_to_the_class(targets: Any, num_classes: Any) -> Any:
    return (np.arange(num_classes) <= targets[:, None]).astype(np.int64)


def ones_up_to_the_class_in_loop(targets: Any, num_classes: Any) -> Any:
    return np.array([[1] * (target + 1) + [0] * (num_classes - target - 1) for target in targets.tolist()])


def with_the_last(rng: np.random.Generator, examples: int, among: int) -> tuple[Any, ...]:
    """Some classes, the last one and another one among them."""
    while True:
        targets = classes(rng, examples, among)
        if among - 1 in targets and not np.array_equal(targets, targets[::-1]):
            return targets, among


def without_the_last(rng: np.random.Generator) -> tuple[Any, ...]:
    """Four examples of the classes 0 to 2 out of 5, all three of them."""
    return rng.permutation(np.append([0, 1, 2], rng.integers(3))), 5


def without_a_middle_one(rng: np.random.Generator) -> tuple[Any, ...]:
    """Five examples of 4 classes; class 1 or 2 does not occur, the last one does."""
    there = np.array([0, 3, int(rng.integers(1, 3))])
    return rng.permutation(np.append(there, rng.choice(there, size=2))), 4


ERRORS = "5 · Errors, and what they say"
BROADCAST = "4 · Broadcasting"

PROBLEM = Problem(
    id="01.one_hot",
    title="Class numbers as rows of 0 and 1",
    stub=STUB,
    reference=right_answer,
    axes={"targets": "N"},
    dtype_matters=True,
    library_calls=(
        "torch.nn.functional.one_hot",
        "torch._C._nn.one_hot",
        "sklearn.preprocessing.label_binarize",
        "pandas.get_dummies",
    ),
    probes=(
        Probe("three examples of 4 classes", "small enough to read", lambda rng: with_the_last(rng, 3, 4)),
        Probe("5 examples of 5 classes", "rows and columns are mixed up unseen here", lambda rng: with_the_last(rng, 5, 5)),
        Probe("4 examples, the last two of 5 classes absent", "the number of classes cannot be seen from the targets", without_the_last),
        Probe(
            "5 examples, a class in the middle absent", "a class that does not occur has its column too", without_a_middle_one, is_edge=True
        ),
        Probe("a single example", "a batch of one is a batch", lambda rng: (rng.integers(1, 4, size=1), 4), is_edge=True),
        Probe("a single class", "the only column is all 1", lambda rng: (np.zeros(3, dtype=np.int64), 1), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "as-many-as-seen",
            as_many_as_seen,
            as_many_as_seen_by_identity,
            "It counts the classes from the largest target. In a batch where the last class is absent, a column is missing.",
            "",
            variants=(as_many_as_seen_with_points,),
            line=("columns = np.arange(num_classes)", "columns = np.arange(targets.max() + 1)"),
        ),
        Mistake(
            "classes-that-occur",
            classes_that_occur,
            classes_that_occur_in_loop,
            "It makes a column only for classes that occur, so the same class has another column in another batch.",
            "",
        ),
        Mistake(
            "as-many-as-examples",
            as_many_as_examples,
            as_many_as_examples_in_loop,
            "It makes as many columns as there are examples. A column belongs to a class.",
            "",
        ),
        Mistake(
            "in-columns",
            in_columns,
            in_columns_by_identity,
            "It gives each example a column, (K, N). Examples are rows: the column of targets has to meet the row of classes.",
            BROADCAST,
            line=("return (targets[:, None] == columns).astype(int)", "return (targets == columns[:, None]).astype(int)"),
        ),
        Mistake(
            "true-and-false",
            true_and_false,
            true_and_false_in_loop,
            "It returns True and False. They look right, and True + True is True again where 1 + 1 is 2: asked are numbers.",
            BROADCAST,
            line=("return (targets[:, None] == columns).astype(int)", "return targets[:, None] == columns"),
        ),
        Mistake(
            "with-points",
            with_points,
            with_points_by_index,
            "The numbers are right and are floats. np.zeros and np.eye make floats unless they are told a dtype.",
            "",
        ),
        Mistake(
            "whole-columns",
            whole_columns,
            whole_columns_in_loop,
            "It sets whole columns to 1, in every row. Each row wants its own column only: a row number and a column number for each.",
            "",
        ),
        Mistake(
            "counts-from-one",
            counted_from_one,
            counted_from_one_in_loop,
            "It puts class 1 into the first column. The first class is 0, as in every index here.",
            "",
        ),
        Mistake(
            "number-at-its-column",
            number_at_its_column,
            number_at_its_column_in_loop,
            "It writes the number of the class into its column, so class 0 leaves no trace. Asked is a 1, whatever the class.",
            "",
        ),
        Mistake(
            "swapped",
            zeros_and_ones_swapped,
            zeros_and_ones_swapped_by_identity,
            "It marks every class but the right one. The 1 stands at the class, the zeros elsewhere.",
            "",
        ),
        Mistake(
            "ones-up-to-the-class",
            ones_up_to_the_class,
            ones_up_to_the_class_in_loop,
            "It puts a 1 into every column up to the class. Only the column of the class itself has one.",
            "",
        ),
    ),
    alternatives=(row_by_row, by_rows_of_the_identity, by_index_pairs),
    torch_alternatives=(torch_by_comparison, torch_by_identity),
    hints=(
        "A question with the answer yes or no stands in each entry of the result: is the class of row n the class of column k? What are "
        "the two arrays that are compared, and what shapes must they have to meet as a table?",
        "A column of targets, (N, 1), compared with a row of all class numbers, (K,), is a table of True and False. True and False become "
        "1 and 0 by asking for another dtype.",
        "columns <- the class numbers from 0 up to the last one\n"
        "table   <- the targets as a column (N, 1), compared with columns\n"
        "result  <- table as integers",
    ),
    solution=SOLUTION,
    minutes=7,
)
