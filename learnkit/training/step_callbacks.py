"""Callbacks that act on the steps of a run: gradients that are clipped, rates that are cut, weights that are averaged.

Each one puts something that both trees have into the loop; what it does to arrays is theirs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from learnkit.training.early_stopping import monitored
from learnkit.training.requirements import require_at_least_0
from learnkit.training.running_means import in_float64, is_here
from learnkit.training.schedulers import ReduceOnPlateau, Scheduler


class ClipGradients:
    """A callback that clips the gradients before each step, and logs how large they were.

    Parameters
    ----------
    clip : (parameters, limit) -> norm or None
        ``lk.clip_grad_norm`` or ``lk.clip_grad_value`` of either tree.
    limit : float, at least 0

    Notes
    -----
    With `clip_grad_norm` the logs of an epoch get "grad_norm", the mean over its steps of the norm before it was clipped: summed up
    where it lies and read once an epoch.

    Examples
    --------
    >>> import numpy as np
    >>> from learnkit import reference as lk
    >>> x = np.linspace(-1.0, 1.0, 8)[:, None]
    >>> net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=np.float64))
    >>> batches = lk.Batches(x, 100 * x, batch_size=4, seed=0)
    >>> run = lk.fit(net, lk.mse, lk.SGD(net.parameters(), lr=0.1), batches, epochs=1, callbacks=[ClipGradients(lk.clip_grad_norm, 1.0)])
    >>> run.logs["grad_norm"] > 50
    True
    """

    def __init__(self, clip: Callable[..., Any], limit: float) -> None:
        if not callable(clip):
            raise TypeError(f"clip must be a function of parameters and a limit, such as lk.clip_grad_norm; got {clip!r}.")
        self.clip, self.limit = clip, require_at_least_0("limit", limit)
        self._total: Any = 0.0
        self._steps = 0

    def on_epoch_begin(self, run: Any) -> None:
        """Begin a new mean, but for a run that goes on in the middle of an epoch."""
        if run.batch == 0:
            self._total, self._steps = 0.0, 0

    def on_gradients(self, run: Any) -> None:
        """Clip."""
        norm = self.clip(run.net.parameters(), self.limit)
        if norm is not None:
            # in bfloat16 a sum of norms of 1 stays at 256: 256 + 1 is rounded to 256
            self._total = self._total + (float(norm) if is_here(norm) else in_float64(norm.detach()))
            self._steps += 1

    def on_epoch_end(self, run: Any) -> None:
        """Log the mean norm."""
        if self._steps:
            run.logs["grad_norm"] = run.history[-1]["grad_norm"] = float(self._total) / self._steps

    def state_dict(self) -> dict[str, Any]:
        """Return the epoch's sum of norms so far."""
        return {"total": float(self._total), "steps": self._steps}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a saved sum."""
        self._total, self._steps = state_dict["total"], state_dict["steps"]


class PlateauStep:
    """A callback that hands a monitored number to a `ReduceOnPlateau` after every epoch.

    Parameters
    ----------
    plateau : ReduceOnPlateau, or PyTorch's ReduceLROnPlateau
    monitor : a name in ``run.logs``

    Raises
    ------
    ValueError
        When a run begins whose scheduler sets the rates of the same optimizer; at the first epoch's end, if the run measures nothing of
        that name.

    Examples
    --------
    ``callbacks=[PlateauStep(lk.ReduceOnPlateau(optimizer, patience=2))]``
    """

    def __init__(self, plateau: Any, monitor: str = "val_loss") -> None:
        if not hasattr(plateau, "step"):
            raise TypeError(f"plateau must be a ReduceOnPlateau; got {plateau!r}. Use PlateauStep(ReduceOnPlateau(optimizer)).")
        self.plateau, self.monitor = plateau, monitor

    def on_fit_begin(self, run: Any) -> None:
        """Refuse a scheduler that would undo every cut at its next step: it computes each rate from the first one."""
        if isinstance(run.scheduler, Scheduler) and run.scheduler.optimizer is getattr(self.plateau, "optimizer", None):
            raise ValueError("PlateauStep and scheduler= both set the rates of one optimizer. Use one of them.")

    def on_epoch_end(self, run: Any) -> None:
        """Let the plateau look at the epoch."""
        self.plateau.step(monitored(run, self.monitor))

    def state_dict(self) -> dict[str, Any]:
        """Return the plateau's state."""
        state = dict(self.plateau.state_dict())
        return state if isinstance(self.plateau, ReduceOnPlateau) else {k: v for k, v in state.items() if _is_plain(v)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a saved state."""
        self.plateau.load_state_dict(state_dict)


class AverageWeights:
    """A callback that takes every step into an `EMA` of the weights.

    Parameters
    ----------
    ema : EMA of either tree

    Notes
    -----
    The network trains on with its own weights; ``with ema.applied():`` measures with the average.

    Examples
    --------
    ``ema = lk.EMA(net.parameters(), decay=0.99)``, ``callbacks=[AverageWeights(ema)]``
    """

    def __init__(self, ema: Any) -> None:
        if not (hasattr(ema, "update") and hasattr(ema, "applied")):
            raise TypeError(f"ema must be an EMA; got {ema!r}. Use AverageWeights(EMA(net.parameters(), decay=0.99)).")
        self.ema = ema

    def on_step_end(self, run: Any) -> None:
        """Take in the weights as they are now."""
        self.ema.update()

    def state_dict(self) -> dict[str, Any]:
        """Return the average."""
        return dict(self.ema.state_dict())

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a saved average."""
        self.ema.load_state_dict(state_dict)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, list))
