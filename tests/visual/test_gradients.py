"""Sizes of gradients on a common logarithmic axis."""

from typing import Any

import numpy as np
import pytest

from learnkit.visual import draw_gradient_sizes

X = {"x_label": "gradient norm (no unit)"}


def test_every_example_is_in_a_bar() -> None:
    sizes = np.concatenate([10 ** np.random.default_rng(0).normal(-4, 2, 200), [0.0, 0.0, 0.0]])
    for panel in draw_gradient_sizes({"a": sizes, "b": sizes[::-1] * 10}, **X).axes:
        assert sum(bar.get_height() for bar in panel.patches) == 203  # type: ignore[attr-defined]


def test_the_median_is_marked_and_written() -> None:
    figure = draw_gradient_sizes({"a": [0.001, 0.01, 10.0]}, **X)
    panel = figure.axes[0]
    assert panel.get_title(loc="left") == "a: median 0.01"
    assert list(panel.lines[0].get_xdata()) == [-2, -2]  # type: ignore[arg-type]
    assert figure.data_table["a median"] == 0.01


def test_zeros_have_a_bar_of_their_own_left_of_everything() -> None:
    panel = draw_gradient_sizes({"a": [0.0, 0.0, 0.001]}, **X).axes[0]
    labels = [label.get_text() for label in panel.get_xticklabels()]
    assert labels[0] == "0"
    zeros = [bar for bar in panel.patches if bar.get_height() == 2]  # type: ignore[attr-defined]
    assert zeros[0].get_x() + zeros[0].get_width() < -3  # type: ignore[attr-defined]
    assert "0" not in [label.get_text() for label in draw_gradient_sizes({"a": [0.001]}, **X).axes[0].get_xticklabels()]


def test_panels_share_their_axis() -> None:
    one, other = draw_gradient_sizes({"a": [1.0], "b": [1e-9]}, **X).axes
    assert one.get_xlim() == other.get_xlim()


def test_alt_text_has_medians_ranges_and_zeros() -> None:
    text = draw_gradient_sizes({"a": [1.0, 1.2, 1.4], "b": [0.0, 1e-4, 2e-4]}, **X).alt_text
    assert "a: median 1.2, from 1 to 1.4, 3 examples." in text
    assert "b: median 0.0001, from 0 to 0.0002, 3 examples, 1 of them exactly 0." in text


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({}, "sizes must be a dict with at least one entry"),
        ({"a": []}, "a must be a row of at least one number"),
        ({"a": [-1.0]}, "a must be sizes, 0 or more; got −1. Use np.linalg.norm"),
        ({"a": [np.nan]}, "a must be finite; got nan"),
        ({"a": np.ones((2, 3))}, r"got shape \(2, 3\)"),
        ({"a": [1.0], "a median": [1.0]}, "two things in this figure have the name 'a median'"),
    ],
)
def test_what_cannot_be_drawn_is_said(sizes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_gradient_sizes(sizes, **X)
