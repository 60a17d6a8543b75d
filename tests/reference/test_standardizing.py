"""Standardizer: the numbers of the training part alone, features that never vary, the way back, and what it refuses."""

import re
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import pytorch, reference
from learnkit import reference as lk

NAN, INF = np.nan, np.inf
both = pytest.mark.parametrize("tree", [reference, pytorch], ids=["reference", "pytorch"])


def given(tree: Any, x: np.ndarray) -> Any:
    return x if tree is reference else pytorch.tensor(x)


# features with means 5 and 2, and standard deviations √(((-5)² + 5²)/2) = 5 and √((1² + 1²)/2) = 1
TRAIN = np.array([[0.0, 3.0], [10.0, 1.0]])


def features(n: int = 50, d: int = 3) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((n, d)) * [3.0, 0.1, 200.0] + [5.0, -2.0, 1000.0]


def test_mean_and_population_standard_deviation_by_hand() -> None:
    scaler = lk.Standardizer().fit(TRAIN)
    assert_close(scaler.mean, [5.0, 2.0])
    assert_close(scaler.std, [5.0, 1.0])


@pytest.mark.worked_example("Standardizer")
def test_values_become_distances_from_the_mean_in_standard_deviations() -> None:
    # means 5 and 2, deviations 5 and 1: (10 - 5)/5 = 1, (1 - 2)/1 = -1; (-10 - 5)/5 = -3, (2.5 - 2)/1 = 0.5
    assert_close(lk.Standardizer().fit(TRAIN).transform(np.array([[10.0, 1.0], [-10.0, 2.5]])), [[1.0, -1.0], [-3.0, 0.5]])


def test_what_was_fitted_has_mean_0_and_standard_deviation_1() -> None:
    x = lk.Standardizer().fit(features()).transform(features())
    assert_close(x.mean(axis=0), np.zeros(3))
    assert_close(x.std(axis=0), np.ones(3))


def test_new_data_are_measured_by_the_training_part() -> None:
    # all of them lie 5 to the right of the training mean: one standard deviation, and not the 0 that their own mean would give
    assert_close(lk.Standardizer().fit(TRAIN).transform(np.array([[10.0, 2.0], [10.0, 2.0]])), [[1.0, 0.0], [1.0, 0.0]])


def test_transforming_new_data_leaves_mean_and_std_as_they_were() -> None:
    scaler = lk.Standardizer().fit(TRAIN)
    scaler.transform(features(50, 3)[:, :2])
    assert_equal(scaler.mean, [5.0, 2.0])
    assert_equal(scaler.std, [5.0, 1.0])


def test_another_fit_forgets_the_first() -> None:
    scaler = lk.Standardizer().fit(features()).fit(TRAIN)
    assert_equal(scaler.mean, [5.0, 2.0])


def test_fit_returns_the_standardizer() -> None:
    scaler = lk.Standardizer()
    assert scaler.fit(TRAIN) is scaler


def test_a_feature_in_another_unit_gives_the_same() -> None:
    x = features()
    assert_close(lk.Standardizer().fit(100 * x - 7).transform(100 * x - 7), lk.Standardizer().fit(x).transform(x), tolerance=1e-11)


def test_features_do_not_touch() -> None:
    x, order = features(), [2, 0, 1]
    assert_close(lk.Standardizer().fit(x[:, order]).transform(x[:, order]), lk.Standardizer().fit(x).transform(x)[:, order])


# 0.1 + 0.1 + 0.1 is not 0.3: the standard deviation of such a feature is computed as 1e-17
@pytest.mark.parametrize("value", [5.0, 0.0, 0.1, -1e9])
def test_a_feature_that_never_varies_becomes_0(value: float) -> None:
    x = np.full((3, 1), value)
    assert_close(lk.Standardizer().fit(x).transform(x), np.zeros((3, 1)))


@pytest.mark.parametrize("value", [5.0, 0.0, 0.1])
def test_a_new_value_of_a_feature_that_never_varied_keeps_its_distance(value: float) -> None:
    assert_close(lk.Standardizer().fit(np.full((3, 1), value)).transform(np.array([[value + 7.0]])), [[7.0]])


def test_a_feature_that_varies_by_very_little_is_stretched_to_1() -> None:
    # mean and standard deviation 1e-100
    x = np.array([[0.0], [2e-100]])
    assert_close(lk.Standardizer().fit(x).transform(x), [[-1.0], [1.0]])


def test_a_single_row_becomes_0() -> None:
    assert_equal(lk.Standardizer().fit(TRAIN[:1]).transform(TRAIN[:1]), [[0.0, 0.0]])


def test_a_single_row_may_be_transformed_without_its_axis() -> None:
    assert_close(lk.Standardizer().fit(TRAIN).transform(np.array([10.0, 1.0])), [1.0, -1.0])


def test_inverse_transform_by_hand() -> None:
    assert_close(lk.Standardizer().fit(TRAIN).inverse_transform(np.array([[1.0, -1.0], [0.0, 0.0]])), [[10.0, 1.0], [5.0, 2.0]])


