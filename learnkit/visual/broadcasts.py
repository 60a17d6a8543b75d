"""How two shapes meet, and which entries are repeated on the way: the rule of broadcasting, drawn.

`draw_shapes` writes two shapes under each other, from the right, with the shape of the result or the place that fails.
`draw_broadcast` draws the numbers of two small arrays as they are repeated, and what they give together. `explore_shapes` lets a
learner pick two shapes, with two tasks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from learnkit.visual.canvas import SMALL, TEXT, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.controls import Choice
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import Floats, as_floats, number
from learnkit.visual.palettes import FAINT, INK, LOOKS, PAPER, SKY, SOFT_INK
from learnkit.visual.tasks import Task

MOST_AXES = 5
MOST_CELLS = 5  # in a row or a column; more cannot be read
MOST_LETTERS = 5  # of a number in a cell
OPERATIONS = {"+": np.add, "−": np.subtract, "×": np.multiply}


def _as_shape(name: str, shape: Sequence[int]) -> tuple[int, ...]:
    lengths = tuple(shape) if isinstance(shape, (tuple, list)) else None
    if lengths is None or len(lengths) > MOST_AXES or not all(isinstance(n, (int, np.integer)) and 1 <= n <= 9999 for n in lengths):
        raise ValueError(f"{name} must be a shape of at most {MOST_AXES} lengths from 1 to 9999, such as (4, 3) or (3,); got {shape!r}.")
    return tuple(int(n) for n in lengths)


def _meeting(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[list[int], list[int], list[int]]:
    """Return both shapes with lengths of 1 in front, and the lengths of the result, 0 where they do not fit."""
    places = max(len(a), len(b))
    one, other = ([1] * (places - len(shape)) + list(shape) for shape in (a, b))
    return one, other, [max(m, n) if m == n or 1 in (m, n) else 0 for m, n in zip(one, other, strict=True)]


def draw_shapes(a: Sequence[int], b: Sequence[int]) -> LessonFigure:
    """Draw two shapes under each other, from the right, and the shape that an operation on them gives, or the place that fails.

    A dashed box is a length of 1 that was put in front; a hatched one is repeated, "1 → 4".

    Parameters
    ----------
    a, b : shapes
        At most 5 lengths from 1 to 9999 each; () is a single number.

    Returns
    -------
    LessonFigure
        Its `data_table` has "shape of a", "shape of b", "shape of the result" ("none" where they do not fit) and "places that fail" as
        text, and for each place, counted from the right, "place", "a", "b" and "result" (0 where they do not fit).

    Raises
    ------
    ValueError
        If a or b is no such shape.

    Examples
    --------
    >>> draw_shapes((5, 1, 3), (4, 1)).alt_text
    'The shapes (5, 1, 3) and (4, 1), compared from the right: 3 and 1 give 3; 1 and 4 give 4; 5 and none give 5. Result: (5, 4, 3).'
    """
    one, other = _as_shape("a", a), _as_shape("b", b)
    first, second, result = _meeting(one, other)
    count = max(len(result), 1)
    failing = [place - len(result) for place, length in enumerate(result) if length == 0]
    shape = "none" if failing else str(tuple(result))
    with course_style():
        figure = new_figure(2.5, width=min(8.0, 2.0 + 1.4 * max(count, 3)))
        axes = figure.subplots()
        for place in range(len(result)):
            pair = first[place], second[place]
            missing = place < len(result) - len(one), place < len(result) - len(other)
            for height, length, is_missing, wanted in zip((2, 1), pair, missing, pair[::-1], strict=True):
                is_repeated = length == 1 and wanted > 1
                _box(axes, place, height, f"1 → {wanted}" if is_repeated else str(length), is_missing, is_repeated)
            if result[place]:
                _box(axes, place, 0, str(result[place]), False, False, bold=True)
            else:
                _box(axes, place, 0, f"{pair[0]} ≠ {pair[1]}", False, False, bold=True, fails=True)
        if not result:
            axes.text(0, 1, "single numbers: no axis", ha="center", va="center")
        axes.set(xlim=(-0.6, count - 0.4), ylim=(-0.55, 2.55), xlabel="axis, counted from the right", ylabel="array")
        axes.set_xticks(range(len(result)), [f"−{len(result) - place}" for place in range(len(result))])
        axes.set_yticks([2, 1, 0], ["a", "b", "result"])
        axes.tick_params(length=0)
        axes.grid(False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        failure = f"axis {_listed(failing)} fails" if len(failing) == 1 else f"axes {_listed(failing)} fail"
        ending = failure if failing else f"the result is {shape}"
        add_title(figure, f"{one} with {other}: {ending}")
        table = {
            "shape of a": str(one), "shape of b": str(other), "shape of the result": shape,
            "places that fail": _listed(failing) or "none",
            "place": [place - len(result) for place in range(len(result))], "a": first, "b": second, "result": result,
        }  # fmt: skip
        return finish(figure, alt_text=_in_words(one, other, result, failing), data_table=table)


def _box(
    axes: Axes, place: int, height: int, text: str, is_missing: bool, is_repeated: bool, bold: bool = False, fails: bool = False
) -> None:
    wrong = LOOKS["wrong answer"]
    look: dict[str, Any] = {"facecolor": PAPER if is_missing or bold else FAINT, "edgecolor": INK, "linewidth": 1.0}
    if is_missing:
        look |= {"linestyle": "--", "edgecolor": SOFT_INK}
    if is_repeated:
        look |= {"hatch": "////", "edgecolor": SOFT_INK}
    if fails:
        look |= {"edgecolor": wrong.color, "linewidth": 3.5}
    axes.add_patch(Rectangle((place - 0.42, height - 0.36), 0.84, 0.72, **look))
    behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5} if is_repeated else None
    axes.text(place, height, text, ha="center", va="center", fontsize=TEXT, weight="bold" if bold else "normal", bbox=behind)


def _listed(places: Sequence[int]) -> str:
    *most, last = [f"−{-place}" for place in places] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _in_words(one: tuple[int, ...], other: tuple[int, ...], result: list[int], failing: list[int]) -> str:
    if not result:
        return "Two single numbers, shapes () and (): there are 0 axes to compare. Result: ()."
    steps = []
    for back in range(1, len(result) + 1):
        m, n = (str(shape[-back]) if back <= len(shape) else "none" for shape in (one, other))
        length = result[-back]
        steps.append(f"{m} and {n} give {length}" if length else f"{m} and {n} do not fit")
    failure = f"axis {_listed(failing)} fails" if len(failing) == 1 else f"axes {_listed(failing)} fail"
    end = f"There is no result: {failure}." if failing else f"Result: {tuple(result)}."
    return f"The shapes {one} and {other}, compared from the right: {'; '.join(steps)}. {end}"


def draw_broadcast(a: ArrayLike, b: ArrayLike, *, operation: str = "+") -> LessonFigure:
    """Draw two small arrays as they are repeated to meet, and the table that they give.

    Entries that are there are dark; those that are repeated are pale and hatched. Nothing is copied: NumPy reads the same numbers again.

    Parameters
    ----------
    a, b : arrays with at most two axes, of shapes that meet
        The result has at most 5 rows and 5 columns.
    operation : "+", "−" or "×"

    Returns
    -------
    LessonFigure
        Its `data_table` has "a", "b" and "result", all three as the table that is drawn.

    Raises
    ------
    ValueError
        If the shapes do not meet, the result or a number in it is too long, or there is no such operation.

    Examples
    --------
    >>> draw_broadcast([[10], [20]], [1, 2, 3]).alt_text
    'a of shape (2, 1) and b of shape (3,), repeated to 2 rows of 3: 10, 10, 10; 20, 20, 20 + 1, 2, 3; 1, 2, 3 = 11, 12, 13; 21, 22, 23.'
    """
    if operation not in OPERATIONS:
        raise ValueError(f"operation must be one of {', '.join(OPERATIONS)}; got {operation!r}.")
    one, other = as_floats("a", a), as_floats("b", b)
    if max(one.ndim, other.ndim) > 2:
        raise ValueError(f"a and b must have at most two axes; got shapes {one.shape} and {other.shape}.")
    if 0 in _meeting(one.shape, other.shape)[2]:
        raise ValueError(f"a and b must have shapes that meet; got {one.shape} and {other.shape}. draw_shapes shows where they fail.")
    for name, values in (("a", one), ("b", other)):
        if not np.isfinite(values).all():
            raise ValueError(f"{name} must be finite; got {values[~np.isfinite(values)][0]}.")
    rows, columns = np.broadcast_shapes(one.shape, other.shape, (1, 1))
    if max(rows, columns) > MOST_CELLS or min(rows, columns) < 1:
        raise ValueError(f"the result must have 1 to {MOST_CELLS} rows and columns; got ({rows}, {columns}).")
    wide = [np.broadcast_to(values, (rows, columns)).copy() for values in (one, other)]
    result: Floats = OPERATIONS[operation](*wide)
    longest = max((number(value) for values in (*wide, result) for value in values.flat), key=len)
    most = MOST_LETTERS if columns < MOST_CELLS else MOST_LETTERS - 1  # in narrower cells long numbers would touch
    if len(longest) > most:
        raise ValueError(f"the numbers must be short enough to be read, at most {most} letters; one is {longest}. Round them.")
    with course_style():
        figure = new_figure(0.75 + 0.42 * max(rows, 2))
        panels = figure.subplots(1, 3)
        heads = (f"a: {one.shape}", f"{operation} b: {other.shape}", f"= result: {np.broadcast_shapes(one.shape, other.shape)}")
        for axes, values, own, head in zip(panels, (*wide, result), (_own(one), _own(other), (rows, columns)), heads, strict=True):
            _cells(axes, values, own, is_result=values is result)
            axes.set_title(head, loc="left", fontsize=SMALL)
        text = (
            f"a of shape {one.shape} and b of shape {other.shape}, repeated to {rows} {'row' if rows == 1 else 'rows'} of {columns}: "
            f"{_table(wide[0])} {operation} {_table(wide[1])} = {_table(result)}."
        )
        return finish(figure, alt_text=text, data_table={"a": wide[0], "b": wide[1], "result": result})


def _own(values: Floats) -> tuple[int, int]:
    """Return how many rows and columns of the drawn table an array fills by itself."""
    rows, columns = (1, 1, *values.shape)[-2:]
    return rows, columns


def _cells(axes: Axes, values: Floats, own: tuple[int, int], *, is_result: bool) -> None:
    rows, columns = values.shape
    for i in range(rows):
        for j in range(columns):
            is_there = i < own[0] and j < own[1]
            face = PAPER if is_result or not is_there else SKY
            hatch = None if is_there else "////"
            axes.add_patch(
                Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=face, edgecolor=INK if is_there else FAINT, hatch=hatch, linewidth=0.8)
            )
            behind = None if is_there else {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}
            axes.text(j, i, number(values[i, j]), ha="center", va="center", fontsize=9, color=INK if is_there else SOFT_INK, bbox=behind)
    axes.set(xlim=(-0.6, columns - 0.4), ylim=(rows - 0.4, -0.6), xlabel="column", ylabel="row")
    axes.set_xticks(range(columns))
    axes.set_yticks(range(rows))
    axes.tick_params(length=0)
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _table(values: Floats) -> str:
    return "; ".join(", ".join(number(value) for value in row) for row in values)


# The explorer of lesson 01

SHAPES = ((3,), (4,), (1, 3), (3, 1), (4, 1), (4, 3), (5, 1, 3), (5, 4, 1))


def explore_shapes() -> Explorer:
    """Explore which shapes meet: two shapes to pick, aligned from the right, with two tasks.

    Returns
    -------
    Explorer
        Of `draw_shapes`, with the settings a and b.

    Examples
    --------
    >>> explorer = explore_shapes()
    >>> explorer.set(a=(4, 3), b=(4, 1))
    >>> explorer.data_table["shape of the result"]
    '(4, 3)'
    """
    options = {str(shape): shape for shape in SHAPES}
    controls = {"a": Choice("shape of a", (4, 3), options), "b": Choice("shape of b", (3,), options)}
    return explore(draw_shapes, controls, title="Which shapes meet?", tasks=(_LARGER_THAN_BOTH, _ONE_AXIS_FAILS), row="place")


def _is_larger_than_both(table: Mapping[str, Any]) -> bool:
    shape = table["shape of the result"]
    return bool(shape not in ("none", table["shape of a"], table["shape of b"]) and len(table["result"]) == 3)


def _fails_with_one_axis(table: Mapping[str, Any]) -> bool:
    return {table["shape of a"], table["shape of b"]} == {"(4, 3)", "(4,)"}


_LARGER_THAN_BOTH = Task(
    goal="Find two shapes whose result has three axes and is the shape of neither.",
    is_reached=_is_larger_than_both,
    question="What makes the result larger than both?",
    replies={
        "the lengths of both are multiplied": "Where a 1 meets another length, that length comes out: nothing is multiplied.",
        "each is repeated along an axis where it has length 1, or none": "Each lends the other a length that it lacks.",
        "the shorter shape is filled up with its own last length": "What is missing in front counts as 1. Look at the dashed boxes.",
        "the axes of both are put one after the other": "Then (4, 1) and (3,) would have three axes. Pick them and count.",
    },
    right="each is repeated along an axis where it has length 1, or none",
)
_ONE_AXIS_FAILS = Task(
    goal="Make (4, 3) fail together with a shape of one axis.",
    is_reached=_fails_with_one_axis,
    question="You have one number for each of the four rows. Which shape must it have to be added to them?",
    replies={
        "(4,)": "That is the one that fails: its 4 stands below the 3.",
        "(1, 4)": "A length of 1 in front changes nothing: it would be put there anyway. The 4 still meets the 3.",
        "(4, 1)": "The 4 meets the 4, and the 1 is repeated along the row.",
        "(3, 4)": "From the right 4 meets 3. A table is never turned by itself.",
    },
    right="(4, 1)",
)
