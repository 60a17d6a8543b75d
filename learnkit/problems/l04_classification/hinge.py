"""The hinge loss for several classes and its gradient: a loss that is satisfied once the right class leads by a margin."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import classes, few_scores, scores
from learnkit.problems.problem import THE_EXERCISE, Mistake, Probe, Problem

STUB = '''
def hinge(scores, targets, margin=1.0):
    """The hinge loss of a batch and its gradient.

    Every wrong class j of an example with right class y costs max(0, margin - scores[y] + scores[j]). The loss of an example is
    the sum over its wrong classes divided by the number of classes C (as torch.nn.functional.multi_margin_loss does); the loss
    of the batch is the mean over it.

    scores : (N, C) array, one row an example
    targets : (N,) array of integers, the right class of each example
    margin : by how much the right class is to lead
    Returns the loss, one number, and its gradient with respect to the scores, an array (N, C). Where a cost is exactly 0, its slope is 0.
    """
    ...
'''

SOLUTION = """
def hinge(scores, targets, margin=1.0):
    rows = np.arange(len(targets))
    costs = np.maximum(0, margin - scores[rows, targets][:, None] + scores)
    costs[rows, targets] = 0
    grad = (costs > 0).astype(float)
    grad[rows, targets] = -grad.sum(axis=1)
    return costs.sum() / scores.size, grad / scores.size
