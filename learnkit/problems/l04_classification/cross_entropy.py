"""Cross-entropy of a batch from raw scores: the logarithm that must not meet a zero, and the mean."""

import math
from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.drawing import classes, few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def cross_entropy(logits, targets):
    """Minus the logarithm of the probability of the right class, averaged over the batch, in nats.

    logits : (N, C) array of raw scores, one row an example; any size of score, 1000 too
    targets : (N,) array of integers, the right class of each example, from 0 to C - 1
    Returns one number. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def cross_entropy(logits, targets):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sum_exp = np.log(np.exp(shifted).sum(axis=1))
    right_scores = shifted[np.arange(len(targets)), targets]
    return (log_sum_exp - right_scores).mean()
"""


def right_answer(logits: Any, targets: Any) -> Any:
    return lk.cross_entropy(logits, targets)


def right_answer_on_torch(logits: Any, targets: Any) -> Any:
    import torch

    return torch.nn.functional.cross_entropy(logits, targets)


# Right answers written in other ways


def example_by_example(logits: Any, targets: Any) -> Any:
    total = 0.0
    for row, target in zip(logits, targets, strict=True):
        top = max(row)
        total += top + math.log(sum(math.exp(score - top) for score in row)) - row[target]
    return total / len(targets)


def with_one_hot(logits: Any, targets: Any) -> Any:
    top = np.max(logits, axis=1, keepdims=True)
    log_p = logits - top - np.log(np.sum(np.exp(logits - top), axis=1, keepdims=True))
    one_hot = targets[:, None] == np.arange(logits.shape[1])
    return -np.sum(log_p[one_hot]) / logits.shape[0]


def by_differences(logits: Any, targets: Any) -> Any:
    """log Σ exp(z_j) - z_y is log Σ exp(z_j - z_y), which NumPy adds up two at a time without overflow."""
    own = np.take_along_axis(logits, targets.reshape(-1, 1), axis=1)
    return np.logaddexp.reduce(logits - own, axis=1).mean()


def torch_by_log_sum_exp(logits: Any, targets: Any) -> Any:
    import torch

    return (torch.logsumexp(logits, dim=1) - logits.gather(1, targets[:, None]).squeeze(1)).mean()


def torch_with_shift(logits: Any, targets: Any) -> Any:
    import torch

    shifted = logits - logits.amax(dim=1, keepdim=True)
    log_p = shifted - torch.log(torch.exp(shifted).sum(dim=1, keepdim=True))
    return -log_p[torch.arange(len(targets)), targets].mean()


# What mistakes are made of


def log_probabilities(logits: Any) -> Any:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def probabilities(logits: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# Mistakes


def sum_over_batch(logits: Any, targets: Any) -> Any:
    return -log_probabilities(logits)[np.arange(len(targets)), targets].sum()


def sum_over_batch_in_loop(logits: Any, targets: Any) -> Any:
    total = 0.0
    for n in range(len(targets)):
        total += np.logaddexp.reduce(logits[n]) - logits[n, targets[n]]
    return total


def mean_over_entries(logits: Any, targets: Any) -> Any:
    one_hot = np.eye(logits.shape[1])[targets]
    return -(one_hot * log_probabilities(logits)).mean()


def mean_over_entries_in_loop(logits: Any, targets: Any) -> Any:
    total = sum(np.logaddexp.reduce(row) - row[target] for row, target in zip(logits, targets, strict=True))
    return total / logits.size


def softmax_twice(logits: Any, targets: Any) -> Any:
    return -log_probabilities(probabilities(logits))[np.arange(len(targets)), targets].mean()


def softmax_twice_in_loop(logits: Any, targets: Any) -> Any:
    losses = []
    for row, target in zip(logits, targets, strict=True):
        p = np.exp(row - np.logaddexp.reduce(row))
        losses.append(math.log(sum(math.exp(share) for share in p)) - p[target])
    return sum(losses) / len(losses)


def log_of_p_plus(small: float) -> Any:
    def log_of_p_plus_small(logits: Any, targets: Any) -> Any:
        return -np.log(probabilities(logits)[np.arange(len(targets)), targets] + small).mean()

    return log_of_p_plus_small


def log_of_bounded_p(logits: Any, targets: Any) -> Any:
    """The same floor in another form: p is not allowed to go below 1e-12."""
    p = [max(float(row[target]), 1e-12) for row, target in zip(probabilities(logits), targets, strict=True)]
    return -sum(math.log(value) for value in p) / len(p)


def log_of_probability(logits: Any, targets: Any) -> Any:
    return -np.log(probabilities(logits)[np.arange(len(targets)), targets]).mean()


def log_of_probability_in_loop(logits: Any, targets: Any) -> Any:
    losses = []
    for row, target in zip(logits, targets, strict=True):
        powers = np.exp(row - row.max())
        losses.append(np.log(powers.sum() / powers[target]) if powers[target] else np.inf)
    return np.mean(losses)


def base_two(logits: Any, targets: Any) -> Any:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return (np.log2(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(targets)), targets] * np.log2(np.e)).mean()


