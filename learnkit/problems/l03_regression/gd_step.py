"""One step of gradient descent: against the gradient, by the learning rate, with both gradients taken before anything moves."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l03_regression.tables import regression
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def gd_step(x, y, weight, bias, lr):
    """One step of gradient descent on the mean squared error of x @ weight + bias.

    x : (N, D) array
    y : (N,) array
    weight : (D,) array
    bias : a number
    lr : the learning rate, a number
    Returns (weight, bias) after the step: an array (D,) and a number. The inputs stay as they were.
    You may take the gradients from lk.linreg_loss_grad(x, y, weight, bias), which returns (loss, grad_weight, grad_bias).
    """
    ...
'''

SOLUTION = """
def gd_step(x, y, weight, bias, lr):
    difference = x @ weight + bias - y
    new_weight = weight - lr * 2 / len(x) * x.T @ difference
    new_bias = bias - lr * 2 * difference.mean()
    return new_weight, new_bias
"""


def right_answer(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    return lk.gd_step(x, y, weight, bias, lr=lr)


def right_answer_on_torch(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    slope = 2 / len(x) * (x @ weight + bias - y)
    return weight - lr * (x.T @ slope), bias - lr * slope.sum()


# Right answers written in other ways


def example_by_example(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    new_weight, new_bias = weight.copy(), bias
    for row, target in zip(x, y, strict=True):
        pull = 2 * lr / len(y) * (row @ weight + bias - target)
        new_weight = new_weight - pull * row
        new_bias = new_bias - pull
    return new_weight, new_bias


def with_a_column_of_ones(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    ones = np.hstack([x, np.ones((len(x), 1))])
    theta = np.append(weight, bias)
    theta = theta - 2 * lr / len(x) * ones.T @ (ones @ theta - y)
    return theta[:-1], theta[-1]


def copied_then_moved(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    error = y - x @ weight - bias
    moved = np.array(weight)
    moved += lr * (2 * error[:, None] * x).mean(axis=0)
    return moved, bias + 2 * lr * np.mean(error)


def torch_by_func(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    import torch

    def loss_of(weight: Any, bias: Any) -> Any:
        return torch.nn.functional.mse_loss(x @ weight + bias, y)

    grad_weight, grad_bias = torch.func.grad(loss_of, argnums=(0, 1))(weight, torch.as_tensor(bias, dtype=x.dtype))
    return weight - lr * grad_weight, bias - lr * grad_bias


def torch_by_means(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    import torch

    error = torch.mv(x, weight) + bias - y
    return weight - 2 * lr * (error.unsqueeze(1) * x).mean(dim=0), bias - 2 * lr * error.mean()


# What mistakes are made of


def gradients(x: Any, y: Any, weight: Any, bias: Any) -> tuple[Any, Any]:
    error = x @ weight + bias - y
    return 2 / len(y) * (x.T @ error), 2 * error.mean()


def gradients_in_loop(x: Any, y: Any, weight: Any, bias: Any) -> tuple[Any, float]:
    grad_weight, grad_bias = np.zeros(len(weight)), 0.0
    for row, target in zip(x, y, strict=True):
        pull = 2 * (sum(row * weight) + bias - target) / len(y)
        grad_weight, grad_bias = grad_weight + pull * row, grad_bias + pull
    return grad_weight, grad_bias


# Mistakes


def uphill(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    return weight + lr * grad_weight, bias + lr * grad_bias


def uphill_in_loop(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients_in_loop(x, y, weight, bias)
    return np.array([w + g * lr for w, g in zip(weight, grad_weight, strict=True)]), grad_bias * lr + bias


def weight_uphill(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    return weight + lr * grad_weight, bias - lr * grad_bias


def bias_uphill(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    return weight - lr * grad_weight, bias + lr * grad_bias


def new_weight_for_bias(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    new = weight - lr * gradients(x, y, weight, bias)[0]
    return new, bias - lr * gradients(x, y, new, bias)[1]


def new_weight_for_bias_in_loop(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, _ = gradients_in_loop(x, y, weight, bias)
    moved = np.array([w - g * lr for w, g in zip(weight, grad_weight, strict=True)])
    error = np.mean([float(row @ moved) + bias - target for row, target in zip(x, y, strict=True)])
    return moved, bias - 2 * lr * error


def new_bias_for_weight(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    new = bias - lr * gradients(x, y, weight, bias)[1]
    return weight - lr * gradients(x, y, weight, new)[0], new


def without_lr(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    return weight - grad_weight, bias - grad_bias


def without_lr_in_loop(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients_in_loop(x, y, weight, bias)
    return np.array([w - g for w, g in zip(weight, grad_weight, strict=True)]), bias - grad_bias


def bias_without_lr(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    return weight - lr * grad_weight, bias - grad_bias


def weight_without_lr(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    return weight - grad_weight, bias - lr * grad_bias


def bias_stays(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    return weight - lr * gradients(x, y, weight, bias)[0], bias


def bias_stays_in_loop(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, _ = gradients_in_loop(x, y, weight, bias)
    return np.array([w - g * lr for w, g in zip(weight, grad_weight, strict=True)]), bias


def only_the_change(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    return -lr * grad_weight, -lr * grad_bias


def only_the_change_in_loop(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients_in_loop(x, y, weight, bias)
    return np.array([-g * lr for g in grad_weight]), -grad_bias * lr


def length_forgotten(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    length = np.sqrt((grad_weight**2).sum() + grad_bias**2)
    return weight - lr * grad_weight / length, bias - lr * grad_bias / length


def length_forgotten_in_loop(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad = np.append(*gradients_in_loop(x, y, weight, bias))
    unit = grad / np.linalg.norm(grad)
    return weight - lr * unit[:-1], bias - lr * unit[-1]


def only_signs(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    return weight - lr * np.sign(grad_weight), bias - lr * np.sign(grad_bias)


def writes_into_weight(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients(x, y, weight, bias)
    weight -= lr * grad_weight
    return weight, bias - lr * grad_bias


def writes_into_weight_by_index(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients_in_loop(x, y, weight, bias)
    for d in range(len(weight)):
        weight[d] = weight[d] - lr * grad_weight[d]
    return weight, bias - grad_bias * lr


def of_the_sum(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    error = x @ weight + bias - y
    return weight - 2 * lr * x.T @ error, bias - 2 * lr * error.sum()


def of_the_sum_in_loop(x: Any, y: Any, weight: Any, bias: Any, lr: float) -> Any:
    grad_weight, grad_bias = gradients_in_loop(x, y, weight, bias)
    return weight - lr * len(y) * grad_weight, bias - lr * len(y) * grad_bias


def with_lr(rng: np.random.Generator, count: int, features: int, lr: float) -> tuple[Any, ...]:
    return (*regression(rng, count, features), lr)


STEP = "6 · The step, along one direction"
GRADIENT = "5 · The gradient"

PROBLEM = Problem(
    id="03.gd_step",
    title="One step downhill",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND", "y": "N", "weight": "D"},
    returns=("weight", "bias"),
    uses=("linreg_loss_grad", "mse"),
    probes=(
        Probe("three examples, two features, rate 0.1", "small enough to read", lambda rng: with_lr(rng, 3, 2, 0.1)),
        Probe("a square table, rate 0.03", "another rate, and another size", lambda rng: with_lr(rng, 3, 3, 0.03)),
        Probe("five examples of one feature", "one weight is an array too", lambda rng: with_lr(rng, 5, 1, 0.2), is_edge=True),
        Probe("a rate of 0", "nothing moves", lambda rng: with_lr(rng, 4, 2, 0.0), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "uphill",
            uphill,
            uphill_in_loop,
            "It goes with the gradient. The gradient points where the loss rises; the step goes against it.",
            STEP,
            variants=(weight_uphill, bias_uphill),
            line=(
                "new_weight = weight - lr * 2 / len(x) * x.T @ difference",
                "new_weight = weight + lr * 2 / len(x) * x.T @ difference",
            ),
        ),
        Mistake(
            "one-after-the-other",
            new_weight_for_bias,
            new_weight_for_bias_in_loop,
            "One of the two has moved already when the gradient of the other is taken. Both gradients belong to the same place.",
            STEP,
            variants=(new_bias_for_weight,),
        ),
        Mistake(
            "no-learning-rate",
            without_lr,
            without_lr_in_loop,
            "It goes the whole gradient. The gradient says the direction and how steep it is; the learning rate says how far.",
            STEP,
            variants=(bias_without_lr, weight_without_lr),
            line=("new_bias = bias - lr * 2 * difference.mean()", "new_bias = bias - 2 * difference.mean()"),
        ),
        Mistake("bias-stays", bias_stays, bias_stays_in_loop, "The bias does not move. It has a gradient of its own.", GRADIENT),
        Mistake(
            "only-the-change",
            only_the_change,
            only_the_change_in_loop,
            "It returns by how much to move. Asked is where weight and bias are afterwards.",
            STEP,
        ),
        Mistake(
            "length-forgotten",
            length_forgotten,
            length_forgotten_in_loop,
            "Every step has the same length, however steep it is. In gradient descent steps shrink as the slope does.",
            STEP,
            variants=(only_signs,),
        ),
        Mistake(
            "changes-input",
            writes_into_weight,
            writes_into_weight_by_index,
            "The step is right, but the caller's weight is overwritten: an operator such as -= works on the array that came in.",
            STEP,
        ),
        Mistake(
            "of-the-sum",
            of_the_sum,
            of_the_sum_in_loop,
            "It uses the gradient of the sum of the squares. That one is N times as long.",
            GRADIENT,
        ),
    ),
    alternatives=(example_by_example, with_a_column_of_ones, copied_then_moved),
    torch_alternatives=(torch_by_func, torch_by_means),
    hints=(
        "At which weight and bias is each of the two gradients taken? Are you still there when you take the second one?",
        "Take both gradients where you stand. Then subtract from each of the two the learning rate times its own gradient, as new values.",
        "both gradients <- at weight and bias\n"
        "new weight     <- weight less the rate times its gradient\n"
        "new bias       <- bias less the rate times its gradient",
    ),
    solution=SOLUTION,
    minutes=6,
)
