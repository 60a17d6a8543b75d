"""Images, moved: resized, shifted, turned, scaled, made noisy; every image of a batch by its own amount.

Random transforms come in two halves: a draw (`sample_shifts`, `uniform`, `normal`) and what applies it. PyTorch's interpolate and
grid_sample do the work, on any device, and are differentiable in the images.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional


def resize_bilinear(images: Tensor, size: Sequence[int]) -> Tensor:
    """Resize images, each new pixel a mean of the four old ones around its center.

    Pixel i of h covers the place (i + ½) H/h - ½ of the old rows; columns alike. Beyond the outermost centers the edge goes on.

    Parameters
    ----------
    images : (..., H, W)
    size : (h, w)

    Returns
    -------
    tensor (..., h, w) of floating-point numbers

    Raises
    ------
    ValueError
        If there are fewer than two axes, or a size below 1.

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
    if images.ndim < 2 or len(size) != 2 or min(*size, *images.shape[-2:]) < 1:
        raise ValueError(f"images must be (..., H, W) and size (h, w), each at least 1; got {tuple(images.shape)} and {tuple(size)}.")
    planes = images.reshape(-1, 1, *images.shape[-2:])
    planes = planes if planes.is_floating_point() else planes.double()
    resized = functional.interpolate(planes, size=tuple(size), mode="bilinear", align_corners=False)
    return resized.reshape(*images.shape[:-2], *size)


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

    See Also
    --------
    learnkit.reference.sample_shifts, shift_images, uniform (for angles and factors)
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
    tensor of the images' shape

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> shift_images(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), torch.tensor([[0, 1]]))
    tensor([[[0., 1.],
             [0., 3.]]])

    See Also
    --------
    learnkit.reference.shift_images, sample_shifts, torch.nn.functional.grid_sample
    """
    images, shifts = _checked(images, shifts, 2)
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
    tensor of the images' shape

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> rotate_images(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), torch.tensor([90.0])).round(decimals=4)
    tensor([[[2., 4.],
             [1., 3.]]])

    See Also
    --------
    learnkit.reference.rotate_images, torch.nn.functional.affine_grid
    """
    images, angle = _checked(images, degrees, 1)
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
    tensor of the images' shape

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    Factors of 0 and below are not noticed: looking would wait for the device.

    See Also
    --------
    learnkit.reference.scale_images, torch.nn.functional.affine_grid
    """
    images, factor = _checked(images, factors, 1)
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


def _checked(images: Tensor, amounts: Tensor, each: int) -> tuple[Tensor, Tensor]:
    wanted = images.shape[:1] if each == 1 else (*images.shape[:1], each)
    if images.ndim not in (3, 4) or amounts.shape != tuple(wanted):
        amount = "(N,)" if each == 1 else f"(N, {each})"
        shapes = f"{tuple(images.shape)} and {tuple(amounts.shape)}"
        raise ValueError(f"images must be (N, H, W) or (N, C, H, W), with one amount each, {amount}; got {shapes}.")
    images = images if images.is_floating_point() else images.double()
    return images, amounts.to(images)


def _sampled(images: Tensor, matrices: Tensor, fill: float) -> Tensor:
    """Return the images where the affine matrices (N, 2, 3) say; grid_sample puts zeros around, so that fill is taken away before."""
    planes = (images if images.ndim == 4 else images[:, None]) - fill
    grid = functional.affine_grid(matrices, list(planes.shape), align_corners=False)
    moved = functional.grid_sample(planes, grid, mode="bilinear", padding_mode="zeros", align_corners=False) + fill
    return moved if images.ndim == 4 else moved[:, 0]
