"""A progress bar for a download, in a terminal or a notebook; elsewhere nothing is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

Report = Callable[[int, int | None], None]
"""Told how many bytes have arrived, and how many there are if the server says so."""


@contextmanager
def transfer_bar(title: str) -> Iterator[Report]:
    """Show a bar while the block runs; it goes away at the end.

    Yields
    ------
    function (arrived, total)
        To be called as bytes arrive; total is None where it is not known.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    shown = console.is_terminal or console.is_jupyter
    with Progress(*columns, console=console, transient=True, disable=not shown) as bars:
        task = bars.add_task(title, total=None)
        yield lambda arrived, total: bars.update(task, completed=arrived, total=total)
