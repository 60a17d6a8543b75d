"""What images and their new sizes must be: the checks that both trees share."""

import math
from collections.abc import Sequence
from typing import Any


def checked_size(shape: Sequence[int], size: Any) -> tuple[int, int]:
    """Return the new height and width; raise if they are none, or the images have no pixel.

    Examples
    --------
    >>> checked_size((5, 8, 8), (16, 4))
    (16, 4)
    >>> checked_size((5, 8, 8), 16)
    Traceback (most recent call last):
    TypeError: size must be two whole numbers, (h, w); got 16.
    """
    if not hasattr(size, "__len__") or len(size) != 2 or any(not hasattr(new, "__index__") for new in size):
        raise TypeError(f"size must be two whole numbers, (h, w); got {size}.")
    height, width = (int(new) for new in size)
    if len(shape) < 2 or min(height, width, *shape[-2:]) < 1:
        raise ValueError(f"images must be (..., H, W) and size (h, w), each at least 1; got {tuple(shape)} and {(height, width)}.")
    return height, width


def check_ground(shape: Sequence[int], fill: float) -> None:
    """Raise if images have no pixel, or what lies around them is not finite: 0 times NaN is NaN, inside the image too.

    Examples
    --------
    >>> check_ground((5, 8, 8), float("nan"))
    Traceback (most recent call last):
    ValueError: fill must be finite; got nan.
    """
    if min(shape[-2:]) < 1:
        raise ValueError(f"images must have at least one pixel; got {tuple(shape)}.")
    if not math.isfinite(fill):
        raise ValueError(f"fill must be finite; got {fill}.")
