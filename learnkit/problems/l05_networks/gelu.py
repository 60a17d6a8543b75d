"""x times the probability that a standard normal number is below x: a smooth bend, and two formulas that are nearly it."""

import math
from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l05_networks.drawn_networks import both_signs
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def gelu(x):
    """Multiply each number by the probability that a standard normal number is below it: x (1 + erf(x / sqrt(2))) / 2.

    x : (N, D) array
    Returns an array (N, D), right to 5 decimals; the exact form, which is PyTorch's default. x stays as it was.
    NumPy has no erf. The one of Python's module math takes a single number; np.vectorize makes a function of arrays of it.
    """
    ...
'''

SOLUTION = """
def gelu(x):
    from math import erf

    probability = (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2
    return x * probability
"""


def right_answer(x: Any) -> Any:
    return lk.gelu(x)


def right_answer_on_torch(x: Any) -> Any:
    import torch

    return torch.nn.functional.gelu(x)


# Right answers written in other ways


def value_by_value(x: Any) -> Any:
    result = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        result[place] = x[place] * 0.5 * (1 + math.erf(x[place] / math.sqrt(2)))
    return result


def by_complement(x: Any) -> Any:
    above = np.vectorize(math.erfc)(x / math.sqrt(2)) / 2
    return x - x * above


def by_halves(x: Any) -> Any:
    signs = np.array([[math.erf(value * math.sqrt(0.5)) for value in row] for row in x])
    return 0.5 * x + 0.5 * x * signs


def torch_by_erf(x: Any) -> Any:
    import torch

    return x * (1 + torch.erf(x / math.sqrt(2))) / 2


def torch_by_complement(x: Any) -> Any:
    import torch

    return 0.5 * x * torch.special.erfc(-x * math.sqrt(0.5))


# Mistakes


def by_tanh(x: Any) -> Any:
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def by_sigmoid_of_the_tanh_form(x: Any) -> Any:
    return x / (1 + np.exp(-2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))


def by_sigmoid(x: Any) -> Any:
    return x / (1 + np.exp(-1.702 * x))


def by_sigmoid_in_loop(x: Any) -> Any:
    return np.array([[value * (1 + math.tanh(0.851 * value)) / 2 for value in row] for row in x])


def by_plain_sigmoid(x: Any) -> Any:
    return x / (1 + np.exp(-x))


def probability_alone(x: Any) -> Any:
    return (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2


def probability_alone_in_loop(x: Any) -> Any:
    return np.array([[0.5 * math.erfc(-value / math.sqrt(2)) for value in row] for row in x])


def without_root(x: Any) -> Any:
    return x * (1 + np.vectorize(math.erf)(x)) / 2


def without_root_in_loop(x: Any) -> Any:
    return np.array([[value * math.erfc(-value) / 2 for value in row] for row in x])


def divided_by_two(x: Any) -> Any:
    return x * (1 + np.vectorize(math.erf)(x / 2)) / 2


def without_half(x: Any) -> Any:
    return x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def without_half_in_loop(x: Any) -> Any:
    return np.array([[value + value * math.erf(value / math.sqrt(2)) for value in row] for row in x])


def without_one(x: Any) -> Any:
    return x * np.vectorize(math.erf)(x / math.sqrt(2)) / 2


def without_one_in_loop(x: Any) -> Any:
    return np.array([[value * math.erf(value / math.sqrt(2)) * 0.5 for value in row] for row in x])


def other_side(x: Any) -> Any:
    return x * (1 - np.vectorize(math.erf)(x / math.sqrt(2))) / 2


def other_side_in_loop(x: Any) -> Any:
    return np.array([[value * math.erfc(value / math.sqrt(2)) / 2 for value in row] for row in x])


def density(x: Any) -> Any:
    return x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


def density_in_loop(x: Any) -> Any:
    return np.array([[value * math.exp(-0.5 * value * value) / math.sqrt(2 * math.pi) for value in row] for row in x])


def plain_relu(x: Any) -> Any:
    return np.maximum(x, 0)


def plain_relu_by_mask(x: Any) -> Any:
    return x * (x > 0)


def spread(rng: np.random.Generator) -> tuple[Any, ...]:
    """Numbers of both signs around ±2.7, where the tanh form is as wrong as it gets."""
    return ((rng.permutation([-2.7, 2.7, -2.6, 2.8]) + rng.integers(-9, 10, size=4) / 200).reshape(2, 2),)


BEND = "5 · The bend"

PROBLEM = Problem(
    id="05.gelu",
    title="A smooth bend",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND"},
    # A formula for erf from a table of formulas is right to about 1e-7, and is no mistake; the tanh form is off by up to 4.7e-4.
    rtol=1e-6,
    atol=1e-5,
    library_calls=(
        "torch.nn.functional.gelu",
        "torch.special.log_ndtr",
        "torch.nn.functional.silu",
    ),
    probes=(
        Probe("two rows of three numbers", "small enough to read", lambda rng: (both_signs(rng, 2, 3),)),
        Probe("numbers near -2.7 and 2.7", "here the tanh form differs most from the exact one", spread),
        Probe(
            "numbers of 30 and more",
            "far from 0 it is ReLU, and nothing overflows",
            lambda rng: (30 * both_signs(rng, 2, 2),),
            is_edge=True,
        ),
        Probe("zeros among them", "0 stays 0", lambda rng: (rng.permutation([0.0, 0.0, -1.5, 1.0]).reshape(2, 2),), is_edge=True),
        Probe("a square table", "every number is looked at by itself", lambda rng: (both_signs(rng, 3, 3),), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "tanh-form",
            by_tanh,
            by_sigmoid_of_the_tanh_form,
            'It is the tanh form, which is off by up to 0.0005: PyTorch\'s approximate="tanh". The exact form is asked, with erf.',
            BEND,
        ),
        Mistake(
            "sigmoid-form",
            by_sigmoid,
            by_sigmoid_in_loop,
            "It takes a sigmoid in the place of the normal distribution. The two look alike and differ by up to 0.02.",
            BEND,
            variants=(by_plain_sigmoid,),
        ),
        Mistake(
            "probability-alone",
            probability_alone,
            probability_alone_in_loop,
            "It returns the probability alone, a number from 0 to 1. It says how much of x comes through.",
            BEND,
            line=("return x * probability", "return probability"),
        ),
        Mistake(
            "no-root",
            without_root,
            without_root_in_loop,
            "The root of 2 is missing inside erf, or is a 2: the curve then belongs to a normal distribution of another width.",
            BEND,
            variants=(divided_by_two,),
            line=("probability = (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2", "probability = (1 + np.vectorize(erf)(x)) / 2"),
        ),
        Mistake(
            "no-half",
            without_half,
            without_half_in_loop,
            "It is twice too large: erf goes from −1 to 1, so that 1 + erf goes from 0 to 2, and a probability ends at 1.",
            BEND,
            line=("probability = (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2", "probability = 1 + np.vectorize(erf)(x / np.sqrt(2))"),
        ),
        Mistake(
            "no-one",
            without_one,
            without_one_in_loop,
            "It takes erf for the probability: erf is negative left of 0, and the result is the same on both sides.",
            BEND,
        ),
        Mistake(
            "other-side",
            other_side,
            other_side_in_loop,
            "It multiplies by the probability that a normal number is above x. Large numbers then vanish, and they should come through.",
            BEND,
        ),
        Mistake(
            "density",
            density,
            density_in_loop,
            "It multiplies by the bell curve itself. What is asked is the area under it, left of x.",
            BEND,
        ),
        Mistake(
            "plain-relu",
            plain_relu,
            plain_relu_by_mask,
            "It is ReLU. GELU is close to it far from 0, and smooth near 0, where it goes a little below.",
            BEND,
        ),
    ),
    alternatives=(value_by_value, by_complement, by_halves),
    torch_alternatives=(torch_by_erf, torch_by_complement),
    hints=(
        "What should come out for 0, for a large positive number, and for a large negative one? Does your formula do that?",
        "The probability that a standard normal number is below x is half of 1 + erf, taken at x over the root of 2. It goes from 0 on "
        "the far "
        "left over one half at 0 to 1 on the far right.",
        "inside      <- x divided by the root of 2\nprobability <- half of (1 plus erf of inside)\nresult      <- x times probability",
    ),
    solution=SOLUTION,
    level=2,
    minutes=7,
)
