"""Low-rank adaptation: a trained linear map stays as it is, and learns a correction of low rank beside it.

Source: Hu et al. 2022, LoRA: Low-rank adaptation of large language models, section 4.1.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnkit.reference.layers import Linear
from learnkit.reference.modules import OperationLayer
from learnkit.reference.operations import Array, op
from learnkit.reference.tensors import Parameter


@op
def lora_linear(x: Array, weight: Array, bias: Array | None, lora_a: Array, lora_b: Array, *, alpha: float) -> tuple[Any, Any]:
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
    array (..., D_out)

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> lora_linear(one, 3 * one, None, 2 * one, 5 * one, alpha=0.5)
    array([[8.]])

    See Also
    --------
    learnkit.pytorch.lora_linear, LoRALinear, linear
    """
    rank = lora_a.shape[0]
    if not rank or lora_a.shape[1:] != weight.shape[1:] or lora_b.shape != (weight.shape[0], rank) or x.shape[-1:] != weight.shape[1:]:
        shapes = f"{x.shape}, {weight.shape}, {lora_a.shape} and {lora_b.shape}"
        raise ValueError(f"x must be (..., D_in), weight (D_out, D_in), lora_a (r, D_in) and lora_b (D_out, r); got {shapes}.")
    scale = float(alpha / rank)  # a number of NumPy's own would make float64 of float32
    inner = x @ lora_a.T  # (..., D_in) -> (..., r): the way through r numbers
    output = x @ weight.T + scale * (inner @ lora_b.T)
    return output if bias is None else output + bias, (x, weight, bias is not None, lora_a, lora_b, inner, scale)


@lora_linear.backward_rule
def lora_linear_backward(
    grad_output: Array, saved: Any, needs_input_grad: Sequence[bool] = (True,) * 5
) -> tuple[Array | None, Array | None, Array | None, Array | None, Array | None]:
    """Return the gradients of x, weight, bias, A and B; what is frozen costs nothing.

    With s = α/r and g = dL/dy: dL/dB = s gᵀ (x Aᵀ), dL/dA = s (g B)ᵀ x, dL/dx = g W + s (g B) A.
    """
    x, weight, has_bias, lora_a, lora_b, inner, scale = saved
    needs_x, needs_weight, needs_bias, needs_a, needs_b = needs_input_grad
    through_b = scale * (grad_output @ lora_b)  # (..., D_out) -> (..., r)
    rows, grad_rows = x.reshape(-1, x.shape[-1]), grad_output.reshape(-1, grad_output.shape[-1])
    return (
        grad_output @ weight + through_b @ lora_a if needs_x else None,
        grad_rows.T @ rows if needs_weight else None,
        grad_rows.sum(axis=0) if has_bias and needs_bias else None,
        through_b.reshape(-1, lora_a.shape[0]).T @ rows if needs_a else None,
        scale * (grad_rows.T @ inner.reshape(-1, lora_a.shape[0])) if needs_b else None,
    )


class LoRALinear(OperationLayer):
    """A Linear whose weight and bias are frozen, with a correction of low rank that is trained.

    Parameters
    ----------
    base : Linear
        Its weight and bias are shared and frozen, in place.
    r : int, at least 1
        The rank of the correction.
    alpha : float
        The correction counts alpha / r.
    rng : np.random.Generator, optional
        Draws A; B starts at 0.

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
    >>> base = Linear(3, 2, rng=np.random.default_rng(0))
    >>> x = np.ones((1, 3), dtype=np.float32)
    >>> layer = LoRALinear(base, r=1, rng=np.random.default_rng(1))
    >>> bool((layer.forward(x) == base.forward(x)).all())
    True
    >>> [name for name, parameter in layer.named_parameters() if parameter.requires_grad]
    ['lora_a', 'lora_b']

    See Also
    --------
    learnkit.pytorch.LoRALinear, lora_linear
    """

    def __init__(self, base: Linear, r: int, *, alpha: float = 1.0, rng: "np.random.Generator | None" = None) -> None:
        super().__init__(lora_linear, "weight", "bias", "lora_a", "lora_b", alpha=alpha)
        if not isinstance(base, Linear):
            raise TypeError(f"LoRALinear corrects a Linear; got {type(base).__name__}.")
        if r < 1:
            raise ValueError(f"r, the rank of the correction, must be at least 1; got {r}.")
        generator = np.random.default_rng() if rng is None else rng
        outputs, inputs = base.weight.shape
        self.weight, self.bias = base.weight, base.bias
        self.lora_a = Parameter((generator.standard_normal((r, inputs)) / np.sqrt(r)).astype(base.weight.dtype))
        self.lora_b = Parameter(np.zeros((outputs, r), dtype=base.weight.dtype))
        for parameter in (self.weight, self.bias):
            if parameter is not None:
                parameter.requires_grad_(False)
                parameter.grad = None
        self.description = f"in_features={inputs}, out_features={outputs}, r={r}, alpha={alpha}"

    def merged(self) -> Linear:
        """Return a new Linear that computes the same: W + (α/r) B A. This layer stays as it is, so that nothing is added twice."""
        outputs, inputs = self.weight.shape
        rank, alpha = self.lora_a.shape[0], self._options["alpha"]
        made = Linear(inputs, outputs, bias=self.bias is not None, dtype=self.weight.dtype)
        made.weight.data = self.weight.data + float(alpha / rank) * (self.lora_b.data @ self.lora_a.data)
        if self.bias is not None and made.bias is not None:
            made.bias.data = self.bias.data.copy()
        return made
