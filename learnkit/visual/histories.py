"""The history of a run as a figure, after it or while it goes on."""

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
    curves = {
        kind: [float(logs[key]) for logs in history]
        for kind, key in (("training", name), ("validation", f"val_{name}"))
        if key in history[0]
    }
    if not curves:
        known = ", ".join(key for key in history[0] if key not in ("epoch", "step"))
        raise ValueError(f"the history has no {name!r}; it has {known}.")
    return draw_learning_curves(curves, y_label=name, log_y=log_y, start=int(history[0].get("epoch", 0)) + 1)


class LivePlot:
    """A callback that draws the history of a run in a notebook, again after every epoch, in one place.

    Parameters
    ----------
    name : what is drawn, as in `draw_history`
    log_y : bool
    seconds : float
        At least so much time lies between two pictures; the last one is always drawn.

    Notes
    -----
    Outside a notebook it draws nothing.

    Examples
    --------
    ``callbacks=[LivePlot()]``
    """

    def __init__(self, name: str = "loss", *, log_y: bool = False, seconds: float = 0.5) -> None:
        self.name, self.log_y, self.seconds = name, log_y, seconds
        self._handle: Any = None
        self._drawn = -1.0
        self._epochs = 0

    def on_epoch_end(self, run: Any) -> None:
        """Draw, if enough time has passed."""
        if self._drawn < 0 or time.monotonic() - self._drawn >= self.seconds:
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
        data, metadata = notebook_output(draw_history(run.history, self.name, log_y=self.log_y))
        if self._handle is None:
            self._handle = display(data, metadata=metadata, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(data, metadata=metadata, raw=True)
        self._drawn, self._epochs = time.monotonic(), len(run.history)
