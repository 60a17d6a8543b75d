"""Images, moved: resized, shifted, turned, scaled, made noisy; every image of a batch by its own amount.

Random transforms come in two halves: a draw (`sample_shifts`, `uniform`, `normal`) and what applies it. PyTorch's interpolate and
grid_sample do the work, on any device, and are differentiable in the images.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from learnkit.training.image_shapes import check_ground, checked_size


def resize_bilinear(images: Tensor, size: Sequence[int]) -> Tensor:
    """Resize images, each new pixel a mean of the four old ones around its center.

    Pixel i of h covers the place (i + ½) H/h - ½ of the old rows; columns alike. Beyond the outermost centers the edge goes on.

    Parameters
    ----------
    images : (..., H, W)
    size : (h, w)

    Returns
    -------
    tensor (..., h, w) of floating-point numbers; integers become float64

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
    >>> resize_bilinear(torch.tensor([[0.0, 4.0]]), (1, 4))
    tensor([[0., 1., 3., 4.]])

    See Also
    --------
    learnkit.reference.resize_bilinear, torch.nn.functional.interpolate
    """
    height, width = checked_size(images.shape, size)
    planes = _as_floats(images).reshape(math.prod(images.shape[:-2]), 1, *images.shape[-2:])
    resized = functional.interpolate(planes, size=(height, width), mode="bilinear", align_corners=False)
    return resized.reshape(*images.shape[:-2], height, width)


def sample_shifts(n: int, most: int, *, rng: torch.Generator) -> Tensor:
    """Draw whole shifts for some images: each of -most, ..., most rows and columns as likely as any other.

    Parameters
    ----------
    n : int
        The number of images.
    most : int, at least 0
    rng : torch.Generator

    Returns
    -------
    tensor (n, 2) of integers

    Raises
    ------
    ValueError
        If n or most is below 0.

    Examples
    --------
    >>> sample_shifts(2, 0, rng=torch.Generator())
    tensor([[0, 0],
            [0, 0]])

    See Also
    --------
    learnkit.reference.sample_shifts, shift_images, uniform (for angles; 1 + uniform for factors)
    """
    if n < 0 or most < 0:
        raise ValueError(f"n and most must be at least 0; got {n} and {most}.")
    return torch.randint(-most, most + 1, (n, 2), generator=rng, device=rng.device)


def shift_images(images: Tensor, shifts: Tensor, *, fill: float = 0.0) -> Tensor:
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
    tensor of the images' shape; integers become float64

    Raises
    ------
    ValueError
        If the shapes do not fit, an image has no pixel, or fill is not finite.

    Examples
    --------
    >>> shift_images(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), torch.tensor([[0, 1]]))
    tensor([[[0., 1.],
             [0., 3.]]])

    See Also
    --------
    learnkit.reference.shift_images, sample_shifts, torch.nn.functional.grid_sample
    """
    images, shifts = _checked(images, shifts, 2, fill)
    height, width = images.shape[-2:]
    eye = torch.eye(2, dtype=images.dtype, device=images.device).expand(len(images), 2, 2)
    moved = torch.stack([-2 * shifts[:, 1] / width, -2 * shifts[:, 0] / height], dim=1)
    return _sampled(images, torch.cat([eye, moved[:, :, None]], dim=2), fill)


