"""A residual connection: the input goes around some layers and is added to what they make of it."""

import torch


class Residual(torch.nn.Module):
    """Return x + module(x): the module learns what to add to its input.

    Parameters
    ----------
    module : Module
        Whose output has the shape of its input.

    Raises
    ------
    TypeError
        If module is no Module.
    ValueError
        At the call, if the module's output has another shape than its input.

    Notes
    -----
    Nothing follows the sum. The paper applies a ReLU after it; pre-activation networks (He et al. 2016b) do as here.

    Examples
    --------
    >>> Residual(torch.nn.ReLU())(torch.tensor([[-1.0, 2.0]]))
    tensor([[-1.,  4.]])

    See Also
    --------
    learnkit.reference.Residual
    """

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        if not isinstance(module, torch.nn.Module):
            raise TypeError(f"Residual takes a layer or a Sequential of layers; got {module!r}.")
        self.module = module

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the output."""
        y: torch.Tensor = self.module(x)
        if x.shape != y.shape:
            shapes = f"{tuple(x.shape)} in and {tuple(y.shape)} out"
            raise ValueError(f"Residual adds the module's output to its input: both must have one shape; got {shapes}.")
        return x + y
