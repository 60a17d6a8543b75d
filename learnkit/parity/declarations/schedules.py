"""Parity of the schedules: the rate at every step, to the end and past it, against PyTorch's scheduler moving an optimizer.

Past its end a schedule of ours stays where it is. PyTorch's would rise again (cosine) or raise (one cycle), so that it is not stepped
any further there.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from learnkit.parity.concepts import AS_GIVEN, Case, Concept

PAST = 5  # steps past the end


def followed(torch: Any, make: Callable[[Any], Any], *, lr: float, steps: int, end: int | None = None, momentum: bool = False) -> Any:
    """Return the rates, or momenta, that a scheduler of PyTorch sets; from the end on it is not stepped."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr, momentum=0.5)
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # SequentialLR steps its parts in a way that PyTorch itself warns of
        scheduler = make(optimizer)
        for step in range(steps):
            rates.append(optimizer.param_groups[0]["momentum" if momentum else "lr"])
            if end is None or step < end:
                optimizer.step()
                scheduler.step()
    return np.array(rates)


def _declare(name: str, official: str, call: Callable[..., Any], cases: dict[str, Any], edges: dict[str, Any]) -> Concept:
    def rates(lk: Any, *, steps: int, **options: Any) -> Any:
        return np.array([getattr(lk, name)(step, **options) for step in range(steps)])

    return Concept(
        name=name,
        official=f"torch.optim.lr_scheduler.{official}",
        run=rates,
        call=call,
        cases={label: Case(options=options) for label, options in cases.items()},
        edges={label: Case(options=options) for label, options in edges.items()},
        dtypes=(AS_GIVEN,),
    )


def _constant(torch: Any, *, steps: int, lr: float = 1.0) -> Any:
    return followed(torch, lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda step: 1.0), lr=lr, steps=steps)


def _step_decay(torch: Any, *, steps: int, lr: float = 1.0, **options: Any) -> Any:
    return followed(torch, lambda o: torch.optim.lr_scheduler.StepLR(o, **options), lr=lr, steps=steps)


def _exponential(torch: Any, *, steps: int, gamma: float, lr: float = 1.0) -> Any:
    return followed(torch, lambda o: torch.optim.lr_scheduler.ExponentialLR(o, gamma), lr=lr, steps=steps)


def _cosine(torch: Any, *, steps: int, total_steps: int, warmup_steps: int = 0, min_lr: float = 0.0, lr: float = 1.0) -> Any:
    schedulers = torch.optim.lr_scheduler

    def make(optimizer: Any) -> Any:
        falling = schedulers.CosineAnnealingLR(optimizer, total_steps - warmup_steps, eta_min=min_lr)
        if not warmup_steps:
            return falling
        rising = schedulers.LinearLR(optimizer, 1 / (warmup_steps + 1), total_iters=warmup_steps)
        return schedulers.SequentialLR(optimizer, [rising, falling], [warmup_steps])

    return followed(torch, make, lr=lr, steps=steps, end=total_steps)


def _cycle(torch: Any, *, steps: int, lr: float = 1.0, momentum: bool = False, **options: Any) -> Any:
    return followed(
        torch,
        lambda o: torch.optim.lr_scheduler.OneCycleLR(o, lr, **options),
        lr=lr,
        steps=steps,
        end=options["total_steps"] - 1,
        momentum=momentum,
    )


def _cycled_momentum(torch: Any, **options: Any) -> Any:
    return _cycle(torch, momentum=True, **options)


CONCEPTS = (
    _declare("constant_rate", "LambdaLR", _constant, {"rates": {"steps": 8, "lr": 0.3}}, {"a rate of 0": {"steps": 3, "lr": 0.0}}),
    _declare(
        "step_decay",
        "StepLR",
        _step_decay,
        {"rates": {"steps": 12, "lr": 0.3, "step_size": 3, "gamma": 0.4}, "factors": {"steps": 25, "step_size": 10}},
        {"every step": {"steps": 6, "step_size": 1}, "to nothing": {"steps": 6, "step_size": 2, "gamma": 0.0}},
    ),
    _declare(
        "exponential_decay",
        "ExponentialLR",
        _exponential,
        {"rates": {"steps": 20, "lr": 0.3, "gamma": 0.8}},
        {"no decay": {"steps": 5, "gamma": 1.0}, "growth": {"steps": 5, "gamma": 1.5}, "to nothing": {"steps": 4, "gamma": 0.0}},
    ),
    _declare(
        "cosine_warmup",
        "SequentialLR",
        _cosine,
        {
            "rates": {"steps": 20 + PAST, "total_steps": 20, "warmup_steps": 6, "min_lr": 0.02, "lr": 0.3},
            "factors": {"steps": 30 + PAST, "total_steps": 30, "warmup_steps": 7},
            "no warm-up": {"steps": 10 + PAST, "total_steps": 10, "min_lr": 0.1},
        },
        {
            "one step": {"steps": 1 + PAST, "total_steps": 1},
            "warm-up of one step": {"steps": 9 + PAST, "total_steps": 9, "warmup_steps": 1},
            "warm-up to the end": {"steps": 6 + PAST, "total_steps": 6, "warmup_steps": 5},
            "no fall": {"steps": 6 + PAST, "total_steps": 6, "min_lr": 1.0},
        },
    ),
    _declare(
        "one_cycle",
        "OneCycleLR",
        _cycle,
        {
            "rates": {"steps": 20 + PAST, "total_steps": 20, "lr": 0.3},
            "settings": {"steps": 25 + PAST, "total_steps": 25, "pct_start": 0.45, "div_factor": 10.0, "final_div_factor": 50.0},
        },
        {
            "one step": {"steps": 1 + PAST, "total_steps": 1},
            "two steps": {"steps": 2 + PAST, "total_steps": 2},
            "no rise": {"steps": 8 + PAST, "total_steps": 8, "pct_start": 0.0},
            "no fall": {"steps": 8 + PAST, "total_steps": 8, "pct_start": 1.0},
        },
    ),
    _declare(
        "one_cycle_momentum",
        "OneCycleLR",
        _cycled_momentum,
        {
            "momenta": {"steps": 20 + PAST, "total_steps": 20},
            "settings": {"steps": 25 + PAST, "total_steps": 25, "pct_start": 0.45, "base_momentum": 0.7, "max_momentum": 0.9},
        },
        {"one step": {"steps": 1 + PAST, "total_steps": 1}, "no fall": {"steps": 8 + PAST, "total_steps": 8, "pct_start": 1.0}},
    ),
)
