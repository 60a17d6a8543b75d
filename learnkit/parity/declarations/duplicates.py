"""Parity of duplicates and leaks, against loops over all pairs."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, given


def _repeated(rng: np.random.Generator) -> tuple[Any, ...]:
    x = rng.integers(3, size=(12, 2)).astype(float)
    return x, rng.integers(2, size=12)


def _pairs(rng: np.random.Generator) -> tuple[Any, ...]:
    train = rng.standard_normal((7, 3))
    test = np.concatenate([rng.standard_normal((2, 3)), train[[5, 1]] + 1e-4, train[[1]]])
    return train, test


def _first_of_each(torch: Any, x: Any, targets: Any) -> dict[str, Any]:
    kept: list[int] = []
    conflicts: list[list[int]] = []
    for i in range(len(x)):
        same = [j for j in kept if bool((x[j] == x[i]).all())]
        if not same:
            kept.append(i)
        elif targets[same[0]] != targets[i]:
            conflicts.append([same[0], i])
    found = torch.tensor(conflicts, dtype=torch.int64).reshape(-1, 2)
    return {"kept": torch.tensor(kept).to(x.device), "conflicts": found.to(x.device)}


def _all_pairs(torch: Any, train: Any, test: Any, *, tolerance: float = 0.0) -> Any:
    near = [[i, j] for i, a in enumerate(train) for j, b in enumerate(test) if bool(((a - b).abs() <= tolerance).all())]
    return torch.tensor(near, dtype=torch.int64).reshape(-1, 2).to(train.device)


CONCEPTS = (
    Concept(
        name="drop_duplicates",
        official="brute force",
        oracle_reason="torch.unique gives no first places and knows no labels",
        call=_first_of_each,
        run=lambda lk, x, targets: dict(zip(("kept", "conflicts"), lk.drop_duplicates(x, targets), strict=True)),
        inputs=("x", "targets"),
        arrays=True,
        cases={"many twice": Case(inputs=_repeated), "one number each": Case(inputs=given([3.0, 1.0, 3.0, 3.0], np.array([0, 0, 1, 0])))},
        edges={
            "all the same": Case(inputs=given(np.ones((4, 2)), np.array([0, 1, 0, 1]))),
            "none twice": Case(inputs=given([[1.0], [2.0]], np.array([0, 0]))),
            "zero and minus zero": Case(inputs=given([[0.0], [-0.0]], np.array([0, 1]))),
            "images": Case(inputs=given(np.tile(np.arange(8.0).reshape(2, 2, 2), (2, 1, 1)), np.array([0, 1, 0, 0]))),
        },
    ),
    Concept(
        name="find_leaks",
        official="brute force",
        oracle_reason="no library has one call for it",
        call=_all_pairs,
        inputs=("train", "test"),
        arrays=True,
        dtypes=("float64",),
        cases={
            "exactly": Case(inputs=_pairs),
            "nearly": Case(inputs=_pairs, options={"tolerance": 1e-3}),
            "more than a block": Case(
                inputs=lambda rng: (rng.integers(9, size=(300, 2)).astype(float), rng.integers(9, size=(5, 2)).astype(float))
            ),
        },
        edges={"none": Case(inputs=given([[1.0]], [[2.0]])), "no test rows": Case(inputs=given([[1.0]], np.zeros((0, 1))))},
    ),
)
