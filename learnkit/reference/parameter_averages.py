"""The running mean of parameters: a network that jumps less than the one that is trained.

`ema_update` is the rule for one array, `EMA` keeps the means of all parameters of a network, and lends them to it for evaluation.

Sources: Polyak & Juditsky 1992, Acceleration of stochastic approximation by averaging; Tarvainen & Valpola 2017, Mean teachers are
better role models, equation 2 (the exponential mean).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from learnkit.reference.operations import Array
from learnkit.reference.tensors import Parameter


def _require_share(decay: float) -> None:
    if not 0 <= decay <= 1:
        raise ValueError(f"decay must be from 0 to 1; got {decay}.")


def ema_update(average: Array, param: Array, *, decay: float) -> Array:
    """Return decay · average + (1 - decay) · param, a new array.

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
    >>> ema_update(np.array([1.0]), np.array([2.0]), decay=0.75)
    array([1.25])

    See Also
    --------
    learnkit.pytorch.ema_update, torch.optim.swa_utils.get_ema_avg_fn
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
    averages : list of arrays
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
    >>> weight = Parameter(np.array([1.0]))
    >>> ema = EMA([weight], decay=0.75)
    >>> for value in (1.0, 2.0):
    ...     weight.data = np.array([value])
    ...     ema.update()
    >>> with ema.applied():
    ...     print(weight.data)
    [1.25]
    >>> weight.data
    array([2.])

    See Also
    --------
    learnkit.pytorch.EMA, torch.optim.swa_utils.AveragedModel
    """

    def __init__(self, parameters: Iterable[Parameter], decay: float = 0.999) -> None:
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("EMA got no parameters. An iterator is empty after its first use: pass net.parameters() itself.")
        _require_share(decay)
        self.decay = decay
        self.averages: list[Array] = [parameter.data.copy() for parameter in self.parameters]
        self.num_updates = 0

    def update(self) -> None:
        """Take in the parameters as they are now; call it after the optimizer's step."""
        for index, parameter in enumerate(self.parameters):
            if self.num_updates == 0:
                self.averages[index] = parameter.data.copy()
            else:
                self.averages[index] = ema_update(self.averages[index], parameter.data, decay=self.decay)
        self.num_updates += 1

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Put the means in the parameters' place inside this block. What the block does to the parameters is lost at its end."""
        trained = [parameter.data for parameter in self.parameters]
        try:
            for parameter, average in zip(self.parameters, self.averages, strict=True):
                parameter.data = average.copy()
            yield
        finally:
            for parameter, data in zip(self.parameters, trained, strict=True):
                parameter.data = data

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of the means and their number of updates."""
        return {"num_updates": self.num_updates, "averages": [average.copy() for average in self.averages]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave; all shapes must agree, or nothing is changed."""
        shapes, own = [np.shape(average) for average in state_dict["averages"]], [parameter.shape for parameter in self.parameters]
        if shapes != own:
            raise ValueError(f"this state is of parameters of shapes {shapes}; those here have {own}. Nothing was loaded.")
        self.num_updates = state_dict["num_updates"]
        self.averages = [np.array(average, dtype=p.dtype) for average, p in zip(state_dict["averages"], self.parameters, strict=True)]
