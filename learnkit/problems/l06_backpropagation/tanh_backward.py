"""Back through tanh, from what went in: its slope is 1 less the square of what came out."""

import math
from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def tanh_backward(grad_output, x):
    """Send a gradient back through y = tanh(x).

    grad_output : array of any shape, the gradient of the loss along y
    x : array of the same shape, what tanh was given (not what it gave); any size, 800 too
    Returns an array of that shape: the gradient of the loss along x. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def tanh_backward(grad_output, x):
    y = np.tanh(x)
    return grad_output * (1 - y**2)
"""


def right_answer(grad_output: Any, x: Any) -> Any:
    return grad_output * (1 - np.tanh(x) ** 2)


def right_answer_on_torch(grad_output: Any, x: Any) -> Any:
    import torch

    return grad_output * (1 - torch.tanh(x) ** 2)


# Right answers written in other ways


def factors(grad_output: Any, x: Any) -> Any:
    y = np.tanh(x)
    return grad_output * (1 + y) * (1 - y)


def entry_by_entry(grad_output: Any, x: Any) -> Any:
    grad = np.empty(x.shape)
    for place in np.ndindex(*x.shape):
        grad[place] = grad_output[place] * (1 - math.tanh(x[place]) ** 2)
    return grad


def by_exponentials(grad_output: Any, x: Any) -> Any:
    decay = np.exp(-2 * np.abs(x))
    return 4 * grad_output * decay / (1 + decay) ** 2


def torch_by_factors(grad_output: Any, x: Any) -> Any:
    import torch

    y = torch.tanh(x)
    return (1 - y) * (1 + y) * grad_output


def torch_by_square(grad_output: Any, x: Any) -> Any:
    import torch

    return grad_output - grad_output * torch.square(x.tanh())


# Mistakes


def output_formula_on_input(grad_output: Any, x: Any) -> Any:
    return grad_output * (1 - x**2)


def output_formula_on_input_by_product(grad_output: Any, x: Any) -> Any:
    return grad_output - grad_output * x * x


def without_square(grad_output: Any, x: Any) -> Any:
    return grad_output * (1 - np.tanh(x))


def without_square_apart(grad_output: Any, x: Any) -> Any:
    y = np.tanh(x)
    return grad_output - y * grad_output


def plus(grad_output: Any, x: Any) -> Any:
    return grad_output * (1 + np.tanh(x) ** 2)


def plus_apart(grad_output: Any, x: Any) -> Any:
    y = np.tanh(x)
    return grad_output + y * y * grad_output


def slope_alone(grad_output: Any, x: Any) -> Any:
    return 1 - np.tanh(x) ** 2


def slope_alone_by_cosh(grad_output: Any, x: Any) -> Any:
    return np.cosh(np.clip(x, -300, 300)) ** -2.0


def value_for_slope(grad_output: Any, x: Any) -> Any:
    return grad_output * np.tanh(x)


def value_for_slope_by_exponentials(grad_output: Any, x: Any) -> Any:
    decay = np.exp(-2 * np.abs(x))
    return np.sign(x) * (1 - decay) / (1 + decay) * grad_output


def of_gradient(grad_output: Any, x: Any) -> Any:
    return grad_output * (1 - np.tanh(grad_output) ** 2)


def of_gradient_by_factors(grad_output: Any, x: Any) -> Any:
    y = np.tanh(grad_output)
    return (1 + y) * (1 - y) * grad_output


def of_sigmoid(grad_output: Any, x: Any) -> Any:
    y = np.tanh(x)
    return grad_output * y * (1 - y)


def of_sigmoid_apart(grad_output: Any, x: Any) -> Any:
    y = np.tanh(x)
    return grad_output * (y - y**2)


def by_exponentials_of_x(grad_output: Any, x: Any) -> Any:
    e, d = np.exp(x), np.exp(-x)
    return grad_output * (1 - ((e - d) / (e + d)) ** 2)


