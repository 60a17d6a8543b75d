"""Gradient descent, the loop: a gradient where it stands now, a loss that belongs to its step, as many steps as asked."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l03_regression.tables import steep_and_flat
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def fit_gd(x, y, lr, steps):
    """Fit x @ weight + bias to y by gradient descent on the mean squared error, from weight 0 and bias 0.

    x : (N, D) array
    y : (N,) array
    lr : the learning rate, a number
    steps : how many steps, at least 1
    Returns (weight, bias, losses): an array (D,), a number, and an array (steps,) with the loss *before* each step.
    You may take loss and gradients from lk.linreg_loss_grad(x, y, weight, bias), which returns (loss, grad_weight, grad_bias).
    """
    ...
'''

SOLUTION = """
def fit_gd(x, y, lr, steps):
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, np.empty(steps)
    for step in range(steps):
        difference = x @ weight + bias - y
        losses[step] = (difference**2).mean()
        weight = weight - lr * 2 / len(x) * x.T @ difference
        bias = bias - lr * 2 * difference.mean()
    return weight, bias, losses
"""


def right_answer(x: Any, y: Any, lr: float, steps: int) -> Any:
    return lk.fit_gd(x, y, lr=lr, steps=steps)


# Right answers written in other ways


def example_by_example(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, np.empty(steps)
    for step in range(steps):
        errors = [float(row @ weight) + bias - target for row, target in zip(x, y, strict=True)]
        losses[step] = sum(error**2 for error in errors) / len(y)
        for error, row in zip(errors, x, strict=True):
            weight = weight - 2 * lr / len(y) * error * row
            bias = bias - 2 * lr / len(y) * error
    return weight, bias, losses


def with_a_column_of_ones(x: Any, y: Any, lr: float, steps: int) -> Any:
    ones = np.column_stack([x, np.ones(len(x))])
    thetas = [np.zeros(ones.shape[1])]
    while len(thetas) <= steps:
        thetas.append(thetas[-1] - 2 * lr / len(y) * ones.T @ (ones @ thetas[-1] - y))
    losses = np.mean((np.array(thetas[:-1]) @ ones.T - y) ** 2, axis=1)
    return thetas[-1][:-1], thetas[-1][-1], losses


def by_recursion(x: Any, y: Any, lr: float, steps: int) -> Any:
    def go(weight: Any, bias: Any, left: int) -> Any:
        if left == 0:
            return weight, bias, np.zeros(0)
        error = x @ weight + bias - y
        after = go(weight - 2 * lr * np.mean(error[:, None] * x, axis=0), bias - 2 * lr * error.mean(), left - 1)
        return after[0], after[1], np.append((error**2).mean(), after[2])

    return go(np.zeros(x.shape[1]), 0.0, steps)


def torch_in_a_loop(x: Any, y: Any, lr: float, steps: int) -> Any:
    import torch

    weight, bias, losses = torch.zeros(x.shape[1], dtype=x.dtype), torch.zeros((), dtype=x.dtype), []
    for _ in range(steps):
        error = x @ weight + bias - y
        losses.append((error**2).mean())
        weight, bias = weight - 2 * lr / len(y) * (x.T @ error), bias - 2 * lr * error.mean()
    return weight, bias, torch.stack(losses)


def torch_by_func(x: Any, y: Any, lr: float, steps: int) -> Any:
    import torch

    def loss_of(theta: Any) -> Any:
        return torch.nn.functional.mse_loss(x @ theta[:-1] + theta[-1], y)

    theta, losses = x.new_zeros(x.shape[1] + 1), []
    for _ in range(steps):
        grad, loss = torch.func.grad_and_value(loss_of)(theta)
        losses.append(loss)
        theta = theta - lr * grad
    return theta[:-1], theta[-1], torch.stack(losses)


# What mistakes are made of


def parts(x: Any, y: Any, weight: Any, bias: Any) -> tuple[Any, Any, Any]:
    error = x @ weight + bias - y
    return (error**2).mean(), 2 / len(y) * (x.T @ error), 2 * error.mean()


def right_path(x: Any, y: Any, lr: float, steps: int) -> tuple[list[Any], list[Any]]:
    """Return where a right run is before each step and after the last one, as (weight, bias), and the losses there."""
    ones, theta = np.column_stack([x, np.ones(len(x))]), np.zeros(x.shape[1] + 1)
    places, losses = [], []
    for step in range(steps + 1):
        error = ones @ theta - y
        places.append((theta[:-1], theta[-1]))
        losses.append(float(error @ error) / len(y))
        theta = theta - 2 * lr / len(y) * (ones.T @ error) if step < steps else theta
    return places, losses


# Mistakes


def gradient_once(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, []
    _, grad_weight, grad_bias = parts(x, y, weight, bias)
    for _ in range(steps):
        losses.append(parts(x, y, weight, bias)[0])
        weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
    return weight, bias, np.array(losses)


def gradient_once_as_a_line(x: Any, y: Any, lr: float, steps: int) -> Any:
    _, grad_weight, grad_bias = parts(x, y, np.zeros(x.shape[1]), 0.0)
    losses = [np.mean((x @ (-k * lr * grad_weight) - k * lr * grad_bias - y) ** 2) for k in range(steps)]
    return -steps * lr * grad_weight, -steps * lr * grad_bias, np.array(losses)


def gradient_and_loss_once(x: Any, y: Any, lr: float, steps: int) -> Any:
    loss, grad_weight, grad_bias = parts(x, y, np.zeros(x.shape[1]), 0.0)
    return -steps * lr * grad_weight, -steps * lr * grad_bias, np.full(steps, loss)


def loss_after(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, []
    for _ in range(steps):
        _, grad_weight, grad_bias = parts(x, y, weight, bias)
        weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
        losses.append(parts(x, y, weight, bias)[0])
    return weight, bias, np.array(losses)


def loss_after_on_the_path(x: Any, y: Any, lr: float, steps: int) -> Any:
    places, losses = right_path(x, y, lr, steps)
    return *places[-1], np.array(losses[1:])


def one_loss_more(x: Any, y: Any, lr: float, steps: int) -> Any:
    places, losses = right_path(x, y, lr, steps)
    return *places[-1], np.array(losses)


def one_loss_more_in_loop(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias = np.zeros(x.shape[1]), 0.0
    losses = [float(np.mean(y**2))]
    for _ in range(steps):
        _, grad_weight, grad_bias = parts(x, y, weight, bias)
        weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
        losses.append(float(np.mean((x @ weight + bias - y) ** 2)))
    return weight, bias, np.array(losses)


def only_the_last_loss(x: Any, y: Any, lr: float, steps: int) -> Any:
    places, losses = right_path(x, y, lr, steps)
    return *places[-1], losses[-2]


def only_the_last_loss_in_loop(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, loss = np.zeros(x.shape[1]), 0.0, 0.0
    for _ in range(steps):
        loss, grad_weight, grad_bias = parts(x, y, weight, bias)
        weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
    return weight, bias, loss


def only_the_final_loss(x: Any, y: Any, lr: float, steps: int) -> Any:
    places, losses = right_path(x, y, lr, steps)
    return *places[-1], losses[-1]


def starts_again(x: Any, y: Any, lr: float, steps: int) -> Any:
    losses: list[Any] = []
    for _ in range(steps):
        weight, bias = np.zeros(x.shape[1]), 0.0
        loss, grad_weight, grad_bias = parts(x, y, weight, bias)
        losses.append(loss)
        weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
    return weight, bias, np.array(losses)


def starts_again_in_one_line(x: Any, y: Any, lr: float, steps: int) -> Any:
    _, grad_weight, grad_bias = parts(x, y, np.zeros(x.shape[1]), 0.0)
    return -lr * grad_weight, -lr * grad_bias, np.repeat(np.mean(y**2), steps)


def one_step_less(x: Any, y: Any, lr: float, steps: int) -> Any:
    places, losses = right_path(x, y, lr, steps)
    return *places[-2], np.array(losses[:-1])


def one_step_less_in_loop(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias = np.zeros(x.shape[1]), 0.0
    losses = [np.mean(y**2)]
    for _ in range(1, steps):
        _, grad_weight, grad_bias = parts(x, y, weight, bias)
        weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
        losses.append(np.mean((x @ weight + bias - y) ** 2))
    return weight, bias, np.array(losses)


def one_step_and_loss_less(x: Any, y: Any, lr: float, steps: int) -> Any:
    places, losses = right_path(x, y, lr, steps - 1)
    return *places[-1], np.array(losses[:-1])


def uphill(x: Any, y: Any, lr: float, steps: int) -> Any:
    places, losses = right_path(x, y, -lr, steps)
    return *places[-1], np.array(losses[:-1])


def uphill_in_loop(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, []
    for _ in range(steps):
        loss, grad_weight, grad_bias = parts(x, y, weight, bias)
        losses.append(loss)
        weight, bias = weight + lr * grad_weight, bias + lr * grad_bias
    return weight, bias, np.array(losses)


def weight_uphill(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, []
    for _ in range(steps):
        loss, grad_weight, grad_bias = parts(x, y, weight, bias)
        losses.append(loss)
        weight, bias = weight + lr * grad_weight, bias - lr * grad_bias
    return weight, bias, np.array(losses)


def bias_uphill(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, []
    for _ in range(steps):
        loss, grad_weight, grad_bias = parts(x, y, weight, bias)
        losses.append(loss)
        weight, bias = weight - lr * grad_weight, bias + lr * grad_bias
    return weight, bias, np.array(losses)


def bias_stays(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, losses = np.zeros(x.shape[1]), []
    for _ in range(steps):
        loss, grad_weight, _ = parts(x, y, weight, 0.0)
        losses.append(loss)
        weight = weight - lr * grad_weight
    return weight, 0.0, np.array(losses)


def bias_stays_example_by_example(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, losses = np.zeros(x.shape[1]), np.zeros(steps)
    for step in range(steps):
        errors = [sum(row * weight) - target for row, target in zip(x, y, strict=True)]
        losses[step] = np.mean(np.square(errors))
        weight = weight - 2 * lr * np.mean([error * row for error, row in zip(errors, x, strict=True)], axis=0)
    return weight, 0.0, losses


def one_after_the_other(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, []
    for _ in range(steps):
        loss, grad_weight, _ = parts(x, y, weight, bias)
        losses.append(loss)
        weight = weight - lr * grad_weight
        bias = bias - lr * parts(x, y, weight, bias)[2]
    return weight, bias, np.array(losses)


def one_after_the_other_by_errors(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, np.zeros(steps)
    for step in range(steps):
        error = x @ weight + bias - y
        losses[step] = error @ error / len(y)
        weight = weight - 2 * lr / len(y) * error @ x
        bias = bias - 2 * lr * np.mean(x @ weight + bias - y)
    return weight, bias, losses


def of_the_sum(x: Any, y: Any, lr: float, steps: int) -> Any:
    places, losses = right_path(x, y, lr * len(x), steps)
    return *places[-1], np.array(losses[:-1])


def of_the_sum_in_loop(x: Any, y: Any, lr: float, steps: int) -> Any:
    weight, bias, losses = np.zeros(x.shape[1]), 0.0, []
    for _ in range(steps):
        error = x @ weight + bias - y
        losses.append(np.mean(error**2))
        weight, bias = weight - 2 * lr * (x.T @ error), bias - 2 * lr * error.sum()
    return weight, bias, np.array(losses)


def in_steps(count: int, features: int, steps: int) -> Any:
    return lambda rng: (*steep_and_flat(rng, count, features), steps)


STEP = "6 · The step, along one direction"
RATES = "10 · What goes wrong, and what it looks like"
GRADIENT = "5 · The gradient"

PROBLEM = Problem(
    id="03.fit_gd",
    title="Gradient descent, the loop",
    stub=STUB,
    reference=right_answer,
    axes={"x": "ND", "y": "N"},
    returns=("weight", "bias", "losses"),
    uses=("linreg_loss_grad", "gd_step", "mse"),
    rtol=1e-8,  # a mistake that runs uphill grows by orders; its rounding grows with it
    probes=(
        Probe("two steps, three examples", "small enough to read", in_steps(3, 1, 2)),
        Probe("three steps, a square table", "two steps do not tell a line from a curve", in_steps(3, 3, 3)),
        Probe("six steps, four examples", "another number of steps", in_steps(4, 2, 6)),
        Probe("one step", "one loss, one step", in_steps(5, 2, 1), is_edge=True),
        Probe("40 steps", "near the bottom the steps are small", in_steps(6, 2, 40), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "gradient-once",
            gradient_once,
            gradient_once_as_a_line,
            "The gradient is computed once, before the loop. It belongs to the start; at every new place the slope is another one.",
            STEP,
            variants=(gradient_and_loss_once,),
        ),
        Mistake(
            "loss-after",
            loss_after,
            loss_after_on_the_path,
            "The loss is noted after the step. Asked is the loss before each step, so that the first one is that of the start.",
            RATES,
        ),
        Mistake(
            "one-loss-more",
            one_loss_more,
            one_loss_more_in_loop,
            "There is one loss more than steps: that of the end is among them. Asked is the loss before each step.",
            RATES,
        ),
        Mistake(
            "only-the-last-loss",
            only_the_last_loss,
            only_the_last_loss_in_loop,
            "It returns one loss. The whole row is asked: the shape of the curve says whether the learning rate is right.",
            RATES,
            variants=(only_the_final_loss,),
        ),
        Mistake(
            "starts-again",
            starts_again,
            starts_again_in_one_line,
            "Every step starts from 0 again, so that only one step is ever made. Weight and bias belong before the loop.",
            STEP,
        ),
        Mistake(
            "one-step-less",
            one_step_less,
            one_step_less_in_loop,
            "It makes one step less than asked.",
            STEP,
            variants=(one_step_and_loss_less,),
        ),
        Mistake(
            "uphill",
            uphill,
            uphill_in_loop,
            "It goes with a gradient where it should go against it, and the loss rises.",
            STEP,
            variants=(weight_uphill, bias_uphill),
            line=("weight = weight - lr * 2 / len(x) * x.T @ difference", "weight = weight + lr * 2 / len(x) * x.T @ difference"),
        ),
        Mistake(
            "bias-stays",
            bias_stays,
            bias_stays_example_by_example,
            "The bias stays 0. It has a gradient of its own.",
            GRADIENT,
            line=("bias = bias - lr * 2 * difference.mean()", "bias = 0.0"),
        ),
        Mistake(
            "one-after-the-other",
            one_after_the_other,
            one_after_the_other_by_errors,
            "The weight has moved already when the gradient of the bias is taken. Both belong to the same place.",
            STEP,
        ),
        Mistake(
            "of-the-sum",
            of_the_sum,
            of_the_sum_in_loop,
            "The gradient is that of the sum of the squares. It is N times as long, and with it every step.",
            GRADIENT,
        ),
    ),
    alternatives=(example_by_example, with_a_column_of_ones, by_recursion),
    torch_alternatives=(torch_in_a_loop, torch_by_func),
    hints=(
        "What has to happen again in every step, and what only once? Which loss is `losses[0]`?",
        "Start at 0. In every step ask for the loss and the gradients where you stand now, note the loss, and only then move both.",
        "weight, bias <- zeros\n"
        "repeat:\n"
        "    loss and gradients <- at weight and bias\n"
        "    note the loss\n"
        "    weight, bias       <- both, less the rate times their gradients",
    ),
    solution=SOLUTION,
    level=2,
    minutes=9,
)
