"""What a reader's eye would find wrong in a figure, found by measuring: text that is cut off, and text on text."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

Texts = list[tuple[str, Bbox]]


@contextmanager
def recorded() -> Iterator[Texts]:
    """Collect what text is drawn, and where, in dots: only what is really drawn, so no hidden tick counts."""
    found: Texts = []
    draw = Text.draw

    def record(self: Text, renderer: Any, *args: Any, **kwargs: Any) -> None:
        draw(self, renderer, *args, **kwargs)
        if self.get_visible() and self.get_text().strip():
            # Text's own extent: an annotation's would take in its arrow too.
            found.append((self.get_text(), Text.get_window_extent(self, renderer)))

    Text.draw = record  # type: ignore[method-assign]
    try:
        yield found
    finally:
        Text.draw = draw  # type: ignore[method-assign]


def drawn_texts(figure: Figure) -> Texts:
    """Return each text of the figure and its box."""
    with recorded() as found:
        figure.draw_without_rendering()
    return found


def cut_off(texts: Texts, figure: Figure) -> list[str]:
    """Return the texts that reach over the figure's border."""
    width, height = figure.bbox.width, figure.bbox.height
    return [text for text, box in texts if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > width + 0.5 or box.y1 > height + 0.5]


def overlapping(texts: Texts) -> list[tuple[str, str]]:
    """Return the pairs of texts that share more than a dot."""
    pairs = []
    for i, (text, box) in enumerate(texts):
        for other, beside in texts[i + 1 :]:
            shared = np.minimum(box.max, beside.max) - np.maximum(box.min, beside.min)
            if (shared > 1).all():
                pairs.append((text, other))
    return pairs


def same(one: Any, other: Any) -> bool:
    """Say whether two inputs or data tables hold the same values, NaN included."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, str) or isinstance(other, str) or one is None or other is None:
        return bool(one == other)
    a, b = np.asarray(one), np.asarray(other)
    return a.shape == b.shape and (np.array_equal(a, b, equal_nan=True) if a.dtype.kind in "fc" else bool((a == b).all()))