def by_sinh(grad_output: Any, x: Any) -> Any:
    return grad_output * (1 - (np.sinh(x) / np.cosh(x)) ** 2)


def by_one_exponential(grad_output: Any, x: Any) -> Any:
    power = np.exp(2 * x)
    return grad_output * (1 - (power - 1) ** 2 / (power + 1) ** 2)


LAYERS = "5 · One layer at a time"


PROBLEM = Problem(
    id="06.tanh_backward",
    title="Back through tanh",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"grad_output": "ND", "x": "ND"},
    rtol=1e-9,
    library_calls=(
        "torch.autograd.functional.vjp",
        "torch.func.vjp",
    ),
    uses=("tanh",),
    atol=1e-12,
    probes=(
        Probe("two rows of two", "small enough to read", lambda rng: (few_scores(rng, 2, 2), few_scores(rng, 2, 2) + 0.05)),
        Probe(
            "a batch of 4 with 5 values", "both signs, and a table that is not square", lambda rng: (scores(rng, 4, 5), scores(rng, 4, 5))
        ),
        Probe(
            "inputs near 800",
            "the curve is flat there, and exp(800) is too large for the computer",
            lambda rng: (scores(rng, 2, 3), np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]]) * 800 + scores(rng, 2, 3)),
        ),
        Probe("inputs of 0", "there the slope is 1", lambda rng: (scores(rng, 3), np.zeros(3)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "formula-on-input",
            output_formula_on_input,
            output_formula_on_input_by_product,
            "It puts x into the formula. The square is that of what tanh gave: written with y the formula is short, but x is not y.",
            LAYERS,
            line=("return grad_output * (1 - y**2)", "return grad_output * (1 - x**2)"),
        ),
        Mistake(
            "no-square",
            without_square,
            without_square_apart,
            "The square is missing. The slope of tanh is the same at x and at −x, and 1 less the value is not.",
            LAYERS,
        ),
        Mistake(
            "plus",
            plus,
            plus_apart,
            "It adds the square. The slope is largest at 0 and falls to both sides: tanh becomes flat.",
            LAYERS,
        ),
        Mistake(
            "slope-alone",
            slope_alone,
            slope_alone_by_cosh,
            "It returns the slope of tanh. By the chain rule that is multiplied by the gradient that arrives from behind.",
            LAYERS,
        ),
        Mistake(
            "value-for-slope",
            value_for_slope,
            value_for_slope_by_exponentials,
            "It multiplies by what tanh gives. Multiplied is by how steep it is there.",
            LAYERS,
        ),
        Mistake(
            "slope-at-gradient",
            of_gradient,
            of_gradient_by_factors,
            "It takes the slope at the gradient that arrives. The slope is that at x, where tanh stood on the way forward.",
            LAYERS,
        ),
        Mistake(
            "slope-of-sigmoid",
            of_sigmoid,
            of_sigmoid_apart,
            "y (1 − y) belongs to the sigmoid, whose values lie between 0 and 1. Those of tanh lie between −1 and 1.",
            LAYERS,
        ),
        Mistake(
            "overflow",
            by_exponentials_of_x,
            by_sinh,
            "It writes tanh with exponentials that are too large for the computer at x = 800, and what is left has no value.",
            LAYERS,
            variants=(by_one_exponential,),
        ),
    ),
    alternatives=(factors, entry_by_entry, by_exponentials),
    torch_alternatives=(torch_by_factors, torch_by_square),
    hints=(
        "How steep is tanh at 0, and how steep at 5? Which short formula gives both?",
        "The slope of tanh, written with its value y = tanh(x), is 1 less y squared. It is multiplied by the gradient that arrives, "
        "place by "
        "place.",
        "y      <- tanh of x\nslope  <- 1 less the square of y\nresult <- the gradient that arrives, times the slope",
    ),
    solution=SOLUTION,
    minutes=4,
)
