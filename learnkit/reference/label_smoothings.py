"""Label smoothing: the right class is asked for with a little less than certainty, and every class with a little.

Source: Szegedy et al. 2016, Rethinking the Inception architecture for computer vision, section 7.
"""

from typing import Any

import numpy as np

from learnkit.reference.array_maps import one_hot
from learnkit.reference.operations import Array


def smooth_labels(targets: Any, num_classes: int, *, label_smoothing: float) -> Array:
    """Return the probabilities that label smoothing asks for.

    q[n, c] = (1 - ε) [c = targets[n]] + ε / C, with ε = label_smoothing

    Parameters
    ----------
    targets : (N,) integers from 0 to num_classes - 1
    num_classes : int
        C.
    label_smoothing : float from 0 to 1
        ε, the share that is spread evenly over all classes, the right one included.

    Returns
    -------
    array (N, C) of float64, each row adds up to 1

    Raises
    ------
    ValueError
        If label_smoothing is not among 0 to 1, or a class not among 0 to num_classes - 1.
    TypeError
        If the targets are not integers.

    Notes
    -----
    The paper's form, and PyTorch's: the right class gets 1 - ε + ε/C. Others spread ε over the C - 1 wrong ones.

    Examples
    --------
    >>> smooth_labels(np.array([1]), 4, label_smoothing=0.2)
    array([[0.05, 0.85, 0.05, 0.05]])

    See Also
    --------
    learnkit.pytorch.smooth_labels, cross_entropy (label_smoothing)
    """
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must be from 0 to 1; got {label_smoothing}.")
    return np.asarray(one_hot(targets, num_classes) * (1 - label_smoothing) + label_smoothing / num_classes)
