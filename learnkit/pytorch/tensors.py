"""A tensor that remembers how it was made: PyTorch's, under the names of the reference."""

from typing import Any

import torch

from learnkit.pytorch.devices import device as _checked_device

__all__ = ["Parameter", "Tensor", "tensor"]

Tensor = torch.Tensor
Parameter = torch.nn.Parameter


def tensor(
    data: Any, *, dtype: torch.dtype | None = None, device: str | torch.device | None = None, requires_grad: bool = False
) -> torch.Tensor:
    """Make a tensor from numbers, lists, an array or a tensor. The data are copied.

    Parameters
    ----------
    data : numbers, nested lists, an array or a tensor
        A tensor is copied without its graph. PyTorch itself does so too, with a warning.
    dtype : optional
        If None, an array keeps its own; Python floats become PyTorch's default, float32, and integers int64.
    device : optional
    requires_grad : bool

    Examples
    --------
    >>> x = tensor([3.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([6.])

    See Also
    --------
    learnkit.reference.tensor, torch.tensor
    """
    where = None if device is None else _checked_device(device)
    if isinstance(data, torch.Tensor):
        return data.detach().to(device=where, dtype=dtype, copy=True).requires_grad_(requires_grad)
    return torch.tensor(data, dtype=dtype, device=where, requires_grad=requires_grad)
