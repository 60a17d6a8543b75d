"""Linear regression: the loss, its gradient, gradient descent, and the solution in closed form.

The prediction is x @ weight + bias, the loss the mean of the squared differences, without a factor ½. Everything is a function of
tensors; gradients are autograd's.

Source: Goodfellow, Bengio & Courville 2016, Deep learning, sections 4.3 (step size and curvature) and 5.1.4 (normal equations).
"""

import torch
from torch import Tensor

from learnkit.training.requirements import require_at_least_0, require_count


def linreg_loss_grad(x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | float) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mean squared error of x @ weight + bias, and its gradients.

    L = 1/N Σ (xₙ·w + b - yₙ)²; ∂L/∂w = 2/N Σ (xₙ·w + b - yₙ) xₙ; ∂L/∂b = 2/N Σ (xₙ·w + b - yₙ).

    Parameters
    ----------
    x : (N, D)
    y : (N,)
    weight : (D,)
    bias : a number

    Returns
    -------
    (loss, grad_weight, grad_bias) : numbers and (D,)

    Raises
    ------
    ValueError
        If the shapes do not fit. A column y of shape (N, 1) would make N × N differences.

    Examples
    --------
    One difference, 2 · 3 + 1 - 5 = 2: the loss is 4, the gradients are 2 · 2 · 3 and 2 · 2.

    >>> linreg_loss_grad(torch.tensor([[3.0]]), torch.tensor([5.0]), torch.tensor([2.0]), 1.0)
    (tensor(4.), tensor([12.]), tensor(4.))

    See Also
    --------
    learnkit.reference.linreg_loss_grad, torch.func.grad_and_value
    """
    _check_data(x, y)
    if _shape(weight) != x.shape[1:] or _shape(bias) != ():
        raise ValueError(
            f"weight must be (D,) = ({x.shape[1]},) and bias a number; got {_shape(weight)} and {_shape(bias)}. Use weight.reshape(-1)."
        )
    bias = bias if isinstance(bias, Tensor) else x.new_full((), bias)  # filled where x is, and not copied there

    def loss_of(weight: Tensor, bias: Tensor) -> Tensor:
        return torch.nn.functional.mse_loss(x @ weight + bias, y)

    (grad_weight, grad_bias), loss = torch.func.grad_and_value(loss_of, argnums=(0, 1))(weight, bias)
    return loss, grad_weight, grad_bias


def gd_step(x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | float, *, lr: float) -> tuple[Tensor, Tensor]:
    """Return weight and bias after one step of gradient descent; both gradients are taken before anything moves.

    Parameters
    ----------
    x, y, weight, bias
        As in `linreg_loss_grad`.
    lr : float
        The learning rate. Above `max_stable_lr` the loss grows.

    Returns
    -------
    (weight, bias), both new

    Examples
    --------
    The gradients are 12 and 4:

    >>> weight, bias = gd_step(torch.tensor([[3.0]]), torch.tensor([5.0]), torch.tensor([2.0]), 1.0, lr=0.01)
    >>> weight, bias
    (tensor([1.8800]), tensor(0.9600))

    See Also
    --------
    learnkit.reference.gd_step, torch.optim.SGD
    """
    require_at_least_0("lr", lr)
    _, grad_weight, grad_bias = linreg_loss_grad(x, y, weight, bias)
    return weight - lr * grad_weight, bias - lr * grad_bias


def fit_gd(
    x: Tensor, y: Tensor, *, lr: float, steps: int, weight: Tensor | None = None, bias: Tensor | float = 0.0
) -> tuple[Tensor, Tensor | float, Tensor]:
    """Fit a linear regression by gradient descent.

    Parameters
    ----------
    x : (N, D)
    y : (N,)
    lr : float
    steps : int
    weight : (D,), optional
        Where to start; None starts at 0.
    bias : a number

    Returns
    -------
    weight : (D,)
    bias : a number
    losses : (steps,)
        The loss before each step: losses[0] is that of the start. That of the result is not among them.

    Notes
    -----
    Above `max_stable_lr` the losses grow to infinity and then are NaN. That is a result, and gives no warning.

    Examples
    --------
    y = 2x through two points; a bias is not needed.

    >>> weight, bias, losses = fit_gd(torch.tensor([[-1.0], [1.0]]), torch.tensor([-2.0, 2.0]), lr=0.25, steps=3)
    >>> weight, bias, losses
    (tensor([1.7500]), tensor(0.), tensor([4.0000, 1.0000, 0.2500]))

    See Also
    --------
    learnkit.reference.fit_gd, normal_equation
    """
    _check_data(x, y)
    require_at_least_0("lr", lr)
    require_count("steps", steps, least=0)
    weight = x.new_zeros(x.shape[1]) if weight is None else weight
    losses = x.new_empty(steps)
    for step in range(steps):
        losses[step], grad_weight, grad_bias = linreg_loss_grad(x, y, weight, bias)
        weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
    return weight, bias, losses


def normal_equation(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return the weight and bias of the smallest mean squared error.

    With A = [x 1] and θ = [weight, bias] they solve AᵀA θ = Aᵀy.

    Parameters
    ----------
    x : (N, D)
    y : (N,)

    Returns
    -------
    (weight, bias) : (D,) and a number

    Notes
    -----
    Where many θ are equally good, as with more features than rows or a feature given twice, the one of the smallest norm.
    PyTorch's lstsq solves such cases on a CPU alone; the pseudoinverse solves them everywhere.

    Examples
    --------
    The line through (0, 1) and (2, 5):

    >>> weight, bias = normal_equation(torch.tensor([[0.0], [2.0]]), torch.tensor([1.0, 5.0]))
    >>> weight.round(decimals=4), bias.round(decimals=4)
    (tensor([2.]), tensor(1.))

    See Also
    --------
    learnkit.reference.normal_equation, torch.linalg.lstsq
    """
    _check_data(x, y)
    # by the singular values of A. AᵀA squares its condition number: at 1e6 the solution would keep 4 digits of 16, and here it keeps 10.
    theta = torch.linalg.pinv(_with_ones(x)) @ y
    return theta[:-1], theta[-1]


