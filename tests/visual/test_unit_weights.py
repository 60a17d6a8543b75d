"""The weights of units as pictures of light and dark squares."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex

from learnkit.visual import draw_weights
from learnkit.visual.palettes import INK, PAPER


def squares(figure: Any, unit: int) -> dict[str, list[tuple[float, float, float]]]:
    """Return (x, y, side) of the squares of a unit by color; x and y of their middles."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for collection in figure.axes[unit].collections:
        boxes = [path.get_extents() for path in collection.get_paths()]
        color = to_hex(collection.get_facecolor()[0]).upper()
        found[color] = [((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.width) for box in boxes]
    return found


def test_positive_weights_are_light_negative_ones_dark_and_the_area_is_the_size() -> None:
    figure = draw_weights([[4.0, -1.0, 0.0, 2.0]])
    found = squares(figure, 0)
    # relative to 4 the areas are 1, ¼ and ½, the sides 1, ½ and 0.7071; the zero has no square
    assert found[PAPER] == [(0.0, 0.0, 1.0), (1.0, 1.0, pytest.approx(0.70711, abs=1e-5))]
    assert found[INK.upper()] == [(1.0, 0.0, 0.5)]


def test_rows_are_laid_out_from_the_top_as_images_are() -> None:
    figure = draw_weights([np.arange(1.0, 10.0)])
    (axes,) = figure.axes
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    largest = max(squares(figure, 0)[PAPER], key=lambda square: square[2])
    assert largest[:2] == (2.0, 2.0)


def test_each_unit_has_a_scale_of_its_own() -> None:
    figure = draw_weights([[1.0, 0.0, 0.0, 0.0], [0.001, 0.0, 0.0, 0.0]])
    assert squares(figure, 0) == squares(figure, 1)
    assert figure.data_table["largest"].tolist() == [1.0, 0.001]


def test_a_unit_of_zeros_is_an_empty_picture() -> None:
    assert squares(draw_weights(np.zeros((1, 9))), 0) == {}


def test_captions_replace_numbers_and_are_in_the_words() -> None:
    plain, named = draw_weights(np.eye(4)[:2]), draw_weights(np.eye(4)[:2], captions=["a", "b, still"])
    assert [axes.get_xlabel() for axes in plain.axes] == ["unit 0", "unit 1"]
    assert [axes.get_xlabel() for axes in named.axes] == ["a", "b, still"]
    assert "b, still" in named.alt_text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": np.zeros((2, 3))}, r"weights must be \(units, side²\), 1 to 64 units; got shape \(2, 3\)"),
        ({"weights": np.zeros(4)}, r"got shape \(4,\)"),
        ({"weights": np.zeros((65, 4))}, r"got shape \(65, 4\)"),
        ({"weights": np.zeros((0, 4))}, r"got shape \(0, 4\)"),
        ({"weights": [[np.nan]]}, "weights must be finite"),
        ({"weights": np.zeros((2, 4)), "captions": ["a"]}, "captions must be one string for each of the 2 units"),
        ({"weights": np.zeros((2, 4)), "captions": "ab"}, "captions must be one string for each of the 2 units"),
        ({"weights": np.zeros((2, 4)), "columns": 9}, "columns must be 1 to 8; got 9"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_weights(**arguments)
