"""Numbers as words."""

import pytest

from learnkit.visual.inputs import number, span, wrapped


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (2.302585, "2.3"),
        (12.6, "12.6"),
        (-11.94, "−11.9"),
        (999.6, "1000"),
        (-1003.4, "−1003"),
        (99999.9, "100000"),
        (123456.0, "1.23e5"),
        (0.00012, "0.00012"),
        (1e-7, "1e−7"),
        (float("nan"), "NaN"),
        (float("inf"), "inf"),
        (float("-inf"), "−inf"),
    ],
)
def test_a_number_is_written_as_people_do(value: float, text: str) -> None:
    assert number(value) == text


def test_digits_can_be_asked() -> None:
    assert number(0.94444, 2) == "0.94"
    assert number(123.4, 2) == "123"


def test_a_span_of_one_value_is_a_place() -> None:
    assert span(0, 5) == "from 0 to 5"
    assert span(5, 5) == "at 5"


def test_lines_that_are_there_stay() -> None:
    assert wrapped("a\nb", 5, 10) == "a\nb"
