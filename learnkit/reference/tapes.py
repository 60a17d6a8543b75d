"""The tape: what was computed, in the order of its making, and the way back through it.

An operation on a Tensor records a `Node`: the operation, its inputs, and what its forward saved. `run_backward` visits the
nodes from the youngest to the oldest. An operation is always younger than what it uses, so each node has received its whole
gradient when its turn comes, however deep the graph is and however many paths lead through it.

Sources: Griewank & Walther 2008, Evaluating Derivatives, section 3.2 (reverse mode); Paszke et al. 2019, PyTorch, section 4.3
(versions, that notice a value changed in place before its gradient was taken).
"""

import heapq
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from learnkit.reference.operations import Array, Operation

_recording: ContextVar[bool] = ContextVar("recording", default=True)
_births = itertools.count()
_CONSUMED = object()


def is_recording() -> bool:
    """Return whether operations are put on the tape here and now."""
    return _recording.get()


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing inside this block: for evaluation and for changing parameters.

    Examples
    --------
    >>> from learnkit.reference.tensors import tensor
    >>> weight = tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad():
    ...     y = weight * 3.0
    >>> y.requires_grad
    False
    """
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


class Node:
    """One recorded operation: the tape's entry that a Tensor points to as ``grad_fn``."""

    __slots__ = ("birth", "changed_output", "inputs", "operation", "saved", "tuple_of", "versions")

    def __init__(self, operation: Operation, inputs: tuple[Any, ...], saved: Any, tuple_of: int | None) -> None:
        self.operation = operation
        self.inputs = inputs
        self.saved = saved
        self.tuple_of = tuple_of  # how many outputs, or None for one that is not in a tuple
        self.versions = [getattr(value, "version", 0) for value in inputs]  # an array has none
        self.changed_output: tuple[int, ...] | None = None  # the shape of an output that was saved and then changed in place
        self.birth = next(_births)

    def backward(self, grads: list[Array | None], *, retain_graph: bool) -> tuple[Any, ...]:
        """Return one gradient per input; give up what was saved unless ``retain_graph``."""
        name = self.operation.__name__
        if self.saved is _CONSUMED:
            raise RuntimeError(
                f"backward has already run through this graph (at {name}), and what it saved is gone. Run the forward pass again, "
                "or call backward(retain_graph=True) the first time."
            )
        refuse_changed(name, self.saved, self.inputs, self.versions)
        if self.changed_output is not None:
            raise RuntimeError(_changed(name, self.changed_output))
        grad_output: Any = grads[0] if self.tuple_of is None else tuple(grads)
        if self.operation.is_selective:
            needs = [getattr(value, "requires_grad", False) for value in self.inputs]
            gradients = self.operation.backward(grad_output, self.saved, needs_input_grad=needs)
        else:
            gradients = self.operation.backward(grad_output, self.saved)
        if not retain_graph:
            self.saved = _CONSUMED
        if not isinstance(gradients, (tuple, list)):  # one array; its rows must not pass for gradients of several inputs
            gradients = (gradients,)
        if len(gradients) != len(self.inputs):
            raise ValueError(f"{name}.backward must return one gradient per input: {len(self.inputs)}; got {len(gradients)}.")
        return tuple(gradients)


def run_backward(root: Any, grad_output: Array, retain_graph: bool) -> None:
    """Walk the tape from the youngest node to the oldest."""
    pending: dict[int, tuple[Node, list[Array | None], list[Any]]] = {}  # by birth: its outputs' gradients so far
    youngest_first: list[int] = []

    def receive(target: Any, grad: Array) -> None:
        node = target.grad_fn
        if node is None:
            target.accumulate(grad)
            return
        if node.birth not in pending:
            outputs = node.tuple_of or 1
            pending[node.birth] = (node, [None] * outputs, [None] * outputs)
            heapq.heappush(youngest_first, -node.birth)
        _, grads, tensors = pending[node.birth]
        so_far = grads[target.output_index]
        # a new array: the one that came may also be the gradient of another input
        grads[target.output_index] = grad if so_far is None else so_far + grad
        if target.retains_grad:
            tensors[target.output_index] = target

    receive(root, grad_output)
    while youngest_first:
        node, grads, retaining = pending.pop(-heapq.heappop(youngest_first))
        for target, whole in zip(retaining, grads, strict=True):
            if target is not None and whole is not None:
                target.accumulate(whole)
        for position, (value, grad) in enumerate(zip(node.inputs, node.backward(grads, retain_graph=retain_graph), strict=True)):
            if grad is None or not getattr(value, "requires_grad", False):
                continue
            grad = np.asarray(grad)
            if grad.shape != value.shape:
                raise ValueError(
                    f"{node.operation.__name__}.backward returned a gradient of shape {grad.shape} for input {position} "
                    f"of shape {value.shape}; they must be equal."
                )
            receive(value, grad)


def refuse_changed(name: str, saved: Any, inputs: Any, versions: list[int]) -> None:
    """Raise if an input that ``saved`` still points to was changed in place since the forward pass."""
    for value, version in zip(inputs, versions, strict=True):
        if getattr(value, "version", 0) != version and shares_memory(value.data, saved):
            raise RuntimeError(_changed(name, value.shape))


def _changed(name: str, shape: tuple[int, ...]) -> str:
    return (
        f"{name} saved a value of shape {shape} for its gradient, and that value was changed in place since: the gradient "
        "would be wrong. Call backward() before the optimizer's step(), or run the forward pass again."
    )


def shares_memory(data: Array, saved: Any) -> bool:
    """Return whether an array lies in the memory of what an operation saved."""
    if isinstance(saved, (tuple, list)):
        return any(shares_memory(data, part) for part in saved)
    return isinstance(saved, np.ndarray) and np.shares_memory(data, saved)
