"""A module: parameters under names, a mode (training or evaluation), and a state that can be saved.

`Module` is what every layer and network is. `OperationLayer` is a layer of one operation, which can also go forward and
backward on plain arrays and holds what was saved in between. `Sequential` is a chain of layers.

Source: Paszke et al. 2019, PyTorch: an imperative style, high-performance deep learning library, section 4.1 (torch.nn.Module).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np

from learnkit.reference.devices import device as _checked_device
from learnkit.reference.operations import Array, Operation
from learnkit.reference.tapes import refuse_changed
from learnkit.reference.tensors import Parameter, Tensor


class Module(ABC):
    """Something with parameters that turns tensors into tensors.

    Parameters and modules that are set as attributes are found by `named_parameters`, in the order in which they were set. A buffer
    is an array that belongs to the state and is not trained, like a running mean: `register_buffer` names it.
    """

    def __init__(self) -> None:
        self.training = True
        self._frozen = False
        self._buffer_names: tuple[str, ...] = ()

    def register_buffer(self, name: str, value: Any) -> None:
        """Set an array as an attribute that is saved and loaded with the parameters, and that no optimizer sees."""
        setattr(self, name, np.asarray(value))
        self._buffer_names += (name,)

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Array]]:
        """Yield every buffer, with a name like "1.running_mean"."""
        for owner, name, path in self._state(prefix):
            if name in owner._buffer_names:
                yield path, getattr(owner, name)

    def _state(self, prefix: str = "") -> Iterator[tuple["Module", str, str]]:
        """Yield owner, attribute and full name of what is saved, in PyTorch's order: own parameters, own buffers, then the children."""
        own = [name for name, value in vars(self).items() if isinstance(value, Parameter)]
        for name in (*own, *self._buffer_names):
            yield self, name, prefix + name
        for name, child in self.named_children():
            yield from child._state(f"{prefix}{name}.")

    @abstractmethod
    def __call__(self, x: Any) -> Any:
        """Return the output, recorded on the tape."""

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """Yield the modules directly inside this one, with their names."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value

    def modules(self) -> Iterator["Module"]:
        """Yield this module and all inside it."""
        yield self
        for _, child in self.named_children():
            yield from child.modules()

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """Yield every parameter once, with a name like "0.weight"."""
        seen: set[int] = set()
        for name, parameter in self._all_named_parameters(prefix):
            if id(parameter) not in seen:  # a shared weight has two names and is one parameter
                seen.add(id(parameter))
                yield name, parameter

    def _all_named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        for name, value in vars(self).items():
            if isinstance(value, Parameter):
                yield prefix + name, value
            elif isinstance(value, Module):
                yield from value._all_named_parameters(f"{prefix}{name}.")

    def parameters(self) -> Iterator[Parameter]:
        """Yield every parameter once."""
        for _, parameter in self.named_parameters():
            yield parameter

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.parameters():
            parameter.grad = None

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all inside it to training mode, but for what is frozen; return it."""
        for module in self.modules():
            module.training = mode and not module._frozen
        return self

    def eval(self) -> Self:
        """Switch this module and all inside it to evaluation mode; return it."""
        return self.train(False)

    def to(self, device: str) -> Self:
        """Return the module on a device; here there is one, the CPU."""
        _checked_device(device)
        return self

    def state_dict(self) -> dict[str, Array]:
        """Return a copy of every parameter and buffer under its name. (PyTorch's state dict points to the parameters themselves.)"""
        found = {path: getattr(owner, name) for owner, name, path in self._state()}
        return {path: np.array(value.data if isinstance(value, Parameter) else value) for path, value in found.items()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Copy values into the parameters and buffers; all names and shapes must agree, or nothing is changed.

        Raises
        ------
        ValueError
            With every missing name, unexpected name and wrong shape.
        """
        places = {path: (owner, name) for owner, name, path in self._state()}
        own = {path: getattr(owner, name) for path, (owner, name) in places.items()}
        problems = [f"missing {name}" for name in own if name not in state_dict]
        problems += [f"unexpected {name}" for name in state_dict if name not in own]
        problems += [
            f"{name} has shape {np.shape(state_dict[name])} where {value.shape} is required"
            for name, value in own.items()
            if name in state_dict and np.shape(state_dict[name]) != value.shape
        ]
        if problems:
            raise ValueError(f"this state does not fit the {type(self).__name__}: {'; '.join(problems)}. Nothing was loaded.")
        for path, value in own.items():
            loaded = np.array(state_dict[path], dtype=value.dtype)
            if isinstance(value, Parameter):
                value.data = loaded
            else:
                owner, name = places[path]
                setattr(owner, name, loaded)

    def __repr__(self) -> str:
        children = [f"  ({name}): {repr(child).replace(chr(10), chr(10) + '  ')}" for name, child in self.named_children()]
        inside = "\n" + "\n".join(children) + "\n" if children else getattr(self, "description", "")
        return f"{type(self).__name__}({inside})"


class OperationLayer(Module):
    """A layer of one operation: on Tensors it records itself; on arrays it goes ``forward`` and ``backward`` by hand.

    Both ways add to the same ``grad`` of the same parameters.

    Parameters
    ----------
    operation : the operation
    parameter_names : the attributes that follow x among the operation's inputs; an attribute may be None
    options : keyword-only arguments of the operation
    """

    def __init__(self, operation: Operation, *parameter_names: str, **options: Any) -> None:
        super().__init__()
        self._operation = operation
        self._parameter_names = parameter_names
        self._options = options
        self._saved: Any = None
        self.description = ", ".join(f"{name}={value!r}" for name, value in options.items())

    def __call__(self, x: Any) -> Any:
        return self._operation(x, *self._own_inputs(), **self._options)

    def _own_inputs(self) -> list[Parameter | None]:
        return [getattr(self, name) for name in self._parameter_names]

    def forward(self, x: Array) -> Array:
        """Return the output for an array, and keep what backward needs."""
        if isinstance(x, Tensor):
            raise TypeError(f"{type(self).__name__}.forward takes an array and got a Tensor. Call the layer itself: layer(x).")
        own = self._own_inputs()
        output, saved = self._operation.__wrapped__(x, *[None if p is None else p.data for p in own], **self._options)
        self._saved = (saved, own, [0 if p is None else p.version for p in own])
        return np.asarray(output)

    def backward(self, grad_output: Array, *, needs_input_grad: bool = True) -> Array | None:
        """Add to the parameters' gradients and return the gradient of x; uses up what the last forward kept.

        Without ``needs_input_grad`` an operation that can spare the gradient of x returns None instead.
        """
        if self._saved is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward has nothing to go back through: each backward uses up one forward. Call forward(x) first."
            )
        (saved, own, versions), self._saved = self._saved, None
        refuse_changed(self._operation.__name__, saved, own, versions)
        if self._operation.is_selective and not needs_input_grad:
            gradients = self._operation.backward(grad_output, saved, needs_input_grad=(False, *(p is not None for p in own)))
        else:
            gradients = self._operation.backward(grad_output, saved)
        if not own:
            return np.asarray(gradients)
        for parameter, grad in zip(own, gradients[1:], strict=True):
            if parameter is not None and grad is not None and parameter.requires_grad:
                parameter.accumulate(grad)
        return gradients[0]  # type: ignore[no-any-return]  # a rule returns Any: here a tuple of arrays or None


class Sequential(Module):
    """A chain of layers: the output of each is the input of the next.

    Parameters
    ----------
    layers : Module
        Named "0", "1", … in order, as in PyTorch.

    Examples
    --------
    >>> from learnkit.reference.layers import Linear, ReLU
    >>> from learnkit.reference.randomness import rng
    >>> generator = rng(0)
    >>> net = Sequential(Linear(64, 32, rng=generator), ReLU(), Linear(32, 10, rng=generator))
    >>> net
    Sequential(
      (0): Linear(in_features=64, out_features=32, bias=True)
      (1): ReLU()
      (2): Linear(in_features=32, out_features=10, bias=True)
    )
    >>> net.forward(np.zeros((5, 64), dtype=np.float32)).shape
    (5, 10)

    See Also
    --------
    learnkit.pytorch.Sequential, torch.nn.Sequential
    """

    def __init__(self, *layers: Module) -> None:
        super().__init__()
        for index, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise TypeError(f"Sequential takes layers; argument {index} is {layer!r}. Write ReLU() and not ReLU or relu.")
            setattr(self, str(index), layer)
        self._names = [str(index) for index in range(len(layers))]

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Module]:
        return iter([self.__dict__[name] for name in self._names])

    def __getitem__(self, index: int | slice) -> Module:
        return Sequential(*list(self)[index]) if isinstance(index, slice) else list(self)[index]

    def __call__(self, x: Any) -> Any:
        for layer in self:
            x = layer(x)
        return x

    def forward(self, x: Array) -> Array:
        """Return the output for an array; every layer keeps what its backward needs."""
        for layer in self._by_hand():
            x = layer.forward(x)
        return x

    def backward(self, grad_output: Array, *, needs_input_grad: bool = True) -> Array | None:
        """Go back through the layers, last first; return the gradient of x.

        Training does not need that last one: ``needs_input_grad=False`` saves a matrix product and returns None.
        """
        layers = self._by_hand()
        for layer in reversed(layers[1:]):
            grad_output = layer.backward(grad_output)
        if not layers:
            return grad_output
        if needs_input_grad:
            return layers[0].backward(grad_output)  # type: ignore[no-any-return]
        return layers[0].backward(grad_output, needs_input_grad=False)  # type: ignore[no-any-return]

    def _by_hand(self) -> list[Any]:
        layers = list(self)
        for index, layer in enumerate(layers):
            if not (hasattr(layer, "forward") and hasattr(layer, "backward")):
                raise TypeError(f"layer {index}, {type(layer).__name__}, has no forward and backward on arrays. Call the network: net(x).")
        return layers
