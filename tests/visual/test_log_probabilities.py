"""Formulas for log p, drawn with the places where they give no number."""

from typing import Any

import numpy as np
import pytest

from learnkit.visual import draw_log_probability

GAPS = np.array([0.0, 400.0, 800.0])


def test_the_table_holds_what_came() -> None:
    table = draw_log_probability(GAPS, {"naive": [-0.7, -400, -np.inf], "stable": -GAPS}).data_table
    np.testing.assert_array_equal(table["gap"], GAPS)
    np.testing.assert_array_equal(table["naive"], [-0.7, -400, -np.inf])
    np.testing.assert_array_equal(table["stable"], -GAPS)


def test_crosses_stand_at_the_gaps_without_a_number() -> None:
    axes = draw_log_probability(GAPS, {"naive": [-0.7, np.nan, -np.inf]}).axes[0]
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert [list(line.get_xdata()) for line in crosses] == [[400, 800]]  # type: ignore[arg-type]
    assert set(crosses[0].get_ydata()) == {axes.get_ylim()[0]}  # type: ignore[arg-type]
    assert axes.get_title(loc="left") == "× at the bottom edge: no number (−inf or NaN)"


def test_no_note_without_a_loss() -> None:
    axes = draw_log_probability(GAPS, {"stable": -GAPS}).axes[0]
    assert axes.get_title(loc="left") == ""


def test_each_lost_formula_has_its_own_row_of_crosses() -> None:
    axes = draw_log_probability(GAPS, {"a": [0, 0, np.nan], "b": [0, np.nan, np.nan]}).axes[0]
    rows = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "x"]  # type: ignore[index]
    assert len(set(rows)) == 2


def test_alt_text_says_where_numbers_end() -> None:
    text = draw_log_probability(GAPS, {"naive": [-0.7, -400, -np.inf], "stable": -GAPS}).alt_text
    assert "naive gives no number at 1 of 3 gaps, from 800 on." in text
    assert "naive −inf, stable −800" in text


def test_gaps_in_any_order_draw_one_line() -> None:
    axes = draw_log_probability(GAPS[::-1], {"stable": -GAPS[::-1]}).axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_xdata(), GAPS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"gaps": [], "values": {"a": []}}, "gaps must be a row of at least one number"),
        ({"gaps": [1], "values": {}}, "values must be a dict with at least one entry"),
        ({"gaps": [1, 2], "values": {"a": [1]}}, "a must have one value for each of the 2 gaps; got 1"),
        ({"gaps": [1, np.nan], "values": {"a": [1, 2]}}, "gaps must be finite"),
        ({"gaps": [1], "values": {"gap": [1]}}, "two things in this figure have the name 'gap'"),
    ],
)
def test_what_cannot_be_drawn_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_log_probability(**arguments)
