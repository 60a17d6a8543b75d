"""Means over the examples of an epoch, summed up where the values lie.

A number on a GPU is not read before the epoch ends: to read it, the processor would have to wait for all work under way.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

Metrics = Mapping[str, Callable[[Any, Any], Any]]
"""By name, functions of outputs and targets, each the mean over its rows."""


class RunningMeans:
    """The loss and the metrics of an epoch, each the mean over its examples.

    L = Σ nᵢ Lᵢ / Σ nᵢ over batches of nᵢ rows with means Lᵢ. The mean of the means would count the rows of a smaller last batch more:
    with batches of 64 and 1, that one row as much as 64 others.

    Parameters
    ----------
    metrics : name -> function of outputs and targets
        Each the mean over its rows.

    Attributes
    ----------
    rows : int
        Examples so far.
    totals : dict
        Sums over them, in float64: Python's floats, or tensors where the values lie.
    """

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.rows = 0
        self.totals: dict[str, Any] = {}

    def add(self, loss: Any, outputs: Any, targets: Any) -> None:
        """Take in a batch: its mean loss, and the metrics of its outputs."""
        rows = len(targets)
        self._add("loss", loss, rows)
        if self.metrics:
            if hasattr(outputs, "detach"):
                outputs = outputs.detach()
            # scores of NaN have no rank, and the reference's metrics raise for them: the loss shall say what happened instead
            is_lost = is_here(loss) and not math.isfinite(float(loss))
            for name, metric in self.metrics.items():
                self._add(name, math.nan if is_lost else metric(outputs, targets), rows)
        self.rows += rows

    def _add(self, name: str, value: Any, rows: int) -> None:
        total = self.totals.get(name, 0.0)
        if is_here(value):
            self.totals[name] = total + float(value) * rows
        elif is_here(total):
            self.totals[name] = total + in_float64(value.detach()) * rows
        else:
            total.add_(value.detach(), alpha=rows)  # one call for both, in the total's float64

    def read(self) -> dict[str, float]:
        """Return the means as Python's floats."""
        return {name: float(total) / self.rows for name, total in self.totals.items()}

    def state_dict(self) -> dict[str, Any]:
        """Return the sums so far."""
        return {"rows": self.rows, "totals": {name: float(total) for name, total in self.totals.items()}}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from sums that `state_dict` gave."""
        self.rows, self.totals = state_dict["rows"], dict(state_dict["totals"])


def is_here(value: Any) -> bool:
    """Return whether a value can be read without waiting: all but PyTorch's tensors, which may be on a GPU."""
    return not hasattr(value, "add_")


def in_float64(tensor: Any) -> Any:
    """Return a tensor in float64: in float32 the sum over a million examples has four digits left, in bfloat16 none."""
    return tensor.float() if tensor.device.type == "mps" else tensor.double()  # there is no float64 on Apple's GPUs
