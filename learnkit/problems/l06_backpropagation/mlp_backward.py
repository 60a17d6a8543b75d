"""Back through a whole network, and one step of its numbers; layers may share a weight."""

from typing import Any

import numpy as np

from learnkit.problems.l06_backpropagation.drawn_networks import back_pass
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def mlp_backward(grad_scores, inputs, layers, params, lr):
    """Send a gradient back through a multilayer perceptron with ReLU between its layers, and take one step of gradient descent.

    grad_scores : (N, outputs of the last layer) array, the gradient of the loss along the scores
    inputs : list of arrays, what each layer was given, first layer first; what a hidden layer gave is the next one's input, after ReLU
    layers : list of (name of the weight, name of the bias), first layer first; two layers that share a weight have the same name
    params : dict from name to array; a layer computes x @ weight.T + bias
    lr : the learning rate
    Returns (grads, stepped), two dicts with the names of params: the gradients, and the parameters after the step. Nothing that comes
    in is changed.
    """
    ...
'''

SOLUTION = """
def mlp_backward(grad_scores, inputs, layers, params, lr):
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    grad = grad_scores
    for (weight, bias), x in zip(reversed(layers), reversed(inputs), strict=True):
        grads[weight] += grad.T @ x
        grads[bias] += grad.sum(axis=0)
        grad = (grad @ params[weight]) * (x > 0)
    stepped = {name: params[name] - lr * grads[name] for name in params}
    return grads, stepped
"""


def right_answer(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    grad = grad_scores
    for (weight, bias), x in zip(reversed(layers), reversed(inputs), strict=True):
        grads[weight] += grad.T @ x
        grads[bias] += grad.sum(axis=0)
        grad = (grad @ params[weight]) * (x > 0)
    return grads, {name: params[name] - lr * grads[name] for name in params}


# Right answers written in other ways


def by_places(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads: dict[str, Any] = {}
    g = grad_scores
    for k in range(len(layers) - 1, -1, -1):
        weight, bias = layers[k]
        grads[weight] = grads.get(weight, 0) + np.einsum("nj,ni->ji", g, inputs[k])
        grads[bias] = grads.get(bias, 0) + np.sum(g, 0)
        if k > 0:
            g = np.where(inputs[k] > 0, g.dot(params[weight]), 0.0)
    return grads, {name: value - lr * grads[name] for name, value in params.items()}


def by_recursion(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    def back(g: Any, left: int) -> list[tuple[str, Any]]:
        if left == 0:
            return []
        weight, bias = layers[left - 1]
        own = [(weight, (inputs[left - 1].T @ g).T), (bias, g.sum(0))]
        passed = g @ params[weight]
        passed[inputs[left - 1] <= 0] = 0
        return own + back(passed, left - 1)

    pieces = back(grad_scores, len(layers))
    grads = {name: sum(piece for called, piece in pieces if called == name) for name in params}
    return grads, {name: params[name] - grads[name] * lr for name in params}


def example_by_example(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for n, row in enumerate(grad_scores):
        g = row
        for (weight, bias), given in list(zip(layers, inputs, strict=True))[::-1]:
            grads[weight] = grads[weight] + np.outer(g, given[n])
            grads[bias] = grads[bias] + g
            g = params[weight].T @ g
            g = np.array([slope if value > 0 else 0.0 for slope, value in zip(g, given[n], strict=True)])
    return grads, {name: value + (-lr) * grads[name] for name, value in params.items()}


# What mistakes are made of


def walk(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any, *, masked: bool = True, bias_mean: bool = False) -> Any:
    """The right way, and two ways to leave it."""
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    g = grad_scores
    for k in reversed(range(len(layers))):
        weight, bias = layers[k]
        grads[weight] = grads[weight] + g.T @ inputs[k]
        grads[bias] = grads[bias] + (g.mean(axis=0) if bias_mean else g.sum(axis=0))
        g = g @ params[weight]
        g = g * (inputs[k] > 0) if masked else g
    return grads


def stepped_by(params: Any, grads: Any, lr: Any) -> Any:
    return {name: value - lr * grads[name] for name, value in params.items()}


# Mistakes


def overwrites(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = {}
    grad = grad_scores
    for (weight, bias), x in zip(reversed(layers), reversed(inputs), strict=True):
        grads[weight] = grad.T @ x
        grads[bias] = grad.sum(axis=0)
        grad = (grad @ params[weight]) * (x > 0)
    return grads, {name: params[name] - lr * grads[name] for name in params}


def overwrites_by_places(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    found: dict[str, Any] = {}
    g = grad_scores
    for k in range(len(layers) - 1, -1, -1):
        found |= {layers[k][0]: (inputs[k].T @ g).T, layers[k][1]: g.sum(0)}
        g = np.where(inputs[k] > 0, g @ params[layers[k][0]], 0.0)
    return found, stepped_by(params, found, lr)


def overwrites_weights(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = walk(grad_scores, inputs, layers, params, lr)
    last_seen, _ = overwrites(grad_scores, inputs, layers, params, lr)
    grads |= {weight: last_seen[weight] for weight, _ in layers}
    return grads, stepped_by(params, grads, lr)


def first_one_stays(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    found: dict[str, Any] = {}
    g = grad_scores
    for k in range(len(layers) - 1, -1, -1):
        found.setdefault(layers[k][0], (inputs[k].T @ g).T)
        found.setdefault(layers[k][1], g.sum(0))
        g = np.where(inputs[k] > 0, g @ params[layers[k][0]], 0.0)
    return found, stepped_by(params, found, lr)


def steps_on_the_way(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    stepped = dict(params)
    grad = grad_scores
    for (weight, bias), x in zip(reversed(layers), reversed(inputs), strict=True):
        grads[weight] += grad.T @ x
        grads[bias] += grad.sum(axis=0)
        stepped[weight] = params[weight] - lr * grads[weight]
        stepped[bias] = params[bias] - lr * grads[bias]
        grad = (grad @ stepped[weight]) * (x > 0)
    return grads, stepped


def steps_on_the_way_by_places(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    now = {name: value.copy() for name, value in params.items()}
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    g = grad_scores
    for k in range(len(layers) - 1, -1, -1):
        weight, bias = layers[k]
        own, shift = np.einsum("nj,ni->ji", g, inputs[k]), g.sum(0)
        grads[weight], grads[bias] = grads[weight] + own, grads[bias] + shift
        now[weight] -= lr * own
        now[bias] -= lr * shift
        g = np.where(inputs[k] > 0, g @ now[weight], 0.0)
    return grads, now


def first_layer_first(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    grad = grad_scores
    for (weight, bias), x in zip(layers, inputs, strict=True):
        grads[weight] += grad.T @ x
        grads[bias] += grad.sum(axis=0)
        grad = (grad @ params[weight]) * (x > 0)
    return grads, stepped_by(params, grads, lr)


def first_layer_first_by_places(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    g = grad_scores
    for k in range(len(layers)):
        weight, bias = layers[k]
        grads[weight] = grads[weight] + np.einsum("nj,ni->ji", g, inputs[k])
        grads[bias] = grads[bias] + g.sum(0)
        g = np.where(inputs[k] > 0, g @ params[weight], 0.0)
    return grads, stepped_by(params, grads, lr)


def inputs_first_layer_first(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    return first_layer_first(grad_scores, inputs, layers[::-1], params, lr)


def without_mask(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = walk(grad_scores, inputs, layers, params, lr, masked=False)
    return grads, stepped_by(params, grads, lr)


def without_mask_by_recursion(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    def back(g: Any, left: int) -> list[tuple[str, Any]]:
        if left == 0:
            return []
        weight, bias = layers[left - 1]
        return [(weight, (inputs[left - 1].T @ g).T), (bias, g.sum(0)), *back(g @ params[weight], left - 1)]

    pieces = back(grad_scores, len(layers))
    grads = {name: sum(piece for called, piece in pieces if called == name) for name in params}
    return grads, {name: params[name] - grads[name] * lr for name in params}


def times_inputs(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    grad = grad_scores
    for (weight, bias), x in zip(reversed(layers), reversed(inputs), strict=True):
        grads[weight] += grad.T @ x
        grads[bias] += grad.sum(axis=0)
        grad = (grad @ params[weight]) * x
    return grads, stepped_by(params, grads, lr)


def times_inputs_by_places(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads: dict[str, Any] = {}
    g = grad_scores
    for k in range(len(layers) - 1, -1, -1):
        weight, bias = layers[k]
        grads[weight] = grads.get(weight, 0) + np.einsum("nj,ni->ji", g, inputs[k])
        grads[bias] = grads.get(bias, 0) + np.sum(g, 0)
        g = np.multiply(g.dot(params[weight]), np.maximum(inputs[k], 0))
    return grads, {name: value - lr * grads[name] for name, value in params.items()}


def mean_biases(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = walk(grad_scores, inputs, layers, params, lr, bias_mean=True)
    return grads, stepped_by(params, grads, lr)


def mean_biases_by_places(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads: dict[str, Any] = {}
    g = grad_scores
    for k in range(len(layers) - 1, -1, -1):
        weight, bias = layers[k]
        grads[weight] = grads.get(weight, 0) + np.einsum("nj,ni->ji", g, inputs[k])
        grads[bias] = grads.get(bias, 0) + np.sum(g, 0) / len(g)
        g = np.where(inputs[k] > 0, g.dot(params[weight]), 0.0)
    return grads, {name: value - lr * grads[name] for name, value in params.items()}


def uphill(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = walk(grad_scores, inputs, layers, params, lr)
    return grads, {name: value + lr * grads[name] for name, value in params.items()}


def uphill_in_loop(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads, stepped = example_by_example(grad_scores, inputs, layers, params, lr)
    return grads, {name: 2 * params[name] - stepped[name] for name in params}


def gradients_alone(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    return walk(grad_scores, inputs, layers, params, lr)


def gradients_alone_by_recursion(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads, _ = by_recursion(grad_scores, inputs, layers, params, lr)
    return grads


def steps_in_place(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads = walk(grad_scores, inputs, layers, params, lr)
    for name in params:
        params[name] -= lr * grads[name]
    return grads, params


def steps_in_place_by_recursion(grad_scores: Any, inputs: Any, layers: Any, params: Any, lr: Any) -> Any:
    grads, stepped = by_recursion(grad_scores, inputs, layers, params, lr)
    for name, value in params.items():
        value[...] = stepped[name]
    return grads, stepped


NETWORK = "6 · The whole network"
WRONG = "11 · What goes wrong"
LAYERS = "5 · One layer at a time"
SHARED = [("shared", "bias_1"), ("shared", "bias_2"), ("weight_3", "bias_3")]
ALL_SHARED = [("weight", "bias"), ("weight", "bias"), ("last weight", "last bias")]

PROBLEM = Problem(
    id="06.mlp_backward",
    title="Back through a network",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    axes={"grad_scores": "NK"},
    returns=("grads", "stepped"),
    library_calls=("learnkit.reference.Sequential", "torch.autograd.functional.vjp", "torch.func.vjp"),
    uses=("linear", "relu"),
    probes=(
        Probe("two examples, widths 2, 3 and 1", "small enough to read", lambda rng: back_pass(rng, 2, (2, 3, 1))),
        Probe(
            "three layers, all widths 3",
            "everything is square: layers in another order run, and are known by their numbers",
            lambda rng: back_pass(rng, 3, (3, 3, 3, 3)),
        ),
        Probe(
            "two layers that share a weight",
            "what is used twice gets a gradient from both places",
            lambda rng: back_pass(rng, 3, (2, 2, 2, 2), SHARED),
        ),
        Probe("five examples, widths 4, 3, 5 and 2", "layers in another order do not fit", lambda rng: back_pass(rng, 5, (4, 3, 5, 2))),
        Probe(
            "two layers that share everything",
            "a bias can be shared, too",
            lambda rng: back_pass(rng, 4, (2, 2, 2, 3), ALL_SHARED),
            is_edge=True,
        ),
        Probe("one layer", "no ReLU is passed", lambda rng: back_pass(rng, 3, (3, 2)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "overwrites",
            overwrites,
            overwrites_by_places,
            "Where two layers share a weight, the second gradient takes the place of the first. A value that is used twice moves the "
            "loss in "
            "two ways.",
            NETWORK,
            variants=(overwrites_weights, first_one_stays),
            line=("grads[weight] += grad.T @ x", "grads[weight] = grad.T @ x"),
        ),
        Mistake(
            "updated-weights",
            steps_on_the_way,
            steps_on_the_way_by_places,
            "It takes the step on the way back, and sends the gradient through weights that have moved. The loss was computed with the "
            "old ones.",
            WRONG,
        ),
        Mistake(
            "first-layer-first",
            first_layer_first,
            first_layer_first_by_places,
            "It goes through the layers in the order of the forward pass. The gradient arrives at the scores, so the last layer comes "
            "first.",
            NETWORK,
            variants=(inputs_first_layer_first,),
            line=(
                "for (weight, bias), x in zip(reversed(layers), reversed(inputs), strict=True):",
                "for (weight, bias), x in zip(layers, inputs, strict=True):",
            ),
        ),
        Mistake(
            "no-mask",
            without_mask,
            without_mask_by_recursion,
            "Between two layers it forgets ReLU. A unit that was off did not move the scores, and no gradient goes through it.",
            LAYERS,
            line=("grad = (grad @ params[weight]) * (x > 0)", "grad = grad @ params[weight]"),
        ),
        Mistake(
            "times-inputs",
            times_inputs,
            times_inputs_by_places,
            "It multiplies by what ReLU gave. Multiplied is by its slope, which is 1 where the unit is on.",
            LAYERS,
        ),
        Mistake(
            "mean-biases",
            mean_biases,
            mean_biases_by_places,
            "It takes the mean over the batch for the biases. The mean of the loss is in grad_scores already: what is left is a sum.",
            LAYERS,
        ),
        Mistake(
            "uphill",
            uphill,
            uphill_in_loop,
            "The gradients are right, and the step goes along them. They point to where the loss grows.",
            NETWORK,
        ),
        Mistake(
            "gradients-alone",
            gradients_alone,
            gradients_alone_by_recursion,
            "It returns the gradients alone. Asked are two dicts: the gradients, and the parameters after one step.",
            NETWORK,
        ),
        Mistake(
            "steps-in-place",
            steps_in_place,
            steps_in_place_by_recursion,
            "The numbers are right, but the parameters of the caller are overwritten. Asked are new ones.",
            NETWORK,
        ),
    ),
    alternatives=(by_places, by_recursion, example_by_example),
    hints=(
        "Which layer does the gradient meet first? And what does it have to pass between two layers?",
        "Go through layers and inputs from the last to the first. Each layer adds to the gradients of its weight and bias, and hands "
        "on the "
        "gradient along its own input, which has passed ReLU: only where that input is above 0. The step comes at the very end, when all "
        "gradients are there.",
        "grads <- zeros of the shape of each parameter\n"
        "for each layer, the last one first:\n"
        "    add to the gradient of its weight, and to that of its bias\n"
        "    gradient <- through the weight, then through ReLU (where the layer's input is above 0)\n"
        "stepped <- each parameter, less lr times its gradient",
    ),
    solution=SOLUTION,
    level=3,
    minutes=18,
    is_core=False,
)
