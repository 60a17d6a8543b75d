"""Shapes that meet or fail, the numbers that are repeated, and the explorer of shapes."""

from itertools import product

import numpy as np
import pytest

from learnkit.visual import draw_broadcast, draw_shapes, explore_shapes
from learnkit.visual.broadcasts import SHAPES


@pytest.mark.parametrize(("a", "b"), list(product([*SHAPES, (), (2, 2), (1, 1, 1, 1)], repeat=2)))
def test_the_result_is_numpys_and_fails_where_numpys_does(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    table = draw_shapes(a, b).data_table
    try:
        expected = str((np.zeros(a) + np.zeros(b)).shape)
    except ValueError:
        expected = "none"
    assert table["shape of the result"] == expected
    assert (table["places that fail"] != "none") == (expected == "none")


def test_every_place_that_fails_is_named() -> None:
    # from the right: 3 meets 2, 2 meets 3, 5 meets nothing
    figure = draw_shapes((5, 2, 3), (3, 2))
    assert figure.data_table["places that fail"] == "−2 and −1"
    assert figure.data_table["result"] == [5, 0, 0]
    assert figure.get_suptitle() == "(5, 2, 3) with (3, 2): axes −2 and −1 fail"
    assert "3 and 2 do not fit; 2 and 3 do not fit; 5 and none give 5" in figure.alt_text


def test_missing_lengths_are_dashed_and_repeated_ones_hatched() -> None:
    # (5, 1, 3) and (4, 1): b lacks a length in front, and three lengths of 1 are repeated
    boxes = draw_shapes((5, 1, 3), (4, 1)).axes[0].patches
    assert sum(box.get_linestyle() == "--" for box in boxes) == 1
    assert sum(bool(box.get_hatch()) for box in boxes) == 3


@pytest.mark.parametrize("shape", [(0, 3), (3, -1), (2.0,), "34", 3, (1, 2, 3, 4, 5, 6), (10000,)])
def test_what_is_no_shape_is_refused(shape: object) -> None:
    with pytest.raises(ValueError, match="b must be a shape of at most 5 lengths from 1 to 9999"):
        draw_shapes((3,), shape)  # type: ignore[arg-type]


@pytest.mark.parametrize(("operation", "expected"), [("+", [[11, 12], [21, 22]]), ("−", [[9, 8], [19, 18]]), ("×", [[10, 20], [20, 40]])])
def test_a_column_and_a_row_make_a_table(operation: str, expected: list[list[int]]) -> None:
    figure = draw_broadcast([[10], [20]], [1, 2], operation=operation)
    assert figure.data_table["result"].tolist() == expected
    assert figure.data_table["a"].tolist() == [[10, 10], [20, 20]]
    assert figure.data_table["b"].tolist() == [[1, 2], [1, 2]]


def test_only_what_is_repeated_is_hatched() -> None:
    a, b, result = draw_broadcast([[10], [20]], [1, 2, 3]).axes
    assert [bool(cell.get_hatch()) for cell in a.patches] == [False, True, True] * 2
    assert [bool(cell.get_hatch()) for cell in b.patches] == [False] * 3 + [True] * 3
    assert not any(cell.get_hatch() for cell in result.patches)
    assert [text.get_text() for text in result.texts] == ["11", "12", "13", "21", "22", "23"]


@pytest.mark.parametrize(
    ("a", "b", "options", "message"),
    [
        ([1, 2, 3], [1, 2], {}, r"must have shapes that meet; got \(3,\) and \(2,\)"),
        (np.zeros((2, 2, 2)), [1, 2], {}, "at most two axes"),
        (np.zeros((6, 1)), [1, 2], {}, r"1 to 5 rows and columns; got \(6, 2\)"),
        ([], [1], {}, "1 to 5 rows and columns"),
        ([np.nan], [1], {}, "a must be finite; got nan"),
        ([123456], [1], {}, "short enough to be read"),
        ([[-1111, 2, 3, 4, 5]], [1], {}, "at most 4 letters; one is −1111"),
        ([1], [1], {"operation": "/"}, "operation must be one of"),
        ("x", [1], {}, "a must be numbers"),
    ],
)
def test_what_cannot_be_drawn_is_refused(a: object, b: object, options: dict[str, str], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        draw_broadcast(a, b, **options)  # type: ignore[arg-type]


# The explorer


def test_every_pair_of_shapes_can_be_drawn() -> None:
    explorer = explore_shapes()
    for a, b in product(SHAPES, repeat=2):
        explorer.set(a=a, b=b)
        assert explorer.figure is not None


def test_the_first_task_is_reached_by_three_axes_that_neither_shape_has() -> None:
    for a, b, reached in (((5, 1, 3), (4, 3), True), ((5, 4, 1), (3,), True), ((5, 1, 3), (3,), False), ((4, 1), (3,), False)):
        explorer = explore_shapes()
        explorer.set(a=a, b=b)
        assert explorer.tasks[0].reached is reached, (a, b)


def test_the_second_task_is_reached_in_either_order_and_its_right_answer_works() -> None:
    for a, b in (((4, 3), (4,)), ((4,), (4, 3))):
        explorer = explore_shapes()
        assert not explorer.tasks[1].reached
        explorer.set(a=a, b=b)
        assert explorer.tasks[1].reached
        assert explorer.data_table["shape of the result"] == "none"
        assert explorer.tasks[1].answer("(4,)").startswith("Not yet")
        assert explorer.tasks[1].answer("(4, 1)").startswith("Done.")
    explorer.set(a=(4, 3), b=(4, 1))
    assert explorer.data_table["shape of the result"] == "(4, 3)"


@pytest.mark.parametrize("choice", ["(4,)", "(1, 4)", "(4, 1)", "(3, 4)"])
def test_of_the_choices_of_the_second_task_only_the_right_one_meets_the_table(choice: str) -> None:
    shape = tuple(int(part) for part in choice.strip("()").split(",") if part.strip())
    works = draw_shapes((4, 3), shape).data_table["shape of the result"] == "(4, 3)"
    assert works == (choice == explore_shapes().tasks[1].task.right)
