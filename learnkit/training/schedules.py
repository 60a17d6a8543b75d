"""Schedules: how the learning rate changes from step to step.

A schedule is a function of the step, counted from 0, and returns a learning rate. With lr left at 1.0 it returns a factor, which a
`Scheduler` multiplies with an optimizer's own rates. Nothing here touches an array: both trees use the same.

Sources: Loshchilov & Hutter 2017, SGDR, equation 5 (cosine); Goyal et al. 2017, Accurate, large minibatch SGD, section 2.2
(warm-up); Smith & Topin 2019, Super-convergence (one cycle). PyTorch's classes in torch.optim.lr_scheduler give the same rates.
"""

import math

from learnkit.training.requirements import require_at_least_0, require_count


def constant_rate(step: int, *, lr: float = 1.0) -> float:
    """Return lr at every step: the schedule that the others are compared with.

    Examples
    --------
    >>> constant_rate(1000, lr=0.1)
    0.1

    See Also
    --------
    torch.optim.lr_scheduler.LambdaLR
    """
    require_count("step", step, least=0)
    return require_at_least_0("lr", lr)


def step_decay(step: int, *, step_size: int, gamma: float = 0.1, lr: float = 1.0) -> float:
    """Return lr · gamma^⌊step / step_size⌋: a cut by gamma every step_size steps.

    Parameters
    ----------
    step : int
        From 0 on, without an end.
    step_size : int
    gamma : float
    lr : float
        The rate at step 0; with 1.0 the result is a factor.

    Raises
    ------
    ValueError, TypeError
        If the step is below 0 or not whole, step_size is below 1, or a rate or gamma is below 0.

    Examples
    --------
    >>> [step_decay(step, step_size=2, gamma=0.5) for step in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]

    See Also
    --------
    torch.optim.lr_scheduler.StepLR
    """
    require_count("step", step, least=0)
    require_count("step_size", step_size)
    return require_at_least_0("lr", lr) * float(require_at_least_0("gamma", gamma) ** (step // step_size))


def exponential_decay(step: int, *, gamma: float, lr: float = 1.0) -> float:
    """Return lr · gamma^step.

    Parameters
    ----------
    step : int
        From 0 on, without an end.
    gamma : float
        The share that is left after each step: 0.5 ** (1 / 100) halves the rate every 100 steps.
    lr : float
        The rate at step 0; with 1.0 the result is a factor.

    Examples
    --------
    >>> [exponential_decay(step, gamma=0.5, lr=8.0) for step in range(4)]
    [8.0, 4.0, 2.0, 1.0]

    See Also
    --------
    torch.optim.lr_scheduler.ExponentialLR
    """
    require_count("step", step, least=0)
    return require_at_least_0("lr", lr) * float(require_at_least_0("gamma", gamma) ** step)


def cosine_warmup(step: int, *, total_steps: int, warmup_steps: int = 0, min_lr: float = 0.0, lr: float = 1.0) -> float:
    """Return a rate that rises in a line to lr, and falls to min_lr along half a cosine.

    Below warmup_steps: lr · (step + 1) / (warmup_steps + 1). From there on, with p = (step - warmup_steps) / (total_steps - warmup_steps):
    min_lr + ½ (lr - min_lr) (1 + cos πp).

    Parameters
    ----------
    step : int
        A step of the optimizer, not an epoch.
    total_steps : int
        Where the fall ends. From there on the rate is min_lr.
    warmup_steps : int
        Step 0 has lr / (warmup_steps + 1), step warmup_steps is the first with lr itself; 0 begins there.
    min_lr : float
        In the unit of lr: a share of it where lr is 1.0.
    lr : float
        The highest rate; with 1.0 the result is a factor.

    Raises
    ------
    ValueError, TypeError
        If a step or a number of steps is below 0 or not whole, warmup_steps is not below total_steps, or min_lr is above lr.

    Notes
    -----
    The rise begins above 0: a first step with rate 0 would be wasted. PyTorch's CosineAnnealingLR rises again past its end.

    Examples
    --------
    >>> [round(cosine_warmup(step, warmup_steps=2, total_steps=6), 2) for step in range(9)]
    [0.33, 0.67, 1.0, 0.85, 0.5, 0.15, 0.0, 0.0, 0.0]

    See Also
    --------
    torch.optim.lr_scheduler.LinearLR, torch.optim.lr_scheduler.CosineAnnealingLR, torch.optim.lr_scheduler.SequentialLR
    """
    require_count("step", step, least=0)
    require_count("total_steps", total_steps)
    require_count("warmup_steps", warmup_steps, least=0)
    if warmup_steps >= total_steps:
        raise ValueError(f"warmup_steps must be below total_steps; got {warmup_steps} and {total_steps}. Both count steps, not epochs.")
    if not 0 <= min_lr <= lr:
        raise ValueError(f"min_lr must be from 0 to lr; got {min_lr} and lr {lr}. With lr=1.0 it is a share.")
    if step < warmup_steps:
        return lr * (step + 1) / (warmup_steps + 1)
    progress = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return _between(lr, min_lr, progress)


def one_cycle(
    step: int,
    *,
    total_steps: int,
    pct_start: float = 0.3,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
    lr: float = 1.0,
) -> float:
    """Return the rate of one cycle: from lr / div_factor up to lr, and down to next to nothing, both along half a cosine.

    The rise ends at step pct_start · total_steps - 1, which need not be whole, the fall at the last, total_steps - 1.

    Parameters
    ----------
    step : int
        A step of the optimizer, not an epoch.
    total_steps : int
    pct_start : float
        The share of the steps that rise.
    div_factor, final_div_factor : float
        The first rate is lr / div_factor, the last is the first / final_div_factor. From there on it stays.
    lr : float
        The highest rate, PyTorch's max_lr; with 1.0 the result is a factor.

    Raises
    ------
    ValueError, TypeError
        If the step is below 0 or not whole, total_steps is below 1, pct_start is not from 0 to 1, or a factor is not above 0.

    Notes
    -----
    PyTorch's OneCycleLR also cycles the momentum, as the paper does: `one_cycle_momentum`. It raises one step past total_steps. Where
    the rise has no length (pct_start · total_steps = 1) it divides by zero; here step 0 is then the highest.

    Examples
    --------
    >>> [round(one_cycle(step, total_steps=10, pct_start=0.4), 2) for step in range(12)]
    [0.04, 0.28, 0.76, 1.0, 0.93, 0.75, 0.5, 0.25, 0.07, 0.0, 0.0, 0.0]

    See Also
    --------
    torch.optim.lr_scheduler.OneCycleLR
    """
    for name, factor in {"div_factor": div_factor, "final_div_factor": final_div_factor}.items():
        if not factor > 0:
            raise ValueError(f"{name} must be above 0; got {factor}.")
    first = require_at_least_0("lr", lr) / div_factor
    return _cycle(step, total_steps, pct_start, (first, lr, first / final_div_factor))


def one_cycle_momentum(
    step: int, *, total_steps: int, pct_start: float = 0.3, base_momentum: float = 0.85, max_momentum: float = 0.95
) -> float:
    """Return the momentum that goes with `one_cycle`: low where the rate is high.

    Parameters
    ----------
    step, total_steps, pct_start
        As in `one_cycle`.
    base_momentum, max_momentum : float
        It falls from max_momentum to base_momentum while the rate rises, and rises back.

    Examples
    --------
    >>> [round(one_cycle_momentum(step, total_steps=10, pct_start=0.4), 3) for step in (0, 3, 9, 12)]
    [0.95, 0.85, 0.95, 0.95]

    See Also
    --------
    torch.optim.lr_scheduler.OneCycleLR
    """
    if not 0 <= base_momentum <= max_momentum < 1:
        raise ValueError(f"base_momentum and max_momentum must rise from 0 to below 1; got {base_momentum} and {max_momentum}.")
    return _cycle(step, total_steps, pct_start, (max_momentum, base_momentum, max_momentum))


def _cycle(step: int, total_steps: int, pct_start: float, values: tuple[float, float, float]) -> float:
    """Go from the first value to the second and to the third, each along half a cosine."""
    require_count("step", step, least=0)
    require_count("total_steps", total_steps)
    if not 0 <= pct_start <= 1:
        raise ValueError(f"pct_start must be a share from 0 to 1; got {pct_start}.")
    turn, end = pct_start * total_steps - 1, total_steps - 1
    first, second, third = values
    step = min(step, end)
    if step <= turn:
        return _between(first, second, step / turn if turn > 0 else 1.0)
    return _between(second, third, (step - turn) / (end - turn))


def _between(start: float, end: float, progress: float) -> float:
    """Go from start to end along half a cosine."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * progress))
