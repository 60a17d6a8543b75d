"""Parity of the layers that normalize, with their buffers: five steps of training, then evaluation."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Ran, drawn, normal
from learnkit.parity.declarations.layers import layer_concept


def _trained(layers: Any, tensor: Any, x: Any, options: dict[str, Any]) -> Ran:
    layer = layers.BatchNorm1d(**{"num_features": 3, "dtype": x.dtype, **options})
    layer.to(getattr(x, "device", "cpu"))
    state = layer.state_dict()
    parameters = {name: tensor(drawn(name, tuple(state[name].shape)), dtype=x.dtype) for name in state if name in ("weight", "bias")}
    layer.load_state_dict({**state, **parameters})
    outputs: dict[str, Any] = {"state": [(name, tuple(value.shape)) for name, value in state.items()]}
    for step in range(5):
        outputs[f"output {step}"] = layer(x[step])
        buffers = layer.state_dict()
        outputs |= {f"{name} {step}": buffers[name] + 0 for name in buffers if name not in parameters}
    outputs["in evaluation"] = layer.eval()(x[0]).detach()  # running statistics are constants, which small steps of x would move
    return Ran(outputs=outputs, leaves=dict(layer.named_parameters()))


def _affine(name: str) -> Concept:
    return layer_concept(
        name,
        lambda lk, dtype, **options: getattr(lk, name)(**{"normalized_shape": 3, "dtype": dtype, **options}),
        {
            "a batch": Case(inputs=normal((5, 3))),
            "sequences": Case(inputs=normal((2, 4, 3))),
            "a batch of one": Case(inputs=normal((1, 3))),
            "not affine": Case(inputs=normal((5, 3)), options={"elementwise_affine": False}),
            "two axes together": Case(inputs=normal((5, 2, 3)), options={"normalized_shape": (2, 3)}),
            "all axes together": Case(inputs=normal((2, 3)), options={"normalized_shape": [2, 3]}),
            "another eps": Case(inputs=normal((5, 3)), options={"eps": 0.5}),
        },
        {"no examples": Case(inputs=normal((0, 3)))},
    )


CONCEPTS = (
    Concept(
        name="BatchNorm1d",
        official="torch.nn.BatchNorm1d",
        inputs=("x",),
        differentiable=("x",),
        run=lambda lk, x, **options: _trained(lk, lk.tensor, x, options),
        call=lambda torch, x, **options: _trained(torch.nn, torch.tensor, x, options),
        cases={
            "batches": Case(inputs=normal((5, 4, 3))),
            "two examples": Case(inputs=normal((5, 2, 3), scale=3.0)),
            "sequences": Case(inputs=normal((5, 2, 3, 4))),
            "another momentum": Case(inputs=normal((5, 4, 3)), options={"momentum": 0.3}),
            "not affine": Case(inputs=normal((5, 4, 3)), options={"affine": False}),
            "the average of all batches": Case(inputs=normal((5, 4, 3)), options={"momentum": None}),
            "no running statistics": Case(
                inputs=normal((5, 4, 3)), options={"track_running_stats": False}, why="evaluation takes those of the batch; no buffers"
            ),
            "no state at all": Case(inputs=normal((5, 4, 3)), options={"track_running_stats": False, "affine": False}),
        },
        edges={"a constant channel": Case(inputs=lambda rng: (np.full((5, 4, 3), 2.0),))},
    ),
    _affine("LayerNorm"),
    _affine("RMSNorm"),
)
