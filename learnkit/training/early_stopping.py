"""Stop when nothing gets better any more, and go back to the weights that were best.

Source: Prechelt 1998, Early stopping — but when?, section 2 (the third class of criteria: so many epochs in a row without improvement).
"""

import copy
import math
from collections.abc import Mapping
from typing import Any

from learnkit.training.requirements import require_at_least_0, require_count


class EarlyStopping:
    """A callback that ends a run when a monitored number has not improved for some epochs, and restores the best weights.

    Parameters
    ----------
    monitor : a name in ``run.logs``
    mode : "min" or "max"
        Whether it is to go down, as a loss, or up, as an accuracy.
    patience : int
        How many epochs in a row without improvement are borne; the run ends after the next one that is none better. With 0 it ends
        after the first that is none better.
    min_delta : float, at least 0
        By how much more than the best counts as improvement, in the unit of what is monitored.
    restore_best : bool
        Put the weights of the best epoch back at the end, whatever ended the run.
    start_from_epoch : int
        Epochs before this one, counted from 0, are not looked at.

    Attributes
    ----------
    best : float
    best_epoch : int or None
    num_bad_epochs : int
        How many epochs in a row were no better.

    Raises
    ------
    ValueError
        If an option is out of range; at the first epoch's end, if the run measures nothing of that name.

    Notes
    -----
    NaN is no improvement. From a patience of 1 on, Keras and Lightning stop one epoch earlier for the same patience: they end when the
    count reaches it, this when it exceeds it, as `ReduceOnPlateau` and PyTorch's scheduler count. Their 0 and 1 are both this one's 0.

    A run that begins from its start begins the count anew, and forgets the weights of an earlier run; one that is resumed goes on.

    The weights are a copy: those of the network go on changing. Selecting the best epoch is a choice by the validation part, which
    therefore says too much good of it; the test part has to say how good it is.

    Examples
    --------
    Losses 3, 2, 2.5, 2.2, 2.1 with patience 2: the best is epoch 1, and the third epoch in a row that is no better, 4, ends the run.

    >>> from types import SimpleNamespace
    >>> stopping = EarlyStopping(patience=2, restore_best=False)
    >>> for epoch, loss in enumerate([3.0, 2.0, 2.5, 2.2, 2.1]):
    ...     run = SimpleNamespace(epoch=epoch, logs={"val_loss": loss}, stop=print)
    ...     stopping.on_epoch_end(run)
    val_loss has not improved on 2 for 3 epochs
    >>> stopping.best_epoch
    1

    See Also
    --------
    Checkpoint (monitor), ReduceOnPlateau
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        *,
        mode: str = "min",
        patience: int = 5,
        min_delta: float = 0.0,
        restore_best: bool = True,
        start_from_epoch: int = 0,
    ) -> None:
        if mode not in ("min", "max"):
            raise ValueError(f'mode must be "min" or "max"; got {mode!r}.')
        require_count("patience", patience, least=0)
        require_count("start_from_epoch", start_from_epoch, least=0)
        require_at_least_0("min_delta", min_delta)
        self.monitor, self.mode, self.patience, self.min_delta = monitor, mode, patience, min_delta
        self.restore_best, self.start_from_epoch = restore_best, start_from_epoch
        self.best = self._worst()
        self.best_epoch: int | None = None
        self.num_bad_epochs = 0
        self._weights: dict[str, Any] | None = None

    def on_fit_begin(self, run: Any) -> None:
        """Forget an earlier run: its weights would be put into this one's network."""
        if run.step == 0:
            self.best, self.best_epoch, self.num_bad_epochs, self._weights = self._worst(), None, 0, None

    def on_epoch_end(self, run: Any) -> None:
        """Compare with the best, and stop if patience is at its end."""
        value = monitored(run, self.monitor)
        if run.epoch < self.start_from_epoch:
            return
        better = value < self.best - self.min_delta if self.mode == "min" else value > self.best + self.min_delta
        if better or (self.best_epoch is None and not math.isnan(value)):
            self.best, self.best_epoch, self.num_bad_epochs = value, run.epoch, 0
            if self.restore_best:
                self._weights = copy.deepcopy(dict(run.net.state_dict()))
            return
        self.num_bad_epochs += 1
        if self.num_bad_epochs > self.patience:
            epochs = "epoch" if self.num_bad_epochs == 1 else "epochs"
            run.stop(f"{self.monitor} has not improved on {self.best:.4g} for {self.num_bad_epochs} {epochs}")

    def on_fit_end(self, run: Any) -> None:
        """Put the best weights back."""
        if self.restore_best and self._weights is not None:
            run.net.load_state_dict(self._weights)

    def state_dict(self) -> dict[str, Any]:
        """Return what must be saved to go on, the best weights among it."""
        return {
            "best": self.best,
            "best_epoch": self.best_epoch,
            "num_bad_epochs": self.num_bad_epochs,
            "weights": dict(self._weights or {}),
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a saved state."""
        self.best, self.best_epoch = state_dict["best"], state_dict["best_epoch"]
        self.num_bad_epochs = state_dict["num_bad_epochs"]
        self._weights = copy.deepcopy(dict(state_dict["weights"])) or None

    def _worst(self) -> float:
        return math.inf if self.mode == "min" else -math.inf


def monitored(run: Any, name: str) -> float:
    """Return a number of the epoch that just ended.

    Raises
    ------
    ValueError
        If the run measures nothing of that name; the message says what it measures.
    """
    if name not in run.logs:
        hint = " Pass validation=…, for what begins with val_." if name.startswith("val_") else ""
        raise ValueError(f"monitor is {name!r}, and the run measures {', '.join(run.logs)}.{hint}")
    return float(run.logs[name])