def test_inverse_transform_brings_back_what_was() -> None:
    scaler = lk.Standardizer().fit(features())
    assert_close(scaler.inverse_transform(scaler.transform(features())), features())


def test_inverse_transform_brings_back_a_feature_that_never_varies() -> None:
    x = np.full((3, 1), 0.1)
    scaler = lk.Standardizer().fit(x)
    assert_close(scaler.inverse_transform(scaler.transform(x)), x)


def test_the_data_are_not_changed() -> None:
    x = features()
    lk.Standardizer().fit(x).transform(x)
    assert_equal(x, features())


@pytest.mark.parametrize("constant", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_in_is_dtype_out(dtype: Any, constant: bool) -> None:
    x = (np.ones((4, 3)) if constant else features()).astype(dtype)
    scaler = lk.Standardizer().fit(x)
    made = (scaler.mean, scaler.std, scaler.transform(x), scaler.inverse_transform(x))
    assert {array.dtype for array in made} == {np.dtype(dtype)}


# --- errors ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), (), (0, 3)], ids=str)
def test_fit_refuses_another_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(f'x must be (N, D) with at least one row; got {shape}.')}$"):
        lk.Standardizer().fit(np.zeros(shape))


@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
def test_fit_refuses_integers_with_the_remedy(dtype: str) -> None:
    message = f"x must hold floating-point numbers; got dtype {dtype}. Use x.astype(np.float32)."
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        lk.Standardizer().fit(np.ones((2, 2), dtype=dtype))


@pytest.mark.parametrize(("value", "shown"), [(NAN, "nan"), (INF, "inf"), (-INF, "-inf")])
def test_fit_refuses_a_value_that_is_no_number_and_says_where_it_is(value: float, shown: str) -> None:
    x = np.zeros((4, 3))
    x[2, 1] = value
    with pytest.raises(ValueError, match=f"^x must hold finite numbers; got {shown} in row 2, feature 1. Impute it first.$"):
        lk.Standardizer().fit(x)


def test_fit_names_the_first_of_two_missing_values() -> None:
    x = np.zeros((4, 3))
    x[3, 0] = x[1, 2] = NAN
    with pytest.raises(ValueError, match="in row 1, feature 2"):
        lk.Standardizer().fit(x)


def test_a_fit_that_is_refused_leaves_what_was_fitted() -> None:
    scaler = lk.Standardizer().fit(TRAIN)
    with pytest.raises(ValueError, match="finite"):
        scaler.fit(np.array([[NAN, 0.0]]))
    assert_equal(scaler.mean, [5.0, 2.0])


@pytest.mark.parametrize("method", ["transform", "inverse_transform"])
def test_before_fit_there_is_nothing_to_use(method: str) -> None:
    with pytest.raises(RuntimeError, match=r"^this Standardizer has seen no data. Call fit\(x_train\) first.$"):
        getattr(lk.Standardizer(), method)(TRAIN)


@pytest.mark.parametrize("shape", [(4, 3), (4, 1), (4,), ()], ids=str)
@pytest.mark.parametrize("method", ["transform", "inverse_transform"])
def test_another_number_of_features_is_refused(method: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(f'x must have the 2 features that fit saw; got shape {shape}.')}$"):
        getattr(lk.Standardizer().fit(TRAIN), method)(np.zeros(shape))


@both
def test_a_spread_whose_square_is_0_in_float32_is_seen(tree: Any) -> None:
    # the square of 5e-31, 2.5e-61, is 0 in float32
    scaler = tree.Standardizer().fit(given(tree, np.array([[0.0], [1e-30]], dtype=np.float32)))
    assert scaler.std.tolist() == [pytest.approx(5e-31, rel=1e-6)]


@both
def test_a_spread_too_small_to_be_squared_counts_as_none(tree: Any) -> None:
    # the square of 5e-171 is 0 in float64
    assert tree.Standardizer().fit(given(tree, np.array([[0.0], [1e-170]]))).std.tolist() == [1.0]


@both
def test_a_spread_too_large_to_be_squared_is_refused(tree: Any) -> None:
    with pytest.raises(ValueError, match=r"^feature 1 spreads too far for float64. Give it in a larger unit.$"):
        tree.Standardizer().fit(given(tree, np.array([[0.0, 1e200], [1.0, -1e200]])))


@both
def test_many_rows_in_float32_keep_their_mean_and_deviation(tree: Any) -> None:
    # summed up row by row in float32, 300,000 rows around 1000 had a mean that was off by 1 and more
    x = (1000 + 0.5 * np.random.default_rng(0).standard_normal((300_000, 2))).astype(np.float32)
    scaler = tree.Standardizer().fit(given(tree, x))
    assert np.abs(np.asarray(scaler.mean) - x.astype(np.float64).mean(axis=0)).max() < 1e-3
    assert np.abs(np.asarray(scaler.std) - x.astype(np.float64).std(axis=0)).max() < 1e-5
