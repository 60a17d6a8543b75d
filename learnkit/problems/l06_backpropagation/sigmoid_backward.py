"""Back through the sigmoid, from what went in; the slope of an exponential is the exponential itself."""

import math
from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def sigmoid_backward(grad_output, x):
    """Send a gradient back through the sigmoid, y = 1 / (1 + exp(-x)).

    grad_output : array of any shape, the gradient of the loss along y
    x : array of the same shape, what the sigmoid was given (not what it gave); any size, 800 too
    Returns an array of that shape: the gradient of the loss along x. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def sigmoid_backward(grad_output, x):
    y = (1 + np.tanh(x / 2)) / 2
    return grad_output * y * (1 - y)
"""


def right_answer(grad_output: Any, x: Any) -> Any:
    y = (1 + np.tanh(x / 2)) / 2
    return grad_output * y * (1 - y)


def right_answer_on_torch(grad_output: Any, x: Any) -> Any:
    import torch

    y = torch.sigmoid(x)
    return grad_output * y * (1 - y)


# Right answers written in other ways


def by_decay(grad_output: Any, x: Any) -> Any:
    decay = np.exp(-np.abs(x))
    return grad_output * decay / (1 + decay) ** 2


def entry_by_entry(grad_output: Any, x: Any) -> Any:
    grad = np.empty(x.shape)
    for place in np.ndindex(*x.shape):
        small = math.exp(-abs(x[place]))
        grad[place] = grad_output[place] * small / (1 + small) / (1 + small)
    return grad


def by_tanh(grad_output: Any, x: Any) -> Any:
    return grad_output * (1 - np.tanh(x / 2) ** 2) / 4


def torch_by_decay(grad_output: Any, x: Any) -> Any:
    import torch

    decay = torch.exp(-x.abs())
    return grad_output * decay / (1 + decay).square()


def torch_by_tanh(grad_output: Any, x: Any) -> Any:
    import torch

    return grad_output * (1 - torch.tanh(x / 2) ** 2) / 4


# Mistakes


def sigma(x: Any) -> Any:
    return (1 + np.tanh(x / 2)) / 2


def output_formula_on_input(grad_output: Any, x: Any) -> Any:
    return grad_output * x * (1 - x)


def output_formula_on_input_apart(grad_output: Any, x: Any) -> Any:
    return grad_output * x - grad_output * x**2


def twice(grad_output: Any, x: Any) -> Any:
    y = sigma(sigma(x))
    return grad_output * y * (1 - y)


def twice_by_decay(grad_output: Any, x: Any) -> Any:
    decay = np.exp(-sigma(x))
    return grad_output * decay / (1 + decay) ** 2


def exponent_for_slope(grad_output: Any, x: Any) -> Any:
    """The slope of exp(u) at u = -x is taken as u: what went in, in the place of what came out."""
    return -grad_output * x * sigma(x) ** 2


def exponent_for_slope_by_decay(grad_output: Any, x: Any) -> Any:
    with np.errstate(over="ignore"):
        return -x / (1 + np.exp(-x)) ** 2 * grad_output


def exponent_for_slope_without_sign(grad_output: Any, x: Any) -> Any:
    return grad_output * x * sigma(x) ** 2


def power_rule(grad_output: Any, x: Any) -> Any:
    """The slope of e^(-x) is taken as if the exponent were fixed: -x e^(-x - 1)."""
    y = sigma(x)
    return grad_output * x * y * (1 - y) / np.e


def power_rule_by_decay(grad_output: Any, x: Any) -> Any:
    decay = np.exp(-np.abs(x))
    return np.exp(-1.0) * x * grad_output * decay / (1 + decay) ** 2


def inner_sign(grad_output: Any, x: Any) -> Any:
    y = sigma(x)
    return grad_output * y * (y - 1)


def inner_sign_by_decay(grad_output: Any, x: Any) -> Any:
    decay = np.exp(-np.abs(x))
    return -grad_output * decay / (1 + decay) ** 2


def of_tanh(grad_output: Any, x: Any) -> Any:
    return grad_output * (1 - sigma(x) ** 2)


def of_tanh_by_factors(grad_output: Any, x: Any) -> Any:
    y = sigma(x)
    return (1 - y) * grad_output * (1 + y)


def slope_alone(grad_output: Any, x: Any) -> Any:
    y = sigma(x)
    return y * (1 - y)


def slope_alone_by_tanh(grad_output: Any, x: Any) -> Any:
    return 0.25 - np.tanh(x / 2) ** 2 / 4


def value_for_slope(grad_output: Any, x: Any) -> Any:
    return grad_output * sigma(x)


