"""Parity of softmax and its relatives: scores far apart, ties, masked scores, and every axis."""

import math

from learnkit.parity.concepts import Case, Concept, given, normal

INF = math.inf

CASES = {
    "rows": Case(inputs=normal((4, 3), scale=3)),
    "a vector": Case(inputs=normal((5,))),
    "columns": Case(inputs=normal((4, 3)), options={"dim": 0}),
    "the middle of three axes": Case(inputs=normal((2, 5, 3)), options={"dim": 1}),
    "a negative axis": Case(inputs=normal((2, 5, 3)), options={"dim": -3}),
    "a batch of one": Case(inputs=normal((1, 6))),
    "one class": Case(inputs=normal((4, 1))),
    "ties": Case(inputs=given([[1.0, 1.0, 1.0], [2.0, 2.0, -1.0]])),
}
EDGES = {
    "rows far apart": Case(inputs=given([[0.0, 800.0, -800.0], [1e4, -1e4, 9999.0], [-800.0, -801.0, -802.0]]), why="e^800 overflows"),
    "masked": Case(inputs=given([[0.5, -INF, 1.5], [-INF, 2.0, -INF]]), why="a score of -inf is a class that cannot be"),
    "all masked": Case(inputs=given([[-INF, -INF], [0.0, 1.0]]), why="no softmax: PyTorch's answer is NaN, and only in that row"),
    "infinite score": Case(inputs=given([[INF, 1.0, 0.0], [0.0, 1.0, 2.0]])),
    "NaN": Case(inputs=given([[float("nan"), 1.0], [0.0, 1.0]]), why="only its row is lost"),
    "no rows": Case(inputs=normal((0, 3))),
}

CONCEPTS = (
    Concept(
        name="logsumexp",
        official="torch.logsumexp",
        call=lambda torch, logits, dim=-1, keepdim=False: torch.logsumexp(logits, dim=dim, keepdim=keepdim),
        inputs=("logits",),
        differentiable=("logits",),
        bfloat16=True,
        cases={
            **CASES,
            "rows, keepdim": Case(inputs=normal((4, 3)), options={"keepdim": True}),
            "columns, keepdim": Case(inputs=normal((4, 3)), options={"dim": 0, "keepdim": True}),
        },
        edges=EDGES,
    ),
    Concept(
        name="softmax",
        official="torch.softmax",
        call=lambda torch, logits, dim=-1: torch.softmax(logits, dim=dim),
        inputs=("logits",),
        differentiable=("logits",),
        bfloat16=True,
        cases=CASES,
        edges={**EDGES, "small probabilities": Case(inputs=given([[0.0, -30.0, -80.0]]), relative=True)},
    ),
    Concept(
        name="log_softmax",
        official="torch.log_softmax",
        call=lambda torch, logits, dim=-1: torch.log_softmax(logits, dim=dim),
        inputs=("logits",),
        differentiable=("logits",),
        bfloat16=True,
        cases=CASES,
        edges=EDGES,
    ),
)
