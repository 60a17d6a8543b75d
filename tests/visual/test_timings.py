"""Times on a logarithmic axis, with their medians."""

import numpy as np
import pytest

from learnkit.visual import draw_timings


def test_each_run_is_a_dot_and_the_median_a_line_and_a_number() -> None:
    figure = draw_timings({"loop": [40.0, 50.0, 45.0], "arrays": [0.2, 0.3, 0.25]})
    (axes,) = figure.axes
    dots, line = axes.lines[0], axes.lines[1]
    assert list(dots.get_xdata()) == [40.0, 50.0, 45.0]
    assert list(line.get_xdata()) == [45.0, 45.0]
    assert [text.get_text() for text in axes.texts] == ["45", "0.25"]
    assert figure.data_table["medians"] == [45.0, 0.25]
    assert axes.get_xscale() == "log"


def test_the_first_way_stands_at_the_top() -> None:
    (axes,) = draw_timings({"loop": [4.0], "arrays": [0.2]}).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["loop", "arrays"]
    low, high = axes.get_ylim()
    assert low > high


@pytest.mark.parametrize("bad", [[0.0, 1.0], [-1.0], [np.nan], [], [[1.0]]])
def test_what_is_no_time_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="arrays must be"):
        draw_timings({"arrays": bad})


def test_no_way_is_refused() -> None:
    with pytest.raises(ValueError, match="times must be a dict with at least one entry"):
        draw_timings({})
