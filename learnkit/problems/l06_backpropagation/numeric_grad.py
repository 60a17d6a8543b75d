"""The gradient of any function by small steps, one entry after the other: slow, and right without a derivation."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Actor, Call, Mistake, Probe, Problem, Step

STUB = '''
def numeric_grad(f, x, eps=1e-5):
    """The gradient of f at x by central differences: each entry is moved by eps to both sides.

    f : function of an array that returns one number
    x : array of any shape, of floats or of whole numbers; it is afterwards as it was
    eps : how far an entry is moved to each side
    Returns an array of floats of x's shape: for each entry, how fast f moves with it.
    """
    ...
'''

SOLUTION = """
def numeric_grad(f, x, eps=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        before = x[place]
        x[place] = before + eps
        above = f(x)
        x[place] = before - eps
        below = f(x)
        x[place] = before
        grad[place] = (above - below) / (2 * eps)
    return grad
"""


def right_answer(f: Any, x: Any, eps: float = 1e-5) -> Any:
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        before = x[place]
        x[place] = before + eps
        above = f(x)
        x[place] = before - eps
        below = f(x)
        x[place] = before
        grad[place] = (above - below) / (2 * eps)
    return grad


# Right answers written in other ways


def with_unit_arrays(f: Any, x: Any, eps: float = 1e-5) -> Any:
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + eps * unit) - f(x - eps * unit)) / (2 * eps) for unit in units]).reshape(x.shape)


def along_a_flat_copy(f: Any, x: Any, eps: float = 1e-5) -> Any:
    values = np.asarray(x, dtype=float).ravel()
    slopes = []
    for i in range(len(values)):
        pair = [values.copy(), values.copy()]
        pair[0][i] += eps
        pair[1][i] -= eps
        slopes.append((f(pair[0].reshape(x.shape)) - f(pair[1].reshape(x.shape))) / (2 * eps))
    return np.reshape(slopes, x.shape)


def with_a_function_of_one_place(f: Any, x: Any, eps: float = 1e-5) -> Any:
    def moved(i: int, by: float) -> Any:
        other = x.astype(float)
        other.flat[i] += by
        return f(other)

    slopes = np.fromiter(((moved(i, eps) - moved(i, -eps)) / eps / 2 for i in range(x.size)), dtype=float)
    return slopes.reshape(x.shape)


# Mistakes


def one_sided(f: Any, x: Any, eps: float = 1e-5) -> Any:
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        moved = x.copy()
        moved[place] += eps
        grad[place] = (f(moved) - f(x)) / eps
    return grad


def one_sided_with_units(f: Any, x: Any, eps: float = 1e-5) -> Any:
    base = f(1.0 * x)
    return np.array([(f(x + eps * row.reshape(x.shape)) - base) / eps for row in np.eye(x.size)]).reshape(x.shape)


def one_sided_below(f: Any, x: Any, eps: float = 1e-5) -> Any:
    base = f(1.0 * x)
    return np.array([(base - f(x - eps * row.reshape(x.shape))) / eps for row in np.eye(x.size)]).reshape(x.shape)


def not_restored(f: Any, x: Any, eps: float = 1e-5) -> Any:
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        x[place] += eps
        above = f(x)
        x[place] -= 2 * eps
        grad[place] = (above - f(x)) / (2 * eps)
    return grad


def not_restored_flat(f: Any, x: Any, eps: float = 1e-5) -> Any:
    values, slopes = np.array(x, dtype=float), []
    entries = values.reshape(-1)
    for i in range(entries.size):
        entries[i] = entries[i] + eps
        above = f(values)
        entries[i] = entries[i] - 2 * eps
        slopes.append((above - f(values)) / 2 / eps)
    return np.array(slopes).reshape(x.shape)


def not_restored_in_the_callers_array(f: Any, x: Any, eps: float = 1e-5) -> Any:
    values = np.asarray(x, dtype=float)
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        values[place] += eps
        above = f(values)
        values[place] -= 2 * eps
        grad[place] = (above - f(values)) / (2 * eps)
    return grad


def half_undone(f: Any, x: Any, eps: float = 1e-5) -> Any:
    """It moves down from where it stands after moving up: f at x + eps, less f at x."""
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        x[place] += eps
        above = f(x)
        x[place] -= eps
        grad[place] = (above - f(x)) / (2 * eps)
    return grad


def half_undone_with_units(f: Any, x: Any, eps: float = 1e-5) -> Any:
    base = f(1.0 * x)
    slopes = [(f(x + eps * unit.reshape(x.shape)) - base) / (2 * eps) for unit in np.eye(x.size)]
    return np.array(slopes).reshape(x.shape)


def divided_by_one_step(f: Any, x: Any, eps: float = 1e-5) -> Any:
    return with_unit_arrays(f, x, eps) * 2


def divided_by_one_step_in_a_loop(f: Any, x: Any, eps: float = 1e-5) -> Any:
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = eps
        grad[place] = (f(x + step) - f(x - step)) / eps
    return grad


def whole_numbers(f: Any, x: Any, eps: float = 1e-5) -> Any:
    x = x.copy()
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        before = x[place]
        x[place] = before + eps
        above = f(x)
        x[place] = before - eps
        grad[place] = (above - f(x)) / (2 * eps)
        x[place] = before
    return grad


def whole_numbers_by_units(f: Any, x: Any, eps: float = 1e-5) -> Any:
    slopes = []
    for unit in np.eye(x.size).reshape(-1, *x.shape):
        pair = [(x + sign * eps * unit).astype(x.dtype) for sign in (1, -1)]
        slopes.append((f(pair[0]) - f(pair[1])) / (2 * eps))
    return np.reshape(slopes, x.shape)


def all_at_once(f: Any, x: Any, eps: float = 1e-5) -> Any:
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


def all_at_once_in_a_loop(f: Any, x: Any, eps: float = 1e-5) -> Any:
    ones = np.ones(x.shape)
    return np.array([(f(x + eps * ones) - f(x - eps * ones)) / (2 * eps) for _ in range(x.size)]).reshape(x.shape)


def rows_at_once(f: Any, x: Any, eps: float = 1e-5) -> Any:
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for i in range(len(x)):
        before = x[i].copy()
        x[i] = before + eps
        above = f(x)
        x[i] = before - eps
        below = f(x)
        x[i] = before
        grad[i] = (above - below) / (2 * eps)
    return grad


def rows_at_once_with_masks(f: Any, x: Any, eps: float = 1e-5) -> Any:
    grad = np.zeros(x.shape)
    for i in range(x.shape[0]):
        step = np.zeros(x.shape)
        step[i] = eps
        grad[i] = (f(x + step) - f(x - step)) / eps / 2
    return grad


def own_step(f: Any, x: Any, eps: float = 1e-5) -> Any:
    return with_unit_arrays(f, x, 1e-5)


def own_step_in_a_loop(f: Any, x: Any, eps: float = 1e-5) -> Any:
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        grad[place] = (f(x + step) - f(x - step)) / 2e-5
    return grad


def step_of(size: float) -> Any:
    def another_step(f: Any, x: Any, eps: float = 1e-5) -> Any:
        return with_unit_arrays(f, x, size)

    return another_step


def below_less_above(f: Any, x: Any, eps: float = 1e-5) -> Any:
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x - eps * unit) - f(x + eps * unit)) / (2 * eps) for unit in units]).reshape(x.shape)


def below_less_above_in_a_loop(f: Any, x: Any, eps: float = 1e-5) -> Any:
    grad = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = eps
        grad[place] = f(x - step) - f(x + step)
    return grad / 2 / eps


def put_back_by_adding(f: Any, x: Any, eps: float = 1e-5) -> Any:
    """Up, down, up again: rounding leaves another number, and an array of floats is the caller's own."""
    x = np.asarray(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        x[place] += eps
        above = f(x)
        x[place] -= 2 * eps
        below = f(x)
        x[place] += eps
        grad[place] = (above - below) / (2 * eps)
    return grad


def put_back_by_adding_flat(f: Any, x: Any, eps: float = 1e-5) -> Any:
    values = x if x.dtype == float else x * 1.0
    slopes = []
    for i in range(values.size):
        values.flat[i] = values.flat[i] + eps
        above = f(values)
        values.flat[i] = values.flat[i] - 2 * eps
        slopes.append((above - f(values)) / eps / 2)
        values.flat[i] = values.flat[i] + eps
    return np.array(slopes).reshape(x.shape)


U_CURVE = "7 · Check it: how small is a small step?"
ASK = "2 · Ask every number"


def script(actor: str, draw: Any, eps: float | None = None) -> Any:
    """A probe that calls the answer once, with the usual step or with another one."""

    def make(rng: np.random.Generator) -> list[Step]:
        return [Call((Actor(actor), draw(rng)), {} if eps is None else {"eps": eps})]

    return make


def around_two(*shape: int) -> Any:
    return lambda rng: rng.normal(size=shape) + 2


PROBLEM = Problem(
    id="06.numeric_grad",
    title="The gradient of any function, by small steps",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    axes={"x": "ND"},
    library_calls=("scipy.optimize.approx_fprime", "scipy.differentiate.derivative", "torch.autograd.functional.vjp", "torch.func.vjp"),
    rtol=1e-6,
    atol=1e-7,  # differences of 64-bit numbers over 2e-5: ten digits are left, and the order of adding moves the last
    probes=(
        Probe(
            "a cubic of three numbers, steps of 0.5",
            "on a straight line one side is as good as two; a long step shows the difference",
            script("cubic", around_two(3), 0.5),
        ),
        Probe("a cubic of a table", "every entry has its own slope", script("cubic", around_two(2, 3), 0.25)),
        Probe(
            "whole numbers", "an array of whole numbers cannot hold a small step", script("cubic", lambda rng: rng.integers(1, 9, size=4))
        ),
        Probe(
            "a product of neighbors, steps of 0.5",
            "a slope depends on the other entries: they have to stand where they stood",
            script("product_of_neighbors", lambda rng: rng.normal(size=4) + 3, 0.5),
        ),
        Probe("the usual step", "without eps it is 1e-5, and adding it leaves rounding behind", script("cubic", around_two(9))),
        Probe("one number", "a single entry is an array too", script("cubic", around_two(1), 0.5), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "one-sided",
            one_sided,
            one_sided_with_units,
            "It steps to one side only. On a curve that is wrong by half the step times the curvature.",
            U_CURVE,
            variants=(one_sided_below,),
        ),
        Mistake(
            "divided-by-one-step",
            divided_by_one_step,
            divided_by_one_step_in_a_loop,
            "The two points lie two steps apart, and the difference is divided by one.",
            U_CURVE,
            line=("grad[place] = (above - below) / (2 * eps)", "grad[place] = (above - below) / eps"),
        ),
        Mistake(
            "not-restored",
            not_restored,
            not_restored_flat,
            "After an entry it does not put its value back, and the slopes that follow are taken somewhere else.",
            U_CURVE,
            variants=(not_restored_in_the_callers_array,),
            line=("x[place] = before", "x[place] = before - eps"),
        ),
        Mistake(
            "half-undone",
            half_undone,
            half_undone_with_units,
            "The lower point is not below: it moves down by one step from the upper one, and stands where it began.",
            U_CURVE,
            line=("x[place] = before - eps", "x[place] = x[place] - eps"),
        ),
        Mistake(
            "whole-numbers",
            whole_numbers,
            whole_numbers_by_units,
            "It steps inside an array of whole numbers, which cannot hold a small step: both points are the same, or a whole one apart.",
            U_CURVE,
            line=("x = np.array(x, dtype=float)", "x = x.copy()"),
        ),
        Mistake(
            "all-at-once",
            all_at_once,
            all_at_once_in_a_loop,
            "It moves all entries together, which gives the sum of all slopes. Each entry is moved alone.",
            ASK,
        ),
        Mistake(
            "rows-at-once",
            rows_at_once,
            rows_at_once_with_masks,
            "It moves a whole row of a table at a time. Each entry is moved alone, whatever the shape.",
            ASK,
        ),
        Mistake(
            "own-step",
            own_step,
            own_step_in_a_loop,
            "It uses a step of its own, whatever eps the caller asks for.",
            U_CURVE,
            variants=(step_of(1e-6), step_of(1e-4), step_of(1e-3)),
        ),
        Mistake(
            "below-less-above",
            below_less_above,
            below_less_above_in_a_loop,
            "It takes the upper value away from the lower one. Where f rises the slope is above 0.",
            U_CURVE,
        ),
        Mistake(
            "changes-input",
            put_back_by_adding,
            put_back_by_adding_flat,
            "The caller's array is not as it was: what is added and taken away again leaves rounding behind. Keep the value, or work on a "
            "copy.",
            U_CURVE,
        ),
    ),
    alternatives=(with_unit_arrays, along_a_flat_copy, with_a_function_of_one_place),
    hints=(
        "How do you find the slope of a curve when all you can ask for is its height?",
        "Move one entry up by eps and ask, down by eps from where it began and ask. Difference over distance is its slope. Put it back "
        "before "
        "the next one, and work on a copy of floats.",
        "copy x as floats\nfor each entry:\n"
        "    above <- f with the entry eps higher\n"
        "    below <- f with it eps lower\n"
        "    the entry gets its own value again\n"
        "    slope <- their difference, over the distance between the two points",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
)
