"""How many numbers a network learns, from its widths."""

from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def count_params(sizes):
    """Count the numbers that a multilayer perceptron learns: the entries of all its weights and biases.

    sizes : tuple of widths, from the inputs to the outputs; (64, 32, 10) has one hidden layer of 32 units
    Returns the count, a whole number. Every layer after the inputs has a weight and a bias.
    """
    ...
'''

SOLUTION = """
def count_params(sizes):
    total = 0
    for place in range(len(sizes) - 1):
        entering, leaving = sizes[place], sizes[place + 1]
        total += entering * leaving + leaving
    return total
"""


def right_answer(sizes: Any) -> Any:
    return sum(entering * leaving + leaving for entering, leaving in pairwise(sizes))


# Right answers written in other ways


def layer_by_layer(sizes: Any) -> Any:
    total, entering = 0, sizes[0]
    for leaving in sizes[1:]:
        total += (entering + 1) * leaving
        entering = leaving
    return total


def by_arrays(sizes: Any) -> Any:
    widths = np.array(sizes)
    return int(widths[:-1] @ widths[1:] + widths[1:].sum())


def by_making_them(sizes: Any) -> Any:
    weights = [np.zeros((sizes[i + 1], sizes[i])) for i in range(len(sizes) - 1)]
    biases = [np.zeros(size) for size in sizes[1:]]
    return sum(array.size for array in weights + biases)


# Mistakes


def without_biases(sizes: Any) -> Any:
    return sum(entering * leaving for entering, leaving in pairwise(sizes))


def without_biases_by_arrays(sizes: Any) -> Any:
    return int(np.dot(sizes[:-1], sizes[1:]))


def units(sizes: Any) -> Any:
    return sum(sizes)


def units_in_loop(sizes: Any) -> Any:
    total = 0
    for width in sizes:
        total += width
    return total


def units_after_inputs(sizes: Any) -> Any:
    return sum(sizes[1:])


def hidden_units(sizes: Any) -> Any:
    return sum(sizes[1:-1])


def weights_and_units(sizes: Any) -> Any:
    return sum(entering * leaving for entering, leaving in pairwise(sizes)) + sum(sizes)


def weights_and_units_in_loop(sizes: Any) -> Any:
    total = sizes[0]
    for place in range(1, len(sizes)):
        total += sizes[place - 1] * sizes[place] + sizes[place]
    return total


def bias_for_inputs(sizes: Any) -> Any:
    return sum(entering * leaving + entering for entering, leaving in pairwise(sizes))


def bias_for_inputs_in_loop(sizes: Any) -> Any:
    total = 0
    for place in range(len(sizes) - 1):
        total += sizes[place] * (sizes[place + 1] + 1)
    return total


def one_bias_a_layer(sizes: Any) -> Any:
    return sum(entering * leaving + 1 for entering, leaving in pairwise(sizes))


def one_bias_a_layer_by_arrays(sizes: Any) -> Any:
    return int(np.dot(sizes[:-1], sizes[1:])) + len(sizes) - 1


def no_bias_at_the_end(sizes: Any) -> Any:
    return sum(entering * leaving for entering, leaving in pairwise(sizes)) + sum(sizes[1:-1])


def no_bias_at_the_end_in_loop(sizes: Any) -> Any:
    total = 0
    for place in range(len(sizes) - 1):
        total += sizes[place] * sizes[place + 1]
        total += sizes[place + 1] if place < len(sizes) - 2 else 0
    return total


def product_of_all(sizes: Any) -> Any:
    return prod(sizes)


def product_of_all_in_loop(sizes: Any) -> Any:
    total = 1
    for width in sizes:
        total *= width
    return total


def first_layer_only(sizes: Any) -> Any:
    return sizes[0] * sizes[1] + sizes[1]


def first_layer_only_by_arrays(sizes: Any) -> Any:
    return np.zeros((sizes[1], sizes[0] + 1)).size


def last_layer_missing(sizes: Any) -> Any:
    return sum(entering * leaving + leaving for entering, leaving in pairwise(sizes[:-1]))


def last_layer_missing_in_loop(sizes: Any) -> Any:
    total = 0
    for place in range(len(sizes) - 2):
        total += (sizes[place] + 1) * sizes[place + 1]
    return total


def three_widths(rng: np.random.Generator) -> tuple[Any, ...]:
    """Three small widths, all different."""
    return (tuple(int(width) for width in rng.choice(np.arange(2, 8), size=3, replace=False)),)


def four_widths(rng: np.random.Generator) -> tuple[Any, ...]:
    return (tuple(int(width) for width in rng.choice(np.arange(10, 90), size=4, replace=False)),)


def two_widths(rng: np.random.Generator) -> tuple[Any, ...]:
    return (tuple(int(width) for width in rng.choice(np.arange(3, 20), size=2, replace=False)),)


def equal_widths(rng: np.random.Generator) -> tuple[Any, ...]:
    return ((int(rng.integers(4, 30)),) * 5,)


COUNT = "7 · How many numbers are learned?"

PROBLEM = Problem(
    id="05.count_params",
    title="How many numbers a network learns",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    library_calls=("learnkit.reference.mlp_init", "learnkit.pytorch.mlp_init"),
    probes=(
        Probe("one hidden layer, small widths", "it can be counted on paper", three_widths),
        Probe("two hidden layers", "a rule that holds for one hidden layer need not hold for two", four_widths, is_edge=True),
        Probe("no hidden layer", "a linear classifier has a weight and a bias too", two_widths, is_edge=True),
        Probe("four layers of one width", "mixed-up sizes do not show here", equal_widths, is_edge=True),
    ),
    mistakes=(
        Mistake(
            "no-biases",
            without_biases,
            without_biases_by_arrays,
            "The biases are forgotten. Each layer also learns one number for each of its outputs.",
            COUNT,
            line=("total += entering * leaving + leaving", "total += entering * leaving"),
        ),
        Mistake(
            "counts-units",
            units,
            units_in_loop,
            "It counts units, the numbers that flow through the network. What is learned stands between them: one weight for each pair.",
            COUNT,
            variants=(units_after_inputs, hidden_units),
        ),
        Mistake(
            "weights-and-units",
            weights_and_units,
            weights_and_units_in_loop,
            "The inputs are counted too. They come from the data: the first layer of numbers has neither weight nor bias.",
            COUNT,
        ),
        Mistake(
            "bias-for-inputs",
            bias_for_inputs,
            bias_for_inputs_in_loop,
            "It counts a bias for each number that enters a layer. A bias is added to an output.",
            COUNT,
            line=("total += entering * leaving + leaving", "total += entering * leaving + entering"),
        ),
        Mistake(
            "one-bias-a-layer",
            one_bias_a_layer,
            one_bias_a_layer_by_arrays,
            "It counts one bias for a whole layer. Every output of a layer has a bias of its own.",
            COUNT,
        ),
        Mistake(
            "no-last-bias",
            no_bias_at_the_end,
            no_bias_at_the_end_in_loop,
            "The bias of the last layer is missing. The last layer has no activation, and it has a bias.",
            COUNT,
        ),
        Mistake(
            "product-of-all",
            product_of_all,
            product_of_all_in_loop,
            "It multiplies all widths with each other. A weight joins two neighboring layers, and the layers add up.",
            COUNT,
        ),
        Mistake(
            "first-layer-only",
            first_layer_only,
            first_layer_only_by_arrays,
            "It stops after the first layer.",
            COUNT,
            line=("return total", "return sizes[0] * sizes[1] + sizes[1]"),
        ),
        Mistake(
            "last-layer-missing",
            last_layer_missing,
            last_layer_missing_in_loop,
            "The layer that makes the scores is missing. It learns like the others.",
            COUNT,
        ),
    ),
    alternatives=(layer_by_layer, by_arrays, by_making_them),
    hints=(
        "Draw a network with widths 3, 2 and 1 and count its lines. What is learned besides the lines?",
        "Between two neighboring widths stands a weight with one number for each pair of an input and an output, and a bias with one "
        "number for "
        "each output. Three widths make two layers.",
        "total <- 0\nfor each pair of neighboring widths, the one that goes in and the one that comes out:\n"
        "    add their product, for the weight\n    add the one that comes out, for the bias",
    ),
    solution=SOLUTION,
    minutes=5,
)
