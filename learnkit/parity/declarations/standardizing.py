"""Parity of standardizing: mean and deviation of the training part, applied to other data and undone."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, given, normal


def _standardized(lk: Any, x: Any, new: Any) -> dict[str, Any]:
    scaler = lk.Standardizer().fit(x)
    outputs = {"mean": scaler.mean, "std": scaler.std, "transform": scaler.transform(x), "transform new": scaler.transform(new)}
    return outputs | {"inverse_transform": scaler.inverse_transform(new)}


def _scaled(torch: Any, x: Any, new: Any) -> dict[str, Any]:
    from sklearn.preprocessing import StandardScaler

    seen, unseen = x.cpu().numpy(), new.cpu().numpy()
    scaler = StandardScaler().fit(seen)
    outputs = {"mean": scaler.mean_, "std": scaler.scale_, "transform": scaler.transform(seen), "transform new": scaler.transform(unseen)}
    outputs["inverse_transform"] = scaler.inverse_transform(unseen)
    return {name: torch.tensor(np.asarray(value)).to(x.dtype) for name, value in outputs.items()}  # mean_ and scale_ are always float64


CONCEPTS = (
    Concept(
        name="Standardizer",
        official="sklearn.preprocessing.StandardScaler",
        call=_scaled,
        run=_standardized,
        inputs=("x", "new"),
        arrays=True,
        cases={
            "features": Case(inputs=normal((20, 3), (4, 3))),
            "features of other sizes": Case(
                inputs=lambda rng: (rng.standard_normal((30, 3)) * [1e-3, 1.0, 1e3], rng.standard_normal((2, 3)) * [1e-3, 1.0, 1e3])
            ),
            "one feature": Case(inputs=normal((9, 1), (4, 1))),
        },
        edges={
            "a constant feature": Case(inputs=given([[0.0, 5.0], [10.0, 5.0], [3.0, 5.0]], [[1.0, 7.0]])),
            "a constant that is no binary fraction": Case(
                inputs=given(np.full((7, 1), 0.1), [[0.2], [0.1]]), why="its computed deviation is 1e-17, not 0"
            ),
            "one example": Case(inputs=normal((1, 3), (2, 3)), why="no feature varies"),
            "two examples": Case(inputs=normal((2, 3), (1, 3)), why="the deviation by N, not by N - 1"),
        },
    ),
)
