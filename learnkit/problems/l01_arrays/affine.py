"""x W + b: a matrix product, and a bias that is repeated along the batch."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.drawing import few_scores
from learnkit.problems.l01_arrays.tables import uneven
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def affine(x, weight, bias):
    """Send every row of x through the same matrix, and add the same bias to each.

    x : (N, D_in) array, one row an example
    weight : (D_in, D_out) array
    bias : (D_out,) array, one number for each output
    Returns an array (N, D_out): row n is x[n] @ weight + bias. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def affine(x, weight, bias):
    product = x @ weight
    return product + bias
"""


def right_answer(x: Any, weight: Any, bias: Any) -> Any:
    return lk.affine(x, weight, bias)


def right_answer_on_torch(x: Any, weight: Any, bias: Any) -> Any:
    import torch

    return torch.addmm(bias, x, weight)


# Right answers written in other ways


def entry_by_entry(x: Any, weight: Any, bias: Any) -> Any:
    result = np.zeros((len(x), weight.shape[1]))
    for n in range(len(x)):
        for k in range(weight.shape[1]):
            result[n, k] = bias[k] + sum(x[n, d] * weight[d, k] for d in range(x.shape[1]))
    return result


def by_einsum(x: Any, weight: Any, bias: Any) -> Any:
    return np.einsum("nd,dk->nk", x, weight) + bias[None, :]


def by_broadcasting(x: Any, weight: Any, bias: Any) -> Any:
    products = x[:, :, None] * weight
    return bias + products.sum(axis=1)


def with_a_column_of_ones(x: Any, weight: Any, bias: Any) -> Any:
    return np.column_stack([x, np.ones(len(x))]) @ np.vstack([weight, bias])


def torch_by_matmul(x: Any, weight: Any, bias: Any) -> Any:
    import torch

    return torch.matmul(x, weight) + bias


def torch_by_einsum(x: Any, weight: Any, bias: Any) -> Any:
    import torch

    return torch.einsum("nd,dk->nk", x, weight) + bias.unsqueeze(0)


# Mistakes


def weight_transposed(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight.T + bias


def weight_transposed_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    return np.stack([np.dot(weight, row) + bias for row in x])


def bias_per_row(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight + bias[:, None]


def bias_per_row_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    product = np.array([np.dot(row, weight) for row in x])
    return (product.T + bias).T


def without_bias(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight


def without_bias_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    return np.array([np.dot(row, weight) for row in x])


def sum_of_bias(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight + bias.sum()


def sum_of_bias_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    total = sum(float(number) for number in bias)
    return np.array([np.dot(row, weight) + total for row in x])


def bias_subtracted(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight - bias


def bias_subtracted_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    return np.array([np.dot(row, weight) + (-1) * bias for row in x])


def bias_first(x: Any, weight: Any, bias: Any) -> Any:
    return (x + bias) @ weight


def bias_first_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    return np.array([np.dot(row + bias, weight) for row in x])


def elementwise(x: Any, weight: Any, bias: Any) -> Any:
    return x * weight + bias


def elementwise_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    rows = [row * line + bias for row, line in zip(x, weight, strict=True)]
    return np.array(rows)


def other_order(x: Any, weight: Any, bias: Any) -> Any:
    return weight @ x + bias


def other_order_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    return np.array([np.dot(line, x) + bias for line in weight])


def transposed_result(x: Any, weight: Any, bias: Any) -> Any:
    return (x @ weight + bias).T


def transposed_result_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    return np.array([np.dot(x, line) + number for line, number in zip(weight.T, bias, strict=True)])


def sum_over_batch(x: Any, weight: Any, bias: Any) -> Any:
    return (x @ weight + bias).sum(axis=0)


def sum_over_batch_in_loop(x: Any, weight: Any, bias: Any) -> Any:
    total = 0
    for row in x:
        total = total + np.dot(row, weight) + bias
    return total


def inputs(rng: np.random.Generator, examples: int, entering: int, leaving: int) -> tuple[Any, ...]:
    return uneven(rng, examples, entering), uneven(rng, entering, leaving), few_scores(rng, leaving)


MATRIX = "8 · All distances at once"
BROADCAST = "4 · Broadcasting"
SILENT = "6 · No error, and wrong"

PROBLEM = Problem(
    id="01.affine",
    title="A matrix product and a bias",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND", "weight": "DK", "bias": "K"},
    library_calls=(
        "learnkit.reference.linear",
        "learnkit.pytorch.linear",
        "torch.addmm",
        "torch.Tensor.addmm",
        "torch.nn.functional.linear",
    ),
    probes=(
        Probe("two rows, 3 numbers in and 2 out", "small, and as many rows as outputs", lambda rng: inputs(rng, 2, 3, 2)),
        Probe(
            "all sizes 3",
            "here every mistake of axes runs, and is known by its numbers",
            lambda rng: inputs(rng, 3, 3, 3),
        ),
        Probe("4 rows, 3 numbers in and 2 out", "a bias for each row raises here", lambda rng: inputs(rng, 4, 3, 2)),
        Probe("5 rows, 2 numbers in and 4 out", "a transposed weight raises here", lambda rng: inputs(rng, 5, 2, 4)),
        Probe("a single row", "a batch of one is a batch", lambda rng: inputs(rng, 1, 3, 2), is_edge=True),
        Probe("a single output", "bias has one number, weight one column", lambda rng: inputs(rng, 4, 3, 1), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "weight-transposed",
            weight_transposed,
            weight_transposed_in_loop,
            "It transposes the weight, which fits only where as many numbers go in as come out. Here weight is (D_in, D_out) already.",
            MATRIX,
            line=("product = x @ weight", "product = x @ weight.T"),
        ),
        Mistake(
            "bias-per-row",
            bias_per_row,
            bias_per_row_in_loop,
            "It adds the first bias to all of the first row, the second to the second row. A bias belongs to an output, to a column.",
            BROADCAST,
            line=("return product + bias", "return product + bias[:, None]"),
        ),
        Mistake(
            "no-bias",
            without_bias,
            without_bias_in_loop,
            "The bias is missing: a row of zeros must come out as the bias.",
            "",
            line=("return product + bias", "return product"),
        ),
        Mistake(
            "sum-of-bias",
            sum_of_bias,
            sum_of_bias_in_loop,
            "It adds the sum of all biases to every entry. Each output has a bias of its own.",
            BROADCAST,
        ),
        Mistake(
            "bias-subtracted",
            bias_subtracted,
            bias_subtracted_in_loop,
            "It takes the bias away. The formula adds it.",
            "",
        ),
        Mistake(
            "bias-first",
            bias_first,
            bias_first_in_loop,
            "It adds the bias to the inputs, before the product. The bias belongs to the outputs and comes last.",
            "",
        ),
        Mistake(
            "elementwise",
            elementwise,
            elementwise_in_loop,
            "It multiplies entry by entry. In a matrix product each output adds up a whole row of x times a whole column of the weight.",
            MATRIX,
            line=("product = x @ weight", "product = x * weight"),
        ),
        Mistake(
            "other-order",
            other_order,
            other_order_in_loop,
            "It multiplies in the other order. In a matrix product the inner lengths meet, (N, D_in) with (D_in, D_out), and the order "
            "matters.",
            MATRIX,
        ),
        Mistake(
            "transposed-result",
            transposed_result,
            transposed_result_in_loop,
            "The numbers are right and lie in columns: the result is transposed. Row n belongs to example n.",
            "",
        ),
        Mistake(
            "sum-over-batch",
            sum_over_batch,
            sum_over_batch_in_loop,
            "It adds up the results of all examples. Each row of x keeps a row of its own in the result.",
            "",
        ),
    ),
    alternatives=(entry_by_entry, by_einsum, by_broadcasting, with_a_column_of_ones),
    torch_alternatives=(torch_by_matmul, torch_by_einsum),
    hints=(
        "Write the two shapes side by side. Which lengths have to meet, and which shape is left? What shape has the bias beside that?",
        "A matrix product (N, D_in) with (D_in, D_out) is (N, D_out). A bias of shape (D_out,) lines up with the last axis of that, and is "
        "repeated for every row without being told to.",
        "product <- the matrix product of x, on the left, and weight, on the right\nresult  <- product plus bias",
    ),
    solution=SOLUTION,
    minutes=5,
)
