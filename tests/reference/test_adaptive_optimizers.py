"""adagrad_update and rmsprop_update by hand, and what adapts in them."""

from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close

from learnkit import reference as lk


def steps(rule: Any, grads: list[Any], *, lr: Any = 0.1, start: float = 1.0, **settings: Any) -> list[Any]:
    """Return the parameter after each step."""
    param, state, seen = np.full(np.shape(grads[0]) or (1,), start), {}, []
    for step, grad in enumerate(grads):
        rate = lr[step] if isinstance(lr, list) else lr
        param, state = rule(param, np.atleast_1d(np.asarray(grad, dtype=float)), state, lr=rate, **settings)
        seen.append(param)
    return seen


# --- Adagrad -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("adagrad_update")
def test_adagrad_divides_by_the_root_of_the_sum_of_squares() -> None:
    # s = 9, then 9 + 16 = 25: steps 0.1·3/3 and 0.1·4/5
    assert_close(np.concatenate(steps(lk.adagrad_update, [3, 4], eps=0.0)), [0.9, 0.82])


def test_adagrad_never_forgets() -> None:
    # of equal gradients the t-th step is lr/√t
    seen = np.concatenate(steps(lk.adagrad_update, [5.0] * 4, eps=0.0))
    assert_close(-np.diff(seen, prepend=1.0), 0.1 / np.sqrt([1, 2, 3, 4]))


def test_the_rate_of_adagrad_decays_from_the_second_step_on() -> None:
    # 0.1/(1 + 0·0.5)·1, then 0.1/(1 + 1·0.5)·1/√2
    assert_close(np.concatenate(steps(lk.adagrad_update, [1, 1], eps=0.0, lr_decay=0.5)), [0.9, 0.9 - 0.1 / 1.5 / np.sqrt(2)])


def test_the_sum_of_adagrad_may_start_above_0() -> None:
    # s = 7 + 9 = 16: 0.1·3/4
    assert_close(steps(lk.adagrad_update, [3], eps=0.0, initial_accumulator_value=7.0)[0], [0.925])


def test_eps_of_adagrad_is_outside_the_root() -> None:
    # 1e-7/(1e-7 + 1e-7): half of lr. Inside, 1e-7/√(1e-14 + 1e-7) is 0.0003.
    assert_close(steps(lk.adagrad_update, [1e-7], eps=1e-7)[0], [0.95])


def test_the_decay_of_adagrad_enters_the_sum() -> None:
    # g = 1 + 0.5·2 = 2, s = 4: a full step of lr
    assert_close(steps(lk.adagrad_update, [1], start=2.0, eps=0.0, weight_decay=0.5)[0], [1.9])


# --- RMSprop -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("rmsprop_update")
def test_rmsprop_divides_by_the_root_of_the_mean_square() -> None:
    # s = 0.25·16 = 4, then 0.75·4 + 0.25·4 = 4: steps 0.1·4/2 and 0.1·2/2
    assert_close(np.concatenate(steps(lk.rmsprop_update, [4, 2], alpha=0.75, eps=0.0)), [0.8, 0.7])


def test_the_first_step_of_rmsprop_is_ten_times_lr() -> None:
    # s = 0.01 g², uncorrected
    assert_close(steps(lk.rmsprop_update, [0.3], eps=0.0)[0], [0.0])


def test_eps_of_rmsprop_is_outside_the_root() -> None:
    # 1e-7/(0.1·1e-7 + 1e-8) = 5. Inside, 1e-7/√(1e-16 + 1e-8) is 0.001.
    assert_close(steps(lk.rmsprop_update, [1e-7], lr=0.01)[0], [0.95])


def test_the_momentum_of_rmsprop_is_of_steps_without_lr() -> None:
    # alpha 0: every g/√s is ±1. b = 1, 1.5, 1.75; lr falls before the third
    seen = np.concatenate(steps(lk.rmsprop_update, [3, 5, 7], lr=[0.1, 0.1, 0.01], alpha=0.0, eps=0.0, momentum=0.5))
    assert_close(seen, [0.9, 0.75, 0.7325])


def test_centered_rmsprop_divides_by_the_deviation() -> None:
    # s = 0.5·4 = 2, a = 0.5·2 = 1: the variance is 1, the step 0.1·2/1
    assert_close(steps(lk.rmsprop_update, [2], alpha=0.5, eps=0.0, centered=True)[0], [0.8])


def test_rmsprop_forgets() -> None:
    # a gradient of 100, then a hundred of 1 with alpha 0.5: the last step is lr again
    seen = np.concatenate(steps(lk.rmsprop_update, [100.0] + [1.0] * 100, alpha=0.5))
    assert_close(seen[-2] - seen[-1], 0.1, tolerance=1e-6)


@pytest.mark.worked_example("Adagrad", "RMSprop")
def test_two_steps_of_the_classes() -> None:
    # Adagrad, g = 3, 4: s = 9, 25, steps 0.1·3/3 and 0.1·4/5. RMSprop with alpha 0.75, g = 4, 2: s = 4, 4, steps 0.1·4/2 and 0.1·2/2
    for make, settings, grads, expected in (
        (lk.Adagrad, {}, (3.0, 4.0), [0.9, 0.82]),
        (lk.RMSprop, {"alpha": 0.75}, (4.0, 2.0), [0.8, 0.7]),
    ):
        weight = lk.Parameter(np.array([1.0]))
        optimizer, seen = make([weight], lr=0.1, eps=0.0, **settings), []
        for grad in grads:
            weight.grad = np.array([grad])
            optimizer.step()
            seen.append(weight.item())
        assert_close(seen, expected)


# --- both --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [lk.adagrad_update, lk.rmsprop_update])
def test_the_size_of_the_gradients_does_not_matter_without_eps(rule: Any) -> None:
    grads = list(np.random.default_rng(0).standard_normal((5, 3)))
    assert_close(steps(rule, [1024 * grad for grad in grads], eps=0.0)[-1], steps(rule, grads, eps=0.0)[-1])


@pytest.mark.parametrize("rule", [lk.adagrad_update, lk.rmsprop_update])
def test_a_gradient_of_0_moves_nothing(rule: Any) -> None:
    assert_close(steps(rule, [0.0, 0.0])[-1], [1.0])
