"""Image transforms: against slices and quarter turns, and against SciPy, which has its own interpolation."""

import math
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import pytorch, reference
from learnkit import reference as lk

IMAGES = np.random.default_rng(0).random((3, 5, 5))
both = pytest.mark.parametrize("tree", [reference, pytorch], ids=["reference", "pytorch"])


@pytest.mark.worked_example("resize_bilinear")
def test_two_pixels_become_four_by_their_centers() -> None:
    # centers of the new pixels lie at -0.25, 0.25, 0.75, 1.25 of the old: 0, 1/4 and 3/4 of the way, and 1
    assert_close(lk.resize_bilinear(np.array([[0.0, 4.0]]), (1, 4)), [[0.0, 1.0, 3.0, 4.0]])


def test_rows_and_columns_are_not_mixed_up() -> None:
    ramp = np.arange(4.0)[:, None] + np.zeros((4, 6))
    resized = lk.resize_bilinear(ramp, (8, 3))
    assert resized.shape == (8, 3)
    assert_close(resized, resized[:, :1] + np.zeros((8, 3)))
    assert (np.diff(resized[:, 0]) >= 0).all()


def test_resizing_keeps_a_constant_and_a_mean_of_doubled_pixels() -> None:
    assert_close(lk.resize_bilinear(np.full((3, 4), 2.5), (7, 5)), np.full((7, 5), 2.5))
    assert_close(lk.resize_bilinear(IMAGES, (10, 10)).mean(), IMAGES.mean(), tolerance=0.02)


def test_integer_images_are_not_rounded() -> None:
    assert_close(lk.resize_bilinear(np.array([[0, 1]]), (1, 4)), [[0.0, 0.25, 0.75, 1.0]])


def test_whole_shifts_are_slices() -> None:
    moved = lk.shift_images(IMAGES, np.array([[1, 2], [-1, 0], [0, 0]]), fill=9.0)
    assert_equal(moved[0, 1:, 2:], IMAGES[0, :-1, :-2])
    assert_equal(moved[0, 0], np.full(5, 9.0))
    assert_equal(moved[1, :-1], IMAGES[1, 1:])
    assert_equal(moved[2], IMAGES[2])


@pytest.mark.worked_example("shift_images")
def test_half_a_pixel_is_the_mean_of_two() -> None:
    # each pixel is halfway between its old value and the one before: (0 + 0)/2 with the ground, (0 + 2)/2, (2 + 6)/2
    assert_close(lk.shift_images(np.array([[[0.0, 2.0, 6.0]]]), np.array([[0.0, 0.5]])), [[[0.0, 1.0, 4.0]]])


def test_quarter_turns_are_those_of_numpy() -> None:
    turned = lk.rotate_images(IMAGES, np.array([90.0, 180.0, -90.0]))
    for image, found, quarters in zip(IMAGES, turned, (1, 2, 3), strict=True):
        assert_close(found, np.rot90(image, quarters), tolerance=1e-9)


@pytest.mark.worked_example("rotate_images")
def test_a_quarter_turn_of_four_numbers() -> None:
    # against the clock: the right column 2, 4 becomes the upper row, the left column 1, 3 the lower
    assert_close(lk.rotate_images(np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([90.0])), [[[2.0, 4.0], [1.0, 3.0]]], tolerance=1e-9)


def test_turning_there_and_back_keeps_a_smooth_middle() -> None:
    y, x = np.mgrid[:21, :21]
    smooth = np.sin(x / 6) + np.cos(y / 5)
    there = lk.rotate_images(smooth[None], np.array([17.0]))
    back = lk.rotate_images(there, np.array([-17.0]))[0]
    assert_close(back[7:14, 7:14], smooth[7:14, 7:14], tolerance=0.02)


@pytest.mark.parametrize("angle", [25.0, -70.0])
def test_scipy_turns_the_same_way(angle: float) -> None:
    from scipy.ndimage import rotate

    image = np.random.default_rng(1).random((7, 9))
    expected = rotate(image, angle, reshape=False, order=1, mode="constant")
    found = lk.rotate_images(image[None], np.array([angle]))[0]
    assert_close(found[2:5, 3:6], expected[2:5, 3:6], tolerance=1e-9)  # at the border SciPy fades to the ground otherwise


