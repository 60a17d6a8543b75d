"""Parity of low-rank adaptation, against the sum of two linear maps in PyTorch."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, Ran, drawn, normal


def _two_maps(torch: Any, x: Any, weight: Any, bias: Any, lora_a: Any, lora_b: Any, *, alpha: float) -> Any:
    return torch.nn.functional.linear(x, weight + alpha / len(lora_a) * lora_b @ lora_a, bias)


def _adapter(lk: Any, x: Any, *, r: int, alpha: float) -> Ran:
    device = getattr(x, "device", "cpu")
    layer = lk.LoRALinear(lk.Linear(3, 2, dtype=x.dtype), r, alpha=alpha).to(device)
    layer.load_state_dict({name: lk.tensor(drawn(name, tuple(value.shape)), dtype=x.dtype) for name, value in layer.state_dict().items()})
    trained = {name: parameter for name, parameter in layer.named_parameters() if parameter.requires_grad}
    return Ran(outputs={"output": layer(x), "merged": layer.merged()(x), "names": sorted(layer.state_dict())}, leaves=trained)


def _by_parts(torch: Any, x: Any, *, r: int, alpha: float) -> Ran:
    shapes = {"weight": (2, 3), "bias": (2,), "lora_a": (r, 3), "lora_b": (2, r)}
    parts = {name: torch.tensor(drawn(name, shape), dtype=x.dtype, device=x.device) for name, shape in shapes.items()}
    leaves = {name: parts[name].requires_grad_() for name in ("lora_a", "lora_b")}
    output = _two_maps(torch, x, *parts.values(), alpha=alpha)
    merged = _two_maps(torch, x, *(part.detach() for part in parts.values()), alpha=alpha)
    return Ran(outputs={"output": output, "merged": merged, "names": sorted(parts)}, leaves=leaves)


CONCEPTS = (
    Concept(
        name="lora_linear",
        official="torch.nn.functional.linear",
        call=_two_maps,
        inputs=("x", "weight", "bias", "lora_a", "lora_b"),
        differentiable=("x", "weight", "bias", "lora_a", "lora_b"),
        cases={
            "rank 2": Case(inputs=normal((5, 3), (4, 3), (4,), (2, 3), (4, 2)), options={"alpha": 0.7}),
            "rank 1": Case(inputs=normal((5, 3), (4, 3), (4,), (1, 3), (4, 1)), options={"alpha": 2.0}),
            "three axes": Case(inputs=normal((2, 4, 3), (2, 3), (2,), (2, 3), (2, 2)), options={"alpha": 0.7}),
            "one row": Case(inputs=normal((1, 3), (2, 3), (2,), (2, 3), (2, 2)), options={"alpha": 0.7}),
        },
        edges={
            "no bias": Case(inputs=lambda rng: (*normal((5, 3), (4, 3))(rng), None, *normal((2, 3), (4, 2))(rng)), options={"alpha": 0.7})
        },
    ),
    Concept(
        name="LoRALinear",
        official="brute force",
        oracle_reason="PyTorch has no layer for it; the weights are added before one linear map",
        call=_by_parts,
        run=_adapter,
        inputs=("x",),
        differentiable=("x",),
        cases={
            "rank 2": Case(inputs=normal((5, 3)), options={"r": 2, "alpha": 0.7}),
            "one row": Case(inputs=normal((1, 3)), options={"r": 1, "alpha": 1.0}),
        },
        edges={"rank above the width": Case(inputs=normal((5, 3)), options={"r": 4, "alpha": 1.0})},
    ),
)
