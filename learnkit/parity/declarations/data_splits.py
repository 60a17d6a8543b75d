"""Parity of splits: their sizes against every way of cutting, and every example in exactly one part."""

import itertools
import math
from typing import Any

from learnkit.parity.concepts import AS_GIVEN, Case, Concept


def _nearest(torch: Any, *, n: int, fractions: tuple[float, ...]) -> list[int]:
    """Try all sizes that add up to n, and take those nearest to the fractions; of equal ones the first part is the larger."""
    near = [range(max(0, math.floor(n * fraction) - 1), math.ceil(n * fraction) + 2) for fraction in fractions]
    ways = [sizes for sizes in itertools.product(*near) if sum(sizes) == n]
    distance = {sizes: round(sum((size - n * f) ** 2 for size, f in zip(sizes, fractions, strict=True)), 9) for sizes in ways}
    return list(max(ways, key=lambda sizes: (-distance[tuple(sizes)], tuple(sizes))))


def _split(lk: Any, *, n: int, fractions: tuple[float, ...]) -> dict[str, Any]:
    parts = lk.split_indices(n, fractions, rng=lk.rng(0))
    return {"dtypes": [str(part.dtype).removeprefix("torch.") for part in parts], **_described(parts)}


def _random_split(torch: Any, *, n: int, fractions: tuple[float, ...]) -> dict[str, Any]:
    sizes = [round(n * fraction) for fraction in fractions]  # whole numbers in these cases: PyTorch rounds others otherwise
    parts = torch.utils.data.random_split(range(n), sizes, generator=torch.Generator().manual_seed(0))
    return {"dtypes": ["int64"] * len(parts), **_described([part.indices for part in parts])}


def _described(parts: Any) -> dict[str, Any]:
    order = [int(index) for part in parts for index in part]
    return {"sizes": [len(part) for part in parts], "every index once": sorted(order), "shuffled": order != sorted(order)}


def _case(n: int, *fractions: float, why: str = "") -> Case:
    return Case(options={"n": n, "fractions": fractions}, why=why)


CONCEPTS = (
    Concept(
        name="split_sizes",
        official="brute force",
        oracle_reason="torch.utils.data.random_split gives the remainder to the first parts in turn, not to the largest remainders",
        call=_nearest,
        run=lambda lk, **options: lk.split_sizes(**options),
        dtypes=(AS_GIVEN,),
        cases={
            "halves": _case(10, 0.5, 0.5),
            "three parts": _case(150, 0.6, 0.2, 0.2),
            "rounded": _case(11, 0.7, 0.3),
            "the largest remainder": _case(10, 0.25, 0.55, 0.2),
        },
        edges={
            "ties": _case(101, 1 / 3, 1 / 3, 1 / 3),
            "a product below a whole number": _case(100, 0.57, 0.43, why="0.57 * 100 is 56.999…"),
            "one part": _case(7, 1.0),
            "as many parts as examples": _case(3, 0.4, 0.3, 0.3),
        },
    ),
    Concept(
        name="split_indices",
        official="torch.utils.data.random_split",
        call=_random_split,
        run=_split,
        dtypes=(AS_GIVEN,),
        cases={"two parts": _case(20, 0.75, 0.25), "three parts": _case(50, 0.6, 0.2, 0.2)},
        edges={"one part": _case(20, 1.0)},
    ),
)
