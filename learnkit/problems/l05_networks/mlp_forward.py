"""The forward pass of a multilayer perceptron: linear, bend, linear, bend, linear; and what each layer was given."""

from typing import Any

import numpy as np

from learnkit.problems.l05_networks.drawn_networks import network
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def mlp_forward(x, weights):
    """Send inputs through a multilayer perceptron, with ReLU after every layer but the last.

    x : (N, D_in) array, one row an example
    weights : list with one pair (weight, bias) for each layer: weight (outputs, inputs), bias (outputs,)
    Returns (scores, inputs): scores is (N, outputs of the last layer); inputs is a list with what each layer was given, one array a
    layer, x first. Nothing that comes in is changed.
    """
    ...
'''

SOLUTION = """
def mlp_forward(x, weights):
    inputs = []
    for place, (weight, bias) in enumerate(weights):
        inputs.append(x)
        x = x @ weight.T + bias
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
    return x, inputs
"""


def right_answer(x: Any, weights: Any) -> Any:
    inputs = []
    for place, (weight, bias) in enumerate(weights):
        inputs.append(x)
        x = x @ weight.T + bias
        x = np.maximum(x, 0) if place < len(weights) - 1 else x
    return x, inputs


def right_answer_on_torch(x: Any, weights: Any) -> Any:
    import torch

    inputs = []
    for place, (weight, bias) in enumerate(weights):
        inputs.append(x)
        x = torch.nn.functional.linear(x, weight, bias)
        x = torch.relu(x) if place < len(weights) - 1 else x
    return x, inputs


# Right answers written in other ways


def bend_before_every_layer_but_the_first(x: Any, weights: Any) -> Any:
    given, scores = [], None
    for weight, bias in weights:
        entering = x if scores is None else np.where(scores > 0, scores, 0.0)
        given.append(entering)
        scores = np.einsum("nd,kd->nk", entering, weight) + bias
    return scores, given


def last_layer_apart(x: Any, weights: Any) -> Any:
    entering = [x]
    for weight, bias in weights[:-1]:
        entering.append(np.maximum(entering[-1].dot(weight.T) + bias, 0))
    weight, bias = weights[-1]
    return entering[-1].dot(weight.T) + bias, entering


def by_recursion(x: Any, weights: Any) -> Any:
    (weight, bias), rest = weights[0], weights[1:]
    y = (weight @ x.T).T + bias[None, :]
    if not rest:
        return y, [x]
    scores, later = by_recursion(y * (y > 0), rest)
    return scores, [x, *later]


def example_by_example(x: Any, weights: Any) -> Any:
    inputs: list[list[Any]] = [[] for _ in weights]
    scores = []
    for row in x:
        for place, (weight, bias) in enumerate(weights):
            inputs[place].append(row)
            row = np.array([sum(line * row) + number for line, number in zip(weight, bias, strict=True)])
            if place + 1 < len(weights):
                row = np.maximum(row, 0)
        scores.append(row)
    return np.array(scores), [np.array(rows) for rows in inputs]


def torch_in_a_loop(x: Any, weights: Any) -> Any:
    import torch

    inputs = []
    for weight, bias in weights[:-1]:
        inputs.append(x)
        x = torch.relu(x @ weight.T + bias)
    weight, bias = weights[-1]
    return x @ weight.T + bias, [*inputs, x]


def torch_by_addmm(x: Any, weights: Any) -> Any:
    import torch

    inputs, scores = [x], torch.addmm(weights[0][1], x, weights[0][0].T)
    for weight, bias in weights[1:]:
        inputs.append(scores.clamp(min=0))
        scores = torch.addmm(bias, inputs[-1], weight.T)
    return scores, inputs


# Mistakes


def bent_scores(x: Any, weights: Any) -> Any:
    inputs = []
    for weight, bias in weights:
        inputs.append(x)
        x = np.maximum(x @ weight.T + bias, 0)
    return x, inputs


def bent_scores_at_the_end(x: Any, weights: Any) -> Any:
    scores, inputs = last_layer_apart(x, weights)
    return scores * (scores > 0), inputs


def never_bent(x: Any, weights: Any) -> Any:
    inputs = []
    for weight, bias in weights:
        inputs.append(x)
        x = x @ weight.T + bias
    return x, inputs


def never_bent_by_recursion(x: Any, weights: Any) -> Any:
    y = np.dot(x, weights[0][0].T) + weights[0][1]
    if len(weights) == 1:
        return y, [x]
    scores, later = never_bent_by_recursion(y, weights[1:])
    return scores, [x, *later]


def first_weight_everywhere(x: Any, weights: Any) -> Any:
    inputs = []
    weight, bias = weights[0]
    for place in range(len(weights)):
        inputs.append(x)
        x = x @ weight.T + bias
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
    return x, inputs


def first_weight_everywhere_by_copies(x: Any, weights: Any) -> Any:
    return last_layer_apart(x, [weights[0]] * len(weights))


def bent_inputs(x: Any, weights: Any) -> Any:
    inputs = []
    for weight, bias in weights:
        inputs.append(x)
        x = np.maximum(x, 0) @ weight.T + bias
    return x, inputs


def bent_inputs_by_where(x: Any, weights: Any) -> Any:
    given = []
    for weight, bias in weights:
        given.append(x)
        x = np.einsum("nd,kd->nk", np.where(x > 0, x, 0.0), weight) + bias
    return x, given


def bent_inputs_kept(x: Any, weights: Any) -> Any:
    inputs = []
    for weight, bias in weights:
        x = np.maximum(x, 0)
        inputs.append(x)
        x = x @ weight.T + bias
    return x, inputs


def without_biases(x: Any, weights: Any) -> Any:
    return last_layer_apart(x, [(weight, 0 * bias) for weight, bias in weights])


def without_biases_in_loop(x: Any, weights: Any) -> Any:
    inputs = []
    for place, (weight, _) in enumerate(weights):
        inputs.append(x)
        x = x @ weight.T
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
    return x, inputs


def not_transposed(x: Any, weights: Any) -> Any:
    inputs = []
    for place, (weight, bias) in enumerate(weights):
        inputs.append(x)
        x = x @ weight + bias
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
    return x, inputs


def not_transposed_by_einsum(x: Any, weights: Any) -> Any:
    given, scores = [], None
    for weight, bias in weights:
        entering = x if scores is None else scores * (scores > 0)
        given.append(entering)
        scores = np.einsum("nd,dk->nk", entering, weight) + bias
    return scores, given


def bias_after_the_bend(x: Any, weights: Any) -> Any:
    inputs = []
    for place, (weight, bias) in enumerate(weights):
        inputs.append(x)
        x = x @ weight.T
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
        x = x + bias
    return x, inputs


def bias_after_the_bend_apart(x: Any, weights: Any) -> Any:
    entering = [x]
    for weight, bias in weights[:-1]:
        product = entering[-1].dot(weight.T)
        entering.append(product * (product > 0) + bias)
    weight, bias = weights[-1]
    return entering[-1].dot(weight.T) + bias, entering


def keeps_outputs(x: Any, weights: Any) -> Any:
    outputs = []
    for place, (weight, bias) in enumerate(weights):
        x = x @ weight.T + bias
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
        outputs.append(x)
    return x, outputs


def keeps_outputs_shifted(x: Any, weights: Any) -> Any:
    scores, entering = last_layer_apart(x, weights)
    return scores, [*entering[1:], scores]


def keeps_one_too_many(x: Any, weights: Any) -> Any:
    inputs = [x]
    for place, (weight, bias) in enumerate(weights):
        x = x @ weight.T + bias
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
        inputs.append(x)
    return x, inputs


def keeps_one_too_many_apart(x: Any, weights: Any) -> Any:
    scores, entering = last_layer_apart(x, weights)
    return scores, [*entering, scores]


def forgets_the_first(x: Any, weights: Any) -> Any:
    inputs = []
    for place, (weight, bias) in enumerate(weights):
        x = x @ weight.T + bias
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
            inputs.append(x)
    return x, inputs


def forgets_the_first_apart(x: Any, weights: Any) -> Any:
    scores, entering = last_layer_apart(x, weights)
    return scores, entering[1:]


def keeps_before_the_bend(x: Any, weights: Any) -> Any:
    inputs = [x]
    for weight, bias in weights[:-1]:
        inputs.append(x @ weight.T + bias)
        x = np.maximum(inputs[-1], 0)
    weight, bias = weights[-1]
    return x @ weight.T + bias, inputs


def keeps_before_the_bend_in_loop(x: Any, weights: Any) -> Any:
    given, y = [], x
    for place, (weight, bias) in enumerate(weights):
        given.append(y)
        entering = np.where(y > 0, y, 0.0) if place else y
        y = np.einsum("nd,kd->nk", entering, weight) + bias
    return y, given


def scores_alone(x: Any, weights: Any) -> Any:
    for place, (weight, bias) in enumerate(weights):
        x = x @ weight.T + bias
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
    return x


def scores_alone_apart(x: Any, weights: Any) -> Any:
    scores, _ = last_layer_apart(x, weights)
    return scores


def last_layer_missing(x: Any, weights: Any) -> Any:
    inputs = []
    for weight, bias in weights[:-1]:
        inputs.append(x)
        x = np.maximum(x @ weight.T + bias, 0)
    return x, inputs


def last_layer_missing_apart(x: Any, weights: Any) -> Any:
    _, entering = last_layer_apart(x, weights)
    return entering[-1], entering[:-1]


def layers_backwards(x: Any, weights: Any) -> Any:
    return last_layer_apart(x, weights[::-1])


def layers_backwards_in_loop(x: Any, weights: Any) -> Any:
    inputs = []
    for place in range(len(weights) - 1, -1, -1):
        weight, bias = weights[place]
        inputs.append(x)
        x = x @ weight.T + bias
        if place > 0:
            x = np.maximum(x, 0)
    return x, inputs


SHAPES = "6 · Shapes through a network"
BEND = "5 · The bend"
COLLAPSE = "4 · Two layers without a bend are one"
WRONG = "11 · What goes wrong"

PROBLEM = Problem(
    id="05.mlp_forward",
    title="The forward pass",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND"},
    returns=("scores", "inputs"),
    library_calls=("learnkit.reference.Sequential", "learnkit.pytorch.Sequential", "torch.nn.Sequential"),
    uses=("linear", "relu"),
    probes=(
        Probe("two examples, widths 2, 3 and 1", "small enough to read", lambda rng: network(rng, 2, 2, 3, 1)),
        Probe(
            "all sizes 3",
            "a transposed weight and one weight for all layers run here, and are known by their numbers",
            lambda rng: network(rng, 3, 3, 3, 3),
        ),
        Probe(
            "five examples, widths 3, 4, 2 and 3",
            "with different widths a wrong weight does not fit",
            lambda rng: network(rng, 5, 3, 4, 2, 3),
        ),
        Probe("one layer", "the only layer is the last one: no bend at all", lambda rng: network(rng, 3, 4, 2), is_edge=True),
        Probe("a single example", "a batch of one is a batch", lambda rng: network(rng, 1, 2, 4, 3), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "no-biases",
            without_biases,
            without_biases_in_loop,
            "The biases are missing. Without them every crease goes through the origin.",
            SHAPES,
            line=("x = x @ weight.T + bias", "x = x @ weight.T"),
        ),
        Mistake(
            "bent-scores",
            bent_scores,
            bent_scores_at_the_end,
            "It bends the last layer too. Scores may be negative: cut off at 0, many classes would share the same score.",
            WRONG,
            line=("if place < len(weights) - 1:", "if place < len(weights):"),
        ),
        Mistake(
            "never-bent",
            never_bent,
            never_bent_by_recursion,
            "There is no activation between the layers. Without a bend all of them together are one linear layer.",
            COLLAPSE,
        ),
        Mistake(
            "one-weight",
            first_weight_everywhere,
            first_weight_everywhere_by_copies,
            "It uses the weight and the bias of the first layer in every layer. Each layer has its own.",
            SHAPES,
        ),
        Mistake(
            "bent-inputs",
            bent_inputs,
            bent_inputs_by_where,
            "It bends what goes into the first layer, too: negative inputs are lost before the network has seen them.",
            BEND,
            variants=(bent_inputs_kept,),
        ),
        Mistake(
            "not-transposed",
            not_transposed,
            not_transposed_by_einsum,
            "It multiplies by the weight as it lies. Its rows are outputs here, (outputs, inputs), and the inner lengths have to meet.",
            SHAPES,
        ),
        Mistake(
            "bias-after-bend",
            bias_after_the_bend,
            bias_after_the_bend_apart,
            "The bias is added after the bend. It decides where the bend lies, so it comes before.",
            BEND,
        ),
        Mistake(
            "keeps-outputs",
            keeps_outputs,
            keeps_outputs_shifted,
            "The list is off by one: it holds what each layer gave, and not what it was given. It begins with x and does not hold the "
            "scores.",
            SHAPES,
        ),
        Mistake(
            "one-too-many",
            keeps_one_too_many,
            keeps_one_too_many_apart,
            "The list holds the scores as well. They go into no layer: there are as many entries as layers.",
            SHAPES,
        ),
        Mistake(
            "first-forgotten",
            forgets_the_first,
            forgets_the_first_apart,
            "The list begins with the first hidden layer. The first layer was given x, and that belongs in front.",
            SHAPES,
        ),
        Mistake(
            "before-the-bend",
            keeps_before_the_bend,
            keeps_before_the_bend_in_loop,
            "The list holds the hidden values before the bend. The next layer is given what is left after it.",
            SHAPES,
        ),
        Mistake(
            "scores-alone",
            scores_alone,
            scores_alone_apart,
            "It returns the scores alone. Asked are two things: the scores, and the list of what each layer was given.",
            SHAPES,
            line=("return x, inputs", "return x"),
        ),
        Mistake(
            "last-layer-missing",
            last_layer_missing,
            last_layer_missing_apart,
            "It stops before the last layer. That one has no bend, and it is there.",
            SHAPES,
        ),
        Mistake(
            "backwards",
            layers_backwards,
            layers_backwards_in_loop,
            "It goes through the layers from the last to the first. The first pair of the list meets the inputs.",
            SHAPES,
        ),
    ),
    alternatives=(bend_before_every_layer_but_the_first, last_layer_apart, by_recursion, example_by_example),
    torch_alternatives=(torch_in_a_loop, torch_by_addmm),
    hints=(
        "Write down the shapes for 5 examples and widths 3, 4, 2: what goes into each of the two layers, and how many bends are there?",
        "A layer is x times the transposed weight, plus the bias. Between two layers stands a ReLU, so that there is one bend fewer than "
        "layers. What a layer is given has to be kept before it is overwritten.",
        "for each layer, counted:\n    keep what it is given\n    multiply by its weight, transposed, and add its bias\n"
        "    unless it is the last one: ReLU\nreturn what came out, and the list of what was kept",
    ),
    solution=SOLUTION,
    level=2,
    minutes=12,
)
