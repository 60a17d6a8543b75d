"""Intervals: how much a metric would move if other examples had been drawn. A score on 100 test examples is no fact about the model.

The bootstrap draws test sets of the same size from the test set itself, with replacement, and looks how the metric spreads.
`sample_bootstrap_indices` draws which rows; `bootstrap_ci` computes the metric on each draw, and is pure.

Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapters 6 and 13 (the percentile interval).
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from learnkit.pytorch.metric_inputs import float_kind


def sample_bootstrap_indices(n: int, *, num_resamples: int = 1000, rng: torch.Generator) -> Tensor:
    """Draw rows with replacement: num_resamples times n of n.

    Parameters
    ----------
    n : int
        The number of examples.
    num_resamples : int
        B. The ends of a 95 % interval rest on 2.5 % of the draws each: 25 of 1000.
    rng : torch.Generator

    Returns
    -------
    (B, n) int64 on the device of rng, row numbers from 0 to n - 1; each draw leaves out about 37 % of the examples, (1 - 1/n)ⁿ

    Raises
    ------
    ValueError
        If n or num_resamples is below 1.

    Examples
    --------
    >>> sample_bootstrap_indices(5, num_resamples=2, rng=torch.Generator().manual_seed(0)).shape
    torch.Size([2, 5])

    See Also
    --------
    learnkit.reference.sample_bootstrap_indices, sklearn.utils.resample
    """
    if n < 1 or num_resamples < 1:
        raise ValueError(f"n and num_resamples must be at least 1; got {n} and {num_resamples}.")
    return torch.randint(n, (num_resamples, n), generator=rng, device=rng.device)


def bootstrap_ci(
    metric: Callable[..., Tensor], inputs: Sequence[Tensor], indices: Tensor, *, confidence: float = 0.95
) -> tuple[Tensor, Tensor]:
    """Return the ends of a percentile bootstrap interval: the middle 95 % of the metric over resampled examples.

    Parameters
    ----------
    metric : (\\*inputs) -> tensor of one number
        `accuracy`, or any function of tensors; for the difference of two models a function of both models' outputs, so that both are
        judged on the same draws.
    inputs : tensors with n rows each
        What the metric takes, in its order.
    indices : (B, n) integers from 0 to n - 1
        From `sample_bootstrap_indices`; moved to the device of the inputs.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : the (1 - confidence)/2 quantile and its counterpart, in the metric's unit, tensors of one value; between two values
    linearly interpolated. NaN if the metric is NaN for a draw, as `roc_auc` is where rare positives were not drawn.

    Raises
    ------
    ValueError
        If the inputs differ in length, the indices do not fit, confidence is not between 0 and 1, or the metric gives more than one
        number. What the metric refuses is passed on.
    TypeError
        If the indices are not integers.
    IndexError
        If a row is not there; on a GPU the failure comes later, as with every index there.

    Notes
    -----
    It tells how the choice of test examples moves the score, not how training with another seed would. The percentile interval is
    too narrow for small n: of the mean of 20 normal values it holds the truth in 93 % of cases, not 95 %; and a model that is right on
    all examples gets the interval from 1 to 1, as no draw can hold a mistake.

    Examples
    --------
    The mean of 0 and 1 over four draws is 0, ½, ½ or 1; half of it lies between ⅜ and ⅝.

    >>> draws = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> low, high = bootstrap_ci(torch.mean, (torch.tensor([0.0, 1.0]),), draws, confidence=0.5)
    >>> f"{low:.3f} to {high:.3f}"
    '0.375 to 0.625'

    See Also
    --------
    learnkit.reference.bootstrap_ci, scipy.stats.bootstrap
    """
    lengths = [len(values) for values in inputs]
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1; got {confidence!r}. Use 0.95 for 95 %.")
    if not lengths or len(set(lengths)) != 1:
        raise ValueError(f"inputs must be a tuple of arrays with the same number of rows; got {lengths} rows. Use (x,) for a single one.")
    if indices.ndim != 2 or len(indices) == 0 or indices.shape[1] != lengths[0]:
        raise ValueError(
            f"indices must be (B, n), with B at least 1 and n the {lengths[0]} rows of the inputs; got {tuple(indices.shape)}. "
            f"Use sample_bootstrap_indices({lengths[0]}, rng=rng)."
        )
    if indices.is_floating_point() or indices.dtype == torch.bool:
        raise TypeError(f"indices must be integers; got dtype {indices.dtype}. Use sample_bootstrap_indices({lengths[0]}, rng=rng).")
    draws = [indices.to(values.device) for values in inputs]
    # a loop over draws, and not over examples: a metric is any function, and a thousand copies of the data need not fit in memory
    values = [metric(*(x[rows[draw]] for x, rows in zip(inputs, draws, strict=True))) for draw in range(len(indices))]
    statistics = torch.stack(values).detach()
    if statistics.ndim != 1:
        raise ValueError(f"metric must return one number; got shape {tuple(statistics.shape[1:])}.")
    statistics = statistics.to(float_kind(statistics))
    return statistics.quantile((1 - confidence) / 2), statistics.quantile((1 + confidence) / 2)
