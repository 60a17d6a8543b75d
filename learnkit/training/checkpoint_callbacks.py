"""Checkpoints while a run goes on: `Checkpoint` saves every few epochs or steps, and `latest_checkpoint` finds where to go on."""

import math
from contextlib import suppress
from os import PathLike
from typing import TYPE_CHECKING, Any

from learnkit.training.checkpoints import save_checkpoint
from learnkit.training.requirements import require_count

if TYPE_CHECKING:
    from pathlib import Path

BEST = "best.safetensors"


class Checkpoint:
    """A callback that saves the run: every few epochs or steps, the last ones and the best one.

    Parameters
    ----------
    folder : path
        Holds "step-00000120.safetensors" and so on, named by the optimizer's steps, and "best.safetensors".
    every_epochs : int or None
        Save at the end of every so many epochs, and of the last one.
    every_steps : int or None
        Save after every so many steps, also in the middle of an epoch.
    keep : int or None
        How many of those are kept, the newest; None keeps all. The best is one more.
    monitor : str, optional
        A name in ``run.logs``, as "val_loss": the run is also saved as the best at the end of an epoch in which it was better than ever.
    mode : "min" or "max"
        Whether the monitored value is to go down, as a loss, or up, as an accuracy. NaN never is better.

    Attributes
    ----------
    best : float

    Raises
    ------
    ValueError
        If nothing would be saved, a count is below 1, or mode is neither.
    FileExistsError
        When a run begins from its start and the folder holds checkpoints: those of another run are neither mixed with its own nor
        removed.

    Notes
    -----
    It is called after the other callbacks, so that what they did to the run is saved with it.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from learnkit import reference as lk
    >>> x = np.linspace(-1.0, 1.0, 32)[:, None]
    >>> def train(folder, epochs):
    ...     net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=np.float64))
    ...     optimizer, batches = lk.SGD(net.parameters(), lr=0.3), lk.Batches(x, 3 * x, batch_size=8, seed=0)
    ...     callbacks = [Checkpoint(folder, every_steps=3)]
    ...     resume = latest_checkpoint(folder)
    ...     run = lk.fit(net, lk.mse, optimizer, batches, epochs=epochs, callbacks=callbacks, resume=resume)
    ...     return run.history[-1]["loss"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = train(folder, 2)  # and in another process, perhaps:
    ...     resumed = train(folder, 4)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     resumed == train(folder, 4)
    True

    See Also
    --------
    latest_checkpoint, save_checkpoint
    """

    is_last = True

    def __init__(
        self,
        folder: str | PathLike[str],
        *,
        every_epochs: int | None = 1,
        every_steps: int | None = None,
        keep: int | None = 1,
        monitor: str | None = None,
        mode: str = "min",
    ) -> None:
        for name, count in {"every_epochs": every_epochs, "every_steps": every_steps, "keep": keep}.items():
            if count is not None:
                require_count(name, count)
        if every_epochs is None and every_steps is None and monitor is None:
            raise ValueError("this Checkpoint would save nothing: pass every_epochs, every_steps or monitor.")
        if mode not in ("min", "max"):
            raise ValueError(f'mode must be "min" or "max"; got {mode!r}.')
        self.folder = _as_path(folder)
        self.every_epochs, self.every_steps, self.keep = every_epochs, every_steps, keep
        self.monitor, self.mode = monitor, mode
        self.best = math.inf if mode == "min" else -math.inf

    def on_fit_begin(self, run: Any) -> None:
        """Refuse a folder of another run."""
        if run.step == 0 and (_numbered(self.folder) or (self.folder / BEST).exists()):
            raise FileExistsError(
                f"{self.folder} holds checkpoints, and this run begins from its start. Use another folder, or go on from the last one: "
                "fit(…, resume=latest_checkpoint(folder))."
            )

    def on_step_end(self, run: Any) -> None:
        """Save after every so many steps."""
        if self.every_steps is not None and run.step % self.every_steps == 0:
            self._save(run)

    def on_epoch_end(self, run: Any) -> None:
        """Save the best, and after every so many epochs."""
        if self.monitor is not None:
            if self.monitor not in run.logs:
                raise ValueError(f"monitor is {self.monitor!r}, and the run measures {', '.join(run.logs)}.")
            value = run.logs[self.monitor]
            if value < self.best if self.mode == "min" else value > self.best:
                self.best = value  # before it is saved, as it is part of what is saved
                save_checkpoint(self.folder / BEST, **run.parts())
        at_stop = run.stopped is not None or run.epoch + 1 == run.epochs
        if self.every_epochs is not None and ((run.epoch + 1) % self.every_epochs == 0 or at_stop):
            self._save(run)

    def state_dict(self) -> dict[str, Any]:
        """Return the best value so far."""
        return {"best": self.best}

    def load_state_dict(self, state_dict: Any) -> None:
        """Go on from a best value."""
        self.best = float(state_dict["best"])

    def _save(self, run: Any) -> None:
        save_checkpoint(self.folder / f"step-{run.step:08d}.safetensors", **run.parts())
        if self.keep is not None:  # a run that goes on from an older one leaves those after it, till it comes by
            for path in [path for step, path in _numbered(self.folder) if step <= run.step][: -self.keep]:
                with suppress(FileNotFoundError):
                    path.unlink()


def latest_checkpoint(folder: str | PathLike[str]) -> "Path | None":
    """Return the newest checkpoint, by its number of steps, that `Checkpoint` left in a folder; None if there is none.

    Examples
    --------
    >>> latest_checkpoint("no-such-folder") is None
    True

    See Also
    --------
    Checkpoint
    """
    found = _numbered(_as_path(folder))
    return found[-1][1] if found else None


def _numbered(folder: "Path") -> list[tuple[int, "Path"]]:
    """Return step and path of a folder's checkpoints, oldest first. By number: as words, step-100000000 comes before step-99999999."""
    named = [(path.stem.removeprefix("step-"), path) for path in folder.glob("step-*.safetensors")]
    return sorted((int(number), path) for number, path in named if number.isdecimal())


def _as_path(folder: str | PathLike[str]) -> "Path":
    from pathlib import Path  # loaded here: a tenth of the time that NumPy takes, for those who save nothing

    return Path(folder)
