"""The training loop: the one that both trees run, and that a lesson reads line by line.

`fit` trains, `evaluate` measures. Callbacks are plain objects with one or more of these methods, each taking the `Run`:
``on_fit_begin``, ``on_epoch_begin``, ``on_gradients`` (before the optimizer's step), ``on_step_end`` (after it), ``on_epoch_end``
(after the validation) and ``on_fit_end`` (whatever ended the run). One whose state belongs to the run has ``state_dict()`` and
``load_state_dict()``; one that saves or shows the run has ``is_last = True``, and is called after the others. A run that goes on in the
middle of an epoch calls ``on_epoch_begin`` again.

Nothing here touches an array: what is done with them goes through what both trees share.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from os import PathLike
from typing import Any

from learnkit.training.callback_calls import Calls, require_callbacks
from learnkit.training.checkpoints import load_checkpoint
from learnkit.training.modes import evaluating, training
from learnkit.training.requirements import require_count
from learnkit.training.running_means import Metrics, RunningMeans
from learnkit.training.runs import Run

Step = Callable[[Any, Any], tuple[Any, Any]]


def evaluate(
    net: Any,
    loss_fn: Callable[[Any, Any], Any],
    batches: Iterable[tuple[Any, Any]],
    metrics: Metrics | None = None,
    *,
    step: Step | None = None,
) -> dict[str, float]:
    """Return the mean loss and metrics over examples, in evaluation mode and with nothing recorded.

    Parameters
    ----------
    net : of either tree
        Each of its modules is left in the mode that it was in.
    loss_fn : (outputs, targets) -> loss
        The mean over its rows.
    batches : `Batches`, or pairs of inputs and targets, such as PyTorch's DataLoader
    metrics : name -> function of outputs and targets, optional
        Each the mean over its rows, as `accuracy`. What is no mean over rows, as the area under a curve, is another number over all
        rows than the mean of the batches': compute it from all outputs.
    step : (inputs, targets) -> (loss, outputs), optional
        Computes both in place of net and loss_fn, as in `fit`.

    Returns
    -------
    {"loss": …} and one number for each metric

    Raises
    ------
    ValueError
        If there are no batches.

    Examples
    --------
    Two batches of two examples and one: errors² 1, 1 and 16, whose mean is 6. The mean of the batches' means is 8.5.

    >>> import numpy as np
    >>> from learnkit import reference as lk
    >>> net = lk.Sequential(lk.Linear(1, 1, bias=False, rng=lk.rng(0)))
    >>> net.load_state_dict({"0.weight": [[1.0]]})
    >>> data = lk.Batches(np.array([[1.0], [2.0], [3.0]]), np.array([[0.0], [1.0], [7.0]]), batch_size=2, shuffle=False)
    >>> evaluate(net, lk.mse, data, {"mae": lk.mae})
    {'loss': 6.0, 'mae': 2.0}
    """
    _refuse_data("batches", batches)
    means = RunningMeans(metrics or {})
    step = step or _step_of(net, loss_fn)
    with evaluating(net):
        for inputs, targets in _epoch_of(batches, 0, 0):
            loss, outputs = step(inputs, targets)
            means.add(loss, outputs, targets)
    if means.rows == 0:
        raise ValueError("evaluate got no batches. An iterator is empty after its first use: pass Batches(…) instead.")
    return means.read()


def fit(
    net: Any,
    loss_fn: Callable[[Any, Any], Any],
    optimizer: Any,
    batches: Any,
    *,
    epochs: int,
    validation: Any = None,
    metrics: Metrics | None = None,
    scheduler: Any = None,
    callbacks: Sequence[Any] = (),
    step: Step | None = None,
    stop_at_nonfinite: bool = True,
    resume: str | PathLike[str] | None = None,
    generators: Sequence[Any] = (),
) -> Run:
    """Train a network; return the run, whose ``history`` holds the numbers of every epoch.

    Parameters
    ----------
    net : of either tree
        Trained in training mode; each of its modules is left in the mode that it was in.
    loss_fn : (outputs, targets) -> loss
        The mean over its rows.
    optimizer : of either tree, or PyTorch's own
    batches : `Batches`, or anything with a length that can be gone through again and again, such as PyTorch's DataLoader
    epochs : int
        How many in all, those before a resume among them.
    validation : as batches, optional
        Measured after every epoch, by `evaluate`.
    metrics : name -> function of outputs and targets, optional
        As in `evaluate`. In training they are of the outputs before each step, in training mode, as the loss is.
    scheduler : with ``step()``, optional
        Such as `Scheduler`: stepped after every step of the optimizer, not every epoch.
    callbacks : list of objects
        Each with one or more of the methods that the head of this module names.
    step : (inputs, targets) -> (loss, outputs), optional
        Computes both in place of net and loss_fn: a compiled function, or one in lower precision.
    stop_at_nonfinite : bool
        Stop after an epoch whose loss is infinite or NaN.
    resume : path of a checkpoint, optional
        Go on from there. Everything else is given as it was to the run that saved it.
    generators : list
        What the run draws from besides the network's own, as an augmentation in ``step``: saved and put back with it.

    Returns
    -------
    run : Run

    Raises
    ------
    ValueError, TypeError
        For no batches, for batches that can be gone through only once, for what is no callback, and for a checkpoint that does not fit.

    Notes
    -----
    The mean loss of an epoch is over its examples, so that a smaller last batch counts by its rows; it is of a network that changes
    meanwhile, and so is not the loss at the epoch's end. Numbers are summed up on their device and read once an epoch.

    Bit for bit the same run follows from the same software on the same kind of device, with ``resume`` or without.

    An exception, Ctrl-C among them, ends the run where it is; callbacks still get their ``on_fit_end``.

    Examples
    --------
    >>> import numpy as np
    >>> from learnkit import reference as lk
    >>> x = np.linspace(-1.0, 1.0, 32)[:, None]
    >>> net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=np.float64))
    >>> run = fit(net, lk.mse, lk.SGD(net.parameters(), lr=0.3), lk.Batches(x, 3 * x + 1, batch_size=8, seed=0), epochs=20)
    >>> len(run.history), run.step, run.history[-1]["loss"] < 1e-3
    (20, 80, True)

    See Also
    --------
    evaluate, Checkpoint
    """
    require_count("epochs", epochs)
    _require_batches("batches", batches)
    if validation is not None:
        _require_batches("validation", validation)
    run = Run(
        net,
        loss_fn,
        optimizer,
        batches,
        epochs=epochs,
        metrics=metrics,
        scheduler=scheduler,
        callbacks=require_callbacks(callbacks),
        generators=generators,
    )
    if resume is not None:
        load_checkpoint(resume, **run.parts())
    step = step or _step_of(net, loss_fn)

    with training(net), Calls(run) as call:
        call.on_fit_begin()
        while run.position[0] < epochs and run.stopped is None:
            run.epoch, run.batch = run.position
            call.on_epoch_begin()
            for inputs, targets in _epoch_of(batches, *run.position):
                run.batch = run.position[1]
                optimizer.zero_grad()
                loss, outputs = step(inputs, targets)
                loss.backward()
                run.loss = loss.detach()
                call.on_gradients()
                optimizer.step()
                run.count_step(outputs, targets)
                if scheduler is not None:
                    scheduler.step()
                call.on_step_end()
                if run.stopped is not None:
                    break
            if run.position[1] < run.batches_per_epoch:
                break  # in the middle of an epoch, which has no logs then
            run.end_epoch(evaluate(net, loss_fn, validation, metrics, step=step) if validation is not None else {})
            if stop_at_nonfinite and not math.isfinite(run.logs["loss"]):
                run.stop(f"the loss of epoch {run.epoch} is {run.logs['loss']}. Use a lower learning rate, or clip the gradients.")
            call.on_epoch_end()
    return run


def _step_of(net: Any, loss_fn: Callable[[Any, Any], Any]) -> Step:
    def step(inputs: Any, targets: Any) -> tuple[Any, Any]:
        outputs = net(inputs)
        return loss_fn(outputs, targets), outputs

    return step


def _epoch_of(batches: Any, epoch: int, start: int) -> Iterator[tuple[Any, Any]]:
    """Return the batches of an epoch from ``start`` on. What does not know its epochs begins at the first; at its end, none is left."""
    if hasattr(batches, "epoch"):
        return batches.epoch(epoch, start)  # type: ignore[no-any-return]  # of either tree
    return iter(()) if start else iter(batches)


def _require_batches(name: str, batches: Any) -> None:
    _refuse_data(name, batches)
    if hasattr(batches, "__next__"):
        raise TypeError(f"{name} is an iterator, which is empty after one epoch. Use Batches(inputs, targets, batch_size=…).")
    if not hasattr(batches, "__len__"):
        raise TypeError(f"{name} must have a length; {type(batches).__name__} has none. Use Batches(…) or a list of batches.")
    if len(batches) == 0:
        raise ValueError(f"{name} must hold at least one batch; got none.")


def _refuse_data(name: str, batches: Any) -> None:
    if hasattr(batches, "shape") or (isinstance(batches, tuple) and any(hasattr(part, "shape") for part in batches)):
        raise TypeError(f"{name} must be batches; got the data themselves. Use Batches(inputs, targets, batch_size=…).")
