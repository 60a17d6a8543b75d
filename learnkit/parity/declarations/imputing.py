"""Parity of imputing, against scikit-learn."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, given

NAN = float("nan")


def _with_holes(*shape: int) -> Any:
    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        values, new = rng.standard_normal(shape), rng.standard_normal((3, shape[1]))
        values[1:][rng.random((shape[0] - 1, shape[1])) < 0.3] = NAN
        new[rng.random(new.shape) < 0.5] = NAN
        return values, new

    return draw


def _imputed(lk: Any, x: Any, new: Any, **options: Any) -> dict[str, Any]:
    imputer = lk.Imputer(**options).fit(x)
    return {"median": imputer.median, "transform": imputer.transform(x), "transform new": imputer.transform(new)}


def _both(lk: Any, x: Any, new: Any) -> dict[str, Any]:
    return dict(zip(("transform", "transform new"), lk.impute_median(x, new), strict=True))


def _official(torch: Any, x: Any, new: Any, **options: Any) -> dict[str, Any]:
    from sklearn.impute import SimpleImputer

    imputer = SimpleImputer(strategy="median", **options).fit(x.cpu().numpy())
    found = {
        "median": imputer.statistics_,
        "transform": imputer.transform(x.cpu().numpy()),
        "transform new": imputer.transform(new.cpu().numpy()),
    }
    return {name: torch.tensor(np.asarray(value)).to(x.dtype) for name, value in found.items()}


CASES = {
    "some missing": Case(inputs=_with_holes(9, 3)),
    "an even number": Case(inputs=_with_holes(8, 2), why="between the two middle ones lies their mean"),
}
EDGES = {
    "nothing missing": Case(inputs=given([[1.0, 2.0], [3.0, 5.0]], [[0.0, 0.0]])),
    "one row": Case(inputs=given([[1.0, 2.0]], [[NAN, 4.0]])),
}

CONCEPTS = (
    Concept(
        name="Imputer",
        official="sklearn.impute.SimpleImputer",
        call=_official,
        run=_imputed,
        inputs=("x", "new"),
        arrays=True,
        cases={**CASES, "columns that tell": Case(inputs=_with_holes(9, 3), options={"add_indicator": True})},
        edges={
            **EDGES,
            "missing only in new data": Case(
                inputs=given([[1.0, 2.0], [NAN, 5.0]], [[0.0, NAN]]),
                options={"add_indicator": True},
                why="a feature that was complete in fit gets no column",
            ),
        },
    ),
    Concept(
        name="impute_median",
        official="sklearn.impute.SimpleImputer",
        call=lambda torch, x, new: {name: value for name, value in _official(torch, x, new).items() if name != "median"},
        run=_both,
        inputs=("x", "new"),
        arrays=True,
        cases=CASES,
        edges=EDGES,
    ),
)
