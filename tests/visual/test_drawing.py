"""What holds for every figure of the course, checked on an ordinary call of each and on calls at the extremes."""

import copy
import hashlib
import inspect
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from calls import EXTREMES, ORDINARY
from looking import Texts, cut_off, drawn_texts, overlapping, recorded, same

from learnkit import visual
from learnkit.visual.canvas import LessonFigure, course_style, finish, new_figure, png

FUNCTIONS = [name for name in visual.__all__ if name.startswith("draw_")]
ALL_CALLS: dict[str, tuple[str, dict[str, Any]]] = {name: (name, dict(call.arguments)) for name, call in ORDINARY.items()} | EXTREMES
every_call = pytest.mark.parametrize("call", ALL_CALLS)
CHANGED = [(name, argument) for name, call in ORDINARY.items() for argument in (*call.data, *call.looks)]


BEFORE = copy.deepcopy(ALL_CALLS)


@cache
def looked_at(call: str) -> tuple[LessonFigure, bytes, Texts]:
    name, arguments = ALL_CALLS[call]
    figure = getattr(visual, name)(**arguments)
    with recorded() as texts:
        picture = png(figure)
    return figure, picture, texts


def drawn(call: str) -> tuple[LessonFigure, bytes]:
    return looked_at(call)[:2]


def texts_in(call: str) -> Texts:
    return looked_at(call)[2]


def arrays_in(value: Any) -> list[np.ndarray]:
    if isinstance(value, dict):
        return [array for inner in value.values() for array in arrays_in(inner)]
    return [value] if isinstance(value, np.ndarray) else []


def test_every_public_draw_function_and_each_of_its_parameters_is_in_the_table_of_calls() -> None:
    for name in FUNCTIONS:
        assert name in ORDINARY, f"add {name} to ORDINARY in calls.py"
        parameters = set(inspect.signature(getattr(visual, name)).parameters)
        call = ORDINARY[name]
        assert set(call.arguments) == parameters, name
        assert set(call.data) | set(call.looks) == parameters, name
    assert set(ORDINARY) == set(FUNCTIONS)


def test_every_draw_function_of_a_module_is_public() -> None:
    found = set()
    for path in Path(str(visual.__file__)).parent.glob("*.py"):
        found |= {line[4:].split("(")[0] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("def draw_")}
    assert found == set(FUNCTIONS)


def test_no_module_has_the_name_of_a_public_object_inside_it() -> None:
    for path in Path(str(visual.__file__)).parent.glob("*.py"):
        assert f"def {path.stem}(" not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize(("name", "argument"), CHANGED)
def test_no_argument_is_ignored(name: str, argument: str) -> None:
    call = ORDINARY[name]
    figure, picture = drawn(name)
    value = call.data[argument] if argument in call.data else call.looks[argument]
    other = getattr(visual, name)(**{**call.arguments, argument: value})
    assert png(other) != picture
    if argument in call.data:
        assert not same(other.data_table, figure.data_table)
        assert other.alt_text != figure.alt_text or argument == "images"  # the words do not describe ink


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    figure, picture = drawn(name)
    again = getattr(visual, name)(**copy.deepcopy(dict(ORDINARY[name].arguments)))
    assert png(again) == picture
    assert png(again) == picture  # and so does a second look at one figure
    assert again.alt_text == figure.alt_text


def test_another_process_with_another_hash_seed_gives_the_same_bytes() -> None:
    code = (
        "import sys, hashlib; sys.path[:0] = sys.argv[1:]\n"
        "from calls import ORDINARY; from learnkit import visual; from learnkit.visual.canvas import png\n"
        "for name, call in ORDINARY.items(): print(name, hashlib.sha256(png(getattr(visual, name)(**call.arguments))).hexdigest())"
    )
    here = Path(__file__).resolve().parent
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    result = subprocess.run(
        [sys.executable, "-c", code, str(here), str(here.parents[1])], env=environment, capture_output=True, text=True, check=True
    )
    expected = [f"{name} {hashlib.sha256(drawn(name)[1]).hexdigest()}" for name in ORDINARY]
    assert result.stdout.splitlines() == expected


