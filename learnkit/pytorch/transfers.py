"""Transfer: take a trained network on to another task. Freeze what is to stay, cut off the head, put on a new one."""

import copy
from typing import Any

import torch

from learnkit.pytorch.layers import Linear
from learnkit.pytorch.modules import Sequential


def freeze(module: torch.nn.Module) -> torch.nn.Module:
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
    ``requires_grad_(False)`` alone leaves batch normalization averaging and dropout dropping. Here every part also gets a hook that
    switches it to evaluation mode before each call, whatever ``train()`` did to the network around it.

    Examples
    --------
    >>> net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 1))
    >>> frozen = freeze(net[0])
    >>> [name for name, parameter in net.named_parameters() if parameter.requires_grad]
    ['1.weight', '1.bias']

    See Also
    --------
    learnkit.reference.freeze, torch.nn.Module.requires_grad_
    """
    _require_module("freeze", module)
    module.requires_grad_(False)
    module.zero_grad()
    for part in module.modules():
        if _hook_of(part) is None:
            part.register_forward_pre_hook(_stay)
    return module.eval()


def unfreeze(module: torch.nn.Module) -> torch.nn.Module:
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
    learnkit.reference.unfreeze, freeze
    """
    _require_module("unfreeze", module)
    module.requires_grad_(True)
    for part in module.modules():
        if (key := _hook_of(part)) is not None:
            del part._forward_pre_hooks[key]
    return module


def _stay(module: torch.nn.Module, inputs: Any) -> None:
    module.eval()


def _hook_of(module: torch.nn.Module) -> int | None:
    return next((key for key, hook in module._forward_pre_hooks.items() if hook is _stay), None)


def replace_head(net: torch.nn.Sequential, num_classes: int, *, rng: torch.Generator) -> Sequential:
    """Return a network with the layers of net, and in the place of its last one a new Linear for other classes.

    Parameters
    ----------
    net : Sequential whose last layer is a Linear
    num_classes : int
        Outputs of the new head.
    rng : torch.Generator
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
    >>> net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 5))
    >>> replace_head(net, 2, rng=torch.Generator().manual_seed(0))[1]
    Linear(in_features=4, out_features=2, bias=True)

    See Also
    --------
    learnkit.reference.replace_head, feature_extractor
    """
    layers = list(net) if isinstance(net, torch.nn.Sequential) else []
    if not layers or not isinstance(layers[-1], torch.nn.Linear):
        raise TypeError(
            f"replace_head takes a Sequential whose last layer is a Linear; got {type(layers[-1] if layers else net).__name__}."
        )
    outputs, inputs = layers[-1].weight.shape
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1; got {num_classes}. The old head has {outputs}.")
    weight = layers[-1].weight
    return Sequential(*layers[:-1], Linear(inputs, num_classes, rng=rng, dtype=weight.dtype, device=weight.device))


def feature_extractor(net: torch.nn.Sequential, upto: int = -1) -> Sequential:
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
    >>> features = feature_extractor(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 5)))
    >>> features(torch.ones(2, 3)).shape, features[0].weight.requires_grad
    (torch.Size([2, 4]), False)

    See Also
    --------
    learnkit.reference.feature_extractor, freeze
    """
    if not isinstance(net, torch.nn.Sequential):
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
    if not isinstance(module, torch.nn.Module):
        kind = type(module).__name__
        raise TypeError(f"{name} takes a Module, a layer or a network; got {kind}. One parameter alone has requires_grad_().")
