"""A residual connection: the input goes around some layers and is added to what they make of it.

Source: He et al. 2016, Deep residual learning for image recognition, section 3.2 (equation 1).
"""

from typing import Any

import numpy as np

from learnkit.reference.modules import Module
from learnkit.reference.operations import Array
from learnkit.reference.tensors import Tensor


class Residual(Module):
    """Return x + module(x): the module learns what to add to its input.

    dL/dx = dL/dy + dL/dy · dmodule/dx: the first term arrives however small the second becomes.

    Parameters
    ----------
    module : Module
        Whose output has the shape of its input.

    Raises
    ------
    TypeError
        If module is no Module.
    ValueError
        At the call, if the module's output has another shape than its input.

    Notes
    -----
    Nothing follows the sum. The paper applies a ReLU after it; pre-activation networks (He et al. 2016b) do as here.

    Examples
    --------
    >>> from learnkit.reference.layers import ReLU
    >>> Residual(ReLU()).forward(np.array([[-1.0, 2.0]]))
    array([[-1.,  4.]])

    See Also
    --------
    learnkit.pytorch.Residual, Sequential
    """

    def __init__(self, module: Module) -> None:
        super().__init__()
        if not isinstance(module, Module):
            raise TypeError(f"Residual takes a layer or a Sequential of layers; got {module!r}.")
        self.module = module

    def __call__(self, x: Any) -> Any:
        return x + _same_shape(x, self.module(x))

    def forward(self, x: Array) -> Array:
        """Return the output for an array; the module keeps what its backward needs."""
        if isinstance(x, Tensor):
            raise TypeError("Residual.forward takes an array and got a Tensor. Call the layer itself: layer(x).")
        return np.asarray(x + _same_shape(x, self._by_hand().forward(x)))

    def backward(self, grad_output: Array, *, needs_input_grad: bool = True) -> Array | None:
        """Go back through the module, and add the gradient that came around it; return the gradient of x."""
        inside = self._by_hand().backward(grad_output, needs_input_grad=needs_input_grad)
        return np.asarray(grad_output + inside) if needs_input_grad else None

    def _by_hand(self) -> Any:
        module: Any = self.module
        if not (hasattr(module, "forward") and hasattr(module, "backward")):
            raise TypeError(f"{type(module).__name__} has no forward and backward on arrays. Call the layer itself: layer(x).")
        return module


def _same_shape(x: Any, y: Any) -> Any:
    if x.shape != y.shape:
        raise ValueError(f"Residual adds the module's output to its input: both must have one shape; got {x.shape} in and {y.shape} out.")
    return y
