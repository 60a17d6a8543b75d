"""The multilayer perceptron as plain functions: make its weights, go forward, go back, count its parameters.

The form in which lessons 05 and 06 meet it, before layers hold the weights: a list of (weight, bias), and ReLU between them. Here
autograd goes back; ``torch.nn.Sequential`` is what PyTorch itself has.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch.nn import functional

Weights = list[tuple[torch.Tensor, torch.Tensor]]


def mlp_init(sizes: Sequence[int], *, rng: torch.Generator) -> Weights:
    """Draw the weights of a multilayer perceptron, as tensors that require a gradient.

    Parameters
    ----------
    sizes : at least two widths, the inputs' first and the outputs' last
    rng : torch.Generator
        The weights are on its device.

    Returns
    -------
    list of (weight, bias), (D_out, D_in) and (D_out,), float32: one a layer

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or one is below 1.

    Notes
    -----
    Both are uniform within ±1/√D_in, the default of torch.nn.Linear.

    Examples
    --------
    >>> [tuple(weight.shape) for weight, _ in mlp_init((64, 32, 10), rng=torch.Generator().manual_seed(0))]
    [(32, 64), (10, 32)]

    See Also
    --------
    learnkit.reference.mlp_init, Linear, Sequential
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes must be at least two widths, each at least 1, such as (64, 32, 10); got {tuple(sizes)}.")
    weights: Weights = []
    for inputs, outputs in pairwise(sizes):
        bound = 1 / math.sqrt(inputs)
        weight, bias = (
            torch.empty(shape, device=rng.device).uniform_(-bound, bound, generator=rng).requires_grad_()
            for shape in ((outputs, inputs), (outputs,))
        )
        weights.append((weight, bias))
    return weights


def mlp_forward(x: torch.Tensor, weights: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> tuple[torch.Tensor, list[Any]]:
    """Return the scores of a multilayer perceptron, and what its backward needs.

    h ← relu(h Wᵀ + b) for every layer but the last, which has no activation: scores may be negative.

    Parameters
    ----------
    x : (N, D_0)
    weights : one (weight, bias) a layer, as `mlp_init` makes them

    Returns
    -------
    scores : (N, D_last)
    saved : for `mlp_backward`: the tensors that autograd differentiates along

    Raises
    ------
    ValueError
        If there is no layer.
    RuntimeError
        If a shape does not fit.

    Examples
    --------
    >>> scores, saved = mlp_forward(torch.ones(1, 2), [(-torch.eye(2), torch.zeros(2))])
    >>> scores
    tensor([[-1., -1.]])

    See Also
    --------
    learnkit.reference.mlp_forward, torch.nn.Sequential
    """
    if not weights:
        raise ValueError("weights must hold at least one (weight, bias); got none.")
    scores = x
    for place, (weight, bias) in enumerate(weights):
        scores = functional.linear(scores, weight, bias)
        if place < len(weights) - 1:
            scores = functional.relu(scores)
    return scores, [scores, x, *weights]


def mlp_backward(grad_output: torch.Tensor, saved: Sequence[Any]) -> tuple[torch.Tensor | None, Weights]:
    """Return the gradients of `mlp_forward`, in the order of the weights; autograd computes them.

    Parameters
    ----------
    grad_output : (N, D_last)
        The gradient of the loss with respect to the scores.
    saved : from `mlp_forward`

    Returns
    -------
    grad_x : (N, D_0), None if x requires no gradient
    gradients : one (grad_weight, grad_bias) a layer

    Examples
    --------
    >>> weights = [(torch.tensor([[3.0]], requires_grad=True), torch.zeros(1, requires_grad=True))]
    >>> scores, saved = mlp_forward(torch.tensor([[2.0]]), weights)
    >>> mlp_backward(torch.ones(1, 1), saved)
    (None, [(tensor([[2.]]), tensor([1.]))])

    See Also
    --------
    learnkit.reference.mlp_backward, torch.autograd.grad
    """
    scores, x, *weights = saved
    sources = [x] if x.requires_grad else []
    grads = torch.autograd.grad(scores, [*sources, *(part for layer in weights for part in layer)], grad_output, retain_graph=True)
    own = grads[len(sources) :]
    return grads[0] if sources else None, list(zip(own[::2], own[1::2], strict=True))


def count_params(weights: Any) -> int:
    """Return how many numbers are trained: the entries of all weights and biases.

    Parameters
    ----------
    weights : a list of (weight, bias), or a Module
        A parameter that two layers share counts once.

    Examples
    --------
    64 · 32 + 32 for the first layer and 32 · 10 + 10 for the second:

    >>> count_params(mlp_init((64, 32, 10), rng=torch.Generator().manual_seed(0)))
    2410

    See Also
    --------
    learnkit.reference.count_params
    """
    tensors = (
        list(weights.parameters()) if hasattr(weights, "parameters") else [part for layer in weights for part in layer if part is not None]
    )
    return sum({id(tensor): tensor.numel() for tensor in tensors}.values())
