"""Parameter groups for training on: which parameters decay, and which learn more slowly. Works on the networks of either tree.

Sources: Loshchilov & Hutter 2019, Decoupled weight decay regularization (decay of weights alone is custom since); Howard & Ruder 2018,
Universal language model fine-tuning, section 3.2 (discriminative learning rates).
"""

from typing import Any

from learnkit.training.parameter_kinds import weights_of
from learnkit.training.requirements import require_at_least_0


def param_groups(net: Any, *, weight_decay: float) -> list[dict[str, Any]]:
    """Return two groups for an optimizer: weights, which decay, and biases and scales, which do not.

    Parameters
    ----------
    net : Module of either tree
        Frozen parameters are left out.
    weight_decay : float, at least 0
        Of the weights: parameters with two axes or more that are no bias and no scale of a normalization. The others get 0.

    Returns
    -------
    list of one or two dicts with "params" and "weight_decay": every parameter that is trained stands in exactly one

    Raises
    ------
    ValueError
        If weight_decay is below 0, or nothing is trained.

    Notes
    -----
    An optimizer's own ``weight_decay`` acts on all that it is given, biases too.

    Examples
    --------
    >>> from learnkit import reference as lk
    >>> groups = param_groups(lk.Linear(3, 2), weight_decay=0.1)
    >>> [(group["weight_decay"], [parameter.shape for parameter in group["params"]]) for group in groups]
    [(0.1, [(2, 3)]), (0.0, [(2,)])]
    >>> optimizer = lk.AdamW(groups, lr=1e-3)
    """
    require_at_least_0("weight_decay", weight_decay)
    trained = _trained(net)
    weights = weights_of(net)
    decaying = [parameter for parameter in trained if id(parameter) in weights]
    others = [parameter for parameter in trained if id(parameter) not in weights]
    groups = [{"params": decaying, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]


def discriminative_lrs(net: Any, *, lr: float, decay: float = 1 / 2.6) -> list[dict[str, Any]]:
    """Return a group for each layer of a chain: the last learns at lr, each one before it at decay times the rate of the next.

    Parameters
    ----------
    net : Sequential of either tree
        Layers without trained parameters are left out, and do not count.
    lr : float, at least 0
        The rate of the last layer.
    decay : float above 0, at most 1
        The paper's factor is 1/2.6.

    Returns
    -------
    list of dicts with "params" and "lr", first layer first

    Raises
    ------
    ValueError
        If lr is below 0, decay is not above 0 and at most 1, or nothing is trained.
    TypeError
        If net is no chain of layers.

    Examples
    --------
    >>> from learnkit import reference as lk
    >>> net = lk.Sequential(lk.Linear(3, 4), lk.ReLU(), lk.Linear(4, 4), lk.ReLU(), lk.Linear(4, 2))
    >>> [group["lr"] for group in discriminative_lrs(net, lr=0.1, decay=0.5)]
    [0.025, 0.05, 0.1]
    """
    require_at_least_0("lr", lr)
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be above 0 and at most 1, so that earlier layers learn more slowly; got {decay}.")
    _trained(net)
    if not hasattr(net, "__iter__"):
        raise TypeError(f"discriminative_lrs takes a Sequential, whose layers have an order; got {type(net).__name__}.")
    seen: set[int] = set()
    groups: list[dict[str, Any]] = []
    for layer in reversed(list(net)):  # a weight that two layers share learns at the rate of the later one
        own = [parameter for parameter in layer.parameters() if parameter.requires_grad and id(parameter) not in seen]
        seen |= {id(parameter) for parameter in own}
        if own:
            groups.append({"params": own, "lr": lr * decay ** len(groups)})
    return groups[::-1]


def _trained(net: Any) -> list[Any]:
    trained = [parameter for parameter in net.parameters() if parameter.requires_grad]
    if not trained:
        raise ValueError("no parameter is trained: all are frozen, or there are none. Unfreeze some, or give the net a new head.")
    return trained
