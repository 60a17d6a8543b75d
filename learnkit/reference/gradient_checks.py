"""Gradient checks: is a backward what its forward says?

`numeric_grad` nudges one value after another and watches the output; `rel_error` compares two gradients; `gradcheck` tests a
function of tensors along random directions, at the price of two forward passes however many values there are.

Sources: Griewank & Walther 2008, Evaluating Derivatives, section 3.1 (directional derivatives); Press et al. 2007, Numerical
Recipes, section 5.7 (the best step of a central difference).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from learnkit.reference.operations import Array
from learnkit.reference.tensors import Tensor


def numeric_grad(function: Callable[[Array], Any], x: Array, *, eps: float = 1e-5) -> Array:
    """Return the gradient of a function with one number as its value, by central differences.

    For each entry, (f(x + eps) - f(x - eps)) / (2 eps). The error falls with eps² and rises with 1/eps by rounding; in
    float64 the two meet near eps = 1e-5.

    Parameters
    ----------
    function : array -> number
    x : any shape
        Computed with in float64; never changed.
    eps : float

    Returns
    -------
    float64 array of x's shape

    Examples
    --------
    >>> numeric_grad(lambda x: (x**3).sum(), np.array([1.0, 2.0])).round(6)
    array([ 3., 12.])

    See Also
    --------
    learnkit.pytorch.numeric_grad
    """
    if not eps > 0:
        raise ValueError(f"eps must be above 0; got {eps}.")
    nudged = np.array(x, dtype=np.float64)  # a copy: an integer array would swallow eps, and x stays as it is
    grad = np.empty_like(nudged)
    for index in np.ndindex(nudged.shape):
        value = nudged[index]
        nudged[index] = value + eps
        above = float(function(nudged.copy()))
        nudged[index] = value - eps
        below = float(function(nudged.copy()))
        nudged[index] = value
        grad[index] = (above - below) / (2 * eps)
    return grad


def rel_error(a: Array, b: Array) -> float:
    """Return the largest difference of two arrays, relative to the largest value in either: max|a - b| / max(|a|, |b|).

    Parameters
    ----------
    a, b : same shape

    Returns
    -------
    a number from 0 to 2; 0 for two arrays of zeros, or without entries

    Examples
    --------
    >>> rel_error(np.array([1.0, 100.0]), np.array([1.0, 101.0])) == 1 / 101
    True

    See Also
    --------
    learnkit.pytorch.rel_error
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"a and b must have the same shape; got {a.shape} and {b.shape}.")
    largest = np.maximum(np.abs(a).max(initial=0), np.abs(b).max(initial=0))  # Python's max(0, NaN) is 0: equal, it would seem
    return 0.0 if largest == 0 else float(np.abs(a - b).max() / largest)


def gradcheck(
    function: Callable[..., Any],
    inputs: Sequence[Tensor],
    *,
    eps: float = 1e-6,
    atol: float = 1e-7,
    rtol: float = 1e-6,
    rng: "np.random.Generator | None" = None,
) -> bool:
    """Compare the gradient that ``backward`` computes with what small steps show, along random directions.

    For a random direction v in the inputs and random weights u of the output, Σ v · grad must equal
    (u · f(x + eps v) - u · f(x - eps v)) / (2 eps). A wrong entry anywhere changes the left side.

    Parameters
    ----------
    function : Tensors -> Tensor
    inputs : float64 Tensors
        Those with requires_grad are checked, one at a time.
    eps, atol, rtol : float
        The step, and the difference allowed: atol + rtol · |numeric|.
    rng : optional
        Draws the directions; a fixed seed if None.

    Returns
    -------
    True

    Raises
    ------
    ValueError
        If a gradient is wrong (which input, and both values), or there is nothing to check.
    TypeError
        If an input is not float64: in float32 rounding hides the difference.

    Examples
    --------
    >>> x = Tensor(np.array([1.0, 2.0]), requires_grad=True)
    >>> gradcheck(lambda x: x * x, [x])
    True

    See Also
    --------
    learnkit.pytorch.gradcheck, torch.autograd.gradcheck
    """
    # not seed 0: inputs are often drawn from it, and with weights equal to x the transpose of a square gradient passes (uᵀx = xᵀu)
    rng = np.random.default_rng(1_000_003) if rng is None else rng
    checked = [index for index, value in enumerate(inputs) if isinstance(value, Tensor) and value.requires_grad]
    if not checked:
        raise ValueError("gradcheck found no input with requires_grad=True.")
    for index in checked:
        if inputs[index].dtype != np.float64:
            raise TypeError(f"gradcheck needs float64; input {index} is {inputs[index].dtype}. Use data.astype(np.float64).")
    fresh = [Tensor(value.data.copy(), requires_grad=value.requires_grad) if isinstance(value, Tensor) else value for value in inputs]
    output = function(*fresh)
    weights = rng.standard_normal(output.shape)
    if output.requires_grad:  # if not, every gradient is claimed to be zero, and the steps below will tell
        output.backward(weights)
    for index in checked:
        values = inputs[index].data
        direction = rng.standard_normal(values.shape)

        def moved(step: float, at: int = index, along: Array = direction) -> float:
            arguments = [Tensor(v.data.copy()) if isinstance(v, Tensor) else v for v in inputs]
            arguments[at] = Tensor(inputs[at].data + step * along)
            return float((weights * function(*arguments).data).sum())

        numeric = (moved(eps) - moved(-eps)) / (2 * eps)
        grad = fresh[index].grad
        analytic = 0.0 if grad is None else float((grad * direction).sum())
        if not abs(analytic - numeric) <= atol + rtol * abs(numeric):
            raise ValueError(
                f"gradcheck: the gradient of input {index}, shape {values.shape}, is wrong. Along a random direction backward gives "
                f"{analytic:.8g} and small steps give {numeric:.8g} (difference {abs(analytic - numeric):.1e}, "
                f"allowed {atol + rtol * abs(numeric):.1e})."
            )
    return True
