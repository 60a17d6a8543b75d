"""Weights drawn evenly between two bounds, a compromise between the forward and the backward signal. Compared by statistics."""

import math
from typing import Any

import numpy as np

from learnkit.problems.l08_initialization.spreads import draw, statistics
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def xavier_uniform(shape, rng):
    """Draw the first weights of a layer that is followed by tanh.

    shape : (D_out, D_in), so that fan_in is D_in and fan_out is D_out
    rng : np.random.Generator, that all random numbers come from
    Returns an array of that shape: drawn evenly between -bound and bound, with variance 2 / (fan_in + fan_out).
    """
    ...
'''

SOLUTION = """
def xavier_uniform(shape, rng):
    variance = 2 / (shape[0] + shape[1])
    bound = np.sqrt(3 * variance)
    return rng.uniform(-bound, bound, size=shape)
"""


def right_answer(shape: Any, rng: Any) -> Any:
    bound = math.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(-bound, bound, size=shape)


# Right answers written in other ways


def number_by_number(shape: Any, rng: Any) -> Any:
    bound = (6 / sum(shape)) ** 0.5
    rows = [[bound * (2 * rng.random() - 1) for _ in range(shape[1])] for _ in range(shape[0])]
    return np.array(rows)


def by_standard_deviation(shape: Any, rng: Any) -> Any:
    outputs, inputs = shape
    std = np.sqrt(2 / (inputs + outputs))
    return std * rng.uniform(-1, 1, size=shape) * np.sqrt(3)


def by_distance_from_one_half(shape: Any, rng: Any) -> Any:
    span = 2 * math.sqrt(3) * math.sqrt(2 / (shape[1] + shape[0]))
    return span * (rng.random(shape) - 0.5)


def torch_even(shape: Any, rng: Any) -> Any:
    import torch

    return (2 * torch.rand(shape, generator=rng) - 1) * math.sqrt(6 / sum(shape))


def torch_in_place(shape: Any, rng: Any) -> Any:
    import torch

    bound = (6 / (shape[0] + shape[1])) ** 0.5
    return torch.empty(shape).uniform_(-bound, bound, generator=rng)


# Mistakes


def width_as_bound(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(2 / (shape[0] + shape[1]))
    return rng.uniform(-bound, bound, size=shape)


def width_as_bound_by_factor(shape: Any, rng: Any) -> Any:
    return (2 * rng.random(shape) - 1) * math.sqrt(2 / sum(shape))


def fan_in_alone(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(6 / shape[1])
    return rng.uniform(-bound, bound, size=shape)


def fan_in_alone_by_factor(shape: Any, rng: Any) -> Any:
    return (2 * rng.random(shape) - 1) * math.sqrt(3) * math.sqrt(2 / shape[1])


def fan_out_alone(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(6 / shape[0])
    return rng.uniform(-bound, bound, size=shape)


def fan_out_alone_in_rows(shape: Any, rng: Any) -> Any:
    bound = math.sqrt(6 / shape[0])
    return np.array([rng.uniform(-bound, bound, size=shape[1]) for _ in range(shape[0])])


def no_root(shape: Any, rng: Any) -> Any:
    bound = 6 / (shape[0] + shape[1])
    return rng.uniform(-bound, bound, size=shape)


def no_root_by_factor(shape: Any, rng: Any) -> Any:
    return 6 * (2 * rng.random(shape) - 1) / sum(shape)


def variance_as_bound(shape: Any, rng: Any) -> Any:
    bound = 2 / (shape[0] + shape[1])
    return rng.uniform(-bound, bound, size=shape)


def variance_as_bound_by_factor(shape: Any, rng: Any) -> Any:
    return (4 * rng.random(shape) - 2) / sum(shape)


def root_of_6_only(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(6) / (shape[0] + shape[1])
    return rng.uniform(-bound, bound, size=shape)


def root_of_6_only_by_factor(shape: Any, rng: Any) -> Any:
    return (2 * rng.random(shape) - 1) * 6**0.5 / sum(shape)


def mean_of_fans(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(6 / ((shape[0] + shape[1]) / 2))
    return rng.uniform(-bound, bound, size=shape)


def mean_of_fans_by_factor(shape: Any, rng: Any) -> Any:
    return (2 * rng.random(shape) - 1) * math.sqrt(12 / sum(shape))


def product_of_fans(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(6 / (shape[0] * shape[1]))
    return rng.uniform(-bound, bound, size=shape)


def product_of_fans_by_factor(shape: Any, rng: Any) -> Any:
    drawn = 2 * rng.random(shape) - 1
    return drawn * (6 / drawn.size) ** 0.5


def positive_side(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(0, bound, size=shape)


def positive_side_by_random(shape: Any, rng: Any) -> Any:
    return rng.random(shape) * math.sqrt(6 / sum(shape))


def normal_numbers(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, np.sqrt(2 / (shape[0] + shape[1])), size=shape)


def normal_numbers_by_factor(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * math.sqrt(2 / sum(shape))


def normal_numbers_of_the_bound(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, np.sqrt(6 / (shape[0] + shape[1])), size=shape)


def normal_numbers_of_the_bound_by_factor(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * math.sqrt(6 / sum(shape))


def bound_one(shape: Any, rng: Any) -> Any:
    return rng.uniform(-1, 1, size=shape)


def bound_one_by_random(shape: Any, rng: Any) -> Any:
    return 2 * rng.random(shape) - 1


def torch_default(shape: Any, rng: Any) -> Any:
    bound = 1 / np.sqrt(shape[1])
    return rng.uniform(-bound, bound, size=shape)


def torch_default_by_factor(shape: Any, rng: Any) -> Any:
    return (2 * rng.random(shape) - 1) / math.sqrt(shape[1])


def one_row_for_all(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(6 / (shape[0] + shape[1]))
    return np.stack([rng.uniform(-bound, bound, size=shape[1])] * shape[0])


def one_row_for_all_by_sum(shape: Any, rng: Any) -> Any:
    return np.zeros(shape) + math.sqrt(6 / sum(shape)) * (2 * rng.random(shape[1]) - 1)


RULES = "7 · Three rules for a start"
ALIKE = "10 · A broken run"


def log_width_of(shape: Any) -> float:
    return 0.5 * math.log(2 / sum(shape))


EVEN = statistics(log_width_of, excess=1.8, beyond=1.0, share=1 - 1 / math.sqrt(3))

PROBLEM = Problem(
    id="08.xavier_uniform",
    title="Weights for a layer with tanh",
    stub=STUB,
    reference=right_answer,
    probes=(
        Probe("40 outputs, 60 inputs", "enough weights to know their spread within a few percent", draw(40, 60), statistics=EVEN),
        Probe("64 outputs, 1024 inputs", "each fan alone is far from the mean of the two", draw(64, 1024), True, EVEN),
        Probe("600 outputs, 30 inputs", "more outputs than inputs", draw(600, 30), True, EVEN),
        Probe("as many outputs as inputs, 80", "one fan alone is too wide here too, by √2", draw(80, 80), True, EVEN),
    ),
    mistakes=(
        Mistake(
            "width-as-bound",
            width_as_bound,
            width_as_bound_by_factor,
            "It draws up to the standard deviation. Numbers drawn evenly up to a bound have a smaller one, bound over √3.",
            RULES,
            line=("bound = np.sqrt(3 * variance)", "bound = np.sqrt(variance)"),
        ),
        Mistake(
            "fan-in-alone",
            fan_in_alone,
            fan_in_alone_by_factor,
            "It counts the inputs alone. The compromise with the backward signal counts the outputs too.",
            RULES,
            line=("variance = 2 / (shape[0] + shape[1])", "variance = 2 / shape[1]"),
        ),
        Mistake(
            "fan-out-alone",
            fan_out_alone,
            fan_out_alone_in_rows,
            "It counts the outputs alone. That serves the backward signal only.",
            RULES,
        ),
        Mistake(
            "no-root",
            no_root,
            no_root_by_factor,
            "The root is missing. A bound is a width, and a width is the root of a variance.",
            RULES,
        ),
        Mistake(
            "variance-as-bound",
            variance_as_bound,
            variance_as_bound_by_factor,
            "The bound is the variance itself. A bound comes from the root of the variance, and is wider than the standard deviation.",
            RULES,
        ),
        Mistake(
            "root-of-6-only",
            root_of_6_only,
            root_of_6_only_by_factor,
            "The root is taken of the 6 and not of the number of inputs and outputs. The whole fraction stands under it.",
            RULES,
        ),
        Mistake(
            "mean-of-fans",
            mean_of_fans,
            mean_of_fans_by_factor,
            "It divides by the mean of inputs and outputs with a 2 on top as well. The 2 is already what turns the sum into a mean.",
            RULES,
        ),
        Mistake(
            "product-of-fans",
            product_of_fans,
            product_of_fans_by_factor,
            "It counts all weights of the layer, inputs times outputs. The two fans are added.",
            RULES,
        ),
        Mistake(
            "positive-side",
            positive_side,
            positive_side_by_random,
            "No weight is negative. The middle of the distribution is 0: else every sum grows with the number of its terms.",
            RULES,
        ),
        Mistake(
            "normal-numbers",
            normal_numbers,
            normal_numbers_by_factor,
            "The spread is right, and the numbers are normal. Asked are numbers drawn evenly between two bounds.",
            RULES,
        ),
        Mistake(
            "bound-as-width",
            normal_numbers_of_the_bound,
            normal_numbers_of_the_bound_by_factor,
            "The bound is used as the standard deviation of normal numbers. Asked are numbers drawn evenly up to it.",
            RULES,
        ),
        Mistake(
            "bound-1",
            bound_one,
            bound_one_by_random,
            "It draws from −1 to 1, whatever the shape. A sum of many such terms is far larger than each of them.",
            RULES,
        ),
        Mistake(
            "pytorch-default",
            torch_default,
            torch_default_by_factor,
            "Its bound is 1 over the root of the inputs, as in PyTorch's default layer. That is too narrow by √3.",
            RULES,
        ),
        Mistake(
            "one-row-for-all",
            one_row_for_all,
            one_row_for_all_by_sum,
            "All outputs get the same weights. They stay the same unit, many times, however long one trains.",
            ALIKE,
        ),
    ),
    alternatives=(number_by_number, by_standard_deviation, by_distance_from_one_half),
    torch_alternatives=(torch_even, torch_in_place),
    hints=(
        "Numbers drawn evenly between −1 and 1: what is their standard deviation? It is not 1.",
        "Their variance is a third of the squared bound. So the squared bound is three times the variance that is asked.",
        "variance <- 2 over the sum of both fans\n"
        "bound    <- the root of three times that\n"
        "return numbers drawn evenly between -bound and bound",
    ),
    solution=SOLUTION,
    library_calls=(
        "learnkit.reference.uniform",
        "learnkit.reference.xavier_normal",
        "learnkit.pytorch.uniform",
        "torch.nn.init.xavier_uniform_",
        "torch.nn.init.xavier_normal_",
    ),
    uses=("fan_in_out",),
    level=2,
    minutes=6,
)
