"""Low-rank adaptation: a trained linear map stays as it is, and learns a correction of low rank beside it."""

import math

import torch
from torch.nn import functional

from learnkit.pytorch.layers import Linear


def lora_linear(
    x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, lora_a: torch.Tensor, lora_b: torch.Tensor, *, alpha: float
) -> torch.Tensor:
    """Return x Wᵀ + b + (α/r) (x Aᵀ) Bᵀ: a linear map, and a correction of it with r (D_in + D_out) numbers.

    Parameters
    ----------
    x : (..., D_in)
    weight : (D_out, D_in)
        W, which is usually frozen.
    bias : (D_out,) or None
    lora_a : (r, D_in)
        A.
    lora_b : (D_out, r)
        B, zeros to begin with, so that training starts from the map as it was.
    alpha : float
        α. Divided by r, so that another rank does not need another learning rate.

    Returns
    -------
    tensor (..., D_out)

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> one = torch.ones(1, 1)
    >>> lora_linear(one, 3 * one, None, 2 * one, 5 * one, alpha=0.5)
    tensor([[8.]])

    See Also
    --------
    learnkit.reference.lora_linear, LoRALinear, linear
    """
    rank = lora_a.shape[0]
    if not rank or lora_a.shape[1:] != weight.shape[1:] or lora_b.shape != (weight.shape[0], rank) or x.shape[-1:] != weight.shape[1:]:
        shapes = f"{tuple(x.shape)}, {tuple(weight.shape)}, {tuple(lora_a.shape)} and {tuple(lora_b.shape)}"
        raise ValueError(f"x must be (..., D_in), weight (D_out, D_in), lora_a (r, D_in) and lora_b (D_out, r); got {shapes}.")
    correction = functional.linear(functional.linear(x, lora_a), lora_b)
    return functional.linear(x, weight, bias) + (alpha / rank) * correction


class LoRALinear(torch.nn.Module):
    """A Linear whose weight and bias are frozen, with a correction of low rank that is trained.

    Parameters
    ----------
    base : Linear
        Its weight and bias are shared and frozen, in place.
    r : int, at least 1
        The rank of the correction.
    alpha : float
        The correction counts alpha / r.
    rng : torch.Generator, optional
        Draws A; B starts at 0. None draws from PyTorch's global generator.

    Attributes
    ----------
    weight, bias : of base
    lora_a : (r, D_in), normal with standard deviation 1/√r
    lora_b : (D_out, r), zeros

    Raises
    ------
    TypeError
        If base is no Linear.
    ValueError
        If r is below 1.

    Examples
    --------
    >>> base = Linear(3, 2, rng=torch.Generator().manual_seed(0))
    >>> layer = LoRALinear(base, r=1, rng=torch.Generator().manual_seed(1))
    >>> torch.equal(layer(torch.ones(1, 3)), base(torch.ones(1, 3)))
    True
    >>> [name for name, parameter in layer.named_parameters() if parameter.requires_grad]
    ['lora_a', 'lora_b']

    See Also
    --------
    learnkit.reference.LoRALinear, lora_linear
    """

    def __init__(self, base: torch.nn.Linear, r: int, *, alpha: float = 1.0, rng: torch.Generator | None = None) -> None:
        super().__init__()
        if not isinstance(base, torch.nn.Linear):
            raise TypeError(f"LoRALinear corrects a Linear; got {type(base).__name__}.")
        if r < 1:
            raise ValueError(f"r, the rank of the correction, must be at least 1; got {r}.")
        weight = base.weight
        self.alpha = alpha
        self.weight, self.bias = base.weight, base.bias
        drawn = torch.randn(r, weight.shape[1], generator=rng, dtype=weight.dtype, device=weight.device if rng is None else rng.device)
        self.lora_a = torch.nn.Parameter(drawn.to(weight.device) / math.sqrt(r))
        self.lora_b = torch.nn.Parameter(torch.zeros(weight.shape[0], r, dtype=weight.dtype, device=weight.device))
        base.requires_grad_(False)
        base.zero_grad()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the output."""
        return lora_linear(x, self.weight, self.bias, self.lora_a, self.lora_b, alpha=self.alpha)

    def merged(self) -> Linear:
        """Return a new Linear that computes the same: W + (α/r) B A. This layer stays as it is, so that nothing is added twice."""
        outputs, inputs = self.weight.shape
        # made without values, because drawing them would move PyTorch's global generator
        made = Linear(inputs, outputs, bias=self.bias is not None, dtype=self.weight.dtype, device="meta")
        made.to_empty(device=self.weight.device)
        with torch.no_grad():
            made.weight.copy_(self.weight + (self.alpha / self.lora_a.shape[0]) * (self.lora_b @ self.lora_a))
            if self.bias is not None:
                made.bias.copy_(self.bias)
        return made
