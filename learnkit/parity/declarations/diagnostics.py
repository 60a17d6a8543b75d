"""Parity of what looks into a network: forward hooks, the gradients of autograd, and units that are never on."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, drawn, given, normal


def _chain(layers: Any, x: Any, tensor: Any) -> Any:
    net = layers.Sequential(layers.Linear(3, 4, dtype=x.dtype), layers.ReLU(), layers.Linear(4, 2, dtype=x.dtype), layers.Tanh())
    net.to(getattr(x, "device", "cpu"))
    net.load_state_dict({name: tensor(drawn(name, tuple(value.shape)), dtype=x.dtype) for name, value in net.state_dict().items()})
    return net


def _hooked(torch: Any, x: Any) -> dict[str, Any]:
    net, seen = _chain(torch.nn, x, torch.tensor), []
    for layer in net:
        layer.register_forward_hook(lambda module, inputs, output: seen.append(output.detach()))
    net(x)
    stack = {"mean": [out.mean() for out in seen], "std": [out.flatten().std(unbiased=False) for out in seen]}
    stack |= {"largest": [out.abs().amax() for out in seen], "zeros": [torch.eq(out, 0).to(x.dtype).mean() for out in seen]}
    return {name: torch.stack([number.to(x.dtype) for number in numbers]) for name, numbers in stack.items()}


def _norms(lk: Any, x: Any) -> dict[str, Any]:
    net = _chain(lk, x, lk.tensor)
    net(x).sum().backward()
    return dict(lk.grad_norms(net))


def _official_norms(torch: Any, x: Any) -> dict[str, Any]:
    net = _chain(torch.nn, x, torch.tensor)
    net(x).sum().backward()
    return {name: parameter.grad.norm() for name, parameter in net.named_parameters()}


def _sparse(rng: np.random.Generator) -> tuple[Any, ...]:
    values = np.maximum(rng.standard_normal((5, 6)), 0)
    values[:, [1, 4]] = 0
    return (values,)


CONCEPTS = (
    Concept(
        name="signal_stats",
        official="torch.nn.Module.register_forward_hook",
        call=_hooked,
        run=lambda lk, x: dict(lk.signal_stats(_chain(lk, x, lk.tensor), x)),
        inputs=("x",),
        cases={"a batch": Case(inputs=normal((5, 3))), "three axes": Case(inputs=normal((2, 4, 3)))},
        edges={"one row": Case(inputs=normal((1, 3)))},
    ),
    Concept(
        name="grad_norms",
        official="torch.Tensor.norm",
        call=_official_norms,
        run=_norms,
        inputs=("x",),
        cases={"a batch": Case(inputs=normal((5, 3)))},
        edges={"one row": Case(inputs=normal((1, 3)))},
    ),
    Concept(
        name="dead_fraction",
        official="torch.count_nonzero",
        call=lambda torch, x: (torch.count_nonzero(x.flatten(0, -2), dim=0) == 0).to(x.dtype).mean(),
        inputs=("activations",),
        arrays=True,
        cases={"two of six": Case(inputs=_sparse), "three axes": Case(inputs=lambda rng: (_sparse(rng)[0].reshape(5, 2, 3),))},
        edges={"one example": Case(inputs=given([[0.0, 1.0, 0.0]])), "none dead": Case(inputs=given([[0.0, 1.0], [1.0, 0.0]]))},
    ),
)