@pytest.mark.worked_example("scale_images")
def test_a_factor_of_1_changes_nothing_and_of_2_doubles_what_is_seen() -> None:
    # twice as wide about the middle, pixel 4: pixel j shows 4 + (j - 4)/2, so 2.5 at pixel 1, halfway from 0 to 1, and 3 at pixel 2
    assert_close(lk.scale_images(IMAGES, np.ones(3)), IMAGES)
    wide = np.zeros((1, 1, 9))
    wide[0, 0, 3:6] = 1.0
    assert_close(lk.scale_images(wide, np.array([2.0])), [[[0, 0.5, 1, 1, 1, 1, 1, 0.5, 0]]])
    assert lk.scale_images(wide, np.array([0.5])).sum() < wide.sum()


def test_what_comes_in_from_outside_is_the_ground() -> None:
    small = lk.scale_images(np.ones((1, 5, 5)), np.array([0.4]), fill=7.0)[0]
    assert_equal(small[0], np.full(5, 7.0))
    assert_close(small[2, 2], 1.0)


def test_channels_move_together() -> None:
    images = np.random.default_rng(0).random((2, 3, 5, 6))
    for name, amounts in (("shift_images", np.array([[0.5, 1.0], [0.0, 2.0]])), ("rotate_images", np.array([30.0, -10.0]))):
        whole = getattr(lk, name)(images, amounts)
        for channel in range(3):
            assert_close(whole[:, channel], getattr(lk, name)(images[:, channel], amounts))


@pytest.mark.worked_example("add_noise")
def test_noise_is_added_and_cut_only_if_asked() -> None:
    # 0.5 + 0.25 = 0.75 and 0.9 + 0.25 = 1.15, which is cut to 1; 0.1 - 0.25 is cut to 0
    assert_close(lk.add_noise(np.array([0.5, 0.9]), np.array([0.25, 0.25])), [0.75, 1.15])
    assert_close(lk.add_noise(np.array([0.5, 0.9]), np.array([0.25, 0.25]), low=0.0, high=1.0), [0.75, 1.0])
    assert_close(lk.add_noise(np.array([0.1]), np.array([-0.25]), low=0.0), [0.0])


@pytest.mark.worked_example("sample_shifts")
@both
def test_every_shift_is_as_likely_as_any_other_both_ends_included(tree: Any) -> None:
    # 5 × 20,000 draws of 5 values: each share is 1/5 with the standard error √(0.16/n); 5 of them, one false alarm in 300,000
    drawn = np.asarray(tree.sample_shifts(20_000, 2, rng=tree.rng(0)))
    assert drawn.shape == (20_000, 2)
    for axis in (0, 1):
        for value in range(-2, 3):
            assert abs((drawn[:, axis] == value).mean() - 0.2) <= 5 * math.sqrt(0.16 / 20_000)
    # the two axes are drawn apart: the mean of their products has the standard error 2/√n
    assert abs((drawn[:, 0] * drawn[:, 1]).mean()) <= 5 * 2 / math.sqrt(20_000)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: lk.resize_bilinear(np.ones(3), (2, 2)), r"images must be \(..., H, W\)"),
        (lambda: lk.resize_bilinear(np.ones((3, 3)), (0, 2)), "each at least 1"),
        (lambda: lk.shift_images(IMAGES, np.ones(3)), r"one amount each, \(N, 2\); got \(3, 5, 5\) and \(3,\)"),
        (lambda: lk.rotate_images(IMAGES, np.ones(2)), r"one amount each, \(N,\)"),
        (lambda: lk.rotate_images(IMAGES[0], np.ones(5)), r"images must be \(N, H, W\)"),
        (lambda: lk.scale_images(IMAGES, np.array([1.0, 0.0, 1.0])), "factors must be above 0"),
        (lambda: lk.add_noise(IMAGES, np.ones(3)), "the same shape"),
        (lambda: lk.add_noise(IMAGES, IMAGES, low=1.0, high=0.0), "low must not be above high"),
        (lambda: lk.sample_shifts(3, -1, rng=lk.rng(0)), "at least 0; got 3 and -1"),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call()
