"""A class with a state: mean and deviation of the training part, kept and applied to other data."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Call, Get, Mistake, New, Probe, Problem

STUB = '''
class Standardizer:
    """Give every feature mean 0 and standard deviation 1, by the numbers of the training part."""

    def fit(self, x):
        """Keep the mean and the standard deviation (the population's, divided by N) of each column of x, (N, D), as
        self.mean and self.std. The std of a column that never varies is 1. Return self."""
        ...

    def transform(self, x):
        """Return (x - mean) / std, an array (M, D), with the kept numbers. x stays as it was."""
        ...
'''

SOLUTION = """
class Standardizer:
    def fit(self, x):
        self.mean = x.mean(axis=0)
        deviation = x.std(axis=0)
        self.std = np.where(deviation == 0, 1.0, deviation)
        return self

    def transform(self, x):
        return (x - self.mean) / self.std
"""


class Right:
    def fit(self, x: Any) -> Any:
        self.mean = x.mean(axis=0)
        deviation = x.std(axis=0)
        self.std = np.where(deviation == 0, 1.0, deviation)
        return self

    def transform(self, x: Any) -> Any:
        return (x - self.mean) / self.std


class ColumnByColumn:
    def fit(self, x: Any) -> Any:
        means, stds = [], []
        for column in x.T:
            center = sum(column) / len(column)
            spread = (sum((value - center) ** 2 for value in column) / len(column)) ** 0.5
            means.append(center)
            stds.append(spread if np.ptp(column) > 0 else 1.0)
        self.mean, self.std = np.array(means), np.array(stds)
        return self

    def transform(self, x: Any) -> Any:
        return np.stack([(row - self.mean) / self.std for row in x])


class ByMoments:
    def fit(self, x: Any) -> Any:
        self.mean = np.sum(x, 0) / x.shape[0]
        centered = x - self.mean
        variance = np.einsum("nd,nd->d", centered, centered) / x.shape[0]
        variance[np.ptp(x, axis=0) == 0] = 1
        self.std = np.sqrt(variance)
        return self

    def transform(self, x: Any) -> Any:
        return np.divide(np.subtract(x, self.mean[None]), self.std[None])


class WithFactors:
    def fit(self, x: Any) -> Any:
        self.mean, self.std = np.mean(x, axis=0), np.sqrt(np.var(x, axis=0))
        self.std = self.std + (self.std == 0)
        return self

    def transform(self, x: Any) -> Any:
        factors = 1 / self.std
        return x * factors - self.mean * factors


class RefitsInTransform(Right):
    def transform(self, x: Any) -> Any:
        return Right.transform(self.fit(x), x)


class TakesTheNewMean(Right):
    def transform(self, x: Any) -> Any:
        deviation = x.std(axis=0)
        self.mean, self.std = x.mean(axis=0), deviation + (deviation == 0)
        return (x - self.mean) / self.std


class OneMeanForAll(Right):
    def fit(self, x: Any) -> Any:
        self.mean, self.std = x.mean(), x.std()
        return self


class OneMeanInALoop(Right):
    def fit(self, x: Any) -> Any:
        flat = x.ravel()
        self.mean = sum(flat) / flat.size
        self.std = (sum((value - self.mean) ** 2 for value in flat) / flat.size) ** 0.5
        return self


class SampleDeviation(Right):
    def fit(self, x: Any) -> Any:
        super().fit(x)
        deviation = x.std(axis=0, ddof=1)
        self.std = np.where(deviation == 0, 1.0, deviation)
        return self


class SampleDeviationByHand(Right):
    def fit(self, x: Any) -> Any:
        self.mean = x.mean(axis=0)
        total = ((x - self.mean) ** 2).sum(axis=0) / (len(x) - 1)
        self.std = np.sqrt(np.where(total == 0, 1.0, total))
        return self


class ZeroDeviation(Right):
    def fit(self, x: Any) -> Any:
        self.mean, self.std = x.mean(axis=0), x.std(axis=0)
        return self


class ZeroDeviationByMoments(Right):
    def fit(self, x: Any) -> Any:
        self.mean = x.mean(axis=0)
        self.std = np.sqrt(((x - self.mean) ** 2).mean(axis=0))
        return self


class Variance(Right):
    def fit(self, x: Any) -> Any:
        super().fit(x)
        self.std = np.where(self.std == 1, 1.0, self.std**2)
        return self


class VarianceByCall(Right):
    def fit(self, x: Any) -> Any:
        self.mean = x.mean(axis=0)
        variance = np.var(x, axis=0)
        self.std = np.where(variance == 0, 1.0, variance)
        return self


def _script(rng: np.random.Generator, train: Any, new: Any) -> list[Any]:
    return [
        New("scaler"),
        Call((train,), on="scaler", method="fit", into="fitted"),
        Get("scaler", "mean"),
        Get("scaler", "std"),
        Call((train,), on="scaler", method="transform"),
        Call((new,), on="scaler", method="transform"),
        Get("scaler", "mean"),
    ]


def _features(rng: np.random.Generator, n: int, d: int) -> Any:
    return rng.normal(size=(n, d)) * np.arange(1, d + 1) + 10 * np.arange(d)


TEXT = "the text"

PROBLEM = Problem(
    id="02.Standardizer",
    title="The same scale for every feature",
    stub=STUB,
    reference=Right,
    backends=("numpy",),
    axes={"x": "ND"},
    probes=(
        Probe("two features", "small enough to read", lambda rng: _script(rng, _features(rng, 3, 2), _features(rng, 1, 2) + 5)),
        Probe(
            "five features, other new data",
            "the new data have another mean",
            lambda rng: _script(rng, _features(rng, 8, 5), 50 + _features(rng, 4, 5)),
        ),
        Probe(
            "a feature that never varies",
            "its deviation is 0",
            lambda rng: _script(rng, np.column_stack([_features(rng, 5, 2), np.full(5, 4.0)]), _features(rng, 3, 3)),
        ),
    ),
    mistakes=(
        Mistake(
            "refits",
            RefitsInTransform,
            TakesTheNewMean,
            "It learns mean and deviation again from what it transforms. New data are measured by the training part's.",
            TEXT,
        ),
        Mistake(
            "one-mean",
            OneMeanForAll,
            OneMeanInALoop,
            "It takes one mean for all features together. Each column has its own unit, and its own mean.",
            TEXT,
        ),
        Mistake(
            "sample-deviation",
            SampleDeviation,
            SampleDeviationByHand,
            "It divides by N - 1. The stub asks for the population's deviation, divided by N.",
            TEXT,
        ),
        Mistake(
            "zero-deviation", ZeroDeviation, ZeroDeviationByMoments, "A feature that never varies has deviation 0, and 0/0 is NaN.", TEXT
        ),
        Mistake("variance", Variance, VarianceByCall, "It divides by the variance. That has the unit squared.", TEXT),
    ),
    alternatives=(ColumnByColumn, ByMoments, WithFactors),
    hints=(
        "What should happen to the test part if its mean is another one than the training part's?",
        "fit looks at the data and keeps two numbers a column; transform only uses them. A column that never varies must not divide by 0.",
        "fit: keep the mean and the deviation along the rows; where the deviation is 0 keep 1\n"
        "transform: subtract the one, divide by the other",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
)
