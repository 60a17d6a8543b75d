"""How large the signal is after each layer: a loop over layers, and the mean and spread of what comes out of each."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores
from learnkit.problems.problem import THE_EXERCISE, Mistake, Probe, Problem

STUB = '''
def signal_stats(x, weights):
    """Send a batch through layers with ReLU, and measure what comes out of each one.

    x : (N, D_in) array, one row an example
    weights : list of arrays (D_out, D_in), one a layer; there are no biases, and every layer is followed by ReLU
    Returns (means, stds), two arrays with one number a layer: over all entries of the layer's output, after ReLU, examples and units
    alike. The standard deviation divides by the number of entries.
    """
    ...
'''

SOLUTION = """
def signal_stats(x, weights):
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean())
        stds.append(x.std())
    return np.array(means), np.array(stds)
"""


def right_answer(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean())
        stds.append(x.std())
    return np.array(means), np.array(stds)


def right_answer_on_torch(x: Any, weights: Any) -> Any:
    import torch

    means, stds = [], []
    for weight in weights:
        x = torch.relu(x @ weight.T)
        means.append(x.mean())
        stds.append(x.std(correction=0))
    return torch.stack(means), torch.stack(stds)


# Right answers written in other ways


def number_by_number(x: Any, weights: Any) -> Any:
    rows, table = [list(row) for row in x], []
    for weight in weights:
        rows = [[max(0.0, sum(w * v for w, v in zip(unit, row, strict=True))) for unit in weight] for row in rows]
        flat = [value for row in rows for value in row]
        mean = sum(flat) / len(flat)
        table.append([mean, (sum((value - mean) ** 2 for value in flat) / len(flat)) ** 0.5])
    means, stds = np.array(table).T
    return means, stds


def outputs_first(x: Any, weights: Any) -> Any:
    outputs = [x]
    for weight in weights:
        z = np.einsum("nd,kd->nk", outputs[-1], weight)
        outputs.append(np.where(z > 0, z, 0.0))
    return np.array([h.mean() for h in outputs[1:]]), np.array([np.sqrt(h.var()) for h in outputs[1:]])


def by_recursion(x: Any, weights: Any) -> Any:
    if len(weights) == 0:
        return np.zeros(0), np.zeros(0)
    z = (weights[0] @ x.T).T
    h = z * (z > 0)
    means, stds = by_recursion(h, weights[1:])
    spread = np.sqrt(np.average((h - np.average(h)) ** 2))
    return np.concatenate([[np.average(h)], means]), np.concatenate([[spread], stds])


def torch_by_clamp(x: Any, weights: Any) -> Any:
    import torch

    means, stds = [], []
    for weight in weights:
        x = torch.nn.functional.linear(x, weight).clamp(min=0)
        means.append(x.mean())
        stds.append(((x - x.mean()) ** 2).mean().sqrt())
    return torch.stack(means), torch.stack(stds)


# Mistakes


def of_the_weights(x: Any, weights: Any) -> Any:
    return np.array([weight.mean() for weight in weights]), np.array([weight.std() for weight in weights])


def of_the_weights_in_a_loop(x: Any, weights: Any) -> Any:
    means, stds = np.zeros(len(weights)), np.zeros(len(weights))
    for place, weight in enumerate(weights):
        means[place], stds[place] = np.mean(weight), np.sqrt(np.var(weight))
    return means, stds


def over_the_batch(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean())
        stds.append(x.std(axis=0).mean())
    return np.array(means), np.array(stds)


def over_the_batch_by_variance(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        z = x @ weight.T
        x = z * (z > 0)
        means.append(np.average(x))
        stds.append(np.average([np.sqrt(np.var(unit)) for unit in x.T]))
    return np.array(means), np.array(stds)


def one_number_a_unit(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean(axis=0))
        stds.append(x.std(axis=0))
    return means, stds


def one_number_a_unit_in_pairs(x: Any, weights: Any) -> Any:
    pairs = []
    for weight in weights:
        z = x @ weight.T
        x = np.where(z > 0, z, 0.0)
        pairs.append((x.sum(axis=0) / len(x), np.sqrt(x.var(axis=0))))
    return [mean for mean, _ in pairs], [std for _, std in pairs]


def over_the_units(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean())
        stds.append(x.std(axis=1).mean())
    return np.array(means), np.array(stds)


def over_the_units_in_rows(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        z = x @ weight.T
        x = z * (z > 0)
        means.append(np.average(x))
        stds.append(sum(np.sqrt(np.var(row)) for row in x) / len(x))
    return np.array(means), np.array(stds)


def before_relu(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        z = x @ weight.T
        means.append(z.mean())
        stds.append(z.std())
        x = np.maximum(z, 0)
    return np.array(means), np.array(stds)


def before_relu_by_inputs(x: Any, weights: Any) -> Any:
    sums = [x @ weights[0].T]
    for weight in weights[1:]:
        sums.append(np.where(sums[-1] > 0, sums[-1], 0.0) @ weight.T)
    return np.array([np.average(z) for z in sums]), np.array([np.sqrt(np.var(z)) for z in sums])


def without_relu(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        x = x @ weight.T
        means.append(x.mean())
        stds.append(x.std())
    return np.array(means), np.array(stds)


def without_relu_by_product(x: Any, weights: Any) -> Any:
    outputs, whole = [], np.eye(x.shape[1])
    for weight in weights:
        whole = weight @ whole
        outputs.append(x @ whole.T)
    return np.array([np.average(h) for h in outputs]), np.array([np.sqrt(np.var(h)) for h in outputs])


def divides_by_one_less(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean())
        stds.append(x.std(ddof=1))
    return np.array(means), np.array(stds)


def divides_by_one_less_by_hand(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        z = x @ weight.T
        x = z * (z > 0)
        means.append(np.average(x))
        stds.append(np.sqrt(((x - np.average(x)) ** 2).sum() / (x.size - 1)))
    return np.array(means), np.array(stds)


def variance(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean())
        stds.append(x.var())
    return np.array(means), np.array(stds)


def variance_by_squares(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        z = x @ weight.T
        x = z * (z > 0)
        means.append(np.average(x))
        stds.append(np.average((x - np.average(x)) ** 2))
    return np.array(means), np.array(stds)


def mean_square(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean())
        stds.append(np.sqrt((x**2).mean()))
    return np.array(means), np.array(stds)


def mean_square_by_norm(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        z = x @ weight.T
        x = z * (z > 0)
        means.append(np.average(x))
        stds.append(np.linalg.norm(x) / x.size**0.5)
    return np.array(means), np.array(stds)


def always_the_first_input(x: Any, weights: Any) -> Any:
    outputs = [np.maximum(x @ weight.T, 0) for weight in weights]
    return np.array([h.mean() for h in outputs]), np.array([h.std() for h in outputs])


def always_the_first_input_in_a_loop(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        z = x @ weight.T
        means.append(np.average(z * (z > 0)))
        stds.append(np.sqrt(np.var(z * (z > 0))))
    return np.array(means), np.array(stds)


def weight_not_turned(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        x = np.maximum(x @ weight, 0)
        means.append(x.mean())
        stds.append(x.std())
    return np.array(means), np.array(stds)


def weight_not_turned_by_einsum(x: Any, weights: Any) -> Any:
    outputs = [x]
    for weight in weights:
        z = np.einsum("nd,dk->nk", outputs[-1], weight)
        outputs.append(z * (z > 0))
    return np.array([np.average(h) for h in outputs[1:]]), np.array([np.sqrt(np.var(h)) for h in outputs[1:]])


def input_too(x: Any, weights: Any) -> Any:
    means, stds = [x.mean()], [x.std()]
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
        means.append(x.mean())
        stds.append(x.std())
    return np.array(means), np.array(stds)


def input_too_by_list(x: Any, weights: Any) -> Any:
    outputs = [x]
    for weight in weights:
        z = outputs[-1] @ weight.T
        outputs.append(z * (z > 0))
    return np.array([np.average(h) for h in outputs]), np.array([np.sqrt(np.var(h)) for h in outputs])


def of_the_inputs(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for weight in weights:
        means.append(x.mean())
        stds.append(x.std())
        x = np.maximum(x @ weight.T, 0)
    return np.array(means), np.array(stds)


def of_the_inputs_by_list(x: Any, weights: Any) -> Any:
    inputs = [x]
    for weight in weights[:-1]:
        z = inputs[-1] @ weight.T
        inputs.append(z * (z > 0))
    return np.array([np.average(h) for h in inputs]), np.array([np.sqrt(np.var(h)) for h in inputs])


def last_layer_bare(x: Any, weights: Any) -> Any:
    means, stds = [], []
    for place, weight in enumerate(weights):
        x = x @ weight.T
        if place < len(weights) - 1:
            x = np.maximum(x, 0)
        means.append(x.mean())
        stds.append(x.std())
    return np.array(means), np.array(stds)


def last_layer_bare_apart(x: Any, weights: Any) -> Any:
    outputs = []
    for weight in weights[:-1]:
        z = x @ weight.T
        x = z * (z > 0)
        outputs.append(x)
    outputs.append(x @ weights[-1].T)
    return np.array([np.average(h) for h in outputs]), np.array([np.sqrt(np.var(h)) for h in outputs])


def last_only(x: Any, weights: Any) -> Any:
    for weight in weights:
        x = np.maximum(x @ weight.T, 0)
    return x.mean(), x.std()


def last_only_by_recursion(x: Any, weights: Any) -> Any:
    z = x @ weights[0].T
    h = z * (z > 0)
    return last_only_by_recursion(h, weights[1:]) if len(weights) > 1 else (np.average(h), np.sqrt(np.var(h)))


def exchanged(x: Any, weights: Any) -> Any:
    means, stds = right_answer(x, weights)
    return stds, means


def exchanged_by_list(x: Any, weights: Any) -> Any:
    outputs = [x]
    for weight in weights:
        z = outputs[-1] @ weight.T
        outputs.append(z * (z > 0))
    return np.array([np.sqrt(np.var(h)) for h in outputs[1:]]), np.array([np.average(h) for h in outputs[1:]])


def _layers(rng: np.random.Generator, rows: int, *sizes: int) -> tuple[Any, ...]:
    """Draw a batch and the weights between layers of these sizes, so wide that no layer falls silent, and no sum is exactly 0."""
    while True:
        x = few_scores(rng, rows, sizes[0])
        weights = [np.round(few_scores(rng, sizes[i + 1], sizes[i]) / sizes[i] ** 0.5, 1) for i in range(len(sizes) - 1)]
        sums = [x @ weights[0].T]
        for weight in weights[1:]:
            sums.append(np.maximum(sums[-1], 0) @ weight.T)
        if min(np.abs(z).min() for z in sums) > 1e-6 and right_answer(x, weights)[1].min() > 0.1:
            return x, weights


FIFTY = "5 · Fifty layers: what a product does"
LAYER = "4 · One layer: what a sum does to a signal"

PROBLEM = Problem(
    id="08.signal_stats",
    title="The size of the signal after each layer",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND"},
    returns=("means", "stds"),
    probes=(
        Probe("one layer, 2 examples, 2 units", "small enough to compute by hand", lambda rng: _layers(rng, 2, 2, 2)),
        Probe(
            "two square layers of 2",
            "a weight that is not turned runs here, and so does an input that is never replaced",
            lambda rng: _layers(rng, 3, 2, 2, 2),
        ),
        Probe("4 inputs, layers of 6 and 3", "other sizes at every layer: a wrong product raises", lambda rng: _layers(rng, 7, 4, 6, 3)),
        Probe("a single example", "a spread over examples alone would be 0", lambda rng: _layers(rng, 1, 5, 6, 5), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "of-the-weights",
            of_the_weights,
            of_the_weights_in_a_loop,
            "These are the sizes of the weights. Asked is what comes out of each layer when the batch is sent through.",
            FIFTY,
        ),
        Mistake(
            "over-the-batch",
            over_the_batch,
            over_the_batch_by_variance,
            "The spread is taken over the examples, unit by unit, and then averaged. Units that differ from each other are a spread too.",
            FIFTY,
            line=("stds.append(x.std())", "stds.append(x.std(axis=0).mean())"),
        ),
        Mistake(
            "over-the-units",
            over_the_units,
            over_the_units_in_rows,
            "The spread is taken over the units, example by example, and then averaged. All entries of the output count together.",
            FIFTY,
        ),
        Mistake(
            "one-number-a-unit",
            one_number_a_unit,
            one_number_a_unit_in_pairs,
            "It returns one number for each unit. Asked is one for each layer, over examples and units alike.",
            FIFTY,
        ),
        Mistake(
            "before-relu",
            before_relu,
            before_relu_by_inputs,
            "It measures the sums before ReLU. What the next layer is given is what comes after it.",
            FIFTY,
        ),
        Mistake(
            "without-relu",
            without_relu,
            without_relu_by_product,
            "ReLU is left out: these are the signals of a linear network.",
            FIFTY,
            line=("x = np.maximum(x @ weight.T, 0)", "x = x @ weight.T"),
        ),
        Mistake(
            "divides-by-one-less",
            divides_by_one_less,
            divides_by_one_less_by_hand,
            "The standard deviation divides by one less than the number of entries. The text asks for their number.",
            THE_EXERCISE,
        ),
        Mistake(
            "variance",
            variance,
            variance_by_squares,
            "It returns the variance. The standard deviation is its root, in the unit of the signal itself.",
            LAYER,
        ),
        Mistake(
            "root-mean-square",
            mean_square,
            mean_square_by_norm,
            "It takes the root of the mean square. After ReLU the mean is not 0, and the spread is measured around it.",
            LAYER,
        ),
        Mistake(
            "always-the-first-input",
            always_the_first_input,
            always_the_first_input_in_a_loop,
            "Every layer is given the batch itself. A layer's input is what came out of the layer before.",
            FIFTY,
        ),
        Mistake(
            "weight-not-turned",
            weight_not_turned,
            weight_not_turned_by_einsum,
            "The weight is used as (inputs, outputs). It is kept as (outputs, inputs), one row for each unit.",
            FIFTY,
        ),
        Mistake(
            "input-too",
            input_too,
            input_too_by_list,
            "It measures the batch itself as well. Asked is one number for each layer, for what comes out of it.",
            FIFTY,
        ),
        Mistake(
            "of-the-inputs",
            of_the_inputs,
            of_the_inputs_by_list,
            "It measures what goes into each layer, one place too early.",
            FIFTY,
        ),
        Mistake(
            "last-layer-bare",
            last_layer_bare,
            last_layer_bare_apart,
            "The last layer has no ReLU here. In a classifier it has none; in this exercise every layer has one.",
            THE_EXERCISE,
        ),
        Mistake(
            "last-only",
            last_only,
            last_only_by_recursion,
            "It measures the last layer alone. Where a signal fades is seen from one number a layer.",
            FIFTY,
        ),
        Mistake(
            "exchanged",
            exchanged,
            exchanged_by_list,
            "Means and standard deviations stand in the other order. The means come first.",
            THE_EXERCISE,
        ),
    ),
    alternatives=(number_by_number, outputs_first, by_recursion),
    torch_alternatives=(torch_by_clamp,),
    hints=(
        "What is the input of the second layer? And over which numbers is one layer's spread taken?",
        "Go through the layers in order. The output of one, after ReLU, is measured as one heap of numbers and then handed to the next.",
        "for each weight:\n"
        "    signal <- ReLU of the signal times the weight, turned\n"
        "    keep the mean and the spread of all its entries\n"
        "return both lists as arrays",
    ),
    solution=SOLUTION,
    level=2,
    minutes=8,
)
