"""The multilayer perceptron as plain functions: make its weights, go forward, go back, count its parameters.

The form in which lessons 05 and 06 meet it, before layers hold the weights: a list of (weight, bias), and ReLU between them.

Source: Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from learnkit.reference.activations import relu
from learnkit.reference.linear_maps import linear
from learnkit.reference.operations import Array

Weights = list[tuple[Array, Array]]


def mlp_init(sizes: Sequence[int], *, rng: "np.random.Generator") -> Weights:
    """Draw the weights of a multilayer perceptron.

    Parameters
    ----------
    sizes : at least two widths, the inputs' first and the outputs' last
    rng : np.random.Generator

    Returns
    -------
    list of (weight, bias), (D_out, D_in) and (D_out,), float32: one a layer

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or one is below 1.

    Notes
    -----
    Both are uniform within ±1/√D_in, PyTorch's default for nn.Linear. Lesson 08 says what is better in deep networks.

    Examples
    --------
    >>> [weight.shape for weight, _ in mlp_init((64, 32, 10), rng=np.random.default_rng(0))]
    [(32, 64), (10, 32)]

    See Also
    --------
    learnkit.pytorch.mlp_init, Linear, Sequential
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes must be at least two widths, each at least 1, such as (64, 32, 10); got {tuple(sizes)}.")
    weights: Weights = []
    for inputs, outputs in pairwise(sizes):
        bound = 1 / math.sqrt(inputs)
        drawn = (rng.uniform(-bound, bound, shape).astype(np.float32) for shape in ((outputs, inputs), (outputs,)))
        weights.append((next(drawn), next(drawn)))
    return weights


def mlp_forward(x: Array, weights: Sequence[tuple[Array, Array]]) -> tuple[Array, list[Any]]:
    """Return the scores of a multilayer perceptron, and what its backward needs.

    h ← relu(h Wᵀ + b) for every layer but the last, which has no activation: scores may be negative.

    Parameters
    ----------
    x : (N, D_0)
    weights : one (weight, bias) a layer, as `mlp_init` makes them

    Returns
    -------
    scores : (N, D_last)
    saved : for `mlp_backward`

    Raises
    ------
    ValueError
        If there is no layer, or a shape does not fit.

    Examples
    --------
    >>> identity = (np.eye(2), np.zeros(2))
    >>> scores, saved = mlp_forward(np.array([[1.0, -2.0]]), [identity, (np.array([[1.0, 1.0], [-1.0, 0.0]]), np.zeros(2))])
    >>> scores
    array([[ 1., -1.]])

    See Also
    --------
    learnkit.pytorch.mlp_forward, Sequential.forward
    """
    if not weights:
        raise ValueError("weights must hold at least one (weight, bias); got none.")
    saved: list[Any] = []
    for place, (weight, bias) in enumerate(weights):
        x, kept = linear.forward(x, weight, bias)
        saved.append(kept)
        if place < len(weights) - 1:
            x, kept = relu.forward(x)
            saved.append(kept)
    return x, saved


def mlp_backward(grad_output: Array, saved: Sequence[Any]) -> tuple[Array, Weights]:
    """Return the gradients of `mlp_forward`, last layer first in time and first layer first in the list.

    Parameters
    ----------
    grad_output : (N, D_last)
        The gradient of the loss with respect to the scores.
    saved : from `mlp_forward`

    Returns
    -------
    grad_x : (N, D_0)
    gradients : one (grad_weight, grad_bias) a layer, in the order of the weights

    Examples
    --------
    >>> scores, saved = mlp_forward(np.array([[2.0]]), [(np.array([[3.0]]), np.array([0.0]))])
    >>> mlp_backward(np.array([[1.0]]), saved)
    (array([[3.]]), [(array([[2.]]), array([1.]))])

    See Also
    --------
    learnkit.pytorch.mlp_backward, Sequential.backward
    """
    gradients: Weights = []
    for place in reversed(range(len(saved))):
        if place % 2:  # linear, relu, linear, …: every second one is an activation
            grad_output = relu.backward(grad_output, saved[place])
        else:
            grad_output, grad_weight, grad_bias = linear.backward(grad_output, saved[place])
            gradients.append((grad_weight, grad_bias))
    return grad_output, gradients[::-1]


def count_params(weights: Any) -> int:
    """Return how many numbers are trained: the entries of all weights and biases.

    Parameters
    ----------
    weights : a list of (weight, bias), or a Module
        A parameter that two layers share counts once.

    Examples
    --------
    64 · 32 + 32 for the first layer and 32 · 10 + 10 for the second:

    >>> count_params(mlp_init((64, 32, 10), rng=np.random.default_rng(0)))
    2410

    See Also
    --------
    learnkit.pytorch.count_params
    """
    arrays = (
        list(weights.parameters()) if hasattr(weights, "parameters") else [part for layer in weights for part in layer if part is not None]
    )
    return sum({id(array): math.prod(array.shape) for array in arrays}.values())
