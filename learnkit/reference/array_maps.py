"""First functions of arrays: rows that add up to 1, classes as rows of 0 and 1, x W + b, distances and outer products of whole batches.

Each one replaces a loop over rows by axes that broadcast. They work on plain arrays; what is differentiated has its operation elsewhere.

Source: Harris et al. 2020, Array programming with NumPy, section "NumPy arrays" (broadcasting).
"""

from typing import Any

import numpy as np

from learnkit.reference.operations import Array


def row_normalize(x: Any) -> Array:
    """Divide each row by its sum, so that it adds up to 1.

    y[n, d] = x[n, d] / (x[n, 0] + … + x[n, D-1])

    Parameters
    ----------
    x : (N, D)

    Returns
    -------
    array (N, D) of x's dtype, or float64 for integers. A row of zeros stays zero: there is nothing to share out.

    Raises
    ------
    ValueError
        If x does not have two axes, or a row adds up to 0 and is not all 0.

    Examples
    --------
    >>> row_normalize(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75],
           [0.  , 0.  ]])

    See Also
    --------
    learnkit.pytorch.row_normalize, sklearn.preprocessing.normalize (norm="l1", which divides by the sum of absolute values)
    """
    x = _two_axes("x", x)
    total = x.sum(axis=1, keepdims=True)  # (N, D) -> (N, 1): the axis must stay, or row n would be divided by the sum of row d
    empty = total == 0
    if bool(((x != 0).any(axis=1, keepdims=True) & empty).any()):
        raise ValueError("a row adds up to 0 and is not all 0, so that no factor makes it add up to 1. Are some values negative?")
    return np.asarray(x / np.where(empty, 1, total))


def one_hot(targets: Any, num_classes: int) -> Array:
    """Return a row for each class index: 1 at its class, 0 elsewhere.

    Parameters
    ----------
    targets : (N,) or any shape
        Class indices, integers from 0 to num_classes - 1.
    num_classes : int
        Has to be said: the largest class of a batch may be missing from it.

    Returns
    -------
    array of shape (..., num_classes), int64 as in PyTorch

    Raises
    ------
    ValueError
        If an index is not among 0 to num_classes - 1, or num_classes is below 1.
    TypeError
        If the targets are not integers.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 4)
    array([[0, 0, 1, 0],
           [1, 0, 0, 0]])

    See Also
    --------
    learnkit.pytorch.one_hot, torch.nn.functional.one_hot
    """
    targets = np.asarray(targets)
    if targets.dtype.kind not in "iu":
        raise TypeError(f"targets must be integers, the numbers of classes; got {targets.dtype}.")
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1; got {num_classes}.")
    if targets.size and (targets.min() < 0 or targets.max() >= num_classes):
        raise ValueError(f"targets must be from 0 to {num_classes - 1}; got {targets.min()} to {targets.max()}.")
    return np.asarray(targets[..., None] == np.arange(num_classes), dtype=np.int64)  # (N, 1) == (C,) -> (N, C)


def affine(x: Any, weight: Any, bias: Any) -> Array:
    """Return x @ weight + bias: every row of x goes through the same matrix, and the same bias is added to each.

    Parameters
    ----------
    x : (N, D_in)
    weight : (D_in, D_out)
    bias : (D_out,)

    Returns
    -------
    array (N, D_out)

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    The weight stands as the formula has it. Layers keep it transposed, (D_out, D_in), as `linear` and PyTorch do.

    Examples
    --------
    >>> affine(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), np.array([10.0, 20.0, 30.0]))
    array([[11., 22., 33.]])

    See Also
    --------
    learnkit.pytorch.affine, linear, torch.addmm
    """
    x, weight, bias = _two_axes("x", x), _two_axes("weight", weight), np.asarray(bias)
    if x.shape[1] != weight.shape[0] or bias.shape != weight.shape[1:]:
        raise ValueError(f"x must be (N, D_in), weight (D_in, D_out) and bias (D_out,); got {x.shape}, {weight.shape} and {bias.shape}.")
    return np.asarray(x @ weight + bias)  # (N, D_out) + (D_out,): the bias is repeated along the batch


def pairwise_sq_dists(a: Any, b: Any) -> Array:
    """Return the squared distance of every row of a to every row of b.

    d[m, n] = |a[m] - b[n]|² = |a[m]|² - 2 a[m]·b[n] + |b[n]|²

    Parameters
    ----------
    a : (M, D)
    b : (N, D)

    Returns
    -------
    array (M, N) in squared units of the inputs, at least 0

    Raises
    ------
    ValueError
        If a and b do not have two axes and the same number of features.

    Notes
    -----
    Both are moved by the mean of b first, which changes no distance: of (10000, 10000) and (10000, 10004) the three terms are above 1e8,
    where float32 goes in steps of 16 and more, and would give 0 instead of 16. What rounding leaves below 0 becomes 0.

    Examples
    --------
    >>> pairwise_sq_dists(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 1.0], [0.0, 0.0]]))
    array([[25.,  1.,  0.]])

    See Also
    --------
    learnkit.pytorch.pairwise_sq_dists, torch.cdist (which takes the square root)
    """
    a, b = _two_axes("a", a), _two_axes("b", b)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"a and b must have the same number of features, (M, D) and (N, D); got {a.shape} and {b.shape}.")
    if len(b):
        center = b.mean(axis=0)
        a, b = a - center, b - center
    squares = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1)  # (M, 1) + (N,) -> (M, N)
    return np.asarray(np.maximum(squares - 2 * (a @ b.T), 0))


def batched_outer(a: Any, b: Any) -> Array:
    """Return the outer product of each row of a with the same row of b.

    y[n, i, j] = a[n, i] b[n, j]

    Parameters
    ----------
    a : (N, D)
    b : (N, E)

    Returns
    -------
    array (N, D, E)

    Raises
    ------
    ValueError
        If a and b do not have two axes and the same number of rows.

    Examples
    --------
    >>> batched_outer(np.array([[1, 2]]), np.array([[10, 20, 30]]))
    array([[[10, 20, 30],
            [20, 40, 60]]])

    See Also
    --------
    learnkit.pytorch.batched_outer, torch.einsum("ni,nj->nij", a, b)
    """
    a, b = _two_axes("a", a), _two_axes("b", b)
    if len(a) != len(b):
        raise ValueError(f"a and b must have the same number of rows, (N, D) and (N, E); got {a.shape} and {b.shape}.")
    return np.asarray(a[:, :, None] * b[:, None, :])  # (N, D, 1) * (N, 1, E) -> (N, D, E)


def _two_axes(name: str, value: Any) -> Array:
    array: Array = np.asarray(value)
    if array.ndim != 2:
        raise ValueError(f"{name} must have two axes; got shape {array.shape}. A single row is {name}[None, :].")
    return array
