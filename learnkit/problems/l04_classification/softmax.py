"""Softmax over the rows of a batch: the shift that keeps it finite, and the axis it goes along."""

import math
from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.drawing import few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def softmax(logits):
    """Turn each row of scores into probabilities.

    logits : (N, C) array of scores, one row an example; any size of score, 1000 too
    Returns an array (N, C): exp(score) over the sum of exp(scores) of the same row. The input stays as it was.
    """
    ...
'''

SOLUTION = """
def softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
"""


def right_answer(logits: Any) -> Any:
    return lk.softmax(logits, dim=1)


def right_answer_on_torch(logits: Any) -> Any:
    import torch

    return torch.softmax(logits, dim=1)


# Right answers written in other ways


def row_by_row(logits: Any) -> Any:
    rows = []
    for row in logits:
        powers = np.exp(row - np.max(row))
        rows.append(powers / np.sum(powers))
    return np.array(rows)


def by_log_sum_exp(logits: Any) -> Any:
    top = np.amax(logits, axis=-1)[:, None]
    log_total = top + np.log(np.sum(np.exp(logits - top), axis=-1))[:, None]
    return np.exp(logits - log_total)


def on_columns(logits: Any) -> Any:
    flipped = logits.T - logits.T.max(0)
    return (np.exp(flipped) / np.exp(flipped).sum(0)).T


def entry_by_entry(logits: Any) -> Any:
    """Each probability is 1 over the sum of exp of the differences; a difference above 700 makes it 0."""
    result = np.empty_like(logits)
    for n in range(logits.shape[0]):
        for k in range(logits.shape[1]):
            result[n, k] = 1 / sum(math.exp(min(logits[n, j] - logits[n, k], 700.0)) for j in range(logits.shape[1]))
    return result


def torch_with_shift(logits: Any) -> Any:
    import torch

    powers = torch.exp(logits - logits.max(dim=1, keepdim=True).values)
    return powers / powers.sum(dim=1, keepdim=True)


def torch_by_log_sum_exp(logits: Any) -> Any:
    import torch

    return (logits - torch.logsumexp(logits, 1)[:, None]).exp()


# Mistakes


def without_shift(logits: Any) -> Any:
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def without_shift_in_rows(logits: Any) -> Any:
    return np.stack([np.exp(row) / np.sum(np.exp(row)) for row in logits])


def shift_of_all(logits: Any) -> Any:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum(axis=1, keepdims=True)


def shift_of_all_in_rows(logits: Any) -> Any:
    largest = max(float(score) for row in logits for score in row)
    return np.array([np.exp(row - largest) / np.exp(row - largest).sum() for row in logits])


def shift_by_mean(logits: Any) -> Any:
    powers = np.exp(logits - logits.mean(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def shift_by_mean_in_rows(logits: Any) -> Any:
    rows = [np.exp(row - sum(row) / len(row)) for row in logits]
    return np.array([row / sum(row) for row in rows])


def shift_by_min(logits: Any) -> Any:
    powers = np.exp(logits - logits.min(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def along_columns(logits: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=0))
    return powers / powers.sum(axis=0)


def along_columns_in_loop(logits: Any) -> Any:
    columns = [np.exp(column - column.max()) for column in logits.T]
    return np.stack([column / column.sum() for column in columns], axis=1)


def without_keepdims(logits: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1)


def without_keepdims_of_transpose(logits: Any) -> Any:
    shifted = (logits.T - logits.max(1)).T
    totals = np.array([np.exp(row).sum() for row in shifted])
    return np.exp(shifted) / totals


def shift_without_keepdims(logits: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=1))
    return powers / powers.sum(axis=1, keepdims=True)


def both_without_keepdims(logits: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=1))
    return powers / powers.sum(axis=1)


def over_everything(logits: Any) -> Any:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def over_everything_flat(logits: Any) -> Any:
    flat = [float(score) for row in logits for score in row]
    powers = [math.exp(score - max(flat)) for score in flat]
    return np.array([power / math.fsum(powers) for power in powers]).reshape(logits.shape)


def writes_into_input(logits: Any) -> Any:
    logits -= logits.max(axis=1, keepdims=True)
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def writes_into_rows(logits: Any) -> Any:
    for row in logits:
        row[:] = np.exp(row - row.max())
        row /= row.sum()
    return logits


def logarithm(logits: Any) -> Any:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def logarithm_in_rows(logits: Any) -> Any:
    return np.array([row - np.logaddexp.reduce(row) for row in logits])


def shares_of_scores(logits: Any) -> Any:
    return logits / logits.sum(axis=1, keepdims=True)


def shares_of_scores_in_rows(logits: Any) -> Any:
    return np.array([[score / sum(row) for score in row] for row in logits])


def shares_of_shifted_scores(logits: Any) -> Any:
    shifted = logits - logits.min(axis=1, keepdims=True)
    return shifted / shifted.sum(axis=1, keepdims=True)


def each_alone(logits: Any) -> Any:
    decay = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1 / (1 + decay), decay / (1 + decay))


def each_alone_by_tanh(logits: Any) -> Any:
    return (np.tanh(logits / 2) + 1) / 2


def clipped(logits: Any) -> Any:
    powers = np.exp(np.clip(logits, -500, 500))
    return powers / powers.sum(axis=1, keepdims=True)


def clipped_by_minimum(logits: Any) -> Any:
    bounded = [[min(max(score, -500.0), 500.0) for score in row] for row in logits]
    return np.array([np.exp(np.array(row)) / np.exp(np.array(row)).sum() for row in bounded])


def clipped_at(bound: float) -> Any:
    def clipped_elsewhere(logits: Any) -> Any:
        powers = np.exp(np.clip(logits, -bound, bound))
        return powers / powers.sum(axis=1, keepdims=True)

    return clipped_elsewhere


def winner_takes_all(logits: Any) -> Any:
    return np.eye(logits.shape[1])[logits.argmax(axis=1)]


def winner_takes_all_by_comparison(logits: Any) -> Any:
    return (logits == logits.max(axis=1, keepdims=True)).astype(float)


OVERFLOW = "5 · The overflow"
SOFTMAX = "4 · Softmax, and what it cannot see"

PROBLEM = Problem(
    id="04.softmax",
    title="Scores to probabilities, without overflow",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"logits": "NC"},
    library_calls=(
        "learnkit.reference.log_softmax",
        "learnkit.pytorch.log_softmax",
        "scipy.special.softmax",
        "scipy.special.log_softmax",
        "torch.softmax",
        "torch.log_softmax",
        "torch.Tensor.softmax",
        "torch.Tensor.log_softmax",
        "torch.nn.functional.softmax",
        "torch.nn.functional.log_softmax",
        "torch.special.softmax",
    ),
    uses=("logsumexp",),
    probes=(
        Probe("two rows of three scores", "small enough to read", lambda rng: (few_scores(rng, 2, 3),)),
        Probe(
            "a square batch, 3 rows of 3 scores",
            "a missing keepdims runs here, and divides by the wrong sums",
            lambda rng: (few_scores(rng, 3, 3),),
        ),
        Probe("a batch of 4 with 7 scores", "a missing keepdims raises here", lambda rng: (scores(rng, 4, 7),)),
        Probe("scores near 1000", "exp(1000) overflows", lambda rng: (few_scores(rng, 2, 3) + 1000,)),
        Probe(
            "rows 0 and 2000 in one batch",
            "one maximum for the whole batch leaves nothing of the first row",
            lambda rng: (few_scores(rng, 2, 3) + np.array([[0.0], [2000.0]]),),
        ),
        Probe(
            "scores near -1000",
            "every exponential is 0 without a shift, and the sum too",
            lambda rng: (few_scores(rng, 2, 3) - 1000,),
            is_edge=True,
        ),
        Probe(
            "one score 3000 above the others",
            "only the largest score is a safe shift: less the mean, 2000 is left",
            lambda rng: (few_scores(rng, 2, 3) + np.array([[3000.0, 0.0, 0.0], [0.0, 0.0, 3000.0]]),),
        ),
        Probe("a single row", "a batch of one is a batch", lambda rng: (few_scores(rng, 1, 4),), is_edge=True),
        Probe("one class", "the only class is certain", lambda rng: (few_scores(rng, 3, 1),), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "no-shift",
            without_shift,
            without_shift_in_rows,
            "The exponential of a score near 1000 is larger than the computer's largest number, and near −1000 every exponential is 0.",
            OVERFLOW,
            line=("shifted = logits - logits.max(axis=1, keepdims=True)", "shifted = logits"),
        ),
        Mistake(
            "global-max",
            shift_of_all,
            shift_of_all_in_rows,
            "It takes one largest score for the whole batch. A row far below it is left with zeros only: each row has its own "
            "largest score.",
            OVERFLOW,
            line=("shifted = logits - logits.max(axis=1, keepdims=True)", "shifted = logits - logits.max()"),
        ),
        Mistake(
            "unsafe-shift",
            shift_by_mean,
            shift_by_mean_in_rows,
            "It subtracts something smaller than the row's largest score, so a score far above the others still overflows.",
            OVERFLOW,
            variants=(shift_by_min,),
        ),
        Mistake(
            "clipped-scores",
            clipped,
            clipped_by_minimum,
            "It clips the scores, which prevents the overflow and loses the differences: scores beyond the bound all look the same.",
            OVERFLOW,
            variants=(clipped_at(700.0), clipped_at(709.0), clipped_at(100.0), clipped_at(50.0)),
        ),
        Mistake(
            "wrong-axis",
            along_columns,
            along_columns_in_loop,
            "It makes each column add up to 1. An example is a row, and its classes compete along the row.",
            SOFTMAX,
        ),
        Mistake(
            "no-keepdims",
            without_keepdims,
            without_keepdims_of_transpose,
            "The sums of the rows have lost their axis, so they are spread along the columns: entry k is divided by the sum of row k.",
            SOFTMAX,
            variants=(shift_without_keepdims, both_without_keepdims),
            line=("return exponentials / exponentials.sum(axis=1, keepdims=True)", "return exponentials / exponentials.sum(axis=1)"),
        ),
        Mistake(
            "whole-batch",
            over_everything,
            over_everything_flat,
            "All probabilities of the batch together add up to 1. Each row is an example of its own and adds up to 1 by itself.",
            SOFTMAX,
        ),
        Mistake(
            "changes-input",
            writes_into_input,
            writes_into_rows,
            "The probabilities are right, but the scores of the caller are overwritten: an operator such as -= works on the "
            "array that came in.",
            OVERFLOW,
        ),
        Mistake(
            "logarithm",
            logarithm,
            logarithm_in_rows,
            "It returns the logarithms of the probabilities. The loss will need those; here the probabilities themselves are asked.",
            SOFTMAX,
        ),
        Mistake(
            "no-exponential",
            shares_of_scores,
            shares_of_scores_in_rows,
            "It divides the scores by their sum. Scores may be negative, and shares of them are no probabilities: something must make them "
            "positive first.",
            SOFTMAX,
            variants=(shares_of_shifted_scores,),
        ),
        Mistake(
            "sigmoid",
            each_alone,
            each_alone_by_tanh,
            "It treats each score by itself, as for two classes. The classes of a row compete: their probabilities add up to 1.",
            SOFTMAX,
        ),
        Mistake(
            "hard-max",
            winner_takes_all,
            winner_takes_all_by_comparison,
            "It gives the largest score everything. That is the decision; the probabilities say how sure it is.",
            SOFTMAX,
        ),
    ),
    alternatives=(row_by_row, by_log_sum_exp, on_columns),
    torch_alternatives=(torch_with_shift, torch_by_log_sum_exp),
    hints=(
        "What is the largest exponential that your function computes when a row holds 1000? What is the smallest change to the row that "
        "makes it harmless and leaves the probabilities as they are?",
        "Softmax sees only the differences between the scores of a row. Subtract from each row its own largest score: every "
        "exponential is then "
        "between 0 and 1, and one of them is 1. A maximum or a sum along an axis drops that axis unless it is asked to keep "
        "it with length 1.",
        "largest      <- the maximum of each row, as a column (N, 1)\n"
        "exponentials <- e to the power of (scores less largest)\n"
        "totals       <- the sum of each row of exponentials, as a column (N, 1)\n"
        "result       <- exponentials divided by totals",
    ),
    solution=SOLUTION,
    minutes=8,
)
