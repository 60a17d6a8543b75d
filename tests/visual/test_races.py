"""The race of update rules: its surfaces, its paths, and the explorer of lesson 09."""

import numpy as np
import pytest

from learnkit.visual import draw_race, explore_race
from learnkit.visual.races import SURFACES

ALONG, TURNED, BEALE = SURFACES


def test_one_step_of_sgd_in_the_valley_is_what_it_is_by_hand() -> None:
    # The start is (0.4, 1.2): loss ½ (2 · 0.16 + 0.02 · 1.44) = 0.1744. With lr 0.25 the steep part is halved, 0.4 to 0.2, and the flat
    # part becomes 1.2 · (1 - 0.005) = 1.194: ½ (2 · 0.04 + 0.02 · 1.425636) = 0.05425636.
    share = draw_race({"SGD": 0.25}, surface=ALONG, steps=1).data_table["SGD"]
    assert share == pytest.approx([1, 0.05425636 / 0.1744], rel=1e-12)


@pytest.mark.parametrize("name", SURFACES)
def test_the_slopes_of_a_surface_are_those_of_its_heights(name: str) -> None:
    surface, rng = SURFACES[name], np.random.default_rng(0)
    for place in rng.uniform(-1, 2, (20, 2)):
        nudges = 1e-5 * np.eye(2)
        numeric = [(surface.value(place + nudge) - surface.value(place - nudge)) / 2e-5 for nudge in nudges]
        assert surface.slopes(place) == pytest.approx(numeric, rel=1e-5, abs=1e-6)


def test_beales_surface_is_0_at_its_minimum_and_flat_there() -> None:
    # 1.5 - 3 + 1.5 = 0, 2.25 - 3 + 0.75 = 0, 2.625 - 3 + 0.375 = 0.
    bottom = np.array([3.0, 0.5])
    assert SURFACES[BEALE].value(bottom) == 0
    assert not SURFACES[BEALE].slopes(bottom).any()


def test_a_rule_that_leaves_for_good_is_said_and_its_path_ends() -> None:
    figure = draw_race({"SGD": 2.5, "Adam": 0.1}, surface=TURNED)
    assert np.isnan(figure.data_table["SGD"][-1])
    assert np.isfinite(figure.data_table["Adam"]).all()
    assert "SGD at rate 2.5: it leaves for good at step" in figure.alt_text


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw_race({}), "rates"),
        (lambda: draw_race({"Lion": 0.1}), "a rule must be one of SGD, momentum"),
        (lambda: draw_race({"SGD": 0.0}), "the rate of SGD must be finite and above 0"),
        (lambda: draw_race({"SGD": float("nan")}), "the rate of SGD must be finite and above 0"),
        (lambda: draw_race({"SGD": 0.1}, surface="a hill"), "surface must be one of"),
        (lambda: draw_race({"SGD": 0.1}, steps=0), "steps must be 1 to 1000"),
    ],
)
def test_what_cannot_be_raced_is_refused_in_a_sentence(call: object, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        call()  # type: ignore[operator]


# The explorer


def test_no_task_is_reached_at_the_start() -> None:
    assert [attempt.reached for attempt in explore_race().tasks] == [False, False]


def test_sgd_and_momentum_do_not_see_the_turn_and_the_others_do() -> None:
    explorer = explore_race()
    explorer.set(surface=ALONG, adam=-0.7)
    assert explorer.tasks[0].reached
    before = explorer.data_table
    explorer.set(surface=TURNED)
    for rule, same in {"SGD": True, "momentum": True, "RMSprop": False, "Adam": False}.items():
        assert np.allclose(before[rule], explorer.data_table[rule], rtol=1e-9) == same
    assert explorer.tasks[0].answer("all four").startswith("Not yet")
    assert explorer.tasks[0].answer("SGD and momentum").startswith("Done.")


def test_momentum_reaches_the_goal_of_the_second_task_and_sgd_at_no_rate() -> None:
    explorer = explore_race()
    explorer.set(momentum=-0.5)
    assert explorer.tasks[1].reached
    ends = [draw_race({"SGD": 10.0**power}).data_table["SGD"][-1] for power in np.arange(-4, 0.5, 0.05)]
    assert not min(ends) < 1e-3


def test_momentum_stands_nearly_twice_the_rate_of_sgd() -> None:
    def grows(rule: str, lr: float) -> bool:
        last = draw_race({rule: lr}, steps=400).data_table[rule][-1]
        return not last < 1

    assert [grows("SGD", lr) for lr in (0.99, 1.01)] == [False, True]
    assert [grows("momentum", lr) for lr in (1.89, 1.91)] == [False, True]
    explorer = explore_race()
    explorer.set(momentum=-0.5)
    assert explorer.tasks[1].answer("both the same").startswith("Not yet")
    assert explorer.tasks[1].answer("momentum, nearly twice that of SGD").startswith("Done.")


def test_the_summary_names_every_rule_with_its_rate() -> None:
    explorer = explore_race()
    assert "SGD at rate 0.1: 0.06 of the loss is left" in explorer.summary
    explorer.set(sgd=0.1)
    assert "SGD at rate 1.3: " in explorer.summary