def base_two_in_loop(logits: Any, targets: Any) -> Any:
    losses = [np.logaddexp.reduce(row) - row[target] for row, target in zip(logits, targets, strict=True)]
    return sum(losses) / len(losses) / math.log(2)


def targets_as_one_hot(logits: Any, targets: Any) -> Any:
    return -(targets * log_probabilities(logits)).sum() / len(logits)


def targets_as_one_hot_in_loop(logits: Any, targets: Any) -> Any:
    total = 0.0
    for row in log_probabilities(logits):
        if len(targets) not in (1, len(row)):
            raise ValueError(f"operands could not be broadcast together with shapes {targets.shape} {row.shape}")
        total -= sum(targets[k % len(targets)] * log_p for k, log_p in enumerate(row))
    return total / len(logits)


def without_minus(logits: Any, targets: Any) -> Any:
    return log_probabilities(logits)[np.arange(len(targets)), targets].mean()


def without_minus_in_loop(logits: Any, targets: Any) -> Any:
    return sum(row[target] - np.logaddexp.reduce(row) for row, target in zip(logits, targets, strict=True)) / len(targets)


def all_pairs(logits: Any, targets: Any) -> Any:
    return -log_probabilities(logits)[:, targets].mean()


def all_pairs_in_loop(logits: Any, targets: Any) -> Any:
    losses = [np.logaddexp.reduce(row) - row[target] for row in logits for target in targets]
    return sum(losses) / len(losses)


def without_shift(logits: Any, targets: Any) -> Any:
    return (np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(targets)), targets]).mean()


def without_shift_in_loop(logits: Any, targets: Any) -> Any:
    losses = []
    for row, target in zip(logits, targets, strict=True):
        powers = [np.exp(score) for score in row]
        losses.append(-np.log(powers[target] / sum(powers)))
    return sum(losses) / len(losses)


def shift_by_mean(logits: Any, targets: Any) -> Any:
    shifted = logits - logits.mean(axis=1, keepdims=True)
    return (np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(targets)), targets]).mean()


def shift_by_mean_in_loop(logits: Any, targets: Any) -> Any:
    total = 0.0
    for row, target in zip(logits, targets, strict=True):
        middle = sum(row) / len(row)
        total += middle + np.log(sum(np.exp(score - middle) for score in row)) - row[target]
    return total / len(targets)


def shift_by_min(logits: Any, targets: Any) -> Any:
    shifted = logits - logits.min(axis=1, keepdims=True)
    return (np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(targets)), targets]).mean()


def without_logarithm(logits: Any, targets: Any) -> Any:
    return (1 - probabilities(logits)[np.arange(len(targets)), targets]).mean()


def without_logarithm_in_loop(logits: Any, targets: Any) -> Any:
    return 1 - sum(p[target] for p, target in zip(probabilities(logits), targets, strict=True)) / len(targets)


def minus_probability(logits: Any, targets: Any) -> Any:
    return -probabilities(logits)[np.arange(len(targets)), targets].mean()


def every_class_yes_or_no(logits: Any, targets: Any) -> Any:
    p, one_hot = probabilities(logits), np.eye(logits.shape[1])[targets]
    chosen = np.where(one_hot == 1, p, 1 - p)
    return -np.log(chosen).sum(axis=1).mean()


