"""The gradients of a matrix product: for one example, a batch of them, a batch of tables, and with a vector on either side."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores
from learnkit.problems.problem import THE_EXERCISE, Mistake, Probe, Problem

STUB = '''
def matmul_backward(grad_output, a, b):
    """The gradients of a @ b along a and b.

    a : (D,), (N, D) or (B, N, D)
    b : (D, M), or (D,)
    grad_output : array of the shape of a @ b, that is of a with its last axis replaced by that of b; without it where b is (D,)
    Returns (grad_a, grad_b), arrays of the shapes of a and of b. One b serves all rows and tables of a.
    """
    ...
'''

SOLUTION = """
def matmul_backward(grad_output, a, b):
    matrix = b.reshape(len(b), -1)
    grad = grad_output.reshape(*a.shape[:-1], matrix.shape[1])
    grad_a = grad @ matrix.T
    rows = a.reshape(-1, len(b))
    grad_b = rows.T @ grad.reshape(len(rows), -1)
    return grad_a, grad_b.reshape(b.shape)
"""


def right_answer(grad_output: Any, a: Any, b: Any) -> Any:
    matrix = b.reshape(len(b), -1)
    grad = grad_output.reshape(*a.shape[:-1], matrix.shape[1])
    rows = a.reshape(-1, len(b))
    return grad @ matrix.T, (rows.T @ grad.reshape(len(rows), -1)).reshape(b.shape)


# Right answers written in other ways


def number_by_number(grad_output: Any, a: Any, b: Any) -> Any:
    """Each product a_rd b_dm of the forward pass sends the gradient of its output to both factors."""
    rows, matrix = a.reshape(-1, a.shape[-1]), b.reshape(b.shape[0], -1)
    grads = np.reshape(grad_output, (len(rows), matrix.shape[1]))
    grad_rows, grad_matrix = np.zeros_like(rows), np.zeros_like(matrix)
    for r in range(len(rows)):
        for m in range(matrix.shape[1]):
            grad_rows[r] += grads[r, m] * matrix[:, m]
            grad_matrix[:, m] += grads[r, m] * rows[r]
    return grad_rows.reshape(a.shape), grad_matrix.reshape(b.shape)


def by_tensordot(grad_output: Any, a: Any, b: Any) -> Any:
    front = tuple(range(a.ndim - 1))  # the axes along which b is used again and again
    grad_b = np.tensordot(a, grad_output, (front, front))
    if b.ndim == 1:
        return np.multiply.outer(grad_output, b), grad_b
    return np.einsum("...m,dm->...d", grad_output, b), grad_b


def by_sums(grad_output: Any, a: Any, b: Any) -> Any:
    """Outer products, added over whatever stands in front."""
    column = b[:, None] if b.ndim == 1 else b
    grad = grad_output[..., None] if b.ndim == 1 else grad_output
    outer = a[..., :, None] * grad[..., None, :]
    while outer.ndim > 2:
        outer = sum(outer)
    return (grad[..., None, :] * column).sum(axis=-1), outer.reshape(b.shape)


def torch_by_einsum(grad_output: Any, a: Any, b: Any) -> Any:
    import torch

    if b.dim() == 1:
        return grad_output[..., None] * b, torch.einsum("...,...d->d", grad_output, a)
    return torch.einsum("...m,dm->...d", grad_output, b), torch.einsum("...d,...m->dm", a, grad_output)


def torch_by_rows(grad_output: Any, a: Any, b: Any) -> Any:
    import torch

    matrix, rows = torch.reshape(b, (b.shape[0], -1)), torch.reshape(a, (-1, a.shape[-1]))
    grads = torch.reshape(grad_output, (rows.shape[0], -1))
    return (grads @ matrix.t()).reshape(a.shape), (rows.t() @ grads).reshape(b.shape)


# Mistakes


def not_transposed(grad_output: Any, a: Any, b: Any) -> Any:
    matrix = b.reshape(len(b), -1)
    grad = grad_output.reshape(*a.shape[:-1], matrix.shape[1])
    return grad @ matrix, right_answer(grad_output, a, b)[1]


def not_transposed_by_matmul(grad_output: Any, a: Any, b: Any) -> Any:
    column, grad = (b[:, None], grad_output[..., None]) if b.ndim == 1 else (b, grad_output)
    return np.matmul(grad, column), by_tensordot(grad_output, a, b)[1]


def on_the_wrong_side(grad_output: Any, a: Any, b: Any) -> Any:
    """grad_bᵀ in the place of grad_b: gradᵀ @ a."""
    grad_a, grad_b = right_answer(grad_output, a, b)
    return grad_a, grad_b.T


def on_the_wrong_side_by_tensordot(grad_output: Any, a: Any, b: Any) -> Any:
    front = tuple(range(a.ndim - 1))
    return by_tensordot(grad_output, a, b)[0], np.tensordot(grad_output, a, (front, front))


def for_each_table(grad_output: Any, a: Any, b: Any) -> Any:
    if a.ndim < 3:
        return right_answer(grad_output, a, b)
    grad = grad_output if b.ndim == 2 else grad_output[..., None]
    grad_b = np.swapaxes(a, -1, -2) @ grad
    return right_answer(grad_output, a, b)[0], grad_b if b.ndim == 2 else grad_b[..., 0]


def for_each_table_in_a_loop(grad_output: Any, a: Any, b: Any) -> Any:
    if a.ndim == 3:
        pairs = [by_tensordot(one, table, b) for one, table in zip(grad_output, a, strict=True)]
        return np.stack([pair[0] for pair in pairs]), np.stack([pair[1] for pair in pairs])
    return by_tensordot(grad_output, a, b)


def mean_over_tables(grad_output: Any, a: Any, b: Any) -> Any:
    grad_a, grad_b = right_answer(grad_output, a, b)
    return grad_a, grad_b / (len(a) if a.ndim == 3 else 1)


def mean_over_tables_in_a_loop(grad_output: Any, a: Any, b: Any) -> Any:
    grad_a, grad_b = for_each_table_in_a_loop(grad_output, a, b)
    return grad_a, grad_b.mean(axis=0) if a.ndim == 3 else grad_b


def reversed_axes(grad_output: Any, a: Any, b: Any) -> Any:
    if a.ndim < 3:
        return right_answer(grad_output, a, b)
    return grad_output @ b.T, a.T @ grad_output


def reversed_axes_by_matmul(grad_output: Any, a: Any, b: Any) -> Any:
    if a.ndim == 3:
        return np.matmul(grad_output, np.transpose(b)), np.matmul(np.transpose(a), grad_output)
    return by_tensordot(grad_output, a, b)


def no_vectors(grad_output: Any, a: Any, b: Any) -> Any:
    if a.ndim == 3 and b.ndim == 2:
        return right_answer(grad_output, a, b)
    return grad_output @ b.T, a.T @ grad_output


def no_vectors_by_matmul(grad_output: Any, a: Any, b: Any) -> Any:
    if a.ndim < 3 or b.ndim < 2:
        return np.matmul(grad_output, np.transpose(b)), np.matmul(np.transpose(a), grad_output)
    return by_tensordot(grad_output, a, b)


def two_matrices_always(grad_output: Any, a: Any, b: Any) -> Any:
    return grad_output @ b.T, a.T @ grad_output


def last_axes_exchanged_always(grad_output: Any, a: Any, b: Any) -> Any:
    return grad_output @ np.swapaxes(b, -1, -2), np.swapaxes(a, -1, -2) @ grad_output


def exchanged(grad_output: Any, a: Any, b: Any) -> Any:
    grad_a, grad_b = right_answer(grad_output, a, b)
    return grad_b, grad_a


def exchanged_by_tensordot(grad_output: Any, a: Any, b: Any) -> Any:
    return by_tensordot(grad_output, a, b)[::-1]


def the_factors(grad_output: Any, a: Any, b: Any) -> Any:
    """As if the output's gradient were 1 everywhere."""
    return right_answer(np.ones_like(grad_output), a, b)


