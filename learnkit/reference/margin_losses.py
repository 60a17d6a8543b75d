"""The hinge loss of two classes: what is missing from a margin, and nothing once the score is on the right side by that much.

The form for several classes, `hinge`, stands with the other losses of classification.

Source: Cortes & Vapnik 1995, Support-vector networks, section 3.
"""

from typing import Any

import numpy as np

from learnkit.reference.operations import Array, op
from learnkit.reference.reductions import reduced, require_same_shape, share_of_each


@op
def binary_hinge(scores: Array, targets: Any, *, margin: float = 1.0, reduction: str = "mean") -> tuple[Any, Any]:
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
    a number in the scores' unit; with "none" one for each score

    Raises
    ------
    ValueError
        If the shapes differ, or a target is neither 0 nor 1.

    Notes
    -----
    Texts on support-vector machines write the targets as -1 and 1. The slope where the cost is exactly 0 is 0.

    Examples
    --------
    >>> binary_hinge(np.array([0.25, 3.0, 0.5]), np.array([1, 1, 0]), reduction="none")
    array([0.75, 0.  , 1.5 ])

    See Also
    --------
    learnkit.pytorch.binary_hinge, sklearn.metrics.hinge_loss, hinge
    """
    targets = np.asarray(targets)
    require_same_shape(scores, targets)
    if not ((targets == 0) | (targets == 1)).all():
        raise ValueError(f"targets must be 0 or 1; got {np.unique(targets)[:5]}. Of labels -1 and 1 take (labels + 1) / 2.")
    signs = (2 * targets - 1).astype(scores.dtype)
    costs = np.asarray(np.maximum(margin - signs * scores, 0))
    return reduced(costs, reduction), (costs, signs, reduction)


@binary_hinge.backward_rule
def binary_hinge_backward(grad_output: Any, saved: Any) -> tuple[Array, None]:
    """d/dz max(0, m - s z) = -s where something is missing, else 0; of NaN too, as in PyTorch's relu."""
    costs, signs, reduction = saved
    return -signs * ~(costs <= 0) * share_of_each(grad_output, costs.size, reduction), None
