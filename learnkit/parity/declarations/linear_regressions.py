"""Parity of linear regression: the loss and its gradient against autograd, descent against torch.optim, solutions against lstsq."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw, given, normal

PARTS = ("loss", "grad_weight", "grad_bias")


def _loss_grad(torch: Any, x: Any, y: Any, weight: Any, bias: Any) -> dict[str, Any]:
    weight, bias = (value.clone().requires_grad_() for value in (weight, bias))
    loss = torch.nn.functional.mse_loss(x @ weight + bias, y)
    loss.backward()
    return dict(zip(PARTS, (loss, weight.grad, bias.grad), strict=True))


def _descent(torch: Any, x: Any, y: Any, *, lr: float, steps: int, weight: Any = None, bias: Any = 0.0) -> dict[str, Any]:
    weight = torch.zeros_like(x[0]) if weight is None else weight.clone()
    bias = torch.as_tensor(bias, dtype=x.dtype, device=x.device).clone()
    parameters = [weight.requires_grad_(), bias.requires_grad_()]
    optimizer, losses = torch.optim.SGD(parameters, lr=lr), []
    for _ in range(steps):
        optimizer.zero_grad()
        losses.append(torch.nn.functional.mse_loss(x @ weight + bias, y))
        losses[-1].backward()
        optimizer.step()
    return {"weight": weight, "bias": bias, "losses": torch.stack(losses)}


def _one_step(torch: Any, x: Any, y: Any, weight: Any, bias: Any, *, lr: float) -> dict[str, Any]:
    found = _descent(torch, x, y, lr=lr, steps=1, weight=weight, bias=bias)
    return {"weight": found["weight"], "bias": found["bias"]}


def _solution(torch: Any, x: Any, y: Any) -> dict[str, Any]:
    a = torch.cat([x, torch.ones_like(x[:, :1])], dim=1).cpu()
    theta = torch.linalg.lstsq(a, y[:, None].cpu(), driver="gelsd").solution[:, 0].to(x.device)
    return {"weight": theta[:-1], "bias": theta[-1]}


def _bound(torch: Any, x: Any, *, use_bias: bool = True) -> Any:
    a = torch.cat([x, torch.ones_like(x[:, :1])], dim=1) if use_bias else x
    return len(x) / torch.linalg.matrix_norm(a, ord=2) ** 2


def _twice(rng: np.random.Generator) -> tuple[Any, ...]:
    x = rng.standard_normal((6, 2))
    return x[:, [0, 1, 0]], rng.standard_normal(6)


def _far(*shapes: tuple[int, ...]) -> Draw:
    return lambda rng: tuple(100 + rng.standard_normal(shape) for shape in shapes)


FITTED = {
    "a regression": Case(inputs=normal((7, 3), (7,)), options={"lr": 0.1, "steps": 8}),
    "one feature": Case(inputs=normal((5, 1), (5,)), options={"lr": 0.2, "steps": 6}),
    "more features than rows": Case(inputs=normal((2, 5), (2,)), options={"lr": 0.05, "steps": 6}),
}

CONCEPTS = (
    Concept(
        name="linreg_loss_grad",
        official="torch.nn.functional.mse_loss",
        inputs=("x", "y", "weight", "bias"),
        arrays=True,
        run=lambda lk, *inputs: dict(zip(PARTS, lk.linreg_loss_grad(*inputs), strict=True)),
        call=_loss_grad,
        cases={"a regression": Case(inputs=normal((7, 3), (7,), (3,), ())), "square": Case(inputs=normal((3, 3), (3,), (3,), ()))},
        edges={"one row": Case(inputs=normal((1, 2), (1,), (2,), ())), "one feature": Case(inputs=normal((4, 1), (4,), (1,), ()))},
    ),
    Concept(
        name="gd_step",
        official="torch.optim.SGD",
        inputs=("x", "y", "weight", "bias"),
        arrays=True,
        run=lambda lk, *inputs, **options: dict(zip(("weight", "bias"), lk.gd_step(*inputs, **options), strict=True)),
        call=_one_step,
        cases={"a regression": Case(inputs=normal((7, 3), (7,), (3,), ()), options={"lr": 0.1})},
        edges={"one row": Case(inputs=normal((1, 2), (1,), (2,), ()), options={"lr": 0.1})},
    ),
    Concept(
        name="fit_gd",
        official="torch.optim.SGD",
        inputs=("x", "y"),
        arrays=True,
        run=lambda lk, *inputs, **options: dict(zip(("weight", "bias", "losses"), lk.fit_gd(*inputs, **options), strict=True)),
        call=_descent,
        cases=FITTED,
        edges={"from a given bias": Case(inputs=normal((4, 2), (4,)), options={"lr": 0.1, "steps": 3, "bias": 2.0})},
    ),
    Concept(
        name="normal_equation",
        official="torch.linalg.lstsq",
        inputs=("x", "y"),
        arrays=True,
        run=lambda lk, *inputs: dict(zip(("weight", "bias"), lk.normal_equation(*inputs), strict=True)),
        call=_solution,
        cases={"a regression": Case(inputs=normal((7, 3), (7,))), "one feature": Case(inputs=normal((5, 1), (5,)))},
        edges={
            "more features than rows": Case(inputs=normal((2, 5), (2,)), why="the solution of the smallest norm"),
            "a feature given twice": Case(inputs=_twice, why="the solution of the smallest norm"),
            "one row": Case(inputs=normal((1, 2), (1,))),
            "far from 0": Case(inputs=_far((9, 2), (9,))),
        },
        forward_tolerance=1e-9,
        float32_tolerance=1e-2,
        tolerance_reason="a solution is as exact as its condition number allows: 200 far from 0",
    ),
    Concept(
        name="max_stable_lr",
        official="torch.linalg.matrix_norm",
        inputs=("x",),
        arrays=True,
        call=_bound,
        cases={
            "with a bias": Case(inputs=normal((7, 3))),
            "without": Case(inputs=normal((7, 3)), options={"use_bias": False}),
            "more features than rows": Case(inputs=normal((2, 5))),
        },
        edges={
            "one row": Case(inputs=normal((1, 2))),
            "all 0": Case(inputs=given([[0.0], [0.0]]), options={"use_bias": False}),
        },
    ),
)
