"""Areas of classes, creases and the scores on top of them, and the explorer that folds the plane."""

from typing import Any

import numpy as np
import pytest

from learnkit.datasets import spirals
from learnkit.visual import draw_areas, draw_folds, explore_folds, plane_grid
from learnkit.visual.folds import PER_SIDE, fitted_scores

POINTS, LABELS = spirals(300, rng=np.random.default_rng(0))
ON_A_LINE = np.array([[-0.8, 0.0], [0.0, 0.0], [0.8, 0.0]])
GOOD = {"direction_3": 345.0, "distance_3": -0.1, "direction_5": 60.0, "distance_5": -0.5}


def test_the_grid_goes_row_by_row_from_below_and_has_no_place_at_the_origin() -> None:
    grid = plane_grid((-1.0, 1.0))
    assert grid[0].tolist() == [-1, -1]
    assert grid[PER_SIDE - 1].tolist() == [1, -1]
    assert grid[-1].tolist() == [1, 1]
    assert np.abs(plane_grid()).min() > 0.005


def test_points_in_the_area_of_another_class_are_counted() -> None:
    areas = (plane_grid()[:, 0] > 0).astype(int)  # class 1 is on the right
    table = draw_areas([[-0.5, 0.9], [0.5, -0.9], [0.7, 0.0]], [0, 0, 1], areas).data_table
    assert table["ringed"] == 1
    assert table["shares of the area"].tolist() == [0.5, 0.5]


def test_up_is_up() -> None:
    areas = (plane_grid()[:, 1] > 0).astype(int)
    assert draw_areas([[0.9, 0.5], [-0.9, -0.5]], [1, 0], areas).data_table["ringed"] == 0


def test_one_crease_separates_what_no_line_does() -> None:
    # (-0.8, 0, 0.8) with classes 0, 1, 0: max(x, 0) alone bends the scores once, which is what the middle needs
    assert draw_folds(ON_A_LINE, [0, 1, 0], [], []).data_table["wrong"] == 1
    assert draw_folds(ON_A_LINE, [0, 1, 0], [0.0, 180.0], [0.4, 0.4]).data_table["wrong"] == 0


@pytest.mark.parametrize(
    ("directions", "distances", "regions"),
    [
        ([0.0], [0.0], 2),  # one line
        ([0.0, 90.0], [0.0, 0.0], 4),  # two that cross
        ([0.0, 0.0], [0.5, -0.5], 3),  # two side by side
        ([0.0, 120.0, 240.0], [0.2, 0.2, 0.2], 7),  # three in general position: 1 + 3 + 3
        ([0.0, 60.0, 120.0], [0.0, 0.0, 0.0], 6),  # three through one point
        ([0.0], [3.0], 1),  # out of view
    ],
)
def test_regions_are_counted(directions: list[float], distances: list[float], regions: int) -> None:
    assert draw_folds(POINTS, LABELS, directions, distances).data_table["regions"] == regions


def test_without_a_bend_the_accuracy_is_that_of_no_unit_at_all() -> None:
    plain = draw_folds(POINTS, LABELS, [], []).data_table["accuracy"]
    rng = np.random.default_rng(1)
    for count in (2, 3, 5, 20):
        table = draw_folds(POINTS, LABELS, rng.uniform(0, 360, count), rng.uniform(-1, 1, count), bend="none").data_table
        assert (table["accuracy"], table["regions"]) == (plain, 1)


def test_a_crease_that_is_there_twice_changes_nothing() -> None:
    once = draw_folds(POINTS, LABELS, [30.0, 200.0], [0.1, 0.3]).data_table["accuracy"]
    assert draw_folds(POINTS, LABELS, [30.0, 200.0, 30.0], [0.1, 0.3, 0.1]).data_table["accuracy"] == once


