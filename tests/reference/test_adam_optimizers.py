"""adam_update, adamw_update and nadam_update by hand: the corrections, eps, both forms of decay, and the look ahead."""

from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close

from learnkit import reference as lk

RULES = [lk.adam_update, lk.adamw_update, lk.nadam_update]
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


def steps(rule: Any, grads: list[Any], *, lr: Any = 0.1, start: float = 1.0, **settings: Any) -> list[Any]:
    """Return the parameter after each step; without decay if nothing else is said."""
    param, state, seen = np.full(np.shape(grads[0]) or (1,), start), {}, []
    for step, grad in enumerate(grads):
        rate = lr[step] if isinstance(lr, list) else lr
        param, state = rule(param, np.atleast_1d(np.asarray(grad, dtype=float)), state, lr=rate, **{"weight_decay": 0.0, **settings})
        seen.append(param)
    return seen


# --- Adam --------------------------------------------------------------------------------------------------------------------------------


def test_the_first_step_of_adam_is_lr_for_gradients_of_any_size() -> None:
    assert_close(steps(lk.adam_update, [[1e-3, -1e3]], eps=0.0)[0], [0.9, 1.1])


@pytest.mark.worked_example("adam_update")
def test_two_steps_of_adam() -> None:
    # β = (0.5, 0.75), g = 2, -1. m = 1, then 0.5 - 0.5 = 0: the second step is 0. v = 1, then 0.75 + 0.25 = 1
    param, state = lk.adam_update(np.array([1.0]), np.array([2.0]), {}, lr=0.1, betas=(0.5, 0.75), eps=0.0)
    assert_close(param, [0.9])
    assert_close(state["exp_avg"], [1.0])
    assert_close(state["exp_avg_sq"], [1.0])
    param, state = lk.adam_update(param, np.array([-1.0]), state, lr=0.1, betas=(0.5, 0.75), eps=0.0)
    assert_close(param, [0.9])
    assert_close(state["exp_avg_sq"], [1.0])
    assert state["step"] == 2


def test_the_second_correction_counts_two_steps() -> None:
    # g = 2, 1: m = 1, 1; m̂₂ = 1/(1 - 0.25) = 4/3. v = 1, 1; v̂₂ = 1/(1 - 9/16) = 16/7
    assert_close(steps(lk.adam_update, [2, 1], betas=(0.5, 0.75), eps=0.0)[1], [0.9 - 0.1 * (4 / 3) / np.sqrt(16 / 7)])


def test_lr_is_in_no_mean() -> None:
    # equal gradients: every step is the lr of its own step
    assert_close(np.concatenate(steps(lk.adam_update, [3, 3, 3], lr=[0.1, 0.1, 0.01], eps=0.0)), [0.9, 0.8, 0.79])


def test_eps_is_outside_the_root_and_after_the_correction() -> None:
    # m̂ = √v̂ = 1e-7: 1e-7/(1e-7 + 1e-8) = 10/11. Inside the root 0.001; before the correction 1e-8/√0.001 would be added: 0.24
    assert_close(steps(lk.adam_update, [1e-7])[0], [1 - 0.1 * 10 / 11])


def test_the_decay_of_adam_is_evened_out_in_the_first_step() -> None:
    # g + 0.5·w has the sign of both: a step of lr, as without decay
    assert_close(steps(lk.adam_update, [3], weight_decay=0.5, eps=0.0)[0], steps(lk.adam_update, [3], eps=0.0)[0])


def test_without_memory_adam_moves_by_the_sign() -> None:
    assert_close(np.concatenate(steps(lk.adam_update, [3, -0.2, 7], betas=(0.0, 0.0), eps=0.0)), [0.9, 1.0, 0.9])


# --- AdamW -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("adamw_update")
def test_adamw_decays_before_the_step_and_by_lr() -> None:
    # 10·(1 - 0.1·0.1) - 0.1 = 9.8; decayed after the step it would be (10 - 0.1)·0.99 = 9.801
    assert_close(steps(lk.adamw_update, [5], start=10.0, weight_decay=0.1, eps=0.0)[0], [9.8])


def test_adamw_decays_by_the_rate_of_the_step() -> None:
    # gradients of 0: 1·(1 - 0.1·0.5)·(1 - 0.02·0.5)
    assert_close(steps(lk.adamw_update, [0, 0], lr=[0.1, 0.02], weight_decay=0.5)[1], [0.95 * 0.99])


def test_adamw_without_decay_is_adam() -> None:
    grads = list(np.random.default_rng(0).standard_normal((6, 3)))
    assert_close(steps(lk.adamw_update, grads)[-1], steps(lk.adam_update, grads)[-1])


