"""Groups of parameters: what the optimizers add to PyTorch's.

PyTorch's optimizers move parameters in groups, each with settings of its own, keep a state for every parameter, and save both. Here
is only the one learning rate for all groups, and the check of settings in the words of the reference.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from torch import Tensor

from learnkit.training.optimizer_settings import check_settings

State = dict[str, Any]


class SharedRate:
    """An optimizer of PyTorch with the learning rate of all its groups at hand."""

    param_groups: list[dict[str, Any]]

    @property
    def lr(self) -> Any:
        """The learning rate of the first group; setting it sets that of all groups."""
        return self.param_groups[0]["lr"]

    @lr.setter
    def lr(self, value: Any) -> None:
        check_settings({"lr": value})
        for group in self.param_groups:
            group["lr"] = value


def checked(name: str, params: Iterable[Any], settings: Mapping[str, Any]) -> Any:
    """Return the parameters or groups that an optimizer was given, with all settings checked."""
    check_settings(settings)
    if isinstance(params, (Tensor, Mapping)):  # a lone tensor would fall into rows; PyTorch refuses it
        return params
    params = list(params)
    if not params:
        raise ValueError(f"{name} got no parameters. An iterator is empty after its first use: pass net.parameters() itself.")
    for group in params:
        if isinstance(group, Mapping):
            check_settings({**settings, **group})
    return params
