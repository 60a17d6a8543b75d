"""Label smoothing: the right class is asked for with a little less than certainty, and every class with a little."""

import torch

from learnkit.pytorch.array_maps import one_hot


def smooth_labels(targets: torch.Tensor, num_classes: int, *, label_smoothing: float) -> torch.Tensor:
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
    tensor (N, C) of float64, each row adds up to 1

    Raises
    ------
    ValueError
        If label_smoothing is not among 0 to 1.
    TypeError
        If the targets are not integers.

    Notes
    -----
    ``torch.nn.functional.cross_entropy(…, label_smoothing=ε)`` does this inside; it also takes such rows as its targets.

    Examples
    --------
    >>> smooth_labels(torch.tensor([1]), 4, label_smoothing=0.2)
    tensor([[0.0500, 0.8500, 0.0500, 0.0500]], dtype=torch.float64)

    See Also
    --------
    learnkit.reference.smooth_labels, cross_entropy (label_smoothing)
    """
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must be from 0 to 1; got {label_smoothing}.")
    return one_hot(targets, num_classes).double() * (1 - label_smoothing) + label_smoothing / num_classes
