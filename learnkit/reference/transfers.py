"""Transfer: take a trained network on to another task. Freeze what is to stay, cut off the head, put on a new one.

Sources: Yosinski et al. 2014, How transferable are features in deep neural networks?; Howard & Ruder 2018, Universal language model
fine-tuning, section 3.3 (gradual unfreezing).
"""

import copy

import numpy as np

from learnkit.reference.layers import Linear
from learnkit.reference.modules import Module, Sequential


def freeze(module: Module) -> Module:
    """Keep a module as it is, in place: no gradients, no steps, no new running statistics; return it.

    Parameters
    ----------
    module : Module
        A layer, a part of a network, or all of it.

    Raises
    ------
    TypeError
        If it is no Module.

    Notes
    -----
    Parameters stop requiring gradients and lose the one they have, so that an optimizer skips them, its momentum and weight decay
    included. The module goes to evaluation mode and stays there when the network around it is switched to training: otherwise batch
    normalization would go on averaging the new data, and dropout go on dropping.

    Examples
    --------
    >>> net = Sequential(Linear(3, 2), Linear(2, 1))
    >>> frozen = freeze(net[0])
    >>> [name for name, parameter in net.named_parameters() if parameter.requires_grad]
    ['1.weight', '1.bias']
    >>> net.train()[0].training
    False

    See Also
    --------
    learnkit.pytorch.freeze, unfreeze
    """
    _require_module("freeze", module)
    for parameter in module.parameters():
        parameter.requires_grad_(False)
        parameter.grad = None
    for part in module.modules():
        part._frozen = True
    return module.eval()


def unfreeze(module: Module) -> Module:
    """Let a frozen module learn again, in place; return it. Its mode changes with the next ``train()``.

    Raises
    ------
    TypeError
        If it is no Module.

    Notes
    -----
    All of it learns then, also the base of a `LoRALinear` inside, which was frozen when that was made.

    See Also
    --------
    learnkit.pytorch.unfreeze, freeze
    """
    _require_module("unfreeze", module)
    for parameter in module.parameters():
        parameter.requires_grad_(True)
    for part in module.modules():
        part._frozen = False
    return module


def replace_head(net: Sequential, num_classes: int, *, rng: "np.random.Generator") -> Sequential:
    """Return a network with the layers of net, and in the place of its last one a new Linear for other classes.

    Parameters
    ----------
    net : Sequential whose last layer is a Linear
    num_classes : int
        Outputs of the new head.
    rng : np.random.Generator
        Draws its weight and bias: it starts as any new Linear does, and nothing of the old head is kept.

    Returns
    -------
    Sequential that shares the other layers with net: what trains the one trains the other. deepcopy net first to keep it.

    Raises
    ------
    TypeError
        If net is no Sequential that ends with a Linear.

    Examples
    --------
    >>> net = Sequential(Linear(3, 4), Linear(4, 5))
    >>> replace_head(net, 2, rng=np.random.default_rng(0))[1]
    Linear(in_features=4, out_features=2, bias=True)

    See Also
    --------
    learnkit.pytorch.replace_head, feature_extractor
    """
    layers = list(net) if isinstance(net, Sequential) else []
    if not layers or not isinstance(layers[-1], Linear):
        raise TypeError(
            f"replace_head takes a Sequential whose last layer is a Linear; got {type(layers[-1] if layers else net).__name__}."
        )
    outputs, inputs = layers[-1].weight.shape
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1; got {num_classes}. The old head has {outputs}.")
    return Sequential(*layers[:-1], Linear(inputs, num_classes, rng=rng, dtype=layers[-1].weight.dtype))


def feature_extractor(net: Sequential, upto: int = -1) -> Sequential:
    """Return a frozen copy of the first layers of a network: what turns inputs into features.

    Parameters
    ----------
    net : Sequential
        Stays as it is.
    upto : int
        The first layer that is left out; -1 leaves out the head.

    Raises
    ------
    TypeError
        If net is no Sequential.
    ValueError
        If no layer is left, or there are fewer layers than upto.

    Examples
    --------
    >>> features = feature_extractor(Sequential(Linear(3, 4), Linear(4, 5)))
    >>> features.forward(np.ones((2, 3), dtype=np.float32)).shape, features[0].weight.requires_grad
    ((2, 4), False)

    See Also
    --------
    learnkit.pytorch.feature_extractor, freeze
    """
    if not isinstance(net, Sequential):
        raise TypeError(f"feature_extractor takes a Sequential, whose layers have an order; got {type(net).__name__}.")
    if upto > len(net):
        raise ValueError(f"upto must be at most {len(net)}, the number of layers; got {upto}.")
    layers = list(net)[:upto]
    if not layers:
        raise ValueError(f"no layer is left of {len(net)} with upto={upto}.")
    copied: Sequential = copy.deepcopy(Sequential(*layers))
    freeze(copied)
    return copied


def _require_module(name: str, module: object) -> None:
    if not isinstance(module, Module):
        kind = type(module).__name__
        raise TypeError(f"{name} takes a Module, a layer or a network; got {kind}. One parameter alone has requires_grad_().")
