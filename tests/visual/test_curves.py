"""Learning curves over runs, and plain lines."""

from typing import Any

import numpy as np
import pytest

from learnkit.visual import draw_learning_curves, draw_lines
from learnkit.visual.line_ends import spread

Y = {"y_label": "loss (nats)"}
XY = {"x_label": "x (no unit)", "y_label": "y (no unit)"}
RUNS = np.array([[3.0, 2.0, 1.0], [5.0, 3.0, 1.5]])


def ends(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_the_line_is_the_mean_and_the_band_reaches_from_smallest_to_largest() -> None:
    axes = draw_learning_curves({"train": RUNS}, **Y).axes[0]
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [4, 2.5, 1.25], atol=1e-12)
    corners = axes.collections[0].get_paths()[0].vertices
    assert sorted({float(y) for x, y in corners if x == 1}) == [3, 5]
    assert sorted({float(y) for x, y in corners if x == 3}) == [1, 1.5]


def test_the_figure_says_what_the_band_is() -> None:
    assert draw_learning_curves({"train": RUNS}, **Y).axes[0].get_title(loc="left") == "line: mean of 2 runs; band: smallest to largest run"
    single = draw_learning_curves({"train": RUNS[0]}, **Y).axes[0]
    assert single.get_title(loc="left") == ""
    assert not single.collections


def test_the_table_holds_epochs_runs_and_references() -> None:
    table = draw_learning_curves({"train": RUNS, "test": RUNS[0]}, reference_lines={"ln 10": 2.3026}, start=0, **Y).data_table
    assert table["epoch"].tolist() == [0, 1, 2]
    np.testing.assert_array_equal(table["train"], RUNS)
    np.testing.assert_array_equal(table["test"], RUNS[:1])
    assert table["ln 10"] == 2.3026


def test_lines_and_references_are_named_at_their_ends() -> None:
    axes = draw_learning_curves({"train": RUNS, "test": RUNS + 1}, reference_lines={"ln 10": 2.3}, **Y).axes[0]
    assert ends(axes) == ["train", "test", "ln 10"]
    assert axes.get_legend() is None


def test_a_lost_run_is_left_out_from_where_it_is_lost_and_said() -> None:
    runs = np.array([[3.0, 2.0, 1.0], [5.0, np.nan, np.inf]])
    figure = draw_learning_curves({"train": runs}, **Y)
    np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), [4, 2, 1], atol=1e-12)
    assert "NaN and infinite values, in 1 of 2 runs, are left out" in figure.axes[0].get_title(loc="left")
    assert "1 of 2 runs not finite" in figure.alt_text


def test_a_curve_without_any_number_is_named_in_the_note() -> None:
    figure = draw_learning_curves({"train": [1.0, 2.0], "test": [np.nan, np.nan]}, **Y)
    assert "test: no finite value at all" in figure.axes[0].get_title(loc="left")
    assert "test has no finite number." in figure.alt_text


def test_curves_may_have_different_lengths() -> None:
    axes = draw_learning_curves({"train": [3, 2, 1], "test": [3, 2]}, **Y).axes[0]
    assert [list(line.get_xdata()) for line in axes.lines] == [[1, 2, 3], [1, 2]]  # type: ignore[arg-type]


def test_alt_text_has_the_ends_the_spread_and_the_references() -> None:
    text = draw_learning_curves({"train": RUNS}, reference_lines={"ln 10": 2.3026}, **Y).alt_text
    assert text == (
        "Lines of loss (nats) over epoch from 1 to 3. train goes from 4 to 1.2 (2 runs, at the end 1 to 1.5). Dashed: ln 10 at 2.3."
    )


def test_a_logarithmic_scale_is_used_when_asked() -> None:
    assert draw_learning_curves({"train": RUNS}, log_y=True, **Y).axes[0].get_yscale() == "log"
    axes = draw_lines([1, 10], {"a": [1, 100]}, log_x=True, log_y=True, **XY).axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_lines_are_drawn_through_their_points() -> None:
    figure = draw_lines([0, 1, 2], {"a": [0, np.nan, 4]}, **XY)
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_ydata(), [0, np.nan, 4])
    np.testing.assert_array_equal(figure.data_table["a"], [0, np.nan, 4])
    assert figure.alt_text.endswith("a goes from 0 to 4, between 0 and 4, with no number at 1 of 3 places.")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"curves": {}}, "curves must be a dict with at least one entry"),
        ({"curves": {"a": []}}, r"a must be \(steps,\) or \(runs, steps\) with at least one value; got shape \(0,\)"),
        ({"curves": {"a": np.zeros((1, 2, 3))}}, r"got shape \(1, 2, 3\)"),
        ({"curves": {"a": [0.0, 1.0]}, "log_y": True}, "log_y=True needs values above 0; a has 0"),
        ({"curves": {"a": [1.0]}, "reference_lines": {"best": 0.0}, "log_y": True}, "best has 0"),
        ({"curves": {"a": [1.0]}, "reference_lines": {"best": np.nan}}, "reference line best must be finite"),
        ({"curves": {"a": [1.0]}, "reference_lines": {"a": 1.0}}, "two things in this figure have the name 'a'"),
        ({"curves": {str(k): [1.0] for k in range(9)}}, "at most 8 lines"),
    ],
)
def test_curves_that_cannot_be_drawn_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_learning_curves(**arguments, **Y)


def test_rows_of_different_length_are_refused() -> None:
    with pytest.raises(TypeError, match="a must be numbers, in rows of equal length"):
        draw_learning_curves({"a": [[1.0], [1.0, 2.0]]}, **Y)  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": [], "lines": {"a": []}}, "x must be a row of at least one number"),
        ({"x": [1], "lines": {}}, "lines must be a dict with at least one entry"),
        ({"x": [1, 2], "lines": {"a": [1]}}, "a must have one value for each of the 2 values of x; got 1"),
        ({"x": [0, 1], "lines": {"a": [1, 2]}, "log_x": True}, "log_x=True needs values above 0; x has 0"),
        ({"x": [0, 1], "lines": {"a": [1, -2]}, "log_y": True}, "log_y=True needs values above 0; a has −2"),
    ],
)
def test_lines_that_cannot_be_drawn_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_lines(**arguments, **XY)


def test_labels_with_room_stay_where_they_are_wanted() -> None:
    np.testing.assert_allclose(spread([0.8, 0.2], [0.1, 0.1]), [0.8, 0.2], atol=1e-12)


def test_labels_at_one_place_move_apart_by_the_same_way() -> None:
    # two of height 0.1 wanted at 0.5: centers 0.45 and 0.55; three: 0.4, 0.5, 0.6
    np.testing.assert_allclose(spread([0.5, 0.5], [0.1, 0.1]), [0.45, 0.55], atol=1e-12)
    np.testing.assert_allclose(spread([0.5, 0.5, 0.5], [0.1, 0.1, 0.1]), [0.4, 0.5, 0.6], atol=1e-12)


def test_labels_stay_inside_and_apart() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        wanted, sizes = rng.uniform(-0.2, 1.2, 6), rng.uniform(0.02, 0.16, 6)
        centers = spread(list(wanted), list(sizes))
        order = np.argsort(centers)
        low, high = (centers - sizes / 2)[order], (centers + sizes / 2)[order]
        assert low[0] >= -1e-9
        assert high[-1] <= 1 + 1e-9
        assert (low[1:] >= high[:-1] - 1e-9).all()