def max_stable_lr(x: Tensor, *, use_bias: bool = True) -> Tensor:
    """Return the learning rate above which gradient descent on the mean squared error diverges.

    2 / λ, where λ is the largest eigenvalue of the second derivative 2/N AᵀA, and A = [x 1].

    Parameters
    ----------
    x : (N, D)
    use_bias : bool
        Without a bias A is x itself.

    Returns
    -------
    a number; inf where all features are 0 and there is no bias

    Notes
    -----
    Along an eigenvector the error is multiplied by 1 - lr · λ each step, which is below -1 for lr above 2/λ. It falls fastest at 1/λ.

    Examples
    --------
    For x = ±2, AᵀA/N is diag(4, 1), and λ is 8:

    >>> max_stable_lr(torch.tensor([[-2.0], [2.0]]))
    tensor(0.2500)

    See Also
    --------
    learnkit.reference.max_stable_lr, torch.linalg.eigvalsh
    """
    _check_data(x, None)
    a = _with_ones(x) if use_bias else x
    # [-1]: the largest is the last
    curvature: Tensor = torch.linalg.eigvalsh(2 / len(x) * (a.T @ a))[-1]
    return 2 / curvature.clamp(min=0)


def _with_ones(x: Tensor) -> Tensor:
    return torch.cat([x, x.new_ones(len(x), 1)], dim=1)  # (N, D) -> (N, D + 1)


def _shape(value: Tensor | float) -> tuple[int, ...]:
    return tuple(value.shape) if isinstance(value, Tensor) else ()


def _check_data(x: Tensor, y: Tensor | None) -> None:
    if x.ndim != 2 or 0 in _shape(x):
        raise ValueError(f"x must be (N, D), with at least one row and one feature; got {_shape(x)}. Use x.reshape(-1, 1).")
    if y is not None and _shape(y) != (len(x),):
        raise ValueError(f"x must be (N, D) and y (N,); got {_shape(x)} and {_shape(y)}. Use y.reshape(-1).")
