"""Back through a linear layer: three gradients, each a sum over all that its value has a part in."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def linear_backward(grad_output, x, weight):
    """Send a gradient back through the linear layer y = x @ weight.T + bias.

    grad_output : (N, D_out) array, the gradient of the loss along y
    x : (N, D_in) array, what the layer was given
    weight : (D_out, D_in) array
    Returns (grad_x, grad_weight, grad_bias): the gradients of the loss along x, weight and bias, of the shapes (N, D_in),
    (D_out, D_in) and (D_out,). A mean over the batch, where there is one, is in grad_output already. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def linear_backward(grad_output, x, weight):
    grad_x = grad_output @ weight
    grad_weight = grad_output.T @ x
    grad_bias = grad_output.sum(axis=0)
    return grad_x, grad_weight, grad_bias
"""


def right_answer(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=0)


def right_answer_on_torch(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(dim=0)


# Right answers written in other ways


def index_by_index(grad_output: Any, x: Any, weight: Any) -> Any:
    grad_x, grad_weight, grad_bias = np.zeros(x.shape), np.zeros(weight.shape), np.zeros(len(weight))
    for n in range(len(x)):
        for j in range(len(weight)):
            grad_bias[j] += grad_output[n, j]
            for i in range(x.shape[1]):
                grad_x[n, i] += grad_output[n, j] * weight[j, i]
                grad_weight[j, i] += grad_output[n, j] * x[n, i]
    return grad_x, grad_weight, grad_bias


def by_einsum(grad_output: Any, x: Any, weight: Any) -> Any:
    return np.einsum("nj,ji->ni", grad_output, weight), np.einsum("nj,ni->ji", grad_output, x), np.einsum("nj->j", grad_output)


def example_by_example(grad_output: Any, x: Any, weight: Any) -> Any:
    grad_weight, grad_bias = np.zeros_like(weight), np.zeros(len(weight))
    rows = []
    for g, given in zip(grad_output, x, strict=True):
        rows.append(weight.T @ g)
        grad_weight = grad_weight + np.outer(g, given)
        grad_bias = grad_bias + g
    return np.array(rows), grad_weight, grad_bias


def with_ones(grad_output: Any, x: Any, weight: Any) -> Any:
    """The bias is the weight of one more input, which is always 1."""
    both = np.hstack([x, np.ones((len(x), 1))]).T.dot(grad_output).T
    return grad_output.dot(weight), both[:, :-1], both[:, -1]


def torch_by_einsum(grad_output: Any, x: Any, weight: Any) -> Any:
    import torch

    return torch.einsum("nj,ji->ni", grad_output, weight), torch.einsum("nj,ni->ji", grad_output, x), grad_output.sum(0)


def torch_by_products(grad_output: Any, x: Any, weight: Any) -> Any:
    import torch

    ones = torch.ones(len(x), dtype=x.dtype, device=x.device)
    return torch.mm(grad_output, weight), torch.mm(x.T, grad_output).T, ones @ grad_output


# Mistakes


def weight_transposed(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight, x.T @ grad_output, grad_output.sum(axis=0)


def weight_transposed_in_loop(grad_output: Any, x: Any, weight: Any) -> Any:
    total = sum(np.outer(given, g) for g, given in zip(grad_output, x, strict=True))
    return np.einsum("nj,ji->ni", grad_output, weight), total, sum(grad_output)


def through_transposed_weight(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight.T, grad_output.T @ x, grad_output.sum(axis=0)


def through_transposed_weight_in_rows(grad_output: Any, x: Any, weight: Any) -> Any:
    rows = np.array([weight @ g for g in grad_output])
    return rows, np.einsum("nj,ni->ji", grad_output, x), grad_output.sum(0)


def mean_bias(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight, grad_output.T @ x, grad_output.mean(axis=0)


def mean_bias_in_loop(grad_output: Any, x: Any, weight: Any) -> Any:
    total = np.zeros(grad_output.shape[1])
    for g in grad_output:
        total = total + g
    return grad_output.dot(weight), x.T.dot(grad_output).T, total / len(grad_output)


def means(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight, grad_output.T @ x / len(x), grad_output.mean(axis=0)


def means_in_loop(grad_output: Any, x: Any, weight: Any) -> Any:
    outer = [np.outer(g, given) for g, given in zip(grad_output, x, strict=True)]
    return grad_output.dot(weight), np.mean(outer, axis=0), np.mean(grad_output, 0)


def kept_bias_axis(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=0, keepdims=True)


def kept_bias_axis_by_ones(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output.dot(weight), x.T.dot(grad_output).T, np.ones((1, len(x))) @ grad_output


def bias_as_it_comes(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight, grad_output.T @ x, grad_output


def bias_as_it_comes_copied(grad_output: Any, x: Any, weight: Any) -> Any:
    grad_x, grad_weight = np.einsum("nj,ji->ni", grad_output, weight), np.einsum("nj,ni->ji", grad_output, x)
    return grad_x, grad_weight, 1.0 * grad_output


def bias_along_rows(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=1)


def bias_along_rows_in_loop(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output.dot(weight), x.T.dot(grad_output).T, np.array([sum(g) for g in grad_output])


def bias_over_all(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output @ weight, grad_output.T @ x, grad_output.sum()


def bias_over_all_by_loop(grad_output: Any, x: Any, weight: Any) -> Any:
    total = 0.0
    for g in grad_output:
        for entry in g:
            total += entry
    return grad_output.dot(weight), x.T.dot(grad_output).T, np.float64(total)


def other_order(grad_output: Any, x: Any, weight: Any) -> Any:
    return grad_output.T @ x, grad_output.sum(axis=0), grad_output @ weight


def other_order_by_einsum(grad_output: Any, x: Any, weight: Any) -> Any:
    grad_weight = np.einsum("nj,ni->ji", grad_output, x)
    return grad_weight, grad_output.sum(0), grad_output.dot(weight)


def local_slopes(grad_output: Any, x: Any, weight: Any) -> Any:
    ones = np.ones_like(grad_output)
    return ones @ weight, ones.T @ x, ones.sum(axis=0)


def local_slopes_by_sums(grad_output: Any, x: Any, weight: Any) -> Any:
    return np.tile(weight.sum(axis=0), (len(x), 1)), np.tile(x.sum(axis=0), (len(weight), 1)), np.full(len(weight), float(len(x)))


DERIVED = "5 · One layer at a time"


def probe_of(draw: Any, rows: int, inputs: int, outputs: int) -> Any:
    return lambda rng: (draw(rng, rows, outputs), draw(rng, rows, inputs), draw(rng, outputs, inputs))


PROBLEM = Problem(
    id="06.linear_backward",
    title="Back through a linear layer",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"grad_output": "NK", "x": "ND", "weight": "KD"},
    returns=("grad_x", "grad_weight", "grad_bias"),
    library_calls=(
        "learnkit.reference.Linear",
        "learnkit.pytorch.Linear",
        "torch.nn.functional.linear",
        "torch.autograd.functional.vjp",
        "torch.func.vjp",
    ),
    probes=(
        Probe("two examples, 2 inputs, 3 outputs", "small enough to read", probe_of(few_scores, 2, 2, 3)),
        Probe(
            "3 examples, 3 inputs, 3 outputs",
            "everything is square: a transposed product runs, and is known by its numbers",
            probe_of(few_scores, 3, 3, 3),
        ),
        Probe(
            "5 examples, 4 inputs, 2 outputs", "fewer outputs than inputs: what is transposed has another shape", probe_of(scores, 5, 4, 2)
        ),
        Probe("a single example", "a batch of one is a batch", probe_of(few_scores, 1, 2, 3), is_edge=True),
        Probe("a single output", "one column has to stay a column", probe_of(few_scores, 3, 2, 1), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "weight-transposed",
            weight_transposed,
            weight_transposed_in_loop,
            "The gradient of the weight stands on its side. It has the shape of the weight, (D_out, D_in): one row for each output.",
            DERIVED,
            line=("grad_weight = grad_output.T @ x", "grad_weight = x.T @ grad_output"),
        ),
        Mistake(
            "through-transposed-weight",
            through_transposed_weight,
            through_transposed_weight_in_rows,
            "On the way back it uses the weight as on the way forward. Forward the inputs meet its rows; back, the outputs meet its "
            "columns.",
            DERIVED,
            line=("grad_x = grad_output @ weight", "grad_x = grad_output @ weight.T"),
        ),
        Mistake(
            "mean-bias",
            mean_bias,
            mean_bias_in_loop,
            "It takes the mean over the batch for the bias. The mean of the loss is in grad_output already: what is left is a sum.",
            DERIVED,
            line=("grad_bias = grad_output.sum(axis=0)", "grad_bias = grad_output.mean(axis=0)"),
        ),
        Mistake(
            "divided-again",
            means,
            means_in_loop,
            "Weight and bias are divided by the batch size once more. The mean of the loss is in grad_output already.",
            DERIVED,
        ),
        Mistake(
            "bias-axis-kept",
            kept_bias_axis,
            kept_bias_axis_by_ones,
            "The gradient of the bias has kept the axis of the batch, with length 1. The bias has one axis, and so has its gradient.",
            DERIVED,
        ),
        Mistake(
            "bias-not-summed",
            bias_as_it_comes,
            bias_as_it_comes_copied,
            "The bias is used by every example of the batch, and gets a gradient from each of them. Here they are not put together.",
            DERIVED,
        ),
        Mistake(
            "bias-along-rows",
            bias_along_rows,
            bias_along_rows_in_loop,
            "For the bias it adds up each example's outputs. The bias has one entry for each output, which all examples share.",
            DERIVED,
        ),
        Mistake(
            "bias-over-all",
            bias_over_all,
            bias_over_all_by_loop,
            "It adds up everything for the bias. There is one bias for each output, and each has its own sum.",
            DERIVED,
        ),
        Mistake(
            "another-order",
            other_order,
            other_order_by_einsum,
            "The three gradients come in another order. Asked are x first, then weight, then bias.",
            DERIVED,
        ),
        Mistake(
            "grad-output-unused",
            local_slopes,
            local_slopes_by_sums,
            "It returns the layer's own slopes. By the chain rule each is multiplied by the gradient that arrives from behind.",
            DERIVED,
        ),
    ),
    alternatives=(index_by_index, by_einsum, example_by_example, with_ones),
    torch_alternatives=(torch_by_einsum, torch_by_products),
    hints=(
        "Write down the three shapes that you need, and the shapes that you have. Which products fit?",
        "One entry: y[n, j] is the sum over i of x[n, i] weight[j, i], plus bias[j]. Ask of each value which y it has a part in: x[n, "
        "i] in "
        "all outputs of example n, weight[j, i] and bias[j] in output j of all examples. Over those its gradient is a sum.",
        "grad_x[n, i]      <- sum over j of grad_output[n, j] times weight[j, i]\n"
        "grad_weight[j, i] <- sum over n of grad_output[n, j] times x[n, i]\n"
        "grad_bias[j]      <- sum over n of grad_output[n, j]\n"
        "the first two are matrix products: find the order, and what is transposed",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
)
