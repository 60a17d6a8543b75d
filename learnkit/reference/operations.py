"""An operation: a forward, a backward, and what the one saves for the other.

The whole course rests on this contract. ``forward`` computes the output and hands over ``saved``, whatever its gradient
will need; ``backward`` turns the gradient of the loss with respect to the output into one gradient per input. Who holds
``saved`` in between is all that differs between the stages: a variable of yours, a layer, or the tape of ``tensors``.

Source: Griewank & Walther 2008, Evaluating Derivatives, chapter 3 (the vector-Jacobian product of an elementary operation).
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Operation(Protocol):
    """What ``op`` makes of a function: the function itself, with ``forward`` and ``backward`` beside it."""

    __name__: str
    __wrapped__: Callable[..., tuple[Any, Any]]  # the plain function, for inputs already known to be arrays in their places

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Return the output alone: an array for arrays; a recorded Tensor if any input is a Tensor."""

    def forward(self, *inputs: Any, **options: Any) -> tuple[Any, Any]:
        """Return ``(output, saved)`` for arrays."""

    def backward(self, grad_output: Any, saved: Any, **options: Any) -> Any:
        """Return the gradient of each input, in input order, None where there is none; not in a tuple if there is one input.

        A rule with the parameter ``needs_input_grad``, one boolean per input, may leave out what nobody asked for.
        """

    is_selective: bool  # whether the rule takes needs_input_grad

    def backward_rule(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """Decorate the function that computes ``backward``."""


def op(function: Callable[..., tuple[Any, Any]]) -> Operation:
    """Make an operation of a function that returns ``(output, saved)``.

    The positional parameters of the function are the inputs; its keyword-only parameters are the options. ``saved`` may
    hold inputs and outputs themselves, not copies. The gradient rule is added below the function, and reads as its twin.
    Neither changes an argument. Floating-point numbers keep their type; integers become what NumPy makes of them, mostly float64,
    where PyTorch mostly refuses them.

    Parameters
    ----------
    function : (\\*inputs, \\*\\*options) -> (output, saved)
        ``output`` is one array, or a tuple of arrays of fixed length; then ``grad_output`` is such a tuple too, with None
        for an output that the loss does not depend on.

    Examples
    --------
    >>> @op
    ... def square(x):
    ...     return x * x, x
    >>> @square.backward_rule
    ... def square_backward(grad_output, saved):
    ...     return grad_output * 2 * saved
    >>> square(np.array([3.0, -1.0]))
    array([9., 1.])
    >>> y, saved = square.forward(np.array([3.0, -1.0]))
    >>> square.backward(np.array([1.0, 10.0]), saved)
    array([  6., -20.])
    """
    signature = inspect.signature(function)
    parameters = signature.parameters.values()
    inputs_named = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    defaults = [p.default for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]

    def complete(inputs: tuple[Any, ...], options: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Sort inputs given by name, or left out, into their places."""
        if len(inputs) == len(inputs_named) and not (options and any(name in options for name in inputs_named)):
            return inputs, options
        signature.bind(*inputs, **options)  # raises Python's own TypeError for a missing, unknown or doubled argument
        rest = [options.get(name, default) for name, default in zip(inputs_named, defaults, strict=True)][len(inputs) :]
        return (*inputs, *rest), {name: value for name, value in options.items() if name not in inputs_named}

    @functools.wraps(function)
    def operation(*inputs: Any, **options: Any) -> Any:
        inputs, options = complete(inputs, options)
        for value in inputs:
            # a Tensor takes the call over and records it, in the way of NumPy's __array_ufunc__
            if (record := getattr(value, "__operation__", None)) is not None:
                return record(operation, inputs, options)
        return function(*inputs, **options)[0]

    def forward(*inputs: Any, **options: Any) -> tuple[Any, Any]:
        inputs, options = complete(inputs, options)
        for value in inputs:
            if hasattr(value, "__operation__"):
                name = function.__name__
                raise TypeError(f"{name}.forward takes arrays and got a Tensor. Call {name}(…) on Tensors, or pass its .data.")
        return function(*inputs, **options)

    def backward(grad_output: Any, saved: Any) -> Any:
        name = function.__name__
        raise TypeError(f"{name} has no backward rule. Write one under it: @{name}.backward_rule")

    def backward_rule(rule: Callable[..., Any]) -> Callable[..., Any]:
        made.backward, made.is_selective = rule, "needs_input_grad" in inspect.signature(rule).parameters
        return rule

    made: Any = operation
    made.forward, made.backward, made.backward_rule, made.is_selective = forward, backward, backward_rule, False
    return cast(Operation, made)


def unbroadcast(grad: Array, shape: Sequence[int]) -> Array:
    """Sum a gradient back to the shape its input had before broadcasting.

    Broadcasting copies an input along an axis; the gradient of a copy is the sum over the copies.

    Parameters
    ----------
    grad : array of the broadcast shape
    shape : the input's own shape

    Examples
    --------
    A bias (3,) that was added to (2, 3) is used once in each of the two rows.

    >>> unbroadcast(np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]), (3,))
    array([11., 22., 33.])
    """
    shape = tuple(shape)
    if grad.shape == shape:
        return grad
    leading = grad.ndim - len(shape)
    stretched = tuple(leading + axis for axis, size in enumerate(shape) if size == 1 and grad.shape[leading + axis] != 1)
    return np.asarray(grad.sum(axis=(*range(leading), *stretched)).reshape(shape))
