"""A network of two units with its gradients, and the explorer that sends them back."""

from typing import Any

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.visual import draw_back_pass, explore_back_pass
from learnkit.visual.back_passes import two_units


def texts(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_numbers_of_the_lesson_are_those_done_by_hand() -> None:
    # h = (2, 1), s = 2 - 3 = -1, L = (-1 - 1)² = 4; along s: 2 · (-2) = -4; v: -8, -4; h: -4, 12; both on; w: -8, 24; x: 1·(-4) + ½·12 = 2
    values, gradients = two_units(2.0, (1.0, 0.5), (1.0, -3.0), 1.0)
    assert (values["h1"], values["h2"], values["s"], values["L"]) == (2, 1, -1, 4)
    assert gradients == {"s": -4, "v1": -8, "v2": -4, "h1": -4, "h2": 12, "z1": -4, "z2": 12, "w1": -8, "w2": 24, "x": 2}


@pytest.mark.parametrize("seed", range(5))
def test_gradients_agree_with_small_steps(seed: int) -> None:
    numbers = np.random.default_rng(seed).normal(size=6)

    def loss(given: Any) -> float:
        x, w1, w2, v1, v2, y = given
        return two_units(x, (w1, w2), (v1, v2), y)[0]["L"]

    x, w1, w2, v1, v2, y = numbers
    gradients = two_units(x, (w1, w2), (v1, v2), y)[1]
    by_steps = lk.numeric_grad(loss, numbers)
    np.testing.assert_allclose([gradients[name] for name in ("x", "w1", "w2", "v1", "v2")], by_steps[:5], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("stage", "known"),
    [(0, ""), (1, "s"), (2, "s v1 v2 h1 h2"), (3, "s v1 v2 h1 h2 z1 z2"), (4, "s v1 v2 h1 h2 z1 z2 w1 w2 x")],
)
def test_each_stage_shows_the_gradients_that_have_arrived(stage: int, known: str) -> None:
    figure = draw_back_pass(2.0, [1.0, 0.5], [1.0, -3.0], 1.0, stage=stage)
    shown = {name.removeprefix("gradient of ") for name in figure.data_table if name.startswith("gradient of ")}
    assert shown == set(known.split())
    assert texts(figure).count("gradient ?") == 10 - len(shown)
    assert f"Stage {stage} of 4" in figure.alt_text


def test_a_unit_that_is_off_is_said_and_drawn_dashed() -> None:
    on, off = draw_back_pass(2.0, [1.0, 0.5], [1.0, -3.0], 1.0), draw_back_pass(2.0, [1.0, -0.5], [1.0, -3.0], 1.0)
    assert texts(on).count("on") == 2
    assert (texts(off).count("on"), texts(off).count("off")) == (1, 1)
    assert "unit 2 is off (z2 = −1)" in off.alt_text
    assert off.data_table["gradient of w2"] == 0
    assert off.data_table["units that are on"] == 1
    styles = [{line.get_linestyle() for line in figure.axes[0].lines} for figure in (on, off)]
    assert len(styles[0]) == 1
    assert len(styles[1]) == 2


def test_at_its_kink_a_unit_is_off() -> None:
    assert draw_back_pass(0.0, [1.0, 1.0], [1.0, 1.0], 1.0).data_table["units that are on"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": [1.0]}, "two numbers each; got 1 and 2"),
        ({"outputs": [1.0, 2.0, 3.0]}, "two numbers each; got 2 and 3"),
        ({"x": np.nan}, "x must be finite"),
        ({"target": np.inf}, "target must be finite"),
        ({"stage": 5}, "stage must be 0, 1, 2, 3 or 4; got 5"),
        ({"stage": True}, "stage must be 0, 1, 2, 3 or 4; got True"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments: dict[str, Any], message: str) -> None:
    ordinary: dict[str, Any] = {"x": 1.0, "weights": [1.0, 2.0], "outputs": [1.0, 2.0], "target": 0.0}
    with pytest.raises(ValueError, match=message):
        draw_back_pass(**(ordinary | arguments))


def test_the_explorer_starts_at_the_numbers_of_the_lesson_and_reaches_no_goal_by_itself() -> None:
    explorer = explore_back_pass()
    assert explorer.data_table["loss"] == 4
    assert explorer.summary == "Unit 1 is on, unit 2 is on. Score −1, loss 4. No gradient yet."
    explorer.set(stage=4)
    assert not any(task.reached for task in explorer.tasks)


def test_the_first_task_wants_the_unit_off_and_a_loss_that_is_left() -> None:
    for settings, reached in (
        ({"w1": -1.0, "stage": 4}, True),
        ({"w1": -1.0, "stage": 3}, False),  # the gradient of w1 has not been seen
        ({"w1": -1.0, "v1": 0.0, "stage": 4}, False),
        ({"w1": 0.0, "stage": 4}, False),  # at the kink, and not off
        ({"w1": -1.0, "target": -3.0, "stage": 4}, False),  # the score is −3: no loss
    ):
        explorer = explore_back_pass()
        explorer.set(**settings)
        assert explorer.tasks[0].reached is reached, settings
        if reached:
            table = explorer.data_table
            assert (table["gradient of w1"], table["gradient of v1"]) == (0, 0)  # no step on either moves it, whatever the rate


def test_the_answer_of_the_first_task_is_asserted_by_the_figure() -> None:
    explorer = explore_back_pass()
    explorer.set(w1=-1.0, stage=4)
    explorer.tasks[0].answer("a step of gradient descent on w1")
    assert not explorer.tasks[0].done
    explorer.set(x=-2.0)  # an example on whose input it is on
    assert explorer.data_table["gradient of w1"] != 0
    explorer.tasks[0].answer("an example on whose input it is on")
    assert explorer.tasks[0].done


def test_the_second_task_wants_two_paths_that_cancel() -> None:
    explorer = explore_back_pass()
    explorer.set(w1=1.5, stage=4)  # 1.5 · 1 = 0.5 · 3
    assert explorer.tasks[1].reached
    table = explorer.data_table
    assert table["gradient of x"] == 0
    assert table["gradient of z1"] * 1.5 == -table["gradient of z2"] * 0.5 != 0
    assert table["gradient of w1"] != 0
    explorer.tasks[1].answer("the loss cannot get smaller")
    assert not explorer.tasks[1].done
    explorer.tasks[1].answer("the two paths carry opposite amounts")
    assert explorer.tasks[1].done


def test_a_gradient_of_0_without_two_paths_is_not_the_second_goal() -> None:
    for settings in ({"w1": -1.0, "w2": -1.0, "stage": 4}, {"v1": 0.0, "v2": 0.0, "stage": 4}, {"target": -1.0, "stage": 4}):
        explorer = explore_back_pass()
        explorer.set(**settings)
        assert explorer.data_table["gradient of x"] == 0
        assert not explorer.tasks[1].reached
