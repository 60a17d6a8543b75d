"""minibatches: every row once, inputs beside their targets, sizes, orders, and errors at the call."""

from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_equal

from learnkit import reference as lk


def epoch(n: int, **options: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the batches of n rows of two features; target i belongs to the row (10 i, 10 i + 1)."""
    inputs = 10 * np.arange(n)[:, None] + np.array([0, 1])
    return list(lk.minibatches(inputs, np.arange(n), **options))


def order(batches: list[tuple[np.ndarray, np.ndarray]]) -> list[int]:
    return [int(target) for _, targets in batches for target in targets]


def sizes(batches: list[tuple[np.ndarray, np.ndarray]]) -> list[int]:
    return [len(targets) for _, targets in batches]


@pytest.mark.worked_example("minibatches")
def test_without_shuffling_rows_come_in_their_order() -> None:
    # row i is (10 i, 10 i + 1): rows 0 and 1 in the first batch of two, 2 and 3 in the second
    rows = 10 * np.arange(4)[:, None] + np.array([0, 1])
    first, second = lk.minibatches(rows, np.arange(4), batch_size=2, shuffle=False)
    assert_equal(first[0], [[0, 1], [10, 11]])
    assert_equal(first[1], [0, 1])
    assert_equal(second[0], [[20, 21], [30, 31]])
    assert_equal(second[1], [2, 3])


def test_every_row_comes_once() -> None:
    assert sorted(order(epoch(23, batch_size=4, rng=lk.rng(0)))) == list(range(23))


def test_a_row_stays_with_its_target() -> None:
    for inputs, targets in epoch(23, batch_size=4, rng=lk.rng(0)):
        assert_equal(inputs, np.stack([10 * targets, 10 * targets + 1], axis=1))


def test_shuffling_is_what_comes_without_a_word() -> None:
    assert order(epoch(23, batch_size=4, rng=lk.rng(0))) != list(range(23))


def test_the_same_seed_gives_the_same_order() -> None:
    assert order(epoch(23, batch_size=4, rng=lk.rng(5))) == order(epoch(23, batch_size=4, rng=lk.rng(5)))


def test_the_order_does_not_depend_on_the_batch_size() -> None:
    assert order(epoch(23, batch_size=4, rng=lk.rng(5))) == order(epoch(23, batch_size=7, rng=lk.rng(5)))


def test_each_epoch_draws_another_order() -> None:
    rng = lk.rng(0)
    assert order(epoch(23, batch_size=4, rng=rng)) != order(epoch(23, batch_size=4, rng=rng))


def test_without_shuffling_nothing_is_drawn() -> None:
    rng = lk.rng(0)
    epoch(23, batch_size=4, shuffle=False, rng=rng)
    assert rng.integers(1000) == lk.rng(0).integers(1000)


def test_the_last_batch_has_what_is_left() -> None:
    assert sizes(epoch(7, batch_size=3, rng=lk.rng(0))) == [3, 3, 1]


def test_drop_last_leaves_out_a_smaller_batch() -> None:
    assert sizes(epoch(7, batch_size=3, drop_last=True, rng=lk.rng(0))) == [3, 3]


def test_drop_last_keeps_a_last_batch_that_is_full() -> None:
    assert sizes(epoch(6, batch_size=3, drop_last=True, rng=lk.rng(0))) == [3, 3]


def test_drop_last_leaves_nothing_of_less_than_one_batch() -> None:
    assert sizes(epoch(2, batch_size=3, drop_last=True, rng=lk.rng(0))) == []


def test_a_batch_may_be_larger_than_the_data() -> None:
    assert sizes(epoch(3, batch_size=100, rng=lk.rng(0))) == [3]


def test_a_batch_may_be_one_row() -> None:
    assert sizes(epoch(3, batch_size=1, rng=lk.rng(0))) == [1, 1, 1]


def test_dtypes_stay() -> None:
    ((inputs, targets),) = lk.minibatches(np.zeros((3, 2), dtype=np.float32), np.zeros(3, dtype=np.uint8), batch_size=3, shuffle=False)
    assert (inputs.dtype, targets.dtype) == (np.float32, np.uint8)


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_batch_does_not_share_memory_with_the_data(shuffle: bool) -> None:
    data = np.ones((4, 2))
    for inputs, _ in lk.minibatches(data, np.arange(4), batch_size=2, shuffle=shuffle, rng=lk.rng(0)):
        inputs[:] = 0
    assert_equal(data, np.ones((4, 2)))


def test_tensors_come_out_as_tensors_with_the_same_rows() -> None:
    inputs = np.arange(14.0).reshape(7, 2)
    made = list(lk.minibatches(lk.Tensor(inputs), lk.Tensor(np.arange(7)), batch_size=3, rng=lk.rng(0)))
    assert {type(value) for pair in made for value in pair} == {lk.Tensor}
    for tensors, arrays in zip(made, lk.minibatches(inputs, np.arange(7), batch_size=3, rng=lk.rng(0)), strict=True):
        assert_equal(tensors[0].data, arrays[0])
        assert_equal(tensors[1].data, arrays[1])


def test_tensors_may_go_with_arrays() -> None:
    ((inputs, targets),) = lk.minibatches(lk.Tensor(np.ones((3, 2))), np.arange(3), batch_size=3, shuffle=False)
    assert (type(inputs), type(targets)) == (lk.Tensor, np.ndarray)


# --- errors, at the call and not at the first batch --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("inputs", "targets"), [(3, 2), (2, 3), (0, 0), (3, 0)])
def test_different_numbers_of_rows_are_refused(inputs: int, targets: int) -> None:
    with pytest.raises(
        ValueError, match=f"^inputs and targets must have the same number of rows, at least 1; got {inputs} and {targets}.$"
    ):
        lk.minibatches(np.zeros((inputs, 2)), np.zeros(targets), batch_size=1, shuffle=False)


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_of_no_rows_is_refused(batch_size: int) -> None:
    with pytest.raises(ValueError, match=f"^batch_size must be at least 1; got {batch_size}.$"):
        lk.minibatches(np.zeros((3, 2)), np.zeros(3), batch_size=batch_size, shuffle=False)


def test_shuffling_without_a_generator_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"^shuffle=True draws an order: pass rng=lk.rng\(seed\), or shuffle=False.$"):
        lk.minibatches(np.zeros((3, 2)), np.zeros(3), batch_size=1)
