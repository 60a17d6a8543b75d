"""How many examples each part of a split gets: the arithmetic that both trees share."""

import math
from collections.abc import Sequence


def split_sizes(n: int, fractions: Sequence[float]) -> list[int]:
    """Return whole sizes that are nearest to the fractions and add up to n.

    The largest remainders are rounded up: no example is lost and none is counted twice. (0.57 * 100 is 56.999…, and becomes 57.)

    Parameters
    ----------
    n : int
    fractions : positive numbers that add up to 1

    Raises
    ------
    ValueError
        If the fractions do not add up to 1, or a part would be empty.

    Examples
    --------
    >>> split_sizes(101, (1 / 3, 1 / 3, 1 / 3))
    [34, 34, 33]
    """
    if not fractions or any(not fraction > 0 for fraction in fractions) or not math.isclose(sum(fractions), 1, abs_tol=1e-9):
        raise ValueError(f"fractions must be above 0 and add up to 1; got {tuple(fractions)}, which add up to {sum(fractions):.6g}.")
    exact = [n * fraction for fraction in fractions]
    sizes = [math.floor(size) for size in exact]
    by_remainder = sorted(range(len(exact)), key=lambda part: sizes[part] - exact[part])
    for part in by_remainder[: n - sum(sizes)]:
        sizes[part] += 1
    if min(sizes) < 1:
        raise ValueError(f"{n} examples are too few for fractions {tuple(fractions)}: a part would be empty, sizes {sizes}.")
    return sizes
