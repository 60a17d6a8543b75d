"""What moves an optimizer's learning rates: `Scheduler` by a schedule, step by step, `ReduceOnPlateau` by a metric.

Both work on the ``param_groups`` of either tree's optimizers and of PyTorch's own, and touch no array.

Source: torch.optim.lr_scheduler, whose LambdaLR and ReduceLROnPlateau give the same rates.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from learnkit.training.requirements import require_at_least_0, require_count

Schedule = Callable[[int], float]


class Scheduler:
    """Set an optimizer's learning rates by a schedule, step by step.

    Each group's rate is its own rate at the beginning times the schedule's factor, so that groups keep their proportions.

    Parameters
    ----------
    optimizer : of either tree, or PyTorch's own
    schedule : step -> factor
        Such as ``partial(cosine_warmup, warmup_steps=100, total_steps=1000)``, or any function of the step.
    momentum : step -> momentum, optional
        Such as ``partial(one_cycle_momentum, total_steps=1000)``: sets momentum itself, or the first of Adam's betas.

    Attributes
    ----------
    step_count : int
        How many times `step` was called: the step whose rate is set now.
    base_lrs : list of float
        Each group's rate at factor 1.

    Notes
    -----
    The rate of step 0 is set at once. Call `step` after the optimizer's, once a step, not once an epoch.

    Examples
    --------
    >>> import numpy as np
    >>> from functools import partial
    >>> from learnkit import reference as lk
    >>> optimizer = lk.SGD([lk.Parameter(np.zeros(2))], lr=0.8)
    >>> scheduler = lk.Scheduler(optimizer, partial(lk.step_decay, step_size=2, gamma=0.5))
    >>> for _ in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    >>> optimizer.lr
    0.2

    See Also
    --------
    torch.optim.lr_scheduler.LambdaLR
    """

    def __init__(self, optimizer: Any, schedule: Schedule, *, momentum: Schedule | None = None) -> None:
        _check_optimizer(optimizer)
        if not callable(schedule):
            raise TypeError(f"schedule must be a function of the step; got {schedule!r}. Use partial(step_decay, step_size=100).")
        if momentum is not None and not all("momentum" in group or "betas" in group for group in optimizer.param_groups):
            raise ValueError(f"{type(optimizer).__name__} has no momentum and no betas that could be scheduled.")
        self.optimizer, self.schedule, self.momentum = optimizer, schedule, momentum
        self.step_count = 0
        self.base_lrs = [float(group["lr"]) for group in optimizer.param_groups]
        self._set()

    def step(self) -> None:
        """Go on to the next step's rate."""
        self.step_count += 1
        self._set()

    def get_last_lr(self) -> list[float]:
        """Return each group's rate as it is set now."""
        return [float(group["lr"]) for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return what must be saved to go on: the step and the rates at factor 1; the schedule is code and is not saved."""
        return {"step_count": self.step_count, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a saved step; sets the optimizer's rates at once."""
        if len(state_dict["base_lrs"]) != len(self.optimizer.param_groups):
            raise ValueError(
                f"this state is of {len(state_dict['base_lrs'])} groups, and the optimizer has {len(self.optimizer.param_groups)}. "
                "Make the optimizer as it was made when the state was saved."
            )
        require_count("step_count", state_dict["step_count"], least=0)
        self.step_count, self.base_lrs = state_dict["step_count"], list(state_dict["base_lrs"])
        self._set()

    def _set(self) -> None:
        if len(self.base_lrs) != len(self.optimizer.param_groups):
            raise ValueError("a group was added after the Scheduler was made. Add all groups first.")
        factor = self.schedule(self.step_count)
        if not factor >= 0:
            raise ValueError(f"a schedule must return at least 0; got {factor} at step {self.step_count}.")
        for group, base_lr in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            _set_lr(group, base_lr * factor)
            if self.momentum is not None and "betas" in group:
                group["betas"] = (self.momentum(self.step_count), *group["betas"][1:])
            elif self.momentum is not None:
                group["momentum"] = self.momentum(self.step_count)


class ReduceOnPlateau:
    """Cut the learning rate when a metric has stopped to improve.

    Parameters
    ----------
    optimizer : of either tree, or PyTorch's own
    mode : "min" or "max"
        Whether the metric is to go down, as a loss, or up, as an accuracy.
    factor : float
        The new rate is the old one times factor.
    patience : int
        How many steps in a row without improvement are borne; the next one cuts.
    threshold : float
        How much better than the best counts as improvement.
    threshold_mode : "rel" or "abs"
        Whether threshold is a share of the best, or in the unit of the metric.
    cooldown : int
        How many steps after a cut are not counted.
    min_lr : float
        No rate is cut below it.
    eps : float
        A cut by less is not made.

    Attributes
    ----------
    best : float
    num_bad_epochs, cooldown_counter : int

    Notes
    -----
    A metric is compared with the best so far and not with the last. NaN never is an improvement. As in PyTorch, a relative threshold
    needs a metric above 0: of a best of -10, "better by 1 %" would be anything below -9.9. Use "abs" for such.

    Examples
    --------
    >>> import numpy as np
    >>> from learnkit import reference as lk
    >>> optimizer = lk.SGD([lk.Parameter(np.zeros(2))], lr=0.8)
    >>> plateau = lk.ReduceOnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in (2.0, 1.0, 1.1, 1.05):
    ...     plateau.step(loss)
    >>> optimizer.lr
    0.4

    See Also
    --------
    torch.optim.lr_scheduler.ReduceLROnPlateau
    """

    def __init__(
        self,
        optimizer: Any,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        _check_optimizer(optimizer)
        if mode not in ("min", "max"):
            raise ValueError(f'mode must be "min" or "max"; got {mode!r}.')
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f'threshold_mode must be "rel" or "abs"; got {threshold_mode!r}.')
        if not 0 <= factor < 1:
            raise ValueError(f"factor must be at least 0 and below 1; got {factor}.")
        require_count("patience", patience, least=0)
        require_count("cooldown", cooldown, least=0)
        for name, value in {"threshold": threshold, "min_lr": min_lr, "eps": eps}.items():
            require_at_least_0(name, value)
        self.optimizer, self.mode, self.factor, self.patience = optimizer, mode, factor, patience
        self.threshold, self.threshold_mode, self.cooldown = threshold, threshold_mode, cooldown
        self.min_lr, self.eps = min_lr, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0

    def step(self, metric: Any) -> None:
        """Look at the metric, once an epoch or whenever it was measured, and cut the rates if it is time."""
        current = float(metric)
        if self._is_better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0  # what is bad while it cools down does not count
        if self.num_bad_epochs > self.patience:
            self._cut()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def state_dict(self) -> dict[str, Any]:
        """Return what must be saved to go on. The rates themselves are in the optimizer's state."""
        return {"best": self.best, "num_bad_epochs": self.num_bad_epochs, "cooldown_counter": self.cooldown_counter}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a saved state."""
        self.best = float(state_dict["best"])
        self.num_bad_epochs, self.cooldown_counter = state_dict["num_bad_epochs"], state_dict["cooldown_counter"]

    def _is_better(self, current: float) -> bool:
        if self.mode == "min":
            return current < (self.best * (1 - self.threshold) if self.threshold_mode == "rel" else self.best - self.threshold)
        return current > (self.best * (1 + self.threshold) if self.threshold_mode == "rel" else self.best + self.threshold)

    def _cut(self) -> None:
        for group in self.optimizer.param_groups:
            old = float(group["lr"])
            new = max(old * self.factor, self.min_lr)
            if old - new > self.eps:
                _set_lr(group, new)


def _set_lr(group: dict[str, Any], lr: float) -> None:
    if hasattr(group["lr"], "fill_"):  # PyTorch's rate in a tensor, which a compiled step reads
        group["lr"].fill_(lr)
    else:
        group["lr"] = lr


def _check_optimizer(optimizer: Any) -> None:
    if not hasattr(optimizer, "param_groups"):
        raise TypeError(f"a schedule moves the rates of an optimizer; got a {type(optimizer).__name__}. Pass the optimizer first.")
