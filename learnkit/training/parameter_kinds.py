"""Which parameters of a network are weights, the factors of its linear maps, and which are biases and scales."""

from typing import Any


def weights_of(net: Any) -> set[int]:
    """Return the ids of the weights of a network of either tree.

    A weight has two axes or more. Biases have one, and so have the scales of normalization, unless it normalizes several axes together:
    ``LayerNorm((2, 3))`` has a scale of shape (2, 3), which is no weight.

    Examples
    --------
    >>> from learnkit import reference as lk
    >>> net = lk.Sequential(lk.Linear(6, 6), lk.LayerNorm((2, 3)))
    >>> weights = weights_of(net)
    >>> [name for name, parameter in net.named_parameters() if id(parameter) in weights]
    ['0.weight']
    """
    scales = {id(parameter) for module in net.modules() if hasattr(module, "normalized_shape") for parameter in module.parameters()}
    return {
        id(parameter)
        for name, parameter in net.named_parameters()
        if len(parameter.shape) >= 2 and name.rpartition(".")[2] != "bias" and id(parameter) not in scales
    }
