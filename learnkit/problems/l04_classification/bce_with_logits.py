"""Binary cross-entropy from raw scores: the same care as for many classes, with targets that may lie between."""

import math
from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.drawing import few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def bce_with_logits(logits, targets):
    """Binary cross-entropy of raw scores, averaged over all of them, in nats: -[t ln σ(z) + (1 - t) ln(1 - σ(z))].

    logits : array of any shape, the score z of "yes"; any size of score, 800 and -800 too
    targets : array of the same shape, 1 for yes and 0 for no, or a probability between
    Returns one number. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def bce_with_logits(logits, targets):
    losses = np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
    return losses.mean()
"""


def right_answer(logits: Any, targets: Any) -> Any:
    return lk.bce_with_logits(logits, targets)


def right_answer_on_torch(logits: Any, targets: Any) -> Any:
    import torch

    return torch.nn.functional.binary_cross_entropy_with_logits(logits, targets)


# Right answers written in other ways


def score_by_score(logits: Any, targets: Any) -> Any:
    total = 0.0
    for z, t in zip(logits.flat, targets.flat, strict=True):
        softplus = z + math.log1p(math.exp(-z)) if z > 0 else math.log1p(math.exp(z))
        total += softplus - t * z
    return total / logits.size


def by_two_logarithms(logits: Any, targets: Any) -> Any:
    log_yes, log_no = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    return -np.mean(targets * log_yes + (1 - targets) * log_no)


def as_two_classes(logits: Any, targets: Any) -> Any:
    pairs = np.stack([np.zeros_like(logits), logits], axis=-1)
    top = pairs.max(axis=-1, keepdims=True)
    log_p = pairs - top - np.log(np.exp(pairs - top).sum(axis=-1, keepdims=True))
    return -(log_p * np.stack([1 - targets, targets], axis=-1)).sum() / np.size(logits)


def torch_by_softplus(logits: Any, targets: Any) -> Any:
    import torch

    return (torch.nn.functional.softplus(logits) - logits * targets).mean()


def torch_by_logaddexp(logits: Any, targets: Any) -> Any:
    import torch

    zero = torch.zeros_like(logits)
    return (targets * torch.logaddexp(zero, -logits) + (1 - targets) * torch.logaddexp(zero, logits)).mean()


# What mistakes are made of


def stable_losses(logits: Any, targets: Any) -> Any:
    return np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))


def chances(logits: Any) -> Any:
    decay = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1 / (1 + decay), decay / (1 + decay))


def softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def pairs_of(logits: Any, targets: Any) -> list[tuple[float, float]]:
    return [(float(z), float(t)) for z, t in zip(logits.ravel(), targets.ravel(), strict=True)]


# Mistakes


def log_of_sigmoid(logits: Any, targets: Any) -> Any:
    p = chances(logits)
    return -(targets * np.log(p) + (1 - targets) * np.log(1 - p)).mean()


def log_of_sigmoid_in_loop(logits: Any, targets: Any) -> Any:
    losses = []
    for z, t in zip(logits.ravel(), targets.ravel(), strict=True):
        p = 1 / (1 + np.exp(-z))
        losses.append(t * np.log(p) + (1 - t) * np.log(1 - p))
    return -sum(losses) / len(losses)


def log_of_p_plus(small: float) -> Any:
    def log_of_p_plus_small(logits: Any, targets: Any) -> Any:
        p = chances(logits)
        return -(targets * np.log(p + small) + (1 - targets) * np.log(1 - p + small)).mean()

    return log_of_p_plus_small


def log_of_p_within(small: float) -> Any:
    def log_of_p_within_bounds(logits: Any, targets: Any) -> Any:
        p = np.clip(chances(logits), small, 1 - small)
        return -(targets * np.log(p) + (1 - targets) * np.log(1 - p)).mean()

    return log_of_p_within_bounds


def log_of_bounded_p_in_loop(logits: Any, targets: Any) -> Any:
    total = 0.0
    for z, t in pairs_of(logits, targets):
        p, q = math.exp(-softplus(-z)), math.exp(-softplus(z))
        total -= t * math.log(p + 1e-12) + (1 - t) * math.log(q + 1e-12)
    return total / logits.size


def labels_of_minus_one(logits: Any, targets: Any) -> Any:
    return np.logaddexp(0, -targets * logits).mean()


def labels_of_minus_one_in_loop(logits: Any, targets: Any) -> Any:
    return sum(softplus(-t * z) for z, t in pairs_of(logits, targets)) / logits.size


def sum_of_all(logits: Any, targets: Any) -> Any:
    return stable_losses(logits, targets).sum()


def sum_of_all_in_loop(logits: Any, targets: Any) -> Any:
    return math.fsum(softplus(z) - t * z for z, t in pairs_of(logits, targets))


def mean_of_first_axis(logits: Any, targets: Any) -> Any:
    return stable_losses(logits, targets).mean(axis=0)


