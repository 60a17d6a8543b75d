"""A module: parameters under names, a mode (training or evaluation), and a state that can be saved.

`Module` is what every layer and network is: ``torch.nn.Module`` itself. `Sequential` is a chain of layers.

Source: Paszke et al. 2019, PyTorch: an imperative style, high-performance deep learning library, section 4.1 (torch.nn.Module).
"""

from collections import OrderedDict
from typing import Any

import torch

Module = torch.nn.Module


class Sequential(torch.nn.Sequential):
    """A chain of layers: the output of each is the input of the next.

    Parameters
    ----------
    layers : Module
        Named "0", "1", … in order. (One OrderedDict of named layers also goes: PyTorch itself passes one for a slice.)

    Notes
    -----
    Unlike the reference, PyTorch's ``state_dict()`` points to the parameters, so that a step changes it too: copy.deepcopy it to keep it.
    And ``load_state_dict`` raises RuntimeError for names or shapes that do not fit, after it has loaded those that do.

    Examples
    --------
    >>> from learnkit.pytorch.layers import Linear, ReLU
    >>> from learnkit.pytorch.randomness import rng
    >>> generator = rng(0)
    >>> net = Sequential(Linear(64, 32, rng=generator), ReLU(), Linear(32, 10, rng=generator))
    >>> net
    Sequential(
      (0): Linear(in_features=64, out_features=32, bias=True)
      (1): ReLU()
      (2): Linear(in_features=32, out_features=10, bias=True)
    )
    >>> net(torch.zeros(5, 64)).shape
    torch.Size([5, 10])

    See Also
    --------
    learnkit.reference.Sequential, torch.nn.Sequential
    """

    def __init__(self, *layers: Any) -> None:
        for index, layer in enumerate(layers):
            if not isinstance(layer, (Module, OrderedDict)):
                raise TypeError(f"Sequential takes layers; argument {index} is {layer!r}. Write ReLU() and not ReLU or relu.")
        super().__init__(*layers)
