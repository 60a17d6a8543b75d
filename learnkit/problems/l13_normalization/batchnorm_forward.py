"""Batch normalization, forward: two modes, and statistics that are remembered for the second."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def batchnorm_forward(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """Batch normalization of (N, D) values, as in PyTorch.

    In training each column is normalized by the mean and the variance of the batch, divided by N, and the running statistics move:
    running = (1 - momentum) · running + momentum · that of the batch, where the variance is divided by N - 1.
    In evaluation the running statistics normalize, and stay as they are.
    The result is weight · (x - mean) / sqrt(var + eps) + bias.

    x : (N, D), N at least 2 in training
    weight, bias, running_mean, running_var : (D,)
    Returns (y, running_mean, running_var). The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def batchnorm_forward(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(axis=0, ddof=1)
    y = weight * (x - mean) / np.sqrt(var + eps) + bias
    return y, running_mean, running_var
"""


def right(
    x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float = 0.1, eps: float = 1e-5
) -> Any:
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(axis=0, ddof=1)
    y = weight * (x - mean) / np.sqrt(var + eps) + bias
    return y, running_mean, running_var


# Right answers written in other ways


def by_differences(
    x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float = 0.1, eps: float = 1e-5
) -> Any:
    if not training:
        return bias + weight * (x - running_mean) * (running_var + eps) ** -0.5, running_mean.copy(), running_var.copy()
    count = len(x)
    mean = np.sum(x, axis=0) / count
    squares = np.sum((x - mean) ** 2, axis=0)
    y = bias + weight * (x - mean) * (squares / count + eps) ** -0.5
    return y, running_mean + momentum * (mean - running_mean), running_var + momentum * (squares / (count - 1) - running_var)


def column_by_column(
    x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float = 0.1, eps: float = 1e-5
) -> Any:
    y, means, variances = np.zeros(x.shape), running_mean.copy(), running_var.copy()
    for d in range(x.shape[1]):
        column, mean, var = x[:, d], running_mean[d], running_var[d]
        if training:
            mean = sum(column) / len(column)
            var = sum((value - mean) ** 2 for value in column) / len(column)
            means[d] = (1 - momentum) * running_mean[d] + momentum * mean
            variances[d] = (1 - momentum) * running_var[d] + momentum * var * len(column) / (len(column) - 1)
        for n in range(len(x)):
            y[n, d] = weight[d] * (column[n] - mean) / (var + eps) ** 0.5 + bias[d]
    return y, means, variances


def as_scale_and_shift(
    x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float = 0.1, eps: float = 1e-5
) -> Any:
    statistics = (np.mean(x, 0), np.var(x, 0)) if training else (running_mean, running_var)
    scale = weight / np.sqrt(statistics[1] + eps)
    shift = bias - scale * statistics[0]
    if training:
        n = x.shape[0]
        running_mean = momentum * statistics[0] + (1 - momentum) * running_mean
        running_var = momentum * statistics[1] * n / (n - 1) + (1 - momentum) * running_var
    return x * scale + shift, running_mean, running_var


# Mistakes: the two right ways again, each with one thing wrong


def arrays(**wrong: Any) -> Any:
    def answer(
        x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float = 0.1, eps: float = 1e-5
    ) -> Any:
        axis = wrong.get("axis", 0) if training else 0
        mean, var = x.mean(axis=axis), x.var(axis=axis, ddof=wrong.get("ddof", 0) if len(x) > 1 else 0)
        remembered = x.var(axis=axis, ddof=wrong.get("running_ddof", 1) if len(x) > 1 else 0)
        if wrong.get("std"):
            remembered = np.sqrt(remembered)
        share = 1 - momentum if wrong.get("flipped") else momentum
        new_mean, new_var = (1 - share) * running_mean + share * mean, (1 - share) * running_var + share * remembered
        if wrong.get("forgets"):
            new_mean, new_var = mean, remembered
        if wrong.get("never"):
            new_mean, new_var = running_mean, running_var
        if not training and not wrong.get("batch_in_evaluation"):
            mean, var = running_mean, running_var
        if not training and not wrong.get("moves_in_evaluation"):
            new_mean, new_var = running_mean, running_var
        if wrong.get("new_statistics"):
            mean, var = (new_mean, new_var) if training else (running_mean, running_var)
        scale = np.sqrt(var) + eps if wrong.get("outside") else np.sqrt(var + eps)
        if wrong.get("no_root"):
            scale = var + eps
        normalized = (x - mean) / scale
        return (normalized if wrong.get("plain") else weight * normalized + bias), new_mean, new_var

    return answer


def loops(**wrong: Any) -> Any:
    def answer(
        x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float = 0.1, eps: float = 1e-5
    ) -> Any:
        n, y, means, variances = len(x), np.zeros(x.shape), 1 * running_mean, 1 * running_var
        for d in range(x.shape[1]):
            source = x[:, d]
            of_batch = sum(source) / len(source)
            squares = sum((value - of_batch) ** 2 for value in source)
            var_of_batch = squares / (n - wrong.get("ddof", 0)) if n > 1 else 0.0
            remembered = squares / (n - wrong.get("running_ddof", 1)) if n > 1 else 0.0
            remembered = remembered**0.5 if wrong.get("std") else remembered
            if training or wrong.get("moves_in_evaluation"):
                old = momentum if wrong.get("flipped") else 1 - momentum
                old = 0 if wrong.get("forgets") else 1 if wrong.get("never") else old
                means[d] = old * running_mean[d] + (1 - old) * of_batch
                variances[d] = old * running_var[d] + (1 - old) * remembered
            use_batch = training or wrong.get("batch_in_evaluation")
            mean, var = (of_batch, var_of_batch) if use_batch else (running_mean[d], running_var[d])
            if wrong.get("new_statistics") and training:
                mean, var = means[d], variances[d]
            scale = var**0.5 + eps if wrong.get("outside") else (var + eps) ** 0.5
            scale = var + eps if wrong.get("no_root") else scale
            for row in range(n):
                value = (x[row, d] - mean) / scale
                y[row, d] = value if wrong.get("plain") else value * weight[d] + bias[d]
        return y, means, variances

    return answer


def rows_for_columns(
    x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float = 0.1, eps: float = 1e-5
) -> Any:
    if not training:
        return bias + weight * (x - running_mean) / (running_var + eps) ** 0.5, running_mean, running_var
    means = np.array([sum(row) / len(row) for row in x])
    variances = np.array([sum((value - mean) ** 2 for value in row) / len(row) for row, mean in zip(x, means, strict=True)])
    y = bias + weight * (x - means) / (variances + eps) ** 0.5
    moved = variances * x.shape[1] / (x.shape[1] - 1)
    return y, running_mean + momentum * (means - running_mean), running_var + momentum * (moved - running_var)


def _case(n: int, d: int, training: bool, *, momentum: float = 0.1, eps: float = 1e-5, scale: float = 1.0) -> Any:
    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        x = scale * (rng.integers(-30, 31, size=(n, d)) / 10 + rng.normal(size=(n, d)) / 100) + rng.integers(-3, 4, size=d)
        weight, bias = rng.uniform(0.5, 2, d).round(2), rng.uniform(-2, 2, d).round(2)
        settings = (momentum, eps) if eps != 1e-5 else (momentum,) if momentum != 0.1 else ()
        return x, weight, bias, rng.uniform(-1, 1, d).round(2), rng.uniform(0.5, 3, d).round(2), training, *settings

    return make


NORMALIZE = "3 · Normalize by the batch"
MODES = "5 · Two modes, two sets of statistics"

PROBLEM = Problem(
    id="13.batchnorm_forward",
    title="Normalized by the batch",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"x": "ND", "weight": "D", "bias": "D", "running_mean": "D", "running_var": "D"},
    returns=("y", "running_mean", "running_var"),
    library_calls=("torch.nn.functional.batch_norm",),
    probes=(
        Probe("2 rows of 2, in training", "small enough to read", _case(2, 2, True)),
        Probe("5 rows of 3, in training", "means along the wrong axis raise here", _case(5, 3, True)),
        Probe("4 rows of 4, in training", "means along the wrong axis run here", _case(4, 4, True)),
        Probe("momentum 0.3", "with 0.5 both meanings of momentum are the same", _case(4, 3, True, momentum=0.3)),
        Probe(
            "a small variance and eps = 0.01",
            "the place of eps matters where the variance is small",
            _case(6, 2, True, eps=0.01, scale=0.05),
        ),
        Probe("3 rows of 2, in evaluation", "the running statistics, and they stay", _case(3, 2, False)),
        Probe("a single row, in evaluation", "a batch of one is none to take statistics of", _case(1, 3, False), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "running-divided-by-n",
            arrays(running_ddof=0),
            loops(running_ddof=0),
            (
                "The variance that is remembered is divided by N. Batch normalization remembers the one divided by N "
                "- 1, the better guess at the data's."
            ),
            MODES,
            line=(
                "running_var = (1 - momentum) * running_var + momentum * x.var(axis=0, ddof=1)",
                "running_var = (1 - momentum) * running_var + momentum * x.var(axis=0)",
            ),
        ),
        Mistake(
            "momentum-flipped",
            arrays(flipped=True),
            loops(flipped=True),
            "Momentum is taken as the share of the old that is kept. In PyTorch it is the share of the new that enters.",
            MODES,
        ),
        Mistake(
            "batch-in-evaluation",
            arrays(batch_in_evaluation=True),
            loops(batch_in_evaluation=True),
            "In evaluation it still normalizes by the batch, so that the answer for an image depends on its neighbors.",
            MODES,
        ),
        Mistake(
            "moves-in-evaluation",
            arrays(moves_in_evaluation=True),
            loops(moves_in_evaluation=True),
            "The running statistics move in evaluation too: whoever tests the network changes it.",
            MODES,
        ),
        Mistake(
            "normalized-by-n-minus-1",
            arrays(ddof=1),
            loops(ddof=1),
            "The batch is normalized with the variance divided by N - 1. That one is for remembering; here the batch itself is meant.",
            NORMALIZE,
            line=("mean, var = x.mean(axis=0), x.var(axis=0)", "mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)"),
        ),
        Mistake(
            "eps-outside",
            arrays(outside=True),
            loops(outside=True),
            "eps is added to the standard deviation. It belongs to the variance, under the root.",
            NORMALIZE,
            line=(
                "y = weight * (x - mean) / np.sqrt(var + eps) + bias",
                "y = weight * (x - mean) / (np.sqrt(var) + eps) + bias",
            ),
        ),
        Mistake(
            "rows",
            arrays(axis=1),
            rows_for_columns,
            "It takes the statistics of each row. Batch normalization takes those of each column, over the examples.",
            NORMALIZE,
        ),
        Mistake(
            "no-scale-and-shift",
            arrays(plain=True),
            loops(plain=True),
            "The scale and the shift are missing: what is normalized is multiplied by weight, and bias is added.",
            NORMALIZE,
        ),
        Mistake(
            "divided-by-variance",
            arrays(no_root=True),
            loops(no_root=True),
            "It divides by the variance. The standard deviation, its root, has the unit of the values.",
            NORMALIZE,
        ),
        Mistake(
            "remembers-std",
            arrays(std=True),
            loops(std=True),
            "It remembers standard deviations in the place of variances.",
            MODES,
        ),
        Mistake(
            "forgets-the-old",
            arrays(forgets=True),
            loops(forgets=True),
            "The statistics of the last batch replace the running ones. Only a share of them, momentum, enters.",
            MODES,
        ),
        Mistake(
            "never-remembers",
            arrays(never=True),
            loops(never=True),
            "In training nothing is remembered: evaluation would go on with what the layer started from.",
            MODES,
        ),
        Mistake(
            "normalizes-by-running",
            arrays(new_statistics=True),
            loops(new_statistics=True),
            "In training it normalizes by the running statistics. Those are for evaluation; training takes the batch's.",
            MODES,
        ),
    ),
    alternatives=(by_differences, column_by_column, as_scale_and_shift),
    hints=(
        "Four statistics are in play: which two of them normalize in training, and which two in evaluation?",
        (
            "Training normalizes by the batch and lets the running statistics move a little towards it; "
            "evaluation only reads them. The two variances differ by N/(N - 1)."
        ),
        "in training: statistics <- of the batch, divided by N\n             running    <- old share of the "
        "running ones, momentum of the batch's (N - 1)\n"
        "else       : statistics <- the running ones\nresult <- weight times (x - mean) over the root of (var + eps), plus bias",
    ),
    solution=SOLUTION,
    level=2,
    minutes=12,
)
