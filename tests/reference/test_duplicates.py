"""drop_duplicates and find_leaks: by value, in order, and with what disagrees."""

import tracemalloc

import numpy as np
import pytest
from comparing_arrays import assert_equal

from learnkit import reference as lk


@pytest.mark.worked_example("drop_duplicates")
def test_the_first_of_each_stays_in_its_place() -> None:
    # rows 0 and 2 are (5, 1), rows 1 and 4 are (2, 2), row 3 is (1, 5): 0, 1 and 3 are the first of their kind
    kept, conflicts = lk.drop_duplicates(np.array([[5.0, 1.0], [2.0, 2.0], [5.0, 1.0], [1.0, 5.0], [2.0, 2.0]]))
    assert_equal(kept, [0, 1, 3])
    assert conflicts.shape == (0, 2)


def test_labels_that_disagree_are_told_and_not_settled() -> None:
    # rows 0, 2 and 3 are one; 2 says the same as 0, 3 does not
    kept, conflicts = lk.drop_duplicates(np.array([[1.0], [2.0], [1.0], [1.0]]), np.array([4, 4, 4, 9]))
    assert_equal(kept, [0, 1])
    assert_equal(conflicts, [[0, 3]])


def test_numbers_that_only_look_alike_are_not_the_same() -> None:
    kept, _ = lk.drop_duplicates(np.array([[0.1 + 0.2], [0.3]]))
    assert len(kept) == 2


def test_nan_equals_nothing() -> None:
    kept, _ = lk.drop_duplicates(np.array([[np.nan], [np.nan]]))
    assert_equal(kept, [0, 1])


def test_dropping_twice_drops_nothing_more() -> None:
    x = np.random.default_rng(0).integers(3, size=(40, 3))
    kept, _ = lk.drop_duplicates(x)
    assert_equal(lk.drop_duplicates(x[kept])[0], np.arange(len(kept)))


@pytest.mark.worked_example("find_leaks")
def test_a_leak_is_found_by_its_values_wherever_it_stands() -> None:
    # the test part is row 2 and row 0 of the training part: pairs (0, 1) and (2, 0)
    train = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert_equal(lk.find_leaks(train, train[[2, 0]]), [[0, 1], [2, 0]])
    assert lk.find_leaks(train, train + 0.5).shape == (0, 2)


def test_nearly_equal_rows_are_found_with_a_tolerance() -> None:
    train = np.random.default_rng(0).standard_normal((20, 4))
    rounded = train[[7]].round(3)
    assert len(lk.find_leaks(train, rounded)) == 0
    assert_equal(lk.find_leaks(train, rounded, tolerance=5e-4), [[7, 0]])


def test_every_number_must_be_near_not_their_mean() -> None:
    assert len(lk.find_leaks(np.array([[0.0, 0.0]]), np.array([[0.0, 0.3]]), tolerance=0.2)) == 0


def test_images_are_compared_pixel_by_pixel() -> None:
    images = np.random.default_rng(0).random((6, 4, 4))
    assert_equal(lk.find_leaks(images, images[[3]]), [[3, 0]])


def test_memory_does_not_grow_with_both_parts() -> None:
    # 20,000 × 2,000 comparisons of one number would be 320 MB at once
    train, test = np.arange(20_000.0)[:, None], -1 - np.arange(2_000.0)[:, None]
    tracemalloc.start()
    lk.find_leaks(train, test)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30e6


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        lk.drop_duplicates(np.zeros((0, 2)))
    with pytest.raises(ValueError, match="targets as many"):
        lk.drop_duplicates(np.zeros((2, 2)), np.zeros(3))
    with pytest.raises(ValueError, match=r"must have one shape; got \(2,\) and \(3,\)"):
        lk.find_leaks(np.zeros((1, 2)), np.zeros((1, 3)))
    with pytest.raises(ValueError, match="tolerance must be at least 0; got -1"):
        lk.find_leaks(np.zeros((1, 2)), np.zeros((1, 2)), tolerance=-1.0)