def value_for_slope_by_half(grad_output: Any, x: Any) -> Any:
    return (grad_output + grad_output * np.tanh(0.5 * x)) / 2


def overflow(grad_output: Any, x: Any) -> Any:
    power = np.exp(-x)
    return grad_output * power / (1 + power) ** 2


def overflow_in_rows(grad_output: Any, x: Any) -> Any:
    rows = []
    for g, value in zip(np.ravel(grad_output), np.ravel(x), strict=True):
        large = np.exp(-value)
        rows.append(g * large / (1 + 2 * large + large * large))
    return np.reshape(rows, np.shape(x))


def overflow_upward(grad_output: Any, x: Any) -> Any:
    power = np.exp(x)
    y = power / (1 + power)
    return grad_output * y * (1 - y)


LAYERS = "5 · One layer at a time"


PROBLEM = Problem(
    id="06.sigmoid_backward",
    title="Back through the sigmoid",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"grad_output": "ND", "x": "ND"},
    library_calls=(
        "torch.autograd.functional.vjp",
        "torch.func.vjp",
    ),
    uses=("sigmoid",),
    probes=(
        Probe("two rows of two", "small enough to read", lambda rng: (few_scores(rng, 2, 2), few_scores(rng, 2, 2) + 0.05)),
        Probe(
            "a batch of 4 with 5 values", "both signs, and a table that is not square", lambda rng: (scores(rng, 4, 5), scores(rng, 4, 5))
        ),
        Probe(
            "inputs near 800 and −800",
            "exp(800) is too large for the computer, and the slope is 0 there",
            lambda rng: (scores(rng, 2, 3), np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]]) * 800 + scores(rng, 2, 3)),
        ),
        Probe("inputs of 0", "there the slope is a quarter", lambda rng: (scores(rng, 3), np.zeros(3)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "formula-on-input",
            output_formula_on_input,
            output_formula_on_input_apart,
            "It puts x into the formula. y (1 − y) is written with what the sigmoid gave, a number between 0 and 1.",
            LAYERS,
            line=("return grad_output * y * (1 - y)", "return grad_output * x * (1 - x)"),
        ),
        Mistake(
            "sigmoid-twice",
            twice,
            twice_by_decay,
            "It applies the sigmoid twice, as if x were a score and its sigmoid a score again.",
            LAYERS,
        ),
        Mistake(
            "exponent-for-slope",
            exponent_for_slope,
            exponent_for_slope_by_decay,
            "It takes the exponent for the slope of the exponential. An exponential is its own slope: what came out counts, not what "
            "went in.",
            LAYERS,
            variants=(exponent_for_slope_without_sign,),
        ),
        Mistake(
            "power-rule",
            power_rule,
            power_rule_by_decay,
            "It differentiates the exponential like a power, with the exponent in front. Here the exponent is what moves, and the base "
            "is fixed.",
            LAYERS,
        ),
        Mistake(
            "inner-sign",
            inner_sign,
            inner_sign_by_decay,
            "The sign is wrong. The exponent is −x, and by the chain rule its slope of −1 belongs to the product.",
            LAYERS,
        ),
        Mistake(
            "slope-of-tanh",
            of_tanh,
            of_tanh_by_factors,
            "1 − y² belongs to tanh. The sigmoid goes from 0 to 1 and is flat at both ends, so its slope has to be 0 at y = 0 too.",
            LAYERS,
        ),
        Mistake(
            "slope-alone",
            slope_alone,
            slope_alone_by_tanh,
            "It returns the slope of the sigmoid. By the chain rule that is multiplied by the gradient that arrives from behind.",
            LAYERS,
        ),
        Mistake(
            "value-for-slope",
            value_for_slope,
            value_for_slope_by_half,
            "It multiplies by what the sigmoid gives. Multiplied is by how steep it is there.",
            LAYERS,
        ),
        Mistake(
            "overflow",
            overflow,
            overflow_in_rows,
            "The exponential is too large for the computer at one of 800 and −800, and what is left has no value.",
            LAYERS,
            variants=(overflow_upward,),
        ),
    ),
    alternatives=(by_decay, entry_by_entry, by_tanh),
    torch_alternatives=(torch_by_decay, torch_by_tanh),
    hints=(
        "How steep is the sigmoid at 0, and how steep far out on both sides? Which product of two numbers between 0 and 1 does that?",
        "Written with its value y, the slope of the sigmoid is y times (1 − y). To get y without an overflow, use that the sigmoid is "
        "a tanh "
        "that has been moved, or take exponentials of −|x| only.",
        "y      <- the sigmoid of x, by tanh of half of x\nslope  <- y times what is missing to 1\n"
        "result <- the gradient that arrives, times the slope",
    ),
    solution=SOLUTION,
    minutes=4,
)
