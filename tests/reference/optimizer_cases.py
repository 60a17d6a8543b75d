"""What every optimizer is tested with: its class, its rule, and settings that use all of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from learnkit import reference as lk


@dataclass(frozen=True)
class OptimizerCase:
    """A class, the pure rule that it follows, and settings."""

    make: Callable[..., Any]
    rule: Callable[..., Any]
    settings: dict[str, Any] = field(default_factory=dict)


CASES = {
    "SGD": OptimizerCase(lk.SGD, lk.sgd_update),
    "SGD, momentum": OptimizerCase(lk.SGD, lk.sgd_update, {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
    "SGD, nesterov": OptimizerCase(lk.SGD, lk.sgd_update, {"momentum": 0.9, "weight_decay": 0.1, "nesterov": True}),
    "Adagrad": OptimizerCase(lk.Adagrad, lk.adagrad_update, {"lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.2}),
    "RMSprop": OptimizerCase(lk.RMSprop, lk.rmsprop_update, {"alpha": 0.9, "weight_decay": 0.1}),
    "RMSprop, centered": OptimizerCase(lk.RMSprop, lk.rmsprop_update, {"alpha": 0.9, "momentum": 0.7, "centered": True}),
    "Adam": OptimizerCase(lk.Adam, lk.adam_update, {"betas": (0.8, 0.95), "weight_decay": 0.1}),
    "AdamW": OptimizerCase(lk.AdamW, lk.adamw_update, {"betas": (0.8, 0.95), "weight_decay": 0.1}),
    "NAdam": OptimizerCase(lk.NAdam, lk.nadam_update, {"weight_decay": 0.1, "momentum_decay": 0.1}),
    "NAdam, decoupled": OptimizerCase(lk.NAdam, lk.nadam_update, {"weight_decay": 0.1, "decoupled_weight_decay": True}),
}
STEPS = 10


def rate(step: int) -> float:
    """Return a learning rate that changes before the third step."""
    return 0.05 if step < 2 else 0.0125


def gradients(shape: tuple[int, ...], dtype: Any = np.float64, seed: int = 0) -> list[np.ndarray]:
    """Return a gradient for each step, of sizes from 1e-3 to 10: steps that hide their size show it then."""
    rng = np.random.default_rng(seed)
    sizes = 10.0 ** rng.uniform(-3, 1, STEPS)
    return [np.asarray(size * rng.standard_normal(shape), dtype=dtype) for size in sizes]


def by_rule(case: OptimizerCase, start: np.ndarray, grads: list[np.ndarray]) -> tuple[np.ndarray, dict[str, Any]]:
    """Take the steps with the pure rule."""
    param, state = start.copy(), {}
    for step, grad in enumerate(grads):
        param, state = case.rule(param, grad, state, lr=rate(step), **case.settings)
    return param, state


def by_class(case: OptimizerCase, start: np.ndarray, grads: list[np.ndarray]) -> tuple[np.ndarray, dict[str, Any]]:
    """Take the steps with the class."""
    parameter = lk.Parameter(start.copy(order="K"))
    optimizer = case.make([parameter], **case.settings)
    for step, grad in enumerate(grads):
        optimizer.lr = rate(step)
        parameter.grad = grad.copy()
        optimizer.step()
    return parameter.data, optimizer.state.get(parameter, {})