def rotate_images(images: Tensor, degrees: Tensor, *, fill: float = 0.0) -> Tensor:
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
    tensor of the images' shape; integers become float64

    Raises
    ------
    ValueError
        If the shapes do not fit, an image has no pixel, or fill is not finite.

    Examples
    --------
    >>> rotate_images(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), torch.tensor([90.0])).round(decimals=4)
    tensor([[[2., 4.],
             [1., 3.]]])

    See Also
    --------
    learnkit.reference.rotate_images, torch.nn.functional.affine_grid
    """
    images, angle = _checked(images, degrees, 1, fill)
    cos, sin = angle.deg2rad().cos(), angle.deg2rad().sin()
    ratio = images.shape[-2] / images.shape[-1]  # affine_grid measures both axes from -1 to 1, whatever their lengths
    zero = torch.zeros_like(cos)
    rows = [torch.stack([cos, -sin * ratio, zero], dim=1), torch.stack([sin / ratio, cos, zero], dim=1)]
    return _sampled(images, torch.stack(rows, dim=1), fill)


def scale_images(images: Tensor, factors: Tensor, *, fill: float = 0.0) -> Tensor:
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
    tensor of the images' shape; integers become float64

    Raises
    ------
    ValueError
        If the shapes do not fit, an image has no pixel, or fill is not finite.

    Notes
    -----
    Factors of 0 and below are not noticed: looking would wait for the device.

    Examples
    --------
    Half as large: 8 pixels of light become 4.

    >>> scale_images(torch.ones(1, 1, 8), torch.tensor([0.5]))[0, 0]
    tensor([0., 0., 1., 1., 1., 1., 0., 0.])

    See Also
    --------
    learnkit.reference.scale_images, torch.nn.functional.affine_grid
    """
    images, factor = _checked(images, factors, 1, fill)
    zero = torch.zeros_like(factor)
    rows = [torch.stack([1 / factor, zero, zero], dim=1), torch.stack([zero, 1 / factor, zero], dim=1)]
    return _sampled(images, torch.stack(rows, dim=1), fill)


def add_noise(images: Tensor, noise: Tensor, *, low: float | None = None, high: float | None = None) -> Tensor:
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
    tensor of the images' shape

    Raises
    ------
    ValueError
        If the shapes differ, or low is above high.

    Examples
    --------
    >>> add_noise(torch.tensor([0.5, 0.9]), torch.tensor([0.25, 0.25]), low=0.0, high=1.0)
    tensor([0.7500, 1.0000])

    See Also
    --------
    learnkit.reference.add_noise, normal
    """
    if images.shape != noise.shape:
        raise ValueError(f"images and noise must have the same shape; got {tuple(images.shape)} and {tuple(noise.shape)}.")
    if low is not None and high is not None and low > high:
        raise ValueError(f"low must not be above high; got {low} and {high}.")
    noisy = images + noise
    return noisy if low is None and high is None else noisy.clamp(low, high)


def _checked(images: Tensor, amounts: Tensor, each: int, fill: float) -> tuple[Tensor, Tensor]:
    wanted = images.shape[:1] if each == 1 else (*images.shape[:1], each)
    if images.ndim not in (3, 4) or amounts.shape != tuple(wanted):
        amount = "(N,)" if each == 1 else f"(N, {each})"
        shapes = f"{tuple(images.shape)} and {tuple(amounts.shape)}"
        raise ValueError(f"images must be (N, H, W) or (N, C, H, W), with one amount each, {amount}; got {shapes}.")
    check_ground(images.shape, fill)
    images = _as_floats(images)
    return images, amounts.to(images)


def _as_floats(images: Tensor) -> Tensor:
    return images if images.is_floating_point() else images.double()


def _sampled(images: Tensor, matrices: Tensor, fill: float) -> Tensor:
    """Return the images where the affine matrices (N, 2, 3) say, with fill around them."""
    if len(images) == 0:
        return images.clone()  # affine_grid refuses a batch of none
    planes = images if images.ndim == 4 else images[:, None]
    grid = functional.affine_grid(matrices, list(planes.shape), align_corners=False)
    moved = _at(planes, grid)
    if fill:
        # to take fill away before and add it after would be one call less, and lose what is small beside it: 1e8 leaves nothing of 1.0
        moved = moved + fill * (1 - _at(torch.ones_like(planes[:, :1]), grid))
    return moved.reshape(images.shape)


def _at(planes: Tensor, grid: Tensor) -> Tensor:
    return functional.grid_sample(planes, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
