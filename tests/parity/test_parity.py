"""Every concept, case and dtype: the reference (on its tape, and by hand), the PyTorch twin and the official call agree."""

import pytest

from learnkit.parity import CONCEPTS, Mismatch, check

RUNS = [(name, case, dtype) for name, concept in CONCEPTS.items() for case in concept.all_cases for dtype in concept.dtypes_of(case)]


@pytest.mark.parametrize(("name", "case", "dtype"), RUNS, ids=["-".join(run) for run in RUNS])
def test_implementations_agree(name: str, case: str, dtype: str) -> None:
    check(CONCEPTS[name], case, dtype=dtype)


def test_all_three_dtypes_are_compared() -> None:
    """On the CPU and, by the same runs, on a GPU: with the tolerances of `Concept.allowed`."""
    counts = {kind: sum(dtype == kind for _, _, dtype in RUNS) for kind in ("float64", "float32", "bfloat16")}
    assert counts["float64"] >= counts["float32"] > 500
    assert counts["bfloat16"] > 100


@pytest.mark.gpu
@pytest.mark.parametrize("name", CONCEPTS)
def test_implementations_agree_on_a_gpu(name: str) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("PyTorch finds no CUDA device on this machine")
    failures = []
    for _, case, dtype in (run for run in RUNS if run[0] == name):
        try:
            check(CONCEPTS[name], case, dtype=dtype, device="cuda")
        except Mismatch as mismatch:
            failures.append(str(mismatch))
    assert not failures, "\n".join(failures)
