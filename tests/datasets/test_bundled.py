"""The digits: what they are, that they are scikit-learn's, and that nobody else holds the same memory."""

import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from learnkit.datasets import digits


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
