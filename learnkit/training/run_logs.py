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
    resumed doubles no row.

    Examples
    --------
    ``callbacks=[CSVLogger("runs/first.csv")]``
    """

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
    ``%load_ext tensorboard`` and ``%tensorboard --logdir runs``. A run that is resumed goes on in a new file of the same folder.

    Examples
    --------
    ``callbacks=[TensorBoard("runs/lr-0.1")]``
    """

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
