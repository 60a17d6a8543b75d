"""Parity of the gradient checks: small steps against autograd, and a check that finds what is wrong."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, given, normal, positive


def _autograd(torch: Any, x: Any, *, function: Any, eps: float = 0.0) -> Any:
    x = x.double().requires_grad_()
    return torch.autograd.grad(function(x), x)[0]


def _of(function: Any, inputs: Any, **options: Any) -> Case:
    return Case(inputs=inputs, options={"function": function, **options})


def _relative_error(torch: Any, a: Any, b: Any) -> Any:
    largest = max([abs(value) for value in [*a.reshape(-1).tolist(), *b.reshape(-1).tolist()]], default=0)
    differences = [abs(one - other) for one, other in zip(a.reshape(-1).tolist(), b.reshape(-1).tolist(), strict=True)]
    return torch.tensor(max(differences) / largest if largest else 0.0, dtype=a.dtype)


def _verdicts(gradcheck: Any, x: Any) -> dict[str, Any]:
    """Return what a check says about two right gradients and three wrong ones."""
    x = x.detach().requires_grad_()

    def passes(function: Any) -> bool:
        try:
            return bool(gradcheck(function, [x]))
        except Exception:  # PyTorch's own raises a class of its own
            return False

    return {
        "square": passes(lambda x: x * x),
        "product of sums": passes(lambda x: x.exp() * x.sum()),
        "a factor without its gradient": passes(lambda x: x * x.detach()),
        "one entry without its gradient": passes(lambda x: x[1:] * x[1:] * x[0].detach()),
        "a gradient 1 % too small": passes(lambda x: x * x * 0.99 + x.detach() * x.detach() * 0.01),
    }


CONCEPTS = (
    Concept(
        name="numeric_grad",
        official="torch.autograd.grad",
        call=_autograd,
        inputs=("x",),
        arrays=True,
        run=lambda lk, x, *, function, **options: lk.numeric_grad(function, x, **options),
        forward_tolerance=1e-8,
        tolerance_reason="a central difference is wrong by about eps² = 1e-10 times the third derivative, and by rounding of 1e-16 / eps",
        cases={
            "cubes": _of(lambda x: (x**3).sum(), normal((3, 2))),
            "a product": _of(lambda x: x[0, 0] * x[1, 1] * x[2, 0], normal((3, 2))),
            "a mean": _of(lambda x: (1 / x).mean(), positive((2, 3, 2))),
            "a larger step": _of(lambda x: (x**2).sum(), normal((4,)), eps=1e-3),
            "one value": _of(lambda x: (x * x).sum(), normal((1,))),
        },
        edges={
            "no axes": _of(lambda x: x * x, normal(())),
            "a constant in one entry": _of(lambda x: x[0] * x[0], given([3.0, 5.0])),
        },
    ),
    Concept(
        name="rel_error",
        official="brute force",
        oracle_reason="PyTorch compares entry by entry and gives a verdict; no call of it returns one relative number",
        call=_relative_error,
        inputs=("a", "b"),
        arrays=True,
        cases={
            "matrices": Case(inputs=normal((3, 2), (3, 2))),
            "nearly equal": Case(inputs=given([1.0, 100.0], [1.0, 101.0])),
            "other signs": Case(inputs=given([1.0, -2.0], [-1.0, 2.0]), why="the largest there is: 2"),
        },
        edges={
            "zeros": Case(inputs=given([0.0, 0.0], [0.0, 0.0])),
            "zeros and others": Case(inputs=given([0.0, 0.0], [0.0, 3.0])),
            "no entries": Case(inputs=normal((0, 3), (0, 3))),
            "numbers": Case(inputs=normal((), ())),
            "tiny": Case(inputs=given([1e-20], [2e-20])),
        },
    ),
    Concept(
        name="gradcheck",
        official="torch.autograd.gradcheck",
        inputs=("x",),
        dtypes=("float64",),
        run=lambda lk, x: _verdicts(lk.gradcheck, x),
        call=lambda torch, x: _verdicts(torch.autograd.gradcheck, x),
        cases={"right and wrong gradients": Case(inputs=positive((4,)))},
    ),
)
