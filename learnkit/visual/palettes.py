"""Colors and marks: one look for each thing, the same in every lesson.

`LOOKS` names the things that come back (the right class, the validation set, a loss) and gives each a color, a line style, a
marker and a hatch, so that a picture can also be read in gray or by a color-blind reader. `looks_for` gives every line of a
figure its look; `dark_enough` makes a color legible as text.

Source: Okabe & Ito 2008, Color universal design: eight colors that people with any common color vision tell apart. Its yellow
is left out: it cannot be seen on white.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from matplotlib.colors import to_hex, to_rgb

INK = "#222222"  # text, axes
SOFT_INK = "#555555"  # notes, reference lines
FAINT = "#E4E4E4"  # grids
PAPER = "#FFFFFF"

BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"


class Look(NamedTuple):
    """How one thing is drawn: never by color alone."""

    color: str
    linestyle: str
    marker: str
    hatch: str


LOOKS: dict[str, Look] = {
    # classes of one example
    "right class": Look(GREEN, "-", "o", ""),
    "wrong answer": Look(ORANGE, "--", "X", "////"),
    "other classes": Look("#D0D0D0", ":", "s", ""),
    "answer": Look("#6E6E6E", "-.", "D", ""),  # the largest score where the right class is not known
    # parts of a data set
    "train": Look(SKY, "-", "o", ""),
    "validation": Look(VERMILLION, "--", "s", "////"),
    "test": Look(INK, "-.", "^", "...."),
    # losses
    "cross-entropy": Look(BLUE, "-", "o", ""),
    "squared error": Look(PURPLE, "--", "s", "////"),
    # formulas of one quantity
    "stable": Look(BLUE, "-", "o", ""),
    "naive": Look(ORANGE, "--", "s", "////"),
    "1e-12": Look(INK, "-.", "^", "...."),
}

# What stands side by side in one figure must differ in lightness too.
TOGETHER: tuple[tuple[str, ...], ...] = (
    ("right class", "wrong answer", "other classes"),
    ("answer", "other classes"),
    ("train", "validation", "test"),
    ("cross-entropy", "squared error"),
    ("stable", "naive", "1e-12"),
)

# For things without a name in the table, in this order.
OTHER_LOOKS: tuple[Look, ...] = (
    Look(BLUE, "-", "o", ""),
    Look(ORANGE, "--", "s", "////"),
    Look(INK, "-.", "^", "...."),
    Look(GREEN, ":", "D", "\\\\\\\\"),
    Look(PURPLE, (0, (5, 1, 1, 1, 1, 1)), "v", "xxxx"),  # type: ignore[arg-type]
    Look(SKY, "-", "P", "||||"),
    Look(VERMILLION, "--", "X", "----"),
    Look(SOFT_INK, ":", "*", "++++"),
)


def looks_for(names: Iterable[str]) -> list[Look]:
    """Return one look for each name: its own where `LOOKS` names a part of it, else the next free one.

    "accuracy, test" gets the look of "test". No two names of one call share a color.

    Parameters
    ----------
    names : strings
        What is drawn in one figure, in order.

    Returns
    -------
    one `Look` for each name

    Raises
    ------
    ValueError
        If there are more than eight names.

    Examples
    --------
    >>> [look.color for look in looks_for(["squared error after softmax", "cross-entropy"])]
    ['#CC79A7', '#0072B2']
    """
    names = list(names)
    if len(names) > len(OTHER_LOOKS):
        raise ValueError(f"one figure can tell at most {len(OTHER_LOOKS)} lines apart; got {len(names)}. Draw two figures.")
    found: dict[int, Look] = {}
    for position, name in enumerate(names):
        known = [key for key in LOOKS if re.search(rf"\b{re.escape(key)}", name)]
        look = LOOKS[max(known, key=len)] if known else None
        if look is not None and look.color not in {taken.color for taken in found.values()}:
            found[position] = look
    for position in range(len(names)):
        if position not in found:
            taken_colors = {look.color for look in found.values()}
            found[position] = next(look for look in OTHER_LOOKS if look.color not in taken_colors)
    return [found[position] for position in range(len(names))]


def luminance(color: str) -> float:
    """Return how much light a color sends, from 0 (black) to 1 (white): WCAG's relative luminance.

    Parameters
    ----------
    color : any color that matplotlib knows

    Returns
    -------
    a number from 0 to 1

    Examples
    --------
    >>> luminance("black"), round(luminance("white"), 6)
    (0.0, 1.0)
    """
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(color))
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def lightness(color: str) -> float:
    """Return the lightness that the eye sees, CIE L* from 0 (black) to 100 (white): what is left of a color in gray.

    Parameters
    ----------
    color : any color that matplotlib knows

    Returns
    -------
    a number from 0 to 100

    Examples
    --------
    >>> round(lightness("white"), 4)
    100.0
    """
    light = luminance(color)
    return 116 * light ** (1 / 3) - 16 if light > (6 / 29) ** 3 else light * (29 / 3) ** 3


def contrast(color: str, background: str = PAPER) -> float:
    """Return the contrast of two colors, from 1 (none) to 21 (black on white); WCAG asks 4.5 for text.

    Parameters
    ----------
    color, background : any colors that matplotlib knows

    Returns
    -------
    a ratio from 1 to 21

    Examples
    --------
    >>> round(contrast("black"), 4)
    21.0
    """
    one, other = luminance(color), luminance(background)
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def dark_enough(color: str, least: float = 4.5) -> str:
    """Return the color, mixed with just so much black that text in it can be read on white.

    Parameters
    ----------
    color : any color that matplotlib knows
    least : float
        The contrast that is asked.

    Returns
    -------
    a color as "#rrggbb"

    Examples
    --------
    >>> dark_enough("#0072B2")
    '#0072b2'
    """
    rgb = to_rgb(color)
    for step in range(51):
        kept = 1 - step / 50
        mixed = to_hex((rgb[0] * kept, rgb[1] * kept, rgb[2] * kept))
        if contrast(mixed) >= least:
            return mixed
    raise ValueError(f"no contrast above 21 exists; asked {least}.")
