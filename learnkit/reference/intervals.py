"""Intervals: how much a metric would move if other examples had been drawn. A score on 100 test examples is no fact about the model.

The bootstrap draws test sets of the same size from the test set itself, with replacement, and looks how the metric spreads.
`sample_bootstrap_indices` draws which rows; `bootstrap_ci` computes the metric on each draw, and is pure.

Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapters 6 and 13 (the percentile interval).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from learnkit.reference.metric_inputs import as_array
from learnkit.reference.operations import Array


def sample_bootstrap_indices(n: int, *, num_resamples: int = 1000, rng: "np.random.Generator") -> Array:
    """Draw rows with replacement: num_resamples times n of n.

    Parameters
    ----------
    n : int
        The number of examples.
    num_resamples : int
        B. The ends of a 95 % interval rest on 2.5 % of the draws each: 25 of 1000.
    rng : np.random.Generator

    Returns
    -------
    (B, n) int64, row numbers from 0 to n - 1; each draw leaves out about 37 % of the examples, (1 - 1/n)ⁿ

    Raises
    ------
    ValueError
        If n or num_resamples is below 1.

    Examples
    --------
    >>> sample_bootstrap_indices(5, num_resamples=2, rng=np.random.default_rng(0))
    array([[4, 3, 2, 1, 1],
           [0, 0, 0, 0, 4]])

    See Also
    --------
    learnkit.pytorch.sample_bootstrap_indices, sklearn.utils.resample
    """
    if n < 1 or num_resamples < 1:
        raise ValueError(f"n and num_resamples must be at least 1; got {n} and {num_resamples}.")
    return rng.integers(n, size=(num_resamples, n))


def bootstrap_ci(
    metric: Callable[..., Any], inputs: Sequence[Any], indices: Any, *, confidence: float = 0.95
) -> tuple[np.floating[Any], np.floating[Any]]:
    """Return the ends of a percentile bootstrap interval: the middle 95 % of the metric over resampled examples.

    Parameters
    ----------
    metric : (\\*inputs) -> one number
        `accuracy`, or any function of arrays; for the difference of two models a function of both models' outputs, so that both are
        judged on the same draws.
    inputs : arrays or Tensors with n rows each
        What the metric takes, in its order.
    indices : (B, n) integers
        From `sample_bootstrap_indices`.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : the (1 - confidence)/2 quantile and its counterpart, in the metric's unit; between two values linearly interpolated

    Raises
    ------
    ValueError
        If the inputs differ in length, the indices do not fit, confidence is not between 0 and 1, or the metric gives NaN or more
        than one number. What the metric refuses is passed on: in a draw of rare positives there may be none.
    TypeError
        If the indices are not integers.

    Notes
    -----
    It tells how the choice of test examples moves the score, not how training with another seed would. The percentile interval is
    too narrow for small n: of the mean of 20 normal values it holds the truth in 93 % of cases, not 95 %; and a model that is right on
    all examples gets the interval from 1 to 1, as no draw can hold a mistake.

    Examples
    --------
    The mean of 0 and 1 over four draws is 0, ½, ½ or 1; half of it lies between ⅜ and ⅝.

    >>> draws = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> low, high = bootstrap_ci(np.mean, (np.array([0.0, 1.0]),), draws, confidence=0.5)
    >>> low, high
    (np.float64(0.375), np.float64(0.625))

    See Also
    --------
    learnkit.pytorch.bootstrap_ci, scipy.stats.bootstrap
    """
    arrays, draws = [as_array(values) for values in inputs], as_array(indices)
    lengths = [len(values) for values in arrays]
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1; got {confidence!r}. Use 0.95 for 95 %.")
    if not lengths or len(set(lengths)) != 1:
        raise ValueError(f"inputs must be a tuple of arrays with the same number of rows; got {lengths} rows. Use (x,) for a single one.")
    if draws.ndim != 2 or len(draws) == 0 or draws.shape[1] != lengths[0]:
        raise ValueError(
            f"indices must be (B, n), with B at least 1 and n the {lengths[0]} rows of the inputs; got {draws.shape}. "
            f"Use sample_bootstrap_indices({lengths[0]}, rng=rng)."
        )
    if draws.dtype.kind not in "iu":
        raise TypeError(f"indices must be integers; got dtype {draws.dtype}. Use sample_bootstrap_indices({lengths[0]}, rng=rng).")
    if draws.min() < 0 or draws.max() >= lengths[0]:
        raise ValueError(f"indices must be from 0 to {lengths[0] - 1}; got values from {draws.min()} to {draws.max()}.")
    statistics = np.array([as_array(metric(*(values[rows] for values in arrays))) for rows in draws])
    if statistics.ndim != 1:
        raise ValueError(f"metric must return one number; got shape {statistics.shape[1:]}.")
    if np.isnan(statistics).any():
        raise ValueError(f"metric is NaN for {np.count_nonzero(np.isnan(statistics))} of {len(statistics)} draws, and NaN has no rank.")
    low, high = np.quantile(statistics.astype(np.float64), [(1 - confidence) / 2, (1 + confidence) / 2])
    return low, high