def test_the_scores_are_those_of_the_smallest_cross_entropy() -> None:
    # Two features that overlap: at the minimum the gradient, the mean of (p - y) times a feature, is 0.
    rng = np.random.default_rng(0)
    features, labels = rng.normal(size=(400, 2)), rng.integers(3, size=400)
    features[:, 0] += labels
    powers = np.exp(fitted_scores(features, labels)(features))
    difference = powers / powers.sum(axis=1, keepdims=True) - np.eye(3)[labels]
    assert np.abs(difference.T @ np.hstack([features, np.ones((400, 1))]) / 400).max() < 1e-6


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: draw_areas([[0.0, 1.0, 2.0]], [0]), r"points must be \(N, 2\)"),
        (lambda: draw_areas([[0.0, 1.0]], [0, 1]), r"labels \(N,\); got \(1, 2\) and \(2,\)"),
        (lambda: draw_areas([[0.0, np.nan]], [0]), "points must be finite"),
        (lambda: draw_areas([[0.0, 1.0]], [4]), "classes from 0 to 3; got 4 to 4"),
        (lambda: draw_areas([[0.0, 1.0]], [0.0]), "labels must be integer classes; got float64"),
        (lambda: draw_areas([[0.0, 1.0]], [0], [0, 1]), r"areas must be \(19600,\).*got \(2,\)"),
        (lambda: plane_grid((0.0, 0.5)), "at least 1 apart"),
        (lambda: draw_folds(POINTS, LABELS, [0.0], []), "as many; got 1 and 0"),
        (lambda: draw_folds(POINTS, LABELS, [0.0], [0.0], bend="tanh"), 'must be "ReLU" or "none"'),
        (lambda: draw_folds(POINTS, LABELS, [np.inf], [0.0]), "directions must be finite"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        draw()


# The explorer


def test_the_first_task_is_not_reached_at_the_start_and_by_two_creases_that_are_moved() -> None:
    explorer = explore_folds()
    assert not explorer.tasks[0].reached
    explorer.set(**GOOD)
    assert explorer.data_table["accuracy"] >= 0.95
    assert explorer.tasks[0].reached
    assert explorer.tasks[0].answer("in curves that follow the arms").startswith("Not yet")
    assert explorer.tasks[0].answer("in straight lines").startswith("Done.")


def test_four_creases_are_enough_for_the_goal() -> None:
    four = draw_folds(POINTS, LABELS, [150, 90, 195, 315], [-0.1, 0.3, 0.1, -0.8])  # on the steps of the sliders
    assert four.data_table["accuracy"] >= 0.95


def test_random_creases_reach_the_goal_of_the_first_task_seldom() -> None:
    rng = np.random.default_rng(0)
    draws = [draw_folds(POINTS, LABELS, rng.uniform(0, 360, 5), rng.uniform(-1, 1, 5)).data_table["accuracy"] for _ in range(20)]
    assert np.mean(np.array(draws) >= 0.95) < 0.1


def test_what_the_replies_of_the_second_task_say_is_so() -> None:
    explorer = explore_folds()
    explorer.set(creases=0)
    linear = explorer.data_table["accuracy"]
    explorer.set(creases=5, bend="none")
    assert explorer.tasks[1].reached
    for setting in ({}, {"direction_1": 45.0}, {"distance_2": 0.9}, {"creases": 2}):
        explorer.set(**setting)
        assert explorer.data_table["accuracy"] == linear
    assert explorer.tasks[1].answer("on the distances").startswith("Not yet")
    assert explorer.tasks[1].answer("on nothing: it is that of the linear classifier").startswith("Done.")


def test_a_border_is_straight_inside_a_region() -> None:
    # Within one region the scores are linear: the score in the middle of two places is the mean of theirs.
    angles, distances = np.radians([345.0, 210.0, 75.0]), np.array([0.1, 0.1, 0.4])

    def hidden(places: Any) -> Any:
        return np.maximum(places @ np.stack([np.cos(angles), np.sin(angles)]) - distances, 0)

    scores = fitted_scores(hidden(POINTS), LABELS)
    one, other = np.array([[0.9, 0.9]]), np.array([[0.5, 0.8]])  # both where the first and the third unit are on
    assert ((hidden(one) > 0) == (hidden(other) > 0)).all()
    assert np.allclose(scores(hidden((one + other) / 2)), (scores(hidden(one)) + scores(hidden(other))) / 2, rtol=0, atol=1e-9)


def test_the_summary_says_creases_regions_and_accuracy() -> None:
    explorer = explore_folds()
    explorer.set(creases=1)
    assert explorer.summary.startswith("1 crease, 2 regions: right for 0.")
    explorer.set(bend="none", creases=3)
    assert explorer.summary.startswith("3 units without a bend, 1 region: right for 0.57")
