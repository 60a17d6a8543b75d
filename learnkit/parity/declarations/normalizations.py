"""Parity of the normalizations: batch and given statistics, more axes, constant channels, values far from 0."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, normal, positive


def _with_parameters(*shape: int, channels: int, given: bool = False, offset: float = 0.0) -> Draw:
    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        weight, bias, mean = rng.standard_normal((3, channels))
        statistics = (mean, rng.uniform(0.5, 3.0, channels)) if given else (None, None)
        return offset + 2 * rng.standard_normal(shape), weight, bias, *statistics

    return draw


def _batch_norm(torch: Any, x: Any, weight: Any, bias: Any, mean: Any, var: Any, **options: Any) -> Any:
    return torch.nn.functional.batch_norm(x, mean, var, weight, bias, training=mean is None, **options)


def _updated(lk: Any, mean: Any, var: Any, x: Any, **options: Any) -> dict[str, Any]:
    outputs: dict[str, Any] = {}
    for step in range(5):
        mean, var = lk.update_running(mean, var, x[step], **options)
        outputs |= {f"mean {step}": mean, f"var {step}": var}
    return outputs


def _officially_updated(torch: Any, mean: Any, var: Any, x: Any, **options: Any) -> dict[str, Any]:
    outputs: dict[str, Any] = {}
    for step in range(5):
        mean, var = mean.clone(), var.clone()
        torch.nn.functional.batch_norm(x[step], mean, var, training=True, **options)
        outputs |= {f"mean {step}": mean, f"var {step}": var}
    return outputs


def _running(*shape: int, channels: int) -> Draw:
    return lambda rng: (rng.standard_normal(channels), rng.uniform(0.5, 3.0, channels), rng.standard_normal((5, *shape)))


def _layer_norm(torch: Any, x: Any, weight: Any, bias: Any, *, normalized_shape: Any = None, **options: Any) -> Any:
    return torch.nn.functional.layer_norm(x, normalized_shape or x.shape[-1:], weight, bias, **options)


def _rms_norm(torch: Any, x: Any, weight: Any, *, normalized_shape: Any = None, **options: Any) -> Any:
    return torch.nn.functional.rms_norm(x, normalized_shape or x.shape[-1:], weight, **options)


def _folded(torch: Any, weight: Any, bias: Any, mean: Any, var: Any, norm_weight: Any, norm_bias: Any, *, eps: float = 1e-5) -> Any:
    if norm_weight is None:  # PyTorch's own raises without them
        norm_weight, norm_bias = torch.ones_like(mean), torch.zeros_like(mean)
    made = torch.nn.utils.fusion.fuse_linear_bn_weights(weight, bias, mean, var, eps, norm_weight, norm_bias)
    return dict(zip(("weight", "bias"), (value.detach() for value in made), strict=True))


def _foldable(rng: np.random.Generator) -> tuple[Any, ...]:
    return (*normal((4, 3), (4,), (4,))(rng), *positive((4,))(rng), *normal((4,), (4,))(rng))


CONCEPTS = (
    Concept(
        name="batch_norm",
        official="torch.nn.functional.batch_norm",
        call=_batch_norm,
        inputs=("x", "weight", "bias", "mean", "var"),
        differentiable=("x", "weight", "bias"),
        cases={
            "a batch": Case(inputs=_with_parameters(5, 3, channels=3)),
            "two examples": Case(inputs=_with_parameters(2, 3, channels=3)),
            "three axes": Case(inputs=_with_parameters(4, 3, 5, channels=3)),
            "one example of several steps": Case(inputs=_with_parameters(1, 3, 5, channels=3)),
            "images": Case(inputs=_with_parameters(2, 3, 4, 5, channels=3)),
            "given statistics": Case(inputs=_with_parameters(5, 3, channels=3, given=True)),
            "given statistics, one example": Case(inputs=_with_parameters(1, 3, channels=3, given=True)),
            "no weight and bias": Case(inputs=lambda rng: (rng.standard_normal((5, 3)), None, None, None, None)),
            "a large eps": Case(inputs=_with_parameters(5, 3, channels=3), options={"eps": 0.5}, why="eps is inside the root"),
        },
        edges={
            "a constant channel": Case(inputs=lambda rng: (np.full((4, 2), 3.0), np.ones(2), np.zeros(2), None, None)),
            "far from 0": Case(inputs=_with_parameters(6, 3, channels=3, offset=100.0)),
        },
        float32_tolerance=1e-4,
        tolerance_reason="in a constant channel, what rounding leaves is divided by √eps = 0.003",
    ),
    Concept(
        name="update_running",
        official="torch.nn.functional.batch_norm",
        run=_updated,
        call=_officially_updated,
        arrays=True,
        inputs=("mean", "var", "x"),
        cases={
            "five batches": Case(inputs=_running(4, 3, channels=3)),
            "two examples": Case(inputs=_running(2, 3, channels=3), why="n/(n - 1) is 2"),
            "three axes": Case(inputs=_running(2, 3, 5, channels=3)),
            "another momentum": Case(inputs=_running(4, 3, channels=3), options={"momentum": 0.3}),
        },
        edges={
            "only the new": Case(inputs=_running(4, 3, channels=3), options={"momentum": 1.0}),
            "only the old": Case(inputs=_running(4, 3, channels=3), options={"momentum": 0.0}),
        },
    ),
    Concept(
        name="layer_norm",
        official="torch.nn.functional.layer_norm",
        call=_layer_norm,
        inputs=("x", "weight", "bias"),
        differentiable=("x", "weight", "bias"),
        cases={
            "a batch": Case(inputs=normal((5, 3), (3,), (3,))),
            "sequences": Case(inputs=normal((2, 4, 3), (3,), (3,))),
            "one example without a batch": Case(inputs=normal((4,), (4,), (4,))),
            "two axes together": Case(inputs=normal((5, 2, 3), (2, 3), (2, 3)), options={"normalized_shape": (2, 3)}),
            "three axes together": Case(inputs=normal((2, 1, 2, 3), (1, 2, 3), (1, 2, 3)), options={"normalized_shape": (1, 2, 3)}),
            "all axes together": Case(inputs=normal((2, 3), (2, 3), (2, 3)), options={"normalized_shape": (2, 3)}),
            "no weight and bias": Case(inputs=lambda rng: (rng.standard_normal((5, 3)), None, None)),
            "a large eps": Case(inputs=normal((5, 3), (3,), (3,)), options={"eps": 0.5}),
        },
        edges={"a constant row": Case(inputs=lambda rng: (np.full((2, 4), 3.0), np.ones(4), np.zeros(4)))},
    ),
    Concept(
        name="rms_norm",
        official="torch.nn.functional.rms_norm",
        call=_rms_norm,
        inputs=("x", "weight"),
        differentiable=("x", "weight"),
        cases={
            "a batch": Case(inputs=normal((5, 3), (3,))),
            "sequences": Case(inputs=normal((2, 4, 3), (3,))),
            "one example without a batch": Case(inputs=normal((4,), (4,))),
            "two axes together": Case(inputs=normal((5, 2, 3), (2, 3)), options={"normalized_shape": (2, 3)}),
            "all axes together": Case(inputs=normal((2, 3), (2, 3)), options={"normalized_shape": (2, 3)}),
            "no weight": Case(inputs=lambda rng: (rng.standard_normal((5, 3)), None)),
            "a large eps": Case(inputs=normal((5, 3), (3,)), options={"eps": 0.5}),
        },
        edges={"zeros": Case(inputs=lambda rng: (np.zeros((2, 4)), np.ones(4)), options={"eps": 1e-5})},
    ),
    Concept(
        name="fold_batch_norm",
        official="torch.nn.utils.fusion.fuse_linear_bn_weights",
        run=lambda lk, *inputs, **options: dict(zip(("weight", "bias"), lk.fold_batch_norm(*inputs, **options), strict=True)),
        call=_folded,
        arrays=True,
        inputs=("weight", "bias", "mean", "var", "norm_weight", "norm_bias"),
        cases={
            "all": Case(inputs=_foldable),
            "no bias": Case(inputs=lambda rng: (_foldable(rng)[0], None, *_foldable(rng)[2:])),
            "another eps": Case(inputs=_foldable, options={"eps": 0.5}),
        },
        edges={"not affine": Case(inputs=lambda rng: (*_foldable(rng)[:4], None, None))},
    ),
)
