"""Parity of `unbroadcast`: the sum over what broadcasting repeated."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, normal


def _to(grad: tuple[int, ...], shape: tuple[int, ...]) -> Case:
    return Case(inputs=normal(grad), options={"shape": shape})


def _by_autograd(torch: Any, grad: Any, shape: tuple[int, ...]) -> Any:
    small = torch.zeros(shape, dtype=grad.dtype, device=grad.device, requires_grad=True)
    return torch.autograd.grad(torch.broadcast_to(small, grad.shape), small, grad)[0]


CONCEPTS = (
    Concept(
        name="unbroadcast",
        official="torch.broadcast_to",
        call=_by_autograd,
        inputs=("grad",),
        arrays=True,
        cases={
            "nothing to sum": _to((2, 3), (2, 3)),
            "a missing axis": _to((2, 3), (3,)),
            "an axis of size 1": _to((2, 3), (2, 1)),
            "both": _to((4, 2, 3), (2, 1)),
            "to a number": _to((2, 3), ()),
            "to one value": _to((2, 3), (1, 1)),
            "an inner axis of four": _to((2, 3, 4, 5), (2, 3, 1, 5)),
        },
        edges={
            "axes of size 1 stay": _to((1, 3), (1, 3)),
            "a leading axis of size 1": _to((1, 1, 3), (1, 1)),
            "no values": _to((0, 3), (3,)),
        },
    ),
)
