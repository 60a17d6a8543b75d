"""The schedules: worked out by hand, to their end and past it, and what they refuse. Parity holds them against PyTorch's."""

import math
import re
from functools import partial
from typing import Any

import pytest

from learnkit.training import constant_rate, cosine_warmup, exponential_decay, one_cycle, one_cycle_momentum, step_decay

SCHEDULES = {
    "constant_rate": constant_rate,
    "step_decay": partial(step_decay, step_size=3),
    "exponential_decay": partial(exponential_decay, gamma=0.9),
    "cosine_warmup": partial(cosine_warmup, total_steps=20, warmup_steps=5, min_lr=0.0),
    "one_cycle": partial(one_cycle, total_steps=20),
}
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)


def rates(schedule: Any, steps: int, **options: Any) -> Any:
    return pytest.approx([schedule(step, **options) for step in range(steps)], rel=1e-12, abs=1e-15)


@pytest.mark.worked_example("constant_rate")
def test_a_constant_rate_is_constant() -> None:
    # 0.3 at step 0, at step 1 and at the millionth
    assert {constant_rate(step, lr=0.3) for step in (0, 1, 10**6)} == {0.3}


@pytest.mark.worked_example("step_decay")
def test_step_decay_cuts_at_the_step_itself() -> None:
    # steps 0, 1, 2: 2 · 0.1⁰; steps 3, 4, 5: 2 · 0.1¹
    assert rates(step_decay, 6, step_size=3, gamma=0.1, lr=2.0) == [2, 2, 2, 0.2, 0.2, 0.2]


@pytest.mark.worked_example("exponential_decay")
def test_exponential_decay_multiplies_every_step() -> None:
    # 0.8, 0.8/2, 0.8/4, 0.8/8
    assert rates(exponential_decay, 4, gamma=0.5, lr=0.8) == [0.8, 0.4, 0.2, 0.1]


@pytest.mark.worked_example("cosine_warmup")
def test_the_warm_up_rises_in_a_line_and_reaches_lr() -> None:
    # quarters up to step 3, where the cosine begins at its top
    assert rates(cosine_warmup, 4, warmup_steps=3, total_steps=10, lr=0.4) == [0.1, 0.2, 0.3, 0.4]


def test_the_cosine_is_half_way_down_in_the_middle_and_down_at_the_end() -> None:
    # p = 0, 1/4, 1/2, 3/4, 1: ½ (1 + cos πp)
    quarter = (1 + math.sqrt(0.5)) / 2
    assert rates(cosine_warmup, 5, total_steps=4) == [1, quarter, 0.5, 1 - quarter, 0]


def test_past_its_end_the_cosine_stays_down() -> None:
    assert {cosine_warmup(step, total_steps=4, min_lr=0.1, lr=0.5) for step in (4, 5, 8, 1000)} == {0.1}


def test_without_warm_up_the_first_step_has_lr() -> None:
    assert cosine_warmup(0, total_steps=10, lr=0.3) == 0.3


def test_a_cosine_of_one_step() -> None:
    assert [cosine_warmup(step, total_steps=1, lr=0.3) for step in range(3)] == [0.3, 0.0, 0.0]


@pytest.mark.worked_example("one_cycle")
def test_one_cycle_rises_and_falls_along_cosines() -> None:
    # total 6, a third rises: the top is at step 6/3 - 1 = 1, the end at 5. From 0.04 to 1 in one step; then p = ¼, ½, ¾, 1
    low, quarter = 0.04 / 1e4, (1 + math.sqrt(0.5)) / 2
    falling = [low + (1 - low) * share for share in (1, quarter, 0.5, 1 - quarter, 0)]
    assert rates(one_cycle, 6, total_steps=6, pct_start=1 / 3) == [0.04, *falling]


def test_past_its_end_one_cycle_stays_where_it_is() -> None:
    last = one_cycle(19, total_steps=20, lr=0.5)
    assert last == pytest.approx(0.5 / 25 / 1e4)
    assert {one_cycle(step, total_steps=20, lr=0.5) for step in (20, 21, 400)} == {last}


@pytest.mark.parametrize("pct_start", [0.0, 0.1, 1.0])
def test_one_cycle_has_a_rate_at_every_step_whatever_part_of_it_rises(pct_start: float) -> None:
    # with 10 steps, 0.1 rises in no step at all, where PyTorch divides by zero
    found = [one_cycle(step, total_steps=10, pct_start=pct_start) for step in range(12)]
    assert all(0 < rate <= 1 for rate in found)
    assert pct_start != 0.1 or found[0] == 1.0


