"""The linear map y = x Wᵀ + b, the part of a network that learns.

`linear` is the function. The layer that holds its weight and bias is `layers.Linear`.
"""

from torch import Tensor
from torch.nn import functional


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return y = x Wᵀ + b.

    Parameters
    ----------
    x : (..., D_in)
    weight : (D_out, D_in)
        One row an output.
    bias : (D_out,) or None

    Returns
    -------
    (..., D_out)

    Raises
    ------
    ValueError
        If the last axis of x is not D_in, or the bias is not (D_out,). PyTorch itself would broadcast a bias of another shape.

    Examples
    --------
    >>> import torch
    >>> x = torch.tensor([[1.0, 2.0]])
    >>> weight = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> linear(x, weight, torch.tensor([0.0, 0.0, 10.0]))
    tensor([[ 1.,  2., 13.]])

    See Also
    --------
    learnkit.reference.linear, torch.nn.functional.linear
    """
    if x.ndim == 0 or weight.ndim != 2 or x.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"x must be (..., D_in) and weight (D_out, D_in); got {tuple(x.shape)} and {tuple(weight.shape)}. "
            "The rows of weight are outputs: try weight.T."
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"bias must be (D_out,) = ({weight.shape[0]},); got {tuple(bias.shape)}. Use bias.reshape(-1).")
    return functional.linear(x, weight, bias)
