"""How far two gradients are apart, measured by their own size: one number that says whether they agree."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def rel_error(a, b):
    """The largest difference of two arrays, relative to the largest entry in either.

    a, b : arrays of one shape, a gradient by hand and one by small steps, of any size: 1e-9 too
    Returns one number, max |a - b| / max(all |a|, all |b|): each maximum goes over all entries. It is 0 if both hold zeros only.
    """
    ...
'''

SOLUTION = """
def rel_error(a, b):
    difference = np.abs(a - b).max()
    largest = max(np.abs(a).max(), np.abs(b).max())
    if largest == 0:
        return 0.0
    return difference / largest
"""


def right_answer(a: Any, b: Any) -> Any:
    largest = max(np.abs(a).max(), np.abs(b).max())
    return 0.0 if largest == 0 else np.abs(a - b).max() / largest


def right_answer_on_torch(a: Any, b: Any) -> Any:
    import torch

    largest = torch.maximum(a.abs().max(), b.abs().max())
    return (a - b).abs().max() / torch.where(largest == 0, torch.ones_like(largest), largest)


# Right answers written in other ways


def entry_by_entry(a: Any, b: Any) -> Any:
    apart = size = 0.0
    for p, q in zip(np.ravel(a), np.ravel(b), strict=True):
        apart = max(apart, abs(p - q))
        size = max(size, abs(p), abs(q))
    return apart / size if size > 0 else 0.0


def by_norms(a: Any, b: Any) -> Any:
    both = np.stack([a, b]).ravel()
    size = np.linalg.norm(both, np.inf)
    return np.linalg.norm((a - b).ravel(), np.inf) / (size if size else 1.0)


def by_ranges(a: Any, b: Any) -> Any:
    gap = a - b
    apart = max(gap.max(), -gap.min())
    size = max(a.max(), b.max(), -a.min(), -b.min())
    return np.float64(0) if apart == 0 else apart / size


def torch_by_stack(a: Any, b: Any) -> Any:
    import torch

    size = torch.stack([a, b]).abs().amax()
    return (a - b).abs().amax() / (size if size > 0 else 1.0)


def torch_by_cat(a: Any, b: Any) -> Any:
    import torch

    size = torch.cat([a.reshape(-1), b.reshape(-1)]).abs().max()
    return torch.max(torch.abs(a - b)) / size.clamp(min=1e-300)


# Mistakes


def absolute(a: Any, b: Any) -> Any:
    return np.abs(a - b).max()


def absolute_in_a_loop(a: Any, b: Any) -> Any:
    return max(abs(p - q) for p, q in zip(np.ravel(a), np.ravel(b), strict=True))


def zero_over_zero(a: Any, b: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.abs(a - b).max() / np.maximum(np.abs(a).max(), np.abs(b).max())


def zero_over_zero_by_norms(a: Any, b: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.linalg.norm((a - b).ravel(), np.inf) / np.linalg.norm(np.stack([a, b]).ravel(), np.inf)


def entrywise(a: Any, b: Any) -> Any:
    sizes = np.maximum(np.abs(a), np.abs(b))
    return (np.abs(a - b) / np.where(sizes == 0, 1, sizes)).max()


def entrywise_in_a_loop(a: Any, b: Any) -> Any:
    worst = 0.0
    for p, q in zip(np.ravel(a), np.ravel(b), strict=True):
        if p != q:
            worst = max(worst, abs(p - q) / max(abs(p), abs(q)))
    return worst


def entrywise_by_sum(a: Any, b: Any) -> Any:
    sizes = np.abs(a) + np.abs(b)
    return (np.abs(a - b) / np.where(sizes == 0, 1, sizes)).max()


def without_absolute(a: Any, b: Any) -> Any:
    largest = max(np.abs(a).max(), np.abs(b).max())
    return (a - b).max() / largest if largest else 0.0


def without_absolute_in_a_loop(a: Any, b: Any) -> Any:
    size = max(abs(value) for value in (*np.ravel(a), *np.ravel(b)))
    return max(p - q for p, q in zip(np.ravel(a), np.ravel(b), strict=True)) / (size or 1.0)


def largest_without_absolute(a: Any, b: Any) -> Any:
    largest = max(a.max(), b.max())
    return np.abs(a - b).max() / largest if largest else 0.0


def largest_without_absolute_in_a_loop(a: Any, b: Any) -> Any:
    size = max((*np.ravel(a), *np.ravel(b)))
    return absolute_in_a_loop(a, b) / size if size != 0 else 0.0


def with_floor(a: Any, b: Any) -> Any:
    return np.abs(a - b).max() / (max(np.abs(a).max(), np.abs(b).max()) + 1e-8)


def with_floor_by_norms(a: Any, b: Any) -> Any:
    size = 1e-8 + np.linalg.norm(np.stack([a, b]).ravel(), np.inf)
    return absolute_in_a_loop(a, b) / size


def with_floor_by_maximum(a: Any, b: Any) -> Any:
    return np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max(), 1e-8)


def with_another_floor(a: Any, b: Any) -> Any:
    return np.abs(a - b).max() / (max(np.abs(a).max(), np.abs(b).max()) + 1e-6)


def with_a_small_floor(a: Any, b: Any) -> Any:
    return np.abs(a - b).max() / (max(np.abs(a).max(), np.abs(b).max()) + 1e-12)


def of_sum(a: Any, b: Any) -> Any:
    sizes = np.abs(a).max() + np.abs(b).max()
    return np.abs(a - b).max() / sizes if sizes else 0.0


def of_sum_by_norms(a: Any, b: Any) -> Any:
    size = np.linalg.norm(np.ravel(a), np.inf) + np.linalg.norm(np.ravel(b), np.inf)
    return absolute_in_a_loop(a, b) / (size or 1.0)


def of_second(a: Any, b: Any) -> Any:
    largest = np.abs(b).max()
    return np.abs(a - b).max() / largest if largest else 0.0


def of_second_in_a_loop(a: Any, b: Any) -> Any:
    size = max(abs(value) for value in np.ravel(b))
    return absolute_in_a_loop(a, b) / (size or 1.0)


def of_first(a: Any, b: Any) -> Any:
    largest = np.abs(a).max()
    return np.abs(a - b).max() / largest if largest else 0.0


def of_means(a: Any, b: Any) -> Any:
    largest = max(np.abs(a).max(), np.abs(b).max())
    return np.abs(a - b).mean() / largest if largest else 0.0


def of_means_in_a_loop(a: Any, b: Any) -> Any:
    gaps = [abs(p - q) for p, q in zip(np.ravel(a), np.ravel(b), strict=True)]
    size = max(abs(value) for value in (*np.ravel(a), *np.ravel(b)))
    return sum(gaps) / len(gaps) / (size or 1.0)


def one_per_column(a: Any, b: Any) -> Any:
    largest = np.maximum(np.abs(a).max(axis=0), np.abs(b).max(axis=0))
    return np.abs(a - b).max(axis=0) / np.where(largest == 0, 1, largest)


def one_per_column_in_a_loop(a: Any, b: Any) -> Any:
    if np.ndim(a) == 1:
        return right_answer(a, b)
    return np.array([entry_by_entry(p, q) for p, q in zip(np.transpose(a), np.transpose(b), strict=True)])


CHECK = "7 · Check it: how small is a small step?"


def close_pair(rng: np.random.Generator, *shape: int, size: float = 1.0, second_is_larger: bool = True) -> tuple[Any, Any]:
    """Draw two arrays that differ by some percent; their largest entries are negative ones, their largest difference is a negative one."""
    while True:
        a = few_scores(rng, *shape) + 0.05
        b = a + few_scores(rng, *shape) / 20
        gap = a - b
        largest = max(np.abs(a).max(), np.abs(b).max())
        negative = max(-a.min(), -b.min()) == largest and -gap.min() == np.abs(gap).max() > 1.5 * max(gap.max(), 0.01)
        is_second = np.abs(b).max() > np.abs(a).max()
        if (
            negative
            and bool(is_second) == second_is_larger
            and np.abs(a).max() != np.abs(b).max()
            and max(a.max(), b.max()) > 0
            and (b != 0).all()
        ):
            return a * size, b * size


def one_wrong(rng: np.random.Generator) -> tuple[Any, Any]:
    """Two large tables that agree but for one small entry."""
    a = scores(rng, 6, 5)
    b = a.copy()
    b[rng.integers(6), rng.integers(5)] *= -1
    return a, b


def pair_of_zeros(rng: np.random.Generator) -> tuple[Any, Any]:
    return np.zeros((2, 3)), np.zeros((2, 3))


PROBLEM = Problem(
    id="06.rel_error",
    title="Do two gradients agree?",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"a": "ND", "b": "ND"},
    library_calls=(),
    probes=(
        Probe("three numbers each", "small enough to read", lambda rng: close_pair(rng, 3)),
        Probe("tables of 3 by 4", "each maximum goes over all entries", lambda rng: close_pair(rng, 3, 4, second_is_larger=False)),
        Probe("gradients near 1e-9", "small gradients can be wrong, too", lambda rng: close_pair(rng, 2, 3, size=1e-9)),
        Probe("both are 0", "0 divided by 0 has no value", pair_of_zeros, is_edge=True),
        Probe("one entry of thirty is wrong", "a mean would hide it", one_wrong, is_edge=True),
        Probe("one of them is 0", "the largest of both counts", lambda rng: (np.zeros(3), few_scores(rng, 3)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "absolute",
            absolute,
            absolute_in_a_loop,
            "It returns the difference as it is. Whether 0.001 is much depends on how large the gradients are.",
            CHECK,
            line=("return difference / largest", "return difference"),
        ),
        Mistake(
            "zero-over-zero",
            zero_over_zero,
            zero_over_zero_by_norms,
            "Where both gradients are 0 it divides 0 by 0. They agree, and the error is to be 0.",
            CHECK,
            line=("if largest == 0:", "if largest < 0:"),
        ),
        Mistake(
            "entry-by-entry",
            entrywise,
            entrywise_in_a_loop,
            "It divides each entry by its own size. An entry that is nearly 0 then counts as much as the largest, with its rounding.",
            CHECK,
            variants=(entrywise_by_sum,),
        ),
        Mistake(
            "sign-of-difference",
            without_absolute,
            without_absolute_in_a_loop,
            "It takes the largest difference with its sign: an entry of a that is far too small goes unnoticed.",
            CHECK,
            line=("difference = np.abs(a - b).max()", "difference = (a - b).max()"),
        ),
        Mistake(
            "sign-of-size",
            largest_without_absolute,
            largest_without_absolute_in_a_loop,
            "It divides by the largest entry with its sign. A gradient may have large negative entries.",
            CHECK,
            line=("largest = max(np.abs(a).max(), np.abs(b).max())", "largest = max(a.max(), b.max())"),
        ),
        Mistake(
            "floor",
            with_floor,
            with_floor_by_norms,
            "It divides by a little more, so that 0 divided by 0 is avoided. Gradients near 1e-9 then always seem to agree.",
            CHECK,
            variants=(with_floor_by_maximum, with_another_floor, with_a_small_floor),
        ),
        Mistake(
            "sum-of-sizes",
            of_sum,
            of_sum_by_norms,
            "It divides by the sum of the two largest entries. Many programs do; here the larger of the two is asked.",
            CHECK,
        ),
        Mistake(
            "size-of-one",
            of_second,
            of_second_in_a_loop,
            "It divides by the largest entry of one of the two. If that one is wrong and 0, or too small, the number says nothing.",
            CHECK,
            variants=(of_first,),
        ),
        Mistake(
            "mean",
            of_means,
            of_means_in_a_loop,
            "It takes the mean of the differences. One wrong entry among a thousand right ones then hardly shows.",
            CHECK,
        ),
        Mistake(
            "one-per-column",
            one_per_column,
            one_per_column_in_a_loop,
            "It returns one number for each column. Asked is one number for the whole array, whatever its shape.",
            CHECK,
        ),
    ),
    alternatives=(entry_by_entry, by_norms, by_ranges),
    torch_alternatives=(torch_by_stack, torch_by_cat),
    hints=(
        "Two gradients differ by 0.001. What else do you need to know before you call that much or little?",
        "One number above the line, the largest difference, without its sign; one below, the largest entry of both arrays, without its "
        "sign. "
        "And one case in which there is nothing to divide by.",
        "difference <- the largest of |a - b|, over all entries\n"
        "largest    <- the largest of |a| and |b|, over all entries\n"
        "0, if largest is 0; else difference over largest",
    ),
    solution=SOLUTION,
    level=1,
    minutes=6,
    is_core=False,
)
