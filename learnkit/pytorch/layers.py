"""Layers: functions that hold their own parameters.

`Linear`, and the activations as layers: PyTorch's own, with the parameters of the reference's.
"""

import math

import torch


class Linear(torch.nn.Linear):
    """The linear map y = x Wᵀ + b with its own weight and bias.

    Parameters
    ----------
    in_features, out_features : int
        The size of the last axis of x and of y.
    bias : bool
        Whether there is a b.
    rng : torch.Generator, optional
        Draws the parameters, and leaves PyTorch's global generator where it was. None draws from the global one, which
        ``torch.manual_seed`` sets.
    dtype : optional
        PyTorch's default, float32, if None.
    device : optional
        Where the parameters are kept; if None that of rng, or PyTorch's default, the CPU. They are drawn on the device of rng: a
        generator on the CPU gives the same layer on every device.

    Attributes
    ----------
    weight : (out_features, in_features)
    bias : (out_features,) or None

    Notes
    -----
    Both start uniform between -1/√in_features and 1/√in_features, PyTorch's default. It fails in deep networks; lesson 08
    shows where, and what to take instead. PyTorch itself takes no rng, and allows layers without inputs or outputs.

    Examples
    --------
    >>> layer = Linear(3, 2, rng=torch.Generator().manual_seed(0))
    >>> layer(torch.zeros(5, 3)).sum().backward()
    >>> layer.bias.grad
    tensor([5., 5.])

    See Also
    --------
    learnkit.reference.Linear, torch.nn.Linear
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: str | torch.device | None = None,
    ) -> None:
        if in_features < 1 or out_features < 1:
            raise ValueError(f"in_features and out_features must be at least 1; got {in_features} and {out_features}.")
        # PyTorch's constructor draws from the global generator; on "meta", which has shapes and no values, it draws nothing
        super().__init__(in_features, out_features, bias, device=device if rng is None else "meta", dtype=dtype)
        if rng is not None:
            self.to_empty(device=rng.device)
            bound = 1 / math.sqrt(in_features)
            for parameter in self.parameters():
                torch.nn.init.uniform_(parameter, -bound, bound, generator=rng)
            if device is not None:
                self.to(device)


class Sigmoid(torch.nn.Sigmoid):
    """`sigmoid` as a layer.

    See Also
    --------
    learnkit.reference.Sigmoid, torch.nn.Sigmoid
    """

    def __init__(self) -> None:
        super().__init__()


class Tanh(torch.nn.Tanh):
    """`tanh` as a layer.

    See Also
    --------
    learnkit.reference.Tanh, torch.nn.Tanh
    """

    def __init__(self) -> None:
        super().__init__()


class ReLU(torch.nn.ReLU):
    """`relu` as a layer. PyTorch's own can also overwrite its input (``inplace``).

    See Also
    --------
    learnkit.reference.ReLU, torch.nn.ReLU
    """

    def __init__(self) -> None:
        super().__init__()


class LeakyReLU(torch.nn.LeakyReLU):
    """`leaky_relu` as a layer. PyTorch's own can also overwrite its input (``inplace``).

    See Also
    --------
    learnkit.reference.LeakyReLU, torch.nn.LeakyReLU
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__(negative_slope)


class GELU(torch.nn.GELU):
    """`gelu` as a layer.

    See Also
    --------
    learnkit.reference.GELU, torch.nn.GELU
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__(approximate)
