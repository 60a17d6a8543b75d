"""Parity of image transforms, against PyTorch's interpolation and sampling pixel by pixel."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, given, normal


def _resized(torch: Any, images: Any, size: tuple[int, int]) -> Any:
    planes = images.reshape(1, -1, *images.shape[-2:])
    return torch.nn.functional.interpolate(planes, size=size, mode="bilinear", align_corners=False).reshape(*images.shape[:-2], *size)


def _warped(torch: Any, images: Any, sources: Any, fill: float) -> Any:
    """Sample each image where ``sources(n, y, x)`` says, pixel by pixel, four neighbors each."""
    planes = images.cpu().double().numpy()
    planes = planes[:, None] if planes.ndim == 3 else planes
    result = np.zeros_like(planes)
    for n, c, i, j in np.ndindex(*planes.shape):
        y, x = sources(n, i, j)
        for row in (int(np.floor(y)), int(np.floor(y)) + 1):
            for column in (int(np.floor(x)), int(np.floor(x)) + 1):
                inside = 0 <= row < planes.shape[2] and 0 <= column < planes.shape[3]
                value = planes[n, c, row, column] if inside else fill
                result[n, c, i, j] += (1 - abs(y - row)) * (1 - abs(x - column)) * value
    return torch.tensor(result.reshape(tuple(images.shape))).to(images)


def _shifted(torch: Any, images: Any, shifts: Any, *, fill: float = 0.0) -> Any:
    amounts = shifts.cpu().double().numpy()
    return _warped(torch, images, lambda n, y, x: (y - amounts[n, 0], x - amounts[n, 1]), fill)


def _around_center(images: Any, n: int, y: float, x: float, matrix: Any) -> tuple[float, float]:
    center = (np.array(images.shape[-2:]) - 1) / 2
    found = matrix(n) @ (np.array([y, x]) - center) + center
    return float(found[0]), float(found[1])


def _rotated(torch: Any, images: Any, degrees: Any, *, fill: float = 0.0) -> Any:
    angles = np.deg2rad(degrees.cpu().double().numpy())

    def back(n: int) -> Any:
        return np.array([[np.cos(angles[n]), np.sin(angles[n])], [-np.sin(angles[n]), np.cos(angles[n])]])

    return _warped(torch, images, lambda n, y, x: _around_center(images, n, y, x, back), fill)


def _scaled(torch: Any, images: Any, factors: Any, *, fill: float = 0.0) -> Any:
    amounts = factors.cpu().double().numpy()
    return _warped(torch, images, lambda n, y, x: _around_center(images, n, y, x, lambda n: np.eye(2) / amounts[n]), fill)


def _noisy(torch: Any, images: Any, noise: Any, *, low: Any = None, high: Any = None) -> Any:
    noisy = torch.add(images, noise)
    return noisy if low is None else torch.clamp(noisy, low, high)


BY_PIXEL = "PyTorch's grid_sample is what the twin calls; pixels are sampled one by one"
# a pixel whose source lies on the border between two cells may fall to either side: its weight there is rounding
LOOSE = {
    "forward_tolerance": 1e-10,
    "float32_tolerance": 1e-4,
    "tolerance_reason": "places are computed by other formulas, and steep images follow them",
}


def _turned(*shape: int) -> Any:
    return lambda rng: (rng.standard_normal(shape), rng.uniform(-60, 60, shape[0]))


def _sized(*shape: int) -> Any:
    return lambda rng: (rng.standard_normal(shape), rng.uniform(0.6, 1.7, shape[0]))


CONCEPTS = (
    Concept(
        name="resize_bilinear",
        official="torch.nn.functional.interpolate",
        call=_resized,
        inputs=("images", "size"),
        arrays=True,
        cases={
            "larger": Case(inputs=lambda rng: (rng.standard_normal((3, 5)), (7, 9))),
            "smaller": Case(inputs=lambda rng: (rng.standard_normal((8, 6)), (3, 2))),
            "rows up, columns down": Case(inputs=lambda rng: (rng.standard_normal((4, 6)), (9, 2))),
            "a batch with channels": Case(inputs=lambda rng: (rng.standard_normal((2, 3, 4, 5)), (6, 7))),
        },
        edges={
            "two by two to four by four": Case(inputs=given([[1.0, 2.0], [3.0, 4.0]], (4, 4))),
            "the same size": Case(inputs=lambda rng: (rng.standard_normal((3, 4)), (3, 4))),
            "one pixel": Case(inputs=given([[2.0]], (3, 2))),
            "a pixel that is NaN": Case(
                inputs=given([[1.0, 2.0, 3.0, 4.0], [5.0, float("nan"), 7.0, 8.0], [1.0, 1.0, 2.0, 2.0]], (5, 7)),
                why="reaches its neighbors, and not all rows and columns",
            ),
            "to one pixel": Case(inputs=lambda rng: (rng.standard_normal((5, 4)), (1, 1))),
        },
    ),
    Concept(
        name="shift_images",
        official="brute force",
        oracle_reason=BY_PIXEL,
        call=_shifted,
        inputs=("images", "shifts"),
        arrays=True,
        cases={
            "by fractions": Case(inputs=lambda rng: (rng.standard_normal((3, 4, 5)), rng.uniform(-2, 2, (3, 2)))),
            "with channels": Case(inputs=lambda rng: (rng.standard_normal((2, 3, 4, 5)), rng.uniform(-2, 2, (2, 2)))),
            "onto a ground": Case(inputs=lambda rng: (rng.standard_normal((2, 4, 5)), rng.uniform(-2, 2, (2, 2))), options={"fill": 0.7}),
        },
        edges={
            "out of the image": Case(inputs=given(np.ones((1, 2, 3)), [[9.3, 0.4]]), options={"fill": 0.25}),
            "onto a very bright ground": Case(
                inputs=given(np.ones((1, 2, 3)), [[0.0, 1.0]]), options={"fill": 1e8}, why="what is small beside fill stays"
            ),
        },
        **LOOSE,  # type: ignore[arg-type]
    ),
    Concept(
        name="rotate_images",
        official="brute force",
        oracle_reason=BY_PIXEL,
        call=_rotated,
        inputs=("images", "degrees"),
        arrays=True,
        cases={
            "not square": Case(inputs=_turned(3, 5, 6)),
            "with channels": Case(inputs=_turned(2, 3, 4, 5)),
            "onto a ground": Case(inputs=_turned(2, 5, 4), options={"fill": 0.7}),
        },
        edges={
            "not at all": Case(inputs=given(np.arange(12.0).reshape(1, 3, 4), [0.0])),
            "one pixel": Case(inputs=given(np.full((1, 1, 1), 2.0), [30.0]), options={"fill": 5.0}),
        },
        **LOOSE,  # type: ignore[arg-type]
    ),
    Concept(
        name="scale_images",
        official="brute force",
        oracle_reason=BY_PIXEL,
        call=_scaled,
        inputs=("images", "factors"),
        arrays=True,
        cases={"not square": Case(inputs=_sized(3, 5, 6)), "with channels": Case(inputs=_sized(2, 3, 4, 5), options={"fill": 0.3})},
        edges={"not at all": Case(inputs=given(np.arange(12.0).reshape(1, 3, 4), [1.0]))},
        **LOOSE,  # type: ignore[arg-type]
    ),
    Concept(
        name="add_noise",
        official="torch.clamp",
        call=_noisy,
        inputs=("images", "noise"),
        arrays=True,
        cases={
            "not cut": Case(inputs=normal((2, 3, 4), (2, 3, 4))),
            "cut": Case(inputs=normal((2, 3, 4), (2, 3, 4)), options={"low": 0.0, "high": 1.0}),
        },
        edges={"cut below": Case(inputs=normal((5,), (5,)), options={"low": 0.0})},
    ),
)