def test_the_decay_of_adamw_does_not_depend_on_the_gradients() -> None:
    grads = list(np.random.default_rng(0).standard_normal((1, 3)))
    for size in (1.0, 1e4):
        moved = steps(lk.adamw_update, [size * grad for grad in grads], weight_decay=0.5, eps=0.0)[-1]
        assert_close(moved - steps(lk.adam_update, grads, eps=0.0)[-1], np.full(3, -0.05))


def test_only_adamw_decays_by_default() -> None:
    moved = [make([lk.Parameter(np.ones(1))]).defaults["weight_decay"] for make in (lk.Adam, lk.AdamW, lk.NAdam)]
    assert moved == [0.0, 0.01, 0.0]


# --- NAdam -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("nadam_update")
def test_the_first_step_of_nadam_looks_ahead() -> None:
    # momentum_decay 0: μ = 0.9·½ = 0.45 always. m = 0.1 g, and the step is 0.45·0.1/(1 - 0.2025) + 0.55/0.55 times lr
    assert_close(steps(lk.nadam_update, [3], momentum_decay=0.0, eps=0.0)[0], [1 - 0.1 * (0.045 / 0.7975 + 1)])


def test_the_momentum_of_nadam_grows_from_half_to_all_of_beta1() -> None:
    param, state = lk.nadam_update(np.ones(1), np.ones(1), {}, lr=0.1, momentum_decay=1.0)
    # μ₁ = 0.9 (1 - ½·0.96)
    assert_close(state["mu_product"], 0.9 * 0.52)
    _, state = lk.nadam_update(param, np.ones(1), state, lr=0.1, momentum_decay=1.0)
    # μ₂ = 0.9 (1 - ½·0.96²)
    assert_close(state["mu_product"], 0.9 * 0.52 * 0.9 * (1 - 0.5 * 0.9216))


def test_the_look_ahead_is_by_the_next_momentum() -> None:
    # momentum_decay 1: μ₁ = 0.9 (1 - ½·0.96) = 0.468, μ₂ = 0.9 (1 - ½·0.9216) = 0.48528; m = 0.1 g
    assert_close(steps(lk.nadam_update, [3], momentum_decay=1.0, eps=0.0)[0], [1 - 0.1 * (0.048528 / (1 - 0.468 * 0.48528) + 1)])


def test_nadam_decays_in_both_ways() -> None:
    # gradients of 0: decoupled, 1·(1 - 0.1·0.5); else the gradient is 0.5, and the first step 1.0564 lr
    assert_close(steps(lk.nadam_update, [0], weight_decay=0.5, decoupled_weight_decay=True)[0], [0.95])
    coupled = steps(lk.nadam_update, [0], weight_decay=0.5, momentum_decay=0.0, eps=0.0)[0]
    assert_close(coupled, steps(lk.nadam_update, [3], momentum_decay=0.0, eps=0.0)[0])


@pytest.mark.worked_example("Adam", "AdamW", "NAdam")
def test_the_first_steps_of_the_classes() -> None:
    # the corrected moments of a first gradient g are g and g²: a step of lr = 0.1 whatever g is; AdamW decays first, 2·(1 - 0.1·0.5) = 1.9;
    # NAdam with μ = 0.45: 0.1·(0.045/0.7975 + 1), as in the rule
    found = {}
    for name, settings in {"Adam": {}, "AdamW": {"weight_decay": 0.5}, "NAdam": {"momentum_decay": 0.0}}.items():
        weight = lk.Parameter(np.array([2.0]))
        weight.grad = np.array([3.0])
        getattr(lk, name)([weight], lr=0.1, eps=0.0, **settings).step()
        found[name] = weight.item()
    assert_close([found["Adam"], found["AdamW"], found["NAdam"]], [1.9, 1.8, 2 - 0.1 * (0.045 / 0.7975 + 1)])


# --- all three ---------------------------------------------------------------------------------------------------------------------------


@every_rule
def test_the_size_of_the_gradients_does_not_matter_without_eps(rule: Any) -> None:
    grads = list(np.random.default_rng(0).standard_normal((5, 3)))
    assert_close(steps(rule, [1024 * grad for grad in grads], eps=0.0)[-1], steps(rule, grads, eps=0.0)[-1])


@every_rule
def test_a_gradient_of_0_moves_nothing_without_decay(rule: Any) -> None:
    assert_close(steps(rule, [0.0, 0.0])[-1], [1.0])


@every_rule
def test_after_many_equal_gradients_the_step_is_lr(rule: Any) -> None:
    seen = np.concatenate(steps(rule, [0.3] * 5000, lr=1e-3))
    assert_close(seen[-2] - seen[-1], 1e-3, tolerance=1e-6)
