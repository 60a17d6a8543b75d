"""The learning rate above which gradient descent diverges: the steepest curvature, of the right matrix, on the right side of a fraction."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l03_regression.tables import short
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def max_stable_lr(x):
    """The learning rate above which gradient descent on the mean squared error of x @ weight + bias diverges.

    x : (N, D) array, one row an example; weight and bias are both learned
    Returns one number. x stays as it was.
    """
    ...
'''

SOLUTION = """
def max_stable_lr(x):
    ones = np.column_stack([x, np.ones(len(x))])
    curvatures = np.linalg.eigvalsh(2 / len(x) * ones.T @ ones)
    return 2 / curvatures.max()
"""


def right_answer(x: Any) -> Any:
    return lk.max_stable_lr(x)


def right_answer_on_torch(x: Any) -> Any:
    import torch

    ones = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
    return 2 / torch.linalg.eigvalsh(2 / len(x) * ones.T @ ones)[-1]


# Right answers written in other ways


def by_singular_values(x: Any) -> Any:
    ones = np.hstack([x, np.ones((len(x), 1))])
    return len(x) / np.linalg.norm(ones, 2) ** 2


def example_by_example(x: Any) -> Any:
    count, features = x.shape
    curvature = np.zeros((features + 1, features + 1))
    for row in x:
        longer = np.append(row, 1.0)
        curvature += 2 * np.outer(longer, longer) / count
    return 2 / np.linalg.eigvalsh(curvature)[-1]


def by_the_other_product(x: Any) -> Any:
    """A Aᵀ has the eigenvalues of Aᵀ A, and zeros."""
    among_examples = x @ x.T + 1
    return len(x) / np.linalg.eigvalsh(among_examples).max()


def torch_by_singular_values(x: Any) -> Any:
    import torch

    ones = torch.hstack([x, torch.ones(len(x), 1, dtype=x.dtype)])
    return len(x) / torch.linalg.svdvals(ones)[0] ** 2


def torch_by_the_other_product(x: Any) -> Any:
    import torch

    return len(x) / torch.linalg.eigvalsh(x @ x.T + 1).max()


# What mistakes are made of


def with_ones(x: Any) -> Any:
    return np.column_stack([x, np.ones(len(x))])


def eigenvalues(x: Any) -> Any:
    """Of 2/N AᵀA with A = [x 1], the smallest first."""
    return np.linalg.eigvalsh(2 / len(x) * with_ones(x).T @ with_ones(x))


def singular_values(x: Any) -> Any:
    """Of [x 1], the largest first."""
    return np.linalg.svd(np.hstack([x, np.ones((len(x), 1))]), compute_uv=False)


# Mistakes


def without_bias(x: Any) -> Any:
    return 2 / np.linalg.eigvalsh(2 / len(x) * x.T @ x)[-1]


def without_bias_by_singular_values(x: Any) -> Any:
    return len(x) / np.linalg.svd(x, compute_uv=False)[0] ** 2


def of_the_covariance(x: Any) -> Any:
    centered = x - x.mean(axis=0)
    return 2 / np.linalg.eigvalsh(2 / len(x) * centered.T @ centered)[-1]


def of_the_covariance_by_singular_values(x: Any) -> Any:
    columns = np.array([column - sum(column) / len(x) for column in x.T])
    return len(x) / np.linalg.norm(columns, 2) ** 2


def of_the_singular_value(x: Any) -> Any:
    return 2 / singular_values(x)[0]


def of_the_singular_value_as_norm(x: Any) -> Any:
    return 2 / np.linalg.norm(with_ones(x), 2)


def of_the_singular_value_of_x(x: Any) -> Any:
    return 2 / np.linalg.norm(x, 2)


def of_the_root(x: Any) -> Any:
    return 2 / np.sqrt(eigenvalues(x)[-1])


def one_over(x: Any) -> Any:
    return 1 / eigenvalues(x)[-1]


def one_over_by_singular_values(x: Any) -> Any:
    return len(x) / (2 * singular_values(x)[0] ** 2)


def two_missing(x: Any) -> Any:
    return 2 / np.linalg.eigvalsh(with_ones(x).T @ with_ones(x) / len(x))[-1]


def two_missing_by_singular_values(x: Any) -> Any:
    return 2 * len(x) / singular_values(x)[0] ** 2


def mean_missing(x: Any) -> Any:
    return 2 / np.linalg.eigvalsh(2 * with_ones(x).T @ with_ones(x))[-1]


def mean_missing_by_singular_values(x: Any) -> Any:
    return 1 / singular_values(x)[0] ** 2


def two_and_mean_missing(x: Any) -> Any:
    return 2 / np.linalg.eigvalsh(with_ones(x).T @ with_ones(x))[-1]


def two_and_mean_missing_by_singular_values(x: Any) -> Any:
    return 2 / singular_values(x)[0] ** 2


def of_the_flattest(x: Any) -> Any:
    return 2 / eigenvalues(x)[0]


def of_the_flattest_by_singular_values(x: Any) -> Any:
    return len(x) / singular_values(x)[-1] ** 2


def of_the_sum(x: Any) -> Any:
    return 2 / eigenvalues(x).sum()


def of_the_sum_as_mean_square(x: Any) -> Any:
    return 1 / (np.mean((x**2).sum(axis=1)) + 1)


def of_the_largest_feature(x: Any) -> Any:
    return 1 / (with_ones(x) ** 2).mean(axis=0).max()


def of_the_largest_feature_in_loop(x: Any) -> Any:
    return 2 / max(2 * sum(value**2 for value in column) / len(x) for column in (*x.T, np.ones(len(x))))


def the_curvature(x: Any) -> Any:
    return eigenvalues(x)[-1]


def the_curvature_by_singular_values(x: Any) -> Any:
    return 2 * singular_values(x)[0] ** 2 / len(x)


def leaning(count: int, features: int) -> Any:
    """Draw features whose means are not 0, so that the bias takes part in the steepest direction; more examples than unknowns."""

    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        while True:
            x = short(rng, count, features)
            found = eigenvalues(x)
            if np.abs(x.mean(axis=0)).min() > 0.4 and found[0] > 0.05 and found[-1] > 1.2 * found[-2]:
                return (x,)

    return make


VALLEY = "7 · Many directions: the valley"

PROBLEM = Problem(
    id="03.max_stable_lr",
    title="How large may the learning rate be?",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND"},
    probes=(
        Probe("four examples of one feature", "small enough to read", leaning(4, 1)),
        Probe("six examples of two features", "two features and a bias: three directions", leaning(6, 2)),
        Probe("nine examples of three features", "other sizes tell a factor from a size", leaning(9, 3)),
        Probe(
            "features of mean 0",
            "the bias alone may be the steepest direction",
            lambda rng: ((x := short(rng, 5, 2) / 8) - x.mean(axis=0),),
            is_edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            "bias-forgotten",
            without_bias,
            without_bias_by_singular_values,
            "The bias is learned too. It is the weight of a feature that is always 1, and that column is missing.",
            VALLEY,
            line=("ones = np.column_stack([x, np.ones(len(x))])", "ones = x"),
        ),
        Mistake(
            "covariance",
            of_the_covariance,
            of_the_covariance_by_singular_values,
            "It takes the means of the features away first. The data are not centered: how far they lie from 0 makes the bowl steeper.",
            VALLEY,
        ),
        Mistake(
            "singular-value",
            of_the_singular_value,
            of_the_singular_value_as_norm,
            "It uses the largest singular value of the data. The curvature of the loss is an eigenvalue of 2/N times data times data.",
            VALLEY,
            variants=(of_the_singular_value_of_x, of_the_root),
        ),
        Mistake(
            "one-over",
            one_over,
            one_over_by_singular_values,
            "That rate reaches the bottom of the steepest direction in one step. Twice that is where it stops converging.",
            "6 · The step, along one direction",
            line=("return 2 / curvatures.max()", "return 1 / curvatures.max()"),
        ),
        Mistake(
            "two-missing",
            two_missing,
            two_missing_by_singular_values,
            "The factor 2 of the squared error is missing in the curvature, so the answer is twice too large.",
            VALLEY,
        ),
        Mistake(
            "mean-missing",
            mean_missing,
            mean_missing_by_singular_values,
            "The curvature is that of the sum of the squares. The loss is a mean: N times flatter.",
            VALLEY,
        ),
        Mistake(
            "two-and-mean-missing",
            two_and_mean_missing,
            two_and_mean_missing_by_singular_values,
            "The curvature is taken from the product of the data alone. Two factors are missing: the 2 of the square "
            "and the 1/N of the mean.",
            VALLEY,
        ),
        Mistake(
            "flattest",
            of_the_flattest,
            of_the_flattest_by_singular_values,
            "It takes the flattest direction. With that rate the steep ones diverge: the steepest decides.",
            VALLEY,
        ),
        Mistake(
            "sum-of-curvatures",
            of_the_sum,
            of_the_sum_as_mean_square,
            "It adds up the curvatures of all directions. That is safe and too careful: the steepest one decides alone.",
            VALLEY,
        ),
        Mistake(
            "largest-feature",
            of_the_largest_feature,
            of_the_largest_feature_in_loop,
            "It takes the steepest of the axes, one feature at a time. The steepest direction may lie between the axes.",
            VALLEY,
        ),
        Mistake(
            "curvature",
            the_curvature,
            the_curvature_by_singular_values,
            "It returns the steepest curvature. The steeper, the smaller the rate may be.",
            "6 · The step, along one direction",
        ),
    ),
    alternatives=(by_singular_values, example_by_example, by_the_other_product),
    torch_alternatives=(torch_by_singular_values, torch_by_the_other_product),
    hints=(
        "In one direction of curvature c the limit is 2 / c. Which of all directions decides, and is the bias one of them?",
        "Give x a last column of ones for the bias. The second derivative of the loss is then 2/N times the transpose of that "
        "table times the table itself; its largest eigenvalue is the steepest curvature. np.linalg.eigvalsh gives eigenvalues.",
        "table     <- x with a column of ones\n"
        "curvature <- 2/N, times the table transposed, times the table\n"
        "steepest  <- its largest eigenvalue\n"
        "result    <- 2 over that",
    ),
    solution=SOLUTION,
    level=3,
    minutes=10,
    is_core=False,
)
