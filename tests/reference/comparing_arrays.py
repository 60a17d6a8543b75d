"""The comparators of these tests. Each raises; `test_comparing_arrays` shows that each rejects a wrong answer."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def assert_close(actual: Any, expected: Any, *, tolerance: float = 1e-12) -> None:
    """Require the same shape and the same values, to an absolute and relative tolerance; NaN equals NaN."""
    assert np.shape(actual) == np.shape(expected), f"shape {np.shape(actual)}, expected {np.shape(expected)}"
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


def assert_equal(actual: Any, expected: Any) -> None:
    """Require the same shape and exactly the same values; NaN equals NaN."""
    assert np.shape(actual) == np.shape(expected), f"shape {np.shape(actual)}, expected {np.shape(expected)}"
    np.testing.assert_array_equal(actual, expected)


def assert_own_memory(arrays: dict[str, Any]) -> None:
    """Require that no two of the named arrays share memory."""
    names = list(arrays)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert not np.shares_memory(arrays[one], arrays[other]), f"{one} and {other} share memory"


def leaves(value: Any) -> Iterator[np.ndarray]:
    """Yield every array inside nested tuples and lists."""
    if isinstance(value, (tuple, list)):
        for part in value:
            yield from leaves(part)
    elif isinstance(value, np.ndarray):
        yield value


def slopes(
    forward: Callable[..., Any],
    backward: Callable[[Any], Any],
    inputs: tuple[Any, ...],
    position: int,
    *,
    eps: float = 1e-6,
    seed: int = 101,
) -> tuple[float, float]:
    """Return the slope of a random weighting of the output along a random direction of one input: by backward, and by small steps."""
    rng = np.random.default_rng(seed)  # not the seed of the inputs: with weights equal to x, a transposed gradient may pass
    weights = rng.standard_normal(np.shape(forward(*inputs)))
    direction = rng.standard_normal(np.shape(inputs[position]))
    gradients = backward(weights)
    gradient = gradients[position] if isinstance(gradients, tuple) else gradients

    def moved(step: float) -> float:
        changed = [*inputs]
        changed[position] = inputs[position] + step * direction
        return float(np.sum(weights * forward(*changed)))

    return float(np.sum(gradient * direction)), (moved(eps) - moved(-eps)) / (2 * eps)


def assert_backward_is_the_slope(operation: Any, inputs: tuple[Any, ...], position: int, options: dict[str, Any], **settings: Any) -> None:
    """Check one gradient of an operation on arrays, in float64, against a central difference."""
    _, saved = operation.forward(*inputs, **options)
    by_backward, by_steps = slopes(
        lambda *arrays: operation(*arrays, **options), lambda grad: operation.backward(grad, saved), inputs, position, **settings
    )
    assert abs(by_backward - by_steps) <= 1e-6 * max(1.0, abs(by_steps)), f"backward gives {by_backward}, small steps give {by_steps}"
