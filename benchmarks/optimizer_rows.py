"""One step of Adam on a million parameters with given gradients: in one tensor, and in a hundred."""

import numpy as np
import torch
from timing import Row, interleaved_medians, row

from learnkit import reference as lk


def optimizer_rows() -> list[Row]:
    """Return the lines over plain PyTorch."""
    rows = []
    for tensors, at_most in ((1, 1.15), (100, 0.80)):
        rng, size = lk.rng(0), 1_000_000 // tensors
        values = [rng.standard_normal((2, size), dtype=np.float32) for _ in range(tensors)]
        parameters = [lk.Parameter(value.copy()) for value, _ in values]
        plain = [torch.nn.Parameter(torch.from_numpy(value.copy())) for value, _ in values]
        for parameter, other, (_, grad) in zip(parameters, plain, values, strict=True):
            parameter.grad, other.grad = grad.copy(), torch.from_numpy(grad.copy())
        ours, theirs = interleaved_medians(lk.Adam(parameters).step, torch.optim.Adam(plain).step, rounds=300, warm_up=30)
        rows.append(row(f"Adam, 1M parameters in {tensors} tensor{'s' * (tensors > 1)}", ours, theirs, at_most))
    return rows
