"""What autograd leaves to do by hand: nothing, but one step of it can be watched.

Every PyTorch function is an operation: it records itself, keeps what its gradient needs, and knows its gradient rule. So there
is no ``op`` here. (``torch.autograd.Function`` is how PyTorch is taught a new one.)
"""

from collections.abc import Sequence

from torch import Tensor


def unbroadcast(grad: Tensor, shape: Sequence[int]) -> Tensor:
    """Sum a gradient back to the shape its input had before broadcasting.

    Autograd does so by itself, after every operation that broadcasts.

    Parameters
    ----------
    grad : tensor of the broadcast shape
    shape : the input's own shape

    Examples
    --------
    A bias (3,) that was added to (2, 3) is used once in each of the two rows.

    >>> import torch
    >>> unbroadcast(torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]), (3,))
    tensor([11., 22., 33.])

    See Also
    --------
    learnkit.reference.unbroadcast, torch.Tensor.sum_to_size
    """
    return grad.sum_to_size(tuple(shape))
