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


def given(tree: Any, values: np.ndarray) -> Any:
    return values if tree is reference else pytorch.tensor(values)


def moved(tree: Any, images: Any) -> list[Any]:
    """Return three images after each transform."""
    half = given(tree, np.full(3, 0.5))
    shifted = tree.shift_images(images, given(tree, np.full((3, 2), 0.5)), fill=1.0)
    return [tree.resize_bilinear(images, (3, 7)), shifted, tree.rotate_images(images, 90 * half), tree.scale_images(images, half)]


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


@both
def test_resizing_to_the_same_size_changes_nothing(tree: Any) -> None:
    assert_equal(np.asarray(tree.resize_bilinear(given(tree, IMAGES), (5, 5))), IMAGES)


@both
def test_a_missing_pixel_does_not_spread_over_the_image(tree: Any) -> None:
    image = np.where(np.arange(36).reshape(6, 6) == 14, np.nan, 1.0)
    assert np.isnan(np.asarray(tree.resize_bilinear(given(tree, image), (6, 6)))).sum() <= 4


@both
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_keep_their_dtype(tree: Any, dtype: Any) -> None:
    images = given(tree, IMAGES.astype(dtype))
    assert {made.dtype for made in moved(tree, images)} == {images.dtype}


@both
def test_integers_become_float64(tree: Any) -> None:
    images = given(tree, (255 * IMAGES).astype(np.uint8))
    assert {str(made.dtype).removeprefix("torch.") for made in moved(tree, images)} == {"float64"}


@both
def test_the_images_are_not_changed(tree: Any) -> None:
    images = given(tree, IMAGES.copy())
    moved(tree, images)
    assert_equal(np.asarray(images), IMAGES)


@both
def test_no_images_are_no_error(tree: Any) -> None:
    none = given(tree, np.zeros((0, 4, 5)))
    assert tuple(tree.resize_bilinear(none, (2, 3)).shape) == (0, 2, 3)
    assert tuple(tree.shift_images(none, given(tree, np.zeros((0, 2)))).shape) == (0, 4, 5)
    assert tuple(tree.rotate_images(none, given(tree, np.zeros(0))).shape) == (0, 4, 5)


@both
@pytest.mark.parametrize("far", [1e6, -1e6, 1e30])
def test_an_image_moved_out_of_sight_leaves_the_ground(tree: Any, far: float) -> None:
    found = tree.shift_images(given(tree, np.ones((1, 2, 3))), given(tree, np.array([[far, 0.0]])), fill=0.5)
    assert_equal(np.asarray(found), np.full((1, 2, 3), 0.5))


@both
def test_an_angle_that_is_no_number_gives_none(tree: Any) -> None:
    found = np.asarray(tree.rotate_images(given(tree, np.ones((2, 3, 3))), given(tree, np.array([np.nan, 0.0]))))
    assert np.isnan(found[0]).all()
    assert_equal(found[1], np.ones((3, 3)))


@both
def test_a_bright_ground_leaves_the_image_as_it_is(tree: Any) -> None:
    # 1 - 1e8 + 1e8 is 0 in float32
    found = tree.shift_images(given(tree, np.ones((1, 2, 2), dtype=np.float32)), given(tree, np.array([[0, 1]])), fill=1e8)
    assert_equal(np.asarray(found), [[[1e8, 1.0], [1e8, 1.0]]])


@both
@pytest.mark.parametrize("fill", [math.nan, math.inf])
def test_a_ground_that_is_not_finite_is_refused(tree: Any, fill: float) -> None:
    for name, amounts in (("shift_images", np.zeros((3, 2))), ("rotate_images", np.zeros(3)), ("scale_images", np.ones(3))):
        with pytest.raises(ValueError, match=f"^fill must be finite; got {fill}.$"):
            getattr(tree, name)(given(tree, IMAGES), given(tree, amounts), fill=fill)


@both
@pytest.mark.parametrize("size", [(2.5, 2), (2,), (1, 2, 3), 4, "ab"], ids=str)
def test_a_size_that_is_not_two_whole_numbers_is_refused(tree: Any, size: Any) -> None:
    with pytest.raises(TypeError, match=r"^size must be two whole numbers, \(h, w\); got "):
        tree.resize_bilinear(given(tree, IMAGES), size)


@both
def test_images_without_a_pixel_are_refused(tree: Any) -> None:
    with pytest.raises(ValueError, match=r"images must have at least one pixel; got \(1, 0, 3\)"):
        tree.rotate_images(given(tree, np.ones((1, 0, 3))), given(tree, np.zeros(1)))
    with pytest.raises(ValueError, match="each at least 1"):
        tree.resize_bilinear(given(tree, np.ones((0, 3))), (2, 2))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: lk.resize_bilinear(np.ones(3), (2, 2)), r"images must be \(..., H, W\)"),
        (lambda: lk.resize_bilinear(np.ones((3, 3)), (0, 2)), "each at least 1"),
        (lambda: lk.shift_images(IMAGES, np.ones(3)), r"one amount each, \(N, 2\); got \(3, 5, 5\) and \(3,\)"),
        (lambda: lk.rotate_images(IMAGES, np.ones(2)), r"one amount each, \(N,\)"),
        (lambda: lk.rotate_images(IMAGES[0], np.ones(5)), r"images must be \(N, H, W\)"),
        (lambda: lk.scale_images(IMAGES, np.array([1.0, -2.0, 1.0])), "factors must be above 0; got -2.0"),
        (lambda: lk.scale_images(IMAGES, np.array([1.0, np.nan, 1.0])), "factors must be above 0; got nan"),
        (lambda: lk.add_noise(IMAGES, np.ones(3)), "the same shape"),
        (lambda: lk.add_noise(IMAGES, IMAGES, low=1.0, high=0.0), "low must not be above high"),
        (lambda: lk.sample_shifts(3, -1, rng=lk.rng(0)), "at least 0; got 3 and -1"),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call()
