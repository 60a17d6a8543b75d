"""The loss of a linear regression and its two gradients: every factor, every sign, every shape."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l03_regression.tables import regression, short
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def linreg_loss_grad(x, y, weight, bias):
    """The mean squared error of the predictions x @ weight + bias, and its gradients along weight and bias.

    x : (N, D) array, one row an example
    y : (N,) array of targets
    weight : (D,) array
    bias : a number
    Returns (loss, grad_weight, grad_bias): a number, an array (D,) and a number. The loss is the mean of the squares, without ½.
    """
    ...
'''

SOLUTION = """
def linreg_loss_grad(x, y, weight, bias):
    difference = x @ weight + bias - y
    loss = (difference**2).mean()
    grad_weight = 2 / len(x) * x.T @ difference
    grad_bias = 2 * difference.mean()
    return loss, grad_weight, grad_bias
"""


def right_answer(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    return lk.linreg_loss_grad(x, y, weight, bias)


def right_answer_on_torch(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    difference = x @ weight + bias - y
    return (difference**2).mean(), 2 / len(x) * (x.T @ difference), 2 * difference.mean()


# Right answers written in other ways


def example_by_example(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    count, features = x.shape
    loss, grad_weight, grad_bias = 0.0, np.zeros(features), 0.0
    for n in range(count):
        error = bias - y[n]
        for d in range(features):
            error += x[n, d] * weight[d]
        loss += error**2 / count
        grad_weight += 2 * error * x[n] / count
        grad_bias += 2 * error / count
    return loss, grad_weight, grad_bias


def with_a_column_of_ones(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    ones = np.column_stack([x, np.ones(len(x))])
    gap = ones @ np.append(weight, bias) - y
    grad = 2 * gap @ ones / len(y)
    return gap @ gap / len(y), grad[:-1], grad[-1]


def as_means(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    error = y - (x * weight).sum(axis=1) - bias
    return np.mean(error**2), np.mean(-2 * error[:, None] * x, axis=0), -2 * np.mean(error)


def torch_by_autograd(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    import torch

    def loss_of(weight: Any, bias: Any) -> Any:
        return ((x @ weight + bias - y) ** 2).mean()

    grads = torch.func.grad(loss_of, argnums=(0, 1))(weight, torch.as_tensor(bias, dtype=x.dtype))
    return loss_of(weight, bias), *grads


def torch_by_einsum(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    import torch

    error = torch.einsum("nd,d->n", x, weight) + bias - y
    return error.square().mean(), 2 * torch.einsum("nd,n->d", x, error) / len(y), 2 * error.mean()


# What mistakes are made of


def parts(x: Any, y: Any, weight: Any, bias: Any) -> tuple[Any, Any, Any]:
    error = x @ weight + bias - y
    return (error**2).mean(), 2 / len(y) * (x.T @ error), 2 * error.mean()


def sums(x: Any, y: Any, weight: Any, bias: Any) -> tuple[float, Any, float]:
    """Return the sums over the examples, in a loop: of the squares, of the gradients."""
    loss, grad_weight, grad_bias = 0.0, np.zeros(len(weight)), 0.0
    for row, target in zip(x, y, strict=True):
        error = sum(p * q for p, q in zip(row, weight, strict=True)) + bias - target
        loss, grad_weight, grad_bias = loss + error**2, grad_weight + 2 * error * row, grad_bias + 2 * error
    return loss, grad_weight, grad_bias


# Mistakes


def gradients_not_divided(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = parts(x, y, weight, bias)
    return loss, grad_weight * len(x), grad_bias * len(x)


def gradients_not_divided_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = sums(x, y, weight, bias)
    return loss / len(y), grad_weight, grad_bias


def only_weight_not_divided(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = parts(x, y, weight, bias)
    return loss, grad_weight * len(x), grad_bias


def nothing_divided(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    error = x @ weight + bias - y
    return (error**2).sum(), 2 * x.T @ error, 2 * error.sum()


def nothing_divided_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    return sums(x, y, weight, bias)


def wrong_sign(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = parts(x, y, weight, bias)
    return loss, -grad_weight, -grad_bias


def wrong_sign_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = sums(x, y, weight, bias)
    return loss / len(y), grad_weight / -len(y), grad_bias / -len(y)


def wrong_sign_of_bias(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = parts(x, y, weight, bias)
    return loss, grad_weight, -grad_bias


def wrong_sign_of_weight(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = parts(x, y, weight, bias)
    return loss, -grad_weight, grad_bias


def two_missing(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    error = x @ weight + bias - y
    return (error**2).mean(), x.T @ error / len(y), error.mean()


def two_missing_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = sums(x, y, weight, bias)
    return loss / len(y), grad_weight / (2 * len(y)), grad_bias / (2 * len(y))


def half_loss(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = parts(x, y, weight, bias)
    return loss / 2, grad_weight, grad_bias


def half_loss_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = sums(x, y, weight, bias)
    return loss / (2 * len(y)), grad_weight / len(y), grad_bias / len(y)


def half_everywhere(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = parts(x, y, weight, bias)
    return loss / 2, grad_weight / 2, grad_bias / 2


def half_everywhere_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    return tuple(part / (2 * len(y)) for part in sums(x, y, weight, bias))


def bias_for_each_example(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    error = x @ weight + bias - y
    return (error**2).mean(), 2 / len(y) * (x.T @ error), 2 / len(y) * error


def bias_for_each_example_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, _ = sums(x, y, weight, bias)
    errors = [2 * (row @ weight + bias - target) / len(y) for row, target in zip(x, y, strict=True)]
    return loss / len(y), grad_weight / len(y), np.array(errors)


def bias_for_each_example_undivided(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    error = x @ weight + bias - y
    return (error**2).mean(), 2 / len(y) * (x.T @ error), 2 * error


def bias_left_out(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    return parts(x, y, weight, 0.0)


def bias_left_out_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    return tuple(part / len(y) for part in sums(x, y, weight, 0))


def not_transposed(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    error = x @ weight + bias - y
    return (error**2).mean(), 2 / len(y) * (x @ error), 2 * error.mean()


def not_transposed_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, _, grad_bias = sums(x, y, weight, bias)
    error = [float(row @ weight) + bias - target for row, target in zip(x, y, strict=True)]
    return loss / len(y), np.array([2 * np.dot(row, error) / len(y) for row in x]), grad_bias / len(y)


def means_multiplied(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    error = x @ weight + bias - y
    return (error**2).mean(), 2 * x.mean(axis=0) * error.mean(), 2 * error.mean()


def means_multiplied_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, _, grad_bias = sums(x, y, weight, bias)
    columns = [sum(column) / len(y) for column in x.T]
    return loss / len(y), np.array([grad_bias / len(y) * column for column in columns]), grad_bias / len(y)


def divided_by_all(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    error = x @ weight + bias - y
    return (error**2).mean(), 2 / x.size * (x.T @ error), 2 * error.mean()


def divided_by_all_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, grad_weight, grad_bias = sums(x, y, weight, bias)
    return loss / len(y), grad_weight / (len(y) * len(weight)), grad_bias / len(y)


def input_forgotten(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    error = x @ weight + bias - y
    return (error**2).mean(), np.full(len(weight), 2 * error.mean()), 2 * error.mean()


def input_forgotten_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> Any:
    loss, _, grad_bias = sums(x, y, weight, bias)
    return loss / len(y), np.array([grad_bias / len(y) for _ in weight]), grad_bias / len(y)


def perfect(rng: np.random.Generator) -> tuple[Any, ...]:
    x, weight, bias = short(rng, 4, 2), short(rng, 2), float(short(rng, 1)[0])
    return x, x @ weight + bias, weight, bias


HAND = "3 · The smallest example, by hand"
LOSS = "4 · The loss, and two ways to get it wrong"
GRADIENT = "5 · The gradient"

PROBLEM = Problem(
    id="03.linreg_loss_grad",
    title="The gradient of the mean squared error",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND", "y": "N", "weight": "D"},
    returns=("loss", "grad_weight", "grad_bias"),
    uses=("mse",),
    probes=(
        Probe("three examples of two features", "small enough to read", lambda rng: regression(rng, 3, 2)),
        Probe("a square table, 3 by 3", "a forgotten transpose runs here", lambda rng: regression(rng, 3, 3)),
        Probe("five examples of two features", "another size tells a sum from a mean", lambda rng: regression(rng, 5, 2)),
        Probe("one example", "a mean over one", lambda rng: regression(rng, 1, 3), is_edge=True),
        Probe("a perfect prediction", "at the bottom both gradients are 0", perfect, is_edge=True),
    ),
    mistakes=(
        Mistake(
            "gradients-not-divided",
            gradients_not_divided,
            gradients_not_divided_in_loop,
            "The loss is a mean, and the gradient is that of the sum: N times too long.",
            GRADIENT,
            variants=(only_weight_not_divided,),
            line=("grad_weight = 2 / len(x) * x.T @ difference", "grad_weight = 2 * x.T @ difference"),
        ),
        Mistake(
            "sum",
            nothing_divided,
            nothing_divided_in_loop,
            "Loss and gradients are sums over the examples. Asked is the mean, which does not grow with the amount of data.",
            LOSS,
        ),
        Mistake(
            "sign",
            wrong_sign,
            wrong_sign_in_loop,
            "A gradient has the other sign. It points where the loss rises, and the step goes against it later.",
            GRADIENT,
            variants=(wrong_sign_of_bias, wrong_sign_of_weight),
            line=("grad_bias = 2 * difference.mean()", "grad_bias = -2 * difference.mean()"),
        ),
        Mistake(
            "two-missing",
            two_missing,
            two_missing_in_loop,
            "The factor 2 of the square is missing in the gradients, while the loss has no ½ that would take it away.",
            GRADIENT,
        ),
        Mistake(
            "half-loss",
            half_loss,
            half_loss_in_loop,
            "The loss has a factor ½, and the gradients are those without it. The two do not belong together.",
            GRADIENT,
        ),
        Mistake(
            "half-everywhere",
            half_everywhere,
            half_everywhere_in_loop,
            "It is the loss with a factor ½, in itself consistent. The exercise asks for the one without it.",
            LOSS,
        ),
        Mistake(
            "bias-for-each-example",
            bias_for_each_example,
            bias_for_each_example_in_loop,
            "The gradient of the bias has one entry for each example. There is one bias, and every example pulls at it: it is one number.",
            GRADIENT,
            variants=(bias_for_each_example_undivided,),
        ),
        Mistake(
            "bias-left-out",
            bias_left_out,
            bias_left_out_in_loop,
            "The prediction is made without the bias.",
            HAND,
        ),
        Mistake(
            "not-transposed",
            not_transposed,
            not_transposed_in_loop,
            "x is not transposed. Each weight gathers what its own column, over all examples, has to say.",
            GRADIENT,
        ),
        Mistake(
            "means-multiplied",
            means_multiplied,
            means_multiplied_in_loop,
            "It multiplies the mean of the differences by the mean of the inputs. The mean of a product is not the product of the means.",
            GRADIENT,
        ),
        Mistake(
            "divided-by-all",
            divided_by_all,
            divided_by_all_in_loop,
            "It divides by the number of entries of x. The mean goes over the N examples; the features are not averaged.",
            GRADIENT,
        ),
        Mistake(
            "input-forgotten",
            input_forgotten,
            input_forgotten_in_loop,
            "Every weight gets the gradient of the bias. A weight moves the prediction by its input, so that input is a factor.",
            GRADIENT,
        ),
    ),
    alternatives=(example_by_example, with_a_column_of_ones, as_means),
    torch_alternatives=(torch_by_autograd, torch_by_einsum),
    hints=(
        "Take a single example. By how much does its prediction change if one weight grows a little? And if the bias does?",
        "By the chain rule each example gives 2 times its difference times what the prediction changes by: its input for a weight, 1 for "
        "the bias. The gradient of a mean is the mean of these. A sum over examples of difference times input is a matrix product.",
        "difference  <- the predictions less the targets, (N,)\n"
        "loss        <- the mean of its squares\n"
        "grad_weight <- for each feature: 2/N times the sum over examples of difference times input\n"
        "grad_bias   <- 2/N times the sum of the differences",
    ),
    solution=SOLUTION,
    level=2,
    minutes=12,
)
