"""Differences are found, and are no larger than they are: NaN, infinities, shapes, kinds, exceptions."""

from typing import Any

import numpy as np
import pytest

from learnkit.checking.comparing import GRADIENT_KINDS, Tolerance, alike, first_difference, same_exception, value_difference
from learnkit.checking.observing import Observation, Outcome, Raised
from learnkit.checking.values import Opaque, plain

T = Tolerance(1e-9, 1e-12)
NAN, INF = float("nan"), float("inf")


def kind(expected: Any, received: Any) -> str | None:
    found = value_difference(plain(expected), plain(received), T)
    return found.kind if found else None


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        (1.0, np.float64(1.0)),
        (1.0, np.array(1.0)),
        (2, 2.0),
        (np.array([NAN, INF, -INF]), np.array([NAN, INF, -INF])),
        ((1.0, np.zeros(2)), [1.0, np.zeros(2)]),
        (np.array([1.0]), np.array([1.0 + 5e-10])),
        (np.array([1, 0]), np.array([True, False])),
        (None, None),
        ("a", "a"),
        ({"a": 1.0}, {"a": 1.0}),
    ],
)
def test_values_that_mean_the_same_are_equal(expected: Any, received: Any) -> None:
    assert kind(expected, received) is None


@pytest.mark.parametrize(
    ("expected", "received", "wanted"),
    [
        (1.0, 1.00001, "value"),
        (np.array([1.0]), np.array([1.0 + 5e-9]), "value"),
        (np.array([INF]), np.array([-INF]), "value"),
        (np.array([1.0]), np.array([NAN]), "value"),
        (np.array([NAN]), np.array([1.0]), "value"),
        (np.zeros(2), np.zeros((2, 1)), "shape"),
        (1.0, np.zeros(1), "shape"),
        (np.zeros(2), [0.0, 0.0], "type"),
        (np.zeros(2), None, "type"),
        (np.zeros(2), Opaque("generator"), "type"),
        ((1.0, 2.0), (1.0,), "length"),
        ((1.0, 2.0), 1.0, "type"),
        ((1.0, np.zeros(2)), (2.0, np.zeros(3)), "shape"),
        ({"a": 1.0}, {"b": 1.0}, "length"),
        (None, 1.0, "type"),
        ("a", "b", "value"),
    ],
)
def test_values_that_differ_are_told_apart(expected: Any, received: Any, wanted: str) -> None:
    received = received if isinstance(received, Opaque) else plain(received)
    found = value_difference(plain(expected), received, T)
    assert found is not None
    assert found.kind == wanted


def seen(value: Any = None, **fields: Any) -> Observation:
    return Observation((Outcome(plain(value), **fields),))


def test_effects_and_gradients_are_compared_after_values() -> None:
    one = seen(1.0, gradients=(np.ones(2),))
    for other, wanted in (
        (seen(1.0, gradients=(np.ones(2),)), None),
        (seen(1.0, gradients=(np.ones(2),), changed=(0,)), "changed"),
        (seen(1.0, is_cut=True), "cut"),
        (seen(1.0, gradients=(None,)), "cut"),
        (seen(1.0, gradients=(np.zeros(2),)), "gradient"),
        (seen(2.0, is_cut=True), "value"),
        (Observation((Outcome(raised=Raised("ValueError", "")),)), "raised"),
    ):
        found = first_difference(one, other, T, T)
        assert (found.kind if found else None) == wanted
    assert GRADIENT_KINDS == ("cut", "gradient")


def test_a_dtype_is_a_difference_only_where_it_matters() -> None:
    one, other = seen(np.zeros(2)), seen(np.zeros(2, dtype=np.float32))
    assert first_difference(one, other, T, T) is None
    found = first_difference(one, other, T, T, dtype_matters=True)
    assert found is not None
    assert found.kind == "dtype"


def test_exceptions_of_one_misconception_are_alike_and_slips_are_not() -> None:
    assert same_exception(Raised("ValueError", ""), Raised("IndexError", ""))
    assert same_exception(Raised("NameError", ""), Raised("NameError", ""))
    assert not same_exception(Raised("ValueError", ""), Raised("NameError", ""))


def test_nan_inf_and_overflow_are_alike_only_loosely() -> None:
    nan, inf = seen(np.array([NAN, 1.0])), seen(np.array([INF, 1.0]))
    overflow, other = Observation((Outcome(raised=Raised("OverflowError", "")),)), seen(np.array([INF, 2.0]))
    assert not alike(nan, inf, T)
    assert alike(nan, inf, T, loosely=True)
    assert alike(nan, overflow, T, loosely=True)
    assert not alike(nan, other, T, loosely=True)
    assert not alike(seen(1.0), overflow, T, loosely=True)
