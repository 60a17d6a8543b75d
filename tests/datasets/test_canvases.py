"""Digits on a canvas: unmoved they lie in the middle, and every amount moves them as it says.

False alarms: five standard errors, at most 1e-6 over all seeds; with the seeds that are fixed here none.
"""

from typing import Any

import numpy as np
import pytest

from learnkit.datasets import canvas_digits, digits

STILL: dict[str, Any] = {"max_shift": 0, "max_degrees": 0.0, "scales": (1.0, 1.0), "noise": 0.0}


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def center_of_ink(images: Any) -> Any:
    """Return the mean row and column of the ink of each image, (N, 2)."""
    rows, columns = np.mgrid[: images.shape[1], : images.shape[2]]
    ink = images.sum(axis=(1, 2))
    return np.stack([(images * rows).sum(axis=(1, 2)) / ink, (images * columns).sum(axis=(1, 2)) / ink], axis=1)


def test_unmoved_digits_lie_in_the_middle_as_they_were() -> None:
    images = digits()[0][:20]
    canvas = canvas_digits(images, **STILL, rng=generator())
    assert (canvas.shape, canvas.dtype) == ((20, 16, 16), np.float32)
    np.testing.assert_array_equal(canvas[:, 4:12, 4:12], images.reshape(-1, 8, 8))
    assert canvas.sum() == pytest.approx(images.sum())


def test_rows_of_64_and_squares_of_8_are_the_same_digits() -> None:
    images = digits()[0][:5]
    np.testing.assert_array_equal(canvas_digits(images, rng=generator(1)), canvas_digits(images.reshape(-1, 8, 8), rng=generator(1)))


def test_shifts_move_the_ink_by_whole_pixels_each_as_likely() -> None:
    images = np.tile(digits()[0][:1], (5000, 1))
    moved = center_of_ink(canvas_digits(images, **(STILL | {"max_shift": 2}), rng=generator()))
    off = moved - center_of_ink(canvas_digits(images[:1], **STILL, rng=generator()))
    np.testing.assert_allclose(off, np.round(off), atol=1e-4)
    for axis in (0, 1):
        # 5 shifts, 1,000 each, standard error sqrt(5,000 · 0.2 · 0.8) = 28.3
        counts = np.bincount((np.round(off[:, axis]) + 2).astype(int), minlength=5)
        assert abs(counts - 1000).max() < 5 * 28.3


def test_turns_are_uniform_up_to_the_largest() -> None:
    # a bar to the right of the middle: the angle of its ink is the turn
    bar = np.zeros((4000, 9, 9), dtype=np.float32)
    bar[:, 4, 4:] = 1
    canvas = canvas_digits(bar, size=17, **(STILL | {"max_degrees": 30.0}), rng=generator())
    down, right = (center_of_ink(canvas) - 8).T
    angle = np.rad2deg(np.arctan2(down, right))
    assert 29 < abs(angle).max() < 31
    # uniform in ±30: mean 0 and standard deviation 60 / sqrt(12) = 17.3
    assert abs(angle.mean()) < 5 * 17.3 / 4000**0.5
    assert angle.std() == pytest.approx(17.3, abs=0.8)


def test_a_scale_of_two_makes_a_line_twice_as_long() -> None:
    # a bar of 5 pixels becomes 9 full ones and two half ones: 10
    bar = np.zeros((1, 9, 9), dtype=np.float32)
    bar[:, 4, 2:7] = 1
    canvas = canvas_digits(bar, size=17, **(STILL | {"scales": (2.0, 2.0)}), rng=generator())
    np.testing.assert_allclose(canvas[0, 8], [0, 0, 0, 0.5, *[1] * 9, 0.5, 0, 0, 0], atol=1e-6)


def test_noise_is_added_and_cut_to_the_range() -> None:
    gray = np.full((100, 8, 8), 0.5, dtype=np.float32)
    canvas = canvas_digits(gray, size=8, **(STILL | {"noise": 0.1}), rng=generator())
    assert abs(canvas.mean() - 0.5) < 5 * 0.1 / 6400**0.5
    assert abs(canvas.std() - 0.1) < 5 * 0.1 / 12_800**0.5
    loud = canvas_digits(gray, size=8, **(STILL | {"noise": 5.0}), rng=generator())
    assert (loud.min(), loud.max()) == (0, 1)


def test_every_call_draws_anew_and_the_generator_decides() -> None:
    images = digits()[0][:5]
    rng = generator()
    first, second = canvas_digits(images, rng=rng), canvas_digits(images, rng=rng)
    assert (first != second).any()
    np.testing.assert_array_equal(first, canvas_digits(images, rng=generator()))


def test_every_image_moves_by_its_own_amounts() -> None:
    images = np.tile(digits()[0][:1], (5, 1))
    canvas = canvas_digits(images, noise=0.0, rng=generator())
    assert len(np.unique(canvas.reshape(5, -1), axis=0)) == 5


def test_the_given_images_stay_as_they_are() -> None:
    images = digits()[0][:5]
    canvas_digits(images, rng=generator())
    np.testing.assert_array_equal(images, digits()[0][:5])


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (np.zeros((2, 60)), {}, r"^images must be \(N, H, H\) or \(N, H·H\) with H from 1 to the canvas' size 16; got \(2, 60\)\.$"),
        (np.zeros((2, 8, 7)), {}, r"got \(2, 8, 7\)"),
        (np.zeros((2, 17, 17)), {}, r"got \(2, 17, 17\)"),
        (np.zeros(64), {}, r"got \(64,\)"),
        (np.zeros((2, 64)), {"scales": (0.0, 1.0)}, r"^scales must be \(low, high\) with 0 < low <= high; got \(0\.0, 1\.0\)\.$"),
        (np.zeros((2, 64)), {"scales": (1.2, 0.8)}, r"got \(1\.2, 0\.8\)"),
        (np.zeros((2, 64)), {"max_degrees": -1.0}, r"^max_degrees and noise must be at least 0; got -1\.0 and 0\.15\.$"),
        (np.zeros((2, 64)), {"noise": -1.0}, r"got 25\.0 and -1\.0"),
        (np.zeros((2, 64)), {"max_shift": -1}, "most must be at least 0; got 2 and -1"),
    ],
)
def test_images_and_amounts_out_of_range_are_refused(images: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        canvas_digits(images, **options, rng=generator())