def every_class_yes_or_no_in_loop(logits: Any, targets: Any) -> Any:
    total = 0.0
    for p, target in zip(probabilities(logits), targets, strict=True):
        for k, share in enumerate(p):
            total -= np.log(share if k == target else 1 - share)
    return total / len(targets)


def largest_score_for_all(logits: Any, targets: Any) -> Any:
    shifted = logits - logits.max()
    return (np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(targets)), targets]).mean()


def largest_score_for_all_in_loop(logits: Any, targets: Any) -> Any:
    top = max(max(row) for row in logits)
    losses = [np.log(np.sum(np.exp(row - top))) + top - row[target] for row, target in zip(logits, targets, strict=True)]
    return np.mean(losses)


LOSS = "6 · Cross-entropy: the loss that the labels ask for"
OVERFLOW = "5 · The overflow"


def zero_scores(rng: np.random.Generator) -> tuple[Any, ...]:
    return np.zeros((2, 3)), classes(rng, 2, 3)


def right_class_far_below(rng: np.random.Generator, gap: float) -> tuple[Any, ...]:
    """One class leads by a gap in every row, and another one is right."""
    leading = rng.integers(3, size=2)
    logits = np.zeros((2, 3))
    logits[np.arange(2), leading] = gap
    return logits, (leading + rng.integers(1, 3, size=2)) % 3


def right_class_far_above(rng: np.random.Generator) -> tuple[Any, ...]:
    """Two rows that are very sure and right, at different places."""
    targets = rng.permutation(3)[:2]
    return few_scores(rng, 2, 3) + 3000 * np.eye(3)[targets], targets


