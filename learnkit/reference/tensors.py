"""A tensor: an array that remembers how it was made, and can carry a gradient.

`Tensor` wraps a NumPy array. Every operation on one records a node of the tape (`tapes`), which ``loss.backward()`` runs back
through. `Parameter` is a tensor that a model learns; `tensor` makes one from numbers.

Source: Paszke et al. 2019, PyTorch: an imperative style, high-performance deep learning library, section 4.3.
"""

from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import DTypeLike

from learnkit.reference import arithmetic
from learnkit.reference.devices import device as _checked_device
from learnkit.reference.operations import Array, Operation
from learnkit.reference.tapes import Node, is_recording, run_backward, shares_memory

_NO_RECTANGLE = "tensor needs numbers in a rectangular shape; got a list of other things, or lists of different lengths."


class Tensor:
    """An array with a gradient.

    Parameters
    ----------
    data : array, kept and not copied (`tensor` copies)
    requires_grad : bool
        Whether ``backward`` shall leave a gradient in ``grad``.

    Attributes
    ----------
    data : array
        Assigning to it, also by ``t.data -= …``, counts as a change: a backward pass that still needs the old value refuses.
        Writing into the array, ``t.data[0] = …``, goes unnoticed, as it does in PyTorch: do it before the forward pass.
    grad : array or None
        The sum of the gradients of all backward passes since it was None. Never shares memory with another gradient.
    grad_fn : Node or None
        The operation that made this tensor; None for a leaf.
    """

    # NumPy would take `array + tensor` apart element by element, into an array of objects; None makes it leave the sum to us
    __array_ufunc__ = None
    __slots__ = ("__weakref__", "_changes", "_data", "grad", "grad_fn", "output_index", "requires_grad", "retains_grad")

    def __init__(self, data: Any, *, requires_grad: bool = False) -> None:
        if isinstance(data, Tensor):
            data = data.data
        self._data: Array = np.asarray(data)
        if requires_grad:
            _refuse_integers(self._data.dtype)
        self.grad: Array | None = None
        self.grad_fn: Node | None = None
        self.output_index = 0
        self.requires_grad = requires_grad
        self.retains_grad = False
        self._changes = [0]  # in a list, which a detached tensor shares as it shares the data

    @property
    def data(self) -> Array:
        """The values, without a gradient."""
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        self._data = np.asarray(value)
        self._changes[0] += 1
        if self.grad_fn is not None and shares_memory(self._data, self.grad_fn.saved):
            self.grad_fn.changed_output = self.shape

    @property
    def version(self) -> int:
        """How often the data were changed."""
        return self._changes[0]

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each axis."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the values."""
        return self._data.dtype

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made this tensor."""
        return self.grad_fn is None

    def backward(self, grad_output: Any = None, *, retain_graph: bool = False) -> None:
        """Add the gradient of this tensor with respect to every leaf that requires one to that leaf's ``grad``.

        Parameters
        ----------
        grad_output : array of this tensor's shape, optional
            The gradient of what is differentiated with respect to this tensor. For a single number it is 1.
        retain_graph : bool
            Keep what the forward pass saved, so that backward can run again.
        """
        if not self.requires_grad:
            raise RuntimeError("backward needs a tensor that depends on one with requires_grad=True; this one does not.")
        if grad_output is None:
            if self._data.size != 1:
                raise RuntimeError(
                    f"backward() starts from a single number, a loss; this tensor has shape {self.shape}. "
                    "Take .mean() or .sum() of it first, or pass grad_output."
                )
            grad_output = np.ones_like(self._data)
        grad_output = np.asarray(grad_output.data if isinstance(grad_output, Tensor) else grad_output, dtype=self.dtype)
        if grad_output.shape != self.shape:
            raise ValueError(f"grad_output must have the tensor's shape {self.shape}; got {grad_output.shape}.")
        run_backward(self, grad_output, retain_graph)

    def accumulate(self, grad: Array) -> None:
        """Add to ``grad``, in this tensor's dtype and always in memory of its own: backward rules may hand one array to two inputs."""
        data = self._data
        if grad.shape != data.shape:
            raise ValueError(f"a gradient must have the shape of its tensor, {data.shape}; got {grad.shape}. Look at the backward rule.")
        self.grad = np.array(grad, dtype=data.dtype) if self.grad is None else np.asarray(self.grad + grad, dtype=data.dtype)

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self.grad = None

    def retain_grad(self) -> None:
        """Keep the gradient of this tensor too, though an operation made it."""
        self.retains_grad = True

    def requires_grad_(self, requires_grad: bool = True) -> "Tensor":
        """Switch the gradient of a leaf on or off; return the tensor."""
        if self.grad_fn is not None:
            raise RuntimeError("requires_grad can be changed on leaves only; use detach() to cut a tensor off from its graph.")
        if requires_grad:
            _refuse_integers(self._data.dtype)
        self.requires_grad = requires_grad
        return self

    def detach(self) -> "Tensor":
        """Return a leaf with the same data and no gradient."""
        leaf = Tensor(self._data)
        leaf._changes = self._changes
        return leaf

    def numpy(self) -> Array:
        """Return the array itself; refused where a gradient would be lost unseen."""
        if self.requires_grad:
            raise RuntimeError("this tensor requires a gradient, which an array cannot carry. Use tensor.detach().numpy().")
        return self._data

    def item(self) -> Any:
        """Return the one value as a Python number."""
        if self._data.size != 1:
            raise ValueError(f"item() needs a tensor with one value; this one has shape {self.shape}.")
        return self._data.item()

    def tolist(self) -> Any:
        """Return the values as nested lists of Python numbers."""
        return self._data.tolist()

    def to(self, device: str) -> "Tensor":
        """Return the tensor on a device; here there is one, the CPU."""
        _checked_device(device)
        return self

    def __operation__(self, operation: Operation, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Record an operation that has this tensor among its inputs: what ``op`` calls."""
        return _record(operation, inputs, options)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self._data)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __bool__(self) -> bool:
        return bool(self.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec and self.ndim == 0 else format(str(self), spec)

    def __repr__(self) -> str:
        values = np.array2string(self._data, separator=", ", prefix="tensor(", precision=4)
        made_by = f", grad_fn={self.grad_fn.operation.__name__}" if self.grad_fn else ""
        return f"tensor({values}{made_by}{', requires_grad=True' if self.requires_grad and not made_by else ''})"

    # The operators. Each is an operation of the module arithmetic.
    def __add__(self, other: Any) -> Any:
        return arithmetic.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return arithmetic.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return arithmetic.sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return arithmetic.sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return arithmetic.mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return arithmetic.mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return arithmetic.div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return arithmetic.div(other, self)

    def __pow__(self, exponent: float) -> Any:
        return arithmetic.pow(self, exponent=exponent)

    def __neg__(self) -> Any:
        return arithmetic.neg(self)

    # In place, for the step by hand: `with no_grad(): weight -= lr * weight.grad`.
    def __iadd__(self, other: Any) -> "Tensor":
        return self._change_to(self._data + _values(other))

    def __isub__(self, other: Any) -> "Tensor":
        return self._change_to(self._data - _values(other))

    def __imul__(self, other: Any) -> "Tensor":
        return self._change_to(self._data * _values(other))

    def __itruediv__(self, other: Any) -> "Tensor":
        return self._change_to(self._data / _values(other))

    def _change_to(self, values: Array) -> "Tensor":
        if self.requires_grad and is_recording():
            raise RuntimeError(
                "a tensor that requires a gradient cannot be changed in place while operations are recorded. "
                "Do it under `with no_grad():`, or make a new tensor: t = t - …"
            )
        if values.shape != self.shape:
            raise ValueError(f"a change in place cannot change the shape {self.shape} to {values.shape}.")
        self.data = values.astype(self.dtype, copy=False)
        return self

    # Comparisons, value by value; they have no gradient.
    def __eq__(self, other: object) -> Any:
        return Tensor(self._data == _values(other))

    def __ne__(self, other: object) -> Any:
        return Tensor(self._data != _values(other))

    def __lt__(self, other: Any) -> Any:
        return Tensor(self._data < _values(other))

    def __le__(self, other: Any) -> Any:
        return Tensor(self._data <= _values(other))

    def __gt__(self, other: Any) -> Any:
        return Tensor(self._data > _values(other))

    def __ge__(self, other: Any) -> Any:
        return Tensor(self._data >= _values(other))

    __hash__ = object.__hash__  # by identity, as two tensors of equal values are two tensors

    def __matmul__(self, other: Any) -> Any:
        return arithmetic.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return arithmetic.matmul(other, self)

    def __getitem__(self, key: Any) -> Any:
        return arithmetic.getitem(self, key=key)

    def exp(self) -> Any:
        """Return e to the power of each value."""
        return arithmetic.exp(self)

    def log(self) -> Any:
        """Return the natural logarithm of each value."""
        return arithmetic.log(self)

    def sum(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> Any:
        """Return the sum over all values or over ``dim``."""
        return arithmetic.sum(self, dim=dim, keepdim=keepdim)

    def mean(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> Any:
        """Return the mean over all values or over ``dim``."""
        return arithmetic.mean(self, dim=dim, keepdim=keepdim)

    def reshape(self, *shape: Any) -> Any:
        """Return the same values in another shape."""
        return arithmetic.reshape(self, shape=shape[0] if len(shape) == 1 and not isinstance(shape[0], SupportsIndex) else shape)

    def squeeze(self, dim: int) -> Any:
        """Return the tensor without the axis ``dim``, if that has size 1; else the tensor as it is."""
        shape = list(self.shape)
        return arithmetic.reshape(self, shape=[*shape[:dim], *shape[dim:][1:]]) if shape[dim] == 1 else self

    def transpose(self, dim0: int, dim1: int) -> Any:
        """Return the tensor with two axes swapped."""
        return arithmetic.transpose(self, dim0=dim0, dim1=dim1)

    @property
    def T(self) -> Any:
        """The transpose of a matrix."""
        if self.ndim != 2:
            raise ValueError(f".T is for matrices; this tensor has shape {self.shape}. Use transpose(dim0, dim1).")
        return arithmetic.transpose(self, dim0=0, dim1=1)


class Parameter(Tensor):
    """A tensor that a model learns: it requires a gradient, and a layer's ``parameters()`` finds it.

    Examples
    --------
    >>> Parameter(np.zeros(2, dtype=np.float32))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        super().__init__(data, requires_grad=requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


def tensor(data: Any, *, dtype: DTypeLike | None = None, device: str | None = None, requires_grad: bool = False) -> Tensor:
    """Make a tensor from numbers, lists or an array. The data are copied.

    Parameters
    ----------
    data : numbers, nested lists or an array
    dtype : optional
        As in PyTorch, an array keeps its own; Python floats become float32 and integers int64.
    device : "cpu" or None
    requires_grad : bool

    Examples
    --------
    >>> x = tensor([3.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    array([6.], dtype=float32)
    """
    if device is not None:
        _checked_device(device)
    if isinstance(data, Tensor):
        data = data.data
    try:
        values = np.array(data, dtype=dtype)
    except ValueError as error:  # lists of different lengths
        raise TypeError(_NO_RECTANGLE) from error
    if dtype is None and values.dtype == np.float64 and not isinstance(_first_number(data), (np.ndarray, np.generic)):
        values = values.astype(np.float32)
    if values.dtype.kind not in "biufc":
        raise TypeError(_NO_RECTANGLE)
    return Tensor(values, requires_grad=requires_grad)


def _values(other: Any) -> Any:
    return other.data if isinstance(other, Tensor) else other


def _refuse_integers(dtype: np.dtype[Any]) -> None:
    if not np.issubdtype(dtype, np.inexact):
        raise TypeError(f"only floating-point tensors have gradients; got dtype {dtype}. Use data.astype(np.float32).")


def _first_number(data: Any) -> Any:
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return data


def _record(operation: Operation, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    values, needed = [], False
    for value in inputs:
        if isinstance(value, Tensor):
            values.append(value._data)
            needed = needed or value.requires_grad
        else:
            values.append(value)
    output, saved = operation.__wrapped__(*values, **options)
    needed = needed and is_recording()
    if isinstance(output, tuple):
        node = Node(operation, inputs, saved, len(output)) if needed else None
        return tuple(_made_by(node, value, index) for index, value in enumerate(output))
    return _made_by(Node(operation, inputs, saved, None) if needed else None, output, 0)


def _made_by(node: Node | None, value: Any, index: int) -> Tensor:
    made = Tensor(value)
    if node is not None:
        made.grad_fn, made.output_index, made.requires_grad = node, index, True
    return made
