"""Imputer and impute_median: the training part's medians fill all parts."""

from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import pytorch, reference
from learnkit import reference as lk

NAN = float("nan")
both = pytest.mark.parametrize("tree", [reference, pytorch], ids=["reference", "pytorch"])


def given(tree: Any, x: np.ndarray) -> Any:
    return x if tree is reference else pytorch.tensor(x)


@pytest.mark.worked_example("Imputer")
def test_medians_come_from_what_is_there() -> None:
    # 1, 3, 100 have the median 3; 5 and 7 the mean of both, 6
    imputer = lk.Imputer().fit(np.array([[1.0, 5.0], [3.0, NAN], [100.0, 7.0], [NAN, NAN]]))
    assert_equal(imputer.median, [3.0, 6.0])
    assert_equal(imputer.transform(np.array([[NAN, 1.0], [2.0, NAN]])), [[3.0, 1.0], [2.0, 6.0]])


@pytest.mark.worked_example("impute_median")
def test_the_test_part_does_not_move_the_training_part() -> None:
    # the median of 1 and 3 is 2, whatever the other part holds
    train = np.array([[1.0], [NAN], [3.0]])
    first, _ = lk.impute_median(train, np.array([[NAN], [5.0]]))
    second, other = lk.impute_median(train, np.array([[1e9], [NAN]]))
    assert_equal(first, second)
    assert_equal(first, [[1.0], [2.0], [3.0]])
    assert_equal(other, [[1e9], [2.0]])


def test_nothing_missing_changes_nothing_and_the_input_stays() -> None:
    x = np.random.default_rng(0).standard_normal((5, 3))
    assert_equal(lk.impute_median(x)[0], x)
    holes = np.array([[1.0, NAN], [2.0, 3.0]])
    lk.impute_median(holes)
    assert np.isnan(holes[0, 1])


def test_order_of_rows_does_not_matter() -> None:
    x = np.where(np.random.default_rng(0).random((9, 2)) < 0.3, NAN, np.random.default_rng(1).standard_normal((9, 2)))
    assert_close(lk.Imputer().fit(x[::-1]).median, lk.Imputer().fit(x).median)


@both
def test_columns_of_0_and_1_tell_what_was_missing(tree: Any) -> None:
    # features 1 and 2 had something missing in fit; that feature 0 has not it now is filled and not told
    train = np.array([[1.0, 5.0, NAN], [3.0, NAN, 4.0]])
    imputer = tree.Imputer(add_indicator=True).fit(given(tree, train))
    assert imputer.indicated.tolist() == [1, 2]
    assert imputer.transform(given(tree, np.array([[NAN, NAN, 7.0]]))).tolist() == [[2.0, 5.0, 7.0, 1.0, 0.0]]
    assert imputer.transform(given(tree, train)).shape == (2, 5)


@both
def test_no_columns_are_added_where_nothing_was_missing(tree: Any) -> None:
    imputer = tree.Imputer(add_indicator=True).fit(given(tree, np.ones((2, 3))))
    assert imputer.transform(given(tree, np.full((4, 3), NAN))).tolist() == [[1.0, 1.0, 1.0]] * 4


@both
@pytest.mark.parametrize("add_indicator", [False, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_in_is_dtype_out(tree: Any, dtype: Any, add_indicator: bool) -> None:
    x = given(tree, np.array([[1.0], [NAN], [2.0]], dtype=dtype))
    imputer = tree.Imputer(add_indicator=add_indicator).fit(x)
    assert imputer.median.tolist() == [1.5]
    assert imputer.median.dtype == imputer.transform(x).dtype == x.dtype


@both
def test_a_row_may_be_without_its_axis(tree: Any) -> None:
    imputer = tree.Imputer(add_indicator=True).fit(given(tree, np.array([[1.0, NAN], [3.0, 4.0]])))
    assert imputer.transform(given(tree, np.array([NAN, NAN]))).tolist() == [2.0, 4.0, 1.0]


@both
@pytest.mark.parametrize(("value", "shown"), [(np.inf, "inf"), (-np.inf, "-inf")])
def test_infinity_is_not_taken_for_a_missing_value(tree: Any, value: float, shown: str) -> None:
    x = np.array([[1.0, 2.0], [3.0, value]])
    with pytest.raises(ValueError, match=f"^x must be finite, or NaN where a value is missing; got {shown} in row 1, feature 1.$"):
        tree.Imputer().fit(given(tree, x))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="feature 1 has no value at all"):
        lk.Imputer().fit(np.array([[1.0, NAN], [2.0, NAN]]))
    with pytest.raises(RuntimeError, match=r"Call fit\(x_train\) first"):
        lk.Imputer().transform(np.ones((1, 2)))
    with pytest.raises(ValueError, match="x must have the 2 features that fit saw"):
        lk.impute_median(np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(TypeError, match="floating-point"):
        lk.Imputer().fit(np.ones((2, 2), dtype=int))
    for wrong in (np.ones(3), np.ones((0, 2))):
        with pytest.raises(ValueError, match="at least one row"):
            lk.Imputer().fit(wrong)
