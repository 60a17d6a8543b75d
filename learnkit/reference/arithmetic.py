"""Arithmetic on tensors: the operations behind ``+ - * / ** @``, sums, and changes of shape.

They broadcast as NumPy does; each backward sums what broadcasting repeated (`unbroadcast`). The names are PyTorch's, two of
which (``sum``, ``pow``) are also Python's: read them as ``lk.sum``.

Source: the matrix product's gradient is Giles 2008, An extended collection of matrix derivative results, section 2.2.2.
"""

from typing import Any

import numpy as np

from learnkit.reference.operations import Array, op, unbroadcast

Dim = int | tuple[int, ...] | None


def _promoted(*values: Any, to_float: bool = False) -> tuple[Any, ...]:
    """Give integer arrays, and NumPy's numbers beside an array, the type that PyTorch gives them among floating-point numbers.

    That is the type of the floating-point array beside them, or float32, PyTorch's default; NumPy would make float64 of both,
    and a float32 model would go on in float64 unseen. (np.sqrt(2) is such a number: a float64 that NumPy lets win over float32.)
    """
    if any(isinstance(value, np.generic) for value in values) and any(isinstance(value, np.ndarray) for value in values):
        values = tuple(value.item() if isinstance(value, np.generic) else value for value in values)
    types = [value.dtype for value in values if isinstance(value, np.ndarray)]
    if all(kind.kind == "f" for kind in types):
        return values
    floating = [kind for kind in types if kind.kind == "f"]
    if not (floating or to_float or any(isinstance(value, float) for value in values)):
        return values
    target = np.result_type(*floating) if floating else np.dtype(np.float32)
    return tuple(value.astype(target) if isinstance(value, np.ndarray) and value.dtype.kind in "iub" else value for value in values)


@op
def add(a: Any, b: Any) -> tuple[Any, Any]:
    """Return a + b.

    Examples
    --------
    >>> add(np.array([1.0, 2.0]), 10.0)
    array([11., 12.])
    """
    a, b = _promoted(a, b)
    return a + b, (np.shape(a), np.shape(b))


@add.backward_rule
def add_backward(grad_output: Array, saved: Any) -> Any:
    """Both terms receive the gradient as it is."""
    shape_a, shape_b = saved
    return unbroadcast(grad_output, shape_a), unbroadcast(grad_output, shape_b)


@op
def sub(a: Any, b: Any) -> tuple[Any, Any]:
    """Return a - b.

    Examples
    --------
    >>> sub(np.array([1.0, 2.0]), 10.0)
    array([-9., -8.])
    """
    a, b = _promoted(a, b)
    return a - b, (np.shape(a), np.shape(b))


@sub.backward_rule
def sub_backward(grad_output: Array, saved: Any) -> Any:
    """The second term's gradient has the other sign."""
    shape_a, shape_b = saved
    return unbroadcast(grad_output, shape_a), unbroadcast(-grad_output, shape_b)


@op
def mul(a: Any, b: Any) -> tuple[Any, Any]:
    """Return a * b, value by value.

    Examples
    --------
    >>> mul(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([3., 8.])
    """
    a, b = _promoted(a, b)
    return a * b, (a, b)


@mul.backward_rule
def mul_backward(grad_output: Array, saved: Any) -> Any:
    """d(ab)/da = b, d(ab)/db = a."""
    a, b = saved
    return unbroadcast(grad_output * b, np.shape(a)), unbroadcast(grad_output * a, np.shape(b))


@op
def div(a: Any, b: Any) -> tuple[Any, Any]:
    """Return a / b, value by value.

    Examples
    --------
    >>> div(np.array([1.0, 2.0]), 4.0)
    array([0.25, 0.5 ])
    """
    a, b = _promoted(a, b, to_float=True)
    return a / b, (a, b)


@div.backward_rule
def div_backward(grad_output: Array, saved: Any) -> Any:
    """d(a/b)/da = 1/b, d(a/b)/db = -a/b²."""
    a, b = saved
    return unbroadcast(grad_output / b, np.shape(a)), unbroadcast(-grad_output * a / (b * b), np.shape(b))


@op
def neg(x: Any) -> tuple[Any, Any]:
    """Return -x.

    Examples
    --------
    >>> neg(np.array([1.0, -2.0]))
    array([-1.,  2.])
    """
    return -x, None


@neg.backward_rule
def neg_backward(grad_output: Array, saved: Any) -> Any:
    """d(-x)/dx = -1."""
    return -grad_output


@op
def pow(x: Any, *, exponent: float) -> tuple[Any, Any]:
    """Return x to the power of a fixed number.

    Examples
    --------
    >>> pow(np.array([2.0, 3.0]), exponent=2)
    array([4., 9.])
    """
    if not isinstance(exponent, (int, float)):
        raise TypeError(f"the exponent must be a Python number; got {type(exponent).__name__}. For a tensor use exp(b * log(a)).")
    (x,) = _promoted(x, to_float=isinstance(exponent, float))
    exponent = float(exponent) if isinstance(exponent, float) else exponent  # np.float64 is a float, and would make float32 float64
    return x**exponent, (x, exponent)


@pow.backward_rule
def pow_backward(grad_output: Array, saved: Any) -> Any:
    """dxⁿ/dx = n xⁿ⁻¹."""
    x, exponent = saved
    # 0 * x**(-1) would be NaN at x = 0, where the slope of x**0 is 0
    return grad_output * (exponent * x ** (exponent - 1)) if exponent != 0 else np.zeros_like(grad_output)


