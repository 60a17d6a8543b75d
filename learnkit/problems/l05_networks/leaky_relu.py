"""x to the right of 0, a small multiple of x to the left: a ReLU that never goes quiet."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l05_networks.drawn_networks import both_signs
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def leaky_relu(x, negative_slope):
    """Leave positive numbers as they are, and multiply all others by negative_slope.

    x : array of any shape
    negative_slope : a number from 0 to 1, the slope left of 0
    Returns an array of the same shape. x stays as it was.
    """
    ...
'''

SOLUTION = """
def leaky_relu(x, negative_slope):
    small = negative_slope * x
    return np.where(x > 0, x, small)
"""


def right_answer(x: Any, negative_slope: Any) -> Any:
    return lk.leaky_relu(x, negative_slope=negative_slope)


def right_answer_on_torch(x: Any, negative_slope: Any) -> Any:
    import torch

    return torch.nn.functional.leaky_relu(x, negative_slope)


# Right answers written in other ways


def value_by_value(x: Any, negative_slope: Any) -> Any:
    result = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        result[place] = x[place] if x[place] > 0 else negative_slope * x[place]
    return result


def by_maximum(x: Any, negative_slope: Any) -> Any:
    return np.maximum(x, negative_slope * x)


def by_two_relus(x: Any, negative_slope: Any) -> Any:
    kept = np.maximum(x, 0)
    return kept - negative_slope * np.maximum(-x, 0)


def by_slopes(x: Any, negative_slope: Any) -> Any:
    slopes = np.where(x > 0, 1.0, negative_slope)
    return slopes * x


def torch_by_where(x: Any, negative_slope: Any) -> Any:
    import torch

    return torch.where(x > 0, x, negative_slope * x)


def torch_by_clamp(x: Any, negative_slope: Any) -> Any:
    import torch

    return torch.clamp(x, min=0) + negative_slope * torch.clamp(x, max=0)


# Mistakes


def slope_on_positive(x: Any, negative_slope: Any) -> Any:
    return np.where(x > 0, negative_slope * x, x)


def slope_on_positive_by_minimum(x: Any, negative_slope: Any) -> Any:
    return np.minimum(x, x * negative_slope)


def derivative(x: Any, negative_slope: Any) -> Any:
    return np.where(x > 0, 1.0, negative_slope)


def derivative_in_loop(x: Any, negative_slope: Any) -> Any:
    return np.array([1.0 if value > 0 else negative_slope for value in x.ravel()]).reshape(x.shape)


def fixed_slope(x: Any, negative_slope: Any) -> Any:
    return np.where(x > 0, x, 0.01 * x)


def fixed_slope_by_maximum(x: Any, negative_slope: Any) -> Any:
    return np.maximum(0.01 * x, x)


def plain_relu(x: Any, negative_slope: Any) -> Any:
    return np.maximum(x, 0)


def plain_relu_by_mask(x: Any, negative_slope: Any) -> Any:
    return x * (x > 0)


def sign_lost(x: Any, negative_slope: Any) -> Any:
    return np.where(x > 0, x, -negative_slope * x)


def sign_lost_by_absolute_value(x: Any, negative_slope: Any) -> Any:
    return np.maximum(x, 0) + negative_slope * np.abs(np.minimum(x, 0))


def a_constant(x: Any, negative_slope: Any) -> Any:
    return np.where(x > 0, x, -negative_slope)


def a_constant_by_maximum(x: Any, negative_slope: Any) -> Any:
    result = x.copy()
    result[x <= 0] = -1 * negative_slope
    return result


def cut_at_the_slope(x: Any, negative_slope: Any) -> Any:
    return np.maximum(x, negative_slope)


def positive_constant(x: Any, negative_slope: Any) -> Any:
    return np.where(x > 0, x, negative_slope)


def cut_below(x: Any, negative_slope: Any) -> Any:
    return np.maximum(x, -negative_slope)


def curved(x: Any, negative_slope: Any) -> Any:
    return np.where(x > 0, x, negative_slope * (np.exp(np.minimum(x, 0)) - 1))


def curved_by_mask(x: Any, negative_slope: Any) -> Any:
    result = x.copy()
    result[x <= 0] = negative_slope * np.expm1(x[x <= 0])
    return result


def everywhere(x: Any, negative_slope: Any) -> Any:
    return negative_slope * x


def everywhere_in_loop(x: Any, negative_slope: Any) -> Any:
    return np.array([value * negative_slope for value in x.ravel()]).reshape(x.shape)


def divided(x: Any, negative_slope: Any) -> Any:
    return np.where(x > 0, x, x / max(negative_slope, 1e-300))


def divided_by_mask(x: Any, negative_slope: Any) -> Any:
    result = x.copy()
    result[x < 0] /= max(negative_slope, 1e-300)
    return result


def builtin_max(x: Any, negative_slope: Any) -> Any:
    return max(x, negative_slope * x)


def one_comparison(x: Any, negative_slope: Any) -> Any:
    return x if x > 0 else x * negative_slope


def writes_into_input(x: Any, negative_slope: Any) -> Any:
    x[x < 0] *= negative_slope
    return x


def writes_with_out(x: Any, negative_slope: Any) -> Any:
    return np.maximum(x, negative_slope * x, out=x)


BEND = "5 · The bend"

PROBLEM = Problem(
    id="05.leaky_relu",
    title="A bend that lets a little through",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND"},
    library_calls=(
        "torch.nn.functional.leaky_relu",
        "torch.nn.functional.leaky_relu_",
        "torch.nn.functional.prelu",
        "torch.prelu",
        "torch.rrelu",
    ),
    probes=(
        Probe("two rows of three numbers, slope 0.1", "small enough to read", lambda rng: (both_signs(rng, 2, 3), 0.1)),
        Probe(
            "another slope, 0.25",
            "a slope that is written into the function shows",
            lambda rng: (both_signs(rng, 3, 3), 0.25),
            is_edge=True,
        ),
        Probe(
            "one number, above 0",
            "here Python's own max works, and nowhere else",
            lambda rng: (rng.integers(11, 30, size=1) / 10, 0.1),
            is_edge=True,
        ),
        Probe("slope 0", "this is ReLU", lambda rng: (both_signs(rng, 5), 0.0), is_edge=True),
        Probe("slope 1", "nothing is bent", lambda rng: (both_signs(rng, 2, 4), 1.0), is_edge=True),
        # No zeros: of the right answers in PyTorch one has the slope 1 there, another the small one.
        Probe("numbers between -0.5 and 0.5", "the bend is at 0", lambda rng: (both_signs(rng, 3, 4) / 5, 0.2), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "slope-on-positive",
            slope_on_positive,
            slope_on_positive_by_minimum,
            "The small slope is on the positive side: positive numbers shrink and negative ones stay. It belongs on the left of 0.",
            BEND,
            line=("return np.where(x > 0, x, small)", "return np.where(x > 0, small, x)"),
        ),
        Mistake(
            "derivative",
            derivative,
            derivative_in_loop,
            "It returns the slopes, which some texts print in the place of the function. The slope says what x is multiplied by.",
            BEND,
            line=("return np.where(x > 0, x, small)", "return np.where(x > 0, 1, negative_slope)"),
        ),
        Mistake(
            "fixed-slope",
            fixed_slope,
            fixed_slope_by_maximum,
            "It always uses the slope 0.01 and does not look at negative_slope.",
            BEND,
        ),
        Mistake(
            "plain-relu",
            plain_relu,
            plain_relu_by_mask,
            "It is ReLU: negative numbers become 0. Here a part of them comes through.",
            BEND,
        ),
        Mistake(
            "sign-lost",
            sign_lost,
            sign_lost_by_absolute_value,
            "Negative numbers come out positive: the line rises again on the left. With a slope above 0 it goes on falling to the left.",
            BEND,
        ),
        Mistake(
            "constant",
            a_constant,
            a_constant_by_maximum,
            "Every negative number becomes the same one. The slope is multiplied by the number, so that what is further down comes out "
            "further "
            "down.",
            BEND,
            variants=(cut_at_the_slope, positive_constant, cut_below),
            line=("small = negative_slope * x", "small = -negative_slope"),
        ),
        Mistake(
            "curved",
            curved,
            curved_by_mask,
            "It bends in a curve that levels off on the left. That is another activation; here the left side is a straight line.",
            BEND,
        ),
        Mistake(
            "everywhere",
            everywhere,
            everywhere_in_loop,
            "It multiplies positive numbers too. Without a bend it is a straight line, and two layers would be one.",
            BEND,
        ),
        Mistake(
            "divided",
            divided,
            divided_by_mask,
            "It divides by the slope, which makes negative numbers larger. A slope multiplies.",
            BEND,
        ),
        Mistake(
            "one-decision",
            builtin_max,
            one_comparison,
            "It asks one question of the whole array, as Python's max and if do. Each number wants an answer of its own.",
            BEND,
        ),
        Mistake(
            "changes-input",
            writes_into_input,
            writes_with_out,
            "The result is right, but it is written into the caller's array. Whoever called it has lost the numbers.",
            BEND,
        ),
    ),
    alternatives=(value_by_value, by_maximum, by_two_relus, by_slopes),
    torch_alternatives=(torch_by_where, torch_by_clamp),
    hints=(
        "What should come out for [-2, 0, 3] with a slope of 0.1? Which of the three numbers is multiplied?",
        "There are two straight lines, one for each side of 0, and at each place one of them holds. NumPy can choose between two arrays, "
        "place by place, by a third one of True and False.",
        "left   <- the slope times x, at every place\nresult <- x where x is positive, left elsewhere",
    ),
    solution=SOLUTION,
    minutes=5,
)
