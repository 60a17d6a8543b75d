"""Parity of the optimizers: parameters and state after each of ten steps, with a learning rate that changes before the third.

The gradients are given. One parameter gets its first gradient at the fifth step, so that states of different age meet; it may be in
a group of its own (``late_group``). With ``resume``, our optimizers are saved after the sixth step and go on as new ones; the official
one is not.
"""

from collections.abc import Callable, Mapping
from typing import Any

from learnkit.parity.concepts import Case, Concept, Draw

STEPS = 10
LATE = 4  # the step at which the second parameter gets its first gradient
RESUME = 6


def rate(step: int, lr: float) -> float:
    """Return the learning rate of a step."""
    return lr if step < 2 else lr / 4


def drawn_steps(*shape: int, scale: float = 1.0) -> Draw:
    """Return a draw of two parameters and the gradients of all steps; with a scale, the gradients are smaller or larger."""
    return lambda rng: (rng.standard_normal(shape), rng.standard_normal(shape[:1]), scale * rng.standard_normal((STEPS, *shape)))


def trained(kind: Any, make: Any, keys: tuple[str, ...], weight: Any, late: Any, grads: Any, lr: float, options: Any) -> dict[str, Any]:
    """Take the steps with an optimizer; return every parameter and every state after every step."""
    options = dict(options)
    late_group, resume = options.pop("late_group", None), options.pop("resume", False)
    params = {"weight": kind(weight * 1), "late": kind(late * 1)}

    def new() -> Any:
        if late_group is None:
            return make(list(params.values()), lr=lr, **options)
        return make([{"params": [params["weight"]]}, {"params": [params["late"]], **late_group}], lr=lr, **options)

    optimizer = new()
    rates = [group["lr"] for group in optimizer.param_groups]
    seen: dict[str, Any] = {}
    for step in range(STEPS):
        if resume and step == RESUME:
            saved, optimizer = optimizer.state_dict(), new()
            optimizer.load_state_dict(saved)
        if late_group is None and hasattr(optimizer, "lr"):
            optimizer.lr = rate(step, lr)
        for group, first in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate(step, first)
        optimizer.zero_grad()
        (params["weight"] * grads[step]).sum().backward()  # the gradient of Σ w·g is g
        if step >= LATE:
            (params["late"] * grads[step].reshape(late.shape[0], -1)[:, 0]).sum().backward()
        optimizer.step()
        for name, param in params.items():
            _see(seen, name, step, param.detach() * 1, optimizer.state.get(param, {}), keys)
    return seen


def updated(lk: Any, name: str, keys: tuple[str, ...], weight: Any, late: Any, grads: Any, *, lr: float, **options: Any) -> dict[str, Any]:
    """Take the same steps with a pure rule."""
    params: dict[str, Any] = {"weight": weight, "late": late}
    states: dict[str, Any] = {"weight": {}, "late": {}}
    seen: dict[str, Any] = {}
    for step in range(STEPS):
        gradients = {"weight": grads[step] * 1}
        if step >= LATE:
            gradients["late"] = grads[step].reshape(late.shape[0], -1)[:, 0] * 1
        for which in params:
            if which in gradients:
                rule = getattr(lk, name)
                params[which], states[which] = rule(params[which], gradients[which], states[which], lr=rate(step, lr), **options)
                gradients[which] *= 0  # a state that points to the gradient would follow
            _see(seen, which, step, params[which] * 1, states[which], keys)
    return seen


def _see(seen: dict[str, Any], name: str, step: int, param: Any, state: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    seen[f"{name} after step {step + 1}"] = param
    if "step" in state and float(state["step"]) == 0:
        state = {}  # PyTorch's Adagrad has a state before the first gradient
    for key in keys:
        value = state.get(key)
        if value is not None:
            value = float(value) if key in ("step", "mu_product") else value * 1
        seen[f"{key} of {name} after step {step + 1}"] = value


def official(name: str, keys: tuple[str, ...]) -> Callable[..., dict[str, Any]]:
    """Return the same steps with PyTorch's optimizer of a name, never interrupted."""

    def call(torch: Any, weight: Any, late: Any, grads: Any, *, lr: float, **options: Any) -> dict[str, Any]:
        options.pop("resume", None)
        return trained(torch.nn.Parameter, getattr(torch.optim, name), keys, weight, late, grads, lr, options)

    return call


def rule_concept(
    name: str, optimizer: str, keys: tuple[str, ...], cases: Mapping[str, Case], edges: Mapping[str, Case], **more: Any
) -> Concept:
    """Declare a pure rule."""
    return Concept(
        name=name,
        official=f"torch.optim.{optimizer}",
        inputs=("weight", "late", "grads"),
        arrays=True,
        run=lambda lk, *inputs, **options: updated(lk, name, keys, *inputs, **options),
        cases=cases,
        edges=edges,
        **{"call": official(optimizer, keys), **more},
    )


def class_concept(name: str, keys: tuple[str, ...], cases: Mapping[str, Case], edges: Mapping[str, Case], **more: Any) -> Concept:
    """Declare a class: the cases of its rule, and what only a class can do."""
    only_class = {
        "resumed": step_case(resume=True, **cases["all settings"].options),
        "two groups": step_case(late_group={"lr": 0.3, "weight_decay": 0.2}, **cases["all settings"].options),
        "two groups, resumed": step_case(late_group={"lr": 0.02}, resume=True, **cases["all settings"].options),
    }
    return Concept(
        name=name,
        official=f"torch.optim.{name}",
        inputs=("weight", "late", "grads"),
        run=lambda lk, weight, late, grads, *, lr, **options: trained(
            lk.Parameter, getattr(lk, name), keys, weight, late, grads, lr, options
        ),
        call=official(name, keys),
        cases={**cases, **only_class},
        edges=edges,
        **more,
    )


def step_case(*, lr: float = 0.1, **options: Any) -> Case:
    """Return a case of ten ordinary steps."""
    return Case(inputs=drawn_steps(3, 2), options={"lr": lr, **options})


SGD_CASES = {
    "plain": step_case(),
    "weight decay": step_case(weight_decay=0.1),
    "momentum": step_case(momentum=0.9),
    "momentum, dampening": step_case(momentum=0.9, dampening=0.3),
    "momentum, weight decay": step_case(momentum=0.9, weight_decay=0.1),
    "all settings": step_case(momentum=0.8, dampening=0.5, weight_decay=0.1),
    "nesterov": step_case(momentum=0.9, nesterov=True),
    "nesterov, weight decay": step_case(momentum=0.9, weight_decay=0.1, nesterov=True),
}
SGD_EDGES = {
    "dampening without momentum": step_case(dampening=0.5),
    "dampening of all": step_case(momentum=0.9, dampening=1.0),
    "a rate of 0": step_case(lr=0.0, momentum=0.9),
    "momentum of 1": step_case(momentum=1.0),
    "one value": Case(inputs=drawn_steps(1, 1), options={"lr": 0.1, "momentum": 0.9}),
}

CONCEPTS = (
    rule_concept("sgd_update", "SGD", ("momentum_buffer",), SGD_CASES, SGD_EDGES),
    class_concept("SGD", ("momentum_buffer",), SGD_CASES, SGD_EDGES),
)
