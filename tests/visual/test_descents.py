"""Points and lines, steps on a curve, paths over a surface, and the explorer of the valley."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from learnkit.visual import draw_descent, draw_fit, draw_steps, draw_surface, explore_descent

FIT = {"x_label": "x (no unit)", "y_label": "y (no unit)"}
HEIGHTS = {**FIT, "height_label": "loss (no unit)"}
W = np.linspace(-2, 2, 41)


def test_the_differences_are_prediction_less_target() -> None:
    # 2 · x + 1 at 0, 1, 2 is 1, 3, 5; the targets are 0, 3, 7
    figure = draw_fit([0, 1, 2], [0, 3, 7], {"line": (2, 1), "flat": (0, 3)}, differences_of="line", **FIT)
    assert figure.data_table["differences"].tolist() == [1, 0, -2]
    assert "The line line: 2 · x + 1, mean squared difference 1.67. Thin uprights lead to it from every point." in figure.alt_text
    assert "The line flat: 0 · x + 3, mean squared difference 8.33." in figure.alt_text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1], {}), "y must have one value for each of the 2 values of x; got 1"),
        (([1], [1], {"a": (1, 2, 3)}), r"line a must be two numbers, \(weight, bias\); got 3"),
        (([1], [1], {"a": (1, np.nan)}), "line a must be finite"),
        (([], [], {}), "x must be a row of at least one number"),
    ],
)
def test_what_is_no_fit_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_fit(*arguments, **FIT)


def test_differences_of_a_line_that_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="the name of a line, of a; got 'b'"):
        draw_fit([1], [1], {"a": (1, 1)}, differences_of="b", **FIT)


def test_a_path_is_drawn_as_far_as_it_stays_on_the_curve() -> None:
    figure = draw_steps(W, W**2, {"grows": [1, -1.5, 2.25, 0.1]}, **FIT)
    (panel,) = figure.axes
    assert panel.lines[1].get_xdata().tolist() == [1, -1.5]  # what comes back later is not drawn either
    assert panel.lines[1].get_ydata() == pytest.approx([1, 2.25], abs=0.01)
    assert "and leaves the picture at step 2" in figure.alt_text
    assert figure.data_table["grows"].tolist() == [1, -1.5, 2.25, 0.1]


def test_a_path_that_is_not_finite_ends_there() -> None:
    assert "and leaves the picture at step 1" in draw_steps(W, W**2, {"lost": [1, np.nan, 0]}, **FIT).alt_text


@pytest.mark.parametrize(
    ("x", "heights", "paths", "message"),
    [
        ([1, 1], [0, 0], {"a": [1]}, "x must rise"),
        ([1, 2], [0], {"a": [1]}, "2 places and 1 heights"),
        ([1, 2], [0, 0], {}, "at least one entry"),
        ([1, 2], [0, 0], {"a": [3]}, "a must start between 1 and 2, on the curve; got 3"),
        ([1, 2], [0, 0], {str(k): [1] for k in range(5)}, "at most 4 paths, a panel each; got 5"),
    ],
)
def test_what_are_no_steps_is_refused(x: Any, heights: Any, paths: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_steps(x, heights, paths, **FIT)


def test_rows_of_a_surface_belong_to_y() -> None:
    # low at x = 1, y = -1
    figure = draw_surface(W, W, (W - 1) ** 2 + 3 * (W[:, None] + 1) ** 2, **HEIGHTS)
    assert "lowest in the picture at (1, −1)" in figure.alt_text
    assert figure.axes[0].get_legend() is None


def test_a_path_that_leaves_the_surface_says_when() -> None:
    figure = draw_surface(W, W, W[:, None] ** 2 + W**2, {"a": [[0, 0], [1, 1], [3, 0], [0, 0]]}, **HEIGHTS)
    assert "a: from (0, 0) to (0, 0) in 3 steps, outside from step 2." in figure.alt_text


@pytest.mark.parametrize(
    ("x", "y", "heights", "paths", "message"),
    [
        (W[::-1], W, np.zeros((41, 41)), {}, "x must be two or more rising numbers"),
        (W, W[:3], np.zeros((41, 3)), {}, r"of shape \(3, 41\): a row for each y; got shape \(41, 3\)"),
        (W, W, np.full((41, 41), np.inf), {}, "heights must be finite"),
        (W, W, np.zeros((41, 41)), {"a": [1, 2]}, r"a must be \(x, y\) pairs"),
    ],
)
def test_what_is_no_surface_is_refused(x: Any, y: Any, heights: Any, paths: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_surface(x, y, heights, paths, **HEIGHTS)


# The valley


@pytest.mark.parametrize(("lr", "condition"), [(0.3, 10), (1.0, 4), (0.05, 100), (0.95, 1)])
def test_a_descent_is_that_of_gradient_descent_on_the_loss(lr: float, condition: float) -> None:
    curvatures, place = np.array([2.0, 2.0 / condition]), np.array([0.9, 0.9])
    losses, distances = [], []
    for _ in range(51):
        losses.append(0.5 * (curvatures * place**2).sum())
        distances.append(np.linalg.norm(place))
        place = place - lr * curvatures * place
    table = draw_descent(lr=lr, condition=condition).data_table
    np.testing.assert_allclose(table["loss"], np.array(losses) / losses[0], rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(table["distance"], np.array(distances) / distances[0], rtol=1e-9, atol=1e-14)


def test_the_drawn_path_starts_where_it_is_said_and_goes_downhill_on_the_drawn_surface() -> None:
    path = draw_descent(lr=0.3, condition=10).axes[0].lines[0]
    assert np.hypot(path.get_xdata()[0], path.get_ydata()[0]) == pytest.approx(np.hypot(0.9, 0.9))
    along = np.array([np.cos(np.pi / 6), np.sin(np.pi / 6)])  # the steep direction, 30 degrees from the first axis
    across = np.array([-along[1], along[0]])
    places = np.column_stack([path.get_xdata(), path.get_ydata()])
    np.testing.assert_allclose(places @ along, 0.9 * 0.4 ** np.arange(51), atol=1e-12)
    np.testing.assert_allclose(places @ across, 0.9 * 0.94 ** np.arange(51), atol=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": -0.1, "condition": 2}, "lr must be finite and 0 or more"),
        ({"lr": 0.1, "condition": 0.5}, "condition must be finite and 1 or more"),
        ({"lr": 0.1, "condition": 2, "steps": 0}, "steps must be 1 to 1000"),
        ({"lr": 0.1, "condition": 2, "start": (0, 0)}, "start must be two numbers, not both 0"),
        ({"lr": 1e9, "condition": 2, "steps": 900}, "Use a smaller lr or fewer steps"),
    ],
)
def test_what_is_no_descent_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_descent(**options)


def test_every_corner_of_the_settings_can_be_drawn() -> None:
    for lr, condition in product((0.05, 0.5, 1.0, 1.1), (1, 100)):
        explorer = explore_descent()
        explorer.set(lr=lr, condition=condition)
        assert explorer.figure is not None


@pytest.mark.parametrize("condition", [1, 10, 100])
def test_the_first_task_is_reached_above_a_rate_of_1_whatever_the_condition_number(condition: int) -> None:
    for lr, reached in ((0.95, False), (1.0, False), (1.05, True)):
        explorer = explore_descent()
        explorer.set(lr=lr, condition=condition)
        assert explorer.tasks[0].reached is reached, (lr, condition)
    assert explorer.tasks[0].answer("the larger it is, the smaller that rate").startswith("Not yet")
    assert explorer.tasks[0].answer("nothing: the steep direction decides alone").startswith("Done.")


def test_the_second_task_needs_a_large_rate_that_is_not_too_large() -> None:
    for lr, condition, reached in (
        (0.3, 40, False),
        (0.75, 40, False),
        (0.9, 40, True),
        (1.0, 40, False),
        (1.05, 40, False),
        (0.9, 39, False),
    ):
        explorer = explore_descent()
        assert not explorer.tasks[1].reached
        explorer.set(lr=lr, condition=condition)
        assert explorer.tasks[1].reached is reached, (lr, condition)
    explorer.set(lr=0.95, condition=40)
    assert explorer.tasks[1].answer("the steep direction would grow").startswith("Done.")
    assert explorer.data_table["flat factor"] > 0  # it does not overshoot
