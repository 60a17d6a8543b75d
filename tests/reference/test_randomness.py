"""rng: the same seed, the same numbers; and no seed that is none."""

import re
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_equal

from learnkit import reference as lk


def test_the_generator_is_numpys_pcg64() -> None:
    assert_equal(lk.rng(7).standard_normal(5), np.random.Generator(np.random.PCG64(7)).standard_normal(5))


def test_the_same_seed_gives_the_same_numbers() -> None:
    assert_equal(lk.rng(3).standard_normal(5), lk.rng(3).standard_normal(5))


def test_another_seed_gives_other_numbers() -> None:
    assert lk.rng(3).standard_normal(5).tolist() != lk.rng(4).standard_normal(5).tolist()


def test_two_generators_of_one_seed_do_not_share_their_state() -> None:
    one, other = lk.rng(3), lk.rng(3)
    one.standard_normal(100)
    assert_equal(other.standard_normal(5), lk.rng(3).standard_normal(5))


def test_an_integer_of_numpy_is_a_seed() -> None:
    assert_equal(lk.rng(np.int64(3)).standard_normal(5), lk.rng(3).standard_normal(5))


@pytest.mark.parametrize("device", [None, "cpu", "auto"])
def test_the_device_does_not_change_the_numbers(device: str | None) -> None:
    assert_equal(lk.rng(3, device).standard_normal(5), lk.rng(3).standard_normal(5))


def test_the_global_generator_of_numpy_is_left_alone() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002  what is global is the subject
    lk.rng(0).standard_normal(5)
    assert_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("seed", [-1, 0.5, 1.0, True, False, "0", None, [0], np.float64(3), np.array([1])], ids=repr)
def test_a_seed_that_is_no_whole_number_from_0_is_refused(seed: Any) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(f'seed must be a whole number, at least 0; got {seed!r}.')}$"):
        lk.rng(seed)


def test_a_device_that_numpy_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="got device 'cuda'"):
        lk.rng(0, "cuda")
