"""Weight decay: half of λ times the squared weights, in the loss and in the gradient, and not for the biases."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def l2_loss_grad(loss, grad_weight, grad_bias, weight, bias, weight_decay):
    """Add the L2 penalty (weight_decay / 2) · Σ weight² to a loss and its gradients. The bias is not penalized.

    loss : a number, the loss of the data
    grad_weight, grad_bias : its gradients, (C, D) and (C,)
    weight, bias : (C, D) and (C,)
    weight_decay : a number, λ
    Returns (loss, grad_weight, grad_bias), with the penalty in them. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def l2_loss_grad(loss, grad_weight, grad_bias, weight, bias, weight_decay):
    penalty = weight_decay / 2 * (weight**2).sum()
    grad_penalty = weight_decay * weight
    return loss + penalty, grad_weight + grad_penalty, grad_bias
"""


def right(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    penalty = weight_decay / 2 * (weight**2).sum()
    grad_penalty = weight_decay * weight
    return loss + penalty, grad_weight + grad_penalty, grad_bias


# Right answers written in other ways


def by_norm(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + 0.5 * weight_decay * np.linalg.norm(weight) ** 2, grad_weight + weight_decay * weight, 1 * grad_bias


def one_by_one(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    total, grads = loss, grad_weight.copy()
    for c in range(len(weight)):
        for d in range(weight.shape[1]):
            total = total + weight_decay * weight[c, d] * weight[c, d] / 2
            grads[c, d] = grads[c, d] + weight_decay * weight[c, d]
    return total, grads, grad_bias.copy()


def by_dot(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    shrink = weight_decay * weight
    return loss + np.vdot(shrink, weight) / 2, np.add(grad_weight, shrink), grad_bias + 0.0


# Mistakes


def no_half(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + weight_decay * (weight**2).sum(), grad_weight + weight_decay * weight, grad_bias


def no_half_by_dot(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + np.vdot(weight, weight) * weight_decay, grad_weight + weight * weight_decay, 1 * grad_bias


def two_in_gradient(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + weight_decay / 2 * (weight**2).sum(), grad_weight + 2 * weight_decay * weight, grad_bias


def two_in_gradient_by_sum(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    shrink = weight_decay * weight
    return loss + np.vdot(shrink, weight) / 2, grad_weight + shrink + shrink, grad_bias + 0.0


def both_without_half(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + weight_decay * (weight**2).sum(), grad_weight + 2 * weight_decay * weight, grad_bias


def both_without_half_by_norm(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + weight_decay * np.linalg.norm(weight) ** 2, grad_weight + weight_decay * (weight + weight), 1 * grad_bias


def bias_too(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    total = loss + weight_decay / 2 * ((weight**2).sum() + (bias**2).sum())
    return total, grad_weight + weight_decay * weight, grad_bias + weight_decay * bias


def bias_too_by_dot(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    total, grads = loss, []
    for grad, value in ((grad_weight, weight), (grad_bias, bias)):
        total = total + weight_decay * np.vdot(value, value) / 2
        grads.append(grad + weight_decay * value)
    return total, grads[0], grads[1]


def loss_only(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + weight_decay / 2 * (weight**2).sum(), grad_weight, grad_bias


def loss_only_by_norm(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + weight_decay * np.linalg.norm(weight) ** 2 / 2, 1 * grad_weight, 1 * grad_bias


def taken_away(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + weight_decay / 2 * (weight**2).sum(), grad_weight - weight_decay * weight, grad_bias


def taken_away_by_dot(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + np.vdot(weight, weight) * weight_decay / 2, grad_weight + weight * -weight_decay, grad_bias + 0.0


def mean_of_squares(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + weight_decay / 2 * (weight**2).mean(), grad_weight + weight_decay * weight, grad_bias


def mean_of_squares_by_size(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + np.vdot(weight, weight) * weight_decay / 2 / weight.size, grad_weight + weight_decay * weight, 1 * grad_bias


def absolute(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    return loss + weight_decay * np.abs(weight).sum(), grad_weight + weight_decay * np.sign(weight), grad_bias


def absolute_in_a_loop(loss: Any, grad_weight: Any, grad_bias: Any, weight: Any, bias: Any, weight_decay: float) -> Any:
    total, grads = loss, grad_weight.copy()
    for place in np.ndindex(*weight.shape):
        total = total + weight_decay * abs(weight[place])
        grads[place] += weight_decay * (weight[place] / abs(weight[place]) if weight[place] else 0)
    return total, grads, grad_bias.copy()


def _case(decay: float, *shape: int) -> Any:
    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        weight, bias = few_scores(rng, *shape), few_scores(rng, shape[0])
        return float(rng.uniform(0.5, 2)), few_scores(rng, *shape), few_scores(rng, shape[0]), weight, bias, decay

    return make


DECAY = "3 · Keep the weights small"

PROBLEM = Problem(
    id="12.l2_loss_grad",
    title="Weight decay, in the loss and in the gradient",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"weight": "CD", "bias": "C"},
    returns=("loss", "grad_weight", "grad_bias"),
    probes=(
        Probe("1 output, 2 inputs, λ = 0.1", "small enough to read", _case(0.1, 1, 2)),
        Probe("3 outputs, 4 inputs, λ = 0.3", "λ is not 1, so that a factor of it shows", _case(0.3, 3, 4)),
        Probe("λ = 0", "no penalty at all", _case(0.0, 2, 3), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "no-half",
            no_half,
            no_half_by_dot,
            "The loss has the whole of λ and the gradient is that of half of it. With the half, the gradient is λ times the weight.",
            DECAY,
            line=("penalty = weight_decay / 2 * (weight**2).sum()", "penalty = weight_decay * (weight**2).sum()"),
        ),
        Mistake(
            "two-in-gradient",
            two_in_gradient,
            two_in_gradient_by_sum,
            "The gradient is twice that of the penalty: the half in front cancels the 2 that the square brings.",
            DECAY,
            line=("grad_penalty = weight_decay * weight", "grad_penalty = 2 * weight_decay * weight"),
        ),
        Mistake(
            "both-without-half",
            both_without_half,
            both_without_half_by_norm,
            "Loss and gradient agree, and both belong to the penalty without the half, another convention than the one asked.",
            DECAY,
        ),
        Mistake(
            "bias-too",
            bias_too,
            bias_too_by_dot,
            "It penalizes the bias as well. A bias shifts an output and bends nothing, and here it is left alone.",
            DECAY,
        ),
        Mistake(
            "loss-only",
            loss_only,
            loss_only_by_norm,
            "The penalty is in the loss and not in the gradient, so that training never feels it.",
            DECAY,
            line=("grad_penalty = weight_decay * weight", "grad_penalty = 0 * weight"),
        ),
        Mistake(
            "taken-away",
            taken_away,
            taken_away_by_dot,
            "The gradient of the penalty is taken away, so that a step makes the weights larger.",
            DECAY,
        ),
        Mistake(
            "mean-of-squares",
            mean_of_squares,
            mean_of_squares_by_size,
            "The penalty in the loss is a mean over the weights. It is a sum, whatever their number.",
            DECAY,
        ),
        Mistake(
            "absolute",
            absolute,
            absolute_in_a_loop,
            "That is the L1 penalty, of absolute values. L2 squares the weights.",
            DECAY,
        ),
    ),
    alternatives=(by_norm, one_by_one, by_dot),
    hints=(
        "What is the derivative of λ/2 times the square of one weight?",
        "A sum of losses has the sum of their gradients. The penalty of each weight depends on that weight alone.",
        "penalty      <- λ/2 times the sum of all squared weights\ngrad_penalty <- λ times each weight\nadd both; the bias stays out",
    ),
    solution=SOLUTION,
    level=1,
    minutes=7,
)