PROBLEM = Problem(
    id="04.cross_entropy",
    title="The loss of a classifier, from raw scores",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"logits": "NC", "targets": "N"},
    library_calls=(
        "learnkit.reference.log_softmax",
        "learnkit.pytorch.log_softmax",
        "scipy.special.log_softmax",
        "torch.log_softmax",
        "torch.Tensor.log_softmax",
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.nll_loss",
        "torch.nn.functional.log_softmax",
        "sklearn.metrics.log_loss",
    ),
    uses=("logsumexp", "softmax"),
    probes=(
        Probe("two examples, all scores 0", "the loss of a model that knows nothing: ln 3", zero_scores),
        Probe(
            "a batch of 4 with 3 classes",
            "the batch and the classes differ in number",
            lambda rng: (few_scores(rng, 4, 3), classes(rng, 4, 3)),
        ),
        Probe(
            "a batch of 7 with 5 classes", "another batch size: a sum grows with it", lambda rng: (scores(rng, 7, 5), classes(rng, 7, 5))
        ),
        Probe(
            "a square batch, 3 examples and 3 classes",
            "targets taken for one-hot rows run here",
            lambda rng: (few_scores(rng, 3, 3), classes(rng, 3, 3)),
        ),
        Probe("scores near 1000", "exp(1000) overflows", lambda rng: (few_scores(rng, 2, 3) + 1000, classes(rng, 2, 3))),
        Probe(
            "the right class 100 below the largest",
            "a small number added to p stops at 27.6",
            lambda rng: right_class_far_below(rng, 100.0),
        ),
        Probe(
            "the right class 800 below the largest", "p is 0 here, and its logarithm is not", lambda rng: right_class_far_below(rng, 800.0)
        ),
        Probe(
            "the right class 3000 above the others",
            "only the largest score is a safe shift: less the mean, 2000 is left",
            right_class_far_above,
        ),
        Probe(
            "rows 0 and 2000 in one batch",
            "one maximum for the whole batch leaves nothing of the first row",
            lambda rng: (few_scores(rng, 2, 3) + np.array([[0.0], [2000.0]]), classes(rng, 2, 3)),
        ),
        Probe("a single example", "a batch of one is a batch", lambda rng: (few_scores(rng, 1, 4), classes(rng, 1, 4)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "sum-not-mean",
            sum_over_batch,
            sum_over_batch_in_loop,
            "It looks like a sum over the batch where the mean is asked: a batch twice as large would give a loss twice as large.",
            LOSS,
            line=("return (log_sum_exp - right_scores).mean()", "return (log_sum_exp - right_scores).sum()"),
        ),
        Mistake(
            "mean-over-entries",
            mean_over_entries,
            mean_over_entries_in_loop,
            "It divides by all entries of the table. Each example has one loss, that of its right class, and the mean is over "
            "the examples.",
            LOSS,
        ),
        Mistake(
            "softmax-twice",
            softmax_twice,
            softmax_twice_in_loop,
            "It applies softmax to probabilities, not to scores: the loss cannot come near 0 any more, however sure and right "
            "the model is.",
            "12 · The same in PyTorch",
        ),
        Mistake(
            "log-of-p-plus-eps",
            log_of_p_plus(1e-12),
            log_of_bounded_p,
            "A small number keeps the logarithm finite and puts a floor under p: where the model is most wrong, the loss stops growing.",
            OVERFLOW,
            variants=tuple(log_of_p_plus(10.0**power) for power in (-6, -7, -8, -9, -10, -15, -16, -20, -30)),
        ),
        Mistake(
            "log-of-softmax",
            log_of_probability,
            log_of_probability_in_loop,
            "It computes the probability first. About 745 below the largest score that is 0 for the computer, and its logarithm is −inf; "
            "the logarithm itself is an ordinary number.",
            OVERFLOW,
        ),
        Mistake(
            "no-shift",
            without_shift,
            without_shift_in_loop,
            "The exponential of a score near 1000 is larger than the computer's largest number.",
            OVERFLOW,
            line=("shifted = logits - logits.max(axis=1, keepdims=True)", "shifted = logits"),
        ),
        Mistake(
            "unsafe-shift",
            shift_by_mean,
            shift_by_mean_in_loop,
            "It subtracts something smaller than the row's largest score, so a score far above the others still overflows.",
            OVERFLOW,
            variants=(shift_by_min,),
        ),
        Mistake(
            "global-max",
            largest_score_for_all,
            largest_score_for_all_in_loop,
            "It takes one largest score for the whole batch. A row far below it is left with zeros only: each row has its own "
            "largest score.",
            OVERFLOW,
        ),
        Mistake(
            "base-two",
            base_two,
            base_two_in_loop,
            "The loss is measured in bits: its logarithm has base 2. Asked are nats, the unit of the natural logarithm.",
            LOSS,
        ),
        Mistake(
            "expects-one-hot",
            targets_as_one_hot,
            targets_as_one_hot_in_loop,
            "It multiplies by the class numbers as if they were one-hot rows. A target names the column of the right class.",
            LOSS,
        ),
        Mistake(
            "sign",
            without_minus,
            without_minus_in_loop,
            "It returns the mean log-probability, which is negative and grows as the model gets better. A loss goes down.",
            LOSS,
        ),
        Mistake(
            "all-pairs",
            all_pairs,
            all_pairs_in_loop,
            "For every row it takes the columns of all targets, not only its own: N × N entries where N are meant.",
            LOSS,
            line=("right_scores = shifted[np.arange(len(targets)), targets]", "right_scores = shifted[:, targets]"),
        ),
        Mistake(
            "no-logarithm",
            without_logarithm,
            without_logarithm_in_loop,
            "It measures by the probability itself. A model that is sure and wrong then loses at most 1; the logarithm knows "
            "no such limit.",
            LOSS,
            variants=(minus_probability,),
        ),
        Mistake(
            "each-class-yes-or-no",
            every_class_yes_or_no,
            every_class_yes_or_no_in_loop,
            "It asks every class for yes or no and adds the losses of the wrong classes. Here only the right class counts: "
            "the others are in the sum.",
            LOSS,
        ),
    ),
    alternatives=(example_by_example, with_one_hot, by_differences),
    torch_alternatives=(torch_by_log_sum_exp, torch_with_shift),
    hints=(
        "Try one example with scores (100, 0, 0) and right class 1 on paper. Its loss is 100. Which step of yours loses it?",
        "The loss of one example is a difference of two numbers: the logarithm of the sum of exponentials, less the score of "
        "the right class. Both "
        "stay ordinary numbers if the row's largest score is taken out first. Then average over the examples.",
        "shifted <- scores less the largest of their row\n"
        "a       <- for each row, the logarithm of the sum of e to the power of shifted\n"
        "b       <- for each row n, the entry of shifted in column targets[n]\n"
        "result  <- the mean over the rows of a less b",
    ),
    solution=SOLUTION,
    level=2,
    minutes=12,
)
