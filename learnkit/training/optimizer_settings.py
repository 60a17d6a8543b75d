"""The settings of optimizers, and which values they may have.

Both trees' optimizers check theirs here, so that a wrong setting is refused in the same words.
"""

from collections.abc import Mapping
from numbers import Real
from typing import Any

AT_LEAST_0 = ("lr", "momentum", "eps", "weight_decay", "lr_decay", "initial_accumulator_value", "momentum_decay")


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raise unless every setting that an optimizer knows has a value that makes sense; NaN never does.

    What is not a Python or NumPy number passes unread: PyTorch also takes tensors, whose values may be on a GPU.

    Raises
    ------
    ValueError, TypeError

    Examples
    --------
    >>> check_settings({"lr": -0.1})
    Traceback (most recent call last):
    ValueError: lr must be at least 0; got -0.1.
    """
    for name, value in settings.items():
        if name in (*AT_LEAST_0, "alpha"):
            if value is None or isinstance(value, (str, tuple, list, dict)):
                raise TypeError(f"{name} must be a number; got {value!r}. For several rates use groups, each with its own.")
            if isinstance(value, Real) and not float(value) >= 0:
                raise ValueError(f"{name} must be at least 0; got {value}.")
            if name == "alpha" and isinstance(value, Real) and float(value) > 1:
                raise ValueError(f"alpha must be at most 1; got {value}.")
        if name == "betas":
            if not isinstance(value, (tuple, list)) or len(value) != 2:
                raise TypeError(f"betas must be two numbers, as in betas=(0.9, 0.999); got {value!r}.")
            if not all(0 <= float(beta) < 1 for beta in value if isinstance(beta, Real)):
                raise ValueError(f"betas must be at least 0 and below 1; got {tuple(value)}. At 1 a mean would never move.")
    if settings.get("nesterov") and (settings["momentum"] <= 0 or settings["dampening"] != 0):
        raise ValueError("nesterov=True needs momentum above 0 and dampening 0.")
