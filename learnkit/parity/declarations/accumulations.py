"""Parity of gradient accumulation: pieces of unequal size against the whole batch at once."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, Ran, normal


def _in_pieces(lk: Any, x: Any, y: Any, weight: Any, *, sizes: tuple[int, ...]) -> Ran:
    ends = [sum(sizes[: index + 1]) for index in range(len(sizes))]
    pieces = [(x[end - size : end], y[end - size : end]) for end, size in zip(ends, sizes, strict=True)]
    leaf = lk.Parameter(weight * 1)
    loss = lk.accumulate_grads(lambda inputs, targets: lk.mse(lk.linear(inputs, leaf), targets), iter(pieces))
    return Ran(outputs={"loss": loss, "gradient": leaf.grad})


def _at_once(torch: Any, x: Any, y: Any, weight: Any, *, sizes: tuple[int, ...]) -> Ran:
    leaf = torch.nn.Parameter(weight * 1)
    loss = torch.nn.functional.mse_loss(torch.nn.functional.linear(x, leaf), y)
    loss.backward()
    return Ran(outputs={"loss": loss.detach(), "gradient": leaf.grad})


CONCEPTS = (
    Concept(
        name="accumulate_grads",
        official="torch.nn.functional.mse_loss",
        inputs=("x", "y", "weight"),
        arrays=True,
        run=_in_pieces,
        call=_at_once,
        cases={
            "pieces of 4, 4 and 1": Case(inputs=normal((9, 3), (9, 2), (2, 3)), options={"sizes": (4, 4, 1)}),
            "pieces of 1, 5 and 2": Case(inputs=normal((8, 3), (8, 2), (2, 3)), options={"sizes": (1, 5, 2)}),
        },
        edges={
            "one piece": Case(inputs=normal((3, 2), (3, 1), (1, 2)), options={"sizes": (3,)}),
            "an empty piece": Case(inputs=normal((3, 2), (3, 1), (1, 2)), options={"sizes": (2, 0, 1)}),
        },
    ),
)
