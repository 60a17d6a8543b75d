"""Results by learning rate: points, means, and what is refused."""

import numpy as np
import pytest

from learnkit.visual import draw_rate_sweep

RESULTS = {"constant": [[0.9, 0.8], [0.2, 0.4]], "cosine": [[0.95, 0.97], [0.5, 0.7]]}


def test_there_is_a_point_for_each_run_and_the_line_goes_through_the_means() -> None:
    axes = draw_rate_sweep([0.1, 1.0], RESULTS, y_label="accuracy (share)").axes[0]
    points, line = axes.lines[:2]
    assert sorted(points.get_ydata()) == [0.2, 0.4, 0.8, 0.9]
    np.testing.assert_allclose(line.get_ydata(), [0.85, 0.3])
    np.testing.assert_allclose(line.get_xdata(), [0.1, 1.0])


def test_points_of_two_results_stand_side_by_side() -> None:
    axes = draw_rate_sweep([0.1, 1.0], RESULTS, y_label="accuracy (share)").axes[0]
    assert axes.lines[0].get_xdata()[0] < 0.1 < axes.lines[2].get_xdata()[0]


def test_the_note_on_points_and_means_is_there_only_with_several_runs() -> None:
    several, single = (draw_rate_sweep([0.1, 1.0], results, y_label="loss (nats)") for results in (RESULTS, {"constant": [[0.9], [0.2]]}))
    assert several.axes[0].get_title(loc="left") == "point: one run; line: the mean"
    assert single.axes[0].get_title(loc="left") == ""
    assert "1 run each" in single.alt_text


@pytest.mark.parametrize(
    ("lrs", "results", "options", "message"),
    [
        ([0.1, 0.1], RESULTS, {}, "must rise from above 0"),
        ([0.0, 0.1], RESULTS, {}, "must rise from above 0"),
        ([0.1, 1.0], {}, {}, "results must be a dict with at least one entry"),
        ([0.1, 1.0, 10.0], RESULTS, {}, "constant must have one row for each of the 3 rates; got 2. Is it transposed?"),
        ([0.1, 1.0], {"constant": [[0.9, np.nan], [0.2, 0.4]]}, {}, "constant must be finite"),
        ([0.1, 1.0], {"constant": [[0.9, 0.0], [0.2, 0.4]]}, {"log_y": True}, "log_y=True needs values above 0; constant has 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(lrs: list[float], results: dict[str, object], options: dict[str, bool], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_rate_sweep(lrs, results, y_label="accuracy (share)", **options)  # type: ignore[arg-type]