def mean_of_first_axis_in_loop(logits: Any, targets: Any) -> Any:
    total = sum(np.logaddexp(0, z) - t * z for z, t in zip(logits, targets, strict=True))
    return total / len(logits)


def only_yes(logits: Any, targets: Any) -> Any:
    return (targets * np.logaddexp(0, -logits)).mean()


def only_yes_in_loop(logits: Any, targets: Any) -> Any:
    return sum(t * softplus(-z) for z, t in pairs_of(logits, targets)) / logits.size


def yes_and_no_swapped(logits: Any, targets: Any) -> Any:
    return stable_losses(logits, 1 - targets).mean()


def yes_and_no_swapped_in_loop(logits: Any, targets: Any) -> Any:
    return sum(softplus(-z) + t * z for z, t in pairs_of(logits, targets)) / logits.size


def scores_for_chances(logits: Any, targets: Any) -> Any:
    return -(targets * np.log(logits) + (1 - targets) * np.log(1 - logits)).mean()


def scores_for_chances_in_loop(logits: Any, targets: Any) -> Any:
    losses = [t * np.log(z) + (1 - t) * np.log(1 - z) for z, t in zip(logits.flat, targets.flat, strict=True)]
    return -np.mean(losses)


def without_minus(logits: Any, targets: Any) -> Any:
    return -stable_losses(logits, targets).mean()


def without_minus_in_loop(logits: Any, targets: Any) -> Any:
    return sum(t * z - softplus(z) for z, t in pairs_of(logits, targets)) / logits.size


def base_two(logits: Any, targets: Any) -> Any:
    return stable_losses(logits, targets).mean() / np.log(2)


def base_two_in_loop(logits: Any, targets: Any) -> Any:
    return math.log2(math.e) * sum(softplus(z) - t * z for z, t in pairs_of(logits, targets)) / logits.size


def hard_targets(logits: Any, targets: Any) -> Any:
    return stable_losses(logits, (targets > 0.5).astype(float)).mean()


def hard_targets_in_loop(logits: Any, targets: Any) -> Any:
    return sum(softplus(-z) if t > 0.5 else softplus(z) for z, t in pairs_of(logits, targets)) / logits.size


def sigmoid_twice(logits: Any, targets: Any) -> Any:
    return stable_losses(chances(logits), targets).mean()


def sigmoid_twice_in_loop(logits: Any, targets: Any) -> Any:
    pairs = [(math.exp(-softplus(-z)), t) for z, t in pairs_of(logits, targets)]
    return sum(softplus(p) - t * p for p, t in pairs) / logits.size


def without_absolute_value(logits: Any, targets: Any) -> Any:
    return (np.log(1 + np.exp(logits)) - logits * targets).mean()


def without_absolute_value_in_loop(logits: Any, targets: Any) -> Any:
    losses = [np.log1p(np.exp(z)) - t * z for z, t in zip(logits.flat, targets.flat, strict=True)]
    return sum(losses) / len(losses)


def labels(rng: np.random.Generator, *shape: int) -> Any:
    """Yes and no, at least one of each."""
    count = int(np.prod(shape))
    return rng.permutation(np.arange(count) % 2).astype(float).reshape(shape)


TWO = "10 · Two classes"

