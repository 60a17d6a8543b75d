"""Digits with what they are and what a model says they are."""

import numpy as np
import pytest

from learnkit.datasets import digits
from learnkit.visual import draw_digits

BLANK = np.zeros((2, 64))


def captions_of(*args: object, **kwargs: object) -> list[str]:
    return [axes.get_xlabel() for axes in draw_digits(*args, **kwargs).axes]  # type: ignore[arg-type]


def test_the_images_of_the_data_set_are_drawn_as_they_are() -> None:
    images, labels = digits()
    figure = draw_digits(images[:12], labels[:12])
    np.testing.assert_array_equal(figure.data_table["images"], images[:12].reshape(-1, 8, 8))
    np.testing.assert_array_equal(np.asarray(figure.axes[3].images[0].get_array()), images[3].reshape(8, 8))
    assert figure.data_table["labels"] == labels[:12].tolist()


def test_both_shapes_of_images_give_the_same_table() -> None:
    np.testing.assert_array_equal(draw_digits(BLANK).data_table["images"], draw_digits(BLANK.reshape(2, 8, 8)).data_table["images"])


def test_ink_is_dark_whatever_else_is_in_the_image() -> None:
    assert draw_digits(BLANK + 0.5).axes[0].images[0].get_clim() == (0, 1)


def test_a_wrong_answer_is_marked_in_words_weight_and_frame() -> None:
    figure = draw_digits(BLANK, [3, 8], predictions=[3, 3])
    right, wrong = figure.axes
    assert (right.get_xlabel(), wrong.get_xlabel()) == ("3", "says 3, is 8")
    assert (right.xaxis.label.get_weight(), wrong.xaxis.label.get_weight()) == ("normal", "bold")
    assert wrong.spines["left"].get_linewidth() > 3 * right.spines["left"].get_linewidth()


def test_captions_are_a_further_line() -> None:
    assert captions_of(BLANK, [3, 8], captions=["a", "b"]) == ["3\na", "8\nb"]


def test_without_labels_images_are_counted() -> None:
    assert captions_of(BLANK) == ["image 0", "image 1"]
    assert captions_of(BLANK, predictions=[1, 2]) == ["says 1", "says 2"]


def test_alt_text_counts_the_mistakes() -> None:
    assert "2 of 2 are named wrongly: says 1, is 3; says 2, is 8." in draw_digits(BLANK, [3, 8], predictions=[1, 2]).alt_text
    assert draw_digits(BLANK, [3, 8], predictions=[3, 8]).alt_text.endswith("0 of 2 are named wrongly.")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": np.zeros((0, 64))}, r"1 to 100 images; got shape \(0, 64\)"),
        ({"images": np.zeros((101, 64))}, r"got shape \(101, 64\). Use images\[:12\]"),
        ({"images": np.zeros(64)}, r"got shape \(64,\). Use images\[None\]"),
        ({"images": np.zeros((2, 28, 28))}, r"got shape \(2, 28, 28\)"),
        ({"images": BLANK + 16}, "Use images / 16"),
        ({"images": BLANK + np.nan}, "gray values from 0"),
        ({"images": BLANK, "labels": [1]}, r"labels must be one for each image, shape \(2,\)"),
        ({"images": BLANK, "predictions": [[1], [2]]}, "predictions must be one for each image"),
        ({"images": BLANK, "captions": ["a"]}, "captions must be one string for each of the 2 images"),
        ({"images": BLANK, "columns": 0}, "columns must be 1 to 12; got 0"),
    ],
)
def test_what_cannot_be_drawn_is_said(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_digits(**arguments)  # type: ignore[arg-type]
