"""An iterator that draws its order from a generator: compared by what must hold for any order."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Call, Mistake, Probe, Problem, Rng, Statistic

STUB = '''
def minibatches(x, y, batch_size, rng):
    """Yield (inputs, targets) of one pass over the data, in an order drawn from rng.

    x : (N, D) array
    y : (N,) array; row i belongs to row i of x
    batch_size : rows of each batch; the last one has what is left
    rng : np.random.Generator
    """
    ...
'''

SOLUTION = """
def minibatches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        yield x[rows], y[rows]
"""


def right(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        yield x[rows], y[rows]


def by_splitting(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    parts = np.split(rng.permutation(len(x)), range(batch_size, len(x), batch_size))
    return ((x[rows], y[rows]) for rows in parts)


def by_sorting(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    order = np.argsort(rng.random(len(x)))
    x, y = x[order], y[order]
    while len(x):
        yield x[:batch_size], y[:batch_size]
        x, y = x[batch_size:], y[batch_size:]


def by_swapping(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    order = list(range(len(x)))
    for last in range(len(order) - 1, 0, -1):
        other = int(rng.integers(last + 1))
        order[last], order[other] = order[other], order[last]
    return [(x[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]


def only_x(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        yield x[order[start : start + batch_size]], y[start : start + batch_size]


def only_x_shuffled_first(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    moved = rng.permuted(np.arange(len(x)))
    shuffled = np.stack([x[i] for i in moved])
    return [(shuffled[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(y), batch_size)]


def drops_the_last(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(len(x))
    for start in range(0, len(x) - batch_size + 1, batch_size):
        rows = order[start : start + batch_size]
        yield x[rows], y[rows]


def drops_the_last_by_reshape(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    count = len(x) // batch_size
    for rows in rng.permutation(len(x))[: count * batch_size].reshape(count, batch_size):
        yield x[rows], y[rows]


def not_shuffled(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size], y[start : start + batch_size]


def not_shuffled_by_splitting(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    ends = list(range(batch_size, len(x), batch_size))
    return list(zip(np.split(x, ends), np.split(y, ends), strict=True))


def with_replacement(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    for start in range(0, len(x), batch_size):
        rows = rng.integers(len(x), size=min(batch_size, len(x) - start))
        yield x[rows], y[rows]


def with_replacement_by_choice(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    drawn = rng.choice(len(x), size=len(x))
    return [(x[drawn[i : i + batch_size]], y[drawn[i : i + batch_size]]) for i in range(0, len(x), batch_size)]


def _rows(values: tuple[Any, ...]) -> tuple[Any, Any]:
    batches = values[0]
    return np.concatenate([batch[0] for batch in batches]), np.concatenate([batch[1] for batch in batches])


def pairs_kept(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    x, y = _rows(values)
    return float(np.mean(x[:, 0] == y))  # the first feature says which row it is


def rows_seen(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    return len(np.unique(_rows(values)[1])) / len(arguments[1])


def moved_far(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    """Return Spearman's correlation of the order with the one of the rows: 0 ± 1/√(n - 1) in any order alike."""
    y = _rows(values)[1]
    return float(np.corrcoef(np.arange(len(y)), y)[0, 1]) if len(y) > 1 else 0.0


STATISTICS = (
    Statistic("the share of rows whose target is their own", pairs_kept, 1.0, 0.0),
    Statistic("the share of rows that come once", rows_seen, 1.0, 0.0),
    Statistic("the correlation of the order with that of the data", moved_far, 0.0, lambda a: 1 / np.sqrt(len(a[1]) - 1)),
)


def _data(rng: np.random.Generator, n: int, batch_size: int) -> list[Any]:
    numbers = np.arange(n, dtype=float)
    x = np.column_stack([numbers, rng.normal(size=n)])
    return [Call((x, numbers, batch_size, Rng(int(rng.integers(10**6)))), drain=n + 5)]


def _one_batch(rng: np.random.Generator) -> list[Any]:
    return [Call((np.array([[1.0, 2.0]]), np.array([1.0]), 4, Rng(int(rng.integers(10**6)))), drain=5)]


TEXT = "the text"

PROBLEM = Problem(
    id="02.minibatches",
    title="The data in small pieces, in a new order",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"x": "ND", "y": "N"},
    probes=(
        Probe("500 rows in batches of 25", "every row once, in any order", lambda rng: _data(rng, 500, 25), statistics=STATISTICS),
        Probe("203 rows in batches of 20", "the last batch has 3", lambda rng: _data(rng, 203, 20), statistics=STATISTICS),
        Probe("one row", "a batch may be smaller than asked", _one_batch, is_edge=True),
    ),
    mistakes=(
        Mistake(
            "only-x",
            only_x,
            only_x_shuffled_first,
            "It shuffles the inputs and not the targets: each image gets the label of another.",
            TEXT,
        ),
        Mistake(
            "drops-the-last",
            drops_the_last,
            drops_the_last_by_reshape,
            "The rows that are left at the end never come. The last batch may be smaller.",
            TEXT,
        ),
        Mistake(
            "not-shuffled",
            not_shuffled,
            not_shuffled_by_splitting,
            "The rows come as they stand. Sorted data would give batches of one class.",
            TEXT,
        ),
        Mistake(
            "with-replacement",
            with_replacement,
            with_replacement_by_choice,
            "It draws rows with replacement: some come twice in a pass and others never.",
            TEXT,
        ),
    ),
    alternatives=(by_splitting, by_sorting, by_swapping),
    hints=(
        "One order for both arrays: what could say which rows belong to a batch?",
        "Draw a permutation of the row numbers once, cut it into pieces, and index both arrays with each piece.",
        "order <- a permutation of 0 .. N-1\n"
        "for start in 0, B, 2B, ...:\n"
        "    rows <- order from start, B of them or what is left\n"
        "    yield the rows of both",
    ),
    solution=SOLUTION,
    minutes=8,
)
