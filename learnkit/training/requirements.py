"""What numbers must be, checked in the same words wherever they come in."""


def require_count(name: str, count: int, *, least: int = 1) -> None:
    """Raise unless a count, as of steps, is a whole number and not too small.

    Examples
    --------
    >>> require_count("total_steps", 0)
    Traceback (most recent call last):
    ValueError: total_steps must be at least 1; got 0.
    """
    if isinstance(count, bool) or not hasattr(count, "__index__"):
        raise TypeError(f"{name} must be a whole number; got {count!r}. Use a count of steps, not a fraction of an epoch.")
    if count < least:
        raise ValueError(f"{name} must be at least {least}; got {count}.")


def require_at_least_0(name: str, value: float) -> float:
    """Return a number; raise if it is below 0 or NaN.

    Examples
    --------
    >>> require_at_least_0("lr", -0.1)
    Traceback (most recent call last):
    ValueError: lr must be at least 0; got -0.1.
    """
    if not value >= 0:
        raise ValueError(f"{name} must be at least 0; got {value}.")
    return value
