"""Back through broadcasting: a gradient takes the shape that its input had, and what was used several times is added up."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def unbroadcast(grad, shape):
    """Sum a gradient back to the shape that an input had before it was broadcast.

    grad : array of the shape after broadcasting
    shape : tuple, the input's own shape; it broadcasts to that of grad
    Returns an array of exactly this shape: for each entry of the input the sum over all places where it was used. grad stays as it was.
    """
    ...
'''

SOLUTION = """
def unbroadcast(grad, shape):
    leading = grad.ndim - len(shape)
    grad = grad.sum(axis=tuple(range(leading)))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return grad.sum(axis=stretched, keepdims=True)
"""


def right_answer(grad: Any, shape: Any) -> Any:
    leading = grad.ndim - len(shape)
    grad = grad.sum(axis=tuple(range(leading)))
    return grad.sum(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


def right_answer_on_torch(grad: Any, shape: Any) -> Any:
    return grad.sum_to_size(shape)


# Right answers written in other ways


def entry_by_entry(grad: Any, shape: Any) -> Any:
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    result = np.zeros(padded)
    for place in np.ndindex(*grad.shape):
        result[tuple(0 if size == 1 else i for i, size in zip(place, padded, strict=True))] += grad[place]
    return result.reshape(shape)


def axis_by_axis(grad: Any, shape: Any) -> Any:
    total = 1.0 * grad
    while total.ndim > len(shape):
        total = np.add.reduce(total, axis=0)
    for axis in range(len(shape)):
        if shape[axis] != total.shape[axis]:
            total = np.expand_dims(total.sum(axis), axis)
    return total


def by_one_sum(grad: Any, shape: Any) -> Any:
    missing = grad.ndim - len(shape)
    full = [1] * missing + list(shape)
    summed = tuple(i for i in range(grad.ndim) if i < missing or full[i] < grad.shape[i])
    return np.sum(grad, axis=summed, keepdims=True).reshape(shape)


def torch_axis_by_axis(grad: Any, shape: Any) -> Any:
    import torch

    while grad.dim() > len(shape):
        grad = torch.sum(grad, 0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = torch.sum(grad, axis, keepdim=True)
    return grad * 1.0


def torch_by_one_sum(grad: Any, shape: Any) -> Any:
    import torch

    missing = grad.ndim - len(shape)
    summed = [i for i in range(grad.ndim) if i < missing or shape[i - missing] == 1]
    return (torch.sum(grad, dim=summed, keepdim=True) if summed else torch.clone(grad)).reshape(shape)


# Mistakes


def leading_left(grad: Any, shape: Any) -> Any:
    for axis in range(-len(shape), 0):
        if shape[axis] == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return 1.0 * grad


def leading_left_by_one_sum(grad: Any, shape: Any) -> Any:
    missing = grad.ndim - len(shape)
    return np.sum(grad, axis=tuple(i + missing for i, size in enumerate(shape) if size == 1), keepdims=True)


def leading_left_and_axes_counted_from_the_front(grad: Any, shape: Any) -> Any:
    return grad.sum(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


def stretched_left(grad: Any, shape: Any) -> Any:
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))


def stretched_left_in_a_loop(grad: Any, shape: Any) -> Any:
    result = 1.0 * grad
    for _ in range(grad.ndim - len(shape)):
        result = sum(result)
    return result


def axes_lost(grad: Any, shape: Any) -> Any:
    missing = grad.ndim - len(shape)
    full = (1,) * missing + tuple(shape)
    return grad.sum(axis=tuple(i for i, size in enumerate(full) if size == 1))


def axes_lost_in_a_loop(grad: Any, shape: Any) -> Any:
    result = grad + 0.0
    for axis in reversed(range(grad.ndim)):
        place = axis - (grad.ndim - len(shape))
        if place < 0 or shape[place] == 1:
            result = result.sum(axis=axis)
    return result


def mean(grad: Any, shape: Any) -> Any:
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    return grad.mean(axis=tuple(i for i, size in enumerate(padded) if size == 1), keepdims=True).reshape(shape)


def mean_by_counting(grad: Any, shape: Any) -> Any:
    return right_answer(grad, shape) * int(np.prod(shape)) / grad.size


def first_one(grad: Any, shape: Any) -> Any:
    for _ in range(grad.ndim - len(shape)):
        grad = grad[0]
    return grad[tuple(slice(0, 1) if size == 1 else slice(None) for size in shape)] + 0.0


def first_one_by_take(grad: Any, shape: Any) -> Any:
    picked = np.copy(grad)
    while picked.ndim > len(shape):
        picked = np.take(picked, 0, axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            picked = np.take(picked, [0], axis=axis)
    return picked


def last_axes(grad: Any, shape: Any) -> Any:
    leading = grad.ndim - len(shape)
    grad = grad.sum(axis=tuple(range(len(shape), grad.ndim))) if leading else grad
    return grad.sum(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


def last_axes_in_a_loop(grad: Any, shape: Any) -> Any:
    result = np.array(grad)
    for _ in range(grad.ndim - len(shape)):
        result = result.sum(axis=-1)
    for axis, size in enumerate(shape):
        if size == 1:
            result = result.sum(axis=axis)[(slice(None),) * axis + (None,)]
    return result


def everything(grad: Any, shape: Any) -> Any:
    return np.full(shape, grad.sum())


def everything_in_a_loop(grad: Any, shape: Any) -> Any:
    total = 0.0
    for value in grad.ravel():
        total += value
    return total * np.ones(shape)


def reshaped(grad: Any, shape: Any) -> Any:
    return grad.ravel()[: int(np.prod(shape))].reshape(shape) + 0.0


def reshaped_by_resize(grad: Any, shape: Any) -> Any:
    return np.resize(np.copy(grad), shape)


SHAPES = "6 · Arrays: a copy's gradient is a sum"

PROBLEM = Problem(
    id="07.unbroadcast",
    title="Back through broadcasting",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    library_calls=("learnkit.reference.unbroadcast", "learnkit.pytorch.unbroadcast", "torch.Tensor.sum_to_size"),
    probes=(
        Probe("(2, 3) back to (3,)", "a bias, used in each of two rows", lambda rng: (few_scores(rng, 2, 3), (3,))),
        Probe("(2, 3) back to (2, 1)", "an axis of length 1 stays", lambda rng: (few_scores(rng, 2, 3), (2, 1))),
        Probe(
            "(3, 3) back to (3,)",
            "a sum along the wrong axis runs here, and gives wrong numbers",
            lambda rng: (few_scores(rng, 3, 3), (3,)),
        ),
        Probe(
            "(2, 4, 3) back to (4, 1)", "an axis in front is missing, and one has length 1", lambda rng: (few_scores(rng, 2, 4, 3), (4, 1))
        ),
        Probe("(2, 3) back to ()", "a single number has no axis", lambda rng: (few_scores(rng, 2, 3), ()), is_edge=True),
        Probe("(2, 3) as it is", "nothing was broadcast", lambda rng: (few_scores(rng, 2, 3), (2, 3)), is_edge=True),
        Probe(
            "(1, 3) back to (1, 3)", "an axis of length 1 that was not stretched", lambda rng: (few_scores(rng, 1, 3), (1, 3)), is_edge=True
        ),
        Probe(
            "(2, 3, 4, 2) back to (3, 1, 2)",
            "every kind of axis at once",
            lambda rng: (few_scores(rng, 2, 3, 4, 2), (3, 1, 2)),
            is_edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            "leading-left",
            leading_left,
            leading_left_by_one_sum,
            "The axes that broadcasting put in front are still there. A bias of shape (3,) used in two rows gets back two rows.",
            SHAPES,
            variants=(leading_left_and_axes_counted_from_the_front,),
            line=("grad = grad.sum(axis=tuple(range(leading)))", "grad = grad.copy()"),
        ),
        Mistake(
            "stretched-left",
            stretched_left,
            stretched_left_in_a_loop,
            "Axes in front are summed, and an axis of length 1 that was stretched is not: the result is longer than the input was.",
            SHAPES,
        ),
        Mistake(
            "axes-lost",
            axes_lost,
            axes_lost_in_a_loop,
            "A sum along an axis of length 1 has taken the axis away. The gradient of a column is a column.",
            SHAPES,
            line=("return grad.sum(axis=stretched, keepdims=True)", "return grad.sum(axis=stretched)"),
        ),
        Mistake(
            "mean-not-sum",
            mean,
            mean_by_counting,
            "It takes the mean over the uses. Each use moves the loss by its own share, and shares add up.",
            SHAPES,
        ),
        Mistake(
            "first-use",
            first_one,
            first_one_by_take,
            "It keeps the gradient of one use and drops those of the others. Every copy of a number leads back to it.",
            SHAPES,
        ),
        Mistake(
            "last-axes",
            last_axes,
            last_axes_in_a_loop,
            "It sums the last axes away. Broadcasting lines shapes up from the right, so what it puts in stands in front.",
            SHAPES,
        ),
        Mistake(
            "everything",
            everything,
            everything_in_a_loop,
            "Every entry gets the sum of the whole gradient. An entry gets the sum over its own uses only.",
            SHAPES,
        ),
        Mistake(
            "reshaped",
            reshaped,
            reshaped_by_resize,
            "It cuts the gradient to as many numbers as the input has. The shape is right then, and the sums are missing.",
            SHAPES,
        ),
    ),
    alternatives=(entry_by_entry, axis_by_axis, by_one_sum),
    torch_alternatives=(torch_axis_by_axis, torch_by_one_sum),
    hints=(
        "A bias of shape (3,) is added to two rows. In how many places does its first number appear, and what does the loss feel if it "
        "moves?",
        "Write the two shapes under each other, from the right. Along an axis that the input does not have, or where its length is 1 "
        "and the gradient's is larger, an entry was used several times: there the gradient is summed. Only axes in front may disappear.",
        "leading <- how many axes the gradient has more than the input\n"
        "grad    <- summed over so many axes in front, which disappear\n"
        "grad    <- summed over the axes whose length in shape is 1, which stay with length 1",
    ),
    solution=SOLUTION,
    minutes=8,
)
