"""Inputs for every operation of the reference: the table that the generic tests run over.

Values keep away from kinks (relu at 0), poles (log and division at 0) and saturation, so that small steps see the slope.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from learnkit import reference as lk

Rng = np.random.Generator


@dataclass(frozen=True)
class OperationCase:
    """An operation, a way to draw its inputs in float64, and its options."""

    name: str
    draw: Callable[[Rng], tuple[Any, ...]]
    options: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def operation(self) -> Any:
        return getattr(lk, self.name)

    def inputs(self, dtype: Any = np.float64, seed: int = 0) -> tuple[Any, ...]:
        drawn = self.draw(np.random.default_rng(seed))
        return tuple(value.astype(dtype) if is_float(value) else value for value in drawn)

    def differentiable(self) -> list[int]:
        return [position for position, value in enumerate(self.inputs()) if is_float(value)]

    def __str__(self) -> str:
        return f"{self.name}-{self.note}" if self.note else self.name


def is_float(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def normal(*shapes: tuple[int, ...]) -> Callable[[Rng], tuple[Any, ...]]:
    return lambda rng: tuple(np.asarray(rng.standard_normal(shape)) for shape in shapes)


def away(*shapes: tuple[int, ...]) -> Callable[[Rng], tuple[Any, ...]]:
    """Between 0.5 and 2 in size, of either sign."""
    return lambda rng: tuple(np.asarray(rng.uniform(0.5, 2, shape) * rng.choice([-1.0, 1.0], shape)) for shape in shapes)


def positive(*shapes: tuple[int, ...]) -> Callable[[Rng], tuple[Any, ...]]:
    return lambda rng: tuple(np.asarray(rng.uniform(0.5, 2, shape)) for shape in shapes)


def pairs(name: str, draw: Callable[..., Any]) -> list[OperationCase]:
    shapes = {
        "same": ((3, 4), (3, 4)),
        "missing-axis": ((3, 4), (4,)),
        "missing-axis-left": ((4,), (2, 3, 4)),
        "ones": ((3, 1), (1, 4)),
        "ones-and-missing": ((2, 1, 4), (3, 1)),
        "no-axes": ((), (3, 2)),
    }
    return [OperationCase(name, draw(*both), note=note) for note, both in shapes.items()]


def labels(n: int, c: int) -> Callable[[Rng], tuple[Any, ...]]:
    return lambda rng: (rng.standard_normal((n, c)), rng.integers(c, size=n))


def chances(*shape: int) -> Callable[[Rng], tuple[Any, ...]]:
    return lambda rng: (rng.standard_normal(shape), rng.uniform(0.1, 0.9, shape))


def scored(*shape: int) -> Callable[[Rng], tuple[Any, ...]]:
    return lambda rng: (rng.standard_normal(shape), rng.integers(2, size=shape))


REDUCTIONS = ("mean", "sum", "none")

CASES = [
    OperationCase("linear", normal((5, 3), (2, 3), (2,))),
    OperationCase("linear", lambda rng: (rng.standard_normal((5, 3)), rng.standard_normal((2, 3)), None), note="no-bias"),
    OperationCase("linear", normal((3,), (2, 3), (2,)), note="one-example"),
    OperationCase("linear", normal((4, 5, 3), (2, 3), (2,)), note="sequences"),
    OperationCase("linear", normal((3, 3), (3, 3), (3,)), note="square"),
    OperationCase("lora_linear", normal((5, 3), (4, 3), (4,), (2, 3), (4, 2)), {"alpha": 3.0}),
    OperationCase(
        "lora_linear",
        lambda rng: (*normal((2, 5, 3), (4, 3))(rng), None, *normal((2, 3), (4, 2))(rng)),
        {"alpha": 3.0},
        "sequences-no-bias",
    ),
    *[OperationCase("mse", normal((4, 3), (4, 3)), {"reduction": reduction}, reduction) for reduction in REDUCTIONS],
    *[OperationCase("cross_entropy", labels(5, 3), {"reduction": reduction}, reduction) for reduction in REDUCTIONS],
    *[OperationCase("bce_with_logits", chances(4, 3), {"reduction": reduction}, reduction) for reduction in REDUCTIONS],
    OperationCase("cross_entropy", labels(5, 3), {"weight": (0.5, 2.0, 3.0), "label_smoothing": 0.2, "ignore_index": 1}, "every-option"),
    OperationCase("bce_with_logits", chances(4, 3), {"pos_weight": (0.5, 2.0, 3.0)}, "weighted"),
    *[OperationCase("mae", normal((4, 3), (4, 3)), {"reduction": reduction}, reduction) for reduction in REDUCTIONS],
    *[OperationCase("huber", normal((4, 3), (4, 3)), {"reduction": reduction}, reduction) for reduction in REDUCTIONS],
    *[OperationCase("hinge", labels(5, 3), {"reduction": reduction}, reduction) for reduction in REDUCTIONS],
    *[OperationCase("binary_hinge", scored(4, 3), {"reduction": reduction}, reduction) for reduction in REDUCTIONS],
    OperationCase("l1_penalty", away((3, 4)), {"strength": 0.3}),
    OperationCase("l2_penalty", normal((3, 4)), {"weight_decay": 0.3}),
    *[
        OperationCase("kl_divergence", positive((4, 3), (4, 3)), {"reduction": reduction}, reduction)
        for reduction in (*REDUCTIONS, "batchmean")
    ],
    OperationCase("kl_divergence", normal((4, 3), (4, 3)), {"log_target": True}, "logarithms"),
    OperationCase("dropout", lambda rng: (rng.standard_normal((3, 4)), rng.random((3, 4)) < 0.6), {"p": 0.4}),
    OperationCase("batch_norm", lambda rng: (*normal((5, 3), (3,), (3,))(rng), None, None)),
    OperationCase("batch_norm", lambda rng: (*normal((4, 3, 2), (3,), (3,))(rng), None, None), note="sequences"),
    OperationCase("layer_norm", normal((5, 3), (3,), (3,))),
    OperationCase("layer_norm", normal((2, 4, 3), (3,), (3,)), note="sequences"),
    OperationCase("layer_norm", normal((4, 2, 3), (2, 3), (2, 3)), {"normalized_shape": (2, 3)}, "two-axes"),
    OperationCase("rms_norm", normal((5, 3), (3,))),
    OperationCase("rms_norm", normal((2, 4, 3), (3,)), note="sequences"),
    OperationCase("rms_norm", normal((4, 2, 3), (2, 3)), {"normalized_shape": (2, 3)}, "two-axes"),
    OperationCase("sigmoid", normal((3, 4))),
    OperationCase("logsumexp", normal((3, 4))),
    OperationCase("logsumexp", normal((3, 4)), {"dim": 0}, "dim-0"),
    OperationCase("logsumexp", normal((2, 3, 4)), {"dim": 1, "keepdim": True}, "keepdim"),
    OperationCase("softmax", normal((3, 4))),
    OperationCase("softmax", normal((3, 3)), {"dim": 0}, "dim-0"),
    OperationCase("softmax", normal((2, 3, 4)), {"dim": 1}, "dim-1"),
    OperationCase("log_softmax", normal((3, 4))),
    OperationCase("log_softmax", normal((3, 3)), {"dim": 0}, "dim-0"),
    OperationCase("log_softmax", normal((2, 3, 4)), {"dim": 1}, "dim-1"),
    OperationCase("relu", away((3, 4))),
    OperationCase("leaky_relu", away((3, 4))),
    OperationCase("leaky_relu", away((3, 4)), {"negative_slope": 0.3}, "steep"),
    OperationCase("tanh", normal((3, 4))),
    OperationCase("gelu", normal((3, 4))),
    OperationCase("gelu", normal((3, 4)), {"approximate": "tanh"}, "tanh"),
    *pairs("add", normal),
    *pairs("sub", normal),
    *pairs("mul", normal),
    *pairs("div", away),
    OperationCase("neg", normal((3, 4))),
    OperationCase("pow", positive((3, 4)), {"exponent": 2}, "square"),
    OperationCase("pow", positive((3, 4)), {"exponent": -1.5}, "negative"),
    OperationCase("pow", away((3, 4)), {"exponent": 3}, "cube-of-either-sign"),
    OperationCase("exp", normal((3, 4))),
    OperationCase("log", positive((3, 4))),
    OperationCase("matmul", normal((2, 3), (3, 4))),
    OperationCase("matmul", normal((3, 3), (3, 3)), note="square"),
    OperationCase("matmul", normal((3,), (3,)), note="vectors"),
    OperationCase("matmul", normal((3,), (3, 4)), note="vector-matrix"),
    OperationCase("matmul", normal((2, 3), (3,)), note="matrix-vector"),
    OperationCase("matmul", normal((5, 2, 3), (3, 4)), note="batch-matrix"),
    OperationCase("matmul", normal((5, 1, 2, 3), (6, 3, 4)), note="batches-broadcast"),
    OperationCase("matmul", normal((3,), (5, 3, 4)), note="vector-batch"),
    OperationCase("matmul", normal((5, 2, 3), (3,)), note="batch-vector"),
    OperationCase("sum", normal((3, 4))),
    OperationCase("sum", normal((2, 3, 4)), {"dim": (0, -1)}, "two-axes"),
    OperationCase("sum", normal((3, 4)), {"dim": 0, "keepdim": True}, "keepdim"),
    OperationCase("mean", normal((3, 4))),
    OperationCase("mean", normal((2, 3, 4)), {"dim": (0, -1)}, "two-axes"),
    OperationCase("mean", normal((3, 4)), {"dim": 1, "keepdim": True}, "keepdim"),
    OperationCase("reshape", normal((3, 4)), {"shape": (2, -1)}),
    OperationCase("transpose", normal((2, 3, 4)), {"dim0": 0, "dim1": 2}),
    OperationCase("transpose", normal((3, 3)), {"dim0": 0, "dim1": 1}, "square"),
    OperationCase("getitem", normal((3, 4)), {"key": (slice(1, None), 2)}, "slice"),
    OperationCase("getitem", normal((3, 4)), {"key": [2, 0, 2]}, "rows-twice"),
    OperationCase("getitem", normal((3, 4)), {"key": np.arange(12).reshape(3, 4) % 2 == 0}, "mask"),
]

# every gradient that exists, as (case, position of the input)
GRADIENTS = [(case, position) for case in CASES for position in case.differentiable()]
ids = [f"{case}-input{position}" for case, position in GRADIENTS]
