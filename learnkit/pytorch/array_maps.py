"""First functions of tensors: rows that add up to 1, classes as rows of 0 and 1, x W + b, distances and outer products of whole batches.

Each one replaces a loop over rows by axes that broadcast, or is PyTorch's own call for it.
"""

import torch
from torch.nn import functional


def row_normalize(x: torch.Tensor) -> torch.Tensor:
    """Divide each row by its sum, so that it adds up to 1.

    y[n, d] = x[n, d] / (x[n, 0] + … + x[n, D-1])

    Parameters
    ----------
    x : (N, D)

    Returns
    -------
    tensor (N, D) of x's dtype, or the default one for integers. A row of zeros stays zero: there is nothing to share out.

    Raises
    ------
    ValueError
        If x does not have two axes.

    Notes
    -----
    A row that adds up to 0 and is not all 0 becomes inf; the reference refuses it, which here would wait for the device.

    Examples
    --------
    >>> row_normalize(torch.tensor([[1.0, 3.0], [0.0, 0.0]]))
    tensor([[0.2500, 0.7500],
            [0.0000, 0.0000]])

    See Also
    --------
    learnkit.reference.row_normalize, torch.nn.functional.normalize (p=1, which divides by the sum of absolute values)
    """
    _require_two_axes("x", x)
    total = x.sum(dim=1, keepdim=True)  # (N, D) -> (N, 1)
    return x / torch.where((x == 0).all(dim=1, keepdim=True), 1, total)


def one_hot(targets: torch.Tensor, num_classes: int) -> torch.Tensor:
    """Return a row for each class index: 1 at its class, 0 elsewhere.

    Parameters
    ----------
    targets : (N,) or any shape
        Class indices, integers from 0 to num_classes - 1.
    num_classes : int
        Has to be said: the largest class of a batch may be missing from it.

    Returns
    -------
    tensor of shape (..., num_classes), int64

    Raises
    ------
    ValueError
        If num_classes is below 1.
    TypeError
        If the targets are not integers.
    RuntimeError
        If an index is not among 0 to num_classes - 1; on a GPU that is noticed late.

    Examples
    --------
    >>> one_hot(torch.tensor([2, 0]), 4)
    tensor([[0, 0, 1, 0],
            [1, 0, 0, 0]])

    See Also
    --------
    learnkit.reference.one_hot, torch.nn.functional.one_hot
    """
    if targets.is_floating_point() or targets.dtype is torch.bool:
        raise TypeError(f"targets must be integers, the numbers of classes; got {targets.dtype}.")
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1; got {num_classes}.")
    return functional.one_hot(targets.long(), num_classes)


def affine(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Return x @ weight + bias: every row of x goes through the same matrix, and the same bias is added to each.

    Parameters
    ----------
    x : (N, D_in)
    weight : (D_in, D_out)
    bias : (D_out,)

    Returns
    -------
    tensor (N, D_out)

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    The weight stands as the formula has it. Layers keep it transposed, (D_out, D_in), as `linear` and torch.nn.Linear do.

    Examples
    --------
    >>> affine(torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), torch.tensor([10.0, 20.0, 30.0]))
    tensor([[11., 22., 33.]])

    See Also
    --------
    learnkit.reference.affine, linear, torch.addmm
    """
    _require_two_axes("x", x)
    _require_two_axes("weight", weight)
    if x.shape[1] != weight.shape[0] or bias.shape != weight.shape[1:]:
        shapes = f"{tuple(x.shape)}, {tuple(weight.shape)} and {tuple(bias.shape)}"
        raise ValueError(f"x must be (N, D_in), weight (D_in, D_out) and bias (D_out,); got {shapes}.")
    return torch.addmm(bias, x, weight)


def pairwise_sq_dists(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return the squared distance of every row of a to every row of b.

    d[m, n] = |a[m] - b[n]|² = |a[m]|² - 2 a[m]·b[n] + |b[n]|²

    Parameters
    ----------
    a : (M, D)
    b : (N, D)

    Returns
    -------
    tensor (M, N) in squared units of the inputs, at least 0

    Raises
    ------
    ValueError
        If a and b do not have two axes and the same number of features.

    Notes
    -----
    torch.cdist takes the square root, whose slope at 0 is infinite: squaring it again would make the gradient of equal rows NaN.

    Examples
    --------
    >>> pairwise_sq_dists(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0], [0.0, 1.0], [0.0, 0.0]]))
    tensor([[25.,  1.,  0.]])

    See Also
    --------
    learnkit.reference.pairwise_sq_dists, torch.cdist
    """
    _require_two_axes("a", a)
    _require_two_axes("b", b)
    if a.shape[1] != b.shape[1]:
        shapes = f"{tuple(a.shape)} and {tuple(b.shape)}"
        raise ValueError(f"a and b must have the same number of features, (M, D) and (N, D); got {shapes}.")
    if len(b):
        center = b.mean(dim=0)
        a, b = a - center, b - center
    squares = (a * a).sum(dim=1)[:, None] + (b * b).sum(dim=1)  # (M, 1) + (N,) -> (M, N)
    return (squares - 2 * (a @ b.T)).clamp(min=0)


def batched_outer(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return the outer product of each row of a with the same row of b.

    y[n, i, j] = a[n, i] b[n, j]

    Parameters
    ----------
    a : (N, D)
    b : (N, E)

    Returns
    -------
    tensor (N, D, E)

    Raises
    ------
    ValueError
        If a and b do not have two axes and the same number of rows.

    Examples
    --------
    >>> batched_outer(torch.tensor([[1, 2]]), torch.tensor([[10, 20, 30]]))
    tensor([[[10, 20, 30],
             [20, 40, 60]]])

    See Also
    --------
    learnkit.reference.batched_outer, torch.einsum
    """
    _require_two_axes("a", a)
    _require_two_axes("b", b)
    if len(a) != len(b):
        raise ValueError(f"a and b must have the same number of rows, (N, D) and (N, E); got {tuple(a.shape)} and {tuple(b.shape)}.")
    return torch.einsum("ni,nj->nij", a, b)


def _require_two_axes(name: str, value: torch.Tensor) -> None:
    if value.ndim != 2:
        raise ValueError(f"{name} must have two axes; got shape {tuple(value.shape)}. A single row is {name}[None, :].")
