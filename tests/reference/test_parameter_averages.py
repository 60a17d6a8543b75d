"""The running mean of parameters: by hand, on loan, put back, saved."""

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


def after(values: list[float], decay: float) -> tuple[lk.EMA, lk.Parameter]:
    weight = lk.Parameter(np.array([100.0]))
    ema = lk.EMA([weight], decay=decay)
    for value in values:
        weight.data = np.array([value])
        ema.update()
    return ema, weight


@pytest.mark.worked_example("ema_update")
def test_the_rule_by_hand() -> None:
    # 0.75·1 + 0.25·2
    assert_close(lk.ema_update(np.array([1.0]), np.array([2.0]), decay=0.75), [1.25])


def test_the_mean_by_hand() -> None:
    # 1, then 0.5·1 + 0.5·3 = 2, then 0.5·2 + 0.5·0 = 1; what was there before the first update does not enter
    assert_close(after([1.0, 3.0, 0.0], 0.5)[0].averages[0], [1.0])


@pytest.mark.worked_example("EMA")
def test_a_mean_of_three_updates() -> None:
    # decay 0.75: 4, then 0.75 · 4 + 0.25 · 8 = 5, then 0.75 · 5 + 0.25 · 1 = 4
    weight = lk.Parameter(np.array([4.0]))
    ema = lk.EMA([weight], decay=0.75)
    for value in (4.0, 8.0, 1.0):
        weight.data = np.array([value])
        ema.update()
    assert_close(ema.averages[0], [4.0])


def test_the_first_update_copies() -> None:
    ema, _ = after([7.0], 0.999)
    assert_equal(ema.averages[0], [7.0])
    assert ema.num_updates == 1


def test_of_equal_values_the_mean_is_that_value() -> None:
    assert_close(after([3.0] * 20, 0.9)[0].averages[0], [3.0])


def test_the_means_are_applied_inside_the_block_and_the_parameters_come_back() -> None:
    ema, weight = after([1.0, 3.0], 0.5)
    with ema.applied():
        assert_equal(weight.data, [2.0])
        weight.data += 10.0
    assert_equal(weight.data, [3.0])
    assert_equal(ema.averages[0], [2.0])


def test_the_parameters_come_back_after_an_error_too() -> None:
    ema, weight = after([1.0, 3.0], 0.5)
    with pytest.raises(KeyError), ema.applied():
        raise KeyError
    assert_equal(weight.data, [3.0])


def test_a_step_in_place_does_not_move_the_mean() -> None:
    weight = lk.Parameter(np.array([1.0]))
    ema, optimizer = lk.EMA([weight]), lk.SGD([weight], lr=1.0)
    ema.update()
    weight.grad = np.array([5.0])
    optimizer.step()
    assert_equal(ema.averages[0], [1.0])


def test_a_saved_mean_goes_on_as_if_it_had_not_been_saved() -> None:
    whole, _ = after([1.0, 3.0, 0.0, 5.0], 0.9)
    first, _ = after([1.0, 3.0], 0.9)
    saved = first.state_dict()
    first.update()  # what was saved is a copy
    weight = lk.Parameter(np.array([0.0]))
    second = lk.EMA([weight], decay=0.9)
    second.load_state_dict(saved)
    for value in (0.0, 5.0):
        weight.data = np.array([value])
        second.update()
    assert_equal(second.averages[0], whole.averages[0])
    assert second.num_updates == 4


def test_float32_stays_float32() -> None:
    weight = lk.Parameter(np.ones(2, dtype=np.float32))
    ema = lk.EMA([weight], decay=0.9)
    ema.update()
    ema.update()
    assert ema.averages[0].dtype == np.float32


def test_what_does_not_fit_is_refused() -> None:
    weight = lk.Parameter(np.ones(2))
    with pytest.raises(ValueError, match=r"^EMA got no parameters\. An iterator is empty after its first use"):
        lk.EMA(iter([]))
    for decay in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match=rf"^decay must be from 0 to 1; got {decay}\.$"):
            lk.EMA([weight], decay=decay)
    saved = lk.EMA([lk.Parameter(np.ones(3))]).state_dict()
    with pytest.raises(
        ValueError, match=r"this state is of parameters of shapes \[\(3,\)\]; those here have \[\(2,\)\]\. Nothing was loaded"
    ):
        lk.EMA([weight]).load_state_dict(saved)
