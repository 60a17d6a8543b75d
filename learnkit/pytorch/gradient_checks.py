"""Gradient checks: is a backward what its forward says?

`numeric_grad` nudges one value after another and watches the output; `rel_error` compares two gradients; `gradcheck` is PyTorch's
own test of a function along random directions.

Source: Griewank & Walther 2008, Evaluating Derivatives, section 3.1 (directional derivatives).
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.gradcheck import GradcheckError

# what PyTorch's message says first; it counts only the inputs that are checked, and goes on with pages of tables
_MISMATCH = re.compile(r"input (\d+),\s*numerical:\D*?(-?\d[\d.]*(?:e[-+]?\d+)?).*\s*analytical:\D*?(-?\d[\d.]*(?:e[-+]?\d+)?)")


@torch.no_grad()
def numeric_grad(function: Callable[[Tensor], Any], x: Tensor, *, eps: float = 1e-5) -> Tensor:
    """Return the gradient of a function with one number as its value, by central differences.

    For each entry, (f(x + eps) - f(x - eps)) / (2 eps). The error falls with eps² and rises with 1/eps by rounding; in
    float64 the two meet near eps = 1e-5.

    Parameters
    ----------
    function : tensor -> number
    x : any shape
        Computed with in float64; never changed.
    eps : float

    Returns
    -------
    float64 tensor of x's shape, on its device

    Notes
    -----
    One entry after another, in a Python loop: nothing is known of the function but that it can be called. PyTorch computes
    gradients by backward; this is there to check them.

    Examples
    --------
    >>> numeric_grad(lambda x: (x**3).sum(), torch.tensor([1.0, 2.0]))
    tensor([ 3.0000, 12.0000], dtype=torch.float64)

    See Also
    --------
    learnkit.reference.numeric_grad, torch.autograd.gradcheck
    """
    if not eps > 0:
        raise ValueError(f"eps must be above 0; got {eps}.")
    values = x.detach().to(torch.float64).reshape(-1)
    grad = torch.empty_like(values)
    for index in range(values.numel()):
        nudge = torch.zeros_like(values)
        nudge[index] = eps
        above, below = (function((values + signed).reshape(x.shape)) for signed in (nudge, -nudge))
        grad[index] = (above - below) / (2 * eps)
    return grad.reshape(x.shape)


def rel_error(a: Tensor, b: Tensor) -> Tensor:
    """Return the largest difference of two tensors, relative to the largest value in either: max|a - b| / max(|a|, |b|).

    Parameters
    ----------
    a, b : same shape

    Returns
    -------
    a number from 0 to 2, as a tensor of one value; 0 for two tensors of zeros, or without entries

    Examples
    --------
    >>> f"{rel_error(torch.tensor([1.0, 100.0]), torch.tensor([1.0, 101.0])):.6f}"
    '0.009901'

    See Also
    --------
    learnkit.reference.rel_error
    """
    if a.shape != b.shape:
        raise ValueError(f"a and b must have the same shape; got {tuple(a.shape)} and {tuple(b.shape)}.")
    a, b = a.detach().reshape(-1), b.detach().reshape(-1)
    difference = a - b
    if a.numel() == 0:
        return difference.sum()
    largest = torch.cat([a, b]).abs().amax()
    return difference.abs().amax() / torch.where(largest == 0, 1, largest)  # two tensors of zeros: 0 / 1


def gradcheck(
    function: Callable[..., Any],
    inputs: Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-7,
    rtol: float = 1e-6,
    rng: torch.Generator | None = None,
) -> bool:
    """Compare the gradient that ``backward`` computes with what small steps show, along random directions.

    For a random direction v in the inputs and random weights u of the output, uᵀ J v by backward must equal
    (u · f(x + eps v) - u · f(x - eps v)) / (2 eps). A wrong entry anywhere changes the left side.

    Parameters
    ----------
    function : tensors -> tensor
    inputs : float64 tensors
        Those with requires_grad are checked; all are copied first.
    eps, atol, rtol : float
        The step, and the difference allowed: atol + rtol · |numeric|.
    rng : optional
        There for the reference's sake: PyTorch draws its directions from a seed of its own, the same at each call.

    Returns
    -------
    True

    Raises
    ------
    ValueError
        If a gradient is wrong (which input, and both values), or there is nothing to check.
    TypeError
        If an input is not float64: in float32 rounding hides the difference.

    Notes
    -----
    PyTorch also checks that a gradient has its input's shape and dtype, and that backward gives the same twice. Where the output
    depends on no input, it passes if the small steps say so too; the reference raises.

    Examples
    --------
    >>> x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    >>> gradcheck(lambda x: x * x, [x])
    True

    See Also
    --------
    learnkit.reference.gradcheck, torch.autograd.gradcheck
    """
    checked = [index for index, value in enumerate(inputs) if isinstance(value, Tensor) and value.requires_grad]
    if not checked:
        raise ValueError("gradcheck found no input with requires_grad=True.")
    for index in checked:
        if inputs[index].dtype != torch.float64:
            raise TypeError(f"gradcheck needs float64; input {index} is {inputs[index].dtype}. Use data.double().")
    fresh = [value.detach().clone().requires_grad_(value.requires_grad) if isinstance(value, Tensor) else value for value in inputs]
    try:
        return torch.autograd.gradcheck(function, fresh, eps=eps, atol=atol, rtol=rtol, fast_mode=True)
    except GradcheckError as error:
        mismatch = _MISMATCH.search(str(error))
        if mismatch is None:
            raise ValueError(f"gradcheck: the gradient is wrong. {error}") from error
        index, numeric, analytic = checked[int(mismatch[1])], float(mismatch[2]), float(mismatch[3])
        raise ValueError(
            f"gradcheck: the gradient of input {index}, shape {tuple(inputs[index].shape)}, is wrong. Along a random direction backward "
            f"gives {analytic:.8g} and small steps give {numeric:.8g} (difference {abs(analytic - numeric):.1e})."
        ) from error
