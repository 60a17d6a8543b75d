"""Parity of the optimizers: parameters and state after each of ten steps, with a learning rate that changes before the third.

The gradients are given. One parameter gets its first gradient at the fifth step, so that states of different age meet.
"""

from typing import Any

from learnkit.parity.concepts import Case, Concept, Draw

STEPS = 10
LATE = 4  # the step at which the second parameter gets its first gradient


def _rate(step: int, lr: float) -> float:
    return lr if step < 2 else lr / 4


def _inputs(*shape: int) -> Draw:
    return lambda rng: (rng.standard_normal(shape), rng.standard_normal(shape[:1]), rng.standard_normal((STEPS, *shape)))


def _trained(kind: Any, make: Any, weight: Any, late: Any, grads: Any, lr: float, options: dict[str, Any]) -> dict[str, Any]:
    """Take the steps with an optimizer; return every parameter and every state after every step."""
    params = {"weight": kind(weight * 1), "late": kind(late * 1)}
    optimizer = make(list(params.values()), lr=lr, **options)
    seen: dict[str, Any] = {}
    for step in range(STEPS):
        if hasattr(optimizer, "lr"):
            optimizer.lr = _rate(step, lr)
        else:
            optimizer.param_groups[0]["lr"] = _rate(step, lr)
        optimizer.zero_grad()
        (params["weight"] * grads[step]).sum().backward()  # the gradient of Σ w·g is g
        if step >= LATE:
            (params["late"] * grads[step].reshape(late.shape[0], -1)[:, 0]).sum().backward()
        optimizer.step()
        for index, (name, param) in enumerate(params.items()):
            state = optimizer.state[index] if isinstance(optimizer.state, list) else optimizer.state[param]
            seen[f"{name} after step {step + 1}"] = param.detach() * 1
            velocity = state.get("momentum_buffer")
            seen[f"momentum_buffer of {name} after step {step + 1}"] = None if velocity is None else velocity * 1
    return seen


def _updated(lk: Any, weight: Any, late: Any, grads: Any, *, lr: float, **options: Any) -> dict[str, Any]:
    """Take the same steps with the pure rule."""
    params: dict[str, Any] = {"weight": weight, "late": late}
    states: dict[str, Any] = {"weight": {}, "late": {}}
    seen: dict[str, Any] = {}
    for step in range(STEPS):
        gradients = {"weight": grads[step] * 1}
        if step >= LATE:
            gradients["late"] = grads[step].reshape(late.shape[0], -1)[:, 0] * 1
        for name in params:
            if name in gradients:
                params[name], states[name] = lk.sgd_update(params[name], gradients[name], states[name], lr=_rate(step, lr), **options)
                gradients[name] *= 0  # a state that points to the gradient would follow
            seen[f"{name} after step {step + 1}"] = params[name] * 1
            velocity = states[name].get("momentum_buffer")
            seen[f"momentum_buffer of {name} after step {step + 1}"] = None if velocity is None else velocity * 1
    return seen


def _sgd(torch: Any, weight: Any, late: Any, grads: Any, *, lr: float, **options: Any) -> dict[str, Any]:
    return _trained(torch.nn.Parameter, torch.optim.SGD, weight, late, grads, lr, options)


def _case(**options: Any) -> Case:
    return Case(inputs=_inputs(3, 2), options={"lr": 0.1, **options})


SGD_CASES = {
    "plain": _case(),
    "weight decay": _case(weight_decay=0.1),
    "momentum": _case(momentum=0.9),
    "momentum, dampening": _case(momentum=0.9, dampening=0.3),
    "momentum, weight decay": _case(momentum=0.9, weight_decay=0.1),
    "momentum, dampening, weight decay": _case(momentum=0.8, dampening=0.5, weight_decay=0.1),
    "nesterov": _case(momentum=0.9, nesterov=True),
    "nesterov, weight decay": _case(momentum=0.9, weight_decay=0.1, nesterov=True),
}
SGD_EDGES = {
    "dampening without momentum": _case(dampening=0.5),
    "dampening of all": _case(momentum=0.9, dampening=1.0),
    "a rate of 0": _case(lr=0.0, momentum=0.9),
    "momentum of 1": _case(momentum=1.0),
    "one value": Case(inputs=_inputs(1, 1), options={"lr": 0.1, "momentum": 0.9}),
}

CONCEPTS = (
    Concept(
        name="sgd_update",
        official="torch.optim.SGD",
        inputs=("weight", "late", "grads"),
        arrays=True,
        run=_updated,
        call=_sgd,
        cases=SGD_CASES,
        edges=SGD_EDGES,
    ),
    Concept(
        name="SGD",
        official="torch.optim.SGD",
        inputs=("weight", "late", "grads"),
        run=lambda lk, weight, late, grads, *, lr, **options: _trained(lk.Parameter, lk.SGD, weight, late, grads, lr, options),
        call=_sgd,
        cases=SGD_CASES,
        edges=SGD_EDGES,
    ),
)
