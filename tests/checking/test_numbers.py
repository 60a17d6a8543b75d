"""Wrong numbers are put into words: factors, sizes, order, offset, functions, rows, digits, NaN; and how numbers are written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from learnkit.checking.patterns import diagnosed
from learnkit.checking.ratios import Case, times
from learnkit.checking.terms import term_lines
from learnkit.checking.writing import around, listed, number, short

SIZES = ((2, 3), (4, 3), (7, 5))


def cases(change: Callable[[Any, int, int], Any], *, scalar: bool = False) -> list[Case]:
    rng = np.random.default_rng(3)
    made = []
    for place, (n, c) in enumerate(SIZES):
        expected = np.asarray(rng.standard_normal()) if scalar else rng.standard_normal((n, c))
        received = np.asarray(change(expected.copy(), n, c))
        targets = rng.integers(c, size=n)
        agrees = received.shape == expected.shape and bool(np.allclose(expected, received, rtol=1e-9, atol=1e-12))
        made.append(Case(place, f"probe {place}", {"N": n, "C": c}, (expected, targets), expected, received, agrees))
    return made


def said(change: Callable[[Any, int, int], Any], *, scalar: bool = False) -> str:
    return " ".join(diagnosed(cases(change, scalar=scalar), "Your value" if scalar else "Your result"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e, n, c: n * e, "is 2 times the expected one on a batch of 2, and 4 times on a batch of 4: it grows with the batch."),
        (lambda e, n, c: e / n, "is 1/2 of the expected one on a batch of 2, and 1/4 on a batch of 4: it shrinks as the batch grows."),
        (
            lambda e, n, c: c * e,
            "3 times the expected one with 3 classes, and 5 times with 5 classes: it grows with the number of classes.",
        ),
        (lambda e, n, c: n * c * e, "6 times the expected one on a batch of 2 and 3 classes, and 12 times"),
        (lambda e, n, c: e / (n * c), "it is divided by N · C too often"),
        (lambda e, n, c: e * n / (n - 1), "the factor is N / (N − 1)"),
        (lambda e, n, c: e * np.sqrt(n), "the factor is √N"),
        (lambda e, n, c: 2 * e, "is always 2 times the expected one."),
        (lambda e, n, c: e / 2, "is always 1/2 of the expected one."),
        (lambda e, n, c: e / np.log(2), "is always 1.4427 times the expected one, which is log2(e)"),
        (lambda e, n, c: e * np.log(2), "is always 0.6931 times the expected one, which is ln 2"),
        (lambda e, n, c: -e, "has the right size and the wrong sign."),
        (lambda e, n, c: -3 * e, "is always 3 times the expected one, and has the wrong sign."),
        (lambda e, n, c: e + 0.25, "is always the expected one plus 0.25."),
        (lambda e, n, c: e - np.log(n), "the expected one minus ln N"),
        (lambda e, n, c: np.round(e, 3), "rounded to 3 decimals"),
    ],
)
@pytest.mark.parametrize("scalar", [True, False])
def test_a_factor_an_offset_or_a_rounding_is_named(change: Callable[[Any, int, int], Any], words: str, scalar: bool) -> None:
    assert words in said(change, scalar=scalar)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e, n, c: e[::-1], "the rows stand in reverse order"),
        (lambda e, n, c: e[:, ::-1], "the columns stand in reverse order"),
        (lambda e, n, c: np.roll(e, 1, axis=1), "the columns are moved by one place"),
        (lambda e, n, c: e[np.argsort(e[:, 0])[::-1]], "the rows stand in another order"),
        (lambda e, n, c: np.abs(e), "a sign is lost"),
        (lambda e, n, c: e**2, "the square of the expected one"),
        (lambda e, n, c: np.exp(e), "a logarithm is missing"),
        (lambda e, n, c: np.maximum(e, 0), "every negative number replaced by 0"),
        (
            lambda e, n, c: np.where(np.arange(n)[:, None] == 0, e, e + np.arange(1, c + 1)),
            "The first row is right, and all others are wrong.",
        ),
        (lambda e, n, c: np.where(np.arange(n)[:, None] == n - 1, e * np.arange(2, c + 2), e), "All rows are right but the last."),
        (lambda e, n, c: np.where(np.arange(c) == 0, e, 5 * e), "The first column is right"),
        (lambda e, n, c: e.astype(np.float32), "the 64-bit numbers become 32-bit ones"),
        (lambda e, n, c: e * (1 + 1e-8 * np.sin(np.arange(c))), "a small number is added somewhere"),
        (lambda e, n, c: np.where(n == 4, np.where(e > 1, np.inf, e), e), 'is inf on "probe 1", first at row'),
    ],
)
def test_a_pattern_in_an_array_is_named(change: Callable[[Any, int, int], Any], words: str) -> None:
    assert words in said(change)


def test_the_column_of_the_target_is_noticed() -> None:
    made = []
    for case in cases(lambda e, n, c: e):
        received = case.expected.copy()
        received[np.arange(len(received)), case.arguments[1]] += 1.5 + np.arange(len(received))
        made.append(Case(case.place, case.name, case.sizes, case.arguments, case.expected, received, False))
    assert diagnosed(made, "Your result") == [
        "Every entry is right but those of the right class, the column that targets names in each row."
    ]


def test_a_transpose_is_named_where_it_fits_the_shape() -> None:
    expected = np.arange(9.0).reshape(3, 3) ** 1.5
    case = Case(0, "square", {"N": 3, "C": 3}, (expected,), expected, expected.T, False)
    assert diagnosed([case], "Your result") == ["Your result is the transpose of the expected one."]


def test_numbers_without_a_pattern_are_not_given_one() -> None:
    rng = np.random.default_rng(0)
    words = said(lambda e, n, c: rng.standard_normal(e.shape))
    assert words == "It is wrong on every probe."


def test_what_the_failing_probes_share_is_said() -> None:
    assert said(lambda e, n, c: e if n == 2 else e + rng_like(e)) == 'It is right on "probe 0", and wrong on "probe 1" and "probe 2".'
    large = [
        Case(i, f"p{i}", {"N": 2 + i}, (np.full(2, scale),), np.ones(2), np.ones(2) if scale < 10 else np.array([0.3, 2.0]), scale < 10)
        for i, scale in enumerate((1.0, 2.0, 1000.0))
    ]
    assert diagnosed(large, "It")[0] == "It is right with small numbers, and wrong with large numbers (hundreds and more)."


def rng_like(e: Any) -> Any:
    return np.sin(np.arange(e.size)).reshape(e.shape)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (0.30000001, "0.3"),
        (1.09861, "1.0986"),
        (27.631021, "27.631"),
        (0.00012345, "1.234e-4"),
        (123456789.0, "1.235e8"),
        (1000.4, "1000.4"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (True, "True"),
        (7, "7"),
        (-0.5, "-0.5"),
    ],
)
def test_a_number_is_written_shortly(value: Any, text: str) -> None:
    assert number(value) == text


def test_factors_are_written_as_whole_numbers_or_their_fractions() -> None:
    assert (times(4.0), times(0.25), times(1.5), times(1.0)) == ("4 times", "1/4 of", "1.5 times", "1 times")


def test_arrays_are_written_whole_or_cut() -> None:
    assert short(np.array([[1.0, 2.5], [0.0, -1.0]])) == "[[1, 2.5], [0, -1]]"
    assert short(np.arange(100.0)) == "(100,) array beginning 0, 1, 2, …"
    assert short((1.0, np.zeros(2))) == "(1, [0, 0])"
    assert around(np.arange(100.0).reshape(2, 50), (1, 30)) == "[… 77, 78, 79, 80, 81, 82 …]"
    assert listed(["a", "b", "c"]) == "a, b and c"


# What is made of the inputs


def made_of(change: Callable[[Any, Any, Any], Any], *, scalar: bool = True) -> str:
    """What is said where the inputs are scores (n, c), targets and a margin, and what came is changed by something made of them."""
    rng = np.random.default_rng(5)
    made = []
    for place, (n, c) in enumerate(SIZES):
        scores, targets, margin = rng.standard_normal((n, c)), rng.integers(c, size=n), float(rng.uniform(1, 2))
        expected = np.asarray(rng.standard_normal()) if scalar else rng.standard_normal((n, c))
        received = np.asarray(expected + change(scores, targets, margin))
        names = ("scores", "targets", "margin")
        made.append(Case(place, f"probe {place}", {"N": n, "C": c}, (scores, targets, margin), expected, received, False, names))
    return " ".join(diagnosed(made, "Your value"))


@pytest.mark.parametrize(
    ("change", "scalar", "words"),
    [
        (lambda s, t, m: s.mean(), True, "plus the mean of scores: a term"),
        (lambda s, t, m: -s.sum(), True, "minus the sum of scores: a term"),
        (lambda s, t, m: (s**2).mean() / 2, True, "plus half of the mean of scores²: a term"),
        (lambda s, t, m: -s[np.arange(len(t)), t].mean(), True, "minus the mean of scores at targets: a term"),
        (lambda s, t, m: s.max(axis=1).mean(), True, "plus the mean of the largest of each row of scores: a term"),
        (lambda s, t, m: 2 * m, True, "plus 2 times margin: a term"),
        (lambda s, t, m: s, False, "plus scores: a term"),
        (lambda s, t, m: s / len(s), False, "plus scores / N: a term"),
    ],
)
def test_a_term_made_of_the_inputs_is_named(change: Callable[..., Any], scalar: bool, words: str) -> None:
    assert f"the expected one {words} is missing, or is one too many." in made_of(change, scalar=scalar)


def test_no_term_is_named_where_none_explains_every_probe() -> None:
    squared = cases(lambda e, n, c: e + e**2)
    assert term_lines(squared, "Your result")
    assert term_lines(squared[:1], "Your result") is None  # one probe proves little
    assert "a term" not in made_of(lambda s, t, m: s.mean() if len(s) < 7 else s.sum())
    assert "a term" not in made_of(lambda s, t, m: 1.3 * s.mean())


def sequence(change: Callable[[Any], Any], letters: str = "NTD") -> str:
    rng = np.random.default_rng(6)
    made = []
    for place, shape in enumerate(((2, 3, 4), (3, 5, 2))):
        expected = rng.standard_normal(shape)
        sizes = dict(zip(letters, shape, strict=True))
        made.append(Case(place, f"probe {place}", sizes, (expected,), expected, change(expected.copy()), False))
    return " ".join(diagnosed(made, "Your result"))


def after_the_first(x: Any) -> Any:
    x[:, 1:] += np.cumsum(x[:, 1:] ** 2, axis=1)
    return x


def test_of_a_sequence_the_steps_that_are_right_are_named() -> None:
    assert "The first step is right, and all others are wrong." in sequence(after_the_first)
    assert "The first place along axis 1 is right" in sequence(after_the_first, "NCD")
    assert "All examples are right but the last." in sequence(lambda x: np.concatenate([x[:-1], x[-1:] ** 3]))


def test_numbers_that_were_32_bit_ones_once_are_told_from_a_small_number_added() -> None:
    assert "the 64-bit numbers become 32-bit ones" in said(lambda e, n, c: e.astype(np.float32).astype(float))
    assert "a small number is added" in said(lambda e, n, c: e * (1 + 3e-8 * np.cos(np.arange(c))))


def test_what_all_failing_probes_share_is_said_where_some_of_its_kind_pass() -> None:
    def large_only(e: Any, n: int, c: int) -> Any:
        return e + np.sin(np.arange(e.size)).reshape(e.shape) if n == 4 else e

    changed = [replace(case, arguments=(case.expected * (1000 if case.place else 1), *case.arguments[1:])) for case in cases(large_only)]
    told = " ".join(diagnosed(changed, "Your result"))
    assert "It is right with small numbers; every probe that it fails is one with large numbers (hundreds and more)." in told
