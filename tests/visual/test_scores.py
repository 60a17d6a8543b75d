"""Bars of scores, and what softmax sees of them."""

from typing import Any

import numpy as np
import pytest

from learnkit.visual import draw_scores, draw_softmax


def ticks(axes: Any) -> list[str]:
    return [label.get_text() for label in axes.get_xticklabels()]


def heights(axes: Any) -> list[float]:
    return [bar.get_height() for bar in axes.patches]


def test_bars_are_as_high_as_the_scores() -> None:
    figure = draw_scores([2.0, -1.5, 0.0], target=1)
    assert heights(figure.axes[0]) == [2.0, -1.5, 0.0]
    assert figure.data_table["scores"].tolist() == [2.0, -1.5, 0.0]
    assert (figure.data_table["names"], figure.data_table["target"]) == (["0", "1", "2"], 1)


def test_the_largest_and_the_right_class_are_marked_in_words() -> None:
    assert ticks(draw_scores([2, 5, 0], target=0).axes[0]) == ["0\nright", "1\nlargest", "2"]
    assert ticks(draw_scores([2, 5, 0], target=1).axes[0]) == ["0", "1\nlargest\nright", "2"]
    assert ticks(draw_scores([2, 5, 5]).axes[0]) == ["0", "1\nlargest", "2\nlargest"]


def test_among_equal_scores_none_is_the_largest() -> None:
    figure = draw_scores([0, 0, 0], target=2)
    assert ticks(figure.axes[0]) == ["0", "1", "2\nright"]
    assert figure.alt_text == "Bars of the scores of 3 classes: 0, 0, 0. All are equal; the right class is 2."


def test_a_wrong_largest_score_is_hatched_and_a_right_one_is_not() -> None:
    wrong, right = draw_scores([1, 2], target=0).axes[0].patches, draw_scores([1, 2], target=1).axes[0].patches
    assert wrong[1].get_hatch()
    assert not right[1].get_hatch()


def test_names_replace_numbers() -> None:
    figure = draw_scores([1, 2], names=["cat", "dog"])
    assert ticks(figure.axes[0]) == ["cat", "dog\nlargest"]
    assert "for class dog" in figure.alt_text


def test_softmax_of_two_one_zero_is_the_one_done_by_hand() -> None:
    # e^2 + e + 1 = 11.1073; 7.3891, 2.7183, 1 of it: 0.6652, 0.2447, 0.0900. -log 0.6652 = 0.4076, -log 0.0900 = 2.4076
    right, wrong = draw_softmax([2, 1, 0], 0), draw_softmax([2, 1, 0], 2)
    np.testing.assert_allclose(right.data_table["probabilities"], [0.66524, 0.24473, 0.09003], atol=1e-5)
    np.testing.assert_allclose(right.data_table["gradient"], [-0.33476, 0.24473, 0.09003], atol=1e-5)
    assert right.data_table["loss"] == pytest.approx(0.40761, abs=1e-5)
    assert wrong.data_table["loss"] == pytest.approx(2.40761, abs=1e-5)
    assert "loss is 0.4076 nats" in right.alt_text
    assert "0.665, 0.245, 0.090" in right.alt_text
    assert right.get_suptitle() == "Right class 0: the loss is 0.4076 nats"


def test_a_shift_moves_the_scores_and_nothing_else() -> None:
    still, moved = draw_softmax([2, 1, 0], 2).data_table, draw_softmax([2, 1, 0], 2, shift=100).data_table
    np.testing.assert_array_equal(moved["scores"], [102, 101, 100])
    for name in ("probabilities", "gradient", "loss"):
        np.testing.assert_allclose(moved[name], still[name], atol=1e-12)


def test_a_temperature_divides_the_scores() -> None:
    np.testing.assert_allclose(
        draw_softmax([2, 1, 0], 0, temperature=0.5).data_table["probabilities"],
        draw_softmax([4, 2, 0], 0).data_table["probabilities"],
        atol=1e-12,
    )


def test_scores_a_world_apart_lose_their_whole_gap() -> None:
    figure = draw_softmax([1000, -1000], 1)
    assert figure.data_table["loss"] == 2000
    assert figure.data_table["gradient"].tolist() == [1, -1]
    assert "2000 nats" in figure.get_suptitle()


def test_a_small_loss_is_not_written_as_zero() -> None:
    assert "6.1e−6 nats" in draw_softmax([12, 0], 0).get_suptitle()


def test_bars_and_arrows_end_at_the_values() -> None:
    figure = draw_softmax([2, 1, 0], 2, shift=3)
    scores, p, gradient = figure.axes
    assert heights(scores) == [5, 4, 3]
    assert heights(p) == figure.data_table["probabilities"].tolist()
    for arrow, value in zip(gradient.patches, figure.data_table["gradient"], strict=True):
        ends = arrow.get_path().vertices[:, 1]  # type: ignore[union-attr]
        far = ends.max() if value > 0 else ends.min()
        assert far == pytest.approx(value, abs=1e-12)


def test_axes_do_not_move_with_the_sliders_except_the_scores() -> None:
    for settings in ({"shift": 50.0}, {"temperature": 3.0}):
        _, p, gradient = draw_softmax([2, 1, 0], 0, **settings).axes  # type: ignore[arg-type]
        assert p.get_ylim() == (0, 1.14)
        assert gradient.get_ylim() == (-1.25, 1.25)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scores": []}, r"scores must be a row of at least one number, shape \(N,\); got shape \(0,\)"),
        ({"scores": [[1, 2]]}, r"got shape \(1, 2\)"),
        ({"scores": [1, np.nan]}, "scores must be finite; got nan at position 1"),
        ({"scores": np.zeros(21)}, "1 to 20 numbers; got 21"),
        ({"scores": [1, 2], "target": 2}, "target must be a class from 0 to 1, as there are 2 scores; got 2"),
        ({"scores": [1, 2], "names": ["a"]}, "names must be one string for each of the 2 scores"),
        ({"scores": [1, 2], "names": "ab"}, "names must be one string for each of the 2 scores"),
    ],
)
def test_scores_that_cannot_be_drawn_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_scores(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"logits": [1], "target": 0}, "2 to 10 classes; got 1"),
        ({"logits": np.zeros(11), "target": 0}, "2 to 10 classes; got 11"),
        ({"logits": [], "target": 0}, "at least one number"),
        ({"logits": [1, np.inf], "target": 0}, "logits must be finite; got inf at position 1"),
        ({"logits": [1, 2], "target": -1}, "from 0 to 1"),
        ({"logits": [1, 2], "target": 0, "temperature": 0}, "temperature must be finite and above 0; got 0"),
        ({"logits": [1, 2], "target": 0, "shift": np.nan}, "shift must be finite; got nan"),
        ({"logits": [1e300, 2], "target": 0, "temperature": 1e-300}, "Use a larger temperature"),
    ],
)
def test_logits_that_cannot_be_drawn_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_softmax(**arguments)


def test_a_target_that_is_no_class_number_is_refused() -> None:
    with pytest.raises(TypeError, match="target must be an integer class; got float"):
        draw_softmax([1, 2], 1.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="scores must be numbers"):
        draw_scores(["a"])  # type: ignore[list-item]
