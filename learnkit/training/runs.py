"""A run: what is under way while a network is trained, how far it is, and what callbacks may see and do."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, final

from learnkit.training.generators import generators_of
from learnkit.training.running_means import Metrics, RunningMeans


@final
class Run:
    """What callbacks see of a run, and what `fit` returns.

    Attributes
    ----------
    net, loss_fn, optimizer, batches, metrics, scheduler, callbacks, generators
        As `fit` got them.
    epochs : int
        How many were asked for.
    batches_per_epoch : int
    epoch, batch : int
        The epoch under way and the batch in it, both from 0.
    step : int
        Steps of the optimizer so far, over all epochs.
    loss : 0-d tensor without a graph
        Of the last batch. To read it to the host is the reader's cost: on a GPU it waits for all work under way.
    logs : dict of floats
        Of the epoch that just ended: "loss", each metric, with a validation set "val_loss" and "val_…" of each metric, and "lr", the
        first group's rate at the epoch's last step. Empty before the first.
    history : list of dict
        The logs of all epochs so far, with "epoch" and "step".
    stopped : str or None
        Why the run ended before its last epoch.
    position : (epoch, batch)
        Where a run begins that goes on from here.
    """

    def __init__(
        self,
        net: Any,
        loss_fn: Callable[[Any, Any], Any],
        optimizer: Any,
        batches: Any,
        *,
        epochs: int,
        metrics: Metrics | None = None,
        scheduler: Any = None,
        callbacks: Sequence[Any] = (),
        generators: Sequence[Any] = (),
    ) -> None:
        self.net, self.loss_fn, self.optimizer, self.batches, self.epochs = net, loss_fn, optimizer, batches, epochs
        self.metrics, self.scheduler, self.callbacks, self.generators = dict(metrics or {}), scheduler, callbacks, generators
        self.batches_per_epoch = len(batches)
        self.epoch = self.batch = self.step = 0
        self.loss: Any = None
        self.logs: dict[str, float] = {}
        self.history: list[dict[str, Any]] = []
        self.stopped: str | None = None
        self.position = (0, 0)
        self._stop_is_final = True
        self._means = RunningMeans(self.metrics)
        self._lr: Any = math.nan

    def stop(self, reason: str, *, final: bool = True) -> None:
        """End the run: after this step, if it is called within an epoch, else after this epoch. The first reason stands.

        A run that is resumed from a checkpoint made after a stop is over, unless the stop was not ``final``, as for want of time.
        """
        if self.stopped is None:
            self.stopped, self._stop_is_final = reason, final

    def count_step(self, outputs: Any, targets: Any) -> None:
        """Take in the step that was just made: its numbers are summed up where they lie, and not read."""
        self._means.add(self.loss, outputs, targets)
        lr = self.optimizer.param_groups[0]["lr"]
        self._lr = lr.clone() if hasattr(lr, "clone") else lr  # PyTorch's rate in a tensor, which a scheduler changes in place
        self.step += 1
        self.position = (self.epoch, self.batch + 1)

    def end_epoch(self, validated: Mapping[str, float]) -> None:
        """Make the logs of the epoch: here its numbers are read."""
        self.logs = {**self._means.read(), **{f"val_{name}": value for name, value in validated.items()}, "lr": float(self._lr)}
        self.history.append({"epoch": self.epoch, "step": self.step, **self.logs})
        self._means = RunningMeans(self.metrics)
        self.position = (self.epoch + 1, 0)

    def parts(self) -> dict[str, Any]:
        """Return what `save_checkpoint` and `load_checkpoint` take, by name."""
        given = [*self.generators, *[own for own in [getattr(self.batches, "generator", None)] if own is not None]]
        return {
            "net": self.net,
            "optimizer": self.optimizer,
            "scheduler": self.scheduler,
            "callbacks": self.callbacks,
            "generators": generators_of(self.net, given),
            "progress": self,
        }

    def state_dict(self) -> dict[str, Any]:
        """Return how far the run is."""
        return {
            "position": self.position,
            "step": self.step,
            "means": self._means.state_dict(),
            "lr": float(self._lr),
            "history": [dict(logs) for logs in self.history],
            "stopped": self.stopped if self._stop_is_final else None,
            "batches": getattr(self.batches, "settings", None),
            "batches_per_epoch": self.batches_per_epoch,
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from where a run was, over the same batches."""
        saved, own = ((state["batches"], state["batches_per_epoch"]) for state in (state_dict, self.state_dict()))
        if saved != own:
            raise ValueError(f"the run went over other batches: {saved[0] or saved[1]}, and here are {own[0] or own[1]}.")
        epoch, batch = state_dict["position"]
        if 0 < batch < self.batches_per_epoch and not hasattr(self.batches, "epoch"):
            raise ValueError(
                f"the run stopped in the middle of epoch {epoch}, after {batch} of {self.batches_per_epoch} batches, and a "
                f"{type(self.batches).__name__} begins at the first. Use Batches(…, seed=…), or save at the ends of epochs."
            )
        self.position = self.epoch, self.batch = epoch, batch
        self.step, self.stopped, self._lr = state_dict["step"], state_dict["stopped"], state_dict["lr"]
        self._means = RunningMeans(self.metrics)
        self._means.load_state_dict(state_dict["means"])
        self.history = [dict(logs) for logs in state_dict["history"]]
        self.logs = {name: value for name, value in (self.history or [{}])[-1].items() if name not in ("epoch", "step")}
