"""Parity of the residual connection, around one layer and around a chain with parameters."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, Ran, drawn, normal


def _chain(layers: Any, dtype: Any, hidden: int) -> Any:
    return layers.Sequential(layers.Linear(3, hidden, dtype=dtype), layers.Tanh(), layers.Linear(hidden, 3, dtype=dtype))


def _parameters(chain: Any, tensor: Any, dtype: Any) -> dict[str, Any]:
    state = {name: tensor(drawn(name, tuple(value.shape)), dtype=dtype) for name, value in chain.state_dict().items()}
    chain.load_state_dict(state)
    return dict(chain.named_parameters())


def _ours(lk: Any, x: Any, *, hidden: int) -> Ran:
    chain = _chain(lk, x.dtype, hidden)
    chain.to(getattr(x, "device", "cpu"))
    leaves = _parameters(chain, lk.tensor, x.dtype)
    layer = lk.Residual(chain)
    return Ran(outputs={"output": layer(x), "names": [name for name, _ in layer.named_parameters()]}, leaves=leaves)


def _added(torch: Any, x: Any, *, hidden: int) -> Ran:
    chain = _chain(torch.nn, x.dtype, hidden).to(x.device)
    leaves = _parameters(chain, torch.tensor, x.dtype)
    return Ran(outputs={"output": x + chain(x), "names": [f"module.{name}" for name in leaves]}, leaves=leaves)


def _by_hand(reference: Any, arrays: Any, options: Any, grad_output_of: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    chain = _chain(reference, arrays[0].dtype, options["hidden"])
    leaves = _parameters(chain, reference.tensor, arrays[0].dtype)
    layer = reference.Residual(chain)
    output = layer.forward(arrays[0])
    gradients = {"x": layer.backward(grad_output_of("output", output))} | {name: parameter.grad for name, parameter in leaves.items()}
    return {"output": output, "names": [name for name, _ in layer.named_parameters()]}, gradients


CONCEPTS = (
    Concept(
        name="Residual",
        official="brute force",
        oracle_reason="PyTorch has no layer for it: it is written x + module(x)",
        inputs=("x",),
        differentiable=("x",),
        run=_ours,
        call=_added,
        by_hand=_by_hand,
        cases={
            "a batch": Case(inputs=normal((5, 3)), options={"hidden": 4}),
            "one row": Case(inputs=normal((1, 3)), options={"hidden": 2}),
        },
        edges={"no rows": Case(inputs=normal((0, 3)), options={"hidden": 2})},
    ),
)
