"""l2_penalty, l1_penalty, soft_threshold: what small weights cost, and what one step of them does."""

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


@pytest.mark.worked_example("l2_penalty")
def test_l2_is_half_the_sum_of_squares() -> None:
    # 0.1 / 2 · (9 + 16) = 1.25
    assert_close(lk.l2_penalty(np.array([3.0, -4.0]), weight_decay=0.1), 1.25)


def test_the_gradient_of_l2_is_what_weight_decay_adds() -> None:
    weight = lk.Parameter(np.array([3.0, -4.0]))
    other = lk.Parameter(np.array([3.0, -4.0]))
    lk.l2_penalty(weight, weight_decay=0.1).backward()
    assert_close(weight.grad, [0.3, -0.4])
    other.grad = np.zeros(2)
    lk.SGD([weight], lr=0.5).step()
    lk.SGD([other], lr=0.5, weight_decay=0.1).step()
    assert_close(weight.data, other.data)


@pytest.mark.worked_example("l1_penalty")
def test_l1_is_the_sum_of_sizes_and_its_slope_a_sign() -> None:
    # 0.1 · (3 + 4 + 0) = 0.7
    _, saved = lk.l1_penalty.forward(np.array([3.0, -4.0, 0.0]), strength=0.1)
    assert_close(lk.l1_penalty(np.array([3.0, -4.0, 0.0]), strength=0.1), 0.7)
    assert_close(lk.l1_penalty.backward(2.0, saved), [0.2, -0.2, 0.0])


@pytest.mark.parametrize("penalty", [lambda w: lk.l2_penalty(w, weight_decay=0.3), lambda w: lk.l1_penalty(w, strength=0.3)])
def test_gradients_agree_with_finite_differences(penalty: object) -> None:
    weight = np.random.default_rng(0).standard_normal((4, 3))
    assert lk.gradcheck(penalty, [lk.tensor(weight, requires_grad=True)])  # type: ignore[arg-type]


def test_penalties_do_not_depend_on_signs_or_order() -> None:
    weight = np.random.default_rng(0).standard_normal(9)
    for penalty, options in ((lk.l2_penalty, {"weight_decay": 0.2}), (lk.l1_penalty, {"strength": 0.2})):
        assert_close(penalty(-weight[::-1], **options), penalty(weight, **options))


@pytest.mark.worked_example("soft_threshold")
def test_soft_threshold_moves_towards_0_and_stops_there() -> None:
    # 3 - 1 = 2; |-0.5| < 1: 0; -2 + 1 = -1; 1 - 1 = 0
    assert_equal(lk.soft_threshold(np.array([3.0, -0.5, -2.0, 1.0]), 1.0), [2.0, 0.0, -1.0, 0.0])


def test_soft_threshold_is_the_least_of_its_two_costs() -> None:
    # S(w) minimizes (v - w)²/2 + t |v|: tried on a fine grid
    grid = np.linspace(-3, 3, 60_001)
    for weight in (-2.3, -0.4, 0.0, 0.7, 1.9):
        best = grid[np.argmin((grid - weight) ** 2 / 2 + 0.6 * np.abs(grid))]
        assert_close(lk.soft_threshold(weight, 0.6), best, tolerance=1e-4)


def test_proximal_steps_reach_exact_zeros_where_subgradient_steps_do_not() -> None:
    # minimize (w - 0.05)²/2 + 0.1 |w|: the loss gains less than 0.1 from w, so that the answer is w = 0
    proximal, plain = 1.0, 1.0
    for _ in range(200):
        proximal = float(lk.soft_threshold(proximal - 0.3 * (proximal - 0.05), 0.3 * 0.1))
        plain = plain - 0.3 * ((plain - 0.05) + 0.1 * np.sign(plain))
    assert proximal == 0
    assert plain != 0


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: lk.l2_penalty(np.ones(2), weight_decay=-0.1), "weight_decay must be at least 0; got -0.1"),
        (lambda: lk.l1_penalty(np.ones(2), strength=float("nan")), "strength must be at least 0; got nan"),
        (lambda: lk.soft_threshold(np.ones(2), -1.0), "threshold must be at least 0; got -1.0"),
    ],
)
def test_a_negative_strength_is_refused(call: object, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call()  # type: ignore[operator]
