"""Inputs and weights for the probes of lesson 05: both signs everywhere, so that an activation that is missing or misplaced shows."""

from itertools import pairwise
from typing import Any

import numpy as np

from learnkit.problems.drawing import Floats, few_scores

Weights = list[tuple[Floats, Floats]]


def both_signs(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw numbers with one decimal, all different and none 0, both signs in each row; at least two of them."""
    while True:
        drawn = few_scores(rng, *shape)
        rows = drawn.reshape(-1, shape[-1])
        if (drawn != 0).all() and (rows.min(axis=1) < 0).all() and (rows.max(axis=1) > 0).all():
            return drawn


def network(rng: np.random.Generator, rows: int, *sizes: int) -> tuple[Any, ...]:
    """Draw inputs (rows, sizes[0]) and the weights of a network in which every layer of every example has both signs, where it can."""
    while True:
        x = few_scores(rng, rows, sizes[0])
        weights = [(few_scores(rng, outputs, inputs), few_scores(rng, outputs)) for inputs, outputs in pairwise(sizes)]
        if _is_telling(x, weights):
            return x, weights


def _is_telling(x: Floats, weights: Weights) -> bool:
    """Whether inputs and every layer hold both signs, nothing is 0, and every hidden unit is on for one example at least."""
    values = x
    for weight, bias in weights:
        if not ((values < -0.05).any() and (values > 0.05).any()):
            return False
        values = np.maximum(values, 0) if values is not x else values
        if values is not x and len(x) > 1 and not (values > 0).any(axis=0).all():
            return False
        without_bias = values @ weight.T
        if not ((without_bias < 0) != (without_bias + bias < 0)).any():
            return False  # a bias that comes after the activation would not show
        values = without_bias + bias
    return bool((values < -0.05).any() and (values > 0.05).any())
