"""The gradient of the mean cross-entropy along the scores, (p - onehot) / N, by hand."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.drawing import classes, few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def softmax_ce_grad(logits, targets):
    """The gradient of the mean cross-entropy with respect to the scores.

    logits : (N, C) array of raw scores, one row an example; any size of score, 1000 too
    targets : (N,) array of integers, the right class of each example, from 0 to C - 1
    Returns an array (N, C): how the loss of cross_entropy(logits, targets), the mean over the batch, moves with each score.
    The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def softmax_ce_grad(logits, targets):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad = exponentials / exponentials.sum(axis=1, keepdims=True)
    grad[np.arange(len(targets)), targets] -= 1
    return grad / len(targets)
"""


def right_answer(logits: Any, targets: Any) -> Any:
    _, saved = lk.cross_entropy.forward(logits, targets)
    return lk.cross_entropy.backward(1.0, saved)[0]


# Right answers written in other ways


def row_by_row(logits: Any, targets: Any) -> Any:
    grad = np.zeros_like(logits)
    for n, (row, target) in enumerate(zip(logits, targets, strict=True)):
        grad[n] = np.exp(row - np.logaddexp.reduce(row))
        grad[n, target] -= 1.0
    return grad / logits.shape[0]


def with_one_hot(logits: Any, targets: Any) -> Any:
    count, among = logits.shape
    powers = np.exp(logits - np.amax(logits, 1, keepdims=True))
    return (powers / np.sum(powers, 1, keepdims=True) - np.eye(among)[targets]) / count


def by_comparison(logits: Any, targets: Any) -> Any:
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=1)[:, None])
    is_right = np.arange(logits.shape[1]) == targets.reshape(-1, 1)
    return np.where(is_right, p - 1, p) * (1 / len(logits))


def by_torch_operations(logits: Any, targets: Any) -> Any:
    import torch

    p = torch.exp(logits - torch.logsumexp(logits, dim=1, keepdim=True))
    p[torch.arange(len(targets)), targets] -= 1
    return p / len(targets)


def by_torch_one_hot(logits: Any, targets: Any) -> Any:
    import torch

    powers = (logits - logits.amax(1, keepdim=True)).exp()
    return (powers / powers.sum(1, keepdim=True) - torch.eye(logits.shape[1], dtype=logits.dtype)[targets]).div(logits.shape[0])


# What mistakes are made of


def probabilities(logits: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def one_hot_rows(logits: Any, targets: Any) -> Any:
    return np.eye(logits.shape[1])[targets]


def row_probabilities(row: Any) -> Any:
    return np.exp(row - np.logaddexp.reduce(row))


# Mistakes


def without_mean(logits: Any, targets: Any) -> Any:
    return probabilities(logits) - one_hot_rows(logits, targets)


def without_mean_in_rows(logits: Any, targets: Any) -> Any:
    grad = np.array([row_probabilities(row) for row in logits])
    for n, target in enumerate(targets):
        grad[n, target] -= 1
    return grad


def divided_by_entries(logits: Any, targets: Any) -> Any:
    return (probabilities(logits) - one_hot_rows(logits, targets)) / logits.size


def divided_by_entries_in_rows(logits: Any, targets: Any) -> Any:
    grad = without_mean_in_rows(logits, targets)
    return grad / len(grad) / len(grad[0])


def divided_by_classes(logits: Any, targets: Any) -> Any:
    return (probabilities(logits) - one_hot_rows(logits, targets)) / logits.shape[1]


def divided_by_classes_in_rows(logits: Any, targets: Any) -> Any:
    return np.array([row / len(row) for row in without_mean_in_rows(logits, targets)])


def opposite_sign(logits: Any, targets: Any) -> Any:
    return (one_hot_rows(logits, targets) - probabilities(logits)) / len(targets)


def opposite_sign_in_rows(logits: Any, targets: Any) -> Any:
    grad = [-row_probabilities(row) for row in logits]
    for row, target in zip(grad, targets, strict=True):
        row[target] = row[target] + 1
    return np.stack(grad) / len(grad)


def opposite_sign_without_mean(logits: Any, targets: Any) -> Any:
    return one_hot_rows(logits, targets) - probabilities(logits)


def one_in_all_columns(logits: Any, targets: Any) -> Any:
    grad = probabilities(logits)
    grad[:, targets] -= 1
    return grad / len(targets)


def one_in_all_columns_in_loop(logits: Any, targets: Any) -> Any:
    named = set(targets.tolist())
    rows = [[p - (k in named) for k, p in enumerate(row_probabilities(row))] for row in logits]
    return np.array(rows) / len(rows)


def only_right_class(logits: Any, targets: Any) -> Any:
    return (probabilities(logits) - 1) * one_hot_rows(logits, targets) / len(targets)


def only_right_class_in_loop(logits: Any, targets: Any) -> Any:
    grad = np.zeros(logits.shape)
    for n, target in enumerate(targets):
        grad[n, target] = (row_probabilities(logits[n])[target] - 1) / len(targets)
    return grad


def one_forgotten(logits: Any, targets: Any) -> Any:
    return probabilities(logits) / len(targets)


def one_forgotten_in_rows(logits: Any, targets: Any) -> Any:
    return np.array([row_probabilities(row) / len(logits) for row in logits])


def numbers_of_classes(logits: Any, targets: Any) -> Any:
    return (probabilities(logits) - targets[:, None]) / len(targets)


def numbers_of_classes_in_rows(logits: Any, targets: Any) -> Any:
    return np.array([row_probabilities(row) - target for row, target in zip(logits, targets, strict=True)]) / len(logits)


def without_shift(logits: Any, targets: Any) -> Any:
    powers = np.exp(logits)
    return (powers / powers.sum(axis=1, keepdims=True) - one_hot_rows(logits, targets)) / len(targets)


def without_shift_in_rows(logits: Any, targets: Any) -> Any:
    rows = []
    for row, target in zip(logits, targets, strict=True):
        p = np.exp(row) / np.exp(row).sum()
        p[target] -= 1
        rows.append(p / len(targets))
    return np.array(rows)


def shift_by_mean(logits: Any, targets: Any) -> Any:
    powers = np.exp(logits - logits.mean(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True) - one_hot_rows(logits, targets)) / len(targets)


def shift_by_mean_in_rows(logits: Any, targets: Any) -> Any:
    rows = []
    for row, target in zip(logits, targets, strict=True):
        powers = np.exp(row - sum(row) / len(row))
        p = powers / sum(powers)
        p[target] -= 1
        rows.append(p / len(targets))
    return np.array(rows)


def shift_by_min(logits: Any, targets: Any) -> Any:
    powers = np.exp(logits - logits.min(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True) - one_hot_rows(logits, targets)) / len(targets)


def shift_of_all(logits: Any, targets: Any) -> Any:
    powers = np.exp(logits - logits.max())
    return (powers / powers.sum(axis=1, keepdims=True) - one_hot_rows(logits, targets)) / len(targets)


def shift_of_all_in_rows(logits: Any, targets: Any) -> Any:
    top = max(max(row) for row in logits)
    p = np.array([np.exp(row - top) / np.exp(row - top).sum() for row in logits])
    for n, target in enumerate(targets):
        p[n, target] -= 1
    return p / len(p)


def scores_instead_of_probabilities(logits: Any, targets: Any) -> Any:
    return (logits - one_hot_rows(logits, targets)) / len(targets)


def scores_instead_of_probabilities_in_place(logits: Any, targets: Any) -> Any:
    grad = logits.copy()
    for n, target in enumerate(targets):
        grad[n][target] -= 1
    return grad / grad.shape[0]


def along_probabilities(logits: Any, targets: Any) -> Any:
    with np.errstate(divide="ignore"):
        return np.where(one_hot_rows(logits, targets) == 1, -1 / probabilities(logits), 0) / len(targets)


def along_probabilities_in_loop(logits: Any, targets: Any) -> Any:
    grad = np.zeros(logits.shape)
    for n, target in enumerate(targets):
        grad[n, target] = -1 / row_probabilities(logits[n])[target] / len(targets)
    return grad


def of_squared_error(logits: Any, targets: Any) -> Any:
    p = probabilities(logits)
    d = 2 * (p - one_hot_rows(logits, targets)) / len(targets)
    return p * (d - (d * p).sum(axis=1, keepdims=True))


def of_squared_error_in_rows(logits: Any, targets: Any) -> Any:
    rows = []
    for row, target in zip(logits, targets, strict=True):
        p = row_probabilities(row)
        jacobian = np.diag(p) - np.outer(p, p)
        d = 2 * p
        d[target] -= 2
        rows.append(jacobian @ d / len(targets))
    return np.array(rows)


def through_softmax_again(logits: Any, targets: Any) -> Any:
    p = probabilities(logits)
    return p * (1 - p) * (p - one_hot_rows(logits, targets)) / len(targets)


def through_softmax_again_in_rows(logits: Any, targets: Any) -> Any:
    rows = []
    for row, target in zip(logits, targets, strict=True):
        p = row_probabilities(row)
        slope = p - p**2
        rows.append(slope * (p - (np.arange(len(p)) == target)))
    return np.array(rows) / len(logits)


def columns_of_classes(logits: Any, targets: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=0))
    return (powers / powers.sum(axis=0) - one_hot_rows(logits, targets)) / len(targets)


def columns_of_classes_in_loop(logits: Any, targets: Any) -> Any:
    grad = np.stack([row_probabilities(column) for column in logits.T], axis=1)
    for n, target in enumerate(targets):
        grad[n, target] -= 1
    return grad / len(targets)


GRADIENT = "7 · The gradient is $p - y$"

PROBLEM = Problem(
    id="04.softmax_ce_grad",
    title="The gradient of the loss, by hand",
    stub=STUB,
    reference=right_answer,
    axes={"logits": "NC", "targets": "N"},
    library_calls=(
        "learnkit.reference.cross_entropy",
        "learnkit.pytorch.cross_entropy",
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.nll_loss",
    ),
    uses=("softmax", "logsumexp", "log_softmax"),
    probes=(
        Probe("two examples with three classes", "small enough to read", lambda rng: (few_scores(rng, 2, 3), classes(rng, 2, 3))),
        Probe(
            "a square batch, 3 examples and 3 classes",
            "batch and classes are mixed up unseen here",
            lambda rng: (few_scores(rng, 3, 3), classes(rng, 3, 3)),
        ),
        Probe("a batch of 4 with 6 classes", "1/N, 1/C and 1/(N C) differ", lambda rng: (scores(rng, 4, 6), classes(rng, 4, 6))),
        Probe("a batch of 7 with 3 classes", "another batch size", lambda rng: (scores(rng, 7, 3), classes(rng, 7, 3))),
        Probe("scores near 1000", "exp(1000) overflows", lambda rng: (few_scores(rng, 2, 3) + 1000, classes(rng, 2, 3))),
        Probe(
            "rows 0 and 2000 in one batch",
            "one maximum for the whole batch leaves nothing of the first row",
            lambda rng: (few_scores(rng, 2, 3) + np.array([[0.0], [2000.0]]), classes(rng, 2, 3)),
        ),
        Probe(
            "one score 3000 above the others",
            "only the largest score is a safe shift: less the mean, 2000 is left",
            lambda rng: (few_scores(rng, 2, 3) + np.array([[3000.0, 0.0, 0.0], [0.0, 0.0, 3000.0]]), classes(rng, 2, 3)),
        ),
        Probe(
            "all examples of one class",
            "each row has its own 1",
            lambda rng: (few_scores(rng, 3, 4), np.full(3, rng.integers(4))),
            is_edge=True,
        ),
        Probe("a single example", "a batch of one is a batch", lambda rng: (few_scores(rng, 1, 4), classes(rng, 1, 4)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "no-mean",
            without_mean,
            without_mean_in_rows,
            "The loss is a mean over the batch, and its gradient is one too. This is the gradient of the sum.",
            GRADIENT,
            line=("return grad / len(targets)", "return grad"),
        ),
        Mistake(
            "divides-by-entries",
            divided_by_entries,
            divided_by_entries_in_rows,
            "It divides by all entries of the table. The mean is over the examples; the classes of an example are not averaged.",
            GRADIENT,
        ),
        Mistake(
            "divides-by-classes",
            divided_by_classes,
            divided_by_classes_in_rows,
            "It divides by the number of classes. The mean is over the examples: how many rows are there?",
            GRADIENT,
        ),
        Mistake(
            "sign",
            opposite_sign,
            opposite_sign_in_rows,
            "It points down the loss: that is the step, not the gradient. Raising the score of the right class lowers the "
            "loss, so its entry is "
            "negative.",
            GRADIENT,
            variants=(opposite_sign_without_mean,),
        ),
        Mistake(
            "minus-one-in-every-row",
            one_in_all_columns,
            one_in_all_columns_in_loop,
            "It subtracts 1 in the columns of all targets in every row. Each row has one right class, its own.",
            GRADIENT,
            line=("grad[np.arange(len(targets)), targets] -= 1", "grad[:, targets] -= 1"),
        ),
        Mistake(
            "only-the-right-class",
            only_right_class,
            only_right_class_in_loop,
            "The wrong classes get no gradient. Their scores stand in the sum of exponentials, so the loss moves with them as well.",
            GRADIENT,
        ),
        Mistake(
            "one-forgotten",
            one_forgotten,
            one_forgotten_in_rows,
            "It is the slope of the log-sum-exp alone. The loss has a second term, the score of the right class, and the rows "
            "do not add up to "
            "zero without it.",
            GRADIENT,
        ),
        Mistake(
            "class-numbers",
            numbers_of_classes,
            numbers_of_classes_in_rows,
            "It subtracts the number of the class from the whole row. The y of the formula is a one-hot row.",
            GRADIENT,
        ),
        Mistake(
            "no-shift",
            without_shift,
            without_shift_in_rows,
            "The formula is right, but its exponentials overflow for scores near 1000.",
            "5 · The overflow",
            line=("exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))", "exponentials = np.exp(logits)"),
        ),
        Mistake(
            "unsafe-shift",
            shift_by_mean,
            shift_by_mean_in_rows,
            "It subtracts something smaller than the row's largest score, so a score far above the others still overflows.",
            "5 · The overflow",
            variants=(shift_by_min,),
        ),
        Mistake(
            "global-max",
            shift_of_all,
            shift_of_all_in_rows,
            "It takes one largest score for the whole batch. A row far below it is left with zeros only: each row has its own largest "
            "score.",
            "5 · The overflow",
        ),
        Mistake(
            "scores-for-probabilities",
            scores_instead_of_probabilities,
            scores_instead_of_probabilities_in_place,
            "It uses the scores where the formula has probabilities: that would be the gradient of a squared error on raw scores.",
            GRADIENT,
        ),
        Mistake(
            "along-probabilities",
            along_probabilities,
            along_probabilities_in_loop,
            "It is the gradient along the probabilities. The scores come one step before them, and the chain rule leads there "
            "through softmax.",
            GRADIENT,
        ),
        Mistake(
            "squared-error",
            of_squared_error,
            of_squared_error_in_rows,
            "It is the gradient of the squared error after softmax, the other candidate of the lesson.",
            "8 · Why not squared error?",
        ),
        Mistake(
            "softmax-slope-twice",
            through_softmax_again,
            through_softmax_again_in_rows,
            "It multiplies by the slope p (1 − p) once more. The difference of p and y is already the gradient along the scores.",
            GRADIENT,
        ),
        Mistake(
            "wrong-axis",
            columns_of_classes,
            columns_of_classes_in_loop,
            "The probabilities add up to 1 along the columns. An example is a row, and its classes compete along the row.",
            "4 · Softmax, and what it cannot see",
        ),
    ),
    alternatives=(row_by_row, with_one_hot, by_comparison),
    torch_alternatives=(by_torch_operations, by_torch_one_hot),
    hints=(
        "Add up a row of your gradient. What must it be, since adding the same number to all scores of a row changes nothing?",
        "For one example the gradient is what the model said less what was right: its probabilities, and 1 less at the right "
        "class. The loss is "
        "the mean over N examples, so each example has 1/N of a say.",
        "p      <- the probabilities of each row (the stable softmax)\n"
        "in row n, take 1 away from the entry in column targets[n]\n"
        "result <- all of it divided by the number of rows",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
)
