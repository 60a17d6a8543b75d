"""Parity of the bootstrap: draws by what they are, intervals over given draws by sorting."""

import math
from typing import Any

from learnkit.parity.concepts import AS_GIVEN, Case, Concept, Draw


def _drawn(n: int, resamples: int) -> Draw:
    return lambda rng: (rng.standard_normal(n), rng.standard_normal(n), rng.integers(n, size=(resamples, n)))


def _product(x: Any, y: Any) -> Any:
    return (x * y).mean()


def _interval(lk: Any, x: Any, y: Any, indices: Any, **options: Any) -> dict[str, Any]:
    return dict(zip(("low", "high"), lk.bootstrap_ci(_product, (x, y), indices, **options), strict=True))


def _by_sorting(torch: Any, x: Any, y: Any, indices: Any, *, confidence: float = 0.95) -> dict[str, Any]:
    """Compute the metric on every draw in Python's numbers, sort, and interpolate between neighbors."""
    values = [a * b for a, b in zip(x.double().tolist(), y.double().tolist(), strict=True)]
    found = sorted(sum(values[i] for i in rows) / len(rows) for rows in indices.tolist())

    def quantile(share: float) -> float:
        place = share * (len(found) - 1)
        low = math.floor(place)
        return float(found[low] + (place - low) * (found[min(low + 1, len(found) - 1)] - found[low]))

    return {"low": quantile((1 - confidence) / 2), "high": quantile((1 + confidence) / 2)}


def _described(draws: Any, n: int) -> dict[str, Any]:
    rows = draws.tolist() if hasattr(draws, "tolist") else draws
    return {
        "shape": [len(rows), *{len(row) for row in rows}],
        "among the examples": {index for row in rows for index in row} <= set(range(n)),
        "with replacement": any(len(set(row)) < len(row) for row in rows),
    }


def _sampled(lk: Any, *, n: int, num_resamples: int) -> dict[str, Any]:
    draws = lk.sample_bootstrap_indices(n, num_resamples=num_resamples, rng=lk.rng(0))
    return {"dtype": str(draws.dtype).removeprefix("torch."), **_described(draws, n)}


def _resample(torch: Any, *, n: int, num_resamples: int) -> dict[str, Any]:
    from sklearn.utils import resample

    return {"dtype": "int64", **_described([resample(range(n), random_state=seed) for seed in range(num_resamples)], n)}


CONCEPTS = (
    Concept(
        name="sample_bootstrap_indices",
        official="sklearn.utils.resample",
        call=_resample,
        run=_sampled,
        dtypes=(AS_GIVEN,),
        cases={"many draws": Case(options={"n": 20, "num_resamples": 50})},
        edges={"one example": Case(options={"n": 1, "num_resamples": 3}), "one draw": Case(options={"n": 500, "num_resamples": 1})},
    ),
    Concept(
        name="bootstrap_ci",
        official="brute force",
        oracle_reason="neither PyTorch nor scikit-learn has it; scipy.stats.bootstrap draws for itself",
        call=_by_sorting,
        run=_interval,
        inputs=("x", "y", "indices"),
        cases={
            "95 %": Case(inputs=_drawn(20, 200)),
            "80 %": Case(inputs=_drawn(30, 101), options={"confidence": 0.8}, why="a quantile that is one of the values"),
        },
        edges={
            "one draw": Case(inputs=_drawn(5, 1)),
            "two draws": Case(inputs=_drawn(5, 2), options={"confidence": 0.5}),
            "one example": Case(inputs=_drawn(1, 10)),
        },
    ),
)
