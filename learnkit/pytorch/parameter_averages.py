"""The running mean of parameters: a network that jumps less than the one that is trained.

`ema_update` is the rule for one tensor, `EMA` keeps the means of all parameters of a network, and lends them to it for evaluation.

Sources: Polyak & Juditsky 1992, Acceleration of stochastic approximation by averaging; Tarvainen & Valpola 2017, Mean teachers are
better role models, equation 2 (the exponential mean).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn


def _require_share(decay: float) -> None:
    if not 0 <= decay <= 1:
        raise ValueError(f"decay must be from 0 to 1; got {decay}.")


def ema_update(average: Tensor, param: Tensor, *, decay: float) -> Tensor:
    """Return decay · average + (1 - decay) · param, a new tensor.

    Parameters
    ----------
    average, param : same shape
    decay : float
        From 0 to 1; 0.999 remembers about 1000 updates.

    Raises
    ------
    ValueError
        If decay is not from 0 to 1.

    Examples
    --------
    >>> ema_update(torch.tensor([1.0]), torch.tensor([2.0]), decay=0.75)
    tensor([1.2500])

    See Also
    --------
    learnkit.reference.ema_update, torch.optim.swa_utils.get_ema_avg_fn
    """
    _require_share(decay)
    return decay * average + (1 - decay) * param


class EMA:
    """The exponential running mean of parameters.

    Parameters
    ----------
    parameters : as from ``net.parameters()``
    decay : float
        As in `ema_update`.

    Attributes
    ----------
    averages : list of tensors
        In the order of the parameters.
    num_updates : int

    Raises
    ------
    ValueError
        If decay is not from 0 to 1, or there are no parameters.

    Notes
    -----
    As in PyTorch the first update copies the parameters, so that the mean does not start from the random ones. Running statistics of
    normalization layers are no parameters, and are not averaged.

    Examples
    --------
    >>> weight = torch.nn.Parameter(torch.tensor([1.0]))
    >>> ema = EMA([weight], decay=0.75)
    >>> for value in (1.0, 2.0):
    ...     weight.data = torch.tensor([value])
    ...     ema.update()
    >>> with ema.applied():
    ...     print(weight.data)
    tensor([1.2500])
    >>> weight.data
    tensor([2.])

    See Also
    --------
    learnkit.reference.EMA, torch.optim.swa_utils.AveragedModel
    """

    def __init__(self, parameters: Iterable[Tensor], decay: float = 0.999) -> None:
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("EMA got no parameters. An iterator is empty after its first use: pass net.parameters() itself.")
        _require_share(decay)
        self.decay = decay
        self.averages: list[Tensor] = [parameter.detach().clone() for parameter in self.parameters]
        self.num_updates = 0

    def update(self) -> None:
        """Take in the parameters as they are now; call it after the optimizer's step."""
        current = [parameter.detach() for parameter in self.parameters]
        if self.num_updates == 0:
            torch._foreach_copy_(self.averages, current)
        else:
            get_ema_multi_avg_fn(self.decay)(  # type: ignore[no-untyped-call]
                self.averages, current, self.num_updates
            )
        self.num_updates += 1

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Put the means in the parameters' place inside this block. What the block does to the parameters is lost at its end."""
        trained = [parameter.detach().clone() for parameter in self.parameters]
        try:
            self._set(self.averages)
            yield
        finally:
            self._set(trained)

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of the means and their number of updates."""
        return {"num_updates": self.num_updates, "averages": [average.clone() for average in self.averages]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave; all shapes must agree, or nothing is changed."""
        shapes, own = [tuple(average.shape) for average in state_dict["averages"]], [tuple(p.shape) for p in self.parameters]
        if shapes != own:
            raise ValueError(f"this state is of parameters of shapes {shapes}; those here have {own}. Nothing was loaded.")
        self.num_updates = state_dict["num_updates"]
        torch._foreach_copy_(self.averages, list(state_dict["averages"]))

    def _set(self, values: list[Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(self.parameters, values, strict=True):
                parameter.copy_(value)
