"""Probes for update rules: a parameter that takes several steps, by gradients of sizes far apart and at rates that change."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.problems.problem import Actor, Call, Make, Ref, Step


def short_numbers(rng: np.random.Generator, *shape: int) -> Any:
    """Draw whole numbers from 3 to 30 in size, all sizes different: no two values take the same step by accident."""
    count = int(np.prod(shape))
    sizes = rng.choice(np.arange(3.0, 31.0), size=count, replace=False)
    return (sizes * rng.choice([-1, 1], size=count)).reshape(shape)


def walk(start: Any, grads: Sequence[Any], lrs: Sequence[float], **settings: Any) -> list[Step]:
    """Return a script: one step for each gradient, each with its own rate."""
    firsts: list[dict[str, Any]] = [{"param": start}, *[{} for _ in grads[1:]]]
    steps: list[Step] = [Make("step", Actor("steps_from_an_empty_state", (Ref("answer"),)))]
    for first, grad, lr in zip(firsts, grads, lrs, strict=True):
        steps.append(Call(options={**first, "grad": grad, "lr": lr, **(settings if first else {})}, on="step"))
    return steps


def one_step(rng: np.random.Generator, **settings: Any) -> list[Step]:
    """Two values, one step, numbers that can be read."""
    return walk(short_numbers(rng, 2), [short_numbers(rng, 2)], [0.1], **settings)


def two_steps(rng: np.random.Generator, **settings: Any) -> list[Step]:
    """Two values, two steps at one rate."""
    return walk(short_numbers(rng, 2), [short_numbers(rng, 2) for _ in range(2)], [0.1, 0.1], **settings)


def changing_rate(rng: np.random.Generator, **settings: Any) -> list[Step]:
    """Five steps of a 2 × 3 parameter; the rate changes at the third."""
    return walk(short_numbers(rng, 2, 3), [short_numbers(rng, 2, 3) for _ in range(5)], [0.1, 0.1, 0.03, 0.03, 0.2], **settings)


def sizes_apart(rng: np.random.Generator, **settings: Any) -> list[Step]:
    """Three values whose gradients differ by factors of a hundred and more."""
    scale = np.array([1e-2, 1.0, 1e3])
    return walk(short_numbers(rng, 3), [short_numbers(rng, 3) * scale for _ in range(3)], [0.1] * 3, **settings)


def tiny(rng: np.random.Generator, **settings: Any) -> list[Step]:
    """Two steps by gradients of about 1e-7."""
    return walk(short_numbers(rng, 2), [1e-7 * short_numbers(rng, 2) for _ in range(2)], [0.1, 0.1], **settings)
