"""Layers: operations that hold their own parameters.

`Linear`, and the activations as layers. Parameters start as PyTorch's do.

Source: He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, equation 10 (the scale 1/√fan-in, which PyTorch's default varies).
"""

import math

import numpy as np
from numpy.typing import DTypeLike

from learnkit.reference.activations import gelu, leaky_relu, relu, sigmoid, tanh
from learnkit.reference.linear_maps import linear
from learnkit.reference.modules import OperationLayer
from learnkit.reference.tensors import Parameter


class Linear(OperationLayer):
    """The linear map y = x Wᵀ + b with its own weight and bias.

    Parameters
    ----------
    in_features, out_features : int
        The size of the last axis of x and of y.
    bias : bool
        Whether there is a b.
    rng : np.random.Generator, optional
        Draws the parameters; None takes an unpredictable seed, so that each run differs.
    dtype : optional
        float32 if None.

    Attributes
    ----------
    weight : (out_features, in_features)
    bias : (out_features,) or None

    Notes
    -----
    Both start uniform between -1/√in_features and 1/√in_features, PyTorch's default. It fails in deep networks; lesson 08
    shows where, and what to take instead.

    Examples
    --------
    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer.forward(np.zeros((5, 3), dtype=np.float32)).shape
    (5, 2)
    >>> layer.backward(np.ones((5, 2), dtype=np.float32)).shape
    (5, 3)
    >>> layer.bias.grad
    array([5., 5.], dtype=float32)

    See Also
    --------
    learnkit.pytorch.Linear, torch.nn.Linear
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: "np.random.Generator | None" = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(linear, "weight", "bias")
        if in_features < 1 or out_features < 1:
            raise ValueError(f"in_features and out_features must be at least 1; got {in_features} and {out_features}.")
        generator = np.random.default_rng() if rng is None else rng
        bound = 1 / math.sqrt(in_features)
        kind = np.float32 if dtype is None else dtype
        self.weight = Parameter(generator.uniform(-bound, bound, (out_features, in_features)).astype(kind))
        self.bias = Parameter(generator.uniform(-bound, bound, out_features).astype(kind)) if bias else None
        self.description = f"in_features={in_features}, out_features={out_features}, bias={bias}"


class Sigmoid(OperationLayer):
    """`sigmoid` as a layer.

    See Also
    --------
    learnkit.pytorch.Sigmoid, torch.nn.Sigmoid
    """

    def __init__(self) -> None:
        super().__init__(sigmoid)


class Tanh(OperationLayer):
    """`tanh` as a layer.

    See Also
    --------
    learnkit.pytorch.Tanh, torch.nn.Tanh
    """

    def __init__(self) -> None:
        super().__init__(tanh)


class ReLU(OperationLayer):
    """`relu` as a layer.

    See Also
    --------
    learnkit.pytorch.ReLU, torch.nn.ReLU
    """

    def __init__(self) -> None:
        super().__init__(relu)


class LeakyReLU(OperationLayer):
    """`leaky_relu` as a layer.

    See Also
    --------
    learnkit.pytorch.LeakyReLU, torch.nn.LeakyReLU
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__(leaky_relu, negative_slope=negative_slope)


class GELU(OperationLayer):
    """`gelu` as a layer.

    See Also
    --------
    learnkit.pytorch.GELU, torch.nn.GELU
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__(gelu, approximate=approximate)
