"""Pictures of what a model reads: rows of handwritten digits, with what they are and what the model says they are.

`draw_digits` takes the images of `learnkit.datasets.digits` as they are.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from learnkit.visual.canvas import SMALL, WIDTH, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.inputs import Floats, as_floats, table_of, wrapped
from learnkit.visual.palettes import INK, LOOKS, SOFT_INK, dark_enough

MOST = 100  # more cannot be looked at


def _as_images(images: ArrayLike) -> Floats:
    array = as_floats("images", images)
    if array.ndim == 2 and array.shape[1] == 64:
        array = array.reshape(-1, 8, 8)
    if array.ndim != 3 or array.shape[1:] != (8, 8) or not 1 <= len(array) <= MOST:
        hint = " Use images[:12]." if array.ndim in (2, 3) and len(array) > MOST else ""
        hint = " Use images[None] for a single one." if array.shape in ((64,), (8, 8)) else hint
        raise ValueError(f"images must be (N, 64) or (N, 8, 8) with 1 to {MOST} images; got shape {np.shape(images)}.{hint}")
    if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
        raise ValueError(
            f"images must hold gray values from 0 (paper) to 1 (ink); got values from {array.min()} to {array.max()}. "
            "Use images / 16 for scikit-learn's own digits."
        )
    return array


def _as_answers(name: str, values: ArrayLike | None, count: int) -> list[Any] | None:
    if values is None:
        return None
    array: NDArray[Any] = np.asarray(values)
    if array.shape != (count,):
        raise ValueError(f"{name} must be one for each image, shape ({count},); got shape {array.shape}.")
    answers: list[Any] = array.tolist()
    return answers


def draw_digits(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    predictions: ArrayLike | None = None,
    captions: Sequence[str] | None = None,
    columns: int = 6,
    title: str | None = None,
) -> LessonFigure:
    """Draw digits in rows, ink on paper, with a caption below each.

    The caption is the label; with predictions it is "says 3, is 8" where they differ, in bold and with a thick frame.

    Parameters
    ----------
    images : (N, 64) or (N, 8, 8)
        1 to 100 images, gray values from 0 (paper) to 1 (ink).
    labels : (N,) or None
        What each image shows.
    predictions : (N,) or None
        What a model says that it shows.
    captions : N strings or None
        One more line for each image, such as "p = 0.99".
    columns : int
        Images in a row, 1 to 12.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has "images" (N, 8, 8), and "labels", "predictions" and "captions" where given.

    Raises
    ------
    ValueError
        If the images are not such, or the others are not one for each image.

    Examples
    --------
    >>> figure = draw_digits(np.zeros((2, 64)), [3, 8], predictions=[3, 5])
    >>> figure.alt_text
    '2 images of handwritten digits, showing 3, 8. 1 of 2 is named wrongly: says 5, is 8.'
    """
    pictures = _as_images(images)
    count = len(pictures)
    shown, said = _as_answers("labels", labels, count), _as_answers("predictions", predictions, count)
    if captions is not None and (isinstance(captions, str) or len(captions) != count):
        raise ValueError(f"captions must be one string for each of the {count} images; got {captions!r}.")
    if not 1 <= columns <= 12:
        raise ValueError(f"columns must be 1 to 12; got {columns}.")

    columns = min(columns, count)
    rows = -(-count // columns)
    cell = min(1.25, (WIDTH - 0.2) / columns)
    wrong = [shown is not None and said is not None and shown[i] != said[i] for i in range(count)]
    texts = [
        wrapped("\n".join(_caption(i, shown, said, wrong[i]) + ([captions[i]] if captions is not None else [])), cell - 0.05, SMALL)
        for i in range(count)
    ]
    width = max(4.0, columns * cell + 0.2)
    lines = sum(max(text.count("\n") + 1 for text in texts[row * columns : (row + 1) * columns]) for row in range(rows))
    height = rows * (min(cell, 1.0) + 0.12) + lines * 0.155 + 0.15
    with course_style():
        figure = new_figure(height, width=width)
        grid = figure.subplots(rows, columns, squeeze=False)
        for i, axes in enumerate(grid.flat):
            if i >= count:
                axes.remove()
                continue
            axes.imshow(pictures[i], cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
            axes.grid(False)
            axes.set_xticks([])
            axes.yaxis.set_visible(False)
            look = LOOKS["wrong answer"]
            axes.set_xlabel(
                texts[i], fontsize=SMALL, linespacing=1.15, weight="bold" if wrong[i] else "normal",
                color=dark_enough(look.color) if wrong[i] else INK,
            )  # fmt: skip
            for spine in axes.spines.values():
                spine.set(visible=True, color=look.color if wrong[i] else SOFT_INK, linewidth=3.5 if wrong[i] else 0.6)
        add_title(figure, title)
        pairs = [("images", pictures), ("labels", shown), ("predictions", said), ("captions", None if captions is None else list(captions))]
        table = table_of((name, values) for name, values in pairs if values is not None)
        return finish(figure, alt_text=_alt_text(count, shown, said, wrong, captions), data_table=table)


def _caption(i: int, shown: list[Any] | None, said: list[Any] | None, wrong: bool) -> list[str]:
    if wrong:
        assert shown is not None
        assert said is not None
        return [f"says {said[i]}, is {shown[i]}"]
    if shown is not None:
        return [f"{shown[i]}"]
    return [f"says {said[i]}"] if said is not None else [f"image {i}"]


def _alt_text(count: int, shown: list[Any] | None, said: list[Any] | None, wrong: list[bool], captions: Sequence[str] | None) -> str:
    images = "1 image of a handwritten digit" if count == 1 else f"{count} images of handwritten digits"
    ink = ", showing " + ", ".join(map(str, shown)) if shown is not None else ""
    ink += ", named " + ", ".join(map(str, said)) if said is not None and shown is None else ""
    text = f"{images}{ink}."
    if shown is not None and said is not None:
        errors = "; ".join(f"says {said[i]}, is {shown[i]}" for i in range(count) if wrong[i])
        text += f" {sum(wrong)} of {count} {'is' if sum(wrong) == 1 else 'are'} named wrongly{': ' + errors if errors else ''}."
    if captions is not None:
        text += " Captions: " + "; ".join(captions) + "."
    return text
