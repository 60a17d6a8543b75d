"""Linear regression: the loss, its gradient by hand, gradient descent, and the solution in closed form.

The prediction is x @ weight + bias, the loss the mean of the squared differences, without a factor ½. Everything is a function of
plain arrays.

Source: Goodfellow, Bengio & Courville 2016, Deep learning, sections 4.3 (step size and curvature) and 5.1.4 (normal equations).
"""

import numpy as np

from learnkit.reference.operations import Array
from learnkit.training.requirements import require_at_least_0, require_count


def linreg_loss_grad(x: Array, y: Array, weight: Array, bias: Array | float) -> tuple[Array, Array, Array]:
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

    >>> linreg_loss_grad(np.array([[3.0]]), np.array([5.0]), np.array([2.0]), 1.0)
    (np.float64(4.0), array([12.]), np.float64(4.0))

    See Also
    --------
    learnkit.pytorch.linreg_loss_grad, torch.func.grad_and_value
    """
    _check_data(x, y)
    if np.shape(weight) != x.shape[1:] or np.shape(bias) != ():
        raise ValueError(
            f"weight must be (D,) = ({x.shape[1]},) and bias a number; got {np.shape(weight)} and {np.shape(bias)}. Use weight.reshape(-1)."
        )
    difference = x @ weight + bias - y  # (N,)
    # each difference moves with w by xₙ and with b by 1; the square gives the factor 2, the mean 1/N
    return (difference * difference).mean(), 2 / len(x) * (x.T @ difference), 2 * difference.mean()


def gd_step(x: Array, y: Array, weight: Array, bias: Array | float, *, lr: float) -> tuple[Array, Array]:
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

    >>> weight, bias = gd_step(np.array([[3.0]]), np.array([5.0]), np.array([2.0]), 1.0, lr=0.01)
    >>> weight, round(bias, 2)
    (array([1.88]), np.float64(0.96))

    See Also
    --------
    learnkit.pytorch.gd_step, torch.optim.SGD
    """
    require_at_least_0("lr", lr)
    _, grad_weight, grad_bias = linreg_loss_grad(x, y, weight, bias)
    return weight - lr * grad_weight, bias - lr * grad_bias


def fit_gd(
    x: Array, y: Array, *, lr: float, steps: int, weight: Array | None = None, bias: Array | float = 0.0
) -> tuple[Array, Array | float, Array]:
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

    >>> weight, bias, losses = fit_gd(np.array([[-1.0], [1.0]]), np.array([-2.0, 2.0]), lr=0.25, steps=3)
    >>> weight, bias, losses
    (array([1.75]), np.float64(0.0), array([4.  , 1.  , 0.25]))

    See Also
    --------
    learnkit.pytorch.fit_gd, normal_equation
    """
    _check_data(x, y)
    require_at_least_0("lr", lr)
    require_count("steps", steps, least=0)
    weight = np.zeros(x.shape[1], x.dtype) if weight is None else weight
    losses = np.empty(steps, x.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps):
            losses[step], grad_weight, grad_bias = linreg_loss_grad(x, y, weight, bias)
            weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
    return weight, bias, losses


def normal_equation(x: Array, y: Array) -> tuple[Array, Array]:
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

    Examples
    --------
    The line through (0, 1) and (2, 5):

    >>> weight, bias = normal_equation(np.array([[0.0], [2.0]]), np.array([1.0, 5.0]))
    >>> weight.round(6), round(bias, 6)
    (array([2.]), np.float64(1.0))

    See Also
    --------
    learnkit.pytorch.normal_equation, torch.linalg.lstsq
    """
    _check_data(x, y)
    # by the singular values of A. AᵀA squares its condition number: at 1e6 the solution would keep 4 digits of 16, and here it keeps 10.
    theta = np.linalg.lstsq(_with_ones(x), y, rcond=None)[0]
    return theta[:-1], theta[-1]


def max_stable_lr(x: Array, *, use_bias: bool = True) -> Array:
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

    >>> max_stable_lr(np.array([[-2.0], [2.0]]))
    np.float64(0.25)

    See Also
    --------
    learnkit.pytorch.max_stable_lr, torch.linalg.eigvalsh
    """
    _check_data(x, None)
    a = _with_ones(x) if use_bias else x
    # [-1]: the largest is the last
    curvature = np.linalg.eigvalsh(2 / len(x) * (a.T @ a))[-1]
    with np.errstate(divide="ignore"):
        return 2 / np.maximum(curvature, 0)  # type: ignore[no-any-return]


def _with_ones(x: Array) -> Array:
    return np.concatenate([x, np.ones((len(x), 1), x.dtype)], axis=1)  # (N, D) -> (N, D + 1)


def _check_data(x: Array, y: Array | None) -> None:
    if np.ndim(x) != 2 or 0 in np.shape(x):
        raise ValueError(f"x must be (N, D), with at least one row and one feature; got {tuple(np.shape(x))}. Use x.reshape(-1, 1).")
    if y is not None and np.shape(y) != (len(x),):
        raise ValueError(f"x must be (N, D) and y (N,); got {tuple(np.shape(x))} and {tuple(np.shape(y))}. Use y.reshape(-1).")
