"""Parity of the multilayer perceptron as plain functions, against PyTorch's layers and autograd."""

from itertools import pairwise
from typing import Any

from learnkit.parity.concepts import Case, Concept, drawn, normal

SIZES = ((3, 4, 2), (3, 5, 4, 2), (3, 1))


def _weights(sizes: tuple[int, ...], like: Any, tensor: Any) -> list[tuple[Any, Any]]:
    made = []
    for place, (inputs, outputs) in enumerate(pairwise(sizes)):
        made.append((tensor(drawn(f"weight {place}", (outputs, inputs)), like), tensor(drawn(f"bias {place}", (outputs,)), like)))
    return made


def _torch_tensor(torch: Any) -> Any:
    return lambda values, like: torch.tensor(values, dtype=like.dtype, device=like.device).requires_grad_()


def _own_tensor(lk: Any) -> Any:
    if lk.__name__.endswith("reference"):
        return lambda values, like: values.astype(like.dtype)
    import torch

    return _torch_tensor(torch)


def _scores(lk: Any, x: Any, *, sizes: tuple[int, ...]) -> Any:
    return lk.mlp_forward(x, _weights(sizes, x, _own_tensor(lk)))[0]


def _layers(torch: Any, x: Any, sizes: tuple[int, ...]) -> tuple[Any, list[tuple[Any, Any]]]:
    weights = _weights(sizes, x, _torch_tensor(torch))
    for place, (weight, bias) in enumerate(weights):
        x = torch.nn.functional.linear(torch.relu(x) if place else x, weight, bias)
    return x, weights


def _gradients(lk: Any, x: Any, *, sizes: tuple[int, ...]) -> dict[str, Any]:
    scores, saved = lk.mlp_forward(x, _weights(sizes, x, _own_tensor(lk)))
    grad_output = 1 + 0 * (scores.detach() if hasattr(scores, "detach") else scores)
    _, gradients = lk.mlp_backward(grad_output, saved)
    return {f"layer {i}, {part}": grad for i, layer in enumerate(gradients) for part, grad in zip(("weight", "bias"), layer, strict=True)}


def _autograd(torch: Any, x: Any, *, sizes: tuple[int, ...]) -> dict[str, Any]:
    scores, weights = _layers(torch, x, sizes)
    scores.sum().backward()
    return {f"layer {i}, {part}": t.grad for i, layer in enumerate(weights) for part, t in zip(("weight", "bias"), layer, strict=True)}


def _cases(rows: int) -> dict[str, Case]:
    return {f"{len(sizes) - 1} layers": Case(inputs=normal((rows, 3)), options={"sizes": sizes}) for sizes in SIZES}


ONE_ROW = {"one row": Case(inputs=normal((1, 3)), options={"sizes": (3, 4, 2)})}

CONCEPTS = (
    Concept(
        name="mlp_forward",
        official="torch.nn.functional.linear",
        inputs=("x",),
        arrays=True,
        run=_scores,
        call=lambda torch, x, *, sizes: _layers(torch, x, sizes)[0],
        cases=_cases(5),
        edges=ONE_ROW,
    ),
    Concept(
        name="mlp_backward",
        official="torch.autograd.backward",
        inputs=("x",),
        arrays=True,
        run=_gradients,
        call=_autograd,
        cases=_cases(5),
        edges=ONE_ROW,
    ),
)