"""


def right_answer(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    rows = np.arange(len(targets))
    costs = np.maximum(0, margin - scores[rows, targets][:, None] + scores)
    costs[rows, targets] = 0
    grad = (costs > 0).astype(float)
    grad[rows, targets] = -grad.sum(axis=1)
    return costs.sum() / scores.size, grad / scores.size


# Right answers written in other ways


def class_by_class(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    count, among = scores.shape
    loss, grad = 0.0, np.zeros((count, among))
    for n in range(count):
        y = targets[n]
        for j in range(among):
            cost = margin - scores[n, y] + scores[n, j]
            if j != y and cost > 0:
                loss += cost / (count * among)
                grad[n, j] += 1 / (count * among)
                grad[n, y] -= 1 / (count * among)
    return loss, grad


def with_one_hot(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    right = np.eye(scores.shape[1])[targets]
    own = (scores * right).sum(axis=1, keepdims=True)
    violation = (scores - own + margin) * (1 - right)
    active = (violation > 0) * 1.0
    grad = active - right * active.sum(axis=1, keepdims=True)
    return np.mean(violation * active), grad / np.prod(scores.shape)


def by_boolean_mask(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    is_wrong = targets[:, None] != np.arange(scores.shape[1])
    lead = np.take_along_axis(scores, targets[:, None], axis=1) - scores
    hit = is_wrong & (lead < margin)
    each = 1.0 / hit.size
    grad = np.where(hit, each, 0.0)
    grad[~is_wrong] = -hit.sum(axis=1) * each
    return (margin - lead)[hit].sum() * each, grad


def by_torch_operations(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    import torch

    rows = torch.arange(len(targets))
    costs = torch.clamp(margin - scores[rows, targets].unsqueeze(1) + scores, min=0)
    costs[rows, targets] = 0
    grad = (costs > 0).to(scores.dtype)
    grad[rows, targets] = -grad.sum(dim=1)
    return costs.sum() / scores.numel(), grad / scores.numel()


# What mistakes are made of


def pieces(scores: Any, targets: Any, margin: float) -> tuple[Any, Any]:
    """Return the costs (N, C), 0 at the right class, and the sum of their gradients."""
    rows = np.arange(len(targets))
    costs = np.maximum(0, margin - scores[rows, targets][:, None] + scores)
    costs[rows, targets] = 0
    grad = (costs > 0).astype(float)
    grad[rows, targets] = -grad.sum(axis=1)
    return costs, grad


def pieces_in_loop(scores: Any, targets: Any, margin: float) -> tuple[float, Any]:
    """Return the sum of all costs and of their gradients."""
    total, grad = 0.0, np.zeros(scores.shape)
    for n, y in enumerate(targets):
        for j, score in enumerate(scores[n]):
            cost = margin + score - scores[n, y]
            if j != y and cost > 0:
                total += cost
                grad[n, j] += 1
                grad[n, y] -= 1
    return total, grad


# Mistakes


def counts_right_class(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    rows = np.arange(len(targets))
    costs = np.maximum(0, margin - scores[rows, targets][:, None] + scores)
    _, grad = pieces(scores, targets, margin)
    return costs.sum() / scores.size, grad / scores.size


def counts_right_class_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(scores, targets, margin)
    return (total + margin * len(scores)) / scores.size, grad / scores.size


def counts_right_class_in_both(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    rows = np.arange(len(targets))
    costs = np.maximum(0, margin - scores[rows, targets][:, None] + scores)
    grad = (costs > 0).astype(float)
    grad[rows, targets] = -grad.sum(axis=1)
    return costs.sum() / scores.size, grad / scores.size


def not_divided_by_classes(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, margin)
    return costs.sum(axis=1).mean(), grad / len(targets)


def not_divided_by_classes_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(scores, targets, margin)
    return total / len(scores), grad / len(scores)


def divided_by_wrong_classes(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, margin)
    count = len(targets) * (scores.shape[1] - 1)
    return costs.sum() / count, grad / count


def divided_by_wrong_classes_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(scores, targets, margin)
    return total / (scores.size - len(scores)), grad / (scores.size - len(scores))


def sum_over_batch(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, margin)
    return costs.mean(axis=1).sum(), grad / scores.shape[1]


def sum_over_batch_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(scores, targets, margin)
    return total / len(scores[0]), grad / len(scores[0])


def gradient_not_averaged(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, margin)
    return costs.mean(), grad


def gradient_not_averaged_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(scores, targets, margin)
    return total / scores.size, grad


def gradient_of_sum(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, margin)
    return costs.mean(), grad / scores.shape[1]


def minus_one_for_right_class(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, margin)
    rows = np.arange(len(targets))
    grad[rows, targets] = -(costs > 0).any(axis=1).astype(float)
    return costs.mean(), grad / scores.size


def minus_one_for_right_class_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(scores, targets, margin)
    for row, y in zip(grad, targets, strict=True):
        row[y] = max(row[y], -1.0)
    return total / scores.size, grad / scores.size


def minus_one_always(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, margin)
    grad[np.arange(len(targets)), targets] = -1
    return costs.mean(), grad / scores.size


def nothing_for_right_class(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, _ = pieces(scores, targets, margin)
    return costs.mean(), (costs > 0) / scores.size


def nothing_for_right_class_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(scores, targets, margin)
    return total / scores.size, np.maximum(grad, 0) / scores.size


def one_for_right_class(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    rows = np.arange(len(targets))
    costs, _ = pieces(scores, targets, margin)
    active = margin - scores[rows, targets][:, None] + scores > 0
    return costs.mean(), active / scores.size


def worst_class_only(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, _ = pieces(scores, targets, margin)
    rows, worst = np.arange(len(targets)), costs.argmax(axis=1)
    active = (costs[rows, worst] > 0).astype(float)
    grad = np.zeros(scores.shape)
    grad[rows, worst] += active
    grad[rows, targets] -= active
    return costs.max(axis=1).mean(), grad / len(targets)


def worst_class_only_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    loss, grad = 0.0, np.zeros(scores.shape)
    for n, y in enumerate(targets):
        rival = max((j for j in range(scores.shape[1]) if j != y), key=scores[n].__getitem__)
        cost = max(0.0, margin + scores[n, rival] - scores[n, y])
        loss += cost / len(targets)
        grad[n, rival] += (cost > 0) / len(targets)
        grad[n, y] -= (cost > 0) / len(targets)
    return loss, grad


def worst_class_divided(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    loss, grad = worst_class_only(scores, targets, margin)
    return loss / scores.shape[1], grad / scores.shape[1]


def squared(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, _ = pieces(scores, targets, margin)
    grad = 2 * costs
    grad[np.arange(len(targets)), targets] = -grad.sum(axis=1)
    return (costs**2).mean(), grad / scores.size


def squared_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    loss, grad = 0.0, np.zeros(scores.shape)
    for n, y in enumerate(targets):
        for j in range(scores.shape[1]):
            cost = max(0.0, margin + scores[n, j] - scores[n, y]) if j != y else 0.0
            loss += cost * cost
            grad[n, j] += 2 * cost
            grad[n, y] -= 2 * cost
    return loss / scores.size, grad / scores.size


def margin_of_one(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, 1.0)
    return costs.mean(), grad / scores.size


def margin_of_one_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(scores, targets, 1)
    return total / scores.size, grad / scores.size


def no_margin(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, 0.0)
    return costs.mean(), grad / scores.size


def no_margin_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(scores, targets, 0)
    return total / scores.size, grad / scores.size


def lead_of_wrong_class(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    rows = np.arange(len(targets))
    costs = np.maximum(0, margin + scores[rows, targets][:, None] - scores)
    costs[rows, targets] = 0
    grad = -(costs > 0).astype(float)
    grad[rows, targets] = -grad.sum(axis=1)
    return costs.mean(), grad / scores.size


def lead_of_wrong_class_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, grad = pieces_in_loop(-scores, targets, margin)
    return total / scores.size, -grad / scores.size


def without_the_hinge(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    rows = np.arange(len(targets))
    costs = margin - scores[rows, targets][:, None] + scores
    costs[rows, targets] = 0
    grad = np.ones(scores.shape)
    grad[rows, targets] = 1 - scores.shape[1]
    return costs.mean(), grad / scores.size


def without_the_hinge_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    loss, grad = 0.0, np.ones(scores.shape)
    for n, y in enumerate(targets):
        loss += sum(margin + scores[n, j] - scores[n, y] for j in range(scores.shape[1]) if j != y)
        grad[n, y] -= scores.shape[1]
    return loss / scores.size, grad / scores.size


def gradient_with_wrong_sign(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    costs, grad = pieces(scores, targets, margin)
    return costs.mean(), -grad / scores.size


def gradient_with_wrong_sign_in_loop(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    total, step = 0.0, np.zeros(scores.shape)
    for n, y in enumerate(targets):
        hits = [j for j in range(scores.shape[1]) if j != y and scores[n, j] + margin > scores[n, y]]
        total += sum(margin + scores[n, j] - scores[n, y] for j in hits)
        step[n, hits] = -1
        step[n, y] = len(hits)
    return total / scores.size, step / scores.size


def hinged(rng: np.random.Generator, count: int, among: int, margin: float | None = None) -> tuple[Any, ...]:
    """Draw scores so that some wrong classes cost something and some do not, none on the border, and a row has two that do."""
    used = 1.0 if margin is None else margin
    while True:
        drawn, targets = few_scores(rng, count, among) * 1.01, classes(rng, count, among)
        costs, _ = pieces(drawn, targets, used)
        hits = (costs > 0).sum(axis=1)
        near = np.abs(used - drawn[np.arange(count), targets][:, None] + drawn)
        free = (costs == 0).sum() - count
        if hits.max() >= 2 and free > 0 and near.min() > 1e-6 and len(set(hits.tolist())) > min(count, 2) - 1:
            return (drawn, targets) if margin is None else (drawn, targets, margin)


PROBLEM = Problem(
    id="04.hinge",
    title="A loss that wants a margin, and its gradient",
    stub=STUB,
    reference=right_answer,
    axes={"scores": "NC", "targets": "N"},
    returns=("loss", "grad"),
    library_calls=("torch.nn.functional.multi_margin_loss", "torch._C._nn.multi_margin_loss", "sklearn.metrics.hinge_loss"),
    probes=(
        Probe("two examples with four classes", "small enough to read", lambda rng: hinged(rng, 2, 4)),
        Probe("a square batch, 4 examples and 4 classes", "batch and classes are mixed up unseen here", lambda rng: hinged(rng, 4, 4)),
        Probe("a batch of 7 with 5 classes", "1/N, 1/C and 1/(N C) differ", lambda rng: hinged(rng, 7, 5)),
        Probe("margin 0.5", "the margin is a parameter", lambda rng: hinged(rng, 3, 4, 0.5)),
        Probe("margin 2", "the right class costs nothing, whatever the margin", lambda rng: hinged(rng, 3, 5, 2.0)),
        Probe(
            "the right class leads by far",
            "satisfied: loss and gradient are 0",
            lambda rng: (scores(rng, 2, 3, scale=0.1) + 9 * np.eye(3)[[2, 0]], np.array([2, 0])),
            is_edge=True,
        ),
        Probe("a single example", "a batch of one is a batch", lambda rng: hinged(rng, 1, 4), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "counts-the-right-class",
            counts_right_class,
            counts_right_class_in_loop,
            "The right class is compared with itself and always costs the whole margin. Only wrong classes cost something.",
            THE_EXERCISE,
            variants=(counts_right_class_in_both,),
        ),
        Mistake(
            "not-divided-by-classes",
            not_divided_by_classes,
            not_divided_by_classes_in_loop,
            "The costs of an example are added and not divided by the number of classes, as the exercise states it.",
            THE_EXERCISE,
            line=("return costs.sum() / scores.size, grad / scores.size", "return costs.sum() / len(scores), grad / len(scores)"),
        ),
        Mistake(
            "divided-by-wrong-classes",
            divided_by_wrong_classes,
            divided_by_wrong_classes_in_loop,
            "It divides by the number of wrong classes. The convention stated here divides by all classes, the right one included.",
            THE_EXERCISE,
        ),
        Mistake(
            "sum-not-mean",
            sum_over_batch,
            sum_over_batch_in_loop,
            "It looks like a sum over the batch where the mean is asked: a batch twice as large would give a loss twice as large.",
            THE_EXERCISE,
        ),
        Mistake(
            "gradient-not-averaged",
            gradient_not_averaged,
            gradient_not_averaged_in_loop,
            "The loss is averaged and its gradient is not. Whatever divides the loss divides the gradient too.",
            THE_EXERCISE,
            variants=(gradient_of_sum,),
        ),
        Mistake(
            "minus-one-for-the-right-class",
            minus_one_for_right_class,
            minus_one_for_right_class_in_loop,
            "The right class gets −1 however many classes cost something. Its score stands in every one of those costs.",
            THE_EXERCISE,
            variants=(minus_one_always,),
            line=("grad[rows, targets] = -grad.sum(axis=1)", "grad[rows, targets] = -1"),
        ),
        Mistake(
            "nothing-for-the-right-class",
            nothing_for_right_class,
            nothing_for_right_class_in_loop,
            "The gradient pushes the wrong classes down and does not lift the right one. Its score stands in every cost, with a minus.",
            THE_EXERCISE,
            variants=(one_for_right_class,),
        ),
        Mistake(
            "worst-class-only",
            worst_class_only,
            worst_class_only_in_loop,
            "Only the strongest wrong class costs something here. That is another hinge loss; the exercise adds up all of them.",
            THE_EXERCISE,
            variants=(worst_class_divided,),
        ),
        Mistake(
            "squared",
            squared,
            squared_in_loop,
            "The costs are squared. The hinge of this exercise is a straight line from the margin on.",
            THE_EXERCISE,
        ),
        Mistake(
            "margin-ignored",
            margin_of_one,
            margin_of_one_in_loop,
            "It always uses a margin of 1. The margin comes in as a parameter.",
            THE_EXERCISE,
        ),
        Mistake(
            "no-margin",
            no_margin,
            no_margin_in_loop,
            "It is content as soon as the right class is ahead. It is to lead by the margin.",
            THE_EXERCISE,
        ),
        Mistake(
            "lead-reversed",
            lead_of_wrong_class,
            lead_of_wrong_class_in_loop,
            "The lead has the wrong sign: the further the right class is ahead, the more it costs.",
            THE_EXERCISE,
        ),
        Mistake(
            "no-hinge",
            without_the_hinge,
            without_the_hinge_in_loop,
            "Nothing stops at 0: a class that is beaten by more than the margin earns a negative cost, and the model is never content.",
            THE_EXERCISE,
        ),
        Mistake(
            "gradient-sign",
            gradient_with_wrong_sign,
            gradient_with_wrong_sign_in_loop,
            "The gradient points down the loss. The loss grows when a wrong class scores higher, so the entries of wrong "
            "classes are not negative.",
            THE_EXERCISE,
        ),
    ),
    alternatives=(class_by_class, with_one_hot, by_boolean_mask),
    torch_alternatives=(by_torch_operations,),
    hints=(
        "Take one row with three classes and write down each of its costs. In how many of them does the score of the right class appear?",
        "Make the table of all costs at once: every score, less the score of the right class of its row, plus the margin, cut "
        "off at 0. The "
        "column of the right class is then set to 0. A cost above 0 has slope +1 along its own score and −1 along that of the right class.",
        "own   <- for each row, the score of its right class, as a column (N, 1)\n"
        "costs <- the larger of 0 and (margin less own plus scores); 0 at the right class\n"
        "loss  <- the sum of the costs divided by N C\n"
        "grad  <- 1 where a cost is above 0, else 0; at the right class, minus the sum of its row\n"
        "grad  <- grad divided by N C",
    ),
    solution=SOLUTION,
    level=3,
    minutes=15,
    is_core=False,
)