@every_call
def test_inputs_are_not_changed_and_not_shared(call: str) -> None:
    figure, _ = drawn(call)
    arguments = ALL_CALLS[call][1]
    assert same(arguments, BEFORE[call][1])
    assert not any(np.shares_memory(one, other) for one in arrays_in(arguments) for other in arrays_in(figure.data_table))


@every_call
def test_every_axis_has_a_label(call: str) -> None:
    figure, _ = drawn(call)
    assert figure.axes
    for axes in figure.axes:
        assert axes.get_xlabel().strip()
        assert axes.get_ylabel().strip() or not axes.yaxis.get_visible()


@every_call
def test_no_text_is_cut_off(call: str) -> None:
    assert cut_off(texts_in(call), drawn(call)[0]) == []


@every_call
def test_no_text_lies_on_another(call: str) -> None:
    assert overlapping(texts_in(call)) == []


@every_call
def test_text_is_large_enough_to_read(call: str) -> None:
    figure, _ = drawn(call)
    sizes = [label.get_fontsize() for axes in figure.axes for label in (*axes.texts, axes.xaxis.label, axes.yaxis.label)]
    assert not sizes or min(sizes) >= 9
    assert texts_in(call)


@every_call
def test_alt_text_says_enough_with_numbers(call: str) -> None:
    text = drawn(call)[0].alt_text
    assert len(text) >= 30
    assert any(letter.isdigit() for letter in text)
    assert text.endswith(".")
    assert "nan" not in text
    assert "  " not in text


@every_call
def test_the_picture_fits_a_notebook(call: str) -> None:
    figure, picture = drawn(call)
    assert figure.get_size_inches()[0] <= 8
    assert figure.get_size_inches()[1] <= 8
    assert len(picture) < 80_000


def test_a_picture_has_no_date_and_no_version() -> None:
    picture = drawn("draw_scores")[1]
    assert b"tEXt" not in picture
    assert b"tIME" not in picture


def test_the_settings_of_others_neither_change_nor_count() -> None:
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.dpi": 50}):
        before = dict(matplotlib.rcParams)
        figure = visual.draw_scores(**ORDINARY["draw_scores"].arguments)
        assert png(figure) == drawn("draw_scores")[1]
        assert dict(matplotlib.rcParams) == before


def test_cut_off_finds_a_text_over_the_border() -> None:
    with course_style():
        figure = new_figure(2.0)
        figure.text(0.98, 0.5, "reaches over the border")
        figure.text(0.2, 0.5, "stays inside")
    assert cut_off(drawn_texts(figure), figure) == ["reaches over the border"]


def test_overlapping_finds_text_on_text() -> None:
    with course_style():
        figure = new_figure(2.0)
        figure.text(0.2, 0.5, "one")
        figure.text(0.21, 0.5, "two")
        figure.text(0.6, 0.5, "three")
    assert overlapping(drawn_texts(figure)) == [("one", "two")]


def test_same_finds_a_difference() -> None:
    assert same({"a": [1.0, np.nan]}, {"a": np.array([1.0, np.nan])})
    assert not same({"a": [1.0, 2.0]}, {"a": [1.0, 2.5]})
    assert not same({"a": "x"}, {"a": "y"})
    assert not same({"a": [1.0]}, {"b": [1.0]})


def test_a_figure_without_words_is_not_finished() -> None:
    with course_style():
        figure = new_figure(2.0)
        figure.subplots().set(xlabel="x (no unit)", ylabel="y (no unit)")
    with pytest.raises(ValueError, match="alt_text must say in a sentence"):
        finish(figure, alt_text="Bars.", data_table={"x": [1]})
    with pytest.raises(ValueError, match="data_table must hold what was drawn"):
        finish(figure, alt_text="Two bars, one of 2 and one of 3.5.", data_table={})


def test_a_figure_with_an_unlabeled_axis_is_not_finished() -> None:
    with course_style():
        figure = new_figure(2.0)
        figure.subplots().set(xlabel="x (no unit)")
    with pytest.raises(ValueError, match="every axis needs a label with its unit; panel 0"):
        finish(figure, alt_text="Two bars, one of 2 and one of 3.5.", data_table={"x": [1]})
