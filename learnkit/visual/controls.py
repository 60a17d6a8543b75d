"""What a learner can move in an explorer: `Slider`, a number between two ends, and `Choice`, one of a few things.

A control knows its label, where it starts and which settings exist; it is no widget, and needs no notebook.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from learnkit.visual.inputs import number


@dataclass(frozen=True)
class Slider:
    """A number between two ends.

    Parameters
    ----------
    label : str
        What is moved, with its unit if it has one: "learning rate (no unit)".
    start, low, high, step : numbers
        Whole numbers, all four, make a slider of whole numbers. A value typed in may lie between two steps.

    Examples
    --------
    >>> Slider("shift", 0, low=-100, high=100, step=10).read(30)
    30
    """

    label: str
    start: float
    low: float
    high: float
    step: float

    def __post_init__(self) -> None:
        if not (self.low < self.high and self.step > 0):
            raise ValueError(f"slider {self.label!r} needs low < high and step > 0; got {self.low}, {self.high} and {self.step}.")
        self.read(self.start)

    @property
    def is_whole(self) -> bool:
        return all(isinstance(value, int) for value in (self.start, self.low, self.high, self.step))

    def read(self, value: Any) -> float:
        """Return a setting as the figure function gets it, without the noise of adding steps; raise ValueError if there is no such one."""
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise ValueError(f"{self.label!r} must be a number; got {value!r}.")
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.label!r} goes from {number(self.low)} to {number(self.high)}; got {value}.")
        return int(value) if self.is_whole else round(float(value), 10)


@dataclass(frozen=True)
class Choice:
    """One of a few things.

    Parameters
    ----------
    label : str
        What is chosen: "right class".
    start : object
        One of the options.
    options : mapping of str to object
        What the learner reads, and what the figure function gets.

    Examples
    --------
    >>> Choice("activation", "relu", {"ReLU": "relu", "none": "identity"}).read("identity")
    'identity'
    """

    label: str
    start: Any
    options: Mapping[str, Any]

    def __post_init__(self) -> None:
        self.read(self.start)

    def read(self, value: Any) -> Any:
        """Return the option; raise ValueError if there is no such one."""
        for option in self.options.values():
            if option == value:
                return option
        raise ValueError(f"{self.label!r} must be one of {', '.join(map(repr, self.options.values()))}; got {value!r}.")
