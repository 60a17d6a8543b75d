"""drop_duplicates and find_leaks: by value, in order, and with what disagrees."""

import re
import tracemalloc
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_equal

from learnkit import pytorch, reference
from learnkit import reference as lk

both = pytest.mark.parametrize("tree", [reference, pytorch], ids=["reference", "pytorch"])


def given(tree: Any, x: np.ndarray) -> Any:
    return x if tree is reference else pytorch.tensor(x)


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


@pytest.mark.parametrize("tolerance", [0.0, 0.25])
def test_memory_does_not_grow_with_both_parts(tolerance: float) -> None:
    # 20,000 × 2,000 comparisons of one number would be 320 MB at once
    train, test = np.arange(20_000.0)[:, None], -1 - np.arange(2_000.0)[:, None]
    tracemalloc.start()
    lk.find_leaks(train, test, tolerance=tolerance)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30e6


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        lk.drop_duplicates(np.zeros((0, 2)))
    with pytest.raises(TypeError, match="got an array of objects"):
        lk.drop_duplicates(np.array([["a", 1]], dtype=object))
    with pytest.raises(TypeError, match="a tolerance above 0 is for real numbers"):
        lk.find_leaks(np.array(["a"]), np.array(["b"]), tolerance=0.1)


@both
@pytest.mark.parametrize("targets", [np.zeros(3), np.zeros((2, 1))], ids=["3", "2x1"])
def test_labels_that_are_not_one_a_row_are_refused(tree: Any, targets: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"and targets one label each, \(N,\); got \(2, 2\) and "):
        tree.drop_duplicates(given(tree, np.zeros((2, 2))), given(tree, targets))


@both
@pytest.mark.parametrize("shapes", [((1, 2), (1, 3)), ((1, 0), (1, 0)), ((), ())], ids=str)
def test_examples_of_other_shapes_are_refused(tree: Any, shapes: Any) -> None:
    train, test = (given(tree, np.zeros(shape)) for shape in shapes)
    message = f"examples of train and test must have one shape, with at least one number; got {shapes[0]} and {shapes[1]}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        tree.find_leaks(train, test)


@both
@pytest.mark.parametrize("tolerance", [-1.0, float("nan")])
def test_a_tolerance_below_0_is_refused(tree: Any, tolerance: float) -> None:
    with pytest.raises(ValueError, match=f"^tolerance must be at least 0; got {tolerance}.$"):
        tree.find_leaks(given(tree, np.zeros((1, 2))), given(tree, np.zeros((1, 2))), tolerance=tolerance)


@both
def test_rows_with_nan_do_not_hide_duplicates(tree: Any) -> None:
    # sorted, rows with NaN stand anywhere, also between equal rows
    rng = np.random.default_rng(0)
    x = rng.integers(3, size=(200, 2)).astype(np.float64)
    x[rng.random(x.shape) < 0.2] = np.nan
    whole = ~np.isnan(x).any(axis=1)
    kept, _ = tree.drop_duplicates(given(tree, x))
    assert len(kept) == (~whole).sum() + len(np.unique(x[whole], axis=0))


@both
@pytest.mark.parametrize("tolerance", [0.0, 10.0])
def test_a_missing_number_is_no_leak(tree: Any, tolerance: float) -> None:
    train, test = np.array([[np.nan, 1.0]]), np.array([[5.0, 1.0], [np.nan, 1.0]])
    assert tree.find_leaks(given(tree, train), given(tree, test), tolerance=tolerance).tolist() == []


@both
@pytest.mark.parametrize("tolerance", [0.0, 0.5])
def test_infinity_equals_infinity_of_its_sign(tree: Any, tolerance: float) -> None:
    train, test = np.array([[np.inf, 1.0]]), np.array([[-np.inf, 1.0], [np.inf, 1.0]])
    assert tree.find_leaks(given(tree, train), given(tree, test), tolerance=tolerance).tolist() == [[0, 1]]


@both
def test_large_whole_numbers_are_told_apart(tree: Any) -> None:
    # 2**53 + 1 is no number of float64
    train = np.array([[2**53 + 1], [2**53]])
    assert tree.find_leaks(given(tree, train), given(tree, train[[1]])).tolist() == [[1, 0]]


@both
def test_values_are_compared_across_dtypes(tree: Any) -> None:
    # 16777217 is no number of float32; 3.0 is 3
    train, test = np.array([[16777217], [3]]), np.array([[16777216.0], [3.0]], dtype=np.float32)
    assert tree.find_leaks(given(tree, train), given(tree, test)).tolist() == [[1, 1]]


@both
@pytest.mark.parametrize("tolerance", [0.0, 0.5, 1.0])
def test_all_pairs_are_those_of_two_loops(tree: Any, tolerance: float) -> None:
    rng = np.random.default_rng(0)
    for d in (1, 2, 3):
        train, test = rng.integers(3, size=(300, d)).astype(np.float32), rng.integers(3, size=(9, d)).astype(np.float32)
        expected = [[i, j] for i in range(300) for j in range(9) if (np.abs(train[i] - test[j]) <= tolerance).all()]
        assert tree.find_leaks(given(tree, train), given(tree, test), tolerance=tolerance).tolist() == expected


def test_text_is_compared_as_it_is() -> None:
    kept, conflicts = lk.drop_duplicates(np.array(["ann", "bob", "ann", "Ann"]), np.array([0, 0, 1, 0]))
    assert_equal(kept, [0, 1, 3])
    assert_equal(conflicts, [[0, 2]])
    assert_equal(lk.find_leaks(np.array(["ann", "bob"]), np.array(["bobby", "bob"])), [[1, 1]])