def test_one_cycle_of_one_step_is_the_end() -> None:
    assert one_cycle(0, total_steps=1) == pytest.approx(0.04 / 1e4)


@pytest.mark.worked_example("one_cycle_momentum")
def test_the_momentum_is_lowest_where_the_rate_is_highest() -> None:
    steps = range(30)
    highest = max(steps, key=lambda step: one_cycle(step, total_steps=30))
    lowest = min(steps, key=lambda step: one_cycle_momentum(step, total_steps=30))
    assert highest == lowest == 8  # 0.3·30 - 1
    momenta = [one_cycle_momentum(step, total_steps=30) for step in (0, 8, 29, 100)]
    assert momenta == pytest.approx([0.95, 0.85, 0.95, 0.95])


@every_schedule
def test_the_rate_is_lr_times_the_factor(schedule: Any) -> None:
    for step in range(30):
        assert schedule(step, lr=0.25) == pytest.approx(0.25 * schedule(step), rel=1e-12)


@every_schedule
def test_a_rate_is_a_python_number_that_is_not_below_0(schedule: Any) -> None:
    for step in range(100):
        assert type(schedule(step)) is float
        assert 0 <= schedule(step) <= 1


@every_schedule
def test_numpys_whole_numbers_are_steps_too(schedule: Any) -> None:
    np = pytest.importorskip("numpy")
    assert schedule(np.int64(7)) == schedule(7)


# --- what is refused ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("schedule", [*SCHEDULES.values(), partial(one_cycle_momentum, total_steps=20)], ids=[*SCHEDULES, "momentum"])
def test_a_step_below_0_or_between_two_is_refused(schedule: Any) -> None:
    with pytest.raises(ValueError, match=r"^step must be at least 0; got -1\.$"):
        schedule(-1)
    for step in (0.5, 1.0, "1", True):
        with pytest.raises(TypeError, match=r"^step must be a whole number; got .*\. Use a count of steps, not a fraction of an epoch\.$"):
            schedule(step)


@every_schedule
def test_a_rate_below_0_is_refused(schedule: Any) -> None:
    for lr in (-0.1, float("nan")):
        with pytest.raises(ValueError, match=r"^(lr must be at least 0|min_lr must be from 0 to lr); got"):
            schedule(0, lr=lr)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: step_decay(0, step_size=0), "step_size must be at least 1; got 0."),
        (lambda: step_decay(0, step_size=2, gamma=-1), "gamma must be at least 0; got -1."),
        (lambda: exponential_decay(0, gamma=-1), "gamma must be at least 0; got -1."),
        (lambda: cosine_warmup(0, total_steps=0), "total_steps must be at least 1; got 0."),
        (lambda: cosine_warmup(0, total_steps=-5), "total_steps must be at least 1; got -5."),
        (lambda: cosine_warmup(0, total_steps=5, warmup_steps=-1), "warmup_steps must be at least 0; got -1."),
        (
            lambda: cosine_warmup(0, total_steps=5, warmup_steps=5),
            "warmup_steps must be below total_steps; got 5 and 5. Both count steps, not epochs.",
        ),
        (
            lambda: cosine_warmup(0, total_steps=5, min_lr=0.2, lr=0.1),
            "min_lr must be from 0 to lr; got 0.2 and lr 0.1. With lr=1.0 it is a share.",
        ),
        (
            lambda: cosine_warmup(0, total_steps=5, min_lr=-0.1),
            "min_lr must be from 0 to lr; got -0.1 and lr 1.0. With lr=1.0 it is a share.",
        ),
        (lambda: one_cycle(0, total_steps=0), "total_steps must be at least 1; got 0."),
        (lambda: one_cycle(0, total_steps=5, pct_start=1.5), "pct_start must be a share from 0 to 1; got 1.5."),
        (lambda: one_cycle(0, total_steps=5, div_factor=0), "div_factor must be above 0; got 0."),
        (lambda: one_cycle(0, total_steps=5, final_div_factor=-1), "final_div_factor must be above 0; got -1."),
        (
            lambda: one_cycle_momentum(0, total_steps=5, base_momentum=0.96),
            "base_momentum and max_momentum must rise from 0 to below 1; got 0.96 and 0.95.",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
