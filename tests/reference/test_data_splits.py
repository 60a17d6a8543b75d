"""split_indices: every index once, in parts of the right size, in an order that the seed decides."""

import re

import numpy as np
import pytest
from comparing_arrays import assert_equal

from learnkit import reference as lk


def split(n: int, fractions: tuple[float, ...], seed: int = 0) -> tuple[np.ndarray, ...]:
    return lk.split_indices(n, fractions, rng=lk.rng(seed))


def test_every_index_is_in_one_part() -> None:
    assert sorted(np.concatenate(split(103, (0.7, 0.2, 0.1))).tolist()) == list(range(103))


@pytest.mark.parametrize(
    ("n", "fractions", "sizes"),
    [
        (100, (0.8, 0.2), [80, 20]),
        (8, (0.75, 0.25), [6, 2]),
        # exactly 7.7, 2.2, 1.1: 7 + 2 + 1 = 10, and the one left goes to the largest remainder, 0.7
        (11, (0.7, 0.2, 0.1), [8, 2, 1]),
        (1797, (0.6, 0.2, 0.2), [1078, 360, 359]),  # 1078.2, 359.4, 359.4: of equal remainders the first
        (5, (1.0,), [5]),
        (2, (0.5, 0.5), [1, 1]),
    ],
)
def test_parts_have_the_size_of_their_fraction(n: int, fractions: tuple[float, ...], sizes: list[int]) -> None:
    assert [len(part) for part in split(n, fractions)] == sizes


@pytest.mark.worked_example("split_indices")
def test_ten_indices_in_parts_of_seven_two_and_one() -> None:
    # 0.7 · 10, 0.2 · 10 and 0.1 · 10 of the indices 0 to 9, each once
    parts = lk.split_indices(10, (0.7, 0.2, 0.1), rng=lk.rng(0))
    assert [len(part) for part in parts] == [7, 2, 1]
    assert sorted(index for part in parts for index in part.tolist()) == list(range(10))


def test_indices_are_not_in_order() -> None:
    train, test = split(100, (0.5, 0.5))
    assert not (np.diff(train) > 0).all()
    assert not (np.diff(test) > 0).all()


def test_the_first_part_is_not_the_first_indices() -> None:
    assert set(split(100, (0.5, 0.5))[0].tolist()) != set(range(50))


def test_the_same_seed_gives_the_same_split() -> None:
    for one, again in zip(split(100, (0.8, 0.2), seed=3), split(100, (0.8, 0.2), seed=3), strict=True):
        assert_equal(one, again)


def test_another_seed_gives_another_split() -> None:
    assert split(100, (0.8, 0.2), seed=3)[1].tolist() != split(100, (0.8, 0.2), seed=4)[1].tolist()


def test_indices_are_integers() -> None:
    assert {part.dtype.kind for part in split(10, (0.8, 0.2))} == {"i"}


@pytest.mark.parametrize("index", [0, 10, 19])
def test_every_index_is_as_likely_in_the_test_part_as_its_fraction(index: int) -> None:
    # 2000 draws with chance 1/4: mean 500, standard deviation √(2000 · 1/4 · 3/4) = 19.4, so 100 is more than five of them
    rng = lk.rng(0)
    drawn = sum(index in lk.split_indices(20, (0.75, 0.25), rng=rng)[1] for _ in range(2000))
    assert abs(drawn - 500) < 100


@pytest.mark.parametrize(
    ("fractions", "total"), [((0.5, 0.6), "1.1"), ((0.5, 0.4), "0.9"), ((1.2, -0.2), "1"), ((1.0, 0.0), "1"), ((), "0")], ids=str
)
def test_fractions_that_are_none_are_refused(fractions: tuple[float, ...], total: str) -> None:
    message = f"fractions must be above 0 and add up to 1; got {fractions}, which add up to {total}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        split(10, fractions)


def test_a_part_without_examples_is_refused() -> None:
    message = "3 examples are too few for fractions (0.9, 0.1): a part would be empty, sizes [3, 0]."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        split(3, (0.9, 0.1))


def test_the_generator_must_be_named() -> None:
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'rng'"):
        lk.split_indices(10, (0.5, 0.5))
