"""No function of ``learnkit.pytorch`` reads a tensor's values back to the host, but for those listed here with a reason."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import host_reads
import numpy as np
import pytest
import torch
from public_uses import EXAMPLES

from learnkit import pytorch as lk

FOLDER = Path(lk.__file__).parent

ALLOWED = {
    "one_hot": "PyTorch's own looks for a class out of range, on the CPU alone",
    "smooth_labels": "makes its rows with one_hot",
    "trunc_normal": "PyTorch's own draws again until nothing is outside the bounds: once a weight, before the training",
    "stratified_indices": "sizes are cut by class: once a data set, before the training",
    "grouped_indices": "groups are given out one by one: once a data set, before the training",
    "Imputer": "refuses a feature without any value: once a data set, before the training",
    "impute_median": "refuses a feature without any value: once a data set, before the training",
    "drop_duplicates": "how many rows stay depends on the rows: once a data set, before the training",
    "find_leaks": "how many pairs there are depends on the rows: once a data set, before the training",
    "_near_pairs": "the part of find_leaks that takes a tolerance",
    "_groups": "the part that drop_duplicates and find_leaks share",
    "Standardizer": "refuses data that are not finite, and says where: once a data set, before the training",
    "roc_curve": "how many points a curve has depends on the scores: once an evaluation, for a figure",
    "precision_recall_curve": "how many points a curve has depends on the scores: once an evaluation, for a figure",
    "_counts_at_thresholds": "the part that both curves share",
    "gradcheck": "its result is a verdict, True or an error: a check of code, outside any training",
    "fit": "the means of an epoch: once an epoch",
    "evaluate": "the means over the data: once a call",
    "save_checkpoint": "writes all values to a file",
    "rng": "int(seed) turns NumPy's integers into Python's; there is no tensor",
}

# PyTorch keeps the count of steps in a tensor that stays on the CPU, and reads that; on "meta" and on a GPU they must pass
COUNTS_ITS_STEPS = ("Adagrad", "Adam", "AdamW", "NAdam")

WAITS = {
    "normal_equation": "PyTorch's solver looks at its own error code: once, and not in a training loop",
    "max_stable_lr": "PyTorch's solver looks at its own error code: once, and not in a training loop",
}

SOURCE_READS = {
    name: reads for path in sorted(FOLDER.glob("*.py")) for name, reads in host_reads.scan(path.read_text(encoding="utf-8")).items()
}


def reads_of(function: Callable[[Any], Any], device: str) -> list[str]:
    with host_reads.Watch() as watch:
        function(device)
    return watch.found


def test_every_public_name_has_an_example() -> None:
    assert list(EXAMPLES) == lk.__all__


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in ALLOWED and name not in COUNTS_ITS_STEPS])
def test_it_reads_nothing_while_it_runs(name: str) -> None:
    assert reads_of(EXAMPLES[name], "cpu") == []


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in ALLOWED])
def test_it_runs_where_there_are_no_values_to_read(name: str) -> None:
    EXAMPLES[name]("meta")


def test_no_source_line_reads_outside_the_list() -> None:
    assert {name: reads for name, reads in SOURCE_READS.items() if name not in ALLOWED} == {}


@pytest.mark.parametrize("name", [*ALLOWED, *COUNTS_ITS_STEPS])
def test_the_exception_is_not_stale(name: str) -> None:
    assert name in SOURCE_READS or reads_of(EXAMPLES[name], "cpu"), f"{name} reads nothing; remove the exception"


@pytest.mark.gpu
@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in ALLOWED and name not in WAITS])
def test_it_never_waits_for_the_gpu(name: str, cuda: torch.device) -> None:
    EXAMPLES[name](cuda)  # the first call may wait, to load what it runs
    torch.cuda.set_sync_debug_mode("error")
    try:
        EXAMPLES[name](cuda)
    finally:
        torch.cuda.set_sync_debug_mode("default")


# The detectors themselves: each finds a planted read.


def _branch(x: torch.Tensor) -> torch.Tensor:
    return x if x.sum() > 0 else -x


class _ReadsInBackward(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        return x.clone()

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        return grad * grad.sum().item()


PLANTED: dict[str, Callable[[torch.Tensor], Any]] = {
    "item": lambda x: x.sum().item(),
    "tolist": lambda x: x.tolist(),
    "numpy": lambda x: x.numpy(),
    "cpu": lambda x: x.cpu(),
    "to cpu": lambda x: x.to("cpu"),
    "float": lambda x: float(x.sum()),
    "int": lambda x: int(x.sum()),
    "bool": lambda x: bool(x.any()),
    "a branch": _branch,
    "a comparison": lambda x: max(x.sum(), x.mean()),
    "a format": lambda x: f"{x.sum():.2f}",
    "an array": lambda x: np.asarray(x),
    "a mask": lambda x: x[x > 0],
    "nonzero": lambda x: x.nonzero(),
    "where with one argument": lambda x: torch.where(x > 0),
    "masked_select": lambda x: x.masked_select(x > 0),
    "unique": lambda x: x.unique(),
    "equal": lambda x: torch.equal(x, x),
    "allclose": lambda x: torch.allclose(x, x),
    "an index": lambda x: [1, 2, 3][x.argmax()],  # type: ignore[index]
    "in": lambda x: 1.0 in x,
    "in backward": lambda x: _ReadsInBackward.apply(x.clone().requires_grad_()).sum().backward(),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_read_is_found_while_it_runs(name: str) -> None:
    x = torch.tensor([1.0, 2.0, 0.0])
    assert reads_of(lambda device: PLANTED[name](x), "cpu") != []


@pytest.mark.parametrize(
    "name", ["item", "tolist", "numpy", "cpu", "to cpu", "float", "int", "bool", "a branch", "a comparison", "in backward"]
)
def test_a_planted_read_raises_where_there_are_no_values(name: str) -> None:
    with pytest.raises((RuntimeError, NotImplementedError, TypeError), match=r"(?i)meta|no data|fake"):
        PLANTED[name](torch.ones(3, device="meta"))


def test_a_move_to_a_given_cpu_raises_where_there_are_no_values() -> None:
    with pytest.raises(NotImplementedError, match="no data"):
        torch.ones(3, device="meta").to(device=torch.device("cpu"))


@pytest.mark.parametrize(
    "line",
    [
        "x.sum().item()",
        "x.tolist()",
        "x.numpy()",
        "x.cpu()",
        'x.to("cpu")',
        'x.to(device="cpu")',
        "float(x)",
        "int(x)",
        "bool(x)",
        "x.nonzero()",
    ],
)
def test_a_planted_read_is_found_in_source(line: str) -> None:
    assert list(host_reads.scan(f"class Metric:\n    def compute(self, x):\n        return {line}\n")) == ["Metric"]


@pytest.mark.parametrize("line", ["x.sum()", "x.to(y.device)", "x.float()", "len(x)", "isinstance(x, float)", "x.shape[0]"])
def test_what_is_no_read_is_not_found_in_source(line: str) -> None:
    assert host_reads.scan(f"def compute(x, y):\n    return {line}\n") == {}


def test_ordinary_work_is_not_taken_for_a_read() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    rows = torch.tensor([0, 0])
    assert reads_of(lambda device: (x[rows] * x.to(torch.float64)).sum().backward(), "cpu") == []
