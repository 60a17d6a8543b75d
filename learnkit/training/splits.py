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


def class_sizes(name: str, count: int, fractions: Sequence[float]) -> list[int]:
    """Return the sizes of the parts of one class; an error says which class it is.

    Examples
    --------
    >>> class_sizes("3", 7, (0.5, 0.5))
    [4, 3]
    """
    try:
        return split_sizes(count, fractions)
    except ValueError as error:
        raise ValueError(f"class {name}: {error}") from None


def assign_groups(counts: Sequence[int], fractions: Sequence[float]) -> list[int]:
    """Return the part that each group goes to: from the largest group to the smallest, the one that lacks most.

    Parameters
    ----------
    counts : the examples of each group; of equal ones the first goes first
    fractions : positive numbers that add up to 1

    Raises
    ------
    ValueError
        If the fractions do not add up to 1, or there are fewer groups than parts.

    Examples
    --------
    Of ten examples the parts lack 6 and 4: the group of 5 goes to the first, of 3 and 1 to the second, of 1 to the first.

    >>> assign_groups([3, 1, 5, 1], (0.6, 0.4))
    [1, 0, 0, 1]
    """
    if len(counts) < len(fractions):
        raise ValueError(f"{len(counts)} groups are too few for {len(fractions)} parts: no group may be in two of them.")
    split_sizes(max(sum(counts), 10**6), fractions)  # refuses fractions that do not add up
    lacking = [sum(counts) * fraction for fraction in fractions]
    empty = set(range(len(fractions)))
    parts = [0] * len(counts)
    order = sorted(range(len(counts)), key=lambda group: -counts[group])
    for left, group in zip(range(len(counts), 0, -1), order, strict=True):
        choice = empty if left == len(empty) else range(len(fractions))  # the last groups fill what is still empty
        part = max(choice, key=lambda part: (lacking[part], -part))
        parts[group] = part
        lacking[part] -= counts[group]
        empty.discard(part)
    return parts
