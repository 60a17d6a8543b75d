"""Back through ReLU: what was on lets its gradient through, what was off stops it."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def relu_backward(grad_output, x):
    """Send a gradient back through ReLU, y = max(x, 0).

    grad_output : array of any shape, the gradient of the loss along y
    x : array of the same shape, what ReLU was given
    Returns an array of that shape: the gradient of the loss along x. At x = 0 the slope is taken as 0, as in PyTorch.
    The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def relu_backward(grad_output, x):
    let_through = x > 0
    return grad_output * let_through
"""


def right_answer(grad_output: Any, x: Any) -> Any:
    return grad_output * (x > 0)


# Right answers written in other ways


def by_where(grad_output: Any, x: Any) -> Any:
    return np.where(x > 0, grad_output, 0.0)


def by_clearing(grad_output: Any, x: Any) -> Any:
    grad = np.array(grad_output)
    grad[x <= 0] = 0
    return grad


def entry_by_entry(grad_output: Any, x: Any) -> Any:
    grad = np.zeros_like(grad_output)
    for place in np.ndindex(*x.shape):
        if x[place] > 0:
            grad[place] = grad_output[place]
    return grad


def by_sign(grad_output: Any, x: Any) -> Any:
    return grad_output * np.maximum(np.sign(x), 0)


def torch_by_where(grad_output: Any, x: Any) -> Any:
    import torch

    return torch.where(x > 0, grad_output, torch.zeros_like(grad_output))


def torch_by_filling(grad_output: Any, x: Any) -> Any:
    import torch

    return torch.masked_fill(grad_output, x <= 0, 0.0)


# Mistakes


def on_at_zero(grad_output: Any, x: Any) -> Any:
    return grad_output * (x >= 0)


def on_at_zero_by_where(grad_output: Any, x: Any) -> Any:
    return np.where(x < 0, 0.0, grad_output)


def half_at_zero(grad_output: Any, x: Any) -> Any:
    return grad_output * np.heaviside(x, 0.5)


def half_at_zero_by_sign(grad_output: Any, x: Any) -> Any:
    return grad_output * (1 + np.sign(x)) / 2


def times_x(grad_output: Any, x: Any) -> Any:
    return grad_output * np.maximum(x, 0)


def times_x_by_where(grad_output: Any, x: Any) -> Any:
    return np.where(x > 0, x * grad_output, 0.0)


def times_x_everywhere(grad_output: Any, x: Any) -> Any:
    return grad_output * x


def relu_of_gradient(grad_output: Any, x: Any) -> Any:
    return np.maximum(grad_output, 0)


def relu_of_gradient_by_mask(grad_output: Any, x: Any) -> Any:
    return grad_output * (grad_output > 0)


def relu_of_both(grad_output: Any, x: Any) -> Any:
    return np.maximum(grad_output, 0) * (x > 0)


def relu_of_both_by_where(grad_output: Any, x: Any) -> Any:
    return np.where((x > 0) & (grad_output > 0), grad_output, 0.0)


def slope_alone(grad_output: Any, x: Any) -> Any:
    return (x > 0).astype(float)


def slope_alone_by_where(grad_output: Any, x: Any) -> Any:
    return np.where(x > 0, 1.0, 0.0)


def turned_around(grad_output: Any, x: Any) -> Any:
    return grad_output * (x <= 0)


def turned_around_by_where(grad_output: Any, x: Any) -> Any:
    return np.where(x > 0, 0.0, grad_output)


def turned_around_below(grad_output: Any, x: Any) -> Any:
    return grad_output * (x < 0)


def value_instead(grad_output: Any, x: Any) -> Any:
    return np.maximum(x, 0)


def value_instead_by_mask(grad_output: Any, x: Any) -> Any:
    return x * (x > 0)


def clears_input(grad_output: Any, x: Any) -> Any:
    grad_output[x <= 0] = 0
    return grad_output


def clears_input_by_product(grad_output: Any, x: Any) -> Any:
    grad_output *= x > 0
    return grad_output


LAYERS = "5 · One layer at a time"
KINKS = "8 · Where the check itself is wrong: kinks"


def both_signs(rng: np.random.Generator, rows: int, columns: int) -> tuple[Any, Any]:
    """Draw a gradient and inputs in which all four pairs of signs occur."""
    while True:
        grad, x = few_scores(rng, rows, columns), few_scores(rng, rows, columns)
        pairs = {(bool(g > 0), bool(value > 0)) for g, value in zip(grad.ravel(), x.ravel(), strict=True)}
        if len(pairs) == 4 and (grad != 0).all() and (x != 0).all() and (np.abs(x) != 1).all():
            return grad, x


def with_zeros(rng: np.random.Generator) -> tuple[Any, Any]:
    grad, x = both_signs(rng, 2, 4)
    x = x.copy()
    x[0, rng.integers(4)] = 0.0
    x[1, rng.integers(4)] = 0.0
    return grad, x


PROBLEM = Problem(
    id="06.relu_backward",
    title="Back through ReLU",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer,
    axes={"grad_output": "ND", "x": "ND"},
    library_calls=(
        "learnkit.reference.relu",
        "learnkit.pytorch.relu",
        "learnkit.reference.leaky_relu",
        "learnkit.pytorch.leaky_relu",
        "learnkit.reference.ReLU",
        "torch.relu",
        "torch.nn.functional.relu",
        "torch.autograd.functional.vjp",
        "torch.func.vjp",
    ),
    probes=(
        Probe("two rows of two", "all four pairs of signs, small enough to read", lambda rng: both_signs(rng, 2, 2)),
        Probe("inputs that are exactly 0", "there is no slope at 0, and one is agreed on", with_zeros),
        Probe(
            "a batch of 4 with 5 values",
            "larger numbers, and a table that is not square",
            lambda rng: (scores(rng, 4, 5), scores(rng, 4, 5)),
        ),
        Probe("one row of numbers", "any shape", lambda rng: (scores(rng, 6), scores(rng, 6)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "on-at-zero",
            on_at_zero,
            on_at_zero_by_where,
            "At exactly 0 it lets the gradient through. Both sides of the kink have a slope; here, as in PyTorch, that of the left is "
            "taken.",
            KINKS,
            line=("let_through = x > 0", "let_through = x >= 0"),
        ),
        Mistake(
            "half-at-zero",
            half_at_zero,
            half_at_zero_by_sign,
            "At exactly 0 it takes half of the gradient, the mean of both sides. Small steps would say so too; the agreement is "
            "another one.",
            KINKS,
        ),
        Mistake(
            "times-x",
            times_x,
            times_x_by_where,
            "It multiplies by what ReLU gave. Multiplied is by the slope, and where the unit is on the slope is 1, however large x is.",
            LAYERS,
            variants=(times_x_everywhere,),
            line=("return grad_output * let_through", "return grad_output * x * let_through"),
        ),
        Mistake(
            "relu-of-gradient",
            relu_of_gradient,
            relu_of_gradient_by_mask,
            "It applies ReLU to the gradient. Whether a gradient goes through depends on what came in on the way forward, not on its sign.",
            LAYERS,
        ),
        Mistake(
            "relu-of-both",
            relu_of_both,
            relu_of_both_by_where,
            "It looks at the sign of x, and then cuts off negative gradients as well. A gradient may be negative.",
            LAYERS,
        ),
        Mistake(
            "slope-alone",
            slope_alone,
            slope_alone_by_where,
            "It returns the slope of ReLU. By the chain rule that is multiplied by the gradient that arrives from behind.",
            LAYERS,
        ),
        Mistake(
            "turned-around",
            turned_around,
            turned_around_by_where,
            "It lets the gradient through where the unit was off, and stops it where it was on.",
            LAYERS,
            variants=(turned_around_below,),
        ),
        Mistake(
            "forward-again",
            value_instead,
            value_instead_by_mask,
            "It returns what ReLU gives on the way forward. Asked is how the loss moves with x.",
            LAYERS,
        ),
        Mistake(
            "changes-input",
            clears_input,
            clears_input_by_product,
            "The result is right, but the gradient of the caller is overwritten; another layer may still need it.",
            LAYERS,
        ),
    ),
    alternatives=(by_where, by_clearing, entry_by_entry, by_sign),
    torch_alternatives=(torch_by_where, torch_by_filling),
    hints=(
        "Draw max(x, 0). How steep is it on the right of 0, and how steep on the left?",
        "Each value goes through on its own: its gradient is the one that arrives, times the slope at x. The slope is 1 where x is above 0 "
        "and 0 elsewhere.",
        "for each place:\n    the gradient that arrives, if x is above 0 there\n    0, if not",
    ),
    solution=SOLUTION,
    minutes=4,
)
