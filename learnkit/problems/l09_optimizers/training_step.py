"""One step of training: forget, forward, back, move. What counts is what the network is afterwards."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Actor, Call, Make, Mistake, Probe, Problem, Ref

STUB = '''
def training_step(net, loss_fn, optimizer, inputs, targets):
    """Train on one mini-batch: forget old gradients, go forward, go back, step.

    net : network, called as net(inputs)
    loss_fn : (scores, targets) -> loss, which has backward() and item()
    optimizer : with zero_grad() and step()
    Returns the loss before the step, a plain number: loss.item().
    """
    ...
'''

SOLUTION = """
def training_step(net, loss_fn, optimizer, inputs, targets):
    loss = loss_fn(net(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
"""


def right(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    loss = loss_fn(net(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def zero_first(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    optimizer.zero_grad()
    scores = net(inputs)
    loss = loss_fn(scores, targets)
    before = loss.item()
    loss.backward()
    optimizer.step()
    return before


def by_parameters(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    for parameter in net.parameters():
        parameter.grad = None
    loss = loss_fn(net(inputs), targets)
    loss.backward()
    value = float(loss.item())
    optimizer.step()
    return value


def zero_last(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    net.zero_grad()
    loss = loss_fn(net(inputs), targets)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


def never_zero(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    loss = loss_fn(net(inputs), targets)
    loss.backward()
    optimizer.step()
    return loss.item()


def never_zero_in_steps(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    scores = net(inputs)
    value = loss_fn(scores, targets)
    number = value.item()
    value.backward()
    optimizer.step()
    return number


def step_before_backward(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    scores = net(inputs)
    optimizer.zero_grad()
    optimizer.step()
    return loss_fn(scores, targets).item()


def no_backward(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    optimizer.zero_grad()
    value = loss_fn(net(inputs), targets).item()
    optimizer.step()
    return value


def zero_before_step(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    loss = loss_fn(net(inputs), targets)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


def loss_after_step(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    optimizer.zero_grad()
    loss_fn(net(inputs), targets).backward()
    optimizer.step()
    return loss_fn(net(inputs), targets).item()


def loss_after_step_again(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    right(net, loss_fn, optimizer, inputs, targets)
    scores = net(inputs)
    return float(loss_fn(scores, targets).item())


def one_batch_late(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    loss = loss_fn(net(inputs), targets)
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


def one_batch_late_by_scores(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    scores = net(inputs)
    optimizer.step()
    value = loss_fn(scores, targets)
    for parameter in net.parameters():
        parameter.grad = None
    value.backward()
    return value.item()


def two_steps(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    value = right(net, loss_fn, optimizer, inputs, targets)
    optimizer.step()
    return value


def two_steps_in_a_loop(net: Any, loss_fn: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    loss = loss_fn(net(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    for _ in range(2):
        optimizer.step()
    return loss.item()


def _steps(rng: np.random.Generator, count: int, **settings: Any) -> list[Any]:
    batches = [(rng.normal(size=(5, 3)), rng.integers(4, size=5)) for _ in range(count)]
    calls = [Call((Ref("net"), Actor("cross_entropy"), Ref("optimizer"), x, y)) for x, y in batches]
    made = [Make("net", Actor("linear_net", (int(rng.integers(10**6)),))), Make("optimizer", Actor("sgd", (Ref("net"),), settings))]
    return [*made, *calls, Call(on="net", method="state_dict")]


LOOP = "11 · A broken run"

PROBLEM = Problem(
    id="09.training_step",
    title="One step of training",
    stub=STUB,
    reference=right,
    torch_reference=None,
    axes={"inputs": "ND", "targets": "N"},
    probes=(
        Probe("one step", "the first step is the easiest", lambda rng: _steps(rng, 1, lr=0.1)),
        Probe("three steps", "old gradients show from the second step on", lambda rng: _steps(rng, 3, lr=0.1)),
        Probe("three steps with momentum", "the optimizer keeps a state", lambda rng: _steps(rng, 3, lr=0.1, momentum=0.9), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "never-zero",
            never_zero,
            never_zero_in_steps,
            "Old gradients are never forgotten: each step also takes those of all steps before it.",
            LOOP,
            line=("optimizer.zero_grad()", "net.train()"),
        ),
        Mistake(
            "no-backward",
            step_before_backward,
            no_backward,
            "It steps without gradients of this batch: nothing is learned from it.",
            LOOP,
            variants=(zero_before_step,),
        ),
        Mistake(
            "one-batch-late",
            one_batch_late,
            one_batch_late_by_scores,
            "It steps before it goes back, so each step is made from the gradients of the batch before.",
            LOOP,
        ),
        Mistake(
            "two-steps",
            two_steps,
            two_steps_in_a_loop,
            "It takes the step twice. One batch gives one gradient, and one step.",
            LOOP,
        ),
        Mistake(
            "loss-after-step",
            loss_after_step,
            loss_after_step_again,
            "It returns the loss after the step. What is asked is the one that the step was made from.",
            LOOP,
        ),
    ),
    alternatives=(zero_first, by_parameters, zero_last),
    torch_alternatives=(zero_first, by_parameters),
    hints=(
        "What is in the gradients before backward adds to them?",
        "Four things in an order that works: forget, forward to the loss, backward, step. The loss is a tensor; a plain number is asked.",
        "loss <- loss_fn of the scores and the targets\nforget the old gradients\ngo back\nstep\nreturn the loss as a number",
    ),
    solution=SOLUTION,
    is_core=False,
    minutes=5,
)
