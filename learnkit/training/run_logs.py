"""Callbacks that write a run down: a table as CSV, and scalars for TensorBoard."""

import importlib
import time
from os import PathLike
from typing import Any

from learnkit.training.requirements import require_count


class CSVLogger:
    """A callback that writes the numbers of every epoch as a row of a CSV file.

    Parameters
    ----------
    path : of the file; its folder is made

    Notes
    -----
    The file is written anew from the run's history after every epoch, in one move: it is whole at any moment, and a run that is
    resumed doubles no row. Another run that is given the same path replaces it.

    Examples
    --------
    ``callbacks=[CSVLogger("runs/first.csv")]``, and later ``draw_history(read_history("runs/first.csv"))``

    See Also
    --------
    read_history, learnkit.visual.draw_history
    """

    is_last = True

    def __init__(self, path: str | PathLike[str]) -> None:
        from pathlib import Path  # here, and csv below: NumPy loads neither, and together they would be a tenth of its import

        self.path = Path(path)

    def on_epoch_end(self, run: Any) -> None:
        """Write the history so far."""
        import csv

        columns = list(dict.fromkeys(name for row in run.history for name in row))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.path.with_name(self.path.name + ".part")
        with scratch.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(run.history)
        scratch.replace(self.path)


def read_history(path: str | PathLike[str]) -> list[dict[str, Any]]:
    """Return what `CSVLogger` wrote, as ``run.history`` was: one dict an epoch, with whole numbers for epoch and step.

    What an epoch did not measure is not in its dict.

    Raises
    ------
    FileNotFoundError
    ValueError
        If the file is no such table, or a cell is no number.

    Examples
    --------
    >>> import tempfile
    >>> from types import SimpleNamespace
    >>> history = [{"epoch": 0, "step": 4, "loss": 0.1}, {"epoch": 1, "step": 8, "loss": 0.05}]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     CSVLogger(f"{folder}/run.csv").on_epoch_end(SimpleNamespace(history=history))
    ...     read_history(f"{folder}/run.csv") == history
    True

    See Also
    --------
    CSVLogger
    """
    import csv

    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if "epoch" not in (reader.fieldnames or ()):
            raise ValueError(f"{path} has no column epoch. Use a file that CSVLogger wrote.")
        history: list[dict[str, Any]] = []
        for row in reader:
            try:
                history.append({name: int(cell) if name in ("epoch", "step") else float(cell) for name, cell in row.items() if cell != ""})
            except (TypeError, ValueError):  # TypeError where a row has too few cells, or too many
                raise ValueError(f"{path}, line {reader.line_num}: not a number in every cell. Use a file that CSVLogger wrote.") from None
    return history


class TensorBoard:
    """A callback that writes the numbers of a run where TensorBoard finds them.

    Parameters
    ----------
    folder : of this run; give each run its own below one folder, and TensorBoard compares them
    every_steps : int, optional
        Also write the loss of every so many steps, which reads it from the device.

    Raises
    ------
    ModuleNotFoundError
        If TensorBoard is not installed.

    Notes
    -----
    The numbers of an epoch stand at the step at its end. Look with ``tensorboard --logdir runs``, or in a notebook with
    ``%load_ext tensorboard`` and ``%tensorboard --logdir runs``. A run that is resumed goes on in a new file of the same folder, and
    TensorBoard leaves out what the run before it wrote after the checkpoint.

    Examples
    --------
    ``callbacks=[TensorBoard("runs/lr-0.1")]``
    """

    is_last = True

    def __init__(self, folder: str | PathLike[str], *, every_steps: int | None = None) -> None:
        if every_steps is not None:
            require_count("every_steps", every_steps)
        from pathlib import Path

        self.folder, self.every_steps = Path(folder), every_steps
        self._writer: Any = None
        self._protos: Any = None

    def on_fit_begin(self, run: Any) -> None:
        """Open a file of events."""
        try:
            writers = importlib.import_module("tensorboard.summary.writer.event_file_writer")
            self._protos = [importlib.import_module(f"tensorboard.compat.proto.{name}_pb2") for name in ("event", "summary")]
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError("TensorBoard is not installed. Run: pip install tensorboard") from error
        self._writer = writers.EventFileWriter(str(self.folder))
        if run.step > 0:  # what is at this step or later in the files before this one was written by steps that are now made again
            events = self._protos[0]
            start = events.SessionLog(status=events.SessionLog.START)
            self._writer.add_event(events.Event(wall_time=time.time(), step=run.step + 1, session_log=start))

    def on_step_end(self, run: Any) -> None:
        """Write the loss of the step."""
        if self.every_steps is not None and run.step % self.every_steps == 0:
            self._write("step/loss", float(run.loss.item()), run.step)

    def on_epoch_end(self, run: Any) -> None:
        """Write the numbers of the epoch; training and validation share a chart."""
        for name, value in run.logs.items():
            kind, own = ("validation", name.removeprefix("val_")) if name.startswith("val_") else ("training", name)
            self._write(own if own == "lr" else f"{own}/{kind}", value, run.step)
        self._writer.flush()

    def on_fit_end(self, run: Any) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _write(self, tag: str, value: float, step: int) -> None:
        events, summaries = self._protos
        summary = summaries.Summary(value=[summaries.Summary.Value(tag=tag, simple_value=value)])
        self._writer.add_event(events.Event(wall_time=time.time(), step=step, summary=summary))
