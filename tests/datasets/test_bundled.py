"""The bundled sets: what they are, that they are scikit-learn's, and that nobody else holds the same memory."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_sample_image, load_wine

from learnkit.datasets import breast_cancer, describe, diabetes, digits, iris, photograph, wine

TABLES: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (iris, load_iris),
    (wine, load_wine),
    (breast_cancer, load_breast_cancer),
    (diabetes, lambda: load_diabetes(scaled=False)),
]


def test_there_are_1797_rows_of_64() -> None:
    images, labels = digits()
    assert (images.shape, labels.shape) == ((1797, 64), (1797,))


def test_images_are_float32_and_labels_int64() -> None:
    images, labels = digits()
    assert (images.dtype, labels.dtype) == (np.float32, np.int64)


def test_gray_values_reach_from_0_to_1() -> None:
    images, _ = digits()
    assert (images.min(), images.max()) == (0, 1)


def test_labels_are_the_ten_digits() -> None:
    assert set(digits()[1].tolist()) == set(range(10))


def test_there_are_about_180_of_each_digit() -> None:
    # the counts that the data set's own description gives for its testing set, which scikit-learn bundles
    assert np.bincount(digits()[1]).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_images_are_those_of_scikit_learn_over_16() -> None:
    # sixteenths are exact in float32
    np.testing.assert_array_equal(16 * digits()[0], load_digits().data)


def test_labels_are_those_of_scikit_learn() -> None:
    np.testing.assert_array_equal(digits()[1], load_digits().target)


def test_a_row_is_its_image_line_by_line() -> None:
    np.testing.assert_array_equal(16 * digits()[0].reshape(-1, 8, 8), load_digits().images)


@pytest.mark.parametrize("part", [0, 1], ids=["images", "labels"])
def test_who_writes_into_them_changes_only_a_copy(part: int) -> None:
    digits()[part][:] = 99
    assert (digits()[part] != 99).all()


def test_without_scikit_learn_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)  # as if it were not installed
    message = r"^the digits come with scikit-learn, which is not installed. Run: pip install scikit-learn$"
    with pytest.raises(ModuleNotFoundError, match=message):
        digits()


# --- the tables ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("load", "shape", "kind"),
    [
        (iris, (150, 4), np.int64),
        (wine, (178, 13), np.int64),
        (breast_cancer, (569, 30), np.int64),
        (diabetes, (442, 10), np.float32),
    ],
)
def test_a_table_has_its_published_shape(load: Callable[..., Any], shape: tuple[int, int], kind: type) -> None:
    features, targets = load()
    assert (features.shape, features.dtype) == (shape, np.float32)
    assert (targets.shape, targets.dtype) == (shape[:1], kind)


@pytest.mark.parametrize(("load", "official"), TABLES)
def test_features_are_those_of_scikit_learn(load: Callable[..., Any], official: Callable[..., Any]) -> None:
    # float32 keeps 24 bits: half of 2^-23 relative
    np.testing.assert_allclose(load()[0], official().data, rtol=6e-8, atol=0)


@pytest.mark.parametrize(("load", "official"), [TABLES[0], TABLES[1], TABLES[3]])
def test_targets_are_those_of_scikit_learn(load: Callable[..., Any], official: Callable[..., Any]) -> None:
    np.testing.assert_array_equal(load()[1], official().target)


def test_malignant_is_one_and_scikit_learn_says_zero() -> None:
    _, labels = breast_cancer()
    names = load_breast_cancer().target_names[load_breast_cancer().target]
    assert set(names[labels == 1]) == {"malignant"}
    assert set(names[labels == 0]) == {"benign"}


@pytest.mark.parametrize(("load", "counts"), [(iris, [50, 50, 50]), (wine, [59, 71, 48]), (breast_cancer, [357, 212])])
def test_classes_are_as_many_as_published(load: Callable[..., Any], counts: list[int]) -> None:
    assert np.bincount(load()[1]).tolist() == counts


def test_two_irises_are_equal() -> None:
    assert len(np.unique(iris()[0], axis=0)) == 149


def test_patients_are_measured_in_years_and_their_disease_from_25_to_346() -> None:
    features, targets = diabetes()
    assert (features[:, 0].min(), features[:, 0].max()) == (19, 79)
    assert set(features[:, 1].tolist()) == {1, 2}
    assert (targets.min(), targets.max()) == (25, 346)


def test_scaled_patients_have_columns_of_mean_0_and_length_1() -> None:
    features, targets = diabetes(scaled=True)
    np.testing.assert_allclose(features.sum(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose((features**2).sum(axis=0), 1, atol=1e-5)
    np.testing.assert_allclose(features, load_diabetes().data, rtol=6e-8, atol=0)
    np.testing.assert_array_equal(targets, diabetes()[1])


@pytest.mark.parametrize(("load", "official"), TABLES)
@pytest.mark.parametrize("part", [0, 1], ids=["features", "targets"])
def test_who_writes_into_a_table_changes_only_a_copy(load: Callable[..., Any], official: Callable[..., Any], part: int) -> None:
    load()[part][:] = -7
    assert (load()[part] != -7).all()


@pytest.mark.parametrize("load", [iris, wine, breast_cancer, diabetes])
def test_the_description_of_a_table_fits_it(load: Callable[..., Any]) -> None:
    description = describe(load.__name__)
    features, targets = load()
    assert len(description.features) == features.shape[1]
    assert description.shape == f"{features.shape[0]} × {features.shape[1]}"
    if description.classes:
        assert len(description.classes) == targets.max() + 1


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_columns_have_the_names_of_scikit_learn(name: str) -> None:
    official = {"iris": load_iris, "wine": load_wine, "breast_cancer": load_breast_cancer, "diabetes": load_diabetes}[name]()
    assert describe(name).features == tuple(column.removesuffix(" (cm)") for column in official.feature_names)


# --- the photographs ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["china", "flower"])
def test_a_photograph_is_that_of_scikit_learn_and_belongs_to_the_caller(name: str) -> None:
    picture = photograph(name)
    assert (picture.shape, picture.dtype) == ((427, 640, 3), np.uint8)
    np.testing.assert_array_equal(picture, load_sample_image(f"{name}.jpg"))
    picture[:] = 0
    assert photograph(name).any()


def test_the_flower_is_redder_than_green_in_its_middle() -> None:
    # the last axis is red, green, blue
    red, green, _ = photograph("flower")[150:250, 250:350].mean(axis=(0, 1))
    assert red > green + 20


def test_an_unknown_photograph_is_refused() -> None:
    with pytest.raises(ValueError, match=r'^name must be "china" or "flower"; got \'dog\'\.$'):
        photograph("dog")


def test_without_pillow_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ModuleNotFoundError, match=r"^photographs are read by Pillow, which is not installed\. Run: pip install pillow$"):
        photograph("china")
