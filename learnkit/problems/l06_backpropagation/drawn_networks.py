"""Networks for the probes of lesson 06: what each layer was given, and a gradient along the scores, with units on and off everywhere."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.problems.drawing import Floats, few_scores

Named = dict[str, Floats]


def back_pass(rng: np.random.Generator, rows: int, sizes: Sequence[int], names: Sequence[tuple[str, str]] | None = None) -> tuple[Any, ...]:
    """Draw (grad_scores, inputs, layers, params, lr) of a network; layers with the same names share their numbers.

    Every hidden layer has units that are on and units that are off, and no value is 0: a mask that is missing or misplaced shows.
    """
    layers = list(names or [(f"weight_{k}", f"bias_{k}") for k in range(1, len(sizes))])
    while True:
        params: Named = {}
        for (weight, bias), entering, leaving in zip(layers, sizes[:-1], sizes[1:], strict=True):
            if weight not in params:
                params[weight] = few_scores(rng, leaving, entering)
            if bias not in params:
                params[bias] = few_scores(rng, leaving)
        x = few_scores(rng, rows, sizes[0])
        inputs = [x]
        for weight, bias in layers[:-1]:
            inputs.append(np.maximum(inputs[-1] @ params[weight].T + params[bias], 0))
        hidden = inputs[1:]
        has_both = all((values > 0).any() and (values == 0).any() and (values > 0).any(axis=0).sum() > 1 for values in hidden)
        if has_both and (x < 0).any() and (x > 0).any():
            return few_scores(rng, rows, sizes[-1]) / 4, inputs, layers, params, 0.1