PROBLEM = Problem(
    id="04.bce_with_logits",
    title="The loss of a yes-or-no model",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"logits": "N", "targets": "N"},
    library_calls=(
        "torch.nn.functional.binary_cross_entropy_with_logits",
        "torch.nn.functional.binary_cross_entropy",
        "torch.binary_cross_entropy_with_logits",
        "torch.nn.functional.logsigmoid",
        "learnkit.reference.cross_entropy",
        "learnkit.pytorch.cross_entropy",
        "scipy.special.log_expit",
        "sklearn.metrics.log_loss",
    ),
    uses=("sigmoid", "logsumexp"),
    probes=(
        Probe("three scores", "small enough to read", lambda rng: (few_scores(rng, 3), labels(rng, 3))),
        Probe("five scores", "another number of scores: a sum grows with it", lambda rng: (scores(rng, 5), labels(rng, 5))),
        Probe("a table of 3 × 4 scores", "one mean over all of them", lambda rng: (scores(rng, 3, 4), labels(rng, 3, 4))),
        Probe(
            "targets between 0 and 1",
            "a target may be a probability",
            lambda rng: (scores(rng, 3), rng.choice([0.1, 0.2, 0.3, 0.7, 0.9], size=3, replace=False)),  # no two terms cancel
        ),
        Probe(
            "sure and wrong, at −800",
            "σ(−800) is 0, and the loss is 800",
            lambda rng: (np.array([-800.0, few_scores(rng, 1)[0]]), np.array([1.0, 0.0])),
        ),
        Probe(
            "sure and wrong, at 800",
            "1 − σ(800) is 0, and the loss is 800",
            lambda rng: (np.array([800.0, few_scores(rng, 1)[0]]), np.array([0.0, 1.0])),
        ),
        Probe(
            "sure and wrong, at −40 and 40",
            "1 − σ(40) is 0 for the computer",
            lambda rng: (np.array([-40.0, 40.0]) + few_scores(rng, 2) / 10, np.array([1.0, 0.0])),
            is_edge=True,
        ),
        Probe("a single score", "a mean over one", lambda rng: (few_scores(rng, 1), labels(rng, 1)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "log-of-sigmoid",
            log_of_sigmoid,
            log_of_sigmoid_in_loop,
            "It computes σ first and its logarithm second. Far from 0 one of the two chances is 0 for the computer, and its "
            "logarithm is −inf.",
            TWO,
        ),
        Mistake(
            "log-of-p-plus-eps",
            log_of_p_plus(1e-12),
            log_of_bounded_p_in_loop,
            "A small number keeps the logarithm finite and puts a floor under the chance: where the model is most wrong, the "
            "loss stops growing.",
            "5 · The overflow",
            variants=(
                *(log_of_p_plus(10.0**power) for power in (-6, -7, -8, -9, -10, -15)),
                *(log_of_p_within(10.0**power) for power in (-6, -7, -8, -9, -10, -12, -15)),
            ),
        ),
        Mistake(
            "overflow",
            without_absolute_value,
            without_absolute_value_in_loop,
            "The formula is right on paper, but one of its exponentials overflows for large scores: exp(800) is inf.",
            "5 · The overflow",
            line=(
                "losses = np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))",
                "losses = np.log(1 + np.exp(logits)) - logits * targets",
            ),
        ),
        Mistake(
            "labels-minus-one-and-one",
            labels_of_minus_one,
            labels_of_minus_one_in_loop,
            "The formula is that for labels −1 and 1. With 0 for no, every such example loses ln 2, whatever its score.",
            TWO,
        ),
        Mistake(
            "sum-not-mean",
            sum_of_all,
            sum_of_all_in_loop,
            "It looks like a sum where the mean is asked: twice as many scores would give a loss twice as large.",
            "6 · Cross-entropy: the loss that the labels ask for",
            line=("return losses.mean()", "return losses.sum()"),
        ),
        Mistake(
            "mean-along-one-axis",
            mean_of_first_axis,
            mean_of_first_axis_in_loop,
            "It averages along the first axis only. For a table of scores one number is asked, the mean over all of them.",
            TWO,
        ),
        Mistake(
            "only-yes",
            only_yes,
            only_yes_in_loop,
            "Examples whose answer is no cost nothing here. A model that says yes to everything would be perfect.",
            TWO,
        ),
        Mistake(
            "swapped",
            yes_and_no_swapped,
            yes_and_no_swapped_in_loop,
            "Yes and no are swapped: a high score is punished where the answer is yes.",
            TWO,
        ),
        Mistake(
            "scores-for-probabilities",
            scores_for_chances,
            scores_for_chances_in_loop,
            "It takes the scores for probabilities. A score may be any number, and the logarithm of a negative one does not exist.",
            TWO,
        ),
        Mistake(
            "sigmoid-twice",
            sigmoid_twice,
            sigmoid_twice_in_loop,
            "It applies the sigmoid twice. The loss does it itself, so it wants the raw score.",
            TWO,
        ),
        Mistake(
            "sign",
            without_minus,
            without_minus_in_loop,
            "It is negative and grows as the model gets better. A loss goes down.",
            TWO,
        ),
        Mistake(
            "base-two",
            base_two,
            base_two_in_loop,
            "The loss is measured in bits: its logarithm has base 2. Asked are nats, the unit of the natural logarithm.",
            TWO,
        ),
        Mistake(
            "hard-targets",
            hard_targets,
            hard_targets_in_loop,
            "It rounds the targets to yes or no. A target may be a probability, and then both terms of the loss count.",
            TWO,
        ),
    ),
    alternatives=(score_by_score, by_two_logarithms, as_two_classes),
    torch_alternatives=(torch_by_softplus, torch_by_logaddexp),
    hints=(
        "What is σ(−800) for the computer, and what is its logarithm? What is ln σ(−800) on paper?",
        "Write the loss so that no exponential has a positive exponent. On paper −ln σ(z) = ln(1 + e⁻ᶻ). For negative z the same number is "
        "−z + ln(1 + eᶻ): the part that would overflow is taken out of the logarithm.",
        "part 1 <- the score where it is positive, else 0\n"
        "part 2 <- the score times its target\n"
        "part 3 <- the logarithm of 1 plus e to the power of minus the size of the score\n"
        "result <- the mean of part 1, less part 2, plus part 3",
    ),
    solution=SOLUTION,
    level=3,
    minutes=12,
    is_core=False,
)
