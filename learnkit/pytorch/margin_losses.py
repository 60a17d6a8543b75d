"""The hinge loss of two classes: what is missing from a margin, and nothing once the score is on the right side by that much."""

import torch

from learnkit.pytorch.reductions import require_reduction, require_same_shape


def binary_hinge(scores: torch.Tensor, targets: torch.Tensor, *, margin: float = 1.0, reduction: str = "mean") -> torch.Tensor:
    """Return max(0, margin - s z) for each score z, where s is 1 for the target 1 and -1 for the target 0.

    Parameters
    ----------
    scores : any shape
        The score of "yes"; its sign is the prediction.
    targets : same shape
        1 for yes and 0 for no, as in `bce_with_logits`.
    margin : float
        By how much the score is to be on the right side.
    reduction : "mean", "sum" or "none"

    Returns
    -------
    0-d tensor in the scores' unit; with "none" one for each score

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    PyTorch has no call of its own for it: ``hinge_embedding_loss`` is another function. A target other than 0 and 1 makes its loss
    NaN: the reference raises then, which here would wait for the device.

    Examples
    --------
    >>> binary_hinge(torch.tensor([0.25, 3.0, 0.5]), torch.tensor([1, 1, 0]), reduction="none")
    tensor([0.7500, 0.0000, 1.5000])

    See Also
    --------
    learnkit.reference.binary_hinge, sklearn.metrics.hinge_loss, hinge
    """
    require_same_shape(scores, targets)
    require_reduction(reduction, scores.shape)
    signs = torch.where(targets == 1, 1.0, torch.where(targets == 0, -1.0, torch.nan)).to(scores.dtype)
    costs = (margin - signs * scores).relu()
    return costs.mean() if reduction == "mean" else costs.sum() if reduction == "sum" else costs
