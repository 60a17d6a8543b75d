"""A schedule and its run: the rates, the exact loss, and the explorer with its tasks."""

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.visual import draw_schedule, explore_schedule
from learnkit.visual.schedules import CURVATURES, GOAL, NOISE, SHAPES, START, STEPS, expected_losses


def test_the_expected_loss_is_that_of_many_runs() -> None:
    rates = 0.5 * np.array([lk.cosine_warmup(step, total_steps=60, warmup_steps=10) for step in range(60)])
    left, noise = expected_losses(rates)
    rng, w = np.random.default_rng(0), np.full((20_000, 2), START)
    for rate in rates:
        w = w - rate * (CURVATURES * w + NOISE * rng.standard_normal(w.shape))
    assert (0.5 * CURVATURES * w**2).sum(axis=1).mean() == pytest.approx(left[-1] + noise[-1], rel=0.02)


def test_without_noise_of_its_own_the_start_is_what_gradient_descent_leaves() -> None:
    # one direction of curvature 1: 10 (1 - 0.5)² = 2.5, and of curvature 0.05: 10 (1 - 0.025)² = 9.50625
    left, noise = expected_losses(np.array([0.5, 0.5]))
    assert left[-1] == pytest.approx(0.5 * 2.5**2 + 0.5 * 0.05 * 9.50625**2)
    assert noise[0] == 0
    assert len(left) == len(noise) == 3


def test_a_constant_rate_comes_to_rest_at_the_floor_of_the_lesson() -> None:
    # ½ c v with v = a σ² / (c (2 - a c)), summed over the directions
    _, noise = expected_losses(np.full(5000, 0.4))
    assert noise[-1] == pytest.approx(sum(0.5 * 0.4 / (2 - 0.4 * c) for c in CURVATURES))


@pytest.mark.parametrize("warmup", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("shape", SHAPES)
def test_rates_are_those_of_the_library_and_reach_the_highest(shape: str, warmup: float) -> None:
    table = draw_schedule(shape, lr=0.6, warmup=warmup).data_table
    rates, rise = table["rate"], round(warmup * STEPS)
    assert len(rates) == STEPS
    assert rates.max() == pytest.approx(0.6, rel=1e-3)
    if shape == "cosine":
        wanted = [0.6 * lk.cosine_warmup(step, total_steps=STEPS, warmup_steps=rise) for step in range(STEPS)]
        np.testing.assert_allclose(rates, wanted)
    elif shape != "one cycle" and rise:
        assert rates[0] == pytest.approx(0.6 / (rise + 1))
    assert table["final loss"] == pytest.approx(table["left of the start"][-1] + table["added by noise"][-1])


def test_the_warm_up_leaves_one_cycle_alone() -> None:
    one, other = (draw_schedule("one cycle", lr=0.4, warmup=share).data_table["rate"] for share in (0.0, 0.5))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ("line", {"lr": 0.1}, "shape must be one of constant, steps, cosine, one cycle; got 'line'"),
        ("cosine", {"lr": 0.0}, "lr must be above 0 and below 2"),
        ("cosine", {"lr": 2.0}, "lr must be above 0 and below 2"),
        ("cosine", {"lr": 0.1, "warmup": 0.6}, "share from 0 to 0.5; got 0.6"),
        ("cosine", {"lr": 0.1, "warmup": -0.1}, "share from 0 to 0.5; got -0.1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(shape: str, options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_schedule(shape, **options)


# The explorer

RATES = np.arange(0.02, 1.51, 0.02).round(2)


def final(shape: str, lr: float, warmup: float = 0.0) -> float:
    return float(draw_schedule(shape, lr=lr, warmup=warmup).data_table["final loss"])


def test_no_constant_rate_reaches_the_first_goal_and_each_other_schedule_does() -> None:
    assert all(sum(part[-1] for part in expected_losses(np.full(STEPS, lr))) > GOAL for lr in RATES)
    assert all(final("constant", 0.22, warmup) > GOAL for warmup in (0.05, 0.5))
    assert final("steps", 0.7) < GOAL
    assert final("cosine", 0.5) < GOAL
    assert final("one cycle", 0.5) < GOAL


def test_the_first_task_is_reached_and_its_right_answer_holds() -> None:
    explorer = explore_schedule()
    task = explorer.tasks[0]
    assert not task.reached
    assert task.answer("constant") == "Reach the goal first, then answer."
    explorer.set(shape="cosine", lr=0.6)
    assert task.reached
    assert task.answer("steps").startswith("Not yet")
    assert task.answer("constant").startswith("Done.")


def test_the_second_task_is_reached_by_a_low_cosine_whose_loss_is_mostly_what_is_left() -> None:
    explorer = explore_schedule()
    explorer.set(lr=0.06)
    assert not explorer.tasks[1].reached  # a constant rate
    explorer.set(shape="cosine", lr=0.6)
    assert not explorer.tasks[1].reached
    explorer.set(lr=0.06)
    assert explorer.tasks[1].reached
    assert explorer.tasks[1].answer("what is left of the start").startswith("Done.")


@pytest.mark.parametrize("lr", RATES[:20:5])
def test_wherever_the_second_task_is_reached_more_is_left_of_the_start_than_there_is_noise(lr: float) -> None:
    table = draw_schedule("cosine", lr=lr).data_table
    if table["final loss"] > 1.1 * table["final loss of a constant rate"]:
        assert table["final left"] > 2 * table["final noise"]
        assert table["final noise"] < draw_schedule("constant", lr=lr).data_table["final noise"]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_corner_of_the_explorer_can_be_drawn(shape: str) -> None:
    explorer = explore_schedule()
    for lr in (0.02, 1.5):
        for warmup in (0.0, 0.5):
            explorer.set(shape=shape, lr=lr, warmup=warmup)
            assert explorer.figure is not None
            assert explorer.summary.startswith(f"{shape}, highest rate")
