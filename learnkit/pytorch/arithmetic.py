"""Arithmetic on tensors: the operations behind ``+ - * / ** @``, sums, and changes of shape, as functions.

They are PyTorch's own, and broadcast as NumPy does. Two of the names (``sum``, ``pow``) are also Python's: read them as ``lk.sum``.
"""

from typing import Any

import torch
from torch import Tensor

Dim = int | tuple[int, ...] | None


def add(a: Any, b: Any) -> Tensor:
    """Return a + b.

    Examples
    --------
    >>> add(torch.tensor([1.0, 2.0]), 10.0)
    tensor([11., 12.])
    """
    return a + b  # type: ignore[no-any-return]


def sub(a: Any, b: Any) -> Tensor:
    """Return a - b.

    Examples
    --------
    >>> sub(torch.tensor([1.0, 2.0]), 10.0)
    tensor([-9., -8.])
    """
    return a - b  # type: ignore[no-any-return]


def mul(a: Any, b: Any) -> Tensor:
    """Return a * b, value by value.

    Examples
    --------
    >>> mul(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]))
    tensor([3., 8.])
    """
    return a * b  # type: ignore[no-any-return]


def div(a: Any, b: Any) -> Tensor:
    """Return a / b, value by value.

    Examples
    --------
    >>> div(torch.tensor([1.0, 2.0]), 4.0)
    tensor([0.2500, 0.5000])
    """
    return a / b  # type: ignore[no-any-return]


def neg(x: Tensor) -> Tensor:
    """Return -x.

    Examples
    --------
    >>> neg(torch.tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    return torch.neg(x)


def pow(x: Tensor, *, exponent: float) -> Tensor:
    """Return x to the power of a fixed number. (PyTorch's own also takes a tensor of exponents, as the reference does not.)

    Examples
    --------
    >>> pow(torch.tensor([2.0, 3.0]), exponent=2)
    tensor([4., 9.])
    """
    if not isinstance(exponent, (int, float)):
        raise TypeError(f"the exponent must be a Python number; got {type(exponent).__name__}. For a tensor use exp(b * log(a)).")
    return torch.pow(x, exponent)


def exp(x: Tensor) -> Tensor:
    """Return e to the power of x.

    Examples
    --------
    >>> exp(torch.tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """
    return torch.exp(x)


def log(x: Tensor) -> Tensor:
    """Return the natural logarithm of x.

    Examples
    --------
    >>> log(torch.tensor([1.0, 10.0]))
    tensor([0.0000, 2.3026])
    """
    return torch.log(x)


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """Return the matrix product a @ b; leading axes broadcast.

    Parameters
    ----------
    a : (..., N, K) or (K,)
    b : (..., K, M) or (K,)

    Returns
    -------
    (..., N, M), without the axis of an input that is a vector

    Examples
    --------
    >>> matmul(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    return torch.matmul(a, b)


def sum(x: Tensor, *, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Return the sum over all values, or over the axes ``dim``. (No axes, ``()``, are all axes to PyTorch and none to NumPy.)

    Examples
    --------
    >>> sum(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([4., 6.])
    """
    return torch.sum(x, dim=dim, keepdim=keepdim)


def mean(x: Tensor, *, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Return the mean over all values, or over the axes ``dim``. (No axes, ``()``, are all axes to PyTorch and none to NumPy.)

    Examples
    --------
    >>> mean(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([2., 3.])
    """
    return torch.mean(x, dim=dim, keepdim=keepdim)


def reshape(x: Tensor, *, shape: Any) -> Tensor:
    """Return the same values in another shape.

    Examples
    --------
    >>> reshape(torch.tensor([1.0, 2.0, 3.0, 4.0]), shape=(2, 2))
    tensor([[1., 2.],
            [3., 4.]])
    """
    return x.reshape(shape)


def transpose(x: Tensor, *, dim0: int, dim1: int) -> Tensor:
    """Return x with two axes swapped.

    Examples
    --------
    >>> transpose(torch.tensor([[1.0, 2.0]]), dim0=0, dim1=1)
    tensor([[1.],
            [2.]])
    """
    return torch.transpose(x, dim0, dim1)


def getitem(x: Tensor, *, key: Any) -> Tensor:
    """Return x[key]: an entry, a slice, or the rows that a tensor or list of indices names.

    Examples
    --------
    >>> getitem(torch.tensor([10.0, 20.0, 30.0]), key=[0, 0, 2])
    tensor([10., 10., 30.])
    """
    return x[key]
