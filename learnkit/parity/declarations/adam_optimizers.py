"""Parity of Adam, AdamW and NAdam, step by step: see `optimizers`."""

from typing import Any

from learnkit.parity.concepts import Case
from learnkit.parity.declarations.optimizers import class_concept, drawn_steps, official, rule_concept, step_case

ADAM_KEYS = ("step", "exp_avg", "exp_avg_sq")
ADAM_CASES = {
    "plain": step_case(),
    "betas": step_case(betas=(0.7, 0.95)),
    "weight decay": step_case(weight_decay=0.1),
    "all settings": step_case(betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1),
}
ADAM_EDGES = {
    "tiny gradients": Case(inputs=drawn_steps(3, 2, scale=1e-7), options={"lr": 0.1}, why="eps inside the root, or before the correction"),
    "no momentum": step_case(betas=(0.0, 0.9)),
    "a decay of more than all": step_case(weight_decay=20.0, lr=0.1),
    "a rate of 0": step_case(lr=0.0),
    "one value": Case(inputs=drawn_steps(1, 1), options={"lr": 0.1}),
}

NADAM_KEYS = (*ADAM_KEYS, "mu_product")
NADAM_CASES = {
    "plain": step_case(),
    "betas": step_case(betas=(0.7, 0.95)),
    "weight decay": step_case(weight_decay=0.1),
    "decoupled weight decay": step_case(weight_decay=0.1, decoupled_weight_decay=True),
    "a momentum that grows fast": step_case(momentum_decay=0.5),
    "all settings": step_case(betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1, momentum_decay=0.1, decoupled_weight_decay=True),
}
NADAM_EDGES = {
    "tiny gradients": Case(inputs=drawn_steps(3, 2, scale=1e-7), options={"lr": 0.1}, why="eps inside the root"),
    "a rate of 0": step_case(lr=0.0),
    "one value": Case(inputs=drawn_steps(1, 1), options={"lr": 0.1}),
}


def _nadam_in_float64(torch: Any, *inputs: Any, **options: Any) -> dict[str, Any]:
    """PyTorch's NAdam keeps the product of its momenta in the default dtype: float32 would cost 9 digits of 16."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        return official("NAdam", NADAM_KEYS)(torch, *inputs, **options)
    finally:
        torch.set_default_dtype(before)


CONCEPTS = (
    rule_concept("adam_update", "Adam", ADAM_KEYS, ADAM_CASES, ADAM_EDGES),
    class_concept("Adam", ADAM_KEYS, ADAM_CASES, ADAM_EDGES),
    rule_concept("adamw_update", "AdamW", ADAM_KEYS, ADAM_CASES, ADAM_EDGES),
    class_concept("AdamW", ADAM_KEYS, ADAM_CASES, ADAM_EDGES),
    rule_concept("nadam_update", "NAdam", NADAM_KEYS, NADAM_CASES, NADAM_EDGES, call=_nadam_in_float64),
    class_concept(
        "NAdam",
        NADAM_KEYS,
        NADAM_CASES,
        NADAM_EDGES,
        forward_tolerance=1e-6,
        tolerance_reason="PyTorch keeps the product of NAdam's momenta in float32",
    ),
)
