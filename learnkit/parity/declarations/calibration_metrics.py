"""Parity of the metrics of probabilities: bins that are empty, confidences on an edge, models that are sure."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given

BINS = ("counts", "confidence", "accuracy")


def _sure(count: int, classes: int, scale: float = 2.0) -> Draw:
    """Return a draw of probabilities and of classes that follow them."""

    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        powers = np.exp(scale * rng.standard_normal((count, classes)))
        p = powers / powers.sum(axis=1, keepdims=True)
        return p, (rng.random((count, 1)) > p.cumsum(axis=1)[:, :-1]).sum(axis=1)

    return draw


# of ten bins, confidences on the edges 0.5 to 1.0, where rounding of p · 10 or of the edges would move them
EDGES_OF_BINS = given([[p / 10, 1 - p / 10] for p in range(5, 11)], [0, 1, 0, 0, 1, 0])

CASES = {
    "a batch": Case(inputs=_sure(200, 3)),
    "two classes": Case(inputs=_sure(60, 2), options={"num_bins": 10}),
    "ten classes": Case(inputs=_sure(50, 10, scale=1.0), options={"num_bins": 4}),
}
EDGES = {
    "one bin": Case(inputs=_sure(20, 3), options={"num_bins": 1}, why="the gap between mean confidence and accuracy"),
    "one example": Case(inputs=_sure(1, 4)),
    "one class": Case(inputs=given([[1.0], [1.0]], [0, 0])),
    "more bins than examples": Case(inputs=_sure(5, 3), options={"num_bins": 50}),
    "on the edges": Case(inputs=EDGES_OF_BINS, options={"num_bins": 10}),
    "sure": Case(inputs=given([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], [0, 1, 0])),
    "ties": Case(inputs=given([[0.5, 0.5], [0.5, 0.5]], [0, 1]), why="the first of equal probabilities counts"),
}


def _binned(torch: Any, probabilities: Any, targets: Any, *, num_bins: int = 15) -> list[list[tuple[float, bool]]]:
    """Go through the examples one by one, and put each into the first bin whose upper edge is not below its confidence."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(num_bins)]
    for row, right in zip(probabilities.double().tolist(), targets.tolist(), strict=True):
        confidence = max(row)
        place = next(m for m in range(1, num_bins + 1) if confidence <= m / num_bins or m == num_bins)
        held[place - 1].append((confidence, row.index(confidence) == right))
    return held


def _calibration_bins(torch: Any, probabilities: Any, targets: Any, **options: Any) -> dict[str, Any]:
    held = _binned(torch, probabilities, targets, **options)
    means = [np.array([sum(pair[i] for pair in each) / len(each) if each else np.nan for each in held]) for i in (0, 1)]
    return dict(zip(BINS, (np.array([len(each) for each in held]), *means), strict=True))


def _ece(torch: Any, probabilities: Any, targets: Any, **options: Any) -> float:
    held = _binned(torch, probabilities, targets, **options)
    return sum(abs(sum(confidence - is_right for confidence, is_right in each)) for each in held) / len(targets)


def _brier(torch: Any, probabilities: Any, targets: Any) -> float:
    from sklearn.metrics import brier_score_loss

    p, right = probabilities.cpu().double().numpy(), targets.cpu().numpy()
    # class by class, which all versions of scikit-learn can; each is "yes or no"
    return float(sum(brier_score_loss(right == k, p[:, k], pos_label=True) for k in range(p.shape[1])))


CONCEPTS = (
    Concept(
        name="calibration_bins",
        official="brute force",
        oracle_reason="scikit-learn's calibration_curve leaves out empty bins and the counts, and has edges such as 0.7000000000000001",
        call=_calibration_bins,
        run=lambda lk, *inputs, **options: dict(zip(BINS, lk.calibration_bins(*inputs, **options), strict=True)),
        inputs=("probabilities", "targets"),
        cases=CASES,
        edges=EDGES,
    ),
    Concept(
        name="ece",
        official="brute force",
        oracle_reason="neither PyTorch nor scikit-learn has it",
        call=_ece,
        inputs=("probabilities", "targets"),
        cases=CASES,
        edges=EDGES,
    ),
    Concept(
        name="brier",
        official="sklearn.metrics.brier_score_loss",
        call=_brier,
        inputs=("probabilities", "targets"),
        cases={name: Case(inputs=case.inputs) for name, case in CASES.items()},
        edges={name: Case(inputs=EDGES[name].inputs) for name in ("one example", "one class", "sure", "ties")},
    ),
)