@op
def exp(x: Any) -> tuple[Any, Any]:
    """Return e to the power of x.

    Examples
    --------
    >>> exp(np.array([0.0, 1.0]))
    array([1.        , 2.71828183])
    """
    output = np.exp(*_promoted(x, to_float=True))
    return output, output


@exp.backward_rule
def exp_backward(grad_output: Array, saved: Any) -> Any:
    """deˣ/dx = eˣ, the output."""
    return grad_output * saved


@op
def log(x: Any) -> tuple[Any, Any]:
    """Return the natural logarithm of x.

    Examples
    --------
    >>> log(np.array([1.0, 10.0]))
    array([0.        , 2.30258509])
    """
    (x,) = _promoted(x, to_float=True)
    return np.log(x), x


@log.backward_rule
def log_backward(grad_output: Array, saved: Any) -> Any:
    """d ln x/dx = 1/x."""
    return grad_output / saved


@op
def matmul(a: Any, b: Any) -> tuple[Any, Any]:
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
    >>> matmul(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]))
    array([[11.]])
    """
    return a @ b, (a, b)


@matmul.backward_rule
def matmul_backward(grad_output: Array, saved: Any) -> Any:
    """dL/dA = dL/dY Bᵀ and dL/dB = Aᵀ dL/dY; a vector is a matrix of one row or one column."""
    a, b = saved
    a_matrix, b_matrix = a.reshape(1, -1) if a.ndim == 1 else a, b.reshape(-1, 1) if b.ndim == 1 else b
    grad = np.expand_dims(grad_output, -2) if a.ndim == 1 and b.ndim > 1 else grad_output
    grad = np.expand_dims(grad, -1) if b.ndim == 1 and a.ndim > 1 else grad
    grad = grad.reshape(1, 1) if a.ndim == b.ndim == 1 else grad
    grad_a = grad @ np.swapaxes(b_matrix, -1, -2)  # (..., N, M) @ (..., M, K) -> (..., N, K)
    grad_b = np.swapaxes(a_matrix, -1, -2) @ grad  # (..., K, N) @ (..., N, M) -> (..., K, M)
    return unbroadcast(grad_a, a_matrix.shape).reshape(a.shape), unbroadcast(grad_b, b_matrix.shape).reshape(b.shape)


def _spread(grad: Any, shape: tuple[int, ...], dim: Dim, keepdim: bool) -> Array:
    """Repeat the gradient of a sum along the axes that were summed."""
    if dim is not None and not keepdim:
        grad = np.expand_dims(grad, dim)
    return np.broadcast_to(grad, shape)


@op
def sum(x: Any, *, dim: Dim = None, keepdim: bool = False) -> tuple[Any, Any]:
    """Return the sum over all values, or over the axes ``dim``. (An empty tuple means no axis; in PyTorch it means all.)

    Examples
    --------
    >>> sum(np.array([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    array([4., 6.])
    """
    return np.sum(x, axis=dim, keepdims=keepdim), (np.shape(x), dim, keepdim)


@sum.backward_rule
def sum_backward(grad_output: Array, saved: Any) -> Any:
    """Each term of a sum receives the sum's gradient."""
    return _spread(grad_output, *saved)


@op
def mean(x: Any, *, dim: Dim = None, keepdim: bool = False) -> tuple[Any, Any]:
    """Return the mean over all values, or over the axes ``dim``. (An empty tuple means no axis; in PyTorch it means all.)

    Examples
    --------
    >>> mean(np.array([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    array([2., 3.])
    """
    output = np.mean(x, axis=dim, keepdims=keepdim)
    return output, (np.shape(x), dim, keepdim, np.size(x) // max(np.size(output), 1))


@mean.backward_rule
def mean_backward(grad_output: Array, saved: Any) -> Any:
    """As for the sum, divided by the number of terms."""
    *where, count = saved
    return _spread(grad_output, *where) / count


@op
def reshape(x: Any, *, shape: Any) -> tuple[Any, Any]:
    """Return the same values in another shape.

    Examples
    --------
    >>> reshape(np.array([1.0, 2.0, 3.0, 4.0]), shape=(2, 2))
    array([[1., 2.],
           [3., 4.]])
    """
    return np.reshape(x, shape), np.shape(x)


@reshape.backward_rule
def reshape_backward(grad_output: Array, saved: Any) -> Any:
    """The gradient takes the shape of the input."""
    return np.reshape(grad_output, saved)


@op
def transpose(x: Any, *, dim0: int, dim1: int) -> tuple[Any, Any]:
    """Return x with two axes swapped.

    Examples
    --------
    >>> transpose(np.array([[1.0, 2.0]]), dim0=0, dim1=1)
    array([[1.],
           [2.]])
    """
    return np.swapaxes(x, dim0, dim1), (dim0, dim1)


@transpose.backward_rule
def transpose_backward(grad_output: Array, saved: Any) -> Any:
    """Swap the axes back."""
    return np.swapaxes(grad_output, *saved)


@op
def getitem(x: Any, *, key: Any) -> tuple[Any, Any]:
    """Return x[key]: an entry, a slice, or the rows that an array of indices names.

    Examples
    --------
    >>> getitem(np.array([10.0, 20.0, 30.0]), key=[0, 0, 2])
    array([10., 10., 30.])
    """
    return x[key], (np.shape(x), key)


@getitem.backward_rule
def getitem_backward(grad_output: Array, saved: Any) -> Any:
    """What was picked receives the gradient, twice if it was picked twice; the rest receives 0."""
    shape, key = saved
    grad = np.zeros(shape, dtype=np.asarray(grad_output).dtype)
    np.add.at(grad, key, grad_output)
    return grad
