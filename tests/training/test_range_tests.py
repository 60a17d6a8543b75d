"""The learning-rate range test: rates in equal factors, a test that stops, and the steepest fall and not the lowest loss."""

import math
import re
from typing import Any

import numpy as np
import pytest

from learnkit.training import lr_range_test, range_test_rate, steepest_rate


@pytest.mark.worked_example("range_test_rate")
def test_rates_rise_by_the_same_factor() -> None:
    # from 1e-4 to 10 in five steps: each by the fifth root of 1e5, 10
    rates = [range_test_rate(step, total_steps=6, min_lr=1e-4, max_lr=10.0) for step in range(6)]
    assert rates == pytest.approx([1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0])
    assert (rates[0], rates[-1]) == (1e-4, 10.0)


def test_past_its_end_the_rate_stays() -> None:
    assert {range_test_rate(step, total_steps=6, max_lr=2.0) for step in (5, 6, 100)} == {2.0}


def test_a_test_of_one_step_is_at_the_lowest_rate() -> None:
    assert range_test_rate(0, total_steps=1, min_lr=0.1, max_lr=1.0) == 0.1


def test_every_rate_gets_its_loss() -> None:
    seen: list[float] = []

    def train_step(lr: float) -> float:
        seen.append(lr)
        return 1.0

    lrs, losses = lr_range_test(train_step, total_steps=7)
    assert lrs == seen == [range_test_rate(step, total_steps=7) for step in range(7)]
    assert losses == [1.0] * 7


@pytest.mark.worked_example("lr_range_test")
def test_a_bowl_descended_at_three_rates() -> None:
    # rates 0.01, 0.1, 1 (factors of 10); loss w² from w = 1, slope 2w: losses 1, 0.98² = 0.9604, (0.98 · 0.8)² = 0.784² = 0.614656
    weight = [1.0]

    def train_step(lr: float) -> float:
        loss = weight[0] ** 2
        weight[0] -= lr * 2 * weight[0]
        return loss

    lrs, losses = lr_range_test(train_step, total_steps=3, min_lr=0.01, max_lr=1.0)
    assert lrs == pytest.approx([0.01, 0.1, 1.0])
    assert losses == pytest.approx([1.0, 0.9604, 0.614656])


@pytest.mark.parametrize("bad", [4.1, float("inf"), float("nan")])
def test_it_stops_where_the_loss_has_grown_too_large(bad: float) -> None:
    losses = iter([2.0, 1.0, 3.9, bad, 1.0])
    lrs, seen = lr_range_test(lambda lr: next(losses), total_steps=5)
    assert seen[:3] == [2.0, 1.0, 3.9]
    assert len(lrs) == len(seen) == 4


def test_a_loss_may_be_a_tensor() -> None:
    from learnkit import reference

    assert lr_range_test(lambda lr: reference.tensor(2.0), total_steps=2)[1] == [2.0, 2.0]


@pytest.mark.worked_example("steepest_rate")
def test_the_steepest_fall_is_chosen_and_not_the_lowest_loss() -> None:
    # falls of 0.1, 1.2 and 0.1 per factor of 10
    assert steepest_rate([0.001, 0.01, 0.1, 1.0], [2.3, 2.2, 1.0, 0.9], window=1) == 0.01


def test_a_fall_counts_by_the_factor_and_not_by_the_difference_of_the_rates() -> None:
    # 0.9 over a factor of 10 is steeper than 0.3 over one of 1.1, however small the difference of the rates: log 10 is 24 log 1.1
    assert steepest_rate([1.0, 10.0, 11.0], [2.0, 1.1, 1.09], window=1) == 1.0
    assert steepest_rate([1.0, 10.0, 11.0], [2.0, 1.1, 0.8], window=1) == 10.0


def test_what_comes_after_the_lowest_loss_does_not_count() -> None:
    assert steepest_rate([1e-3, 1e-2, 0.1, 1.0, 10.0], [2.0, 1.0, 0.9, 9.0, 1.0], window=1) == 1e-3


def test_one_noisy_loss_is_averaged_out() -> None:
    lrs = np.geomspace(1e-5, 1, 60)
    losses = 2 / (1 + (lrs / 1e-2) ** 1.5)
    smooth = steepest_rate(lrs.tolist(), losses.tolist())
    losses[5] += 0.2
    assert 3e-3 < smooth < 3e-2
    assert steepest_rate(lrs.tolist(), losses.tolist()) == smooth
    assert steepest_rate(lrs.tolist(), losses.tolist(), window=1) == lrs[5]


def test_losses_that_are_not_finite_end_the_curve() -> None:
    assert steepest_rate([0.01, 0.1, 1.0, 10.0], [2.0, 1.0, math.inf, 0.0], window=1) == 0.01


def test_the_rate_of_a_bowl_is_below_the_one_at_which_it_diverges() -> None:
    # loss ½·4·w², which diverges above lr = 2/4
    weight = [1.0]

    def train_step(lr: float) -> float:
        loss = 2 * weight[0] ** 2
        weight[0] -= lr * 4 * weight[0]
        return loss

    chosen = steepest_rate(*lr_range_test(train_step, total_steps=60, min_lr=1e-4, max_lr=5.0))
    assert 0.01 < chosen < 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: range_test_rate(-1), "step must be at least 0; got -1."),
        (lambda: range_test_rate(0, total_steps=0), "total_steps must be at least 1; got 0."),
        (lambda: range_test_rate(0, min_lr=0.0), "rates must rise from above 0; got min_lr 0.0 and max_lr 10.0."),
        (lambda: range_test_rate(0, min_lr=1.0, max_lr=1.0), "rates must rise from above 0; got min_lr 1.0 and max_lr 1.0."),
        (lambda: lr_range_test(lambda lr: 1.0, stop_factor=1.0), "stop_factor must be above 1; got 1.0."),
        (lambda: steepest_rate([0.1], [1.0, 2.0]), "each rate needs its loss; got 1 rates and 2 losses."),
        (lambda: steepest_rate([0.1, 0.1], [2.0, 1.0]), "rates must rise from above 0, as those of range_test_rate."),
        (lambda: steepest_rate([0.1, 1.0], [2.0, 1.0], window=2), "window must be odd, so that an average belongs to its middle; got 2."),
    ],
)
def test_what_makes_no_sense_is_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


@pytest.mark.parametrize("losses", [[], [1.0], [1.0, 2.0, 3.0], [1.0, 1.0, 1.0], [math.nan, 1.0, 0.5]])
def test_a_loss_that_never_falls_has_no_rate(losses: list[float]) -> None:
    with pytest.raises(ValueError, match="the loss never falls in this test: there is no rate to choose"):
        steepest_rate([0.01, 0.1, 1.0][: len(losses)], losses, window=1)
