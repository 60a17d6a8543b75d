"""Images, moved: resized, shifted, turned, scaled, made noisy; every image of a batch by its own amount.

Random transforms come in two halves: a draw (`sample_shifts`, `uniform`, `normal`) and what applies it. A new pixel is interpolated
from the four old ones around the place that it comes from. These are plain functions of arrays and record no gradient: they
prepare data. The twin's are differentiable in the images.

Source: Jaderberg et al. 2015, Spatial transformer networks, equations 1 and 5 (affine grids and bilinear sampling).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.reference.operations import Array
from learnkit.training.image_shapes import check_ground, checked_size


def resize_bilinear(images: Any, size: Sequence[int]) -> Array:
    """Resize images, each new pixel a mean of the four old ones around its center.

    Pixel i of h covers the place (i + ½) H/h - ½ of the old rows; columns alike. Beyond the outermost centers the edge goes on.

    Parameters
    ----------
    images : (..., H, W)
    size : (h, w)

    Returns
    -------
    array (..., h, w) of floating-point numbers; integers become float64

    Raises
    ------
    ValueError
        If there are fewer than two axes, or a size below 1.
    TypeError
        If size is not two whole numbers.

    Notes
    -----
    Pixel centers are aligned, not corners: ``align_corners=False``. Making images much smaller skips pixels: average them first.

    Examples
    --------
    >>> resize_bilinear(np.array([[0.0, 4.0]]), (1, 4))
    array([[0., 1., 3., 4.]])

    See Also
    --------
    learnkit.pytorch.resize_bilinear, torch.nn.functional.interpolate
    """
    images = np.asarray(images)
    height, width = checked_size(images.shape, size)
    resized = _resampled(_as_floats(images), height, axis=-2)  # (..., H, W) -> (..., h, W)
    return _resampled(resized, width, axis=-1)  # (..., h, W) -> (..., h, w)


def _resampled(images: Array, new: int, *, axis: int) -> Array:
    """Mix, for each new pixel along an axis, the two old ones around its center."""
    old = images.shape[axis]
    place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    before = place.astype(int)
    share = (place - before).astype(images.dtype)
    share = share[:, None] if axis == -2 else share
    after = np.minimum(before + 1, old - 1)
    return np.asarray(np.take(images, before, axis=axis) * (1 - share) + np.take(images, after, axis=axis) * share)


def sample_shifts(n: int, most: int, *, rng: "np.random.Generator") -> Array:
    """Draw whole shifts for some images: each of -most, ..., most rows and columns as likely as any other.

    Parameters
    ----------
    n : int
        The number of images.
    most : int, at least 0
    rng : np.random.Generator

    Returns
    -------
    array (n, 2) of integers

    Raises
    ------
    ValueError
        If n or most is below 0.

    Examples
    --------
    >>> sample_shifts(2, 1, rng=np.random.default_rng(0))
    array([[ 1,  0],
           [ 0, -1]])

    See Also
    --------
    learnkit.pytorch.sample_shifts, shift_images, uniform (for angles; 1 + uniform for factors)
    """
    if n < 0 or most < 0:
        raise ValueError(f"n and most must be at least 0; got {n} and {most}.")
    return rng.integers(-most, most, size=(n, 2), endpoint=True)


def shift_images(images: Any, shifts: Any, *, fill: float = 0.0) -> Array:
    """Move each image by its own number of pixels; what comes in is fill.

    Parameters
    ----------
    images : (N, H, W) or (N, C, H, W)
    shifts : (N, 2)
        Rows down and columns to the right; fractions of a pixel are interpolated.
    fill : float
        What lies around the image.

    Returns
    -------
    array of the images' shape; integers become float64

    Raises
    ------
    ValueError
        If the shapes do not fit, an image has no pixel, or fill is not finite.

    Examples
    --------
    >>> shift_images(np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([[0, 1]]))
    array([[[0., 1.],
            [0., 3.]]])

    See Also
    --------
    learnkit.pytorch.shift_images, sample_shifts, torch.nn.functional.grid_sample
    """
    images, down, right = _checked(images, shifts, 2, fill)
    y, x = _grid(images)
    return _sampled(images, y - down, x - right, fill)


def rotate_images(images: Any, degrees: Any, *, fill: float = 0.0) -> Array:
    """Turn each image by its own angle around its center; corners that come in are fill.

    Parameters
    ----------
    images : (N, H, W) or (N, C, H, W)
    degrees : (N,)
        Counterclockwise, as one sees it.
    fill : float
        What lies around the image.

    Returns
    -------
    array of the images' shape; integers become float64

    Raises
    ------
    ValueError
        If the shapes do not fit, an image has no pixel, or fill is not finite.

    Examples
    --------
    >>> rotate_images(np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([90.0])).round(6)
    array([[[2., 4.],
            [1., 3.]]])

    See Also
    --------
    learnkit.pytorch.rotate_images, torch.nn.functional.affine_grid
    """
    images, angle = _checked(images, degrees, 1, fill)
    y, x = _grid(images)
    center_y, center_x = (images.shape[-2] - 1) / 2, (images.shape[-1] - 1) / 2
    y, x = y - center_y, x - center_x
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    # rows grow downwards: the place that comes to (y, x) counterclockwise lies clockwise of it
    return _sampled(images, cos * y + sin * x + center_y, cos * x - sin * y + center_x, fill)


def scale_images(images: Any, factors: Any, *, fill: float = 0.0) -> Array:
    """Make what each image shows larger or smaller, around its center; the image keeps its size.

    Parameters
    ----------
    images : (N, H, W) or (N, C, H, W)
    factors : (N,)
        Above 1 is larger, and cuts the border off; below 1 is smaller, with fill around it.
    fill : float
        What lies around the image.

    Returns
    -------
    array of the images' shape; integers become float64

    Raises
    ------
    ValueError
        If the shapes do not fit, an image has no pixel, or fill is not finite.

    Notes
    -----
    A factor of 0 or below is refused: nothing would be left, or the image would be turned around.

    Examples
    --------
    Half as large: 8 pixels of light become 4.

    >>> scale_images(np.ones((1, 1, 8)), np.array([0.5]))[0, 0]
    array([0., 0., 1., 1., 1., 1., 0., 0.])

    See Also
    --------
    learnkit.pytorch.scale_images, torch.nn.functional.affine_grid
    """
    images, factor = _checked(images, factors, 1, fill)
    if not (factor > 0).all():
        raise ValueError(f"factors must be above 0; got {factor[~(factor > 0)][0]}. Below 1 is smaller; turn with rotate_images.")
    y, x = _grid(images)
    center_y, center_x = (images.shape[-2] - 1) / 2, (images.shape[-1] - 1) / 2
    return _sampled(images, (y - center_y) / factor + center_y, (x - center_x) / factor + center_x, fill)


def add_noise(images: Any, noise: Any, *, low: float | None = None, high: float | None = None) -> Array:
    """Return images + noise, cut to a range if one is given.

    Parameters
    ----------
    images : any shape
    noise : same shape
        Such as ``normal(images.shape, std=0.1, rng=rng)``.
    low, high : float, optional
        The range of the data: 0 and 1, or 0 and 255. None does not cut: cut noise no longer has mean 0.

    Returns
    -------
    array of the images' shape

    Raises
    ------
    ValueError
        If the shapes differ, or low is above high.

    Examples
    --------
    >>> add_noise(np.array([0.5, 0.9]), np.array([0.25, 0.25]), low=0.0, high=1.0)
    array([0.75, 1.  ])

    See Also
    --------
    learnkit.pytorch.add_noise, normal
    """
    images, noise = np.asarray(images), np.asarray(noise)
    if images.shape != noise.shape:
        raise ValueError(f"images and noise must have the same shape; got {images.shape} and {noise.shape}.")
    if low is not None and high is not None and low > high:
        raise ValueError(f"low must not be above high; got {low} and {high}.")
    noisy = images + noise
    return np.asarray(noisy if low is None and high is None else np.clip(noisy, low, high))


def _checked(images: Any, amounts: Any, each: int, fill: float) -> tuple[Array, ...]:
    """Return the images, and each amount as a column (N, 1, 1) that broadcasts over the pixels."""
    images, amounts = np.asarray(images), np.asarray(amounts)
    wanted = images.shape[:1] if each == 1 else (*images.shape[:1], each)
    if images.ndim not in (3, 4) or amounts.shape != wanted:
        amount = "(N,)" if each == 1 else f"(N, {each})"
        raise ValueError(
            f"images must be (N, H, W) or (N, C, H, W), with one amount each, {amount}; got {images.shape} and {amounts.shape}."
        )
    check_ground(images.shape, fill)
    images = _as_floats(images)
    return images, *(amounts.reshape(-1, each).T[..., None, None].astype(images.dtype))


def _as_floats(images: Array) -> Array:
    return images if images.dtype.kind == "f" else images.astype(np.float64)


def _grid(images: Array) -> tuple[Array, Array]:
    """Return the row (1, H, 1) and the column (1, 1, W) of every pixel."""
    height, width = images.shape[-2:]
    return np.arange(height, dtype=images.dtype)[None, :, None], np.arange(width, dtype=images.dtype)[None, None, :]


def _sampled(images: Array, y: Array, x: Array, fill: float) -> Array:
    """Return the images at the places (y, x), (N, H, W), each a mean of four pixels; around the image lies fill."""
    height, width = images.shape[-2:]
    y, x = np.broadcast_arrays(y, x)
    below, left = np.floor(y), np.floor(x)
    each = np.arange(len(images))[:, None, None]
    pixels = images if images.ndim == 4 else images[:, None]
    total = np.zeros_like(pixels)
    outside = np.ones(y.shape, dtype=images.dtype)
    for row, column in ((below, left), (below, left + 1), (below + 1, left), (below + 1, left + 1)):
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        share = (1 - np.abs(y - row)) * (1 - np.abs(x - column)) * inside
        rows, columns = (np.where(inside, place, 0).astype(int) for place in (row, column))
        found = np.moveaxis(pixels[each, :, rows, columns], -1, 1)  # (N, H, W, C) -> (N, C, H, W)
        total += share[:, None] * found
        outside -= share
    total += fill * outside[:, None]
    return total.reshape(images.shape)
