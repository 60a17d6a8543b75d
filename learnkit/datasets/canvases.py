"""Digits that lie anywhere: drawn on a larger canvas, each turned, scaled, shifted and made noisy by its own amounts.

The 8 × 8 digits fill their frame and all stand upright in its middle, so there is nothing to learn about place or pose from them. On a
canvas there is.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def canvas_digits(
    images: Any,
    *,
    size: int = 16,
    max_shift: int = 2,
    max_degrees: float = 25.0,
    scales: tuple[float, float] = (0.8, 1.2),
    noise: float = 0.15,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Draw digits on a canvas, each with a turn, a scale, a shift and noise of its own.

    Parameters
    ----------
    images : (N, 64) or (N, 8, 8)
        As `digits` returns them, from 0 to 1; any square size below that of the canvas will do.
    size : int
        Height and width of the canvas; the digit begins in its middle.
    max_shift : int
        Whole pixels, each from -max_shift to max_shift as likely as any other, down and to the right.
    max_degrees : float
        Turns are uniform in [-max_degrees, max_degrees].
    scales : (low, high)
        Factors are uniform in [low, high].
    noise : float
        The standard deviation of what is added to each pixel; the result is cut to 0 and 1.
    rng : np.random.Generator

    Returns
    -------
    array (N, size, size) float32

    Raises
    ------
    ValueError
        If the images are not square or larger than the canvas, or an amount is out of its range.

    Notes
    -----
    Every call draws anew: six augmented copies are six calls, or one with the images repeated. With all amounts at 0 and scales (1, 1)
    the digits lie in the middle, unchanged.

    Examples
    --------
    >>> still = {"max_shift": 0, "max_degrees": 0.0, "scales": (1.0, 1.0), "noise": 0.0}
    >>> canvas_digits([[1.0]], size=3, **still, rng=np.random.default_rng(0))[0]
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]], dtype=float32)

    See Also
    --------
    learnkit.reference.shift_images, learnkit.reference.rotate_images, learnkit.reference.scale_images
    """
    from learnkit.reference import rotate_images, sample_shifts, scale_images, shift_images

    pixels = _squares(images, size)
    low, high = scales
    if not 0 < low <= high:
        raise ValueError(f"scales must be (low, high) with 0 < low <= high; got {scales}.")
    if not max_degrees >= 0 or not noise >= 0:
        raise ValueError(f"max_degrees and noise must be at least 0; got {max_degrees} and {noise}.")
    n, height, _ = pixels.shape
    before = (size - height) // 2
    canvas = np.zeros((n, size, size), dtype=np.float32)
    canvas[:, before : before + height, before : before + height] = pixels
    canvas = rotate_images(canvas, rng.uniform(-max_degrees, max_degrees, n))
    canvas = scale_images(canvas, rng.uniform(low, high, n))
    canvas = shift_images(canvas, sample_shifts(n, max_shift, rng=rng))
    return np.clip(canvas + noise * rng.normal(size=canvas.shape), 0, 1).astype(np.float32)


def _squares(images: Any, size: int) -> NDArray[np.float32]:
    pixels = np.asarray(images, dtype=np.float32)
    if pixels.ndim == 2:
        side = round(pixels.shape[1] ** 0.5)
        if side * side == pixels.shape[1]:
            pixels = pixels.reshape(-1, side, side)
    if pixels.ndim != 3 or pixels.shape[1] != pixels.shape[2] or not 1 <= pixels.shape[1] <= size:
        raise ValueError(f"images must be (N, H, H) or (N, H·H) with H from 1 to the canvas' size {size}; got {np.asarray(images).shape}.")
    return pixels
