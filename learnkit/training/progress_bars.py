"""How far a run is, as it goes: a bar in a terminal, and one line an epoch where a bar makes no sense."""

import sys
import time
from collections.abc import Mapping
from typing import Any

from learnkit.training.requirements import require_count

SHOWN_PER_SECOND = 8
WIDEST_BAR, NARROWEST_BAR = 40, 8


class ProgressBar:
    """A callback that shows how far a run is.

    Parameters
    ----------
    every : int
        Where no bar is drawn, in notebooks, pipes and files: a line after every so many epochs, and after the last.
    digits : int
        After the point. Of the learning rate, which may be 0.00003, it is so many digits that count.

    Notes
    -----
    In a terminal one bar goes through the steps of all epochs, with the time that is left; the numbers of the last epoch stand beside
    it, as many as the terminal is wide for. The lines hold no times, so that they are the same whenever the same run is made.

    Examples
    --------
    >>> import numpy as np
    >>> from learnkit import reference as lk
    >>> x = np.linspace(-1.0, 1.0, 8)[:, None]
    >>> net = lk.Sequential(lk.Linear(1, 1, bias=False, rng=lk.rng(0)))
    >>> net.load_state_dict({"0.weight": [[3.0]]})
    >>> run = lk.fit(net, lk.mse, lk.SGD(net.parameters(), lr=0.1), lk.Batches(x, 3 * x, batch_size=4, seed=0), epochs=3,
    ...     callbacks=[ProgressBar(every=2)])
    epoch 2 of 3   loss 0.0000   lr 0.1
    epoch 3 of 3   loss 0.0000   lr 0.1
    """

    is_last = True

    def __init__(self, *, every: int = 1, digits: int = 4) -> None:
        require_count("every", every)
        require_count("digits", digits, least=0)
        self.every, self.digits = every, digits
        self._bar: Any = None
        self._task: Any = None
        self._next = 0.0

    def on_fit_begin(self, run: Any) -> None:
        """Draw the bar, in a terminal."""
        if not (hasattr(sys.stdout, "isatty") and sys.stdout.isatty()) or "ipykernel" in sys.modules:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.table import Column

        console = Console(file=sys.stdout)
        if not console.is_terminal or console.is_dumb_terminal:
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=max(NARROWEST_BAR, min(WIDEST_BAR, console.width // 5))),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            # the numbers get what the others leave: without the ratio, those of many metrics push the bar out of the line
            TextColumn("{task.fields[numbers]}", markup=False, table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
        )
        self._bar = Progress(*columns, console=console, refresh_per_second=SHOWN_PER_SECOND, expand=True)
        self._task = self._bar.add_task("training", total=run.epochs * run.batches_per_epoch, completed=run.step, numbers="")
        self._next = 0.0
        self._bar.start()

    def on_step_end(self, run: Any) -> None:
        """Move the bar on, as often as it is drawn; nothing is read from the device."""
        if self._bar is not None and time.monotonic() >= self._next:
            self._next = time.monotonic() + 1 / SHOWN_PER_SECOND
            self._move(run)

    def on_epoch_end(self, run: Any) -> None:
        """Write the numbers of the epoch."""
        if self._bar is not None:
            self._move(run, numbers=self._numbers({name: run.logs[name] for name in sorted(run.logs, key=_from_last)}, "  "))
        elif (run.epoch + 1) % self.every == 0 or run.epoch + 1 == run.epochs or run.stopped is not None:
            print(f"epoch {run.epoch + 1} of {run.epochs}   {self._numbers(run.logs, '   ')}", flush=True)

    def on_fit_end(self, run: Any) -> None:
        """Leave the terminal as it was, whatever ended the run, and say why it ended."""
        if self._bar is not None:
            self._move(run)
            self._bar.stop()
            self._bar = None
        if run.stopped is not None:
            print(f"stopped in epoch {run.epoch + 1}: {run.stopped}", flush=True)

    def _move(self, run: Any, **fields: str) -> None:
        self._bar.update(self._task, completed=run.step, description=f"epoch {run.epoch + 1} of {run.epochs}", **fields)

    def _numbers(self, logs: Mapping[str, float], between: str) -> str:
        return between.join(f"{name} {value:.{self.digits}{'g' if name == 'lr' else 'f'}}" for name, value in logs.items())


def _from_last(name: str) -> bool:
    return name not in ("loss", "val_loss")  # these two come first: of the others a narrow terminal has no place for all
