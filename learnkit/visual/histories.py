"""The history of a run as a figure, after it or while it goes on."""

import math
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from learnkit.visual.canvas import LessonFigure, notebook_output
from learnkit.visual.curves import draw_learning_curves


def draw_history(history: Sequence[Mapping[str, Any]], name: str = "loss", *, log_y: bool = False) -> LessonFigure:
    """Draw one number of a run over its epochs, in training and, where it was measured, in validation.

    Parameters
    ----------
    history : as ``run.history``: one mapping an epoch
        An epoch without the number is left out, as is NaN.
    name : "loss", or the name of a metric
    log_y : bool
        Logarithmic height, for losses that fall by orders.

    Raises
    ------
    ValueError
        If there are no epochs, or none has a number of that name.

    Examples
    --------
    >>> figure = draw_history([{"loss": 2.0, "val_loss": 2.1}, {"loss": 1.0, "val_loss": 1.4}])
    >>> print(figure.alt_text)
    Lines of loss over epoch from 1 to 2. training goes from 2 to 1. validation goes from 2.1 to 1.4.
    """
    if not history:
        raise ValueError("history must hold at least one epoch; got none.")
    known = list(dict.fromkeys(key for logs in history for key in logs if key not in ("epoch", "step")))
    curves = {
        kind: [float(logs.get(key, math.nan)) for logs in history]
        for kind, key in (("training", name), ("validation", f"val_{name}"))
        if key in known
    }
    if not curves:
        raise ValueError(f"the history has no {name!r}; it has {', '.join(known)}.")
    return draw_learning_curves(curves, y_label=name, log_y=log_y, start=int(history[0].get("epoch", 0)) + 1)


class LivePlot:
    """A callback that draws the history of a run in a notebook, again after every epoch, in one place.

    Parameters
    ----------
    name : what is drawn, as in `draw_history`
    log_y : bool
        As long as every value is above 0: a loss that reaches 0 does not end the run.
    seconds : float
        At least so much time lies between two pictures; the last one is always drawn.

    Notes
    -----
    Outside a notebook it draws nothing. A picture takes about 0.2 seconds: drawing gets at most a tenth of the time, however short
    ``seconds`` is.

    Examples
    --------
    ``callbacks=[LivePlot()]``
    """

    is_last = True

    def __init__(self, name: str = "loss", *, log_y: bool = False, seconds: float = 0.5) -> None:
        if not seconds >= 0:
            raise ValueError(f"seconds must be at least 0; got {seconds}.")
        self.name, self.log_y, self.seconds = name, log_y, seconds
        self._handle: Any = None
        self._next = -math.inf
        self._epochs = 0

    def on_fit_begin(self, run: Any) -> None:
        """Begin a new output: that of an earlier run stays as it is."""
        self._handle, self._next, self._epochs = None, -math.inf, 0

    def on_epoch_end(self, run: Any) -> None:
        """Draw, if enough time has passed."""
        if time.monotonic() >= self._next:
            self._draw(run)

    def on_fit_end(self, run: Any) -> None:
        """Draw the whole history."""
        if len(run.history) != self._epochs and run.history:
            self._draw(run)

    def _draw(self, run: Any) -> None:
        if "IPython" not in sys.modules:
            return
        from IPython.core.getipython import get_ipython
        from IPython.display import display

        if getattr(get_ipython(), "kernel", None) is None:
            return
        begun = time.monotonic()
        values = [logs[key] for logs in run.history for key in (self.name, f"val_{self.name}") if key in logs]
        log_y = self.log_y and not any(-math.inf < value <= 0 for value in values)
        data, metadata = notebook_output(draw_history(run.history, self.name, log_y=log_y))
        if self._handle is None:
            self._handle = display(data, metadata=metadata, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(data, metadata=metadata, raw=True)
        ended = time.monotonic()
        self._next, self._epochs = ended + max(self.seconds, 9 * (ended - begun)), len(run.history)
