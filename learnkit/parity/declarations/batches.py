"""Parity of mini-batches: in order they are the DataLoader's; shuffled, every row comes once and with its own target."""

from typing import Any

import numpy as np

from learnkit.parity.concepts import Case, Concept, Draw


def _rows(count: int) -> Draw:
    return lambda rng: (rng.standard_normal((count, 2)), np.arange(count))


def _listed(batches: Any) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for index, (inputs, targets) in enumerate(batches):
        seen |= {f"inputs {index}": inputs, f"targets {index}": targets}
    return seen


def _summed(batches: Any, inputs: Any) -> dict[str, Any]:
    """Return what does not depend on the order: the sizes, and each row where its target says it belongs."""
    pieces = list(batches)
    order = [int(target) for _, targets in pieces for target in targets]
    belongs = all(bool((row == inputs[int(target)]).all()) for rows, targets in pieces for row, target in zip(rows, targets, strict=True))
    return {"sizes": [len(targets) for _, targets in pieces], "every target once": sorted(order), "rows keep their targets": belongs}


def _run(lk: Any, inputs: Any, targets: Any, *, shuffle: bool, **options: Any) -> dict[str, Any]:
    if shuffle:
        return _summed(lk.minibatches(inputs, targets, shuffle=True, rng=lk.rng(0), **options), inputs)
    return _listed(lk.minibatches(inputs, targets, shuffle=False, **options))


def _loader(torch: Any, inputs: Any, targets: Any, *, shuffle: bool, **options: Any) -> dict[str, Any]:
    data = torch.utils.data.TensorDataset(inputs, targets)
    batches = torch.utils.data.DataLoader(data, shuffle=shuffle, generator=torch.Generator().manual_seed(0), **options)
    return _summed(batches, inputs) if shuffle else _listed(batches)


def _run_epochs(lk: Any, inputs: Any, targets: Any, *, shuffle: bool, start: int = 0, **options: Any) -> dict[str, Any]:
    batches = lk.Batches(inputs, targets, shuffle=shuffle, seed=0, **options)
    return _summed(batches.epoch(3), inputs) if shuffle else _listed(batches.epoch(3, start))


def _loader_from(torch: Any, inputs: Any, targets: Any, *, shuffle: bool, start: int = 0, **options: Any) -> dict[str, Any]:
    if shuffle:
        return _loader(torch, inputs, targets, shuffle=True, **options)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, targets), shuffle=False, **options)
    return _listed(list(loader)[start:])


def _case(count: int, **options: Any) -> Case:
    return Case(inputs=_rows(count), options={"shuffle": False, **options})


CONCEPTS = (
    Concept(
        name="minibatches",
        official="torch.utils.data.DataLoader",
        inputs=("inputs", "targets"),
        arrays=True,
        run=_run,
        call=_loader,
        cases={
            "in order": _case(6, batch_size=2),
            "a smaller last batch": _case(7, batch_size=3),
            "drop_last": _case(7, batch_size=3, drop_last=True),
            "shuffled": _case(8, batch_size=2, shuffle=True),
        },
        edges={
            "batches of one": _case(3, batch_size=1),
            "one batch": _case(3, batch_size=3),
            "a batch larger than the data": _case(3, batch_size=5),
            "a batch larger than the data, drop_last": _case(3, batch_size=5, drop_last=True),
            "one row": _case(1, batch_size=2),
        },
    ),
    Concept(
        name="Batches",
        official="torch.utils.data.DataLoader",
        inputs=("inputs", "targets"),
        arrays=True,
        run=_run_epochs,
        call=_loader_from,
        cases={
            "in order": _case(6, batch_size=2),
            "a smaller last batch": _case(7, batch_size=3),
            "drop_last": _case(7, batch_size=3, drop_last=True),
            "from the middle": _case(7, batch_size=3, start=1),
            "shuffled": _case(8, batch_size=2, shuffle=True),
        },
        edges={
            "batches of one": _case(3, batch_size=1),
            "one batch": _case(3, batch_size=3),
            "a batch larger than the data": _case(3, batch_size=5),
            "from the last batch": _case(7, batch_size=3, start=2),
            "one row": _case(1, batch_size=2),
        },
    ),
)
