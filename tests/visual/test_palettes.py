"""Colors can be told apart in gray, and be read as text."""

import itertools

import pytest

from learnkit.visual.palettes import LOOKS, OTHER_LOOKS, PAPER, TOGETHER, contrast, dark_enough, lightness, looks_for, luminance

PAIRS = [pair for group in TOGETHER for pair in itertools.combinations(group, 2)]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_what_stands_together_differs_in_lightness(one: str, other: str) -> None:
    assert abs(lightness(LOOKS[one].color) - lightness(LOOKS[other].color)) >= 10


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_what_stands_together_differs_in_more_than_color(one: str, other: str) -> None:
    assert LOOKS[one].linestyle != LOOKS[other].linestyle
    assert LOOKS[one].marker != LOOKS[other].marker


def test_the_first_three_other_looks_differ_in_lightness() -> None:
    for one, other in itertools.combinations(OTHER_LOOKS[:3], 2):
        assert abs(lightness(one.color) - lightness(other.color)) >= 10


def test_other_looks_differ_in_marker_and_hatch_and_color() -> None:
    for position in (0, 2, 3):
        assert len({look[position] for look in OTHER_LOOKS}) == len(OTHER_LOOKS)


def test_every_line_is_seen_on_white() -> None:
    for look in (*LOOKS.values(), *OTHER_LOOKS):
        if look is not LOOKS["other classes"]:  # bars, which have a dark edge
            assert contrast(look.color) >= 2.1


def test_luminance_of_gray_is_the_one_of_the_standard() -> None:
    # #777777: ((119/255 + 0.055) / 1.055)^2.4 = 0.18447; (1 + 0.05) / (0.18447 + 0.05) = 4.478, WCAG's known near miss of 4.5
    assert luminance("#777777") == pytest.approx(0.18447, abs=1e-5)
    assert contrast("#777777") == pytest.approx(4.478, abs=1e-3)
    assert contrast("black") == pytest.approx(21, abs=1e-12)
    assert lightness("#777777") == pytest.approx(50.03, abs=0.01)  # CIE: 116 * 0.18447^(1/3) - 16


def test_text_colors_are_dark_enough() -> None:
    for look in (*LOOKS.values(), *OTHER_LOOKS):
        assert contrast(dark_enough(look.color), PAPER) >= 4.5
    assert dark_enough("#000000") == "#000000"


def test_no_color_reaches_an_impossible_contrast() -> None:
    with pytest.raises(ValueError, match="no contrast above 21"):
        dark_enough("#FFFFFF", least=22)


def test_a_named_thing_keeps_its_look_whatever_comes_before() -> None:
    alone = looks_for(["test"])[0]
    assert looks_for(["something", "test accuracy"])[1] == alone
    assert looks_for(["accuracy, test"])[0] == alone


def test_a_word_that_only_contains_a_name_does_not_get_its_look() -> None:
    assert looks_for(["untrained"])[0] != LOOKS["train"]


def test_no_two_lines_share_a_color() -> None:
    names = ["test loss", "test accuracy", "a", "b", "c", "d", "e", "f"]
    assert len({look.color for look in looks_for(names)}) == 8


def test_more_than_eight_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 8 lines apart; got 9"):
        looks_for("abcdefghi")
