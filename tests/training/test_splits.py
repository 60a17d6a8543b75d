"""split_sizes: whole sizes that add up to n, each nearest to its share."""

import re
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from learnkit.training import split_sizes

# shares as whole weights: weight / total is the fraction, and the exact size is known without rounding
weights = st.lists(st.integers(1, 1000), min_size=1, max_size=6)
counts = st.integers(1, 100_000)
quick = settings(max_examples=200, deadline=None, derandomize=True)


def sizes_and_shares(n: int, weights: list[int]) -> tuple[list[int], list[Fraction]]:
    """Return the sizes, and the exact size that each part would have if examples could be cut."""
    total = sum(weights)
    shares = [Fraction(n * weight, total) for weight in weights]
    assume(min(shares) >= 1)  # no part is empty
    return split_sizes(n, [weight / total for weight in weights]), shares


@quick
@given(counts, weights)
def test_sizes_add_up_to_n(n: int, weights: list[int]) -> None:
    sizes, _ = sizes_and_shares(n, weights)
    assert sum(sizes) == n


@quick
@given(counts, weights)
def test_each_size_is_within_1_of_the_exact_share(n: int, weights: list[int]) -> None:
    sizes, shares = sizes_and_shares(n, weights)
    assert all(abs(size - share) < 1 for size, share in zip(sizes, shares, strict=True))


@quick
@given(st.integers(1, 1000), weights)
def test_a_share_that_is_whole_is_the_size(times: int, weights: list[int]) -> None:
    sizes, shares = sizes_and_shares(times * sum(weights), weights)
    assert sizes == shares


@quick
@given(counts, weights)
def test_no_other_sizes_are_nearer_to_the_shares(n: int, weights: list[int]) -> None:
    # moving one example from any part to any other never brings the sizes nearer
    sizes, shares = sizes_and_shares(n, weights)
    off = [size - share for size, share in zip(sizes, shares, strict=True)]
    # (a - 1)² + (b + 1)² >= a² + b² is b - a >= -1
    assert max(off) - min(off) <= 1


@pytest.mark.worked_example("split_sizes")
@pytest.mark.parametrize(
    ("n", "fractions", "sizes"),
    [
        (100, (0.57, 0.43), [57, 43]),  # 0.57 * 100 is 56.99999999999999
        (101, (1 / 3, 1 / 3, 1 / 3), [34, 34, 33]),  # 33.67 each: two are rounded up, the first two
        (10, (0.29, 0.71), [3, 7]),  # 2.9 and 7.1
        (1797, (0.8, 0.1, 0.1), [1437, 180, 180]),  # 1437.6, 179.7, 179.7: of the two left over none for .6
        (7, (1.0,), [7]),
        (3, (1 / 3, 1 / 3, 1 / 3), [1, 1, 1]),
        (2, (0.7, 0.3), [1, 1]),  # 1.4 and 0.6
    ],
)
def test_sizes_by_hand(n: int, fractions: tuple[float, ...], sizes: list[int]) -> None:
    assert split_sizes(n, fractions) == sizes


def test_thirds_written_with_ten_digits_add_up_to_1() -> None:
    assert split_sizes(9, (0.3333333333, 0.3333333333, 0.3333333334)) == [3, 3, 3]


def test_sizes_are_python_integers() -> None:
    assert {type(size) for size in split_sizes(10, (0.8, 0.2))} == {int}


@pytest.mark.parametrize(
    ("fractions", "total"),
    [
        ((0.5, 0.6), "1.1"),
        ((0.5, 0.4), "0.9"),
        ((0.3, 0.3, 0.3), "0.9"),
        ((0.33, 0.33, 0.33), "0.99"),
        ((1.2, -0.2), "1"),
        ((1.0, 0.0), "1"),
        ((float("nan"), 1.0), "nan"),
        ((80, 20), "100"),
        ((), "0"),
    ],
    ids=str,
)
def test_fractions_that_are_none_are_refused(fractions: tuple[float, ...], total: str) -> None:
    message = f"fractions must be above 0 and add up to 1; got {fractions}, which add up to {total}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        split_sizes(10, fractions)


@pytest.mark.parametrize(
    ("n", "fractions", "sizes"), [(0, (0.5, 0.5), [0, 0]), (1, (0.5, 0.5), [1, 0]), (3, (0.9, 0.1), [3, 0]), (-1, (1.0,), [-1])], ids=str
)
def test_a_part_without_examples_is_refused(n: int, fractions: tuple[float, ...], sizes: list[int]) -> None:
    message = f"{n} examples are too few for fractions {fractions}: a part would be empty, sizes {sizes}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        split_sizes(n, fractions)
