"""Parity of the learning-rate range test: the rates against NumPy's geomspace, the test and the choice against short oracles."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import AS_GIVEN, Case, Concept

REASON = "PyTorch has no range test"


def _rates(lk: Any, *, steps: int, **options: Any) -> Any:
    return np.array([lk.range_test_rate(step, **options) for step in range(steps)])


def _exponential(torch: Any, *, steps: int, total_steps: int = 100, min_lr: float = 1e-5, max_lr: float = 10.0) -> Any:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=min_lr)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, (max_lr / min_lr) ** (1 / max(1, total_steps - 1)))
    rates = []
    for step in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        if step < total_steps - 1:
            optimizer.step()
            scheduler.step()
    return np.array(rates)


def _parabola() -> Any:
    """Return training steps of the loss w², from w = 1."""
    weights = [1.0]

    def train_step(lr: float) -> float:
        weights.append(weights[-1] - lr * 2 * weights[-1])
        return weights[-2] ** 2

    return train_step


def _tested(lk: Any, **options: Any) -> dict[str, Any]:
    lrs, losses = lk.lr_range_test(_parabola(), **options)
    return {"lrs": np.array(lrs), "losses": np.array(losses)}


def _tested_by_arrays(torch: Any, *, total_steps: int = 100, min_lr: float = 1e-5, max_lr: float = 10.0, stop_factor: float = 4.0) -> Any:
    lrs = np.geomspace(min_lr, max_lr, total_steps)
    losses = np.concatenate([[1.0], np.cumprod((1 - 2 * lrs) ** 2)[:-1]])
    above = np.flatnonzero(losses > stop_factor * np.minimum.accumulate(losses))
    end = above[0] + 1 if len(above) else total_steps
    return {"lrs": lrs[:end], "losses": losses[:end]}


def _steepest(torch: Any, lrs: Any, losses: Any, *, window: int = 5) -> float:
    losses = np.array([loss for loss in losses if np.isfinite(loss)])  # those of the cases end at the first that is not finite
    half = window // 2
    smooth = np.array([losses[max(0, i - half) : i + half + 1].mean() for i in range(len(losses))])
    slopes = (np.diff(smooth) / np.diff(np.log(lrs[: len(losses)])))[: smooth.argmin()]
    return float(lrs[slopes.argmin()])


def _curve(rng: np.random.Generator) -> tuple[Any, ...]:
    lrs = np.geomspace(1e-5, 10, 60)
    losses = 2.3 / (1 + (lrs / 0.01) ** 1.5) + 0.3 + (lrs / 2) ** 3 + 0.01 * rng.standard_normal(60)
    return lrs.tolist(), losses.tolist()


def _broken(rng: np.random.Generator) -> tuple[Any, ...]:
    lrs, losses = _curve(rng)
    return lrs[:50], [*losses[:48], float("inf"), float("nan")]


CONCEPTS = (
    Concept(
        name="range_test_rate",
        official="torch.optim.lr_scheduler.ExponentialLR",
        run=_rates,
        call=_exponential,
        cases={
            "the defaults": Case(options={"steps": 105}),
            "rates": Case(options={"steps": 12, "total_steps": 9, "min_lr": 0.01, "max_lr": 3.0}),
        },
        edges={"two steps": Case(options={"steps": 4, "total_steps": 2, "min_lr": 0.1, "max_lr": 1.0})},
        dtypes=(AS_GIVEN,),
    ),
    Concept(
        name="lr_range_test",
        official="brute force",
        oracle_reason=REASON,
        run=_tested,
        call=_tested_by_arrays,
        cases={"to the end": Case(options={"max_lr": 0.3}), "until it diverges": Case(options={"total_steps": 40})},
        edges={"one step": Case(options={"total_steps": 1})},
        dtypes=(AS_GIVEN,),
        forward_tolerance=1e-10,
        tolerance_reason="a hundred steps multiply the rounding of their rates",
    ),
    Concept(
        name="steepest_rate",
        official="brute force",
        oracle_reason=REASON,
        inputs=("lrs", "losses"),
        call=_steepest,
        cases={
            "a curve": Case(inputs=_curve),
            "not averaged": Case(inputs=_curve, options={"window": 1}),
            "a wide window": Case(inputs=_curve, options={"window": 9}),
        },
        edges={"ends in infinity and NaN": Case(inputs=_broken)},
        dtypes=(AS_GIVEN,),
    ),
)
