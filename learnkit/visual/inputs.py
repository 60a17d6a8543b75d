"""What the figures share about their inputs: one-line checks, and numbers as short words.

`as_vector`, `as_rows` and `as_class` turn what a caller gives into arrays of their own (so no input is ever changed) or say
what was required, what came and what helps. `number`, `numbers` and `wrapped` write values the way the course does.
"""

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def as_floats(name: str, values: ArrayLike) -> Floats:
    """Return a float64 copy, or say that these are no numbers."""
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be numbers, in rows of equal length; got {type(values).__name__}: {error}.") from error


def as_vector(name: str, values: ArrayLike, *, finite: bool = True) -> Floats:
    """Return a copy of at least one number in a row.

    Parameters
    ----------
    name : str
        What the caller knows the values as; it opens the error message.
    values : (N,)
    finite : bool
        Refuse NaN and infinities.

    Returns
    -------
    (N,) float64

    Raises
    ------
    ValueError
        If there is no number, another number of dimensions, or a value that is not finite where it must be.

    Examples
    --------
    >>> as_vector("scores", [2, 1, 0])
    array([2., 1., 0.])
    """
    vector = as_floats(name, values)
    if vector.ndim != 1 or vector.size == 0:
        raise ValueError(f"{name} must be a row of at least one number, shape (N,); got shape {vector.shape}.")
    if finite and not np.isfinite(vector).all():
        bad = int(np.flatnonzero(~np.isfinite(vector))[0])
        raise ValueError(f"{name} must be finite; got {vector[bad]} at position {bad}.")
    return vector


def as_rows(name: str, values: ArrayLike) -> Floats:
    """Return a copy as (runs, steps): a single run may come without its first axis. NaN and infinities may stay.

    Parameters
    ----------
    name : str
    values : (steps,) or (runs, steps)

    Returns
    -------
    (runs, steps) float64

    Raises
    ------
    ValueError
        If there is no value, or another number of dimensions.

    Examples
    --------
    >>> as_rows("loss", [3, 2, 1]).shape
    (1, 3)
    """
    rows = as_floats(name, values)
    if rows.ndim == 1:
        rows = rows[None]
    if rows.ndim != 2 or rows.size == 0:
        raise ValueError(f"{name} must be (steps,) or (runs, steps) with at least one value; got shape {np.shape(values)}.")
    return rows


def as_class(name: str, value: Any, classes: int) -> int:
    """Return a class from 0 to classes - 1 as an int.

    Raises
    ------
    TypeError
        If it is not an integer.
    ValueError
        If there is no such class.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be an integer class; got {type(value).__name__}. Use int({name}) if it is a whole number.")
    if not 0 <= value < classes:
        raise ValueError(f"{name} must be a class from 0 to {classes - 1}, as there are {classes} scores; got {value}.")
    return int(value)


def some_of(name: str, items: Mapping[str, Any], example: str) -> None:
    """Refuse a mapping without entries."""
    if not isinstance(items, Mapping) or not items:
        raise ValueError(f"{name} must be a dict with at least one entry, such as {example}; got {items!r}.")


def table_of(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return a figure's data table; a name that comes twice would hide data, and is refused."""
    table: dict[str, Any] = {}
    for name, values in pairs:
        if name in table:
            raise ValueError(f"two things in this figure have the name {name!r}. Give one of them another name.")
        table[name] = values
    return table


def number(value: float, digits: int = 3) -> str:
    """Return a number as people write it, to so many significant digits.

    Parameters
    ----------
    value : float
    digits : int

    Returns
    -------
    str

    Examples
    --------
    >>> number(-12.5999), number(1000), number(0.5), number(6.02e23), number(float("-inf"))
    ('−12.6', '1000', '0.5', '6.02e23', '−inf')
    """
    value = float(value)
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "inf" if value > 0 else "−inf"
    if value == 0:
        return "0"
    if 10**digits - 0.5 <= abs(value) < 1e5:  # 999.6 rounds to 1000
        text = f"{value:.0f}"
    else:
        text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def numbers(values: Iterable[float], digits: int = 3) -> str:
    """Return several numbers with commas: "2, 1, 0".

    Examples
    --------
    >>> numbers([2.0, 1.0, 0.0])
    '2, 1, 0'
    """
    return ", ".join(number(value, digits) for value in values)


def span(low: float, high: float, digits: int = 3) -> str:
    """Return "from 1 to 20", or "at 1" where both are the same.

    Examples
    --------
    >>> span(1, 20), span(1, 1)
    ('from 1 to 20', 'at 1')
    """
    return f"at {number(low, digits)}" if low == high else f"from {number(low, digits)} to {number(high, digits)}"


def wrapped(text: str, inches: float, points: float) -> str:
    """Return the text in lines that fit so many inches at a size in points; line breaks of the text stay.

    Examples
    --------
    >>> wrapped("one two three", inches=0.4, points=10)
    'one\\ntwo\\nthree'
    """
    letters = max(4, int(inches * 72 / (0.58 * points)))
    return "\n".join(textwrap.fill(line, letters, break_long_words=False) for line in text.split("\n"))
