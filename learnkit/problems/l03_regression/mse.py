"""The mean squared error: what is subtracted from what, and over how many numbers the mean goes."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l03_regression.tables import short
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def mse(predictions, targets):
    """The mean of the squared differences of N predictions and N targets, without a factor one half.

    predictions : (N,) or (N, 1) array
    targets : (N,) or (N, 1) array; a column means the same N numbers, in the same order
    Returns one number. The inputs stay as they were.
    """
    ...
'''

SOLUTION = """
def mse(predictions, targets):
    difference = predictions.reshape(-1) - targets.reshape(-1)
    return (difference**2).mean()
"""


def right_answer(predictions: Any, targets: Any) -> Any:
    return lk.mse(predictions.reshape(-1), targets.reshape(-1))


def right_answer_on_torch(predictions: Any, targets: Any) -> Any:
    import torch

    return torch.nn.functional.mse_loss(predictions.flatten(), targets.flatten())


# Right answers written in other ways


def pair_by_pair(predictions: Any, targets: Any) -> Any:
    total = 0.0
    for prediction, target in zip(predictions.ravel(), targets.ravel(), strict=True):
        total += (prediction - target) ** 2
    return total / len(targets)


def by_dot_product(predictions: Any, targets: Any) -> Any:
    gap = np.ravel(targets) - np.ravel(predictions)
    return gap @ gap / gap.size


def as_columns(predictions: Any, targets: Any) -> Any:
    column = (len(predictions), 1)
    return np.mean(np.square(np.reshape(predictions, column) - np.reshape(targets, column)))


def torch_by_power(predictions: Any, targets: Any) -> Any:
    import torch

    return torch.pow(predictions.reshape(-1) - targets.reshape(-1), 2).mean()


def torch_by_sum(predictions: Any, targets: Any) -> Any:
    import torch

    gap = torch.flatten(predictions) - torch.flatten(targets)
    return torch.dot(gap, gap) / len(gap)


# Mistakes


def every_pair(predictions: Any, targets: Any) -> Any:
    return ((predictions - targets) ** 2).mean()


def every_pair_in_rows(predictions: Any, targets: Any) -> Any:
    if predictions.ndim == targets.ndim:
        return np.square(predictions - targets).sum() / predictions.size
    return sum((p - t) ** 2 for p in predictions.ravel() for t in targets.ravel()) / len(targets) ** 2


def differences(predictions: Any, targets: Any) -> Any:
    return np.ravel(predictions) - np.ravel(targets)


def with_a_half(predictions: Any, targets: Any) -> Any:
    return 0.5 * (differences(predictions, targets) ** 2).mean()


def with_a_half_in_loop(predictions: Any, targets: Any) -> Any:
    return sum((p - t) ** 2 / 2 for p, t in zip(predictions.ravel(), targets.ravel(), strict=True)) / len(targets)


def not_squared(predictions: Any, targets: Any) -> Any:
    return differences(predictions, targets).mean()


def not_squared_in_loop(predictions: Any, targets: Any) -> Any:
    return sum(p - t for p, t in zip(predictions.ravel(), targets.ravel(), strict=True)) / len(targets)


def not_squared_other_way(predictions: Any, targets: Any) -> Any:
    return -not_squared(predictions, targets)


def absolute(predictions: Any, targets: Any) -> Any:
    return np.abs(differences(predictions, targets)).mean()


def absolute_in_loop(predictions: Any, targets: Any) -> Any:
    return sum(abs(p - t) for p, t in zip(predictions.ravel(), targets.ravel(), strict=True)) / len(targets)


def total(predictions: Any, targets: Any) -> Any:
    return (differences(predictions, targets) ** 2).sum()


def total_in_loop(predictions: Any, targets: Any) -> Any:
    result = 0.0
    for p, t in zip(predictions.ravel(), targets.ravel(), strict=True):
        result += (p - t) ** 2
    return result


def rooted(predictions: Any, targets: Any) -> Any:
    return np.sqrt((differences(predictions, targets) ** 2).mean())


def rooted_as_norm(predictions: Any, targets: Any) -> Any:
    return np.linalg.norm(predictions.ravel() - targets.ravel()) / len(targets) ** 0.5


def square_of_mean(predictions: Any, targets: Any) -> Any:
    return differences(predictions, targets).mean() ** 2


def square_of_mean_in_steps(predictions: Any, targets: Any) -> Any:
    return np.square(predictions.sum() / len(predictions) - targets.sum() / len(targets))


def spread_of_differences(predictions: Any, targets: Any) -> Any:
    return differences(predictions, targets).var()


def spread_of_differences_in_steps(predictions: Any, targets: Any) -> Any:
    gap = predictions.ravel() - targets.ravel()
    return ((gap - sum(gap) / len(gap)) ** 2).sum() / len(gap)


def each_square(predictions: Any, targets: Any) -> Any:
    return differences(predictions, targets) ** 2


def each_square_in_loop(predictions: Any, targets: Any) -> Any:
    return np.array([(p - t) * (p - t) for p, t in zip(predictions.ravel(), targets.ravel(), strict=True)])


def columns_and_rows(rng: np.random.Generator, count: int, predicted: bool, wanted: bool) -> tuple[Any, ...]:
    """Draw differences that are all seen: of both signs, of different sizes; a column where asked."""
    while True:
        predictions, targets = short(rng, count), short(rng, count)
        gap = predictions - targets
        if (
            np.abs(gap).min() > 0.2
            and abs(gap.mean()) > 0.2
            and (count == 1 or gap.std() > 0.5)
            and (count == 1 or gap.min() < 0 < gap.max())
        ):
            return predictions[:, None] if predicted else predictions, targets[:, None] if wanted else targets


HAND = "3 · The smallest example, by hand"
LOSS = "4 · The loss, and two ways to get it wrong"

PROBLEM = Problem(
    id="03.mse",
    title="How wrong, as one number",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"predictions": "N", "targets": "N"},
    library_calls=("torch.nn.functional.mse_loss", "sklearn.metrics.mean_squared_error"),
    probes=(
        Probe("three numbers against three", "small enough to read", lambda rng: columns_and_rows(rng, 3, False, False)),
        Probe("five numbers against five", "another size tells a sum from a mean", lambda rng: columns_and_rows(rng, 5, False, False)),
        Probe(
            "a column of predictions, a row of targets",
            "(N, 1) less (N,) is an N × N table",
            lambda rng: columns_and_rows(rng, 4, True, False),
        ),
        Probe(
            "a row of predictions, a column of targets",
            "the other way round it is an N × N table too",
            lambda rng: columns_and_rows(rng, 4, False, True),
        ),
        Probe("two columns", "both may be columns", lambda rng: columns_and_rows(rng, 4, True, True), is_edge=True),
        Probe("one number", "a mean over one", lambda rng: columns_and_rows(rng, 1, False, False), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "every-pair",
            every_pair,
            every_pair_in_rows,
            "A column less a row is a table: every prediction is compared with every target. Asked are the N pairs that belong together.",
            LOSS,
            line=("difference = predictions.reshape(-1) - targets.reshape(-1)", "difference = predictions - targets"),
        ),
        Mistake(
            "extra-half",
            with_a_half,
            with_a_half_in_loop,
            "There is a factor ½ that is not asked. Some texts have it, to lose the 2 of the slope; here the slope keeps the 2.",
            LOSS,
        ),
        Mistake(
            "not-squared",
            not_squared,
            not_squared_in_loop,
            "The differences are not squared, so one that is too high makes up for one that is too low.",
            HAND,
            variants=(not_squared_other_way,),
            line=("return (difference**2).mean()", "return difference.mean()"),
        ),
        Mistake(
            "absolute",
            absolute,
            absolute_in_loop,
            "It takes the sizes of the differences. That is the mean absolute error, another loss.",
            "9 · Other losses for numbers",
        ),
        Mistake(
            "sum",
            total,
            total_in_loop,
            "It adds the squares up and does not divide by their number: the loss grows with the amount of data.",
            LOSS,
            line=("return (difference**2).mean()", "return (difference**2).sum()"),
        ),
        Mistake(
            "root", rooted, rooted_as_norm, "It takes a root in the end. That is the root mean squared error, in the targets' unit.", LOSS
        ),
        Mistake(
            "mean-first",
            square_of_mean,
            square_of_mean_in_steps,
            "It takes the mean first and squares it then. Differences of opposite sign are gone by that time.",
            HAND,
        ),
        Mistake(
            "spread",
            spread_of_differences,
            spread_of_differences_in_steps,
            "It takes the mean of the differences away before it squares: a model that is always 5 too high would cost nothing.",
            HAND,
        ),
        Mistake(
            "not-reduced",
            each_square,
            each_square_in_loop,
            "It returns one square for each pair. Gradient descent lowers one number.",
            HAND,
        ),
    ),
    alternatives=(pair_by_pair, by_dot_product, as_columns),
    torch_alternatives=(torch_by_power, torch_by_sum),
    hints=(
        "How many differences does your function compute for N predictions and N targets? Print the shape.",
        "Shapes are compared from the right: (N, 1) and (N,) give (N, N). Bring both inputs to the same shape first; then subtract, "
        "square, and take the mean.",
        "both       <- as N numbers in a row\ndifference <- one less the other\nresult     <- the mean of the squares",
    ),
    solution=SOLUTION,
    minutes=6,
)