def the_factors_by_sums(grad_output: Any, a: Any, b: Any) -> Any:
    column = b.reshape(len(b), -1)
    grad_a = np.broadcast_to(column.sum(axis=1), a.shape).copy()
    grad_b = np.repeat(a.reshape(-1, len(b)).sum(axis=0)[:, None], column.shape[1], axis=1)
    return grad_a, grad_b.reshape(b.shape)


def arrays(rng: np.random.Generator, *shapes: tuple[int, ...]) -> tuple[Any, ...]:
    """grad_output, a and b for the shapes of a and b."""
    a, b = (few_scores(rng, *shape) for shape in shapes)
    return few_scores(rng, *(a @ b).shape), a, b


MATMUL = "6 · Arrays: a copy's gradient is a sum"

PROBLEM = Problem(
    id="07.matmul_backward",
    title="The gradients of a matrix product",
    stub=STUB,
    reference=right_answer,
    torch_reference=torch_by_einsum,
    returns=("grad_a", "grad_b"),
    library_calls=("learnkit.reference.arithmetic.matmul_backward",),
    uses=("unbroadcast",),
    probes=(
        Probe("(2, 3) @ (3, 4)", "three sizes, so that nothing fits by luck", lambda rng: arrays(rng, (2, 3), (3, 4))),
        Probe("(3, 3) @ (3, 3)", "a missing transpose runs here, and gives wrong numbers", lambda rng: arrays(rng, (3, 3), (3, 3))),
        Probe("(2, 3, 4) @ (4, 2)", "one matrix for two tables", lambda rng: arrays(rng, (2, 3, 4), (4, 2))),
        Probe("(2, 2, 2) @ (2, 2)", "axes in reverse order run here", lambda rng: arrays(rng, (2, 2, 2), (2, 2))),
        Probe("(3,) @ (3, 2)", "a vector from the left", lambda rng: arrays(rng, (3,), (3, 2))),
        Probe("(2, 3) @ (3,)", "a vector from the right", lambda rng: arrays(rng, (2, 3), (3,))),
        Probe("(2, 2) @ (2,)", "products of vectors run here, and give single numbers", lambda rng: arrays(rng, (2, 2), (2,))),
        Probe("(3,) @ (3,)", "two vectors", lambda rng: arrays(rng, (3,), (3,)), is_edge=True),
        Probe("(2, 3, 2) @ (2,)", "tables and a vector", lambda rng: arrays(rng, (2, 3, 2), (2,)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "not-transposed",
            not_transposed,
            not_transposed_by_matmul,
            "It multiplies the gradient by b itself. Column m of b made output m; back to entry d leads row d.",
            MATMUL,
            line=("grad_a = grad @ matrix.T", "grad_a = grad @ matrix"),
        ),
        Mistake(
            "wrong-side",
            on_the_wrong_side,
            on_the_wrong_side_by_tensordot,
            "The gradient of b comes out turned. It has the shape of b: D rows, M columns.",
            MATMUL,
        ),
        Mistake(
            "for-each-table",
            for_each_table,
            for_each_table_in_a_loop,
            "It returns one gradient of b for each table of the batch. There is one b, used by all of them, and uses add up.",
            MATMUL,
            variants=(last_axes_exchanged_always,),
        ),
        Mistake(
            "mean-over-tables",
            mean_over_tables,
            mean_over_tables_in_a_loop,
            "It takes the mean over the tables. Whether the loss is a mean shows in grad_output already; uses add up.",
            MATMUL,
        ),
        Mistake(
            "axes-reversed",
            reversed_axes,
            reversed_axes_by_matmul,
            ".T turns all axes around: (B, N, D) becomes (D, N, B). Asked is an exchange of the last two, or rows laid out in one table.",
            MATMUL,
        ),
        Mistake(
            "no-vectors",
            no_vectors,
            no_vectors_by_matmul,
            "The formula of two matrices is used for a vector. Turning a vector changes nothing; it has to become a matrix of one row or "
            "one "
            "column first.",
            MATMUL,
            variants=(two_matrices_always,),
        ),
        Mistake(
            "exchanged", exchanged, exchanged_by_tensordot, "The two gradients come in the wrong order: first a's, then b's.", THE_EXERCISE
        ),
        Mistake(
            "forgets-grad-output",
            the_factors,
            the_factors_by_sums,
            "The gradient that comes from behind is left out, as if it were 1 everywhere. By the chain rule it is a factor of both.",
            MATMUL,
        ),
    ),
    alternatives=(number_by_number, by_tensordot, by_sums),
    torch_alternatives=(torch_by_einsum, torch_by_rows),
    hints=(
        "For two matrices there is only one way in which the shapes fit: (N, M) and (D, M) have to give (N, D). What do (N, D) and (N, M) "
        "give?",
        "For matrices grad_a is the gradient times b turned, and grad_b is a turned times the gradient. Tables of a batch can be laid out "
        "as one "
        "long table of rows, since b treats every row alike. A vector is a table with one row or one column.",
        "matrix <- b as a table, a vector as one column\n"
        "grad   <- grad_output with that column as its last axis\n"
        "grad_a <- grad times matrix, turned\n"
        "rows   <- all rows of a in one table, and the same for grad\n"
        "grad_b <- rows, turned, times the rows of grad; in the shape of b",
    ),
    solution=SOLUTION,
    level=3,
    minutes=12,
    is_core=False,
)
