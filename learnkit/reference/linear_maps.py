"""The linear map y = x Wᵀ + b, the part of a network that learns.

`linear` is the operation, forward and backward. The layer that holds its weight and bias is `layers.Linear`.

Source: Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.5.6 (the gradient of a matrix product).
"""

from collections.abc import Sequence
from typing import Any

from learnkit.reference.operations import Array, op


@op
def linear(x: Array, weight: Array, bias: Array | None = None) -> tuple[Any, Any]:
    """Return y = x Wᵀ + b.

    Parameters
    ----------
    x : (..., D_in)
    weight : (D_out, D_in)
        One row an output, as in PyTorch.
    bias : (D_out,) or None

    Returns
    -------
    (..., D_out)

    Raises
    ------
    ValueError
        If the last axis of x is not D_in, or the bias is not (D_out,).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1.0, 2.0]])
    >>> weight = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> linear(x, weight, np.array([0.0, 0.0, 10.0]))
    array([[ 1.,  2., 13.]])

    See Also
    --------
    learnkit.pytorch.linear, torch.nn.functional.linear
    """
    if x.ndim == 0 or weight.ndim != 2 or x.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"x must be (..., D_in) and weight (D_out, D_in); got {x.shape} and {weight.shape}. "
            "The rows of weight are outputs: try weight.T."
        )
    if bias is None:
        return x @ weight.T, (x, weight, False)  # (..., D_in) -> (..., D_out)
    if bias.shape != weight.shape[:1]:
        raise ValueError(f"bias must be (D_out,) = ({weight.shape[0]},); got {bias.shape}. Use bias.reshape(-1).")
    return x @ weight.T + bias, (x, weight, True)


@linear.backward_rule
def linear_backward(
    grad_output: Array, saved: Any, needs_input_grad: Sequence[bool] = (True, True, True)
) -> tuple[Array | None, Array | None, Array | None]:
    """Return the gradients of x, weight and bias.

    With y_nj = Σ_i x_ni W_ji + b_j and g = dL/dy, the chain rule sums over every y that a value has a part in:
    dL/dx_ni = Σ_j g_nj W_ji, dL/dW_ji = Σ_n g_nj x_ni, dL/db_j = Σ_n g_nj.

    Parameters
    ----------
    grad_output : (..., D_out)
    saved : what forward saved
    needs_input_grad : three booleans
        What is not needed is None: nobody asks for the gradient of the data, at a third of the price of the whole.

    Examples
    --------
    >>> import numpy as np
    >>> y, saved = linear.forward(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([0.5]))
    >>> [grad.tolist() for grad in linear.backward(np.array([[10.0]]), saved)]
    [[[30.0, 40.0]], [[10.0, 20.0]], [10.0]]
    """
    x, weight, has_bias = saved
    needs_x, needs_weight, needs_bias = needs_input_grad
    grad_x = grad_output @ weight if needs_x else None  # (..., D_out) @ (D_out, D_in) -> (..., D_in)
    if x.ndim != 2:  # all axes but the last count examples
        x, grad_output = x.reshape(-1, x.shape[-1]), grad_output.reshape(-1, grad_output.shape[-1])
    grad_weight = grad_output.T @ x if needs_weight else None  # (D_out, N) @ (N, D_in) -> (D_out, D_in)
    grad_bias = grad_output.sum(axis=0) if needs_bias and has_bias else None
    return grad_x, grad_weight, grad_bias
