"""What metrics take: the checks that they share. Shapes and dtypes are refused; values are not looked at, they are computed with.

To raise for a value, the processor would have to wait for the GPU. Each function here returns, in the place of an error, whether
the reference would have accepted the values: a truth value on the device, and without it the metric is NaN.
"""

import torch
from torch import Tensor


def float_kind(values: Tensor) -> torch.dtype:
    """Return the dtype that metrics compute in, float64; Apple's GPU has none, and gets float32."""
    return torch.float32 if values.device.type == "mps" else torch.float64


def class_pairs(predictions: Tensor, targets: Tensor, num_classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return predicted and right classes in int64, (N,) each, and whether all are classes from 0 to num_classes - 1."""
    if isinstance(num_classes, bool) or not isinstance(num_classes, int) or num_classes < 1:
        raise ValueError(f"num_classes must be a whole number, at least 1; got {num_classes!r}.")
    if predictions.ndim != 1 or predictions.shape != targets.shape or len(targets) == 0:
        hint = " Use logits.argmax(dim=1)." if predictions.ndim == 2 else ""
        raise ValueError(
            f"predictions and targets must be (N,) with N at least 1; got {tuple(predictions.shape)} and {tuple(targets.shape)}.{hint}"
        )
    predicted, predicted_valid = _classes("predictions", predictions, num_classes)
    right, right_valid = _classes("targets", targets, num_classes)
    return predicted, right, predicted_valid & right_valid


def binary_scores(scores: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return scores, 1 for positive examples and 0 for others in int64, (N,) each, and whether no score is NaN and all targets 0 or 1."""
    if scores.ndim != 1 or scores.shape != targets.shape or len(targets) == 0:
        hint = " Use scores[:, 1], the scores of the positive class." if scores.ndim == 2 else ""
        raise ValueError(f"scores and targets must be (N,) with N at least 1; got {tuple(scores.shape)} and {tuple(targets.shape)}.{hint}")
    positive = targets == 1
    return scores.detach(), positive.long(), (positive | (targets == 0)).all() & ~scores.isnan().any()


def class_probabilities(probabilities: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return probabilities (N, C) in float64, right classes (N,), and whether rows add up to 1 and classes are in range."""
    if probabilities.ndim != 2 or targets.shape != probabilities.shape[:1] or probabilities.numel() == 0:
        hint = " Use torch.stack([1 - p, p], dim=1) for yes or no." if probabilities.ndim == 1 else ""
        raise ValueError(
            "probabilities must be (N, C) and targets (N,), with N and C at least 1; "
            f"got {tuple(probabilities.shape)} and {tuple(targets.shape)}.{hint}"
        )
    right, in_range = _classes("targets", targets, probabilities.shape[1])
    p = probabilities.detach().to(float_kind(probabilities))
    # NaN is in no order, so that it fails here too; a row rounded to 8 bits is off by 0.4 %
    return p, right, in_range & ((p >= 0) & (p <= 1 + 1e-6)).all() & ((p.sum(dim=1) - 1).abs() <= 1e-2).all()


def number_pairs(predictions: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return predicted and right numbers in float64, of the same shape, and whether all are finite."""
    if predictions.shape != targets.shape or targets.numel() == 0:
        hint = " Use predictions.squeeze(1)." if predictions.shape == (*targets.shape, 1) else ""
        raise ValueError(
            "predictions and targets must have the same shape, with at least one value; "
            f"got {tuple(predictions.shape)} and {tuple(targets.shape)}.{hint}"
        )
    predicted, right = (values.detach().to(float_kind(values)) for values in (predictions, targets))
    return predicted, right, predicted.isfinite().all() & right.isfinite().all()


def _classes(name: str, classes: Tensor, num_classes: int) -> tuple[Tensor, Tensor]:
    if classes.is_floating_point() or classes.is_complex():
        raise TypeError(f"{name} must be integer classes; got dtype {classes.dtype}. Use {name}.long() if they are whole numbers.")
    wide = classes.long()  # in 8 bits, a comparison with 300 classes would be one with 44
    return wide, ((wide >= 0) & (wide < num_classes)).all()
