"""A callable as an argument: the slope of any function, by central differences."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Actor, Mistake, Probe, Problem

STUB = '''
def numeric_grad(f, x):
    """The gradient of f at x by central differences with steps of 1e-5.

    f : function of an array that returns one number
    x : array of any shape; it is as it was afterwards
    Returns a floating-point array of x's shape.
    """
    ...
'''

SOLUTION = """
def numeric_grad(f, x):
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        before = x[place]
        x[place] = before + 1e-5
        above = f(x)
        x[place] = before - 1e-5
        below = f(x)
        x[place] = before
        grad[place] = (above - below) / 2e-5
    return grad
"""


def right(f: Any, x: Any) -> Any:
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        before = x[place]
        x[place] = before + 1e-5
        above = f(x)
        x[place] = before - 1e-5
        below = f(x)
        x[place] = before
        grad[place] = (above - below) / 2e-5
    return grad


def with_unit_vectors(f: Any, x: Any) -> Any:
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + 1e-5 * unit) - f(x - 1e-5 * unit)) / 2e-5 for unit in units]).reshape(x.shape)


def flat(f: Any, x: Any) -> Any:
    values = np.asarray(x, dtype=float).ravel()
    slopes = []
    for i in range(len(values)):
        pair = [values.copy(), values.copy()]
        pair[0][i] += 1e-5
        pair[1][i] -= 1e-5
        slopes.append((f(pair[0].reshape(x.shape)) - f(pair[1].reshape(x.shape))) / (pair[0][i] - pair[1][i]))
    return np.reshape(slopes, x.shape)


def recursive(f: Any, x: Any) -> Any:
    def slope(place: Any) -> float:
        step = np.zeros(x.shape)
        step[place] = 1e-5
        return float((f(x + step) - f(x - step)) / 2e-5)

    return (
        np.vectorize(slope, signature="(k)->()")(np.argwhere(np.ones(x.shape, bool))).reshape(x.shape)
        if x.ndim == 1
        else with_unit_vectors(f, x)
    )


def one_sided(f: Any, x: Any) -> Any:
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        moved = x.copy()
        moved[place] += 1e-5
        grad[place] = (f(moved) - f(x)) / 1e-5
    return grad


def one_sided_with_units(f: Any, x: Any) -> Any:
    base = f(1.0 * x)
    return np.array([(f(x + 1e-5 * row.reshape(x.shape)) - base) / 1e-5 for row in np.eye(x.size)]).reshape(x.shape)


def not_restored(f: Any, x: Any) -> Any:
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        x[place] += 1e-5
        above = f(x)
        x[place] -= 2e-5
        grad[place] = (above - f(x)) / 2e-5
    return grad


def not_restored_flat(f: Any, x: Any) -> Any:
    values, slopes = np.array(x, dtype=float), []
    entries = values.reshape(-1)
    for i in range(entries.size):
        entries[i] = entries[i] + 1e-5
        above = f(values)
        entries[i] = entries[i] - 2e-5
        slopes.append((above - f(values)) / 2e-5)
    return np.array(slopes).reshape(x.shape)


def whole_step(f: Any, x: Any) -> Any:
    return with_unit_vectors(f, x) * 2


def whole_step_by_hand(f: Any, x: Any) -> Any:
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        grad[place] = (f(x + step) - f(x - step)) / 1e-5
    return grad


def integers_swallow(f: Any, x: Any) -> Any:
    x = x.copy()
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        before = x[place]
        x[place] = before + 1e-5
        above = f(x)
        x[place] = before - 1e-5
        grad[place] = (above - f(x)) / 2e-5
        x[place] = before
    return grad


def integers_swallow_by_units(f: Any, x: Any) -> Any:
    slopes = []
    for unit in np.eye(x.size).reshape(-1, *x.shape):
        pair = [(x + sign * 1e-5 * unit).astype(x.dtype) for sign in (1, -1)]
        slopes.append((f(pair[0]) - f(pair[1])) / 2e-5)
    return np.reshape(slopes, x.shape)


def all_at_once(f: Any, x: Any) -> Any:
    return np.full(x.shape, (f(x + 1e-5) - f(x - 1e-5)) / 2e-5)


def all_at_once_in_a_loop(f: Any, x: Any) -> Any:
    ones = np.ones(x.shape)
    return np.array([(f(x + 1e-5 * ones) - f(x - 1e-5 * ones)) / 2e-5 for _ in range(x.size)]).reshape(x.shape)


TEXT = "the text"

PROBLEM = Problem(
    id="06.numeric_grad",
    title="The slope of any function",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"x": "ND"},
    rtol=1e-7,
    atol=1e-8,  # differences of 64-bit numbers over 2e-5: ten digits are left, and the order of adding moves the last
    probes=(
        Probe(
            "a cubic of three numbers",
            "on a straight line one side is as good as two",
            lambda rng: (Actor("cubic"), rng.normal(size=3) + 2),
        ),
        Probe("a cubic of a table", "every entry gets its own slope", lambda rng: (Actor("cubic"), rng.normal(size=(2, 3)) + 2)),
        Probe("whole numbers", "an integer array swallows a step of 1e-5", lambda rng: (Actor("cubic"), rng.integers(1, 9, size=4))),
        Probe(
            "a product of neighbors",
            "a slope depends on the other entries",
            lambda rng: (Actor("product_of_neighbors"), rng.normal(size=(4,)) + 3),
        ),
        Probe(
            "steep, far from 0",
            "1e4 of a step that is not undone",
            lambda rng: (Actor("steep_product"), rng.normal(size=3) + 2),
            is_edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            "one-sided",
            one_sided,
            one_sided_with_units,
            "It steps to one side only. On a curve that errs by half the step times the curvature.",
            TEXT,
        ),
        Mistake(
            "not-restored",
            not_restored,
            not_restored_flat,
            "After an entry it does not put its value back, and the next slopes are taken somewhere else.",
            TEXT,
        ),
        Mistake("whole-step", whole_step, whole_step_by_hand, "The two points lie two steps apart, and it divides by one.", TEXT),
        Mistake(
            "integers",
            integers_swallow,
            integers_swallow_by_units,
            "It steps inside an array of whole numbers, which cannot hold a step of 1e-5.",
            TEXT,
        ),
        Mistake(
            "all-at-once",
            all_at_once,
            all_at_once_in_a_loop,
            "It moves all entries together. That is the sum of the slopes; each entry is moved alone.",
            TEXT,
        ),
    ),
    alternatives=(with_unit_vectors, flat, recursive),
    hints=(
        "How do you find the slope of a curve when you can only ask for its height?",
        "Move one entry up a little and ask, down a little and ask; the difference over the distance is its "
        "slope. Put it back before the next.",
        "for each entry:\n"
        "    above <- f with the entry 1e-5 higher\n"
        "    below <- f with it 1e-5 lower\n"
        "    slope <- their difference over the distance between the two\n"
        "    the entry gets its own value again",
    ),
    solution=SOLUTION,
    level=2,
    minutes=12,
)
