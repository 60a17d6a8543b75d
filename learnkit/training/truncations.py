"""Truncation: which part of a normal distribution lies between two bounds. No array is touched."""

import math

LEAST_SHARE = 0.05


def kept_share(mean: float, std: float, a: float, b: float) -> float:
    """Return the share of N(mean, std²) between a and b; raise if so little lies there that drawing again and again would not end.

    Φ((b - mean)/std) - Φ((a - mean)/std)

    Examples
    --------
    >>> round(kept_share(0.0, 1.0, -2.0, 2.0), 4)
    0.9545
    """
    if not std > 0:
        raise ValueError(f"std must be above 0; got {std}.")
    if not a < b:
        raise ValueError(f"a must be below b; got {a} and {b}.")
    below_b, below_a = (math.erfc((mean - bound) / (std * math.sqrt(2))) / 2 for bound in (b, a))
    share = below_b - below_a
    if not share >= LEAST_SHARE:
        raise ValueError(
            f"at least {LEAST_SHARE:.0%} of the normal distribution must lie between a and b; got {share:.2%} with mean {mean}, std {std}, "
            f"a {a} and b {b}. The bounds are values, not numbers of standard deviations."
        )
    return share
