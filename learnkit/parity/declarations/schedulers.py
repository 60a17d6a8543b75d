"""Parity of what moves the rates of an optimizer with two groups: every group's rate after every step, saved and loaded on the way."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import AS_GIVEN, Case, Concept

RATES = (0.4, 0.1)
STEPS = 12
FACTORS: dict[str, Any] = {"falling": lambda step: 0.9**step, "a step": lambda step: 1.0 if step < 5 else 0.0}


def _optimizer(lk: Any, make: Any, zeros: Any) -> Any:
    groups = [{"params": [lk.Parameter(zeros(2))], "lr": lr} for lr in RATES]
    return make(groups, momentum=0.9)


def _rates(optimizer: Any) -> Any:
    return np.array([group["lr"] for group in optimizer.param_groups])


def _zeros(lk: Any) -> Any:
    return lambda size: lk.tensor(np.zeros(size)).data


def _scheduled(lk: Any, *, factors: str) -> dict[str, Any]:
    optimizer = _optimizer(lk, lk.SGD, _zeros(lk))
    scheduler, seen = lk.Scheduler(optimizer, FACTORS[factors]), {}
    for step in range(STEPS):
        seen[f"rates at step {step}"] = _rates(optimizer)
        if step == 7:
            saved = scheduler.state_dict()
            scheduler = lk.Scheduler(_optimizer(lk, lk.SGD, _zeros(lk)), FACTORS[factors])
            scheduler.load_state_dict(saved)
            optimizer = scheduler.optimizer
        optimizer.step()
        scheduler.step()
    return seen


def _lambda(torch: Any, *, factors: str) -> dict[str, Any]:
    optimizer = _optimizer(torch.nn, torch.optim.SGD, torch.zeros)
    scheduler, seen = torch.optim.lr_scheduler.LambdaLR(optimizer, FACTORS[factors]), {}
    for step in range(STEPS):
        seen[f"rates at step {step}"] = _rates(optimizer)
        optimizer.step()
        scheduler.step()
    return seen


def _reduced(lk: Any, metrics: Any, **options: Any) -> dict[str, Any]:
    optimizer = _optimizer(lk, lk.SGD, _zeros(lk))
    plateau, seen = lk.ReduceOnPlateau(optimizer, **options), {}
    for step, metric in enumerate(metrics):
        if step == len(metrics) // 2:
            saved, plateau = plateau.state_dict(), lk.ReduceOnPlateau(optimizer, **options)
            plateau.load_state_dict(saved)
        plateau.step(metric)
        seen.update(_state(plateau, step))
    return seen


def _torch_reduced(torch: Any, metrics: Any, **options: Any) -> dict[str, Any]:
    optimizer = _optimizer(torch.nn, torch.optim.SGD, torch.zeros)
    plateau, seen = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options), {}
    for step, metric in enumerate(metrics):
        plateau.step(metric)
        seen.update(_state(plateau, step))
    return seen


def _state(plateau: Any, step: int) -> dict[str, Any]:
    counts = np.array([plateau.best, plateau.num_bad_epochs, plateau.cooldown_counter])
    return {f"rates after {step}": _rates(plateau.optimizer), f"best and counts after {step}": counts}


def _metrics(rng: np.random.Generator) -> tuple[Any, ...]:
    """Return a loss that falls, then wanders: 40 values as Python numbers."""
    return ([float(3 * 0.7**step + 0.5 + 0.05 * rng.standard_normal()) for step in range(40)],)


def _case(*values: float, **options: Any) -> Case:
    return Case(inputs=(lambda rng: ([*values],)) if values else _metrics, options=options)


CONCEPTS = (
    Concept(
        name="Scheduler",
        official="torch.optim.lr_scheduler.LambdaLR",
        run=_scheduled,
        call=_lambda,
        cases={"factors that fall": Case(options={"factors": "falling"})},
        edges={"a rate of 0": Case(options={"factors": "a step"})},
        dtypes=(AS_GIVEN,),
    ),
    Concept(
        name="ReduceOnPlateau",
        official="torch.optim.lr_scheduler.ReduceLROnPlateau",
        inputs=("metrics",),
        run=_reduced,
        call=_torch_reduced,
        cases={
            "a loss": _case(patience=2, factor=0.5),
            "the defaults": _case(),
            "an absolute threshold": _case(patience=1, threshold=0.1, threshold_mode="abs"),
            "a relative threshold": _case(patience=1, threshold=0.1),
            "cooldown": _case(patience=1, cooldown=3, factor=0.5),
            "a lowest rate": _case(patience=0, min_lr=0.03, factor=0.5),
            "a score": _case(0.1, 0.5, 0.4, 0.45, 0.6, 0.6, 0.6, 0.59, 0.7, 0.1, mode="max", patience=1),
        },
        edges={
            "NaN": _case(1.0, float("nan"), float("nan"), 0.5, float("nan"), float("nan"), patience=1),
            "infinity first": _case(float("inf"), float("inf"), 1.0, 2.0, patience=0),
            "no patience": _case(1.0, 1.0, 1.0, 1.0, patience=0),
            "negative, relative": _case(-10.0, -9.95, -9.9, -9.8, -9.7, patience=1, threshold=0.01),
            "a score, absolute": _case(1.0, 1.05, 1.2, 1.2, 1.2, mode="max", patience=1, threshold=0.1, threshold_mode="abs"),
            "cuts that are too small": _case(1.0, 1.0, 1.0, 1.0, patience=0, eps=0.2),
        },
        dtypes=(AS_GIVEN,),
    ),
)
