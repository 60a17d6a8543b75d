"""sgd_update by hand: momentum, dampening, Nesterov, decay, and a rate that changes. What all optimizers share is tested elsewhere."""

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk
from learnkit.reference.optimizers import STRETCH, stretches


def steps(grads: list[float], rates: list[float], **settings: float) -> list[float]:
    """Return the parameter after each step, from 1."""
    param, state, seen = np.array([1.0]), {}, []
    for grad, lr in zip(grads, rates, strict=True):
        param, state = lk.sgd_update(param, np.array([grad]), state, lr=lr, **settings)
        seen.append(param[0])
    return seen


def test_plain_steps_are_lr_times_the_gradient() -> None:
    # 1 - 0.1·2 = 0.8; 0.8 - 0.1·(-1) = 0.9
    assert_close(steps([2, -1], [0.1, 0.1]), [0.8, 0.9])


@pytest.mark.worked_example("sgd_update")
def test_two_steps_of_sgd_with_momentum_and_decay() -> None:
    # g = 2 + 0.5·1 = 2.5, v = 2.5, p = 1 - 0.1·2.5 = 0.75. Then g = 1 + 0.5·0.75 = 1.375, v = 0.5·2.5 + 1.375 = 2.625, p = 0.4875
    param, state = lk.sgd_update(np.array([1.0]), np.array([2.0]), {}, lr=0.1, momentum=0.5, weight_decay=0.5)
    assert_close(param, [0.75])
    param, state = lk.sgd_update(param, np.array([1.0]), state, lr=0.1, momentum=0.5, weight_decay=0.5)
    assert_close(param, [0.4875])
    assert_close(state["momentum_buffer"], [2.625])


def test_without_momentum_there_is_no_state() -> None:
    assert lk.sgd_update(np.array([1.0]), np.array([2.0]), {}, lr=0.1)[1] == {}


def test_the_velocity_keeps_its_share_of_the_last() -> None:
    # v = 2, 1.8 + 1 = 2.8, 2.52 + 0 = 2.52
    assert_close(steps([2, 1, 0], [0.1] * 3, momentum=0.9), [0.8, 0.52, 0.268])


def test_lr_does_not_enter_the_velocity() -> None:
    # v = 1, 1.9, 2.71; with lr inside, the last step would be 0.081 + 0.09 + 0.01
    assert_close(steps([1, 1, 1], [0.1, 0.1, 0.01], momentum=0.9), [0.9, 0.71, 0.6829])


def test_dampening_spares_the_first_step() -> None:
    # v = 2, then 0.9·2 + 0.7·1 = 2.5
    assert_close(steps([2, 1], [0.1, 0.1], momentum=0.9, dampening=0.3), [0.8, 0.55])


def test_nesterov_looks_ahead_along_the_velocity() -> None:
    # v = 2: step 2 + 1.8 = 3.8; v = 2.8: step 1 + 2.52 = 3.52
    assert_close(steps([2, 1], [0.1, 0.1], momentum=0.9, nesterov=True), [0.62, 0.268])


def test_weight_decay_pulls_to_0_as_a_gradient_would() -> None:
    # g = 0 + 0.5·1; then 0.5·0.95
    assert_close(steps([0, 0], [0.1, 0.1], weight_decay=0.5), [0.95, 0.9025])


def test_weight_decay_enters_the_velocity() -> None:
    # v = 0.5, then 0.45 + 0.5·0.95 = 0.925
    assert_close(steps([0, 0], [0.1, 0.1], weight_decay=0.5, momentum=0.9), [0.95, 0.8575])


@pytest.mark.parametrize("size", [1, STRETCH, STRETCH + 1, 3 * STRETCH])
def test_stretches_cover_every_value_once_and_are_views(size: int) -> None:
    one, other = np.zeros(size), np.arange(size)
    for a, b in stretches(one, other):
        assert a.size <= STRETCH
        a += b + 1
    assert_equal(one, np.arange(size) + 1)


def test_arrays_that_are_not_in_order_come_whole() -> None:
    one = np.zeros((2, STRETCH)).T
    for a, b in stretches(one, one + 1):
        a += b
    assert_equal(one, np.ones((STRETCH, 2)))
