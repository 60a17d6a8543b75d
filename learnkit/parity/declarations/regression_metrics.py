"""Parity of the metrics of numbers: one value, errors of 0, targets far from 0 and below it."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given, normal


def _away_from_0(*shape: int) -> Draw:
    return lambda rng: (rng.standard_normal(shape), rng.uniform(0.5, 3.0, shape) * rng.choice([-1.0, 1.0], shape))


def _rmse(torch: Any, predictions: Any, targets: Any) -> Any:
    from sklearn.metrics import root_mean_squared_error

    # over all values: with several columns, scikit-learn averages a root for each
    return root_mean_squared_error(targets.cpu().numpy().ravel(), predictions.cpu().numpy().ravel())


def _mape(torch: Any, predictions: Any, targets: Any) -> Any:
    from sklearn.metrics import mean_absolute_percentage_error

    return mean_absolute_percentage_error(targets.cpu().numpy().ravel(), predictions.cpu().numpy().ravel())


def _r2_score(torch: Any, predictions: Any, targets: Any) -> Any:
    from sklearn.metrics import r2_score

    return r2_score(targets.cpu().numpy(), predictions.cpu().numpy())


FAR = Case(inputs=lambda rng: (1e4 + rng.standard_normal(20), 1e4 + rng.standard_normal(20)), why="where squares cancel")

CONCEPTS = (
    Concept(
        name="rmse",
        official="sklearn.metrics.root_mean_squared_error",
        call=_rmse,
        inputs=("predictions", "targets"),
        cases={
            "a batch": Case(inputs=normal((20,), (20,))),
            "two axes": Case(inputs=normal((4, 3), (4, 3))),
            "one value": Case(inputs=normal((1,), (1,))),
        },
        edges={
            "no error": Case(inputs=given([1.0, 2.0], [1.0, 2.0])),
            "whole numbers": Case(inputs=given([1, 6], [1, 2])),
            "a number": Case(inputs=normal((), ())),
        },
    ),
    Concept(
        name="mape",
        official="sklearn.metrics.mean_absolute_percentage_error",
        call=_mape,
        inputs=("predictions", "targets"),
        cases={
            "a batch": Case(inputs=_away_from_0(20)),
            "two axes": Case(inputs=_away_from_0(4, 3)),
            "one value": Case(inputs=_away_from_0(1)),
        },
        edges={
            "no error": Case(inputs=given([1.0, -2.0], [1.0, -2.0])),
            "predictions of 0": Case(inputs=given([0.0, 0.0], [1.0, -2.0])),
            "whole numbers": Case(inputs=given([90, 30], [100, 20])),
        },
    ),
    Concept(
        name="r2_score",
        official="sklearn.metrics.r2_score",
        call=_r2_score,
        inputs=("predictions", "targets"),
        cases={
            "a batch": Case(inputs=lambda rng: (x := rng.standard_normal(20), x + 0.3 * rng.standard_normal(20))),
            "worse than the mean": Case(inputs=normal((20,), (20,))),
            "far from 0": FAR,
        },
        edges={
            "no error": Case(inputs=given([1.0, 2.0], [1.0, 2.0])),
            "the mean": Case(inputs=given([2.0, 2.0, 2.0], [1.0, 2.0, 3.0])),
            "whole numbers": Case(inputs=given(np.array([1, 2, 4]), np.array([1, 2, 3]))),
        },
    ),
)
