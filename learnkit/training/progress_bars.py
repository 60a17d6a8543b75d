"""How far a run is, as it goes: a bar in a terminal, and one line an epoch where a bar makes no sense."""

import sys
from typing import Any

from learnkit.training.requirements import require_count

SHOWN_PER_SECOND = 8


class ProgressBar:
    """A callback that shows how far a run is.

    Parameters
    ----------
    every : int
        Where no bar is drawn, in notebooks, pipes and files: a line after every so many epochs, and after the last.
    digits : int
        After the point.

    Notes
    -----
    In a terminal one bar goes through the steps of all epochs, with the time that is left; the numbers of the last epoch stand beside
    it. The lines hold no times, so that they are the same whenever the same run is made.

    Examples
    --------
    >>> import numpy as np
    >>> from learnkit import reference as lk
    >>> x = np.linspace(-1.0, 1.0, 8)[:, None]
    >>> net = lk.Sequential(lk.Linear(1, 1, bias=False, rng=lk.rng(0)))
    >>> net.load_state_dict({"0.weight": [[3.0]]})
    >>> run = lk.fit(net, lk.mse, lk.SGD(net.parameters(), lr=0.1), lk.Batches(x, 3 * x, batch_size=4, seed=0), epochs=3,
    ...     callbacks=[ProgressBar(every=2)])
    epoch 2 of 3   loss 0.0000   lr 0.1000
    epoch 3 of 3   loss 0.0000   lr 0.1000
    """

    def __init__(self, *, every: int = 1, digits: int = 4) -> None:
        require_count("every", every)
        require_count("digits", digits, least=0)
        self.every, self.digits = every, digits
        self._bar: Any = None
        self._task: Any = None

    def on_fit_begin(self, run: Any) -> None:
        """Draw the bar, in a terminal."""
        if not (hasattr(sys.stdout, "isatty") and sys.stdout.isatty()) or "ipykernel" in sys.modules:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(file=sys.stdout)
        if not console.is_terminal:
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[numbers]}"),
        )
        self._bar = Progress(*columns, console=console, refresh_per_second=SHOWN_PER_SECOND)
        self._task = self._bar.add_task("training", total=run.epochs * run.batches_per_epoch, completed=run.step, numbers="")
        self._bar.start()

    def on_step_end(self, run: Any) -> None:
        """Move the bar on; nothing is read from the device."""
        if self._bar is not None:
            self._bar.update(self._task, completed=run.step, description=f"epoch {run.epoch + 1} of {run.epochs}")

    def on_epoch_end(self, run: Any) -> None:
        """Write the numbers of the epoch."""
        if self._bar is not None:
            self._bar.update(self._task, numbers=self._numbers(run, "  "))
        elif (run.epoch + 1) % self.every == 0 or run.epoch + 1 == run.epochs or run.stopped is not None:
            print(f"epoch {run.epoch + 1} of {run.epochs}   {self._numbers(run, '   ')}", flush=True)

    def on_fit_end(self, run: Any) -> None:
        """Leave the terminal as it was, whatever ended the run, and say why it ended."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        if run.stopped is not None:
            print(f"stopped in epoch {run.epoch + 1}: {run.stopped}", flush=True)

    def _numbers(self, run: Any, between: str) -> str:
        return between.join(f"{name} {value:.{self.digits}f}" for name, value in run.logs.items())
