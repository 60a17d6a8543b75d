"""sample_dropout, dropout and the layer: how many stay, what they are scaled by, and when nothing happens."""

import math

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

ONES = np.ones((50, 40))


@pytest.mark.worked_example("sample_dropout")
@pytest.mark.parametrize("p", [0.1, 0.3, 0.5, 0.9])
def test_the_share_that_is_dropped_is_p(p: float) -> None:
    # 5 standard deviations of a binomial share: one false alarm in 1.7 million
    mask = lk.sample_dropout(100_000, p, rng=np.random.default_rng(0))
    assert abs((~mask).mean() - p) <= 5 * math.sqrt(p * (1 - p) / mask.size)


def test_neighbors_are_drawn_independently() -> None:
    # the product of independent centered draws has mean 0 and deviation p(1 - p); 5 of its standard errors
    mask = lk.sample_dropout(100_001, 0.3, rng=np.random.default_rng(0)) - 0.7
    assert abs((mask[1:] * mask[:-1]).mean()) <= 5 * 0.21 / math.sqrt(100_000)


def test_p_of_0_keeps_all_and_p_of_1_none() -> None:
    assert lk.sample_dropout((3, 4), 0.0, rng=np.random.default_rng(0)).all()
    assert not lk.sample_dropout((3, 4), 1.0, rng=np.random.default_rng(0)).any()


@pytest.mark.worked_example("dropout")
def test_what_stays_is_divided_by_1_less_p() -> None:
    # 3 / (1 - 0.25) = 4
    assert_close(lk.dropout(np.array([3.0, 3.0]), np.array([True, False]), p=0.25), [4.0, 0.0])


def test_with_p_of_1_all_is_0_and_nothing_is_nan() -> None:
    assert_equal(lk.dropout(np.array([3.0, -3.0]), np.array([False, False]), p=1.0), [0.0, 0.0])


def test_the_gradient_takes_the_same_way() -> None:
    # 6 / (1 - 0.25) = 8
    _, saved = lk.dropout.forward(np.array([3.0, 3.0]), np.array([True, False]), p=0.25)
    assert_close(lk.dropout.backward(np.array([6.0, 6.0]), saved)[0], [8.0, 0.0])


def test_the_expected_output_is_the_input() -> None:
    # the mean of 1e5 values that are 1/0.7 with probability 0.7 has the standard error √(3/7/1e5)
    output = lk.Dropout(0.3, rng=np.random.default_rng(0)).forward(np.ones(100_000))
    assert abs(output.mean() - 1) <= 5 * math.sqrt(3 / 7 / 100_000)


def test_every_call_draws_anew() -> None:
    layer = lk.Dropout(0.5, rng=np.random.default_rng(0))
    assert (layer.forward(ONES) != layer.forward(ONES)).any()


@pytest.mark.worked_example("Dropout")
def test_a_layer_gives_0_or_the_value_over_1_less_p() -> None:
    # 3 / (1 - 0.25) = 4 where it stays, and 0 where it is dropped
    found = lk.Dropout(0.25, rng=np.random.default_rng(0)).forward(np.full((20, 5), 3.0))
    assert set(found.ravel().tolist()) == {0.0, 4.0}


def test_the_same_generator_gives_the_same_draw_by_hand_and_on_the_tape() -> None:
    by_hand = lk.Dropout(0.5, rng=np.random.default_rng(0)).forward(ONES)
    assert_equal(lk.Dropout(0.5, rng=np.random.default_rng(0))(lk.Tensor(ONES)).data, by_hand)


def test_backward_of_the_layer_drops_what_forward_dropped() -> None:
    layer = lk.Dropout(0.5, rng=np.random.default_rng(0))
    assert_equal(layer.forward(ONES), layer.backward(ONES))


def test_in_evaluation_it_is_the_identity_forward_and_backward() -> None:
    layer = lk.Dropout(0.9).eval()
    assert_equal(layer.forward(ONES), ONES)
    assert_equal(layer.backward(ONES), ONES)


def test_evaluation_draws_nothing() -> None:
    rng = np.random.default_rng(0)
    lk.Dropout(0.5, rng=rng).eval().forward(ONES)
    assert rng.random() == np.random.default_rng(0).random()


def test_backward_without_forward_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"Call forward\(x\) first"):
        lk.Dropout().backward(ONES)


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_a_p_that_is_no_probability_is_refused(p: float) -> None:
    message = f"^p is the probability that a value is dropped, from 0 to 1; got {p}.$"
    with pytest.raises(ValueError, match=message):
        lk.Dropout(p)
    with pytest.raises(ValueError, match=message):
        lk.sample_dropout(3, p, rng=np.random.default_rng(0))


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^x and mask must have the same shape; got \(2, 3\) and \(3,\)\.$"):
        lk.dropout(np.ones((2, 3)), np.ones(3, dtype=bool), p=0.5)
