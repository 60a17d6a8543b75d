"""Weights for a layer with ReLU: normal, as wide as the number of inputs asks. Compared by statistics, since they are random."""

import math
from typing import Any

import numpy as np

from learnkit.problems.l08_initialization.spreads import draw, statistics
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def he_normal(shape, rng):
    """Draw the first weights of a layer that is followed by ReLU.

    shape : (D_out, D_in); or (C_out, C_in, height, width), where one output sums over C_in windows of height times width numbers
    rng : np.random.Generator, that all random numbers come from
    Returns an array of that shape: normal, mean 0, variance 2 / fan_in, where fan_in is how many numbers one output sums over.
    """
    ...
'''

SOLUTION = """
def he_normal(shape, rng):
    fan_in = np.prod(shape[1:])
    return rng.normal(0.0, np.sqrt(2 / fan_in), size=shape)
"""


def right_answer(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, math.sqrt(2 / math.prod(shape[1:])), size=shape)


# Right answers written in other ways


def number_by_number(shape: Any, rng: Any) -> Any:
    weights = np.empty(shape)
    for place in np.ndindex(*shape):
        weights[place] = rng.normal()
    return weights * (2 * shape[0] / weights.size) ** 0.5


def by_standard_normal(shape: Any, rng: Any) -> Any:
    fan_in = shape[1]
    for length in shape[2:]:
        fan_in = fan_in * length
    return np.sqrt(2.0) * rng.standard_normal(shape) / np.sqrt(fan_in)


def row_after_row(shape: Any, rng: Any) -> Any:
    count = int(np.prod(shape)) // shape[0]
    std = math.exp(0.5 * (math.log(2) - math.log(count)))
    return np.stack([rng.normal(scale=std, size=count) for _ in range(shape[0])]).reshape(shape)


def torch_normal(shape: Any, rng: Any) -> Any:
    import torch

    return torch.randn(shape, generator=rng) * math.sqrt(2 / math.prod(shape[1:]))


def torch_in_place(shape: Any, rng: Any) -> Any:
    import torch

    weights = torch.empty(shape)
    fan_in = weights[0].numel()
    return weights.normal_(0.0, (2 / fan_in) ** 0.5, generator=rng)


# Mistakes


def variance_as_width(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, 2 / np.prod(shape[1:]), size=shape)


def variance_as_width_by_factor(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * 2 / math.prod(shape[1:])


def root_of_2_only(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, np.sqrt(2) / np.prod(shape[1:]), size=shape)


def root_of_2_only_by_factor(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * 2**0.5 / math.prod(shape[1:])


def root_of_fan_only(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, 2 / np.sqrt(np.prod(shape[1:])), size=shape)


def root_of_fan_only_by_factor(shape: Any, rng: Any) -> Any:
    return 2 * rng.standard_normal(shape) * math.prod(shape[1:]) ** -0.5


def fan_out(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, np.sqrt(2 / (shape[0] * np.prod(shape[2:]))), size=shape)


def fan_out_in_rows(shape: Any, rng: Any) -> Any:
    fan = shape[0] * math.prod(shape[2:])
    return np.array([math.sqrt(2 / fan) * rng.standard_normal(shape[1:]) for _ in range(shape[0])])


def first_axis(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, np.sqrt(2 / shape[0]), size=shape)


def no_window(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, np.sqrt(2 / shape[1]), size=shape)


def no_window_by_factor(shape: Any, rng: Any) -> Any:
    _, inputs, *_ = shape
    return rng.standard_normal(shape) * (2 / inputs) ** 0.5


def last_axis(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, np.sqrt(2 / shape[-1]), size=shape)


def last_axis_by_factor(shape: Any, rng: Any) -> Any:
    *_, last = shape
    return rng.standard_normal(shape) * (2 / last) ** 0.5


def both_fans(shape: Any, rng: Any) -> Any:
    window = np.prod(shape[2:])
    return rng.normal(0.0, np.sqrt(2 / (shape[0] * window + shape[1] * window)), size=shape)


def both_fans_by_factor(shape: Any, rng: Any) -> Any:
    outputs, inputs, *window = shape
    return rng.standard_normal(shape) * math.sqrt(2) / math.sqrt((outputs + inputs) * math.prod(window))


def all_entries(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, np.sqrt(2 / np.prod(shape)), size=shape)


def all_entries_by_factor(shape: Any, rng: Any) -> Any:
    weights = rng.standard_normal(shape)
    return weights * (2 / weights.size) ** 0.5


def no_two(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, np.sqrt(1 / np.prod(shape[1:])), size=shape)


def no_two_by_factor(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) / math.sqrt(math.prod(shape[1:]))


def width_one(shape: Any, rng: Any) -> Any:
    return rng.normal(size=shape)


def width_one_in_rows(shape: Any, rng: Any) -> Any:
    return np.array([rng.standard_normal(shape[1:]) for _ in range(shape[0])])


def fixed_width(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, 0.01, size=shape)


def fixed_width_by_factor(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) / 100


def fixed_width_of_2(shape: Any, rng: Any) -> Any:
    return rng.normal(0.0, 0.02, size=shape)


def drawn_evenly(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(6 / np.prod(shape[1:]))
    return rng.uniform(-bound, bound, size=shape)


def drawn_evenly_by_factor(shape: Any, rng: Any) -> Any:
    return (2 * rng.random(shape) - 1) * math.sqrt(6 / math.prod(shape[1:]))


def drawn_evenly_to_the_width(shape: Any, rng: Any) -> Any:
    bound = np.sqrt(2 / np.prod(shape[1:]))
    return rng.uniform(-bound, bound, size=shape)


def drawn_evenly_to_the_width_by_factor(shape: Any, rng: Any) -> Any:
    return (2 * rng.random(shape) - 1) * math.sqrt(2 / math.prod(shape[1:]))


def one_side(shape: Any, rng: Any) -> Any:
    return np.abs(rng.normal(0.0, np.sqrt(2 / np.prod(shape[1:])), size=shape))


def one_side_by_factor(shape: Any, rng: Any) -> Any:
    drawn = rng.standard_normal(shape) * math.sqrt(2 / math.prod(shape[1:]))
    return np.where(drawn < 0, -drawn, drawn)


def one_row_for_all(shape: Any, rng: Any) -> Any:
    row = rng.normal(0.0, np.sqrt(2 / np.prod(shape[1:])), size=shape[1:])
    return np.stack([row] * shape[0])


def one_row_for_all_by_sum(shape: Any, rng: Any) -> Any:
    return np.zeros(shape) + math.sqrt(2 / math.prod(shape[1:])) * rng.standard_normal(shape[1:])


LAYER = "4 · One layer: what a sum does to a signal"
RULES = "7 · Three rules for a start"
ALIKE = "10 · A broken run"


def log_width_of(shape: Any) -> float:
    return 0.5 * math.log(2 / math.prod(shape[1:]))


NORMAL = statistics(log_width_of, excess=3.0, beyond=2.0, share=0.0455003)

PROBLEM = Problem(
    id="08.he_normal",
    title="Weights for a layer with ReLU",
    stub=STUB,
    reference=right_answer,
    probes=(
        Probe("40 outputs, 60 inputs", "enough weights to know their spread within a few percent", draw(40, 60), statistics=NORMAL),
        Probe("64 outputs, 1024 inputs", "the two fans differ by a factor of 16", draw(64, 1024), statistics=NORMAL),
        Probe("as many outputs as inputs, 80", "fan_in and fan_out cannot be told apart here", draw(80, 80), True, NORMAL),
        Probe("a convolution, 24 to 32 channels, window 3 by 5", "one output sums over 24 · 15 numbers", draw(32, 24, 3, 5), False, NORMAL),
    ),
    mistakes=(
        Mistake(
            "variance-as-width",
            variance_as_width,
            variance_as_width_by_factor,
            "It draws with the variance in the place of the standard deviation. The generator wants the root of it.",
            LAYER,
            line=("return rng.normal(0.0, np.sqrt(2 / fan_in), size=shape)", "return rng.normal(0.0, 2 / fan_in, size=shape)"),
        ),
        Mistake(
            "root-of-2-only",
            root_of_2_only,
            root_of_2_only_by_factor,
            "The root is taken of the 2 and not of the number of inputs. The whole variance stands under it.",
            LAYER,
        ),
        Mistake(
            "root-of-fan-only",
            root_of_fan_only,
            root_of_fan_only_by_factor,
            "The root is taken of the number of inputs and not of the 2. The whole variance stands under it.",
            LAYER,
        ),
        Mistake(
            "fan-out",
            fan_out,
            fan_out_in_rows,
            "It counts the outputs. The forward signal keeps its size by the number of inputs that each output sums over.",
            LAYER,
            variants=(first_axis,),
            line=("fan_in = np.prod(shape[1:])", "fan_in = shape[0]"),
        ),
        Mistake(
            "no-window",
            no_window,
            no_window_by_factor,
            "In a convolution it counts channels only. An output sums over the whole window of each channel.",
            RULES,
        ),
        Mistake(
            "last-axis",
            last_axis,
            last_axis_by_factor,
            "It counts the last axis alone. In a matrix those are the inputs; in a convolution that is the width of the window.",
            RULES,
        ),
        Mistake(
            "both-fans",
            both_fans,
            both_fans_by_factor,
            "It counts inputs and outputs together. That is Xavier's compromise, made for activations like tanh.",
            RULES,
        ),
        Mistake(
            "all-entries",
            all_entries,
            all_entries_by_factor,
            "It counts all weights of the layer. One output sums over those of its own row.",
            LAYER,
        ),
        Mistake(
            "no-2",
            no_two,
            no_two_by_factor,
            "It keeps the size through a linear layer. ReLU then halves the mean square, and nothing makes up for that.",
            RULES,
        ),
        Mistake(
            "width-1",
            width_one,
            width_one_in_rows,
            "It draws with standard deviation 1, whatever the shape. A sum of many such terms is far larger than each of them.",
            LAYER,
        ),
        Mistake(
            "fixed-width",
            fixed_width,
            fixed_width_by_factor,
            "Its spread is the same small number for every shape. How wide is right depends on how many terms are summed.",
            LAYER,
            variants=(fixed_width_of_2,),
        ),
        Mistake(
            "drawn-evenly",
            drawn_evenly,
            drawn_evenly_by_factor,
            "The spread is right, and the numbers are drawn evenly between two bounds. Asked is the bell of a normal distribution.",
            RULES,
        ),
        Mistake(
            "drawn-evenly-to-the-width",
            drawn_evenly_to_the_width,
            drawn_evenly_to_the_width_by_factor,
            "It draws evenly up to the standard deviation. Asked is a normal distribution, and the other one has other bounds too.",
            RULES,
        ),
        Mistake(
            "one-side",
            one_side,
            one_side_by_factor,
            "No weight is negative. The middle of the distribution is 0: else every sum grows with the number of its terms.",
            LAYER,
        ),
        Mistake(
            "one-row-for-all",
            one_row_for_all,
            one_row_for_all_by_sum,
            "All outputs get the same weights. They stay the same unit, many times, however long one trains.",
            ALIKE,
        ),
    ),
    alternatives=(number_by_number, by_standard_normal, row_after_row),
    torch_alternatives=(torch_normal, torch_in_place),
    hints=(
        "Over how many numbers does one output sum, in a matrix and in a convolution? And what does the generator want to be told, "
        "a variance or a standard deviation?",
        "All axes but the first belong to the inputs of one output. The variance is 2 over their number; the standard deviation is "
        "the root of that.",
        "fan_in <- the product of all lengths but the first\n"
        "std    <- the root of the variance\n"
        "return normal numbers of that std, in that shape",
    ),
    solution=SOLUTION,
    library_calls=(
        "learnkit.reference.normal",
        "learnkit.reference.he_uniform",
        "learnkit.pytorch.normal",
        "torch.nn.init.kaiming_normal_",
        "torch.nn.init.kaiming_uniform_",
    ),
    uses=("fan_in_out",),
    level=2,
    minutes=8,
)
