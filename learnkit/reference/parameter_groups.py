"""Groups of parameters: what all optimizers share.

An optimizer moves parameters in groups, each with settings of its own, keeps a state for every parameter, and can save both, so
that a run that was stopped goes on as if it had not been. How one parameter moves is the business of each optimizer's own class.

Source: Paszke et al. 2019, PyTorch, section 4.1; torch.optim.Optimizer, whose names and state these are.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from learnkit.reference.operations import Array
from learnkit.reference.tensors import Parameter
from learnkit.training.optimizer_settings import check_settings

State = dict[str, Any]


class Optimizer(ABC):
    """What all optimizers share. A class of its own for each rule says how one parameter moves.

    Parameters
    ----------
    params : parameters, as from ``net.parameters()``, or groups of them
        A group is a dict with "params" and the settings in which it differs: ``[{"params": head, "lr": 0.1}, {"params": body}]``.
    defaults : dict
        The settings of a group that does not say otherwise.

    Attributes
    ----------
    param_groups : list of dict
        Every group with all its settings, which may be changed between steps.
    state : dict
        What is kept from step to step for a parameter, from its first gradient on.
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[Parameter, State] = {}
        check_settings(defaults)
        if isinstance(params, (Parameter, Mapping)):
            raise TypeError(f"params must be an iterable of parameters or of groups; got one {type(params).__name__}. Use [params].")
        params = list(params)
        if not params:
            name = type(self).__name__
            raise ValueError(f"{name} got no parameters. An iterator is empty after its first use: pass net.parameters() itself.")
        for group in params if isinstance(params[0], Mapping) else [{"params": params}]:
            self.add_param_group(group)

    @abstractmethod
    def _update(self, param: Array, grad: Array, state: State, settings: dict[str, Any]) -> tuple[Array, State]:
        """Return the parameter after one step, and its state; both may be the old ones, changed in place."""

    @property
    def lr(self) -> Any:
        """The learning rate of the first group; setting it sets that of all groups."""
        return self.param_groups[0]["lr"]

    @lr.setter
    def lr(self, value: float) -> None:
        check_settings({"lr": value})
        for group in self.param_groups:
            group["lr"] = value

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Take in one more group, a dict with "params" and the settings in which it differs from the defaults."""
        name = type(self).__name__
        if not isinstance(param_group, Mapping) or "params" not in param_group:
            raise TypeError(f'a group of parameters must be a dict with "params"; got {param_group!r}.')
        params = param_group["params"]
        if isinstance(params, (set, frozenset)):
            raise TypeError("the parameters of a group must have an order, which a set has not. Use a list.")
        params = [params] if isinstance(params, Parameter) else list(params)
        group = {**self.defaults, **param_group, "params": params}
        check_settings(group)
        seen = {id(parameter) for other in self.param_groups for parameter in other["params"]}
        for index, parameter in enumerate(params):
            if not isinstance(parameter, Parameter):
                raise TypeError(f"{name} moves parameters; item {index} is a {type(parameter).__name__}. Pass net.parameters().")
            if id(parameter) in seen:
                raise ValueError(f"item {index}, of shape {parameter.shape}, is given to {name} twice; it would be moved twice a step.")
            seen.add(id(parameter))
            if not parameter.data.flags.writeable:
                parameter.data = parameter.data.copy()
        self.param_groups.append(group)

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    def step(self) -> None:
        """Move every parameter that has a gradient, in place: whoever holds ``parameter.data`` sees it change, as in PyTorch."""
        for group in self.param_groups:
            settings = {name: group[name] for name in self.defaults}
            if isinstance(settings["lr"], np.generic):
                settings["lr"] = settings["lr"].item()  # NumPy's own numbers, as from np.logspace, would make float64 of float32
            for parameter in group["params"]:
                grad, data = parameter.grad, parameter.data
                if grad is None:
                    continue
                if grad.shape != data.shape:
                    raise ValueError(f"a parameter of shape {data.shape} has a gradient of shape {grad.shape}; they must be equal.")
                if grad.dtype != data.dtype:
                    grad = grad.astype(data.dtype)  # as of a float32 network on float64 data, which must not become float64
                # assigning counts as a change, which a backward pass that still needs the old value notices
                parameter.data, self.state[parameter] = self._update(data, grad, self.state.get(parameter, {}), settings)

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of the state and of the groups' settings; parameters are named by their place, from 0 on, as in PyTorch."""
        places = {parameter: place for place, parameter in enumerate(self._all_parameters())}
        groups = [{**group, "params": [places[parameter] for parameter in group["params"]]} for group in self.param_groups]
        state = {
            place: {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in self.state[parameter].items()}
            for parameter, place in places.items()
            if self.state.get(parameter)
        }
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a state and settings that `state_dict` gave; the next step is then the one that would have come.

        Raises
        ------
        ValueError
            If the groups, their sizes or the shapes of the state are others, and then nothing is changed.
        """
        groups, sizes = state_dict["param_groups"], [len(group["params"]) for group in self.param_groups]
        if [len(group["params"]) for group in groups] != sizes:
            raise ValueError(
                f"this state is of groups of {[len(group['params']) for group in groups]} parameters, and this {type(self).__name__} "
                f"has groups of {sizes}. Make the optimizer as it was made when the state was saved."
            )
        settings = [{name: _as_python(value) for name, value in group.items() if name != "params"} for group in groups]
        for saved in settings:
            if missing := set(self.defaults) - set(saved):
                raise ValueError(f"this state is not of a {type(self).__name__}: it lacks the settings {sorted(missing)}.")
            check_settings(saved)
        places = [place for group in groups for place in group["params"]]
        state: dict[Parameter, State] = {}
        for place, parameter in zip(places, self._all_parameters(), strict=True):
            kept: State = {}
            for name, value in state_dict["state"].get(place, {}).items():
                if np.ndim(value) == 0 and not isinstance(value, np.ndarray):
                    kept[name] = value  # a count, a product
                elif np.shape(value) == parameter.shape:
                    kept[name] = np.array(value, dtype=parameter.dtype)
                else:
                    raise ValueError(f"{name} of parameter {place} has shape {np.shape(value)} where {parameter.shape} is required.")
            if kept:
                state[parameter] = kept
        for group, saved in zip(self.param_groups, settings, strict=True):
            group.update(saved)
        self.state = state

    def _all_parameters(self) -> Iterator[Parameter]:
        return (parameter for group in self.param_groups for parameter in group["params"])


def _as_python(value: Any) -> Any:
    """Return a setting in Python's own numbers, and pairs as tuples."""
    if isinstance(value, (tuple, list)):
        return tuple(_as_python(part) for part in value)
    return value.item() if isinstance(value, (np.generic, np.ndarray)) else value
