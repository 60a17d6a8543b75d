"""How many examples each part of a split gets: the arithmetic that both trees share."""

import math
from collections.abc import Sequence


def check_fractions(fractions: Sequence[float]) -> None:
    """Raise unless the fractions are above 0 and add up to 1.

    Examples
    --------
    >>> check_fractions((80, 20))
    Traceback (most recent call last):
    ValueError: fractions must be above 0 and add up to 1; got (80, 20), which add up to 100.
    """
    if not fractions or any(not fraction > 0 for fraction in fractions) or not math.isclose(sum(fractions), 1, abs_tol=1e-9):
        raise ValueError(f"fractions must be above 0 and add up to 1; got {tuple(fractions)}, which add up to {sum(fractions):.6g}.")


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
    check_fractions(fractions)
    exact = [n * fraction for fraction in fractions]
    sizes = [math.floor(size) for size in exact]
    by_remainder = sorted(range(len(exact)), key=lambda part: sizes[part] - exact[part])
    for part in by_remainder[: n - sum(sizes)]:
        sizes[part] += 1
    if min(sizes) < 1:
        raise ValueError(f"{n} examples are too few for fractions {tuple(fractions)}: a part would be empty, sizes {sizes}.")
    return sizes


def class_sizes(names: Sequence[str], counts: Sequence[int], fractions: Sequence[float]) -> list[list[int]]:
    """Return the sizes of the parts of every class: its exact shares, rounded up or down so that the parts add up as well.

    Parameters
    ----------
    names : of the classes, for the error
    counts : the examples of each class
    fractions : positive numbers that add up to 1

    Raises
    ------
    ValueError
        If the fractions do not add up to 1, or a class has too few examples for all parts.

    Notes
    -----
    Shares are rounded down, and what is left of a class goes first to a part that would have none of it, then to the part that lacks
    most over all classes so far. Each class by itself would be off the same way every time: 50 classes of 3 in halves give 100 and 50.

    Examples
    --------
    Of two classes of 3 in halves, one part gets the odd example of the first, the other that of the second.

    >>> class_sizes(["a", "b"], [3, 3], (0.5, 0.5))
    [[2, 1], [1, 2]]
    """
    check_fractions(fractions)
    lacking = [0.0] * len(fractions)
    rows = []
    for name, count in zip(names, counts, strict=True):
        exact = [count * fraction for fraction in fractions]
        row = [math.floor(share + 1e-9) for share in exact]  # 0.57 * 100 is 56.999…
        lacking = [before + share - size for before, share, size in zip(lacking, exact, row, strict=True)]
        cut = [part for part, (share, size) in enumerate(zip(exact, row, strict=True)) if share > size + 1e-9]
        cut.sort(key=lambda part, row=row: (row[part] > 0, -round(lacking[part], 9)))  # type: ignore[misc]
        for part in cut[: count - sum(row)]:
            row[part] += 1
            lacking[part] -= 1
        if min(row) < 1:
            sizes = f"{count} examples are too few for fractions {tuple(fractions)}"
            raise ValueError(f"class {name}: {sizes}: a part would be empty, sizes {row}. Join it with another class, or cut fewer parts.")
        rows.append(row)
    return rows


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
    check_fractions(fractions)
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
